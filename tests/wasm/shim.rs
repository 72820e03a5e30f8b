//! The shim's part, in a few lines: texts and bytes live in JavaScript, and only a call's buffer holds them in the core's memory.
//!
//! A secret is never written down in this crate, because its literals lie in that memory too: it is made in JavaScript.

use js_sys::{Array, Function, JsString, Uint8Array};
use velopos::bindings;
use velopos::frame::Op;
use wasm_bindgen::{JsCast, JsValue};

/// Runs a piece of JavaScript with one value.
pub fn js(code: &str, value: &JsValue) -> JsValue {
    Function::new_with_args("value", code).call1(&JsValue::NULL, value).expect("the piece of JavaScript runs")
}

pub fn text(text: &str) -> JsString {
    JsString::from(text)
}

/// A text of so many random letters, known to JavaScript only.
pub fn secret(letters: u32) -> JsString {
    let code = "const bytes = crypto.getRandomValues(new Uint8Array(value));
                return Array.from(bytes, (byte) => 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefgh'[byte & 31]).join('');";
    js(code, &letters.into()).unchecked_into()
}

pub fn bytes_of(text: &JsString) -> Uint8Array {
    js("return new TextEncoder().encode(value);", text).unchecked_into()
}

/// A fresh view of the whole linear memory.
pub fn memory() -> Uint8Array {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    Uint8Array::new(&memory.buffer())
}

/// One call: the head's texts and a body. The answer's texts, as one JavaScript array.
pub fn call(op: Op, head: &Array, body: &JsString) -> Array {
    let texts = head.length() as usize;
    let head = bytes_of(&head.join("\0"));
    let body = bytes_of(body);
    let length = head.length() + body.length();
    let at = bindings::input(length as usize) as u32;
    let view = memory();
    view.set(&head, at);
    view.set(&body, at + head.length());
    let answer_length = bindings::call(op as u32, head.length() as usize, texts, length as usize, js_sys::Date::now()) as u32;
    let (view, output) = (memory(), bindings::input(0) as u32);
    let answer = view.slice(output, output + answer_length);
    view.fill(0, output, output + answer_length);
    assert!(view.slice(at, at + length).to_vec().iter().all(|byte| *byte == 0), "{op:?} left something in the buffer");
    js("return new TextDecoder().decode(value).split('\\0');", &answer).unchecked_into()
}

pub fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Array {
    texts.into_iter().map(JsValue::from).collect()
}

/// The form of an answer from `place` on, names and values by turns, without asking what they say. The core tells all names first, as one text.
pub fn form_of(answer: &Array, place: u32) -> Array {
    let code = "const [names, ...values] = value;
                return names.split('\\u0001').flatMap((name, at) => [name, values[at]]);";
    js(code, &answer.slice(place, answer.length())).unchecked_into()
}

/// A text of an answer that may be looked at.
pub fn at(answer: &Array, place: u32) -> String {
    answer.get(place).as_string().unwrap_or_default()
}

/// An İş Bankası account in test mode; the store key and the password stay in JavaScript.
pub fn open(model: &str, store_key: &JsString, password: &JsString) -> Array {
    let head = texts(["0", "gateway", "isbank", "mode", "test", "model", model, "merchant.clientId", "190700777", "merchant.apiUser", "api"]);
    for value in [&text("merchant.storeKey"), store_key, &text("merchant.apiPassword"), password] {
        head.push(value);
    }
    let answer = call(Op::Configure, &head, &text(""));
    assert_eq!(at(&answer, 0), "account");
    js("return value.at(-1).split('\\u0001');", &answer).unchecked_into()
}

const ORDER: &str = "|A7K2M9P4R8T3V6X5Z2B7|decimal|149.90|TRY||||https://dukkan.example/ok|https://dukkan.example/fail||||||||0";

/// The head of a call about the order: new, or stored with these `refs`.
pub fn about_order(account: &Array, model: &str, refs: Option<&str>, last: &Array) -> Array {
    let order = texts(ORDER.split('|'));
    if refs.is_some() {
        order.set(0, "stored".into());
    }
    let stored = refs.map_or(["", "", "", ""], |refs| ["isbank", model, "test", refs]);
    account.concat(&order).concat(&texts(stored)).concat(last)
}

/// A form's fields (names and values by turns) as a callback that says `approved` (or only `authenticated`, by the model), signed with the key by the formula of the bank's
/// document, and the digest.
pub fn signed_approval(form: &Array, store_key: &JsString) -> (JsString, JsString) {
    let code = "const own = ['hash', 'rnd', 'pan', 'cv2', 'Ecom_Payment_Card_ExpDate_Month', 'Ecom_Payment_Card_ExpDate_Year'];
                const fields = value.flatMap((name, at) => (at % 2 === 0 && !own.includes(name) ? [name, value[at + 1]] : []));
                const charges = value[value.indexOf('storetype') + 1].startsWith('3d_pay');
                const result = charges ? ['ProcReturnCode', '00', 'Response', 'Approved', 'TransId', '26325RqiC11252'] : [];
                return [...fields, ...result, 'mdStatus', '1', 'md', 'md-1', 'xid', 'xid-1', 'cavv', 'cavv-1', 'eci', '05'];";
    let fields: Array = js(code, form).unchecked_into();
    let head = texts(["nestpay.hash", &fields.length().to_string()]).concat(&fields);
    head.push(store_key);
    let digest = call(Op::Formula, &head, &text("")).get(1);
    let signed = fields.concat(&Array::of2(&"HASH".into(), &digest));
    let code = "const pairs = value.flatMap((name, at) => (at % 2 === 0 ? [[name, value[at + 1]]] : []));
                return new URLSearchParams(pairs).toString();";
    (js(code, &signed).unchecked_into(), digest.unchecked_into())
}
