//! Garanti: what a payment tells beside its status, and what is asked or kept only within its bounds.

use crate::garanti_bank::{Reply, Return, asked, begin, element, garanti, keep, open, paid};
use crate::shop::{Answer, Order, Shop, Started, order};
use velopos::error::Why;

/// A payment that our own server asked the bank for, up to the request.
fn provision(shop: &Shop, order: Order, change: impl Fn(Return) -> Return) -> (Order, Answer) {
    let Started { order, form } = begin(shop, order);
    let step = shop.callback(&order, &change(Return::of(&form, "1")).signed());
    (if step.kind() == "send" { keep(&order, &step) } else { order }, step)
}

fn facts(answer: &Answer, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(answer.fact(name), *value, "{name}");
    }
}

#[test]
fn a_provision_tells_everything_that_the_bank_answers() {
    let shop = open("3d");
    let (order, step) = provision(&shop, order().with("installments", "3"), |form| form);
    let payment = shop.reply(&order, step.then(), "200", Reply::approved().xml());
    facts(
        &payment,
        &[
            ("status", "paid"),
            ("installments", "3"),
            ("at", "2026-11-21T17:42:33+03:00"),
            ("authCode", "304919"),
            ("hostReference", "632517184784"),
            ("maskedPan", "428220******8015"),
        ],
    );
}

#[test]
fn a_reference_is_kept_when_it_can_be_one() {
    let shop = open("3d");
    let (order, step) = provision(&shop, order(), |form| form);
    let longest = "7".repeat(32);
    let too_long = "7".repeat(33);
    for (reference, kept) in [("632517184784", true), (longest.as_str(), true), (too_long.as_str(), false), ("6325 17", false), ("", false)] {
        let payment = shop.reply(&order, step.then(), "200", Reply::approved().with("RetrefNum", reference).xml());
        assert_eq!((payment.to_string().as_str(), payment.refs().contains("retref=")), ("paid by reply", kept), "{reference}");
    }
}

#[test]
fn an_xid_has_at_most_64_letters() {
    let shop = open("3d");
    for (length, expected) in [(64, "moves:provision"), (65, "MALFORMED xid")] {
        assert_eq!(provision(&shop, order(), |form| form.with("xid", &"a".repeat(length))).1.to_string(), expected);
    }
}

#[test]
fn the_card_banks_twelve_is_a_wrong_cvv_only_when_it_says_so() {
    let shop = open("3d");
    let (order, step) = provision(&shop, order(), |form| form);
    for (detail, reason) in [("Hatalı CVC2", "invalid-cvv"), ("", "declined"), ("Hatalı işlem", "declined")] {
        let payment = shop.reply(&order, step.then(), "200", Reply::declined("12").with("SysErrMsg", detail).xml());
        facts(&payment, &[("status", "declined"), ("reason", reason)]);
    }
}

#[test]
fn only_a_start_and_a_provision_name_installments() {
    let shop = open("3d");
    let (sold, step) = provision(&shop, order().with("installments", "3"), |form| form);
    assert_eq!(element(&asked(&step), "InstallmentCnt"), "3");
    assert_eq!(element(&asked(&shop.inquire(&sold)), "InstallmentCnt"), "");
    let shop = garanti().open();
    let sold = paid(&shop).with("installments", "3");
    assert_eq!(element(&asked(&shop.change(&sold, "refund", "R1", "49.90")), "InstallmentCnt"), "");
}

#[test]
fn a_question_is_refused_for_a_reason_of_its_own() {
    let shop = garanti().open();
    let order = begin(&shop, order()).order;
    for reason in ["9999", "0001"] {
        let refused = shop.reply(&order, shop.inquire(&order).then(), "200", Reply::refused(reason).xml());
        refused.expect_why(Why::Refused);
    }
}

#[test]
fn the_state_of_an_order_is_believed_with_its_code_of_success() {
    let shop = garanti().open();
    for (kind, state) in [("sale", Reply::state("APPROVED", "14990", "0")), ("preauth", Reply::state("WAITINGPOSTAUTH", "0", "14990"))] {
        let order = begin(&shop, order().with("type", kind)).order;
        let reply = state.xml().replacen("<Code>00</Code><RetrefNum>", "<Code>12</Code><RetrefNum>", 1);
        assert_eq!(shop.reply(&order, shop.inquire(&order).then(), "200", reply).to_string(), "reads:settle", "{kind}");
    }
}

#[test]
fn the_transactions_of_an_order_tell_when_and_how_it_was_paid() {
    let shop = garanti().open();
    let told = |order: &Order, rows: &[[&str; 5]]| {
        let step = shop.reply(order, shop.inquire(order).then(), "200", Reply::state("?", "0", "0").xml());
        shop.reply(order, step.then(), "200", Reply::history(rows).xml())
    };
    let sale = begin(&shop, order()).order;
    facts(
        &told(&sale, &[["sales", "00", "14990", "00", ""]]),
        &[
            ("status", "paid"),
            ("charged", ""),
            ("installments", "1"),
            ("at", "2026-11-21T00:00:00+03:00"),
            ("authCode", "304919"),
            ("hostReference", "632517184784"),
        ],
    );
    let preauth = begin(&shop, order().with("type", "preauth")).order;
    const RESERVED: [&str; 5] = ["preauth", "00", "14990", "00", ""];
    facts(
        &told(&preauth, &[RESERVED, ["postauth", "00", "9990", "00", ""]]),
        &[("status", "paid"), ("charged", "99.90"), ("at", "2026-11-21T00:00:00+03:00")],
    );
    facts(&told(&preauth, &[RESERVED, RESERVED]), &[("status", "pending"), ("review", "review")]);
}

/// What an order may remember has an end. A request that would go past it is refused while nothing has happened; a payment is told.
#[test]
fn what_an_order_cannot_remember_stops_a_request_and_never_a_payment() {
    let shop = open("3d");
    let Started { order, form } = begin(&shop, order());
    let filled = |order: &Order, length: usize| {
        let refs = order.get("refs").to_owned() + "&note=";
        order.clone().with("refs", &format!("{refs}{}", "x".repeat(length - refs.len())))
    };
    let full = filled(&order, velopos::payment::Refs::MAX);
    shop.callback(&full, &Return::of(&form, "1").signed()).expect_why(Why::LongRefs);
    let (order, step) = provision(&shop, order, |form| form);
    let full = filled(&order, velopos::payment::Refs::MAX);
    let payment = shop.reply(&full, step.then(), "200", Reply::approved().xml());
    assert_eq!(payment.to_string(), "paid by reply");
    assert!(payment.refs().len() > velopos::payment::Refs::MAX);
}
