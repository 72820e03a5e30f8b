//! NestPay (Payten/Asseco "EST"): İş Bankası, Ziraat, Halkbank, TEB, Şekerbank and others.
//!
//! Sources: Payten's "Hash Version 3" document v2.1 (the digest), Payten's integration documents (form, callback and XML fields) and
//! genuine callbacks of 2022 and 2026 that were published. What no source settles is marked as open in `docs/banks/isbank.md`.
//!
//! The digest of version 3 covers the *values* of all fields in the order of their names, and not the names. A customer can therefore
//! rename the fields of a genuine failed callback of his own so that a `1` stands under `mdStatus`, and the digest still fits. Three
//! rules close this: everything that we sent must come back under its own name with the same text ([`echoes_hold`]), which pins the
//! places in the order; between the pinned places nothing else may look like a decision ([`decision_windows_hold`]); and nowhere may
//! the verdict of a failure stand under another name ([`no_other_verdict`]). Where one fails, the callback is not believed, and the
//! bank is asked.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, Spec, Verb, send};
use crate::account::Account;
use crate::crypto::{self, Secret, Verified, Written};
use crate::decline::{Decline, Reason};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::own::Own;
use crate::payment::{
    Card, Claim, Effect, Fact, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Step, Tells,
};
use crate::statement::{self, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined};
use crate::wire::form::{self, Field, Form};
use crate::wire::time::from_turkish;
use crate::wire::{charset, first_of, holds, is_same, part, place_of, split_first, xml};
use alloc::string::String;
use alloc::vec::Vec;

/// What NestPay is.
pub const SPEC: Spec = Spec {
    system: "nestpay",
    gateway: &NestPay,
    models: &["3d_pay_hosting", "3d_pay", "3d", "3d_host"],
    claiming_models: &["3d", "3d_host"],
    proving_models: &["3d_pay_hosting", "3d_pay"],
    preauth_models: &["3d_pay_hosting", "3d_pay", "3d", "3d_host"],
    card_models: &["3d", "3d_pay"],
    either_card_models: &[],
    verbs: &["capture", "refund", "void", "history"],
    formulas: &[
        Formula {
            name: "hash",
            over: Over::AllFields,
            compute: |values, _| {
                let (store_key, fields) = values.split_last().ok_or_else(super::too_few_values)?;
                let fields: Vec<Field> = fields.as_chunks().0.iter().map(|[name, value]| Field { name, value: value.as_bytes() }).collect();
                Ok(hash(&fields, Secret::new(store_key)))
            },
        },
        Formula {
            name: "legacyHash",
            over: Over::Fields(&["clientid", "oid", "amount", "okUrl", "failUrl", "islemtipi", "taksit", "rnd"]),
            compute: |values, _| Ok(legacy_hash(values)),
        },
    ],
    merchant: &[
        Key { name: "clientId", panel: "Mağaza no (Client ID)", required: true, max: 32 },
        Key { name: "storeKey", panel: "3D güvenlik anahtarı (Store Key)", required: true, max: 128 },
        Key { name: "apiUser", panel: "API kullanıcı adı", required: false, max: 64 },
        Key { name: "apiPassword", panel: "API şifresi", required: false, max: 128 },
    ],
    endpoints: &["gate", "api"],
    currencies: &Currency::ALL,
    headers: &[],
    // What Payten wants to read at `callbackUrl`, and nothing around it.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "Approved" },
    banks: &[
        Bank {
            name: "isbank",
            production: &["https://sanalpos.isbank.com.tr/fim/est3Dgate", "https://sanalpos.isbank.com.tr/fim/api"],
            test: &["https://entegrasyon.asseco-see.com.tr/fim/est3Dgate", "https://entegrasyon.asseco-see.com.tr/fim/api"],
            hosts: &["spos.isbank.com.tr"],
            test_hosts: &["istest.asseco-see.com.tr"],
        },
        Bank {
            name: "ziraat",
            production: &["https://sanalpos2.ziraatbank.com.tr/fim/est3Dgate", "https://sanalpos2.ziraatbank.com.tr/fim/api"],
            test: &["https://torus-stage-ziraat.asseco-see.com.tr/fim/est3Dgate", "https://torus-stage-ziraat.asseco-see.com.tr/fim/api"],
            hosts: &[],
            test_hosts: &[],
        },
        Bank {
            name: "halkbank",
            production: &["https://sanalpos.halkbank.com.tr/fim/est3Dgate", "https://sanalpos.halkbank.com.tr/fim/api"],
            test: &["https://entegrasyon.asseco-see.com.tr/fim/est3Dgate", "https://entegrasyon.asseco-see.com.tr/fim/api"],
            hosts: &[],
            test_hosts: &[],
        },
        Bank {
            name: "teb",
            production: &["https://sanalpos.teb.com.tr/fim/est3Dgate", "https://sanalpos.teb.com.tr/fim/api"],
            test: &["https://entegrasyon.asseco-see.com.tr/fim/est3Dgate", "https://entegrasyon.asseco-see.com.tr/fim/api"],
            hosts: &[],
            test_hosts: &[],
        },
        Bank {
            name: "sekerbank",
            production: &["https://sanalpos.sekerbank.com.tr/fim/est3Dgate", "https://sanalpos.sekerbank.com.tr/fim/api"],
            test: &["https://entegrasyon.asseco-see.com.tr/fim/est3Dgate", "https://entegrasyon.asseco-see.com.tr/fim/api"],
            hosts: &[],
            test_hosts: &[],
        },
    ],
    public_credentials: &[
        ("clientId", "700655000200"),
        ("clientId", "700321123123"),
        ("clientId", "190100000"),
        ("clientId", "190200000"),
        ("clientId", "190000300"),
        ("storeKey", "TRPS0200"),
        ("storeKey", "TEST1234"),
        ("storeKey", "TestTest123"),
        ("storeKey", "123456"),
        ("storeKey", "12345678"),
        ("apiPassword", "ISBANK07"),
    ],
};

/// The gateway.
pub struct NestPay;

