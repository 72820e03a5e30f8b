//! Captures, refunds and voids: what is entered before it is sent, what is sent at all, and what an answer means. NestPay stands for every
//! gateway here: the ledger and the machine are the same for all.

use crate::bank::{Callback, cc5};
use crate::shop::{Answer, ORDER_ID, Order, STORE_KEY, Shop, isbank, isbank_without_api, order};
use velopos::ledger::Ledger;
use velopos::payment::Refs;

/// A paid order as the shop has stored it.
fn paid(shop: &Shop) -> Order {
    finished(shop, order())
}

fn finished(shop: &Shop, order: Order) -> Order {
    let started = shop.begin(order);
    let payment = shop.callback(&started.order, &Callback::approved(&started.form).signed(STORE_KEY));
    keep(started.order, &payment)
}

fn reserved(shop: &Shop) -> Order {
    finished(shop, order().with("type", "preauth"))
}

/// As a shop stores what an answer says.
fn keep(order: Order, answer: &Answer) -> Order {
    order.with("refs", answer.refs())
}

fn said(response: &str, code: &str) -> String {
    cc5(&[("OrderId", ORDER_ID), ("Response", response), ("ProcReturnCode", code), ("TransId", "26325RqiC9"), ("ErrMsg", "olmadi")], &[])
}

/// Asks, sends, and brings back this answer.
fn made(shop: &Shop, order: &Order, change: [&str; 3], response: &str, code: &str) -> (Order, Answer) {
    let step = shop.change(order, change[0], change[1], change[2]);
    let sent = keep(order.clone(), &step);
    let answer = shop.reply(&sent, step.then(), "200", said(response, code));
    (keep(sent, &answer), answer)
}

fn lost(shop: &Shop, order: &Order, change: [&str; 3]) -> Order {
    let step = shop.change(order, change[0], change[1], change[2]);
    let sent = keep(order.clone(), &step);
    let answer = shop.reply(&sent, step.then(), "lost", "");
    assert_eq!(answer.to_string(), "unknown");
    keep(sent, &answer)
}

#[test]
fn a_refund_carries_its_own_amount_and_moves_money_once() {
    let shop = isbank().open();
    let order = paid(&shop);
    let step = shop.change(&order, "refund", "R1", "49.90");
    assert_eq!((step.then(), step.claim()), ("change1:change", "isbank:190700777:production:A7K2M9P4R8T3V6X5Z2B7:send:change1"));
    let xml = step.xml();
    assert!(xml.contains("<Type>Credit</Type><Total>49.90</Total><Currency>949</Currency>"), "{xml}");

    let sent = keep(order, &step);
    let answer = shop.reply(&sent, step.then(), "200", said("Approved", "00"));
    assert_eq!(answer.to_string(), "refunded by reply");
    for (name, expected) in [
        ("verb", "refund"),
        ("changeId", "R1"),
        ("moved", "49.90"),
        ("refunded", "49.90"),
        ("transactionId", "26325RqiC9"),
        ("dedupeKey", "isbank:190700777:production:A7K2M9P4R8T3V6X5Z2B7:refunded:R1"),
    ] {
        assert_eq!(answer.fact(name), expected, "{name}");
    }
    // The number that the answer settles is no longer open: the same `then` is good for nothing more.
    let again = shop.reply(&keep(sent, &answer), step.then(), "200", said("Approved", "00"));
    assert_eq!(again.to_string(), "ORDER then");
}

#[test]
fn refunds_never_exceed_what_was_captured() {
    let shop = isbank().open();
    let order = paid(&shop);
    assert_eq!(shop.change(&order, "refund", "R1", "149.91").to_string(), "ORDER amount");
    let (order, _) = made(&shop, &order, ["refund", "R1", "100.00"], "Approved", "00");
    assert_eq!(shop.change(&order, "refund", "R2", "49.91").to_string(), "ORDER amount");
    // One whose outcome is unknown counts.
    let order = lost(&shop, &order, ["refund", "R2", "40.00"]);
    assert_eq!(shop.change(&order, "refund", "R3", "9.91").to_string(), "ORDER amount");
    let (order, answer) = made(&shop, &order, ["refund", "R3", "9.90"], "Approved", "00");
    assert_eq!((answer.to_string().as_str(), answer.fact("refunded")), ("refunded by reply", "109.90"));
    assert_eq!(shop.change(&order, "refund", "R4", "0.01").to_string(), "ORDER amount");
}

