//! PayFor: the virtual POS of QNB and Enpara, and of Ziraat Katılım.
//!
//! Sources: the banks' sample scripts, returns and answers of QNB's test system that were published, and what other implementations report.
//! No document of the bank is public; what no source settles is marked as open in `docs/banks/qnb.md`.
//!
//! **Only the bank's books are believed.** The return's digest covers neither amount nor currency; its values are joined without a delimiter
//! around a nonce that is the bank's clock, so who waits for a clock with `001` in it makes an approval out of a refusal; and at Ziraat Katılım
//! the digest fits no formula that is known. So every return, signed or not, leads to the order inquiry, and the inquiry alone decides: our
//! order's number, amount, currency, type and merchant must stand in it.
//!
//! **What the form's digest leaves out** (currency, model, card) the customer can change in his own form, and what stands side by side in it he
//! can cut elsewhere: an address that ends in `Pre` would turn `Auth` into `PreAuth`, a nonce that began with a digit would become
//! instalments. The first is refused here, the nonce begins with a letter, and the inquiry shows all the others.
//!
//! **`3dmodel`**: 3-D Secure alone; our own server asks for the money. The provision names the visit by a number that anybody can count, and no
//! amount: before it is sent, the inquiry must show that this visit has the stored order's amount and currency, or know nothing of visits that
//! are only authenticated; then the bank's signature on the return is enough to ask for the money. Afterwards it is asked again.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Reply, Spec, Verb, malformed, send};
use crate::account::Account;
use crate::crypto::{self, Written};
use crate::decline::{Decline, Reason, is_open};
use crate::error::{Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{
    Card, CardInputs, Claim, Effect, Fact, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Step, Tells,
};
use crate::text::{Keep, Text, digits, joined};
use crate::wire::form::Form;
use crate::wire::time::from_dotted;
use crate::wire::{charset, is_digits, is_made_of, number, xml};
use alloc::vec::Vec;

/// What PayFor is.
pub const SPEC: Spec = Spec {
    system: "payfor",
    gateway: &PayFor,
    models: &["3dhost", "3dpay", "3dmodel"],
    claiming_models: &["3dmodel"],
    proving_models: &[],
    preauth_models: &["3dhost", "3dpay", "3dmodel"],
    card_models: &[],
    either_card_models: &[],
    // There is a history, too; where it finds nothing, it repeats both passwords.
    verbs: &["capture", "refund", "void"],
    formulas: &[
        Formula { name: "requestHash", over: Over::Fields(&FORM_SIGNED), compute: |values, _| Ok(crypto::base64(&form_digest(values))) },
        Formula {
            name: "responseHash",
            over: Over::Fields(&["MerchantID", "OrderId", "AuthCode", "ProcReturnCode", "3DStatus", "ResponseRnd", "UserCode"]),
            compute: |values, _| match values {
                [merchant, middle @ .., user, pass] if middle.len() == SIGNED.len() => {
                    Ok(crypto::base64(&crypto::sha1(&[merchant.as_bytes(), pass.as_bytes(), joined(middle).as_bytes(), user.as_bytes()])))
                }
                _ => Err(super::too_few_values()),
            },
        },
    ],
    merchant: &[
        Key { name: "merchantId", panel: "Üye işyeri numarası (MerchantID)", required: true, max: 20 },
        Key { name: "userCode", panel: "API kullanıcı kodu (UserCode)", required: true, max: 64 },
        Key { name: "userPass", panel: "API kullanıcı şifresi (UserPass)", required: true, max: 64 },
        Key { name: "merchantPass", panel: "3D işyeri şifresi (MerchantPass)", required: true, max: 64 },
        Key { name: "mbrId", panel: "Kurum kodu (MbrId)", required: false, max: 4 },
    ],
    endpoints: &["page", "gate", "api"],
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp, Currency::Jpy, Currency::Rub],
    headers: &[],
    // The bank sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[
        Bank { name: "qnb", production: &QNB, test: &QNB_TEST, hosts: &["vpos.qnbfinansbank.com"], test_hosts: &["vpostest.qnbfinansbank.com"] },
        Bank { name: "enpara", production: &QNB, test: &QNB_TEST, hosts: &["vpos.qnbfinansbank.com"], test_hosts: &["vpostest.qnbfinansbank.com"] },
        Bank {
            name: KATILIM,
            production: &[
                "https://vpos.ziraatkatilim.com.tr/Mpi/3DHost.aspx",
                "https://vpos.ziraatkatilim.com.tr/Mpi/Default.aspx",
                "https://vpos.ziraatkatilim.com.tr/Mpi/XMLGate.aspx",
            ],
            // The addresses of its test system stand in no public document.
            test: &[],
            hosts: &[],
            test_hosts: &[],
        },
    ],
    public_credentials: &[
        ("merchantId", "085300000009704"),
        ("merchantId", "085300000009597"),
        ("userCode", "QNB_API_KULLANICI"),
        ("userCode", "QNB_API_KULLANICI_3DPAY"),
        ("userPass", "UcBN0"),
        ("merchantPass", "12345678"),
        // The simulator's.
        ("userPass", "SimQn"),
        ("userPass", "SimZk"),
        ("merchantPass", "19071907"),
        ("merchantPass", "29052905"),
    ],
};

