//! How a call crosses the boundary. Its twin is `js-glue/frame.js`; the two change together.
//!
//! A call is a *head* (texts joined by NUL, the account's first) and a *body* (bytes, untouched), written into one buffer. The answer is texts
//! joined by NUL, the first of which says what it is. Nothing lives here between calls, and the buffer is wiped before a call returns, so no
//! secret stays behind. The shim has checked types and sizes; whether a text can be told, counts and formats are checked here.

use crate::account::{self, Account, Mode};
use crate::crypto::{self, Secret};
use crate::error::{Error, Result, Why};
use crate::gateway::{self, Answer, Asked, Context, Formula, Found, Message, Over, Period, SYSTEMS, nestpay};
use crate::ledger::Kind;
use crate::money::{self, Amount, Currency};
use crate::payment::{Action, Card, Customer, Effect, Intent, Item, Language, Liability, Order, Payment, Redirect, Refs, Send, Status, Step, Urls};
use crate::statement::{Statement, Transaction};
use crate::text::{Text, digits, join, joined_by, keep};
use crate::wire::time::Date;
use crate::wire::{count_of, is_made_of, letters, lowest_byte, number, odd_bytes, part, split_first};
use alloc::string::String;
use alloc::vec::Vec;

/// The largest message from outside. The largest genuine callback that was published has 3 KB.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// The largest reply of a bank about one payment.
pub const MAX_REPLY: usize = 256 * 1024;
/// The largest page of a bank's report.
pub const MAX_REPORT: usize = 1024 * 1024;
/// The most days that one report may cover.
const MAX_DAYS: u32 = 31;
const MAX_BASKET: usize = 100;
const MAX_INSTALLMENTS: u8 = 36;

/// What a call wants; the numbers are those of `js-glue/frame.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Check a configuration.
    Configure = 0,
    /// Begin a payment.
    Start = 1,
    /// Read a browser's return, a notification or a webhook.
    Callback = 2,
    /// Begin a verb on a payment that was started.
    Ask = 3,
    /// Read a bank's answer.
    Reply = 4,
    /// Find out which payment a message claims to be about.
    Peek = 5,
    /// Make an order id.
    OrderId = 6,
    /// Compute one of the published formulas.
    Formula = 7,
    /// Verify an iyzico webhook without an order.
    Webhook = 8,
    /// Ask for the transactions of some days.
    Report = 9,
    /// Read a page of them.
    Reported = 10,
    /// Read a NestPay callback without verifying it.
    Read = 11,
}

impl Op {
    fn from_number(number: u32) -> Option<Op> {
        use Op::{Ask, Callback, Configure, Formula, OrderId, Peek, Read, Reply, Report, Reported, Start, Webhook};
        const ALL: [Op; 12] = [Configure, Start, Callback, Ask, Reply, Peek, OrderId, Formula, Webhook, Report, Reported, Read];
        ALL.get(number as usize).copied()
    }
}

/// The surroundings of a call, fixed in tests.
pub struct Surroundings {
    /// Milliseconds since 1970.
    pub now: u64,
    /// Makes 32 fresh random bytes. Where there is no source of them, the shim lets no call begin.
    pub random: fn() -> [u8; 32],
}

/// Does one call: `input` holds the head, which is so many texts, and from `head_length` on the body. The input is wiped, whatever happens.
/// There is no answer when the head is not what the shim has joined, or cannot be told.
pub fn call(op: u32, input: &mut [u8], head_length: usize, texts: usize, around: &Surroundings) -> Option<String> {
    let answer = match (Op::from_number(op), input.split_at_mut_checked(head_length)) {
        (Some(op), Some((head, body))) => match core::str::from_utf8(head) {
            Ok(head) => texts_of(head, texts).map(|texts| told(dispatch(op, &texts, body, around))),
            Err(_) => Some(told(Err(damaged()))),
        },
        _ => Some(told(Err(damaged()))),
    };
    input.fill(0);
    answer
}

fn told(answer: Result<Texts>) -> String {
    answer.unwrap_or_else(|error| render_error(&error)).told()
}

