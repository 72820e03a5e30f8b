//! What a correctly signed callback means: is it about this payment, what does it say, and how far does that go?

use crate::bank::Callback;
use crate::shop::{Answer, Config, Order, STORE_KEY, Started, isbank, isbank_without_api, order};

/// Begins a payment and returns with the callback that `made` makes of the form, signed.
fn returned(config: &Config, order: Order, made: impl FnOnce(&[(String, String)]) -> Callback) -> Answer {
    let shop = config.open();
    let Started { order, form } = shop.begin(order);
    shop.callback(&order, &made(&form).signed(STORE_KEY))
}

fn approved_but(change: impl FnOnce(Callback) -> Callback) -> Answer {
    returned(&isbank(), order(), |form| change(Callback::approved(form)))
}

/// The same where the bank cannot be asked.
fn approved_but_without_api(change: impl FnOnce(Callback) -> Callback) -> Answer {
    returned(&isbank_without_api(), order(), |form| change(Callback::approved(form)))
}

#[test]
fn an_approval_is_paid_and_brings_its_facts() {
    let payment = approved_but(|callback| callback);
    assert_eq!(payment.to_string(), "paid by signature");
    for (name, expected) in [
        ("amount", "149.90"),
        ("currency", "TRY"),
        ("orderId", "A7K2M9P4R8T3V6X5Z2B7"),
        ("mode", "production"),
        ("installments", "1"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("transactionId", "26325RqiC11252"),
        ("authCode", "P37891"),
        ("hostReference", "632517184784"),
        ("maskedPan", "450803***4509"),
        ("mdStatus", "1"),
        ("eci", "05"),
        ("liability", "issuer"),
        ("charged", ""),
        ("refunded", ""),
        ("dedupeKey", "isbank:190700777:production:A7K2M9P4R8T3V6X5Z2B7:paid"),
        ("refs", "rnd=30313233343536373839&started=1795272153&captured=14990"),
    ] {
        assert_eq!(payment.fact(name), expected, "{name}");
    }
}

#[test]
fn the_order_that_was_asked_for_decides_what_an_approval_is() {
    let said = |order: Order| returned(&isbank(), order, Callback::approved).to_string();
    assert_eq!(said(order().with("type", "preauth")), "authorized by signature");
    assert_eq!(said(order().with("currency", "JPY").with("amount", "1500")), "paid by signature");
    assert_eq!(said(order().with("urls.notify", "https://dukkan.example/_functions/notify")), "paid by signature");
    let payment = returned(&isbank(), order().with("installments", "6"), Callback::approved);
    assert_eq!((payment.to_string().as_str(), payment.fact("installments")), ("paid by signature", "6"));
}

/// mdStatus 1 is full, 2 to 4 are attempts, the rest failed. In the models in which the bank charges, an approval without a
/// good enough authentication may still have taken the money, so the bank is asked; in the others nothing has been taken.
#[test]
fn md_status_by_policy_and_model() {
    let charging = ["3d_pay_hosting", "3d_pay"];
    let authenticating = ["3d", "3d_host"];
    for md_status in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] {
        for policy in ["full", "attempted"] {
            let accepted = md_status == "1" || policy == "attempted" && ["2", "3", "4"].contains(&md_status);
            for model in charging {
                let config = isbank().with("model", model).with("threeDS", policy);
                let payment = returned(&config, order(), |form| Callback::settled(form, md_status, "Approved", "00"));
                let expected = if accepted { "paid by signature" } else { "reads:inquiry merchant" };
                assert_eq!(payment.to_string(), expected, "{model}, {policy}, mdStatus {md_status}");
                if accepted {
                    assert_eq!(payment.fact("liability"), if md_status == "1" { "issuer" } else { "merchant" });
                }
            }
            for model in authenticating {
                let config = isbank().with("model", model).with("threeDS", policy);
                let step = returned(&config, order(), |form| Callback::authenticated(form, md_status));
                let expected = if accepted { format!("moves:provision {md_status} 05") } else { "declined by signature".to_owned() };
                assert_eq!(step.to_string(), expected, "{model}, {policy}, mdStatus {md_status}");
                if !accepted {
                    assert_eq!((step.fact("reason"), step.fact("mdStatus")), ("3ds-failed", md_status));
                }
            }
        }
    }
}