const KATILIM: &str = "ziraatkatilim";
const QNB: [&str; 3] =
    ["https://vpos.qnb.com.tr/Gateway/3DHost.aspx", "https://vpos.qnb.com.tr/Gateway/Default.aspx", "https://vpos.qnb.com.tr/Gateway/XMLGate.aspx"];
const QNB_TEST: [&str; 3] = [
    "https://vpostest.qnb.com.tr/Gateway/3DHost.aspx",
    "https://vpostest.qnb.com.tr/Gateway/Default.aspx",
    "https://vpostest.qnb.com.tr/Gateway/XMLGate.aspx",
];

/// The gateway.
pub struct PayFor;

impl Gateway for PayFor {
    fn check(&self, account: &Account) -> Result<()> {
        for key in ["merchantId", "mbrId"] {
            let given = account.merchant(key);
            if !given.is_empty() && !is_digits(given) {
                return Err(account.wrong(Why::ValueNotDigits, key));
            }
        }
        Ok(())
    }

    fn start(&self, cx: &Context, order: &Order, _card: Option<&Card>) -> Result<Step> {
        check_order(order)?;
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
        if !["", cx.account.id()].contains(&form.ascii("MerchantID")?.unwrap_or_default()) {
            return Err(Error::new(Why::OtherMerchant, "MerchantID"));
        }
        let Some(returned) = Returned::verify(&form, cx.account)? else { return Ok(inquiry(cx, order, "return")) };
        let then = if returned.code == AUTHENTICATED { joined(&["return ", visit(&form)?]) } else { "return" };
        Ok(inquiry(cx, order, then).keeping(order.refs.with(MD_STATUS, returned.md_status)))
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
        let answer = Answer { document: xml::Document::parse(reply.body(), "PayforResponse")? };
        if answer.leaf("ProcReturnCode")?.is_empty() {
            return Err(malformed("ProcReturnCode"));
        }
        match then {
            "provision" => provision_reply(cx, order, &reply, &answer),
            "change" => change_reply(order, &reply, &answer),
            _ => inquiry_reply(cx, order, &reply, &answer, then),
        }
    }