/// The texts that were joined by NUL. None if one of them cannot be told (it has a control character in it, or the mark of a character that
/// was broken), or if there is another number of them: with a NUL inside, a text would be taken for two.
fn texts_of(head: &str, count: usize) -> Option<Vec<&str>> {
    let bytes = head.as_bytes();
    let mut texts = Vec::with_capacity(count.min(bytes.len() + 1));
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        let (mut odd, looked_at) = odd_bytes(bytes, at);
        while odd != 0 {
            let place = at + lowest_byte(odd);
            odd &= odd - 1;
            match bytes.get(place..)? {
                [0, ..] => {
                    texts.push(part(head, from, place));
                    from = place + 1;
                }
                [0xEF, 0xBF, 0xBD, ..] => return None, // U+FFFD
                [0x80..=0xFF, ..] => {}
                _ => return None,
            }
        }
        at += looked_at;
    }
    // Nothing is no text at all, or an empty one.
    if count > 0 || !head.is_empty() {
        texts.push(part(head, from, at));
    }
    (texts.len() == count).then_some(texts)
}

fn dispatch<'h>(op: Op, texts: &'h [&'h str], body: &'h mut [u8], around: &Surroundings) -> Result<Texts<'h>> {
    let limit = match op {
        Op::Reply => MAX_REPLY,
        Op::Reported => MAX_REPORT,
        _ => MAX_MESSAGE,
    };
    if body.len() > limit {
        return Err(too_large());
    }
    let head = &mut Head::of(texts);
    match op {
        Op::Configure => configure(head),
        Op::Start | Op::Callback | Op::Ask | Op::Reply => step(op, head, body, around),
        Op::Peek => {
            let account = Account::read(head)?;
            let message = Message { body, headers: read_headers(&account, head)? };
            head.end()?;
            let mut answer = Texts::new("peek");
            match account.spec.gateway.peek(message) {
                Some(Found::OrderId(id)) => answer.push("orderId").push(id),
                Some(Found::Token(token)) => answer.push("token").push(token),
                None => answer.push("").push(""),
            };
            Ok(answer)
        }
        Op::OrderId => {
            let mut answer = Texts::new("orderId");
            answer.push(order_id((around.random)()));
            Ok(answer)
        }
        Op::Formula => {
            let name = head.text()?;
            let mut answer = Texts::new("formula");
            answer.push(formula(name, head.0, body)?);
            Ok(answer)
        }
        Op::Webhook => webhook(head, body),
        Op::Read => {
            let read = nestpay::read_unverified(body)?;
            let mut answer = Texts::new("read");
            answer.push(digits(read.known.len()));
            for (name, value) in read.known.iter().chain(&read.fields) {
                answer.push(name).push(value);
            }
            Ok(answer)
        }
        Op::Report | Op::Reported => list(op, head, body, around),
    }
}

/// The calls about an order: reads the account and the order, and writes the step.
fn step<'h>(op: Op, head: &mut Head<'h>, body: &mut [u8], around: &Surroundings) -> Result<Texts<'h>> {
    let account = Account::read(head)?;
    let order = read_order(head, &account)?;
    let cx = Context { account: &account, now: around.now, random: around.random };
    let step = match op {
        Op::Start => gateway::start(&cx, &order, read_card(head)?.as_ref()),
        Op::Callback => gateway::callback(&cx, &order, Message { body, headers: read_headers(&account, head)? }),
        Op::Ask => gateway::ask(&cx, &order, read_asked(head, order.currency)?),
        _ => {
            let [then, status] = head.texts()?;
            match read_answer(status, body) {
                Some(answer) => gateway::reply(&cx, &order, then, answer),
                None => gateway::already_claimed(&order, then),
            }
        }
    }?;
    head.end()?;
    render_step(&account, &order, &step)
}

