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
pub fn joined_by(between: &str, parts: &[&str]) -> Text {
    keep(join(between, parts))
}

/// The same, as a text that can still be changed.
#[inline(never)]
pub fn join(between: &str, parts: &[&str]) -> String {
    let mut size = 0;
    for part in parts {
        size += part.len() + between.len();
    }
    let mut text = vec![0; size.saturating_sub(between.len())];
    let mut rest = text.as_mut_slice();
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            rest = put(between.as_bytes(), rest);
        }
        rest = put(part.as_bytes(), rest);
    }
    String::from_utf8(text).unwrap_or_default()
}

/// Puts a piece where there is room for it, and returns the room behind. Most pieces are short, and to have the host move a few bytes takes
/// longer than to take the first of them and the last, which may overlap.
#[inline]
pub fn put<'r>(piece: &[u8], room: &'r mut [u8]) -> &'r mut [u8] {
    let (place, behind) = room.split_at_mut(piece.len());
    match piece.len() {
        0 => {}
        1..=2 => put_ends::<1>(piece, place),
        3..=4 => put_ends::<2>(piece, place),
        5..=8 => put_ends::<4>(piece, place),
        9..=16 => put_ends::<8>(piece, place),
        _ => place.copy_from_slice(piece),
    }
    behind
}

#[inline(always)]
fn put_ends<const SIZE: usize>(piece: &[u8], place: &mut [u8]) {
    if let (Some(from), Some(to)) = (piece.first_chunk::<SIZE>(), place.first_chunk_mut()) {
        *to = *from;
    }
    if let (Some(from), Some(to)) = (piece.last_chunk::<SIZE>(), place.last_chunk_mut()) {
        *to = *from;
    }
}

/// A number in decimal digits.
pub fn digits(number: impl TryInto<u64>) -> Text {
    digits_of(number.try_into().unwrap_or_default())
}

fn digits_of(number: u64) -> Text {
    decimal(number, 0)
}

/// A number with its last digits behind a point; without one where there are none.
#[inline(never)]
pub fn decimal(number: u64, behind_point: usize) -> Text {
    let mut places = [b'0'; 24];
    let (mut rest, mut first) = (number, places.len());
    for place in places.iter_mut().rev() {
        let written = 24 - first;
        first -= 1;
        if written == behind_point && written > 0 {
            *place = b'.';
            continue;
        }
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 && written >= behind_point {
            break;
        }
    }
    core::str::from_utf8(places.get(first..).unwrap_or_default()).unwrap_or_default().kept()
}
