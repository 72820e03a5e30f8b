//! From the card to the money: three packets that nobody but the bank can read, its word about them, and one request for the money.

use crate::posnet_bank::{
    BANK_PACKET, ENC_KEY, KEY, MERCHANT_ID, MERCHANT_PACKET, POSNET_ID, SIGN, TERMINAL_ID, XID, agreement, authenticated, begun, charged, elements,
    encrypted, leaf, mac, mac_by, no_record, packets, refusal, resolved, response, xml, yapikredi,
};
use crate::shop::{Answer, CARD, Order, decode_percent, order};
use velopos::error::Why;

const API: &str = "https://posnet.yapikredi.com.tr/PosnetWebService/XML";

// ---------------------------------------------------------------------------------------------------------------------------------
// The configuration and the start

#[test]
fn a_configuration() {
    let answer = yapikredi().answer();
    assert_eq!(answer.0[..9], ["account", "yapikredi", "3d_oos", "production", "claims", "", "text/plain; charset=utf-8", "OK", ""]);
    assert_eq!(yapikredi().open().account[8..], [API, "https://posnet.yapikredi.com.tr/3DSWebService/YKBPaymentService"]);
    let test = yapikredi().with("mode", "test").open();
    assert_eq!(test.account[8..], ["https://setmpos.ykb.com/PosnetWebService/XML", "https://setmpos.ykb.com/3DSWebService/YKBPaymentService"]);
    for (name, value) in [
        ("merchantId", "670012345"),
        ("merchantId", "670012345x"),
        ("merchantId", "6706598320"),
        ("terminalId", "67A0;234"),
        ("terminalId", "67A012345"),
        ("terminalId", "67005551"),
        ("posnetId", "x"),
        ("posnetId", "12345678901234567"),
        ("encKey", "10, 10"),
        ("encKey", "şifre"),
        ("encKey", "10,10,10,10,10,10,10,10"),
        ("encKey", ""),
    ] {
        let name = format!("merchant.{name}");
        assert_eq!(yapikredi().with(&name, value).answer().to_string(), format!("CONFIG {name}"), "{value}");
    }
    assert_eq!(yapikredi().with("model", "3d").answer().to_string(), "CONFIG model");
}

#[test]
fn the_card_goes_to_the_bank_to_be_encrypted_and_nowhere_else() {
    let shop = yapikredi().open();
    let step = shop.start_with(&order(), &CARD);
    assert_eq!((step.then(), step.claim(), step.url()), ("begins:data card", "", API));
    assert_eq!(
        step.0[9..],
        [
            "content-type",
            "application/x-www-form-urlencoded; charset=utf-8",
            "x-merchant-id",
            MERCHANT_ID,
            "x-terminal-id",
            TERMINAL_ID,
            "x-posnet-id",
            POSNET_ID,
            "x-correlation-id",
            XID
        ]
    );
    assert!(step.at(8).is_ascii());
    assert_eq!(
        xml(&step),
        format!(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><posnetRequest><mid>{MERCHANT_ID}</mid><tid>{TERMINAL_ID}</tid><oosRequestData>\
             <posnetid>{POSNET_ID}</posnetid><XID>{XID}</XID><amount>14990</amount><currencyCode>TL</currencyCode><installment>00</installment>\
             <tranType>Sale</tranType><cardHolderName>Ay&#351;e Y&#305;lmaz</cardHolderName><ccno>4508034508034509</ccno><expDate>3012</expDate>\
             <cvc>000</cvc></oosRequestData></posnetRequest>"
        )
    );
    assert!(!step.refs().contains("4508") && !step.then().contains("4508"));
    let order = order().stored(&shop, step.refs());
    let redirect = shop.reply(&order, step.then(), "200", encrypted(&[]));
    assert_eq!((redirect.at(4), redirect.at(5)), ("form", "https://posnet.yapikredi.com.tr/3DSWebService/YKBPaymentService"));
    assert_eq!(
        redirect.0[11..],
        [
            "mid",
            MERCHANT_ID,
            "posnetID",
            POSNET_ID,
            "posnetData",
            "AEFE78BFC852867FF57078B7",
            "posnetData2",
            "69D04861340091B7",
            "digest",
            "9998F61E1D0C0FB6EC5203A748124F30",
            "vftCode",
            "",
            "merchantReturnURL",
            "https://dukkan.example/_functions/payment3DSuccess/k3y",
            "lang",
            "tr",
            "url",
            "",
            "openANewWindow",
            "0"
        ]
    );
    assert!(!redirect.0.join(" ").contains("4508034508034509"));
}

