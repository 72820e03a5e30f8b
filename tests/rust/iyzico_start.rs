//! What the shop asks iyzico to begin, and what it may answer.

use crate::iyzico::*;
use crate::shop::{Answer, CARD, ORDER_ID, order};
use velopos::error::Why;

#[test]
fn keys_of_the_sandbox_and_of_the_simulator_are_refused_in_production() {
    let configured =
        |mode: &str, key: &str, value: &str| config("checkout_form").with("mode", mode).with("merchant.apiKey", "live").with(key, value).answer();
    for (key, value) in [
        ("merchant.apiKey", "sandbox-x"),
        ("merchant.secretKey", "sandbox-x"),
        ("merchant.apiKey", "sim-api-key-12345678"),
        ("merchant.secretKey", "sim-secret-key-12345678"),
    ] {
        let live = config("checkout_form").with("mode", "production").with("merchant.apiKey", "live").with("merchant.secretKey", "live");
        assert_eq!(live.clone().with(key, value).answer().to_string(), format!("CONFIG {key}"), "{value}");
        assert_eq!(live.with("mode", "test").with(key, value).answer().kind(), "account");
    }
    assert_eq!(configured("test", "merchant.merchantId", "12a").to_string(), "CONFIG merchant.merchantId");
    assert_eq!(configured("test", "merchant.merchantId", "").kind(), "account");
}

#[test]
fn only_the_card_that_passes_through_our_server_needs_a_claim() {
    assert!(!form_shop().claims && three_ds_shop().claims);
    assert_eq!(form_shop().start_with(&order(), &CARD).to_string(), "ORDER card");
    assert_eq!(three_ds_shop().start_with(&order(), &[""]).to_string(), "ORDER card");
}

fn signed_header(asked: &Answer, path: &str) {
    let headers: Vec<&str> = asked.0[9..].iter().map(String::as_str).collect();
    let random_key = "30313233343536373839616263646566";
    let expected = authorization("sandbox-api", random_key, path, body_of(asked));
    assert_eq!(headers, ["authorization", &expected, "x-iyzi-rnd", random_key, "content-type", "application/json"]);
    assert_eq!(asked.url(), format!("https://sandbox-api.iyzipay.com{path}"));
    assert!(body_of(asked).is_ascii() && !body_of(asked).contains(SECRET));
}

const ADDRESS: &str = concat!(
    r#"{"contactName":"Ay\u015fe Y\u0131lmaz","city":"Belirtilmedi","country":"T\u00fcrkiye","#,
    r#""address":"Ba\u011fdat Cad. 1, \u0130stanbul"}"#
);

/// What both ways send, before and after what is their own.
fn expected_body(own: &str) -> String {
    [
        r#"{"locale":"tr","conversationId":"ORDER","price":"149.9","paidPrice":"149.9","currency":"TRY","basketId":"ORDER","#,
        r#""paymentGroup":"PRODUCT","callbackUrl":"https://dukkan.example/_functions/payment3DSuccess/k3y","#,
        own,
        r#","buyer":{"id":"ORDER","name":"Ay\u015fe","surname":"Y\u0131lmaz","identityNumber":"11111111111","email":"ayse@example.com","#,
        r#""registrationAddress":"Ba\u011fdat Cad. 1, \u0130stanbul","city":"Belirtilmedi","country":"T\u00fcrkiye","ip":"203.0.113.7","#,
        r#""gsmNumber":"+90 555 000 00 00"},"shippingAddress":"#,
        ADDRESS,
        r#","billingAddress":"#,
        ADDRESS,
        r#","basketItems":[{"id":"1","name":"Sipari\u015f ORDER","category1":"Genel","itemType":"PHYSICAL","price":"149.9"}]}"#,
    ]
    .concat()
    .replace("ORDER", ORDER_ID)
}

