//! iyzico. Two ways to a payment:
//! - `checkout_form`: our server opens a form, the customer pays on iyzico's page, our server asks for the result;
//! - `3ds`: the card passes through our server, the card's bank asks the customer, and our own request takes the money.
//!
//! Sources: docs.iyzico.com, "HMACSHA256 Kimlik Doğrulama" (the Authorization header), "Ödeme Formu", "3DS Entegrasyonu", "Ön Provizyon
//! Entegrasyonu", "Ödeme Sorgulama", "İptal ve İade", "Raporlama Servisi", "İmza Yanıtının Doğrulanması", "Webhook" and "Hata Kodları"; the
//! official libraries where the documents are silent (texts of prices). What no source settles is marked as open in
//! `docs/banks/iyzico.md`.
//!
//! **What the browser and a webhook bring.** The form's return is a bare token, and a webhook names no amount. Neither is ever a payment:
//! both must point at what our own initialize returned and the stored order holds, and then our server asks. The return of `3ds` is signed
//! and says who the customer is, not what he owes. It can end in a decline; money takes our own request, into which nothing of it goes.
//!
//! **Why the return cannot be cut elsewhere.** It signs five values with `:` between them, the last four being the order's id, mdStatus, the
//! payment's number and the outcome. None of the four can hold a `:`, so counted from the end there is one place for each.
//!
//! **What answers sign.** A payment's answer is signed over its number, order, currency and prices; the form's also over token and outcome.
//! Those of `/payment/detail` and of the money's requests leave the outcome out: there the connection vouches for it, as it does for a cancel and
//! for the reports, which sign nothing. A conversation's id is our own value handed back and proves nothing by itself.
//!
//! iyzico answers errors with status 200, and by its documents also with 400. Those count as no answer, like every status but 200.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Period, Reply, Spec, Verb, request};
use crate::account::{self, Account, Mode};
use crate::crypto::{self, Secret, Written};
use crate::decline::{Decline, Reason};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{
    Card, Claim, Effect, Fact, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Send, Status, Step, required,
};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined, joined_by, keep};
use crate::wire::form::Form;
use crate::wire::json::{self, Object, Value};
use crate::wire::time::{Date, from_turkish};
use crate::wire::{charset, html, number, part, split_first, split_last};
use alloc::string::String;
use alloc::vec::Vec;

/// What iyzico is.
pub const SPEC: Spec = Spec {
    system: "iyzico",
    gateway: &Iyzico,
    models: &["checkout_form", THREE_DS],
    claiming_models: &[THREE_DS],
    proving_models: &[],
    preauth_models: &["checkout_form", THREE_DS],
    card_models: &[THREE_DS],
    either_card_models: &[],
    verbs: &["capture", "refund", "void", "history", "report"],
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
                [values @ .., secret] => Ok(crypto::hex(&response_digest(joined_by(":", values), Secret::new(secret)))),
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
    // iyzico also takes NOK and CHF, which this package does not know.
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp],
    headers: &["x-iyz-signature-v3", "x-iyz-signature-v2", "x-iyz-signature"],
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank {
        name: "iyzico",
        production: &["https://api.iyzipay.com"],
        test: &["https://sandbox-api.iyzipay.com"],
        hosts: &[],
        test_hosts: &[],
    }],
    public_credentials: &[("apiKey", "sim-api-key-12345678"), ("secretKey", "sim-secret-key-12345678")],
};

const THREE_DS: &str = "3ds";

// Names on the wire; the first two are also names in `refs`.
const TOKEN: &str = "token";
const PAYMENT_ID: &str = "paymentId";
const CONVERSATION_ID: &str = "conversationId";

/// The gateway.
pub struct Iyzico;

impl Gateway for Iyzico {
    /// iyzico's sandbox keys say so themselves.
    fn check(&self, account: &Account) -> Result<()> {
        for (key, field) in [("apiKey", "merchant.apiKey"), ("secretKey", "merchant.secretKey")] {
            if account.mode == Mode::Production && account.merchant(key).starts_with("sandbox-") {
                return Err(Error::new(Why::SandboxKey, field));
            }
        }
        if account.merchant("merchantId").bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(());
        }
        Err(account.wrong(Why::ValueNotDigits, "merchantId"))
    }

    fn start(&self, cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
        check_order(order)?;
        let path = match (order.model, order.intent) {
            (THREE_DS, Intent::Sale) => "/payment/3dsecure/initialize",
            (THREE_DS, Intent::PreAuth) => "/payment/3dsecure/initialize/preauth",
            (_, Intent::Sale) => "/payment/iyzipos/checkoutform/initialize/auth/ecom",
            (_, Intent::PreAuth) => "/payment/iyzipos/checkoutform/initialize/preauth/ecom",
        };
        Ok(post(cx, path, Effect::Begins, initialize_body(order, card), "initialize"))
    }

    /// Reads the browser's return (a form) or a webhook (JSON).
    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        if message.body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') {
            let secret = cx.account.secret("secretKey");
            let event = verify(message.body, message.headers, secret, cx.account.merchant("merchantId"), Some(order.id))?;
            is_about(&event, order)?;
            return inquiry(cx, order);
        }
        let form = Form::parse(message.body)?;
        if order.model == THREE_DS { authenticated(cx, order, &form) } else { returned(cx, order, &form) }
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            // Payments do not tell what became of them later; the reports do.
            Verb::Inquire if gave_back(order)? => Ok(Step::send(details(cx, order, "balance"))),
            Verb::Inquire => inquiry(cx, order),
            Verb::History => Ok(Step::send(details(cx, order, "history"))),
            Verb::Change(change) => change_request(cx, order, change),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let object = Object::parse_bytes(reply.body())?;
        let (what, md_status) = split_first(then, b' ').unwrap_or((then, ""));
        match what {
            "initialize" if order.model == THREE_DS => authentication_begun(cx, order, &object),
            "initialize" => form_opened(cx, order, &object),
            "retrieve" => retrieved(cx, order, &reply, &object),
            "detail" => detailed(cx, order, &reply, &object),
            "provision" if is_md_status(md_status) => provision_reply(cx, order, &reply, &object, md_status),
            "change" => change_reply(cx, order, &reply, &object),
            "balance" => balance(order, &reply, &object),
            "history" => Ok(Step::list(Statement { transactions: history(order, &object)?, next: None })),
            _ => Err(super::foreign_then()),
        }
    }

    /// iyzico lists one day at a time, in pages.
    fn report(&self, cx: &Context, period: &Period) -> Result<Send> {
        Ok(report_page(cx, period.from, 1))
    }

    fn reported(&self, cx: &Context, period: &Period, then: &str, reply: Reply) -> Result<Statement> {
        let mut parts = then.split(' ').skip(1);
        let (day, page) = (parts.next().and_then(Date::parse), parts.next().and_then(number::<u32>));
        let (Some(day), Some(page)) = (day, page) else { return Err(not_documented("then")) };
        let object = Object::parse_bytes(reply.body())?;
        let transactions = report_rows(&object)?;
        // An empty page is the last one, whatever it says.
        let pages: u32 = match number(told(&object, "totalPageCount")) {
            _ if transactions.is_empty() => 0,
            Some(pages) => pages,
            None => return Err(not_documented("totalPageCount")),
        };
        let next = if page < pages { (day, page + 1) } else { (day.next_day(), 1) };
        let next = Some(next).filter(|(day, _)| *day <= period.to).map(|(day, page)| report_page(cx, day, page));
        Ok(Statement { transactions, next })
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let body: &'a [u8] = message.body;
        if let Ok(object) = Object::parse_bytes(body) {
            let text = |name: &str| match object.value(name) {
                Some(Value::Text(text)) => Some(*text).filter(|text| is_reference(text)),
                _ => None,
            };
            return text(TOKEN).map(Found::Token).or_else(|| text("paymentConversationId").map(Found::OrderId));
        }
        // A form is decoded in place, but these names and values need no decoding.
        for pair in core::str::from_utf8(body).ok()?.split('&') {
            match pair.split_once('=') {
                Some((TOKEN, token)) if is_reference(token) => return Some(Found::Token(token)),
                Some((CONVERSATION_ID, id)) if is_reference(id) => return Some(Found::OrderId(id)),
                _ => {}
            }
        }
        None
    }
}

