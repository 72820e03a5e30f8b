//! PayFlex (İnnova): VakıfBank GET 7/24, and the older PayFlex of Ziraat and İş Bankası. Two ways to a payment:
//! - `common_payment`: our server registers the payment, the customer types the card on the bank's page, and our server asks what came of it;
//! - `3d`: our server enrolls the card at the bank's MPI, the customer's bank authenticates, and our server asks for the money (provision).
//!
//! Sources: VakıfBank's "Sanal POS Entegrasyon Dokümanı" 2.x with its table of codes, its "Güvenli Ortak Ödeme Entegrasyon Dokümanı" and the
//! guides to the hosts of 2026, İnnova's "MPI + Sanal POS Entegrasyon Dokümanı" 4.1 (Ziraat), and captured answers that were published. What
//! no source settles is marked as open in `docs/banks/vakifbank.md`.
//!
//! Nothing that comes through the browser is signed, successes and failures alike. So a return proves nothing: it must name the random
//! numbers that are stored with the order, and then the bank's reply to a request of our own decides, held against the stored order. Amount,
//! currency and instalments are never read from a return; nor are the card number and the date that the MPI writes into it. Where the newer
//! hosts want neither card nor amount in the provision, they know both by `MpiTransactionId`, which is our own random number.

use super::{Acknowledgement, Bank, Context, Formula, Found, Gateway, Key, Message, Over, Period, Reply, Spec, Verb, malformed, request};
use crate::account::{Account, Mode, ThreeDs};
use crate::crypto::{self, base64, hex, sha1};
use crate::decline::{Decline, Reason};
use crate::error::{Code, Error, Result, Why};
use crate::ledger::{Change, Kind, Ledger};
use crate::money::{Amount, Currency};
use crate::payment::{
    Action, Card, Claim, Effect, Fact, Facts, Intent, Liability, OfChange, OfMoney, OfOutcome, Order, Payment, Proof, Redirect, Send, Status, Step,
    texts,
};
use crate::statement::{Outcome, Statement, Transaction, TransactionKind};
use crate::text::{Keep, Text, digits, joined, joined_by, keep};
use crate::wire::charset::displayable;
use crate::wire::form::{self, Form};
use crate::wire::html;
use crate::wire::json::{self, Object};
use crate::wire::time::{Date, from_turkish};
use crate::wire::xml::{Document, Element, Leaves, Writer};
use crate::wire::{is_digits, is_made_of, number, part, split_first, split_last};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

/// What PayFlex is. A bank without a published address has an empty text in its place, and what needs it says so.
pub const SPEC: Spec = Spec {
    system: "payflex",
    gateway: &PayFlex,
    models: &["common_payment", "3d"],
    claiming_models: &["3d"],
    proving_models: &[],
    preauth_models: &["common_payment", "3d"],
    card_models: &["3d"],
    either_card_models: &[],
    verbs: &["capture", "refund", "void", "history", "report"],
    formulas: &[Formula {
        name: "commonPaymentHash",
        over: Over::Fields(&["HostMerchantId", "AmountCode", "Amount"]),
        compute: |values, _| match values {
            [merchant, currency, amount, password] => Ok(common_payment_hash([merchant, currency, amount, password])),
            _ => Err(super::too_few_values()),
        },
    }],
    merchant: &[
        Key { name: "merchantId", panel: "Üye işyeri numarası (MerchantId)", required: true, max: 32 },
        Key { name: "password", panel: "Sanal POS şifresi (Password)", required: true, max: 64 },
        Key { name: "terminalNo", panel: "Terminal numarası (TerminalNo)", required: true, max: 16 },
        Key { name: "mpiPassword", panel: "3D Secure (MPI) şifresi", required: false, max: 64 },
    ],
    endpoints: &["mpi", "vpos", "search", "common_payment", "payment_page"],
    currencies: &[Currency::Try, Currency::Usd, Currency::Eur, Currency::Gbp],
    headers: &[],
    // PayFlex sends no notifications.
    acknowledgement: Acknowledgement { content_type: "text/plain; charset=utf-8", body: "OK" },
    banks: &[
        Bank {
            name: "vakifbank",
            production: &[
                "https://inbound.apigateway.vakifbank.com.tr:8443/threeDGateway/Enrollment",
                "https://apigw.vakifbank.com.tr:8443/virtualPos/Vposreq",
                "https://apigw.vakifbank.com.tr:8443/virtualPos/Search",
                "https://inbound.apigateway.vakifbank.com.tr:8443/commonPayment/CreateTokenCPY",
                "https://guvenliodeme.vakifbank.com.tr/CommonPayment/SecurePayment",
            ],
            test: &[
                "https://inbound.apigatewaytest.vakifbank.com.tr:8443/threeDGateway/Enrollment",
                "https://apiportalprep.vakifbank.com.tr:8443/virtualPos/Vposreq",
                "https://apiportalprep.vakifbank.com.tr:8443/virtualPos/Search",
                "https://inbound.apigatewaytest.vakifbank.com.tr:8443/commonPayment/CreateTokenCPY",
                "https://cptest.vakifbank.com.tr/CommonPayment/SecurePayment",
            ],
            hosts: &["onlineodeme.vakifbank.com.tr:4443", "3dsecure.vakifbank.com.tr:4443", "cpweb.vakifbank.com.tr"],
            test_hosts: &["onlineodemetest.vakifbank.com.tr:4443", "3dsecuretest.vakifbank.com.tr:4443"],
        },
        Bank {
            name: "ziraat-payflex",
            production: &[
                "https://mpi.ziraatbank.com.tr/Enrollment.aspx",
                "https://sanalpos.ziraatbank.com.tr/v4/v3/Vposreq.aspx",
                "https://sanalpos.ziraatbank.com.tr/v4/UIWebService/Search.aspx",
                "",
                "",
            ],
            test: &[
                "https://preprod.payflex.com.tr/ZiraatBank/MpiWeb/Enrollment.aspx",
                "https://preprod.payflex.com.tr/Ziraatbank/VposWeb/v3/Vposreq.aspx",
                "https://preprod.payflex.com.tr/ZIRAATBANK/UIWebService/Search.aspx",
                "",
                "",
            ],
            hosts: &[],
            test_hosts: &[],
        },
        Bank {
            name: "isbank-payflex",
            production: &[
                "https://mpi.vpos.isbank.com.tr/Enrollment.aspx",
                "https://trx.vpos.isbank.com.tr/v3/Vposreq.aspx",
                "",
                "https://cpm.vpos.isbank.com.tr/CpWeb/api/RegisterTransaction",
                "https://cpm.vpos.isbank.com.tr/CpWeb/SecurePayment",
            ],
            test: &[
                "https://sanalpos.innova.com.tr/ISBANK/MpiWeb/Enrollment.aspx",
                "https://sanalpos.innova.com.tr/ISBANK_v4/VposWeb/v3/Vposreq.aspx",
                "",
                "",
                "",
            ],
            hosts: &["cpm.payflex.com.tr"],
            test_hosts: &[],
        },
    ],
    // Of the banks' test systems and of the simulator.
    public_credentials: &[
        ("merchantId", "000000000007955"),
        ("merchantId", "000100000013506"),
        ("merchantId", "000000000006528"),
        ("password", "123456"),
        ("password", "123Ab456"),
        ("password", "SimVpos789"),
        ("mpiPassword", "123456"),
        ("mpiPassword", "123Ab456"),
        ("mpiPassword", "SimMpi456"),
    ],
};

