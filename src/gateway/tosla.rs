//! Tosla (AkÖde), the virtual POS of Tosla İşim: a session of 3-D Secure, which takes the money at its end. The card is typed on Tosla's page,
//! or in a form of the shop's that goes there.
//!
//! Sources: the developer centre of Tosla İşim, and returns and answers of its test system that were published. What no source settles is
//! marked as open in `docs/banks/tosla.md`.
//!
//! **What is signed.** SHA-512 over the API password and values, joined without a delimiter. In a request they are numbers of ours and the
//! time, not the body. In a return they are order, mdStatus and outcome, but neither amount nor currency. Answers are not signed.
//!
//! **So a return only makes us ask.** The inquiry names order, shop, amount, currency and outcome, and it alone decides, about a failure as
//! well as about a success: its code 0 says nothing, and of an order that Tosla does not know every value is empty. What a return adds is
//! its mdStatus. It stands behind the order's id, which is ours to the letter. Another order's id could go on where ours ends (`A` and
//! `A100`); then what is left of it stands in the bank's message, with the digits of its own mdStatus and code. So a message with a digit
//! in it makes the mdStatus unknown.
//!
//! Its number of a transaction has sixteen digits, like a card's, and no request wants it: it is not told.
//!
//! **When.** Every request carries the time as a clock on a Turkish wall shows it, and Tosla refuses what is an hour off with a code that
//! does not say so (998). It is made of the time that the caller hands in, whatever the machine's time zone.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, STARTED, Spec, Verb, malformed, request};
use crate::account::Account;
use crate::crypto::{self, Secret, Written};
use crate::decline::{Decline, Reason, is_open};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{
    Card, CardInputs, Claim, Effect, Fact, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Send, Step, Tells,
};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined};
use crate::wire::form::Form;
use crate::wire::json::{self, Object, Value};
use crate::wire::time::{Date, from_turkish, turkish, turkish_compact};
use crate::wire::{charset, is_digits, is_made_of, number, part};
use alloc::vec::Vec;

/// What Tosla is.
pub const SPEC: Spec = Spec {
    system: "tosla",
    gateway: &Tosla,
    models: &["3d_pay_hosting", "3d_pay"],
    claiming_models: &[],
    proving_models: &[],
    preauth_models: &["3d_pay_hosting", "3d_pay"],
    card_models: &[],
    either_card_models: &[],
    verbs: &["capture", "refund", "void", "history"],
    formulas: &[
        Formula { name: "requestHash", over: Over::Fields(&REQUEST_SIGNED), compute: |values, _| formula(values) },
        Formula { name: "returnHash", over: Over::Fields(&RETURN_SIGNED), compute: |values, _| formula(values) },
    ],
    merchant: &[
        Key { name: "clientId", panel: "Müşteri numarası (ClientId)", required: true, max: 16 },
        Key { name: "apiUser", panel: "API kullanıcısı (ApiUser)", required: true, max: 64 },
        Key { name: "apiPass", panel: "API şifresi (ApiPass)", required: true, max: 64 },
    ],
    endpoints: &["api"],
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp],
    headers: &[],
    // Tosla sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank {
        name: "tosla",
        production: &["https://entegrasyon.tosla.com/api/Payment"],
        test: &["https://prepentegrasyon.tosla.com/api/Payment"],
        hosts: &[],
        test_hosts: &[],
    }],
    public_credentials: &[("clientId", "1000000494"), ("apiUser", "POS_ENT_Test_001"), ("apiPass", "POS_ENT_Test_001!*!*")],
};

/// The gateway.
pub struct Tosla;

