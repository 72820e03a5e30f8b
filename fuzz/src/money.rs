//! Amounts, beside plain arithmetic over the digits that stand in the text.

use velopos::money::{Amount, Currency, order_amount};

const MAX: u128 = 999_999_999_999;

/// The first byte chooses a currency, eight more are an amount; the whole is a text that may be one.
pub fn check(data: &[u8]) {
    let currency = Currency::ALL[usize::from(data.first().copied().unwrap_or_default()) % Currency::ALL.len()];
    if let Some((minor, _)) = data.split_first_chunk() {
        written(u64::from_le_bytes(*minor) % 1_000_000_000_100, currency);
    }
    for text in [str::from_utf8(data), str::from_utf8(data.get(1..).unwrap_or_default())].into_iter().flatten() {
        read(text, currency);
    }
}

/// An amount that is written is read again, in every form.
pub fn written(minor: u64, currency: Currency) {
    let Some(amount) = Amount::from_minor(minor) else { return assert!(minor == 0 || u128::from(minor) > MAX) };
    let text = amount.to_decimal(currency);
    assert_eq!(amount.minor(), minor);
    for again in [Amount::from_exact(text, currency), Amount::from_decimal(text, currency), Amount::from_local(&text.replace('.', ","), currency)] {
        assert_eq!(again, Some(amount), "{text}");
    }
    assert_eq!(Amount::from_minor_text(&minor.to_string()), Some(amount));
    assert_eq!(order_amount("decimal", text, currency).ok(), Some(amount));
    assert_eq!(text.replace('.', "").parse::<u64>().ok(), Some(minor));
    assert_eq!(text.split_once('.').map_or(0, |(_, fraction)| fraction.len()), currency.decimals());
}

/// What a text is worth in minor units, when every digit of it counts.
fn value(text: &str, point: char, decimals: usize) -> Option<u128> {
    let (whole, fraction) = match text.split_once(point) {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (text, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = whole == "0" || !whole.is_empty() && !whole.starts_with('0');
    if !is_canonical || !all_digits(whole) || !all_digits(fraction) || whole.len() > 12 || fraction.len() > decimals + 8 {
        return None;
    }
    let (kept, rest) = fraction.split_at(fraction.len().min(decimals));
    if rest.bytes().any(|digit| digit != b'0') {
        return None;
    }
    let minor = format!("{whole}{kept:0<decimals$}").parse().ok()?;
    (1..=MAX).contains(&minor).then_some(minor)
}

/// A text that is an amount is worth what its digits say; any other is none.
pub fn read(text: &str, currency: Currency) {
    let decimals = currency.decimals();
    let minor = |amount: Option<Amount>| amount.map(|amount| u128::from(amount.minor()));
    let decimal = value(text, '.', decimals);
    assert_eq!(minor(Amount::from_decimal(text, currency)), decimal, "{text}");
    let written = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    assert_eq!(minor(Amount::from_exact(text, currency)), decimal.filter(|_| written == decimals), "{text}");
    assert_eq!(minor(Amount::from_local(text, currency)), decimal.or_else(|| value(text, ',', decimals)), "{text}");
    let digits = !text.starts_with('0') && text.len() <= 12;
    assert_eq!(minor(Amount::from_minor_text(text)), value(text, '.', 0).filter(|_| digits && !text.contains('.')), "{text}");
    for kind in ["decimal", "minor", "number", ""] {
        assert!(order_amount(kind, text, currency).is_ok() <= matches!(kind, "decimal" | "minor" | "number"));
    }
}
