//! Copies that are made of changes.

mod copy;
mod events;
mod histories;
mod rounds;
mod sweeps;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::DateTime;
use serde_json::{Value, json};
use trackstar_api::emulator::{Emulator, EmulatorBuilder};
use trackstar_api::{Client, RetryPolicy};
use trackstar_tests::server::{Act, HttpResponse, Server};

pub const ORDERS: &str = "wms/orders";

/// A clock in seconds, which moves only when it is told to.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_800_000_000)))
    }

    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// An emulator without records that goes by this clock.
    pub fn emulator(&self) -> EmulatorBuilder {
        let clock = self.clone();
        let clock = move || DateTime::from_timestamp(clock.now(), 0).unwrap();
        Emulator::builder()
            .records(0)
            .rate_limits(false)
            .clock(clock)
    }
}

/// A client for the connection of an emulator.
pub fn client(emulator: &Emulator) -> Client {
    let client = Client::builder()
        .api_key("key")
        .base_url(emulator.base_url());
    client
        .rate_limiting(false)
        .build()
        .unwrap()
        .connection("token")
}

/// An order that changed at this second.
pub fn order(id: &str, second: i64, number: u64) -> Value {
    let time = DateTime::from_timestamp(second, 0).unwrap();
    let time = time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({
        "id": id, "order_number": number.to_string(), "trackstar_created_date": "2026-01-01T00:00:00Z",
        "trackstar_updated_date": time,
    })
}

/// A page of orders, as a server sends it at this second.
pub fn page(orders: Value, second: i64) -> HttpResponse {
    let date = DateTime::from_timestamp(second, 0).unwrap();
    let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    HttpResponse::json(json!({"data": orders, "next_token": null}).to_string())
        .header("date", &date)
}

/// A server without records, whose connection says whether their first synchronisation has ended.
pub async fn empty_server(is_synced: bool) -> Server {
    Server::start_with(move |request| {
        let connection = json!({"historical_sync_completed": {"get_orders": is_synced}});
        Act::Respond(match request.target.starts_with("/connections/c") {
            true => page(json!([connection]), 0),
            false => page(json!([]), 0),
        })
    })
    .await
}

pub fn client_of(server: &Server) -> Client {
    let client = Client::builder().api_key("key").base_url(server.base_url());
    client
        .retry(RetryPolicy::off())
        .build()
        .unwrap()
        .connection("token")
}