impl Gateway for Tosla {
    fn check(&self, account: &Account) -> Result<()> {
        if !is_digits(account.id()) || account.id().starts_with('0') {
            return Err(account.wrong(Why::ValueNotDigits, "clientId"));
        }
        for key in ["apiUser", "apiPass"] {
            if !account.merchant(key).bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(account.wrong(Why::ValueNotAscii, key));
            }
        }
        Ok(())
    }

    fn start(&self, cx: &Context, order: &Order, _card: Option<&Card>) -> Result<Step> {
        if order.id.len() > MAX_ID {
            return Err(Error::new(Why::IdLength, "id").about(digits(MAX_ID)));
        }
        order.check_shop_chooses_installments()?;
        let operation = if order.intent == Intent::Sale { "threeDPayment" } else { "threeDPreAuth" };
        let mut body = frame(cx, order);
        // One address for both outcomes.
        body.text("callbackUrl", order.urls.ok);
        body.raw("amount", digits(order.amount.minor()));
        body.raw("currency", order.currency.digits());
        body.raw("installmentCount", if order.installments > 1 { digits(order.installments) } else { "0" });
        Ok(Step::send(post(cx, Effect::Begins, operation, body, "session")))
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let md_status = returned(cx.account, order, &form)?;
        let step = inquiry(cx, order);
        Ok(if md_status.is_empty() { step } else { step.keeping(order.refs.with(MD_STATUS, md_status)) })
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Inquire => Ok(inquiry(cx, order)),
            Verb::History => {
                let started = order.refs.get(STARTED).and_then(number::<u64>).ok_or_else(|| Error::new(Why::NotStarted, "refs"))?;
                Ok(Step::send(history_request(cx, order, turkish(started.saturating_mul(1000)).date, 1)))
            }
            Verb::Change(change) => Ok(change_request(cx, order, change)),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let object = Object::parse_bytes(reply.body())?;
        let (what, rest) = then.split_once(' ').unwrap_or((then, ""));
        match what {
            "session" => session(cx, order, &object),
            "inquiry" => settle(cx, order, &reply, &object),
            "change" => change_reply(order, &reply, &object),
            "history" => history(cx, order, rest, &object),
            _ => Err(super::foreign_then()),
        }
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        form.ascii("OrderId").ok()?.filter(|id| !id.is_empty()).map(Found::OrderId)
    }
}

/// As long as Tosla's document lets an order's id be.
const MAX_ID: usize = 36;

/// The names in `refs`: the outcome of 3-D Secure, and the session that was opened.
const MD_STATUS: &str = "md";
const SESSION: &str = "session";

/// What the two hashes cover, in Tosla's order; the password stands before it.
const REQUEST_SIGNED: [&str; 4] = ["clientId", "apiUser", "rnd", "timeSpan"];
const RETURN_SIGNED: [&str; 7] = ["ClientId", "ApiUser", "OrderId", "MdStatus", "BankResponseCode", "BankResponseMessage", "RequestStatus"];

/// SHA-512 of the password and the values.
fn hash(secret: Secret, values: &[&str]) -> [u8; 64] {
    #[cfg(feature = "explain")]
    {
        let names: &[&str] = if values.len() == REQUEST_SIGNED.len() { &REQUEST_SIGNED } else { &RETURN_SIGNED };
        crate::trace::describe_joined(&[&["apiPass"], names].concat(), &[&[secret.reveal()], values].concat(), "");
    }
    let mut pieces = vec![secret.reveal().as_bytes()];
    pieces.extend(values.iter().map(|value| value.as_bytes()));
    crypto::sha512(&pieces)
}