/// What an order id, a token and the numbers of iyzico look like.
fn is_reference(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// As many digits as fit an unsigned 64-bit number; they are never turned into one. Payment and merchant numbers look like this.
fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One digit, or -1.
fn is_md_status(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0'..=b'9'] | b"-1")
}

fn not_documented(field: &'static str) -> Error {
    Error::new(Why::NotAsDocumented, field)
}

fn another_payment(field: &'static str) -> Error {
    Error::new(Why::OtherPayment, field)
}

/// What our own initialize returned.
fn stored<'o>(order: &'o Order, name: &'static str) -> Result<&'o str> {
    order.refs.get(name).ok_or_else(|| Error::new(Why::NotStarted, "refs"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The digests: lower-case hex of HMAC-SHA256 with the secret key

/// The `Authorization` header of a request: `path` without host and query, `body` exactly as it is sent, and the random key that also goes
/// into `x-iyzi-rnd`.
fn authorization(api_key: &str, secret: Secret, random_key: &str, path: &str, body: &[u8]) -> Text {
    #[cfg(feature = "explain")]
    crate::trace::describe([("x-iyzi-rnd", random_key.as_bytes()), ("path", path.as_bytes()), ("body", body)]);
    let signature = crypto::hex(&crypto::hmac_sha256(secret, &[random_key.as_bytes(), path.as_bytes(), body]));
    let parts = joined(&["apiKey:", api_key, "&randomKey:", random_key, "&signature:", signature]);
    joined(&["IYZWSv2 ", crypto::base64(parts.as_bytes())])
}

fn response_digest(text: &str, secret: Secret) -> [u8; 32] {
    crypto::hmac_sha256(secret, &[text.as_bytes()])
}

/// What the answer of an initialize signs: of the form, and of 3-D Secure.
const FORM_BEGUN: &[&str] = &[CONVERSATION_ID, TOKEN];
const THREE_DS_BEGUN: &[&str] = &[PAYMENT_ID, CONVERSATION_ID];
/// What the answer about a form signs.
const FORM_SIGNED: &[&str] = &["paymentStatus", PAYMENT_ID, "currency", "basketId", CONVERSATION_ID, "paidPrice", "price", TOKEN];
/// What every other answer about a payment signs, and that of a capture.
const PAYMENT_SIGNED: &[&str] = &[PAYMENT_ID, "currency", "basketId", CONVERSATION_ID, "paidPrice", "price"];
/// What the answer of a refund signs. iyzico's libraries disagree, so either will do.
const REFUND_SIGNED: &[&[&str]] = &[&[PAYMENT_ID, "price", "currency", CONVERSATION_ID], &[PAYMENT_ID, CONVERSATION_ID]];
/// What the browser's return from 3-D Secure signs.
const RETURN_SIGNED: [&str; 5] = ["conversationData", CONVERSATION_ID, "mdStatus", PAYMENT_ID, "status"];

/// Whether the answer is signed over one of these lists; `false` when it carries no signature. One that fits none is refused.
fn is_signed(cx: &Context, object: &Object, lists: &[&[&'static str]]) -> Result<bool> {
    let given = told(object, "signature");
    if given.is_empty() {
        return Ok(false);
    }
    for names in lists {
        let mut text = String::new();
        for (place, name) in names.iter().enumerate() {
            if place > 0 {
                text.push(':');
            }
            text.push_str(signed_value(object, name)?);
        }
        #[cfg(feature = "explain")]
        {
            let values: Vec<&str> = names.iter().map(|name| signed_value(object, name).unwrap_or_default()).collect();
            crate::trace::describe_joined(names, &values, ":");
        }
        if crypto::compare(&response_digest(&text, cx.account.secret("secretKey")), given, Written::Hex).is_some() {
            return Ok(true);
        }
    }
    Err(Error::new(Why::IyzicoSignature, "signature"))
}

/// The same where the document has a signature and nothing is believed without it.
fn must_be_signed(cx: &Context, object: &Object, names: &[&'static str]) -> Result<()> {
    if is_signed(cx, object, &[names])? { Ok(()) } else { Err(Error::new(Why::Unsigned, "signature")) }
}

/// What is missing counts as an empty text, and prices are written by [`signed_price`].
fn signed_value<'o>(object: &'o Object, name: &'static str) -> Result<&'o str> {
    let value = told(object, name);
    if value.is_empty() || !matches!(name, "paidPrice" | "price") {
        return Ok(value);
    }
    signed_price(value).ok_or_else(|| not_documented(name))
}

/// A price in a request: no needless zeros, but one decimal at least (`22` → `22.0`, `15.340000` → `15.34`). `None` for what is no decimal
/// text.
fn request_price(text: &str) -> Option<Text> {
    let (whole, fraction) = split_price(text)?;
    Some(joined(&[whole, ".", if fraction.is_empty() { "0" } else { fraction }]))
}

/// A price inside the signature of an answer: no needless zeros and no needless point (`10.50` → `10.5`, `10.00` → `10`). It is made from
/// the text of the JSON number, never from a float. `None` for what is no decimal text.
fn signed_price(text: &str) -> Option<Text> {
    let (whole, fraction) = split_price(text)?;
    Some(if fraction.is_empty() { whole.kept() } else { joined(&[whole, ".", fraction]) })
}

/// The digits before the point, and those after it without trailing zeros.
fn split_price(text: &str) -> Option<(&str, &str)> {
    let (whole, fraction) = split_first(text, b'.').unwrap_or((text, "0"));
    let digits = |part: &str| (1..=24).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction)).then(|| (whole, fraction.trim_end_matches('0')))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests

fn post(cx: &Context, path: &str, effect: Effect, body: Text, then: &str) -> Step {
    Step::send(sent(cx, "POST", path, effect, body, then))
}

/// A question whose parameters stand in the address. They are not signed.
fn get(cx: &Context, path: &str, rest: &[&str], then: &str) -> Send {
    sent(cx, "GET", joined(&[path, joined(rest)]), Effect::Reads, "", then)
}

/// The signature covers the path of iyzico's document, also where the configured address has a path of its own before it.
fn sent(cx: &Context, method: &'static str, path: &str, effect: Effect, body: Text, then: &str) -> Send {
    let random_key = crypto::hex((cx.random)().get(..16).unwrap_or_default());
    let signed = path.split('?').next().unwrap_or_default();
    let authorization = authorization(cx.account.merchant("apiKey"), cx.account.secret("secretKey"), random_key, signed, body.as_bytes());
    let headers = vec![("authorization", authorization), ("x-iyzi-rnd", random_key), ("content-type", "application/json".kept())];
    request(method, effect, joined(&[cx.account.endpoint("api").trim_end_matches('/'), path]), headers, body, then)
}

/// A JSON object being written. Everything is ASCII, so the bytes that are signed are the bytes that are sent.
struct Json(String);

impl Json {
    fn of(texts: &[(&str, &str)]) -> Json {
        let mut json = Json(String::from("{"));
        for (name, value) in texts {
            json.text(name, value);
        }
        json
    }

    fn text(&mut self, name: &str, value: &str) {
        self.raw(name, json::quote(value));
    }

    /// A member whose value is JSON already.
    fn raw(&mut self, name: &str, value: &str) {
        self.0.push_str(joined(&[if self.0.len() > 1 { ",\"" } else { "\"" }, name, "\":", value]));
    }

    fn end(mut self) -> Text {
        self.0.push('}');
        keep(self.0)
    }
}

/// The body of a request whose values are texts. `conversation` comes back unchanged.
fn body(order: &Order, conversation: &str, members: &[(&str, &str)]) -> Text {
    let mut json = Json::of(&[("locale", order.customer.language.letters()), (CONVERSATION_ID, conversation)]);
    for (name, value) in members {
        json.text(name, value);
    }
    json.end()
}

/// Asks what became of a form, or of a payment.
fn inquiry(cx: &Context, order: &Order) -> Result<Step> {
    let (path, name, then) = if order.model == THREE_DS {
        ("/payment/detail", PAYMENT_ID, "detail")
    } else {
        ("/payment/iyzipos/checkoutform/auth/ecom/detail", TOKEN, "retrieve")
    };
    Ok(post(cx, path, Effect::Reads, body(order, order.id, &[(name, stored(order, name)?)]), then))
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

fn check_order(order: &Order) -> Result<()> {
    order.check_ip()?;
    required("customer.email", order.customer.email, Why::CustomerNeeded)?;
    required("customer.name", order.customer.name, Why::CustomerNeeded)?;
    if order.max_installments > 1 {
        return if order.model == THREE_DS { order.check_shop_chooses_installments() } else { Ok(()) };
    }
    if INSTALLMENTS.contains(&order.installments) {
        return Ok(());
    }
    Err(Error::new(Why::InstallmentsOfIyzico, "installments"))
}

fn initialize_body(order: &Order, card: Option<&Card>) -> Text {
    let price = price(order.amount, order.currency);
    let mut json = Json::of(&[
        ("locale", order.customer.language.letters()),
        (CONVERSATION_ID, order.id),
        ("price", price),
        ("paidPrice", price),
        ("currency", order.currency.letters()),
        ("basketId", order.id),
        ("paymentGroup", "PRODUCT"),
        ("callbackUrl", order.urls.ok),
    ]);
    match card {
        None => json.raw("enabledInstallments", offered_installments(order)),
        Some(card) => {
            json.raw("installment", digits(order.installments));
            json.text("paymentChannel", "WEB");
            json.raw("paymentCard", payment_card(order, card));
        }
    }
    let address = address(order);
    json.raw("buyer", buyer(order));
    json.raw("shippingAddress", address);
    json.raw("billingAddress", address);
    json.raw("basketItems", basket(order));
    json.end()
}

/// What the page offers: the choice up to `maxInstallments`, or exactly the number that the shop has chosen.
fn offered_installments(order: &Order) -> Text {
    let mut list = String::from("[");
    for count in INSTALLMENTS {
        let offered = if order.max_installments > 1 { count <= order.max_installments } else { count == order.installments };
        if offered {
            list.push_str(joined(&[if list.len() > 1 { "," } else { "" }, digits(count)]));
        }
    }
    list.push(']');
    keep(list)
}

/// iyzico does not keep the card.
fn payment_card(order: &Order, card: &Card) -> Text {
    let holder = if card.holder.trim().is_empty() { order.customer.name } else { card.holder };
    let year = joined(&["20", card.year]);
    let mut json = Json::of(&[
        ("cardHolderName", holder.trim()),
        ("cardNumber", card.number),
        ("expireMonth", card.month),
        ("expireYear", year),
        ("cvc", card.cvv),
    ]);
    json.raw("registerCard", "0");
    json.end()
}

fn price(amount: Amount, currency: Currency) -> Text {
    let text = amount.to_decimal(currency);
    request_price(text).unwrap_or(text)
}

/// The last word of the name is the surname; who gave only one has it as both, because iyzico demands both.
fn buyer(order: &Order) -> Text {
    let name = order.customer.name.trim();
    let (first, last) = split_last(name, b' ').map_or((name, name), |(first, last)| (first.trim_end(), last));
    let mut json = Json::of(&[
        ("id", order.id),
        ("name", first),
        ("surname", last),
        ("identityNumber", NO_IDENTITY_NUMBER),
        ("email", order.customer.email),
        ("registrationAddress", address_line(order)),
        ("city", NO_CITY),
        ("country", COUNTRY),
        ("ip", order.customer.ip),
    ]);
    if !order.customer.phone.is_empty() {
        json.text("gsmNumber", order.customer.phone);
    }
    json.end()
}

fn address(order: &Order) -> Text {
    let name = order.customer.name.trim();
    Json::of(&[("contactName", name), ("city", NO_CITY), ("country", COUNTRY), ("address", address_line(order))]).end()
}

fn address_line<'o>(order: &Order<'o>) -> &'o str {
    let address = order.customer.address.trim();
    if address.is_empty() { NO_ADDRESS } else { address }
}

/// iyzico demands that the lines add up to the price, and its lines have no quantity. A basket that does not add up (a discount, the
/// carriage) becomes one line.
fn basket(order: &Order) -> Text {
    let mut lines = String::from("[");
    let mut sum: u64 = 0;
    for (place, item) in order.basket.iter().enumerate() {
        let total = item.price.minor().saturating_mul(u64::from(item.quantity));
        sum = sum.saturating_add(total);
        let Some(total) = Amount::from_minor(total) else { break };
        let name = match item.quantity {
            1 => item.name.kept(),
            quantity => joined(&[item.name, " x", digits(quantity)]),
        };
        lines.push_str(if place == 0 { "" } else { "," });
        lines.push_str(basket_line(order, place + 1, name, total));
    }
    if sum != order.amount.minor() {
        return joined(&["[", basket_line(order, 1, joined(&["Sipariş ", order.id]), order.amount), "]"]);
    }
    lines.push(']');
    keep(lines)
}

fn basket_line(order: &Order, place: usize, name: &str, amount: Amount) -> Text {
    let (id, price) = (digits(place), price(amount, order.currency));
    Json::of(&[("id", id), ("name", name), ("category1", CATEGORY), ("itemType", "PHYSICAL"), ("price", price)]).end()
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Initialize: the answer

/// A signed token to keep, and an unsigned address to go to, which must therefore be iyzico's own.
fn form_opened(cx: &Context, order: &Order, object: &Object) -> Result<Step> {
    begun(cx, order, object, FORM_BEGUN)?;
    let token = text(object, TOKEN)?;
    if !is_reference(token) {
        return Err(not_documented(TOKEN));
    }
    let page = text(object, "paymentPageUrl")?;
    if !is_payment_page(page, cx.account.mode) {
        return Err(Error::new(Why::PageAddress, "paymentPageUrl"));
    }
    Ok(Step::redirect(Redirect::Url(page.kept())).keeping(order.refs.with(TOKEN, token)))
}

/// A signed payment number to keep, and unsigned HTML, of which only a form's action and its hidden inputs are passed on. The action may be
/// the card's bank's, so any https address will do.
fn authentication_begun(cx: &Context, order: &Order, object: &Object) -> Result<Step> {
    begun(cx, order, object, THREE_DS_BEGUN)?;
    let id = text(object, PAYMENT_ID)?;
    if !is_number(id) {
        return Err(not_documented(PAYMENT_ID));
    }
    let page = crypto::from_base64(text(object, HTML)?).ok_or_else(|| not_documented(HTML))?;
    let form = html::single_form(&page).map_err(|error| error.in_field(HTML))?;
    html::check_action(form.action, cx.account.mode == Mode::Test).map_err(|error| error.in_field(HTML))?;
    let fields = form.fields.into_iter().collect();
    Ok(Step::redirect(Redirect::Form { action: form.action, fields, card_inputs: None }).keeping(order.refs.with(PAYMENT_ID, id)))
}

const HTML: &str = "threeDSHtmlContent";

/// What both have in common: iyzico agreed, signed, and speaks of our order.
fn begun(cx: &Context, order: &Order, object: &Object, signed: &[&'static str]) -> Result<()> {
    match told(object, "status") {
        "success" => {}
        "failure" => return Err(refusal(object, Why::Refused)),
        _ => return Err(not_documented("status")),
    }
    text(object, CONVERSATION_ID)?;
    must_be_signed(cx, object, signed)?;
    must_be(object, CONVERSATION_ID, order.id)
}

fn refusal(object: &Object, why: Why) -> Error {
    Error::new(why, "").with_bank(shown(object, "errorCode", 16), shown(object, "errorMessage", 200))
}

/// `https://sandbox-cpp.iyzipay.com?token=…&lang=tr`: an address under iyzico's names, or in test mode one of this machine.
fn is_payment_page(address: &str, mode: Mode) -> bool {
    let under = |host: &str, name: &str| host == name || host.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
    let place = address.split('?').next().unwrap_or_default();
    let is_iyzicos = account::host_of(place).is_some_and(|host| under(host, "iyzipay.com") || under(host, "iyzico.com"));
    let is_test = mode == Mode::Test;
    html::check_action(address, is_test).is_ok() && (is_iyzicos || (is_test && account::is_loopback(place)))
}

/// The text of a member: a string's, or a number's as it is written; empty where there is neither.
fn told<'o>(object: &'o Object, name: &str) -> &'o str {
    match object.value(name) {
        Some(Value::Text(text)) => text,
        Some(Value::Number(number)) => number,
        _ => "",
    }
}

/// The same of one that must be there.
fn text<'o>(object: &'o Object, name: &'static str) -> Result<&'o str> {
    match told(object, name) {
        "" => Err(Error::new(Why::NotAsDocumented, name)),
        text => Ok(text),
    }
}

/// The same, for people.
fn shown(object: &Object, name: &str, limit: usize) -> Text {
    charset::displayable(told(object, name), limit)
}

/// A number or reference of iyzico's; empty when there is none, or none that looks like one. It is not masked as words are: iyzico's
/// numbers can be as long as a card's.
fn reference<'o>(object: &'o Object, name: &str) -> &'o str {
    let text = told(object, name);
    if is_reference(text) { text } else { "" }
}

fn must_be(object: &Object, name: &'static str, expected: &str) -> Result<()> {
    if told(object, name) == expected { Ok(()) } else { Err(another_payment(name)) }
}

/// The same for what an answer need not repeat.
fn if_told(object: &Object, name: &'static str, expected: &str) -> Result<()> {
    if told(object, name).is_empty() { Ok(()) } else { must_be(object, name, expected) }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The return of the browser

/// From the form: a bare token, which must be the stored one.
fn returned(cx: &Context, order: &Order, form: &Form) -> Result<Step> {
    let token = stored(order, TOKEN)?;
    match form.ascii(TOKEN)?.unwrap_or_default() {
        "" => Err(Error::new(Why::NotAsDocumented, TOKEN)),
        given if given == token => inquiry(cx, order),
        _ => Err(Error::new(Why::OtherPayment, TOKEN)),
    }
}

/// From 3-D Secure: signed. A success leads to our own request for the money, which is made of the stored order alone.
fn authenticated(cx: &Context, order: &Order, form: &Form) -> Result<Step> {
    let id = stored(order, PAYMENT_ID)?;
    let given = form.ascii("signature")?.unwrap_or_default();
    if given.is_empty() {
        return Err(Error::new(Why::Unsigned, "signature"));
    }
    let mut values = [""; 5];
    for (value, name) in values.iter_mut().zip(RETURN_SIGNED) {
        *value = form.ascii(name)?.unwrap_or_default();
    }
    #[cfg(feature = "explain")]
    crate::trace::describe_joined(&RETURN_SIGNED, &values, ":");
    let verified = crypto::compare(&response_digest(joined_by(":", &values), cx.account.secret("secretKey")), given, Written::Hex)
        .ok_or_else(|| Error::new(Why::IyzicoSignature, "signature"))?;
    let [_, conversation, md_status, payment, status] = values;
    let wrong = |field: &'static str| Err(Error::new(Why::NotAsDocumented, field));
    if !is_md_status(md_status) {
        return wrong("mdStatus");
    }
    if !matches!(status, "success" | "failure") {
        return wrong("status");
    }
    // A failure need not name the payment.
    if payment != id && !(payment.is_empty() && status == "failure") {
        return Err(Error::new(Why::OtherPayment, PAYMENT_ID));
    }
    let claim = Claim { order_id: Some(conversation), amount: None, currency: None };
    let proof = Proof::<OfOutcome>::by_signature(verified, claim, order)?;
    match (status, md_status) {
        ("success", md_status) if cx.account.three_ds.accepts(md_status) => Ok(provision(cx, order, id, md_status)),
        // The one word contradicts the other.
        ("failure", "1") => inquiry(cx, order),
        _ => {
            let bank_code = joined(&["mdStatus ", md_status]);
            let decline = Decline { reason: Reason::ThreeDsFailed, bank_code, bank_message: "" };
            let facts = Facts { transaction_id: id.kept(), md_status: md_status.kept(), ..Facts::default() };
            Ok(Step::done(Payment::declined(proof, decline, facts)))
        }
    }
}

/// Asks for the money. iyzico recommends this second version of the request: it names amount, currency and order once more, and iyzico
/// compares them. What the browser brought is not in it.
fn provision(cx: &Context, order: &Order, id: &str, md_status: &str) -> Step {
    let price = price(order.amount, order.currency);
    let members = [(PAYMENT_ID, id), ("paidPrice", price), ("basketId", order.id), ("currency", order.currency.letters())];
    post(cx, "/payment/v2/3dsecure/auth", Effect::MovesMoney, body(order, order.id, &members), joined(&["provision ", md_status]))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// What became of a payment

/// The answer about a form: about our token, and signed together with the outcome.
fn retrieved(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    if !is_signed(cx, object, &[FORM_SIGNED])? {
        return unsigned(object);
    }
    must_be(object, TOKEN, stored(order, TOKEN)?)?;
    must_be(object, CONVERSATION_ID, order.id)?;
    outcome(cx, order, reply, object)
}

/// The answer about a payment number. A failed payment may be told as an error, which is not signed; it must name our payment then.
fn detailed(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    let id = stored(order, PAYMENT_ID)?;
    let is_our_failure = told(object, "paymentStatus") == "FAILURE" && told(object, PAYMENT_ID) == id;
    if !is_signed(cx, object, &[PAYMENT_SIGNED])? && !is_our_failure {
        return unsigned(object);
    }
    must_be(object, PAYMENT_ID, id)?;
    if_told(object, CONVERSATION_ID, order.id)?;
    outcome(cx, order, reply, object)
}

/// `status` only says whether the question was answered, `paymentStatus` what became of the payment; money needs both.
fn outcome(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    let facts = facts(object);
    match (told(object, "paymentStatus"), told(object, "status")) {
        ("SUCCESS", "success") => taken(cx, order, reply, object, facts),
        ("FAILURE", _) => declined(order, reply, object, facts),
        (payment_status, _) => Ok(pending(payment_status == "SUCCESS", facts)),
    }
}

/// The answer to our request for the money.
fn provision_reply(cx: &Context, order: &Order, reply: &Reply, object: &Object, md_status: &str) -> Result<Step> {
    let facts = Facts { md_status: md_status.kept(), liability: Liability::by_md_status(md_status), ..facts(object) };
    match told(object, "status") {
        "success" => {
            must_be_signed(cx, object, PAYMENT_SIGNED)?;
            must_be(object, PAYMENT_ID, stored(order, PAYMENT_ID)?)?;
            must_be(object, CONVERSATION_ID, order.id)?;
            taken(cx, order, reply, object, facts)
        }
        "failure" if Refusal::of(object) == Refusal::Bank => {
            if_told(object, PAYMENT_ID, stored(order, PAYMENT_ID)?)?;
            if_told(object, CONVERSATION_ID, order.id)?;
            // One that names nothing may be about another payment.
            let is_nameless = [PAYMENT_ID, CONVERSATION_ID, "basketId"].into_iter().all(|name| told(object, name).is_empty());
            if is_nameless { inquiry(cx, order) } else { declined(order, reply, object, facts) }
        }
        // An error of iyzico's own can also mean that the money was asked for before: the payment decides, not this answer.
        "failure" => inquiry(cx, order),
        _ => Err(not_documented("status")),
    }
}

/// An answer without a signature proves no money. iyzico answers so where it has no payment to speak of: nobody has typed a card yet, or
/// the form has expired; or where it does not accept our keys.
fn unsigned(object: &Object) -> Result<Step> {
    let is_error = told(object, "status") == "failure";
    match told(object, "errorCode") {
        // 1000 wrong signature, 1001 unknown key, 1007 no signature.
        "1000" | "1001" | "1007" if is_error => Err(refusal(object, Why::IyzicoKeys)),
        // A site may end an attempt by this answer, so no other code counts: a system error says nothing about the money.
        code if is_error && NO_PAYMENT.contains(&code) => Ok(pending(false, Facts::default())),
        _ => Ok(Step::unknown(Facts { review: !is_error, ..Facts::default() })),
    }
}

/// No record of a payment, as lists of iyzico's codes have it.
const NO_PAYMENT: [&str; 2] = ["5087", "5122"];

fn pending(review: bool, facts: Facts) -> Step {
    Step::pending(Facts { review, ..facts })
}

/// iyzico took the money, or reserved it. Its fraud check has the last word: 1 is approved, 0 waits for a person at iyzico, -1 is rejected.
fn taken(cx: &Context, order: &Order, reply: &Reply, object: &Object, facts: Facts) -> Result<Step> {
    let paid = Paid::read(order, object)?;
    let claim = paid.claim(told(object, "basketId"));
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let id = told(object, PAYMENT_ID);
    if !is_number(id) {
        return Err(not_documented(PAYMENT_ID));
    }
    // Where iyzico charged without an authentication that we accept, the money is real, and the shop bears a chargeback.
    let review = !facts.md_status.is_empty() && !cx.account.three_ds.accepts(facts.md_status);
    let facts = Facts { charged: paid.charged, review, ..facts };
    let step = match (told(object, "fraudStatus"), paid.status) {
        ("-1", _) => {
            let decline = Decline { reason: Reason::Security, bank_code: "", bank_message: "fraudStatus -1".kept() };
            Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, claim, order)?, decline, facts))
        }
        ("1", Some(Status::Paid)) => Step::done(Payment::paid(proof, facts)),
        ("1", Some(_)) => Step::done(Payment::succeeded(proof, order, facts)),
        _ => pending(true, facts),
    };
    Ok(step.keeping(order.refs.with(PAYMENT_ID, id)))
}

/// The money of an answer, held against what was asked for.
struct Paid {
    /// The basket's price. No source says whether it stays so after a capture of a part, so `None` is that part.
    price: Option<Amount>,
    currency: Currency,
    /// What left the card, where it is not the order's amount.
    charged: Option<Amount>,
    /// Paid or authorized; `None` is not what was asked for, and a person should look.
    status: Option<Status>,
}

impl Paid {
    fn read(order: &Order, object: &Object) -> Result<Paid> {
        let (price, paid) = (amount(object, "price", order.currency)?, amount(object, "paidPrice", order.currency)?);
        let currency = Currency::from_letters(text(object, "currency")?);
        let currency = currency.ok_or_else(|| Error::new(Why::OtherCurrency, "currency"))?;
        let capture = Ledger::read(&order.refs)?.capture();
        let phase = told(object, "phase");
        let mut status = match (order.intent, phase) {
            (Intent::Sale, "AUTH" | "") | (Intent::PreAuth, "POST_AUTH") => Some(Status::Paid),
            (Intent::PreAuth, "PRE_AUTH") => Some(Status::Authorized),
            (Intent::PreAuth, "") if capture.is_none() => Some(Status::Authorized),
            _ => None,
        };
        let charged = if capture == Some(paid) {
            Some(paid).filter(|paid| *paid != order.amount)
        } else if phase == "POST_AUTH" && paid < order.amount {
            // Captured in iyzico's panel, or by nobody we know.
            status = None;
            Some(paid)
        } else {
            order.charged(paid, "paidPrice")?
        };
        Ok(Paid { price: Some(price).filter(|price| Some(*price) != capture), currency, charged, status })
    }

    fn claim<'o>(&self, order_id: &'o str) -> Claim<'o> {
        Claim { order_id: Some(order_id), amount: self.price, currency: Some(self.currency) }
    }
}

