//! Values that are not what the document says, over whole walks: each costs at most itself, and is reported.

use std::sync::{Arc, Mutex};

use futures_util::{StreamExt as _, TryStreamExt as _};
use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use trackstar_api::deviation::Deviation;
use trackstar_api::types::CreateOrder;
use trackstar_api::{Client, Decimal, ErrorKind, RetryPolicy};
use trackstar_tests::server::{HttpResponse, Server};

use crate::values::any_json;

const PAGES: usize = 50;

/// What a record holds in place of what the document says, the field's path, and whether it can be read.
fn kinds() -> Vec<(Value, &'static str, bool)> {
    vec![
        (json!({"total_price": "12.50"}), "", true),
        (json!({"total_price": "12,50 EUR"}), "total_price", true),
        (json!({"total_price": {"amount": 1}}), "total_price", true),
        (
            json!({"line_items": [{"quantity": "3"}]}),
            "line_items[].quantity",
            true,
        ),
        (
            json!({"line_items": [{"quantity": 2.5}]}),
            "line_items[].quantity",
            true,
        ),
        (
            json!({"line_items": [{"quantity": 3.0}, null]}),
            "line_items[]",
            true,
        ),
        (json!({"line_items": {}}), "line_items", true),
        (json!({"line_items": "a,b"}), "line_items", true),
        (json!({"created_date": "2025-01-31"}), "created_date", true),
        (
            json!({"created_date": "2025-01-31T10:00:00"}),
            "created_date",
            true,
        ),
        (json!({"created_date": 1735689600}), "created_date", true),
        (json!({"created_date": "None"}), "created_date", true),
        (json!({"order_number": 1042}), "order_number", true),
        (json!({"order_number": []}), "order_number", true),
        (json!({"status": 3}), "status", true),
        (json!({"tags": [null, "a", 1]}), "tags[]", true),
        (json!({"ship_to_address": ""}), "ship_to_address", true),
        (json!({"ship_to_address": [1]}), "ship_to_address", true),
        (json!({"id": 12345}), "id", true),
        (json!({"id": null}), "", false),
        (json!({"id": {"n": 1}}), "", false),
        (json!(null), "", false),
        (json!("order"), "", false),
        (json!([]), "", false),
    ]
}

/// The records of a page: a good one before and after each one that deviates.
fn records(page: usize) -> Vec<Value> {
    let kinds = kinds();
    let odd = kinds.iter().enumerate().map(|(index, (odd, ..))| {
        let mut record = odd.clone();
        if let Some(members) = record.as_object_mut() {
            members
                .entry("id")
                .or_insert_with(|| json!(format!("{page}-odd-{index}")));
        }
        record
    });
    let good = (0..).map(|index| json!({"id": format!("{page}-{index}"), "order_number": "a"}));
    odd.zip(good).flat_map(|(odd, good)| [good, odd]).collect()
}

/// A server of fifty such pages, and a client that collects what is reported.
async fn start() -> (MockServer, Client, Arc<Mutex<Vec<String>>>) {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.path("/wms/orders");
        then.respond_with(|request: &HttpMockRequest| {
            let uri = request.uri().to_string();
            let page: usize = uri
                .split("page_token=p")
                .nth(1)
                .map_or(0, |it| it.parse().unwrap());
            let next = (page + 1 < PAGES).then(|| format!("p{}", page + 1));
            let body = json!({"data": records(page), "next_token": next, "total_count": "all"});
            HttpMockResponse::builder()
                .status(200)
                .body(body.to_string())
                .build()
        });
    });
    let reports: Arc<Mutex<Vec<String>>> = Arc::default();
    let collected = Arc::clone(&reports);
    let client = Client::builder()
        .api_key("key")
        .base_url(server.base_url())
        .retry(RetryPolicy::off())
        .rate_limiting(false)
        .on_deviation(move |operation: &str, deviation: &Deviation| {
            assert_eq!(operation, "list_wms_orders");
            collected.lock().unwrap().push(deviation.path());
        })
        .build()
        .unwrap()
        .connection("token");
    (server, client, reports)
}

