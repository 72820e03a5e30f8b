//! PayTR. Three ways to a payment, and one notification that proves it:
//! - `iframe`: our server asks for a token, the customer pays on PayTR's page;
//! - `direct`: the customer types the card on the shop's page, and the browser posts it to PayTR; our server never sees it;
//! - `link`: our server asks for a payment link, which can also be sent by e-mail; it is open for a day and can be paid once.
//!
//! Sources: dev.paytr.com, "iFrame API", "Direkt API", "Link API" (each 1. and 2. Adım), "Durum Sorgu" (the inquiry), "İade API" (the
//! refund), "Satış ve İade İşlem Dökümü" (the report) and "PayTR Hata Kodları". PayTR publishes no example digest.
//!
//! The notification signs three values, one after another without a delimiter: `merchant_oid`, `status` and `total_amount` (and the
//! salt between the first two). So `success` + `1050` and `success1` + `050` have the same digest. Three strict formats close this:
//! the order number must be the stored one, the status must be exactly `success` or `failed`, and the total must be canonical digits.
//! Everything else in the notification (`test_mode`, `currency`, `payment_amount`, `installment_count`, the reason of a failure) is
//! unsigned and decides nothing: currency and test mode were fixed by our own request, which PayTR verified.
//!
//! A link's notification has `callback_id`, our order number, before `merchant_oid`, a number of PayTR's own, again without a delimiter:
//! so order `A1` paid under `2X` has the digest of order `A12` paid under `X`. Every order of a link has 20 characters, which fixes where
//! the one ends and the other begins.
//!
//! The form of `direct` is signed without a delimiter, too, and the customer has it in his hands: he may move every border in it, and the
//! e-mail address is his own words. What he moves between address and amount shows in the notification's total. But order `A1` with the
//! address `2m@x.com` has the token of order `A12` with `m@x.com`, whose failure PayTR would then sign. So these orders have 20
//! characters as well, the first of them a capital letter, and the address is sent in small letters: no part of it can make such a number.
//!
//! The notification's address is not part of any request: the owner enters it in PayTR's panel (Destek & Kurulum > Ayarlar > Bildirim
//! URL). PayTR repeats it until it reads `OK`. The customer's return to `urls.ok` or `urls.fail` carries nothing and proves nothing.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Period, Reply, Spec, Verb, malformed, request};
use crate::account::{Account, Mode};
use crate::crypto::{self, Secret, Verified, Written};
use crate::decline::{Decline, Reason};
use crate::error::{Error, Result, Why};
use crate::ledger::Change;
use crate::money::{Amount, Currency};
use crate::payment::{
    Card, CardInputs, Claim, Effect, Fact, Facts, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Send, Status, Step, Tells, required,
    texts,
};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined, joined_by, keep};
use crate::wire::charset;
use crate::wire::form::{self, Form};
use crate::wire::json::{self, Object, Value};
use crate::wire::time::{Date, from_turkish, turkish_time};
use crate::wire::{is_digits, is_made_of, letters, number, split_first};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What PayTR is. Test and production share one address; `test_mode` tells them apart.
pub const SPEC: Spec = Spec {
    system: "paytr",
    gateway: &PayTr,
    models: &["iframe", "direct", "link"],
    claiming_models: &[],
    proving_models: &["iframe", "direct", "link"],
    preauth_models: &[],
    card_models: &[],
    either_card_models: &[],
    verbs: &["refund", "report"],
    formulas: &[
        Formula { name: "iframeToken", over: Over::Fields(IFRAME_TOKEN), compute: token_formula },
        Formula { name: "directToken", over: Over::Fields(DIRECT_TOKEN), compute: token_formula },
        Formula { name: "linkToken", over: Over::Fields(LINK_TOKEN), compute: token_formula },
        Formula { name: "reportToken", over: Over::Fields(REPORT_TOKEN), compute: token_formula },
        Formula { name: "refundToken", over: Over::Fields(REFUND_TOKEN), compute: token_formula },
        Formula { name: "statusToken", over: Over::Fields(STATUS_TOKEN), compute: token_formula },
        Formula {
            name: "notificationHash",
            over: Over::Fields(NOTIFICATION_HASH),
            compute: |values, _| match values {
                [order_id, status, total, key, salt] => {
                    Ok(crypto::base64(&notification_digest(Secret::new(key), Secret::new(salt), &[order_id], status, total)))
                }
                _ => Err(super::too_few_values()),
            },
        },
        Formula {
            name: "linkHash",
            over: Over::Fields(LINK_HASH),
            compute: |values, _| match values {
                [callback_id, order_id, status, total, key, salt] => {
                    Ok(crypto::base64(&notification_digest(Secret::new(key), Secret::new(salt), &[callback_id, order_id], status, total)))
                }
                _ => Err(super::too_few_values()),
            },
        },
    ],
    merchant: &[
        Key { name: "merchantId", panel: "Mağaza No (merchant_id)", required: true, max: 32 },
        Key { name: "merchantKey", panel: "Mağaza Parola (merchant_key)", required: true, max: 128 },
        Key { name: "merchantSalt", panel: "Mağaza Gizli Anahtar (merchant_salt)", required: true, max: 128 },
    ],
    endpoints: &["api"],
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp, Currency::Rub],
    headers: &[],
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank { name: "paytr", production: &["https://www.paytr.com"], test: &["https://www.paytr.com"], hosts: &[], test_hosts: &[] }],
    // The simulator's, and the placeholders of PayTR's own samples, which are easily left in place.
    public_credentials: &[
        ("merchantKey", "simPaytrKey12345"),
        ("merchantSalt", "simPaytrSalt6789"),
        ("merchantId", "XXXXXX"),
        ("merchantKey", "YYYYYYYYYYYYYY"),
        ("merchantSalt", "ZZZZZZZZZZZZZZ"),
    ],
};

/// The gateway.
pub struct PayTr;

impl Gateway for PayTr {
    fn check(&self, account: &Account) -> Result<()> {
        if is_made_of(account.id(), b"") {
            return Ok(());
        }
        Err(account.wrong(Why::ValueNotPlain, "merchantId"))
    }

    fn start(&self, cx: &Context, order: &Order, _card: Option<&Card>) -> Result<Step> {
        check_order(order)?;
        Ok(match order.model {
            "direct" => Step::redirect(direct_form(cx.account, order)),
            "link" => post(cx, "/odeme/api/link/create", Effect::Begins, &link_fields(cx, order), "link"),
            _ => post(cx, "/odeme/api/get-token", Effect::Begins, &token_fields(cx.account, order), "token"),
        })
    }

    /// Reads a notification.
    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let (notification, verified) = Notification::verify(&form, cx.account, order.model == "link")?;
        if notification.order_id() != order.id {
            return Err(Error::new(Why::OtherOrder, notification.order_field()));
        }
        let mut payment = match notification.status {
            "success" => taken(&notification, verified, order)?,
            // A link stays open for the next attempt.
            "failed" if notification.callback_id.is_some() => Payment::pending(Facts::default()),
            "failed" => refused(&notification, verified, order, &form)?,
            _ => return Err(malformed("status")),
        };
        if notification.callback_id.is_none() || payment.status() == Status::Pending {
            return Ok(Step::done(payment));
        }
        // PayTR's own number of a link's payment: inquiries and refunds need it. It is signed. A second payment does not replace the first.
        let known = order.refs.get(PAYTR_ORDER).unwrap_or(notification.merchant_oid);
        payment.facts.review = known != notification.merchant_oid;
        Ok(Step::done(payment).keeping(order.refs.with(PAYTR_ORDER, known)))
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        let Some(id) = order_number(order) else {
            // Before its notification a link has no number under which PayTR could be asked.
            return Ok(Step::pending(Facts::default()));
        };
        match verb {
            Verb::Inquire => Ok(signed_post(cx, "/odeme/durum-sorgu", Effect::Reads, STATUS_TOKEN, &[id], &[], "status")),
            Verb::Change(change) => {
                let amount = change.amount.to_decimal(order.currency);
                let reference = [("reference_no", reference(change))];
                Ok(signed_post(cx, "/odeme/iade", Effect::MovesMoney, REFUND_TOKEN, &[id, amount], &reference, "refund"))
            }
            Verb::History => Err(super::not_offered()),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let object = Object::parse_bytes(reply.body())?;
        match then {
            "token" => token_reply(cx, &object),
            "link" => link_reply(cx, &object),
            "status" => status_reply(cx, order, &reply, &object),
            "refund" => refund_reply(cx, order, &reply, &object),
            _ => Err(super::foreign_then()),
        }
    }