fn amount(object: &Object, name: &'static str, currency: Currency) -> Result<Amount> {
    Amount::from_decimal(text(object, name)?, currency).ok_or_else(|| not_documented(name))
}

/// The card's bank or iyzico said no. The stored token or payment number names the payment; a basket number that is there must be ours too.
fn declined(order: &Order, reply: &Reply, object: &Object, facts: Facts) -> Result<Step> {
    let claim = Claim { order_id: Some(told(object, "basketId")).filter(|basket| !basket.is_empty()), amount: None, currency: None };
    let proof = Proof::<OfOutcome>::by_reply(reply, claim, order)?;
    let not_authenticated = !matches!(facts.md_status, "" | "1" | "2" | "3" | "4");
    let reason = match reason(object) {
        Reason::Declined if not_authenticated => Reason::ThreeDsFailed,
        reason => reason,
    };
    let decline = Decline::told(reason, told(object, "errorCode"), told(object, "errorMessage"));
    Ok(Step::done(Payment::declined(proof, decline, facts)))
}

/// iyzico's error codes and groups. A group gathers what several banks call differently, so it counts where the code is not known.
const REASONS: &[(&str, &str, Reason)] = &[
    ("10051", "NOT_SUFFICIENT_FUNDS", Reason::InsufficientFunds),
    ("10034", "FRAUD_SUSPECT", Reason::Security),
    ("10041", "LOST_CARD", Reason::RestrictedCard),
    ("10043", "STOLEN_CARD", Reason::RestrictedCard),
    ("10054", "EXPIRED_CARD", Reason::ExpiredCard),
    ("10057", "NOT_PERMITTED_TO_CARDHOLDER", Reason::NotPermitted),
    ("10058", "NOT_PERMITTED_TO_TERMINAL", Reason::NotPermitted),
    ("10084", "INVALID_CVC2", Reason::InvalidCvv),
    ("10093", "RESTRICTED_BY_LAW", Reason::NotPermitted),
    ("10201", "CARD_NOT_PERMITTED", Reason::NotPermitted),
    ("10206", "INVALID_CVC2_LENGTH", Reason::InvalidCvv),
    ("10207", "REFER_TO_CARD_ISSUER", Reason::CallBank),
    ("10209", "BLOCKED_CARD", Reason::RestrictedCard),
    ("10210", "INVALID_CAVV", Reason::ThreeDsFailed),
    ("10211", "INVALID_ECI", Reason::ThreeDsFailed),
    ("10213", "BIN_NOT_FOUND", Reason::InvalidCard),
    ("10214", "COMMUNICATION_OR_SYSTEM_ERROR", Reason::BankUnavailable),
    ("10215", "INVALID_CARD_NUMBER", Reason::InvalidCard),
    ("10216", "NO_SUCH_ISSUER", Reason::InvalidCard),
    ("10217", "DEBIT_CARDS_REQUIRES_3DS", Reason::NotPermitted),
    ("10219", "REQUEST_TIMEOUT", Reason::BankUnavailable),
    ("10222", "NOT_PERMITTED_TO_INSTALLMENT", Reason::Installments),
    ("10225", "RESTRICTED_CARD", Reason::RestrictedCard),
    ("10226", "EXCEEDS_ALLOWABLE_PIN_TRIES", Reason::RestrictedCard),
    ("10228", "ISSUER_OR_SWITCH_INOPERATIVE", Reason::BankUnavailable),
    ("10229", "INVALID_EXPIRE_YEAR_MONTH", Reason::ExpiredCard),
    ("6000", "", Reason::Security),
    ("6001", "", Reason::Security),
];