impl Gateway for NestPay {
    fn check(&self, account: &Account) -> Result<()> {
        if !account.id().bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(account.wrong(Why::ValueNotPlain, "clientId"));
        }
        match (account.merchant("apiUser").is_empty(), account.merchant("apiPassword").is_empty()) {
            (true, false) => Err(account.wrong(Why::ValueMissing, "apiUser")),
            (false, true) => Err(account.wrong(Why::ValueMissing, "apiPassword")),
            (true, true) if !bank_charges(account.model) => Err(Error::new(Why::ApiToCharge, "merchant.apiUser")),
            _ => Ok(()),
        }
    }

    fn start(&self, cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
        check_order(order)?;
        let rnd = crypto::hex((cx.random)().get(..10).unwrap_or_default());
        let mut fields = sent_fields(cx.account, order);
        fields.push(("rnd", rnd));
        if let Some(card) = card {
            let inputs = [card.number, card.cvv, card.month, card.year];
            fields
                .extend(["pan", "cv2", "Ecom_Payment_Card_ExpDate_Month", "Ecom_Payment_Card_ExpDate_Year"].into_iter().zip(inputs.map(Keep::kept)));
        }
        let signed: Vec<Field> = fields.iter().map(|(name, value)| Field { name, value: value.as_bytes() }).collect();
        fields.push(("hash", hash(&signed, cx.account.secret("storeKey"))));
        Ok(Step::redirect(Redirect::form(cx.account.endpoint("gate"), fields)).keeping(order.refs.with("rnd", rnd)))
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let signed = signed_fields(form.fields());
        let verified = verify(&form, &signed, cx.account.secret("storeKey"))?;
        let claim = same_payment(&form, cx.account, order)?;
        let outcome = Outcome::read(&form)?;
        let certain = echoes_hold(&form, cx.account, order) && decision_windows_hold(&signed) && no_other_verdict(&form);
        if !certain || outcome.contradicts_itself() || outcome.form_was_refused() {
            return inquiry_or_pending(cx, order, &form, Note::Uncertain);
        }
        if bank_charges(order.model) {
            settle_charge(cx, order, &form, verified, claim, &outcome)
        } else {
            settle_authentication(cx, order, &form, verified, claim, &outcome)
        }
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        require_api(cx.account)?;
        Ok(match verb {
            // The order's state tells of its last transaction only, so once something was given back its history is asked for.
            Verb::Inquire if Ledger::read(&order.refs)?.has(Kind::Refund) => history(cx, order, "refunds"),
            Verb::Inquire => inquiry(cx, order, Note::None),
            Verb::History => history(cx, order, "history"),
            Verb::Change(change) => change_request(cx, order, change),
        })
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let document = xml::Document::parse(reply.body(), "CC5Response")?;
        let (what, rest) = split_first(then, b' ').unwrap_or((then, ""));
        match what {
            "provision" if is_authentication(rest) => provision_reply(cx, order, &reply, &document, rest),
            "inquiry" => inquiry_reply(order, &reply, &document, Note::read(rest)),
            "change" => change_reply(order, &reply, &document),
            "history" => Ok(Step::list(Statement { transactions: history_lines(order, &document)?, next: None })),
            "refunds" => refunds_reply(order, &reply, &document),
            _ => Err(super::foreign_then()),
        }
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        form.ascii("oid").ok()?.filter(|oid| !oid.is_empty()).map(Found::OrderId)
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Models

/// The bank takes the money in the same step as 3-D Secure; otherwise the callback is only an authentication.
fn bank_charges(model: &str) -> bool {
    matches!(model, "3d_pay_hosting" | "3d_pay")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The form

fn check_order(order: &Order) -> Result<()> {
    order.check_shop_chooses_installments()?;
    for (field, url) in [("urls.ok", order.urls.ok), ("urls.fail", order.urls.fail), ("urls.notify", order.urls.notify)] {
        if split_first(url, b'?').is_some() {
            return Err(Error::new(Why::UrlWithQuery, field));
        }
    }
    if bank_charges(order.model) { Ok(()) } else { check_own_texts(order) }
}

/// Where our own server asks for the money, a doubtful return is the end of a payment: nothing is sent, so an inquiry finds nothing. No order
/// begins there whose own texts, when they come back, would look like a decision ([`decision_windows_hold`], [`no_other_verdict`]).
fn check_own_texts(order: &Order) -> Result<()> {
    let (id, amount) = (order.id.as_bytes(), order.amount.to_decimal(order.currency));
    let is_a_pin = ["ver3", order.customer.language.letters(), order.model].contains(&order.id);
    let doubtful = [
        ("id", is_a_pin || looks_like_md_status(id) || looks_like_return_code(id) || looks_like_response(id)),
        ("amount", matches!(amount.as_bytes(), [b'5'..=b'9'])),
        ("installments", order.installments == 7),
    ];
    match doubtful.into_iter().find(|(_, doubtful)| *doubtful) {
        Some((field, _)) => Err(Error::new(Why::DoubtfulValue, field)),
        None => Ok(()),
    }
}

/// Exactly the documented fields, without `rnd` (the gate puts its own there), card and digest: what must come back unchanged.
const SENT: [(&str, Own); 12] = [
    ("clientid", Own::AccountId),
    ("storetype", Own::Model),
    ("amount", Own::Decimal),
    ("oid", Own::Id),
    ("okUrl", Own::OkUrl),
    ("failUrl", Own::FailUrl),
    ("lang", Own::Language),
    ("currency", Own::CurrencyDigits),
    ("taksit", Own::Installments),
    ("TranType", TYPE),
    ("hashAlgorithm", Own::Always("ver3")),
    ("callbackUrl", Own::NotifyUrl),
];

const TYPE: Own = Own::Type("Auth", "PreAuth");

fn sent_fields(account: &Account, order: &Order) -> Vec<(Text, Text)> {
    let fields = SENT.iter().map(|(name, own)| (*name, own.of(account, order)));
    fields.filter(|(name, value)| *name != "callbackUrl" || !value.is_empty()).collect()
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The digest, version 3

/// Fields that the digest leaves out: itself, and three that the gate adds on the way.
fn is_unsigned(name: &str) -> bool {
    match name.len() {
        4 => name.eq_ignore_ascii_case("hash"),
        8 => name.eq_ignore_ascii_case("encoding"),
        9 => name.eq_ignore_ascii_case("countdown"),
        12 => name.eq_ignore_ascii_case("nationalidno"),
        _ => false,
    }
}

/// The signed fields in the order of their names, compared as upper-case ASCII.
fn signed_fields<'a>(fields: &[Field<'a>]) -> Vec<Field<'a>> {
    let mut order: Vec<(u64, &Field)> = Vec::with_capacity(fields.len());
    for field in fields {
        if is_unsigned(field.name) {
            continue;
        }
        let prefix = sort_prefix(field.name);
        let (mut place, mut end) = (0, order.len());
        while place < end {
            let middle = (place + end) / 2;
            let Some((other, named)) = order.get(middle) else { break };
            let goes_before = *other < prefix || *other == prefix && stands_before(named.name, field.name);
            (place, end) = if goes_before { (middle + 1, end) } else { (place, middle) };
        }
        order.insert(place, (prefix, field));
    }
    let mut signed = Vec::with_capacity(order.len());
    for (_, field) in order {
        signed.push(*field);
    }
    signed
}

/// The first eight letters as a number, which settles nearly every comparison.
fn sort_prefix(name: &str) -> u64 {
    let mut prefix = 0;
    let mut left = 8;
    for byte in name.bytes() {
        if left == 0 {
            break;
        }
        prefix = prefix << 8 | u64::from(byte.to_ascii_uppercase());
        left -= 1;
    }
    prefix << (8 * left % 64)
}

#[cold]
fn stands_before(one: &str, other: &str) -> bool {
    one.bytes().map(|byte| byte.to_ascii_uppercase()).lt(other.bytes().map(|byte| byte.to_ascii_uppercase()))
}

