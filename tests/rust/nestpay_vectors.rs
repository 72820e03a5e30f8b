//! Values that others published: the bank's document, captured callbacks, and the tests of other implementations.

use crate::bank::Callback;
use crate::shop::{self, Config, Order, Started, isbank, order};
use velopos::error::Why;
use velopos::frame::Op;

fn formula(name: &str, fields: &[(&str, &str)], store_key: &str) -> String {
    let count = (fields.len() * 2).to_string();
    let mut head = vec![name, &count];
    head.extend(fields.iter().flat_map(|(name, value)| [*name, *value]));
    head.push(store_key);
    shop::call(Op::Formula, &head, b"").at(1).to_owned()
}

fn hash(fields: &[(&str, &str)], store_key: &str) -> String {
    formula("nestpay.hash", fields, store_key)
}

/// The worked example of the bank's document "Hash Version 3", v2.1; it prints the plaintext and no digest.
const OFFICIAL_FIELDS: &[(&str, &str)] = &[
    ("clientid", "100200127"),
    ("amount", "95.93"),
    ("okurl", "http://localhost:8080/SampleCodeJSPTest/GenericVer3ResponseHandler"),
    ("failUrl", "http://localhost:8080/SampleCodeJSPTest/GenericVer3ResponseHandler"),
    ("TranType", "Auth"),
    ("Instalment", ""),
    ("callbackUrl", "http://localhost:8080/SampleCodeJSPTest/GateResponseControl.jsp"),
    ("currency", "949"),
    ("rnd", "87954458746"),
    ("storetype", "3D"),
    ("lang", "tr"),
    ("hashAlgorithm", "ver3"),
    ("BillToName", "name"),
    ("BillToCompany", "billToCompany"),
    ("refreshtime", "5"),
];
const OFFICIAL_PLAINTEXT: &str = "95.93|billToCompany|name|http://localhost:8080/SampleCodeJSPTest/GateResponseControl.jsp|100200127|949|\
    http://localhost:8080/SampleCodeJSPTest/GenericVer3ResponseHandler|ver3||tr|\
    http://localhost:8080/SampleCodeJSPTest/GenericVer3ResponseHandler|5|87954458746|3D|Auth|TEST1234";

fn base64_of_sha512(plaintext: &str) -> String {
    use base64ct::Encoding;
    use sha2::Digest;
    base64ct::Base64::encode_string(&sha2::Sha512::digest(plaintext))
}

#[test]
fn the_official_example_gives_the_official_plaintext() {
    assert_eq!(hash(OFFICIAL_FIELDS, "TEST1234"), base64_of_sha512(OFFICIAL_PLAINTEXT));
    let digest = "Lq4rSjZrfKHIdfglyEv1M3/YcP5kSkDOPXftDfIadqq6P7QVXqAclz++B/7bm7+UYtML6fI59oqoxnvGEx10JQ==";
    assert_eq!(hash(OFFICIAL_FIELDS, "TEST1234"), digest);
}

#[test]
fn the_official_escape_example() {
    assert_eq!(hash(&[("oid", r"ORDER-256712jbs\j6b|")], "TEST1234"), base64_of_sha512(r"ORDER-256712jbs\\j6b\||TEST1234"));
}

#[test]
fn the_store_key_is_escaped_too_and_text_is_utf8() {
    let mut fields = vec![
        ("clientid", "700655000200"),
        ("storetype", "3d_pay_hosting"),
        ("amount", "10.50"),
        ("oid", r"A|B\C"),
        ("okUrl", "https://example.wixsite.com/_functions/ok"),
        ("failUrl", "https://example.wixsite.com/_functions/fail"),
        ("rnd", "0123456789abcdef0123"),
        ("lang", "tr"),
        ("currency", "949"),
        ("taksit", ""),
        ("TranType", "Auth"),
        ("hashAlgorithm", "ver3"),
        ("BillToName", "Çağrı ŞİMŞEK ığüö"),
    ];
    let digest = "6WmftuHUW92PQbonkkjoNnrqKCNGDV4FGW4qZ7ihN9vHge3MgvfWQ1ZrbSLEiWsQzC21wPZw4YsYq0WdA6H/cQ==";
    assert_eq!(hash(&fields, r"Te|st\Key1"), digest);
    fields.extend([("encoding", "utf-8"), ("hash", "x"), ("Countdown", "10"), ("NATIONALIDNO", "1")]);
    assert_eq!(hash(&fields, r"Te|st\Key1"), digest, "these four are not signed");
}

