//! A configuration is checked once, loudly, and every mistake is told with the key that it is in.

use crate::shop::{API_PASSWORD, Answer, CLIENT_ID, Config, STORE_KEY, isbank, isbank_without_api};
use velopos::error::Why;

fn refused(config: &Config, field: &str) -> Answer {
    let answer = config.answer();
    assert_eq!(answer.to_string(), format!("CONFIG {field}"), "{answer:?}");
    answer
}

#[test]
fn a_configuration_is_filled_in() {
    let answer = isbank().answer();
    assert_eq!(
        answer.0[..9],
        ["account", "isbank", "3d_pay_hosting", "production", "", "3d_pay_hosting 3d_pay", "text/plain; charset=utf-8", "Approved", ""]
    );
    let shop = isbank().open();
    assert_eq!(shop.account[..8], ["isbank", "3d_pay_hosting", "production", "full", CLIENT_ID, STORE_KEY, "magazaapi", API_PASSWORD]);
    assert_eq!(shop.account[8..], ["https://sanalpos.isbank.com.tr/fim/est3Dgate", "https://sanalpos.isbank.com.tr/fim/api"]);
}

#[test]
fn every_nestpay_bank_has_its_own_addresses() {
    let gate = |bank: &str, mode: &str| isbank().with("gateway", bank).with("mode", mode).open().account[8].clone();
    for (bank, production, test) in [
        ("isbank", "sanalpos.isbank.com.tr", "entegrasyon.asseco-see.com.tr"),
        ("ziraat", "sanalpos2.ziraatbank.com.tr", "torus-stage-ziraat.asseco-see.com.tr"),
        ("halkbank", "sanalpos.halkbank.com.tr", "entegrasyon.asseco-see.com.tr"),
        ("teb", "sanalpos.teb.com.tr", "entegrasyon.asseco-see.com.tr"),
        ("sekerbank", "sanalpos.sekerbank.com.tr", "entegrasyon.asseco-see.com.tr"),
    ] {
        assert_eq!(gate(bank, "production"), format!("https://{production}/fim/est3Dgate"));
        assert_eq!(gate(bank, "test"), format!("https://{test}/fim/est3Dgate"));
    }
}

#[test]
fn what_is_written_out_is_taken() {
    let config = isbank().with("mode", "test").with("model", "3d").with("threeDS", "attempted");
    assert_eq!(config.open().account[..4], ["isbank", "3d", "test", "attempted"]);
    assert_eq!(isbank().with("mode", "production").with("threeDS", "full").open().account, isbank().open().account);
    isbank_without_api().open();
    isbank_without_api().with("model", "3d_pay").open();
}

#[test]
fn mistakes_in_the_shape() {
    let cases: &[(&str, &str, &str)] = &[
        ("gateway", "", "gateway"),
        ("gateway", "İşbank", "gateway"),
        ("gateway", "ISBANK", "gateway"),
        ("gateway", "anadolubank", "gateway"),
        ("mode", "", "mode"),
        ("mode", "prod", "mode"),
        ("mode", "TEST", "mode"),
        ("threeDS", "yes", "threeDS"),
        ("threeDS", "", "threeDS"),
        ("model", "", "model"),
        ("model", "3D_PAY", "model"),
        ("model", "iframe", "model"),
        ("merchant.clientId", "", "merchant.clientId"),
        ("merchant.clientId", "1907 00777", "merchant.clientId"),
        ("merchant.clientId", "190700777 ", "merchant.clientId"),
        ("merchant.clientId", "190-700", "merchant.clientId"),
        ("merchant.clientId", "١٢٣", "merchant.clientId"),
        ("merchant.clientId", "1111111111111111111111111111111111", "merchant.clientId"),
        ("merchant.storeKey", "", "merchant.storeKey"),
        ("merchant.storeKey", " KEY12345", "merchant.storeKey"),
        ("merchant.storeKey", "KEY12345\u{a0}", "merchant.storeKey"),
        ("merchant.storeKey", "KEY\u{200b}12345", "merchant.storeKey"),
        ("merchant.storeKey", "KEY\u{ad}12345", "merchant.storeKey"),
        ("merchant.storeKey", "KEY\u{80}12345", "merchant.storeKey"),
        ("merchant.storeKey", "KEY\u{9f}12345", "merchant.storeKey"),
        ("merchant.apiPassword", " ", "merchant.apiPassword"),
        ("merchant.apiUser", "\u{85}", "merchant.apiUser"),
        ("merchant.apiUser", "", "merchant.apiUser"),
        ("merchant.apiPassword", "", "merchant.apiPassword"),
    ];
    for (name, value, field) in cases {
        refused(&isbank().with(name, value), field);
    }
    refused(&isbank().without("gateway"), "gateway");
    refused(&isbank().without("merchant.clientId"), "merchant.clientId");
    refused(&isbank().without("merchant.storeKey"), "merchant.storeKey");
    refused(&isbank().without("merchant.apiUser"), "merchant.apiUser");
    refused(&isbank().without("merchant.apiPassword"), "merchant.apiPassword");
    let longest = "k".repeat(128);
    isbank().with("merchant.storeKey", &longest).open();
    refused(&isbank().with("merchant.storeKey", &format!("{longest}k")), "merchant.storeKey");
}

