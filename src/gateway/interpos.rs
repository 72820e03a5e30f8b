//! InterPos: Denizbank's virtual POS ("inter-vpos").
//!
//! Sources: the bank's sample pages, returns and answers of its test system that were published, and what other implementations report. Nobody
//! has published a paid return, a successful order inquiry or a successful refund: what no source settles is marked as open in
//! `docs/banks/denizbank.md`.
//!
//! **The return** carries a digest over a list of values ([`SIGNED`], whose names it brings along) and the shop's password; amount and currency
//! are among them. The only published return of the hosted page was signed without the password, which anybody can do: such a return is
//! unsigned here, and the bank is asked.
//!
//! **Why signed values cannot be cut elsewhere.** They are joined without a delimiter. The addresses must be exactly ours, so everything before
//! them is amount and currency, of which the last three digits are the currency, and both must equal the order's. Behind them stands
//! `MD OrderId ProcReturnCode Response mdStatus`: our order's number must occur there once. A shorter number could be a part of another
//! order's (`38` of `538`, or of `3800`), and so take over its payment, or an approval that nobody gave. So a return decides only about
//! orders whose number is as long as `newOrderId()` makes it and the bank takes it; about others it makes us ask.
//!
//! **Whose refusal it is.** The bank signs its refusal of a form as well, whoever has made that form: a refusal counts only behind a visit of
//! 3-D Secure.
//!
//! **What the form's digest leaves out** is currency and model, which the customer can change in his own form. A signed return tells the
//! currency; the order inquiry does not. A payment that the inquiry alone has proven is therefore for a person to look at, unless the account
//! says that its terminal takes no other currency (`onlyCurrency`), or our own provision named it.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, Spec, Verb, malformed, send};
use crate::account::Account;
use crate::crypto::{self, Verified, Written};
use crate::decline::{Decline, Reason, is_open};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{
    Card, CardInputs, Claim, Effect, Fact, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Step, Tells,
};
use crate::text::{Keep, Text, digits, joined};
use crate::wire::form::{self, Form};
use crate::wire::time::from_dotted;
use crate::wire::{charset, is_digits, is_made_of, part, place_of};
use alloc::vec::Vec;

/// What InterPos is.
pub const SPEC: Spec = Spec {
    system: "interpos",
    gateway: &InterPos,
    models: &["3dhost", "3dpay", "3dmodel"],
    claiming_models: &["3dmodel"],
    // The hosted page's returns are signed with the password perhaps.
    proving_models: &["3dpay"],
    preauth_models: &["3dhost", "3dpay", "3dmodel"],
    card_models: &[],
    either_card_models: &[],
    verbs: &["capture", "refund", "void"],
    formulas: &[
        Formula { name: "requestHash", over: Over::Fields(&FORM_SIGNED), compute: |values, _| Ok(crypto::base64(&form_digest(values))) },
        Formula { name: "callbackHash", over: Over::Fields(&SIGNED), compute: |values, _| Ok(crypto::base64(&digest(values))) },
    ],
    merchant: &[
        Key { name: "shopCode", panel: "Mağaza kodu (ShopCode)", required: true, max: 20 },
        Key { name: "userCode", panel: "API kullanıcı kodu (UserCode)", required: true, max: 64 },
        Key { name: "userPass", panel: "API kullanıcı şifresi (UserPass)", required: true, max: 64 },
        Key { name: "merchantPass", panel: "3D şifresi (MerchantPass)", required: true, max: 64 },
        Key { name: "onlyCurrency", panel: "Terminalin tek para birimi", required: false, max: 3 },
    ],
    endpoints: &["page", "gate"],
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp, Currency::Jpy, Currency::Rub],
    headers: &[],
    // The bank sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank {
        name: "denizbank",
        production: &["https://inter-vpos.com.tr/mpi/3DHost.aspx", "https://inter-vpos.com.tr/mpi/Default.aspx"],
        test: &["https://test.inter-vpos.com.tr/mpi/3DHost.aspx", "https://test.inter-vpos.com.tr/mpi/Default.aspx"],
        hosts: &["spos.denizbank.com"],
        test_hosts: &["sanaltest.denizbank.com"],
    }],
    public_credentials: &[("shopCode", "3123"), ("userCode", "InterTestApi"), ("merchantPass", "gDg1N"), ("merchantPass", "sMk7q")],
};