/// SHA-512 over the escaped values, joined and closed with `|`, and the store key escaped in the same way.
fn ver3(fields: &[Field], store_key: Secret) -> [u8; 64] {
    ver3_of(&signed_fields(fields), store_key, escape)
}

fn ver3_of(signed: &[Field], store_key: Secret, write: impl Fn(&[u8], &mut Vec<u8>)) -> [u8; 64] {
    let mut plaintext = Vec::with_capacity(signed.iter().map(|field| field.value.len() + 2).sum());
    for field in signed {
        write(field.value, &mut plaintext);
        plaintext.push(b'|');
    }
    let mut key = Vec::with_capacity(store_key.reveal().len() * 2);
    escape(store_key.reveal().as_bytes(), &mut key);
    #[cfg(feature = "explain")]
    describe(signed, &write, &key);
    crypto::sha512(&[&plaintext, &key])
}

#[cfg(feature = "explain")]
fn describe(signed: &[Field], write: impl Fn(&[u8], &mut Vec<u8>), key: &[u8]) {
    let written = |value: &[u8]| {
        let mut text = Vec::new();
        write(value, &mut text);
        text
    };
    let values: Vec<_> = signed.iter().map(|field| (field.name, written(field.value))).collect();
    let fields = values.iter().flat_map(|(name, value)| [(*name, value.as_slice()), ("", &b"|"[..])]);
    crate::trace::describe(fields.chain([("storeKey", key)]));
}

/// `\` becomes `\\` and `|` becomes `\|`.
fn escape(value: &[u8], escaped: &mut Vec<u8>) {
    // Mostly there is none.
    let (plain, rest) = value.split_at(first_of(b"\\|", value, 0));
    escaped.extend_from_slice(plain);
    for byte in rest {
        if matches!(byte, b'\\' | b'|') {
            escaped.push(b'\\');
        }
        escaped.push(*byte);
    }
}

/// The digest of a form's or a callback's fields, base64.
pub fn hash(fields: &[Field], store_key: Secret) -> Text {
    crypto::base64(&ver3(fields, store_key))
}

/// Version 1, which Payten switched off in August 2024: SHA-1 over the bare values, the store key being the last. For recognising old
/// terminals, never for belief.
fn legacy_hash(values: &[&str]) -> Text {
    let pieces: Vec<&[u8]> = values.iter().map(|value| value.as_bytes()).collect();
    crypto::base64(&crypto::sha1(&pieces))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The callback: is it from the bank, and is it about this payment?

fn verify(form: &Form, signed: &[Field], store_key: Secret) -> Result<Verified> {
    let algorithm = form.ascii("hashAlgorithm")?;
    if algorithm != Some("ver3") && form.value("HASHPARAMS").is_some() {
        return Err(Error::new(Why::OldHashVersion, "hashAlgorithm"));
    }
    if algorithm.is_some_and(|algorithm| algorithm != "ver3") {
        return Err(Error::new(Why::OnlyVersion3, "hashAlgorithm"));
    }
    let given = form.fields().iter().find(|field| field.name.eq_ignore_ascii_case("hash"));
    let given = given.and_then(|field| core::str::from_utf8(field.value).ok()).unwrap_or_default();
    if given.is_empty() {
        return Err(Error::new(Why::Unsigned, "HASH"));
    }
    let matches = |digest: [u8; 64]| crypto::compare(&digest, given, Written::Base64);
    // The bytes as they came fit UTF-8 pages, and gates that hash ISO-8859-9 bytes. Gates that hash UTF-8 but post ISO-8859-9 need
    // the values recoded. One choice holds for the whole body.
    let as_sent = matches(ver3_of(signed, store_key, escape));
    let recoded = || {
        let is_utf8 = signed.iter().all(|field| core::str::from_utf8(field.value).is_ok());
        let recode = |value: &[u8], plaintext: &mut Vec<u8>| escape(charset::from_latin5(value).as_bytes(), plaintext);
        if is_utf8 { None } else { matches(ver3_of(signed, store_key, recode)) }
    };
    as_sent.or_else(recoded).ok_or_else(|| Error::new(Why::NestpayHash, "HASH"))
}

/// The merchant, order, amount and currency that it names are the stored ones; absent counts as different.
fn same_payment<'a>(form: &Form<'a>, account: &Account, order: &Order) -> Result<Claim<'a>> {
    if form.ascii("clientid")? != Some(account.id()) {
        return Err(Error::new(Why::OtherMerchant, "clientid"));
    }
    let order_id = form.ascii("oid")?.filter(|oid| *oid == order.id);
    let order_id = order_id.ok_or_else(|| Error::new(Why::OtherOrder, "oid"))?;
    let amount = form.ascii("amount")?.and_then(|text| Amount::from_decimal(text, order.currency)).filter(|amount| *amount == order.amount);
    let amount = amount.ok_or_else(|| Error::new(Why::OtherAmount, "amount"))?;
    let currency = form.ascii("currency")?.and_then(Currency::from_digits).filter(|currency| *currency == order.currency);
    let currency = currency.ok_or_else(|| Error::new(Why::OtherCurrency, "currency"))?;
    Ok(Claim { order_id: Some(order_id), amount: Some(amount), currency: Some(currency) })
}

/// Everything we sent came back under its own name with the identical text, and the four texts that bound the decision windows
/// ([`PINS`]) stand nowhere else.
fn echoes_hold(form: &Form, account: &Account, order: &Order) -> bool {
    let sent = sent_fields(account, order);
    let came_back = sent.iter().all(|(name, text)| match form.value(name) {
        Some(value) => is_same(value, text.as_bytes()),
        // No capture shows whether a gate echoes this one. It pins nothing: without it the rules below still hold.
        None => *name == "callbackUrl",
    });
    let stands_alone = |pin: &str| {
        let text = form.value(pin).unwrap_or_default();
        let as_sent = sent.iter().filter(|(_, sent)| is_same(sent.as_bytes(), text)).count();
        form.fields().iter().filter(|field| is_same(field.value, text)).count() == as_sent
    };
    came_back && PINS.iter().all(|pin| stands_alone(pin))
}

/// The fields whose places in the signed order cannot be moved.
const PINS: [&str; 4] = ["hashAlgorithm", "lang", "okUrl", "storetype"];

