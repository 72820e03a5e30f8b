//! Yapı Kredi's POSNET, and a shop that has an account there: its MACs and its XML, written from the bank's documents.

use crate::shop::{Answer, CARD, Config, ORDER_ID, Order, STORE_KEY, Shop, isbank, order};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

pub const MERCHANT_ID: &str = "6700123456";
pub const TERMINAL_ID: &str = "67A01234";
pub const POSNET_ID: &str = "1010101";
/// No secret of this suite may be told, and [`crate::shop::call`] looks for this one.
pub const ENC_KEY: &str = STORE_KEY;
/// The order's id has exactly the length of an XID.
pub const XID: &str = ORDER_ID;
pub const BANK_PACKET: &str = "87F491ACD24EAE64B519980F0B1BC7547BE4A7C5C614DC3A8CA3FC41B180EE7765851B081AAE61221956C0C6";
pub const MERCHANT_PACKET: &str = "F57E38055C280283044612E7338A314758CE0BB13FE9CFF2D1ACD415A979C65AD1FA664E561809F6326255";
pub const SIGN: &str = "6C47DAAE1FC76EF98787548B6EBA3B5E";
pub const KEY: &str = "021450428990000191";

pub fn yapikredi() -> Config {
    let empty = isbank().without("merchant.clientId").without("merchant.storeKey").without("merchant.apiUser").without("merchant.apiPassword");
    let named = empty.with("gateway", "yapikredi").with("merchant.merchantId", MERCHANT_ID).with("merchant.terminalId", TERMINAL_ID);
    named.with("merchant.posnetId", POSNET_ID).with("merchant.encKey", ENC_KEY)
}

fn digest(text: &str) -> String {
    Base64::encode_string(&Sha256::digest(text))
}

/// A MAC over these values, by the shop's key.
pub fn mac(values: &[&str]) -> String {
    mac_by(values, TERMINAL_ID, ENC_KEY)
}

pub fn mac_by(values: &[&str], terminal_id: &str, enc_key: &str) -> String {
    digest(&[values, &[&digest(&[enc_key, terminal_id].join(";"))]].concat().join(";"))
}

/// Elements, one after another; `-` leaves one out, and a path makes the elements around it.
pub fn elements(leaves: &[(&str, &str)]) -> String {
    leaves.iter().filter(|(_, value)| *value != "-").map(|(name, value)| format!("<{name}>{value}</{name}>")).collect()
}

pub fn response(inner: &str) -> String {
    format!("<?xml version='1.0' encoding='iso-8859-9'?>\n<posnetResponse>{inner}</posnetResponse>\n")
}

/// A no.
pub fn refusal(code: &str, text: &str) -> String {
    response(&elements(&[("approved", "0"), ("respCode", code), ("respText", text)]))
}

/// `leaves` with other values under some names; a new name is added.
pub fn changed<'a>(leaves: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let change = |name: &str| changes.iter().find(|(at, _)| *at == name).map(|(_, value)| *value);
    let mut leaves: Vec<_> = leaves.iter().map(|(name, value)| (*name, change(name).unwrap_or(value))).collect();
    let new = changes.iter().filter(|(name, _)| !leaves.iter().any(|(at, _)| at == name)).copied().collect::<Vec<_>>();
    leaves.extend(new);
    leaves
}

/// The answer to `oosRequestData`.
pub fn encrypted(changes: &[(&str, &str)]) -> String {
    let data =
        changed(&[("data1", "AEFE78BFC852867FF57078B7"), ("data2", "69D04861340091B7"), ("sign", "9998F61E1D0C0FB6EC5203A748124F30")], changes);
    response(&format!("<approved>1</approved><respCode/><respText/><oosRequestDataResponse>{}</oosRequestDataResponse>", elements(&data)))
}

