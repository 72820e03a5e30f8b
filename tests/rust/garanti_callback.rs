//! Garanti: what comes back through the customer's browser. It is never a payment: it declines, or it makes our server ask.

use crate::garanti_bank::{
    CAVV, MODELS, RND, Reply, Return, STORE_KEY, TERMINAL, asked, begin, element, garanti, keep, must_not_tell, open, request_hash, sha512,
};
use crate::garanti_bank::{MD, PASSWORD};
use crate::shop::{Answer, ORDER_ID, Shop, Started, order};

/// `reads:inquiry`, `moves:provision`, `declined by signature`, or the refusal.
fn outcome(shop: &Shop, started: &Started, message: &Return) -> String {
    let answer = shop.callback(&started.order, &message.signed());
    must_not_tell(&answer);
    answer.to_string()
}

#[test]
fn no_return_is_a_payment() {
    for model in MODELS {
        for policy in ["full", "attempted"] {
            let shop = garanti().with("model", model).with("threeDS", policy).open();
            let started = begin(&shop, order());
            for md_status in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] {
                let message = Return::approved(&started.form, md_status);
                assert_eq!(outcome(&shop, &started, &message), "reads:inquiry", "{model} {policy} {md_status}");
            }
        }
    }
}

/// mdStatus, authorization code, return code, response; then what follows in `3d_pay`, in `3d_full` and in `3d`.
const RESULTS: &[([&str; 4], [&str; 3])] = &[
    (["1", " ", "51", "Declined"], ["declined by signature"; 3]),
    (["1", "", "12", "Declined"], ["declined by signature"; 3]),
    (["4", " ", "05", "Declined"], ["declined by signature"; 3]),
    // The gate's own 92 stands for an order that was paid before, too (0104); others for not knowing.
    (["1", " ", "92", "Declined"], ["reads:inquiry"; 3]),
    (["1", " ", "96", "Declined"], ["reads:inquiry"; 3]),
    (["1", " ", "99", "Error"], ["reads:inquiry"; 3]),
    (["0", " ", "99", "Error"], ["declined by signature"; 3]),
    (["0", "", "", ""], ["declined by signature"; 3]),
    (["5", "", "", ""], ["declined by signature"; 3]),
    (["7", "", "99", "Error"], ["declined by signature"; 3]),
    (["1", "", "", ""], ["reads:inquiry", "reads:inquiry", "moves:provision"]),
    (["4", "", "", ""], ["reads:inquiry", "declined by signature", "declined by signature"]),
    // Contradictions.
    (["1", "304919", "05", "Approved"], ["reads:inquiry"; 3]),
    (["1", " ", "00", "Approved"], ["reads:inquiry"; 3]),
    (["1", " ", "00", "Declined"], ["reads:inquiry"; 3]),
    (["0", " ", "00", "Error"], ["reads:inquiry"; 3]),
    // Not as the bank writes it: where it charges it is asked, where only we would charge nothing is.
    (["1", "304919", "51", "Declined"], ["reads:inquiry", "reads:inquiry", "MALFORMED authcode"]),
    (["1", "", "", "Declined"], ["reads:inquiry", "reads:inquiry", "MALFORMED procreturncode"]),
    (["1", "", "00", ""], ["reads:inquiry", "reads:inquiry", "MALFORMED procreturncode"]),
    (["1", "", "51", "declined"], ["reads:inquiry", "reads:inquiry", "MALFORMED response"]),
    (["", "", "", ""], ["reads:inquiry", "reads:inquiry", "MALFORMED mdstatus"]),
    (["01", "", "", ""], ["reads:inquiry", "reads:inquiry", "MALFORMED mdstatus"]),
    (["Y", "", "", ""], ["reads:inquiry", "reads:inquiry", "MALFORMED mdstatus"]),
];

