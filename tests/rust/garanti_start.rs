//! Garanti: the configuration, and the form that the browser posts to the gate.

use crate::garanti_bank::{MERCHANT, MODELS, PASSWORD, STORE_KEY, TERMINAL, begin, garanti, open, security_data, sha512, start};
use crate::shop::{Config, ORDER_ID, order};

fn refused(config: &Config, field: &str) {
    assert_eq!(config.answer().to_string(), format!("CONFIG {field}"));
}

#[test]
fn the_configuration() {
    let answer = garanti().answer();
    assert_eq!(answer.0[..9], ["account", "garanti", "3d_oos_pay", "production", "", "", "text/plain; charset=utf-8", "OK", ""]);
    let shop = garanti().open();
    let gate = "https://sanalposprov.garanti.com.tr/servlet/gt3dengine";
    assert_eq!(shop.account[shop.account.len() - 2..], [gate, "https://sanalposprov.garanti.com.tr/VPServlet"]);
    let test = garanti().with("mode", "test").open();
    assert_eq!(test.account[test.account.len() - 1], "https://sanalposprovtest.garantibbva.com.tr/VPServlet");
    for model in MODELS {
        assert_eq!(open(model).claims, model == "3d", "only `3d` takes the money itself");
    }
    let test_host = garanti().with("endpoints.api", "https://sanalposprovtest.garanti.com.tr/VPServlet");
    test_host.clone().with("mode", "test").open();
    refused(&test_host, "endpoints.api");

    for key in ["terminalId", "merchantId", "storeKey", "provisionPassword"] {
        refused(&garanti().without(&format!("merchant.{key}")), &format!("merchant.{key}"));
    }
    for wrong in ["3069129A", "30691 298", "1234567890", "TERMINAL1"] {
        refused(&garanti().with("merchant.terminalId", wrong), "merchant.terminalId");
    }
    refused(&garanti().with("merchant.merchantId", "98x"), "merchant.merchantId");
    refused(&garanti().with("model", "oos_pay"), "model");
    refused(&garanti().with("model", "3D_OOS_PAY"), "model");
    refused(&garanti().with("endpoints.gate", "https://sanalposprov.garanti.example/servlet/gt3dengine"), "endpoints.gate");
}

#[test]
fn credentials_that_everybody_knows_are_for_tests() {
    for (key, value) in [
        ("merchant.terminalId", "30691298"),
        ("merchant.terminalId", "30691297"),
        ("merchant.merchantId", "7000679"),
        ("merchant.storeKey", "12345678"),
        ("merchant.provisionPassword", "123qweASD/"),
        ("merchant.refundPassword", "123qweASD/"),
    ] {
        refused(&garanti().with(key, value), key);
        garanti().with(key, value).with("mode", "test").open();
    }
}

#[test]
fn the_form_is_exactly_what_the_documents_list() {
    let started = begin(&garanti().open(), order());
    let of = |name: &str| started.form.iter().find(|(at, _)| at == name).map(|(_, value)| value.as_str()).expect("a field");
    let names: Vec<&str> = started.form.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names.join(" "),
        "mode apiversion secure3dsecuritylevel terminalprovuserid terminaluserid terminalmerchantid terminalid orderid txnamount txncurrencycode \
         successurl errorurl txntype txninstallmentcount customeripaddress customeremailaddress lang txntimestamp secure3dhash refreshtime"
    );
    for (name, value) in [
        ("mode", "PROD"),
        ("apiversion", "512"),
        ("secure3dsecuritylevel", "3D_OOS_PAY"),
        ("terminalprovuserid", "PROVAUT"),
        ("terminaluserid", "PROVAUT"),
        ("terminalmerchantid", MERCHANT),
        ("terminalid", TERMINAL),
        ("orderid", ORDER_ID),
        ("txnamount", "14990"),
        ("txncurrencycode", "949"),
        ("txntype", "sales"),
        ("txninstallmentcount", ""),
        ("customeripaddress", "203.0.113.7"),
        ("customeremailaddress", "ayse@example.com"),
        ("lang", "tr"),
        ("txntimestamp", "20261121174233"),
    ] {
        assert_eq!(of(name), value, "{name}");
    }
    let (ok, fail) = (of("successurl"), of("errorurl"));
    let plain = [TERMINAL, ORDER_ID, "14990949", ok, fail, "sales", STORE_KEY, &security_data(PASSWORD, TERMINAL)].concat();
    assert_eq!(of("secure3dhash"), sha512(&plain));
}

