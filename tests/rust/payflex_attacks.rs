//! PayFlex: what an attacker, or a reply that is not what it should be, does not get.

use crate::payflex_bank::{
    CAVV, ENROLLMENT, TOKEN, VERES, account, changed, document, enrolled, found, keep, list, paid, preauth, provision, queried, reference, refusal,
    registered, returned, row, sale, told, transaction, vakifbank, xml,
};
use crate::shop::{Answer, ORDER_ID, Order, Shop};

fn provisioned(shop: &Shop, order: &Order, changes: &[(&str, &str)]) -> Answer {
    let step = shop.callback(order, &returned(&[]));
    assert!(step.then().starts_with("moves:provision"), "{step:?}");
    shop.reply(order, step.then(), "200", provision(order, changes))
}

fn searched(shop: &Shop, order: &Order, rows: &[String]) -> Answer {
    let step = shop.inquire(order);
    assert_eq!(step.then(), "reads:search transaction");
    shop.reply(order, step.then(), "200", found(rows))
}

// ---- the query of a common payment

/// The hosts of 2026 tell two results, and one does not stand for both.
#[test]
fn the_query_has_two_results_that_agree() {
    let shop = vakifbank("common_payment").open();
    let order = registered(&shop, sale());
    for (changes, expected) in [
        (&[("AuthResultCode", "null")][..], "reads:search order"),
        (&[("AuthResultCode", "")], "reads:search order"),
        (&[("AuthResultCode", "0000 ")], "reads:search order"),
        (&[("AuthResultCode", "null"), ("authresultcode", "0000")], "reads:search order"),
        (&[("Rc", "0000 ")], "reads:search order"),
        (&[("Rc", "0")], "reads:search order"),
        (&[("Rc", "00000")], "reads:search order"),
        (&[("Rc", "null"), ("rc", "0000")], "pending"),
        // The bank's own approval beside a refusal: the money may be gone.
        (&[("Rc", "0051")], "reads:search order"),
        (&[("Rc", "0400")], "reads:search order"),
        (&[("Rc", "0400"), ("AuthResultCode", "null")], "declined by reply"),
        (&[("Rc", "0400"), ("AuthResultCode", "0400")], "declined by reply"),
        (&[("Amount", "1499e-1")], "reads:search order"),
        (&[("Amount", "149,90 ")], "reads:search order"),
        (&[("Amount", "1.149,90")], "reads:search order"),
    ] {
        assert_eq!(queried(&shop, &order, changes).to_string(), expected, "{changes:?}");
    }
    let step = shop.inquire(&order);
    for body in [
        r#"{"Rc":{"Rc":"0000"}}"#.to_owned(),
        r#"{"Rc":["0000"]}"#.to_owned(),
        format!("[{}]", told(&order, &[])),
        told(&order, &[]).replace("{\"Rc\":\"0000\"", "{\"Rc\":\"0000\",\"Rc\":\"0000\""),
        format!("<html>{}</html>", told(&order, &[])),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", &body).to_string(), "unknown", "{body}");
    }
    // Nobody tells the second one at the older installations.
    let shop = account("isbank-payflex", "common_payment").open();
    assert_eq!(queried(&shop, &registered(&shop, sale()), &[("AuthResultCode", "null")]).to_string(), "paid by reply");
}

/// A number that the bank made is taken over with the payment that is believed under it, and never alone.
#[test]
fn a_row_that_is_not_believed_leaves_no_number_behind() {
    let shop = vakifbank("common_payment").open();
    let order = registered(&shop, sale());
    let step = queried(&shop, &order, &[("TransactionId", "BANKA4711")]);
    for changes in [&[("TransactionType", "Refund")][..], &[("IsRefunded", "true")], &[("IsCanceled", "")]] {
        let row = row(&order, &[&[("TransactionId", "BANKA4711")], changes].concat());
        let answer = shop.reply(&order, step.then(), "200", found(&[row]));
        assert_eq!(
            (answer.to_string().as_str(), transaction(&keep(order.clone(), &answer))),
            ("pending, review", transaction(&order)),
            "{changes:?}"
        );
    }
}

// ---- what the money was taken for