/// The gateway.
pub struct InterPos;

impl Gateway for InterPos {
    fn check(&self, account: &Account) -> Result<()> {
        if !is_digits(account.id()) {
            return Err(account.wrong(Why::ValueNotDigits, "shopCode"));
        }
        let only = account.merchant("onlyCurrency");
        if only.is_empty() || Currency::from_letters(only).is_some() { Ok(()) } else { Err(account.wrong(Why::ValueNotCurrency, "onlyCurrency")) }
    }

    fn start(&self, cx: &Context, order: &Order, _card: Option<&Card>) -> Result<Step> {
        check_order(cx.account, order)?;
        let hosted = order.model == "3dhost";
        let mut redirect = Redirect::form(cx.account.endpoint(if hosted { "page" } else { "gate" }), form_fields(cx, order));
        if let Redirect::Form { card_inputs, .. } = &mut redirect
            && !hosted
        {
            *card_inputs = Some(CARD_INPUTS);
        }
        Ok(Step::redirect(redirect))
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        if form.ascii("OrderId")? != Some(order.id) {
            return Err(Error::new(Why::OtherOrder, "OrderId"));
        }
        match Returned::verify(&form, cx.account, order)? {
            Some((returned, verified)) => returned.settle(cx, order, &form, verified),
            None => Ok(inquiry(cx, order, "inquiry")),
        }
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Inquire => Ok(inquiry(cx, order, "inquiry")),
            Verb::Change(change) => Ok(change_request(cx, order, change)),
            // Not offered.
            Verb::History => Err(super::not_offered()),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let answer = Answer::read(reply.body())?;
        match then {
            "provision" => provision_reply(cx, order, &reply, &answer),
            "change" => change_reply(order, &reply, &answer),
            _ => inquiry_reply(cx, order, &reply, &answer),
        }
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        form.ascii("OrderId").ok()?.filter(|id| !id.is_empty()).map(Found::OrderId)
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The form

/// They are not signed, and go from the customer's browser straight to the bank: month and year in one.
const CARD_INPUTS: CardInputs = CardInputs { number: "Pan", month: "Expiry", year: "", cvv: "Cvv2", holder: "CardHolderName" };

/// What the form's digest covers, in this order and without a delimiter; the password follows.
const FORM_SIGNED: [&str; 8] = ["ShopCode", "OrderId", "PurchAmount", "OkUrl", "FailUrl", "TxnType", "InstallmentCount", "Rnd"];

fn check_order(account: &Account, order: &Order) -> Result<()> {
    if !is_made_of(order.id, b"") || order.id.len() > 20 || order.id.starts_with('0') {
        return Err(Error::new(Why::PosnetId, "id"));
    }
    if order.urls.fail.ends_with("Pre") {
        return Err(Error::new(Why::ReturnUrl, "urls.fail"));
    }
    if !["", order.currency.letters()].contains(&account.merchant("onlyCurrency")) {
        return Err(Error::new(Why::CurrencyNotTaken, "currency"));
    }
    order.check_shop_chooses_installments()
}

fn form_fields(cx: &Context, order: &Order) -> Vec<(&'static str, Text)> {
    let values = [
        cx.account.id().kept(),
        order.id.kept(),
        order.amount.to_decimal(order.currency),
        order.urls.ok.kept(),
        order.urls.fail.kept(),
        transaction_type(order),
        installments(order),
        // A nonce that began with a digit could be read as instalments.
        joined(&["R", crypto::hex((cx.random)().get(..10).unwrap_or_default())]),
    ];
    let mut signed = values.to_vec();
    signed.push(cx.account.merchant("merchantPass").kept());
    let mut fields: Vec<_> = FORM_SIGNED.into_iter().zip(values).collect();
    let secure_type = match order.model {
        "3dhost" => "3DHost",
        "3dpay" => "3DPay",
        _ => "3DModel",
    };
    fields.extend([
        ("Hash", crypto::base64(&form_digest(&signed))),
        ("SecureType", secure_type),
        ("Currency", order.currency.digits()),
        ("Lang", order.customer.language.letters()),
    ]);
    fields
}

fn form_digest(values: &[&str]) -> [u8; 20] {
    #[cfg(feature = "explain")]
    crate::trace::describe_joined(&[&FORM_SIGNED[..], &["merchantPass"]].concat(), values, "");
    digest(values)
}

fn digest(values: &[&str]) -> [u8; 20] {
    crypto::sha1(&[joined(values).as_bytes()])
}

fn transaction_type(order: &Order) -> &'static str {
    if order.intent == Intent::Sale { "Auth" } else { "PreAuth" }
}

fn installments(order: &Order) -> Text {
    if order.installments > 1 { digits(order.installments) } else { "" }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The return

/// What the return's digest covers, in this order and without a delimiter; the password follows.
const SIGNED: [&str; 11] =
    ["Version", "PurchAmount", "Exponent", "Currency", "OkUrl", "FailUrl", "MD", "OrderId", "ProcReturnCode", "Response", "mdStatus"];
const HASH_PARAMS: &str = "Version:PurchAmount:Exponent:Currency:OkUrl:FailUrl:MD:OrderId:ProcReturnCode:Response:mdStatus:";

/// The names in `refs`: the outcome of 3-D Secure, and that the currency is known to be the order's.
const MD_STATUS: &str = "md";
const CURRENCY_KNOWN: &str = "currency";

/// The signed values of a return that is about this order's addresses and can be cut in one way only.
struct Returned<'f> {
    amount: &'f str,
    currency: &'f str,
    md: &'f str,
    order_id: &'f str,
    code: &'f str,
    md_status: &'f str,
}

impl<'f> Returned<'f> {
    /// `None`: it is not signed with the password, or not in one way only.
    fn verify(form: &Form<'f>, account: &Account, order: &Order) -> Result<Option<(Returned<'f>, Verified)>> {
        let mut values = [""; SIGNED.len()];
        for (value, name) in values.iter_mut().zip(SIGNED) {
            *value = form.ascii(name)?.unwrap_or_default();
        }
        let [version, amount, exponent, currency, ok, fail, md, order_id, code, response, md_status] = values;
        let given = form.ascii("HASH")?.unwrap_or_default();
        let compare = |values: &[&str; SIGNED.len()]| {
            let signed = joined(&[joined(values), account.merchant("merchantPass")]);
            #[cfg(feature = "explain")]
            crate::trace::describe_joined(
                &[&SIGNED[..], &["merchantPass"]].concat(),
                &[&values[..], &[account.merchant("merchantPass")]].concat(),
                "",
            );
            crypto::compare(&crypto::sha1(&[signed.as_bytes()]), given, Written::Base64)
        };
        // Some returns have `\/` for `/` in the addresses; of these, some were signed without it.
        let mut plain = values;
        let [ok, fail] = [ok, fail].map(|url| joined(&url.split('\\').collect::<Vec<_>>()));
        (plain[4], plain[5]) = (ok, fail);
        let Some(verified) = compare(&values).or_else(|| compare(&plain)) else { return Ok(None) };
        let decision = joined(&[md, order_id, code, response, md_status]);
        let is_once = place_of(order_id, decision) == Some(md.len()) && place_of(order_id, part(decision, md.len() + 1, decision.len())).is_none();
        let is_plain = version.is_empty() && exponent.is_empty() && currency.len() == 3 && code.len() <= 4 && response.len() <= 20;
        let is_ours = ok == order.urls.ok && fail == order.urls.fail && form.ascii("HASHPARAMS")? == Some(HASH_PARAMS);
        if !is_once || !is_plain || !is_ours || !is_made_of(code, b"") || !is_made_of(response, b"") || !matches!(md_status.as_bytes(), [b'0'..=b'9'])
        {
            return Ok(None);
        }
        Ok(Some((Returned { amount, currency, md, order_id, code, md_status }, verified)))
    }

