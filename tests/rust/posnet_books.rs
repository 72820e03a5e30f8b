//! Afterwards: what the bank's books say about an order, and captures, refunds and voids.

use crate::posnet_bank::{
    KEY, MERCHANT_ID, TERMINAL_ID, XID, agreement, authenticated, begun, charged, elements, leaf, no_record, paid, refusal, resolved, response, xml,
    yapikredi,
};
use crate::shop::{Answer, Order, Shop, order};
use velopos::error::Why;

/// What an inquiry about this order comes to.
fn inquired(shop: &Shop, order: &Order, body: &str) -> Answer {
    let step = shop.inquire(order);
    assert_eq!((step.then(), step.claim()), ("reads:inquiry TDS_", ""));
    shop.reply(order, step.then(), "200", body)
}

#[test]
fn the_question() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    assert_eq!(
        xml(&shop.inquire(&order)),
        format!(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><posnetRequest><mid>{MERCHANT_ID}</mid><tid>{TERMINAL_ID}</tid><agreement>\
             <orderID>TDS_{XID}</orderID></agreement></posnetRequest>"
        )
    );
    let short = begun(&shop, crate::shop::order().with("id", "A7"));
    assert_eq!(leaf(&shop.inquire(&short), "orderID"), "TDS_000000000000000000A7");
}

#[test]
fn no_record_is_asked_for_under_both_prefixes_and_is_no_failure() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    for code in ["E219", "0122", "0123"] {
        let second = inquired(&shop, &order, &refusal(code, "KAYIT BULUNAMADI"));
        assert_eq!((second.then(), second.claim(), leaf(&second, "orderID")), ("reads:inquiry TDSC", "", format!("TDSC{XID}")));
        for again in ["E219", "0122", "0123", "0150"] {
            assert_eq!(shop.reply(&order, second.then(), "200", refusal(again, "x")).to_string(), "pending", "{again}");
        }
        let old = agreement(&[&[("orderID", &format!("TDSC{XID}"))]]);
        assert_eq!(shop.reply(&order, second.then(), "200", &old).to_string(), "paid by reply");
        assert_eq!(shop.reply(&order, second.then(), "200", refusal("0148", "x")).to_string(), "REFUSED ");
    }
    for (code, why) in [("0148", Why::PosnetAddress), ("0150", Why::PosnetAddress), ("0321", Why::PosnetNumbers), ("E999", Why::Refused)] {
        let answer = inquired(&shop, &order, &refusal(code, "x"));
        assert_eq!((answer.to_string().as_str(), answer.at(4)), ("REFUSED ", code));
        answer.expect_why(why);
    }
}

type Line = &'static [(&'static str, &'static str)];
const SALE: Line = &[];
const VOIDED_SALE: Line = &[("txnStatus", "0")];
const REVERSE: Line = &[("state", "Sale_Reverse"), ("hostLogKey", "9")];
const FAILED_REVERSE: Line = &[("state", "Sale_Reverse"), ("txnStatus", "0")];
const RETURN_10: Line = &[("state", "Return"), ("amount", "10,00"), ("hostLogKey", "8")];
const RETURN_140: Line = &[("state", "Return"), ("amount", "139,90"), ("hostLogKey", "7")];
const FAILED_RETURN: Line = &[("state", "Return"), ("amount", "10,00"), ("txnStatus", "0")];
const RETURN_REVERSE: Line = &[("state", "Return_Reverse"), ("amount", "10,00")];
const POINTS: Line = &[("state", "Bonus_Usage"), ("amount", "1,00")];
const AUTH: Line = &[("state", "Authorization")];
const CAPTURE: Line = &[("state", "Capture"), ("hostLogKey", "CAP1")];
const FAILED_CAPTURE: Line = &[("state", "Capture"), ("txnStatus", "0")];
const CAPTURE_REVERSE: Line = &[("state", "Capture_Reverse")];
const AUTH_REVERSE: Line = &[("state", "Authorization_Reverse")];