#[test]
fn a_refused_refund_is_a_decline_and_does_not_count() {
    let shop = isbank().open();
    for (response, code) in [("Declined", "05"), ("Error", "99")] {
        let (order, answer) = made(&shop, &paid(&shop), ["refund", "R1", "149.90"], response, code);
        assert_eq!(answer.to_string(), "declined by reply", "{response}");
        assert_eq!((answer.fact("verb"), answer.fact("bankMessage"), answer.fact("refunded")), ("refund", "olmadi", ""));
        assert_eq!(answer.fact("dedupeKey"), "isbank:190700777:production:A7K2M9P4R8T3V6X5Z2B7:declined:R1");
        let (_, answer) = made(&shop, &order, ["refund", "R2", "149.90"], "Approved", "00");
        assert_eq!(answer.to_string(), "refunded by reply");
    }
}

#[test]
fn an_answer_that_does_not_fit_leaves_the_outcome_unknown() {
    let shop = isbank().open();
    let order = paid(&shop);
    let step = shop.change(&order, "refund", "R1", "10.00");
    let sent = keep(order, &step);
    let other = cc5(&[("OrderId", "ANOTHER"), ("Response", "Approved"), ("ProcReturnCode", "00")], &[]);
    let twice = cc5(&[("OrderId", ORDER_ID), ("Response", "Declined"), ("Response", "Approved"), ("ProcReturnCode", "00")], &[]);
    for (status, body, expected) in [
        ("200", other, "unknown, review"),
        ("200", twice, "unknown"),
        ("200", said("Approved", "99"), "unknown"),
        ("200", said("Declined", "00"), "unknown"),
        // The card's bank was not reached, or not in time.
        ("200", said("Declined", "68"), "unknown"),
        ("200", said("Declined", "91"), "unknown"),
        ("200", said("Error", "96"), "unknown"),
        ("200", said("", ""), "unknown"),
        ("200", "<html>bakim</html>".to_owned(), "unknown"),
        ("200", String::new(), "unknown"),
        ("500", said("Approved", "00"), "unknown"),
        ("302", said("Approved", "00"), "unknown"),
        ("lost", String::new(), "unknown"),
    ] {
        let answer = shop.reply(&sent, step.then(), status, body);
        assert_eq!((answer.to_string().as_str(), answer.fact("verb")), (expected, "refund"));
        assert_eq!(shop.change(&keep(sent.clone(), &answer), "refund", "R2", "140.00").to_string(), "ORDER amount");
    }
}

#[test]
fn the_same_id_is_asked_about_and_not_sent_again() {
    let shop = isbank().open();
    let order = lost(&shop, &paid(&shop), ["refund", "R1", "149.90"]);
    let step = shop.change(&order, "refund", "R1", "149.90");
    assert_eq!((step.to_string().as_str(), step.claim()), ("reads:refunds", ""));
    // Not with another amount, and not for something else.
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "ORDER id");
    assert_eq!(shop.change(&order, "void", "R1", "").to_string(), "ORDER id");

    // The history tells, and the entry is settled.
    let line = |kind: &str, amount: &str| {
        format!("{kind}\tC\t{amount}\t{amount}\t2026-11-21 17:42:33.7\t2026-11-21 17:42:33.7\t\t632517184784\tP37891\t00\t26325RqiC1")
    };
    let history = |lines: &[String]| {
        let names: Vec<String> = (1..=lines.len()).map(|place| format!("TRX{place}")).collect();
        let extra: Vec<(&str, &str)> = names.iter().zip(lines).map(|(name, line)| (name.as_str(), line.as_str())).collect();
        cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &extra)
    };
    let told = |lines: &[String]| shop.reply(&order, step.then(), "200", history(lines));
    let whole = told(&[line("C", "14990"), line("S", "14990")]);
    assert_eq!((whole.to_string().as_str(), whole.fact("refunded")), ("refunded by reply", "149.90"));
    // Nothing of it happened, says the bank today: the payment stands, and the refund still counts, because it may yet arrive. A person knows.
    let none = told(&[line("S", "14990")]);
    assert_eq!((none.to_string().as_str(), none.fact("refunded")), ("paid by reply, review", ""));
    assert_eq!(shop.change(&keep(order.clone(), &none), "refund", "R2", "0.01").to_string(), "ORDER amount");
    for odd in [
        vec![],
        vec![line("C", "14990")],
        vec![line("C", "14991"), line("S", "14990")],
        vec![line("S", "14990"), line("S", "14990")],
        vec![line("S", "100")],
    ] {
        assert_eq!(told(&odd).to_string(), "pending, review", "{odd:?}");
    }
}

