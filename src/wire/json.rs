//! JSON objects, one level at a time.
//!
//! Numbers keep their text: `22483975` and `10.50` are signed as they are written, and must not pass through a float. A name that
//! occurs twice is refused at every level that is read, because readers disagree about which one counts.

use crate::crypto::hex;
use crate::error::{Error, Result, Why};
use crate::text::{Keep, Text, keep};
use crate::wire::{malformed, part};
use alloc::string::String;
use alloc::vec::Vec;

const MAX_DEPTH: usize = 16;
const MAX_MEMBERS: usize = 256;
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
}

impl<'a> Object<'a> {
    /// Reads a text that must be one object and nothing else.
    pub fn parse(text: &'a str) -> Result<Object<'a>> {
        let mut reader = Reader { text, at: 0 };
        let members = reader.object()?;
        reader.blank();
        if reader.at != text.len() {
            return Err(malformed(Why::BrokenJson));
        }
        Ok(Object { members })
    }

    /// Reads bytes, which must be UTF-8.
    pub fn parse_bytes(bytes: &'a [u8]) -> Result<Object<'a>> {
        Object::parse(core::str::from_utf8(bytes).map_err(|_| malformed(Why::BrokenJson))?)
    }

    /// The members, in the order in which they came.
    pub fn members(&self) -> &[(&'a str, Value<'a>)] {
        &self.members
    }

    /// The value of a member.
    pub fn value(&self, name: &str) -> Option<&Value<'a>> {
        self.members.iter().find(|(member, _)| *member == name).map(|(_, value)| value)
    }

    /// The object that a member is; an empty one where there is none, and where it is something else.
    pub fn inner(&self, name: &str) -> Result<Object<'a>> {
        match self.value(name) {
            Some(Value::Nested(text)) if text.starts_with('{') => Object::parse(text),
            _ => Ok(Object { members: Vec::new() }),
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
}

/// The items of an array, as [`Value::Nested`] keeps it.
pub fn items(text: &str) -> Result<Vec<Value<'_>>> {
    let mut reader = Reader { text, at: 0 };
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
    if reader.at == text.len() { Ok(items) } else { Err(malformed(Why::BrokenJson)) }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn object(&mut self) -> Result<Vec<(&'a str, Value<'a>)>> {
        let mut members: Vec<(&'a str, Value<'a>)> = Vec::new();
        self.blank();
        self.expect(b'{')?;
        self.blank();
        if self.take(b'}') {
            return Ok(members);
        }
        loop {
            self.blank();
            let name = self.string()?;
            if members.iter().any(|(member, _)| *member == name) {
                return Err(Error::new(Why::Twice, name.kept()));
            }
            self.blank();
            self.expect(b':')?;
            self.blank();
            let value = self.value().map_err(|error| blaming(error, name))?;
            if members.len() == MAX_MEMBERS {
                return Err(malformed(Why::TooManyParts));
            }
            members.push((name, value));
            self.blank();
            if self.take(b'}') {
                return Ok(members);
            }
            self.expect(b',')?;
        }
    }

    fn value(&mut self) -> Result<Value<'a>> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b'{' | b'[') => self.nested().map(Value::Nested),
            _ if self.take_word("true") => Ok(Value::Bool(true)),
            _ if self.take_word("false") => Ok(Value::Bool(false)),
            _ if self.take_word("null") => Ok(Value::Null),
            _ => Err(malformed(Why::BrokenJson)),
        }
    }

    /// Steps over an object or array without recursion, checking every token and that the brackets match.
    fn nested(&mut self) -> Result<&'a str> {
        let start = self.at;
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                Some(bracket @ (b'{' | b'[')) => {
                    if open.len() == MAX_DEPTH {
                        return Err(malformed(Why::BrokenJson));
                    }
                    self.at += 1;
                    open.push(bracket);
                    self.blank();
                    if !self.take(closing(bracket)) {
                        self.member_name(bracket)?;
                        continue;
                    }
                    open.pop();
                }
                _ => {
                    self.value()?;
                }
            }
            // A value has ended: close what ends here, or go on to the next member.
            loop {
                let Some(&bracket) = open.last() else { return Ok(self.since(start)) };
                self.blank();
                if self.take(b',') {
                    self.blank();
                    self.member_name(bracket)?;
                    break;
                }
                self.expect(closing(bracket))?;
                open.pop();
            }
        }
    }

    fn member_name(&mut self, bracket: u8) -> Result<()> {
        if bracket == b'{' {
            self.string()?;
            self.blank();
            self.expect(b':')?;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<&'a str> {
        self.expect(b'"')?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(part(self.text, start, self.at - 1));
                }
                b'\\' => return self.escaped_string(start),
                0..0x20 => return Err(malformed(Why::BrokenJson)),
                _ => self.at += 1,
            }
        }
        Err(malformed(Why::BrokenJson))
    }

    fn escaped_string(&mut self, start: usize) -> Result<Text> {
        let mut text = String::from(self.since(start));
        let mut rest = part(self.text, self.at, self.text.len()).chars();
        while let Some(c) = rest.next() {
            match c {
                '"' => {
                    self.at = self.text.len() - rest.as_str().len();
                    return Ok(keep(text));
                }
                '\\' => text.push(escape(&mut rest)?),
                '\0'..='\u{1F}' => return Err(malformed(Why::BrokenJson)),
                other => text.push(other),
            }
        }
        Err(malformed(Why::BrokenJson))
    }

    /// RFC 8259: no leading zero, no plus, digits on both sides of the point.
    fn number(&mut self) -> Result<&'a str> {
        let start = self.at;
        self.take(b'-');
        let whole = self.digits();
        let leading_zero = whole > 1 && self.text.as_bytes().get(self.at - whole) == Some(&b'0');
        let mut fine = whole > 0 && !leading_zero;
        if self.take(b'.') {
            fine &= self.digits() > 0;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            fine &= self.digits() > 0;
        }
        if fine { Ok(self.since(start)) } else { Err(malformed(Why::BrokenJson)) }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
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
        let here = part(self.text, self.at, self.text.len()).starts_with(word);
        self.at += if here { word.len() } else { 0 };
        here
    }

    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.take(byte) { Ok(()) } else { Err(malformed(Why::BrokenJson)) }
    }
}

