//! Moka United: a payment institution whose service takes the money at the end of 3-D Secure, on its own page or with the card through the
//! shop's server.
//!
//! Sources: the public developer site of Moka United, with the digests that it prints. What no source settles is marked as open in
//! `docs/banks/moka.md`.
//!
//! **What a return says.** The answer to our own request begins with a code for this payment alone. The return carries SHA-256 over that code
//! and `T` or `F`, and nothing else of it is covered: neither order, nor amount, nor Moka's own number. So a return only makes us ask, and the
//! number that a refund could need never comes from there. Whoever knows the code can write both words; so it is not kept. What the order
//! keeps is a digest of each of the two digests, by which a return is recognised and none can be made.
//!
//! **What is believed.** The list of a payment by our own order id: order, amount, currency and both of its states. A failed payment has the
//! state of a payment, too, and its transaction says that it failed. Answers are not signed.
//!
//! **A refund is a request.** Moka takes note of it and makes it later. Until its sum shows in the list it counts as sent, and is never sent
//! again.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, Spec, Verb, malformed, send};
use crate::account::{Account, Mode};
use crate::crypto::{self, Written};
use crate::decline::{Decline, Reason};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{Card, Claim, Effect, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Step};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined, keep};
use crate::wire::form::Form;
use crate::wire::json::{self, Object, Value};
use crate::wire::time::from_local;
use crate::wire::{charset, holds, html, number};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What Moka United is.
pub const SPEC: Spec = Spec {
    system: "moka",
    gateway: &Moka,
    models: &["webpos", THREE_DS],
    claiming_models: &[],
    proving_models: &[],
    preauth_models: &["webpos", THREE_DS],
    card_models: &[THREE_DS],
    either_card_models: &[],
    verbs: &["capture", "refund", "void", "history"],
    formulas: &[
        Formula {
            name: "checkKey",
            over: Over::Values,
            compute: |values, _| match values {
                [dealer, user, password] => Ok(check_key(dealer, user, password)),
                _ => Err(super::too_few_values()),
            },
        },
        Formula {
            name: "hashValue",
            over: Over::Values,
            compute: |values, _| match values {
                [code, word] => Ok(hash_value(code, word)),
                _ => Err(super::too_few_values()),
            },
        },
    ],
    merchant: &[
        Key { name: "dealerCode", panel: "Bayi kodu (DealerCode)", required: true, max: 32 },
        Key { name: "username", panel: "API kullanıcı adı (Username)", required: true, max: 64 },
        Key { name: "password", panel: "API şifresi (Password)", required: true, max: 64 },
    ],
    endpoints: &["service", "page"],
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp],
    headers: &[],
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank {
        name: "moka",
        production: &["https://service.mokaunited.com", "https://clientwebpos.mokaunited.com"],
        test: &["https://service.refmokaunited.com", "https://clientwebpos.refmokaunited.com"],
        hosts: &["service.moka.com", "clientwebpos.moka.com"],
        test_hosts: &["service.refmoka.com", "clientwebpos.refmoka.com"],
    }],
    // The simulator's.
    public_credentials: &[("username", "simMokaUser"), ("password", "simMokaPass78")],
};

/// The card passes through our server.
const THREE_DS: &str = "3d";

/// The gateway.
pub struct Moka;

