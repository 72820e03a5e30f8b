//! Texts that last as long as a call.
//!
//! What is told about a payment is made of many small texts. They are copied once, handed on as plain references, and never given back one by
//! one: in WebAssembly `arena` wipes all of them when the call ends, and natively they stay until the process does.

use alloc::string::String;
use alloc::vec::Vec;

/// A text that lasts as long as the call.
pub type Text = &'static str;

/// Keeps a borrowed text.
pub trait Keep {
    /// A copy that lasts as long as the call.
    fn kept(&self) -> Text;
}

impl Keep for str {
    #[inline(never)]
    fn kept(&self) -> Text {
        String::from(self).leak()
    }
}

/// Keeps a text that was built.
#[inline(never)]
pub fn keep(text: String) -> Text {
    text.leak()
}

/// Keeps letters and digits that were written byte by byte.
pub fn keep_ascii(bytes: Vec<u8>) -> Text {
    keep(String::from_utf8(bytes).unwrap_or_default())
}

/// The parts, one behind the other.
#[inline(never)]
pub fn joined(parts: &[&str]) -> Text {
    joined_by("", parts)
}

/// The parts, with something between each two of them.
#[inline(never)]
pub fn joined_by(between: &str, parts: &[&str]) -> Text {
    let mut size = between.len() * parts.len();
    for part in parts {
        size += part.len();
    }
    let mut text = String::with_capacity(size);
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            text.push_str(between);
        }
        text.push_str(part);
    }
    text.leak()
}

/// A number in decimal digits.
pub fn digits(number: impl TryInto<u64>) -> Text {
    digits_of(number.try_into().unwrap_or_default())
}

#[inline(never)]
fn digits_of(number: u64) -> Text {
    let mut places = [b'0'; 20];
    let (mut rest, mut first) = (number, places.len());
    for place in places.iter_mut().rev() {
        first -= 1;
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    core::str::from_utf8(places.get(first..).unwrap_or_default()).unwrap_or_default().kept()
}
