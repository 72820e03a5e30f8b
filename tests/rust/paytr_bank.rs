//! PayTR and a shop with an account there: signatures, notifications and answers, written from PayTR's documents.

use crate::shop::{API_PASSWORD, Answer, Config, ORDER_ID, Order, STORE_KEY, Shop, decode_percent, isbank, order};
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

pub const MERCHANT: &str = "123456";
/// PayTR's own number of a link's payment.
pub const PAYTR_ID: &str = "LNK20261121X77";
/// Both stand in no answer of the core but the account's text: see [`crate::shop`].
pub const KEY: &str = STORE_KEY;
pub const SALT: &str = API_PASSWORD;

/// base64 of HMAC-SHA256 over the values, one after another.
pub fn digest(key: &str, values: &[&str]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes any key");
    values.iter().for_each(|value| mac.update(value.as_bytes()));
    Base64::encode_string(&mac.finalize().into_bytes())
}

pub fn account(model: &str) -> Config {
    let mut config = isbank().with("gateway", "paytr").with("model", model);
    for key in ["clientId", "storeKey", "apiUser", "apiPassword"] {
        config = config.without(&["merchant.", key].concat());
    }
    config.with("merchant.merchantId", MERCHANT).with("merchant.merchantKey", KEY).with("merchant.merchantSalt", SALT)
}

pub fn bought() -> Order {
    order().with("urls.notify", "https://dukkan.example/_functions/paytrNotification")
}

/// A payment that was begun, as the shop has stored it.
pub fn begun(shop: &Shop, order: Order) -> Order {
    let start = shop.start_with(&order, &[""]);
    let stored = order.stored(shop, start.refs());
    let reply = match shop.model() {
        "link" => r#"{"status":"success","id":"LNKa1","link":"https://www.paytr.com/link/LNKa1"}"#,
        "iframe" => r#"{"status":"success","token":"28cc613c3d7633cfa4ed0956fdf901e05cf9d9cc0c2ef8db54fa"}"#,
        _ => return stored,
    };
    assert_eq!(shop.reply(&stored, start.then(), "200", reply).kind(), "redirect");
    stored
}

/// Signed values, and fields that nobody signs.
pub fn notification(ids: &[(&str, &str)], status: &str, total: &str, more: &str) -> Vec<u8> {
    let ids_text: String = ids.iter().map(|(_, id)| *id).collect();
    let hash = digest(KEY, &[&ids_text, SALT, status, total]);
    let ids: String = ids.iter().map(|(name, id)| format!("{name}={id}&")).collect();
    let hash = hash.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("{ids}status={status}&total_amount={total}&hash={hash}{more}").into_bytes()
}

/// Of the iFrame and the Direct API.
pub fn told(status: &str, total: &str) -> Vec<u8> {
    notification(&[("merchant_oid", ORDER_ID)], status, total, "")
}

/// Of a link.
pub fn link_told(paytr_id: &str, status: &str, total: &str) -> Vec<u8> {
    notification(&[("callback_id", ORDER_ID), ("merchant_oid", paytr_id)], status, total, "")
}

/// The fields of a request, and their names.
pub fn sent(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.kind(), "send", "{answer:?}");
    let pair =
        |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), decode_percent(&value.replace('+', " ")))).expect("name=value");
    answer.at(8).split('&').map(pair).collect()
}

pub fn field<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields.iter().find(|(at, _)| at == name).map(|(_, value)| value.as_str()).unwrap_or_else(|| panic!("{name} in {fields:?}"))
}

/// Names with values that are JSON already; a later one replaces an earlier one, and an empty one leaves it out.
pub fn json(members: &[(&str, &str)]) -> String {
    let mut kept: Vec<(&str, &str)> = Vec::new();
    for (name, value) in members {
        kept.retain(|(at, _)| at != name);
        if !value.is_empty() {
            kept.push((name, value));
        }
    }
    let members: Vec<String> = kept.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// The answer to an inquiry about a payment of 149.90.
pub fn found(changes: &[(&str, &str)]) -> String {
    let members = [
        ("status", r#""success""#),
        ("payment_amount", r#""149.9""#),
        ("payment_total", r#""149.9""#),
        ("payment_date", r#""2026-11-21 17:42:33""#),
        ("currency", r#""TL""#),
        ("taksit", r#""0""#),
        ("masked_pan", r#""450803******4509""#),
        ("test_mode", r#""0""#),
        ("returns", "[]"),
    ];
    json(&[&members, changes].concat())
}

/// The answer to a refund.
pub fn refund_made(order_number: &str, amount: &str, reference: &str, changes: &[(&str, &str)]) -> String {
    let quoted = |text: &str| format!("\"{text}\"");
    let (number, amount, reference) = (quoted(order_number), quoted(amount), quoted(reference));
    let members = [
        ("status", r#""success""#),
        ("is_test", r#""0""#),
        ("merchant_oid", number.as_str()),
        ("return_amount", amount.as_str()),
        ("reference_no", reference.as_str()),
    ];
    json(&[&members, changes].concat())
}

/// The same order with what an answer says to store.
pub fn keep(order: Order, answer: &Answer) -> Order {
    order.with("refs", answer.refs())
}
