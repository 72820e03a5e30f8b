//! Captures, refunds and voids: what the shop has asked of the bank once there was a payment (invariant 9).
//!
//! The ledger travels in the order's `refs`. Every such request is entered before it is sent and numbered one after another; its claim is
//! made of the number, so of two that were begun from the same stored order only one is sent. A request whose answer was lost stays
//! entered and counts as done until the bank says otherwise: together they never exceed what was captured.

use crate::error::{Code, Error, Result};
use crate::money::Amount;
use crate::payment::{Facts, Refs, Status};

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Counted from 1, for this order.
    pub number: u32,
    /// What it is.
    pub kind: Kind,
    /// The shop's own id for it.
    pub id: String,
    /// How much money it moves; a void moves all.
    pub amount: Amount,
}

#[derive(Debug, PartialEq)]
struct Entry {
    change: Change,
    /// The bank has confirmed it. Until then it may or may not have happened.
    done: bool,
}

/// What was reserved, what was taken, and what was asked since.
#[derive(Debug, Default, PartialEq)]
pub struct Ledger {
    authorized: Option<Amount>,
    captured: Option<Amount>,
    last: u32,
    entries: Vec<Entry>,
}

/// More than any payment sees; every entry needs its place in `refs`.
const MAX_ENTRIES: usize = 16;
/// The longest id of a change: a UUID, as Wix gives its refunds.
const MAX_ID: usize = 36;

// The names in `refs`.
const AUTHORIZED: &str = "authorized";
const CAPTURED: &str = "captured";
const CHANGES: &str = "changes";

impl Ledger {
    /// Reads the ledger out of an order's refs.
    pub fn read(refs: &Refs) -> Result<Ledger> {
        Ledger::parse(refs).ok_or_else(|| Error::new(Code::Order, "refs", "`refs` is not what this package returned; store the order unchanged"))
    }

    fn parse(refs: &Refs) -> Option<Ledger> {
        let amount = |name| refs.get(name).map_or(Some(None), |text| Amount::from_minor_text(text).map(Some));
        let mut ledger = Ledger { authorized: amount(AUTHORIZED)?, captured: amount(CAPTURED)?, ..Ledger::default() };
        let Some(text) = refs.get(CHANGES) else { return Some(ledger) };
        let mut parts = text.split('~');
        ledger.last = parts.next()?.parse().ok()?;
        for part in parts {
            ledger.entries.push(Entry::parse(part)?);
        }
        (ledger.entries.len() <= MAX_ENTRIES).then_some(ledger)
    }

    /// The refs with this ledger in them.
    pub fn write(&self, refs: &Refs) -> Refs {
        let mut refs = refs.clone();
        for (name, amount) in [(AUTHORIZED, self.authorized), (CAPTURED, self.captured)] {
            if let Some(amount) = amount {
                refs = refs.with(name, &amount.minor().to_string());
            }
        }
        if self.last == 0 && self.entries.is_empty() {
            return refs.without(CHANGES);
        }
        let mut text = self.last.to_string();
        for entry in &self.entries {
            text.push('~');
            entry.write(&mut text);
        }
        refs.with(CHANGES, &text)
    }

    /// Enters a change that is about to be sent. `None`: it was entered before, so nothing may be sent again and the bank is to be asked.
    /// A void takes no amount: it undoes all.
    pub fn enter(&mut self, kind: Kind, id: &str, amount: Option<Amount>) -> Result<Option<Change>> {
        check_id(id)?;
        if let Some(entry) = self.entries.iter().find(|entry| entry.change.id == id) {
            let same = entry.change.kind == kind && amount.is_none_or(|amount| amount == entry.change.amount);
            return if same {
                Ok(None)
            } else {
                Err(refuse("id", "this id was used for something else on this order; every capture, refund and void has its own"))
            };
        }
        let amount = match kind {
            Kind::Capture => self.capturable(amount)?,
            Kind::Refund => self.refundable(amount)?,
            Kind::Void => self.voidable()?,
        };
        if self.entries.len() == MAX_ENTRIES {
            return Err(refuse("refs", "this order has seen too many changes; use the bank's panel for further ones"));
        }
        self.last += 1;
        let change = Change { number: self.last, kind, id: id.to_owned(), amount };
        self.entries.push(Entry { change: change.clone(), done: false });
        Ok(Some(change))
    }

    fn capturable(&self, amount: Option<Amount>) -> Result<Amount> {
        let authorized =
            self.authorized.ok_or_else(|| refuse("refs", "this order is not known to be pre-authorised; store `payment.refs` with the order"))?;
        if self.captured.is_some() || self.has(Kind::Capture) || self.has(Kind::Void) {
            return Err(refuse("refs", "this pre-authorisation was captured or voided before, or it is not known yet whether it was: inquire"));
        }
        match amount {
            Some(amount) if amount <= authorized => Ok(amount),
            _ => Err(refuse("amount", "a capture takes at most what was authorised")),
        }
    }

