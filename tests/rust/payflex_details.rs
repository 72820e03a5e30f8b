//! PayFlex: what a payment and a list tell beside the status, and what the numbers that we give are made of.

use crate::payflex_bank::{VERES, changed, document, enrolled, found, keep, queried, registered, returned, row, sale, vakifbank, xml};
use crate::shop::{Answer, Order, Shop, order};

/// Our server has asked for the money: the request, and the order as it is stored.
fn asked(shop: &Shop) -> (Order, Answer) {
    let order = enrolled(shop, sale());
    let step = shop.callback(&order, &returned(&[]));
    (keep(order, &step), step)
}

/// The number under which a request asks for something.
fn asked_as(request: &Answer) -> String {
    let xml = xml(request);
    xml.split("<TransactionId>").nth(1).and_then(|rest| rest.split('<').next()).expect("our number").to_owned()
}

#[test]
fn our_numbers_have_no_digits_and_lose_nothing_by_it() {
    let shop = vakifbank("3d").open();
    let order = paid_by_provision(&shop);
    let numbers: Vec<String> = (0..40).map(|place| asked_as(&shop.change(&order, "refund", &format!("R{place}"), "1.00"))).collect();
    let all = numbers.concat();
    assert!(all.chars().all(|letter| ('a'..='p').contains(&letter)), "{all}");
    assert!(('a'..='p').all(|letter| all.contains(letter)), "{all}");
}

#[test]
fn a_refused_enrollment_says_what_the_bank_said() {
    let shop = vakifbank("3d").open();
    let start = shop.start(&sale());
    let order = sale().stored(&shop, start.refs());
    let changes = [("Message/VERes/Status", "E"), ("MessageErrorCode", "2040"), ("ErrorMessage", "Taksit yok")];
    let declined = shop.reply(&order, start.then(), "200", document("IPaySecure", &changed(VERES, &changes)));
    assert_eq!(["status", "reason", "bankCode", "bankMessage"].map(|name| declined.fact(name)), ["declined", "installments", "2040", "Taksit yok"]);
}

#[test]
fn a_query_tells_when() {
    let shop = vakifbank("common_payment").open();
    let order = registered(&shop, order());
    let answer = queried(&shop, &order, &[("HostDate", "20261121174233")]);
    assert_eq!((answer.to_string().as_str(), answer.fact("at")), ("paid by reply", "2026-11-21T17:42:33+03:00"));
    for unreadable in ["2026112117423", "20261121", "gestern", ""] {
        assert_eq!(queried(&shop, &order, &[("HostDate", unreadable)]).fact("at"), "", "{unreadable}");
    }
}

#[test]
fn a_refusal_is_one_whatever_money_it_names() {
    let shop = vakifbank("3d").open();
    let (order, step) = asked(&shop);
    for (code, reason) in [("0051", "insufficient-funds"), ("1050", "invalid-cvv"), ("1052", "expired-card"), ("1051", "invalid-card")] {
        let leaves = [("ResultCode", code), ("ResultDetail", "olmadı"), ("CurrencyAmount", "1.00"), ("CurrencyCode", "840")];
        let declined = shop.reply(&order, step.then(), "200", document("VposResponse", &leaves));
        assert_eq!((declined.to_string().as_str(), declined.fact("reason")), ("declined by reply", reason), "{code}");
    }
}

/// Who bears a chargeback is a matter of the payment, not of what follows it.
#[test]
fn a_refund_says_nothing_about_liability() {
    let shop = vakifbank("3d").open();
    let order = paid_by_provision(&shop);
    let step = shop.change(&order, "refund", "R1", "49.90");
    let number = asked_as(&step);
    let leaves = [("ResultCode", "0000"), ("TransactionId", number.as_str()), ("Rrn", "632514000019"), ("ECI", "05"), ("ThreeDSecureType", "2")];
    let answer = shop.reply(&keep(order, &step), step.then(), "200", document("VposResponse", &leaves));
    assert_eq!(["status", "liability", "eci", "hostReference"].map(|name| answer.fact(name)), ["refunded", "", "", "632514000019"]);
}

fn paid_by_provision(shop: &Shop) -> Order {
    let (order, step) = asked(shop);
    let payment = shop.reply(&order, step.then(), "200", crate::payflex_bank::provision(&order, &[]));
    assert_eq!((payment.to_string().as_str(), payment.fact("liability")), ("paid by reply", "issuer"));
    keep(order, &payment)
}

#[test]
fn the_lines_of_a_history() {
    let shop = vakifbank("3d").open();
    let order = paid_by_provision(&shop);
    for (kind, code, canceled, expected) in [
        ("Sale", "0000", "false", ["sale", "approved"]),
        ("Sale", "0000", "true", ["sale", "voided"]),
        ("Sale", "0051", "false", ["sale", "declined"]),
        ("Sale", "9999", "false", ["sale", "open"]),
        ("Sale", "7777", "false", ["sale", "open"]),
        ("Auth", "0000", "false", ["preauth", "approved"]),
        ("Capture", "0000", "false", ["capture", "approved"]),
        ("Refund", "0000", "false", ["refund", "approved"]),
        ("Cancel", "0000", "false", ["void", "approved"]),
        ("Reversal", "0000", "false", ["void", "approved"]),
        ("Point", "0000", "false", ["other", "approved"]),
    ] {
        let line = row(&order, &[("TransactionType", kind), ("ResultCode", code), ("IsCanceled", canceled), ("NumberOfInstallments", "3")]);
        let list = shop.reply(&order, "reads:history 0", "200", found(&[line]));
        assert_eq!((list.kind(), list.at(4)), ("list", "1"));
        assert_eq!(list.0[6..8], expected, "{kind} {code} {canceled}");
        assert_eq!((list.at(10), list.at(16)), ("3", code), "{kind}");
    }
}
