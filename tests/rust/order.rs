//! An order is refused with the field that is wrong, before anything is sent anywhere.

use crate::akbank_bank::akbank;
use crate::shop::{CARD, Order, Shop, isbank, order};
use velopos::error::Why;
use velopos::money::{Amount, Currency};

fn said(order: &Order) -> String {
    isbank().open().start(order).to_string()
}

/// None, nought and one are the same payment: all at once.
#[test]
fn a_payment_that_is_not_in_parts() {
    let shop = akbank("3d_pay_hosting").open();
    for count in ["", "0", "1"] {
        let form = shop.start_with(&order().with("installments", count), &[""]).form();
        assert!(form.contains(&("installCount".to_owned(), "1".to_owned())), "{count}: {form:?}");
    }
}

#[test]
fn mistakes_by_field() {
    let long_url = format!("https://dukkan.example/{}", "a".repeat(240));
    let long_name = "ş".repeat(101);
    let long_id = "A".repeat(65);
    let cases: &[(&str, &[&str])] = &[
        ("id", &["", " A1", "A 1", "-A1", "_A1", "A|1", "A\\1", "A&1", "A.1", "Ş1", "A1/..", "<b>", &long_id]),
        (
            "amount",
            &[
                "",
                "0",
                "0.00",
                "149",
                "149.9",
                "149.900",
                "149,90",
                "1.499,00",
                "-1.00",
                "+1.00",
                " 1.00",
                "1e2",
                "NaN",
                "١.٠٠",
                "01.00",
                ".50",
                "99999999999.99",
            ],
        ),
        ("currency", &["", "TL", "try", "949", "XAU", "TRYX"]),
        ("type", &["Sale", "auth", "refund", "preAuth"]),
        ("installments", &["-1", "37", "256", "1.5", "three", " 3", "99999999999999999999"]),
        ("maxInstallments", &["-1", "37", "x"]),
        (
            "urls.ok",
            &[
                "",
                "dukkan.example",
                "http://dukkan.example/ok",
                "https://",
                "https://u:p@dukkan.example/",
                "https://dukkan.example/#x",
                "javascript:alert(1)",
                "https://dukkan.example/ş",
                "http://localhost:8480/ok",
                &long_url,
            ],
        ),
        ("urls.fail", &["", "/fail", "https://dukkan.example/\"onload=", "https://dukkan.example/<x>"]),
        ("urls.notify", &["x", "http://dukkan.example/n"]),
        ("customer.ip", &["localhost", "1.2.3.4, 5.6.7.8", "fe80::1%eth0"]),
        ("customer.email", &["ayse", "ayşe@example.com", "a b@example.com"]),
        ("customer.name", &[&long_name]),
        ("customer.phone", &["0555 CALL", "٠٥٥٥", "+90 555 000 00 00 000 00"]),
        ("customer.language", &["TR", "de", "tr-TR"]),
    ];
    for (field, values) in cases {
        for value in *values {
            assert_eq!(said(&order().with(field, value)), format!("ORDER {field}"), "{value:?}");
        }
    }
}

#[test]
fn an_order_that_was_started_is_not_started_again() {
    for (field, value) in [("model", "3d_pay_hosting"), ("refs", "rnd=1")] {
        isbank().open().start(&order().with(field, value)).expect_why(Why::AlreadyStarted);
    }
}

#[test]
fn a_query_holds_nothing_that_could_leave_its_place_in_a_page() {
    let refused = |url: &str, why| {
        isbank().open().start(&order().with("urls.ok", url)).expect_why(why);
    };
    refused("https://dukkan.example/ok?a=1&b=%20", Why::UrlWithQuery); // this bank takes none, others may
    for query in ["a=<b>", "a=\"b", "a='b", "a=b#c", "a=ş", "a= b", "a=1?b=2"] {
        refused(&format!("https://dukkan.example/ok?{query}"), Why::ReturnUrl);
    }
}