    /// PayTR lists three days at a time.
    fn report(&self, cx: &Context, period: &Period) -> Result<Send> {
        Ok(report_request(cx, period.from, period.to))
    }

    fn reported(&self, cx: &Context, period: &Period, then: &str, reply: Reply) -> Result<Statement> {
        let next = then.strip_prefix("report ").and_then(Date::parse).map(|to| to.next_day()).filter(|from| *from <= period.to);
        let transactions = report_rows(&Object::parse_bytes(reply.body())?)?;
        Ok(Statement { transactions, next: next.map(|from| report_request(cx, from, period.to)) })
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        let id = if form.value("callback_id").is_some() { "callback_id" } else { "merchant_oid" };
        form.ascii(id).ok()?.filter(|id| is_order_id(id)).map(Found::OrderId)
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The digest: base64(HMAC-SHA256(merchant_key, values and merchant_salt, without a delimiter))

/// What the iFrame token signs before the salt, in this order. All values are texts as they are posted.
pub const IFRAME_TOKEN: &[&str] = &[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "user_basket",
    "no_installment",
    "max_installment",
    "currency",
    "test_mode",
];
/// What the token of the Direct API's form signs before the salt; `payment_amount` is decimal text there.
pub const DIRECT_TOKEN: &[&str] =
    &["merchant_id", "user_ip", "merchant_oid", "email", "payment_amount", "payment_type", "installment_count", "currency", "test_mode", "non_3d"];
/// What the token of a product's link signs before the salt.
pub const LINK_TOKEN: &[&str] = &["name", "price", "currency", "max_installment", "link_type", "lang", "min_count"];
/// What the token of a report signs before the salt.
pub const REPORT_TOKEN: &[&str] = &["merchant_id", "start_date", "end_date"];
/// What the token of an inquiry signs before the salt.
pub const STATUS_TOKEN: &[&str] = &["merchant_id", "merchant_oid"];
/// What the token of a refund signs before the salt; `return_amount` is decimal text with a point.
pub const REFUND_TOKEN: &[&str] = &["merchant_id", "merchant_oid", "return_amount"];
/// What the hash of a notification signs; here the salt stands after the first value.
pub const NOTIFICATION_HASH: &[&str] = &["merchant_oid", "status", "total_amount"];
/// What the hash of a link's notification signs; the salt stands after the second value.
pub const LINK_HASH: &[&str] = &["callback_id", "merchant_oid", "status", "total_amount"];

/// The token of a request of ours: the values of [`IFRAME_TOKEN`], [`STATUS_TOKEN`] or [`REFUND_TOKEN`], in that order.
pub fn token(key: Secret, salt: Secret, values: &[&str]) -> Text {
    let mut pieces: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
    pieces.push(salt.reveal().as_bytes());
    #[cfg(feature = "explain")]
    describe_token(values, salt);
    crypto::base64(&crypto::hmac_sha256(key, &pieces))
}

/// The names of a token's values are told by how many there are.
#[cfg(feature = "explain")]
fn describe_token(values: &[&str], salt: Secret) {
    let lists = [IFRAME_TOKEN, DIRECT_TOKEN, LINK_TOKEN, REPORT_TOKEN, STATUS_TOKEN, REFUND_TOKEN];
    if let Some(names) = lists.into_iter().find(|names| names.len() == values.len()) {
        let parts = names.iter().zip(values).map(|(name, value)| (*name, value.as_bytes()));
        crate::trace::describe(parts.chain([("merchantSalt", salt.reveal().as_bytes())]));
    }
}

fn token_formula(values: &[&str], _: &[u8]) -> Result<Text> {
    match values {
        [values @ .., key, salt] => Ok(token(Secret::new(key), Secret::new(salt), values)),
        _ => Err(super::too_few_values()),
    }
}

fn notification_digest(key: Secret, salt: Secret, ids: &[&str], status: &str, total: &str) -> [u8; 32] {
    #[cfg(feature = "explain")]
    {
        let secret = [("merchantSalt", salt.reveal().as_bytes())];
        let names = if ids.len() == 2 && !ids[0].is_empty() { ["callback_id", "merchant_oid"] } else { ["merchant_oid", "merchant_oid"] };
        let named = names.iter().zip(ids).map(|(name, id)| (*name, id.as_bytes())).filter(|(_, id)| !id.is_empty());
        crate::trace::describe(named.chain(secret).chain([("status", status.as_bytes()), ("total_amount", total.as_bytes())]));
    }
    crypto::hmac_sha256(key, &[joined(ids).as_bytes(), salt.reveal().as_bytes(), status.as_bytes(), total.as_bytes()])
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The token request

/// The most instalments that PayTR's page offers.
const MAX_INSTALLMENTS: u8 = 12;
/// How long the page can be used. It is PayTR's own default, sent so that the shop can rely on it.
const PAGE_MINUTES: &str = "30";
/// PayTR demands an address, and not every shop asks for one.
const NO_ADDRESS: &str = "Adres belirtilmedi";

fn check_order(order: &Order) -> Result<()> {
    if !is_order_id(order.id) {
        return Err(Error::new(Why::PaytrId, "id"));
    }
    if order.installment_limit() > MAX_INSTALLMENTS {
        return Err(Error::new(Why::InstallmentsOfPaytr, "maxInstallments"));
    }
    let first = order.id.as_bytes().first();
    if order.model != "iframe" && (order.id.len() != FIXED_ID || !first.is_some_and(u8::is_ascii_uppercase)) {
        return Err(Error::new(Why::PaytrFixedId, "id"));
    }
    if order.model == "link" {
        // PayTR's own page asks for the customer's data.
        return required("urls.notify", order.urls.notify, Why::NotifyNeeded);
    }
    check_customer(order)
}

fn check_customer(order: &Order) -> Result<()> {
    if order.model == "direct" {
        order.check_shop_chooses_installments()?;
    }
    order.check_ip()?;
    required("customer.email", order.customer.email, Why::CustomerNeeded)?;
    required("customer.name", order.customer.name, Why::CustomerNeeded)?;
    required("customer.phone", order.customer.phone, Why::CustomerNeeded)
}

/// The length of an order id that stands next to a value which others choose: that of newOrderId().
const FIXED_ID: usize = 20;

/// A number that the shop or PayTR makes.
fn is_order_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && is_made_of(id, b"")
}

fn token_fields(account: &Account, order: &Order) -> Vec<(&'static str, Text)> {
    let limit = order.installment_limit();
    let (no_installment, max_installment) = if limit > 1 { ("0", digits(limit)) } else { ("1", "0".kept()) };
    let signed = [
        account.id().kept(),
        order.customer.ip.kept(),
        order.id.kept(),
        order.customer.email.kept(),
        digits(order.amount.minor()),
        basket(order),
        no_installment.kept(),
        max_installment,
        currency_text(order.currency).kept(),
        test_mode(account).kept(),
    ];
    let mut fields = with_token(account, IFRAME_TOKEN, signed.to_vec());
    fields.extend(customer_fields(order));
    fields.extend([("timeout_limit", PAGE_MINUTES.kept()), ("lang", order.customer.language.letters().kept())]);
    fields
}

/// What is not signed: who pays, and where the browser goes afterwards.
fn customer_fields(order: &Order) -> [(&'static str, Text); 6] {
    let address = if order.customer.address.trim().is_empty() { NO_ADDRESS } else { order.customer.address };
    [
        ("user_name", cut(order.customer.name, 60)),
        ("user_address", cut(address, 400)),
        ("user_phone", cut(order.customer.phone, 20)),
        ("merchant_ok_url", order.urls.ok.kept()),
        ("merchant_fail_url", order.urls.fail.kept()),
        // PayTR then says why it refuses.
        ("debug_on", "1".kept()),
    ]
}

/// PayTR's limits count characters. What is cut is only shown to people.
fn cut(text: &str, limit: usize) -> Text {
    keep(text.chars().take(limit).collect())
}

/// The iFrame's basket: base64 of the JSON.
fn basket(order: &Order) -> Text {
    crypto::base64(basket_json(order).as_bytes())
}

/// `[["name","price of one",quantity],…]`. An order without a basket is one line.
fn basket_json(order: &Order) -> Text {
    let line = |name: &str, price: Amount, quantity: u32| {
        joined(&["[", json::quote(name), ",\"", price.to_decimal(order.currency), "\",", digits(quantity), "]"])
    };
    let lines: Vec<Text> = match order.basket.as_slice() {
        [] => vec![line(joined(&["Sipariş ", order.id]), order.amount, 1)],
        items => items.iter().map(|item| line(item.name, item.price, item.quantity)).collect(),
    };
    joined(&["[", joined_by(",", &lines), "]"])
}

fn currency_text(currency: Currency) -> &'static str {
    if currency == Currency::Try { "TL" } else { currency.letters() }
}

fn test_mode(account: &Account) -> &'static str {
    if account.mode == Mode::Test { "1" } else { "0" }
}

/// The form that the browser posts with the card in it. The card's fields are not signed, so they can be left to the customer; everything
/// that money depends on is, and [`check_order`] and the notification's total hold the borders between the values.
fn direct_form(account: &Account, order: &Order) -> Redirect {
    let installments = if order.installments > 1 { digits(order.installments) } else { "0".kept() };
    let signed = [
        account.id().kept(),
        order.customer.ip.kept(),
        order.id.kept(),
        keep(order.customer.email.to_ascii_lowercase()),
        order.amount.to_decimal(order.currency),
        "card".kept(),
        installments,
        currency_text(order.currency).kept(),
        test_mode(account).kept(),
        "0".kept(),
    ];
    let mut fields = with_token(account, DIRECT_TOKEN, signed.to_vec());
    fields.extend(customer_fields(order));
    fields.extend([("user_basket", basket_json(order)), ("client_lang", order.customer.language.letters().kept())]);
    let mut form = Redirect::form(joined(&[base(account), "/odeme"]), fields);
    if let Redirect::Form { card_inputs, .. } = &mut form {
        *card_inputs = Some(CardInputs { number: "card_number", month: "expiry_month", year: "expiry_year", cvv: "cvv", holder: "cc_owner" });
    }
    form
}

/// A product that can be bought once, in a day.
fn link_fields(cx: &Context, order: &Order) -> Vec<(&'static str, Text)> {
    let limit = digits(order.installment_limit());
    let signed = [
        link_name(order),
        digits(order.amount.minor()),
        currency_text(order.currency).kept(),
        limit,
        "product".kept(),
        order.customer.language.letters().kept(),
        "1".kept(),
    ];
    let mut fields = with_token(cx.account, LINK_TOKEN, signed.to_vec());
    fields.extend([
        ("merchant_id", cx.account.id().kept()),
        ("max_count", "1".kept()),
        ("expiry_date", turkish_time(cx.now + LINK_LIFETIME)),
        ("callback_link", order.urls.notify.kept()),
        ("callback_id", order.id.kept()),
        ("debug_on", "1".kept()),
    ]);
    fields
}

/// A day, in milliseconds.
const LINK_LIFETIME: u64 = 24 * 60 * 60 * 1000;

/// What the customer reads on the link's page: 4 to 200 characters.
fn link_name(order: &Order) -> Text {
    match order.basket.as_slice() {
        [item] if letters(item.name) >= 4 => cut(item.name, 200),
        _ => joined(&["Sipariş ", order.id]),
    }
}

/// The signed fields and the token over them.
fn with_token(account: &Account, names: &[&'static str], values: Vec<Text>) -> Vec<(&'static str, Text)> {
    let texts: Vec<&str> = values.to_vec();
    let token = token(account.secret("merchantKey"), account.secret("merchantSalt"), &texts);
    let mut fields: Vec<(&'static str, Text)> = names.iter().copied().zip(values).collect();
    fields.push(("paytr_token", token));
    fields
}

/// A request that signs the merchant's number and these values.
fn signed_post(cx: &Context, path: &str, effect: Effect, names: &[&'static str], values: &[&str], more: &[(&'static str, Text)], then: &str) -> Step {
    let mut signed = vec![cx.account.id().kept()];
    signed.extend(values.iter().map(|value| (*value).kept()));
    let mut fields = with_token(cx.account, names, signed);
    fields.extend_from_slice(more);
    post(cx, path, effect, &fields, then)
}

fn post(cx: &Context, path: &str, effect: Effect, fields: &[(&'static str, Text)], then: &str) -> Step {
    Step::send(posted(cx, path, effect, fields, then))
}

fn posted(cx: &Context, path: &str, effect: Effect, fields: &[(&'static str, Text)], then: &str) -> Send {
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, *value)).collect();
    let headers = vec![("content-type", "application/x-www-form-urlencoded".kept())];
    request("POST", effect, joined(&[base(cx.account), path]), headers, form::render(&pairs), then)
}

fn base<'a>(account: &Account<'a>) -> &'a str {
    account.endpoint("api").trim_end_matches('/')
}

fn undocumented() -> Error {
    malformed("status")
}

/// `{"status":"success","token":"…"}`, or `{"status":"failed","reason":"…"}`. The token needs no place in `refs`: PayTR never sends it
/// back, and nothing is compared with it.
fn token_reply(cx: &Context, object: &Object) -> Result<Step> {
    match object.told("status")? {
        "success" => {
            let token = object.told("token")?;
            if !is_page_token(token) {
                return Err(malformed("token"));
            }
            Ok(Step::redirect(Redirect::Url(joined(&[base(cx.account), "/odeme/guvenli/", token]))))
        }
        "failed" => Err(Error::new(Why::PaytrToken, "").with_bank("", bank_text(object, "reason")?)),
        _ => Err(undocumented()),
    }
}

/// `{"status":"success","id":"…","link":"…"}`. The address is made from the id, on the configured host.
fn link_reply(cx: &Context, object: &Object) -> Result<Step> {
    match object.told("status")? {
        "success" => {
            let id = object.told("id")?;
            if !is_order_id(id) {
                return Err(malformed("id"));
            }
            Ok(Step::redirect(Redirect::Url(joined(&[base(cx.account), "/link/", id]))))
        }
        "failed" | "error" => {
            let words = joined(&[bank_text(object, "reason")?, bank_text(object, "err_msg")?]);
            Err(Error::new(Why::Refused, "").with_bank("", words))
        }
        _ => Err(undocumented()),
    }
}

/// It becomes part of an address. PayTR's document shows 52 hexadecimal digits.
fn is_page_token(token: &str) -> bool {
    (16..=128).contains(&token.len()) && is_made_of(token, b"")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The notification

/// The signed values of a notification whose hash fits. The unsigned ones are left where they are.
struct Notification<'a> {
    /// Only a link's: our order number. Then `merchant_oid` is PayTR's own.
    callback_id: Option<&'a str>,
    merchant_oid: &'a str,
    status: &'a str,
    total: &'a str,
}

impl<'a> Notification<'a> {
    fn order_id(&self) -> &'a str {
        self.callback_id.unwrap_or(self.merchant_oid)
    }

    fn order_field(&self) -> &'static str {
        if self.callback_id.is_some() { "callback_id" } else { "merchant_oid" }
    }

