//! What the shim never sends, and must not matter if it did: every call answers, none panics, and nothing stays in the buffer.

use crate::bank::{Callback, cc5};
use crate::paytr_bank;
use crate::shop::{ORDER_ID, Order, STORE_KEY, Started, isbank, order};
use velopos::frame::{self, Op, Surroundings};

fn surroundings() -> Surroundings {
    Surroundings { now: 0, random: || [9; 32] }
}

/// A call with any op and any split of the input; the buffer is wiped whatever is in it. What cannot be told is for the shim to blame.
fn raw(op: u32, input: &[u8], head_length: usize) -> Vec<String> {
    let head = input.get(..head_length).unwrap_or_default();
    let texts = if head.is_empty() { 0 } else { head.split(|byte| *byte == 0).count() };
    let answer = call(op, input, head_length, texts).unwrap_or_else(|| "error\0INTERNAL\0\0\0\0\0".to_owned());
    answer.split('\0').map(str::to_owned).collect()
}

fn call(op: u32, input: &[u8], head_length: usize, texts: usize) -> Option<String> {
    let mut input = input.to_vec();
    let answer = frame::call(op, &mut input, head_length, texts, &surroundings());
    assert!(input.iter().all(|byte| *byte == 0), "op {op} left something in the buffer");
    answer
}

fn code(answer: &[String]) -> &str {
    assert_eq!(answer[0], "error", "{answer:?}");
    &answer[1]
}

#[test]
fn a_head_that_cannot_be_told_has_no_answer() {
    let answers = |head: &str, texts| call(Op::Formula as u32, head.as_bytes(), head.len(), texts).is_some();
    for (head, texts) in
        [("", 0), ("", 1), ("a", 1), ("isbank\0ş", 2), ("\0", 2), ("a\0", 2), ("ü€😀 and more than eight\0~", 2), ("\0\0\0\0\0\0\0\0\0", 10)]
    {
        assert!(answers(head, texts), "{head:?}");
        for other in [texts + 2, texts + 100, usize::MAX] {
            assert!(!answers(head, other), "{head:?} as {other} texts");
        }
    }
    assert!(!answers("a", 0) && !answers("a", 2) && !answers("a\0", 1), "one text too few, or too many");
    let cannot_be_told = (1..32).chain([0x7F, 0xFFFD]).filter_map(char::from_u32);
    for broken in cannot_be_told.flat_map(|c| ["", "a", "seven77", "eight888", "ş"].map(|before| format!("{before}{c}"))) {
        assert!(!answers(&broken, 1) && !answers(&format!("{broken}, and what follows\0ü"), 2), "{broken:?}");
    }
    for fine in ["\u{FFFC}", "\u{FFFE}", "\u{F000}", "\u{80}"] {
        assert!(answers(fine, 1), "{fine:?}");
    }
}

/// A genuine head and body for each op that has an order.
fn genuine() -> Vec<(Op, Vec<String>, Vec<u8>)> {
    let shop = isbank().open();
    let new = order();
    let Started { order, form } = shop.begin(order());
    let head = |texts: Vec<String>, rest: &[&str]| [shop.account.clone(), texts, rest.iter().map(|text| (*text).to_owned()).collect()].concat();
    let callback = Callback::approved(&form).signed(STORE_KEY);
    vec![
        (Op::Start, head(new.texts(), &[""]), Vec::new()),
        (Op::Callback, head(order.texts(), &[]), callback.clone()),
        (Op::Ask, head(order.texts(), &["inquire", "", "", ""]), Vec::new()),
        (Op::Reply, head(order.texts(), &["reads:inquiry", "200"]), b"<CC5Response/>".to_vec()),
        (Op::Peek, shop.account.clone(), callback),
    ]
}

