//! What can go wrong, with codes that never change.
//!
//! An error is a refusal: the message is forged, damaged, or about something else, or the configuration is wrong. A payment that
//! the bank declined is not an error but a [`Payment`](crate::payment::Payment).

use crate::text::{Keep, Text, digits};
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

/// Which refusal it is, one variant per thing that can be said to a person. The sentences, in English and Turkish, stand in `js-glue/words.js`
/// under the same names and in the same order: what crosses the boundary is the variant's number. Where a variant says that it comes with
/// something, that is the refusal's `about`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Why {
    // What the message is signed with.
    /// NestPay's HASH does not fit.
    NestpayHash,
    /// Garanti's hash of a callback does not fit.
    GarantiHash,
    /// Garanti's HashData of a reply does not fit.
    GarantiReplyHash,
    /// Posnet's MAC does not fit.
    PosnetMac,
    /// PayTR's hash does not fit.
    PaytrHash,
    /// iyzico's signature does not fit.
    IyzicoSignature,
    /// The hash of another bank's message does not fit; with what the bank's panel calls the key.
    BankHash,
    /// BOA's HashData does not fit.
    BoaHash,
    /// NestPay's callback names another hash algorithm than ver3.
    OnlyVersion3,
    /// A NestPay terminal still signs with version 1.
    OldHashVersion,
    /// Nothing shows who sent the message.
    Unsigned,
    /// The same, at Garanti, which leaves the hash out where it refuses a form.
    GarantiUnsigned,
    /// An iyzico webhook without its signature.
    WebhookUnsigned,
    /// An iyzico webhook with an older signature only.
    WebhookOldSignature,
    /// A message that carries the key it is signed with.
    KeyInReturn,
    /// The message brings another list of signed fields than the bank's.
    OtherFieldList,

    // What the message is about.
    /// Another order than the stored one.
    OtherOrder,
    /// Another of the gateway's payments than the one that was begun for this order.
    OtherPayment,
    /// Another amount than the stored order's, or than the one that was asked for.
    OtherAmount,
    /// Another currency than the stored order's.
    OtherCurrency,
    /// Another merchant or terminal than the configured one.
    OtherMerchant,
    /// What we sent came back changed.
    ChangedEcho,
    /// A payment of the test system, told to a shop in production.
    TestMoney,
    /// A webhook about a subscription, where one about an order was expected.
    SubscriptionWebhook,

    // How the message is written.
    /// A value is missing, or written as the bank never writes it.
    NotAsDocumented,
    /// A word that is not on the gateway's list; with the word.
    NotListed,
    /// A conversation id that cannot be told from its neighbours in the signed text.
    UnclearConversation,
    /// The message is larger than its limit.
    TooLarge,
    /// More fields, members or elements than any gateway sends.
    TooManyParts,
    /// A name occurs twice.
    Twice,
    /// A character that the bank never sends in this field.
    StrangeCharacter,
    /// The body is not a form as browsers write it.
    BrokenForm,
    /// The text is not JSON, or nested too deeply.
    BrokenJson,
    /// The bank's reply is not the XML that its document describes.
    BrokenXml,
    /// The bank's reply or page is cut off.
    CutOff,
    /// The bank's page does something else than to post hidden fields.
    StrangePage,
    /// The bank's page has no form, or more than one.
    NotOneForm,
    /// The form in the bank's page has other fields than banks send.
    PageFields,
    /// A value in the bank's page has an entity or a control character that is not read here.
    PageText,
    /// The bank sends the browser to an address that is not plain https, or not its own.
    PageAddress,

    // The order.
    /// The order's id.
    OrderId,
    /// An id that is longer than the bank takes; with the most characters it can have.
    IdLength,
    /// Garanti stores ids of 32 characters at most.
    GarantiIdLength,
    /// An id that holds one of Garanti's verdicts.
    GarantiIdVerdict,
    /// An id that Posnet cannot carry.
    PosnetId,
    /// An id that PayFlex cannot carry.
    PayflexId,
    /// An id that PayTR cannot carry.
    PaytrId,
    /// An id that stands next to a value which others choose in PayTR's signed text.
    PaytrFixedId,
    /// A decimal amount in a currency without decimals.
    AmountWhole,
    /// A decimal amount.
    AmountDecimal,
    /// An amount in minor units.
    AmountMinor,
    /// A JavaScript number that is not exact.
    AmountInexact,
    /// The currency's letters.
    CurrencyLetters,
    /// A currency that the gateway does not take.
    CurrencyNotTaken,
    /// The order's type.
    SaleOrPreAuth,
    /// No pre-authorisation in this model.
    NoPreAuth,
    /// The number of instalments.
    Installments,
    /// More instalments than `maxInstallments`.
    InstallmentsAboveLimit,
    /// A number of instalments that iyzico does not know.
    InstallmentsOfIyzico,
    /// More instalments than PayTR offers.
    InstallmentsOfPaytr,
    /// The choice of instalments cannot be left to the customer.
    InstallmentsByShop,
    /// An address of the shop.
    ReturnUrl,
    /// NestPay hands an address with a query back changed.
    UrlWithQuery,
    /// Without the address for notifications nobody would tell of the payment.
    NotifyNeeded,
    /// The language of the bank's page.
    Language,
    /// A value about the customer; with the most characters it can have.
    CustomerValue,
    /// The gateway wants to know this about the customer.
    CustomerNeeded,
    /// The customer's address on the internet.
    CustomerIp,
    /// More lines in the basket than any gateway takes; with how many it takes.
    BasketTooLong,
    /// The name in a line of the basket.
    BasketName,
    /// The price in a line of the basket.
    BasketPrice,
    /// The quantity in a line of the basket.
    BasketQuantity,
    /// A text of the order that would look like a verdict when it comes back.
    DoubtfulValue,

    // The card.
    /// The card's number.
    CardNumber,
    /// The card's month.
    CardMonth,
    /// The card's year.
    CardYear,
    /// The card's security code.
    CardCvv,
    /// The model needs the card.
    CardNeeded,
    /// The model takes no card.
    CardNotTaken,

    // The stored order.
    /// A new payment with an order that was started.
    AlreadyStarted,
    /// An order of another gateway.
    OtherGateway,
    /// An order of the other mode.
    OtherMode,
    /// An order without one of the gateway's models.
    OtherModel,
    /// `refs` is not what this package made.
    ChangedRefs,
    /// `refs` lacks what the start keeps there.
    NotStarted,
    /// What the gateway gives to keep is longer than is read again.
    LongRefs,

    // Captures, refunds, voids and lists.
    /// No such verb.
    UnknownVerb,
    /// The gateway has no such thing.
    NotOffered,
    /// A void with an amount.
    VoidAmount,
    /// The id of a capture, refund or void.
    ChangeId,
    /// The id was used for something else.
    ChangeIdUsed,
    /// No room for another change in `refs`.
    TooManyChanges,
    /// A capture of what is not known to be reserved.
    NotAuthorized,
    /// A capture of what was captured or voided.
    CapturedBefore,
    /// A capture of more than was reserved.
    CaptureTooLarge,
    /// A refund or void of what is not known to be paid.
    NotPaid,
    /// A refund of what was voided.
    VoidedBefore,
    /// Refunds of more than was captured.
    RefundTooLarge,
    /// A void of what was refunded or voided.
    UndoneBefore,
    /// `then` is not ours.
    ForeignThen,
    /// A day of a report.
    Day,
    /// The days of a report.
    Period,

    // The configuration.
    /// No `gateway`; with all their names.
    GatewayMissing,
    /// A `gateway` that is near none; with all their names.
    UnknownGateway,
    /// A mistyped `gateway`; with the one that was probably meant.
    NearGateway,
    /// A `gateway` that another entry of the package carries; with that entry.
    OtherEntry,
    /// A key that is near none; with all their names.
    UnknownKey,
    /// A mistyped key; with the one that was probably meant.
    NearKey,
    /// The mode.
    Mode,
    /// What 3-D Secure must have done.
    ThreeDs,
    /// The model; with those of this gateway.
    Model,
    /// A required value is missing; with its name in the bank's panel.
    ValueMissing,
    /// A value begins or ends with a space; with its name in the bank's panel.
    ValueWithSpace,
    /// A value contains what cannot be seen; with its name in the bank's panel.
    ValueInvisible,
    /// A value is longer than any real one; with its name in the bank's panel.
    ValueTooLong,
    /// A value that has digits only; with its name in the bank's panel.
    ValueNotDigits,
    /// A value that has ten digits; with its name in the bank's panel.
    ValueNotTenDigits,
    /// A value that has letters and digits only; with its name in the bank's panel.
    ValueNotPlain,
    /// A value without spaces and Turkish letters; with its name in the bank's panel.
    ValueNotAscii,
    /// A value that is a currency's three letters; with its name in the bank's panel.
    ValueNotCurrency,
    /// A value that everybody can read in public documents; with its name in the bank's panel.
    ValuePublic,
    /// A key of iyzico's sandbox in production.
    SandboxKey,
    /// NestPay's API user is needed by the model.
    ApiToCharge,
    /// NestPay's API user is needed for a question.
    ApiToAsk,
    /// Garanti's user for refunds is needed.
    RefundUser,
    /// iyzico's merchant number is needed for a subscription's webhook.
    MerchantIdToVerify,
    /// A webhook without a secret to verify it.
    SecretKeyMissing,
    /// More trusted hosts than anybody has; with how many there may be.
    TooManyHosts,
    /// A system has no address of its own; with its name.
    EndpointMissing,
    /// No public document names this address.
    EndpointUnknown,
    /// An address of the bank.
    EndpointAddress,
    /// An address at a host that is not the bank's; with the host.
    EndpointHost,

    // What the bank refuses, and what cannot be reached.
    /// The bank refused the request.
    Refused,
    /// Garanti takes requests from listed addresses only.
    GarantiAddress,
    /// Garanti's user may not do this.
    GarantiRights,
    /// Garanti does not accept the numbers, the user or the password.
    GarantiAccount,
    /// iyzico does not accept the keys.
    IyzicoKeys,
    /// NestPay does not answer the question.
    NestpayAccount,
    /// PayFlex does not know this server.
    PayflexAddress,
    /// PayFlex does not accept the password of its 3-D Secure service.
    PayflexMpiPassword,
    /// PayFlex does not accept the password.
    PayflexPassword,
    /// PayFlex does not know the merchant.
    PayflexMerchant,
    /// PayFlex does not know the terminal.
    PayflexTerminal,
    /// PayFlex does not accept the addresses.
    PayflexUrls,
    /// The bank has seen the order's id before, or does not take it.
    SeenBefore,
    /// Posnet does not know this server, or the numbers.
    PosnetAddress,
    /// Posnet refuses our MAC.
    PosnetMacRefused,
    /// The currency is not open at this Posnet terminal.
    PosnetCurrency,
    /// Posnet does not know the merchant or the terminal.
    PosnetNumbers,
    /// BOA takes requests from listed addresses only.
    BoaAddress,
    /// BOA does not accept the numbers, the user or the password.
    BoaAccount,
    /// PayTR refuses to open a payment.
    PaytrToken,
    /// No answer, or not with status 200.
    Unanswered,
    /// The request that would have begun a payment got no readable answer.
    NothingBegun,

    // Faults of this package.
    /// The call is damaged, or the shim is of another version.
    DamagedCall,
    /// No such formula, or too few values for it.
    UnknownFormula,
    /// A gateway tried to make a proof of what proves nothing.
    NoEvidence,
}