fn expected() -> (usize, usize) {
    let unreadable = kinds()
        .iter()
        .filter(|(.., can_be_read)| !can_be_read)
        .count();
    (2 * kinds().len() - unreadable, unreadable)
}

#[tokio::test]
async fn a_stream_gives_every_record_and_continues_after_those_that_cannot_be_read() {
    let (_server, client, reports) = start().await;
    let results: Vec<_> = client.list_wms_orders().stream().collect().await;
    let (readable, unreadable) = expected();
    assert_eq!(results.len(), PAGES * (readable + unreadable));
    let errors: Vec<_> = results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .collect();
    assert_eq!(errors.len(), PAGES * unreadable);
    for (index, error) in errors.iter().enumerate() {
        assert_eq!(error.kind(), ErrorKind::UnreadableRecord);
        let record = error.unreadable_record().unwrap();
        let sent = &records(index / unreadable)[record.index()];
        assert_eq!(record.json(), sent);
        assert!(error.to_string().contains("cannot be read"), "{error}");
    }
    let order = results
        .iter()
        .flatten()
        .find(|order| order.total_price.is_some());
    assert_eq!(
        order.unwrap().total_price,
        Some("12.50".parse::<Decimal>().unwrap())
    );

    let reports = reports.lock().unwrap();
    for (_, path, _) in kinds().iter().filter(|(_, path, _)| !path.is_empty()) {
        let path = format!("data[].{path}");
        let count = reports.iter().filter(|report| **report == path).count();
        assert!(count >= PAGES, "{path}: {count}");
    }
    let counts = reports
        .iter()
        .filter(|report| *report == "total_count")
        .count();
    assert_eq!(counts, PAGES);
}

#[tokio::test]
async fn a_function_takes_records_that_cannot_be_read_out_of_the_streams_way() {
    let (_server, client, _) = start().await;
    let unreadable = Arc::new(Mutex::new(Vec::new()));
    let collected = Arc::clone(&unreadable);
    let stream = client
        .list_wms_orders()
        .stream()
        .on_unreadable(move |record| collected.lock().unwrap().push(record));
    let orders: Vec<_> = stream.try_collect().await.unwrap();
    let (readable, expected) = expected();
    assert_eq!(orders.len(), PAGES * readable);
    let unreadable = unreadable.lock().unwrap();
    assert_eq!(unreadable.len(), PAGES * expected);
    assert_eq!(unreadable[1].field(), Some("id"));
    assert_eq!(unreadable[1].id(), None);
}

#[tokio::test]
async fn pages_and_a_single_request_have_both_kinds_of_records() {
    let (_server, client, _) = start().await;
    let (readable, unreadable) = expected();
    let pages: Vec<_> = client
        .list_wms_orders()
        .pages()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(pages.len(), PAGES);
    for (number, page) in pages.iter().enumerate() {
        assert_eq!(
            (page.data.len(), page.unreadable.len()),
            (readable, unreadable)
        );
        assert_eq!(page.total_count, None);
        let json = serde_json::to_value(&**page).unwrap();
        let sent = records(number);
        for odd in &page.unreadable {
            assert_eq!(json["data"][odd.index()], sent[odd.index()]);
        }
    }
    let page = client.list_wms_orders().page_token("p7").await.unwrap();
    assert_eq!(
        (page.data.len(), page.unreadable.len()),
        (readable, unreadable)
    );
    assert_eq!(page.next_token.as_deref(), Some("p8"));
}

/// A client of a server that gives this response to everything.
async fn serving(status: u16, body: &'static str) -> (MockServer, Client) {
    let server = MockServer::start_async().await;
    server.mock(|when, then| {
        when.path_includes("/");
        then.status(status).body(body);
    });
    let client = Client::builder().api_key("key").base_url(server.base_url());
    let client = client.retry(RetryPolicy::off()).build().unwrap();
    (server, client.connection("token"))
}

