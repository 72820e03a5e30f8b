//! Afterwards: what Search says about a PayFlex payment, captures, refunds and voids, and lists.

use crate::payflex_bank::{
    CAVV, MERCHANT, account, changed, document, enrolled, field, found, keep, list, list_refused, paid, preauth, provision, reference, refusal,
    registered, returned, row, sale, told, transaction, vakifbank, xml,
};
use crate::shop::{API_PASSWORD, Answer, ORDER_ID, Order, Shop, call, order};
use velopos::frame::Op;

// ---- inquiry

/// What an inquiry about a card payment comes to.
fn inquired(shop: &Shop, order: &Order, rows: &[String]) -> Answer {
    let step = shop.inquire(order);
    assert_eq!((step.then(), step.claim()), ("reads:search transaction", ""));
    shop.reply(order, step.then(), "200", found(rows))
}

#[test]
fn the_question() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let step = shop.inquire(&order);
    assert_eq!(step.url(), "https://apigw.vakifbank.com.tr:8443/virtualPos/Search");
    assert_eq!(
        xml(&step),
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><SearchRequest><MerchantCriteria><HostMerchantId>{MERCHANT}</HostMerchantId>\
             <MerchantPassword>Gizli&lt;Soz&gt;&amp;77</MerchantPassword></MerchantCriteria><TransactionCriteria><TransactionId>{}</TransactionId>\
             </TransactionCriteria></SearchRequest>",
            transaction(&order)
        )
    );
    // A page payment is first asked for by its token, and by its number once there is money.
    let shop = vakifbank("common_payment").open();
    assert_eq!(shop.inquire(&registered(&shop, sale())).to_string(), "reads:query");
    assert_eq!(shop.inquire(&paid(&shop, sale())).to_string(), "reads:search transaction");
    assert_eq!(shop.inquire(&paid(&shop, preauth())).to_string(), "reads:search transaction");
    // Search is for known IP addresses only. As long as nothing came later, the query is good enough.
    let order = paid(&shop, sale());
    let step = shop.inquire(&order);
    let second = shop.reply(&order, step.then(), "200", list_refused("SearchResponse", "6011"));
    assert_eq!(second.to_string(), "reads:query");
    assert_eq!(shop.reply(&order, second.then(), "200", told(&order, &[])).to_string(), "paid by reply");
    let refunded = keep(order.clone(), &shop.change(&order, "refund", "R1", "1.00"));
    assert_eq!(shop.reply(&refunded, step.then(), "200", list_refused("SearchResponse", "6011")).to_string(), "REFUSED ");
    assert_eq!(shop.reply(&order, "reads:search order", "200", list_refused("SearchResponse", "6011")).to_string(), "REFUSED ");
    // Without the address of Search the query is all there is, as long as nothing came later.
    let shop = account("isbank-payflex", "common_payment").open();
    let order = paid(&shop, sale());
    assert_eq!(shop.inquire(&order).to_string(), "reads:query");
    assert_eq!(shop.inquire(&keep(order.clone(), &shop.change(&order, "refund", "R1", "1.00"))).to_string(), "CONFIG endpoints.search");
    let shop = account("isbank-payflex", "3d").open();
    assert_eq!(shop.inquire(&enrolled(&shop, sale())).to_string(), "CONFIG endpoints.search");
}

