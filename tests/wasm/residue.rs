//! After a call nothing secret is left in the linear memory: not in the buffer, not in what the call allocated, not on the stack.
//!
//! Looked for are runs of eight bytes of a secret, in its own order and backwards, because SHA-512 turns words of eight bytes around;
//! and the same mixed with the two constants of HMAC.

use crate::shim::{about_order, at, bytes_of, call, form_of, js, memory, open, secret, signed_approval, text, texts};
use js_sys::{Array, JsString, Uint8Array};
use velopos::frame::Op;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

/// Where pieces of the secret lie, and which.
fn places(secret: &Uint8Array) -> Vec<String> {
    let code = "const [memory, secret] = value;
        const forms = { plain: secret, ipad: secret.map((byte) => byte ^ 0x36), opad: secret.map((byte) => byte ^ 0x5c) };
        const found = [];
        for (const [form, bytes] of Object.entries(forms)) {
          for (let from = 0; from + 8 <= bytes.length; from++) {
            const piece = bytes.slice(from, from + 8);
            for (const [way, run] of [['forwards', piece], ['backwards', piece.slice().reverse()]]) {
              for (let at = memory.indexOf(run); at !== -1; at = memory.indexOf(run, at + 1)) found.push(`${form}, ${way}, byte ${from} at ${at}`);
            }
          }
        }
        return found;";
    let copy = js("return Buffer.from(value);", &memory());
    let found: Array = js(code, &Array::of2(&copy, secret)).unchecked_into();
    found.iter().filter_map(|place| place.as_string()).collect()
}

fn nothing_is_left(what: &str, secret: &JsString) {
    let found = places(&bytes_of(secret));
    assert!(found.is_empty(), "{what}: {} pieces, the first: {:?}", found.len(), &found[..found.len().min(12)]);
}

/// The search finds what is there.
#[wasm_bindgen_test]
fn the_search_itself() {
    let known = secret(24);
    nothing_is_left("before", &known);
    let mut copy = known.as_string().expect("a text").into_bytes();
    assert_eq!(places(&bytes_of(&known)).len(), 17, "seventeen runs of eight in twenty-four");
    copy.reverse();
    assert_eq!(places(&bytes_of(std::hint::black_box(&known))).len(), 17, "backwards");
    // What is given back outside a call stays as it is.
    std::hint::black_box(&mut copy).fill(0);
    nothing_is_left("wiped", &known);
}

struct Secrets {
    store_key: JsString,
    password: JsString,
    card: JsString,
}

impl Secrets {
    fn new() -> Secrets {
        let digits = "return '4508' + Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte % 10).join('');";
        Secrets { store_key: secret(40), password: secret(40), card: js(digits, &JsValue::NULL).unchecked_into() }
    }

    fn nothing_is_left(&self, after: &str) {
        nothing_is_left(&format!("the store key after {after}"), &self.store_key);
        nothing_is_left(&format!("the password after {after}"), &self.password);
        nothing_is_left(&format!("the card after {after}"), &self.card);
    }
}

#[wasm_bindgen_test]
fn of_a_payment_with_a_provision() {
    let secrets = Secrets::new();
    secrets.nothing_is_left("nothing");
    let account = open("3d", &secrets.store_key, &secrets.password);
    secrets.nothing_is_left("configure");

    let card = texts(["card"]);
    card.push(&secrets.card);
    let start = call(Op::Start, &about_order(&account, "3d", None, &card.concat(&texts(["12", "30", "123", ""]))), &text(""));
    assert_eq!(at(&start, 0), "redirect");
    let refs = at(&start, 1);
    secrets.nothing_is_left("start");

    let (body, digest) = signed_approval(&form_of(&start, 11), &secrets.store_key);
    secrets.nothing_is_left("a formula");
    let stored = about_order(&account, "3d", Some(&refs), &Array::new());
    let provision = call(Op::Callback, &stored, &body);
    assert_eq!([at(&provision, 0), at(&provision, 5)], ["send", "moves:provision 1 05"]);
    secrets.nothing_is_left("callback");

    let reply = about_order(&account, "3d", Some(&refs), &texts(["moves:provision 1 05", "200"]));
    let xml = "<CC5Response><OrderId>A7K2M9P4R8T3V6X5Z2B7</OrderId><Response>Approved</Response><ProcReturnCode>00</ProcReturnCode></CC5Response>";
    assert_eq!(at(&call(Op::Reply, &reply, &text(xml)), 4), "paid");
    secrets.nothing_is_left("reply");
    let question = call(Op::Ask, &about_order(&account, "3d", Some(&refs), &texts(["inquire", "", "", ""])), &text(""));
    assert_eq!(at(&question, 0), "send");
    secrets.nothing_is_left("ask");

    let forged = js("return value.replace(/HASH=[^&]*/, 'HASH=' + 'A'.repeat(86) + '%3D%3D');", &body).unchecked_into();
    assert_eq!(at(&call(Op::Callback, &stored, &forged), 1), "SIGNATURE_INVALID");
    secrets.nothing_is_left("a forged callback");
    nothing_is_left("the expected digest, as text", &digest);
    let bytes: Uint8Array = js("return Uint8Array.from(atob(value), (c) => c.charCodeAt(0));", &digest).unchecked_into();
    let found = places(&bytes);
    assert!(found.is_empty(), "the expected digest: {} pieces, the first: {:?}", found.len(), &found[..found.len().min(12)]);
}

/// Refused calls are wiped as well.
#[wasm_bindgen_test]
fn of_calls_that_were_refused() {
    let secrets = Secrets::new();
    let head = texts(["0", "gateway", "isbank", "merchant.clientId", "190700777", "merchant.storekey"]);
    head.push(&secrets.store_key);
    assert_eq!(at(&call(Op::Configure, &head, &text("")), 1), "CONFIG");
    let account = open("3d", &secrets.store_key, &secrets.password);
    let card = texts(["card"]);
    card.push(&secrets.card);
    let wrong_month = about_order(&account, "3d", None, &card.concat(&texts(["13", "30", "123", ""])));
    assert_eq!(at(&call(Op::Start, &wrong_month, &text("")), 1), "ORDER");
    assert_eq!(at(&call(Op::Callback, &about_order(&account, "3d", Some("broken=%"), &Array::new()), &text("")), 1), "ORDER");
    secrets.nothing_is_left("refusals");
}

/// The formulas of the other gateways: HMAC keeps its key mixed with two constants.
#[wasm_bindgen_test]
fn of_the_formulas() {
    let keys = [secret(16), secret(16), secret(40)];
    let formula = |values: &[&str], keys: &[&JsString], body: &str| {
        let head = texts(values.iter().copied());
        for key in keys {
            head.push(key);
        }
        assert_eq!(at(&call(Op::Formula, &head, &text(body)), 0), "formula");
    };
    formula(&["paytr.refundToken", "4", "merchant_id", "190200", "return_amount", "149.90"], &[&keys[0], &keys[1]], "");
    formula(&["paytr.notificationHash", "6", "merchant_oid", "A1", "status", "success", "total_amount", "14990"], &[&keys[0], &keys[1]], "");
    formula(&["iyzico.authorization", "api-key", "random", "/payment/detail"], &[&keys[2]], "{\"locale\":\"tr\"}");
    formula(&["iyzico.responseSignature", "1", "2"], &[&keys[2]], "");
    formula(&["nestpay.legacyHash", "4", "clientid", "1", "oid", "2"], &[&keys[2]], "");
    for (place, key) in keys.iter().enumerate() {
        nothing_is_left(&format!("key {place}"), key);
    }
}
