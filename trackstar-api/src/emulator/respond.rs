//! From a request to its response, whatever it comes over.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::document::{Document, Effect, Operation};
use super::filter::{self, Query};
use super::generate::Generator;
use super::list::{self, PageTokens};
use super::refusal::Refusal;
use super::rules::{Counters, IdempotencyKeys, Quota, canonical};
use super::store::{ListOrder, Store};
use super::write::{Writer, check_values};

/// A clock: what time the API says it is.
pub(super) type Clock = Box<dyn Fn() -> DateTime<Utc> + Send + Sync>;

pub(super) struct Settings {
    pub(super) api_key: Option<String>,
    pub(super) access_token: Option<String>,
    pub(super) order: ListOrder,
    pub(super) tokens: PageTokens,
    pub(super) rate_limits: bool,
    pub(super) latency: Duration,
    pub(super) not_implemented: HashSet<String>,
    pub(super) disabled: HashSet<String>,
    pub(super) clock: Clock,
}

pub(super) struct Api {
    pub(super) document: Document,
    pub(super) settings: Settings,
    store: Mutex<Store>,
    counters: Mutex<Counters>,
    keys: Mutex<IdempotencyKeys>,
}

/// What the API reads of a request.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) api_key: String,
    pub(super) access_token: String,
    pub(super) idempotency_key: Option<String>,
    pub(super) body: Vec<u8>,
}

pub(super) struct Response {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) quota: Option<Quota>,
    pub(super) is_replayed: bool,
}

/// A request with the operation it is for.
struct Call<'a> {
    operation: &'a Operation,
    values: Vec<(String, String)>,
    query: Query,
    body: Value,
}

impl Api {
    pub(super) fn new(document: Document, settings: Settings, store: Store) -> Self {
        Self {
            document,
            settings,
            store: Mutex::new(store),
            counters: Mutex::default(),
            keys: Mutex::default(),
        }
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn respond(&self, request: &Request) -> Response {
        let mut response = Response {
            status: 200,
            body: Value::Null,
            quota: None,
            is_replayed: false,
        };
        match self.checked(request, &mut response).await {
            Ok(body) => response.body = body,
            Err(refusal) => (response.status, response.body) = (refusal.status, refusal.body),
        }
        response
    }

    async fn checked(&self, request: &Request, response: &mut Response) -> Result<Value, Refusal> {
        let path = &request.path;
        let found = self.document.find(&request.method, path);
        let (operation, values) =
            found.ok_or_else(|| Refusal::new(404, &format!("{path} is no path of this API")))?;
        self.authorize(operation, request)?;
        if self.settings.rate_limits {
            let token = if request.access_token.is_empty() {
                &request.api_key
            } else {
                &request.access_token
            };
            let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
            let quota = counters.count(token, operation.is_write(), path, (self.settings.clock)());
            response.quota = Some(quota);
            if quota.is_exceeded {
                return Err(Refusal::new(429, "Rate limit exceeded"));
            }
        }
        let name = operation.id.as_str();
        if self.settings.disabled.contains(name) {
            return Err(Refusal::new(
                403,
                &format!("{name} is disabled for this connection"),
            ));
        }
        if self.settings.not_implemented.contains(name) {
            let mut refusal = Refusal::new(
                501,
                &format!("Endpoint {name} is not implemented for sandbox"),
            );
            refusal.body["origin"] = json!("integration");
            return Err(refusal);
        }
        let query = filter::parse(&self.document, operation, &request.query)?;
        let body = body(operation, request)?;
        let key = request
            .idempotency_key
            .as_ref()
            .filter(|_| operation.is_write() && operation.effect != Effect::Passthrough);
        let key = key.map(|key| (request.access_token.clone(), key.clone()));
        let call = Call {
            operation,
            values,
            query,
            body,
        };
        let Some(key) = key else {
            tokio::time::sleep(self.settings.latency).await;
            return self.take_effect(call, path);
        };
        let content = format!("{} {path} {}", request.method, canonical(&call.body));
        if let Some(before) = self.keys().begin(&key, content, (self.settings.clock)())? {
            response.is_replayed = true;
            return Ok(before);
        }
        tokio::time::sleep(self.settings.latency).await;
        let result = self.take_effect(call, path);
        self.keys().end(&key, result.as_ref().ok());
        result
    }

    fn keys(&self) -> MutexGuard<'_, IdempotencyKeys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn authorize(&self, operation: &Operation, request: &Request) -> Result<(), Refusal> {
        let fits = |given: &str, wanted: &Option<String>| match wanted {
            Some(wanted) => given == wanted,
            None => !given.is_empty(),
        };
        if !fits(&request.api_key, &self.settings.api_key) {
            return Err(Refusal::new(401, "Invalid API key"));
        }
        if operation.needs_token && !fits(&request.access_token, &self.settings.access_token) {
            return Err(Refusal::new(401, "Invalid access token"));
        }
        Ok(())
    }

