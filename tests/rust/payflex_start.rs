//! Beginning a PayFlex payment: the configuration, the registration for the bank's page, and the enrollment of a card.

use crate::payflex_bank::{
    ENROLLMENT, MERCHANT, SESSION, TERMINAL, TOKEN, VERES, account, changed, document, enrolled, field, fields, json, preauth, reference, registered,
    sale, vakifbank,
};
use crate::shop::{API_PASSWORD, Answer, CARD, Config, ORDER_ID, Order, Shop, order};
use base64ct::{Base64, Base64Url, Encoding};

const OK_URL: &str = "https://dukkan.example/_functions/payment3DSuccess/k3y";
const FAIL_URL: &str = "https://dukkan.example/_functions/payment3DFail/k3y";

#[test]
fn the_account() {
    for (config, expected) in [
        (vakifbank("3d").without("merchant.terminalNo"), "CONFIG merchant.terminalNo"),
        (vakifbank("3d").without("merchant.password"), "CONFIG merchant.password"),
        (vakifbank("3d").with("merchant.merchantId", "0000-1"), "CONFIG merchant.merchantId"),
        (vakifbank("3d_pay"), "CONFIG model"),
        (vakifbank("3d").with("merchant.merchantId", "000000000007955"), "CONFIG merchant.merchantId"),
        (vakifbank("3d").with("merchant.password", "123Ab456"), "CONFIG merchant.password"),
        (vakifbank("3d").with("endpoints.vpos", "https://onlineodeme.vakifbank.com.tr:4443/VposService/v3/Vposreq.aspx"), "account "),
        (vakifbank("3d").with("endpoints.vpos", "https://onlineodeme.vakifbank.example/v3/Vposreq.aspx"), "CONFIG endpoints.vpos"),
        (account("ziraat-payflex", "3d"), "account "),
        (account("isbank-payflex", "3d"), "account "),
        (account("isbank-payflex", "common_payment"), "account "),
        // Addresses that no public document names.
        (account("ziraat-payflex", "common_payment"), "CONFIG endpoints.common_payment"),
        (account("isbank-payflex", "common_payment").with("mode", "test"), "CONFIG endpoints.common_payment"),
        (
            account("ziraat-payflex", "common_payment")
                .with("endpoints.common_payment", "https://sanalpos.ziraatbank.com.tr/CpWeb/api/RegisterTransaction"),
            "CONFIG endpoints.payment_page",
        ),
    ] {
        let answer = config.answer();
        let answer = if answer.kind() == "account" { "account ".to_owned() } else { answer.to_string() };
        assert_eq!(answer, expected);
    }
    let default = vakifbank("3d").without("model").open();
    assert_eq!((default.model(), default.claims), ("common_payment", false));
    assert!(vakifbank("3d").open().claims);
}

#[test]
fn what_an_order_must_be_like() {
    let (page, card) = (vakifbank("common_payment").open(), vakifbank("3d").open());
    for (order, by_page, by_card) in [
        (order(), "begins:register", "begins:enroll"),
        (order().with("id", &"A".repeat(40)), "begins:register", "begins:enroll"),
        (order().with("id", &"A".repeat(41)), "ORDER id", "ORDER id"),
        (order().with("id", "A_1"), "ORDER id", "ORDER id"),
        (order().with("installments", "3").with("maxInstallments", "6"), "UNSUPPORTED maxInstallments", "UNSUPPORTED maxInstallments"),
        (order().with("installments", "6").with("maxInstallments", "6"), "begins:register", "begins:enroll"),
        (order().with("customer.ip", ""), "begins:register", "ORDER customer.ip"),
        (order().with("customer.ip", "203.0.113.7, 10.0.0.1"), "ORDER customer.ip", "ORDER customer.ip"),
        (order().with("customer.ip", "2001:db8::7"), "begins:register", "begins:enroll"),
        (order().with("currency", "GBP"), "begins:register", "begins:enroll"),
        (order().with("currency", "RUB"), "UNSUPPORTED currency", "UNSUPPORTED currency"),
    ] {
        assert_eq!(page.start(&order).to_string(), by_page, "{:?}", order.get("id"));
        assert_eq!(card.start(&order).to_string(), by_card, "{:?}", order.get("id"));
    }
    assert_eq!(page.start_with(&order(), &CARD).to_string(), "ORDER card");
    assert_eq!(card.start_with(&order(), &[""]).to_string(), "ORDER card");
}

// ---- common payment

