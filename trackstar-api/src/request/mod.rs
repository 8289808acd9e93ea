//! One request of an operation, as data: it can be inspected, repeated and changed before it is sent.

pub(crate) mod encoding;
pub mod filter;
pub(crate) mod idempotency;
pub(crate) mod options;
mod validation;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use crate::client::{Client, RetryPolicy};
use crate::error::{Cause, Error, InvalidRequest};
use crate::operation::Operation;
use encoding::Wire;
pub use idempotency::IdempotencyKey;

/// How many values the API accepts in a filter.
const MAX_LIST: usize = 100;
/// The parameter that asks for the page after another.
pub(crate) const PAGE_TOKEN: &str = "page_token";

/// An operation with its parameters filled in. It lives in a box, because it is moved through every setter
/// and into the future that sends it.
#[derive(Clone)]
pub(crate) struct Request {
    client: Client,
    operation: &'static Operation,
    path: Cow<'static, str>,
    query: Vec<(Cow<'static, str>, String)>,
    headers: HeaderMap,
    /// The ids to look up, by the name of their parameter. The API takes a limited number in a request.
    ids: Option<(&'static str, Vec<String>)>,
    body: Option<Bytes>,
    /// The media type of the body.
    media_type: &'static str,
    idempotency_key: Option<String>,
    retry: Option<RetryPolicy>,
    attempt_timeout: Option<Duration>,
    total_timeout: Option<Duration>,
    /// An address outside the base URL.
    absolute: Option<Url>,
    /// Whether it is sent without credentials.
    is_anonymous: bool,
    /// Why it cannot be sent.
    invalid: Vec<InvalidRequest>,
}

#[allow(
    dead_code,
    reason = "which of them are used depends on the operations that are compiled"
)]
impl Request {
    pub(crate) fn new(client: &Client, operation: &'static Operation) -> Box<Self> {
        Box::new(Self {
            client: client.clone(),
            operation,
            path: Cow::Borrowed(operation.path),
            query: Vec::new(),
            headers: HeaderMap::new(),
            ids: None,
            body: None,
            media_type: "application/json",
            idempotency_key: None,
            retry: None,
            attempt_timeout: None,
            total_timeout: None,
            absolute: None,
            is_anonymous: false,
            invalid: Vec::new(),
        })
    }

    /// Fills in the placeholder `{name}` of the path.
    pub(crate) fn path(&mut self, name: &'static str, value: &impl Wire) {
        match encoding::segment(&value.write()) {
            Some(segment) => {
                self.path = Cow::Owned(encoding::filled_in(&self.path, name, &segment))
            }
            None => self.refuse(InvalidRequest::PathParameter(name)),
        }
    }

    /// Sets a query parameter, replacing its previous value.
    pub(crate) fn query(&mut self, name: &'static str, value: &impl Wire) {
        self.set_query(name.into(), value.write());
    }

    /// Sets a query parameter of any name, replacing its previous value.
    pub(crate) fn set_query(&mut self, name: Cow<'static, str>, value: String) {
        self.query.retain(|(other, _)| *other != name);
        self.query.push((name, value));
    }

    /// Sets a header, replacing its previous value.
    pub(crate) fn header(&mut self, name: &'static str, value: &impl Wire) {
        let value = HeaderValue::from_str(&value.write());
        match (HeaderName::from_bytes(name.as_bytes()), value) {
            (Ok(name), Ok(value)) => drop(self.headers.insert(name, value)),
            _ => self.refuse(InvalidRequest::Header(name)),
        }
    }

    /// Sets the ids to look up, replacing those before.
    fn set_ids(&mut self, name: &'static str, ids: Vec<String>) {
        self.ids = Some((name, ids));
    }

    /// Whether the API takes its ids in several requests only.
    pub(crate) fn needs_batches(&self) -> bool {
        let ids = self.ids.as_ref();
        ids.is_some_and(|(_, ids)| ids.len() > MAX_LIST)
    }