/// The answer to `oosResolveMerchantData`; its MAC covers what it says, unless it is among the changes.
pub fn resolved(changes: &[(&str, &str)]) -> String {
    let leaves = [
        ("xid", XID),
        ("amount", "14990"),
        ("currency", "TL"),
        ("installment", "00"),
        ("point", "0"),
        ("pointAmount", "0"),
        ("txStatus", "Y"),
        ("mdStatus", "1"),
        ("mdErrorMessage", ""),
    ];
    let leaves = changed(&leaves, changes);
    let value = |name: &str| leaves.iter().find(|(at, _)| *at == name).map_or("", |(_, value)| *value);
    let own = mac(&[value("mdStatus"), value("xid"), value("amount"), value("currency"), MERCHANT_ID]);
    let leaves = changed(&[("mac", own.as_str())], &leaves);
    response(&format!(
        "<approved>1</approved><respCode></respCode><respText></respText><oosResolveMerchantDataResponse>{}</oosResolveMerchantDataResponse>",
        elements(&leaves)
    ))
}

/// The answer to `oosTranData`, with the MAC of the order.
pub fn charged(changes: &[(&str, &str)]) -> String {
    let own = mac(&[KEY, XID, "14990", "TL", MERCHANT_ID]);
    let leaves = [("approved", "1"), ("respCode", ""), ("respText", "00"), ("mac", &own), ("hostlogkey", KEY), ("authCode", "901477")];
    response(&format!("{}<instInfo><inst1>00</inst1><amnt1>000000000000</amnt1></instInfo>", elements(&changed(&leaves, changes))))
}

/// The answer to `agreement`: transactions, each told as changes of a sale that counts.
pub fn agreement(transactions: &[&[(&str, &str)]]) -> String {
    let id = format!("TDS_{XID}");
    let sale = [
        ("orderID", id.as_str()),
        ("ccno", "4506 34** **** 4637"),
        ("amount", "149,90"),
        ("currencyCode", "TL"),
        ("authCode", "504289"),
        ("tranDate", "2026-11-21 17:42:33.281"),
        ("state", "Sale"),
        ("txnStatus", "1"),
        ("hostLogKey", KEY),
    ];
    let each = |changes: &&[(&str, &str)]| format!("<transaction>{}</transaction>", elements(&changed(&sale, changes)));
    response(&format!("<approved>1</approved><transactions>{}</transactions>", transactions.iter().map(each).collect::<String>()))
}

pub fn no_record() -> String {
    refusal("E219", "KAYIT BULUNAMADI")
}

/// What the browser brings back; only the packets count.
pub fn packets(changes: &[(&str, &str)]) -> Vec<u8> {
    let fields = [
        ("MerchantPacket", MERCHANT_PACKET),
        ("BankPacket", BANK_PACKET),
        ("Sign", SIGN),
        ("CCPrefix", "450634"),
        ("TranType", "Sale"),
        ("Amount", "149%2C90"),
        ("Xid", XID),
        ("MerchantId", MERCHANT_ID),
    ];
    let fields = changed(&fields, changes).into_iter().filter(|(_, value)| *value != "-");
    fields.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&").into_bytes()
}

/// The XML of a request.
pub fn xml(step: &Answer) -> String {
    assert_eq!(step.kind(), "send", "{step:?}");
    let mut parts = step.at(8).strip_prefix("xmldata=").expect("one field, xmldata").split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).expect("ASCII")
}

/// What stands in an element of a request.
pub fn leaf(step: &Answer, name: &str) -> String {
    let xml = xml(step);
    let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {xml}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// An order whose card has been encrypted and whose customer is at the bank's page.
pub fn begun(shop: &Shop, order: Order) -> Order {
    let asked = shop.start_with(&order, &CARD);
    order.stored(shop, asked.refs())
}

/// The same, and the customer has come back authenticated: the order as it is to be stored, and the step that asks for the money.
pub fn authenticated(shop: &Shop, order: Order, resolved: &str) -> (Order, Answer) {
    let order = begun(shop, order);
    let asked = shop.callback(&order, &packets(&[]));
    let step = shop.reply(&order, asked.then(), "200", resolved);
    if step.kind() != "send" {
        return (order, step);
    }
    let refs = step.refs().to_owned();
    (order.with("refs", &refs), step)
}

/// A payment that was made: the order as it is stored from then on.
pub fn paid(shop: &Shop) -> Order {
    let (order, step) = authenticated(shop, order(), &resolved(&[]));
    let payment = shop.reply(&order, step.then(), "200", charged(&[]));
    assert_eq!(payment.to_string(), "paid by reply");
    order.with("refs", payment.fact("refs"))
}
