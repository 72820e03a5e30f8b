//! Captures, refunds and voids: what the shop has asked of the bank once there was a payment (invariant 9).
//!
//! The ledger travels in the order's `refs`. Every such request is entered before it is sent and numbered one after another; its claim is
//! made of the number, so of two that were begun from the same stored order only one is sent. A request whose answer was lost stays
//! entered and counts as done until the bank says otherwise: together they never exceed what was captured. What the bank says to have gone
//! back and no entry explains (in its panel, or by a change whose entry was lost) counts with them.

use crate::error::{Error, Result, Why};
use crate::money::Amount;
use crate::payment::{Facts, Order, Refs, Status};
use crate::text::{Keep, Text, digits, keep};
use crate::wire::number;
use alloc::string::String;
use alloc::vec::Vec;

/// What can be asked of the bank once there is a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Takes what a pre-authorisation has reserved, or less of it.
    Capture,
    /// Gives money back.
    Refund,
    /// Undoes the payment before the end of the day.
    Void,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Capture, Kind::Refund, Kind::Void];

    /// The name that JavaScript uses.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Capture => "capture",
            Kind::Refund => "refund",
            Kind::Void => "void",
        }
    }

    /// From the name that JavaScript uses.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One capture, refund or void.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Counted from 1, for this order.
    pub number: u32,
    /// What it is.
    pub kind: Kind,
    /// The shop's own id for it.
    pub id: Text,
    /// How much money it moves; a void moves all.
    pub amount: Amount,
}

#[derive(Debug, PartialEq)]
struct Entry {
    change: Change,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    /// It may or may not have happened.
    Sent,
    /// The bank has confirmed it.
    Done,
    /// A capture that was undone, or the void that undid it and nothing else. It stays, so that its id is not used again.
    Undone,
}

impl State {
    const NAMES: [(State, &str); 3] = [(State::Sent, "sent"), (State::Done, "done"), (State::Undone, "undone")];

    const fn name(self) -> &'static str {
        State::NAMES[self as usize].1
    }

    fn from_name(name: &str) -> Option<State> {
        State::NAMES.into_iter().find(|(_, known)| *known == name).map(|(state, _)| state)
    }
}

/// What was reserved, what was taken, and what was asked since.
#[derive(Debug, Default, PartialEq)]
pub struct Ledger {
    authorized: Option<Amount>,
    captured: Option<Amount>,
    /// What has gone back, in minor units, without an entry that explains it.
    elsewhere: u64,
    last: u32,
    entries: Vec<Entry>,
}

/// More than any payment sees; every entry needs its place in `refs`.
const MAX_ENTRIES: usize = 16;
/// Refusals count here too.
const MAX_NUMBER: u32 = 9999;
/// The room in `refs` that is left for what answers bring.
const ROOM: usize = 256;
/// The longest id of a change: a UUID, as Wix gives its refunds.
const MAX_ID: usize = 36;

// The names in `refs`.
const AUTHORIZED: &str = "authorized";
const CAPTURED: &str = "captured";
const ELSEWHERE: &str = "elsewhere";
const CHANGES: &str = "changes";

impl Ledger {
    /// Reads the ledger out of an order's refs.
    pub fn read(refs: &Refs) -> Result<Ledger> {
        Ledger::parse(refs).ok_or_else(|| Error::new(Why::ChangedRefs, "refs"))
    }

    fn parse(refs: &Refs) -> Option<Ledger> {
        let amount = |name| refs.get(name).map_or(Some(None), |text| Amount::from_minor_text(text).map(Some));
        let elsewhere = amount(ELSEWHERE)?.map_or(0, Amount::minor);
        let mut ledger = Ledger { authorized: amount(AUTHORIZED)?, captured: amount(CAPTURED)?, elsewhere, ..Ledger::default() };
        let Some(text) = refs.get(CHANGES) else { return Some(ledger) };
        let mut parts = text.split('~');
        ledger.last = number(parts.next()?)?;
        for part in parts {
            let entry = Entry::parse(part)?;
            let before = ledger.entries.last().map_or(0, |entry| entry.change.number);
            if entry.change.number <= before || entry.change.number > ledger.last {
                return None;
            }
            ledger.entries.push(entry);
        }
        (ledger.entries.len() <= MAX_ENTRIES).then_some(ledger)
    }