/// The gateway.
pub struct PayFlex;

impl Gateway for PayFlex {
    fn check(&self, account: &Account) -> Result<()> {
        if !is_made_of(account.id(), b"") {
            return Err(account.wrong(Why::ValueNotPlain, "merchantId"));
        }
        let needed = if account.model == "3d" { ["mpi", "vpos"] } else { ["common_payment", "payment_page"] };
        needed.iter().try_for_each(|name| endpoint(account, name).map(|_| ()))
    }

    fn start(&self, cx: &Context, order: &Order, card: Option<&Card>) -> Result<Step> {
        check_order(order)?;
        // Both are fixed before anything is sent: whatever gets lost on the way, the bank can be asked about them.
        let random = (cx.random)();
        let transaction = derived(&[&random, b"transaction"]);
        let refs = order.refs.with(TRANSACTION, transaction);
        let Some(card) = card else { return Ok(Step::send(registration(cx, order, transaction)?).keeping(refs)) };
        let (enrollment, session) = (hex(random.get(..16).unwrap_or_default()), hex(random.get(16..).unwrap_or_default()));
        let send = enrollment_request(cx, order, card, enrollment, session)?;
        Ok(Step::send(send).keeping(refs.with(TOKEN, enrollment).with(SESSION, session)))
    }

    fn callback(&self, cx: &Context, order: &Order, message: Message) -> Result<Step> {
        let form = returned(message.body)?;
        if order.model == "3d" { authentication(cx, order, &form) } else { page_return(cx, order, &form) }
    }

    fn ask(&self, cx: &Context, order: &Order, verb: Verb) -> Result<Step> {
        match verb {
            Verb::Inquire => inquiry(cx, order),
            Verb::History => history(cx, order, 0).map(Step::send),
            Verb::Change(change) => change_request(cx, order, change),
        }
    }

    fn reply(&self, cx: &Context, order: &Order, then: &str, reply: Reply) -> Result<Step> {
        let (what, rest) = split_first(then, b' ').unwrap_or((then, ""));
        match what {
            "register" => registered(cx, order, &reply),
            "query" => query_reply(cx, order, &reply),
            "enroll" => enrolled(cx, order, &reply),
            "provision" | "again" => provision_reply(cx, order, &reply, what, rest),
            "search" => search_reply(cx, order, &reply, rest),
            "change" => change_reply(order, &reply),
            "history" => history_reply(cx, order, &reply, rest),
            _ => Err(super::foreign_then()),
        }
    }

    fn report(&self, cx: &Context, period: &Period) -> Result<Send> {
        report_page(cx, period, 1)
    }

    fn reported(&self, cx: &Context, period: &Period, then: &str, reply: Reply) -> Result<Statement> {
        let page = then.strip_prefix("report ").and_then(number).ok_or_else(super::foreign_then)?;
        report_reply(cx, period, page, &reply)
    }

    fn captures_apart(&self) -> bool {
        true
    }

    fn peek<'a>(&self, message: Message<'a>) -> Option<Found<'a>> {
        let form = returned(message.body).ok()?;
        let enrollment = form.ascii("VerifyEnrollmentRequestId").ok()?;
        enrollment.or_else(|| named(&form, &["PaymentToken", "Ptkn"])).filter(|token| is_token(token)).map(Found::Token)
    }
}

// The names in `refs`.
/// Our number of the payment.
const TRANSACTION: &str = "transaction";
/// What the return names: the bank's PaymentToken, or our VerifyEnrollmentRequestId.
const TOKEN: &str = "token";
/// Our SessionInfo.
const SESSION: &str = "session";
/// Our number of the capture.
const CAPTURE: &str = "capture";

fn stored<'o>(order: &'o Order, name: &str) -> Result<&'o str> {
    let missing = || Error::new(Why::NotStarted, "refs");
    order.refs.get(name).filter(|value| !value.is_empty()).ok_or_else(missing)
}

/// A number of our own for the bank. It has no digits, which could be taken for a card's and hidden.
fn derived(pieces: &[&[u8]]) -> Text {
    keep(hex(&sha1(pieces)[..16]).bytes().map(|byte| char::from(if byte.is_ascii_digit() { byte - b'0' + b'g' } else { byte })).collect())
}

/// An address that the bank may not have.
fn endpoint<'a>(account: &Account<'a>, name: &str) -> Result<&'a str> {
    let address = account.endpoint(name);
    if !address.is_empty() {
        return Ok(address);
    }
    Err(Error::new(Why::EndpointUnknown, joined(&["endpoints.", name])))
}

/// Letters, digits and dashes, as in the numbers that we and the bank make.
fn is_token(text: &str) -> bool {
    (1..=64).contains(&text.len()) && is_made_of(text, b"-")
}

fn other_order(field: &'static str) -> Error {
    Error::new(Why::OtherOrder, field)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The order

fn check_order(order: &Order) -> Result<()> {
    if order.id.len() > 40 || order.id.contains('_') {
        return Err(Error::new(Why::PayflexId, "id"));
    }
    order.check_shop_chooses_installments()?;
    if order.model == "3d" || !order.customer.ip.is_empty() { order.check_ip() } else { Ok(()) }
}

fn transaction_type(order: &Order) -> &'static str {
    match order.intent {
        Intent::Sale => "Sale",
        Intent::PreAuth => "Auth",
    }
}

