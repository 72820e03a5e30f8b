//! `3d_pay` and `3d_host`: in the one the shop's page asks for the card and the bank charges within 3-D Secure, in the other the bank's page
//! asks for the card and nobody charges until our own server asks for the money.

use crate::bank::{Callback, cc5, ver3};
use crate::shop::{API_PASSWORD, Answer, CARD, CLIENT_ID, Config, ORDER_ID, Order, STORE_KEY, Shop, Started, isbank, isbank_without_api, order};

const MODELS: [&str; 4] = ["3d_pay_hosting", "3d_pay", "3d", "3d_host"];

fn account(model: &str) -> Config {
    isbank().with("model", model)
}

fn bank_charges(model: &str) -> bool {
    matches!(model, "3d_pay_hosting" | "3d_pay")
}

/// What a customer's successful visit brings back in this model.
fn success(model: &str, form: &[(String, String)]) -> Callback {
    if bank_charges(model) { Callback::approved(form) } else { Callback::authenticated(form, "1") }
}

fn returned(shop: &Shop, started: &Started, callback: Callback) -> Answer {
    shop.callback(&started.order, &callback.signed(STORE_KEY))
}

/// The bank's reply to a provision.
fn reply(response: &str, return_code: &str) -> String {
    let elements =
        [("OrderId", ORDER_ID), ("Response", response), ("ProcReturnCode", return_code), ("AuthCode", "P37891"), ("TransId", "26325RqiC11252")];
    cc5(&elements, &[("TRXDATE", "20261121 17:42:34")])
}

/// The bank's reply to an inquiry.
fn state(trans_stat: &str, amount: &str, captured: &str) -> String {
    let extra = [("ORD_ID", ORDER_ID), ("CHARGE_TYPE_CD", "S"), ("ORIG_TRANS_AMT", amount), ("CAPTURE_AMT", captured), ("TRANS_STAT", trans_stat)];
    cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &extra)
}

/// What the whole payment ends in when bank and customer say yes.
fn paid(shop: &Shop, order: Order) -> Answer {
    let started = shop.begin(order);
    let answer = returned(shop, &started, success(shop.model(), &started.form));
    if answer.kind() == "done" { answer } else { shop.reply(&started.order, answer.then(), "200", reply("Approved", "00")) }
}

fn by(model: &str, status: &str) -> String {
    format!("{status} by {}", if bank_charges(model) { "signature" } else { "reply" })
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The form

#[test]
fn the_forms_carry_the_documented_fields_and_nothing_else() {
    let card = [("pan", CARD[1]), ("cv2", CARD[4]), ("Ecom_Payment_Card_ExpDate_Month", CARD[2]), ("Ecom_Payment_Card_ExpDate_Year", CARD[3])];
    for (model, card) in [("3d_pay", &card[..]), ("3d_host", &[])] {
        let form = account(model).open().start(&order()).form();
        let ours = [
            ("clientid", CLIENT_ID),
            ("storetype", model),
            ("amount", "149.90"),
            ("oid", ORDER_ID),
            ("okUrl", "https://dukkan.example/_functions/payment3DSuccess/k3y"),
            ("failUrl", "https://dukkan.example/_functions/payment3DFail/k3y"),
            ("lang", "tr"),
            ("currency", "949"),
            ("taksit", ""),
            ("TranType", "Auth"),
            ("hashAlgorithm", "ver3"),
        ];
        let expected: Vec<&str> = ours.iter().chain(&[("rnd", "")]).chain(card).chain(&[("hash", "")]).map(|(name, _)| *name).collect();
        assert_eq!(form.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), expected, "{model}");
        for (name, value) in ours.iter().chain(card) {
            assert!(form.contains(&((*name).to_owned(), (*value).to_owned())), "{model}: {name} = {value}");
        }
    }
}

#[test]
fn the_card_is_in_the_form_and_in_no_ref() {
    let step = account("3d_pay").open().start(&order());
    assert!(!step.refs().contains(CARD[1]) && !step.refs().contains(CARD[4]));
    assert_eq!(account("3d_pay").open().start_with(&order(), &[""]).to_string(), "ORDER card");
    assert_eq!(account("3d_host").open().start_with(&order(), &CARD).to_string(), "ORDER card");
}