#[test]
fn the_request_follows_the_order() {
    let shop = yapikredi().open();
    let step = |order: Order| shop.start_with(&order, &CARD);
    for (name, value, element, sent) in [
        ("installments", "3", "installment", "03"),
        ("installments", "12", "installment", "12"),
        ("installments", "1", "installment", "00"),
        ("type", "preauth", "tranType", "Auth"),
        ("currency", "USD", "currencyCode", "US"),
        ("currency", "EUR", "currencyCode", "EU"),
        ("amount", "0.29", "amount", "29"),
        ("amount", "99999.99", "amount", "9999999"),
        ("id", "A7", "XID", "000000000000000000A7"),
        ("id", "7", "XID", "00000000000000000007"),
    ] {
        assert_eq!(leaf(&step(order().with(name, value)), element), sent, "{name} {value}");
    }
    // Nobody has said what the smallest unit of yen is here.
    assert_eq!(step(order().with("currency", "JPY").with("amount", "150")).to_string(), "UNSUPPORTED currency");
    assert_eq!(step(order().with("maxInstallments", "6")).to_string(), "UNSUPPORTED maxInstallments");
    assert_eq!(step(order().with("installments", "6").with("maxInstallments", "6")).kind(), "send");
    let nameless = ["card", "4508034508034509", "01", "29", "000", ""];
    assert_eq!(leaf(&shop.start_with(&order(), &nameless), "cardHolderName"), "Ay&#351;e Y&#305;lmaz");
    let hostile = ["card", "4508034508034509", "01", "29", "000", "</cardHolderName><amount>1</amount>&"];
    assert_eq!(xml(&shop.start_with(&order(), &hostile)).matches("<amount>").count(), 1);
}

#[test]
fn two_orders_never_have_one_xid() {
    let shop = yapikredi().open();
    for id in ["0", "07", "0000000000000000000A", "A-7", "A_7", "A7K2M9P4R8T3V6X5Z2B7C", "A7K2M9P4R8T3V6X5Z2B7C3D4E5F6G7H8"] {
        assert_eq!(shop.start_with(&order().with("id", id), &CARD).to_string(), "ORDER id", "{id}");
        let stored = begun(&shop, order()).with("id", id);
        for answer in [shop.inquire(&stored), shop.callback(&stored, &packets(&[])), shop.history(&stored)] {
            assert_eq!(answer.to_string(), "ORDER id", "{id}");
        }
    }
}