/// Empty for a single payment, in which the field is left out.
fn installments(order: &Order) -> Text {
    if order.installments > 1 { digits(order.installments) } else { "" }
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const XML: &str = "text/xml";

fn post(effect: Effect, url: &str, content_type: &str, accept: &str, body: Text, then: &str) -> Send {
    let headers = vec![("content-type", content_type.kept()), ("accept", accept.kept())];
    request("POST", effect, url.kept(), headers, body, then)
}

/// A request to the virtual POS, for which XML is a field of a form.
fn post_xml(effect: Effect, url: &str, xml: Writer, then: &str) -> Send {
    post(effect, url, FORM, XML, form::render(&[("prmstr", xml.finish())]), then)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Common payment: the card is typed on the bank's page

/// The digest that a document of 2014 offers for registrations. The banks of today do not ask for it, so it is not sent.
pub fn common_payment_hash(values: [&str; 4]) -> Text {
    base64(&sha1(&[joined(&values).as_bytes(), b"VBank3DPay2014"]))
}

/// The older installations take a form, the hosts of 2026 JSON with other names. The address tells them apart.
fn is_older(registration: &str) -> bool {
    registration.ends_with("RegisterTransaction")
}

fn registration(cx: &Context, order: &Order, transaction: &str) -> Result<Send> {
    let account = cx.account;
    let url = endpoint(account, "common_payment")?;
    let (amount, count) = (order.amount.to_decimal(order.currency), installments(order));
    let (attempted, english) = (account.three_ds == ThreeDs::Attempted, order.customer.language.letters() == "en");
    let mut fields = Fields::new(is_older(url));
    fields.text("HostMerchantId", "MerchantNumber", account.id());
    fields.text("MerchantPassword", "Password", account.merchant("password"));
    fields.text("HostTerminalId", "TerminalNumber", account.merchant("terminalNo"));
    fields.text("OrderID", "OrderId", order.id);
    fields.text("TransactionId", "TransactionId", transaction);
    fields.text("TransactionType", "TransactionType", transaction_type(order));
    fields.text("Amount", "Amount", amount);
    fields.number("AmountCode", "CurrencyCode", order.currency.digits(), order.currency.digits());
    fields.number("IsSecure", "SecureType", "true", "1");
    fields.number("AllowNotEnrolledCard", "AllowNotEnrolledCard", if attempted { "true" } else { "false" }, if attempted { "1" } else { "0" });
    fields.number("RequestLanguage", "RequestLanguage", if english { "en-US" } else { "tr-TR" }, if english { "2" } else { "1" });
    fields.number("InstallmentCount", "InstallmentCount", count, count);
    fields.text("SuccessUrl", "SuccessUrl", order.urls.ok);
    fields.text("FailUrl", "FailUrl", order.urls.fail);
    fields.number("", "TransactionChannel", "", "1");
    fields.number("", "TransactionSource", "", "1");
    fields.text("", "ClientIp", order.customer.ip);
    Ok(fields.post(Effect::Begins, url, "register"))
}

/// What a request to the common payment says, in the words of its generation: a form, or a JSON object in which numbers are bare.
struct Fields {
    older: bool,
    body: String,
}

impl Fields {
    fn new(older: bool) -> Fields {
        Fields { older, body: String::with_capacity(1024) }
    }

    fn text(&mut self, older: &'static str, newer: &'static str, value: &str) {
        let quoted = if self.older || value.is_empty() { "" } else { json::quote(value) };
        self.number(older, newer, value, quoted);
    }

    /// What has no name or no value in this generation is left out.
    fn number(&mut self, older: &'static str, newer: &'static str, older_value: &str, newer_value: &str) {
        let (name, value) = if self.older { (older, older_value) } else { (newer, newer_value) };
        if name.is_empty() || value.is_empty() {
            return;
        }
        if self.older {
            if !self.body.is_empty() {
                self.body.push('&');
            }
            self.body.push_str(form::render(&[(name, value)]));
        } else {
            self.body.push_str(if self.body.is_empty() { "{" } else { "," });
            self.body.push_str(joined(&[json::quote(name), ":", value]));
        }
    }

    fn post(mut self, effect: Effect, url: &str, then: &str) -> Send {
        if !self.older {
            self.body.push('}');
        }
        post(effect, url, if self.older { FORM } else { JSON }, JSON, keep(self.body), then)
    }
}

/// The answer to the registration: a token, under which the bank's page finds the payment.
fn registered(cx: &Context, order: &Order, reply: &Reply) -> Result<Step> {
    let object = Object::parse_bytes(reply.body())?;
    let [code, message, token, page] = texts(&object, ["ErrorCode", "ResponseMessage", "PaymentToken", "CommonPaymentUrl"])?;
    if !matches!(code, "" | "0000") || token.is_empty() {
        return Err(refused(code, message));
    }
    if !is_token(token) {
        return Err(malformed("PaymentToken"));
    }
    let url = joined(&[payment_page(cx.account, page)?, "?Ptkn=", token]);
    Ok(Step::redirect(Redirect::Url(url)).keeping(order.refs.with(TOKEN, token)))
}

/// The bank's page: another path may be told in the reply, another host may not.
fn payment_page<'a>(account: &'a Account, told: &'a str) -> Result<&'a str> {
    let known = endpoint(account, "payment_page")?;
    let plain = is_made_of(told, b"-._:/");
    let same_host = told.split('/').take(3).eq(known.split('/').take(3));
    Ok(if plain && same_host { told } else { known })
}

/// A browser's return as a GET brings its fields after a question mark.
fn returned(body: &mut [u8]) -> Result<Form<'_>> {
    let from = usize::from(body.first() == Some(&b'?'));
    Form::parse(body.get_mut(from..).unwrap_or_default())
}

/// A field of a return, whose names the documents write in several ways.
fn named<'a>(form: &Form<'a>, names: &[&str]) -> Option<&'a str> {
    let field = form.fields().iter().find(|field| names.iter().any(|name| field.name.eq_ignore_ascii_case(name)))?;
    core::str::from_utf8(field.value).ok()
}

/// The return from the bank's page only says which payment to ask about.
fn page_return(cx: &Context, order: &Order, form: &Form) -> Result<Step> {
    let (token, transaction) = (named(form, &["PaymentToken", "Ptkn"]), named(form, &["TransactionId"]));
    if token.is_none() && transaction.is_none() {
        return Err(malformed("PaymentToken"));
    }
    if token.is_some_and(|token| Some(token) != order.refs.get(TOKEN)) {
        return Err(other_order("PaymentToken"));
    }
    // The bank may return a number of its own.
    if token.is_none() && transaction != order.refs.get(TRANSACTION) {
        return Err(other_order("TransactionId"));
    }
    if by_query(order)? { query(cx, order) } else { inquiry(cx, order) }
}

fn query(cx: &Context, order: &Order) -> Result<Step> {
    let registration = endpoint(cx.account, "common_payment")?;
    let older = is_older(registration);
    let folder = split_last(registration, b'/').map_or("", |(folder, _)| folder);
    let url = joined(&[folder, if older { "/VposTransaction" } else { "/GetVposTransaction" }]);
    let mut fields = Fields::new(older);
    fields.text("HostMerchantId", "MerchantNumber", cx.account.id());
    fields.text("Password", "Password", cx.account.merchant("password"));
    fields.text("TransactionId", "", stored(order, TRANSACTION)?);
    fields.text("PaymentToken", "PaymentToken", stored(order, TOKEN)?);
    Ok(Step::send(fields.post(Effect::Reads, url, "query")))
}

