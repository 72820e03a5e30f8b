//! The digest of a callback, and the charsets in which it may have been made.

use crate::bank::Callback;
use crate::shop::{STORE_KEY, Shop, Started, isbank, order};

fn begun() -> (Shop, Started) {
    let shop = isbank().open();
    let started = shop.begin(order());
    (shop, started)
}

/// What the core says about a body, for the shop's order.
fn said(body: &[u8]) -> String {
    let (shop, started) = begun();
    shop.callback(&started.order, body).to_string()
}

fn approved() -> Callback {
    Callback::approved(&begun().1.form)
}

#[test]
fn a_message_without_the_very_digest_is_refused() {
    let genuine = approved();
    let hash = genuine.hash(STORE_KEY);
    let with = |hash: &str| genuine.clone().with("HASH", hash).body();
    assert_eq!(said(&with(&hash)), "paid by signature");
    for (what, body, expected) in [
        ("no digest", genuine.body(), "SIGNATURE_MISSING HASH"),
        ("an empty digest", with(""), "SIGNATURE_MISSING HASH"),
        ("letters of the other case", with(&hash.to_lowercase()), "SIGNATURE_INVALID HASH"),
        ("a space after it", with(&format!("{hash} ")), "SIGNATURE_INVALID HASH"),
        ("a plus that became a space", with("a b c"), "SIGNATURE_INVALID HASH"),
        ("cut short", with(&hash[..84]), "SIGNATURE_INVALID HASH"),
        ("without padding", with(hash.trim_end_matches('=')), "SIGNATURE_INVALID HASH"),
        ("twice as long", with(&format!("{hash}{hash}")), "SIGNATURE_INVALID HASH"),
        ("not ASCII", with("ışık"), "SIGNATURE_INVALID HASH"),
        ("another key's", genuine.clone().signed("Kasa|Su9"), "SIGNATURE_INVALID HASH"),
        ("no key's", genuine.clone().signed(""), "SIGNATURE_INVALID HASH"),
        ("that of nothing", with(&Callback::of::<&str>(&[]).hash(STORE_KEY)), "SIGNATURE_INVALID HASH"),
    ] {
        assert_eq!(said(&body), expected, "{what}");
    }
}

#[test]
fn every_signed_value_counts() {
    let genuine = approved();
    let hash = genuine.hash(STORE_KEY);
    for (name, value) in &genuine.fields {
        if ["encoding", "hashAlgorithm"].contains(&name.as_str()) {
            continue;
        }
        let changed = genuine.clone().with(name, [value.as_slice(), b"1"].concat()).with("HASH", &hash);
        assert_eq!(said(&changed.body()), "SIGNATURE_INVALID HASH", "{name}");
        let missing = genuine.clone().without(name).with("HASH", &hash);
        assert_eq!(said(&missing.body()), "SIGNATURE_INVALID HASH", "{name}");
    }
    let added = genuine.with("HASH", &hash).with("promotion", "");
    assert_eq!(said(&added.body()), "SIGNATURE_INVALID HASH");
}

#[test]
fn values_cannot_be_split_otherwise_between_neighbours() {
    // `|` inside a value is escaped, so that `a|b` and `c` are not `a` and `b|c`.
    let joined = approved().with("note", "a|b").with("notf", "c");
    let split = approved().with("note", "a").with("notf", "b|c");
    let hash = joined.hash(STORE_KEY);
    assert_eq!(said(&joined.with("HASH", &hash).body()), "paid by signature");
    assert_eq!(said(&split.with("HASH", &hash).body()), "SIGNATURE_INVALID HASH");
}

#[test]
fn the_order_in_which_fields_come_does_not_matter() {
    let mut callback = approved();
    let hash = callback.hash(STORE_KEY);
    callback.fields.reverse();
    assert_eq!(said(&callback.with("hash", hash).body()), "paid by signature");
}

#[test]
fn names_are_sorted_as_upper_case_ascii() {
    // `_` comes after the letters, `-` and `.` before them; a Turkish `i` must not become `İ`.
    let callback = approved().with("a_1", "a").with("aB", "b").with("a-1", "c").with("a.2", "d").with("iReqCode", "e").with("IReqDetail", "f");
    assert_eq!(said(&callback.signed(STORE_KEY)), "paid by signature");
}

