//! The gateways, and the one machine that drives them all.
//!
//! A gateway is one file that reads top to bottom beside its bank's document. It declares itself in a [`Spec`], answers one question
//! at a time with a [`Step`], and never touches the network, a clock or a random source. To add one: write the file, name it in
//! [`SYSTEMS`]. A gateway never uses another gateway.

#[cfg(feature = "all")]
mod akbank;
#[cfg(feature = "all")]
mod boa;
mod garanti;
#[cfg(feature = "all")]
mod interpos;
mod iyzico;
#[cfg(feature = "all")]
mod moka;
pub mod nestpay;
mod payflex;
#[cfg(feature = "all")]
mod payfor;
pub mod paytr;
mod posnet;
#[cfg(feature = "all")]
mod posnetv1;
#[cfg(feature = "all")]
mod tosla;

use crate::text::{Text, digits, joined};
use alloc::vec::Vec;
pub use iyzico::verify_webhook;

use crate::account::{Account, Mode};
use crate::error::{Code, Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{Action, Card, Effect, Facts, Intent, Order, Payment, Refs, Send, Status, Step};
use crate::statement::Statement;
use crate::wire::time::Date;
use crate::wire::{number, split_first};

/// The register: every system this build knows.
pub const SYSTEMS: &[&Spec] = &[
    &nestpay::SPEC,
    &garanti::SPEC,
    &posnet::SPEC,
    &payflex::SPEC,
    &paytr::SPEC,
    &iyzico::SPEC,
    #[cfg(feature = "all")]
    &payfor::SPEC,
    #[cfg(feature = "all")]
    &interpos::SPEC,
    #[cfg(feature = "all")]
    &akbank::SPEC,
    #[cfg(feature = "all")]
    &tosla::SPEC,
    #[cfg(feature = "all")]
    &moka::SPEC,
    #[cfg(feature = "all")]
    &boa::KUVEYTTURK,
    #[cfg(feature = "all")]
    &boa::VAKIFKATILIM,
    #[cfg(feature = "all")]
    &posnetv1::SPEC,
];

/// The names of those that `velopos/all` alone carries: who names one of them to `velopos` is told where it is.
pub const ELSEWHERE: &[&str] = &[
    "qnb",
    "enpara",
    "ziraatkatilim",
    "payfor",
    "denizbank",
    "interpos",
    "akbank",
    "tosla",
    "moka",
    "kuveytturk",
    "vakifkatilim",
    "albaraka",
    "posnetv1",
];

/// What a system is, told once; configuration, documentation and tables are made from it.
pub struct Spec {
    /// The system's own name; usable as `gateway` in a configuration that gives `endpoints`.
    pub system: &'static str,
    /// How it works.
    pub gateway: &'static dyn Gateway,
    /// The bank's own words for its models, the default first.
    pub models: &'static [&'static str],
    /// The models in which our own server moves money while a payment is made, so that a claim is needed.
    pub claiming_models: &'static [&'static str],
    /// The models in which a callback can prove a payment by its signature alone.
    pub proving_models: &'static [&'static str],
    /// The models that can reserve money for a later capture.
    pub preauth_models: &'static [&'static str],
    /// The models in which the card must pass through our server.
    pub card_models: &'static [&'static str],
    /// The models in which it may: without a card the bank's own page asks for it.
    pub either_card_models: &'static [&'static str],
    /// What it offers beside start, finish and inquire: `capture`, `refund`, `void`, `history`, `report`.
    pub verbs: &'static [&'static str],
    /// The formulas of its documents, for signing and for tests.
    pub formulas: &'static [Formula],
    /// The keys of `merchant`. The first names the account.
    pub merchant: &'static [Key],
    /// The keys of `endpoints`.
    pub endpoints: &'static [&'static str],
    /// The currencies it takes.
    pub currencies: &'static [Currency],
    /// The headers of a message that it reads.
    pub headers: &'static [&'static str],
    /// What it wants to read when a notification has been dealt with.
    pub acknowledgement: Acknowledgement,
    /// The banks that run it.
    pub banks: &'static [Bank],
    /// Credentials that everybody can read in public documents: key and value.
    pub public_credentials: &'static [(&'static str, &'static str)],
}

/// A key of `merchant`.
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What the bank's panel or letter calls it.
    pub panel: &'static str,
    /// Whether nothing works without it.
    pub required: bool,
    /// The longest value it can have.
    pub max: usize,
}

impl Key {
    /// Its name in a configuration.
    pub fn full_name(&self) -> Text {
        joined(&["merchant.", self.name])
    }