/// What became of a registration.
fn query_reply(cx: &Context, order: &Order, reply: &Reply) -> Result<Step> {
    let object = Object::parse_bytes(reply.body())?;
    let [code, error, token, secured] = texts(&object, ["Rc", "ErrorCode", "PaymentToken", "AuthResultCode"])?;
    let [message, other_message, old_id, id] = texts(&object, ["Message", "ResponseMessage", "OrderID", "OrderId"])?;
    let [transaction, kind, amount, currency] = texts(&object, ["TransactionId", "TransactionType", "Amount", "AmountCode"])?;
    let [auth_code, rrn, host_date, pan, count] = texts(&object, ["AuthCode", "Rrn", "HostDate", "MaskedPan", "InstallmentCount"])?;
    let message = or(message, other_message);
    if code.is_empty() {
        return if cure(error).is_some() { Err(refused(error, message)) } else { Ok(Step::pending(Facts::default())) };
    }
    if !token.is_empty() && token != stored(order, TOKEN)? {
        return Err(other_order("PaymentToken"));
    }
    let is_ours = transaction == stored(order, TRANSACTION)?;
    if token.is_empty() && !is_ours {
        return Err(malformed("PaymentToken"));
    }
    // İnnova writes amounts with a comma.
    let amount = &amount.replace(',', ".");
    let order_id = or(old_id, id);
    let told = Told { code, message, kind, transaction, order_id, amount, currency, auth_code, rrn, host_date, pan, count, ..Told::default() };
    // The hosts of 2026 tell two results, the older installations one.
    let agrees = secured == "0000" || secured.is_empty() && is_older(endpoint(cx.account, "common_payment")?);
    if is_ours && agrees && matches!(error, "" | "0000") && told.is_approval(order) {
        let proof = Proof::<OfMoney>::by_reply(reply, told.claim(order), order)?;
        return Ok(Step::done(Payment::succeeded(proof, order, told.facts_of(cx, order))));
    }
    match told.refusal(reply, order)? {
        Some(step) if secured != "0000" => Ok(step),
        // What contradicts itself, or is known under a number of the bank's own, the virtual POS must tell.
        _ => search_or(cx, order, "order", Payment::pending(for_a_person(told.facts()))),
    }
}

fn or<'t>(one: &'t str, other: &'t str) -> &'t str {
    if one.is_empty() { other } else { one }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// 3-D Secure: the card passes through our server once, on its way to the MPI

fn enrollment_request(cx: &Context, order: &Order, card: &Card, enrollment: &str, session: &str) -> Result<Send> {
    let account = cx.account;
    let mpi_password = account.merchant("mpiPassword");
    let (amount, expiry, count) = (order.amount.to_decimal(order.currency), joined(&[card.year, card.month]), installments(order));
    let fields = [
        ("MerchantId", account.id()),
        ("MerchantPassword", if mpi_password.is_empty() { account.merchant("password") } else { mpi_password }),
        ("VerifyEnrollmentRequestId", enrollment),
        ("Pan", card.number),
        ("ExpiryDate", expiry),
        ("PurchaseAmount", amount),
        ("Currency", order.currency.digits()),
        ("BrandName", brand(card.number)),
        ("SessionInfo", session),
        ("SuccessUrl", order.urls.ok),
        ("FailureUrl", order.urls.fail),
        ("InstallmentCount", count),
    ];
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    Ok(post(Effect::Begins, endpoint(account, "mpi")?, FORM, XML, form::render(&fields), "enroll"))
}

/// Visa, Mastercard, Troy, American Express; empty for others, which the bank then finds out itself.
fn brand(number: &str) -> &'static str {
    match number.as_bytes() {
        [b'4', ..] => "100",
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => "200",
        [b'9', b'7', b'9', b'2', ..] | [b'6', b'5', ..] => "300",
        [b'3', b'4' | b'7', ..] => "400",
        _ => "",
    }
}

/// The answer to the enrollment: where the customer's bank authenticates.
fn enrolled(cx: &Context, order: &Order, reply: &Reply) -> Result<Step> {
    let document = Document::parse(reply.body(), "IPaySecure")?;
    let answer = root(&document, "IPaySecure")?;
    let [code, other_code, message, other_message, named] =
        texts(&answer, ["MessageErrorCode", "ResultDetail/ErrorCode", "ErrorMessage", "ResultDetail/ErrorMessage", "VerifyEnrollmentRequestId"])?;
    let [status, acs, pa_req, term, md] =
        texts(&answer, ["Message/VERes/Status", "Message/VERes/ACSUrl", "Message/VERes/PaReq", "Message/VERes/TermUrl", "Message/VERes/MD"])?;
    let (code, message) = (or(code, other_code), or(message, other_message));
    let ours = stored(order, TOKEN)?;
    if !named.is_empty() && named != ours {
        return Err(other_order("VerifyEnrollmentRequestId"));
    }
    let reason = match (status, code) {
        ("Y", "" | "200") if named == ours => return Ok(Step::redirect(bank_form(cx.account, acs, pa_req, term, md)?)),
        ("N", "" | "200") => Reason::ThreeDsFailed,
        ("U", "" | "200") | (_, "2053") => Reason::BankUnavailable,
        (_, "2011" | "2029") => Reason::InvalidCard,
        (_, "1009" | "2030") => Reason::ExpiredCard,
        (_, "2040") => Reason::Installments,
        (_, "" | "200") => return Err(malformed("Status")),
        _ => return Err(refused(code, message)),
    };
    Told { code, message, ..Told::default() }.declined(reply, order, reason)
}

/// The form for the customer's bank. For BKM's "GO Güvenli Öde" the PaReq is a page with a form of its own, of which nothing but address
/// and fields is taken over.
fn bank_form(account: &Account, acs: &str, pa_req: &str, term: &str, md: &str) -> Result<Redirect> {
    // The pages of the customers' banks are anywhere.
    let check = |field, address: &str| html::check_action(address, account.mode == Mode::Test).map_err(|error| error.in_field(field));
    let page = crypto::from_base64(pa_req).filter(|page| page.trim_ascii_start().starts_with(b"<"));
    let (action, fields) = match page {
        Some(page) => {
            let form = html::single_form(&page)?;
            (form.action, form.fields.into_iter().collect())
        }
        None if pa_req.is_empty() => return Err(malformed("PaReq")),
        None => {
            check("TermUrl", term)?;
            let fields = [("PaReq", pa_req), ("TermUrl", term), ("MD", md)];
            (acs.kept(), fields.map(|(name, value)| (name, value.kept())).to_vec())
        }
    };
    check("ACSUrl", action)?;
    Ok(Redirect::Form { action, fields, card_inputs: None })
}

/// What the provision takes over from the return. The bank holds it against its own record of the authentication.
struct Authenticated<'a> {
    eci: &'a str,
    cavv: &'a str,
}

/// The return from the customer's bank. Nobody signs it, so it only names the authentication that the provision is asked for. A failure
/// in it may be forged as well: then nothing is asked for, and nothing is declined.
fn authentication(cx: &Context, order: &Order, form: &Form) -> Result<Step> {
    let value = |name| form.ascii(name)?.ok_or_else(|| malformed(name));
    if value("MerchantId")? != cx.account.id() {
        return Err(Error::new(Why::OtherMerchant, "MerchantId"));
    }
    for (field, name) in [("VerifyEnrollmentRequestId", TOKEN), ("SessionInfo", SESSION)] {
        if value(field)? != stored(order, name)? {
            return Err(other_order(field));
        }
    }
    let (status, eci) = (value("Status")?, form.ascii("Eci")?.unwrap_or_default());
    let cavv = form.ascii("Cavv")?.unwrap_or_default();
    let full = status == "Y" && is_full(eci);
    let half = matches!(status, "Y" | "A") && (is_full(eci) || matches!(eci, "06" | "6" | "01" | "1"));
    let enough = full || half && cx.account.three_ds == ThreeDs::Attempted;
    if !enough || knows_money(order)? {
        return search_or(cx, order, "transaction", Payment::pending(Facts::doubtful()));
    }
    if !is_cavv(cavv) || full && cavv.is_empty() {
        return Err(malformed("Cavv"));
    }
    let authenticated = Authenticated { eci: joined(&["0", eci.trim_start_matches('0')]), cavv };
    // The hosts of 2026 want no amount beside an authentication, the older installations do. A bank that thinks otherwise says so.
    let with_amount = endpoint(cx.account, "vpos")?.ends_with(".aspx");
    provision(cx, order, &authenticated, "provision", with_amount)
}

