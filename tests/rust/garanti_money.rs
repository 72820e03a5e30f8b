//! Garanti: what our own server asks the bank, and what its replies mean: the state of an order, the provision, and what follows a payment.

use crate::garanti_bank::{
    MODELS, PASSWORD, REFUND_PASSWORD, Reply, Return, TERMINAL, asked, begin, element, garanti, keep, must_not_tell, open, paid, request_hash,
    reserved, security_data, sha512,
};
use crate::shop::{Answer, ORDER_ID, Order, Shop, Started, order};
use velopos::error::Why;

fn inquired(shop: &Shop, order: &Order, reply: &Reply) -> Answer {
    let step = shop.inquire(order);
    shop.reply(order, step.then(), "200", reply.xml())
}

/// Where the state alone does not tell, the transactions are asked for; this is what comes of both.
fn told(shop: &Shop, order: &Order, state: &Reply, rows: &[[&str; 5]]) -> Answer {
    let answer = inquired(shop, order, state);
    if answer.kind() != "send" {
        return answer;
    }
    assert_eq!((answer.then(), element(&asked(&answer), "Type")), ("reads:settle", "orderhistoryinq"));
    shop.reply(order, answer.then(), "200", Reply::history(rows).xml())
}

#[test]
fn an_inquiry_is_a_signed_question() {
    let shop = garanti().open();
    let Started { order, .. } = begin(&shop, order());
    let step = shop.inquire(&order);
    assert_eq!((step.then(), step.claim(), step.url()), ("reads:inquiry", "", "https://sanalposprov.garanti.com.tr/VPServlet"));
    let xml = asked(&step);
    for (name, value) in [
        ("Type", "orderinq"),
        ("ProvUserID", "PROVAUT"),
        ("OrderID", ORDER_ID),
        ("Amount", "14990"),
        ("CurrencyCode", "949"),
        ("CardholderPresentCode", "0"),
        ("OriginalRetrefNum", ""),
        ("HashData", &request_hash(&xml, PASSWORD)),
    ] {
        assert_eq!(element(&xml, name), value, "{name}");
    }
    assert!(!xml.contains("Secure3D"));
}

