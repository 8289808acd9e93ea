//! What the client knows about an operation. The generated table has an entry for each.

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
    /// Whether the API passes the body to the system behind it unchanged.
    pub(crate) is_passthrough: bool,
}

impl Operation {
    /// Whether the operation takes an idempotency key: every write does, except a passthrough.
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
    /// It is about the organisation.
    Unused,
    /// It is about the organisation, and about the connection if there is a token.
    Optional,
    /// It is about a connection.
    Required,
}
