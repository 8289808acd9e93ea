//! Where a deduplicator keeps the ids of events.

use std::fmt;
use std::pin::Pin;

/// What an [`EventStore`] gives: a future that is ready when the store has done what it was asked for.
pub type StoreFuture<'a, T> =
    Pin<Box<dyn Future<Output = Result<T, Box<dyn std::error::Error + Send + Sync>>> + Send + 'a>>;

/// Keeps the ids of events for a [`Deduplicator`](super::Deduplicator): which ones are being handled, and which
/// ones are done.
///
/// By default ids are kept in the memory of the process, by a [`MemoryStore`](super::MemoryStore). If several
/// processes receive events, or if ids must outlive the process, write a store for a database or Redis. Give
/// each entry a time to live: a process that stops while it handles an event does not forget its claim, so a
/// claim in progress must expire (after 5 minutes, say). An id that is done must be kept for longer than Svix
/// retries (36 hours).
///
/// ```
/// use std::time::Duration;
/// use trackstar_api::webhooks::{Claim, ClaimState, Deduplicator, EventStore, StoreFuture};
///
/// /// Keeps ids in Redis: `SET key value NX EX seconds` sets a key that does not exist.
/// struct RedisStore {
///     redis: Redis,
/// }
///
/// const IN_PROGRESS: Duration = Duration::from_secs(5 * 60);
/// const DONE: Duration = Duration::from_secs(36 * 60 * 60);
///
/// impl EventStore for RedisStore {
///     fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimState> {
///         Box::pin(async move {
///             if self.redis.set_if_absent(claim.id(), claim.token(), IN_PROGRESS).await? {
///                 return Ok(ClaimState::New);
///             }
///             Ok(match self.redis.get(claim.id()).await?.as_deref() {
///                 Some("done") => ClaimState::Done,
///                 _ => ClaimState::InProgress,
///             })
///         })
///     }
///
///     fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ()> {
///         Box::pin(async move { Ok(self.redis.set(claim.id(), "done", DONE).await?) })
///     }
///
///     fn forget(&self, claim: &Claim) {
///         let (redis, claim) = (self.redis.clone(), claim.clone());
///         tokio::spawn(async move {
///             // If this fails, the claim expires.
///             let _ = redis.delete_if_equal(claim.id(), claim.token()).await;
///         });
///     }
/// }
/// # #[derive(Clone)]
/// # struct Redis;
/// # impl Redis {
/// #     async fn set_if_absent(&self, _: &str, _: &str, _: Duration) -> std::io::Result<bool> { Ok(true) }
/// #     async fn get(&self, _: &str) -> std::io::Result<Option<String>> { Ok(None) }
/// #     async fn set(&self, _: &str, _: &str, _: Duration) -> std::io::Result<()> { Ok(()) }
/// #     async fn delete_if_equal(&self, _: &str, _: &str) -> std::io::Result<()> { Ok(()) }
/// # }
///
/// # let redis = Redis;
/// let seen = Deduplicator::with_store(RedisStore { redis });
/// # let _ = seen;
/// ```
pub trait EventStore: Send + Sync {
    /// Claims an id if nothing is known of it, in one atomic step: of two claims at the same time, one is new.
    ///
    /// The future may be dropped before it is ready; [`forget`](Self::forget) is called then.
    ///
    /// # Errors
    /// If the store cannot be reached.
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimState>;

    /// Marks the id of the claim as done, even if it has expired or somebody else has claimed it since.
    ///
    /// # Errors
    /// If the store cannot be reached. The claim is forgotten then.
    fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ()>;

    /// Forgets the id if it is still in progress under the token of this claim. An id that is done, or that
    /// has another token, stays.
    ///
    /// It is called when a [`Handling`](super::Handling) is dropped, so it must not block: start a task, or let
    /// the claim expire.
    fn forget(&self, claim: &Claim);
}

/// One attempt to handle an event.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    id: String,
    token: String,
}

/// What an [`EventStore`] knows of the id of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "there is no fourth state")]
pub enum ClaimState {
    /// Nothing so far: it is claimed now.
    New,
    /// Somebody else has claimed it, and has not finished yet.
    InProgress,
    /// It is done.
    Done,
}

impl Claim {
    /// A claim of this id with a token of its own.
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            token: uuid::Uuid::new_v4().to_string(),
        }
    }

    /// The id of the event.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Identifies this attempt among all attempts to handle the event: a random UUID.
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
