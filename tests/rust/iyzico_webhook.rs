//! iyzico's webhooks: signed hints, read literally and cut in one way only. (That no other cut is read is tested inside the gateway.)

use crate::iyzico::*;
use crate::shop::{Answer, ORDER_ID, call, order};
use velopos::error::Why;
use velopos::frame::Op;

fn verified(body: &str, signature: &str) -> Answer {
    verified_for(body, signature, MERCHANT)
}

fn verified_for(body: &str, signature: &str, merchant: &str) -> Answer {
    call(Op::Webhook, &[signature, SECRET, merchant], body.as_bytes())
}

/// A webhook with the right signature, whatever it says.
fn told(body: &str) -> String {
    verified(body, &webhook_signature(body)).to_string()
}

fn field(event: &Answer, name: &str) -> String {
    assert_eq!(event.kind(), "webhook", "{event:?}");
    event.0[1..].chunks(2).find(|pair| pair[0] == name).map_or(String::new(), |pair| pair[1].clone())
}

const HOSTED_SAMPLE: &str = concat!(
    r#"{"paymentConversationId":"conversationId","merchantId":3382172,"token":"e828c62d-fd12-4b1a-ad5a-380f15fe6596","#,
    r#""status":"SUCCESS","iyziReferenceCode":"77e1635c-6b39-475a-8b7b-ca15ad0cd4ac","iyziEventType":"CHECKOUT_FORM_AUTH","#,
    r#""iyziEventTime":1721825036103,"iyziPaymentId":22483975}"#
);
const HOSTED_SIGNATURE: &str = "4031c575763486a2d2bf3f7ace0baebfcd6bed65393ab4df3fe80c00d5fd6878";
const DIRECT_SAMPLE: &str = concat!(
    r#"{"paymentConversationId":"conversationId","merchantId":3382172,"paymentId":22484059,"status":"SUCCESS","#,
    r#""iyziReferenceCode":"a9af8e6b-4401-4928-b6b8-40419aaa3d0f","iyziEventType":"API_AUTH","iyziEventTime":1721825828467,"#,
    r#""iyziPaymentId":22484059}"#
);
const DIRECT_SIGNATURE: &str = "92c7a72b7741bc83eb696066605c894778c87297b2c88d6037670666230e18ae";

#[test]
fn iyzicos_own_samples() {
    let event = verified(HOSTED_SAMPLE, HOSTED_SIGNATURE);
    let expected = [
        ("format", "hpp"),
        ("eventType", "CHECKOUT_FORM_AUTH"),
        ("paymentId", "22483975"),
        ("token", TOKEN),
        ("conversationId", "conversationId"),
        ("status", "SUCCESS"),
        ("merchantId", "3382172"),
        ("referenceCode", "77e1635c-6b39-475a-8b7b-ca15ad0cd4ac"),
        ("eventTime", "1721825036103"),
    ];
    assert_eq!(event.0[1..], expected.iter().flat_map(|(name, value)| [*name, value]).collect::<Vec<_>>());
    let event = verified(DIRECT_SAMPLE, &DIRECT_SIGNATURE.to_uppercase());
    assert_eq!((field(&event, "format").as_str(), field(&event, "paymentId").as_str(), field(&event, "token").as_str()), ("direct", "22484059", ""));
    for (body, signature) in [(HOSTED_SAMPLE, HOSTED_SIGNATURE), (DIRECT_SAMPLE, DIRECT_SIGNATURE)] {
        assert_eq!(call(Op::Formula, &["iyzico.webhookSignature", "", SECRET], body.as_bytes()).at(1), signature);
    }
}