    fn verify(form: &Form<'a>, account: &Account, of_link: bool) -> Result<(Notification<'a>, Verified)> {
        let given = form.ascii("hash")?.unwrap_or_default();
        if given.is_empty() {
            return Err(Error::new(Why::Unsigned, "hash"));
        }
        let signed = |name: &'static str| {
            let value = form.ascii(name)?.filter(|value| !value.is_empty());
            value.ok_or_else(|| malformed(name))
        };
        let callback_id = if of_link { Some(signed("callback_id")?) } else { None };
        let notification =
            Notification { callback_id, merchant_oid: signed("merchant_oid")?, status: signed("status")?, total: signed("total_amount")? };
        let ids = [notification.callback_id.unwrap_or_default(), notification.merchant_oid];
        let (key, salt) = (account.secret("merchantKey"), account.secret("merchantSalt"));
        let ours = notification_digest(key, salt, &ids, notification.status, notification.total);
        let verified = crypto::compare(&ours, given, Written::Base64).ok_or_else(|| Error::new(Why::PaytrHash, "hash"))?;
        if !is_canonical(notification.total) {
            return Err(malformed("total_amount"));
        }
        if !is_order_id(notification.merchant_oid) {
            return Err(malformed("merchant_oid"));
        }
        Ok((notification, verified))
    }
}

