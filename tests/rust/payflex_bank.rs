//! A PayFlex bank and a shop with an account there: registrations, enrollments, returns and XML, written from the banks' documents.

use crate::shop::{API_PASSWORD, Answer, Config, ORDER_ID, Order, Shop, isbank, order};

pub const MERCHANT: &str = "000000000123456";
pub const TERMINAL: &str = "VP000777";
pub const TOKEN: &str = "8f2b6c1d4e5f47a8a1b2c3d4e5f60718";
pub const CAVV: &str = "AAABBIIFmAAAAAAAAAAAAAAAAAA=";

/// The random bytes of this suite, as the two halves that an enrollment uses.
pub const ENROLLMENT: &str = "30313233343536373839616263646566";
pub const SESSION: &str = "30313233343536373839414243444546";

/// An account like a shop's own, in production.
pub fn vakifbank(model: &str) -> Config {
    account("vakifbank", model)
}

pub fn account(gateway: &str, model: &str) -> Config {
    let mut config = isbank().with("gateway", gateway).with("model", model);
    for key in ["clientId", "storeKey", "apiUser", "apiPassword"] {
        config = config.without(&["merchant.", key].concat());
    }
    config.with("merchant.merchantId", MERCHANT).with("merchant.password", API_PASSWORD).with("merchant.terminalNo", TERMINAL)
}

/// Stores what an answer says.
pub fn keep(order: Order, answer: &Answer) -> Order {
    order.with("refs", answer.refs())
}

/// A reference that is stored with the order.
pub fn reference<'o>(order: &'o Order, name: &str) -> &'o str {
    let refs = order.get("refs");
    let value = refs.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("{name} in {refs}"))
}

/// Our number of the payment.
pub fn transaction(order: &Order) -> &str {
    reference(order, "transaction")
}

/// The form fields that a request carries.
pub fn fields(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.kind(), "send", "{answer:?}");
    answer.at(8).split('&').map(|pair| pair.split_once('=').expect("name=value")).map(|(name, value)| (decoded(name), decoded(value))).collect()
}

pub fn field(answer: &Answer, name: &str) -> Option<String> {
    fields(answer).into_iter().find(|(at, _)| at == name).map(|(_, value)| value)
}

/// The XML that goes to the virtual POS.
pub fn xml(answer: &Answer) -> String {
    let fields = fields(answer);
    assert!(fields.len() == 1 && fields[0].0 == "prmstr", "one field, prmstr: {fields:?}");
    fields[0].1.clone()
}

pub fn json(pairs: &[(&str, &str)]) -> String {
    let member = |(name, value): &(&str, &str)| if *value == "null" { format!("\"{name}\":null") } else { format!("\"{name}\":\"{value}\"") };
    format!("{{{}}}", pairs.iter().map(member).collect::<Vec<_>>().join(","))
}

/// An XML document of leaves; a name with slashes lies deeper.
pub fn document(root: &str, leaves: &[(&str, &str)]) -> String {
    let mut text = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><{root}>");
    let mut open: Vec<&str> = Vec::new();
    for (path, value) in leaves {
        let (folders, name) = path.rsplit_once('/').map_or((Vec::new(), *path), |(folders, name)| (folders.split('/').collect(), name));
        let shared = open.iter().zip(&folders).take_while(|(one, other)| one == other).count();
        open.drain(shared..).rev().for_each(|name| text.push_str(&format!("</{name}>")));
        folders[shared..].iter().for_each(|name| text.push_str(&format!("<{name}>")));
        open = folders;
        text.push_str(&format!("<{name}>{value}</{name}>"));
    }
    open.iter().rev().for_each(|name| text.push_str(&format!("</{name}>")));
    format!("{text}</{root}>")
}

