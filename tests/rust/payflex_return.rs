//! The customer is back. Nothing in a PayFlex return is signed, so the bank's replies to our own requests decide.

use crate::payflex_bank::{
    CAVV, ENROLLMENT, SESSION, TOKEN, account, enrolled, found, keep, paid, preauth, provision, queried, refusal, registered, returned, row, sale,
    told, transaction, vakifbank, xml,
};
use crate::shop::{API_PASSWORD, Answer, ORDER_ID, Order, Shop, order};

// ---- common payment

#[test]
fn the_query_decides_and_not_the_return() {
    let shop = vakifbank("common_payment").open();
    let order = registered(&shop, order());
    for body in [
        format!("Rc=0000&PaymentToken={TOKEN}&TransactionId={}", transaction(&order)),
        format!("?PaymentToken={TOKEN}&Rc=0051&ErrorCode=0051"),
        format!("TransactionId={}", transaction(&order)),
        format!("PTKN={TOKEN}"),
        format!("PaymentToken={TOKEN}&TransactionId=4711"),
    ] {
        let step = shop.callback(&order, body.as_bytes());
        assert_eq!((step.then(), step.claim()), ("reads:query", ""), "{body}");
        assert_eq!(step.url(), "https://inbound.apigateway.vakifbank.com.tr:8443/commonPayment/GetVposTransaction");
        let sent = format!("{{\"MerchantNumber\":\"000000000123456\",\"Password\":\"{API_PASSWORD}\",\"PaymentToken\":\"{TOKEN}\"}}");
        assert_eq!(step.at(8), sent);
    }
    for (body, expected) in [
        ("", "MALFORMED PaymentToken"),
        ("Rc=0000&Message=OK", "MALFORMED PaymentToken"),
        ("PaymentToken=", "ORDER_MISMATCH PaymentToken"),
        ("PaymentToken=8f2b6c1d4e5f47a8a1b2c3d4e5f60719", "ORDER_MISMATCH PaymentToken"),
        ("TransactionId=4711", "ORDER_MISMATCH TransactionId"),
        ("PaymentToken=a&PaymentToken=b", "DUPLICATE_FIELD PaymentToken"),
    ] {
        assert_eq!(shop.callback(&order, body.as_bytes()).to_string(), expected, "{body}");
    }
    // The return of a card payment has neither of them.
    assert_eq!(shop.callback(&order, &returned(&[])).to_string(), "MALFORMED PaymentToken");
}

#[test]
fn a_paid_order() {
    let shop = vakifbank("common_payment").open();
    let order = registered(&shop, sale());
    let answer = queried(&shop, &order, &[]);
    assert_eq!(answer.to_string(), "paid by reply");
    for (name, expected) in [
        ("orderId", ORDER_ID),
        ("charged", ""),
        ("transactionId", transaction(&order)),
        ("authCode", "368513"),
        ("hostReference", "632514000017"),
        ("maskedPan", "450803******4509"),
        ("liability", ""),
    ] {
        assert_eq!(answer.fact(name), expected, "{name}");
    }
    assert_eq!(queried(&shop, &registered(&shop, preauth()), &[]).to_string(), "authorized by reply");
}

#[test]
fn an_older_installation_writes_amounts_with_a_comma() {
    let shop = account("isbank-payflex", "common_payment").open();
    let order = registered(&shop, sale());
    let step = shop.callback(&order, format!("PaymentToken={TOKEN}").as_bytes());
    assert_eq!(step.url(), "https://cpm.vpos.isbank.com.tr/CpWeb/api/VposTransaction");
    let sent = step.at(8);
    assert!(
        sent.contains(&format!("TransactionId={}&PaymentToken={TOKEN}", transaction(&order))) && sent.starts_with("HostMerchantId=000"),
        "{sent}"
    );
    let old = [("OrderId", "null"), ("OrderID", ORDER_ID), ("AuthResultCode", "null"), ("ErrorCode", ""), ("Amount", "149,90")];
    assert_eq!(shop.reply(&order, step.then(), "200", told(&order, &old)).to_string(), "paid by reply");
    let cheaper = [&old[..4], &[("Amount", "14,99")]].concat();
    assert_eq!(shop.reply(&order, step.then(), "200", told(&order, &cheaper)).to_string(), "AMOUNT_MISMATCH amount");
    // Without the address of Search nobody else can be asked.
    let unclear = [&old[..4], &[("Amount", "")]].concat();
    assert_eq!(shop.reply(&order, step.then(), "200", told(&order, &unclear)).to_string(), "pending, review");
}