#[test]
fn of_two_that_began_from_the_same_order_only_one_is_claimed() {
    let shop = isbank().open();
    let order = paid(&shop);
    let (one, other) = (shop.change(&order, "refund", "R1", "100.00"), shop.change(&order, "void", "V1", ""));
    assert_eq!(one.claim(), other.claim());

    // The loser sends nothing, and what it would store lets nothing more be sent: the order must be loaded again. If the winner has died and
    // left no word, that is so for ever, so a person is told.
    let answer = shop.reply(&keep(order.clone(), &other), other.then(), "claimed", "");
    assert_eq!((answer.to_string().as_str(), answer.fact("verb"), answer.refs()), ("pending, review", "void", order.get("refs")));
    let step = shop.change(&keep(order, &answer), "refund", "R2", "1.00");
    assert_eq!(step.claim(), one.claim());
}

#[test]
fn a_capture_takes_what_was_reserved_or_less_and_only_once() {
    let shop = isbank().open();
    let order = reserved(&shop);
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "ORDER refs");
    assert_eq!(shop.change(&order, "capture", "C1", "149.91").to_string(), "ORDER amount");
    let step = shop.change(&order, "capture", "C1", "100.00");
    assert!(step.xml().contains("<Type>PostAuth</Type><Total>100.00</Total>"));
    let (order, answer) = made(&shop, &order, ["capture", "C1", "100.00"], "Approved", "00");
    assert_eq!((answer.to_string().as_str(), answer.fact("verb"), answer.fact("moved")), ("paid by reply", "capture", "100.00"));
    assert_eq!((answer.fact("amount"), answer.fact("charged")), ("149.90", "100.00"));
    assert_eq!(shop.change(&order, "capture", "C2", "1.00").to_string(), "ORDER refs");
    // A refund gives back at most what was captured.
    assert_eq!(shop.change(&order, "refund", "R1", "100.01").to_string(), "ORDER amount");
    assert_eq!(shop.change(&order, "refund", "R1", "100.00").kind(), "send");
}

#[test]
fn a_capture_of_unknown_outcome_is_settled_by_an_inquiry() {
    let shop = isbank().open();
    let order = lost(&shop, &reserved(&shop), ["capture", "C1", "100.00"]);
    assert_eq!(shop.change(&order, "capture", "C2", "1.00").to_string(), "ORDER refs");
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "ORDER refs");
    let step = shop.inquire(&order);
    let state = |captured: &str| {
        let extra = [("ORD_ID", ORDER_ID), ("CHARGE_TYPE_CD", "S"), ("ORIG_TRANS_AMT", "14990"), ("CAPTURE_AMT", captured), ("TRANS_STAT", "C")];
        cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &extra)
    };
    let answer = shop.reply(&order, step.then(), "200", state("10000"));
    assert_eq!((answer.to_string().as_str(), answer.fact("charged")), ("paid by reply", "100.00"));
    let order = keep(order, &answer);
    assert_eq!(shop.change(&order, "refund", "R1", "100.01").to_string(), "ORDER amount");
    assert_eq!(shop.change(&order, "refund", "R1", "100.00").kind(), "send");
}

