//! PosNet V1: Albaraka Türk's JSON interface, with 3-D Secure on the bank's page.
//!
//! Sources: the bank's "PosNet JSON API" document of 2021 as tests of public integrations restate it, published answers of the bank, and the
//! second digest (MacNew) that a public integration attributes to an edition of November 2025. What no source settles is marked as open in
//! `docs/banks/albaraka.md`.
//!
//! The older digest of a return (Mac) covers neither order nor amount, has no delimiter, and the message names its fields; the newer one covers
//! both. So the list is ours, and the borders are held by formats: an ECI has two digits and a CAVV none or 28 characters, which leaves MdStatus
//! two places, and only a CAVV that is there goes with a full authentication. Which order a failure is about, only MacNew can tell; and as a
//! customer may leave it out of his form and write another order's number there, only of a number that nobody guesses. A success
//! leads to the provision for the stored amount, whose answer names nothing at all; so what is believed is the bank's list of the order's
//! transactions, which names order, amount and currency.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, Spec, Verb, malformed, send};
use crate::account::{Account, ThreeDs};
use crate::crypto::{self, Secret, Verified, Written, base64};
use crate::decline::{Decline, Reason, is_open};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{Card, Claim, Effect, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Step};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined, joined_by, keep};
use crate::wire::charset::displayable;
use crate::wire::form::Form;
use crate::wire::json::{Object, Value, items, quote};
use crate::wire::time::from_turkish;
use crate::wire::{is_digits, is_made_of, part};
use alloc::string::String;
use alloc::vec::Vec;

/// What PosNet V1 is.
pub const SPEC: Spec = Spec {
    system: "posnetv1",
    gateway: &PosnetV1,
    models: &["3d_oos"],
    claiming_models: &["3d_oos"],
    proving_models: &[],
    preauth_models: &["3d_oos"],
    card_models: &[],
    // Without a card the bank's own page asks for it (UseOOS 1).
    either_card_models: &["3d_oos"],
    verbs: &["capture", "refund", "void", "history"],
    formulas: &[
        Formula {
            name: "mac",
            over: Over::Values,
            compute: |values, _| match values {
                [values @ .., enc_key] => Ok(base64(&mac(values, Secret::new(enc_key)))),
                [] => Err(super::too_few_values()),
            },
        },
        #[cfg(feature = "explain")]
        Formula { name: "namedMac", over: Over::AllFields, compute: |values, _| named_mac(values) },
        Formula { name: "formMacNew", over: Over::Fields(NEW_FORM), compute: |values, _| new_formula(values) },
        Formula { name: "returnMacNew", over: Over::Fields(NEW_RETURN), compute: |values, _| new_formula(values) },
    ],
    merchant: &[
        Key { name: "merchantNo", panel: "Üye işyeri numarası (MerchantNo)", required: true, max: 10 },
        Key { name: "terminalNo", panel: "Terminal numarası (TerminalNo)", required: true, max: 8 },
        Key { name: "posnetId", panel: "POSNET numarası (PosnetID)", required: true, max: 16 },
        Key { name: "encKey", panel: "Şifreleme anahtarı (EncKey)", required: true, max: 128 },
    ],
    endpoints: &["gate", "api"],
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur],
    headers: &[],
    // PosNet sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank {
        name: "albaraka",
        production: &[
            "https://epos.albarakaturk.com.tr/ALBSecurePaymentUI/SecureProcess/SecureVerification.aspx",
            "https://epos.albarakaturk.com.tr/ALBMerchantService/MerchantJSONAPI.svc",
        ],
        test: &[
            "https://epostest.albarakaturk.com.tr/ALBSecurePaymentUI/SecureProcess/SecureVerification.aspx",
            "https://epostest.albarakaturk.com.tr/ALBMerchantService/MerchantJSONAPI.svc",
        ],
        hosts: &[],
        test_hosts: &[],
    }],
    public_credentials: &[("merchantNo", "6700950031"), ("encKey", "10,10,10,10,10,10,10,10"), ("encKey", "11,23,58,13,21,34,55,89")],
};

/// The gateway.
pub struct PosnetV1;