/// Codes from 10001 to 10099 that are not in the table are the bank's own two digits.
fn reason(object: &Object) -> Reason {
    let (code, group) = (told(object, "errorCode"), told(object, "errorGroup"));
    let mut by_group = None;
    for (known_code, known_group, reason) in REASONS {
        if *known_code == code {
            return *reason;
        }
        if !group.is_empty() && *known_group == group {
            by_group = Some(*reason);
        }
    }
    by_group.unwrap_or_else(|| code.strip_prefix("100").map_or(Reason::Declined, Reason::from_iso8583))
}

/// Who refused a request.
#[derive(PartialEq)]
enum Refusal {
    /// The card's bank, or iyzico's fraud check.
    Bank,
    /// iyzico, before it asked a bank.
    Iyzico,
    /// Nobody yet: the bank was not reached, or not in time, or the same request is still under way.
    Unclear,
}

impl Refusal {
    /// The document: numbers from 10000 on are a bank's, smaller ones are iyzico's own. 1 and 100001 are its system error, 8514 says that the
    /// request is being worked on.
    fn of(object: &Object) -> Refusal {
        let code = told(object, "errorCode");
        match reason(object) {
            Reason::BankUnavailable => Refusal::Unclear,
            Reason::Security => Refusal::Bank,
            _ if matches!(code, "1" | "8514") || !is_number(code) || code.len() > 5 => Refusal::Unclear,
            _ if code.len() == 5 => Refusal::Bank,
            _ => Refusal::Iyzico,
        }
    }
}

