//! JSON objects, one level at a time.
//!
//! Numbers keep their text: `22483975` and `10.50` are signed as they are written, and must not pass through a float. A name that
//! occurs twice is refused at every level that is read, because readers disagree about which one counts.

use crate::crypto::hex;
use crate::error::{Error, Result, Why};
use crate::text::{Keep, Text, joined, keep};
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
}

impl<'a> Object<'a> {
    /// Reads a text that must be one object and nothing else.
    pub fn parse(text: &'a str) -> Result<Object<'a>> {
        let mut reader = Reader::new(text);
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
        for (member, value) in &self.members {
            if is_same(member.as_bytes(), name.as_bytes()) {
                return Some(value);
            }
        }
        None
    }

    /// A name that is another one's to a reader without regard to case, if there is one.
    pub fn lookalike(&self) -> Option<&'a str> {
        let mut names = Names::default();
        for (place, (name, _)) in self.members.iter().enumerate() {
            let earlier = |place: usize| self.members.get(place).is_some_and(|(earlier, _)| earlier.eq_ignore_ascii_case(name));
            if !names.is_new(place, mark(name.as_bytes()), earlier) {
                return Some(name);
            }
        }
        None
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
    if reader.at == text.len() { Ok(items) } else { Err(malformed(Why::BrokenJson)) }
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

    fn object(&mut self) -> Result<Vec<(&'a str, Value<'a>)>> {
        let mut members: Vec<(&'a str, Value<'a>)> = Vec::with_capacity(16);
        let mut names = Names::default();
        self.blank();
        self.expect(b'{')?;
        self.blank();
        if self.take(b'}') {
            return Ok(members);
        }
        loop {
            self.blank();
            let name = self.string()?;
            if members.len() == MAX_NAMES {
                return Err(malformed(Why::TooManyParts));
            }
            let earlier = |place: usize| members.get(place).is_some_and(|(earlier, _)| is_same(earlier.as_bytes(), name.as_bytes()));
            if !names.is_new(members.len(), mark(name.as_bytes()), earlier) {
                return Err(Error::new(Why::Twice, name.kept()));
            }
            self.blank();
            self.expect(b':')?;
            self.blank();
            let value = self.value().map_err(|error| blaming(error, name))?;
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
        let mut end = start;
        while let Some(&byte) = self.bytes.get(end) {
            if byte == b'"' || byte == b'\\' || byte < 0x20 {
                self.at = end;
                return match byte {
                    b'"' => {
                        self.at += 1;
                        Ok(part(self.text, start, end))
                    }
                    b'\\' => self.escaped_string(start),
                    _ => Err(malformed(Why::BrokenJson)),
                };
            }
            end += 1;
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
        let leading_zero = whole > 1 && self.bytes.get(self.at - whole) == Some(&b'0');
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
        let (start, mut end) = (self.at, self.at);
        while let Some(b'0'..=b'9') = self.bytes.get(end) {
            end += 1;
        }
        self.at = end;
        end - start
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
    if text.bytes().all(|byte| matches!(byte, 0x20..0x7F) && byte != b'"' && byte != b'\\') {
        return joined(&["\"", text, "\""]);
    }
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