impl Gateway for PosnetV1 {
    fn check(&self, account: &Account) -> Result<()> {
        let (why, key) = if account.id().len() != 10 || !is_digits(account.id()) {
            (Why::ValueNotTenDigits, "merchantNo")
        } else if !is_digits(account.merchant("terminalNo")) {
            (Why::ValueNotDigits, "terminalNo")
        } else if !is_digits(account.merchant("posnetId")) {
            (Why::ValueNotDigits, "posnetId")
        } else if !account.merchant("encKey").bytes().all(|byte| byte.is_ascii_graphic()) {
            (Why::ValueNotAscii, "encKey")
        } else {
            return Ok(());
        };
        Err(account.wrong(why, key))
    }

    fn start(&self, cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
        if order.id.is_empty() || order.id.len() > XID || !is_made_of(order.id, b"") || order.id.starts_with('0') {
            return Err(Error::new(Why::PosnetId, "id"));
        }
        order.check_shop_chooses_installments()?;
        let (account, amount) = (cx.account, digits(order.amount.minor()));
        let (terminal, key) = (account.merchant("terminalNo"), account.secret("encKey"));
        let mut fields = vec![
            ("PosnetID", account.merchant("posnetId").kept()),
            ("MerchantNo", account.id().kept()),
            ("TerminalNo", terminal.kept()),
            ("OrderId", xid(order)),
            ("TransactionType", operation(order).kept()),
            ("Amount", amount),
            ("InstallmentCount", installments(order)),
            // It has one address for both outcomes.
            ("MerchantReturnURL", order.urls.ok.kept()),
            ("Language", order.customer.language.letters()),
            ("CurrencyCode", letters(order)?),
            ("OpenNewWindow", "0"),
            ("UseOOS", if card.is_some() { "0" } else { "1" }),
            ("TxnState", "INITIAL"),
        ];
        let (list, digest) = match card {
            None => ("MerchantNo:TerminalNo:Amount", mac(&[account.id(), terminal, amount], key)),
            Some(card) => {
                let expires = joined(&[card.year, card.month]);
                let holder = if card.holder.is_empty() { order.customer.name } else { card.holder };
                for (name, value) in [("CardNo", card.number), ("ExpiredDate", expires), ("Cvv", card.cvv), ("CardHolderName", holder)] {
                    fields.push((name, value.kept()));
                }
                // The document's names of two fields are not those on the wire.
                let digest = mac(&[account.id(), terminal, card.number, card.cvv, expires, amount], key);
                ("MerchantNo:TerminalNo:CardNo:Cvc2:ExpireDate:Amount", digest)
            }
        };
        let mut values = Vec::with_capacity(NEW_FORM.len());
        for name in NEW_FORM {
            values.push(fields.iter().find(|(at, _)| at == name).map_or("", |(_, value)| *value));
        }
        #[cfg(feature = "explain")]
        describe_new(NEW_FORM, &values, key.reveal());
        let newer = new_mac(&values, key);
        fields.extend([("MacParams", list), ("Mac", base64(&digest)), ("MacNew", base64(&newer))]);
        Ok(Step::redirect(Redirect::form(account.endpoint("gate"), fields)))
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let value = |name| Ok(form.ascii(name)?.unwrap_or_default());
        if value("OrderId")? != xid(order) {
            return Err(Error::new(Why::OtherOrder, "OrderId"));
        }
        if value("MerchantId")? != cx.account.id() {
            return Err(Error::new(Why::OtherMerchant, "MerchantId"));
        }
        let covers_order = verify(cx.account, order, &form)?;
        let [eci, cavv, md_status, md, secure] = [value("ECI")?, value("CAVV")?, value("MdStatus")?, value("MD")?, value("SecureTransactionId")?];
        check_formats([eci, cavv, md_status, md, secure])?;
        if order.refs.get(MD_STATUS).is_some() {
            // Once the money was asked for, no other return takes anything back.
            return inquiry(cx, order, "inquiry");
        }
        let full = md_status == "1" && matches!(eci, "02" | "05") && !cavv.is_empty();
        let half = matches!(md_status, "2" | "3" | "4") && matches!(eci, "01" | "06") && cx.account.three_ds == ThreeDs::Attempted;
        if !full && !half {
            return match covers_order {
                Some(verified) if md_status != "1" && order.has_full_id() => {
                    let claim = Claim { order_id: Some(order.id), amount: None, currency: None };
                    let bank_message = form.display("MdErrorMessage", 200);
                    let decline = Decline { reason: Reason::ThreeDsFailed, bank_code: joined(&["mdStatus ", md_status]), bank_message };
                    let proof = Proof::<OfOutcome>::by_signature(verified, claim, order)?;
                    Ok(Step::done(Payment::declined(proof, decline, Facts { md_status: md_status.kept(), ..Facts::default() })))
                }
                _ => inquiry(cx, order, "inquiry"),
            };
        }
        // Without the newer digest the authentication may be another order's: then nobody can be sure that the card's bank bears it.
        let shown = if full && covers_order.is_some() { "1" } else { "" };
        let refs = order.refs.with(MD_STATUS, md_status).with(SHIFTS, shown);
        provision(cx, order, [eci, cavv, md_status, md, secure]).map(|step| step.keeping(refs))
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Inquire => inquiry(cx, order, "inquiry"),
            Verb::History => inquiry(cx, order, "history"),
            Verb::Change(change) => change_request(cx, order, change),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let object = Object::parse_bytes(reply.body())?;
        let answer = Answered::read(&object)?;
        match then {
            "provision" => provision_reply(cx, order, &reply, &answer),
            "inquiry" | "history" => inquiry_reply(order, &reply, &answer, then),
            "change" => change_reply(order, &reply, &answer),
            _ => Err(super::foreign_then()),
        }
    }

