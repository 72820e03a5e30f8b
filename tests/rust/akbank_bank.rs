//! Akbank, and a shop that has an account there: its digests, returns and JSON, written from the bank's documents.

use crate::shop::{Answer, CARD, Config, ORDER_ID, Order, STORE_KEY, Shop, isbank, order};
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;

pub const MERCHANT: &str = "A1B2C3D4E5F60718293A4B5C6D7E8F90";
pub const TERMINAL: &str = "0F9E8D7C6B5A49382716050403020100";

/// The secret key is this suite's secret: [`crate::shop::call`] looks for it in every answer.
pub fn akbank(model: &str) -> Config {
    let empty = isbank().without("merchant.clientId").without("merchant.storeKey").without("merchant.apiUser").without("merchant.apiPassword");
    let named = empty.with("gateway", "akbank").with("model", model).with("merchant.merchantSafeId", MERCHANT);
    named.with("merchant.terminalSafeId", TERMINAL).with("merchant.secretKey", STORE_KEY)
}

pub fn digest(text: &str) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(STORE_KEY.as_bytes()).expect("any key");
    mac.update(text.as_bytes());
    Base64::encode_string(&mac.finalize().into_bytes())
}

/// The order as it is stored once the browser has left.
pub fn begun(shop: &Shop, order: Order) -> Order {
    let card: &[&str] = if shop.model() == "3d_pay_hosting" { &[""] } else { &CARD };
    let step = shop.start_with(&order, card);
    assert_eq!(step.kind(), "redirect", "{step:?}");
    order.stored(shop, step.refs())
}

/// A form body, signed over the names in `list`; `-` as a value leaves a field out.
pub fn signed(list: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let value = |name: &str| fields.iter().find(|(at, _)| *at == name).map_or("", |(_, value)| *value);
    let text: String = list.split('+').map(value).collect();
    let hash = digest(&text);
    let all = fields.iter().copied().chain([("hashParams", list), ("hash", hash.as_str())]).filter(|(_, value)| *value != "-");
    all.map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&").into_bytes()
}

fn percent(value: &str) -> String {
    value.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

pub fn changed<'a>(fields: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let change = |name: &str| changes.iter().find(|(at, _)| *at == name).map(|(_, value)| *value);
    let mut all: Vec<_> = fields.iter().map(|(name, value)| (*name, change(name).unwrap_or(value))).collect();
    all.extend(changes.iter().filter(|(name, _)| !fields.iter().any(|(at, _)| at == name)));
    all
}

pub const SECURE: [(&str, &str); 4] = [
    ("secureId", "NEN3cjFKaDZIaDlnajM4RXRzSTY="),
    ("secureEcomInd", "02"),
    ("secureData", "kBMrDwEgAAAAAAAAAAAAAAAAAAAA"),
    ("secureMd", "F34CC3A09A105540325226366434ABFFDCC3C67878A4870BF6C330D2E4E595CF"),
];

pub const OK_URL: &str = "https://dukkan.example/_functions/payment3DSuccess/k3y";
pub const FAIL_URL: &str = "https://dukkan.example/_functions/payment3DFail/k3y";

/// After 3-D Secure, as in 2026.
pub fn authenticated(changes: &[(&str, &str)]) -> Vec<u8> {
    let [id, eci, data, md] = SECURE;
    let fields = [
        ("txnCode", "3001"),
        ("responseCode", "VPS-0000"),
        ("responseMessage", "BAŞARILI"),
        ("txnDateTime", "2026-11-21T17:42:33.000"),
        ("merchantSafeId", MERCHANT),
        ("terminalSafeId", TERMINAL),
        ("orderId", ORDER_ID),
        id,
        eci,
        ("mdStatus", "1"),
        data,
        md,
        ("maskedCardNumber", "557829******1055"),
        ("amount", "149.90"),
        ("installCount", "1"),
        ("okUrl", OK_URL),
        ("failUrl", FAIL_URL),
    ];
    let fields = changed(&fields, changes);
    signed(&names(&fields), &fields)
}

pub fn names(fields: &[(&str, &str)]) -> String {
    fields.iter().filter(|(_, value)| !matches!(*value, "" | "-")).map(|(name, _)| *name).collect::<Vec<_>>().join("+")
}

/// The bank has charged, or has not.
pub fn charged(changes: &[(&str, &str)]) -> Vec<u8> {
    let fields = [
        ("txnCode", "1000"),
        ("responseCode", "VPS-0000"),
        ("responseMessage", "BAŞARILI"),
        ("hostResponseCode", "00"),
        ("hostMessage", "000 ONAY KODU XXXXXX"),
        ("txnDateTime", "2026-11-21T17:42:33.000"),
        ("merchantSafeId", MERCHANT),
        ("terminalSafeId", TERMINAL),
        ("orderId", ORDER_ID),
        ("cardHolderName", "TD**"),
        ("authCode", "306456"),
        ("rrn", "411024360235"),
        ("batchNumber", "43"),
        ("stan", "86"),
    ];
    let fields = changed(&fields, changes);
    signed(&names(&fields), &fields)
}

