//! The words of the domain: what was ordered, what to do next, and what is known about the money.
//!
//! A final [`Payment`] can only be made from a [`Proof`], and a proof only from a verified signature or from the bank's reply to our
//! own request, together with a [`Claim`] that equals the stored order. That is the whole of invariants 1 and 2 of the design.

use crate::crypto::Verified;
use crate::decline::Decline;
use crate::error::{Error, Result, Why};
use crate::gateway::Reply;
use crate::ledger::{Change, Kind};
use crate::money::{Amount, Currency};
use crate::statement::Statement;
use crate::text::{Keep, Text};
use crate::wire::charset::displayable;
use crate::wire::time::from_turkish;
use crate::wire::{form, is_ip_address};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::marker::PhantomData;

/// What the shop sells: the stored order, checked field by field where it entered.
#[derive(Debug)]
pub struct Order<'a> {
    /// One attempt at paying; never used twice.
    pub id: &'a str,
    /// What the customer owes.
    pub amount: Amount,
    /// In which currency.
    pub currency: Currency,
    /// Charge at once, or only reserve.
    pub intent: Intent,
    /// Chosen number of instalments; 1 is a single payment.
    pub installments: u8,
    /// The largest number of instalments that the customer may choose on the bank's page; 1 forbids them.
    pub max_installments: u8,
    /// Where the bank sends the browser and its notification.
    pub urls: Urls<'a>,
    /// Who pays. Never sent to a gateway that signs by value order.
    pub customer: Customer<'a>,
    /// What is in the basket, for the gateways that ask.
    pub basket: Vec<Item<'a>>,
    /// The model under which the payment was started.
    pub model: &'a str,
    /// What `start` fixed and later steps must compare with.
    pub refs: Refs,
}

impl Order<'_> {
    /// Up to how many instalments the customer may choose; 1 is a single payment.
    pub fn installment_limit(&self) -> u8 {
        self.installments.max(self.max_installments)
    }

    /// Whether the id is as long as `newOrderId()` makes it. A shorter one can be guessed, and can be a part of another order's: where a bank
    /// signs values with nothing between them, what it has signed about that order reads as if it were about this one.
    pub fn has_full_id(&self) -> bool {
        self.id.len() == 20
    }

    /// Refuses to leave the choice of instalments to the customer, for gateways that know no such thing.
    pub fn check_shop_chooses_installments(&self) -> Result<()> {
        if self.max_installments <= 1 || self.max_installments == self.installments {
            return Ok(());
        }
        Err(Error::new(Why::InstallmentsByShop, "maxInstallments"))
    }

    /// Refuses an order that does not say from where the customer's browser comes.
    pub fn check_ip(&self) -> Result<()> {
        if is_ip_address(self.customer.ip) {
            return Ok(());
        }
        Err(Error::new(Why::CustomerIp, "customer.ip"))
    }

    /// What left the card, where it is more than the order's amount: some gateways add interest, so only where instalments were allowed.
    /// Any other difference is another payment. `field` names the gateway's field.
    pub fn charged(&self, total: Amount, field: &'static str) -> Result<Option<Amount>> {
        match total.cmp(&self.amount) {
            Ordering::Equal => Ok(None),
            Ordering::Greater if self.installment_limit() > 1 => Ok(Some(total)),
            _ => Err(Error::new(Why::OtherAmount, field)),
        }
    }
}

/// Refuses an order without a value that this gateway cannot do without.
pub fn required(field: &'static str, value: &str, why: Why) -> Result<()> {
    if value.trim().is_empty() { Err(Error::new(why, field)) } else { Ok(()) }
}

/// Charge at once, or only reserve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// The money is taken at once.
    Sale,
    /// The money is reserved, and taken by a later capture.
    PreAuth,
}

/// The addresses that were sent to the bank.
#[derive(Clone, Copy, Debug)]
pub struct Urls<'a> {
    /// After a success.
    pub ok: &'a str,
    /// After a failure.
    pub fail: &'a str,
    /// For the bank's own copy, server to server; empty when there is none.
    pub notify: &'a str,
}

