//! `application/x-www-form-urlencoded`: what browsers and gateways post to us, and what we post to gateways.
//!
//! Decoding happens in place, so a callback is read without copying it. Names are strict and unique (invariant 6 of the design):
//! two names that some server would take for the same one are refused, because a signature that covers one of them says nothing
//! about the other.

use crate::crypto::hex_value;
use crate::error::{Error, Result, Why};
use crate::payment::Tells;
use crate::text::{Keep, Text, keep};
use crate::wire::charset;
use alloc::string::String;
use alloc::vec::Vec;

/// More fields than any gateway sends (the largest capture has 57).
const MAX_FIELDS: usize = 256;
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
        let mut names = Names { places: [0; PLACES] };
        for range in &ranges {
            let bytes = |from, to| body.get(from..to).unwrap_or_default();
            let (name, mark) = field_name(bytes(range.name_at, range.name_end))?;
            if !names.is_new(&fields, name, mark) {
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
            // Lengths first: they settle nearly every comparison without looking at a letter.
            if field.name.len() == name.len() && field.name == name {
                return Some(field.value);
            }
        }
        None
    }

    /// The value under exactly this name, which must be printable ASCII, as everything is that decides something.
    pub fn ascii(&self, name: &'static str) -> Result<Option<&'a str>> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let printable = value.iter().all(|byte| (0x20..0x7F).contains(byte));
        match core::str::from_utf8(value) {
            Ok(text) if printable => Ok(Some(text)),
            _ => Err(Error::new(Why::StrangeCharacter, name)),
        }
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
    let mut at = Decoder { body, read: 0, write: 0 };
    while let Some(byte) = at.body.get(at.read) {
        if *byte == b'&' {
            at.read += 1;
            continue;
        }
        if ranges.len() == MAX_FIELDS {
            return Err(Error::new(Why::TooManyParts, ""));
        }
        let (name_at, name_end) = at.until(b'=')?;
        if at.body.get(at.read) == Some(&b'=') {
            at.read += 1;
        }
        let (value_at, value_end) = at.until(b'&')?;
        ranges.push(Range { name_at, name_end, value_at, value_end });
    }
    Ok(ranges)
}

/// Reads a body and writes it, decoded, over itself. Writing never overtakes reading.
struct Decoder<'b> {
    body: &'b mut [u8],
    read: usize,
    write: usize,
}

impl Decoder<'_> {
    /// Decodes up to this byte or to the end of the field. Where the decoded part stands.
    fn until(&mut self, end: u8) -> Result<(usize, usize)> {
        let from = self.write;
        while let Some(&byte) = self.body.get(self.read) {
            if byte == end || byte == b'&' {
                break;
            }
            let decoded = match byte {
                b'+' => b' ',
                b'%' => self.percent()?,
                0..0x20 | 0x7F => {
                    return Err(Error::new(Why::BrokenForm, ""));
                }
                other => other,
            };
            if let Some(place) = self.body.get_mut(self.write) {
                *place = decoded;
            }
            self.read += 1;
            self.write += 1;
        }
        Ok((from, self.write))
    }

    fn percent(&mut self) -> Result<u8> {
        let Some([_, high, low, ..]) = self.body.get(self.read..) else { return Err(broken_percent()) };
        let (Some(high), Some(low)) = (hex_value(*high), hex_value(*low)) else { return Err(broken_percent()) };
        self.read += 2;
        match high << 4 | low {
            0 => Err(Error::new(Why::BrokenForm, "")),
            byte => Ok(byte),
        }
    }
}

fn broken_percent() -> Error {
    Error::new(Why::BrokenForm, "")
}

/// A name, and its FNV-1a, by which it is found again. Names must differ even to a server that ignores case or
/// that turns `.` into `_`.
fn field_name(bytes: &[u8]) -> Result<(&str, u32)> {
    let mut fine = bytes.len() <= MAX_NAME && (bytes.first().is_some_and(u8::is_ascii_alphabetic) || is_odd(bytes));
    let mut mark = 0x811C_9DC5u32;
    for &byte in bytes {
        fine &= byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        mark = (mark ^ u32::from(folded(byte))).wrapping_mul(0x0100_0193);
    }
    match core::str::from_utf8(bytes) {
        Ok(name) if fine => Ok((name, mark)),
        _ => Err(Error::new(Why::BrokenForm, "")),
    }
}

/// The few names of real returns that begin with no letter.
fn is_odd(name: &[u8]) -> bool {
    const ODD: [&[u8]; 3] = [b"3DStatus", b"__EVENTTARGET", b"__EVENTARGUMENT"];
    cfg!(feature = "all") && ODD.contains(&name)
}

/// Twice as many as there can be fields.
const PLACES: usize = 2 * MAX_FIELDS;

/// The names that were seen: each at the first free place from where its mark points.
struct Names {
    /// The number of a field, counted from 1; 0 is free.
    places: [u16; PLACES],
}

impl Names {
    /// Notes the name of the next field. False if it was seen before.
    fn is_new(&mut self, fields: &[Field], name: &str, mark: u32) -> bool {
        let mut at = mark as usize % PLACES;
        while let Some(place) = self.places.get_mut(at) {
            match fields.get(usize::from(*place).wrapping_sub(1)) {
                Some(other) if is_same_name(other.name, name) => return false,
                Some(_) => at = (at + 1) % PLACES,
                None => {
                    *place = fields.len() as u16 + 1;
                    return true;
                }
            }
        }
        false
    }
}

fn folded(byte: u8) -> u8 {
    if byte == b'.' { b'_' } else { byte.to_ascii_uppercase() }
}

fn is_same_name(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().map(folded).eq(other.bytes().map(folded))
}

/// Percent-encodes everything but letters, digits, `-`, `_`, `.` and `~`: plain ASCII on the wire, whatever the text.
pub fn encode(text: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    if text.bytes().all(plain) {
        return text;
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if plain(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(b"0123456789ABCDEF"[usize::from(byte >> 4)]));
            encoded.push(char::from(b"0123456789ABCDEF"[usize::from(byte & 15)]));
        }
    }
    keep(encoded)
}

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