fn is_canonical(digits: &str) -> bool {
    let plain = digits.len() <= 12 && is_digits(digits);
    plain && (digits == "0" || !digits.starts_with('0'))
}

/// The money was taken. What left the card is in the total; the currency is the one that our token request fixed.
fn taken(notification: &Notification, verified: Verified, order: &Order) -> Result<Box<Payment>> {
    let total = Amount::from_minor_text(notification.total).ok_or_else(|| Error::new(Why::OtherAmount, "total_amount"))?;
    let charged = order.charged(total, "total_amount")?;
    let claim = Claim { order_id: Some(notification.order_id()), amount: Some(order.amount), currency: None };
    let proof = Proof::<OfMoney>::by_signature(verified, claim, order)?;
    Ok(Payment::paid(proof, Facts { charged, ..Facts::default() }))
}

/// The money was not taken. PayTR's reason is not signed, so it is passed on as PayTR's words and never becomes ours: whoever holds one
/// genuine failure of his own could have written it.
fn refused(notification: &Notification, verified: Verified, order: &Order, form: &Form) -> Result<Box<Payment>> {
    let claim = Claim { order_id: Some(notification.order_id()), amount: None, currency: None };
    let proof = Proof::<OfOutcome>::by_signature(verified, claim, order)?;
    let code = form.display("failed_reason_code", 4);
    let bank_code = if is_digits(code) { code } else { "" };
    let decline = Decline { reason: Reason::Declined, bank_code, bank_message: form.display("failed_reason_msg", 200) };
    Ok(Payment::declined(proof, decline, Facts::default()))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The inquiry

/// `status: success` means that a successful payment exists; the rest stands beside it. PayTR does not tell a payment that failed from
/// one that nobody has tried yet: both are error 004, so an inquiry never ends in a decline.
fn status_reply(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    match object.told("status")? {
        "success" => found(cx, order, reply, object),
        "error" | "failed" => not_found(object),
        _ => Err(undocumented()),
    }
}

fn not_found(object: &Object) -> Result<Step> {
    match object.told("err_no")? {
        "004" | "4" => Ok(Step::pending(Facts::default())),
        code => Err(Error::new(Why::PaytrToken, "").with_bank(charset::displayable(code, 16), bank_text(object, "err_msg")?)),
    }
}

fn found(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    if !agrees(object, "merchant_oid", order_number(order).unwrap_or_default())? {
        return Err(Error::new(Why::OtherOrder, "merchant_oid"));
    }
    let claim =
        Claim { order_id: None, amount: Some(amount(object, "payment_amount", order.currency)?), currency: Some(currency(object, "currency")?) };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let total = amount(object, "payment_total", order.currency)?;
    let refunded = refunded(object, order.currency)?;
    let mut facts = Facts {
        charged: order.charged(total, "payment_total")?,
        installments: installments(object)?,
        refunded,
        ..Facts::told(object, &[(Fact::At, "payment_date"), (Fact::MaskedPan, "masked_pan")])?
    };
    facts.review = mode_differs(cx.account, object, "test_mode")?;
    let all_went_back = refunded.is_some_and(|refunded| refunded >= total);
    Ok(Step::done(if all_went_back { Payment::refunded(proof, facts) } else { Payment::paid(proof, facts) }))
}

/// PayTR writes a single payment as 0.
fn installments(object: &Object) -> Result<Option<u8>> {
    Ok(number(object.told("taksit")?).map(|count: u8| count.max(1)))
}

/// Whether a reply says this of a field, or says nothing of it.
fn agrees(object: &Object, field: &'static str, ours: &str) -> Result<bool> {
    let told = object.told(field)?;
    Ok(told.is_empty() || told == ours)
}

/// What PayTR does in test mode is never money. The other way round the money is real, and a person should know that the shop runs in test
/// mode.
fn mode_differs(account: &Account, object: &Object, field: &'static str) -> Result<bool> {
    let is_real = agrees(object, field, "0")?;
    if account.mode == Mode::Production && !is_real {
        return Err(Error::new(Why::TestMoney, field));
    }
    Ok(account.mode == Mode::Test && object.told(field)? == "0")
}

fn amount(object: &Object, field: &'static str, currency: Currency) -> Result<Amount> {
    decimal(object.told(field)?, currency).ok_or_else(|| malformed(field))
}

/// PayTR's document shows both `10,8` and `9.76`. Thousands are not separated, so one mark at most, and two decimals at most.
fn decimal(text: &str, currency: Currency) -> Option<Amount> {
    let text = text.replacen(',', ".", 1);
    let decimals = split_first(&text, b'.').map_or(0, |(_, fraction)| fraction.len());
    if decimals > 2 { None } else { Amount::from_decimal(&text, currency) }
}

fn currency(object: &Object, field: &'static str) -> Result<Currency> {
    match object.told(field)? {
        "TL" => Ok(Currency::Try),
        letters => Currency::from_letters(letters).ok_or_else(|| malformed(field)),
    }
}

/// The sum of all refunds, also of those that are still on their way. The document calls the list an array in one place and a text in
/// another, and PHP writes a list with gaps as an object.
fn refunded(object: &Object, currency: Currency) -> Result<Option<Amount>> {
    let unreadable = || malformed("returns");
    let list = match object.value("returns") {
        None | Some(Value::Null) => "",
        Some(Value::Text(text)) => text,
        Some(Value::Nested(list)) => list,
        Some(_) => return Err(unreadable()),
    };
    let entries: Vec<Value> = match list.bytes().next() {
        None => return Ok(None),
        Some(b'[') => json::items(list)?,
        Some(_) => Object::parse(list)?.members().iter().map(|(_, entry)| *entry).collect(),
    };
    let mut sum: Option<Amount> = None;
    for entry in entries {
        let Value::Nested(entry) = entry else { return Err(unreadable()) };
        let refund = amount(&Object::parse(entry)?, "return_amount", currency)?;
        let minor = sum.map_or(0, Amount::minor) + refund.minor();
        sum = Some(Amount::from_minor(minor).ok_or_else(unreadable)?);
    }
    Ok(sum)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Refund and report

/// The name in `refs` of PayTR's own number of a link's payment.
const PAYTR_ORDER: &str = "oid";

/// The number under which PayTR knows the payment.
fn order_number<'o>(order: &'o Order) -> Option<&'o str> {
    if order.model == "link" { order.refs.get(PAYTR_ORDER) } else { Some(order.id) }
}

/// PayTR's `reference_no` has letters and digits only. An id with other characters is told as its digest, always the same.
fn reference(change: &Change) -> Text {
    if is_made_of(change.id, b"") { change.id } else { crypto::hex(&crypto::sha1(&[change.id.as_bytes()])) }
}

/// `{"status":"success","is_test":"0","merchant_oid":"…","return_amount":"…","reference_no":"…"}`, or
/// `{"status":"error","err_no":"…","err_msg":"…"}`. Only the errors of PayTR's table say that nothing went back.
fn refund_reply(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    let Some(change) = reply.change() else { return Err(super::foreign_then()) };
    let is_ours = agrees(object, "merchant_oid", order_number(order).unwrap_or_default())? && agrees(object, "reference_no", reference(change))?;
    let error = object.told("err_no")?;
    match object.told("status")? {
        "success" if is_ours => {
            let claim = Claim { order_id: None, amount: Some(amount(object, "return_amount", order.currency)?), currency: None };
            let proof = Proof::<OfChange>::by_reply(reply, claim, order)?;
            let facts = Facts { review: mode_differs(cx.account, object, "is_test")?, ..Facts::default() };
            Ok(Step::done(Payment::changed(proof, change.kind, facts)))
        }
        "error" | "failed" if is_ours && is_refund_error(error) => {
            let proof = Proof::<OfOutcome>::by_reply(reply, Claim { order_id: None, amount: None, currency: None }, order)?;
            let decline = Decline::told(Reason::Declined, error, object.told("err_msg")?);
            Ok(Step::done(Payment::declined(proof, decline, Facts::default())))
        }
        _ => Err(undocumented()),
    }
}

