//! Denizbank's InterPos: its returns and its answers, written from published ones, and what the core makes of them.

use crate::shop::{Answer, Config, ORDER_ID, Order, STORE_KEY, Shop, call, isbank, order};
use base64ct::{Base64, Encoding};
use sha1::{Digest, Sha1};
use velopos::error::Why;
use velopos::frame::Op;
use velopos::wire::json::{Object, Value, items};

/// No secret of this suite may be told, and [`call`] looks for this one.
const PASS: &str = STORE_KEY;
const OK: &str = "https://dukkan.example/_functions/payment3DSuccess/k3y";
const FAIL: &str = "https://dukkan.example/_functions/payment3DFail/k3y";
const LIST: [&str; 11] =
    ["Version", "PurchAmount", "Exponent", "Currency", "OkUrl", "FailUrl", "MD", "OrderId", "ProcReturnCode", "Response", "mdStatus"];

fn denizbank() -> Config {
    let empty = isbank().without("merchant.clientId").without("merchant.storeKey").without("merchant.apiUser").without("merchant.apiPassword");
    let named = empty.with("gateway", "denizbank").with("merchant.shopCode", "9001").with("merchant.userCode", "ApiUser");
    named.with("merchant.userPass", "Soru77").with("merchant.merchantPass", PASS)
}

fn sha1(text: &str) -> String {
    Base64::encode_string(&Sha1::digest(text))
}

/// A return with these values, signed by `pass`; values after `~` are changed after signing.
fn returned_by(pass: &str, changes: &[(&str, &str)]) -> Vec<u8> {
    let mut fields: Vec<(String, String)> = LIST
        .iter()
        .zip(["", "149,90", "", "949", OK, FAIL, "A1B2C3", ORDER_ID, "00", "Approved", "1"])
        .map(|(name, value)| ((*name).to_owned(), value.to_owned()))
        .collect();
    let set = |fields: &mut Vec<(String, String)>, name: &str, value: &str| match fields.iter_mut().find(|(at, _)| at == name) {
        Some((_, old)) => value.clone_into(old),
        None => fields.push((name.to_owned(), value.to_owned())),
    };
    for (name, value) in changes.iter().filter(|(name, _)| !name.starts_with('~')) {
        set(&mut fields, name, value);
    }
    let plain = fields[..LIST.len()].iter().map(|(_, value)| value.as_str()).collect::<String>();
    set(&mut fields, "HASHPARAMS", &format!("{}:", LIST.join(":")));
    set(&mut fields, "HASH", &sha1(&format!("{plain}{pass}")));
    for (name, value) in changes.iter().filter_map(|(name, value)| Some((name.strip_prefix('~')?, value))) {
        set(&mut fields, name, value);
    }
    let encode = |value: &str| value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&").into_bytes()
}

fn returned(changes: &[(&str, &str)]) -> Vec<u8> {
    returned_by(PASS, changes)
}

fn answer(leaves: &[(&str, &str)], changes: &[(&str, &str)]) -> String {
    let change = |name: &str| changes.iter().find(|(at, _)| *at == name).map(|(_, value)| *value);
    let pairs = leaves.iter().map(|(name, value)| format!("{name}={}", change(name).unwrap_or(value)));
    let added = changes.iter().filter(|(name, _)| !leaves.iter().any(|(at, _)| at == name)).map(|(name, value)| format!("{name}={value}"));
    pairs.chain(added).collect::<Vec<_>>().join(";;")
}

/// The order inquiry about a sale that was paid.
fn status(changes: &[(&str, &str)]) -> String {
    let leaves = [
        ("OrderId", "SYSOID121327781"),
        ("ProcReturnCode", "00"),
        ("BatchNo", "1250"),
        ("TransId", "121327780"),
        ("TRXDATE", "21.11.2026 17:42:33"),
        ("TxnStat", "N"),
        ("PurchAmount", "149,90"),
        ("VoidDate", "1.1.0001 00:00:00"),
        ("TxnStatus", "C"),
        ("ChargeTypeCd", "S"),
        ("ErrorMessage", ""),
        ("RefundedAmount", "0"),
        ("AuthCode", "123456"),
    ];
    answer(&leaves, changes)
}

