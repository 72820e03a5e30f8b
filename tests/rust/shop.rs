//! A shop's server, and the shim between it and the core.
//!
//! Every call of this suite passes through [`call`], which also checks what must hold for each of them: the buffer is wiped, and no
//! answer gives a secret away.

use crate::named::named;
use std::fmt;
use velopos::error::Why;
use velopos::frame::{self, Op, Surroundings};

pub const CLIENT_ID: &str = "190700777";
/// With both characters that version 3 escapes.
pub const STORE_KEY: &str = r"Kasa|Su\9";
pub const API_USER: &str = "magazaapi";
pub const API_PASSWORD: &str = "Gizli<Soz>&77";

pub const ORDER_ID: &str = "A7K2M9P4R8T3V6X5Z2B7";
pub const AMOUNT: &str = "149.90";
pub const CARD: [&str; 6] = ["card", "4508034508034509", "12", "30", "000", "Ayşe Yılmaz"];

/// 2026-11-21 14:42:33 UTC.
const NOW: u64 = 1_795_272_153_000;
pub const RANDOM: [u8; 32] = *b"0123456789abcdef0123456789ABCDEF";

fn surroundings() -> Surroundings {
    Surroundings { now: NOW, random: || RANDOM }
}

/// One call, as `js-glue/frame.js` makes it.
pub fn call<T: AsRef<str>>(op: Op, head: &[T], body: &[u8]) -> Answer {
    let texts = head.len();
    let head = head.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join("\0");
    let mut input = [head.as_bytes(), body].concat();
    let answer = frame::call(op as u32, &mut input, head.len(), texts, &surroundings()).expect("a head that can be told");
    assert!(input.iter().all(|byte| *byte == 0), "{op:?} left something in the buffer");
    let answer = Answer(named(answer.split('\0').collect()).into_iter().map(str::to_owned).collect());
    answer.must_not_tell(op);
    answer
}

/// What a call answered.
#[derive(Clone, PartialEq)]
pub struct Answer(pub Vec<String>);

impl Answer {
    pub fn kind(&self) -> &str {
        &self.0[0]
    }

    pub fn at(&self, place: usize) -> &str {
        &self.0[place]
    }

    /// Only the account's own text holds the store key, and only a request to the bank the password.
    fn must_not_tell(&self, op: Op) {
        let text = self.0.join("\n");
        if op != Op::Configure || self.kind() == "error" {
            assert!(!text.contains(STORE_KEY), "{op:?} gave the store key away: {text}");
        }
        if op != Op::Configure && self.kind() != "send" || self.kind() == "error" {
            assert!(!text.contains(API_PASSWORD), "{op:?} gave the password away: {text}");
        }
    }

    pub fn refs(&self) -> &str {
        self.expect(&["redirect", "send", "done"]).at(1)
    }

    pub fn form(&self) -> Vec<(String, String)> {
        self.expect(&["redirect"]);
        assert_eq!(self.at(4), "form");
        self.0[11..].chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
    }

    /// What is claimed before the request goes out; empty when it moves no money.
    pub fn claim(&self) -> &str {
        self.expect(&["send"]).at(4)
    }

    pub fn then(&self) -> &str {
        self.expect(&["send"]).at(5)
    }

    pub fn url(&self) -> &str {
        self.expect(&["send"]).at(7)
    }

    /// The XML that goes to the bank's API.
    pub fn xml(&self) -> String {
        let body = self.expect(&["send"]).at(8);
        let encoded = body.strip_prefix("DATA=").expect("one field, DATA");
        decode_percent(encoded)
    }

    /// A fact about a payment, by the name that JavaScript gives it.
    pub fn fact(&self, name: &str) -> &str {
        const FACTS: &str = "refs amount model status proof orderId currency mode dedupeKey charged refunded installments at transactionId \
                             authCode hostReference maskedPan mdStatus eci liability review verb changeId moved reason bankCode bankMessage wixReasonCode";
        let place = FACTS.split(' ').position(|fact| fact == name).expect("a known fact");
        self.expect(&["done"]).0.get(place + 1).map_or("", String::as_str)
    }

