//! Any bytes as a call: the operation, where the head ends, the head and the body.

use crate::memory::in_proportion;
use velopos::frame::{Surroundings, call, end_of_head};

/// The moment of every call that does not name another.
pub const NOW: u64 = 1_795_272_153_000;

/// Fixed, so that a run can be had again.
pub fn surroundings(now: u64) -> Surroundings {
    Surroundings { now, random: || *b"0123456789abcdef0123456789ABCDEF" }
}

/// Makes one call.
pub fn check(data: &[u8]) {
    let Some((&[op, low, high], input)) = data.split_first_chunk() else { return };
    let head_length = usize::from(u16::from_le_bytes([low, high]));
    answer_of(op.into(), input, head_length, NOW);
    let Some((head, body)) = input.split_at_checked(head_length) else { return };
    if let Ok(head) = str::from_utf8(head) {
        ends(head, body);
    }
}

/// The answer's texts. The input must be wiped, and the answer one that the shim knows.
pub fn answer_of(op: u32, input: &[u8], head_length: usize, now: u64) -> Vec<&'static str> {
    let mut buffer = input.to_vec();
    let answer: &str = in_proportion(input.len() + head_length, || call(op, &mut buffer, head_length, &surroundings(now))).leak();
    assert!(buffer.iter().all(|byte| *byte == 0), "something is left in the buffer");
    let texts: Vec<&str> = answer.split('\0').collect();
    let (least, step) = match texts[0] {
        "error" => (7, 0),
        "redirect" if texts.get(4) == Some(&"url") => (6, 0),
        "redirect" => (11, 2),
        "send" => (9, 2),
        "done" => (25, 1),
        "list" => (5, 1),
        "account" => (11, 0),
        "peek" => (3, 0),
        "orderId" | "formula" => (2, 0),
        "webhook" => (1, 2),
        "read" => (2, 2),
        other => panic!("an answer of no kind: {other:?}"),
    };
    let rest = texts.len().checked_sub(least).unwrap_or_else(|| panic!("{} texts are too few: {texts:?}", texts.len()));
    assert!(if step == 0 { rest == 0 } else { rest % step == 0 }, "{} texts are not what the shim reads: {texts:?}", texts.len());
    texts
}

/// The place where a head ends is found from what JavaScript knows of it, whatever the body begins with; a head with a text that cannot be
/// told has no such place.
pub fn ends(head: &str, body: &[u8]) {
    let (units, texts) = (head.encode_utf16().count(), if head.is_empty() { 0 } else { head.split('\0').count() });
    let can_be_told = !head.chars().any(|c| c != '\0' && (c < ' ' || c == '\u{7F}' || c == '\u{FFFD}'));
    let input = [head.as_bytes(), body].concat();
    assert_eq!(end_of_head(&input, units, texts), can_be_told.then_some(head.len()), "{head:?} {body:?}");
    assert_eq!(end_of_head(&input, units, texts + 1), None);
}