#[test]
fn other_signatures_are_refused() {
    assert_eq!(verified(&DIRECT_SAMPLE.replace("SUCCESS", "FAILURE"), DIRECT_SIGNATURE).to_string(), "SIGNATURE_INVALID x-iyz-signature-v3");
    for wrong in [
        // Without the secret in front, as some guides write it.
        "910d50f28428b61022b27101ab36099361e2091ed4a6a629ab9d2547c08f14ed",
        DIRECT_SIGNATURE,
        &HOSTED_SIGNATURE[..63],
        &HOSTED_SIGNATURE[..62],
        &format!("{HOSTED_SIGNATURE}00"),
        &format!(" {HOSTED_SIGNATURE}"),
        &"z".repeat(64),
        &"0".repeat(64),
        "QDHFdXY0hqLSvz96zg==",
    ] {
        assert_eq!(verified(HOSTED_SAMPLE, wrong).at(1), "SIGNATURE_INVALID", "{wrong}");
    }
    assert_eq!(call(Op::Webhook, &[HOSTED_SIGNATURE, "other", ""], HOSTED_SAMPLE.as_bytes()).at(1), "SIGNATURE_INVALID");
    let empty_key = hmac_hex("", &format!("CHECKOUT_FORM_AUTH22483975{TOKEN}conversationIdSUCCESS"));
    assert_eq!(call(Op::Webhook, &[empty_key.as_str(), "", ""], HOSTED_SAMPLE.as_bytes()).to_string(), "CONFIG secretKey");
    assert_eq!(verified(HOSTED_SAMPLE, "").to_string(), "SIGNATURE_MISSING x-iyz-signature-v3");
}

#[test]
fn only_the_third_version_of_the_header_counts() {
    let shop = form_shop();
    let stored = begin(&shop, order());
    let body = hosted(&[]);
    let signature = webhook_signature(&body);
    let told = |headers: [&str; 3]| shop.call(Op::Callback, &stored, &headers, body.as_bytes());
    for (headers, is_older) in
        [(["", "", ""], false), (["", &signature, ""], true), (["", "", &signature], true), (["", &signature, &signature], true)]
    {
        let error = told(headers);
        assert_eq!(error.to_string(), "SIGNATURE_MISSING x-iyz-signature-v3");
        error.expect_why(if is_older { Why::WebhookOldSignature } else { Why::WebhookUnsigned });
    }
    assert_eq!(told([&signature, "x", "y"]).to_string(), "reads:retrieve");
}

/// An event of each kind, and its words.
const DIRECT_EVENTS: &str = "PAYMENT_API API_AUTH THREE_DS_AUTH THREE_DS_CALLBACK";
const HOSTED_EVENTS: &str = "CHECKOUT_FORM_AUTH BANK_TRANSFER_AUTH CREDIT_PAYMENT_AUTH CREDIT_PAYMENT_PENDING CREDIT_PAYMENT_INIT PWI_TKN_FUND \
                             PWI_TKN_AUTH PWI_TKN_THREEDS_AUTH";
const SHARED_EVENTS: &str = "BKM_AUTH BALANCE CONTACTLESS_AUTH CONTACTLESS_REFUND REFUND_RETRY_FAILURE REFUND_RETRY_SUCCESS";
const STATUSES: &str = "FAILURE SUCCESS INIT_THREEDS CALLBACK_THREEDS BKM_POS_SELECTED INIT_APM INIT_CONTACTLESS";
const HOSTED_STATUSES: &str = "INIT_BANK_TRANSFER INIT_CREDIT PENDING_CREDIT";