/// What some gateways want to know about the customer. Empty texts were not given.
#[derive(Clone, Copy, Debug)]
pub struct Customer<'a> {
    /// The address the customer's browser comes from.
    pub ip: &'a str,
    /// E-mail address.
    pub email: &'a str,
    /// Name and surname.
    pub name: &'a str,
    /// Telephone number.
    pub phone: &'a str,
    /// Postal address, in one line.
    pub address: &'a str,
    /// Language of the bank's page.
    pub language: Language,
}

/// Language of the bank's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Turkish.
    Tr,
    /// English.
    En,
}

impl Language {
    /// The two letters that every gateway uses.
    pub const fn letters(self) -> &'static str {
        match self {
            Language::Tr => "tr",
            Language::En => "en",
        }
    }
}

/// One line of the basket.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// What it is.
    pub name: &'a str,
    /// The price of one.
    pub price: Amount,
    /// How many.
    pub quantity: u32,
}

/// A card, only for the models in which it passes through the shop's server. Never stored, never printed.
pub struct Card<'a> {
    /// The number, digits only.
    pub number: &'a str,
    /// Two digits.
    pub month: &'a str,
    /// Two digits.
    pub year: &'a str,
    /// Three or four digits.
    pub cvv: &'a str,
    /// The name on the card.
    pub holder: &'a str,
}

/// Names and values that `start` and later steps fix, kept with the order by the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refs(Vec<(Text, Text)>);

impl Refs {
    /// The longest text of refs that is read again.
    pub const MAX: usize = 2048;

    /// Reads the text that [`Refs::render`] wrote.
    pub fn parse(text: &str) -> Result<Refs> {
        let broken = || Error::new(Why::ChangedRefs, "refs");
        let form = form::Form::parse(text.as_bytes().to_vec().leak()).map_err(|_| broken())?;
        let mut refs = Vec::with_capacity(form.fields().len() + 1);
        for field in form.fields() {
            refs.push((field.name, core::str::from_utf8(field.value).map_err(|_| broken())?));
        }
        Ok(Refs(refs))
    }

    /// One line of text.
    pub fn render(&self) -> Text {
        form::render(&self.0)
    }

    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<Text> {
        self.0.iter().find(|(at, _)| *at == name).map(|(_, value)| *value)
    }

    /// The same with one value set.
    pub fn with(&self, name: &str, value: &str) -> Refs {
        let mut refs = self.clone();
        refs.set(name.kept(), Some(value.kept()));
        refs
    }

    /// Sets one value, or leaves it out.
    #[inline(never)]
    pub fn set(&mut self, name: Text, value: Option<Text>) {
        let Some(value) = value else { return self.0.retain(|(at, _)| *at != name) };
        match self.0.iter_mut().find(|(at, _)| *at == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }
}

/// What to do next, and what to remember.
#[derive(Debug)]
pub struct Step {
    /// What to do next.
    pub action: Action,
    /// The refs to store with the order from now on; `None` when they stay as they are.
    pub refs: Option<Refs>,
}

/// What to do next.
#[derive(Debug)]
pub enum Action {
    /// Send the browser to the bank.
    Redirect(Redirect),
    /// Send this request from our server and bring back the answer.
    Send(Send),
    /// This is the payment.
    Done(Box<Payment>),
    /// This is what the bank lists.
    List(Statement),
}

impl Step {
    /// Send the browser to the bank.
    pub fn redirect(to: Redirect) -> Step {
        Step { action: Action::Redirect(to), refs: None }
    }

    /// This is the payment.
    #[inline(never)]
    pub fn done(payment: Box<Payment>) -> Step {
        Step { action: Action::Done(payment), refs: None }
    }

    /// The bank knows nothing final yet.
    #[inline(never)]
    pub fn pending(facts: Facts) -> Step {
        Step::done(Payment::pending(facts))
    }

