//! Bytes to fields and back. Every reader here is strict, bounded and linear, and says which rule was broken.

pub mod charset;
pub mod form;
pub mod html;
pub mod json;
pub mod time;
pub mod xml;

use crate::error::{Error, Why};

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
        self.at = first_of(bytes, self.text.as_bytes(), from);
        self.since(from)
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The text from there to here.
    #[inline(never)]
    fn since(&self, from: usize) -> &'a str {
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// Steps over `mark` if it comes next.
    #[inline(never)]
    fn take(&mut self, mark: &str) -> bool {
        let is_next = begins_with(self.rest(), mark.as_bytes());
        if is_next {
            self.at += mark.len();
        }
        is_next
    }

    /// The same for one byte.
    #[inline(never)]
    fn take_byte(&mut self, byte: u8) -> bool {
        let is_next = self.byte() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Steps over everything up to `mark` and over `mark` itself; false, at the end, when it does not come. Marks are a few bytes long:
    /// the standard library's search is made for long ones and is many times as large.
    #[inline(never)]
    fn skip_past(&mut self, mark: &str) -> bool {
        let found = place_in(mark.as_bytes(), self.rest());
        self.at = found.map_or(self.text.len(), |place| self.at + place + mark.len());
        found.is_some()
    }
}

/// Whether `text` begins with this mark.
#[inline(never)]
fn begins_with(text: &[u8], mark: &[u8]) -> bool {
    if text.len() < mark.len() {
        return false;
    }
    for (one, other) in text.iter().zip(mark) {
        if one != other {
            return false;
        }
    }
    true
}

/// Whether both texts are the same. For short ones, which mostly differ in their lengths or in their first bytes.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && begins_with(one, other)
}

fn place_in(word: &[u8], text: &[u8]) -> Option<usize> {
    let first = word.get(..1)?;
    let mut at = 0;
    loop {
        at = first_of(first, text, at);
        let rest = text.get(at..)?;
        if rest.len() < word.len() {
            return None;
        }
        if begins_with(rest, word) {
            return Some(at);
        }
        at += 1;
    }
}

/// Where the first of these few bytes stands, from `at` on; the end where none of them does.
#[inline(never)]
pub fn first_of(few: &[u8], bytes: &[u8], mut at: usize) -> usize {
    while let Some(eight) = eight_at(bytes, at) {
        let mut found = 0;
        for &byte in few {
            // A byte that is this one is 0 now: without one, no byte borrows from its high bit. Only the lowest that it tells counts.
            let apart = eight ^ (u64::from(byte) * ONES);
            found |= apart.wrapping_sub(ONES) & !apart & HIGH_BITS;
        }
        if found != 0 {
            return at + lowest_byte(found);
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if is_among(byte, few) {
            break;
        }
        at += 1;
    }
    at
}

/// Whether all of the bytes are printable ASCII.
#[inline(never)]
pub fn is_printable(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        let (odd, looked_at) = odd_bytes(bytes, at);
        if odd != 0 {
            return false;
        }
        at += looked_at;
    }
    true
}

/// How many of the bytes are this one.
#[inline(never)]
pub fn count_of(byte: u8, bytes: &[u8]) -> usize {
    let (eights, rest) = bytes.as_chunks();
    let mut count = 0;
    for eight in eights {
        // As in `first_of`, but without the high bits, so that nothing is carried from one byte to the next and every one tells.
        let apart = u64::from_le_bytes(*eight) ^ (u64::from(byte) * ONES);
        let others = ((apart & !HIGH_BITS) + !HIGH_BITS) | apart;
        count += (!others & HIGH_BITS).count_ones() as usize;
    }
    for other in rest {
        count += usize::from(*other == byte);
    }
    count
}

/// A reply or a page that is not what it should be; no single field is to blame.
#[cold]
#[inline(never)]
fn malformed(why: Why) -> Error {
    Error::new(why, "")
}

#[inline(always)]
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

/// The number that a text writes in ASCII digits, if it does and if there is room for it.
pub fn number<Size: TryFrom<u64>>(text: &str) -> Option<Size> {
    Size::try_from(number_of(text)?).ok()
}

#[inline(never)]
fn number_of(text: &str) -> Option<u64> {
    if !is_digits(text) {
        return None;
    }
    let mut number: u64 = 0;
    for byte in text.bytes() {
        let digit = u64::from(byte - b'0');
        // A checked product of 64 bits would be one of 128 here.
        if number > u64::MAX / 10 {
            return None;
        }
        number = (number * 10).checked_add(digit)?;
    }
    Some(number)
}

