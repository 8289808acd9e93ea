//! Recognising events that come again.

use std::fmt;
use std::sync::Arc;

use super::memory_store::MemoryStore;
use super::store::{Claim, ClaimState, EventStore};

/// Recognises events that come again, by their ids.
///
/// [`begin`](Self::begin) says whether an event is new. If it is, it gives a [`Handling`]: finish it when the
/// event has been handled. If it is dropped before, because of an error, a panic or a cancelled request, the id
/// is forgotten, and the event is new when it is sent again.
///
/// Ids are kept in memory, unless you set [a store](Self::with_store). Clones share it.
///
/// ```
/// use trackstar_api::webhooks::{Deduplicator, Delivery};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), trackstar_api::webhooks::DeduplicatorError> {
/// let seen = Deduplicator::new();
/// let Delivery::New(handling) = seen.begin("msg_1").await? else { panic!() };
/// assert!(matches!(seen.begin("msg_1").await?, Delivery::InProgress)); // respond with 503
/// drop(handling); // it failed: respond with 500
///
/// let Delivery::New(handling) = seen.begin("msg_1").await? else { panic!() };
/// handling.finish().await?; // respond with 204
/// assert!(matches!(seen.begin("msg_1").await?, Delivery::Done)); // respond with 204
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Deduplicator {
    store: Arc<dyn EventStore>,
}

/// What is known of an event when it comes.
#[derive(Debug)]
#[must_use = "an event that is not new must not be handled again"]
#[allow(clippy::exhaustive_enums, reason = "each needs a response of its own")]
pub enum Delivery {
    /// It is new: handle it, and then finish this.
    New(Handling),
    /// It came before, and is still being handled. Respond with 503: should that fail, the event must be sent
    /// again, and a 2xx would stop it.
    InProgress,
    /// It came before, and has been handled. Respond with 204.
    Done,
}

/// The handling of a new event. [Finish](Self::finish) it when the event has been handled; dropped before, it
/// forgets the event's id, so that the event is new when it is sent again.
///
/// It can be moved to another task or thread.
#[must_use = "if it is dropped unfinished, the event is new when it is sent again"]
pub struct Handling {
    store: Arc<dyn EventStore>,
    /// `None` when there is nothing to forget.
    claim: Option<Claim>,
}

/// The store of a [`Deduplicator`] failed. Respond with 503, so that the event is sent again.
#[derive(Debug, thiserror::Error)]
#[error(
    "the store of the ids of events failed: {cause}; respond with 503, so that the event is sent again"
)]
pub struct DeduplicatorError {
    #[source]
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl Deduplicator {
    /// Keeps ids in memory, in a [`MemoryStore`].
    pub fn new() -> Self {
        Self::with_store(MemoryStore::new())
    }

    /// Keeps ids in your own store, which several processes can share.
    pub fn with_store(store: impl EventStore + 'static) -> Self {
        Self {
            store: Arc::new(store),
        }
    }

    /// Begins to handle the event with this id ([`Event::id`](super::Event::id)), if it is new.
    ///
    /// # Errors
    /// If the store fails; the default one does not.
    pub async fn begin(&self, id: &str) -> Result<Delivery, DeduplicatorError> {
        let claim = Claim::new(id);
        // If this is dropped while the store is asked, or if the store fails, the claim is forgotten.
        let mut handling = Handling {
            store: Arc::clone(&self.store),
            claim: Some(claim.clone()),
        };
        let state = self.store.begin(&claim).await;
        let state = state.map_err(|cause| DeduplicatorError { cause })?;
        Ok(match state {
            ClaimState::New => Delivery::New(handling),
            ClaimState::InProgress | ClaimState::Done => {
                handling.claim = None;
                match state {
                    ClaimState::Done => Delivery::Done,
                    _ => Delivery::InProgress,
                }
            }
        })
    }
}

impl Handling {
    /// The event has been handled: if it comes again, it is [`Delivery::Done`].
    ///
    /// # Errors
    /// If the store fails; the default one does not. The id is forgotten then: respond with 503, and the event
    /// is handled again when it is sent again.
    pub async fn finish(mut self) -> Result<(), DeduplicatorError> {
        if let Some(claim) = &self.claim {
            let finished = self.store.finish(claim).await;
            finished.map_err(|cause| DeduplicatorError { cause })?;
        }
        self.claim = None;
        Ok(())
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        if let Some(claim) = self.claim.take() {
            self.store.forget(&claim);
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
        f.debug_struct("Deduplicator").finish_non_exhaustive()
    }
}

impl fmt::Debug for Handling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handling")
            .field("claim", &self.claim)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::store::StoreFuture;
    use super::*;

