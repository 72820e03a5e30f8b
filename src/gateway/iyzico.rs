//! iyzico: the Checkout Form (our server opens it, the customer pays on iyzico's page, our server asks for the result) and webhooks.
//!
//! Sources: docs.iyzico.com, "HMACSHA256 Kimlik Doğrulama" (the Authorization header), "CF Başlatma", "CF Sorgulama", "Response
//! Signature Validation", "Webhook" and "Banka Hataları"; the official libraries where the documents are silent (texts of prices).
//!
//! What the browser brings back is a bare token, and a webhook names no amount. Neither is ever a payment: both must point at the token
//! that our own initialize returned and that lies in the stored order, and then our server asks. Only the signed answer about that
//! token, with our order's number, price and currency in it, is money.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, Spec, Verb, send};
use crate::account::{self, Account, Mode};
use crate::crypto::{self, Secret, Written};
use crate::decline::{Decline, Reason};
use crate::error::{Code, Error, Result};
use crate::money::{Amount, Currency};
use crate::payment::{Card, Claim, Effect, Facts, Liability, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Step, required};
use crate::wire::charset;
use crate::wire::form::Form;
use crate::wire::json::{self, Object, Value};
use std::borrow::Cow;
use std::net::IpAddr;

/// What iyzico is.
pub const SPEC: Spec = Spec {
    system: "iyzico",
    gateway: &Iyzico,
    models: &["checkout_form"],
    claiming_models: &[],
    proving_models: &[],
    preauth_models: &[],
    card_models: &[],
    either_card_models: &[],
    verbs: &[],
    formulas: &[
        Formula {
            name: "authorization",
            over: Over::Values,
            compute: |values, body| match values {
                [api_key, random_key, path, secret] => Ok(authorization(api_key, Secret::new(secret), random_key, path, body)),
                _ => Err(super::too_few_values()),
            },
        },
        Formula {
            name: "responseSignature",
            over: Over::Values,
            compute: |values, _| match values {
                [values @ .., secret] => Ok(response_signature(values, Secret::new(secret))),
                [] => Err(super::too_few_values()),
            },
        },
        Formula {
            name: "webhookSignature",
            over: Over::Values,
            compute: |values, body| match values {
                [merchant_id, secret] => webhook_signature(body, Secret::new(secret), merchant_id),
                _ => Err(super::too_few_values()),
            },
        },
    ],
    merchant: &[
        Key { name: "apiKey", panel: "API Anahtarı (API Key)", required: true, max: 128 },
        Key { name: "secretKey", panel: "Güvenlik Anahtarı (Secret Key)", required: true, max: 128 },
        Key { name: "merchantId", panel: "Üye İşyeri Numarası (Merchant ID)", required: false, max: 32 },
    ],
    endpoints: &["api"],
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp],
    headers: &["x-iyz-signature-v3", "x-iyz-signature-v2", "x-iyz-signature"],
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank { name: "iyzico", production: &["https://api.iyzipay.com"], test: &["https://sandbox-api.iyzipay.com"], hosts: &[] }],
    public_credentials: &[("apiKey", "sim-api-key-12345678"), ("secretKey", "sim-secret-key-12345678")],
};

/// The gateway.
pub struct Iyzico;

impl Gateway for Iyzico {
    /// iyzico's sandbox keys say so themselves.
    fn check(&self, account: &Account) -> Result<()> {
        for (key, field) in [("apiKey", "merchant.apiKey"), ("secretKey", "merchant.secretKey")] {
            if account.mode == Mode::Production && account.merchant(key).starts_with("sandbox-") {
                let message =
                    "this is a key of iyzico's sandbox; put the key of your live panel here (Ayarlar > API Anahtarları), or set mode: 'test'";
                return Err(Error::new(Code::Config, field, message));
            }
        }
        if account.merchant("merchantId").bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(());
        }
        Err(Error::new(Code::Config, "merchant.merchantId", "Üye İşyeri Numarası (Merchant ID) has digits only"))
    }

    /// Opens a Checkout Form; its page is shown once iyzico has answered.
    fn start(&self, cx: &Context, order: &Order, _card: Option<&Card>) -> Result<Step> {
        let body = initialize_body(order)?;
        Ok(post(cx, INITIALIZE, Effect::Begins, body, "initialize"))
    }

    /// Reads the browser's return (a form) or a webhook (JSON). Both end in a question to iyzico.
    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let is_json = message.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        let token = stored_token(order)?;
        if is_json {
            let event = verify(message.body, &message.headers, cx.account.secret("secretKey"), cx.account.merchant("merchantId"), Some(order.id))?;
            is_about(&event, order, token)?;
        } else {
            let form = Form::parse(message.body)?;
            let returned = form.ascii("token")?.filter(|token| !token.is_empty());
            let returned = returned.ok_or_else(|| Error::new(Code::Malformed, "token", "the return carries no token"))?;
            if returned != token {
                return Err(Error::new(Code::OrderMismatch, "token", "this token is not the one that was opened for this order"));
            }
        }
        Ok(retrieve(cx, order, token))
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Inquire => Ok(retrieve(cx, order, stored_token(order)?)),
            Verb::History | Verb::Change(_) => Err(super::not_offered()),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let object = Object::parse_bytes(reply.body())?;
        match then {
            "initialize" => initialized(cx, order, &object),
            "retrieve" => retrieved(cx, order, &reply, &object),
            _ => Err(Error::new(Code::Order, "then", "`then` is not one that a step of this package returned")),
        }
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let body: &'a [u8] = message.body;
        if let Ok(object) = Object::parse_bytes(body) {
            let text = |name: &str| match object.value(name) {
                Some(Value::Text(Cow::Borrowed(text))) => Some(*text).filter(|text| is_reference(text)),
                _ => None,
            };
            return text("token").map(Found::Token).or_else(|| text("paymentConversationId").map(Found::OrderId));
        }
        // A form is decoded in place, but a token and its name need no decoding.
        let text = std::str::from_utf8(body).ok()?;
        let token = text.split('&').find_map(|pair| pair.strip_prefix("token="))?;
        Some(token).filter(|token| is_reference(token)).map(Found::Token)
    }
}