#[test]
fn a_void_undoes_all_and_ends_everything() {
    let shop = isbank().open();
    for order in [paid(&shop), reserved(&shop)] {
        let step = shop.change(&order, "void", "V1", "");
        assert!(step.xml().contains("<Type>Void</Type></CC5Request>"));
        let (order, answer) = made(&shop, &order, ["void", "V1", ""], "Approved", "00");
        assert_eq!((answer.to_string().as_str(), answer.fact("moved")), ("voided by reply", "149.90"));
        for (verb, amount) in [("refund", "1.00"), ("capture", "1.00"), ("void", "")] {
            assert_eq!(shop.change(&order, verb, "X1", amount).to_string(), "ORDER refs", "{verb}");
        }
    }
    // After a refund, a void would undo the refund at this bank, or pay out twice.
    let (order, _) = made(&shop, &paid(&shop), ["refund", "R1", "10.00"], "Approved", "00");
    assert_eq!(shop.change(&order, "void", "V1", "").to_string(), "ORDER refs");
}

#[test]
fn what_is_not_known_to_be_paid_cannot_be_changed() {
    let shop = isbank().open();
    let order = shop.begin(order()).order;
    for (verb, amount) in [("refund", "1.00"), ("capture", "1.00"), ("void", "")] {
        assert_eq!(shop.change(&order, verb, "X1", amount).to_string(), "ORDER refs", "{verb}");
    }
}

#[test]
fn ids_and_amounts_are_strict() {
    let shop = isbank().open();
    let order = paid(&shop);
    let long = "a".repeat(37);
    for id in ["", " ", "a b", "a.b", "a~b", "ş", "a/b", &long] {
        assert_eq!(shop.change(&order, "refund", id, "1.00").to_string(), "ORDER id", "{id:?}");
    }
    for amount in ["0.00", "1", "1,00", "-1.00", "1.000", "1e2"] {
        assert_eq!(shop.change(&order, "refund", "R1", amount).to_string(), "ORDER amount", "{amount}");
    }
    assert_eq!(shop.change(&order, "refund", "R1", "").to_string(), "ORDER amount");
    assert_eq!(shop.change(&order, "void", "V1", "1.00").to_string(), "ORDER amount");
    assert_eq!(shop.change(&order, "refund", "5e0b7a5c-7d3f-4bd7-8f3c-1f0a5b9d2e11", "1.00").kind(), "send");
}

#[test]
fn a_ledger_that_was_touched_is_refused() {
    let shop = isbank().open();
    let order = paid(&shop);
    let refs = order.get("refs").to_owned();
    for touched in [
        refs.replace("captured=14990", "captured=x"),
        refs.replace("captured=14990", "captured=0"),
        format!("{refs}&changes="),
        format!("{refs}&changes=1~"),
        format!("{refs}&changes=1~1.refund.R1.100"),
        format!("{refs}&changes=1~1.refund.R1.100.maybe"),
        format!("{refs}&changes=1~1.gift.R1.100.done"),
        format!("{refs}&changes=1~1.refund.R1.1e2.done"),
        format!("{refs}&changes=1~1.refund.R1.100.done.x"),
        format!("{refs}&changes=17{}", "~1.refund.R1.1.done".repeat(17)),
        format!("{refs}&changes=1~1.refund.R1.1.done~1.refund.R2.1.done"),
        format!("{refs}&changes=2~2.refund.R1.1.done~1.refund.R2.1.done"),
        format!("{refs}&changes=1~0.refund.R1.1.sent"),
        format!("{refs}&changes=1~2.refund.R1.1.sent"),
        format!("{refs}&changes=4294967295"),
        format!("{refs}&elsewhere=x"),
    ] {
        assert_eq!(shop.change(&order.clone().with("refs", &touched), "refund", "R9", "1.00").to_string(), "ORDER refs", "{touched}");
    }
}

#[test]
fn an_order_takes_sixteen_changes() {
    let shop = isbank().open();
    let mut order = paid(&shop);
    for count in 1..=16 {
        (order, _) = made(&shop, &order, ["refund", &format!("R{count}"), "0.01"], "Approved", "00");
    }
    assert_eq!(shop.change(&order, "refund", "R17", "0.01").to_string(), "ORDER refs");
    assert!(order.get("refs").len() < 1200, "{}", order.get("refs").len());
}

#[test]
fn without_a_user_of_the_api_nothing_can_be_changed() {
    let shop = isbank_without_api().open();
    assert_eq!(shop.change(&paid(&shop), "refund", "R1", "1.00").to_string(), "CONFIG merchant.apiUser");
}