/// The answer to a provision or a change.
fn done(changes: &[(&str, &str)]) -> String {
    let leaves = [
        ("OrderId", ORDER_ID),
        ("ProcReturnCode", "00"),
        ("AuthCode", "123456"),
        ("TxnResult", "Success"),
        ("ErrorMessage", ""),
        ("Amount", "149,90"),
    ];
    answer(&leaves, changes)
}

fn begun(shop: &Shop, order: Order) -> Order {
    shop.begin(order).order
}

fn finished(model: &str, message: &[u8]) -> Answer {
    let shop = denizbank().with("model", model).open();
    shop.callback(&begun(&shop, order()), message)
}

#[test]
fn a_return_that_only_the_bank_can_sign_is_the_proof() {
    for (changes, expected) in [
        (&[][..], "paid by signature"),
        (&[("PurchAmount", "149.9")], "paid by signature"),
        (&[("Response", "")], "paid by signature"),
        (&[("MD", "")], "paid by signature"),
        (&[("mdStatus", "2")], "reads:inquiry"),
        (&[("mdStatus", "0")], "reads:inquiry"),
        (&[("ProcReturnCode", "51"), ("Response", "")], "declined by signature"),
        (&[("ProcReturnCode", "96"), ("Response", "")], "reads:inquiry"),
        (&[("ProcReturnCode", "81"), ("Response", ""), ("mdStatus", "0")], "reads:inquiry"),
        (&[("ProcReturnCode", "E31"), ("Response", ""), ("mdStatus", "0")], "reads:inquiry"),
        (&[("ProcReturnCode", ""), ("Response", ""), ("mdStatus", "0")], "declined by signature"),
        // A form that was refused: anybody can have made it.
        (&[("ProcReturnCode", ""), ("Response", ""), ("mdStatus", "0"), ("MD", "")], "reads:inquiry"),
        (&[("ProcReturnCode", "12"), ("Response", ""), ("mdStatus", "0"), ("MD", "")], "reads:inquiry"),
        (&[("ProcReturnCode", "12"), ("Response", ""), ("mdStatus", "7")], "reads:inquiry"),
        (&[("ProcReturnCode", ""), ("Response", ""), ("mdStatus", "7")], "reads:inquiry"),
        (&[("ProcReturnCode", "05"), ("Response", ""), ("mdStatus", "0")], "declined by signature"),
        // The customer has asked for authentication only.
        (&[("ProcReturnCode", ""), ("Response", "")], "reads:inquiry"),
        (&[("PurchAmount", "1,00")], "AMOUNT_MISMATCH amount"),
        (&[("Currency", "643")], "CURRENCY_MISMATCH Currency"),
        (&[("OrderId", "A1")], "ORDER_MISMATCH OrderId"),
        // Signed, but not in one way only, or not as the bank writes it.
        (&[("MD", ORDER_ID)], "reads:inquiry"),
        (&[("MD", "A7K2M9P4R8T3V6X5Z2B7")], "reads:inquiry"),
        (&[("Response", ORDER_ID)], "reads:inquiry"),
        (&[("Version", "1")], "reads:inquiry"),
        (&[("Exponent", "2")], "reads:inquiry"),
        (&[("PurchAmount", "149,9"), ("Currency", "0949")], "reads:inquiry"),
        (&[("OkUrl", "https://dukkan.example/")], "reads:inquiry"),
        (&[("FailUrl", "https://dukkan.example/_functions/payment3DFail/k3yPre")], "reads:inquiry"),
        (&[("mdStatus", "")], "reads:inquiry"),
        (&[("mdStatus", "11")], "reads:inquiry"),
        // Changed after signing.
        (&[("~mdStatus", "2")], "reads:inquiry"),
        (&[("ProcReturnCode", "51"), ("~ProcReturnCode", "00")], "reads:inquiry"),
        (&[("~HASH", "")], "reads:inquiry"),
        (&[("~HASHPARAMS", "Description:")], "reads:inquiry"),
    ] {
        assert_eq!(finished("3dpay", &returned(changes)).to_string(), expected, "{changes:?}");
    }
    assert_eq!(finished("3dhost", &returned(&[])).to_string(), "paid by signature");
    // Nothing is told that is not signed, but a card with its middle hidden.
    let unsigned = [("~TransId", "1"), ("~AuthCode", "1"), ("~TRXDATE", "21.11.2026 17:42:33"), ("~Eci", "05"), ("~Pan", "4508034508034509")];
    let payment = finished("3dpay", &returned(&unsigned));
    for (fact, value) in [("transactionId", ""), ("authCode", ""), ("at", ""), ("eci", ""), ("maskedPan", "450803******4509"), ("mdStatus", "1")] {
        assert_eq!(payment.fact(fact), value, "{fact}");
    }
    for model in ["3dhost", "3dpay", "3dmodel"] {
        assert_eq!(finished(model, &returned_by("", &[])).to_string(), "reads:inquiry", "{model}: without the password");
    }
}

