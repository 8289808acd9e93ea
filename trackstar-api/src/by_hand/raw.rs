//! Requests by path, for operations that this version of the client does not know.

use std::fmt;

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::{Error, InvalidRequest};
use crate::operation::{Operation, Token};
use crate::request::Request;
use crate::request::options::{into_future, request_options};
use crate::response::Response;

static GET: Operation = by_path("request GET", Method::GET, false);
static POST: Operation = by_path("request POST", Method::POST, false);
static PUT: Operation = by_path("request PUT", Method::PUT, false);
static PATCH: Operation = by_path("request PATCH", Method::PATCH, false);
static DELETE: Operation = by_path("request DELETE", Method::DELETE, false);
/// A passthrough has no idempotency key, whatever its area.
static PASSTHROUGH: Operation = by_path("request POST", Method::POST, true);

const fn by_path(id: &'static str, method: Method, is_passthrough: bool) -> Operation {
    Operation {
        id,
        method,
        path: "",
        token: Token::Optional,
        is_passthrough,
    }
}

fn operation(method: &Method, path: &str) -> Option<&'static Operation> {
    let is_passthrough = path.ends_with("/passthrough");
    match *method {
        Method::GET => Some(&GET),
        Method::POST if is_passthrough => Some(&PASSTHROUGH),
        Method::POST => Some(&POST),
        Method::PUT => Some(&PUT),
        Method::PATCH => Some(&PATCH),
        Method::DELETE => Some(&DELETE),
        _ => None,
    }
}

/// # Operations that this version does not know
impl Client {
    /// Calls an operation that this version of the client does not know, with the same credentials, retries
    /// and errors as every other operation. The access token is sent if the client has one.
    ///
    /// ```no_run
    /// use trackstar_api::Method;
    ///
    /// # async fn run(client: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
    /// let response = client
    ///     .request(Method::GET, "/wms/something-new")
    ///     .query("limit", "10")
    ///     .send::<serde_json::Value>()
    ///     .await?;
    /// println!("{}", response["data"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> RawRequest {
        let known = operation(&method, path);
        let mut request = Request::new(self, known.unwrap_or(&GET));
        request.raw_path(path);
        if known.is_none() {
            request.refuse(InvalidRequest::Method);
        }
        RawRequest { request }
    }
}

/// A request by path: [`Client::request`].
#[derive(Clone)]
#[must_use = "nothing is sent before `send` is awaited"]
pub struct RawRequest {
    request: Box<Request>,
}

impl RawRequest {
    /// Sets a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.set_query(name.into().into(), value.into());
        self
    }

    /// Sets the body. A field that is null or empty is refused, as in every write.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request.json(body);
        self
    }

    request_options!(of a write);

    /// Sends the request and decodes its JSON response. Awaiting the builder itself gives a
    /// [`serde_json::Value`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the path does not start with a
    /// slash or leads upwards, or if the method is not GET, POST, PUT, PATCH or DELETE; see
    /// [`ErrorKind`](crate::ErrorKind) for all other errors.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.request.send().await
    }
}

into_future!(RawRequest => serde_json::Value);

impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawRequest").field(&self.request).finish()
    }
}
