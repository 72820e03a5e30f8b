//! The calendar and the clock, beside the crate `time`.

use ::time::{Date as Theirs, Duration, Month, OffsetDateTime, Time, UtcOffset};
use velopos::wire::time::{Date, from_dotted, from_turkish, turkish, turkish_compact, turkish_time};

const LAST: (i32, Month, u8) = (2999, Month::December, 31);

/// The first eight bytes are a moment, the next two are days; the rest is a text that may be a day.
pub fn check(data: &[u8]) {
    if let Some((now, rest)) = data.split_first_chunk() {
        clock(u64::from_le_bytes(*now));
        if let Some((days, _)) = rest.split_first_chunk() {
            calendar(u64::from_le_bytes(*now) % 380_000, u16::from_le_bytes(*days).into());
        }
    }
    if let Ok(text) = str::from_utf8(data) {
        day(text);
        words(text);
        // Behind the moment, so that one input asks for both.
        words(text.get(10..).unwrap_or_default());
        day(text.get(10..).unwrap_or_default());
    }
}

/// Turkish time, up to the end of 2999; later moments have no business here, and must not hurt.
pub fn clock(now: u64) {
    let ours = turkish(now);
    let (compact, spaced) = (turkish_compact(now), turkish_time(now));
    let seconds = i64::try_from(now / 1000).unwrap_or(i64::MAX);
    let Ok(moment) = OffsetDateTime::from_unix_timestamp(seconds) else { return };
    let moment = moment.to_offset(UtcOffset::from_hms(3, 0, 0).expect("an offset"));
    if moment.year() > LAST.0 {
        return;
    }
    let (date, time) = (moment.date(), moment.time());
    let told = (ours.date.dashed().to_owned(), ours.hour, ours.minute, ours.second);
    assert_eq!(told, (dashed(date), time.hour().into(), time.minute().into(), time.second().into()));
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    assert_eq!(compact, format!("{}{hour:02}{minute:02}{second:02}", dashed(date).replace('-', "")));
    assert_eq!(spaced, format!("{} {hour:02}:{minute:02}:{second:02}", dashed(date)));
    assert_eq!(from_turkish(spaced), Some(format!("{}T{hour:02}:{minute:02}:{second:02}+03:00", dashed(date)).leak() as &str));
}

/// A day and the days behind it.
pub fn calendar(since_1970: u64, days: u32) {
    let first = Theirs::from_calendar_date(1970, Month::January, 1).expect("a day");
    let last = Theirs::from_calendar_date(LAST.0, LAST.1, LAST.2).expect("a day");
    let theirs = (first + Duration::days(since_1970 as i64)).min(last);
    let ours = Date::parse(&dashed(theirs)).expect("a day of the calendar");
    assert_eq!(ours.dashed(), dashed(theirs));
    assert_eq!(ours.slashed(), format!("{:02}/{:02}/{:04}", theirs.day(), u8::from(theirs.month()), theirs.year()));
    let later = (theirs + Duration::days(days.into())).min(last);
    assert_eq!(ours.plus(days).dashed(), dashed(later));
    assert_eq!(ours.next_day().dashed(), dashed((theirs + Duration::days(1)).min(last)));
    assert_eq!(ours.cmp(&ours.plus(days)), theirs.cmp(&later));
}

/// Whether a text is a day.
pub fn day(text: &str) {
    let theirs = parsed(text).filter(|date| (1970..=LAST.0).contains(&date.year()));
    assert_eq!(Date::parse(text).map(|date| date.dashed().to_owned()), theirs.map(dashed), "{text}");
}

fn parsed(text: &str) -> Option<Theirs> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) || !parts.concat().bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Theirs::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// What a bank writes as a time is told with the same digits, or not at all.
fn words(text: &str) {
    for (told, order) in [(from_turkish(text), [0, 1, 2]), (from_dotted(text), [2, 1, 0])] {
        let Some(told) = told else { continue };
        let (date, clock) = text.split_once(' ').expect("a space between day and time");
        assert_eq!((told.len(), told.get(10..11), told.get(19..)), (25, Some("T"), Some("+03:00")), "{text}");
        assert_eq!(told.get(11..19), clock.get(..8));
        let parts: Vec<&str> = date.split('.').collect();
        let digits: String = if parts.len() == 3 { order.map(|place| parts[place]).concat() } else { date.replace('-', "") };
        assert_eq!(told[..10].replace('-', ""), digits.replace('-', ""), "{text}");
        let shape = told.bytes().zip(b"0000-00-00T00:00:00+03:00");
        assert!(shape.into_iter().all(|(byte, like)| byte == *like || byte.is_ascii_digit() && like.is_ascii_digit()), "{told}");
        // An hour that no clock shows is told all the same: it is for reading only.
        let _ = Time::from_hms(0, 0, 0);
    }
}

fn dashed(date: Theirs) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}
