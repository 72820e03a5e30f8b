//! Garanti BBVA: the 3-D gate and the XML service of its virtual POS (GVPS), `apiversion` 512.
//!
//! Sources: the bank's developer portal and its sample code (forms, requests, error numbers), callbacks and replies of its test system that
//! were published, and the EMV 3-D Secure specification for the size of a CAVV. What no source settles is marked as open in
//! `docs/banks/garanti.md`.
//!
//! **What the gate signs.** The return carries a digest over ten values ([`SIGNED`]) and the store key. Neither amount nor currency are among
//! them, so no return is ever a payment: where the bank charges (every model but `3d`), the bank is asked; in `3d` our own server asks for
//! the money, with everything from the stored order. The list of names that comes along must be ours, letter by letter.
//!
//! **Why the values cannot be cut elsewhere.** They are joined without a delimiter, and a customer may cut a genuine text of his own
//! differently. [`Callback::fault`] leaves one reading of every text that decides something:
//!
//! 1. The terminal and the order's id are known. What follows is text of the bank's.
//! 2. The words of a verdict (`Approved`, `Declined`, `Error`) stand in `response` and in no other value, nor in an order's id. So a text
//!    with one of them has one place for `response`. The return code before it has two digits, and the mdStatus behind it one: they are the
//!    bank's own, whatever is read around them.
//! 3. Without such a word there is no return code and no authorization code, and mdStatus is the first digit behind the order's id. It could
//!    only be another than the bank's if another order's id goes on where ours ends (`A-1` and `A-11`). An authentication that counts
//!    therefore has a CAVV: 20 bytes, in base64 27 characters and a `=`, with at least 62 characters behind it (eci, md, rnd). In a text that
//!    the bank signs the first `=` either ends the CAVV, which stands behind its mdStatus, or it ends the md, with 20 characters behind it
//!    (rnd). So where the first `=` stands at its place behind our order's id, the text is about our order, and the mdStatus is the bank's.
//! 4. Ids of one length would not do instead: the form's digest joins its values without a delimiter, too, so a customer can move the first
//!    digits of the amount to the end of the id, and the bank signs what becomes of that.
//!
//! For the same reason a customer can have failures signed for the id of somebody else's order, where that begins with his own. So a
//! failure counts only where the digest of the order's own form came back with it, which only that order's customer and the bank have seen.
//!
//! **What nobody signs.** The form's digest leaves `secure3dsecuritylevel` out, so a customer may choose another model than the shop: what
//! counts is the bank's reply about the money, and the signed mdStatus about who bears a chargeback. `xid` is not signed either. The bank
//! holds it and the amount against the signed `md` and refuses what does not belong together (error 0804).
//!
//! **What its replies sign.** `HashData` covers the code, both references, the time and the order's id with the password; no document says
//! so, but every published reply agrees. It is checked; the amount that an inquiry tells is compared besides.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Period, Reply, Spec, Verb, malformed, request};
use crate::account::{Account, Mode};
use crate::crypto::{self, Secret, Verified, Written};
use crate::decline::{Decline, Reason};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{
    Card, CardInputs, Claim, Effect, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Refs, Send, Step,
    required,
};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined, keep};
use crate::wire::form::{self, Form};
use crate::wire::time::{self, Date, from_turkish};
use crate::wire::{charset, holds, is_digits, is_made_of, number, xml};
use alloc::vec::Vec;

/// What Garanti's virtual POS is.
pub const SPEC: Spec = Spec {
    system: "garanti",
    gateway: &Garanti,
    // The bank's OOS_PAY is missing on purpose: it is the common payment page without 3-D Secure.
    models: &["3d_oos_pay", "3d_pay", "3d", "3d_full", "3d_half", "3d_oos_full", "3d_oos_half"],
    claiming_models: &["3d"],
    proving_models: &[],
    preauth_models: &["3d_oos_pay", "3d_pay", "3d", "3d_full", "3d_half", "3d_oos_full", "3d_oos_half"],
    card_models: &[],
    either_card_models: &[],
    verbs: &["capture", "refund", "void", "history", "report"],
    formulas: &[
        Formula {
            name: "securityData",
            over: Over::Values,
            compute: |values, _| match values {
                [password, terminal] => Ok(security_data(Secret::new(password), terminal)),
                _ => Err(super::too_few_values()),
            },
        },
        Formula {
            name: "formHash",
            over: Over::Fields(&FORM_SIGNED),
            compute: |values, _| match values {
                [terminal, .., store_key, password] => {
                    let security = security_data(Secret::new(password), terminal);
                    #[cfg(feature = "explain")]
                    describe(&FORM_SIGNED, &values[..FORM_SIGNED.len()], &[("storeKey", store_key), ("securityData", security)]);
                    Ok(upper_hex(&digest(&values[..FORM_SIGNED.len()], &[store_key, security])))
                }
                _ => Err(super::too_few_values()),
            },
        },
        Formula {
            name: "requestHash",
            over: Over::Fields(&["orderId", "terminalId", "cardNumber", "amount", "currencyCode"]),
            compute: |values, _| match values {
                [fields @ .., password] if fields.len() == 5 => Ok(upper_hex(&digest(fields, &[security_data(Secret::new(password), fields[1])]))),
                _ => Err(super::too_few_values()),
            },
        },
    ],
    merchant: &[
        Key { name: "terminalId", panel: "Terminal numarası", required: true, max: 9 },
        Key { name: "merchantId", panel: "Üye işyeri numarası", required: true, max: 15 },
        Key { name: "storeKey", panel: "3D Secure anahtarı (Store Key)", required: true, max: 128 },
        Key { name: "provisionUser", panel: "Provizyon kullanıcısı (PROVAUT)", required: false, max: 32 },
        Key { name: "provisionPassword", panel: "Provizyon kullanıcısının (PROVAUT) şifresi", required: true, max: 64 },
        Key { name: "refundUser", panel: "İade kullanıcısı (PROVRFN)", required: false, max: 32 },
        Key { name: "refundPassword", panel: "İade kullanıcısının (PROVRFN) şifresi", required: false, max: 64 },
        Key { name: "pageUser", panel: "Ortak ödeme sayfası kullanıcısı (PROVOOS)", required: false, max: 32 },
        Key { name: "pagePassword", panel: "Ortak ödeme sayfası kullanıcısının (PROVOOS) şifresi", required: false, max: 64 },
    ],
    endpoints: &["gate", "api"],
    // The bank lists yen, too, but nothing says whether it counts them in hundredths.
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp],
    headers: &[],
    // The bank sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank {
        name: "garanti",
        production: &["https://sanalposprov.garanti.com.tr/servlet/gt3dengine", "https://sanalposprov.garanti.com.tr/VPServlet"],
        test: &["https://sanalposprovtest.garantibbva.com.tr/servlet/gt3dengine", "https://sanalposprovtest.garantibbva.com.tr/VPServlet"],
        hosts: &[],
        test_hosts: &["sanalposprovtest.garanti.com.tr"],
    }],
    public_credentials: &[
        ("terminalId", "30691297"),
        ("terminalId", "30691298"),
        ("terminalId", "30691299"),
        ("terminalId", "30691300"),
        ("merchantId", "7000679"),
        ("storeKey", "12345678"),
        ("provisionPassword", "123qweASD/"),
        ("refundPassword", "123qweASD/"),
        ("pagePassword", "123qweASD/"),
    ],
};

/// The gateway.
pub struct Garanti;

impl Gateway for Garanti {
    fn check(&self, account: &Account) -> Result<()> {
        for key in ["terminalId", "merchantId"] {
            if !is_digits(account.merchant(key)) {
                return Err(account.wrong(Why::ValueNotDigits, key));
            }
        }
        Ok(())
    }

