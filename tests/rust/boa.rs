//! BOA, the platform of Kuveyt Türk and Vakıf Katılım: a bank written from its document, and what a shop may believe of it.

use crate::payflex_bank::{changed, document};
use crate::shop::{self, API_PASSWORD, API_USER, Answer, CARD, Config, Order, Shop, isbank};
use base64ct::{Base64, Encoding};
use sha1::{Digest, Sha1};
use velopos::error::Why;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

const ROOT: &str = "VPosTransactionResponseContract";
/// As `newOrderId()` makes them: with a letter at its end.
const ORDER_ID: &str = "A7K2M9P4R8T3V6X5Z2BH";
const NUMBER: &str = "155767806";
const MD: &str = "67YtBfBRTZ0XBKnAHi8c/A==";
const BOTH: [&str; 2] = ["kuveytturk", "vakifkatilim"];

fn order() -> Order {
    shop::order().with("id", ORDER_ID)
}

fn account(gateway: &str) -> Config {
    let mut config = isbank().with("gateway", gateway);
    for key in ["clientId", "storeKey", "apiUser", "apiPassword"] {
        config = config.without(&["merchant.", key].concat());
    }
    let merchant = [("merchantId", "48544"), ("customerId", "1234567"), ("userName", API_USER), ("password", API_PASSWORD)];
    merchant.iter().fold(config, |config, (key, value)| config.with(&["merchant.", key].concat(), value))
}

fn open(gateway: &str) -> Shop {
    account(gateway).open()
}

// ---- the bank

fn sha1(values: &[&str]) -> String {
    Base64::encode_string(&Sha1::digest(values.concat().as_bytes()))
}

fn hash(values: &[&str]) -> String {
    sha1(&[values, &[&sha1(&[API_PASSWORD])]].concat())
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The values of a return; the digest is over them unless one is given.
fn returned_values<'v>(changes: &[(&'v str, &'v str)]) -> Vec<(&'v str, String)> {
    let values =
        [("ResponseCode", "00"), ("ResponseMessage", "Kart do&#287;ruland&#305;."), ("OrderId", NUMBER), ("MerchantOrderId", ORDER_ID), ("MD", MD)];
    let mut values: Vec<(&str, String)> = changed(&values, changes).into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    if !changes.iter().any(|(name, _)| *name == "HashData") {
        let value = |wanted: &str| values.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| value);
        let digest = hash(&[value("MerchantOrderId"), value("ResponseCode"), value("OrderId")]);
        values.push(("HashData", digest));
    }
    values
}

fn in_field(document: &str) -> Vec<u8> {
    format!("AuthenticationResponse={}", percent(&percent(document))).into_bytes()
}

fn return_of(gateway: &str, changes: &[(&str, &str)]) -> Vec<u8> {
    let values = returned_values(changes);
    if gateway == "vakifkatilim" {
        return values.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&").into_bytes();
    }
    let leaves: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    in_field(&document(ROOT, &leaves))
}

/// The answer to a provision, or to a change at Vakıf Katılım. Where nothing is said about it, the digest is right.
fn receipt(gateway: &str, changes: &[(&str, &str)]) -> String {
    let mut leaves = vec![("VPosMessage/CardNumber", "45080345****4509"), ("VPosMessage/Amount", "14990"), ("VPosMessage/MerchantOrderId", ORDER_ID)];
    leaves.push(("VPosMessage/CurrencyCode", if gateway == "kuveytturk" { "949" } else { "null" }));
    leaves.extend([("ProvisionNumber", "896626"), ("RRN", "904115005554"), ("Stan", "005554"), ("ResponseCode", "00")]);
    leaves.extend([("ResponseMessage", "OTORIZASYON VERILDI"), ("OrderId", NUMBER), ("TransactionTime", "2026-11-21T17:42:33.123")]);
    leaves.push(("MerchantOrderId", ORDER_ID));
    let leaves = changed(&leaves, changes);
    let value = |wanted: &str| leaves.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| value);
    let digest = hash(&[value("MerchantOrderId"), value("RRN"), value("ResponseCode"), value("OrderId")]);
    let leaves = if changes.iter().any(|(name, _)| *name == "HashData") { leaves } else { [leaves, vec![("HashData", &*digest)]].concat() };
    let text = document(ROOT, &leaves);
    // Vakıf Katılım names an encoding that is none of its bytes, and writes a character that XML does not have.
    if gateway == "kuveytturk" { text } else { text.replace("utf-8", "utf-16").replace("<RRN>", "<AuthorizationCode>&#x0;</AuthorizationCode><RRN>") }
}

/// A row of the inquiry.
fn row<'r>(changes: &[(&'r str, &'r str)]) -> Vec<(&'r str, &'r str)> {
    let leaves = [
        ("OrderId", NUMBER),
        ("MerchantOrderId", ORDER_ID),
        ("OrderDate", "2026-11-21T17:42:33"),
        ("LastOrderStatus", "1"),
        ("TransactionStatus", "1"),
        ("FirstAmount", "149.90"),
        ("DrawbackAmount", "0.00"),
        ("FEC", "0949"),
        ("InstallmentCount", "0"),
        ("ResponseCode", "00"),
        ("ProvNumber", "896626"),
        ("RRN", "904115005554"),
        ("Stan", "005554"),
    ];
    changed(&leaves, changes)
}

fn soap(operation: &str, success: &str, inside: &str) -> String {
    let (response, result) = (format!("a:{operation}Response"), format!("{operation}Result"));
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><{response}><b:{result}>{inside}<b:Success>{success}</b:Success>\
         </b:{result}></{response}></s:Body></s:Envelope>"
    )
}

fn elements(leaves: &[(&str, &str)]) -> String {
    leaves.iter().map(|(name, value)| format!("<c:{name}>{value}</c:{name}>")).collect()
}

fn books(gateway: &str, rows: &[Vec<(&str, &str)>]) -> String {
    if gateway == "kuveytturk" {
        let rows: String = rows.iter().map(|row| format!("<OrderContract>{}</OrderContract>", elements(row))).collect();
        return soap("GetMerchantOrderDetail", "true", &format!("<Results/><Value>{rows}</Value>"));
    }
    let rows: String = rows.iter().map(|row| format!("<OrderContract>{}</OrderContract>", elements(row).replace("c:", ""))).collect();
    format!("<?xml version=\"1.0\" encoding=\"utf-16\"?><{ROOT}><VPosOrderData>{rows}</VPosOrderData><ResponseCode>00</ResponseCode></{ROOT}>")
}

