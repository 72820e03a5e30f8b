//! What the digests of a call were made of, for `velopos/explain` (feature `explain` only): which algorithm, which values, in which order.
//!
//! A gateway says what it is about to hash ([`describe`]), and `crypto` says what it did hash ([`hashed`]). Only where the two are the same,
//! byte for byte, is anything shown; otherwise all of it is masked. Secrets and card data are masked before they leave, by their names and,
//! as a second net, by their values; and a digest that was computed here leaves in no writing.

use crate::account;
use crate::gateway::Key;
use crate::wire::charset;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::RefCell;
use serde::Serialize;

/// What stands in the place of a secret: always the same, so that not even its length is told.
pub const MASK: &str = "••••••••";

/// Shorter secrets are found by their names only: as a value they would hide half of what is shown.
const SHORTEST: usize = 4;

/// One digest.
#[derive(Serialize)]
pub struct Digest {
    /// The algorithm's name.
    algorithm: &'static str,
    /// Everything that was hashed, one part behind the other.
    text: String,
    /// The parts that have a name.
    parts: Vec<Part>,
}

/// One value in it.
#[derive(Serialize)]
struct Part {
    name: String,
    value: String,
    masked: bool,
}

#[derive(Default)]
struct Trace {
    described: Vec<(String, Vec<u8>)>,
    digests: Vec<Digest>,
    secrets: Vec<String>,
    verified: Option<bool>,
    /// How many digests there were when the last one from outside was looked at.
    looked_at: usize,
}

std::thread_local! {
    static TRACE: RefCell<Trace> = RefCell::default();
}

/// Another call begins.
pub fn begin() {
    TRACE.with_borrow_mut(|trace| *trace = Trace::default());
}

/// A digest from outside was held against ours. Of several in one call it is enough that one was right.
pub fn compared(fits: bool) {
    TRACE.with_borrow_mut(|trace| {
        trace.verified = Some(fits || trace.verified == Some(true));
        trace.looked_at = trace.digests.len();
    });
}

/// Whether a digest from outside was right in the last call; `None` where none was looked at.
pub fn verified() -> Option<bool> {
    TRACE.with_borrow(|trace| trace.verified)
}

/// What was hashed since the last call began. Where a digest from outside was looked at, what came behind it signs our next request.
pub fn take() -> Vec<Digest> {
    TRACE.with_borrow_mut(|trace| {
        if trace.verified.is_some() {
            trace.digests.truncate(trace.looked_at);
        }
        trace.secrets.sort_by_key(|secret| core::cmp::Reverse(secret.len()));
        for digest in &mut trace.digests {
            digest.text = without(&digest.text, &trace.secrets);
            for part in &mut digest.parts {
                part.value = without(&part.value, &trace.secrets);
            }
        }
        core::mem::take(trace).digests
    })
}

/// These values are secret, in whichever digest they occur.
pub fn keep_secret<'s>(values: impl IntoIterator<Item = &'s str>) {
    let long = values.into_iter().filter(|value| value.len() >= SHORTEST).map(ToOwned::to_owned);
    TRACE.with_borrow_mut(|trace| trace.secrets.extend(long));
}

/// What the next digest is made of: names and values in the order in which they are hashed. What only separates them has no name.
pub fn describe<'p>(parts: impl IntoIterator<Item = (&'p str, &'p [u8])>) {
    let described = parts.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    TRACE.with_borrow_mut(|trace| trace.described = described);
}

/// The same for values with one separator between each two of them.
pub fn describe_joined(names: &[&str], values: &[&str], between: &str) {
    let mut parts = Vec::new();
    for (place, (name, value)) in names.iter().zip(values).enumerate() {
        if place > 0 && !between.is_empty() {
            parts.push(("", between.as_bytes()));
        }
        parts.push((*name, value.as_bytes()));
    }
    describe(parts);
}