impl Gateway for Moka {
    fn start(&self, cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
        if order.id.len() > MAX_ID {
            return Err(Error::new(Why::IdLength, "id").about(digits(MAX_ID)));
        }
        order.check_shop_chooses_installments()?;
        order.check_ip()?;
        let mut body = json::Writer::of(&[("OtherTrxCode", order.id), ("Currency", letters(order.currency)), ("ClientIP", order.customer.ip)]);
        body.raw("Amount", order.amount.to_decimal(order.currency));
        body.raw("InstallmentNumber", digits(order.installments));
        body.raw("IsPreAuth", if order.intent == Intent::PreAuth { "1" } else { "0" });
        // In a pool the money would wait for another word of ours.
        for (name, value) in [("IsPoolPayment", "0"), ("IsTokenized", "0"), ("ReturnHash", "1"), ("RedirectType", "0")] {
            body.raw(name, value);
        }
        body.text("RedirectUrl", order.urls.ok);
        let holder = match card {
            Some(card) if !card.holder.is_empty() => card.holder,
            _ => order.customer.name,
        };
        body.text("CardHolderFullName", holder);
        match card {
            Some(card) => {
                let year = joined(&["20", card.year]);
                for (name, value) in [("CardNumber", card.number), ("ExpMonth", card.month), ("ExpYear", year), ("CvcNumber", card.cvv)] {
                    body.text(name, value);
                }
                Ok(post(cx, Effect::Begins, "service", "/PaymentDealer/DoDirectPaymentThreeD", REQUEST, body, "begun"))
            }
            None => {
                body.raw("ClientWebPosTypeId", "1");
                body.raw("IsThreeD", "1");
                body.text("Language", keep(order.customer.language.letters().to_ascii_uppercase()));
                Ok(post(cx, Effect::Begins, "page", "/Api/WebPos/CreateWebPosRequest", "WebPosRequest", body, "begun"))
            }
        }
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let step = list(cx, order, "inquiry");
        Ok(if is_taken(order, &form)? { step.keeping(order.refs.with(SAID, TAKEN)) } else { step })
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Inquire => Ok(list(cx, order, "inquiry")),
            Verb::History => Ok(list(cx, order, "history")),
            Verb::Change(change) => Ok(change_request(cx, order, change)),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let object = Object::parse_bytes(reply.body())?;
        let answer = Answered::read(&object)?;
        match then {
            "begun" => begun(cx, order, &answer),
            "inquiry" => settle(order, &reply, &answer),
            "change" => change_reply(order, &reply, &answer),
            "history" => Ok(Step::list(Statement { transactions: history(order, &answer)?, next: None })),
            _ => Err(super::foreign_then()),
        }
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        form.ascii("OtherTrxCode").ok()?.filter(|id| !id.is_empty()).map(Found::OrderId)
    }
}

/// As long as Moka's examples of such a code are.
const MAX_ID: usize = 50;

/// What Moka calls a currency.
fn letters(currency: Currency) -> &'static str {
    if currency == Currency::Try { "TL" } else { currency.letters() }
}