// ---- the shop

fn page(action: &str, fields: &[(&str, &str)]) -> String {
    let inputs: String = fields.iter().map(|(name, value)| format!("<input type='hidden' name='{name}' value='{value}'>")).collect();
    format!(
        "<!DOCTYPE html><html><body><APM_DO_NOT_TOUCH></APM_DO_NOT_TOUCH><form name='f' action='{action}' method='POST'>{inputs}\
         <input type='submit' name='submit' value='Devam'></form><script>document.f.submit()</script></body></html>"
    )
}

fn enrolled(shop: &Shop) -> Order {
    let start = shop.start(&order());
    assert_eq!(start.to_string(), "begins:enrol");
    let stored = order().stored(shop, start.refs());
    let answer = shop.reply(&stored, start.then(), "200", page("https://acs.bank.example/creq", &[("creq", "eyJ0")]));
    assert_eq!(answer.form(), [("creq".to_owned(), "eyJ0".to_owned())]);
    stored.with("refs", answer.refs())
}

/// Authenticated: the money is about to be asked for.
fn authenticated(shop: &Shop, gateway: &str) -> (Order, Answer) {
    let order = enrolled(shop);
    let step = shop.callback(&order, &return_of(gateway, &[]));
    assert_eq!(step.to_string(), "moves:provision", "{step:?}");
    (order.with("refs", step.refs()), step)
}

fn provisioned(gateway: &str, changes: &[(&str, &str)]) -> Answer {
    let shop = open(gateway);
    let (order, step) = authenticated(&shop, gateway);
    shop.reply(&order, step.then(), "200", receipt(gateway, changes))
}

fn paid(shop: &Shop, gateway: &str) -> Order {
    let (order, step) = authenticated(shop, gateway);
    let answer = shop.reply(&order, step.then(), "200", receipt(gateway, &[]));
    assert_eq!(answer.to_string(), "paid by reply", "{answer:?}");
    order.with("refs", answer.refs())
}

fn inquired(shop: &Shop, order: &Order, gateway: &str, rows: &[Vec<(&str, &str)>]) -> Answer {
    let step = shop.inquire(order);
    assert_eq!(step.to_string(), "reads:inquiry");
    shop.reply(order, step.then(), "200", books(gateway, rows))
}

// ---- formulas

const VECTORS: &str = include_str!("../vectors/boa.json");

fn text<'o>(object: &'o Object, name: &'static str) -> &'o str {
    object.scalar(name).expect("readable").unwrap_or_default()
}

fn each(list: &str, check: &mut dyn FnMut(&Object)) {
    let all = Object::parse(VECTORS).expect("JSON");
    let Some(Value::Nested(list)) = all.value(list) else { panic!("{list}") };
    for item in items(list).expect("a list") {
        let Value::Nested(item) = item else { panic!("an object") };
        check(&Object::parse(item).expect("an object"));
    }
}

fn formula(name: &str, fields: &[(&str, &str)], key: &str) -> String {
    let mut head = vec![name.to_owned(), (fields.len() * 2).to_string()];
    head.extend(fields.iter().flat_map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]));
    head.push(key.to_owned());
    crate::shop::call(Op::Formula, &head, b"").at(1).to_owned()
}

#[test]
fn digests_that_others_published() {
    let mut fitting = 0;
    each("keys", &mut |vector| {
        for gateway in BOTH {
            let ours = crate::shop::call(Op::Formula, &[format!("{gateway}.hashPassword"), text(vector, "password").to_owned()], b"");
            assert_eq!(ours.at(1), text(vector, "key"));
        }
        assert_eq!(sha1(&[text(vector, "password")]), text(vector, "key"));
        fitting += 1;
    });
    let mut compare = |vector: &Object, name: &str, fields: &[(&str, &str)]| {
        let key = text(vector, "key");
        let values: Vec<&str> = fields.iter().map(|(_, value)| *value).chain([key]).collect();
        for gateway in BOTH {
            assert_eq!(formula(&format!("{gateway}.{name}"), fields, key), sha1(&values));
        }
        let fits = vector.value("fits") == Some(&Value::Bool(true));
        assert_eq!(sha1(&values) == text(vector, "hash"), fits, "{}", text(vector, "name"));
        fitting += u32::from(fits);
    };
    each("requests", &mut |vector| {
        let fields = [
            ("MerchantId", text(vector, "merchantId")),
            ("MerchantOrderId", text(vector, "merchantOrderId")),
            ("Amount", text(vector, "amount")),
            ("OkUrl", text(vector, "okUrl")),
            ("FailUrl", text(vector, "failUrl")),
            ("UserName", text(vector, "userName")),
        ];
        compare(vector, "requestHash", &fields);
    });
    each("answers", &mut |vector| {
        let fields = [
            ("MerchantOrderId", text(vector, "merchantOrderId")),
            ("RRN", text(vector, "rrn")),
            ("ResponseCode", text(vector, "responseCode")),
            ("OrderId", text(vector, "orderId")),
        ];
        compare(vector, "responseHash", &fields);
    });
    assert!(fitting >= 14, "{fitting}");
}

// ---- beginning

#[test]
fn the_card_is_in_the_first_request_only() {
    for gateway in BOTH {
        let shop = open(gateway);
        let start = shop.start(&order());
        let body = start.at(8);
        let digest = hash(&["48544", ORDER_ID, "14990", order().get("urls.ok"), order().get("urls.fail"), API_USER]);
        for part in ["<CardNumber>4508034508034509<", "<CardCVV2>000<", "<Amount>14990<", "<CurrencyCode>0949<", &format!("<HashData>{digest}<")] {
            assert!(body.contains(part), "{part} in {body}");
        }
        assert!(body.is_ascii());
        assert_eq!(body.contains("<ClientIP>203.0.113.7<"), gateway == "kuveytturk");
        let (_, step) = authenticated(&shop, gateway);
        let digest = hash(&["48544", ORDER_ID, "14990", API_USER]);
        for part in [format!("<Key>MD</Key><Data>{MD}<"), "<Amount>14990<".to_owned(), format!("<HashData>{digest}<")] {
            assert!(step.at(8).contains(&part), "{part} in {}", step.at(8));
        }
        assert!(!step.at(8).contains("CardNumber"));
        assert!(!step.refs().contains("4508") && !step.refs().contains(MD));
    }
}

