//! What went wrong, as an error keeps it.

use std::error::Error as StdError;
use std::fmt;
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
    Http(HttpFailure),
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

/// What the HTTP client failed with.
#[derive(Debug)]
pub(crate) struct HttpFailure {
    pub(crate) error: reqwest::Error,
    /// Host and port.
    pub(crate) host: String,
    /// How long connecting, or the whole attempt, may take.
    pub(crate) limit: Duration,
}

impl HttpFailure {
    /// The error, and what it comes from.
    fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        let mut next: Option<&(dyn StdError + 'static)> = Some(&self.error);
        std::iter::from_fn(move || {
            let error = next?;
            next = error.source();
            Some(error)
        })
    }

    fn root(&self) -> String {
        self.chain()
            .last()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// Whether the time of the attempt, or for connecting, passed.
    pub(super) fn is_timeout(&self) -> bool {
        // The connection that no longer responds is closed by another clock.
        self.error.is_timeout() && !self.went_silent()
    }

    fn went_silent(&self) -> bool {
        self.chain()
            .any(|error| error.to_string() == "keep-alive timed out")
    }

    /// Whether the server's certificate is refused.
    pub(super) fn is_certificate(&self) -> bool {
        // Neither TLS library has a type for this that `reqwest` shows.
        self.error.is_connect() && self.root().contains("certificate")
    }

    /// Whether that is because nobody who issued it is trusted, and not because of its dates or its name.
    fn is_unknown_authority(&self) -> bool {
        let why = self.root().to_lowercase();
        let says = ["issuer", "self-signed", "self signed", "trusted"];
        self.is_certificate() && says.iter().any(|says| why.contains(says))
    }
}

impl fmt::Display for HttpFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, host, limit } = self;
        if error.is_connect() && self.is_timeout() {
            return write!(
                f,
                "no connection to the server: {host}: not within {limit:?}"
            );
        }
        if self.is_timeout() {
            return write!(
                f,
                "the attempt timed out: {host} gave no whole response within {limit:?}"
            );
        }
        let root = self.root();
        if !error.is_connect() {
            let what = "the connection broke before the whole response arrived";
            return match self.went_silent() {
                true => write!(f, "{what}: {host} no longer responds"),
                false => write!(f, "{what}: {root}"),
            };
        }
        write!(f, "no connection to the server: {host}: {root}")?;
        if self.is_unknown_authority() {
            write!(
                f,
                "; if a proxy of your company opens TLS connections, trust its certificate authority with \
                 `ClientBuilder::add_root_certificate`"
            )?;
        }
        Ok(())
    }
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
    /// The error of another crate that it comes from.
    pub(super) fn underlying(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Http(failure) => Some(&failure.error),
            Self::Configuration(InvalidConfiguration::Http(error)) => Some(error),
            Self::Limiter(error) => Some(&**error),
            Self::Mismatch(Mismatch::NotJson(error) | Mismatch::Shape { cause: error, .. }) => {
                Some(error)
            }
            _ => None,
        }
    }
}