/// Whether the text is one IPv4 or IPv6 address, as RFC 4291 writes it and without a zone.
#[inline(never)]
pub fn is_ip_address(text: &str) -> bool {
    is_ipv4(text) || is_ipv6(text)
}

fn is_ipv4(text: &str) -> bool {
    let mut parts = 0;
    for part in text.split('.') {
        let plain = part.len() == 1 || !part.starts_with('0');
        if !plain || part.len() > 3 || number::<u8>(part).is_none() {
            return false;
        }
        parts += 1;
    }
    parts == 4
}

fn is_ipv6(text: &str) -> bool {
    let (before, after) = match place_of("::", text) {
        Some(at) => (part(text, 0, at), Some(part(text, at + 2, text.len()))),
        None => (text, None),
    };
    let groups = groups_of(before, after.is_none()).zip(groups_of(after.unwrap_or_default(), true));
    match (groups, after) {
        (Some((one, _)), None) => one == 8,
        (Some((one, other)), Some(_)) => one + other < 8,
        (None, _) => false,
    }
}

/// How many groups of 16 bits these are; an IPv4 address may be the last two of an address.
fn groups_of(text: &str, ends: bool) -> Option<usize> {
    let mut groups = 0;
    let mut rest = text.split(':').peekable();
    while let Some(group) = rest.next() {
        if text.is_empty() {
            break;
        }
        groups += match group.len() {
            1..=4 if group.bytes().all(|byte| byte.is_ascii_hexdigit()) => 1,
            _ if ends && rest.peek().is_none() && is_ipv4(group) => 2,
            _ => return None,
        };
    }
    Some(groups)
}

/// The text from there to there; empty where there is no such part.
#[inline(never)]
pub fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// Where a text holds a word first. The standard library's search is made for long words and is many times as large.
#[inline(never)]
pub fn place_of(word: &str, text: &str) -> Option<usize> {
    place_in(word.as_bytes(), text.as_bytes())
}

/// Whether a text holds a word.
pub fn holds(text: &str, word: &str) -> bool {
    place_of(word, text).is_some()
}

/// What stands before and behind the first of these bytes, which is ASCII.
#[inline(never)]
pub fn split_first(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = first_of(&[byte], text.as_bytes(), 0);
    (at < text.len()).then(|| (part(text, 0, at), part(text, at + 1, text.len())))
}

/// Which of the next bytes are no printable ASCII, by their high bits, and how many bytes were looked at: eight, or towards the end one.
#[inline(always)]
pub fn odd_bytes(bytes: &[u8], at: usize) -> (u64, usize) {
    let Some(eight) = eight_at(bytes, at) else {
        let is_plain = bytes.get(at).is_none_or(|byte| matches!(byte, 0x20..0x7F));
        return (if is_plain { 0 } else { 0x80 }, 1);
    };
    // Without the high bits, so that nothing is carried from one byte to the next: every one tells.
    let low = eight & !HIGH_BITS;
    let plain = (low + 0x60 * ONES) & !(low + ONES) & !eight;
    (!plain & HIGH_BITS, 8)
}

/// Eight bytes as one number, the first one lowest: many are looked at in the time of one.
fn eight_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|eight| u64::from_le_bytes(*eight))
}