#[test]
fn what_the_query_may_say() {
    let shop = vakifbank("common_payment").open();
    let order = registered(&shop, sale());
    for (changes, expected) in [
        (&[("Rc", "0051"), ("AuthResultCode", "0051")][..], "declined by reply"),
        (&[("Rc", "0400"), ("AuthResultCode", "null")], "declined by reply"),
        (&[("Rc", "null")], "pending"),
        (&[("Rc", "null"), ("ErrorCode", "5043")], "pending"),
        (&[("Rc", ""), ("ErrorCode", "5001")], "REFUSED merchant.password"),
        (&[("Rc", "null"), ("ErrorCode", "1105")], "REFUSED "),
        (&[("OrderId", "null")], "paid by reply"),
        (&[("PaymentToken", "null")], "paid by reply"),
        (&[("TransactionType", "null")], "paid by reply"),
        // Another payment, order, amount or currency.
        (&[("PaymentToken", "0f2b6c1d4e5f47a8a1b2c3d4e5f60718")], "ORDER_MISMATCH PaymentToken"),
        (&[("PaymentToken", "null"), ("TransactionId", "4711")], "unknown"),
        (&[("OrderId", "B1")], "ORDER_MISMATCH id"),
        (&[("Rc", "0051"), ("OrderId", "B1")], "ORDER_MISMATCH id"),
        (&[("Amount", "1.00")], "AMOUNT_MISMATCH amount"),
        (&[("AmountCode", "840")], "CURRENCY_MISMATCH currency"),
        // Nothing of this is an approval of this payment; the virtual POS is asked.
        (&[("AuthResultCode", "0051")], "reads:search order"),
        (&[("ErrorCode", "0051")], "reads:search order"),
        (&[("TransactionId", "4711")], "reads:search order"),
        (&[("TransactionType", "Auth")], "reads:search order"),
        (&[("Amount", "149.901")], "reads:search order"),
        (&[("Amount", "null")], "reads:search order"),
        (&[("AmountCode", "null")], "reads:search order"),
        (&[("Rc", "0096")], "reads:search order"),
        (&[("Rc", "1001")], "reads:search order"),
        (&[("Rc", "00")], "reads:search order"),
        (&[("Rc", "+051")], "reads:search order"),
    ] {
        assert_eq!(queried(&shop, &order, changes).to_string(), expected, "{changes:?}");
    }
    let declined = queried(&shop, &order, &[("Rc", "0051"), ("AuthResultCode", "0051"), ("Message", "LİMİT YETERSİZ 4508034508034509")]);
    assert_eq!(
        [declined.fact("reason"), declined.fact("bankCode"), declined.fact("bankMessage")],
        ["insufficient-funds", "0051", "LİMİT YETERSİZ 450803******4509"]
    );
    let step = shop.callback(&order, format!("PaymentToken={TOKEN}").as_bytes());
    let whole = told(&order, &[]);
    let twice = whole.replace("{\"Rc\":\"0000\"", "{\"Rc\":\"0051\",\"Rc\":\"0000\"");
    for (status, body) in [("lost", ""), ("500", whole.as_str()), ("200", "<html>0000</html>"), ("200", &whole[..60]), ("200", &twice), ("200", "[]")]
    {
        assert_eq!(shop.reply(&order, step.then(), status, body).to_string(), "unknown", "{status} {body}");
    }
}