    /// Which refusal it is.
    pub fn expect_why(&self, why: Why) -> &Answer {
        assert_eq!(self.expect(&["error"]).at(3), why.number(), "{self} is not {why:?}");
        self
    }

    /// What the refusal's sentence names.
    pub fn about(&self) -> &str {
        self.expect(&["error"]).at(6)
    }

    fn expect(&self, kinds: &[&str]) -> &Answer {
        assert!(kinds.contains(&self.kind()), "{self}");
        self
    }
}

/// The gist in one line, so that tests can be tables: `paid by signature`, `pending, review`, `reads:inquiry`, `ORDER urls.ok`.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.kind() {
            "error" => write!(f, "{} {}", self.at(1), self.at(2)),
            "send" => write!(f, "{}", self.then()),
            "done" => {
                write!(f, "{}", self.fact("status"))?;
                if self.fact("proof") != "none" {
                    write!(f, " by {}", self.fact("proof"))?;
                }
                if self.fact("review").is_empty() { Ok(()) } else { write!(f, ", review") }
            }
            other => write!(f, "{other}"),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{self} {:?}", self.0)
    }
}

/// A configuration, as names and values.
#[derive(Clone)]
pub struct Config {
    pairs: Vec<(String, String)>,
    trusted: Vec<String>,
}

/// A bank account like a shop's own, in production.
pub fn isbank() -> Config {
    let pairs = [
        ("gateway", "isbank"),
        ("merchant.clientId", CLIENT_ID),
        ("merchant.storeKey", STORE_KEY),
        ("merchant.apiUser", API_USER),
        ("merchant.apiPassword", API_PASSWORD),
    ];
    Config { pairs: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(), trusted: Vec::new() }
}

/// The same without a user of the bank's API.
pub fn isbank_without_api() -> Config {
    isbank().without("merchant.apiUser").without("merchant.apiPassword")
}

impl Config {
    pub fn with(mut self, name: &str, value: &str) -> Config {
        self.pairs.retain(|(at, _)| at != name);
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Config {
        self.pairs.retain(|(at, _)| at != name);
        self
    }

    pub fn trusting(mut self, host: &str) -> Config {
        self.trusted.push(host.to_owned());
        self
    }

    /// What the core says about it.
    pub fn answer(&self) -> Answer {
        let mut head = vec![self.trusted.len().to_string()];
        head.extend(self.trusted.iter().cloned());
        head.extend(self.pairs.iter().flat_map(|(name, value)| [name.clone(), value.clone()]));
        call(Op::Configure, &head, b"")
    }

    pub fn open(&self) -> Shop {
        let answer = self.answer();
        assert_eq!(answer.kind(), "account", "{answer:?}");
        let account = answer.0.last().expect("the account's text").split('\u{1}').map(str::to_owned).collect();
        Shop { account, claims: !answer.at(4).is_empty() }
    }
}

/// An account that was opened.
pub struct Shop {
    pub account: Vec<String>,
    pub claims: bool,
}

impl Shop {
    pub fn model(&self) -> &str {
        &self.account[1]
    }

    fn takes_card(&self) -> bool {
        matches!(self.model(), "3d" | "3d_pay")
    }

    /// Begins a payment, with a card where the model asks for one.
    pub fn start(&self, order: &Order) -> Answer {
        self.start_with(order, if self.takes_card() { &CARD } else { &[""] })
    }

    pub fn start_with(&self, order: &Order, card: &[&str]) -> Answer {
        self.call(Op::Start, order, card, b"")
    }

    /// Begins a payment that must begin: the stored order and the form that the browser posts to the bank.
    pub fn begin(&self, order: Order) -> Started {
        let answer = self.start(&order);
        Started { form: answer.form(), order: order.stored(self, answer.refs()) }
    }

    pub fn callback(&self, order: &Order, body: &[u8]) -> Answer {
        self.call(Op::Callback, order, &[], body)
    }

