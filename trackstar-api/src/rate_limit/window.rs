//! When requests were sent, and when the next one may be sent.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::report::LimitReport;

/// How much longer our window is than the server's, in percent, because requests do not arrive at the same
/// intervals at which they were sent. This allows 9.5 reads per second.
const SLACK_PERCENT: u32 = 5;

/// The longest window, so that no time is too late for the clock.
const MAX_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// How many requests may be sent in any one span of time.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    max_requests: usize,
    span: Duration,
}

impl Limit {
    /// At least one request is admitted in each window.
    pub(super) fn new(max_requests: usize, window: Duration) -> Self {
        Self {
            max_requests: max_requests.max(1),
            span: window.min(MAX_WINDOW) * (100 + SLACK_PERCENT) / 100,
        }
    }

    /// The length of the window, with its slack.
    pub(crate) fn span(&self) -> Duration {
        self.span
    }

    #[cfg(feature = "redis")]
    pub(crate) fn max_requests(&self) -> usize {
        self.max_requests
    }

    /// How much longer the window is than the server's.
    #[cfg(feature = "redis")]
    pub(crate) fn slack(&self) -> Duration {
        self.span * SLACK_PERCENT / (100 + SLACK_PERCENT)
    }
}

/// A window that slides over the times of the last requests. (A token bucket would admit nearly twice the
/// limit in its first second.)
#[derive(Default)]
pub(super) struct Window {
    /// Oldest first, kept for two spans: a response may speak of requests that far back.
    sent: VecDeque<Instant>,
    /// Nothing may be sent before this time.
    closed_until: Option<Instant>,
    first_response: Option<Instant>,
}

impl Window {
    /// When the next request may be sent; that time may have passed.
    pub(super) fn opening(&self, limit: &Limit, now: Instant) -> Instant {
        let oldest = self.sent.len().checked_sub(limit.max_requests);
        let oldest = oldest.and_then(|index| self.sent.get(index));
        let opening = oldest.map_or(now, |sent| *sent + limit.span);
        opening.max(self.closed_until.unwrap_or(now))
    }