    fn captures_apart(&self) -> bool {
        true
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        let id = form.ascii("OrderId").ok()??.trim_start_matches('0');
        (!id.is_empty() && is_made_of(id, b"")).then_some(Found::OrderId(id))
    }
}

// The names in `refs`.
/// The outcome of 3-D Secure: it is there when the money was asked for.
const MD_STATUS: &str = "md";
/// `1` where the card's bank certainly bears a chargeback.
const SHIFTS: &str = "shifts";
/// The bank's numbers: of the sale or pre-authorisation, and of the capture.
const REFERENCES: [&str; 2] = ["key", "capkey"];

/// Every order number has so many characters; an id is filled up with zeros.
const XID: usize = 20;

fn xid(order: &Order) -> Text {
    joined(&["0".repeat(XID.saturating_sub(order.id.len())).as_str(), order.id])
}

const CURRENCIES: [(&str, Currency); 3] = [("TL", Currency::Try), ("US", Currency::Usd), ("EU", Currency::Eur)];

fn letters(order: &Order) -> Result<Text> {
    let known = CURRENCIES.iter().find(|(_, currency)| *currency == order.currency);
    known.map(|(letters, _)| *letters).ok_or_else(|| Error::new(Why::CurrencyNotTaken, "currency"))
}

fn installments(order: &Order) -> Text {
    digits(if order.installments > 1 { order.installments } else { 0 })
}