#[test]
fn what_the_bank_answers_instead_of_packets() {
    let shop = yapikredi().open();
    let step = shop.start_with(&order(), &CARD);
    let order = order().stored(&shop, step.refs());
    let answered = |body: &str| shop.reply(&order, step.then(), "200", body);
    for (code, text, why) in [
        ("0148", "MID,TID,IP HATALI:89.244.149.137", Why::PosnetAddress),
        ("0003", "148 MID,TID,IP HATALI:89.244.149.137", Why::PosnetAddress),
        ("0150", "INVALID MID TID IP", Why::PosnetAddress),
        // The words count under any number.
        ("0999", "INVALID MID TID IP", Why::PosnetAddress),
        ("0999", "MID,TID,IP HATALI", Why::PosnetAddress),
        ("E216", "Mac Dogrulama hatali", Why::PosnetMacRefused),
        ("E181", "ENCKEY BULUNAMADI", Why::PosnetMacRefused),
        ("E190", "CURRENCYCODE HATALI", Why::PosnetCurrency),
        ("E189", "Xid hatali.", Why::SeenBefore),
        ("0127", "ORDERID DAHA ONCE KULLANILMIS", Why::SeenBefore),
        ("0321", "INVALID TERMINAL NO.", Why::PosnetNumbers),
        ("0002", "XNIException", Why::Refused),
    ] {
        let answer = answered(&refusal(code, text));
        assert_eq!(answer.to_string(), "REFUSED ", "{code}");
        answer.expect_why(why);
        assert_eq!((answer.at(4), answer.at(5)), (code, text));
    }
    let with_ip = response(&elements(&[("approved", "0"), ("respCode", "0148"), ("respText", "HATALI MID"), ("yourIP", "203.0.113.9")]));
    assert_eq!(answered(&with_ip).at(5), "HATALI MID (IP: 203.0.113.9)");
    let card = answered(&refusal("0150", "PAKET HATALI 4508034508034509"));
    assert!(!card.0.join(" ").contains("4508034508034509"), "{card:?}");
    // Nothing has begun, so whatever cannot be read is no answer.
    for body in [
        "",
        "<html>502</html>",
        "<posnetResponse></posnetResponse>",
        &encrypted(&[])[..200],
        &encrypted(&[("data1", "")]),
        &encrypted(&[("data2", "-")]),
        &encrypted(&[("sign", "a&lt;b")]),
        &encrypted(&[("data1", &"A".repeat(3001))]),
        &encrypted(&[]).replace("<approved>1</approved>", "<approved>1</approved><approved>1</approved>"),
        &encrypted(&[]).replace("<approved>1</approved>", "<approved>2</approved>"),
        &encrypted(&[]).replace("<?xml version='1.0' encoding='iso-8859-9'?>", "<!DOCTYPE x [<!ENTITY a \"b\">]>"),
    ] {
        assert_eq!(answered(body).at(1), "UNREACHABLE", "{body}");
    }
    assert_eq!(shop.reply(&order, step.then(), "500", encrypted(&[])).at(1), "UNREACHABLE");
    assert_eq!(shop.reply(&order, step.then(), "lost", "").at(1), "UNREACHABLE");
}

/// By its document the bank's own page asks for the card where none is named.
#[test]
fn without_a_card_the_bank_asks_for_it() {
    let shop = yapikredi().open();
    let step = shop.start_with(&order(), &[""]);
    let xml = decode_percent(step.at(8).strip_prefix("xmldata=").expect("one field"));
    for element in ["cardHolderName", "ccno", "expDate", "cvc"] {
        assert!(!xml.contains(element), "{element}");
    }
    for data2 in ["<data2></data2>", "<data2/>", ""] {
        let data = format!("<data1>AA11</data1>{data2}<sign>CC33</sign>");
        let reply = format!("<posnetResponse><approved>1</approved><oosRequestDataResponse>{data}</oosRequestDataResponse></posnetResponse>");
        let form = shop.reply(&order(), step.then(), "200", reply).form();
        assert!(form.contains(&("posnetData2".to_owned(), String::new())), "{form:?}");
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The return

#[test]
fn the_return_is_a_reason_to_ask_and_nothing_else() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    let step = shop.callback(&order, &packets(&[]));
    assert_eq!((step.then(), step.claim(), step.url()), (format!("reads:resolve {BANK_PACKET}").as_str(), "", API));
    let own = mac(&[XID, "14990", "TL", MERCHANT_ID]);
    assert_eq!(
        xml(&step),
        format!(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><posnetRequest><mid>{MERCHANT_ID}</mid><tid>{TERMINAL_ID}</tid>\
             <oosResolveMerchantData><bankData>{BANK_PACKET}</bankData><merchantData>{MERCHANT_PACKET}</merchantData><sign>{SIGN}</sign>\
             <mac>{own}</mac></oosResolveMerchantData></posnetRequest>"
        )
    );
    // Echoes change nothing: neither those that say another payment, nor those that say success.
    for echo in [("Xid", "00000000000000000001"), ("Amount", "0%2C01"), ("MerchantId", "1"), ("mdStatus", "1"), ("approved", "1"), ("TranType", "-")]
    {
        assert_eq!(shop.callback(&order, &packets(&[echo])), step, "{echo:?}");
    }
}

#[test]
fn a_return_without_packets() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    for name in ["MerchantPacket", "BankPacket", "Sign"] {
        for wrong in ["-", "%3Ca%3E", "a%20b", "%C5%9F", "a%26b", &"A".repeat(3001)] {
            assert_eq!(shop.callback(&order, &packets(&[(name, wrong)])).to_string(), format!("MALFORMED {name}"), "{wrong}");
        }
        // A customer who turned back may bring empty ones; the bank knows.
        assert_eq!(shop.callback(&order, &packets(&[(name, "")])).to_string(), "reads:inquiry TDS_");
        let twice = [packets(&[]), format!("&{}=AA", name.to_uppercase()).into_bytes()].concat();
        assert_eq!(shop.callback(&order, &twice).at(1), "DUPLICATE_FIELD");
    }
    assert_eq!(shop.callback(&order, b"").at(1), "MALFORMED");
}

