//! Bytes to fields and back. Every reader here is strict, bounded and linear, and says which rule was broken.

pub mod charset;
pub mod form;
pub mod json;
pub mod time;
pub mod xml;

/// Where `wanted` first occurs from `from` on. For marks of a few bytes; the standard library's search is made for long ones and is
/// many times as large.
fn position(text: &str, from: usize, wanted: &str) -> Option<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let mut at = from;
    while let Some(rest) = text.get(at..) {
        if rest.starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
    None
}
