//! The response of a mock.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::request::idempotency::REPLAYED_HEADER;
use crate::transport::attempt::REQUEST_ID;

/// The response of a mock: a value of the operation's own type, or an error in the API's own form. If neither is
/// set, the mock responds with 200 and no body.
///
/// The client retries a request after some errors ([`RetryPolicy`](crate::RetryPolicy)): a mock that responds
/// with one of these gets more than one request, unless the client's retries are off.
pub struct Then<A> {
    http: httpmock::Then,
    /// Whether the value is under `data`.
    is_record: bool,
    of: PhantomData<fn(&A)>,
}

impl<A> Then<A> {
    pub(crate) fn new(then: httpmock::Then, is_record: bool) -> Self {
        Self {
            http: then,
            is_record,
            of: PhantomData,
        }
    }

    /// 401: the API key or the access token is wrong.
    pub fn unauthorized(self) -> Self {
        self.error(401, "Unauthorized")
    }

    /// 403: the function, `create_order` for example, is disabled for the connection.
    pub fn forbidden(self, function: &str) -> Self {
        self.error(403, &format!("{function} is disabled for this connection"))
    }

    /// 404: the connection has no record of this id.
    pub fn not_found(self, id: &str) -> Self {
        self.refused(
            404,
            json!({"error": "Not found", "origin": "trackstar", "id": id}),
        )
    }

    /// 409: a write with the same idempotency key is still under way.
    pub fn conflict(self) -> Self {
        self.error(409, "A request with this idempotency key is in progress")
    }

    /// 422, with messages on fields. Each has its location (`query`, `json`), the name of the field, and the text.
    pub fn invalid<'a>(
        self,
        fields: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>,
    ) -> Self {
        let mut detail: Map<String, Value> = Map::new();
        for (location, field, message) in fields {
            let messages = &mut detail.entry(location).or_insert_with(|| json!({}))[field];
            match messages {
                Value::Array(messages) => messages.push(message.into()),
                none => *none = json!([message]),
            }
        }
        self.refused(
            422,
            json!({"error": "Unprocessable Entity", "origin": "trackstar", "detail": detail}),
        )
    }

    /// 429: too many requests, retry after this time. The API reports whole seconds: a fraction of one is
    /// rounded up.
    pub fn rate_limited(self, retry_after: Duration) -> Self {
        let seconds = retry_after.as_secs() + u64::from(retry_after.subsec_nanos() > 0);
        self.error(429, "Rate limit exceeded")
            .http(|then| then.header("retry-after", seconds.to_string()))
    }

    /// 501: the integration has no such function, `get_returns` for example.
    pub fn not_implemented(self, function: &str) -> Self {
        self.error(
            501,
            &format!("Endpoint {function} is not implemented for this integration"),
        )
    }

    /// 500: the API failed.
    pub fn server_error(self) -> Self {
        self.error(500, "Internal server error")
    }

    /// The warehouse, shop, carrier or ERP behind the API refused.
    pub fn refused_by_integration(self, status: u16, message: &str) -> Self {
        self.refused(status, json!({"error": message, "origin": "integration"}))
    }

    /// Any error of the API itself.
    pub fn error(self, status: u16, message: &str) -> Self {
        self.refused(status, json!({"error": message, "origin": "trackstar"}))
    }

    /// The id of the request, as [`Response::request_id`](crate::Response::request_id) and
    /// [`Error::request_id`](crate::Error::request_id) report it.
    pub fn request_id(self, id: &str) -> Self {
        self.http(|then| then.header(REQUEST_ID, id))
    }

    /// Marks the response as the one that an earlier request with this idempotency key got.
    pub fn replayed(self) -> Self {
        self.http(|then| then.header(REPLAYED_HEADER, "true"))
    }

    /// Responds after this delay.
    pub fn delay(self, time: Duration) -> Self {
        self.http(|then| then.delay(time))
    }

    /// Sets whatever else `httpmock` can respond with.
    pub fn http(self, set: impl FnOnce(httpmock::Then) -> httpmock::Then) -> Self {
        Self {
            http: set(self.http),
            ..self
        }
    }

    fn refused(self, status: u16, body: Value) -> Self {
        self.json(status, body.to_string().into_bytes())
    }

    fn json(self, status: u16, body: Vec<u8>) -> Self {
        self.http(|then| {
            then.status(status)
                .header("content-type", "application/json")
                .body(body)
        })
    }
}

impl<A: Serialize> Then<A> {
    /// 200, with this value.
    pub fn ok(self, response: &A) -> Self {
        // Written from the value itself, so that amounts keep their digits.
        let json = match self.is_record {
            true => serde_json::to_vec(&BTreeMap::from([("data", response)])),
            false => serde_json::to_vec(response),
        };
        match json {
            Ok(body) => self.json(200, body),
            Err(error) => self.error(500, &format!("the mock's response is not JSON: {error}")),
        }
    }
}

impl<A> fmt::Debug for Then<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Then").finish_non_exhaustive()
    }
}
