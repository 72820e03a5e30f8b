//! The gateways, and the one machine that drives them all.
//!
//! A gateway is one file that reads top to bottom beside its bank's document. It declares itself in a [`Spec`], answers one question
//! at a time with a [`Step`], and never touches the network, a clock or a random source. To add one: write the file, name it in
//! [`SYSTEMS`]. A gateway never uses another gateway.

mod iyzico;
pub mod nestpay;
pub mod paytr;

pub use iyzico::verify_webhook;
pub use iyzico::{authorization, response_signature, webhook_signature};

use crate::account::Account;
use crate::error::{Code, Error, Result};
use crate::money::Currency;
use crate::payment::{Action, Card, Effect, Facts, Order, Payment, Send, Step};

/// The register: every system this build knows.
pub const SYSTEMS: &[&Spec] = &[&nestpay::SPEC, &paytr::SPEC, &iyzico::SPEC];

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
}

/// An answer to a notification.
pub struct Acknowledgement {
    /// Its content type.
    pub content_type: &'static str,
    /// Its body; the status is 200.
    pub body: &'static str,
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
    /// Begins a verb on a payment that was started.
    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step>;
    /// Reads the bank's reply to a request of our own.
    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step>;
    /// Which payment a message claims to be about; only good for finding the stored order.
    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>>;
}

/// What is handed to a gateway besides the order.
pub struct Context<'a> {
    /// The configured account.
    pub account: &'a Account<'a>,
    /// Milliseconds since 1970.
    pub now: u64,
    /// Fresh random bytes.
    pub random: [u8; 32],
}

/// Whatever arrived from outside.
pub struct Message<'a> {
    /// The body; readers may decode it in place.
    pub body: &'a mut [u8],
    /// The values of [`Spec::headers`], in that order; empty texts were not sent.
    pub headers: Vec<&'a str>,
}

/// A question or an instruction about a payment that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// What became of it?
    Inquire,
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

/// The body of an answer with status 200 to a request of our own. Only [`reply`] makes one.
pub struct Reply<'a>(&'a [u8]);

impl<'a> Reply<'a> {
    /// The body.
    pub fn body(&self) -> &'a [u8] {
        self.0
    }
}

/// A request and how to go on; `then` carries the effect, so that a lost answer is understood without the gateway.
pub fn send(effect: Effect, url: String, headers: Vec<(&'static str, String)>, body: String, then: &str) -> Step {
    let mark = match effect {
        Effect::Begins => "begins",
        Effect::Reads => "reads",
        Effect::MovesMoney => "moves",
    };
    Step { action: Action::Send(Send { url, headers, body, effect, then: format!("{mark}:{then}") }), refs: None }
}

/// Begins a payment, after the rules that are the same for every gateway.
pub fn start(cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
    let spec = cx.account.spec;
    if !spec.currencies.contains(&order.currency) {
        return Err(Error::new(Code::Unsupported, "currency", "this gateway does not take this currency"));
    }
    if order.max_installments > 1 && order.installments > order.max_installments {
        return Err(Error::new(Code::Order, "installments", "more instalments are chosen than `maxInstallments` allows"));
    }
    let step = spec.gateway.start(cx, order, card)?;
    // Every order that was started carries this, so that nothing verifies against one that was not.
    let refs = step.refs.as_ref().unwrap_or(&order.refs).with(STARTED, &(cx.now / 1000).to_string());
    Ok(step.keeping(refs))
}

/// The name in `refs` under which the time of the start is kept, in seconds since 1970.
pub const STARTED: &str = "started";

/// Reads an answer. What a lost or unreadable one means depends only on what the request could do:
/// nothing has begun, or we know as little as before, or money may have moved and only an inquiry may follow (invariant 8).
pub fn reply(cx: &Context, order: &Order, then: &str, answer: Answer) -> Result<Step> {
    let (mark, then) = then.split_once(':').unwrap_or((then, ""));
    let effect = match mark {
        "begins" => Effect::Begins,
        "reads" => Effect::Reads,
        "moves" => Effect::MovesMoney,
        _ => return Err(Error::new(Code::Order, "then", "`then` is not one that a step of this package returned")),
    };
    let result = match answer {
        Answer::Received { status: 200, body } => cx.account.spec.gateway.reply(cx, order, then, Reply(body)),
        _ => Err(Error::new(Code::Unreachable, "", "the bank did not answer, or not with status 200; try again in a while")),
    };
    let unreadable = |error: &Error| matches!(error.code, Code::Unreachable | Code::Malformed | Code::DuplicateField | Code::TooLarge);
    match (result, effect) {
        (Err(error), Effect::Begins) if unreadable(&error) => Err(Error { code: Code::Unreachable, ..error }),
        (Err(error), Effect::Reads) if unreadable(&error) => Ok(Step::done(Payment::unknown(Facts::default()))),
        (Err(error), Effect::MovesMoney) => {
            // Even a reply about another order does not undo that our request was sent.
            let review = !unreadable(&error);
            Ok(Step::done(Payment::unknown(Facts { review, ..Facts::default() })))
        }
        (result, _) => result,
    }
}

/// Somebody else has claimed the request that moves money: nothing is sent, and an inquiry will tell.
pub fn already_claimed() -> Step {
    Step::done(Payment::pending(Facts::default()))
}