#[test]
fn only_version_3_is_accepted() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("hashAlgorithm", "ver2")], "SIGNATURE_INVALID hashAlgorithm"),
        (&[("hashAlgorithm", "VER3")], "SIGNATURE_INVALID hashAlgorithm"),
        (&[("hashAlgorithm", "")], "SIGNATURE_INVALID hashAlgorithm"),
        (&[("hashAlgorithm", "ver3 ")], "SIGNATURE_INVALID hashAlgorithm"),
        (&[("hashAlgorithm", "ver1"), ("HASHPARAMS", "clientid:oid:")], "UNSUPPORTED hashAlgorithm"),
        (&[("hashAlgorithm", "ver3"), ("HASHPARAMS", "mdStatus:"), ("HASHPARAMSVAL", "1")], "paid by signature"),
    ];
    for (changes, expected) in cases {
        let callback = changes.iter().fold(approved(), |callback, (name, value)| callback.with(name, value));
        assert_eq!(said(&callback.signed(STORE_KEY)), *expected, "{changes:?}");
    }
    let legacy = approved().without("hashAlgorithm").with("HASHPARAMS", "clientid:oid:");
    assert_eq!(said(&legacy.signed(STORE_KEY)), "UNSUPPORTED hashAlgorithm");
}

#[test]
fn unsigned_fields_influence_nothing() {
    let plain = begun().0.callback(&begun().1.order, &approved().signed(STORE_KEY));
    for (name, value) in [("encoding", "utf-8"), ("ENCODING", "ISO-8859-9"), ("countdown", "1"), ("nationalidno", "00"), ("NATIONALIDNO", "Approved")]
    {
        let callback = approved().without("encoding").with(name, value);
        let (shop, started) = begun();
        assert_eq!(shop.callback(&started.order, &callback.signed(STORE_KEY)), plain, "{name}");
    }
}

/// The name of the card's bank is the one text with Turkish letters that callbacks bring.
const ISSUER: &str = "ZİRAAT BANKASI ŞUBESİ";
const ISSUER_LATIN5: &[u8] = b"Z\xDDRAAT BANKASI \xDEUBES\xDD";

#[test]
fn turkish_letters_verify_in_every_way_that_a_gate_may_sign_and_post_them() {
    let issued = |issuer: &[u8]| approved().with("EXTRA.CARDISSUER", issuer);
    let hash_of_utf8 = issued(ISSUER.as_bytes()).hash(STORE_KEY);
    for (what, body) in [
        ("posted and signed as UTF-8", issued(ISSUER.as_bytes()).signed(STORE_KEY)),
        ("posted and signed as ISO-8859-9", issued(ISSUER_LATIN5).signed(STORE_KEY)),
        ("posted as ISO-8859-9, signed as UTF-8", issued(ISSUER_LATIN5).with("HASH", &hash_of_utf8).body()),
    ] {
        assert_eq!(said(&body), "paid by signature", "{what}");
    }
}