/// What an order id, a token and the numbers of iyzico look like.
fn is_reference(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// A number or reference of iyzico's; empty when there is none, or none that looks like one. It is not masked as words are: iyzico's
/// numbers can be as long as a card's.
fn reference<'o>(object: &'o Object, name: &'static str) -> Result<&'o str> {
    Ok(object.scalar(name)?.filter(|text| is_reference(text)).unwrap_or_default())
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The digests: lower-case hex of HMAC-SHA256 with the secret key

/// The `Authorization` header of a request: `path` without the host, `body` exactly as it is sent, and the random key that also goes into
/// `x-iyzi-rnd`.
pub fn authorization(api_key: &str, secret: Secret, random_key: &str, path: &str, body: &[u8]) -> String {
    let signature = crypto::hex(&crypto::hmac_sha256(secret, &[random_key.as_bytes(), path.as_bytes(), body]));
    let parts = format!("apiKey:{api_key}&randomKey:{random_key}&signature:{signature}");
    format!("IYZWSv2 {}", crypto::base64(parts.as_bytes()))
}

/// The `signature` of an answer over these values, in the order that its endpoint documents. Prices are written by [`signed_price`], what
/// is missing is an empty text.
pub fn response_signature(values: &[&str], secret: Secret) -> String {
    crypto::hex(&response_digest(values, secret))
}

fn response_digest(values: &[&str], secret: Secret) -> [u8; 32] {
    crypto::hmac_sha256(secret, &[values.join(":").as_bytes()])
}

/// Checks the `signature` of an answer. `Ok(false)`: there is none.
fn is_signed(object: &Object, values: &[&str], secret: Secret) -> Result<bool> {
    let Some(given) = object.scalar("signature")?.filter(|given| !given.is_empty()) else { return Ok(false) };
    match crypto::compare(&response_digest(values, secret), given, Written::Hex) {
        Some(_) => Ok(true),
        None => Err(Error::new(
            Code::SignatureInvalid,
            "signature",
            "the answer's signature does not fit: check `secretKey` (Güvenlik Anahtarı); otherwise the answer is not iyzico's",
        )),
    }
}

/// A price in a request: no needless zeros, but one decimal at least (`22` → `22.0`, `15.340000` → `15.34`). `None` for what is no decimal
/// text.
pub fn request_price(text: &str) -> Option<String> {
    let (whole, fraction) = split_price(text)?;
    Some(format!("{whole}.{}", if fraction.is_empty() { "0" } else { fraction }))
}

/// A price inside the signature of an answer: no needless zeros and no needless point (`10.50` → `10.5`, `10.00` → `10`). It is made from
/// the text of the JSON number, never from a float. `None` for what is no decimal text.
pub fn signed_price(text: &str) -> Option<String> {
    let (whole, fraction) = split_price(text)?;
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// The digits before the point, and those after it without trailing zeros.
fn split_price(text: &str) -> Option<(&str, &str)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| (1..=24).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction)).then(|| (whole, fraction.trim_end_matches('0')))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests

const INITIALIZE: &str = "/payment/iyzipos/checkoutform/initialize/auth/ecom";
const RETRIEVE: &str = "/payment/iyzipos/checkoutform/auth/ecom/detail";

/// The signature covers the path of iyzico's document, also where the configured address has a path of its own before it.
fn post(cx: &Context, path: &str, effect: Effect, body: String, then: &str) -> Step {
    let random_key = crypto::hex(&cx.random[..16]);
    let authorization = authorization(cx.account.merchant("apiKey"), cx.account.secret("secretKey"), &random_key, path, body.as_bytes());
    let headers = vec![("authorization", authorization), ("x-iyzi-rnd", random_key), ("content-type", "application/json".to_owned())];
    send(effect, format!("{}{path}", cx.account.endpoint("api").trim_end_matches('/')), headers, body, then)
}

/// A JSON object; the values are JSON already. Everything is ASCII, so the bytes that are signed are the bytes that are sent.
fn object(members: &[(&str, String)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn array(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// Asks what became of a form. `conversationId` comes back unchanged and proves nothing by itself; `token` is what counts.
fn retrieve(cx: &Context, order: &Order, token: &str) -> Step {
    let body = object(&[
        ("locale", json::quote(order.customer.language.letters())),
        ("conversationId", json::quote(order.id)),
        ("token", json::quote(token)),
    ]);
    post(cx, RETRIEVE, Effect::Reads, body, "retrieve")
}

fn stored_token<'o>(order: &'o Order) -> Result<&'o str> {
    let message = "this order holds no iyzico token: store the order that comes with the redirect, not the one before it";
    order.refs.get("token").ok_or_else(|| Error::new(Code::Order, "refs", message))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Initialize: the request

/// The instalments that iyzico's document lists.
const INSTALLMENTS: [u8; 7] = [1, 2, 3, 4, 6, 9, 12];

// iyzico demands these of a buyer, and an order does not have them. They are neutral on purpose: an invented city or identity number
// would mislead the fraud check, and this identity number is the one that shops without one send.
const NO_IDENTITY_NUMBER: &str = "11111111111";
const NO_ADDRESS: &str = "Adres belirtilmedi";
const NO_CITY: &str = "Belirtilmedi";
const COUNTRY: &str = "Türkiye";
const CATEGORY: &str = "Genel";

fn initialize_body(order: &Order) -> Result<String> {
    if order.customer.ip.parse::<IpAddr>().is_err() {
        let message = "iyzico needs the address that the customer's browser comes from (on Wix `request.ip`), as one plain IPv4 or IPv6 address";
        return Err(Error::new(Code::Order, "customer.ip", message));
    }
    required("customer.email", order.customer.email, "iyzico needs the customer's e-mail address")?;
    required("customer.name", order.customer.name, "iyzico needs the customer's name and surname")?;
    let installments: Vec<String> = installments(order)?.iter().map(u8::to_string).collect();
    let price = json::quote(&price(order.amount, order.currency));
    let address = address(order);
    Ok(object(&[
        ("locale", json::quote(order.customer.language.letters())),
        ("conversationId", json::quote(order.id)),
        ("price", price.clone()),
        ("paidPrice", price),
        ("currency", json::quote(order.currency.letters())),
        ("basketId", json::quote(order.id)),
        ("paymentGroup", json::quote("PRODUCT")),
        ("callbackUrl", json::quote(order.urls.ok)),
        ("enabledInstallments", array(&installments)),
        ("buyer", buyer(order)),
        ("shippingAddress", address.clone()),
        ("billingAddress", address),
        ("basketItems", array(&basket(order))),
    ]))
}

/// What the page offers: the choice up to `maxInstallments`, or exactly the number that the shop has chosen.
fn installments(order: &Order) -> Result<Vec<u8>> {
    if order.max_installments > 1 {
        return Ok(INSTALLMENTS.into_iter().filter(|count| *count <= order.max_installments).collect());
    }
    if INSTALLMENTS.contains(&order.installments) {
        return Ok(vec![order.installments]);
    }
    Err(Error::new(Code::Order, "installments", "iyzico knows 1, 2, 3, 4, 6, 9 and 12 instalments"))
}

fn price(amount: Amount, currency: Currency) -> String {
    let text = amount.to_decimal(currency);
    request_price(&text).unwrap_or(text)
}

/// The last word of the name is the surname; who gave only one has it as both, because iyzico demands both.
fn buyer(order: &Order) -> String {
    let name = order.customer.name.trim();
    let (first, last) = name.rsplit_once(' ').map_or((name, name), |(first, last)| (first.trim_end(), last));
    let mut members = vec![
        ("id", json::quote(order.id)),
        ("name", json::quote(first)),
        ("surname", json::quote(last)),
        ("identityNumber", json::quote(NO_IDENTITY_NUMBER)),
        ("email", json::quote(order.customer.email)),
        ("registrationAddress", json::quote(address_line(order))),
        ("city", json::quote(NO_CITY)),
        ("country", json::quote(COUNTRY)),
        ("ip", json::quote(order.customer.ip)),
    ];
    if !order.customer.phone.is_empty() {
        members.push(("gsmNumber", json::quote(order.customer.phone)));
    }
    object(&members)
}

fn address(order: &Order) -> String {
    object(&[
        ("contactName", json::quote(order.customer.name.trim())),
        ("city", json::quote(NO_CITY)),
        ("country", json::quote(COUNTRY)),
        ("address", json::quote(address_line(order))),
    ])
}

fn address_line<'o>(order: &Order<'o>) -> &'o str {
    let address = order.customer.address.trim();
    if address.is_empty() { NO_ADDRESS } else { address }
}

/// iyzico demands that the lines add up to the price, and its lines have no quantity. A basket that does not add up (a discount, the
/// carriage) becomes one line.
fn basket(order: &Order) -> Vec<String> {
    let line = |place: usize, name: &str, amount: Amount| {
        object(&[
            ("id", json::quote(&place.to_string())),
            ("name", json::quote(name)),
            ("category1", json::quote(CATEGORY)),
            ("itemType", json::quote("PHYSICAL")),
            ("price", json::quote(&price(amount, order.currency))),
        ])
    };
    let whole = || vec![line(1, &format!("Sipariş {}", order.id), order.amount)];
    let totals: Option<Vec<Amount>> =
        order.basket.iter().map(|item| Amount::from_minor(item.price.minor().checked_mul(u64::from(item.quantity))?)).collect();
    let Some(totals) = totals.filter(|totals| totals.iter().map(|total| total.minor()).sum::<u64>() == order.amount.minor()) else { return whole() };
    let lines = order.basket.iter().zip(totals).enumerate().map(|(place, (item, total))| match item.quantity {
        1 => line(place + 1, item.name, total),
        quantity => line(place + 1, &format!("{} x{quantity}", item.name), total),
    });
    lines.collect()
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Initialize: the answer

/// A signed token to keep, and an unsigned address to go to, which must therefore be iyzico's own.
fn initialized(cx: &Context, order: &Order, object: &Object) -> Result<Step> {
    match object.scalar("status")? {
        Some("success") => {}
        Some("failure") => return Err(refusal(object, "iyzico refused to open a payment; its words say why")?),
        _ => return Err(Error::new(Code::Malformed, "status", "iyzico's answer is not what its document describes")),
    }
    let (conversation, token) = (text(object, "conversationId")?, text(object, "token")?);
    if !is_signed(object, &[conversation, token], cx.account.secret("secretKey"))? {
        return Err(Error::new(Code::SignatureMissing, "signature", "iyzico's answer carries no signature, so nothing shows that it is iyzico's"));
    }
    if conversation != order.id {
        return Err(Error::new(Code::OrderMismatch, "conversationId", "iyzico's answer is about another order"));
    }
    if !is_reference(token) {
        return Err(Error::new(Code::Malformed, "token", "iyzico's token is not what its document describes"));
    }
    let page = text(object, "paymentPageUrl")?;
    if !is_payment_page(page, cx.account.mode) {
        return Err(Error::new(Code::Malformed, "paymentPageUrl", "the payment page is not an https address of iyzico"));
    }
    Ok(Step::redirect(Redirect::Url(page.to_owned())).keeping(order.refs.with("token", token)))
}

fn refusal(object: &Object, message: &'static str) -> Result<Error> {
    let code = charset::displayable(object.scalar("errorCode")?.unwrap_or_default(), 16);
    let words = charset::displayable(object.scalar("errorMessage")?.unwrap_or_default(), 200);
    Ok(Error::new(Code::Refused, "", message).with_bank(code, words))
}

/// `https://sandbox-cpp.iyzipay.com?token=…&lang=tr`: an address under iyzico's names, or in test mode one of this machine.
fn is_payment_page(address: &str, mode: Mode) -> bool {
    let (place, query) = address.split_once('?').unwrap_or((address, ""));
    let query_is_plain = query.len() <= 512 && query.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%=&+".contains(&byte));
    let under = |host: &str, name: &str| host == name || host.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
    let is_iyzicos = account::host_of(place).is_some_and(|host| under(host, "iyzipay.com") || under(host, "iyzico.com"));
    query_is_plain && (is_iyzicos || (mode == Mode::Test && account::is_loopback(place)))
}

/// The text of a member that must be there.
fn text<'o>(object: &'o Object, name: &'static str) -> Result<&'o str> {
    let value = object.scalar(name)?.filter(|value| !value.is_empty());
    value.ok_or_else(|| Error::new(Code::Malformed, name, "this key is missing or empty"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Retrieve: the answer

/// What the answer signs, in this order; the two prices as [`signed_price`] writes them.
const RETRIEVE_SIGNED: [&str; 8] = ["paymentStatus", "paymentId", "currency", "basketId", "conversationId", "paidPrice", "price", "token"];

/// Decides from a signed answer. `status` only says whether the question was answered, `paymentStatus` what became of the payment; money
/// needs both.
fn retrieved(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    let signed = RETRIEVE_SIGNED.into_iter().map(|name| signed_value(object, name)).collect::<Result<Vec<_>>>()?;
    let values: Vec<&str> = signed.iter().map(|value| value.as_ref()).collect();
    if !is_signed(object, &values, cx.account.secret("secretKey"))? {
        return unsigned(object);
    }
    let [payment_status, _, _, basket, conversation, _, _, token] = values.as_slice() else { return Err(another_payment("token")) };
    if *token != stored_token(order)? {
        return Err(another_payment("token"));
    }
    if *conversation != order.id {
        return Err(another_payment("conversationId"));
    }
    match (*payment_status, object.scalar("status")?) {
        ("SUCCESS", Some("success")) => taken(order, reply, object),
        ("FAILURE", _) => declined(order, reply, object, basket),
        (payment_status, _) => {
            let review = payment_status == "SUCCESS";
            Ok(Step::done(Payment::pending(Facts { review, ..facts(object)? })))
        }
    }
}

fn signed_value<'o>(object: &'o Object, name: &'static str) -> Result<Cow<'o, str>> {
    let value = object.scalar(name)?.unwrap_or_default();
    if value.is_empty() || !matches!(name, "paidPrice" | "price") {
        return Ok(Cow::Borrowed(value));
    }
    let price = signed_price(value).ok_or_else(|| Error::new(Code::Malformed, name, "this price is not written as iyzico writes prices"))?;
    Ok(Cow::Owned(price))
}

fn another_payment(field: &'static str) -> Error {
    Error::new(Code::OrderMismatch, field, "iyzico's answer is about another payment than the one that was opened for this order")
}

/// An answer without a signature proves nothing. iyzico answers so where it has no payment to speak of: nobody has typed a card yet, or
/// the form has expired; or where it does not accept our keys.
fn unsigned(object: &Object) -> Result<Step> {
    if object.scalar("status")? != Some("failure") {
        return Ok(Step::done(Payment::unknown(Facts { review: true, ..Facts::default() })));
    }
    match object.scalar("errorCode")? {
        // 1000 wrong signature, 1001 unknown key, 1007 no signature.
        Some("1000" | "1001" | "1007") => {
            Err(refusal(object, "iyzico refused to answer: check `apiKey` and `secretKey`, and that both are of this mode")?)
        }
        // No record of a payment, as lists of iyzico's codes have it. A site may end an attempt by this answer, so no other code counts:
        // a system error says nothing about the money.
        Some("5087" | "5122") => Ok(Step::done(Payment::pending(Facts::default()))),
        _ => Ok(Step::done(Payment::unknown(Facts::default()))),
    }
}

/// iyzico took the money. Its fraud check has the last word: 1 is approved, 0 waits for a person at iyzico, -1 is rejected.
fn taken(order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    let amount = |name: &'static str| {
        let amount = Amount::from_decimal(text(object, name)?, order.currency);
        amount.ok_or_else(|| Error::new(Code::Malformed, name, "iyzico's answer names no readable price here"))
    };
    let currency = Currency::from_letters(text(object, "currency")?);
    let currency =
        currency.ok_or_else(|| Error::new(Code::CurrencyMismatch, "currency", "iyzico's answer is in another currency than the stored order's"))?;
    let basket = object.scalar("basketId")?.unwrap_or_default();
    let claim = Claim { order_id: Some(basket), amount: Some(amount("price")?), currency: Some(currency) };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let facts = Facts { charged: order.charged(amount("paidPrice")?, "paidPrice")?, ..facts(object)? };
    match object.scalar("fraudStatus")? {
        Some("1") => {
            let refs = order.refs.with("paymentId", &facts.transaction_id);
            Ok(Step::done(Payment::paid(proof, facts)).keeping(refs))
        }
        Some("-1") => {
            let proof = Proof::<OfOutcome>::by_reply(reply, claim, order)?;
            let decline = Decline { reason: Reason::Security, bank_code: String::new(), bank_message: "fraudStatus -1".to_owned() };
            Ok(Step::done(Payment::declined(proof, decline, facts)))
        }
        _ => Ok(Step::done(Payment::pending(Facts { review: true, ..facts }))),
    }
}

/// The card's bank or iyzico said no. The stored token names the payment; a basket number that is there must be ours too.
fn declined(order: &Order, reply: &Reply, object: &Object, basket: &str) -> Result<Step> {
    let claim = Claim { order_id: Some(basket).filter(|basket| !basket.is_empty()), amount: None, currency: None };
    let proof = Proof::<OfOutcome>::by_reply(reply, claim, order)?;
    let facts = facts(object)?;
    let code = object.scalar("errorCode")?.unwrap_or_default();
    let decline = Decline {
        reason: reason(code, &facts.md_status),
        bank_code: charset::displayable(code, 16),
        bank_message: charset::displayable(object.scalar("errorMessage")?.unwrap_or_default(), 200),
    };
    Ok(Step::done(Payment::declined(proof, decline, facts)))
}

/// From iyzico's error code: those from 10001 to 10099 are the bank's own two digits, those above are iyzico's list. Where neither tells,
/// a failed authentication does.
fn reason(code: &str, md_status: &str) -> Reason {
    let reason = match code {
        "10084" | "10206" => Reason::InvalidCvv,
        "10093" | "10201" | "10217" => Reason::NotPermitted,
        "10207" => Reason::CallBank,
        "10209" | "10225" | "10226" => Reason::RestrictedCard,
        "10210" | "10211" => Reason::ThreeDsFailed,
        "10213" | "10215" | "10216" => Reason::InvalidCard,
        "10214" | "10219" | "10228" => Reason::BankUnavailable,
        "10222" => Reason::Installments,
        "10229" => Reason::ExpiredCard,
        "6000" | "6001" => Reason::Security,
        _ => code.strip_prefix("100").map_or(Reason::Declined, Reason::from_iso8583),
    };
    let not_authenticated = matches!(md_status, "0" | "5" | "6" | "7" | "8" | "9");
    if reason == Reason::Declined && not_authenticated { Reason::ThreeDsFailed } else { reason }
}

fn facts(object: &Object) -> Result<Facts> {
    let shown = |name: &'static str, limit: usize| object.scalar(name).map(|text| charset::displayable(text.unwrap_or_default(), limit));
    let md_status = object.scalar("mdStatus")?.filter(|text| text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_default();
    Ok(Facts {
        installments: object.scalar("installment")?.and_then(|count| count.parse().ok()),
        transaction_id: reference(object, "paymentId")?.to_owned(),
        auth_code: shown("authCode", 16)?,
        host_reference: shown("hostReference", 32)?,
        masked_pan: masked_pan(object.scalar("binNumber")?.unwrap_or_default(), object.scalar("lastFourDigits")?.unwrap_or_default()),
        md_status: md_status.to_owned(),
        liability: (md_status == "1").then_some(Liability::Issuer),
        ..Facts::default()
    })
}

/// From the first six or eight digits and the last four.
fn masked_pan(first: &str, last: &str) -> String {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match first.get(..6) {
        Some(bin) if digits(bin) && last.len() == 4 && digits(last) => format!("{bin}******{last}"),
        _ => String::new(),
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Webhooks
//
// The signed text has no delimiters, so what it says depends on where it is cut. Closed lists, of which no word begins or ends another,
// and strict formats leave one way to cut it; the unit tests try all the others. Where another party's words could still be taken for
// ours (a conversation id that begins with digits or with a token), the stored order decides, and without one the webhook is refused.

/// Which of the three kinds a webhook is. It is told by the keys in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Payments by API, with and without 3-D Secure.
    Direct,
    /// Payments on a page of iyzico: Checkout Form, Pay with iyzico.
    Hosted,
    /// Charges of a subscription.
    Subscription,
}

/// A webhook whose signature fits: a reason to ask iyzico, and nothing more. It names neither amount nor currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which kind.
    pub format: Format,
    /// `iyziEventType`, from the list of its kind. Signed.
    pub event_type: String,
    /// `paymentId` (direct) or `iyziPaymentId` (hosted): the digits as they stood in the text. Signed. Empty for subscriptions.
    pub payment_id: String,
    /// `token`, a UUID; hosted only. Signed.
    pub token: String,
    /// `paymentConversationId`: what the shop called the payment. Signed. Empty for subscriptions.
    pub conversation_id: String,
    /// `status`, from the list of its kind. Signed. Empty for subscriptions.
    pub status: String,
    /// `subscriptionReferenceCode`, a UUID. Signed. Empty for payments, like the next two.
    pub subscription_reference: String,
    /// `orderReferenceCode`, a UUID. Signed.
    pub order_reference: String,
    /// `customerReferenceCode`, a UUID. Signed.
    pub customer_reference: String,
    /// `merchantId`: signed in subscriptions, elsewhere not. Empty when it was not sent.
    pub merchant_id: String,
    /// `iyziReferenceCode`, iyzico's number of this notification. Not signed; empty when it was not sent.
    pub reference: String,
    /// `iyziEventTime`, milliseconds since 1970 as digits. Not signed; empty when it was not sent.
    pub time: String,
}

impl Event {
    /// What the webhook brought, by the names that JavaScript sees.
    pub fn fields(&self) -> Vec<(&'static str, &str)> {
        let format = match self.format {
            Format::Direct => "direct",
            Format::Hosted => "hpp",
            Format::Subscription => "subscription",
        };
        let fields = [
            ("format", format),
            ("eventType", &self.event_type),
            ("status", &self.status),
            ("paymentId", &self.payment_id),
            ("conversationId", &self.conversation_id),
            ("token", &self.token),
            ("merchantId", &self.merchant_id),
            ("subscriptionReferenceCode", &self.subscription_reference),
            ("orderReferenceCode", &self.order_reference),
            ("customerReferenceCode", &self.customer_reference),
            ("referenceCode", &self.reference),
            ("eventTime", &self.time),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    fn read(object: &Object, signed: &Signed) -> Result<Event> {
        let value = |name: &str| signed.value(name).to_owned();
        let unsigned = |name: &'static str| reference(object, name).map(str::to_owned);
        let is_subscription = signed.format == Format::Subscription;
        Ok(Event {
            format: signed.format,
            event_type: value("iyziEventType"),
            payment_id: value("paymentId") + &value("iyziPaymentId"),
            token: value("token"),
            conversation_id: value("paymentConversationId"),
            status: value("status"),
            subscription_reference: value("subscriptionReferenceCode"),
            order_reference: value("orderReferenceCode"),
            customer_reference: value("customerReferenceCode"),
            merchant_id: if is_subscription { signed.merchant_id.to_owned() } else { unsigned("merchantId")? },
            reference: unsigned("iyziReferenceCode")?,
            time: unsigned("iyziEventTime")?,
        })
    }

    /// Lists and formats that leave one way to cut the signed text. `order_id` is the stored order's, where there is one.
    fn check(&self, order_id: Option<&str>) -> Result<()> {
        match self.format {
            Format::Direct => {
                listed("iyziEventType", &self.event_type, &[DIRECT_EVENTS, SHARED_EVENTS])?;
                formatted("paymentId", is_number(&self.payment_id), "this is not a payment number: digits without a leading zero")?;
                self.check_conversation(order_id)?;
                listed("status", &self.status, &[STATUSES])
            }
            Format::Hosted => {
                listed("iyziEventType", &self.event_type, &[HOSTED_EVENTS, SHARED_EVENTS])?;
                formatted("iyziPaymentId", is_number(&self.payment_id), "this is not a payment number: digits without a leading zero")?;
                formatted("token", is_uuid(&self.token), NOT_A_UUID)?;
                self.check_conversation(order_id)?;
                listed("status", &self.status, &[STATUSES, HOSTED_STATUSES])
            }
            Format::Subscription => {
                listed("iyziEventType", &self.event_type, &[SUBSCRIPTION_EVENTS])?;
                formatted("merchantId", is_number(&self.merchant_id), "this is not a merchant number: digits without a leading zero")?;
                formatted("subscriptionReferenceCode", is_uuid(&self.subscription_reference), NOT_A_UUID)?;
                formatted("orderReferenceCode", is_uuid(&self.order_reference), NOT_A_UUID)?;
                formatted("customerReferenceCode", is_uuid(&self.customer_reference), NOT_A_UUID)
            }
        }
    }

    /// In the direct format a conversation id follows bare digits: one that begins with a digit could have given some to the payment
    /// number or taken some from it. And in an event that both formats know, payment number and conversation id could be a hosted page's
    /// three values. The order's own id settles both.
    fn check_conversation(&self, order_id: Option<&str>) -> Result<()> {
        let id = self.conversation_id.as_str();
        let plain = id.len() <= 255 && id.bytes().all(|byte| (0x20..0x7F).contains(&byte));
        formatted("paymentConversationId", plain, "this is not a conversation id in plain ASCII")?;
        if self.format == Format::Hosted || order_id == Some(id) {
            return Ok(());
        }
        let could_be_hosted = SHARED_EVENTS.contains(&self.event_type.as_str()) && holds_token(&format!("{}{id}", self.payment_id));
        let clear = !id.starts_with(|first: char| first.is_ascii_digit()) && !could_be_hosted;
        let message = "without the order that it is about, this conversation id cannot be told from its neighbours in the signed text: let \
                       conversation ids begin with a letter, or pass the webhook to `finish` together with the stored order";
        formatted("paymentConversationId", clear, message)
    }
}

/// Event types of the direct format only.
const DIRECT_EVENTS: &[&str] = &["PAYMENT_API", "API_AUTH", "THREE_DS_AUTH", "THREE_DS_CALLBACK"];
/// Event types of hosted pages only.
const HOSTED_EVENTS: &[&str] = &[
    "CHECKOUT_FORM_AUTH",
    "BANK_TRANSFER_AUTH",
    "CREDIT_PAYMENT_AUTH",
    "CREDIT_PAYMENT_PENDING",
    "CREDIT_PAYMENT_INIT",
    "PWI_TKN_FUND",
    "PWI_TKN_AUTH",
    "PWI_TKN_THREEDS_AUTH",
];
/// Event types of both.
const SHARED_EVENTS: &[&str] = &["BKM_AUTH", "BALANCE", "CONTACTLESS_AUTH", "CONTACTLESS_REFUND", "REFUND_RETRY_FAILURE", "REFUND_RETRY_SUCCESS"];
/// Event types of subscriptions.
const SUBSCRIPTION_EVENTS: &[&str] = &["subscription.order.success", "subscription.order.failure"];
/// Statuses of both payment formats.
const STATUSES: &[&str] = &["FAILURE", "SUCCESS", "INIT_THREEDS", "CALLBACK_THREEDS", "BKM_POS_SELECTED", "INIT_APM", "INIT_CONTACTLESS"];
/// Statuses of hosted pages only.
const HOSTED_STATUSES: &[&str] = &["INIT_BANK_TRANSFER", "INIT_CREDIT", "PENDING_CREDIT"];

const NOT_A_UUID: &str = "this is not a UUID (8-4-4-4-12 hexadecimal digits), which it always is at iyzico";

fn formatted(field: &'static str, fits: bool, message: &'static str) -> Result<()> {
    if fits { Ok(()) } else { Err(Error::new(Code::Malformed, field, message)) }
}

fn listed(field: &'static str, word: &str, lists: &[&[&str]]) -> Result<()> {
    if lists.iter().any(|list| list.contains(&word)) {
        return Ok(());
    }
    let is_word = word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let shown = if is_word { format!("`{word}`") } else { format!("a value of {} characters", word.chars().count()) };
    Err(Error::new(Code::Malformed, field, format!("{shown} is not in iyzico's list for this kind of webhook; nothing is decided from it")))
}

/// As many digits as fit an unsigned 64-bit number; they are never turned into one. Payment and merchant numbers look like this.
fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_uuid(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| if matches!(place, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// Whether the text can be cut into a payment number, a token and something more. The token's first dash shows where.
fn holds_token(text: &str) -> bool {
    let Some(start) = text.find('-').and_then(|dash| dash.checked_sub(8)) else { return false };
    let token = text.get(start..start + 36).is_some_and(is_uuid);
    token && is_number(&text[..start]) && text.len() > start + 36
}

/// The values that a webhook signs, in their order.
struct Signed<'o> {
    format: Format,
    merchant_id: &'o str,
    names: &'static [&'static str],
    values: Vec<&'o str>,
}

impl<'o> Signed<'o> {
    fn read(object: &'o Object, merchant_id: &'o str) -> Result<Signed<'o>> {
        let has = |name: &str| !matches!(object.value(name), None | Some(Value::Null));
        let (format, names): (Format, &'static [&'static str]) = if has("subscriptionReferenceCode") {
            (Format::Subscription, &["iyziEventType", "subscriptionReferenceCode", "orderReferenceCode", "customerReferenceCode"])
        } else if has("token") {
            (Format::Hosted, &["iyziEventType", "iyziPaymentId", "token", "paymentConversationId", "status"])
        } else {
            (Format::Direct, &["iyziEventType", "paymentId", "paymentConversationId", "status"])
        };
        let values = names.iter().map(|name| text(object, name)).collect::<Result<Vec<_>>>()?;
        let merchant_id = if format == Format::Subscription { signing_merchant(object, merchant_id)? } else { "" };
        Ok(Signed { format, merchant_id, names, values })
    }

    /// The value under a name; empty where this kind has no such name.
    fn value(&self, name: &str) -> &'o str {
        let place = self.names.iter().position(|at| *at == name);
        place.and_then(|place| self.values.get(place)).copied().unwrap_or_default()
    }

    fn digest(&self, secret: Secret) -> [u8; 32] {
        let mut pieces = vec![self.merchant_id.as_bytes(), secret.reveal().as_bytes()];
        pieces.extend(self.values.iter().map(|value| value.as_bytes()));
        crypto::hmac_sha256(secret, &pieces)
    }
}

/// A subscription's webhook signs the merchant's number, and the documented payload does not carry it.
fn signing_merchant<'o>(object: &'o Object, configured: &'o str) -> Result<&'o str> {
    match object.scalar("merchantId")?.unwrap_or_default() {
        "" if configured.is_empty() => Err(Error::new(
            Code::Config,
            "merchantId",
            "a subscription's webhook signs the merchant number, which it does not carry: set `merchantId` (Üye İşyeri Numarası)",
        )),
        "" => Ok(configured),
        sent if configured.is_empty() || sent == configured => Ok(sent),
        _ => Err(Error::new(Code::MerchantMismatch, "merchantId", "this webhook is for another merchant number than the configured one")),
    }
}

/// The signature of a payload, as `X-IYZ-SIGNATURE-V3` carries it; the kind is told by the payload's keys. `merchant_id` is needed for
/// subscriptions whose payload has none. For signing and for tests: [`verify_webhook`] verifies, and never lets the digest out.
pub fn webhook_signature(body: &[u8], secret: Secret, merchant_id: &str) -> Result<String> {
    let object = Object::parse_bytes(body)?;
    Ok(crypto::hex(&Signed::read(&object, merchant_id)?.digest(secret)))
}

/// Verifies a webhook without an order. `headers` are the values of [`SPEC`]`.headers`, in that order; the first decides.
///
/// A value that the signature covers must be in iyzico's lists and formats, or the webhook is refused as `MALFORMED` although its
/// signature fits. One confusion no format can end: where a shop's own conversation ids are a UUID and something more, a direct webhook
/// of an event that both formats know can be retold as a hosted one with that UUID as its token. So a token counts only if our own
/// initialize returned it; the gateway's callback compares it.
pub fn verify_webhook(body: &[u8], headers: &[&str], secret: Secret, merchant_id: &str) -> Result<Event> {
    verify(body, headers, secret, merchant_id, None)
}

fn verify(body: &[u8], headers: &[&str], secret: Secret, merchant_id: &str, order_id: Option<&str>) -> Result<Event> {
    if secret.reveal().is_empty() {
        return Err(Error::new(Code::Config, "secretKey", "Güvenlik Anahtarı (Secret Key) is missing; without it anybody could sign"));
    }
    let given = signature_header(headers)?;
    let object = Object::parse_bytes(body)?;
    refuse_lookalikes(&object)?;
    let signed = Signed::read(&object, merchant_id)?;
    crypto::compare(&signed.digest(secret), given, Written::Hex).ok_or_else(|| {
        Error::new(
            Code::SignatureInvalid,
            "x-iyz-signature-v3",
            "the signature does not fit: check `secretKey` (Güvenlik Anahtarı), and that the body is passed on as the text that arrived; \
             otherwise the webhook is not iyzico's",
        )
    })?;
    let event = Event::read(&object, &signed)?;
    event.check(order_id)?;
    Ok(event)
}

fn signature_header<'h>(headers: &[&'h str]) -> Result<&'h str> {
    let message = match headers {
        [given, ..] if !given.is_empty() => return Ok(given),
        [_, older @ ..] if older.iter().any(|given| !given.is_empty()) => {
            "only X-IYZ-SIGNATURE-V3 counts; this webhook carries an older signature, which iyzico no longer supports: ask entegrasyon@iyzico.com to \
             enable the webhook signature V3 for your merchant number"
        }
        _ => {
            "the webhook carries no X-IYZ-SIGNATURE-V3: pass the request's headers on, and ask entegrasyon@iyzico.com to enable the webhook \
             signature V3 for your merchant number"
        }
    };
    Err(Error::new(Code::SignatureMissing, "x-iyz-signature-v3", message))
}

/// Two names that a reader without regard to case would take for one are refused: the signature covers only one of them.
fn refuse_lookalikes(object: &Object) -> Result<()> {
    for (place, (name, _)) in object.members().iter().enumerate() {
        if object.members()[..place].iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
            return Err(Error::new(Code::DuplicateField, name.clone().into_owned(), "this name occurs twice in the JSON text, in another case"));
        }
    }
    Ok(())
}

