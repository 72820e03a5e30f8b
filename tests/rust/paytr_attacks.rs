//! PayTR: what an attacker, or a reply that is not what it should be, does not get.

use crate::paytr_bank::{
    KEY, PAYTR_ID, SALT, account, begun, bought, digest, field, found, json, keep, link_told, notification, refund_made, sent, told,
};
use crate::shop::{ORDER_ID, Order, Shop, call};
use velopos::frame::Op;

fn opened(model: &str) -> (Shop, Order) {
    let shop = account(model).open();
    let order = begun(&shop, bought());
    (shop, order)
}

fn paid(model: &str) -> (Shop, Order) {
    let (shop, order) = opened(model);
    let answer = shop.callback(&order, &told("success", "14990"));
    assert_eq!(answer.to_string(), "paid by signature");
    let order = keep(order, &answer);
    (shop, order)
}

// ---- notifications

#[test]
fn a_notification_of_one_model_is_none_of_another() {
    let (link, link_order) = opened("link");
    assert_eq!(link.callback(&link_order, &told("success", "14990")).to_string(), "MALFORMED callback_id");
    // With the field added, the digest is another one; with the number cut in two, the link's order number has another length.
    let mut forged = told("success", "14990");
    forged.extend(format!("&callback_id={ORDER_ID}").bytes());
    assert_eq!(link.callback(&link_order, &forged).to_string(), "SIGNATURE_INVALID hash");
    for model in ["iframe", "direct"] {
        let (shop, order) = opened(model);
        let genuine = link_told(PAYTR_ID, "success", "14990");
        assert_eq!(shop.callback(&order, &genuine).to_string(), "SIGNATURE_INVALID hash");
        let joined = [ORDER_ID, PAYTR_ID].concat();
        let relabelled = notification(&[("merchant_oid", &joined)], "success", "14990", "");
        assert_eq!(shop.callback(&order, &relabelled).to_string(), "ORDER_MISMATCH merchant_oid");
        // The stored order says which it is, and not how the shop is configured by now.
        assert_eq!(link.callback(&order, &genuine).to_string(), "SIGNATURE_INVALID hash");
    }
}

#[test]
fn the_border_between_a_links_two_numbers_holds() {
    let (shop, order) = opened("link");
    let joined = [ORDER_ID, PAYTR_ID].concat();
    for cut in 1..joined.len() {
        let (id, own) = joined.split_at(cut);
        let answer = shop.callback(&order, &notification(&[("callback_id", id), ("merchant_oid", own)], "success", "14990", ""));
        let expected = if cut == ORDER_ID.len() { "paid by signature" } else { "ORDER_MISMATCH callback_id" };
        assert_eq!(answer.to_string(), expected, "{id} {own}");
    }
    for id in ["A7K2M9P4R8T3V6X5Z2B", "A7K2M9P4R8T3V6X5Z2B72", "97K2M9P4R8T3V6X5Z2B7", "a7K2M9P4R8T3V6X5Z2B7"] {
        for model in ["link", "direct"] {
            assert_eq!(account(model).open().start_with(&bought().with("id", id), &[""]).to_string(), "ORDER id", "{model} {id}");
        }
    }
}

/// A link can be paid until it ends, whatever became of an attempt.
#[test]
fn a_link_is_not_declined() {
    let (shop, order) = opened("link");
    let failed = shop.callback(&order, &link_told("LNKFAILED1", "failed", "0"));
    assert_eq!((failed.to_string().as_str(), failed.refs().contains("LNKFAILED1")), ("pending", false), "{failed:?}");
    let paid = shop.callback(&keep(order, &failed), &link_told(PAYTR_ID, "success", "14990"));
    assert_eq!((paid.to_string().as_str(), paid.refs().contains(&format!("oid={PAYTR_ID}"))), ("paid by signature", true), "{paid:?}");
}

