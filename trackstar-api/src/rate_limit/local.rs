//! The limiter of this process.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use super::class::LimitClass;
use super::key::LimitKey;
use super::permit::Permit;
use super::queues::Queues;
use super::report::LimitReport;
use super::window::Limit;
use super::{Admission, Limiter};

/// Keeps the rate limits within this process: the default [`Limiter`] of a client.
///
/// For each credential it admits at most ten reads and fifty writes in any one second, first come, first
/// served. A request that is dropped while it is queued leaves the queue. After a 429, or a response that
/// shows that others have used up the limit of the token, all requests of that credential and class wait for
/// `retry-after`, or until the reset, at most a minute.
///
/// Share one between several clients ([`ClientBuilder::limiter`](crate::ClientBuilder::limiter)) if they use
/// the same access tokens. Unused credentials are forgotten after a minute or two.
#[derive(Default)]
pub struct LocalLimiter {
    queues: Queues,
}

impl LocalLimiter {
    /// A limiter that has counted no requests yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many requests of a class may be sent in any one window, where the API's limit for your plan is
    /// not that of its documents. At least one; the window is at most a day.
    ///
    /// ```
    /// use std::{sync::Arc, time::Duration};
    /// use trackstar_api::{Client, LimitClass, LocalLimiter};
    ///
    /// let limiter = LocalLimiter::new().limit(LimitClass::Reads, 20, Duration::from_secs(1));
    /// let client = Client::builder().api_key("key").limiter(Arc::new(limiter)).build()?;
    /// # let _ = client;
    /// # Ok::<(), trackstar_api::Error>(())
    /// ```
    #[must_use]
    pub fn limit(mut self, class: LimitClass, max_requests: usize, window: Duration) -> Self {
        *self.queues.limits.of_mut(class) = Limit::new(max_requests, window);
        self
    }

    #[cfg(feature = "redis")]
    pub(crate) fn limit_of(&self, class: LimitClass) -> &Limit {
        self.queues.limits.of(class)
    }

    /// Learns from a response. Gives whether its request may have waited for a connection.
    pub(crate) fn learn_from(
        &self,
        key: &LimitKey,
        class: LimitClass,
        report: &LimitReport,
    ) -> bool {
        let now = Instant::now();
        self.queues.with(key, class, now, |queue, limit| {
            queue.window.learn(limit, now, report)
        })
    }

    async fn acquire<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Permit<'a> {
        match Permit::at_once(&self.queues, key, class) {
            Some(permit) => permit,
            // In a box: most requests need no room for what waits.
            None => Box::pin(Permit::queued(&self.queues, key, class)).await,
        }
    }
}

impl Limiter for LocalLimiter {
    fn admit<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Admission<'a> {
        Box::pin(async move {
            let permit = self.acquire(key, class).await;
            if class == LimitClass::Integrations {
                // If this is dropped in the second queue, the permit of the first is given back.
                self.acquire(key, LimitClass::Reads).await.sent();
                permit.sent_late();
            } else {
                permit.sent();
            }
            Ok(())
        })
    }

    fn learn(&self, key: &LimitKey, class: LimitClass, report: &LimitReport) {
        self.learn_from(key, class, report);
    }
}