fn operation(order: &Order) -> &'static str {
    match order.intent {
        Intent::Sale => "Sale",
        Intent::PreAuth => "Auth",
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Digests

/// The older one: nothing stands between the values.
fn mac(values: &[&str], key: Secret) -> [u8; 32] {
    crypto::sha256(&[joined(values).as_bytes(), key.reveal().as_bytes()])
}

/// The newer one: `;` stands between them, and the key is both key and last value.
fn new_mac(values: &[&str], key: Secret) -> [u8; 32] {
    crypto::hmac_sha256(key, &[joined_by(";", values).as_bytes(), b";", key.reveal().as_bytes()])
}

fn new_formula(values: &[&str]) -> Result<Text> {
    let [values @ .., enc_key] = values else { return Err(super::too_few_values()) };
    #[cfg(feature = "explain")]
    describe_new(if values.len() == NEW_FORM.len() { NEW_FORM } else { NEW_RETURN }, values, enc_key);
    Ok(base64(&new_mac(values, Secret::new(enc_key))))
}

/// The older digest over names and values in turn, for an explanation to show by name.
#[cfg(feature = "explain")]
fn named_mac(values: &[&str]) -> Result<Text> {
    let [fields @ .., enc_key] = values else { return Err(super::too_few_values()) };
    let (names, values): (Vec<&str>, Vec<&str>) = fields.as_chunks().0.iter().map(|[name, value]| (*name, *value)).unzip();
    describe_old(&names, &values, enc_key);
    Ok(base64(&mac(&values, Secret::new(enc_key))))
}

#[cfg(feature = "explain")]
fn describe_old(names: &[&str], values: &[&str], key: &str) {
    crate::trace::describe_joined(&[names, &["encKey"]].concat(), &[values, &[key]].concat(), "");
}

#[cfg(feature = "explain")]
fn describe_new(names: &[&str], values: &[&str], key: &str) {
    crate::trace::describe_joined(&[names, &["encKey"]].concat(), &[values, &[key]].concat(), ";");
}

const NEW_FORM: &[&str] = &[
    "PosnetID",
    "MerchantNo",
    "TerminalNo",
    "OrderId",
    "TransactionType",
    "CardNo",
    "ExpiredDate",
    "Cvv",
    "CardHolderName",
    "Amount",
    "InstallmentCount",
    "MerchantReturnURL",
    "Language",
    "CurrencyCode",
    "UseJokerVadaa",
    "KOICode",
    "OpenNewWindow",
    "UseOOS",
    "TxnState",
    "VftCode",
    "gsmNo",
    "packetCode",
];

const NEW_RETURN: &[&str] = &[
    "CCPrefix",
    "TranType",
    "Amount",
    "OrderId",
    "MerchantId",
    "CAVV",
    "CAVVAlgorithm",
    "ECI",
    "MD",
    "MdErrorMessage",
    "MdStatus",
    "SecureTransactionId",
    "Currency",
];

const RETURN: &[&str] = &["ECI", "CAVV", "MdStatus", "MdErrorMessage", "MD", "SecureTransactionId"];
const RETURN_LIST: &str = "ECI:CAVV:MdStatus:MdErrorMessage:MD:SecureTransactionId";

/// Both digests of a return must be right where they are there, and one of them must be. The newer one is given back: it covers order, amount
/// and currency, which are held against the stored order here.
fn verify(account: &Account, order: &Order, form: &Form) -> Result<Option<Verified>> {
    let values = |names: &[&'static str]| {
        let mut values = Vec::with_capacity(names.len());
        for name in names {
            values.push(core::str::from_utf8(form.value(name).unwrap_or_default()).map_err(|_| Error::new(Why::StrangeCharacter, name))?);
        }
        Ok(values)
    };
    let key = account.secret("encKey");
    let (older, newer) = (form.ascii("Mac")?.unwrap_or_default(), form.ascii("MacNew")?.unwrap_or_default());
    if older.is_empty() && newer.is_empty() {
        return Err(Error::new(Why::Unsigned, "Mac"));
    }
    if !older.is_empty() {
        if form.ascii("MacParams")? != Some(RETURN_LIST) {
            return Err(Error::new(Why::OtherFieldList, "MacParams"));
        }
        let signed = values(RETURN)?;
        #[cfg(feature = "explain")]
        describe_old(RETURN, &signed, key.reveal());
        if crypto::compare(&mac(&signed, key), older, Written::Base64).is_none() {
            return Err(Error::new(Why::PosnetMac, "Mac"));
        }
    }
    if newer.is_empty() {
        return Ok(None);
    }
    let signed = values(NEW_RETURN)?;
    #[cfg(feature = "explain")]
    describe_new(NEW_RETURN, &signed, key.reveal());
    let verified = crypto::compare(&new_mac(&signed, key), newer, Written::Base64);
    let verified = verified.ok_or_else(|| Error::new(Why::PosnetMac, "MacNew"))?;
    if form.ascii("Amount")? != Some(digits(order.amount.minor())) {
        return Err(Error::new(Why::OtherAmount, "Amount"));
    }
    if form.ascii("Currency")? != Some(letters(order)?) {
        return Err(Error::new(Why::OtherCurrency, "Currency"));
    }
    if form.ascii("TranType")? != Some(operation(order)) {
        return Err(Error::new(Why::ChangedEcho, "TranType"));
    }
    Ok(Some(verified))
}

/// The signed values of a return stand next to each other: these formats leave one place for each border.
fn check_formats([eci, cavv, md_status, md, secure]: [&str; 5]) -> Result<()> {
    // Twenty bytes in base64.
    let is_cavv = cavv.is_empty() || cavv.len() == 28 && cavv.ends_with('=') && is_made_of(part(cavv, 0, 27), b"+/");
    let fits = [
        ("ECI", eci.is_empty() || eci.len() == 2 && is_digits(eci)),
        ("CAVV", is_cavv),
        ("MdStatus", md_status.len() == 1 && is_digits(md_status)),
        ("MD", (1..=64).contains(&md.len()) && md.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')),
        ("SecureTransactionId", (1..=20).contains(&secure.len()) && is_digits(secure)),
    ];
    for (name, fits) in fits {
        if !fits {
            return Err(malformed(name));
        }
    }
    Ok(())
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests and answers

/// A JSON object in the making: names and values are our own, or checked.
struct Json(String);

impl Json {
    /// Begins a request: who asks, and what it is signed with.
    fn request(account: &Account, list: &str, digest: [u8; 32]) -> Json {
        let mut json = Json(String::from("{"));
        json.texts(&[
            ("ApiType", "JSON"),
            ("ApiVersion", "V100"),
            ("MerchantNo", account.id()),
            ("TerminalNo", account.merchant("terminalNo")),
            ("MACParams", list),
            ("MAC", base64(&digest)),
        ]);
        json
    }

    fn texts(&mut self, members: &[(&str, &str)]) {
        for (name, value) in members {
            self.member(name, quote(value));
        }
    }

    fn member(&mut self, name: &str, value: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        for piece in ["\"", name, "\":", value] {
            self.0.push_str(piece);
        }
    }

    fn finish(mut self) -> Text {
        self.0.push('}');
        keep(self.0)
    }
}

fn post(cx: &Context, order: &Order, effect: Effect, operation: &str, json: Json, then: &str) -> Step {
    let account = cx.account;
    let headers = [
        ("content-type", "application/json; charset=utf-8"),
        ("x-merchant-id", account.id()),
        ("x-terminal-id", account.merchant("terminalNo")),
        ("x-posnet-id", account.merchant("posnetId")),
        ("x-correlation-id", xid(order)),
    ];
    let headers = headers.map(|(name, value)| (name, value.kept())).to_vec();
    send(effect, joined(&[account.endpoint("api"), "/", operation]), headers, json.finish(), then)
}

/// What every answer says first.
struct Answered<'o> {
    object: &'o Object<'o>,
    code: Text,
    message: Text,
}

impl<'o> Answered<'o> {
    fn read(object: &'o Object<'o>) -> Result<Answered<'o>> {
        let Some(Value::Nested(text)) = object.value("ServiceResponseData") else { return Err(malformed("ServiceResponseData")) };
        let said = Object::parse(text)?;
        let code = said.scalar("ResponseCode")?.unwrap_or_default().kept();
        Ok(Answered { object, code, message: displayable(said.scalar("ResponseDescription")?.unwrap_or_default(), 200) })
    }

    fn is_yes(&self) -> bool {
        matches!(self.code, "00" | "0000")
    }

    /// The bank's number of the transaction.
    fn reference(&self) -> Result<&'o str> {
        reference(self.object, "ReferenceCode")
    }

    /// A certain no: of the card's bank (00 and its two digits), or of the list. Another code (the order id was used before, a bank that did
    /// not answer) tells nothing.
    fn no(&self) -> Option<Reason> {
        let of_card = if self.code.len() == 4 { self.code.strip_prefix("00") } else { Some(self.code).filter(|code| code.len() == 2) };
        match of_card.filter(|code| is_digits(code) && *code != "00") {
            Some(code) => Some(Reason::from_iso8583(code)).filter(|_| !is_open(code)),
            None => REFUSALS.split(' ').any(|code| code == self.code).then_some(Reason::Declined),
        }
    }

    fn declined(&self, order: &Order, reply: &Reply, reason: Reason) -> Result<Step> {
        let decline = Decline::told(reason, self.code, self.message);
        Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, Claim::NAMELESS, order)?, decline, facts(order))))
    }

    fn refused(&self) -> Error {
        let why = match self.code {
            "0148" | "0150" | "0003" => Why::PosnetAddress,
            "0146" | "0147" | "E181" | "E216" => Why::PosnetMacRefused,
            "0127" => Why::SeenBefore,
            _ => Why::Refused,
        };
        Error::new(why, "").with_bank(displayable(self.code, 16), self.message)
    }
}

