//! Which failures are worth a retry, and after which delay.

use std::time::Duration;

use reqwest::StatusCode;

use crate::client::RetryPolicy;
use crate::error::{Error, ErrorKind, Origin};
use crate::operation::Operation;

/// The longest `retry-after` that is obeyed.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// How long a write that is still in progress is waited for: by then the API takes it for a new one.
const MAX_IN_PROGRESS: Duration = Duration::from_secs(15 * 60);
/// The longest delay before asking again for a write that is still in progress.
const MAX_IN_PROGRESS_DELAY: Duration = Duration::from_secs(30);

/// The delays before the retries of one request.
pub(super) struct Delays {
    policy: RetryPolicy,
    retries: usize,
    /// How often the API said that the write is still in progress.
    in_progress: u32,
}

impl Delays {
    pub(super) fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            retries: 0,
            in_progress: 0,
        }
    }

    /// The delay before the next attempt, after an error and so much time. `None` gives up.
    ///
    /// It is a random time up to that of the policy, so that requests which failed together are not retried
    /// together, and at least what the server asks for. A write that is still in progress has its own delays,
    /// and does not count as a retry.
    pub(super) fn next(
        &mut self,
        error: &Error,
        operation: &Operation,
        elapsed: Duration,
        random: f64,
    ) -> Option<Duration> {
        if !is_worthwhile(error, operation) || self.policy.is_off() {
            return None;
        }
        let usual = if error.kind() == ErrorKind::Conflict {
            self.in_progress += 1;
            let longest = self.policy.delay(self.in_progress);
            let longest = longest.min(MAX_IN_PROGRESS_DELAY);
            // Half of it at least: to ask at once would only get the same response.
            let delay = longest.mul_f64(0.5 + random / 2.0);
            (elapsed.saturating_add(delay) < MAX_IN_PROGRESS).then_some(delay)?
        } else {
            let longest = self.policy.delays().nth(self.retries)?;
            self.retries += 1;
            longest.mul_f64(random)
        };
        match error.retry_after() {
            Some(asked) if asked > MAX_RETRY_AFTER => None,
            Some(asked) => Some(asked.max(usual)),
            None => Some(usual),
        }
    }
}

/// Whether a retry may help, and cannot do harm.
fn is_worthwhile(error: &Error, operation: &Operation) -> bool {
    let status = error.status().filter(|status| !status.is_success());
    match status.as_ref().map(StatusCode::as_u16) {
        Some(429) => true,
        Some(408 | 500 | 502..=504 | 520..=529) => operation.is_safe(),
        // Of the system behind the API it is final: the record is in the way of another.
        Some(409) => operation.takes_key() && error.origin() != Some(&Origin::Integration),
        Some(_) => false,
        None => match error.kind() {
            ErrorKind::Connect => !error.is_certificate(),
            ErrorKind::Timeout => {
                operation.is_safe() || operation.takes_key() || error.was_never_sent()
            }
            ErrorKind::Interrupted => operation.is_safe() || operation.takes_key(),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use tokio::net::TcpListener;

    use super::*;
    use crate::Client;
    use crate::error::{ApiMessage, Cause};
    use crate::operation::Token;
    use crate::request::Request;

    static PASSTHROUGH: Operation = Operation {
        id: "passthrough",
        method: Method::POST,
        path: "/passthrough",
        token: Token::Unused,
        is_passthrough: true,
    };

    static WRITE: Operation = Operation {
        id: "write",
        method: Method::POST,
        path: "/write",
        token: Token::Unused,
        is_passthrough: false,
    };

    fn conflict() -> Error {
        Error::new(&WRITE, Cause::Status).with_status(StatusCode::CONFLICT, None)
    }

    #[test]
    fn a_write_in_progress_is_waited_for_up_to_a_quarter_of_an_hour() {
        let mut delays = Delays::new(RetryPolicy::default());
        let mut elapsed = Duration::ZERO;
        let mut asked = Vec::new();
        while let Some(delay) = delays.next(&conflict(), &WRITE, elapsed, 1.0) {
            elapsed += delay;
            asked.push(delay.as_secs());
        }
        assert_eq!(asked[..7], [1, 2, 4, 8, 16, 30, 30]);
        assert!((870..900).contains(&elapsed.as_secs()), "{elapsed:?}");

        let mut off = Delays::new(RetryPolicy::off());
        assert_eq!(off.next(&conflict(), &WRITE, Duration::ZERO, 1.0), None);
    }

    #[test]
    fn no_delay_is_too_long_for_a_clock_or_shorter_than_the_usual_one() {
        let endless = RetryPolicy::default()
            .initial_delay(Duration::MAX)
            .max_delay(Duration::MAX)
            .max_retries(9);
        let lost =
            Error::new(&WRITE, Cause::Status).with_status(StatusCode::TOO_MANY_REQUESTS, None);
        for error in [conflict(), lost] {
            let delay = Delays::new(endless).next(&error, &WRITE, Duration::MAX, 0.999_999);
            assert!(delay.is_none_or(|delay| delay > MAX_RETRY_AFTER));
        }
        let headers = reqwest::header::HeaderMap::from_iter([(
            reqwest::header::RETRY_AFTER,
            reqwest::header::HeaderValue::from_static("0"),
        )]);
        let message = ApiMessage::read(&headers, b"", str::to_owned);
        let busy = Error::new(&WRITE, Cause::Status)
            .with_status(StatusCode::TOO_MANY_REQUESTS, None)
            .with_message(message);
        assert_eq!(busy.retry_after(), Some(Duration::ZERO));
        let delay = Delays::new(RetryPolicy::default()).next(&busy, &WRITE, Duration::ZERO, 0.5);
        assert_eq!(delay, Some(Duration::from_millis(250)));
    }

    #[test]
    fn a_passthrough_is_retried_after_429_and_no_other_status() {
        for status in [400, 401, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504] {
            let code = StatusCode::from_u16(status).unwrap();
            let error = Error::new(&PASSTHROUGH, Cause::Status).with_status(code, None);
            assert_eq!(
                is_worthwhile(&error, &PASSTHROUGH),
                status == 429,
                "{status}"
            );
        }
    }

    #[tokio::test]
    async fn a_passthrough_has_no_key_and_is_retried_if_it_was_never_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::builder()
            .api_key("key")
            .base_url(url)
            .build()
            .unwrap();
        let mut request = Request::new(&client, &PASSTHROUGH);
        request.mint_key();
        let http = request.to_http().unwrap();
        assert!(!http.headers().contains_key("idempotency-key"));

        let hangs_up = tokio::spawn(async move { listener.accept().await.map(drop) });
        let broken = request.attempt(http, None).await.err().unwrap();
        assert_eq!(broken.kind(), ErrorKind::Interrupted);
        assert!(
            !is_worthwhile(&broken, &PASSTHROUGH),
            "it may have been sent"
        );

        hangs_up.await.unwrap().unwrap();
        let refused = request
            .attempt(request.to_http().unwrap(), None)
            .await
            .err()
            .unwrap();
        assert_eq!(refused.kind(), ErrorKind::Connect);
        assert!(is_worthwhile(&refused, &PASSTHROUGH), "nobody was there");
    }
}