#[test]
fn the_state_is_read_off_the_flags() {
    let shop = vakifbank("3d").open();
    let (sold, reserved) = (enrolled(&shop, sale()), enrolled(&shop, preauth()));
    for (changes, of_sale, of_preauth) in [
        (&[][..], "paid by reply", "authorized by reply"),
        (&[("IsCanceled", "true")], "voided by reply", "voided by reply"),
        (&[("IsReversed", "True")], "voided by reply", "voided by reply"),
        (&[("IsRefunded", "true"), ("TotalRefundAmount", "149.90")], "refunded by reply", "pending, review"),
        (&[("IsRefunded", "true"), ("TotalRefundAmount", "49.90")], "paid by reply", "pending, review"),
        (&[("IsRefunded", "false"), ("TotalRefundAmount", "49.9")], "paid by reply", "pending, review"),
        (&[("TotalRefundAmount", "0")], "paid by reply", "authorized by reply"),
        (&[("TotalRefundAmount", "")], "paid by reply", "authorized by reply"),
        (&[("ResultCode", "0051")], "declined by reply", "declined by reply"),
        (&[("ResultCode", "0091")], "declined by reply", "declined by reply"),
        // Captured, but not by us; refunded, but how much? For a person.
        (&[("IsCaptured", "true")], "paid by reply", "pending, review"),
        (&[("IsRefunded", "true")], "pending, review", "pending, review"),
        (&[("IsRefunded", "true"), ("TotalRefundAmount", "150.00")], "pending, review", "pending, review"),
        (&[("TotalRefundAmount", "49,90")], "pending, review", "pending, review"),
        (&[("IsCanceled", "")], "pending, review", "pending, review"),
        (&[("IsReversed", "null")], "pending, review", "pending, review"),
        (&[("IsRefunded", "null")], "pending, review", "pending, review"),
        (&[("IsCaptured", "0")], "pending, review", "pending, review"),
        (&[("TransactionType", "Refund")], "pending, review", "pending, review"),
        (&[("TransactionType", "Capture")], "pending, review", "pending, review"),
        (&[("ResultCode", "1001")], "pending, review", "pending, review"),
        (&[("ResultCode", "")], "pending, review", "pending, review"),
        (&[("Amount", "")], "pending, review", "pending, review"),
        (&[("AmountCode", "")], "pending, review", "pending, review"),
        // Another order, amount, currency or transaction.
        (&[("OrderId", "B1")], "ORDER_MISMATCH id", "ORDER_MISMATCH id"),
        (&[("OrderId", "")], "ORDER_MISMATCH OrderId", "ORDER_MISMATCH OrderId"),
        (&[("ResultCode", "0051"), ("OrderId", "B1")], "ORDER_MISMATCH id", "ORDER_MISMATCH id"),
        (&[("Amount", "149.00")], "AMOUNT_MISMATCH amount", "AMOUNT_MISMATCH amount"),
        (&[("AmountCode", "840")], "CURRENCY_MISMATCH currency", "CURRENCY_MISMATCH currency"),
        (&[("TransactionId", "4711")], "unknown, review", "unknown, review"),
    ] {
        assert_eq!(inquired(&shop, &sold, &[row(&sold, changes)]).to_string(), of_sale, "{changes:?}");
        assert_eq!(inquired(&shop, &reserved, &[row(&reserved, changes)]).to_string(), of_preauth, "{changes:?}");
    }
    // A sale is no pre-authorisation.
    assert_eq!(inquired(&shop, &sold, &[row(&reserved, &[])]).to_string(), "pending, review");
}

#[test]
fn what_a_row_tells_besides() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let answer = inquired(&shop, &order, &[row(&order, &[("IsRefunded", "true"), ("TotalRefundAmount", "49.90")])]);
    for (name, expected) in [
        ("refunded", "49.90"),
        ("at", "2026-11-21T17:42:33+03:00"),
        ("transactionId", transaction(&order)),
        ("authCode", "822641"),
        ("hostReference", "632514000018"),
        ("maskedPan", "450803******4509"),
        ("eci", "05"),
        ("liability", "issuer"),
    ] {
        assert_eq!(answer.fact(name), expected, "{name}");
    }
    let answer = inquired(&shop, &order, &[row(&order, &[("ECI", "01"), ("HostDate", "1121174233"), ("PanMasked", "4508034508034509")])]);
    assert_eq!([answer.fact("liability"), answer.fact("at"), answer.fact("maskedPan")], ["merchant", "", "450803******4509"]);
    let answer = inquired(&shop, &order, &[row(&order, &[("ResultCode", "0054"), ("ResponseMessage", "VADE SONU")])]);
    assert_eq!([answer.fact("reason"), answer.fact("bankCode"), answer.fact("bankMessage")], ["expired-card", "0054", "VADE SONU"]);
}

