//! Forms, beside `form_urlencoded`, which is what Servo reads them with: the WHATWG's rules. Ours refuses what a browser does not write and what
//! two servers could read in two ways.

use crate::memory::in_proportion;
use std::collections::HashSet;
use velopos::error::Code;
use velopos::wire::form::{Form, encode, render};

/// Why ours must refuse what the WHATWG's rules read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// A percent sign without two digits behind it.
    BrokenEscape,
    /// A control character that is not escaped, or an escaped NUL.
    Control,
    /// More than 256 fields.
    TooMany,
    /// A name that is empty, longer than 64 characters, or has others than letters, digits, `_`, `.` and `-`, or begins with none of the letters.
    Name,
    /// Two names that are the same without regard to case and to `.` and `_`.
    Twice,
}

/// What no gateway of ours begins with a letter and is read all the same.
const ODD: [&str; 3] = ["3DStatus", "__EVENTTARGET", "__EVENTARGUMENT"];

/// The rules by which a body is refused; nothing for one that must be read.
pub fn refusal(body: &[u8]) -> Option<Refusal> {
    for (place, byte) in body.iter().enumerate() {
        if byte.is_ascii_control() {
            return Some(Refusal::Control);
        }
        if *byte == b'%' {
            let digits = body.get(place + 1..place + 3).and_then(|digits| str::from_utf8(digits).ok());
            match digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit())) {
                None => return Some(Refusal::BrokenEscape),
                Some("00") => return Some(Refusal::Control),
                Some(_) => {}
            }
        }
    }
    let theirs: Vec<_> = form_urlencoded::parse(body).collect();
    if theirs.len() > 256 {
        return Some(Refusal::TooMany);
    }
    let is_plain = |name: &str| {
        let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic()) || ODD.contains(&name);
        starts_well && name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    };
    if !theirs.iter().all(|(name, _)| is_plain(name)) {
        return Some(Refusal::Name);
    }
    let mut seen = HashSet::new();
    let is_new = |name: &str| seen.insert(name.to_ascii_uppercase().replace('.', "_"));
    if theirs.iter().map(|(name, _)| name).map(AsRef::as_ref).all(is_new) { None } else { Some(Refusal::Twice) }
}

/// Reads the body both ways.
pub fn check(data: &[u8]) {
    let mut body = data.to_vec();
    let expected = refusal(data);
    let form = match in_proportion(data.len(), || Form::parse(&mut body)) {
        Ok(form) => form,
        Err(error) => {
            assert!(expected.is_some(), "refused ({error:?}), and no rule says why");
            // Where more than one rule is broken, ours names the one that it meets first.
            return assert!(error.code() == Code::DuplicateField || error.code() == Code::Malformed && expected != Some(Refusal::Twice), "{error:?}");
        }
    };
    assert_eq!(expected, None, "read, and a rule says that it must be refused");
    let theirs: Vec<_> = form_urlencoded::parse(data).collect();
    assert_eq!(form.fields().len(), theirs.len());
    for (field, (name, value)) in form.fields().iter().zip(&theirs) {
        assert_eq!((field.name, String::from_utf8_lossy(field.value)), (name.as_ref(), value.clone()));
        assert_eq!(form.value(field.name), Some(field.value));
    }
    write(&theirs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect::<Vec<_>>());
}

/// What ours writes, theirs reads.
pub fn write(fields: &[(&str, &str)]) {
    let body = render(fields);
    assert!(body.is_ascii(), "{body}");
    let theirs: Vec<_> = form_urlencoded::parse(body.as_bytes()).collect();
    assert_eq!(theirs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect::<Vec<_>>(), fields);
    for (_, value) in fields {
        assert!(encode(value).len() <= value.len() * 3);
    }
}