/// The same leaves with some changed; `null` leaves one out.
pub fn changed<'l>(leaves: &[(&'l str, &'l str)], changes: &[(&'l str, &'l str)]) -> Vec<(&'l str, &'l str)> {
    let mut leaves = leaves.to_vec();
    for (name, value) in changes {
        match leaves.iter_mut().find(|(at, _)| at == name) {
            Some(leaf) => leaf.1 = value,
            None => leaves.push((name, value)),
        }
    }
    leaves.retain(|(_, value)| *value != "null");
    leaves
}

// ---- common payment

/// A registered payment, whose page the customer is looking at.
pub fn registered(shop: &Shop, order: Order) -> Order {
    let start = shop.start(&order);
    let stored = order.stored(shop, start.refs());
    let answer = shop.reply(&stored, start.then(), "200", json(&[("PaymentToken", TOKEN), ("ErrorCode", "0000")]));
    assert_eq!(answer.kind(), "redirect", "{answer:?}");
    keep(stored, &answer)
}

/// The bank's answer to the query of a payment.
pub fn told(order: &Order, changes: &[(&str, &str)]) -> String {
    let kind = if order.get("type") == "preauth" { "Auth" } else { "Sale" };
    let members = [
        ("Rc", "0000"),
        ("AuthCode", "368513"),
        ("Rrn", "632514000017"),
        ("Message", "İŞLEM BAŞARILI"),
        ("TransactionId", transaction(order)),
        ("PaymentToken", TOKEN),
        ("MaskedPan", "450803******4509"),
        ("OrderId", order.get("id")),
        ("AmountCode", "949"),
        ("Amount", "149.90"),
        ("TransactionType", kind),
        ("AuthResultCode", "0000"),
    ];
    json(&changed(&members, changes))
}

/// The return from the bank's page, the query, and its answer.
pub fn queried(shop: &Shop, order: &Order, changes: &[(&str, &str)]) -> Answer {
    let step = shop.callback(order, format!("PaymentToken={TOKEN}&Rc=0000").as_bytes());
    assert_eq!(step.to_string(), "reads:query");
    shop.reply(order, step.then(), "200", told(order, changes))
}

/// A paid order as the shop has stored it.
pub fn paid(shop: &Shop, order: Order) -> Order {
    let order = registered(shop, order);
    let answer = queried(shop, &order, &[]);
    assert!(answer.to_string().ends_with(" by reply"), "{answer:?}");
    keep(order, &answer)
}

// ---- 3-D Secure

pub const VERES: &[(&str, &str)] = &[
    ("Message/VERes/Version", "1.0.2"),
    ("Message/VERes/Status", "Y"),
    ("Message/VERes/PaReq", "eJxVUttygkAM="),
    ("Message/VERes/ACSUrl", "https://acs.bank.example/3ds?flow=1"),
    ("Message/VERes/TermUrl", "https://mpi.bank.example/PARes"),
    ("Message/VERes/MD", "5a1f&amp;7"),
    ("VerifyEnrollmentRequestId", ENROLLMENT),
    ("MessageErrorCode", "200"),
];

/// An enrolled payment, whose customer is at the card's bank.
pub fn enrolled(shop: &Shop, order: Order) -> Order {
    let start = shop.start(&order);
    let stored = order.stored(shop, start.refs());
    let answer = shop.reply(&stored, start.then(), "200", document("IPaySecure", VERES));
    assert_eq!(answer.kind(), "redirect", "{answer:?}");
    stored
}

const RETURN: &[(&str, &str)] = &[
    ("MerchantId", MERCHANT),
    ("Pan", "4508034508034509"),
    ("Expiry", "3012"),
    ("PurchAmount", "14990"),
    ("PurchCurrency", "949"),
    ("VerifyEnrollmentRequestId", ENROLLMENT),
    ("Xid", "ondg8d9t5besgt88sk8h"),
    ("SessionInfo", SESSION),
    ("Status", "Y"),
    ("Cavv", "AAABBIIFmAAAAAAAAAAAAAAAAAA%3D"),
    ("Eci", "05"),
    ("ExpSign", ""),
    ("InstallmentCount", ""),
    ("ErrorCode", ""),
    ("ErrorMessage", ""),
];

