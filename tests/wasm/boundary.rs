use crate::shim::{about_order, at, bytes_of, call, form_of, js, memory, open, secret, signed_approval, text, texts};
use js_sys::Array;
use velopos::bindings;
use velopos::frame::Op;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

const HOSTED: &str = "3d_pay_hosting";

#[wasm_bindgen_test]
fn a_payment_from_start_to_proof() {
    let (store_key, password) = (secret(24), secret(24));
    let account = open(HOSTED, &store_key, &password);
    let start = call(Op::Start, &about_order(&account, HOSTED, None, &texts([""])), &text(""));
    assert_eq!([at(&start, 0), at(&start, 4), at(&start, 5)], ["redirect", "form", "https://entegrasyon.asseco-see.com.tr/fim/est3Dgate"]);
    let refs = at(&start, 1);
    let (body, _) = signed_approval(&form_of(&start, 11), &store_key);

    let peeked = call(Op::Peek, &account, &body);
    assert_eq!([at(&peeked, 1), at(&peeked, 2)], ["orderId", "A7K2M9P4R8T3V6X5Z2B7"]);
    let stored = about_order(&account, HOSTED, Some(&refs), &Array::new());
    let payment = call(Op::Callback, &stored, &body);
    assert_eq!([at(&payment, 0), at(&payment, 2), at(&payment, 4), at(&payment, 5)], ["done", "149.90", "paid", "signature"]);

    let forged = js("return value.replace('Approved', 'Declined');", &body).unchecked_into();
    let refusal = call(Op::Callback, &stored, &forged);
    assert_eq!([at(&refusal, 0), at(&refusal, 1), at(&refusal, 2)], ["error", "SIGNATURE_INVALID", "HASH"]);

    let question = call(Op::Ask, &about_order(&account, HOSTED, Some(&refs), &texts(["inquire", "", "", ""])), &text(""));
    assert_eq!([at(&question, 0), at(&question, 5)], ["send", "reads:inquiry"]);
    let lost = call(Op::Reply, &about_order(&account, HOSTED, Some(&refs), &texts(["reads:inquiry", "lost"])), &text(""));
    assert_eq!([at(&lost, 0), at(&lost, 4)], ["done", "unknown"]);
}

#[wasm_bindgen_test]
fn randomness_differs_from_call_to_call() {
    let account = open(HOSTED, &secret(24), &secret(24));
    let start = || at(&call(Op::Start, &about_order(&account, HOSTED, None, &texts([""])), &text("")), 1);
    let order_id = || at(&call(Op::OrderId, &texts([]), &text("")), 1);
    let mut seen: Vec<String> = (0..50).flat_map(|_| [start(), order_id()]).collect();
    assert!(seen.iter().skip(1).step_by(2).all(|id| id.len() == 20));
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 100);
}

#[wasm_bindgen_test]
fn the_clock_is_the_runtimes() {
    let account = open(HOSTED, &secret(24), &secret(24));
    let refs = at(&call(Op::Start, &about_order(&account, HOSTED, None, &texts([""])), &text("")), 1);
    let started: f64 = refs.rsplit_once("started=").and_then(|(_, seconds)| seconds.parse().ok()).expect("the time of the start");
    assert!((js_sys::Date::now() / 1000.0 - started).abs() < 60.0, "{started}");
}

#[wasm_bindgen_test]
fn the_buffer_grows_and_stays() {
    let small = bindings::input(1);
    assert_eq!(bindings::input(1), small);
    let large = bindings::input(300_000);
    assert_eq!(bindings::input(10), large, "it does not shrink, so memory is flat");
    let size = memory().length();
    for _ in 0..200 {
        bindings::input(300_000);
        call(Op::OrderId, &texts([]), &text(""));
    }
    assert_eq!(memory().length(), size);
}

#[wasm_bindgen_test]
fn a_length_beyond_the_buffer_is_an_answer_and_not_a_trap() {
    bindings::input(8);
    assert_ne!(bindings::call(Op::Configure as u32, 8, 1, 50_000_000, 0.0), 0);
    assert_ne!(bindings::call(u32::MAX, usize::MAX, usize::MAX, usize::MAX, 0.0), 0);
    assert_eq!(at(&call(Op::OrderId, &texts([]), &text("")), 0), "orderId", "and the next call works");
}

/// Writes `input` and calls with a head of so many bytes.
fn raw(op: u32, input: &str, head_length: usize, texts: usize) -> usize {
    let at = bindings::input(input.len()) as u32;
    memory().set(&bytes_of(&text(input)), at);
    bindings::call(op, head_length, texts, input.len(), 0.0)
}

#[wasm_bindgen_test]
fn a_damaged_call_is_an_answer_and_not_a_trap() {
    // One operation that is none, heads with too little in them, and one that ends behind the input or within a character.
    for (op, input, head_length, texts) in
        [(99, "abc", 0, 0), (1, "abc", 0, 0), (0, "abc", 3, 1), (2, "abc", 1, 1), (0, "abc", 4, 1), (0, "😀", 1, 1)]
    {
        assert_ne!(raw(op, input, head_length, texts), 0);
    }
    assert_eq!(at(&call(Op::OrderId, &texts([]), &text("")), 0), "orderId", "and the next call works");
}

#[wasm_bindgen_test]
fn a_head_that_cannot_be_told_has_no_answer() {
    let answers = |input, head_length, texts| raw(Op::Peek as u32, input, head_length, texts) != 0;
    assert!(answers("a\0b", 3, 2) && answers("ş\0😀 body", 7, 2) && answers("ab", 0, 0) && answers("ab", 0, 1));
    // Another number of texts, and what no text may hold.
    assert!(!answers("a\0b", 3, 1) && !answers("a\0b", 3, 3) && !answers("a", 0, 2) && !answers("a", 1, 0));
    for broken in ["\u{1}", "\n", "\u{1F}", "\u{7F}", "\u{FFFD}"] {
        assert!(!answers(broken, broken.len(), 1), "{broken:?}");
    }
    assert!(answers("\u{FFFC}\u{FFFE}", 6, 1), "its neighbours are characters");
}

#[wasm_bindgen_test]
fn a_callback_is_read_without_being_verified() {
    let body = "oid=A1&clientid=190&amount=149.90&ErrMsg=%DEube+ba%FEvurun&EXTRA.TRXDATE=20261121&__proto=1";
    assert_eq!(at(&call(Op::Read, &Array::new(), &text(body)), 1), "MALFORMED", "a name that no gateway uses");
    let read = call(Op::Read, &Array::new(), &text(&body.replace("__proto", "proto")));
    assert_eq!((at(&read, 0), at(&read, 1), read.length()), ("read".to_owned(), "14".to_owned(), 2 + 2 * (14 + 6)));
    let value = |name: &str| (2..read.length()).step_by(2).find(|place| at(&read, *place) == name).map(|place| at(&read, place + 1));
    for (name, expected) in [("orderId", "A1"), ("merchantId", "190"), ("errorMessage", "Şube başvurun"), ("EXTRA.TRXDATE", "20261121")] {
        assert_eq!(value(name).as_deref(), Some(expected), "{name}");
    }
}