/// The calls about some days: reads the account and the days, and writes a page of a report.
fn list(op: Op, head: &mut Head, body: &[u8], around: &Surroundings) -> Result<Texts<'static>> {
    let account = Account::read(head)?;
    let [from, to] = head.texts()?;
    let period = Period { from: date(from, "from")?, to: date(to, "to")? };
    // The calendar ends in 2999: its last day has no next one, and lists go on from day to day.
    if period.to < period.from || period.from.plus(MAX_DAYS) <= period.to || period.to.next_day() == period.to {
        return Err(Error::new(Why::Period, "to"));
    }
    let cx = Context { account: &account, now: around.now, random: around.random };
    let statement = if op == Op::Report {
        Statement { next: Some(gateway::report(&cx, &period)?), ..Statement::default() }
    } else {
        let [then, status] = head.texts()?;
        gateway::reported(&cx, &period, then, read_answer(status, body).unwrap_or(Answer::Lost))?
    };
    head.end()?;
    let mut text = Texts::new("list");
    text.push("").push("").push("");
    push_statement(&mut text, &statement);
    Ok(text)
}

/// A status, `lost`, or `claimed` for a request that somebody else has claimed: then there is no answer.
fn read_answer<'a>(status: &str, body: &'a [u8]) -> Option<Answer<'a>> {
    match number(status) {
        Some(status) => Some(Answer::Received { status, body }),
        None if status == "claimed" => None,
        None => Some(Answer::Lost),
    }
}

/// What a message is told that is larger than its limit.
pub fn too_large() -> Error {
    Error::new(Why::TooLarge, "body")
}

fn date(text: &str, field: &'static str) -> Result<Date> {
    Date::parse(text).ok_or_else(|| Error::new(Why::Day, field))
}

fn damaged() -> Error {
    Error::new(Why::DamagedCall, "")
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The head

/// What is left of the head.
pub struct Head<'h>(&'h [&'h str]);

impl<'h> Head<'h> {
    /// A head of these texts.
    pub fn of(texts: &'h [&'h str]) -> Head<'h> {
        Head(texts)
    }

    fn text(&mut self) -> Result<&'h str> {
        self.texts().map(|[text]| text)
    }

    /// The next ones.
    pub fn texts<const N: usize>(&mut self) -> Result<[&'h str; N]> {
        let (texts, rest) = self.0.split_first_chunk().ok_or_else(damaged)?;
        self.0 = rest;
        Ok(*texts)
    }

    /// The next ones, so many.
    pub fn take(&mut self, count: usize) -> Result<&'h [&'h str]> {
        let (texts, rest) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(texts)
    }

    fn count(&mut self, limit: usize, why: Why, field: &'static str) -> Result<usize> {
        let count = number(self.text()?).ok_or_else(damaged)?;
        if count > limit { Err(Error::new(why, field).about(digits(limit))) } else { Ok(count) }
    }

    fn end(&mut self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}

fn read_headers<'h>(account: &Account, head: &mut Head<'h>) -> Result<&'h [&'h str]> {
    head.take(account.spec.headers.len())
}

fn read_card<'h>(head: &mut Head<'h>) -> Result<Option<Card<'h>>> {
    if head.text()?.is_empty() {
        return Ok(None);
    }
    let [number, month, year, cvv, holder] = head.texts()?;
    let card = Card { number, month, year, cvv, holder };
    let digits =
        |text: &str, lengths: core::ops::RangeInclusive<usize>| lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let checks = [
        ("card.number", digits(card.number, 12..=19), Why::CardNumber),
        ("card.month", digits(card.month, 2..=2) && ("01"..="12").contains(&card.month), Why::CardMonth),
        ("card.year", digits(card.year, 2..=2), Why::CardYear),
        ("card.cvv", digits(card.cvv, 3..=4), Why::CardCvv),
    ];
    match checks.into_iter().find(|(_, fine, _)| !fine) {
        Some((field, _, why)) => Err(Error::new(why, field)),
        None => Ok(Some(card)),
    }
}

