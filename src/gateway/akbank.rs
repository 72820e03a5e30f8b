//! Akbank's own virtual POS, the JSON service that replaced its NestPay terminals in 2025.
//!
//! Sources: the bank's document site (requests, fields, codes) as public code quotes it, and forms, returns and answers of its test system
//! that were published in 2024 and 2026. What no source settles is marked as open in `docs/banks/akbank.md`.
//!
//! **What a return signs.** HMAC-SHA512 over the values that its own `hashParams` names, joined without a delimiter. The list must be one of
//! ours ([`LISTS`]); names whose value is empty drop out of it. There are three kinds:
//!
//! - *charged* (`3d_pay`, hosted): outcome and order, but neither amount nor currency. The bank is asked, whatever the return says. The bank
//!   has lengthened a list before: one that goes on behind ours has us ask, too.
//! - *refused*: code, words and order. The bank is asked here as well, because a customer may have paid in another window under the same
//!   order. If its books know nothing of the order, a refusal of 3-D Secure or of the customer's own stands. Another one may be about a form
//!   that anybody can have made; it only makes us ask.
//! - *authenticated* (`3d`): the card holder is who he says. Our own server asks for the money, with everything from the stored order.
//!
//! **Why the values cannot be cut elsewhere.** Of a charged return nothing is used but the terminal and the order, and only to ask. In a
//! refused one the order's id stands last behind words of the bank's: another order's id could end with ours. So it counts only for ids of
//! the length that `newOrderId()` makes, which is one length. An authenticated one is counted from its end: the addresses, the instalments
//! and the amount are ours, the card's stars stand between six and four digits, and the four values before it have one length each. What is
//! before them must then be our terminal and our order.
//!
//! **What its answers say.** They are not signed and name no amount; only the order's history does. The bank refuses an order's id that was
//! used before, even for a declined payment (VPS-1013): so no provision is ever made twice.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Period, Reply, Spec, Verb, malformed, request};
use crate::account::Account;
use crate::crypto::{self, Secret, Verified, Written};
use crate::decline::{Decline, Reason, is_open};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::own::Own;
use crate::payment::{
    Card, Claim, Effect, Fact, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Send, Step,
};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined, keep};
use crate::wire::form::Form;
use crate::wire::json::{self, Object, Value};
use crate::wire::time::{Date, from_local, turkish_time};
use crate::wire::{charset, is_digits, is_made_of, number, part};
use alloc::string::String;
use alloc::vec::Vec;

/// What Akbank's virtual POS is.
pub const SPEC: Spec = Spec {
    system: "akbank",
    gateway: &Akbank,
    // The bank's PAY_HOSTING is missing on purpose: it is the hosted page without 3-D Secure.
    models: &["3d_pay_hosting", "3d_pay", "3d"],
    claiming_models: &["3d"],
    proving_models: &[],
    preauth_models: &["3d_pay_hosting", "3d_pay", "3d"],
    // The form's hash covers the card.
    card_models: &["3d_pay", "3d"],
    either_card_models: &[],
    verbs: &["capture", "refund", "void", "history", "report"],
    formulas: &[
        Formula {
            name: "formHash",
            over: Over::Fields(&FORM_SIGNED),
            compute: |values, _| match values {
                [values @ .., secret] => {
                    #[cfg(feature = "explain")]
                    crate::trace::describe_joined(&FORM_SIGNED, values, "");
                    Ok(crypto::base64(&mac(values, Secret::new(secret))))
                }
                [] => Err(super::too_few_values()),
            },
        },
        Formula {
            name: "requestHash",
            over: Over::Values,
            compute: |values, body| match values {
                [secret] => Ok(request_hash(body, Secret::new(secret))),
                _ => Err(super::too_few_values()),
            },
        },
        Formula {
            name: "returnHash",
            over: Over::AllFields,
            compute: |values, _| match values {
                [fields @ .., secret] => Ok(return_hash(fields, Secret::new(secret))),
                [] => Err(super::too_few_values()),
            },
        },
    ],
    merchant: &[
        Key { name: "merchantSafeId", panel: "Güvenli İş Yeri numarası (merchantSafeId)", required: true, max: 32 },
        Key { name: "terminalSafeId", panel: "Güvenli Terminal numarası (terminalSafeId)", required: true, max: 32 },
        Key { name: "secretKey", panel: "Güvenlik Anahtarı (secretKey)", required: true, max: 256 },
        Key { name: "subMerchantId", panel: "Alt üye iş yeri numarası (subMerchantId)", required: false, max: 15 },
    ],
    endpoints: &["api", "gate"],
    // The bank lists yen and roubles, too, but nothing says how it writes an amount of yen.
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp],
    headers: &[],
    // The bank sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank {
        name: "akbank",
        production: &["https://api.akbank.com/api/v1/payment/virtualpos", "https://virtualpospaymentgateway.akbank.com"],
        test: &["https://apipre.akbank.com/api/v1/payment/virtualpos", "https://virtualpospaymentgatewaypre.akbank.com"],
        hosts: &[],
        test_hosts: &[],
    }],
    public_credentials: &[
        ("merchantSafeId", "2023090417500272654BD9A49CF07574"),
        ("terminalSafeId", "2023090417500284633D137A249DBBEB"),
        (
            "secretKey",
            "3230323330393034313735303032363031353172675f357637355f3273387373745f7233725f73323333383737335f323272383774767276327672323531355f",
        ),
    ],
};

