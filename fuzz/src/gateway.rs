//! Any bytes as what comes in from outside, to payments that were begun: returns, notifications and webhooks, and the bank's replies.
//!
//! `payments/` has, for each system, calls as the shim makes them while the package's own tests run: all but the body. An input's first byte
//! chooses one of them, and the rest is the body.

use crate::frame::answer_of;
use crate::{memory, pack};
use serde::Deserialize;
use std::collections::HashMap;
use std::fs;
use std::sync::{LazyLock, Mutex};
use velopos::frame::Op;

/// A call without its body.
#[derive(Deserialize)]
struct Begun {
    op: u32,
    now: u64,
    /// The texts of the head.
    head: Vec<String>,
    /// What must be in no payment and in no error.
    secrets: Vec<String>,
    /// The ends that the bank has signed for this order: nobody else can sign another one.
    signed: Vec<String>,
}

static BEGUN: LazyLock<Mutex<HashMap<String, &'static [Begun]>>> = LazyLock::new(Mutex::default);

fn begun(system: &str) -> &'static [Begun] {
    memory::outside(|| {
        let mut known = BEGUN.lock().expect("nobody stopped while reading");
        *known.entry(system.to_owned()).or_insert_with(|| {
            let path = pack::folder().join("payments").join(format!("{system}.json"));
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            serde_json::from_str::<Vec<Begun>>(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())).leak()
        })
    })
}

const FINAL: [&str; 5] = ["paid", "authorized", "declined", "refunded", "voided"];

/// Makes the call.
pub fn check(system: &str, data: &[u8]) {
    let Some((&place, body)) = data.split_first() else { return };
    let all = begun(system);
    let begun = &all[usize::from(place) % all.len()];
    let head = begun.head.join("\0");
    let input = [head.as_bytes(), body].concat();
    let answer = answer_of(begun.op, &input, head.len(), begun.now);
    let kind = answer[0];
    if kind == "done" || kind == "error" {
        for secret in begun.secrets.iter().filter(|secret| !hints_at(body, secret)) {
            assert!(!answer.iter().any(|text| text.contains(secret.as_str())), "{answer:?} tells a secret");
        }
    }
    match kind {
        "done" => payment(begun, &answer),
        "send" => {
            // What moves money is claimed, and says so when its answer is lost; nothing else is.
            let moves = answer[5].starts_with("moves:") || answer[5].starts_with("change");
            assert_eq!(moves, !answer[4].is_empty(), "{answer:?}");
            assert!(answer[7].starts_with("https://") || answer[7].starts_with("http://"), "{answer:?}");
        }
        _ => {}
    }
}

/// Whether a message has something of a secret in it already: a fuzzer finds words that are compared with, and what it was told may be told.
fn hints_at(body: &[u8], secret: &str) -> bool {
    secret.as_bytes().windows(4).any(|part| body.windows(4).any(|there| there == part))
}

fn payment(begun: &Begun, answer: &[&str]) {
    let (status, proof) = (answer[4], answer[5]);
    let is_final = FINAL.contains(&status);
    assert!(is_final || matches!(status, "pending" | "unknown"), "{answer:?}");
    assert_eq!(is_final, proof != "none", "{answer:?}");
    assert!(begun.head.iter().any(|text| text == answer[6]), "of another order: {answer:?}");
    if proof == "signature" {
        assert_eq!(begun.op, Op::Callback as u32);
        assert!(begun.signed.contains(&end(answer)), "no bank has signed {:?}: {answer:?}", end(answer));
    }
}

/// What an order ended with: the status and the sums. `scripts`' twin of this is in `record.js`.
fn end(answer: &[&str]) -> String {
    [answer[4], answer[2], answer[10], answer[11], answer[12]].join(" ")
}