/// A number of the bank's; only what can be one is kept. Its eighteen digits are no card's.
fn reference<'o>(object: &'o Object, name: &'static str) -> Result<&'o str> {
    let reference = object.scalar(name)?.unwrap_or_default();
    if reference.len() > 32 || !is_made_of(reference, b"") { Err(malformed(name)) } else { Ok(reference) }
}

const REFUSALS: &str =
    "0122 0123 0129 0146 0148 0150 0200 0202 0204 0205 0206 0207 0211 0215 0217 0218 0219 0220 0223 0229 0232 0370 0411 0444 0450 E190 E216";

fn facts(order: &Order) -> Facts {
    let md_status = order.refs.get(MD_STATUS).unwrap_or_default();
    let liability = match (md_status, order.refs.get(SHIFTS)) {
        ("", _) => None,
        (_, Some("1")) => Some(Liability::Issuer),
        _ => Some(Liability::Merchant),
    };
    Facts { installments: Some(order.installments), md_status, liability, ..Facts::default() }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The money

fn provision(cx: &Context, order: &Order, [eci, cavv, md_status, md, secure]: [&str; 5]) -> Result<Step> {
    let account = cx.account;
    let digest = mac(&[account.id(), account.merchant("terminalNo"), secure, cavv, eci, md_status], account.secret("encKey"));
    let mut json = Json::request(account, "MerchantNo:TerminalNo:SecureTransactionId:CavvData:Eci:MdStatus", digest);
    json.texts(&[("PaymentInstrumentType", "CARD"), ("IsEncrypted", "N"), ("IsTDSecureMerchant", "Y"), ("IsMailOrder", "N")]);
    let mut secured = Json(String::from("{"));
    secured.texts(&[("SecureTransactionId", secure), ("CavvData", cavv), ("Eci", eci)]);
    secured.member("MdStatus", md_status);
    secured.texts(&[("MD", md)]);
    json.member("ThreeDSecureData", secured.finish());
    json.member("PointAmount", "0");
    json.texts(&[("OrderId", xid(order))]);
    money(&mut json, order, order.amount, true)?;
    Ok(post(cx, order, Effect::MovesMoney, operation(order), json, "provision"))
}

fn money(json: &mut Json, order: &Order, amount: Amount, with_installments: bool) -> Result<()> {
    json.member("Amount", digits(amount.minor()));
    json.texts(&[("CurrencyCode", letters(order)?)]);
    if with_installments {
        json.texts(&[("InstallmentCount", installments(order)), ("InstallmentType", if order.installments > 1 { "Y" } else { "N" })]);
    }
    Ok(())
}

/// An approval names neither order nor amount, so the bank's list is asked for what it was about.
fn provision_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    // An authentication that the bank does not take may be one that it has taken before, for this very order.
    if let Some(reason) = answer.no().filter(|_| answer.code != "0146") {
        return answer.declined(order, reply, reason);
    }
    let step = inquiry(cx, order, "inquiry")?;
    if !answer.is_yes() {
        // What the books show then may have been charged with another authentication: nobody is told that this one shifts anything.
        return Ok(step.keeping(order.refs.with(SHIFTS, "")));
    }
    let reference = answer.reference()?;
    Ok(if reference.is_empty() { step } else { step.keeping(order.refs.with(REFERENCES[0], reference)) })
}

