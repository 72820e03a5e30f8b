//! Garanti: values that others published, from `tests/vectors/garanti.json`: captures of the bank's test system and the tests of other
//! implementations. The same file is run through the built package by `tests/node/vectors.test.js`.

use crate::garanti_bank::{Return, SIGNED, begin, garanti};
use crate::shop::{self, Config, order};
use velopos::frame::Op;
use velopos::wire::json::{self, Object, Value};

const FILE: &str = include_str!("../vectors/garanti.json");

/// The cases of one kind.
fn cases(kind: &str) -> Vec<Object<'static>> {
    let file: &'static Object<'static> = Box::leak(Box::new(Object::parse(FILE).expect("JSON")));
    let Some(Value::Nested(text)) = file.value(kind) else { panic!("no {kind}") };
    let cases: Vec<Object> = json::items(text).expect("a list").into_iter().map(|case| nested(&case)).collect();
    assert!(cases.len() > 1, "{kind}");
    cases
}

fn nested(value: &Value<'static>) -> Object<'static> {
    let Value::Nested(text) = value else { panic!("an object was expected") };
    Object::parse(text).expect("an object")
}

fn text(object: &Object, name: &'static str) -> String {
    object.scalar(name).expect("a text").unwrap_or_default().to_owned()
}

/// Names and values of an object of texts.
fn fields(case: &Object<'static>, name: &str) -> Vec<(String, String)> {
    let object = nested(case.value(name).expect("an object"));
    let pair = |(name, value): &(&str, Value)| match value {
        Value::Text(value) => (name.to_string(), value.to_string()),
        other => panic!("{other:?}"),
    };
    object.members().iter().map(pair).collect()
}

fn formula(name: &str, fields: &[(String, String)], secrets: &[String]) -> String {
    let count = (fields.len() * 2).to_string();
    let mut head = vec![name.to_owned(), count];
    head.extend(fields.iter().flat_map(|(name, value)| [name.clone(), value.clone()]));
    head.extend_from_slice(secrets);
    shop::call(Op::Formula, &head, b"").at(1).to_owned()
}

/// The formula that guides on the web describe for İş Bankası, which is Garanti's older one without its padding.
#[test]
fn the_two_stage_formula() {
    let all = Object::parse(include_str!("../vectors/two-stage.json")).expect("JSON");
    let Some(Value::Nested(cases)) = all.value("cases") else { panic!("no cases") };
    let cases = json::items(cases).expect("a list");
    assert!(cases.len() >= 3);
    for case in &cases {
        let Value::Nested(case) = case else { panic!("no object") };
        let case = Object::parse(case).expect("an object");
        let value = |name| case.scalar(name).expect("readable").expect("there").to_owned();
        let head = ["two-stage-sha1".to_owned(), value("password"), value("terminalNo"), value("transactionData")];
        assert_eq!(shop::call(Op::Formula, &head, b"").at(1), value("hash"));
    }
}

#[test]
fn the_formulas() {
    for case in cases("securityData") {
        let head = ["garanti.securityData".to_owned(), text(&case, "password"), text(&case, "terminalId")];
        assert_eq!(shop::call(Op::Formula, &head, b"").at(1), text(&case, "hash"));
    }
    for case in cases("formHash") {
        let secrets = [text(&case, "storeKey"), text(&case, "password")];
        assert_eq!(formula("garanti.formHash", &fields(&case, "fields"), &secrets), text(&case, "hash"), "{}", text(&case, "name"));
    }
    for case in cases("requestHash") {
        assert_eq!(
            formula("garanti.requestHash", &fields(&case, "given"), &[text(&case, "password")]),
            text(&case, "hash"),
            "{}",
            text(&case, "name")
        );
    }
}

/// The shop that the captures were made with.
fn account(store_key: &str) -> Config {
    [
        ("mode", "test"),
        ("model", "3d"),
        ("merchant.terminalId", "30691298"),
        ("merchant.merchantId", "7000679"),
        ("merchant.storeKey", store_key),
        ("merchant.provisionPassword", "123qweASD/"),
        ("merchant.refundPassword", "123qweASD/"),
    ]
    .iter()
    .fold(garanti(), |config, (name, value)| config.with(name, value))
}

fn in_words(outcome: &str) -> &str {
    match outcome {
        "send moves" => "moves:provision",
        "refused SIGNATURE_INVALID" => "SIGNATURE_INVALID hash",
        "refused FIELD_LIST" => "FIELD_LIST hashparams",
        other => other,
    }
}

#[test]
fn captured_returns() {
    for case in cases("callback") {
        let shop = account(&text(&case, "storeKey")).open();
        let signed = fields(&case, "signed");
        let oid = signed.iter().find(|(name, _)| name == "oid").map(|(_, value)| value.clone()).expect("an order");
        let stored = nested(case.value("order").expect("its order"));
        let url = text(&stored, "url");
        let order = order().with("id", &oid).with("amount", &text(&stored, "amount")).with("urls.ok", &url).with("urls.fail", &url);
        let started = begin(&shop, order.with("installments", &text(&stored, "installments")));
        let mut message = Return { fields: signed }.with("hash", &text(&case, "hash")).with("hashparams", crate::garanti_bank::HASH_PARAMS);
        for name in ["secure3dhash", "xid"] {
            let echoed = text(&case, name);
            if !echoed.is_empty() {
                message = message.with(name, &echoed);
            }
        }
        let ours = started.form.iter().find(|(name, _)| name == "secure3dhash").map(|(_, value)| value.as_str()).expect("a digest");
        // The gate handed back the digest of another implementation's form, made of the same order. What was not captured has ours.
        if message.text("secure3dhash").is_empty() {
            message = message.with("secure3dhash", ours);
        }
        assert_eq!(ours, message.text("secure3dhash"), "{}", text(&case, "name"));
        let answer = shop.callback(&started.order, &message.body());
        assert_eq!(answer.to_string(), in_words(&text(&case, "outcome")), "{}", text(&case, "name"));
    }
}

#[test]
fn other_lists_and_the_old_version_are_refused() {
    for case in cases("otherLists") {
        let shop = account(&text(&case, "storeKey")).open();
        let values = fields(&case, "fields");
        let oid = values.iter().find(|(name, _)| name == "oid").map(|(_, value)| value.clone()).expect("an order");
        let started = begin(&shop, order().with("id", &oid));
        let message = Return { fields: values }.with("hash", &text(&case, "hash")).with("hashparams", &text(&case, "hashparams"));
        assert_eq!(shop.callback(&started.order, &message.body()).to_string(), in_words(&text(&case, "outcome")));
    }
    for case in cases("oldVersion") {
        let shop = account(&text(&case, "storeKey")).with("model", "3d_pay").open();
        let values = fields(&case, "signed");
        let started = begin(&shop, order().with("id", &values[1].1));
        let message = Return { fields: values }.with("hash", &text(&case, "hash")).with("hashparams", crate::garanti_bank::HASH_PARAMS);
        assert_eq!(shop.callback(&started.order, &message.body()).to_string(), in_words(&text(&case, "outcome")));
    }
}

/// Replies of the bank's test system, with their own digests: what their HashData covers stands in no document, and this is how it is known.
#[test]
fn captured_replies() {
    let shop = account("12345678").open();
    for case in cases("reply") {
        let of = |name: &'static str| text(&case, name);
        let xml = |hash: &str| {
            format!(
                "<GVPSResponse><Order><OrderID>{}</OrderID></Order><Transaction><Response><Source>{}</Source><Code>{}</Code><ReasonCode>{}</ReasonCode>\
                 <Message>{}</Message></Response><RetrefNum>{}</RetrefNum><AuthCode>{}</AuthCode><ProvDate>{}</ProvDate><HashData>{hash}</HashData>\
                 </Transaction></GVPSResponse>",
                of("orderId"),
                of("source"),
                of("code"),
                of("reason"),
                of("message"),
                of("reference"),
                of("authCode"),
                of("at")
            )
        };
        let listed = of("orderId").is_empty();
        let told = |hash: &str| {
            if listed {
                let head =
                    [shop.account.clone(), ["2024-06-03", "2024-06-03", "reads:list 1 2024-06-03", "200"].map(str::to_owned).to_vec()].concat();
                return shop::call(Op::Reported, &head, xml(hash).as_bytes()).to_string();
            }
            let started = begin(&shop, order().with("id", &of("orderId")));
            shop.reply(&started.order, "moves:provision", "200", xml(hash)).to_string()
        };
        let expected = match (listed, of("code").as_str()) {
            (true, "00") => "list",
            (true, _) => "REFUSED ",
            (false, "00") => "paid by reply",
            (false, "12") => "declined by reply",
            (false, _) => "reads:inquiry",
        };
        assert_eq!(told(&of("hash")), expected, "{}", of("name"));
        let forged = of("hash").replace('A', "B");
        assert_eq!(told(&forged), if listed { "SIGNATURE_INVALID HashData" } else { "unknown, review" }, "{}", of("name"));
    }
    assert_eq!(SIGNED.len(), 10);
}
