//! Why a payment was declined: one vocabulary for every bank, and Wix's reason code. The customer's words stand in `js-glue/words.js`.
//!
//! Sources: the response codes of ISO 8583 that the banks' documents repeat, and Wix's list of reason codes for payment providers.

use crate::text::Text;
use crate::wire::charset::displayable;

/// A reason that a shop can act on. What the bank itself said goes beside it, in [`Decline`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Declined without a reason that can be told.
    Declined,
    /// Not enough money or limit on the card.
    InsufficientFunds,
    /// The card's limit for one payment or one day is reached.
    LimitExceeded,
    /// The card has expired.
    ExpiredCard,
    /// The card number is wrong.
    InvalidCard,
    /// The security code is wrong.
    InvalidCvv,
    /// The card may not be used for this kind of payment.
    NotPermitted,
    /// The card is lost, stolen or blocked.
    RestrictedCard,
    /// The card holder must call the bank.
    CallBank,
    /// The 3-D Secure authentication failed.
    ThreeDsFailed,
    /// The customer turned back.
    Cancelled,
    /// The bank page's time ran out.
    Expired,
    /// The card takes no instalments, or not so many.
    Installments,
    /// The bank or the gateway suspects fraud.
    Security,
    /// The card's bank does not answer.
    BankUnavailable,
}

impl Reason {
    /// The name that JavaScript sees.
    pub const fn name(self) -> &'static str {
        match self {
            Reason::Declined => "declined",
            Reason::InsufficientFunds => "insufficient-funds",
            Reason::LimitExceeded => "limit-exceeded",
            Reason::ExpiredCard => "expired-card",
            Reason::InvalidCard => "invalid-card",
            Reason::InvalidCvv => "invalid-cvv",
            Reason::NotPermitted => "not-permitted",
            Reason::RestrictedCard => "restricted-card",
            Reason::CallBank => "call-bank",
            Reason::ThreeDsFailed => "3ds-failed",
            Reason::Cancelled => "cancelled",
            Reason::Expired => "expired",
            Reason::Installments => "installments",
            Reason::Security => "security",
            Reason::BankUnavailable => "bank-unavailable",
        }
    }

    /// The reason code that a Wix payment provider reports.
    pub const fn wix_reason_code(self) -> u16 {
        match self {
            Reason::InsufficientFunds => 3012,
            Reason::ExpiredCard => 3013,
            Reason::InvalidCard => 3015,
            Reason::InvalidCvv => 3016,
            Reason::ThreeDsFailed => 3004,
            Reason::Cancelled => 3030,
            Reason::Expired => 3035,
            Reason::Installments => 3034,
            Reason::Security => 3040,
            _ => 3000,
        }
    }

    /// From a two-character response code of ISO 8583, as NestPay, Garanti and PayFlex hand it through.
    pub fn from_iso8583(code: &str) -> Reason {
        match code {
            "51" => Reason::InsufficientFunds,
            "61" | "65" => Reason::LimitExceeded,
            "33" | "54" => Reason::ExpiredCard,
            "14" | "15" => Reason::InvalidCard,
            "82" => Reason::InvalidCvv,
            "57" | "58" => Reason::NotPermitted,
            "04" | "07" | "36" | "37" | "38" | "41" | "43" | "62" => Reason::RestrictedCard,
            "01" | "02" => Reason::CallBank,
            "34" | "59" | "63" => Reason::Security,
            "68" | "91" | "92" | "96" => Reason::BankUnavailable,
            _ => Reason::Declined,
        }
    }
}

/// Whether this code of ISO 8583 leaves open what was done: the card's bank did not answer, or the bank does not know.
#[cfg(feature = "all")]
pub fn is_open(code: &str) -> bool {
    matches!(code, "68" | "91" | "92" | "96" | "98" | "99")
}

/// A decline, with what the bank said. The bank's words are cleaned of card numbers and control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decline {
    /// The reason in our vocabulary.
    pub reason: Reason,
    /// The bank's own code.
    pub bank_code: Text,
    /// The bank's own words.
    pub bank_message: Text,
}

impl Decline {
    /// The bank's code and words, made fit to show.
    #[inline(never)]
    pub fn told(reason: Reason, code: &str, message: &str) -> Decline {
        Decline { reason, bank_code: displayable(code, 16), bank_message: displayable(message, 200) }
    }
}