/// A shop that counts its orders, at fixed addresses: what the bank has signed about one of them can be cut as if it were about another.
#[test]
fn a_return_about_an_order_whose_number_holds_ours() {
    let shop = denizbank().with("model", "3dpay").open();
    let stored = begun(&shop, order().with("id", "38"));
    for (signed, changes) in [
        // Order 538 was paid; its first digit becomes the bank's number of the visit.
        (&[("OrderId", "538")][..], &[("~MD", "A1B2C35"), ("~OrderId", "38")][..]),
        // Order 3800 was refused, or only authenticated.
        (&[("OrderId", "3800"), ("ProcReturnCode", "51"), ("Response", "")], &[("~OrderId", "38"), ("~ProcReturnCode", "00"), ("~Response", "51")]),
        (&[("OrderId", "3800"), ("ProcReturnCode", ""), ("Response", "")], &[("~OrderId", "38"), ("~ProcReturnCode", "00")]),
        // And a refusal of order 3851 is none of order 38.
        (&[("OrderId", "3851"), ("ProcReturnCode", ""), ("Response", "")], &[("~OrderId", "38"), ("~ProcReturnCode", "51")]),
    ] {
        let forged = returned(&[signed, changes].concat());
        assert_eq!(shop.callback(&stored, &forged).to_string(), "reads:inquiry", "{signed:?}");
    }
}

#[test]
fn addresses_with_backslashes() {
    let escaped = OK.replace('/', "\\/");
    let fail = FAIL.replace('/', "\\/");
    assert_eq!(finished("3dpay", &returned(&[("OkUrl", &escaped), ("FailUrl", &fail)])).to_string(), "paid by signature");
    assert_eq!(finished("3dpay", &returned(&[("~OkUrl", &escaped), ("~FailUrl", &fail)])).to_string(), "paid by signature");
}

