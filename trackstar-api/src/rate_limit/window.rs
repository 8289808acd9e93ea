//! When requests were sent, and when the next one may be sent.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::report::{LimitReport, MAX_WAIT};

/// How much longer our window is than the server's, in percent, because requests do not arrive at the same
/// intervals at which they were sent. This allows 9.5 reads per second.
const SLACK_PERCENT: u32 = 5;

/// The longest window, so that no time is too late for the clock.
const MAX_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// After this time without a response, the next request may have to connect again.
const COLD_AFTER: Duration = Duration::from_secs(60);

/// A window that slides over the times of the last requests. (A token bucket would admit nearly twice the
/// limit in its first second.)
pub(super) struct Window {
    max_requests: usize,
    span: Duration,
    /// Oldest first, kept for two spans: a response may speak of requests that far back.
    sent: VecDeque<Instant>,
    /// How much of the limit others use, and until when.
    foreign: Option<(usize, Instant)>,
    /// Nothing may be sent before this time.
    closed_until: Option<Instant>,
    /// How long responses usually take.
    usual: Option<Usual>,
}

struct Usual {
    elapsed: Duration,
    /// The first response.
    since: Instant,
    /// The last response.
    last: Instant,
}

impl Window {
    /// At least one request is admitted in each window.
    pub(super) fn new(max_requests: usize, window: Duration) -> Self {
        Self {
            max_requests: max_requests.max(1),
            span: window.min(MAX_WINDOW) * (100 + SLACK_PERCENT) / 100,
            sent: VecDeque::new(),
            foreign: None,
            closed_until: None,
            usual: None,
        }
    }

    /// When the next request may be sent; that time may have passed.
    pub(super) fn opening(&self, now: Instant) -> Instant {
        let for_requests = |max: usize| match self.sent.len().checked_sub(max) {
            Some(index) => self.sent.get(index).map_or(now, |sent| *sent + self.span),
            None => now,
        };
        let opening = match self.foreign {
            Some((foreign, until)) => {
                for_requests(self.max_requests.saturating_sub(foreign).max(1))
                    .min(for_requests(self.max_requests).max(until))
            }
            None => for_requests(self.max_requests),
        };
        opening.max(self.closed_until.unwrap_or(now))
    }

    /// The length of the window, with its slack.
    pub(super) fn span(&self) -> Duration {
        self.span
    }

