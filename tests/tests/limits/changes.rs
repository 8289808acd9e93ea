//! How fast everything is copied: in real time, with a list that is made up as it is read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;
use tokio::net::TcpListener;
use trackstar_api::Client;
use trackstar_api::changes::changes_of;
use trackstar_api::types::Order;

const ORDERS: i64 = 20_000;
const PAGE: i64 = 100;
/// How many seconds are between the changes of two orders.
const APART: i64 = 600;
/// Requests a second.
const LIMIT: usize = 10;
/// How long the limiter takes for each request: it admits ten in a second and a twentieth, to be safe.
const LIMITERS_TIME: Duration = Duration::from_millis(105);

/// A list of orders, and when it was asked for with each token.
struct List {
    /// When the first order changed; the last one did so lately.
    first: i64,
    latency: Duration,
    arrivals: Mutex<HashMap<String, Vec<Instant>>>,
}

impl List {
    async fn start(latency: Duration) -> (Arc<Self>, String) {
        let list = Arc::new(Self {
            first: Utc::now().timestamp() - ORDERS * APART,
            latency,
            arrivals: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(respond)
            .with_state(Arc::clone(&list));
        tokio::spawn(axum::serve(listener, router).into_future());
        (list, url)
    }

    /// Whether it is one too many in a second that ends now.
    fn is_too_many(&self, headers: &HeaderMap) -> bool {
        let token = headers["x-trackstar-access-token"]
            .to_str()
            .unwrap()
            .to_owned();
        let mut arrivals = self.arrivals.lock().unwrap();
        let (arrivals, now) = (arrivals.entry(token).or_default(), Instant::now());
        let recent = arrivals
            .iter()
            .rev()
            .take_while(|time| now - **time < Duration::from_secs(1));
        let is_too_many = recent.count() >= LIMIT;
        arrivals.push(now);
        is_too_many
    }
}

async fn respond(
    State(list): State<Arc<List>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if list.is_too_many(&headers) {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    tokio::time::sleep(list.latency).await;
    let query = query
        .unwrap_or_default()
        .replace("%5B", "[")
        .replace("%5D", "]")
        .replace("%3A", ":");
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value.to_owned())
    };
    // The first order that changed at this time or later.
    let order_at = |name: &str| {
        let time = DateTime::parse_from_rfc3339(&value(name)?).unwrap();
        Some(((time.timestamp() - list.first + APART - 1) / APART).clamp(0, ORDERS))
    };
    let from = order_at("trackstar_updated_date[gte]").unwrap_or(0);
    let to = order_at("trackstar_updated_date[lt]").unwrap_or(ORDERS);
    let from = value("page_token").map_or(from, |token| token.parse().unwrap());
    let end = to.min(from + value("limit").unwrap().parse::<i64>().unwrap());
    let orders: Vec<_> = (from..end)
        .map(|number| {
            let time = DateTime::from_timestamp(list.first + number * APART, 0).unwrap();
            json!({"id": number.to_string(), "trackstar_updated_date": time.to_rfc3339()})
        })
        .collect();
    let next_token = (end < to).then(|| end.to_string());
    axum::body::Body::from(json!({"data": orders, "next_token": next_token}).to_string())
        .into_response()
}

fn client(url: &str) -> Client {
    Client::builder()
        .api_key("key")
        .base_url(url)
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_token_is_used_fully_at_a_latency_at_which_pages_one_by_one_use_a_quarter() {
    let (list, url) = List::start(Duration::from_millis(400)).await;
    let began = Instant::now();
    let changes = client(&url)
        .connection("token")
        .changes::<Order>(None)
        .page_size(70);
    let batches: Vec<_> = changes.try_collect().await.unwrap();
    let elapsed = began.elapsed();
    let requests = list.arrivals.lock().unwrap()["token"].len();
    let used = LIMITERS_TIME
        .mul_f64(requests as f64)
        .div_duration_f64(elapsed);
    let records: usize = batches.iter().map(|batch| batch.records.len()).sum();
    println!(
        "{requests} requests in {elapsed:.1?}: {:.1} % of what the limiter admits; {records} records",
        used * 100.0
    );
    assert!(records >= ORDERS as usize);
    assert!(used >= 0.95, "{:.1} %", used * 100.0);
}

#[test]
fn five_connections_take_no_longer_than_the_limit_demands_and_little_memory() {
    const KIBIBYTE: u64 = 1 << 10;
    let (sender, receiver) = std::sync::mpsc::channel();
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    // What it allocates counts for its own thread.
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            sender
                .send(List::start(Duration::from_millis(20)).await)
                .unwrap();
            drop(end.await);
        });
    });
    let (list, url) = receiver.recv().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut elapsed = Duration::ZERO;
    let mut records: HashMap<usize, usize> = HashMap::new();
    let memory = allocation_counter::measure(|| {
        runtime.block_on(async {
            let client = client(&url);
            let changes = (0..5).map(|number| {
                let connection = client.connection(format!("token-{number}"));
                (
                    number,
                    connection.changes::<Order>(None).page_size(PAGE as u32),
                )
            });
            let began = Instant::now();
            let mut changes = changes_of(changes);
            while let Some((number, batch)) = changes.next().await {
                *records.entry(number).or_default() += batch.unwrap().records.len();
            }
            elapsed = began.elapsed();
        });
    });
    drop(ended);
    server.join().unwrap();
    let arrivals = list.arrivals.lock().unwrap();
    let requests: Vec<usize> = arrivals.values().map(Vec::len).collect();
    let peak = memory.bytes_max / KIBIBYTE;
    let limit = LIMITERS_TIME * (ORDERS / PAGE) as u32;
    println!(
        "{requests:?} requests in {elapsed:.1?}, {peak} KiB at most; the limiter alone: {limit:.1?}"
    );
    assert!(
        records.values().all(|count| *count >= ORDERS as usize),
        "{records:?}"
    );
    assert!(elapsed <= limit * 105 / 100, "{elapsed:?}");
    assert!(peak < 50 << 10, "{peak} KiB");
    // One refused would have been retried: more than ten within a second.
    for times in arrivals.values() {
        let is_crowded = |ten: &[Instant]| ten[LIMIT] - ten[0] < Duration::from_secs(1);
        assert!(!times.windows(LIMIT + 1).any(is_crowded), "429");
    }
}