    /// A request was sent and its answer is not known.
    #[inline(never)]
    pub fn unknown(facts: Facts) -> Step {
        Step::done(Payment::unknown(facts))
    }

    /// Send this request.
    pub fn send(request: Send) -> Step {
        Step { action: Action::Send(request), refs: None }
    }

    /// This is what the bank lists.
    pub fn list(statement: Statement) -> Step {
        Step { action: Action::List(statement), refs: None }
    }

    /// The same step, with refs to store.
    pub fn keeping(self, refs: Refs) -> Step {
        Step { refs: Some(refs), ..self }
    }
}

/// Where the browser goes.
#[derive(Debug)]
pub enum Redirect {
    /// By posting a form.
    Form {
        /// The bank's address.
        action: Text,
        /// The form's fields, in the order in which they are posted.
        fields: Vec<(Text, Text)>,
        /// The inputs that the customer fills in on the shop's page, where the card goes from there straight to the bank.
        card_inputs: Option<CardInputs>,
    },
    /// By following an address.
    Url(Text),
}

impl Redirect {
    /// A form of fields that we name ourselves and the customer does not see.
    pub fn form(action: &str, fields: Vec<(&'static str, Text)>) -> Redirect {
        Redirect::Form { action: action.kept(), fields, card_inputs: None }
    }
}

/// What a bank calls the inputs of its card form. They are not signed, and their values never reach our server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardInputs {
    /// The card number.
    pub number: &'static str,
    /// The month of expiry, two digits.
    pub month: &'static str,
    /// The year of expiry, two digits; empty when one input takes both, as four digits.
    pub year: &'static str,
    /// The security code.
    pub cvv: &'static str,
    /// The name on the card; empty when it is not asked for.
    pub holder: &'static str,
}

/// A request for our server to send.
pub struct Send {
    /// `POST` or `GET`.
    pub method: &'static str,
    /// The bank's address.
    pub url: Text,
    /// Header names and values.
    pub headers: Vec<(&'static str, Text)>,
    /// The body.
    pub body: Text,
    /// Whether money may move. Such a request is sent once, after a claim.
    pub effect: Effect,
    /// How the gateway goes on; it comes back with the answer.
    pub then: Text,
}

impl core::fmt::Debug for Send {
    /// The body and the headers may hold secrets.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Send").field("url", &self.url).field("effect", &self.effect).field("then", &self.then).finish_non_exhaustive()
    }
}

/// What a request can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only prepares a payment; without its answer nothing has begun.
    Begins,
    /// It only asks.
    Reads,
    /// It may move money.
    MovesMoney,
}

/// What a message says about a payment, to be held against the stored order.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The order it names; `None` only in replies, whose request named it.
    pub order_id: Option<&'a str>,
    /// The amount it names, if it names one.
    pub amount: Option<Amount>,
    /// The currency it names, if it names one.
    pub currency: Option<Currency>,
}

impl Claim<'_> {
    /// An answer to a request of our own that names nothing: it is about what the request named.
    pub const NAMELESS: Claim<'static> = Claim { order_id: None, amount: None, currency: None };

    /// Everything that is named equals the stored order.
    fn check(&self, order: &Order) -> Result<()> {
        self.check_against(order, order.amount)
    }

    /// The same, where the request carried another amount than the order's.
    fn check_against(&self, order: &Order, expected: Amount) -> Result<()> {
        if self.order_id.is_some_and(|id| id != order.id) {
            return Err(Error::new(Why::OtherOrder, "id"));
        }
        if self.amount.is_some_and(|amount| amount != expected) {
            return Err(Error::new(Why::OtherAmount, "amount"));
        }
        if self.currency.is_some_and(|currency| currency != order.currency) {
            return Err(Error::new(Why::OtherCurrency, "currency"));
        }
        Ok(())
    }
}

/// A proof that covers the amount: money can be believed.
#[derive(Debug)]
pub enum OfMoney {}

/// A proof that covers only the outcome: a decline can be believed, money cannot.
#[derive(Debug)]
pub enum OfOutcome {}

