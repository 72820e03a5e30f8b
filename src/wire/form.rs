//! `application/x-www-form-urlencoded`: what browsers and gateways post to us, and what we post to gateways.
//!
//! Decoding happens in place, so a callback is read without copying it. Names are strict and unique (invariant 6 of the design):
//! two names that some server would take for the same one are refused, because a signature that covers one of them says nothing
//! about the other.

use crate::crypto::hex_byte;
use crate::error::{Error, Result, Why};
use crate::payment::Tells;
use crate::text::{Keep, Text, joined, keep_ascii};
use crate::wire::{
    HIGH_BITS, LETTERS_AND_DIGITS, MAX_NAMES, Mark, Names, ONES, charset, eight_at, folded, is_made_of, is_printable, is_same, lowest_byte,
};
use alloc::vec::Vec;

const MAX_NAME: usize = 64;

/// One field, decoded. The value is bytes: only the gateway knows its charset.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The name, as sent.
    pub name: &'a str,
    /// The decoded value.
    pub value: &'a [u8],
}

/// The fields of a body, in the order in which they came.
#[derive(Debug)]
pub struct Form<'a> {
    fields: Vec<Field<'a>>,
}

impl<'a> Form<'a> {
    /// Decodes `body` in place and checks every name.
    pub fn parse(body: &'a mut [u8]) -> Result<Form<'a>> {
        let mut fields: Vec<Field> = Vec::with_capacity(16);
        let mut names = Names::default();
        let mut rest = body;
        while let Some(byte) = rest.first() {
            if *byte == b'&' {
                rest = rest.split_at_mut(1).1;
                continue;
            }
            if fields.len() == MAX_NAMES {
                return Err(Error::new(Why::TooManyParts, ""));
            }
            let (name, mark, behind) = read_name(rest).ok_or_else(broken)?;
            let (value, behind) = read_value(behind).ok_or_else(broken)?;
            rest = behind;
            let mut is_earlier = |place: usize| fields.get(place).is_some_and(|field| is_same_name(field.name, name));
            if !names.is_new(fields.len(), mark, &mut is_earlier) {
                return Err(Error::new(Why::Twice, name.kept()));
            }
            fields.push(Field { name, value });
        }
        Ok(Form { fields })
    }

    /// The fields, in the order in which they came.
    pub fn fields(&self) -> &[Field<'a>] {
        &self.fields
    }

    /// The value under exactly this name.
    pub fn value(&self, name: &str) -> Option<&'a [u8]> {
        for field in &self.fields {
            if is_same(field.name.as_bytes(), name.as_bytes()) {
                return Some(field.value);
            }
        }
        None
    }

    /// The value under exactly this name, which must be printable ASCII, as everything is that decides something.
    pub fn ascii(&self, name: &'static str) -> Result<Option<&'a str>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        if !is_printable(value) {
            return Err(Error::new(Why::StrangeCharacter, name));
        }
        Ok(core::str::from_utf8(value).ok())
    }

    /// The value as text for people, empty when there is none.
    pub fn display(&self, name: &str, limit: usize) -> Text {
        self.value(name).map_or("", |value| charset::displayable(charset::to_text(value), limit))
    }
}

impl Tells for Form<'_> {
    fn told(&self, name: &'static str) -> Result<&str> {
        Ok(self.value(name).map_or("", charset::to_text))
    }
}

/// The name that comes next, its mark, and what stands behind it and its `=`. Names must differ even to a server that ignores case or that turns
/// `.` into `_`, which is how the mark sees them.
fn read_name(body: &mut [u8]) -> Option<(&str, u32, &mut [u8])> {
    let (mut read, mut write, mut mark) = (0, 0, Mark::default());
    while let Some(&byte) = body.get(read) {
        let byte = match byte {
            b'=' | b'&' => break,
            b'%' => {
                read += 2;
                percent(body.get(read - 1..)?)?
            }
            other => other,
        };
        let seen = IN_NAMES[usize::from(byte)];
        if seen == 0 || write == MAX_NAME {
            return None;
        }
        mark.see(seen);
        *body.get_mut(write)? = byte;
        read += 1;
        write += 1;
    }
    let (name, behind) = body.split_at_mut(read);
    let behind = if behind.first() == Some(&b'=') { behind.split_at_mut(1).1 } else { behind };
    let name: &[u8] = name.get(..write)?;
    let starts_well = name.first().is_some_and(u8::is_ascii_alphabetic) || is_odd(name);
    let name = core::str::from_utf8(name).ok().filter(|_| starts_well)?;
    Some((name, mark.0, behind))
}

/// The value that comes next, decoded where it stands, and the rest. Nothing for what no browser writes.
fn read_value(body: &mut [u8]) -> Option<(&[u8], &mut [u8])> {
    let (mut read, mut write) = (0, 0);
    loop {
        let plain = unescaped(body, read);
        if write < read {
            for place in 0..plain {
                *body.get_mut(write + place)? = *body.get(read + place)?;
            }
        }
        read += plain;
        write += plain;
        if plain == 8 {
            continue;
        }
        let byte = match body.get(read) {
            None | Some(b'&') => break,
            Some(b'+') => b' ',
            Some(b'%') => {
                read += 2;
                percent(body.get(read - 1..)?)?
            }
            Some(0..0x20 | 0x7F) => return None,
            Some(other) => *other,
        };
        *body.get_mut(write)? = byte;
        read += 1;
        write += 1;
    }
    let (value, rest) = body.split_at_mut(read);
    Some((value.get(..write)?, rest))
}