#[test]
fn models_users_types_and_currencies() {
    let form = |config: Config, order| begin(&config.open(), order).form;
    let of = |form: &[(String, String)], name: &str| form.iter().find(|(at, _)| at == name).map(|(_, value)| value.clone()).unwrap_or_default();
    for model in MODELS {
        let shop = open(model);
        let answer = start(&shop, &order());
        let on_the_banks_page = model.contains("oos");
        let inputs = if on_the_banks_page { ["", "", "", ""] } else { ["cardnumber", "cardexpiredatemonth", "cardexpiredateyear", "cardcvv2"] };
        assert_eq!(answer.0[6..10], inputs, "{model}");
        assert_eq!(answer.at(10), "", "no name is asked for");
        let form = answer.form();
        assert_eq!(of(&form, "secure3dsecuritylevel"), model.to_uppercase());
        assert_eq!(form.iter().any(|(name, _)| name == "refreshtime"), on_the_banks_page);
        assert!(!form.iter().any(|(name, _)| name.starts_with("card")), "the card is no hidden field");
        assert_eq!(of(&begin(&shop, order().with("type", "preauth")).form, "txntype"), "preauth");
    }
    for (currency, digits) in [("TRY", "949"), ("USD", "840"), ("EUR", "978"), ("GBP", "826")] {
        assert_eq!(of(&form(garanti(), order().with("currency", currency)), "txncurrencycode"), digits);
    }
    for currency in ["JPY", "RUB"] {
        let order = order().with("currency", currency).with("amount kind", "minor").with("amount", "14990");
        assert_eq!(start(&garanti().open(), &order).to_string(), "UNSUPPORTED currency");
    }
    assert_eq!(of(&form(garanti(), order().with("installments", "3")), "txninstallmentcount"), "3");
    assert_eq!(of(&form(garanti().with("mode", "test"), order()), "mode"), "TEST");
    assert_eq!(of(&form(garanti().with("merchant.provisionUser", "PROVXYZ"), order()), "terminaluserid"), "PROVXYZ");

    // A user of its own for the bank's page, and for nothing else.
    let page = || garanti().with("merchant.pagePassword", "Sayfa3/");
    let hosted = form(page(), order());
    assert_eq!(of(&hosted, "terminalprovuserid"), "PROVOOS");
    let plain = [TERMINAL, ORDER_ID, "14990949", &of(&hosted, "successurl"), &of(&hosted, "errorurl"), "sales", STORE_KEY].concat();
    assert_eq!(of(&hosted, "secure3dhash"), sha512(&[plain, security_data("Sayfa3/", TERMINAL)].concat()));
    assert_eq!(of(&form(page().with("model", "3d_pay"), order()), "terminalprovuserid"), "PROVAUT");
    assert_eq!(of(&form(page().with("merchant.pageUser", "PROVPAGE"), order()), "terminalprovuserid"), "PROVPAGE");
}

#[test]
fn what_cannot_begin() {
    let shop = garanti().open();
    for (name, value, refusal) in [
        ("id", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456", "ORDER id"),
        ("id", "A1-Approved", "ORDER id"),
        ("id", "Declined7", "ORDER id"),
        ("id", "xError", "ORDER id"),
        ("customer.ip", "", "ORDER customer.ip"),
        ("maxInstallments", "6", "UNSUPPORTED maxInstallments"),
    ] {
        assert_eq!(start(&shop, &order().with(name, value)).to_string(), refusal, "{name} {value}");
    }
    assert_eq!(start(&shop, &order().with("id", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")).kind(), "redirect");
    assert_eq!(start(&shop, &order().with("installments", "6").with("maxInstallments", "6")).kind(), "redirect");
    for model in MODELS {
        let card = ["card", "4508034508034509", "12", "30", "000", "Ayşe Yılmaz"];
        assert_eq!(open(model).start_with(&order(), &card).to_string(), "ORDER card", "{model}");
    }
}

#[test]
fn peeking() {
    let shop = garanti().open();
    for (body, found) in [("oid=A1&mdstatus=1", "A1"), ("orderid=A1", ""), ("oid=", ""), ("oid=%", ""), ("", "")] {
        assert_eq!(shop.peek(body.as_bytes()).at(2), found, "{body}");
    }
}