#[test]
fn money_is_asked_for_once_and_with_everything_of_ours() {
    let authenticated = [("ProcReturnCode", ""), ("Response", "")];
    let shop = denizbank().with("model", "3dmodel").open();
    let stored = begun(&shop, order());
    let asked = shop.callback(&stored, &returned(&authenticated));
    assert_eq!(asked.to_string(), "moves:provision");
    for part in ["MD=A1B2C3", "PurchAmount=149.90", "Currency=949", "TxnType=Auth", &format!("OrderId={ORDER_ID}")] {
        assert!(asked.at(8).contains(part), "{part}: {asked:?}");
    }
    let now = stored.clone().with("refs", asked.refs());
    for (body, expected) in [
        (done(&[]), "paid by reply"),
        (done(&[("Amount", "149.90")]), "paid by reply"),
        (done(&[("Amount", "1,00")]), "unknown, review"),
        (done(&[("Amount", "")]), "unknown"),
        (done(&[("OrderId", "A1")]), "unknown, review"),
        (done(&[("OrderId", "SYSOID1")]), "unknown, review"),
        (done(&[("TxnResult", "Failed")]), "reads:inquiry"),
        (done(&[("ProcReturnCode", "51"), ("TxnResult", "Failed")]), "declined by reply"),
        (done(&[("ProcReturnCode", "51"), ("TxnResult", "Failed"), ("OrderId", "A1")]), "unknown, review"),
        (done(&[("ProcReturnCode", "96"), ("TxnResult", "Failed")]), "reads:inquiry"),
        (done(&[("ProcReturnCode", "E31"), ("TxnResult", "Failed")]), "reads:inquiry"),
        (done(&[("ProcReturnCode", "51"), ("CardHolderName", "X;;ProcReturnCode=00;;TxnResult=Success")]), "unknown"),
        (done(&[]).replace(";;", ";;;"), "paid by reply"),
        (String::from("<html/>"), "unknown"),
    ] {
        assert_eq!(shop.reply(&now, asked.then(), "200", &body).to_string(), expected, "{body}");
    }
    // Once it was asked for: no other return takes it back, and none asks again.
    for changes in [&authenticated[..], &[("ProcReturnCode", ""), ("Response", ""), ("mdStatus", "0")], &[("ProcReturnCode", "51"), ("Response", "")]]
    {
        assert_eq!(shop.callback(&now, &returned(changes)).to_string(), "reads:inquiry", "{changes:?}");
    }
    assert_eq!(shop.callback(&now, &returned(&[])).to_string(), "paid by signature");
    assert_eq!(shop.callback(&stored, &returned(&[("mdStatus", "2"), authenticated[0], authenticated[1]])).to_string(), "declined by signature");
    shop.callback(&stored, &returned(&[("MD", ""), authenticated[0], authenticated[1]])).expect_why(Why::NotAsDocumented);
    // What was authenticated is another amount.
    let cheap = returned(&[("PurchAmount", "1,00"), authenticated[0], authenticated[1]]);
    assert_eq!(shop.callback(&stored, &cheap).to_string(), "AMOUNT_MISMATCH amount");
    // With a short number the money is asked for, too; a decline is not believed.
    let short = begun(&shop, order().with("id", "38"));
    for (changes, expected) in [(&[][..], "moves:provision"), (&[("mdStatus", "0")], "reads:inquiry"), (&[("mdStatus", "2")], "reads:inquiry")] {
        let message = returned(&[&[("OrderId", "38"), authenticated[0], authenticated[1]], changes].concat());
        assert_eq!(shop.callback(&short, &message).to_string(), expected, "{changes:?}");
    }
}

#[test]
fn what_the_books_say() {
    let reserved = || order().with("type", "preauth");
    for (order, changes, expected) in [
        (order(), &[][..], "paid by reply"),
        (order(), &[("OrderId", ORDER_ID)], "paid by reply"),
        (order(), &[("TxnStatus", "S")], "paid by reply"),
        (order(), &[("RefundedAmount", "49,90")], "paid by reply"),
        (order(), &[("RefundedAmount", "149,90")], "refunded by reply"),
        (order(), &[("RefundedAmount", "150")], "pending, review"),
        (order(), &[("RefundedAmount", "x")], "unknown"),
        (order(), &[("TxnStat", "V")], "voided by reply"),
        (order(), &[("TxnStat", "R")], "voided by reply"),
        (order(), &[("TxnStatus", "V")], "voided by reply"),
        (order(), &[("TxnStat", "S")], "pending, review"),
        (order(), &[("TxnStatus", "A")], "pending, review"),
        (order(), &[("TxnStatus", "K")], "pending, review"),
        (order(), &[("TxnStatus", "X")], "pending, review"),
        (order(), &[("PurchAmount", "")], "pending, review"),
        (order(), &[("PurchAmount", "149,91")], "AMOUNT_MISMATCH amount"),
        (order(), &[("OrderId", "A1")], "ORDER_MISMATCH OrderId"),
        (order(), &[("OrderId", "SYSOID")], "ORDER_MISMATCH OrderId"),
        (reserved(), &[("TxnStatus", "A")], "authorized by reply"),
        (reserved(), &[("TxnStatus", "C")], "pending, review"),
        (reserved(), &[("TxnStatus", "K")], "paid by reply, review"),
        (order(), &[("ProcReturnCode", "51"), ("TxnStatus", "D")], "declined by reply"),
        (order(), &[("ProcReturnCode", "05"), ("TxnStatus", "D")], "declined by reply"),
        (order(), &[("ProcReturnCode", "51"), ("TxnStatus", "D"), ("PurchAmount", "1,00")], "AMOUNT_MISMATCH amount"),
        (order(), &[("ProcReturnCode", "05"), ("TxnStatus", ""), ("PurchAmount", "0")], "pending"),
        (order(), &[("ProcReturnCode", "81"), ("TxnStatus", ""), ("PurchAmount", "0")], "REFUSED "),
        (order(), &[("ProcReturnCode", "51"), ("TxnStatus", "")], "REFUSED "),
        (order(), &[("ProcReturnCode", "")], "unknown"),
        (order(), &[("procreturncode", "00")], "unknown"),
    ] {
        let shop = denizbank().with("merchant.onlyCurrency", "TRY").open();
        let stored = begun(&shop, order);
        let asked = shop.inquire(&stored);
        assert_eq!(shop.reply(&stored, asked.then(), "200", status(changes)).to_string(), expected, "{changes:?}");
    }
}

