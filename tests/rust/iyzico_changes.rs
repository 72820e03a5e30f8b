//! Captures, refunds and voids at iyzico, and what its reports say about them afterwards.

use crate::iyzico::*;
use crate::shop::{Answer, ORDER_ID, Order, Shop, order};

fn sold(shop: &Shop) -> Order {
    paid(shop, order(), &[])
}

fn reserved(shop: &Shop) -> Order {
    paid(shop, order().with("type", "preauth"), &[("phase", r#""PRE_AUTH""#)])
}

/// A change that was asked for, and the order as it must be stored from then on.
fn asked(shop: &Shop, stored: &Order, verb: &str, amount: &str) -> (Answer, Order) {
    let step = shop.change(stored, verb, "C-1", amount);
    let kept = stored.clone().with("refs", step.refs());
    (step, kept)
}

fn answered(verb: &str, amount: &str, body: impl AsRef<[u8]>) -> Answer {
    let shop = form_shop();
    let stored = if verb == "capture" { reserved(&shop) } else { sold(&shop) };
    let (step, kept) = asked(&shop, &stored, verb, amount);
    shop.reply(&kept, step.then(), "200", body)
}

const REFUND_SIGNED: &[&str] = &["paymentId", "price", "currency", "conversationId"];

fn refund_answer(changes: &[(&str, &str)], signed_over: &[&str]) -> String {
    let members = vec![
        quoted("status", "success"),
        quoted("conversationId", "C-1"),
        quoted("paymentId", PAYMENT),
        ("price", "49.9".to_owned()),
        quoted("currency", "TRY"),
        quoted("authCode", "512821"),
        quoted("hostReference", "mock1"),
        quoted("refundHostReference", "mock2"),
        ("retryable", "false".to_owned()),
    ];
    signed(changed(members, changes), signed_over)
}

fn cancel_answer(changes: &[(&str, &str)]) -> String {
    let members = vec![
        quoted("status", "success"),
        quoted("conversationId", "C-1"),
        quoted("paymentId", PAYMENT),
        ("price", "149.90000000".to_owned()),
        quoted("currency", "TRY"),
        quoted("authCode", "512821"),
        quoted("hostReference", "mock1"),
        quoted("cancelHostReference", "mock3"),
    ];
    json(&changed(members, changes))
}

fn capture_answer(changes: &[(&str, &str)]) -> String {
    let own = [("conversationId", r#""C-1""#), ("phase", r#""POST_AUTH""#), ("paidPrice", "100.0")];
    let own: Vec<(&str, &str)> = own.into_iter().filter(|(name, _)| changes.iter().all(|(at, _)| at != name)).collect();
    payment_answer(&[&own[..], changes].concat())
}

#[test]
fn what_is_sent_names_the_payment_by_iyzicos_signed_number() {
    let shop = form_shop();
    for (stored, verb, amount, path, own) in [
        (sold(&shop), "refund", "49.90", "/v2/payment/refund", r#","price":"49.9","currency":"TRY""#),
        (sold(&shop), "void", "", "/payment/cancel", ""),
        (reserved(&shop), "void", "", "/payment/cancel", ""),
        (reserved(&shop), "capture", "100.00", "/payment/postauth", r#","paidPrice":"100.0","currency":"TRY""#),
    ] {
        let (step, _) = asked(&shop, &stored, verb, amount);
        assert_eq!((step.then(), step.url()), ("change1:change", format!("https://sandbox-api.iyzipay.com{path}").as_str()));
        let body = format!(r#"{{"locale":"tr","conversationId":"C-1","paymentId":"{PAYMENT}","ip":"203.0.113.7"{own}}}"#);
        assert_eq!(body_of(&step), body);
        assert_eq!(step.claim(), format!("iyzico:sandbox-api:test:{ORDER_ID}:send:change1"));
    }
    // The same in the other model, with the number that its initialize signed.
    let shop = three_ds_shop();
    let stored = begin(&shop, order());
    let done = shop.reply(&stored, "moves:provision 1", "200", payment_answer(&[]));
    let refs = done.refs().to_owned();
    let (step, _) = asked(&shop, &stored.with("refs", &refs), "refund", "149.90");
    assert!(body_of(&step).contains(&format!(r#""paymentId":"{PAYMENT}""#)));
}

#[test]
fn what_is_not_paid_cannot_be_given_back() {
    let shop = form_shop();
    let opened = begin(&shop, order());
    for (verb, amount) in [("refund", "1.00"), ("void", ""), ("capture", "1.00")] {
        assert_eq!(shop.change(&opened, verb, "C-1", amount).at(1), "ORDER", "{verb}");
    }
    assert_eq!(shop.change(&sold(&shop), "refund", "C-1", "149.91").to_string(), "ORDER amount");
    assert_eq!(shop.change(&reserved(&shop), "capture", "C-1", "149.91").to_string(), "ORDER amount");
    assert_eq!(shop.change(&reserved(&shop), "refund", "C-1", "1.00").to_string(), "ORDER refs");
}

#[test]
fn a_refund_is_signed_in_one_of_two_ways_or_shown_to_a_person() {
    for (body, outcome) in [
        (refund_answer(&[], REFUND_SIGNED), "refunded by reply"),
        (refund_answer(&[], &["paymentId", "conversationId"]), "refunded by reply"),
        (refund_answer(&[("price", "49.90000000")], REFUND_SIGNED), "refunded by reply"),
        (refund_answer(&[("signature", "null")], REFUND_SIGNED), "refunded by reply, review"),
        (refund_answer(&[], &["paymentId", "price", "conversationId"]), "unknown, review"),
        (refund_answer(&[], PAYMENT_SIGNED), "unknown, review"),
        (refund_answer(&[("signature", &format!("\"{}\"", "a".repeat(64)))], REFUND_SIGNED), "unknown, review"),
    ] {
        assert_eq!(answered("refund", "49.90", &body).to_string(), outcome, "{body}");
    }
    let refunded = answered("refund", "49.90", refund_answer(&[], REFUND_SIGNED));
    for (name, expected) in
        [("refunded", "49.90"), ("verb", "refund"), ("changeId", "C-1"), ("moved", "49.90"), ("hostReference", "mock2"), ("authCode", "512821")]
    {
        assert_eq!(refunded.fact(name), expected, "{name}");
    }
}

#[test]
fn an_answer_about_another_payment_amount_or_request_confirms_nothing() {
    for changes in [
        &[("paymentId", OTHER_PAYMENT)][..],
        &[("paymentId", "")],
        &[("conversationId", r#""C-2""#)],
        &[("currency", r#""USD""#)],
        &[("price", "50.0")],
        &[("price", "4990")],
        &[("basketId", r#""Other""#)],
    ] {
        assert_eq!(answered("refund", "49.90", refund_answer(changes, REFUND_SIGNED)).to_string(), "unknown, review", "{changes:?}");
    }
    for changes in [
        &[("paymentId", OTHER_PAYMENT)][..],
        &[("paymentId", "")],
        &[("conversationId", r#""C-2""#)],
        &[("currency", r#""USD""#)],
        &[("price", "1.0")],
    ] {
        assert_eq!(answered("void", "", cancel_answer(changes)).to_string(), "unknown, review", "{changes:?}");
    }
    for changes in [
        &[("paymentId", OTHER_PAYMENT)][..],
        &[("conversationId", r#""C-2""#)],
        &[("currency", r#""USD""#)],
        &[("basketId", r#""Other""#)],
        &[("paidPrice", "149.9")],
        &[("paidPrice", "99.99")],
        &[("price", "120.0")],
        &[("signature", "null")],
        &[("signature", &format!("\"{}\"", "a".repeat(64)))],
    ] {
        assert_eq!(answered("capture", "100.00", capture_answer(changes)).to_string(), "unknown, review", "{changes:?}");
    }
}

#[test]
fn a_void_undoes_all_and_needs_no_signature() {
    for changes in [&[][..], &[("price", "")], &[("currency", "")], &[("conversationId", "")], &[("signature", r#""x""#)]] {
        assert_eq!(answered("void", "", cancel_answer(changes)).to_string(), "voided by reply", "{changes:?}");
    }
    let voided = answered("void", "", cancel_answer(&[]));
    assert_eq!((voided.fact("hostReference"), voided.fact("moved")), ("mock3", "149.90"));
    // With interest, either amount is the whole.
    let shop = form_shop();
    let stored = paid(&shop, order().with("maxInstallments", "6"), &[("paidPrice", "164.89")]);
    let (step, kept) = asked(&shop, &stored, "void", "");
    for (price, outcome) in [("164.89", "voided by reply"), ("149.9", "voided by reply"), ("150.0", "unknown, review")] {
        assert_eq!(shop.reply(&kept, step.then(), "200", cancel_answer(&[("price", price)])).to_string(), outcome, "{price}");
    }
}

#[test]
fn a_capture_takes_all_or_a_part() {
    for price in ["149.9", "100.0"] {
        let captured = answered("capture", "100.00", capture_answer(&[("price", price)]));
        assert_eq!((captured.to_string().as_str(), captured.fact("charged"), captured.fact("moved")), ("paid by reply", "100.00", "100.00"));
    }
    let whole = answered("capture", "149.90", capture_answer(&[("paidPrice", "149.9")]));
    assert_eq!((whole.to_string().as_str(), whole.fact("charged")), ("paid by reply", ""));
    for fraud in ["0", "-1"] {
        assert_eq!(answered("capture", "100.00", capture_answer(&[("fraudStatus", fraud)])).to_string(), "unknown, review");
    }
    // An inquiry knows the part, whatever `price` says.
    let shop = form_shop();
    let (step, kept) = asked(&shop, &reserved(&shop), "capture", "100.00");
    let done = shop.reply(&kept, step.then(), "200", capture_answer(&[]));
    let stored = kept.with("refs", done.refs());
    for price in ["149.9", "100.0"] {
        let seen =
            shop.reply(&stored, "reads:retrieve", "200", form_answer(&[("phase", r#""POST_AUTH""#), ("paidPrice", "100.0"), ("price", price)]));
        assert_eq!((seen.to_string().as_str(), seen.fact("charged")), ("paid by reply", "100.00"), "{price}");
    }
    let odd = |changes: &[(&str, &str)]| shop.reply(&stored, "reads:retrieve", "200", form_answer(changes)).to_string();
    assert_eq!(odd(&[("phase", "")]), "pending, review");
    assert_eq!(odd(&[("phase", r#""POST_AUTH""#), ("paidPrice", "90.0")]), "pending, review");
    // A lost capture is found by the inquiry, and not asked for again.
    let lost = shop.reply(&kept_of(&shop), step.then(), "lost", "");
    assert_eq!(lost.to_string(), "unknown");
    let stored = kept_of(&shop).with("refs", lost.refs());
    let silent = shop.reply(&stored, "reads:retrieve", "200", form_answer(&[("phase", "")]));
    assert_eq!(silent.to_string(), "pending, review", "an answer without a phase does not say which of the two");
    assert_eq!(shop.change(&stored, "capture", "C-1", "100.00").to_string(), "reads:retrieve");
    assert_eq!(shop.change(&stored, "capture", "C-2", "1.00").at(1), "ORDER");
    let seen = shop.reply(&stored, "reads:retrieve", "200", form_answer(&[("phase", r#""POST_AUTH""#), ("paidPrice", "100.0")]));
    assert!(seen.refs().contains("captured=10000"), "{}", seen.refs());
}

fn kept_of(shop: &Shop) -> Order {
    asked(shop, &reserved(shop), "capture", "100.00").1
}

#[test]
fn a_refusal_is_a_decline_unless_it_is_unclear() {
    for (verb, amount) in [("refund", "49.90"), ("void", ""), ("capture", "100.00")] {
        for code in ["5093", "5086", "5082", "10204", "10051", "1000", "1001", "11", "24", "5087"] {
            let declined = answered(verb, amount, refusal(code, "Hata"));
            assert_eq!(
                (declined.to_string().as_str(), declined.fact("bankCode"), declined.fact("changeId")),
                ("declined by reply", code, "C-1"),
                "{verb} {code}"
            );
        }
        for code in ["1", "8514", "10214", "10219", "10228", "100001", "", "x"] {
            assert_eq!(answered(verb, amount, refusal(code, "Hata")).to_string(), "unknown", "{verb} {code}");
        }
        let other = json(&[quoted("status", "failure"), quoted("errorCode", "5093"), quoted("conversationId", "C-2")]);
        assert_eq!(answered(verb, amount, other).to_string(), "unknown, review");
        let other = json(&[quoted("status", "failure"), quoted("errorCode", "5093"), quoted("paymentId", OTHER_PAYMENT)]);
        assert_eq!(answered(verb, amount, other).to_string(), "unknown, review");
        for body in ["", "{}", "[]", "<html>", r#"{"status":"SUCCESS"}"#, r#"{"status":"success","status":"success"}"#] {
            assert_eq!(answered(verb, amount, body).to_string(), "unknown", "{verb} {body}");
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The reports

/// A payment in a report, with what was given back of it. Its `basketId` is a number of iyzico's own, as in the document's sample.
fn report(changes: &[(&str, &str)]) -> String {
    let members = vec![
        ("paymentId", PAYMENT.to_owned()),
        ("paymentStatus", "1".to_owned()),
        quoted("paymentRefundStatus", "NOT_REFUNDED"),
        ("price", "149.9".to_owned()),
        ("paidPrice", "149.90000000".to_owned()),
        ("installment", "1".to_owned()),
        ("iyziCommissionRateAmount", "1.745".to_owned()),
        ("iyziCommissionFee", "0.25".to_owned()),
        quoted("paymentConversationId", ORDER_ID),
        ("fraudStatus", "1".to_owned()),
        quoted("binNumber", "45080345"),
        quoted("lastFourDigits", "4509"),
        quoted("basketId", "16733998"),
        quoted("currency", "TRY"),
        quoted("authCode", "185027"),
        quoted("phase", "AUTH"),
        quoted("hostReference", "mock00007iyzihostrfn"),
        quoted("createdDate", "2025-08-28T15:19:03Z"),
        ("cancels", "[]".to_owned()),
        ("itemTransactions", r#"[{"paymentTransactionId":27225634,"refunds":[]}]"#.to_owned()),
    ];
    json(&changed(members, changes))
}

fn details(payments: &[String]) -> String {
    format!(r#"{{"status":"success","locale":"tr","systemTime":1756383869332,"payments":[{}]}}"#, payments.join(","))
}

/// The refunds of each line of the basket.
fn lines(lines: &[&[&str]]) -> String {
    let refund = |price: &&str| {
        format!(r#"{{"refundTxId":9,"refundConversationId":"C-1","refundPrice":{price},"refundStatus":1,"createdDate":"2025-08-28T16:00:00Z"}}"#)
    };
    let line = |refunds: &&[&str]| format!(r#"{{"refunds":[{}]}}"#, refunds.iter().map(refund).collect::<Vec<_>>().join(","));
    format!("[{}]", lines.iter().map(line).collect::<Vec<_>>().join(","))
}

fn cancelled(price: &str) -> String {
    format!(
        r#"[{{"refundId":8,"cancelConversationId":"C-1","refundPrice":{price},"refundStatus":1,"createdDate":"2025-08-28T16:00:00Z","authCode":"1"}}]"#
    )
}

/// After a refund of 49.90 or a void whose answer was lost: what the inquiry's answer is taken for.
fn balance(verb: &str, amount: &str, body: &str) -> Answer {
    let shop = form_shop();
    let (step, kept) = asked(&shop, &sold(&shop), verb, amount);
    let lost = shop.reply(&kept, step.then(), "lost", "");
    assert_eq!(lost.to_string(), "unknown");
    let stored = kept.with("refs", lost.refs());
    let inquiry = shop.inquire(&stored);
    assert_eq!((inquiry.to_string().as_str(), inquiry.at(6), inquiry.at(8)), ("reads:balance", "GET", ""));
    let address = "https://sandbox-api.iyzipay.com/v2/reporting/payment/details?locale=tr&paymentId=22483975";
    assert_eq!(inquiry.url(), address);
    assert_eq!(inquiry.at(10), authorization("sandbox-api", "30313233343536373839616263646566", "/v2/reporting/payment/details", ""));
    // Asked for once more, it only asks.
    assert_eq!(shop.change(&stored, verb, "C-1", amount).to_string(), "reads:balance");
    shop.reply(&stored, inquiry.then(), "200", body)
}

#[test]
fn after_a_refund_the_reports_tell_what_is_left() {
    let of = |changes: &[(&str, &str)]| balance("refund", "49.90", &details(&[report(changes)]));
    for (items, back, outcome) in [
        (lines(&[&[]]), "", "paid by reply, review"),
        (lines(&[&["49.9"]]), "49.90", "paid by reply"),
        (lines(&[&["16.63333333"], &["16.63333333"], &["16.63333334"]]), "49.90", "paid by reply"),
        (lines(&[&["49.9", "100.0"]]), "149.90", "refunded by reply"),
        (lines(&[&["49.9"], &["100.1"]]), "", "pending, review"),
        (lines(&[&["16.63333333"]]), "", "pending, review"),
        (lines(&[&["-1"]]), "", "pending, review"),
        (lines(&[&["49.9"]]).replace("\"refundStatus\":1", "\"refundStatus\":0"), "", "pending, review"),
    ] {
        let left = of(&[("itemTransactions", &items)]);
        assert_eq!((left.to_string().as_str(), left.fact("refunded")), (outcome, back), "{items}");
        // A refund of unknown outcome is confirmed by the very sum, and never given up.
        assert_eq!(left.refs().contains(".done"), back == "49.90", "{items}: {}", left.refs());
    }
    // iyzico books a full refund on the same day as a cancel. Who asked for a refund reads `refunded`.
    let whole = of(&[("cancels", &cancelled("149.9"))]);
    assert_eq!((whole.to_string().as_str(), whole.fact("refunded")), ("refunded by reply", "149.90"));
}

#[test]
fn a_report_tells_what_was_charged_with_interest() {
    let shop = form_shop();
    let interest = [("paidPrice", "160.0"), ("installment", "3")];
    let stored = paid(&shop, order().with("maxInstallments", "6"), &interest);
    let items = lines(&[&["49.9"]]);
    let report = report(&[&interest[..], &[("itemTransactions", &items)]].concat());
    let answer = shop.reply(&stored, "reads:balance", "200", details(&[report]));
    assert_eq!(["status", "charged", "refunded"].map(|name| answer.fact(name)), ["paid", "160.00", "49.90"]);
}

#[test]
fn the_largest_amount_is_read_in_a_report() {
    let shop = form_shop();
    let amount = [("price", "9999999999.99"), ("paidPrice", "9999999999.99")];
    let stored = paid(&shop, order().with("amount", "9999999999.99"), &amount);
    let items = lines(&[&["9999999999.99"]]);
    let report = report(&[&amount[..], &[("itemTransactions", &items)]].concat());
    let answer = shop.reply(&stored, "reads:balance", "200", details(&[report]));
    assert_eq!((answer.to_string().as_str(), answer.fact("refunded")), ("refunded by reply", "9999999999.99"));
}

#[test]
fn after_a_void_the_reports_tell_whether_it_was_made() {
    let of = |changes: &[(&str, &str)]| balance("void", "", &details(&[report(changes)]));
    let voided = of(&[("cancels", &cancelled("149.90000000"))]);
    assert_eq!(voided.to_string(), "voided by reply");
    assert!(voided.refs().contains(".done"), "{}", voided.refs());
    assert_eq!(of(&[]).to_string(), "paid by reply, review");
    assert_eq!(of(&[("cancels", &cancelled("149.91"))]).to_string(), "pending, review");
    // Given back in iyzico's panel meanwhile.
    assert_eq!(of(&[("itemTransactions", &lines(&[&["149.9"]]))]).to_string(), "refunded by reply");
    let shop = form_shop();
    let (step, kept) = asked(&shop, &reserved(&shop), "void", "");
    let told =
        |changes: &[(&str, &str)]| shop.reply(&kept, "reads:balance", "200", details(&[report(&[&[("phase", r#""PRE_AUTH""#)], changes].concat())]));
    assert_eq!(step.then(), "change1:change");
    assert_eq!(told(&[("cancels", &cancelled("149.9"))]).to_string(), "voided by reply");
    assert_eq!(told(&[]).to_string(), "authorized by reply, review");
    assert_eq!(told(&[("cancels", &cancelled("1.0"))]).to_string(), "pending, review");
}

#[test]
fn a_report_about_something_else_proves_nothing() {
    let of = |body: &str| balance("refund", "49.90", body).to_string();
    for (changes, outcome) in [
        (&[("paymentConversationId", r#""Other""#)][..], "ORDER_MISMATCH id"),
        (&[("paymentConversationId", "")], "unknown"),
        (&[("paymentId", OTHER_PAYMENT)], "unknown"),
        (&[("price", "1.0")], "AMOUNT_MISMATCH amount"),
        (&[("paidPrice", "149.89")], "AMOUNT_MISMATCH paidPrice"),
        (&[("currency", r#""USD""#)], "CURRENCY_MISMATCH currency"),
        (&[("paymentStatus", "2")], "pending, review"),
        (&[("fraudStatus", "0")], "pending, review"),
        (&[("phase", r#""PRE_AUTH""#)], "pending, review"),
        (&[("cancels", "{}")], "unknown"),
        (&[("cancels", "[1]")], "unknown"),
        (&[("itemTransactions", r#""x""#)], "unknown"),
    ] {
        assert_eq!(of(&details(&[report(changes)])), outcome, "{changes:?}");
    }
    // Another payment in the same report changes nothing.
    assert_eq!(of(&details(&[report(&[("paymentId", OTHER_PAYMENT), ("price", "1.0")]), report(&[])])), "paid by reply, review");
    for body in ["", "{}", "[]", "<html>", r#"{"status":"success","payments":{}}"#, r#"{"status":"success","payments":"x"}"#] {
        assert_eq!(of(body), "unknown", "{body}");
    }
    assert_eq!(of(&details(&[])), "unknown");
    assert_eq!(of(&refusal("5087", "yok")), "unknown");
    assert_eq!(of(&refusal("1001", "yok")), "REFUSED ");
}

fn listed(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.kind(), "list", "{answer:?}");
    let count: usize = answer.at(4).parse().expect("a count");
    answer.0[5..5 + count * 13].chunks(13).map(|row| row.join("|")).collect()
}

#[test]
fn the_history_of_a_payment() {
    let shop = form_shop();
    let stored = sold(&shop);
    let step = shop.history(&stored);
    assert_eq!((step.to_string().as_str(), step.at(6)), ("reads:history", "GET"));
    assert!(step.url().ends_with("details?locale=tr&paymentId=22483975"), "{}", step.url());
    let body = details(&[report(&[("itemTransactions", &lines(&[&["49.9"], &["33.33333333"]])), ("cancels", &cancelled("66.67"))])]);
    let rows = listed(&shop.reply(&stored, step.then(), "200", body));
    assert_eq!(
        rows,
        [
            // The sample's Z is wrong: 15:19:03Z would lie after the answer, which was given at 12:24:29Z.
            format!("{ORDER_ID}|sale|approved|149.90|TRY|1|2025-08-28T15:19:03+03:00|{PAYMENT}|185027|mock00007iyzihostrfn|450803******4509||2.00"),
            format!("{ORDER_ID}|void|approved|66.67|TRY||2025-08-28T16:00:00+03:00|8|1||||"),
            format!("{ORDER_ID}|refund|approved|49.90|TRY||2025-08-28T16:00:00+03:00|9|||||"),
            format!("{ORDER_ID}|refund|approved||TRY||2025-08-28T16:00:00+03:00|9|||||"),
        ]
    );
    // Before the payment has a number, its conversation is asked about.
    let opened = begin(&shop, order());
    assert!(shop.history(&opened).url().ends_with(&format!("details?locale=tr&paymentConversationId={ORDER_ID}")));
    let of = |changes: &[(&str, &str)]| listed(&shop.reply(&opened, "reads:history", "200", details(&[report(changes)])))[0].clone();
    for (changes, begins) in [
        (&[("paymentStatus", "0")][..], "|sale|declined|"),
        (&[("paymentStatus", "2")], "|sale|open|"),
        (&[("phase", r#""PRE_AUTH""#)], "|preauth|approved|"),
        (&[("phase", r#""POST_AUTH""#)], "|capture|approved|"),
        (&[("currency", r#""NOK""#)], "|sale|approved|||1|"),
        (&[("createdDate", r#""gestern""#)], "|sale|approved|149.90|TRY|1||"),
        (
            &[("iyziCommissionFee", r#""0E-8""#)],
            "|sale|approved|149.90|TRY|1|2025-08-28T15:19:03+03:00|22483975|185027|mock00007iyzihostrfn|450803******4509||",
        ),
    ] {
        assert!(of(changes).starts_with(&format!("{ORDER_ID}{begins}")), "{changes:?}: {}", of(changes));
    }
    assert_eq!(listed(&shop.reply(&opened, "reads:history", "200", details(&[]))), [""; 0]);
    assert_eq!(listed(&shop.reply(&opened, "reads:history", "200", refusal("5087", "yok"))), [""; 0]);
    let told = |body: &str| shop.reply(&opened, "reads:history", "200", body).to_string();
    assert_eq!(told(&details(&[report(&[("paymentConversationId", r#""Other""#)])])), "ORDER_MISMATCH paymentConversationId");
    assert_eq!(told(&refusal("1000", "Geçersiz imza")), "REFUSED ");
    assert_eq!(told("<html>"), "unknown");
}

fn report_call(shop: &Shop, rest: &[&str], body: &str) -> Answer {
    let op = if rest.is_empty() { velopos::frame::Op::Report } else { velopos::frame::Op::Reported };
    let head: Vec<String> =
        shop.account.iter().cloned().chain(["2025-07-24", "2025-07-25"].into_iter().chain(rest.iter().copied()).map(str::to_owned)).collect();
    crate::shop::call(op, &head, body.as_bytes())
}

fn transaction(changes: &[(&str, &str)]) -> String {
    let members = vec![
        quoted("transactionType", "PAYMENT"),
        quoted("transactionDate", "2025-07-24 10:11:12"),
        ("transactionId", "27225634".to_owned()),
        ("transactionStatus", "2".to_owned()),
        ("paymentId", PAYMENT.to_owned()),
        quoted("conversationId", ORDER_ID),
        quoted("paymentPhase", "AUTH"),
        ("price", "100.0".to_owned()),
        ("paidPrice", "110.00000000".to_owned()),
        quoted("transactionCurrency", "TRY"),
        ("installment", "3".to_owned()),
        quoted("authCode", "1"),
        quoted("hostReference", "h"),
        quoted("basketId", ORDER_ID),
        ("iyzicoCommission", "3.4949".to_owned()),
        ("iyzicoFee", "0.25".to_owned()),
    ];
    json(&changed(members, changes))
}

#[test]
fn the_report_of_some_days_in_pages() {
    let shop = form_shop();
    let first = report_call(&shop, &[], "");
    assert_eq!(listed(&first), [""; 0]);
    let address = "https://sandbox-api.iyzipay.com/v2/reporting/payment/transactions?locale=tr&transactionDate=2025-07-24&page=1";
    assert_eq!(first.0[5..9], ["reads:report 2025-07-24 1", "GET", address, ""]);
    assert_eq!(first.at(10), authorization("sandbox-api", "30313233343536373839616263646566", "/v2/reporting/payment/transactions", ""));
    let page = |rows: &[String], pages: &str| {
        format!(r#"{{"status":"success","transactions":[{}],"currentPage":1,"totalPageCount":{pages}}}"#, rows.join(","))
    };
    let next = |then: &str, body: &str| {
        let answer = report_call(&shop, &[then, "200"], body);
        let rows = listed(&answer).len();
        answer.0.get(5 + rows * 13).cloned().unwrap_or_default()
    };
    let some = [transaction(&[])];
    assert_eq!(next("reads:report 2025-07-24 1", &page(&some, "2")), "reads:report 2025-07-24 2");
    assert_eq!(next("reads:report 2025-07-24 2", &page(&some, "2")), "reads:report 2025-07-25 1");
    assert_eq!(next("reads:report 2025-07-24 1", &page(&[], "9")), "reads:report 2025-07-25 1");
    assert_eq!(next("reads:report 2025-07-24 1", r#"{"status":"success"}"#), "reads:report 2025-07-25 1");
    assert_eq!(next("reads:report 2025-07-25 1", &page(&some, "1")), "");
    let rows = [
        transaction(&[]),
        transaction(&[("transactionType", r#""REFUND""#), ("price", "33.33"), ("transactionStatus", ""), ("iyzicoFee", "")]),
        transaction(&[("transactionType", r#""CANCEL""#), ("price", "33.333"), ("iyzicoCommission", "")]),
        transaction(&[("paymentPhase", r#""PRE_AUTH""#), ("transactionStatus", "0")]),
        transaction(&[("paymentPhase", r#""POST_AUTH""#), ("transactionStatus", "-1")]),
        transaction(&[("transactionType", r#""NEW""#), ("transactionCurrency", r#""NOK""#)]),
    ];
    let tail = "3|2025-07-24T10:11:12+03:00|27225634|1|h|";
    assert_eq!(
        listed(&report_call(&shop, &["reads:report 2025-07-25 1", "200"], &page(&rows, "1"))),
        [
            format!("{ORDER_ID}|sale|approved|110.00|TRY|{tail}||3.74"),
            format!("{ORDER_ID}|refund|approved|33.33|TRY|{tail}||"),
            format!("{ORDER_ID}|void|approved||TRY|{tail}||"),
            format!("{ORDER_ID}|preauth|open|110.00|TRY|{tail}||3.74"),
            format!("{ORDER_ID}|capture|declined|110.00|TRY|{tail}||3.74"),
            format!("{ORDER_ID}|other|approved|||{tail}||"),
        ]
    );
    // A busy day has many rows.
    let many: Vec<String> = (0..300).map(|_| transaction(&[])).collect();
    assert_eq!(listed(&report_call(&shop, &["reads:report 2025-07-25 1", "200"], &page(&many, "1"))).len(), 300);
}

#[test]
fn a_report_that_cannot_be_read_is_an_error() {
    let shop = form_shop();
    let told = |then: &str, status: &str, body: &str| report_call(&shop, &[then, status], body).to_string();
    let then = "reads:report 2025-07-24 1";
    let error = report_call(&shop, &[then, "200"], &refusal("1001", "api bilgileri bulunamadı"));
    assert_eq!((error.to_string().as_str(), error.at(4), error.at(5)), ("REFUSED ", "1001", "api bilgileri bulunamadı"));
    for body in ["", "<html>", "{}", "[]", r#"{"status":"success","transactions":7}"#, r#"{"status":"success","transactions":[7]}"#] {
        assert_eq!(report_call(&shop, &[then, "200"], body).at(1), "MALFORMED", "{body}");
    }
    let endless = format!(r#"{{"status":"success","transactions":[{}]}}"#, transaction(&[]));
    assert_eq!(told(then, "200", &endless), "MALFORMED totalPageCount");
    for then in ["reads:report", "reads:report 2025-07-24", "reads:report x 1", "reads:report 2025-07-24 x"] {
        assert_eq!(told(then, "200", r#"{"status":"success"}"#), "MALFORMED then", "{then}");
    }
    assert_eq!((told(then, "lost", "").as_str(), told(then, "400", "{}").as_str()), ("UNREACHABLE ", "UNREACHABLE "));
}