/// The same for JavaScript: the values, the password.
fn formula(values: &[&str]) -> Result<Text> {
    let [values @ .., secret] = values else { return Err(super::too_few_values()) };
    Ok(crypto::base64(&hash(Secret::new(secret), values)))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests

/// What every request begins with. A hash is good once, so each has its own `rnd`.
fn frame(cx: &Context, order: &Order) -> json::Writer {
    let (account, rnd, time) = (cx.account, crypto::hex((cx.random)().get(..12).unwrap_or_default()), turkish_compact(cx.now));
    let (client_id, user) = (account.id(), account.merchant("apiUser"));
    let hash = crypto::base64(&hash(account.secret("apiPass"), &[client_id, user, rnd, time]));
    let mut body = json::Writer::of(&[("apiUser", user), ("rnd", rnd), ("timeSpan", time), ("hash", hash), ("orderId", order.id)]);
    body.raw("clientId", client_id);
    body
}

fn post(cx: &Context, effect: Effect, operation: &str, body: json::Writer, then: &str) -> Send {
    let headers = vec![("content-type", "application/json; charset=utf-8")];
    request("POST", effect, address(cx, operation), headers, body.end(), then)
}

fn address(cx: &Context, rest: &str) -> Text {
    joined(&[cx.account.endpoint("api").trim_end_matches('/'), "/", rest])
}

fn inquiry(cx: &Context, order: &Order) -> Step {
    Step::send(post(cx, Effect::Reads, "inquiry", frame(cx, order), "inquiry"))
}

/// Refunds carry no number of the shop's: sent twice, one is done twice.
fn change_request(cx: &Context, order: &Order, change: &Change) -> Step {
    let mut body = frame(cx, order);
    let operation = match change.kind {
        Kind::Capture => "postAuth",
        Kind::Refund => "refund",
        Kind::Void => "void",
    };
    if change.kind != Kind::Void {
        body.raw("amount", digits(change.amount.minor()));
    }
    Step::send(post(cx, Effect::MovesMoney, operation, body, "change"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Answers

/// An amount in minor units, which may be 0.
fn minor(object: &Object, name: &'static str) -> Result<u64> {
    let text = object.told(name)?;
    if text.is_empty() { Ok(0) } else { number(text).ok_or_else(|| malformed(name)) }
}

/// Tosla's own code; 0 where the request was dealt with.
fn code<'o>(object: &'o Object) -> Result<&'o str> {
    let code = object.told("Code")?;
    if is_digits(code) { Ok(code) } else { Err(malformed("Code")) }
}

/// Its words, with the fields that it found wrong.
fn words(object: &Object) -> Result<Text> {
    let (message, other) = (object.told("Message")?, object.told("message")?);
    let errors = match object.value("ValidationErrors") {
        Some(Value::Nested(errors)) => errors,
        _ => "",
    };
    Ok(charset::displayable(joined(&[message, other, if errors.is_empty() { "" } else { " " }, errors]), 200))
}

fn refused(object: &Object) -> Result<Error> {
    Ok(Error::new(Why::Refused, "").with_bank(charset::displayable(code(object)?, 16), words(object)?))
}

/// They are not signed, and go from the customer's browser straight to Tosla. One input takes month and year.
const CARD_INPUTS: CardInputs = CardInputs { number: "CardNo", month: "ExpireDate", year: "", cvv: "Cvv", holder: "CardHolderName" };

/// The page on which the customer pays, or the form that takes the card there.
fn session(cx: &Context, order: &Order, object: &Object) -> Result<Step> {
    if code(object)? != "0" {
        return Err(refused(object)?);
    }
    let id = object.told("ThreeDSessionId")?;
    if id.is_empty() || id.len() > 128 || !is_made_of(id, b"-") {
        return Err(malformed("ThreeDSessionId"));
    }
    let redirect = match order.model {
        "3d_pay" => {
            Redirect::Form { action: address(cx, "ProcessCardForm"), fields: vec![("ThreeDSessionId", id.kept())], card_inputs: Some(CARD_INPUTS) }
        }
        _ => Redirect::Url(address(cx, joined(&["threeDSecure/", id]))),
    };
    Ok(Step::redirect(redirect).keeping(order.refs.with(SESSION, id)))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The return

/// The fields that are signed, in the bank's order; ApiUser is ours and is not sent.
const SIGNED: &str = "ClientId,ApiUser,OrderId,MdStatus,BankResponseCode,BankResponseMessage,RequestStatus";

/// Tosla has sent it, about this order. What is left is its mdStatus; empty where it cannot be told for certain.
fn returned(account: &Account, order: &Order, form: &Form) -> Result<Text> {
    let value = |name| form.ascii(name).map(Option::unwrap_or_default);
    let (names, given) = (value("HashParameters")?, value("Hash")?);
    if names.is_empty() || given.is_empty() {
        return Err(Error::new(Why::Unsigned, "Hash"));
    }
    if names != SIGNED {
        return Err(Error::new(Why::OtherFieldList, "HashParameters"));
    }
    let (client_id, order_id, md_status) = (value("ClientId")?, value("OrderId")?, value("MdStatus")?);
    let (bank_code, status) = (value("BankResponseCode")?, value("RequestStatus")?);
    // The only text for people, in Turkish letters.
    let message = form.value("BankResponseMessage").unwrap_or_default();
    let pieces = [
        account.secret("apiPass").reveal().as_bytes(),
        client_id.as_bytes(),
        account.merchant("apiUser").as_bytes(),
        order_id.as_bytes(),
        md_status.as_bytes(),
        bank_code.as_bytes(),
        message,
        status.as_bytes(),
    ];
    #[cfg(feature = "explain")]
    crate::trace::describe(core::iter::once("apiPass").chain(RETURN_SIGNED).zip(pieces));
    let ours = crypto::sha512(&pieces);
    if crypto::compare(&ours, given, Written::Base64).is_none() {
        return Err(Error::new(Why::BankHash, "Hash").about("apiPass (API şifresi)"));
    }
    if client_id != account.id() {
        return Err(Error::new(Why::OtherMerchant, "ClientId"));
    }
    if order_id != order.id {
        return Err(Error::new(Why::OtherOrder, "OrderId"));
    }
    let session = value("ThreeDSessionId")?;
    if !session.is_empty() && order.refs.get(SESSION) != Some(session) {
        return Err(Error::new(Why::OtherPayment, "ThreeDSessionId"));
    }
    if md_status.len() != 1 || !is_digits(md_status) {
        return Err(malformed("MdStatus"));
    }
    let plain = bank_code.strip_prefix("MD:").map_or(bank_code.len() == 2, |digit| digit.len() == 1);
    if !plain || !is_digits(bank_code.trim_start_matches("MD:")) {
        return Err(malformed("BankResponseCode"));
    }
    // A success and a failure in one message is nobody's.
    if status != if bank_code == "00" { "1" } else { "0" } {
        return Err(malformed("RequestStatus"));
    }
    let is_clear = bank_code == "00" && !message.iter().any(u8::is_ascii_digit);
    Ok(if is_clear { md_status.kept() } else { "" })
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The inquiry

fn facts(order: &Order) -> Facts {
    let md_status = order.refs.get(MD_STATUS).unwrap_or_default();
    Facts { installments: Some(order.installments), md_status, liability: Liability::by_md_status(md_status), ..Facts::default() }
}

/// `20240120005007`
fn at(text: &str) -> Text {
    let time = joined(&[part(text, 0, 8), " ", part(text, 8, 10), ":", part(text, 10, 12), ":", part(text, 12, text.len())]);
    from_turkish(time).unwrap_or_default()
}

// States of a payment.
const FAILED: u64 = 0;
const SUCCEEDED: u64 = 1;
const VOIDED: u64 = 2;
const PARTLY_REFUNDED: u64 = 3;
const REFUNDED: u64 = 4;
const CAPTURED: u64 = 5;
const WAITING: u64 = 10;

/// What Tosla's books say. Whatever does not fit together is for a person to look at.
fn settle(cx: &Context, order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    if code(object)? != "0" {
        return Err(refused(object)?);
    }
    let named = object.told("OrderId")?;
    if named.is_empty() {
        // Tosla does not know the order, or not yet.
        return Ok(Step::pending(facts(order)));
    }
    if named != order.id {
        return Err(Error::new(Why::OtherOrder, "OrderId"));
    }
    if object.told("ClientId")? != cx.account.id() {
        return Err(Error::new(Why::OtherMerchant, "ClientId"));
    }
    let state: u64 = number(object.told("RequestStatus")?).ok_or_else(|| malformed("RequestStatus"))?;
    let amount = Amount::from_minor(minor(object, "Amount")?).ok_or_else(|| malformed("Amount"))?;
    let currency = Currency::from_digits(object.told("Currency")?).ok_or_else(|| Error::new(Why::OtherCurrency, "Currency"))?;
    let claim = Claim { order_id: Some(named), amount: Some(amount), currency: Some(currency) };
    let bank_code = object.told("BankResponseCode")?;
    let facts = told(order, object)?;
    if state == WAITING {
        return Ok(Step::pending(facts));
    }
    if state == FAILED {
        // Nobody has asked the card's bank yet, or there is no word of it.
        if matches!(bank_code, "" | "00") {
            return Ok(Step::pending(facts));
        }
        // A return that Tosla has signed said that the money was taken.
        if !facts.md_status.is_empty() {
            return Ok(Step::pending(Facts { review: true, ..facts }));
        }
        let reason = if bank_code.starts_with("MD:") { Reason::ThreeDsFailed } else { Reason::from_iso8583(bank_code) };
        let decline = Decline::told(reason, bank_code, object.told("BankResponseMessage")?);
        return Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, claim, order)?, decline, facts)));
    }
    let doubtful = || Ok(Step::pending(Facts { review: true, ..facts }));
    let is_kind = object.told("TransactionType")? == if order.intent == Intent::Sale { "1" } else { "2" };
    if !is_kind || bank_code != "00" {
        return doubtful();
    }
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let ledger = Ledger::read(&order.refs)?;
    let (refunded, captured) = (minor(object, "RefundedAmount")?, minor(object, "PostAuthedAmount")?);
    if state == VOIDED {
        return if refunded > 0 { doubtful() } else { Ok(Step::done(Payment::voided(proof, facts))) };
    }
    // What the shop has of it: a capture may have taken less than was reserved.
    let (due, has_captured) = match order.intent {
        Intent::Sale => (order.amount, false),
        Intent::PreAuth => (ledger.capture().unwrap_or(order.amount), captured > 0),
    };
    if has_captured && captured != due.minor() {
        return doubtful();
    }
    let fits = match state {
        SUCCEEDED => refunded == 0 && !has_captured,
        CAPTURED => refunded == 0 && has_captured,
        PARTLY_REFUNDED => refunded > 0 && refunded < due.minor() && has_captured == (order.intent == Intent::PreAuth),
        REFUNDED => refunded == due.minor() && has_captured == (order.intent == Intent::PreAuth),
        _ => false,
    };
    // It must show at least the refunds that the bank has confirmed, or it is not the whole truth.
    if !fits || refunded < ledger.refunded().map_or(0, Amount::minor) {
        return doubtful();
    }
    let facts = Facts {
        charged: Some(due).filter(|due| has_captured && *due != order.amount),
        refunded: Amount::from_minor(refunded),
        // The money is gone although 3-D Secure was not done well enough: taken is taken, and a person should know.
        review: !facts.md_status.is_empty() && !cx.account.three_ds.accepts(facts.md_status),
        ..facts
    };
    Ok(Step::done(match state {
        SUCCEEDED => Payment::succeeded(proof, order, facts),
        REFUNDED => Payment::refunded(proof, facts),
        _ => Payment::paid(proof, facts),
    }))
}

