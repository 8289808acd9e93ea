//! What went wrong, as an error keeps it.

use std::error::Error as StdError;
use std::time::Duration;

use super::{InvalidConfiguration, InvalidRequest};
use crate::model::json::Mismatch;
use crate::model::unreadable::UnreadableRecord;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{0}")]
    Configuration(#[source] InvalidConfiguration),
    #[error("{0}")]
    InvalidRequest(#[source] InvalidRequest),
    #[error("{0}")]
    Http(#[source] reqwest::Error),
    #[error("the limiter failed, and nothing was sent: {0}")]
    Limiter(#[source] Box<dyn StdError + Send + Sync>),
    #[error("the server refused")]
    Status,
    #[error("{0}")]
    Mismatch(#[source] Mismatch),
    #[error("{0}; `Error::unreadable_record` has it, and the stream continues after it")]
    UnreadableRecord(Box<UnreadableRecord>),
    #[error("the response is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the total timeout of {limit:?} passed")]
    OutOfTime { limit: Duration },
    #[error("the page leads to a page that was read before: the list would never end")]
    RepeatedPage,
    #[allow(dead_code, reason = "where the document has no on-demand syncs")]
    #[error("the sync is still open after {} s", limit.as_secs())]
    StillOpen { limit: Duration },
}

impl Cause {
    /// The cause in words. A network error says what happened, then its root cause.
    pub(super) fn reason(&self) -> String {
        let Self::Http(error) = self else {
            return self.to_string();
        };
        let what = if error.is_timeout() {
            "the attempt timed out"
        } else if error.is_connect() {
            "no connection to the server"
        } else {
            "the connection broke before the whole response arrived"
        };
        let mut root: &dyn StdError = error;
        while let Some(source) = root.source() {
            root = source;
        }
        format!("{what}: {root}")
    }
}