/// 000 to 011.
fn is_refund_error(number: &str) -> bool {
    number.len() <= 3 && is_digits(number) && crate::wire::number(number).is_some_and(|number: u16| number <= 11)
}

/// The first three days of what is wanted. `then` says the last of them.
fn report_request(cx: &Context, from: Date, to: Date) -> Send {
    let last = to.min(from.plus(2));
    let signed = vec![cx.account.id().kept(), joined(&[from.dashed(), " 00:00:00"]), joined(&[last.dashed(), " 23:59:59"])];
    let fields = with_token(cx.account, REPORT_TOKEN, signed);
    posted(cx, "/rapor/islem-dokumu", Effect::Reads, &fields, joined(&["report ", last.dashed()]))
}

/// `status: failed` without a number means that there was nothing in these days. The document does not name the list: it is the member
/// that is one, or the rows are members themselves.
fn report_rows(object: &Object) -> Result<Vec<Transaction>> {
    let [status, code] = texts(object, ["status", "err_no"])?;
    match status {
        "success" => {}
        "failed" if code.is_empty() => return Ok(Vec::new()),
        _ => return Err(Error::new(Why::Refused, "").with_bank(charset::displayable(code, 16), bank_text(object, "err_msg")?)),
    }
    let unreadable = || malformed("list");
    let (mut rows, mut is_list) = (Vec::new(), false);
    for (_, value) in object.members() {
        let Value::Nested(nested) = value else { continue };
        is_list = true;
        if !nested.starts_with('[') {
            rows.push(report_row(nested)?);
            continue;
        }
        for item in json::items(nested)? {
            let Value::Nested(row) = item else { return Err(unreadable()) };
            rows.push(report_row(row)?);
        }
    }
    if is_list { Ok(rows) } else { Err(unreadable()) }
}

fn report_row(row: &str) -> Result<Transaction> {
    let object = Object::parse(row)?;
    let currency = currency(&object, "para_birimi")?;
    let money = |name: &'static str| -> Result<Option<Amount>> { Ok(decimal(object.told(name)?, currency)) };
    Ok(Transaction {
        order_id: bank_text(&object, "siparis_no")?,
        kind: match object.told("islem_tipi")? {
            "S" => TransactionKind::Sale,
            "I" => TransactionKind::Refund,
            _ => TransactionKind::Other,
        },
        outcome: Outcome::Approved,
        amount: money("islem_tutari")?,
        currency: Some(currency),
        installments: installments(&object)?,
        at: day_or_time(object.told("islem_tarihi")?).unwrap_or_default(),
        masked_pan: charset::displayable(object.told("kart_no")?, 32),
        commission: money("kesinti_tutari")?,
        ..Transaction::default()
    })
}

/// A time, or a day alone (`24.06.2026`), which stays one.
fn day_or_time(text: &str) -> Option<Text> {
    let mut parts = text.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(day), Some(month), Some(year), None) => Date::parse(joined_by("-", &[year, month, day])).map(Date::dashed),
        _ => from_turkish(text),
    }
}