    /// The refs with this ledger in them.
    pub fn write(&self, refs: &Refs) -> Refs {
        let mut refs = refs.clone();
        for (name, amount) in [(AUTHORIZED, self.authorized), (CAPTURED, self.captured), (ELSEWHERE, Amount::from_minor(self.elsewhere))] {
            refs.set(name, amount.map(|amount| digits(amount.minor())));
        }
        refs.set(CHANGES, self.written_changes());
        refs
    }

    fn written_changes(&self) -> Option<Text> {
        if self.last == 0 && self.entries.is_empty() {
            return None;
        }
        let mut text = String::from(digits(self.last));
        for entry in &self.entries {
            text.push('~');
            entry.write(&mut text);
        }
        Some(keep(text))
    }

    /// The same, before a change is sent: refused when what the answer brings might not find room.
    pub fn write_entered(&self, refs: &Refs) -> Result<Refs> {
        let refs = self.write(refs);
        if refs.render().len() > Refs::MAX - ROOM { Err(too_many()) } else { Ok(refs) }
    }

    /// Enters a change that is about to be sent. `None`: it was entered before, so nothing may be sent again and the bank is to be asked.
    /// A void takes no amount: it undoes all.
    pub fn enter(&mut self, kind: Kind, id: &str, amount: Option<Amount>) -> Result<Option<Change>> {
        check_id(id)?;
        if let Some(entry) = self.entries.iter().find(|entry| entry.change.id == id) {
            let same = entry.change.kind == kind && amount.is_none_or(|amount| amount == entry.change.amount);
            return if same { Ok(None) } else { Err(Error::new(Why::ChangeIdUsed, "id")) };
        }
        let amount = match kind {
            Kind::Capture => self.capturable(amount)?,
            Kind::Refund => self.refundable(amount)?,
            Kind::Void => self.voidable()?,
        };
        self.push(kind, id.kept(), amount).map(Some)
    }

    fn push(&mut self, kind: Kind, id: Text, amount: Amount) -> Result<Change> {
        if self.entries.len() == MAX_ENTRIES || self.last >= MAX_NUMBER {
            return Err(too_many());
        }
        self.last += 1;
        let change = Change { number: self.last, kind, id, amount };
        self.entries.push(Entry { change, state: State::Sent });
        Ok(change)
    }

    /// Enters the second half of a void: the first has undone the capture, and what was reserved is to be let go of. The shop's id is the same,
    /// the number is another.
    pub fn enter_release(&mut self, void: &Change) -> Result<Change> {
        self.reopen();
        self.push(Kind::Void, void.id, self.authorized.unwrap_or(void.amount))
    }

    /// Whether this is the second half of a void.
    pub fn is_release(&self, change: &Change) -> bool {
        self.entries.iter().any(|entry| entry.change.id == change.id && entry.change.number < change.number)
    }

    /// The capture was undone, and what was reserved stands. A void that was asked for has done that and no more. Tells whether this is news.
    fn reopen(&mut self) -> bool {
        let was_captured = self.captured.take().is_some();
        for entry in self.entries.iter_mut().filter(|entry| was_captured && entry.change.kind != Kind::Refund) {
            entry.state = State::Undone;
        }
        was_captured
    }

    fn capturable(&self, amount: Option<Amount>) -> Result<Amount> {
        let authorized = self.authorized.ok_or_else(|| Error::new(Why::NotAuthorized, "refs"))?;
        if self.captured.is_some() || self.has(Kind::Capture) || self.has(Kind::Void) {
            return Err(Error::new(Why::CapturedBefore, "refs"));
        }
        match amount {
            Some(amount) if amount <= authorized => Ok(amount),
            _ => Err(Error::new(Why::CaptureTooLarge, "amount")),
        }
    }