/// A number of the bank's own is taken over from Search, and only from there.
#[test]
fn a_payment_under_another_number() {
    let shop = vakifbank("common_payment").open();
    let order = registered(&shop, sale());
    let step = queried(&shop, &order, &[("TransactionId", "BANKA4711")]);
    assert!(xml(&step).contains(&format!("<TransactionCriteria><OrderId>{ORDER_ID}</OrderId></TransactionCriteria>")), "{}", xml(&step));
    let own = [("TransactionId", "BANKA4711")];
    let answer = shop.reply(&order, step.then(), "200", found(&[row(&order, &own)]));
    assert_eq!(answer.to_string(), "paid by reply");
    assert_eq!(transaction(&keep(order.clone(), &answer)), "BANKA4711");
    for (changes, expected) in [
        (&[("OrderId", "B1")][..], "unknown, review"),
        (&[("Amount", "1.00")], "AMOUNT_MISMATCH amount"),
        (&[("TransactionType", "Auth")], "pending, review"),
        (&[("ResultCode", "0051")], "declined by reply"),
    ] {
        let answer = shop.reply(&order, step.then(), "200", found(&[row(&order, &[&own[..], changes].concat())]));
        assert_eq!(answer.to_string(), expected, "{changes:?}");
    }
    assert_eq!(shop.reply(&order, step.then(), "200", found(&[])).to_string(), "pending");
}

// ---- 3-D Secure: the return

fn back(shop: &Shop, order: &Order, changes: &[(&str, &str)]) -> Answer {
    shop.callback(order, &returned(changes))
}

#[test]
fn the_provision_carries_stored_values_and_no_card() {
    let shop = account("isbank-payflex", "3d").open();
    let order = enrolled(&shop, preauth().with("installments", "3"));
    let step = back(&shop, &order, &[("PurchAmount", "1"), ("PurchCurrency", "840"), ("InstallmentCount", "9"), ("Pan", "4111111111111111")]);
    assert_eq!(step.then(), format!("moves:provision 05 {CAVV} amount"));
    assert_eq!(step.claim(), "isbank-payflex:000000000123456:production:A7K2M9P4R8T3V6X5Z2B7:send:provision");
    assert_eq!(step.url(), "https://trx.vpos.isbank.com.tr/v3/Vposreq.aspx");
    assert_eq!(
        xml(&step),
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><VposRequest><MerchantId>000000000123456</MerchantId><Password>Gizli&lt;Soz&gt;&amp;77</Password>\
             <TerminalNo>VP000777</TerminalNo><TransactionType>Auth</TransactionType><TransactionId>{}</TransactionId>\
             <CurrencyAmount>149.90</CurrencyAmount><CurrencyCode>949</CurrencyCode><ECI>05</ECI><CAVV>{CAVV}</CAVV>\
             <MpiTransactionId>{ENROLLMENT}</MpiTransactionId><OrderId>{ORDER_ID}</OrderId><NumberOfInstallments>3</NumberOfInstallments>\
             <ClientIp>203.0.113.7</ClientIp><TransactionDeviceSource>0</TransactionDeviceSource></VposRequest>",
            transaction(&order)
        )
    );
    // What the browser brought is neither sent nor stored.
    for text in [step.at(8), step.refs(), step.then()] {
        assert!(!text.contains("41111") && !text.contains("4508") && !text.contains("3012"), "{text}");
    }
}

/// The hosts of 2026 refuse an amount beside an authentication: they know it from the enrollment.
#[test]
fn the_provision_at_the_hosts_of_2026() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let step = back(&shop, &order, &[]);
    assert_eq!(
        (step.then(), step.url()),
        (format!("moves:provision 05 {CAVV} none").as_str(), "https://apigw.vakifbank.com.tr:8443/virtualPos/Vposreq")
    );
    assert!(!xml(&step).contains("CurrencyAmount") && !xml(&step).contains("CurrencyCode"), "{}", xml(&step));
    assert_eq!(shop.reply(&order, step.then(), "200", provision(&order, &[])).to_string(), "paid by reply");
}