    /// A refusal of its value, in the words of the bank's panel.
    pub fn refused(&self, why: Why) -> Error {
        Error::new(why, self.full_name()).about(self.panel)
    }
}

/// A bank or company that runs a system.
pub struct Bank {
    /// The name an owner knows, as `gateway` in a configuration.
    pub name: &'static str,
    /// Its addresses, in the order of [`Spec::endpoints`].
    pub production: &'static [&'static str],
    /// The addresses of its test system, in the same order.
    pub test: &'static [&'static str],
    /// More hosts of its own that an owner may name in `endpoints`.
    pub hosts: &'static [&'static str],
    /// More hosts of its test system; like those of `test` they are refused in production.
    pub test_hosts: &'static [&'static str],
}

impl Bank {
    /// Its addresses in a mode.
    pub fn addresses(&self, mode: Mode) -> &'static [&'static str] {
        if mode == Mode::Test { self.test } else { self.production }
    }
}

/// An answer to a notification.
pub struct Acknowledgement {
    /// Its content type.
    pub content_type: &'static str,
    /// Its body; the status is 200.
    pub body: &'static str,
}

/// A formula of a bank's document. JavaScript calls it as `system.name`.
pub struct Formula {
    /// Its name.
    pub name: &'static str,
    /// What it is computed over.
    pub over: Over,
    /// Computes it: the values, then the secrets; the body where the formula has one.
    pub compute: fn(&[&str], &[u8]) -> Result<Text>,
}

/// What a formula is computed over.
pub enum Over {
    /// The values of these fields, in this order; what is missing counts as empty.
    Fields(&'static [&'static str]),
    /// All fields that are given, as names and values in turn.
    AllFields,
    /// Values in the caller's order.
    Values,
}

/// One payment system. Every method answers with the next step and changes nothing.
pub trait Gateway: Sync {
    /// Rules between configuration keys that the [`Spec`] cannot say.
    fn check(&self, _account: &Account) -> Result<()> {
        Ok(())
    }
    /// Begins a payment.
    fn start(&self, cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step>;
    /// Reads a browser's return, a notification or a webhook.
    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step>;
    /// Begins a verb on a payment that was started. Only the verbs that the [`Spec`] offers are asked for.
    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step>;
    /// Reads the bank's reply to a request of our own.
    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step>;
    /// Asks for the transactions of some days.
    fn report(&self, _cx: &Context, _period: &Period) -> Result<Send> {
        Err(not_offered())
    }
    /// Reads a page of them.
    fn reported(&self, _cx: &Context, _period: &Period, _then: &str, _reply: Reply) -> Result<Statement> {
        Err(not_offered())
    }
    /// Whether a capture is a transaction of its own, so that its void leaves what was reserved.
    fn captures_apart(&self) -> bool {
        false
    }
    /// Which payment a message claims to be about; only good for finding the stored order.
    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>>;
}

/// What is handed to a gateway besides the order.
pub struct Context<'a> {
    /// The configured account.
    pub account: &'a Account<'a>,
    /// Milliseconds since 1970.
    pub now: u64,
    /// Makes fresh random bytes: asked for where they are needed, because they cost more than a digest.
    pub random: fn() -> [u8; 32],
}

/// Whatever arrived from outside.
pub struct Message<'a> {
    /// The body; readers may decode it in place.
    pub body: &'a mut [u8],
    /// The values of [`Spec::headers`], in that order; empty texts were not sent.
    pub headers: &'a [&'a str],
}

/// A question or an instruction about a payment that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb<'a> {
    /// What became of it?
    Inquire,
    /// What happened to it, one transaction after another?
    History,
    /// Capture, refund or void.
    Change(&'a Change),
}

/// The same, as a caller asks for it: the ledger has not seen it yet.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// What became of it?
    Inquire,
    /// What happened to it, one transaction after another?
    History,
    /// Capture, refund or void.
    Change {
        /// Which of them.
        kind: Kind,
        /// The shop's own id for it.
        id: &'a str,
        /// How much; a void takes none.
        amount: Option<Amount>,
    },
}

/// Days of the Turkish calendar, the first and the last included.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// What [`Gateway::peek`] found.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// The order's id.
    OrderId(&'a str),
    /// A token of the gateway's.
    Token(&'a str),
}

/// What became of a request that we sent.
pub enum Answer<'a> {
    /// It was answered.
    Received {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: &'a [u8],
    },
    /// No answer came, or none that could be read in full.
    Lost,
}

