//! MACs that others published: the bank's document, its test system, and the tests of other implementations.

use crate::posnet_bank::mac_by;
use crate::shop;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

const VECTORS: &str = include_str!("../vectors/posnet.json");

/// The values, in the order in which the bank's document joins them.
const VALUES: [&str; 5] = ["mdStatus", "xid", "amount", "currency", "merchantId"];

fn text<'o>(object: &'o Object, name: &'static str) -> &'o str {
    object.scalar(name).expect("readable").unwrap_or_else(|| panic!("no {name}"))
}

fn nested<'o>(object: &'o Object, name: &str) -> &'o str {
    match object.value(name) {
        Some(Value::Nested(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}

fn run(formula: &str) -> (usize, usize) {
    let all = Object::parse(VECTORS).expect("JSON");
    let (mut fitting, mut other) = (0, 0);
    for vector in items(nested(&all, formula)).expect("a list") {
        let Value::Nested(vector) = vector else { panic!("{formula}") };
        let vector = Object::parse(vector).expect("an object");
        let fields = Object::parse(nested(&vector, "fields")).expect("fields");
        let (enc_key, mac) = (text(&vector, "encKey"), text(&vector, "mac"));

        // Through the frame, in any order; by the few lines of the bank of this suite; and as published.
        let name = format!("posnet.{formula}");
        let mut head = vec![name, (fields.members().len() * 2).to_string()];
        for (name, value) in fields.members().iter().rev() {
            let Value::Text(value) = value else { panic!("{name}") };
            head.extend([name.to_string(), value.to_string()]);
        }
        head.push(enc_key.to_owned());
        let ours = shop::call(Op::Formula, &head, b"");
        let values: Vec<&str> = VALUES.iter().filter_map(|name| fields.scalar(name).expect("a text")).collect();
        assert_eq!(ours.at(1), mac_by(&values, text(&fields, "terminalId"), enc_key));
        let fits = vector.value("fits") == Some(&Value::Bool(true));
        assert_eq!(ours.at(1) == mac, fits, "{}", text(&vector, "name"));
        if fits { fitting += 1 } else { other += 1 }
    }
    (fitting, other)
}

#[test]
fn macs_of_requests() {
    assert_eq!(run("requestMac"), (3, 1));
}

#[test]
fn macs_of_answers() {
    assert_eq!(run("responseMac"), (3, 1));
}
