//! The published formulas take exactly the values that they are made of; what they compute is held against vectors elsewhere.

use crate::shop::{Answer, call};
use velopos::frame::Op;

fn computed(name: &str, before: &[&str], count: usize) -> Answer {
    call(Op::Formula, &[&[name], before, &vec!["value"; count]].concat(), b"")
}

#[test]
fn a_formula_with_too_few_or_too_many_values_is_none() {
    // How many values each takes; where fields are given by name, how many secrets stand behind them.
    let by_place = [
        ("two-stage-sha1", 3),
        ("iyzico.authorization", 4),
        ("garanti.securityData", 2),
        ("akbank.requestHash", 1),
        ("moka.checkKey", 3),
        ("moka.hashValue", 2),
    ];
    let by_name = [
        ("garanti.requestHash", 1),
        ("paytr.notificationHash", 2),
        ("paytr.linkHash", 2),
        ("payflex.commonPaymentHash", 1),
        ("payfor.responseHash", 1),
    ];
    let all = by_place.map(|(name, count)| (name, &[][..], count)).into_iter().chain(by_name.map(|(name, count)| (name, &["0"][..], count)));
    for (name, before, count) in all {
        assert_eq!(computed(name, before, count).kind(), "formula", "{name}");
        for wrong in [count - 1, count + 1] {
            assert_eq!(computed(name, before, wrong).kind(), "error", "{name} with {wrong} values");
        }
    }
}