/// The place of the lowest byte whose high bit is set; 8 where none is.
pub fn lowest_byte(high_bits: u64) -> usize {
    high_bits.trailing_zeros() as usize / 8
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x80 * ONES;

/// What stands before and behind the last of these bytes, which is ASCII.
#[inline(never)]
pub fn split_last(text: &str, byte: u8) -> Option<(&str, &str)> {
    let at = text.bytes().rposition(|other| other == byte)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// How many characters a text has.
#[inline(never)]
pub fn letters(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

/// More fields than any gateway sends in a form or in an object (the largest capture has 57).
const MAX_NAMES: usize = 256;
/// Twice as many.
const PLACES: usize = 2 * MAX_NAMES;

/// The names that were seen: each at the first free place from where its mark points. So no name is compared with all the others.
struct Names {
    /// The number of a name, counted from 1; 0 is free.
    places: [u16; PLACES],
}

impl Default for Names {
    fn default() -> Names {
        Names { places: [0; PLACES] }
    }
}

impl Names {
    /// Notes the name of this number. False if it was seen before: `is_earlier` says whether that number's name is the same.
    fn is_new(&mut self, number: usize, mark: u32, is_earlier: &mut dyn FnMut(usize) -> bool) -> bool {
        let mut at = mark as usize % PLACES;
        while let Some(place) = self.places.get_mut(at) {
            if *place == 0 {
                *place = number as u16 + 1;
                return true;
            }
            if is_earlier(usize::from(*place) - 1) {
                return false;
            }
            at = (at + 1) % PLACES;
        }
        false
    }
}

/// FNV-1a of a name without regard to case, and with `.` as `_`.
#[derive(Clone, Copy)]
struct Mark(u32);

impl Default for Mark {
    fn default() -> Mark {
        Mark(0x811C_9DC5)
    }
}

impl Mark {
    /// Takes in the next byte, which is [`folded`].
    #[inline(always)]
    fn see(&mut self, byte: u8) {
        self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
}

fn mark(name: &[u8]) -> u32 {
    let mut mark = Mark::default();
    for &byte in name {
        mark.see(folded(byte));
    }
    mark.0
}

const fn folded(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => byte - 32,
        b'.' => b'_',
        _ => byte,
    }
}

/// Whether the text is made of ASCII letters, digits and these bytes only.
#[inline(never)]
pub fn is_made_of(text: &str, others: &[u8]) -> bool {
    for byte in text.bytes() {
        if !LETTERS_AND_DIGITS[usize::from(byte)] && !is_among(byte, others) {
            return false;
        }
    }
    true
}

static LETTERS_AND_DIGITS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;
    use std::net::IpAddr;

    #[test]
    fn bytes_are_counted_eight_at_a_time_as_one_by_one() {
        for byte in [0, 1, b'&', 0x7F, 0x80, 0x81, 0xFE, 0xFF] {
            let neighbours = [byte, byte.wrapping_add(1), byte.wrapping_sub(1), byte ^ 0x80, !byte, 0, 0xFF];
            for length in 0..40 {
                let bytes: Vec<u8> = (0..length).map(|place| neighbours[(place * place + length) % neighbours.len()]).collect();
                assert_eq!(count_of(byte, &bytes), bytes.iter().filter(|&&other| other == byte).count(), "{byte} in {bytes:?}");
            }
            assert_eq!(count_of(byte, &[byte; 19]), 19);
        }
    }

    #[test]
    fn addresses_are_read_as_the_standard_library_reads_them() {
        let parts = ["", "0", "1", "01", "255", "256", "f", "ffff", "fffff", "g", "1.2.3.4", "1.2.3", "1.2.3.04"];
        let mut texts = vec![
            String::new(),
            "1.2.3.4.5".into(),
            "::".into(),
            ":::".into(),
            "1::2::3".into(),
            "fe80::1%eth0".into(),
            "[::1]".into(),
            " ::1".into(),
        ];
        for one in parts {
            for other in parts {
                for between in [
                    ".",
                    ":",
                    "::",
                    ":1:",
                    ":1:2:3:4:5:",
                    ":1:2:3:4:5:6:",
                    "::1:2:3:4:5:",
                    "::1:2:3:4:5:6:",
                    ".1.",
                    ".1.2.",
                    ":1::2:",
                    ":1:2:3:4::5:6:",
                ] {
                    texts.push([one, between, other].concat());
                }
            }
        }
        for text in texts {
            assert_eq!(is_ip_address(&text), text.parse::<IpAddr>().is_ok(), "{text}");
        }
    }

    #[test]
    fn names_whose_marks_meet() {
        let mut names = Names::default();
        for (number, mark) in [(0, 0), (1, 0), (2, 511), (3, 511), (4, 1023), (5, 1)] {
            let mut asked = Vec::new();
            assert!(names.is_new(number, mark, &mut |earlier| {
                asked.push(earlier);
                false
            }));
            let expected: &[usize] = [&[][..], &[0], &[], &[2, 0, 1], &[2, 0, 1, 3], &[1, 3, 4]][number];
            assert_eq!(asked, expected, "{number}");
        }
        assert!(!names.is_new(6, 511, &mut |earlier| earlier == 3));
    }

    #[test]
    fn numbers_that_fit() {
        assert_eq!((number::<u8>("255"), number::<u8>("256"), number::<u8>("+1"), number::<u64>("")), (Some(255), None, None, None));
        assert_eq!((number("18446744073709551615"), number::<u64>("18446744073709551616")), (Some(u64::MAX), None));
    }

    #[test]
    fn words_and_letters() {
        assert_eq!((place_of("bc", "abcbc"), holds("abc", "cb"), holds("ş", "ş"), holds("", "a")), (Some(1), false, true, false));
        assert_eq!((split_last("a/b/c", b'/'), split_last("abc", b'/')), (Some(("a/b", "c")), None));
        assert_eq!((letters(""), letters("şu😀")), (0, 3));
    }
}