fn facts(object: &Object) -> Facts {
    let md_status = told(object, "mdStatus");
    let md_status = if is_md_status(md_status) { md_status } else { "" };
    let mut facts = Facts {
        installments: number(told(object, "installment")),
        transaction_id: reference(object, PAYMENT_ID).kept(),
        masked_pan: masked_pan(object),
        md_status: md_status.kept(),
        liability: Liability::by_md_status(md_status),
        ..Facts::default()
    };
    facts.learn(Fact::AuthCode, told(object, "authCode"));
    facts.learn(Fact::HostReference, told(object, "hostReference"));
    facts
}

/// From the first six or eight digits and the last four.
fn masked_pan(object: &Object) -> Text {
    let (first, last) = (told(object, "binNumber"), told(object, "lastFourDigits"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match first.get(..6) {
        Some(bin) if digits(bin) && last.len() == 4 && digits(last) => joined(&[bin, "******", last]),
        _ => "",
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Capture, refund and void

/// All three name the payment by the number from iyzico's own answer. Of the two refunds this is the one by payment: iyzico divides it among
/// the lines of the basket, and its answer names the payment that we stored. A full refund on the day of the payment stands in iyzico's
/// books as a cancel; it is `refunded` to who asked for a refund.
fn change_request(cx: &Context, order: &Order, change: &Change) -> Result<Step> {
    let price = price(change.amount, order.currency);
    let mut members = vec![(PAYMENT_ID, stored(order, PAYMENT_ID)?), ("ip", order.customer.ip)];
    let (path, amount) = match change.kind {
        Kind::Capture => ("/payment/postauth", "paidPrice"),
        Kind::Refund => ("/v2/payment/refund", "price"),
        Kind::Void => ("/payment/cancel", ""),
    };
    if !amount.is_empty() {
        members.extend([(amount, price), ("currency", order.currency.letters())]);
    }
    Ok(post(cx, path, Effect::MovesMoney, body(order, change.id, &members), "change"))
}

/// The answer of a capture is signed like a payment, that of a refund in one of two ways; where the latter carries no signature, our own
/// request still vouches for it, and a person is told to look. That of a cancel has none by the document.
fn change_reply(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    let Some(change) = reply.change() else { return Err(not_documented("then")) };
    let id = stored(order, PAYMENT_ID)?;
    if_told(object, CONVERSATION_ID, change.id)?;
    if_told(object, PAYMENT_ID, id)?;
    match told(object, "status") {
        "success" => must_be(object, PAYMENT_ID, id)?,
        "failure" if Refusal::of(object) != Refusal::Unclear => return declined(order, reply, object, Facts::default()),
        _ => return Err(not_documented("status")),
    }
    if_told(object, "basketId", order.id)?;
    if_told(object, "currency", order.currency.letters())?;
    let price = if told(object, "price").is_empty() { None } else { Some(amount(object, "price", order.currency)?) };
    let (moved, signed) = match change.kind {
        Kind::Capture => {
            must_be_signed(cx, object, PAYMENT_SIGNED)?;
            if price != Some(order.amount) && price != Some(change.amount) {
                return Err(another_payment("price"));
            }
            (Some(amount(object, "paidPrice", order.currency)?), true)
        }
        Kind::Refund => (price, is_signed(cx, object, REFUND_SIGNED)?),
        // With interest, no source says which of the two amounts is the cancel's.
        Kind::Void => (price.filter(|price| *price != order.amount), true),
    };
    let claim = Claim { order_id: None, amount: moved, currency: None };
    let proof = Proof::<OfChange>::by_reply(reply, claim, order)?;
    let mut facts = Facts { review: !signed, ..facts(object) };
    for name in ["refundHostReference", "cancelHostReference"] {
        if !told(object, name).is_empty() {
            facts.host_reference = shown(object, name, 32);
        }
    }
    Ok(match told(object, "fraudStatus") {
        "" | "1" => Step::done(Payment::changed(proof, change.kind, facts)),
        _ => pending(true, facts),
    })
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Reports

/// Whether something was given back, or was to be.
fn gave_back(order: &Order) -> Result<bool> {
    let ledger = Ledger::read(&order.refs)?;
    Ok(ledger.has(Kind::Refund) || ledger.has(Kind::Void))
}

/// Asks for a payment with its cancels and refunds; before its number is known, by our own.
fn details(cx: &Context, order: &Order, then: &str) -> Send {
    let (name, value) = match order.refs.get(PAYMENT_ID) {
        Some(id) => (PAYMENT_ID, id),
        None => ("paymentConversationId", order.id),
    };
    get(cx, "/v2/reporting/payment/details?locale=tr&", &[name, "=", value], then)
}

/// The rows of a report. It has none of a payment that iyzico does not know.
fn reported_rows<'a>(object: &Object<'a>, name: &'static str) -> Result<Vec<Object<'a>>> {
    match told(object, "status") {
        "success" => rows(object, name),
        "failure" if NO_PAYMENT.contains(&told(object, "errorCode")) => Ok(Vec::new()),
        "failure" => Err(refusal(object, Why::Refused)),
        _ => Err(not_documented("status")),
    }
}

/// The objects of a list, which may be missing.
fn rows<'a>(object: &Object<'a>, name: &'static str) -> Result<Vec<Object<'a>>> {
    let list = match object.value(name) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Nested(list)) => list,
        Some(_) => return Err(not_documented(name)),
    };
    let mut rows = Vec::new();
    for item in json::items(list)? {
        let Value::Nested(row) = item else { return Err(not_documented(name)) };
        rows.push(Object::parse(row)?);
    }
    Ok(rows)
}

/// What was given back of a payment: cancels, and the refunds of each line of the basket.
fn given_back<'a>(payment: &Object<'a>) -> Result<Vec<(TransactionKind, Object<'a>)>> {
    let mut found = Vec::new();
    for cancel in rows(payment, "cancels")? {
        found.push((TransactionKind::Void, cancel));
    }
    for line in rows(payment, "itemTransactions")? {
        for refund in rows(&line, "refunds")? {
            found.push((TransactionKind::Refund, refund));
        }
    }
    Ok(found)
}

/// What is left of a payment of which something was given back. The report is not signed. It must name our payment and order number; its
/// `basketId` can be a number of iyzico's own.
fn balance(order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    let id = stored(order, PAYMENT_ID)?;
    for payment in reported_rows(object, "payments")? {
        if told(&payment, PAYMENT_ID) == id {
            return balance_of(order, reply, &payment);
        }
    }
    // Reports lag behind.
    Ok(Step::unknown(Facts::default()))
}

fn balance_of(order: &Order, reply: &Reply, payment: &Object) -> Result<Step> {
    let paid = Paid::read(order, payment)?;
    let proof = Proof::<OfMoney>::by_reply(reply, paid.claim(text(payment, "paymentConversationId")?), order)?;
    let (mut back, mut cancelled) = (0u64, false);
    let mut clear = told(payment, "paymentStatus") == "1" && told(payment, "fraudStatus") == "1";
    for (kind, movement) in given_back(payment)? {
        // No source tells the other numbers of `refundStatus`.
        clear &= told(&movement, "refundStatus") == "1";
        let price = fine(told(&movement, "refundPrice"));
        clear &= price.is_some();
        back = back.saturating_add(price.unwrap_or_default());
        cancelled |= kind == TransactionKind::Void;
    }
    let whole = fine(told(payment, "paidPrice")).unwrap_or_default();
    let refunded = from_fine(back, order.currency);
    let facts = Facts { charged: paid.charged, ..facts(payment) };
    if !clear || back > whole || (back > 0 && refunded.is_none()) {
        return Ok(pending(true, facts));
    }
    let as_cancel = cancelled && !Ledger::read(&order.refs)?.has(Kind::Refund);
    Ok(match paid.status {
        Some(_) if back == whole && as_cancel => Step::done(Payment::voided(proof, facts)),
        Some(_) if back == whole => Step::done(Payment::refunded(proof, Facts { refunded, ..facts })),
        Some(Status::Paid) => Step::done(Payment::paid(proof, Facts { refunded, ..facts })),
        Some(_) if back == 0 => Step::done(Payment::succeeded(proof, order, facts)),
        _ => pending(true, facts),
    })
}

/// iyzico divides amounts among the lines of a basket with eight decimals. This reads them exactly.
fn fine(text: &str) -> Option<u64> {
    let (whole, fraction) = split_price(text)?;
    let zeros = "00000000".get(fraction.len()..)?;
    // Two such numbers fit a u64.
    if whole.len() > 10 { None } else { number(joined(&[whole, fraction, zeros])) }
}

/// How many of them are one minor unit.
fn fine_unit(currency: Currency) -> u64 {
    if currency.decimals() == 0 { 100_000_000 } else { 1_000_000 }
}

fn from_fine(fine: u64, currency: Currency) -> Option<Amount> {
    if fine.is_multiple_of(fine_unit(currency)) { Amount::from_minor(fine / fine_unit(currency)) } else { None }
}

fn history(order: &Order, object: &Object) -> Result<Vec<Transaction>> {
    let mut transactions = Vec::new();
    for payment in reported_rows(object, "payments")? {
        must_be(&payment, "paymentConversationId", order.id)?;
        let currency = Currency::from_letters(told(&payment, "currency"));
        let names = RowNames { id: PAYMENT_ID, amount: "paidPrice", commission: ["iyziCommissionRateAmount", "iyziCommissionFee"] };
        let mut sale = row(&payment, order.id, phase_kind(told(&payment, "phase")), currency, &names);
        sale.at = created_at(&payment);
        sale.outcome = match told(&payment, "paymentStatus") {
            "1" => Outcome::Approved,
            "0" => Outcome::Declined,
            _ => Outcome::Open,
        };
        transactions.push(sale);
        for (kind, movement) in given_back(&payment)? {
            let id = if kind == TransactionKind::Void { "refundId" } else { "refundTxId" };
            let names = RowNames { id, amount: "refundPrice", commission: ["", ""] };
            let mut back = row(&movement, order.id, kind, currency, &names);
            back.at = created_at(&movement);
            back.outcome = if told(&movement, "refundStatus") == "1" { Outcome::Approved } else { Outcome::Open };
            transactions.push(back);
        }
    }
    Ok(transactions)
}

fn phase_kind(phase: &str) -> TransactionKind {
    match phase {
        "PRE_AUTH" => TransactionKind::PreAuth,
        "POST_AUTH" => TransactionKind::Capture,
        _ => TransactionKind::Sale,
    }
}

/// The times of a payment's report end in `Z` and are Turkish nevertheless: in iyzico's own sample one is later than the answer itself.
fn created_at(row: &Object) -> Text {
    from_turkish(&told(row, "createdDate").trim_end_matches('Z').replacen('T', " ", 1)).unwrap_or_default()
}

/// What a list calls its values.
struct RowNames {
    id: &'static str,
    amount: &'static str,
    commission: [&'static str; 2],
}

fn row(row: &Object, order_id: &str, kind: TransactionKind, currency: Option<Currency>, names: &RowNames) -> Transaction {
    let mut transaction = Transaction::of(&facts(row));
    transaction.order_id = charset::displayable(order_id, 64);
    transaction.transaction_id = reference(row, names.id).kept();
    (transaction.kind, transaction.currency) = (kind, currency);
    if let Some(currency) = currency {
        transaction.amount = Amount::from_decimal(told(row, names.amount), currency);
        // iyzico tells fractions of the minor unit: this is the nearest one.
        if let [Some(one), Some(other)] = names.commission.map(|name| fine(told(row, name))) {
            transaction.commission = Amount::from_minor((one + other + fine_unit(currency) / 2) / fine_unit(currency));
        }
    }
    transaction
}

fn report_page(cx: &Context, day: Date, page: u32) -> Send {
    let (day, page) = (day.dashed(), digits(page));
    let path = "/v2/reporting/payment/transactions?locale=tr&transactionDate=";
    get(cx, path, &[day, "&page=", page], joined(&["report ", day, " ", page]))
}

/// A row is a line of a basket, or what was given back of it.
fn report_rows(object: &Object) -> Result<Vec<Transaction>> {
    let mut transactions = Vec::new();
    for line in reported_rows(object, "transactions")? {
        let (kind, amount) = match told(&line, "transactionType") {
            "PAYMENT" => (phase_kind(told(&line, "paymentPhase")), "paidPrice"),
            "REFUND" => (TransactionKind::Refund, "price"),
            "CANCEL" => (TransactionKind::Void, "price"),
            _ => (TransactionKind::Other, "price"),
        };
        let currency = Currency::from_letters(told(&line, "transactionCurrency"));
        let names = RowNames { id: "transactionId", amount, commission: ["iyzicoCommission", "iyzicoFee"] };
        let mut transaction = row(&line, told(&line, "basketId"), kind, currency, &names);
        transaction.at = from_turkish(told(&line, "transactionDate")).unwrap_or_default();
        transaction.outcome = match (amount, told(&line, "transactionStatus")) {
            ("price", _) | (_, "1" | "2") => Outcome::Approved,
            (_, "-1") => Outcome::Declined,
            _ => Outcome::Open,
        };
        transactions.push(transaction);
    }
    Ok(transactions)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Webhooks
//
// The signed text has no delimiters, so what it says depends on where it is cut. Closed lists, of which no word begins or ends another,
// and strict formats leave one way to cut it; the tests try all the others. Where another party's words could still be taken for ours (a
// conversation id that begins with digits or with a token), the stored order decides, and without one the webhook is refused.

/// A kind of webhook: told by the keys in it, and what it signs, in this order.
struct Format {
    name: &'static str,
    signed: &'static [Part],
}

/// A signed value: its key, the name that JavaScript sees, and what it looks like.
struct Part(&'static str, &'static str, Looks);

enum Looks {
    /// A word of these lists.
    Listed(&'static [&'static [&'static str]]),
    Number,
    Uuid,
    /// What the shop called the payment.
    Conversation,
}

/// Payments by API, with and without 3-D Secure.
const DIRECT: Format = Format {
    name: "direct",
    signed: &[
        Part("iyziEventType", "eventType", Looks::Listed(&[DIRECT_EVENTS, SHARED_EVENTS])),
        Part(PAYMENT_ID, PAYMENT_ID, Looks::Number),
        Part("paymentConversationId", CONVERSATION_ID, Looks::Conversation),
        Part("status", "status", Looks::Listed(&[STATUSES])),
    ],
};
/// Payments on a page of iyzico: Checkout Form, Pay with iyzico.
const HOSTED: Format = Format {
    name: "hpp",
    signed: &[
        Part("iyziEventType", "eventType", Looks::Listed(&[HOSTED_EVENTS, SHARED_EVENTS])),
        Part("iyziPaymentId", PAYMENT_ID, Looks::Number),
        Part(TOKEN, TOKEN, Looks::Uuid),
        Part("paymentConversationId", CONVERSATION_ID, Looks::Conversation),
        Part("status", "status", Looks::Listed(&[STATUSES, HOSTED_STATUSES])),
    ],
};
/// Charges of a subscription. These sign the merchant's number before the secret.
const SUBSCRIPTION: Format = Format {
    name: "subscription",
    signed: &[
        Part("iyziEventType", "eventType", Looks::Listed(&[SUBSCRIPTION_EVENTS])),
        Part("subscriptionReferenceCode", "subscriptionReferenceCode", Looks::Uuid),
        Part("orderReferenceCode", "orderReferenceCode", Looks::Uuid),
        Part("customerReferenceCode", "customerReferenceCode", Looks::Uuid),
    ],
};

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

/// A webhook whose signature fits: a reason to ask iyzico, and nothing more. It names neither amount nor currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    fields: Vec<(&'static str, Text)>,
}

impl Event {
    /// What the webhook brought, by the names that JavaScript sees. `referenceCode` and `eventTime` are not signed, and `merchantId` only in
    /// subscriptions.
    pub fn fields(&self) -> &[(&'static str, Text)] {
        &self.fields
    }

    fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(at, _)| *at == name).map_or("", |(_, value)| value)
    }
}

impl Looks {
    /// Lists and formats that leave one way to cut the signed text.
    fn check(&self, field: &'static str, value: &str, event: &Event, order_id: Option<&str>) -> Result<()> {
        let fits = match self {
            Looks::Listed(lists) => return listed(field, value, lists),
            Looks::Number => is_number(value),
            Looks::Uuid => is_uuid(value),
            Looks::Conversation => {
                let plain = value.len() <= 255 && value.bytes().all(|byte| (0x20..0x7F).contains(&byte));
                if plain && !is_clear(event, order_id) {
                    return Err(Error::new(Why::UnclearConversation, field));
                }
                plain
            }
        };
        if fits { Ok(()) } else { Err(not_documented(field)) }
    }
}

/// In the direct format a conversation id follows bare digits: one that begins with a digit could have given some to the payment number or
/// taken some from it. And in an event that both formats know, payment number and conversation id could be a hosted page's three values.
/// The order's own id settles both.
fn is_clear(event: &Event, order_id: Option<&str>) -> bool {
    let id = event.value(CONVERSATION_ID);
    if event.value("format") == HOSTED.name || order_id == Some(id) {
        return true;
    }
    let could_be_hosted = SHARED_EVENTS.contains(&event.value("eventType")) && holds_token(joined(&[event.value(PAYMENT_ID), id]));
    !id.starts_with(|first: char| first.is_ascii_digit()) && !could_be_hosted
}

fn listed(field: &'static str, word: &str, lists: &[&[&str]]) -> Result<()> {
    if lists.iter().any(|list| list.contains(&word)) {
        return Ok(());
    }
    let is_word = word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let shown = if is_word { joined(&["`", word, "`"]) } else { "…" };
    Err(Error::new(Why::NotListed, field).about(shown))
}

fn is_uuid(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| if matches!(place, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// Whether the text can be cut into a payment number, a token and what may follow: an empty conversation id is signed, too. The token's first
/// dash shows where.
fn holds_token(text: &str) -> bool {
    let Some(start) = text.find('-').and_then(|dash| dash.checked_sub(8)) else { return false };
    let token = text.get(start..start + 36).is_some_and(is_uuid);
    token && is_number(part(text, 0, start))
}

/// The values that a webhook signs.
struct Signed<'o> {
    format: &'static Format,
    merchant_id: &'o str,
    values: Vec<&'o str>,
}

impl<'o> Signed<'o> {
    fn read(object: &'o Object, merchant_id: &'o str) -> Result<Signed<'o>> {
        let has = |name: &str| !matches!(object.value(name), None | Some(Value::Null));
        let format = if has("subscriptionReferenceCode") {
            &SUBSCRIPTION
        } else if has(TOKEN) {
            &HOSTED
        } else {
            &DIRECT
        };
        let mut values = Vec::with_capacity(format.signed.len());
        for Part(wire, _, _) in format.signed {
            values.push(text(object, wire)?);
        }
        let merchant_id = if format.name == SUBSCRIPTION.name { signing_merchant(object, merchant_id)? } else { "" };
        Ok(Signed { format, merchant_id, values })
    }

    /// Every value in its list or format. `order_id` is the stored order's, where there is one.
    fn event(&self, order_id: Option<&str>) -> Result<Event> {
        let mut event = Event { fields: Vec::with_capacity(12) };
        event.fields.push(("format", self.format.name));
        for (Part(_, name, _), value) in self.format.signed.iter().zip(&self.values) {
            event.fields.push((name, (*value).kept()));
        }
        if self.format.name == SUBSCRIPTION.name {
            Looks::Number.check("merchantId", self.merchant_id, &event, None)?;
            event.fields.push(("merchantId", self.merchant_id.kept()));
        }
        for (Part(wire, _, looks), value) in self.format.signed.iter().zip(&self.values) {
            looks.check(wire, value, &event, order_id)?;
        }
        Ok(event)
    }

    fn digest(&self, secret: Secret) -> [u8; 32] {
        let mut pieces = vec![self.merchant_id.as_bytes(), secret.reveal().as_bytes()];
        pieces.extend(self.values.iter().map(|value| value.as_bytes()));
        #[cfg(feature = "explain")]
        {
            let names = ["merchantId", "secretKey"].into_iter().chain(self.format.signed.iter().map(|Part(wire, _, _)| *wire));
            crate::trace::describe(names.zip(pieces.iter().copied()));
        }
        crypto::hmac_sha256(secret, &pieces)
    }
}

/// A subscription's webhook signs the merchant's number, and the documented payload does not carry it.
fn signing_merchant<'o>(object: &'o Object, configured: &'o str) -> Result<&'o str> {
    match told(object, "merchantId") {
        "" if configured.is_empty() => Err(Error::new(Why::MerchantIdToVerify, "merchantId")),
        "" => Ok(configured),
        sent if configured.is_empty() || sent == configured => Ok(sent),
        _ => Err(Error::new(Why::OtherMerchant, "merchantId")),
    }
}

/// The signature of a payload, as `X-IYZ-SIGNATURE-V3` carries it; the kind is told by the payload's keys. `merchant_id` is needed for
/// subscriptions whose payload has none. For signing and for tests: [`verify_webhook`] verifies, and never lets the digest out.
fn webhook_signature(body: &[u8], secret: Secret, merchant_id: &str) -> Result<Text> {
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
        return Err(Error::new(Why::SecretKeyMissing, "secretKey"));
    }
    let given = signature_header(headers)?;
    let object = Object::parse_bytes(body)?;
    refuse_lookalikes(&object)?;
    let signed = Signed::read(&object, merchant_id)?;
    crypto::compare(&signed.digest(secret), given, Written::Hex).ok_or_else(|| Error::new(Why::IyzicoSignature, V3))?;
    let mut event = signed.event(order_id)?;
    for (wire, name) in [("merchantId", "merchantId"), ("iyziReferenceCode", "referenceCode"), ("iyziEventTime", "eventTime")] {
        let value = reference(&object, wire);
        if !value.is_empty() && event.value(name).is_empty() {
            event.fields.push((name, value.kept()));
        }
    }
    Ok(event)
}

const V3: &str = "x-iyz-signature-v3";

fn signature_header<'h>(headers: &[&'h str]) -> Result<&'h str> {
    let why = match headers {
        [given, ..] if !given.is_empty() => return Ok(given),
        [_, older @ ..] if older.iter().any(|given| !given.is_empty()) => Why::WebhookOldSignature,
        _ => Why::WebhookUnsigned,
    };
    Err(Error::new(why, V3))
}

