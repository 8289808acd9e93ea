//! What a response says about the rate limits.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderValue};

use crate::error;

/// The longest wait that a header can cause.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// A reset further away than this is not plausible: it is in milliseconds, or a clock is wrong.
const MAX_PLAUSIBLE_WAIT: Duration = Duration::from_secs(60 * 60);

/// What a response says about the rate limits, for [`Limiter::learn`](super::Limiter::learn).
///
/// All of it comes from a server: a header that is not a valid number or time is absent here, and no wait is
/// longer than a minute.
#[derive(Clone, Debug)]
pub struct LimitReport {
    elapsed: Duration,
    is_rate_limited: bool,
    remaining: Option<u64>,
    reset_after: Option<Duration>,
    retry_after: Option<Duration>,
}

impl LimitReport {
    pub(crate) fn read(elapsed: Duration, status: StatusCode, headers: &HeaderMap) -> Self {
        let mut report = Self {
            elapsed,
            is_rate_limited: status == StatusCode::TOO_MANY_REQUESTS,
            remaining: None,
            reset_after: None,
            retry_after: None,
        };
        // In one pass: each response is read, and to look for six names would cost more. Some names are of old.
        for (name, value) in headers {
            match name.as_str() {
                "x-ratelimit-remaining" | "x-rate-limit-remaining" => {
                    report.remaining = number(value)
                }
                "x-ratelimit-reset" | "x-rate-limit-reset" => {
                    report.reset_after = reset_after(value, headers)
                }
                "retry-after" | "x-rate-limit-retry-after" => {
                    report.retry_after = error::retry_after(headers).map(|wait| wait.min(MAX_WAIT));
                }
                _ => {}
            }
        }
        report
    }

    /// The same, as if the response did not say how many requests remain.
    #[cfg(feature = "redis")]
    pub(crate) fn without_remaining(&self) -> Self {
        Self {
            remaining: None,
            ..self.clone()
        }
    }

    /// The time between the sending of the request and the head of its response.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Whether the request was rejected as one too many, with 429.
    pub fn is_rate_limited(&self) -> bool {
        self.is_rate_limited
    }

    /// How many more requests the server accepts before the reset, from `x-ratelimit-remaining`.
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    /// The time until the reset, from `x-ratelimit-reset` and by the server's clock if the response has a
    /// date; zero if it has passed. At most a minute.
    pub fn reset_after(&self) -> Option<Duration> {
        self.reset_after
    }

    /// How long the server asks to wait, from `retry-after`. At most a minute.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

fn number(value: &HeaderValue) -> Option<u64> {
    value.to_str().ok()?.trim().parse().ok()
}

fn reset_after(value: &HeaderValue, headers: &HeaderMap) -> Option<Duration> {
    let reset = number(value)?;
    let date = headers.get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
    let now = date.unwrap_or_else(SystemTime::now);
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let wait = Duration::from_secs(reset).saturating_sub(now);
    (wait <= MAX_PLAUSIBLE_WAIT).then_some(wait.min(MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &str)]) -> LimitReport {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        LimitReport::read(Duration::ZERO, StatusCode::OK, &headers)
    }

    fn epoch(seconds_from_now: i64) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        (now.unwrap().as_secs() as i64 + seconds_from_now).to_string()
    }

    #[test]
    fn the_headers_are_read_by_their_new_and_their_old_names() {
        for (remaining, reset, retry_after) in [
            ("x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"),
            (
                "x-rate-limit-remaining",
                "x-rate-limit-reset",
                "x-rate-limit-retry-after",
            ),
        ] {
            let report = read(&[(remaining, "3"), (reset, &epoch(30)), (retry_after, "7")]);
            assert_eq!(report.remaining(), Some(3));
            assert_eq!(report.retry_after(), Some(Duration::from_secs(7)));
            let wait = report.reset_after().unwrap().as_secs();
            assert!((28..=30).contains(&wait), "{wait}");
        }
    }

    #[test]
    fn the_reset_is_read_by_the_clock_of_the_server() {
        let date = "Thu, 01 Jan 1970 00:01:40 GMT"; // 100 seconds
        let wait = |reset| read(&[("x-ratelimit-reset", reset), ("date", date)]).reset_after();
        assert_eq!(wait("105"), Some(Duration::from_secs(5)));
        assert_eq!(wait("99"), Some(Duration::ZERO));
    }

    #[test]
    fn nonsense_is_absent_and_no_wait_is_longer_than_a_minute() {
        let far = u64::MAX.to_string();
        for (name, value) in [
            ("x-ratelimit-remaining", "many"),
            ("x-ratelimit-remaining", "-1"),
            ("x-ratelimit-remaining", ""),
            ("x-ratelimit-reset", "soon"),
            ("x-ratelimit-reset", "1790000000123"),
            ("x-ratelimit-reset", far.as_str()),
            ("retry-after", "later"),
        ] {
            let report = read(&[(name, value)]);
            assert_eq!(report.remaining(), None, "{value}");
            assert_eq!(report.reset_after(), None, "{value}");
            assert_eq!(report.retry_after(), None, "{value}");
        }
        let report = read(&[
            ("x-ratelimit-reset", &epoch(3000)),
            ("retry-after", &far),
            ("date", "yesterday"),
        ]);
        assert_eq!(report.reset_after(), Some(MAX_WAIT));
        assert_eq!(report.retry_after(), Some(MAX_WAIT));
    }
}
