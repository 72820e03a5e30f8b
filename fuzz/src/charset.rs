//! The two charsets, beside `encoding_rs`; and what may be shown of a bank's words.

use crate::memory::in_proportion;
use encoding_rs::WINDOWS_1254;
use velopos::wire::charset::{displayable, from_latin5, to_text};

/// Whether the text shows a card number: thirteen digits with at most two separators between each two of them.
pub fn shows_a_card(text: &str) -> bool {
    let (mut digits, mut between) = (0, 0);
    for c in text.chars() {
        match c {
            '0'..='9' => (digits, between) = (digits + 1, 0),
            ' ' | '-' | '.' | '_' if digits > 0 && between < 2 => between += 1,
            _ => (digits, between) = (0, 0),
        }
        if digits >= 13 {
            return true;
        }
    }
    false
}

/// The first byte says how much is shown of the rest.
pub fn check(data: &[u8]) {
    let Some((&limit, bytes)) = data.split_first() else { return };
    let text = in_proportion(bytes.len(), || from_latin5(bytes));
    let (theirs, _) = WINDOWS_1254.decode_without_bom_handling(bytes);
    // To a browser ISO-8859-9 has letters where the standard has controls.
    for ((byte, ours), theirs) in bytes.iter().zip(text.chars()).zip(theirs.chars()) {
        assert_eq!(ours, if (0x80..0xA0).contains(byte) { char::from(*byte) } else { theirs });
    }
    assert_eq!(text.chars().count(), bytes.len());
    let plain = str::from_utf8(bytes).unwrap_or(text);
    assert_eq!(to_text(bytes), plain);

    let limit = usize::from(limit);
    let shown = in_proportion(bytes.len(), || displayable(plain, limit));
    assert!(shown.chars().count() <= limit);
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert!(!shows_a_card(shown), "{shown:?}");
    // What is no digit, control or space stays what it was.
    for (ours, theirs) in shown.chars().zip(plain.chars()) {
        let is_masked = theirs.is_ascii_digit() && ours == '*';
        let is_space = (theirs.is_control() || theirs == '\u{A0}') && ours == ' ';
        assert!(ours == theirs || is_masked || is_space, "{plain:?} is shown as {shown:?}");
    }
}