#[test]
fn what_the_books_come_to() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    for (lines, outcome, refunded) in [
        (&[SALE][..], "paid by reply", ""),
        (&[SALE, FAILED_REVERSE], "paid by reply", ""),
        (&[SALE, RETURN_10], "paid by reply", "10.00"),
        (&[RETURN_10, RETURN_10, SALE], "paid by reply", "20.00"),
        (&[SALE, FAILED_RETURN], "paid by reply", ""),
        (&[SALE, RETURN_10, RETURN_140], "refunded by reply", "149.90"),
        (&[SALE, REVERSE], "voided by reply", ""),
        (&[REVERSE, VOIDED_SALE], "voided by reply", ""),
        (&[REVERSE], "voided by reply", ""),
        // It never happened.
        (&[VOIDED_SALE], "declined by reply", ""),
        (&[VOIDED_SALE, FAILED_REVERSE], "declined by reply", ""),
        // For a person to look at.
        (&[SALE, SALE], "pending, review", ""),
        (&[SALE, REVERSE, REVERSE], "voided by reply", ""),
        (&[RETURN_10], "pending, review", ""),
        (&[FAILED_REVERSE], "pending, review", ""),
        (&[SALE, RETURN_10, RETURN_140, RETURN_10], "pending, review", ""),
        (&[SALE, RETURN_10, RETURN_REVERSE], "pending, review", ""),
        (&[SALE, POINTS], "pending, review", ""),
        (&[AUTH], "pending, review", ""),
        (&[CAPTURE], "pending, review", ""),
        (&[&[("state", "VFT_Sale")]], "pending, review", ""),
        (&[&[("state", "Sale_Reverse_Reverse")]], "pending, review", ""),
        (&[&[("state", "")]], "pending, review", ""),
        (&[&[("amount", "14990")]], "pending, review", ""),
        (&[&[("amount", "150")]], "pending, review", ""),
        (&[&[("amount", "149.90")]], "pending, review", ""),
        (&[&[("amount", "")]], "pending, review", ""),
        (&[&[("currencyCode", "949")]], "pending, review", ""),
        (&[SALE, &[("state", "Return"), ("amount", "?")]], "pending, review", ""),
    ] {
        let payment = inquired(&shop, &order, &agreement(lines));
        assert_eq!((payment.to_string().as_str(), payment.fact("refunded")), (outcome, refunded), "{lines:?}");
    }
    for (line, code) in [
        (&[("amount", "149,89")][..], "AMOUNT_MISMATCH amount"),
        (&[("amount", "1.149,90")], "AMOUNT_MISMATCH amount"),
        (&[("currencyCode", "EU")], "CURRENCY_MISMATCH currency"),
        (&[("orderID", "TDS_A7K2M9P4R8T3V6X5Z2B8")], "ORDER_MISMATCH orderID"),
        (&[("orderID", XID)], "ORDER_MISMATCH orderID"),
        (&[("orderID", "XTDS_A7K2M9P4R8T3V6X5Z2B7")], "ORDER_MISMATCH orderID"),
        (&[("orderID", "")], "ORDER_MISMATCH orderID"),
        (&[("orderID", "-")], "ORDER_MISMATCH orderID"),
        (&[("txnStatus", "")], "unknown"),
        (&[("txnStatus", "2")], "unknown"),
        (&[("txnStatus", "-")], "unknown"),
        (&[("hostLogKey", "a b")], "unknown"),
    ] {
        assert_eq!(inquired(&shop, &order, &agreement(&[line])).to_string(), code, "{line:?}");
    }
    // Among the lines of an order no other order's may stand.
    assert_eq!(inquired(&shop, &order, &agreement(&[&[], &[("orderID", "TDS_A7K2M9P4R8T3V6X5Z2B8")]])).to_string(), "ORDER_MISMATCH orderID");
}