/// Refunds go to the payment that was booked, not to one that somebody added to it.
#[test]
fn a_second_payment_of_a_link_does_not_replace_the_first() {
    let (shop, order) = opened("link");
    let first = shop.callback(&order, &link_told(PAYTR_ID, "success", "14990"));
    let order = keep(order, &first);
    for (body, expected) in [
        (link_told("LNKSECOND2", "success", "14990"), "paid by signature, review"),
        (link_told("LNKSECOND2", "failed", "0"), "pending"),
        (link_told(PAYTR_ID, "success", "14990"), "paid by signature"),
    ] {
        let answer = shop.callback(&order, &body);
        assert_eq!((answer.to_string().as_str(), answer.refs().contains(&format!("oid={PAYTR_ID}"))), (expected, true), "{answer:?}");
    }
}

/// The address is the customer's own words, next to the order's number and to the amount.
#[test]
fn no_part_of_an_address_makes_an_order_number() {
    let shop = account("direct").open();
    let form = shop.start_with(&bought().with("customer.email", "B7K2M9P4R8T3V6X5Z2B7m@Example.COM"), &[""]).form();
    let value = |name: &str| form.iter().find(|(at, _)| at == name).expect("a field").1.as_str();
    assert_eq!(value("email"), "b7k2m9p4r8t3v6x5z2b7m@example.com");
    let signed = ["123456", "203.0.113.7", ORDER_ID, value("email"), "149.90", "card", "0", "TL", "0", "0", SALT];
    assert_eq!(value("paytr_token"), digest(KEY, &signed));
    // Nothing within these twenty places is a number that this model takes, but the order's own.
    let text = [signed[1], ORDER_ID, value("email"), "149.90"].concat();
    for from in 0..text.len() - 20 {
        let id = &text[from..from + 20];
        let may_start = shop.start_with(&bought().with("id", id), &[""]).kind() == "redirect";
        let is_within = from > 11 && id.starts_with(|first: char| first.is_ascii_uppercase()) && !id.contains(['@', '.']);
        assert_eq!(may_start, id == ORDER_ID || is_within, "{id}");
    }
}

#[test]
fn totals_are_held_against_the_order() {
    for (installments, total, expected) in [
        ("1", "14990", "paid by signature"),
        ("1", "14991", "AMOUNT_MISMATCH total_amount"),
        ("3", "15990", "paid by signature"),
        ("3", "14989", "AMOUNT_MISMATCH total_amount"),
        ("3", "4990", "AMOUNT_MISMATCH total_amount"),
        ("1", "149.90", "MALFORMED total_amount"),
        ("1", "14990.0", "MALFORMED total_amount"),
        ("1", "014990", "MALFORMED total_amount"),
        ("1", "1499e1", "MALFORMED total_amount"),
        ("1", "0", "AMOUNT_MISMATCH total_amount"),
    ] {
        let shop = account("direct").open();
        let order = begun(&shop, bought().with("installments", installments));
        let answer = shop.callback(&order, &told("success", total));
        assert_eq!(answer.to_string(), expected, "{installments} {total}");
        if total == "15990" {
            assert_eq!(answer.fact("charged"), "159.90");
        }
    }
}

// ---- inquiry

