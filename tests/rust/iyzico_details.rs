//! iyzico: what is sent line by line, where a browser may be sent, and what an answer must name.

use crate::iyzico::*;
use crate::shop::{ORDER_ID, Shop, call, order};
use base64ct::{Base64, Encoding};
use velopos::frame::Op;

#[test]
fn a_basket_whose_sum_is_the_amount_is_sent_line_by_line() {
    let asked = start(&form_shop(), &order().with_item(["Çanta", "49.90", "1"]).with_item(["Kemer", "50.00", "2"]));
    let line =
        |id: u8, name: &str, price: &str| format!(r#"{{"id":"{id}","name":"{name}","category1":"Genel","itemType":"PHYSICAL","price":"{price}"}}"#);
    let expected = format!(r#""basketItems":[{},{}]"#, line(1, r"\u00c7anta", "49.9"), line(2, "Kemer x2", "100.0"));
    assert!(body_of(&asked).contains(&expected), "{expected} in {}", body_of(&asked));
}

/// How a start ends whose answer, signed with this key, leads there.
fn led_to(shop: &Shop, key: &str, address: &str) -> String {
    let asked = start(shop, &order());
    let stored = order().stored(shop, asked.refs());
    let mut members = vec![quoted("status", "success"), quoted("conversationId", ORDER_ID)];
    let names = if shop.model() == "3ds" {
        let page = PAGE.replace("https://sandbox-api.iyzipay.com/payment/mock/init3ds", address);
        members.extend([quoted("paymentId", PAYMENT), quoted("threeDSHtmlContent", &Base64::encode_string(page.as_bytes()))]);
        ["paymentId", "conversationId"]
    } else {
        members.extend([quoted("token", TOKEN), quoted("paymentPageUrl", address)]);
        ["conversationId", "token"]
    };
    let signature = quoted("signature", &hmac_hex(key, &signed_text(&members, &names)));
    members.push(signature);
    shop.reply(&stored, asked.then(), "200", json(&members)).to_string()
}

#[test]
fn a_page_of_this_very_machine_is_for_test_mode() {
    for (model, iyzicos, field) in [("checkout_form", FORM_PAGE, "paymentPageUrl"), ("3ds", "https://acs.bank.example/pareq", "threeDSHtmlContent")] {
        for (mode, key, local) in [("test", SECRET, "redirect"), ("production", "Gizli-Anahtar-1", &format!("UNREACHABLE {field}"))] {
            let shop = config(model).with("mode", mode).with("merchant.apiKey", "dukkan").with("merchant.secretKey", key).open();
            assert_eq!(led_to(&shop, key, iyzicos), "redirect", "{model} {mode}");
            assert_eq!(led_to(&shop, key, "http://localhost:8481/page"), *local, "{model} {mode}");
        }
    }
}

#[test]
fn a_failed_return_may_leave_the_payment_out_but_not_name_another() {
    let shop = three_ds_shop();
    let order = begin(&shop, order());
    let told = |status: &str, payment: &str| {
        let md_status = if status == "success" { "1" } else { "0" };
        callback(&shop, &order, &three_ds_return(&[("status", status), ("mdStatus", md_status), ("paymentId", payment)]), "").to_string()
    };
    assert_eq!(told("failure", PAYMENT), "declined by signature");
    assert_eq!(told("failure", ""), "declined by signature");
    assert_eq!(told("failure", OTHER_PAYMENT), "ORDER_MISMATCH paymentId");
    assert_eq!(told("success", ""), "ORDER_MISMATCH paymentId");
    assert_eq!(told("success", OTHER_PAYMENT), "ORDER_MISMATCH paymentId");
}

#[test]
fn an_unsigned_success_that_speaks_of_our_keys_is_no_refusal() {
    let shop = form_shop();
    let order = begin(&shop, order());
    for (status, expected) in [("failure", "REFUSED "), ("success", "unknown, review")] {
        let body = json(&[quoted("status", status), quoted("errorCode", "1000"), quoted("errorMessage", "İmza geçersiz")]);
        assert_eq!(shop.reply(&order, "reads:retrieve", "200", body).to_string(), expected, "{status}");
    }
}

#[test]
fn a_card_is_shown_by_digits_or_not_at_all() {
    let shop = form_shop();
    let order = begin(&shop, order());
    for (bin, last, shown) in [
        ("45080345", "4509", "450803******4509"),
        ("450803", "4509", "450803******4509"),
        ("45080", "4509", ""),
        ("45O803", "4509", ""),
        ("450803", "450", ""),
        ("450803", "45099", ""),
        ("450803", "45O9", ""),
        ("450803", "", ""),
    ] {
        let changes = [("binNumber", &*format!("\"{bin}\"")), ("lastFourDigits", &*format!("\"{last}\""))];
        let answer = shop.reply(&order, "reads:retrieve", "200", form_answer(&changes));
        assert_eq!((answer.to_string().as_str(), answer.fact("maskedPan")), ("paid by reply", shown), "{bin} {last}");
    }
}

#[test]
fn a_webhook_tells_what_it_brought_and_no_empty_names() {
    let told = |body: &str| call(Op::Webhook, &[webhook_signature(body).as_str(), SECRET, ""], body.as_bytes());
    let bare = told(&direct(&[]));
    assert!(bare.0.contains(&"paymentId".to_owned()), "{bare:?}");
    for absent in ["merchantId", "referenceCode", "eventTime"] {
        assert!(!bare.0.contains(&absent.to_owned()), "{absent}: {bare:?}");
    }
    let full = told(&direct(&[("iyziReferenceCode", "\"ref-1\""), ("iyziEventTime", "1795283100000")]));
    for (name, value) in [("referenceCode", "ref-1"), ("eventTime", "1795283100000")] {
        let place = full.0.iter().position(|text| text == name).expect("its name");
        assert_eq!(full.at(place + 1), value);
    }
}

#[test]
fn a_conversation_id_of_a_webhook_is_plain_and_has_at_most_255_letters() {
    let told = |id: &str| {
        let body = direct(&[("paymentConversationId", &format!("\"{id}\""))]);
        call(Op::Webhook, &[webhook_signature(&body).as_str(), SECRET, ""], body.as_bytes()).to_string()
    };
    assert_eq!(told(&"a".repeat(255)), "webhook");
    for wrong in [&*"a".repeat(256), "sipariş"] {
        assert_eq!(told(wrong), "MALFORMED paymentConversationId", "{wrong}");
    }
}
