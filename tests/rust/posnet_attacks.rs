//! POSNET: what may not be taken for a no, for a yes, or for a word about this order.

use crate::posnet_bank::{KEY, XID, agreement, authenticated, begun, charged, elements, packets, paid, refusal, resolved, response, yapikredi};
use crate::shop::order;

/// By these the host says that it does not know. A refund carries no number of the shop's: taken for a no, it would be sent again and
/// done twice.
#[test]
fn a_time_out_at_the_host_is_no_refusal() {
    let shop = yapikredi().open();
    for code in ["0068", "0096", "0098", "0099"] {
        let (stored, step) = authenticated(&shop, order(), &resolved(&[]));
        assert_eq!(shop.reply(&stored, step.then(), "200", refusal(code, "x")).to_string(), "reads:inquiry TDS_", "{code}");
        let order = paid(&shop);
        let step = shop.change(&order, "refund", "R1", "100.00");
        let order = order.with("refs", step.refs());
        let answer = shop.reply(&order, step.then(), "200", refusal(code, "x"));
        assert_eq!(answer.to_string(), "unknown", "{code}");
        let order = order.with("refs", answer.fact("refs"));
        assert_eq!(shop.change(&order, "refund", "R2", "100.00").to_string(), "ORDER amount", "{code}: it counts until the bank says otherwise");
    }
}

/// A customer fails, tries again and is charged; then the packets of the failure arrive once more.
#[test]
fn an_earlier_failure_takes_nothing_back() {
    let shop = yapikredi().open();
    let (stored, step) = authenticated(&shop, order(), &resolved(&[]));
    let lost = shop.reply(&stored, step.then(), "lost", "");
    for order in [stored.clone().with("refs", lost.fact("refs")), paid(&shop)] {
        assert_eq!(shop.callback(&order, &packets(&[])).to_string(), "reads:inquiry TDS_");
    }
    // Before any money was asked for, it is the customer's failure.
    let order = begun(&shop, order());
    let asked = shop.callback(&order, &packets(&[]));
    let failed = resolved(&[("mdStatus", "0"), ("txStatus", "N")]);
    assert_eq!(shop.reply(&order, asked.then(), "200", &failed).to_string(), "declined by reply");
}

#[test]
fn a_line_that_names_no_order_is_not_this_orders() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    let step = shop.inquire(&order);
    for id in ["TDS_", "TDSC", XID, &format!("tds_{XID}"), &format!("TDS_TDS_{XID}"), &format!("TDS_{XID}0"), &format!("TDS_0{}", &XID[1..])] {
        assert_eq!(shop.reply(&order, step.then(), "200", agreement(&[&[("orderID", id)]])).to_string(), "ORDER_MISMATCH orderID", "{id}");
    }
    let elsewhere = agreement(&[&[]]);
    for body in [
        elsewhere.replace("<transactions>", "<Transactions>").replace("</transactions>", "</Transactions>"),
        elsewhere.replace("<transactions>", "<x><transactions>").replace("</transactions>", "</transactions></x>"),
        elsewhere.replace("<transaction>", "<!-- ").replace("</transaction>", " -->"),
        elsewhere.replace("<txnStatus>1</txnStatus>", "<txnStatus v=\"1\"/>"),
        elsewhere.replace("<txnStatus>1</txnStatus>", "<TxnStatus>1</TxnStatus>"),
        elsewhere.replace("<txnStatus>1</txnStatus>", "<txnStatus>01</txnStatus>"),
        elsewhere.replace("<txnStatus>1</txnStatus>", "<txnStatus><b>1</b></txnStatus>"),
    ] {
        assert_eq!(shop.reply(&order, step.then(), "200", &body).to_string(), "unknown", "{body}");
    }
    let inside = agreement(&[&[("txnStatus", "<![CDATA[1]]>"), ("amount", "149&#44;90")]]);
    assert_eq!(shop.reply(&order, step.then(), "200", inside).to_string(), "paid by reply");
}

/// A change is believed by the answer to its own request only, and only where it says yes.
#[test]
fn a_change_is_not_believed_without_the_banks_word() {
    let shop = yapikredi().open();
    let order = paid(&shop);
    for (verb, amount) in [("refund", "149.90"), ("void", "")] {
        let step = shop.change(&order, verb, "R1", amount);
        let order = order.clone().with("refs", step.refs());
        for body in [
            response(&elements(&[("approved", "2"), ("respCode", "0127")])),
            response(&elements(&[("approved", "01")])),
            response(&elements(&[("Approved", "1")])),
            response(&elements(&[("approved", "1"), ("approved", "1")])),
            response("<x><approved>1</approved></x>"),
            response("<approved v=\"1\"/>"),
            refusal("0127", "x"),
            refusal("", ""),
            charged(&[]).replace("posnetResponse", "posnetRequest"),
            "<html>1</html>".to_owned(),
        ] {
            assert_eq!(shop.reply(&order, step.then(), "200", &body).to_string(), "unknown", "{verb}: {body}");
        }
        for (mark, expected) in [("change2", "ORDER then"), ("change0", "ORDER then"), ("reads", "unknown"), ("moves", "unknown")] {
            let then = step.then().replace("change1", mark);
            assert_eq!(shop.reply(&order, &then, "200", charged(&[])).to_string(), expected, "{then}");
        }
    }
    assert!(order.get("refs").contains(KEY));
}