#[test]
fn bytes_that_were_not_percent_encoded_are_read_too() {
    let callback = approved().with("EXTRA.CARDISSUER", ISSUER_LATIN5);
    let body = callback.signed(STORE_KEY);
    let encoded: String =
        ISSUER_LATIN5.iter().map(|byte| if byte.is_ascii_alphanumeric() { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect();
    let at = String::from_utf8(body.clone()).expect("ASCII").find(&encoded).expect("the issuer");
    let raw =
        [&body[..at], &ISSUER_LATIN5.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect::<Vec<_>>(), &body[at + encoded.len()..]]
            .concat();
    assert_eq!(said(&raw), "paid by signature");
}

#[test]
fn one_charset_holds_for_the_whole_body() {
    let mixed = approved().with("EXTRA.CARDISSUER", ISSUER_LATIN5).with("firmaadi", ISSUER);
    let as_utf8 = approved().with("EXTRA.CARDISSUER", ISSUER).with("firmaadi", ISSUER);
    assert_eq!(said(&mixed.with("HASH", as_utf8.hash(STORE_KEY)).body()), "SIGNATURE_INVALID HASH");
}

#[test]
fn utf8_is_never_read_as_iso_8859_9() {
    let posted = approved().with("EXTRA.CARDISSUER", ISSUER);
    let misread: String = ISSUER.bytes().map(char::from).collect();
    let hash = approved().with("EXTRA.CARDISSUER", misread).hash(STORE_KEY);
    assert_eq!(said(&posted.with("HASH", hash).body()), "SIGNATURE_INVALID HASH");
}

#[test]
fn what_the_bank_wrote_in_its_charset_is_shown_as_text() {
    let (shop, started) = begun();
    let declined = Callback::declined(&started.form).with("ErrMsg", b"Limit yetersiz, \xFEubeye ba\xFEvurun");
    let payment = shop.callback(&started.order, &declined.signed(STORE_KEY));
    assert_eq!(payment.fact("bankMessage"), "Limit yetersiz, şubeye başvurun");
}

#[test]
fn decisive_fields_hold_ascii_only() {
    for name in ["mdStatus", "Response", "ProcReturnCode", "clientid", "oid", "amount", "currency", "hashAlgorithm"] {
        for value in ["ı", "1\u{a0}", "00\n", "\u{ff11}"] {
            let callback = approved().with(name, value);
            assert_eq!(said(&callback.signed(STORE_KEY)), format!("MALFORMED {name}"), "{name} = {value:?}");
        }
    }
}

#[test]
fn names_that_some_server_would_confuse_are_refused() {
    for (name, value) in
        [("mdStatus", "0"), ("MDSTATUS", "0"), ("HASH", "x"), ("hash", "x"), ("EXTRA_TRXDATE", ""), ("Encoding", "utf-8"), ("oid", "")]
    {
        let hash = approved().hash(STORE_KEY);
        let twice = approved().with("HASH", hash).with_another(name, value);
        assert_eq!(said(&twice.body()), format!("DUPLICATE_FIELD {name}"), "{name}");
    }
}

#[test]
fn damaged_bodies_are_refused() {
    let genuine = String::from_utf8(approved().signed(STORE_KEY)).expect("ASCII");
    let largest = velopos::frame::MAX_MESSAGE;
    for (what, body, expected) in [
        ("empty", String::new(), "SIGNATURE_MISSING HASH"),
        ("JSON", "{\"oid\":\"1\"}".to_owned(), "MALFORMED "),
        ("a final newline", format!("{genuine}\r\n"), "MALFORMED "),
        ("a NUL", format!("{genuine}&a=%00"), "MALFORMED "),
        ("a broken escape", format!("{genuine}&a=%2"), "MALFORMED "),
        ("a name with a bracket", format!("{genuine}&a[]=1"), "MALFORMED "),
        ("a name that begins with a line", format!("{genuine}&_a=1"), "MALFORMED "),
        ("more fields than any gate sends", (0..300).map(|n| format!("a{n}=&")).collect(), "MALFORMED "),
        ("nothing but separators", "&".repeat(largest), "SIGNATURE_MISSING HASH"),
        ("one byte too many", "&".repeat(largest + 1), "TOO_LARGE body"),
        ("ten megabytes", "&".repeat(10_000_000), "TOO_LARGE body"),
    ] {
        assert_eq!(said(body.as_bytes()), expected, "{what}");
    }
    assert_eq!(said(b"oid=\xFF\xFE&mdStatus=1"), "SIGNATURE_MISSING HASH", "not UTF-8");
}

#[test]
fn separators_at_the_ends_do_no_harm() {
    let body = [b"&&", approved().signed(STORE_KEY).as_slice(), b"&"].concat();
    assert_eq!(said(&body), "paid by signature");
}

#[test]
fn peeking_finds_the_order_and_never_fails() {
    let shop = isbank().open();
    for (body, expected) in [
        (&b"oid=A7K2&x=1"[..], ["orderId", "A7K2"]),
        (b"oid=", ["", ""]),
        (b"x=1", ["", ""]),
        (b"", ["", ""]),
        (b"oid=%00", ["", ""]),
        (b"oid=1&OID=2", ["", ""]),
        (b"oid=%C4%B1", ["", ""]),
        (b"\xFF\xFE", ["", ""]),
        (b"{\"oid\":1}", ["", ""]),
    ] {
        assert_eq!(shop.peek(body).0[1..], expected, "{}", String::from_utf8_lossy(body));
    }
}