#[test]
fn several_rows_under_one_number() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let (no, yes) = (row(&order, &[("ResultCode", "0051")]), row(&order, &[]));
    let other = row(&order, &[("TransactionId", "4711"), ("OrderId", "B1")]);
    for (rows, expected) in [
        (vec![], "pending"),
        (vec![&no, &yes], "paid by reply"),
        (vec![&yes, &no], "paid by reply"),
        (vec![&no, &row(&order, &[("ResultCode", "1001")])], "pending, review"),
        (vec![&other, &yes], "paid by reply"),
        // Two successes under one number, or none of ours: a person has to look.
        (vec![&yes, &yes], "unknown, review"),
        (vec![&other], "unknown, review"),
    ] {
        assert_eq!(inquired(&shop, &order, &rows.into_iter().cloned().collect::<Vec<_>>()).to_string(), expected);
    }
}

#[test]
fn an_inquiry_that_is_refused_or_cannot_be_read() {
    let shop = vakifbank("3d").open();
    let order = enrolled(&shop, sale());
    let step = shop.inquire(&order);
    for (code, expected) in
        [("9065", "REFUSED merchant.merchantId"), ("5001", "REFUSED merchant.password"), ("6011", "REFUSED "), ("4005", "REFUSED "), ("", "unknown")]
    {
        assert_eq!(shop.reply(&order, step.then(), "200", list_refused("SearchResponse", code)).to_string(), expected, "{code}");
    }
    let whole = found(&[row(&order, &[])]);
    let twice = whole.replace("<IsRefunded>false</IsRefunded>", "<IsRefunded>true</IsRefunded><IsRefunded>false</IsRefunded>");
    let entity = whole.replace("<ResultCode>0000<", "<ResultCode>&ok;<");
    for (status, body) in [
        ("lost", ""),
        ("500", whole.as_str()),
        ("200", "<html/>"),
        ("200", &whole[..whole.len() - 9]),
        ("200", &twice),
        ("200", &entity),
        ("200", ""),
    ] {
        assert_eq!(shop.reply(&order, step.then(), status, body).to_string(), "unknown", "{status} {body}");
    }
}

// ---- capture, refund, void

fn sold(shop: &Shop) -> Order {
    finished(shop, sale())
}

fn reserved(shop: &Shop) -> Order {
    finished(shop, preauth())
}

/// A card payment that went through.
fn finished(shop: &Shop, order: Order) -> Order {
    let order = enrolled(shop, order);
    let step = shop.callback(&order, &returned(&[]));
    assert_eq!(step.then(), format!("moves:provision 05 {CAVV} none"));
    let answer = shop.reply(&order, step.then(), "200", provision(&order, &[]));
    keep(order, &answer)
}

/// The bank's answer to the change that `step` asks for: it names the change's own number and no order.
fn made(step: &Answer, changes: &[(&str, &str)]) -> String {
    let xml = xml(step);
    let sent = |name: &str| {
        let (_, rest) = xml.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("{name} in {xml}"));
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    let (number, reference) = (sent("TransactionId"), sent("ReferenceTransactionId"));
    let leaves = [
        ("MerchantId", MERCHANT),
        ("TransactionType", "Refund"),
        ("TransactionId", &number),
        ("ReferenceTransactionId", &reference),
        ("ResultCode", "0000"),
        ("ResultDetail", "İŞLEM BAŞARILI"),
        ("AuthCode", "822642"),
        ("HostDate", "20261121174233"),
        ("Rrn", "632514000019"),
        ("CurrencyCode", "949"),
    ];
    document("VposResponse", &changed(&leaves, changes))
}

/// Asks, sends, and brings back this answer.
fn change(shop: &Shop, order: &Order, verb: &str, id: &str, amount: &str, answer: &[(&str, &str)]) -> (Order, Answer) {
    let step = shop.change(order, verb, id, amount);
    let sent = keep(order.clone(), &step);
    let answer = shop.reply(&sent, step.then(), "200", made(&step, answer));
    (keep(sent, &answer), answer)
}

