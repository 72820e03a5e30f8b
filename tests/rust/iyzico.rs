//! iyzico: its signatures and its answers, written from its documents, and a shop that has begun a payment there.

use crate::shop::{Answer, CARD, Config, Order, Shop, isbank, order};
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use velopos::frame::Op;

pub const SECRET: &str = "sandbox-UuLnD7wZa0a3DmytfIrwHQqAMfqCNJrs";
pub const TOKEN: &str = "e828c62d-fd12-4b1a-ad5a-380f15fe6596";
pub const OTHER_TOKEN: &str = "11111111-fd12-4b1a-ad5a-380f15fe6596";
pub const PAYMENT: &str = "22483975";
pub const OTHER_PAYMENT: &str = "22483976";
pub const MERCHANT: &str = "3382172";

/// Names, and values that are JSON already; an empty value leaves its member out.
pub type Members<'a> = Vec<(&'a str, String)>;

pub fn hmac_hex(key: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes any key");
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// The header of a request, as iyzico's own libraries make it.
pub fn authorization(api_key: &str, random_key: &str, path: &str, body: &str) -> String {
    let signature = hmac_hex(SECRET, &format!("{random_key}{path}{body}"));
    format!("IYZWSv2 {}", Base64::encode_string(format!("apiKey:{api_key}&randomKey:{random_key}&signature:{signature}").as_bytes()))
}

pub fn config(model: &str) -> Config {
    let bare = isbank().without("merchant.clientId").without("merchant.storeKey").without("merchant.apiUser").without("merchant.apiPassword");
    let keyed = bare.with("gateway", "iyzico").with("mode", "test").with("merchant.apiKey", "sandbox-api").with("merchant.secretKey", SECRET);
    keyed.with("merchant.merchantId", MERCHANT).with("model", model)
}

pub fn form_shop() -> Shop {
    config("checkout_form").open()
}

pub fn three_ds_shop() -> Shop {
    config("3ds").open()
}

pub fn start(shop: &Shop, order: &Order) -> Answer {
    shop.start_with(order, if shop.model() == "3ds" { &CARD } else { &[""] })
}

/// The order as the shop stores it once iyzico has begun the payment.
pub fn begin(shop: &Shop, order: Order) -> Order {
    let asked = start(shop, &order);
    let stored = order.stored(shop, asked.refs());
    let id = stored.get("id");
    let body = if shop.model() == "3ds" { three_ds_begun(id, PAYMENT, PAGE) } else { form_begun(id, TOKEN, FORM_PAGE) };
    let answer = shop.reply(&stored, asked.then(), "200", body);
    assert_eq!(answer.kind(), "redirect", "{answer:?}");
    let refs = answer.refs().to_owned();
    stored.with("refs", &refs)
}

/// The same, and paid or reserved.
pub fn paid(shop: &Shop, order: Order, changes: &[(&str, &str)]) -> Order {
    let stored = begin(shop, order);
    let answer = shop.reply(&stored, "reads:retrieve", "200", form_answer(changes));
    assert!(["paid", "authorized"].contains(&answer.fact("status")), "{answer:?}");
    let refs = answer.refs().to_owned();
    stored.with("refs", &refs)
}

pub const FORM_PAGE: &str = "https://sandbox-cpp.iyzipay.com?token=e828c62d-fd12-4b1a-ad5a-380f15fe6596&lang=tr";

pub fn form_begun(conversation: &str, token: &str, page: &str) -> String {
    let members = vec![quoted("status", "success"), quoted("conversationId", conversation), quoted("token", token), quoted("paymentPageUrl", page)];
    signed(members, &["conversationId", "token"])
}

/// What the browser leaves with for the card's bank, as iyzico's sandbox writes it.
pub const PAGE: &str = "<!doctype html><html lang=\"en\"><head><title>iyzico Mock 3D-Secure Processing Page</title></head><body>\n\
    <form id=\"iyzico-3ds-form\" action=\"https://sandbox-api.iyzipay.com/payment/mock/init3ds\" method=\"post\">\n\
    <input type=\"hidden\" name=\"orderId\" value=\"mock12-9584229962790500iyziord\">\n<input type=\"hidden\" name=\"bin\" value=\"450803\">\n\
    <input type=\"hidden\" name=\"PaReq\" value=\"0b6d9ec1-eff8-4878\">\n</form>\n\
    <script type=\"text/javascript\">document.getElementById(\"iyzico-3ds-form\").submit();</script></body></html>";

pub fn three_ds_begun(conversation: &str, payment: &str, page: &str) -> String {
    let page = Base64::encode_string(page.as_bytes());
    let members =
        vec![quoted("status", "success"), quoted("conversationId", conversation), quoted("paymentId", payment), quoted("threeDSHtmlContent", &page)];
    signed(members, &["paymentId", "conversationId"])
}

pub fn quoted<'a>(name: &'a str, value: &str) -> (&'a str, String) {
    (name, format!("\"{value}\""))
}