    fn captures_apart(&self) -> bool {
        true
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
const FORM_SIGNED: [&str; 8] = ["MbrId", "OrderId", "PurchAmount", "OkUrl", "FailUrl", "TxnType", "InstallmentCount", "Rnd"];

/// The longest number that is known to be taken.
const MAX_ID: usize = 50;

fn check_order(order: &Order) -> Result<()> {
    if !is_made_of(order.id, b"") || order.id.len() > MAX_ID {
        return Err(Error::new(Why::PaytrId, "id"));
    }
    if order.urls.fail.ends_with("Pre") {
        return Err(Error::new(Why::ReturnUrl, "urls.fail"));
    }
    order.check_shop_chooses_installments()
}

fn form_fields(cx: &Context, order: &Order) -> Vec<(&'static str, Text)> {
    let account = cx.account;
    let values = [
        mbr_id(account),
        order.id.kept(),
        order.amount.to_decimal(order.currency),
        order.urls.ok.kept(),
        order.urls.fail.kept(),
        transaction_type(order),
        if order.installments > 1 { digits(order.installments) } else { "0" },
        joined(&["R", crypto::hex((cx.random)().get(..10).unwrap_or_default())]),
    ];
    let mut fields: Vec<_> = FORM_SIGNED.into_iter().zip(values).collect();
    let mut signed = values.to_vec();
    signed.push(account.merchant("merchantPass").kept());
    fields.extend([
        ("Hash", crypto::base64(&form_digest(&signed))),
        ("MerchantID", account.id().kept()),
        ("UserCode", account.merchant("userCode").kept()),
        ("SecureType", secure_type(order.model)),
        ("Currency", order.currency.digits()),
        ("Lang", language(order)),
        ("MOTO", "0"),
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

/// The bank behind this system, in its own number.
fn mbr_id(account: &Account) -> Text {
    match account.merchant("mbrId") {
        "" if account.gateway == KATILIM => "12",
        "" => "5",
        given => given.kept(),
    }
}

fn secure_type(model: &str) -> &'static str {
    match model {
        "3dhost" => "3DHost",
        "3dpay" => "3DPay",
        _ => "3DModel",
    }
}

fn transaction_type(order: &Order) -> &'static str {
    if order.intent == Intent::Sale { "Auth" } else { "PreAuth" }
}

fn language(order: &Order) -> &'static str {
    if order.customer.language.letters() == "en" { "EN" } else { "TR" }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The return

/// What the return's digest covers, beside the merchant's number, the password and the user.
const SIGNED: [&str; 5] = ["OrderId", "AuthCode", "ProcReturnCode", "3DStatus", "ResponseRnd"];

/// 3-D Secure went well, and no money has moved.
const AUTHENTICATED: &str = "V033";

/// The name in `refs` under which the outcome of 3-D Secure is kept: it decides nothing but who bears a chargeback.
const MD_STATUS: &str = "md";

/// The signed values of a return that are of use.
struct Returned<'f> {
    code: &'f str,
    md_status: &'f str,
}

impl<'f> Returned<'f> {
    /// `None`: the digest does not fit, or the values are not written as the bank writes them, so that the borders may have been moved.
    fn verify(form: &Form<'f>, account: &Account) -> Result<Option<Returned<'f>>> {
        let mut values = [""; SIGNED.len()];
        for (value, name) in values.iter_mut().zip(SIGNED) {
            *value = form.ascii(name)?.unwrap_or_default();
        }
        let [_, auth_code, code, md_status, nonce] = values;
        let is_clock = nonce.strip_prefix("PF").is_some_and(|ticks| ticks.len() == 18 && is_digits(ticks));
        let is_md_status = matches!(md_status.as_bytes(), [b'0'..=b'9']) || md_status == "-1";
        // Of an authentication no card's bank has heard: what stands there is the end of a longer order number.
        let is_moved = code == AUTHENTICATED && !auth_code.is_empty();
        let is_code = matches!(code.len(), 2 | 4) && is_made_of(code, b"");
        if is_moved || !is_clock || !is_md_status || auth_code.len() > 10 || !is_made_of(auth_code, b"") || !is_code {
            return Ok(None);
        }
        let pieces = [account.id(), account.merchant("merchantPass"), joined(&values), account.merchant("userCode")];
        #[cfg(feature = "explain")]
        crate::trace::describe_joined(
            &[&["MerchantID", "merchantPass"], &SIGNED[..], &["UserCode"]].concat(),
            &[&pieces[..2], &values[..], &pieces[3..]].concat(),
            "",
        );
        let verified = crypto::compare(&digest(&pieces), form.ascii("ResponseHash")?.unwrap_or_default(), Written::Base64);
        Ok(verified.map(|_| Returned { code, md_status }))
    }
}

/// The bank's number of the visit. It is not signed, and the bank holds it against our order's number.
fn visit<'f>(form: &Form<'f>) -> Result<&'f str> {
    let guid = form.ascii("RequestGuid")?.unwrap_or_default();
    Ok(if is_visit(guid) { guid } else { "" })
}

fn is_visit(guid: &str) -> bool {
    is_digits(guid) && guid.len() <= 32 && guid != "0"
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Requests and answers

fn request(cx: &Context, effect: Effect, leaves: &[(&'static str, &str)], then: &str) -> Step {
    let mut body = xml::Writer::new("UTF-8");
    body.open("PayforRequest");
    for (name, value) in leaves {
        body.leaf(name, value);
    }
    body.leaf("UserCode", cx.account.merchant("userCode"));
    body.leaf("UserPass", cx.account.merchant("userPass"));
    body.close("PayforRequest");
    send(effect, cx.account.endpoint("api").kept(), vec![("content-type", "text/xml; charset=utf-8")], body.finish(), then)
}

/// A request about an order; the name under which the bank wants its number differs.
fn about(cx: &Context, order: &Order, effect: Effect, name: &'static str, more: &[(&'static str, &str)], then: &str) -> Step {
    let mut leaves = vec![("MbrId", mbr_id(cx.account)), ("MerchantId", cx.account.id()), (name, order.id), ("Lang", language(order))];
    leaves.extend_from_slice(more);
    request(cx, effect, &leaves, then)
}

const ORDER_INQUIRY: [(&str, &str); 2] = [("SecureType", "Inquiry"), ("TxnType", "OrderInquiry")];

fn inquiry(cx: &Context, order: &Order, then: &str) -> Step {
    about(cx, order, Effect::Reads, "OrgOrderId", &ORDER_INQUIRY, then)
}

/// An answer: one long record, or a short one.
struct Answer<'a> {
    document: xml::Document<'a>,
}

impl Tells for Answer<'_> {
    fn told(&self, name: &'static str) -> Result<&str> {
        self.leaf(name)
    }
}