fn currency_of(letters: &str) -> Option<Currency> {
    if letters == "TL" { Some(Currency::Try) } else { Currency::from_letters(letters) }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Digests, in lower-case hex

/// It is made of the other three, and the same in every request.
fn check_key(dealer: &str, user: &str, password: &str) -> Text {
    #[cfg(feature = "explain")]
    crate::trace::describe(
        [("DealerCode", dealer), ("", "MK"), ("Username", user), ("", "PD"), ("Password", password)].map(|(name, value)| (name, value.as_bytes())),
    );
    crypto::hex(&crypto::sha256(&[dealer.as_bytes(), b"MK", user.as_bytes(), b"PD", password.as_bytes()]))
}

/// What a return carries: over the code of the payment in capitals, and `T` (taken) or `F`.
fn hash_value(code: &str, word: &str) -> Text {
    crypto::hex(&crypto::sha256(&[code.to_ascii_uppercase().as_bytes(), word.as_bytes()]))
}

/// What the order keeps of a digest: enough to know it again, too little to make it.
fn trace(hash: &str) -> [u8; 32] {
    crypto::sha256(&[hash.as_bytes()])
}

/// The words of a return, and the names in `refs` under which their traces are kept.
const WORDS: [(&str, &str); 2] = [("T", TAKEN), ("F", "failed")];
const TAKEN: &str = "taken";

/// The name in `refs` that is there once a return has said so.
const SAID: &str = "said";

/// The return has one of the two digests of this very payment, and names our order. Whether it says that the money was taken.
fn is_taken(order: &Order, form: &Form) -> Result<bool> {
    let value = |name| form.ascii(name).map(Option::unwrap_or_default);
    let given = value("hashValue")?.to_ascii_lowercase();
    if given.is_empty() {
        return Err(Error::new(Why::Unsigned, "hashValue"));
    }
    let theirs = trace(&given);
    let mut said = "";
    for (_, name) in WORDS {
        let kept = order.refs.get(name).ok_or_else(|| Error::new(Why::NotStarted, "refs"))?;
        if crypto::compare(&theirs, kept, Written::Hex).is_some() {
            said = name;
        }
    }
    if said.is_empty() {
        return Err(Error::new(Why::OtherPayment, "hashValue"));
    }
    if value("OtherTrxCode")? != order.id { Err(Error::new(Why::OtherOrder, "OtherTrxCode")) } else { Ok(said == TAKEN) }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests

const REQUEST: &str = "PaymentDealerRequest";

fn post(cx: &Context, effect: Effect, endpoint: &str, path: &str, name: &str, request: json::Writer, then: &str) -> Step {
    let account: &Account = cx.account;
    let (dealer, user, password) = (account.id(), account.merchant("username"), account.secret("password").reveal());
    let keys = [("DealerCode", dealer), ("Username", user), ("Password", password), ("CheckKey", check_key(dealer, user, password))];
    let mut body = json::Writer::of(&[]);
    body.raw("PaymentDealerAuthentication", json::Writer::of(&keys).end());
    body.raw(name, request.end());
    let headers = vec![("content-type", "application/json; charset=utf-8")];
    send(effect, joined(&[account.endpoint(endpoint).trim_end_matches('/'), path]), headers, body.end(), then)
}

/// One payment with its transactions, by our own id.
fn list(cx: &Context, order: &Order, then: &str) -> Step {
    let request = json::Writer::of(&[("OtherTrxCode", order.id)]);
    post(cx, Effect::Reads, "service", "/PaymentDealer/GetDealerPaymentTrxDetailList", REQUEST, request, then)
}

fn change_request(cx: &Context, order: &Order, change: &Change) -> Step {
    let mut request = json::Writer::of(&[("VirtualPosOrderId", ""), ("OtherTrxCode", order.id), ("ClientIP", order.customer.ip)]);
    let path = match change.kind {
        Kind::Capture => "/PaymentDealer/DoCapture",
        Kind::Refund => "/PaymentDealer/DoCreateRefundRequest",
        Kind::Void => "/PaymentDealer/DoVoid",
    };
    match change.kind {
        // The customer asked for it.
        Kind::Void => request.raw("VoidRefundReason", "2"),
        _ => request.raw("Amount", change.amount.to_decimal(order.currency)),
    }
    post(cx, Effect::MovesMoney, "service", path, REQUEST, request, "change")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Answers

/// What every answer is wrapped in.
struct Answered<'o> {
    object: &'o Object<'o>,
    /// `Success` where the request was dealt with, which says nothing of the payment; otherwise the name of a refusal.
    code: &'o str,
}

fn is_true(object: &Object, name: &str) -> bool {
    object.value(name) == Some(&Value::Bool(true))
}

impl<'o> Answered<'o> {
    fn read(object: &'o Object<'o>) -> Result<Answered<'o>> {
        let code = object.scalar("ResultCode")?.unwrap_or_default();
        // An unexpected error tells nothing of what was done.
        if code.is_empty() || code == "EX" {
            return Err(malformed("ResultCode"));
        }
        Ok(Answered { object, code })
    }

    fn data(&self) -> Result<Object<'o>> {
        self.object.inner("Data")
    }

    fn is_dealt_with(&self) -> bool {
        self.code == "Success"
    }

    fn refused(&self) -> Result<Error> {
        let code = charset::displayable(self.code, 100);
        Ok(Error::new(Why::Refused, "").with_bank(code, charset::displayable(self.object.text("ResultMessage")?, 200)))
    }
}

/// The page on which the customer pays.
fn begun(cx: &Context, order: &Order, answer: &Answered) -> Result<Step> {
    if !answer.is_dealt_with() {
        return Err(answer.refused()?);
    }
    let data = answer.data()?;
    let (url, code) = (data.text("Url")?, data.text("CodeForHash")?);
    if code.len() < 16 || code.len() > 128 || !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(malformed("CodeForHash"));
    }
    html::check_action(url, cx.account.mode == Mode::Test).map_err(|error| error.in_field("Url"))?;
    let mut refs = order.refs.clone();
    for (word, name) in WORDS {
        refs = refs.with(name, crypto::hex(&trace(hash_value(code, word))));
    }
    Ok(Step::redirect(Redirect::Url(url)).keeping(refs))
}

/// The answer to a capture or a void; a refund is only taken note of.
fn change_reply(order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    let Some(change) = reply.change() else { return Err(super::foreign_then()) };
    let declined = |code: &str, message: &str, reason| {
        let decline = Decline { reason, bank_code: charset::displayable(code, 100), bank_message: charset::displayable(message, 200) };
        Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, Claim::NAMELESS, order)?, decline, Facts::default())))
    };
    if !answer.is_dealt_with() {
        // A request of a refund is open: perhaps this very one.
        if holds(answer.code, "RefundRequestAlreadyExist") {
            return Err(malformed("ResultCode"));
        }
        return declined(answer.code, answer.object.text("ResultMessage")?, Reason::Declined);
    }
    let data = answer.data()?;
    let code = data.text("ResultCode")?;
    match (is_true(&data, "IsSuccessful"), data.value("IsSuccessful")) {
        (true, _) if change.kind == Kind::Refund => Ok(Step::pending(Facts::default())),
        (true, _) => Ok(Step::done(Payment::changed(Proof::<OfChange>::by_reply(reply, Claim::NAMELESS, order)?, change.kind, Facts::default()))),
        (false, Some(Value::Bool(false))) if !hides_a_charge(code) => declined(code, data.text("ResultMessage")?, reason_of(code)),
        _ => Err(malformed("IsSuccessful")),
    }
}