#[test]
fn orders_and_accounts_that_cannot_work() {
    for gateway in BOTH {
        let shop = open(gateway);
        for (name, value, expected) in [
            ("id", "A-1", "ORDER id"),
            ("id", "0A1", "ORDER id"),
            ("id", "A23456789012345678901", "ORDER id"),
            ("customer.ip", "", "ORDER customer.ip"),
            ("type", "preauth", "UNSUPPORTED type"),
            ("maxInstallments", "3", "UNSUPPORTED maxInstallments"),
            ("currency", "GBP", "UNSUPPORTED currency"),
        ] {
            assert_eq!(shop.start(&order().with(name, value)).to_string(), expected);
        }
        let nameless = [CARD[0], CARD[1], CARD[2], CARD[3], CARD[4], ""];
        assert_eq!(shop.start_with(&order().with("customer.name", ""), &nameless).to_string(), "ORDER card.holder");
        for (key, value, expected) in [
            ("merchant.merchantId", "48-1", "CONFIG merchant.merchantId"),
            ("merchant.customerId", "x", "CONFIG merchant.customerId"),
            ("merchant.password", "gizli şifre", "CONFIG merchant.password"),
            ("merchant.password", if gateway == "kuveytturk" { "api123" } else { "simKatilim34" }, "CONFIG merchant.password"),
        ] {
            assert_eq!(account(gateway).with(key, value).answer().to_string(), expected);
        }
    }
    assert_eq!(account("vakifkatilim").with("mode", "test").answer().to_string(), "CONFIG endpoints.gate");
}

#[test]
fn the_gates_answer() {
    let fail = order().get("urls.fail").to_owned();
    for (code, expected) in [
        ("CardNotEnrolled", "declined by reply"),
        ("MPIAuthenticationStatusU", "declined by reply"),
        ("14", "declined by reply"),
        ("HashDataError", "REFUSED merchant"),
        ("PosMerchantIPError", "REFUSED "),
        ("TechnicalException", "REFUSED "),
        ("00", "REFUSED "),
        ("", "REFUSED "),
    ] {
        for gateway in BOTH {
            let shop = open(gateway);
            let start = shop.start(&order());
            let stored = order().stored(&shop, start.refs());
            let told = [("ResponseCode", code), ("OrderId", "0"), ("ResponseMessage", "x")];
            let xml = document(ROOT, &told);
            let led_back = if gateway == "kuveytturk" { page(&fail, &[("AuthenticationResponse", &percent(&xml))]) } else { page(&fail, &told) };
            for body in [xml, led_back] {
                assert_eq!(shop.reply(&stored, start.then(), "200", &body).to_string(), expected, "{gateway} {body}");
            }
        }
    }
    for gateway in BOTH {
        let shop = open(gateway);
        let start = shop.start(&order());
        let stored = order().stored(&shop, start.refs());
        for body in [
            "AssemblyNotFound".to_owned(),
            "<html><body>Hata</body></html>".to_owned(),
            page("http://acs.bank.example/creq", &[("creq", "x")]),
            page("https://a@acs.bank.example/creq", &[("creq", "x")]),
            page("https://acs.bank.example/creq", &[("creq", "x")])
                .replace("</form>", "</form><form action='https://b.example/' method='post'></form>"),
            String::new(),
        ] {
            let answer = shop.reply(&stored, start.then(), "200", &body);
            assert!(answer.to_string().starts_with("UNREACHABLE"), "{answer:?} {body}");
        }
        // Refused for another order than ours.
        let other = document(ROOT, &[("ResponseCode", "14"), ("OrderId", "0"), ("MerchantOrderId", "ANOTHER1")]);
        assert_eq!(shop.reply(&stored, start.then(), "200", other).to_string(), "ORDER_MISMATCH id");
    }
}

// ---- the return

#[test]
fn what_a_return_leads_to() {
    for (changes, expected) in [
        (&[][..], "moves:provision"),
        (&[("ResponseCode", "MPIAuthenticationStatusN"), ("OrderId", "0")], "declined by signature"),
        (&[("ResponseCode", "51"), ("OrderId", "0")], "declined by signature"),
        // Unsigned failures are anybody's.
        (&[("ResponseCode", "MPIAuthenticationStatusN"), ("OrderId", "0"), ("HashData", "null")], "reads:inquiry"),
        (&[("ResponseCode", "HashDataError"), ("OrderId", "0"), ("HashData", "null"), ("MerchantOrderId", "null"), ("MD", "null")], "reads:inquiry"),
        (&[("HashData", "null")], "SIGNATURE_MISSING HashData"),
        (&[("HashData", "")], "SIGNATURE_MISSING HashData"),
        (&[("HashData", "q3HpRgAO4xPP5UVYBg8EcVtO+sQ=")], "SIGNATURE_INVALID HashData"),
        (&[("ResponseCode", "51"), ("HashData", "q3HpRgAO4xPP5UVYBg8EcVtO+sQ=")], "SIGNATURE_INVALID HashData"),
        (&[("MerchantOrderId", "ANOTHER1")], "ORDER_MISMATCH MerchantOrderId"),
        (&[("MerchantOrderId", "null"), ("ResponseCode", "00")], "ORDER_MISMATCH MerchantOrderId"),
        (&[("HashPassword", "x")], "SIGNATURE_INVALID HashPassword"),
        (&[("MD", "null")], "MALFORMED MD"),
        (&[("MD", "a b")], "MALFORMED MD"),
        (&[("OrderId", "0155767806")], "MALFORMED OrderId"),
        (&[("OrderId", "")], "MALFORMED OrderId"),
        (&[("OrderId", "1557678O6")], "MALFORMED OrderId"),
    ] {
        for gateway in BOTH {
            let shop = open(gateway);
            let order = enrolled(&shop);
            // The key of the old interface lies deeper in Kuveyt Türk's document.
            let changes: Vec<(&str, &str)> = changes
                .iter()
                .map(|(name, value)| (if *name == "HashPassword" && gateway == "kuveytturk" { "VPosMessage/HashPassword" } else { *name }, *value))
                .collect();
            let answer = shop.callback(&order, &return_of(gateway, &changes));
            assert_eq!(answer.to_string(), expected, "{gateway} {changes:?}");
        }
    }
}