    fn start(&self, cx: &Context, order: &Order, _card: Option<&Card>) -> Result<Step> {
        check_order(order)?;
        let mut redirect = Redirect::form(cx.account.endpoint("gate"), form_fields(cx, order));
        if let Redirect::Form { card_inputs, .. } = &mut redirect
            && !on_the_banks_page(order.model)
        {
            *card_inputs = Some(CARD_INPUTS);
        }
        Ok(Step::redirect(redirect))
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let (callback, verified) = Callback::verify(&form, cx.account.secret("storeKey"))?;
        if callback.terminal != cx.account.id() {
            return Err(Error::new(Why::OtherMerchant, "clientid"));
        }
        if callback.order_id != order.id {
            return Err(Error::new(Why::OtherOrder, "oid"));
        }
        settle(cx, order, &form, &callback, verified)
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            // What the state of an order is called after a refund or a void stands in no document; its list of transactions is plain.
            Verb::Inquire if gave_back(order)? => Ok(about_order(cx, order, "orderhistoryinq", "settle")),
            Verb::Inquire => Ok(about_order(cx, order, "orderinq", "inquiry")),
            Verb::History => Ok(about_order(cx, order, "orderhistoryinq", "history")),
            Verb::Change(change) => change_request(cx, order, change),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let document = xml::Document::parse(reply.body(), "GVPSResponse")?;
        let answer = Answered::read(cx.account, &document, order.id)?;
        match then {
            "provision" => provision_reply(cx, order, &reply, &answer),
            "inquiry" => inquiry_reply(cx, order, &reply, &document, &answer),
            "change" => change_reply(order, &reply, &answer),
            "history" => Ok(Step::list(Statement { transactions: history_rows(order, &document, &answer)?, next: None })),
            "settle" => settled(order, &reply, &history_rows(order, &document, &answer)?),
            _ => Err(super::foreign_then()),
        }
    }

    fn captures_apart(&self) -> bool {
        true
    }

    fn report(&self, cx: &Context, period: &Period) -> Result<Send> {
        Ok(list_request(cx, period.from, period.to, 1))
    }

    fn reported(&self, cx: &Context, period: &Period, then: &str, reply: Reply) -> Result<Statement> {
        let document = xml::Document::parse(reply.body(), "GVPSResponse")?;
        let answer = Answered::read(cx.account, &document, "")?;
        list_reply(cx, period, then, &document, &answer)
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        form.ascii("oid").ok()?.filter(|oid| !oid.is_empty()).map(Found::OrderId)
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Models

/// OOS, "ortak ödeme sayfası": the card is typed on the bank's page. Otherwise it is typed on the shop's, and goes from there to the bank.
fn on_the_banks_page(model: &str) -> bool {
    model.starts_with("3d_oos")
}

/// The bank takes the money in the same step as 3-D Secure. In `3d` alone the return is only an authentication.
fn bank_charges(model: &str) -> bool {
    model != "3d"
}

/// Whether 3-D Secure went well enough for the bank to try a charge in this model.
fn would_charge(model: &str, md_status: &str) -> bool {
    matches!(md_status, "1") || !model.ends_with("full") && matches!(md_status, "2" | "3" | "4")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Digests

/// SHA-1 of the password and the terminal, which is padded to nine digits. It stays SHA-1 in version 512.
fn security_data(password: Secret, terminal: &str) -> Text {
    let padding = "000000000".get(terminal.len()..).unwrap_or_default();
    #[cfg(feature = "explain")]
    crate::trace::describe([("password", password.reveal().as_bytes()), ("terminalid", joined(&[padding, terminal]).as_bytes())]);
    upper_hex(&crypto::sha1(&[password.reveal().as_bytes(), padding.as_bytes(), terminal.as_bytes()]))
}

fn digest(values: &[&str], secrets: &[&str]) -> [u8; 64] {
    let pieces: Vec<&[u8]> = values.iter().chain(secrets).map(|value| value.as_bytes()).collect();
    crypto::sha512(&pieces)
}

#[cfg(feature = "explain")]
fn describe(names: &[&str], values: &[&str], secrets: &[(&str, &str)]) {
    let parts = names.iter().zip(values).chain(secrets.iter().map(|(name, value)| (name, value)));
    crate::trace::describe(parts.map(|(name, value)| (*name, value.as_bytes())));
}

fn upper_hex(bytes: &[u8]) -> Text {
    keep(crypto::hex(bytes).to_ascii_uppercase())
}

/// One of the terminal's users.
struct User<'a> {
    name: &'a str,
    password: Secret<'a>,
}

/// A user by its two keys.
fn user<'a>(account: &Account<'a>, keys: [&str; 2], default: &'static str) -> User<'a> {
    let given = account.merchant(keys[0]);
    User { name: if given.is_empty() { default } else { given }, password: account.secret(keys[1]) }
}

fn provision_user<'a>(account: &Account<'a>) -> User<'a> {
    user(account, ["provisionUser", "provisionPassword"], "PROVAUT")
}

fn refund_user<'a>(account: &Account<'a>) -> Result<User<'a>> {
    if account.merchant("refundPassword").is_empty() {
        return Err(Error::new(Why::RefundUser, "merchant.refundPassword"));
    }
    Ok(user(account, ["refundUser", "refundPassword"], "PROVRFN"))
}

/// Some terminals have a user of their own for the bank's page.
fn form_user<'a>(account: &Account<'a>, model: &str) -> User<'a> {
    if on_the_banks_page(model) && !account.merchant("pagePassword").is_empty() {
        return user(account, ["pageUser", "pagePassword"], "PROVOOS");
    }
    provision_user(account)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The form

/// They are not signed, and go from the customer's browser straight to the bank.
const CARD_INPUTS: CardInputs =
    CardInputs { number: "cardnumber", month: "cardexpiredatemonth", year: "cardexpiredateyear", cvv: "cardcvv2", holder: "" };

const FORM_SIGNED: [&str; 8] = ["terminalid", "orderid", "txnamount", "txncurrencycode", "successurl", "errorurl", "txntype", "txninstallmentcount"];

/// The longest id that the bank stores (its error 0231).
const MAX_ID: usize = 32;

fn check_order(order: &Order) -> Result<()> {
    if order.id.len() > MAX_ID {
        return Err(Error::new(Why::GarantiIdLength, "id"));
    }
    if VERDICTS.iter().any(|word| holds(order.id, word)) {
        return Err(Error::new(Why::GarantiIdVerdict, "id"));
    }
    order.check_shop_chooses_installments()?;
    required("customer.ip", order.customer.ip, Why::CustomerIp)
}

fn form_fields(cx: &Context, order: &Order) -> Vec<(&'static str, Text)> {
    let user = form_user(cx.account, order.model);
    let mut fields = vec![
        ("mode", mode(cx.account).kept()),
        ("apiversion", VERSION.kept()),
        ("secure3dsecuritylevel", keep(order.model.to_ascii_uppercase())),
        ("terminalprovuserid", user.name.kept()),
        ("terminaluserid", user.name.kept()),
        ("terminalmerchantid", cx.account.merchant("merchantId").kept()),
    ];
    fields.extend(FORM_SIGNED.into_iter().zip(form_values(cx.account, order)));
    fields.extend([
        ("customeripaddress", order.customer.ip.kept()),
        ("customeremailaddress", order.customer.email.kept()),
        ("lang", order.customer.language.letters().kept()),
        ("txntimestamp", time::turkish_compact(cx.now)),
        ("secure3dhash", upper_hex(&form_digest(cx.account, order))),
    ]);
    if on_the_banks_page(order.model) {
        // How many seconds the bank's page shows the result before it returns.
        fields.push(("refreshtime", "5".kept()));
    }
    fields
}