#[test]
fn a_refund() {
    let shop = vakifbank("3d").open();
    let order = sold(&shop);
    let step = shop.change(&order, "refund", "R1", "49.90");
    assert_eq!((step.then(), step.claim()), ("change1:change", "vakifbank:000000000123456:production:A7K2M9P4R8T3V6X5Z2B7:send:change1"));
    assert_eq!(step.url(), "https://apigw.vakifbank.com.tr:8443/virtualPos/Vposreq");
    let text = xml(&step);
    let number = text.split_once("<TransactionId>").and_then(|(_, rest)| rest.split('<').next()).expect("a number").to_owned();
    assert_eq!(
        text,
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><VposRequest><MerchantId>{MERCHANT}</MerchantId><Password>Gizli&lt;Soz&gt;&amp;77</Password>\
             <TransactionType>Refund</TransactionType><TransactionId>{number}</TransactionId><ReferenceTransactionId>{}</ReferenceTransactionId>\
             <CurrencyAmount>49.90</CurrencyAmount><CurrencyCode>949</CurrencyCode><ClientIp>203.0.113.7</ClientIp></VposRequest>",
            transaction(&order)
        )
    );
    // The number is made of the change's id and of the payment's: the same for the same, and another for every other one.
    assert!(number.len() == 32 && number != transaction(&order));
    assert_eq!(shop.change(&order, "refund", "R1", "49.90").at(8), step.at(8));
    let other = xml(&shop.change(&order, "refund", "R2", "49.90"));
    assert!(!other.contains(&number), "{other}");

    let (order, answer) = change(&shop, &order, "refund", "R1", "49.90", &[("CurrencyAmount", "49.90")]);
    assert_eq!(answer.to_string(), "refunded by reply");
    for (name, expected) in [
        ("refunded", "49.90"),
        ("changeId", "R1"),
        ("moved", "49.90"),
        ("transactionId", number.as_str()),
        ("hostReference", "632514000019"),
        ("liability", ""),
    ] {
        assert_eq!(answer.fact(name), expected, "{name}");
    }
    assert_eq!(shop.change(&order, "refund", "R2", "100.01").to_string(), "ORDER amount");
    let (_, answer) = change(&shop, &order, "refund", "R2", "100.00", &[]);
    assert_eq!((answer.to_string().as_str(), answer.fact("refunded")), ("refunded by reply", "149.90"));
}

#[test]
fn a_void() {
    let shop = vakifbank("3d").open();
    for order in [sold(&shop), reserved(&shop)] {
        let text = xml(&shop.change(&order, "void", "V1", ""));
        assert!(text.contains("<TransactionType>Cancel</TransactionType>") && !text.contains("Currency") && !text.contains("TerminalNo"), "{text}");
        assert!(text.contains(&format!("<ReferenceTransactionId>{}</ReferenceTransactionId>", transaction(&order))), "{text}");
        let (order, answer) = change(&shop, &order, "void", "V1", "", &[("CurrencyAmount", "149.90")]);
        assert_eq!(answer.to_string(), "voided by reply");
        assert_eq!(shop.change(&order, "refund", "R1", "1.00").kind(), "error");
    }
    // The customer's address may not be known; the field may not be missing.
    let page = vakifbank("common_payment").open();
    let order = paid(&page, sale().with("customer.ip", ""));
    assert!(xml(&page.change(&order, "void", "V1", "")).contains("<ClientIp>127.0.0.1</ClientIp>"));
}

