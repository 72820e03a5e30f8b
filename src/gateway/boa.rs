//! BOA, the platform of Kuveyt Türk (TDV2.0.0) and Vakıf Katılım: the card passes through the shop's server, the customer types a one-time
//! password at the card's bank, and our server asks for the money.
//!
//! Sources: Kuveyt Türk's "3D Secure Model" document, and answers of both banks that were published. What no source settles is marked as
//! open in `docs/banks/kuveytturk.md` and `docs/banks/vakifkatilim.md`.
//!
//! What the bank signs are the order's id, a code and the bank's own number, with nothing between them and the digest of the API user's
//! password behind them; no amount is ever among them. So a return proves no money, and its borders are held by formats: the id must be the
//! stored one, the code has two digits or is a word that ends with a letter, the number has digits only. Where the id could end elsewhere all the
//! same, a failure is asked about ([`ends_in_its_id`]). A success leads to the provision, which takes amount and instalments from the stored
//! order; the MD that names the authentication is unsigned and bound at the bank. The answer must be signed and name our order, the number of
//! the return, and our money. Whatever is missing there is asked for in the books.
//!
//! The older interface (TDV1) writes the key itself into the return: it has been in the customer's browser, and proves nothing any more.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, STARTED, Spec, Verb, malformed, send};
use crate::account::{Account, Mode};
use crate::crypto::{self, Verified, Written, base64, sha1};
use crate::decline::{Decline, Reason};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{Card, Claim, Effect, Fact, Facts, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Refs, Step, required};
use crate::text::{Keep, Text, digits, joined, keep_ascii};
use crate::wire::charset::displayable;
use crate::wire::form::Form;
use crate::wire::html::{self, PostForm};
use crate::wire::time::{from_local, turkish};
use crate::wire::xml::{Document, Element, Leaves, Writer};
use crate::wire::{holds, is_digits, is_made_of, number};
use alloc::vec::Vec;

const MERCHANT: &[Key] = &[
    Key { name: "merchantId", panel: "Mağaza numarası (MerchantId)", required: true, max: 20 },
    Key { name: "customerId", panel: "Müşteri numarası (CustomerId)", required: true, max: 20 },
    Key { name: "userName", panel: "API kullanıcı adı (UserName)", required: true, max: 64 },
    Key { name: "password", panel: "API kullanıcısının şifresi (Password)", required: true, max: 64 },
];

const FORMULAS: &[Formula] = &[
    Formula { name: "hashPassword", over: Over::Values, compute: |values, _| Ok(base64(&sha1(&[joined(values).as_bytes()]))) },
    Formula { name: "requestHash", over: Over::Fields(&REQUEST_SIGNED), compute: |values, _| Ok(base64(&request_digest(values))) },
    Formula {
        name: "responseHash",
        over: Over::Fields(&["MerchantOrderId", "RRN", "ResponseCode", "OrderId"]),
        compute: |values, _| Ok(base64(&digest(values))),
    },
];

/// What both are. There is no page of the bank's that asks for the card, and no pre-authorisation with 3-D Secure.
const BOA: Spec = Spec {
    system: "",
    gateway: &Boa { is_katilim: false },
    models: &["3d"],
    claiming_models: &["3d"],
    proving_models: &[],
    preauth_models: &[],
    card_models: &["3d"],
    either_card_models: &[],
    verbs: &["refund", "void"],
    formulas: FORMULAS,
    merchant: MERCHANT,
    endpoints: &[],
    currencies: &[],
    headers: &[],
    // BOA sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[],
    public_credentials: &[],
};

/// What Kuveyt Türk is. `gate` is the folder of its operations.
pub const KUVEYTTURK: Spec = Spec {
    system: "kuveytturk",
    endpoints: &["gate", "soap"],
    // The last two for foreign cards only.
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur],
    banks: &[Bank {
        name: "kuveytturk",
        production: &[
            "https://sanalpos.kuveytturk.com.tr/ServiceGateWay/Home",
            "https://boa.kuveytturk.com.tr/BOA.Integration.WCFService/BOA.Integration.VirtualPos/VirtualPosService.svc/Basic",
        ],
        test: &[
            "https://boatest.kuveytturk.com.tr/boa.virtualpos.services/Home",
            "https://boatest.kuveytturk.com.tr/BOA.Integration.WCFService/BOA.Integration.VirtualPos/VirtualPosService.svc/Basic",
        ],
        hosts: &[],
        test_hosts: &[],
    }],
    public_credentials: &[("merchantId", "496"), ("password", "api123"), ("password", "Api123"), ("password", "simBoa12")],
    ..BOA
};

/// What Vakıf Katılım is. Its answers name no currency, so only the one that every terminal has is offered. No test system is published.
pub const VAKIFKATILIM: Spec = Spec {
    system: "vakifkatilim",
    gateway: &Boa { is_katilim: true },
    endpoints: &["gate"],
    currencies: &[Currency::Try],
    banks: &[Bank {
        name: "vakifkatilim",
        production: &["https://boa.vakifkatilim.com.tr/VirtualPOS.Gateway/Home"],
        test: &[""],
        hosts: &[],
        test_hosts: &[],
    }],
    public_credentials: &[("password", "simKatilim34")],
    ..BOA
};

/// The gateway.
pub struct Boa {
    /// Vakıf Katılım's dialect, and not Kuveyt Türk's.
    is_katilim: bool,
}