/// Between `lang` and `okUrl` only `mdStatus` may look like an mdStatus; between `okUrl` and `storetype` only `ProcReturnCode` and
/// `Response` may look like theirs.
///
/// Why this suffices: what the bank signed holds its own `lang`, `mdStatus` and `okUrl` values in this order, and its result between
/// `okUrl` and `storetype`. The pins' texts occur once, so in any renamed message they stand where the bank put them, and the bank's
/// own mdStatus still lies between the first two. There only a field called `mdStatus` may hold a digit: so it holds the bank's. This
/// is true as long as the bank signed our own form. A customer can also rename the fields of the form, whose digest covers values in
/// their order like any other: then the bank's mdStatus may come to stand before `lang`, but not before `hashAlgorithm`, by which the
/// gate knows what to verify; so no digit but the 1 that would change nothing may stand there. For a form that the gate refused there
/// is [`no_other_verdict`].
fn decision_windows_hold(signed: &[Field]) -> bool {
    let [Some(algorithm), Some(lang), Some(ok_url), Some(storetype)] =
        PINS.map(|pin| signed.iter().position(|field| is_same(field.name.as_bytes(), pin.as_bytes())))
    else {
        return false;
    };
    let windows = (signed.get(algorithm + 1..lang), signed.get(lang + 1..ok_url), signed.get(ok_url + 1..storetype));
    let (Some(before), Some(authentication), Some(result)) = windows else { return false };
    let alone = |field: &Field, name: &str, looks_like: bool| field.name == name || !looks_like;
    before.iter().all(|field| field.value == b"1" || !looks_like_md_status(field.value))
        && authentication.iter().all(|field| alone(field, "mdStatus", looks_like_md_status(field.value)))
        && result.iter().all(|field| {
            alone(field, "ProcReturnCode", looks_like_return_code(field.value)) && alone(field, "Response", looks_like_response(field.value))
        })
}

/// No field but `mdStatus` holds an mdStatus of a refusal, and no field but `Response` one of its words.
///
/// A customer who changes the form makes the gate refuse it. If a gate signs such a refusal over every field that it was sent, the
/// customer can bring a whole approval under names of his own, change `lang`, `okUrl` and `storetype`, and rename everything. But the
/// bank's own verdict is then among the values too, and there is no name under which it would not be seen here. Only `taksit` may hold
/// a digit, because it is our own; not 7, which is the mdStatus of a refused form. (0 is no refusal of a form but a failed card holder,
/// and stands in too many harmless fields.)
fn no_other_verdict(form: &Form) -> bool {
    form.fields().iter().filter(|field| !is_unsigned(field.name)).all(|field| match field.name {
        "mdStatus" | "Response" => true,
        "taksit" => field.value != b"7",
        _ => !matches!(field.value, [b'5'..=b'9'] | b"Declined" | b"Error"),
    })
}

fn looks_like_md_status(value: &[u8]) -> bool {
    matches!(value, [digit] if digit.is_ascii_digit())
}

fn looks_like_return_code(value: &[u8]) -> bool {
    matches!(value, [one, two] if [one, two].iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()))
}

fn looks_like_response(value: &[u8]) -> bool {
    [&b"Approved"[..], b"Declined", b"Error"].contains(&value)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The callback: what does it say?

/// The fields that decide.
struct Outcome<'a> {
    md_status: &'a str,
    return_code: &'a str,
    response: &'a str,
}

