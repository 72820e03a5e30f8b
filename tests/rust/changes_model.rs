//! What follows a payment, played at random: several containers, stale and lost rows, processes that die, a bank that loses its answers and
//! the shop's, repeats them or speaks of another order.
//!
//! The bank of this file is gullible: it books whatever it is asked for, as often as it is asked. So whatever it never overpays, the ledger
//! has prevented. Only where somebody also gives money back in the bank's panel does it look at its own limits, as a bank does.

use crate::bank::{Callback, cc5};
use crate::shop::{Answer, ORDER_ID, Order, STORE_KEY, Shop, decode_percent, isbank, order};
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// Always the same numbers for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len() as u64) as usize]
    }
}

const WHOLE: u64 = 14_990;

// ---------------------------------------------------------------------------------------------------------------------------------
// The bank

struct Bank {
    looks_at_limits: bool,
    captured: u64,
    captures: u32,
    is_voided: bool,
    credits: Vec<u64>,
    /// What was made, by the shop's ids.
    made: HashSet<String>,
}

impl Bank {
    fn went_back(&self) -> u64 {
        self.credits.iter().sum::<u64>() + if self.is_voided { self.captured } else { 0 }
    }

    /// Whether it does what it is asked for.
    fn books(&mut self, xml: &str, id: &str) -> bool {
        let total = element(xml, "Total").map(|text| text.replace('.', "").parse().expect("minor units"));
        let fits = match (element(xml, "Type").expect("a type"), total) {
            ("Credit", Some(minor)) if !self.looks_at_limits || self.went_back() + minor <= self.captured => {
                self.credits.push(minor);
                true
            }
            ("PostAuth", Some(minor)) => {
                self.captured += minor;
                self.captures += 1;
                true
            }
            ("Void", None) if !self.looks_at_limits || self.went_back() == 0 => {
                assert!(!self.is_voided, "voided twice");
                self.is_voided = true;
                true
            }
            _ => false,
        };
        if fits {
            assert!(self.made.insert(id.to_owned()), "{id} was made twice");
        }
        fits
    }

    fn status(&self) -> String {
        let captured = if self.captured > 0 { self.captured.to_string() } else { String::new() };
        let (captured, state) = match (self.is_voided, self.captured) {
            (true, _) => ("", "V"),
            (false, 0) => ("", "A"),
            _ => (captured.as_str(), "C"),
        };
        let parts = [("ORD_ID", ORDER_ID), ("CHARGE_TYPE_CD", "S"), ("ORIG_TRANS_AMT", "14990"), ("CAPTURE_AMT", captured), ("TRANS_STAT", state)];
        cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &parts)
    }

    fn history(&self) -> String {
        let line = |kind: &str, state: &str, minor: u64| {
            format!("{kind}\t{state}\t{minor}\t{minor}\t2026-11-21 17:42:33.7\t2026-11-21 17:42:33.7\t\t632517184784\tP37891\t00\t26325RqiC1")
        };
        let mut lines: Vec<String> = self.credits.iter().map(|minor| line("C", "C", *minor)).collect();
        lines.push(line("S", if self.is_voided { "V" } else { "C" }, self.captured));
        let names: Vec<String> = (1..=lines.len()).map(|place| format!("TRX{place}")).collect();
        let extra: Vec<(&str, &str)> = names.iter().zip(&lines).map(|(name, line)| (name.as_str(), line.as_str())).collect();
        cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &extra)
    }
}

fn element<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once('<').map(|(text, _)| text)
}