/// The signed values stand next to each other: no other place for their borders verifies.
#[test]
fn a_border_cannot_be_moved() {
    let shop = open("vakifkatilim");
    // Orders of the same shop whose numbers begin with another one's.
    let long = format!("{}00MPI", &ORDER_ID[..10]);
    let short = &ORDER_ID[..10];
    let signed = hash(&[&long, "MPIAuthenticationStatusN", "0"]);
    let order = enrolled(&shop).with("id", short);
    for (code, number) in [("00", "MPIMPIAuthenticationStatusN0"), ("00MPIMPIAuthenticationStatusN", "0"), ("", "00MPIMPIAuthenticationStatusN0")] {
        let changes = [("MerchantOrderId", short), ("ResponseCode", code), ("OrderId", number), ("HashData", signed.as_str())];
        let answer = shop.callback(&order, &return_of("vakifkatilim", &changes));
        assert!(answer.to_string().starts_with("MALFORMED"), "{code} {number}: {answer:?}");
    }
    // A signed failure can be read as another one of an order whose number is a part of it: that only makes us ask.
    let signed = hash(&["3805", "12", "0"]);
    let changes = [("MerchantOrderId", "38"), ("ResponseCode", "05"), ("OrderId", "120"), ("HashData", signed.as_str())];
    for gateway in BOTH {
        let shop = open(gateway);
        let stored = enrolled(&shop).with("id", "38");
        assert_eq!(shop.callback(&stored, &return_of(gateway, &changes)).to_string(), "reads:inquiry");
    }
    // A success, or another failure, of an order whose number is the beginning of ours, with the code's first characters behind it.
    for (other, signed, code, number) in [
        ("A7K2M9P4R8T3V6X5Z2", "00155767806", "15", "5767806"),
        ("A7K2M9P4R8T3V6X5Z2B", "51155767806", "11", "55767806"),
        ("A7K2M9P4R8T3V6X5Z2B", "CardNotEnrolled0", "ardNotEnrolled", "0"),
        ("A7K2", "CardNotEnrolled12550", "12", "550"),
    ] {
        let text = [other, signed].concat();
        let id = text.strip_suffix(&[code, number].concat()).expect("another way to read it");
        let signed = hash(&[&text]);
        let changes = [("MerchantOrderId", id), ("ResponseCode", code), ("OrderId", number), ("HashData", signed.as_str())];
        for gateway in BOTH {
            let shop = open(gateway);
            let stored = enrolled(&shop).with("id", id);
            assert_eq!(shop.callback(&stored, &return_of(gateway, &changes)).to_string(), "reads:inquiry", "{id}");
        }
    }
    // A genuine success cannot be read as a failure.
    let signed = hash(&[ORDER_ID, "00", NUMBER]);
    let order = enrolled(&shop);
    for (code, number) in [("0", "0155767806"), ("001", "55767806"), ("0015576780", "6"), ("0015576780 6", "")] {
        let changes = [("ResponseCode", code), ("OrderId", number), ("HashData", signed.as_str())];
        let answer = shop.callback(&order, &return_of("vakifkatilim", &changes));
        assert!(answer.to_string().starts_with("MALFORMED") || answer.kind() == "error", "{code} {number}: {answer:?}");
    }
}

#[test]
fn the_document_inside_the_field() {
    let shop = open("kuveytturk");
    let order = enrolled(&shop);
    let values = returned_values(&[]);
    let leaves: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let genuine = document(ROOT, &leaves);
    let replaced = |from: &str, to: &str| in_field(&genuine.replace(from, to));
    for (body, expected) in [
        (in_field(&genuine), "moves:provision"),
        // Encoded once only, attributes, nil elements.
        (format!("AuthenticationResponse={}", percent(&genuine)).into_bytes(), "moves:provision"),
        (replaced("<MD>", "<MerchantId xsi:nil=\"true\" /><MD>"), "moves:provision"),
        (replaced("<ResponseCode>", "<ResponseCode>00</ResponseCode><ResponseCode>"), "DUPLICATE_FIELD VPosTransactionResponseContract/ResponseCode"),
        (replaced("<HashData>", "<HashData/><HashData>"), "DUPLICATE_FIELD VPosTransactionResponseContract/HashData"),
        (
            replaced("<ResponseCode>", "<x:ResponseCode>00</x:ResponseCode><ResponseCode>"),
            "DUPLICATE_FIELD VPosTransactionResponseContract/ResponseCode",
        ),
        (replaced("<?xml version=\"1.0\" encoding=\"utf-8\"?>", "<!DOCTYPE a [<!ENTITY b \"00\">]>"), "MALFORMED "),
        (replaced("</VPosTransactionResponseContract>", ""), "MALFORMED "),
        (replaced(ROOT, "Other"), "MALFORMED "),
        ([in_field(&genuine), b"&".to_vec(), in_field(&genuine)].concat(), "DUPLICATE_FIELD AuthenticationResponse"),
        (b"AuthenticationResponse=".to_vec(), "MALFORMED "),
        (b"a=1".to_vec(), "MALFORMED AuthenticationResponse"),
        // Two values under one roof.
        (format!("AuthenticationResponse={}", percent(&format!("{}&y=1", percent(&genuine)))).into_bytes(), "MALFORMED AuthenticationResponse"),
    ] {
        let answer = shop.callback(&order, &body);
        assert_eq!(answer.to_string(), expected, "{}", String::from_utf8_lossy(&body));
    }
    assert_eq!(shop.peek(&in_field(&genuine)).at(1), "orderId");
}

/// Once the money was asked for, a return only asks.
#[test]
fn a_return_comes_twice() {
    for gateway in BOTH {
        let shop = open(gateway);
        let (order, _) = authenticated(&shop, gateway);
        for changes in [&[][..], &[("ResponseCode", "51"), ("OrderId", "0")]] {
            assert_eq!(shop.callback(&order, &return_of(gateway, changes)).to_string(), "reads:inquiry");
        }
    }
}

