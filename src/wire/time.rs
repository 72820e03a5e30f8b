//! Times, as Turkish gateways write and read them. Turkey is three hours ahead of UTC all year round since 2016, so no table of
//! time zones is needed; older moments are shown in today's time.

use crate::text::{Text, digits, joined, keep};
use crate::wire::split_first;
use alloc::string::String;

const TURKEY_IS_AHEAD: u64 = 3 * 60 * 60;
const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;
const FIRST_YEAR: u32 = 1970;
const LAST_YEAR: u32 = 2999;

/// A day of the calendar, from 1970 to 2999. Earlier days are less than later ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// Reads `2024-02-29`; `None` for anything else, and for a day that the calendar does not have.
    pub fn parse(text: &str) -> Option<Date> {
        let [year @ .., b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
        if year.len() != 4 {
            return None;
        }
        let date = Date { year: number(year)?, month: number(&[*m1, *m2])?, day: number(&[*d1, *d2])? };
        let exists = date.year >= FIRST_YEAR && date.year <= LAST_YEAR && date.day >= 1 && date.day <= days_of(date.year, date.month);
        exists.then_some(date)
    }

    /// The day after this one.
    pub fn next_day(self) -> Date {
        self.plus(1)
    }

    /// The day that comes so many days later; the last day of 2999 at most.
    pub fn plus(self, days: u32) -> Date {
        let mut since_1970 = u64::from(self.day - 1) + u64::from(days);
        for month in 1..self.month {
            since_1970 += u64::from(days_of(self.year, month));
        }
        for year in FIRST_YEAR..self.year {
            since_1970 += days_of_year(year);
        }
        Date::after_1970(since_1970)
    }

    /// The day that comes so many days after the first of January 1970; the last day of 2999 at most.
    fn after_1970(mut days: u64) -> Date {
        let (mut year, mut month) = (FIRST_YEAR, 1);
        while days >= days_of_year(year) {
            if year == LAST_YEAR {
                return Date { year, month: 12, day: 31 };
            }
            days -= days_of_year(year);
            year += 1;
        }
        while days >= u64::from(days_of(year, month)) {
            days -= u64::from(days_of(year, month));
            month += 1;
        }
        Date { year, month, day: days as u32 + 1 }
    }

    /// `2024-02-29`.
    pub fn dashed(self) -> Text {
        written(&[(self.year, 4, "-"), (self.month, 2, "-"), (self.day, 2, "")])
    }

    /// `29/02/2024`.
    pub fn slashed(self) -> Text {
        written(&[(self.day, 2, "/"), (self.month, 2, "/"), (self.year, 4, "")])
    }
}

/// What a clock on a Turkish wall shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The day.
    pub date: Date,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The minute, 0 to 59.
    pub minute: u32,
    /// The second, 0 to 59.
    pub second: u32,
}

/// Turkish time, from milliseconds since 1970 in UTC.
pub fn turkish(now_ms: u64) -> Moment {
    let seconds = now_ms / 1000 + TURKEY_IS_AHEAD;
    let of_day = (seconds % SECONDS_OF_A_DAY) as u32;
    Moment { date: Date::after_1970(seconds / SECONDS_OF_A_DAY), hour: of_day / 3600, minute: of_day / 60 % 60, second: of_day % 60 }
}

/// Turkish time as `yyyyMMddHHmmss`.
pub fn turkish_compact(now_ms: u64) -> Text {
    let Moment { date, hour, minute, second } = turkish(now_ms);
    written(&[(date.year, 4, ""), (date.month, 2, ""), (date.day, 2, ""), (hour, 2, ""), (minute, 2, ""), (second, 2, "")])
}

/// Turkish time as `yyyy-MM-dd HH:mm:ss`.
pub fn turkish_time(now_ms: u64) -> Text {
    let Moment { date, hour, minute, second } = turkish(now_ms);
    joined(&[date.dashed(), " ", written(&[(hour, 2, ":"), (minute, 2, ":"), (second, 2, "")])])
}