impl<'a> Outcome<'a> {
    fn read(form: &Form<'a>) -> Result<Outcome<'a>> {
        let md_status = form.ascii("mdStatus")?.unwrap_or_default();
        if !looks_like_md_status(md_status.as_bytes()) {
            return Err(Error::new(Why::NotAsDocumented, "mdStatus"));
        }
        let return_code = form.ascii("ProcReturnCode")?.unwrap_or_default();
        let response = form.ascii("Response")?.unwrap_or_default();
        Ok(Outcome { md_status, return_code, response })
    }

    fn is_approved(&self) -> bool {
        self.return_code == "00" && self.response == "Approved"
    }

    /// A return code of success without an approval, or the other way round.
    fn contradicts_itself(&self) -> bool {
        (self.return_code == "00") != (self.response == "Approved")
    }

    /// The gate refused the form itself and asked no customer for anything. It signs that, too, for whoever posts a form in our name: the order
    /// may be paid meanwhile.
    fn form_was_refused(&self) -> bool {
        self.response == "Error" && matches!(self.md_status, "5" | "6" | "7" | "8" | "9")
    }

    fn authentication_failed(&self) -> bool {
        matches!(self.md_status, "0" | "5" | "6" | "7" | "8" | "9")
    }

    fn facts(&self, form: &Form) -> Result<Facts> {
        let liability = Some(if self.md_status == "1" { Liability::Issuer } else { Liability::Merchant });
        Ok(Facts { md_status: self.md_status.kept(), liability, ..Facts::told(form, &CALLBACK_FACTS)? })
    }

    fn decline(&self, form: &Form) -> Decline {
        let words = if self.authentication_failed() { "mdErrorMsg" } else { "ErrMsg" };
        Decline {
            reason: if self.authentication_failed() { Reason::ThreeDsFailed } else { Reason::from_iso8583(self.return_code) },
            bank_code: if self.return_code.is_empty() { joined(&["mdStatus ", self.md_status]) } else { self.return_code.kept() },
            bank_message: form.display(words, 200),
        }
    }
}

const CALLBACK_FACTS: [(Fact, &str); 8] = [
    (Fact::At, "EXTRA.TRXDATE"),
    (Fact::At, "EXTRA_TRXDATE"),
    (Fact::TransactionId, "TransId"),
    (Fact::AuthCode, "AuthCode"),
    (Fact::HostReference, "HostRefNum"),
    (Fact::MaskedPan, "MaskedPan"),
    (Fact::MaskedPan, "maskedCreditCard"),
    (Fact::Eci, "eci"),
];

/// `3d_pay_hosting` and `3d_pay`: the bank has charged the card, or has not.
fn settle_charge(cx: &Context, order: &Order, form: &Form, verified: Verified, claim: Claim, outcome: &Outcome) -> Result<Step> {
    let facts = Facts { installments: Some(order.installments), ..outcome.facts(form)? };
    if outcome.is_approved() {
        if !cx.account.three_ds.accepts(outcome.md_status) {
            // The money may be gone although the authentication is not good enough for us: never `declined` (invariant 4).
            return inquiry_or_pending(cx, order, form, Note::MerchantLiable);
        }
        let proof = Proof::<OfMoney>::by_signature(verified, claim, order)?;
        return Ok(Step::done(Payment::succeeded(proof, order, facts)));
    }
    let refused = !outcome.return_code.is_empty() && matches!(outcome.response, "Declined" | "Error");
    // `Error` after an authentication may also mean that this order was paid before and is being sent again.
    let charge_is_unclear = outcome.response == "Error" && !outcome.authentication_failed();
    if charge_is_unclear {
        return inquiry_or_pending(cx, order, form, Note::Uncertain);
    }
    if !(refused || outcome.authentication_failed()) {
        return inquiry_or_pending(cx, order, form, Note::None);
    }
    let proof = Proof::<OfOutcome>::by_signature(verified, claim, order)?;
    Ok(Step::done(Payment::declined(proof, outcome.decline(form), facts)))
}

/// `3d` and `3d_host`: the card holder is who he says, or is not. Money moves only by our own provision.
fn settle_authentication(cx: &Context, order: &Order, form: &Form, verified: Verified, claim: Claim, outcome: &Outcome) -> Result<Step> {
    if outcome.is_approved() {
        // In these models the bank does not charge, so this is no answer to what was asked.
        return inquiry_or_pending(cx, order, form, Note::Uncertain);
    }
    if !cx.account.three_ds.accepts(outcome.md_status) {
        let proof = Proof::<OfOutcome>::by_signature(verified, claim, order)?;
        let decline = Decline { reason: Reason::ThreeDsFailed, ..outcome.decline(form) };
        return Ok(Step::done(Payment::declined(proof, decline, outcome.facts(form)?)));
    }
    require_api(cx.account)?;
    let authenticated = |name: &'static str| form.ascii(name).map(Option::unwrap_or_default);
    let md = authenticated("md")?;
    if md.is_empty() {
        return Err(Error::new(Why::NotAsDocumented, "md"));
    }
    let own = |own: Own| own.of(cx.account, order);
    let fields = [
        ("Type", own(TYPE)),
        ("IPAddress", own(Own::Ip)),
        ("Total", own(Own::Decimal)),
        ("Currency", own(Own::CurrencyDigits)),
        ("Taksit", own(Own::Installments)),
        ("Number", md),
        ("PayerTxnId", authenticated("xid")?),
        ("PayerSecurityLevel", authenticated("eci")?),
        ("PayerAuthenticationCode", authenticated("cavv")?),
    ];
    let eci = form.ascii("eci")?.filter(|eci| eci.len() == 2 && eci.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or_default();
    let then = joined(&["provision ", outcome.md_status, " ", eci]);
    Ok(request(cx, order, Effect::MovesMoney, &fields, "", then))
}

/// What a callback says, for reading only: nothing in it has been verified.
pub struct Unverified {
    /// The fields that people ask for, under names that say what they are.
    pub known: Vec<(&'static str, Text)>,
    /// Every field, as it was sent.
    pub fields: Vec<(Text, Text)>,
}

/// Reads a callback without verifying it.
pub fn read_unverified(body: &mut [u8]) -> Result<Unverified> {
    const KNOWN: [(&str, &str); 14] = [
        ("orderId", "oid"),
        ("merchantId", "clientid"),
        ("amount", "amount"),
        ("currency", "currency"),
        ("mdStatus", "mdStatus"),
        ("response", "Response"),
        ("procReturnCode", "ProcReturnCode"),
        ("authCode", "AuthCode"),
        ("transactionId", "TransId"),
        ("hostReference", "HostRefNum"),
        ("errorMessage", "ErrMsg"),
        ("maskedPan", "MaskedPan"),
        ("storeType", "storetype"),
        ("hashAlgorithm", "hashAlgorithm"),
    ];
    let form = Form::parse(body)?;
    let text = |value: &[u8]| charset::to_text(value).kept();
    Ok(Unverified {
        known: KNOWN.iter().map(|(name, field)| (*name, form.value(field).map(text).unwrap_or_default())).collect(),
        fields: form.fields().iter().map(|field| (field.name.kept(), text(field.value))).collect(),
    })
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The XML API

/// Why an inquiry is made; it comes back with the reply.
#[derive(Clone, Copy, PartialEq)]
enum Note {
    None,
    /// The callback could not be believed.
    Uncertain,
    /// The bank approved without an authentication that we accept.
    MerchantLiable,
}

impl Note {
    fn write(self) -> &'static str {
        match self {
            Note::None => "inquiry",
            Note::Uncertain => "inquiry uncertain",
            Note::MerchantLiable => "inquiry merchant",
        }
    }

    fn read(text: &str) -> Note {
        match text {
            "uncertain" => Note::Uncertain,
            "merchant" => Note::MerchantLiable,
            _ => Note::None,
        }
    }

    fn apply(self, facts: Facts) -> Facts {
        match self {
            Note::MerchantLiable => Facts { liability: Some(Liability::Merchant), review: true, ..facts },
            _ => facts,
        }
    }
}

fn has_api(account: &Account) -> bool {
    !account.merchant("apiUser").is_empty()
}

fn require_api(account: &Account) -> Result<()> {
    if has_api(account) {
        return Ok(());
    }
    Err(Error::new(Why::ApiToAsk, "merchant.apiUser"))
}

fn inquiry(cx: &Context, order: &Order, note: Note) -> Step {
    request(cx, order, Effect::Reads, &[], "<Extra><ORDERSTATUS>QUERY</ORDERSTATUS></Extra>", note.write())
}

fn history(cx: &Context, order: &Order, then: &str) -> Step {
    request(cx, order, Effect::Reads, &[], "<Extra><ORDERHISTORY>QUERY</ORDERHISTORY></Extra>", then)
}

/// Without API credentials the bank cannot be asked: the payment stays pending, and a person is told to look.
fn inquiry_or_pending(cx: &Context, order: &Order, form: &Form, note: Note) -> Result<Step> {
    if has_api(cx.account) {
        return Ok(inquiry(cx, order, note));
    }
    let facts = Facts { review: note != Note::None, masked_pan: form.display("MaskedPan", 32), ..Facts::default() };
    Ok(Step::pending(facts))
}

/// What every request begins with.
const COMMON: [(&str, Own); 5] = [
    ("Name", Own::Merchant("apiUser")),
    ("Password", Own::Merchant("apiPassword")),
    ("ClientId", Own::AccountId),
    ("OrderId", Own::Id),
    ("Mode", Own::Mode("P", "T")),
];

fn request(cx: &Context, order: &Order, effect: Effect, fields: &[(&str, &str)], extra: &str, then: &str) -> Step {
    let mut body = String::from("<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><CC5Request>");
    let common = COMMON.map(|(name, own)| (name, own.of(cx.account, order)));
    for (name, value) in common.iter().chain(fields) {
        body.push_str(joined(&["<", name, ">", xml::escape(value), "</", name, ">"]));
    }
    body.push_str(extra);
    body.push_str("</CC5Request>");
    let headers = vec![("content-type", "application/x-www-form-urlencoded".kept())];
    send(effect, cx.account.endpoint("api").kept(), headers, form::render(&[("DATA", &body)]), then)
}

/// A reply, by the names of its leaves below the root.
struct Cc5<'d>(&'d xml::Document<'d>);

impl Tells for Cc5<'_> {
    fn told(&self, name: &'static str) -> Result<&str> {
        leaf(self.0, name)
    }
}

const REPLY_FACTS: [(Fact, &str); 4] =
    [(Fact::At, "Extra/TRXDATE"), (Fact::TransactionId, "TransId"), (Fact::AuthCode, "AuthCode"), (Fact::HostReference, "HostRefNum")];

/// A leaf of the reply below its root.
fn leaf<'d>(document: &'d xml::Document, name: &str) -> Result<&'d str> {
    document.leaf(joined(&["CC5Response/", name])).map(Option::unwrap_or_default)
}

/// `mdStatus eci`, as the provision's `then` carries them.
fn is_authentication(then: &str) -> bool {
    let (md_status, eci) = split_first(then, b' ').unwrap_or((then, ""));
    looks_like_md_status(md_status.as_bytes()) && eci.len() <= 2 && eci.bytes().all(|byte| byte.is_ascii_digit())
}