#[test]
fn peeking() {
    let shop = yapikredi().open();
    for (xid, id) in [(XID, XID), ("000000000000000000A7", "A7"), ("00000000000000000000", ""), ("A-7", ""), ("%3Cb%3E", ""), ("-", "")] {
        let answer = shop.peek(&packets(&[("Xid", xid)]));
        assert_eq!((answer.at(1), answer.at(2)), if id.is_empty() { ("", "") } else { ("orderId", id) }, "{xid}");
    }
}

/// What the bank's word about the packets is taken for.
fn told(resolved: &str) -> Answer {
    let shop = yapikredi().open();
    authenticated(&shop, order(), resolved).1
}

#[test]
fn the_money_is_asked_for_once_with_the_banks_own_packet() {
    let step = told(&resolved(&[]));
    assert_eq!(step.then(), "moves:provision");
    assert_eq!(step.claim(), format!("yapikredi:{MERCHANT_ID}:production:{XID}:send:provision"));
    let own = mac(&[XID, "14990", "TL", MERCHANT_ID]);
    assert_eq!(
        xml(&step),
        format!(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-9\"?><posnetRequest><mid>{MERCHANT_ID}</mid><tid>{TERMINAL_ID}</tid><oosTranData>\
             <bankData>{BANK_PACKET}</bankData><wpAmount>0</wpAmount><mac>{own}</mac></oosTranData></posnetRequest>"
        )
    );
    assert!(!step.refs().contains(BANK_PACKET), "what the browser brought is not kept");
    let longest = "A".repeat(3000);
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    let asked = shop.callback(&order, &packets(&[("BankPacket", &longest)]));
    assert!(asked.then().len() <= 4096);
    assert_eq!(leaf(&shop.reply(&order, asked.then(), "200", resolved(&[])), "bankData"), longest);
}

#[test]
fn packets_of_another_payment_are_refused() {
    for (name, value, code) in [
        ("xid", "A7K2M9P4R8T3V6X5Z2B8", "ORDER_MISMATCH"),
        ("xid", "a7k2m9p4r8t3v6x5z2b7", "ORDER_MISMATCH"),
        ("xid", "", "ORDER_MISMATCH"),
        ("amount", "14989", "AMOUNT_MISMATCH"),
        ("amount", "149,90", "AMOUNT_MISMATCH"),
        ("amount", "014990", "AMOUNT_MISMATCH"),
        ("amount", "-", "AMOUNT_MISMATCH"),
        ("currency", "US", "CURRENCY_MISMATCH"),
        ("currency", "-", "CURRENCY_MISMATCH"),
        ("installment", "06", "ECHO_MISMATCH"),
        ("installment", "-", "ECHO_MISMATCH"),
    ] {
        // Their MACs fit what they say: they are genuine, and another's.
        assert_eq!(told(&resolved(&[(name, value)])).to_string(), format!("{code} {name}"), "{value}");
    }
    // The same values under another shop's number, terminal or key.
    for foreign in [
        mac(&["1", XID, "14990", "TL", "6700123457"]),
        mac_by(&["1", XID, "14990", "TL", MERCHANT_ID], "67A01235", ENC_KEY),
        mac_by(&["1", XID, "14990", "TL", MERCHANT_ID], TERMINAL_ID, "10,10"),
    ] {
        assert_eq!(told(&resolved(&[("mac", &foreign)])).to_string(), "SIGNATURE_INVALID mac");
    }
}