impl Answer<'_> {
    fn leaf(&self, name: &str) -> Result<&str> {
        self.document.leaf(joined(&["PayforResponse/", name])).map(Option::unwrap_or_default)
    }

    fn words(&self) -> Result<[Text; 2]> {
        Ok([charset::displayable(self.leaf("ProcReturnCode")?, 16), charset::displayable(self.leaf("ErrMsg")?, 200)])
    }

    fn decline(&self) -> Result<Decline> {
        let [bank_code, bank_message] = self.words()?;
        let reason = match bank_code {
            "V034" | "MR15" | AUTHENTICATED => Reason::ThreeDsFailed,
            "M041" => Reason::InvalidCard,
            code => Reason::from_iso8583(code),
        };
        Ok(Decline { reason, bank_code, bank_message })
    }

    /// A question that was not answered.
    fn refused(&self) -> Result<Error> {
        let [bank_code, bank_message] = self.words()?;
        Ok(Error::new(Why::Refused, "").with_bank(bank_code, bank_message))
    }

    /// An answer in two fields may name our order, and must name no other.
    fn check_named(&self, order: &Order, must: bool) -> Result<()> {
        let named = self.leaf("TransId")?;
        if named == order.id || !must && named.is_empty() { Ok(()) } else { Err(Error::new(Why::OtherOrder, "TransId")) }
    }
}