#[test]
fn a_capture_and_what_follows_it() {
    let shop = vakifbank("3d").open();
    let order = reserved(&shop);
    assert_eq!(shop.change(&order, "refund", "R1", "1.00").kind(), "error", "nothing is captured yet");
    let step = shop.change(&order, "capture", "C1", "100.00");
    let text = xml(&step);
    for part in ["<TerminalNo>VP000777</TerminalNo>", "<TransactionType>Capture</TransactionType>", "<CurrencyAmount>100.00</CurrencyAmount>"] {
        assert!(text.contains(part), "{part} {text}");
    }
    assert!(text.contains(&format!("<ReferenceTransactionId>{}</ReferenceTransactionId>", transaction(&order))), "{text}");

    let (order, answer) = change(&shop, &order, "capture", "C1", "100.00", &[("CurrencyAmount", "100.00")]);
    assert_eq!((answer.to_string().as_str(), answer.fact("charged")), ("paid by reply", "100.00"));
    let capture = reference(&order, "capture").to_owned();
    assert!(text.contains(&format!("<TransactionId>{capture}</TransactionId>")), "{text}");
    // The money is known under the capture's number from there on.
    for (verb, amount) in [("refund", "40.00"), ("void", "")] {
        let text = xml(&shop.change(&order, verb, "X1", amount));
        assert!(text.contains(&format!("<ReferenceTransactionId>{capture}</ReferenceTransactionId>")), "{text}");
    }
    let step = shop.inquire(&order);
    assert_eq!(step.then(), "reads:search capture");
    assert!(xml(&step).contains(&format!("<TransactionId>{capture}</TransactionId>")));
    let base = [("TransactionId", capture.as_str()), ("TransactionType", "Capture"), ("OrderId", ""), ("Amount", "100.00"), ("ECI", "")];
    for (changes, expected, charged) in [
        (&[][..], "paid by reply", "100.00"),
        (&[("OrderId", ORDER_ID)], "paid by reply", "100.00"),
        (&[("TotalRefundAmount", "40.00")], "paid by reply", "100.00"),
        (&[("TotalRefundAmount", "100.00"), ("IsRefunded", "true")], "refunded by reply", "100.00"),
        (&[("OrderId", "B1")], "ORDER_MISMATCH id", ""),
        (&[("Amount", "99.00")], "pending, review", ""),
        (&[("TransactionType", "Sale")], "pending, review", ""),
    ] {
        let answer = shop.reply(&order, step.then(), "200", found(&[row(&order, &[&base[..], changes].concat())]));
        assert_eq!(answer.to_string(), expected, "{changes:?}");
        if !charged.is_empty() {
            assert_eq!(answer.fact("charged"), charged, "{changes:?}");
        }
    }
    // Undone, by us or in the panel: the pre-authorisation tells what is left.
    let undone = found(&[row(&order, &[&base[..], &[("IsCanceled", "true")]].concat())]);
    let asked = keep(order.clone(), &shop.change(&order, "void", "V1", ""));
    for (order, left, expected) in [
        (&order, &[][..], "pending, review"),
        (&asked, &[], "authorized by reply, review"),
        (&order, &[("IsCanceled", "true")], "voided by reply"),
        (&asked, &[("IsCanceled", "true")], "voided by reply"),
        (&asked, &[("IsCaptured", "true")], "pending, review"),
    ] {
        let next = shop.reply(order, step.then(), "200", &undone);
        assert_eq!(next.then(), "reads:search transaction");
        let reserved = row(order, &[&[("TransactionType", "Auth")][..], left].concat());
        assert_eq!(shop.reply(order, next.then(), "200", found(&[reserved])).to_string(), expected, "{left:?}");
    }
    // Each half of a void has its own number.
    let first = shop.change(&order, "void", "V1", "");
    let second = shop.reply(&asked, first.then(), "200", made(&first, &[("TransactionType", "Cancel")]));
    let number = |step: &Answer| xml(step).split_once("<TransactionId>").map(|(_, rest)| rest[..32].to_owned());
    assert!(xml(&second).contains(&format!("<ReferenceTransactionId>{}</ReferenceTransactionId>", transaction(&order))));
    assert_ne!(number(&first), number(&second));
    assert_eq!(shop.reply(&keep(asked, &second), second.then(), "200", made(&second, &[])).to_string(), "voided by reply");
}