#[test]
fn an_approval_that_is_not_accepted_is_never_declined_even_when_nobody_can_be_asked() {
    for md_status in ["0", "2", "3", "4", "5", "6", "7", "8", "9"] {
        let payment = returned(&isbank_without_api(), order(), |form| Callback::settled(form, md_status, "Approved", "00"));
        assert_eq!(payment.to_string(), "pending, review", "mdStatus {md_status}");
    }
}

#[test]
fn an_md_status_that_is_not_one_digit_decides_nothing() {
    for md_status in ["", " ", "10", "01", "-1", "A", "1 ", "Y"] {
        let refusal = approved_but(|callback| callback.with("mdStatus", md_status));
        assert_eq!(refusal.to_string(), "MALFORMED mdStatus", "{md_status:?}");
    }
    assert_eq!(approved_but(|callback| callback.without("mdStatus")).to_string(), "MALFORMED mdStatus");
    assert_eq!(approved_but(|callback| callback.renamed("mdStatus", "mdstatus")).to_string(), "MALFORMED mdStatus");
}

#[test]
fn an_approval_in_a_model_that_does_not_charge_answers_nothing() {
    for (md_status, model) in [("1", "3d"), ("4", "3d"), ("0", "3d")] {
        let step = returned(&isbank().with("model", model), order(), |form| Callback::settled(form, md_status, "Approved", "00"));
        assert_eq!(step.to_string(), "reads:inquiry uncertain", "{model}, mdStatus {md_status}");
    }
}

#[test]
fn what_the_bank_answered_by_what_it_could_mean() {
    let sure = "declined by signature";
    // mdStatus, Response and ProcReturnCode; then what follows with a user of the bank's API, and without.
    let cases = [
        ("1", "Declined", "51", sure, sure),
        ("4", "Declined", "05", sure, sure),
        ("0", "Declined", "05", sure, sure),
        ("0", "Error", "99", sure, sure),
        // The gate signs its refusal of any form, also of one that somebody else posted about this order.
        ("7", "Error", "99", "reads:inquiry uncertain", "pending, review"),
        ("5", "Error", "99", "reads:inquiry uncertain", "pending, review"),
        ("5", "", "", sure, sure),
        // `Error` after a good authentication also stands for "this order was paid before".
        ("1", "Error", "99", "reads:inquiry uncertain", "pending, review"),
        ("2", "Error", "12", "reads:inquiry uncertain", "pending, review"),
        // No result, or half of one.
        ("1", "", "", "reads:inquiry", "pending"),
        ("4", "", "", "reads:inquiry", "pending"),
        ("1", "Declined", "", "reads:inquiry", "pending"),
        ("1", "", "51", "reads:inquiry", "pending"),
        // Words that the document does not know.
        ("1", "declined", "51", "reads:inquiry", "pending"),
        ("1", "Pending", "77", "reads:inquiry", "pending"),
        // The code and the word contradict each other.
        ("1", "Approved", "", "reads:inquiry uncertain", "pending, review"),
        ("1", "Approved", "51", "reads:inquiry uncertain", "pending, review"),
        ("1", "Declined", "00", "reads:inquiry uncertain", "pending, review"),
        ("1", "Error", "00", "reads:inquiry uncertain", "pending, review"),
        ("1", "", "00", "reads:inquiry uncertain", "pending, review"),
        ("1", "approved", "00", "reads:inquiry uncertain", "pending, review"),
        ("1", "Approved ", "00", "reads:inquiry uncertain", "pending, review"),
        ("1", "Approved", "00 ", "reads:inquiry uncertain", "pending, review"),
        ("1", "Approved", "0", "reads:inquiry uncertain", "pending, review"),
        ("0", "Approved", "05", "reads:inquiry uncertain", "pending, review"),
    ];
    for (md_status, response, return_code, with_api, without_api) in cases {
        let made = |form: &[(String, String)]| Callback::settled(form, md_status, response, return_code);
        let case = format!("mdStatus {md_status:?}, Response {response:?}, ProcReturnCode {return_code:?}");
        assert_eq!(returned(&isbank(), order(), made).to_string(), with_api, "{case}");
        assert_eq!(returned(&isbank_without_api(), order(), made).to_string(), without_api, "{case}, without API");
    }
}