/// The values of [`FORM_SIGNED`].
fn form_values(account: &Account, order: &Order) -> [Text; 8] {
    [
        account.id().kept(),
        order.id.kept(),
        digits(order.amount.minor()),
        order.currency.digits().kept(),
        order.urls.ok.kept(),
        order.urls.fail.kept(),
        transaction_type(order).kept(),
        installments(order),
    ]
}

fn form_digest(account: &Account, order: &Order) -> [u8; 64] {
    let values = form_values(account, order);
    let values = values.to_vec();
    let security = security_data(form_user(account, order.model).password, account.id());
    #[cfg(feature = "explain")]
    describe(&FORM_SIGNED, &values, &[("storeKey", account.merchant("storeKey")), ("securityData", security)]);
    digest(&values, &[account.merchant("storeKey"), security])
}

const VERSION: &str = "512";

fn mode(account: &Account) -> &'static str {
    if account.mode == Mode::Test { "TEST" } else { "PROD" }
}

fn transaction_type(order: &Order) -> &'static str {
    match order.intent {
        Intent::Sale => "sales",
        Intent::PreAuth => "preauth",
    }
}

fn installments(order: &Order) -> Text {
    if order.installments > 1 { digits(order.installments) } else { "" }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The callback: is it from the bank, and is there one way to read it?

/// What the gate signs, in this order, without a delimiter.
const SIGNED: [&str; 10] = ["clientid", "oid", "authcode", "procreturncode", "response", "mdstatus", "cavv", "eci", "md", "rnd"];
const HASH_PARAMS: &str = "clientid:oid:authcode:procreturncode:response:mdstatus:cavv:eci:md:rnd:";
const VERDICTS: [&str; 3] = ["Approved", "Declined", "Error"];

/// The signed values of a callback whose digest fits.
struct Callback<'a> {
    terminal: &'a str,
    order_id: &'a str,
    auth_code: &'a str,
    return_code: &'a str,
    response: &'a str,
    md_status: &'a str,
    cavv: &'a str,
    eci: &'a str,
    md: &'a str,
    rnd: &'a str,
}

impl<'a> Callback<'a> {
    fn verify(form: &Form<'a>, store_key: Secret) -> Result<(Callback<'a>, Verified)> {
        let given = form.ascii("hash")?.unwrap_or_default();
        if given.is_empty() {
            return Err(Error::new(Why::GarantiUnsigned, "hash"));
        }
        if form.ascii("hashparams")? != Some(HASH_PARAMS) {
            return Err(Error::new(Why::OtherFieldList, "hashparams"));
        }
        let mut values = [""; SIGNED.len()];
        for (value, name) in values.iter_mut().zip(SIGNED) {
            *value = form.ascii(name)?.unwrap_or_default();
        }
        #[cfg(feature = "explain")]
        describe(&SIGNED, &values, &[("storeKey", store_key.reveal())]);
        let verified = crypto::compare(&digest(&values, &[store_key.reveal()]), given, Written::Hex);
        let verified = verified.ok_or_else(|| Error::new(Why::GarantiHash, "hash"))?;
        let [terminal, order_id, auth_code, return_code, response, md_status, cavv, eci, md, rnd] = values;
        Ok((Callback { terminal, order_id, auth_code, return_code, response, md_status, cavv, eci, md, rnd }, verified))
    }

    /// Which value is not written as the bank writes it; then the values may have been cut elsewhere than the bank cut them.
    fn fault(&self) -> Option<&'static str> {
        let has_response = VERDICTS.contains(&self.response);
        let checks = [
            ("mdstatus", matches!(self.md_status.as_bytes(), [digit] if digit.is_ascii_digit())),
            ("response", has_response || self.response.is_empty()),
            ("procreturncode", if has_response { self.return_code.len() == 2 && is_digits(self.return_code) } else { self.return_code.is_empty() }),
            ("authcode", matches!(self.auth_code, "" | " ") || self.response == "Approved" && is_auth_code(self.auth_code)),
            ("cavv", self.cavv.is_empty() || is_cavv(self.cavv)),
            ("eci", self.eci.is_empty() || self.eci.len() == 2 && is_digits(self.eci)),
            ("md", self.md.is_empty() || self.md.len() >= 40 && self.md.len().is_multiple_of(4) && is_base64(self.md, 2)),
            ("rnd", self.rnd.len() == 20 && is_base64(self.rnd, 0)),
        ];
        let fault = checks.iter().find(|(_, fine)| !fine).map(|(name, _)| *name);
        // Only these can hold letters.
        let letters = [("oid", self.order_id), ("authcode", self.auth_code), ("cavv", self.cavv), ("md", self.md), ("rnd", self.rnd)];
        let word = letters.iter().find(|(_, value)| VERDICTS.iter().any(|word| holds(value, word))).map(|(name, _)| *name);
        fault.or(word)
    }

    /// What is missing from an authentication that is to count.
    fn lacks(&self) -> Option<&'static str> {
        let needed = [("cavv", self.cavv), ("eci", self.eci), ("md", self.md)];
        needed.iter().find(|(_, value)| value.is_empty()).map(|(name, _)| *name)
    }

    fn is_approved(&self) -> bool {
        self.response == "Approved" && self.return_code == "00" && is_auth_code(self.auth_code)
    }

    /// The bank tried no charge, or the card's bank said no. The gate's own 92 also stands for an order that was paid before, some codes for
    /// not knowing, and an error may be one of a charge, which the bank tries by the level in the form: nobody signs that.
    fn is_refused(&self, model: &str) -> bool {
        match self.response {
            "Declined" => !matches!(self.return_code, "00" | "92" | "68" | "96" | "98" | "99"),
            "Error" => self.return_code != "00" && !matches!(self.md_status, "1" | "2" | "3" | "4" | "5"),
            "" => !would_charge(model, self.md_status),
            _ => false,
        }
    }

    /// How it is remembered: mdStatus, eci, and whether the shop accepts it.
    fn authentication(&self, accepted: bool) -> Text {
        joined(&[self.md_status, " ", self.eci, if accepted { "" } else { " review" }])
    }
}

fn is_auth_code(text: &str) -> bool {
    text.len() == 6 && is_made_of(text, b"")
}

/// 20 bytes, as EMV 3-D Secure has it.
fn is_cavv(text: &str) -> bool {
    text.len() == 28 && text.as_bytes()[26] != b'=' && text.ends_with('=') && is_base64(text, 1)
}

/// The alphabet of base64, with so many `=` at its end at most.
fn is_base64(text: &str, padding: usize) -> bool {
    let bare = text.trim_end_matches('=');
    text.len() - bare.len() <= padding && is_made_of(bare, b"+/")
}