impl Gateway for Boa {
    fn check(&self, account: &Account) -> Result<()> {
        for key in ["merchantId", "customerId"] {
            if !is_digits(account.merchant(key)) {
                return Err(account.wrong(Why::ValueNotDigits, key));
            }
        }
        for key in ["userName", "password"] {
            // Digests are made over ISO-8859-9, which agrees with UTF-8 in ASCII only.
            if !account.merchant(key).bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(account.wrong(Why::ValueNotAscii, key));
            }
        }
        for name in account.spec.endpoints {
            if account.endpoint(name).is_empty() {
                return Err(Error::new(Why::EndpointUnknown, joined(&["endpoints.", name])));
            }
        }
        Ok(())
    }

    fn start(&self, cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
        if order.id.len() > 20 || !is_made_of(order.id, b"") || order.id.starts_with('0') {
            return Err(Error::new(Why::PosnetId, "id"));
        }
        order.check_shop_chooses_installments()?;
        order.check_ip()?;
        let Some(card) = card else { return Err(Error::new(Why::CardNeeded, "card")) };
        let holder = if card.holder.is_empty() { order.customer.name } else { card.holder };
        required("card.holder", holder, Why::CustomerNeeded)?;
        self.enrolment(cx, order, card, holder)
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let returned = if self.is_katilim {
            Returned::of_fields(&|name| Ok(form.ascii(name)?.unwrap_or_default().kept()), form.display("ResponseMessage", 200))?
        } else {
            Returned::of_document(form.value(DOCUMENT).ok_or_else(|| malformed(DOCUMENT))?)?
        };
        self.authenticated(cx, order, &returned)
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Change(change) => self.change_request(cx, order, change),
            _ => self.inquiry(cx, order),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        match (then, self.is_katilim) {
            ("enrol", _) => self.enrolled(cx, order, &reply),
            ("provision", _) => self.provision_reply(cx, order, &reply),
            ("inquiry", true) => orders_reply(order, &reply),
            ("inquiry", false) => detail_reply(order, &reply),
            ("change", true) => change_reply(cx, order, &reply),
            (operation, false) => match operation.strip_prefix("change ") {
                Some(operation) => soap_change_reply(order, &reply, operation),
                None => Err(super::foreign_then()),
            },
            _ => Err(super::foreign_then()),
        }
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        let id = if self.is_katilim { form.ascii("MerchantOrderId").ok()?? } else { Returned::of_document(form.value(DOCUMENT)?).ok()?.id };
        (!id.is_empty() && is_made_of(id, b"-_")).then_some(Found::OrderId(id))
    }
}

// The names in `refs`.
/// The bank's number of the order, from the return on: then the money was asked for.
const NUMBER: &str = "number";
/// The numbers of the charge, which a void and a refund have to name.
const RRN: &str = "rrn";
const STAN: &str = "stan";
const PROVISION: &str = "provision";

fn stored(order: &Order, name: &str) -> Text {
    order.refs.get(name).unwrap_or_default()
}

fn other_order(field: &'static str) -> Error {
    Error::new(Why::OtherOrder, field)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Digests and requests

/// What the hash of a request covers, in this order; the key follows.
const REQUEST_SIGNED: [&str; 6] = ["MerchantId", "MerchantOrderId", "Amount", "OkUrl", "FailUrl", "UserName"];

fn request_digest(values: &[&str]) -> [u8; 20] {
    #[cfg(feature = "explain")]
    crate::trace::describe_joined(&[&REQUEST_SIGNED[..], &["hashPassword"]].concat(), values, "");
    digest(values)
}

/// SHA-1 of the values, one behind the other; the last one is the key.
fn digest(values: &[&str]) -> [u8; 20] {
    sha1(&[joined(values).as_bytes()])
}

/// The key: a digest of the password.
fn key(account: &Account) -> Text {
    base64(&sha1(&[account.secret("password").reveal().as_bytes()]))
}

/// Whether this digest covers an answer.
fn verify(account: &Account, answer: [&str; 4], given: &str) -> Option<Verified> {
    let [id, rrn, code, number] = answer;
    let values = [id, rrn, code, number, key(account)];
    #[cfg(feature = "explain")]
    crate::trace::describe_joined(&["MerchantOrderId", "RRN", "ResponseCode", "OrderId", "hashPassword"], &values, "");
    crypto::compare(&digest(&values), given, Written::Base64)
}

fn request_hash(account: &Account, id: &str, amount: &str, urls: [&str; 2]) -> Text {
    base64(&request_digest(&[account.id(), id, amount, urls[0], urls[1], account.merchant("userName"), key(account)]))
}

/// The bank's four digits.
fn currency(order: &Order) -> Text {
    joined(&["0", order.currency.digits()])
}

fn installments(order: &Order) -> Text {
    digits(if order.installments > 1 { order.installments } else { 0 })
}

impl Boa {
    /// Begins a document: who asks, and what it is signed with.
    fn document<'v>(&self, account: &'v Account, hash: &'v str) -> Writer<'v> {
        let mut xml = Writer::new("utf-8");
        xml.open(self.root());
        let version = if self.is_katilim { "1.0.0" } else { "TDV2.0.0" };
        xml.leaves(&[("APIVersion", version), ("HashData", hash), ("MerchantId", account.id())]);
        if self.is_katilim {
            // It wants the key beside the digest, from server to server.
            xml.leaves(&[("SubMerchantId", "0"), ("HashPassword", key(account))]);
        }
        xml.leaves(&[("CustomerId", account.merchant("customerId")), ("UserName", account.merchant("userName"))]);
        xml
    }

    fn root(&self) -> &'static str {
        if self.is_katilim { "VPosMessageContract" } else { "KuveytTurkVPosMessage" }
    }

    fn post(&self, cx: &Context, effect: Effect, operation: &str, mut xml: Writer, then: &str) -> Step {
        xml.close(self.root());
        let url = joined(&[cx.account.endpoint("gate"), "/", operation]);
        send(effect, url, vec![("content-type", "application/xml; charset=utf-8")], xml.finish(), then)
    }

    /// The card, for which the bank answers with the page of the customer's bank.
    fn enrolment(&self, cx: &Context, order: &Order, card: &Card, holder: &str) -> Result<Step> {
        let account = cx.account;
        let (amount, currency, count) = (digits(order.amount.minor()), currency(order), installments(order));
        let mut xml = self.document(account, request_hash(account, order.id, amount, [order.urls.ok, order.urls.fail]));
        xml.leaves(&[("OkUrl", order.urls.ok), ("FailUrl", order.urls.fail)]);
        xml.leaves(&[("CardNumber", card.number), ("CardExpireDateYear", card.year), ("CardExpireDateMonth", card.month)]);
        xml.leaves(&[("CardCVV2", card.cvv), ("CardHolderName", holder), ("InstallmentCount", count)]);
        xml.leaves(&[("Amount", amount), ("DisplayAmount", amount), ("CurrencyCode", currency)]);
        xml.leaves(&[("MerchantOrderId", order.id), ("TransactionSecurity", "3")]);
        if self.is_katilim {
            xml.leaves(&[("FECCurrencyCode", currency), ("PaymentType", "1")]);
        } else {
            xml.leaves(&[("CardType", brand(card.number)), ("BatchID", "0"), ("TransactionType", "Sale")]);
            xml.open("DeviceData");
            // 02: a browser.
            xml.leaves(&[("DeviceChannel", "02"), ("ClientIP", order.customer.ip)]);
            xml.close("DeviceData");
            card_holder(&mut xml, order);
        }
        Ok(self.post(cx, Effect::Begins, "ThreeDModelPayGate", xml, "enrol"))
    }

    /// The money of an authentication. Amount, order and instalments are the stored ones.
    fn provision(&self, cx: &Context, order: &Order, md: &str) -> Step {
        let account = cx.account;
        let amount = digits(order.amount.minor());
        let mut xml = self.document(account, request_hash(account, order.id, amount, ["", ""]));
        xml.leaves(&[("InstallmentCount", installments(order)), ("Amount", amount), ("MerchantOrderId", order.id)]);
        xml.leaf("TransactionSecurity", "3");
        let wrapping: &[&'static str] = if self.is_katilim {
            xml.leaf("PaymentType", "1");
            &["AdditionalData", "AdditionalDataList", "VPosAdditionalData"]
        } else {
            let currency = currency(order);
            xml.leaves(&[("TransactionType", "Sale"), ("DisplayAmount", amount), ("CurrencyCode", currency)]);
            &["KuveytTurkVPosAdditionalData", "AdditionalData"]
        };
        for name in wrapping {
            xml.open(name);
        }
        xml.leaves(&[("Key", "MD"), ("Data", md)]);
        for name in wrapping.iter().rev() {
            xml.close(name);
        }
        self.post(cx, Effect::MovesMoney, "ThreeDModelProvisionGate", xml, "provision")
    }
}