fn closing(bracket: u8) -> u8 {
    if bracket == b'{' { b'}' } else { b']' }
}

fn escape(rest: &mut core::str::Chars) -> Result<char> {
    match rest.next() {
        Some('"') => Ok('"'),
        Some('\\') => Ok('\\'),
        Some('/') => Ok('/'),
        Some('b') => Ok('\u{8}'),
        Some('f') => Ok('\u{C}'),
        Some('n') => Ok('\n'),
        Some('r') => Ok('\r'),
        Some('t') => Ok('\t'),
        Some('u') => unicode_escape(rest),
        _ => Err(malformed(Why::BrokenJson)),
    }
}

fn unicode_escape(rest: &mut core::str::Chars) -> Result<char> {
    let broken = || malformed(Why::BrokenJson);
    let first = hex4(rest).ok_or_else(broken)?;
    let code = match first {
        0xD800..0xDC00 => {
            let pair = (rest.next() == Some('\\') && rest.next() == Some('u')).then(|| hex4(rest)).flatten();
            let low = pair.filter(|low| (0xDC00..0xE000).contains(low)).ok_or_else(broken)?;
            0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)
        }
        other => other,
    };
    char::from_u32(code).filter(|&c| c != '\0').ok_or_else(broken)
}

fn hex4(rest: &mut core::str::Chars) -> Option<u32> {
    (0..4).try_fold(0, |code, _| Some(code * 16 + rest.next()?.to_digit(16)?))
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
