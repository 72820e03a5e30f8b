//! `3d` and `3d_host`: an authentication is no payment. Our own request takes the money, once, and what it ended in may only be said
//! when the bank's reply says so.

use crate::bank::{Callback, cc5};
use crate::shop::{Answer, ORDER_ID, STORE_KEY, Shop, Started, isbank, order};

fn shop() -> Shop {
    isbank().with("model", "3d").open()
}

fn authenticated(shop: &Shop, started: &Started) -> Answer {
    shop.callback(&started.order, &Callback::authenticated(&started.form, "1").signed(STORE_KEY))
}

/// What the bank's reply to the provision is taken for.
fn answered(status: &str, body: impl AsRef<[u8]>) -> Answer {
    let shop = shop();
    let started = shop.begin(order());
    let step = authenticated(&shop, &started);
    shop.reply(&started.order, step.then(), status, body)
}

/// A reply to the provision with these changes; an empty change leaves the element out.
fn reply(changes: &[(&str, &str)]) -> String {
    let elements = [
        ("OrderId", ORDER_ID),
        ("GroupId", ORDER_ID),
        ("Response", "Approved"),
        ("AuthCode", "P37891"),
        ("HostRefNum", "632517184784"),
        ("ProcReturnCode", "00"),
        ("TransId", "26325RqiC11252"),
        ("ErrMsg", ""),
    ];
    let change = |name: &str| changes.iter().find(|(at, _)| *at == name).map(|(_, value)| *value);
    let changed: Vec<_> = elements.iter().map(|(name, value)| (*name, change(name).unwrap_or(value))).filter(|(_, value)| *value != "-").collect();
    cc5(&changed, &[("SETTLEID", "2287"), ("TRXDATE", "20261121 17:42:34"), ("NUMCODE", "00"), ("HOSTMSG", "Onaylandı")])
}

#[test]
fn the_request_carries_the_stored_amount_and_the_signed_authentication() {
    let shop = shop();
    let started = shop.begin(order());
    let step = authenticated(&shop, &started);
    assert_eq!(step.url(), "https://sanalpos.isbank.com.tr/fim/api");
    assert_eq!(step.0[9..], ["content-type", "application/x-www-form-urlencoded"]);
    assert_eq!(
        step.xml(),
        "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><CC5Request><Name>magazaapi</Name><Password>Gizli&lt;Soz&gt;&amp;77</Password>\
         <ClientId>190700777</ClientId><OrderId>A7K2M9P4R8T3V6X5Z2B7</OrderId><Mode>P</Mode><Type>Auth</Type>\
         <IPAddress>203.0.113.7</IPAddress><Total>149.90</Total><Currency>949</Currency><Taksit></Taksit>\
         <Number>450803:E49854A3405034CB5BD417C473652671:6393:##190700777</Number><PayerTxnId>wSpz43MzGED+TOlB4rJW4kNtIEs=</PayerTxnId>\
         <PayerSecurityLevel>05</PayerSecurityLevel><PayerAuthenticationCode>ABABBjRAAwAAACcQlJIhdUhABZc=</PayerAuthenticationCode></CC5Request>"
    );
}

#[test]
fn the_request_follows_the_order() {
    let shop = isbank().with("model", "3d_host").with("mode", "test").open();
    let order = order().with("type", "preauth").with("installments", "6").with("currency", "USD").with("customer.ip", "");
    let started = shop.begin(order);
    let step = authenticated(&shop, &started);
    let xml = step.xml();
    for part in ["<Mode>T</Mode>", "<Type>PreAuth</Type>", "<Taksit>6</Taksit>", "<Currency>840</Currency>", "<IPAddress></IPAddress>"] {
        assert!(xml.contains(part), "{part} in {xml}");
    }
    assert_eq!(shop.reply(&started.order, step.then(), "200", reply(&[])).to_string(), "authorized by reply");
}

#[test]
fn what_the_browser_brought_cannot_break_out_of_its_element() {
    let shop = shop();
    let started = shop.begin(order());
    let callback = Callback::authenticated(&started.form, "1").with("xid", "</PayerTxnId><Total>0.01</Total>&");
    let xml = shop.callback(&started.order, &callback.signed(STORE_KEY)).xml();
    assert_eq!(xml.matches("<Total>").count(), 1);
    assert!(xml.contains("<PayerTxnId>&lt;/PayerTxnId&gt;&lt;Total&gt;0.01&lt;/Total&gt;&amp;</PayerTxnId>"));
}

#[test]
fn money_moves_once_behind_a_claim_that_is_the_same_for_every_copy_of_the_callback() {
    let shop = shop();
    let started = shop.begin(order());
    let first = authenticated(&shop, &started);
    assert_eq!(first.claim(), format!("isbank:190700777:production:{ORDER_ID}:send:provision"));
    assert_eq!(authenticated(&shop, &started).claim(), first.claim());
    let other_authentication = Callback::authenticated(&started.form, "1").with("md", "another").with("eci", "02");
    assert_eq!(shop.callback(&started.order, &other_authentication.signed(STORE_KEY)).claim(), first.claim());
    assert_eq!(shop.reply(&started.order, first.then(), "claimed", "").to_string(), "pending");
}

