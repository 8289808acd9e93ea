//! The emulator responds as the document says, and has the vendor's rules.

mod connections;
mod faults;
mod lists;
mod operations;
mod rules;
mod syncs;
mod webhooks;
mod writes;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use trackstar_api::Client;
use trackstar_api::emulator::{Emulator, EmulatorBuilder};

fn unlimited() -> EmulatorBuilder {
    Emulator::builder().seed(1).rate_limits(false)
}

fn client(emulator: &Emulator) -> Client {
    let client = Client::builder()
        .api_key("key")
        .base_url(emulator.base_url());
    client.build().unwrap().connection("token")
}

/// A response to a request that was sent without the client.
struct Sent {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

fn request(emulator: &Emulator, method: &str, path: &str) -> reqwest::RequestBuilder {
    let url = format!("{}{path}", emulator.base_url());
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    reqwest::Client::new()
        .request(method, url)
        .header("x-trackstar-api-key", "key")
}

async fn send(request: reqwest::RequestBuilder) -> Sent {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Sent {
        status,
        headers,
        body,
    }
}

/// Sends with the access token of some connection.
async fn send_as(emulator: &Emulator, token: &str, method: &str, path: &str, body: &Value) -> Sent {
    let mut request = request(emulator, method, path).header("x-trackstar-access-token", token);
    if !body.is_null() {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    send(request).await
}

async fn call(emulator: &Emulator, method: &str, path: &str, body: Value) -> Sent {
    send_as(emulator, "token", method, path, &body).await
}

async fn get(emulator: &Emulator, path: &str) -> Sent {
    call(emulator, "GET", path, Value::Null).await
}

/// Creates an order with an idempotency key.
async fn write(emulator: &Emulator, key: &str, order: &Value) -> Sent {
    let request = request(emulator, "POST", "/wms/orders")
        .header("x-trackstar-access-token", "token")
        .header("idempotency-key", key)
        .header("content-type", "application/json");
    send(request.body(order.to_string())).await
}

/// A clock that stands still until it is set.
#[derive(Clone)]
struct SetClock(Arc<AtomicI64>);

impl SetClock {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_800_000_000)))
    }

    fn read(&self) -> impl Fn() -> DateTime<Utc> + Send + Sync + 'static {
        let seconds = Arc::clone(&self.0);
        move || DateTime::from_timestamp(seconds.load(Ordering::SeqCst), 0).unwrap()
    }

    fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn ids(page: &Value) -> Vec<&str> {
    let records = page["data"].as_array().unwrap().iter();
    records
        .map(|record| record["id"].as_str().unwrap())
        .collect()
}

fn an_order() -> Value {
    json!({"order_number": "1042", "reference_id": "r"})
}
