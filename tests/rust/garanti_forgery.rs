//! Garanti: forged successes, made of what a customer has: genuine failures of his own, whose every field he can edit, rename and cut.
//! Every message here carries a digest that the bank made. None of them may be believed.

use crate::garanti_bank::{CAVV, HASH_PARAMS, MD, MODELS, RND, Return, SIGNED, TERMINAL, begin, garanti, must_not_tell, open};
use crate::shop::{Answer, Order, Shop, Started, order};

/// Failures, and one authentication of a card that was then refused.
fn failures(form: &[(String, String)]) -> Vec<(&'static str, Return)> {
    let of = |md_status| Return::of(form, md_status);
    vec![
        ("not authenticated", of("0")),
        ("not authenticated, with a short md", of("0").with("md", "")),
        ("not enrolled, refused", of("2").charged("", "41", "Declined").with("eci", "07")),
        ("refused", of("1").charged(" ", "51", "Declined")),
        ("refused, without a blank", of("1").charged("", "12", "Declined")),
        ("refused by the gate", of("0").charged("", "99", "Error")),
    ]
}

/// Does anything move, or is anything believed that the failure did not say?
fn is_belief(answer: &Answer) -> bool {
    match answer.kind() {
        // What looks odd is asked about, and a person is told; no mdStatus is kept.
        "send" => answer.then() != "reads:inquiry" || answer.refs().contains("threeds=") && !answer.refs().contains("threeds=%20%20review"),
        "done" => answer.fact("status") != "declined",
        _ => false,
    }
}