/// The gate hands our form's digest back. It is not signed, so it proves no result; but who has it has seen this order's form. A difference
/// shows early that something is wrong.
fn form_came_back(form: &Form, account: &Account, order: &Order) -> Result<bool> {
    let given = form.ascii("secure3dhash")?.unwrap_or_default();
    if given.is_empty() || crypto::compare(&form_digest(account, order), given, Written::Hex).is_some() {
        return Ok(!given.is_empty());
    }
    Err(Error::new(Why::ChangedEcho, "secure3dhash"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The callback: what follows from it?

fn settle(cx: &Context, order: &Order, form: &Form, callback: &Callback, verified: Verified) -> Result<Step> {
    let came_back = form_came_back(form, cx.account, order)?;
    let accepted = cx.account.three_ds.accepts(callback.md_status);
    if let Some(field) = callback.fault() {
        if !bank_charges(order.model) {
            return Err(malformed(field));
        }
        // Where the bank charges, its own word about the money needs none of this; but nothing shows that there was an authentication.
        let refs = order.refs.get(AUTHENTICATION).map_or_else(|| order.refs.with(AUTHENTICATION, NONE_SHOWN), |_| order.refs.clone());
        return Ok(inquiry(cx, order).keeping(refs));
    }
    if callback.is_approved() {
        // Even if the authentication is not good enough for us, the money may be gone: never `declined`.
        let refs = order.refs.with(AUTHENTICATION, callback.authentication(accepted));
        return Ok(inquiry(cx, order).keeping(refs));
    }
    // After an approval, or once our server has asked for the money, no other return takes anything back.
    let is_first = order.refs.get(AUTHENTICATION).is_none();
    let only_authenticated = !bank_charges(order.model) && callback.response.is_empty();
    if only_authenticated && is_first && accepted && (callback.md_status == "1" || !callback.cavv.is_empty()) {
        return provision(cx, order, form, callback);
    }
    if is_first && came_back && (only_authenticated || callback.is_refused(order.model)) {
        return declined_callback(order, form, callback, verified);
    }
    Ok(inquiry(cx, order))
}

fn declined_callback(order: &Order, form: &Form, callback: &Callback, verified: Verified) -> Result<Step> {
    let claim = Claim { order_id: Some(callback.order_id), amount: None, currency: None };
    let by_card_bank = callback.response == "Declined";
    let words = if by_card_bank { ["hostmsg", "errmsg"] } else { ["mderrormessage", "errmsg"] };
    let words = words.map(|name| form.display(name, 200)).into_iter().find(|text| !text.is_empty());
    let decline = Decline {
        reason: if by_card_bank { Reason::from_iso8583(callback.return_code) } else { Reason::ThreeDsFailed },
        bank_code: if callback.return_code.is_empty() { joined(&["mdStatus ", callback.md_status]) } else { callback.return_code.kept() },
        bank_message: words.unwrap_or_default(),
    };
    let facts = Facts {
        masked_pan: form.display("MaskedPan", 32),
        md_status: callback.md_status.kept(),
        eci: callback.eci.kept(),
        liability: Some(if callback.md_status == "1" { Liability::Issuer } else { Liability::Merchant }),
        ..Facts::default()
    };
    Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_signature(verified, claim, order)?, decline, facts)))
}

/// `3d`: our own server asks for the money. Amount, currency, type and order come from the stored order, never from the return.
fn provision(cx: &Context, order: &Order, form: &Form, callback: &Callback) -> Result<Step> {
    if let Some(field) = callback.lacks() {
        return Err(malformed(field));
    }
    let xid = form.ascii("xid")?.unwrap_or_default();
    if xid.len() > 64 || !is_made_of(xid, b"+/=-") {
        return Err(malformed("xid"));
    }
    let asked = GvpsRequest {
        authentication: Some([("AuthenticationCode", callback.cavv), ("SecurityLevel", callback.eci), ("TxnID", xid), ("Md", callback.md)]),
        ..GvpsRequest::about(cx.account, order, transaction_type(order))
    };
    let refs = order.refs.with(AUTHENTICATION, callback.authentication(true));
    Ok(Step::send(asked.post(cx, Effect::MovesMoney, "provision")).keeping(refs))
}

/// The name in `refs` under which the signed result of 3-D Secure is kept: it decides nothing but who bears a chargeback.
const AUTHENTICATION: &str = "threeds";
/// No mdStatus, no eci, and not what the shop accepts.
const NONE_SHOWN: &str = "  review";
/// The bank's references, from its replies: of the sale or pre-authorisation, and of the capture.
const REFERENCES: [&str; 2] = ["retref", "capref"];