/// The webhook must name what the stored order holds (invariant 7 of the design).
fn is_about(event: &Event, order: &Order, token: &str) -> Result<()> {
    if event.format == Format::Subscription {
        return Err(Error::new(
            Code::Unsupported,
            "iyziEventType",
            "this webhook is about a subscription and not about an order; read it with verifyWebhook",
        ));
    }
    if event.conversation_id != order.id {
        return Err(Error::new(Code::OrderMismatch, "paymentConversationId", "this webhook is about another order"));
    }
    if event.format == Format::Hosted && event.token != token {
        return Err(Error::new(Code::OrderMismatch, "token", "this webhook is about another form than the one that was opened for this order"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::{self, Answer};
    use crate::payment::{Action, Customer, Intent, Item, Language, Refs, Send, Status, Urls};

    const SECRET: &str = "sandbox-UuLnD7wZa0a3DmytfIrwHQqAMfqCNJrs";
    const ORDER: &str = "Tk4mPq8sVx2bNw6zRy0c";
    const TOKEN: &str = "e828c62d-fd12-4b1a-ad5a-380f15fe6596";
    const OTHER_TOKEN: &str = "11111111-fd12-4b1a-ad5a-380f15fe6596";

    fn config(mode: &'static str) -> [(&'static str, &'static str); 5] {
        let (api_key, secret_key) = if mode == "test" { ("sandbox-api", SECRET) } else { ("live-api", "live-secret") };
        [("gateway", "iyzico"), ("mode", mode), ("merchant.apiKey", api_key), ("merchant.secretKey", secret_key), ("merchant.merchantId", "3382172")]
    }

    fn with_cx<T>(mode: &'static str, work: impl FnOnce(&Context) -> T) -> T {
        let pairs = config(mode);
        let account = Account::from_config(&pairs, &[]).unwrap();
        work(&Context { account: &account, now: 1_795_283_000_000, random: [0xA5; 32] })
    }

    /// 149.90 lira, paid at once.
    fn order() -> Order<'static> {
        Order {
            id: ORDER,
            amount: Amount::from_minor(14_990).unwrap(),
            currency: Currency::Try,
            intent: Intent::Sale,
            installments: 1,
            max_installments: 1,
            urls: Urls { ok: "https://shop.example/ok", fail: "https://shop.example/fail", notify: "" },
            customer: Customer {
                ip: "85.34.78.112",
                email: "a@b.com",
                name: "Ayşe Nur Yılmaz",
                phone: "05321234567",
                address: "",
                language: Language::Tr,
            },
            basket: vec![],
            model: "checkout_form",
            refs: Refs::default(),
        }
    }

    /// The same, after its form was opened.
    fn opened() -> Order<'static> {
        Order { refs: Refs::default().with("token", TOKEN), ..order() }
    }

    fn sent(step: Step) -> Send {
        match step.action {
            Action::Send(send) => send,
            other => panic!("{other:?}"),
        }
    }

    fn payment(step: Result<Step>) -> Payment {
        match step.unwrap().action {
            Action::Done(payment) => *payment,
            other => panic!("{other:?}"),
        }
    }

    fn start(order: &Order) -> Result<Send> {
        with_cx("test", |cx| gateway::start(cx, order, None)).map(sent)
    }

    fn reply(order: &Order, then: &str, body: &str) -> Result<Step> {
        with_cx("test", |cx| gateway::reply(cx, order, then, Answer::Received { status: 200, body: body.as_bytes() }))
    }

    fn callback(order: &Order, body: &str, headers: &[&str]) -> Result<Step> {
        let mut body = body.as_bytes().to_vec();
        with_cx("test", |cx| Iyzico.callback(cx, order, Message { body: &mut body, headers: headers.to_vec() }))
    }

    fn refusal<T>(result: Result<T>) -> (Code, String) {
        let error = result.err().expect("a refusal");
        (error.code, error.field.to_string())
    }

    fn is(code: Code, field: &str) -> (Code, String) {
        (code, field.to_owned())
    }

    /// JSON from names and values that are JSON already; empty values are left out.
    fn json(members: &[(&str, &str)]) -> String {
        let members: Vec<(&str, String)> =
            members.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, (*value).to_owned())).collect();
        object(&members)
    }

    fn changed<'a>(members: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut members: Vec<_> = members.iter().copied().filter(|(name, _)| changes.iter().all(|(at, _)| at != name)).collect();
        members.extend(changes);
        members
    }

    // -- digests

    #[test]
    fn the_headers_of_iyzicos_own_libraries() {
        let header = |api_key, secret, random_key, path, body: &str| authorization(api_key, Secret::new(secret), random_key, path, body.as_bytes());
        let php = "IYZWSv2 YXBpS2V5OnRlc3QmcmFuZG9tS2V5OjEyMzQ1Njc4OSZzaWduYXR1cmU6NmYzODQwOTlhYWUzMjhmNzJkYWY5Y2RhYjEw\
            NWViMzdmYjI5NjIwMjUxYzQ3YjRjNTgzZDc0OGQ5ZDBhYjc2NA==";
        assert_eq!(header("test", "test", "123456789", "/v2/subscription/customers/", ""), php);
        let node = "IYZWSv2 YXBpS2V5OmFwaV9rZXkmcmFuZG9tS2V5OnJhbmRvbV9zdHJpbmcmc2lnbmF0dXJlOjAxNzUwODkyMWEyOWVlNTYwMWJj\
            ZDFmYmU4M2VmZDJlMmJlNDNhZjAyZWNlZmYzMGNmMmU5MWE1MzlhYWIzNTU=";
        assert_eq!(header("api_key", "secret_key", "random_string", "uri", "\"body\""), node);
        let java = "IYZWSv2 YXBpS2V5OmFwaUtleSZyYW5kb21LZXk6cmFuZG9tJnNpZ25hdHVyZTphOTBlYzFhZWNkNjhlMzdjYzMwOTQyZjg1Y2U2\
            YjBkNTM0MzVhNGNhNDVlMDQ3NjliNDZlM2MzNWQ4MWJmNmZl";
        assert_eq!(header("apiKey", "secretKey", "random", "/v2/uri", r#""[data\u003dvalue]""#), java);
    }

    #[test]
    fn response_signatures() {
        // The official sample of the 3-D Secure return: conversationData, conversationId, mdStatus, paymentId, status.
        let given = response_signature(&["", "", "1", "22484292", "success"], Secret::new("jLc7GQHD2pyJoqXDeEcTnGHYtP7Ai5jl"));
        assert_eq!(given, "a4f73b80bb32a6ef8358090bbd8609a49a7b53f463048f8ef147496e236d04f0");
        let values = ["SUCCESS", "22483975", "TRY", "B67832", "conv-1", "10.5", "10", TOKEN];
        assert_eq!(response_signature(&values, Secret::new("sandbox-secret")), "268c68fa568f7a4d92abc18e00d9591f364d54a4f698ba3f97f2ec0ab906334a");
    }

    #[test]
    fn the_two_texts_of_a_price() {
        let requested = [
            ("22", "22.0"),
            ("23.0", "23.0"),
            ("15.340000", "15.34"),
            ("0.12345", "0.12345"),
            ("22.00", "22.0"),
            ("23.00450067", "23.00450067"),
            ("23.12", "23.12"),
            ("100230", "100230.0"),
            ("100230.23000", "100230.23"),
            ("100230.2300045", "100230.2300045"),
        ];
        for (text, expected) in requested {
            assert_eq!(request_price(text).as_deref(), Some(expected));
        }
        for (text, expected) in
            [("10.50", "10.5"), ("10.00", "10"), ("10.0", "10"), ("100", "100"), ("0.10", "0.1"), ("1.2", "1.2"), ("0", "0"), ("0.00", "0")]
        {
            assert_eq!(signed_price(text).as_deref(), Some(expected));
        }
        for wrong in ["", ".", "1.", ".5", "-1", "+1", "1e2", "1,5", "1.2.3", " 1", "١", "1.499e2"] {
            assert_eq!((request_price(wrong), signed_price(wrong)), (None, None), "{wrong}");
        }
    }

    // -- configuration

    #[test]
    fn sandbox_and_published_keys_are_refused_in_production() {
        let configured = |mode, place: usize, value| {
            let mut pairs = config(mode);
            pairs[place].1 = value;
            Account::from_config(&pairs, &[]).map(|_| ())
        };
        let cases = [
            (2, "sandbox-x", "apiKey"),
            (3, "sandbox-x", "secretKey"),
            (2, "sim-api-key-12345678", "apiKey"),
            (3, "sim-secret-key-12345678", "secretKey"),
        ];
        for (place, value, key) in cases {
            assert_eq!(refusal(configured("production", place, value)), is(Code::Config, &format!("merchant.{key}")), "{value}");
            assert!(configured("test", place, value).is_ok());
        }
        assert_eq!(refusal(configured("test", 4, "12a")), is(Code::Config, "merchant.merchantId"));
        assert!(configured("production", 4, "").is_ok());
    }

    // -- initialize

    #[test]
    fn initialize_carries_the_order_and_is_signed_over_its_bytes() {
        let send = start(&order()).unwrap();
        assert_eq!(
            (send.url.as_str(), send.effect, send.then.as_str()),
            ("https://sandbox-api.iyzipay.com/payment/iyzipos/checkoutform/initialize/auth/ecom", Effect::Begins, "begins:initialize")
        );
        let random_key = "a5".repeat(16);
        let header = |name: &str| send.headers.iter().find(|(at, _)| *at == name).map(|(_, value)| value.as_str());
        assert_eq!(header("x-iyzi-rnd"), Some(random_key.as_str()));
        assert_eq!(
            header("authorization"),
            Some(authorization("sandbox-api", Secret::new(SECRET), &random_key, INITIALIZE, send.body.as_bytes()).as_str())
        );
        assert_eq!(header("content-type"), Some("application/json"));
        let address = concat!(
            r#"{"contactName":"Ay\u015fe Nur Y\u0131lmaz","city":"Belirtilmedi","country":"T\u00fcrkiye","#,
            r#""address":"Adres belirtilmedi"}"#
        );
        let expected = [
            r#"{"locale":"tr","conversationId":"ORDER","price":"149.9","paidPrice":"149.9","currency":"TRY","basketId":"ORDER","#,
            r#""paymentGroup":"PRODUCT","callbackUrl":"https://shop.example/ok","enabledInstallments":[1],"#,
            r#""buyer":{"id":"ORDER","name":"Ay\u015fe Nur","surname":"Y\u0131lmaz","identityNumber":"11111111111","email":"a@b.com","#,
            r#""registrationAddress":"Adres belirtilmedi","city":"Belirtilmedi","country":"T\u00fcrkiye","ip":"85.34.78.112","#,
            r#""gsmNumber":"05321234567"},"shippingAddress":"#,
            address,
            r#","billingAddress":"#,
            address,
            r#","basketItems":[{"id":"1","name":"Sipari\u015f ORDER","category1":"Genel","itemType":"PHYSICAL","price":"149.9"}]}"#,
        ];
        assert_eq!(send.body.replace(ORDER, "ORDER"), expected.concat());
        assert!(send.body.is_ascii() && !send.body.contains(SECRET));
    }

    #[test]
    fn a_path_before_iyzicos_own_is_not_signed() {
        let pairs = [config("test").as_slice(), &[("endpoints.api", "http://127.0.0.1:8481/iyzico/")]].concat();
        let account = Account::from_config(&pairs, &[]).unwrap();
        let cx = Context { account: &account, now: 0, random: [1; 32] };
        let send = sent(Iyzico.start(&cx, &order(), None).unwrap());
        assert_eq!(send.url, "http://127.0.0.1:8481/iyzico/payment/iyzipos/checkoutform/initialize/auth/ecom");
        let expected = authorization("sandbox-api", Secret::new(SECRET), &"01".repeat(16), INITIALIZE, send.body.as_bytes());
        assert!(send.headers.contains(&("authorization", expected)));
    }

    #[test]
    fn names_baskets_and_instalments() {
        let body = |order: Order| start(&order).unwrap().body;
        let named = |name| {
            body(Order { customer: Customer { name, phone: "", address: " Bağdat Cad. ", language: Language::En, ..order().customer }, ..order() })
        };
        let one = named(" Cher ");
        assert!(one.contains(r#""name":"Cher","surname":"Cher""#) && one.contains(r#""locale":"en""#) && !one.contains("gsmNumber"));
        assert!(one.contains(r#""registrationAddress":"Ba\u011fdat Cad.""#) && one.contains(r#""address":"Ba\u011fdat Cad.""#));
        assert!(named("\"</script>\u{2028}\\ x").contains(r#""name":"\"</script>\u2028\\","surname":"x""#));
        let item = |name, minor, quantity| Item { name, price: Amount::from_minor(minor).unwrap(), quantity };
        let lines = |basket| body(Order { basket, ..order() }).split_once("\"basketItems\":").unwrap().1.to_owned();
        let added_up = lines(vec![item("Kâse", 2_990, 1), item("Tabak", 6_000, 2)]);
        assert!(added_up.contains(r#""name":"K\u00e2se""#) && added_up.contains(r#""price":"29.9""#), "{added_up}");
        assert!(added_up.contains(r#""id":"2","name":"Tabak x2""#) && added_up.contains(r#""price":"120.0""#), "{added_up}");
        for not_adding_up in [vec![item("a", 14_989, 1)], vec![item("a", 14_990, 2)], vec![item("a", 999_999_999_999, u32::MAX)]] {
            assert!(lines(not_adding_up).starts_with(r#"[{"id":"1","name":"Sipari\u015f "#));
        }
        let offered = |installments, max_installments| {
            let body = body(Order { installments, max_installments, ..order() });
            body.split_once("\"enabledInstallments\":").unwrap().1.split_once(']').unwrap().0.to_owned()
        };
        assert_eq!((offered(1, 1).as_str(), offered(1, 6).as_str(), offered(1, 36).as_str()), ("[1", "[1,2,3,4,6", "[1,2,3,4,6,9,12"));
        assert_eq!((offered(3, 1).as_str(), offered(3, 4).as_str()), ("[3", "[1,2,3,4"));
    }

    #[test]
    fn orders_that_iyzico_would_refuse_are_refused_first() {
        let refused = |order: Order| refusal(start(&order));
        let customer = order().customer;
        for ip in ["", "abc", "1.2.3.4, 5.6.7.8", "999.1.1.1"] {
            assert_eq!(refused(Order { customer: Customer { ip, ..customer }, ..order() }), is(Code::Order, "customer.ip"));
        }
        assert_eq!(refused(Order { customer: Customer { email: "", ..customer }, ..order() }), is(Code::Order, "customer.email"));
        assert_eq!(refused(Order { customer: Customer { name: " ", ..customer }, ..order() }), is(Code::Order, "customer.name"));
        assert_eq!(refused(Order { installments: 5, ..order() }), is(Code::Order, "installments"));
        assert_eq!(refused(Order { intent: Intent::PreAuth, ..order() }), is(Code::Unsupported, "type"));
        assert_eq!(refused(Order { currency: Currency::Rub, ..order() }), is(Code::Unsupported, "currency"));
        let card = Card { number: "4355084355084358", month: "12", year: "30", cvv: "000", holder: "A B" };
        assert_eq!(refusal(with_cx("test", |cx| gateway::start(cx, &order(), Some(&card)))), is(Code::Order, "card"));
    }

    const PAGE: &str = "\"https://sandbox-cpp.iyzipay.com?token=e828c62d-fd12-4b1a-ad5a-380f15fe6596&lang=tr\"";

    fn initialized_body(conversation: &str, token: &str, page: &str) -> String {
        let signature = response_signature(&[conversation, token], Secret::new(SECRET));
        let quoted = [conversation, token, &signature].map(json::quote);
        json(&[
            ("status", r#""success""#),
            ("conversationId", &quoted[0]),
            ("token", &quoted[1]),
            ("paymentPageUrl", page),
            ("signature", &quoted[2]),
        ])
    }

    fn initialized(body: &str) -> Result<Step> {
        reply(&order(), "begins:initialize", body)
    }

    #[test]
    fn an_opened_form_is_an_address_and_a_token_to_keep() {
        let step = initialized(&initialized_body(ORDER, TOKEN, PAGE)).unwrap();
        assert_eq!(step.refs.unwrap().get("token"), Some(TOKEN));
        let Action::Redirect(Redirect::Url(url)) = step.action else { panic!() };
        assert_eq!(url, PAGE.trim_matches('"'));
    }

    #[test]
    fn an_opened_form_of_somebody_else_is_refused() {
        let good = initialized_body(ORDER, TOKEN, PAGE);
        let signature = response_signature(&[ORDER, TOKEN], Secret::new(SECRET));
        assert_eq!(refusal(initialized(&good.replace(&signature, &"a".repeat(64)))), is(Code::SignatureInvalid, "signature"));
        assert_eq!(refusal(initialized(&good.replace(&signature, ""))), is(Code::SignatureMissing, "signature"));
        assert_eq!(refusal(initialized(&good.replace(&format!(",\"signature\":\"{signature}\""), ""))), is(Code::SignatureMissing, "signature"));
        assert_eq!(
            refusal(initialized(&good.replace(&format!("\"token\":\"{TOKEN}"), &format!("\"token\":\"{OTHER_TOKEN}")))),
            is(Code::SignatureInvalid, "signature")
        );
        assert_eq!(refusal(initialized(&initialized_body("Other4mPq8sVx2bNw6zRy", TOKEN, PAGE))), is(Code::OrderMismatch, "conversationId"));
        // The same digest with the delimiter elsewhere: order and token are compared and formatted after it.
        let split = |conversation: &str, token: &str| {
            let body = initialized_body(conversation, token, PAGE);
            assert!(body.contains(&response_signature(&[&format!("{ORDER}:{TOKEN}:x")], Secret::new(SECRET))));
            refusal(initialized(&body))
        };
        assert_eq!(split(&format!("{ORDER}:{TOKEN}"), "x"), is(Code::OrderMismatch, "conversationId"));
        assert_eq!(split(ORDER, &format!("{TOKEN}:x")), is(Code::Unreachable, "token"));
        for token in ["a b", "a&b", &"x".repeat(65)] {
            assert_eq!(refusal(initialized(&initialized_body(ORDER, token, PAGE))), is(Code::Unreachable, "token"), "{token}");
        }
    }

    #[test]
    fn the_payment_page_is_iyzicos() {
        let page = |address: &str| initialized(&initialized_body(ORDER, TOKEN, &json::quote(address))).is_ok();
        for fine in [
            "https://cpp.iyzipay.com?token=x&lang=tr",
            "https://iyzipay.com/",
            "https://ode.iyzico.com/pay/x",
            "http://localhost:8481/iyzico/pay?token=x",
            "http://127.0.0.1:8481/x",
        ] {
            assert!(page(fine), "{fine}");
        }
        for wrong in [
            "",
            "cpp.iyzipay.com",
            "//cpp.iyzipay.com",
            "http://cpp.iyzipay.com",
            "https://evil.example",
            "https://cpp.iyzipay.com.evil.example",
            "https://eviliyzipay.com",
            "https://evil.example?https://cpp.iyzipay.com",
            "https://cpp.iyzipay.com@evil.example",
            "https://user@cpp.iyzipay.com",
            "https://cpp.iyzipay.com:8443/",
            "https://evil.example#.iyzipay.com",
            "https://evil.example\\.iyzipay.com",
            "javascript:alert(1)//.iyzipay.com",
            "https://cpp.iyzipay.com?x=\"><script>",
            "https://cpp.iyzipay.com?a b",
            "https://cpp.iyzipay.com?a#b",
            "https://cpp.iyzipay.com/\n",
            "http://localhost.evil.example",
            "https://cpp.iyzıpay.com",
        ] {
            assert!(!page(wrong), "{wrong}");
        }
        assert!(!is_payment_page("http://localhost:8481/iyzico/pay?token=x", Mode::Production));
    }

    #[test]
    fn a_refusal_keeps_iyzicos_words() {
        let body = r#"{"status":"failure","errorCode":"1001","errorMessage":"api bilgileri bulunamadı 4355084355084358"}"#;
        let error = initialized(body).unwrap_err();
        assert_eq!(
            (error.code, error.bank_code.as_str(), error.bank_message.as_str()),
            (Code::Refused, "1001", "api bilgileri bulunamadı 435508******4358")
        );
        for wrong in ["", "{}", "[]", "null", "<html>", r#"{"status":"SUCCESS"}"#, r#"{"status":"failure","status":"success"}"#] {
            assert_eq!(initialized(wrong).unwrap_err().code, Code::Unreachable, "{wrong}");
        }
    }

    // -- the return of the browser

    #[test]
    fn the_browsers_token_must_be_the_stored_one() {
        let send = sent(callback(&opened(), &format!("token={TOKEN}"), &["", "", ""]).unwrap());
        assert_eq!((send.effect, send.then.as_str()), (Effect::Reads, "reads:retrieve"));
        assert_eq!(send.url, "https://sandbox-api.iyzipay.com/payment/iyzipos/checkoutform/auth/ecom/detail");
        assert_eq!(send.body, format!(r#"{{"locale":"tr","conversationId":"{ORDER}","token":"{TOKEN}"}}"#));
        let asked = sent(with_cx("test", |cx| Iyzico.ask(cx, &opened(), Verb::Inquire)).unwrap());
        assert_eq!((asked.body, asked.url, asked.then), (send.body, send.url, send.then));
        for (body, code) in [
            (format!("token={OTHER_TOKEN}"), Code::OrderMismatch),
            (format!("token={}", TOKEN.to_uppercase()), Code::OrderMismatch),
            (format!("token={TOKEN}x"), Code::OrderMismatch),
            ("token=".into(), Code::Malformed),
            ("status=success".into(), Code::Malformed),
            (String::new(), Code::Malformed),
            (format!("token={TOKEN}&token={TOKEN}"), Code::DuplicateField),
            (format!("token={OTHER_TOKEN}&TOKEN={TOKEN}"), Code::DuplicateField),
        ] {
            assert_eq!(callback(&opened(), &body, &["", "", ""]).unwrap_err().code, code, "{body}");
        }
        assert_eq!(refusal(callback(&order(), &format!("token={TOKEN}"), &["", "", ""])), is(Code::Order, "refs"));
        assert_eq!(refusal(with_cx("test", |cx| Iyzico.ask(cx, &order(), Verb::Inquire))), is(Code::Order, "refs"));
    }

    // -- retrieve

    const RETRIEVED: &[(&str, &str)] = &[
        ("status", r#""success""#),
        ("locale", r#""tr""#),
        ("systemTime", "1795283100000"),
        ("conversationId", r#""Tk4mPq8sVx2bNw6zRy0c""#),
        ("token", r#""e828c62d-fd12-4b1a-ad5a-380f15fe6596""#),
        ("paymentStatus", r#""SUCCESS""#),
        ("paymentId", r#""22483975""#),
        ("fraudStatus", "1"),
        ("currency", r#""TRY""#),
        ("basketId", r#""Tk4mPq8sVx2bNw6zRy0c""#),
        ("price", "149.9"),
        ("paidPrice", "149.90000000"),
        ("installment", "1"),
        ("binNumber", r#""45080345""#),
        ("lastFourDigits", r#""4509""#),
        ("authCode", r#""301102""#),
        ("hostReference", r#""mock00007iyzihostrfn""#),
        ("mdStatus", "1"),
        ("itemTransactions", r#"[{"itemId":"1","price":149.9}]"#),
    ];

    /// The answer with changes, signed as iyzico signs.
    fn answer(changes: &[(&str, &str)]) -> String {
        let members = changed(RETRIEVED, changes);
        let value = |name: &str| members.iter().find(|(at, _)| *at == name).map_or("", |(_, value)| value.trim_matches('"'));
        let values = RETRIEVE_SIGNED.map(|name| match name {
            "price" | "paidPrice" => signed_price(value(name)).unwrap_or_else(|| value(name).to_owned()),
            _ => value(name).to_owned(),
        });
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let signature = json::quote(&response_signature(&values, Secret::new(SECRET)));
        json(&changed(&members, &[("signature", &signature)]))
    }

    fn retrieved(order: &Order, body: &str) -> Result<Step> {
        reply(order, "reads:retrieve", body)
    }

    fn settled(changes: &[(&str, &str)]) -> Result<Step> {
        retrieved(&opened(), &answer(changes))
    }

    #[test]
    fn a_signed_success_is_paid_by_reply() {
        let step = settled(&[]).unwrap();
        assert_eq!(step.refs.as_ref().unwrap().get("paymentId"), Some("22483975"));
        assert_eq!(step.refs.as_ref().unwrap().get("token"), Some(TOKEN));
        let payment = payment(Ok(step));
        assert_eq!((payment.status(), payment.proof()), (Status::Paid, "reply"));
        let expected = Facts {
            installments: Some(1),
            transaction_id: "22483975".into(),
            auth_code: "301102".into(),
            host_reference: "mock00007iyzihostrfn".into(),
            masked_pan: "450803******4509".into(),
            md_status: "1".into(),
            liability: Some(Liability::Issuer),
            ..Facts::default()
        };
        assert_eq!(payment.facts, expected);
        for price in ["149.9", "149.90", "149.900000", r#""149.9""#] {
            assert_eq!(self::payment(settled(&[("price", price), ("paidPrice", price)])).status(), Status::Paid, "{price}");
        }
    }

    #[test]
    fn a_signed_answer_about_something_else_is_refused() {
        type Changes<'a> = &'a [(&'a str, &'a str)];
        let cases: &[(Changes, Code, &str)] = &[
            (&[("token", r#""11111111-fd12-4b1a-ad5a-380f15fe6596""#)], Code::OrderMismatch, "token"),
            (&[("token", "")], Code::OrderMismatch, "token"),
            (&[("conversationId", r#""Other""#)], Code::OrderMismatch, "conversationId"),
            (&[("conversationId", "")], Code::OrderMismatch, "conversationId"),
            (&[("basketId", r#""Other4mPq8sVx2bNw6zRy""#)], Code::OrderMismatch, "id"),
            (&[("basketId", "")], Code::OrderMismatch, "id"),
            (&[("currency", r#""USD""#)], Code::CurrencyMismatch, "currency"),
            (&[("currency", r#""XXX""#)], Code::CurrencyMismatch, "currency"),
            (&[("price", "1.0"), ("paidPrice", "1.0")], Code::AmountMismatch, "amount"),
            (&[("price", "14990"), ("paidPrice", "14990")], Code::AmountMismatch, "amount"),
            (&[("paidPrice", "149.89")], Code::AmountMismatch, "paidPrice"),
            (&[("paidPrice", "164.89")], Code::AmountMismatch, "paidPrice"),
            (&[("paymentStatus", r#""FAILURE""#), ("basketId", r#""Other4mPq8sVx2bNw6zRy""#)], Code::OrderMismatch, "id"),
        ];
        for (changes, code, field) in cases {
            assert_eq!(refusal(settled(changes)), is(*code, field), "{changes:?}");
        }
        assert_eq!(refusal(retrieved(&order(), &answer(&[]))), is(Code::Order, "refs"));
    }

    #[test]
    fn interest_is_charged_only_where_instalments_were_allowed() {
        let body = answer(&[("paidPrice", "164.89"), ("installment", "6")]);
        for (installments, max_installments) in [(1, 6), (6, 1)] {
            let payment = payment(retrieved(&Order { installments, max_installments, ..opened() }, &body));
            assert_eq!(
                (payment.status(), payment.facts.charged.map(Amount::minor), payment.facts.installments),
                (Status::Paid, Some(16_489), Some(6))
            );
        }
        let less = answer(&[("paidPrice", "149.89")]);
        assert_eq!(refusal(retrieved(&Order { max_installments: 6, ..opened() }, &less)), is(Code::AmountMismatch, "paidPrice"));
    }

    #[test]
    fn the_signature_of_another_answer_serves_no_other() {
        let failure = answer(&[("paymentStatus", r#""FAILURE""#)]);
        assert_eq!(refusal(retrieved(&opened(), &failure.replace("FAILURE", "SUCCESS"))), is(Code::SignatureInvalid, "signature"));
        for (from, to) in [("149.9,", "149.91,"), ("\"TRY\"", "\"USD\""), ("22483975", "22483976"), ("\"basketId\":\"Tk4m", "\"basketId\":\"Tk5m")] {
            let edited = answer(&[]).replacen(from, to, 1);
            assert_eq!(refusal(retrieved(&opened(), &edited)), is(Code::SignatureInvalid, "signature"), "{from}");
        }
        let signature = response_signature(&["x"], Secret::new(SECRET));
        for wrong in [signature.as_str(), "0", "x", &"a".repeat(64), &"A".repeat(5000)] {
            let body = json(&changed(RETRIEVED, &[("signature", &json::quote(wrong))]));
            assert_eq!(refusal(retrieved(&opened(), &body)), is(Code::SignatureInvalid, "signature"), "{wrong}");
        }
    }

    #[test]
    fn an_unsigned_answer_proves_nothing() {
        for signature in ["", r#""""#, "null"] {
            for status in ["SUCCESS", "FAILURE"] {
                let status = json::quote(status);
                let body = json(&changed(RETRIEVED, &[("paymentStatus", &status), ("signature", signature)]));
                let payment = payment(retrieved(&opened(), &body));
                assert_eq!((payment.status(), payment.proof(), payment.facts.review), (Status::Unknown, "none", true), "{body}");
            }
        }
        let failure = |code: &str| {
            retrieved(&opened(), &format!(r#"{{"status":"failure","errorCode":"{code}","errorMessage":"x","paymentStatus":"FAILURE"}}"#))
        };
        for (code, status) in [
            ("5087", Status::Pending),
            ("5122", Status::Pending),
            ("10051", Status::Unknown),
            ("1", Status::Unknown),
            ("429", Status::Unknown),
            ("", Status::Unknown),
        ] {
            let payment = payment(failure(code));
            assert_eq!((payment.status(), payment.proof()), (status, "none"), "{code}");
        }
        for code in ["1000", "1001", "1007"] {
            let error = failure(code).unwrap_err();
            assert_eq!((error.code, error.bank_code.as_str()), (Code::Refused, code));
        }
    }

    #[test]
    fn both_words_are_needed_for_money() {
        for changes in [
            &[("status", r#""failure""#)][..],
            &[("status", r#""SUCCESS""#)],
            &[("status", "")],
            &[("paymentStatus", r#""success""#)],
            &[("paymentStatus", "")],
            &[("paymentStatus", r#""INIT_THREEDS""#)],
            &[("paymentStatus", r#""CALLBACK_THREEDS""#)],
            &[("paymentStatus", r#""PENDING_CREDIT""#)],
            &[("paymentStatus", r#""NEW""#)],
        ] {
            let payment = payment(settled(changes));
            assert_eq!((payment.status(), payment.proof()), (Status::Pending, "none"), "{changes:?}");
        }
        assert!(payment(settled(&[("status", r#""failure""#)])).facts.review);
        assert!(!payment(settled(&[("paymentStatus", r#""INIT_THREEDS""#)])).facts.review);
    }

    #[test]
    fn the_fraud_check_has_the_last_word() {
        for (fraud, status, proof) in [
            ("1", Status::Paid, "reply"),
            ("0", Status::Pending, "none"),
            ("-1", Status::Declined, "reply"),
            ("2", Status::Pending, "none"),
            ("", Status::Pending, "none"),
            ("1.0", Status::Pending, "none"),
            ("null", Status::Pending, "none"),
        ] {
            let payment = payment(settled(&[("fraudStatus", fraud)]));
            assert_eq!((payment.status(), payment.proof(), payment.facts.review), (status, proof, status == Status::Pending), "{fraud}");
        }
        assert_eq!(payment(settled(&[("fraudStatus", "-1")])).decline().unwrap().reason, Reason::Security);
        // Also what is held back must be about this payment.
        assert_eq!(refusal(settled(&[("fraudStatus", "0"), ("price", "1.0"), ("paidPrice", "1.0")])), is(Code::AmountMismatch, "amount"));
    }

    #[test]
    fn a_signed_failure_is_declined_with_a_reason() {
        let declined = |code: &str, md_status: &str, status: &str| {
            let (code, status) = (json::quote(code), json::quote(status));
            let changes = [
                ("paymentStatus", r#""FAILURE""#),
                ("status", status.as_str()),
                ("errorCode", &code),
                ("errorMessage", r#""Kart limiti yetersiz 4355084355084358""#),
                ("mdStatus", md_status),
                ("fraudStatus", ""),
                ("price", ""),
                ("paidPrice", ""),
            ];
            let payment = payment(settled(&changes));
            assert_eq!((payment.status(), payment.proof()), (Status::Declined, "reply"));
            payment.decline().unwrap().clone()
        };
        let decline = declined("10051", "1", "success");
        assert_eq!(
            (decline.reason, decline.bank_code.as_str(), decline.bank_message.as_str()),
            (Reason::InsufficientFunds, "10051", "Kart limiti yetersiz 435508******4358")
        );
        assert_eq!(declined("10051", "", "failure").reason, Reason::InsufficientFunds);
        let table = "10005 declined, 10012 declined, 10034 security, 10041 restricted-card, 10043 restricted-card, 10054 expired-card, \
                     10057 not-permitted, 10058 not-permitted, 10084 invalid-cvv, 10093 not-permitted, 10201 not-permitted, 10204 declined, \
                     10206 invalid-cvv, 10207 call-bank, 10209 restricted-card, 10211 3ds-failed, 10213 invalid-card, 10214 bank-unavailable, \
                     10215 invalid-card, 10217 not-permitted, 10219 bank-unavailable, 10222 installments, 10225 restricted-card, \
                     10229 expired-card, 6001 security, 100 declined, 100510 declined, 99999 declined";
        for (code, reason) in table.split(", ").filter_map(|row| row.split_once(' ')) {
            assert_eq!(declined(code, "1", "success").reason.name(), reason, "{code}");
        }
        assert_eq!(declined("", "1", "success").reason, Reason::Declined);
        for (md_status, reason) in [("0", Reason::ThreeDsFailed), ("5", Reason::ThreeDsFailed), ("4", Reason::Declined), ("", Reason::Declined)] {
            assert_eq!(declined("10005", md_status, "success").reason, reason, "{md_status}");
        }
        assert_eq!(declined("10051", "0", "success").reason, Reason::InsufficientFunds);
    }

    #[test]
    fn unreadable_answers_leave_us_as_wise_as_before() {
        let good = answer(&[]);
        for body in [
            String::new(),
            "<html>".into(),
            "{}".into(),
            "[]".into(),
            good[..good.len() - 2].into(),
            format!("{{\"paymentStatus\":\"FAILURE\",{}", &good[1..]),
            answer(&[("price", "1.499e2"), ("paidPrice", "1.499e2")]),
            answer(&[("price", "-149.9")]),
            answer(&[("price", "{}")]),
            answer(&[("paidPrice", "0")]),
            answer(&[("currency", "")]),
        ] {
            let payment = payment(retrieved(&opened(), &body));
            assert_eq!((payment.status(), payment.proof()), (Status::Unknown, "none"), "{body}");
        }
    }

    // -- webhooks

    const HOSTED_SAMPLE: &str = concat!(
        r#"{"paymentConversationId":"conversationId","merchantId":3382172,"token":"e828c62d-fd12-4b1a-ad5a-380f15fe6596","#,
        r#""status":"SUCCESS","iyziReferenceCode":"77e1635c-6b39-475a-8b7b-ca15ad0cd4ac","iyziEventType":"CHECKOUT_FORM_AUTH","#,
        r#""iyziEventTime":1721825036103,"iyziPaymentId":22483975}"#
    );
    const HOSTED_SIGNATURE: &str = "4031c575763486a2d2bf3f7ace0baebfcd6bed65393ab4df3fe80c00d5fd6878";
    const DIRECT_SAMPLE: &str = concat!(
        r#"{"paymentConversationId":"conversationId","merchantId":3382172,"paymentId":22484059,"status":"SUCCESS","#,
        r#""iyziReferenceCode":"a9af8e6b-4401-4928-b6b8-40419aaa3d0f","iyziEventType":"API_AUTH","iyziEventTime":1721825828467,"#,
        r#""iyziPaymentId":22484059}"#
    );
    const DIRECT_SIGNATURE: &str = "92c7a72b7741bc83eb696066605c894778c87297b2c88d6037670666230e18ae";

    fn verified(body: &str, signature: &str) -> Result<Event> {
        verify_webhook(body.as_bytes(), &[signature], Secret::new(SECRET), "3382172")
    }

    fn signature(body: &str) -> String {
        signature_for(body, "3382172")
    }

    fn signature_for(body: &str, merchant_id: &str) -> String {
        webhook_signature(body.as_bytes(), Secret::new(SECRET), merchant_id).unwrap()
    }

    /// A webhook with the right signature, whatever it says.
    fn signed(body: &str) -> Result<Event> {
        verified(body, &signature(body))
    }

    #[test]
    fn iyzicos_own_samples() {
        let event = verified(HOSTED_SAMPLE, HOSTED_SIGNATURE).unwrap();
        let expected = [
            ("format", "hpp"),
            ("eventType", "CHECKOUT_FORM_AUTH"),
            ("status", "SUCCESS"),
            ("paymentId", "22483975"),
            ("conversationId", "conversationId"),
            ("token", TOKEN),
            ("merchantId", "3382172"),
            ("referenceCode", "77e1635c-6b39-475a-8b7b-ca15ad0cd4ac"),
            ("eventTime", "1721825036103"),
        ];
        assert_eq!(event.fields(), expected);
        let event = verified(DIRECT_SAMPLE, DIRECT_SIGNATURE).unwrap();
        assert_eq!((event.format, event.payment_id.as_str(), event.token.as_str()), (Format::Direct, "22484059", ""));
        assert_eq!((signature(HOSTED_SAMPLE).as_str(), signature(DIRECT_SAMPLE).as_str()), (HOSTED_SIGNATURE, DIRECT_SIGNATURE));
        assert!(verified(DIRECT_SAMPLE, &DIRECT_SIGNATURE.to_uppercase()).is_ok());
        let subscription = concat!(
            r#"{"orderReferenceCode":"order-ref-1","customerReferenceCode":"cust-ref-1","subscriptionReferenceCode":"sub-ref-1","#,
            r#""iyziEventType":"subscription.order.success"}"#
        );
        let computed = webhook_signature(subscription.as_bytes(), Secret::new("sandbox-secret"), "3382172").unwrap();
        assert_eq!(computed, "a87cc7cd71cb3d35c65e86bd2c01d96d23ad029de701ea68e62f41f9fa2296eb");
    }

    #[test]
    fn other_signatures_are_refused() {
        let tampered = DIRECT_SAMPLE.replace("SUCCESS", "FAILURE");
        assert_eq!(refusal(verified(&tampered, DIRECT_SIGNATURE)), is(Code::SignatureInvalid, "x-iyz-signature-v3"));
        // Without the secret in front, as some guides write it.
        assert_eq!(refusal(verified(HOSTED_SAMPLE, "910d50f28428b61022b27101ab36099361e2091ed4a6a629ab9d2547c08f14ed")).0, Code::SignatureInvalid);
        for wrong in [
            DIRECT_SIGNATURE,
            &HOSTED_SIGNATURE[..63],
            &HOSTED_SIGNATURE[..62],
            &format!("{HOSTED_SIGNATURE}00"),
            &format!(" {HOSTED_SIGNATURE}"),
            &"z".repeat(64),
            &"0".repeat(64),
            "QDHFdXY0hqLSvz96zg==",
        ] {
            assert_eq!(refusal(verified(HOSTED_SAMPLE, wrong)).0, Code::SignatureInvalid, "{wrong}");
        }
        let other_key = verify_webhook(HOSTED_SAMPLE.as_bytes(), &[HOSTED_SIGNATURE], Secret::new("other"), "");
        assert_eq!(refusal(other_key).0, Code::SignatureInvalid);
        let empty_key =
            crypto::hex(&crypto::hmac_sha256(Secret::new(""), &[b"CHECKOUT_FORM_AUTH22483975", TOKEN.as_bytes(), b"conversationIdSUCCESS"]));
        assert_eq!(refusal(verify_webhook(HOSTED_SAMPLE.as_bytes(), &[&empty_key], Secret::new(""), "")), is(Code::Config, "secretKey"));
    }

    #[test]
    fn only_the_third_version_of_the_header_counts() {
        let refused = |headers: &[&str]| {
            let error = verify_webhook(HOSTED_SAMPLE.as_bytes(), headers, Secret::new(SECRET), "").unwrap_err();
            assert_eq!((error.code, error.field.as_ref()), (Code::SignatureMissing, "x-iyz-signature-v3"));
            assert!(error.message.contains("X-IYZ-SIGNATURE-V3") && error.message.contains("entegrasyon@iyzico.com"));
            error.message.contains("older")
        };
        assert!(!refused(&[""]) && !refused(&[]) && !refused(&["", "", ""]));
        assert!(refused(&["", HOSTED_SIGNATURE, ""]) && refused(&["", "", HOSTED_SIGNATURE]) && refused(&["", HOSTED_SIGNATURE, HOSTED_SIGNATURE]));
        assert!(verify_webhook(HOSTED_SAMPLE.as_bytes(), &[HOSTED_SIGNATURE, "x", "y"], Secret::new(SECRET), "").is_ok());
        assert_eq!(SPEC.headers, ["x-iyz-signature-v3", "x-iyz-signature-v2", "x-iyz-signature"]);
    }

    const DIRECT: &[(&str, &str)] =
        &[("iyziEventType", r#""API_AUTH""#), ("paymentId", "22484059"), ("paymentConversationId", r#""conv-1""#), ("status", r#""SUCCESS""#)];
    const HOSTED: &[(&str, &str)] = &[
        ("iyziEventType", r#""CHECKOUT_FORM_AUTH""#),
        ("iyziPaymentId", "22483975"),
        ("token", r#""e828c62d-fd12-4b1a-ad5a-380f15fe6596""#),
        ("paymentConversationId", r#""conv-1""#),
        ("status", r#""SUCCESS""#),
    ];
    const SUBSCRIPTION: &[(&str, &str)] = &[
        ("iyziEventType", r#""subscription.order.success""#),
        ("subscriptionReferenceCode", r#""ea0362e2-a1c4-4fda-89f0-3758a5c20a28""#),
        ("orderReferenceCode", r#""ae5fcbf8-4fd2-46e5-b199-8f690ae9fae5""#),
        ("customerReferenceCode", r#""ff4052ca-0588-40eb-81a9-848c0c409472""#),
    ];

    fn with(base: &[(&str, &str)], changes: &[(&str, &str)]) -> Result<Event> {
        signed(&json(&changed(base, changes)))
    }

    #[test]
    fn every_listed_word_is_taken_and_no_other() {
        let quoted = |word: &str| json::quote(word);
        for (base, events, statuses) in [
            (DIRECT, [DIRECT_EVENTS, SHARED_EVENTS].concat(), STATUSES.to_vec()),
            (HOSTED, [HOSTED_EVENTS, SHARED_EVENTS].concat(), [STATUSES, HOSTED_STATUSES].concat()),
        ] {
            for event in &events {
                for status in &statuses {
                    let read = with(base, &[("iyziEventType", &quoted(event)), ("status", &quoted(status))]).unwrap();
                    assert_eq!((read.event_type.as_str(), read.status.as_str()), (*event, *status));
                }
            }
            let all_events = [DIRECT_EVENTS, HOSTED_EVENTS, SHARED_EVENTS, SUBSCRIPTION_EVENTS].concat();
            for event in all_events.iter().filter(|event| !events.contains(event)).chain(&["api_auth", "API_AUTH ", "API_AUTH2", "X", "PAYMENT_APİ"])
            {
                assert_eq!(refusal(with(base, &[("iyziEventType", &quoted(event))])), is(Code::Malformed, "iyziEventType"), "{event}");
            }
            for status in HOSTED_STATUSES.iter().filter(|status| !statuses.contains(status)).chain(&["success", "SUCCESS ", "SUCCESSFUL", "PAID"]) {
                assert_eq!(refusal(with(base, &[("status", &quoted(status))])), is(Code::Malformed, "status"), "{status}");
            }
        }
        for event in SUBSCRIPTION_EVENTS {
            assert_eq!(with(SUBSCRIPTION, &[("iyziEventType", &quoted(event))]).unwrap().event_type, *event);
        }
        assert_eq!(refusal(with(SUBSCRIPTION, &[("iyziEventType", r#""API_AUTH""#)])), is(Code::Malformed, "iyziEventType"));
        let unknown = with(DIRECT, &[("status", r#""NEW_STATUS""#)]).unwrap_err();
        assert!(unknown.message.contains("`NEW_STATUS`"));
        let odd = with(DIRECT, &[("status", r#""a\"b<c>""#)]).unwrap_err();
        assert!(odd.message.contains("a value of 6 characters"), "{}", odd.message);
    }

    #[test]
    fn no_listed_word_begins_or_ends_another() {
        let events = [DIRECT_EVENTS, HOSTED_EVENTS, SHARED_EVENTS, SUBSCRIPTION_EVENTS].concat();
        let statuses = [STATUSES, HOSTED_STATUSES].concat();
        for (one, word) in events.iter().enumerate() {
            assert!(events.iter().enumerate().all(|(other, longer)| one == other || !longer.starts_with(word)), "{word}");
            assert!(!word.ends_with(|last: char| last.is_ascii_digit()));
        }
        for (one, word) in statuses.iter().enumerate() {
            assert!(statuses.iter().enumerate().all(|(other, longer)| one == other || !longer.ends_with(word)), "{word}");
        }
    }

    /// Every reading of a signed text that the lists and formats allow.
    fn readings(text: &str, order_id: Option<&str>) -> Vec<Event> {
        let events = [DIRECT_EVENTS, HOSTED_EVENTS, SHARED_EVENTS, SUBSCRIPTION_EVENTS].concat();
        let blank = Event {
            format: Format::Direct,
            event_type: String::new(),
            payment_id: String::new(),
            token: String::new(),
            conversation_id: String::new(),
            status: String::new(),
            subscription_reference: String::new(),
            order_reference: String::new(),
            customer_reference: String::new(),
            merchant_id: "3382172".to_owned(),
            reference: String::new(),
            time: String::new(),
        };
        let mut found = vec![];
        let mut consider = |event: Event| {
            // The reader refuses empty values before it comes to formats.
            let read = match event.format {
                Format::Direct => !event.payment_id.is_empty() && !event.conversation_id.is_empty(),
                _ => event.format == Format::Subscription || !event.conversation_id.is_empty(),
            };
            if read && event.check(order_id).is_ok() {
                found.push(event);
            }
        };
        for event in events.iter().filter(|event| text.starts_with(**event)) {
            let rest = &text[event.len()..];
            let base = Event { event_type: (*event).to_owned(), ..blank.clone() };
            for a in 0..=rest.len() {
                for b in a..=rest.len() {
                    let (one, two, three) = (&rest[..a], &rest[a..b], &rest[b..]);
                    consider(Event { payment_id: one.into(), conversation_id: two.into(), status: three.into(), ..base.clone() });
                    let references = Event {
                        format: Format::Subscription,
                        subscription_reference: one.into(),
                        order_reference: two.into(),
                        customer_reference: three.into(),
                        ..base.clone()
                    };
                    consider(references);
                    if two.len() != 36 {
                        continue; // No token has another length; this keeps the search short.
                    }
                    for c in b..=rest.len() {
                        let (conversation_id, status) = (rest[b..c].to_owned(), rest[c..].to_owned());
                        consider(Event {
                            format: Format::Hosted,
                            payment_id: one.into(),
                            token: two.into(),
                            conversation_id,
                            status,
                            ..base.clone()
                        });
                    }
                }
            }
        }
        found
    }

    #[test]
    fn a_signed_text_can_be_read_in_one_way_only() {
        let tokens = [
            TOKEN,
            OTHER_TOKEN,
            "1a345678-fd12-4b1a-ad5a-380f15fe6596",
            "12345678-1234-1234-1234-123456789012",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ];
        let conversations = [
            "conversationId",
            "c",
            "Tk4mPq8sVx2bNw6zRy0c",
            "orderSUCCESS",
            "orderFAILURESUCCESS",
            "PENDING_CREDITINIT_CREDIT",
            "INIT_THREEDSCALLBACK_",
            "a-b",
            "order-123456789012-1234-1234-1234-123456789012",
            "e828c62d-fd12-4b1a-ad5a-380f15fe659",
            "-fd12-4b1a-ad5a-380f15fe6596x",
            "_1",
            "API_AUTH1",
        ];
        for event in [DIRECT_EVENTS, SHARED_EVENTS].concat() {
            for conversation in conversations {
                for status in ["SUCCESS", "INIT_THREEDS"] {
                    let read = readings(&format!("{event}22484059{conversation}{status}"), None);
                    assert_eq!(read.len(), 1, "{event} {conversation} {status}: {read:?}");
                    let only = &read[0];
                    assert_eq!(
                        (only.format, only.payment_id.as_str(), only.conversation_id.as_str(), only.status.as_str()),
                        (Format::Direct, "22484059", conversation, status)
                    );
                }
            }
        }
        for event in ["CHECKOUT_FORM_AUTH", "BKM_AUTH"] {
            for token in tokens {
                for conversation in conversations.into_iter().chain(["123456789", "0", TOKEN, OTHER_TOKEN, "2e828c62d-fd12-4b1a-ad5a-380f15fe6596"]) {
                    let read = readings(&format!("{event}22483975{token}{conversation}INIT_CREDIT"), None);
                    assert_eq!(read.len(), 1, "{event} {token} {conversation}: {read:?}");
                    let only = &read[0];
                    assert_eq!(
                        (only.format, only.token.as_str(), only.conversation_id.as_str(), only.status.as_str()),
                        (Format::Hosted, token, conversation, "INIT_CREDIT")
                    );
                }
            }
        }
        let references = "ea0362e2-a1c4-4fda-89f0-3758a5c20a28ae5fcbf8-4fd2-46e5-b199-8f690ae9fae5ff4052ca-0588-40eb-81a9-848c0c409472";
        let read = readings(&format!("subscription.order.success{references}"), None);
        assert_eq!((read.len(), read[0].order_reference.as_str()), (1, "ae5fcbf8-4fd2-46e5-b199-8f690ae9fae5"));
    }

    #[test]
    fn what_could_be_read_in_two_ways_needs_the_order() {
        for conversation in ["123456789", "1order", "0"] {
            let quoted = json::quote(conversation);
            assert_eq!(refusal(with(DIRECT, &[("paymentConversationId", &quoted)])), is(Code::Malformed, "paymentConversationId"), "{conversation}");
            let read = readings(&format!("API_AUTH22484059{conversation}SUCCESS"), Some(conversation));
            let payments: Vec<&str> =
                read.iter().filter(|event| event.conversation_id == conversation).map(|event| event.payment_id.as_str()).collect();
            assert_eq!(payments, ["22484059"]);
        }
        let (event, conversation) = (json::quote("BKM_AUTH"), json::quote(&format!("{TOKEN}x")));
        assert_eq!(
            refusal(with(DIRECT, &[("iyziEventType", &event), ("paymentConversationId", &conversation)])),
            is(Code::Malformed, "paymentConversationId")
        );
        // A bare UUID cannot be a token and something more, and in an event of one format only there is nothing to confuse.
        assert!(with(DIRECT, &[("iyziEventType", &event), ("paymentConversationId", &json::quote(TOKEN))]).is_ok());
        assert!(with(DIRECT, &[("paymentConversationId", &conversation)]).is_ok());
    }

    #[test]
    fn a_valid_digest_over_another_split_is_refused() {
        // The same signed text, cut elsewhere, with the genuine signature.
        let told = |members: &[(&str, &str)], genuine: &str| {
            let members: Vec<(&str, String)> = members.iter().map(|(name, value)| (*name, json::quote(value))).collect();
            let body = object(&members);
            assert_eq!(signature(&body), genuine, "not the same text: this attack proves nothing");
            refusal(verified(&body, genuine))
        };
        let direct = |event, payment, conversation, status| {
            told(&[("iyziEventType", event), ("paymentId", payment), ("paymentConversationId", conversation), ("status", status)], DIRECT_SIGNATURE)
        };
        assert_eq!(direct("API_AUTH2", "2484059", "conversationId", "SUCCESS"), is(Code::Malformed, "iyziEventType"));
        assert_eq!(direct("API_AUT", "H22484059", "conversationId", "SUCCESS"), is(Code::Malformed, "iyziEventType"));
        assert_eq!(direct("API_AUTH", "2248405", "9conversationId", "SUCCESS"), is(Code::Malformed, "paymentConversationId"));
        assert_eq!(direct("API_AUTH", "22484059c", "onversationId", "SUCCESS"), is(Code::Malformed, "paymentId"));
        assert_eq!(direct("API_AUTH", "22484059", "conversationIdSUC", "CESS"), is(Code::Malformed, "status"));
        assert_eq!(direct("API_AUTH", "22484059", "conversationI", "dSUCCESS"), is(Code::Malformed, "status"));
        let conversation = format!("{TOKEN}conversationId");
        let as_direct =
            [("iyziEventType", "CHECKOUT_FORM_AUTH"), ("paymentId", "22483975"), ("paymentConversationId", &conversation), ("status", "SUCCESS")];
        assert_eq!(told(&as_direct, HOSTED_SIGNATURE), is(Code::Malformed, "iyziEventType"));
        let hosted = |payment, token: &str, conversation| {
            told(
                &[
                    ("iyziEventType", "CHECKOUT_FORM_AUTH"),
                    ("iyziPaymentId", payment),
                    ("token", token),
                    ("paymentConversationId", conversation),
                    ("status", "SUCCESS"),
                ],
                HOSTED_SIGNATURE,
            )
        };
        assert_eq!(hosted("2248397", &format!("5{TOKEN}"), "conversationId"), is(Code::Malformed, "token"));
        assert_eq!(hosted("2248397", &format!("5{}", &TOKEN[..35]), "6conversationId"), is(Code::Malformed, "token"));
        assert_eq!(hosted("22483975", &format!("{TOKEN}c"), "onversationId"), is(Code::Malformed, "token"));
        assert_eq!(hosted("22483975", &TOKEN[..35], "6conversationId"), is(Code::Malformed, "token"));
    }

    #[test]
    fn numbers_are_taken_literally() {
        for digits in ["1", "22484059", "9007199254740993", "18446744073709551615"] {
            for text in [digits.to_owned(), json::quote(digits)] {
                assert_eq!(with(DIRECT, &[("paymentId", &text)]).unwrap().payment_id, digits);
                assert_eq!(with(HOSTED, &[("iyziPaymentId", &text)]).unwrap().payment_id, digits);
            }
        }
        for text in [
            "0",
            "1e3",
            "1E3",
            "1.0",
            "22484059.0",
            "0.5",
            "-1",
            "-0",
            "2.2484059e7",
            "123456789012345678901",
            r#""007""#,
            r#""1e3""#,
            r#"" 1""#,
            r#""٢٢""#,
            r#""x""#,
        ] {
            assert_eq!(refusal(with(DIRECT, &[("paymentId", text)])), is(Code::Malformed, "paymentId"), "{text}");
            assert_eq!(refusal(with(HOSTED, &[("iyziPaymentId", text)])), is(Code::Malformed, "iyziPaymentId"), "{text}");
        }
        for text in ["007", "+1", "0x10", "1.", ".5", "NaN", "01", "--1"] {
            let body = json(&changed(DIRECT, &[("paymentId", text)]));
            assert_eq!(refusal(verified(&body, DIRECT_SIGNATURE)).0, Code::Malformed, "{text}");
        }
        // A number and a text of the same digits are the same to the signature, and a float would not be.
        let as_float = DIRECT_SAMPLE.replace("\"paymentId\":22484059", "\"paymentId\":22484059.0");
        assert_eq!(refusal(verified(&as_float, DIRECT_SIGNATURE)).0, Code::SignatureInvalid);
    }

    #[test]
    fn missing_repeated_and_mistyped_keys_are_named() {
        for base in [DIRECT, HOSTED, SUBSCRIPTION] {
            for (name, value) in base.iter().filter(|(name, _)| !matches!(*name, "token" | "subscriptionReferenceCode")) {
                for gone in ["", "null", r#""""#] {
                    let body = json(&changed(base, &[(name, gone)]));
                    assert_eq!(refusal(verified(&body, DIRECT_SIGNATURE)), is(Code::Malformed, name), "{body}");
                }
                for wrong in ["true", "[]", "{}", "[1]", r#"{"a":1}"#] {
                    let body = json(&changed(base, &[(name, wrong)]));
                    assert_eq!(refusal(verified(&body, DIRECT_SIGNATURE)), is(Code::Malformed, name), "{body}");
                }
                let body = json(base);
                let genuine = signature(&body);
                let in_other_case = name.to_uppercase();
                for twice in [(*name).to_owned(), in_other_case.clone()] {
                    for doubled in [format!("{},\"{twice}\":{value}}}", &body[..body.len() - 1]), format!("{{\"{twice}\":{value},{}", &body[1..])] {
                        let (code, field) = refusal(verified(&doubled, &genuine));
                        assert!(code == Code::DuplicateField && field.eq_ignore_ascii_case(name), "{doubled}: {code:?} {field}");
                    }
                }
            }
        }
        let escaped = DIRECT_SAMPLE.replace("{", "{\"sta\\u0074us\":\"FAILURE\",");
        assert_eq!(refusal(verified(&escaped, DIRECT_SIGNATURE)), is(Code::DuplicateField, "status"));
        for wrong in ["", " ", "null", "1", "[]", "{", "{}x", "status=SUCCESS", "\u{feff}{}"] {
            assert_eq!(refusal(verified(wrong, DIRECT_SIGNATURE)).0, Code::Malformed, "{wrong}");
        }
        assert_eq!(refusal(verify_webhook(b"{\"a\":\"\xDD\"}", &[DIRECT_SIGNATURE], Secret::new(SECRET), "")).0, Code::Malformed);
    }

    #[test]
    fn a_subscription_signs_the_merchant_number() {
        let body = json(SUBSCRIPTION);
        let event = signed(&body).unwrap();
        assert_eq!(
            (event.merchant_id.as_str(), event.subscription_reference.as_str(), event.status.as_str()),
            ("3382172", "ea0362e2-a1c4-4fda-89f0-3758a5c20a28", "")
        );
        assert_eq!(refusal(verify_webhook(body.as_bytes(), &[&signature(&body)], Secret::new(SECRET), "")), is(Code::Config, "merchantId"));
        assert_eq!(refusal(verify_webhook(body.as_bytes(), &[&signature(&body)], Secret::new(SECRET), "3382173")).0, Code::SignatureInvalid);
        let named = json(&changed(SUBSCRIPTION, &[("merchantId", "3382172")]));
        assert!(verify_webhook(named.as_bytes(), &[&signature(&named)], Secret::new(SECRET), "").is_ok());
        assert_eq!(
            refusal(verify_webhook(named.as_bytes(), &[&signature(&named)], Secret::new(SECRET), "1")),
            is(Code::MerchantMismatch, "merchantId")
        );
        let odd = json(&changed(SUBSCRIPTION, &[("merchantId", r#""3382172x""#)]));
        let told = verify_webhook(odd.as_bytes(), &[&signature_for(&odd, "3382172x")], Secret::new(SECRET), "");
        assert_eq!(refusal(told), is(Code::Malformed, "merchantId"));
        for (name, value) in [
            ("orderReferenceCode", "\"order-ref-1\""),
            ("customerReferenceCode", "\"ff4052ca-0588-40eb-81a9-848c0c40947\""),
            ("subscriptionReferenceCode", "\"ea0362e2ea1c4-4fda-89f0-3758a5c20a28\""),
        ] {
            assert_eq!(refusal(with(SUBSCRIPTION, &[(name, value)])), is(Code::Malformed, name));
        }
    }

    #[test]
    fn a_webhook_only_makes_us_ask() {
        let hosted = |changes: &[(&str, &str)]| {
            let order_id = json::quote(ORDER);
            let body = json(&changed(&changed(HOSTED, &[("paymentConversationId", order_id.as_str())]), changes));
            let signature = signature(&body);
            callback(&opened(), &body, &[&signature, "", ""])
        };
        for status in [STATUSES, HOSTED_STATUSES].concat() {
            let send = sent(hosted(&[("status", &json::quote(status))]).unwrap());
            assert_eq!((send.effect, send.then.as_str()), (Effect::Reads, "reads:retrieve"), "{status}");
            assert!(send.body.contains(TOKEN));
        }
        assert_eq!(refusal(hosted(&[("paymentConversationId", r#""Other4mPq8sVx2bNw6zRy""#)])), is(Code::OrderMismatch, "paymentConversationId"));
        assert_eq!(refusal(hosted(&[("token", &json::quote(OTHER_TOKEN))])), is(Code::OrderMismatch, "token"));
        let direct = json(&changed(DIRECT, &[("paymentConversationId", &json::quote(ORDER))]));
        assert_eq!(sent(callback(&opened(), &format!(" \n{direct}"), &[&signature(&direct), "", ""]).unwrap()).effect, Effect::Reads);
        let subscription = json(SUBSCRIPTION);
        assert_eq!(refusal(callback(&opened(), &subscription, &[&signature(&subscription), "", ""])), is(Code::Unsupported, "iyziEventType"));
        assert_eq!(refusal(callback(&opened(), &direct, &["", "", ""])).0, Code::SignatureMissing);
        assert_eq!(refusal(callback(&opened(), &direct, &["", &signature(&direct), ""])).0, Code::SignatureMissing);
        assert_eq!(refusal(callback(&opened(), &direct, &[HOSTED_SIGNATURE, "", ""])).0, Code::SignatureInvalid);
        // With its order, an id that begins with a digit is no riddle.
        let numbered = Order { id: "123456789", ..opened() };
        let body = json(&changed(DIRECT, &[("paymentConversationId", r#""123456789""#)]));
        assert!(callback(&numbered, &body, &[&signature(&body), "", ""]).is_ok());
        assert!(callback(&opened(), &body, &[&signature(&body), "", ""]).is_err());
    }

    #[test]
    fn peeking_finds_the_token_or_the_order_and_never_fails() {
        let peek = |body: &str| {
            let mut body = body.as_bytes().to_vec();
            match Iyzico.peek(Message { body: &mut body, headers: vec![] }) {
                Some(Found::Token(token)) => format!("token {token}"),
                Some(Found::OrderId(id)) => format!("order {id}"),
                None => String::new(),
            }
        };
        assert_eq!(peek(HOSTED_SAMPLE), format!("token {TOKEN}"));
        assert_eq!(peek(DIRECT_SAMPLE), "order conversationId");
        assert_eq!(peek(&format!("token={TOKEN}")), format!("token {TOKEN}"));
        assert_eq!(peek(&format!("a=b&token={TOKEN}&c")), format!("token {TOKEN}"));
        let bad = [
            "",
            "{}",
            "[]",
            "null",
            "x",
            "token=",
            "token=a%20b",
            r#"{"token":7}"#,
            r#"{"token":{}}"#,
            r#"{"token":""}"#,
            r#"{"paymentConversationId":"a b"}"#,
            r#"{"paymentConversationId":"#,
        ];
        for body in bad {
            assert_eq!(peek(body), "", "{body}");
        }
    }
}