/// What the bank has told us as paid has not failed, whatever its books say later.
#[test]
fn a_payment_that_was_known_is_no_failure_afterwards() {
    let shop = yapikredi().open();
    let order = paid(&shop);
    assert_eq!(inquired(&shop, &order, &agreement(&[SALE])).to_string(), "paid by reply");
    for lines in [&[VOIDED_SALE][..], &[VOIDED_SALE, FAILED_REVERSE]] {
        assert_eq!(inquired(&shop, &order, &agreement(lines)).to_string(), "pending, review", "{lines:?}");
    }
}

#[test]
fn amounts_are_lira_with_a_comma() {
    let shop = yapikredi().open();
    let order = |amount: &str| begun(&shop, order().with("amount", amount));
    for (amount, text) in
        [("0.01", "0,01"), ("1234.56", "1234,56"), ("1234.56", "1.234,56"), ("99999.99", "99.999,99"), ("1234567.00", "1.234.567,00")]
    {
        assert_eq!(inquired(&shop, &order(amount), &agreement(&[&[("amount", text)]])).to_string(), "paid by reply", "{text}");
    }
    for text in [
        "1234.56",
        "1234,5",
        "1234,560",
        "1,234.56",
        "12.34,56",
        ".234,56",
        "1.234.56",
        "1.23456,00",
        ",56",
        "1234,",
        "-1234,56",
        "١٢٣٤,56",
        "1 234,56",
    ] {
        assert_eq!(inquired(&shop, &order("1234.56"), &agreement(&[&[("amount", text)]])).to_string(), "pending, review", "{text}");
    }
}

#[test]
fn facts_of_an_inquiry() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    let payment = inquired(&shop, &order, &agreement(&[SALE]));
    for (name, value) in [
        ("transactionId", KEY),
        ("authCode", "504289"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("maskedPan", "4506 34** **** 4637"),
        ("installments", "1"),
        ("mdStatus", ""),
        ("liability", ""),
        ("charged", ""),
    ] {
        assert_eq!(payment.fact(name), value, "{name}");
    }
    // The documents spell it in two ways.
    let other = inquired(&shop, &order, &agreement(&[&[("hostLogKey", "-"), ("hostlogkey", "77")]]));
    assert!(other.fact("refs").contains("key=77"), "{}", other.fact("refs"));
    let whole = inquired(&shop, &order, &agreement(&[&[("ccno", "4506344444444637")]]));
    assert!(!whole.0.join(" ").contains("4506344444444637"), "{whole:?}");
}

#[test]
fn an_answer_that_is_none() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    let good = agreement(&[SALE]);
    for body in [
        "",
        "<html>",
        "{}",
        &good[..good.len() - 20],
        &response("<approved>1</approved>"),
        &response("<approved>1</approved><transactions></transactions>"),
        &response("<approved>2</approved>"),
        &response(""),
        &good.replace("<approved>1</approved>", "<approved>1</approved><approved>0</approved>"),
        &good.replace("<txnStatus>1</txnStatus>", "<txnStatus>1</txnStatus><txnStatus>0</txnStatus>"),
        &good.replace("<state>Sale</state>", "<state>Sale</state><state>Return</state>"),
        &good.replace("<amount>149,90</amount>", "<amount>1,00</amount><amount>149,90</amount>"),
        &good.replace("posnetResponse", "posnetAnswer"),
    ] {
        assert_eq!(inquired(&shop, &order, body).to_string(), "unknown", "{body}");
    }
    for status in ["500", "302", "lost"] {
        assert_eq!(shop.reply(&order, shop.inquire(&order).then(), status, &good).to_string(), "unknown");
    }
}