/// Which of the two forms a bank wants is told by a refusal that books nothing. The other form is sent once, under a claim of its own.
#[test]
fn the_other_form_of_a_provision_is_sent_once() {
    for (shop, refused, first, second) in [
        (vakifbank("3d").open(), "1047", "none", "amount"),
        (vakifbank("3d").open(), "1077", "none", "amount"),
        (account("ziraat-payflex", "3d").open(), "1127", "amount", "none"),
    ] {
        let order = enrolled(&shop, sale());
        let step = back(&shop, &order, &[]);
        assert!(step.then().ends_with(first), "{}", step.then());
        let again = shop.reply(&order, step.then(), "200", refusal(refused));
        assert_eq!(again.then(), format!("moves:again 05 {CAVV} {second}"));
        assert!(again.claim().ends_with(":send:again"), "{}", again.claim());
        assert_eq!(xml(&again).contains("<CurrencyAmount>149.90</CurrencyAmount><CurrencyCode>949</CurrencyCode>"), second == "amount");
        assert!(xml(&again).contains(&format!("<TransactionId>{}</TransactionId>", transaction(&order))));
        assert_eq!(shop.reply(&order, again.then(), "200", provision(&order, &[])).to_string(), "paid by reply");
        for code in ["1127", "1047", "1077"] {
            assert_eq!(shop.reply(&order, again.then(), "200", refusal(code)).to_string(), "declined by reply", "{code}");
        }
        // Never after an answer that was lost or cannot be read.
        for (status, body) in [("lost", ""), ("500", ""), ("200", "<html/>")] {
            assert_eq!(shop.reply(&order, step.then(), status, body).to_string(), "unknown");
            assert_eq!(shop.reply(&order, again.then(), status, body).to_string(), "unknown");
        }
    }
    // The codes say no to this form only when it is the one that was sent.
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let step = back(&shop, &order, &[]);
    assert_eq!(shop.reply(&order, step.then(), "200", refusal("1127")).to_string(), "declined by reply");
    // What comes back with `then` is held against the same formats as the return.
    for rest in ["05 <x/> none", "07 AAAA none", "05"] {
        let answer = shop.reply(&order, &format!("moves:provision {rest}"), "200", refusal("1047"));
        assert!(matches!(answer.to_string().as_str(), "declined by reply" | "moves:again 05  amount"), "{rest} {answer:?}");
    }
}