/// The answer to the provision. The request carried the stored amount, and the reply must name our order.
fn provision_reply(cx: &Context, order: &Order, reply: &Reply, document: &xml::Document, then: &str) -> Result<Step> {
    let (return_code, response) = (leaf(document, "ProcReturnCode")?, leaf(document, "Response")?);
    let (md_status, eci) = split_first(then, b' ').unwrap_or((then, ""));
    let claim = Claim { order_id: Some(leaf(document, "OrderId")?), amount: None, currency: None };
    let facts = Facts {
        installments: Some(order.installments),
        md_status: md_status.kept(),
        eci: eci.kept(),
        liability: Some(if md_status == "1" { Liability::Issuer } else { Liability::Merchant }),
        ..Facts::told(&Cc5(document), &REPLY_FACTS)?
    };
    match (response, return_code) {
        ("Approved", "00") => {
            let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
            Ok(Step::done(Payment::succeeded(proof, order, facts)))
        }
        ("Declined", code) if !matches!(code, "" | "00") => {
            let proof = Proof::<OfOutcome>::by_reply(reply, claim, order)?;
            Ok(Step::done(Payment::declined(proof, reply_decline(document)?, facts)))
        }
        // `Error` also stands for "this order is already being processed": the order's state decides, not this answer.
        _ => Ok(inquiry(cx, order, Note::None)),
    }
}

/// Capture, refund or void. The bank knows them by the order's id; a void undoes the order's last transaction.
fn change_request(cx: &Context, order: &Order, change: &Change) -> Step {
    let total = change.amount.to_decimal(order.currency);
    let fields = match change.kind {
        Kind::Void => vec![("Type", "Void")],
        Kind::Capture => vec![("Type", "PostAuth"), ("Total", total), ("Currency", order.currency.digits())],
        Kind::Refund => vec![("Type", "Credit"), ("Total", total), ("Currency", order.currency.digits())],
    };
    request(cx, order, Effect::MovesMoney, &fields, "", "change")
}

fn change_reply(order: &Order, reply: &Reply, document: &xml::Document) -> Result<Step> {
    let (return_code, response) = (leaf(document, "ProcReturnCode")?, leaf(document, "Response")?);
    let claim = Claim { order_id: Some(leaf(document, "OrderId")?), amount: None, currency: None };
    let facts = Facts::told(&Cc5(document), &REPLY_FACTS)?;
    match (response, return_code, reply.change()) {
        ("Approved", "00", Some(change)) => {
            let proof = Proof::<OfChange>::by_reply(reply, claim, order)?;
            Ok(Step::done(Payment::changed(proof, change.kind, facts)))
        }
        // Unlike a provision, a change is no repetition of an earlier request: an error means that nothing was done. A card's bank that did
        // not answer, or not in time, may have done it.
        ("Declined" | "Error", code, _) if !matches!(code, "" | "00") && Reason::from_iso8583(code) != Reason::BankUnavailable => {
            let proof = Proof::<OfOutcome>::by_reply(reply, claim, order)?;
            Ok(Step::done(Payment::declined(proof, reply_decline(document)?, facts)))
        }
        _ => Err(Error::new(Why::NotAsDocumented, "Response")),
    }
}

fn reply_decline(document: &xml::Document) -> Result<Decline> {
    let code = leaf(document, "ProcReturnCode")?;
    let bank_message = charset::displayable(leaf(document, "ErrMsg")?, 200);
    Ok(Decline { reason: Reason::from_iso8583(code), bank_code: charset::displayable(code, 16), bank_message })
}

/// The answer to ORDERHISTORY: `TRX1`, `TRX2` … with tabs between eleven parts, the newest first. Amounts are minor units.
fn history_lines(order: &Order, document: &xml::Document) -> Result<Vec<Transaction>> {
    if leaf(document, "OrderId")? != order.id {
        return Err(Error::new(Why::OtherOrder, "OrderId"));
    }
    let mut lines = Vec::new();
    for number in 1..=MAX_HISTORY {
        let line = document.leaf(joined(&["CC5Response/Extra/TRX", digits(number)]))?.unwrap_or_default();
        if line.is_empty() {
            break;
        }
        lines.push(history_line(order, line));
    }
    Ok(lines)
}

/// What is left of a payment of which something was given back: one sale or capture that stands, and the credits that stand beside it.
/// Anything else is for a person to look at.
fn refunds_reply(order: &Order, reply: &Reply, document: &xml::Document) -> Result<Step> {
    let lines = history_lines(order, document)?;
    let standing = |refund: bool| {
        lines.iter().filter(move |line| (line.kind == TransactionKind::Refund) == refund && line.outcome == statement::Outcome::Approved)
    };
    let taken = Ledger::read(&order.refs)?.captured().unwrap_or(order.amount);
    let mut sales = standing(false);
    let is_whole = sales.next().is_some_and(|sale| sale.amount == Some(taken)) && sales.next().is_none();
    let sum = standing(true).map(|line| line.amount.map_or(0, Amount::minor)).sum();
    let unreadable = standing(true).any(|line| line.amount.is_none());
    if !is_whole || unreadable || sum > taken.minor() {
        return Ok(Step::pending(Facts { review: true, ..Facts::default() }));
    }
    let claim = Claim { order_id: Some(order.id), amount: None, currency: None };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let facts = Facts { charged: Some(taken).filter(|taken| *taken != order.amount), refunded: Amount::from_minor(sum), ..Facts::default() };
    Ok(Step::done(if sum == taken.minor() { Payment::refunded(proof, facts) } else { Payment::paid(proof, facts) }))
}

/// More than any order has seen.
const MAX_HISTORY: u32 = 100;

fn history_line(order: &Order, line: &str) -> Transaction {
    let mut parts = line.split('\t').map(str::trim);
    let mut part = || parts.next().unwrap_or_default();
    let (charge_type, state, amount, captured) = (part(), part(), part(), part());
    let (authorized_at, captured_at, _voided_at) = (part(), part(), part());
    let (host_reference, auth_code, code, transaction_id) = (part(), part(), part(), part());
    Transaction {
        order_id: order.id.kept(),
        kind: match (charge_type, order.intent) {
            ("C", _) => TransactionKind::Refund,
            ("S", Intent::PreAuth) => TransactionKind::PreAuth,
            ("S", Intent::Sale) => TransactionKind::Sale,
            _ => TransactionKind::Other,
        },
        outcome: match state {
            "A" | "C" | "S" => statement::Outcome::Approved,
            "V" | "CNCL" => statement::Outcome::Voided,
            "D" | "ERR" => statement::Outcome::Declined,
            _ => statement::Outcome::Open,
        },
        amount: Amount::from_minor_text(captured).or_else(|| Amount::from_minor_text(amount)),
        currency: Some(order.currency),
        at: from_turkish(captured_at).or_else(|| from_turkish(authorized_at)).unwrap_or_default(),
        transaction_id: charset::displayable(transaction_id, 64),
        auth_code: charset::displayable(auth_code, 16),
        host_reference: charset::displayable(host_reference, 32),
        bank_code: charset::displayable(code, 16),
        ..Transaction::default()
    }
}