/// A proof that a capture, a refund or a void was made.
#[derive(Debug)]
pub enum OfChange {}

/// Why a final status deserves belief. There is no way to make one without evidence:
///
/// ```compile_fail,E0451
/// use velopos::payment::{OfMoney, OfOutcome, Proof};
/// fn stretch(outcome: Proof<OfOutcome>) -> Proof<OfMoney> {
///     Proof { of: core::marker::PhantomData, ..outcome }
/// }
/// ```
///
/// and a proof of an outcome is none of money:
///
/// ```compile_fail,E0308
/// use velopos::payment::{Facts, OfOutcome, Payment, Proof};
/// fn believe(outcome: Proof<OfOutcome>) -> Payment {
///     Payment::paid(outcome, Facts::default())
/// }
/// ```
#[derive(Debug)]
pub struct Proof<Of> {
    source: Source,
    of: PhantomData<Of>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Signature,
    Reply,
}

impl Proof<OfMoney> {
    /// From a signature that covers the order's id and amount.
    pub fn by_signature(_: Verified, claim: Claim, order: &Order) -> Result<Proof<OfMoney>> {
        claim.check(order)?;
        if claim.order_id.is_none() || claim.amount.is_none() {
            return Err(Error::new(Why::NoEvidence, "amount"));
        }
        Ok(Proof { source: Source::Signature, of: PhantomData })
    }

    /// From the bank's reply to our own request, which carried the stored order and amount.
    pub fn by_reply(_: &Reply, claim: Claim, order: &Order) -> Result<Proof<OfMoney>> {
        claim.check(order)?;
        Ok(Proof { source: Source::Reply, of: PhantomData })
    }
}

impl Proof<OfChange> {
    /// From the bank's reply to our own request for this change, which carried its amount.
    pub fn by_reply(reply: &Reply, claim: Claim, order: &Order) -> Result<Proof<OfChange>> {
        let Some(change) = reply.change() else {
            return Err(Error::new(Why::NoEvidence, "then"));
        };
        claim.check_against(order, change.amount)?;
        Ok(Proof { source: Source::Reply, of: PhantomData })
    }
}

impl Proof<OfOutcome> {
    /// From a signature that covers the order's id and the outcome.
    pub fn by_signature(_: Verified, claim: Claim, order: &Order) -> Result<Proof<OfOutcome>> {
        claim.check(order)?;
        if claim.order_id.is_none() {
            return Err(Error::new(Why::NoEvidence, "id"));
        }
        Ok(Proof { source: Source::Signature, of: PhantomData })
    }

    /// From the bank's reply to our own request.
    pub fn by_reply(_: &Reply, claim: Claim, order: &Order) -> Result<Proof<OfOutcome>> {
        claim.check(order)?;
        Ok(Proof { source: Source::Reply, of: PhantomData })
    }
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The money was taken.
    Paid,
    /// The money is reserved.
    Authorized,
    /// The bank said no.
    Declined,
    /// The money was given back.
    Refunded,
    /// The payment was undone before the end of the day.
    Voided,
    /// The bank knows nothing final yet.
    Pending,
    /// A request was sent and its answer is not known: ask, never send again.
    Unknown,
}

impl Status {
    /// The name that JavaScript sees.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Paid => "paid",
            Status::Authorized => "authorized",
            Status::Declined => "declined",
            Status::Refunded => "refunded",
            Status::Voided => "voided",
            Status::Pending => "pending",
            Status::Unknown => "unknown",
        }
    }
}

/// Who bears a chargeback: with 3-D Secure fully done the card's bank, otherwise the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liability {
    /// The card's bank.
    Issuer,
    /// The shop.
    Merchant,
}

impl Liability {
    /// By the outcome of 3-D Secure: 1 is a full authentication; empty where none was told.
    #[inline(never)]
    pub fn by_md_status(md_status: &str) -> Option<Liability> {
        match md_status {
            "" => None,
            "1" => Some(Liability::Issuer),
            _ => Some(Liability::Merchant),
        }
    }
}

