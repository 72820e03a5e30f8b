//! What a fuzzer asks of the core. Each target takes bytes and panics when something is wrong; the same functions read the kept corpus in
//! `cargo test`.
//!
//! - [`form`], [`json`], [`xml`], [`html`], [`charset`], [`time`], [`money`], [`crypto`]: a reader or writer of ours beside somebody else's.
//!   Where both read, they must read the same; where only one does, a rule that is written down here must say why.
//! - [`frame`]: any bytes as a call.
//! - [`gateway`]: any bytes as a return, a webhook or a reply, to payments that were begun.

pub mod charset;
pub mod crypto;
pub mod form;
pub mod frame;
pub mod gateway;
pub mod html;
pub mod json;
pub mod memory;
pub mod money;
#[path = "../../tests/rust/named.rs"]
mod named;
pub mod pack;
pub mod time;
pub mod xml;

/// The targets, by the names that `npm run fuzz -- --only` takes.
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("form", form::check),
    ("charset", charset::check),
    ("json", json::check),
    ("xml", xml::check),
    ("html", html::check),
    ("time", time::check),
    ("money", money::check),
    ("crypto", crypto::check),
    ("frame", frame::check),
    ("nestpay", |data| gateway::check("nestpay", data)),
    ("garanti", |data| gateway::check("garanti", data)),
    ("posnet", |data| gateway::check("posnet", data)),
    ("payflex", |data| gateway::check("payflex", data)),
    ("paytr", |data| gateway::check("paytr", data)),
    ("iyzico", |data| gateway::check("iyzico", data)),
    ("payfor", |data| gateway::check("payfor", data)),
    ("interpos", |data| gateway::check("interpos", data)),
    ("akbank", |data| gateway::check("akbank", data)),
    ("tosla", |data| gateway::check("tosla", data)),
    ("moka", |data| gateway::check("moka", data)),
    ("kuveytturk", |data| gateway::check("kuveytturk", data)),
    ("vakifkatilim", |data| gateway::check("vakifkatilim", data)),
    ("posnetv1", |data| gateway::check("posnetv1", data)),
];

/// Runs a target on an input.
pub fn run(name: &str, data: &[u8]) {
    let (_, check) = TARGETS.iter().find(|(target, _)| *target == name).expect("a target of this name");
    memory::in_a_room(|| check(data));
}