#[test]
fn what_is_allowed() {
    let longest = "Z".repeat(64);
    let letters = |count: usize| "ş".repeat(count);
    let (name, address, digits) = (letters(100), letters(400), "5".repeat(20));
    for (field, values) in [
        ("id", &["1", "a-b_c-9", &longest][..]),
        ("amount", &["0.01", "9999999999.99"]),
        ("installments", &["0", "1", "36"]),
        ("urls.ok", &["https://dukkan.example", "https://dukkan.example:8443/a/b~c;d=e", "https://xn--dkkan-6ya.example/"]),
        ("customer.ip", &["", "203.0.113.7", "2001:db8::1", "::ffff:203.0.113.7"]),
        ("customer.email", &["", "a@b"]),
        ("customer.name", &["", "Ayşe 😀", &name]),
        ("customer.address", &["", &address]),
        ("customer.phone", &["", &digits]),
        ("customer.language", &["", "tr", "en"]),
        ("type", &["", "sale", "preauth"]),
    ] {
        for value in values {
            assert_eq!(said(&order().with(field, value)), "redirect", "{field} = {value:?}");
        }
    }
}

#[test]
fn no_installments_are_written_in_three_ways() {
    let shop = isbank().open();
    let sent = |count: &str| shop.start(&order().with("installments", count)).form().into_iter().find(|(name, _)| name == "taksit");
    assert_eq!((sent("0"), sent("")), (sent("1"), sent("1")));
    assert_ne!(sent("2"), sent("1"));
}

#[test]
fn amounts_in_the_three_ways_to_write_them() {
    for (kind, text, expected) in [
        ("minor", "14990", "redirect"),
        ("minor", "149.90", "ORDER amount"),
        ("minor", "014990", "ORDER amount"),
        ("minor", "0", "ORDER amount"),
        ("minor", "9999999999999", "ORDER amount"),
        ("number", "149.9", "redirect"),
        ("number", "150", "redirect"),
        ("number", "149.99999999999997", "ORDER amount"),
        ("number", "0.30000000000000004", "ORDER amount"),
        ("number", "1e21", "ORDER amount"),
        ("number", "NaN", "ORDER amount"),
        ("number", "Infinity", "ORDER amount"),
        ("number", "-5", "ORDER amount"),
        ("float", "149.90", "ORDER amount"),
        ("", "149.90", "ORDER amount"),
    ] {
        assert_eq!(said(&order().with("amount kind", kind).with("amount", text)), expected, "{kind} {text:?}");
    }
    let yen = order().with("currency", "JPY");
    assert_eq!(said(&yen.clone().with("amount", "150.00")), "ORDER amount");
    assert_eq!(said(&yen.with("amount", "150")), "redirect");
}

#[test]
fn a_refused_amount_is_told_how_it_is_written() {
    for (kind, currency, why) in [
        ("decimal", "TRY", Why::AmountDecimal),
        ("decimal", "JPY", Why::AmountWhole),
        ("minor", "TRY", Why::AmountMinor),
        ("minor", "JPY", Why::AmountMinor),
        ("number", "TRY", Why::AmountInexact),
        ("number", "JPY", Why::AmountInexact),
    ] {
        let order = order().with("currency", currency).with("amount kind", kind).with("amount", "0.5.0");
        isbank().open().start(&order).expect_why(why);
    }
}