#[test]
fn models_in_which_our_server_takes_the_money_need_a_user_of_the_api() {
    for model in ["3d", "3d_host"] {
        refused(&isbank_without_api().with("model", model), "merchant.apiUser");
    }
}

#[test]
fn an_unknown_key_is_refused_and_the_nearest_named() {
    for (typed, meant) in [
        ("merchant.storekey", "merchant.storeKey"),
        ("merchant.storeKye", "merchant.storeKey"),
        ("merchant.clientID", "merchant.clientId"),
        ("merchant.apiPasword", "merchant.apiPassword"),
        ("Mode", "mode"),
        ("mo", "mode"),
        ("threeDs", "threeDS"),
        ("three_ds", "threeDS"),
        ("endpoints.gat", "endpoints.gate"),
        ("endpoint.api", "endpoints.api"),
    ] {
        let answer = refused(&isbank().with(typed, "x"), typed);
        assert_eq!(answer.expect_why(Why::NearKey).about(), meant, "{typed}");
    }
    let answer = refused(&isbank().with("verifySignatures", "false"), "verifySignatures");
    assert!(answer.expect_why(Why::UnknownKey).about().contains("merchant.storeKey"), "the known keys are listed: {}", answer.about());
    for (typed, meant) in [("isbankk", "isbank"), ("ziarat", "ziraat"), ("Halkbank", "halkbank"), ("nestpey", "nestpay")] {
        let answer = refused(&isbank().with("gateway", typed), "gateway");
        assert_eq!(answer.expect_why(Why::NearGateway).about(), meant, "{typed}");
    }
}

#[test]
fn publicly_known_test_credentials_are_refused_in_production_only() {
    for (name, value) in [
        ("merchant.clientId", "700655000200"),
        ("merchant.clientId", "190100000"),
        ("merchant.storeKey", "TRPS0200"),
        ("merchant.storeKey", "123456"),
        ("merchant.apiPassword", "ISBANK07"),
    ] {
        refused(&isbank().with(name, value), name);
        refused(&isbank().with(name, value).with("mode", "production"), name);
        isbank().with(name, value).with("mode", "test").open();
    }
}