/// The facts that an inquiry tells beside.
fn told(order: &Order, object: &Object) -> Result<Facts> {
    let mut facts = Facts { at: at(object.told("CreateDate")?), ..facts(order) };
    facts.learn(Fact::AuthCode, object.told("AuthCode")?);
    facts.learn(Fact::HostReference, object.told("HostReferenceNumber")?);
    facts.learn(Fact::MaskedPan, object.told("CardNo")?);
    if let Some(count) = number::<u8>(object.told("InstallmentCount")?) {
        facts.installments = Some(count.max(1));
    }
    Ok(facts)
}

/// The answer to a capture, a refund or a void names the order and no amount: it is about the one in our request.
fn change_reply(order: &Order, reply: &Reply, object: &Object) -> Result<Step> {
    let Some(change) = reply.change() else { return Err(super::foreign_then()) };
    let (own, bank_code) = (code(object)?, object.told("BankResponseCode")?);
    let named = object.told("OrderId")?;
    if !named.is_empty() && named != order.id {
        return Err(Error::new(Why::OtherOrder, "OrderId"));
    }
    if own == "0" && bank_code == "00" && !named.is_empty() {
        let mut facts = Facts::default();
        facts.learn(Fact::AuthCode, object.told("AuthCode")?);
        facts.learn(Fact::HostReference, object.told("HostReferenceNumber")?);
        return Ok(Step::done(Payment::changed(Proof::<OfChange>::by_reply(reply, Claim::NAMELESS, order)?, change.kind, facts)));
    }
    // These of the card's bank say that it does not know.
    if own == "0" || bank_code == "00" || is_open(bank_code) {
        return Err(malformed("BankResponseCode"));
    }
    let said = if bank_code.is_empty() { own } else { bank_code };
    let decline = Decline::told(Reason::from_iso8583(bank_code), said, words(object)?);
    Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, Claim::NAMELESS, order)?, decline, Facts::default())))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The history: one day at a time, from the day on which the payment was begun