/// The gateway.
pub struct Akbank;

impl Gateway for Akbank {
    fn check(&self, account: &Account) -> Result<()> {
        for key in ["merchantSafeId", "terminalSafeId", "subMerchantId"] {
            if !is_made_of(account.merchant(key), b"") {
                return Err(account.wrong(Why::ValueNotPlain, key));
            }
        }
        if account.merchant("secretKey").bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(());
        }
        Err(account.wrong(Why::ValueNotAscii, "secretKey"))
    }

    fn start(&self, cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
        if order.id.len() > MAX_ID {
            return Err(Error::new(Why::IdLength, "id").about(digits(MAX_ID)));
        }
        order.check_shop_chooses_installments()?;
        let page = if is_hosted(order.model) { "/payhosting" } else { "/securepay" };
        let action = joined(&[cx.account.endpoint("gate").trim_end_matches('/'), page]);
        Ok(Step::redirect(Redirect::form(action, form_fields(cx, order, card))))
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let (kind, verified) = verify(&form, cx.account)?;
        if kind != Returned::Refused && !is_our_terminal(cx.account, value(&form, "merchantSafeId")?, value(&form, "terminalSafeId")?) {
            return Err(Error::new(Why::OtherMerchant, "terminalSafeId"));
        }
        if value(&form, "orderId")? != order.id {
            return Err(Error::new(Why::OtherOrder, "orderId"));
        }
        match kind {
            Returned::Refused => refused(cx, order, &form),
            // Whatever is charged already was charged once: no later return asks for money again.
            Returned::Authenticated | Returned::Authenticated2026 if order.model == "3d" && order.refs.get(MD_STATUS).is_none() => {
                authenticated(cx, order, &form, kind, verified)
            }
            _ => Ok(history_request(cx, order, "inquiry")),
        }
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Inquire => Ok(history_request(cx, order, "inquiry")),
            Verb::History => Ok(history_request(cx, order, "history")),
            Verb::Change(change) => Ok(change_request(cx, order, change)),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let answer = Answered::read(cx.account, Object::parse_bytes(reply.body())?)?;
        let (what, rest) = then.split_once(' ').unwrap_or((then, ""));
        match what {
            "provision" => provision_reply(cx, order, &reply, &answer),
            "change" => change_reply(order, &reply, &answer),
            "history" => Ok(Step::list(Statement { transactions: rows(order, &answer)?, next: None })),
            "inquiry" => settle(order, &reply, &rows(order, &answer)?),
            "refused" => {
                let rows = rows(order, &answer)?;
                if rows.is_empty() { stays_refused(order, &reply, rest) } else { settle(order, &reply, &rows) }
            }
            _ => Err(super::foreign_then()),
        }
    }

    fn captures_apart(&self) -> bool {
        true
    }

    fn report(&self, cx: &Context, period: &Period) -> Result<Send> {
        Ok(report_of(cx, period.from))
    }

    fn reported(&self, cx: &Context, period: &Period, then: &str, reply: Reply) -> Result<Statement> {
        let Some(day) = then.strip_prefix("report ").and_then(Date::parse) else { return Err(super::foreign_then()) };
        let answer = Answered::read(cx.account, Object::parse_bytes(reply.body())?)?;
        let transactions = report_rows(&answer)?;
        let next = if day < period.to { Some(report_of(cx, day.next_day())) } else { None };
        Ok(Statement { transactions, next })
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        form.ascii("orderId").ok()?.filter(|id| !id.is_empty()).map(Found::OrderId)
    }
}

/// The longest order id that the bank's own callers were seen to use.
const MAX_ID: usize = 36;

/// The name in `refs` of the outcome of 3-D Secure; it is there once the money was asked for.
const MD_STATUS: &str = "md";

fn is_hosted(model: &str) -> bool {
    model == "3d_pay_hosting"
}