/// The answer names no currency.
#[test]
fn money_in_an_unknown_currency_is_for_a_person_to_look_at() {
    let shop = denizbank().open();
    let stored = begun(&shop, order());
    let asked = shop.inquire(&stored);
    assert_eq!(shop.reply(&stored, asked.then(), "200", status(&[])).to_string(), "paid by reply, review");
    let signed = shop.callback(&stored, &returned(&[]));
    let known = stored.with("refs", signed.refs());
    assert_eq!(shop.reply(&known, asked.then(), "200", status(&[])).to_string(), "paid by reply");
    let only = denizbank().with("merchant.onlyCurrency", "TRY").open();
    only.start(&order().with("currency", "USD")).expect_why(Why::CurrencyNotTaken);
    denizbank().with("merchant.onlyCurrency", "TL").answer().expect_why(Why::ValueNotCurrency);
    denizbank().with("merchant.shopCode", "9x").answer().expect_why(Why::ValueNotDigits);
    denizbank().with("merchant.merchantPass", "").answer().expect_why(Why::ValueMissing);
    denizbank().with("merchant.merchantPass", "gDg1N").answer().expect_why(Why::ValuePublic);
    shop.start(&order().with("id", "0A")).expect_why(Why::PosnetId);
    shop.start(&order().with("urls.fail", "https://dukkan.example/Pre")).expect_why(Why::ReturnUrl);
}

#[test]
fn changes() {
    let shop = denizbank().open();
    let stored = begun(&shop, order());
    let step = shop.callback(&stored, &returned(&[]));
    let paid = stored.with("refs", step.refs());
    for (verb, amount, made) in [("refund", "49.90", "refunded by reply"), ("void", "", "voided by reply")] {
        let asked = shop.change(&paid, verb, "R1", amount);
        let again = shop.change(&paid, verb, "R1", amount);
        assert_eq!(asked.at(8), again.at(8), "the same number for the same change");
        let (_, rest) = asked.at(8).split_once("OrderId=").expect("a number of its own");
        let own = rest.split('&').next().expect("its value").to_owned();
        assert_eq!(own.len(), 20);
        let now = paid.clone().with("refs", asked.refs());
        let right = if verb == "refund" { "49,90" } else { "0" };
        for (changes, expected) in [
            (&[("OrderId", own.as_str()), ("Amount", right)][..], made),
            (&[("OrderId", "SYSOID12"), ("Amount", right)], made),
            (&[("OrderId", ORDER_ID), ("Amount", right)], made),
            (&[("OrderId", "C1"), ("Amount", right)], "unknown, review"),
            (&[("Amount", right), ("TxnResult", "Failed")], "unknown"),
            (&[("ProcReturnCode", "05"), ("TxnResult", "Failed")], "declined by reply"),
            (&[("ProcReturnCode", "E39"), ("TxnResult", "Failed")], "declined by reply"),
            (&[("ProcReturnCode", "81"), ("TxnResult", "Failed")], "declined by reply"),
            (&[("ProcReturnCode", "E31"), ("TxnResult", "Failed")], "unknown"),
            (&[("ProcReturnCode", "96"), ("TxnResult", "Failed")], "unknown"),
        ] {
            assert_eq!(shop.reply(&now, asked.then(), "200", done(changes)).to_string(), expected, "{verb} {changes:?}");
        }
        if verb == "refund" {
            assert_eq!(shop.reply(&now, asked.then(), "200", done(&[("Amount", "1,00")])).to_string(), "unknown, review");
        }
    }
}

