//! JSON, beside `serde_json`. Ours refuses what readers disagree about: a name twice, a NUL, and what is deeper or longer than any bank writes.

use crate::memory::in_proportion;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Theirs;
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::fmt;
use velopos::error::Code;
use velopos::wire::json::{Object, Value, items, quote};

const MAX_DEPTH: usize = 16;
const MAX_MEMBERS: usize = 256;
const MAX_ITEMS: usize = 4096;
const MAX_NAME: usize = 64;
const LEAST_OF_A_VALUE: usize = 8;

/// An object's members in their order, also where a name occurs twice.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Members, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Reader)
    }
}

/// Whether the standard has it, and nothing in it is refused by ours.
fn is_plain(value: &Theirs, depth: usize) -> bool {
    let has_room = depth < MAX_DEPTH;
    match value {
        Theirs::String(text) => !text.contains('\0'),
        Theirs::Array(list) => has_room && list.iter().all(|item| is_plain(item, depth + 1)),
        Theirs::Object(map) => has_room && map.iter().all(|(name, value)| !name.contains('\0') && is_plain(value, depth + 1)),
        _ => true,
    }
}

/// Whether the objects and arrays among these values hold no more than ours reads in a text of this length: one value for every bracket that
/// opens, one for every comma.
fn is_sparse<'a>(raws: impl Iterator<Item = &'a RawValue>, length: usize) -> bool {
    let mut marks = 0;
    for raw in raws {
        let (mut in_string, mut is_escaped) = (false, false);
        for c in raw.get().chars() {
            (in_string, is_escaped) = match c {
                '"' if !is_escaped => (!in_string, false),
                '\\' => (in_string, !is_escaped),
                _ => (in_string, false),
            };
            marks += usize::from(!in_string && matches!(c, '{' | '[' | ','));
        }
    }
    marks <= 64 + length / LEAST_OF_A_VALUE
}

/// Reads the bytes both ways, as an object and as an array.
pub fn check(data: &[u8]) {
    let ours = in_proportion(data.len(), || Object::parse_bytes(data));
    let Ok(text) = str::from_utf8(data) else {
        return assert!(ours.is_err(), "read, and not UTF-8");
    };
    object(text, ours);
    array(text);
    quoted(text);
}

fn object(text: &str, ours: velopos::error::Result<Object>) {
    let Ok(Members(theirs)) = serde_json::from_str(text) else {
        return assert!(ours.is_err(), "read, and no object to serde_json: {text}");
    };
    let is_whole = |raw: &RawValue| serde_json::from_str(raw.get()).is_ok_and(|value| is_plain(&value, 0));
    let plain = theirs.iter().all(|(name, raw)| !name.contains('\0') && name.len() <= MAX_NAME && is_whole(raw))
        && theirs.len() <= MAX_MEMBERS
        && is_sparse(theirs.iter().map(|(_, raw)| &**raw), text.len());
    let mut seen = HashSet::new();
    let twice = !theirs.iter().all(|(name, _)| seen.insert(name));
    let object = match ours {
        Ok(object) => object,
        Err(error) => {
            assert!(twice || !plain, "refused ({error:?}), and no rule says why: {text}");
            return assert!(plain || error.code() == Code::Malformed || twice, "{error:?}: {text}");
        }
    };
    assert!(plain && !twice, "read, and a rule says that it must be refused: {text}");
    assert_eq!(object.members().len(), theirs.len());
    let mut folded = HashSet::new();
    let alike = !theirs.iter().all(|(name, _)| folded.insert(name.to_ascii_lowercase()));
    assert_eq!(object.lookalike().is_some(), alike, "{text}");
    for ((name, value), (their_name, raw)) in object.members().iter().zip(&theirs) {
        assert_eq!(name, their_name);
        same(value, raw);
        if let Value::Nested(nested) = value {
            self::object(nested, Object::parse(nested));
            array(nested);
        }
    }
}

fn array(text: &str) {
    let ours = items(text);
    let theirs: Vec<Box<RawValue>> = match serde_json::from_str(text) {
        Ok(list) => list,
        Err(_) => return assert!(ours.is_err(), "read, and no array to serde_json: {text}"),
    };
    let is_whole = |raw: &RawValue| serde_json::from_str(raw.get()).is_ok_and(|value| is_plain(&value, 0));
    // Ours is asked for what another reader has found to be one, so it stands alone.
    let plain = text.trim() == text
        && theirs.len() <= MAX_ITEMS
        && theirs.iter().all(|raw| is_whole(raw))
        && is_sparse(theirs.iter().map(|raw| &**raw), text.len());
    match ours {
        Ok(list) => {
            assert!(plain, "read, and a rule says that it must be refused: {text}");
            assert_eq!(list.len(), theirs.len());
            list.iter().zip(&theirs).for_each(|(value, raw)| same(value, raw));
        }
        Err(error) => assert!(!plain, "refused ({error:?}), and no rule says why: {text}"),
    }
}

fn same(value: &Value, raw: &RawValue) {
    let theirs: Theirs = serde_json::from_str(raw.get()).expect("it was read before");
    match value {
        Value::Text(text) => assert_eq!(theirs.as_str(), Some(*text)),
        Value::Number(number) => assert!(theirs.is_number() && raw.get() == *number, "{number}"),
        Value::Bool(is) => assert_eq!(theirs.as_bool(), Some(*is)),
        Value::Null => assert!(theirs.is_null()),
        Value::Nested(nested) => assert!((theirs.is_object() || theirs.is_array()) && raw.get() == *nested, "{nested}"),
    }
}

/// What ours writes, theirs reads.
pub fn quoted(text: &str) {
    let quoted = quote(text);
    assert!(quoted.is_ascii(), "{quoted}");
    assert_eq!(serde_json::from_str::<String>(quoted).ok().as_deref(), Some(text));
}
