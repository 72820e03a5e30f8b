//! NestPay: what a payment tells beside its status, the words of a history, and how a state and its amounts must fit.

use crate::bank::{Callback, cc5};
use crate::shop::{ORDER_ID, STORE_KEY, isbank, isbank_without_api, order};

#[test]
fn what_3_d_secure_did_not_do_is_the_reason_of_the_decline() {
    let shop = isbank().with("model", "3d").open();
    let started = shop.begin(order());
    for md_status in ["0", "2", "3", "4", "5", "9"] {
        let callback = Callback::authenticated(&started.form, md_status).with("ProcReturnCode", "51");
        let declined = shop.callback(&started.order, &callback.signed(STORE_KEY));
        assert_eq!((declined.to_string().as_str(), declined.fact("reason")), ("declined by signature", "3ds-failed"), "{md_status}");
    }
}

#[test]
fn an_eci_is_two_digits_or_is_left_out() {
    let shop = isbank().with("model", "3d").open();
    let started = shop.begin(order());
    for (eci, then) in [("05", "moves:provision 1 05"), ("2A", "moves:provision 1 "), ("123", "moves:provision 1 ")] {
        let step = shop.callback(&started.order, &Callback::authenticated(&started.form, "1").with("eci", eci).signed(STORE_KEY));
        assert_eq!(step.then(), then, "{eci}");
    }
}

#[test]
fn a_payment_that_nobody_can_ask_about_shows_its_card() {
    let shop = isbank_without_api().open();
    let started = shop.begin(order());
    let pending = shop.callback(&started.order, &Callback::settled(&started.form, "1", "Approved", "05").signed(STORE_KEY));
    assert_eq!((pending.to_string().as_str(), pending.fact("maskedPan")), ("pending, review", "450803***4509"));
}

#[test]
fn the_words_of_a_history() {
    let shop = isbank().open();
    for (intent, charge, state, kind, outcome) in [
        ("sale", "S", "A", "sale", "approved"),
        ("sale", "S", "C", "sale", "approved"),
        ("sale", "S", "S", "sale", "approved"),
        ("sale", "S", "V", "sale", "voided"),
        ("sale", "S", "CNCL", "sale", "voided"),
        ("sale", "S", "D", "sale", "declined"),
        ("sale", "S", "ERR", "sale", "declined"),
        ("sale", "S", "PN", "sale", "open"),
        ("sale", "C", "C", "refund", "approved"),
        ("sale", "X", "C", "other", "approved"),
        ("preauth", "S", "A", "preauth", "approved"),
        ("preauth", "C", "C", "refund", "approved"),
    ] {
        let order = shop.begin(order().with("type", intent)).order;
        let line = format!("{charge}\t{state}\t14990\t14990\t2026-11-21 17:42:33.7\t\t\t632517184784\tP37891\t00\t26325RqiC1");
        let answer = shop.reply(&order, "reads:history", "200", cc5(&[("OrderId", ORDER_ID)], &[("TRX1", &line)]));
        assert_eq!(answer.0[6..8], [kind, outcome], "{intent} {charge} {state}");
        assert_eq!(answer.0[11], "2026-11-21T17:42:33+03:00", "where nothing was captured, the authorisation's time");
    }
}

#[test]
fn a_state_and_what_was_captured() {
    let shop = isbank().open();
    for (intent, state, captured, expected) in [
        ("sale", "A", "", "paid by reply"),
        ("sale", "S", "14990", "paid by reply"),
        ("sale", "S", "15000", "pending, review"),
        ("sale", "S", "", "pending, review"),
        ("sale", "C", "14990", "paid by reply"),
        ("sale", "C", "0", "pending, review"),
        ("preauth", "A", "", "authorized by reply"),
        ("preauth", "A", "14990", "paid by reply"),
        ("preauth", "S", "14990", "paid by reply"),
        ("preauth", "S", "", "pending, review"),
    ] {
        let order = shop.begin(order().with("type", intent)).order;
        let head = [("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")];
        let extra = [("ORD_ID", ORDER_ID), ("CHARGE_TYPE_CD", "S"), ("ORIG_TRANS_AMT", "14990"), ("CAPTURE_AMT", captured), ("TRANS_STAT", state)];
        let answer = shop.reply(&order, "reads:inquiry", "200", cc5(&head, &extra));
        assert_eq!(answer.to_string(), expected, "{intent} {state} {captured}");
    }
}

/// The windows begin behind the fields that bound them: what stands just before is not looked at.
#[test]
fn a_digit_just_before_a_window_is_harmless() {
    let shop = isbank().open();
    let started = shop.begin(order());
    let told =
        |name: &str, value: &str| shop.callback(&started.order, &Callback::approved(&started.form).with(name, value).signed(STORE_KEY)).to_string();
    for (name, value, expected) in [
        ("hashA", "0", "paid by signature"),
        ("hashB", "0", "reads:inquiry uncertain"),
        ("okA", "05", "paid by signature"),
        ("okV", "05", "reads:inquiry uncertain"),
    ] {
        assert_eq!(told(name, value), expected, "{name}");
    }
}