impl Why {
    /// The code under which callers know this kind of refusal.
    pub const fn code(self) -> Code {
        use Why::*;
        match self {
            NestpayHash | GarantiHash | GarantiReplyHash | PosnetMac | PaytrHash | IyzicoSignature | BankHash | BoaHash | KeyInReturn
            | OnlyVersion3 => Code::SignatureInvalid,
            Unsigned | GarantiUnsigned | WebhookUnsigned | WebhookOldSignature => Code::SignatureMissing,
            NotAsDocumented | NotListed | UnclearConversation | TooManyParts | StrangeCharacter | BrokenForm | BrokenJson | BrokenXml | CutOff
            | StrangePage | NotOneForm | PageFields | PageText | PageAddress | LongRefs => Code::Malformed,
            TooLarge => Code::TooLarge,
            Twice => Code::DuplicateField,
            OtherFieldList => Code::FieldList,
            ChangedEcho => Code::EchoMismatch,
            OtherOrder | OtherPayment | TestMoney => Code::OrderMismatch,
            OtherAmount => Code::AmountMismatch,
            OtherCurrency => Code::CurrencyMismatch,
            OtherMerchant => Code::MerchantMismatch,
            OrderId
            | IdLength
            | GarantiIdLength
            | GarantiIdVerdict
            | PosnetId
            | PayflexId
            | PaytrId
            | PaytrFixedId
            | AmountWhole
            | AmountDecimal
            | AmountMinor
            | AmountInexact
            | CurrencyLetters
            | SaleOrPreAuth
            | Installments
            | InstallmentsAboveLimit
            | InstallmentsOfIyzico
            | InstallmentsOfPaytr
            | ReturnUrl
            | UrlWithQuery
            | NotifyNeeded
            | Language
            | CustomerValue
            | CustomerNeeded
            | CustomerIp
            | BasketTooLong
            | BasketName
            | BasketPrice
            | BasketQuantity
            | CardNumber
            | CardMonth
            | CardYear
            | CardCvv
            | CardNeeded
            | CardNotTaken
            | AlreadyStarted
            | OtherGateway
            | OtherMode
            | OtherModel
            | ChangedRefs
            | NotStarted
            | UnknownVerb
            | VoidAmount
            | ChangeId
            | ChangeIdUsed
            | TooManyChanges
            | NotAuthorized
            | CapturedBefore
            | CaptureTooLarge
            | NotPaid
            | VoidedBefore
            | RefundTooLarge
            | UndoneBefore
            | ForeignThen
            | Day
            | Period => Code::Order,
            GatewayMissing | UnknownGateway | NearGateway | OtherEntry | UnknownKey | NearKey | Mode | ThreeDs | Model | ValueMissing
            | ValueWithSpace | ValueInvisible | ValueTooLong | ValueNotDigits | ValueNotTenDigits | ValueNotPlain | ValueNotAscii
            | ValueNotCurrency | ValuePublic | SandboxKey | ApiToCharge | ApiToAsk | RefundUser | MerchantIdToVerify | SecretKeyMissing
            | TooManyHosts | EndpointMissing | EndpointUnknown | EndpointAddress | EndpointHost => Code::Config,
            Refused | GarantiAddress | GarantiRights | GarantiAccount | IyzicoKeys | NestpayAccount | PayflexAddress | PayflexMpiPassword
            | PayflexPassword | PayflexMerchant | PayflexTerminal | PayflexUrls | SeenBefore | PosnetAddress | PosnetMacRefused | PosnetCurrency
            | PosnetNumbers | BoaAddress | BoaAccount | PaytrToken => Code::Refused,
            Unanswered | NothingBegun => Code::Unreachable,
            OldHashVersion | SubscriptionWebhook | CurrencyNotTaken | NoPreAuth | InstallmentsByShop | DoubtfulValue | NotOffered => {
                Code::Unsupported
            }
            DamagedCall | UnknownFormula | NoEvidence => Code::Internal,
        }
    }