#[test]
fn a_capture_that_was_lost() {
    let shop = vakifbank("3d").open();
    let order = reserved(&shop);
    let step = shop.change(&order, "capture", "C1", "149.90");
    let sent = keep(order, &step);
    let lost = keep(sent.clone(), &shop.reply(&sent, step.then(), "lost", ""));
    // The same id again only asks: for the capture, and where the bank made none, for the pre-authorisation.
    let asked = shop.change(&lost, "capture", "C1", "149.90");
    assert_eq!((asked.then(), asked.claim()), ("reads:search capture", ""));
    let capture = reference(&lost, "capture").to_owned();
    let done = row(&lost, &[("TransactionId", &capture), ("TransactionType", "Capture"), ("OrderId", "")]);
    let answer = shop.reply(&lost, asked.then(), "200", found(&[done]));
    assert_eq!(answer.to_string(), "paid by reply");
    assert_eq!(shop.change(&keep(lost.clone(), &answer), "refund", "R1", "149.90").kind(), "send");
    for rows in [vec![], vec![row(&lost, &[("TransactionId", &capture), ("TransactionType", "Capture"), ("ResultCode", "0323")])]] {
        let second = shop.reply(&lost, asked.then(), "200", found(&rows));
        assert_eq!(second.then(), "reads:search transaction");
        assert_eq!(shop.reply(&lost, second.then(), "200", found(&[row(&lost, &[])])).to_string(), "authorized by reply, review");
        assert_eq!(shop.reply(&lost, second.then(), "200", found(&[row(&lost, &[("IsCaptured", "true")])])).to_string(), "pending, review");
    }
}

#[test]
fn answers_to_a_change() {
    let shop = vakifbank("3d").open();
    let order = sold(&shop);
    for (changes, expected) in [
        (&[("OrderId", ORDER_ID)][..], "refunded by reply"),
        (&[("CurrencyAmount", "49.90")], "refunded by reply"),
        (&[("ReferenceTransactionId", "null")], "refunded by reply"),
        (&[("ResultCode", "0096")], "unknown"),
        (&[("ResultCode", "1006")], "unknown"),
        (&[("ResultCode", "1001")], "unknown"),
        (&[("ResultCode", "")], "unknown"),
        (&[("TransactionId", "null")], "unknown"),
        (&[("CurrencyAmount", "49,90")], "unknown"),
        (&[("TransactionId", "4711")], "unknown, review"),
        (&[("ReferenceTransactionId", "4711")], "unknown, review"),
        (&[("OrderId", "B1")], "unknown, review"),
        (&[("CurrencyAmount", "149.90")], "unknown, review"),
        (&[("CurrencyCode", "840")], "unknown, review"),
    ] {
        assert_eq!(change(&shop, &order, "refund", "R1", "49.90", changes).1.to_string(), expected, "{changes:?}");
    }
    let step = shop.change(&order, "refund", "R1", "149.90");
    let sent = keep(order, &step);
    for code in ["1046", "1059", "1074", "1083", "1089", "1101", "2202", "0323", "1105", "5001"] {
        let answer = shop.reply(&sent, step.then(), "200", refusal(code));
        assert_eq!((answer.to_string().as_str(), answer.fact("bankCode")), ("declined by reply", code));
        // Refused is undone: the same may be asked for under a new id.
        assert_eq!(shop.change(&keep(sent.clone(), &answer), "refund", "R2", "149.90").kind(), "send");
    }
    for (status, body) in [("lost", ""), ("500", ""), ("200", "<html/>"), ("200", "<VposResponse><ResultCode>0000</ResultCode>")] {
        let answer = shop.reply(&sent, step.then(), status, body);
        assert_eq!(answer.to_string(), "unknown");
        let lost = keep(sent.clone(), &answer);
        assert_eq!(shop.change(&lost, "refund", "R2", "0.01").to_string(), "ORDER amount", "what may have been refunded is not refunded again");
        assert_eq!(shop.change(&lost, "refund", "R1", "149.90").then(), "reads:search transaction");
    }
}

// ---- lists

/// The parts of a list's lines that the tests look at: order, kind, outcome, amount, currency, time, transaction.
fn lines(answer: &Answer) -> Vec<[String; 7]> {
    assert_eq!(answer.kind(), "list", "{answer:?}");
    let count: usize = answer.at(4).parse().expect("a count");
    (0..count).map(|line| [0, 1, 2, 3, 4, 6, 7].map(|place| answer.at(5 + 13 * line + place).to_owned())).collect()
}

/// The request for the next page: its `then` and its body.
fn next(answer: &Answer) -> Option<[String; 4]> {
    let count: usize = answer.at(4).parse().expect("a count");
    let rest = &answer.0[5 + 13 * count..];
    (!rest.is_empty()).then(|| [0, 1, 2, 3].map(|place| rest[place].clone()))
}

