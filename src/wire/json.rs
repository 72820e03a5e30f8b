//! JSON objects, one level at a time.
//!
//! Numbers keep their text: `22483975` and `10.50` are signed as they are written, and must not pass through a float. A name that
//! occurs twice is refused at every level that is read, because readers disagree about which one counts.

use crate::crypto::{hex, hex_value};
use crate::error::{Error, Result, Why};
use crate::payment::Tells;
use crate::text::{Keep, Text, keep};
use crate::wire::{MAX_NAMES, Names, begins_with, is_same, malformed, mark, part};
use alloc::string::String;
use alloc::vec::Vec;

const MAX_DEPTH: usize = 16;
/// A day in a report can have many lines.
const MAX_ITEMS: usize = 4096;

/// A value; what lies deeper is kept as text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text, with its escapes resolved.
    Text(&'a str),
    /// A number, as it is written.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// An object or array, as it is written; it has been checked.
    Nested(&'a str),
}

/// An object's members.
#[derive(Debug)]
pub struct Object<'a> {
    members: Vec<(&'a str, Value<'a>)>,
    lookalike: Option<&'a str>,
}

impl<'a> Object<'a> {
    /// Reads a text that must be one object and nothing else.
    pub fn parse(text: &'a str) -> Result<Object<'a>> {
        let mut reader = Reader::new(text);
        let object = reader.object()?;
        reader.blank();
        if reader.at != text.len() {
            return Err(broken());
        }
        Ok(object)
    }

    /// Reads bytes, which must be UTF-8.
    pub fn parse_bytes(bytes: &'a [u8]) -> Result<Object<'a>> {
        Object::parse(core::str::from_utf8(bytes).map_err(|_| broken())?)
    }

    /// The members, in the order in which they came.
    pub fn members(&self) -> &[(&'a str, Value<'a>)] {
        &self.members
    }

    /// The value of a member.
    pub fn value(&self, name: &str) -> Option<&Value<'a>> {
        for (member, value) in &self.members {
            if is_same(member.as_bytes(), name.as_bytes()) {
                return Some(value);
            }
        }
        None
    }

    /// A name that is another one's to a reader without regard to case, if there is one.
    pub fn lookalike(&self) -> Option<&'a str> {
        self.lookalike
    }

    /// The object that a member is; an empty one where there is none, and where it is something else.
    pub fn inner(&self, name: &str) -> Result<Object<'a>> {
        match self.value(name) {
            Some(Value::Nested(text)) if text.starts_with('{') => Object::parse(text),
            _ => Ok(Object { members: Vec::new(), lookalike: None }),
        }
    }

    /// The text of a member: a string's, or a number's as it is written. Absent and `null` are `None`; anything else is refused.
    pub fn scalar(&self, name: &'static str) -> Result<Option<&str>> {
        match self.value(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Number(number)) => Ok(Some(number)),
            Some(_) => Err(Error::new(Why::NotAsDocumented, name)),
        }
    }

    /// The same, kept; empty where there is none.
    #[cfg(feature = "all")]
    pub fn text(&self, name: &'static str) -> Result<Text> {
        Ok(self.scalar(name)?.unwrap_or_default().kept())
    }
}

impl Tells for Object<'_> {
    fn told(&self, name: &'static str) -> Result<&str> {
        Ok(self.scalar(name)?.unwrap_or_default())
    }
}

