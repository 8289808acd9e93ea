//! Calling a script in Redis within a time limit.

use std::sync::Arc;
use std::time::Duration;

use ::redis::aio::ConnectionLike;
use ::redis::{FromRedisValue, RedisError, Script, ToRedisArgs};

/// A connection that can be cloned, and reconnects by itself: [`ConnectionManager`](::redis::aio::ConnectionManager), or
/// that of a cluster.
pub trait RedisConnection: ConnectionLike + Clone + Send + Sync + 'static {}

impl<C: ConnectionLike + Clone + Send + Sync + 'static> RedisConnection for C {}

/// Why Redis did not do what it was asked for.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Unavailable {
    #[error("Redis did not respond within {0:?}")]
    Late(Duration),
    #[error("Redis: {0}")]
    Failed(Arc<RedisError>),
}

/// A connection with the settings that its users share.
#[derive(Clone)]
pub(super) struct Redis<C> {
    connection: C,
    pub(super) prefix: String,
    pub(super) timeout: Duration,
}

impl<C: RedisConnection> Redis<C> {
    pub(super) fn new(connection: C) -> Self {
        Self {
            connection,
            prefix: "trackstar".to_owned(),
            timeout: Duration::from_secs(1),
        }
    }

    /// Runs a script on one key.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        key: &str,
        arguments: impl ToRedisArgs,
    ) -> Result<T, Unavailable> {
        let mut connection = self.connection.clone();
        let mut call = script.key(key);
        call.arg(arguments);
        let result = tokio::time::timeout(self.timeout, call.invoke_async(&mut connection));
        let result = result.await.map_err(|_| Unavailable::Late(self.timeout))?;
        result.map_err(|error| Unavailable::Failed(Arc::new(error)))
    }
}