/// The body of an answer with status 200 to a request of our own. Only [`reply`] and [`reported`] make one.
pub struct Reply<'a> {
    body: &'a [u8],
    change: Option<&'a Change>,
}

impl<'a> Reply<'a> {
    /// The body.
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The capture, refund or void that our request asked for.
    pub fn change(&self) -> Option<&'a Change> {
        self.change
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests, and how they go on. `then` begins with a mark that says what the request could do, so that a lost answer is understood
// without the gateway.

/// A request and how to go on.
pub fn send(effect: Effect, url: Text, headers: Vec<(&'static str, Text)>, body: Text, then: &str) -> Step {
    Step::send(request("POST", effect, url, headers, body, then))
}

/// The same as [`send`], before it is a step, and with the method of one's choice.
pub fn request(method: &'static str, effect: Effect, url: Text, headers: Vec<(&'static str, Text)>, body: Text, then: &str) -> Send {
    let mark = match effect {
        Effect::Begins => "begins:",
        Effect::Reads => "reads:",
        Effect::MovesMoney => "moves:",
    };
    Send { method, url, headers, body, effect, then: joined(&[mark, then]) }
}

/// What a `then` that came back says: what the request could do, the number of the change it was for, and the gateway's own part.
fn read_then(then: &str) -> Result<(Effect, u32, &str)> {
    let (mark, own) = split_first(then, b':').unwrap_or((then, ""));
    match mark {
        "begins" => Ok((Effect::Begins, 0, own)),
        "reads" => Ok((Effect::Reads, 0, own)),
        "moves" => Ok((Effect::MovesMoney, 0, own)),
        _ => match mark.strip_prefix("change").and_then(number) {
            Some(number) if number > 0 => Ok((Effect::MovesMoney, number, own)),
            _ => Err(foreign_then()),
        },
    }
}

/// A message or a reply in which this field is missing, or written as the bank never writes it.
fn malformed(field: &'static str) -> Error {
    Error::new(Why::NotAsDocumented, field)
}

fn foreign_then() -> Error {
    Error::new(Why::ForeignThen, "then")
}

/// What is claimed before this request is sent: once for this kind of provision, or for this change.
pub fn claimed_by(send: &Send) -> &str {
    let then = send.then.strip_prefix("moves:").unwrap_or_else(|| split_first(send.then, b':').map_or(send.then, |(mark, _)| mark));
    split_first(then, b' ').map_or(then, |(what, _)| what)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The machine

/// Begins a payment, after the rules that are the same for every gateway.
pub fn start(cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
    let spec = cx.account.spec;
    if !spec.currencies.contains(&order.currency) {
        return Err(Error::new(Why::CurrencyNotTaken, "currency"));
    }
    if order.max_installments > 1 && order.installments > order.max_installments {
        return Err(Error::new(Why::InstallmentsAboveLimit, "installments"));
    }
    if order.intent == Intent::PreAuth && !spec.preauth_models.contains(&order.model) {
        return Err(Error::new(Why::NoPreAuth, "type"));
    }
    check_card(spec, order.model, card.is_some())?;
    let step = spec.gateway.start(cx, order, card)?;
    // Every order that was started carries this, so that nothing verifies against one that was not.
    let refs = step.refs.as_ref().unwrap_or(&order.refs).with(STARTED, digits(cx.now / 1000));
    Ok(step.keeping(refs))
}

fn check_card(spec: &Spec, model: &str, given: bool) -> Result<()> {
    let (needed, possible) = (spec.card_models.contains(&model), spec.either_card_models.contains(&model));
    if needed && !given {
        return Err(Error::new(Why::CardNeeded, "card"));
    }
    if given && !needed && !possible {
        return Err(Error::new(Why::CardNotTaken, "card"));
    }
    Ok(())
}

/// The name in `refs` under which the time of the start is kept, in seconds since 1970.
pub const STARTED: &str = "started";

/// Reads a browser's return, a notification or a webhook.
pub fn callback(cx: &Context, order: &Order, message: Message) -> Result<Step> {
    let step = cx.account.spec.gateway.callback(cx, order, message)?;
    remember(order, step, None)
}

/// Begins a verb. A change is entered into the ledger first; one that was entered before is only asked about (invariants 8 and 9).
pub fn ask(cx: &Context, order: &Order, asked: Asked) -> Result<Step> {
    let spec = cx.account.spec;
    let offered = |name| if spec.verbs.contains(&name) { Ok(()) } else { Err(not_offered()) };
    match asked {
        Asked::Inquire => spec.gateway.ask(cx, order, Verb::Inquire),
        Asked::History => {
            offered("history")?;
            spec.gateway.ask(cx, order, Verb::History)
        }
        Asked::Change { kind, id, amount } => {
            offered(kind.name())?;
            let mut ledger = Ledger::read(&order.refs)?;
            let Some(change) = ledger.enter(kind, id, amount)? else { return spec.gateway.ask(cx, order, Verb::Inquire) };
            send_change(cx, order, &ledger, &change)
        }
    }
}

/// The request for a change that was entered.
fn send_change(cx: &Context, order: &Order, ledger: &Ledger, change: &Change) -> Result<Step> {
    let mut step = cx.account.spec.gateway.ask(cx, order, Verb::Change(change))?;
    // Where nothing is to be sent, nothing is entered.
    let Action::Send(send) = &mut step.action else { return Ok(step) };
    send.then = joined(&["change", digits(change.number), send.then.strip_prefix("moves").unwrap_or_default()]);
    let refs = ledger.write_entered(step.refs.as_ref().unwrap_or(&order.refs))?;
    Ok(step.keeping(refs))
}

fn too_few_values() -> Error {
    Error::new(Why::UnknownFormula, "")
}

fn not_offered() -> Error {
    Error::new(Why::NotOffered, "")
}

/// Reads an answer. What a lost or unreadable one means depends only on what the request could do:
/// nothing has begun, or we know as little as before, or money may have moved and only an inquiry may follow (invariant 8).
pub fn reply(cx: &Context, order: &Order, then: &str, answer: Answer) -> Result<Step> {
    let (effect, number, own) = read_then(then)?;
    let ledger = Ledger::read(&order.refs)?;
    let change = ledger.sent(number);
    if number > 0 && change.is_none() {
        return Err(foreign_then());
    }
    let result = match answer {
        Answer::Received { status: 200, body } => cx.account.spec.gateway.reply(cx, order, own, Reply { body, change }),
        _ => Err(unanswered()),
    };
    let step = match (result, effect) {
        (Err(error), Effect::Begins) if is_unreadable(&error) => return Err(Error::new(Why::NothingBegun, error.field)),
        (Err(error), Effect::Reads) if is_unreadable(&error) => Step::unknown(Facts::default()),
        (Err(error), Effect::MovesMoney) => {
            // Even a reply about another order does not undo that our request was sent.
            let review = !is_unreadable(&error);
            Step::unknown(Facts { review, ..Facts::default() })
        }
        (result, _) => result?,
    };
    let (made, refused) = match &step.action {
        Action::Done(payment) => (payment.was_made(), payment.status() == Status::Declined),
        _ => (false, false),
    };
    match change.filter(|change| change.kind == Kind::Void) {
        Some(void) if made && leaves_reservation(cx, order, &ledger) => release(cx, order, step, void),
        Some(void) if refused && ledger.is_release(void) => ask_after_refusal(cx, order, step, void),
        _ => remember(order, step, change),
    }
}

/// Where a capture is a transaction of its own, its void leaves what was reserved.
fn leaves_reservation(cx: &Context, order: &Order, ledger: &Ledger) -> bool {
    cx.account.spec.gateway.captures_apart() && order.intent == Intent::PreAuth && ledger.captured().is_some()
}

/// A void that has undone the capture goes on and lets go of what was reserved. That is a change with a number of its own, and with it a claim
/// of its own; the shop's id stays.
fn release(cx: &Context, order: &Order, undone: Step, void: &Change) -> Result<Step> {
    let refs = undone.refs.as_ref().unwrap_or(&order.refs);
    let mut ledger = Ledger::read(refs)?;
    let entered = ledger.enter_release(void);
    let order = &with_refs(order, ledger.write(refs));
    let step = entered.and_then(|release| {
        let step = send_change(cx, order, &ledger, &release);
        step.inspect_err(|_| ledger.settle(release.number, false))
    });
    // Whatever stands in the way of the rest, the capture is undone. The books tell that something is still reserved.
    let half = || Step::done(Payment::unknown(Facts::doubtful()).answering(*void));
    step.or_else(|_| Ok(half().keeping(ledger.write(refs))))
}

/// The bank does not let go of what was reserved, or nothing is reserved any more: its books tell which.
fn ask_after_refusal(cx: &Context, order: &Order, refused: Step, void: &Change) -> Result<Step> {
    let refs = refused.refs.as_ref().unwrap_or(&order.refs);
    let mut ledger = Ledger::read(refs)?;
    ledger.settle(void.number, false);
    let order = &with_refs(order, ledger.write(refs));
    let step = cx.account.spec.gateway.ask(cx, order, Verb::Inquire)?;
    let refs = step.refs.as_ref().unwrap_or(&order.refs).clone();
    Ok(step.keeping(refs))
}

/// The order as it will be stored.
fn with_refs<'o>(order: &Order<'o>, refs: Refs) -> Order<'o> {
    Order { refs, basket: Vec::new(), ..*order }
}