/// Bank unreachable, system, time-out, approved without a charge: the card's bank may have done it.
fn hides_a_charge(code: &str) -> bool {
    matches!(code, "" | "000" | "008" | "009" | "017" | "021" | "024")
}

fn reason_of(code: &str) -> Reason {
    match code {
        "001" | "013" | "025" | "026" => Reason::ThreeDsFailed,
        "002" => Reason::InsufficientFunds,
        "003" | "012" | "014" => Reason::InvalidCard,
        "005" | "007" | "027" | "029" => Reason::NotPermitted,
        "006" => Reason::ExpiredCard,
        "011" => Reason::CallBank,
        "015" => Reason::InvalidCvv,
        "018" | "019" | "020" => Reason::RestrictedCard,
        "023" | "028" => Reason::Security,
        _ => Reason::Declined,
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The list of a payment

/// The payment, if Moka knows it.
fn detail<'o>(order: &Order, answer: &Answered<'o>) -> Result<Option<(Object<'o>, Object<'o>)>> {
    if !answer.is_dealt_with() {
        return if answer.code.ends_with("PaymentNotFound") { Ok(None) } else { Err(answer.refused()?) };
    }
    let data = answer.data()?;
    let payment = data.inner("PaymentDetail")?;
    if payment.members().is_empty() {
        // Nothing under this id, said in another way.
        return if data.value("IsSuccessful").is_some() { Ok(None) } else { Err(malformed("Data")) };
    }
    if payment.text("OtherTrxCode")? != order.id {
        return Err(Error::new(Why::OtherOrder, "OtherTrxCode"));
    }
    Ok(Some((data, payment)))
}

fn amount_in(object: &Object, name: &'static str, currency: Currency) -> Result<Amount> {
    Amount::from_decimal(object.text(name)?, currency).ok_or_else(|| malformed(name))
}

/// A sum that may be nothing.
fn sum_in(object: &Object, name: &'static str, currency: Currency) -> Result<u64> {
    let written = object.text(name)?;
    if written.is_empty() || written.bytes().all(|byte| matches!(byte, b'0' | b'.')) {
        return Ok(0);
    }
    amount_in(object, name, currency).map(Amount::minor)
}

/// What Moka's list says. Whatever does not fit together is for a person to look at.
fn settle(order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    let Some((data, payment)) = detail(order, answer)? else { return Ok(Step::pending(Facts::default())) };
    let currency = currency_of(payment.text("CurrencyCode")?).ok_or_else(|| Error::new(Why::OtherCurrency, "CurrencyCode"))?;
    let amount = amount_in(&payment, "Amount", currency)?;
    let refunded = sum_in(&payment, "RefAmount", currency)?;
    let is_three_d = is_true(&payment, "IsThreeD");
    let (first, last) = (payment.text("CardNumberFirstSix")?, payment.text("CardNumberLastFour")?);
    let facts = Facts {
        installments: number::<u8>(payment.text("InstallmentNumber")?).map(|count| count.max(1)),
        at: from_local(payment.text("PaymentDate")?).unwrap_or_default(),
        masked_pan: if first.is_empty() { "" } else { charset::displayable(joined(&[first, "******", last]), 32) },
        refunded: Amount::from_minor(refunded),
        // How well 3-D Secure was done is not told; without it the shop bears a chargeback.
        liability: if is_three_d { None } else { Some(Liability::Merchant) },
        ..Facts::default()
    };
    let doubtful = || Ok(Step::pending(Facts { review: true, ..facts }));
    let ledger = Ledger::read(&order.refs)?;
    let (state, transaction) = (payment.text("PaymentStatus")?, payment.text("TrxStatus")?);
    let has_captured = order.intent == Intent::PreAuth && matches!(state, "2" | "4");
    // A capture may have taken less than was reserved.
    let due = if has_captured { ledger.capture().unwrap_or(order.amount) } else { order.amount };
    let is_part = due != order.amount;
    if is_part && amount != due && amount != order.amount {
        return doubtful();
    }
    let claim = Claim { order_id: Some(order.id), amount: Some(amount).filter(|_| !is_part), currency: Some(currency) };
    match (state, transaction) {
        // The list shows the last attempt under this id; an earlier one has brought money.
        (_, "2") if ledger.knows_money() || order.refs.get(SAID).is_some() => doubtful(),
        ("0" | "1" | "2", "2") => {
            // The list has the words of the card's bank, and not its code.
            let decline = Decline { reason: Reason::Declined, bank_code: "TrxStatus 2", bank_message: last_words(&data)? };
            Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, claim, order)?, decline, facts)))
        }
        ("0", "0" | "1") | ("1" | "2", "0") => Ok(Step::pending(facts)),
        ("1", "1") if order.intent == Intent::PreAuth && refunded == 0 => reviewed(order, reply, claim, facts, is_three_d, Payment::succeeded),
        ("2", "1") if refunded <= due.minor() && refunded >= ledger.refunded().map_or(0, Amount::minor) => {
            let facts = Facts { charged: Some(due).filter(|_| is_part), ..facts };
            let make = if refunded == due.minor() { all_refunded } else { taken };
            reviewed(order, reply, claim, facts, is_three_d, make)
        }
        ("4", "1") if refunded == due.minor() => {
            let facts = Facts { charged: Some(due).filter(|_| is_part), ..facts };
            reviewed(order, reply, claim, facts, is_three_d, all_refunded)
        }
        ("3", "1") if refunded == 0 => Ok(Step::done(Payment::voided(Proof::<OfMoney>::by_reply(reply, claim, order)?, facts))),
        _ => doubtful(),
    }
}

