//! Moka United: starts, returns, lists and changes, with what may be believed of each. The institution is written from its documents.

use crate::shop::{self, Answer, CARD, Config, ORDER_ID, Order, STORE_KEY, Shop, isbank, order};
use sha2::{Digest, Sha256};
use velopos::error::Why;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

const DEALER: &str = "1731";
const USER: &str = "magazauser";
const CODE: &str = "9fdfbdfc-42c5-417e-aa93-e4d9d5312aac";
const PAGE: &str = "https://clientwebpos.mokaunited.com/WebPos?webPosCode=1";

/// The password stands in every request, so it is not the secret that [`crate::shop::call`] looks for.
fn moka(model: &str) -> Config {
    let empty = isbank().without("merchant.clientId").without("merchant.storeKey").without("merchant.apiUser").without("merchant.apiPassword");
    let named = empty.with("gateway", "moka").with("model", model).with("merchant.dealerCode", DEALER).with("merchant.username", USER);
    named.with("merchant.password", "Parola&1")
}

fn hex(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash_value(word: &str) -> String {
    hex(&format!("{}{word}", CODE.to_uppercase()))
}

fn success(data: &str) -> String {
    format!(r#"{{"Data":{data},"ResultCode":"Success","ResultMessage":"","Exception":null}}"#)
}

fn refusal(name: &str) -> String {
    format!(r#"{{"Data":null,"ResultCode":"{name}","ResultMessage":"","Exception":null}}"#)
}

fn opened(url: &str, code: &str) -> String {
    success(&format!(r#"{{"Url":"{url}","CodeForHash":"{code}"}}"#))
}

fn begun(shop: &Shop, order: Order) -> Order {
    let step = shop.start_with(&order, if shop.model() == "3d" { &CARD } else { &[""] });
    let sent = order.stored(shop, step.refs());
    let redirect = shop.reply(&sent, step.then(), "200", opened(PAGE, CODE));
    assert_eq!((redirect.kind(), redirect.at(4), redirect.at(5)), ("redirect", "url", PAGE), "{redirect:?}");
    sent.with("refs", redirect.refs())
}

fn returned(hash: &str, id: &str) -> Vec<u8> {
    format!("hashValue={hash}&resultCode=&resultMessage=&trxCode=ORDER-1&OtherTrxCode={id}").into_bytes()
}

/// The list of a payment, with other values under some names.
fn books(changes: &[(&str, &str)]) -> String {
    let value = |name: &str, default: &str| changes.iter().find(|(at, _)| *at == name).map_or(default, |(_, value)| value).to_owned();
    let members =
        [("Amount", "149.9"), ("RefAmount", "0.00"), ("InstallmentNumber", "0"), ("IsThreeD", "true"), ("PaymentStatus", "2"), ("TrxStatus", "1")];
    let numbers: Vec<String> = members.iter().map(|(name, default)| format!("\"{name}\":{}", value(name, default))).collect();
    let row = r#"{"TrxCode":"a-b","TrxDate":"2026-11-21T17:42:33.77","Amount":149.90,"TrxType":2,"TrxStatus":1,"ResultMessage":"Limit Yetersiz"}"#;
    success(&format!(
        r#"{{"IsSuccessful":true,"ResultCode":"00","PaymentDetail":{{"OtherTrxCode":"{}","CurrencyCode":"{}","PaymentDate":"2026-11-21T17:42:33.77",
        "CardNumberFirstSix":"512754","CardNumberLastFour":"3332",{}}},"PaymentTrxDetailList":[{row}]}}"#,
        value("OtherTrxCode", ORDER_ID),
        value("CurrencyCode", "TL"),
        numbers.join(",")
    ))
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
    let payment = inquired(shop, &order, &[("PaymentStatus", "1")]);
    assert_eq!(payment.to_string(), "authorized by reply");
    order.with("refs", payment.fact("refs"))
}

// ---------------------------------------------------------------------------------------------------------------------------------

#[test]
fn a_start_and_its_key() {
    for (model, url, name) in [
        ("webpos", "https://clientwebpos.mokaunited.com/Api/WebPos/CreateWebPosRequest", "WebPosRequest"),
        ("3d", "https://service.mokaunited.com/PaymentDealer/DoDirectPaymentThreeD", "PaymentDealerRequest"),
    ] {
        let shop = moka(model).open();
        let wanted = order().with("type", "preauth").with("currency", "USD");
        let step = shop.start_with(&wanted, if model == "3d" { &CARD } else { &[""] });
        assert_eq!((step.then(), step.url()), ("begins:begun", url));
        let sent = Object::parse(step.at(8)).expect("JSON");
        let dealer = sent.inner("PaymentDealerAuthentication").unwrap();
        assert_eq!(dealer.scalar("CheckKey").unwrap(), Some(hex(&format!("{DEALER}MK{USER}PDParola&1")).as_str()));
        let request = sent.inner(name).unwrap();
        for (name, value) in [
            ("OtherTrxCode", ORDER_ID),
            ("Currency", "USD"),
            ("Amount", "149.90"),
            ("IsPreAuth", "1"),
            ("IsPoolPayment", "0"),
            ("ReturnHash", "1"),
            ("ClientIP", "203.0.113.7"),
        ] {
            assert_eq!(request.scalar(name).unwrap(), Some(value), "{name}");
        }
        assert_eq!(request.value("Amount"), Some(&Value::Number("149.90")));
        assert_eq!(request.scalar("ExpYear").unwrap(), if model == "3d" { Some("2030") } else { None });
        assert_eq!(request.scalar("IsThreeD").unwrap(), if model == "3d" { None } else { Some("1") });
    }
}

#[test]
fn what_a_start_may_answer() {
    let shop = moka("webpos").open();
    let step = shop.start_with(&order(), &[""]);
    let sent = order().stored(&shop, step.refs());
    for (body, outcome) in [
        (opened("http://clientwebpos.mokaunited.com/x", CODE), "UNREACHABLE Url"),
        (opened("javascript:alert(1)", CODE), "UNREACHABLE Url"),
        (opened("https://a@b/", CODE), "UNREACHABLE Url"),
        (opened(PAGE, ""), "UNREACHABLE CodeForHash"),
        (opened(PAGE, "9F DF-00000000000000"), "UNREACHABLE CodeForHash"),
        (success(&format!("\"{PAGE}\"")), "UNREACHABLE Data"),
        (refusal("EX"), "UNREACHABLE ResultCode"),
        (refusal("PaymentDealer.CheckPaymentDealerAuthentication.InvalidAccount"), "REFUSED "),
        ("{}".to_owned(), "UNREACHABLE ResultCode"),
        (String::new(), "UNREACHABLE "),
    ] {
        assert_eq!(shop.reply(&sent, step.then(), "200", &body).to_string(), outcome, "{body}");
    }
    assert_eq!(shop.start_with(&order().with("id", &"A".repeat(51)), &[""]).expect_why(Why::IdLength).about(), "50");
    assert_eq!(shop.start_with(&order().with("customer.ip", ""), &[""]).to_string(), "ORDER customer.ip");
    assert_eq!(shop.start_with(&order(), &CARD).to_string(), "ORDER card");
    assert_eq!(moka("3d").open().start_with(&order(), &[""]).to_string(), "ORDER card");
}

#[test]
fn a_return_only_makes_us_ask_and_its_code_is_not_kept() {
    for model in ["webpos", "3d"] {
        let shop = moka(model).open();
        let order = begun(&shop, order());
        let refs = order.get("refs");
        for told in [CODE, &CODE.to_uppercase(), &hash_value("T"), &hash_value("F")] {
            assert!(!refs.contains(told), "{refs}");
        }
        for (hash, outcome) in [
            (hash_value("T"), "reads:inquiry"),
            (hash_value("F"), "reads:inquiry"),
            (hash_value("T").to_uppercase(), "reads:inquiry"),
            (hash_value("t"), "ORDER_MISMATCH hashValue"),
            (hash_value(""), "ORDER_MISMATCH hashValue"),
            (hex(&format!("{CODE}T")), "ORDER_MISMATCH hashValue"),
            (hex(&hash_value("T")), "ORDER_MISMATCH hashValue"),
            ("x".to_owned(), "ORDER_MISMATCH hashValue"),
            (String::new(), "SIGNATURE_MISSING hashValue"),
        ] {
            assert_eq!(shop.callback(&order, &returned(&hash, ORDER_ID)).to_string(), outcome, "{hash}");
        }
        assert_eq!(shop.callback(&order, &returned(&hash_value("T"), "another")).to_string(), "ORDER_MISMATCH OtherTrxCode");
        assert_eq!(shop.callback(&order, b"resultCode=").to_string(), "SIGNATURE_MISSING hashValue");
        let twice = [returned(&hash_value("T"), ORDER_ID), b"&HASHVALUE=1".to_vec()].concat();
        assert_eq!(shop.callback(&order, &twice).to_string(), "DUPLICATE_FIELD HASHVALUE");
        let unstarted = order.clone().with("refs", "started=0");
        assert_eq!(shop.callback(&unstarted, &returned(&hash_value("T"), ORDER_ID)).to_string(), "ORDER refs");
        assert_eq!(shop.peek(&returned("x", ORDER_ID)).0, ["peek", "orderId", ORDER_ID]);
    }
}

#[test]
fn what_the_list_comes_to() {
    let shop = moka("webpos").open();
    let sale = begun(&shop, order());
    let preauth = begun(&shop, order().with("type", "preauth"));
    for (order, changes, outcome) in [
        (&sale, &[][..], "paid by reply"),
        (&sale, &[("RefAmount", "10.5")], "paid by reply"),
        (&sale, &[("RefAmount", "149.90")], "refunded by reply"),
        (&sale, &[("PaymentStatus", "4"), ("RefAmount", "149.9")], "refunded by reply"),
        (&sale, &[("PaymentStatus", "3")], "voided by reply"),
        (&sale, &[("TrxStatus", "2")], "declined by reply"),
        (&sale, &[("PaymentStatus", "0"), ("TrxStatus", "0")], "pending"),
        (&sale, &[("TrxStatus", "0")], "pending"),
        (&sale, &[("IsThreeD", "false")], "paid by reply, review"),
        (&preauth, &[("PaymentStatus", "1")], "authorized by reply"),
        (&preauth, &[], "paid by reply"),
        (&preauth, &[("PaymentStatus", "3")], "voided by reply"),
        // About something else.
        (&sale, &[("OtherTrxCode", "another")], "ORDER_MISMATCH OtherTrxCode"),
        (&sale, &[("OtherTrxCode", "")], "ORDER_MISMATCH OtherTrxCode"),
        (&sale, &[("Amount", "1.00")], "AMOUNT_MISMATCH amount"),
        (&sale, &[("Amount", "1.00"), ("TrxStatus", "2")], "AMOUNT_MISMATCH amount"),
        (&sale, &[("CurrencyCode", "USD")], "CURRENCY_MISMATCH currency"),
        (&sale, &[("CurrencyCode", "TRL")], "CURRENCY_MISMATCH CurrencyCode"),
        // For a person to look at.
        (&sale, &[("PaymentStatus", "1")], "pending, review"),
        (&sale, &[("RefAmount", "150.00")], "pending, review"),
        (&sale, &[("PaymentStatus", "4")], "pending, review"),
        (&sale, &[("PaymentStatus", "3"), ("RefAmount", "1.00")], "pending, review"),
        (&sale, &[("PaymentStatus", "9")], "pending, review"),
        (&sale, &[("TrxStatus", "9")], "pending, review"),
        // Damaged.
        (&sale, &[("Amount", "149.905")], "unknown"),
        (&sale, &[("Amount", "1e2")], "unknown"),
        (&sale, &[("RefAmount", "-1")], "unknown"),
    ] {
        assert_eq!(inquired(&shop, order, changes).to_string(), outcome, "{changes:?}");
    }
    for (body, outcome) in [
        (refusal("PaymentDealer.GetDealerPaymentTrxDetailList.PaymentNotFound"), "pending"),
        (success(r#"{"IsSuccessful":false,"ResultCode":"x","PaymentDetail":null}"#), "pending"),
        (success("null"), "unknown"),
        (refusal("EX"), "unknown"),
        (refusal("PaymentDealer.CheckPaymentDealerAuthentication.InvalidAccount"), "REFUSED "),
        ("<html>".to_owned(), "unknown"),
    ] {
        assert_eq!(shop.reply(&sale, "reads:inquiry", "200", &body).to_string(), outcome, "{body}");
    }
    let payment = inquired(&shop, &sale, &[("TrxStatus", "2")]);
    assert_eq!((payment.fact("bankMessage"), payment.fact("maskedPan")), ("Limit Yetersiz", "512754******3332"));
    assert_eq!(inquired(&shop, &paid(&shop), &[("TrxStatus", "2")]).to_string(), "pending, review", "it was paid once");
    for (word, outcome) in [("T", "pending, review"), ("F", "declined by reply")] {
        let step = shop.callback(&sale, &returned(&hash_value(word), ORDER_ID));
        let told = if step.refs().is_empty() { sale.clone() } else { sale.clone().with("refs", step.refs()) };
        assert_eq!(inquired(&shop, &told, &[("TrxStatus", "2")]).to_string(), outcome, "a return has said {word}");
        assert_eq!(inquired(&shop, &told, &[]).to_string(), "paid by reply");
    }
}

fn made(shop: &Shop, order: &Order, verb: &str, amount: &str, reply: &str) -> (Answer, Answer, Order) {
    let step = shop.change(order, verb, "X1", amount);
    let sent = order.clone().with("refs", step.refs());
    let payment = shop.reply(&sent, step.then(), "200", reply);
    let stored = sent.with("refs", payment.fact("refs"));
    (step, payment, stored)
}

#[test]
fn changes() {
    let shop = moka("webpos").open();
    let done = success(r#"{"IsSuccessful":true,"ResultCode":"00","ResultMessage":"","VirtualPosOrderId":"x"}"#);
    let (step, payment, _) = made(&shop, &paid(&shop), "void", "", &done);
    assert!(step.url().ends_with("/PaymentDealer/DoVoid") && step.at(8).contains("\"VoidRefundReason\":2"), "{step:?}");
    assert_eq!(payment.to_string(), "voided by reply");
    let (step, payment, order) = made(&shop, &reserved(&shop), "capture", "140.00", &done);
    assert!(step.url().ends_with("/PaymentDealer/DoCapture") && step.at(8).contains("\"Amount\":140.00"), "{step:?}");
    assert_eq!(payment.to_string(), "paid by reply");
    for (amount, outcome) in [("140.00", "paid by reply"), ("149.90", "paid by reply"), ("141.00", "pending, review")] {
        let asked = inquired(&shop, &order, &[("Amount", amount)]);
        assert_eq!(asked.to_string(), outcome, "{amount}");
        assert!(!outcome.starts_with("paid") || asked.fact("charged") == "140.00");
    }
    // A refund is asked for, and counts from then on.
    let (step, payment, order) =
        made(&shop, &paid(&shop), "refund", "10.00", &success(r#"{"IsSuccessful":true,"ResultCode":"","RefundRequestId":7}"#));
    assert!(step.url().ends_with("/PaymentDealer/DoCreateRefundRequest") && step.at(8).contains("\"Amount\":10.00"), "{step:?}");
    assert_eq!(payment.to_string(), "unknown");
    assert_eq!(shop.change(&order, "refund", "X2", "139.91").to_string(), "ORDER amount");
    assert_eq!(inquired(&shop, &order, &[]).to_string(), "paid by reply, review");
    let asked = inquired(&shop, &order, &[("RefAmount", "10.00")]);
    assert_eq!((asked.to_string().as_str(), asked.fact("refunded")), ("paid by reply", "10.00"));
    assert_eq!(inquired(&shop, &order.with("refs", asked.fact("refs")), &[]).to_string(), "pending, review", "less than was confirmed");
    for (verb, amount) in [("refund", "1.00"), ("void", "")] {
        for (reply, outcome) in [
            (refusal("PaymentDealer.DoVoid.PaymentNotAvailable"), "declined by reply"),
            (refusal("PaymentDealer.DoCreateRefundRequest.RefundRequestAlreadyExist"), "unknown"),
            (refusal("EX"), "unknown"),
            (success(r#"{"IsSuccessful":false,"ResultCode":"004","ResultMessage":"Genel Red"}"#), "declined by reply"),
            (success(r#"{"IsSuccessful":false,"ResultCode":"021"}"#), "unknown"),
            (success(r#"{"IsSuccessful":false}"#), "unknown"),
            (success("{}"), "unknown"),
            (success("null"), "unknown"),
            (String::new(), "unknown"),
        ] {
            let (_, payment, _) = made(&shop, &paid(&shop), verb, amount, &reply);
            assert_eq!(payment.to_string(), outcome, "{verb}: {reply}");
        }
    }
}

#[test]
fn a_history() {
    let shop = moka("webpos").open();
    let order = paid(&shop);
    let step = shop.history(&order);
    let answer = shop.reply(&order, step.then(), "200", books(&[]));
    let lines: Vec<String> = answer.0[5..].chunks(13).map(|line| [line[1].as_str(), &line[2], &line[3]].join(" ")).collect();
    assert_eq!(lines, ["sale approved 149.90"]);
    let none = shop.reply(&order, step.then(), "200", refusal("PaymentDealer.GetDealerPaymentTrxDetailList.PaymentNotFound"));
    assert_eq!((none.kind(), none.at(4)), ("list", "0"));
}

#[test]
fn what_begins_a_payment() {
    let shop = moka("3d").open();
    for (holder, name) in [("AYSE YILMAZ", "AYSE YILMAZ"), ("", "Fatma Kaya")] {
        let card = [CARD[0], CARD[1], CARD[2], CARD[3], CARD[4], holder];
        let step = shop.start_with(&order().with("customer.name", "Fatma Kaya"), &card);
        assert!(step.at(8).contains(&format!("\"CardHolderFullName\":\"{name}\"")), "{step:?}");
    }
    assert_eq!(moka("webpos").open().start_with(&order().with("id", &"A".repeat(50)), &[""]).then(), "begins:begun");
    let outcome = |config: Config, url: &str, code: &str| {
        let shop = config.open();
        let step = shop.start_with(&order(), &[""]);
        shop.reply(&order().stored(&shop, step.refs()), step.then(), "200", opened(url, code)).to_string()
    };
    for (length, expected) in [(15, "UNREACHABLE CodeForHash"), (16, "redirect"), (128, "redirect"), (129, "UNREACHABLE CodeForHash")] {
        assert_eq!(outcome(moka("webpos"), PAGE, &"9".repeat(length)), expected, "{length}");
    }
    // A page on this very machine is a simulator's.
    for (mode, expected) in [("test", "redirect"), ("production", "UNREACHABLE Url")] {
        assert_eq!(outcome(moka("webpos").with("mode", mode), "http://127.0.0.1:8481/x", CODE), expected, "{mode}");
    }
}

#[test]
fn why_a_change_was_refused() {
    let shop = moka("webpos").open();
    let order = paid(&shop);
    for (codes, reason) in [
        ("001 013 025 026", "3ds-failed"),
        ("002", "insufficient-funds"),
        ("003 012 014", "invalid-card"),
        ("005 007 027 029", "not-permitted"),
        ("006", "expired-card"),
        ("011", "call-bank"),
        ("015", "invalid-cvv"),
        ("018 019 020", "restricted-card"),
        ("023 028", "security"),
        ("004 010 022", "declined"),
    ] {
        for code in codes.split(' ') {
            let refused = success(&format!(r#"{{"IsSuccessful":false,"ResultCode":"{code}","ResultMessage":"x"}}"#));
            let (_, payment, _) = made(&shop, &order, "void", "", &refused);
            assert_eq!((payment.to_string().as_str(), payment.fact("reason"), payment.fact("bankCode")), ("declined by reply", reason, code));
        }
    }
    for code in ["000", "008", "009", "017", "021", "024"] {
        let open = success(&format!(r#"{{"IsSuccessful":false,"ResultCode":"{code}"}}"#));
        assert_eq!(made(&shop, &order, "void", "", &open).1.to_string(), "unknown", "{code}: it may have been done");
    }
}

#[test]
fn what_is_told_beside_the_status() {
    let shop = moka("webpos").open();
    let order = begun(&shop, order());
    for (three_d, liability) in [("true", ""), ("false", "merchant")] {
        let paid = inquired(&shop, &order, &[("InstallmentNumber", "3"), ("IsThreeD", three_d)]);
        for (name, value) in [("installments", "3"), ("at", "2026-11-21T17:42:33+03:00"), ("liability", liability), ("refunded", "")] {
            assert_eq!(paid.fact(name), value, "{name}");
        }
    }
    let order = reserved(&shop);
    let done = success(r#"{"IsSuccessful":true,"ResultCode":"00","VirtualPosOrderId":"x"}"#);
    let (_, _, order) = made(&shop, &order, "capture", "140.00", &done);
    let refunded = inquired(&shop, &order, &[("PaymentStatus", "4"), ("Amount", "140.00"), ("RefAmount", "140.00")]);
    assert_eq!((refunded.to_string().as_str(), refunded.fact("charged"), refunded.fact("refunded")), ("refunded by reply", "140.00", "140.00"));
    // Only what was captured may be another sum than the order's.
    for (amount, expected) in [("149.90", "voided by reply"), ("1.00", "AMOUNT_MISMATCH amount")] {
        assert_eq!(inquired(&shop, &order, &[("PaymentStatus", "3"), ("Amount", amount)]).to_string(), expected);
    }
}

#[test]
fn the_lines_of_a_history() {
    let shop = moka("webpos").open();
    let sale = paid(&shop);
    let line = |order: &Order, from: &str, to: &str| {
        let answer = shop.reply(order, "reads:history", "200", books(&[]).replace(from, to));
        answer.0[5..18].to_vec()
    };
    let expected = [ORDER_ID, "sale", "approved", "149.90", "TRY", "", "2026-11-21T17:42:33+03:00", "a-b", "", "", "", "", ""];
    assert_eq!(line(&sale, "", ""), expected);
    let reserved = reserved(&shop);
    for (order, code, kind) in [
        (&sale, "1", "preauth"),
        (&sale, "2", "sale"),
        (&reserved, "2", "capture"),
        (&sale, "3", "void"),
        (&sale, "4", "refund"),
        (&sale, "5", "other"),
    ] {
        assert_eq!(line(order, r#""TrxType":2"#, &format!(r#""TrxType":{code}"#))[1], kind, "{code}");
    }
    for (code, outcome) in [("0", "open"), ("1", "approved"), ("2", "declined")] {
        assert_eq!(line(&sale, r#""TrxStatus":1,"ResultMessage""#, &format!(r#""TrxStatus":{code},"ResultMessage""#))[2], outcome, "{code}");
    }
}

#[test]
fn published_digests() {
    let all = Object::parse(include_str!("../vectors/moka.json")).expect("JSON");
    let mut fits = 0;
    for (list, formula) in [("checkKey", "moka.checkKey"), ("hashValue", "moka.hashValue")] {
        let Some(Value::Nested(vectors)) = all.value(list) else { panic!("{list}") };
        for vector in items(vectors).expect("a list") {
            let Value::Nested(vector) = vector else { panic!("{list}") };
            let vector = Object::parse(vector).expect("an object");
            let text = |name| vector.scalar(name).expect("readable").unwrap_or_default().to_owned();
            let compute = |values: &[String]| shop::call(Op::Formula, &[&[formula.to_owned()], values].concat(), b"").at(1).to_owned();
            if list == "checkKey" {
                assert_eq!(compute(&[text("dealerCode"), text("username"), text("password")]), text("key"));
                fits += 1;
            } else {
                for word in ["T", "F"] {
                    let same = compute(&[text("codeForHash"), word.to_owned()]) == text("hashValue").to_lowercase();
                    assert_eq!(same, word == text("result"), "{}", text("name"));
                    fits += usize::from(same);
                }
            }
        }
    }
    assert!(fits >= 5, "{fits}");
    assert!(!PAGE.contains(STORE_KEY));
}
