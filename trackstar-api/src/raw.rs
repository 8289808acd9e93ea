//! Operations that this version of the client does not know.

use std::fmt;

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::{Call, Problem};
use crate::call_settings::call_settings;
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Operation, Token};
use crate::response::Response;

static GET: Operation = by_path("request GET", Method::GET, false);
static POST: Operation = by_path("request POST", Method::POST, false);
static PUT: Operation = by_path("request PUT", Method::PUT, false);
static PATCH: Operation = by_path("request PATCH", Method::PATCH, false);
static DELETE: Operation = by_path("request DELETE", Method::DELETE, false);
/// What goes through to the system behind the API takes no idempotency key, in whatever area.
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

impl Client {
    /// Calls an operation that this version of the client does not know, with the same credentials, retries
    /// and errors as all others. The access token comes along if the client has one.
    ///
    /// ```no_run
    /// use trackstar_api::Method;
    ///
    /// # async fn run(client: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
    /// let answer = client
    ///     .request(Method::GET, "/wms/something-new")
    ///     .query("limit", "10")
    ///     .send::<serde_json::Value>()
    ///     .await?;
    /// println!("{}", answer["data"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> RawRequest {
        let known = operation(&method, path);
        let mut call = Call::new(self, known.unwrap_or(&GET));
        call.raw_path(path);
        if known.is_none() {
            call.refuse(Problem::Method);
        }
        RawRequest { call }
    }
}

/// A call of an operation by its path: [`Client::request`].
#[derive(Clone)]
#[must_use = "nothing is sent before `send` is awaited"]
pub struct RawRequest {
    call: Box<Call>,
}

impl RawRequest {
    /// Sets a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.call.raw_query(name.into(), value.into());
        self
    }

    /// Sets the body. Fields that are null or empty are refused, as in every write.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.call.json(body);
        self
    }

    call_settings!(of a write);

    /// Sends the call, and decodes its JSON answer.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the path does not start with a
    /// slash or leads upwards, or if the method is none of GET, POST, PUT, PATCH and DELETE; see
    /// [`ErrorKind`](crate::ErrorKind) for everything else.
    pub async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.call.send().await
    }
}

impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawRequest").field(&self.call).finish()
    }
}