/// A shop that wants every payment fully authenticated hears of one that is not, although the money is there.
#[test]
fn half_secure_money_is_for_a_person() {
    let full = vakifbank("3d").open();
    let half = vakifbank("3d").with("threeDS", "attempted").open();
    for (changes, of_full) in [
        (&[][..], "paid by reply"),
        (&[("ECI", "02")], "paid by reply"),
        (&[("ECI", "06")], "paid by reply, review"),
        (&[("ECI", "01")], "paid by reply, review"),
        (&[("ECI", "07")], "paid by reply, review"),
        (&[("ThreeDSecureType", "3")], "paid by reply, review"),
        (&[("ThreeDSecureType", "1")], "paid by reply, review"),
    ] {
        let order = enrolled(&full, sale());
        assert_eq!(provisioned(&full, &order, changes).to_string(), of_full, "{changes:?}");
        assert_eq!(searched(&full, &order, &[row(&order, changes)]).to_string(), of_full, "{changes:?}");
        let order = enrolled(&half, sale());
        assert_eq!(provisioned(&half, &order, changes).to_string(), "paid by reply", "{changes:?}");
    }
}

#[test]
fn instalments_are_the_orders_own() {
    let shop = vakifbank("3d").open();
    for (chosen, told, expected, count) in [
        ("", "", "paid by reply", "1"),
        ("", "0", "paid by reply", "1"),
        ("", "1", "paid by reply", "1"),
        ("3", "3", "paid by reply", "3"),
        ("3", "", "paid by reply", "3"),
        ("", "9", "paid by reply, review", "9"),
        ("3", "6", "paid by reply, review", "6"),
    ] {
        let order = enrolled(&shop, sale().with("installments", chosen));
        for name in ["NumberOfInstallments", "InstallmentCount"] {
            let answer = searched(&shop, &order, &[row(&order, &[("NumberOfInstallments", ""), (name, told)])]);
            assert_eq!((answer.to_string().as_str(), answer.fact("installments")), (expected, count), "{chosen} {told}");
        }
        let answer = provisioned(&shop, &order, &[("InstallmentCount", told)]);
        assert_eq!((answer.to_string().as_str(), answer.fact("installments")), (expected, count), "{chosen} {told}");
        let page = vakifbank("common_payment").open();
        let order = registered(&page, sale().with("installments", chosen));
        let answer = queried(&page, &order, &[("InstallmentCount", told)]);
        assert_eq!((answer.to_string().as_str(), answer.fact("installments")), (expected, count), "{chosen} {told}");
    }
}

#[test]
fn a_reservation_is_no_sale() {
    let shop = vakifbank("3d").open();
    for (order, other) in [(sale(), "Auth"), (preauth(), "Sale"), (sale(), "Refund"), (sale(), "sale")] {
        let order = enrolled(&shop, order);
        assert_eq!(provisioned(&shop, &order, &[("TransactionType", other)]).to_string(), "reads:search transaction", "{other}");
        assert!(provisioned(&shop, &order, &[("TransactionType", "null")]).to_string().ends_with(" by reply"));
    }
}

/// The answer to the authentication of a cheap order for a dear one: the bank takes the amount from the enrollment and says so.
#[test]
fn a_cheap_authentication_pays_no_dear_order() {
    let shop = vakifbank("3d").open();
    let dear = enrolled(&shop, sale());
    assert_eq!(provisioned(&shop, &dear, &[("CurrencyAmount", "1.00")]).to_string(), "unknown, review");
    assert_eq!(searched(&shop, &dear, &[row(&dear, &[("Amount", "1.00")])]).to_string(), "AMOUNT_MISMATCH amount");
    // The return of another order, with every number of it, and one with only one of them right.
    let other = [("VerifyEnrollmentRequestId", "99".repeat(16)), ("SessionInfo", "88".repeat(16))];
    let all: Vec<(&str, &str)> = other.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for changes in [&all[..], &all[..1], &all[1..]] {
        assert!(shop.callback(&dear, &returned(changes)).to_string().starts_with("ORDER_MISMATCH"), "{changes:?}");
    }
}

// ---- rows

#[test]
fn a_refusal_in_one_row_says_nothing_about_another() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let (no, open, yes) = (row(&order, &[("ResultCode", "0051")]), row(&order, &[("ResultCode", "1001")]), row(&order, &[]));
    for (rows, expected) in [
        (vec![&open, &no], "pending, review"),
        (vec![&no, &open], "pending, review"),
        (vec![&no, &open, &no], "pending, review"),
        (vec![&open, &yes, &no], "paid by reply"),
        (vec![&no, &no], "declined by reply"),
        (vec![&yes, &open, &yes], "unknown, review"),
    ] {
        assert_eq!(searched(&shop, &order, &rows.into_iter().cloned().collect::<Vec<_>>()).to_string(), expected);
    }
}

/// The bank shows a page of them: what is not on it may be the one that was paid.
#[test]
fn a_list_that_is_longer_than_its_page_declines_nothing() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let step = shop.inquire(&order);
    let no = row(&order, &[("ResultCode", "0051")]);
    for (total, expected) in [(10, "declined by reply"), (11, "pending, review")] {
        let body = list("SearchResponse", &vec![no.clone(); 10], total);
        assert_eq!(shop.reply(&order, step.then(), "200", body).to_string(), expected, "{total}");
    }
}