/// The card's bank said no.
fn is_issuers_no(code: &str) -> bool {
    code.len() == 2 && is_digits(code) && code != "00"
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The order inquiry: where everything is decided

fn inquiry_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answer, then: &str) -> Result<Step> {
    let (code, state) = (answer.leaf("ProcReturnCode")?, answer.leaf("TxnStatus")?);
    if code == "V013" || state == "P" {
        return not_found(cx, order, then);
    }
    match answer.leaf("OrderId")? {
        // It does not know this shop, or this address.
        "" => return Err(answer.refused()?),
        named if named != order.id => return Err(Error::new(Why::OtherOrder, "OrderId")),
        _ => {}
    }
    if answer.leaf("MerchantID")? != cx.account.id() || answer.leaf("MbrId")? != mbr_id(cx.account) {
        return Err(Error::new(Why::OtherMerchant, "MerchantID"));
    }
    let Some(row) = Row::read(order, answer)? else { return Ok(doubtful(order)) };
    match (code, state) {
        ("00", "Y" | "V") => settle(cx, order, reply, answer, &row),
        (AUTHENTICATED, _) => authenticated(cx, order, reply, answer, &row, then),
        ("V034" | "MR15" | "M041", _) => declined(cx, order, reply, answer, &row),
        (_, "N") if is_issuers_no(code) => declined(cx, order, reply, answer, &row),
        ("00", _) => Ok(doubtful(order)),
        // Under way, or refused for a reason that is no verdict about the money.
        _ => Ok(Step::pending(facts(order, ""))),
    }
}

/// No such order: which may also be said while the customer is on the bank's page, and for a while right after paying.
fn not_found(cx: &Context, order: &Order, then: &str) -> Result<Step> {
    let first = then.strip_prefix(AGAIN).is_none();
    if first && cx.account.gateway == KATILIM {
        // This bank is said to look for one of the two names or for the other.
        let more = [ORDER_INQUIRY[0], ORDER_INQUIRY[1], ("Currency", order.currency.digits())];
        return Ok(about(cx, order, Effect::Reads, "OrderId", &more, joined(&[AGAIN, then])));
    }
    let then = then.strip_prefix(AGAIN).unwrap_or(then);
    match then.strip_prefix("return ") {
        // The inquiry may not show what is only authenticated; the bank's signature did, and the bank knows whose visit it was.
        Some(guid) if is_visit(guid) && order.model == "3dmodel" && accepts(cx, order) => Ok(provision(cx, order, guid)),
        _ => Ok(Step::pending(facts(order, ""))),
    }
}

/// Before `then`: the second question about the same.
const AGAIN: &str = "again ";

/// What an inquiry tells about money.
struct Row<'d> {
    amount: Amount,
    currency: Currency,
    kind: &'d str,
    md_status: &'d str,
    refunded: u64,
}

impl<'d> Row<'d> {
    /// `None` where an amount or the currency is not written as it should be.
    fn read(order: &Order, answer: &'d Answer) -> Result<Option<Row<'d>>> {
        let Some(currency) = Currency::from_digits(answer.leaf("Currency")?) else { return Ok(None) };
        let Some(amount) = Amount::from_local(answer.leaf("PurchAmount")?, currency) else { return Ok(None) };
        let refunded = match answer.leaf("RefundedAmount")? {
            "" | "0" => 0,
            text => match Amount::from_local(text, currency) {
                Some(amount) => amount.minor(),
                None => return Ok(None),
            },
        };
        let md_status = match answer.leaf("D3Status")? {
            told @ ("1" | "2" | "3" | "4") => told,
            _ => order.refs.get(MD_STATUS).unwrap_or_default(),
        };
        Ok(Some(Row { amount, currency, kind: answer.leaf("TxnType")?, md_status, refunded }))
    }

    /// Everything that is named must equal the stored order; what a capture took may be less than the order's amount.
    fn claim<'o>(&self, order: &'o Order) -> Claim<'o> {
        let is_capture = self.kind == "PostAuth" && order.intent == Intent::PreAuth;
        Claim { order_id: Some(order.id), amount: Some(self.amount).filter(|_| !is_capture), currency: Some(self.currency) }
    }
}

