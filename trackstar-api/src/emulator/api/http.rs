//! Requests and responses, as far as the API looks at them.

use std::time::Duration;

use bytes::Bytes;

use crate::emulator::rules::quota::Quota;
use crate::emulator::rules::refusal::Refusal;

/// What the API reads of a request.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) api_key: String,
    pub(crate) access_token: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    pub(crate) is_html: bool,
    pub(crate) quota: Option<Quota>,
    pub(crate) is_replayed: bool,
    /// The methods that the path has, where it has not that of the request.
    pub(crate) allow: Option<String>,
    pub(crate) delivery: Delivery,
}

/// How a response gets to the client.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Delivery {
    Whole,
    /// Half of its body.
    Cut,
    /// Late, and in pieces.
    Slow(Duration),
    Never,
}

impl Response {
    pub(crate) fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            body: body.into(),
            is_html: false,
            quota: None,
            is_replayed: false,
            allow: None,
            delivery: Delivery::Whole,
        }
    }

    /// What a gateway sends in the place of the API.
    pub(crate) fn of_gateway() -> Self {
        let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
        Self {
            is_html: true,
            ..Self::new(502, page)
        }
    }
}

impl From<Refusal> for Response {
    fn from(refusal: Refusal) -> Self {
        Self {
            allow: refusal.allow,
            ..Self::new(refusal.status, refusal.body.to_string())
        }
    }
}
