//! The void of a captured pre-authorisation, where a capture is a transaction of its own: it undoes the capture, then it lets go of what was
//! reserved. Garanti stands for all of them.

use crate::garanti_bank::{Reply, asked, begin, element, garanti, keep};
use crate::shop::{Answer, Order, Shop, order};

const RESERVED: [&str; 5] = ["preauth", "00", "14990", "00", ""];
const CAPTURED: [&str; 5] = ["postauth", "00", "9990", "00", ""];
const UNDONE: [&str; 5] = ["postauth", "00", "9990", "00", "20261121"];
const RELEASED: [&str; 5] = ["preauth", "00", "14990", "00", "20261121"];
const VOID: [&str; 5] = ["void", "00", "9990", "00", ""];

/// A pre-authorisation of which 99.90 were captured.
fn captured(shop: &Shop) -> Order {
    let started = begin(shop, order().with("type", "preauth")).order;
    let reserved = shop.reply(&started, shop.inquire(&started).then(), "200", Reply::state("WAITINGPOSTAUTH", "0", "14990").xml());
    let order = keep(&started, &reserved);
    let step = shop.change(&order, "capture", "C1", "99.90");
    keep(&order, &shop.reply(&keep(&order, &step), step.then(), "200", Reply::approved().with("RetrefNum", "632517184790").xml()))
}

/// The first half: what is to be stored, and the request of the second.
fn half(shop: &Shop, order: &Order) -> (Order, Answer) {
    let step = shop.change(order, "void", "V1", "");
    let sent = keep(order, &step);
    let release = shop.reply(&sent, step.then(), "200", Reply::approved().xml());
    (keep(&sent, &release), release)
}

/// What the bank's books say.
fn told(shop: &Shop, order: &Order, rows: &[[&str; 5]]) -> Answer {
    written(shop, order, &Reply::history(rows).xml())
}

fn written(shop: &Shop, order: &Order, books: &str) -> Answer {
    let step = shop.inquire(order);
    assert!(step.then().starts_with("reads:"), "an inquiry moves nothing");
    let step = if step.then() == "reads:settle" { step } else { shop.reply(order, step.then(), "200", Reply::state("?", "0", "0").xml()) };
    shop.reply(order, step.then(), "200", books)
}

#[test]
fn one_void_undoes_both_each_under_its_own_claim() {
    let shop = garanti().open();
    let order = captured(&shop);
    let first = shop.change(&order, "void", "V1", "");
    assert_eq!((element(&asked(&first), "Type"), element(&asked(&first), "OriginalRetrefNum")), ("void", "632517184790"));
    let (order, second) = half(&shop, &order);
    assert_eq!((first.then(), second.then()), ("change2:change", "change3:change"));
    assert!(first.claim().ends_with(":send:change2") && second.claim().ends_with(":send:change3"));
    assert_eq!((element(&asked(&second), "Type"), element(&asked(&second), "OriginalRetrefNum")), ("void", "632517184784"));
    let voided = shop.reply(&order, second.then(), "200", Reply::approved().xml());
    assert_eq!((voided.to_string().as_str(), voided.fact("changeId"), voided.fact("moved")), ("voided by reply", "V1", "149.90"));
    let order = keep(&order, &voided);
    for (verb, amount) in [("void", ""), ("refund", "1.00"), ("capture", "1.00")] {
        assert_eq!(shop.change(&order, verb, "X1", amount).to_string(), "ORDER refs", "{verb}");
    }
    for id in ["C1", "V1"] {
        let (verb, amount) = if id == "C1" { ("capture", "99.90") } else { ("void", "") };
        assert!(shop.change(&order, verb, id, amount).then().starts_with("reads:"), "the same id is only asked about");
    }
    assert_eq!(told(&shop, &order, &[RELEASED, UNDONE]).to_string(), "voided by reply");
    assert_eq!(told(&shop, &order, &[RESERVED, UNDONE]).to_string(), "pending, review", "the bank has said otherwise");
}

#[test]
fn the_books_tell_each_half() {
    let shop = garanti().open();
    let order = captured(&shop);
    let sent = keep(&order, &shop.change(&order, "void", "V1", ""));
    let (released, _) = half(&shop, &order);
    // With the date of the void on what it undid, with a row of its own, and with both.
    for (rows, of_first, of_second) in [
        (&[RESERVED, CAPTURED][..], "paid by reply, review", "paid by reply, review"),
        (&[RESERVED, UNDONE], "authorized by reply, review", "authorized by reply, review"),
        (&[RESERVED, CAPTURED, VOID], "authorized by reply, review", "authorized by reply, review"),
        (&[RESERVED, UNDONE, VOID], "authorized by reply, review", "authorized by reply, review"),
        (&[RELEASED, UNDONE], "voided by reply", "voided by reply"),
        (&[RESERVED, CAPTURED, VOID, VOID], "voided by reply", "voided by reply"),
        (&[RELEASED, UNDONE, VOID, VOID], "voided by reply", "voided by reply"),
    ] {
        assert_eq!(told(&shop, &sent, rows).to_string(), of_first, "the first is on its way: {rows:?}");
        assert_eq!(told(&shop, &released, rows).to_string(), of_second, "the second is on its way: {rows:?}");
    }
    // Nobody here has asked for that.
    assert_eq!(told(&shop, &order, &[RESERVED, UNDONE]).to_string(), "pending, review");
}

