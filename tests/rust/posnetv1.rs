//! PosNet V1 (Albaraka Türk): a bank written from its document, and what a shop may believe of it.

use crate::payflex_bank::changed;
use crate::shop::{API_PASSWORD, Answer, CARD, Config, ORDER_ID, Order, Shop, call, isbank, order};
use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use velopos::error::Why;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

const MERCHANT: &str = "6700000001";
const TERMINAL: &str = "67000001";
const SECURE: &str = "1010028947569644";
const CAVV: &str = "jKOBaLBL3hQ+CREBPu1HBQQAAAA=";
const REFERENCE: &str = "159044932490000231";
const LIST: &str = "ECI:CAVV:MdStatus:MdErrorMessage:MD:SecureTransactionId";
const NEW_LIST: &str = "CCPrefix:TranType:Amount:OrderId:MerchantId:CAVV:CAVVAlgorithm:ECI:MD:MdErrorMessage:MdStatus:SecureTransactionId:Currency";

fn albaraka() -> Config {
    let mut config = isbank().with("gateway", "albaraka");
    for key in ["clientId", "storeKey", "apiUser", "apiPassword"] {
        config = config.without(&["merchant.", key].concat());
    }
    let merchant = [("merchantNo", MERCHANT), ("terminalNo", TERMINAL), ("posnetId", "1000001"), ("encKey", API_PASSWORD)];
    merchant.iter().fold(config, |config, (key, value)| config.with(&["merchant.", key].concat(), value))
}

fn mac(values: &[&str], key: &str) -> String {
    Base64::encode_string(&Sha256::digest([values.concat().as_str(), key].concat().as_bytes()))
}

fn new_mac(values: &[&str], key: &str) -> String {
    let mut digest = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    digest.update([values, &[key]].concat().join(";").as_bytes());
    Base64::encode_string(&digest.finalize().into_bytes())
}

/// The values of a return, with the digests that are named: `Mac`, `MacNew`.
fn returned(macs: &[&str], changes: &[(&str, &str)]) -> Vec<u8> {
    let values = [
        ("CCPrefix", "450803"),
        ("TranType", "Sale"),
        ("Amount", "14990"),
        ("OrderId", ORDER_ID),
        ("MerchantId", MERCHANT),
        ("CAVV", CAVV),
        ("CAVVAlgorithm", "3"),
        ("ECI", "02"),
        ("MD", "0161010028947569644"),
        ("MdErrorMessage", "Authenticated"),
        ("MdStatus", "1"),
        ("SecureTransactionId", SECURE),
        ("Currency", "TL"),
    ];
    let values = changed(&values, changes);
    let of =
        |list: &str| -> Vec<&str> { list.split(':').map(|name| values.iter().find(|(at, _)| *at == name).map_or("", |(_, value)| value)).collect() };
    let (older, newer) = (mac(&of(LIST), API_PASSWORD), new_mac(&of(NEW_LIST), API_PASSWORD));
    let mut fields = values.clone();
    let given = |name: &str| changes.iter().any(|(at, _)| *at == name);
    if macs.contains(&"Mac") && !given("Mac") {
        fields.push(("Mac", &older));
    }
    if macs.contains(&"Mac") && !given("MacParams") {
        fields.push(("MacParams", LIST));
    }
    if macs.contains(&"MacNew") && !given("MacNew") {
        fields.push(("MacNew", &newer));
    }
    let percent = |text: &str| -> String {
        text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
    };
    fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&").into_bytes()
}

const BOTH: &[&str] = &["Mac", "MacNew"];

fn said(code: &str, more: &str) -> String {
    format!("{{\"ServiceResponseData\":{{\"ResponseCode\":\"{code}\",\"ResponseDescription\":\"x\"}}{more}}}")
}

fn approved() -> String {
    said("00", &format!(",\"AuthCode\":\"153464\",\"ReferenceCode\":\"{REFERENCE}\",\"PointDataList\":[],\"MessageData\":null"))
}

fn row(changes: &[(&str, &str)]) -> String {
    let members = [
        ("Amount", "149,90"),
        ("AuthCode", "153464"),
        ("CardNo", "450803******4509"),
        ("CurrencyCode", "TL"),
        ("HostLogKey", REFERENCE),
        ("OrderId", &format!("TDS_{ORDER_ID}")),
        ("TransactionDate", "2026-11-2117:42:33.909"),
        ("TransactionStatus", "1"),
        ("TransactionType", "Sale"),
    ];
    let members: Vec<String> = changed(&members, changes).iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    format!("{{{}}}", members.join(","))
}

fn listed(rows: &[String]) -> String {
    said("0000", &format!(",\"TransactionData\":[{}]", rows.join(",")))
}

fn begun(shop: &Shop, order: Order) -> Order {
    let answer = shop.start_with(&order, &[""]);
    order.stored(shop, answer.refs())
}