    fn claim(&self, order: &Order) -> Result<Claim<'f>> {
        let currency = Currency::from_digits(self.currency).ok_or_else(|| malformed("Currency"))?;
        if currency != order.currency {
            return Err(Error::new(Why::OtherCurrency, "Currency"));
        }
        let amount = Amount::from_local(self.amount, currency).ok_or_else(|| malformed("PurchAmount"))?;
        Ok(Claim { order_id: Some(self.order_id), amount: Some(amount), currency: Some(currency) })
    }

    fn settle(&self, cx: &Context, order: &Order, form: &Form, verified: Verified) -> Result<Step> {
        let claim = self.claim(order)?;
        // Once the outcome of 3-D Secure was believed, no other return takes anything back.
        let is_first = order.refs.get(MD_STATUS).is_none();
        let accepted = cx.account.three_ds.accepts(self.md_status);
        let known = || order.refs.with(MD_STATUS, self.md_status).with(CURRENCY_KNOWN, "1");
        let authenticated = matches!(self.md_status, "1" | "2" | "3" | "4");
        // A form that the bank did not take has no number of a visit.
        let is_visit = authenticated || self.md_status == "0" && !self.md.is_empty();
        match self.code {
            "" if authenticated && accepted && order.model == "3dmodel" && is_first => {
                // What was authenticated is this order, with its amount and its currency.
                Proof::<OfOutcome>::by_signature(verified, claim, order)?;
                self.provision(cx, order, form)
            }
            // It may be about another order, whose number holds this one.
            _ if !order.has_full_id() => Ok(inquiry(cx, order, "inquiry")),
            "00" if accepted => {
                let proof = Proof::<OfMoney>::by_signature(verified, claim, order)?;
                let refs = known();
                Ok(Step::done(Payment::succeeded(proof, order, self.facts(order, form))).keeping(refs))
            }
            // The money may be gone, whatever the authentication was worth.
            "00" => Ok(inquiry(cx, order, "inquiry").keeping(known())),
            // Nothing but our own request would charge the card.
            "" if is_first && is_visit && (!authenticated || order.model == "3dmodel") => self.declined(order, form, verified, claim),
            code if is_first && is_visit && is_issuers_no(code) && !is_open(code) => self.declined(order, form, verified, claim),
            // Switched to another model, a form that was refused, the terminal is not active: the bank's books decide.
            _ => Ok(inquiry(cx, order, "inquiry")),
        }
    }