/// From the tests of mewebstudio/pos and Voxyfy/anadolupay (both MIT).
#[test]
fn requests_that_other_implementations_sign() {
    let pay = [
        ("clientid", "190100000"),
        ("storetype", "3d_pay"),
        ("amount", "100.25"),
        ("oid", "order222"),
        ("okUrl", "https://domain.com/success"),
        ("failUrl", "https://domain.com/fail_url"),
        ("rnd", "rand"),
        ("lang", "tr"),
        ("currency", "949"),
        ("taksit", ""),
        ("islemtipi", "Auth"),
        ("firmaadi", "siparis veren"),
        ("Email", "test@test.com"),
        ("hashAlgorithm", "ver3"),
    ];
    assert_eq!(hash(&pay, "123456"), "/uPxhEKWCEGi3NsDOOQ4u8Hu5g71v5GWspOid70WehTWEz97PqxG3IN1Jv5jsbOXOw3Z3Rr/0UtywzEgbqFfdA==");
    // Sorting by bytes instead of by upper-case letters would give another digest here.
    let with_card = [
        ("hashAlgorithm", "ver3"),
        ("clientid", "MERCHANT1"),
        ("storetype", "3d"),
        ("amount", "1.99"),
        ("oid", "ORDER-1"),
        ("okUrl", "https://shop.test/basarili"),
        ("failUrl", "https://shop.test/hata"),
        ("rnd", "FIXEDRND"),
        ("lang", "tr"),
        ("currency", "949"),
        ("taksit", ""),
        ("TranType", "Auth"),
        ("pan", "4155650100416111"),
        ("Ecom_Payment_Card_ExpDate_Month", "12"),
        ("Ecom_Payment_Card_ExpDate_Year", "30"),
        ("cv2", "123"),
    ];
    assert_eq!(hash(&with_card, "SECRETKEY"), "DSDzpfa2hX5XSbXP2mwFbc+nt06xL3Q1PGD+id3T4VaXcIMAodg4j6UsVzfW5lg8Vuvk/PgKvQnoQ7eOyH+pbg==");
}

#[test]
fn the_retired_version_1_request() {
    // In any order; `taksit` is empty, and what is empty may also be missing.
    let fields = [
        ["rnd", "rand"],
        ["clientid", "700655000200"],
        ["amount", "100.25"],
        ["oid", "order222"],
        ["failUrl", "https://domain.com/fail_url"],
        ["okUrl", "https://domain.com/success"],
        ["islemtipi", "Auth"],
        ["somethingElse", "x"],
    ];
    let head = [&["nestpay.legacyHash", "16"][..], &fields.concat(), &["TRPS0200"]].concat();
    assert_eq!(shop::call(Op::Formula, &head, b"").at(1), "S7UxUAohxaxzl35WxHyDfuQx0sg=");
}

