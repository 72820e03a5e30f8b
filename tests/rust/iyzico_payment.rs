//! What became of a payment: the return to a form, and iyzico's answers about forms and payment numbers.

use crate::iyzico::*;
use crate::shop::{Answer, ORDER_ID, order};

fn token_return(body: &str) -> String {
    let shop = form_shop();
    let stored = begin(&shop, order());
    callback(&shop, &stored, body, "").to_string()
}

#[test]
fn the_browsers_token_must_be_the_stored_one() {
    let shop = form_shop();
    let stored = begin(&shop, order());
    let step = callback(&shop, &stored, &format!("token={TOKEN}"), "");
    assert_eq!((step.to_string().as_str(), step.claim()), ("reads:retrieve", ""));
    assert_eq!(step.url(), "https://sandbox-api.iyzipay.com/payment/iyzipos/checkoutform/auth/ecom/detail");
    assert_eq!(body_of(&step), format!(r#"{{"locale":"tr","conversationId":"{ORDER_ID}","token":"{TOKEN}"}}"#));
    assert_eq!(shop.inquire(&stored).0[5..], step.0[5..]);
    for (body, outcome) in [
        (format!("token={OTHER_TOKEN}"), "ORDER_MISMATCH token"),
        (format!("token={}", TOKEN.to_uppercase()), "ORDER_MISMATCH token"),
        (format!("token={TOKEN}x"), "ORDER_MISMATCH token"),
        ("token=".into(), "MALFORMED token"),
        ("status=success".into(), "MALFORMED token"),
        (String::new(), "MALFORMED token"),
        (format!("token={TOKEN}&token={TOKEN}"), "DUPLICATE_FIELD token"),
        (format!("token={OTHER_TOKEN}&TOKEN={TOKEN}"), "DUPLICATE_FIELD TOKEN"),
        // The return of the other model.
        (three_ds_return(&[]), "MALFORMED token"),
    ] {
        assert_eq!(token_return(&body), outcome, "{body}");
    }
    let unopened = order().stored(&shop, "started=1");
    assert_eq!(callback(&shop, &unopened, &format!("token={TOKEN}"), "").to_string(), "ORDER refs");
    assert_eq!(shop.inquire(&unopened).to_string(), "ORDER refs");
}

/// What an answer about the form is taken for, and the same of one about the payment number.
fn told(order: crate::shop::Order, changes: &[(&str, &str)]) -> [Answer; 2] {
    let (form, number) = (form_shop(), three_ds_shop());
    [
        form.reply(&begin(&form, order.clone()), "reads:retrieve", "200", form_answer(changes)),
        number.reply(&begin(&number, order), "reads:detail", "200", detail(changes)),
    ]
}

fn both(changes: &[(&str, &str)]) -> String {
    let [form, number] = told(order(), changes);
    assert_eq!(form.to_string(), number.to_string(), "{changes:?}");
    form.to_string()
}

#[test]
fn a_payment_number_is_asked_about() {
    let shop = three_ds_shop();
    let step = shop.inquire(&begin(&shop, order()));
    assert_eq!((step.to_string().as_str(), step.url()), ("reads:detail", "https://sandbox-api.iyzipay.com/payment/detail"));
    assert_eq!(body_of(&step), format!(r#"{{"locale":"tr","conversationId":"{ORDER_ID}","paymentId":"{PAYMENT}"}}"#));
}

#[test]
fn a_signed_success_is_paid_by_reply_and_its_number_is_kept() {
    for payment in told(order(), &[]) {
        assert_eq!(payment.to_string(), "paid by reply");
        for (name, expected) in [
            ("installments", "1"),
            ("transactionId", PAYMENT),
            ("authCode", "301102"),
            ("hostReference", "mock00007iyzihostrfn"),
            ("maskedPan", "450803******4509"),
            ("mdStatus", "1"),
            ("liability", "issuer"),
            ("charged", ""),
        ] {
            assert_eq!(payment.fact(name), expected, "{name}");
        }
        assert!(payment.refs().contains(&format!("paymentId={PAYMENT}")) && payment.refs().contains("captured=14990"), "{}", payment.refs());
    }
    for price in ["149.9", "149.90", "149.900000", r#""149.9""#] {
        assert_eq!(both(&[("price", price), ("paidPrice", price)]), "paid by reply", "{price}");
    }
}

#[test]
fn a_signed_answer_about_something_else_is_refused() {
    for (changes, outcome) in [
        (&[("basketId", r#""Other4mPq8sVx2bNw6zRy""#)][..], "ORDER_MISMATCH id"),
        (&[("basketId", "")], "ORDER_MISMATCH id"),
        (&[("conversationId", r#""Other""#)], "ORDER_MISMATCH conversationId"),
        (&[("currency", r#""USD""#)], "CURRENCY_MISMATCH currency"),
        (&[("currency", r#""XXX""#)], "CURRENCY_MISMATCH currency"),
        (&[("price", "1.0")], "AMOUNT_MISMATCH amount"),
        (&[("price", "1.0"), ("paidPrice", "1.0")], "AMOUNT_MISMATCH paidPrice"),
        (&[("price", "14990"), ("paidPrice", "14990")], "AMOUNT_MISMATCH paidPrice"),
        (&[("paidPrice", "149.89")], "AMOUNT_MISMATCH paidPrice"),
        (&[("paidPrice", "164.89")], "AMOUNT_MISMATCH paidPrice"),
        // What is no price at all counts as none in the signature, and no longer fits it.
        (&[("price", "{}")], "SIGNATURE_INVALID signature"),
        (&[("paymentStatus", r#""FAILURE""#), ("basketId", r#""Other4mPq8sVx2bNw6zRy""#)], "ORDER_MISMATCH id"),
    ] {
        assert_eq!(both(changes), outcome, "{changes:?}");
    }
    let shop = form_shop();
    let form = |changes: &[(&str, &str)]| shop.reply(&begin(&shop, order()), "reads:retrieve", "200", form_answer(changes)).to_string();
    assert_eq!(form(&[("token", &format!("\"{OTHER_TOKEN}\""))]), "ORDER_MISMATCH token");
    assert_eq!(form(&[("token", "")]), "ORDER_MISMATCH token");
    assert_eq!(form(&[("conversationId", "")]), "ORDER_MISMATCH conversationId");
    let shop = three_ds_shop();
    let number = |changes: &[(&str, &str)]| shop.reply(&begin(&shop, order()), "reads:detail", "200", detail(changes)).to_string();
    assert_eq!(number(&[("paymentId", OTHER_PAYMENT)]), "ORDER_MISMATCH paymentId");
    assert_eq!(number(&[("paymentId", OTHER_PAYMENT), ("paymentStatus", r#""FAILURE""#)]), "ORDER_MISMATCH paymentId");
}

#[test]
fn interest_is_charged_only_where_instalments_were_allowed() {
    let changes = [("paidPrice", "164.89"), ("installment", "6")];
    for payment in told(order().with("installments", "6"), &changes) {
        assert_eq!((payment.to_string().as_str(), payment.fact("charged"), payment.fact("installments")), ("paid by reply", "164.89", "6"));
        assert!(payment.refs().contains("captured=16489"));
    }
    let shop = form_shop();
    let stored = begin(&shop, order().with("maxInstallments", "6"));
    assert_eq!(shop.reply(&stored, "reads:retrieve", "200", form_answer(&changes)).fact("charged"), "164.89");
    assert_eq!(shop.reply(&stored, "reads:retrieve", "200", form_answer(&[("paidPrice", "149.89")])).to_string(), "AMOUNT_MISMATCH paidPrice");
}

#[test]
fn the_signature_of_another_answer_serves_no_other() {
    let (form, number) = (form_shop(), three_ds_shop());
    let edited = |from: &str, to: &str| {
        [
            form.reply(&begin(&form, order()), "reads:retrieve", "200", form_answer(&[]).replacen(from, to, 1)).to_string(),
            number.reply(&begin(&number, order()), "reads:detail", "200", detail(&[]).replacen(from, to, 1)).to_string(),
        ]
    };
    for (from, to) in [("149.9,", "149.91,"), ("\"TRY\"", "\"USD\""), ("22483975", "22483976"), ("\"basketId\":\"A7", "\"basketId\":\"A8")] {
        assert_eq!(edited(from, to), ["SIGNATURE_INVALID signature"; 2], "{from}");
    }
    // The form's signature also covers the outcome; that of a payment number does not.
    let failure = form_answer(&[("paymentStatus", r#""FAILURE""#)]).replace("FAILURE", "SUCCESS");
    assert_eq!(form.reply(&begin(&form, order()), "reads:retrieve", "200", failure).to_string(), "SIGNATURE_INVALID signature");
    for wrong in [hmac_hex(SECRET, "x"), "0".into(), "x".into(), "a".repeat(64), "A".repeat(5000)] {
        assert_eq!(both(&[("signature", &format!("\"{wrong}\""))]), "SIGNATURE_INVALID signature", "{wrong}");
    }
    // An answer about a payment number is none about a form.
    assert_eq!(form.reply(&begin(&form, order()), "reads:retrieve", "200", detail(&[])).to_string(), "SIGNATURE_INVALID signature");
}

#[test]
fn an_unsigned_answer_proves_no_money() {
    for signature in ["", r#""""#, "null"] {
        assert_eq!(both(&[("signature", if signature.is_empty() { "null" } else { signature })]), "unknown, review", "{signature}");
    }
    let (form, number) = (form_shop(), three_ds_shop());
    let failure = |code: &str| {
        let body = json(&[quoted("status", "failure"), quoted("errorCode", code), quoted("errorMessage", "x"), quoted("paymentStatus", "FAILURE")]);
        let told = [
            form.reply(&begin(&form, order()), "reads:retrieve", "200", &body),
            number.reply(&begin(&number, order()), "reads:detail", "200", &body),
        ];
        assert_eq!(told[0].to_string(), told[1].to_string());
        told[0].clone()
    };
    for (code, outcome) in [("5087", "pending"), ("5122", "pending"), ("10051", "unknown"), ("1", "unknown"), ("429", "unknown"), ("", "unknown")] {
        assert_eq!(failure(code).to_string(), outcome, "{code}");
    }
    for code in ["1000", "1001", "1007"] {
        let error = failure(code);
        assert_eq!((error.to_string().as_str(), error.at(4)), ("REFUSED ", code));
    }
}

#[test]
fn a_failure_that_names_our_payment_is_believed_without_a_signature() {
    let shop = three_ds_shop();
    let told = |changes: &[(&str, &str)]| {
        let failed = [("paymentStatus", r#""FAILURE""#), ("status", r#""failure""#), ("errorCode", r#""10051""#), ("signature", "null")];
        let all: Vec<(&str, &str)> = failed.iter().filter(|(name, _)| changes.iter().all(|(at, _)| at != name)).chain(changes).copied().collect();
        shop.reply(&begin(&shop, order()), "reads:detail", "200", detail(&all))
    };
    assert_eq!((told(&[]).to_string().as_str(), told(&[]).fact("reason")), ("declined by reply", "insufficient-funds"));
    assert_eq!(told(&[("paymentId", OTHER_PAYMENT)]).to_string(), "unknown");
    assert_eq!(told(&[("paymentId", "")]).to_string(), "unknown");
    assert_eq!(told(&[("conversationId", r#""Other""#)]).to_string(), "ORDER_MISMATCH conversationId");
    assert_eq!(told(&[("basketId", r#""Other""#)]).to_string(), "ORDER_MISMATCH id");
    assert_eq!(told(&[("paymentStatus", r#""INIT_THREEDS""#)]).to_string(), "unknown");
}

#[test]
fn both_words_are_needed_for_money() {
    for (changes, outcome) in [
        (&[("status", r#""failure""#)][..], "pending, review"),
        (&[("status", r#""SUCCESS""#)], "pending, review"),
        (&[("status", "")], "pending, review"),
        (&[("paymentStatus", r#""success""#)], "pending"),
        (&[("paymentStatus", "")], "pending"),
        (&[("paymentStatus", r#""INIT_THREEDS""#)], "pending"),
        (&[("paymentStatus", r#""CALLBACK_THREEDS""#)], "pending"),
        (&[("paymentStatus", r#""PENDING_CREDIT""#)], "pending"),
        (&[("paymentStatus", r#""NEW""#)], "pending"),
    ] {
        assert_eq!(both(changes), outcome, "{changes:?}");
    }
}

#[test]
fn the_fraud_check_has_the_last_word() {
    for (fraud, outcome) in [
        ("1", "paid by reply"),
        ("0", "pending, review"),
        ("-1", "declined by reply"),
        ("2", "pending, review"),
        ("", "pending, review"),
        ("1.0", "pending, review"),
        ("null", "pending, review"),
    ] {
        assert_eq!(both(&[("fraudStatus", fraud)]), outcome, "{fraud}");
    }
    let [rejected, _] = told(order(), &[("fraudStatus", "-1")]);
    assert_eq!(rejected.fact("reason"), "security");
    // Also what is held back must be about this payment.
    assert_eq!(both(&[("fraudStatus", "0"), ("price", "1.0"), ("paidPrice", "1.0")]), "AMOUNT_MISMATCH paidPrice");
}

#[test]
fn charged_without_an_authentication_that_counts_is_paid_and_shown_to_a_person() {
    for (md_status, outcome, liability) in [
        ("1", "paid by reply", "issuer"),
        ("", "paid by reply", ""),
        ("4", "paid by reply, review", "merchant"),
        ("0", "paid by reply, review", "merchant"),
    ] {
        let [form, _] = told(order(), &[("mdStatus", md_status)]);
        assert_eq!((form.to_string().as_str(), form.fact("liability")), (outcome, liability), "{md_status}");
    }
    let shop = config("checkout_form").with("threeDS", "attempted").open();
    let payment = shop.reply(&begin(&shop, order()), "reads:retrieve", "200", form_answer(&[("mdStatus", "4")]));
    assert_eq!((payment.to_string().as_str(), payment.fact("liability")), ("paid by reply", "merchant"));
}

fn declined(changes: &[(&str, &str)]) -> Answer {
    let failed = [("paymentStatus", r#""FAILURE""#), ("fraudStatus", ""), ("price", ""), ("paidPrice", "")];
    let [form, number] = told(order(), &[&failed[..], changes].concat());
    assert_eq!(form.to_string(), "declined by reply");
    assert_eq!((form.to_string(), form.fact("reason")), (number.to_string(), number.fact("reason")));
    form
}

#[test]
fn a_signed_failure_is_declined_with_a_reason() {
    for status in [r#""success""#, r#""failure""#] {
        let decline = declined(&[("status", status), ("errorCode", r#""10051""#), ("errorMessage", r#""Kart limiti yetersiz 4355084355084358""#)]);
        assert_eq!(
            (decline.fact("reason"), decline.fact("bankCode"), decline.fact("bankMessage"), decline.fact("wixReasonCode")),
            ("insufficient-funds", "10051", "Kart limiti yetersiz 435508******4358", "3012")
        );
    }
    let table = "10005 declined, 10012 declined, 10034 security, 10041 restricted-card, 10043 restricted-card, 10054 expired-card, \
                 10057 not-permitted, 10058 not-permitted, 10084 invalid-cvv, 10093 not-permitted, 10201 not-permitted, 10204 declined, \
                 10206 invalid-cvv, 10207 call-bank, 10209 restricted-card, 10210 3ds-failed, 10211 3ds-failed, 10213 invalid-card, \
                 10214 bank-unavailable, 10215 invalid-card, 10216 invalid-card, 10217 not-permitted, 10219 bank-unavailable, 10222 installments, \
                 10225 restricted-card, 10226 restricted-card, 10228 bank-unavailable, 10229 expired-card, 6000 security, 6001 security, \
                 10061 limit-exceeded, 100 declined, 100510 declined, 99999 declined";
    for (code, reason) in table.split(", ").filter_map(|row| row.split_once(' ')) {
        assert_eq!(declined(&[("errorCode", &format!("\"{code}\""))]).fact("reason"), reason, "{code}");
    }
    // The group counts where the code is not known.
    for (code, group, reason) in [
        ("10999", "NOT_SUFFICIENT_FUNDS", "insufficient-funds"),
        ("10051", "EXPIRED_CARD", "insufficient-funds"),
        ("", "FRAUD_SUSPECT", "security"),
        ("10999", "NEW_GROUP", "declined"),
        ("10999", "", "declined"),
    ] {
        assert_eq!(
            declined(&[("errorCode", &format!("\"{code}\"")), ("errorGroup", &format!("\"{group}\""))]).fact("reason"),
            reason,
            "{code} {group}"
        );
    }
    for (code, md_status, reason) in [
        ("10005", "0", "3ds-failed"),
        ("10005", "5", "3ds-failed"),
        ("10005", "-1", "3ds-failed"),
        ("10005", "4", "declined"),
        ("10005", "", "declined"),
        ("10051", "0", "insufficient-funds"),
    ] {
        assert_eq!(declined(&[("errorCode", code), ("mdStatus", md_status)]).fact("reason"), reason, "{code} {md_status}");
    }
}

#[test]
fn unreadable_answers_leave_us_as_wise_as_before() {
    let (form, number) = (form_shop(), three_ds_shop());
    for (shop, then, good) in [(&form, "reads:retrieve", form_answer(&[])), (&number, "reads:detail", detail(&[]))] {
        let stored = begin(shop, order());
        for body in [
            String::new(),
            "<html><h1>502 Bad Gateway</h1></html>".into(),
            "{}x".into(),
            "[]".into(),
            good[..good.len() - 2].into(),
            format!("{{\"paymentStatus\":\"FAILURE\",{}", &good[1..]),
        ] {
            assert_eq!(shop.reply(&stored, then, "200", &body).to_string(), "unknown", "{body}");
        }
        for status in ["400", "500", "302", "lost"] {
            assert_eq!(shop.reply(&stored, then, status, &good).to_string(), "unknown", "{status}");
        }
        assert_eq!(shop.reply(&stored, then, "200", "{}").to_string(), "unknown, review");
    }
    for changes in [
        &[("price", "1.499e2"), ("paidPrice", "1.499e2")][..],
        &[("price", "-149.9")],
        &[("paidPrice", "0")],
        &[("currency", "")],
        &[("paymentId", r#""a-b""#)],
    ] {
        let [form, _] = told(order(), changes);
        assert_eq!(form.to_string(), "unknown", "{changes:?}");
    }
}

#[test]
fn the_phase_says_whether_the_money_was_taken_or_reserved() {
    for (kind, phase, outcome) in [
        ("sale", r#""AUTH""#, "paid by reply"),
        ("sale", "", "paid by reply"),
        ("sale", r#""PRE_AUTH""#, "pending, review"),
        ("sale", r#""POST_AUTH""#, "pending, review"),
        ("preauth", r#""PRE_AUTH""#, "authorized by reply"),
        ("preauth", "", "authorized by reply"),
        ("preauth", r#""POST_AUTH""#, "paid by reply"),
        ("preauth", r#""AUTH""#, "pending, review"),
        ("preauth", r#""NEW""#, "pending, review"),
    ] {
        for payment in told(order().with("type", kind), &[("phase", phase)]) {
            assert_eq!(payment.to_string(), outcome, "{kind} {phase}");
        }
    }
    // Less than was reserved, captured by nobody we know.
    for payment in told(order().with("type", "preauth"), &[("phase", r#""POST_AUTH""#), ("paidPrice", "100.0")]) {
        assert_eq!(payment.to_string(), "pending, review");
    }
}

#[test]
fn peeking_finds_the_token_or_the_order_and_never_fails() {
    let shop = form_shop();
    let peek = |body: &str| {
        let head = [shop.account.clone(), vec![String::new(); 3]].concat();
        let answer = crate::shop::call(velopos::frame::Op::Peek, &head, body.as_bytes());
        answer.0[1..].join(" ")
    };
    assert_eq!(peek(&hosted(&[])), format!("token {TOKEN}"));
    assert_eq!(peek(&direct(&[])), format!("orderId {ORDER_ID}"));
    assert_eq!(peek(&format!("token={TOKEN}")), format!("token {TOKEN}"));
    assert_eq!(peek(&format!("a=b&token={TOKEN}&c")), format!("token {TOKEN}"));
    assert_eq!(peek(&three_ds_return(&[])), format!("orderId {ORDER_ID}"));
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "x",
        "token=",
        "token=a%20b",
        "conversationId=",
        "conversationId=a%20b",
        r#"{"token":7}"#,
        r#"{"token":{}}"#,
        r#"{"token":""}"#,
        r#"{"paymentConversationId":"a b"}"#,
        r#"{"paymentConversationId":"#,
    ] {
        assert_eq!(peek(body), " ", "{body}");
    }
}