    fn refundable(&self, amount: Option<Amount>) -> Result<Amount> {
        let captured = self.captured.ok_or_else(|| Error::new(Why::NotPaid, "refs"))?;
        if self.has(Kind::Void) {
            return Err(Error::new(Why::VoidedBefore, "refs"));
        }
        let left = captured.minor().saturating_sub(self.refunds(false) + self.elsewhere);
        match amount {
            Some(amount) if amount.minor() <= left => Ok(amount),
            _ => Err(Error::new(Why::RefundTooLarge, "amount")),
        }
    }

    fn voidable(&self) -> Result<Amount> {
        if self.has(Kind::Void) || self.has(Kind::Refund) || self.elsewhere > 0 {
            return Err(Error::new(Why::UndoneBefore, "refs"));
        }
        let whole = self.captured.or(self.authorized);
        whole.ok_or_else(|| Error::new(Why::NotPaid, "refs"))
    }

    /// Whether one of this kind was asked for, whatever came of it (a refusal excepted).
    pub fn has(&self, kind: Kind) -> bool {
        self.standing(kind).next().is_some()
    }

    fn standing(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.change.kind == kind && entry.state != State::Undone)
    }

    /// The sum of the refunds in minor units; `confirmed` leaves out those whose outcome is unknown.
    fn refunds(&self, confirmed: bool) -> u64 {
        let counted = self.standing(Kind::Refund).filter(|entry| entry.state == State::Done || !confirmed);
        counted.map(|entry| entry.change.amount.minor()).sum()
    }

    /// What the bank has confirmed to have given back.
    pub fn refunded(&self) -> Option<Amount> {
        Amount::from_minor(self.refunds(true) + self.elsewhere)
    }

    /// Whether the bank has said that there is money.
    pub fn knows_money(&self) -> bool {
        self.authorized.is_some() || self.captured.is_some()
    }

    /// Whether the bank has confirmed that nothing is left.
    pub fn is_voided(&self) -> bool {
        self.standing(Kind::Void).any(|entry| entry.state == State::Done)
    }

    /// Whether there is a change of which nobody knows what became of it, and money that it could move.
    fn is_unsure(&self) -> bool {
        let all_went_back = self.captured.is_some_and(|captured| self.refunds(true) + self.elsewhere >= captured.minor());
        !self.is_voided() && !all_went_back && self.entries.iter().any(|entry| entry.state == State::Sent)
    }

    /// Whether something was captured, though it may be undone since.
    pub fn has_captured(&self) -> bool {
        self.captured.is_some() || self.entries.iter().any(|entry| entry.change.kind == Kind::Capture && entry.state == State::Undone)
    }

    /// What the bank has confirmed to have taken.
    pub fn captured(&self) -> Option<Amount> {
        self.captured
    }

    /// How much a capture took or was to take, if there was one.
    pub fn capture(&self) -> Option<Amount> {
        self.standing(Kind::Capture).next().map(|entry| entry.change.amount)
    }

    /// What the bank has confirmed to have reserved.
    pub fn authorized(&self) -> Option<Amount> {
        self.authorized
    }

    /// The changes that were entered, in their order: the one at this place, counted from 0.
    pub fn entered(&self, place: usize) -> Option<&Change> {
        self.entries.get(place).map(|entry| &entry.change)
    }

    /// The change with this number, if its outcome is not known yet.
    pub fn sent(&self, number: u32) -> Option<&Change> {
        self.entries.iter().find(|entry| entry.change.number == number && entry.state == State::Sent).map(|entry| &entry.change)
    }

    /// The bank has answered: the change was made, or refused and may be forgotten.
    pub fn settle(&mut self, number: u32, made: bool) {
        if !made {
            self.entries.retain(|entry| entry.change.number != number);
        }
        for entry in &mut self.entries {
            if entry.change.number == number {
                entry.state = State::Done;
                if entry.change.kind == Kind::Capture {
                    self.captured = Some(entry.change.amount);
                }
            }
        }
    }

    /// Nothing was sent for this change, because its number is somebody else's. It is taken back together with its number, so that nothing
    /// more can be sent until the order is loaded again. Only the last one can be.
    pub fn withdraw(&mut self, number: u32) {
        if self.last == number {
            self.entries.retain(|entry| entry.change.number != number);
            self.last -= 1;
        }
    }

    /// Takes in what the bank has proven about the payment. A change of unknown outcome is confirmed when nothing else explains the news, and
    /// is never given up because there are none. Tells whether a person should look: at a change of which still nobody knows what became of
    /// it, or because the bank's sum of what has gone back is not ours.
    pub fn learn(&mut self, status: Status, facts: &Facts, order: &Order) -> bool {
        let mut told = None;
        // A capture that was undone, and nobody let go of what was reserved: by half a void, or in the bank's panel.
        let reopened = status == Status::Authorized && self.reopen();
        match status {
            Status::Authorized => self.authorized = Some(order.amount),
            Status::Paid | Status::Refunded => {
                // More than was ordered is believed only where interest can be the reason.
                let possible = |charged: &Amount| *charged <= order.amount || order.installment_limit() > 1;
                let taken = facts.charged.filter(possible).unwrap_or(order.amount);
                let taken = *self.captured.get_or_insert(taken);
                self.confirm(Kind::Capture, |amount| amount == taken);
                told = facts.refunded.or((status == Status::Refunded).then_some(taken)).map(Amount::minor);
                self.hold_against(told.unwrap_or_default());
            }
            Status::Voided if self.has(Kind::Void) => self.confirm(Kind::Void, |_| true),
            // Undone by somebody else: nothing is left to take or to give back.
            Status::Voided => {
                self.authorized = None;
                let left = self.captured.map_or(0, Amount::minor).saturating_sub(self.refunds(false));
                self.elsewhere = self.elsewhere.max(left);
            }
            Status::Declined | Status::Pending | Status::Unknown => return false,
        }
        reopened || self.is_unsure() || told.is_some_and(|told| told != self.refunds(true) + self.elsewhere)
    }

    /// The bank says how much has gone back. The refunds of unknown outcome are confirmed when they explain it to the last kuruş. If it is
    /// more, none of them need be among it.
    fn hold_against(&mut self, told: u64) {
        let explained = self.refunds(false) + self.elsewhere;
        if told == explained {
            self.confirm(Kind::Refund, |_| true);
        } else if told > explained {
            self.elsewhere = told - self.refunds(true);
        }
    }

    fn confirm(&mut self, kind: Kind, fits: impl Fn(Amount) -> bool) {
        for entry in &mut self.entries {
            if entry.state == State::Sent && entry.change.kind == kind && fits(entry.change.amount) {
                entry.state = State::Done;
            }
        }
    }
}

impl Entry {
    /// `2.refund.R1.1000.sent`
    fn parse(text: &str) -> Option<Entry> {
        let mut parts = text.split('.');
        let (number, kind, id, amount, state) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let change =
            Change { number: crate::wire::number(number)?, kind: Kind::from_name(kind)?, id: id.kept(), amount: Amount::from_minor_text(amount)? };
        let state = State::from_name(state)?;
        parts.next().is_none().then_some(Entry { change, state })
    }

    fn write(&self, text: &mut String) {
        let Change { number, kind, id, amount } = &self.change;
        for (place, part) in [digits(*number), kind.name(), id, digits(amount.minor()), self.state.name()].into_iter().enumerate() {
            if place > 0 {
                text.push('.');
            }
            text.push_str(part);
        }
    }
}

fn check_id(id: &str) -> Result<()> {
    if (1..=MAX_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return Ok(());
    }
    Err(Error::new(Why::ChangeId, "id"))
}

fn too_many() -> Error {
    Error::new(Why::TooManyChanges, "refs")
}