/// Captured at the Ziraat test terminal on 2022-10-30: `3d_pay`, paid. Public in mewebstudio/pos (MIT).
const CALLBACK_2022: &[(&str, &str)] = &[
    ("ReturnOid", "202210308C0F"),
    ("TRANID", ""),
    ("hashAlgorithm", "ver3"),
    ("PAResSyntaxOK", "true"),
    ("firmaadi", "John Doe"),
    ("islemtipi", "Auth"),
    ("lang", "tr"),
    ("merchantID", "190200000"),
    ("maskedCreditCard", "4355 08** **** 4358"),
    ("amount", "1.01"),
    ("sID", "1"),
    ("ACQBIN", "454672"),
    ("Ecom_Payment_Card_ExpDate_Year", "26"),
    ("EXTRA.CARDBRAND", "VISA"),
    ("Email", "mail@customer.com"),
    ("MaskedPan", "435508***4358"),
    ("acqStan", "184784"),
    ("merchantName", "Ziraat 3D_Pay"),
    ("clientIp", "89.244.149.137"),
    ("EXTRA.KAZANILANPUAN", "000000010.00"),
    ("okUrl", "http://localhost/akbank/3d-pay/response.php"),
    ("md", "435508:51104213993AC8DFE8839C7F7E391B461115D09A1D88948C8ACE421D7D7EAA5A:3545:##190200000"),
    ("ProcReturnCode", "00"),
    ("payResults.dsId", "1"),
    ("taksit", ""),
    ("TransId", "22303RqiC11252"),
    ("EXTRA.TRXDATE", "20221030 17:42:33"),
    ("Ecom_Payment_Card_ExpDate_Month", "12"),
    ("storetype", "3d_pay"),
    ("Response", "Approved"),
    ("SettleId", "2383"),
    (
        "mdErrorMsg",
        "Y-status/Challenge authentication via ACS: https://3ds-acs.test.modirum.com/mdpayacs/creq?token=214711321.1667140951.Ud_jQl3B2l1",
    ),
    ("ErrMsg", ""),
    ("PAResVerified", "true"),
    ("cavv", "ABABBCgghAAAAABllJMDdZdTdic="),
    ("digest", "digest"),
    ("HostRefNum", "230317184784"),
    ("callbackCall", "true"),
    ("AuthCode", "216981"),
    ("failUrl", "http://localhost/akbank/3d-pay/response.php"),
    ("xid", "N1An1iS5iN4u/1VWS6CgzSGRtN0="),
    ("encoding", "ISO-8859-9"),
    ("currency", "949"),
    ("oid", "202210308C0F"),
    ("mdStatus", "1"),
    ("dsId", "1"),
    ("eci", "05"),
    ("version", "2.0"),
    ("EXTRA.CARDISSUER", "AKBANK T.A.S."),
    ("clientid", "190200000"),
    ("txstatus", "Y"),
    ("rnd", "J/jGATA5LLVaMfpU+Yyu"),
];
const DIGEST_2022: &str = "jVgcwtx4vxxAcX8+ajsrrzp77k9uaGu1pjDQfCpoUG95y2MwwGipc6cF3kESiTphjV8/1ESSc6zg9KyTSxUnzA==";

