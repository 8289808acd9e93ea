//! Why a request cannot be sent.

use std::fmt;
use std::ops::RangeInclusive;

use super::text::{MAX_NAME, one_line};
use super::{FieldMessage, UnusableCredential};

/// How many are named in the line of an error, and how many are kept as fields.
const MAX_SHOWN: usize = 3;
const MAX_FIELDS: usize = 100;

/// Why a request cannot be sent. Found while its parameters are set, reported by `send`.
#[derive(Clone, Debug, thiserror::Error)]
#[allow(dead_code, reason = "some are of operations that may not be compiled")]
pub(crate) enum InvalidRequest {
    #[error(
        "`{0}` is empty or contains `.` or `..` as a step of a path, which would lead to another one: pass the id of a \
         record"
    )]
    PathParameter(&'static str),
    #[error("the operation needs an access token: call it on `client.connection(token)`")]
    NoAccessToken,
    #[error(
        "the header `{0}` cannot hold this value: leave out line breaks and characters that are not ASCII"
    )]
    Header(&'static str),
    #[error("the {0} {1}")]
    Credential(&'static str, UnusableCredential),
    #[error(
        "there is no tokio runtime: await the request in one, such as that of `#[tokio::main]`"
    )]
    NoRuntime,
    #[error("there is no file: set one with `file`, `bytes` or `url`")]
    NoFile,
    #[error(
        "the path does not start with a slash, leads upwards, or contains a query, a backslash or a control character: write it like /wms/orders"
    )]
    Path,
    #[error("the event has no `data_url`: only a truncated event has one")]
    NoDataUrl,
    #[error(
        "the event's `data_url` is not an https address of the vendor: the API key is not sent there"
    )]
    DataUrl,
    #[error("the event's download address is not https")]
    DownloadUrl,
    #[error("the method is not GET, POST, PUT, PATCH or DELETE")]
    Method,
    #[error("the idempotency key is not 1 to 255 visible ASCII characters")]
    IdempotencyKey,
    #[error("the body cannot be written: {0}")]
    Body(String),
    #[error("`{field}` of the body is {what}, which the API refuses in every write: leave it out")]
    RefusedField { field: String, what: &'static str },
    #[error("`{name}` has {count} values, the API accepts at most {max}: send several requests")]
    LongList {
        name: String,
        count: usize,
        max: usize,
    },
    #[error("`{0}` is an empty list: leave it out if you do not want to filter by it")]
    EmptyList(String),
    #[error("`{0}` has a value that is an empty text: leave it out")]
    EmptyValue(String),
    #[error("`{0}` has a value with a comma, which the API would read as two values")]
    Comma(String),
    #[error(
        "`{name}` is no filter of this operation: the field takes {}",
        listed(takes)
    )]
    Operator { name: String, takes: &'static str },
    #[error("`{name}` is {value}, the API accepts {} to {}", bounds.start(), bounds.end())]
    OutOfBounds {
        name: &'static str,
        value: i64,
        bounds: RangeInclusive<i64>,
    },
    #[error(
        "a page token belongs to one request, and these ids need several: continue with the ids that are left"
    )]
    PageOfManyIds,
    #[error("the checkpoint is one of `{}`: keep one for each kind of record", one_line(.0, MAX_NAME))]
    Checkpoint(String),
}

/// All that is wrong with one request.
#[derive(Clone, Debug)]
pub(crate) struct InvalidRequests(Vec<InvalidRequest>);

impl From<Vec<InvalidRequest>> for InvalidRequests {
    fn from(all: Vec<InvalidRequest>) -> Self {
        Self(all)
    }
}

impl InvalidRequests {
    /// What is wrong with each field, named as the server names it.
    pub(super) fn fields(&self) -> Vec<FieldMessage> {
        let fields = self.0.iter().take(MAX_FIELDS).filter_map(|why| {
            let (location, field) = why.field()?;
            let (location, field) = (location, one_line(field, MAX_NAME));
            Some(FieldMessage::new(location, &field, why.to_string()))
        });
        fields.collect()
    }
}

impl fmt::Display for InvalidRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, why) in self.0.iter().take(MAX_SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{why}")?;
        }
        match self.0.len().checked_sub(MAX_SHOWN) {
            Some(more @ 1..) => write!(f, "; and {more} more"),
            _ => Ok(()),
        }
    }
}

impl InvalidRequest {
    /// The field that it is about, and where that is.
    fn field(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::PathParameter(name) => Some(("path", name)),
            Self::RefusedField { field, .. } => Some(("json", field)),
            Self::LongList { name, .. }
            | Self::EmptyList(name)
            | Self::EmptyValue(name)
            | Self::Comma(name)
            | Self::Operator { name, .. } => Some(("query", name)),
            Self::OutOfBounds { name, .. } => Some(("query", name)),
            _ => None,
        }
    }

    /// Whether it is about the body, and gone with another one.
    pub(crate) fn is_of_body(&self) -> bool {
        matches!(self, Self::RefusedField { .. } | Self::Body(_))
    }
}

/// The operators of a filter in words.
fn listed(operators: &str) -> String {
    let operators: Vec<&str> = operators
        .split(' ')
        .map(|operator| match operator {
            "=" => "a value",
            operator => operator,
        })
        .collect();
    operators.join(", ")
}
