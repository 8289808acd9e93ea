//! The ids of events, for several machines that receive them.

use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use ::redis::Script;

use super::connection::{Redis, RedisConnection};
use crate::webhooks::{Claim, ClaimState, EventStore, StoreFuture};

static BEGIN: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("begin.lua")));
static FORGET: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("forget.lua")));
static FINISH: LazyLock<Script> =
    LazyLock::new(|| Script::new("redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])"));

/// What is stored of an id that is done; otherwise it is the token of its claim.
const DONE: &str = "done";

/// Keeps the ids of events in Redis or Valkey, for a [`Deduplicator`](crate::webhooks::Deduplicator): several machines
/// can receive the same events, and one of them handles each.
///
/// If Redis is away, [`begin`](crate::webhooks::Deduplicator::begin) fails: respond with 503, so that the event is
/// sent again.
///
/// ```no_run
/// use trackstar_api::redis::RedisDeduplicator;
/// use trackstar_api::{reexports::redis, webhooks::Deduplicator};
///
/// # async fn run() -> Result<(), redis::RedisError> {
/// let redis = redis::Client::open("redis://127.0.0.1/")?.get_connection_manager().await?;
/// let seen = Deduplicator::with_store(RedisDeduplicator::new(redis));
/// # let _ = seen;
/// # Ok(())
/// # }
/// ```
pub struct RedisDeduplicator<C> {
    redis: Redis<C>,
    window: Duration,
    claim_timeout: Duration,
}

impl<C: RedisConnection> RedisDeduplicator<C> {
    /// A store with a connection that reconnects by itself.
    pub fn new(connection: C) -> Self {
        Self {
            redis: Redis::new(connection),
            window: Duration::from_secs(36 * 60 * 60),
            claim_timeout: Duration::from_secs(5 * 60),
        }
    }

    /// How long an id that is done is kept. Default: 36 hours, longer than Svix retries.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// How long an event may be handled: after that it is new again, since the machine that began may have stopped.
    /// Default: 5 minutes.
    #[must_use]
    pub fn claim_timeout(mut self, limit: Duration) -> Self {
        self.claim_timeout = limit;
        self
    }

    /// How long Redis may take to respond before it counts as away. Default: one second.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.redis.timeout = limit;
        self
    }

    /// What the names of all keys start with. Default: `trackstar`. A key is named like `trackstar:event:{msg_1}`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.redis.prefix = prefix.into();
        self
    }

    fn name(&self, claim: &Claim) -> String {
        format!("{}:event:{{{}}}", self.redis.prefix, claim.id())
    }
}

/// As Redis reads it: at least one millisecond, and no more than it can add to a time.
fn milliseconds(time: Duration) -> String {
    const MAX: u128 = 1 << 52;
    time.as_millis().clamp(1, MAX).to_string()
}

impl<C: RedisConnection> EventStore for RedisDeduplicator<C> {
    fn begin<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ClaimState> {
        Box::pin(async move {
            let arguments = [claim.token(), &milliseconds(self.claim_timeout)];
            let known: String = self
                .redis
                .run(&BEGIN, &self.name(claim), &arguments)
                .await?;
            Ok(match known.as_str() {
                "" => ClaimState::New,
                DONE => ClaimState::Done,
                _ => ClaimState::InProgress,
            })
        })
    }

    fn finish<'a>(&'a self, claim: &'a Claim) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let arguments = [DONE, &milliseconds(self.window)];
            Ok(self
                .redis
                .run(&FINISH, &self.name(claim), &arguments)
                .await?)
        })
    }

    fn forget(&self, claim: &Claim) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (redis, name, token) = (
            self.redis.clone(),
            self.name(claim),
            claim.token().to_owned(),
        );
        runtime.spawn(async move {
            if let Err(why) = redis.run::<()>(&FORGET, &name, &[token]).await {
                tracing::warn!(%why, "an event whose handling failed is new only when its claim expires");
            }
        });
    }
}

impl<C> fmt::Debug for RedisDeduplicator<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisDeduplicator")
            .field("prefix", &self.redis.prefix)
            .field("window", &self.window)
            .field("claim_timeout", &self.claim_timeout)
            .finish_non_exhaustive()
    }
}
