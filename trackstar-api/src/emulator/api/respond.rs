//! From a request to its response: the checks that all operations have, idempotency, and faults.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::emulator::document::Route;
use crate::emulator::document::check::Check;
use crate::emulator::document::operation::{Effect, Operation};
use crate::emulator::faults::{Fault, odd};
use crate::emulator::records::filter::{self, Query};
use crate::emulator::rules::idempotency::canonical;
use crate::emulator::rules::quota::Quota;
use crate::emulator::rules::refusal::Refusal;

use super::Api;
use super::http::{Delivery, Request, Response};

/// The longest idempotency key that the API takes.
const MAX_KEY: usize = 255;

/// A request with the operation it is for.
pub(super) struct Call<'a> {
    pub(super) operation: &'a Operation,
    /// The values of the path.
    pub(super) values: Vec<(String, String)>,
    pub(super) query: Query,
    pub(super) body: Value,
    /// The connection, for operations that have one.
    pub(super) connection: Option<String>,
    pub(super) token: &'a str,
}

impl Call<'_> {
    /// The last value of the path.
    pub(super) fn id(&self) -> &str {
        self.values.last().map_or("", |(_, value)| value)
    }
}

impl Api {
    pub(crate) async fn respond(&self, request: &Request) -> Response {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let (fault, mut rng) = self.faults().draw(number);
        match fault {
            Some(Fault::ServerErrorBefore) => {
                return Refusal::new(503, "Service unavailable").into();
            }
            Some(Fault::GatewayBefore) => return Response::of_gateway(),
            Some(Fault::ClockJump) => self.skew.store(rng.i64(-3600..=3600), Ordering::Relaxed),
            Some(Fault::RateLimitStorm) => self.state().storm = rng.u32(2..10),
            Some(Fault::Hang) if rng.bool() => {
                return Response {
                    delivery: Delivery::Never,
                    ..Response::new(200, "")
                };
            }
            _ => {}
        }
        self.send_ended();
        let mut quota = None;
        let result = self.checked(request, &mut quota, fault, &mut rng).await;
        let response = result.unwrap_or_else(Response::from);
        let response = Response { quota, ..response };
        match fault {
            Some(Fault::GatewayAfter) => Response::of_gateway(),
            Some(Fault::Hang) => Response {
                delivery: Delivery::Never,
                ..response
            },
            Some(Fault::CutBody) => Response {
                delivery: Delivery::Cut,
                ..response
            },
            Some(Fault::Slow) => Response {
                delivery: Delivery::Slow(self.faults().delay()),
                ..response
            },
            _ => response,
        }
    }

    async fn checked(
        &self,
        request: &Request,
        quota: &mut Option<Quota>,
        fault: Option<Fault>,
        rng: &mut Rng,
    ) -> Result<Response, Refusal> {
        let path = &request.path;
        let (operation, values) = match self.document.find(&request.method, path) {
            Route::Operation(operation, values) => (operation, values),
            Route::OtherMethods(methods) => return Err(Refusal::other_method(&methods)),
            Route::Nothing => {
                return Err(Refusal::new(404, &format!("{path} is no path of this API")));
            }
        };
        let connection = self.authorize(operation, request)?;
        *quota = self.count(operation, request)?;
        if quota.is_some_and(|quota| quota.retry_after.is_some()) {
            return Err(Refusal::new(429, "Rate limit exceeded"));
        }
        self.check_available(operation, connection.as_deref())?;
        filter::check_path(&self.document.schemas, operation, &values)?;
        let query = filter::parse(&self.document.schemas, operation, &request.query)?;
        let body = self.body(operation, request)?;
        let token = &request.access_token;
        let call = Call {
            operation,
            values,
            query,
            body,
            connection,
            token,
        };
        if fault == Some(Fault::MovedRecords) {
            self.move_a_record(&call, rng);
        }
        let key = request.idempotency_key.as_ref();
        let key = key.filter(|_| operation.is_write() && operation.effect != Effect::Passthrough);
        if key.is_some_and(|key| key.len() > MAX_KEY) {
            return Err(Refusal::new(
                400,
                "Idempotency-Key is longer than 255 characters",
            ));
        }
        let key = key.map(|key| (token.clone(), key.clone()));
        if let Some(key) = &key {
            let content = format!(
                "{} {path}?{} {}",
                request.method,
                request.query,
                canonical(&call.body)
            );
            if let Some(before) = self.state().keys.begin(key, content, self.now())? {
                return Ok(Response {
                    is_replayed: true,
                    ..Response::new(200, before)
                });
            }
        }
        if !self.settings.latency.is_zero() {
            tokio::time::sleep(self.settings.latency).await;
        }
        let result = match fault {
            Some(Fault::IntegrationError) if operation.is_write() => {
                Err(Refusal::of_integration(400, "The connected system refused"))
            }
            _ => self.take_effect(&call),
        };
        let is_lost = fault == Some(Fault::ServerErrorAfter);
        // Faster than through the formatter that `to_string` takes; a value is always written.
        let text = result.as_ref().ok();
        let text = text.map(|body| Bytes::from(serde_json::to_vec(body).unwrap_or_default()));
        if let Some(key) = &key {
            self.state()
                .keys
                .end(key, text.as_ref().filter(|_| !is_lost));
        }
        let (body, text) = (result?, text.unwrap_or_default());
        match fault {
            _ if is_lost => Err(Refusal::new(500, "Internal server error")),
            Some(Fault::OddValues) if operation.effect != Effect::Passthrough => Ok(Response::new(
                200,
                odd::spoiled(&self.document.schemas, operation, body, rng),
            )),
            _ => Ok(Response::new(200, text)),
        }
    }

