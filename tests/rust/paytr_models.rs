//! PayTR beyond the iFrame: the form of the Direct API, links, refunds and the report, field by field.

use crate::paytr_bank::{KEY, MERCHANT, PAYTR_ID, SALT, account, begun, bought, digest, field, json, keep, link_told, refund_made, sent, told};
use crate::shop::{Answer, CARD, ORDER_ID, Order, Shop, call, decode_percent, order};
use velopos::frame::Op;

/// The values of these fields, in the order of PayTR's document, and the salt: what the token is made of.
fn token(fields: &[(String, String)], names: &[&str]) -> String {
    let values: Vec<&str> = names.iter().map(|name| field(fields, name)).chain([SALT]).collect();
    digest(KEY, &values)
}

const DIRECT: [&str; 10] =
    ["merchant_id", "user_ip", "merchant_oid", "email", "payment_amount", "payment_type", "installment_count", "currency", "test_mode", "non_3d"];
const LINK: [&str; 7] = ["name", "price", "currency", "max_installment", "link_type", "lang", "min_count"];

// ---- the Direct API

#[test]
fn the_direct_form() {
    let shop = account("direct").open();
    let answer = shop.start_with(&bought(), &[""]);
    assert_eq!(&answer.0[4..11], ["form", "https://www.paytr.com/odeme", "card_number", "expiry_month", "expiry_year", "cvv", "cc_owner"]);
    let form = answer.form();
    let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
    let unsigned =
        ["paytr_token", "user_name", "user_address", "user_phone", "merchant_ok_url", "merchant_fail_url", "debug_on", "user_basket", "client_lang"];
    assert_eq!(names, [&DIRECT[..], &unsigned].concat());
    let signed: Vec<&str> = DIRECT.iter().map(|name| field(&form, name)).collect();
    assert_eq!(signed, [MERCHANT, "203.0.113.7", ORDER_ID, "ayse@example.com", "149.90", "card", "0", "TL", "0", "0"]);
    assert_eq!(field(&form, "paytr_token"), token(&form, &DIRECT));
    // The basket is JSON here, and base64 of it in the iFrame.
    assert_eq!(field(&form, "user_basket"), r#"[["Sipari\u015f A7K2M9P4R8T3V6X5Z2B7","149.90",1]]"#);
    assert!(!answer.0.join("\n").contains(SALT));
}

#[test]
fn the_shop_chooses_instalments_currency_and_mode_of_a_direct_form() {
    let form = |shop: &Shop, order: &Order| shop.start_with(order, &[""]).form();
    let shop = account("direct").open();
    for (order, name, expected) in [
        (bought().with("installments", "3"), "installment_count", "3"),
        (bought().with("installments", "3").with("maxInstallments", "3"), "installment_count", "3"),
        (bought().with("currency", "EUR"), "currency", "EUR"),
        (bought().with("customer.language", "en"), "client_lang", "en"),
    ] {
        let form = form(&shop, &order);
        assert_eq!((field(&form, name), field(&form, "paytr_token")), (expected, token(&form, &DIRECT).as_str()));
    }
    assert_eq!(field(&form(&account("direct").with("mode", "test").open(), &bought()), "test_mode"), "1");
    for (order, expected) in [
        (bought().with("maxInstallments", "6"), "UNSUPPORTED maxInstallments"),
        (bought().with("installments", "13"), "ORDER maxInstallments"),
        (bought().with("type", "preauth"), "UNSUPPORTED type"),
        (bought().with("customer.ip", ""), "ORDER customer.ip"),
        (bought().with("customer.email", ""), "ORDER customer.email"),
    ] {
        assert_eq!(shop.start_with(&order, &[""]).to_string(), expected);
    }
    // The card goes from the browser to PayTR.
    assert_eq!(shop.start_with(&bought(), &CARD).to_string(), "ORDER card");
}

#[test]
fn a_direct_payment_is_proven_by_its_notification() {
    let shop = account("direct").open();
    let order = begun(&shop, bought());
    for (status, total, expected) in [("success", "14990", "paid by signature"), ("failed", "0", "declined by signature")] {
        assert_eq!(shop.callback(&order, &told(status, total)).to_string(), expected);
    }
    let step = shop.inquire(&order);
    assert_eq!((step.then(), step.url(), field(&sent(&step), "merchant_oid")), ("reads:status", "https://www.paytr.com/odeme/durum-sorgu", ORDER_ID));
}

// ---- links

#[test]
fn a_link_is_one_product_that_is_sold_once_in_a_day() {
    let shop = account("link").open();
    let step = shop.start_with(&bought(), &[""]);
    assert_eq!((step.then(), step.url(), step.claim()), ("begins:link", "https://www.paytr.com/odeme/api/link/create", ""));
    let fields = sent(&step);
    let expected = [
        ("name", "Sipariş A7K2M9P4R8T3V6X5Z2B7"),
        ("price", "14990"),
        ("currency", "TL"),
        ("max_installment", "1"),
        ("link_type", "product"),
        ("lang", "tr"),
        ("min_count", "1"),
        ("paytr_token", &token(&fields, &LINK)),
        ("merchant_id", MERCHANT),
        ("max_count", "1"),
        ("expiry_date", "2026-11-22 17:42:33"),
        ("callback_link", "https://dukkan.example/_functions/paytrNotification"),
        ("callback_id", ORDER_ID),
        ("debug_on", "1"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let named = |order: Order| field(&sent(&shop.start_with(&order, &[""])), "name").to_owned();
    assert_eq!(named(bought().with_item(["Çini tabak", "149.90", "1"])), "Çini tabak");
    assert_eq!(named(bought().with_item(["Çay", "149.90", "1"])), "Sipariş A7K2M9P4R8T3V6X5Z2B7");
    // PayTR's page asks who pays; where it tells of the payment is in the link.
    assert_eq!(shop.start_with(&bought().with("customer.email", "").with("customer.ip", ""), &[""]).kind(), "send");
    assert_eq!(shop.start_with(&order(), &[""]).to_string(), "ORDER urls.notify");
}

#[test]
fn the_address_of_a_link_is_made_of_its_id() {
    let shop = account("link").open();
    let start = shop.start_with(&bought(), &[""]);
    let order = bought().stored(&shop, start.refs());
    let answer = |body: &str| shop.reply(&order, start.then(), "200", body);
    let good = answer(r#"{"status":"success","id":"LNKa1","link":"https://evil.example/link/LNKa1"}"#);
    assert_eq!(&good.0[4..6], ["url", "https://www.paytr.com/link/LNKa1"]);
    for (body, expected) in [
        (r#"{"status":"success","link":"https://www.paytr.com/link/LNKa1"}"#, "UNREACHABLE id"),
        (r#"{"status":"success","id":"../x"}"#, "UNREACHABLE id"),
        (r#"{"status":"success","id":"a@b"}"#, "UNREACHABLE id"),
        (r#"{"status":"success","id":""}"#, "UNREACHABLE id"),
        (r#"{"status":"success","id":["LNKa1"]}"#, "UNREACHABLE id"),
        (r#"{"status":"Success","id":"LNKa1"}"#, "UNREACHABLE status"),
        (r#"{"status":"error","status":"success","id":"LNKa1"}"#, "UNREACHABLE status"),
        (r#"{"status":"failed","reason":"callback_link gecersiz"}"#, "REFUSED "),
        (r#"{"status":"error","err_msg":"paytr_token gecersiz"}"#, "REFUSED "),
        ("<html>LNKa1</html>", "UNREACHABLE "),
        (r#"{"status":"success","id":"LNKa1""#, "UNREACHABLE "),
    ] {
        assert_eq!(answer(body).to_string(), expected, "{body}");
    }
    for status in ["500", "302", "lost"] {
        assert_eq!(shop.reply(&order, start.then(), status, "").to_string(), "UNREACHABLE ");
    }
}

/// Money goes back under PayTR's own number of the payment, which only the signed notification tells.
#[test]
fn a_refund_of_a_link() {
    let shop = account("link").open();
    let order = begun(&shop, bought());
    let order = keep(order.clone(), &shop.callback(&order, &link_told(PAYTR_ID, "success", "14990")));
    let step = shop.change(&order, "refund", "R1", "49.90");
    assert_eq!(field(&sent(&step), "merchant_oid"), PAYTR_ID);
    let kept = keep(order, &step);
    assert_eq!(shop.reply(&kept, step.then(), "200", refund_made(ORDER_ID, "49.90", "R1", &[])).to_string(), "unknown");
    assert_eq!(shop.reply(&kept, step.then(), "200", refund_made(PAYTR_ID, "49.90", "R1", &[])).to_string(), "refunded by reply");
}

// ---- refunds

#[test]
fn a_refund_is_asked_for_once_under_its_own_number() {
    let shop = account("iframe").open();
    let order = begun(&shop, bought());
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "ORDER refs", "not known to be paid");
    let order = keep(order.clone(), &shop.callback(&order, &told("success", "14990")));
    let step = shop.change(&order, "refund", "R1", "49.90");
    assert_eq!((step.then(), step.url()), ("change1:refund", "https://www.paytr.com/odeme/iade"));
    assert_eq!(step.claim(), "paytr:123456:production:A7K2M9P4R8T3V6X5Z2B7:send:change1");
    let fields = sent(&step);
    let expected = [
        ("merchant_id", MERCHANT),
        ("merchant_oid", ORDER_ID),
        ("return_amount", "49.90"),
        ("paytr_token", &token(&fields, &["merchant_id", "merchant_oid", "return_amount"])),
        ("reference_no", "R1"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // PayTR takes letters and digits; any other id is told as its digest.
    let long = shop.change(&order, "refund", "5e0b7a5c-7d3f-4bd7-8f3c-1f0a5b9d2e11", "1.00");
    let reference = field(&sent(&long), "reference_no").to_owned();
    assert!(reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit()), "{reference}");
    // The answer was lost: asked again, PayTR is only asked what it knows, and the money stays counted.
    let kept = keep(order, &step);
    for (status, body) in [("lost", ""), ("500", ""), ("200", "<html>"), ("200", "{\"status\":\"succ")] {
        let lost = shop.reply(&kept, step.then(), status, body);
        assert_eq!(lost.to_string(), "unknown", "{body}");
        let kept = keep(kept.clone(), &lost);
        assert_eq!(shop.change(&kept, "refund", "R1", "49.90").to_string(), "reads:status");
        assert_eq!(shop.change(&kept, "refund", "R2", "100.01").to_string(), "ORDER amount");
    }
    let refused = json(&[("status", r#""error""#), ("err_no", r#""010""#), ("err_msg", r#""bakiye 4508034508034509""#)]);
    let answer = shop.reply(&kept, step.then(), "200", refused);
    assert_eq!(
        [answer.to_string().as_str(), answer.fact("bankCode"), answer.fact("bankMessage"), answer.fact("changeId")],
        ["declined by reply", "010", "bakiye 450803******4509", "R1"]
    );
    assert_eq!(shop.change(&keep(kept, &answer), "refund", "R2", "149.90").then(), "change2:refund");
}

#[test]
fn what_paytr_does_not_have() {
    let shop = account("iframe").open();
    let order = begun(&shop, bought());
    let order = keep(order.clone(), &shop.callback(&order, &told("success", "14990")));
    assert_eq!(shop.change(&order, "void", "V1", "").to_string(), "UNSUPPORTED ");
    assert_eq!(shop.change(&order, "capture", "C1", "1.00").to_string(), "UNSUPPORTED ");
    assert_eq!(shop.history(&order).to_string(), "UNSUPPORTED ");
}

// ---- the report

fn report(shop: &Shop, op: Op, rest: &[&str], body: &str) -> Answer {
    let days = ["2026-11-16", "2026-11-21"];
    call(op, &[shop.account.clone(), days.iter().chain(rest).map(|text| (*text).to_owned()).collect()].concat(), body.as_bytes())
}

#[test]
fn a_report_is_read_three_days_at_a_time() {
    let shop = account("iframe").open();
    let first = report(&shop, Op::Report, &[], "");
    let [then, _, url, body] = [5, 6, 7, 8].map(|place| first.at(place).to_owned());
    assert_eq!((then.as_str(), url.as_str()), ("reads:report 2026-11-18", "https://www.paytr.com/rapor/islem-dokumu"));
    let values = ["123456", "2026-11-16 00:00:00", "2026-11-18 23:59:59"];
    let body = decode_percent(&body.replace('+', " "));
    for part in values {
        assert!(body.contains(part), "{part} {body}");
    }
    assert!(body.ends_with(&format!("paytr_token={}", digest(KEY, &[&values[..], &[SALT]].concat()))), "{body}");

    let sale = r#"{"islem_tipi":"S","islem_tutari":"1234,5","kesinti_tutari":"9.99","para_birimi":"TL","siparis_no":"A1","islem_tarihi":"2026-11-17 10:00:00","taksit":"3","kart_no":"450803******4509"}"#;
    let refund = r#"{"islem_tipi":"I","islem_tutari":"1.005","para_birimi":"USD","siparis_no":"A1","islem_tarihi":"18.11.2026"}"#;
    let page = report(&shop, Op::Reported, &[&then, "200"], &format!(r#"{{"status":"success","list":[{sale},{refund}]}}"#));
    let line = |from: usize| page.0[from..from + 13].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(page.at(4), "2");
    assert_eq!(line(5), ["A1", "sale", "approved", "1234.50", "TRY", "3", "2026-11-17T10:00:00+03:00", "", "", "", "450803******4509", "", "9.99"]);
    // An amount that is not written as money is none.
    assert_eq!(line(18), ["A1", "refund", "approved", "", "USD", "", "2026-11-18", "", "", "", "", "", ""]);
    assert_eq!(page.at(31), "reads:report 2026-11-21");
    let last = report(&shop, Op::Reported, &["reads:report 2026-11-21", "200"], r#"{"status":"failed","err_msg":"yok"}"#);
    assert_eq!(&last.0[4..], ["0"]);
}