// ---- captures, refunds, voids

#[test]
fn a_change_is_believed_when_the_bank_speaks_of_this_one() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let order = keep(order.clone(), &provisioned(&shop, &order, &[]));
    let step = shop.change(&order, "refund", "R1", "49.90");
    let sent = keep(order.clone(), &step);
    let text = xml(&step);
    let number = text.split_once("<TransactionId>").and_then(|(_, rest)| rest.split('<').next()).expect("a number");
    let leaves = [
        ("TransactionType", "Refund"),
        ("TransactionId", number),
        ("ReferenceTransactionId", transaction(&order)),
        ("ResultCode", "0000"),
        ("CurrencyAmount", "49.90"),
        ("CurrencyCode", "949"),
    ];
    for (changes, expected) in [
        (&[][..], "refunded by reply"),
        (&[("CurrencyAmount", "null"), ("CurrencyCode", "null"), ("ReferenceTransactionId", "null")], "refunded by reply"),
        (&[("TransactionId", transaction(&order))], "unknown, review"),
        (&[("TransactionId", "null")], "unknown"),
        (&[("ReferenceTransactionId", "4711")], "unknown, review"),
        (&[("OrderId", "B1")], "unknown, review"),
        (&[("CurrencyAmount", "149.90")], "unknown, review"),
        (&[("CurrencyAmount", "49,90")], "unknown"),
        (&[("CurrencyAmount", "4.99e1")], "unknown"),
        (&[("CurrencyCode", "840")], "unknown, review"),
        (&[("CurrencyCode", "TL")], "unknown"),
        (&[("CurrencyCode", "0949")], "unknown"),
        (&[("ResultCode", "00")], "unknown"),
        (&[("ResultCode", "null")], "unknown"),
        (&[("ResultCode", "null"), ("resultcode", "0000")], "unknown"),
        (&[("ResultCode", "1006")], "unknown"),
        (&[("ResultCode", "0096")], "unknown"),
    ] {
        let body = document("VposResponse", &changed(&leaves, changes));
        assert_eq!(shop.reply(&sent, step.then(), "200", body).to_string(), expected, "{changes:?}");
    }
}

// ---- XML

#[test]
fn an_approval_stands_in_one_place_of_the_answer() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let step = shop.callback(&order, &returned(&[]));
    let whole = provision(&order, &[]);
    let with = |other: &str| whole.replace("<ResultCode>0000</ResultCode>", other);
    for (body, expected) in [
        (with("<ResultCode>0000</ResultCode><ResultCode>0000</ResultCode>"), "unknown"),
        (with("<ResultCode>0051</ResultCode><ResultCode>0000</ResultCode>"), "unknown"),
        (with("<ResultCode>0051</ResultCode><resultcode>0000</resultcode>"), "declined by reply"),
        (with("<ResultCode value=\"0000\"/>"), "reads:search transaction"),
        (with("<Extra><ResultCode>0000</ResultCode></Extra>"), "reads:search transaction"),
        (with("<ResultCode><Code>0000</Code></ResultCode>"), "unknown"),
        (with("<!--<ResultCode>0000</ResultCode>-->"), "reads:search transaction"),
        (with("<ResultDetail2><![CDATA[<ResultCode>0000</ResultCode>]]></ResultDetail2>"), "reads:search transaction"),
        (with("<ResultCode>&ok;</ResultCode>"), "unknown"),
        (with("<ResultCode>00000</ResultCode>"), "reads:search transaction"),
        (with("<ResultCode>0</ResultCode>"), "reads:search transaction"),
        (format!("<!DOCTYPE VposResponse [<!ENTITY ok \"0000\">]>{}", with("<ResultCode>&ok;</ResultCode>")), "unknown"),
        (format!("<Envelope>{}</Envelope>", whole.split_once("?>").expect("a document").1), "unknown"),
        (whole[..whole.len() - 4].to_owned(), "unknown"),
        (format!("{whole}{}", refusal("0051")), "unknown"),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", &body).to_string(), expected, "{body}");
    }
}

// ---- where the browser goes

