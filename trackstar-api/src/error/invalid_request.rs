//! Why a request cannot be sent.

use std::ops::RangeInclusive;

use super::UnusableCredential;

/// Why a request cannot be sent. Found while its parameters are set, reported by `send`.
#[derive(Clone, Debug, thiserror::Error)]
#[allow(dead_code, reason = "some are of operations that may not be compiled")]
pub(crate) enum InvalidRequest {
    #[error(
        "`{0}` is empty, `.` or `..`, which would lead to another path: pass the id of a record"
    )]
    PathParameter(&'static str),
    #[error("the operation needs an access token: call it on `client.connection(token)`")]
    NoAccessToken,
    #[error("the {0} {1}")]
    Credential(&'static str, UnusableCredential),
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
    #[error("the body cannot be written as JSON: {0}")]
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
