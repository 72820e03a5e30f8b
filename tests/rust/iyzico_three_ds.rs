//! Model `3ds`: the signed return says who the customer is, and only our own request takes the money.

use crate::iyzico::*;
use crate::shop::{Answer, ORDER_ID, Order, Shop, order};

const NEEDED: &str = "moves:provision 1";

fn begun(shop: &Shop) -> Order {
    begin(shop, order())
}

fn returning(body: &str) -> Answer {
    let shop = three_ds_shop();
    callback(&shop, &begun(&shop), body, "")
}

#[test]
fn a_success_asks_for_the_money_with_the_stored_order_and_nothing_of_the_browsers() {
    let shop = three_ds_shop();
    let stored = begun(&shop);
    let step = callback(&shop, &stored, &three_ds_return(&[("conversationData", "x\"},{:1:2")]), "");
    assert_eq!((step.to_string().as_str(), step.url()), (NEEDED, "https://sandbox-api.iyzipay.com/payment/v2/3dsecure/auth"));
    assert_eq!(
        body_of(&step),
        format!(
            r#"{{"locale":"tr","conversationId":"{ORDER_ID}","paymentId":"{PAYMENT}","paidPrice":"149.9","basketId":"{ORDER_ID}","currency":"TRY"}}"#
        )
    );
    // Once, whatever is said of it: also from another copy of the return.
    assert_eq!(step.claim(), format!("iyzico:sandbox-api:test:{ORDER_ID}:send:provision"));
    assert_eq!(callback(&shop, &stored, &three_ds_return(&[]), "").claim(), step.claim());
    assert_eq!(shop.reply(&stored, step.then(), "claimed", "").to_string(), "pending");
}

#[test]
fn what_the_authentication_must_have_been() {
    let attempted = config("3ds").with("threeDS", "attempted").open();
    let full = three_ds_shop();
    let outcome = |shop: &Shop, status: &str, md_status: &str| {
        callback(shop, &begun(shop), &three_ds_return(&[("status", status), ("mdStatus", md_status)]), "").to_string()
    };
    for (md_status, by_full, by_attempted) in [
        ("1", NEEDED, NEEDED),
        ("2", "declined by signature", "moves:provision 2"),
        ("3", "declined by signature", "moves:provision 3"),
        ("4", "declined by signature", "moves:provision 4"),
        ("0", "declined by signature", "declined by signature"),
        ("5", "declined by signature", "declined by signature"),
        ("6", "declined by signature", "declined by signature"),
        ("7", "declined by signature", "declined by signature"),
        ("8", "declined by signature", "declined by signature"),
        ("9", "declined by signature", "declined by signature"),
        ("-1", "declined by signature", "declined by signature"),
        ("", "MALFORMED mdStatus", "MALFORMED mdStatus"),
        ("01", "MALFORMED mdStatus", "MALFORMED mdStatus"),
        ("1 ", "MALFORMED mdStatus", "MALFORMED mdStatus"),
        ("-2", "MALFORMED mdStatus", "MALFORMED mdStatus"),
    ] {
        assert_eq!(
            (outcome(&full, "success", md_status), outcome(&attempted, "success", md_status)),
            (by_full.into(), by_attempted.into()),
            "{md_status}"
        );
    }
    for shop in [&full, &attempted] {
        for md_status in ["0", "2", "4", "5"] {
            assert_eq!(outcome(shop, "failure", md_status), "declined by signature", "{md_status}");
        }
        // A failure with a full authentication contradicts itself: iyzico is asked.
        assert_eq!(outcome(shop, "failure", "1"), "reads:detail");
        for status in ["", "SUCCESS", "successful", "failed", "success "] {
            assert_eq!(outcome(shop, status, "1"), "MALFORMED status", "{status}");
        }
    }
}

#[test]
fn a_failed_authentication_is_a_decline_that_says_so() {
    // A failure need not name the payment.
    for payment in [PAYMENT, ""] {
        let decline = returning(&three_ds_return(&[("status", "failure"), ("mdStatus", "0"), ("paymentId", payment)]));
        assert_eq!(decline.to_string(), "declined by signature");
        for (name, expected) in [
            ("reason", "3ds-failed"),
            ("bankCode", "mdStatus 0"),
            ("mdStatus", "0"),
            ("transactionId", PAYMENT),
            ("wixReasonCode", "3004"),
            ("liability", ""),
        ] {
            assert_eq!(decline.fact(name), expected, "{name}");
        }
    }
}