#[test]
fn a_form_is_asked_for_with_the_order_and_signed_over_the_bytes_that_are_sent() {
    let asked = start(&form_shop(), &order());
    assert_eq!((asked.to_string().as_str(), asked.claim()), ("begins:initialize", ""));
    signed_header(&asked, "/payment/iyzipos/checkoutform/initialize/auth/ecom");
    assert_eq!(body_of(&asked), expected_body(r#""enabledInstallments":[1]"#));
}

#[test]
fn a_card_goes_to_iyzico_and_nowhere_else() {
    let asked = start(&three_ds_shop(), &order());
    assert_eq!((asked.to_string().as_str(), asked.claim()), ("begins:initialize", ""));
    signed_header(&asked, "/payment/3dsecure/initialize");
    let card = r#"{"cardHolderName":"Ay\u015fe Y\u0131lmaz","cardNumber":"4508034508034509","expireMonth":"12","expireYear":"2030","cvc":"000","registerCard":0}"#;
    assert_eq!(body_of(&asked), expected_body(&format!(r#""installment":1,"paymentChannel":"WEB","paymentCard":{card}"#)));
    assert!(!asked.refs().contains("4508") && !asked.then().contains("4508"));
    let nameless = three_ds_shop().start_with(&order().with("customer.name", "Can Öz"), &["card", "4508034508034509", "12", "30", "000", " "]);
    assert!(body_of(&nameless).contains(r#""cardHolderName":"Can \u00d6z""#));
}

#[test]
fn a_pre_authorisation_has_addresses_of_its_own() {
    let reserved = order().with("type", "preauth");
    signed_header(&start(&form_shop(), &reserved), "/payment/iyzipos/checkoutform/initialize/preauth/ecom");
    signed_header(&start(&three_ds_shop(), &reserved), "/payment/3dsecure/initialize/preauth");
}

#[test]
fn a_path_before_iyzicos_own_is_not_signed() {
    let shop = config("checkout_form").with("endpoints.api", "http://127.0.0.1:8481/iyzico/").open();
    let asked = start(&shop, &order());
    let path = "/payment/iyzipos/checkoutform/initialize/auth/ecom";
    assert_eq!(asked.url(), format!("http://127.0.0.1:8481/iyzico{path}"));
    assert_eq!(asked.at(10), authorization("sandbox-api", "30313233343536373839616263646566", path, body_of(&asked)));
}

#[test]
fn names_baskets_and_instalments() {
    let body = |order| body_of(&start(&form_shop(), &order)).to_owned();
    let one = body(order().with("customer.name", " Cher ").with("customer.phone", "").with("customer.address", " ").with("customer.language", "en"));
    assert!(one.contains(r#""name":"Cher","surname":"Cher""#) && one.contains(r#""locale":"en""#) && !one.contains("gsmNumber"));
    assert!(one.contains(r#""registrationAddress":"Adres belirtilmedi""#), "{one}");
    let odd = body(order().with("customer.name", "\"</script>\u{2028}\\ x"));
    assert!(odd.contains(r#""name":"\"</script>\u2028\\","surname":"x""#), "{odd}");
    let lines = |order| body(order).split_once("\"basketItems\":").map(|(_, lines)| lines.to_owned()).expect("lines");
    let added_up = lines(order().with_item(["Kâse", "29.90", "1"]).with_item(["Tabak", "60.00", "2"]));
    assert!(added_up.contains(r#""name":"K\u00e2se""#) && added_up.contains(r#""price":"29.9""#), "{added_up}");
    assert!(added_up.contains(r#""id":"2","name":"Tabak x2""#) && added_up.contains(r#""price":"120.0""#), "{added_up}");
    for item in [["a", "149.89", "1"], ["a", "149.90", "2"], ["a", "9999999999.99", "9999"]] {
        assert!(lines(order().with_item(item)).starts_with(r#"[{"id":"1","name":"Sipari\u015f "#), "{item:?}");
    }
    for (installments, most, offered) in
        [("", "", "[1]"), ("", "6", "[1,2,3,4,6]"), ("", "36", "[1,2,3,4,6,9,12]"), ("3", "", "[3]"), ("3", "4", "[1,2,3,4]")]
    {
        let body = body(order().with("installments", installments).with("maxInstallments", most));
        assert!(body.contains(&format!(r#""enabledInstallments":{offered}"#)), "{body}");
    }
    let chosen = start(&three_ds_shop(), &order().with("installments", "6").with("maxInstallments", "6"));
    assert!(body_of(&chosen).contains(r#""installment":6,"#));
    assert!(body_of(&start(&form_shop(), &order().with("currency", "GBP"))).contains(r#""currency":"GBP""#));
}

#[test]
fn orders_that_iyzico_would_refuse_are_refused_first() {
    let refused = |name: &'static str, value: &str| start(&form_shop(), &order().with(name, value)).to_string();
    for ip in ["", "abc", "999.1.1.1", "1:2"] {
        assert_eq!(refused("customer.ip", ip), "ORDER customer.ip");
    }
    assert_eq!(refused("customer.email", ""), "ORDER customer.email");
    assert_eq!(refused("customer.name", " "), "ORDER customer.name");
    assert_eq!(refused("installments", "5"), "ORDER installments");
    assert_eq!(refused("currency", "RUB"), "UNSUPPORTED currency");
    assert_eq!(refused("currency", "JPY"), "ORDER amount");
    assert_eq!(start(&three_ds_shop(), &order().with("maxInstallments", "6")).to_string(), "UNSUPPORTED maxInstallments");
    assert_eq!(start(&three_ds_shop(), &order().with("installments", "7")).to_string(), "ORDER installments");
}

fn form_opens(body: &str) -> Answer {
    let shop = form_shop();
    let asked = start(&shop, &order());
    shop.reply(&order().stored(&shop, asked.refs()), asked.then(), "200", body)
}

#[test]
fn an_opened_form_is_an_address_and_a_token_to_keep() {
    let answer = form_opens(&form_begun(ORDER_ID, TOKEN, FORM_PAGE));
    assert_eq!(answer.0[4..], ["url", FORM_PAGE]);
    assert!(answer.refs().contains(&format!("token={TOKEN}")), "{}", answer.refs());
}

#[test]
fn a_form_of_somebody_else_is_refused() {
    let good = form_begun(ORDER_ID, TOKEN, FORM_PAGE);
    let signature = hmac_hex(SECRET, &format!("{ORDER_ID}:{TOKEN}"));
    for (body, refusal) in [
        (good.replace(&signature, &"a".repeat(64)), "SIGNATURE_INVALID signature"),
        (good.replace(&signature, ""), "SIGNATURE_MISSING signature"),
        (good.replace(&format!(",\"signature\":\"{signature}\""), ""), "SIGNATURE_MISSING signature"),
        (good.replace(&format!("\"token\":\"{TOKEN}"), &format!("\"token\":\"{OTHER_TOKEN}")), "SIGNATURE_INVALID signature"),
        (form_begun("Other4mPq8sVx2bNw6zRy", TOKEN, FORM_PAGE), "ORDER_MISMATCH conversationId"),
        // The same digest with the delimiter elsewhere.
        (form_begun(&format!("{ORDER_ID}:{TOKEN}"), "x", FORM_PAGE), "ORDER_MISMATCH conversationId"),
        (form_begun(ORDER_ID, &format!("{TOKEN}:x"), FORM_PAGE), "UNREACHABLE token"),
        (form_begun(ORDER_ID, "a b", FORM_PAGE), "UNREACHABLE token"),
        (form_begun(ORDER_ID, &"x".repeat(65), FORM_PAGE), "UNREACHABLE token"),
        (form_begun(ORDER_ID, TOKEN, "https://evil.example/?token=x"), "UNREACHABLE paymentPageUrl"),
        (form_begun(ORDER_ID, TOKEN, "http://sandbox-cpp.iyzipay.com?token=x"), "UNREACHABLE paymentPageUrl"),
        (form_begun(ORDER_ID, TOKEN, ""), "UNREACHABLE paymentPageUrl"),
    ] {
        assert_eq!(form_opens(&body).to_string(), refusal, "{body}");
    }
}

#[test]
fn a_refusal_to_begin_keeps_iyzicos_words() {
    for shop in [form_shop(), three_ds_shop()] {
        let asked = start(&shop, &order());
        let stored = order().stored(&shop, asked.refs());
        let reply = |status: &str, body: &str| shop.reply(&stored, asked.then(), status, body);
        let error = reply("200", &refusal("1001", "api bilgileri bulunamadı 4355084355084358"));
        assert_eq!((error.to_string().as_str(), error.at(4), error.at(5)), ("REFUSED ", "1001", "api bilgileri bulunamadı 435508******4358"));
        error.expect_why(Why::Refused);
        for body in ["", "{}", "[]", "null", "<html>", r#"{"status":"SUCCESS"}"#] {
            assert_eq!(reply("200", body).at(1), "UNREACHABLE", "{body}");
        }
        assert_eq!(reply("200", r#"{"status":"failure","status":"success"}"#).at(1), "UNREACHABLE");
        // iyzico's document answers errors with 400, too: that counts as no answer.
        assert_eq!(reply("400", &refusal("1001", "x")).to_string(), "UNREACHABLE ");
        assert_eq!(reply("lost", "").to_string(), "UNREACHABLE ");
    }
}

fn three_ds_begins(body: &str) -> Answer {
    let shop = three_ds_shop();
    let asked = start(&shop, &order());
    shop.reply(&order().stored(&shop, asked.refs()), asked.then(), "200", body)
}

#[test]
fn html_is_reduced_to_its_form_and_the_payment_number_is_kept() {
    let answer = three_ds_begins(&three_ds_begun(ORDER_ID, PAYMENT, PAGE));
    assert_eq!(answer.at(5), "https://sandbox-api.iyzipay.com/payment/mock/init3ds");
    let fields = [("orderId", "mock12-9584229962790500iyziord"), ("bin", "450803"), ("PaReq", "0b6d9ec1-eff8-4878")];
    assert_eq!(answer.form(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(answer.refs().contains(&format!("paymentId={PAYMENT}")), "{}", answer.refs());
    assert!(!format!("{answer:?}").contains("<script"));
    // The form may lead to the card's own bank.
    let elsewhere = PAGE.replace("sandbox-api.iyzipay.com/payment/mock/init3ds", "acs.bank.example/pareq?lang=tr");
    assert_eq!(three_ds_begins(&three_ds_begun(ORDER_ID, PAYMENT, &elsewhere)).at(5), "https://acs.bank.example/pareq?lang=tr");
}

#[test]
fn an_authentication_that_iyzico_did_not_begin_for_this_order_is_refused() {
    let action = |address: &str| three_ds_begun(ORDER_ID, PAYMENT, &PAGE.replace("https://sandbox-api.iyzipay.com/payment/mock/init3ds", address));
    let good = three_ds_begun(ORDER_ID, PAYMENT, PAGE);
    let signature = hmac_hex(SECRET, &format!("{PAYMENT}:{ORDER_ID}"));
    for (body, refusal) in [
        (good.replace(&signature, &"a".repeat(64)), "SIGNATURE_INVALID signature"),
        (good.replace(&signature, ""), "SIGNATURE_MISSING signature"),
        (good.replace(&format!("\"paymentId\":\"{PAYMENT}"), &format!("\"paymentId\":\"{OTHER_PAYMENT}")), "SIGNATURE_INVALID signature"),
        // What the form's initialize signs is the other way round.
        (good.replace(&signature, &hmac_hex(SECRET, &format!("{ORDER_ID}:{PAYMENT}"))), "SIGNATURE_INVALID signature"),
        (three_ds_begun("Other4mPq8sVx2bNw6zRy", PAYMENT, PAGE), "ORDER_MISMATCH conversationId"),
        (three_ds_begun(ORDER_ID, "12a", PAGE), "UNREACHABLE paymentId"),
        (three_ds_begun(ORDER_ID, "", PAGE), "UNREACHABLE paymentId"),
        (three_ds_begun(ORDER_ID, &format!("{PAYMENT}:{ORDER_ID}"), PAGE), "UNREACHABLE paymentId"),
        (three_ds_begun(ORDER_ID, PAYMENT, ""), "UNREACHABLE threeDSHtmlContent"),
        (three_ds_begun(ORDER_ID, PAYMENT, "<html><p>Hata</p></html>"), "UNREACHABLE threeDSHtmlContent"),
        (good.replace("threeDSHtmlContent\":\"", "threeDSHtmlContent\":\"*"), "UNREACHABLE threeDSHtmlContent"),
        (action("http://bank.example/"), "UNREACHABLE threeDSHtmlContent"),
        (action("https://user@bank.example/"), "UNREACHABLE threeDSHtmlContent"),
        (action("javascript:alert(1)"), "UNREACHABLE threeDSHtmlContent"),
        (action("//bank.example/"), "UNREACHABLE threeDSHtmlContent"),
        (action("https://bank.example/#x"), "UNREACHABLE threeDSHtmlContent"),
    ] {
        assert_eq!(three_ds_begins(&body).to_string(), refusal, "{body}");
    }
}