    fn declined(&self, order: &Order, form: &Form, verified: Verified, claim: Claim) -> Result<Step> {
        let bank_message = form.display("ErrorMessage", 200);
        let decline = match self.code {
            "" => Decline { reason: Reason::ThreeDsFailed, bank_code: joined(&["mdStatus ", self.md_status]), bank_message },
            code => Decline { reason: Reason::from_iso8583(code), bank_code: code.kept(), bank_message },
        };
        let proof = Proof::<OfOutcome>::by_signature(verified, claim, order)?;
        Ok(Step::done(Payment::declined(proof, decline, self.facts(order, form))))
    }

    /// The numbers and the time of a return are not signed, and are not told.
    fn facts(&self, order: &Order, form: &Form) -> Facts {
        Facts { masked_pan: form.display("Pan", 32), ..facts(order, self.md_status) }
    }

    /// Order, amount, currency and type are those of the stored order; the visit is the one that the bank has signed.
    fn provision(&self, cx: &Context, order: &Order, form: &Form) -> Result<Step> {
        let mut more = vec![
            ("OrderId", order.id),
            ("PurchAmount", order.amount.to_decimal(order.currency)),
            ("Currency", order.currency.digits()),
            ("InstallmentCount", installments(order)),
            ("MOTO", "0"),
            ("MD", self.md),
        ];
        for name in ["PayerTxnId", "Eci", "PayerAuthenticationCode"] {
            more.push((name, form.ascii(name)?.unwrap_or_default()));
        }
        if self.md.is_empty() {
            return Err(malformed("MD"));
        }
        let refs = order.refs.with(MD_STATUS, self.md_status).with(CURRENCY_KNOWN, "1");
        Ok(request(cx, order, Effect::MovesMoney, transaction_type(order), &more, "provision").keeping(refs))
    }
}