#[test]
fn amounts_of_gateways_as_they_write_them() {
    let read = |text: &str| Amount::from_decimal(text, Currency::Try).map(Amount::minor);
    for (text, minor) in [
        ("0.01", Some(1)),
        ("9999999999.99", Some(999_999_999_999)),
        ("10000000000.00", None),
        ("1.5000000000", Some(150)), // two decimals and eight zeros
        ("1.50000000000", None),
        ("1.0000000010", None),
        ("01.00", None),
        ("00", None),
        ("0", None),
        ("", None),
        (".50", None),
        ("1.", None),
        ("1.5.0", None),
        ("1.5x", None),
        ("x.50", None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(read(text), minor, "{text}");
    }
    let minor = |text: &str| Amount::from_minor_text(text).map(Amount::minor);
    for (text, read) in [
        ("1", Some(1)),
        ("999999999999", Some(999_999_999_999)),
        ("1000000000000", None),
        ("99999999999999999999", None),
        ("0", None),
        ("01", None),
        ("+1", None),
        ("1x", None),
        ("", None),
    ] {
        assert_eq!(minor(text), read, "{text}");
    }
}

#[test]
fn mistakes_in_the_basket() {
    let name = Box::leak("ş".repeat(201).into_boxed_str());
    let longest = Box::leak("ş".repeat(200).into_boxed_str());
    for (item, expected) in [
        ([&*longest, "149.90", "9999"], "redirect"),
        (["Çanta", "149.90", "1"], "redirect"),
        (["", "149.90", "1"], "ORDER basket.name"),
        ([name, "149.90", "1"], "ORDER basket.name"),
        (["Çanta", "149,90", "1"], "ORDER basket.price"),
        (["Çanta", "149.9", "1"], "ORDER basket.price"),
        (["Çanta", "0.00", "1"], "ORDER basket.price"),
        (["Çanta", "149.90", "0"], "ORDER basket.quantity"),
        (["Çanta", "149.90", "10000"], "ORDER basket.quantity"),
        (["Çanta", "149.90", ""], "ORDER basket.quantity"),
        (["Çanta", "149.90", "1.5"], "ORDER basket.quantity"),
    ] {
        assert_eq!(said(&order().with_item(item)), expected, "{item:?}");
    }
    let full = (0..100).fold(order(), |order, _| order.with_item(["Çanta", "1.00", "1"]));
    assert_eq!(said(&full), "redirect");
    assert_eq!(said(&full.with_item(["Çanta", "1.00", "1"])), "ORDER basket");
}

#[test]
fn mistakes_in_the_card() {
    let shop = isbank().with("model", "3d").open();
    let said = |place: usize, value: &str| {
        let mut card = CARD;
        card[place] = value;
        shop.start_with(&order(), &card).to_string()
    };
    for (place, field, values) in [
        (
            1,
            "card.number",
            &["", "4508 0345 0803 4509", "4508-0345-0803-4509", "45080345080", "45080345080345091234", "٤٥٠٨٠٣٤٥٠٨٠٣٤٥٠٩", "4508034508o34509"][..],
        ),
        (2, "card.month", &["", "1", "00", "13", "012", "AB"]),
        (3, "card.year", &["", "2030", "3", "3O"]),
        (4, "card.cvv", &["", "00", "00000", "12a"]),
    ] {
        for value in values {
            let answer = said(place, value);
            assert_eq!(answer, format!("ORDER {field}"), "{value:?}");
        }
    }
    assert_eq!(said(5, ""), "redirect", "the holder's name is optional");
    assert_eq!(said(4, "1234"), "redirect", "American Express has four digits");
}

#[test]
fn a_refusal_repeats_no_card_number() {
    let shop = isbank().with("model", "3d").open();
    for card in [["card", "45080345080345090000", "12", "30", "000", ""], ["card", "4508034508034509", "13", "30", "977", ""]] {
        let answer = shop.start_with(&order(), &card);
        assert_eq!(answer.kind(), "error");
        assert!(!format!("{answer:?}").contains("4508034508034509") && !format!("{answer:?}").contains("977"), "{answer:?}");
    }
}

#[test]
fn addresses_of_this_machine_are_for_test_mode() {
    let local = order().with("urls.ok", "http://localhost:8480/ok").with("urls.fail", "http://127.0.0.1:8480/fail");
    assert_eq!(said(&local), "ORDER urls.ok");
    let test: Shop = isbank().with("mode", "test").open();
    assert_eq!(test.start(&local).to_string(), "redirect");
    assert_eq!(test.start(&order().with("urls.ok", "http://dukkan.example/ok")).to_string(), "ORDER urls.ok");
}