/// Whether this electronic commerce indicator (Visa's or Mastercard's) says that the card holder was authenticated.
fn is_full(eci: &str) -> bool {
    matches!(eci, "05" | "5" | "02" | "2")
}

/// Base64, or nothing.
fn is_cavv(text: &str) -> bool {
    text.len() <= 64 && is_made_of(text, b"+/=")
}

fn provision(cx: &Context, order: &Order, authenticated: &Authenticated, word: &str, with_amount: bool) -> Result<Step> {
    let (transaction, enrollment) = (stored(order, TRANSACTION)?, stored(order, TOKEN)?);
    let amount = order.amount.to_decimal(order.currency);
    let count = installments(order);
    let xml = vpos_request(
        cx.account,
        &[
            ("TerminalNo", cx.account.merchant("terminalNo")),
            ("TransactionType", transaction_type(order)),
            ("TransactionId", transaction),
            ("CurrencyAmount", if with_amount { amount } else { "" }),
            ("CurrencyCode", if with_amount { order.currency.digits() } else { "" }),
            ("ECI", authenticated.eci),
            ("CAVV", authenticated.cavv),
            ("MpiTransactionId", enrollment),
            ("OrderId", order.id),
            ("NumberOfInstallments", count),
            ("ClientIp", order.customer.ip),
            ("TransactionDeviceSource", "0"),
        ],
    );
    let amount = if with_amount { "amount" } else { "none" };
    let then = joined_by(" ", &[word, authenticated.eci, authenticated.cavv, amount]);
    Ok(Step::send(post_xml(Effect::MovesMoney, endpoint(cx.account, "vpos")?, xml, then)))
}

/// The fields in the order of the bank's document; empty ones are left out.
fn vpos_request<'v>(account: &'v Account, fields: Leaves<'_, 'v>) -> Writer<'v> {
    let mut xml = Writer::new("utf-8");
    xml.open("VposRequest");
    xml.leaf("MerchantId", account.id());
    xml.leaf("Password", account.merchant("password"));
    filled_leaves(&mut xml, fields);
    xml.close("VposRequest");
    xml
}

/// Those that have a value.
fn filled_leaves<'v>(xml: &mut Writer<'v>, fields: Leaves<'_, 'v>) {
    for (name, value) in fields {
        if !value.is_empty() {
            xml.leaf(name, value);
        }
    }
}

/// What the bank tells about a transaction: in an answer of the virtual POS, in a row of Search, in the answer to a query. What is empty was
/// not told; a refusal may name neither the transaction nor the order.
#[derive(Default)]
struct Told<'d> {
    code: &'d str,
    message: &'d str,
    kind: &'d str,
    transaction: &'d str,
    reference: &'d str,
    order_id: &'d str,
    amount: &'d str,
    currency: &'d str,
    auth_code: &'d str,
    rrn: &'d str,
    host_date: &'d str,
    eci: &'d str,
    /// 1 is none, 2 full and 3 half 3-D Secure.
    secure_type: &'d str,
    pan: &'d str,
    /// Of instalments; empty, 0 or 1 for a single payment.
    count: &'d str,
}

impl<'d> Told<'d> {
    fn read(element: &'d Element) -> Result<Told<'d>> {
        let [code, transaction, reference, order_id] = texts(element, ["ResultCode", "TransactionId", "ReferenceTransactionId", "OrderId"])?;
        let [auth_code, rrn, host_date, eci, secure_type] = texts(element, ["AuthCode", "Rrn", "HostDate", "ECI", "ThreeDSecureType"])?;
        // Answers and rows have other names for the same.
        let [message, row_message, amount, row_amount, currency] =
            texts(element, ["ResultDetail", "ResponseMessage", "CurrencyAmount", "Amount", "CurrencyCode"])?;
        let [row_currency, pan, count, other_count] = texts(element, ["AmountCode", "PanMasked", "NumberOfInstallments", "InstallmentCount"])?;
        let [row_kind] = texts(element, ["TransactionType/TransactionTypeName"])?;
        let kind = if row_kind.is_empty() { element.leaf("TransactionType")?.unwrap_or_default() } else { row_kind };
        let (message, count) = (or(message, row_message), or(count, other_count));
        let (amount, currency) = (or(amount, row_amount), or(currency, row_currency));
        Ok(Told { code, message, kind, transaction, reference, order_id, amount, currency, auth_code, rrn, host_date, eci, secure_type, pan, count })
    }

    fn amount(&self, order: &Order) -> Option<Amount> {
        Amount::from_decimal(self.amount, order.currency)
    }

    fn names_money(&self, order: &Order) -> bool {
        self.amount(order).is_some() && Currency::from_digits(self.currency).is_some()
    }

    /// An approval of what this order asks for, which says how much money it is.
    fn is_approval(&self, order: &Order) -> bool {
        self.code == "0000" && (self.kind.is_empty() || self.kind == transaction_type(order)) && self.names_money(order)
    }

    /// 2 for an approval, 0 for a refusal, 1 for anything else.
    fn weight(&self) -> u32 {
        if self.code == "0000" { 2 } else { u32::from(refusal(self.code).is_none()) }
    }

    fn claim(&self, order: &Order) -> Claim<'d> {
        let order_id = Some(self.order_id).filter(|id| !id.is_empty());
        Claim { order_id, amount: self.amount(order), currency: Currency::from_digits(self.currency) }
    }

    /// Another transaction than this one. One that is not named is none: the request named it.
    fn is_about_another(&self, transaction: &str) -> bool {
        !self.transaction.is_empty() && self.transaction != transaction
    }

    fn facts(&self) -> Facts {
        let full = is_full(self.eci) && matches!(self.secure_type, "" | "2");
        let liability = if full { Liability::Issuer } else { Liability::Merchant };
        let mut facts = Facts { at: moment(self.host_date), liability: Some(liability).filter(|_| !self.eci.is_empty()), ..Facts::default() };
        facts.learn(Fact::TransactionId, self.transaction);
        facts.learn(Fact::AuthCode, self.auth_code);
        facts.learn(Fact::HostReference, self.rrn);
        facts.learn(Fact::MaskedPan, self.pan);
        facts.learn(Fact::Eci, self.eci);
        facts
    }

    /// The same for money. It is there, and a person should know when it came without the 3-D Secure or in other instalments than asked for.
    fn facts_of(&self, cx: &Context, order: &Order) -> Facts {
        let facts = self.facts();
        let installments = number(self.count).map_or(order.installments, |count: u8| count.max(1));
        let is_half = facts.liability == Some(Liability::Merchant) && cx.account.three_ds == ThreeDs::Full;
        Facts { installments: Some(installments), review: is_half || installments != order.installments, ..facts }
    }