#[test]
fn a_decline_says_why_and_says_it_for_wix() {
    let cases = [
        ("1", "51", "insufficient-funds", "3012"),
        ("1", "54", "expired-card", "3013"),
        ("1", "82", "invalid-cvv", "3016"),
        ("1", "14", "invalid-card", "3015"),
        ("1", "57", "not-permitted", "3000"),
        ("1", "05", "declined", "3000"),
        ("1", "XY", "declined", "3000"),
        ("0", "51", "3ds-failed", "3004"),
        ("7", "99", "3ds-failed", "3004"),
    ];
    for (md_status, code, reason, wix) in cases {
        let payment = returned(&isbank(), order(), |form| Callback::settled(form, md_status, "Declined", code));
        assert_eq!(["reason", "bankCode", "wixReasonCode"].map(|name| payment.fact(name)), [reason, code, wix], "mdStatus {md_status}, {code}");
        let words = if md_status == "1" { "Kart limiti yetersiz" } else { "Y-status/Challenge authentication via ACS: https://acs.example/creq" };
        assert_eq!(payment.fact("bankMessage"), words);
        assert!(payment.fact("dedupeKey").ends_with(":declined"));
    }
}

#[test]
fn an_authentication_without_a_code_is_told_by_its_md_status() {
    let payment = returned(&isbank(), order(), |form| Callback::authenticated(form, "7"));
    assert_eq!((payment.fact("bankCode"), payment.fact("reason")), ("mdStatus 7", "3ds-failed"));
}

#[test]
fn card_numbers_in_the_banks_words_are_masked() {
    let payment = returned(&isbank(), order(), |form| {
        let declined = Callback::declined(form).with("ErrMsg", "Kart 4508 0345 0803 4509 reddedildi\u{7}\n").with("MaskedPan", "4508034508034509");
        declined.with("TransId", "x".repeat(500))
    });
    assert_eq!(payment.fact("bankMessage"), "Kart 4508 03** **** 4509 reddedildi  ");
    assert_eq!(payment.fact("maskedPan"), "450803******4509");
    assert_eq!(payment.fact("transactionId").len(), 64);
}

#[test]
fn another_payment_is_refused_however_well_it_is_signed() {
    let cases = [
        ("clientid", "MERCHANT_MISMATCH clientid", &["190700778", "", "0190700777", "190700777 "][..]),
        ("oid", "ORDER_MISMATCH oid", &["B7K2M9P4R8T3V6X5Z2B7", "", "a7k2m9p4r8t3v6x5z2b7", "A7K2M9P4R8T3V6X5Z2B7 "]),
        (
            "amount",
            "AMOUNT_MISMATCH amount",
            &["1.49", "149.91", "14990", "149,90", "1.499,00", "", " 149.90", "+149.90", "0149.90", "149.9000000001", "1e2", "-149.90"],
        ),
        ("currency", "CURRENCY_MISMATCH currency", &["840", "TRY", "", "9490", "0949", "999"]),
    ];
    for (name, expected, values) in cases {
        for value in values {
            assert_eq!(approved_but(|callback| callback.with(name, value)).to_string(), expected, "{name} = {value:?}");
            assert_eq!(approved_but_without_api(|callback| callback.with(name, value)).to_string(), expected, "{name} = {value:?}, without API");
        }
        assert_eq!(approved_but(|callback| callback.without(name)).to_string(), expected, "without {name}");
        let other_case = name.to_ascii_uppercase();
        assert_eq!(approved_but(|callback| callback.renamed(name, &other_case)).to_string(), expected, "{name} in capitals");
    }
}

