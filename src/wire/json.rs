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

const MAX_DEPTH: u32 = 16;
/// Twice as long as any that a gateway sends, as in forms and in XML.
const MAX_NAME: usize = 64;
/// What a value below the outermost object takes, with its name and marks, on average, at least. In the banks' own examples it takes 15 bytes
/// where they are closest; a text of fewer is made of marks, and costs more than its length to read.
const LEAST_OF_A_VALUE: usize = 8;
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

    /// The object that a member is; an empty one where it is absent or `null`. Anything else is refused.
    pub fn inner(&self, name: &'static str) -> Result<Object<'a>> {
        match self.value(name) {
            None | Some(Value::Null) => Ok(Object { members: Vec::new(), lookalike: None }),
            Some(Value::Nested(text)) if text.starts_with('{') => Object::parse(text),
            Some(_) => Err(Error::new(Why::NotAsDocumented, name)),
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
    /// How many values more may be stepped over.
    room: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Reader<'a> {
        Reader { text, bytes: text.as_bytes(), at: 0, room: 64 + text.len() / LEAST_OF_A_VALUE }
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
            if members.len() == MAX_NAMES || name.len() > MAX_NAME {
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
            Some(b'"') => self.string().map(Value::Text),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value<'a>> {
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
            if begins_with(self.bytes.get(self.at..).unwrap_or_default(), word.as_bytes()) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(broken())
    }

    /// Steps over an object or array without recursion, checking every token and that the brackets match.
    fn nested(&mut self) -> Result<&'a str> {
        let (bytes, start, mut at) = (self.bytes, self.at, self.at);
        // A bit for every bracket that is open, 1 for an object, below the 1 that stands for none.
        let mut open = 1u32;
        let mut here = VALUE;
        while let Some(&byte) = bytes.get(at) {
            let next = after(here, byte);
            at += 1;
            here = match next {
                OPEN if open >> MAX_DEPTH == 0 => {
                    self.one_more()?;
                    open = open << 1 | u32::from(byte == b'{');
                    if byte == b'{' { FIRST_NAME } else { FIRST_VALUE }
                }
                CLOSE if (open & 1 == 1) == (byte == b'}') => {
                    open >>= 1;
                    if open == 1 {
                        self.at = at;
                        return Ok(self.since(start));
                    }
                    NEXT
                }
                COMMA => {
                    self.one_more()?;
                    if open & 1 == 1 { NAME } else { VALUE }
                }
                ESCAPE => {
                    self.at = at - 1;
                    self.escaped_string(at - 1)?;
                    at = self.at;
                    after(here, b'"')
                }
                WORD => {
                    self.at = at - 1;
                    self.word()?;
                    at = self.at;
                    NEXT
                }
                OPEN | CLOSE | BROKEN => return Err(broken()),
                next => next,
            };
        }
        Err(broken())
    }

    /// Counts a value: one is the first in its brackets, or a comma stands before it.
    #[inline(always)]
    fn one_more(&mut self) -> Result<()> {
        if self.room == 0 {
            return Err(malformed(Why::TooManyParts));
        }
        self.room -= 1;
        Ok(())
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
        loop {
            let from = self.at;
            match self.peek() {
                Some(b'\\') => text.push(self.escape().ok_or_else(broken)?),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(keep(text));
                }
                _ => {
                    self.at = end_of_plain(self.bytes, from);
                    if self.at == from {
                        return Err(broken());
                    }
                    text.push_str(self.since(from));
                }
            }
        }
    }

    /// The character that is written by a backslash and what follows.
    fn escape(&mut self) -> Option<char> {
        self.at += 2;
        Some(match self.bytes.get(self.at - 1)? {
            b'u' => return self.unicode_escape(),
            byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return None,
        })
    }

    fn unicode_escape(&mut self) -> Option<char> {
        let mut code = hex4(self.bytes, self.at)?;
        self.at += 4;
        if (0xD800..0xDC00).contains(&code) {
            let low = hex4(self.bytes, self.at + 2).filter(|low| (0xDC00..0xE000).contains(low))?;
            if self.bytes.get(self.at..self.at + 2)? != b"\\u" {
                return None;
            }
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            self.at += 6;
        }
        char::from_u32(code).filter(|&c| c != '\0')
    }

    fn number(&mut self) -> Result<&'a str> {
        let (start, mut here) = (self.at, VALUE);
        loop {
            // At the end, too, it must be one that something else may follow.
            let next = after(here, self.peek().unwrap_or(b','));
            if !(MINUS..=EXPONENT).contains(&next) {
                return if next == BROKEN { Err(broken()) } else { Ok(self.since(start)) };
            }
            here = next;
            self.at += 1;
        }
    }

    /// Mostly there is none.
    #[inline(always)]
    fn blank(&mut self) {
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.blanks();
        }
    }

    #[inline(never)]
    fn blanks(&mut self) {
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

    #[inline(always)]
    fn take(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8) -> Result<()> {
        if self.take(byte) { Ok(()) } else { Err(broken()) }
    }
}