#[test]
fn an_inquiry_is_about_this_payment_and_real_money() {
    let (shop, order) = opened("iframe");
    let step = shop.inquire(&order);
    for (changes, expected) in [
        (&[][..], "paid by reply"),
        (&[("merchant_oid", r#""A7K2M9P4R8T3V6X5Z2B7""#)], "paid by reply"),
        (&[("test_mode", "")], "paid by reply"),
        (&[("test_mode", "0")], "paid by reply"),
        (&[("merchant_oid", r#""A7K2M9P4R8T3V6X5Z2B8""#)], "ORDER_MISMATCH merchant_oid"),
        (&[("test_mode", "1")], "ORDER_MISMATCH test_mode"),
        (&[("test_mode", r#""1 ""#)], "ORDER_MISMATCH test_mode"),
        (&[("test_mode", "01")], "unknown"),
        (&[("test_mode", "true")], "unknown"),
        (&[("payment_amount", r#""14,99""#)], "AMOUNT_MISMATCH amount"),
        (&[("payment_amount", "14990")], "AMOUNT_MISMATCH amount"),
        (&[("payment_amount", "1.499e2")], "unknown"),
        (&[("payment_amount", r#""149,90 TL""#)], "unknown"),
        (&[("payment_total", r#""149,91""#)], "AMOUNT_MISMATCH payment_total"),
        (&[("currency", r#""USD""#)], "CURRENCY_MISMATCH currency"),
        (&[("currency", "")], "unknown"),
        (&[("status", "true")], "unknown"),
        (&[("status", r#""Success""#)], "unknown"),
        (&[("Status", r#""success""#), ("status", "")], "unknown"),
        (&[("status", r#"{"status":"success"}"#)], "unknown"),
        (&[("status", r#""error""#), ("err_no", r#""004""#)], "pending"),
        (&[("status", r#""error""#), ("err_no", r#""001""#)], "REFUSED "),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", found(changes)).to_string(), expected, "{changes:?}");
    }
    let whole = found(&[]);
    let twice = whole.replace(r#"{"status":"#, r#"{"status":"error","status":"#);
    for (status, body) in
        [("lost", ""), ("500", whole.as_str()), ("200", "<html>success</html>"), ("200", &whole[..whole.len() - 3]), ("200", &twice)]
    {
        assert_eq!(shop.reply(&order, step.then(), status, body).to_string(), "unknown", "{body}");
    }
}

/// A link has no number at PayTR before its notification, and then only the signed one.
#[test]
fn a_link_is_asked_about_by_the_signed_number() {
    let (shop, order) = opened("link");
    assert_eq!(shop.inquire(&order).to_string(), "pending");
    let order = keep(order.clone(), &shop.callback(&order, &link_told(PAYTR_ID, "success", "14990")));
    let step = shop.inquire(&order);
    assert_eq!(field(&sent(&step), "merchant_oid"), PAYTR_ID);
    for named in [ORDER_ID, "LNKOTHER"] {
        let body = found(&[("merchant_oid", &format!("\"{named}\""))]);
        assert_eq!(shop.reply(&order, step.then(), "200", body).to_string(), "ORDER_MISMATCH merchant_oid");
    }
}

// ---- refunds

/// The refund of 49.90 whose answer is this.
fn refunded(answer: &str) -> String {
    let (shop, order) = paid("iframe");
    let step = shop.change(&order, "refund", "R1", "49.90");
    shop.reply(&keep(order, &step), step.then(), "200", answer).to_string()
}

#[test]
fn a_refund_is_believed_when_paytr_speaks_of_this_one() {
    for (changes, expected) in [
        (&[][..], "refunded by reply"),
        (&[("merchant_oid", "")], "refunded by reply"),
        (&[("reference_no", "")], "refunded by reply"),
        (&[("reference_no", "null")], "refunded by reply"),
        (&[("reference_no", r#""""#)], "refunded by reply"),
        (&[("is_test", "")], "refunded by reply"),
        (&[("return_amount", "49.9")], "refunded by reply"),
        // Another refund, order or amount; none that can be read; one in PayTR's test mode, in which no money moves.
        (&[("reference_no", r#""R2""#)], "unknown"),
        (&[("merchant_oid", r#""A7K2M9P4R8T3V6X5Z2B8""#)], "unknown"),
        (&[("return_amount", r#""49,91""#)], "unknown, review"),
        (&[("return_amount", "4990")], "unknown, review"),
        (&[("return_amount", "")], "unknown"),
        (&[("return_amount", "4.99e1")], "unknown"),
        (&[("is_test", r#""1""#)], "unknown, review"),
        (&[("is_test", "1")], "unknown, review"),
        (&[("status", r#""Success""#)], "unknown"),
        (&[("status", "")], "unknown"),
    ] {
        assert_eq!(refunded(&refund_made(ORDER_ID, "49.90", "R1", changes)), expected, "{changes:?}");
    }
    let whole = refund_made(ORDER_ID, "49.90", "R1", &[]);
    for body in ["<html>success</html>", &whole[..40], &whole.replace(r#""is_test""#, r#""status""#), "[]", ""] {
        assert_eq!(refunded(body), "unknown", "{body}");
    }
}

/// A number that PayTR's table does not have says nothing about the money: the ledger must not forget the refund.
#[test]
fn only_a_known_error_says_that_nothing_went_back() {
    for (number, expected) in [
        (r#""000""#, "declined by reply"),
        (r#""009""#, "declined by reply"),
        ("10", "declined by reply"),
        (r#""011""#, "declined by reply"),
        (r#""012""#, "unknown"),
        (r#""999""#, "unknown"),
        (r#""""#, "unknown"),
        ("", "unknown"),
        (r#""+09""#, "unknown"),
        (r#""0009""#, "unknown"),
        (r#""9.""#, "unknown"),
    ] {
        let body = json(&[("status", r#""error""#), ("err_no", number), ("err_msg", r#""olmadi""#)]);
        assert_eq!(refunded(&body), expected, "{number}");
    }
}

/// With interest, what left the card is what can go back, and no more.
#[test]
fn what_left_the_card_can_go_back() {
    let shop = account("iframe").open();
    let order = begun(&shop, bought().with("maxInstallments", "12"));
    let answer = shop.callback(&order, &told("success", "15990"));
    let order = keep(order, &answer);
    assert_eq!(shop.change(&order, "refund", "R1", "159.91").to_string(), "ORDER amount");
    assert_eq!(field(&sent(&shop.change(&order, "refund", "R1", "159.90")), "return_amount"), "159.90");
    let step = shop.inquire(&order);
    let total = [("payment_total", r#""159.9""#)];
    let with = |returns| found(&[&total[..], &[("returns", returns)]].concat());
    for (returns, expected) in [
        (r#"[{"return_amount":"149.9"}]"#, "paid by reply"),
        (r#"[{"return_amount":"149.9"},{"return_amount":"10"}]"#, "refunded by reply"),
        (r#"[{"return_amount":"149.9"},{"Return_amount":"10"}]"#, "unknown"),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", with(returns)).to_string(), expected, "{returns}");
    }
}

// ---- the report

#[test]
fn a_report_that_cannot_be_read_is_no_empty_one() {
    let shop = account("iframe").open();
    let range = || [shop.account.clone(), vec!["2026-11-20".to_owned(), "2026-11-21".to_owned()]].concat();
    let first = call(Op::Report, &range(), b"");
    let read = |body: &str| {
        let head = [range(), vec!["reads:report 2026-11-21".to_owned(), "200".to_owned()]].concat();
        call(Op::Reported, &head, body.as_bytes())
    };
    assert_eq!(first.kind(), "list");
    let row = r#"{"islem_tipi":"S","islem_tutari":"9.90","para_birimi":"TL","siparis_no":"4508034508034509","kart_no":"4508034508034509"}"#;
    let answer = read(&format!(r#"{{"status":"success","list":[{row}]}}"#));
    assert!(answer.kind() == "list" && !answer.0.join(" ").contains("4508034508034509"), "{answer:?}");
    for (body, expected) in [
        (r#"{"status":"failed","err_msg":"ilgili tarih araliginda islem bulunamadi"}"#.to_owned(), "list"),
        (r#"{"status":"failed","err_no":"003","err_msg":"paytr_token gecersiz"}"#.to_owned(), "REFUSED "),
        (r#"{"status":"error","err_no":"003"}"#.to_owned(), "REFUSED "),
        (format!(r#"{{"status":"success","list":[{row},"x"]}}"#), "MALFORMED list"),
        (r#"{"status":"success","list":"x"}"#.to_owned(), "MALFORMED list"),
        (format!(r#"{{"status":"success","list":[{row}"#), "MALFORMED list"),
        (r#"{"status":"success","list":[{"islem_tipi":"S"}]}"#.to_owned(), "MALFORMED para_birimi"),
        ("<html>".to_owned(), "MALFORMED "),
    ] {
        assert_eq!(read(&body).to_string(), expected, "{body}");
    }
}
