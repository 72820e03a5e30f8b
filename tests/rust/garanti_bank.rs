//! A Garanti BBVA: what its gate posts and what its XML service answers, signed from the bank's documents with a few lines of its own.

use crate::shop::{Answer, Config, ORDER_ID, Order, Shop, Started, isbank, order};
use sha1::Sha1;
use sha2::{Digest, Sha512};

pub const TERMINAL: &str = "30651234";
pub const MERCHANT: &str = "9876543";
pub const STORE_KEY: &str = "4b6173612f416e6168746172";
pub const PASSWORD: &str = "Sifre<1>&/";
pub const REFUND_PASSWORD: &str = "Iade+2=/";

pub const MODELS: [&str; 7] = ["3d_oos_pay", "3d_pay", "3d", "3d_full", "3d_half", "3d_oos_full", "3d_oos_half"];

/// A shop's own account, in production.
pub fn garanti() -> Config {
    let isbank = ["merchant.clientId", "merchant.storeKey", "merchant.apiUser", "merchant.apiPassword"]
        .iter()
        .fold(isbank(), |config, key| config.without(key));
    let pairs = [
        ("gateway", "garanti"),
        ("merchant.terminalId", TERMINAL),
        ("merchant.merchantId", MERCHANT),
        ("merchant.storeKey", STORE_KEY),
        ("merchant.provisionPassword", PASSWORD),
        ("merchant.refundPassword", REFUND_PASSWORD),
    ];
    pairs.iter().fold(isbank, |config, (name, value)| config.with(name, value))
}

pub fn open(model: &str) -> Shop {
    garanti().with("model", model).open()
}

/// Begins a payment. In none of these models does the card come near the shop's server.
pub fn begin(shop: &Shop, order: Order) -> Started {
    let answer = start(shop, &order);
    Started { form: answer.form(), order: order.stored(shop, answer.refs()) }
}

pub fn start(shop: &Shop, order: &Order) -> Answer {
    let answer = shop.start_with(order, &[""]);
    must_not_tell(&answer);
    answer
}

/// The suite looks for the secrets of another gateway; these are Garanti's.
pub fn must_not_tell(answer: &Answer) {
    let text = answer.0.join("\n");
    for secret in [STORE_KEY, PASSWORD, REFUND_PASSWORD] {
        assert!(!text.contains(secret), "{secret} got out: {text}");
    }
}