/// What is known about 3-D Secure, added to what a reply says.
fn with_authentication(order: &Order, facts: Facts) -> Facts {
    let Some(text) = order.refs.get(AUTHENTICATION) else { return facts };
    let mut parts = text.split(' ');
    let (md_status, eci, review) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().is_some());
    let issuer = md_status == "1" && !review;
    Facts {
        md_status: md_status.kept(),
        eci: eci.kept(),
        liability: Some(if issuer { Liability::Issuer } else { Liability::Merchant }),
        review: facts.review || review,
        ..facts
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The XML service: requests

/// What the service is asked for.
struct GvpsRequest<'a> {
    user: User<'a>,
    kind: &'static str,
    order_id: &'a str,
    ip: &'a str,
    email: &'a str,
    installments: Text,
    amount: Text,
    currency: &'static str,
    /// The transaction that it changes.
    reference: &'a str,
    authentication: Option<[(&'static str, &'a str); 4]>,
    /// First and last minute, and the page of the list.
    list: Option<[(&'static str, Text); 3]>,
}

impl<'a> GvpsRequest<'a> {
    fn about(account: &Account<'a>, order: &'a Order, kind: &'static str) -> GvpsRequest<'a> {
        GvpsRequest {
            user: provision_user(account),
            kind,
            order_id: order.id,
            ip: order.customer.ip,
            email: order.customer.email,
            installments: installments(order),
            amount: digits(order.amount.minor()),
            currency: order.currency.digits(),
            reference: "",
            authentication: None,
            list: None,
        }
    }

    fn post(&self, cx: &Context, effect: Effect, then: &str) -> Send {
        let headers = vec![("content-type", "application/x-www-form-urlencoded".kept())];
        request("POST", effect, cx.account.endpoint("api").kept(), headers, form::render(&[("data", self.xml(cx.account))]), then)
    }

    fn xml(&self, account: &Account) -> Text {
        let security = security_data(self.user.password, account.id());
        // The card's number would be the third value; nobody here ever has it.
        let hash = upper_hex(&digest(&[self.order_id, account.id(), self.amount, self.currency], &[security]));
        let mut xml = xml::Writer::new("UTF-8");
        xml.open("GVPSRequest");
        xml.leaves(&[("Mode", mode(account)), ("Version", VERSION)]);
        xml.open("Terminal");
        xml.leaves(&[("ProvUserID", self.user.name), ("HashData", hash), ("UserID", self.user.name), ("ID", account.id())]);
        xml.leaf("MerchantID", account.merchant("merchantId"));
        xml.close("Terminal");
        xml.open("Customer");
        xml.leaves(&[("IPAddress", self.ip), ("EmailAddress", self.email)]);
        xml.close("Customer");
        xml.open("Card");
        xml.leaves(&[("Number", ""), ("ExpireDate", ""), ("CVV2", "")]);
        xml.close("Card");
        xml.open("Order");
        xml.leaves(&[("OrderID", self.order_id), ("GroupID", "")]);
        for (name, value) in self.list.iter().flatten() {
            xml.leaf(name, value);
        }
        xml.close("Order");
        xml.open("Transaction");
        let present = if self.authentication.is_some() { "13" } else { "0" };
        xml.leaves(&[("Type", self.kind), ("InstallmentCnt", self.installments), ("Amount", self.amount), ("CurrencyCode", self.currency)]);
        xml.leaves(&[("CardholderPresentCode", present), ("MotoInd", "N"), ("OriginalRetrefNum", self.reference)]);
        if let Some(authentication) = &self.authentication {
            xml.open("Secure3D");
            xml.leaves(authentication);
            xml.close("Secure3D");
        }
        xml.close("Transaction");
        xml.close("GVPSRequest");
        xml.finish()
    }
}

fn about_order(cx: &Context, order: &Order, kind: &'static str, then: &str) -> Step {
    let asked = GvpsRequest { installments: "", ..GvpsRequest::about(cx.account, order, kind) };
    Step::send(asked.post(cx, Effect::Reads, then))
}

fn inquiry(cx: &Context, order: &Order) -> Step {
    about_order(cx, order, "orderinq", "inquiry")
}

fn gave_back(order: &Order) -> Result<bool> {
    let ledger = Ledger::read(&order.refs)?;
    Ok(ledger.has(Kind::Refund) || ledger.has(Kind::Void))
}

/// Refunds and voids belong to a user of their own.
fn change_request(cx: &Context, order: &Order, change: &Change) -> Result<Step> {
    let (kind, user) = match change.kind {
        Kind::Capture => ("postauth", provision_user(cx.account)),
        Kind::Refund => ("refund", refund_user(cx.account)?),
        Kind::Void => ("void", refund_user(cx.account)?),
    };
    let asked = GvpsRequest {
        user,
        installments: "",
        amount: digits(change.amount.minor()),
        reference: super::number_at_bank(order, REFERENCES)?.unwrap_or_default(),
        ..GvpsRequest::about(cx.account, order, kind)
    };
    Ok(Step::send(asked.post(cx, Effect::MovesMoney, "change")))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The XML service: replies

/// What every reply says.
struct Answered<'d> {
    /// `HOST`: the card's bank. `GVPS`: the service itself.
    source: &'d str,
    code: &'d str,
    reason: &'d str,
    message: &'d str,
    words: &'d str,
    detail: &'d str,
    order_id: &'d str,
    reference: &'d str,
    auth_code: &'d str,
    at: &'d str,
    pan: &'d str,
}

fn leaf<'d>(document: &'d xml::Document, name: &str) -> Result<&'d str> {
    document.leaf(joined(&["GVPSResponse/", name])).map(Option::unwrap_or_default)
}

impl<'d> Answered<'d> {
    /// Reads a reply about this order. One that refuses our user or password need not be signed with it, and may name no order.
    fn read(account: &Account, document: &'d xml::Document, order_id: &str) -> Result<Answered<'d>> {
        let of = |name: &str| leaf(document, joined(&["Transaction/", name]));
        let answer = Answered {
            source: of("Response/Source")?,
            code: of("Response/Code")?,
            reason: of("Response/ReasonCode")?,
            message: of("Response/Message")?,
            words: of("Response/ErrorMsg")?,
            detail: of("Response/SysErrMsg")?,
            order_id: leaf(document, "Order/OrderID")?,
            reference: of("RetrefNum")?,
            auth_code: of("AuthCode")?,
            at: of("ProvDate")?,
            pan: of("CardNumberMasked")?,
        };
        if answer.code.is_empty() {
            return Err(malformed("Code"));
        }
        if answer.refuses_us() {
            return Ok(answer);
        }
        if !["", account.id()].contains(&leaf(document, "Terminal/ID")?) {
            return Err(Error::new(Why::OtherMerchant, "ID"));
        }
        if answer.order_id != order_id {
            return Err(Error::new(Why::OtherOrder, "OrderID"));
        }
        if !answer.is_signed(account, of("HashData")?) {
            return Err(Error::new(Why::GarantiReplyHash, "HashData"));
        }
        Ok(answer)
    }

    /// It is not told with whose password replies to the refund user are signed.
    fn is_signed(&self, account: &Account, given: &str) -> bool {
        let values = [self.code, self.reference, self.auth_code, self.at, self.order_id];
        ["provisionPassword", "refundPassword"].iter().filter(|key| !account.merchant(key).is_empty()).any(|key| {
            let security = security_data(account.secret(key), account.id());
            #[cfg(feature = "explain")]
            describe(&["Code", "RetrefNum", "AuthCode", "ProvDate", "OrderID"], &values, &[("securityData", security)]);
            crypto::compare(&digest(&values, &[security]), given, Written::Hex).is_some()
        })
    }

    fn is_approved(&self) -> bool {
        self.code == "00" && matches!(self.message, "Approved" | "")
    }

    /// Wrong user, password, hash, terminal or address: the request was not even looked at.
    fn refuses_us(&self) -> bool {
        self.code == "92" && matches!(self.reason, "0099" | "0651" | "0652" | "0653" | "0654" | "0752" | "0753" | "0769")
    }

    fn knows_no_such_order(&self) -> bool {
        self.code == "92" && matches!(self.reason, "0108" | "0109" | "0110")
    }

    /// Certain that this request moved no money. The card's bank said no; or the service gives as its reason that it did nothing. Missing
    /// here: 0104, by which an order may be paid already, all of "try again", and what it does not know itself (0122, 077x, 999x).
    fn is_refusal(&self) -> bool {
        const NOTHING_DONE: &str = "0001 0002 0003 0101 0102 0103 0201 0202 0203 0204 0205 0207 0208 0209 0210 0214 0217 0231 0402 0405 \
             0756 0759 0763 0764 0804 0809";
        match self.source {
            _ if self.message != "Declined" => false,
            "HOST" => self.code.len() == 2 && is_digits(self.code) && !matches!(self.code, "00" | "68" | "96" | "98" | "99"),
            _ => self.refuses_us() || self.code == "92" && self.reason.len() == 4 && NOTHING_DONE.split(' ').any(|known| known == self.reason),
        }
    }

    fn decline(&self) -> Decline {
        let reason = match (self.code, self.reason) {
            ("92", "0402" | "0405") => Reason::LimitExceeded,
            ("92", _) => Reason::Declined,
            ("12", _) if holds(self.detail, "CVC2") => Reason::InvalidCvv,
            (code, _) => Reason::from_iso8583(code),
        };
        Decline { reason, bank_code: self.bank_code(), bank_message: self.bank_message() }
    }

    fn bank_code(&self) -> Text {
        let code =
            if matches!(self.reason, "" | "00") || self.reason == self.code { self.code.kept() } else { joined(&[self.code, "/", self.reason]) };
        charset::displayable(code, 16)
    }

    fn bank_message(&self) -> Text {
        charset::displayable(if self.words.is_empty() { self.detail } else { self.words }, 200)
    }

    /// A question that was not answered.
    fn refused(&self) -> Error {
        let why = match self.reason {
            "0769" => Why::GarantiAddress,
            "0652" => Why::GarantiRights,
            _ if self.refuses_us() => Why::GarantiAccount,
            _ => Why::Refused,
        };
        Error::new(why, "").with_bank(self.bank_code(), self.bank_message())
    }

    fn claim(&self) -> Claim<'d> {
        Claim { order_id: Some(self.order_id), amount: None, currency: None }
    }

    fn facts(&self) -> Facts {
        Facts {
            at: from_turkish(self.at).unwrap_or_default(),
            auth_code: charset::displayable(self.auth_code, 16),
            host_reference: charset::displayable(self.reference, 32),
            masked_pan: charset::displayable(self.pan, 32),
            ..Facts::default()
        }
    }
}

/// The refs with the bank's reference under one of [`REFERENCES`].
fn with_reference(refs: &Refs, name: &str, reference: &str) -> Refs {
    let is_plain = (1..=32).contains(&reference.len()) && is_made_of(reference, b"");
    if is_plain { refs.with(name, reference) } else { refs.clone() }
}

fn provision_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    let facts = with_authentication(order, Facts { installments: Some(order.installments), ..answer.facts() });
    if answer.is_approved() {
        let payment = Payment::succeeded(Proof::<OfMoney>::by_reply(reply, answer.claim(), order)?, order, facts);
        return Ok(Step::done(payment).keeping(with_reference(&order.refs, REFERENCES[0], answer.reference)));
    }
    if answer.is_refusal() {
        return refusal(order, reply, answer, facts);
    }
    Ok(inquiry(cx, order))
}