/// `20221030 17:42:33` or `2022-10-30 17:42:33.123` in Turkey's time as ISO 8601; `None` for anything else.
pub fn from_turkish(text: &str) -> Option<Text> {
    let (date, time) = split_first(text, b' ')?;
    let time = time.get(..8).filter(|_| time.len() == 8 || time.as_bytes().get(8) == Some(&b'.'))?;
    for (place, byte) in time.bytes().enumerate() {
        let fits = if matches!(place, 2 | 5) { byte == b':' } else { byte.is_ascii_digit() };
        if !fits {
            return None;
        }
    }
    let mut iso = String::with_capacity(25);
    let mut digits = 0;
    for digit in date.chars().filter(|&letter| letter != '-') {
        if !digit.is_ascii_digit() || digits == 8 {
            return None;
        }
        if matches!(digits, 4 | 6) {
            iso.push('-');
        }
        iso.push(digit);
        digits += 1;
    }
    if digits < 8 {
        return None;
    }
    iso.push('T');
    iso.push_str(time);
    iso.push_str("+03:00");
    Some(keep(iso))
}

/// `30.10.2022 17:42:33` in Turkey's time as ISO 8601; `None` for anything else.
#[cfg(feature = "all")]
pub fn from_dotted(text: &str) -> Option<Text> {
    let (date, time) = text.split_once(' ')?;
    let (day, rest) = date.split_once('.')?;
    let (month, year) = rest.split_once('.')?;
    from_turkish(joined(&[year, "-", month, "-", day, " ", time]))
}

/// `2022-10-30T17:42:33.123` in Turkey's time as ISO 8601, that is, with its offset; `None` for anything else.
#[cfg(feature = "all")]
pub fn from_local(text: &str) -> Option<Text> {
    let (date, time) = text.split_once('T')?;
    from_turkish(joined(&[date, " ", time]))
}

/// 0 for a month that does not exist.
fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

fn days_of_year(year: u32) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The number that these bytes write in digits, if they do.
fn number(digits: &[u8]) -> Option<u32> {
    let mut number = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + u32::from(digit - b'0');
    }
    Some(number)
}