#[test]
fn a_first_half_whose_answer_was_lost_ends_by_asking() {
    let shop = garanti().open();
    let order = captured(&shop);
    let step = shop.change(&order, "void", "V1", "");
    let lost = shop.reply(&keep(&order, &step), step.then(), "lost", "");
    assert_eq!(lost.to_string(), "unknown");
    let order = keep(&order, &lost);
    assert!(shop.change(&order, "void", "V1", "").then().starts_with("reads:"));
    assert_eq!(shop.change(&order, "void", "V2", "").to_string(), "ORDER refs");
    // Now it is known what it has done: what is reserved can be released, or captured anew, and each is another request.
    let order = keep(&order, &told(&shop, &order, &[RESERVED, UNDONE]));
    assert!(shop.change(&order, "capture", "C1", "99.90").then().starts_with("reads:"), "the same id is only asked about");
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "ORDER refs");
    let again = shop.change(&order, "capture", "C2", "99.90");
    let release = shop.change(&order, "void", "V2", "");
    assert_eq!((again.then(), release.then()), ("change3:change", "change3:change"));
    assert_eq!(element(&asked(&release), "OriginalRetrefNum"), "632517184784");
    assert_eq!(shop.reply(&keep(&order, &release), release.then(), "200", Reply::approved().xml()).to_string(), "voided by reply");
    let taken = shop.reply(&keep(&order, &again), again.then(), "200", Reply::approved().with("RetrefNum", "632517184791").xml());
    assert_eq!(taken.to_string(), "paid by reply");
    assert_eq!(element(&asked(&shop.change(&keep(&order, &taken), "refund", "R1", "1.00")), "OriginalRetrefNum"), "632517184791");
}

#[test]
fn a_second_half_is_never_sent_twice() {
    let shop = garanti().open();
    let (order, second) = half(&shop, &captured(&shop));
    for answer in [shop.reply(&order, second.then(), "lost", ""), shop.reply(&order, second.then(), "500", "")] {
        assert_eq!((answer.to_string().as_str(), answer.fact("changeId")), ("unknown", "V1"));
        let order = keep(&keep(&order, &answer), &told(&shop, &keep(&order, &answer), &[RESERVED, UNDONE]));
        // It may yet arrive: a person is told, and nothing more is sent.
        assert!(shop.change(&order, "void", "V1", "").then().starts_with("reads:"));
        assert_eq!(shop.change(&order, "void", "V2", "").to_string(), "ORDER refs");
        assert_eq!(shop.change(&order, "capture", "C2", "99.90").to_string(), "ORDER refs");
        assert_eq!(told(&shop, &order, &[RELEASED, UNDONE]).to_string(), "voided by reply");
    }
    let claimed = shop.reply(&order, second.then(), "claimed", "");
    assert_eq!(claimed.to_string(), "unknown, review", "the first half was sent");
    assert_eq!(shop.change(&keep(&order, &claimed), "void", "V2", "").claim(), second.claim(), "whoever has the number has it");
}

#[test]
fn a_second_half_that_the_bank_refuses_is_asked_about() {
    let shop = garanti().open();
    let (order, second) = half(&shop, &captured(&shop));
    // At a bank whose void of a capture leaves nothing there is nothing left to let go of.
    for (rows, expected) in [(&[RELEASED, UNDONE], "voided by reply"), (&[RESERVED, UNDONE], "authorized by reply")] {
        let asks = shop.reply(&order, second.then(), "200", Reply::refused("0101").xml());
        assert_eq!(asks.then(), "reads:inquiry");
        let order = keep(&order, &asks);
        let answer = told(&shop, &order, rows);
        assert_eq!(answer.to_string(), expected);
        let next = shop.change(&keep(&order, &answer), "void", "V2", "");
        assert_eq!(next.kind(), if expected.starts_with("voided") { "error" } else { "send" });
    }
}

#[test]
fn an_earlier_message_undoes_no_capture() {
    let shop = garanti().open();
    let order = captured(&shop);
    assert_eq!(told(&shop, &order, &[RESERVED]).to_string(), "pending, review");
    assert_eq!(told(&shop, &order, &[RESERVED, CAPTURED]).to_string(), "paid by reply");
}

/// Each half names its own transaction, even where the answer to the capture was lost and only the books have told its number.
#[test]
fn the_books_number_of_a_capture() {
    let shop = garanti().open();
    let started = begin(&shop, order().with("type", "preauth")).order;
    let reserved = keep(&started, &told(&shop, &started, &[RESERVED]));
    let step = shop.change(&reserved, "capture", "C1", "99.90");
    let sent = keep(&reserved, &step);
    let lost = keep(&sent, &shop.reply(&sent, step.then(), "lost", ""));
    let books = Reply::history(&[RESERVED, CAPTURED]).xml();
    let (before, after) = books.rsplit_once("632517184784").expect("the capture's number");
    let found = written(&shop, &lost, &format!("{before}632517184790{after}"));
    assert_eq!(found.to_string(), "paid by reply");
    let (_, second) = half(&shop, &keep(&lost, &found));
    let first = shop.change(&keep(&lost, &found), "void", "V1", "");
    for (half, number) in [(first, "632517184790"), (second, "632517184784")] {
        assert_eq!(element(&asked(&half), "OriginalRetrefNum"), number);
    }
}
