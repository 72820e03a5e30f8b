//! Yapı Kredi POSNET: its XML service, with 3-D Secure on the bank's page (3D-OOS).
//!
//! Sources: the bank's "POSNET ThreeD Secure XML Servis Entegrasyonu" 2.0.1.5 and "POSNET XML Servisleri Entegrasyon Dokümanı" 2.1.1.3, both
//! of 2023, and MACs of its test system that were published. What no source settles is marked as open in `docs/banks/yapikredi.md`.
//!
//! Nothing that the browser brings back can be read here: three packets, for the bank's eyes only, and echoes that anybody may edit. So the
//! bank is asked what is in them. Its answer is held against the stored order, value by value and by its MAC; then our own server asks for
//! the money, and the MAC of that answer must cover the same order and amount again. The bank itself checks neither (it says so): whoever
//! leaves a step out ships goods that somebody else's cheaper order has paid for.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, Spec, Verb, malformed, send};
use crate::account::Account;
use crate::crypto::{self, Secret, Verified, Written};
use crate::decline::{Decline, Reason};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{
    Action, Card, Claim, Effect, Fact, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Step,
};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined, keep};
use crate::wire::form::{self, Form};
use crate::wire::{charset, holds, is_digits, is_made_of, split_first, xml};
use alloc::string::String;
use alloc::vec::Vec;

/// What POSNET is.
pub const SPEC: Spec = Spec {
    system: "posnet",
    gateway: &Posnet,
    models: &["3d_oos"],
    claiming_models: &["3d_oos"],
    proving_models: &[],
    preauth_models: &["3d_oos"],
    card_models: &[],
    // Without a card in `oosRequestData` the bank's own page asks for it.
    either_card_models: &["3d_oos"],
    verbs: &["capture", "refund", "void", "history"],
    formulas: &[
        Formula {
            name: "requestMac",
            over: Over::Fields(&["xid", "amount", "currency", "merchantId", "terminalId"]),
            compute: |values, _| formula(values),
        },
        Formula {
            name: "responseMac",
            over: Over::Fields(&["mdStatus", "xid", "amount", "currency", "merchantId", "terminalId"]),
            compute: |values, _| formula(values),
        },
    ],
    merchant: &[
        Key { name: "merchantId", panel: "Üye işyeri numarası (MERCHANT_ID)", required: true, max: 10 },
        Key { name: "terminalId", panel: "Terminal numarası (TERMINAL_ID)", required: true, max: 8 },
        Key { name: "posnetId", panel: "POSNET numarası (POSNET_ID)", required: true, max: 16 },
        Key { name: "encKey", panel: "Şifreleme anahtarı (ENCKEY)", required: true, max: 128 },
    ],
    endpoints: &["api", "gate"],
    // The documents name no others.
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur],
    headers: &[],
    // POSNET sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[Bank {
        name: "yapikredi",
        production: &["https://posnet.yapikredi.com.tr/PosnetWebService/XML", "https://posnet.yapikredi.com.tr/3DSWebService/YKBPaymentService"],
        test: &["https://setmpos.ykb.com/PosnetWebService/XML", "https://setmpos.ykb.com/3DSWebService/YKBPaymentService"],
        hosts: &[],
        test_hosts: &[],
    }],
    public_credentials: &[
        ("merchantId", "6706598320"),
        ("merchantId", "6706022701"),
        ("terminalId", "67005551"),
        ("terminalId", "67002706"),
        ("encKey", "10,10,10,10,10,10,10,10"),
    ],
};

/// The gateway.
pub struct Posnet;

