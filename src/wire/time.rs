//! Times, as Turkish gateways write them.

/// `20221030 17:42:33` or `2022-10-30 17:42:33.123` in Turkey's time (+03:00 all year) as ISO 8601; `None` for anything else.
pub fn from_turkish(text: &str) -> Option<String> {
    let (date, time) = text.split_once(' ')?;
    let time = time.get(..8).filter(|_| time.len() == 8 || time.as_bytes().get(8) == Some(&b'.'))?;
    let digits: String = date.split('-').collect();
    let plain = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_time = time.bytes().enumerate().all(|(place, byte)| if matches!(place, 2 | 5) { byte == b':' } else { byte.is_ascii_digit() });
    (plain && is_time).then(|| format!("{}-{}-{}T{time}+03:00", &digits[..4], &digits[4..6], &digits[6..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turkish_time_as_iso_8601() {
        let iso = Some("2022-10-30T17:42:33+03:00".to_owned());
        for text in ["20221030 17:42:33", "2022-10-30 17:42:33", "2022-10-30 17:42:33.7", "2022-10-30 17:42:33.777"] {
            assert_eq!(from_turkish(text), iso, "{text}");
        }
        for text in [
            "",
            " ",
            "20221030",
            "20221030 17:42",
            "20221030 174233",
            "2022103 17:42:33",
            "20221030 17:42:33x",
            "20221030T17:42:33",
            "2022103ş 17:42:33",
            "20221030 1ş:42:33",
            "20221030  17:42:33",
        ] {
            assert_eq!(from_turkish(text), None, "{text}");
        }
    }
}