/// The same for what follows a payment: an order with a ledger, and lists.
fn genuine_changes() -> Vec<(Op, Vec<String>, Vec<u8>)> {
    let shop = isbank().open();
    let Started { order, form } = shop.begin(order());
    let paid = order.clone().with("refs", shop.callback(&order, &Callback::approved(&form).signed(STORE_KEY)).refs());
    let sent = paid.clone().with("refs", shop.change(&paid, "refund", "R1", "49.90").refs());
    let head = |order: &Order, rest: &[&str]| [shop.account.clone(), order.texts(), rest.iter().map(|text| (*text).to_owned()).collect()].concat();
    let said = cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &[]).into_bytes();
    let line = "C\tC\t4990\t4990\t2026-11-21 17:42:33.7\t2026-11-21 17:42:33.7\t\t632517184784\tP37891\t00\t26325RqiC1";
    let listed = cc5(&[("OrderId", ORDER_ID)], &[("TRX1", line), ("TRX2", &line.replace("C\tC\t4990\t4990", "S\tC\t14990\t14990"))]).into_bytes();
    let lister = paytr_bank::account("iframe").open();
    let days = |rest: &[&str]| [lister.account.clone(), rest.iter().map(|text| (*text).to_owned()).collect()].concat();
    let rows = br#"{"status":"success","data":[{"islem_tipi":"S","islem_tutari":"9,90","para_birimi":"TL","siparis_no":"A1"}]}"#.to_vec();
    vec![
        (Op::Ask, head(&paid, &["refund", "R1", "decimal", "49.90"]), Vec::new()),
        (Op::Ask, head(&sent, &["refund", "R1", "decimal", "49.90"]), Vec::new()),
        (Op::Ask, head(&paid, &["void", "V1", "", ""]), Vec::new()),
        (Op::Reply, head(&sent, &["change1:change", "200"]), said),
        (Op::Reply, head(&sent, &["change1:change", "claimed"]), Vec::new()),
        (Op::Reply, head(&sent, &["reads:refunds", "200"]), listed.clone()),
        (Op::Reply, head(&paid, &["reads:history", "200"]), listed),
        (Op::Report, days(&["2026-11-01", "2026-11-21"]), Vec::new()),
        (Op::Reported, days(&["2026-11-01", "2026-11-21", "reads:report 2026-11-03", "200"]), rows),
    ]
}

fn frame_of(head: &[String], body: &[u8]) -> (Vec<u8>, usize) {
    let head = head.join("\0").into_bytes();
    let length = head.len();
    ([head, body.to_vec()].concat(), length)
}

#[test]
fn an_unknown_op_is_our_own_fault() {
    for op in [12, 13, 255, 65_536, u32::MAX] {
        assert_eq!(code(&raw(op, b"secret", 3)), "INTERNAL");
    }
}

#[test]
fn a_head_that_reaches_beyond_the_input_is_our_own_fault() {
    for op in 0..12 {
        for head_length in [7, 1000, usize::MAX] {
            assert_eq!(code(&raw(op, b"secret", head_length)), "INTERNAL");
        }
    }
}

#[test]
fn a_head_that_is_not_utf8_is_our_own_fault() {
    for op in 0..12 {
        assert_eq!(code(&raw(op, b"isbank\0\xFF\xFE", 9)), "INTERNAL");
        assert_eq!(code(&raw(op, "isbankş".as_bytes(), 7)), "INTERNAL", "cut within a letter");
    }
}

#[test]
fn a_head_with_too_few_or_too_many_texts_is_our_own_fault() {
    for (op, head, body) in [genuine(), genuine_changes()].concat() {
        let (input, length) = frame_of(&head, &body);
        assert_ne!(raw(op as u32, &input, length)[0], "error", "{op:?} as it should be");
        for count in 0..head.len() {
            let (input, length) = frame_of(&head[..count], &body);
            assert_eq!(code(&raw(op as u32, &input, length)), "INTERNAL", "{op:?} with {count} of {} texts", head.len());
        }
        let (input, length) = frame_of(&[head, vec![String::new()]].concat(), &body);
        assert_eq!(code(&raw(op as u32, &input, length)), "INTERNAL", "{op:?} with a text too many");
    }
}

#[test]
fn a_text_that_holds_a_nul_shifts_the_others_and_is_refused() {
    for (op, head, body) in [genuine(), genuine_changes()].concat() {
        for place in 0..head.len() {
            let mut head = head.clone();
            head[place] = format!("{}\0", head[place]);
            let (input, length) = frame_of(&head, &body);
            assert_eq!(raw(op as u32, &input, length)[0], "error", "{op:?}, text {place}");
        }
    }
}