const PAGE: u32 = 10;

fn history_request(cx: &Context, order: &Order, day: Date, page: u32) -> Send {
    let dashed = day.dashed();
    let mut body = frame(cx, order);
    body.raw("transactionDate", joined(&[part(dashed, 0, 4), part(dashed, 5, 7), part(dashed, 8, 10)]));
    body.raw("page", digits(page));
    body.raw("pageSize", digits(PAGE));
    post(cx, Effect::Reads, "history", body, joined(&["history ", dashed, " ", digits(page)]))
}

fn history(cx: &Context, order: &Order, then: &str, object: &Object) -> Result<Step> {
    let (day, page) = then.split_once(' ').unwrap_or_default();
    let (Some(day), Some(page)) = (Date::parse(day), number::<u32>(page)) else { return Err(super::foreign_then()) };
    if code(object)? != "0" {
        return Err(refused(object)?);
    }
    let mut transactions = Vec::new();
    if let Some(Value::Nested(list)) = object.value("Transactions") {
        for item in json::items(list)? {
            let Value::Nested(item) = item else { return Err(malformed("Transactions")) };
            transactions.push(row(order, &Object::parse(item)?)?);
        }
    }
    let count: u32 = number(object.told("Count")?).ok_or_else(|| malformed("Count"))?;
    let next = match (page * PAGE < count && !transactions.is_empty(), day < turkish(cx.now).date) {
        (true, _) => Some(history_request(cx, order, day, page + 1)),
        (false, true) => Some(history_request(cx, order, day.next_day(), 1)),
        _ => None,
    };
    Ok(Step::list(Statement { transactions, next }))
}