#[test]
fn a_mac_that_does_not_cover_it() {
    let of = |values: &[&str]| mac(values);
    for wrong in [
        // The mdStatus of a failure, raised afterwards.
        of(&["0", XID, "14990", "TL", MERCHANT_ID]),
        // The request's own, which anybody with a browser cannot have but the bank has.
        of(&[XID, "14990", "TL", MERCHANT_ID]),
        // The same text, split elsewhere.
        of(&[&format!("1;{XID}"), "1", "4990", "TL", MERCHANT_ID]),
        of(&[&format!("1{XID}"), "14990", "TL", MERCHANT_ID]),
        of(&[]),
        "A".repeat(44),
        of(&["1", XID, "14990", "TL", MERCHANT_ID]).to_lowercase(),
        format!("{}A", of(&["1", XID, "14990", "TL", MERCHANT_ID])),
    ] {
        assert_eq!(told(&resolved(&[("mac", &wrong)])).to_string(), "SIGNATURE_INVALID mac", "{wrong}");
    }
    for missing in ["", "-"] {
        assert_eq!(told(&resolved(&[("mac", missing)])).to_string(), "SIGNATURE_MISSING mac");
    }
}

#[test]
fn md_status() {
    let attempted = yapikredi().with("threeDS", "attempted").open();
    for (md_status, tx_status, full, half) in [
        ("1", "Y", "moves:provision", "moves:provision"),
        ("1", "", "moves:provision", "moves:provision"),
        ("1", "N", "declined by reply", "declined by reply"),
        ("1", "U", "declined by reply", "declined by reply"),
        ("2", "N", "declined by reply", "moves:provision"),
        ("3", "U", "declined by reply", "moves:provision"),
        ("4", "A", "declined by reply", "moves:provision"),
        ("0", "N", "declined by reply", "declined by reply"),
        ("5", "U", "declined by reply", "declined by reply"),
        ("6", "N", "declined by reply", "declined by reply"),
        ("7", "N", "declined by reply", "declined by reply"),
        ("8", "N", "declined by reply", "declined by reply"),
        ("9", "Y", "declined by reply", "declined by reply"),
        // Missing, or nothing that the document knows: nothing is decided, and no money asked for.
        ("", "Y", "unknown", "unknown"),
        ("-", "Y", "unknown", "unknown"),
        ("11", "Y", "unknown", "unknown"),
        ("Y", "Y", "unknown", "unknown"),
        ("+1", "Y", "unknown", "unknown"),
    ] {
        let body = resolved(&[("mdStatus", md_status), ("txStatus", tx_status)]);
        assert_eq!(told(&body).to_string(), full, "{md_status} {tx_status}");
        assert_eq!(authenticated(&attempted, order(), &body).1.to_string(), half, "{md_status} {tx_status}, attempted");
    }
    let declined = told(&resolved(&[("mdStatus", "9"), ("txStatus", "N"), ("mdErrorMessage", "None 3D - Secure Transaction")]));
    assert_eq!(
        ["reason", "bankCode", "bankMessage", "mdStatus"].map(|name| declined.fact(name)),
        ["3ds-failed", "mdStatus 9", "None 3D - Secure Transaction", "9"]
    );
}

#[test]
fn the_bank_refuses_to_open_the_packets() {
    let answer = told(&refusal("E216", "Mac Doğrulama hatalı"));
    assert_eq!((answer.to_string().as_str(), answer.at(4)), ("REFUSED ", "E216"));
    answer.expect_why(Why::PosnetMacRefused);
    for body in [
        "",
        "<html>",
        "<posnetResponse><approved>1</approved></posnetResponse>",
        &resolved(&[]).replace("<approved>1", "<approved>2"),
        &resolved(&[]).replace("<approved>1</approved>", ""),
        &resolved(&[])[..300],
        // The decisive element twice.
        &resolved(&[]).replace("<mdStatus>", "<mdStatus>0</mdStatus><mdStatus>"),
        &resolved(&[]).replace("<approved>", "<approved>0</approved><approved>"),
        &resolved(&[]).replace("<posnetResponse>", "<!DOCTYPE p [<!ENTITY x '1'>]><posnetResponse>"),
        &resolved(&[("mdStatus", "&x;")]),
    ] {
        let answer = told(body);
        assert!(["unknown", "ORDER_MISMATCH xid"].contains(&answer.to_string().as_str()), "{answer:?}: {body}");
    }
    // Nothing was asked for yet: the attempt is simply open.
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    let asked = shop.callback(&order, &packets(&[]));
    for status in ["500", "302", "lost"] {
        assert_eq!(shop.reply(&order, asked.then(), status, resolved(&[])).to_string(), "unknown");
    }
}