/// Captured at the Ziraat test terminal on 2026-08-09: `3d`, 3-D Secure 2.2. Public in Voxyfy/anadolupay (MIT).
const CALLBACK_2026: &[(&str, &str)] = &[
    ("ACQBIN", "454672"),
    ("amount", "100"),
    ("callbackCall", "true"),
    ("cavv", "ABABBjRAAwAAACcQlJIhdUhABZc="),
    ("cavvAlgorithm", ""),
    ("checkout-id", "190000300-56a6cc2b-f35c-41e9-bc70-b2b3c6546a4b"),
    ("clientid", "190000300"),
    ("clientIp", "88.231.133.14"),
    ("currency", "949"),
    ("digest", "digest"),
    ("dsId", "1"),
    ("eci", "05"),
    ("Ecom_Payment_Card_ExpDate_Month", "12"),
    ("Ecom_Payment_Card_ExpDate_Year", "26"),
    ("ErrMsg", ""),
    ("failUrl", "https://anadolupay-laravel.test/payment/callback"),
    ("hashAlgorithm", "ver3"),
    ("iReqCode", ""),
    ("iReqDetail", ""),
    ("lang", "tr"),
    ("maskedCreditCard", "4546 71** **** 7894"),
    ("MaskedPan", "454671***7894"),
    ("md", "454671:E49854A3405034CB5BD417C473652671B689BECD9DEB00D89991EFE378025021A83B7FFE86F4358B664750FB727ADE11:6393:"),
    (
        "mdErrorMsg",
        "Y-status/Challenge authentication via ACS: https://3ds-acs.test.modirum.com/mdpayacs/creq;token=377232591.1786302986.ZOH_KJOa__A",
    ),
    ("mdStatus", "1"),
    ("merchantID", "190000300"),
    ("merchantName", "EMU Test"),
    ("oid", "TEST-VDCYPWVUBI"),
    ("okUrl", "https://anadolupay-laravel.test/payment/callback"),
    ("PAResSyntaxOK", "true"),
    ("paresTxStatus", "Y"),
    ("PAResVerified", "true"),
    ("payResults_dsId", "1"),
    ("protocol", "3DS2.2.0"),
    ("rnd", "vJmqS8eyrBJl5d/dwZqV"),
    ("sID", "1"),
    ("storetype", "3d"),
    ("taksit", ""),
    ("TDS2_acsOperatorID", "3DS_LOA_ACS_MOMD_020301_00793"),
    ("TDS2_acsReferenceNumber", "3DS_LOA_ACS_MOMD_020301_00793"),
    ("TDS2_acsTransID", "261e7dd8-0d4b-4d6c-b163-a7e4de688333"),
    (
        "TDS2_AResExtensions",
        r#"[{"name":"Bridging","id":"A000000802-004","criticalityIndicator":false,"data":{"addData":{"authenticationMethod":["10"]},"version":"2.0"}}]"#,
    ),
    ("TDS2_authenticationType", "01"),
    ("TDS2_authTimestamp", "202608091916"),
    ("TDS2_dsTransID", "d1835ce6-ee80-5c4d-8000-0000109491ed"),
    (
        "TDS2_RReqExtensions",
        r#"[{"name":"Bridging","id":"A000000802-004","criticalityIndicator":false,"data":{"addData":{"authenticationMethod":["10"]},"version":"2.0"}}]"#,
    ),
    ("TDS2_threeDSServerTransID", "e1a85018-d686-501f-8000-0000036e09f9"),
    ("TDS2_transStatus", "Y"),
    ("THREED_ID", "26221TQTHAkhihr0055"),
    ("traceId", "6a78d203138f7f11966455d30c78b187"),
    ("TRANID", ""),
    ("TranType", "Auth"),
    ("tsl", "1"),
    ("vendorCode", ""),
    ("veresEnrolledStatus", "Y"),
    ("version", "4.0"),
    ("xid", "wSpz43MzGED+TOlB4rJW4kNtIEs="),
];
const DIGEST_2026: &str = "rnnuZX4e29FAwb/VZIcNAUyKEO7cuhjU0Pdu0ebWxkDq+xRBMua3Tn7f+DGz1OWEyaIq6cVI78M9TZNRV56wSQ==";

#[test]
fn the_captured_digests() {
    assert_eq!(hash(CALLBACK_2022, "123456"), DIGEST_2022);
    assert_eq!(hash(CALLBACK_2026, "TEST1234"), DIGEST_2026);
    let as_php_names_them: Vec<_> = CALLBACK_2022.iter().map(|(name, value)| (name.replace('.', "_"), *value)).collect();
    let as_php_names_them: Vec<_> = as_php_names_them.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(hash(&as_php_names_them, "123456"), DIGEST_2022);
}

/// The shop and the stored order to which a captured callback belongs.
fn asked_for(fields: &[(&str, &str)], store_key: &str, amount: &str) -> (Config, Order) {
    let value = |name: &str| fields.iter().find(|(at, _)| *at == name).map(|(_, value)| *value).unwrap_or_default();
    let config = isbank().with("gateway", "ziraat").with("mode", "test").with("model", value("storetype"));
    let config = config.with("merchant.clientId", value("clientid")).with("merchant.storeKey", store_key);
    let order = order().with("id", value("oid")).with("amount", amount).with("urls.ok", value("okUrl")).with("urls.fail", value("failUrl"));
    (config, order)
}

/// The digests fit, and so does the payment. Both callbacks were asked for in other words than ours (`islemtipi` for `TranType`, `100`
/// for `100.00`), so an echo is missing: such a message is neither refused nor believed, and the bank is asked.
#[test]
fn captured_callbacks_are_recognised() {
    for (fields, digest, key, amount) in [(CALLBACK_2022, DIGEST_2022, "123456", "1.01"), (CALLBACK_2026, DIGEST_2026, "TEST1234", "100.00")] {
        let (config, order) = asked_for(fields, key, amount);
        let shop = config.open();
        let Started { order, .. } = shop.begin(order);
        let body = Callback::of(fields).with("HASH", digest).body();
        assert_eq!(shop.callback(&order, &body).to_string(), "reads:inquiry uncertain");
        assert_eq!(shop.peek(&body).0[1..], ["orderId", order.get("id")]);
    }
}

