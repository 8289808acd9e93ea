//! Rate limits that several machines keep together.

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ::redis::Script;

use super::connection::{Redis, RedisConnection, Unavailable};
use super::queues::{Grant, Queues};
use crate::rate_limit::{Admission, LimitClass, LimitKey, LimitReport, Limiter, LocalLimiter};

static ARRIVED: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("arrived.lua")));
static CLOSE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("close.lua")));

/// Keeps the rate limits of access tokens that several machines use, in Redis or Valkey.
///
/// Together they send no more than one machine may with a [`LocalLimiter`], by the clock of Redis. On each machine
/// it is first come, first served; between machines, one with queued requests after the other. A 429 makes all machines
/// wait. An admission takes one round trip, and Redis holds at most fifty numbers for each token, for as long as they
/// count.
///
/// ```no_run
/// use std::sync::Arc;
/// use trackstar_api::redis::RedisLimiter;
/// use trackstar_api::{Client, reexports::redis};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let redis = redis::Client::open("redis://127.0.0.1/")?.get_connection_manager().await?;
/// let client = Client::builder().with_env().limiter(Arc::new(RedisLimiter::new(redis))).build()?;
/// # let _ = client;
/// # Ok(())
/// # }
/// ```
pub struct RedisLimiter<C> {
    redis: Redis<C>,
    /// Each machine keeps the limits for itself too: that is what is left while Redis is away.
    local: LocalLimiter,
    queues: Arc<Queues>,
    fails_open: bool,
}

impl<C: RedisConnection> RedisLimiter<C> {
    /// A limiter with a connection that reconnects by itself.
    pub fn new(connection: C) -> Self {
        Self {
            redis: Redis::new(connection),
            local: LocalLimiter::new(),
            queues: Arc::default(),
            fails_open: true,
        }
    }

    /// Whether requests are sent while Redis is away. Default: yes, and each machine keeps the limits for itself.
    /// Otherwise they fail with [`ErrorKind::Limiter`](crate::ErrorKind::Limiter).
    #[must_use]
    pub fn fail_open(mut self, fail_open: bool) -> Self {
        self.fails_open = fail_open;
        self
    }

    /// How long Redis may take to respond before it counts as away. Default: one second.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.redis.timeout = limit;
        self
    }

    /// What the names of all keys start with. Default: `trackstar`. A key is named like
    /// `trackstar:{162fc33c3750a4567728991a96b0c135}:reads`: all keys of a token are in one hash slot.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.redis.prefix = prefix.into();
        self
    }

    /// Sets the limit of a class, which must be the same on all machines: [`LocalLimiter::limit`].
    #[must_use]
    pub fn limit(mut self, class: LimitClass, max_requests: usize, window: Duration) -> Self {
        self.local = self.local.limit(class, max_requests, window);
        self
    }

    /// Waits for a grant of Redis. None if it is away, and requests are sent all the same.
    async fn granted(
        &self,
        key: &LimitKey,
        class: LimitClass,
        unused: Option<Grant>,
    ) -> Result<Option<Grant>, Unavailable> {
        let (name, limit) = (self.name(key, class), self.local.limit_of(class));
        match self.queues.wait(&self.redis, &name, limit, unused).await {
            Err(why) if self.fails_open => {
                tracing::warn!(%why, "this machine keeps the rate limits for itself");
                Ok(None)
            }
            granted => granted.map(Some),
        }
    }

    fn name(&self, key: &LimitKey, class: LimitClass) -> String {
        let class = match class {
            LimitClass::Reads => "reads",
            LimitClass::Writes => "writes",
            LimitClass::Integrations => "integrations",
        };
        format!("{}:{{{key}}}:{class}", self.redis.prefix)
    }
}

impl<C: RedisConnection> Limiter for RedisLimiter<C> {
    fn admit<'a>(&'a self, key: &'a LimitKey, class: LimitClass) -> Admission<'a> {
        Box::pin(async move {
            let counted = match class {
                LimitClass::Integrations => {
                    self.granted(key, class, None).await?;
                    LimitClass::Reads
                }
                class => class,
            };
            let mut unused = None;
            loop {
                let grant = self.granted(key, counted, unused.take()).await?;
                // It waits only if Redis was away, or after a 429.
                self.local.admit(key, class).await?;
                let limit = self.local.limit_of(counted);
                unused = grant.filter(|grant| class == counted && grant.is_late(limit));
                if unused.is_none() {
                    return Ok(());
                }
            }
        })
    }

    fn learn(&self, key: &LimitKey, class: LimitClass, report: &LimitReport) {
        // That nothing remains is the work of all machines.
        let is_first = self
            .local
            .learn_from(key, class, &report.without_remaining());
        let limit = *self.local.limit_of(class);
        let (most, span) = (limit.max_requests(), limit.span().as_micros());
        let (script, arguments) = if report.is_rate_limited() {
            let wait = report.retry_after().unwrap_or(limit.span());
            (
                &CLOSE,
                vec![
                    most.to_string(),
                    span.to_string(),
                    wait.as_micros().to_string(),
                ],
            )
        } else if is_first && report.elapsed() > limit.slack() / 2 {
            // It was granted a little earlier than it was sent.
            let since = report.elapsed() + limit.slack();
            (
                &ARRIVED,
                vec![span.to_string(), since.as_micros().to_string()],
            )
        } else {
            return;
        };
        let (redis, name) = (self.redis.clone(), self.name(key, class));
        let tell = async move {
            if let Err(why) = redis.run::<()>(script, &name, &arguments).await {
                tracing::warn!(%why, "other machines do not learn from a response");
            }
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(tell);
        }
    }
}

impl<C> fmt::Debug for RedisLimiter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLimiter")
            .field("prefix", &self.redis.prefix)
            .field("fails_open", &self.fails_open)
            .finish_non_exhaustive()
    }
}