#[test]
fn a_then_that_is_not_ours_is_refused() {
    let shop = isbank().open();
    let order = paid(&shop);
    for then in ["", "x", "change:change", "change0:change", "change1:change", "change99999999999:change", "changeX:change", "moves", "MOVES:x"] {
        let answer = shop.reply(&order, then, "200", said("Approved", "00"));
        assert!(matches!(answer.to_string().as_str(), "ORDER then" | "unknown, review"), "{then:?}: {answer}");
    }
}

#[test]
fn the_history_is_a_list_and_no_payment() {
    let shop = isbank().open();
    let order = paid(&shop);
    let step = shop.history(&order);
    assert_eq!(step.then(), "reads:history");
    assert!(step.xml().contains("<Extra><ORDERHISTORY>QUERY</ORDERHISTORY></Extra>"));
    let line = "S\tC\t14990\t14990\t2026-11-21 17:42:33.7\t2026-11-21 17:42:34.7\t\t632517184784\tP37891\t00\t26325RqiC1";
    let answer = shop.reply(&order, step.then(), "200", cc5(&[("OrderId", ORDER_ID)], &[("TRX1", line), ("TRX2", "C\tPN\t100")]));
    assert_eq!(answer.kind(), "list");
    assert_eq!(answer.0[4..9], ["2", ORDER_ID, "sale", "approved", "149.90"]);
    assert_eq!(answer.0[9..18], ["TRY", "", "2026-11-21T17:42:34+03:00", "26325RqiC1", "P37891", "632517184784", "", "00", ""]);
    assert_eq!(answer.0[18..22], [ORDER_ID, "refund", "open", "1.00"]);
    assert_eq!(shop.reply(&order, step.then(), "200", cc5(&[("OrderId", "ANOTHER")], &[("TRX1", line)])).to_string(), "ORDER_MISMATCH OrderId");
    assert_eq!(shop.reply(&order, step.then(), "200", "<html>").to_string(), "unknown");
}

/// The bank's list of an order: `("S", 14990)` is the sale, `("C", 100)` a refund, of which the state says whether it stands.
fn listed(lines: &[(&str, &str, u64)]) -> String {
    let line = |(kind, state, minor): &(&str, &str, u64)| {
        format!("{kind}\t{state}\t{minor}\t{minor}\t2026-11-21 17:42:33.7\t2026-11-21 17:42:33.7\t\t632517184784\tP37891\t00\t26325RqiC1")
    };
    let names: Vec<String> = (1..=lines.len()).map(|place| format!("TRX{place}")).collect();
    let texts: Vec<String> = lines.iter().map(line).collect();
    let extra: Vec<(&str, &str)> = names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())).collect();
    cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &extra)
}

/// The bank's word about the state of an order.
fn state(parts: &[(&str, &str)]) -> String {
    let extra = [&[("ORD_ID", ORDER_ID), ("CHARGE_TYPE_CD", "S"), ("ORIG_TRANS_AMT", "14990")], parts].concat();
    cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &extra)
}

fn told_refunds(shop: &Shop, order: &Order, lines: &[(&str, &str, u64)]) -> Answer {
    shop.reply(order, "reads:refunds", "200", listed(lines))
}

const SALE: (&str, &str, u64) = ("S", "C", 14_990);

#[test]
fn what_went_back_in_the_panel_counts() {
    let shop = isbank().open();
    let order = paid(&shop);
    let answer = told_refunds(&shop, &order, &[("C", "C", 10_000), SALE]);
    assert_eq!((answer.to_string().as_str(), answer.fact("refunded")), ("paid by reply", "100.00"));
    let order = keep(order, &answer);
    assert_eq!(shop.change(&order, "refund", "R1", "49.91").to_string(), "ORDER amount");
    // A void would give all of it back a second time.
    assert_eq!(shop.change(&order, "void", "V1", "").to_string(), "ORDER refs");
    let (order, answer) = made(&shop, &order, ["refund", "R1", "40.00"], "Approved", "00");
    assert_eq!((answer.to_string().as_str(), answer.fact("refunded")), ("refunded by reply", "140.00"));
    assert_eq!(shop.change(&order, "refund", "R2", "9.91").to_string(), "ORDER amount");
    // The same total told once more changes nothing, and an older one neither: lists lag behind, and a person is told.
    for (total, outcome) in [(14_000, "paid by reply"), (10_000, "paid by reply, review")] {
        let answer = told_refunds(&shop, &order, &[("C", "C", total), SALE]);
        assert_eq!(answer.to_string(), outcome);
        let again = keep(order.clone(), &answer);
        assert_eq!(shop.change(&again, "refund", "R2", "9.91").to_string(), "ORDER amount");
        assert_eq!(shop.change(&again, "refund", "R2", "9.90").kind(), "send");
    }
}

