//! The only file that knows JavaScript. It holds the buffer of [`crate::frame`], brings randomness and the clock, and hands cold
//! results over as objects.

use crate::error::{Code, Error};
use crate::frame::{self, Surroundings};
use crate::gateway::nestpay;
use js_sys::Date;
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use zeroize::Zeroize;
use zeroizing_alloc::ZeroAlloc;

/// Wipes every block that is given back, so that no copy of a secret outlives its text.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// The address of an input buffer of at least `size` bytes.
#[wasm_bindgen]
pub fn input(size: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        if input.len() < size {
            // A fresh block, because growing would copy what the old one held.
            *input = vec![0; size];
        }
        input.as_mut_ptr()
    })
}

/// Does one call on the input that the shim has written, and returns the length of the answer.
#[wasm_bindgen]
pub fn call(op: u32, head_length: usize, length: usize) -> usize {
    INPUT.with_borrow_mut(|input| {
        let around = Surroundings { now: Date::now() as u64, random };
        let answer = match input.get_mut(..length) {
            Some(input) => frame::call(op, input, head_length, &around),
            None => String::new(),
        };
        wipe_stack();
        OUTPUT.with_borrow_mut(|output| {
            *output = answer;
            output.len()
        })
    })
}

/// Overwrites what a call has left on the stack below: a digest keeps its last block there, and with it the key.
#[inline(never)]
fn wipe_stack() {
    let mut below = [0u8; STACK_OF_A_CALL];
    std::hint::black_box(&mut below);
}

/// Five times what any call of the released build was seen to use, and more than one of a debug build (12 KB).
const STACK_OF_A_CALL: usize = 16 * 1024;

/// The address of the answer. The shim wipes it once it has read it.
#[wasm_bindgen]
pub fn output() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

/// Reads the NestPay callback that lies in the input buffer, without verifying it: an object of known fields and one of all fields.
#[wasm_bindgen]
pub fn read_unverified(length: usize) -> Result<JsValue, JsValue> {
    INPUT.with_borrow_mut(|input| {
        let body = input.get_mut(..length).filter(|body| body.len() <= frame::MAX_MESSAGE).ok_or_else(|| error_text(&frame::too_large()))?;
        let read = nestpay::read_unverified(body).map_err(|error| error_text(&error));
        body.zeroize();
        let read = read?;
        let objects = (Members(&read.known), Members(&read.fields)).serialize(&serde_wasm_bindgen::Serializer::json_compatible());
        objects.map_err(|_| error_text(&Error::new(Code::Internal, "", "the result could not be handed over")))
    })
}

/// Names and values as the members of one object.
struct Members<'a, Name>(&'a [(Name, String)]);

impl<Name: Serialize> Serialize for Members<'_, Name> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

fn error_text(error: &Error) -> JsValue {
    JsValue::from(format!("{}\0{}\0{}", error.code.name(), error.field, error.message))
}