impl Gateway for Posnet {
    fn check(&self, account: &Account) -> Result<()> {
        let (why, key) = if account.id().len() != 10 || !is_digits(account.id()) {
            (Why::ValueNotTenDigits, "merchantId")
        } else if !is_alphanumeric(account.merchant("terminalId")) {
            (Why::ValueNotPlain, "terminalId")
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
        order.check_shop_chooses_installments()?;
        let (signed, installment) = (Signed::of(order)?, installment(order));
        let expires = card.map_or("", |card| joined(&[card.year, card.month]));
        let mut leaves = vec![
            ("posnetid", cx.account.merchant("posnetId")),
            ("XID", signed.xid),
            ("amount", signed.amount),
            ("currencyCode", signed.currency),
            ("installment", installment),
            ("tranType", if order.intent == Intent::PreAuth { "Auth" } else { "Sale" }),
        ];
        if let Some(card) = card {
            let holder = if card.holder.is_empty() { order.customer.name } else { card.holder };
            leaves.extend([("cardHolderName", holder), ("ccno", card.number), ("expDate", expires), ("cvc", card.cvv)]);
        }
        request(cx, order, Effect::Begins, "oosRequestData", &leaves, if card.is_some() { "data card" } else { "data" })
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = Form::parse(message.body)?;
        let (bank, merchant, sign) = (packet(&form, "BankPacket")?, packet(&form, "MerchantPacket")?, packet(&form, "Sign")?);
        if bank.is_empty() || merchant.is_empty() || sign.is_empty() || order.refs.get(MD_STATUS).is_some() {
            // A customer who turned back brings nothing; and once the money was asked for, no other return takes anything back.
            return inquiry(cx, order);
        }
        let mac = Signed::of(order)?.mac(cx.account, "");
        let leaves = [("bankData", bank), ("merchantData", merchant), ("sign", sign), ("mac", crypto::base64(&mac))];
        // The bank wants its own packet again when it is asked for the money.
        request(cx, order, Effect::Reads, "oosResolveMerchantData", &leaves, joined(&["resolve ", bank]))
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Inquire => inquiry(cx, order),
            Verb::History => agreement(cx, order, "history", PREFIXES[0]),
            Verb::Change(change) => change_request(cx, order, change),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let document = xml::Document::parse(reply.body(), "posnetResponse")?;
        let answer = Answered::read(&document)?;
        let (what, rest) = split_first(then, b' ').unwrap_or((then, ""));
        match what {
            "data" => redirect(cx, order, &answer, rest == "card"),
            "resolve" if is_packet(rest) => resolve_reply(cx, order, &reply, &answer, rest),
            "provision" => provision_reply(cx, order, &reply, &answer),
            "inquiry" | "history" => agreement_reply(cx, order, &reply, &answer, what, rest),
            "change" => change_reply(order, &reply, &answer),
            _ => Err(super::foreign_then()),
        }
    }

    fn captures_apart(&self) -> bool {
        true
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = Form::parse(message.body).ok()?;
        let id = form.ascii("Xid").ok()??.trim_start_matches('0');
        is_alphanumeric(id).then_some(Found::OrderId(id))
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The order in the bank's words, and the MAC over it

/// The values of an order that a MAC covers, as they stand in requests.
struct Signed {
    /// The order's id, filled up to [`XID`] characters with leading zeros.
    xid: Text,
    /// In minor units.
    amount: Text,
    /// Two letters.
    currency: &'static str,
}

/// Every XID has so many characters.
const XID: usize = 20;

/// The bank's own names of currencies.
const CURRENCIES: [(&str, Currency); 4] = [("TL", Currency::Try), ("YT", Currency::Try), ("US", Currency::Usd), ("EU", Currency::Eur)];

impl Signed {
    /// An id that begins with a zero is refused: filled up, it could be the same as another one.
    fn of(order: &Order) -> Result<Signed> {
        if !is_alphanumeric(order.id) || order.id.len() > XID || order.id.starts_with('0') {
            return Err(Error::new(Why::PosnetId, "id"));
        }
        let Some((currency, _)) = CURRENCIES.iter().find(|(_, currency)| *currency == order.currency) else {
            return Err(Error::new(Why::CurrencyNotTaken, "currency"));
        };
        let xid = joined(&[&"0".repeat(XID - order.id.len()), order.id]);
        Ok(Signed { xid, amount: digits(order.amount.minor()), currency })
    }

    /// The MAC over these values. In the bank's answers something stands before them: an mdStatus, or a reference.
    fn mac(&self, account: &Account, first: &str) -> [u8; 32] {
        let values = [first, self.xid, self.amount, self.currency, account.id()];
        mac(if first.is_empty() { &values[1..] } else { &values }, account.merchant("terminalId"), account.secret("encKey"))
    }

    /// Whether the answer's MAC covers these values with `first` before them.
    fn verify(&self, account: &Account, first: &str, given: &str) -> Option<Verified> {
        crypto::compare(&self.mac(account, first), given, Written::Base64)
    }
}

/// SHA-256 of the values and of another digest, that of key and terminal, all with `;` between them.
fn mac(values: &[&str], terminal_id: &str, enc_key: Secret) -> [u8; 32] {
    #[cfg(feature = "explain")]
    crate::trace::describe([("encKey", enc_key.reveal().as_bytes()), ("", b";"), ("terminalId", terminal_id.as_bytes())]);
    let key = crypto::sha256(&[enc_key.reveal().as_bytes(), b";", terminal_id.as_bytes()]);
    let mut text = String::with_capacity(128);
    for value in values {
        text.push_str(value);
        text.push(';');
    }
    text.push_str(crypto::base64(&key));
    #[cfg(feature = "explain")]
    describe(values, crypto::base64(&key));
    crypto::sha256(&[text.as_bytes()])
}

#[cfg(feature = "explain")]
fn describe(values: &[&str], key_digest: &str) {
    let all = ["mdStatus", "xid", "amount", "currency", "merchantId"];
    let names = all.get(all.len().saturating_sub(values.len())..).unwrap_or_default();
    let parts = names.iter().zip(values).flat_map(|(name, value)| [(*name, value.as_bytes()), ("", &b";"[..])]);
    crate::trace::describe(parts.chain([("keyDigest", key_digest.as_bytes())]));
}

/// The same for JavaScript: the values, the terminal, the key.
fn formula(values: &[&str]) -> Result<Text> {
    let [values @ .., terminal_id, enc_key] = values else { return Err(super::too_few_values()) };
    Ok(crypto::base64(&mac(values, terminal_id, Secret::new(enc_key))))
}

fn installment(order: &Order) -> Text {
    let count = if order.installments > 1 { order.installments } else { 0 };
    keep([char::from(b'0' + count / 10), char::from(b'0' + count % 10)].iter().collect())
}

fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && is_made_of(text, b"")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests and answers

/// A request for one operation, in the order of the bank's examples.
fn request(cx: &Context, order: &Order, effect: Effect, operation: &'static str, leaves: &[(&'static str, &str)], then: &str) -> Result<Step> {
    let account = cx.account;
    let (terminal_id, xid) = (account.merchant("terminalId"), Signed::of(order)?.xid);
    let mut body = xml::Writer::new("ISO-8859-9");
    body.open("posnetRequest");
    body.leaf("mid", account.id());
    body.leaf("tid", terminal_id);
    body.open(operation);
    for (name, value) in leaves {
        body.leaf(name, value);
    }
    body.close(operation);
    body.close("posnetRequest");
    // The bank's support finds a request by the last four.
    let headers = [
        ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("x-merchant-id", account.id()),
        ("x-terminal-id", terminal_id),
        ("x-posnet-id", account.merchant("posnetId")),
        ("x-correlation-id", xid),
    ];
    let headers = headers.map(|(name, value)| (name, value.kept())).to_vec();
    Ok(send(effect, account.endpoint("api").kept(), headers, form::render(&[("xmldata", body.finish())]), then))
}

/// What every answer says first.
struct Answered<'d> {
    document: &'d xml::Document<'d>,
    /// 1 yes, 0 no, 2 it was done before.
    approved: &'d str,
    code: &'d str,
    message: Text,
}

