//! What went wrong, as an error keeps it.

use std::error::Error as StdError;
use std::time::Duration;

use super::text::{MAX_MESSAGE, MAX_NAME, one_line, reason};
use super::{InvalidConfiguration, InvalidRequests};
use crate::model::json::Mismatch;
use crate::model::unreadable::UnreadableRecord;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{0}")]
    Configuration(InvalidConfiguration),
    #[error("{0}")]
    InvalidRequest(InvalidRequests),
    #[error("{0}")]
    Http(reqwest::Error),
    #[error("the limiter failed, and nothing was sent: {0}")]
    Limiter(Box<dyn StdError + Send + Sync>),
    #[error("the server refused")]
    Status,
    #[error("{}", mismatch(.0))]
    Mismatch(Mismatch),
    #[error("{}; `Error::unreadable_record` has it, and the stream continues after it", one_line(&.0.to_string(), MAX_MESSAGE))]
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

/// Why a body is not the response that an operation gives, in one line.
fn mismatch(mismatch: &Mismatch) -> String {
    match mismatch {
        Mismatch::NotJson(_) => {
            format!("not JSON: {}", one_line(&mismatch.problem(), MAX_MESSAGE))
        }
        Mismatch::Shape { path, cause } => {
            format!("{}: {}", one_line(path, MAX_NAME), reason(cause))
        }
    }
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

    /// The error of another crate that it comes from.
    pub(super) fn underlying(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Http(error) | Self::Configuration(InvalidConfiguration::Http(error)) => {
                Some(error)
            }
            Self::Limiter(error) => Some(&**error),
            Self::Mismatch(Mismatch::NotJson(error) | Mismatch::Shape { cause: error, .. }) => {
                Some(error)
            }
            _ => None,
        }
    }
}