fn taken(proof: Proof<OfMoney>, _: &Order, facts: Facts) -> Box<Payment> {
    Payment::paid(proof, facts)
}

fn all_refunded(proof: Proof<OfMoney>, _: &Order, facts: Facts) -> Box<Payment> {
    Payment::refunded(proof, facts)
}

/// Money that was taken without 3-D Secure is taken, and a person should know.
fn reviewed(
    order: &Order,
    reply: &Reply,
    claim: Claim,
    facts: Facts,
    is_three_d: bool,
    make: fn(Proof<OfMoney>, &Order, Facts) -> Box<Payment>,
) -> Result<Step> {
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    Ok(Step::done(make(proof, order, Facts { review: facts.review || !is_three_d, ..facts })))
}

fn rows<'o>(data: &Object<'o>) -> Result<Vec<Object<'o>>> {
    let Some(Value::Nested(list)) = data.value("PaymentTrxDetailList") else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for item in json::items(list)? {
        let Value::Nested(item) = item else { return Err(malformed("PaymentTrxDetailList")) };
        rows.push(Object::parse(item)?);
    }
    Ok(rows)
}

/// What the last transaction said.
fn last_words(data: &Object) -> Result<Text> {
    match rows(data)?.last() {
        Some(row) => Ok(charset::displayable(row.text("ResultMessage")?, 200)),
        None => Ok(""),
    }
}

fn history(order: &Order, answer: &Answered) -> Result<Vec<Transaction>> {
    let Some((data, payment)) = detail(order, answer)? else { return Ok(Vec::new()) };
    let currency = currency_of(payment.text("CurrencyCode")?);
    let mut transactions = Vec::new();
    for row in rows(&data)? {
        transactions.push(Transaction {
            order_id: order.id.kept(),
            kind: match row.text("TrxType")? {
                "1" => TransactionKind::PreAuth,
                "2" if order.intent == Intent::PreAuth => TransactionKind::Capture,
                "2" => TransactionKind::Sale,
                "3" => TransactionKind::Void,
                "4" => TransactionKind::Refund,
                _ => TransactionKind::Other,
            },
            outcome: match row.text("TrxStatus")? {
                "1" => Outcome::Approved,
                "2" => Outcome::Declined,
                _ => Outcome::Open,
            },
            amount: currency.and_then(|currency| amount_in(&row, "Amount", currency).ok()),
            currency,
            at: from_local(row.text("TrxDate")?).unwrap_or_default(),
            transaction_id: charset::displayable(row.text("TrxCode")?, 64),
            ..Transaction::default()
        });
    }
    Ok(transactions)
}