#[test]
fn endpoints_are_https_on_the_banks_own_hosts() {
    for key in ["endpoints.gate", "endpoints.api"] {
        for address in ["https://sanalpos.isbank.com.tr/fim/est3Dgate", "https://spos.isbank.com.tr/fim/api"] {
            isbank().with(key, address).open();
        }
        // What is paid on the bank's test system is no money.
        for address in ["https://entegrasyon.asseco-see.com.tr/fim/api", "https://istest.asseco-see.com.tr/fim/api"] {
            isbank().with(key, address).with("mode", "test").open();
            refused(&isbank().with(key, address), key);
        }
        for address in [
            "",
            "sanalpos.isbank.com.tr",
            "http://sanalpos.isbank.com.tr/fim/api",
            "HTTPS://sanalpos.isbank.com.tr/fim/api",
            "//sanalpos.isbank.com.tr/fim/api",
            "https://sanalpos.isbank.com.tr.evil.example/fim/api",
            "https://evil.example/sanalpos.isbank.com.tr",
            "https://sanalpos.isbank.com.tr@evil.example/",
            "https://user:word@sanalpos.isbank.com.tr/",
            "https://sanalpos.isbank.com.tr:8443/fim/api",
            "https://sanalpos.isbank.com.tr\\@evil.example/",
            "https://sanalpos.isbank.com.tr/fim/api?x=1",
            "https://sanalpos.isbank.com.tr/fim/api#x",
            "https://sanalpos.isbank.com.tr/fim/ api",
            "https://sanalpos.ziraatbank.com.tr/fim/api",
            "https://",
            "https:///fim/api",
            "https://:443/fim/api",
            "javascript:alert(1)",
            "http://localhost:8481/fim/api",
            "http://127.0.0.1:8481/fim/api",
        ] {
            refused(&isbank().with(key, address), key);
        }
        refused(&isbank().with(key, &format!("https://sanalpos.isbank.com.tr/{}", "a".repeat(255))), key);
    }
}

#[test]
fn a_trusted_host_is_exactly_that_host() {
    let elsewhere = isbank().with("endpoints.api", "https://relay.dukkan.example/fim/api");
    let answer = refused(&elsewhere, "endpoints.api");
    assert_eq!(answer.expect_why(Why::EndpointHost).about(), "relay.dukkan.example");
    elsewhere.clone().trusting("relay.dukkan.example").open();
    isbank().with("endpoints.api", "https://relay.dukkan.example:8443/x").trusting("relay.dukkan.example:8443").open();
    refused(&elsewhere.trusting("dukkan.example").trusting(".dukkan.example").trusting("*"), "endpoints.api");
    let insecure = isbank().with("endpoints.api", "http://relay.dukkan.example/fim/api").trusting("relay.dukkan.example");
    refused(&insecure, "endpoints.api");
}

#[test]
fn too_many_trusted_hosts_are_a_mistake_in_the_configuration() {
    let config = (0..17).fold(isbank(), |config, n| config.trusting(&format!("h{n}.example")));
    refused(&config, "trustHosts");
}

#[test]
fn test_mode_may_use_this_very_machine() {
    let test = isbank().with("mode", "test");
    for address in
        ["http://localhost:8481/nestpay/fim/api", "http://127.0.0.1:8481/x", "https://localhost/x", "http://[::1]:8481/x", "http://[::1]/x"]
    {
        test.clone().with("endpoints.api", address).open();
    }
    for address in [
        "http://localhost.evil.example/x",
        "http://127.0.0.1.evil.example/x",
        "http://127.0.0.2/x",
        "http://10.0.0.1/x",
        "http://localhost:x.evil.example/x",
        "http://evil.example/localhost",
        "ftp://localhost/x",
    ] {
        refused(&test.clone().with("endpoints.api", address), "endpoints.api");
    }
}

#[test]
fn a_bare_system_needs_addresses() {
    let bare = isbank().with("gateway", "nestpay");
    refused(&bare, "endpoints.gate");
    let half = bare.with("endpoints.gate", "https://sanalpos.isbank.com.tr/fim/est3Dgate");
    refused(&half, "endpoints.api");
    let whole = half.with("endpoints.api", "https://sanalpos2.ziraatbank.com.tr/fim/api");
    assert_eq!(whole.open().account[8..], ["https://sanalpos.isbank.com.tr/fim/est3Dgate", "https://sanalpos2.ziraatbank.com.tr/fim/api"]);
    refused(&whole.with("endpoints.api", "https://elsewhere.example/fim/api"), "endpoints.api");
}
