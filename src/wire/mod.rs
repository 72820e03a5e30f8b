//! Bytes to fields and back. Every reader here is strict, bounded and linear, and says which rule was broken.

pub mod charset;
pub mod form;
pub mod html;
pub mod json;
pub mod time;
pub mod xml;

use crate::error::{Code, Error};

/// A place in a text with marks in it, XML's or HTML's. Its steps are many and small, so none of them is inlined.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    const fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text, at: 0 }
    }

    /// The next byte.
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Whether the next byte is one of these.
    #[inline(never)]
    fn is_at(&self, bytes: &[u8]) -> bool {
        self.byte().is_some_and(|byte| is_among(byte, bytes))
    }

    /// Steps over these bytes.
    #[inline(never)]
    fn skip(&mut self, bytes: &[u8]) {
        while self.is_at(bytes) {
            self.at += 1;
        }
    }

    /// The text up to the first of these bytes, or to the end.
    #[inline(never)]
    fn until(&mut self, bytes: &[u8]) -> &'a str {
        let from = self.at;
        while self.at < self.text.len() && !self.is_at(bytes) {
            self.at += 1;
        }
        self.since(from)
    }

    /// The text from there to here.
    #[inline(never)]
    fn since(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// Steps over `mark` if it comes next.
    #[inline(never)]
    fn take(&mut self, mark: &str) -> bool {
        let is_next = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(mark.as_bytes()));
        if is_next {
            self.at += mark.len();
        }
        is_next
    }

    /// Steps over everything up to `mark` and over `mark` itself; false, at the end, when it does not come. Marks are a few bytes long:
    /// the standard library's search is made for long ones and is many times as large.
    #[inline(never)]
    fn skip_past(&mut self, mark: &str) -> bool {
        while self.at < self.text.len() {
            if self.take(mark) {
                return true;
            }
            self.at += 1;
        }
        false
    }
}

/// A reply or a page that is not what it should be; no single field is to blame.
#[cold]
#[inline(never)]
fn malformed(message: &'static str) -> Error {
    Error::new(Code::Malformed, "", message)
}

fn is_among(byte: u8, bytes: &[u8]) -> bool {
    for known in bytes {
        if byte == *known {
            return true;
        }
    }
    false
}

/// Whether the text is a number in ASCII digits.
#[inline(never)]
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text is made of ASCII letters, digits and these bytes only.
#[inline(never)]
pub fn is_made_of(text: &str, others: &[u8]) -> bool {
    for byte in text.bytes() {
        if !byte.is_ascii_alphanumeric() && !is_among(byte, others) {
            return false;
        }
    }
    true
}