/// The bank's number of what later requests are about: of the capture once there is one, otherwise of the sale or the pre-authorisation. The
/// names in `refs` of the one and the other.
fn number_at_bank(order: &Order, [first, capture]: [&str; 2]) -> Result<Option<Text>> {
    let of_capture = if Ledger::read(&order.refs)?.captured().is_some() { order.refs.get(capture) } else { None };
    Ok(of_capture.or_else(|| order.refs.get(first)))
}

fn unanswered() -> Error {
    Error::new(Why::Unanswered, "")
}

fn is_unreadable(error: &Error) -> bool {
    matches!(error.code(), Code::Unreachable | Code::Malformed | Code::DuplicateField | Code::TooLarge)
}

/// Writes what a payment says into the ledger, so that captures, refunds and voids know what there is. A change is settled by the bank's word
/// about this very change, and by nothing else.
fn remember(order: &Order, step: Step, change: Option<&Change>) -> Result<Step> {
    let Action::Done(mut payment) = step.action else { return Ok(step) };
    let mut ledger = Ledger::read(&order.refs)?;
    match change {
        Some(change) => {
            match payment.status() {
                // It was sent, and `pending` is what a change is called that was not.
                Status::Pending | Status::Unknown => payment = Payment::unknown(payment.facts),
                Status::Declined => ledger.settle(change.number, false),
                _ if payment.was_made() => ledger.settle(change.number, true),
                _ => payment = Payment::unknown(Facts::doubtful()),
            }
            payment = payment.answering(*change);
        }
        None => {
            let contradicts = match payment.status() {
                // A refusal does not undo money: it is an earlier attempt's or a later change's.
                Status::Declined => ledger.knows_money(),
                // Nor does an earlier message undo a capture. A void may have undone it and no more, which the bank's books tell.
                Status::Authorized if ledger.captured().is_some() => !ledger.has(Kind::Void) || payment.proof() == "signature",
                Status::Authorized => ledger.is_voided(),
                _ => false,
            };
            if contradicts {
                let review = payment.facts.review || payment.proof() == "reply";
                payment = Payment::pending(Facts { review, ..payment.facts });
            }
            payment.facts.review |= ledger.learn(payment.status(), &payment.facts, order);
        }
    }
    match (payment.status(), change) {
        (Status::Refunded, Some(_)) => payment.facts.refunded = ledger.refunded(),
        (Status::Paid, Some(change)) => payment.facts.charged = Some(change.amount).filter(|taken| *taken != order.amount),
        _ => {}
    }
    let refs = ledger.write(step.refs.as_ref().unwrap_or(&order.refs));
    Ok(Step::done(payment).keeping(refs))
}