fn said(order_id: &str, response: &str, code: &str) -> String {
    cc5(&[("OrderId", order_id), ("Response", response), ("ProcReturnCode", code)], &[])
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The shop

/// What a shop does with what it is told.
#[derive(Clone, Copy, PartialEq)]
enum Keeper {
    /// One row for order and claim, written only over what was read.
    Careful,
    /// The last one writes, and also what the package says not to be stored.
    Careless,
}

/// One call of a verb, somewhere on its way.
struct Task {
    order: Order,
    /// The version of the row that it began from.
    version: u32,
    id: String,
    step: Answer,
    /// What comes back, once it was sent.
    answer: Option<(&'static str, String)>,
}

struct World<'w> {
    dice: Dice,
    shop: &'w Shop,
    keeper: Keeper,
    by_hand: bool,
    bank: Bank,
    /// The rows that claims are, each with the order as it was to be stored.
    claims: HashMap<String, Order>,
    sent: HashSet<String>,
    /// All that the row of the order has ever held; the last one is in force.
    rows: Vec<Order>,
    tasks: Vec<Task>,
    /// The changes that were sent from the row in force and of which no answer has come.
    in_doubt: HashSet<String>,
    told: u64,
    log: String,
}

const SEQUENCES: u64 = 2_000;
const STEPS: u32 = 14;

#[test]
fn a_bank_that_loses_answers_never_pays_twice() {
    let shop = isbank().open();
    let finished = |order: Order| {
        let started = shop.begin(order);
        let payment = shop.callback(&started.order, &Callback::approved(&started.form).signed(STORE_KEY));
        started.order.with("refs", payment.refs())
    };
    let orders = [finished(order()), finished(order().with("type", "preauth"))];
    let mut seen = Seen::default();
    for seed in 0..SEQUENCES {
        let is_reserved = seed % 3 == 0;
        let keeper = if seed % 2 == 0 { Keeper::Careful } else { Keeper::Careless };
        let bank = Bank {
            looks_at_limits: seed % 5 == 0,
            captured: if is_reserved { 0 } else { WHOLE },
            captures: 0,
            is_voided: false,
            credits: Vec::new(),
            made: HashSet::new(),
        };
        let mut world = World {
            dice: Dice(seed),
            shop: &shop,
            keeper,
            by_hand: seed % 5 == 0,
            bank,
            claims: HashMap::new(),
            sent: HashSet::new(),
            rows: vec![orders[usize::from(is_reserved)].clone()],
            tasks: Vec::new(),
            in_doubt: HashSet::new(),
            told: 0,
            log: format!("seed {seed}"),
        };
        for _ in 0..STEPS {
            world.step(&mut seen);
            world.check();
        }
        world.end(&mut seen);
    }
    // A generator that never gets anywhere would prove nothing.
    for (what, count) in [
        ("made", seen.made),
        ("declined", seen.declined),
        ("unknown", seen.unknown),
        ("claimed by another", seen.claimed),
        ("refused by the ledger", seen.refused),
        ("confirmed by an inquiry", seen.confirmed),
        ("wholly given back", seen.emptied),
        ("told to a person in the end", seen.reviewed),
    ] {
        assert!(count >= 50, "{what}: {count}");
    }
}

#[derive(Default)]
struct Seen {
    made: u32,
    declined: u32,
    unknown: u32,
    claimed: u32,
    refused: u32,
    confirmed: u32,
    emptied: u32,
    reviewed: u32,
}

impl World<'_> {
    fn step(&mut self, seen: &mut Seen) {
        match self.dice.below(10) {
            0..=3 => self.ask(seen),
            4..=7 if !self.tasks.is_empty() => {
                let place = self.dice.below(self.tasks.len() as u64) as usize;
                let task = self.tasks.swap_remove(place);
                if task.answer.is_none() { self.send(task, seen) } else { self.receive(task, seen) }
            }
            8 if self.by_hand => self.give_back_by_hand(),
            _ => self.inquire(seen),
        }
    }

    /// The row in force, mostly; sometimes an old one, or what a claim kept.
    fn read(&mut self) -> (Order, u32) {
        let newest = self.rows.len() - 1;
        if self.dice.chance(15) {
            let old = self.dice.below(self.rows.len() as u64) as usize;
            return (self.rows[old].clone(), old as u32);
        }
        let kept: Vec<&Order> = self.claims.values().collect();
        if self.keeper == Keeper::Careless && !kept.is_empty() && self.dice.chance(10) {
            return (kept[0].clone(), u32::MAX);
        }
        (self.rows[newest].clone(), newest as u32)
    }

    /// Writes the row, if the keeper lets it be written.
    fn write(&mut self, order: &Order, refs: &str, version: u32) -> bool {
        let in_force = version as usize == self.rows.len() - 1;
        if self.keeper == Keeper::Careful && !in_force {
            return false;
        }
        self.rows.push(order.clone().with("refs", refs));
        true
    }

    fn ask(&mut self, seen: &mut Seen) {
        let (order, version) = self.read();
        let verb = *self.dice.of(&["refund", "refund", "refund", "refund", "capture", "void"]);
        let id = format!("{}-{}", &verb[..1], self.dice.below(5));
        let minor = *self.dice.of(&[1, 100, 4_000, 4_000, 5_000, 10_000, WHOLE - 4_000, WHOLE, WHOLE + 1]);
        let amount = if verb == "void" { String::new() } else { format!("{}.{:02}", minor / 100, minor % 100) };
        let step = self.shop.change(&order, verb, &id, &amount);
        let _ = write!(self.log, "\n  {verb} {id} {amount} from row {version}: {step}");
        match step.kind() {
            "error" => {
                assert!(["ORDER refs", "ORDER amount", "ORDER id"].contains(&step.to_string().as_str()), "{}", self.log);
                seen.refused += 1;
            }
            // Asked for before: only asked about.
            _ if step.claim().is_empty() => self.answer_inquiry(&order, version, step.then(), seen),
            _ => {
                let order = order.with("refs", step.refs());
                self.tasks.push(Task { order, version, id, step, answer: None });
            }
        }
    }

    fn send(&mut self, mut task: Task, seen: &mut Seen) {
        let key = task.step.claim().to_owned();
        let is_old = task.version as usize != self.rows.len() - 1;
        if self.claims.contains_key(&key) || (self.keeper == Keeper::Careful && is_old) {
            let answer = self.shop.reply(&task.order, task.step.then(), "claimed", "");
            assert_eq!((answer.to_string().as_str(), answer.fact("changeId")), ("pending, review", task.id.as_str()), "{}", self.log);
            let _ = write!(self.log, "\n  {} was claimed by another", task.id);
            seen.claimed += 1;
            if self.keeper == Keeper::Careless && self.dice.chance(50) {
                self.write(&task.order, answer.refs(), task.version);
            }
            return;
        }
        self.claims.insert(key.clone(), task.order.clone());
        if self.keeper == Keeper::Careful {
            // The claim and the order are one row, written together.
            assert!(self.write(&task.order, task.step.refs(), task.version));
            task.version = self.rows.len() as u32 - 1;
            self.in_doubt.insert(task.id.clone());
        }
        if self.dice.chance(8) {
            let _ = write!(self.log, "\n  {} died before it was sent", task.id);
            return;
        }
        assert!(self.sent.insert(key), "sent twice: {}", self.log);
        let xml = task.step.xml();
        let total = element(&xml, "Total").map_or(0, |text| text.replace('.', "").parse().expect("minor units"));
        if self.keeper == Keeper::Careful && xml.contains("Credit") {
            assert!(self.told + total <= self.bank.captured, "more than the bank has said to be left: {}", self.log);
        }
        let fault = self.dice.below(12);
        let was_made = fault != 0 && !self.dice.chance(15) && self.bank.books(&xml, &task.id);
        task.answer = Some(match (fault, was_made) {
            (0..=2, _) => ("lost", String::new()),
            (3, _) => ("500", said(ORDER_ID, "Approved", "00")),
            (4, _) => ("200", "<html>bakim</html>".to_owned()),
            (5, _) => ("200", said("ANOTHER", "Approved", "00")),
            (6, _) => ("200", said(ORDER_ID, "Approved", "")),
            (_, true) => ("200", said(ORDER_ID, "Approved", "00")),
            (_, false) => ("200", said(ORDER_ID, "Declined", "05")),
        });
        let _ = write!(self.log, "\n  {} sent {}: {:?}", task.id, if was_made { "and made" } else { "" }, task.answer);
        if self.dice.chance(8) {
            let _ = write!(self.log, "\n  {} died before the answer was read", task.id);
            return;
        }
        self.tasks.push(task);
    }

    fn receive(&mut self, task: Task, seen: &mut Seen) {
        let (status, body) = task.answer.as_ref().expect("an answer");
        let answer = self.shop.reply(&task.order, task.step.then(), status, body);
        let _ = write!(self.log, "\n  {} is {answer}", task.id);
        assert_eq!(answer.fact("changeId"), task.id, "{}", self.log);
        let was_made = self.bank.made.contains(&task.id);
        match answer.fact("status") {
            "refunded" | "voided" | "paid" => {
                assert!(was_made, "told as made, and was not: {}", self.log);
                seen.made += 1;
            }
            "declined" => {
                assert!(!was_made, "told as refused, and was made: {}", self.log);
                seen.declined += 1;
            }
            _ => {
                let ledger = Ledger::of(answer.refs());
                assert!(ledger.entries.iter().any(|entry| entry.id == task.id && !entry.done), "forgotten: {}", self.log);
                seen.unknown += 1;
            }
        }
        // The very answer once more says nothing new.
        let again = self.shop.reply(&task.order, task.step.then(), status, body);
        assert_eq!(again, answer);
        let is_settled = !matches!(answer.fact("status"), "unknown" | "pending");
        if self.write(&task.order, answer.refs(), task.version) && is_settled {
            self.in_doubt.remove(&task.id);
        }
    }

    fn inquire(&mut self, seen: &mut Seen) {
        let (order, version) = self.read();
        let step = self.shop.inquire(&order);
        // This bank tells what went back only where a refund is known; others always do.
        let then = if self.by_hand && self.bank.captured > 0 && !self.bank.is_voided { "reads:refunds" } else { step.then() };
        self.answer_inquiry(&order, version, then, seen);
    }

    fn answer_inquiry(&mut self, order: &Order, version: u32, then: &str, seen: &mut Seen) {
        let truth = if then == "reads:refunds" { self.bank.history() } else { self.bank.status() };
        let (status, body) = match self.dice.below(8) {
            0 => ("lost", String::new()),
            1 => ("200", truth.replace(ORDER_ID, "ANOTHER")),
            _ => ("200", truth),
        };
        let answer = self.shop.reply(order, then, status, body);
        let _ = write!(self.log, "\n  asked from row {version}: {answer}");
        if answer.kind() == "error" {
            assert_eq!(answer.at(1), "ORDER_MISMATCH", "{}", self.log);
            return;
        }
        assert_eq!(answer.fact("verb"), "");
        let (before, after) = (Ledger::of(order.get("refs")), Ledger::of(answer.refs()));
        for entry in &before.entries {
            assert!(after.entries.iter().any(|now| now.id == entry.id && (now.done || !entry.done)), "forgotten by an inquiry: {}", self.log);
        }
        seen.confirmed += u32::from(after.refunded(true) > before.refunded(true));
        assert!(after.refunded(true) <= self.bank.went_back(), "confirmed more than went back: {}", self.log);
        if self.write(order, answer.refs(), version) && !answer.fact("refunded").is_empty() {
            self.told = self.told.max(answer.fact("refunded").replace('.', "").parse().expect("minor units"));
        }
    }

    fn give_back_by_hand(&mut self) {
        let minor = *self.dice.of(&[100, 4_000, 5_000]);
        if !self.bank.is_voided && self.bank.went_back() + minor <= self.bank.captured {
            self.bank.credits.push(minor);
            let _ = write!(self.log, "\n  {minor} by hand");
        }
    }

    /// What must hold at any time.
    fn check(&self) {
        let Bank { captured, captures, .. } = self.bank;
        assert!(self.bank.went_back() <= captured, "{} of {captured} went back: {}", self.bank.went_back(), self.log);
        assert!(captures <= 1 && captured <= WHOLE, "captured {captured} in {captures} captures: {}", self.log);
        let in_force = self.rows.last().expect("a row").get("refs");
        assert!(in_force.len() <= 2_048);
        if self.keeper == Keeper::Careful {
            let ledger = Ledger::of(in_force);
            for id in &self.in_doubt {
                assert!(ledger.entries.iter().any(|entry| entry.id == *id), "{id} was forgotten: {}", self.log);
            }
        }
    }

    /// Everything is quiet, and the bank answers again: then the next change can be sent, or a person has been told.
    fn end(&mut self, seen: &mut Seen) {
        self.tasks.clear();
        let order = self.rows.last().expect("a row").clone();
        let step = self.shop.inquire(&order);
        let truth = if step.then() == "reads:refunds" { self.bank.history() } else { self.bank.status() };
        let answer = self.shop.reply(&order, step.then(), "200", truth);
        let order = order.with("refs", answer.refs());
        let left = self.bank.captured - self.bank.went_back();
        let is_told = !answer.fact("review").is_empty();
        let status = answer.fact("status");
        seen.reviewed += u32::from(is_told);
        seen.emptied += u32::from(left == 0 && self.bank.captured > 0);
        let expected = if self.bank.captured == 0 { "authorized" } else { "paid" };
        assert!(is_told || status == expected || left == 0, "{answer}: {}", self.log);
        if left == 0 || is_told {
            return;
        }
        let step = self.shop.change(&order, "refund", "last", &format!("{}.{:02}", left / 100, left % 100));
        assert_eq!(step.kind(), "send", "{step}, and nobody was told: {}", self.log);
        if self.claims.contains_key(step.claim()) {
            let answer = self.shop.reply(&order.with("refs", step.refs()), step.then(), "claimed", "");
            assert_eq!(answer.to_string(), "pending, review");
            assert!(self.keeper == Keeper::Careless, "stuck: {}", self.log);
        }
    }
}

/// What `refs` say was asked for.
struct Ledger {
    entries: Vec<Entry>,
}

struct Entry {
    is_refund: bool,
    id: String,
    minor: u64,
    done: bool,
}

impl Ledger {
    fn of(refs: &str) -> Ledger {
        let text = refs.split('&').find_map(|pair| pair.strip_prefix("changes=")).map_or_else(String::new, decode_percent);
        let entries = text.split('~').skip(1).map(|entry| {
            let parts: Vec<&str> = entry.split('.').collect();
            Entry {
                is_refund: parts[1] == "refund",
                id: parts[2].to_owned(),
                minor: parts[3].parse().expect("minor units"),
                done: parts[4] == "done",
            }
        });
        Ledger { entries: entries.collect() }
    }

    fn refunded(&self, done: bool) -> u64 {
        self.entries.iter().filter(|entry| entry.is_refund && entry.done == done).map(|entry| entry.minor).sum()
    }
}
