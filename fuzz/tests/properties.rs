//! What holds for every value: what is written is read again, by us and by others.

use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence};
use velopos::crypto::{base64, from_base64, hex, hex_value};
use velopos::money::{Amount, Currency};
use velopos::wire::form::{Form, encode, render};
use velopos::wire::json::{Object, Value, Writer, items, quote};
use velopos::wire::xml::{self, Document};
use velopos::wire::{charset, html, time};
use velopos_fuzz as ours_and_theirs;

/// The same cases every time; `PROPTEST_CASES=100000 cargo test --test properties` tries more, and `PROPTEST_RNG_SEED=2` others.
fn config() -> Config {
    let seed = std::env::var("PROPTEST_RNG_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    Config {
        rng_seed: proptest::test_runner::RngSeed::Fixed(seed),
        failure_persistence: None::<Box<FileFailurePersistence>>.map(|kept| kept as _),
        ..Config::default()
    }
}

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(&Currency::ALL[..])
}

/// Amounts of every size, not mostly huge ones.
fn minor() -> impl Strategy<Value = u64> {
    (1u32..=12).prop_flat_map(|digits| 1..10u64.pow(digits))
}

/// Any text, and often one that is full of what the formats have marks for.
fn text() -> impl Strategy<Value = String> {
    let marks = prop::sample::select(
        &[
            "&", "<", ">", "\"", "'", "\\", "%", "+", "=", "]]>", "&amp;", "&#60;", "</A>", "\u{0}", "\n", "\r\n", " ", "ş", "İ", "😀", "\u{2028}",
            "|",
        ][..],
    );
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop_oneof![marks.prop_map(str::to_owned), any::<char>().prop_map(String::from)], 0..24)
            .prop_map(|parts| parts.concat())
    ]
}

