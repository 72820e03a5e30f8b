//! Garanti: what a customer can have the bank sign, beyond the failures of his own order. The form's digest joins its values without a
//! delimiter, too: moved into the number, the first digits of the amount make the bank authenticate, charge and sign another order, whose
//! number goes on where ours ends. Every message and reply here is one that the bank makes.

use crate::garanti_bank::{
    CAVV, HASH_PARAMS, MODELS, PASSWORD, RND, Reply, Return, SIGNED, TERMINAL, begin, garanti, keep, must_not_tell, open, paid, security_data, sha512,
};
use crate::shop::{Answer, Order, Shop, Started, order};

/// The form with the first `moved` digits of the amount at the end of the number: the digest stays valid.
fn cut_elsewhere(started: &Started, moved: usize) -> Vec<(String, String)> {
    let of = |name: &str| started.form.iter().find(|(at, _)| at == name).map(|(_, value)| value.clone()).expect("a field of the form");
    let (head, tail) = (of("txnamount")[..moved].to_owned(), of("txnamount")[moved..].to_owned());
    assert_eq!(
        form_text(&started.form).replace(&of("orderid"), &[&of("orderid"), head.as_str()].concat()).len(),
        form_text(&started.form).len() + moved
    );
    let mut form = started.form.clone();
    for (name, value) in &mut form {
        match name.as_str() {
            "orderid" => value.push_str(&head),
            "txnamount" => value.clone_from(&tail),
            _ => {}
        }
    }
    assert_eq!(form_text(&form), form_text(&started.form), "the digest of the form covers both");
    form
}

fn form_text(form: &[(String, String)]) -> String {
    let signed = ["terminalid", "orderid", "txnamount", "txncurrencycode", "successurl", "errorurl", "txntype", "txninstallmentcount"];
    signed.iter().flat_map(|name| form.iter().filter(move |(at, _)| at == name).map(|(_, value)| value.as_str())).collect()
}

/// Posts the values under the names of the list, and nothing besides.
fn post(shop: &Shop, order: &Order, values: [&str; 10], hash: &str) -> Answer {
    let mut fields: Vec<(String, String)> = SIGNED.iter().zip(values).map(|(name, value)| ((*name).to_owned(), value.to_owned())).collect();
    fields.extend([("hashparams", HASH_PARAMS), ("hash", hash)].map(|(name, value)| (name.to_owned(), value.to_owned())));
    let answer = shop.callback(order, &Return { fields }.body());
    must_not_tell(&answer);
    answer
}

/// Reads the text of a genuine message as one about `order`, in every way that has the lengths of the bank's values and a few more.
fn for_each_reading(order: &Order, genuine: &Return, mut check: impl FnMut([&str; 10], &str)) {
    let (plaintext, hash) = (genuine.plaintext(), genuine.hash());
    let Some(text) = plaintext.strip_prefix(&[TERMINAL, order.get("id")].concat()) else { return };
    for auth_code in [0, 1, 6] {
        for return_code in [0, 2] {
            for response in [0, 5, 8] {
                for cavv in [0, 27, 28] {
                    for eci in [0, 2] {
                        let mut rest = text;
                        let mut values = ["", "", "", "", "", "", ""];
                        let end = rest.len().saturating_sub(RND.len());
                        let lengths = [auth_code, return_code, response, 1, cavv, eci];
                        let md = end.checked_sub(lengths.iter().sum());
                        for (value, length) in values.iter_mut().zip(lengths.into_iter().chain(md)) {
                            let Some(cut) = rest.split_at_checked(length) else { break };
                            (*value, rest) = cut;
                        }
                        let [auth_code, return_code, response, md_status, cavv, eci, md] = values;
                        check([TERMINAL, order.get("id"), auth_code, return_code, response, md_status, cavv, eci, md, rest], &hash);
                    }
                }
            }
        }
    }
}

/// What the bank may sign for the number that goes on: authorization code, return code, response, mdStatus, CAVV, eci.
const SIGNED_FOR_ANOTHER: &[[&str; 6]] = &[
    ["", "", "", "0", "", ""],
    ["", "", "", "0", "", "07"],
    ["", "", "", "2", "", ""],
    ["", "", "", "4", CAVV, "06"],
    ["", "", "", "1", CAVV, "02"],
    [" ", "51", "Declined", "1", CAVV, "02"],
    ["", "41", "Declined", "0", "", ""],
    ["304919", "00", "Approved", "1", CAVV, "02"],
    ["304919", "00", "Approved", "", "", ""],
    ["", "99", "Error", "0", "", ""],
];