    fn refundable(&self, amount: Option<Amount>) -> Result<Amount> {
        let captured =
            self.captured.ok_or_else(|| refuse("refs", "this order is not known to be paid: finish or inquire first, and store `payment.refs`"))?;
        if self.has(Kind::Void) {
            return Err(refuse("refs", "this payment was voided, or it is not known yet whether it was: inquire"));
        }
        let left = captured.minor().saturating_sub(self.refunds(false));
        match amount {
            Some(amount) if amount.minor() <= left => Ok(amount),
            _ => Err(refuse("amount", "refunds, those of unknown outcome included, would exceed what was captured")),
        }
    }

    fn voidable(&self) -> Result<Amount> {
        if self.has(Kind::Void) || self.has(Kind::Refund) {
            return Err(refuse("refs", "this payment was refunded or voided before, or it is not known yet whether it was: inquire"));
        }
        let whole = self.captured.or(self.authorized);
        whole.ok_or_else(|| refuse("refs", "this order is not known to be paid: finish or inquire first, and store `payment.refs`"))
    }

    /// Whether one of this kind was asked for, whatever came of it (a refusal excepted).
    pub fn has(&self, kind: Kind) -> bool {
        self.entries.iter().any(|entry| entry.change.kind == kind)
    }

    /// The sum of the refunds in minor units; `confirmed` leaves out those whose outcome is unknown.
    fn refunds(&self, confirmed: bool) -> u64 {
        let counted = self.entries.iter().filter(|entry| entry.change.kind == Kind::Refund && (entry.done || !confirmed));
        counted.map(|entry| entry.change.amount.minor()).sum()
    }

    /// What the bank has confirmed to have given back.
    pub fn refunded(&self) -> Option<Amount> {
        Amount::from_minor(self.refunds(true))
    }

    /// What the bank has confirmed to have taken.
    pub fn captured(&self) -> Option<Amount> {
        self.captured
    }

    /// How much a capture took or was to take, if there was one.
    pub fn capture(&self) -> Option<Amount> {
        self.entries.iter().find(|entry| entry.change.kind == Kind::Capture).map(|entry| entry.change.amount)
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
        self.entries.iter().find(|entry| entry.change.number == number && !entry.done).map(|entry| &entry.change)
    }

    /// The bank has answered: the change was made, or refused and may be forgotten.
    pub fn settle(&mut self, number: u32, made: bool) {
        if !made {
            self.entries.retain(|entry| entry.change.number != number);
        }
        for entry in &mut self.entries {
            if entry.change.number == number {
                entry.done = true;
                if entry.change.kind == Kind::Capture {
                    self.captured = Some(entry.change.amount);
                }
            }
        }
    }

    /// Nothing was sent for this change, because its number is somebody else's. It is taken back together with its number, so that nothing
    /// more can be sent until the order is loaded again.
    pub fn withdraw(&mut self, number: u32) {
        self.entries.retain(|entry| entry.change.number != number);
        self.last = number.saturating_sub(1);
    }

    /// Takes in what the bank says about the payment. A change of unknown outcome is confirmed when nothing else explains the news, and is
    /// never given up because there are none.
    pub fn learn(&mut self, status: Status, facts: &Facts, whole: Amount) {
        match status {
            Status::Authorized => self.authorized = Some(whole),
            Status::Paid | Status::Refunded => {
                let taken = facts.charged.unwrap_or(whole);
                if self.captured.is_none() {
                    self.captured = Some(taken);
                    self.confirm(Kind::Capture, |amount| amount == taken);
                }
            }
            Status::Voided => self.confirm(Kind::Void, |_| true),
            Status::Declined | Status::Pending | Status::Unknown => {}
        }
        if facts.refunded.is_some_and(|told| told.minor() >= self.refunds(false)) {
            self.confirm(Kind::Refund, |_| true);
        }
    }

    fn confirm(&mut self, kind: Kind, fits: impl Fn(Amount) -> bool) {
        for entry in &mut self.entries {
            entry.done |= entry.change.kind == kind && fits(entry.change.amount);
        }
    }
}

impl Entry {
    /// `2.refund.R1.1000.sent`
    fn parse(text: &str) -> Option<Entry> {
        let mut parts = text.split('.');
        let (number, kind, id, amount, state) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let change =
            Change { number: number.parse().ok()?, kind: Kind::from_name(kind)?, id: id.to_owned(), amount: Amount::from_minor_text(amount)? };
        let done = match state {
            "done" => true,
            "sent" => false,
            _ => return None,
        };
        parts.next().is_none().then_some(Entry { change, done })
    }

    fn write(&self, text: &mut String) {
        let Change { number, kind, id, amount } = &self.change;
        let state = if self.done { "done" } else { "sent" };
        for (place, part) in [number.to_string().as_str(), kind.name(), id, &amount.minor().to_string(), state].into_iter().enumerate() {
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
    Err(refuse("id", "give every capture, refund and void an id of its own: 1 to 36 letters (a-z, A-Z), digits, '-' or '_'; newOrderId() makes one"))
}

fn refuse(field: &'static str, message: &'static str) -> Error {
    Error::new(Code::Order, field, message)
}