fn refusal(order: &Order, reply: &Reply, answer: &Answered, facts: Facts) -> Result<Step> {
    // A refusal of our user may name no order; it answers our own request.
    let claim = Claim { order_id: Some(answer.order_id).filter(|id| !id.is_empty()), amount: None, currency: None };
    Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, claim, order)?, answer.decline(), facts)))
}

fn change_reply(order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    match reply.change() {
        Some(change) if answer.is_approved() => {
            let proof = Proof::<OfChange>::by_reply(reply, answer.claim(), order)?;
            let is_capture = change.kind == Kind::Capture;
            let refs = if is_capture { with_reference(&order.refs, REFERENCES[1], answer.reference) } else { order.refs.clone() };
            Ok(Step::done(Payment::changed(proof, change.kind, answer.facts())).keeping(refs))
        }
        _ if answer.is_refusal() => refusal(order, reply, answer, answer.facts()),
        // Neither an approval nor a refusal that is certain.
        _ => Err(malformed("Code")),
    }
}

/// The state of an order. Two of its words are known from the bank's replies; for all others its transactions are asked for.
fn inquiry_reply(cx: &Context, order: &Order, reply: &Reply, document: &xml::Document, answer: &Answered) -> Result<Step> {
    if answer.knows_no_such_order() {
        return Ok(Step::pending(with_authentication(order, Facts::default())));
    }
    if !answer.is_approved() {
        return Err(answer.refused());
    }
    let of = |name: &str| leaf(document, joined(&["Order/OrderInqResult/", name]));
    let (taken, reserved) = (Amount::from_minor_text(of("AuthAmount")?), Amount::from_minor_text(of("PreAuthAmount")?));
    let facts = Facts {
        installments: number(of("InstallmentCnt")?).map(|count: u8| count.max(1)),
        at: from_turkish(of("ProvDate")?).unwrap_or_default(),
        auth_code: charset::displayable(of("AuthCode")?, 16),
        host_reference: charset::displayable(of("RetrefNum")?, 32),
        masked_pan: charset::displayable(of("CardNumberMasked")?, 32),
        ..Facts::default()
    };
    match (of("Status")?, taken, reserved) {
        ("", _, _) => Ok(Step::pending(with_authentication(order, Facts::default()))),
        ("APPROVED", Some(taken), _) if of("Code")? == "00" => paid(order, reply, taken, None, of("RetrefNum")?, facts),
        ("WAITINGPOSTAUTH", None, Some(reserved)) if of("Code")? == "00" => authorized(order, reply, reserved, of("RetrefNum")?, facts),
        _ => Ok(about_order(cx, order, "orderhistoryinq", "settle")),
    }
}

/// The money was taken, by a sale or by a capture, which may have taken less than was reserved.
fn paid(order: &Order, reply: &Reply, taken: Amount, refunded: Option<Amount>, reference: &str, facts: Facts) -> Result<Step> {
    let ledger = Ledger::read(&order.refs)?;
    let is_sale = order.intent == Intent::Sale;
    let claim = Claim { order_id: Some(order.id), amount: Some(taken).filter(|_| is_sale), currency: None };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let facts = Facts {
        charged: Some(taken).filter(|taken| *taken != order.amount),
        refunded,
        // A capture that this shop did not ask for.
        review: facts.review || !is_sale && ledger.capture().unwrap_or(order.amount) != taken,
        ..facts
    };
    let facts = with_authentication(order, facts);
    let payment = if refunded == Some(taken) { Payment::refunded(proof, facts) } else { Payment::paid(proof, facts) };
    // Once the money is known to be taken, the reference is known, too; a later transaction has another one.
    let name = REFERENCES[usize::from(!is_sale)];
    let refs = if ledger.captured().is_none() { with_reference(&order.refs, name, reference) } else { order.refs.clone() };
    Ok(Step::done(payment).keeping(refs))
}

fn authorized(order: &Order, reply: &Reply, reserved: Amount, reference: &str, facts: Facts) -> Result<Step> {
    if order.intent == Intent::Sale {
        return Ok(needs_a_person());
    }
    let claim = Claim { order_id: Some(order.id), amount: Some(reserved), currency: None };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let payment = Payment::succeeded(proof, order, with_authentication(order, facts));
    Ok(Step::done(payment).keeping(with_reference(&order.refs, REFERENCES[0], reference)))
}

fn needs_a_person() -> Step {
    Step::pending(Facts { review: true, ..Facts::default() })
}

/// The texts of a row's leaves, empty where one is missing.
fn leaves<'d>(row: &xml::Element<'d>, names: &[&str], texts: &mut [&'d str]) -> Result<()> {
    for (text, name) in texts.iter_mut().zip(names) {
        *text = row.leaf(name)?.unwrap_or_default();
    }
    Ok(())
}

const HISTORY_LEAVES: [&str; 12] = [
    "Type",
    "Status",
    "ReturnCode",
    "VoidDate",
    "AuthDate",
    "PreAuthDate",
    "AuthAmount",
    "PreAuthAmount",
    "CurrencyCode",
    "InstallmentCnt",
    "AuthCode",
    "RetrefNum",
];

/// The transactions of an order. Only the day of each is told.
fn history_rows(order: &Order, document: &xml::Document, answer: &Answered) -> Result<Vec<Transaction>> {
    if answer.knows_no_such_order() {
        return Ok(Vec::new());
    }
    if !answer.is_approved() {
        return Err(answer.refused());
    }
    let mut rows = Vec::new();
    for row in document.each("GVPSResponse/Order/OrderHistInqResult/OrderTxnList/OrderTxn") {
        let mut texts = [""; HISTORY_LEAVES.len()];
        leaves(&row, &HISTORY_LEAVES, &mut texts)?;
        let [kind, status, code, voided, day, preauth_day, amount, preauth_amount, currency, installments, auth_code, reference] = texts;
        rows.push(Transaction {
            order_id: order.id.kept(),
            kind: kind_of(kind),
            outcome: match (status, code, voided) {
                ("00", "00", "") => Outcome::Approved,
                ("00", "00", _) => Outcome::Voided,
                // What is written otherwise is neither a yes nor a no.
                (_, code, _) if code.len() == 2 && code != "00" => Outcome::Declined,
                _ => Outcome::Open,
            },
            amount: Amount::from_minor_text(amount).or(Amount::from_minor_text(preauth_amount)),
            currency: Currency::from_digits(currency),
            installments: number(installments).map(|count: u8| count.max(1)),
            at: from_turkish(joined(&[if day.is_empty() { preauth_day } else { day }, " 00:00:00"])).unwrap_or_default(),
            auth_code: charset::displayable(auth_code, 16),
            host_reference: charset::displayable(reference, 32),
            bank_code: charset::displayable(code, 16),
            ..Transaction::default()
        });
    }
    Ok(rows)
}

/// What a transaction is called: in an order's history, in the list of days, and in its older spelling.
fn kind_of(name: &str) -> TransactionKind {
    match name {
        "sales" | "Satis" => TransactionKind::Sale,
        "preauth" | "On Otorizasyon" => TransactionKind::PreAuth,
        "postauth" | "On Otorizasyon Kapama" => TransactionKind::Capture,
        "refund" | "Iade" => TransactionKind::Refund,
        "void" | "Iptal" => TransactionKind::Void,
        _ => TransactionKind::Other,
    }
}