    pub fn inquire(&self, order: &Order) -> Answer {
        self.call(Op::Ask, order, &["inquire", "", "", ""], b"")
    }

    /// Asks for a capture, a refund or a void (which takes no amount).
    pub fn change(&self, order: &Order, verb: &str, id: &str, amount: &str) -> Answer {
        let kind = if amount.is_empty() { "" } else { "decimal" };
        self.call(Op::Ask, order, &[verb, id, kind, amount], b"")
    }

    pub fn history(&self, order: &Order) -> Answer {
        self.call(Op::Ask, order, &["history", "", "", ""], b"")
    }

    /// Brings back what became of a request: a status and a body.
    pub fn reply(&self, order: &Order, then: &str, status: &str, body: impl AsRef<[u8]>) -> Answer {
        self.call(Op::Reply, order, &[then, status], body.as_ref())
    }

    pub fn peek(&self, body: &[u8]) -> Answer {
        call(Op::Peek, &self.account, body)
    }

    pub fn call(&self, op: Op, order: &Order, rest: &[&str], body: &[u8]) -> Answer {
        let head = [self.account.clone(), order.texts(), rest.iter().map(|text| (*text).to_owned()).collect()].concat();
        call(op, &head, body)
    }
}

/// A payment that was begun.
pub struct Started {
    pub order: Order,
    pub form: Vec<(String, String)>,
}

/// An order as the texts that cross the boundary, by the names that errors give them.
#[derive(Clone)]
pub struct Order {
    values: Vec<(&'static str, String)>,
    basket: Vec<[&'static str; 3]>,
}

const BEFORE_BASKET: &[(&str, &str)] = &[
    ("stored", ""),
    ("id", ORDER_ID),
    ("amount kind", "decimal"),
    ("amount", AMOUNT),
    ("currency", "TRY"),
    ("type", ""),
    ("installments", ""),
    ("maxInstallments", ""),
    ("urls.ok", "https://dukkan.example/_functions/payment3DSuccess/k3y"),
    ("urls.fail", "https://dukkan.example/_functions/payment3DFail/k3y"),
    ("urls.notify", ""),
    ("customer.ip", "203.0.113.7"),
    ("customer.email", "ayse@example.com"),
    ("customer.name", "Ayşe Yılmaz"),
    ("customer.phone", "+90 555 000 00 00"),
    ("customer.address", "Bağdat Cad. 1, İstanbul"),
    ("customer.language", ""),
];
const AFTER_BASKET: &[&str] = &["gateway", "model", "mode", "refs"];

pub fn order() -> Order {
    let after = AFTER_BASKET.iter().map(|name| (*name, String::new()));
    Order { values: BEFORE_BASKET.iter().map(|(name, value)| (*name, (*value).to_owned())).chain(after).collect(), basket: Vec::new() }
}

impl Order {
    pub fn with(mut self, name: &str, value: &str) -> Order {
        let place = self.values.iter().position(|(at, _)| *at == name).expect("a known name");
        value.clone_into(&mut self.values[place].1);
        self
    }

    pub fn with_item(mut self, item: [&'static str; 3]) -> Order {
        self.basket.push(item);
        self
    }

    pub fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(at, _)| *at == name).map(|(_, value)| value.as_str()).expect("a known name")
    }

    /// As the shop's database returns it later.
    pub fn stored(self, shop: &Shop, refs: &str) -> Order {
        self.with("stored", "stored").with("gateway", &shop.account[0]).with("model", shop.model()).with("mode", &shop.account[2]).with("refs", refs)
    }

    pub fn texts(&self) -> Vec<String> {
        let (before, after) = self.values.split_at(BEFORE_BASKET.len());
        let mut texts: Vec<String> = before.iter().map(|(_, value)| value.clone()).collect();
        texts.push(self.basket.len().to_string());
        texts.extend(self.basket.iter().flatten().map(|text| (*text).to_owned()));
        texts.extend(after.iter().map(|(_, value)| value.clone()));
        texts
    }
}

pub fn decode_percent(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two hexadecimal digits"));
        bytes.extend(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).expect("UTF-8")
}
