//! Which failures are worth another attempt, and after how long.

use std::time::Duration;

use backon::ExponentialBuilder;
use reqwest::StatusCode;

use crate::error::{Error, ErrorKind};
use crate::operation::Operation;

/// The longest `retry-after` that is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How often a call is repeated, and after which pauses.
///
/// What is repeated depends on what it does. A read is repeated after connection errors, timeouts, 408,
/// 429, 500, 502, 503 and 504. A write carries an idempotency key, minted before its first attempt, and is
/// repeated after connection errors, timeouts, 409 and 429: after any other error the API forgets the key,
/// so that a 5xx is for the caller to judge ([`Error::may_have_taken_effect`]). A passthrough takes no key
/// and is repeated only if it was never sent, or after 429. All else is final.
///
/// Between two attempts a random time passes, up to half a second at first and doubling to eight. A
/// `retry-after` of the server is obeyed instead, up to 60 seconds; a longer one ends the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: usize,
    first_pause: Duration,
    longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 2,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(8),
        }
    }
}

impl RetryPolicy {
    /// Every call is sent once.
    #[must_use]
    pub fn off() -> Self {
        Self::default().max_retries(0)
    }

    /// How often a call is repeated after its first attempt. Default: twice.
    #[must_use]
    pub fn max_retries(mut self, count: usize) -> Self {
        self.max_retries = count;
        self
    }

    /// The longest pause before the first repetition; it doubles each time. Default: half a second.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// What no pause exceeds, but for one that the server asks for. Default: 8 seconds.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// The longest pauses, one after the other. They are shortened at random by [`pause`].
    pub(crate) fn pauses(&self) -> ExponentialBuilder {
        ExponentialBuilder::default()
            .with_factor(2.0)
            .with_min_delay(self.first_pause)
            .with_max_delay(self.longest_pause)
            .with_max_times(self.max_retries)
    }
}

/// How long to wait before the next attempt: what the server asks for, or any time up to `longest`, so that
/// those who failed together do not come back together. `None` gives up.
pub(crate) fn pause(error: &Error, longest: Duration, random: f64) -> Option<Duration> {
    match error.retry_after() {
        Some(wait) if wait > LONGEST_WAIT => None,
        Some(wait) => Some(wait),
        None => Some(longest.mul_f64(random)),
    }
}

/// Whether another attempt may help, and can do no harm.
pub(crate) fn is_worthwhile(error: &Error, operation: &Operation) -> bool {
    let status = error.status().filter(|status| !status.is_success());
    match status.as_ref().map(StatusCode::as_u16) {
        Some(429) => true,
        Some(408 | 500 | 502..=504) => operation.is_safe(),
        Some(409) => operation.takes_key(),
        Some(_) => false,
        None => match error.kind() {
            ErrorKind::Connect => true,
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
    use backon::BackoffBuilder as _;
    use reqwest::Method;
    use tokio::net::TcpListener;

    use super::*;
    use crate::Client;
    use crate::call::Call;
    use crate::error::Cause;
    use crate::operation::Token;

    static PASSTHROUGH: Operation = Operation {
        id: "passthrough",
        method: Method::POST,
        path: "/passthrough",
        token: Token::Unused,
        is_passthrough: true,
    };

    #[test]
    fn a_passthrough_is_repeated_after_429_alone_of_all_statuses() {
        for status in [400, 401, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504] {
            let code = StatusCode::from_u16(status).unwrap();
            let error = Error::new(&PASSTHROUGH, Cause::Status).answered(code, None);
            assert_eq!(
                is_worthwhile(&error, &PASSTHROUGH),
                status == 429,
                "{status}"
            );
        }
    }

    #[tokio::test]
    async fn a_passthrough_is_repeated_if_it_was_never_sent_and_carries_no_key() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::builder()
            .api_key("key")
            .base_url(url)
            .build()
            .unwrap();
        let mut call = Call::new(&client, &PASSTHROUGH);
        call.mint_key();
        let request = call.request().unwrap();
        assert!(!request.headers().contains_key("idempotency-key"));

        let hangs_up = tokio::spawn(async move { listener.accept().await.map(drop) });
        let broken = call.attempt(request, None).await.err().unwrap();
        assert_eq!(broken.kind(), ErrorKind::Interrupted);
        assert!(
            !is_worthwhile(&broken, &PASSTHROUGH),
            "it may have been sent"
        );

        hangs_up.await.unwrap().unwrap();
        let refused = call
            .attempt(call.request().unwrap(), None)
            .await
            .err()
            .unwrap();
        assert_eq!(refused.kind(), ErrorKind::Connect);
        assert!(is_worthwhile(&refused, &PASSTHROUGH), "nobody was there");
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let policy = RetryPolicy::default().max_retries(7);
        let pauses: Vec<f64> = policy
            .pauses()
            .build()
            .map(|pause| pause.as_secs_f64())
            .collect();
        assert_eq!(pauses, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]);
        assert_eq!(RetryPolicy::default().pauses().build().count(), 2);
        assert_eq!(RetryPolicy::off().pauses().build().count(), 0);
    }
}