/// A refund of ours that the bank has confirmed is not counted once more among what went back in its panel.
#[test]
fn what_went_back_in_the_panel_after_a_refund_of_ours() {
    let shop = isbank().open();
    let (order, answer) = made(&shop, &paid(&shop), ["refund", "R1", "40.00"], "Approved", "00");
    assert_eq!(answer.fact("refunded"), "40.00");
    let answer = told_refunds(&shop, &order, &[("C", "C", 10_000), SALE]);
    assert_eq!((answer.to_string().as_str(), answer.fact("refunded")), ("paid by reply", "100.00"));
    let order = keep(order, &answer);
    assert_eq!(shop.change(&order, "refund", "R2", "49.91").to_string(), "ORDER amount");
    assert_eq!(shop.change(&order, "refund", "R2", "49.90").kind(), "send");
}

#[test]
fn a_refund_of_unknown_outcome_is_confirmed_by_no_other_refund() {
    let shop = isbank().open();
    let sent_and_lost = |order: &Order| lost(&shop, order, ["refund", "R1", "40.00"]);
    let is_done = |answer: &Answer| answer.refs().contains("R1.4000.done");

    // The panel's refund was known before: the same total again says nothing about ours.
    let order = paid(&shop);
    let order = sent_and_lost(&keep(order.clone(), &told_refunds(&shop, &order, &[("C", "C", 5_000), SALE])));
    let same = told_refunds(&shop, &order, &[("C", "C", 5_000), SALE]);
    assert_eq!((same.to_string().as_str(), is_done(&same)), ("paid by reply, review", false));
    assert_eq!(shop.change(&keep(order.clone(), &same), "refund", "R2", "59.91").to_string(), "ORDER amount");
    let both = told_refunds(&shop, &order, &[("C", "C", 4_000), ("C", "C", 5_000), SALE]);
    assert_eq!((both.to_string().as_str(), is_done(&both), both.fact("refunded")), ("paid by reply", true, "90.00"));

    // More went back than ours would explain: whether ours is among it nobody knows, so all of it counts.
    let order = sent_and_lost(&paid(&shop));
    let more = told_refunds(&shop, &order, &[("C", "C", 5_000), SALE]);
    assert_eq!((more.to_string().as_str(), is_done(&more)), ("paid by reply, review", false));
    let order = keep(order, &more);
    assert_eq!(shop.change(&order, "refund", "R2", "59.91").to_string(), "ORDER amount");
    assert_eq!(shop.change(&order, "refund", "R2", "59.90").kind(), "send");
    let then = told_refunds(&shop, &order, &[("C", "C", 4_000), ("C", "C", 5_000), SALE]);
    assert_eq!((then.to_string().as_str(), is_done(&then)), ("paid by reply", true));

    // All of it went back: there is nothing more to look after.
    let all = told_refunds(&shop, &order, &[("C", "C", 14_990), SALE]);
    assert_eq!(all.to_string(), "refunded by reply");
    assert_eq!(shop.change(&keep(order, &all), "refund", "R2", "0.01").to_string(), "ORDER amount");
}

#[test]
fn after_a_void_in_the_panel_nothing_is_sent() {
    let shop = isbank().open();
    for order in [paid(&shop), reserved(&shop)] {
        let asked = shop.inquire(&order);
        let answer = shop.reply(&order, asked.then(), "200", state(&[("CAPTURE_AMT", ""), ("TRANS_STAT", "V")]));
        assert_eq!(answer.to_string(), "voided by reply");
        let order = keep(order, &answer);
        for (verb, amount) in [("refund", "0.01"), ("capture", "0.01"), ("void", "")] {
            let refusal = shop.change(&order, verb, "X1", amount);
            assert!(matches!(refusal.to_string().as_str(), "ORDER refs" | "ORDER amount"), "{verb}: {refusal}");
        }
    }
}