/// Numbers, each with so many digits and with what follows it.
fn written(parts: &[(u32, u32, &str)]) -> Text {
    let mut text = String::with_capacity(16);
    for &(number, count, then) in parts {
        // With a one before it, which is left out again, the number has its leading zeros.
        text.push_str(digits(10u32.pow(count) + number).get(1..).unwrap_or_default());
        text.push_str(then);
    }
    keep(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turkish_time_with_dashes() {
        assert_eq!(turkish_time(1_795_272_153_000), "2026-11-21 17:42:33");
        assert_eq!(turkish_time(0), "1970-01-01 03:00:00");
    }

    #[test]
    fn turkish_time_as_iso_8601() {
        let iso = Some("2022-10-30T17:42:33+03:00");
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
            "202210300 17:42:33",
            "20221030 17:42:33x",
            "20221030T17:42:33",
            "2022103ş 17:42:33",
            "20221030 1ş:42:33",
            "20221030  17:42:33",
        ] {
            assert_eq!(from_turkish(text), None, "{text}");
        }
    }

    #[test]
    #[cfg(feature = "all")]
    fn turkish_time_with_points() {
        assert_eq!(from_dotted("30.10.2022 17:42:33"), Some("2022-10-30T17:42:33+03:00"));
        for text in ["", "30.10.2022", "30.10.2022 17:42", "30-10-2022 17:42:33", "1.1.0001 00:00:00", "30.10.2022.1 17:42:33"] {
            assert_eq!(from_dotted(text), None, "{text}");
        }
    }

    #[test]
    fn known_moments() {
        for (milliseconds, compact) in [
            (0, "19700101030000"),
            (75_599_999, "19700101235959"),
            (75_600_000, "19700102000000"),
            (951_771_600_000, "20000229000000"),
            (951_857_999_000, "20000229235959"),
            (951_858_000_000, "20000301000000"),
            (1_000_000_000_000, "20010909044640"),
            (1_667_140_953_999, "20221030174233"),
            (1_709_164_799_000, "20240229025959"),
            (1_735_678_799_999, "20241231235959"),
            (1_735_678_800_000, "20250101000000"),
            (1_767_225_600_000, "20260101030000"),
            (4_107_531_600_000, "21000301000000"),
            (32_503_669_199_999, "29991231235959"),
        ] {
            assert_eq!(turkish_compact(milliseconds), compact, "{milliseconds}");
        }
        let moment = turkish(1_667_140_953_999);
        assert_eq!((moment.date.year, moment.date.month, moment.date.day), (2022, 10, 30));
        assert_eq!((moment.hour, moment.minute, moment.second), (17, 42, 33));
        assert_eq!(turkish(1_735_678_800_000).date.dashed(), "2025-01-01");
        assert_eq!(turkish(u64::MAX).date.dashed(), "2999-12-31", "no clock makes it run for long");
    }

    #[test]
    fn days_are_written_in_three_ways() {
        let date = Date::parse("2024-02-29").unwrap();
        assert_eq!((date.dashed(), date.slashed()), ("2024-02-29", "29/02/2024"));
        assert_eq!(Date::parse("2031-12-05").unwrap().slashed(), "05/12/2031");
    }

    #[test]
    fn only_days_of_the_calendar_are_read() {
        for text in ["1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "2400-02-29", "2999-12-31"] {
            assert_eq!(Date::parse(text).unwrap().dashed(), text);
        }
        for text in [
            "",
            "2024-02-30",
            "2023-02-29",
            "2100-02-29",
            "1900-01-01",
            "1969-12-31",
            "3000-01-01",
            "2024-00-01",
            "2024-13-01",
            "2024-01-00",
            "2024-01-32",
            "2024-04-31",
            "2024-06-31",
            "2024-09-31",
            "2024-11-31",
            "2024-1-01",
            "24-01-01",
            "2024/01/01",
            "01-01-2024",
            "2024-01-01 ",
            " 2024-01-01",
            "2024-01-0a",
            "+024-01-01",
            "2024-01-ş",
            "2024-01-01T00:00",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_follow_one_another() {
        let next = |text: &str| Date::parse(text).unwrap().next_day().dashed();
        assert_eq!(next("2024-02-28"), "2024-02-29");
        assert_eq!(next("2023-02-28"), "2023-03-01");
        assert_eq!(next("2024-02-29"), "2024-03-01");
        assert_eq!(next("2024-04-30"), "2024-05-01");
        assert_eq!(next("2024-12-31"), "2025-01-01");
        assert_eq!(next("2999-12-31"), "2999-12-31", "the calendar ends here");
        assert_eq!(Date::parse("2023-12-15").unwrap().plus(31).dashed(), "2024-01-15");
        assert_eq!(Date::parse("2024-01-01").unwrap().plus(366).dashed(), "2025-01-01");
        assert_eq!(Date::parse("2024-05-05").unwrap().plus(0).dashed(), "2024-05-05");
        assert_eq!(Date::parse("2024-05-05").unwrap().plus(u32::MAX).dashed(), "2999-12-31");
        // A second count, by weekdays: 1 January 1970 was a Thursday and so is 1 January 2099, and 2099 begins 47 117 days later.
        assert_eq!(Date::parse("1970-01-01").unwrap().plus(47_117).dashed(), "2099-01-01");
    }

    #[test]
    fn every_day_of_two_centuries_is_read_written_and_in_order() {
        let mut date = Date::parse("1970-01-01").unwrap();
        for days in 0..80_000 {
            assert_eq!(Date::parse(date.dashed()), Some(date));
            assert_eq!(turkish(days * 86_400_000).date, date);
            let next = date.next_day();
            assert!(date < next && date.dashed() < next.dashed());
            date = next;
        }
    }
}
