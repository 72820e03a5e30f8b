//! The only file that knows JavaScript. It holds the buffer of [`crate::frame`] and brings randomness.

use crate::arena;
use crate::frame::{self, Surroundings};
use wasm_bindgen::prelude::*;

/// The address of a buffer of at least `size` bytes.
#[wasm_bindgen]
pub fn input(size: usize) -> *mut u8 {
    #[cfg(feature = "explain")]
    return arena::buffer_at(size);
    #[cfg(not(feature = "explain"))]
    arena::buffer(size).as_mut_ptr()
}

/// Does one call on the input that the shim has written, at the time `now`: a head of so many bytes, which is so many texts, and behind it the
/// body. The answer takes the input's place, and its length is returned; the shim wipes it once it has read it. There is no answer when the
/// head cannot be told ([`frame::call`]).
#[wasm_bindgen]
pub fn call(op: u32, head_length: usize, texts: usize, length: usize, now: f64) -> usize {
    #[cfg(feature = "explain")]
    crate::trace::begin();
    let answer_length = answer(op, head_length, texts, length, now);
    wipe_stack();
    answer_length
}

/// All that a call does, so that its frame lies where the stack is wiped: what is returned from further down brings bytes along that nobody set.
#[inline(never)]
fn answer(op: u32, head_length: usize, texts: usize, length: usize, now: f64) -> usize {
    arena::during_a_call(|input| {
        let input = input.get_mut(..length).unwrap_or_default();
        frame::call(op, input, head_length, texts, &Surroundings { now: now as u64, random }).unwrap_or_default()
    })
}

/// What the digests of the last call were made of, masked.
#[cfg(feature = "explain")]
#[wasm_bindgen]
pub fn trace() -> JsValue {
    serde_wasm_bindgen::to_value(&crate::trace::take()).unwrap_or(JsValue::UNDEFINED)
}

/// Whether a digest from outside was right in the last call.
#[cfg(feature = "explain")]
#[wasm_bindgen]
pub fn verified() -> Option<bool> {
    crate::trace::verified()
}

/// What an explanation has to know about a gateway, by its name.
#[cfg(feature = "explain")]
#[wasm_bindgen]
pub fn known(gateway: &str) -> JsValue {
    serde_wasm_bindgen::to_value(&crate::trace::known(gateway)).unwrap_or(JsValue::UNDEFINED)
}

/// Overwrites what a call has left on the stack below: a digest keeps its last block there, and with it the key.
#[inline(never)]
fn wipe_stack() {
    let mut below = [0u8; STACK_OF_A_CALL];
    core::hint::black_box(&mut below);
}

/// More than a call can use: nothing in the released modules calls itself, and `tests/package/stack.test.js` adds up their frames. What is built
/// for desks and for tests is larger (12 KB were seen).
const STACK_OF_A_CALL: usize = if cfg!(any(debug_assertions, feature = "explain")) { 16 * 1024 } else { 4 * 1024 };

/// The shim puts its own source in the place of the platform's; where there is none, no call begins. A source that fails all the same must
/// not leave zeros behind: the instance stops.
fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    if getrandom::fill(&mut bytes).is_err() {
        core::arch::wasm32::unreachable();
    }
    bytes
}

/// What goes wrong here goes wrong for good: the shim drops the instance. Words about it would be a third of the module.
#[cfg(feature = "small")]
#[panic_handler]
fn stop(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