    fn declined(&self, reply: &Reply, order: &Order, reason: Reason) -> Result<Step> {
        let proof = Proof::<OfOutcome>::by_reply(reply, Claim { amount: None, currency: None, ..self.claim(order) }, order)?;
        Ok(Step::done(Payment::declined(proof, Decline::told(reason, self.code, self.message), self.facts())))
    }

    /// Declined, where the code certainly says no. A host that could not be reached may still have booked something.
    fn refusal(&self, reply: &Reply, order: &Order) -> Result<Option<Step>> {
        match refusal(self.code) {
            Some(reason) if reason != Reason::BankUnavailable => self.declined(reply, order, reason).map(Some),
            _ => Ok(None),
        }
    }
}

fn root<'d>(document: &'d Document<'d>, name: &str) -> Result<Element<'d>> {
    document.each(name).first().copied().ok_or_else(|| malformed("ResultCode"))
}

fn for_a_person(facts: Facts) -> Facts {
    Facts { review: true, ..facts }
}

/// The answer to the provision. An approval must name our transaction, our order and our money.
fn provision_reply(cx: &Context, order: &Order, reply: &Reply, word: &str, rest: &str) -> Result<Step> {
    let mut sent = rest.split(' ');
    let mut part = || sent.next().unwrap_or_default();
    let (eci, cavv, with_amount) = (part(), part(), part() == "amount");
    let document = Document::parse(reply.body(), "VposResponse")?;
    let root = root(&document, "VposResponse")?;
    let told = Told::read(&root)?;
    if told.is_about_another(stored(order, TRANSACTION)?) {
        return Err(other_order("TransactionId"));
    }
    if told.is_approval(order) && !told.transaction.is_empty() && !told.order_id.is_empty() {
        let proof = Proof::<OfMoney>::by_reply(reply, told.claim(order), order)?;
        return Ok(Step::done(Payment::succeeded(proof, order, told.facts_of(cx, order))));
    }
    // 1127: there may be no amount. 1047, 1077: there must be one. Nothing was booked, so the other form may be sent, once.
    let other_form = if with_amount { told.code == "1127" } else { matches!(told.code, "1047" | "1077") };
    if word == "provision" && other_form && is_cavv(cavv) && (is_full(eci) || matches!(eci, "06" | "01")) {
        return provision(cx, order, &Authenticated { eci, cavv }, "again", !with_amount);
    }
    match told.refusal(reply, order)? {
        Some(step) => Ok(step),
        None => search_or(cx, order, "transaction", Payment::unknown(Facts::doubtful())),
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Inquiry: the virtual POS has no single status. It is read off the flags of the transaction.

fn inquiry(cx: &Context, order: &Order) -> Result<Step> {
    if by_query(order)? && (cx.account.endpoint("search").is_empty() || !knows_money(order)?) {
        return query(cx, order);
    }
    let by = if Ledger::read(&order.refs)?.has(Kind::Capture) { "capture" } else { "transaction" };
    Ok(Step::send(search(cx, order, by)?))
}

/// The query of a common payment tells how it ended, and nothing that came later.
fn by_query(order: &Order) -> Result<bool> {
    let ledger = Ledger::read(&order.refs)?;
    Ok(order.model != "3d" && ledger.entered(0).is_none())
}

/// Whether the bank has said before that there is money.
fn knows_money(order: &Order) -> Result<bool> {
    let ledger = Ledger::read(&order.refs)?;
    Ok(ledger.authorized().is_some() || ledger.captured().is_some())
}

/// Asks the virtual POS, or, where its address is not known, leaves it at this.
fn search_or(cx: &Context, order: &Order, by: &str, otherwise: Box<Payment>) -> Result<Step> {
    if cx.account.endpoint("search").is_empty() { Ok(Step::done(otherwise)) } else { Ok(Step::send(search(cx, order, by)?)) }
}

/// `by` names the number that is searched for: our `transaction`, our `capture`, or the `order`'s id.
fn search(cx: &Context, order: &Order, by: &str) -> Result<Send> {
    let criterion = if by == "order" { ("OrderId", order.id) } else { ("TransactionId", searched_number(order, by)?) };
    search_request(cx, criterion, joined(&["search ", by]))
}

fn searched_number<'o>(order: &'o Order, by: &str) -> Result<&'o str> {
    stored(order, if by == "capture" { CAPTURE } else { TRANSACTION })
}

fn search_request(cx: &Context, criterion: (&'static str, &str), then: &str) -> Result<Send> {
    let xml = list_request(cx.account, "SearchRequest", &[("TransactionCriteria", &[criterion])]);
    Ok(post_xml(Effect::Reads, endpoint(cx.account, "search")?, xml, then))
}

/// What is asked for, in groups, behind the one that says who asks.
fn list_request<'v>(account: &'v Account, root: &'static str, groups: &[(&'static str, Leaves<'_, 'v>)]) -> Writer<'v> {
    let merchant = [("HostMerchantId", account.id()), ("MerchantPassword", account.merchant("password"))];
    let mut xml = Writer::new("utf-8");
    xml.open(root);
    for (name, values) in [("MerchantCriteria", merchant.as_slice())].iter().chain(groups) {
        xml.open(name);
        filled_leaves(&mut xml, values);
        xml.close(name);
    }
    xml.close(root);
    xml
}

/// The rows of a list; refused when the bank refused to make it.
fn rows<'d>(document: &'d Document<'d>, list: &str, row: &str) -> Result<Vec<Element<'d>>> {
    let root = root(document, list)?;
    let [code, message] = texts(&root, ["ResponseInfo/ResponseCode", "ResponseInfo/ResponseMessage"])?;
    match code {
        "" => Err(malformed("ResponseCode")),
        "0000" => Ok(document.each(joined(&[list, "/TransactionSearchResultInfo/", row]))),
        _ => Err(refused(code, message)),
    }
}

/// How many rows there are, on this page and others.
fn total(document: &Document, list: &str) -> Result<u32> {
    Ok(root(document, list)?.leaf("PagedResponseInfo/TotalItemCount")?.and_then(number).unwrap_or_default())
}

fn search_rows<'d>(document: &'d Document<'d>) -> Result<Vec<Element<'d>>> {
    rows(document, "SearchResponse", "TransactionSearchResultInfo")
}