/// What is left of a payment: at most one sale or capture that stands, and the refunds beside it, or what is reserved, or nothing after a void.
/// Anything else is for a person.
fn settled(order: &Order, reply: &Reply, rows: &[Transaction]) -> Result<Step> {
    let (mut taken, mut reserved, mut refused, mut refunded) = (None, None, None, 0);
    let (mut dated, mut voids, mut unclear) = (0, 0, false);
    for row in rows {
        let foreign = row.currency.is_some_and(|currency| currency != order.currency);
        match (row.outcome, row.kind) {
            // A row of another amount is a stranger's: the form signs number and amount without a border between them.
            (Outcome::Declined, TransactionKind::Sale | TransactionKind::PreAuth) if !foreign && row.amount == Some(order.amount) => {
                refused = Some(row)
            }
            (Outcome::Declined, _) => {}
            (Outcome::Open, _) | (_, TransactionKind::Other) => unclear = true,
            _ if foreign => {
                return Err(Error::new(Why::OtherCurrency, "CurrencyCode"));
            }
            (Outcome::Approved, TransactionKind::Void) => voids += 1,
            (Outcome::Approved, _) if row.currency.is_none() => unclear = true,
            (Outcome::Approved, TransactionKind::Sale | TransactionKind::Capture) => unclear |= taken.replace(row).is_some(),
            (Outcome::Approved, TransactionKind::PreAuth) => unclear |= reserved.replace(row).is_some(),
            (Outcome::Approved, TransactionKind::Refund) => match row.amount {
                Some(amount) => refunded += amount.minor(),
                None => unclear = true,
            },
            (Outcome::Voided, TransactionKind::Sale | TransactionKind::Capture | TransactionKind::PreAuth) => dated += 1,
            (Outcome::Voided, _) => unclear = true,
        }
    }
    // A void is a date on what it undid, or a row of its own, or both. Where it is only a row: the last transaction was to be undone first.
    for _ in dated..voids {
        let _ = taken.take().or_else(|| reserved.take());
    }
    let undone = dated + voids > 0;
    let claim = Claim { order_id: Some(order.id), amount: None, currency: None };
    let whole = taken.and_then(|row| row.amount);
    if unclear || undone && refunded > 0 || taken.is_some() && whole.is_none_or(|whole| refunded > whole.minor()) {
        return Ok(needs_a_person());
    }
    if undone && taken.is_none() && reserved.is_none() {
        let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
        return Ok(Step::done(Payment::voided(proof, with_authentication(order, Facts::default()))));
    }
    let facts_of = |row: &Transaction| Facts {
        installments: row.installments,
        at: row.at,
        auth_code: row.auth_code,
        host_reference: row.host_reference,
        ..Facts::default()
    };
    match (taken, whole, reserved, refused) {
        (Some(row), Some(whole), _, _) => paid(order, reply, whole, Amount::from_minor(refunded), row.host_reference, facts_of(row)),
        (None, _, Some(row), _) => match row.amount {
            Some(amount) => authorized(order, reply, amount, row.host_reference, facts_of(row)),
            None => Ok(needs_a_person()),
        },
        // The gate signed an approval: then this is no decline, whatever it is.
        (None, _, None, Some(_)) if bank_charges(order.model) && order.refs.get(AUTHENTICATION).is_some() => Ok(needs_a_person()),
        (None, _, None, Some(row)) => {
            let reason = if row.bank_code == "92" { Reason::Declined } else { Reason::from_iso8583(row.bank_code) };
            let decline = Decline { reason, bank_code: row.bank_code, bank_message: "" };
            Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, claim, order)?, decline, facts_of(row))))
        }
        _ => Ok(Step::pending(with_authentication(order, Facts::default()))),
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The list of days

/// The most days that one request may cover.
const LIST_DAYS: u32 = 30;

/// Asks for a page of the days from `from` on, as many as one request may cover.
fn list_request(cx: &Context, from: Date, to: Date, page: u32) -> Send {
    let asked = GvpsRequest {
        user: provision_user(cx.account),
        kind: "orderlistinq",
        order_id: "",
        // These two must be there and say nothing: no customer and no amount belong to a list.
        ip: "127.0.0.1",
        amount: "100".kept(),
        email: "",
        installments: "",
        currency: Currency::Try.digits(),
        reference: "",
        authentication: None,
        list: Some([
            ("StartDate", joined(&[from.slashed(), " 00:00"])),
            ("EndDate", joined(&[last_day(from, to).slashed(), " 23:59"])),
            ("ListPageNum", digits(page)),
        ]),
    };
    asked.post(cx, Effect::Reads, joined(&["list ", digits(page), " ", from.dashed()]))
}

fn last_day(from: Date, to: Date) -> Date {
    from.plus(LIST_DAYS - 1).min(to)
}

fn list_reply(cx: &Context, period: &Period, then: &str, document: &xml::Document, answer: &Answered) -> Result<Statement> {
    let mut parts = then.split(' ');
    let (Some("list"), Some(page), Some(from)) = (parts.next(), parts.next().and_then(number::<u32>), parts.next().and_then(Date::parse)) else {
        return Err(super::foreign_then());
    };
    if !answer.is_approved() && !answer.knows_no_such_order() {
        return Err(answer.refused());
    }
    let mut transactions = Vec::new();
    for row in document.each("GVPSResponse/Order/OrderListInqResult/OrderTxnList/OrderTxn") {
        transactions.push(list_row(&row)?);
    }
    let pages = number(leaf(document, "Order/OrderListInqResult/OrderTxnList/TotalPageCount")?).unwrap_or(0).min(MAX_PAGES);
    let last = last_day(from, period.to);
    let next = match (page < pages, last < period.to) {
        (true, _) => Some(list_request(cx, from, period.to, page + 1)),
        (false, true) => Some(list_request(cx, last.next_day(), period.to, 1)),
        _ => None,
    };
    Ok(Statement { transactions, next })
}

/// More than any shop fills in a month, at 500 transactions a page.
const MAX_PAGES: u32 = 1000;

const LIST_LEAVES: [&str; 11] = [
    "OrderID",
    "TrxType",
    "Status",
    "ResponseCode",
    "AuthAmount",
    "CurrencyCode",
    "InstallmentCnt",
    "LastTrxDate",
    "AuthCode",
    "RetrefNum",
    "CardNumberMasked",
];

