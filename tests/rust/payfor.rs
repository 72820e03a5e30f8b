//! QNB's PayFor: its returns and its answers, written from published ones, and what the core makes of them.

use crate::shop::{Answer, Config, ORDER_ID, Order, STORE_KEY, Shop, call, isbank, order};
use base64ct::{Base64, Encoding};
use sha1::{Digest, Sha1};
use velopos::error::Why;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

const MERCHANT_ID: &str = "085300000001234";
const USER: &str = "MAGAZA_API";
/// No secret of this suite may be told, and [`call`] looks for this one.
const PASS: &str = STORE_KEY;
const RND: &str = "PF638028538035077529";

fn qnb() -> Config {
    let empty = isbank().without("merchant.clientId").without("merchant.storeKey").without("merchant.apiUser").without("merchant.apiPassword");
    let named = empty.with("gateway", "qnb").with("merchant.merchantId", MERCHANT_ID).with("merchant.userCode", USER);
    named.with("merchant.userPass", "Soru77").with("merchant.merchantPass", PASS)
}

fn sha1(text: &str) -> String {
    Base64::encode_string(&Sha1::digest(text))
}

/// A return with these values, with the digest that belongs to them.
fn returned(changes: &[(&str, &str)]) -> Vec<u8> {
    let mut fields: Vec<(&str, String)> = [
        ("RequestGuid", "1000000081255931"),
        ("MerchantID", MERCHANT_ID),
        ("OrderId", ORDER_ID),
        ("AuthCode", "S86797"),
        ("ProcReturnCode", "00"),
        ("3DStatus", "1"),
        ("ResponseRnd", RND),
        ("ResponseHash", ""),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec();
    let change = |fields: &mut Vec<(&str, String)>| {
        for (name, value) in changes {
            fields.iter_mut().find(|(at, _)| at == name).expect("a known field").1 = (*value).to_owned();
        }
    };
    change(&mut fields);
    let value = |name: &str| fields.iter().find(|(at, _)| *at == name).map(|(_, value)| value.clone()).expect("a known field");
    let signed = ["OrderId", "AuthCode", "ProcReturnCode", "3DStatus", "ResponseRnd"].map(value).concat();
    fields.last_mut().expect("the digest").1 = sha1(&format!("{MERCHANT_ID}{PASS}{signed}{USER}"));
    change(&mut fields);
    let encode = |value: &str| value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&").into_bytes()
}

fn response(leaves: &[(&str, &str)], changes: &[(&str, &str)]) -> String {
    let change = |name: &str| changes.iter().find(|(at, _)| *at == name).map(|(_, value)| *value);
    let inner: String = leaves
        .iter()
        .map(|(name, value)| (name, change(name).unwrap_or(value)))
        .filter(|(_, value)| *value != "-")
        .map(|(name, value)| format!("<{name}>{value}</{name}>"))
        .collect();
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<PayforResponse>{inner}</PayforResponse>")
}

/// The order inquiry about a sale that was paid.
fn row(changes: &[(&str, &str)]) -> String {
    let leaves = [
        ("RequestGuid", "1000000081255931"),
        ("InsertDatetime", "21.11.2026 17:42:33"),
        ("MbrId", "5"),
        ("MerchantID", MERCHANT_ID),
        ("OrderId", ORDER_ID),
        ("PurchAmount", "149.90"),
        ("Currency", "949"),
        ("TxnType", "Auth"),
        ("InstallmentCount", "0"),
        ("TxnStatus", "Y"),
        ("ErrMsg", "Onaylandı"),
        ("D3Status", "1"),
        ("AuthCode", "S86797"),
        ("HostRefNum", "\r\n"),
        ("ProcReturnCode", "00"),
        ("CardMask", "415565******6111"),
        ("RefundedAmount", "0"),
        ("F37", "632517184784"),
        ("IsVoided", "false"),
        ("IsRefunded", "false"),
    ];
    response(&leaves, changes)
}

fn short(changes: &[(&str, &str)]) -> String {
    response(&[("AuthCode", "S1"), ("HostRefNum", "632517184785"), ("ProcReturnCode", "00"), ("TransId", ORDER_ID), ("ErrMsg", "")], changes)
}

fn begun(shop: &Shop, order: Order) -> Order {
    shop.begin(order).order
}

/// The order as it is stored once the customer is back, and what the bank's books make of it.
fn settled(shop: &Shop, order: Order, message: &[u8], answer: &str) -> (Order, Answer) {
    let stored = begun(shop, order);
    let asked = shop.callback(&stored, message);
    assert_eq!(asked.kind(), "send", "{asked:?}");
    assert!(asked.claim().is_empty(), "a question moves no money");
    let stored = stored.with("refs", asked.refs());
    let step = shop.reply(&stored, asked.then(), "200", answer);
    (stored, step)
}

#[test]
fn no_return_is_a_payment_and_every_one_is_asked_about() {
    for model in ["3dhost", "3dpay", "3dmodel"] {
        let shop = qnb().with("model", model).open();
        let stored = begun(&shop, order());
        for message in [
            returned(&[]),
            returned(&[("ResponseHash", "")]),
            returned(&[("ResponseHash", "il/SWNG2llQkLgnCbUG6lPYtlgM=")]),
            returned(&[("ProcReturnCode", "05"), ("AuthCode", "")]),
            returned(&[("ProcReturnCode", "101310"), ("ResponseHash", "")]),
            returned(&[("ProcReturnCode", "V033"), ("AuthCode", "")]),
        ] {
            let step = shop.callback(&stored, &message);
            assert!(step.to_string().starts_with("reads:return"), "{model}: {step}");
            assert_eq!(step.url(), "https://vpos.qnb.com.tr/Gateway/XMLGate.aspx");
        }
        for (message, expected) in [
            (returned(&[("OrderId", "A7K2M9P4R8T3V6X5Z2B8")]), "ORDER_MISMATCH OrderId"),
            (returned(&[("OrderId", "")]), "ORDER_MISMATCH OrderId"),
            (returned(&[("MerchantID", "085300000001235")]), "MERCHANT_MISMATCH MerchantID"),
            ([&returned(&[])[..], b"&PROCRETURNCODE=00"].concat(), "DUPLICATE_FIELD PROCRETURNCODE"),
        ] {
            assert_eq!(shop.callback(&stored, &message).to_string(), expected, "{model}");
        }
    }
}

/// What the signed values bring is remembered only where there is one way to cut them.
#[test]
fn a_border_that_was_moved_brings_no_authentication() {
    let shop = qnb().open();
    let stored = begun(&shop, order());
    let remembered = |message: &[u8]| shop.callback(&stored, message).refs().contains("md=");
    assert!(remembered(&returned(&[])));
    for moved in [
        // The order of a forged approval: everything before 001 in front, the rest behind.
        [("AuthCode", "051PF638"), ("ProcReturnCode", "00"), ("3DStatus", "1"), ("ResponseRnd", "538035077529")],
        [("AuthCode", ""), ("ProcReturnCode", "001"), ("3DStatus", "1"), ("ResponseRnd", RND)],
        [("AuthCode", ""), ("ProcReturnCode", "00"), ("3DStatus", "11"), ("ResponseRnd", RND)],
        [("AuthCode", "S8679712345"), ("ProcReturnCode", "00"), ("3DStatus", "1"), ("ResponseRnd", RND)],
        [("AuthCode", "S8 797"), ("ProcReturnCode", "00"), ("3DStatus", "1"), ("ResponseRnd", RND)],
        [("AuthCode", "S86797"), ("ProcReturnCode", "00"), ("3DStatus", "1"), ("ResponseRnd", "PF63802853803507752x")],
        // The order whose number goes on with the first digits of the amount: 3-D Secure alone brings no code of the card's bank.
        [("AuthCode", "14"), ("ProcReturnCode", "V033"), ("3DStatus", "1"), ("ResponseRnd", RND)],
    ] {
        assert!(!remembered(&returned(&moved)), "{moved:?}");
    }
}

#[test]
fn what_the_books_say() {
    let reserved = || order().with("type", "preauth");
    for (order, changes, expected) in [
        (order(), &[][..], "paid by reply"),
        (order(), &[("PurchAmount", "149.9")], "paid by reply"),
        (order(), &[("PurchAmount", "149,90")], "paid by reply"),
        (order(), &[("D3Status", "2")], "paid by reply, review"),
        (order(), &[("InstallmentCount", "3")], "paid by reply, review"),
        (order(), &[("IsRefunded", "True")], "paid by reply, review"),
        (order(), &[("RefundedAmount", "49.9")], "paid by reply"),
        (order(), &[("RefundedAmount", "149.9"), ("IsRefunded", "true")], "refunded by reply"),
        (order(), &[("RefundedAmount", "150")], "pending, review"),
        (order(), &[("RefundedAmount", "x")], "pending, review"),
        (order(), &[("TxnStatus", "V")], "voided by reply"),
        (order(), &[("IsVoided", "True")], "voided by reply"),
        (order(), &[("TxnStatus", "N")], "pending, review"),
        (order(), &[("TxnType", "PreAuth")], "pending, review"),
        (order(), &[("TxnType", "PostAuth")], "pending, review"),
        (order(), &[("PurchAmount", "")], "pending, review"),
        (order(), &[("PurchAmount", "149.901")], "pending, review"),
        (order(), &[("Currency", "999")], "pending, review"),
        (reserved(), &[("TxnType", "PreAuth")], "authorized by reply"),
        (reserved(), &[("TxnType", "Auth")], "pending, review"),
        (reserved(), &[("TxnType", "PostAuth")], "paid by reply"),
        (reserved(), &[("TxnType", "PostAuth"), ("PurchAmount", "100.00")], "paid by reply, review"),
        (order(), &[("ProcReturnCode", "51"), ("TxnStatus", "N")], "declined by reply"),
        (order(), &[("ProcReturnCode", "51")], "pending"),
        (order(), &[("ProcReturnCode", "MR15"), ("TxnStatus", "N")], "declined by reply"),
        (order(), &[("ProcReturnCode", "V034"), ("TxnStatus", "N")], "declined by reply"),
        (order(), &[("ProcReturnCode", "V033"), ("TxnStatus", "N")], "pending"),
        (order(), &[("ProcReturnCode", "V000"), ("TxnStatus", "N")], "pending"),
        (order(), &[("ProcReturnCode", "V036"), ("TxnStatus", "N")], "pending"),
        (order(), &[("ProcReturnCode", "V013"), ("TxnStatus", "P"), ("PurchAmount", "")], "pending"),
        // Nothing about another order, amount, currency or shop is this order's, not even a refusal.
        (order(), &[("OrderId", "A1")], "ORDER_MISMATCH OrderId"),
        (order(), &[("PurchAmount", "149.91")], "AMOUNT_MISMATCH amount"),
        (order(), &[("Currency", "978")], "CURRENCY_MISMATCH currency"),
        (order(), &[("MerchantID", "1")], "MERCHANT_MISMATCH MerchantID"),
        (order(), &[("MbrId", "12")], "MERCHANT_MISMATCH MerchantID"),
        (order(), &[("ProcReturnCode", "51"), ("TxnStatus", "N"), ("PurchAmount", "1.00")], "AMOUNT_MISMATCH amount"),
        (order(), &[("ProcReturnCode", "51"), ("TxnStatus", "N"), ("Currency", "643")], "CURRENCY_MISMATCH currency"),
        // It does not know us; or nothing can be read.
        (order(), &[("ProcReturnCode", "V001"), ("OrderId", "-"), ("TxnStatus", "-")], "REFUSED "),
        (order(), &[("ProcReturnCode", "-")], "unknown"),
    ] {
        let (_, step) = settled(&qnb().open(), order, &returned(&[]), &row(changes));
        assert_eq!(step.to_string(), expected, "{changes:?}");
    }
}

#[test]
fn what_is_told_about_a_payment() {
    let (_, step) = settled(&qnb().open(), order(), &returned(&[]), &row(&[]));
    for (fact, value) in [
        ("amount", "149.90"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("authCode", "S86797"),
        ("hostReference", "632517184784"),
        ("maskedPan", "415565******6111"),
        ("mdStatus", "1"),
        ("liability", "issuer"),
    ] {
        assert_eq!(step.fact(fact), value, "{fact}");
    }
}

#[test]
fn money_is_asked_for_only_after_the_books_have_shown_the_visit() {
    let shop = qnb().with("model", "3dmodel").open();
    let authenticated = returned(&[("ProcReturnCode", "V033"), ("AuthCode", "")]);
    let open = [("ProcReturnCode", "V033"), ("TxnStatus", "N")];
    let (stored, step) = settled(&shop, order(), &authenticated, &row(&open));
    assert_eq!(step.then(), "moves:provision");
    assert!(step.claim().ends_with(":send:provision"));
    let body = step.at(8);
    assert!(body.contains("<RequestGuid>1000000081255931</RequestGuid>") && body.contains(ORDER_ID) && !body.contains("PurchAmount"), "{body}");

    for (answer, expected) in [
        (short(&[]), "reads:charged"),
        (short(&[("TransId", "A1")]), "unknown, review"),
        (short(&[("TransId", "")]), "unknown, review"),
        (short(&[("ProcReturnCode", "51")]), "declined by reply"),
        (short(&[("ProcReturnCode", "51"), ("TransId", "")]), "reads:charged"),
        (short(&[("ProcReturnCode", "96")]), "reads:charged"),
        (short(&[("ProcReturnCode", "V036"), ("TransId", "")]), "reads:charged"),
        (String::from("<html/>"), "unknown"),
    ] {
        let answered = shop.reply(&stored, step.then(), "200", &answer);
        assert_eq!(answered.to_string(), expected, "{answer}");
    }
    let charged = shop.reply(&stored, step.then(), "200", short(&[]));
    assert_eq!(shop.reply(&stored, charged.then(), "200", row(&[])).to_string(), "paid by reply");
    assert_eq!(shop.reply(&stored, charged.then(), "200", row(&open)).to_string(), "pending", "and never twice");

    for (changes, expected) in [
        (&[("Currency", "643")][..], "CURRENCY_MISMATCH currency"),
        (&[("PurchAmount", "1.00")], "AMOUNT_MISMATCH amount"),
        (&[("TxnType", "PreAuth")], "pending"),
        (&[("RequestGuid", "0")], "unknown"),
        (&[("D3Status", "2")], "declined by reply"),
        (&[("D3Status", "-1")], "moves:provision"),
    ] {
        let (_, step) = settled(&shop, order(), &authenticated, &row(&[&open[..], changes].concat()));
        assert_eq!(step.to_string(), expected, "{changes:?}");
    }
    // A job that asks never charges, and a return without a digest brings no outcome of 3-D Secure.
    let asked = shop.inquire(&stored);
    assert_eq!(shop.reply(&stored, asked.then(), "200", row(&open)).to_string(), "pending");
    let unsigned = returned(&[("ProcReturnCode", "V033"), ("AuthCode", ""), ("ResponseHash", "")]);
    let (_, step) = settled(&shop, order(), &unsigned, &row(&[&open[..], &[("D3Status", "-1")]].concat()));
    assert_eq!(step.to_string(), "pending, review");
}

#[test]
fn changes() {
    let shop = qnb().open();
    let (stored, step) = settled(&shop, order(), &returned(&[]), &row(&[]));
    let paid = stored.with("refs", step.refs());
    for (verb, amount, kind) in [("refund", "49.90", "Refund"), ("void", "", "Void")] {
        let asked = shop.change(&paid, verb, "R1", amount);
        assert!(asked.at(8).contains(&format!("<TxnType>{kind}</TxnType>")), "{asked:?}");
        assert_eq!(asked.at(8).contains("<PurchAmount>49.90</PurchAmount>"), verb == "refund");
        let now = paid.clone().with("refs", asked.refs());
        let made = if verb == "refund" { "refunded by reply" } else { "voided by reply" };
        for (changes, expected) in [
            (&[][..], made),
            (&[("TransId", "A1")], "unknown, review"),
            (&[("TransId", "")], "unknown, review"),
            (&[("ProcReturnCode", "V014"), ("TransId", "")], "declined by reply"),
            (&[("ProcReturnCode", "V013"), ("TransId", "")], "declined by reply"),
            (&[("ProcReturnCode", "05")], "declined by reply"),
            (&[("ProcReturnCode", "96")], "unknown"),
            (&[("ProcReturnCode", "V036")], "unknown"),
            (&[("ProcReturnCode", "V014"), ("TransId", "A1")], "unknown, review"),
            (&[("ProcReturnCode", "")], "unknown"),
        ] {
            assert_eq!(shop.reply(&now, asked.then(), "200", short(changes)).to_string(), expected, "{verb} {changes:?}");
        }
    }
}

#[test]
fn configurations_and_orders() {
    qnb().with("merchant.merchantId", "08530000000123x").answer().expect_why(Why::ValueNotDigits);
    qnb().with("merchant.mbrId", "x").answer().expect_why(Why::ValueNotDigits);
    qnb().with("merchant.userPass", "UcBN0").answer().expect_why(Why::ValuePublic);
    qnb().with("gateway", "ziraatkatilim").with("mode", "test").answer().expect_why(Why::EndpointMissing);
    let shop = qnb().open();
    shop.start(&order().with("id", "a-b")).expect_why(Why::PaytrId);
    shop.start(&order().with("urls.fail", "https://dukkan.example/Pre")).expect_why(Why::ReturnUrl);
    for (gateway, number) in [("qnb", "5"), ("enpara", "5"), ("ziraatkatilim", "12")] {
        let form = qnb().with("gateway", gateway).open().begin(order()).form;
        assert!(form.contains(&("MbrId".to_owned(), number.to_owned())), "{form:?}");
    }
    let form = qnb().with("merchant.mbrId", "7").open().begin(order()).form;
    let value = |name: &str| form.iter().find(|(at, _)| at == name).map(|(_, value)| value.as_str()).unwrap_or_default();
    let signed = ["MbrId", "OrderId", "PurchAmount", "OkUrl", "FailUrl", "TxnType", "InstallmentCount", "Rnd"].map(value).concat();
    assert_eq!((value("MbrId"), value("Hash")), ("7", sha1(&format!("{signed}{PASS}")).as_str()));
}

#[test]
fn the_form_of_each_model() {
    let card = ["Pan", "Expiry", "", "Cvv2", "CardHolderName"];
    for (model, page, kind, inputs) in
        [("3dhost", "3DHost.aspx", "3DHost", [""; 5]), ("3dpay", "Default.aspx", "3DPay", card), ("3dmodel", "Default.aspx", "3DModel", card)]
    {
        let shop = qnb().with("model", model).open();
        for (changes, count, language) in [(&[][..], "0", "TR"), (&[("installments", "2"), ("customer.language", "en")], "2", "EN")] {
            let redirect = shop.start(&changes.iter().fold(order(), |order, (name, value)| order.with(name, value)));
            assert_eq!(redirect.at(5), format!("https://vpos.qnb.com.tr/Gateway/{page}"));
            assert_eq!(redirect.0[6..11], inputs);
            let form = redirect.form();
            let value = |name: &str| form.iter().find(|(at, _)| at == name).map_or("", |(_, value)| value.as_str());
            let told = ["SecureType", "InstallmentCount", "Lang"].map(value);
            assert_eq!(told, [kind, count, language], "{model}");
        }
    }
    let shop = qnb().open();
    assert_eq!(shop.start(&order().with("id", &"7".repeat(50))).kind(), "redirect");
    shop.start(&order().with("id", &"7".repeat(51))).expect_why(Why::PaytrId);
}

#[test]
fn what_a_return_is_about() {
    let shop = qnb().open();
    assert_eq!(shop.peek(&returned(&[])).0, ["peek", "orderId", ORDER_ID]);
    assert_eq!(shop.peek(&returned(&[("OrderId", "")])).0, ["peek", "", ""]);
    let stored = begun(&shop, order());
    // The number of the visit is handed on where nothing but 3-D Secure was done.
    let authenticated = [("ProcReturnCode", "V033"), ("AuthCode", "")];
    assert_eq!(shop.callback(&stored, &returned(&authenticated)).then(), "reads:return 1000000081255931");
    assert_eq!(shop.callback(&stored, &returned(&[])).then(), "reads:return");
    assert!(shop.callback(&stored, &returned(&[("AuthCode", "S867971234")])).refs().contains("md=1"), "ten characters are a code");
}

#[test]
fn an_order_that_the_inquiry_does_not_find() {
    let authenticated = [("ProcReturnCode", "V033"), ("AuthCode", "")];
    let unknown = response(&[("ProcReturnCode", "V013"), ("ErrMsg", "")], &[]);
    let waiting = row(&[("ProcReturnCode", "00"), ("TxnStatus", "P")]);
    for (model, changes, expected) in [
        // The bank's signature on the return is enough to ask for the money: the bank knows whose visit it was.
        ("3dmodel", &authenticated[..], "moves:provision"),
        ("3dmodel", &[authenticated[0], authenticated[1], ("3DStatus", "2")], "pending"),
        ("3dmodel", &[authenticated[0], authenticated[1], ("ResponseHash", "")], "pending"),
        ("3dmodel", &[authenticated[0], authenticated[1], ("RequestGuid", "0")], "pending"),
        ("3dmodel", &[authenticated[0], authenticated[1], ("RequestGuid", "1x")], "pending"),
        ("3dmodel", &[], "pending"),
        ("3dpay", &authenticated, "pending"),
        ("3dhost", &authenticated, "pending"),
    ] {
        for answer in [&unknown, &waiting] {
            let (_, step) = settled(&qnb().with("model", model).open(), order(), &returned(changes), answer);
            assert_eq!(step.to_string(), expected, "{model} {changes:?}");
        }
    }
    let (_, step) = settled(&qnb().with("model", "3dmodel").open(), order(), &returned(&authenticated), &unknown);
    assert!(step.at(8).contains("<RequestGuid>1000000081255931<"), "{step:?}");
}

/// Ziraat Katılım's is said to look for one of two names.
#[test]
fn another_bank_is_asked_a_second_time() {
    let shop = qnb().with("gateway", "ziraatkatilim").open();
    let unknown = response(&[("ProcReturnCode", "V013"), ("ErrMsg", "")], &[]);
    let (stored, again) = settled(&shop, order(), &returned(&[]), &unknown);
    assert_eq!(again.then(), "reads:again return");
    assert!(again.at(8).contains(&format!("<OrderId>{ORDER_ID}</OrderId>")) && again.at(8).contains("<Currency>949</Currency>"), "{again:?}");
    for (answer, expected) in [(unknown, "pending"), (row(&[("MbrId", "12")]), "paid by reply")] {
        assert_eq!(shop.reply(&stored, again.then(), "200", answer).to_string(), expected);
    }
}

#[test]
fn what_is_told_beside_the_status() {
    let parts = || order().with("installments", "3");
    let reserved = || order().with("type", "preauth");
    let three = ("InstallmentCount", "3");
    for (order, changes, expected, facts) in [
        (parts(), &[three][..], "paid by reply", [("installments", "3"), ("charged", "")]),
        (order(), &[("RefundedAmount", "49.9")], "paid by reply", [("refunded", "49.90"), ("installments", "1")]),
        (reserved(), &[("TxnType", "PostAuth"), ("PurchAmount", "100.00")], "paid by reply, review", [("charged", "100.00"), ("refunded", "")]),
        (parts(), &[("ProcReturnCode", "V000"), ("TxnStatus", "N")], "pending", [("installments", "3"), ("mdStatus", "1")]),
        // What would be strange about a payment is not about a refusal.
        (
            order(),
            &[("ProcReturnCode", "51"), ("TxnStatus", "N"), ("D3Status", "2"), ("ErrMsg", "Limit yetersiz")],
            "declined by reply",
            [("bankCode", "51"), ("bankMessage", "Limit yetersiz")],
        ),
        (order(), &[("ProcReturnCode", "M041"), ("TxnStatus", "N"), three], "declined by reply", [("bankCode", "M041"), ("reason", "invalid-card")]),
    ] {
        let (_, step) = settled(&qnb().open(), order, &returned(&[]), &row(changes));
        assert_eq!(step.to_string(), expected, "{changes:?}");
        for (name, value) in facts {
            assert_eq!(step.fact(name), value, "{name} {changes:?}");
        }
    }
    // Only what a capture took may be another amount.
    let (_, step) = settled(&qnb().open(), reserved(), &returned(&[]), &row(&[("TxnType", "PreAuth"), ("PurchAmount", "150.00")]));
    assert_eq!(step.to_string(), "AMOUNT_MISMATCH amount");
    let open = [("ProcReturnCode", "V033"), ("TxnStatus", "N"), ("D3Status", "2")];
    let authenticated = returned(&[("ProcReturnCode", "V033"), ("AuthCode", "")]);
    let (_, step) = settled(&qnb().with("model", "3dmodel").open(), order(), &authenticated, &row(&open));
    assert_eq!((step.fact("bankCode"), step.fact("reason")), ("D3Status 2", "3ds-failed"));
}

#[test]
fn a_captured_reservation_is_voided_in_two_steps() {
    let shop = qnb().open();
    let (stored, step) = settled(&shop, order().with("type", "preauth"), &returned(&[]), &row(&[("TxnType", "PreAuth")]));
    let order = stored.with("refs", step.refs());
    let asked = shop.change(&order, "capture", "C1", "149.90");
    assert!(asked.at(8).contains("<TxnType>PostAuth</TxnType>"), "{asked:?}");
    let order = order.with("refs", asked.refs());
    let made = shop.reply(&order, asked.then(), "200", short(&[]));
    assert_eq!(made.to_string(), "paid by reply");
    let order = order.with("refs", made.refs());
    let asked = shop.change(&order, "void", "V1", "");
    let order = order.with("refs", asked.refs());
    let release = shop.reply(&order, asked.then(), "200", short(&[]));
    assert_eq!((asked.then(), release.then()), ("change2:change", "change3:change"));
}

#[test]
fn digests_that_others_published() {
    let all = Object::parse(include_str!("../vectors/payfor.json")).expect("JSON");
    let text = |object: &Object, name: &'static str| object.scalar(name).expect("readable").unwrap_or_default().to_owned();
    let mut fitting = 0;
    for formula in ["requestHash", "responseHash"] {
        let Some(Value::Nested(list)) = all.value(formula) else { panic!("{formula}") };
        for vector in items(list).expect("a list") {
            let Value::Nested(vector) = vector else { panic!("{formula}") };
            let vector = Object::parse(vector).expect("an object");
            let Some(Value::Nested(fields)) = vector.value("fields") else { panic!("fields") };
            let fields = Object::parse(fields).expect("fields");
            let mut pairs: Vec<(String, String)> = Vec::new();
            for (name, value) in fields.members() {
                let Value::Text(value) = value else { panic!("{name}") };
                pairs.push(((*name).to_owned(), value.to_string()));
            }
            if formula == "responseHash" {
                pairs.push(("MerchantID".to_owned(), text(&vector, "merchantId")));
                pairs.push(("UserCode".to_owned(), text(&vector, "userCode")));
            }
            let mut head = vec![format!("payfor.{formula}"), (pairs.len() * 2).to_string()];
            head.extend(pairs.into_iter().flat_map(|(name, value)| [name, value]));
            head.push(text(&vector, "merchantPass"));
            let fits = vector.value("fits") != Some(&Value::Bool(false));
            assert_eq!(call(Op::Formula, &head, b"").at(1) == text(&vector, "hash"), fits, "{}", text(&vector, "name"));
            fitting += usize::from(fits);
        }
    }
    assert!(fitting >= 15, "{fitting}");
}