/// Facts about a payment beside its status. Empty texts are unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What left the card, where that is not the order's amount: more with interest, less after a capture of a part.
    pub charged: Option<Amount>,
    /// How many instalments.
    pub installments: Option<u8>,
    /// How much was given back.
    pub refunded: Option<Amount>,
    /// When, in ISO 8601 with the offset.
    pub at: Text,
    /// The gateway's number of the transaction.
    pub transaction_id: Text,
    /// The card bank's authorization code.
    pub auth_code: Text,
    /// The acquirer's reference (RRN).
    pub host_reference: Text,
    /// The card number with its middle hidden.
    pub masked_pan: Text,
    /// The result of 3-D Secure.
    pub md_status: Text,
    /// The electronic commerce indicator.
    pub eci: Text,
    /// Who bears a chargeback.
    pub liability: Option<Liability>,
    /// A person should look at this payment.
    pub review: bool,
}

/// A fact that a bank tells in a text.
#[derive(Clone, Copy, Debug)]
pub enum Fact {
    /// When, in Turkish time.
    At,
    /// See [`Facts::transaction_id`].
    TransactionId,
    /// See [`Facts::auth_code`].
    AuthCode,
    /// See [`Facts::host_reference`].
    HostReference,
    /// See [`Facts::masked_pan`].
    MaskedPan,
    /// See [`Facts::eci`].
    Eci,
}

/// Where a bank tells something: a form, a document, an object.
pub trait Tells {
    /// The text under this name, empty where there is none.
    fn told(&self, name: &'static str) -> Result<&str>;
}

/// The texts that stand there under these names.
pub fn texts<'t, const N: usize>(source: &'t dyn Tells, names: [&'static str; N]) -> Result<[&'t str; N]> {
    let mut texts = [""; N];
    read_texts(source, &names, &mut texts)?;
    Ok(texts)
}

#[inline(never)]
fn read_texts<'t>(source: &'t dyn Tells, names: &[&'static str], texts: &mut [&'t str]) -> Result<()> {
    for (text, name) in texts.iter_mut().zip(names) {
        *text = source.told(name)?;
    }
    Ok(())
}

impl Facts {
    /// Nothing is known but that a person should look.
    pub fn doubtful() -> Facts {
        Facts { review: true, ..Facts::default() }
    }