// Where a reader stands between two bytes of an object or array: where this must come,
const FIRST_NAME: usize = 0x00; // or the end
const FIRST_VALUE: usize = 0x10; // or the end
const NAME: usize = 0x20;
const COLON: usize = 0x30;
const VALUE: usize = 0x40;
const NEXT: usize = 0x50; // or the end
// inside this,
const IN_NAME: usize = 0x60;
const IN_TEXT: usize = 0x70;
// behind this part of a number.
const MINUS: usize = 0x80;
const ZERO: usize = 0x90;
const DIGIT: usize = 0xA0;
const POINT: usize = 0xB0;
const FRACTION: usize = 0xC0;
const E: usize = 0xD0;
const SIGN: usize = 0xE0;
const EXPONENT: usize = 0xF0;
// What takes more than a step.
const OPEN: usize = 1;
const CLOSE: usize = 2;
const COMMA: usize = 3;
const ESCAPE: usize = 4;
const WORD: usize = 5;
const BROKEN: usize = 6;

/// What a byte does to a reader that stands there. Looked up, so that every byte costs the same, whatever it is and wherever it stands.
#[inline(always)]
fn after(here: usize, byte: u8) -> usize {
    STEPS.get(here | usize::from(KINDS[usize::from(byte)])).map_or(BROKEN, |next| usize::from(*next))
}

/// One byte of each kind that makes a difference; the last one stands for all others.
const OF_A_KIND: &[u8; 16] = b" \n\0{},:\"\\-+01.ex";

static KINDS: [u8; 256] = {
    let mut kinds = [15; 256];
    let mut byte = 0;
    while byte < 256 {
        let like = match byte as u8 {
            b'\t' | b'\n' | b'\r' => b'\n',
            ..0x20 => b'\0',
            b'[' => b'{',
            b']' => b'}',
            b'2'..=b'9' => b'1',
            b'E' => b'e',
            other => other,
        };
        let mut kind = 0;
        while kind < 15 {
            if OF_A_KIND[kind] == like {
                kinds[byte] = kind as u8;
            }
            kind += 1;
        }
        byte += 1;
    }
    kinds
};

static STEPS: [u8; 256] = {
    let mut steps = [0; 256];
    let mut place = 0;
    while place < 256 {
        steps[place] = step(place & 0xF0, OF_A_KIND[place & 0xF]) as u8;
        place += 1;
    }
    steps
};