/// Two orders of one customer, at the same time: what was signed for one says nothing about the other.
#[test]
fn a_callback_counts_for_its_own_order_only() {
    let shop = isbank().open();
    let cheap = shop.begin(order().with("id", "CHEAPCHEAPCHEAPCHEAP").with("amount", "1.00"));
    let dear = shop.begin(order().with("id", "DEARDEARDEARDEARDEAR").with("amount", "9999.00"));
    let body = Callback::approved(&cheap.form).signed(STORE_KEY);
    assert_eq!(shop.callback(&cheap.order, &body).to_string(), "paid by signature");
    assert_eq!(shop.callback(&dear.order, &body).to_string(), "ORDER_MISMATCH oid");
    let same_id = dear.order.with("id", "CHEAPCHEAPCHEAPCHEAP");
    assert_eq!(shop.callback(&same_id, &body).to_string(), "AMOUNT_MISMATCH amount");
}

#[test]
fn the_same_callback_twice_gives_the_same_payment() {
    let shop = isbank().open();
    let Started { order, form } = shop.begin(order());
    let body = Callback::approved(&form).signed(STORE_KEY);
    assert_eq!(shop.callback(&order, &body), shop.callback(&order, &body));
}

/// What we sent must come back under its own name with the same text. Otherwise the callback is neither refused nor believed.
#[test]
fn a_missing_or_changed_echo_is_a_question_to_the_bank() {
    let order = || order().with("urls.notify", "https://dukkan.example/_functions/notify").with("installments", "3");
    let cases: &[(&str, &[&str])] = &[
        ("okUrl", &["https://dukkan.example/_functions/payment3DSuccess/k3z", ""]),
        ("failUrl", &["https://dukkan.example/_functions/payment3DSuccess/k3y"]),
        ("callbackUrl", &["", "https://evil.example/"]),
        ("storetype", &["3d_pay", "3D_PAY_HOSTING", "3d_host"]),
        ("lang", &["en", "TR", ""]),
        ("taksit", &["", "1", "6", "03"]),
        ("TranType", &["PreAuth", "auth", ""]),
        // The same money in other words is not the same text.
        ("amount", &["149.9", "149.900", "149.90000000"]),
    ];
    for (name, values) in cases {
        let mut changes: Vec<Box<dyn Fn(Callback) -> Callback>> = Vec::new();
        changes
            .extend(values.iter().map(|value| Box::new(move |callback: Callback| callback.with(name, value)) as Box<dyn Fn(Callback) -> Callback>));
        if !["amount", "callbackUrl"].contains(name) {
            changes.push(Box::new(|callback| callback.without(name)));
            changes.push(Box::new(|callback| callback.renamed(name, &format!("{name}X"))));
        }
        for (place, change) in changes.iter().enumerate() {
            let case = format!("{name}, change {place}");
            for made in [Callback::approved, Callback::declined] {
                let with_api = returned(&isbank(), order(), |form| change(made(form)));
                assert_eq!(with_api.to_string(), "reads:inquiry uncertain", "{case}");
                let without_api = returned(&isbank_without_api(), order(), |form| change(made(form)));
                assert_eq!(without_api.to_string(), "pending, review", "{case}, without API");
            }
            let provision = returned(&isbank().with("model", "3d"), order(), |form| change(Callback::authenticated(form, "1")));
            assert_ne!(provision.to_string(), "moves:provision 1 05", "{case}, 3d");
        }
    }
    // Whether gates echo this one is not known. It pins nothing, so a callback without it is as good as one with it.
    let without_copy_address = returned(&isbank(), order(), |form| Callback::approved(form).without("callbackUrl"));
    assert_eq!(without_copy_address.to_string(), "paid by signature");
    let without_algorithm = approved_but(|callback| callback.without("hashAlgorithm"));
    assert_eq!(without_algorithm.to_string(), "reads:inquiry uncertain");
}

/// The number of instalments is a digit that we sent ourselves. Only 7 is also what the gate says of a changed form.
#[test]
fn instalments_are_no_second_verdict() {
    for count in ["2", "3", "5", "6", "8", "9", "12", "36"] {
        let payment = returned(&isbank(), order().with("installments", count), Callback::approved);
        assert_eq!(payment.to_string(), "paid by signature", "{count} instalments");
    }
    let seven = returned(&isbank(), order().with("installments", "7"), Callback::approved);
    assert_eq!(seven.to_string(), "reads:inquiry uncertain");
}