fn read_asked<'h>(head: &mut Head<'h>, currency: Currency) -> Result<Asked<'h>> {
    let [verb, id, amount_kind, amount] = head.texts()?;
    match verb {
        "inquire" => return Ok(Asked::Inquire),
        "history" => return Ok(Asked::History),
        _ => {}
    }
    let kind = Kind::from_name(verb).ok_or_else(|| Error::new(Why::UnknownVerb, "verb"))?;
    let amount = match (kind, amount_kind) {
        (Kind::Void, "") => None,
        (Kind::Void, _) => return Err(Error::new(Why::VoidAmount, "amount")),
        _ => Some(money::order_amount(amount_kind, amount, currency)?),
    };
    Ok(Asked::Change { kind, id, amount })
}

fn read_order<'h>(head: &mut Head<'h>, account: &Account<'h>) -> Result<Order<'h>> {
    let [stored, id, amount_kind, amount, currency, intent, count, max_count, ok, fail, notify] = head.texts()?;
    check_id(id)?;
    let currency = Currency::from_letters(currency).ok_or_else(|| Error::new(Why::CurrencyLetters, "currency"))?;
    let order = Order {
        id,
        amount: money::order_amount(amount_kind, amount, currency)?,
        currency,
        intent: match intent {
            "" | "sale" => Intent::Sale,
            "preauth" => Intent::PreAuth,
            _ => return Err(Error::new(Why::SaleOrPreAuth, "type")),
        },
        installments: installments(count, "installments")?,
        max_installments: installments(max_count, "maxInstallments")?,
        urls: Urls {
            ok: url(ok, "urls.ok", account.mode)?,
            fail: url(fail, "urls.fail", account.mode)?,
            notify: if notify.is_empty() { "" } else { url(notify, "urls.notify", account.mode)? },
        },
        customer: read_customer(head)?,
        basket: read_basket(head, currency)?,
        model: account.model,
        refs: Refs::default(),
    };
    let started = head.texts()?;
    if stored.is_empty() { new_order(order, started) } else { stored_order(order, account, started) }
}

fn new_order<'h>(order: Order<'h>, [_, model, _, refs]: [&str; 4]) -> Result<Order<'h>> {
    if model.is_empty() && refs.is_empty() {
        return Ok(order);
    }
    Err(Error::new(Why::AlreadyStarted, "refs"))
}

fn stored_order<'h>(order: Order<'h>, account: &Account, [gateway, model, mode, refs]: [&'h str; 4]) -> Result<Order<'h>> {
    if gateway != account.gateway {
        return Err(Error::new(Why::OtherGateway, "gateway"));
    }
    if mode != account.mode.name() {
        return Err(Error::new(Why::OtherMode, "mode"));
    }
    if !account.spec.models.contains(&model) {
        return Err(Error::new(Why::OtherModel, "model"));
    }
    if refs.len() > Refs::MAX {
        return Err(Error::new(Why::ChangedRefs, "refs"));
    }
    let refs = Refs::parse(refs)?;
    if refs.get(gateway::STARTED).is_none() {
        return Err(Error::new(Why::NotStarted, "refs"));
    }
    Ok(Order { model, refs, ..order })
}

fn check_id(id: &str) -> Result<()> {
    let starts_well = id.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if starts_well && is_made_of(id, b"-_") && id.len() <= 64 {
        return Ok(());
    }
    Err(Error::new(Why::OrderId, "id"))
}

fn installments(text: &str, field: &'static str) -> Result<u8> {
    match number(text) {
        _ if text.is_empty() => Ok(1),
        Some(0 | 1) => Ok(1),
        Some(count) if count <= MAX_INSTALLMENTS => Ok(count),
        _ => Err(Error::new(Why::Installments, field)),
    }
}

fn url<'h>(text: &'h str, field: &'static str, mode: Mode) -> Result<&'h str> {
    if account::is_return_address(text, mode) {
        return Ok(text);
    }
    Err(Error::new(Why::ReturnUrl, field))
}

fn read_customer<'h>(head: &mut Head<'h>) -> Result<Customer<'h>> {
    let [ip, email, name, phone, address, language] = head.texts()?;
    let checks = [
        ("customer.ip", ip, 45, ip.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':'))),
        ("customer.email", email, 100, email.bytes().all(|byte| byte.is_ascii_graphic()) && split_first(email, b'@').is_some()),
        ("customer.name", name, 100, true),
        ("customer.phone", phone, 20, phone.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b' ' | b'(' | b')' | b'-'))),
        ("customer.address", address, 400, true),
    ];
    for (field, text, most, fits) in checks {
        if !text.is_empty() && (!fits || is_longer(text, most)) {
            return Err(Error::new(Why::CustomerValue, field).about(digits(most)));
        }
    }
    let language = match language {
        "" | "tr" => Language::Tr,
        "en" => Language::En,
        _ => return Err(Error::new(Why::Language, "customer.language")),
    };
    Ok(Customer { ip, email, name, phone, address, language })
}

fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && letters(text) > most
}

fn read_basket<'h>(head: &mut Head<'h>, currency: Currency) -> Result<Vec<Item<'h>>> {
    let count = head.count(MAX_BASKET, Why::BasketTooLong, "basket")?;
    let mut basket = Vec::with_capacity(count);
    for _ in 0..count {
        let [name, price, quantity] = head.texts()?;
        if name.is_empty() || is_longer(name, 200) {
            return Err(Error::new(Why::BasketName, "basket.name"));
        }
        let price = Amount::from_exact(price, currency).ok_or_else(|| Error::new(Why::BasketPrice, "basket.price"))?;
        let quantity = number(quantity).filter(|quantity| (1..=9999).contains(quantity));
        let quantity = quantity.ok_or_else(|| Error::new(Why::BasketQuantity, "basket.quantity"))?;
        basket.push(Item { name, price, quantity });
    }
    Ok(basket)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The calls that need no order

fn configure<'h>(head: &mut Head<'h>) -> Result<Texts<'h>> {
    let count = head.count(16, Why::TooManyHosts, "trustHosts")?;
    let trusted = head.take(count)?;
    let mut pairs = Vec::new();
    while !head.0.is_empty() {
        let [name, value] = head.texts()?;
        pairs.push((name, value));
    }
    let account = Account::from_config(&pairs, trusted)?;
    let spec = account.spec;
    let mut answer = Texts::new("account");
    answer.push(account.gateway).push(account.model).push(account.mode.name());
    answer.push(if spec.claiming_models.contains(&account.model) { "claims" } else { "" });
    answer.push(joined_by(" ", spec.proving_models));
    answer.push(spec.acknowledgement.content_type).push(spec.acknowledgement.body);
    answer.push(joined_by(" ", spec.headers));
    answer.push(if spec.card_models.contains(&account.model) { "card" } else { "" });
    answer.push(account.render("\u{1}"));
    Ok(answer)
}

/// Twenty characters that every gateway accepts: letters and digits that are not mistaken for one another, with a letter at either end, where
/// banks write digits next to the id that they sign. They carry 98 random bits.
fn order_id(random: [u8; 32]) -> Text {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let [first, last, rest @ ..] = random;
    let letter = |byte: u8, choices: u8| char::from(LETTERS[usize::from(byte % choices)]);
    let mut id = String::from(letter(first, 16));
    id.extend(rest.iter().take(18).map(|byte| letter(*byte, 32)));
    id.push(letter(last, 16));
    keep(id)
}

/// A formula of a bank's document, `system.name`, over names and values or over values; secrets come last.
fn formula(name: &str, values: &[&str], body: &[u8]) -> Result<Text> {
    if let ("two-stage-sha1", [password, terminal, data]) = (name, values) {
        return Ok(crypto::two_stage_sha1(Secret::new(password), terminal, data));
    }
    let unknown = || Error::new(Why::UnknownFormula, "");
    let (system, own) = split_first(name, b'.').ok_or_else(unknown)?;
    let spec = SYSTEMS.iter().find(|spec| spec.system == system).ok_or_else(unknown)?;
    let Formula { over, compute, .. } = spec.formulas.iter().find(|formula| formula.name == own).ok_or_else(unknown)?;
    match over {
        Over::Values => compute(values, body),
        // The first text says how many are names and values; what follows are the secrets.
        Over::AllFields => compute(values.get(1..).unwrap_or_default(), body),
        Over::Fields(names) => {
            let (count, rest) = values.split_first().ok_or_else(unknown)?;
            let (fields, secrets) = number(count).and_then(|count| rest.split_at_checked(count)).ok_or_else(unknown)?;
            let value = |name: &&str| fields.as_chunks().0.iter().find(|[at, _]| at == name).map_or("", |[_, value]| value);
            let mut ordered: Vec<&str> = names.iter().map(value).collect();
            ordered.extend(secrets);
            compute(&ordered, body)
        }
    }
}