fn list_row(row: &xml::Element) -> Result<Transaction> {
    let mut texts = [""; LIST_LEAVES.len()];
    leaves(row, &LIST_LEAVES, &mut texts)?;
    let [order_id, kind, status, code, amount, currency, installments, at, auth_code, reference, pan] = texts;
    Ok(Transaction {
        order_id: charset::displayable(order_id, 64),
        kind: kind_of(kind),
        outcome: match (status, code) {
            ("Basarili" | "Onaylandi", "00") => Outcome::Approved,
            ("Basarisiz", _) => Outcome::Declined,
            _ => Outcome::Open,
        },
        amount: Amount::from_minor_text(amount),
        currency: match currency {
            "TL" | "TRL" | "YTL" => Some(Currency::Try),
            other => Currency::from_letters(other).or(Currency::from_digits(other)),
        },
        installments: if installments == "Pesin" { Some(1) } else { number(installments).map(|count: u8| count.max(1)) },
        at: from_turkish(at).unwrap_or_default(),
        auth_code: charset::displayable(auth_code, 16),
        host_reference: charset::displayable(reference, 32),
        masked_pan: charset::displayable(pan, 32),
        bank_code: charset::displayable(code, 16),
        ..Transaction::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    const CAVV: &str = "jCm0m+u/0hUfAREHBAMBcfN+pSo=";
    /// Two real beginnings of an md, one with padding and one without, as short as they may be.
    const MDS: [&str; 2] = ["aW5kZXg6MDJ6LjAI5iAcKf/ilXjYIOnTh4t+deHrtw==", "aW5kZXg6MDIYjoYTHmZE91tOHZxS3PEkMcb8vBvm"];
    const RND: &str = "kW094tPzNEhqORzzCsLB";

    /// What the bank signs for an order: authorization code, return code, response, mdStatus, CAVV, eci.
    const GENUINE: [[&str; 6]; 16] = [
        ["", "", "", "0", "", ""],
        ["", "", "", "0", "", "07"],
        ["", "", "", "7", CAVV, "02"],
        ["", "", "", "1", CAVV, "02"],
        ["", "", "", "2", "", ""],
        ["", "", "", "4", CAVV, "06"],
        [" ", "", "", "0", "", ""],
        ["304919", "00", "Approved", "1", CAVV, "02"],
        ["A1b2C3", "00", "Approved", "7", "", ""],
        [" ", "51", "Declined", "1", CAVV, "02"],
        ["", "12", "Declined", "1", CAVV, "02"],
        ["", "41", "Declined", "2", "", "07"],
        ["", "11", "Declined", "0", "", ""],
        [" ", "92", "Declined", "1", CAVV, "02"],
        ["", "99", "Error", "0", "", ""],
        ["123456", "11", "Declined", "5", "", ""],
    ];

    /// The lengths that a value can have without being a fault; md takes what is left.
    const LENGTHS: [(&str, &[usize]); 7] = [
        ("authcode", &[0, 1, 6]),
        ("procreturncode", &[0, 2]),
        ("response", &[0, 5, 8]),
        ("mdstatus", &[1]),
        ("cavv", &[0, 28]),
        ("eci", &[0, 2]),
        ("rnd", &[20]),
    ];

    fn callback<'t>(order_id: &'t str, values: [&'t str; 8]) -> Callback<'t> {
        let [auth_code, return_code, response, md_status, cavv, eci, md, rnd] = values;
        Callback { terminal: "", order_id, auth_code, return_code, response, md_status, cavv, eci, md, rnd }
    }

    /// Every way to cut the text behind an order's id into the eight values that follow it, which is not a fault by its lengths alone.
    fn for_each_reading<'t>(order_id: &'t str, text: &'t str, mut check: impl FnMut(&Callback<'t>)) {
        let mut choice = [0; 6];
        loop {
            let mut values = [""; 8];
            let mut rest = Some(text);
            for (place, (_, lengths)) in LENGTHS[..6].iter().enumerate() {
                let cut = rest.and_then(|rest| rest.split_at_checked(lengths[choice[place]]));
                rest = cut.map(|(value, rest)| {
                    values[place] = value;
                    rest
                });
            }
            if let Some((md, rnd)) = rest.and_then(|rest| rest.split_at_checked(rest.len().checked_sub(20)?)) {
                values[6..].copy_from_slice(&[md, rnd]);
                check(&callback(order_id, values));
            }
            let Some(next) = (0..6).find(|place| choice[*place] + 1 < LENGTHS[*place].1.len()) else { return };
            choice[next] += 1;
            choice[..next].fill(0);
        }
    }

    #[test]
    fn no_other_length_is_without_fault() {
        for good in [["304919", "00", "Approved", "1", CAVV, "02", MDS[0], RND], ["", "", "", "1", CAVV, "02", MDS[0], RND]] {
            assert_eq!(callback("A", good).fault(), None);
            for (field, lengths) in LENGTHS {
                let place = if field == "rnd" { 7 } else { LENGTHS.iter().position(|(name, _)| *name == field).unwrap_or_default() };
                for (alphabet, length) in
                    ["1", "a", "=", " ", "Approved", "Declined", "Error"].iter().flat_map(|text| (0..80).map(move |length| (text, length)))
                {
                    let text: String = alphabet.chars().cycle().take(length).collect();
                    let mut values = good;
                    values[place] = &text;
                    assert!(lengths.contains(&length) || callback("A", values).fault().is_some(), "{field} {text}");
                }
            }
        }
    }

    /// An authentication for which the money would be asked for in `3d`.
    fn counts(callback: &Callback) -> bool {
        callback.response.is_empty() && matches!(callback.md_status, "1" | "2" | "3" | "4") && callback.lacks().is_none()
    }

    /// The ids of two orders of one customer: the same, one that goes on where the other ends, in many ways, and two of one length.
    const ORDERS: [[&str; 2]; 17] = [
        ["A7K2M9P4R8T3V6X5Z2B7", "A7K2M9P4R8T3V6X5Z2B7"],
        ["ORDER-1007", "ORDER-1007"],
        ["A-", "A-1"],
        ["A-", "A-11"],
        ["A-1", "A-11"],
        ["A-1", "A-12abc"],
        ["A-1", "A-120"],
        ["A-1", "A-1304919"],
        ["A-1", "A-1100"],
        ["7", "71"],
        ["7", "7151"],
        ["7", "71jCm0m"],
        ["1", "1207123"],
        ["A7K2M9P4R8T3V6X5Z2B7", "A7K2M9P4R8T3V6X5Z2B8"],
        // With digits of the amount behind them.
        ["A7K2M9P4R8T3V6X5Z2B7", "A7K2M9P4R8T3V6X5Z2B720"],
        ["A7K2M9P4R8T3V6X5Z2B7", "A7K2M9P4R8T3V6X5Z2B72345"],
        ["A7K2M9P4R8T3V6X5Z2B7", "A7K2M9P4R8T3V6X5Z2B7104"],
    ];

    #[test]
    fn every_text_that_the_bank_signs_has_one_reading() {
        let mut readings = 0;
        for (genuine, md) in GENUINE.iter().flat_map(|genuine| MDS.iter().chain(&[""]).map(move |md| (genuine, md))) {
            let [_, return_code, response, md_status, ..] = *genuine;
            for (ours, theirs) in ORDERS.iter().flat_map(|[one, other]| [(*one, *other), (*other, *one)]) {
                let signed = [theirs, &genuine.concat(), md, RND].concat();
                let Some(text) = signed.strip_prefix(ours) else { continue };
                for_each_reading(ours, text, |callback| {
                    if callback.fault().is_some() {
                        return;
                    }
                    readings += 1;
                    let what = format!("{ours} from {theirs} {genuine:?}: {} {:?}", callback.md_status, [callback.auth_code, callback.return_code]);
                    let same = [callback.md_status, callback.return_code, callback.response] == [md_status, return_code, response];
                    // Of one order there is one reading. Of another's text nothing counts and nothing is approved, and what was no failure
                    // becomes none.
                    if ours == theirs {
                        assert!(same && callback.md == *md && callback.rnd == RND, "{what}");
                    } else {
                        assert!(!counts(callback) && !callback.is_approved(), "{what}");
                        let failed = response == "Declined" || !matches!(md_status, "1" | "2" | "3" | "4");
                        assert!(failed || !callback.is_refused("3d_pay"), "{what}");
                    }
                });
            }
        }
        assert!(readings > GENUINE.len(), "{readings}");
    }

    #[test]
    fn a_verifier_without_the_other_formats_would_be_fooled() {
        let signed = ["A-11", "0", MDS[0], RND].concat();
        let mut fooled = 0;
        for_each_reading("A-1", &signed[3..], |callback| fooled += usize::from(callback.md_status == "1"));
        assert!(fooled > 0);
    }

    #[test]
    fn the_password_is_joined_with_nine_digits() {
        assert_eq!(security_data(Secret::new("123qweASD/"), "30691298"), "1639636D00AB5EF0B3CE073BB222BFAAC2C2C38D");
        assert_eq!(security_data(Secret::new("x"), "1"), upper_hex(&crypto::sha1(&[b"x000000001"])));
        assert_eq!(security_data(Secret::new("x"), "1234567890"), upper_hex(&crypto::sha1(&[b"x1234567890"])), "too long is not cut");
    }
}