#[test]
fn the_state_of_an_order() {
    let shop = garanti().open();
    let sale = begin(&shop, order()).order;
    let preauth = begin(&shop, order().with("type", "preauth")).order;
    for (state, expected) in [
        (Reply::state("APPROVED", "14990", "0"), "paid by reply"),
        (Reply::state("APPROVED", "14989", "0"), "AMOUNT_MISMATCH amount"),
        (Reply::state("APPROVED", "149900", "0"), "AMOUNT_MISMATCH amount"),
        (Reply::state("", "0", "0"), "pending"),
        (Reply::refused("0110"), "pending"),
        (Reply::refused("0108"), "pending"),
        // Not an amount, no amount, and words that no document knows: the transactions decide.
        (Reply::state("APPROVED", "149.90", "0"), "reads:settle"),
        (Reply::state("APPROVED", "0", "0"), "reads:settle"),
        (Reply::state("APPROVED", "", "14990"), "reads:settle"),
        (Reply::state("approved", "14990", "0"), "reads:settle"),
        (Reply::state("REFUNDED", "14990", "0"), "reads:settle"),
        (Reply::state("DECLINED", "0", "0"), "reads:settle"),
        // A sale that the bank has as a reservation.
        (Reply::state("WAITINGPOSTAUTH", "0", "14990"), "pending, review"),
        (Reply::refused("0651"), "REFUSED "),
        (Reply::refused("0652"), "REFUSED "),
        (Reply::refused("0769"), "REFUSED "),
        (Reply::refused("9999"), "REFUSED "),
        (Reply::declined("05"), "REFUSED "),
    ] {
        assert_eq!(inquired(&shop, &sale, &state).to_string(), expected, "{}", state.xml());
    }
    for (state, expected) in [
        (Reply::state("WAITINGPOSTAUTH", "0", "14990"), "authorized by reply"),
        (Reply::state("WAITINGPOSTAUTH", "0", "14989"), "AMOUNT_MISMATCH amount"),
        (Reply::state("WAITINGPOSTAUTH", "1", "14990"), "reads:settle"),
        (Reply::state("APPROVED", "14990", "14990"), "paid by reply"),
        (Reply::state("APPROVED", "9990", "14990"), "paid by reply, review"),
    ] {
        assert_eq!(inquired(&shop, &preauth, &state).to_string(), expected, "{}", state.xml());
    }
    let payment = inquired(&shop, &sale, &Reply::state("APPROVED", "14990", "0"));
    for (name, value) in [
        ("hostReference", "632517184784"),
        ("authCode", "304919"),
        ("maskedPan", "428220******8015"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("installments", "1"),
        ("charged", ""),
        ("dedupeKey", "garanti:30651234:production:A7K2M9P4R8T3V6X5Z2B7:paid"),
    ] {
        assert_eq!(payment.fact(name), value, "{name}");
    }
}

#[test]
fn a_refused_question_says_what_to_check() {
    let shop = garanti().open();
    let order = begin(&shop, order()).order;
    let (account, rights, address) = (Why::GarantiAccount, Why::GarantiRights, Why::GarantiAddress);
    for (reason, why) in [("0651", account), ("0654", account), ("0752", account), ("0652", rights), ("0769", address)] {
        // Such a reply is signed with the bank's password and not with ours, and may name no order.
        for reply in [Reply::refused(reason), Reply::refused(reason).by("another"), Reply::refused(reason).with("OrderID", "")] {
            let refused = inquired(&shop, &order, &reply);
            refused.expect_why(why);
            assert_eq!((refused.at(1), refused.at(4)), ("REFUSED", format!("92/{reason}").as_str()));
        }
    }
}

/// type, status, amount, return code, day of a void.
#[test]
fn the_transactions_of_an_order() {
    let shop = garanti().open();
    let sale = begin(&shop, order()).order;
    let preauth = begin(&shop, order().with("type", "preauth")).order;
    let state = Reply::state("?", "0", "0");
    const SALE: [&str; 5] = ["sales", "00", "14990", "00", ""];
    const RESERVED: [&str; 5] = ["preauth", "00", "14990", "00", ""];
    const REFUSED: [&str; 5] = ["sales", "01", "14990", "51", ""];
    let refund = |amount| ["refund", "00", amount, "00", ""];
    const VOID: [&str; 5] = ["void", "00", "14990", "00", ""];
    let cases: &[(&Order, Vec<[&str; 5]>, &str)] = &[
        (&sale, vec![], "pending"),
        (&sale, vec![SALE], "paid by reply"),
        (&sale, vec![REFUSED], "declined by reply"),
        (&sale, vec![REFUSED, SALE], "paid by reply"),
        (&sale, vec![SALE, refund("14990")], "refunded by reply"),
        (&sale, vec![SALE, refund("4990"), refund("10000")], "refunded by reply"),
        (&sale, vec![SALE, refund("4990")], "paid by reply"),
        (&sale, vec![SALE, ["refund", "01", "14990", "92", ""]], "paid by reply"),
        (&sale, vec![SALE, VOID], "voided by reply"),
        (&sale, vec![["sales", "00", "14990", "00", "20261121"]], "voided by reply"),
        (&sale, vec![["sales", "00", "14990", "00", "20261121"], VOID], "voided by reply"),
        (&preauth, vec![RESERVED], "authorized by reply"),
        (&preauth, vec![RESERVED, ["postauth", "00", "14990", "00", ""]], "paid by reply"),
        (&preauth, vec![RESERVED, ["postauth", "00", "9990", "00", ""]], "paid by reply, review"),
        (&preauth, vec![RESERVED, VOID], "voided by reply"),
        // What does not add up is for a person.
        (&sale, vec![SALE, SALE], "pending, review"),
        (&sale, vec![SALE, refund("14991")], "pending, review"),
        (&sale, vec![SALE, refund("14990"), refund("1")], "pending, review"),
        (&sale, vec![SALE, refund("")], "pending, review"),
        (&sale, vec![SALE, refund("49.90")], "pending, review"),
        (&sale, vec![SALE, refund("4990"), VOID], "pending, review"),
        (&sale, vec![SALE, ["refund", "00", "4990", "00", "20261121"]], "pending, review"),
        (&sale, vec![RESERVED], "pending, review"),
        (&sale, vec![["sales", "", "14990", "", ""]], "pending, review"),
        (&sale, vec![["sales", "00", "", "00", ""]], "pending, review"),
        (&sale, vec![["dcc", "00", "14990", "00", ""]], "pending, review"),
        // Another amount than the stored order's.
        (&sale, vec![["sales", "00", "14989", "00", ""]], "AMOUNT_MISMATCH amount"),
        (&preauth, vec![["preauth", "00", "14989", "00", ""]], "AMOUNT_MISMATCH amount"),
    ];
    for (order, rows, expected) in cases {
        assert_eq!(told(&shop, order, &state, rows).to_string(), *expected, "{rows:?}");
    }
    let dollars = begin(&shop, crate::shop::order().with("currency", "USD")).order;
    assert_eq!(told(&shop, &dollars, &state, &[SALE]).to_string(), "CURRENCY_MISMATCH CurrencyCode");
    let part = told(&shop, &sale, &state, &[SALE, refund("4990")]);
    assert_eq!((part.fact("refunded"), part.fact("charged"), part.fact("hostReference")), ("49.90", "", "632517184784"));
    let declined = told(&shop, &sale, &state, &[REFUSED]);
    assert_eq!((declined.fact("reason"), declined.fact("bankCode")), ("insufficient-funds", "51"));
    // The gate signed an approval: a history of refusals is then no decline.
    let started = begin(&shop, crate::shop::order());
    let approved = keep(&started.order, &shop.callback(&started.order, &Return::approved(&started.form, "1").signed()));
    assert_eq!(told(&shop, &approved, &state, &[REFUSED]).to_string(), "pending, review");
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The provision

fn provisioned(shop: &Shop) -> (Order, Answer) {
    let started = begin(shop, order());
    let step = shop.callback(&started.order, &Return::of(&started.form, "1").signed());
    (keep(&started.order, &step), step)
}

#[test]
fn what_the_provision_says() {
    let shop = open("3d");
    let (order, step) = provisioned(&shop);
    for (reply, expected) in [
        (Reply::approved(), "paid by reply"),
        (Reply::declined("51"), "declined by reply"),
        (Reply::declined("12").with("SysErrMsg", "CVC2/4CSC HATALI"), "declined by reply"),
        (Reply::refused("0804"), "declined by reply"),
        (Reply::refused("0652"), "declined by reply"),
        (Reply::refused("0651").by("another"), "declined by reply"),
        // By 0104 it may have been paid before; the others do not know it themselves. The bank is asked, and nothing is sent again.
        (Reply::refused("0104"), "reads:inquiry"),
        (Reply::refused("0122"), "reads:inquiry"),
        (Reply::refused("9998"), "reads:inquiry"),
        (Reply::refused(""), "reads:inquiry"),
        (Reply::refused("0"), "reads:inquiry"),
        (Reply::declined("96"), "reads:inquiry"),
        (Reply::declined("99"), "reads:inquiry"),
        (Reply::declined("51").with("Message", "Error"), "reads:inquiry"),
        (Reply::approved().with("Message", "Declined"), "reads:inquiry"),
        (Reply::approved().with("Code", "01"), "reads:inquiry"),
        // Sent is sent, whatever the answer is about.
        (Reply::approved().with("OrderID", "B7K2M9P4R8T3V6X5Z2B7"), "unknown, review"),
        (Reply::approved().with("OrderID", ""), "unknown, review"),
        (Reply::approved().by("another"), "unknown, review"),
        (Reply::approved().with("Code", ""), "unknown"),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", reply.xml()).to_string(), expected, "{}", reply.xml());
    }
    let paid = shop.reply(&order, step.then(), "200", Reply::approved().xml());
    must_not_tell(&paid);
    for (name, value) in [("hostReference", "632517184784"), ("authCode", "304919"), ("liability", "issuer"), ("mdStatus", "1"), ("eci", "02")] {
        assert_eq!(paid.fact(name), value, "{name}");
    }
    let declined = shop.reply(&order, step.then(), "200", Reply::declined("12").with("SysErrMsg", "CVC2/4CSC HATALI").xml());
    assert_eq!(
        (declined.fact("reason"), declined.fact("bankCode"), declined.fact("bankMessage")),
        ("invalid-cvv", "12", "İşleminizi gerçekleştiremiyoruz")
    );
    let declined = shop.reply(&order, step.then(), "200", Reply::refused("0804").with("ErrorMsg", "").xml());
    assert_eq!((declined.fact("reason"), declined.fact("bankCode"), declined.fact("bankMessage")), ("declined", "92/0804", "ErrorId: 0804"));
}

#[test]
fn after_the_provision_was_sent_only_questions_follow() {
    let shop = open("3d");
    let (order, step) = provisioned(&shop);
    let good = Reply::approved().xml();
    for (status, body) in hostile(&good) {
        let answer = shop.reply(&order, step.then(), status, &body);
        assert_eq!(answer.to_string(), "unknown", "{status} {body}");
        let later = keep(&order, &answer);
        assert_eq!(shop.inquire(&later).to_string(), "reads:inquiry");
    }
    assert_eq!(inquired(&shop, &order, &Reply::state("APPROVED", "14990", "0")).to_string(), "paid by reply");
    let claimed = shop.reply(&order, step.then(), "claimed", "");
    assert_eq!(claimed.to_string(), "pending");
}

/// Answers that are none.
fn hostile(good: &str) -> Vec<(&'static str, String)> {
    let twice = |tag: &str| {
        let whole = format!("<{tag}>{}</{tag}>", element(good, tag));
        good.replace(&whole, &[whole.as_str(), &whole].concat())
    };
    let laughs = "<!DOCTYPE GVPSResponse [<!ENTITY a \"00\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    vec![
        ("lost", String::new()),
        ("500", good.to_owned()),
        ("302", good.to_owned()),
        ("200", String::new()),
        ("200", "<html><body>Bakım çalışması</body></html>".to_owned()),
        ("200", "{\"Code\":\"00\"}".to_owned()),
        ("200", good[..good.len() / 2].to_owned()),
        ("200", good[..good.len() - 3].to_owned()),
        ("200", [good, "<x/>"].concat()),
        ("200", good.replace("GVPSResponse", "GVPSRequest")),
        ("200", good.replace("<GVPSResponse>", &[laughs, "<GVPSResponse>"].concat())),
        ("200", good.replace("<Code>00</Code>", "<Code>&a;</Code>")),
        ("200", good.replace("<Code>00</Code>", "")),
        ("200", twice("Code")),
        ("200", twice("OrderID")),
        ("200", twice("HashData")),
        ("200", twice("RetrefNum")),
        ("200", twice("Response")),
    ]
}

#[test]
fn a_reply_is_signed_with_the_password() {
    let shop = open("3d");
    let (order, step) = provisioned(&shop);
    let good = Reply::approved();
    for hash in ["", &"00".repeat(64), &good.hash()[..64], &security_data(PASSWORD, TERMINAL), &sha512("00")] {
        assert_eq!(shop.reply(&order, step.then(), "200", good.xml_with_hash(hash)).to_string(), "unknown, review", "{hash}");
    }
    let edited = good.xml().replace("<Code>00</Code>", "<Code>01</Code>");
    assert_eq!(shop.reply(&order, step.then(), "200", edited).to_string(), "unknown, review");
    let question = shop.inquire(&order);
    let state = Reply::state("APPROVED", "14990", "0");
    assert_eq!(shop.reply(&order, question.then(), "200", state.xml_with_hash("")).to_string(), "SIGNATURE_INVALID HashData");
    let elsewhere = state.xml().replace(&format!("<ID>{TERMINAL}</ID>"), "<ID>30691298</ID>");
    assert_eq!(shop.reply(&order, question.then(), "200", elsewhere).to_string(), "MERCHANT_MISMATCH ID");
    assert_eq!(shop.reply(&order, question.then(), "200", state.with("OrderID", "X").xml()).to_string(), "ORDER_MISMATCH OrderID");
}

/// A question that is not answered leaves things as they are.
#[test]
fn an_unreadable_state_decides_nothing() {
    for model in MODELS {
        let shop = open(model);
        let order = begin(&shop, order()).order;
        let step = shop.inquire(&order);
        for (status, body) in hostile(&Reply::state("APPROVED", "14990", "0").xml()) {
            assert_eq!(shop.reply(&order, step.then(), status, &body).to_string(), "unknown", "{status} {body}");
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// After the payment

#[test]
fn a_refund_refers_to_the_payment_and_is_the_refund_users() {
    let shop = garanti().open();
    let order = paid(&shop);
    let step = shop.change(&order, "refund", "R1", "49.90");
    assert_eq!((step.then(), step.claim()), ("change1:change", "garanti:30651234:production:A7K2M9P4R8T3V6X5Z2B7:send:change1"));
    let xml = asked(&step);
    for (name, value) in [
        ("Type", "refund"),
        ("ProvUserID", "PROVRFN"),
        ("UserID", "PROVRFN"),
        ("Amount", "4990"),
        ("OriginalRetrefNum", "632517184784"),
        ("CardholderPresentCode", "0"),
        ("HashData", &request_hash(&xml, REFUND_PASSWORD)),
    ] {
        assert_eq!(element(&xml, name), value, "{name}");
    }
    let sent = keep(&order, &step);
    // It is not told with whose password the bank signs such a reply.
    for password in [PASSWORD, REFUND_PASSWORD] {
        let refunded = shop.reply(&sent, step.then(), "200", Reply::approved().with("RetrefNum", "632517184799").by(password).xml());
        assert_eq!((refunded.to_string().as_str(), refunded.fact("refunded"), refunded.fact("moved")), ("refunded by reply", "49.90", "49.90"));
        assert_eq!(refunded.fact("hostReference"), "632517184799");
        let next = shop.change(&keep(&sent, &refunded), "refund", "R2", "100.00");
        assert_eq!(element(&asked(&next), "OriginalRetrefNum"), "632517184784", "still the payment's");
        assert_eq!(shop.change(&keep(&sent, &refunded), "refund", "R2", "100.01").to_string(), "ORDER amount");
    }
}

#[test]
fn a_capture_and_what_follows_it() {
    let shop = garanti().open();
    let order = reserved(&shop);
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "ORDER refs", "nothing was taken yet");
    let step = shop.change(&order, "capture", "C1", "99.90");
    let xml = asked(&step);
    for (name, value) in [
        ("Type", "postauth"),
        ("ProvUserID", "PROVAUT"),
        ("Amount", "9990"),
        ("OriginalRetrefNum", "632517184784"),
        ("HashData", &request_hash(&xml, PASSWORD)),
    ] {
        assert_eq!(element(&xml, name), value, "{name}");
    }
    let captured = shop.reply(&keep(&order, &step), step.then(), "200", Reply::approved().with("RetrefNum", "632517184790").xml());
    assert_eq!((captured.to_string().as_str(), captured.fact("charged")), ("paid by reply", "99.90"));
    let order = keep(&order, &captured);
    let refund = shop.change(&order, "refund", "R1", "99.90");
    assert_eq!(element(&asked(&refund), "OriginalRetrefNum"), "632517184790", "a refund refers to what took the money");
    assert_eq!(inquired(&shop, &order, &Reply::state("APPROVED", "9990", "14990")).to_string(), "paid by reply");
}

#[test]
fn a_void_undoes_all() {
    let shop = garanti().open();
    for (order, amount) in [(paid(&shop), "14990"), (reserved(&shop), "14990")] {
        let step = shop.change(&order, "void", "V1", "");
        let xml = asked(&step);
        for (name, value) in [("Type", "void"), ("ProvUserID", "PROVRFN"), ("Amount", amount), ("OriginalRetrefNum", "632517184784")] {
            assert_eq!(element(&xml, name), value, "{name}");
        }
        let voided = shop.reply(&keep(&order, &step), step.then(), "200", Reply::approved().xml());
        assert_eq!(voided.to_string(), "voided by reply");
        assert_eq!(shop.change(&keep(&order, &voided), "refund", "R1", "1.00").kind(), "error");
    }
}

#[test]
fn refunds_and_voids_need_their_user() {
    let shop = garanti().without("merchant.refundPassword").open();
    let order = paid(&shop);
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").to_string(), "CONFIG merchant.refundPassword");
    assert_eq!(shop.change(&order, "void", "V1", "").to_string(), "CONFIG merchant.refundPassword");
    assert_eq!(shop.change(&reserved(&shop), "capture", "C1", "1.00").kind(), "send", "a capture is the provision user's");
    let shop = garanti().with("merchant.refundUser", "PROVABC").open();
    assert_eq!(element(&asked(&shop.change(&paid(&shop), "void", "V1", "")), "ProvUserID"), "PROVABC");
}

#[test]
fn what_the_bank_says_to_a_change() {
    let shop = garanti().open();
    let order = paid(&shop);
    let step = shop.change(&order, "refund", "R1", "49.90");
    let sent = keep(&order, &step);
    for (reply, expected) in [
        (Reply::declined("05"), "declined by reply"),
        (Reply::refused("0208"), "declined by reply"),
        (Reply::refused("0214"), "declined by reply"),
        (Reply::refused("0652"), "declined by reply"),
        (Reply::refused("0654").by("another").with("OrderID", ""), "declined by reply"),
        (Reply::refused("0122"), "unknown"),
        (Reply::refused("9998"), "unknown"),
        (Reply::declined("68"), "unknown"),
        (Reply::approved().with("Code", "01"), "unknown"),
        (Reply::approved().with("OrderID", "X"), "unknown, review"),
        (Reply::approved().by("another"), "unknown, review"),
    ] {
        assert_eq!(shop.reply(&sent, step.then(), "200", reply.xml()).to_string(), expected, "{}", reply.xml());
    }
    let refused = shop.reply(&sent, step.then(), "200", Reply::refused("0652").with("ErrorMsg", "Yetkiniz yok").xml());
    assert_eq!((refused.fact("bankCode"), refused.fact("bankMessage")), ("92/0652", "Yetkiniz yok"));
    assert_eq!(shop.change(&keep(&sent, &refused), "refund", "R2", "149.90").kind(), "send", "what was refused is free again");
    for (status, body) in hostile(&Reply::approved().xml()) {
        assert_eq!(shop.reply(&sent, step.then(), status, &body).to_string(), "unknown", "{status} {body}");
    }
}

/// The answer is lost: the same id sends nothing more, and the order's transactions tell what happened.
#[test]
fn a_lost_refund_is_found_again() {
    let shop = garanti().open();
    let order = paid(&shop);
    let step = shop.change(&order, "refund", "R1", "49.90");
    let unknown = shop.reply(&keep(&order, &step), step.then(), "lost", "");
    let order = keep(&order, &unknown);
    let again = shop.change(&order, "refund", "R1", "49.90");
    assert_eq!((again.then(), again.claim(), element(&asked(&again), "Type")), ("reads:settle", "", "orderhistoryinq"));
    let sale = ["sales", "00", "14990", "00", ""];
    let found = shop.reply(&order, again.then(), "200", Reply::history(&[sale, ["refund", "00", "4990", "00", ""]]).xml());
    assert_eq!((found.to_string().as_str(), found.fact("refunded")), ("paid by reply", "49.90"));
    let order = keep(&order, &found);
    assert_eq!(shop.change(&order, "refund", "R2", "100.01").to_string(), "ORDER amount", "it counts");
    assert_eq!(shop.change(&order, "refund", "R2", "100.00").kind(), "send");
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Lists

#[test]
fn the_history_lists_every_transaction() {
    let shop = garanti().open();
    let order = paid(&shop);
    let step = shop.history(&order);
    assert_eq!((step.then(), element(&asked(&step), "Type")), ("reads:history", "orderhistoryinq"));
    let rows = Reply::history(&[["sales", "00", "14990", "00", ""], ["refund", "01", "801", "92", ""], ["refund", "00", "4990", "00", ""]]);
    let list = shop.reply(&order, step.then(), "200", rows.xml());
    assert_eq!((list.kind(), list.at(4)), ("list", "3"));
    let row = |number: usize| list.0[5 + number * 13..5 + (number + 1) * 13].join("|");
    assert_eq!(row(0), "A7K2M9P4R8T3V6X5Z2B7|sale|approved|149.90|TRY|1|2026-11-21T00:00:00+03:00||304919|632517184784||00|");
    assert_eq!(row(1), "A7K2M9P4R8T3V6X5Z2B7|refund|declined|8.01||1|2026-11-21T00:00:00+03:00||304919|632517184784||92|");
    assert_eq!(row(2), "A7K2M9P4R8T3V6X5Z2B7|refund|approved|49.90|TRY|1|2026-11-21T00:00:00+03:00||304919|632517184784||00|");
    let reserved = shop.reply(&order, step.then(), "200", Reply::history(&[["preauth", "00", "14990", "00", ""]]).xml());
    let facts = "A7K2M9P4R8T3V6X5Z2B7|preauth|approved|149.90|TRY|1|2026-11-20T00:00:00+03:00||304919|632517184784||00|";
    assert_eq!(reserved.0[5..18].join("|"), facts);
    let none = shop.reply(&order, step.then(), "200", Reply::refused("0108").xml());
    assert_eq!((none.kind(), none.at(4)), ("list", "0"));
    assert_eq!(shop.reply(&order, step.then(), "200", Reply::refused("0651").xml()).to_string(), "REFUSED ");
}

mod list_of_days {
    use super::*;
    use crate::shop::call;
    use velopos::frame::Op;

    fn ask(shop: &Shop, from: &str, to: &str) -> Answer {
        call(Op::Report, &[shop.account.clone(), vec![from.to_owned(), to.to_owned()]].concat(), b"")
    }

    fn reply(shop: &Shop, [from, to]: [&str; 2], then: &str, body: &str) -> Answer {
        let rest = [from, to, then, "200"].map(str::to_owned).to_vec();
        call(Op::Reported, &[shop.account.clone(), rest].concat(), body.as_bytes())
    }

    /// The request inside an answer: its `then` and its XML, behind so many transactions.
    fn next(list: &Answer) -> Option<(String, String)> {
        let count: usize = list.at(4).parse().expect("a count");
        let request = &list.0[5 + count * 13..];
        let step = Answer([vec![String::new(); 8], vec![request.get(3)?.clone()]].concat());
        Some((request[0].clone(), asked(&step)))
    }

    fn page(number: u32, of: u32, rows: &str) -> String {
        let head = format!("<TotalTxnCount>1</TotalTxnCount><TotalPageCount>{of}</TotalPageCount><ActPageNum>{number}</ActPageNum>");
        Reply::told(format!("<OrderListInqResult><OrderTxnList>{head}{rows}</OrderTxnList></OrderListInqResult>")).with("OrderID", "").xml()
    }

    fn row(kind: &str, status: &str, code: &str) -> String {
        format!(
            "<OrderTxn><Id>1</Id><LastTrxDate>2024-06-03 14:04:19</LastTrxDate><TrxType>{kind}</TrxType><OrderID>202406033030</OrderID>\
             <CardNumberMasked>42822090****8015</CardNumberMasked><AuthCode>304919</AuthCode><RetrefNum>415501676495</RetrefNum>\
             <InstallmentCnt>Pesin</InstallmentCnt><Status>{status}</Status><AuthAmount>1001</AuthAmount><CurrencyCode>TL</CurrencyCode>\
             <ResponseCode>{code}</ResponseCode><SysErrMsg></SysErrMsg></OrderTxn>"
        )
    }

    #[test]
    fn a_month_takes_two_requests_of_thirty_days_at_most_and_every_page() {
        let shop = garanti().open();
        let days = ["2024-05-31", "2024-06-30"];
        let first = ask(&shop, days[0], days[1]);
        let (mut then, mut xml) = next(&first).expect("a request");
        let mut asked = Vec::new();
        for (pages, number) in [(2, 1), (2, 2), (1, 1)] {
            assert_eq!(element(&xml, "HashData"), request_hash(&xml, PASSWORD));
            asked.push(["Type", "StartDate", "EndDate", "ListPageNum"].map(|name| element(&xml, name).to_owned()).join(" "));
            let list = reply(&shop, days, &then, &page(number, pages, &row("Satis", "Basarili", "00")));
            assert_eq!((list.kind(), list.at(4)), ("list", "1"));
            (then, xml) = next(&list).unwrap_or_default();
        }
        assert_eq!(then, "", "nothing is left");
        assert_eq!(
            asked,
            [
                "orderlistinq 31/05/2024 00:00 29/06/2024 23:59 1",
                "orderlistinq 31/05/2024 00:00 29/06/2024 23:59 2",
                "orderlistinq 30/06/2024 00:00 30/06/2024 23:59 1"
            ]
        );
    }

    #[test]
    fn a_line_of_the_list() {
        let shop = garanti().open();
        let days = ["2024-06-03", "2024-06-03"];
        let (then, _) = next(&ask(&shop, days[0], days[1])).expect("a request");
        for (kind, status, code, expected) in [
            ("Satis", "Basarili", "00", "sale|approved"),
            ("Iade", "Basarisiz", "05", "refund|declined"),
            ("On Otorizasyon", "Onaylandi", "00", "preauth|approved"),
            ("On Otorizasyon Kapama", "Basarili", "00", "capture|approved"),
            ("Iptal", "Basarili", "00", "void|approved"),
            ("Puan", "Basarili", "05", "other|open"),
        ] {
            let list = reply(&shop, days, &then, &page(1, 1, &row(kind, status, code)));
            let line = list.0[5..18].join("|");
            let tail = format!("|10.01|TRY|1|2024-06-03T14:04:19+03:00||304919|415501676495|42822090****8015|{code}|");
            assert_eq!(line, ["202406033030|", expected, &tail].concat());
        }
    }

    #[test]
    fn a_full_page_is_read() {
        let shop = garanti().open();
        let days = ["2024-06-03", "2024-06-03"];
        let (then, _) = next(&ask(&shop, days[0], days[1])).expect("a request");
        // The bank's rows have 33 elements; nearly all of them are empty or nothing for a list.
        let empty: String = (0..21).map(|number| format!("<Comment{number}></Comment{number}>")).collect();
        let rows = row("Satis", "Basarili", "00").replace("</OrderTxn>", &[empty.as_str(), "</OrderTxn>"].concat()).repeat(500);
        let list = reply(&shop, days, &then, &page(1, 1, &rows));
        assert_eq!((list.kind(), list.at(4)), ("list", "500"), "{}", &list.to_string()[..40.min(list.to_string().len())]);
    }

    #[test]
    fn what_is_no_list() {
        let shop = garanti().open();
        let days = ["2024-06-03", "2024-06-03"];
        let (then, _) = next(&ask(&shop, days[0], days[1])).expect("a request");
        let empty = reply(&shop, days, &then, &Reply::refused("0110").with("OrderID", "").xml());
        assert_eq!((empty.kind(), empty.at(4)), ("list", "0"));
        for (body, refusal) in [
            (Reply::refused("0002").with("OrderID", "").xml(), "REFUSED "),
            (Reply::refused("0651").with("OrderID", "").xml(), "REFUSED "),
            (page(1, 1, "").replace("<OrderID></OrderID>", "<OrderID>A1</OrderID>"), "ORDER_MISMATCH OrderID"),
            (Reply::told(String::new()).with("OrderID", "").xml_with_hash(""), "SIGNATURE_INVALID HashData"),
            ("<html></html>".to_owned(), "MALFORMED "),
            (String::new(), "MALFORMED "),
        ] {
            assert_eq!(reply(&shop, days, &then, &body).to_string(), refusal, "{body}");
        }
        for then in ["reads:list", "reads:list 1", "reads:list x 2024-06-03", "reads:list 1 2024-06-31", "reads:inquiry"] {
            assert_eq!(reply(&shop, days, then, &page(1, 1, "")).to_string(), "ORDER then", "{then}");
        }
    }
}