/// The items of an array, as [`Value::Nested`] keeps it.
pub fn items(text: &str) -> Result<Vec<Value<'_>>> {
    let mut reader = Reader::new(text);
    let mut items = Vec::new();
    reader.expect(b'[')?;
    reader.blank();
    let mut ends = reader.take(b']');
    while !ends {
        if items.len() == MAX_ITEMS {
            return Err(malformed(Why::TooManyParts));
        }
        reader.blank();
        items.push(reader.value()?);
        reader.blank();
        ends = reader.take(b']');
        if !ends {
            reader.expect(b',')?;
        }
    }
    if reader.at == text.len() { Ok(items) } else { Err(broken()) }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Reader<'a> {
        Reader { text, bytes: text.as_bytes(), at: 0 }
    }

    fn object(&mut self) -> Result<Object<'a>> {
        let mut members: Vec<(&'a str, Value<'a>)> = Vec::with_capacity(16);
        let (mut names, mut lookalike) = (Names::default(), None);
        self.blank();
        self.expect(b'{')?;
        self.blank();
        let mut ends = self.take(b'}');
        while !ends {
            self.blank();
            let name = self.string()?;
            if members.len() == MAX_NAMES {
                return Err(malformed(Why::TooManyParts));
            }
            let mut is_earlier = |place: usize| {
                let earlier = members.get(place).map_or("", |(earlier, _)| *earlier);
                if earlier.eq_ignore_ascii_case(name) {
                    lookalike = Some(name);
                }
                is_same(earlier.as_bytes(), name.as_bytes())
            };
            if !names.is_new(members.len(), mark(name.as_bytes()), &mut is_earlier) {
                return Err(Error::new(Why::Twice, name.kept()));
            }
            self.blank();
            self.expect(b':')?;
            self.blank();
            let value = self.value().map_err(|error| blaming(error, name))?;
            members.push((name, value));
            self.blank();
            ends = self.take(b'}');
            if !ends {
                self.expect(b',')?;
            }
        }
        Ok(Object { members, lookalike })
    }

    fn value(&mut self) -> Result<Value<'a>> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b'{' | b'[') => self.nested().map(Value::Nested),
            _ => self.text_or_word(),
        }
    }

    fn text_or_word(&mut self) -> Result<Value<'a>> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            _ if self.take_word("true") => Ok(Value::Bool(true)),
            _ if self.take_word("false") => Ok(Value::Bool(false)),
            _ if self.take_word("null") => Ok(Value::Null),
            _ => Err(broken()),
        }
    }

    /// Steps over an object or array without recursion, checking every token and that the brackets match.
    fn nested(&mut self) -> Result<&'a str> {
        let start = self.at;
        // A bit for every bracket that is open: 1 for an object.
        let (mut objects, mut depth) = (0u32, 0);
        let mut next = Next::Value;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            next = match (next, byte) {
                (_, b' ' | b'\t' | b'\n' | b'\r') => next,
                (Next::Value | Next::ValueOrEnd, b'{' | b'[') if depth < MAX_DEPTH => {
                    let is_object = byte == b'{';
                    (objects, depth) = (objects << 1 | u32::from(is_object), depth + 1);
                    if is_object { Next::NameOrEnd } else { Next::ValueOrEnd }
                }
                (Next::ValueOrEnd | Next::CommaOrEnd, b']') if objects & 1 == 0 => {
                    (objects, depth) = (objects >> 1, depth - 1);
                    Next::CommaOrEnd
                }
                (Next::NameOrEnd | Next::CommaOrEnd, b'}') if objects & 1 == 1 => {
                    (objects, depth) = (objects >> 1, depth - 1);
                    Next::CommaOrEnd
                }
                (Next::CommaOrEnd, b',') if objects & 1 == 1 => Next::Name,
                (Next::CommaOrEnd, b',') => Next::Value,
                (Next::Name | Next::NameOrEnd, b'"') => {
                    self.at -= 1;
                    self.string()?;
                    Next::Colon
                }
                (Next::Colon, b':') => Next::Value,
                // A number of one digit, as lists of them have.
                (Next::Value | Next::ValueOrEnd, b'0'..=b'9') if matches!(self.peek(), Some(b',' | b']' | b'}')) => Next::CommaOrEnd,
                (Next::Value | Next::ValueOrEnd, b'-' | b'0'..=b'9') => {
                    self.at = end_of_number(self.bytes, self.at - 1).ok_or_else(broken)?;
                    Next::CommaOrEnd
                }
                (Next::Value | Next::ValueOrEnd, b'"' | b'a'..=b'z') => {
                    self.at -= 1;
                    self.text_or_word()?;
                    Next::CommaOrEnd
                }
                _ => return Err(broken()),
            };
            if depth == 0 {
                return Ok(self.since(start));
            }
        }
        Err(broken())
    }

    fn string(&mut self) -> Result<&'a str> {
        self.expect(b'"')?;
        let start = self.at;
        self.at = end_of_plain(self.bytes, start);
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                Ok(part(self.text, start, self.at - 1))
            }
            Some(b'\\') => self.escaped_string(start),
            _ => Err(broken()),
        }
    }

    fn escaped_string(&mut self, start: usize) -> Result<Text> {
        let mut text = String::from(self.since(start));
        while self.take(b'\\') {
            let (c, behind) = escape(self.bytes, self.at).ok_or_else(broken)?;
            text.push(c);
            self.at = end_of_plain(self.bytes, behind);
            if self.at > behind {
                text.push_str(self.since(behind));
            }
        }
        self.expect(b'"')?;
        Ok(keep(text))
    }

    fn number(&mut self) -> Result<&'a str> {
        let start = self.at;
        self.at = end_of_number(self.bytes, start).ok_or_else(broken)?;
        Ok(self.since(start))
    }

    #[inline(never)]
    fn blank(&mut self) {
        let mut end = self.at;
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(end) {
            end += 1;
        }
        self.at = end;
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn since(&self, start: usize) -> &'a str {
        part(self.text, start, self.at)
    }

    fn take(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn take_word(&mut self, word: &str) -> bool {
        let here = begins_with(self.bytes.get(self.at..).unwrap_or_default(), word.as_bytes());
        self.at += if here { word.len() } else { 0 };
        here
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.take(byte) { Ok(()) } else { Err(broken()) }
    }
}