#[test]
fn every_listed_word_is_taken_and_no_other() {
    type Kind = fn(&[(&str, &str)]) -> String;
    let with =
        |kind: Kind, event: &str, status: &str| told(&kind(&[("iyziEventType", &format!("\"{event}\"")), ("status", &format!("\"{status}\""))]));
    for (kind, events, others, statuses, more) in [
        (direct as Kind, [DIRECT_EVENTS, SHARED_EVENTS], HOSTED_EVENTS, STATUSES.to_owned(), HOSTED_STATUSES),
        (hosted as Kind, [HOSTED_EVENTS, SHARED_EVENTS], DIRECT_EVENTS, [STATUSES, HOSTED_STATUSES].join(" "), ""),
    ] {
        for event in events.iter().flat_map(|words| words.split_whitespace()) {
            for status in statuses.split_whitespace() {
                assert_eq!(with(kind, event, status), "webhook", "{event} {status}");
            }
        }
        for event in others.split_whitespace().chain(["subscription.order.success", "api_auth", "API_AUTH ", "API_AUTH2", "X", "PAYMENT_APİ"]) {
            assert_eq!(with(kind, event, "SUCCESS"), "MALFORMED iyziEventType", "{event}");
        }
        for status in more.split_whitespace().chain(["success", "SUCCESS ", "SUCCESSFUL", "PAID"]) {
            assert_eq!(with(kind, "BALANCE", status), "MALFORMED status", "{status}");
        }
    }
    for (event, outcome) in [
        ("subscription.order.success", "webhook"),
        ("subscription.order.failure", "webhook"),
        ("subscription.order.SUCCESS", "MALFORMED iyziEventType"),
        ("API_AUTH", "MALFORMED iyziEventType"),
    ] {
        assert_eq!(told(&subscription(&[("iyziEventType", &format!("\"{event}\""))])), outcome, "{event}");
    }
    let body = direct(&[("status", r#""NEW_STATUS""#)]);
    assert_eq!(verified(&body, &webhook_signature(&body)).expect_why(Why::NotListed).about(), "`NEW_STATUS`");
    let body = direct(&[("status", r#""a<b>cd""#)]);
    assert_eq!(verified(&body, &webhook_signature(&body)).expect_why(Why::NotListed).about(), "…");
}

#[test]
fn a_valid_digest_over_another_split_is_refused() {
    // The same signed text, cut elsewhere, with the genuine signature.
    let refused = |members: &[(&str, &str)], genuine: &str| {
        let body = json(&members.iter().map(|(name, value)| quoted(name, value)).collect::<Members>());
        assert_eq!(webhook_signature(&body), genuine, "not the same text: this attack proves nothing");
        verified(&body, genuine).to_string()
    };
    let direct = |event, payment, conversation, status| {
        refused(&[("iyziEventType", event), ("paymentId", payment), ("paymentConversationId", conversation), ("status", status)], DIRECT_SIGNATURE)
    };
    assert_eq!(direct("API_AUTH2", "2484059", "conversationId", "SUCCESS"), "MALFORMED iyziEventType");
    assert_eq!(direct("API_AUT", "H22484059", "conversationId", "SUCCESS"), "MALFORMED iyziEventType");
    assert_eq!(direct("API_AUTH", "2248405", "9conversationId", "SUCCESS"), "MALFORMED paymentConversationId");
    assert_eq!(direct("API_AUTH", "22484059c", "onversationId", "SUCCESS"), "MALFORMED paymentId");
    assert_eq!(direct("API_AUTH", "22484059", "conversationIdSUC", "CESS"), "MALFORMED status");
    assert_eq!(direct("API_AUTH", "22484059", "conversationI", "dSUCCESS"), "MALFORMED status");
    let conversation = format!("{TOKEN}conversationId");
    let as_direct =
        [("iyziEventType", "CHECKOUT_FORM_AUTH"), ("paymentId", PAYMENT), ("paymentConversationId", &conversation), ("status", "SUCCESS")];
    assert_eq!(refused(&as_direct, HOSTED_SIGNATURE), "MALFORMED iyziEventType");
    let hosted = |payment, token: &str, conversation| {
        let members = [
            ("iyziEventType", "CHECKOUT_FORM_AUTH"),
            ("iyziPaymentId", payment),
            ("token", token),
            ("paymentConversationId", conversation),
            ("status", "SUCCESS"),
        ];
        refused(&members, HOSTED_SIGNATURE)
    };
    assert_eq!(hosted("2248397", &format!("5{TOKEN}"), "conversationId"), "MALFORMED token");
    assert_eq!(hosted("2248397", &format!("5{}", &TOKEN[..35]), "6conversationId"), "MALFORMED token");
    assert_eq!(hosted(PAYMENT, &format!("{TOKEN}c"), "onversationId"), "MALFORMED token");
    assert_eq!(hosted(PAYMENT, &TOKEN[..35], "6conversationId"), "MALFORMED token");
    // In an event that both kinds know, a token could hide in the conversation.
    let hidden = [("iyziEventType", r#""BKM_AUTH""#), ("paymentConversationId", &format!("\"{TOKEN}x\""))];
    assert_eq!(told(&crate::iyzico::direct(&hidden)), "MALFORMED paymentConversationId");
    assert_eq!(told(&crate::iyzico::direct(&hidden[1..])), "webhook");
    // And an empty conversation is signed as well: a bare token could be a hosted event's.
    let bare = [("iyziEventType", r#""BKM_AUTH""#), ("paymentConversationId", &format!("\"{TOKEN}\""))];
    assert_eq!(told(&crate::iyzico::direct(&bare)), "MALFORMED paymentConversationId");
    assert_eq!(told(&crate::iyzico::direct(&bare[1..])), "webhook");
}

#[test]
fn numbers_are_taken_literally() {
    for digits in ["1", "22484059", "9007199254740993", "18446744073709551615"] {
        for text in [digits.to_owned(), format!("\"{digits}\"")] {
            for body in [direct(&[("paymentId", &text)]), hosted(&[("iyziPaymentId", &text)])] {
                assert_eq!(field(&verified(&body, &webhook_signature(&body)), "paymentId"), digits, "{body}");
            }
        }
    }
    for text in [
        "0",
        "1e3",
        "1E3",
        "1.0",
        "22484059.0",
        "0.5",
        "-1",
        "-0",
        "2.2484059e7",
        "123456789012345678901",
        r#""007""#,
        r#""1e3""#,
        r#"" 1""#,
        r#""٢٢""#,
        r#""x""#,
    ] {
        assert_eq!(told(&direct(&[("paymentId", text)])), "MALFORMED paymentId", "{text}");
        assert_eq!(told(&hosted(&[("iyziPaymentId", text)])), "MALFORMED iyziPaymentId", "{text}");
    }
    for text in ["007", "+1", "0x10", "1.", ".5", "NaN", "01", "--1"] {
        assert_eq!(verified(&direct(&[("paymentId", text)]), DIRECT_SIGNATURE).at(1), "MALFORMED", "{text}");
    }
    // A number and a text of the same digits are the same to the signature, and a float would not be.
    let as_float = DIRECT_SAMPLE.replace("\"paymentId\":22484059", "\"paymentId\":22484059.0");
    assert_eq!(verified(&as_float, DIRECT_SIGNATURE).at(1), "SIGNATURE_INVALID");
}

#[test]
fn missing_repeated_and_mistyped_keys_are_named() {
    type Kind = fn(&[(&str, &str)]) -> String;
    for (kind, names) in [
        (direct as Kind, "iyziEventType paymentId paymentConversationId status"),
        (hosted, "iyziEventType iyziPaymentId paymentConversationId status"),
        (subscription, "iyziEventType orderReferenceCode customerReferenceCode"),
    ] {
        let genuine = webhook_signature(&kind(&[]));
        for name in names.split(' ') {
            for wrong in ["", "null", r#""""#, "true", "[]", "{}", "[1]", r#"{"a":1}"#] {
                assert_eq!(verified(&kind(&[(name, wrong)]), &genuine).to_string(), format!("MALFORMED {name}"), "{wrong}");
            }
            let body = kind(&[]);
            for twice in [name.to_owned(), name.to_uppercase()] {
                for doubled in [format!("{},\"{twice}\":\"x\"}}", &body[..body.len() - 1]), format!("{{\"{twice}\":\"x\",{}", &body[1..])] {
                    let refused = verified(&doubled, &genuine);
                    assert!(refused.at(1) == "DUPLICATE_FIELD" && refused.at(2).eq_ignore_ascii_case(name), "{doubled}: {refused}");
                }
            }
        }
    }
    let escaped = DIRECT_SAMPLE.replace('{', "{\"sta\\u0074us\":\"FAILURE\",");
    assert_eq!(verified(&escaped, DIRECT_SIGNATURE).to_string(), "DUPLICATE_FIELD status");
    for wrong in ["", " ", "null", "1", "[]", "{", "{}x", "status=SUCCESS", "\u{feff}{}"] {
        assert_eq!(verified(wrong, DIRECT_SIGNATURE).at(1), "MALFORMED", "{wrong}");
    }
    assert_eq!(call(Op::Webhook, &[DIRECT_SIGNATURE, SECRET, ""], b"{\"a\":\"\xDD\"}").at(1), "MALFORMED");
}

#[test]
fn a_subscription_signs_the_merchant_number_which_its_payload_may_lack() {
    let body = subscription(&[]);
    let event = verified(&body, &webhook_signature(&body));
    for (name, expected) in [
        ("format", "subscription"),
        ("eventType", "subscription.order.success"),
        ("subscriptionReferenceCode", "ea0362e2-a1c4-4fda-89f0-3758a5c20a28"),
        ("orderReferenceCode", "ae5fcbf8-4fd2-46e5-b199-8f690ae9fae5"),
        ("customerReferenceCode", "ff4052ca-0588-40eb-81a9-848c0c409472"),
        ("merchantId", MERCHANT),
        ("status", ""),
    ] {
        assert_eq!(field(&event, name), expected, "{name}");
    }
    assert_eq!(verified_for(&body, &webhook_signature(&body), "").to_string(), "CONFIG merchantId");
    assert_eq!(verified_for(&body, &webhook_signature(&body), "3382173").at(1), "SIGNATURE_INVALID");
    let named = subscription(&[("merchantId", MERCHANT)]);
    for configured in ["", MERCHANT] {
        assert_eq!(verified_for(&named, &webhook_signature(&named), configured).to_string(), "webhook");
    }
    assert_eq!(verified_for(&named, &webhook_signature(&named), "1").to_string(), "MERCHANT_MISMATCH merchantId");
    let references = "ea0362e2-a1c4-4fda-89f0-3758a5c20a28ae5fcbf8-4fd2-46e5-b199-8f690ae9fae5ff4052ca-0588-40eb-81a9-848c0c409472";
    let odd = subscription(&[("merchantId", r#""3382172x""#)]);
    let signature = hmac_hex(SECRET, &format!("3382172x{SECRET}subscription.order.success{references}"));
    assert_eq!(verified_for(&odd, &signature, "").to_string(), "MALFORMED merchantId");
    for (name, value) in [
        ("orderReferenceCode", "\"order-ref-1\""),
        ("customerReferenceCode", "\"ff4052ca-0588-40eb-81a9-848c0c40947\""),
        ("subscriptionReferenceCode", "\"ea0362e2ea1c4-4fda-89f0-3758a5c20a28\""),
    ] {
        assert_eq!(told(&subscription(&[(name, value)])), format!("MALFORMED {name}"));
    }
}

#[test]
fn a_webhook_only_makes_us_ask() {
    let shop = form_shop();
    let stored = begin(&shop, order());
    let told = |body: &str| callback(&shop, &stored, body, &webhook_signature(body));
    for status in STATUSES.split_whitespace().chain(HOSTED_STATUSES.split_whitespace()) {
        let step = told(&hosted(&[("status", &format!("\"{status}\""))]));
        assert_eq!(step.to_string(), "reads:retrieve", "{status}");
        assert!(body_of(&step).contains(TOKEN));
    }
    for (body, outcome) in [
        (hosted(&[("paymentConversationId", r#""Other4mPq8sVx2bNw6zRy""#)]), "ORDER_MISMATCH paymentConversationId"),
        (hosted(&[("token", &format!("\"{OTHER_TOKEN}\""))]), "ORDER_MISMATCH token"),
        (direct(&[]), "reads:retrieve"),
        (subscription(&[]), "UNSUPPORTED iyziEventType"),
    ] {
        assert_eq!(told(&body).to_string(), outcome, "{body}");
    }
    let padded = format!(" \n{}", direct(&[]));
    assert_eq!(told(&padded).to_string(), "reads:retrieve");
    assert_eq!(callback(&shop, &stored, &direct(&[]), HOSTED_SIGNATURE).at(1), "SIGNATURE_INVALID");
    // With its order, an id that begins with a digit is no riddle; without one it could have taken digits from the payment's number.
    let numbered = begin_numbered(&shop);
    let body = direct(&[("paymentConversationId", r#""123456789""#)]);
    assert_eq!(callback(&shop, &numbered, &body, &webhook_signature(&body)).to_string(), "reads:retrieve");
    assert_eq!(told(&body).to_string(), "MALFORMED paymentConversationId");
    assert_eq!(verified(&body, &webhook_signature(&body)).to_string(), "MALFORMED paymentConversationId");
    assert_ne!(numbered.get("id"), ORDER_ID);
}

fn begin_numbered(shop: &crate::shop::Shop) -> crate::shop::Order {
    begin(shop, order().with("id", "123456789"))
}
