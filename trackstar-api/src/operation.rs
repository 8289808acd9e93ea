//! What the runtime knows of an operation. The generated table holds one for each.

use reqwest::Method;

/// An operation of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name of the client's method, `list_magic_links`.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// With placeholders: `/magic-links/{magic_link_id}`.
    pub(crate) path: &'static str,
    pub(crate) token: Token,
    /// Whether the body goes to the system behind the API as it is.
    pub(crate) is_passthrough: bool,
}

impl Operation {
    /// Whether the operation takes an idempotency key: every write does, but those that go through to the
    /// system behind the API.
    pub(crate) fn takes_key(&self) -> bool {
        !self.is_safe() && !self.is_passthrough
    }

    /// Whether the operation changes nothing, so that it can be sent any number of times.
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }
}

/// Whether an operation takes the access token of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "which of them occur depends on the operations that are compiled"
)]
pub(crate) enum Token {
    /// It works on the organisation.
    Unused,
    /// It says more about the connection if there is a token.
    Optional,
    /// It works on a connection.
    Required,
}
