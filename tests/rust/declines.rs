//! Why a payment was declined: the card banks' codes, our words for them, and the reason codes of Wix.

use velopos::decline::Reason;

#[test]
fn the_codes_of_iso_8583() {
    for (codes, reason) in [
        ("51", "insufficient-funds"),
        ("61 65", "limit-exceeded"),
        ("33 54", "expired-card"),
        ("14 15", "invalid-card"),
        ("82", "invalid-cvv"),
        ("57 58", "not-permitted"),
        ("04 07 36 37 38 41 43 62", "restricted-card"),
        ("01 02", "call-bank"),
        ("34 59 63", "security"),
        ("68 91 92 96", "bank-unavailable"),
        ("05 12 00 0051 5 XX", "declined"),
    ] {
        for code in codes.split(' ') {
            assert_eq!(Reason::from_iso8583(code).name(), reason, "{code}");
        }
    }
}

#[test]
fn what_wix_is_told() {
    for (reason, name, code) in [
        (Reason::Declined, "declined", 3000),
        (Reason::InsufficientFunds, "insufficient-funds", 3012),
        (Reason::LimitExceeded, "limit-exceeded", 3000),
        (Reason::ExpiredCard, "expired-card", 3013),
        (Reason::InvalidCard, "invalid-card", 3015),
        (Reason::InvalidCvv, "invalid-cvv", 3016),
        (Reason::NotPermitted, "not-permitted", 3000),
        (Reason::RestrictedCard, "restricted-card", 3000),
        (Reason::CallBank, "call-bank", 3000),
        (Reason::ThreeDsFailed, "3ds-failed", 3004),
        (Reason::Cancelled, "cancelled", 3030),
        (Reason::Expired, "expired", 3035),
        (Reason::Installments, "installments", 3034),
        (Reason::Security, "security", 3040),
        (Reason::BankUnavailable, "bank-unavailable", 3000),
    ] {
        assert_eq!((reason.name(), reason.wix_reason_code()), (name, code));
    }
}