fn webhook(head: &mut Head, body: &[u8]) -> Result<Texts<'static>> {
    let [signature, secret, merchant_id] = head.texts()?;
    head.end()?;
    let event = gateway::verify_webhook(body, &[signature], Secret::new(secret), merchant_id)?;
    let mut answer = Texts::new("webhook");
    answer.push_pairs(event.fields());
    Ok(answer)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The answer

struct Texts<'t>(Vec<&'t str>);

impl<'t> Texts<'t> {
    fn new(kind: &'t str) -> Texts<'t> {
        let mut texts = Vec::with_capacity(32);
        texts.push(kind);
        Texts(texts)
    }

    /// Adds a field.
    fn push(&mut self, field: &'t str) -> &mut Texts<'t> {
        self.0.push(field);
        self
    }

    /// Adds names and values: all names as one field, which the shim has mostly seen before and then need not cut, and a field for each value.
    fn push_pairs(&mut self, pairs: &[(Text, Text)]) {
        let names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
        self.push(keep(joined_apart(BETWEEN_NAMES, &names)));
        self.0.extend(pairs.iter().map(|(_, value)| *value));
    }

    fn told(&self) -> String {
        joined_apart("\0", &self.0)
    }
}

const BETWEEN_NAMES: &str = "\u{1}";

/// The texts with this mark between each two of them. The mark inside a text would shift all that follow, so none gets through.
fn joined_apart(mark: &str, texts: &[&str]) -> String {
    let joined = join(mark, texts);
    let byte = mark.as_bytes()[0];
    if count_of(byte, joined.as_bytes()) < texts.len().max(1) {
        return joined;
    }
    let clean = |text: &&str| keep(text.chars().filter(|c| u32::from(*c) != u32::from(byte)).collect());
    join(mark, &texts.iter().map(clean).collect::<Vec<_>>())
}

fn render_error(error: &Error) -> Texts<'static> {
    let mut text = Texts::new("error");
    text.push(error.code().name()).push(error.field).push(error.why.number()).push(error.bank_code).push(error.bank_message).push(error.about);
    text
}

fn render_step<'h>(account: &Account<'h>, order: &Order<'h>, step: &Step) -> Result<Texts<'h>> {
    let mut text = Texts::new(match &step.action {
        Action::Redirect(_) => "redirect",
        Action::Send(_) => "send",
        Action::Done(_) => "done",
        Action::List(_) => "list",
    });
    let refs = step.refs.as_ref().unwrap_or(&order.refs).render();
    // An order that could not be read again is refused while there is still time: a payment is told in any case.
    if refs.len() > Refs::MAX && !matches!(step.action, Action::Done(_)) {
        return Err(Error::new(Why::LongRefs, "refs"));
    }
    text.push(refs).push(order.amount.to_decimal(order.currency)).push(order.model);
    match &step.action {
        Action::Redirect(redirect) => push_redirect(&mut text, redirect),
        Action::Send(send) => {
            let moves = send.effect == Effect::MovesMoney;
            text.push(if moves { claim_key(account, order, send) } else { "" });
            push_request(&mut text, send);
        }
        Action::Done(payment) => push_payment(&mut text, account, order, payment),
        Action::List(statement) => push_statement(&mut text, statement),
    }
    Ok(text)
}

fn push_redirect(text: &mut Texts, redirect: &Redirect) {
    match redirect {
        Redirect::Url(url) => {
            text.push("url").push(url);
        }
        Redirect::Form { action, fields, card_inputs } => {
            text.push("form").push(action);
            let inputs = card_inputs.map_or([""; 5], |inputs| [inputs.number, inputs.month, inputs.year, inputs.cvv, inputs.holder]);
            for name in inputs {
                text.push(name);
            }
            text.push_pairs(fields);
        }
    }
}

fn push_request(text: &mut Texts, send: &Send) {
    text.push(send.then).push(send.method).push(send.url).push(send.body);
    text.push_pairs(&send.headers);
}

/// How many lines, the lines, and the request for the next page if there is one.
fn push_statement(text: &mut Texts, statement: &Statement) {
    text.push(digits(statement.transactions.len()));
    for transaction in &statement.transactions {
        push_transaction(text, transaction);
    }
    if let Some(next) = &statement.next {
        push_request(text, next);
    }
}

fn push_transaction(text: &mut Texts, transaction: &Transaction) {
    let currency = transaction.currency.unwrap_or(Currency::Try);
    let decimal = |amount: Option<Amount>| amount.map_or("", |amount| amount.to_decimal(currency));
    text.push(transaction.order_id).push(transaction.kind.name()).push(transaction.outcome.name()).push(decimal(transaction.amount));
    text.push(transaction.currency.map_or("", Currency::letters));
    text.push(transaction.installments.map_or("", |count| digits(count)));
    text.push(transaction.at).push(transaction.transaction_id).push(transaction.auth_code).push(transaction.host_reference);
    text.push(transaction.masked_pan).push(transaction.bank_code).push(decimal(transaction.commission));
}

fn push_payment<'h>(text: &mut Texts<'h>, account: &Account<'h>, order: &Order<'h>, payment: &Payment) {
    let facts = &payment.facts;
    let decimal = |amount: Option<Amount>| amount.map_or("", |amount| amount.to_decimal(order.currency));
    text.push(payment.status().name()).push(payment.proof()).push(order.id).push(order.currency.letters()).push(account.mode.name());
    text.push(dedupe_key(account, order, payment));
    text.push(decimal(facts.charged)).push(decimal(facts.refunded));
    text.push(facts.installments.map_or("", |count| digits(count)));
    text.push(facts.at).push(facts.transaction_id).push(facts.auth_code).push(facts.host_reference).push(facts.masked_pan);
    text.push(facts.md_status).push(facts.eci);
    text.push(match facts.liability {
        Some(Liability::Issuer) => "issuer",
        Some(Liability::Merchant) => "merchant",
        None => "",
    });
    text.push(if facts.review { "review" } else { "" });
    let (verb, id) = payment.change().map_or(("", ""), |change| (change.kind.name(), change.id));
    text.push(verb).push(id).push(decimal(payment.change().map(|change| change.amount)));
    if let Some(decline) = payment.decline() {
        text.push(decline.reason.name()).push(decline.bank_code).push(decline.bank_message);
        text.push(digits(decline.reason.wix_reason_code()));
    }
}