#[test]
fn a_return_names_the_stored_numbers() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    for (changes, expected) in [
        (&[("MerchantId", "000000000123457")][..], "MERCHANT_MISMATCH MerchantId"),
        (&[("MerchantId", "null")], "MALFORMED MerchantId"),
        (&[("VerifyEnrollmentRequestId", "30313233343536373839616263646567")], "ORDER_MISMATCH VerifyEnrollmentRequestId"),
        (&[("VerifyEnrollmentRequestId", "")], "ORDER_MISMATCH VerifyEnrollmentRequestId"),
        (&[("VerifyEnrollmentRequestId", "null")], "MALFORMED VerifyEnrollmentRequestId"),
        (&[("VerifyEnrollmentRequestId", SESSION)], "ORDER_MISMATCH VerifyEnrollmentRequestId"),
        (&[("SessionInfo", "x")], "ORDER_MISMATCH SessionInfo"),
        (&[("SessionInfo", "null")], "MALFORMED SessionInfo"),
        (&[("Status", "null")], "MALFORMED Status"),
        (&[("Cavv", "")], "MALFORMED Cavv"),
        (&[("Cavv", "null")], "MALFORMED Cavv"),
        (&[("Cavv", "AAAB+BIIFmA")], "MALFORMED Cavv"),
        (&[("Cavv", "%3C/CAVV%3E")], "MALFORMED Cavv"),
        (&[("Status", "Y%00")], "MALFORMED "),
    ] {
        assert_eq!(back(&shop, &order, changes).to_string(), expected, "{changes:?}");
    }
    let twice = [&returned(&[]), &b"&Status=Y"[..]].concat();
    assert_eq!(shop.callback(&order, &twice).to_string(), "DUPLICATE_FIELD Status");
    let cased = [&returned(&[("Status", "N")]), &b"&status=Y"[..]].concat();
    assert_eq!(shop.callback(&order, &cased).to_string(), "DUPLICATE_FIELD status");
    // A return of the bank's page, and an order that was begun in the other model.
    assert_eq!(shop.callback(&order, format!("PaymentToken={TOKEN}&Rc=0000").as_bytes()).to_string(), "MALFORMED MerchantId");
    let page = vakifbank("common_payment").open();
    let other = registered(&page, sale()).with("model", "3d");
    assert_eq!(shop.callback(&other, &returned(&[("VerifyEnrollmentRequestId", TOKEN)])).to_string(), "ORDER refs");
    assert_eq!(shop.callback(&sale().stored(&shop, ""), &returned(&[])).to_string(), "ORDER refs");
}

/// Whoever knows the number of somebody's payment can post this. It neither takes money nor calls the payment failed.
#[test]
fn a_failure_that_the_browser_tells_proves_nothing() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    for changes in [
        &[("Status", "N"), ("Eci", ""), ("Cavv", "")][..],
        &[("Status", "U"), ("Eci", "07"), ("Cavv", "")],
        &[("Status", "E"), ("ErrorCode", "1105"), ("ErrorMessage", "IP")],
        &[("Status", "A"), ("Eci", "06")],
        &[("Status", "Y"), ("Eci", "06")],
        &[("Status", "Y"), ("Eci", "01")],
        &[("Status", "Y"), ("Eci", "07")],
        &[("Status", "Y"), ("Eci", "")],
        &[("Status", "Y"), ("Eci", "null")],
        &[("Status", "Y"), ("Eci", "005")],
        &[("Status", "y")],
        &[("Status", "")],
        &[("Status", "1")],
    ] {
        let step = back(&shop, &order, changes);
        assert_eq!((step.then(), step.claim()), ("reads:search transaction", ""), "{changes:?}");
        assert!(xml(&step).contains(&format!("<TransactionId>{}</TransactionId>", transaction(&order))));
        assert_eq!(shop.reply(&order, step.then(), "200", found(&[])).to_string(), "pending");
    }
    // Where Search has no address, a person has to look.
    let shop = account("isbank-payflex", "3d").open();
    let order = enrolled(&shop, sale());
    assert_eq!(back(&shop, &order, &[("Status", "N")]).to_string(), "pending, review");
}

#[test]
fn half_3_d_secure_only_where_the_shop_allows_it() {
    let shop = vakifbank("3d").with("threeDS", "attempted").open();
    let order = enrolled(&shop, sale());
    for (status, eci, sent) in
        [("Y", "05", "05"), ("Y", "5", "05"), ("Y", "02", "02"), ("A", "06", "06"), ("A", "1", "01"), ("A", "01", "01"), ("Y", "06", "06")]
    {
        let step = back(&shop, &order, &[("Status", status), ("Eci", eci)]);
        assert_eq!(step.then(), format!("moves:provision {sent} {CAVV} none"), "{status} {eci}");
    }
    for (status, eci) in [("A", "07"), ("A", "00"), ("A", ""), ("N", "06"), ("U", "07"), ("E", "05"), ("N", "05")] {
        assert_eq!(back(&shop, &order, &[("Status", status), ("Eci", eci)]).to_string(), "reads:search transaction", "{status} {eci}");
    }
    let step = back(&shop, &order, &[("Status", "A"), ("Eci", "06"), ("Cavv", "")]);
    assert!(!xml(&step).contains("CAVV"), "an attempt may have no cryptogram");
    let paid = shop.reply(&order, step.then(), "200", provision(&order, &[("ECI", "06"), ("ThreeDSecureType", "3")]));
    assert_eq!((paid.to_string().as_str(), paid.fact("liability"), paid.fact("eci")), ("paid by reply", "merchant", "06"));
}