#[test]
fn the_browser_goes_to_plain_https_addresses() {
    let shop = vakifbank("3d").open();
    let start = shop.start(&sale());
    let order = sale().stored(&shop, start.refs());
    let wrong = [
        "javascript:alert(1)",
        "http://acs.bank.example/",
        "https://acs.bank.example@evil.example/",
        "https://a:b@evil.example/",
        "//evil.example/",
        "data:text/html,x",
        "https://evil.example\\@acs.bank.example/",
        "https:/evil.example",
        "https://acs.bank.example/&#10;x",
        "",
    ];
    for field in ["Message/VERes/ACSUrl", "Message/VERes/TermUrl"] {
        for address in wrong {
            let body = document("IPaySecure", &changed(VERES, &[(field, address)]));
            let answer = shop.reply(&order, start.then(), "200", &body);
            assert_eq!(answer.kind(), "error", "{field} {address} {answer:?}");
        }
    }
    let good = shop.reply(&order, start.then(), "200", document("IPaySecure", VERES));
    assert_eq!(good.kind(), "redirect");
}

// ---- the card, which comes back through the browser

#[test]
fn no_card_number_is_thrown_stored_or_returned() {
    const PAN: &str = "4508034508034509";
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let whole = String::from_utf8(returned(&[])).expect("text");
    let bodies = [
        whole.clone(),
        whole.replace("Status=Y", "Status=N"),
        whole.replace("Pan=", &format!("{PAN}=1&{PAN}=2&Pan=")),
        whole.replace("Pan=", "Pan=%&Pan2="),
        whole.replace("Pan=", &format!("Pan={PAN}&Pan=")),
        format!("{whole}%"),
        whole.replace("Status=Y", &format!("Status={PAN}")),
        whole.replace("Eci=05", &format!("Eci={PAN}")),
        whole.replace("Cavv=", &format!("Cavv={PAN}&x=")),
        whole.replace("SessionInfo=", &format!("SessionInfo={PAN}&x=")),
        whole.replace("MerchantId=", &format!("MerchantId={PAN}&x=")),
        whole.replace("VerifyEnrollmentRequestId=", &format!("VerifyEnrollmentRequestId={PAN}&x=")),
        PAN.to_owned(),
    ];
    for body in bodies {
        let answer = shop.callback(&order, body.as_bytes());
        let text = answer.0.join("\n");
        // A cryptogram of digits alone is none that a bank makes; it is sent to the bank and to nobody else.
        let shown = if answer.kind() == "send" { [answer.refs(), answer.url()].concat() } else { text };
        assert!(!shown.contains(PAN) && !shown.contains("3012"), "{body}: {answer:?}");
        // Who posts it as the number of a payment finds none under it.
        let is_number = body.contains(&format!("RequestId={PAN}"));
        assert!(is_number || !shop.peek(body.as_bytes()).0.join("\n").contains(PAN), "{body}");
    }
}

/// Our own numbers never look like a card's, so that they are shown whole.
#[test]
fn a_number_of_ours_is_shown_whole() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let number = transaction(&order).to_owned();
    assert!(number.len() == 32 && number.bytes().all(|byte| byte.is_ascii_lowercase()), "{number}");
    assert_eq!(provisioned(&shop, &order, &[]).fact("transactionId"), number);
    let page = vakifbank("common_payment").open();
    let order = paid(&page, sale());
    let change = keep(order.clone(), &page.change(&preauthorised(&page), "capture", "C1", "1.00"));
    assert!(reference(&change, "capture").bytes().all(|byte| byte.is_ascii_lowercase()));
}

fn preauthorised(shop: &Shop) -> Order {
    paid(shop, preauth())
}

// ---- who says what failed

/// Somebody's return, forged in every way that its fields allow, ends in a question and never in a decline.
#[test]
fn a_forged_return_ends_in_a_question() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    for status in ["N", "U", "E", "A", "", "n", "0", "YY", "Y "] {
        for eci in ["05", "06", "07", ""] {
            for code in ["", "1105", "2053"] {
                let changes = [("Status", status), ("Eci", eci), ("ErrorCode", code), ("Cavv", "")];
                let answer = shop.callback(&order, &returned(&changes));
                assert_eq!(answer.to_string(), "reads:search transaction", "{changes:?}");
            }
        }
    }
    let page = vakifbank("common_payment").open();
    let order = registered(&page, sale());
    for body in [
        format!("PaymentToken={TOKEN}&Rc=0051&Message=LIMIT"),
        format!("PaymentToken={TOKEN}&Rc=0000&Status=Y&OrderId={ORDER_ID}&AuthResultCode=0000"),
        format!("Ptkn={TOKEN}&VerifyEnrollmentRequestId={ENROLLMENT}&Cavv={CAVV}&Status=Y&Eci=05"),
    ] {
        let answer = page.callback(&order, body.as_bytes());
        assert_eq!((answer.to_string().as_str(), answer.claim()), ("reads:query", ""), "{body}");
    }
}