#[test]
fn captured_callbacks_that_were_changed_are_refused() {
    for (fields, digest, key, amount) in [(CALLBACK_2022, DIGEST_2022, "123456", "1.01"), (CALLBACK_2026, DIGEST_2026, "TEST1234", "100.00")] {
        let (config, order) = asked_for(fields, key, amount);
        let shop = config.open();
        let Started { order, .. } = shop.begin(order);
        let genuine = Callback::of(fields).with("HASH", digest);
        for (name, _) in fields.iter().filter(|(name, _)| !["encoding", "hashAlgorithm"].contains(name)) {
            let changed = genuine.clone().with(name, format!("{}x", genuine.text(name)));
            assert_eq!(shop.callback(&order, &changed.body()).to_string(), "SIGNATURE_INVALID HASH", "{name}");
        }
        let other_algorithm = genuine.with("hashAlgorithm", "ver2").body();
        assert_eq!(shop.callback(&order, &other_algorithm).to_string(), "SIGNATURE_INVALID hashAlgorithm");
    }
}

/// Asked for in our words, the payment of 2022 is believed.
#[test]
fn the_captured_payment_is_believed_when_every_echo_is_there() {
    let (config, order) = asked_for(CALLBACK_2022, "123456", "1.01");
    let shop = config.open();
    let Started { order, .. } = shop.begin(order);
    let callback = Callback::of(CALLBACK_2022).renamed("islemtipi", "TranType");
    let payment = shop.callback(&order, &callback.signed("123456"));
    assert_eq!(payment.to_string(), "paid by signature");
    let facts = ["transactionId", "authCode", "hostReference", "maskedPan", "mdStatus", "eci", "liability", "at"].map(|name| payment.fact(name));
    assert_eq!(facts, ["22303RqiC11252", "216981", "230317184784", "435508***4358", "1", "05", "issuer", "2022-10-30T17:42:33+03:00"]);
}

/// Captured at the İş Bankası test store in 2022, signed by version 1: the fields that it signs, and the order and amount beside them.
#[test]
fn a_terminal_that_still_signs_with_version_1_is_recognised() {
    let captured = Callback::of(&[
        ("clientid", "700655000200"),
        ("oid", "2022103030CB"),
        ("amount", "1.01"),
        ("currency", "949"),
        ("storetype", "3d_pay"),
        ("AuthCode", "P37891"),
        ("ProcReturnCode", "00"),
        ("Response", "Approved"),
        ("mdStatus", "1"),
        ("cavv", "ABABByBkEgAAAABllJMDdVWUGZE="),
        ("eci", "05"),
        ("md", "435508:EC9CDC37975501A4B29BBD5BE1580279238BF88D888B23E7ECC293581C75EE40:4333:##700655000200"),
        ("rnd", "kP/2JB5ajHJt+yVhHNG9"),
        ("HASHPARAMS", "clientid:oid:AuthCode:ProcReturnCode:Response:mdStatus:cavv:eci:md:rnd:"),
        (
            "HASHPARAMSVAL",
            "7006550002002022103030CBP3789100Approved1ABABByBkEgAAAABllJMDdVWUGZE=05\
             435508:EC9CDC37975501A4B29BBD5BE1580279238BF88D888B23E7ECC293581C75EE40:4333:##700655000200kP/2JB5ajHJt+yVhHNG9",
        ),
        ("HASH", "FQLnGOxBBMIoMIRxehiaLtkEd34="),
    ]);
    let config = isbank().with("mode", "test").with("model", "3d_pay");
    let shop = config.with("merchant.clientId", "700655000200").with("merchant.storeKey", "TRPS0200").open();
    let Started { order, .. } = shop.begin(order().with("id", "2022103030CB").with("amount", "1.01"));
    for callback in [captured.clone(), captured.with("hashAlgorithm", "ver1")] {
        let refusal = shop.callback(&order, &callback.body());
        assert_eq!(refusal.to_string(), "UNSUPPORTED hashAlgorithm");
        refusal.expect_why(Why::OldHashVersion);
    }
}