fn authenticated(shop: &Shop) -> (Order, Answer) {
    let order = begun(shop, order());
    let step = shop.callback(&order, &returned(BOTH, &[]));
    assert_eq!(step.to_string(), "moves:provision", "{step:?}");
    (order.with("refs", step.refs()), step)
}

/// Authenticated, and the bank has approved.
fn provisioned(shop: &Shop) -> (Order, Answer) {
    let (order, step) = authenticated(shop);
    let answer = shop.reply(&order, step.then(), "200", approved());
    assert_eq!(answer.to_string(), "reads:inquiry", "{answer:?}");
    (order.with("refs", answer.refs()), answer)
}

fn paid(shop: &Shop) -> Order {
    let (order, step) = provisioned(shop);
    let answer = shop.reply(&order, step.then(), "200", listed(&[row(&[])]));
    assert_eq!(answer.to_string(), "paid by reply", "{answer:?}");
    order.with("refs", answer.refs())
}

// ---- formulas

#[test]
fn digests_that_others_published() {
    let all = Object::parse(include_str!("../vectors/posnetv1.json")).expect("JSON");
    let mut fitting = 0;
    for list in ["requests", "returns"] {
        let Some(Value::Nested(vectors)) = all.value(list) else { panic!("{list}") };
        for vector in items(vectors).expect("a list") {
            let Value::Nested(vector) = vector else { panic!("an object") };
            let vector = Object::parse(vector).expect("an object");
            let text = |name| vector.scalar(name).expect("readable").unwrap_or_default();
            let Some(Value::Nested(fields)) = vector.value("fields") else { panic!("fields") };
            let fields = Object::parse(fields).expect("fields");
            let values: Vec<&str> = text("MacParams")
                .split(':')
                .map(|name| fields.members().iter().find(|(at, _)| *at == name))
                .map(|member| if let Some((_, Value::Text(value))) = member { &**value } else { "" })
                .collect();
            let head = [&["posnetv1.mac"], values.as_slice(), &[text("encKey")]].concat();
            let ours = call(Op::Formula, &head, b"");
            assert_eq!(ours.at(1), mac(&values, text("encKey")));
            let fits = vector.value("fits") == Some(&Value::Bool(true));
            assert_eq!(ours.at(1) == text("mac"), fits, "{}", text("name"));
            fitting += u32::from(fits);
        }
    }
    assert!(fitting >= 9, "{fitting}");
}

// ---- beginning

#[test]
fn the_form() {
    let shop = albaraka().open();
    let hosted = shop.start_with(&order().with("id", "A7"), &[""]).form();
    let value = |form: &[(String, String)], name: &str| form.iter().find(|(at, _)| at == name).map(|(_, value)| value.clone()).unwrap_or_default();
    assert_eq!(value(&hosted, "OrderId"), "000000000000000000A7");
    assert_eq!((value(&hosted, "UseOOS"), value(&hosted, "CardNo")), ("1".to_owned(), String::new()));
    assert_eq!(value(&hosted, "Mac"), mac(&[MERCHANT, TERMINAL, "14990"], API_PASSWORD));
    let url = order().get("urls.ok").to_owned();
    let plain = [
        "1000001",
        MERCHANT,
        TERMINAL,
        "000000000000000000A7",
        "Sale",
        "",
        "",
        "",
        "",
        "14990",
        "0",
        &url,
        "tr",
        "TL",
        "",
        "",
        "0",
        "1",
        "INITIAL",
        "",
        "",
        "",
    ];
    assert_eq!(value(&hosted, "MacNew"), new_mac(&plain, API_PASSWORD));

    let carded = shop.start_with(&order(), &CARD).form();
    assert_eq!(
        (value(&carded, "UseOOS"), value(&carded, "CardNo"), value(&carded, "ExpiredDate")),
        ("0".to_owned(), CARD[1].to_owned(), "3012".to_owned())
    );
    assert_eq!(value(&carded, "Mac"), mac(&[MERCHANT, TERMINAL, CARD[1], CARD[4], "3012", "14990"], API_PASSWORD));
    for (name, bad, expected) in [("id", "A-1", "ORDER id"), ("id", "0A", "ORDER id"), ("currency", "GBP", "UNSUPPORTED currency")] {
        assert_eq!(shop.start_with(&order().with(name, bad), &[""]).to_string(), expected);
    }
    for (key, bad) in
        [("merchantNo", "67000"), ("terminalNo", "6700000A"), ("posnetId", "A"), ("encKey", "a b"), ("encKey", "10,10,10,10,10,10,10,10")]
    {
        let field = format!("merchant.{key}");
        assert_eq!(albaraka().with(&field, bad).answer().to_string(), format!("CONFIG {field}"));
    }
}

// ---- the return