fn settle(cx: &Context, order: &Order, reply: &Reply, answer: &Answer, row: &Row) -> Result<Step> {
    let ledger = Ledger::read(&order.refs)?;
    let is_capture = row.kind == "PostAuth";
    let reserves = order.intent == Intent::PreAuth;
    if row.kind != transaction_type(order) && !(is_capture && reserves) {
        return Ok(doubtful(order));
    }
    let proof = Proof::<OfMoney>::by_reply(reply, row.claim(order), order)?;
    let facts = learned(cx, order, answer, row)?;
    let step = |payment| Ok(Step::done(payment).keeping(order.refs.with(MD_STATUS, row.md_status)));
    let is_undone = answer.leaf("TxnStatus")? == "V" || is_true(answer.leaf("IsVoided")?);
    if is_undone {
        return step(Payment::voided(proof, facts));
    }
    if row.kind == "PreAuth" {
        return step(Payment::succeeded(proof, order, facts));
    }
    // The bank must know of at least the refunds that it has confirmed.
    if row.refunded > row.amount.minor() || row.refunded < ledger.refunded().map_or(0, Amount::minor) {
        return Ok(doubtful(order));
    }
    let facts = Facts {
        charged: Some(row.amount).filter(|taken| *taken != order.amount),
        refunded: Amount::from_minor(row.refunded),
        // A capture that this shop did not ask for; or a refund of which the bank does not say how much.
        review: facts.review
            || is_capture && ledger.capture().unwrap_or(order.amount) != row.amount
            || row.refunded == 0 && is_true(answer.leaf("IsRefunded")?),
        ..facts
    };
    step(if row.refunded == row.amount.minor() { Payment::refunded(proof, facts) } else { Payment::paid(proof, facts) })
}

fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

fn declined(cx: &Context, order: &Order, reply: &Reply, answer: &Answer, row: &Row) -> Result<Step> {
    let proof = Proof::<OfOutcome>::by_reply(reply, row.claim(order), order)?;
    let facts = Facts { review: false, ..learned(cx, order, answer, row)? };
    Ok(Step::done(Payment::declined(proof, answer.decline()?, facts)))
}

/// What does not fit together is for a person to look at.
fn doubtful(order: &Order) -> Step {
    Step::pending(Facts { review: true, ..facts(order, "") })
}

fn facts(order: &Order, md_status: &str) -> Facts {
    let md_status = if md_status.is_empty() { order.refs.get(MD_STATUS).unwrap_or_default() } else { md_status.kept() };
    Facts { installments: Some(order.installments), md_status, liability: Liability::by_md_status(md_status), ..Facts::default() }
}

/// What an inquiry says beside the verdict. Money that moved after an authentication that is not good enough is for a person to look at.
fn learned(cx: &Context, order: &Order, answer: &Answer, row: &Row) -> Result<Facts> {
    // The bank's number of the visit is as long as a card's, and would be hidden like one.
    const NAMES: [(Fact, &str); 3] = [(Fact::AuthCode, "AuthCode"), (Fact::HostReference, "F37"), (Fact::MaskedPan, "CardMask")];
    let told = Facts::told(answer, &NAMES)?;
    let known = facts(order, row.md_status);
    let installments: Option<u8> = number(answer.leaf("InstallmentCount")?);
    let installments = installments.map_or(order.installments, |count| count.max(1));
    Ok(Facts {
        installments: Some(installments),
        at: from_dotted(answer.leaf("InsertDatetime")?).unwrap_or_default(),
        md_status: known.md_status,
        liability: known.liability,
        review: installments != order.installments || !cx.account.three_ds.accepts(known.md_status),
        ..told
    })
}

// ---------------------------------------------------------------------------------------------------------------------------------
// `3dmodel`: our own server asks for the money

/// Whether the outcome of 3-D Secure that the bank signed is good enough.
fn accepts(cx: &Context, order: &Order) -> bool {
    cx.account.three_ds.accepts(order.refs.get(MD_STATUS).unwrap_or_default())
}

