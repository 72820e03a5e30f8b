//! Version 3 signs the values in the order of their names, and not the names. A customer can therefore rename the fields of his own
//! failed payment and keep a correct digest. Every message here carries one; none of them may be believed.

use crate::bank::{Callback, ver3};
use crate::shop::{Answer, Order, STORE_KEY, Shop, Started, isbank, isbank_without_api, order};

const ANCHORS: &[&str] = &["clientid", "oid", "amount", "currency", "okUrl", "failUrl", "storetype", "hashAlgorithm", "lang", "taksit", "TranType"];
const APPROVAL: &[(&str, &str)] = &[("mdStatus", "1"), ("ProcReturnCode", "00"), ("Response", "Approved")];

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
        ("xnote", "Approved"),
    ];
    values.into_iter().fold(callback, |callback, (name, value)| callback.with(name, value))
}

type Fields = Vec<(String, Vec<u8>)>;

/// The signed fields, in the order in which their values are signed.
fn signed_order(callback: &Callback) -> Fields {
    let mut fields = callback.fields.clone();
    fields.retain(|(name, _)| name != "encoding");
    fields.sort_by_key(|(name, _)| name.to_ascii_uppercase());
    fields
}

/// Gives new names to the same values in the same order: `decisions` says which place gets which name, the names in `kept` stay, and
/// everything else gets an invented name that sorts in its place. `None` where the order of names forbids it.
fn relabel(genuine: &Fields, decisions: &[(usize, &str)], kept: &[&str]) -> Option<Fields> {
    let mut previous = "A".to_owned();
    let mut forged = Fields::new();
    for (place, (name, value)) in genuine.iter().enumerate() {
        let chosen = decisions.iter().find(|(at, _)| *at == place).map(|(_, name)| *name);
        let chosen = chosen.or_else(|| kept.contains(&name.as_str()).then_some(name.as_str()));
        let name = chosen.map_or_else(|| format!("{previous}-z{place:03}"), str::to_owned);
        forged.push((name, value.clone()));
        if let Some(chosen) = chosen {
            chosen.clone_into(&mut previous);
        }
    }
    let in_order = forged.windows(2).all(|pair| pair[0].0.to_ascii_uppercase() < pair[1].0.to_ascii_uppercase());
    in_order.then_some(forged)
}

