//! Bytes to fields and back. Every reader here is strict, bounded and linear, and says which rule was broken.

pub mod charset;
pub mod form;
pub mod json;
pub mod time;
pub mod xml;