fn authenticated(cx: &Context, order: &Order, reply: &Reply, answer: &Answer, row: &Row, then: &str) -> Result<Step> {
    let is_return = then.strip_prefix(AGAIN).unwrap_or(then).starts_with("return");
    if order.model != "3dmodel" || !is_return || row.kind != transaction_type(order) {
        // In the other models: the customer has changed his own form, and nobody has paid.
        return Ok(Step::pending(facts(order, "")));
    }
    // Before money is asked for: the visit is this order's, with its amount and its currency.
    let proof = Proof::<OfOutcome>::by_reply(reply, row.claim(order), order)?;
    let order = &Order { refs: order.refs.with(MD_STATUS, row.md_status), basket: Vec::new(), ..*order };
    let guid = answer.leaf("RequestGuid")?;
    match row.md_status {
        "" => Ok(doubtful(order)),
        _ if accepts(cx, order) && is_visit(guid) => Ok(provision(cx, order, guid)),
        _ if accepts(cx, order) => Err(malformed("RequestGuid")),
        // Nothing but our own request would charge the card.
        md_status => {
            let decline = Decline { bank_code: joined(&["D3Status ", md_status]), ..answer.decline()? };
            Ok(Step::done(Payment::declined(proof, decline, facts(order, md_status))))
        }
    }
}

/// No amount and no merchant: the bank knows both by the visit, and refuses one that is not our order's.
fn provision(cx: &Context, order: &Order, guid: &str) -> Step {
    let leaves = [("RequestGuid", guid), ("OrderId", order.id), ("SecureType", "3DModelPayment")];
    request(cx, Effect::MovesMoney, &leaves, "provision").keeping(order.refs.clone())
}

/// It names neither amount nor currency, so the books have the last word.
fn provision_reply(cx: &Context, order: &Order, reply: &Reply, answer: &Answer) -> Result<Step> {
    let code = answer.leaf("ProcReturnCode")?;
    answer.check_named(order, code == "00")?;
    if is_issuers_no(code) && !is_open(code) && answer.leaf("TransId")? == order.id {
        let proof = Proof::<OfOutcome>::by_reply(reply, Claim::NAMELESS, order)?;
        return Ok(Step::done(Payment::declined(proof, answer.decline()?, facts(order, ""))));
    }
    Ok(inquiry(cx, order, "charged"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Captures, refunds and voids

fn change_request(cx: &Context, order: &Order, change: &Change) -> Step {
    let amount = change.amount.to_decimal(order.currency);
    let kind = match change.kind {
        Kind::Capture => "PostAuth",
        Kind::Refund => "Refund",
        Kind::Void => "Void",
    };
    let mut more = vec![("SecureType", "NonSecure"), ("TxnType", kind), ("Currency", order.currency.digits())];
    if change.kind != Kind::Void {
        more.push(("PurchAmount", amount));
    }
    about(cx, order, Effect::MovesMoney, "OrgOrderId", &more, "change")
}

fn change_reply(order: &Order, reply: &Reply, answer: &Answer) -> Result<Step> {
    let code = answer.leaf("ProcReturnCode")?;
    answer.check_named(order, code == "00")?;
    // Nothing was done: no such transaction, not in this batch, not possible, not the bank's user, not a valid request.
    let is_no = matches!(code, "V001" | "V013" | "V014" | "V015" | "M002" | "M012") || is_issuers_no(code) && !is_open(code);
    match reply.change() {
        Some(change) if code == "00" => {
            const NAMES: [(Fact, &str); 2] = [(Fact::AuthCode, "AuthCode"), (Fact::HostReference, "HostRefNum")];
            let facts = Facts::told(answer, &NAMES)?;
            Ok(Step::done(Payment::changed(Proof::<OfChange>::by_reply(reply, Claim::NAMELESS, order)?, change.kind, facts)))
        }
        _ if is_no => {
            let proof = Proof::<OfOutcome>::by_reply(reply, Claim::NAMELESS, order)?;
            Ok(Step::done(Payment::declined(proof, answer.decline()?, Facts::default())))
        }
        _ => Err(malformed("ProcReturnCode")),
    }
}