#[test]
fn these_models_need_somebody_to_claim_and_to_ask() {
    for (model, claims) in [("3d_pay_hosting", false), ("3d_pay", false), ("3d", true), ("3d_host", true)] {
        assert_eq!(isbank().with("model", model).open().claims, claims, "{model}");
    }
    let shop = shop();
    let started = shop.begin(order());
    let body = Callback::authenticated(&started.form, "1").signed(STORE_KEY);
    let without_api = crate::shop::isbank_without_api().open();
    assert_eq!(without_api.callback(&started.order, &body).to_string(), "CONFIG merchant.apiUser");
}

#[test]
fn an_authentication_without_md_charges_nothing() {
    let shop = shop();
    let started = shop.begin(order());
    for callback in [Callback::authenticated(&started.form, "1").with("md", ""), Callback::authenticated(&started.form, "1").without("md")] {
        assert_eq!(shop.callback(&started.order, &callback.signed(STORE_KEY)).to_string(), "MALFORMED md");
    }
}

#[test]
fn an_approval_is_paid_by_reply_and_brings_its_facts() {
    let payment = answered("200", reply(&[]));
    assert_eq!(payment.to_string(), "paid by reply");
    for (name, expected) in [
        ("transactionId", "26325RqiC11252"),
        ("authCode", "P37891"),
        ("hostReference", "632517184784"),
        ("at", "2026-11-21T17:42:34+03:00"),
        ("mdStatus", "1"),
        ("eci", "05"),
        ("liability", "issuer"),
        ("installments", "1"),
        ("dedupeKey", "isbank:190700777:production:A7K2M9P4R8T3V6X5Z2B7:paid"),
    ] {
        assert_eq!(payment.fact(name), expected, "{name}");
    }
}

#[test]
fn an_attempt_that_the_shop_accepts_stays_the_shops_risk() {
    let shop = isbank().with("model", "3d").with("threeDS", "attempted").open();
    let started = shop.begin(order());
    let step = shop.callback(&started.order, &Callback::authenticated(&started.form, "4").signed(STORE_KEY));
    let payment = shop.reply(&started.order, step.then(), "200", reply(&[]));
    assert_eq!((payment.to_string().as_str(), payment.fact("liability"), payment.fact("mdStatus")), ("paid by reply", "merchant", "4"));
}

const DECLINED: &[(&str, &str)] = &[("Response", "Declined"), ("ProcReturnCode", "51"), ("ErrMsg", "Kart 4508034508034509: limit yetersiz")];

#[test]
fn a_decline_is_declined_by_reply() {
    let payment = answered("200", reply(DECLINED));
    assert_eq!(payment.to_string(), "declined by reply");
    assert_eq!(
        ["reason", "bankCode", "bankMessage"].map(|name| payment.fact(name)),
        ["insufficient-funds", "51", "Kart 450803******4509: limit yetersiz"]
    );
}