    /// Reads the facts that stand there under these names.
    #[inline(never)]
    pub fn told(source: &dyn Tells, names: &[(Fact, &'static str)]) -> Result<Facts> {
        let mut facts = Facts::default();
        for (fact, name) in names {
            facts.learn(*fact, source.told(name)?);
        }
        Ok(facts)
    }

    /// Takes a fact in, made fit to show and cut where it is longer than any real one. What is known already stays.
    #[inline(never)]
    pub fn learn(&mut self, fact: Fact, text: &str) {
        let (known, limit) = match fact {
            Fact::At => (&mut self.at, 32),
            Fact::TransactionId => (&mut self.transaction_id, 64),
            Fact::AuthCode => (&mut self.auth_code, 16),
            Fact::HostReference => (&mut self.host_reference, 32),
            Fact::MaskedPan => (&mut self.masked_pan, 32),
            Fact::Eci => (&mut self.eci, 2),
        };
        if known.is_empty() {
            *known = if matches!(fact, Fact::At) { from_turkish(text).unwrap_or_default() } else { displayable(text, limit) };
        }
    }
}

/// What is known about a payment.
#[derive(Debug)]
pub struct Payment {
    status: Status,
    source: Option<Source>,
    decline: Option<Decline>,
    change: Option<Change>,
    made: bool,
    /// Facts beside the status.
    pub facts: Facts,
}

impl Payment {
    /// The money was taken, or reserved when the order asked for that.
    #[inline(never)]
    pub fn succeeded(proof: Proof<OfMoney>, order: &Order, facts: Facts) -> Box<Payment> {
        let status = match order.intent {
            Intent::Sale => Status::Paid,
            Intent::PreAuth => Status::Authorized,
        };
        Payment::proven(status, proof, None, facts)
    }

    /// The money was taken, whatever the order asked for.
    pub fn paid(proof: Proof<OfMoney>, facts: Facts) -> Box<Payment> {
        Payment::proven(Status::Paid, proof, None, facts)
    }

    /// The whole payment was given back.
    pub fn refunded(proof: Proof<OfMoney>, facts: Facts) -> Box<Payment> {
        Payment::proven(Status::Refunded, proof, None, facts)
    }

    /// The payment was undone.
    pub fn voided(proof: Proof<OfMoney>, facts: Facts) -> Box<Payment> {
        Payment::proven(Status::Voided, proof, None, facts)
    }

    /// A capture, a refund or a void was made.
    #[inline(never)]
    pub fn changed(proof: Proof<OfChange>, kind: Kind, facts: Facts) -> Box<Payment> {
        let status = match kind {
            Kind::Capture => Status::Paid,
            Kind::Refund => Status::Refunded,
            Kind::Void => Status::Voided,
        };
        let mut payment = Payment::proven(status, proof, None, facts);
        payment.made = true;
        payment
    }

    /// The bank said no.
    pub fn declined(proof: Proof<OfOutcome>, decline: Decline, facts: Facts) -> Box<Payment> {
        Payment::proven(Status::Declined, proof, Some(decline), facts)
    }

    /// The bank knows nothing final yet.
    pub fn pending(facts: Facts) -> Box<Payment> {
        Payment::known(Status::Pending, None, None, facts)
    }

    /// A request was sent and its answer is not known.
    pub fn unknown(facts: Facts) -> Box<Payment> {
        Payment::known(Status::Unknown, None, None, facts)
    }

    fn proven<Of>(status: Status, proof: Proof<Of>, decline: Option<Decline>, facts: Facts) -> Box<Payment> {
        Payment::known(status, Some(proof.source), decline, facts)
    }

    #[inline(never)]
    fn known(status: Status, source: Option<Source>, decline: Option<Decline>, facts: Facts) -> Box<Payment> {
        Box::new(Payment { status, source, decline, change: None, made: false, facts })
    }

    /// Where the payment stands.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Why the status deserves belief: `signature`, `reply` or `none`.
    pub fn proof(&self) -> &'static str {
        match self.source {
            Some(Source::Signature) => "signature",
            Some(Source::Reply) => "reply",
            None => "none",
        }
    }

    /// The bank has said that this very capture, refund or void was made.
    pub fn was_made(&self) -> bool {
        self.made
    }

    /// The same payment, told as the answer to this change.
    pub fn answering(mut self: Box<Payment>, change: Change) -> Box<Payment> {
        self.change = Some(change);
        self
    }

    /// The capture, refund or void that this is the answer to.
    pub fn change(&self) -> Option<&Change> {
        self.change.as_ref()
    }

    /// Why the bank said no.
    pub fn decline(&self) -> Option<&Decline> {
        self.decline.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    use crate::crypto;

    fn order() -> Order<'static> {
        Order {
            id: "A1",
            amount: Amount::from_minor(14_990).unwrap(),
            currency: Currency::Try,
            intent: Intent::Sale,
            installments: 1,
            max_installments: 1,
            urls: Urls { ok: "", fail: "", notify: "" },
            customer: Customer { ip: "", email: "", name: "", phone: "", address: "", language: Language::Tr },
            basket: Vec::new(),
            model: "",
            refs: Refs::default(),
        }
    }

    fn verified() -> Verified {
        let digest = crypto::sha1(&[b"x"]);
        crypto::compare(&digest, crypto::hex(&digest), crypto::Written::Hex).unwrap()
    }

    fn claim() -> Claim<'static> {
        Claim { order_id: Some("A1"), amount: Amount::from_minor(14_990), currency: Some(Currency::Try) }
    }