#[test]
fn what_a_return_leads_to() {
    let failed = [("MdStatus", "0"), ("ECI", "07"), ("CAVV", ""), ("MdErrorMessage", "Not authenticated")];
    let with = |more: &[(&'static str, &'static str)]| [&failed[..], more].concat();
    let shop = albaraka().open();
    for (macs, changes, expected) in [
        (BOTH, vec![], "moves:provision"),
        (&["Mac"], vec![], "moves:provision"),
        (&["MacNew"], vec![], "moves:provision"),
        (&[], vec![], "SIGNATURE_MISSING Mac"),
        // Only the newer digest says which order a failure is about.
        (BOTH, failed.to_vec(), "declined by signature"),
        (&["Mac"], failed.to_vec(), "reads:inquiry"),
        (&[], failed.to_vec(), "SIGNATURE_MISSING Mac"),
        (BOTH, vec![("Mac", "kAKxvbwXvmrM6lapGx1UcRTs454tsSuPrBXV7oA7L7w=")], "SIGNATURE_INVALID Mac"),
        (BOTH, vec![("MacNew", "kAKxvbwXvmrM6lapGx1UcRTs454tsSuPrBXV7oA7L7w=")], "SIGNATURE_INVALID MacNew"),
        (BOTH, vec![("MacParams", "zz")], "FIELD_LIST MacParams"),
        (BOTH, vec![("MacParams", "ECI:CAVV:MdStatus")], "FIELD_LIST MacParams"),
        (BOTH, vec![("OrderId", "0000000000000000000B")], "ORDER_MISMATCH OrderId"),
        (BOTH, vec![("OrderId", "null")], "ORDER_MISMATCH OrderId"),
        (BOTH, vec![("MerchantId", "6700000002")], "MERCHANT_MISMATCH MerchantId"),
        (BOTH, vec![("Amount", "14991")], "AMOUNT_MISMATCH Amount"),
        (BOTH, vec![("Currency", "US")], "CURRENCY_MISMATCH Currency"),
        (BOTH, vec![("TranType", "Auth")], "ECHO_MISMATCH TranType"),
        // The older one covers none of these, so they say nothing.
        (&["Mac"], vec![("Amount", "1")], "moves:provision"),
        (BOTH, vec![("MdStatus", "11")], "MALFORMED MdStatus"),
        (BOTH, vec![("MdStatus", "")], "MALFORMED MdStatus"),
        (BOTH, vec![("ECI", "2")], "MALFORMED ECI"),
        (BOTH, vec![("CAVV", "short")], "MALFORMED CAVV"),
        (BOTH, vec![("CAVV", "0Not authenticated0161010028")], "MALFORMED CAVV"),
        (BOTH, vec![("SecureTransactionId", "10100289475696449999999")], "MALFORMED SecureTransactionId"),
        (BOTH, vec![("MD", "x")], "MALFORMED MD"),
        // A full authentication has a CAVV and an ECI of its own.
        (BOTH, vec![("CAVV", "")], "reads:inquiry"),
        (BOTH, vec![("ECI", "07")], "reads:inquiry"),
        (BOTH, vec![("MdStatus", "4"), ("ECI", "06")], "declined by signature"),
        (BOTH, with(&[("MdStatus", "9")]), "declined by signature"),
    ] {
        let order = begun(&shop, order());
        assert_eq!(shop.callback(&order, &returned(macs, &changes)).to_string(), expected, "{macs:?} {changes:?}");
    }
    let half = albaraka().with("threeDS", "attempted").open();
    let order = begun(&half, order());
    assert_eq!(half.callback(&order, &returned(BOTH, &[("MdStatus", "4"), ("ECI", "06")])).to_string(), "moves:provision");
    assert_eq!(half.callback(&order, &returned(BOTH, &failed)).to_string(), "declined by signature");
    // A shorter number can be guessed, and written into a form whose older digest does not cover it.
    let order = begun(&shop, crate::shop::order().with("id", "S15501"));
    let theirs = [&failed[..], &[("OrderId", "00000000000000S15501")]].concat();
    assert_eq!(shop.callback(&order, &returned(BOTH, &theirs)).to_string(), "reads:inquiry");
    let order = begun(&half, self::order());
    // A field that comes twice, and the number for finding the order.
    let doubled = [returned(BOTH, &[]), b"&MdStatus=1".to_vec()].concat();
    assert_eq!(shop.callback(&order, &doubled).to_string(), "DUPLICATE_FIELD MdStatus");
    assert_eq!(shop.peek(&returned(BOTH, &[])).at(1), "orderId");
}