    /// Counts a request as sent now.
    pub(super) fn send(&mut self, now: Instant) {
        while self
            .sent
            .front()
            .is_some_and(|sent| *sent + 2 * self.span <= now)
        {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
    }

    /// Moves the time at which a request counts as sent. Returns whether it was still in the window.
    pub(super) fn postpone(&mut self, sent: Instant, to: Instant) -> bool {
        // Requests are identified by their times only; the last one before has the same effect.
        let Some(index) = self.sent.iter().rposition(|other| *other <= sent) else {
            return false;
        };
        if self.sent[index] + self.span <= to {
            return false;
        }
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
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let is_past = |time: Instant| time <= now;
        self.sent
            .back()
            .is_none_or(|sent| is_past(*sent + self.span))
            && self.closed_until.is_none_or(is_past)
            && self.foreign.is_none_or(|(_, until)| is_past(until))
    }

    /// Learns from a response.
    pub(super) fn learn(&mut self, now: Instant, report: &LimitReport) {
        let sent = now.checked_sub(report.elapsed()).unwrap_or(now);
        self.learn_delay(now, sent, report.elapsed());
        self.learn_use(now, sent, report);
        if report.is_rate_limited() {
            let wait = report.retry_after().unwrap_or(self.span);
            self.close(now + wait.min(MAX_WAIT));
        }
    }

    /// If a response takes much longer than usual, its request may have arrived late, for example because a
    /// connection had to be made first. It then counts from the latest time at which it can have arrived.
    fn learn_delay(&mut self, now: Instant, sent: Instant, elapsed: Duration) {
        let usual = self
            .usual
            .take_if(|usual| usual.last + COLD_AFTER > sent)
            .unwrap_or(Usual {
                elapsed,
                since: now,
                last: now,
            });
        let late = if sent < usual.since {
            elapsed
        } else {
            // Some requests are slow themselves: their cost is bounded.
            elapsed
                .saturating_sub(usual.elapsed * 3 / 2)
                .min(self.span / 10)
        };
        if !late.is_zero() {
            self.postpone(sent, sent + late);
        }
        self.usual = Some(Usual {
            elapsed: (7 * usual.elapsed + elapsed) / 8,
            last: now,
            ..usual
        });
    }

    /// If the server has counted more requests than we can have sent, others use the same token.
    fn learn_use(&mut self, now: Instant, sent: Instant, report: &LimitReport) {
        let Some(remaining) = report.remaining() else {
            return;
        };
        let reset_after = report.reset_after().unwrap_or(self.span);
        if reset_after.is_zero() {
            return; // It is about a window that is over.
        }
        let before = |time: &Instant| *time + self.span <= sent;
        let ours = self.sent.len() - self.sent.partition_point(before);
        let remaining = usize::try_from(remaining).unwrap_or(usize::MAX);
        let foreign = self.max_requests.saturating_sub(remaining);
        let foreign = foreign.saturating_sub(ours);
        // A reset is in whole seconds. If it is even further away, the server has a longer window.
        let is_longer = reset_after > self.span + Duration::from_secs(1);
        if remaining == 0 && (foreign > 0 || is_longer) {
            self.close(now + reset_after);
        }
        self.foreign = (foreign > 0).then_some((foreign, now + reset_after));
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

    /// A window in which `count` reads were sent just now.
    fn sent(count: usize) -> (Window, Instant) {
        let mut window = Window::new(10, Duration::from_secs(1));
        let now = Instant::now();
        for _ in 0..count {
            window.send(now);
        }
        (window, now)
    }

    fn report(elapsed: u64, status: u16, headers: &[(&'static str, &str)]) -> LimitReport {
        let mut map = HeaderMap::new();
        for (name, value) in headers.iter().chain(&[("date", DATE)]) {
            map.insert(*name, value.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        LimitReport::read(Duration::from_millis(elapsed), status, &map)
    }

    /// How many milliseconds the next request has to wait.
    fn wait(window: &Window, now: Instant) -> u128 {
        window.opening(now).duration_since(now).as_millis()
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
            window.learn(now, &report(0, 429, retry_after));
            assert_eq!(wait(&window, now), expected, "{retry_after:?}");
        }
    }

    #[test]
    fn nothing_is_sent_before_the_reset_if_others_have_used_up_the_limit() {
        let (mut window, now) = sent(4);
        let none_left = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "103")];
        window.learn(now, &report(0, 200, &none_left));
        assert_eq!(wait(&window, now), 3_000);

        let far = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "3000"),
        ];
        let (mut window, now) = sent(4);
        window.learn(now, &report(0, 200, &far));
        assert_eq!(wait(&window, now), 60_000, "at most a minute");
    }

    #[test]
    fn no_more_is_sent_than_others_leave() {
        let (mut window, now) = sent(2);
        let three_left = [("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", "105")];
        window.learn(now, &report(0, 200, &three_left));
        for _ in 0..3 {
            assert_eq!(wait(&window, now), 0);
            window.send(now);
        }
        assert_eq!(wait(&window, now), 1_050);
        let all_left = [("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "105")];
        window.learn(now, &report(0, 200, &all_left));
        assert_eq!(wait(&window, now), 0, "they are gone");
    }

    #[test]
    fn headers_that_count_only_our_own_requests_change_nothing() {
        for remaining in 0..10 {
            let (mut window, now) = sent(10);
            let remaining = remaining.to_string();
            let headers = [
                ("x-ratelimit-remaining", remaining.as_str()),
                ("x-ratelimit-reset", "102"),
            ];
            window.learn(now, &report(0, 200, &headers));
            assert_eq!(wait(&window, now), 1_050, "{remaining} remain");
        }
    }

    #[test]
    fn invalid_headers_change_nothing() {
        for (remaining, reset) in [
            ("many", "105"),
            ("-1", "105"),
            ("99999999999999999999", "105"),
            ("18446744073709551615", "105"),
            ("0", "99"), // over by now
            ("0", "0"),
        ] {
            let (mut window, now) = sent(1);
            let headers = [
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset", reset),
            ];
            window.learn(now, &report(0, 200, &headers));
            assert_eq!(wait(&window, now), 0, "{remaining} until {reset}");
        }
        // Nothing remains, and the reset is unknown: a window passes.
        for reset in ["soon", "1790000000123", "18446744073709551615"] {
            let (mut window, now) = sent(1);
            let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)];
            window.learn(now, &report(0, 200, &headers));
            assert_eq!(wait(&window, now), 1_050, "{reset}");
        }
    }

    #[test]
    fn a_request_that_may_have_arrived_late_counts_from_its_response() {
        // The first ten, which made a connection.
        let (mut window, start) = sent(10);
        let now = start + Duration::from_millis(300);
        for _ in 0..10 {
            window.learn(now, &report(300, 200, &[]));
        }
        assert_eq!(wait(&window, now), 1_050);

        // Ten that took as long as usual count from when they were sent.
        let sent = now + Duration::from_millis(1_050);
        let now = sent + Duration::from_millis(300);
        for _ in 0..10 {
            window.send(sent);
        }
        for _ in 0..10 {
            window.learn(now, &report(300, 200, &[]));
        }
        assert_eq!(wait(&window, now), 750);

        // Two that took longer, the second one much longer.
        for (took, late) in [(500, 50), (900, 105)] {
            window.learn(sent + Duration::from_millis(took), &report(took, 200, &[]));
            let last = window.sent.back().copied();
            assert_eq!(last, Some(sent + Duration::from_millis(late)));
        }
    }
}