#[test]
fn turkish_letters_in_any_charset_decide_nothing() {
    for text in [&b"Kart sahibi do\xF0rulanamad\xFD"[..], "Kart sahibi doğrulanamadı".as_bytes()] {
        let (before, after) = {
            let body = resolved(&[("mdStatus", "0"), ("txStatus", "N"), ("mdErrorMessage", "@")]);
            let (before, after) = body.split_once('@').expect("a place");
            (before.to_owned(), after.to_owned())
        };
        let shop = yapikredi().open();
        let order = begun(&shop, order());
        let asked = shop.callback(&order, &packets(&[]));
        let answer = shop.reply(&order, asked.then(), "200", [before.as_bytes(), text, after.as_bytes()].concat());
        assert_eq!((answer.to_string().as_str(), answer.fact("bankMessage")), ("declined by reply", "Kart sahibi doğrulanamadı"));
    }
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The money

/// What the bank's answer to the provision is taken for.
fn provision(order: Order, status: &str, body: impl AsRef<[u8]>) -> Answer {
    let shop = yapikredi().open();
    let (order, step) = authenticated(&shop, order, &resolved(&[]));
    shop.reply(&order, step.then(), status, body)
}

#[test]
fn an_approval_whose_mac_covers_order_and_amount_is_paid() {
    let payment = provision(order(), "200", charged(&[]));
    assert_eq!(payment.to_string(), "paid by reply");
    for (name, value) in [
        ("transactionId", KEY),
        ("authCode", "901477"),
        ("installments", "1"),
        ("mdStatus", "1"),
        ("liability", "issuer"),
        ("amount", "149.90"),
        ("charged", ""),
    ] {
        assert_eq!(payment.fact(name), value, "{name}");
    }
    assert!(payment.fact("refs").contains(&format!("key={KEY}")) && payment.fact("refs").contains("captured=14990"), "{}", payment.fact("refs"));
    assert_eq!(payment.fact("dedupeKey"), format!("yapikredi:{MERCHANT_ID}:production:{XID}:paid"));
    let spelled = charged(&[("hostlogkey", "-"), ("hostLogKey", KEY)]);
    assert_eq!(provision(order(), "200", spelled).to_string(), "paid by reply");

    let attempted = yapikredi().with("threeDS", "attempted").open();
    let (stored, step) = authenticated(&attempted, order(), &resolved(&[("mdStatus", "4"), ("txStatus", "A")]));
    let payment = attempted.reply(&stored, step.then(), "200", charged(&[]));
    assert_eq!((payment.to_string().as_str(), payment.fact("liability")), ("paid by reply", "merchant"));
}

#[test]
fn a_preauthorisation_is_authorized() {
    assert_eq!(provision(order().with("type", "preauth"), "200", charged(&[])).to_string(), "authorized by reply");
}

/// The bank's document leaves it to the shop: it charges whatever the packet says. A packet of a cheaper order is charged under that order's
/// number, and the MAC tells.
#[test]
fn an_approval_of_something_else_is_not_believed() {
    let wrong = |values: &[&str]| charged(&[("mac", &mac(values))]);
    for body in [
        wrong(&[KEY, XID, "100", "TL", MERCHANT_ID]),
        wrong(&[KEY, "A7K2M9P4R8T3V6X5Z2B8", "14990", "TL", MERCHANT_ID]),
        wrong(&[KEY, XID, "14990", "US", MERCHANT_ID]),
        wrong(&[KEY, XID, "14990", "TL", "6700123457"]),
        wrong(&["021450428990000192", XID, "14990", "TL", MERCHANT_ID]),
        wrong(&["1", XID, "14990", "TL", MERCHANT_ID]),
        wrong(&[XID, "14990", "TL", MERCHANT_ID]),
        wrong(&["", XID, "14990", "TL", MERCHANT_ID]),
        charged(&[("mac", "")]),
        charged(&[("mac", "-")]),
        charged(&[("mac", "DF2323A3BMC782QOP42RT")]),
        charged(&[("hostlogkey", "-")]),
        charged(&[("hostlogkey", "")]),
        // Without a reference even the MAC over an empty one proves nothing.
        charged(&[("hostlogkey", ""), ("mac", &mac(&["", XID, "14990", "TL", MERCHANT_ID]))]),
        charged(&[("hostlogkey", "-"), ("mac", &mac(&[XID, "14990", "TL", MERCHANT_ID]))]),
    ] {
        assert_eq!(provision(order(), "200", &body).to_string(), "reads:inquiry TDS_", "{body}");
    }
    // The bank's books know of no such payment.
    let shop = yapikredi().open();
    let (stored, step) = authenticated(&shop, order(), &resolved(&[]));
    let asked = shop.reply(&stored, step.then(), "200", wrong(&[KEY, XID, "100", "TL", MERCHANT_ID]));
    let again = shop.reply(&stored, asked.then(), "200", no_record());
    assert_eq!(again.to_string(), "reads:inquiry TDSC");
    assert_eq!(shop.reply(&stored, again.then(), "200", no_record()).to_string(), "pending");
    // Or they know it for another amount.
    assert_eq!(shop.reply(&stored, asked.then(), "200", agreement(&[&[("amount", "1,00")]])).to_string(), "AMOUNT_MISMATCH amount");
    // Or they do know it.
    let payment = shop.reply(&stored, asked.then(), "200", agreement(&[&[]]));
    assert_eq!((payment.to_string().as_str(), payment.fact("liability"), payment.fact("transactionId")), ("paid by reply", "issuer", KEY));
}

#[test]
fn approved_before_is_believed_after_asking() {
    let before = charged(&[("approved", "2"), ("respCode", "0127"), ("respText", "ORDERID DAHA ONCE KULLANILMIS 0127")]);
    let shop = yapikredi().open();
    let (stored, step) = authenticated(&shop, order(), &resolved(&[]));
    let asked = shop.reply(&stored, step.then(), "200", &before);
    assert_eq!((asked.to_string().as_str(), leaf(&asked, "orderID")), ("reads:inquiry TDS_", format!("TDS_{XID}")));
    for (body, outcome) in [
        (agreement(&[&[]]), "paid by reply"),
        (agreement(&[&[("txnStatus", "0")], &[("state", "Sale_Reverse")]]), "voided by reply"),
        (agreement(&[&[("currencyCode", "US")]]), "CURRENCY_MISMATCH currency"),
        (agreement(&[&[("orderID", "TDS_A7K2M9P4R8T3V6X5Z2B8")]]), "ORDER_MISMATCH orderID"),
    ] {
        assert_eq!(shop.reply(&stored, asked.then(), "200", &body).to_string(), outcome, "{body}");
    }
}

#[test]
fn a_no_is_a_decline_with_its_reason() {
    for (code, text, reason) in [
        ("0051", "RED-YETERSIZ BAKIYE 0051", "insufficient-funds"),
        ("0054", "RED-ONAYLANMADI 0054", "expired-card"),
        ("0014", "RED-HATALI KART 0014", "invalid-card"),
        ("0043", "RED-KARTA EL KOY 0043", "restricted-card"),
        ("0057", "RED-ONAYLANMADI 0057", "not-permitted"),
        ("0091", "BANKANIZI ARAYIN 0091", "bank-unavailable"),
        ("0005", "RED-ONAYLANMADI", "declined"),
        ("0012", "RED-GECERSIZ ISLEM", "declined"),
        ("0129", "KREDI KARTI MERCHANT BLACKLIST TE", "restricted-card"),
        ("0217", "GECERSIZ ISLEM STATUSU", "restricted-card"),
        ("0232", "KREDIKARTI ISLEM SINIRI ASILDI", "limit-exceeded"),
        ("0444", "BANKANIZI ARAYIN", "call-bank"),
        ("0205", "GECERSIZ TUTAR", "declined"),
    ] {
        let payment = provision(order(), "200", refusal(code, text));
        assert_eq!(payment.to_string(), "declined by reply", "{code}");
        assert_eq!(["reason", "bankCode", "bankMessage"].map(|name| payment.fact(name)), [reason, code, text], "{code}");
    }
    let shop = yapikredi().open();
    let (stored, step) = authenticated(&shop, order().with("installments", "9"), &resolved(&[("installment", "09")]));
    assert_eq!(shop.reply(&stored, step.then(), "200", refusal("0012", "RED-GECERSIZ ISLEM")).fact("reason"), "installments");
}

#[test]
fn a_code_that_tells_nothing_is_asked_about() {
    for code in
        ["0100", "0124", "0125", "0126", "0127", "0302", "0400", "E216", "E997", "E998", "E999", "0000", "", "00", "005", "00511", "00x1", "51"]
    {
        assert_eq!(provision(order(), "200", refusal(code, "x")).to_string(), "reads:inquiry TDS_", "{code}");
    }
    for (approved, code) in [("", "0051"), ("-", "0051"), ("3", "0051"), ("00", "0051"), ("1", "0051"), ("true", ""), ("01", "")] {
        let body = response(&elements(&[("approved", approved), ("respCode", code)]));
        assert_eq!(provision(order(), "200", body).to_string(), "reads:inquiry TDS_", "{approved}");
    }
}

#[test]
fn an_answer_that_is_none_leaves_it_unknown() {
    let paid = charged(&[]);
    let twice = |name: &str| paid.replace(&format!("<{name}>"), &format!("<{name}>0</{name}><{name}>"));
    for body in [
        "".to_owned(),
        "<html>Bad gateway</html>".to_owned(),
        "{\"approved\":1}".to_owned(),
        paid[..200].to_owned(),
        format!("{paid}x"),
        twice("approved"),
        twice("mac"),
        twice("hostlogkey"),
        paid.replace("<posnetResponse>", "<!DOCTYPE a [<!ENTITY b '1'><!ENTITY c '&b;&b;'>]><posnetResponse>"),
        charged(&[("approved", "&one;")]),
        charged(&[("hostlogkey", "4508034508034509 x")]),
        charged(&[("hostlogkey", &"1".repeat(33))]),
    ] {
        assert_eq!(provision(order(), "200", &body).to_string(), "unknown", "{body}");
    }
    for status in ["500", "302", "204", "lost"] {
        assert_eq!(provision(order(), status, &paid).to_string(), "unknown", "{status}");
    }
    assert_eq!(provision(order(), "claimed", "").to_string(), "pending");
}

#[test]
fn after_a_lost_answer_the_bank_is_asked_and_nothing_is_sent_again() {
    let shop = yapikredi().open();
    let (stored, step) = authenticated(&shop, order(), &resolved(&[]));
    let lost = shop.reply(&stored, step.then(), "lost", "");
    let stored = stored.with("refs", lost.fact("refs"));
    // The same packets again only ask, and to an order that was loaded before they lead to the same claim, which is spent.
    assert_eq!(shop.callback(&stored, &packets(&[])).to_string(), "reads:inquiry TDS_");
    let before = begun(&shop, order());
    let again = shop.callback(&before, &packets(&[]));
    let second = shop.reply(&before, again.then(), "200", resolved(&[]));
    assert_eq!(second.claim(), step.claim());
    assert_eq!(shop.reply(&before, second.then(), "claimed", "").to_string(), "pending");
    let asked = shop.inquire(&stored);
    assert_eq!((asked.claim(), asked.then()), ("", "reads:inquiry TDS_"));
    let payment = shop.reply(&stored, asked.then(), "200", agreement(&[&[]]));
    assert_eq!((payment.to_string().as_str(), payment.fact("liability")), ("paid by reply", "issuer"));
    assert!(payment.fact("refs").contains(KEY));
}

#[test]
fn steps_of_others_are_not_ours() {
    let shop = yapikredi().open();
    let order = begun(&shop, order());
    for then in
        ["reads:resolve", "reads:resolve ", "reads:resolve <x>", "reads:other", "moves:other", "reads:", "x", "change1:change", "reads:provisions"]
    {
        assert!(["ORDER then", "unknown, review"].contains(&shop.reply(&order, then, "200", charged(&[])).to_string().as_str()), "{then}");
    }
}