    async fn is_new(seen: &Deduplicator, id: &str) -> bool {
        matches!(seen.begin(id).await, Ok(Delivery::New(_)))
    }

    async fn handling(seen: &Deduplicator, id: &str) -> Handling {
        match seen.begin(id).await.unwrap() {
            Delivery::New(handling) => handling,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn an_event_is_in_progress_until_it_is_finished_and_done_from_then_on() {
        let seen = Deduplicator::new();
        let first = handling(&seen, "a").await;
        let again = seen.clone().begin("a").await.unwrap();
        assert!(matches!(again, Delivery::InProgress));
        assert!(is_new(&seen, "b").await);
        first.finish().await.unwrap();
        assert!(matches!(seen.begin("a").await.unwrap(), Delivery::Done));
    }

    #[tokio::test]
    async fn an_event_whose_handling_fails_panics_or_is_cancelled_is_new_again() {
        let seen = Deduplicator::new();
        drop(handling(&seen, "a").await);

        let held = handling(&seen, "a").await;
        let panicking = tokio::spawn(async move {
            let _held = held;
            panic!("as a test");
        });
        assert!(panicking.await.unwrap_err().is_panic());

        let held = handling(&seen, "a").await;
        let waiting = tokio::spawn(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        tokio::task::yield_now().await;
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
        assert!(is_new(&seen, "a").await);
    }

    /// Writes down what it is asked for, and does not do it.
    #[derive(Clone, Default)]
    struct Failing(Arc<Mutex<Vec<String>>>, Option<ClaimState>);

    impl Failing {
        fn note(&self, what: &str, claim: &Claim) {
            let mut asked = self.0.lock().unwrap();
            asked.push(format!("{what} {}", claim.id()));
        }
    }

    impl EventStore for Failing {
        fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimState> {
            self.note("begin", claim);
            Box::pin(async { self.1.ok_or("it is away".into()) })
        }

        fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ()> {
            self.note("finish", claim);
            Box::pin(async { Err("it is away".into()) })
        }

        fn forget(&self, claim: &Claim) {
            self.note("forget", claim);
        }
    }

    #[tokio::test]
    async fn what_a_store_failed_to_do_is_forgotten_and_its_error_is_told() {
        let store = Failing::default();
        let error = Deduplicator::with_store(store.clone()).begin("a").await;
        let text = error.unwrap_err().to_string();
        assert!(
            text.contains("it is away") && text.contains("503"),
            "{text}"
        );
        assert_eq!(*store.0.lock().unwrap(), ["begin a", "forget a"]);

        let store = Failing(Arc::default(), Some(ClaimState::New));
        let seen = Deduplicator::with_store(store.clone());
        assert!(handling(&seen, "a").await.finish().await.is_err());
        let asked = ["begin a", "finish a", "forget a"];
        assert_eq!(*store.0.lock().unwrap(), asked);
    }

    #[tokio::test]
    async fn what_somebody_else_has_claimed_is_not_forgotten() {
        for state in [ClaimState::InProgress, ClaimState::Done] {
            let store = Failing(Arc::default(), Some(state));
            let seen = Deduplicator::with_store(store.clone());
            drop(seen.begin("a").await.unwrap());
            assert_eq!(*store.0.lock().unwrap(), ["begin a"]);
        }
    }
}