#[tokio::test]
async fn a_write_that_succeeded_is_a_success_whatever_it_gives() {
    let order = || CreateOrder::default().order_number("1");
    for (status, body, id, has_data) in [
        (204, "", None, false),
        (200, "{}", None, false),
        (201, r#"{"id": 7, "data": {"id": "7"}}"#, Some("7"), true),
        (
            200,
            r#"{"id": "7", "data": {"total_price": 1}, "unused_fields": ["a", 1]}"#,
            Some("7"),
            false,
        ),
        (200, r#"{"id": "7", "data": "stored"}"#, Some("7"), false),
    ] {
        let (_server, client) = serving(status, body).await;
        let written = client.create_wms_order(order()).await.unwrap();
        assert_eq!(written.id.as_deref(), id, "{body}");
        assert_eq!(written.data.is_some(), has_data, "{body}");
        if body.contains("unused") {
            assert_eq!(written.unused_fields, ["a", "1"]);
            let record = written.unreadable.as_ref().unwrap();
            assert_eq!(record.json(), &json!({"total_price": 1}));
        }
    }
}

#[tokio::test]
async fn a_page_starts_with_a_byte_order_mark_and_ends_without_a_token() {
    let (_server, client) = serving(200, "\u{feff}{\"data\": [{\"id\": \"a\\ud83d\"}]}").await;
    let orders: Vec<_> = client
        .list_wms_orders()
        .stream()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(orders[0].id, "a\u{fffd}");
}

#[tokio::test]
async fn any_json_in_place_of_any_field_loses_no_other_record_of_the_page() {
    let document = include_str!("../../../trackstar-api/openapi-3.0.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let fields = document["components"]["schemas"]["Order"]["properties"].as_object();
    let fields: Vec<&String> = fields.unwrap().keys().collect();
    let mut runner = TestRunner::new(Config::with_cases(1));
    for case in 0..100 {
        let json = any_json().new_tree(&mut runner).unwrap().current();
        // A good record, then one with the value in place of a field, for each field; and the value itself.
        let mut sent: Vec<Value> = vec![json.clone()];
        for (index, field) in fields.iter().enumerate() {
            let mut odd = json!({"id": format!("odd-{index}")});
            odd[field.as_str()] = json.clone();
            sent.extend([json!({"id": format!("good-{index}")}), odd]);
        }
        let body = json!({"data": sent, "next_token": "next"}).to_string();
        let server = Server::start(HttpResponse::json(body)).await;
        let client = Client::builder().api_key("key").base_url(server.base_url());
        let page = client
            .build()
            .unwrap()
            .connection("token")
            .list_wms_orders();
        let page = page.await.unwrap();
        assert_eq!(page.next_token.as_deref(), Some("next"), "{json}");
        assert_eq!(
            page.data.len() + page.unreadable.len(),
            sent.len(),
            "{json}"
        );
        let good = page
            .data
            .iter()
            .filter(|order| order.id.starts_with("good-"));
        assert_eq!(good.count(), fields.len(), "case {case}: {json}");
        for odd in &page.unreadable {
            assert_eq!(odd.json(), &sent[odd.index()]);
            let is_id = sent[odd.index()].get("id") == Some(&json) || odd.index() == 0;
            assert!(is_id, "only what has no id is unreadable: {}", odd.json());
        }
    }
}

/// What is written to a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_deviation_is_a_warning_the_first_time_and_an_event_for_debugging_after_that() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _subscriber = tracing::subscriber::set_default(subscriber);
    let body = r#"{"data": [{"id": "a", "total_price": "12,50 EUR"}, {"id": "b", "tags": "ada"}]}"#;
    let (_server, client) = serving(200, body).await;
    for _ in 0..3 {
        client.list_wms_orders().await.unwrap();
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let levels = |path: &str| -> Vec<String> {
        let lines = log.lines().filter(|line| line.contains(path));
        lines
            .filter_map(|line| line.split_whitespace().nth(1).map(str::to_owned))
            .collect()
    };
    for path in ["path=\"data[].total_price\"", "path=\"data[].tags\""] {
        assert_eq!(levels(path), ["WARN", "DEBUG", "DEBUG"], "{log}");
    }
    assert!(!log.contains("EUR") && !log.contains("ada"), "{log}");
}
