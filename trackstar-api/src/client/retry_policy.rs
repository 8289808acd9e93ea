//! How often a failed request is retried, and after which delays.

use std::time::Duration;

/// How often a failed request is retried, and after which delays.
///
/// What is retried depends on the request. A read is retried after connection errors, timeouts, 408, 429,
/// 500, 502, 503, 504 and 520 to 529. A write carries an idempotency key, set before its first attempt, and is
/// retried after connection errors, timeouts and 429: after any other error the API forgets the key, so the
/// caller has to judge a 5xx ([`Error::may_have_taken_effect`](crate::Error::may_have_taken_effect)). A
/// passthrough has no key and is retried only if it was never sent, or after 429. Any other error is final.
///
/// The delay before a retry is random, up to half a second at first, and doubling up to eight seconds. If
/// the server sends `retry-after`, the delay is at least that, up to 60 seconds; a longer one ends the request.
///
/// A 409 of the API itself says that the same write is still in progress. It is waited for, a second at first
/// and up to 30 seconds between attempts, for at most 15 minutes or the total timeout of the request; these
/// attempts do not count as retries. A 409 of the system behind the API is final, and had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: usize,
    initial_delay: Duration,
    max_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 2,
            initial_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(8),
        }
    }
}

impl RetryPolicy {
    /// Sends every request once.
    #[must_use]
    pub fn off() -> Self {
        Self::default().max_retries(0)
    }

    /// How often a request is retried after its first attempt. Default: twice.
    #[must_use]
    pub fn max_retries(mut self, count: usize) -> Self {
        self.max_retries = count;
        self
    }

    /// The longest delay before the first retry; it doubles with each retry. Default: half a second.
    #[must_use]
    pub fn initial_delay(mut self, delay: Duration) -> Self {
        self.initial_delay = delay;
        self
    }

    /// The longest delay before any retry, unless the server asks for more. Default: 8 seconds.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Whether every request is sent once.
    pub(crate) fn is_off(self) -> bool {
        self.max_retries == 0
    }

    /// The longest delay before a retry, whose first has the number 0, without a cap.
    pub(crate) fn delay(self, number: u32) -> Duration {
        self.initial_delay
            .saturating_mul(2_u32.saturating_pow(number))
    }

    /// The longest delay before each retry, in order.
    pub(crate) fn delays(self) -> impl Iterator<Item = Duration> {
        std::iter::successors(Some(self.initial_delay), |delay| {
            Some(delay.saturating_mul(2))
        })
        .map(move |delay| delay.min(self.max_delay))
        .take(self.max_retries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest() {
        let delays = |policy: RetryPolicy| -> Vec<f64> {
            policy.delays().map(|delay| delay.as_secs_f64()).collect()
        };
        let policy = RetryPolicy::default();
        assert_eq!(
            delays(policy.max_retries(7)),
            [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
        );
        assert_eq!(delays(policy).len(), 2);
        assert!(delays(RetryPolicy::off()).is_empty());
        let endless = policy.initial_delay(Duration::MAX).max_retries(usize::MAX);
        assert_eq!(endless.delays().nth(100), Some(Duration::from_secs(8)));
    }
}
