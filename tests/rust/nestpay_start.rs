//! The form that the browser posts to the bank: exactly the documented fields, and what is refused before one is made.

use crate::bank::ver3;
use crate::shop::{CARD, CLIENT_ID, ORDER_ID, Order, RANDOM, STORE_KEY, isbank, order};

fn names(form: &[(String, String)]) -> Vec<&str> {
    form.iter().map(|(name, _)| name.as_str()).collect()
}

fn value<'f>(form: &'f [(String, String)], name: &str) -> &'f str {
    form.iter().find(|(at, _)| at == name).map(|(_, value)| value.as_str()).expect("a field of the form")
}

/// A field of the form that this order starts with.
fn field(order: Order, name: &str) -> String {
    value(&isbank().open().start(&order).form(), name).to_owned()
}

#[test]
fn the_hosted_form_carries_the_documented_fields_and_nothing_of_the_customer() {
    let step = isbank().open().start(&order());
    assert_eq!(step.at(5), "https://sanalpos.isbank.com.tr/fim/est3Dgate");
    let form = step.form();
    let rnd = value(&form, "rnd");
    let expected = [
        ("clientid", CLIENT_ID),
        ("storetype", "3d_pay_hosting"),
        ("amount", "149.90"),
        ("oid", ORDER_ID),
        ("okUrl", "https://dukkan.example/_functions/payment3DSuccess/k3y"),
        ("failUrl", "https://dukkan.example/_functions/payment3DFail/k3y"),
        ("lang", "tr"),
        ("currency", "949"),
        ("taksit", ""),
        ("TranType", "Auth"),
        ("hashAlgorithm", "ver3"),
        ("rnd", rnd),
    ];
    let (hash, signed) = form.split_last().expect("fields");
    assert_eq!(signed, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(hash.0, "hash");
}

#[test]
fn every_models_form_is_signed_over_all_of_its_fields() {
    for model in ["3d_pay_hosting", "3d_pay", "3d", "3d_host"] {
        let form = isbank().with("model", model).open().start(&order()).form();
        let bytes: Vec<_> = form.iter().map(|(name, value)| (name.clone(), value.clone().into_bytes())).collect();
        assert_eq!(value(&form, "hash"), ver3(&bytes, STORE_KEY), "{model}");
        assert_eq!(value(&form, "storetype"), model);
    }
}

#[test]
fn rnd_is_random_and_kept_with_the_order() {
    let step = isbank().open().start(&order());
    let hex: String = RANDOM[..10].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(value(&step.form(), "rnd"), hex);
    assert_eq!(step.refs(), format!("rnd={hex}&started=1795272153"));
}

#[test]
fn the_card_passes_only_where_the_model_asks_for_it() {
    const EXPIRES: [&str; 2] = ["Ecom_Payment_Card_ExpDate_Month", "Ecom_Payment_Card_ExpDate_Year"];
    for model in ["3d", "3d_pay"] {
        let shop = isbank().with("model", model).open();
        let form = shop.start_with(&order(), &CARD).form();
        assert_eq!(["pan", "cv2", EXPIRES[0], EXPIRES[1]].map(|name| value(&form, name)), [CARD[1], CARD[4], CARD[2], CARD[3]]);
        assert!(!form.iter().any(|(_, value)| value.contains(CARD[5])), "the holder's name would be customer text in a signed form");
        assert_eq!(shop.start_with(&order(), &[""]).to_string(), "ORDER card", "{model} without a card");
    }
    for model in ["3d_pay_hosting", "3d_host"] {
        let shop = isbank().with("model", model).open();
        assert!(!names(&shop.start(&order()).form()).contains(&"pan"));
        assert_eq!(shop.start_with(&order(), &CARD).to_string(), "ORDER card", "{model} with a card");
    }
}

#[test]
fn what_the_order_says_becomes_a_field() {
    let cases: &[(&str, &str, &str, &str)] = &[
        ("type", "preauth", "TranType", "PreAuth"),
        ("type", "sale", "TranType", "Auth"),
        ("installments", "3", "taksit", "3"),
        ("installments", "1", "taksit", ""),
        ("customer.language", "en", "lang", "en"),
        ("urls.notify", "https://dukkan.example/_functions/notify", "callbackUrl", "https://dukkan.example/_functions/notify"),
        ("currency", "USD", "currency", "840"),
        ("currency", "EUR", "currency", "978"),
        ("currency", "GBP", "currency", "826"),
        ("currency", "RUB", "currency", "643"),
    ];
    for (name, given, sent, expected) in cases {
        assert_eq!(field(order().with(name, given), sent), *expected, "{name} = {given}");
    }
    assert!(!names(&isbank().open().start(&order()).form()).contains(&"callbackUrl"), "an empty address is not sent");
}

#[test]
fn the_amount_is_sent_with_the_currencys_decimals() {
    let amount =
        |kind: &str, text: &str, currency: &str| field(order().with("amount kind", kind).with("amount", text).with("currency", currency), "amount");
    assert_eq!(amount("decimal", "0.01", "TRY"), "0.01");
    assert_eq!(amount("minor", "14990", "TRY"), "149.90");
    assert_eq!(amount("number", "149.9", "TRY"), "149.90");
    assert_eq!(amount("number", "150", "TRY"), "150.00");
    assert_eq!(amount("decimal", "9999999999.99", "TRY"), "9999999999.99");
    assert_eq!(amount("decimal", "1500", "JPY"), "1500");
}

#[test]
fn a_stored_order_begins_no_second_payment() {
    let shop = isbank().open();
    let started = shop.begin(order());
    assert_eq!(shop.start(&started.order.with("stored", "")).to_string(), "ORDER refs");
}

#[test]
fn what_would_come_back_changed_or_cannot_be_asked_for_is_refused() {
    let query = "https://dukkan.example/ok?order=1";
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("urls.ok", query)], "ORDER urls.ok"),
        (&[("urls.fail", query)], "ORDER urls.fail"),
        (&[("urls.notify", query)], "ORDER urls.notify"),
        (&[("maxInstallments", "6")], "UNSUPPORTED maxInstallments"),
        (&[("maxInstallments", "6"), ("installments", "3")], "UNSUPPORTED maxInstallments"),
        (&[("maxInstallments", "3"), ("installments", "6")], "ORDER installments"),
        (&[("maxInstallments", "3"), ("installments", "3")], "redirect"),
        (&[("maxInstallments", "1")], "redirect"),
    ];
    let shop = isbank().open();
    for (changes, expected) in cases {
        let order = changes.iter().fold(order(), |order, (name, value)| order.with(name, value));
        assert_eq!(shop.start(&order).to_string(), *expected, "{changes:?}");
    }
}