#[test]
fn the_history_of_an_order() {
    let shop = vakifbank("3d").open();
    let order = reserved(&shop);
    let (order, _) = change(&shop, &order, "capture", "C1", "100.00", &[]);
    let (order, _) = change(&shop, &order, "refund", "R1", "40.00", &[]);
    let step = shop.history(&order);
    assert_eq!((step.then(), step.claim()), ("reads:history 0", ""));
    let tried = row(&order, &[("ResultCode", "0051")]);
    let first = shop.reply(&order, step.then(), "200", found(&[tried, row(&order, &[("IsCaptured", "true"), ("NumberOfInstallments", "3")])]));
    let at = "2026-11-21T17:42:33+03:00";
    let number = transaction(&order).to_owned();
    let expected = |kind: &str, outcome: &str, amount: &str, number: &str| [ORDER_ID, kind, outcome, amount, "TRY", at, number].map(str::to_owned);
    assert_eq!(lines(&first), [expected("preauth", "declined", "149.90", &number), expected("preauth", "approved", "149.90", &number)]);

    let [then, method, url, body] = next(&first).expect("the capture");
    let capture = reference(&order, "capture").to_owned();
    assert_eq!((then.as_str(), method.as_str(), url.as_str()), ("reads:history 1", "POST", "https://apigw.vakifbank.com.tr:8443/virtualPos/Search"));
    assert!(body.contains(&capture), "{body}");
    let captured = row(&order, &[("TransactionId", &capture), ("TransactionType", "Capture"), ("OrderId", ""), ("Amount", "100.00")]);
    let second = shop.reply(&order, &then, "200", found(&[captured]));
    assert_eq!(lines(&second), [expected("capture", "approved", "100.00", &capture)]);
    let [then, .., body] = next(&second).expect("the refund");
    assert!(then == "reads:history 2" && !body.contains(&capture) && !body.contains(&number), "{body}");
    let refunded =
        row(&order, &[("TransactionId", "R"), ("TransactionType", "Refund"), ("OrderId", ""), ("Amount", "40.00"), ("IsReversed", "true")]);
    let third = shop.reply(&order, &then, "200", found(&[refunded]));
    assert_eq!((lines(&third), next(&third)), (vec![expected("refund", "voided", "40.00", "R")], None));

    assert_eq!(shop.reply(&order, step.then(), "200", found(&[row(&order, &[("OrderId", "B1")])])).to_string(), "ORDER_MISMATCH OrderId");
    assert_eq!(shop.reply(&order, step.then(), "200", list_refused("SearchResponse", "5001")).to_string(), "REFUSED merchant.password");
    let order = sold(&shop);
    let only = shop.reply(&order, "reads:history 0", "200", found(&[]));
    assert_eq!((lines(&only), next(&only)), (vec![], None));
    for then in ["reads:history x", "reads:history", "reads:history -1"] {
        assert_eq!(shop.reply(&order, then, "200", found(&[])).to_string(), "ORDER then");
    }
    let shop = account("isbank-payflex", "common_payment").open();
    assert_eq!(shop.history(&registered(&shop, sale())).to_string(), "CONFIG endpoints.search");
}

fn report(shop: &Shop, op: Op, rest: &[&str], body: &str) -> Answer {
    let head = [shop.account.clone(), ["2026-11-20", "2026-11-21"].iter().chain(rest).map(|text| (*text).to_owned()).collect()].concat();
    call(op, &head, body.as_bytes())
}

fn settled(changes: &[(&str, &str)]) -> String {
    let leaves = [
        ("PaymentTransactionId", "10000611014"),
        ("TransactionType/TransactionTypeName", "Sale"),
        ("TransactionId", "T1"),
        ("OrderId", "A1"),
        ("Amount", "10.50"),
        ("AmountCode", "840"),
        ("IsCanceled", "false"),
        ("IsReversed", "false"),
        ("ResultCode", "0000"),
        ("RequestInsertTime", "2026-11-20T23:59:59.99"),
    ];
    document("PaymentTransactionInfo", &changed(&leaves, changes)).split_once("?>").map(|(_, row)| row.to_owned()).expect("a document")
}