#[test]
fn counts_that_are_no_counts() {
    let basket = 10 + 17;
    for count in ["-1", "", "1.5", "x", "18446744073709551616", "99999999999999999999999999"] {
        let (op, mut head, body) = genuine().swap_remove(0);
        count.clone_into(&mut head[basket]);
        let (input, length) = frame_of(&head, &body);
        assert_eq!(code(&raw(op as u32, &input, length)), "INTERNAL", "{count}");
    }
    for count in ["101", "4294967296", "18446744073709551615"] {
        let (op, mut head, body) = genuine().swap_remove(0);
        count.clone_into(&mut head[basket]);
        let (input, length) = frame_of(&head, &body);
        assert_eq!(raw(op as u32, &input, length)[1..3], ["ORDER", "basket"], "{count}");
    }
}

#[test]
fn an_account_that_no_configuration_made() {
    for (place, text) in [(0, "anadolubank"), (0, "")] {
        for (op, mut head, body) in genuine() {
            text.clone_into(&mut head[place]);
            let (input, length) = frame_of(&head, &body);
            assert_eq!(code(&raw(op as u32, &input, length)), "INTERNAL", "{op:?}");
        }
    }
}

#[test]
fn verbs_and_formulas_that_do_not_exist() {
    let (op, mut head, body) = genuine().swap_remove(2);
    let verb = head.len() - 4;
    for unknown in ["", "Refund", "settle"] {
        head[verb] = unknown.to_owned();
        let (input, length) = frame_of(&head, &body);
        assert_eq!(code(&raw(op as u32, &input, length)), "ORDER");
    }
    for head in ["", "nestpay", "nestpay.hash", "two-stage-sha1\0a\0b", "two-stage-sha1\0a\0b\0c\0d", "paytr.refundToken\0x"] {
        let answer = raw(Op::Formula as u32, head.as_bytes(), head.len());
        assert!(head == "nestpay.hash" && answer[0] == "error" || code(&answer) == "INTERNAL", "{head:?}: {answer:?}");
    }
}

#[test]
fn order_ids_are_made_of_the_random_bytes() {
    let made = |random: fn() -> [u8; 32]| {
        let around = Surroundings { now: 0, random };
        let answer = frame::call(Op::OrderId as u32, &mut [], 0, 0, &around).expect("an answer");
        answer.strip_prefix("orderId\0").expect("an order id").to_owned()
    };
    for id in [made(|| [0; 32]), made(|| [255; 32]), made(|| *b"0123456789abcdef0123456789ABCDEF")] {
        assert_eq!(id.len(), 20);
        assert!(id.starts_with(|c: char| c.is_ascii_uppercase()) && id.ends_with(|c: char| c.is_ascii_uppercase()), "{id}");
        assert!(id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) && !id.contains(['0', '1', 'I', 'O']), "{id}");
        assert_eq!(isbank().open().start(&order().with("id", &id)).to_string(), "redirect");
    }
    assert_ne!(made(|| [0; 32]), made(|| [1; 32]));
    // Every letter and digit can come: five bits of each byte count, and four of what becomes the first and the last.
    assert_eq!(made(|| core::array::from_fn(|place| place as u8)), "ACDEFGHJKLMNPQRSTUVB");
    assert_eq!(made(|| core::array::from_fn(|place| 18 + place as u8)), "CWXYZ23456789ABCDEFD");
}

#[test]
fn a_body_is_refused_for_its_length_alone() {
    for (op, limit) in
        [(Op::Callback, 65_536), (Op::Peek, 65_536), (Op::Webhook, 65_536), (Op::Read, 65_536), (Op::Reply, 262_144), (Op::Reported, 1_048_576)]
    {
        let told = |length| raw(op as u32, &vec![b'x'; length], 0)[1].clone();
        assert_eq!(told(limit + 1), "TOO_LARGE", "{op:?}");
        assert_ne!(told(limit), "TOO_LARGE", "{op:?}");
    }
}

/// Xorshift: the same frames on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit.max(1) as u64) as usize
    }

    fn one_of<'t, T>(&mut self, among: &'t [T]) -> &'t T {
        &among[self.below(among.len())]
    }
}