fn is_our_terminal(account: &Account, merchant: &str, terminal: &str) -> bool {
    merchant == account.id() && terminal == account.merchant("terminalSafeId")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The digest: HMAC-SHA512 with the secret key as it is printed, base64

fn mac(values: &[&str], secret: Secret) -> [u8; 64] {
    let pieces: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
    crypto::hmac_sha512(secret, &pieces)
}

/// Over exactly the bytes that are sent.
fn request_hash(body: &[u8], secret: Secret) -> Text {
    #[cfg(feature = "explain")]
    crate::trace::describe([("body", body)]);
    crypto::base64(&crypto::hmac_sha512(secret, &[body]))
}

/// For JavaScript: names and values in turn, `hashParams` among them.
fn return_hash(fields: &[&str], secret: Secret) -> Text {
    let value = |name: &str| fields.chunks_exact(2).find(|pair| pair[0] == name).map_or("", |pair| pair[1]);
    let values: Vec<&str> = value("hashParams").split('+').map(value).collect();
    crypto::base64(&mac(&values, secret))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The form

const FORM_SIGNED: [&str; 22] = [
    "paymentModel",
    "txnCode",
    "merchantSafeId",
    "terminalSafeId",
    "orderId",
    "lang",
    "amount",
    "ccbRewardAmount",
    "pcbRewardAmount",
    "xcbRewardAmount",
    "currencyCode",
    "installCount",
    "okUrl",
    "failUrl",
    "emailAddress",
    "subMerchantId",
    "creditCard",
    "expiredDate",
    "cvv",
    "randomNumber",
    "requestDateTime",
    "b2bIdentityNumber",
];

/// Those that are the order's or the account's own values.
const FORM: [(&str, Own); 9] = [
    ("txnCode", Own::Type("3000", "3004")),
    ("merchantSafeId", Own::AccountId),
    ("terminalSafeId", Own::Merchant("terminalSafeId")),
    ("orderId", Own::Id),
    ("amount", Own::Decimal),
    ("currencyCode", Own::CurrencyDigits),
    ("okUrl", Own::OkUrl),
    ("failUrl", Own::FailUrl),
    ("subMerchantId", Own::Merchant("subMerchantId")),
];

/// In the order in which the hash joins the values.
fn form_fields(cx: &Context, order: &Order, card: Option<&Card>) -> Vec<(&'static str, Text)> {
    let mut fields = Vec::with_capacity(FORM_SIGNED.len() + 1);
    for name in FORM_SIGNED {
        let own = FORM.iter().find(|(known, _)| *known == name).map_or("", |(_, own)| own.of(cx.account, order));
        let value = match (name, card) {
            ("paymentModel", _) => keep(order.model.to_ascii_uppercase()),
            ("lang", _) => keep(order.customer.language.letters().to_ascii_uppercase()),
            ("installCount", _) => digits(order.installments),
            ("randomNumber", _) => random_number(cx),
            ("requestDateTime", _) => moment(cx.now),
            ("creditCard", Some(card)) => card.number.kept(),
            ("expiredDate", Some(card)) => joined(&[card.month, card.year]),
            ("cvv", Some(card)) => card.cvv.kept(),
            _ => own,
        };
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    let values: Vec<&str> = fields.iter().map(|(_, value)| *value).collect();
    #[cfg(feature = "explain")]
    crate::trace::describe(fields.iter().map(|(name, value)| (*name, value.as_bytes())));
    let hash = crypto::base64(&mac(&values, cx.account.secret("secretKey")));
    fields.push(("hash", hash));
    fields
}

/// 64 random bytes in capital hexadecimal digits.
fn random_number(cx: &Context) -> Text {
    let digits = joined(&[crypto::hex(&(cx.random)()), crypto::hex(&(cx.random)())]);
    keep(digits.to_ascii_uppercase())
}

/// `2026-11-21T17:42:33.000`, as a clock on a Turkish wall shows it; the bank refuses what is hours off (VPS-1073).
fn moment(now: u64) -> Text {
    let time = turkish_time(now);
    joined(&[part(time, 0, 10), "T", part(time, 11, 19), ".000"])
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The return

/// The three kinds of a return; what follows an authentication was signed over less before 2026.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Returned {
    Authenticated,
    Authenticated2026,
    Charged,
    Refused,
}

/// What the bank signs. Names whose value is empty drop out, so the shortest list comes first; the only one that may go on comes last.
const LISTS: [(Returned, &[&str]); 4] = [
    (Returned::Refused, &["responseCode", "responseMessage", "orderId"]),
    (
        Returned::Authenticated,
        &[
            "txnCode",
            "responseCode",
            "responseMessage",
            "txnDateTime",
            "merchantSafeId",
            "terminalSafeId",
            "orderId",
            "secureId",
            "secureEcomInd",
            "secureData",
            "secureMd",
        ],
    ),
    (
        Returned::Authenticated2026,
        &[
            "txnCode",
            "responseCode",
            "responseMessage",
            "txnDateTime",
            "merchantSafeId",
            "terminalSafeId",
            "orderId",
            "secureId",
            "secureEcomInd",
            "mdStatus",
            "secureData",
            "secureMd",
            "maskedCardNumber",
            "amount",
            "installCount",
            "okUrl",
            "failUrl",
        ],
    ),
    (
        Returned::Charged,
        &[
            "txnCode",
            "responseCode",
            "responseMessage",
            "hostResponseCode",
            "hostMessage",
            "txnDateTime",
            "merchantSafeId",
            "terminalSafeId",
            "orderId",
            "cardHolderName",
            "authCode",
            "rrn",
            "batchNumber",
            "stan",
            "additionalInstallCount",
            "deferingMonth",
            "ccbEarnedRewardAmount",
            "ccbBalanceRewardAmount",
            "ccbRewardDesc",
            "pcbEarnedRewardAmount",
            "pcbBalanceRewardAmount",
            "pcbRewardDesc",
            "xcbEarnedRewardAmount",
            "xcbBalanceRewardAmount",
            "xcbRewardDesc",
        ],
    ),
];

/// The value under this name, empty where there is none. What decides is ASCII.
fn value<'f>(form: &Form<'f>, name: &'static str) -> Result<&'f str> {
    form.ascii(name).map(Option::unwrap_or_default)
}

/// Which kind of a return it is: by its list, which must be the bank's for that kind; then the digest must fit.
fn verify(form: &Form, account: &Account) -> Result<(Returned, Verified)> {
    let (names, given) = (value(form, "hashParams")?, value(form, "hash")?);
    if names.is_empty() || given.is_empty() {
        return Err(Error::new(Why::Unsigned, "hash"));
    }
    let mut kind = None;
    for (known, list) in LISTS {
        let behind = names.strip_prefix(signed_names(form, list).as_str());
        let goes_on = known == Returned::Charged && behind.is_some_and(|behind| behind.starts_with('+'));
        if behind == Some("") || goes_on {
            kind = Some(known);
            break;
        }
    }
    let kind = kind.ok_or_else(|| Error::new(Why::OtherFieldList, "hashParams"))?;
    let pieces: Vec<&[u8]> = names.split('+').map(|name| form.value(name).unwrap_or_default()).collect();
    #[cfg(feature = "explain")]
    crate::trace::describe(names.split('+').zip(pieces.iter().copied()));
    let ours = crypto::hmac_sha512(account.secret("secretKey"), &pieces);
    let verified =
        crypto::compare(&ours, given, Written::Base64).ok_or_else(|| Error::new(Why::BankHash, "hash").about("secretKey (Güvenlik Anahtarı)"))?;
    Ok((kind, verified))
}

/// Those of a list that have a value, with `+` between them.
fn signed_names(form: &Form, list: &[&str]) -> String {
    let mut names = String::with_capacity(384);
    for name in list {
        if form.value(name).is_some_and(|value| !value.is_empty()) {
            if !names.is_empty() {
                names.push('+');
            }
            names.push_str(name);
        }
    }
    names
}

/// `VPS-` and four digits.
fn is_code(text: &str) -> bool {
    text.strip_prefix("VPS-").is_some_and(|code| code.len() == 4 && is_digits(code))
}

const APPROVED: &str = "VPS-0000";

/// This id was used before: an earlier request under it has arrived.
const USED: &str = "VPS-1013";

/// 3-D Secure failed, or the customer turned back: the bank says either of a visit of its pages only.
const NOT_AUTHENTICATED: &str = "VPS-1279";
const CANCELLED: &str = "VPS-3008";

/// Nothing was charged by this visit; whether something was by another one the bank's books tell.
fn refused(cx: &Context, order: &Order, form: &Form) -> Result<Step> {
    let code = value(form, "responseCode")?;
    if !is_code(code) || code == APPROVED {
        return Err(malformed("responseCode"));
    }
    if !order.has_full_id() || !matches!(code, NOT_AUTHENTICATED | CANCELLED) {
        return Ok(history_request(cx, order, "inquiry"));
    }
    let then = joined(&["refused ", code, " ", form.display("responseMessage", 200)]);
    Ok(history_request(cx, order, then))
}

fn stays_refused(order: &Order, reply: &Reply, refusal: &str) -> Result<Step> {
    let (code, message) = refusal.split_once(' ').unwrap_or((refusal, ""));
    if order.refs.get(MD_STATUS).is_some() {
        return Ok(Step::pending(facts(order)));
    }
    let reason = if code == CANCELLED { Reason::Cancelled } else { Reason::ThreeDsFailed };
    declined(order, reply, Decline::told(reason, code, message), facts(order))
}

/// What 3-D Secure hands over for the provision, each of one length.
const SECURE: [(&str, usize); 4] = [("secureId", 28), ("secureEcomInd", 2), ("secureData", 28), ("secureMd", 64)];

/// The card holder is who he says: our own server asks for the money, with everything from the stored order.
fn authenticated(cx: &Context, order: &Order, form: &Form, kind: Returned, verified: Verified) -> Result<Step> {
    if !matches!(value(form, "txnCode")?, "3001" | "3005") || value(form, "responseCode")? != APPROVED {
        return Err(malformed("responseCode"));
    }
    let mut secure = json::Writer::of(&[]);
    for (name, length) in SECURE {
        let text = value(form, name)?;
        if text.len() != length || !is_made_of(text, b"+/=") {
            return Err(malformed(name));
        }
        secure.text(name, text);
    }
    let eci = value(form, "secureEcomInd")?;
    let by_eci = match eci {
        "02" | "05" => "1",
        "01" | "06" => "4",
        _ => "0",
    };
    let md_status = if kind == Returned::Authenticated2026 { md_status_of_2026(form, order)? } else { by_eci };
    if !cx.account.three_ds.accepts(md_status) {
        let claim = Claim { order_id: Some(order.id), amount: None, currency: None };
        let decline = Decline { reason: Reason::ThreeDsFailed, bank_code: joined(&["mdStatus ", md_status]), bank_message: "" };
        return Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_signature(verified, claim, order)?, decline, facts(order))));
    }
    let mut transaction = amount_of(order.amount, order);
    transaction.raw("motoInd", "0");
    transaction.raw("installCount", digits(order.installments));
    let mut body = request_body(cx, order, Own::Type("1000", "1004").of(cx.account, order));
    body.raw("transaction", transaction.end());
    body.raw("secureTransaction", secure.end());
    if !order.customer.ip.is_empty() {
        body.raw("customer", json::Writer::of(&[("ipAddress", order.customer.ip)]).end());
    }
    let refs = order.refs.with(MD_STATUS, md_status).with("eci", eci);
    Ok(post(cx, Effect::MovesMoney, body.end(), "provision").keeping(refs))
}