/// Somebody else has claimed the request that moves money: nothing is sent, and an inquiry will tell.
pub fn already_claimed(order: &Order, then: &str) -> Result<Step> {
    let (_, number, _) = read_then(then)?;
    let mut ledger = Ledger::read(&order.refs)?;
    let Some(change) = ledger.sent(number).cloned() else { return Ok(Step::pending(Facts::default())) };
    let is_half_done = ledger.is_release(&change);
    ledger.withdraw(number);
    // When the order, loaded again, still knows of no other change, whoever has the number died with it: a person must look.
    let payment = if is_half_done { Payment::unknown(Facts::doubtful()) } else { Payment::pending(Facts::doubtful()) };
    Ok(Step::done(payment.answering(change)).keeping(ledger.write(&order.refs)))
}

/// Asks for the transactions of some days.
pub fn report(cx: &Context, period: &Period) -> Result<Send> {
    if !cx.account.spec.verbs.contains(&"report") {
        return Err(not_offered());
    }
    cx.account.spec.gateway.report(cx, period)
}

/// Reads a page of them.
pub fn reported(cx: &Context, period: &Period, then: &str, answer: Answer) -> Result<Statement> {
    let (_, _, own) = read_then(then)?;
    match answer {
        Answer::Received { status: 200, body } => cx.account.spec.gateway.reported(cx, period, own, Reply { body, change: None }),
        _ => Err(unanswered()),
    }
}