#[test]
fn a_days_list() {
    let shop = vakifbank("3d").open();
    let first = report(&shop, Op::Report, &[], "");
    let [then, method, url, body] = next(&first).expect("a request");
    assert_eq!(
        (then.as_str(), method.as_str(), url.as_str()),
        ("reads:report 1", "POST", "https://apigw.vakifbank.com.tr:8443/virtualPos/SettlementDetail")
    );
    // One day more than was asked for: no document says whether the last one is included.
    for part in
        ["StartDate%3E2026-11-20%3C", "EndDate%3E2026-11-22%3C", "PageIndex%3E1%3C", "PageSize%3E25%3C", &format!("HostMerchantId%3E{MERCHANT}%3C")]
    {
        assert!(body.contains(part), "{part} {body}");
    }
    let ziraat = account("ziraat-payflex", "3d").open();
    let [.., url, _] = next(&report(&ziraat, Op::Report, &[], "")).expect("a request");
    assert_eq!(url, "https://sanalpos.ziraatbank.com.tr/v4/UIWebService/SettlementDetail.aspx");

    let rows = [
        settled(&[]),
        settled(&[("TransactionType/TransactionTypeName", "Refund"), ("OrderId", ""), ("IsCanceled", "true")]),
        settled(&[("RequestInsertTime", "2026-11-22T00:00:00")]),
        settled(&[("RequestInsertTime", "2026-11-19T23:59:59")]),
        settled(&[("RequestInsertTime", "")]),
    ];
    let answer = report(&shop, Op::Reported, &["reads:report 1", "200"], &list("SettlementDetailResponse", &rows, 26));
    let line = |order: &str, kind: &str, outcome: &str, at: &str| [order, kind, outcome, "10.50", "USD", at, "T1"].map(str::to_owned);
    let at = "2026-11-20T23:59:59+03:00";
    assert_eq!(lines(&answer), [line("A1", "sale", "approved", at), line("", "refund", "voided", at), line("A1", "sale", "approved", "")]);
    let [then, .., body] = next(&answer).expect("a second page");
    assert!(then == "reads:report 2" && body.contains("PageIndex%3E2%3C"), "{then} {body}");
    for (page, rows, total) in [("2", &rows[..1], 26), ("1", &rows[..], 25), ("1", &rows[..0], 99)] {
        let answer = report(&shop, Op::Reported, &[&format!("reads:report {page}"), "200"], &list("SettlementDetailResponse", rows, total));
        assert_eq!(next(&answer), None, "{page} {total}");
    }
    for (then, status, body, expected) in [
        ("reads:report 1", "200", list_refused("SettlementDetailResponse", "9057"), "REFUSED "),
        ("reads:report 1", "200", list_refused("SettlementDetailResponse", "9065"), "REFUSED merchant.merchantId"),
        ("reads:report 1", "200", list_refused("SettlementDetailResponse", ""), "MALFORMED ResponseCode"),
        ("reads:report 1", "200", "<html/>".to_owned(), "MALFORMED "),
        ("reads:report 1", "500", String::new(), "UNREACHABLE "),
        ("reads:report x", "200", list("SettlementDetailResponse", &rows, 5), "ORDER then"),
    ] {
        assert_eq!(report(&shop, Op::Reported, &[then, status], &body).to_string(), expected, "{then} {body}");
    }
    let isbank = account("isbank-payflex", "3d").open();
    assert_eq!(report(&isbank, Op::Report, &[], "").to_string(), "CONFIG endpoints.search");
}

/// The password stands in requests to the bank and nowhere else.
#[test]
fn the_password_is_in_requests_only() {
    let shop = vakifbank("common_payment").open();
    let start = shop.start(&order());
    assert!(start.at(8).contains(API_PASSWORD) && !start.refs().contains("Gizli") && !start.then().contains("Gizli"));
    assert_eq!(field(&account("isbank-payflex", "common_payment").open().start(&order()), "MerchantPassword").as_deref(), Some(API_PASSWORD));
}