    /// The connection of the request, if it has one.
    fn authorize(
        &self,
        operation: &Operation,
        request: &Request,
    ) -> Result<Option<String>, Refusal> {
        let is_key = match &self.settings.api_key {
            Some(key) => request.api_key == *key,
            None => !request.api_key.is_empty(),
        };
        if !is_key {
            return Err(Refusal::new(401, "Invalid API key"));
        }
        let mut state = self.state();
        if !operation.needs_token {
            return Ok(state.connections.id_of(&request.access_token).ok());
        }
        let id = state.connections.id_of(&request.access_token)?;
        if let Some(connection) = state.connections.get_mut(&id) {
            connection.use_once(self.now());
        }
        Ok(Some(id))
    }

    fn count(&self, operation: &Operation, request: &Request) -> Result<Option<Quota>, Refusal> {
        let mut state = self.state();
        if state.storm > 0 {
            state.storm -= 1;
            return Err(Refusal::new(429, "Rate limit exceeded"));
        }
        if !self.settings.rate_limits {
            return Ok(None);
        }
        let token = match request.access_token.is_empty() {
            true => &request.api_key,
            false => &request.access_token,
        };
        Ok(Some(state.counters.count(
            token,
            operation.is_write(),
            &request.path,
            self.now(),
        )))
    }

    /// Writes that are disabled, and operations that the integration does not have.
    fn check_available(
        &self,
        operation: &Operation,
        connection: Option<&str>,
    ) -> Result<(), Refusal> {
        let names = [&operation.id, &operation.action];
        let is_in =
            |all: &std::collections::HashSet<String>| names.iter().any(|name| all.contains(*name));
        if is_in(&self.settings.not_implemented) {
            return Err(Refusal::not_implemented(&operation.action));
        }
        let state = self.state();
        let connection = connection.and_then(|id| state.connections.get(id));
        let is_disabled =
            connection.is_some_and(|connection| connection.is_disabled(&operation.action));
        if operation.is_write()
            && operation.needs_token
            && (is_disabled || is_in(&self.settings.disabled))
        {
            let message = format!("{} is disabled for this connection", operation.action);
            return Err(Refusal::new(403, &message));
        }
        Ok(())
    }

    /// The body of a request, checked.
    fn body(&self, operation: &Operation, request: &Request) -> Result<Value, Refusal> {
        if operation.effect == Effect::Attach
            && !request.content_type.starts_with("multipart/form-data")
        {
            return Err(Refusal::new(415, "The body must be multipart/form-data"));
        }
        let Some(expected) = operation.body.as_ref() else {
            return Ok(Value::Null);
        };
        // What is about the organisation can do without a body, unless it must say something.
        let is_empty = request.body.is_empty();
        if is_empty && !expected.is_required {
            return Ok(Value::Null);
        }
        let is_json = request.content_type.is_empty() || request.content_type.contains("json");
        if !is_json && !is_empty {
            return Err(Refusal::new(415, "The body must be application/json"));
        }
        let is_to_integration = operation.needs_token && operation.collection.is_some();
        let text: &[u8] = match is_empty && !is_to_integration {
            true => b"{}",
            false => &request.body,
        };
        let parsed = serde_json::from_slice(text);
        let body: Value =
            parsed.map_err(|error| Refusal::invalid("json", "_schema", &error.to_string()))?;
        let check = Check {
            schemas: &self.document.schemas,
            refuses_empty: is_to_integration,
        };
        let problems = check.problems(expected.of, &body);
        match problems.is_empty() {
            true => Ok(body),
            false => Err(Refusal::all_invalid("json", problems)),
        }
    }

    /// Another client changes a record while this one lists them.
    fn move_a_record(&self, call: &Call, rng: &mut Rng) {
        let (Some(collection), Effect::List) = (&call.operation.collection, &call.operation.effect)
        else {
            return;
        };
        let now = crate::emulator::records::generate::stamp(self.now());
        let mut state = self.state();
        let connection = call
            .connection
            .as_ref()
            .and_then(|id| state.connections.get_mut(id));
        let Some(store) = connection.map(|connection| &mut connection.store) else {
            return;
        };
        let id = store
            .generator()
            .id(collection, rng.usize(..store.records.max(1)));
        if let Some(mut record) = store.get(collection, &id) {
            record["trackstar_updated_date"] = json!(now);
            store.put(collection, &id, &record);
        }
    }
}