#[test]
fn who_takes_the_money_needs_a_user_of_the_api_and_a_claim() {
    assert_eq!(isbank_without_api().with("model", "3d_host").answer().to_string(), "CONFIG merchant.apiUser");
    assert!(account("3d_host").open().claims);
    assert!(!isbank_without_api().with("model", "3d_pay").open().claims);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The return

#[test]
fn a_return_of_3d_pay() {
    let without_api = isbank_without_api().with("model", "3d_pay");
    // mdStatus, Response and ProcReturnCode; then what follows under each policy, and where nobody can be asked.
    let cases = [
        ("1", "Approved", "00", "paid by signature", "paid by signature", "paid by signature"),
        ("4", "Approved", "00", "reads:inquiry merchant", "paid by signature", "pending, review"),
        ("5", "Approved", "00", "reads:inquiry merchant", "reads:inquiry merchant", "pending, review"),
        ("0", "Approved", "00", "reads:inquiry merchant", "reads:inquiry merchant", "pending, review"),
        ("1", "Declined", "51", "declined by signature", "declined by signature", "declined by signature"),
        ("2", "Declined", "05", "declined by signature", "declined by signature", "declined by signature"),
        ("0", "Error", "99", "declined by signature", "declined by signature", "declined by signature"),
        ("7", "Error", "99", "reads:inquiry uncertain", "reads:inquiry uncertain", "pending, review"),
        ("1", "Error", "99", "reads:inquiry uncertain", "reads:inquiry uncertain", "pending, review"),
        ("1", "", "", "reads:inquiry", "reads:inquiry", "pending"),
        ("1", "Approved", "51", "reads:inquiry uncertain", "reads:inquiry uncertain", "pending, review"),
    ];
    for (md_status, response, return_code, full, attempted, unasked) in cases {
        for (config, expected) in
            [(account("3d_pay"), full), (account("3d_pay").with("threeDS", "attempted"), attempted), (without_api.clone(), unasked)]
        {
            let shop = config.open();
            let started = shop.begin(order());
            let answer = returned(&shop, &started, Callback::settled(&started.form, md_status, response, return_code));
            assert_eq!(answer.to_string(), expected, "mdStatus {md_status:?}, Response {response:?}, ProcReturnCode {return_code:?}");
        }
    }
}

#[test]
fn a_return_of_3d_host_is_a_provision_or_a_decline() {
    for (policy, accepted) in [("full", &["1"][..]), ("attempted", &["1", "2", "3", "4"])] {
        let shop = account("3d_host").with("threeDS", policy).open();
        let started = shop.begin(order());
        for md_status in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] {
            let answer = returned(&shop, &started, Callback::authenticated(&started.form, md_status));
            let provision = format!("moves:provision {md_status} 05");
            let expected = if accepted.contains(&md_status) { &provision } else { "declined by signature" };
            assert_eq!(answer.to_string(), *expected, "{policy}, mdStatus {md_status}");
        }
    }
}

/// What the captured callbacks of this model do not have decides nothing when it comes.
#[test]
fn an_authentication_with_the_words_of_a_payment_is_still_none() {
    let shop = account("3d_host").open();
    let started = shop.begin(order());
    for (response, return_code) in [("Approved", "00"), ("Declined", "51"), ("Error", "99"), ("Approved", "51")] {
        let answer = returned(&shop, &started, Callback::settled(&started.form, "1", response, return_code));
        assert_eq!(answer.kind(), "send", "{response} {return_code}: {answer}");
    }
}