/// The same whichever road brought the news, and made of nothing that a message brought (invariant 10).
fn dedupe_key(account: &Account, order: &Order, payment: &Payment) -> Text {
    let kind = match payment.status() {
        Status::Pending | Status::Unknown => "open",
        other => other.name(),
    };
    match payment.change() {
        Some(change) => key(account, order, &[kind, change.id]),
        None => key(account, order, &[kind]),
    }
}

/// What is claimed before money moves: once for this order and this kind of provision, or for this change.
fn claim_key(account: &Account, order: &Order, send: &Send) -> Text {
    key(account, order, &["send", gateway::claimed_by(send)])
}

fn key(account: &Account, order: &Order, rest: &[&str]) -> Text {
    joined_by(":", &[&[account.gateway, account.id(), account.mode.name(), order.id], rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_inside_a_text_shifts_nothing() {
        assert_eq!(joined_apart("\0", &[]), "");
        assert_eq!(joined_apart("\0", &["a", "", "b"]), "a\0\0b");
        assert_eq!(joined_apart("\0", &["\0a", "b"]), "a\0b");
        assert_eq!(joined_apart("\0", &["a\0\0b\u{1}", "c\0"]), "ab\u{1}\0c");
        assert_eq!(joined_apart(BETWEEN_NAMES, &["a\u{1}"]), "a");
    }
}
