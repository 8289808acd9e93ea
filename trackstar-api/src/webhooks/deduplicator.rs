//! Recognising events that come again.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::Clock;

/// Remembers the ids of events for a while, to recognise those that come again.
///
/// It is shared by reference between threads, and its capacity is bounded. Several processes need a store
/// that they share instead, such as a unique key in a database.
///
/// ```
/// use trackstar_api::webhooks::Deduplicator;
///
/// let seen = Deduplicator::new();
/// assert!(seen.remember("msg_1"));
/// assert!(!seen.remember("msg_1"));
/// seen.forget("msg_1"); // its handling failed: respond with 500, so that it is sent again
/// assert!(seen.remember("msg_1"));
/// ```
pub struct Deduplicator {
    seen: Mutex<Seen>,
    capacity: usize,
    window: Duration,
    clock: Clock,
}

#[derive(Default)]
struct Seen {
    ids: HashMap<Arc<str>, SystemTime>,
    /// The oldest first. An id that was forgotten stays here until it would have expired.
    order: VecDeque<(SystemTime, Arc<str>)>,
}

impl Deduplicator {
    /// Remembers 50,000 ids for 36 hours: longer than Svix retries an event that failed.
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

    /// How long an id is remembered. Default: 36 hours.
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

    /// Remembers the id of an event ([`Event::id`](super::Event::id)). Returns whether it is new: `false`
    /// means that the event has come before.
    #[must_use = "`false` means that the event has come before"]
    pub fn remember(&self, id: &str) -> bool {
        let now = (self.clock)();
        let mut seen = self.seen();
        seen.forget_while(|order| {
            // If the clock is set back, an id lasts longer, never shorter.
            let age = |time| now.duration_since(time).unwrap_or_default();
            let oldest = order.front();
            oldest.is_some_and(|(time, _)| age(*time) > self.window)
        });
        if seen.ids.contains_key(id) {
            return false;
        }
        let id: Arc<str> = id.into();
        seen.ids.insert(Arc::clone(&id), now);
        seen.order.push_back((now, id));
        seen.forget_while(|order| order.len() > self.capacity);
        true
    }

    /// Forgets the id of an event whose handling failed, so that it is new when it is sent again.
    pub fn forget(&self, id: &str) {
        self.seen().ids.remove(id);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// Forgets the oldest while `is_due`.
    fn forget_while(&mut self, is_due: impl Fn(&VecDeque<(SystemTime, Arc<str>)>) -> bool) {
        while is_due(&self.order) {
            let Some((time, id)) = self.order.pop_front() else {
                return;
            };
            // Otherwise it was forgotten and remembered again, with a later entry.
            if self.ids.get(&id) == Some(&time) {
                self.ids.remove(&id);
            }
        }
    }
}

impl Default for Deduplicator {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Deduplicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deduplicator")
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

    #[test]
    fn an_id_is_new_once_within_the_window() {
        let now = Arc::new(AtomicU64::new(1_000));
        let seen = Deduplicator::new()
            .window(Duration::from_secs(60))
            .clock(at(&now));
        assert!(seen.remember("a"));
        now.store(1_060, Ordering::SeqCst);
        assert!(!seen.remember("a"));
        now.store(1_061, Ordering::SeqCst);
        assert!(seen.remember("a"));
        // The clock is set back: nothing becomes new because of it.
        now.store(500, Ordering::SeqCst);
        assert!(!seen.remember("a"));
    }

    #[test]
    fn the_capacity_bounds_the_ids_and_the_oldest_goes_first() {
        let seen = Deduplicator::new().capacity(3);
        for id in ["a", "b", "c", "d"] {
            assert!(seen.remember(id));
        }
        assert!(!seen.remember("b"));
        assert!(seen.remember("a"));
        for id in 0..10_000 {
            assert!(seen.remember(&id.to_string()));
            seen.forget(&id.to_string());
        }
        let inner = seen.seen();
        assert!(inner.ids.len() <= 3 && inner.order.len() <= 3);
    }

    #[test]
    fn an_id_that_was_forgotten_is_new_and_keeps_its_own_time() {
        let now = Arc::new(AtomicU64::new(0));
        let seen = Deduplicator::new()
            .window(Duration::from_secs(60))
            .clock(at(&now));
        assert!(seen.remember("a"));
        seen.forget("a");
        now.store(50, Ordering::SeqCst);
        assert!(seen.remember("a"));
        now.store(70, Ordering::SeqCst);
        assert!(
            !seen.remember("a"),
            "the first entry has expired, not the second"
        );
    }

    #[test]
    fn of_many_threads_one_finds_an_id_new() {
        let (seen, new) = (Deduplicator::new(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for id in 0..500 {
                        let is_new = seen.remember(&id.to_string());
                        new.fetch_add(usize::from(is_new), Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(new.into_inner(), 500);
    }
}