#[test]
fn the_form_of_each_model() {
    let card = ["Pan", "Expiry", "", "Cvv2", "CardHolderName"];
    for (model, page, kind, inputs) in
        [("3dhost", "3DHost.aspx", "3DHost", [""; 5]), ("3dpay", "Default.aspx", "3DPay", card), ("3dmodel", "Default.aspx", "3DModel", card)]
    {
        let shop = denizbank().with("model", model).open();
        for (changes, charge, count, language) in
            [(&[][..], "Auth", "", "tr"), (&[("type", "preauth"), ("installments", "2"), ("customer.language", "en")], "PreAuth", "2", "en")]
        {
            let redirect = shop.start(&changes.iter().fold(order(), |order, (name, value)| order.with(name, value)));
            assert_eq!(redirect.at(5), format!("https://inter-vpos.com.tr/mpi/{page}"));
            assert_eq!(redirect.0[6..11], inputs);
            let random = "R30313233343536373839";
            let signed = ["9001", ORDER_ID, "149.90", OK, FAIL, charge, count, random];
            let names = ["ShopCode", "OrderId", "PurchAmount", "OkUrl", "FailUrl", "TxnType", "InstallmentCount", "Rnd"];
            let hash = sha1(&format!("{}{PASS}", signed.concat()));
            let rest = [("Hash", hash.as_str()), ("SecureType", kind), ("Currency", "949"), ("Lang", language)];
            let expected: Vec<(String, String)> =
                names.into_iter().zip(signed).chain(rest).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            assert_eq!(redirect.form(), expected, "{model}");
        }
    }
    let shop = denizbank().open();
    for id in ["A-1", "A23456789012345678901"] {
        shop.start(&order().with("id", id)).expect_why(Why::PosnetId);
    }
    assert_eq!(shop.peek(&returned(&[])).0, ["peek", "orderId", ORDER_ID]);
    assert_eq!(shop.peek(&returned(&[("OrderId", "")])).0, ["peek", "", ""]);
}

#[test]
fn a_return_that_the_bank_does_not_write_so_says_nothing() {
    for changes in [&[("Response", "Appro ved")][..], &[("ProcReturnCode", "5-"), ("PurchAmount", "1,00")]] {
        assert_eq!(finished("3dpay", &returned(changes)).to_string(), "reads:inquiry", "{changes:?}");
    }
}