fn change_request(cx: &Context, order: &Order, change: &Change) -> Result<Step> {
    let account = cx.account;
    let (terminal, key) = (account.merchant("terminalNo"), account.secret("encKey"));
    let reference = super::number_at_bank(order, REFERENCES)?.unwrap_or_default();
    if change.kind == Kind::Capture {
        let mut json = Json::request(account, "MerchantNo:TerminalNo", mac(&[account.id(), terminal], key));
        json.texts(&[("ReferenceCode", reference)]);
        money(&mut json, order, change.amount, true)?;
        return Ok(post(cx, order, Effect::MovesMoney, "Capture", json, "change"));
    }
    let named = if reference.is_empty() { ("OrderId", order_number(order)) } else { ("ReferenceCode", reference) };
    let digest = mac(&[account.id(), terminal, named.1], key);
    let mut json = Json::request(account, "MerchantNo:TerminalNo:ReferenceCode:OrderId", digest);
    let taken = match order.intent {
        Intent::Sale => "Sale",
        Intent::PreAuth if Ledger::read(&order.refs)?.captured().is_some() => "Capture",
        Intent::PreAuth => "Auth",
    };
    json.texts(&[named, ("TransactionType", taken)]);
    if change.kind == Kind::Refund {
        money(&mut json, order, change.amount, false)?;
    }
    let operation = if change.kind == Kind::Refund { "Return" } else { "Reverse" };
    Ok(post(cx, order, Effect::MovesMoney, operation, json, "change"))
}