    /// What crosses the boundary: its place in `js-glue/words.js`.
    pub fn number(self) -> Text {
        digits(self as u8)
    }
}

/// A refusal. It never holds a secret, a card number or an expected digest. One word, so that carrying it costs nothing where all goes well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(&'static Refusal);

/// What a refusal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which refusal.
    pub why: Why,
    /// Which field, in the words of the caller or of the wire; empty when no single one is to blame.
    pub field: Text,
    /// What the few sentences with a value in them are about: the nearest key, a limit.
    pub about: Text,
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
    pub fn new(why: Why, field: Text) -> Error {
        let field = if is_plain_name(field) { field } else { "" };
        Error::from(Refusal { why, field, about: "", bank_code: "", bank_message: "" })
    }

    fn from(refusal: Refusal) -> Error {
        Error(Box::leak(Box::new(refusal)))
    }

    /// The same refusal with the value that its sentence names.
    pub fn about(self, about: Text) -> Error {
        Error::from(Refusal { about, ..*self.0 })
    }

    /// The same refusal with the bank's code and words.
    pub fn with_bank(self, bank_code: Text, bank_message: Text) -> Error {
        Error::from(Refusal { bank_code, bank_message, ..*self.0 })
    }

    /// The same refusal, blaming `field` if it blames none yet.
    pub fn in_field(self, field: &str) -> Error {
        if self.field.is_empty() { Error::new(self.why, field.kept()) } else { self }
    }

    /// The code under which callers know this kind of refusal.
    pub fn code(&self) -> Code {
        self.why.code()
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
        write!(f, "{:?} ({})", self.why, self.field)
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_refusal_crosses_by_its_place_and_is_told_by_its_name() {
        let all = [Why::NestpayHash, Why::GarantiHash, Why::GarantiReplyHash];
        assert_eq!(all.map(Why::number), ["0", "1", "2"]);
        assert_eq!(Error::new(Why::Twice, "amount".kept()).to_string(), "Twice (amount)");
    }

    #[test]
    fn a_name_that_a_message_brings_cannot_write_into_a_log() {
        let field = |name: &str| Error::new(Why::NotAsDocumented, name.kept()).field;
        for plain in ["", "mdStatus", "merchant.storeKey", "CC5Response/Extra/TRANS_STAT", "müşteri"] {
            assert_eq!(field(plain), plain);
        }
        for odd in ["x\nvelopos FAKE paid", "a b", "4508034508034509", "4508034508034", "<b>", &"a".repeat(65), "\u{202e}x"] {
            assert_eq!(field(odd), "", "{odd:?}");
        }
    }
}