fn search_reply(cx: &Context, order: &Order, reply: &Reply, by: &str) -> Result<Step> {
    let document = Document::parse(reply.body(), "SearchResponse")?;
    let rows = match search_rows(&document) {
        // Search is for IP addresses that the bank knows, and the query is not.
        Err(error) if error.code() == Code::Refused && by == "transaction" && by_query(order)? => return query(cx, order),
        rows => rows?,
    };
    let number = if by == "order" { order.id } else { searched_number(order, by)? };
    let mut found: Option<(Element, Told)> = None;
    let mut approved = 0;
    for row in &rows {
        let told = Told::read(row)?;
        // A number can have been tried several times: an approval counts before what is open, and that before a refusal.
        let is_best = found.as_ref().is_none_or(|(_, best)| told.weight() >= best.weight());
        if number == (if by == "order" { told.order_id } else { told.transaction }) && is_best {
            approved += told.weight() / 2;
            found = Some((*row, told));
        }
    }
    if approved == 0 && total(&document, "SearchResponse")? as usize > rows.len() {
        // The one that was approved may stand on another page.
        return Ok(Step::pending(Facts::doubtful()));
    }
    if by == "capture" && approved == 0 {
        // A capture that the bank did not make leaves the pre-authorisation.
        return Ok(Step::send(search(cx, order, "transaction")?));
    }
    let Some((row, told)) = found.filter(|_| approved < 2) else {
        return Ok(Step::done(if rows.is_empty() { Payment::pending(Facts::default()) } else { Payment::unknown(Facts::doubtful()) }));
    };
    let step = state(cx, order, reply, &row, &told, by == "capture")?;
    // The number of the bank's own, where it did not take ours: later requests refer to it.
    let is_believed = approved == 1 && matches!(&step.action, Action::Done(payment) if payment.status() != Status::Pending);
    let adopted = by == "order" && is_believed && is_token(told.transaction);
    Ok(if adopted { step.keeping(order.refs.with(TRANSACTION, told.transaction)) } else { step })
}

/// What a row of Search says about the payment: about its sale, its pre-authorisation, or the capture of that.
fn state(cx: &Context, order: &Order, reply: &Reply, row: &Element, told: &Told, is_capture: bool) -> Result<Step> {
    if told.order_id.is_empty() && !is_capture {
        return Err(other_order("OrderId"));
    }
    if told.code != "0000" {
        if let Some(reason) = refusal(told.code) {
            return told.declined(reply, order, reason);
        }
        return open(told);
    }
    let ledger = Ledger::read(&order.refs)?;
    // A capture may have taken less than was reserved.
    let expected = if is_capture { ledger.capture() } else { Some(order.amount) };
    let taken = told.amount(order);
    let claim = Claim { amount: if is_capture { None } else { taken }, ..told.claim(order) };
    let proof = Proof::<OfMoney>::by_reply(reply, claim, order)?;
    let fits = match (order.intent, told.kind) {
        (Intent::Sale, "Sale") | (Intent::PreAuth, "Auth") => !is_capture,
        (Intent::PreAuth, "Capture") => is_capture,
        _ => false,
    };
    let [canceled, reversed, is_refunded, captured, total] =
        texts(row, ["IsCanceled", "IsReversed", "IsRefunded", "IsCaptured", "TotalRefundAmount"])?;
    let flags = [canceled, reversed, is_refunded, captured];
    let Some(taken) = taken.filter(|_| fits && taken == expected && told.names_money(order) && flags.iter().all(|flag| is_yes(flag) || is_no(flag)))
    else {
        return open(told);
    };
    let mut facts = told.facts_of(cx, order);
    if is_yes(canceled) || is_yes(reversed) {
        // A capture that was undone leaves the pre-authorisation, unless that was undone, too.
        return Ok(if is_capture { Step::send(search(cx, order, "transaction")?) } else { Step::done(Payment::voided(proof, facts)) });
    }
    let untouched = is_no(is_refunded) && total.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if order.intent == Intent::PreAuth && !is_capture {
        // One that was captured, but not by us: how much was taken is not told here.
        return if untouched && is_no(captured) { Ok(Step::done(Payment::succeeded(proof, order, facts))) } else { open(told) };
    }
    facts.charged = Some(taken).filter(|taken| *taken != order.amount);
    facts.refunded = Amount::from_decimal(total, order.currency);
    match facts.refunded {
        None if untouched => Ok(Step::done(Payment::paid(proof, facts))),
        Some(sum) if sum == taken => Ok(Step::done(Payment::refunded(proof, facts))),
        Some(sum) if sum < taken => Ok(Step::done(Payment::paid(proof, facts))),
        _ => open(told),
    }
}

/// Not what the documents describe: a person has to look.
fn open(told: &Told) -> Result<Step> {
    Ok(Step::pending(for_a_person(told.facts())))
}

fn is_yes(flag: &str) -> bool {
    flag.eq_ignore_ascii_case("true")
}

fn is_no(flag: &str) -> bool {
    flag.eq_ignore_ascii_case("false")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Capture, refund, void

/// The number of a change, made of its id: whatever happens here, the bank takes it only once. The two halves of a void have one id.
fn change_number(order: &Order, change: &Change) -> Result<Text> {
    let half: &[u8] = if Ledger::read(&order.refs)?.is_release(change) { b":release" } else { b"" };
    Ok(derived(&[stored(order, TRANSACTION)?.as_bytes(), b":", change.id.as_bytes(), half]))
}

/// What a change refers to: money that was taken by a capture is known under the capture's number.
fn reference<'o>(order: &'o Order, kind: Kind) -> Result<&'o str> {
    let captured = kind != Kind::Capture && Ledger::read(&order.refs)?.has(Kind::Capture);
    stored(order, if captured { CAPTURE } else { TRANSACTION })
}

fn change_request(cx: &Context, order: &Order, change: &Change) -> Result<Step> {
    let number = change_number(order, change)?;
    let amount = change.amount.to_decimal(order.currency);
    let (kind, amount, currency) = match change.kind {
        Kind::Capture => ("Capture", amount, order.currency.digits()),
        Kind::Refund => ("Refund", amount, order.currency.digits()),
        // A void undoes all.
        Kind::Void => ("Cancel", "", ""),
    };
    let xml = vpos_request(
        cx.account,
        &[
            ("TerminalNo", if change.kind == Kind::Capture { cx.account.merchant("terminalNo") } else { "" }),
            ("TransactionType", kind),
            ("TransactionId", number),
            ("ReferenceTransactionId", reference(order, change.kind)?),
            ("CurrencyAmount", amount),
            ("CurrencyCode", currency),
            // The field may not be missing, and the customer is not here any more.
            ("ClientIp", if order.customer.ip.is_empty() { "127.0.0.1" } else { order.customer.ip }),
        ],
    );
    let step = Step::send(post_xml(Effect::MovesMoney, endpoint(cx.account, "vpos")?, xml, "change"));
    Ok(if change.kind == Kind::Capture { step.keeping(order.refs.with(CAPTURE, number)) } else { step })
}