fn facts(order: &Order, md_status: &str) -> Facts {
    let (md_status, liability) = (md_status.kept(), Liability::by_md_status(md_status));
    Facts { installments: Some(order.installments), md_status, liability, ..Facts::default() }
}

/// The same, and what an answer of the bank's says.
fn told(order: &Order, md_status: &str, answer: &Answer) -> Result<Facts> {
    const NAMES: [(Fact, &str); 4] = [(Fact::TransactionId, "TransId"), (Fact::AuthCode, "AuthCode"), (Fact::MaskedPan, "Pan"), (Fact::Eci, "Eci")];
    let Facts { installments, md_status, liability, .. } = facts(order, md_status);
    let at = from_dotted(answer.get("TRXDATE")).unwrap_or_default();
    Ok(Facts { installments, at, md_status, liability, ..Facts::told(answer, &NAMES)? })
}

/// The card's bank said no. 81 is the gate's own: terminal, address or user are not known.
fn is_issuers_no(code: &str) -> bool {
    code.len() == 2 && is_digits(code) && !matches!(code, "00" | "81")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests and answers

fn request(cx: &Context, order: &Order, effect: Effect, kind: &'static str, more: &[(&'static str, &str)], then: &str) -> Step {
    let account = cx.account;
    let mut fields = vec![
        ("ShopCode", account.id()),
        ("UserCode", account.merchant("userCode")),
        ("UserPass", account.merchant("userPass")),
        ("SecureType", "NonSecure"),
        ("TxnType", kind),
        ("Lang", order.customer.language.letters()),
    ];
    fields.extend_from_slice(more);
    let headers = vec![("content-type", "application/x-www-form-urlencoded")];
    send(effect, account.endpoint("gate").kept(), headers, form::render(&fields), then)
}

fn inquiry(cx: &Context, order: &Order, then: &str) -> Step {
    request(cx, order, Effect::Reads, "StatusHistory", &[("OrderId", ""), ("orgOrderId", order.id)], then)
}

/// `Name=value;;Name=value`. Values stand there as they are, and the customer chooses one of them (the name on the card): a name that comes
/// twice makes the whole answer unreadable.
struct Answer<'a> {
    fields: Vec<(&'a str, &'a str)>,
}

impl Tells for Answer<'_> {
    fn told(&self, name: &'static str) -> Result<&str> {
        Ok(self.get(name))
    }
}

impl<'a> Answer<'a> {
    fn read(body: &'a [u8]) -> Result<Answer<'a>> {
        let mut fields: Vec<(&str, &str)> = Vec::new();
        let mut rest = charset::to_text(body).trim();
        while !rest.is_empty() {
            let end = place_of(";;", rest).unwrap_or(rest.len());
            let piece = part(rest, 0, end);
            rest = part(rest, end + 2, rest.len());
            let Some((name, value)) = piece.trim_start_matches(';').split_once('=') else { continue };
            if fields.len() == 128 {
                return Err(Error::new(Why::TooManyParts, ""));
            }
            for (other, _) in &fields {
                if other.eq_ignore_ascii_case(name) {
                    return Err(Error::new(Why::Twice, name.kept()));
                }
            }
            fields.push((name, value.trim()));
        }
        let answer = Answer { fields };
        if answer.code().is_empty() { Err(malformed("ProcReturnCode")) } else { Ok(answer) }
    }

    fn get(&self, name: &str) -> &'a str {
        self.fields.iter().find(|(at, _)| *at == name).map_or("", |(_, value)| value)
    }