/// The state of an order tells of its last transaction. A refused capture or refund is none of the payment, and an old refusal of the first
/// card is none either.
#[test]
fn a_refusal_does_not_undo_money() {
    let shop = isbank().open();
    let refused = state(&[("CAPTURE_AMT", ""), ("TRANS_STAT", "D"), ("PROC_RET_CD", "05")]);
    for (order, change) in [(reserved(&shop), ["capture", "C1", "149.90"]), (paid(&shop), ["refund", "R1", "1.00"])] {
        let (order, answer) = made(&shop, &order, change, "Declined", "05");
        assert_eq!((answer.to_string().as_str(), answer.fact("changeId")), ("declined by reply", change[1]));
        let asked = shop.inquire(&order);
        let answer = shop.reply(&order, asked.then(), "200", &refused);
        assert_eq!((answer.to_string().as_str(), answer.fact("reason")), ("pending, review", ""));
        assert_eq!(shop.change(&keep(order, &answer), change[0], "X2", change[2]).kind(), "send");
    }
    let started = shop.begin(order());
    let decline = Callback::declined(&started.form).signed(STORE_KEY);
    assert_eq!(shop.callback(&started.order, &decline).to_string(), "declined by signature");
    let paid = keep(started.order.clone(), &shop.callback(&started.order, &Callback::approved(&started.form).signed(STORE_KEY)));
    assert_eq!(shop.callback(&paid, &decline).to_string(), "pending");
}

#[test]
fn only_the_banks_word_about_this_change_settles_it() {
    let shop = isbank().open();
    let order = paid(&shop);
    let step = shop.change(&order, "refund", "R1", "10.00");
    let sent = keep(order, &step);
    let state = state(&[("CAPTURE_AMT", "14990"), ("TRANS_STAT", "C")]);
    // A `then` that was put together from two: the reply to it is about the payment.
    for (then, body) in [("change1:inquiry", state), ("change1:provision 1 05", said("Approved", "00")), ("change1:refunds", listed(&[SALE]))] {
        let answer = shop.reply(&sent, then, "200", body);
        assert_eq!((answer.to_string().as_str(), answer.fact("verb")), ("unknown, review", "refund"), "{then}");
        assert!(answer.refs().contains("R1.1000.sent"), "{then}: {}", answer.refs());
    }
    for then in ["change2:change", "moves:change", "reads:change", "begins:change"] {
        let answer = shop.reply(&sent, then, "200", said("Approved", "00"));
        assert!(!answer.to_string().starts_with("refunded"), "{then}: {answer}");
        assert!(answer.kind() == "error" || answer.refs().contains("R1.1000.sent"), "{then}");
    }
}

#[test]
fn only_the_last_change_can_be_taken_back() {
    let shop = isbank().open();
    let order = lost(&shop, &paid(&shop), ["refund", "R1", "10.00"]);
    let order = lost(&shop, &order, ["refund", "R2", "20.00"]);
    let answer = shop.reply(&order, "change1:change", "claimed", "");
    assert_eq!((answer.to_string().as_str(), answer.refs()), ("pending, review", order.get("refs")));
}

#[test]
fn a_refs_text_that_would_grow_too_long_is_refused_before_anything_is_sent() {
    let shop = isbank().open();
    let order = paid(&shop);
    let padded = |length: usize| {
        let refs = format!("{}&x=", order.get("refs"));
        order.clone().with("refs", &(refs.clone() + &"a".repeat(length - refs.len())))
    };
    assert_eq!(shop.change(&padded(1_700), "refund", "R1", "1.00").kind(), "send");
    assert_eq!(shop.change(&padded(1_780), "refund", "R1", "1.00").to_string(), "ORDER refs");
    assert_eq!(shop.inquire(&padded(2_048)).kind(), "send");
    // The longest ids and amounts there are.
    let mut order = finished(&shop, crate::shop::order().with("amount", "9999999999.99"));
    for count in 1..=16 {
        let id = format!("{count:02}0b7a5c-7d3f-4bd7-8f3c-1f0a5b9d2e11");
        let step = shop.change(&order, "refund", &id, "100000000.00");
        assert_eq!(step.kind(), "send", "{count}: {step}");
        order = keep(order.clone(), &shop.reply(&keep(order, &step), step.then(), "lost", ""));
    }
    assert!(order.get("refs").len() <= 1_792, "{}", order.get("refs").len());
}