/// The failure of a customer, cut at every place where its text could be cut: no cut reads as a success.
#[test]
fn no_border_can_be_moved() {
    let shop = albaraka().open();
    let order = begun(&shop, order());
    let mut tried = 0;
    for message in ["Not authenticated", "Attempt", "", "1", "Authenticated=1"] {
        let parts = ["07", "", "0", message, "0161010063138198543", "1010063138198543"];
        let text = parts.concat();
        let digest = mac(&[&text], API_PASSWORD);
        for status in 2..text.len() - 2 {
            for cavv in [2, status.saturating_sub(28).max(2)] {
                for md in [status + 1, text.len() - 35].into_iter().filter(|md| (status + 1..text.len() - 16).contains(md)) {
                    let fields = [
                        ("ECI", &text[..cavv]),
                        ("CAVV", &text[cavv..status]),
                        ("MdStatus", &text[status..=status]),
                        ("MdErrorMessage", &text[status + 1..md]),
                        ("MD", &text[md..text.len() - 16]),
                        ("SecureTransactionId", &text[text.len() - 16..]),
                        ("Mac", digest.as_str()),
                    ];
                    let answer = shop.callback(&order, &returned(&["Mac"], &fields));
                    assert_ne!(answer.kind(), "done", "{fields:?}");
                    assert_ne!(answer.to_string(), "moves:provision", "{fields:?}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn a_return_comes_twice() {
    let shop = albaraka().open();
    let (order, _) = authenticated(&shop);
    for changes in [&[][..], &[("MdStatus", "0"), ("ECI", "07"), ("CAVV", "")]] {
        assert_eq!(shop.callback(&order, &returned(BOTH, changes)).to_string(), "reads:inquiry");
    }
}

// ---- the money

#[test]
fn an_approval_is_looked_up() {
    let shop = albaraka().open();
    let (order, step) = authenticated(&shop);
    let body = step.at(8);
    for part in [
        format!("\"SecureTransactionId\":\"{SECURE}\""),
        "\"MdStatus\":1,".to_owned(),
        "\"Amount\":14990,".to_owned(),
        format!("\"MAC\":\"{}\"", mac(&[MERCHANT, TERMINAL, SECURE, CAVV, "02", "1"], API_PASSWORD)),
    ] {
        assert!(body.contains(&part), "{part} in {body}");
    }
    assert!(Object::parse(body).is_ok());
    for (body, expected) in [
        (approved(), "reads:inquiry"),
        (approved().replace("\"00\"", "\"0000\""), "reads:inquiry"),
        (said("00", ",\"AuthCode\":null,\"ReferenceCode\":null"), "reads:inquiry"),
        (said("0127", ",\"AuthCode\":null"), "reads:inquiry"),
        (said("0051", ""), "declined by reply"),
        (said("0146", ""), "reads:inquiry"),
        (said("0204", ""), "declined by reply"),
        // The card's bank may have booked it all the same.
        (said("0091", ""), "reads:inquiry"),
        (said("0096", ""), "reads:inquiry"),
        (said("0099", ""), "reads:inquiry"),
        (said("7777", ""), "reads:inquiry"),
        (said("", ""), "reads:inquiry"),
        ("{}".to_owned(), "unknown"),
        ("<html>".to_owned(), "unknown"),
        (approved().replace("{\"ServiceResponseData\"", "{\"ServiceResponseData\":{\"ResponseCode\":\"00\"},\"ServiceResponseData\""), "unknown"),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", &body).to_string(), expected, "{body}");
    }
    assert_eq!(shop.reply(&order, step.then(), "lost", "").to_string(), "unknown");
    assert_eq!(shop.reply(&order, step.then(), "200", said("0051", "")).fact("reason"), "insufficient-funds");
}

#[test]
fn what_the_books_say() {
    let shop = albaraka().open();
    let other = row(&[("TransactionType", "Return"), ("Amount", "49,90"), ("HostLogKey", "R1")]);
    let reversal = |status: &'static str| row(&[("TransactionType", "Reverse"), ("HostLogKey", "V1"), ("TransactionStatus", status)]);
    for (rows, expected) in [
        (vec![row(&[])], "paid by reply"),
        // Marked 0, and yet what the bank has approved in its answer to us.
        (vec![row(&[("TransactionStatus", "0")])], "paid by reply"),
        (vec![row(&[("TransactionStatus", "0"), ("HostLogKey", "X1")])], "pending"),
        (vec![row(&[("HostLogKey", "X1")])], "pending, review"),
        (vec![row(&[]), row(&[("HostLogKey", "X1")])], "pending, review"),
        (vec![], "pending"),
        (vec![row(&[("Amount", "1.149,90")])], "AMOUNT_MISMATCH amount"),
        (vec![row(&[("Amount", "149,91")])], "AMOUNT_MISMATCH amount"),
        (vec![row(&[("Amount", "14990")])], "pending, review"),
        (vec![row(&[("Amount", "149.90")])], "pending, review"),
        (vec![row(&[("CurrencyCode", "US")])], "CURRENCY_MISMATCH currency"),
        (vec![row(&[("CurrencyCode", "XX")])], "pending, review"),
        (vec![row(&[("OrderId", "TDS_0000000000000000000B")])], "ORDER_MISMATCH OrderId"),
        (vec![row(&[("OrderId", ORDER_ID)])], "ORDER_MISMATCH OrderId"),
        (vec![row(&[]), other.clone()], "paid by reply"),
        (vec![row(&[]), row(&[("TransactionType", "Return"), ("HostLogKey", "R1")])], "refunded by reply"),
        (vec![row(&[]), other.clone(), row(&[("TransactionType", "Return"), ("HostLogKey", "R2")])], "pending, review"),
        (vec![row(&[]), reversal("1")], "voided by reply"),
        (vec![row(&[("TransactionStatus", "0")]), reversal("1")], "voided by reply"),
        // Whether what is marked 0 failed, or is only not settled yet, nobody has said.
        (vec![row(&[]), reversal("0")], "pending, review"),
        (vec![row(&[]), other.replace("\"TransactionStatus\":\"1\"", "\"TransactionStatus\":\"0\"")], "paid by reply, review"),
        (vec![row(&[]), other.clone(), reversal("1")], "pending, review"),
        (vec![row(&[("TransactionType", "Auth")])], "pending, review"),
        (vec![row(&[]), row(&[("TransactionType", "VFT"), ("HostLogKey", "P1")])], "pending, review"),
        (vec![row(&[("TransactionStatus", "2")])], "unknown"),
        (vec![row(&[]).replace("{", "{\"Amount\":\"1,00\",")], "unknown"),
    ] {
        let (order, step) = provisioned(&shop);
        let answer = shop.reply(&order, step.then(), "200", listed(&rows));
        assert_eq!(answer.to_string(), expected, "{rows:?}");
    }
    let (order, step) = provisioned(&shop);
    for (body, expected) in [
        (said("E219", ",\"TransactionData\":null"), "pending"),
        (said("0148", ""), "REFUSED "),
        (said("E216", ""), "REFUSED "),
        (said("", ""), "unknown"),
        ("[]".to_owned(), "unknown"),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", &body).to_string(), expected, "{body}");
    }
    // Who bears a chargeback is only sure where the newer digest tied the authentication to the order.
    for (macs, liability) in [(BOTH, "issuer"), (&["Mac"], "merchant")] {
        let order = begun(&shop, crate::shop::order());
        let step = shop.callback(&order, &returned(macs, &[]));
        let order = order.with("refs", step.refs());
        let answer = shop.reply(&order, shop.inquire(&order).then(), "200", listed(&[row(&[])]));
        assert_eq!((answer.to_string().as_str(), answer.fact("liability")), ("paid by reply", liability));
    }
    // Nor where the bank has refused this authentication, or seen the order before: another one has charged it then.
    for code in ["0127", "0146", "0096"] {
        let (order, step) = authenticated(&shop);
        let step = shop.reply(&order, step.then(), "200", said(code, ""));
        let answer = shop.reply(&order.with("refs", step.refs()), step.then(), "200", listed(&[row(&[])]));
        assert_eq!((answer.to_string().as_str(), answer.fact("liability")), ("paid by reply", "merchant"), "{code}");
    }
}

// ---- afterwards

#[test]
fn captures_refunds_and_voids() {
    let shop = albaraka().open();
    for (verb, amount, operation, done) in [("void", "", "Reverse", "voided by reply"), ("refund", "49.90", "Return", "refunded by reply")] {
        let order = paid(&shop);
        let step = shop.change(&order, verb, "R1", amount);
        assert_eq!(step.to_string(), "change1:change");
        assert!(step.0.iter().any(|text| text.ends_with(&format!(".svc/{operation}"))));
        for part in [
            format!("\"ReferenceCode\":\"{REFERENCE}\""),
            "\"TransactionType\":\"Sale\"".to_owned(),
            format!("\"MAC\":\"{}\"", mac(&[MERCHANT, TERMINAL, REFERENCE], API_PASSWORD)),
        ] {
            assert!(step.at(8).contains(&part), "{part} in {}", step.at(8));
        }
        assert_eq!(step.at(8).contains("\"Amount\":4990"), verb == "refund");
        let order = order.with("refs", step.refs());
        for (code, expected) in
            [("00", done), ("0000", done), ("0211", "declined by reply"), ("0123", "declined by reply"), ("0100", "unknown"), ("", "unknown")]
        {
            assert_eq!(
                shop.reply(&order, step.then(), "200", said(code, ",\"AuthCode\":null,\"ReferenceCode\":null")).to_string(),
                expected,
                "{code}"
            );
        }
        assert_eq!(shop.change(&order, verb, "R1", amount).to_string(), "reads:inquiry");
        // A sale that was cancelled may keep its 1, and its reversal may come late.
        let books = shop.reply(&order, shop.inquire(&order).then(), "200", listed(&[row(&[])]));
        assert_eq!(books.to_string(), if verb == "void" { "pending, review" } else { "paid by reply, review" });
    }

    let order = begun(&shop, order().with("type", "preauth"));
    let auth = |more: &[(&'static str, &'static str)]| row(&[&[("TransactionType", "Auth")][..], more].concat());
    let answer = shop.reply(&order, shop.inquire(&order).then(), "200", listed(&[auth(&[])]));
    assert_eq!(answer.to_string(), "authorized by reply");
    let order = order.with("refs", answer.refs());
    let step = shop.change(&order, "capture", "C1", "100.00");
    assert!(step.at(8).contains("\"Amount\":10000,"), "{step:?}");
    let order = order.with("refs", step.refs());
    let answer = shop.reply(&order, step.then(), "200", said("00", ",\"AuthCode\":\"1\",\"ReferenceCode\":\"C159\""));
    assert_eq!((answer.to_string().as_str(), answer.fact("charged")), ("paid by reply", "100.00"));
    let order = order.with("refs", answer.refs());
    let refund = shop.change(&order, "refund", "R1", "100.00");
    assert!(refund.at(8).contains("\"ReferenceCode\":\"C159\"") && refund.at(8).contains("\"TransactionType\":\"Capture\""), "{refund:?}");
    let captured = row(&[("TransactionType", "Capture"), ("Amount", "100,00"), ("HostLogKey", "C159")]);
    let step = shop.inquire(&order);
    for (rows, expected) in [
        (vec![auth(&[]), captured.clone()], "paid by reply"),
        (vec![auth(&[("TransactionStatus", "0")]), captured.clone()], "paid by reply"),
        (vec![auth(&[]), captured.clone(), row(&[("TransactionType", "Reverse"), ("HostLogKey", "V1")])], "pending, review"),
        (vec![auth(&[]), captured.replace("100,00", "99,00")], "pending, review"),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", listed(&rows)).to_string(), expected, "{rows:?}");
    }
    let step = shop.history(&order);
    assert_eq!(step.to_string(), "reads:history");
    assert_eq!(shop.reply(&order, step.then(), "200", listed(&[captured, auth(&[])])).kind(), "list");
}

// ---- what is told beside, and at the edges

#[test]
fn what_an_order_and_a_number_may_be() {
    let shop = albaraka().open();
    assert_eq!(shop.start_with(&order().with("id", &"A".repeat(21)), &[""]).to_string(), "ORDER id");
    for (id, found) in [("00000000000000000A-1", ""), ("000000000000000000A1", "A1"), ("00000000000000000000", "")] {
        assert_eq!(shop.peek(&returned(BOTH, &[("OrderId", id)])).at(2), found, "{id}");
    }
    // In parts: in the form, and in the request for the money.
    let parts = order().with("installments", "3");
    let form = shop.start_with(&parts, &[""]).form();
    assert!(form.contains(&("InstallmentCount".to_owned(), "3".to_owned())), "{form:?}");
    for (order, count, kind) in [(parts, "3", "Y"), (order(), "0", "N")] {
        let stored = begun(&shop, order);
        let step = shop.callback(&stored, &returned(BOTH, &[]));
        assert!(step.at(8).contains(&format!("\"InstallmentCount\":\"{count}\",\"InstallmentType\":\"{kind}\"")), "{step:?}");
    }
    // The bank's numbers have at most 32 letters and digits.
    for (reference, expected) in [("7".repeat(32), "reads:inquiry"), ("7".repeat(33), "unknown"), ("7-7".to_owned(), "unknown")] {
        let (order, step) = authenticated(&shop);
        let answer = shop.reply(&order, step.then(), "200", approved().replace(REFERENCE, &reference));
        assert_eq!(answer.to_string(), expected, "{reference}");
    }
}

#[test]
fn the_newer_digests_are_formulas_too() {
    for (formula, count) in [("formMacNew", 22), ("returnMacNew", 13)] {
        let names: Vec<&str> = match formula {
            "returnMacNew" => NEW_LIST.split(':').collect(),
            _ => "PosnetID MerchantNo TerminalNo OrderId TransactionType CardNo ExpiredDate Cvv CardHolderName Amount InstallmentCount MerchantReturnURL \
                  Language CurrencyCode UseJokerVadaa KOICode OpenNewWindow UseOOS TxnState VftCode gsmNo packetCode"
                .split_whitespace()
                .collect(),
        };
        assert_eq!(names.len(), count);
        let values: Vec<String> = (0..count).map(|place| format!("v{place}")).collect();
        let mut head = vec![format!("posnetv1.{formula}"), (2 * count).to_string()];
        head.extend(names.iter().zip(&values).flat_map(|(name, value)| [(*name).to_owned(), value.clone()]));
        head.push("anahtar".to_owned());
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(call(Op::Formula, &head, b"").at(1), new_mac(&values, "anahtar"), "{formula}");
    }
}

#[test]
fn what_a_refusal_says() {
    let shop = albaraka().open();
    let (order, step) = authenticated(&shop);
    for (code, expected) in [("51", "declined by reply"), ("0051", "declined by reply"), ("051", "reads:inquiry"), ("5", "reads:inquiry")] {
        assert_eq!(shop.reply(&order, step.then(), "200", said(code, "")).to_string(), expected, "{code}");
    }
    let asked = shop.inquire(&order);
    for (codes, why) in
        [("0148 0150 0003", Why::PosnetAddress), ("0146 0147 E181 E216", Why::PosnetMacRefused), ("0127", Why::SeenBefore), ("0999", Why::Refused)]
    {
        for code in codes.split(' ') {
            // Nor does a list beside it count.
            for list in [String::new(), format!(",\"TransactionData\":[{}]", row(&[]))] {
                let refused = shop.reply(&order, asked.then(), "200", said(code, &list));
                refused.expect_why(why);
                assert_eq!(refused.at(4), code);
            }
        }
    }
    let order = begun(&shop, crate::shop::order());
    let declined = shop.callback(&order, &returned(BOTH, &[("MdStatus", "0"), ("ECI", "07"), ("CAVV", "")]));
    assert_eq!(["mdStatus", "bankCode", "reason"].map(|name| declined.fact(name)), ["0", "mdStatus 0", "3ds-failed"]);
}

#[test]
fn what_is_told_beside_the_status() {
    let shop = albaraka().open();
    let (order, step) = provisioned(&shop);
    let refund = row(&[("TransactionType", "Return"), ("Amount", "49,90"), ("HostLogKey", "R1")]);
    let paid = shop.reply(&order, step.then(), "200", listed(&[row(&[]), refund]));
    for (name, value) in [
        ("installments", "1"),
        ("mdStatus", "1"),
        ("liability", "issuer"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("transactionId", REFERENCE),
        ("authCode", "153464"),
        ("maskedPan", "450803******4509"),
        ("refunded", "49.90"),
        ("charged", ""),
    ] {
        assert_eq!(paid.fact(name), value, "{name}");
    }
    // Of an order whose return never came nobody knows who bears a chargeback.
    let order = begun(&shop, crate::shop::order());
    let inquired = |rows: &[String]| shop.reply(&order, shop.inquire(&order).then(), "200", listed(rows));
    assert_eq!(["mdStatus", "liability"].map(|name| inquired(&[row(&[])]).fact(name).to_owned()), ["", ""]);
    // The sale's own numbers, where only its reversal counts.
    let reversal = row(&[("TransactionType", "Reverse"), ("HostLogKey", "V1"), ("TransactionStatus", "1")]);
    let voided = inquired(&[reversal, row(&[("TransactionStatus", "0")])]);
    assert_eq!((voided.to_string().as_str(), voided.fact("transactionId")), ("voided by reply", REFERENCE));
    // Between thousands stands a point, and nowhere else.
    for (amount, expected) in [("1.49,90", "pending, review"), (".149,90", "pending, review"), ("149,90", "paid by reply")] {
        assert_eq!(inquired(&[row(&[("Amount", amount)])]).to_string(), expected, "{amount}");
    }
}

#[test]
fn the_lines_of_a_history() {
    let shop = albaraka().open();
    let order = begun(&shop, order());
    let line = |changes: &[(&str, &str)]| shop.reply(&order, "reads:history", "200", listed(&[row(changes)])).0[5..18].to_vec();
    let expected = [ORDER_ID, "sale", "approved", "149.90", "TRY", "", "2026-11-21T17:42:33+03:00", REFERENCE, "153464", "", "450803******4509"];
    assert_eq!(line(&[]), [&expected[..], &["", ""]].concat());
    assert_eq!(line(&[("TransactionStatus", "0")])[2], "open");
    for (word, kind) in [("Auth", "preauth"), ("Capture", "capture"), ("Return", "refund"), ("Reverse", "void"), ("Sale", "sale"), ("VFT", "other")] {
        assert_eq!(line(&[("TransactionType", word)])[1], kind);
    }
}

/// A reversal says nothing of what it undid: the last transaction is undone first.
#[test]
fn what_a_reversal_undid() {
    let shop = albaraka().open();
    let line = |kind: &'static str, more: &[(&'static str, &'static str)]| row(&[&[("TransactionType", kind)][..], more].concat());
    let (auth, reversal) = (line("Auth", &[]), line("Reverse", &[("HostLogKey", "V1")]));
    let capture = line("Capture", &[("Amount", "100,00"), ("HostLogKey", "C159")]);
    let inquired = |order: &Order, rows: &[&String]| {
        let rows: Vec<String> = rows.iter().map(|row| (*row).clone()).collect();
        shop.reply(order, shop.inquire(order).then(), "200", listed(&rows))
    };
    let begun = begun(&shop, order().with("type", "preauth"));
    let reserved = begun.clone().with("refs", inquired(&begun, &[&auth]).refs());
    // What was only reserved is let go of at once.
    let released = shop.change(&reserved, "void", "V1", "");
    assert!(released.at(8).contains("\"TransactionType\":\"Auth\""), "{released:?}");
    assert_eq!(inquired(&reserved, &[&auth, &reversal]).to_string(), "voided by reply");
    // Captured in the bank's panel: nobody knows what was reversed. One that does not count was not captured.
    assert_eq!(inquired(&reserved, &[&auth, &capture, &reversal]).to_string(), "pending, review");
    let uncounted = line("Capture", &[("HostLogKey", "C159"), ("TransactionStatus", "0")]);
    assert_eq!(inquired(&reserved, &[&auth, &uncounted, &reversal]).to_string(), "voided by reply");
    assert_eq!(inquired(&reserved, &[&auth, &line("Sale", &[("HostLogKey", "S1")])]).to_string(), "pending, review");

    let step = shop.change(&reserved, "capture", "C1", "100.00");
    let sent = reserved.clone().with("refs", step.refs());
    let taken = shop.reply(&sent, step.then(), "200", said("00", ",\"ReferenceCode\":\"C159\""));
    let captured = sent.with("refs", taken.refs());
    assert_eq!(inquired(&captured, &[&auth, &capture]).fact("charged"), "100.00");
    let first = shop.change(&captured, "void", "V1", "");
    assert!(first.at(8).contains("\"ReferenceCode\":\"C159\"") && first.at(8).contains("\"TransactionType\":\"Capture\""), "{first:?}");
    let voiding = captured.with("refs", first.refs());
    let second = shop.reply(&voiding, first.then(), "200", said("00", ",\"ReferenceCode\":null"));
    assert_eq!(second.then(), "change3:change", "what was reserved is let go of, too");
    for (rows, expected) in [
        (&[&auth, &capture, &reversal][..], "authorized by reply, review"),
        (&[&auth, &capture, &reversal, &reversal], "voided by reply"),
        (&[&auth, &reversal], "voided by reply"),
    ] {
        assert_eq!(inquired(&voiding, rows).to_string(), expected, "{rows:?}");
    }
    // The capture is undone by now.
    let releasing = voiding.clone().with("refs", second.refs());
    for (rows, expected) in
        [(&[&auth, &capture, &reversal][..], "authorized by reply, review"), (&[&auth, &capture, &reversal, &reversal], "voided by reply")]
    {
        assert_eq!(inquired(&releasing, rows).to_string(), expected, "{rows:?}");
    }
    // One of which nobody knows whether it was made has not been undone.
    let step = shop.change(&reserved, "capture", "C1", "100.00");
    let lost = shop.reply(&reserved.clone().with("refs", step.refs()), step.then(), "lost", "");
    let lost = reserved.clone().with("refs", lost.refs());
    assert_eq!(inquired(&lost, &[&auth, &uncounted, &reversal]).to_string(), "voided by reply, review");
    // What was captured in the panel, and voided here, is no capture of ours.
    let panel = line("Capture", &[("HostLogKey", "C159")]);
    let taken = reserved.clone().with("refs", inquired(&reserved, &[&auth, &panel]).refs());
    let first = shop.change(&taken, "void", "V1", "");
    let voiding = taken.with("refs", first.refs());
    let second = shop.reply(&voiding, first.then(), "200", said("00", ",\"ReferenceCode\":null"));
    let releasing = voiding.with("refs", second.refs());
    assert_eq!(inquired(&releasing, &[&auth, &panel, &reversal]).to_string(), "pending, review");
    // A sale has no capture.
    assert_eq!(inquired(&paid(&shop), &[&row(&[]), &capture]).to_string(), "pending, review");
}

/// The number of what was taken stays, whatever number a refund has.
#[test]
fn a_second_refund_names_the_sale() {
    let shop = albaraka().open();
    let order = paid(&shop);
    let step = shop.change(&order, "refund", "R1", "10.00");
    let sent = order.with("refs", step.refs());
    let refunded = shop.reply(&sent, step.then(), "200", said("00", ",\"ReferenceCode\":\"R99\""));
    assert_eq!(refunded.to_string(), "refunded by reply");
    let again = shop.change(&sent.with("refs", refunded.refs()), "refund", "R2", "10.00");
    assert!(again.at(8).contains(&format!("\"ReferenceCode\":\"{REFERENCE}\"")), "{again:?}");
}