    fn code(&self) -> &'a str {
        self.get("ProcReturnCode")
    }

    fn is_approved(&self) -> bool {
        self.code() == "00" && self.get("TxnResult") == "Success"
    }

    /// It names this, or nothing but a number of the bank's own.
    fn check_named(&self, ours: &[&str]) -> Result<()> {
        let named = self.get("OrderId");
        let is_banks = named.strip_prefix("SYSOID").is_some_and(is_digits);
        if is_banks || ours.contains(&named) { Ok(()) } else { Err(Error::new(Why::OtherOrder, "OrderId")) }
    }

    fn words(&self) -> [Text; 2] {
        [charset::displayable(self.code(), 16), charset::displayable(self.get("ErrorMessage").trim_start_matches("TR:"), 200)]
    }

    fn decline(&self) -> Decline {
        let [bank_code, bank_message] = self.words();
        Decline { reason: Reason::from_iso8583(bank_code), bank_code, bank_message }
    }

    fn amount(&self, name: &'static str, order: &Order) -> Result<Amount> {
        Amount::from_local(self.get(name), order.currency).ok_or_else(|| malformed(name))
    }
}

fn provision_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answer) -> Result<Step> {
    let md_status = order.refs.get(MD_STATUS).unwrap_or_default();
    let named = Claim { order_id: Some(answer.get("OrderId")), ..Claim::NAMELESS };
    if answer.is_approved() {
        let claim = Claim { amount: Some(answer.amount("Amount", order)?), ..named };
        let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
        return Ok(Step::done(Payment::succeeded(proof, order, told(order, md_status, answer)?)));
    }
    if is_issuers_no(answer.code()) && !is_open(answer.code()) {
        let proof = Proof::<OfOutcome>::by_reply(reply, named, order)?;
        return Ok(Step::done(Payment::declined(proof, answer.decline(), told(order, md_status, answer)?)));
    }
    Ok(inquiry(cx, order, "inquiry"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The order inquiry

fn inquiry_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answer) -> Result<Step> {
    answer.check_named(&[order.id])?;
    let (code, state) = (answer.code(), answer.get("TxnStatus"));
    match (code, state) {
        // 05 is also a refusal of the card's bank; then it comes with a payment.
        ("05", "") => Ok(Step::pending(facts(order, ""))),
        (code, "D") if is_issuers_no(code) => declined(order, reply, answer),
        ("00", _) => settled(cx, order, reply, answer),
        _ => {
            let [bank_code, bank_message] = answer.words();
            Err(Error::new(Why::Refused, "").with_bank(bank_code, bank_message))
        }
    }
}

fn declined(order: &Order, reply: &Reply, answer: &Answer) -> Result<Step> {
    let claim = Claim { amount: Some(answer.amount("PurchAmount", order)?), ..Claim::NAMELESS };
    let facts = told(order, order.refs.get(MD_STATUS).unwrap_or_default(), answer)?;
    Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, claim, order)?, answer.decline(), facts)))
}

/// What does not fit together is for a person to look at.
fn doubtful() -> Result<Step> {
    Ok(Step::pending(Facts { review: true, ..Facts::default() }))
}