#[test]
fn more_than_was_ordered_is_not_given_back() {
    let shop = isbank().open();
    let order = shop.begin(order()).order;
    let asked = shop.inquire(&order);
    let answer = shop.reply(&order, asked.then(), "200", state(&[("CAPTURE_AMT", "149900"), ("TRANS_STAT", "C")]));
    assert_eq!((answer.to_string().as_str(), answer.fact("charged")), ("paid by reply, review", "1499.00"));
    assert_eq!(shop.change(&keep(order, &answer), "refund", "R1", "149.91").to_string(), "ORDER amount");
}

#[test]
fn parts_of_a_part_add_up() {
    let shop = isbank().open();
    let (order, _) = made(&shop, &reserved(&shop), ["capture", "C1", "100.00"], "Approved", "00");
    let (order, _) = made(&shop, &order, ["refund", "R1", "33.33"], "Approved", "00");
    let (order, _) = made(&shop, &order, ["refund", "R2", "33.33"], "Approved", "00");
    let captured = ("S", "C", 10_000);
    let answer = told_refunds(&shop, &order, &[("C", "C", 3_333), ("C", "C", 3_333), captured]);
    assert_eq!((answer.to_string().as_str(), answer.fact("charged"), answer.fact("refunded")), ("paid by reply", "100.00", "66.66"));
    assert_eq!(shop.change(&keep(order.clone(), &answer), "refund", "R3", "33.35").to_string(), "ORDER amount");
    let (order, answer) = made(&shop, &keep(order, &answer), ["refund", "R3", "33.34"], "Approved", "00");
    assert_eq!(answer.fact("refunded"), "100.00");
    let all = told_refunds(&shop, &order, &[("C", "C", 3_334), ("C", "C", 3_333), ("C", "C", 3_333), captured]);
    assert_eq!(all.to_string(), "refunded by reply");
    // Yen have no smaller unit.
    let yen = finished(&shop, crate::shop::order().with("amount", "150").with("currency", "JPY"));
    assert_eq!(shop.change(&yen, "refund", "R1", "1.00").to_string(), "ORDER amount");
    assert_eq!(shop.change(&yen, "refund", "R1", "151").to_string(), "ORDER amount");
    assert!(shop.change(&yen, "refund", "R1", "150").xml().contains("<Total>150</Total><Currency>392</Currency>"));
}

/// The end of the calendar has no next day to go on with.
#[test]
fn a_report_ends_before_the_calendar_does() {
    let shop = crate::shop::isbank().open();
    for (from, to, expected) in [
        ("2999-12-30", "2999-12-31", "ORDER to"),
        ("2999-12-29", "2999-12-30", "UNSUPPORTED "),
        ("1970-01-01", "1970-01-01", "UNSUPPORTED "),
        ("2026-11-21", "2026-11-20", "ORDER to"),
        ("2026-11-01", "2026-12-01", "UNSUPPORTED "), // 31 days
        ("2026-11-01", "2026-12-02", "ORDER to"),
    ] {
        let head = [shop.account.clone(), vec![from.to_owned(), to.to_owned()]].concat();
        assert_eq!(crate::shop::call(velopos::frame::Op::Report, &head, b"").to_string(), expected);
    }
}

/// Of what an order may remember, 256 bytes are left for what an answer brings.
#[test]
fn room_for_the_answer_is_kept_to_the_byte() {
    let filled = |letters| Refs::default().with("note", &"x".repeat(letters));
    let fits = Refs::MAX - 256 - (filled(1).render().len() - 1);
    assert_eq!(Ledger::default().write_entered(&filled(fits)).expect("room").render().len(), Refs::MAX - 256);
    assert!(Ledger::default().write_entered(&filled(fits + 1)).is_err());
}