fn change_reply(order: &Order, reply: &Reply) -> Result<Step> {
    let Some(change) = reply.change() else { return Err(super::foreign_then()) };
    let document = Document::parse(reply.body(), "VposResponse")?;
    let root = root(&document, "VposResponse")?;
    let told = Told { eci: "", ..Told::read(&root)? };
    let refers = told.reference.is_empty() || told.reference == reference(order, change.kind)?;
    if told.is_about_another(change_number(order, change)?) || !refers {
        return Err(other_order("TransactionId"));
    }
    let is_readable =
        (told.amount.is_empty() || told.amount(order).is_some()) && (told.currency.is_empty() || Currency::from_digits(told.currency).is_some());
    if told.code == "0000" && !told.transaction.is_empty() && is_readable {
        let proof = Proof::<OfChange>::by_reply(reply, told.claim(order), order)?;
        return Ok(Step::done(Payment::changed(proof, change.kind, told.facts())));
    }
    // What is left includes "this number was used before": then it is the inquiry that tells what came of it.
    told.refusal(reply, order)?.ok_or_else(|| malformed("ResultCode"))
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Lists

/// One request for each number that this order has at the bank: its own, then those of its changes.
fn history(cx: &Context, order: &Order, place: usize) -> Result<Send> {
    let number = match place.checked_sub(1) {
        None => stored(order, TRANSACTION)?.kept(),
        Some(entered) => change_number(order, Ledger::read(&order.refs)?.entered(entered).ok_or_else(super::foreign_then)?)?,
    };
    search_request(cx, ("TransactionId", number), joined(&["history ", digits(place)]))
}

fn history_reply(cx: &Context, order: &Order, reply: &Reply, place: &str) -> Result<Step> {
    let place: usize = number(place).ok_or_else(super::foreign_then)?;
    let document = Document::parse(reply.body(), "SearchResponse")?;
    let mut transactions = Vec::new();
    for row in search_rows(&document)? {
        let mut transaction = listed(&row)?;
        if !transaction.order_id.is_empty() && transaction.order_id != order.id {
            return Err(other_order("OrderId"));
        }
        transaction.order_id = order.id.kept();
        transactions.push(transaction);
    }
    let more = Ledger::read(&order.refs)?.entered(place).is_some();
    let next = if more { Some(history(cx, order, place + 1)?) } else { None };
    Ok(Step::list(Statement { transactions, next }))
}

/// A line of Search or of SettlementDetail.
fn listed(row: &Element) -> Result<Transaction> {
    let told = Told::read(row)?;
    let [canceled, reversed, inserted] = texts(row, ["IsCanceled", "IsReversed", "RequestInsertTime"])?;
    let currency = Currency::from_digits(told.currency);
    Ok(Transaction {
        order_id: displayable(told.order_id, 64),
        kind: match told.kind {
            "Sale" => TransactionKind::Sale,
            "Auth" => TransactionKind::PreAuth,
            "Capture" => TransactionKind::Capture,
            "Refund" => TransactionKind::Refund,
            "Cancel" | "Reversal" => TransactionKind::Void,
            _ => TransactionKind::Other,
        },
        outcome: match told.code {
            "0000" if is_yes(canceled) || is_yes(reversed) => Outcome::Voided,
            "0000" => Outcome::Approved,
            code if refusal(code).is_some() => Outcome::Declined,
            _ => Outcome::Open,
        },
        amount: currency.and_then(|currency| Amount::from_decimal(told.amount, currency)),
        currency,
        installments: number(told.count),
        at: moment(or(inserted, told.host_date)),
        bank_code: displayable(told.code, 16),
        ..Transaction::of(&told.facts())
    })
}

/// The bank gives 50 lines at most.
const PAGE: u32 = 25;

/// The day's list lies beside Search. Whether its last day is included no document says: one day more is asked for, and left out again.
fn report_page(cx: &Context, period: &Period, page: u32) -> Result<Send> {
    let search = endpoint(cx.account, "search")?;
    let folder = split_last(search, b'/').map_or("", |(folder, _)| folder);
    let url = joined(&[folder, if search.ends_with(".aspx") { "/SettlementDetail.aspx" } else { "/SettlementDetail" }]);
    let (number, size) = (digits(page), digits(PAGE));
    let (from, to) = (period.from.dashed(), period.to.next_day().dashed());
    let groups: [(&'static str, Leaves); 2] =
        [("DateCriteria", &[("StartDate", from), ("EndDate", to)]), ("PagedRequestInfo", &[("PageIndex", number), ("PageSize", size)])];
    let xml = list_request(cx.account, "SettlementDetailRequest", &groups);
    Ok(post_xml(Effect::Reads, url, xml, joined(&["report ", number])))
}

fn report_reply(cx: &Context, period: &Period, page: u32, reply: &Reply) -> Result<Statement> {
    const LIST: &str = "SettlementDetailResponse";
    let document = Document::parse(reply.body(), LIST)?;
    let rows = rows(&document, LIST, "PaymentTransactionInfo")?;
    let mut transactions = Vec::new();
    for row in &rows {
        let transaction = listed(row)?;
        let day = transaction.at.get(..10).and_then(Date::parse);
        if day.is_none_or(|day| period.from <= day && day <= period.to) {
            transactions.push(transaction);
        }
    }
    let more = !rows.is_empty() && page.saturating_mul(PAGE) < total(&document, LIST)?;
    Ok(Statement { transactions, next: if more { Some(report_page(cx, period, page + 1)?) } else { None } })
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Codes and times

/// Codes with which the virtual POS or the card's bank certainly says no. Any other one leaves open what happened: 0000 is a yes, 1006,
/// 1061 and 1128 say that something was booked before, 1001 and 7777 that the bank is out of order, and the rest is not documented.
fn refusal(code: &str) -> Option<Reason> {
    let number: u16 = number(code).filter(|_| code.len() == 4 && is_digits(code))?;
    Some(match number {
        0 | 966 => return None,
        1..=99 => Reason::from_iso8583(part(code, 2, 4)),
        312 | 1051 => Reason::InvalidCard,
        400 | 580..=582 | 1114..=1117 | 1126 | 6969 => Reason::ThreeDsFailed,
        577 | 978 | 1044 | 1060 | 1103 | 1104 => Reason::Installments,
        1050 => Reason::InvalidCvv,
        1052 => Reason::ExpiredCard,
        100..=999 | 1007 | 1044..=1060 | 1065 | 1073..=1127 | 1129..=1153 | 2200 | 2202 | 5001 | 5002 | 6011 | 9039 | 9065 | 9117 => Reason::Declined,
        _ => return None,
    })
}

/// Codes that speak of the shop's own account or request: where to look, and what to do.
fn cure(code: &str) -> Option<(&'static str, Why)> {
    Some(match code {
        "1105" | "6011" => ("", Why::PayflexAddress),
        "2018" => ("merchant.mpiPassword", Why::PayflexMpiPassword),
        "5001" | "5007" => ("merchant.password", Why::PayflexPassword),
        "2005" | "5002" | "5030" | "9039" | "9065" => ("merchant.merchantId", Why::PayflexMerchant),
        "1125" | "5040" => ("merchant.terminalNo", Why::PayflexTerminal),
        "3002" | "3007" | "5037" | "5038" => ("urls", Why::PayflexUrls),
        "1006" | "1061" | "2023" => ("id", Why::SeenBefore),
        _ => return None,
    })
}

fn refused(code: &str, message: &str) -> Error {
    let (field, why) = cure(code).unwrap_or(("", Why::Refused));
    Error::new(why, field).with_bank(displayable(code, 16), displayable(message, 200))
}

/// `20220404123456` or `2022-04-04T12:34:56.78`, in Turkey's time; empty for anything else.
fn moment(text: &str) -> Text {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
    let (date, time) = (part(&digits, 0, 8), part(&digits, 8, 14));
    from_turkish(joined(&[date, " ", part(time, 0, 2), ":", part(time, 2, 4), ":", part(time, 4, 6)])).unwrap_or_default()
}
