//! The same machine as Rust sees it: a `Gateway` answers one question at a time with a `Step`, and touches nothing.

use crate::bank::{Callback, cc5};
use crate::shop::{API_PASSWORD, API_USER, CLIENT_ID, ORDER_ID, RANDOM, STORE_KEY};
use velopos::account::{Account, Mode};
use velopos::error::Code;
use velopos::gateway::{self, Answer, Context, Found, Message, Period, SYSTEMS, Verb};
use velopos::money::{Amount, Currency};
use velopos::payment::{Action, Card, Customer, Effect, Intent, Language, Liability, Order, Payment, Redirect, Refs, Status, Step, Urls};
use velopos::wire::time::Date;

fn account(model: &'static str) -> Account<'static> {
    let pairs = [
        ("gateway", "isbank"),
        ("model", model),
        ("merchant.clientId", CLIENT_ID),
        ("merchant.storeKey", STORE_KEY),
        ("merchant.apiUser", API_USER),
        ("merchant.apiPassword", API_PASSWORD),
    ];
    Account::from_config(&pairs, &[]).expect("a good configuration")
}

fn context<'a>(account: &'a Account<'a>) -> Context<'a> {
    Context { account, now: 0, random: || RANDOM }
}

fn order(model: &str) -> Order<'_> {
    Order {
        id: ORDER_ID,
        amount: Amount::from_minor(14_990).expect("an amount"),
        currency: Currency::Try,
        intent: Intent::Sale,
        installments: 1,
        max_installments: 1,
        urls: Urls { ok: "https://dukkan.example/ok", fail: "https://dukkan.example/fail", notify: "" },
        customer: Customer { ip: "", email: "", name: "", phone: "", address: "", language: Language::Tr },
        basket: Vec::new(),
        model,
        refs: Refs::default(),
    }
}

fn form_of(step: &Step) -> Vec<(String, String)> {
    match &step.action {
        Action::Redirect(Redirect::Form { fields, .. }) => fields.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        other => panic!("{other:?}"),
    }
}