#[test]
fn rnd_is_the_gates_own() {
    for value in ["", "another"] {
        assert_eq!(approved_but(|callback| callback.with("rnd", value)).to_string(), "paid by signature");
    }
}

/// A value could have been moved onto the decision, or the real decision away from it; a second candidate makes it doubtful.
#[test]
fn a_second_value_that_looks_like_a_decision_is_a_question_to_the_bank() {
    let doubtful = [
        ("merchantName", "1"),
        ("merchantName", "0"),
        ("mdRiskLevel", "9"),
        ("newBankField", "1"),
        ("md", "1"),
        ("ShipToCity", "00"),
        ("ShipToCity", "34"),
        ("SettleId", "A1"),
        ("protocol", "OK"),
        ("rnd", "99"),
        ("sID", "01"),
        ("remark", "Approved"),
        ("remark", "Declined"),
        ("remark", "Error"),
        ("ReturnOid", "Approved"),
        ("oidNote", "1"),
        // The verdict of a failure, wherever it stands.
        ("iReqCode", "5"),
        ("xnote", "7"),
        ("EXTRA.NUMCODE", "9"),
        ("ErrMsg", "Declined"),
        ("xnote", "Error"),
        // The texts that bound the windows stand nowhere else.
        ("language", "tr"),
        ("a", "https://dukkan.example/_functions/payment3DSuccess/k3y"),
        ("xnote", "3d_pay_hosting"),
    ];
    for (name, value) in doubtful {
        assert_eq!(approved_but(|callback| callback.with(name, value)).to_string(), "reads:inquiry uncertain", "{name} = {value}");
        assert_eq!(approved_but_without_api(|callback| callback.with(name, value)).to_string(), "pending, review", "{name} = {value}");
    }
}

#[test]
fn values_that_look_like_no_decision_or_lie_elsewhere_do_no_harm() {
    let harmless = [
        ("merchantName", "11"),
        ("merchantName", "A"),
        ("mdRiskLevel", ""),
        ("newBankField", "1 "),
        ("ShipToCity", "1"),
        ("ShipToCity", "000"),
        ("ShipToCity", "a1"),
        ("remark", "approved"),
        ("remark", "Approved by the bank"),
        // Outside both windows.
        ("BillToName", "1"),
        ("ErrMsg", "00"),
        ("BillToCity", "0"),
        ("EXTRA.HOSTMSG", "Approved"),
        ("iReqCode", "1"),
        ("cavvAlgorithm", "2"),
        ("txstatus", "00"),
        ("xnote", "00"),
        ("xnote", "77"),
        ("a", "1"),
    ];
    for (name, value) in harmless {
        assert_eq!(approved_but(|callback| callback.with(name, value)).to_string(), "paid by signature", "{name} = {value}");
    }
}

#[test]
fn an_order_of_another_account_is_not_read() {
    let shop = isbank().open();
    let Started { order, form } = shop.begin(order());
    let body = Callback::approved(&form).signed(STORE_KEY);
    for (name, value, expected) in [
        ("gateway", "ziraat", "ORDER gateway"),
        ("gateway", "", "ORDER gateway"),
        ("mode", "test", "ORDER mode"),
        ("mode", "", "ORDER mode"),
        ("model", "iframe", "ORDER model"),
        ("model", "", "ORDER model"),
        ("refs", "", "ORDER refs"),
        ("refs", "rnd=30313233343536373839", "ORDER refs"),
        ("refs", "rnd=%", "ORDER refs"),
        ("refs", "rnd=1&rnd=2", "ORDER refs"),
    ] {
        assert_eq!(shop.callback(&order.clone().with(name, value), &body).to_string(), expected, "{name} = {value:?}");
    }
    assert_eq!(shop.callback(&order.clone().with("refs", &"r".repeat(2049)), &body).to_string(), "ORDER refs");
    let changed_since = isbank().with("model", "3d").open();
    assert_eq!(changed_since.callback(&order, &body).to_string(), "paid by signature", "the stored model counts");
}
