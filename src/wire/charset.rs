//! The two encodings of Turkish gateways: UTF-8, and ISO-8859-9 (Latin-5) on the older ones.

use crate::text::{Keep, Text, keep};
use crate::wire::part;
use alloc::string::String;
use alloc::vec::Vec;

/// ISO-8859-9 as text: Latin-1 with six letters replaced. Every byte has a meaning.
pub fn from_latin5(bytes: &[u8]) -> Text {
    // No letter of it takes more than two bytes.
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(latin5_letter(*byte));
    }
    keep(text)
}

/// UTF-8 where the bytes are UTF-8, ISO-8859-9 otherwise. For showing; no decision rests on a byte above 127.
pub fn to_text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_else(|_| from_latin5(bytes))
}

fn latin5_letter(byte: u8) -> char {
    match byte {
        0xD0 => 'Ğ',
        0xDD => 'İ',
        0xDE => 'Ş',
        0xF0 => 'ğ',
        0xFD => 'ı',
        0xFE => 'ş',
        other => char::from(other),
    }
}

/// Bank text made fit to show: control characters become spaces, runs of 13 or more digits (card numbers) keep their first six and
/// last four, and the text is cut at `limit` characters. Up to two spaces, dashes, points or underscores may stand between two digits.
pub fn displayable(text: &str, limit: usize) -> Text {
    if has_nothing_to_hide(text) {
        return part(text, 0, text.len().min(limit)).kept();
    }
    // A run of digits that goes on behind this shows there that it is long enough.
    let mut shown: Vec<char> = text.chars().take(limit + 64).map(|c| if c.is_control() || c == '\u{A0}' { ' ' } else { c }).collect();
    let mut at = 0;
    while at < shown.len() {
        let run = digit_run(&shown, at);
        if run.len() >= 13 {
            for &place in run.iter().take(run.len() - 4).skip(6) {
                if let Some(digit) = shown.get_mut(place) {
                    *digit = '*';
                }
            }
        }
        at = run.last().map_or(at, |&last| last) + 1;
    }
    // Cut only now: the beginning of a card number is not to be seen either.
    shown.truncate(limit);
    keep(shown.into_iter().collect())
}

/// Printable ASCII with too few digits for a card number, as nearly everything is.
fn has_nothing_to_hide(text: &str) -> bool {
    let mut digits = 0;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' if digits < 12 => digits += 1,
            b'0'..=b'9' | 0..0x20 | 0x7F.. => return false,
            _ => {}
        }
    }
    true
}

/// The places of the digits of the run that starts at `at`, separators left out.
fn digit_run(text: &[char], at: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let mut next = at;
    while let Some(c) = text.get(next) {
        let goes_on = || text.iter().skip(next + 1).take(2).any(char::is_ascii_digit);
        if c.is_ascii_digit() {
            places.push(next);
        } else if places.is_empty() || !matches!(c, ' ' | '-' | '.' | '_') || !goes_on() {
            break;
        }
        next += 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_turkish_letters() {
        assert_eq!(from_latin5(b"Z\xDDRAAT \xD0\xDE\xF0\xFD\xFE \xC7\xD6\xDC"), "ZİRAAT ĞŞğış ÇÖÜ");
        assert_eq!(to_text("ZİRAAT".as_bytes()), "ZİRAAT");
        assert_eq!(to_text(b"Z\xDDRAAT"), "ZİRAAT");
    }

    #[test]
    fn card_numbers_are_masked() {
        assert_eq!(displayable("kart 4508034508034509 red", 99), "kart 450803******4509 red");
        assert_eq!(displayable("4508 0345 0803 4509", 99), "4508 03** **** 4509");
        assert_eq!(displayable("4508-0345-0803-450", 99), "4508-03**-***3-450");
        assert_eq!(displayable("4508034508034", 99), "450803***8034", "thirteen digits are the shortest card");
        assert_eq!(displayable("ref 230317184784 ok", 99), "ref 230317184784 ok");
        assert_eq!(displayable("a\u{0}b\nc", 99), "a b c");
        assert_eq!(displayable("abcdef", 3), "abc");
        assert_eq!(displayable("4508034508034509", 12), "450803******");
        // Too far from each other, or with something else between them, they are no card's.
        for other in ["4508   0345   0803   4509", "45a08b03c45d08e03f45g09", "4508 - 0345 - 0803 - 4509"] {
            assert_eq!(displayable(other, 99), other);
        }
        for between in ["  ", ".", "_", "\u{a0}", "- "] {
            let shown = displayable(&["4508", "0345", "0803", "4509"].join(between), 99);
            assert!(shown.starts_with("4508") && shown.ends_with("4509") && !shown.contains("0803"), "{shown}");
        }
    }
}
