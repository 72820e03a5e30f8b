//! PayTR's formulas: through the frame, by the few lines of the PayTR of this suite, and as two other implementations computed them.

use crate::paytr_bank::digest;
use crate::shop;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

const VECTORS: &str = include_str!("../vectors/paytr.json");

fn text<'o>(object: &'o Object, name: &'static str) -> Option<&'o str> {
    object.scalar(name).expect("readable")
}

fn nested<'o>(object: &'o Object, name: &str) -> &'o str {
    match object.value(name) {
        Some(Value::Nested(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}

/// How many vectors of this formula there are. `salt_at`: behind how many values the salt stands.
fn run(formula: &str, salt_at: usize) -> usize {
    let all = Object::parse(VECTORS).expect("JSON");
    let vectors = items(nested(&all, formula)).expect("a list");
    for vector in &vectors {
        let Value::Nested(vector) = vector else { panic!("{formula}") };
        let vector = Object::parse(vector).expect("an object");
        let secret = |name| text(&vector, name).or_else(|| text(&all, name)).expect("a secret");
        let (key, salt) = (secret("merchantKey"), secret("merchantSalt"));
        let fields = Object::parse(nested(&vector, "fields")).expect("fields");
        let pairs: Vec<(String, String)> = fields
            .members()
            .iter()
            .map(|(name, value)| match value {
                Value::Text(value) => (name.to_string(), value.to_string()),
                other => panic!("{name}: {other:?}"),
            })
            .collect();
        let mut head = vec![format!("paytr.{formula}"), (pairs.len() * 2).to_string()];
        head.extend(pairs.iter().rev().flat_map(|(name, value)| [name.clone(), value.clone()]));
        head.extend([key.to_owned(), salt.to_owned()]);
        let ours = shop::call(Op::Formula, &head, b"");
        let expected = text(&vector, "token").or_else(|| text(&vector, "hash")).expect("a digest");
        assert_eq!(ours.at(1), expected, "{formula} {vector:?}");
        let mut values: Vec<&str> = pairs.iter().map(|(_, value)| value.as_str()).collect();
        values.insert(salt_at.min(values.len()), salt);
        assert_eq!(digest(key, &values), expected, "{formula} {vector:?}");
    }
    vectors.len()
}

#[test]
fn tokens_of_requests() {
    const LAST: usize = usize::MAX;
    let counts =
        ["iframeToken", "directToken", "linkToken", "reportToken", "refundToken", "statusToken"].map(|formula| (formula, run(formula, LAST)));
    let expected = [("iframeToken", 1), ("directToken", 5), ("linkToken", 2), ("reportToken", 1), ("refundToken", 1), ("statusToken", 1)];
    assert_eq!(counts, expected);
}

#[test]
fn hashes_of_a_links_notifications() {
    assert_eq!(run("linkHash", 2), 5);
}
