//! Values that others published: the digest of a registration, and returns with the bank's answers as they were captured.

use crate::payflex_bank::{account, document, vakifbank};
use crate::shop::{self, Answer, Config, order};
use velopos::frame::Op;

fn hash(merchant: &str, currency: &str, amount: &str, password: &str) -> String {
    let head = ["payflex.commonPaymentHash", "6", "HostMerchantId", merchant, "AmountCode", currency, "Amount", amount, password];
    shop::call(Op::Formula, &head, b"").at(1).to_owned()
}

#[test]
fn the_digest_of_a_registration() {
    // A test of another implementation (mewebstudio/pos, MIT).
    assert_eq!(hash("000000000111111", "949", "10.10", "3XTgER89as"), "/MfLewtkUjpN5e/RY2iuIoT72hk=");
    assert_ne!(hash("000000000111111", "949", "10.11", "3XTgER89as"), "/MfLewtkUjpN5e/RY2iuIoT72hk=");
}

struct Captured {
    merchant: &'static str,
    id: &'static str,
    amount: &'static str,
    transaction: &'static str,
    enrollment: &'static str,
    session: &'static str,
    back: &'static str,
}

impl Captured {
    fn shop(&self) -> Config {
        vakifbank("3d").with("mode", "test").with("merchant.merchantId", self.merchant)
    }

    /// The return that was captured, for an order that was begun with these numbers.
    fn step(&self) -> (shop::Shop, shop::Order, Answer) {
        let shop = self.shop().open();
        let refs = format!("transaction={}&token={}&session={}&started=1", self.transaction, self.enrollment, self.session);
        let order = order().with("id", self.id).with("amount", self.amount).stored(&shop, &refs);
        let step = shop.callback(&order, self.back.as_bytes());
        (shop, order, step)
    }
}

/// Captured at VakıfBank's test terminal in 2023.
const DECLINED: Captured = Captured {
    merchant: "000100000013506",
    id: "202303091489",
    amount: "1.01",
    transaction: "202303091489",
    enrollment: "ce06048a3e9c0cd1d437803fb38b5ad0",
    session: "jpf58sdjj8p9mpb9shurh47v64",
    back: "MerchantId=000100000013506&Pan=493846******4205&Expiry=2411&PurchAmount=101&PurchCurrency=949\
           &VerifyEnrollmentRequestId=ce06048a3e9c0cd1d437803fb38b5ad0&Xid=ondg8d9t5besgt88sk8h&SessionInfo=jpf58sdjj8p9mpb9shurh47v64\
           &Status=Y&Cavv=ABIBCBgAAAEnAAABAQAAAAAAAAA%3D&Eci=05&ExpSign=&InstallmentCount=&SubMerchantNo=&SubMerchantName=&SubMerchantNumber=\
           &ErrorCode=&ErrorMessage=",
};

#[test]
fn a_captured_decline() {
    let (shop, order, step) = DECLINED.step();
    assert_eq!(step.then(), "moves:provision 05 ABIBCBgAAAEnAAABAQAAAAAAAAA= none");
    let leaves = [
        ("MerchantId", "000100000013506"),
        ("TransactionType", "Sale"),
        ("TransactionId", "202303091489"),
        ("ResultCode", "0312"),
        ("ResultDetail", "RED-GEÇERSİZ KART"),
        ("AuthCode", "000000"),
        ("HostDate", "20230309235359"),
        ("Rrn", "306823971380"),
        ("CurrencyAmount", "1.01"),
        ("CurrencyCode", "949"),
        ("OrderId", "202303091489"),
        ("ECI", "05"),
        ("ThreeDSecureType", "2"),
    ];
    let answer = shop.reply(&order, step.then(), "200", document("VposResponse", &leaves));
    assert_eq!(answer.to_string(), "declined by reply");
    let facts = ["reason", "bankCode", "bankMessage", "hostReference"].map(|name| answer.fact(name));
    assert_eq!(facts, ["invalid-card", "0312", "RED-GEÇERSİZ KART", "306823971380"]);
}

/// From a test system of 2022, partly masked by who published it.
const PAID: Captured = Captured {
    merchant: "000000000111111",
    id: "order-id-123",
    amount: "100.00",
    transaction: "20230309B838",
    enrollment: "order-id-123",
    session: "sss",
    back: "MerchantId=000000000111111&SubMerchantNo=0&PurchAmount=100&PurchCurrency=949&VerifyEnrollmentRequestId=order-id-123&SessionInfo=sss\
           &Pan=555544******2222&Expiry=cv&Xid=xid0393i3kdkdlslsls&Status=Y&Cavv=AAABBBBBBBBBBBBBBBIIIIII%3D&Eci=02",
};

#[test]
fn a_captured_approval() {
    let (shop, order, step) = PAID.step();
    let leaves = [
        ("MerchantId", "000000000111111"),
        ("TerminalNo", "VP999999"),
        ("TransactionType", "Sale"),
        ("TransactionId", "20230309B838"),
        ("ResultCode", "0000"),
        ("ResultDetail", "İŞLEM BAŞARILI"),
        ("AuthCode", "822641"),
        ("HostDate", "20220404123456"),
        ("Rrn", "209411062014"),
        ("CurrencyAmount", "100"),
        ("CurrencyCode", "949"),
        ("OrderId", "order-id-123"),
        ("ECI", "02"),
        ("ThreeDSecureType", "2"),
    ];
    let answer = shop.reply(&order, step.then(), "200", document("VposResponse", &leaves));
    assert_eq!(answer.to_string(), "paid by reply");
    let facts = ["authCode", "hostReference", "transactionId", "eci", "liability", "at"].map(|name| answer.fact(name));
    assert_eq!(facts, ["822641", "209411062014", "20230309B838", "02", "issuer", "2022-04-04T12:34:56+03:00"]);
}

#[test]
fn a_captured_error_asks_for_no_money() {
    let (shop, order, _) = PAID.step();
    let error = PAID.back.replace("Status=Y", "Status=E&ErrorCode=1105&ErrorMessage=Uye+isyeri+IP+si+sistemde+tanimli+degil");
    let step = shop.callback(&order, error.as_bytes());
    assert_eq!((step.then(), step.claim()), ("reads:search transaction", ""));
}

/// What other implementations send for the same enrollment, as far as it is the same.
#[test]
fn the_same_enrollment_as_others_send() {
    let shop = account("ziraat-payflex", "3d").with("merchant.merchantId", "000000000111111").with("merchant.password", "3XTgER89as").open();
    let order = order().with("amount", "100.00").with("installments", "2");
    let start = shop.start_with(&order, &["card", "5555444433332222", "12", "21", "122", "ahmet"]);
    for (name, value) in [
        ("MerchantId", "000000000111111"),
        ("MerchantPassword", "3XTgER89as"),
        ("PurchaseAmount", "100.00"),
        ("Currency", "949"),
        ("Pan", "5555444433332222"),
        ("ExpiryDate", "2112"),
        ("InstallmentCount", "2"),
    ] {
        assert_eq!(crate::payflex_bank::field(&start, name).as_deref(), Some(value), "{name}");
    }
}