fn message(form: &[(String, String)], [auth_code, return_code, response, md_status, cavv, eci]: [&str; 6]) -> Return {
    Return::of(form, md_status).charged(auth_code, return_code, response).with("cavv", cavv).with("eci", eci)
}

/// A failed 3-D Secure of another number is no attempted one of this: no money is asked for, nothing is remembered, nothing declines.
#[test]
fn a_form_cut_elsewhere_authenticates_nothing() {
    let mut readings = 0;
    for (model, policy) in [("3d", "attempted"), ("3d", "full"), ("3d_oos_pay", "full")] {
        for amount in ["209.90", "2345.67"] {
            let shop = garanti().with("model", model).with("threeDS", policy).open();
            let started = begin(&shop, order().with("amount", amount));
            for moved in 1..amount.len() - 1 {
                let form = cut_elsewhere(&started, moved);
                for genuine in SIGNED_FOR_ANOTHER {
                    for_each_reading(&started.order, &message(&form, *genuine), |values, hash| {
                        readings += 1;
                        let answer = post(&shop, &started.order, values, hash);
                        let harmless = match answer.kind() {
                            "send" => {
                                answer.then() == "reads:inquiry" && !answer.refs().contains("threeds=")
                                    || answer.refs().contains("threeds=%20%20review")
                            }
                            kind => kind == "error",
                        };
                        assert!(harmless, "{model} {amount} {genuine:?}: {answer} {values:?}");
                    });
                }
            }
        }
    }
    assert!(readings > 5_000, "{readings}");
}

/// The number of one customer's order can be the beginning of another's, in a shop that counts its orders. What the bank signs then is
/// about the other order, letter by letter. Only the form itself, which nobody else has seen, tells whose attempt has failed.
#[test]
fn nobody_declines_the_order_of_another() {
    for model in MODELS {
        let shop = open(model);
        let mine = begin(
            &shop,
            order().with("id", "104").with("amount", "7345.67").with("urls.ok", "https://dukkan.example/_functions/payment3DSuccess/mine"),
        );
        let theirs = begin(&shop, order().with("id", "1047"));
        let form = cut_elsewhere(&mine, 1);
        for genuine in [["", "", "", "0", "", ""], [" ", "51", "Declined", "1", CAVV, "02"], ["", "99", "Error", "0", "", ""]] {
            let signed = message(&form, genuine);
            assert_eq!(signed.text("oid"), "1047", "the bank means their order");
            assert_eq!(shop.callback(&theirs.order, &signed.signed()).to_string(), "ECHO_MISMATCH secure3dhash");
            let without = signed.without("secure3dhash");
            for forged in [without.clone(), without.clone().with("secure3dhash", "")] {
                assert_eq!(shop.callback(&theirs.order, &forged.signed()).to_string(), "reads:inquiry", "{model} {genuine:?}");
            }
            // The customer's own failure still is one.
            assert_eq!(shop.callback(&theirs.order, &message(&theirs.form, genuine).signed()).to_string(), "declined by signature");
        }
        // A number that goes on, read as the shorter one.
        let longer = begin(&shop, order().with("id", "1040007"));
        let mut declined = 0;
        for_each_reading(&mine.order, &message(&longer.form, ["", "", "", "0", "", ""]), |values, hash| {
            declined += usize::from(post(&shop, &mine.order, values, hash).kind() == "done");
        });
        assert_eq!(declined, 0, "{model}");
    }
}

/// A customer fails, tries again and succeeds; then the failure arrives once more.
#[test]
fn an_earlier_failure_takes_nothing_back() {
    for model in MODELS {
        let shop = open(model);
        let started = begin(&shop, order());
        let failure = Return::of(&started.form, "0").signed();
        let success = if model == "3d" { Return::of(&started.form, "1") } else { Return::approved(&started.form, "1") };
        let step = shop.callback(&started.order, &success.signed());
        let kept = keep(&started.order, &step);
        let lost = shop.reply(&kept, step.then(), "lost", "");
        assert_eq!(lost.to_string(), "unknown");
        assert_eq!(shop.callback(&keep(&kept, &lost), &failure).to_string(), "reads:inquiry", "{model}");
    }
    let shop = garanti().open();
    let order = paid(&shop);
    let form = begin(&shop, crate::shop::order()).form;
    assert_eq!(shop.callback(&order, &Return::of(&form, "1").charged(" ", "51", "Declined").signed()).to_string(), "reads:inquiry");
}