fn row(order: &Order, row: &Object) -> Result<Transaction> {
    if row.told("OrderId")? != order.id {
        return Err(Error::new(Why::OtherOrder, "OrderId"));
    }
    let (bank_code, state) = (row.told("BankResponseCode")?, row.told("RequestStatus")?);
    Ok(Transaction {
        order_id: order.id.kept(),
        kind: match row.told("TransactionType")? {
            "1" => TransactionKind::Sale,
            "2" => TransactionKind::PreAuth,
            "3" => TransactionKind::Capture,
            "4" => TransactionKind::Void,
            "5" => TransactionKind::Refund,
            _ => TransactionKind::Other,
        },
        outcome: match (bank_code, state) {
            ("00", "2") => Outcome::Voided,
            ("00", _) => Outcome::Approved,
            ("", _) => Outcome::Open,
            _ => Outcome::Declined,
        },
        amount: Amount::from_minor(minor(row, "Amount")?),
        currency: Currency::from_digits(row.told("Currency")?),
        installments: number::<u8>(row.told("InstallmentCount")?).map(|count| count.max(1)),
        at: at(row.told("CreateDate")?),
        auth_code: charset::displayable(row.told("AuthCode")?, 16),
        host_reference: charset::displayable(row.told("HostReferenceNumber")?, 32),
        masked_pan: charset::displayable(row.told("CardNo")?, 32),
        bank_code: charset::displayable(bank_code, 16),
        ..Transaction::default()
    })
}