#[test]
fn the_registration_at_the_hosts_of_2026() {
    let shop = vakifbank("common_payment").open();
    let start = shop.start(&order());
    assert_eq!((start.claim(), start.url()), ("", "https://inbound.apigateway.vakifbank.com.tr:8443/commonPayment/CreateTokenCPY"));
    assert_eq!(&start.0[9..], ["content-type", "application/json", "accept", "application/json"]);
    let order = order().stored(&shop, start.refs());
    let transaction = reference(&order, "transaction");
    assert!(transaction.len() == 32 && transaction.bytes().all(|byte| byte.is_ascii_lowercase()), "{transaction}");
    assert_eq!(
        start.at(8),
        format!(
            "{{\"MerchantNumber\":\"{MERCHANT}\",\"Password\":\"{API_PASSWORD}\",\"TerminalNumber\":\"{TERMINAL}\",\"OrderId\":\"{ORDER_ID}\",\
             \"TransactionId\":\"{transaction}\",\"TransactionType\":\"Sale\",\"Amount\":\"149.90\",\"CurrencyCode\":949,\"SecureType\":1,\
             \"AllowNotEnrolledCard\":0,\"RequestLanguage\":1,\"SuccessUrl\":\"{OK_URL}\",\"FailUrl\":\"{FAIL_URL}\",\"TransactionChannel\":1,\
             \"TransactionSource\":1,\"ClientIp\":\"203.0.113.7\"}}"
        )
    );
    let more = preauth().with("currency", "EUR").with("installments", "3").with("customer.language", "en").with("customer.ip", "");
    let body = vakifbank("common_payment").with("threeDS", "attempted").open().start(&more).at(8).to_owned();
    for part in [
        "\"TransactionType\":\"Auth\"",
        "\"CurrencyCode\":978",
        "\"AllowNotEnrolledCard\":1",
        "\"RequestLanguage\":2",
        "\"InstallmentCount\":3",
        "\"SecureType\":1",
    ] {
        assert!(body.contains(part), "{part} {body}");
    }
    assert!(!body.contains("ClientIp"));
}

