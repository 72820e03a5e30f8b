//! Akbank: forms, returns, provisions, changes and books, with what may be believed of each.

use crate::akbank_bank::{
    CAPTURE, DECLINED, FAIL_URL, MERCHANT, OK_URL, PREAUTH, REFUND_10, SALE, SECURE, TERMINAL, akbank, answer, authenticated, begun, changed,
    charged, digest, history, inquired, names, nothing_found, paid, refusal, refused, reserved, signed,
};
use crate::shop::{self, Answer, CARD, ORDER_ID, Order, STORE_KEY, Shop, order};
use velopos::error::Why;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

fn body(step: &Answer) -> &str {
    assert_eq!(step.kind(), "send", "{step:?}");
    step.at(8)
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The form

#[test]
fn the_form_has_the_banks_fields_in_the_banks_order() {
    let shop = akbank("3d_pay_hosting").open();
    let form = shop.start_with(&order(), &[""]).form();
    let expected = [
        ("paymentModel", "3D_PAY_HOSTING"),
        ("txnCode", "3000"),
        ("merchantSafeId", MERCHANT),
        ("terminalSafeId", TERMINAL),
        ("orderId", ORDER_ID),
        ("lang", "TR"),
        ("amount", "149.90"),
        ("currencyCode", "949"),
        ("installCount", "1"),
        ("okUrl", OK_URL),
        ("failUrl", FAIL_URL),
        // 64 bytes: the source of chance is asked twice.
        ("randomNumber", &"3031323334353637383961626364656630313233343536373839414243444546".repeat(2)),
        ("requestDateTime", "2026-11-21T17:42:33.000"),
    ];
    let (hash, fields) = form.split_last().expect("fields");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields, expected);
    let text: String = fields.iter().map(|(_, value)| *value).collect();
    assert_eq!(*hash, ("hash".to_owned(), digest(&text)));
}

#[test]
fn the_form_with_a_card_a_preauthorisation_and_a_sub_merchant() {
    for model in ["3d", "3d_pay"] {
        let shop = akbank(model).with("merchant.subMerchantId", "S1").open();
        let wanted = order().with("type", "preauth").with("installments", "6").with("currency", "USD").with("customer.language", "en");
        let form = shop.start_with(&wanted, &CARD).form();
        let value = |name: &str| form.iter().find(|(at, _)| at == name).map_or("", |(_, value)| value);
        for (name, expected) in [
            ("paymentModel", model.to_uppercase().as_str()),
            ("txnCode", "3004"),
            ("lang", "EN"),
            ("currencyCode", "840"),
            ("installCount", "6"),
            ("subMerchantId", "S1"),
            ("creditCard", CARD[1]),
            ("expiredDate", "1230"),
            ("cvv", "000"),
        ] {
            assert_eq!(value(name), expected, "{name}");
        }
        let text: String = form.iter().filter(|(name, _)| name != "hash").map(|(_, value)| value.as_str()).collect();
        assert_eq!(value("hash"), digest(&text));
        assert_eq!(shop.start_with(&order(), &[""]).to_string(), "ORDER card");
    }
    assert_eq!(akbank("3d_pay_hosting").open().start_with(&order(), &CARD).to_string(), "ORDER card");
}