/// What may come next inside an object or array.
#[derive(Clone, Copy)]
enum Next {
    Value,
    ValueOrEnd,
    Name,
    NameOrEnd,
    Colon,
    CommaOrEnd,
}

fn broken() -> Error {
    malformed(Why::BrokenJson)
}

/// Where the bytes of a string end that stand for themselves.
#[inline(never)]
fn end_of_plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' || byte == b'\\' || byte < 0x20 {
            break;
        }
        at += 1;
    }
    at
}

/// Where the number ends that begins there. RFC 8259: no leading zero, no plus, digits on both sides of the point.
#[inline(never)]
fn end_of_number(bytes: &[u8], from: usize) -> Option<usize> {
    let first = from + usize::from(bytes.get(from) == Some(&b'-'));
    let mut at = end_of_digits(bytes, first)?;
    if at > first + 1 && bytes.get(first) == Some(&b'0') {
        return None;
    }
    if bytes.get(at) == Some(&b'.') {
        at = end_of_digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let has_sign = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = end_of_digits(bytes, at + 1 + usize::from(has_sign))?;
    }
    Some(at)
}

/// Where the digits end that begin there; there must be one.
fn end_of_digits(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    (at > from).then_some(at)
}

/// The character that is written behind a backslash, and where its writing ends.
fn escape(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let c = match bytes.get(at)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(bytes, at + 1),
        _ => return None,
    };
    Some((c, at + 1))
}

fn unicode_escape(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let (mut code, mut end) = (hex4(bytes, at)?, at + 4);
    if (0xD800..0xDC00).contains(&code) {
        let low = hex4(bytes, end + 2).filter(|low| (0xDC00..0xE000).contains(low))?;
        if bytes.get(end..end + 2)? != b"\\u" {
            return None;
        }
        (code, end) = (0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), end + 6);
    }
    char::from_u32(code).filter(|&c| c != '\0').map(|c| (c, end))
}

fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let mut code = 0;
    for digit in bytes.get(at..at + 4)? {
        code = code << 4 | u32::from(hex_value(*digit)?);
    }
    Some(code)
}

/// An unreadable value is blamed on its member, unless something deeper is to blame already.
fn blaming(error: Error, name: &str) -> Error {
    error.in_field(name)
}

/// `text` as a JSON string, with quotes; everything outside printable ASCII is escaped, so the request is ASCII on the wire.
pub fn quote(text: &str) -> Text {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ (b'"' | b'\\')) => quoted.extend(['\\', char::from(byte)]),
            Ok(byte @ 0x20..0x7F) => quoted.push(char::from(byte)),
            _ => {
                quoted.push_str("\\u");
                quoted.push_str(hex(&unit.to_be_bytes()));
            }
        }
    }
    quoted.push('"');
    keep(quoted)
}

/// An object being written. Everything is ASCII, so the bytes that are signed are the bytes that are sent.
pub struct Writer(String);

impl Writer {
    /// An object whose members, so far, are texts.
    pub fn of(texts: &[(&str, &str)]) -> Writer {
        let mut writer = Writer(String::from("{"));
        for (name, value) in texts {
            writer.text(name, value);
        }
        writer
    }

