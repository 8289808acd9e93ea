//! Times: the forms that systems write, and the only one that the API accepts.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::deviation::Found;
use super::reading::{Readable, Reading, absent_if_blank};

/// The only form that the API accepts: whole seconds, and `Z`.
pub(crate) fn written(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl Readable for DateTime<Utc> {
    const DOCUMENTED: &'static str = "date-time";

    fn from_text(text: &str) -> Reading<Self> {
        match DateTime::parse_from_rfc3339(text) {
            Ok(time) => Reading::Is(time.to_utc()),
            Err(_) => unusual_time(text),
        }
    }
}

impl Readable for NaiveDate {
    const DOCUMENTED: &'static str = "date";

    fn from_text(text: &str) -> Reading<Self> {
        if let Ok(date) = text.parse() {
            return Reading::Is(date);
        }
        match DateTime::<Utc>::from_text(text) {
            Reading::Is(time) => Reading::Converted(time.date_naive(), Found::Text),
            reading => reading.map(|time| time.date_naive()),
        }
    }
}

/// A time that is not in the form of RFC 3339. One without an offset is UTC.
#[cold]
fn unusual_time(text: &str) -> Reading<DateTime<Utc>> {
    let digits = text.trim();
    match digits {
        "None" => return Reading::Absent(Found::NoneText),
        // Of another system: it is no time at all there.
        _ if digits.starts_with("0000-00-00") => return Reading::kept(text),
        _ => {}
    }
    if let Ok(date) = NaiveDate::parse_from_str(digits, "%Y-%m-%d") {
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        return Reading::Converted(midnight.and_utc(), Found::Date);
    }
    for format in ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"] {
        if let Ok(time) = DateTime::parse_from_str(&with_t(digits), format) {
            return Reading::Converted(time.to_utc(), Found::OddTime);
        }
    }
    let local = digits.strip_suffix(['Z', 'z']);
    let (local, found) = match local {
        Some(local) => (local, Found::OddTime),
        None => (digits, Found::LocalTime),
    };
    for format in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
        if let Ok(time) = NaiveDateTime::parse_from_str(&with_t(local), format) {
            return Reading::Converted(time.and_utc(), found);
        }
    }
    absent_if_blank(text)
}

/// With a `T` between date and time, and nothing before the offset.
fn with_t(text: &str) -> String {
    match text.split_once(' ') {
        Some((date, time)) if date.len() == 10 => format!("{date}T{}", time.replace(' ', "")),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match DateTime::<Utc>::from_text(text) {
            Reading::Is(time) => format!("is {time:?}"),
            Reading::Converted(time, found) => format!("{time:?} from {found}"),
            Reading::Absent(_) => "absent".to_owned(),
            _ => "kept".to_owned(),
        }
    }

    #[test]
    fn times_are_read_in_all_their_forms() {
        for (text, becomes) in [
            ("2025-01-31T10:00:00Z", "is 2025-01-31T10:00:00Z"),
            ("2025-01-31T10:00:00+02:00", "is 2025-01-31T08:00:00Z"),
            (
                "2025-01-31T10:00:00.1234567Z",
                "is 2025-01-31T10:00:00.123456700Z",
            ),
            ("2025-01-31", "2025-01-31T00:00:00Z from date"),
            (
                "2025-01-31T10:00:00",
                "2025-01-31T10:00:00Z from date-time without offset",
            ),
            (
                "2025-01-31 10:00",
                "2025-01-31T10:00:00Z from date-time without offset",
            ),
            (
                "2025-01-31T10:00:00.1234567",
                "2025-01-31T10:00:00.123456700Z from date-time without offset",
            ),
            (
                "2025-01-31T10:00:00+00",
                "2025-01-31T10:00:00Z from date-time of another form",
            ),
            (
                "2025-01-31 10:00:00.5 +0130",
                "2025-01-31T08:30:00.500Z from date-time of another form",
            ),
            (
                "2025-01-31T10:00Z",
                "2025-01-31T10:00:00Z from date-time of another form",
            ),
            ("", "absent"),
            ("None", "absent"),
            ("0000-00-00 00:00:00", "kept"),
            ("2025-02-30", "kept"),
            ("31.01.2025", "kept"),
            ("soon", "kept"),
        ] {
            assert_eq!(read(text), becomes, "{text:?}");
        }
    }
}