pub fn refused(changes: &[(&str, &str)]) -> Vec<u8> {
    let fields = [("responseCode", "VPS-1279"), ("responseMessage", "BKM 3DS Server Doğrulama Başarısız"), ("orderId", ORDER_ID)];
    signed("responseCode+responseMessage+orderId", &changed(&fields, changes))
}

/// An answer about one transaction.
pub fn answer(code: &str, changes: &[(&str, &str)]) -> String {
    let leaf = |name: &str, default: &str| changes.iter().find(|(at, _)| *at == name).map_or(default, |(_, value)| value).to_owned();
    let (response, host, order) = (leaf("responseCode", "VPS-0000"), leaf("hostResponseCode", "00"), leaf("orderId", ORDER_ID));
    let (terminal, rrn) = (leaf("terminalSafeId", TERMINAL), leaf("rrn", "632517184784"));
    format!(
        r#"{{"txnCode":"{code}","responseCode":"{response}","responseMessage":"BAŞARILI","hostResponseCode":"{host}","hostMessage":"000 ONAY",
        "txnDateTime":"2026-11-21T17:42:33.777","terminal":{{"merchantSafeId":"{MERCHANT}","terminalSafeId":"{terminal}"}},
        "order":{{"orderId":"{order}"}},"transaction":{{"authCode":"306456","rrn":"{rrn}","batchNumber":43,"stan":86}}}}"#
    )
}

/// The request was refused before any card's bank saw it.
pub fn refusal(code: &str, response: &str) -> String {
    answer(code, &[("responseCode", response), ("hostResponseCode", ""), ("rrn", "0")])
}

pub const SALE: &[(&str, &str)] = &[];
pub const PREAUTH: &[(&str, &str)] = &[("txnCode", "1004")];
pub const CAPTURE: &[(&str, &str)] = &[("txnCode", "1005")];
pub const REFUND_10: &[(&str, &str)] = &[("txnCode", "1002"), ("amount", "10")];
pub const DECLINED: &[(&str, &str)] = &[("responseCode", "VPS-1005"), ("hostResponseCode", "51")];

/// The order's history: rows, each told as changes of a sale.
pub fn history(rows: &[&[(&str, &str)]]) -> String {
    let row = |changes: &&[(&str, &str)]| {
        let fields = [
            ("amount", "149.9"),
            ("currencyCode", "949"),
            ("txnCode", "1000"),
            ("txnStatus", "N"),
            ("responseCode", "VPS-0000"),
            ("hostResponseCode", "00"),
            ("orgOrderId", ORDER_ID),
            ("orderId", ORDER_ID),
            ("installCount", "1"),
            ("authCode", "306456"),
            ("rrn", "632517184784"),
            ("maskedCardNumber", "557829******1055"),
            ("txnDateTime", "2026-11-21T17:42:33.777"),
        ];
        let written = |(name, value): &(&str, &str)| match *name {
            "amount" | "currencyCode" | "installCount" => format!("\"{name}\":{value}"),
            _ => format!("\"{name}\":\"{value}\""),
        };
        let fields = changed(&fields, changes);
        format!("{{{}}}", fields.iter().filter(|(_, value)| *value != "-").map(written).collect::<Vec<_>>().join(","))
    };
    let rows = rows.iter().map(row).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"txnCode":"1010","responseCode":"VPS-0000","responseMessage":"BAŞARILI","txnDateTime":"2026-11-21T17:42:33.777",
        "terminal":{{"merchantSafeId":"{MERCHANT}","terminalSafeId":"{TERMINAL}"}},"txnDetailList":[{rows}]}}"#
    )
}

pub fn nothing_found() -> String {
    format!(
        r#"{{"txnCode":"1010","responseCode":"VPS-1123","responseMessage":"İşlem bulunamadı","terminal":{{"merchantSafeId":"{MERCHANT}","terminalSafeId":"{TERMINAL}"}}}}"#
    )
}

pub fn inquired(shop: &Shop, order: &Order, body: &str) -> Answer {
    shop.reply(order, shop.inquire(order).then(), "200", body)
}

/// A sale that is paid, as it is stored.
pub fn paid(shop: &Shop) -> Order {
    let order = begun(shop, order());
    let payment = inquired(shop, &order, &history(&[SALE]));
    assert_eq!(payment.to_string(), "paid by reply");
    order.with("refs", payment.fact("refs"))
}

pub fn reserved(shop: &Shop) -> Order {
    let order = begun(shop, order().with("type", "preauth"));
    let payment = inquired(shop, &order, &history(&[PREAUTH]));
    assert_eq!(payment.to_string(), "authorized by reply");
    order.with("refs", payment.fact("refs"))
}
