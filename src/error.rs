//! What can go wrong, with codes that never change.
//!
//! An error is a refusal: the message is forged, damaged, or about something else, or the configuration is wrong. A payment that
//! the bank declined is not an error but a [`Payment`](crate::payment::Payment).

use crate::text::{Keep, Text};
use alloc::boxed::Box;

/// The stable code of an [`Error`]; JavaScript sees its name in `PosError.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The digest does not fit the message and the key.
    SignatureInvalid,
    /// The message carries no digest.
    SignatureMissing,
    /// The message is not what the bank's document describes.
    Malformed,
    /// The message is larger than any real one.
    TooLarge,
    /// A name occurs twice.
    DuplicateField,
    /// The message brings a list of signed fields that is not ours.
    FieldList,
    /// A value that we sent came back changed.
    EchoMismatch,
    /// The message is about another order.
    OrderMismatch,
    /// The message is about another amount.
    AmountMismatch,
    /// The message is about another currency.
    CurrencyMismatch,
    /// The message is about another merchant.
    MerchantMismatch,
    /// The order given by the caller is not acceptable.
    Order,
    /// The configuration is not acceptable.
    Config,
    /// The bank refused our request.
    Refused,
    /// The bank could not be reached, or its answer could not be read.
    Unreachable,
    /// The gateway, or this model of it, has no such thing.
    Unsupported,
    /// A fault of this package.
    Internal,
}

impl Code {
    /// The name that JavaScript sees.
    pub const fn name(self) -> &'static str {
        match self {
            Code::SignatureInvalid => "SIGNATURE_INVALID",
            Code::SignatureMissing => "SIGNATURE_MISSING",
            Code::Malformed => "MALFORMED",
            Code::TooLarge => "TOO_LARGE",
            Code::DuplicateField => "DUPLICATE_FIELD",
            Code::FieldList => "FIELD_LIST",
            Code::EchoMismatch => "ECHO_MISMATCH",
            Code::OrderMismatch => "ORDER_MISMATCH",
            Code::AmountMismatch => "AMOUNT_MISMATCH",
            Code::CurrencyMismatch => "CURRENCY_MISMATCH",
            Code::MerchantMismatch => "MERCHANT_MISMATCH",
            Code::Order => "ORDER",
            Code::Config => "CONFIG",
            Code::Refused => "REFUSED",
            Code::Unreachable => "UNREACHABLE",
            Code::Unsupported => "UNSUPPORTED",
            Code::Internal => "INTERNAL",
        }
    }
}

/// A refusal. It never holds a secret, a card number or an expected digest. One word, so that carrying it costs nothing where all goes well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(&'static Refusal);

/// What a refusal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What kind of refusal.
    pub code: Code,
    /// Which field, in the words of the caller or of the wire; empty when no single one is to blame.
    pub field: Text,
    /// What happened and what to do next.
    pub message: Text,
    /// The bank's own code, where it gave one.
    pub bank_code: Text,
    /// The bank's own words, cleaned.
    pub bank_message: Text,
}

/// The result of everything in this crate that can refuse.
pub type Result<T> = core::result::Result<T, Error>;

impl Error {
    /// A refusal that blames `field`. A message can bring names of its own, and sites log this one: what is no plain name is left out.
    #[cold]
    #[inline(never)]
    pub fn new(code: Code, field: Text, message: Text) -> Error {
        let field = if is_plain_name(field) { field } else { "" };
        Error::from(Refusal { code, field, message, bank_code: "", bank_message: "" })
    }

    fn from(refusal: Refusal) -> Error {
        Error(Box::leak(Box::new(refusal)))
    }

    /// The same refusal with the bank's code and words.
    pub fn with_bank(self, bank_code: Text, bank_message: Text) -> Error {
        Error::from(Refusal { bank_code, bank_message, ..*self.0 })
    }

    /// The same refusal under another code.
    pub fn with_code(self, code: Code) -> Error {
        Error::from(Refusal { code, ..*self.0 })
    }

    /// The same refusal, blaming `field` if it blames none yet.
    pub fn in_field(self, field: &str) -> Error {
        if self.field.is_empty() { Error::new(self.code, field.kept(), self.message) } else { self }
    }
}

impl core::ops::Deref for Error {
    type Target = Refusal;

    fn deref(&self) -> &Refusal {
        self.0
    }
}

/// Latin letters, digits and `. _ - /`, at most 64, and not enough digits for a card number.
fn is_plain_name(field: &str) -> bool {
    let plain = field.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | 'À'..='ɏ'));
    plain && field.len() <= 64 && field.bytes().filter(u8::is_ascii_digit).count() < 13
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} ({}): {}", self.code.name(), self.field, self.message)
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_message_brings_cannot_write_into_a_log() {
        let field = |name: &str| Error::new(Code::Malformed, name.kept(), "").field;
        for plain in ["", "mdStatus", "merchant.storeKey", "CC5Response/Extra/TRANS_STAT", "müşteri"] {
            assert_eq!(field(plain), plain);
        }
        for odd in ["x\nvelopos FAKE paid", "a b", "4508034508034509", "<b>", &"a".repeat(65), "\u{202e}x"] {
            assert_eq!(field(odd), "", "{odd:?}");
        }
    }
}
