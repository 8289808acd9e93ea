//! Counting the calls of this process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::class::LimitClass;
use super::key::LimitKey;
use super::queue::Queue;
use super::report::LimitReport;
use super::{Admission, Limiter};

/// How often credentials that nobody uses any more are looked for, if none are added.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How many may be there before they are looked for earlier.
const FEW: usize = 256;

/// Keeps the limits within this process: what a client does if it is given no other [`Limiter`].
///
/// In any one second no more than ten reads and fifty writes are sent for a credential, in the order in
/// which they were asked for. A call that is dropped while it waits gives its place to the next. An answer
/// that says that others use the token too, or a 429, makes all calls of that credential and class wait:
/// until the reset or for `retry-after`, at most a minute.
///
/// Give one to several clients ([`ClientBuilder::limiter`](crate::ClientBuilder::limiter)) if they use the
/// same access tokens. Credentials that are not used are forgotten after a minute or two.
#[derive(Default)]
pub struct LocalLimiter {
    lines: Mutex<Lines>,
}

struct Lines {
    of: HashMap<(LimitKey, LimitClass), Arc<Queue>>,
    swept: Instant,
    /// How many there may be before the idle ones are forgotten.
    most: usize,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            of: HashMap::new(),
            swept: Instant::now(),
            most: FEW,
        }
    }
}

impl LocalLimiter {
    /// A limiter that knows of no calls yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn line(&self, key: LimitKey, class: LimitClass) -> Arc<Queue> {
        let mut lines = self.lines();
        lines.forget_idle();
        let line = lines.of.entry((key, class));
        Arc::clone(line.or_insert_with(|| Arc::new(Queue::new(class))))
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// Forgets the credentials that nobody uses: now and then, so that it costs little, and whenever their
    /// number has doubled, so that they never take more than twice the memory of those in use.
    fn forget_idle(&mut self) {
        if self.of.len() < self.most && self.swept.elapsed() < SWEEP_EVERY {
            return;
        }
        self.of
            .retain(|_, line| Arc::strong_count(line) > 1 || !line.is_idle());
        self.most = FEW.max(2 * self.of.len());
        self.of.shrink_to(self.most);
        self.swept = Instant::now();
    }
}

impl Limiter for LocalLimiter {
    fn admit<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Admission<'a> {
        Box::pin(async move {
            let line = self.line(*key, class);
            let place = line.enter().await;
            if class == LimitClass::Integrations {
                // The place of the minute is given back if the second is not waited for.
                let reads = self.line(*key, LimitClass::Reads);
                reads.enter().await.sent();
            }
            place.sent();
            Ok(())
        })
    }

    fn learn(&self, key: &LimitKey, class: LimitClass, report: &LimitReport) {
        let line = self.lines().of.get(&(*key, class)).map(Arc::clone);
        if let Some(line) = line {
            line.learn(report);
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

    /// Whether a call may be sent at once; it is sent then.
    async fn is_open(limiter: &LocalLimiter, key: &LimitKey, class: LimitClass) -> bool {
        let admission = limiter.admit(key, class);
        timeout(Duration::from_millis(1), admission).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn each_credential_and_each_class_has_a_limit_of_its_own() {
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
    async fn a_read_of_integrations_that_is_dropped_gives_the_minute_back() {
        let limiter = LocalLimiter::new();
        let key = LimitKey::of("key");
        for _ in 0..10 {
            assert!(is_open(&limiter, &key, LimitClass::Reads).await);
        }
        // Admitted for the minute, it waits for the second.
        assert!(!is_open(&limiter, &key, LimitClass::Integrations).await);
        sleep(Duration::from_secs(2)).await;
        assert!(is_open(&limiter, &key, LimitClass::Integrations).await);
        assert!(!is_open(&limiter, &key, LimitClass::Integrations).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_makes_all_calls_of_the_token_wait_and_no_others() {
        let limiter = LocalLimiter::new();
        let [one, two] = ["one", "two"].map(LimitKey::of);
        assert!(is_open(&limiter, &one, LimitClass::Reads).await);
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("5"))]);
        let refusal = LimitReport::read(Duration::ZERO, StatusCode::TOO_MANY_REQUESTS, &headers);
        limiter.learn(&one, LimitClass::Reads, &refusal);
        assert!(is_open(&limiter, &two, LimitClass::Reads).await);
        let start = Instant::now();
        limiter.admit(&one, LimitClass::Reads).await.unwrap();
        assert!(start.elapsed() >= Duration::from_millis(4_900));
    }

    #[tokio::test(start_paused = true)]
    async fn credentials_that_nobody_uses_are_forgotten() {
        let limiter = LocalLimiter::new();
        let mut most = 0;
        for number in 0..50_000 {
            let key = LimitKey::of(&number.to_string());
            assert!(is_open(&limiter, &key, LimitClass::Reads).await);
            most = most.max(limiter.lines().of.len());
            sleep(Duration::from_millis(1)).await;
        }
        // A thousand a second, and each counts for as long.
        assert!(most <= 3 * 1_100, "{most} at once");

        sleep(2 * SWEEP_EVERY).await;
        assert!(is_open(&limiter, &LimitKey::of("one more"), LimitClass::Reads).await);
        assert_eq!(limiter.lines().of.len(), 1, "the idle ones are gone");
        assert!(limiter.lines().of.capacity() <= 4 * FEW);
    }

    #[tokio::test(start_paused = true)]
    async fn a_credential_for_which_somebody_waits_is_not_forgotten() {
        let limiter = Arc::new(LocalLimiter::new());
        let key = LimitKey::of("key");
        limiter.admit(&key, LimitClass::Integrations).await.unwrap();
        let waiting = {
            let limiter = Arc::clone(&limiter);
            tokio::spawn(async move { limiter.admit(&key, LimitClass::Integrations).await })
        };
        sleep(Duration::from_secs(30)).await;
        for number in 0..4 * FEW {
            let other = LimitKey::of(&number.to_string());
            assert!(is_open(&limiter, &other, LimitClass::Reads).await);
        }
        assert!(!is_open(&limiter, &key, LimitClass::Integrations).await);
        assert!(!waiting.is_finished());
        waiting.await.unwrap().unwrap();
    }
}