impl<'d> Answered<'d> {
    fn read(document: &'d xml::Document<'d>) -> Result<Answered<'d>> {
        let leaf = |path| document.leaf(path).map(Option::unwrap_or_default);
        let mut message = leaf("posnetResponse/respText")?.kept();
        // Where an address is not allowed, this is the one to have allowed.
        let ip = leaf("posnetResponse/yourIP")?;
        if !ip.is_empty() {
            message = joined(&[message, " (IP: ", ip, ")"]);
        }
        let message = charset::displayable(message, 200);
        Ok(Answered { document, approved: leaf("posnetResponse/approved")?, code: leaf("posnetResponse/respCode")?, message })
    }

    fn leaf(&self, name: &str) -> Result<&'d str> {
        self.document.leaf(joined(&["posnetResponse/", name])).map(Option::unwrap_or_default)
    }

    /// The request was not carried out, and that is certain: the error with its cure.
    fn refused(&self) -> Error {
        let why = match self.code {
            "0148" | "0150" | "0003" => Why::PosnetAddress,
            _ if holds(self.message, "MID TID IP") || holds(self.message, "MID,TID,IP") => Why::PosnetAddress,
            "0146" | "0147" | "E181" | "E216" => Why::PosnetMacRefused,
            "E190" | "0207" => Why::PosnetCurrency,
            "0127" | "E189" => Why::SeenBefore,
            "0320" | "0321" => Why::PosnetNumbers,
            _ => Why::Refused,
        };
        Error::new(why, "").with_bank(charset::displayable(self.code, 16), self.message)
    }

    /// Yes; where no money has moved yet, anything else is an error.
    fn accepted(&self) -> Result<()> {
        match self.approved {
            "1" => Ok(()),
            "0" => Err(self.refused()),
            _ => Err(malformed("approved")),
        }
    }

    fn decline(&self, order: &Order) -> Decline {
        let reason = match (self.code, self.code.strip_prefix("00")) {
            ("0012", _) if order.installments > 1 => Reason::Installments,
            ("0129" | "0217", _) => Reason::RestrictedCard,
            ("0232", _) => Reason::LimitExceeded,
            ("0444", _) => Reason::CallBank,
            (_, Some(code)) => Reason::from_iso8583(code),
            _ => Reason::Declined,
        };
        Decline::told(reason, self.code, self.message)
    }

    /// Whether its code stands for a no in the bank's list. Another one (the host was not reached or timed out, the order id was used before)
    /// tells nothing.
    fn is_no(&self) -> bool {
        let is_open = matches!(self.code, "0000" | "0068" | "0096" | "0098" | "0099");
        let of_card = !is_open && self.code.len() == 4 && self.code.starts_with("00") && is_digits(self.code);
        self.approved == "0" && (of_card || REFUSALS.split(' ').any(|code| code == self.code))
    }

    /// What it tells about the payment, and the bank's number of the transaction.
    fn facts(&self, order: &Order) -> Result<(Facts, &'d str)> {
        let reference = reference(self.leaf("hostlogkey")?, self.leaf("hostLogKey")?)?;
        let mut facts = Facts { transaction_id: reference.kept(), ..facts(order) };
        facts.learn(Fact::AuthCode, self.leaf("authCode")?);
        Ok((facts, reference))
    }
}