#[test]
fn what_a_return_leads_to() {
    for (place, model) in ["3d_pay", "3d_full", "3d"].into_iter().enumerate() {
        let shop = open(model);
        let started = begin(&shop, order());
        for (values, expected) in RESULTS {
            let [md_status, auth_code, return_code, response] = *values;
            let message = Return::of(&started.form, md_status).charged(auth_code, return_code, response);
            assert_eq!(outcome(&shop, &started, &message), expected[place], "{model} {values:?}");
        }
    }
}

#[test]
fn the_hosted_models_behave_like_the_others() {
    for (one, other) in [("3d_oos_pay", "3d_pay"), ("3d_oos_full", "3d_full"), ("3d_oos_half", "3d_half"), ("3d_half", "3d_pay")] {
        for policy in ["full", "attempted"] {
            let [one, other] = [one, other].map(|model| garanti().with("model", model).with("threeDS", policy).open());
            let [started, twin] = [&one, &other].map(|shop| begin(shop, order()));
            for (values, _) in RESULTS {
                let [md_status, auth_code, return_code, response] = *values;
                let of = |form: &[(String, String)]| Return::of(form, md_status).charged(auth_code, return_code, response);
                assert_eq!(outcome(&one, &started, &of(&started.form)), outcome(&other, &twin, &of(&twin.form)), "{values:?}");
            }
        }
    }
}

#[test]
fn a_decline_says_why() {
    let shop = open("3d_pay");
    let started = begin(&shop, order());
    let message =
        Return::of(&started.form, "1").charged(" ", "51", "Declined").with("hostmsg", "Limit yetersiz 4508034508034509").with("errmsg", "x");
    let declined = shop.callback(&started.order, &message.signed());
    for (name, value) in [
        ("reason", "insufficient-funds"),
        ("bankCode", "51"),
        ("bankMessage", "Limit yetersiz 450803******4509"),
        ("wixReasonCode", "3012"),
        ("maskedPan", "42822090****8015"),
        ("mdStatus", "1"),
        ("eci", "02"),
        ("dedupeKey", "garanti:30651234:production:A7K2M9P4R8T3V6X5Z2B7:declined"),
    ] {
        assert_eq!(declined.fact(name), value, "{name}");
    }
    let message = Return::of(&started.form, "0").with("mderrormessage", "Not authenticated");
    let declined = shop.callback(&started.order, &message.signed());
    for (name, value) in [("reason", "3ds-failed"), ("bankCode", "mdStatus 0"), ("bankMessage", "Not authenticated"), ("liability", "merchant")] {
        assert_eq!(declined.fact(name), value, "{name}");
    }
}