    /// The request, or as many as the API takes for its ids.
    pub(crate) fn in_batches(mut self: Box<Self>) -> VecDeque<Box<Self>> {
        if self.needs_batches() && self.page_token().is_some() {
            self.refuse(InvalidRequest::PageOfManyIds);
        }
        match self.ids.take() {
            Some((name, ids)) => {
                let batches = ids.chunks(MAX_LIST).map(|ids| {
                    let mut batch = self.clone();
                    batch.ids = Some((name, ids.to_vec()));
                    batch
                });
                batches.collect()
            }
            None => [self].into(),
        }
    }

    /// The page that it asks for, if that is not the first one.
    pub(crate) fn page_token(&self) -> Option<&str> {
        let token = self.query.iter().find(|(name, _)| name == PAGE_TOKEN);
        token.map(|(_, token)| token.as_str())
    }

    /// Sets a query parameter once for each value.
    pub(crate) fn query_each<W: Wire>(
        &mut self,
        name: &'static str,
        values: impl Iterator<Item = W>,
    ) {
        self.query.retain(|(other, _)| *other != name);
        self.query
            .extend(values.map(|value| (name.into(), value.write())));
    }

    /// Sets the whole path, as the caller wrote it.
    pub(crate) fn raw_path(&mut self, path: &str) {
        if path.contains(['?', '#']) || !self.client.keeps_segments(path) {
            self.refuse(InvalidRequest::Path);
        }
        self.path = Cow::Owned(path.to_owned());
    }

    /// Sets the whole address, instead of one below the base URL. The caller must make sure that the
    /// credentials may be sent there.
    pub(crate) fn absolute(&mut self, url: Url) {
        self.absolute = Some(url);
    }

    /// Sends the request without credentials.
    pub(crate) fn anonymous(&mut self) {
        self.is_anonymous = true;
    }

    /// Makes `send` fail.
    pub(crate) fn refuse(&mut self, why: InvalidRequest) {
        self.invalid.push(why);
    }

    /// Sets the body.
    pub(crate) fn json<B: Serialize>(&mut self, body: &B) {
        self.invalid.retain(|why| !why.is_of_body());
        let written = serde_json::to_value(body).and_then(|value| {
            // Written from the body itself: a number keeps the digits that `Value` would round.
            Ok((value, serde_json::to_vec(body)?))
        });
        match written {
            Ok((value, bytes)) => {
                if !self.operation.is_passthrough {
                    let refused = validation::refused_fields(&value).into_iter();
                    let refused =
                        refused.map(|(field, what)| InvalidRequest::RefusedField { field, what });
                    self.invalid.extend(refused);
                }
                self.body = Some(bytes.into());
            }
            Err(error) => self.refuse(InvalidRequest::Body(error.to_string())),
        }
    }

    /// Sets the media type of the body, instead of plain JSON.
    pub(crate) fn media_type(&mut self, kind: &'static str) {
        self.media_type = kind;
    }

    /// Sets a query parameter to a list with separators that are no commas.
    pub(crate) fn query_joined<W: Wire>(
        &mut self,
        name: &'static str,
        separator: &str,
        values: impl Iterator<Item = W>,
    ) {
        let values: Vec<String> = values.map(|value| value.write()).collect();
        self.set_query(name.into(), values.join(separator));
    }

    /// Sets the idempotency key, instead of a random one.
    pub(crate) fn idempotency_key(&mut self, key: IdempotencyKey) {
        self.idempotency_key = key.0;
    }

    /// The idempotency key, if it has been set or minted.
    pub(crate) fn key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Whether it is sent without credentials.
    pub(crate) fn is_anonymous(&self) -> bool {
        self.is_anonymous
    }

    /// Sets the retries of this request, instead of the client's.
    pub(crate) fn retry(&mut self, policy: RetryPolicy) {
        self.retry = Some(policy);
    }

