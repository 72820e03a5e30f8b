//! The only file that knows JavaScript. It holds the buffer of [`crate::frame`], brings randomness and the clock, and hands cold
//! results over as objects.

use crate::frame::{self, Surroundings};
use crate::wire::charset;
use crate::wire::form::Form;
use js_sys::Date;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
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
        OUTPUT.with_borrow_mut(|output| {
            *output = answer;
            output.len()
        })
    })
}

/// The address of the answer. The shim wipes it once it has read it.
#[wasm_bindgen]
pub fn output() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

fn random() -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

/// An İş Bankası callback as the mission's guide reads it: typed, and not verified.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IsbankResponse {
    order_id: String,
    merchant_id: String,
    amount: String,
    currency: String,
    md_status: String,
    response: String,
    proc_return_code: String,
    auth_code: String,
    transaction_id: String,
    host_reference: String,
    error_message: String,
    masked_pan: String,
    store_type: String,
    hash_algorithm: String,
    fields: BTreeMap<String, String>,
}

/// Reads the body that lies in the input buffer. Nothing in the result has been verified.
#[wasm_bindgen]
pub fn parse_isbank(length: usize) -> Result<JsValue, JsValue> {
    INPUT.with_borrow_mut(|input| {
        let body = input.get_mut(..length).filter(|body| body.len() <= frame::MAX_MESSAGE).ok_or("TOO_LARGE")?;
        let form = Form::parse(body).map_err(|error| format!("{}\0{}\0{}", error.code.name(), error.field, error.message))?;
        let text = |name: &str| form.value(name).map(|value| charset::to_text(value).into_owned()).unwrap_or_default();
        let response = IsbankResponse {
            order_id: text("oid"),
            merchant_id: text("clientid"),
            amount: text("amount"),
            currency: text("currency"),
            md_status: text("mdStatus"),
            response: text("Response"),
            proc_return_code: text("ProcReturnCode"),
            auth_code: text("AuthCode"),
            transaction_id: text("TransId"),
            host_reference: text("HostRefNum"),
            error_message: form.display("ErrMsg", 200),
            masked_pan: form.display("MaskedPan", 32),
            store_type: text("storetype"),
            hash_algorithm: text("hashAlgorithm"),
            fields: form.fields().iter().map(|field| (field.name.to_owned(), charset::to_text(field.value).into_owned())).collect(),
        };
        let serializer = serde_wasm_bindgen::Serializer::json_compatible();
        response.serialize(&serializer).map_err(|_| JsValue::from("INTERNAL\0\0the result could not be handed over"))
    })
}