/// Every way to let the wanted names stand over the wanted values.
fn forgeries(genuine: &Fields, wanted: &[(&'static str, &str)], kept: &[&str]) -> Vec<Fields> {
    let mut chosen: Vec<Vec<(usize, &'static str)>> = vec![Vec::new()];
    for (name, value) in wanted {
        let places = |taken: &Vec<(usize, &str)>| {
            let fits = |place: &usize| genuine[*place].1 == value.as_bytes() && taken.iter().all(|(at, _)| at != place);
            (0..genuine.len()).filter(fits).collect::<Vec<_>>()
        };
        chosen = chosen.iter().flat_map(|taken| places(taken).into_iter().map(|place| [taken.clone(), vec![(place, *name)]].concat())).collect();
    }
    chosen.iter().filter_map(|decisions| relabel(genuine, decisions, kept)).collect()
}

fn is_belief(answer: &Answer) -> bool {
    answer.kind() == "done" && ["paid", "authorized"].contains(&answer.fact("status")) || answer.to_string().starts_with("moves:")
}

/// Tries every forgery; says how many there were.
fn attack(shop: &Shop, order: &Order, genuine: &Callback, wanted: &[(&'static str, &str)], kept: &[&str]) -> usize {
    let hash = genuine.hash(STORE_KEY);
    let forgeries = forgeries(&signed_order(genuine), wanted, kept);
    for fields in &forgeries {
        assert_eq!(ver3(fields, STORE_KEY), hash, "the attack keeps the digest");
        let forged = Callback { fields: fields.clone() }.with("HASH", &hash);
        let answer = shop.callback(order, &forged.body());
        assert!(!is_belief(&answer), "{answer}: {:?}", String::from_utf8_lossy(&forged.body()));
    }
    forgeries.len()
}

fn failures(form: &[(String, String)]) -> [(&'static str, Callback); 3] {
    [
        ("declined", tempting(Callback::settled(form, "1", "Declined", "51"))),
        ("not authenticated", tempting(Callback::settled(form, "0", "Error", "99"))),
        ("without a result", tempting(Callback::authenticated(form, "0"))),
    ]
}

#[test]
fn with_every_echo_in_place() {
    for config in [isbank(), isbank_without_api()] {
        for policy in ["full", "attempted"] {
            let shop = config.clone().with("threeDS", policy).open();
            let Started { order, form } = shop.begin(order());
            for (what, genuine) in failures(&form) {
                assert!(attack(&shop, &order, &genuine, APPROVAL, ANCHORS) > 0, "{what}: no forgery could be built, this proves nothing");
            }
        }
    }
}

#[test]
fn without_one_of_the_echoes() {
    let shop = isbank().open();
    let Started { order, form } = shop.begin(order());
    for (what, genuine) in failures(&form) {
        for missing in ANCHORS {
            let kept: Vec<&str> = ANCHORS.iter().copied().filter(|anchor| anchor != missing).collect();
            assert!(attack(&shop, &order, &genuine, APPROVAL, &kept) > 0, "{what} without {missing}");
        }
    }
}

#[test]
fn a_failed_authentication_never_becomes_a_provision() {
    for model in ["3d", "3d_host"] {
        let shop = isbank().with("model", model).open();
        let Started { order, form } = shop.begin(order());
        let genuine = tempting(Callback::authenticated(&form, "0"));
        let mut tried = attack(&shop, &order, &genuine, &[("mdStatus", "1")], ANCHORS);
        for missing in ANCHORS {
            let kept: Vec<&str> = ANCHORS.iter().copied().filter(|anchor| anchor != missing).collect();
            tried += attack(&shop, &order, &genuine, &[("mdStatus", "1")], &kept);
        }
        assert!(tried > 10, "{tried}");
    }
}

#[test]
fn an_echo_moved_onto_an_equal_value_opens_no_window() {
    // The shop uses one address for both returns, and the order's number is the merchant's number: values that occur twice.
    let shop = isbank().open();
    let page = "https://dukkan.example/_functions/return";
    let order = order().with("id", "190700777").with("urls.ok", page).with("urls.fail", page).with("urls.notify", page);
    let Started { order, form } = shop.begin(order);
    let wanted = [
        ("okUrl", page),
        ("failUrl", page),
        ("clientid", "190700777"),
        ("oid", "190700777"),
        ("mdStatus", "1"),
        ("ProcReturnCode", "00"),
        ("Response", "Approved"),
    ];
    let kept = ["amount", "currency", "storetype", "hashAlgorithm", "lang", "taksit", "TranType"];
    let mut tried = 0;
    for (_, genuine) in failures(&form) {
        tried += attack(&shop, &order, &genuine, &wanted, &kept);
    }
    assert!(tried > 0);
}

/// A merchant who was named `1` would make the simplest forgery possible: his own name under `mdStatus`.
#[test]
fn the_simplest_forgery() {
    let shop = isbank().with("model", "3d").open();
    let Started { order, form } = shop.begin(order());
    let genuine = Callback::authenticated(&form, "0").without("merchantID").with("merchantName", "1");
    let forged = genuine.clone().renamed("mdStatus", "mdErrorNsg").renamed("merchantName", "mdStatus");
    assert_eq!(forged.hash(STORE_KEY), genuine.hash(STORE_KEY));
    assert_eq!(shop.callback(&order, &genuine.signed(STORE_KEY)).to_string(), "reads:inquiry uncertain");
    assert_eq!(shop.callback(&order, &forged.signed(STORE_KEY)).to_string(), "reads:inquiry uncertain");
}

/// A customer who changes the form makes the gate refuse it. Should the gate sign its refusal over every field that it was sent, the
/// customer can put a whole approval among them, and move the gate's own words out of the way by renaming them.
#[test]
fn a_refusal_that_signs_what_the_customer_added_is_not_believed() {
    let shop = isbank().open();
    let Started { order, form } = shop.begin(order());
    let sent = |name: &str| form.iter().find(|(at, _)| at == name).map(|(_, value)| value.clone()).unwrap_or_default();
    // An approval in the order of its names, brought under names that all sort before the gate's own.
    let wanted = [
        ("amount", sent("amount")),
        ("clientid", sent("clientid")),
        ("currency", sent("currency")),
        ("failUrl", sent("failUrl")),
        ("hashAlgorithm", sent("hashAlgorithm")),
        ("lang", sent("lang")),
        ("mdStatus", "1".to_owned()),
        ("oid", sent("oid")),
        ("okUrl", sent("okUrl")),
        ("ProcReturnCode", "00".to_owned()),
        ("Response", "Approved".to_owned()),
        ("storetype", sent("storetype")),
        ("taksit", sent("taksit")),
        ("TranType", sent("TranType")),
    ];
    for (result, refused) in
        [("with a result", Callback::settled(&form, "7", "Error", "99")), ("without a result", Callback::authenticated(&form, "7"))]
    {
        let changed = refused.with("lang", "en").with("okUrl", "https://evil.example/").with("storetype", "3d_pay").with("oid", "X");
        let genuine = wanted.iter().enumerate().fold(changed, |callback, (place, (_, value))| callback.with(&format!("a{place:03}"), value));
        let own: Vec<(usize, &str)> = wanted.iter().enumerate().map(|(place, (name, _))| (place, *name)).collect();
        let mut values = signed_order(&genuine);
        values.sort_by_key(|(name, _)| !name.starts_with("a0"));
        let forged = relabel(&values, &own, &[]).expect("a forgery");
        assert_eq!(ver3(&forged, STORE_KEY), genuine.hash(STORE_KEY), "the attack keeps the digest");
        let body = Callback { fields: forged }.signed(STORE_KEY);
        assert_eq!(shop.callback(&order, &body).to_string(), "reads:inquiry uncertain", "{result}");
    }
}