/// Two names that a reader without regard to case would take for one are refused: the signature covers only one of them.
fn refuse_lookalikes(object: &Object) -> Result<()> {
    match object.lookalike() {
        Some(name) => Err(Error::new(Why::Twice, name.kept())),
        None => Ok(()),
    }
}

/// The webhook must name what the stored order holds (invariant 7 of the design).
fn is_about(event: &Event, order: &Order) -> Result<()> {
    let format = event.value("format");
    if format == SUBSCRIPTION.name {
        return Err(Error::new(Why::SubscriptionWebhook, "iyziEventType"));
    }
    if event.value(CONVERSATION_ID) != order.id {
        return Err(Error::new(Why::OtherOrder, "paymentConversationId"));
    }
    if format == HOSTED.name && event.value(TOKEN) != stored(order, TOKEN)? {
        return Err(Error::new(Why::OtherPayment, TOKEN));
    }
    // A form knows its payment's number only once it was paid; several cards may have been tried.
    if format == DIRECT.name && order.model == THREE_DS && event.value(PAYMENT_ID) != stored(order, PAYMENT_ID)? {
        return Err(Error::new(Why::OtherPayment, PAYMENT_ID));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned;

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
            assert_eq!(request_price(text), Some(expected));
        }
        for (text, expected) in
            [("10.50", "10.5"), ("10.00", "10"), ("10.0", "10"), ("100", "100"), ("0.10", "0.1"), ("1.2", "1.2"), ("0", "0"), ("0.00", "0")]
        {
            assert_eq!(signed_price(text), Some(expected));
        }
        for wrong in ["", ".", "1.", ".5", "-1", "+1", "1e2", "1,5", "1.2.3", " 1", "١", "1.499e2"] {
            assert_eq!((request_price(wrong), signed_price(wrong), fine(wrong)), (None, None, None), "{wrong}");
        }
    }

    #[test]
    fn amounts_with_eight_decimals_are_read_exactly() {
        for (text, expected) in [("1", 100_000_000), ("0.01", 1_000_000), ("33.33333333", 3_333_333_333), ("0", 0), ("1.99500000000", 199_500_000)] {
            assert_eq!(fine(text), Some(expected), "{text}");
        }
        for wrong in ["0.000000001", "99999999999", "0E-8"] {
            assert_eq!(fine(wrong), None, "{wrong}");
        }
        assert_eq!((fine_unit(Currency::Try), fine_unit(Currency::Jpy)), (1_000_000, 100_000_000));
    }

    #[test]
    fn the_payment_page_is_iyzicos() {
        for address in ["https://cpp.iyzipay.com?token=x&lang=tr", "https://iyzipay.com/", "https://ode.iyzico.com/pay/x"] {
            assert!(is_payment_page(address, Mode::Production) && is_payment_page(address, Mode::Test), "{address}");
        }
        for address in ["http://localhost:8481/iyzico/pay?token=x", "https://127.0.0.1:8481/x"] {
            assert!(is_payment_page(address, Mode::Test) && !is_payment_page(address, Mode::Production), "{address}");
        }
        for address in [
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
            assert!(!is_payment_page(address, Mode::Test), "{address}");
        }
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
        let mut found = vec![];
        let mut consider = |format: &'static Format, values: Vec<&str>| {
            // The reader refuses empty values before it comes to formats.
            let is_read = values.iter().all(|value| !value.is_empty());
            found.extend(Signed { format, merchant_id: "3382172", values }.event(order_id).ok().filter(|_| is_read));
        };
        for event in events.iter().filter(|event| text.starts_with(**event)) {
            let rest = &text[event.len()..];
            for a in 0..=rest.len() {
                for b in a..=rest.len() {
                    let (one, two, three) = (&rest[..a], &rest[a..b], &rest[b..]);
                    consider(&DIRECT, vec![event, one, two, three]);
                    consider(&SUBSCRIPTION, vec![event, one, two, three]);
                    // No token has another length; this keeps the search short.
                    for c in b..=rest.len() * usize::from(two.len() == 36) {
                        consider(&HOSTED, vec![event, one, two, &rest[b..c], &rest[c..]]);
                    }
                }
            }
        }
        found
    }

    const UUID: &str = "e828c62d-fd12-4b1a-ad5a-380f15fe6596";

    #[test]
    fn a_signed_text_can_be_read_in_one_way_only() {
        let tokens = [
            UUID,
            "11111111-fd12-4b1a-ad5a-380f15fe6596",
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
        let told = |event: &Event| ["format", PAYMENT_ID, TOKEN, CONVERSATION_ID, "status"].map(|name| event.value(name).to_owned());
        for event in [DIRECT_EVENTS, SHARED_EVENTS].concat() {
            for conversation in conversations {
                for status in ["SUCCESS", "INIT_THREEDS"] {
                    let read = readings(&format!("{event}22484059{conversation}{status}"), None);
                    assert_eq!(read.iter().map(told).collect::<Vec<_>>(), [["direct", "22484059", "", conversation, status]], "{event}");
                }
            }
        }
        for event in ["CHECKOUT_FORM_AUTH", "BKM_AUTH"] {
            for token in tokens {
                for conversation in conversations.into_iter().chain(["123456789", "0", UUID, tokens[1], "2e828c62d-fd12-4b1a-ad5a-380f15fe6596"]) {
                    let read = readings(&format!("{event}22483975{token}{conversation}INIT_CREDIT"), None);
                    assert_eq!(read.iter().map(told).collect::<Vec<_>>(), [["hpp", "22483975", token, conversation, "INIT_CREDIT"]], "{event}");
                }
            }
        }
        let references = "ea0362e2-a1c4-4fda-89f0-3758a5c20a28ae5fcbf8-4fd2-46e5-b199-8f690ae9fae5ff4052ca-0588-40eb-81a9-848c0c409472";
        let read = readings(&format!("subscription.order.success{references}"), None);
        assert_eq!((read.len(), read[0].value("orderReferenceCode")), (1, "ae5fcbf8-4fd2-46e5-b199-8f690ae9fae5"));
    }

    #[test]
    fn what_could_be_read_in_two_ways_needs_the_order() {
        for conversation in ["123456789", "1order", "0"] {
            let text = format!("API_AUTH22484059{conversation}SUCCESS");
            assert!(readings(&text, None).iter().all(|event| event.value(CONVERSATION_ID) != conversation), "{conversation}");
            let read = readings(&text, Some(conversation));
            let payments: Vec<&str> =
                read.iter().filter(|event| event.value(CONVERSATION_ID) == conversation).map(|event| event.value(PAYMENT_ID)).collect();
            assert_eq!(payments, ["22484059"]);
        }
    }
}