fn bank_text(object: &Object, field: &'static str) -> Result<Text> {
    Ok(charset::displayable(object.told(field)?, 200))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use alloc::borrow::ToOwned;
    use alloc::string::String;
    use alloc::string::ToString;

    use crate::gateway::{self, Answer};
    use crate::payment::{Action, Customer, Intent, Item, Language, Refs, Urls};

    const KEY: &str = "AbCdEfGhIjKlMnOp";
    const SALT: &str = "QrStUvWxYz012345";

    fn config(mode: &'static str) -> [(&'static str, &'static str); 5] {
        [("gateway", "paytr"), ("mode", mode), ("merchant.merchantId", "123456"), ("merchant.merchantKey", KEY), ("merchant.merchantSalt", SALT)]
    }

    /// Ten and a half lira, paid at once.
    fn order() -> Order<'static> {
        Order {
            id: "ORDER1001",
            amount: Amount::from_minor(1050).unwrap(),
            currency: Currency::Try,
            intent: Intent::Sale,
            installments: 1,
            max_installments: 1,
            urls: Urls { ok: "https://shop.example/ok", fail: "https://shop.example/fail", notify: "" },
            customer: Customer {
                ip: "85.34.78.112",
                email: "a@b.com",
                name: "Ayşe Yılmaz",
                phone: "05321234567",
                address: "",
                language: Language::Tr,
            },
            basket: vec![],
            model: "iframe",
            refs: Refs::default(),
        }
    }

    fn with_cx<T>(mode: &'static str, work: impl FnOnce(&Context) -> T) -> T {
        let pairs = config(mode);
        let account = Account::from_config(&pairs, &[]).unwrap();
        work(&Context { account: &account, now: 1_795_283_000_000, random: || [7; 32] })
    }

    fn start(order: &Order, mode: &'static str) -> Result<Send> {
        match with_cx(mode, |cx| gateway::start(cx, order, None))?.action {
            Action::Send(send) => Ok(send),
            other => panic!("{other:?}"),
        }
    }

    fn fields(body: &str) -> Vec<(String, String)> {
        let mut body = body.as_bytes().to_vec();
        let form = Form::parse(&mut body).unwrap();
        form.fields().iter().map(|field| (field.name.to_owned(), String::from_utf8(field.value.to_vec()).unwrap())).collect()
    }

    fn field(send: &Send, name: &str) -> String {
        fields(send.body).into_iter().find(|(at, _)| at == name).unwrap_or_else(|| panic!("{name}")).1
    }

    fn callback(order: &Order, body: &str) -> Result<Payment> {
        let mut body = body.as_bytes().to_vec();
        let step = with_cx("production", |cx| PayTr.callback(cx, order, Message { body: &mut body, headers: &[] }))?;
        match step.action {
            Action::Done(payment) => Ok(*payment),
            other => panic!("{other:?}"),
        }
    }

    fn hash(order_id: &str, status: &str, total: &str) -> Text {
        crypto::base64(&notification_digest(Secret::new(KEY), Secret::new(SALT), &[order_id], status, total))
    }

    fn notification(order_id: &str, status: &str, total: &str) -> String {
        form::render(&[("merchant_oid", order_id), ("status", status), ("total_amount", total), ("hash", hash(order_id, status, total))]).to_owned()
    }

    fn reply(mode: &'static str, order: &Order, then: &str, body: &str) -> Result<Step> {
        with_cx(mode, |cx| gateway::reply(cx, order, then, Answer::Received { status: 200, body: body.as_bytes() }))
    }

    fn inquired(order: &Order, body: &str) -> Result<Payment> {
        match reply("production", order, "reads:status", body)?.action {
            Action::Done(payment) => Ok(*payment),
            other => panic!("{other:?}"),
        }
    }

    fn refusal<T: core::fmt::Debug>(result: Result<T>) -> (Code, String) {
        let error = result.unwrap_err();
        (error.code(), error.field.to_string())
    }

    #[test]
    fn tokens_computed_by_two_other_implementations() {
        let token = |values: &[&str]| token(Secret::new(KEY), Secret::new(SALT), values);
        let iframe = ["123456", "85.34.78.112", "ORDER1001", "a@b.com", "1050", "W1siw5xyw7xuIDEiLCIxMC41MCIsMV1d", "0", "12", "TL", "1"];
        assert_eq!(iframe.len(), IFRAME_TOKEN.len());
        assert_eq!(token(&iframe), "MZUvRzA9duMv5Gyywqqy2o63aEvWomDuH9C6Sdp6tKY=");
        assert_eq!(token(&["123456", "ORDER1001", "10.50"]), "ZpgbZ0WERB/dECLnpvJiOQfmD0Ll/jNo/iONMNeOzV4=");
        assert_eq!(token(&["123456", "ORDER1001"]), "JGM3h7h0Qf6DEfVf9MClTzF+WvZAhMQx+oZPoSqet4s=");
        assert_eq!(hash("ORDER1001", "success", "1050"), "iLDHnJ1P3WZ8DhG/2AAjwWaKyOPyhfnn6ZoVQh26ogs=");
        assert_eq!(hash("ORDER1001", "failed", "0"), "0Qqmxgz6vPuNW1qMgQcuZASxQ6KzVw4JV8iDz8SdWWQ=");
        // A value of another library's own test, for PayTR's Direct API.
        let direct = ["MERCHANT1", "88.10.20.30", "ORDER-1", "ahmet@example.com", "1.99", "card", "0", "TL", "0", "0"];
        assert_eq!(super::token(Secret::new("SECRETKEY"), Secret::new("apipass"), &direct), "1xU1vgGHrQTDsRFNoLOtsJR/+X474ZrPM4Gt8CuWL70=");
    }

    #[test]
    fn the_token_request_carries_the_documented_fields_and_signs_them() {
        let send = start(&order(), "test").unwrap();
        assert_eq!((send.url, send.effect, send.then), ("https://www.paytr.com/odeme/api/get-token", Effect::Begins, "begins:token"));
        let sent = fields(send.body);
        let names: Vec<&str> = sent.iter().map(|(name, _)| name.as_str()).collect();
        let unsigned =
            ["paytr_token", "user_name", "user_address", "user_phone", "merchant_ok_url", "merchant_fail_url", "debug_on", "timeout_limit", "lang"];
        assert_eq!(names, [IFRAME_TOKEN, &unsigned].concat());
        let values: Vec<&str> = sent.iter().map(|(_, value)| value.as_str()).collect();
        let basket = "W1siU2lwYXJpXHUwMTVmIE9SREVSMTAwMSIsIjEwLjUwIiwxXV0="; // [["Sipari\u015f ORDER1001","10.50",1]]
        assert_eq!(values[..10], ["123456", "85.34.78.112", "ORDER1001", "a@b.com", "1050", basket, "1", "0", "TL", "1"]);
        assert_eq!(values[10], token(Secret::new(KEY), Secret::new(SALT), &values[..10]));
        let addresses = ["https://shop.example/ok", "https://shop.example/fail"];
        assert_eq!(values[11..], [["Ayşe Yılmaz", NO_ADDRESS, "05321234567"].as_slice(), &addresses, &["1", "30", "tr"]].concat());
        for secret in [KEY, SALT] {
            assert!(!send.body.contains(secret));
        }
        assert_eq!(field(&start(&order(), "production").unwrap(), "test_mode"), "0");
    }

    #[test]
    fn the_order_decides_instalments_currency_basket_and_language() {
        let installments = |installments, max_installments| {
            let send = start(&Order { installments, max_installments, ..order() }, "production").unwrap();
            (field(&send, "no_installment"), field(&send, "max_installment"))
        };
        assert_eq!(installments(1, 1), ("1".to_owned(), "0".to_owned()));
        assert_eq!(installments(3, 1), ("0".to_owned(), "3".to_owned()));
        assert_eq!(installments(1, 12), ("0".to_owned(), "12".to_owned()));
        assert_eq!(installments(3, 6), ("0".to_owned(), "6".to_owned()));
        for (currency, text) in
            [(Currency::Try, "TL"), (Currency::Usd, "USD"), (Currency::Eur, "EUR"), (Currency::Gbp, "GBP"), (Currency::Rub, "RUB")]
        {
            assert_eq!(field(&start(&Order { currency, ..order() }, "production").unwrap(), "currency"), text);
        }
        let price = |minor| Amount::from_minor(minor).unwrap();
        let items = vec![Item { name: "Çini \"tabak\"", price: price(1800), quantity: 1 }, Item { name: "b", price: price(5), quantity: 20 }];
        let send = start(&Order { basket: items, ..order() }, "production").unwrap();
        let json = r#"[["\u00c7ini \"tabak\"","18.00",1],["b","0.05",20]]"#;
        assert_eq!(field(&send, "user_basket"), crypto::base64(json.as_bytes()));
        let customer = Customer { language: Language::En, address: "Bağdat Cad. 1", ip: "2001:db8::1", ..order().customer };
        let send = start(&Order { customer, ..order() }, "production").unwrap();
        assert_eq!(
            (field(&send, "lang"), field(&send, "user_address"), field(&send, "user_ip")),
            ("en".into(), "Bağdat Cad. 1".into(), "2001:db8::1".into())
        );
    }

    #[test]
    fn long_names_are_cut_between_letters() {
        let name = "Ş".repeat(100);
        let customer = Customer { name: &name, ..order().customer };
        assert_eq!(field(&start(&Order { customer, ..order() }, "production").unwrap(), "user_name"), "Ş".repeat(60));
    }

    #[test]
    fn orders_that_paytr_would_refuse_are_refused_first() {
        let refused = |order: Order| refusal(start(&order, "production").map(|send| send.url));
        let long = "x".repeat(65);
        for id in ["", "TEST-1", "a_b", "a.b", "sipariş", "a b", &long] {
            assert_eq!(refused(Order { id, ..order() }), (Code::Order, "id".into()), "{id}");
        }
        for ip in ["", "abc", "999.1.1.1", "1.2.3.4, 5.6.7.8", "1.2.3", "01.2.3.4", "::1%eth0", "1.2.3.4:80", "localhost"] {
            assert_eq!(refused(Order { customer: Customer { ip, ..order().customer }, ..order() }), (Code::Order, "customer.ip".into()), "{ip}");
        }
        let customer = order().customer;
        assert_eq!(refused(Order { customer: Customer { email: "", ..customer }, ..order() }), (Code::Order, "customer.email".into()));
        assert_eq!(refused(Order { customer: Customer { name: "  ", ..customer }, ..order() }), (Code::Order, "customer.name".into()));
        assert_eq!(refused(Order { customer: Customer { phone: "", ..customer }, ..order() }), (Code::Order, "customer.phone".into()));
        assert_eq!(refused(Order { max_installments: 13, ..order() }), (Code::Order, "maxInstallments".into()));
        assert_eq!(refused(Order { intent: Intent::PreAuth, ..order() }), (Code::Unsupported, "type".into()));
        assert_eq!(refused(Order { currency: Currency::Jpy, ..order() }), (Code::Unsupported, "currency".into()));
        let card = Card { number: "4355084355084358", month: "12", year: "30", cvv: "000", holder: "A B" };
        assert_eq!(refusal(with_cx("production", |cx| gateway::start(cx, &order(), Some(&card)))), (Code::Order, "card".into()));
    }

    #[test]
    fn published_and_mistyped_credentials_are_refused() {
        let configured = |mode, place: usize, value| {
            let mut pairs = config(mode);
            pairs[place].1 = value;
            Account::from_config(&pairs, &[]).map(|_| ())
        };
        for (place, value) in [(3, "simPaytrKey12345"), (4, "simPaytrSalt6789"), (2, "XXXXXX"), (3, "YYYYYYYYYYYYYY"), (4, "ZZZZZZZZZZZZZZ")] {
            assert_eq!(refusal(configured("production", place, value)).0, Code::Config, "{value}");
            assert!(configured("test", place, value).is_ok());
        }
        for id in ["12 34", "12/34", "12&34", "12ş"] {
            assert_eq!(refusal(configured("test", 2, id)), (Code::Config, "merchant.merchantId".into()), "{id}");
        }
    }

    #[test]
    fn a_token_becomes_an_address_and_nothing_else_does() {
        let answer = |body: &str| reply("production", &order(), "begins:token", body);
        let step = answer(r#"{"status":"success","token":"28cc613c3d7633cfa4ed0956fdf901e05cf9d9cc0c2ef8db54fa"}"#).unwrap();
        let Action::Redirect(Redirect::Url(url)) = step.action else { panic!() };
        assert_eq!(url, "https://www.paytr.com/odeme/guvenli/28cc613c3d7633cfa4ed0956fdf901e05cf9d9cc0c2ef8db54fa");
        let long = format!(r#"{{"status":"success","token":"{}"}}"#, "a".repeat(129));
        for wrong in [
            r#"{"status":"success","token":"../../evil/28cc613c3d76"}"#,
            r#"{"status":"success","token":"28cc613c3d7633cf?x=1"}"#,
            r#"{"status":"success","token":"short"}"#,
            r#"{"status":"success","token":""}"#,
            r#"{"status":"success"}"#,
            r#"{"status":"SUCCESS","token":"28cc613c3d7633cfa4ed"}"#,
            r#"{"status":"success","status":"success","token":"28cc613c3d7633cfa4ed"}"#,
            r#"{"status":"success","token":{"a":"28cc613c3d7633cfa4ed"}}"#,
            r#"{"token":"28cc613c3d7633cfa4ed"}"#,
            "<html>",
            "",
            "null",
            &long,
        ] {
            assert_eq!(answer(wrong).unwrap_err().code(), Code::Unreachable, "{wrong}");
        }
    }

    #[test]
    fn paytrs_refusal_keeps_paytrs_words() {
        let body = r#"{"status":"failed","reason":"Zorunlu alan degeri gecersiz: merchant_id 4355084355084358"}"#;
        let error = reply("production", &order(), "begins:token", body).unwrap_err();
        assert_eq!((error.code(), error.bank_message), (Code::Refused, "Zorunlu alan degeri gecersiz: merchant_id 435508******4358"));
    }

    #[test]
    fn a_success_is_paid_by_signature() {
        let payment = callback(&order(), &notification("ORDER1001", "success", "1050")).unwrap();
        assert_eq!((payment.status(), payment.proof()), (Status::Paid, "signature"));
        assert_eq!(payment.facts, Facts::default());
    }

    #[test]
    fn unsigned_fields_decide_nothing() {
        let plain = callback(&order(), &notification("ORDER1001", "success", "1050")).unwrap();
        for extra in [
            "&test_mode=1",
            "&currency=USD",
            "&payment_amount=1",
            "&installment_count=12",
            "&merchant_id=999999",
            "&payment_type=eft",
            "&failed_reason_code=6&failed_reason_msg=x",
            "&unknown=%FF",
        ] {
            let payment = callback(&order(), &(notification("ORDER1001", "success", "1050") + extra)).unwrap();
            assert_eq!((payment.status(), payment.proof(), &payment.facts), (Status::Paid, "signature", &plain.facts), "{extra}");
        }
    }

    #[test]
    fn more_than_the_amount_is_paid_only_where_instalments_were_allowed() {
        let more = notification("ORDER1001", "success", "1155");
        assert_eq!(refusal(callback(&order(), &more)), (Code::AmountMismatch, "total_amount".into()));
        for (installments, max_installments) in [(1, 6), (3, 1)] {
            let payment = callback(&Order { installments, max_installments, ..order() }, &more).unwrap();
            assert_eq!((payment.status(), payment.facts.charged.map(Amount::minor)), (Status::Paid, Some(1155)));
        }
        for less in ["1049", "105", "1", "0"] {
            let order = Order { max_installments: 12, ..order() };
            assert_eq!(
                refusal(callback(&order, &notification("ORDER1001", "success", less))),
                (Code::AmountMismatch, "total_amount".into()),
                "{less}"
            );
        }
    }

    #[test]
    fn a_failure_is_declined_and_its_unsigned_reason_stays_paytrs() {
        for total in ["0", "1050"] {
            let body = notification("ORDER1001", "failed", total)
                + "&failed_reason_code=6&failed_reason_msg=M%C3%BC%C5%9Fteri+vazge%C3%A7ti+4355084355084358";
            let payment = callback(&order(), &body).unwrap();
            assert_eq!((payment.status(), payment.proof()), (Status::Declined, "signature"));
            let decline = payment.decline().unwrap();
            assert_eq!((decline.reason, decline.bank_code, decline.bank_message), (Reason::Declined, "6", "Müşteri vazgeçti 435508******4358"));
        }
        let body = notification("ORDER1001", "failed", "0") + "&failed_reason_code=%3Cb%3E";
        assert_eq!(callback(&order(), &body).unwrap().decline().unwrap().bank_code, "");
    }

    #[test]
    fn the_digest_of_one_split_serves_no_other() {
        // Every way to cut the signed text after the salt into a status and a total carries the genuine digest.
        let genuine = hash("ORDER1001", "success", "1050");
        let text = "success1050";
        let mut believed = vec![];
        for cut in 0..=text.len() {
            let (status, total) = text.split_at(cut);
            let body = form::render(&[("merchant_oid", "ORDER1001"), ("status", status), ("total_amount", total), ("hash", genuine)]);
            match callback(&Order { max_installments: 12, ..order() }, body) {
                Ok(payment) => believed.push((status, total, payment.status())),
                Err(error) => assert_eq!(error.code(), Code::Malformed, "{status} {total}"),
            }
        }
        assert_eq!(believed, [("success", "1050", Status::Paid)]);
    }

    #[test]
    fn forged_and_damaged_notifications_are_refused() {
        let good = hash("ORDER1001", "success", "1050");
        let with_hash = |hash: &str| form::render(&[("merchant_oid", "ORDER1001"), ("status", "success"), ("total_amount", "1050"), ("hash", hash)]);
        let missing = |body: &str| refusal(callback(&order(), body));
        assert_eq!(missing("merchant_oid=ORDER1001&status=success&total_amount=1050"), (Code::SignatureMissing, "hash".into()));
        assert_eq!(missing(with_hash("")), (Code::SignatureMissing, "hash".into()));
        assert_eq!(missing("merchant_oid=ORDER1001&status=success&total_amount=1050&Hash=x"), (Code::SignatureMissing, "hash".into()));
        for wrong in ["x", "AAAA", &good.to_lowercase(), &good[..43], &format!("{good}="), hash("ORDER1001", "failed", "0"), &"A".repeat(10_000)] {
            assert_eq!(missing(with_hash(wrong)), (Code::SignatureInvalid, "hash".into()), "{wrong}");
        }
        let changed = with_hash(good).replace("1050", "1051");
        assert_eq!(missing(&changed), (Code::SignatureInvalid, "hash".into()));
        for (gone, name) in [("merchant_oid=ORDER1001&", "merchant_oid"), ("status=success&", "status"), ("total_amount=1050&", "total_amount")] {
            assert_eq!(missing(&with_hash(good).replace(gone, "")), (Code::Malformed, name.into()));
        }
        for (twice, code) in [("&status=success", Code::DuplicateField), ("&STATUS=failed", Code::DuplicateField), ("&x=%0", Code::Malformed)] {
            assert_eq!(missing(&(with_hash(good).to_owned() + twice)).0, code, "{twice}");
        }
        assert_eq!(missing("").0, Code::SignatureMissing);
        assert_eq!(missing("{\"status\":\"success\"}").0, Code::Malformed);
    }

    #[test]
    fn signed_nonsense_is_refused() {
        for (status, total) in
            [("SUCCESS", "1050"), ("success1", "1050"), ("success ", "1050"), ("ok", "1050"), ("successfailed", "1050"), ("success1", "050")]
        {
            assert_eq!(callback(&order(), &notification("ORDER1001", status, total)).unwrap_err().code(), Code::Malformed, "{status} {total}");
        }
        for total in ["01050", "00", "-1050", "+1050", "10.50", "1050.0", "1e3", "1 050", "1050000000000"] {
            for status in ["success", "failed"] {
                assert_eq!(
                    refusal(callback(&order(), &notification("ORDER1001", status, total))),
                    (Code::Malformed, "total_amount".into()),
                    "{total}"
                );
            }
        }
    }

    #[test]
    fn a_genuine_notification_serves_no_other_order() {
        for other in ["ORDER1002", "order1001", "ORDER100", "ORDER10011"] {
            assert_eq!(refusal(callback(&order(), &notification(other, "success", "1050"))), (Code::OrderMismatch, "merchant_oid".into()), "{other}");
            assert_eq!(refusal(callback(&order(), &notification(other, "failed", "0"))), (Code::OrderMismatch, "merchant_oid".into()), "{other}");
        }
    }

    #[test]
    fn the_inquiry_is_signed_and_only_reads() {
        let step = with_cx("production", |cx| PayTr.ask(cx, &order(), Verb::Inquire)).unwrap();
        let Action::Send(send) = step.action else { panic!() };
        assert_eq!((send.url, send.effect, send.then), ("https://www.paytr.com/odeme/durum-sorgu", Effect::Reads, "reads:status"));
        let expected = [("merchant_id", "123456"), ("merchant_oid", "ORDER1001"), ("paytr_token", "JGM3h7h0Qf6DEfVf9MClTzF+WvZAhMQx+oZPoSqet4s=")];
        assert_eq!(fields(send.body), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    /// The fields of the document's table, with changes.
    fn status(changes: &[(&str, &str)]) -> String {
        let mut members = vec![
            ("status", r#""success""#),
            ("net_tutar", r#""10.26""#),
            ("kesinti_tutari", r#""0.24""#),
            ("payment_amount", r#""10,5""#),
            ("payment_total", r#""10,5""#),
            ("payment_date", r#""2026-11-21 23:59:59""#),
            ("currency", r#""TL""#),
            ("taksit", r#""0""#),
            ("kart_marka", r#""BONUS""#),
            ("masked_pan", r#""455359AAA6747""#),
            ("odeme_tipi", r#""KART""#),
            ("test_mode", r#""0""#),
            ("returns", "[]"),
        ];
        members.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        members.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    }

    #[test]
    fn a_found_payment_is_paid_by_reply() {
        let payment = inquired(&order(), &status(&[])).unwrap();
        assert_eq!((payment.status(), payment.proof()), (Status::Paid, "reply"));
        let expected = Facts { installments: Some(1), at: "2026-11-21T23:59:59+03:00", masked_pan: "455359AAA6747", ..Facts::default() };
        assert_eq!(payment.facts, expected);
        for text in [r#""10.5""#, r#""10.50""#, r#""10,50""#, "10.5", "10.50"] {
            let payment = inquired(&order(), &status(&[("payment_amount", text), ("payment_total", text), ("currency", r#""TRY""#)])).unwrap();
            assert_eq!(payment.status(), Status::Paid, "{text}");
        }
        let payment = inquired(&order(), &status(&[("payment_date", r#""2026-11-21""#), ("taksit", r#""3""#)])).unwrap();
        assert_eq!((payment.facts.at, payment.facts.installments), ("", Some(3)));
    }

    #[test]
    fn an_unknown_order_is_pending_and_a_refused_question_is_an_error() {
        let body = r#"{"status":"error","err_no":"004","err_msg":"merchant_oid ile basarili odeme bulunamadi"}"#;
        let payment = inquired(&order(), body).unwrap();
        assert_eq!((payment.status(), payment.proof()), (Status::Pending, "none"));
        let error = inquired(&order(), r#"{"status":"error","err_no":"002","err_msg":"paytr_token gecersiz"}"#).unwrap_err();
        assert_eq!((error.code(), error.bank_code, error.bank_message), (Code::Refused, "002", "paytr_token gecersiz"));
    }

    #[test]
    fn a_found_payment_of_another_amount_currency_order_or_mode_is_refused() {
        let refused = |changes: &[(&str, &str)]| refusal(inquired(&order(), &status(changes)));
        let both = |text| [("payment_amount", text), ("payment_total", text)];
        assert_eq!(refused(&both(r#""10,51""#)), (Code::AmountMismatch, "amount".into()));
        assert_eq!(refused(&both("1050")), (Code::AmountMismatch, "amount".into()));
        assert_eq!(refused(&[("payment_total", r#""10,49""#)]), (Code::AmountMismatch, "payment_total".into()));
        assert_eq!(refused(&[("payment_total", r#""11,55""#)]), (Code::AmountMismatch, "payment_total".into()));
        assert_eq!(refused(&[("currency", r#""USD""#)]), (Code::CurrencyMismatch, "currency".into()));
        assert_eq!(refused(&[("merchant_oid", r#""ORDER1002""#)]), (Code::OrderMismatch, "merchant_oid".into()));
        assert_eq!(refused(&[("test_mode", "1")]), (Code::OrderMismatch, "test_mode".into()));
        let payment = inquired(&Order { max_installments: 3, ..order() }, &status(&[("payment_total", r#""11,55""#)])).unwrap();
        assert_eq!((payment.status(), payment.facts.charged.map(Amount::minor)), (Status::Paid, Some(1155)));
    }

    #[test]
    fn an_unreadable_answer_leaves_us_as_wise_as_before() {
        let total = |text| status(&[("payment_total", text)]);
        for body in [
            total(r#""1.234,50""#),
            total(r#""10,500""#),
            total(r#""10,5,0""#),
            total(r#""""#),
            total("-1"),
            total("1e1"),
            total("null"),
            total(""),
            total("{}"),
            total("true"),
            status(&[("currency", "")]),
            status(&[("currency", r#""tl""#)]),
            status(&[("currency", r#""XXX""#)]),
            status(&[("status", r#""SUCCESS""#)]),
            status(&[("status", "")]),
            status(&[("returns", r#""bad""#)]),
            status(&[("returns", "7")]),
            status(&[("returns", "[1]")]),
            status(&[("returns", "[{}]")]),
            status(&[("returns", r#"[{"return_amount":"-1"}]"#)]),
            status(&[("x", r#"1,"x":2"#)]),
            "<html>".into(),
            String::new(),
        ] {
            let payment = inquired(&order(), &body).unwrap();
            assert_eq!((payment.status(), payment.proof()), (Status::Unknown, "none"), "{body}");
        }
    }

    #[test]
    fn refunds_are_added_up() {
        let returns = |list: &str| {
            let payment = inquired(&order(), &status(&[("returns", list)])).unwrap();
            (payment.status(), payment.facts.refunded.map(Amount::minor))
        };
        for none in ["[]", "{}", "null", r#""""#, r#""[]""#, ""] {
            assert_eq!(returns(none), (Status::Paid, None), "{none}");
        }
        let one = r#"{"return_amount":"1","return_date":"2026-11-22 23:45:22","return_type":"","reference_no":"111111111111111"}"#;
        let rest = r#"{"return_amount":"9,5"}"#;
        assert_eq!(returns(&format!("[{one}]")), (Status::Paid, Some(100)));
        assert_eq!(returns(&format!("[{one},{one}]")), (Status::Paid, Some(200)));
        assert_eq!(returns(&format!("[{one},{rest}]")), (Status::Refunded, Some(1050)));
        assert_eq!(returns(&format!(r#"{{"0":{one},"2":{rest}}}"#)), (Status::Refunded, Some(1050)));
        assert_eq!(returns(json::quote(&format!("[{one},{rest}]"))), (Status::Refunded, Some(1050)));
    }

    #[test]
    fn real_money_in_test_mode_is_shown_to_a_person() {
        let review = |body: String| match reply("test", &order(), "reads:status", &body).unwrap().action {
            Action::Done(payment) => payment.facts.review,
            other => panic!("{other:?}"),
        };
        assert!(review(status(&[])));
        assert!(!review(status(&[("test_mode", r#""1""#)])));
    }

    #[test]
    fn peeking_finds_the_order_and_never_fails() {
        let peek = |body: &str| {
            let mut body = body.as_bytes().to_vec();
            match PayTr.peek(Message { body: &mut body, headers: &[] }) {
                Some(Found::OrderId(id)) => Some(id.to_owned()),
                other => other.map(|found| panic!("{found:?}")),
            }
        };
        assert_eq!(peek("merchant_oid=ORDER1001&status=success").as_deref(), Some("ORDER1001"));
        for body in ["", "x", "merchant_oid=", "merchant_oid=a-b", "merchant_oid=%C5%9F", "merchant_oid=a&MERCHANT_OID=b", "{}", "%%%"] {
            assert_eq!(peek(body), None, "{body}");
        }
    }
}