#[test]
fn a_return_that_is_forged_or_about_something_else_asks_for_nothing() {
    let good = three_ds_return(&[]);
    for (body, outcome) in [
        (three_ds_return(&[("signature", "")]), "SIGNATURE_MISSING signature"),
        ("status=success".to_owned(), "SIGNATURE_MISSING signature"),
        (String::new(), "SIGNATURE_MISSING signature"),
        (three_ds_return(&[("signature", &"a".repeat(64))]), "SIGNATURE_INVALID signature"),
        (three_ds_return(&[("signature", &hmac_hex("another key", &format!("x:{ORDER_ID}:1:{PAYMENT}:success")))]), "SIGNATURE_INVALID signature"),
        (good.replace("mdStatus=1", "mdStatus=2"), "SIGNATURE_INVALID signature"),
        (good.replace("&mdStatus=1", ""), "SIGNATURE_INVALID signature"),
        (
            three_ds_return(&[("status", "failure"), ("mdStatus", "0")]).replace("failure", "success").replace("mdStatus=0", "mdStatus=1"),
            "SIGNATURE_INVALID signature",
        ),
        // Names that the failure lacks, and the decisive ones twice.
        (format!("{good}&mdStatus=1"), "DUPLICATE_FIELD mdStatus"),
        (format!("{good}&MDSTATUS=0"), "DUPLICATE_FIELD MDSTATUS"),
        (format!("{good}&status=failure"), "DUPLICATE_FIELD status"),
        // Genuine, and of another order, payment or page.
        (three_ds_return(&[("conversationId", "Other4mPq8sVx2bNw6zRy")]), "ORDER_MISMATCH id"),
        (three_ds_return(&[("conversationId", "")]), "ORDER_MISMATCH id"),
        (three_ds_return(&[("paymentId", OTHER_PAYMENT)]), "ORDER_MISMATCH paymentId"),
        (three_ds_return(&[("paymentId", "")]), "ORDER_MISMATCH paymentId"),
        (three_ds_return(&[("paymentId", OTHER_PAYMENT), ("status", "failure"), ("mdStatus", "0")]), "ORDER_MISMATCH paymentId"),
        (three_ds_return(&[("conversationId", "Other4mPq8sVx2bNw6zRy"), ("status", "failure"), ("mdStatus", "0")]), "ORDER_MISMATCH id"),
        (format!("token={TOKEN}"), "SIGNATURE_MISSING signature"),
        // What iyzico signs in its answers serves no return.
        (three_ds_return(&[("signature", &hmac_hex(SECRET, &format!("{PAYMENT}:{ORDER_ID}")))]), "SIGNATURE_INVALID signature"),
        (format!("{good}&x=%FF"), NEEDED),
        (format!("{good}&x=%0"), "MALFORMED "),
    ] {
        assert_eq!(returning(&body).to_string(), outcome, "{body}");
    }
    let shop = three_ds_shop();
    assert_eq!(callback(&shop, &order().stored(&shop, "started=1"), &good, "").to_string(), "ORDER refs");
}

/// Every way to cut a genuine text into the five values, with its genuine signature: none is taken for anything but what iyzico meant.
#[test]
fn a_signed_return_can_be_read_in_one_way_only() {
    let other = "Other4mPq8sVx2bNw6zRy";
    let texts = [
        // (what iyzico signed, what our order may learn of it)
        (format!("data:{ORDER_ID}:0:{PAYMENT}:failure"), "declined by signature"),
        (format!("data:{ORDER_ID}:0::failure"), "declined by signature"),
        (format!("::{ORDER_ID}:5:{PAYMENT}:failure"), "declined by signature"),
        (format!("data:{other}:1:{OTHER_PAYMENT}:success"), ""),
        // Conversation data is iyzico's; here it is made of everything that an attacker could wish for.
        (format!("{ORDER_ID}:1:{PAYMENT}:success:{ORDER_ID}:0:{PAYMENT}:failure"), "declined by signature"),
        (format!("x:{ORDER_ID}:1:{PAYMENT}:success:{other}:1:{OTHER_PAYMENT}:success"), ""),
        (format!("data:{ORDER_ID}:1:{PAYMENT}:success"), NEEDED),
        // Answers of ours that are signed in the same way, should one become known.
        (format!("{PAYMENT}:{ORDER_ID}"), ""),
        (format!("{PAYMENT}:TRY:{ORDER_ID}:{ORDER_ID}:149.9:149.9"), ""),
        (format!("SUCCESS:{PAYMENT}:TRY:{ORDER_ID}:{ORDER_ID}:149.9:149.9:{TOKEN}"), ""),
    ];
    let shop = three_ds_shop();
    let stored = begun(&shop);
    for (text, meaning) in texts {
        let signature = hmac_hex(SECRET, &text);
        let colons: Vec<usize> = text.match_indices(':').map(|(place, _)| place).collect();
        let mut learnt = std::collections::BTreeSet::new();
        let mut readings = 0;
        for chosen in choices(&colons, 4) {
            let mut values = Vec::new();
            let mut from = 0;
            for place in chosen.iter().copied().chain([text.len()]) {
                values.push(&text[from..place]);
                from = place + 1;
            }
            let names = ["conversationData", "conversationId", "mdStatus", "paymentId", "status", "signature"];
            values.push(&signature);
            let fields: Vec<(&str, &str)> = names.into_iter().zip(values).collect();
            let outcome = callback(&shop, &stored, &form(&fields), "");
            assert!(!outcome.to_string().starts_with("SIGNATURE"), "not the same text: this attack proves nothing: {fields:?}");
            readings += 1;
            if outcome.kind() != "error" {
                learnt.insert(outcome.to_string());
            }
        }
        assert!(readings > 0 || colons.len() < 4, "{text}");
        assert_eq!(learnt.into_iter().collect::<Vec<_>>().join(" "), meaning, "{text}");
    }
}