    /// A member that is a text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.raw(name, quote(value));
    }

    /// A member whose value is JSON already.
    #[inline(never)]
    pub fn raw(&mut self, name: &str, value: &str) {
        for piece in [if self.0.len() > 1 { ",\"" } else { "\"" }, name, "\":", value] {
            self.0.push_str(piece);
        }
    }

    /// The whole object.
    pub fn end(mut self) -> Text {
        self.0.push('}');
        keep(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn numbers_keep_their_text() {
        let object = Object::parse(r#" {"a":22483975,"b":10.50,"c":"x","d":null,"e":true,"f":-0.1e+5} "#).unwrap();
        assert_eq!(object.scalar("a").unwrap(), Some("22483975"));
        assert_eq!(object.scalar("b").unwrap(), Some("10.50"));
        assert_eq!(object.scalar("c").unwrap(), Some("x"));
        assert_eq!(object.scalar("d").unwrap(), None);
        assert_eq!(object.scalar("missing").unwrap(), None);
        assert_eq!(object.scalar("f").unwrap(), Some("-0.1e+5"));
        assert_eq!(object.scalar("e").unwrap_err().code(), Code::Malformed);
    }

    #[test]
    fn nested_values_are_stepped_over_and_can_be_read() {
        let object = Object::parse(r#"{"items":[{"id":"1","tags":["a",{}],"n":1},[],"]}"],"o":{"k":"v"},"last":1}"#).unwrap();
        assert_eq!(object.value("items"), Some(&Value::Nested(r#"[{"id":"1","tags":["a",{}],"n":1},[],"]}"]"#)));
        assert_eq!(object.value("o"), Some(&Value::Nested(r#"{"k":"v"}"#)));
        assert_eq!(object.scalar("last").unwrap(), Some("1"));
    }

    #[test]
    fn an_arrays_items_can_be_read() {
        assert_eq!(items("[]").unwrap(), []);
        assert_eq!(items("[ ]").unwrap(), []);
        assert_eq!(
            items(r#"[ {"a":1} , "x",[2] ,3]"#).unwrap(),
            [Value::Nested(r#"{"a":1}"#), Value::Text("x"), Value::Nested("[2]"), Value::Number("3")]
        );
        let many = format!("[{}1]", "1,".repeat(4096));
        for wrong in ["", "{}", "[", "[1", "[1,]", "[,1]", "[1 2]", "[1]x", "[1] ", many.as_str()] {
            assert_eq!(items(wrong).unwrap_err().code(), Code::Malformed, "{wrong}");
        }
    }

    #[test]
    fn names_occur_once_however_they_are_escaped() {
        for twice in [r#"{"status":"a","status":"b"}"#, r#"{"status":"a","st\u0061tus":"b"}"#] {
            assert_eq!(Object::parse(twice).unwrap_err().code(), Code::DuplicateField);
        }
    }

    #[test]
    fn strings_are_unescaped() {
        let object = Object::parse(r#"{"a":"\u015e\"\\\/\n\ud83d\ude00ş"}"#).unwrap();
        assert_eq!(object.scalar("a").unwrap(), Some("Ş\"\\/\n😀ş"));
        let text = "Ş\"\\/\n😀ş\u{7f}";
        let json = format!("{{\"a\":{}}}", quote(text));
        assert!(json.is_ascii());
        assert_eq!(Object::parse(&json).unwrap().scalar("a").unwrap(), Some(text));
    }

    #[test]
    fn an_unreadable_value_is_blamed_on_its_member() {
        for wrong in [r#"{"a":1,"status":"\u0000"}"#, r#"{"status":01}"#, r#"{"status":{"b":tru}}"#, r#"{"status":"#] {
            assert_eq!(Object::parse(wrong).unwrap_err().field, "status", "{wrong}");
        }
        assert_eq!(Object::parse(&format!("{{\"{}\":tru}}", "n".repeat(65))).unwrap_err().field, "");
    }

    #[test]
    fn an_object_is_written_as_it_is_read() {
        let mut writer = Writer::of(&[("a", "Ş\""), ("b", "")]);
        writer.raw("c", Writer::of(&[]).end());
        writer.raw("d", "1.50");
        assert_eq!(writer.end(), r#"{"a":"\u015e\"","b":"","c":{},"d":1.50}"#);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(17), "]".repeat(17));
        for wrong in [
            "",
            "{",
            "[]",
            "\"a\"",
            "{}x",
            "{}{}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{a:1}"#,
            r#"{"a":01}"#,
            r#"{"a":+1}"#,
            r#"{"a":1.}"#,
            r#"{"a":.1}"#,
            r#"{"a":1e}"#,
            r#"{"a":NaN}"#,
            r#"{"a":0x10}"#,
            r#"{"a":'x'}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\u0000"}"#,
            r#"{"a":"\u12"}"#,
            "{\"a\":\"\n\"}",
            r#"{"a":[1,]}"#,
            r#"{"a":[1}"#,
            r#"{"a":{"b"}}"#,
            r#"{"a":{"b":1]}"#,
            r#"{"a":tru}"#,
            r#"{"a":1 "b":2}"#,
            "\u{feff}{}",
            deep.as_str(),
        ] {
            assert_eq!(Object::parse(wrong).unwrap_err().code(), Code::Malformed, "{wrong}");
        }
        assert!(Object::parse_bytes(b"{\"a\":\"\xDD\"}").is_err());
    }
}
