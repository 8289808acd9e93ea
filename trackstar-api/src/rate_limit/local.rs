//! The limiter of this process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::class::LimitClass;
use super::key::LimitKey;
use super::queue::Queue;
use super::report::LimitReport;
use super::window::Window;
use super::{Admission, Limiter};

/// How often unused credentials are forgotten, if none are added.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How many queues there may be before unused ones are forgotten earlier.
const MIN_QUEUES: usize = 256;

/// Keeps the rate limits within this process: the default [`Limiter`] of a client.
///
/// For each credential it admits at most ten reads and fifty writes in any one second, first come, first
/// served. A request that is dropped while it is queued leaves the queue. After a 429, or a response that
/// shows that others use the token too, all requests of that credential and class wait until the reset, or
/// for `retry-after`, at most a minute.
///
/// Share one between several clients ([`ClientBuilder::limiter`](crate::ClientBuilder::limiter)) if they use
/// the same access tokens. Unused credentials are forgotten after a minute or two.
#[derive(Default)]
pub struct LocalLimiter {
    /// Where they differ from those of the class.
    limits: HashMap<LimitClass, (usize, Duration)>,
    queues: Mutex<Queues>,
}

struct Queues {
    of: HashMap<(LimitKey, LimitClass), Arc<Queue>>,
    swept: Instant,
    /// How many there may be before the idle ones are forgotten.
    max: usize,
}

impl Default for Queues {
    fn default() -> Self {
        Self {
            of: HashMap::new(),
            swept: Instant::now(),
            max: MIN_QUEUES,
        }
    }
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
        self.limits.insert(class, (max_requests, window));
        self
    }

    fn window(&self, class: LimitClass) -> Window {
        let limit = self.limits.get(&class).copied();
        let (max_requests, window) = limit.unwrap_or((class.max_requests(), class.window()));
        Window::new(max_requests, window)
    }

    fn queue(&self, key: LimitKey, class: LimitClass) -> Arc<Queue> {
        let mut queues = self.queues();
        queues.forget_idle();
        let queue = queues.of.entry((key, class));
        Arc::clone(queue.or_insert_with(|| Arc::new(Queue::new(self.window(class)))))
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queues {
    /// Forgets unused credentials: from time to time, so that it costs little, and whenever the number of
    /// queues has doubled, so that memory is bounded by twice the credentials in use.
    fn forget_idle(&mut self) {
        if self.of.len() < self.max && self.swept.elapsed() < SWEEP_EVERY {
            return;
        }
        self.of
            .retain(|_, queue| Arc::strong_count(queue) > 1 || !queue.is_idle());
        self.max = MIN_QUEUES.max(2 * self.of.len());
        self.of.shrink_to(self.max);
        self.swept = Instant::now();
    }
}

impl Limiter for LocalLimiter {
    fn admit<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Admission<'a> {
        Box::pin(async move {
            let queue = self.queue(*key, class);
            let permit = queue.acquire().await;
            if class == LimitClass::Integrations {
                // If this is dropped in the second queue, the permit of the first is given back.
                let reads = self.queue(*key, LimitClass::Reads);
                reads.acquire().await.sent();
            }
            permit.sent();
            Ok(())
        })
    }

    fn learn(&self, key: &LimitKey, class: LimitClass, report: &LimitReport) {
        let queue = self.queues().of.get(&(*key, class)).map(Arc::clone);
        if let Some(queue) = queue {
            queue.learn(report);
        }
    }
}

impl fmt::Debug for LocalLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalLimiter").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
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
            most = most.max(limiter.queues().of.len());
            sleep(Duration::from_millis(1)).await;
        }
        // A thousand are added each second, and each counts for about a second.
        assert!(most <= 3 * 1_100, "{most} at once");

        sleep(2 * SWEEP_EVERY).await;
        assert!(is_open(&limiter, &LimitKey::of("one more"), LimitClass::Reads).await);
        assert_eq!(limiter.queues().of.len(), 1, "the idle ones are gone");
        assert!(limiter.queues().of.capacity() <= 4 * MIN_QUEUES);
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
        for number in 0..4 * MIN_QUEUES {
            let other = LimitKey::of(&number.to_string());
            assert!(is_open(&limiter, &other, LimitClass::Reads).await);
        }
        assert!(!is_open(&limiter, &key, LimitClass::Integrations).await);
        assert!(!waiting.is_finished());
        waiting.await.unwrap().unwrap();
    }
}