// ---- the provision

#[test]
fn what_proves_the_money() {
    for (changes, expected) in [
        (&[][..], "paid by reply"),
        (&[("VPosMessage/CurrencyCode", "0949")], "paid by reply"),
        (&[("HashData", "null")], "reads:inquiry"),
        (&[("HashData", "q4RhSZcSM+EbvCrNVb+kb0nZ/Po=")], "reads:inquiry"),
        (&[("MerchantOrderId", "ANOTHER1")], "reads:inquiry"),
        (&[("OrderId", "155767807")], "reads:inquiry"),
        (&[("RRN", "")], "reads:inquiry"),
        (&[("VPosMessage/MerchantOrderId", "ANOTHER1")], "reads:inquiry"),
        (&[("VPosMessage/MerchantOrderId", "null")], "reads:inquiry"),
        (&[("VPosMessage/Amount", "14991")], "reads:inquiry"),
        (&[("VPosMessage/Amount", "149.90")], "reads:inquiry"),
        (&[("VPosMessage/Amount", "null")], "reads:inquiry"),
        (&[("VPosMessage/CurrencyCode", "840")], "reads:inquiry"),
        (&[("ResponseCode", "51")], "declined by reply"),
        (&[("ResponseCode", "51"), ("HashData", "null"), ("OrderId", "0")], "declined by reply"),
        // A refusal that names no order may be another's.
        (&[("ResponseCode", "51"), ("MerchantOrderId", "null")], "reads:inquiry"),
        (&[("ResponseCode", "51"), ("HashData", "null"), ("MerchantOrderId", "null"), ("OrderId", "0")], "reads:inquiry"),
        (&[("ResponseCode", "51"), ("HashData", "q4RhSZcSM+EbvCrNVb+kb0nZ/Po=")], "reads:inquiry"),
        // The card's bank may have booked it all the same, or the bank before.
        (&[("ResponseCode", "91")], "reads:inquiry"),
        (&[("ResponseCode", "96")], "reads:inquiry"),
        (&[("ResponseCode", "OrderIsProcessedBefore")], "reads:inquiry"),
        (&[("ResponseCode", "MetaDataNotFound")], "reads:inquiry"),
        (&[("ResponseCode", "0")], "reads:inquiry"),
    ] {
        for gateway in BOTH {
            assert_eq!(provisioned(gateway, changes).to_string(), expected, "{gateway} {changes:?}");
        }
    }
    assert_eq!(provisioned("kuveytturk", &[("VPosMessage/CurrencyCode", "null")]).to_string(), "reads:inquiry");
    // A second echo, behind the first.
    assert_eq!(provisioned("kuveytturk", &[("VPosMessage/Other", "1")]).to_string(), "unknown");
    let answer = provisioned("kuveytturk", &[]);
    let facts = ["transactionId", "authCode", "hostReference", "maskedPan", "at", "liability"].map(|name| answer.fact(name).to_owned());
    assert_eq!(facts, [NUMBER, "896626", "904115005554", "45080345****4509", "2026-11-21T17:42:33+03:00", ""]);
    assert_eq!(provisioned("kuveytturk", &[("ResponseCode", "51")]).fact("reason"), "insufficient-funds");
}

#[test]
fn a_lost_provision_is_only_asked_about() {
    for gateway in BOTH {
        let shop = open(gateway);
        let (order, step) = authenticated(&shop, gateway);
        for (status, body) in [("lost", ""), ("500", "x"), ("302", ""), ("200", ""), ("200", "<html>"), ("200", "<a/>")] {
            assert_eq!(shop.reply(&order, step.then(), status, body).to_string(), "unknown", "{status} {body}");
        }
        assert_eq!(inquired(&shop, &order, gateway, &[row(&[])]).to_string(), "paid by reply");
    }
}

// ---- the books

#[test]
fn what_the_books_say() {
    for (rows, expected) in [
        (vec![row(&[])], "paid by reply"),
        (vec![row(&[("FirstAmount", "149.9")])], "paid by reply"),
        (vec![], "pending"),
        (vec![row(&[("TransactionStatus", "0"), ("ResponseCode", "")])], "pending"),
        (vec![row(&[("TransactionStatus", "2"), ("ResponseCode", "51")])], "declined by reply"),
        (vec![row(&[("TransactionStatus", "2"), ("ResponseCode", "51")]), row(&[("TransactionStatus", "0"), ("ResponseCode", "")])], "pending"),
        (vec![row(&[("TransactionStatus", "2"), ("ResponseCode", "51")]), row(&[])], "paid by reply"),
        (vec![row(&[("TransactionStatus", "2")])], "pending"),
        (vec![row(&[("TransactionStatus", "1"), ("ResponseCode", "51")])], "pending"),
        (vec![row(&[("TransactionStatus", "3")])], "pending"),
        // Paid twice, and under another number than the one that was asked for.
        (vec![row(&[]), row(&[("OrderId", "155767823")])], "paid by reply, review"),
        (vec![row(&[("OrderId", "155767823")])], "paid by reply, review"),
        (vec![row(&[("InstallmentCount", "3")])], "paid by reply, review"),
        (vec![row(&[("MerchantOrderId", "ANOTHER1")])], "ORDER_MISMATCH MerchantOrderId"),
        (vec![row(&[("FirstAmount", "149.91")])], "AMOUNT_MISMATCH amount"),
        (vec![row(&[("FirstAmount", "14990")])], "AMOUNT_MISMATCH amount"),
        (vec![row(&[("FirstAmount", "149,90")])], "pending, review"),
        (vec![row(&[("FirstAmount", "null")])], "pending, review"),
        (vec![row(&[("FEC", "0840")])], "CURRENCY_MISMATCH currency"),
        (vec![row(&[("FEC", "null")])], "pending, review"),
        (vec![row(&[("LastOrderStatus", "5"), ("DrawbackAmount", "49.90")])], "paid by reply"),
        (vec![row(&[("LastOrderStatus", "5")])], "pending, review"),
        (vec![row(&[("LastOrderStatus", "1"), ("DrawbackAmount", "49.90")])], "pending, review"),
        (vec![row(&[("LastOrderStatus", "4"), ("DrawbackAmount", "149.90")])], "refunded by reply"),
        (vec![row(&[("LastOrderStatus", "4"), ("DrawbackAmount", "49.90")])], "pending, review"),
        (vec![row(&[("LastOrderStatus", "6")])], "voided by reply"),
        (vec![row(&[("LastOrderStatus", "7")])], "pending, review"),
    ] {
        for gateway in BOTH {
            let shop = open(gateway);
            let (order, _) = authenticated(&shop, gateway);
            assert_eq!(inquired(&shop, &order, gateway, &rows).to_string(), expected, "{gateway} {rows:?}");
        }
    }
}