/// The answer to ORDERSTATUS. Amounts in it are minor units, also where other answers of this bank are decimal.
fn inquiry_reply(order: &Order, reply: &Reply, document: &xml::Document, note: Note) -> Result<Step> {
    let status = OrderStatus::read(document)?;
    let Some(status) = status else { return no_such_order(order, document, note) };
    // Named in two places; another order in either of them is another order.
    let named = [leaf(document, "OrderId")?, status.order_id].into_iter().filter(|id| !id.is_empty()).max_by_key(|id| *id != order.id);
    let amount = Amount::from_minor_text(status.amount);
    let claim = Claim { order_id: Some(named.unwrap_or_default()), amount, currency: None };
    let captured = Amount::from_minor_text(status.captured);
    // A capture may have taken less than was reserved.
    let expected = Ledger::read(&order.refs)?.capture().unwrap_or(order.amount);
    let facts = note.apply(Facts {
        charged: captured.filter(|captured| *captured != order.amount),
        // NestPay adds no interest of its own: more than the order's amount is for a person to look at.
        review: captured.is_some_and(|captured| captured > order.amount),
        at: from_turkish(status.captured_at).or_else(|| from_turkish(status.authorized_at)).unwrap_or_default(),
        transaction_id: charset::displayable(status.transaction_id, 64),
        auth_code: charset::displayable(status.auth_code, 16),
        host_reference: charset::displayable(status.host_reference, 32),
        masked_pan: charset::displayable(status.pan, 32),
        ..Facts::default()
    });
    let open = || Ok(Step::pending(Facts { review: true, ..facts }));
    // A last transaction that is a credit or was undone, a reply that is no approval, an amount that cannot be read, less captured than
    // ordered: how much is left needs the history, so a person should look.
    let is_sale = matches!(status.charge_type, "S" | "") && status.voided_at.is_empty();
    let is_readable = captured.is_some() || matches!(status.captured, "" | "0");
    let is_whole = captured.is_none_or(|captured| captured >= expected);
    let credible = leaf(document, "Response")? == "Approved" && is_sale && is_readable;
    match status.state {
        "A" | "C" | "S" | "V" | "CNCL" if !credible => open(),
        "A" | "C" | "S" if amount.is_none() || !is_whole => open(),
        "A" if order.intent == Intent::PreAuth && captured.is_none() => {
            let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
            Ok(Step::done(Payment::succeeded(proof, order, facts)))
        }
        // Settled: what was captured must be said, and be what was to be captured.
        "S" if captured != Some(expected) => open(),
        "C" if status.captured == "0" => open(),
        "A" | "C" | "S" => Ok(Step::done(Payment::paid(Proof::<OfMoney>::by_reply(reply, claim, order)?, facts))),
        "V" | "CNCL" => Ok(Step::done(Payment::voided(Proof::<OfMoney>::by_reply(reply, claim, order)?, facts))),
        "D" | "ERR" => {
            let proof = Proof::<OfOutcome>::by_reply(reply, claim, order)?;
            let decline = Decline {
                reason: Reason::from_iso8583(status.return_code),
                bank_code: charset::displayable(status.return_code, 16),
                bank_message: charset::displayable(status.message, 200),
            };
            Ok(Step::done(Payment::declined(proof, decline, facts)))
        }
        // PN is pending, R waits for a technical reversal, and anything else is not known here. None of them says that there is no money.
        _ => open(),
    }
}

/// A reply without a status. Only one that says so means that the bank does not know the order (which it also says for some seconds
/// right after paying): "No record found", or the template of a status without values. A site may end an attempt by it.
fn no_such_order(order: &Order, document: &xml::Document, note: Note) -> Result<Step> {
    let message = charset::displayable(leaf(document, "ErrMsg")?, 200);
    let is_ours = |id: &str| id.is_empty() || id == order.id;
    let compound = leaf(document, "Extra/ORDERSTATUS")?;
    let ours = is_ours(leaf(document, "OrderId")?) && is_ours(compound_value(compound, "ORD_ID")?);
    let no_record = holds(&message.to_ascii_lowercase(), "no record");
    let says_so = no_record && (holds(message, order.id) || !holds(message, " for "));
    let is_template = holds(compound, "TRANS_STAT:") || document.leaf("CC5Response/Extra/TRANS_STAT")?.is_some();
    if ours && (says_so || is_template) {
        return Ok(Step::pending(note.apply(Facts::default())));
    }
    if message.is_empty() || no_record || leaf(document, "Response")? == "Approved" {
        return Ok(Step::unknown(note.apply(Facts::default())));
    }
    let error = Error::new(Why::NestpayAccount, "");
    Err(error.with_bank(charset::displayable(leaf(document, "ProcReturnCode")?, 16), message))
}

/// What ORDERSTATUS says, from one compound text (`TRANS_STAT:C …`) or from elements of their own.
struct OrderStatus {
    order_id: Text,
    state: Text,
    charge_type: Text,
    amount: Text,
    captured: Text,
    authorized_at: Text,
    captured_at: Text,
    voided_at: Text,
    transaction_id: Text,
    auth_code: Text,
    host_reference: Text,
    return_code: Text,
    message: Text,
    pan: Text,
}

impl OrderStatus {
    /// `None` when the reply carries no status at all, or the template without values that stands for an unknown order.
    fn read(document: &xml::Document) -> Result<Option<OrderStatus>> {
        let compound = leaf(document, "Extra/ORDERSTATUS")?;
        let value = |name: &str| -> Result<Text> {
            let own = leaf(document, joined(&["Extra/", name]))?;
            let inside = compound_value(compound, name)?;
            match (own.is_empty(), inside.is_empty()) {
                (false, false) if own != inside => Err(Error::new(Why::NotAsDocumented, name.kept())),
                (true, _) => Ok(inside.kept()),
                (false, _) => Ok(own.kept()),
            }
        };
        let status = OrderStatus {
            order_id: value("ORD_ID")?,
            state: value("TRANS_STAT")?,
            charge_type: value("CHARGE_TYPE_CD")?,
            amount: value("ORIG_TRANS_AMT")?,
            captured: value("CAPTURE_AMT")?,
            authorized_at: value("AUTH_DTTM")?,
            captured_at: value("CAPTURE_DTTM")?,
            voided_at: value("VOID_DTTM")?,
            transaction_id: value("TRANS_ID")?,
            auth_code: value("AUTH_CODE")?,
            host_reference: value("HOST_REF_NUM")?,
            return_code: value("PROC_RET_CD")?,
            message: leaf(document, "Extra/HOSTMSG")?.kept(),
            pan: leaf(document, "Extra/PAN")?.kept(),
        };
        let says_something = [&status.state, &status.amount, &status.captured, &status.voided_at].iter().any(|value| !value.is_empty());
        Ok(says_something.then_some(status))
    }
}