/// What the MPI posts back through the customer's browser.
pub fn returned(changes: &[(&str, &str)]) -> Vec<u8> {
    changed(RETURN, changes).iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&").into_bytes()
}

/// The answer of the virtual POS to a provision.
pub fn provision(order: &Order, changes: &[(&str, &str)]) -> String {
    let kind = if order.get("type") == "preauth" { "Auth" } else { "Sale" };
    let leaves = [
        ("MerchantId", MERCHANT),
        ("TransactionType", kind),
        ("TransactionId", transaction(order)),
        ("ResultCode", "0000"),
        ("ResultDetail", "İŞLEM BAŞARILI"),
        ("InstallmentTable", ""),
        ("AuthCode", "822641"),
        ("HostDate", "20261121174233"),
        ("Rrn", "632514000018"),
        ("TerminalNo", TERMINAL),
        ("CurrencyAmount", "149.90"),
        ("CurrencyCode", "949"),
        ("OrderId", order.get("id")),
        ("ECI", "05"),
        ("ThreeDSecureType", "2"),
        ("BatchNo", "300"),
    ];
    document("VposResponse", &changed(&leaves, changes))
}

/// A refusal of the virtual POS names nothing but itself.
pub fn refusal(code: &str) -> String {
    document("VposResponse", &[("ResultCode", code), ("ResultDetail", "olmadı"), ("InstallmentTable", "")])
}

// ---- the virtual POS

/// A row of Search.
pub fn row(order: &Order, changes: &[(&str, &str)]) -> String {
    let kind = if order.get("type") == "preauth" { "Auth" } else { "Sale" };
    let leaves = [
        ("PaymentTransactionId", "10000611014"),
        ("TransactionType", kind),
        ("TransactionId", transaction(order)),
        ("OrderId", ORDER_ID),
        ("Amount", "149.90"),
        ("AmountCode", "949"),
        ("AuthCode", "822641"),
        ("ReferenceTransactionId", ""),
        ("IsCanceled", "false"),
        ("IsReversed", "false"),
        ("IsCaptured", "false"),
        ("IsRefunded", "false"),
        ("TotalRefundAmount", "0.00"),
        ("ECI", "05"),
        ("ResultCode", "0000"),
        ("Rrn", "632514000018"),
        ("NumberOfInstallments", ""),
        ("HostDate", "20261121174233"),
        ("ResponseMessage", "İŞLEM BAŞARILI"),
        ("PanMasked", "450803******4509"),
        ("RequestInsertTime", "2026-11-21T17:42:33.55"),
    ];
    let row = document("TransactionSearchResultInfo", &changed(&leaves, changes));
    row.split_once("?>").map(|(_, row)| row.to_owned()).expect("a document")
}

/// The answer to a search.
pub fn found(rows: &[String]) -> String {
    list("SearchResponse", rows, rows.len())
}

pub fn list(root: &str, rows: &[String], total: usize) -> String {
    format!(
        "<{root}><ResponseInfo><Status>Success</Status><ResponseCode>0000</ResponseCode><ResponseMessage/></ResponseInfo>\
         <PagedResponseInfo><PageIndex>1</PageIndex><PageSize>25</PageSize><TotalItemCount>{total}</TotalItemCount></PagedResponseInfo>\
         <TransactionSearchResultInfo>{}</TransactionSearchResultInfo></{root}>",
        rows.concat()
    )
}

pub fn list_refused(root: &str, code: &str) -> String {
    document(root, &[("ResponseInfo/Status", "Error"), ("ResponseInfo/ResponseCode", code), ("ResponseInfo/ResponseMessage", "olmadı")])
}

/// A sale, in the model in which the card passes through the shop's server.
pub fn sale() -> Order {
    order()
}

pub fn preauth() -> Order {
    order().with("type", "preauth")
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).expect("UTF-8")
}
