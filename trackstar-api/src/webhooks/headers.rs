//! The headers of a request, in whatever server it was received.

use reqwest::header::HeaderMap;

/// Gives the value of a header by its name.
///
/// Implemented for `HeaderMap` of `http` version 1 (axum, hyper 1) and for closures. For actix, or another
/// version of `http`:
///
/// ```
/// # struct Value;
/// # impl Value { fn as_bytes(&self) -> &[u8] { b"" } }
/// # struct Headers;
/// # impl Headers { fn get(&self, _: &str) -> Option<&Value> { None } }
/// # struct Request;
/// # impl Request { fn headers(&self) -> &Headers { &Headers } }
/// # use trackstar_api::webhooks::{Event, Webhook, WebhookError};
/// fn receive(webhook: &Webhook, request: &Request, body: &[u8]) -> Result<Event, WebhookError> {
///     let header = |name: &str| Some(request.headers().get(name)?.as_bytes());
///     webhook.verify(&header, body)
/// }
/// ```
pub trait Headers {
    /// The value of the header; the name is in lower case.
    fn value(&self, name: &str) -> Option<Vec<u8>>;
}

impl Headers for HeaderMap {
    fn value(&self, name: &str) -> Option<Vec<u8>> {
        Some(self.get(name)?.as_bytes().to_vec())
    }
}

impl<F, V> Headers for F
where
    F: Fn(&str) -> Option<V>,
    V: AsRef<[u8]>,
{
    fn value(&self, name: &str) -> Option<Vec<u8>> {
        Some(self(name)?.as_ref().to_vec())
    }
}