#[test]
fn what_is_not_the_banks_message() {
    for model in MODELS {
        let shop = open(model);
        let started = begin(&shop, order());
        let genuine = Return::approved(&started.form, "1");
        let said = |message: &Return| shop.callback(&started.order, &message.body()).to_string();
        let signed = genuine.clone().with("hash", &genuine.hash());
        let lower = genuine.clone().with("hash", &genuine.hash().to_lowercase());
        assert_eq!([said(&signed), said(&lower)], ["reads:inquiry", "reads:inquiry"], "hexadecimal digits of either case");

        for (what, message, refusal) in [
            ("no hash", genuine.clone(), "SIGNATURE_MISSING hash"),
            ("an empty hash", genuine.clone().with("hash", ""), "SIGNATURE_MISSING hash"),
            ("an empty hash and an empty list", genuine.clone().with("hash", "").with("hashparams", ""), "SIGNATURE_MISSING hash"),
            ("no list", signed.clone().without("hashparams"), "FIELD_LIST hashparams"),
            ("an empty list", signed.clone().with("hashparams", ""), "FIELD_LIST hashparams"),
            ("a shorter list", signed.clone().with("hashparams", "clientid:oid:mdstatus:cavv:eci:md:rnd:"), "FIELD_LIST hashparams"),
            ("the list without its end", signed.clone().with("hashparams", HASH_PARAMS_OPEN), "FIELD_LIST hashparams"),
            ("half a hash", signed.clone().with("hash", &genuine.hash()[..64]), "SIGNATURE_INVALID hash"),
            ("the hash of version 0.01", signed.clone().with("hash", "K1eaT12s4oPbvQDfA6YIMCfH6HQ="), "SIGNATURE_INVALID hash"),
            ("the form's own hash", signed.clone().with("hash", genuine.text("secure3dhash")), "SIGNATURE_INVALID hash"),
            ("another store key", genuine.clone().with("hash", &sha512(&[&genuine.plaintext(), "12345678"].concat())), "SIGNATURE_INVALID hash"),
            ("no store key", genuine.clone().with("hash", &sha512(&genuine.plaintext())), "SIGNATURE_INVALID hash"),
            ("mdstatus taken away", signed.clone().without("mdstatus"), "SIGNATURE_INVALID hash"),
            ("mdstatus edited", signed.clone().with("mdstatus", "2"), "SIGNATURE_INVALID hash"),
            ("another terminal", resigned(genuine.clone().with("clientid", "30691298")), "MERCHANT_MISMATCH clientid"),
            ("a terminal with a zero in front", resigned(genuine.clone().with("clientid", "030651234")), "MERCHANT_MISMATCH clientid"),
            ("another order", resigned(genuine.clone().with("oid", "B7K2M9P4R8T3V6X5Z2B7")), "ORDER_MISMATCH oid"),
            ("no order", resigned(genuine.clone().with("oid", "")), "ORDER_MISMATCH oid"),
            ("another form", resigned(genuine.clone().with("secure3dhash", &"AB".repeat(64))), "ECHO_MISMATCH secure3dhash"),
            ("a name twice", with_another(&signed, "mdstatus", "1"), "DUPLICATE_FIELD mdstatus"),
            ("a name twice, to a careless server", with_another(&signed, "MDSTATUS", "1"), "DUPLICATE_FIELD MDSTATUS"),
            ("a letter that is none", signed.clone().with("oid", "Ａ1"), "MALFORMED oid"),
        ] {
            assert_eq!(said(&message), refusal, "{model}: {what}");
        }
    }
}

const HASH_PARAMS_OPEN: &str = "clientid:oid:authcode:procreturncode:response:mdstatus:cavv:eci:md:rnd";

fn resigned(message: Return) -> Return {
    let hash = message.hash();
    message.with("hash", &hash)
}

fn with_another(message: &Return, name: &str, value: &str) -> Return {
    let mut message = message.clone();
    message.fields.push((name.to_owned(), value.to_owned()));
    message
}

/// The store key is the last of the joined values, so it could be cut, too, if it were not ours.
#[test]
fn the_store_key_gives_nothing_away() {
    let shop = open("3d");
    let started = begin(&shop, order());
    let genuine = Return::of(&started.form, "0");
    let longer = genuine.clone().with("rnd", &[RND, &STORE_KEY[..4]].concat()).with("hash", &genuine.hash());
    assert_eq!(shop.callback(&started.order, &longer.body()).to_string(), "SIGNATURE_INVALID hash");
    assert_eq!(longer.text("clientid"), TERMINAL);
}

#[test]
fn what_nobody_signed_influences_nothing() {
    for model in MODELS {
        let shop = open(model);
        let started = begin(&shop, order());
        let genuine = Return::approved(&started.form, "1");
        let plain = shop.callback(&started.order, &genuine.signed());
        let mut changed = genuine.clone();
        for name in [
            "txnamount",
            "txncurrencycode",
            "orderid",
            "txntype",
            "secure3dsecuritylevel",
            "terminalid",
            "transid",
            "hostrefnum",
            "mode",
            "apiversion",
        ] {
            changed = changed.with(name, "1");
        }
        let asks = shop.callback(&started.order, &changed.signed());
        assert_eq!(asks, plain, "{model}");
        assert_eq!(shop.callback(&started.order, &genuine.without("secure3dhash").signed()), plain, "{model}");
    }
}

