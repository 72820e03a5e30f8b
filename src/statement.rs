//! What a bank lists: the transactions of one order (its history) or of some days (a report), for books and for people. Nothing here is a
//! [`Payment`](crate::payment::Payment): no status is final because a list says so.

use crate::money::{Amount, Currency};
use crate::payment::{Facts, Send};
use crate::text::Text;
use alloc::vec::Vec;

/// One line of a bank's list. Empty texts were not told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// The order it belongs to.
    pub order_id: Text,
    /// What it did.
    pub kind: TransactionKind,
    /// What became of it.
    pub outcome: Outcome,
    /// How much it moved.
    pub amount: Option<Amount>,
    /// In which currency.
    pub currency: Option<Currency>,
    /// How many instalments.
    pub installments: Option<u8>,
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
    /// The bank's own code.
    pub bank_code: Text,
    /// What the bank or the gateway keeps of it.
    pub commission: Option<Amount>,
}

impl Transaction {
    /// What a line tells about the transaction itself.
    #[inline(never)]
    pub fn of(facts: &Facts) -> Transaction {
        Transaction {
            installments: facts.installments,
            at: facts.at,
            transaction_id: facts.transaction_id,
            auth_code: facts.auth_code,
            host_reference: facts.host_reference,
            masked_pan: facts.masked_pan,
            ..Transaction::default()
        }
    }
}

/// What a transaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransactionKind {
    /// Took money at once.
    Sale,
    /// Reserved money.
    PreAuth,
    /// Took what was reserved.
    Capture,
    /// Gave money back.
    Refund,
    /// Undid another transaction.
    Void,
    /// Something else, or not told.
    #[default]
    Other,
}

impl TransactionKind {
    /// The name that JavaScript sees.
    pub const fn name(self) -> &'static str {
        match self {
            TransactionKind::Sale => "sale",
            TransactionKind::PreAuth => "preauth",
            TransactionKind::Capture => "capture",
            TransactionKind::Refund => "refund",
            TransactionKind::Void => "void",
            TransactionKind::Other => "other",
        }
    }
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It happened.
    Approved,
    /// The bank said no.
    Declined,
    /// It happened and was undone later.
    Voided,
    /// Not final, or not told.
    #[default]
    Open,
}

impl Outcome {
    /// The name that JavaScript sees.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Approved => "approved",
            Outcome::Declined => "declined",
            Outcome::Voided => "voided",
            Outcome::Open => "open",
        }
    }
}

/// A page of a bank's list.
#[derive(Debug, Default)]
pub struct Statement {
    /// The lines, as the bank orders them.
    pub transactions: Vec<Transaction>,
    /// The request for the next page, if there is one.
    pub next: Option<Send>,
}