#[test]
fn orders_and_accounts_that_the_bank_does_not_take() {
    let shop = akbank("3d_pay_hosting").open();
    assert_eq!(shop.start_with(&order().with("id", &"A".repeat(36)), &[""]).kind(), "redirect");
    assert_eq!(shop.start_with(&order().with("id", &"A".repeat(37)), &[""]).expect_why(Why::IdLength).about(), "36");
    assert_eq!(shop.start_with(&order().with("maxInstallments", "3"), &[""]).to_string(), "UNSUPPORTED maxInstallments");
    assert_eq!(shop.start_with(&order().with("currency", "RUB"), &[""]).to_string(), "UNSUPPORTED currency");
    for (key, value, why) in [
        ("merchant.merchantSafeId", "A-1", Why::ValueNotPlain),
        ("merchant.subMerchantId", "a b", Why::ValueNotPlain),
        ("merchant.secretKey", "şifre", Why::ValueNotAscii),
        ("merchant.terminalSafeId", "2023090417500284633D137A249DBBEB", Why::ValuePublic),
    ] {
        akbank("3d").with(key, value).answer().expect_why(why);
    }
    assert!(akbank("3d").open().claims && !akbank("3d_pay").open().claims);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Returns

#[test]
fn a_charged_return_only_makes_us_ask() {
    for model in ["3d_pay_hosting", "3d_pay", "3d"] {
        let shop = akbank(model).open();
        let order = begun(&shop, order());
        for body in [
            charged(&[]),
            charged(&[("hostResponseCode", "51"), ("responseCode", "VPS-1005"), ("cardHolderName", "")]),
            charged(&[("mdStatus", "1")]),
        ] {
            assert_eq!(shop.callback(&order, &body).to_string(), "reads:inquiry", "{model}");
        }
        assert_eq!(shop.callback(&order, &charged(&[("terminalSafeId", MERCHANT)])).to_string(), "MERCHANT_MISMATCH terminalSafeId");
        assert_eq!(shop.callback(&order, &charged(&[("merchantSafeId", TERMINAL)])).to_string(), "MERCHANT_MISMATCH terminalSafeId");
        assert_eq!(shop.callback(&order, &charged(&[("orderId", "B7K2M9P4R8T3V6X5Z2B7")])).to_string(), "ORDER_MISMATCH orderId");
    }
}

#[test]
fn an_authentication_is_followed_by_a_provision_of_the_stored_order() {
    let shop = akbank("3d").open();
    for (intent, code) in [("sale", "1000"), ("preauth", "1004")] {
        let stored = begun(&shop, order().with("type", intent));
        let step = shop.callback(&stored, &authenticated(&[]));
        assert_eq!(step.to_string(), "moves:provision");
        assert_eq!(step.claim(), format!("akbank:{MERCHANT}:production:{ORDER_ID}:send:provision"));
        assert_eq!(step.url(), "https://api.akbank.com/api/v1/payment/virtualpos/transaction/process");
        let sent = Object::parse(body(&step)).expect("JSON");
        assert_eq!(sent.scalar("txnCode").unwrap(), Some(code));
        assert_eq!(sent.value("terminal"), Some(&Value::Nested(&format!(r#"{{"merchantSafeId":"{MERCHANT}","terminalSafeId":"{TERMINAL}"}}"#))));
        assert_eq!(sent.value("transaction"), Some(&Value::Nested(r#"{"amount":"149.90","currencyCode":949,"motoInd":0,"installCount":1}"#)));
        assert_eq!(sent.value("customer"), Some(&Value::Nested(r#"{"ipAddress":"203.0.113.7"}"#)));
        let secure = sent.inner("secureTransaction").unwrap();
        for (name, value) in SECURE {
            assert_eq!(secure.scalar(name).unwrap(), Some(value));
        }
        assert!(step.0.iter().any(|text| *text == digest(body(&step))), "auth-hash");
        assert!(!body(&step).contains(CARD[1]));
        // Once the money was asked for, every return only asks.
        let kept = stored.with("refs", step.refs());
        for again in [authenticated(&[]), authenticated(&[("mdStatus", "0")])] {
            assert_eq!(shop.callback(&kept, &again).to_string(), "reads:inquiry");
        }
        let asked = shop.callback(&kept, &refused(&[]));
        assert_eq!(shop.reply(&kept, asked.then(), "200", nothing_found()).to_string(), "pending");
    }
}

#[test]
fn what_3_d_secure_must_have_done() {
    let of_2024 = |eci: &'static str| {
        let [id, _, data, md] = SECURE;
        let fields = [
            ("txnCode", "3001"),
            ("responseCode", "VPS-0000"),
            ("responseMessage", "BAŞARILI"),
            ("txnDateTime", "2024-04-18T20:15:35.000"),
            ("merchantSafeId", MERCHANT),
            ("terminalSafeId", TERMINAL),
            ("orderId", ORDER_ID),
            id,
            ("secureEcomInd", eci),
            data,
            md,
        ];
        let with_unsigned = changed(&fields, &[("mdStatus", "1"), ("amount", "149.90")]);
        signed(&names(&fields), &with_unsigned)
    };
    for (policy, message, outcome) in [
        ("full", authenticated(&[]), "moves:provision"),
        ("full", authenticated(&[("mdStatus", "2")]), "declined by signature"),
        ("full", authenticated(&[("mdStatus", "0")]), "declined by signature"),
        ("attempted", authenticated(&[("mdStatus", "4")]), "moves:provision"),
        ("attempted", authenticated(&[("mdStatus", "7")]), "declined by signature"),
        ("full", of_2024("02"), "moves:provision"),
        ("full", of_2024("05"), "moves:provision"),
        ("full", of_2024("01"), "declined by signature"),
        ("full", of_2024("07"), "declined by signature"),
        ("attempted", of_2024("06"), "moves:provision"),
        ("attempted", of_2024("00"), "declined by signature"),
    ] {
        let shop = akbank("3d").with("threeDS", policy).open();
        assert_eq!(shop.callback(&begun(&shop, order()), &message).to_string(), outcome, "{policy}");
        let other = akbank("3d_pay").with("threeDS", policy).open();
        assert_eq!(other.callback(&begun(&other, order()), &message).to_string(), "reads:inquiry", "an authentication is no charge");
    }
}

#[test]
fn an_authentication_has_one_reading() {
    let shop = akbank("3d").open();
    let stored = begun(&shop, order());
    for (changes, outcome) in [
        (&[("txnCode", "1000")][..], "MALFORMED responseCode"),
        (&[("responseCode", "VPS-1005")], "MALFORMED responseCode"),
        (&[("secureId", "NEN3cjFKaDZIaDlnajM4RXRzSTY")], "MALFORMED secureId"),
        (&[("secureEcomInd", "2")], "MALFORMED secureEcomInd"),
        (&[("secureData", "kBMrDwEgAAAAAAAAAAAAAAAAAAAA2")], "MALFORMED secureData"),
        (&[("secureMd", "\"")], "MALFORMED secureMd"),
        (&[("maskedCardNumber", "557829******105")], "MALFORMED maskedCardNumber"),
        (&[("maskedCardNumber", "5578291055")], "MALFORMED maskedCardNumber"),
        (&[("maskedCardNumber", "1*2")], "MALFORMED maskedCardNumber"),
        (&[("maskedCardNumber", "ş*****")], "MALFORMED maskedCardNumber"),
        (&[("amount", "149.9")], "AMOUNT_MISMATCH amount"),
        (&[("amount", "1.00")], "AMOUNT_MISMATCH amount"),
        (&[("installCount", "2")], "ECHO_MISMATCH installCount"),
        (&[("okUrl", FAIL_URL)], "ECHO_MISMATCH okUrl"),
        (&[("failUrl", OK_URL)], "ECHO_MISMATCH failUrl"),
        (&[("mdStatus", "x")], "MALFORMED mdStatus"),
        (&[("mdStatus", "11")], "MALFORMED mdStatus"),
        // Another order's text: what our id leaves over of it makes a value too long.
        (&[("orderId", &ORDER_ID[..19])], "ORDER_MISMATCH orderId"),
        (&[("secureId", "7NEN3cjFKaDZIaDlnajM4RXRzSTY=")], "MALFORMED secureId"),
    ] {
        assert_eq!(shop.callback(&stored, &authenticated(changes)).to_string(), outcome, "{changes:?}");
    }
}

#[test]
fn no_return_without_the_banks_digest_over_the_banks_list() {
    for (model, message) in [("3d_pay_hosting", charged(&[])), ("3d", authenticated(&[])), ("3d_pay_hosting", refused(&[]))] {
        let shop = akbank(model).open();
        let stored = begun(&shop, order());
        let text = String::from_utf8(message).expect("ASCII");
        let (head, hash) = text.rsplit_once("&hash=").expect("a hash");
        let without_list: Vec<&str> = text.split('&').filter(|pair| !pair.starts_with("hashParams=")).collect();
        for (body, outcome) in [
            (head.to_owned(), "SIGNATURE_MISSING hash"),
            (format!("{head}&hash="), "SIGNATURE_MISSING hash"),
            (without_list.join("&"), "SIGNATURE_MISSING hash"),
            (format!("{head}&hash=A{}", &hash[1..]), "SIGNATURE_INVALID hash"),
            (format!("{text}&responseCode=VPS%2D0000"), "DUPLICATE_FIELD responseCode"),
            (format!("{text}&RESPONSECODE=VPS%2D0000"), "DUPLICATE_FIELD RESPONSECODE"),
            (text.replace("VPS%2D", "VPS%2D1"), "SIGNATURE_INVALID hash"),
            (text.replace("hashParams=", "hashParams=zz%2B"), "FIELD_LIST hashParams"),
        ] {
            assert_eq!(shop.callback(&stored, body.as_bytes()).to_string(), outcome, "{model}: {body}");
        }
        let elsewhere = akbank(model).with("merchant.secretKey", "another").open();
        let error = elsewhere.callback(&begun(&elsewhere, order()), text.as_bytes());
        assert!(error.expect_why(Why::BankHash).about().contains("secretKey"));
    }
}

#[test]
fn lists_that_are_not_the_banks() {
    let shop = akbank("3d_pay_hosting").open();
    let stored = begun(&shop, order());
    let fields = [("txnCode", "1000"), ("responseCode", "VPS-0000"), ("orderId", ORDER_ID), ("zz", "x"), ("hostResponseCode", "00")];
    for list in ["zz", "+zz", "orderId", "responseCode+orderId+zz", "orderId+responseCode", "responseCode+responseMessage+orderId", "txncode"] {
        assert_eq!(shop.callback(&stored, &signed(list, &fields)).to_string(), "FIELD_LIST hashParams", "{list}");
    }
}

#[test]
fn a_refusal_stands_where_the_books_know_nothing() {
    let shop = akbank("3d_pay_hosting").open();
    let stored = begun(&shop, order());
    for (code, reason) in [("VPS-1279", "3ds-failed"), ("VPS-3008", "cancelled")] {
        let step = shop.callback(&stored, &refused(&[("responseCode", code)]));
        assert_eq!(step.to_string(), format!("reads:refused {code} BKM 3DS Server Doğrulama Başarısız"));
        let payment = shop.reply(&stored, step.then(), "200", nothing_found());
        assert_eq!((payment.to_string().as_str(), payment.fact("reason"), payment.fact("bankCode")), ("declined by reply", reason, code));
        assert_eq!(payment.fact("bankMessage"), "BKM 3DS Server Doğrulama Başarısız");
        // The customer has paid in another window.
        assert_eq!(shop.reply(&stored, step.then(), "200", history(&[SALE])).to_string(), "paid by reply");
        assert_eq!(shop.reply(&stored, step.then(), "lost", "").to_string(), "unknown");
    }
    // The id was used: perhaps by a payment that the books do not show yet. Or a form was refused, which anybody can have sent while the
    // customer is on the bank's page.
    for code in ["VPS-1013", "VPS-1060", "VPS-1073"] {
        let step = shop.callback(&stored, &refused(&[("responseCode", code)]));
        assert_eq!(step.to_string(), "reads:inquiry", "{code}");
        assert_eq!(shop.reply(&stored, step.then(), "200", nothing_found()).to_string(), "pending", "{code}");
    }
    for code in ["VPS-0000", "VPS-12", "12790000", ""] {
        let outcome = shop.callback(&stored, &refused(&[("responseCode", code)])).to_string();
        assert!(matches!(outcome.as_str(), "MALFORMED responseCode" | "FIELD_LIST hashParams"), "{code}: {outcome}");
    }
    // An id that another one could end with.
    let short = begun(&shop, order().with("id", "80331"));
    assert_eq!(shop.callback(&short, &refused(&[("responseMessage", "Başarısız2024041"), ("orderId", "80331")])).to_string(), "reads:inquiry");
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Answers

#[test]
fn what_the_bank_answers_to_a_provision() {
    let shop = akbank("3d").open();
    let stored = begun(&shop, order());
    let step = shop.callback(&stored, &authenticated(&[]));
    let kept = stored.with("refs", step.refs());
    let with = |name, value| answer("1000", &[(name, value)]);
    for (reply, outcome) in [
        (answer("1000", &[]), "paid by reply"),
        (answer("1000", &[("responseCode", "VPS-1005"), ("hostResponseCode", "51")]), "declined by reply"),
        (refusal("1000", "VPS-1060"), "declined by reply"),
        // The id was used, or the card's bank does not know: the books decide.
        (refusal("1000", "VPS-1013"), "reads:inquiry"),
        (answer("1000", &[("responseCode", "VPS-1005"), ("hostResponseCode", "96")]), "reads:inquiry"),
        (answer("1000", &[("responseCode", "VPS-9999"), ("hostResponseCode", "")]), "reads:inquiry"),
        (refusal("1000", "VPS-9999").replace("\"transaction\"", "\"x\""), "reads:inquiry"),
        (refusal("1000", "VPS-9999").replace("\"rrn\":\"0\"", "\"rrn\":null"), "reads:inquiry"),
        (with("responseCode", "VPS-1005"), "reads:inquiry"),
        (with("hostResponseCode", "05"), "reads:inquiry"),
        (with("hostResponseCode", ""), "reads:inquiry"),
        // About something else: our request was sent all the same.
        (answer("1004", &[]), "unknown"),
        (with("orderId", "B7K2M9P4R8T3V6X5Z2B7"), "unknown, review"),
        (with("terminalSafeId", MERCHANT), "unknown, review"),
        (answer("1000", &[]).replace("\"terminal\"", "\"x\""), "unknown"),
        (answer("1000", &[]).replace("\"order\"", "\"x\""), "unknown, review"),
        (answer("1000", &[("responseCode", "VPS-1005"), ("hostResponseCode", "51"), ("orderId", "X")]), "unknown, review"),
        (with("responseCode", "VPS-00000"), "unknown"),
        (answer("1000", &[]).replace("\"txnDateTime\"", "\"responseCode\""), "unknown"),
        (r#"{"code":"401","message":"x","errors":[]}"#.to_owned(), "unknown"),
        ("<html>".to_owned(), "unknown"),
        (String::new(), "unknown"),
    ] {
        assert_eq!(shop.reply(&kept, step.then(), "200", &reply).to_string(), outcome, "{reply}");
    }
    for status in ["401", "500", "302", "lost"] {
        assert_eq!(shop.reply(&kept, step.then(), status, answer("1000", &[])).to_string(), "unknown");
    }
    let payment = shop.reply(&kept, step.then(), "200", answer("1000", &[]));
    for (name, value) in [
        ("authCode", "306456"),
        ("hostReference", "632517184784"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("mdStatus", "1"),
        ("eci", "02"),
        ("liability", "issuer"),
        ("installments", "1"),
    ] {
        assert_eq!(payment.fact(name), value, "{name}");
    }
}

#[test]
fn what_the_books_come_to() {
    let shop = akbank("3d_pay_hosting").open();
    let sale = begun(&shop, order());
    let preauth = begun(&shop, order().with("type", "preauth"));
    let all: &[(&str, &str)] = &[("txnCode", "1002")];
    let voided: &[(&str, &str)] = &[("txnStatus", "V")];
    for (order, rows, outcome) in [
        (&sale, &[SALE][..], "paid by reply"),
        (&sale, &[SALE, REFUND_10], "paid by reply"),
        (&sale, &[REFUND_10, SALE], "paid by reply"),
        (&sale, &[SALE, all], "refunded by reply"),
        (&sale, &[voided], "voided by reply"),
        (&sale, &[DECLINED], "declined by reply"),
        (&sale, &[&[("amount", "149.90")]], "paid by reply"),
        (&preauth, &[PREAUTH], "authorized by reply"),
        (&preauth, &[PREAUTH, CAPTURE], "paid by reply"),
        (&preauth, &[CAPTURE, PREAUTH], "paid by reply"),
        (&preauth, &[PREAUTH, &[("txnCode", "1005"), ("responseCode", "VPS-1005"), ("hostResponseCode", "51")]], "authorized by reply"),
        (&preauth, &[PREAUTH, CAPTURE, all], "refunded by reply"),
        (&preauth, &[&[("txnCode", "1004"), ("txnStatus", "V")]], "voided by reply"),
        // About other money.
        (&sale, &[&[("amount", "1")]], "AMOUNT_MISMATCH amount"),
        (&sale, &[&[("currencyCode", "840")]], "CURRENCY_MISMATCH currency"),
        (&sale, &[&[("orgOrderId", "B7K2M9P4R8T3V6X5Z2B7")]], "ORDER_MISMATCH orgOrderId"),
        (&sale, &[SALE, &[("orgOrderId", "-")]], "ORDER_MISMATCH orgOrderId"),
        // For a person to look at.
        (&sale, &[PREAUTH], "pending, review"),
        (&preauth, &[SALE], "pending, review"),
        (&sale, &[SALE, SALE], "pending, review"),
        (&sale, &[REFUND_10], "pending, review"),
        (&sale, &[CAPTURE], "pending, review"),
        (&preauth, &[&[("txnCode", "1004"), DECLINED[0], DECLINED[1]], &[("txnCode", "1005"), ("txnStatus", "V")]], "pending, review"),
        (&sale, &[voided, REFUND_10], "pending, review"),
        (&sale, &[&[("txnStatus", "S")]], "pending, review"),
        (&sale, &[&[("txnStatus", "R")]], "pending, review"),
        (&sale, &[SALE, &[("txnCode", "1013")]], "pending, review"),
        (&sale, &[&[("hostResponseCode", "51")]], "pending, review"),
        (&sale, &[&[("amount", "149.905")]], "pending, review"),
        (&sale, &[&[("amount", "1.4990e2")]], "pending, review"),
        (&sale, &[&[("currencyCode", "1")]], "pending, review"),
        (&sale, &[SALE, all, REFUND_10], "pending, review"),
        (&preauth, &[PREAUTH, &[("txnCode", "1005"), ("txnStatus", "V")]], "authorized by reply"),
        (&preauth, &[PREAUTH, &[("txnCode", "1005"), ("txnStatus", "V")], CAPTURE], "paid by reply"),
        (&preauth, &[&[("txnCode", "1004"), ("txnStatus", "V")], &[("txnCode", "1005"), ("txnStatus", "V")]], "voided by reply"),
        (&preauth, &[&[("txnCode", "1005"), ("txnStatus", "V")]], "pending, review"),
        (&preauth, &[PREAUTH, CAPTURE, CAPTURE], "pending, review"),
    ] {
        assert_eq!(inquired(&shop, order, &history(rows)).to_string(), outcome, "{rows:?}");
    }
    assert_eq!(inquired(&shop, &sale, &nothing_found()).to_string(), "pending");
    assert_eq!(inquired(&shop, &sale, &refusal("1010", "VPS-1073")).to_string(), "REFUSED ");
    let good = history(&[SALE]);
    for reply in [
        history(&[]),
        good.replace("\"1010\"", "\"1000\""),
        good.replace("txnDetailList", "list"),
        good.replace("[{", "[[],{"),
        good.replace("\"terminal\"", "\"x\""),
        good[..good.len() - 9].to_owned(),
        good.replace("\"txnStatus\":\"N\"", "\"txnStatus\":\"V\",\"txnStatus\":\"N\""),
    ] {
        assert_eq!(inquired(&shop, &sale, &reply).to_string(), "unknown", "{reply}");
    }
    assert_eq!(inquired(&shop, &sale, &good.replace(TERMINAL, MERCHANT)).to_string(), "MERCHANT_MISMATCH terminal");
    let refunded = inquired(&shop, &sale, &history(&[SALE, REFUND_10]));
    assert_eq!((refunded.fact("refunded"), refunded.fact("maskedPan")), ("10.00", "557829******1055"));
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Changes

fn made(shop: &Shop, order: &Order, verb: &str, id: &str, amount: &str, reply: &str) -> (Answer, Answer, Order) {
    let step = shop.change(order, verb, id, amount);
    let sent = order.clone().with("refs", step.refs());
    let payment = shop.reply(&sent, step.then(), "200", reply);
    let stored = sent.with("refs", payment.fact("refs"));
    (step, payment, stored)
}

#[test]
fn a_refund_a_void_and_a_capture() {
    let shop = akbank("3d_pay_hosting").open();
    let (step, payment, order) = made(&shop, &paid(&shop), "refund", "R1", "10.00", &answer("1002", &[]));
    let sent = Object::parse(body(&step)).unwrap();
    assert_eq!(sent.scalar("txnCode").unwrap(), Some("1002"));
    assert_eq!(sent.value("transaction"), Some(&Value::Nested(r#"{"amount":"10.00","currencyCode":949}"#)));
    assert_eq!((payment.to_string().as_str(), payment.fact("refunded")), ("refunded by reply", "10.00"));
    assert_eq!(shop.change(&order, "refund", "R2", "139.91").to_string(), "ORDER amount");
    // The books must show at least what the bank has confirmed.
    assert_eq!(inquired(&shop, &order, &history(&[SALE])).to_string(), "pending, review");
    assert_eq!(inquired(&shop, &order, &history(&[SALE, REFUND_10])).to_string(), "paid by reply");

    let (step, payment, order) = made(&shop, &paid(&shop), "void", "V1", "", &answer("1003", &[]).replace("\"transaction\"", "\"x\""));
    assert!(body(&step).contains("\"txnCode\":\"1003\"") && !body(&step).contains("\"transaction\""));
    assert_eq!(payment.to_string(), "voided by reply");
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "ORDER refs");

    let (step, payment, order) = made(&shop, &reserved(&shop), "capture", "C1", "100.00", &answer("1005", &[]));
    assert!(body(&step).contains("\"txnCode\":\"1005\"") && body(&step).contains("\"100.00\""));
    assert_eq!((payment.to_string().as_str(), payment.fact("charged")), ("paid by reply", "100.00"));
    let part: &[(&str, &str)] = &[("txnCode", "1005"), ("amount", "100")];
    let asked = inquired(&shop, &order, &history(&[PREAUTH, part]));
    assert_eq!((asked.to_string().as_str(), asked.fact("charged")), ("paid by reply", "100.00"));
    assert_eq!(inquired(&shop, &order, &history(&[PREAUTH, CAPTURE])).to_string(), "pending, review", "more than was asked for");
    // A capture of ours that was voided by us, and one that somebody else has voided.
    let undone: &[(&str, &str)] = &[("txnCode", "1005"), ("amount", "100"), ("txnStatus", "V")];
    assert_eq!(inquired(&shop, &order, &history(&[PREAUTH, undone])).to_string(), "pending, review");
    let step = shop.change(&order, "void", "V1", "");
    let order = order.with("refs", step.refs());
    let release = shop.reply(&order, step.then(), "200", answer("1003", &[]));
    let order = order.with("refs", release.refs());
    assert!(body(&release).contains("\"txnCode\":\"1003\""), "what was reserved is let go of, too");
    let released = shop.reply(&order, release.then(), "200", answer("1003", &[]));
    assert_eq!(released.to_string(), "voided by reply");
    let reserved: &[(&str, &str)] = &[("txnCode", "1004"), ("txnStatus", "V")];
    let order = order.with("refs", released.fact("refs"));
    assert_eq!(inquired(&shop, &order, &history(&[reserved, undone])).to_string(), "voided by reply");
}

#[test]
fn what_the_bank_answers_to_a_change() {
    let shop = akbank("3d_pay_hosting").open();
    for (verb, code, amount) in [("refund", "1002", "149.90"), ("void", "1003", "")] {
        for (reply, outcome) in [
            (refusal(code, "VPS-9909"), "declined by reply"),
            (refusal(code, "VPS-1007"), "declined by reply"),
            (answer(code, &[("responseCode", "VPS-1005"), ("hostResponseCode", "05")]), "declined by reply"),
            // Perhaps by this very request.
            (refusal(code, "VPS-1008"), "unknown"),
            (answer(code, &[("responseCode", "VPS-1005"), ("hostResponseCode", "91")]), "unknown"),
            (answer(code, &[("responseCode", "VPS-9999"), ("hostResponseCode", "")]), "unknown"),
            (answer("1000", &[]), "unknown"),
            (answer(code, &[("orderId", "X")]), "unknown, review"),
            (refusal(code, "VPS-1007").replace(ORDER_ID, "X"), "unknown, review"),
            (answer(code, &[("terminalSafeId", MERCHANT)]), "unknown, review"),
            (history(&[SALE]), "unknown"),
            ("<html>".to_owned(), "unknown"),
        ] {
            let (_, payment, order) = made(&shop, &paid(&shop), verb, "X1", amount, &reply);
            assert_eq!(payment.to_string(), outcome, "{verb}: {reply}");
            let again = shop.change(&order, "refund", "X2", "149.90");
            assert_eq!(again.kind() == "send", outcome.starts_with("declined"), "{again:?}");
        }
        // That a transaction has no number is how the bank says that there was none; its answers to voids have no transaction anyway.
        let silent = refusal(code, "VPS-9999").replace("\"transaction\"", "\"x\"");
        let (_, payment, _) = made(&shop, &paid(&shop), verb, "X1", amount, &silent);
        assert_eq!(payment.to_string(), if verb == "void" { "declined by reply" } else { "unknown" });
    }
}

/// Digits in a row are masked in what a bank writes; an order's own number is none of that.
#[test]
fn a_number_with_as_many_digits_as_a_card() {
    let shop = akbank("3d_pay_hosting").open();
    for id in ["1763802000000", "4508034508034509", "77883395469861865216"] {
        let stored = begun(&shop, order().with("id", id));
        assert_eq!(inquired(&shop, &stored, &history(&[&[("orgOrderId", id)]])).to_string(), "paid by reply", "{id}");
    }
}

#[test]
fn a_history_and_a_report() {
    let shop = akbank("3d_pay_hosting").open();
    let order = paid(&shop);
    let step = shop.history(&order);
    let answer = shop.reply(&order, step.then(), "200", history(&[SALE, REFUND_10, DECLINED]));
    let lines: Vec<String> = answer.0[5..].chunks(13).map(|line| [line[1].as_str(), &line[2], &line[3]].join(" ")).collect();
    assert_eq!(lines, ["sale approved 149.90", "refund approved 10.00", "sale declined 149.90"]);
    let none = shop.reply(&order, step.then(), "200", nothing_found());
    assert_eq!((none.kind(), none.at(4)), ("list", "0"));

    let days =
        |rest: &[&str]| [shop.account.clone(), ["2026-11-20", "2026-11-21"].iter().chain(rest).map(|text| (*text).to_owned()).collect()].concat();
    let first = shop::call(Op::Report, &days(&[]), b"");
    let text = first.0.join("\n");
    assert!(text.contains("/portal/report/transaction"), "{text}");
    assert!(text.contains(r#""report":{"startDateTime":"2026-11-20T00:00:00.000","endDateTime":"2026-11-20T23:59:59.999"}"#), "{text}");
    let rows = history(&[
        &[("txnStatus", "Başarılı"), ("rrn", "1")],
        &[("txnStatus", "İptal")],
        &[("txnStatus", "Başarısız"), ("responseCode", "VPS-1060"), ("orgOrderId", "-")],
    ]);
    let page = rows.replacen(r#""txnDetailList""#, r#""data":{"txnDetailList""#, 1).replacen("]}", "]}}", 1);
    let answer = shop::call(Op::Reported, &days(&["reads:report 2026-11-20", "200"]), page.as_bytes());
    let text = answer.0.join("\n");
    assert!(text.contains("sale\napproved") && text.contains("sale\nvoided") && text.contains("sale\ndeclined"), "{text}");
    assert!(text.contains("2026-11-21T00:00:00.000"), "the next day is asked for: {text}");
    let last = shop::call(Op::Reported, &days(&["reads:report 2026-11-21", "200"]), nothing_found().as_bytes());
    assert_eq!((last.kind(), last.at(4), last.0.len()), ("list", "0", 5), "no next day: {last:?}");
    assert_eq!(shop::call(Op::Reported, &days(&["reads:report x", "200"]), page.as_bytes()).to_string(), "ORDER then");
    let many = shop::call(Op::Reported, &days(&["reads:report 2026-11-21", "200"]), refusal("", "VPS-2235").as_bytes());
    assert_eq!(many.to_string(), "REFUSED ");
}

#[test]
fn what_is_told_beside_the_status() {
    let shop = akbank("3d_pay_hosting").open();
    let order = begun(&shop, order());
    let paid = inquired(&shop, &order, &history(&[&[("installCount", "3")]]));
    for (name, value) in
        [("installments", "3"), ("at", "2026-11-21T17:42:33+03:00"), ("authCode", "306456"), ("hostReference", "632517184784"), ("charged", "")]
    {
        assert_eq!(paid.fact(name), value, "{name}");
    }
    for (code, reason) in [("51", "insufficient-funds"), ("83", "installments")] {
        let refused = [("responseCode", "VPS-1005"), ("hostResponseCode", code)];
        let of_books = inquired(&shop, &order, &history(&[&refused]));
        let shop = akbank("3d").open();
        let stored = begun(&shop, shop::order());
        let step = shop.callback(&stored, &authenticated(&[]));
        let of_answer = shop.reply(&stored.with("refs", step.refs()), step.then(), "200", answer("1000", &refused));
        for declined in [of_books, of_answer] {
            assert_eq!((declined.fact("reason"), declined.fact("bankCode")), (reason, code));
        }
    }
}

#[test]
fn the_lines_of_a_history() {
    let shop = akbank("3d_pay_hosting").open();
    let order = begun(&shop, order());
    let line = |changes: &[(&str, &str)]| shop.reply(&order, "reads:history", "200", history(&[changes])).0[5..18].to_vec();
    let expected = [ORDER_ID, "sale", "approved", "149.90", "TRY", "3", "2026-11-21T17:42:33+03:00", "", "306456", "632517184784"];
    assert_eq!(line(&[("installCount", "3")]), [&expected[..], &["557829******1055", "VPS-0000", ""]].concat());
    for (code, kind) in [("1000", "sale"), ("1002", "refund"), ("1003", "void"), ("1004", "preauth"), ("1005", "capture"), ("1010", "other")] {
        assert_eq!(line(&[("txnCode", code)])[1], kind, "{code}");
    }
    // The code of the card's bank says more, where there is one.
    for (changes, code) in [(DECLINED, "51"), (&[("responseCode", "VPS-1060"), ("hostResponseCode", "")], "VPS-1060")] {
        assert_eq!(line(changes)[11], code);
    }
}

#[test]
fn where_the_form_goes_and_who_asks() {
    for (model, card, page) in [("3d_pay_hosting", &[""][..], "payhosting"), ("3d_pay", &CARD, "securepay"), ("3d", &CARD, "securepay")] {
        let form = akbank(model).open().start_with(&order(), card);
        assert_eq!(form.at(5), format!("https://virtualpospaymentgateway.akbank.com/{page}"), "{model}");
    }
    for (sub_merchant, expected) in [("", None), ("S1", Some(Value::Nested(r#"{"subMerchantId":"S1"}"#)))] {
        let shop = akbank("3d_pay_hosting").with("merchant.subMerchantId", sub_merchant).open();
        let asked = shop.inquire(&begun(&shop, order()));
        assert_eq!(Object::parse(body(&asked)).expect("JSON").value("subMerchant"), expected.as_ref());
    }
}

#[test]
fn peeking() {
    let shop = akbank("3d_pay_hosting").open();
    assert_eq!(shop.peek(&charged(&[])).0, ["peek", "orderId", ORDER_ID]);
    assert_eq!(shop.peek(b"x=1").0, ["peek", "", ""]);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// What others published

const VECTORS: &str = include_str!("../vectors/akbank.json");

fn text<'o>(object: &'o Object, name: &'static str) -> &'o str {
    object.scalar(name).expect("readable").unwrap_or_default()
}

#[test]
fn published_digests() {
    let all = Object::parse(VECTORS).expect("JSON");
    let mut counted = [0, 0];
    for list in ["requestHash", "formHash", "callback", "otherLists"] {
        let Some(Value::Nested(vectors)) = all.value(list) else { panic!("{list}") };
        for vector in items(vectors).expect("a list") {
            let Value::Nested(vector) = vector else { panic!("{list}") };
            let vector = Object::parse(vector).expect("an object");
            let secret = text(&vector, "secretKey").to_owned();
            let answer = if list == "requestHash" {
                shop::call(Op::Formula, &["akbank.requestHash".to_owned(), secret], text(&vector, "body").as_bytes())
            } else {
                let fields = vector.inner("fields").expect("fields");
                let mut pairs: Vec<String> = Vec::new();
                for (name, value) in fields.members().iter().rev() {
                    let Value::Text(value) = value else { panic!("{name}") };
                    pairs.extend([(*name).to_owned(), (*value).to_owned()]);
                }
                let formula = if list == "formHash" { "akbank.formHash" } else { "akbank.returnHash" };
                if list != "formHash" {
                    pairs.extend(["hashParams".to_owned(), text(&vector, "hashParams").to_owned()]);
                }
                let head = [vec![formula.to_owned(), pairs.len().to_string()], pairs, vec![secret]].concat();
                shop::call(Op::Formula, &head, b"")
            };
            let fits = vector.value("fits") != Some(&Value::Bool(false));
            assert_eq!(answer.at(1) == text(&vector, "hash"), fits, "{}", text(&vector, "name"));
            counted[usize::from(fits)] += 1;
        }
    }
    assert_eq!(counted, [2, 18]);
    assert!(!VECTORS.contains(STORE_KEY));
}