#[test]
fn the_registration_at_an_older_installation() {
    let shop = account("isbank-payflex", "common_payment").open();
    let start = shop.start(&order().with("installments", "2"));
    assert_eq!(start.url(), "https://cpm.vpos.isbank.com.tr/CpWeb/api/RegisterTransaction");
    assert_eq!(&start.0[9..], ["content-type", "application/x-www-form-urlencoded", "accept", "application/json"]);
    let transaction = reference(&order().stored(&shop, start.refs()), "transaction").to_owned();
    let expected = [
        ("HostMerchantId", MERCHANT),
        ("MerchantPassword", API_PASSWORD),
        ("HostTerminalId", TERMINAL),
        ("OrderID", ORDER_ID),
        ("TransactionId", &transaction),
        ("TransactionType", "Sale"),
        ("Amount", "149.90"),
        ("AmountCode", "949"),
        ("IsSecure", "true"),
        ("AllowNotEnrolledCard", "false"),
        ("RequestLanguage", "tr-TR"),
        ("InstallmentCount", "2"),
        ("SuccessUrl", OK_URL),
        ("FailUrl", FAIL_URL),
    ];
    assert_eq!(fields(&start), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // A single payment has no count.
    assert_eq!(field(&shop.start(&order()), "InstallmentCount"), None);
}

fn page_after(reply: &[(&str, &str)]) -> Answer {
    let shop = vakifbank("common_payment").open();
    let start = shop.start(&order());
    shop.reply(&order().stored(&shop, start.refs()), start.then(), "200", json(reply))
}

#[test]
fn the_customer_goes_to_the_configured_page() {
    const PAGE: &str = "https://guvenliodeme.vakifbank.com.tr/CommonPayment/SecurePayment";
    for (told, page) in [
        ("null", PAGE),
        ("", PAGE),
        (PAGE, PAGE),
        ("https://guvenliodeme.vakifbank.com.tr/Yeni/SecurePayment", "https://guvenliodeme.vakifbank.com.tr/Yeni/SecurePayment"),
        // Another host, another port, no https, a query, a user name: the reply does not say where customers type their cards.
        ("https://guvenliodeme.vakifbank.example/CommonPayment/SecurePayment", PAGE),
        ("https://guvenliodeme.vakifbank.com.tr:8443/CommonPayment/SecurePayment", PAGE),
        ("http://guvenliodeme.vakifbank.com.tr/CommonPayment/SecurePayment", PAGE),
        ("https://guvenliodeme.vakifbank.com.tr/x?a=b", PAGE),
        ("https://guvenliodeme.vakifbank.com.tr@evil.example/x", PAGE),
        ("https://guvenliodeme.vakifbank.com.tr", "https://guvenliodeme.vakifbank.com.tr"),
        ("//guvenliodeme.vakifbank.com.tr/x", PAGE),
        ("javascript:alert(1)", PAGE),
    ] {
        let answer = page_after(&[("CommonPaymentUrl", told), ("PaymentToken", TOKEN), ("ErrorCode", "null")]);
        assert_eq!((answer.at(4), answer.at(5)), ("url", format!("{page}?Ptkn={TOKEN}").as_str()), "{told}");
        assert_eq!(reference(&order().with("refs", answer.refs()), "token"), TOKEN);
    }
}

#[test]
fn a_registration_that_is_refused_says_what_to_do() {
    for (reply, expected) in [
        (&[("ErrorCode", "5001"), ("ResponseMessage", "Kimlik")][..], "REFUSED merchant.password"),
        (&[("ErrorCode", "5002")], "REFUSED merchant.merchantId"),
        (&[("ErrorCode", "1125")], "REFUSED merchant.terminalNo"),
        (&[("ErrorCode", "5037")], "REFUSED urls"),
        (&[("ErrorCode", "1061")], "REFUSED id"),
        (&[("ErrorCode", "1105"), ("PaymentToken", TOKEN)], "REFUSED "),
        (&[("ErrorCode", "8888")], "REFUSED "),
        (&[("ErrorCode", "0000"), ("PaymentToken", "")], "REFUSED "),
        (&[], "REFUSED "),
        // A token goes into an address.
        (&[("PaymentToken", "a b")], "UNREACHABLE PaymentToken"),
        (&[("PaymentToken", "a&Ptkn=b")], "UNREACHABLE PaymentToken"),
    ] {
        assert_eq!(page_after(reply).to_string(), expected, "{reply:?}");
    }
    let refused = page_after(&[("ErrorCode", "1105"), ("ResponseMessage", "IP tanimli degil 4508034508034509")]);
    assert_eq!((refused.at(4), refused.at(5)), ("1105", "IP tanimli degil 450803******4509"));

    let shop = vakifbank("common_payment").open();
    let start = shop.start(&order());
    let order = order().stored(&shop, start.refs());
    for (status, body) in [
        ("lost", ""),
        ("500", "{}"),
        ("200", "<html>"),
        ("200", "{\"PaymentToken\":\"a\",\"PaymentToken\":\"b\"}"),
        ("200", "{\"PaymentToken\":\"a\""),
    ] {
        assert_eq!(shop.reply(&order, start.then(), status, body).to_string().split(' ').next(), Some("UNREACHABLE"), "{status} {body}");
    }
}

// ---- 3-D Secure

#[test]
fn the_enrollment() {
    let shop = vakifbank("3d").open();
    let start = shop.start(&sale().with("installments", "3"));
    assert_eq!((start.claim(), start.url()), ("", "https://inbound.apigateway.vakifbank.com.tr:8443/threeDGateway/Enrollment"));
    assert_eq!(&start.0[9..], ["content-type", "application/x-www-form-urlencoded", "accept", "text/xml"]);
    let expected = [
        ("MerchantId", MERCHANT),
        ("MerchantPassword", API_PASSWORD),
        ("VerifyEnrollmentRequestId", ENROLLMENT),
        ("Pan", "4508034508034509"),
        ("ExpiryDate", "3012"),
        ("PurchaseAmount", "149.90"),
        ("Currency", "949"),
        ("BrandName", "100"),
        ("SessionInfo", SESSION),
        ("SuccessUrl", OK_URL),
        ("FailureUrl", FAIL_URL),
        ("InstallmentCount", "3"),
    ];
    assert_eq!(fields(&start), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // What is kept: our three random numbers, and nothing of the card.
    let order = order().stored(&shop, start.refs());
    assert_eq!([reference(&order, "token"), reference(&order, "session")], [ENROLLMENT, SESSION]);
    assert_ne!(reference(&order, "transaction"), ENROLLMENT);
    assert!(!start.refs().contains("4508") && !start.refs().contains("3012"), "{}", start.refs());

    let two = vakifbank("3d").with("merchant.mpiPassword", "MpiSifre9").open();
    assert_eq!(field(&two.start(&sale()), "MerchantPassword").as_deref(), Some("MpiSifre9"));
    for (number, brand) in [
        ("5521010140829928", Some("200")),
        ("2221000000000009", Some("200")),
        ("9792030394440796", Some("300")),
        ("6501700000000002", Some("300")),
        ("375622005485014", Some("400")),
        ("8000000000000008", None),
    ] {
        let card = [CARD[0], number, CARD[2], CARD[3], CARD[4], CARD[5]];
        let start = shop.start_with(&sale(), &card);
        if start.kind() == "send" {
            assert_eq!(field(&start, "BrandName").as_deref(), brand, "{number}");
        } else {
            assert_eq!((start.to_string().as_str(), brand), ("ORDER card.number", None), "{number}");
        }
    }
}

fn enrollment_answer(config: Config, changes: &[(&str, &str)]) -> Answer {
    let shop = config.open();
    let start = shop.start(&sale());
    let order = sale().stored(&shop, start.refs());
    shop.reply(&order, start.then(), "200", document("IPaySecure", &changed(VERES, changes)))
}

#[test]
fn the_customers_bank() {
    let answer = enrollment_answer(vakifbank("3d"), &[]);
    assert_eq!(answer.at(5), "https://acs.bank.example/3ds?flow=1");
    let fields = [("PaReq", "eJxVUttygkAM="), ("TermUrl", "https://mpi.bank.example/PARes"), ("MD", "5a1f&7")];
    assert_eq!(answer.form(), fields.map(|(name, value)| (name.to_owned(), value.to_owned())));

    for (address, fits) in [
        ("https://acs.bank.example:8443/3ds", true),
        ("http://acs.bank.example/3ds", false),
        ("http://localhost:8480/3ds", false),
        ("https://user@acs.bank.example/3ds", false),
        ("https://acs.bank.example\\@evil.example/", false),
        ("//acs.bank.example/3ds", false),
        ("javascript:alert(1)", false),
        ("", false),
    ] {
        let answer = enrollment_answer(vakifbank("3d"), &[("Message/VERes/ACSUrl", address)]);
        assert_eq!(answer.to_string(), if fits { "redirect" } else { "UNREACHABLE ACSUrl" }, "{address}");
    }
    let local = [("Message/VERes/ACSUrl", "http://localhost:8480/3ds")];
    assert_eq!(enrollment_answer(vakifbank("3d").with("mode", "test"), &local).to_string(), "redirect");
}

#[test]
fn the_form_of_bkms_page_goes_instead() {
    let page = |action: &str| {
        format!(
            "<html><body><form id='f' action='{action}' method='post'><input type='hidden' name='goreq' value='5e8f'/></form><script>go()</script></body></html>"
        )
    };
    let html = page("https://go.bkm.example/approve");
    for text in
        [Base64::encode_string(html.as_bytes()), Base64Url::encode_string(html.as_bytes()), Base64::encode_string(format!("\r\n {html}").as_bytes())]
    {
        let changes = [("Message/VERes/PaReq", text.as_str()), ("Message/VERes/TermUrl", "null")];
        let answer = enrollment_answer(vakifbank("3d"), &changes);
        assert_eq!((answer.at(5), answer.form()), ("https://go.bkm.example/approve", vec![("goreq".to_owned(), "5e8f".to_owned())]));
    }
    for action in ["http://go.bkm.example/approve", "/approve", "javascript:alert(1)", "https://a@go.bkm.example/"] {
        let text = Base64::encode_string(page(action).as_bytes());
        let answer = enrollment_answer(vakifbank("3d"), &[("Message/VERes/PaReq", &text)]);
        assert!(answer.to_string().starts_with("UNREACHABLE"), "{action} {answer:?}");
    }
}

#[test]
fn an_enrollment_that_leads_nowhere() {
    const STATUS: &str = "Message/VERes/Status";
    const CODE: &str = "MessageErrorCode";
    for (changes, expected, reason) in [
        (&[(STATUS, "N")][..], "declined by reply", "3ds-failed"),
        (&[(STATUS, "U")], "declined by reply", "bank-unavailable"),
        (&[(STATUS, "E"), (CODE, "2053")], "declined by reply", "bank-unavailable"),
        (&[(STATUS, "E"), (CODE, "2029")], "declined by reply", "invalid-card"),
        (&[(STATUS, "E"), (CODE, "2030")], "declined by reply", "expired-card"),
        (&[(STATUS, "E"), (CODE, "2040")], "declined by reply", "installments"),
        (&[(STATUS, "E"), (CODE, "1105")], "REFUSED ", ""),
        (&[(STATUS, "E"), (CODE, "2018")], "REFUSED merchant.mpiPassword", ""),
        (&[(STATUS, "E"), (CODE, "2005")], "REFUSED merchant.merchantId", ""),
        (&[(STATUS, "E"), (CODE, "3007")], "REFUSED urls", ""),
        (&[(STATUS, "E"), (CODE, "2023")], "REFUSED id", ""),
        (&[(STATUS, "E"), (CODE, "2049")], "REFUSED ", ""),
        // The other shape of a refusal, without a number of ours.
        (
            &[(STATUS, "E"), (CODE, "null"), ("VerifyEnrollmentRequestId", "null"), ("ResultDetail/ErrorCode", "2018")],
            "REFUSED merchant.mpiPassword",
            "",
        ),
        // Nothing of these is what the document describes.
        (&[(STATUS, "E")], "UNREACHABLE Status", ""),
        (&[(STATUS, "")], "UNREACHABLE Status", ""),
        (&[(STATUS, "y")], "UNREACHABLE Status", ""),
        (&[(CODE, "1105")], "REFUSED ", ""),
        (&[("Message/VERes/PaReq", "")], "UNREACHABLE PaReq", ""),
        (&[("VerifyEnrollmentRequestId", "null")], "UNREACHABLE Status", ""),
        (&[("VerifyEnrollmentRequestId", "30313233343536373839616263646567")], "ORDER_MISMATCH VerifyEnrollmentRequestId", ""),
    ] {
        let answer = enrollment_answer(vakifbank("3d"), changes);
        assert_eq!(answer.to_string(), expected, "{changes:?}");
        if !reason.is_empty() {
            assert_eq!(answer.fact("reason"), reason, "{changes:?}");
        }
    }
    let shop = vakifbank("3d").open();
    let start = shop.start(&sale());
    let order = sale().stored(&shop, start.refs());
    let whole = document("IPaySecure", VERES);
    let twice = whole.replace("<Status>Y</Status>", "<Status>N</Status><Status>Y</Status>");
    let entity = whole.replace("<?xml version=\"1.0\" encoding=\"utf-8\"?>", "<!DOCTYPE a [<!ENTITY x \"Y\">]>").replace(">Y<", ">&x;<");
    for (status, body) in [
        ("lost", ""),
        ("500", whole.as_str()),
        ("200", "<html></html>"),
        ("200", &whole[..whole.len() - 5]),
        ("200", twice.as_str()),
        ("200", entity.as_str()),
        ("200", "{}"),
    ] {
        assert_eq!(shop.reply(&order, start.then(), status, body).to_string().split(' ').next(), Some("UNREACHABLE"), "{status} {body}");
    }
}

#[test]
fn a_then_that_is_not_ours() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    for (then, expected) in [
        ("begins:", "ORDER then"),
        ("reads:x", "ORDER then"),
        ("reads:change", "ORDER then"),
        ("reads:history x", "ORDER then"),
        ("moves:change", "unknown, review"),
    ] {
        assert_eq!(shop.reply(&order, then, "200", "<SearchResponse/>").to_string(), expected, "{then}");
    }
}

#[test]
fn finding_the_order_of_a_return() {
    let (page, card) = (vakifbank("common_payment").open(), vakifbank("3d").open());
    for (shop, body, found) in [
        (&page, format!("PaymentToken={TOKEN}&Rc=0000"), TOKEN),
        (&page, format!("?Rc=0000&PaymentToken={TOKEN}"), TOKEN),
        (&page, format!("PTKN={TOKEN}"), TOKEN),
        (&card, format!("MerchantId=1&VerifyEnrollmentRequestId={ENROLLMENT}"), ENROLLMENT),
        (&page, "PaymentToken=a%00b".to_owned(), ""),
        (&page, "Rc=0000".to_owned(), ""),
        (&card, "PaymentToken=a&PaymentToken=b".to_owned(), ""),
    ] {
        let answer = shop.peek(body.as_bytes());
        assert_eq!(answer.0.last().map(String::as_str), Some(found), "{body} {answer:?}");
    }
}

/// Two orders never share a number, whatever they have in common.
#[test]
fn the_random_numbers_are_of_the_start() {
    let shop: Shop = vakifbank("3d").open();
    let order: Order = enrolled(&shop, sale());
    let page = registered(&vakifbank("common_payment").open(), sale());
    assert_eq!(reference(&order, "transaction"), reference(&page, "transaction"), "the same random bytes");
    for name in ["token", "session"] {
        assert_eq!(reference(&order, name).len(), 32, "128 bits");
    }
}
