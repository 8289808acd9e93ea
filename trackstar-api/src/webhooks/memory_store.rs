//! The ids of events in the memory of this process.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::Clock;
use super::store::{Claim, ClaimState, EventStore, StoreFuture};

/// Keeps the ids of events in memory: the default [`EventStore`] of a [`Deduplicator`](super::Deduplicator).
///
/// The number of ids is bounded. Its futures are ready at once, and it never fails. Other processes do not see
/// its ids, and they are lost when the process ends.
///
/// ```
/// use std::time::Duration;
/// use trackstar_api::webhooks::{Deduplicator, MemoryStore};
///
/// let store = MemoryStore::new().capacity(1_000).window(Duration::from_secs(60 * 60));
/// let seen = Deduplicator::with_store(store);
/// # let _ = seen;
/// ```
pub struct MemoryStore {
    seen: Mutex<Seen>,
    capacity: usize,
    window: Duration,
    clock: Clock,
}

#[derive(Default)]
struct Seen {
    ids: HashMap<Arc<str>, Entry>,
    /// The oldest first. An id that was forgotten stays here until it would have expired.
    order: VecDeque<(u64, SystemTime, Arc<str>)>,
    /// How many entries there have been.
    count: u64,
}

struct Entry {
    /// Which entry this is; `order` has the same number.
    number: u64,
    /// Of the claim that is in progress; `None` if it is done.
    token: Option<String>,
}

impl MemoryStore {
    /// Keeps 50,000 ids for 36 hours: longer than Svix retries an event that failed.
    pub fn new() -> Self {
        Self {
            seen: Mutex::default(),
            capacity: 50_000,
            window: Duration::from_secs(36 * 60 * 60),
            clock: Arc::new(SystemTime::now),
        }
    }

    /// The largest number of ids; the oldest is forgotten first. Default: 50,000, about 10 MB.
    #[must_use]
    pub fn capacity(mut self, ids: usize) -> Self {
        self.capacity = ids;
        self
    }

    /// How long an id is kept. Default: 36 hours.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Sets the clock, for tests. Default: the system's clock.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    fn begin_now(&self, claim: &Claim) -> ClaimState {
        let now = (self.clock)();
        let mut seen = self.seen();
        seen.forget_while(|order| {
            // If the clock is set back, an id lasts longer, never shorter.
            let age = |time| now.duration_since(time).unwrap_or_default();
            let oldest = order.front();
            oldest.is_some_and(|(_, time, _)| age(*time) > self.window)
        });
        match seen.ids.get(claim.id()) {
            Some(Entry { token: None, .. }) => ClaimState::Done,
            Some(_) => ClaimState::InProgress,
            None => {
                seen.insert(claim.id(), Some(claim.token().to_owned()), now);
                seen.forget_while(|order| order.len() > self.capacity);
                ClaimState::New
            }
        }
    }

    fn finish_now(&self, claim: &Claim) {
        let mut seen = self.seen();
        if let Some(entry) = seen.ids.get_mut(claim.id()) {
            entry.token = None;
            return;
        }
        // It was forgotten while it was handled.
        seen.insert(claim.id(), None, (self.clock)());
        seen.forget_while(|order| order.len() > self.capacity);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventStore for MemoryStore {
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimState> {
        Box::pin(async move { Ok(self.begin_now(claim)) })
    }

    fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.finish_now(claim);
            Ok(())
        })
    }

    fn forget(&self, claim: &Claim) {
        let mut seen = self.seen();
        let entry = seen.ids.get(claim.id());
        if entry.is_some_and(|entry| entry.token.as_deref() == Some(claim.token())) {
            seen.ids.remove(claim.id());
        }
    }
}

impl Seen {
    fn insert(&mut self, id: &str, token: Option<String>, now: SystemTime) {
        let (id, number) = (Arc::<str>::from(id), self.count);
        self.count += 1;
        self.ids.insert(Arc::clone(&id), Entry { number, token });
        self.order.push_back((number, now, id));
    }