#[test]
fn a_preauthorisation_in_the_books() {
    let shop = yapikredi().open();
    let order = begun(&shop, order().with("type", "preauth"));
    for (lines, outcome) in [
        (&[AUTH][..], "authorized by reply"),
        (&[AUTH, CAPTURE], "paid by reply"),
        (&[CAPTURE, AUTH], "paid by reply"),
        (&[AUTH, FAILED_CAPTURE], "authorized by reply"),
        (&[AUTH, AUTH_REVERSE], "voided by reply"),
        (&[AUTH_REVERSE], "voided by reply"),
        (&[AUTH, CAPTURE, &[("state", "Return"), ("amount", "149,90")]], "refunded by reply"),
        (&[&[("state", "Authorization"), ("txnStatus", "0")]], "declined by reply"),
        (&[AUTH, CAPTURE, CAPTURE_REVERSE], "authorized by reply"),
        (&[AUTH, AUTH_REVERSE, CAPTURE, CAPTURE_REVERSE], "voided by reply"),
        (&[AUTH, CAPTURE, CAPTURE], "pending, review"),
        (&[SALE], "pending, review"),
        // Somebody took less in the panel: how much was agreed is not known here.
        (&[AUTH, &[("state", "Capture"), ("amount", "100,00")]], "AMOUNT_MISMATCH amount"),
    ] {
        assert_eq!(inquired(&shop, &order, &agreement(lines)).to_string(), outcome, "{lines:?}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Captures, refunds and voids

fn approved(reference: &str) -> String {
    response(&elements(&[("approved", "1"), ("hostlogkey", reference), ("authCode", "991517")]))
}

fn reserved(shop: &Shop) -> Order {
    let (order, step) = authenticated(shop, order().with("type", "preauth"), &resolved(&[]));
    let payment = shop.reply(&order, step.then(), "200", charged(&[]));
    assert_eq!(payment.to_string(), "authorized by reply");
    order.with("refs", payment.fact("refs"))
}

/// Sends a change and brings the answer: the step, the payment, and the order as it is stored from then on.
fn made(shop: &Shop, order: &Order, verb: &str, id: &str, amount: &str, body: &str) -> (Answer, Answer, Order) {
    let step = shop.change(order, verb, id, amount);
    let sent = order.clone().with("refs", step.refs());
    let payment = shop.reply(&sent, step.then(), "200", body);
    let stored = sent.with("refs", payment.fact("refs"));
    (step, payment, stored)
}

/// The request's operation with what is in it.
fn operation(step: &Answer) -> String {
    let xml = xml(step);
    let (_, rest) = xml.split_once("</tid>").expect("the terminal first");
    rest.strip_suffix("</posnetRequest>").expect("the whole request").to_owned()
}

#[test]
fn a_refund_is_asked_for_with_the_number_of_the_sale() {
    let shop = yapikredi().open();
    let order = paid(&shop);
    let (step, payment, order) = made(&shop, &order, "refund", "R1", "10.00", &approved("019799179990000191"));
    assert_eq!(operation(&step), format!("<return><amount>1000</amount><currencyCode>TL</currencyCode><hostLogKey>{KEY}</hostLogKey></return>"));
    assert_eq!(step.claim(), format!("yapikredi:{MERCHANT_ID}:production:{XID}:send:change1"));
    assert_eq!((payment.to_string().as_str(), payment.fact("moved"), payment.fact("refunded")), ("refunded by reply", "10.00", "10.00"));
    assert_eq!(payment.fact("transactionId"), "019799179990000191");
    let (step, payment, order) = made(&shop, &order, "refund", "R2", "139.90", &approved("019799179990000192"));
    assert!(operation(&step).contains(&format!("<hostLogKey>{KEY}</hostLogKey>")), "of the sale, and not of the first refund");
    assert_eq!((payment.fact("moved"), payment.fact("refunded")), ("139.90", "149.90"));
    assert_eq!(shop.change(&order, "refund", "R3", "0.01").to_string(), "ORDER amount");
    // The books must show at least what the bank has confirmed.
    assert_eq!(inquired(&shop, &order, &agreement(&[SALE])).to_string(), "pending, review");
    assert_eq!(inquired(&shop, &order, &agreement(&[SALE, RETURN_10])).to_string(), "pending, review");
    assert_eq!(inquired(&shop, &order, &agreement(&[SALE, RETURN_10, RETURN_140])).to_string(), "refunded by reply");
}

#[test]
fn a_capture_takes_what_was_reserved_or_less() {
    let shop = yapikredi().open();
    let order = reserved(&shop);
    let (step, payment, order) = made(&shop, &order, "capture", "C1", "100.00", &approved("CAP1"));
    assert_eq!(
        operation(&step),
        format!("<capt><amount>10000</amount><currencyCode>TL</currencyCode><hostLogKey>{KEY}</hostLogKey><installment>00</installment></capt>")
    );
    assert_eq!(payment.to_string(), "paid by reply");
    // A refund afterwards is asked for with the capture's own number.
    let step = shop.change(&order, "refund", "R1", "40.00");
    assert!(operation(&step).contains("<hostLogKey>CAP1</hostLogKey>"), "{}", operation(&step));
    assert_eq!(shop.change(&order, "refund", "R1", "100.01").to_string(), "ORDER amount");
    let part: Line = &[("state", "Capture"), ("amount", "100,00"), ("hostLogKey", "CAP1")];
    let payment = inquired(&shop, &order, &agreement(&[AUTH, part]));
    assert_eq!((payment.to_string().as_str(), payment.fact("charged")), ("paid by reply", "100.00"));
    assert_eq!(inquired(&shop, &order, &agreement(&[AUTH, CAPTURE])).to_string(), "pending, review", "more than was asked for");
    assert_eq!(inquired(&shop, &order, &agreement(&[AUTH, FAILED_CAPTURE])).to_string(), "pending, review", "it was made, and is not there");
}

#[test]
fn a_void_names_what_it_undoes() {
    let shop = yapikredi().open();
    let sale = shop.change(&paid(&shop), "void", "V1", "");
    assert_eq!(operation(&sale), format!("<reverse><transaction>sale</transaction><hostLogKey>{KEY}</hostLogKey></reverse>"));
    let order = reserved(&shop);
    let auth = shop.change(&order, "void", "V1", "");
    assert_eq!(operation(&auth), format!("<reverse><transaction>auth</transaction><hostLogKey>{KEY}</hostLogKey></reverse>"));
    let (_, _, captured) = made(&shop, &order, "capture", "C1", "149.90", &approved("CAP1"));
    let capture = shop.change(&captured, "void", "V1", "");
    assert_eq!(operation(&capture), "<reverse><transaction>capt</transaction><hostLogKey>CAP1</hostLogKey></reverse>");

    let (_, payment, order) = made(&shop, &paid(&shop), "void", "V1", "", &approved("019799159990000191"));
    assert_eq!((payment.to_string().as_str(), payment.fact("moved")), ("voided by reply", "149.90"));
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "ORDER refs");
    for lines in [&[SALE, REVERSE][..], &[VOIDED_SALE, REVERSE], &[VOIDED_SALE], &[VOIDED_SALE, FAILED_REVERSE]] {
        assert_eq!(inquired(&shop, &order, &agreement(lines)).to_string(), "voided by reply", "{lines:?}");
    }
    let step = shop.change(&captured, "void", "V2", "");
    let sent = captured.with("refs", step.refs());
    let release = shop.reply(&sent, step.then(), "200", approved("CAP1"));
    assert_eq!(operation(&release), format!("<reverse><transaction>auth</transaction><hostLogKey>{KEY}</hostLogKey></reverse>"));
    let undone = sent.clone().with("refs", release.refs());
    for (lines, expected) in [
        (&[AUTH, CAPTURE, CAPTURE_REVERSE][..], "authorized by reply, review"),
        (&[AUTH, FAILED_CAPTURE], "authorized by reply, review"),
        (&[AUTH, FAILED_CAPTURE, CAPTURE_REVERSE], "authorized by reply, review"),
        (&[AUTH, AUTH_REVERSE, FAILED_CAPTURE, CAPTURE_REVERSE], "voided by reply"),
    ] {
        assert_eq!(inquired(&shop, &undone, &agreement(lines)).to_string(), expected, "{lines:?}");
    }
    assert_eq!(inquired(&shop, &sent, &agreement(&[AUTH, FAILED_CAPTURE])).to_string(), "pending, review", "nobody says that it was undone");
}

#[test]
fn a_sale_that_counted_once_and_does_not_any_more_is_no_decline() {
    let shop = yapikredi().open();
    assert_eq!(inquired(&shop, &paid(&shop), &agreement(&[VOIDED_SALE])).to_string(), "pending, review");
    assert_eq!(inquired(&shop, &paid(&shop), &agreement(&[SALE, REVERSE])).to_string(), "voided by reply");
}

#[test]
fn without_a_number_the_order_is_named() {
    let shop = yapikredi().open();
    let payment = inquired(&shop, &begun(&shop, order()), &agreement(&[&[("hostLogKey", "-")]]));
    let order = begun(&shop, order()).with("refs", payment.fact("refs"));
    let step = shop.change(&order, "refund", "R1", "1.00");
    assert_eq!(operation(&step), format!("<return><amount>100</amount><currencyCode>TL</currencyCode><orderID>TDS_{XID}</orderID></return>"));
    assert!(operation(&shop.change(&order, "void", "V1", "")).contains(&format!("<orderID>TDS_{XID}</orderID>")));

    let reserved = begun(&shop, crate::shop::order().with("type", "preauth"));
    let nameless: Line = &[("state", "Authorization"), ("hostLogKey", "-")];
    let payment = inquired(&shop, &reserved, &agreement(&[nameless]));
    let reserved = reserved.with("refs", payment.fact("refs"));
    let (step, payment, captured) = made(&shop, &reserved, "capture", "C1", "149.90", &approved(""));
    assert!(operation(&step).contains(&format!("<orderID>TDS_{XID}</orderID>")));
    assert_eq!(payment.to_string(), "paid by reply");
    assert_eq!(inquired(&shop, &captured, &agreement(&[nameless, FAILED_CAPTURE])).to_string(), "pending, review", "it was made, and is not there");
}

#[test]
fn what_the_bank_answers_to_a_change() {
    let shop = yapikredi().open();
    for (body, outcome) in [
        (refusal("0211", "GRUP KAPAMA YAPILMIS"), "declined by reply"),
        (refusal("0218", "BU SIPARIS DAHA ONCE IADE EDILDIGI ICIN IPTAL ISLEMI GECERSIZDIR"), "declined by reply"),
        (refusal("0220", "IPTAL ISLEMI YAPILMIS 0220"), "declined by reply"),
        (refusal("0123", "ORJINAL ISLEM BULUNAMADI"), "declined by reply"),
        (refusal("0411", "ISLEM HENUZ FINANSALLASMAMIS"), "declined by reply"),
        (refusal("0148", "MID,TID,IP HATALI: 1.2.3.4"), "declined by reply"),
        (refusal("0012", "RED-GECERSIZ ISLEM"), "declined by reply"),
        // These do not say that nothing was done.
        (refusal("0302", "ONL NET READDATATIMEOUT"), "unknown"),
        (refusal("0400", "DB ERROR"), "unknown"),
        (refusal("E999", "GENEL HATA"), "unknown"),
        (refusal("", ""), "unknown"),
        (response(&elements(&[("approved", "2"), ("hostlogkey", "1")])), "unknown"),
        (response(""), "unknown"),
        ("".to_owned(), "unknown"),
        ("<html>".to_owned(), "unknown"),
        (approved("1").replace("<approved>1", "<approved>0</approved><approved>1"), "unknown"),
        (approved("x y"), "unknown"),
    ] {
        for verb in ["refund", "void"] {
            let (_, payment, order) = made(&shop, &paid(&shop), verb, "X1", if verb == "refund" { "149.90" } else { "" }, &body);
            assert_eq!(payment.to_string(), outcome, "{verb}: {body}");
            // What may have been done is never asked for again; what was refused may be.
            let again = shop.change(&order, "refund", "X2", "149.90");
            assert_eq!(again.kind() == "send", outcome != "unknown", "{again:?}");
            assert_eq!(shop.change(&order, verb, "X1", if verb == "refund" { "149.90" } else { "" }).claim().is_empty(), outcome == "unknown");
        }
    }
}

#[test]
fn a_refund_of_unknown_outcome_is_found_in_the_books() {
    let shop = yapikredi().open();
    let order = paid(&shop);
    let step = shop.change(&order, "refund", "R1", "10.00");
    let sent = order.with("refs", step.refs());
    let lost = shop.reply(&sent, step.then(), "lost", "");
    assert_eq!(lost.to_string(), "unknown");
    let sent = sent.with("refs", lost.fact("refs"));
    let payment = inquired(&shop, &sent, &agreement(&[SALE, RETURN_10]));
    assert_eq!((payment.to_string().as_str(), payment.fact("refunded")), ("paid by reply", "10.00"));
    assert!(payment.fact("refs").contains("R1.1000.done"), "{}", payment.fact("refs"));
    let none = inquired(&shop, &sent, &agreement(&[SALE]));
    assert!(none.fact("refs").contains("R1.1000.sent"), "it still counts: {}", none.fact("refs"));
}

// ---------------------------------------------------------------------------------------------------------------------------------
// History

/// The lines of a history, each as `kind outcome amount`.
fn history(shop: &Shop, order: &Order, body: &str) -> Vec<String> {
    let step = shop.history(order);
    assert_eq!(step.then(), "reads:history TDS_");
    let answer = shop.reply(order, step.then(), "200", body);
    assert_eq!(answer.kind(), "list", "{answer:?}");
    let lines: Vec<String> = answer.0[5..].chunks(13).map(|line| [line[1].as_str(), &line[2], &line[3]].join(" ")).collect();
    assert_eq!(lines.len().to_string(), answer.at(4));
    lines
}

#[test]
fn a_history() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    assert_eq!(history(&shop, &order, &agreement(&[SALE])), ["sale approved 149.90"]);
    assert_eq!(
        history(&shop, &order, &agreement(&[VOIDED_SALE, REVERSE, RETURN_10, FAILED_RETURN])),
        ["sale voided 149.90", "void approved 149.90", "refund approved 10.00", "refund declined 10.00"]
    );
    assert_eq!(
        history(&shop, &order, &agreement(&[AUTH, CAPTURE, CAPTURE_REVERSE, FAILED_REVERSE, POINTS, VOIDED_SALE])),
        [
            "preauth approved 149.90",
            "capture voided 149.90",
            "void approved 149.90",
            "void declined 149.90",
            "other approved 1.00",
            "sale declined 149.90"
        ]
    );
    let step = shop.history(&order);
    // An empty page, and the question under the older prefix as the next one.
    let second = shop.reply(&order, step.then(), "200", no_record());
    assert_eq!((second.kind(), second.at(4), second.at(5)), ("list", "0", "reads:history TDSC"));
    let last = shop.reply(&order, second.at(5), "200", no_record());
    assert_eq!((last.kind(), last.0[4..].len(), last.at(4)), ("list", 1, "0"));
    let old = agreement(&[&[("orderID", &format!("TDSC{XID}"))]]);
    assert_eq!(shop.reply(&order, second.at(5), "200", &old).at(4), "1");
    assert_eq!(shop.reply(&order, step.then(), "200", refusal("0148", "x")).to_string(), "REFUSED ");
    let line = shop.reply(&order, step.then(), "200", agreement(&[SALE]));
    assert_eq!(
        line.0[5..],
        [XID, "sale", "approved", "149.90", "TRY", "", "2026-11-21T17:42:33+03:00", KEY, "504289", "", "4506 34** **** 4637", "", ""]
    );
}

#[test]
fn there_is_no_report() {
    let shop = yapikredi().open();
    let head = [shop.account.clone(), vec!["2026-11-01".to_owned(), "2026-11-02".to_owned()]].concat();
    assert_eq!(crate::shop::call(velopos::frame::Op::Report, &head, b"").at(1), "UNSUPPORTED");
}