/// In `3d` the answer to a good authentication is our own request for the money, and every value that money depends on is the stored one.
#[test]
fn the_provision_is_made_of_the_stored_order() {
    let shop = open("3d");
    let started = begin(&shop, order().with("installments", "3"));
    let edited = [
        ("txnamount", "1"),
        ("txncurrencycode", "840"),
        ("txntype", "preauth"),
        ("txninstallmentcount", ""),
        ("orderid", "X"),
        ("customeripaddress", "1.1.1.1"),
    ];
    let message = edited.iter().fold(Return::of(&started.form, "1"), |message, (name, value)| message.with(name, value));
    let step = shop.callback(&started.order, &message.signed());
    assert_eq!((step.then(), step.claim()), ("moves:provision", "garanti:30651234:production:A7K2M9P4R8T3V6X5Z2B7:send:provision"));
    assert_eq!(step.url(), "https://sanalposprov.garanti.com.tr/VPServlet");
    let xml = asked(&step);
    for (name, value) in [
        ("Mode", "PROD"),
        ("Version", "512"),
        ("ProvUserID", "PROVAUT"),
        ("UserID", "PROVAUT"),
        ("ID", TERMINAL),
        ("MerchantID", "9876543"),
        ("IPAddress", "203.0.113.7"),
        ("EmailAddress", "ayse@example.com"),
        ("Number", ""),
        ("OrderID", ORDER_ID),
        ("Type", "sales"),
        ("InstallmentCnt", "3"),
        ("Amount", "14990"),
        ("CurrencyCode", "949"),
        ("CardholderPresentCode", "13"),
        ("MotoInd", "N"),
        ("AuthenticationCode", CAVV),
        ("SecurityLevel", "02"),
        ("TxnID", "748ac354-4bfe-4b40-aa12-5ea025b7399b"),
        ("Md", MD),
        ("HashData", &request_hash(&xml, PASSWORD)),
    ] {
        assert_eq!(element(&xml, name), value, "{name}");
    }
    let reserving = begin(&shop, order().with("type", "preauth"));
    let step = shop.callback(&reserving.order, &Return::of(&reserving.form, "1").signed());
    assert_eq!(element(&asked(&step), "Type"), "preauth");
}

#[test]
fn an_authentication_that_proves_less_than_it_should_is_not_charged() {
    let shop = open("3d");
    let started = begin(&shop, order());
    let good = Return::of(&started.form, "1");
    for (name, value) in [
        ("cavv", ""),
        ("cavv", "jCm0m+u/0hUfAREHBAMBcfN+pSo"),
        ("cavv", "jCm0m+u/0hUfAREHBAMBcfN+pS=="),
        ("cavv", "jCm0m+u/0hUfAREHBAMBcfN+p=o="),
        ("cavv", "jCm0m-u_0hUfAREHBAMBcfN-pSo="),
        ("cavv", "AAAAjCm0m+u/0hUfAREHBAMBcfN+pSo="),
        ("eci", ""),
        ("eci", "2"),
        ("eci", "0x"),
        ("md", ""),
        ("md", "aW5kZXg6MDI="),
        ("md", &MD[1..]),
        ("md", &["x=", &MD[2..]].concat()),
        ("md", &MD.replace("MDJ6", "MD-6")),
        ("md", &MD.replace("J6LjAI5iAcKf", "ErrorI5iAcKf")),
        ("rnd", ""),
        ("rnd", &RND[1..]),
        ("rnd", "kW094tPzNEhqORzzCsL="),
        ("rnd", "kW094ApprovedRzzCsLB"),
        ("xid", "<x>"),
        ("xid", &"x".repeat(65)),
    ] {
        assert_eq!(outcome(&shop, &started, &good.clone().with(name, value)), format!("MALFORMED {name}"), "{name}={value}");
    }
    assert_eq!(outcome(&shop, &started, &good.without("xid")), "moves:provision", "the bank decides about what it did not send");
}