/// All ways to choose so many of these places, in order.
fn choices(places: &[usize], count: usize) -> Vec<Vec<usize>> {
    match (places, count) {
        (_, 0) => vec![Vec::new()],
        ([], _) => Vec::new(),
        ([first, rest @ ..], _) => {
            let with = choices(rest, count - 1).into_iter().map(|mut chosen| {
                chosen.insert(0, *first);
                chosen
            });
            with.chain(choices(rest, count)).collect()
        }
    }
}

fn answered(status: &str, body: impl AsRef<[u8]>) -> Answer {
    let shop = three_ds_shop();
    shop.reply(&begun(&shop), NEEDED, status, body)
}

fn provided(changes: &[(&str, &str)]) -> Answer {
    answered("200", payment_answer(changes))
}

#[test]
fn a_signed_success_about_our_payment_is_paid() {
    let payment = provided(&[("mdStatus", "")]);
    assert_eq!(payment.to_string(), "paid by reply");
    // mdStatus is the one of the signed return.
    for (name, expected) in
        [("mdStatus", "1"), ("liability", "issuer"), ("transactionId", PAYMENT), ("authCode", "301102"), ("maskedPan", "450803******4509")]
    {
        assert_eq!(payment.fact(name), expected, "{name}");
    }
    assert!(payment.refs().contains("captured=14990"));
    assert_eq!((provided(&[("mdStatus", "0")]).fact("mdStatus"), provided(&[]).to_string().as_str()), ("1", "paid by reply"));
    let attempted = config("3ds").with("threeDS", "attempted").open();
    let weaker = attempted.reply(&begun(&attempted), "moves:provision 4", "200", payment_answer(&[]));
    assert_eq!((weaker.to_string().as_str(), weaker.fact("liability")), ("paid by reply", "merchant"));
    let shop = three_ds_shop();
    let reserved = begin(&shop, order().with("type", "preauth"));
    let answer = payment_answer(&[("phase", r#""PRE_AUTH""#)]);
    assert_eq!(shop.reply(&reserved, NEEDED, "200", answer).to_string(), "authorized by reply");
    let in_parts = begin(&shop, order().with("installments", "6"));
    assert_eq!(shop.reply(&in_parts, NEEDED, "200", payment_answer(&[("paidPrice", "164.89")])).fact("charged"), "164.89");
}

#[test]
fn anything_else_leaves_the_payment_unknown_and_never_asks_for_the_money_again() {
    let good = payment_answer(&[]);
    for body in [
        String::new(),
        "<html><body>504 Gateway Time-out</body></html>".into(),
        "[]".into(),
        "{}".into(),
        good[..good.len() - 3].into(),
        r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>"#.into(),
        format!("{{\"status\":\"failure\",{}", &good[1..]),
        r#"{"status":"SUCCESS"}"#.into(),
    ] {
        assert_eq!(answered("200", &body).to_string(), "unknown", "{body}");
    }
    for status in ["400", "401", "404", "500", "502", "302", "201", "lost"] {
        assert_eq!(answered(status, &good).to_string(), "unknown", "{status}");
    }
    // It answered, and about something else, or not as itself: a person should look.
    for changes in [
        &[("signature", "null")][..],
        &[("signature", r#""""#)],
        &[("signature", &format!("\"{}\"", "a".repeat(64)))],
        &[("paymentId", OTHER_PAYMENT)],
        &[("basketId", r#""Other4mPq8sVx2bNw6zRy""#)],
        &[("basketId", "")],
        &[("conversationId", r#""Other4mPq8sVx2bNw6zRy""#)],
        &[("currency", r#""USD""#)],
        &[("price", "1.0"), ("paidPrice", "1.0")],
        &[("paidPrice", "149.89")],
        &[("paidPrice", "1000.0")],
    ] {
        assert_eq!(provided(changes).to_string(), "unknown, review", "{changes:?}");
    }
    // The outcome is not signed, so a signed failure of another kind of answer cannot become one of ours either.
    let failed = detail(&[("paymentStatus", r#""FAILURE""#)]).replace("\"status\":\"success\"", "\"status\":\"failure\"");
    assert_eq!(answered("200", failed).to_string(), "reads:detail");
    let shop = three_ds_shop();
    let stored = begun(&shop);
    assert_eq!(shop.inquire(&stored).to_string(), "reads:detail");
    assert_eq!(shop.reply(&stored, "moves:provision", "200", &good).to_string(), "unknown, review");
    assert_eq!(shop.reply(&stored, "moves:provision x", "200", &good).to_string(), "unknown, review");
}

#[test]
fn the_fraud_check_and_the_phase_count_here_too() {
    for (changes, outcome) in [
        (&[("fraudStatus", "0")][..], "pending, review"),
        (&[("fraudStatus", "-1")], "declined by reply"),
        (&[("fraudStatus", "")], "pending, review"),
        (&[("phase", r#""PRE_AUTH""#)], "pending, review"),
    ] {
        assert_eq!(provided(changes).to_string(), outcome, "{changes:?}");
    }
}

#[test]
fn a_banks_no_is_a_decline_and_any_other_error_is_asked_about() {
    let nameless = |code: &str| answered("200", refusal(code, "Kart limiti yetersiz"));
    let refused = |code: &str| {
        let members = [quoted("status", "failure"), quoted("errorCode", code), quoted("errorMessage", "Kart limiti yetersiz")];
        answered("200", json(&[members.as_slice(), &[quoted("conversationId", ORDER_ID)]].concat()))
    };
    assert_eq!(nameless("10051").to_string(), "reads:detail", "it may be about another payment");
    for (code, reason) in [("10051", "insufficient-funds"), ("10005", "declined"), ("10204", "declined"), ("6001", "security")] {
        let decline = refused(code);
        assert_eq!(
            (decline.to_string().as_str(), decline.fact("reason"), decline.fact("bankCode"), decline.fact("bankMessage")),
            ("declined by reply", reason, code, "Kart limiti yetersiz"),
        );
        assert_eq!((decline.fact("mdStatus"), decline.refs().contains("captured")), ("1", false));
    }
    // The bank was not reached, the request is under way, iyzico's own trouble, or a word that nobody knows.
    for code in ["10214", "10219", "10228", "8514", "1", "100001", "5087", "1001", "5004", "", "x"] {
        assert_eq!(refused(code).to_string(), "reads:detail", "{code}");
    }
    let named = |name: &'static str, value: &str| {
        answered("200", json(&[quoted("status", "failure"), quoted("errorCode", "10051"), quoted(name, value)])).to_string()
    };
    assert_eq!(named("paymentId", PAYMENT), "declined by reply");
    assert_eq!(named("paymentId", OTHER_PAYMENT), "unknown, review");
    assert_eq!(named("conversationId", "Other4mPq8sVx2bNw6zRy"), "unknown, review");
    assert_eq!(named("basketId", "Other4mPq8sVx2bNw6zRy"), "unknown, review");
}

#[test]
fn a_webhook_about_this_payment_makes_us_ask_and_one_about_another_does_not() {
    let shop = three_ds_shop();
    let stored = begun(&shop);
    let told = |body: &str| callback(&shop, &stored, body, &webhook_signature(body)).to_string();
    for event in ["PAYMENT_API", "API_AUTH", "THREE_DS_AUTH", "THREE_DS_CALLBACK"] {
        for status in ["SUCCESS", "FAILURE", "INIT_THREEDS", "CALLBACK_THREEDS"] {
            let body = direct(&[("iyziEventType", &format!("\"{event}\"")), ("status", &format!("\"{status}\""))]);
            assert_eq!(told(&body), "reads:detail", "{event} {status}");
        }
    }
    assert_eq!(told(&direct(&[("paymentId", OTHER_PAYMENT)])), "ORDER_MISMATCH paymentId");
    assert_eq!(told(&direct(&[("paymentConversationId", r#""Other4mPq8sVx2bNw6zRy""#)])), "ORDER_MISMATCH paymentConversationId");
    // A page's webhook names a token, and no page was opened for this order.
    assert_eq!(told(&hosted(&[])), "ORDER refs");
    assert_eq!(callback(&shop, &stored, &direct(&[]), "").to_string(), "SIGNATURE_MISSING x-iyz-signature-v3");
}