const fn step(here: usize, byte: u8) -> usize {
    match (here, byte) {
        (IN_NAME | IN_TEXT, b'\n' | b'\0') => BROKEN,
        (IN_NAME | IN_TEXT, b'\\') => ESCAPE,
        (IN_NAME, b'"') => COLON,
        (IN_TEXT, b'"') => NEXT,
        (IN_NAME | IN_TEXT, _) => here,
        (FIRST_NAME | FIRST_VALUE | NAME | COLON | VALUE | NEXT, b' ' | b'\n') => here,
        (FIRST_NAME | FIRST_VALUE | NEXT, b'}') => CLOSE,
        (FIRST_NAME | NAME, b'"') => IN_NAME,
        (COLON, b':') => VALUE,
        (FIRST_VALUE | VALUE, b'"') => IN_TEXT,
        (FIRST_VALUE | VALUE, b'{') => OPEN,
        (FIRST_VALUE | VALUE, b'x') => WORD,
        (FIRST_VALUE | VALUE, b'-') => MINUS,
        (FIRST_VALUE | VALUE | MINUS, b'0') => ZERO,
        (FIRST_VALUE | VALUE | MINUS, b'1') | (DIGIT, b'0' | b'1') => DIGIT,
        (ZERO | DIGIT, b'.') => POINT,
        (POINT | FRACTION, b'0' | b'1') => FRACTION,
        (ZERO | DIGIT | FRACTION, b'e') => E,
        (E, b'+' | b'-') => SIGN,
        (E | SIGN | EXPONENT, b'0' | b'1') => EXPONENT,
        (NEXT, b',') => COMMA,
        // A number ends where something else begins.
        (ZERO | DIGIT | FRACTION | EXPONENT, b' ' | b'\n' | b',' | b'}') => step(NEXT, byte),
        _ => BROKEN,
    }
}

#[cold]
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

#[inline(always)]
fn hex4(bytes: &[u8], at: usize) -> Option<u32> {
    let digits: &[u8; 4] = bytes.get(at..)?.first_chunk()?;
    let mut code = 0;
    for digit in digits {
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
    fn no_control_character_stands_in_a_text_wherever_it_lies() {
        for byte in 1..0x20 {
            let byte = char::from(byte);
            for wrong in [
                format!("{{\"a\":[\"x{byte}y\"]}}"),
                format!("{{\"a\":{{\"b{byte}\":1}}}}"),
                format!("{{\"a\":\"x{byte}y\"}}"),
                format!("{{\"a{byte}\":1}}"),
            ] {
                assert!(Object::parse(&wrong).is_err(), "{wrong:?}");
            }
        }
        assert!(Object::parse("{\"a\":[\"x\x7Fy \",{\"b \":1}]}").is_ok());
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
    fn the_limits() {
        let named = |length: usize| Object::parse(&format!("{{\"{}\":1}}", "n".repeat(length))).is_ok();
        assert_eq!((named(64), named(65)), (true, false));
        let deep = |depth: usize| Object::parse(&format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth))).is_ok();
        assert_eq!((deep(16), deep(17)), (true, false));
        // 800 bytes have room for 164 values, wherever they stand.
        let sparse = |parts: &[&str], counts: &[usize]| {
            let lists: Vec<String> = parts.iter().zip(counts).map(|(part, count)| vec![*part; *count].join(",")).collect();
            let members: Vec<String> = lists.iter().enumerate().map(|(place, list)| format!("\"{place}\":[{list}]")).collect();
            let text = format!("{{{}}}", members.join(","));
            match Object::parse(&format!("{text:800}")) {
                Ok(_) => true,
                Err(error) => {
                    assert!(matches!(error.why, Why::TooManyParts));
                    false
                }
            }
        };
        assert_eq!((sparse(&["0"], &[164]), sparse(&["0"], &[165])), (true, false));
        assert_eq!((sparse(&["\"\""], &[164]), sparse(&["\"\""], &[165])), (true, false));
        assert_eq!((sparse(&["{\"\":0}"], &[82]), sparse(&["{\"\":0}"], &[83])), (true, false));
        assert_eq!((sparse(&["0", "[]"], &[82, 41]), sparse(&["0", "[]"], &[83, 41])), (true, false));
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