// ---- 3-D Secure: the provision

fn answered(shop: &Shop, order: &Order, changes: &[(&str, &str)]) -> Answer {
    let step = back(shop, order, &[]);
    shop.reply(order, step.then(), "200", provision(order, changes))
}

#[test]
fn a_provision_that_went_through() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let paid = answered(&shop, &order, &[]);
    for (name, expected) in [
        ("status", "paid"),
        ("proof", "reply"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("transactionId", transaction(&order)),
        ("authCode", "822641"),
        ("hostReference", "632514000018"),
        ("eci", "05"),
        ("liability", "issuer"),
        ("installments", "1"),
        ("charged", ""),
    ] {
        assert_eq!(paid.fact(name), expected, "{name}");
    }
    for (changes, liability) in
        [(("ThreeDSecureType", "3"), "merchant"), (("ThreeDSecureType", "1"), "merchant"), (("ECI", "06"), "merchant"), (("ECI", "02"), "issuer")]
    {
        assert_eq!(answered(&shop, &order, &[changes]).fact("liability"), liability, "{changes:?}");
    }
    let reserved = enrolled(&shop, preauth());
    assert_eq!(answered(&shop, &reserved, &[]).to_string(), "authorized by reply");
}

#[test]
fn an_approval_names_our_transaction_our_order_and_our_money() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    for (changes, expected) in [
        // The request was sent, so a reply about something else leaves its outcome unknown.
        (&[("OrderId", "B1")][..], "unknown, review"),
        (&[("TransactionId", "4711")], "unknown, review"),
        (&[("CurrencyAmount", "1.00")], "unknown, review"),
        (&[("CurrencyCode", "840")], "unknown, review"),
        // What is not said is asked for.
        (&[("TransactionId", "null")], "reads:search transaction"),
        (&[("OrderId", "")], "reads:search transaction"),
        (&[("CurrencyAmount", "null")], "reads:search transaction"),
        (&[("CurrencyAmount", "149,9")], "reads:search transaction"),
        (&[("CurrencyCode", "null")], "reads:search transaction"),
        (&[("ResultCode", "")], "reads:search transaction"),
        (&[("ResultCode", "null")], "reads:search transaction"),
        (&[("ResultCode", "00")], "reads:search transaction"),
        (&[("ResultCode", "000")], "reads:search transaction"),
    ] {
        assert_eq!(answered(&shop, &order, changes).to_string(), expected, "{changes:?}");
    }
}