#[test]
fn inquiries_that_say_nothing() {
    let shop = open("kuveytturk");
    let order = enrolled(&shop);
    let step = shop.inquire(&order);
    let body = step.at(8);
    for part in ["<ser:OrderId>0<", "<ser:StartDate>2026-11-20T00:00:00<", "<ser:EndDate>2026-11-23T00:00:00<", "<ser:Amount>0<"] {
        assert!(body.contains(part), "{part} in {body}");
    }
    let denied = |code: &str| {
        let result = format!("<Results><Result><ErrorCode>{code}</ErrorCode><ErrorMessage>x</ErrorMessage></Result></Results><Value/>");
        soap("GetMerchantOrderDetail", "false", &result)
    };
    for (body, expected) in [
        (soap("GetMerchantOrderDetail", "true", "<Results/><Value/>"), "pending"),
        (denied("HashDataError"), "REFUSED merchant"),
        (denied("PosMerchantIPError"), "REFUSED "),
        (soap("GetMerchantOrderDetail", "maybe", "<Value/>"), "unknown"),
        (soap("DrawBack", "true", "<Value/>"), "unknown"),
        (books("kuveytturk", &[row(&[])]).replace("<b:Success>", "<b:Success>true</b:Success><b:Success>"), "unknown"),
        ("<s:Envelope><s:Body><s:Fault><faultstring>x</faultstring></s:Fault></s:Body></s:Envelope>".to_owned(), "unknown"),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", &body).to_string(), expected, "{body}");
    }
    let shop = open("vakifkatilim");
    let order = enrolled(&shop);
    let step = shop.inquire(&order);
    for (code, expected) in [("NonResult", "pending"), ("OrderDataNotFound", "pending"), ("HashDataError", "REFUSED merchant"), ("", "unknown")] {
        assert_eq!(shop.reply(&order, step.then(), "200", document(ROOT, &[("ResponseCode", code)])).to_string(), expected, "{code}");
    }
}

// ---- void and refund

fn value(changes: &[(&str, &str)]) -> String {
    let leaves = [("ResponseCode", "00"), ("OrderId", NUMBER), ("MerchantOrderId", ORDER_ID), ("CurrencyCode", "0949"), ("RRN", "1"), ("Stan", "2")];
    format!("<Value>{}</Value>", elements(&changed(&leaves, changes)))
}

#[test]
fn money_goes_back_once() {
    for (verb, amount, operation) in [("void", "", "SaleReversal"), ("refund", "149.90", "DrawBack"), ("refund", "50.00", "PartialDrawback")] {
        let shop = open("kuveytturk");
        let order = paid(&shop, "kuveytturk");
        let step = shop.change(&order, verb, "R1", amount);
        assert_eq!(step.to_string(), format!("change1:change {operation}"));
        let minor = if amount == "50.00" { "5000" } else { "14990" };
        for part in [
            format!("<ser:{operation}>"),
            format!("<ser:OrderId>{NUMBER}<"),
            "<ser:RRN>904115005554<".to_owned(),
            "<ser:Stan>005554<".to_owned(),
            "<ser:ProvisionNumber>896626<".to_owned(),
            format!("<ser:HashData>{}<", hash(&["48544", ORDER_ID, minor, API_USER])),
        ] {
            assert!(step.at(8).contains(&part), "{part} in {}", step.at(8));
        }
        let order = order.with("refs", step.refs());
        let done = if verb == "void" { "voided by reply" } else { "refunded by reply" };
        let denied = |code: &str, message: &str| {
            let result = format!("<Results><Result><ErrorCode>{code}</ErrorCode><ErrorMessage>{message}</ErrorMessage></Result></Results><Value/>");
            soap(operation, "false", &result)
        };
        for (body, expected) in [
            (soap(operation, "true", &value(&[])), done),
            (soap(operation, "true", "<Value/>"), "unknown"),
            (soap(operation, "true", &value(&[("OrderId", "1")])), "unknown, review"),
            (soap(operation, "true", &value(&[("MerchantOrderId", "ANOTHER1")])), "unknown, review"),
            (soap(operation, "true", &value(&[("CurrencyCode", "0840")])), "unknown, review"),
            (soap(operation, "true", &value(&[("ResponseCode", "28")])), "declined by reply"),
            (soap(operation, "true", &value(&[("ResponseCode", "96")])), "unknown"),
            (denied("21", "x"), "declined by reply"),
            (denied("InvalidRequestError", "x"), "declined by reply"),
            (denied("", "Kısmi iade tamamı için yapılamaz."), "declined by reply"),
            (denied("", ""), "unknown"),
            (denied("ServiceUnavailable", "x"), "unknown"),
            (denied("TechnicalException", "x"), "unknown"),
        ] {
            assert_eq!(shop.reply(&order, step.then(), "200", &body).to_string(), expected, "{body}");
        }
        // Asked for again, it is only inquired about.
        assert_eq!(shop.change(&order, verb, "R1", amount).to_string(), "reads:inquiry");
    }
}