/// What is known of the customer, for the card's bank to judge by.
fn card_holder<'v>(xml: &mut Writer<'v>, order: &Order<'v>) {
    let customer = &order.customer;
    let phone = keep_ascii(customer.phone.bytes().filter(u8::is_ascii_digit).collect());
    xml.open("CardHolderData");
    if !customer.address.is_empty() {
        xml.leaves(&[("BillAddrCountry", "792"), ("BillAddrLine1", customer.address)]);
    }
    if !customer.email.is_empty() {
        xml.leaf("Email", customer.email);
    }
    // A Turkish number: ten digits behind the country's own.
    if let Some(subscriber) = phone.len().checked_sub(10).and_then(|at| phone.get(at..)).filter(|_| matches!(phone.len(), 10..=12)) {
        xml.open("MobilePhone");
        xml.leaves(&[("Cc", "90"), ("Subscriber", subscriber)]);
        xml.close("MobilePhone");
    }
    xml.close("CardHolderData");
}

fn brand(number: &str) -> &'static str {
    match number.as_bytes() {
        [b'4', ..] => "Visa",
        [b'9', ..] | [b'6', b'5', ..] => "TROY",
        _ => "MasterCard",
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The page, and the return

/// Kuveyt Türk's return is a document in this field.
const DOCUMENT: &str = "AuthenticationResponse";
const ROOT: &str = "VPosTransactionResponseContract";

/// What comes back from the customer's bank, or from the gate where it lets nobody in.
struct Returned {
    id: Text,
    code: Text,
    message: Text,
    number: Text,
    hash: Text,
    md: Text,
    /// The key, or a part of it, stands in the message.
    tells_key: bool,
}

impl Returned {
    /// Form encoding inside form encoding, where the field is one of a form; a document in the gate's own answer is bare.
    fn of_document(value: &[u8]) -> Result<Returned> {
        let mut body = b"x=".to_vec();
        body.extend_from_slice(value);
        let unpacked = match value.first() {
            Some(b'<') => value.to_vec(),
            _ => {
                let form = Form::parse(&mut body)?;
                let [field] = form.fields() else { return Err(malformed(DOCUMENT)) };
                field.value.to_vec()
            }
        };
        let document = Document::parse(&unpacked, ROOT)?;
        let leaf = |name: &str| Ok(document.leaf(joined(&[ROOT, "/", name]))?.unwrap_or_default().kept());
        Returned::of_fields(
            &|name| match name {
                "HashPassword" => Ok(joined(&[leaf("VPosMessage/HashPassword")?, leaf("VPosMessage/UserName")?])),
                name => leaf(name),
            },
            displayable(leaf("ResponseMessage")?, 200),
        )
    }

    fn of_fields(value: &dyn Fn(&'static str) -> Result<Text>, message: Text) -> Result<Returned> {
        Ok(Returned {
            id: value("MerchantOrderId")?,
            code: value("ResponseCode")?,
            message,
            number: value("OrderId")?,
            hash: value("HashData")?,
            md: value("MD")?,
            tells_key: !value("HashPassword")?.is_empty(),
        })
    }

    /// The gate has sent nobody on. No money can have moved.
    fn refused(&self, order: &Order, reply: &Reply) -> Result<Step> {
        let Some(reason) = reason(self.code) else { return Err(refused(self.code, self.message)) };
        let proof = Proof::<OfOutcome>::by_reply(reply, Claim { order_id: named(self.id), amount: None, currency: None }, order)?;
        Ok(Step::done(Payment::declined(proof, self.decline(reason), facts(order))))
    }

    fn decline(&self, reason: Reason) -> Decline {
        Decline { reason, bank_code: displayable(self.code, 40), bank_message: self.message }
    }
}

fn named(text: &str) -> Option<&str> {
    if text.is_empty() { None } else { Some(text) }
}

fn facts(order: &Order) -> Facts {
    // The bank tells no full authentication from half a one, so nothing is said about who bears a chargeback.
    Facts { installments: Some(order.installments), ..Facts::default() }
}

fn refused(code: &str, message: &str) -> Error {
    let (field, why) = match code {
        "PosMerchantIPError" => ("", Why::BoaAddress),
        "HashDataError" | "ApiUserNotDefined" | "MerchantNotDefined" => ("merchant", Why::BoaAccount),
        _ => ("", Why::Refused),
    };
    Error::new(why, field).with_bank(displayable(code, 40), displayable(message, 200))
}

impl Boa {
    /// The gate's answer: a page that posts itself to the customer's bank, or why there is none. That may come as a page, too, which leads
    /// straight back to the shop.
    fn enrolled(&self, cx: &Context, order: &Order, reply: &Reply) -> Result<Step> {
        let body = reply.body().trim_ascii_start();
        if body.starts_with(b"<?xml") || body.starts_with(b"<VPosTransaction") {
            return Returned::of_document(&without_nul(body))?.refused(order, reply);
        }
        let PostForm { action, fields } = html::single_form(body)?;
        if action != order.urls.ok && action != order.urls.fail {
            // The pages of the customers' banks are anywhere.
            html::check_action(action, cx.account.mode == Mode::Test)?;
            return Ok(Step::redirect(Redirect::Form { action, fields, card_inputs: None }));
        }
        let value = |wanted: &str| fields.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| *value);
        let returned = if self.is_katilim {
            Returned::of_fields(&|name| Ok(value(name)), displayable(value("ResponseMessage"), 200))?
        } else {
            Returned::of_document(value(DOCUMENT).as_bytes())?
        };
        returned.refused(order, reply)
    }

    fn authenticated(&self, cx: &Context, order: &Order, returned: &Returned) -> Result<Step> {
        if returned.tells_key {
            return Err(Error::new(Why::KeyInReturn, "HashPassword"));
        }
        let succeeds = returned.code == "00";
        let is_unsigned = returned.hash.is_empty();
        // A failure that names no order, or that nobody signed, says nothing.
        if !succeeds && (is_unsigned || returned.id.is_empty()) {
            return self.inquiry(cx, order);
        }
        if returned.id != order.id {
            return Err(other_order("MerchantOrderId"));
        }
        if is_unsigned {
            return Err(Error::new(Why::Unsigned, "HashData"));
        }
        let Some(verified) = verify(cx.account, [order.id, "", returned.code, returned.number], returned.hash) else {
            return Err(Error::new(Why::BoaHash, "HashData"));
        };
        if !is_code(returned.code) {
            return Err(malformed("ResponseCode"));
        }
        if !is_digits(returned.number) || succeeds && returned.number.starts_with('0') || returned.number.len() > 19 {
            return Err(malformed("OrderId"));
        }
        // Once the money was asked for, no return takes it back.
        if order.refs.get(NUMBER).is_some() {
            return self.inquiry(cx, order);
        }
        if !succeeds {
            let Some(reason) = reason(returned.code).filter(|_| ends_in_its_id(order)) else { return self.inquiry(cx, order) };
            let claim = Claim { order_id: Some(returned.id), amount: None, currency: None };
            let proof = Proof::<OfOutcome>::by_signature(verified, claim, order)?;
            return Ok(Step::done(Payment::declined(proof, returned.decline(reason), facts(order))));
        }
        if returned.md.is_empty() || returned.md.len() > 256 || !is_made_of(returned.md, b"+/=") {
            return Err(malformed("MD"));
        }
        Ok(self.provision(cx, order, returned.md).keeping(order.refs.with(NUMBER, returned.number)))
    }
}

/// Whether a signed text that begins with this order's id is about this order. Its id is as long as one can be, so it is not the beginning of
/// another one. It ends with a capital, so it does not consist of another one and the digits of a code; and no code that says no is the end of another
/// such word.
fn ends_in_its_id(order: &Order) -> bool {
    order.has_full_id() && order.id.ends_with(|last: char| last.is_ascii_uppercase())
}

/// Two digits, three that stand for 3-D Secure, or a word. None of them can take a digit from the number that follows it, or give it one.
fn is_code(code: &str) -> bool {
    let is_word = code.starts_with(|first: char| first.is_ascii_alphabetic()) && code.ends_with(|last: char| last.is_ascii_alphabetic());
    code.len() == 2 && is_digits(code) || matches!(code, "888" | "999") || is_word && is_made_of(code, b"")
}

/// Codes that certainly say no, from the card's bank or from 3-D Secure.
fn reason(code: &str) -> Option<Reason> {
    Some(match code {
        "00" => return None,
        "888" | "999" | "CardNotEnrolled" | "CardNotOnusControl" => Reason::ThreeDsFailed,
        "CardNotFound" | "CardNotFoundException" | "InvalidCardNumber" | "LengthControlCardNumberField" | "EmptyCardNumberField" => {
            Reason::InvalidCard
        }
        "InvalidExpireDate" | "InvalidCardExpireDateFormat" | "EmptyCardExpireDateField" => Reason::ExpiredCard,
        "EmptyCVV2Field" => Reason::InvalidCvv,
        "IssuerException" | "TimeoutException" | "ServiceUnavailable" => Reason::BankUnavailable,
        "89" => Reason::BankUnavailable,
        _ if code.len() == 2 && is_digits(code) => Reason::from_iso8583(code),
        _ if code.starts_with("MPIAuthenticationStatus") => Reason::ThreeDsFailed,
        _ => return None,
    })
}

/// A no of the card's bank to a request for money. Where that bank did not answer, something may still have been booked.
fn issuers_no(code: &str) -> Option<Reason> {
    // 09: try again.
    reason(code).filter(|reason| code.len() == 2 && code != "09" && *reason != Reason::BankUnavailable)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Answers of the gate's operations

/// Vakıf Katılım writes characters that XML does not have.
fn without_nul(body: &[u8]) -> Vec<u8> {
    const NUL: &[u8] = b"&#x0;";
    let mut clean = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(byte) = rest.first() {
        match rest.strip_prefix(NUL) {
            Some(behind) => rest = behind,
            None => {
                clean.push(*byte);
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    clean
}

/// What an answer to a request about money tells. What is empty was not told.
struct Told<'d> {
    id: &'d str,
    code: &'d str,
    message: &'d str,
    number: &'d str,
    hash: &'d str,
    rrn: &'d str,
    stan: &'d str,
    provision: &'d str,
    at: &'d str,
    /// The echo of our request, which no digest covers.
    echoed_id: &'d str,
    echoed_amount: &'d str,
    echoed_currency: &'d str,
    pan: &'d str,
}

impl<'d> Told<'d> {
    fn read(element: &Element<'d>) -> Result<Told<'d>> {
        let [id, code, message, number, hash] = texts(element, ["MerchantOrderId", "ResponseCode", "ResponseMessage", "OrderId", "HashData"])?;
        let [rrn, stan, provision, at, pan] = texts(element, ["RRN", "Stan", "ProvisionNumber", "TransactionTime", "VPosMessage/CardNumber"])?;
        // Two echoes are refused, even where each has what the other has not.
        element.only("VPosMessage")?;
        let [echoed_id, echoed_amount, echoed_currency, inner_currency] =
            texts(element, ["VPosMessage/MerchantOrderId", "VPosMessage/Amount", "VPosMessage/CurrencyCode", "CurrencyCode"])?;
        let echoed_currency = if echoed_currency.is_empty() { inner_currency } else { echoed_currency };
        Ok(Told { id, code, message, number, hash, rrn, stan, provision, at, echoed_id, echoed_amount, echoed_currency, pan })
    }

    /// Whether the digest is there and right.
    fn is_signed(&self, account: &Account) -> bool {
        verify(account, [self.id, self.rrn, self.code, self.number], self.hash).is_some()
    }

    /// It is about this order under this number.
    fn is_about(&self, order: &Order) -> bool {
        self.id == order.id && self.number == stored(order, NUMBER) && named(self.echoed_id).is_none_or(|id| id == order.id)
    }

    fn currency(&self) -> Option<Currency> {
        currency_of(self.echoed_currency)
    }

    fn facts(&self, order: &Order) -> Facts {
        let mut facts = facts(order);
        learn(&mut facts, self.at, [self.number, self.provision, self.rrn, self.pan]);
        facts
    }

    fn declined(&self, order: &Order, reply: &Reply, reason: Reason) -> Result<Step> {
        let proof = Proof::<OfOutcome>::by_reply(reply, Claim { order_id: named(self.id), amount: None, currency: None }, order)?;
        let decline = Decline { reason, bank_code: displayable(self.code, 40), bank_message: displayable(self.message, 200) };
        Ok(Step::done(Payment::declined(proof, decline, facts(order))))
    }
}

/// `949` and `0949`.
fn currency_of(text: &str) -> Option<Currency> {
    Currency::from_digits(if text.len() == 4 { text.strip_prefix('0')? } else { text })
}

fn learn(facts: &mut Facts, at: &str, [number, provision, rrn, pan]: [&str; 4]) {
    facts.at = from_local(at).unwrap_or_default();
    for (fact, text) in [(Fact::TransactionId, number), (Fact::AuthCode, provision), (Fact::HostReference, rrn), (Fact::MaskedPan, pan)] {
        facts.learn(fact, text);
    }
}

/// The numbers of a charge, where they are ones that the bank makes.
fn keep_numbers(refs: &Refs, numbers: [&str; 4]) -> Refs {
    let mut refs = refs.clone();
    for (name, value) in [NUMBER, RRN, STAN, PROVISION].into_iter().zip(numbers) {
        if (1..=32).contains(&value.len()) && is_made_of(value, b"") {
            refs = refs.with(name, value);
        }
    }
    refs
}

impl Boa {
    /// The answer to the provision. An approval must be signed and name our order, the number of the return, and our money.
    fn provision_reply(&self, cx: &Context, order: &Order, reply: &Reply) -> Result<Step> {
        let body = without_nul(reply.body());
        let document = Document::parse(&body, ROOT)?;
        let told = Told::read(&first(document.each(ROOT))?)?;
        let is_signed = told.is_signed(cx.account);
        // Vakıf Katılım names no currency: it is that of the authentication, which our own request began.
        let names_currency = told.currency() == Some(order.currency) || self.is_katilim && told.echoed_currency.is_empty();
        let amount = Amount::from_minor_text(told.echoed_amount);
        let names_us = told.is_about(order) && told.echoed_id == order.id && amount == Some(order.amount) && names_currency;
        if told.code == "00" && is_signed && names_us && !told.rrn.is_empty() {
            let claim = Claim { order_id: Some(told.id), amount, currency: told.currency() };
            let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
            let refs = keep_numbers(&order.refs, [told.number, told.rrn, told.stan, told.provision]);
            return Ok(Step::done(Payment::succeeded(proof, order, told.facts(order))).keeping(refs));
        }
        match issuers_no(told.code) {
            Some(reason) if !told.id.is_empty() && (told.hash.is_empty() || is_signed) => told.declined(order, reply, reason),
            // An approval that is not wholly ours, a refusal that names no order, a used MD, a code that tells nothing: the bank's books decide.
            _ => self.inquiry(cx, order),
        }
    }
}

/// The texts of these leaves; empty ones are missing.
fn texts<'d, const N: usize>(element: &Element<'d>, names: [&str; N]) -> Result<[&'d str; N]> {
    let mut values = [""; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value = element.leaf(name)?.unwrap_or_default();
    }
    Ok(values)
}

fn first<'d>(elements: Vec<Element<'d>>) -> Result<Element<'d>> {
    elements.first().copied().ok_or_else(|| malformed("ResponseCode"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Inquiry

impl Boa {
    fn inquiry(&self, cx: &Context, order: &Order) -> Result<Step> {
        let account = cx.account;
        if self.is_katilim {
            let mut xml = self.document(account, request_hash(account, order.id, "", ["", ""]));
            xml.leaf("MerchantOrderId", order.id);
            return Ok(self.post(cx, Effect::Reads, "SelectOrderByMerchantOrderId", xml, "inquiry"));
        }
        // The days around the payment, which is made within minutes of its start.
        let started: u64 = number(stored(order, STARTED)).ok_or_else(|| Error::new(Why::NotStarted, "refs"))?;
        let from = turkish(started.saturating_sub(86_400) * 1000).date;
        let (from, to) = (joined(&[from.dashed(), "T00:00:00"]), joined(&[from.plus(3).dashed(), "T00:00:00"]));
        let mine = [("ser:MerchantOrderId", order.id), ("ser:StartDate", from), ("ser:EndDate", to), ("ser:TransactionType", "0")];
        Ok(soap(cx, order, Effect::Reads, "GetMerchantOrderDetail", "0", &mine, "inquiry"))
    }
}

/// One order in the bank's books.
struct Row<'d> {
    id: &'d str,
    number: &'d str,
    /// 1 success, 2 failure, 0 not finished.
    result: &'d str,
    /// 1 sale, 4 given back, 5 given back in part, 6 voided.
    state: &'d str,
    code: &'d str,
    message: &'d str,
    amount: &'d str,
    currency: &'d str,
    given_back: &'d str,
    provision: &'d str,
    rrn: &'d str,
    stan: &'d str,
    at: &'d str,
    pan: &'d str,
    count: &'d str,
}

impl<'d> Row<'d> {
    fn read(element: &Element<'d>) -> Result<Row<'d>> {
        let [id, number, result, state, code] =
            texts(element, ["MerchantOrderId", "OrderId", "TransactionStatus", "LastOrderStatus", "ResponseCode"])?;
        let [message, amount, currency, given_back, provision] =
            texts(element, ["ResponseExplain", "FirstAmount", "FEC", "DrawbackAmount", "ProvNumber"])?;
        let [rrn, stan, at, pan, count] = texts(element, ["RRN", "Stan", "OrderDate", "CardNumber", "InstallmentCount"])?;
        Ok(Row { id, number, result, state, code, message, amount, currency, given_back, provision, rrn, stan, at, pan, count })
    }
}

/// What the rows of an order come to. The bank promises no unique number, so there may be several; two that were paid are for a person.
fn settle(order: &Order, reply: &Reply, rows: &[Element]) -> Result<Step> {
    let known = order.refs.get(NUMBER);
    let (mut paid, mut failed, mut successes, mut is_open): (Option<Row>, Option<Row>, u32, bool) = (None, None, 0, false);
    for element in rows {
        let row = Row::read(element)?;
        if row.id != order.id {
            return Err(other_order("MerchantOrderId"));
        }
        match (row.result, row.code) {
            ("1", "00") => {
                successes += 1;
                if paid.is_none() || known == Some(row.number) {
                    paid = Some(row);
                }
            }
            ("2", code) if code != "00" => failed = Some(row),
            _ => is_open = true,
        }
    }
    match (paid, failed) {
        (Some(row), _) => row_state(order, reply, &row, successes > 1 || known.is_some_and(|known| known != row.number)),
        (None, Some(row)) if !is_open => {
            let claim = Claim { order_id: Some(row.id), amount: None, currency: None };
            let proof = Proof::<OfOutcome>::by_reply(reply, claim, order)?;
            let reason = reason(row.code).unwrap_or(Reason::Declined);
            let decline = Decline { reason, bank_code: displayable(row.code, 40), bank_message: displayable(row.message, 200) };
            Ok(Step::done(Payment::declined(proof, decline, facts(order))))
        }
        _ => Ok(Step::pending(facts(order))),
    }
}

fn row_state(order: &Order, reply: &Reply, row: &Row, is_doubtful: bool) -> Result<Step> {
    let (amount, currency) = (Amount::from_decimal(row.amount, order.currency), currency_of(row.currency));
    let claim = Claim { order_id: Some(row.id), amount, currency };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let given_back = Amount::from_decimal(row.given_back, order.currency);
    let gives_nothing = row.given_back.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let count = number(row.count).map_or(order.installments, |count: u8| count.max(1));
    let mut facts = Facts { installments: Some(count), refunded: given_back, review: is_doubtful || count != order.installments, ..facts(order) };
    learn(&mut facts, row.at, [row.number, row.provision, row.rrn, row.pan]);
    let is_named = amount.is_some() && currency.is_some();
    // The bank must know of at least the refunds that it has confirmed.
    let lags = matches!(row.state, "1" | "5") && given_back < Ledger::read(&order.refs)?.refunded();
    let payment = match (row.state, given_back) {
        _ if !is_named || lags => Payment::pending(Facts { review: true, ..facts }),
        ("1", None) if gives_nothing => Payment::paid(proof, facts),
        ("5", Some(part)) if part < order.amount => Payment::paid(proof, facts),
        ("4", Some(all)) if all == order.amount => Payment::refunded(proof, facts),
        ("4", None) if gives_nothing => Payment::refunded(proof, facts),
        ("6", _) => Payment::voided(proof, Facts { refunded: None, ..facts }),
        _ => Payment::pending(Facts { review: true, ..facts }),
    };
    Ok(Step::done(payment).keeping(keep_numbers(&order.refs, [row.number, row.rrn, row.stan, row.provision])))
}

/// Vakıf Katılım's answer.
fn orders_reply(order: &Order, reply: &Reply) -> Result<Step> {
    let body = without_nul(reply.body());
    let document = Document::parse(&body, ROOT)?;
    let told = Told::read(&first(document.each(ROOT))?)?;
    match told.code {
        "00" => settle(order, reply, &document.each(joined(&[ROOT, "/VPosOrderData/OrderContract"]))),
        "" => Err(malformed("ResponseCode")),
        // None yet.
        "NonResult" | "OrderDataNotFound" => Ok(Step::pending(facts(order))),
        code => Err(refused(code, told.message)),
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Kuveyt Türk's SOAP service. Nothing in its answers is signed; amounts go in as kuruş and come out of the inquiry in lira.

const ENVELOPE: &str =
    "soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:ser=\"http://boa.net/BOA.Integration.VirtualPos/Service\"";

fn operation_element(operation: &str) -> &'static str {
    match operation {
        "GetMerchantOrderDetail" => "ser:GetMerchantOrderDetail",
        "SaleReversal" => "ser:SaleReversal",
        "DrawBack" => "ser:DrawBack",
        _ => "ser:PartialDrawback",
    }
}

fn soap(cx: &Context, order: &Order, effect: Effect, operation: &str, amount: &str, mine: Leaves, then: &str) -> Step {
    let account = cx.account;
    let element = operation_element(operation);
    let (customer, number) = (account.merchant("customerId"), stored(order, NUMBER));
    let hash = request_hash(account, order.id, amount, ["", ""]);
    let currency = currency(order);
    let mut xml = Writer::new("utf-8");
    xml.open(ENVELOPE);
    xml.open("soapenv:Body");
    xml.open(element);
    xml.open("ser:request");
    xml.leaves(&[("ser:IsFromExternalNetwork", "true"), ("ser:BusinessKey", "0"), ("ser:ResourceId", "0"), ("ser:ActionId", "0")]);
    xml.leaves(&[("ser:LanguageId", "0"), ("ser:CustomerId", customer), ("ser:MailOrTelephoneOrder", "true"), ("ser:Amount", amount)]);
    xml.leaves(&[("ser:MerchantId", account.id()), ("ser:OrderId", if number.is_empty() { "0" } else { number })]);
    xml.leaves(mine);
    xml.open("ser:VPosMessage");
    xml.leaves(&[("ser:APIVersion", "TDV2.0.0"), ("ser:InstallmentMaturityCommisionFlag", "0"), ("ser:HashData", hash)]);
    xml.leaves(&[("ser:MerchantId", account.id()), ("ser:SubMerchantId", "0"), ("ser:CustomerId", customer)]);
    xml.leaves(&[("ser:UserName", account.merchant("userName")), ("ser:CardType", "Visa"), ("ser:BatchID", "0")]);
    xml.leaves(&[("ser:TransactionType", operation), ("ser:InstallmentCount", "0"), ("ser:Amount", amount), ("ser:DisplayAmount", "0")]);
    xml.leaves(&[("ser:CancelAmount", amount), ("ser:MerchantOrderId", order.id), ("ser:FECAmount", "0"), ("ser:CurrencyCode", currency)]);
    xml.leaves(&[("ser:QeryId", "0"), ("ser:DebtId", "0"), ("ser:SurchargeAmount", "0"), ("ser:SGKDebtAmount", "0")]);
    xml.leaf("ser:TransactionSecurity", "1");
    for name in ["ser:VPosMessage", "ser:request", element, "soapenv:Body", "soapenv:Envelope"] {
        xml.close(name);
    }
    let action = joined(&["\"http://boa.net/BOA.Integration.VirtualPos/Service/IVirtualPosService/", operation, "\""]);
    let headers = vec![("content-type", "text/xml; charset=utf-8"), ("soapaction", action)];
    send(effect, account.endpoint("soap").kept(), headers, xml.finish(), then)
}

/// What every answer of the service says first, and what lies in it.
struct Soap<'d> {
    succeeded: bool,
    code: &'d str,
    message: &'d str,
}

impl<'d> Soap<'d> {
    fn read(document: &'d Document<'d>, operation: &str) -> Result<Soap<'d>> {
        let result = first(document.each(joined(&["Envelope/Body/", operation, "Response/", operation, "Result"])))?;
        let [success, code, message] = texts(&result, ["Success", "Results/Result/ErrorCode", "Results/Result/ErrorMessage"])?;
        let succeeded = match success {
            "true" => true,
            "false" => false,
            _ => return Err(malformed("Success")),
        };
        Ok(Soap { succeeded, code, message })
    }

    /// Whether it certainly was not done.
    fn is_no(&self) -> bool {
        match self.code {
            // A refusal that is about the day or the amount comes without a code at times.
            "" => holds(self.message, "yap\u{131}lamaz"),
            "InvalidRequestError" | "TransactionAmountMismatchException" | "RRNOrStanOrProvIsIncorrect" | "HashDataError" => true,
            "MerchantNotDefined" | "ApiUserNotDefined" | "PosMerchantIPError" => true,
            code => issuers_no(code).is_some(),
        }
    }
}

fn detail_reply(order: &Order, reply: &Reply) -> Result<Step> {
    const OPERATION: &str = "GetMerchantOrderDetail";
    let document = Document::parse(reply.body(), "Envelope")?;
    let answer = Soap::read(&document, OPERATION)?;
    if !answer.succeeded {
        return Err(refused(answer.code, answer.message));
    }
    let path = joined(&["Envelope/Body/", OPERATION, "Response/", OPERATION, "Result/Value/OrderContract"]);
    settle(order, reply, &document.each(path))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Void and refund. Neither has an id of ours: sent twice, it would be done twice.

impl Boa {
    fn change_request(&self, cx: &Context, order: &Order, change: &Change) -> Result<Step> {
        let ledger = Ledger::read(&order.refs)?;
        let is_whole = change.amount == order.amount && !ledger.has(Kind::Refund) && ledger.refunded().is_none();
        let operation = match change.kind {
            Kind::Void => "SaleReversal",
            _ if is_whole => "DrawBack",
            _ if self.is_katilim => "PartialDrawBack",
            _ => "PartialDrawback",
        };
        let number = stored(order, NUMBER);
        if number.is_empty() {
            return Err(Error::new(Why::NotStarted, "refs"));
        }
        let account = cx.account;
        let amount = digits(change.amount.minor());
        if !self.is_katilim {
            let mine = [("ser:RRN", stored(order, RRN)), ("ser:Stan", stored(order, STAN)), ("ser:ProvisionNumber", stored(order, PROVISION))];
            return Ok(soap(cx, order, Effect::MovesMoney, operation, amount, &mine, joined(&["change ", operation])));
        }
        // A whole refund is asked for without an amount.
        let amount = if operation == "DrawBack" { "" } else { amount };
        let mut xml = self.document(account, request_hash(account, order.id, amount, ["", ""]));
        xml.leaves(&[("MerchantOrderId", order.id), ("OrderId", number)]);
        if !amount.is_empty() {
            xml.leaf("Amount", amount);
        }
        xml.leaf("PaymentType", "1");
        Ok(self.post(cx, Effect::MovesMoney, operation, xml, "change"))
    }
}

/// What was done, where the answer names our order.
fn changed(order: &Order, reply: &Reply, told: &Told, amount: Option<Amount>) -> Result<Step> {
    let Some(change) = reply.change() else { return Err(super::foreign_then()) };
    if !told.is_about(order) {
        return Err(other_order("OrderId"));
    }
    let claim = Claim { order_id: Some(told.id), amount, currency: told.currency() };
    let proof = Proof::<OfChange>::by_reply(reply, claim, order)?;
    Ok(Step::done(Payment::changed(proof, change.kind, told.facts(order))))
}

fn soap_change_reply(order: &Order, reply: &Reply, operation: &str) -> Result<Step> {
    let document = Document::parse(reply.body(), "Envelope")?;
    let answer = Soap::read(&document, operation)?;
    let path = joined(&["Envelope/Body/", operation, "Response/", operation, "Result/Value"]);
    let told = Told::read(&first(document.each(path))?)?;
    match (answer.succeeded, told.code) {
        (true, "00") => changed(order, reply, &told, None),
        (true, code) => match issuers_no(code) {
            Some(reason) => told.declined(order, reply, reason),
            // A success that says nothing.
            None => Err(malformed("ResponseCode")),
        },
        (false, _) if answer.is_no() => {
            let refusal = Told { id: "", code: answer.code, message: answer.message, ..told };
            refusal.declined(order, reply, issuers_no(answer.code).unwrap_or(Reason::Declined))
        }
        _ => Err(malformed("ErrorCode")),
    }
}

fn change_reply(cx: &Context, order: &Order, reply: &Reply) -> Result<Step> {
    let body = without_nul(reply.body());
    let document = Document::parse(&body, ROOT)?;
    let told = Told::read(&first(document.each(ROOT))?)?;
    if !told.hash.is_empty() && !told.is_signed(cx.account) {
        return Err(malformed("HashData"));
    }
    let amount = Amount::from_minor_text(told.echoed_amount);
    match told.code {
        "00" if amount.is_some() || told.echoed_amount.is_empty() => changed(order, reply, &told, amount),
        "InvalidRequestError"
        | "TransactionAmountMismatchException"
        | "OrderDataNotFound"
        | "HashDataError"
        | "MerchantNotDefined"
        | "ApiUserNotDefined"
        | "PosMerchantIPError" => told.declined(order, reply, Reason::Declined),
        code => match issuers_no(code) {
            Some(reason) => told.declined(order, reply, reason),
            None => Err(malformed("ResponseCode")),
        },
    }
}