/// Names as gateways have them, each once.
fn names() -> impl Strategy<Value = Vec<String>> {
    let name =
        (prop::sample::select(&["oid", "mdStatus", "EXTRA.", "X-", "a_"][..]), 0u32..1000).prop_map(|(word, number)| format!("{word}{number}"));
    prop::collection::hash_set(name, 0..12).prop_map(|names| names.into_iter().collect::<Vec<_>>()).prop_filter("two that look the same", |names| {
        let folded = |name: &String| name.to_ascii_uppercase().replace('.', "_");
        names.iter().map(folded).collect::<std::collections::HashSet<_>>().len() == names.len()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn money_is_read_as_it_was_written(minor in minor(), currency in currency()) {
        ours_and_theirs::money::written(minor, currency);
    }

    #[test]
    fn amounts_compare_as_their_minor_units_do(one in minor(), other in minor(), currency in currency()) {
        let (one_amount, other_amount) = (Amount::from_minor(one).unwrap(), Amount::from_minor(other).unwrap());
        prop_assert_eq!(one_amount.cmp(&other_amount), one.cmp(&other));
        prop_assert_eq!(one_amount == other_amount, one_amount.to_decimal(currency) == other_amount.to_decimal(currency));
    }

    #[test]
    fn whatever_looks_like_money_is_worth_its_digits(text in "[0-9]{0,14}[.,]?[0-9]{0,11}", sign in "[+ -]?", currency in currency()) {
        ours_and_theirs::money::read(&text, currency);
        ours_and_theirs::money::read(&format!("{sign}{text}"), currency);
    }

    #[test]
    fn forms_are_read_as_they_were_written((names, values) in names().prop_flat_map(|names| {
        let count = names.len();
        (Just(names), prop::collection::vec(text().prop_map(|text| text.replace('\0', "")), count))
    })) {
        let fields: Vec<(&str, &str)> = names.iter().zip(&values).map(|(name, value)| (name.as_str(), value.as_str())).collect();
        ours_and_theirs::form::write(&fields);
        let mut body = render(&fields).as_bytes().to_vec();
        let read = Form::parse(&mut body).unwrap();
        let read: Vec<(&str, &str)> = read.fields().iter().map(|field| (field.name, std::str::from_utf8(field.value).unwrap())).collect();
        prop_assert_eq!(read, fields);
    }

    #[test]
    fn a_nul_is_written_and_not_read(before in "[a-z]{0,5}", after in "[a-z]{0,5}") {
        let mut body = render(&[("a", &format!("{before}\0{after}"))]).as_bytes().to_vec();
        prop_assert!(Form::parse(&mut body).is_err());
        let quoted = format!("{{\"a\":{}}}", quote(&format!("{before}\0{after}")));
        prop_assert!(Object::parse(&quoted).is_err());
    }

    #[test]
    fn what_is_encoded_is_letters_digits_and_escapes(text in text()) {
        let encoded = encode(&text);
        prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte)));
        let theirs: Vec<u8> = form_urlencoded::parse(format!("a={encoded}").as_bytes()).flat_map(|(_, value)| value.into_owned().into_bytes()).collect();
        prop_assert_eq!(theirs, text.as_bytes());
    }

    #[test]
    fn json_is_read_as_it_was_written(names in names(), value in text().prop_map(|text| text.replace('\0', "")), number in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?") {
        ours_and_theirs::json::quoted(&value);
        let texts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), value.as_str())).collect();
        let mut writer = Writer::of(&texts);
        writer.raw("number", &number);
        let list = format!("[{0},{number},{{\"a\":{0}}}]", quote(&value));
        writer.raw("list", &list);
        let written = writer.end();
        prop_assert!(written.is_ascii());
        let object = Object::parse(written).unwrap();
        for name in &names {
            prop_assert_eq!(object.value(name), Some(&Value::Text(&value)));
        }
        prop_assert_eq!(object.value("number"), Some(&Value::Number(&number)));
        let read = items(&list).unwrap();
        prop_assert_eq!(&read[..2], &[Value::Text(&value), Value::Number(&number)]);
        ours_and_theirs::json::check(written.as_bytes());
    }

    #[test]
    fn xml_is_read_as_it_was_written(value in text()) {
        ours_and_theirs::xml::written(&value);
        let document = format!("<R><A>{}</A></R>", xml::escape(&value));
        // What XML has no character for is refused, and never read as something else.
        let is_told = value.chars().all(|c| !c.is_control() || "\t\n\r".contains(c));
        match Document::parse(document.as_bytes(), "R") {
            Ok(read) => prop_assert_eq!((read.leaf("R/A").unwrap(), is_told), (Some(value.trim()), true)),
            Err(_) => prop_assert!(!is_told),
        }
    }

    #[test]
    fn a_pages_fields_are_read_as_it_wrote_them(names in names(), value in text(), action in "https://[a-z]{1,9}\\.example/[a-z0-9/]{0,9}") {
        let escape = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        let inputs: String = names.iter().map(|name| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(&value))).collect();
        let page = format!("<html><body><form method=\"post\" action=\"{action}\">{inputs}</form><script>x</script></body></html>");
        let is_told = names.is_empty() || value.chars().all(|c| !c.is_control() || "\t\n\r".contains(c));
        match html::single_form(page.as_bytes()) {
            Ok(form) => {
                prop_assert!(is_told);
                prop_assert_eq!(form.action, &action);
                let expected: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), value.as_str())).collect();
                prop_assert_eq!(form.fields, expected);
            }
            Err(error) => prop_assert!(!is_told, "{:?}", error),
        }
    }

    #[test]
    fn latin5_is_read_as_it_was_written(bytes in prop::collection::vec(prop_oneof![0u8..0x80, 0xA0u8..], 0..64), limit in any::<u8>()) {
        let text = charset::from_latin5(&bytes);
        let (written, _, lost) = encoding_rs::WINDOWS_1254.encode(text);
        prop_assert!(!lost);
        prop_assert_eq!(&written[..], &bytes[..]);
        ours_and_theirs::charset::check(&[&[limit], &bytes[..]].concat());
    }

    #[test]
    fn no_card_number_is_shown(before in text(), number in "([0-9][ ._-]{0,2}){13,19}", after in text(), limit in 0usize..80) {
        let shown = charset::displayable(&format!("{before}{number}{after}"), limit);
        prop_assert!(!ours_and_theirs::charset::shows_a_card(shown), "{}", shown);
    }

    #[test]
    fn bytes_are_read_as_they_were_written(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(from_base64(base64(&bytes)), Some(bytes.clone()));
        let digits = hex(&bytes);
        let read: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(|pair| Some(hex_value(pair[0])? << 4 | hex_value(pair[1])?)).collect();
        prop_assert_eq!(read, Some(bytes));
    }

    #[test]
    fn digests_are_everybodys(one in prop::collection::vec(any::<u8>(), 0..300), other in prop::collection::vec(any::<u8>(), 0..300)) {
        ours_and_theirs::crypto::digests(&one, &other);
    }

    #[test]
    fn the_clock_is_everybodys(now in prop_oneof![0u64..33_000_000_000_000, any::<u64>()], day in 0u64..380_000, days in 0u32..70_000) {
        ours_and_theirs::time::clock(now);
        ours_and_theirs::time::calendar(day, days);
    }

    #[test]
    fn a_day_is_one_of_the_calendar(text in "[0-9]{4}-[0-1][0-9]-[0-3][0-9]") {
        ours_and_theirs::time::day(&text);
        if let Some(date) = time::Date::parse(&text) {
            prop_assert_eq!(date.dashed(), text);
        }
    }
}