#[test]
fn refusals_of_the_provision() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let step = back(&shop, &order, &[]);
    for (code, reason) in [
        ("0005", "declined"),
        ("0051", "insufficient-funds"),
        ("0054", "expired-card"),
        ("0057", "not-permitted"),
        ("0082", "invalid-cvv"),
        ("0312", "invalid-card"),
        ("0400", "3ds-failed"),
        ("0577", "installments"),
        ("1051", "invalid-card"),
        ("1052", "expired-card"),
        ("1060", "installments"),
        ("1105", "declined"),
        ("1115", "3ds-failed"),
        ("1116", "3ds-failed"),
        ("1117", "3ds-failed"),
        ("1126", "3ds-failed"),
        ("5001", "declined"),
    ] {
        let answer = shop.reply(&order, step.then(), "200", refusal(code));
        assert_eq!((answer.to_string().as_str(), answer.fact("reason"), answer.fact("bankCode")), ("declined by reply", reason, code));
        assert_eq!(answer.fact("bankMessage"), "olmadı");
    }
    // These say that something was booked before, that the bank is out of order, or nothing that is documented.
    for code in ["1006", "1061", "1128", "1001", "7777", "0091", "0096", "0068", "0966", "9999", "51", "", "x051", "-051", "+051", "00051"] {
        let answer = shop.reply(&order, step.then(), "200", refusal(code));
        assert_eq!((answer.to_string().as_str(), answer.claim()), ("reads:search transaction", ""), "{code}");
    }
    assert_eq!(
        shop.reply(&order, step.then(), "200", provision(&order, &[("ResultCode", "0051"), ("OrderId", "B1")])).to_string(),
        "unknown, review"
    );
    assert_eq!(
        shop.reply(&order, step.then(), "200", provision(&order, &[("ResultCode", "0051"), ("TransactionId", "B1")])).to_string(),
        "unknown, review"
    );
    let shop = account("isbank-payflex", "3d").open();
    let order = enrolled(&shop, sale());
    let step = back(&shop, &order, &[]);
    assert_eq!(shop.reply(&order, step.then(), "200", refusal("1006")).to_string(), "unknown, review");
}

#[test]
fn an_answer_that_cannot_be_read_leaves_the_outcome_unknown() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let step = back(&shop, &order, &[]);
    let whole = provision(&order, &[]);
    let twice = whole.replace("<ResultCode>0000</ResultCode>", "<ResultCode>0051</ResultCode><ResultCode>0000</ResultCode>");
    let doctype = whole.replace("<VposResponse>", "<!DOCTYPE VposResponse [<!ENTITY a \"0000\">]><VposResponse>");
    let entity = whole.replace(">0000<", ">&a;<");
    let elsewhere = whole.replace("VposResponse", "SearchResponse");
    let bodies = [&whole[..whole.len() - 4], &twice, &doctype, &entity, &elsewhere, "", "0000", "{}", "<html><body>ResultCode 0000</body></html>"];
    for body in bodies {
        assert_eq!(shop.reply(&order, step.then(), "200", body).to_string(), "unknown", "{body}");
    }
    for status in ["lost", "500", "302", "404"] {
        assert_eq!(shop.reply(&order, step.then(), status, &whole).to_string(), "unknown", "{status}");
    }
    // From there on the bank is only asked.
    let lost = keep(order.clone(), &shop.reply(&order, step.then(), "lost", ""));
    assert_eq!(shop.inquire(&lost).to_string(), "reads:search transaction");
    // A decisive tag inside another element is none.
    let inside = provision(&order, &[("ResultCode", "null"), ("CampaignResult/ResultCode", "0000")]);
    assert_eq!(shop.reply(&order, step.then(), "200", inside).to_string(), "reads:search transaction");
}

#[test]
fn a_second_return_finds_the_payment_paid() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let first = back(&shop, &order, &[]);
    let done = keep(order.clone(), &shop.reply(&order, first.then(), "200", provision(&order, &[])));
    // Before that is stored, the claim is the same; afterwards nothing is sent but a question.
    assert_eq!(back(&shop, &order, &[]).claim(), first.claim());
    assert_eq!(back(&shop, &done, &[]).to_string(), "reads:search transaction");
    assert_eq!(shop.inquire(&done).to_string(), "reads:search transaction");

    let page = vakifbank("common_payment").open();
    let order = paid(&page, sale());
    let back = format!("PaymentToken={TOKEN}");
    assert_eq!(page.callback(&order, back.as_bytes()).to_string(), "reads:query");
    // The query knows nothing of refunds.
    let refunded = keep(order.clone(), &page.change(&order, "refund", "R1", "1.00"));
    assert_eq!(page.callback(&refunded, back.as_bytes()).to_string(), "reads:search transaction");
}