/// The level is not signed. Whatever level the shop has chosen, the bank may have tried a charge by the customer's.
#[test]
fn an_error_after_an_authentication_may_be_a_charge() {
    for model in MODELS {
        let shop = open(model);
        let started = begin(&shop, order());
        for (md_status, expected) in
            [("0", "declined by signature"), ("2", "reads:inquiry"), ("4", "reads:inquiry"), ("5", "reads:inquiry"), ("8", "declined by signature")]
        {
            let answer = shop.callback(&started.order, &Return::of(&started.form, md_status).charged(" ", "99", "Error").signed());
            assert_eq!(answer.to_string(), expected, "{model} {md_status}");
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Replies

/// An account without PROVRFN has no password there, and nobody's digest may be made of none.
#[test]
fn a_reply_signed_with_no_password_is_signed_by_anybody() {
    let shop = garanti().without("merchant.refundPassword").open();
    let started = begin(&shop, order());
    for reply in [Reply::state("APPROVED", "14990", "0"), Reply::history(&[["sales", "00", "14990", "00", ""]])] {
        let step = shop.inquire(&started.order);
        for password in ["", "0"] {
            assert_eq!(shop.reply(&started.order, step.then(), "200", reply.clone().by(password).xml()).to_string(), "SIGNATURE_INVALID HashData");
        }
    }
    let step = shop.inquire(&started.order);
    let bare = Reply::state("APPROVED", "14990", "0");
    for hash in ["", &sha512(""), &security_data(PASSWORD, TERMINAL)] {
        assert_eq!(shop.reply(&started.order, step.then(), "200", bare.xml_with_hash(hash)).to_string(), "SIGNATURE_INVALID HashData");
    }
}

fn settled(shop: &Shop, order: &Order, reply: &str) -> String {
    let step = shop.inquire(order);
    let asked = shop.reply(order, step.then(), "200", Reply::state("?", "0", "0").xml());
    assert_eq!(asked.then(), "reads:settle");
    shop.reply(order, asked.then(), "200", reply).to_string()
}

#[test]
fn a_history_that_says_less_than_it_should() {
    let shop = garanti().open();
    let order = begin(&shop, order()).order;
    let row = |kind: &str, status: &str, amount: &str, code: &str| Reply::history(&[[kind, status, amount, code, ""]]).xml();
    let sale = row("sales", "00", "14990", "00");
    for (body, expected) in [
        (sale.clone(), "paid by reply"),
        (sale.replace("949", "840"), "CURRENCY_MISMATCH CurrencyCode"),
        // A currency that we do not know, and none.
        (sale.replace("949", "036"), "pending, review"),
        (sale.replace("949", "0"), "pending, review"),
        (sale.replace("949", ""), "pending, review"),
        (sale.replace("<CurrencyCode>949</CurrencyCode>", ""), "pending, review"),
        (sale.replace("<AuthAmount>14990", "<AuthAmount>149,90"), "pending, review"),
        (sale.replace("<AuthAmount>14990", "<AuthAmount>149 90"), "pending, review"),
        (sale.replace("<AuthAmount>14990", "<AuthAmount>1499e1"), "pending, review"),
        (sale.replace("<AuthAmount>14990", "<AuthAmount>-14990"), "pending, review"),
        (sale.replace("<AuthAmount>14990", "<AuthAmount>014990"), "pending, review"),
        // Codes that the bank does not write are no refusal.
        (row("sales", "0", "14990", "00"), "pending, review"),
        (row("sales", "000", "14990", "00"), "pending, review"),
        (row("sales", "00", "14990", "0"), "pending, review"),
        (row("sales", "00", "14990", "000"), "pending, review"),
        (row("sales", "00", "14990", "Approved"), "pending, review"),
        (row("sales", "", "14990", ""), "pending, review"),
        (row("sales", "01", "14990", ""), "pending, review"),
        (row("sales", "01", "14990", "51"), "declined by reply"),
        // Somebody else's: the bank's form signs the order's number and the amount without a border between them.
        (row("sales", "01", "1499", "51"), "pending"),
        (row("preauth", "01", "1499", "51"), "pending"),
        (row("sales", "01", "", "51"), "pending"),
        // A refund or a void that was refused says nothing about a payment.
        (row("refund", "01", "14990", "92"), "pending"),
        (row("void", "01", "14990", "92"), "pending"),
        (row("Satış", "00", "14990", "00"), "pending, review"),
        (row("SALES", "00", "14990", "00"), "pending, review"),
        // In attributes, comments and other places nothing is read.
        (sale.replace("<Type>sales</Type>", "<Type v=\"sales\"/>"), "pending, review"),
        (sale.replace("<Type>sales</Type>", "<Type>sa<!-- x -->les</Type>"), "paid by reply"),
        (sale.replace("<ReturnCode>00</ReturnCode>", "<ReturnCode>00</ReturnCode><ReturnCode>00</ReturnCode>"), "unknown"),
        (sale.replace("<OrderTxn>", "<OrderTxn><x>").replace("</OrderTxn>", "</x></OrderTxn>"), "pending, review"),
        (sale.replace("OrderTxnList", "orderTxnList"), "pending"),
    ] {
        assert_eq!(settled(&shop, &order, &body), expected, "{body}");
    }
}

/// The provision: whatever is not an approval or a certain no leads to a question.
#[test]
fn a_reply_to_the_provision_that_is_none() {
    let shop = open("3d");
    let Started { order, form } = begin(&shop, order());
    let step = shop.callback(&order, &Return::of(&form, "1").signed());
    let order = keep(&order, &step);
    let good = Reply::approved();
    let said = |body: &str| shop.reply(&order, step.then(), "200", body).to_string();
    assert_eq!(said(&good.xml()), "paid by reply");
    for code in ["0", "000", "0x", "OO", "Approved", "-00"] {
        assert_eq!(said(&good.clone().with("Code", code).xml()), "reads:inquiry", "{code}");
        assert_eq!(said(&Reply::declined(code).xml()), "reads:inquiry", "{code}");
    }
    for message in ["Declined", "approved", "Error", "x"] {
        assert_eq!(said(&good.clone().with("Message", message).xml()), "reads:inquiry", "{message}");
    }
    let xml = good.xml();
    let twice = |tag: &str, value: &str| xml.replace(&format!("<{tag}>{value}</{tag}>"), &format!("<{tag}>{value}</{tag}><{tag}>{value}</{tag}>"));
    for body in [
        twice("Code", "00"),
        twice("Message", "Approved"),
        twice("OrderID", order.get("id")),
        twice("HashData", &good.hash()),
        xml.replace("<Response>", "<Response><Code>51</Code></Response><Response>"),
        xml.replace("<Code>00</Code>", "<Code v=\"00\"/>"),
        xml.replace("<Code>00</Code>", "<code>00</code>"),
        xml.replace("<Code>00</Code>", "<!-- <Code>00</Code> -->"),
        xml.replace("<Code>00</Code>", "<Code>&zero;</Code>"),
        xml.replace("GVPSResponse", "GVPSRequest"),
        xml.replace("<GVPSResponse>", "<!DOCTYPE x><GVPSResponse>"),
        xml[..xml.len() - 9].to_owned(),
        format!("{xml}{xml}"),
        "<html><body>Approved</body></html>".to_owned(),
        String::new(),
    ] {
        assert!(["unknown", "unknown, review"].contains(&said(&body).as_str()), "{body}");
    }
    let cdata = xml.replace("<Code>00</Code>", "<Code><![CDATA[00]]></Code>");
    assert_eq!(said(&cdata), "paid by reply");
    for other in ["A7K2M9P4R8T3V6X5Z2B8", "", "a7k2m9p4r8t3v6x5z2b7"] {
        assert_eq!(said(&good.clone().with("OrderID", other).xml()), "unknown, review", "{other}");
    }
    assert_eq!(RND.len(), 20);
}

/// Everybody can read the numbers of the bank's test terminals.
#[test]
fn no_test_terminal_takes_real_money() {
    for terminal in ["30691297", "30691298", "30691299", "30691300"] {
        assert_eq!(garanti().with("merchant.terminalId", terminal).answer().to_string(), "CONFIG merchant.terminalId", "{terminal}");
    }
}