/// Status, body, and what it is taken for.
fn replies() -> Vec<(&'static str, &'static str, Vec<u8>, &'static str)> {
    let whole = reply(&[]);
    let with = |changes: &[(&str, &str)]| reply(changes).into_bytes();
    let latin5 =
        [&b"<CC5Response><ErrMsg>ba\xFEar\xFDl\xFD</ErrMsg>"[..], &whole.as_bytes()[whole.find("<OrderId>").expect("an element")..]].concat();
    vec![
        ("approved", "200", with(&[]), "paid by reply"),
        ("approved, in ISO-8859-9", "200", latin5, "paid by reply"),
        ("declined", "200", with(DECLINED), "declined by reply"),
        // The order's own state decides: `Error` also means that it is being processed, or was paid before.
        ("an error", "200", with(&[("Response", "Error"), ("ProcReturnCode", "99")]), "reads:inquiry"),
        ("an error with a card's code", "200", with(&[("Response", "Error"), ("ProcReturnCode", "51")]), "reads:inquiry"),
        ("approved with another code", "200", with(&[("ProcReturnCode", "05")]), "reads:inquiry"),
        ("approved without a code", "200", with(&[("ProcReturnCode", "-")]), "reads:inquiry"),
        ("declined with the code of success", "200", with(&[("Response", "Declined")]), "reads:inquiry"),
        ("declined without a code", "200", with(&[("Response", "Declined"), ("ProcReturnCode", "")]), "reads:inquiry"),
        ("an unknown word", "200", with(&[("Response", "approved")]), "reads:inquiry"),
        ("no word", "200", with(&[("Response", "-")]), "reads:inquiry"),
        ("nothing in it", "200", b"<CC5Response/>".to_vec(), "reads:inquiry"),
        // A reply about something else: our request went out all the same.
        ("another order, approved", "200", with(&[("OrderId", "B7K2M9P4R8T3V6X5Z2B7")]), "unknown, review"),
        ("another order, declined", "200", with(&[DECLINED, &[("OrderId", "B7K2M9P4R8T3V6X5Z2B7")]].concat()), "unknown, review"),
        ("no order", "200", with(&[("OrderId", "")]), "unknown, review"),
        ("no order's element", "200", with(&[("OrderId", "-")]), "unknown, review"),
        // A reply that cannot be read.
        ("two Responses", "200", whole.replace("<AuthCode>", "<Response>Declined</Response><AuthCode>").into_bytes(), "unknown"),
        ("two codes", "200", whole.replace("<AuthCode>", "<ProcReturnCode>05</ProcReturnCode><AuthCode>").into_bytes(), "unknown"),
        ("two orders", "200", whole.replace("<AuthCode>", "<OrderId>B</OrderId><AuthCode>").into_bytes(), "unknown"),
        ("an entity", "200", b"<!DOCTYPE a [<!ENTITY b \"Approved\">]><CC5Response><Response>&b;</Response></CC5Response>".to_vec(), "unknown"),
        ("another document", "200", whole.replace("CC5Response", "CC5Request").into_bytes(), "unknown"),
        ("two documents", "200", format!("{whole}{whole}").into_bytes(), "unknown"),
        ("cut off", "200", whole.as_bytes()[..whole.len() / 2].to_vec(), "unknown"),
        ("one byte short", "200", whole.trim_end().as_bytes()[..whole.trim_end().len() - 1].to_vec(), "unknown"),
        ("HTML", "200", b"<html><body>Approved 00</body></html>".to_vec(), "unknown"),
        ("JSON", "200", b"{\"Response\":\"Approved\"}".to_vec(), "unknown"),
        ("empty", "200", Vec::new(), "unknown"),
        ("bytes", "200", vec![0xFF; 4096], "unknown"),
        // Not the bank's API at all.
        ("a redirect", "302", with(&[]), "unknown"),
        ("status 201", "201", with(&[]), "unknown"),
        ("not found", "404", with(&[]), "unknown"),
        ("a failure", "500", with(&[]), "unknown"),
        ("a failure that looks like a decline", "502", with(DECLINED), "unknown"),
        ("lost", "lost", Vec::new(), "unknown"),
        ("a status that is none", "99999", with(&[]), "unknown"),
        ("no status", "", with(&[]), "unknown"),
    ]
}

#[test]
fn replies_to_a_request_that_moves_money() {
    for (what, status, body, expected) in replies() {
        assert_eq!(answered(status, body).to_string(), expected, "{what}");
    }
}

#[test]
fn a_request_that_moves_money_never_ends_in_an_error() {
    for (what, status, body, _) in replies() {
        assert_ne!(answered(status, &body).kind(), "error", "{what}");
        for cut in (0..body.trim_ascii_end().len()).step_by(23) {
            let answer = answered(status, &body[..cut]);
            assert_ne!(answer.kind(), "error", "{what}, cut at {cut}");
            assert!(answer.kind() == "send" || answer.fact("status") == "unknown", "{what}, cut at {cut}: {answer}");
        }
    }
}

#[test]
fn no_final_status_without_proof() {
    for (what, status, body, _) in replies() {
        let answer = answered(status, body);
        if answer.kind() == "done" {
            let is_final = !["pending", "unknown"].contains(&answer.fact("status"));
            assert_eq!(answer.fact("proof"), if is_final { "reply" } else { "none" }, "{what}");
            assert!(is_final || answer.fact("dedupeKey").ends_with(":open"), "{what}");
        }
    }
}

#[test]
fn a_reply_that_is_too_large_is_refused_before_it_is_read() {
    assert_eq!(answered("200", vec![b' '; velopos::frame::MAX_REPLY + 1]).to_string(), "TOO_LARGE body");
    assert_eq!(answered("200", vec![b' '; velopos::frame::MAX_REPLY]).to_string(), "unknown");
}

/// Rust's own bound, without which a short reply could ask for gigabytes: every leaf carries the names above it.
#[test]
fn a_reply_with_endless_names_costs_nothing() {
    let long = "a".repeat(100_000);
    let reply = format!("<CC5Response><{long}>{}</{long}></CC5Response>", "<b/>".repeat(4_000));
    assert_eq!(answered("200", reply).to_string(), "unknown");
}

#[test]
fn then_must_be_one_of_ours() {
    let shop = shop();
    let started = shop.begin(order());
    for then in ["", "provision 1 05", "settles:provision 1 05", "reads", "reads:", "reads:nothing", "begins:provision"] {
        assert_eq!(shop.reply(&started.order, then, "200", reply(&[])).to_string(), "ORDER then", "{then:?}");
    }
}