/// Posts the values under the names of the list.
fn post(shop: &Shop, order: &Order, values: [&str; 10], hash: &str) -> Answer {
    let mut fields: Vec<(String, String)> = SIGNED.iter().zip(values).map(|(name, value)| ((*name).to_owned(), value.to_owned())).collect();
    fields.extend([("hashparams", HASH_PARAMS), ("hash", hash)].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let answer = shop.callback(order, &Return { fields }.body());
    must_not_tell(&answer);
    answer
}

/// Cuts what follows our order's id in every way near the real lengths; says how often the deciding names held what they should.
fn cut_everywhere(shop: &Shop, order: &Order, genuine: &Return) -> usize {
    let (plaintext, hash) = (genuine.plaintext(), genuine.hash());
    let start = [TERMINAL, order.get("id")].concat();
    let Some(text) = plaintext.strip_prefix(&start) else { return 0 };
    let mut tempting = 0;
    let mut cut = |head: [usize; 4], tail: [usize; 3]| {
        let mut rest = text;
        let mut values = ["", "", "", "", "", "", "", ""];
        for (value, length) in values.iter_mut().zip(head.into_iter().chain([tail[0], tail[1]])) {
            let Some((cut, behind)) = rest.split_at_checked(length) else { return };
            (*value, rest) = (cut, behind);
        }
        let Some((md, rnd)) = rest.len().checked_sub(tail[2]).map(|end| rest.split_at(end)) else { return };
        let [auth_code, return_code, response, md_status, cavv, eci, ..] = values;
        let same = genuine.text("oid") == order.get("id") && [md_status, response] == [genuine.text("mdstatus"), genuine.text("response")];
        tempting += usize::from(md_status == "1" && !same);
        let answer = post(shop, order, [TERMINAL, order.get("id"), auth_code, return_code, response, md_status, cavv, eci, md, rnd], &hash);
        assert!(same || !is_belief(&answer), "{answer}: {auth_code}|{return_code}|{response}|{md_status}|{cavv}|{eci}|{md}|{rnd}");
    };
    for auth_code in [0, 1, 6] {
        for return_code in [0, 2] {
            for response in [0, 5, 8] {
                for cavv in [0, 27, 28] {
                    for eci in [0, 2] {
                        for rnd in [20, 21] {
                            cut([auth_code, return_code, response, 1], [cavv, eci, rnd]);
                        }
                    }
                }
            }
        }
    }
    tempting
}

#[test]
fn a_failure_cut_elsewhere_is_no_success() {
    for model in MODELS {
        let shop = open(model);
        let Started { order, form } = begin(&shop, order());
        for (_, genuine) in failures(&form) {
            cut_everywhere(&shop, &order, &genuine);
        }
    }
}

/// Order numbers of which one goes on where the other ends: there a `1` of the number can be read as an mdStatus.
#[test]
fn the_failure_of_an_order_whose_number_goes_on_is_no_success() {
    let mut tempting = 0;
    for model in MODELS {
        for policy in ["full", "attempted"] {
            let shop = garanti().with("model", model).with("threeDS", policy).open();
            let [short, long] = ["A-", "A-1007"].map(|id| begin(&shop, order().with("id", id)));
            for (_, genuine) in failures(&long.form) {
                tempting += cut_everywhere(&shop, &short.order, &genuine);
            }
            for (_, genuine) in failures(&short.form) {
                cut_everywhere(&shop, &long.order, &genuine);
            }
        }
    }
    assert!(tempting > 100, "no forgery could be built, this proves nothing: {tempting}");
}

/// The list of signed names is ours: with another one, the same digest covers whatever an attacker likes.
#[test]
fn another_list_is_refused_whatever_it_covers() {
    for model in MODELS {
        let shop = open(model);
        let Started { order, form } = begin(&shop, order());
        for (what, genuine) in failures(&form) {
            let approval = Return::approved(&form, "1").with("hash", &genuine.hash());
            let text = genuine.plaintext();
            let (head, tail) = text.split_at(text.len() / 2);
            for (list, more) in [
                ("zz:", vec![("zz", text.as_str())]),
                ("aa:bb:", vec![("aa", head), ("bb", tail)]),
                ("aa:mdstatus:bb:procreturncode:cc:response:", vec![("aa", head), ("bb", tail), ("cc", "")]),
                ("aa:clientid:oid:authcode:procreturncode:response:mdstatus:cavv:eci:md:rnd:", vec![("aa", "")]),
                ("clientid:oid:authcode:procreturncode:response:mdstatus:cavv:eci:md:rnd:zz:", vec![("zz", "")]),
                ("CLIENTID:OID:AUTHCODE:PROCRETURNCODE:RESPONSE:MDSTATUS:CAVV:ECI:MD:RND:", vec![]),
                ("", vec![]),
                (":", vec![]),
            ] {
                let forged = more.iter().fold(approval.clone().with("hashparams", list), |message, (name, value)| message.with(name, value));
                let answer = shop.callback(&order, &forged.with("hashparamsval", &text).body());
                assert_eq!(answer.to_string(), "FIELD_LIST hashparams", "{model} {what} {list}");
            }
            let edited = shop.callback(&order, &approval.with("hashparamsval", &text).body());
            assert_eq!(edited.to_string(), "SIGNATURE_INVALID hash", "{model} {what}");
        }
    }
}

/// Every value moved to a neighbour's name, one character at a time.
#[test]
fn characters_that_change_sides() {
    let shop = open("3d");
    let Started { order, form } = begin(&shop, order());
    let genuine = Return::of(&form, "0").with("cavv", CAVV).with("eci", "02");
    let (values, hash) = (SIGNED.map(|name| genuine.text(name).to_owned()), genuine.hash());
    assert_eq!(shop.callback(&order, &genuine.signed()).to_string(), "declined by signature");
    for place in 0..values.len() - 1 {
        for (from, to) in [(place, place + 1), (place + 1, place)] {
            let mut moved = values.clone();
            let taken =
                if from < to { moved[from].pop() } else { Some(moved[from].clone()).filter(|text| !text.is_empty()).map(|_| moved[from].remove(0)) };
            let Some(taken) = taken else { continue };
            if from < to {
                moved[to].insert(0, taken)
            } else {
                moved[to].push(taken)
            }
            let answer = post(&shop, &order, std::array::from_fn(|place| moved[place].as_str()), &hash);
            assert_eq!(answer.kind(), "error", "{} to {}: {answer}", SIGNED[from], SIGNED[to]);
        }
    }
    assert_eq!((MD.len() % 4, RND.len()), (0, 20));
}

/// The callback of a cheap order, of another model, and the same one twice.
#[test]
fn a_genuine_message_about_something_else() {
    for model in MODELS {
        let shop = open(model);
        let cheap = begin(&shop, order().with("id", "B7K2M9P4R8T3V6X5Z2B7").with("amount", "1.00"));
        let dear = begin(&shop, order());
        let genuine = Return::approved(&cheap.form, "1");
        assert_eq!(shop.callback(&dear.order, &genuine.signed()).to_string(), "ORDER_MISMATCH oid", "{model}");
        let renamed = genuine.clone().with("hash", &genuine.hash()).with("oid", dear.order.get("id"));
        assert_eq!(shop.callback(&dear.order, &renamed.body()).to_string(), "SIGNATURE_INVALID hash", "{model}");
        // Whatever model the customer made of the form: the money is asked for, or asked about.
        let other = Return::of(&dear.form, "1").with("secure3dsecuritylevel", "OOS_PAY").charged("304919", "00", "Approved");
        for _ in 0..2 {
            assert_eq!(shop.callback(&dear.order, &other.signed()).to_string(), "reads:inquiry", "{model}");
        }
    }
    let shop = open("3d");
    let Started { order, form } = begin(&shop, order());
    let once = shop.callback(&order, &Return::of(&form, "1").signed());
    let again = shop.callback(&order, &Return::of(&form, "1").with("rnd", "AAAAAAAAAAAAAAAAAAAA").signed());
    assert_eq!(once.claim(), again.claim(), "two returns, one provision");
}