/// How many of the next eight bytes stand for themselves, as far as one look tells: mostly all of them. What is up to `+` is looked at one by
/// one, and so is the end.
fn unescaped(bytes: &[u8], at: usize) -> usize {
    eight_at(bytes, at).map_or(0, |eight| {
        let up_to_plus = eight.wrapping_sub(u64::from(b'+' + 1) * ONES);
        lowest_byte((up_to_plus | eight.wrapping_add(ONES)) & !eight & HIGH_BITS)
    })
}

/// The byte that is written by a `%` and these two digits.
fn percent(digits: &[u8]) -> Option<u8> {
    hex_byte(*digits.first_chunk()?).filter(|byte| *byte != 0)
}

#[cold]
fn broken() -> Error {
    Error::new(Why::BrokenForm, "")
}

/// What may stand in a name, as its mark sees it; 0 for what may not.
static IN_NAMES: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'_' | b'.' | b'-') {
            table[byte] = folded(byte as u8);
        }
        byte += 1;
    }
    table
};

/// The few names of real returns that begin with no letter.
fn is_odd(name: &[u8]) -> bool {
    const ODD: [&[u8]; 3] = [b"3DStatus", b"__EVENTTARGET", b"__EVENTARGUMENT"];
    cfg!(feature = "all") && ODD.contains(&name)
}

fn is_same_name(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().map(folded).eq(other.bytes().map(folded))
}

/// Percent-encodes everything but letters, digits, `-`, `_`, `.` and `~`: plain ASCII on the wire, whatever the text.
pub fn encode(text: &str) -> &str {
    if is_made_of(text, b"-_.~") {
        return text;
    }
    let mut encoded = vec![0; text.len() * 3];
    let mut end = 0;
    for byte in text.bytes() {
        let Some([one, two, three, ..]) = encoded.get_mut(end..) else { break };
        if LETTERS_AND_DIGITS[usize::from(byte)] || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            *one = byte;
            end += 1;
        } else {
            (*one, *two, *three) = (b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            end += 3;
        }
    }
    encoded.truncate(end);
    keep_ascii(encoded)
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// A body of `name=value` pairs.
pub fn render(fields: &[(&str, &str)]) -> Text {
    let mut pieces = Vec::with_capacity(4 * fields.len());
    for (name, value) in fields {
        pieces.extend([if pieces.is_empty() { "" } else { "&" }, name, "=", encode(value)]);
    }
    joined(&pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use alloc::borrow::ToOwned;
    use alloc::string::String;

    fn parse(body: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let mut body = body.as_bytes().to_vec();
        Form::parse(&mut body).map(|form| form.fields().iter().map(|field| (field.name.to_owned(), field.value.to_vec())).collect())
    }

    #[test]
    fn decodes_as_browsers_encode() {
        let fields = parse("a=1+2&&b=%C3%96%2B%3d&c&d==x=y").unwrap();
        let shown: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value))).collect();
        assert_eq!(shown, [("a", "1 2".into()), ("b", "Ö+=".into()), ("c", "".into()), ("d", "=x=y".into())]);
        assert_eq!(parse("").unwrap().len(), 0);
        assert_eq!(parse("x=%DD").unwrap()[0].1, [0xDD]);
    }

    #[test]
    fn what_does_not_stand_for_itself_is_seen_wherever_it_stands() {
        for before in 0..20 {
            for count in 1..20 {
                let body = |special: &str| format!("v={}{}{}", "a".repeat(before), special.repeat(count), "b".repeat(20));
                let meant = |byte: &str| body(byte).split_off(2).into_bytes();
                assert_eq!(parse(&body("+")).unwrap()[0].1, meant(" "), "{before} {count}");
                assert_eq!(parse(&body("%2B")).unwrap()[0].1, meant("+"), "{before} {count}");
                assert_eq!(parse(&body("~")).unwrap()[0].1, meant("~"), "{before} {count}");
                assert_eq!(parse(&body("&")).unwrap().len(), 2, "{before} {count}");
                for refused in ["\u{1F}", "\u{7F}"] {
                    assert_eq!(parse(&body(refused)).unwrap_err().code(), Code::Malformed, "{before} {count}");
                }
            }
        }
    }

    #[test]
    fn what_it_writes_it_reads() {
        let value = "Çağrı & Şimşek|\\ 100% +=?/\u{1F600}\n";
        let body = render(&[("BillToName", value), ("empty", "")]);
        assert!(body.is_ascii());
        assert_eq!(parse(body).unwrap(), [("BillToName".to_owned(), value.as_bytes().to_vec()), ("empty".to_owned(), vec![])]);
    }

    #[test]
    fn names_that_a_server_could_confuse_are_refused() {
        for twice in ["a=1&a=1", "mdStatus=0&MDSTATUS=1", "EXTRA.X=1&EXTRA_X=2", "a=1&%61=2", "hash=a&HASH=b"] {
            assert_eq!(parse(twice).unwrap_err().code(), Code::DuplicateField, "{twice}");
        }
    }

    #[test]
    fn damaged_bodies_are_refused() {
        for wrong in ["a=%", "a=%1", "a=%GG", "a=%00", "a=\u{0}", "a=1\r\n", "=1", "1a=1", "a b=1", "a%3Db=1", "ş=1", "a[]=1", "_a=1"] {
            assert_eq!(parse(wrong).unwrap_err().code(), Code::Malformed, "{wrong:?}");
        }
        assert!(parse(&format!("{}=1", "a".repeat(64))).is_ok());
        assert!(parse(&format!("{}=1", "a".repeat(65))).is_err());
        let many: Vec<String> = (0..257).map(|n| format!("a{n}=1")).collect();
        assert!(parse(&many[..256].join("&")).is_ok());
        assert!(parse(&many.join("&")).is_err());
    }
}
