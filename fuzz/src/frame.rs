//! Any bytes as a call: the operation, where the head ends, the head and the body.

use crate::memory::in_proportion;
use crate::named::named;
use velopos::frame::{Op, Surroundings, call};

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
    let head = input.get(..head_length).unwrap_or_default();
    match str::from_utf8(head) {
        Ok(text) if !can_be_told(text) => untold(text),
        _ => drop(answer_of(op.into(), input, head_length, NOW)),
    }
}

/// How many texts JavaScript has joined to this.
fn texts_of(head: &[u8]) -> usize {
    if head.is_empty() { 0 } else { head.split(|byte| *byte == 0).count() }
}

/// The answer's texts. The input must be wiped, and the answer one that the shim knows.
pub fn answer_of(op: u32, input: &[u8], head_length: usize, now: u64) -> Vec<&'static str> {
    let mut buffer = input.to_vec();
    let count = texts_of(input.get(..head_length).unwrap_or_default());
    let answer = in_proportion(input.len() + head_length, || call(op, &mut buffer, head_length, count, &surroundings(now)));
    let answer: &str = answer.expect("the head can be told").leak();
    assert!(buffer.iter().all(|byte| *byte == 0), "something is left in the buffer");
    let texts = named(answer.split('\0').collect());
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

fn can_be_told(head: &str) -> bool {
    !head.chars().any(|c| c != '\0' && (c < ' ' || c == '\u{7F}' || c == '\u{FFFD}'))
}

/// A head with a text that cannot be told has no answer, and neither has one of another number of texts than was joined.
pub fn untold(head: &str) {
    let answer = |head: &str, texts| call(Op::Formula as u32, &mut head.as_bytes().to_vec(), head.len(), texts, &surroundings(NOW));
    assert_eq!(answer(head, texts_of(head.as_bytes())), None, "{head:?}");
    let fit: String = head.chars().filter(|c| can_be_told(c.encode_utf8(&mut [0; 4]))).collect();
    assert_eq!(answer(&fit, texts_of(fit.as_bytes()) + 1).is_some(), fit.is_empty(), "{fit:?}");
}
