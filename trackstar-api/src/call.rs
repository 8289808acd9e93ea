//! One call of an operation, as data: it can be looked at, repeated and changed before it is sent.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::{Serialize, de::DeserializeOwned};

use crate::attempt::Answer;
use crate::body;
use crate::client::Client;
use crate::decode;
use crate::error::{Cause, Error};
use crate::idempotency;
use crate::operation::Operation;
use crate::response::Response;
use crate::retry::RetryPolicy;
use crate::wire::{self, Wire};

/// How many values a filter takes.
const MAX_LIST: usize = 100;

/// An operation with its parameters filled in. It lives in a box: it goes by value through every setter and
/// into the future that sends it.
#[derive(Clone)]
pub(crate) struct Call {
    client: Client,
    operation: &'static Operation,
    path: Cow<'static, str>,
    query: Vec<(Cow<'static, str>, String)>,
    body: Option<Bytes>,
    idempotency_key: Option<String>,
    retry: Option<RetryPolicy>,
    attempt_timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    /// An address that is not below the base URL.
    absolute: Option<Url>,
    /// Whether it goes out without credentials.
    is_anonymous: bool,
    problem: Option<Problem>,
}

/// Why a call cannot be sent. Found while it is filled in, told when it is sent.
#[derive(Clone, Debug, thiserror::Error)]
#[allow(dead_code, reason = "some are of operations that may not be compiled")]
pub(crate) enum Problem {
    #[error("`{0}` is empty, or a dot that would lead to another path: give the id of a record")]
    PathParameter(&'static str),
    #[error("the operation needs an access token: call it on `client.connection(token)`")]
    NoAccessToken,
    #[error("the {0} {1}")]
    Credential(&'static str, crate::auth::Unusable),
    #[error("there is no file: give one with `file`, `bytes` or `url`")]
    NoFile,
    #[error(
        "the path starts with no slash, leads upwards, or holds a query: write it like /wms/orders"
    )]
    Path,
    #[error("the event has no `data_url`: only one that came truncated has")]
    NoDataUrl,
    #[error(
        "the event's `data_url` is no https address of the vendor: the API key is not sent there"
    )]
    DataUrl,
    #[error("the event is said to lie at an address that is not https")]
    DownloadUrl,
    #[error("the method is none of GET, POST, PUT, PATCH and DELETE")]
    Method,
    #[error("the idempotency key is not 1 to 255 visible ASCII characters")]
    IdempotencyKey,
    #[error("the body cannot be written as JSON: {0}")]
    Body(String),
    #[error("`{field}` of the body is {what}, which the API refuses in any write: leave it out")]
    RefusedField { field: String, what: &'static str },
    #[error("`{name}` has {count} values, the API takes at most {MAX_LIST}: ask in several calls")]
    LongList { name: &'static str, count: usize },
    #[error("`{0}` is an empty list: leave it out to filter by nothing")]
    EmptyList(&'static str),
    #[error("`{0}` has a value with a comma, which the API would read as two values")]
    Comma(&'static str),
}

#[allow(
    dead_code,
    reason = "which of them are used depends on the operations that are compiled"
)]
impl Call {
    pub(crate) fn new(client: &Client, operation: &'static Operation) -> Box<Self> {
        Box::new(Self {
            client: client.clone(),
            operation,
            path: Cow::Borrowed(operation.path),
            query: Vec::new(),
            body: None,
            idempotency_key: None,
            retry: None,
            attempt_timeout: None,
            call_timeout: None,
            absolute: None,
            is_anonymous: false,
            problem: None,
        })
    }

    /// Fills in the placeholder `{name}` of the path.
    pub(crate) fn path(&mut self, name: &'static str, value: &impl Wire) {
        match wire::segment(&value.write()) {
            Some(segment) => self.path = Cow::Owned(wire::filled_in(&self.path, name, &segment)),
            None => self.problem = Some(Problem::PathParameter(name)),
        }
    }

    /// Sets a query parameter, in place of what it was before.
    pub(crate) fn query(&mut self, name: &'static str, value: &impl Wire) {
        self.query.retain(|(other, _)| other != name);
        self.query.push((name.into(), value.write()));
    }

    /// Sets a query parameter to a list, separated by commas.
    pub(crate) fn query_list<W: Wire>(
        &mut self,
        name: &'static str,
        values: impl Iterator<Item = W>,
    ) {
        let values: Vec<String> = values.map(|value| value.write()).collect();
        if values.is_empty() {
            self.problem = Some(Problem::EmptyList(name));
        } else if values.len() > MAX_LIST {
            let count = values.len();
            self.problem = Some(Problem::LongList { name, count });
        } else if values.iter().any(|value| value.contains(',')) {
            self.problem = Some(Problem::Comma(name));
        }
        self.query(name, &wire::joined(&values));
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

    /// Sets the path as a whole, as the user wrote it.
    pub(crate) fn raw_path(&mut self, path: &str) {
        let leads_up = path.split('/').any(|segment| matches!(segment, "." | ".."));
        if !path.starts_with('/') || leads_up || path.contains(['?', '#']) {
            self.refuse(Problem::Path);
        }
        self.path = Cow::Owned(path.to_owned());
    }

    /// Sets a query parameter by any name, in place of what it was before.
    pub(crate) fn raw_query(&mut self, name: String, value: String) {
        self.query.retain(|(other, _)| *other != name);
        self.query.push((name.into(), value));
    }

    /// Sets the whole address, in place of one below the base URL. Whoever calls this has to know that the
    /// credentials may go there.
    pub(crate) fn absolute(&mut self, url: Url) {
        self.absolute = Some(url);
    }

    /// Sends the call without credentials.
    pub(crate) fn anonymous(&mut self) {
        self.is_anonymous = true;
    }

    /// Lets the call fail when it is sent.
    pub(crate) fn refuse(&mut self, problem: Problem) {
        self.problem = Some(problem);
    }

    /// Sets the body.
    pub(crate) fn json<B: Serialize>(&mut self, body: &B) {
        let written = serde_json::to_value(body).and_then(|value| {
            // Written from the body itself: a number keeps the digits that a `Value` would round.
            Ok((value, serde_json::to_vec(body)?))
        });
        match written {
            Ok((value, bytes)) => {
                let refused =
                    body::refused_field(&value).filter(|_| !self.operation.is_passthrough);
                if let Some((field, what)) = refused {
                    self.problem = Some(Problem::RefusedField { field, what });
                }
                self.body = Some(bytes.into());
            }
            Err(error) => self.problem = Some(Problem::Body(error.to_string())),
        }
    }

    /// Sets the idempotency key, in place of the one that would be minted.
    pub(crate) fn idempotency_key(&mut self, key: String) {
        if idempotency::header(&key).is_none() {
            self.problem = Some(Problem::IdempotencyKey);
        }
        self.idempotency_key = Some(key);
    }

    /// Sets the retries of this call, in place of the client's.
    pub(crate) fn retry(&mut self, policy: RetryPolicy) {
        self.retry = Some(policy);
    }

    /// Sets how long one attempt of this call may take, in place of what the client says.
    pub(crate) fn set_attempt_timeout(&mut self, limit: Duration) {
        self.attempt_timeout = Some(limit);
    }

    /// Sets how long this call may take in all, in place of what the client says.
    pub(crate) fn set_call_timeout(&mut self, limit: Duration) {
        self.call_timeout = Some(limit);
    }

    /// Gives a write its key: once, before its first attempt. A call that is cloned before it is sent is
    /// another write, and gets a key of its own.
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

    pub(crate) fn call_timeout(&self) -> Option<Duration> {
        self.call_timeout.or(self.client.shared().call_timeout)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The path as it is sent, after that of the base URL.
    pub(crate) fn written_path(&self) -> &str {
        &self.path
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Sends the call and decodes its answer.
    pub(crate) async fn send<T: DeserializeOwned>(
        mut self: Box<Self>,
    ) -> Result<Response<T>, Error> {
        self.mint_key();
        let answer = self.exec().await?;
        self.decode(answer)
    }

    /// Decodes what the call was answered.
    pub(crate) fn decode<T: DeserializeOwned>(&self, answer: Answer) -> Result<Response<T>, Error> {
        match decode::answer(&answer.body) {
            Ok(value) => Ok(Response::new(value, answer)),
            Err(mismatch) => Err(self.unreadable(answer, mismatch)),
        }
    }

    /// The request that goes out.
    pub(crate) fn request(&self) -> Result<reqwest::Request, Error> {
        let refused =
            |problem| Error::before_sending(Some(self.operation), Cause::Refused(problem));
        if let Some(problem) = &self.problem {
            return Err(refused(problem.clone()));
        }
        let shared = self.client.shared();
        let mut url = match &self.absolute {
            Some(url) => url.clone(),
            None => shared.base_url.join(&self.path),
        };
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = reqwest::Request::new(self.operation.method.clone(), url);
        *request.timeout_mut() = Some(self.attempt_timeout());
        self.headers(request.headers_mut()).map_err(refused)?;
        *request.body_mut() = self.body.clone().map(Into::into);
        Ok(request)
    }

    fn headers(&self, headers: &mut HeaderMap) -> Result<(), Problem> {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        headers.insert(ACCEPT, JSON);
        if !self.operation.is_safe() {
            // The API asks for it on every write, with or without a body.
            headers.insert(CONTENT_TYPE, JSON);
        }
        if let Some(key) = &self.idempotency_key {
            let key = idempotency::header(key).ok_or(Problem::IdempotencyKey)?;
            headers.insert(idempotency::KEY_HEADER, key);
        }
        match self.is_anonymous {
            true => Ok(()),
            false => self.client.authorize(self.operation, headers),
        }
    }
}

/// Shows no query value and no body: both hold what the user's customers may want kept private.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .field("query", &names)
            .field("has_body", &self.body.is_some())
            .finish_non_exhaustive()
    }
}