#[test]
fn the_same_at_vakif_katilim() {
    for (verb, amount, operation, told) in
        [("void", "", "SaleReversal", "14990"), ("refund", "149.90", "DrawBack", "14990"), ("refund", "50.00", "PartialDrawBack", "5000")]
    {
        let shop = open("vakifkatilim");
        let order = paid(&shop, "vakifkatilim");
        let step = shop.change(&order, verb, "R1", amount);
        assert!(step.0.iter().any(|text| text.ends_with(&format!("/{operation}"))), "{step:?}");
        let order = order.with("refs", step.refs());
        let done = if verb == "void" { "voided by reply" } else { "refunded by reply" };
        for (changes, expected) in [
            (&[][..], done),
            (&[("HashData", "null")], done),
            (&[("HashData", "q4RhSZcSM+EbvCrNVb+kb0nZ/Po=")], "unknown"),
            (&[("VPosMessage/Amount", "1")], "unknown, review"),
            (&[("VPosMessage/Amount", "x")], "unknown"),
            (&[("OrderId", "1")], "unknown, review"),
            (&[("MerchantOrderId", "ANOTHER1")], "unknown, review"),
            (&[("ResponseCode", "InvalidRequestError")], "declined by reply"),
            (&[("ResponseCode", "21")], "declined by reply"),
            (&[("ResponseCode", "TechnicalException")], "unknown"),
            (&[("ResponseCode", "96")], "unknown"),
        ] {
            let changes = [&[("VPosMessage/Amount", told)][..], changes].concat();
            assert_eq!(shop.reply(&order, step.then(), "200", receipt("vakifkatilim", &changes)).to_string(), expected, "{changes:?}");
        }
    }
}

#[test]
fn whole_and_in_parts() {
    let shop = open("kuveytturk");
    let order = paid(&shop, "kuveytturk");
    let step = shop.change(&order, "refund", "R1", "100.00");
    let order = order.with("refs", step.refs());
    let answer = shop.reply(&order, step.then(), "200", soap("PartialDrawback", "true", &value(&[])));
    let order = order.with("refs", answer.refs());
    // The books must show at least what the bank has confirmed.
    for (state, given_back, expected) in
        [("1", "0.00", "pending, review"), ("5", "99.99", "pending, review"), ("5", "100.00", "paid by reply"), ("4", "149.90", "refunded by reply")]
    {
        let rows = [row(&[("LastOrderStatus", state), ("DrawbackAmount", given_back)])];
        assert_eq!(inquired(&shop, &order, "kuveytturk", &rows).to_string(), expected, "{state} {given_back}");
    }
    assert_eq!(shop.change(&order, "refund", "R2", "50.00").to_string(), "ORDER amount");
    assert_eq!(shop.change(&order, "refund", "R2", "49.90").to_string(), "change2:change PartialDrawback");
    assert_eq!(shop.change(&order, "void", "V1", "").to_string(), "ORDER refs");
    assert_eq!(shop.change(&order, "capture", "C1", "1.00").to_string(), "UNSUPPORTED ");
    assert_eq!(shop.history(&order).to_string(), "UNSUPPORTED ");
    shop.callback(&enrolled(&shop), &return_of("kuveytturk", &[("VPosMessage/UserName", "x")])).expect_why(Why::KeyInReturn);
}

// ---- what is asked and told beside, and at the edges

#[test]
fn what_the_bank_is_told_of_the_card_and_of_its_holder() {
    let shop = open("kuveytturk");
    let body = |order: Order, number: &str| shop.start_with(&order, &[CARD[0], number, CARD[2], CARD[3], CARD[4], CARD[5]]).at(8).to_owned();
    for (number, brand) in [
        ("4508034508034509", "Visa"),
        ("9792030394440796", "TROY"),
        ("6501700139082826", "TROY"),
        ("6304700139082821", "MasterCard"),
        ("5528790000000008", "MasterCard"),
    ] {
        assert!(body(order(), number).contains(&format!("<CardType>{brand}</CardType>")), "{number}");
    }
    let holder = |changes: &[(&str, &str)]| {
        let text = body(changes.iter().fold(order(), |order, (name, value)| order.with(name, value)), CARD[1]);
        let (_, rest) = text.split_once("<CardHolderData>").expect("the holder");
        rest.split_once("</CardHolderData>").expect("the end").0.to_owned()
    };
    let address = "<BillAddrCountry>792</BillAddrCountry><BillAddrLine1>Kadikoy 1</BillAddrLine1>";
    let phone = "<MobilePhone><Cc>90</Cc><Subscriber>5550000000</Subscriber></MobilePhone>";
    let none = [("customer.address", ""), ("customer.email", ""), ("customer.phone", "")];
    for (changes, expected) in [
        (&[][..], String::new()),
        (&[("customer.address", "Kadikoy 1")], address.to_owned()),
        (&[("customer.email", "ayse@example.com")], "<Email>ayse@example.com</Email>".to_owned()),
        (&[("customer.phone", "0555 000 00 00")], phone.to_owned()),
        (&[("customer.phone", "+90 555 000 00 00")], phone.to_owned()),
        (&[("customer.phone", "555 000 00 0")], String::new()),
        (&[("customer.phone", "+49 90 555 000 00 00")], String::new()),
    ] {
        assert_eq!(holder(&[&none[..], changes].concat()), expected, "{changes:?}");
    }
}

#[test]
fn instalments_and_the_root_of_every_request() {
    for (gateway, root) in [("kuveytturk", "KuveytTurkVPosMessage"), ("vakifkatilim", "VPosMessageContract")] {
        let shop = open(gateway);
        for (asked, count) in [("1", "0"), ("2", "2"), ("3", "3")] {
            let order = order().with("installments", asked);
            let start = shop.start(&order);
            let stored = order.stored(&shop, start.refs());
            let step = shop.callback(&stored, &return_of(gateway, &[]));
            for body in [start.at(8), step.at(8)] {
                assert!(body.contains(&format!("<InstallmentCount>{count}</InstallmentCount>")), "{body}");
                assert!(body.contains(&format!("<{root}>")) && body.ends_with(&format!("</{root}>")), "{body}");
            }
            let paid = shop.reply(&stored.with("refs", step.refs()), step.then(), "200", receipt(gateway, &[]));
            assert_eq!(paid.fact("installments"), asked);
        }
    }
    let shop = open("kuveytturk");
    let asked = shop.inquire(&enrolled(&shop));
    assert!(asked.at(8).contains("<ser:GetMerchantOrderDetail><ser:request>"), "{asked:?}");
}