fn payment(step: Step) -> Payment {
    match step.action {
        Action::Done(payment) => *payment,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_hosted_payment_from_start_to_proof() {
    let account = account("3d_pay_hosting");
    assert_eq!((account.mode, account.id()), (Mode::Production, CLIENT_ID));
    let (cx, order) = (context(&account), order("3d_pay_hosting"));
    let step = gateway::start(&cx, &order, None).expect("a redirect");
    assert_eq!(step.refs.as_ref().and_then(|refs| refs.get("rnd")).map(str::len), Some(20));

    let mut body = Callback::approved(&form_of(&step)).signed(STORE_KEY);
    let message = Message { body: &mut body, headers: &[] };
    let payment = payment(account.spec.gateway.callback(&cx, &order, message).expect("a payment"));
    assert_eq!((payment.status(), payment.proof()), (Status::Paid, "signature"));
    assert_eq!((payment.facts.liability, payment.facts.review), (Some(Liability::Issuer), false));
    assert!(payment.decline().is_none());
}

#[test]
fn a_provision_from_card_to_proof() {
    let account = account("3d");
    let (cx, order) = (context(&account), order("3d"));
    let card = Card { number: "4508034508034509", month: "12", year: "30", cvv: "000", holder: "" };
    let step = gateway::start(&cx, &order, Some(&card)).expect("a redirect");
    let mut body = Callback::authenticated(&form_of(&step), "1").signed(STORE_KEY);
    let step = account.spec.gateway.callback(&cx, &order, Message { body: &mut body, headers: &[] }).expect("a provision");
    let Action::Send(send) = step.action else { panic!("{step:?}") };
    assert_eq!(send.effect, Effect::MovesMoney);

    let reply = cc5(&[("OrderId", ORDER_ID), ("Response", "Approved"), ("ProcReturnCode", "00")], &[]);
    let answer = Answer::Received { status: 200, body: reply.as_bytes() };
    let paid = payment(gateway::reply(&cx, &order, send.then, answer).expect("a payment"));
    assert_eq!((paid.status(), paid.proof()), (Status::Paid, "reply"));

    let lost = payment(gateway::reply(&cx, &order, send.then, Answer::Lost).expect("a payment"));
    assert_eq!((lost.status(), lost.proof(), lost.facts.review), (Status::Unknown, "none", false));
    let claimed = payment(gateway::already_claimed(&order, send.then).expect("a payment"));
    assert_eq!((claimed.status(), claimed.proof()), (Status::Pending, "none"));
}

/// What a lost answer means depends on what the request could do, and on nothing else.
#[test]
fn a_lost_answer() {
    let account = account("3d_pay_hosting");
    let (cx, order) = (context(&account), order("3d_pay_hosting"));
    let lost = |then: &str| gateway::reply(&cx, &order, then, Answer::Lost);
    assert_eq!(lost("begins:x").expect_err("nothing has begun").code(), Code::Unreachable);
    assert_eq!(payment(lost("reads:x").expect("a payment")).status(), Status::Unknown);
    assert_eq!(payment(lost("moves:x").expect("a payment")).status(), Status::Unknown);
    assert_eq!(lost("x").expect_err("not ours").code(), Code::Order);
}

#[test]
fn a_question_is_a_request_that_only_reads() {
    let account = account("3d_pay_hosting");
    let (cx, order) = (context(&account), order("3d_pay_hosting"));
    let step = account.spec.gateway.ask(&cx, &order, Verb::Inquire).expect("a question");
    let Action::Send(send) = step.action else { panic!("{step:?}") };
    assert_eq!((send.effect, step.refs), (Effect::Reads, None));
    let shown = format!("{send:?}");
    assert!(!shown.contains("Gizli") && !shown.contains(API_USER), "a request does not print its body: {shown}");
    assert!(shown.contains(send.url) && shown.contains(send.then), "it prints where it goes and what it is for: {shown}");
}

#[test]
fn peeking_needs_no_order() {
    let account = account("3d_pay_hosting");
    let mut body = b"oid=A1&mdStatus=1".to_vec();
    let message = Message { body: &mut body, headers: &[] };
    assert_eq!(account.spec.gateway.peek(message), Some(Found::OrderId("A1")));
}

#[test]
fn the_register_is_consistent() {
    let mut names: Vec<&str> = Vec::new();
    for spec in SYSTEMS {
        names.push(spec.system);
        names.extend(spec.banks.iter().map(|bank| bank.name).filter(|name| *name != spec.system));
        assert!(!spec.models.is_empty() && !spec.merchant.is_empty() && !spec.currencies.is_empty(), "{}", spec.system);
        assert!(spec.merchant[0].required, "{}: the first key names the account", spec.system);
        for model in spec.claiming_models.iter().chain(spec.proving_models) {
            assert!(spec.models.contains(model), "{}: {model}", spec.system);
        }
        for (name, _) in spec.public_credentials {
            assert!(spec.merchant.iter().any(|key| key.name == *name), "{}: {name}", spec.system);
        }
        for bank in spec.banks {
            assert_eq!(bank.production.len(), spec.endpoints.len(), "{}", bank.name);
            // A bank whose test system nobody has published has none there, and a configuration must name them.
            assert!(bank.test.is_empty() || bank.test.len() == spec.endpoints.len(), "{}", bank.name);
            for address in bank.production.iter().chain(bank.test) {
                // An empty one is not published; what needs it asks for it.
                assert!(address.is_empty() || velopos::account::host_of(address).is_some(), "{}: {address}", bank.name);
            }
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "every name is one system's or one bank's");
}

#[test]
fn a_system_without_reports_asks_for_none_and_reads_none() {
    let account = account("3d");
    let day = Date::parse("2026-11-21").expect("a day");
    let period = Period { from: day, to: day };
    assert_eq!(gateway::report(&context(&account), &period).map(|_| ()).expect_err("no question").code(), Code::Unsupported);
    let page = Answer::Received { status: 200, body: b"<CC5Response></CC5Response>" };
    let read = gateway::reported(&context(&account), &period, "reads:report", page);
    assert_eq!(read.map(|_| ()).expect_err("no page").code(), Code::Unsupported);
}