pub fn json(members: &[(&str, String)]) -> String {
    let present = members.iter().filter(|(_, value)| !value.is_empty());
    format!("{{{}}}", present.map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(","))
}

pub fn changed<'a>(members: Members<'a>, changes: &[(&'a str, &str)]) -> Members<'a> {
    let mut members: Members = members.into_iter().filter(|(name, _)| changes.iter().all(|(at, _)| at != name)).collect();
    members.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
    members
}

/// With the signature over these names, as iyzico's documents describe it.
pub fn signed(members: Members, names: &[&str]) -> String {
    let signature = hmac_hex(SECRET, &signed_text(&members, names));
    let mut members = members;
    if !members.iter().any(|(name, _)| *name == "signature") {
        members.push(quoted("signature", &signature));
    }
    json(&members)
}

pub fn signed_text(members: &[(&str, String)], names: &[&str]) -> String {
    let value = |name: &&str| members.iter().find(|(at, _)| at == name).map_or("", |(_, value)| value.trim_matches('"'));
    let written = |name: &&str| match (*name, value(name)) {
        ("price" | "paidPrice", price) if price.contains('.') => price.trim_end_matches('0').trim_end_matches('.').to_owned(),
        (_, value) => value.to_owned(),
    };
    names.iter().map(written).collect::<Vec<_>>().join(":")
}

/// A payment of 149.90 lira that iyzico made for the order of these tests.
pub fn payment() -> Members<'static> {
    let id = order().get("id").to_owned();
    vec![
        quoted("status", "success"),
        quoted("locale", "tr"),
        ("systemTime", "1795283100000".to_owned()),
        quoted("conversationId", &id),
        quoted("paymentId", PAYMENT),
        ("fraudStatus", "1".to_owned()),
        quoted("currency", "TRY"),
        quoted("basketId", &id),
        ("price", "149.9".to_owned()),
        ("paidPrice", "149.90000000".to_owned()),
        ("installment", "1".to_owned()),
        // As in the document's sample.
        ("merchantCommissionRate", "0E-8".to_owned()),
        quoted("binNumber", "45080345"),
        quoted("lastFourDigits", "4509"),
        quoted("authCode", "301102"),
        quoted("hostReference", "mock00007iyzihostrfn"),
        quoted("phase", "AUTH"),
        ("mdStatus", "1".to_owned()),
        ("itemTransactions", r#"[{"itemId":"1","paymentTransactionId":"24","price":149.9}]"#.to_owned()),
    ]
}

const FORM_SIGNED: &[&str] = &["paymentStatus", "paymentId", "currency", "basketId", "conversationId", "paidPrice", "price", "token"];
pub const PAYMENT_SIGNED: &[&str] = &["paymentId", "currency", "basketId", "conversationId", "paidPrice", "price"];

/// The answer about a form.
pub fn form_answer(changes: &[(&str, &str)]) -> String {
    let mut members = payment();
    members.extend([quoted("token", TOKEN), quoted("paymentStatus", "SUCCESS")]);
    signed(changed(members, changes), FORM_SIGNED)
}

/// The answer about a payment number.
pub fn detail(changes: &[(&str, &str)]) -> String {
    let mut members = payment();
    members.push(quoted("paymentStatus", "SUCCESS"));
    signed(changed(members, changes), PAYMENT_SIGNED)
}

/// The answer to a request for the money, or to a capture.
pub fn payment_answer(changes: &[(&str, &str)]) -> String {
    signed(changed(payment(), changes), PAYMENT_SIGNED)
}

/// The browser's return from 3-D Secure: what stands in it, and its signature.
pub fn three_ds_return(changes: &[(&str, &str)]) -> String {
    let id = order().get("id").to_owned();
    let fields =
        [("status", "success"), ("paymentId", PAYMENT), ("conversationData", "Q29udmVyc2F0aW9u"), ("conversationId", &id), ("mdStatus", "1")];
    let change = |name: &str| changes.iter().find(|(at, _)| *at == name).map(|(_, value)| (*value).to_owned());
    let value = |name: &str| {
        let own = fields.iter().find(|(at, _)| *at == name).map(|(_, value)| (*value).to_owned());
        change(name).or(own).unwrap_or_default()
    };
    let text = ["conversationData", "conversationId", "mdStatus", "paymentId", "status"].map(value).join(":");
    let signature = change("signature").unwrap_or_else(|| hmac_hex(SECRET, &text));
    let mut body: Vec<(String, String)> = fields.iter().map(|(name, _)| ((*name).to_owned(), value(name))).collect();
    body.push(("signature".to_owned(), signature));
    form(&body)
}

/// A form, as a browser posts it.
pub fn form<T: AsRef<str>>(fields: &[(T, T)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", name.as_ref(), encode(value.as_ref()))).collect::<Vec<_>>().join("&")
}

/// What arrived, with the signature of a webhook where there is one.
pub fn callback(shop: &Shop, order: &Order, body: &str, signature: &str) -> Answer {
    shop.call(Op::Callback, order, &[signature, "", ""], body.as_bytes())
}

/// The body of a request as JSON members, for finding one: `"price":"149.9"`.
pub fn body_of(answer: &Answer) -> &str {
    assert_eq!(answer.kind(), "send", "{answer:?}");
    answer.at(8)
}

pub fn refusal(code: &str, words: &str) -> String {
    json(&[quoted("status", "failure"), quoted("errorCode", code), quoted("errorMessage", words)])
}

/// A webhook about a payment by API, as JSON text.
pub fn direct(changes: &[(&str, &str)]) -> String {
    let id = order().get("id").to_owned();
    let members = vec![
        quoted("iyziEventType", "API_AUTH"),
        ("paymentId", PAYMENT.to_owned()),
        quoted("paymentConversationId", &id),
        quoted("status", "SUCCESS"),
    ];
    json(&changed(members, changes))
}

/// A webhook about a payment on iyzico's page.
pub fn hosted(changes: &[(&str, &str)]) -> String {
    let id = order().get("id").to_owned();
    let members = vec![
        quoted("iyziEventType", "CHECKOUT_FORM_AUTH"),
        ("iyziPaymentId", PAYMENT.to_owned()),
        quoted("token", TOKEN),
        quoted("paymentConversationId", &id),
        quoted("status", "SUCCESS"),
    ];
    json(&changed(members, changes))
}

/// A webhook about a subscription's charge. The document's payload has no merchant number.
pub fn subscription(changes: &[(&str, &str)]) -> String {
    let members = vec![
        quoted("iyziEventType", "subscription.order.success"),
        quoted("subscriptionReferenceCode", "ea0362e2-a1c4-4fda-89f0-3758a5c20a28"),
        quoted("orderReferenceCode", "ae5fcbf8-4fd2-46e5-b199-8f690ae9fae5"),
        quoted("customerReferenceCode", "ff4052ca-0588-40eb-81a9-848c0c409472"),
    ];
    json(&changed(members, changes))
}

/// What `X-IYZ-SIGNATURE-V3` carries for a payload, whose values are read as they stand in its text.
pub fn webhook_signature(body: &str) -> String {
    let value = |name: &str| {
        let rest = body.split_once(&format!("\"{name}\":")).map_or("", |(_, rest)| rest);
        rest.split([',', '}']).next().unwrap_or_default().trim_matches('"').to_owned()
    };
    let (before, names): (&str, &[&str]) = if body.contains("\"subscriptionReferenceCode\"") {
        (MERCHANT, &["iyziEventType", "subscriptionReferenceCode", "orderReferenceCode", "customerReferenceCode"])
    } else if body.contains("\"token\"") {
        ("", &["iyziEventType", "iyziPaymentId", "token", "paymentConversationId", "status"])
    } else {
        ("", &["iyziEventType", "paymentId", "paymentConversationId", "status"])
    };
    hmac_hex(SECRET, &format!("{before}{SECRET}{}", names.iter().map(|name| value(name)).collect::<String>()))
}