/// What is signed since 2026: it must be what we sent.
fn md_status_of_2026<'f>(form: &Form<'f>, order: &Order) -> Result<&'f str> {
    let masked = value(form, "maskedCardNumber")?;
    let end = masked.len().saturating_sub(4);
    let stars = part(masked, 6, end);
    let is_masked = !stars.is_empty() && stars.bytes().all(|byte| byte == b'*');
    if !is_masked || !is_digits(part(masked, 0, 6)) || !is_digits(part(masked, end, masked.len())) {
        return Err(malformed("maskedCardNumber"));
    }
    if value(form, "amount")? != order.amount.to_decimal(order.currency) {
        return Err(Error::new(Why::OtherAmount, "amount"));
    }
    let sent: [(&str, &str); 3] = [("installCount", digits(order.installments)), ("okUrl", order.urls.ok), ("failUrl", order.urls.fail)];
    for (name, ours) in sent {
        if value(form, name)? != ours {
            return Err(Error::new(Why::ChangedEcho, name));
        }
    }
    let md_status = value(form, "mdStatus")?;
    if md_status.len() == 1 && is_digits(md_status) { Ok(md_status) } else { Err(malformed("mdStatus")) }
}

fn facts(order: &Order) -> Facts {
    let md_status = order.refs.get(MD_STATUS).unwrap_or_default();
    Facts {
        installments: Some(order.installments),
        md_status,
        eci: order.refs.get("eci").unwrap_or_default(),
        liability: Liability::by_md_status(md_status),
        ..Facts::default()
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests

const PROCESS: &str = "/transaction/process";
const REPORT: &str = "/portal/report/transaction";

fn request_body(cx: &Context, order: &Order, code: &str) -> json::Writer {
    let mut body = json::Writer::of(&[]);
    body.raw("terminal", terminal(cx.account));
    body.text("version", "1.00");
    body.text("txnCode", code);
    body.text("requestDateTime", moment(cx.now));
    body.text("randomNumber", random_number(cx));
    body.raw("order", json::Writer::of(&[("orderId", order.id)]).end());
    let sub_merchant = cx.account.merchant("subMerchantId");
    if !sub_merchant.is_empty() {
        body.raw("subMerchant", json::Writer::of(&[("subMerchantId", sub_merchant)]).end());
    }
    body
}

fn terminal(account: &Account) -> Text {
    json::Writer::of(&[("merchantSafeId", account.id()), ("terminalSafeId", account.merchant("terminalSafeId"))]).end()
}

fn amount_of(amount: Amount, order: &Order) -> json::Writer {
    let mut transaction = json::Writer::of(&[("amount", amount.to_decimal(order.currency))]);
    transaction.raw("currencyCode", order.currency.digits());
    transaction
}

fn post(cx: &Context, effect: Effect, body: Text, then: &str) -> Step {
    Step::send(signed(cx, effect, PROCESS, body, then))
}

fn signed(cx: &Context, effect: Effect, path: &str, body: Text, then: &str) -> Send {
    let hash = request_hash(body.as_bytes(), cx.account.secret("secretKey"));
    let headers = vec![("content-type", "application/json"), ("auth-hash", hash)];
    request("POST", effect, joined(&[cx.account.endpoint("api").trim_end_matches('/'), path]), headers, body, then)
}

fn history_request(cx: &Context, order: &Order, then: &str) -> Step {
    post(cx, Effect::Reads, request_body(cx, order, "1010").end(), then)
}

/// Refunds carry no number of the shop's: sent twice, one is done twice.
fn change_request(cx: &Context, order: &Order, change: &Change) -> Step {
    let code = match change.kind {
        Kind::Capture => "1005",
        Kind::Refund => "1002",
        Kind::Void => "1003",
    };
    let mut body = request_body(cx, order, code);
    if change.kind != Kind::Void {
        body.raw("transaction", amount_of(change.amount, order).end());
    }
    post(cx, Effect::MovesMoney, body.end(), "change")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Answers

/// What every answer says first.
struct Answered<'a> {
    object: Object<'a>,
    code: Text,
    host_code: Text,
    message: Text,
    /// It names our terminal.
    is_ours: bool,
}

impl<'a> Answered<'a> {
    fn read(account: &Account, object: Object<'a>) -> Result<Answered<'a>> {
        let code = object.text("responseCode")?;
        if !is_code(code) {
            return Err(malformed("responseCode"));
        }
        let terminal = object.inner("terminal")?;
        let is_ours = is_our_terminal(account, terminal.text("merchantSafeId")?, terminal.text("terminalSafeId")?);
        if !is_ours && object.value("terminal").is_some() {
            return Err(Error::new(Why::OtherMerchant, "terminal"));
        }
        let (host_code, host_message) = (object.text("hostResponseCode")?, object.text("hostMessage")?);
        let message = if host_message.is_empty() { object.text("responseMessage")? } else { host_message };
        Ok(Answered { object, code, host_code, message: charset::displayable(message, 200), is_ours })
    }

    /// Approved, under our terminal, as the transaction that was asked for, about this order.
    fn is_approved(&self, order: &Order, code: &str) -> Result<bool> {
        let is_yes = self.code == APPROVED && self.host_code == "00";
        if is_yes && !(self.is_ours && self.object.text("txnCode")? == code) {
            return Err(malformed("txnCode"));
        }
        if is_yes { self.is_about(order).map(|()| true) } else { Ok(false) }
    }

    fn is_about(&self, order: &Order) -> Result<()> {
        if self.object.inner("order")?.text("orderId")? == order.id { Ok(()) } else { Err(Error::new(Why::OtherOrder, "order.orderId")) }
    }

    /// Whether it is certain that nothing was done: the card's bank said no, and not that it does not know; or the request never came as
    /// far as to it, which the bank says with a transaction that has no number. Answers to voids have no transaction.
    fn is_no(&self, is_void: bool) -> Result<bool> {
        if self.code == "VPS-1005" && !self.host_code.is_empty() {
            return Ok(self.host_code != "00" && !is_open(self.host_code));
        }
        let number = self.object.inner("transaction")?.text("rrn")?;
        let has_no_number = number == "0" || is_void && number.is_empty();
        // The last two say that it was done before, perhaps by this very request.
        Ok(has_no_number && self.host_code.is_empty() && !matches!(self.code, APPROVED | USED | "VPS-1008"))
    }

    fn refused(&self) -> Error {
        Error::new(Why::Refused, "").with_bank(charset::displayable(self.code, 16), self.message)
    }

    fn decline(&self) -> Decline {
        let bank_code = if self.host_code.is_empty() { self.code } else { self.host_code };
        let reason = if self.host_code == "83" { Reason::Installments } else { Reason::from_iso8583(self.host_code) };
        Decline { reason, bank_code: charset::displayable(bank_code, 16), bank_message: self.message }
    }

    fn facts(&self, order: &Order) -> Result<Facts> {
        let transaction = self.object.inner("transaction")?;
        let mut facts = Facts { at: from_local(self.object.text("txnDateTime")?).unwrap_or_default(), ..facts(order) };
        facts.learn(Fact::AuthCode, transaction.text("authCode")?);
        facts.learn(Fact::HostReference, transaction.text("rrn")?);
        Ok(facts)
    }
}

fn declined(order: &Order, reply: &Reply, decline: Decline, facts: Facts) -> Result<Step> {
    Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, Claim::NAMELESS, order)?, decline, facts)))
}