fn must_answer(op: u32, input: &[u8], head_length: usize) {
    let answer = raw(op, input, head_length);
    let known = ["account", "redirect", "send", "done", "list", "peek", "orderId", "formula", "webhook", "read", "error"];
    assert!(known.contains(&answer[0].as_str()), "{answer:?}");
    assert!(answer[0] != "error" || answer.len() == 7, "{answer:?}");
}

#[test]
fn noise_never_panics() {
    let mut dice = Dice(0x5EED_0001);
    for _ in 0..10_000 {
        let length = dice.below(300);
        let bytes: Vec<u8> = (0..length).map(|_| dice.roll() as u8).collect();
        must_answer(dice.below(12) as u32, &bytes, dice.below(320));
    }
}

#[test]
fn heads_of_familiar_words_never_panic() {
    let words = "isbank paytr iyzico nestpay test production stored decimal 149.90 TRY 1 2 200 lost claimed https://dukkan.example/ok \
                 http://localhost:1/x 3d 3d_pay_hosting iframe rnd=1 reads:inquiry moves:provision begins:token card 4508034508034509 \
                 refund capture void history decimal R1 change1:change reads:refunds reads:history 2026-11-01 2999-12-31 reads:report \
                 changes=1~1.refund.R1.100.sent captured=14990 elsewhere=1 started=1 \
                 gateway merchant.clientId nestpay.hash iyzico.webhookSignature ş \u{10FFFF}";
    let words: Vec<&str> = words.split(' ').chain(["", "", "moves:provision 1 05"]).collect();
    let mut dice = Dice(0x5EED_0002);
    for _ in 0..10_000 {
        let count = dice.below(48);
        let head: Vec<String> = (0..count).map(|_| (*dice.one_of(&words)).to_owned()).collect();
        let (input, length) = frame_of(&head, b"oid=1&mdStatus=1&hash=x");
        must_answer(dice.below(12) as u32, &input, length);
    }
}

#[test]
fn genuine_frames_with_a_few_bytes_changed_never_panic() {
    let genuine = [genuine(), genuine_changes()].concat();
    let mut dice = Dice(0x5EED_0003);
    for _ in 0..10_000 {
        let (op, head, body) = dice.one_of(&genuine);
        let (mut input, mut length) = frame_of(head, body);
        for _ in 0..=dice.below(4) {
            let at = dice.below(input.len());
            match dice.below(4) {
                0 => input[at] = dice.roll() as u8,
                1 => input[at] ^= 1 << dice.below(8),
                2 => {
                    input.remove(at);
                    length -= usize::from(at < length);
                }
                _ => {
                    input.insert(at, *dice.one_of(b"\0&=%|\\<> 1\xC5"));
                    length += usize::from(at < length);
                }
            }
        }
        must_answer(*op as u32, &input, length);
    }
}

#[test]
fn changed_replies_never_panic() {
    let shop = isbank().open();
    let Started { order, .. } = shop.begin(order());
    let reply = "<?xml version=\"1.0\"?><CC5Response><ErrMsg>a &amp; b</ErrMsg><OrderId>A7K2M9P4R8T3V6X5Z2B7</OrderId><Extra><ORDERSTATUS>\
                 ORD_ID:A7K2M9P4R8T3V6X5Z2B7\tORIG_TRANS_AMT:14990\tTRANS_STAT:C\tCAPTURE_DTTM:2026-11-21 17:43:00.5</ORDERSTATUS></Extra></CC5Response>";
    let head = [shop.account.clone(), order.texts(), vec!["reads:inquiry".to_owned(), "200".to_owned()]].concat();
    let mut dice = Dice(0x5EED_0004);
    for _ in 0..10_000 {
        let mut body = reply.as_bytes().to_vec();
        for _ in 0..=dice.below(5) {
            let at = dice.below(body.len());
            match dice.below(3) {
                0 => body[at] = *dice.one_of(b"<>/&;:# \t\0\xDDA"),
                1 => drop(body.drain(at..(at + dice.below(20)).min(body.len()))),
                _ => body.insert(at, dice.roll() as u8),
            }
            if body.is_empty() {
                body.push(b'<');
            }
        }
        let (input, length) = frame_of(&head, &body);
        must_answer(Op::Reply as u32, &input, length);
    }
}