/// The value of `NAME:` in the compound text: up to the next white space, or the next two words for a date and time.
fn compound_value<'t>(compound: &'t str, name: &str) -> Result<&'t str> {
    let mut found = None;
    let mut from = 0;
    while let Some(at) = place_of(name, part(compound, from, compound.len())).map(|at| from + at) {
        from = at + name.len();
        let starts_word = part(compound, 0, at).chars().next_back().is_none_or(char::is_whitespace);
        let Some(rest) = part(compound, from, compound.len()).strip_prefix(':').filter(|_| starts_word) else { continue };
        if found.is_some() {
            return Err(Error::new(Why::Twice, name.kept()));
        }
        let word_end = |from: usize| part(rest, from, rest.len()).find(char::is_whitespace).map_or(rest.len(), |length| from + length);
        let first = word_end(0);
        let is_date = name.ends_with("_DTTM") && matches!(rest.as_bytes().get(first..), Some([b' ', b'0'..=b'9', ..]));
        found = Some(part(rest, 0, if is_date { word_end(first + 1) } else { first }));
    }
    Ok(found.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn form_of<T>(fields: &[(&str, &str)], read: impl FnOnce(&Form) -> T) -> T {
        let mut body = form::render(fields).as_bytes().to_vec();
        read(&Form::parse(&mut body).unwrap())
    }

    fn windows_hold(form: &Form) -> bool {
        decision_windows_hold(&signed_fields(form.fields()))
    }

    #[test]
    fn fields_are_signed_in_the_order_of_their_upper_case_names() {
        let names =
            ["b", "A_1", "a-1", "a.1", "aB", "AA", "TDS2.acsTransID", "TDS2_z", "abcdefgh2", "ABCDEFGH10", "hash", "NationalIdNo", "iI", "Encoding"];
        let fields: Vec<Field> = names.iter().map(|name| Field { name, value: b"" }).collect();
        let sorted: Vec<&str> = signed_fields(&fields).iter().map(|field| field.name).collect();
        assert_eq!(sorted, ["a-1", "a.1", "AA", "aB", "ABCDEFGH10", "abcdefgh2", "A_1", "b", "iI", "TDS2.acsTransID", "TDS2_z"]);
    }

    #[test]
    fn the_backslash_is_escaped_before_the_line() {
        let mut escaped = Vec::new();
        escape(br"a\|b|\", &mut escaped);
        assert_eq!(escaped, br"a\\\|b\|\\");
    }

    const SIGNED: &[(&str, &str)] = &[
        ("hashAlgorithm", "ver3"),
        ("lang", "tr"),
        ("mdStatus", "1"),
        ("oid", "A"),
        ("okUrl", "u"),
        ("ProcReturnCode", "00"),
        ("Response", "Approved"),
        ("storetype", "s"),
    ];

    #[test]
    fn the_decision_windows() {
        let hold = |more: &[(&str, &str)]| form_of(&[SIGNED, more].concat(), windows_hold);
        assert!(hold(&[]));
        for inside in [
            ("lang2", "1"),
            ("md", "9"),
            ("oidx", "0"),
            ("okUrlx", "05"),
            ("rnd", "A1"),
            ("sID", "Declined"),
            ("protocol", "Error"),
            ("iReqCode", "4"),
        ] {
            assert!(!hold(&[inside]), "{inside:?}");
        }
        for harmless in [
            ("kz", "1"),
            ("lang2", "12"),
            ("md", "x"),
            ("okUrlx", "1"),
            ("rnd", "a1"),
            ("sID", "123"),
            ("storetypex", "00"),
            ("zz", "Approved"),
            ("a", "1"),
            ("iReqCode", "1"),
            ("HostRefNum", "44"),
        ] {
            assert!(hold(&[harmless]), "{harmless:?}");
        }
        for missing in ["hashAlgorithm", "lang", "okUrl", "storetype"] {
            let without: Vec<_> = SIGNED.iter().copied().filter(|(name, _)| *name != missing).collect();
            assert!(!form_of(&without, windows_hold), "{missing}");
        }
    }

    #[test]
    fn the_verdict_of_a_failure_stands_under_no_other_name() {
        let alone = |more: &[(&str, &str)]| form_of(&[SIGNED, more].concat(), no_other_verdict);
        for harmless in [
            ("taksit", "6"),
            ("sID", "1"),
            ("cavvAlgorithm", "2"),
            ("x", "0"),
            ("x", "05"),
            ("x", "error"),
            ("encoding", "7"),
            ("countdown", "Error"),
        ] {
            assert!(alone(&[harmless]), "{harmless:?}");
        }
        for verdict in [
            ("x", "5"),
            ("x", "6"),
            ("x", "7"),
            ("x", "8"),
            ("x", "9"),
            ("MdStatusOld", "7"),
            ("ErrMsg", "Error"),
            ("a", "Declined"),
            ("taksit", "7"),
        ] {
            assert!(!alone(&[verdict]), "{verdict:?}");
        }
    }

    #[test]
    fn the_compound_status() {
        let compound = "ORD_ID:A1\tCHARGE_TYPE_CD:S\tORIG_TRANS_AMT:101\tCAPTURE_AMT:\tTRANS_STAT:A\tAUTH_DTTM:2022-10-30 12:29:53.773\tCAPTURE_DTTM:\tAUTH_CODE:P90325";
        for separator in ["\t", " ", "\n", "  "] {
            let compound = compound.replace('\t', separator);
            let value = |name| compound_value(&compound, name).unwrap();
            assert_eq!(["ORD_ID", "CHARGE_TYPE_CD", "ORIG_TRANS_AMT", "TRANS_STAT", "AUTH_CODE"].map(value), ["A1", "S", "101", "A", "P90325"]);
            assert_eq!(["CAPTURE_AMT", "CAPTURE_DTTM", "TRAN", "STAT", "TRANS_ID"].map(value), [""; 5]);
            assert_eq!(value("AUTH_DTTM"), "2022-10-30 12:29:53.773");
        }
        assert_eq!(compound_value("TRANS_STAT:C TRANS_STAT:D", "TRANS_STAT").unwrap_err().code(), Code::DuplicateField);
        assert_eq!(compound_value("XTRANS_STAT:C ORD_ID:TRANS_STAT:D", "TRANS_STAT").unwrap(), "");
        assert_eq!(compound_value("AUTH_DTTM:20221030 ORD_ID:1", "AUTH_DTTM").unwrap(), "20221030");
        assert_eq!(compound_value("TRANS_STAT", "TRANS_STAT").unwrap(), "");
        assert_eq!(compound_value("TRANS_STAT:ş\u{a0}x", "TRANS_STAT").unwrap(), "ş");
    }

    #[test]
    fn a_note_comes_back_as_it_went() {
        for note in [Note::None, Note::Uncertain, Note::MerchantLiable] {
            let then = note.write();
            assert!(Note::read(then.split_once(' ').map_or("", |(_, rest)| rest)) == note, "{then}");
        }
    }
}