#[test]
fn the_provision_of_3d_host() {
    let shop = account("3d_host").open();
    let started = shop.begin(order());
    let step = returned(&shop, &started, Callback::authenticated(&started.form, "1"));
    assert_eq!(step.claim(), format!("isbank:190700777:production:{ORDER_ID}:send:provision"));
    let xml = step.xml();
    for part in
        ["<Type>Auth</Type>", "<Total>149.90</Total>", "<Currency>949</Currency>", "<Taksit></Taksit>", "<PayerSecurityLevel>05</PayerSecurityLevel>"]
    {
        assert!(xml.contains(part), "{part} in {xml}");
    }
    assert!(!step.then().contains(API_PASSWORD) && !step.refs().contains(API_PASSWORD));
    for (status, body, expected) in [
        ("200", reply("Approved", "00"), "paid by reply"),
        ("200", reply("Declined", "51"), "declined by reply"),
        ("200", reply("Error", "99"), "reads:inquiry"),
        ("200", reply("Approved", "51"), "reads:inquiry"),
        ("200", reply("Approved", "00").replace(ORDER_ID, "B7K2M9P4R8T3V6X5Z2B7"), "unknown, review"),
        ("500", reply("Approved", "00"), "unknown"),
        ("lost", String::new(), "unknown"),
        ("claimed", String::new(), "pending"),
    ] {
        assert_eq!(shop.reply(&started.order, step.then(), status, &body).to_string(), expected, "{status} {body}");
    }
    let question = shop.reply(&started.order, step.then(), "200", reply("Error", "99"));
    for (trans_stat, captured, expected) in [("C", "14990", "paid by reply"), ("D", "", "declined by reply"), ("", "", "pending")] {
        let amount = if trans_stat.is_empty() { "" } else { "14990" };
        let payment = shop.reply(&started.order, question.then(), "200", state(trans_stat, amount, captured));
        assert_eq!(payment.to_string(), expected, "TRANS_STAT {trans_stat:?}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// What is never believed

#[test]
fn the_return_of_another_model_is_a_question() {
    for model in MODELS {
        let shop = account(model).open();
        let started = shop.begin(order());
        for other in MODELS.into_iter().filter(|other| *other != model) {
            for callback in [Callback::approved(&started.form), Callback::declined(&started.form), Callback::authenticated(&started.form, "1")] {
                let answer = returned(&shop, &started, callback.with("storetype", other));
                assert_eq!(answer.to_string(), "reads:inquiry uncertain", "{other} for {model}");
            }
            // A whole payment of the other model with the same id and amount.
            let elsewhere = account(other).open().begin(order());
            let answer = returned(&shop, &started, success(other, &elsewhere.form));
            assert_eq!(answer.to_string(), "reads:inquiry uncertain", "a payment of {other} for {model}");
        }
    }
    let shop = isbank_without_api().with("model", "3d_pay").open();
    let started = shop.begin(order());
    for callback in [Callback::approved(&started.form).with("storetype", "3d_pay_hosting"), Callback::approved(&started.form).without("storetype")] {
        assert_eq!(returned(&shop, &started, callback).to_string(), "pending, review");
    }
}

const ANCHORS: &[&str] = &["clientid", "oid", "amount", "currency", "okUrl", "failUrl", "storetype", "hashAlgorithm", "lang", "taksit", "TranType"];

type Fields = Vec<(String, Vec<u8>)>;

/// Every renaming that moves no value and lets each wanted name stand over its wanted value, in the order of the names; everything else gets
/// an invented name that sorts in its place.
fn renamings(signed: &[(String, Vec<u8>)], wanted: &[(String, String)]) -> Vec<Fields> {
    fn go(signed: &[(String, Vec<u8>)], wanted: &[(String, String)], taken: usize, renamed: &Fields, found: &mut Vec<Fields>) {
        let Some(((_, value), rest)) = signed.split_first() else {
            if taken == wanted.len() {
                found.push(renamed.clone());
            }
            return;
        };
        let under = |name: String| [renamed.clone(), vec![(name, value.clone())]].concat();
        if let Some((name, _)) = wanted.get(taken).filter(|(_, wanted)| wanted.as_bytes() == value) {
            go(rest, wanted, taken + 1, &under(name.clone()), found);
        }
        let last = if taken == 0 { "A" } else { &wanted[taken - 1].0 };
        go(rest, wanted, taken, &under(format!("{last}-z{:03}", renamed.len())), found);
    }
    let mut found = Vec::new();
    go(signed, wanted, 0, &Fields::new(), &mut found);
    found
}

/// Values that an attacker would like to move: what he may type on the bank's page, and what a bank may add one day.
fn tempting(callback: Callback) -> Callback {
    let values = [
        ("iReqCode", "1"),
        ("merchantName", "1"),
        ("nameOnCard", "1"),
        ("BillToName", "1"),
        ("Email", "00"),
        ("payment_note", "00"),
        ("ShipToCity", "00"),
        ("firmaadi", "Approved"),
        ("remark", "Approved"),
    ];
    values.into_iter().fold(callback, |callback, (name, value)| callback.with(name, value))
}

#[test]
fn no_renaming_of_a_failure_is_believed() {
    let approval = [("mdStatus", "1"), ("ProcReturnCode", "00"), ("Response", "Approved")];
    for policy in ["full", "attempted"] {
        for (model, decisions) in [("3d_pay", &approval[..]), ("3d_host", &approval[..1])] {
            let shop = account(model).with("threeDS", policy).open();
            let Started { order, form } = shop.begin(order());
            let failures =
                [Callback::settled(&form, "1", "Declined", "51"), Callback::settled(&form, "0", "Error", "99"), Callback::authenticated(&form, "0")];
            for genuine in failures.into_iter().skip(if model == "3d_host" { 2 } else { 0 }).map(tempting) {
                let hash = genuine.hash(STORE_KEY);
                let mut signed = genuine.fields.clone();
                signed.retain(|(name, _)| name != "encoding");
                signed.sort_by_key(|(name, _)| name.to_ascii_uppercase());
                let mut tried = 0;
                for missing in ANCHORS.iter().map(Some).chain([None]) {
                    let kept = ANCHORS.iter().filter(|anchor| Some(*anchor) != missing).map(|anchor| (*anchor, genuine.text(anchor)));
                    let decided = decisions.iter().map(|(name, value)| (*name, (*value).to_owned()));
                    let mut wanted: Vec<(String, String)> = kept.chain(decided).map(|(name, value)| (name.to_owned(), value)).collect();
                    wanted.sort_by_key(|(name, _)| name.to_ascii_uppercase());
                    for forged in renamings(&signed, &wanted) {
                        assert_eq!(ver3(&forged, STORE_KEY), hash, "the attack keeps the digest");
                        let body = Callback { fields: forged }.with("HASH", &hash).body();
                        let answer = shop.callback(&order, &body);
                        let believed = answer.kind() == "done" || answer.to_string().starts_with("moves:");
                        assert!(!believed, "{model}, {policy}: {answer}: {}", String::from_utf8_lossy(&body));
                        tried += 1;
                    }
                }
                assert!(tried > 20, "{tried} forgeries prove nothing");
            }
        }
    }
}

/// A doubtful return ends a payment in which our own server asks for the money: nothing was sent, so an inquiry finds nothing.
#[test]
fn an_order_whose_own_texts_look_like_a_decision() {
    let doubtful: &[(&str, &[(&str, &str)])] = &[
        ("installments", &[("installments", "7")]),
        ("amount", &[("currency", "JPY"), ("amount", "5")]),
        ("amount", &[("currency", "JPY"), ("amount", "9")]),
        ("id", &[("id", "1")]),
        ("id", &[("id", "12")]),
        ("id", &[("id", "A1")]),
        ("id", &[("id", "Approved")]),
        ("id", &[("id", "Error")]),
        ("id", &[("id", "tr")]),
        ("id", &[("id", "ver3")]),
        ("id", &[("id", "en"), ("customer.language", "en")]),
    ];
    let plain: &[&[(&str, &str)]] = &[
        &[("installments", "8")],
        &[("currency", "JPY"), ("amount", "4")],
        &[("currency", "JPY"), ("amount", "10")],
        &[("currency", "JPY"), ("amount", "55")],
        &[("id", "a")],
        &[("id", "a1")],
        &[("id", "123")],
        &[("id", "approved")],
        &[("id", "en")],
    ];
    let changed = |changes: &[(&str, &str)]| changes.iter().fold(order(), |order, (name, value)| order.with(name, value));
    for model in MODELS {
        let shop = account(model).open();
        for (field, changes) in doubtful {
            if bank_charges(model) {
                let started = shop.begin(changed(changes));
                assert_eq!(returned(&shop, &started, success(model, &started.form)).to_string(), "reads:inquiry uncertain", "{model}, {changes:?}");
            } else {
                assert_eq!(shop.start(&changed(changes)).to_string(), format!("UNSUPPORTED {field}"), "{model}, {changes:?}");
            }
        }
        for changes in plain {
            let started = shop.begin(changed(changes));
            let expected = if bank_charges(model) { "paid by signature" } else { "moves:provision 1 05" };
            assert_eq!(returned(&shop, &started, success(model, &started.form)).to_string(), expected, "{model}, {changes:?}");
        }
    }
    assert_eq!(account("3d").open().start(&changed(&[("id", "3d")])).to_string(), "UNSUPPORTED id");
}

// ---------------------------------------------------------------------------------------------------------------------------------
// What the order asks for goes to the bank and comes back

#[test]
fn a_pre_authorisation_is_authorized_until_it_is_captured() {
    for model in MODELS {
        let shop = account(model).open();
        let payment = paid(&shop, order().with("type", "preauth"));
        assert_eq!(payment.to_string(), by(model, "authorized"));
        assert!(payment.fact("dedupeKey").ends_with(":authorized"), "{model}");
        let started = shop.begin(order().with("type", "preauth"));
        let question = shop.inquire(&started.order);
        let told =
            |trans_stat: &str, captured: &str| shop.reply(&started.order, question.then(), "200", state(trans_stat, "14990", captured)).to_string();
        assert_eq!(told("A", ""), "authorized by reply", "{model}");
        assert_eq!(told("C", "14990"), "paid by reply", "{model}");
        assert_eq!(told("C", "5000"), "pending, review", "{model}, captured in part");
        assert_eq!(told("V", ""), "voided by reply", "{model}");
    }
}

#[test]
fn instalments_and_type_reach_the_provision() {
    for model in ["3d", "3d_host"] {
        let shop = account(model).open();
        for (installments, taksit) in [("", ""), ("1", ""), ("2", "2"), ("6", "6"), ("12", "12")] {
            for (kind, name) in [("sale", "Auth"), ("preauth", "PreAuth")] {
                let started = shop.begin(order().with("installments", installments).with("type", kind));
                let xml = returned(&shop, &started, success(model, &started.form)).xml();
                assert!(xml.contains(&format!("<Type>{name}</Type>")) && xml.contains(&format!("<Taksit>{taksit}</Taksit>")), "{model}: {xml}");
            }
        }
    }
    for model in MODELS {
        let payment = paid(&account(model).open(), order().with("installments", "3"));
        assert_eq!((payment.to_string(), payment.fact("installments")), (by(model, "paid"), "3"), "{model}");
    }
}

#[test]
fn currencies_go_to_the_bank_and_come_back() {
    let cases = [
        ("USD", "840", "149.90", "14990"),
        ("EUR", "978", "0.01", "1"),
        ("GBP", "826", "1.00", "100"),
        ("RUB", "643", "9999.99", "999999"),
        ("JPY", "392", "14990", "14990"),
        ("JPY", "392", "1", "1"),
    ];
    for model in MODELS {
        let shop = account(model).open();
        for (currency, digits, amount, minor) in cases {
            let case = format!("{model}, {amount} {currency}");
            let wanted = || order().with("currency", currency).with("amount", amount);
            let started = shop.begin(wanted());
            let sent = |name: &str| started.form.iter().find(|(at, _)| at == name).map(|(_, value)| value.as_str());
            assert_eq!((sent("amount"), sent("currency")), (Some(amount), Some(digits)), "{case}");
            let payment = paid(&shop, wanted());
            assert_eq!((payment.to_string(), payment.fact("amount"), payment.fact("currency")), (by(model, "paid"), amount, currency), "{case}");
            if !bank_charges(model) {
                let xml = returned(&shop, &started, success(model, &started.form)).xml();
                assert!(xml.contains(&format!("<Total>{amount}</Total><Currency>{digits}</Currency>")), "{case}: {xml}");
            }
            let question = shop.inquire(&started.order);
            let asked = |amount: &str| shop.reply(&started.order, question.then(), "200", state("C", amount, amount)).to_string();
            assert_eq!(asked(minor), "paid by reply", "{case}");
            assert_eq!(asked(&format!("{minor}00")), "AMOUNT_MISMATCH amount", "{case}: a hundred times as much");
        }
        let decimals = shop.start(&order().with("currency", "JPY").with("amount", "1500.00"));
        assert_eq!(decimals.to_string(), "ORDER amount", "yen have no decimals");
    }
}