fn change_reply(order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    match (reply.change(), answer.no()) {
        (Some(change), _) if answer.is_yes() => {
            let reference = answer.reference()?;
            let step = Step::done(Payment::changed(Proof::<OfChange>::by_reply(reply, Claim::NAMELESS, order)?, change.kind, facts(order)));
            // A refund is asked for with the number of what was taken.
            let is_taken = change.kind == Kind::Capture && !reference.is_empty();
            Ok(if is_taken { step.keeping(order.refs.with(REFERENCES[1], reference)) } else { step })
        }
        (_, Some(reason)) => answer.declined(order, reply, reason),
        _ => Err(malformed("ResponseCode")),
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The bank's books

/// What the bank calls an order with 3-D Secure.
fn order_number(order: &Order) -> Text {
    joined(&["TDS_", xid(order)])
}

fn inquiry(cx: &Context, order: &Order, then: &str) -> Result<Step> {
    let account = cx.account;
    let digest = mac(&[account.id(), account.merchant("terminalNo")], account.secret("encKey"));
    let mut json = Json::request(account, "MerchantNo:TerminalNo", digest);
    json.texts(&[("OrderId", order_number(order)), ("IsEncrypted", "N")]);
    Ok(post(cx, order, Effect::Reads, "TransactionInquiry", json, then))
}

fn inquiry_reply(order: &Order, reply: &Reply, answer: &Answered, then: &str) -> Result<Step> {
    let lines = match answer.object.value("TransactionData") {
        Some(Value::Nested(list)) if answer.is_yes() => read_lines(order, list)?,
        // None, which may also be said for a while right after paying.
        _ if answer.is_yes() || matches!(answer.code, "E219" | "0122" | "0123") => Vec::new(),
        _ if answer.code.is_empty() => return Err(malformed("ResponseCode")),
        _ => return Err(answer.refused()),
    };
    if then == "history" {
        return Ok(Step::list(Statement { transactions: lines.into_iter().map(|line| line.told).collect(), next: None }));
    }
    if lines.is_empty() { Ok(Step::pending(facts(order))) } else { settle(order, reply, &lines) }
}

/// One transaction of an order.
struct Line {
    counts: bool,
    told: Transaction,
}

/// All of them. One that is another order's makes the whole list another order's.
fn read_lines(order: &Order, list: &str) -> Result<Vec<Line>> {
    let number = order_number(order);
    let mut lines = Vec::new();
    for item in items(list)? {
        let Value::Nested(item) = item else { return Err(malformed("TransactionData")) };
        let row = Object::parse(item)?;
        let text = |name| Ok(row.scalar(name)?.unwrap_or_default());
        if text("OrderId")? != number {
            return Err(Error::new(Why::OtherOrder, "OrderId"));
        }
        let counts = match text("TransactionStatus")? {
            "1" => true,
            "0" => false,
            _ => return Err(malformed("TransactionStatus")),
        };
        let letters = text("CurrencyCode")?;
        let currency = CURRENCIES.iter().find(|(known, _)| *known == letters).map(|(_, currency)| *currency);
        // No blank stands between day and time.
        let at = text("TransactionDate")?;
        let at = joined(&[part(at, 0, 10), " ", part(at, 10, at.len())]);
        let told = Transaction {
            order_id: order.id.kept(),
            kind: match text("TransactionType")? {
                "Sale" => TransactionKind::Sale,
                "Auth" => TransactionKind::PreAuth,
                "Capture" => TransactionKind::Capture,
                "Return" => TransactionKind::Refund,
                "Reverse" => TransactionKind::Void,
                _ => TransactionKind::Other,
            },
            // What a 0 stands for, no document says.
            outcome: if counts { Outcome::Approved } else { Outcome::Open },
            amount: lira(text("Amount")?, currency),
            currency,
            at: from_turkish(at).unwrap_or_default(),
            transaction_id: reference(&row, "HostLogKey")?.kept(),
            auth_code: displayable(text("AuthCode")?, 16),
            masked_pan: displayable(text("CardNo")?, 32),
            ..Transaction::default()
        };
        lines.push(Line { counts, told });
    }
    Ok(lines)
}

/// `1.234,50`, the points between thousands or not.
fn lira(text: &str, currency: Option<Currency>) -> Option<Amount> {
    let (whole, fraction) = text.split_once(',')?;
    let mut plain = String::new();
    for group in whole.split('.') {
        if group.is_empty() || !plain.is_empty() && group.len() != 3 {
            return None;
        }
        plain.push_str(group);
    }
    plain.push('.');
    plain.push_str(fraction);
    Amount::from_exact(&plain, currency?)
}

/// What the transactions of an order come to. Whether a transaction that is marked 0 failed, or is only not settled yet, no document says: it is
/// believed only under the number that the bank approved in its answer to our own request. Whatever does not fit together is for a person.
fn settle(order: &Order, reply: &Reply, lines: &[Line]) -> Result<Step> {
    let ledger = Ledger::read(&order.refs)?;
    let doubtful = || Ok(Step::pending(Facts { review: true, ..facts(order) }));
    let reserves = order.intent == Intent::PreAuth;
    let counting = |kind| lines.iter().filter(move |line| line.told.kind == kind && line.counts).count();
    // What a reversal undid is not said. The last transaction is undone first: one reversal undoes a capture, the next what was reserved.
    let reversals = counting(TransactionKind::Void);
    let reserved_again = reserves && reversals == 1 && ledger.has_captured() && lines.iter().any(|line| line.told.kind == TransactionKind::Capture);
    let undone = reversals > 0 && !reserved_again;
    let wanted = match reserves {
        false => TransactionKind::Sale,
        true if reversals == 0 && counting(TransactionKind::Capture) > 0 => TransactionKind::Capture,
        true => TransactionKind::PreAuth,
    };
    let is_capture = wanted == TransactionKind::Capture;
    let approved = order.refs.get(REFERENCES[usize::from(is_capture)]);
    let (mut main, mut refunds, mut unclear): (Option<&Line>, u64, bool) = (None, 0, false);
    for line in lines {
        let is_approved = approved == Some(line.told.transaction_id);
        match line.told.kind {
            kind if kind == wanted && (line.counts || is_approved) => {
                if main.is_some() {
                    return doubtful();
                }
                main = Some(line);
            }
            TransactionKind::PreAuth if reserves => {}
            TransactionKind::Sale | TransactionKind::Capture if !line.counts => {}
            // What was cancelled may keep its 1.
            TransactionKind::Capture if reversals > 0 && ledger.has_captured() => {}
            // Refused, or made and not settled yet.
            TransactionKind::Refund if !line.counts => unclear = true,
            TransactionKind::Refund => match line.told.amount {
                Some(amount) => refunds += amount.minor(),
                None => return doubtful(),
            },
            TransactionKind::Void if line.counts => {}
            _ => return doubtful(),
        }
    }
    // A sale that was reversed may be marked 0 beside its reversal.
    let only = || lines.iter().find(|line| line.told.kind == wanted).filter(|_| undone);
    let Some(main) = main.or_else(only) else {
        return Ok(Step::pending(facts(order)));
    };
    // A capture may have taken less than was reserved.
    let due = if is_capture { ledger.capture().unwrap_or(order.amount) } else { order.amount };
    let is_part = due != order.amount;
    let Transaction { amount: Some(amount), currency: Some(currency), .. } = main.told else { return doubtful() };
    if is_part && amount != due || approved.is_some_and(|known| known != main.told.transaction_id && !is_capture) {
        return doubtful();
    }
    let claim = Claim { order_id: Some(order.id), amount: Some(amount).filter(|_| !is_part), currency: Some(currency) };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let facts = Facts {
        charged: Some(amount).filter(|_| is_part),
        at: main.told.at,
        transaction_id: main.told.transaction_id,
        auth_code: main.told.auth_code,
        masked_pan: main.told.masked_pan,
        refunded: Amount::from_minor(refunds),
        review: unclear,
        ..facts(order)
    };
    let known = ledger.refunded().map_or(0, Amount::minor);
    let voids = ledger.has(Kind::Void);
    // Beside refunds a reversal may have been one of them.
    if refunds > due.minor() || refunds < known || reversals > 0 && refunds > 0 || voids && reversals == 0 {
        return doubtful();
    }
    let payment = match refunds {
        _ if undone => Payment::voided(proof, facts),
        _ if wanted == TransactionKind::PreAuth => Payment::succeeded(proof, order, facts),
        all if all == due.minor() => Payment::refunded(proof, facts),
        _ => Payment::paid(proof, facts),
    };
    let (step, reference) = (Step::done(payment), main.told.transaction_id);
    Ok(if reference.is_empty() { step } else { step.keeping(order.refs.with(REFERENCES[usize::from(is_capture)], reference)) })
}