    fn take_effect(&self, call: Call, path: &str) -> Result<Value, Refusal> {
        let Call {
            operation,
            values,
            mut query,
            body,
        } = call;
        let (document, settings) = (&self.document, &self.settings);
        let mut store = self.store();
        let id = values
            .last()
            .map(|(_, value)| value.clone())
            .unwrap_or_default();
        let collection = operation.collection.clone().unwrap_or_default();
        // What is under a record is there only if the record is.
        if let Some((parent, id)) = filter::parent(document, path) {
            let is_there = store
                .get(document, &parent, &super::document::decode(id))
                .is_some();
            if !is_there
                && values
                    .iter()
                    .any(|(_, value)| *value == super::document::decode(id))
            {
                return Err(Refusal::not_found(id));
            }
        }
        let record = |id: &str, store: &mut Store| {
            store
                .get(document, &collection, id)
                .ok_or_else(|| Refusal::not_found(id))
        };
        let now = (settings.clock)();
        match &operation.effect {
            Effect::List => {
                query.filters.extend(filter::of_path(&values));
                let page = list::page(
                    document,
                    &mut store,
                    &collection,
                    &query,
                    (settings.order, settings.tokens),
                )?;
                if operation.has_envelope("page") {
                    return Ok(page);
                }
                Ok(self.wrapped(operation, page["data"].clone()))
            }
            Effect::Get => {
                let found = record(&id, &mut store)?;
                let fits = |(name, value): &(String, String)| {
                    found[name].is_null() || found[name] == **value
                };
                let parents = values
                    .get(..values.len().saturating_sub(1))
                    .unwrap_or_default();
                if !parents.iter().all(fits) {
                    return Err(Refusal::not_found(&id));
                }
                Ok(match operation.many {
                    true => self.wrapped(operation, json!([found])),
                    false => self.wrapped(operation, found),
                })
            }
            Effect::Create => {
                let mut writer = Writer {
                    document,
                    store: &mut store,
                    now,
                };
                let (id, record, unused) = writer.create(operation, &collection, &body);
                Ok(self.written(operation, &id, record, unused))
            }
            Effect::Change(change) => {
                let mut writer = Writer {
                    document,
                    store: &mut store,
                    now,
                };
                let (record, unused) =
                    writer.change(operation, &collection, &id, (change, &body))?;
                Ok(self.written(operation, &id, record, unused))
            }
            Effect::ChangeMany => {
                let mut writer = Writer {
                    document,
                    store: &mut store,
                    now,
                };
                let mut records = Vec::new();
                for line in body["line_items"].as_array().into_iter().flatten() {
                    let id = line["product_id"].as_str().unwrap_or_default();
                    records.push(
                        writer
                            .change(operation, &collection, id, ("adjust", line))?
                            .0,
                    );
                }
                Ok(json!({"data": records, "unused_fields": []}))
            }
            Effect::Delete => match store.remove(document, &collection, &id) {
                true => Ok(self.described(operation, &values, &body, &mut store)),
                false => Err(Refusal::not_found(&id)),
            },
            Effect::Attach => Ok(json!({"id": id, "data": "success", "unused_fields": []})),
            Effect::Passthrough => Ok(json!({"status_code": 200, "headers": {}, "body": body})),
            Effect::Describe => Ok(self.described(operation, &values, &body, &mut store)),
        }
    }

    fn wrapped(&self, operation: &Operation, record: Value) -> Value {
        match &operation.property {
            None => record,
            Some(name) => Value::Object(Map::from_iter([(name.clone(), record)])),
        }
    }

    fn written(
        &self,
        operation: &Operation,
        id: &str,
        record: Value,
        unused: Vec<String>,
    ) -> Value {
        let mut response = self.wrapped(operation, record);
        if operation.has_envelope("write") {
            response["id"] = json!(id);
            response["unused_fields"] = json!(unused);
        }
        response
    }

    /// A response from its schema, with what the request says of it.
    fn described(
        &self,
        operation: &Operation,
        values: &[(String, String)],
        body: &Value,
        store: &mut Store,
    ) -> Value {
        let generator = Generator {
            document: &self.document,
            seed: store.seed,
            records: store.records,
        };
        let about = values.last().map_or("1", |(_, value)| value);
        let mut response =
            generator.value_of(&operation.segments.join("/"), &operation.response, about, 0);
        let writer = Writer {
            document: &self.document,
            store,
            now: (self.settings.clock)(),
        };
        for (name, value) in body.as_object().into_iter().flatten() {
            let property = &operation.response["properties"][name];
            if let (false, Some(value)) = (property.is_null(), writer.fit("", property, value)) {
                response[name] = value;
            }
        }
        response
    }
}

/// The body of a request, checked.
fn body(operation: &Operation, request: &Request) -> Result<Value, Refusal> {
    if !operation.is_write() || operation.effect == Effect::Attach || request.body.is_empty() {
        return Ok(Value::Null);
    }
    let parsed = serde_json::from_slice(&request.body);
    let body: Value =
        parsed.map_err(|error| Refusal::invalid("json", "_schema", &error.to_string()))?;
    match body {
        Value::Null => Ok(body),
        Value::Object(_) => {
            if operation.needs_token
                && operation.effect != Effect::Passthrough
                && operation.collection.is_some()
            {
                check_values("", &body)?;
            }
            Ok(body)
        }
        _ => Err(Refusal::invalid("json", "_schema", "Not an object.")),
    }
}