impl fmt::Debug for LocalLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalLimiter").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reqwest::StatusCode;
    use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
    use tokio::time::{sleep, timeout};

    use super::*;

    /// Whether a request may be sent at once; it counts as sent then.
    async fn is_open(limiter: &LocalLimiter, key: &LimitKey, class: LimitClass) -> bool {
        let admission = limiter.admit(key, class);
        timeout(Duration::from_millis(1), admission).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn each_credential_and_each_class_has_its_own_limit() {
        let limiter = LocalLimiter::new();
        let [one, two] = ["one", "two"].map(LimitKey::of);
        for _ in 0..10 {
            assert!(is_open(&limiter, &one, LimitClass::Reads).await);
        }
        assert!(!is_open(&limiter, &one, LimitClass::Reads).await);
        assert!(is_open(&limiter, &two, LimitClass::Reads).await);
        assert!(is_open(&limiter, &one, LimitClass::Writes).await);
    }

    #[tokio::test(start_paused = true)]
    async fn the_limit_of_a_class_can_be_another() {
        let limiter = LocalLimiter::new()
            .limit(LimitClass::Reads, 3, Duration::MAX)
            .limit(LimitClass::Writes, 0, Duration::ZERO);
        let key = LimitKey::of("key");
        for _ in 0..3 {
            assert!(is_open(&limiter, &key, LimitClass::Reads).await);
        }
        sleep(Duration::from_secs(60 * 60)).await;
        assert!(!is_open(&limiter, &key, LimitClass::Reads).await);
        for _ in 0..100 {
            assert!(is_open(&limiter, &key, LimitClass::Writes).await);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn integrations_are_read_once_a_minute_and_count_as_reads() {
        let limiter = LocalLimiter::new();
        let key = LimitKey::of("key");
        let start = Instant::now();
        for _ in 0..3 {
            let admission = limiter.admit(&key, LimitClass::Integrations);
            admission.await.unwrap();
        }
        let elapsed = start.elapsed().as_secs();
        assert!((120..130).contains(&elapsed), "{elapsed}");
        for _ in 0..9 {
            assert!(is_open(&limiter, &key, LimitClass::Reads).await);
        }
        assert!(!is_open(&limiter, &key, LimitClass::Reads).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_read_of_integrations_gives_its_permit_back() {
        let limiter = LocalLimiter::new();
        let key = LimitKey::of("key");
        for _ in 0..10 {
            assert!(is_open(&limiter, &key, LimitClass::Reads).await);
        }
        // It has the permit of the minute, and waits for that of the second.
        assert!(!is_open(&limiter, &key, LimitClass::Integrations).await);
        sleep(Duration::from_secs(2)).await;
        assert!(is_open(&limiter, &key, LimitClass::Integrations).await);
        assert!(!is_open(&limiter, &key, LimitClass::Integrations).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_delays_all_requests_of_the_token_and_no_others() {
        let limiter = LocalLimiter::new();
        let [one, two] = ["one", "two"].map(LimitKey::of);
        assert!(is_open(&limiter, &one, LimitClass::Reads).await);
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("5"))]);
        let report = LimitReport::read(Duration::ZERO, StatusCode::TOO_MANY_REQUESTS, &headers);
        limiter.learn(&one, LimitClass::Reads, &report);
        assert!(is_open(&limiter, &two, LimitClass::Reads).await);
        let start = Instant::now();
        limiter.admit(&one, LimitClass::Reads).await.unwrap();
        assert!(start.elapsed() >= Duration::from_millis(4_900));
    }

    #[tokio::test(start_paused = true)]
    async fn unused_credentials_are_forgotten() {
        let limiter = LocalLimiter::new();
        let mut most = 0;
        for number in 0..50_000 {
            let key = LimitKey::of(&number.to_string());
            assert!(is_open(&limiter, &key, LimitClass::Reads).await);
            most = most.max(limiter.queues.len());
            sleep(Duration::from_millis(1)).await;
        }
        // A thousand are added each second, and each counts for about a second.
        assert!(most <= 3 * 1_100, "{most} at once");

        sleep(Duration::from_secs(120)).await;
        assert!(is_open(&limiter, &LimitKey::of("one more"), LimitClass::Reads).await);
        assert_eq!(limiter.queues.len(), 1, "the idle ones are gone");
    }

    #[tokio::test(start_paused = true)]
    async fn a_credential_with_a_queued_request_is_not_forgotten() {
        let limiter = Arc::new(LocalLimiter::new());
        let key = LimitKey::of("key");
        limiter.admit(&key, LimitClass::Integrations).await.unwrap();
        let waiting = {
            let limiter = Arc::clone(&limiter);
            tokio::spawn(async move { limiter.admit(&key, LimitClass::Integrations).await })
        };
        sleep(Duration::from_secs(30)).await;
        for number in 0..1_024 {
            let other = LimitKey::of(&number.to_string());
            assert!(is_open(&limiter, &other, LimitClass::Reads).await);
        }
        assert!(!is_open(&limiter, &key, LimitClass::Integrations).await);
        assert!(!waiting.is_finished());
        waiting.await.unwrap().unwrap();
    }
}