    /// Forgets the oldest while `is_due`.
    fn forget_while(&mut self, is_due: impl Fn(&VecDeque<(u64, SystemTime, Arc<str>)>) -> bool) {
        while is_due(&self.order) {
            let Some((number, _, id)) = self.order.pop_front() else {
                return;
            };
            // Otherwise it was forgotten and claimed again, with a later entry.
            if self
                .ids
                .get(&id)
                .is_some_and(|entry| entry.number == number)
            {
                self.ids.remove(&id);
            }
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("ids", &self.seen().ids.len())
            .field("capacity", &self.capacity)
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

    use super::*;

    /// A clock that is set by hand, in seconds.
    fn at(seconds: &Arc<AtomicU64>) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let seconds = Arc::clone(seconds);
        move || SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::SeqCst))
    }

    /// Whether the id is new. It is claimed then.
    fn is_new(store: &MemoryStore, id: &str) -> bool {
        store.begin_now(&Claim::new(id)) == ClaimState::New
    }

    #[test]
    fn an_id_is_new_once_within_the_window() {
        let now = Arc::new(AtomicU64::new(1_000));
        let window = Duration::from_secs(60);
        let store = MemoryStore::new().window(window).clock(at(&now));
        assert!(is_new(&store, "a"));
        now.store(1_060, Ordering::SeqCst);
        assert!(!is_new(&store, "a"));
        now.store(1_061, Ordering::SeqCst);
        assert!(is_new(&store, "a"));
        // The clock is set back: nothing becomes new because of it.
        now.store(500, Ordering::SeqCst);
        assert!(!is_new(&store, "a"));
    }

    #[test]
    fn the_capacity_bounds_the_ids_and_the_oldest_goes_first() {
        let store = MemoryStore::new().capacity(3);
        for id in ["a", "b", "c", "d"] {
            assert!(is_new(&store, id));
        }
        assert!(!is_new(&store, "b"));
        assert!(is_new(&store, "a"));
        for id in 0..10_000 {
            let claim = Claim::new(&id.to_string());
            assert_eq!(store.begin_now(&claim), ClaimState::New);
            store.forget(&claim);
            store.finish_now(&Claim::new(&format!("{id} finished late")));
        }
        let seen = store.seen();
        assert!(seen.ids.len() <= 3 && seen.order.len() <= 3);
    }

    #[test]
    fn an_id_that_was_forgotten_is_new_and_keeps_its_own_time() {
        let now = Arc::new(AtomicU64::new(0));
        let window = Duration::from_secs(60);
        let store = MemoryStore::new().window(window).clock(at(&now));
        let claim = Claim::new("a");
        assert_eq!(store.begin_now(&claim), ClaimState::New);
        store.forget(&claim);
        now.store(50, Ordering::SeqCst);
        assert!(is_new(&store, "a"));
        now.store(70, Ordering::SeqCst);
        assert!(
            !is_new(&store, "a"),
            "the first entry has expired, not the second"
        );
    }

    #[test]
    fn a_claim_that_has_expired_neither_forgets_a_later_one_nor_what_is_done() {
        let now = Arc::new(AtomicU64::new(0));
        let window = Duration::from_secs(60);
        let store = MemoryStore::new().window(window).clock(at(&now));
        let [slow, later] = ["a", "a"].map(Claim::new);
        assert_eq!(store.begin_now(&slow), ClaimState::New);
        now.store(61, Ordering::SeqCst);
        assert_eq!(store.begin_now(&later), ClaimState::New);
        store.forget(&slow);
        assert_eq!(store.begin_now(&slow), ClaimState::InProgress);
        // The slow one finishes after all: it is done, whatever becomes of the later one.
        store.finish_now(&slow);
        store.forget(&later);
        assert_eq!(store.begin_now(&later), ClaimState::Done);
    }

    #[test]
    fn of_many_threads_one_finds_an_id_new() {
        let (store, new) = (MemoryStore::new(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for id in 0..500 {
                        let is_new = is_new(&store, &id.to_string());
                        new.fetch_add(usize::from(is_new), Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(new.into_inner(), 500);
    }
}
