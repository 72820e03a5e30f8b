//! A NestPay bank: its callbacks, its signature and its XML, written from the bank's documents.

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha512};

/// Never signed: the digest itself, and what the gate adds on the way.
const UNSIGNED: &[&str] = &["HASH", "ENCODING", "COUNTDOWN", "NATIONALIDNO"];

/// The digest of version 3: the values in the order of their names, escaped, each followed by `|`, then the store key, escaped.
pub fn ver3(fields: &[(String, Vec<u8>)], store_key: &str) -> String {
    let mut sorted: Vec<(String, &[u8])> = fields.iter().map(|(name, value)| (name.to_ascii_uppercase(), value.as_slice())).collect();
    sorted.retain(|(name, _)| !UNSIGNED.contains(&name.as_str()));
    sorted.sort();
    let mut plaintext = Vec::new();
    for (_, value) in sorted {
        plaintext.extend(escape(value));
        plaintext.push(b'|');
    }
    plaintext.extend(escape(store_key.as_bytes()));
    Base64::encode_string(&Sha512::digest(&plaintext))
}

fn escape(value: &[u8]) -> Vec<u8> {
    let escaped = |byte: &u8| if matches!(byte, b'\\' | b'|') { vec![b'\\', *byte] } else { vec![*byte] };
    value.iter().flat_map(escaped).collect()
}

/// What the gate posts back through the customer's browser.
#[derive(Clone)]
pub struct Callback {
    pub fields: Vec<(String, Vec<u8>)>,
}

impl Callback {
    pub fn of<T: AsRef<[u8]>>(fields: &[(&str, T)]) -> Callback {
        Callback { fields: fields.iter().map(|(name, value)| ((*name).to_owned(), value.as_ref().to_vec())).collect() }
    }

    /// The echoes of the shop's form, and what every callback carries beside them. The gate has its own `rnd` and returns no card.
    fn echoing(form: &[(String, String)]) -> Callback {
        let own = ["hash", "rnd", "pan", "cv2", "Ecom_Payment_Card_ExpDate_Month", "Ecom_Payment_Card_ExpDate_Year"];
        let echoes = form.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let mut callback = Callback { fields: echoes.map(|(name, value)| (name.clone(), value.clone().into_bytes())).collect() };
        let oid = callback.text("oid");
        let client_id = callback.text("clientid");
        for (name, value) in [
            ("rnd", "J/jGATA5LLVaMfpU+Yyu"),
            ("ReturnOid", oid.as_str()),
            ("merchantID", client_id.as_str()),
            ("merchantName", "Deneme Dukkan|1\\"),
            ("clientIp", "203.0.113.7"),
            ("digest", "digest"),
            ("dsId", "1"),
            ("payResults.dsId", "1"),
            ("sID", "1"),
            ("protocol", "3DS2.2.0"),
            ("version", "4.0"),
            ("maskedCreditCard", "4508 03** **** 4509"),
            ("MaskedPan", "450803***4509"),
            ("PAResVerified", "true"),
            ("PAResSyntaxOK", "true"),
            ("callbackCall", "true"),
            ("TDS2.AResExtensions", r#"[{"name":"Bridging","data":{"version":"2.0"}}]"#),
            ("encoding", "ISO-8859-9"),
        ] {
            callback = callback.with(name, value);
        }
        callback
    }

    /// After 3-D Secure, without a financial result: what `3d` and `3d_host` bring.
    pub fn authenticated(form: &[(String, String)], md_status: &str) -> Callback {
        Callback::echoing(form)
            .with("mdStatus", md_status)
            .with("mdErrorMsg", "Y-status/Challenge authentication via ACS: https://acs.example/creq")
            .with("txstatus", "Y")
            .with("eci", "05")
            .with("cavv", "ABABBjRAAwAAACcQlJIhdUhABZc=")
            .with("xid", "wSpz43MzGED+TOlB4rJW4kNtIEs=")
            .with("md", "450803:E49854A3405034CB5BD417C473652671:6393:##190700777")
    }

    /// With a financial result: what `3d_pay` and `3d_pay_hosting` bring.
    pub fn settled(form: &[(String, String)], md_status: &str, response: &str, return_code: &str) -> Callback {
        Callback::authenticated(form, md_status)
            .with("Response", response)
            .with("ProcReturnCode", return_code)
            .with("AuthCode", "P37891")
            .with("HostRefNum", "632517184784")
            .with("TransId", "26325RqiC11252")
            .with("SettleId", "2383")
            .with("ErrMsg", if response == "Approved" { "" } else { "Kart limiti yetersiz" })
            .with("EXTRA.TRXDATE", "20261121 17:42:33")
            .with("EXTRA.CARDBRAND", "VISA")
    }

    pub fn approved(form: &[(String, String)]) -> Callback {
        Callback::settled(form, "1", "Approved", "00")
    }

    pub fn declined(form: &[(String, String)]) -> Callback {
        Callback::settled(form, "1", "Declined", "51")
    }

    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Callback {
        let value = value.as_ref().to_vec();
        match self.fields.iter_mut().find(|(at, _)| at == name) {
            Some(field) => field.1 = value,
            None => self.fields.push((name.to_owned(), value)),
        }
        self
    }

    /// A field that may come a second time.
    pub fn with_another(mut self, name: &str, value: &str) -> Callback {
        self.fields.push((name.to_owned(), value.as_bytes().to_vec()));
        self
    }

    pub fn without(mut self, name: &str) -> Callback {
        self.fields.retain(|(at, _)| at != name);
        self
    }

    pub fn renamed(mut self, from: &str, to: &str) -> Callback {
        self.fields.iter_mut().filter(|(at, _)| at == from).for_each(|(at, _)| to.clone_into(at));
        self
    }

    pub fn text(&self, name: &str) -> String {
        let field = self.fields.iter().find(|(at, _)| at == name);
        field.map(|(_, value)| String::from_utf8(value.clone()).expect("UTF-8")).unwrap_or_default()
    }

    pub fn hash(&self, store_key: &str) -> String {
        ver3(&self.fields, store_key)
    }

    /// The body that the bank posts: signed.
    pub fn signed(self, store_key: &str) -> Vec<u8> {
        let hash = self.hash(store_key);
        self.with("HASH", hash).body()
    }

    /// The fields as they are, as a browser posts them.
    pub fn body(&self) -> Vec<u8> {
        let encode = |bytes: &[u8]| -> String {
            bytes.iter().map(|byte| if byte.is_ascii_alphanumeric() { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect()
        };
        self.fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&").into_bytes()
    }
}

/// A `CC5Response` with these elements, those of `Extra` last.
pub fn cc5(elements: &[(&str, &str)], extra: &[(&str, &str)]) -> String {
    let written = |elements: &[(&str, &str)]| -> String { elements.iter().map(|(name, text)| format!("<{name}>{text}</{name}>")).collect() };
    let (elements, extra) = (written(elements), written(extra));
    format!("<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?>\n<CC5Response>{elements}<Extra>{extra}</Extra></CC5Response>\n")
}