#[test]
fn attempts_count_where_the_shop_says_so() {
    let shop = garanti().with("model", "3d").with("threeDS", "attempted").open();
    let started = begin(&shop, order());
    for md_status in ["1", "2", "3", "4"] {
        let message = Return::of(&started.form, md_status).with("cavv", CAVV).with("eci", "06");
        let step = shop.callback(&started.order, &message.signed());
        assert_eq!(step.to_string(), "moves:provision", "{md_status}");
        let paid = shop.reply(&keep(&started.order, &step), step.then(), "200", Reply::approved().xml());
        let liability = if md_status == "1" { "issuer" } else { "merchant" };
        assert_eq!((paid.to_string().as_str(), paid.fact("liability"), paid.fact("mdStatus")), ("paid by reply", liability, md_status));
    }
    let bare = Return::of(&started.form, "1").with("cavv", "");
    assert_eq!(outcome(&shop, &started, &bare), "MALFORMED cavv", "a full authentication has its CAVV");
    // Without one nothing shows that it was attempted for this order; our server has asked for no money, so it is a failure.
    for (md_status, expected) in [("2", "declined by signature"), ("3", "declined by signature"), ("4", "moves:provision")] {
        assert_eq!(outcome(&shop, &started, &Return::of(&started.form, md_status)), expected, "{md_status}");
    }
}

/// Who bears a chargeback is told by the signed mdStatus, also when the bank finds the payment only later.
#[test]
fn the_authentication_is_remembered() {
    let found = Reply::state("APPROVED", "14990", "0").xml();
    let none = Reply::refused("0110").xml();
    for (policy, md_status, liability, review) in
        [("full", "1", "issuer", ""), ("full", "4", "merchant", "review"), ("full", "7", "merchant", "review"), ("attempted", "4", "merchant", "")]
    {
        let shop = garanti().with("threeDS", policy).open();
        let started = begin(&shop, order());
        let step = shop.callback(&started.order, &Return::approved(&started.form, md_status).signed());
        let told = |payment: &Answer| [payment.to_string(), payment.fact("liability").to_owned(), payment.fact("mdStatus").to_owned()];
        let expected = |status: &str| {
            let status = if review.is_empty() { status.to_owned() } else { format!("{status}, review") };
            [status, liability.to_owned(), md_status.to_owned()]
        };
        let kept = keep(&started.order, &step);
        assert_eq!(told(&shop.reply(&kept, step.then(), "200", &found)), expected("paid by reply"), "{policy} {md_status}");
        let open = shop.reply(&kept, step.then(), "200", &none);
        assert_eq!(told(&open), expected("pending"), "{policy} {md_status}");
        let later = keep(&kept, &open);
        let asks = shop.inquire(&later);
        assert_eq!(told(&shop.reply(&later, asks.then(), "200", &found)), expected("paid by reply"), "{policy} {md_status}");
    }
    // An approval without an mdStatus: the customer made OOS_PAY, which has no 3-D Secure, of the form. A person should look.
    let shop = garanti().open();
    let started = begin(&shop, order());
    let odd = Return::approved(&started.form, "").with("cavv", "").with("eci", "").with("md", "");
    let step = shop.callback(&started.order, &odd.signed());
    let kept = keep(&started.order, &step);
    let paid = shop.reply(&kept, step.then(), "200", &found);
    assert_eq!([paid.to_string().as_str(), paid.fact("liability"), paid.fact("mdStatus")], ["paid by reply, review", "merchant", ""]);
    // It does not cover what an earlier return has shown, and a later one covers it.
    let step = shop.callback(&kept, &Return::approved(&started.form, "1").signed());
    let kept = keep(&kept, &step);
    let step = shop.callback(&kept, &odd.signed());
    let paid = shop.reply(&keep(&kept, &step), step.then(), "200", &found);
    assert_eq!([paid.to_string().as_str(), paid.fact("liability")], ["paid by reply", "issuer"]);
    // Without a return nothing is known about it.
    let shop = garanti().open();
    let started = begin(&shop, order());
    let asks = shop.inquire(&started.order);
    let paid = shop.reply(&started.order, asks.then(), "200", &found);
    assert_eq!((paid.fact("liability"), paid.fact("mdStatus")), ("", ""));
}
