//! Tosla: sessions, returns, inquiries and changes, with what may be believed of each. The bank is written from its documents.

use crate::shop::{self, Answer, CARD, Config, ORDER_ID, Order, STORE_KEY, Shop, isbank, order};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha512};
use velopos::error::Why;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

const CLIENT: &str = "1000009999";
const USER: &str = "MAGAZA_01";
const SESSION: &str = "P00000000000000000000000000000000000000000000000000000000000000AB";
const LIST: &str = "ClientId,ApiUser,OrderId,MdStatus,BankResponseCode,BankResponseMessage,RequestStatus";

/// The password is this suite's secret: [`crate::shop::call`] looks for it in every answer.
fn tosla(model: &str) -> Config {
    let empty = isbank().without("merchant.clientId").without("merchant.storeKey").without("merchant.apiUser").without("merchant.apiPassword");
    let named = empty.with("gateway", "tosla").with("model", model).with("merchant.clientId", CLIENT).with("merchant.apiUser", USER);
    named.with("merchant.apiPass", STORE_KEY)
}

fn digest(values: &[&str]) -> String {
    Base64::encode_string(&Sha512::digest(format!("{STORE_KEY}{}", values.concat())))
}

fn session() -> String {
    format!(r#"{{"ThreeDSessionId":"{SESSION}","TransactionId":null,"Code":0,"Message":"Başarılı"}}"#)
}

fn begun(shop: &Shop, order: Order) -> Order {
    let step = shop.start_with(&order, &[""]);
    let sent = order.stored(shop, step.refs());
    let redirect = shop.reply(&sent, step.then(), "200", session());
    assert_eq!(redirect.kind(), "redirect", "{redirect:?}");
    sent.with("refs", redirect.refs())
}

const FIELDS: [(&str, &str); 7] = [
    ("ClientId", CLIENT),
    ("OrderId", ORDER_ID),
    ("MdStatus", "1"),
    ("ThreeDSessionId", SESSION),
    ("BankResponseCode", "00"),
    ("BankResponseMessage", ""),
    ("RequestStatus", "1"),
];

/// A return, signed over what it says.
fn returned(changes: &[(&str, &str)]) -> Vec<u8> {
    let value = |name: &str| {
        let of = |fields: &[(&str, &'static str)]| fields.iter().find(|(at, _)| *at == name).map(|(_, value)| (*value).to_owned());
        changes.iter().find(|(at, _)| *at == name).map(|(_, value)| (*value).to_owned()).or_else(|| of(&FIELDS)).unwrap_or_default()
    };
    let signed: Vec<String> = LIST.split(',').map(|name| if name == "ApiUser" { USER.to_owned() } else { value(name) }).collect();
    let hash = digest(&signed.iter().map(String::as_str).collect::<Vec<_>>());
    let mut body: Vec<String> = FIELDS.iter().map(|(name, _)| format!("{name}={}", percent(&value(name)))).collect();
    let list = changes.iter().find(|(at, _)| *at == "HashParameters").map_or(LIST, |(_, value)| value);
    body.push(format!("HashParameters={}&Hash={}", percent(list), percent(&hash)));
    body.join("&").into_bytes()
}

fn percent(value: &str) -> String {
    value.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The answer to an inquiry; `-` leaves a member out, `null` writes it so.
fn books(changes: &[(&str, &str)]) -> String {
    let members = [
        ("TransactionType", "1"),
        ("CreateDate", "20261121174233"),
        ("OrderId", ORDER_ID),
        ("BankResponseCode", "00"),
        ("BankResponseMessage", "null"),
        ("AuthCode", "null"),
        ("HostReferenceNumber", "null"),
        ("Amount", "14990"),
        ("Currency", "949"),
        ("InstallmentCount", "0"),
        ("ClientId", CLIENT),
        ("CardNo", "41595600****7732"),
        ("RequestStatus", "1"),
        ("RefundedAmount", "0"),
        ("PostAuthedAmount", "0"),
        ("TransactionId", "0"),
        ("Code", "0"),
        ("Message", ""),
    ];
    let written = members.iter().filter_map(|(name, value)| {
        let value = changes.iter().find(|(at, _)| at == name).map_or(*value, |(_, value)| value);
        let is_text =
            matches!(*name, "CreateDate" | "OrderId" | "BankResponseCode" | "CardNo" | "Message" | "BankResponseMessage") && value != "null";
        (value != "-").then(|| if is_text { format!("\"{name}\":\"{value}\"") } else { format!("\"{name}\":{value}") })
    });
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}

fn inquired(shop: &Shop, order: &Order, changes: &[(&str, &str)]) -> Answer {
    shop.reply(order, shop.inquire(order).then(), "200", books(changes))
}

fn paid(shop: &Shop) -> Order {
    let order = begun(shop, order());
    let payment = inquired(shop, &order, &[]);
    assert_eq!(payment.to_string(), "paid by reply");
    order.with("refs", payment.fact("refs"))
}

fn reserved(shop: &Shop) -> Order {
    let order = begun(shop, order().with("type", "preauth"));
    let payment = inquired(shop, &order, &[("TransactionType", "2")]);
    assert_eq!(payment.to_string(), "authorized by reply");
    order.with("refs", payment.fact("refs"))
}

// ---------------------------------------------------------------------------------------------------------------------------------

#[test]
fn a_session_is_asked_for_with_turkish_time_and_a_hash_of_its_own() {
    let shop = tosla("3d_pay_hosting").open();
    for (wanted, operation, count) in
        [(order(), "threeDPayment", "0"), (order().with("type", "preauth").with("installments", "6"), "threeDPreAuth", "6")]
    {
        let step = shop.start_with(&wanted, &[""]);
        assert_eq!(step.then(), "begins:session");
        assert_eq!(step.url(), format!("https://entegrasyon.tosla.com/api/Payment/{operation}"));
        let sent = Object::parse(step.at(8)).expect("JSON");
        let text = |name| sent.scalar(name).expect("readable").expect("there");
        // 14:42:33 in UTC.
        assert_eq!((text("timeSpan"), text("rnd")), ("20261121174233", "303132333435363738396162"));
        assert_eq!(text("hash"), digest(&[CLIENT, USER, "303132333435363738396162", "20261121174233"]));
        assert_eq!(sent.value("amount"), Some(&Value::Number("14990")));
        assert_eq!(sent.value("installmentCount"), Some(&Value::Number(count)));
        assert_eq!((text("orderId"), text("currency"), text("clientId")), (ORDER_ID, "949", CLIENT));
    }
}

#[test]
fn where_the_customer_goes() {
    let shop = tosla("3d_pay_hosting").open();
    let step = shop.start_with(&order(), &[""]);
    let sent = order().stored(&shop, step.refs());
    let redirect = shop.reply(&sent, step.then(), "200", session());
    assert_eq!((redirect.at(4), redirect.at(5)), ("url", format!("https://entegrasyon.tosla.com/api/Payment/threeDSecure/{SESSION}").as_str()));
    let form = tosla("3d_pay").open();
    let step = form.start_with(&order(), &[""]);
    let redirect = form.reply(&order().stored(&form, step.refs()), step.then(), "200", session());
    assert_eq!(redirect.at(5), "https://entegrasyon.tosla.com/api/Payment/ProcessCardForm");
    assert_eq!(redirect.form(), [("ThreeDSessionId".to_owned(), SESSION.to_owned())]);
    for (answer, outcome) in [
        (r#"{"Code":998,"message":"Validasyon Hatası","ValidationErrors":["timeSpan"]}"#, "REFUSED "),
        (r#"{"Code":997,"Message":"Hash Hatası"}"#, "REFUSED "),
        (r#"{"Code":0,"Message":"Başarılı"}"#, "UNREACHABLE ThreeDSessionId"),
        (r#"{"Code":0,"ThreeDSessionId":"P/../x"}"#, "UNREACHABLE ThreeDSessionId"),
        (r#"{"ThreeDSessionId":"P1"}"#, "UNREACHABLE Code"),
        ("", "UNREACHABLE "),
    ] {
        assert_eq!(shop.reply(&sent, "begins:session", "200", answer).to_string(), outcome, "{answer}");
    }
    assert_eq!(shop.reply(&sent, "begins:session", "204", "").to_string(), "UNREACHABLE ");
}

#[test]
fn orders_and_accounts_that_are_not_taken() {
    let shop = tosla("3d_pay_hosting").open();
    assert_eq!(shop.start_with(&order().with("id", &"A".repeat(37)), &[""]).expect_why(Why::IdLength).about(), "36");
    assert_eq!(shop.start_with(&order().with("currency", "RUB"), &[""]).to_string(), "UNSUPPORTED currency");
    assert_eq!(shop.start_with(&order().with("maxInstallments", "3"), &[""]).to_string(), "UNSUPPORTED maxInstallments");
    assert_eq!(shop.start_with(&order(), &CARD).to_string(), "ORDER card");
    assert!(!shop.claims);
    for (key, value, why) in [
        ("merchant.clientId", "01000009999", Why::ValueNotDigits),
        ("merchant.clientId", "10a", Why::ValueNotDigits),
        ("merchant.apiPass", "şifre", Why::ValueNotAscii),
        ("merchant.clientId", "1000000494", Why::ValuePublic),
    ] {
        tosla("3d_pay").with(key, value).answer().expect_why(why);
    }
}

#[test]
fn a_return_only_makes_us_ask() {
    let shop = tosla("3d_pay_hosting").open();
    let order = begun(&shop, order());
    for (changes, outcome) in [
        (&[][..], "reads:inquiry"),
        (&[("BankResponseCode", "51"), ("RequestStatus", "0"), ("BankResponseMessage", "YETERSİZ BAKİYE")], "reads:inquiry"),
        (&[("BankResponseCode", "MD:0"), ("RequestStatus", "0"), ("MdStatus", "0")], "reads:inquiry"),
        (&[("MdStatus", "4")], "reads:inquiry"),
        (&[("ThreeDSessionId", "")], "reads:inquiry"),
        (&[("ThreeDSessionId", "P1")], "ORDER_MISMATCH ThreeDSessionId"),
        (&[("ClientId", "1000009998")], "MERCHANT_MISMATCH ClientId"),
        (&[("OrderId", "B7K2M9P4R8T3V6X5Z2B7")], "ORDER_MISMATCH OrderId"),
        (&[("MdStatus", "")], "MALFORMED MdStatus"),
        (&[("MdStatus", "12")], "MALFORMED MdStatus"),
        (&[("BankResponseCode", "100")], "MALFORMED BankResponseCode"),
        (&[("BankResponseCode", "0")], "MALFORMED BankResponseCode"),
        (&[("BankResponseCode", "MD:")], "MALFORMED BankResponseCode"),
        (&[("BankResponseCode", "MD:00")], "MALFORMED BankResponseCode"),
        (&[("BankResponseCode", "51")], "MALFORMED RequestStatus"),
        (&[("RequestStatus", "0")], "MALFORMED RequestStatus"),
        (&[("RequestStatus", "2")], "MALFORMED RequestStatus"),
        (&[("HashParameters", "ClientId")], "FIELD_LIST HashParameters"),
        (&[("HashParameters", "")], "SIGNATURE_MISSING Hash"),
    ] {
        assert_eq!(shop.callback(&order, &returned(changes)).to_string(), outcome, "{changes:?}");
    }
    // What is known of 3-D Secure is kept, unless the text could be another order's.
    let kept = |changes: &[(&str, &str)]| shop.callback(&order, &returned(changes)).refs().contains("md=");
    assert!(kept(&[]) && kept(&[("MdStatus", "4")]) && kept(&[("BankResponseMessage", "ONAYLANDI")]));
    assert!(!kept(&[("BankResponseMessage", "100")]) && !kept(&[("BankResponseCode", "51"), ("RequestStatus", "0")]));
    let text = String::from_utf8(returned(&[])).expect("ASCII");
    for (body, outcome) in [
        (text.replace("RequestStatus=1", "RequestStatus=0"), "SIGNATURE_INVALID Hash"),
        (text.replace("MdStatus=1", "MdStatus=11"), "SIGNATURE_INVALID Hash"),
        (format!("{text}&MDSTATUS=1"), "DUPLICATE_FIELD MDSTATUS"),
        (text.split("&Hash=").next().expect("the rest").to_owned(), "SIGNATURE_MISSING Hash"),
    ] {
        assert_eq!(shop.callback(&order, body.as_bytes()).to_string(), outcome);
    }
    let elsewhere = tosla("3d_pay").with("merchant.apiPass", "another").open();
    assert!(elsewhere.callback(&begun(&elsewhere, shop::order()), text.as_bytes()).expect_why(Why::BankHash).about().contains("apiPass"));
    assert_eq!(shop.peek(text.as_bytes()).0, ["peek", "orderId", ORDER_ID]);
}

#[test]
fn what_the_books_come_to() {
    let shop = tosla("3d_pay_hosting").open();
    let sale = begun(&shop, order());
    let preauth = begun(&shop, order().with("type", "preauth"));
    const TWO: (&str, &str) = ("TransactionType", "2");
    for (order, changes, outcome) in [
        (&sale, &[][..], "paid by reply"),
        (&sale, &[("RequestStatus", "2")], "voided by reply"),
        (&sale, &[("RequestStatus", "3"), ("RefundedAmount", "1000")], "paid by reply"),
        (&sale, &[("RequestStatus", "4"), ("RefundedAmount", "14990")], "refunded by reply"),
        (&sale, &[("RequestStatus", "10"), ("BankResponseCode", "null")], "pending"),
        (&sale, &[("RequestStatus", "0"), ("BankResponseCode", "null")], "pending"),
        (&sale, &[("RequestStatus", "0"), ("BankResponseCode", "MD:0")], "declined by reply"),
        (&sale, &[("RequestStatus", "0"), ("BankResponseCode", "51")], "declined by reply"),
        (&sale, &[("RequestStatus", "0"), ("BankResponseCode", "00")], "pending"),
        (&preauth, &[TWO], "authorized by reply"),
        (&preauth, &[TWO, ("RequestStatus", "5"), ("PostAuthedAmount", "14990")], "paid by reply"),
        (&preauth, &[TWO, ("RequestStatus", "4"), ("PostAuthedAmount", "14990"), ("RefundedAmount", "14990")], "refunded by reply"),
        (&preauth, &[TWO, ("RequestStatus", "2")], "voided by reply"),
        // An order that Tosla does not know: its code says success.
        (
            &sale,
            &[("OrderId", "null"), ("RequestStatus", "0"), ("TransactionType", "0"), ("Amount", "0"), ("ClientId", "0"), ("Currency", "0")],
            "pending",
        ),
        // About something else.
        (&sale, &[("OrderId", "B7K2M9P4R8T3V6X5Z2B7")], "ORDER_MISMATCH OrderId"),
        (&sale, &[("ClientId", "1000009998")], "MERCHANT_MISMATCH ClientId"),
        (&sale, &[("Amount", "14991")], "AMOUNT_MISMATCH amount"),
        (&sale, &[("Amount", "1"), ("RequestStatus", "0"), ("BankResponseCode", "51")], "AMOUNT_MISMATCH amount"),
        (&sale, &[("Currency", "840")], "CURRENCY_MISMATCH currency"),
        (&sale, &[("Currency", "1")], "CURRENCY_MISMATCH Currency"),
        (&sale, &[("Code", "101")], "REFUSED "),
        // For a person to look at.
        (&sale, &[TWO], "pending, review"),
        (&preauth, &[], "pending, review"),
        (&sale, &[("BankResponseCode", "51")], "pending, review"),
        (&sale, &[("RefundedAmount", "1")], "pending, review"),
        (&sale, &[("RequestStatus", "3")], "pending, review"),
        (&sale, &[("RequestStatus", "3"), ("RefundedAmount", "14990")], "pending, review"),
        (&sale, &[("RequestStatus", "4"), ("RefundedAmount", "1")], "pending, review"),
        (&sale, &[("RequestStatus", "2"), ("RefundedAmount", "1")], "pending, review"),
        (&sale, &[("RequestStatus", "5")], "pending, review"),
        (&sale, &[("RequestStatus", "7")], "pending, review"),
        (&preauth, &[TWO, ("RequestStatus", "5"), ("PostAuthedAmount", "100")], "pending, review"),
        (&preauth, &[TWO, ("RequestStatus", "5")], "pending, review"),
        (&preauth, &[TWO, ("PostAuthedAmount", "14990")], "pending, review"),
        // Damaged.
        (&sale, &[("Code", "-")], "unknown"),
        (&sale, &[("RequestStatus", "-")], "unknown"),
        (&sale, &[("Amount", "149.90")], "unknown"),
        (&sale, &[("Amount", "-")], "unknown"),
        (&sale, &[("RefundedAmount", "1.5")], "unknown"),
    ] {
        assert_eq!(inquired(&shop, order, changes).to_string(), outcome, "{changes:?}");
    }
    for body in ["", "<html>", "[]", &books(&[]).replace("\"Code\"", "\"OrderId\"")] {
        assert_eq!(shop.reply(&sale, "reads:inquiry", "200", body).to_string(), "unknown", "{body}");
    }
    for status in ["204", "500", "lost"] {
        assert_eq!(shop.reply(&sale, "reads:inquiry", status, books(&[])).to_string(), "unknown");
    }
    let payment = inquired(&shop, &sale, &[]);
    for (name, value) in [("at", "2026-11-21T17:42:33+03:00"), ("maskedPan", "41595600****7732"), ("installments", "1"), ("liability", "")] {
        assert_eq!(payment.fact(name), value, "{name}");
    }
}

#[test]
fn money_that_was_taken_without_full_3_d_secure() {
    for (policy, md_status, outcome, liability) in [
        ("full", "1", "paid by reply", "issuer"),
        ("full", "2", "paid by reply, review", "merchant"),
        ("attempted", "2", "paid by reply", "merchant"),
        ("attempted", "7", "paid by reply, review", "merchant"),
    ] {
        let shop = tosla("3d_pay_hosting").with("threeDS", policy).open();
        let order = begun(&shop, order());
        let step = shop.callback(&order, &returned(&[("MdStatus", md_status)]));
        let payment = shop.reply(&order.clone().with("refs", step.refs()), step.then(), "200", books(&[]));
        assert_eq!((payment.to_string().as_str(), payment.fact("liability"), payment.fact("mdStatus")), (outcome, liability, md_status));
        // A signed success is never a decline, whatever the books say of some attempt.
        let failed = books(&[("RequestStatus", "0"), ("BankResponseCode", "51")]);
        assert_eq!(shop.reply(&order.with("refs", step.refs()), step.then(), "200", failed).to_string(), "pending, review");
    }
}

fn answer(changes: &[(&str, &str)]) -> String {
    let value = |name: &str, default: &'static str| changes.iter().find(|(at, _)| *at == name).map_or(default, |(_, value)| value).to_owned();
    let (order, bank, code) = (value("OrderId", ORDER_ID), value("BankResponseCode", "00"), value("Code", "0"));
    format!(
        r#"{{"OrderId":"{order}","BankResponseCode":"{bank}","BankResponseMessage":null,"AuthCode":null,"HostReferenceNumber":null,
        "TransactionId":"2000000000032548","CardHolderName":null,"Code":{code},"Message":"x"}}"#
    )
}

fn made(shop: &Shop, order: &Order, verb: &str, id: &str, amount: &str, reply: &str) -> (Answer, Answer, Order) {
    let step = shop.change(order, verb, id, amount);
    let sent = order.clone().with("refs", step.refs());
    let payment = shop.reply(&sent, step.then(), "200", reply);
    let stored = sent.with("refs", payment.fact("refs"));
    (step, payment, stored)
}

#[test]
fn a_refund_a_void_and_a_capture() {
    let shop = tosla("3d_pay_hosting").open();
    let (step, payment, order) = made(&shop, &paid(&shop), "refund", "R1", "10.00", &answer(&[]));
    assert!(step.url().ends_with("/refund") && step.at(8).contains("\"amount\":1000"), "{step:?}");
    assert_eq!((payment.to_string().as_str(), payment.fact("refunded"), payment.fact("transactionId")), ("refunded by reply", "10.00", ""));
    assert_eq!(shop.change(&order, "refund", "R2", "139.91").to_string(), "ORDER amount");
    assert_eq!(inquired(&shop, &order, &[]).to_string(), "pending, review", "less than was confirmed");
    assert_eq!(inquired(&shop, &order, &[("RequestStatus", "3"), ("RefundedAmount", "1000")]).to_string(), "paid by reply");
    let (step, payment, _) = made(&shop, &paid(&shop), "void", "V1", "", &answer(&[]));
    assert!(step.url().ends_with("/void") && !step.at(8).contains("amount"), "{step:?}");
    assert_eq!(payment.to_string(), "voided by reply");
    let (step, payment, order) = made(&shop, &reserved(&shop), "capture", "C1", "100.00", &answer(&[]));
    assert!(step.url().ends_with("/postAuth") && step.at(8).contains("\"amount\":10000"), "{step:?}");
    assert_eq!((payment.to_string().as_str(), payment.fact("charged")), ("paid by reply", "100.00"));
    let part = [("TransactionType", "2"), ("RequestStatus", "5"), ("PostAuthedAmount", "10000")];
    assert_eq!(inquired(&shop, &order, &part).fact("charged"), "100.00");
    for (verb, amount) in [("refund", "1.00"), ("void", "")] {
        for (reply, outcome) in [
            (r#"{"Code":999,"Message":"Genel Hata"}"#.to_owned(), "declined by reply"),
            (r#"{"Code":101,"Message":"Orjinal Kayıt Bulunamadı"}"#.to_owned(), "declined by reply"),
            (answer(&[("Code", "999"), ("BankResponseCode", "05")]), "declined by reply"),
            (answer(&[("Code", "999"), ("BankResponseCode", "91")]), "unknown"),
            (answer(&[("Code", "999")]), "unknown"),
            (answer(&[("BankResponseCode", "05")]), "unknown"),
            (answer(&[("OrderId", "")]), "unknown"),
            (answer(&[("OrderId", "X")]), "unknown, review"),
            (r#"{"Code":0,"Message":"Başarılı"}"#.to_owned(), "unknown"),
            (r#"{"Code":"x"}"#.to_owned(), "unknown"),
            (String::new(), "unknown"),
        ] {
            let (_, payment, _) = made(&shop, &paid(&shop), verb, "X1", amount, &reply);
            assert_eq!(payment.to_string(), outcome, "{verb}: {reply}");
        }
    }
}

#[test]
fn a_history_day_by_day() {
    let shop = tosla("3d_pay_hosting").open();
    let order = paid(&shop);
    let step = shop.history(&order);
    assert_eq!(step.then(), "reads:history 2026-11-21 1");
    assert!(step.at(8).contains("\"transactionDate\":20261121,\"page\":1"), "{step:?}");
    let page = |count: u32, rows: &[&[(&str, &str)]]| {
        let rows: Vec<String> = rows.iter().map(|row| books(row)).collect();
        format!(r#"{{"Count":{count},"Code":0,"Message":"Başarılı","Transactions":[{}]}}"#, rows.join(","))
    };
    let answer =
        shop.reply(&order, step.then(), "200", page(3, &[&[("RequestStatus", "2")], &[("TransactionType", "4")], &[("BankResponseCode", "51")]]));
    let lines: Vec<String> = answer.0[5..].chunks(13).map(|line| [line[1].as_str(), &line[2], &line[3]].join(" ")).collect();
    assert_eq!(lines, ["sale voided 149.90", "void approved 149.90", "sale declined 149.90"]);
    assert!(shop.reply(&order, step.then(), "200", page(11, &[&[]])).0.join(" ").contains("reads:history 2026-11-21 2"));
    assert!(shop.reply(&order, "reads:history 2026-11-20 1", "200", page(0, &[])).0.join(" ").contains("reads:history 2026-11-21 1"));
    assert_eq!(shop.reply(&order, step.then(), "200", page(1, &[&[("OrderId", "X")]])).to_string(), "ORDER_MISMATCH OrderId");
    assert_eq!(shop.reply(&order, "reads:history x", "200", page(0, &[])).to_string(), "ORDER then");
}

#[test]
fn the_longest_id_and_the_longest_session() {
    let shop = tosla("3d_pay_hosting").open();
    let step = shop.start_with(&order().with("id", &"A".repeat(36)), &[""]);
    assert_eq!(step.then(), "begins:session");
    let sent = order().stored(&shop, step.refs());
    for (length, outcome) in [(128, "redirect"), (129, "UNREACHABLE ThreeDSessionId")] {
        let answer = session().replace(SESSION, &"P".repeat(length));
        assert_eq!(shop.reply(&sent, step.then(), "200", answer).to_string(), outcome, "{length}");
    }
    let refused = r#"{"Code":998,"Message":"Validasyon Hatası","ValidationErrors":["timeSpan"]}"#;
    let refused = shop.reply(&sent, step.then(), "200", refused);
    assert_eq!([refused.at(4), refused.at(5)], ["998", r#"Validasyon Hatası ["timeSpan"]"#]);
}

#[test]
fn what_is_told_beside_the_status() {
    let shop = tosla("3d_pay_hosting").open();
    let three = begun(&shop, order().with("installments", "3"));
    let unknown = [("OrderId", "null"), ("InstallmentCount", "-")];
    assert_eq!(inquired(&shop, &three, &unknown).fact("installments"), "3", "as it was asked for, while nothing is known");
    let told = inquired(&shop, &three, &[("InstallmentCount", "6"), ("RequestStatus", "3"), ("RefundedAmount", "1000")]);
    assert_eq!([told.fact("installments"), told.fact("refunded"), told.fact("charged")], ["6", "10.00", ""]);
    // A capture of all is charged as it was ordered.
    let order = reserved(&shop);
    let captured = inquired(&shop, &order, &[("TransactionType", "2"), ("RequestStatus", "5"), ("PostAuthedAmount", "14990")]);
    assert_eq!((captured.to_string().as_str(), captured.fact("charged")), ("paid by reply", ""));
    let (_, declined, _) = made(&shop, &paid(&shop), "refund", "R1", "1.00", r#"{"Code":101,"Message":"Orjinal Kayıt Bulunamadı"}"#);
    assert_eq!([declined.fact("bankCode"), declined.fact("bankMessage")], ["101", "Orjinal Kayıt Bulunamadı"]);
}

#[test]
fn the_lines_of_a_history() {
    let shop = tosla("3d_pay_hosting").open();
    let order = paid(&shop);
    let page = |count: u32, rows: &[String]| format!(r#"{{"Count":{count},"Code":0,"Transactions":[{}]}}"#, rows.join(","));
    let line = |changes: &[(&str, &str)]| {
        let answer = shop.reply(&order, "reads:history 2026-11-21 1", "200", page(1, &[books(changes)]));
        answer.0[5..18].to_vec()
    };
    let all = [("InstallmentCount", "3"), ("AuthCode", "123456"), ("HostReferenceNumber", "632517184784"), ("Currency", "840")];
    let expected = [ORDER_ID, "sale", "approved", "149.90", "USD", "3", "2026-11-21T17:42:33+03:00", "", "123456", "632517184784"];
    assert_eq!(line(&all), [&expected[..], &["41595600****7732", "00", ""]].concat());
    for (code, kind) in [("1", "sale"), ("2", "preauth"), ("3", "capture"), ("4", "void"), ("5", "refund"), ("6", "other")] {
        assert_eq!(line(&[("TransactionType", code)])[1], kind);
    }
    for (code, state, outcome) in [("00", "1", "approved"), ("00", "2", "voided"), ("51", "0", "declined"), ("null", "0", "open")] {
        assert_eq!(line(&[("BankResponseCode", code), ("RequestStatus", state)])[2], outcome);
    }
    // The day is today's: behind its last page nothing is asked for.
    for (count, goes_on) in [(10, false), (11, true)] {
        let answer = shop.reply(&order, "reads:history 2026-11-21 1", "200", page(count, &[books(&[])]));
        assert_eq!(answer.0.len() > 18, goes_on, "{count}: {answer:?}");
    }
}

#[test]
fn published_digests() {
    let all = Object::parse(include_str!("../vectors/tosla.json")).expect("JSON");
    let mut counted = [0, 0];
    for list in ["requestHash", "callback"] {
        let Some(Value::Nested(vectors)) = all.value(list) else { panic!("{list}") };
        for vector in items(vectors).expect("a list") {
            let Value::Nested(vector) = vector else { panic!("{list}") };
            let vector = Object::parse(vector).expect("an object");
            let text = |object: &Object, name| object.scalar(name).expect("readable").unwrap_or_default().to_owned();
            let fields = vector.inner("fields").expect("fields");
            let pairs: Vec<String> = if list == "callback" {
                let own = LIST.split(',').filter(|name| *name != "ApiUser");
                let pairs = own.flat_map(|name| [name.to_owned(), fields.value(name).map_or(String::new(), |_| of(&fields, name))]);
                pairs.chain(["ApiUser".to_owned(), text(&vector, "apiUser")]).collect()
            } else {
                ["clientId", "apiUser", "rnd", "timeSpan"].iter().flat_map(|name| [(*name).to_owned(), text(&vector, name)]).collect()
            };
            let formula = if list == "callback" { "tosla.returnHash" } else { "tosla.requestHash" };
            let head = [vec![formula.to_owned(), pairs.len().to_string()], pairs, vec![text(&vector, "apiPass")]].concat();
            let fits = vector.value("fits") == Some(&Value::Bool(true));
            assert_eq!(shop::call(Op::Formula, &head, b"").at(1) == text(&vector, "hash"), fits, "{}", text(&vector, "name"));
            counted[usize::from(fits)] += 1;
        }
    }
    assert_eq!(counted, [2, 5]);
}

fn of(object: &Object, name: &str) -> String {
    match object.value(name) {
        Some(Value::Text(text)) => (*text).to_owned(),
        _ => String::new(),
    }
}