fn provision_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    if answer.is_approved(order, Own::Type("1000", "1004").of(cx.account, order))? {
        let proof = Proof::<OfMoney>::by_reply(reply, Claim::NAMELESS, order)?;
        return Ok(Step::done(Payment::succeeded(proof, order, answer.facts(order)?)));
    }
    if answer.is_no(false)? {
        answer.is_about(order)?;
        return declined(order, reply, answer.decline(), facts(order));
    }
    // The id was used before, or the card's bank does not know: the books decide.
    Ok(history_request(cx, order, "inquiry"))
}

fn change_reply(order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    let Some(change) = reply.change() else { return Err(super::foreign_then()) };
    let code = match change.kind {
        Kind::Capture => "1005",
        Kind::Refund => "1002",
        Kind::Void => "1003",
    };
    if answer.is_approved(order, code)? {
        let proof = Proof::<OfChange>::by_reply(reply, Claim::NAMELESS, order)?;
        return Ok(Step::done(Payment::changed(proof, change.kind, answer.facts(order)?)));
    }
    if answer.is_no(change.kind == Kind::Void)? {
        answer.is_about(order)?;
        return declined(order, reply, answer.decline(), Facts::default());
    }
    Err(malformed("responseCode"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The order's history

fn kind_of(code: &str) -> TransactionKind {
    match code {
        "1000" => TransactionKind::Sale,
        "1004" => TransactionKind::PreAuth,
        "1005" => TransactionKind::Capture,
        "1002" => TransactionKind::Refund,
        "1003" => TransactionKind::Void,
        _ => TransactionKind::Other,
    }
}

/// What became of a row: its two codes, and the bank's word for its state in the history or in a report. A declined row is `N`, too.
fn outcome_of(code: &str, host_code: &str, state: &str) -> Outcome {
    match (code == APPROVED && host_code == "00", state) {
        (true, "N" | "Başarılı") => Outcome::Approved,
        (true, "V" | "İptal") => Outcome::Voided,
        (false, "N" | "Başarısız") if is_code(code) && code != APPROVED => Outcome::Declined,
        // S stands for suspicious, R for reversed.
        _ => Outcome::Open,
    }
}

/// The rows of a list, which both the history and the report have. An order's own id is not masked, though it may have a card's digits; a row
/// that is another order's makes the whole list another order's.
fn list(object: &Object, order: Option<&Order>) -> Result<Vec<Transaction>> {
    let Some(Value::Nested(list)) = object.value("txnDetailList") else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for item in json::items(list)? {
        let Value::Nested(item) = item else { return Err(malformed("txnDetailList")) };
        let row = Object::parse(item)?;
        let text = |name| row.text(name);
        let id = text("orgOrderId")?;
        let order_id = match order {
            Some(order) if id == order.id => id,
            Some(_) => return Err(Error::new(Why::OtherOrder, "orgOrderId")),
            None => charset::displayable(id, 64),
        };
        let code = text("responseCode")?;
        let currency = Currency::from_digits(text("currencyCode")?);
        let count = text("installCount")?;
        let count = if count.is_empty() { text("installmentCount")? } else { count };
        rows.push(Transaction {
            order_id,
            kind: kind_of(text("txnCode")?),
            outcome: outcome_of(code, text("hostResponseCode")?, text("txnStatus")?),
            amount: currency.and_then(|currency| Amount::from_decimal(text("amount").ok()?, currency)),
            currency,
            installments: number(count),
            at: from_local(text("txnDateTime")?).unwrap_or_default(),
            auth_code: charset::displayable(text("authCode")?, 16),
            host_reference: charset::displayable(text("rrn")?, 32),
            masked_pan: charset::displayable(text("maskedCardNumber")?, 32),
            bank_code: charset::displayable(if code == APPROVED { code } else { first(text("hostResponseCode")?, code) }, 16),
            ..Transaction::default()
        });
    }
    Ok(rows)
}

fn first(one: Text, other: Text) -> Text {
    if one.is_empty() { other } else { one }
}

/// Those of this order.
fn rows(order: &Order, answer: &Answered) -> Result<Vec<Transaction>> {
    match answer.code {
        APPROVED if answer.is_ours && answer.object.text("txnCode")? == "1010" => {}
        // Nothing under this order, which may also be said for a while right after paying.
        "VPS-1123" => return Ok(Vec::new()),
        APPROVED => return Err(malformed("txnCode")),
        _ => return Err(answer.refused()),
    }
    let rows = list(&answer.object, Some(order))?;
    if rows.is_empty() { Err(malformed("txnDetailList")) } else { Ok(rows) }
}

/// What the rows come to. Whatever does not fit together is for a person to look at.
fn settle(order: &Order, reply: &Reply, rows: &[Transaction]) -> Result<Step> {
    let ledger = Ledger::read(&order.refs)?;
    let doubtful = || Ok(Step::pending(Facts { review: true, ..facts(order) }));
    let (mut reserved, mut taken, mut undone, mut refunds, mut unclear) = (None, None, None, 0, false);
    for row in rows {
        let twice = match (row.kind, row.outcome) {
            (_, Outcome::Open) | (TransactionKind::Other | TransactionKind::Void, _) => true,
            (TransactionKind::Sale, _) => order.intent == Intent::PreAuth || taken.replace(row).is_some(),
            (TransactionKind::PreAuth, _) => order.intent == Intent::Sale || reserved.replace(row).is_some(),
            // One that was refused has changed nothing.
            (_, Outcome::Declined) => false,
            (TransactionKind::Capture, _) if order.intent == Intent::Sale => true,
            // One that was undone leaves what was reserved, and that may have been taken again.
            (TransactionKind::Capture, Outcome::Voided) => {
                undone = Some(row);
                false
            }
            (TransactionKind::Capture, _) => taken.replace(row).is_some(),
            (TransactionKind::Refund, Outcome::Approved) => row.amount.map(|amount| refunds += amount.minor()).is_none(),
            (TransactionKind::Refund, _) => true,
        };
        unclear |= twice;
    }
    let main = match (taken, reserved) {
        (Some(row), _) | (None, Some(row)) => row,
        (None, None) if rows.is_empty() => return Ok(Step::pending(facts(order))),
        // The reservation is not shown, so nobody knows whether it still is.
        _ => return doubtful(),
    };
    let Transaction { amount: Some(amount), currency: Some(currency), .. } = *main else { return doubtful() };
    let is_capture = main.kind == TransactionKind::Capture;
    // A capture may have taken less than was reserved.
    let due = if is_capture { ledger.capture().unwrap_or(order.amount) } else { order.amount };
    let is_part = due != order.amount;
    if unclear || is_part && amount != due {
        return doubtful();
    }
    let claim = Claim { order_id: Some(main.order_id), amount: Some(amount).filter(|_| !is_part), currency: Some(currency) };
    let money = || Proof::<OfMoney>::by_reply(reply, claim, order);
    let facts = Facts {
        charged: Some(amount).filter(|_| is_part),
        installments: main.installments,
        at: main.at,
        auth_code: main.auth_code,
        host_reference: main.host_reference,
        masked_pan: main.masked_pan,
        refunded: Amount::from_minor(refunds),
        ..facts(order)
    };
    if main.outcome == Outcome::Declined {
        if ledger.knows_money() || undone.is_some() {
            return doubtful();
        }
        let reason = if main.bank_code == "83" { Reason::Installments } else { Reason::from_iso8583(main.bank_code) };
        let decline = Decline { reason, bank_code: main.bank_code, bank_message: "" };
        return Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, claim, order)?, decline, facts)));
    }
    if main.outcome == Outcome::Voided {
        return if refunds > 0 { doubtful() } else { Ok(Step::done(Payment::voided(money()?, facts))) };
    }
    // The list must show at least the refunds that the bank has confirmed, or it is not the whole list.
    if refunds > due.minor() || refunds < ledger.refunded().map_or(0, Amount::minor) {
        return doubtful();
    }
    Ok(Step::done(match refunds {
        _ if main.kind == TransactionKind::PreAuth => Payment::succeeded(money()?, order, facts),
        all if all == due.minor() => Payment::refunded(money()?, facts),
        _ => Payment::paid(money()?, facts),
    }))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The report of a day

fn report_of(cx: &Context, day: Date) -> Send {
    let mut body = json::Writer::of(&[]);
    body.raw("terminal", terminal(cx.account));
    body.text("randomNumber", random_number(cx));
    let day_of = |time| joined(&[day.dashed(), time]);
    let range = json::Writer::of(&[("startDateTime", day_of("T00:00:00.000")), ("endDateTime", day_of("T23:59:59.999"))]);
    body.raw("report", range.end());
    signed(cx, Effect::Reads, REPORT, body.end(), joined(&["report ", day.dashed()]))
}

/// The list lies one level deeper than in a history.
fn report_rows(answer: &Answered) -> Result<Vec<Transaction>> {
    match answer.code {
        APPROVED => list(&answer.object.inner("data")?, None),
        "VPS-1123" => Ok(Vec::new()),
        _ => Err(answer.refused()),
    }
}