/// The codes of a no, beside those of ISO 8583 (00 and two digits).
const REFUSALS: &str = "0122 0123 0129 0148 0150 0200 0202 0204 0205 0206 0207 0211 0215 0217 0218 0219 0220 0223 0229 0232 0370 0411 0444 0450 0788";

/// The bank's number of a transaction, which its documents spell in two ways. Only what can be one is kept.
fn reference<'d>(one: &'d str, other: &'d str) -> Result<&'d str> {
    let reference = if one.is_empty() { other } else { one };
    if reference.is_empty() || is_alphanumeric(reference) && reference.len() <= 32 {
        return Ok(reference);
    }
    Err(malformed("hostlogkey"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// From the card to the bank's page, and back

/// Only the packets come from the bank; where the browser goes is ours.
fn redirect(cx: &Context, order: &Order, answer: &Answered, with_card: bool) -> Result<Step> {
    answer.accepted()?;
    let packet = |name: &'static str| {
        let packet = answer.leaf(joined(&["oosRequestDataResponse/", name]))?;
        if is_packet(packet) { Ok(packet.kept()) } else { Err(malformed(name)) }
    };
    let account = cx.account;
    // Without a card there is nothing in it.
    let card_packet = match answer.leaf("oosRequestDataResponse/data2")? {
        "" if !with_card => "",
        _ => packet("data2")?,
    };
    let fields = vec![
        ("mid", account.id().kept()),
        ("posnetID", account.merchant("posnetId").kept()),
        ("posnetData", packet("data1")?),
        ("posnetData2", card_packet),
        ("digest", packet("sign")?),
        ("vftCode", ""),
        // It has one address for both outcomes.
        ("merchantReturnURL", order.urls.ok.kept()),
        ("lang", order.customer.language.letters().kept()),
        ("url", ""),
        ("openANewWindow", "0".kept()),
    ];
    Ok(Step::redirect(Redirect::form(account.endpoint("gate"), fields)))
}

/// Three times as long as any that was published.
const MAX_PACKET: usize = 3000;

/// The bank writes hexadecimal digits; those of base64 are let through as well.
fn is_packet(text: &str) -> bool {
    (1..=MAX_PACKET).contains(&text.len()) && is_made_of(text, b"+/=-_")
}

fn packet<'a>(form: &Form<'a>, name: &'static str) -> Result<&'a str> {
    form.ascii(name)?.filter(|packet| packet.is_empty() || is_packet(packet)).ok_or_else(|| malformed(name))
}

/// What is in the packets. Everything that names a payment must be the stored one, and the MAC must cover it; only then is money asked for.
fn resolve_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answered, bank_data: &str) -> Result<Step> {
    answer.accepted()?;
    let leaf = |name| answer.leaf(joined(&["oosResolveMerchantDataResponse/", name]));
    let signed = Signed::of(order)?;
    for (name, why, ours) in [
        ("xid", Why::OtherOrder, signed.xid),
        ("amount", Why::OtherAmount, signed.amount),
        ("currency", Why::OtherCurrency, signed.currency),
        ("installment", Why::ChangedEcho, installment(order)),
    ] {
        if leaf(name)? != ours {
            return Err(Error::new(why, name));
        }
    }
    let (md_status, given) = (leaf("mdStatus")?, leaf("mac")?);
    if !matches!(md_status.as_bytes(), [b'0'..=b'9']) {
        return Err(malformed("mdStatus"));
    }
    if given.is_empty() {
        return Err(Error::new(Why::Unsigned, "mac"));
    }
    if signed.verify(cx.account, md_status, given).is_none() {
        return Err(Error::new(Why::PosnetMac, "mac"));
    }
    let contradicts = md_status == "1" && !matches!(leaf("txStatus")?, "Y" | "");
    let order = &Order { refs: order.refs.with(MD_STATUS, md_status), basket: Vec::new(), ..*order };
    if contradicts || !cx.account.three_ds.accepts(md_status) {
        let decline = Decline::told(Reason::ThreeDsFailed, joined(&["mdStatus ", md_status]), leaf("mdErrorMessage")?);
        return declined(order, reply, decline, facts(order));
    }
    let mac = crypto::base64(&signed.mac(cx.account, ""));
    let leaves = [("bankData", bank_data), ("wpAmount", "0"), ("mac", mac)];
    Ok(request(cx, order, Effect::MovesMoney, "oosTranData", &leaves, "provision")?.keeping(order.refs.clone()))
}

/// The names in `refs`: the outcome of 3-D Secure, and the bank's numbers of the sale or pre-authorisation and of the capture.
const MD_STATUS: &str = "md";
const REFERENCES: [&str; 2] = ["key", "capkey"];

fn facts(order: &Order) -> Facts {
    let md_status = order.refs.get(MD_STATUS).unwrap_or_default();
    Facts { installments: Some(order.installments), md_status: md_status.kept(), liability: Liability::by_md_status(md_status), ..Facts::default() }
}

fn declined(order: &Order, reply: &Reply, decline: Decline, facts: Facts) -> Result<Step> {
    Ok(Step::done(Payment::declined(Proof::<OfOutcome>::by_reply(reply, Claim::NAMELESS, order)?, decline, facts)))
}

/// The answer to the provision: it names neither order nor amount, but its MAC covers both.
fn provision_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    let (facts, reference) = answer.facts(order)?;
    let is_covered = !reference.is_empty() && Signed::of(order)?.verify(cx.account, reference, answer.leaf("mac")?).is_some();
    if answer.approved == "1" && is_covered {
        let claim = Claim { order_id: Some(order.id), amount: Some(order.amount), currency: Some(order.currency) };
        let payment = Payment::succeeded(Proof::<OfMoney>::by_reply(reply, claim, order)?, order, facts);
        return Ok(Step::done(payment).keeping(order.refs.with(REFERENCES[0], reference)));
    }
    if answer.is_no() {
        return declined(order, reply, answer.decline(order), facts);
    }
    // Approved without a MAC that fits, approved before (2), or a code that tells nothing: the bank's books decide.
    inquiry(cx, order)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Captures, refunds and voids

fn change_request(cx: &Context, order: &Order, change: &Change) -> Result<Step> {
    let (amount, currency) = (digits(change.amount.minor()), Signed::of(order)?.currency);
    let id = order_id(order, PREFIXES[0])?;
    let reference = super::number_at_bank(order, REFERENCES)?.map_or(("orderID", id), |reference| ("hostLogKey", reference));
    let send = |operation, leaves: &[(&'static str, &str)]| request(cx, order, Effect::MovesMoney, operation, leaves, "change");
    match change.kind {
        Kind::Refund => send("return", &[("amount", amount), ("currencyCode", currency), reference]),
        Kind::Capture => send("capt", &[("amount", amount), ("currencyCode", currency), reference, ("installment", installment(order))]),
        Kind::Void => {
            let transaction = match order.intent {
                Intent::Sale => "sale",
                Intent::PreAuth if Ledger::read(&order.refs)?.captured().is_some() => "capt",
                Intent::PreAuth => "auth",
            };
            send("reverse", &[("transaction", transaction), reference])
        }
    }
}

fn change_reply(order: &Order, reply: &Reply, answer: &Answered) -> Result<Step> {
    let (facts, reference) = answer.facts(order)?;
    match reply.change() {
        Some(change) if answer.approved == "1" => {
            let step = Step::done(Payment::changed(Proof::<OfChange>::by_reply(reply, Claim::NAMELESS, order)?, change.kind, facts));
            // A refund is asked for with the number of what was taken, not of an earlier refund.
            let is_taken = change.kind == Kind::Capture && !reference.is_empty();
            Ok(if is_taken { step.keeping(order.refs.with(REFERENCES[1], reference)) } else { step })
        }
        _ if answer.is_no() => declined(order, reply, answer.decline(order), facts),
        _ => Err(malformed("approved")),
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The bank's books: the transactions of an order

/// What the bank puts before the XID of a payment with 3-D Secure: today, and in its documents of before August 2021. Both are asked for.
const PREFIXES: [&str; 2] = ["TDS_", "TDSC"];

fn order_id(order: &Order, prefix: &str) -> Result<Text> {
    Ok(joined(&[prefix, Signed::of(order)?.xid]))
}

fn inquiry(cx: &Context, order: &Order) -> Result<Step> {
    agreement(cx, order, "inquiry", PREFIXES[0])
}

fn agreement(cx: &Context, order: &Order, what: &str, prefix: &str) -> Result<Step> {
    let id = order_id(order, prefix)?;
    request(cx, order, Effect::Reads, "agreement", &[("orderID", id)], joined(&[what, " ", prefix]))
}

fn agreement_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answered, what: &str, prefix: &str) -> Result<Step> {
    let lines = match (answer.approved, answer.code) {
        ("1", _) => read_lines(order, answer)?,
        ("0", "E219" | "0122" | "0123") if prefix == PREFIXES[0] => {
            let step = agreement(cx, order, what, PREFIXES[1])?;
            return Ok(match step.action {
                Action::Send(next) if what == "history" => Step::list(Statement { next: Some(next), ..Statement::default() }),
                _ => step,
            });
        }
        // No such order, which may also be said for a while right after paying; or no order can be called like this any more.
        ("0", "E219" | "0122" | "0123" | "0150") if prefix == PREFIXES[1] => Vec::new(),
        ("0", _) => return Err(answer.refused()),
        _ => return Err(malformed("approved")),
    };
    if what == "history" {
        return Ok(history(&lines));
    }
    if lines.is_empty() { Ok(Step::pending(facts(order))) } else { settle(order, reply, &lines) }
}

/// One transaction of an order.
struct Line {
    /// What it did, or what it undid.
    kind: TransactionKind,
    undoes: bool,
    /// The bank counts it: it happened, and was not undone.
    counts: bool,
    told: Transaction,
}

/// All of them. One that is another order's makes the whole list another order's.
fn read_lines(order: &Order, answer: &Answered) -> Result<Vec<Line>> {
    let xid = Signed::of(order)?.xid;
    let mut lines = Vec::new();
    for element in answer.document.each("posnetResponse/transactions/transaction") {
        let leaf = |name| element.leaf(name).map(Option::unwrap_or_default);
        let named = leaf("orderID")?;
        if !named.strip_suffix(xid).is_some_and(|prefix| PREFIXES.contains(&prefix)) {
            return Err(Error::new(Why::OtherOrder, "orderID"));
        }
        let state = leaf("state")?;
        let (name, undoes) = state.strip_suffix("_Reverse").map_or((state, false), |name| (name, true));
        let kind = match name {
            "Sale" => TransactionKind::Sale,
            "Authorization" => TransactionKind::PreAuth,
            "Capture" => TransactionKind::Capture,
            "Return" => TransactionKind::Refund,
            _ => TransactionKind::Other,
        };
        let counts = match leaf("txnStatus")? {
            "1" => true,
            "0" => false,
            _ => return Err(malformed("txnStatus")),
        };
        let letters = leaf("currencyCode")?;
        let currency = CURRENCIES.iter().find(|(name, _)| *name == letters).map(|(_, currency)| *currency);
        let amount = lira(leaf("amount")?, currency);
        let mut facts = Facts::default();
        facts.learn(Fact::At, leaf("tranDate")?);
        facts.transaction_id = reference(leaf("hostLogKey")?, leaf("hostlogkey")?)?.kept();
        facts.learn(Fact::AuthCode, leaf("authCode")?);
        facts.learn(Fact::MaskedPan, leaf("ccno")?);
        let told = Transaction {
            order_id: order.id.kept(),
            kind: if undoes { TransactionKind::Void } else { kind },
            outcome: if counts { Outcome::Approved } else { Outcome::Declined },
            amount,
            currency,
            ..Transaction::of(&facts)
        };
        lines.push(Line { kind, undoes, counts, told });
    }
    if lines.is_empty() { Err(malformed("transactions")) } else { Ok(lines) }
}

/// Whether something of this kind was undone.
fn is_undone(lines: &[Line], kind: TransactionKind) -> bool {
    lines.iter().any(|line| line.kind == kind && line.undoes && line.counts)
}

fn history(lines: &[Line]) -> Step {
    let mut transactions = Vec::with_capacity(lines.len());
    for line in lines {
        let mut transaction = line.told;
        if !line.undoes && is_undone(lines, line.kind) {
            transaction.outcome = Outcome::Voided;
        }
        transactions.push(transaction);
    }
    Step::list(Statement { transactions, next: None })
}

/// `12,34`, also with points between thousands. Without the two decimals it could be lira or kuruş, and is not read.
fn lira(text: &str, currency: Option<Currency>) -> Option<Amount> {
    let (whole, fraction) = split_first(text, b',')?;
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

/// What the transactions of an order come to. Whatever does not fit together is for a person to look at.
fn settle(order: &Order, reply: &Reply, lines: &[Line]) -> Result<Step> {
    let ledger = Ledger::read(&order.refs)?;
    let doubtful = || Ok(Step::pending(Facts { review: true, ..facts(order) }));
    let (Some(main), Some(refunds)) = (main_line(order, &ledger, lines), refunds(lines)) else { return doubtful() };
    let is_capture = main.kind == TransactionKind::Capture;
    // A capture may have taken less than was reserved.
    let due = if is_capture { ledger.capture().unwrap_or(order.amount) } else { order.amount };
    let is_part = due != order.amount;
    let Transaction { amount: Some(amount), currency: Some(currency), .. } = main.told else { return doubtful() };
    if is_part && amount != due {
        return doubtful();
    }
    let claim = Claim { order_id: Some(order.id), amount: Some(amount).filter(|_| !is_part), currency: Some(currency) };
    let money = || Proof::<OfMoney>::by_reply(reply, claim, order);
    let facts = Facts {
        charged: Some(amount).filter(|_| is_part),
        at: main.told.at,
        transaction_id: main.told.transaction_id,
        auth_code: main.told.auth_code,
        masked_pan: main.told.masked_pan,
        refunded: Amount::from_minor(refunds),
        ..facts(order)
    };
    let is_undone = is_undone(lines, main.kind);
    if is_undone || !main.counts {
        // A sale that does not count has failed, unless it is known to have happened.
        let is_half = !is_undone && self::is_undone(lines, TransactionKind::Capture);
        return match is_undone || ledger.has(Kind::Void) {
            _ if is_capture || is_half => doubtful(),
            true => Ok(Step::done(Payment::voided(money()?, facts))),
            false if order.refs.get(REFERENCES[0]).is_some() => doubtful(),
            false => {
                let decline = Decline { reason: Reason::Declined, bank_code: "txnStatus 0".kept(), bank_message: "" };
                declined(order, reply, decline, facts)
            }
        };
    }
    // The list must show at least the refunds that the bank has confirmed, or it is not the whole list.
    let known = ledger.refunded().map_or(0, Amount::minor);
    if refunds > due.minor() || refunds < known {
        return doubtful();
    }
    let payment = match refunds {
        _ if main.kind == TransactionKind::PreAuth => Payment::succeeded(money()?, order, facts),
        all if all == due.minor() => Payment::refunded(money()?, facts),
        _ => Payment::paid(money()?, facts),
    };
    let step = Step::done(payment);
    let reference = &main.told.transaction_id;
    Ok(if reference.is_empty() { step } else { step.keeping(order.refs.with(REFERENCES[usize::from(is_capture)], reference)) })
}

/// The transaction that took or reserved the money, or the one that undid it where the bank tells of nothing else. `None` where there is
/// none, where there are two, and where points or another kind of sale are in the game.
fn main_line<'l>(order: &Order, ledger: &Ledger, lines: &'l [Line]) -> Option<&'l Line> {
    let reserves = order.intent == Intent::PreAuth;
    // A capture that was undone leaves what was reserved.
    let is_shown = |line: &Line| line.kind == TransactionKind::Capture && !line.undoes && (line.counts || ledger.captured().is_some());
    let captured = !is_undone(lines, TransactionKind::Capture) && lines.iter().any(is_shown);
    let kind = match reserves {
        false => TransactionKind::Sale,
        true if captured => TransactionKind::Capture,
        true => TransactionKind::PreAuth,
    };
    let (mut taken, mut undone) = (None, None);
    for line in lines {
        let belongs = match line.kind {
            TransactionKind::Refund => true,
            TransactionKind::PreAuth | TransactionKind::Capture => reserves,
            other => other == kind,
        };
        match (line.kind == kind, line.undoes) {
            _ if !belongs => return None,
            (true, false) if taken.is_some() => return None,
            (true, false) => taken = Some(line),
            // An undoing that did not succeed says nothing.
            (true, true) if line.counts => undone = Some(line),
            _ => {}
        }
    }
    taken.or(undone)
}

/// How much was given back. `None` where that cannot be told.
fn refunds(lines: &[Line]) -> Option<u64> {
    let mut sum = 0;
    for line in lines {
        if line.kind == TransactionKind::Refund && line.counts {
            // A refund that was undone again is no verb of ours.
            sum += line.told.amount.filter(|_| !line.undoes)?.minor();
        }
    }
    Some(sum)
}