    /// Counts a request as sent now.
    pub(super) fn send(&mut self, limit: &Limit, now: Instant) {
        let is_past = |sent: &Instant| *sent + 2 * limit.span <= now;
        while self.sent.front().is_some_and(is_past) {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
    }

    /// Moves the time at which a request counts as sent. Returns whether it was still in the window.
    pub(super) fn postpone(&mut self, limit: &Limit, sent: Instant, to: Instant) -> bool {
        // Requests are identified by their times only; the last one before has the same effect.
        let index = self.sent.iter().rposition(|other| *other <= sent);
        let Some(index) = index.filter(|index| {
            let counted = self.sent.get(*index);
            counted.is_some_and(|counted| *counted + limit.span > to)
        }) else {
            return false;
        };
        self.sent.remove(index);
        let index = self.sent.partition_point(|other| *other <= to);
        self.sent.insert(index, to);
        true
    }

    /// Stops counting a request that was not sent.
    pub(super) fn give_back(&mut self, sent: Instant) {
        if let Some(index) = self.sent.iter().rposition(|other| *other <= sent) {
            self.sent.remove(index);
        }
    }

    /// Whether nothing is left that could delay a request.
    pub(super) fn is_idle(&self, limit: &Limit, now: Instant) -> bool {
        let last = self.sent.back();
        last.is_none_or(|sent| *sent + limit.span <= now)
            && self.closed_until.is_none_or(|until| until <= now)
    }

    /// Learns from a response. Gives whether its request was sent before there was any response.
    pub(super) fn learn(&mut self, limit: &Limit, now: Instant, report: &LimitReport) -> bool {
        let sent = now.checked_sub(report.elapsed()).unwrap_or(now);
        // The first requests wait for a connection to be made. All that is known is that they have arrived by now.
        let is_first = sent < *self.first_response.get_or_insert(now);
        if is_first {
            self.postpone(limit, sent, now);
        }
        if report.is_rate_limited() {
            self.close(now + report.retry_after().unwrap_or(limit.span));
        }
        // If fewer of ours were counted than the limit allows, others use the same token.
        let is_counted = |ours: &&Instant| **ours + limit.span > sent;
        if report.remaining() == Some(0)
            && self.sent.iter().filter(is_counted).count() < limit.max_requests
        {
            self.close(now + report.reset_after().unwrap_or(limit.span));
        }
        is_first
    }

    fn close(&mut self, until: Instant) {
        self.closed_until = self.closed_until.max(Some(until));
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    const DATE: &str = "Thu, 01 Jan 1970 00:01:40 GMT";

    fn reads() -> Limit {
        Limit::new(10, Duration::from_secs(1))
    }

    /// A window in which `count` reads were sent just now.
    fn sent(count: usize) -> (Window, Instant) {
        let mut window = Window::default();
        let now = Instant::now();
        for _ in 0..count {
            window.send(&reads(), now);
        }
        (window, now)
    }

    /// Learns from a response that came now.
    fn learn(
        window: &mut Window,
        now: Instant,
        elapsed: u64,
        status: u16,
        headers: &[(&'static str, &str)],
    ) {
        let mut map = HeaderMap::new();
        for (name, value) in headers.iter().chain(&[("date", DATE)]) {
            map.insert(*name, value.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        let report = LimitReport::read(Duration::from_millis(elapsed), status, &map);
        window.learn(&reads(), now, &report);
    }

    /// How many milliseconds the next request has to wait.
    fn wait(window: &Window, now: Instant) -> u128 {
        let opening = window.opening(&reads(), now);
        opening.duration_since(now).as_millis()
    }

    #[test]
    fn a_429_closes_the_window_for_as_long_as_the_server_asks_and_at_most_a_minute() {
        for (retry_after, expected) in [
            (&[("retry-after", "7")][..], 7_000),
            (&[("x-rate-limit-retry-after", "7")], 7_000),
            (&[("retry-after", "86400")], 60_000),
            (&[("retry-after", "soon")], 1_050),
            (&[], 1_050),
        ] {
            let (mut window, now) = sent(1);
            learn(&mut window, now, 0, 429, retry_after);
            assert_eq!(wait(&window, now), expected, "{retry_after:?}");
        }
    }

    #[test]
    fn nothing_is_sent_before_the_reset_if_others_have_used_up_the_limit() {
        for (reset, expected) in [
            ("103", 3_000),
            ("3000", 60_000), // at most a minute
            ("99", 0),        // over by now
            ("0", 0),
            ("soon", 1_050), // unknown: a window passes
            ("1790000000123", 1_050),
            ("18446744073709551615", 1_050),
        ] {
            let (mut window, now) = sent(9);
            let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)];
            learn(&mut window, now, 0, 200, &headers);
            assert_eq!(wait(&window, now), expected, "{reset}");
        }
    }

    #[test]
    fn a_limit_that_is_used_up_by_our_own_requests_changes_nothing() {
        let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "102")];
        let (mut window, now) = sent(10);
        learn(&mut window, now, 0, 200, &headers);
        assert_eq!(wait(&window, now), 1_050);
    }

    #[test]
    fn a_header_that_is_no_number_of_requests_changes_nothing() {
        for remaining in ["many", "-1", "99999999999999999999", "1"] {
            let (mut window, now) = sent(1);
            let headers = [
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset", "105"),
            ];
            learn(&mut window, now, 0, 200, &headers);
            assert_eq!(wait(&window, now), 0, "{remaining}");
        }
    }

    #[test]
    fn requests_before_the_first_response_count_from_their_responses() {
        // The first ten, for which a connection was made.
        let (mut window, start) = sent(10);
        let now = start + Duration::from_millis(300);
        for _ in 0..10 {
            learn(&mut window, now, 300, 200, &[]);
        }
        assert_eq!(wait(&window, now), 1_050);

        // Ten on that connection.
        let sent = now + Duration::from_millis(1_050);
        let now = sent + Duration::from_millis(300);
        for _ in 0..10 {
            window.send(&reads(), sent);
        }
        for _ in 0..10 {
            learn(&mut window, now, 300, 200, &[]);
        }
        assert_eq!(wait(&window, now), 750);
    }
}