#[test]
fn what_is_told_beside_the_status() {
    let shop = denizbank().with("model", "3dpay").with("merchant.onlyCurrency", "TRY").open();
    let stored = begun(&shop, order().with("installments", "3"));
    let paid = shop.callback(&stored, &returned(&[]));
    assert_eq!(["installments", "mdStatus", "liability"].map(|name| paid.fact(name)), ["3", "1", "issuer"]);
    // The money was taken although 3-D Secure was not done well enough: that is remembered, and the books are asked.
    let asked = shop.callback(&stored, &returned(&[("mdStatus", "2")]));
    let stored = stored.with("refs", asked.refs());
    let more = [("Pan", "450803******4509"), ("Eci", "02"), ("RefundedAmount", "49,90")];
    let paid = shop.reply(&stored, asked.then(), "200", status(&more));
    assert_eq!(paid.to_string(), "paid by reply, review");
    for (name, value) in [
        ("installments", "3"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("transactionId", "121327780"),
        ("authCode", "123456"),
        ("maskedPan", "450803******4509"),
        ("eci", "02"),
        ("mdStatus", "2"),
        ("liability", "merchant"),
        ("refunded", "49.90"),
        ("charged", ""),
    ] {
        assert_eq!(paid.fact(name), value, "{name}");
    }
    let stored = begun(&shop, order());
    for (changes, expected, code, message) in [
        (&[("ProcReturnCode", "51"), ("TxnStatus", "D"), ("ErrorMessage", "TR:Limit yetersiz")][..], "declined by reply", "51", "Limit yetersiz"),
        (&[("ProcReturnCode", "81"), ("TxnStatus", "D"), ("ErrorMessage", "Terminal yok")], "REFUSED ", "81", "Terminal yok"),
        (&[("ProcReturnCode", "E31"), ("TxnStatus", "D"), ("ErrorMessage", "x")], "REFUSED ", "E31", "x"),
    ] {
        let answer = shop.reply(&stored, shop.inquire(&stored).then(), "200", status(changes));
        assert_eq!(answer.to_string(), expected, "{changes:?}");
        let told = if answer.kind() == "error" { [answer.at(4), answer.at(5)] } else { ["bankCode", "bankMessage"].map(|name| answer.fact(name)) };
        assert_eq!(told, [code, message], "{changes:?}");
    }
    let answer = shop.reply(&stored, shop.inquire(&stored).then(), "200", status(&[("OrderId", "SYSOIDX1")]));
    assert_eq!(answer.to_string(), "ORDER_MISMATCH OrderId", "a number of the bank's has digits only");
}

#[test]
fn a_capture_of_a_part() {
    let shop = denizbank().with("merchant.onlyCurrency", "TRY").open();
    let stored = begun(&shop, order().with("type", "preauth"));
    let inquired = |order: &Order, changes: &[(&str, &str)]| shop.reply(order, shop.inquire(order).then(), "200", status(changes));
    let reserved = inquired(&stored, &[("TxnStatus", "A")]);
    let order = stored.with("refs", reserved.refs());
    let asked = shop.change(&order, "capture", "C1", "100.00");
    assert!(asked.at(8).contains("TxnType=PostAuth") && asked.at(8).contains("PurchAmount=100.00&Currency=949"), "{asked:?}");
    let order = order.with("refs", asked.refs());
    let made = shop.reply(&order, asked.then(), "200", done(&[("Amount", "100,00")]));
    let order = order.with("refs", made.refs());
    for (changes, expected, charged) in [
        (&[("TxnStatus", "K"), ("PurchAmount", "100,00")][..], "paid by reply", "100.00"),
        (&[("TxnStatus", "K")], "paid by reply", "100.00"),
        (&[("TxnStatus", "K"), ("PurchAmount", "99,00")], "AMOUNT_MISMATCH amount", ""),
    ] {
        let answer = inquired(&order, changes);
        assert_eq!(answer.to_string(), expected, "{changes:?}");
        assert!(answer.kind() == "error" || answer.fact("charged") == charged, "{answer:?}");
    }
    // The bank says that nothing was taken: nor is it after a void, which undoes all.
    let asked = shop.change(&order, "void", "V1", "");
    assert!(asked.at(8).contains("TxnType=Void") && !asked.at(8).contains("PurchAmount"), "{asked:?}");
    for order in [order.clone(), order.with("refs", asked.refs())] {
        assert_eq!(inquired(&order, &[("TxnStatus", "A")]).to_string(), "pending, review");
    }
}

#[test]
fn digests_that_others_published() {
    let all = Object::parse(include_str!("../vectors/interpos.json")).expect("JSON");
    let text = |object: &Object, name: &'static str| object.scalar(name).expect("readable").unwrap_or_default().to_owned();
    let list = format!("{}:", LIST.join(":"));
    let mut fitting = 0;
    for (formula, kind) in [("requestHash", "requestHash"), ("callbackHash", "callback")] {
        let Some(Value::Nested(vectors)) = all.value(kind) else { panic!("{kind}") };
        for vector in items(vectors).expect("a list") {
            let Value::Nested(vector) = vector else { panic!("{kind}") };
            let vector = Object::parse(vector).expect("an object");
            if kind == "callback" && text(&vector, "hashParams") != list {
                continue;
            }
            let Some(Value::Nested(fields)) = vector.value("fields") else { panic!("fields") };
            let fields = Object::parse(fields).expect("fields");
            let mut ours = Vec::new();
            for unescape in [false, true] {
                let mut head = vec![format!("interpos.{formula}"), (fields.members().len() * 2).to_string()];
                for (name, value) in fields.members() {
                    let Value::Text(value) = value else { panic!("{name}") };
                    head.extend([(*name).to_owned(), if unescape { value.replace("\\/", "/") } else { value.to_string() }]);
                }
                head.push(text(&vector, "merchantPass"));
                ours.push(call(Op::Formula, &head, b"").at(1).to_owned());
            }
            let fits = vector.value("fits") != Some(&Value::Bool(false));
            assert_eq!(ours.contains(&text(&vector, "hash")), fits, "{}", text(&vector, "name"));
            fitting += usize::from(fits);
        }
    }
    assert!(fitting >= 12, "{fitting}");
}