/// As a shop stores what an answer says.
pub fn keep(order: &Order, answer: &Answer) -> Order {
    order.clone().with("refs", answer.refs())
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Digests

fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

pub fn security_data(password: &str, terminal: &str) -> String {
    upper_hex(&Sha1::digest(format!("{password}{terminal:0>9}")))
}

pub fn sha512(text: &str) -> String {
    upper_hex(&Sha512::digest(text))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The gate

pub const CAVV: &str = "jCm0m+u/0hUfAREHBAMBcfN+pSo=";
pub const MD: &str = "aW5kZXg6MDJ6LjAI5iAcKf/ilXjYIOnTh4t+deHrtwO8ze7tPTL1YCDcBe8KEpuq6HDLYbqQSluL7p3kGcpFzX9s9XcegNhHMsDszxqGd33+p+p5sULGrA==";
pub const RND: &str = "kW094tPzNEhqORzzCsLB";

pub const SIGNED: [&str; 10] = ["clientid", "oid", "authcode", "procreturncode", "response", "mdstatus", "cavv", "eci", "md", "rnd"];
pub const HASH_PARAMS: &str = "clientid:oid:authcode:procreturncode:response:mdstatus:cavv:eci:md:rnd:";

/// What the gate posts back through the customer's browser.
#[derive(Clone)]
pub struct Return {
    pub fields: Vec<(String, String)>,
}

impl Return {
    /// The echoes of the shop's form, and an authentication with this result.
    pub fn of(form: &[(String, String)], md_status: &str) -> Return {
        let mut fields = form.to_vec();
        let of = |name: &str| form.iter().find(|(at, _)| at == name).map(|(_, value)| value.clone()).unwrap_or_default();
        let done = md_status == "1" || md_status == "4";
        for (name, value) in [
            ("clientid", of("terminalid")),
            ("oid", of("orderid")),
            ("authcode", String::new()),
            ("procreturncode", String::new()),
            ("response", String::new()),
            ("mdstatus", md_status.to_owned()),
            ("cavv", if done { CAVV.to_owned() } else { String::new() }),
            ("eci", if done { "02".to_owned() } else { String::new() }),
            ("md", MD.to_owned()),
            ("rnd", RND.to_owned()),
            ("xid", "748ac354-4bfe-4b40-aa12-5ea025b7399b".to_owned()),
            ("mderrormessage", "Authentication/Challenge".to_owned()),
            ("errmsg", String::new()),
            ("hostmsg", String::new()),
            ("transid", of("orderid")),
            ("hostrefnum", String::new()),
            ("MaskedPan", "42822090****8015".to_owned()),
            ("hashparams", HASH_PARAMS.to_owned()),
        ] {
            fields.push((name.to_owned(), value));
        }
        Return { fields }
    }

    /// With the result of a charge.
    pub fn charged(self, auth_code: &str, return_code: &str, response: &str) -> Return {
        self.with("authcode", auth_code).with("procreturncode", return_code).with("response", response)
    }

    pub fn approved(form: &[(String, String)], md_status: &str) -> Return {
        Return::of(form, md_status).charged("304919", "00", "Approved").with("hostrefnum", "632517184784")
    }

    pub fn with(mut self, name: &str, value: &str) -> Return {
        match self.fields.iter_mut().find(|(at, _)| at == name) {
            Some(field) => value.clone_into(&mut field.1),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    pub fn without(mut self, name: &str) -> Return {
        self.fields.retain(|(at, _)| at != name);
        self
    }

    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(at, _)| at == name).map_or("", |(_, value)| value)
    }

    /// The text that is signed: nothing stands between the values.
    pub fn plaintext(&self) -> String {
        SIGNED.iter().map(|name| self.text(name)).collect()
    }

    /// The digest that the bank puts under it.
    pub fn hash(&self) -> String {
        sha512(&[self.plaintext().as_str(), STORE_KEY].concat())
    }

    /// The body that the bank posts.
    pub fn signed(&self) -> Vec<u8> {
        self.clone().with("hash", &self.hash()).body()
    }

    pub fn body(&self) -> Vec<u8> {
        let encode = |text: &str| -> String {
            text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
        };
        self.fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&").into_bytes()
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The XML service

/// A request that the shop's server sent, as the bank reads it.
pub fn asked(answer: &Answer) -> String {
    let text = answer.at(8).strip_prefix("data=").expect("one field, data");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend(&part.as_bytes()[2..]);
    }
    must_not_tell(answer);
    assert!(bytes.is_ascii(), "requests are ASCII");
    String::from_utf8(bytes).expect("ASCII")
}

/// The text between the first `<name>` and its end.
pub fn element<'x>(xml: &'x str, name: &str) -> &'x str {
    let from = xml.find(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {xml}")) + name.len() + 2;
    &xml[from..from + xml[from..].find(&format!("</{name}>")).expect("its end")]
}

/// The digest of a request: order, terminal, no card, amount, currency.
pub fn request_hash(xml: &str, password: &str) -> String {
    let plain = |name| element(xml, name).to_owned();
    sha512(&[plain("OrderID"), TERMINAL.to_owned(), plain("Amount"), plain("CurrencyCode"), security_data(password, TERMINAL)].concat())
}

/// A reply.
#[derive(Clone)]
pub struct Reply {
    values: Vec<(&'static str, String)>,
    order: String,
    password: &'static str,
}

impl Reply {
    fn new(source: &str, code: &str, reason: &str, message: &str) -> Reply {
        let values = [
            ("OrderID", ORDER_ID),
            ("Source", source),
            ("Code", code),
            ("ReasonCode", reason),
            ("Message", message),
            ("ErrorMsg", if code == "00" { "" } else { "İşleminizi gerçekleştiremiyoruz" }),
            ("SysErrMsg", ""),
            ("RetrefNum", ""),
            ("AuthCode", ""),
            ("ProvDate", "20261121 17:42:33"),
            ("CardNumberMasked", ""),
        ];
        Reply { values: values.map(|(name, value)| (name, value.to_owned())).to_vec(), order: String::new(), password: PASSWORD }
    }

    /// The card's bank said yes.
    pub fn approved() -> Reply {
        Reply::new("HOST", "00", "00", "Approved")
            .with("RetrefNum", "632517184784")
            .with("AuthCode", "304919")
            .with("CardNumberMasked", "428220******8015")
    }

    /// The card's bank said no.
    pub fn declined(code: &str) -> Reply {
        Reply::new("HOST", code, code, "Declined").with("RetrefNum", "632517184785")
    }

    /// The service itself said no.
    pub fn refused(reason: &str) -> Reply {
        Reply::new("GVPS", "92", reason, "Declined").with("SysErrMsg", &format!("ErrorId: {reason}"))
    }

    /// An answer to a question.
    pub fn told(order: String) -> Reply {
        Reply { order, ..Reply::new("GVPS", "00", "", "Approved") }
    }

    /// The state of an order.
    pub fn state(status: &str, taken: &str, reserved: &str) -> Reply {
        let code = if status.is_empty() { "" } else { "00" };
        Reply::told(format!(
            "<OrderInqResult><ChargeType>S</ChargeType><PreAuthAmount>{reserved}</PreAuthAmount><AuthAmount>{taken}</AuthAmount><Status>{status}</Status>\
             <InstallmentCnt>0</InstallmentCnt><CardNumberMasked>428220******8015</CardNumberMasked><Code>{code}</Code><RetrefNum>632517184784</RetrefNum>\
             <AuthCode>304919</AuthCode><ProvDate>2026-11-21 17:42:33.253</ProvDate></OrderInqResult>"
        ))
    }

    /// The transactions of an order: type, status, amount, return code, day of a void.
    pub fn history(rows: &[[&str; 5]]) -> Reply {
        let row = |[kind, status, amount, code, void]: &[&str; 5]| {
            let is_reserved = *kind == "preauth";
            let (reserved, taken) = if is_reserved { (*amount, "0") } else { ("0", *amount) };
            let (reserved_at, taken_at) = if is_reserved { ("20261120", "") } else { ("", "20261121") };
            let currency = if *code == "00" { "949" } else { "0" };
            format!(
                "<OrderTxn><Type>{kind}</Type><Status>{status}</Status><PreAuthAmount>{reserved}</PreAuthAmount><AuthAmount>{taken}</AuthAmount>\
                 <PreAuthDate>{reserved_at}</PreAuthDate><AuthDate>{taken_at}</AuthDate><VoidDate>{void}</VoidDate><RetrefNum>632517184784</RetrefNum>\
                 <AuthCode>304919</AuthCode><ReturnCode>{code}</ReturnCode><InstallmentCnt>0</InstallmentCnt><CurrencyCode>{currency}</CurrencyCode></OrderTxn>"
            )
        };
        let rows: String = rows.iter().map(row).collect();
        Reply::told(format!("<OrderHistInqResult><OrderTxnList>{rows}</OrderTxnList></OrderHistInqResult>"))
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Reply {
        let place = self.values.iter().position(|(at, _)| *at == name).expect("a known element");
        value.clone_into(&mut self.values[place].1);
        self
    }

    /// Signed with another password.
    pub fn by(self, password: &'static str) -> Reply {
        Reply { password, ..self }
    }

    fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(at, _)| *at == name).map_or("", |(_, value)| value)
    }

    pub fn hash(&self) -> String {
        let signed = ["Code", "RetrefNum", "AuthCode", "ProvDate", "OrderID"].map(|name| self.get(name)).concat();
        sha512(&[signed, security_data(self.password, TERMINAL)].concat())
    }

    pub fn xml(&self) -> String {
        self.xml_with_hash(&self.hash())
    }

    pub fn xml_with_hash(&self, hash: &str) -> String {
        let of = |names: &[&str]| -> String { names.iter().map(|name| format!("<{name}>{}</{name}>", self.get(name))).collect() };
        let response = of(&["Source", "Code", "ReasonCode", "Message", "ErrorMsg", "SysErrMsg"]);
        let rest = of(&["RetrefNum", "AuthCode", "ProvDate", "CardNumberMasked"]);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GVPSResponse><Mode></Mode><Terminal><ID>{TERMINAL}</ID></Terminal>\
             <Order>{}<GroupID></GroupID>{}</Order><Transaction><Response>{response}</Response>{rest}<HashData>{hash}</HashData></Transaction></GVPSResponse>",
            of(&["OrderID"]),
            self.order
        )
    }
}

/// A payment that the bank has taken, as the shop has stored it.
pub fn paid(shop: &Shop) -> Order {
    taken(shop, order(), Reply::state("APPROVED", "14990", "0"))
}

pub fn reserved(shop: &Shop) -> Order {
    taken(shop, order().with("type", "preauth"), Reply::state("WAITINGPOSTAUTH", "0", "14990"))
}

fn taken(shop: &Shop, order: Order, reply: Reply) -> Order {
    let Started { order, form } = begin(shop, order);
    let step = shop.callback(&order, &Return::approved(&form, "1").signed());
    let order = keep(&order, &step);
    let payment = shop.reply(&order, step.then(), "200", reply.xml());
    assert!(["paid by reply", "authorized by reply"].contains(&payment.to_string().as_str()), "{payment}");
    keep(&order, &payment)
}