/// These pieces were hashed, and this came of it.
pub fn hashed<const N: usize>(algorithm: &'static str, pieces: &[&[u8]], made: &[u8; N]) {
    TRACE.with_borrow_mut(|trace| {
        let described = core::mem::take(&mut trace.described);
        let said: Vec<u8> = described.iter().flat_map(|(_, value)| value.iter().copied()).collect();
        trace.digests.push(if said == pieces.concat() { shown(algorithm, &described) } else { hidden(algorithm) });
        let hex: String = made.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
        trace.secrets.extend([hex.to_uppercase(), hex, crate::crypto::base64(made).trim_end_matches('=').to_owned()]);
    });
}

fn hidden(algorithm: &'static str) -> Digest {
    Digest { algorithm, text: MASK.to_owned(), parts: Vec::new() }
}

fn shown(algorithm: &'static str, described: &[(String, Vec<u8>)]) -> Digest {
    let mut digest = Digest { algorithm, text: String::new(), parts: Vec::new() };
    for (name, bytes) in described {
        let masked = !bytes.is_empty() && (is_secret(name) || is_of_card(name) || is_card_number(bytes));
        let value = if masked { MASK.to_owned() } else { without_card(charset::to_text(bytes)) };
        digest.text.push_str(&value);
        if !name.is_empty() {
            digest.parts.push(Part { name: name.clone(), value, masked });
        }
    }
    digest
}

/// Whether a key of `merchant`, or the name of a part, is that of a secret. What names an account or a user is none.
pub fn is_secret(name: &str) -> bool {
    ["Key", "Salt", "assword", "Pass", "securityData", "keyDigest"].iter().any(|end| name.ends_with(end))
}

fn is_of_card(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let within = ["cardnumber", "cardno", "creditcard", "expdate", "expire", "cardholder", "maskedpan", "ccprefix", "cvv", "cvc"];
    matches!(name.as_str(), "pan" | "cv2" | "ccno") || within.iter().any(|word| name.contains(word))
}

/// The text of a JSON request with stars in the place of its card, and of what its names call a secret.
fn without_card(text: &str) -> String {
    if !text.trim_start().starts_with(['{', '[']) {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut rest = text;
    let mut hides = false;
    while let Some((bare, quoted)) = rest.split_once('"') {
        shown.push_str(&if hides { without_digits(bare) } else { bare.to_owned() });
        hides &= !bare.bytes().any(|byte| byte.is_ascii_digit());
        let (value, behind) = quoted.split_at(end_of_text(quoted));
        let is_name = behind.trim_start_matches('"').trim_start().starts_with(':');
        let value = if hides && !is_name { MASK } else { value };
        shown.push('"');
        shown.push_str(value);
        (hides, rest) = (is_name && (is_of_card(value) || is_secret(value)), behind);
        if let Some(behind) = behind.strip_prefix('"') {
            shown.push('"');
            rest = behind;
        }
    }
    shown.push_str(&if hides { without_digits(rest) } else { rest.to_owned() });
    shown
}

/// A number that stands for itself.
fn without_digits(bare: &str) -> String {
    let is_digit = |letter: char| letter.is_ascii_digit();
    let Some(from) = bare.find(is_digit) else { return bare.to_owned() };
    let behind = bare[from..].trim_start_matches(is_digit);
    [&bare[..from], MASK, behind].concat()
}

/// How long a text of JSON is; one that does not end is all that is left.
fn end_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// 13 to 19 digits, spaces and dashes aside, whose last one fits the others (Luhn).
fn is_card_number(bytes: &[u8]) -> bool {
    let digits: Vec<u32> = bytes.iter().filter_map(|byte| char::from(*byte).to_digit(10)).collect();
    let only = bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'));
    let doubled = |(place, digit): (usize, &u32)| if place % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { *digit };
    only && (13..=19).contains(&digits.len()) && digits.iter().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
}

fn without(text: &str, secrets: &[String]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
}

/// What an explanation has to know about a gateway.
#[derive(Serialize)]
pub struct Known {
    system: &'static str,
    models: &'static [&'static str],
    /// The models in which a callback alone can prove a payment.
    proving: &'static [&'static str],
    keys: Vec<KnownKey>,
    /// Keys and values that everybody can read in public documents.
    public: &'static [(&'static str, &'static str)],
}