    #[test]
    fn a_signature_proves_what_it_covers() {
        let money = |claim: Claim| Proof::<OfMoney>::by_signature(verified(), claim, &order()).map(|_| ()).map_err(|error| error.code());
        let outcome = |claim: Claim| Proof::<OfOutcome>::by_signature(verified(), claim, &order()).map(|_| ()).map_err(|error| error.code());
        let cases = [
            (claim(), Ok(()), Ok(())),
            (Claim { currency: None, ..claim() }, Ok(()), Ok(())),
            // A signature that does not cover the amount can decline, and proves no money.
            (Claim { amount: None, ..claim() }, Err(Code::Internal), Ok(())),
            (Claim { order_id: None, ..claim() }, Err(Code::Internal), Err(Code::Internal)),
            (Claim { order_id: Some("A2"), ..claim() }, Err(Code::OrderMismatch), Err(Code::OrderMismatch)),
            (Claim { order_id: Some(""), ..claim() }, Err(Code::OrderMismatch), Err(Code::OrderMismatch)),
            (Claim { amount: Amount::from_minor(14_989), ..claim() }, Err(Code::AmountMismatch), Err(Code::AmountMismatch)),
            (Claim { currency: Some(Currency::Usd), ..claim() }, Err(Code::CurrencyMismatch), Err(Code::CurrencyMismatch)),
        ];
        for (claim, of_money, of_outcome) in cases {
            assert_eq!((money(claim), outcome(claim)), (of_money, of_outcome), "{claim:?}");
        }
    }

    #[test]
    fn only_a_proven_status_is_final() {
        let money = || Proof::<OfMoney>::by_signature(verified(), claim(), &order()).unwrap();
        let outcome = Proof::<OfOutcome>::by_signature(verified(), claim(), &order()).unwrap();
        let decline = Decline { reason: crate::decline::Reason::Declined, bank_code: "", bank_message: "" };
        let reserved = Order { intent: Intent::PreAuth, ..order() };
        let facts = Facts::default;
        for (payment, status, proof) in [
            (Payment::succeeded(money(), &order(), facts()), Status::Paid, "signature"),
            (Payment::succeeded(money(), &reserved, facts()), Status::Authorized, "signature"),
            (Payment::paid(money(), facts()), Status::Paid, "signature"),
            (Payment::refunded(money(), facts()), Status::Refunded, "signature"),
            (Payment::voided(money(), facts()), Status::Voided, "signature"),
            (Payment::declined(outcome, decline, facts()), Status::Declined, "signature"),
            (Payment::pending(facts()), Status::Pending, "none"),
            (Payment::unknown(facts()), Status::Unknown, "none"),
        ] {
            assert_eq!((payment.status(), payment.proof(), payment.decline().is_some()), (status, proof, status == Status::Declined));
        }
    }

    #[test]
    fn refs_survive_the_database() {
        let refs = Refs::default().with("rnd", "a+b=c&d %").with("token", "ş\u{1F600}").with("rnd", "second");
        let text = refs.render();
        assert!(text.is_ascii());
        assert_eq!(Refs::parse(text).unwrap(), refs);
        assert_eq!((refs.get("rnd"), refs.get("token"), refs.get("none")), (Some("second"), Some("ş\u{1F600}"), None));
        assert_eq!(Refs::parse("").unwrap(), Refs::default());
        for broken in ["rnd=%", "rnd=1&RND=2", "=1", "rnd=%FF", "a b=1", "rnd=1\n"] {
            let error = Refs::parse(broken).unwrap_err();
            assert_eq!((error.code(), error.field), (Code::Order, "refs"), "{broken:?}");
        }
    }

    #[test]
    fn a_request_does_not_print_its_body_or_headers() {
        let send = Send {
            method: "POST",
            url: "https://bank.example/api",
            headers: vec![("authorization", "geheim")],
            body: "geheim",
            effect: Effect::Reads,
            then: "reads:inquiry",
        };
        assert!(!format!("{:?}", Step { action: Action::Send(send), refs: None }).contains("geheim"));
    }
}
