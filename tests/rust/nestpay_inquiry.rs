//! Asking the bank what became of an order. Its replies say a state, and sometimes an amount; only what they prove is believed.

use crate::bank::{Callback, cc5};
use crate::shop::{Answer, ORDER_ID, Order, STORE_KEY, Shop, Started, isbank, isbank_without_api, order};

fn asked(shop: &Shop, order: Order, body: impl AsRef<[u8]>) -> Answer {
    let started = shop.begin(order);
    let step = shop.inquire(&started.order);
    shop.reply(&started.order, step.then(), "200", body)
}

fn answered(body: impl AsRef<[u8]>) -> Answer {
    asked(&isbank().open(), order(), body)
}

fn preauth() -> Order {
    order().with("type", "preauth")
}

/// What ORDERSTATUS tells; every part can be changed.
#[derive(Clone)]
struct State(Vec<(&'static str, String)>);

fn state(trans_stat: &str, captured: &str) -> State {
    let parts = [
        ("ORD_ID", ORDER_ID),
        ("CHARGE_TYPE_CD", "S"),
        ("ORIG_TRANS_AMT", "14990"),
        ("CAPTURE_AMT", captured),
        ("TRANS_STAT", trans_stat),
        ("AUTH_DTTM", "2026-11-21 17:42:33.777"),
        ("CAPTURE_DTTM", if captured.is_empty() { "" } else { "2026-11-21 17:43:00.5" }),
        ("AUTH_CODE", "P37891"),
        ("TRANS_ID", "26325RqiC11252"),
        ("HOST_REF_NUM", "632517184784"),
        ("PROC_RET_CD", if trans_stat == "D" { "51" } else { "00" }),
    ];
    State(parts.map(|(name, value)| (name, value.to_owned())).to_vec())
}

fn sale() -> State {
    state("C", "14990")
}

impl State {
    fn with(mut self, name: &str, value: &str) -> State {
        self.0.iter_mut().filter(|(at, _)| *at == name).for_each(|(_, old)| value.clone_into(old));
        self
    }

    /// `NAME:value` pairs with a separator between them, in one element.
    fn compound(&self, separator: &str) -> String {
        self.0.iter().map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>().join(separator)
    }

    /// An element for each part.
    fn flat(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// Every way in which banks write it.
    fn replies(&self) -> [(&'static str, String); 4] {
        let (tabs, spaces) = (self.compound("\t"), self.compound(" "));
        let both = [self.flat(), vec![("ORDERSTATUS", tabs.as_str())]].concat();
        [
            ("compound with tabs", envelope(&[("ORDERSTATUS", tabs.as_str())])),
            ("compound with spaces", envelope(&[("ORDERSTATUS", spaces.as_str())])),
            ("flat", envelope(&self.flat())),
            ("both", envelope(&both)),
        ]
    }

    fn flat_reply(&self) -> String {
        envelope(&self.flat())
    }
}

fn envelope(extra: &[(&str, &str)]) -> String {
    let message = format!("Record(s) found for {ORDER_ID}");
    let elements =
        [("ErrMsg", message.as_str()), ("ProcReturnCode", "00"), ("Response", "Approved"), ("OrderId", ORDER_ID), ("TransId", "26325RqiC11252")];
    cc5(&elements, &[&[("PAN", "4508 03** **** 4509")], extra, &[("NUMCODE", "0")]].concat())
}

#[test]
fn the_question_names_the_order_and_moves_nothing() {
    let shop = isbank().open();
    let Started { order, .. } = shop.begin(order());
    let step = shop.inquire(&order);
    assert_eq!((step.to_string().as_str(), step.claim(), step.url()), ("reads:inquiry", "", "https://sanalpos.isbank.com.tr/fim/api"));
    assert_eq!(
        step.xml(),
        "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><CC5Request><Name>magazaapi</Name><Password>Gizli&lt;Soz&gt;&amp;77</Password>\
         <ClientId>190700777</ClientId><OrderId>A7K2M9P4R8T3V6X5Z2B7</OrderId><Mode>P</Mode>\
         <Extra><ORDERSTATUS>QUERY</ORDERSTATUS></Extra></CC5Request>"
    );
}

#[test]
fn without_a_user_of_the_api_nobody_can_be_asked() {
    let shop = isbank_without_api().open();
    let Started { order, .. } = shop.begin(order());
    assert_eq!(shop.inquire(&order).to_string(), "CONFIG merchant.apiUser");
}

#[test]
fn every_state_by_what_was_ordered() {
    // TRANS_STAT and what was captured; then what it is for a sale and for a pre-authorisation.
    let cases = [
        ("A", "", "paid by reply", "authorized by reply"),
        ("A", "14990", "paid by reply", "paid by reply"),
        ("C", "14990", "paid by reply", "paid by reply"),
        ("S", "14990", "paid by reply", "paid by reply"),
        ("S", "", "pending, review", "pending, review"),
        ("V", "14990", "voided by reply", "voided by reply"),
        ("CNCL", "", "voided by reply", "voided by reply"),
        ("D", "", "declined by reply", "declined by reply"),
        ("ERR", "", "declined by reply", "declined by reply"),
        ("PN", "", "pending, review", "pending, review"),
        ("", "", "pending, review", "pending, review"),
        ("R", "", "pending, review", "pending, review"),
        ("X", "", "pending, review", "pending, review"),
        ("a", "14990", "pending, review", "pending, review"),
        ("AC", "14990", "pending, review", "pending, review"),
    ];
    let shop = isbank().open();
    for (trans_stat, captured, for_sale, for_preauth) in cases {
        for (form, reply) in state(trans_stat, captured).replies() {
            let case = format!("TRANS_STAT {trans_stat:?}, CAPTURE_AMT {captured:?}, {form}");
            assert_eq!(asked(&shop, order(), &reply).to_string(), for_sale, "{case}");
            assert_eq!(asked(&shop, preauth(), &reply).to_string(), for_preauth, "{case}, pre-authorisation");
        }
    }
}

#[test]
fn every_form_of_a_reply_brings_the_same_facts() {
    for (form, reply) in sale().replies() {
        let payment = answered(reply);
        for (name, expected) in [
            ("transactionId", "26325RqiC11252"),
            ("authCode", "P37891"),
            ("hostReference", "632517184784"),
            ("maskedPan", "4508 03** **** 4509"),
            ("at", "2026-11-21T17:43:00+03:00"),
            ("charged", ""),
            ("dedupeKey", "isbank:190700777:production:A7K2M9P4R8T3V6X5Z2B7:paid"),
        ] {
            assert_eq!(payment.fact(name), expected, "{name}, {form}");
        }
    }
}

#[test]
fn a_decline_says_why() {
    let reply = envelope(&[state("D", "").flat(), vec![("HOSTMSG", "Limit yetersiz 4508034508034509")]].concat());
    let payment = answered(reply);
    assert_eq!(["reason", "bankCode", "bankMessage"].map(|name| payment.fact(name)), ["insufficient-funds", "51", "Limit yetersiz 450803******4509"]);
}

#[test]
fn a_credit_is_for_a_person_to_look_at() {
    for (form, reply) in sale().with("CHARGE_TYPE_CD", "C").replies() {
        assert_eq!(answered(reply).to_string(), "pending, review", "{form}");
    }
}

#[test]
fn amounts_are_minor_units_and_must_be_the_orders() {
    for (amount, expected) in [
        ("14990", "paid by reply"),
        ("14991", "AMOUNT_MISMATCH amount"),
        ("1", "AMOUNT_MISMATCH amount"),
        ("1499000", "AMOUNT_MISMATCH amount"),
        // Unreadable: the state alone proves no amount.
        ("149.90", "pending, review"),
        ("149,90", "pending, review"),
        ("014990", "pending, review"),
        ("-14990", "pending, review"),
        ("0", "pending, review"),
        ("", "pending, review"),
        ("99999999999999999999", "pending, review"),
    ] {
        for (form, reply) in sale().with("ORIG_TRANS_AMT", amount).replies() {
            assert_eq!(answered(reply).to_string(), expected, "{amount:?}, {form}");
        }
    }
    for final_state in ["A", "C", "V", "CNCL", "D", "ERR"] {
        let reply = state(final_state, "").with("ORIG_TRANS_AMT", "100").flat_reply();
        assert_eq!(answered(reply).to_string(), "AMOUNT_MISMATCH amount", "{final_state}");
    }
}

#[test]
fn yen_have_no_minor_unit() {
    let yen = order().with("currency", "JPY").with("amount", "14990");
    assert_eq!(asked(&isbank().open(), yen, sale().flat_reply()).to_string(), "paid by reply");
}

#[test]
fn more_than_the_order_is_told_and_less_is_not_paid() {
    let captured = |amount: &str| answered(sale().with("CAPTURE_AMT", amount).flat_reply());
    let more = captured("15500");
    assert_eq!((more.to_string().as_str(), more.fact("amount"), more.fact("charged")), ("paid by reply, review", "149.90", "155.00"));
    for less in ["14989", "1"] {
        assert_eq!(captured(less).to_string(), "pending, review", "{less}");
        for trans_stat in ["A", "C"] {
            let reply = state(trans_stat, less).flat_reply();
            assert_eq!(asked(&isbank().open(), preauth(), reply).to_string(), "pending, review", "{trans_stat} {less}");
        }
    }
}

#[test]
fn the_reply_must_name_our_order() {
    let other = "B7K2M9P4R8T3V6X5Z2B7";
    let named = |order_id: &str, ord_id: &str| {
        sale().with("ORD_ID", ord_id).flat_reply().replace(&format!("<OrderId>{ORDER_ID}<"), &format!("<OrderId>{order_id}<"))
    };
    for (order_id, ord_id, expected) in [
        (ORDER_ID, ORDER_ID, "paid by reply"),
        (ORDER_ID, "", "paid by reply"),
        ("", ORDER_ID, "paid by reply"),
        (other, other, "ORDER_MISMATCH id"),
        (other, "", "ORDER_MISMATCH id"),
        ("", other, "ORDER_MISMATCH id"),
        ("", "", "ORDER_MISMATCH id"),
        (other, ORDER_ID, "ORDER_MISMATCH id"),
        (ORDER_ID, other, "ORDER_MISMATCH id"),
    ] {
        assert_eq!(answered(named(order_id, ord_id)).to_string(), expected, "OrderId {order_id:?}, ORD_ID {ord_id:?}");
    }
}

#[test]
fn a_reply_that_contradicts_itself_is_believed_in_neither_way() {
    for (name, other) in
        [("TRANS_STAT", "V"), ("ORIG_TRANS_AMT", "14991"), ("CAPTURE_AMT", "1"), ("CHARGE_TYPE_CD", "C"), ("ORD_ID", "B"), ("AUTH_CODE", "X")]
    {
        let compound = sale().with(name, other).compound("\t");
        let reply = envelope(&[sale().flat(), vec![("ORDERSTATUS", compound.as_str())]].concat());
        assert_eq!(answered(reply).to_string(), "unknown", "{name}");
    }
    // An empty part says nothing, so it contradicts nothing.
    let sparse = state("", "").with("ORIG_TRANS_AMT", "").compound("\t");
    let reply = envelope(&[sale().flat(), vec![("ORDERSTATUS", sparse.as_str())]].concat());
    assert_eq!(answered(reply).to_string(), "paid by reply");
}

/// Each of these replies says that there is money and, beside it, that something is odd: a person should look.
#[test]
fn a_sale_with_something_odd_beside_it_is_not_simply_paid() {
    for (name, odd) in
        [("CHARGE_TYPE_CD", "X"), ("VOID_DTTM", "2026-11-21 18:00:00.0"), ("CAPTURE_AMT", "0"), ("CAPTURE_AMT", "00100"), ("CAPTURE_AMT", "12,3")]
    {
        let compound = format!("{}\tVOID_DTTM:{}", sale().with(name, odd).compound("\t"), if name == "VOID_DTTM" { odd } else { "" });
        assert_eq!(answered(envelope(&[("ORDERSTATUS", &compound)])).to_string(), "pending, review", "{name} {odd}");
    }
    let compound = sale().compound("\t");
    for response in ["Error", "Declined", ""] {
        let reply = cc5(&[("Response", response), ("ProcReturnCode", "99"), ("OrderId", ORDER_ID)], &[("ORDERSTATUS", &compound)]);
        assert_eq!(answered(reply).to_string(), "pending, review", "{response}");
    }
}

#[test]
fn a_part_that_occurs_twice_is_unreadable() {
    let twice = format!("{}\tTRANS_STAT:V", sale().compound("\t"));
    assert_eq!(answered(envelope(&[("ORDERSTATUS", &twice)])).to_string(), "unknown");
    let sale = sale();
    let twice = envelope(&[sale.flat(), vec![("TRANS_STAT", "V")]].concat());
    assert_eq!(answered(twice).to_string(), "unknown");
}

#[test]
fn an_order_that_the_bank_does_not_know_yet_is_pending() {
    let empty = "ORD_ID:\tCHARGE_TYPE_CD:\tORIG_TRANS_AMT:\tCAPTURE_AMT:\tTRANS_STAT:\tAUTH_DTTM:\tCAPTURE_DTTM:\tAUTH_CODE:";
    let not_found = [("ErrMsg", "No record found for A7K2M9P4R8T3V6X5Z2B7"), ("ProcReturnCode", "99"), ("Response", "Declined"), ("OrderId", "")];
    for (what, reply) in [
        ("the empty template", cc5(&not_found, &[("NUMCODE", "0"), ("ORDERSTATUS", empty)])),
        ("the empty template, with spaces", cc5(&not_found, &[("ORDERSTATUS", &empty.replace('\t', " "))])),
        ("no template", cc5(&not_found, &[])),
        ("approved, without a state", cc5(&[("Response", "Approved"), ("OrderId", ORDER_ID), ("ErrMsg", "x")], &[("ORDERSTATUS", empty)])),
    ] {
        assert_eq!(answered(reply).to_string(), "pending", "{what}");
    }
    // A site may end an attempt when the bank knows of no order, so nothing less than saying so counts.
    let of_another = [("ErrMsg", "No record found for B7K2M9P4R8T3V6X5Z2B7"), ("ProcReturnCode", "99"), ("Response", "Declined"), ("OrderId", "")];
    for (what, reply) in [
        ("nothing at all", "<CC5Response/>".to_owned()),
        ("an error without words", cc5(&[("Response", "Error"), ("ProcReturnCode", "99"), ("ErrMsg", "")], &[])),
        ("approved, without a status", cc5(&[("Response", "Approved"), ("ProcReturnCode", "00"), ("OrderId", ORDER_ID)], &[])),
        ("another order", cc5(&of_another, &[])),
        ("another order's template", cc5(&[("OrderId", "B7K2M9P4R8T3V6X5Z2B7")], &[("ORDERSTATUS", empty)])),
    ] {
        assert_eq!(answered(reply).to_string(), "unknown", "{what}");
    }
}

#[test]
fn a_refused_question_says_so_in_the_banks_words() {
    for message in ["Kullanici adi, sifre veya isyeri numarasi hatali.", "Invalid merchant 4508034508034509"] {
        let reply =
            cc5(&[("ErrMsg", message), ("ProcReturnCode", "99"), ("Response", "Error"), ("OrderId", ORDER_ID)], &[("ERRORCODE", "CORE-2001")]);
        let refusal = answered(reply);
        assert_eq!(refusal.to_string(), "REFUSED ");
        assert_eq!(refusal.at(4), "99");
        assert_eq!(refusal.at(5), message.replace("4508034508034509", "450803******4509"));
    }
}

#[test]
fn what_cannot_be_read_leaves_us_as_wise_as_before() {
    let whole = sale().flat_reply();
    let shop = isbank().open();
    let Started { order, .. } = shop.begin(order());
    for (what, status, body) in [
        ("lost", "lost", ""),
        ("a failure", "500", whole.as_str()),
        ("a redirect", "302", whole.as_str()),
        ("HTML", "200", "<html><body>C 14990</body></html>"),
        ("empty", "200", ""),
        ("cut off", "200", &whole[..whole.len() - 20]),
        ("JSON", "200", "{}"),
    ] {
        assert_eq!(shop.reply(&order, "reads:inquiry", status, body).to_string(), "unknown", "{what}");
    }
}

#[test]
fn no_final_status_without_proof() {
    for trans_stat in ["A", "C", "S", "V", "CNCL", "D", "ERR", "PN", "R", "", "X"] {
        for captured in ["", "14990", "1", "99999"] {
            for charge_type in ["S", "C", ""] {
                for amount in ["14990", "", "1"] {
                    let state = state(trans_stat, captured).with("CHARGE_TYPE_CD", charge_type).with("ORIG_TRANS_AMT", amount);
                    for (form, reply) in state.replies() {
                        let answer = answered(&reply);
                        if answer.kind() == "done" {
                            let is_final = !["pending", "unknown"].contains(&answer.fact("status"));
                            assert_eq!(answer.fact("proof"), if is_final { "reply" } else { "none" }, "{form}: {reply}");
                            assert!(!is_final || amount != "1", "another amount: {reply}");
                            let is_paid = answer.fact("status") == "paid";
                            assert!(!is_paid || amount == "14990" && captured != "1", "not this amount: {reply}");
                        }
                    }
                }
            }
        }
    }
}

/// A callback that was doubtful, or approved without an authentication that the shop accepts, is settled by what the bank answers.
#[test]
fn the_reason_for_asking_comes_back_with_the_reply() {
    let shop = isbank().open();
    let started = shop.begin(order());
    let step = |callback: Callback| shop.callback(&started.order, &callback.signed(STORE_KEY));
    let settle = |then: &str, reply: &str| shop.reply(&started.order, then, "200", reply);

    let unaccepted = step(Callback::settled(&started.form, "4", "Approved", "00"));
    assert_eq!(unaccepted.then(), "reads:inquiry merchant");
    let paid = settle(unaccepted.then(), &sale().flat_reply());
    assert_eq!((paid.to_string().as_str(), paid.fact("liability")), ("paid by reply, review", "merchant"));
    assert_eq!(settle(unaccepted.then(), "<CC5Response/>").to_string(), "unknown, review");

    let doubtful = step(Callback::approved(&started.form).without("lang"));
    assert_eq!(doubtful.then(), "reads:inquiry uncertain");
    assert_eq!(settle(doubtful.then(), &sale().flat_reply()).to_string(), "paid by reply");
    assert_eq!(settle(doubtful.then(), &state("D", "").flat_reply()).to_string(), "declined by reply");

    let odd = step(Callback::settled(&started.form, "1", "Error", "99"));
    assert_eq!(odd.then(), "reads:inquiry uncertain");
    assert_eq!(settle(odd.then(), &sale().flat_reply()).to_string(), "paid by reply");
}

/// Replies of the Ziraat and İş Bankası test terminals of 2022 and 2024, public in mewebstudio/pos (MIT).
#[test]
fn captured_replies() {
    let reply = |id: &str, amount: &str, captured: &str, state: &str, at: &str, captured_at: &str, auth: &str, trans: &str, host: &str| {
        let compound = format!(
            "ORD_ID:{id}\tCHARGE_TYPE_CD:S\tORIG_TRANS_AMT:{amount}\tCAPTURE_AMT:{captured}\tTRANS_STAT:{state}\tAUTH_DTTM:{at}\t\
             CAPTURE_DTTM:{captured_at}\tAUTH_CODE:{auth}\tTRANS_ID:{trans}"
        );
        let found = format!("Record(s) found for {id}");
        cc5(
            &[("ErrMsg", &found), ("ProcReturnCode", "00"), ("Response", "Approved"), ("OrderId", id), ("TransId", trans)],
            &[
                ("AUTH_CODE", auth),
                ("AUTH_DTTM", at),
                ("CAPTURE_AMT", captured),
                ("CAPTURE_DTTM", captured_at),
                ("CHARGE_TYPE_CD", "S"),
                ("HOST_REF_NUM", host),
                ("NUMCODE", "0"),
                ("ORDERSTATUS", &compound),
                ("ORD_ID", id),
                ("ORIG_TRANS_AMT", amount),
                ("PAN", "4546 71** **** 7894"),
                ("PROC_RET_CD", "00"),
                ("TRANS_ID", trans),
                ("TRANS_STAT", state),
            ],
        )
    };
    let sale =
        reply("2024010354F1", "101", "101", "C", "2024-01-03 21:37:57.259", "2024-01-03 21:37:57.259", "P77974", "24003Vl7F13152", "400300744233");
    let reserved = reply("202401032AF3", "205", "", "A", "2024-01-03 21:42:35.902", "", "T87380", "24003VqkA14152", "400300744234");
    let voided =
        reply("20240103BBF9", "101", "101", "V", "2024-01-03 21:49:42.929", "2024-01-03 21:49:42.929", "P42795", "24003VxrB15662", "400300744237");
    for (id, amount, kind, xml, expected, trans) in [
        ("2024010354F1", "1.01", "sale", sale, "paid by reply", "24003Vl7F13152"),
        ("202401032AF3", "2.05", "preauth", reserved, "authorized by reply", "24003VqkA14152"),
        ("20240103BBF9", "1.01", "sale", voided, "voided by reply", "24003VxrB15662"),
    ] {
        let payment = asked(&isbank().open(), order().with("id", id).with("amount", amount).with("type", kind), xml);
        assert_eq!((payment.to_string().as_str(), payment.fact("transactionId")), (expected, trans), "{id}");
    }
}