#[derive(Serialize)]
struct KnownKey {
    name: &'static str,
    panel: &'static str,
    secret: bool,
}

/// What is known about the gateway of this name.
pub fn known(gateway: &str) -> Option<Known> {
    let spec = account::spec_of(gateway)?;
    let key = |key: &Key| KnownKey { name: key.name, panel: key.panel, secret: is_secret(key.name) };
    let keys = spec.merchant.iter().map(key).collect();
    Some(Known { system: spec.system, models: spec.models, proving: spec.proving_models, keys, public: spec.public_credentials })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto;

    #[test]
    fn what_was_described_is_shown_without_its_secrets() {
        begin();
        keep_secret(["SECRET-1"]);
        describe([("oid", &b"A1"[..]), ("", b"|"), ("pan", b"4508034508034509"), ("", b"|"), ("note", b"xSECRET-1y"), ("storeKey", b"k")]);
        crypto::sha1(&[b"A1|4508034508034509|xSECRET-1y", b"k"]);
        let digests = take();
        assert_eq!(digests[0].text, format!("A1|{MASK}|x{MASK}y{MASK}"));
        assert_eq!(digests[0].parts.iter().map(|part| part.masked).collect::<Vec<_>>(), [false, true, false, true]);
        assert!(take().is_empty());
    }

    #[test]
    fn what_was_not_described_is_not_shown() {
        begin();
        describe([("oid", &b"A1"[..])]);
        crypto::sha1(&[b"A2"]);
        crypto::sha1(&[b"A1"]);
        let digests = take();
        assert_eq!(digests.iter().map(|digest| digest.text.as_str()).collect::<Vec<_>>(), [MASK, MASK]);
    }

    #[test]
    fn secrets_and_cards_within_json_are_masked_by_their_names() {
        for (text, expected) in [
            (
                r#"{"orderId":"A1", "cardNumber" : "4508","card":{"cardNumber":"45\"08","cvv2":789}}"#,
                r#"{"orderId":"A1", "cardNumber" : "*","card":{"cardNumber":"*","cvv2":*}}"#,
            ),
            (r#"{"expireDate": 1230 , "userPass":"x","n":7"#, r#"{"expireDate": * , "userPass":"*","n":7"#),
            (r#"{"userPass":{"text":"a"},"cvv":"12"#, r#"{"userPass":{"text":"a"},"cvv":"*"#),
            ("cvv=1", "cvv=1"),
        ] {
            assert_eq!(without_card(text), expected.replace('*', MASK));
        }
    }

    #[test]
    fn whether_a_digest_from_outside_was_right() {
        begin();
        assert_eq!(verified(), None);
        for (given, expected) in [("no digest", false), ("", false), (crypto::base64(&[7; 20]), true), ("AAAA", true)] {
            let _ = crypto::compare(&[7; 20], given, crypto::Written::Base64);
            assert_eq!(verified(), Some(expected), "{given}");
        }
        begin();
        assert_eq!(verified(), None);
    }

    #[test]
    fn what_is_hashed_behind_the_last_comparison_is_left_out() {
        begin();
        crypto::sha1(&[b"the return"]);
        let _ = crypto::compare(&[7; 20], "", crypto::Written::Base64);
        crypto::sha1(&[b"the next request"]);
        assert_eq!(take().len(), 1);
    }

    #[test]
    fn a_digest_within_a_digest_is_masked() {
        begin();
        let inner = crypto::hex(&crypto::sha1(&[b"x"]));
        describe([("field", inner.as_bytes())]);
        crypto::sha1(&[inner.as_bytes()]);
        assert_eq!(take()[1].text, MASK);
    }
}
