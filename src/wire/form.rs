//! `application/x-www-form-urlencoded`: what browsers and gateways post to us, and what we post to gateways.
//!
//! Decoding happens in place, so a callback is read without copying it. Names are strict and unique (invariant 6 of the design):
//! two names that some server would take for the same one are refused, because a signature that covers one of them says nothing
//! about the other.

use crate::crypto::hex_value;
use crate::error::{Error, Result, Why};
use crate::payment::Tells;
use crate::text::{Keep, Text, keep, keep_ascii};
use crate::wire::{MAX_NAMES, Names, charset, folded, is_made_of, is_same, mark};
use alloc::string::String;
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
        let ranges = decode_in_place(body)?;
        let body: &'a [u8] = body;
        let mut fields: Vec<Field> = Vec::with_capacity(ranges.len());
        let mut names = Names::default();
        for range in &ranges {
            let bytes = |from, to| body.get(from..to).unwrap_or_default();
            let (name, mark) = field_name(bytes(range.name_at, range.name_end))?;
            let mut is_earlier = |place: usize| fields.get(place).is_some_and(|field| is_same_name(field.name, name));
            if !names.is_new(fields.len(), mark, &mut is_earlier) {
                return Err(Error::new(Why::Twice, name.kept()));
            }
            fields.push(Field { name, value: bytes(range.value_at, range.value_end) });
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
        for byte in value {
            if !(0x20..0x7F).contains(byte) {
                return Err(Error::new(Why::StrangeCharacter, name));
            }
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

struct Range {
    name_at: usize,
    name_end: usize,
    value_at: usize,
    value_end: usize,
}

fn decode_in_place(body: &mut [u8]) -> Result<Vec<Range>> {
    let mut ranges: Vec<Range> = Vec::with_capacity(64);
    let (mut read, mut write) = (0, 0);
    while let Some(byte) = body.get(read) {
        if *byte == b'&' {
            read += 1;
            continue;
        }
        if ranges.len() == MAX_NAMES {
            return Err(Error::new(Why::TooManyParts, ""));
        }
        let name_at = write;
        (read, write) = decode_until(b'=', body, read, write).ok_or_else(broken)?;
        let name_end = write;
        if body.get(read) == Some(&b'=') {
            read += 1;
        }
        (read, write) = decode_until(b'&', body, read, write).ok_or_else(broken)?;
        ranges.push(Range { name_at, name_end, value_at: name_end, value_end: write });
    }
    Ok(ranges)
}

/// Decodes what stands at `read` up to this byte or to the end of the field, and writes it to `write`, which never overtakes. Where
/// reading and writing then stand; nothing for what no browser writes.
fn decode_until(end: u8, body: &mut [u8], mut read: usize, mut write: usize) -> Option<(usize, usize)> {
    while let Some(&byte) = body.get(read) {
        if byte == end || byte == b'&' {
            break;
        }
        let mut decoded = byte;
        // Most bytes stand for themselves, and settle it here.
        if byte <= b'+' || byte == 0x7F {
            decoded = match byte {
                b'+' => b' ',
                b'%' => {
                    read += 2;
                    percent(body.get(read - 1..=read)?)?
                }
                0..0x20 | 0x7F => return None,
                other => other,
            };
        }
        *body.get_mut(write)? = decoded;
        read += 1;
        write += 1;
    }
    Some((read, write))
}

fn percent(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    match hex_value(*high)? << 4 | hex_value(*low)? {
        0 => None,
        byte => Some(byte),
    }
}

#[cold]
fn broken() -> Error {
    Error::new(Why::BrokenForm, "")
}

/// A name, and its mark. Names must differ even to a server that ignores case or that turns `.` into `_`.
fn field_name(bytes: &[u8]) -> Result<(&str, u32)> {
    let starts_well = bytes.first().is_some_and(u8::is_ascii_alphabetic) || is_odd(bytes);
    match core::str::from_utf8(bytes) {
        Ok(name) if starts_well && name.len() <= MAX_NAME && is_made_of(name, b"_.-") => Ok((name, mark(bytes))),
        _ => Err(broken()),
    }
}

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
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
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
    let mut body = String::new();
    for (name, value) in fields {
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(name);
        body.push('=');
        body.push_str(encode(value));
    }
    keep(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use alloc::borrow::ToOwned;

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