    /// Sets how long one attempt may take, instead of the client's setting.
    pub(crate) fn set_attempt_timeout(&mut self, limit: Duration) {
        self.attempt_timeout = Some(limit);
    }

    /// Sets how long the request may take in total, instead of the client's setting.
    pub(crate) fn set_total_timeout(&mut self, limit: Duration) {
        self.total_timeout = Some(limit);
    }

    /// Gives a write its idempotency key, once, before the first attempt. A request that is cloned before it
    /// is sent is another write, and gets its own key.
    pub(crate) fn mint_key(&mut self) {
        if self.operation.takes_key() {
            self.idempotency_key.get_or_insert_with(idempotency::mint);
        }
    }

    pub(crate) fn retry_policy(&self) -> RetryPolicy {
        self.retry.unwrap_or(self.client.shared().retry)
    }

    pub(crate) fn attempt_timeout(&self) -> Duration {
        self.attempt_timeout
            .unwrap_or(self.client.shared().attempt_timeout)
    }

    pub(crate) fn total_timeout(&self) -> Option<Duration> {
        self.total_timeout.or(self.client.shared().total_timeout)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The path as it is sent, below that of the base URL.
    pub(crate) fn encoded_path(&self) -> &str {
        &self.path
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The HTTP request that is sent.
    pub(crate) fn to_http(&self) -> Result<reqwest::Request, Error> {
        let invalid = |all: Vec<_>| Error::new(self.operation, Cause::InvalidRequest(all.into()));
        let mut faults = self.invalid.clone();
        let headers = self.headers(&mut faults);
        let ids = self.ids.as_ref().map(|(name, ids)| {
            let ids = filter::joined(name, ids.clone());
            ids.map(|ids| (*name, ids))
        });
        let ids = ids.transpose().map_err(|why| faults.push(why));
        let (Ok(ids), []) = (ids, faults.as_slice()) else {
            return Err(invalid(faults));
        };
        let shared = self.client.shared();
        let mut url = match &self.absolute {
            Some(url) => url.clone(),
            None => shared.base_url.join(&self.path),
        };
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        if let Some((name, ids)) = ids {
            url.query_pairs_mut().append_pair(name, &ids);
        }
        let mut request = reqwest::Request::new(self.operation.method.clone(), url);
        *request.timeout_mut() = Some(self.attempt_timeout());
        *request.headers_mut() = headers;
        *request.body_mut() = self.body.clone().map(Into::into);
        Ok(request)
    }

    /// Adds the headers of the caller's function; none of them replaces one of the client's.
    pub(crate) fn add_own_headers(&self, headers: &mut HeaderMap) {
        let Some(on_request) = &self.client.shared().on_request else {
            return;
        };
        if self.is_anonymous {
            return;
        }
        let mut own = HeaderMap::new();
        on_request(&mut own);
        for name in own.keys() {
            if !headers.contains_key(name) {
                for value in own.get_all(name) {
                    headers.append(name.clone(), value.clone());
                }
            }
        }
    }

    fn headers(&self, faults: &mut Vec<InvalidRequest>) -> HeaderMap {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        let mut headers = self.headers.clone();
        headers.insert(ACCEPT, JSON);
        if !self.operation.is_safe() {
            // The API requires it on every write, with or without a body.
            headers.insert(
                CONTENT_TYPE,
                HeaderValue::from_str(self.media_type).unwrap_or(JSON),
            );
        }
        match self.idempotency_key.as_deref().map(idempotency::header) {
            Some(Some(key)) => drop(headers.insert(idempotency::KEY_HEADER, key)),
            Some(None) => faults.push(InvalidRequest::IdempotencyKey),
            None => {}
        }
        if !self.is_anonymous {
            faults.extend(self.client.authorize(self.operation, &mut headers).err());
        }
        headers
    }
}

/// Hides query values and the body: both may contain personal data.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("operation", &self.operation.id)
            .field("query", &names)
            .field("has_body", &self.body.is_some())
            .finish_non_exhaustive()
    }
}