fn settled(cx: &Context, order: &Order, reply: &Reply, answer: &Answer) -> Result<Step> {
    let ledger = Ledger::read(&order.refs)?;
    let (state, holds) = (answer.get("TxnStatus"), answer.get("TxnStat"));
    let reserves = order.intent == Intent::PreAuth;
    let refunded = match answer.get("RefundedAmount") {
        "" | "0" | "0,00" => 0,
        text => Amount::from_local(text, order.currency).ok_or_else(|| malformed("RefundedAmount"))?.minor(),
    };
    let Some(shown) = Amount::from_local(answer.get("PurchAmount"), order.currency) else { return doubtful() };
    // After a capture of a part it is open whether the bank shows that part or what was reserved.
    let taken = if reserves { ledger.capture().unwrap_or(order.amount) } else { order.amount };
    let claim = Claim { amount: Some(shown).filter(|shown| *shown != taken), ..Claim::NAMELESS };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let md_status = order.refs.get(MD_STATUS).unwrap_or_default();
    let known = told(order, md_status, answer)?;
    // The inquiry names no currency, and an authentication that is not good enough is for a person to look at.
    let is_known = order.refs.get(CURRENCY_KNOWN).is_some() || cx.account.merchant("onlyCurrency") == order.currency.letters();
    let known = Facts { review: !is_known || !md_status.is_empty() && !cx.account.three_ds.accepts(md_status), ..known };
    match (holds, state, reserves) {
        ("V" | "R", _, _) | (_, "V", _) => Ok(Step::done(Payment::voided(proof, known))),
        ("N", "A", true) if ledger.captured().is_none() => Ok(Step::done(Payment::succeeded(proof, order, known))),
        ("N", "S" | "C", false) | ("N", "K", true) => {
            if refunded > taken.minor() || refunded < ledger.refunded().map_or(0, Amount::minor) {
                return doubtful();
            }
            let facts = Facts {
                charged: Some(taken).filter(|taken| *taken != order.amount),
                refunded: Amount::from_minor(refunded),
                // A capture that this shop did not ask for.
                review: known.review || reserves && ledger.capture().is_none(),
                ..known
            };
            Ok(Step::done(if refunded == taken.minor() { Payment::refunded(proof, facts) } else { Payment::paid(proof, facts) }))
        }
        _ => doubtful(),
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Captures, refunds and voids

/// The number of a change is ours, and the same whenever it is asked for: a bank that takes a number once does it once.
fn change_id(order: &Order, change: &Change) -> Text {
    let digest = crypto::sha1(&[order.id.as_bytes(), b" ", digits(change.number).as_bytes()]);
    joined(&["C", part(crypto::hex(&digest), 0, 19)])
}

fn change_request(cx: &Context, order: &Order, change: &Change) -> Step {
    let kind = match change.kind {
        Kind::Capture => "PostAuth",
        Kind::Refund => "Refund",
        Kind::Void => "Void",
    };
    let mut more = vec![("OrderId", change_id(order, change)), ("orgOrderId", order.id)];
    if change.kind != Kind::Void {
        more.extend([("PurchAmount", change.amount.to_decimal(order.currency)), ("Currency", order.currency.digits()), ("MOTO", "0")]);
    }
    request(cx, order, Effect::MovesMoney, kind, &more, "change")
}

fn change_reply(order: &Order, reply: &Reply, answer: &Answer) -> Result<Step> {
    let Some(change) = reply.change() else { return Err(super::foreign_then()) };
    answer.check_named(&[order.id, change_id(order, change)])?;
    let code = answer.code();
    if answer.is_approved() {
        let amount = if change.kind == Kind::Void { None } else { Some(answer.amount("Amount", order)?) };
        let proof = Proof::<OfChange>::by_reply(reply, Claim { amount, ..Claim::NAMELESS }, order)?;
        let facts = told(order, "", answer)?;
        return Ok(Step::done(Payment::changed(proof, change.kind, facts)));
    }
    // E31 is left out: the number was used, so this very change may have been made.
    if matches!(code, "81" | "E39") || is_issuers_no(code) && !is_open(code) {
        let proof = Proof::<OfOutcome>::by_reply(reply, Claim::NAMELESS, order)?;
        return Ok(Step::done(Payment::declined(proof, answer.decline(), Facts::default())));
    }
    Err(malformed("ProcReturnCode"))
}