#[test]
fn why_the_gate_let_nobody_in() {
    for gateway in BOTH {
        let shop = open(gateway);
        let start = shop.start(&order());
        let stored = order().stored(&shop, start.refs());
        let answered = |code: &str| shop.reply(&stored, start.then(), "200", document(ROOT, &[("ResponseCode", code), ("OrderId", "0")]));
        for (codes, reason) in [
            ("888 999 CardNotEnrolled CardNotOnusControl MPIAuthenticationStatusN", "3ds-failed"),
            ("CardNotFound CardNotFoundException InvalidCardNumber LengthControlCardNumberField EmptyCardNumberField 14", "invalid-card"),
            ("InvalidExpireDate InvalidCardExpireDateFormat EmptyCardExpireDateField 54", "expired-card"),
            ("EmptyCVV2Field 82", "invalid-cvv"),
            ("IssuerException TimeoutException ServiceUnavailable 89 91", "bank-unavailable"),
            ("05", "declined"),
        ] {
            for code in codes.split(' ') {
                let declined = answered(code);
                assert_eq!((declined.to_string().as_str(), declined.fact("reason")), ("declined by reply", reason), "{code}");
            }
        }
        for (code, why) in [("PosMerchantIPError", Why::BoaAddress), ("HashDataError", Why::BoaAccount), ("123", Why::Refused), ("5X", Why::Refused)]
        {
            answered(code).expect_why(why);
        }
    }
    // A page on this very machine is a simulator's.
    for (mode, expected) in [("test", "redirect"), ("production", "UNREACHABLE ")] {
        let shop = account("kuveytturk").with("mode", mode).open();
        let start = shop.start(&order());
        let stored = order().stored(&shop, start.refs());
        let answer = shop.reply(&stored, start.then(), "200", page("http://127.0.0.1:8481/creq", &[("creq", "x")]));
        assert_eq!(answer.to_string(), expected, "{mode}");
    }
}

#[test]
fn the_longest_numbers_of_a_return() {
    for gateway in BOTH {
        let shop = open(gateway);
        let order = enrolled(&shop);
        for (name, length, expected) in
            [("OrderId", 19, "moves:provision"), ("OrderId", 20, "MALFORMED OrderId"), ("MD", 256, "moves:provision"), ("MD", 257, "MALFORMED MD")]
        {
            let value = "7".repeat(length);
            assert_eq!(shop.callback(&order, &return_of(gateway, &[(name, &value)])).to_string(), expected, "{name} {length}");
        }
    }
    let shop = open("vakifkatilim");
    for (id, found) in [(ORDER_ID, ORDER_ID), ("A B", ""), ("", "")] {
        assert_eq!(shop.peek(&return_of("vakifkatilim", &[("MerchantOrderId", id)])).at(2), found, "{id}");
    }
    // Only what can be a number of the bank's is kept.
    for (stan, is_kept) in [("005554", true), ("00-555", false), ("", false)] {
        assert_eq!(provisioned("kuveytturk", &[("Stan", stan)]).refs().contains("stan="), is_kept, "{stan}");
    }
}

#[test]
fn what_the_books_tell_beside_the_status() {
    for gateway in BOTH {
        let shop = open(gateway);
        let (order, _) = authenticated(&shop, gateway);
        let told = |rows: &[Vec<(&str, &str)>]| inquired(&shop, &order, gateway, rows);
        // Of two that were paid it is the one that was asked for, wherever it stands.
        for rows in [[row(&[]), row(&[("OrderId", "155767823")])], [row(&[("OrderId", "155767823")]), row(&[])]] {
            assert_eq!(told(&rows).fact("transactionId"), NUMBER);
        }
        for (changes, expected, refunded) in [
            (&[("LastOrderStatus", "5"), ("DrawbackAmount", "49.90"), ("InstallmentCount", "3")][..], "paid by reply, review", "49.90"),
            (&[("LastOrderStatus", "5"), ("DrawbackAmount", "149.90")], "pending, review", "149.90"),
            (&[("LastOrderStatus", "1"), ("DrawbackAmount", "x")], "pending, review", ""),
            (&[("LastOrderStatus", "4"), ("DrawbackAmount", "x")], "pending, review", ""),
            (&[("LastOrderStatus", "4"), ("DrawbackAmount", "0.00")], "refunded by reply", ""),
            (&[("LastOrderStatus", "6"), ("DrawbackAmount", "149.90")], "voided by reply", ""),
        ] {
            let answer = told(&[row(changes)]);
            let count = if changes.len() == 3 { "3" } else { "1" };
            assert_eq!(answer.to_string(), expected, "{gateway} {changes:?}");
            assert_eq!(["refunded", "installments"].map(|name| answer.fact(name)), [refunded, count], "{gateway} {changes:?}");
        }
        let pending = told(&[]);
        assert_eq!((pending.to_string().as_str(), pending.fact("installments")), ("pending", "1"));
    }
}

#[test]
fn what_a_change_asks_for_and_why_it_was_refused() {
    let shop = open("vakifkatilim");
    let order = paid(&shop, "vakifkatilim");
    // A whole refund is asked for without an amount.
    for (verb, asked, written) in [("void", "", "<Amount>14990</Amount>"), ("refund", "50.00", "<Amount>5000</Amount>"), ("refund", "149.90", "")] {
        let step = shop.change(&order, verb, "R1", asked);
        assert_eq!(step.at(8).contains("<Amount>"), !written.is_empty(), "{step:?}");
        assert!(step.at(8).contains(written), "{step:?}");
    }
    let shop = open("kuveytturk");
    let order = paid(&shop, "kuveytturk");
    let step = shop.change(&order, "void", "V1", "");
    let result = "<Results><Result><ErrorCode>21</ErrorCode><ErrorMessage>Yok</ErrorMessage></Result></Results>";
    // Beside a refusal nothing of ours need be named.
    for inside in ["<Value/>".to_owned(), value(&[("MerchantOrderId", "0"), ("OrderId", "0"), ("ResponseCode", "")])] {
        let answer = soap("SaleReversal", "false", &format!("{result}{inside}"));
        let declined = shop.reply(&order.clone().with("refs", step.refs()), step.then(), "200", answer);
        assert_eq!(declined.to_string(), "declined by reply", "{inside}");
        assert_eq!(["bankCode", "bankMessage"].map(|name| declined.fact(name)), ["21", "Yok"]);
    }
}
