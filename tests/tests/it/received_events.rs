//! What an event says beside its data, and fetching those that were too large to send.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use trackstar_api::webhooks::{Deduplicator, Delivery, Event, EventData, Webhook, testing};
use trackstar_api::{
    Admission, Client, ErrorKind, LimitClass, LimitKey, LimitReport, Limiter, RetryPolicy,
};
use trackstar_tests::server::{Act, HttpResponse, Server};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const EVENT: &str = r#"{"event_type": "connection.deleted", "connection_id": "c1",
    "integration_name": "sandbox", "integration_type": "general", "customer_id": "cu1",
    "data": {"deleted_date": "2026-01-02T03:04:05Z"}}"#;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_614_265_330)
}

fn received(body: &str) -> Event {
    received_as("msg_1", body)
}

fn received_as(id: &str, body: impl AsRef<[u8]>) -> Event {
    let body = body.as_ref();
    let headers = testing::sign(SECRET, id, now(), body).unwrap();
    let webhook = Webhook::new(SECRET).unwrap().clock(now);
    webhook.verify(&headers, body).unwrap()
}

#[test]
fn nothing_that_is_shown_holds_what_an_event_carries() {
    let body = r#"{"event_type": "connection.created", "connection_id": "c1", "data": {
        "created_date": "2026-01-02T03:04:05Z", "access_token": "tok-secret"}}"#;
    let event = received(body);
    let EventData::ConnectionCreated(data) = event.data() else {
        panic!("{event:?}");
    };
    assert_eq!(data.access_token, "tok-secret");
    for shown in [format!("{event:?}"), format!("{:#?}", event.data())] {
        assert!(!shown.contains("tok-secret"), "{shown}");
        assert!(shown.contains("ConnectionCreated"), "{shown}");
    }
}

#[test]
fn an_event_says_where_it_comes_from() {
    let event = received(EVENT);
    assert_eq!(event.id(), "msg_1");
    assert_eq!(event.timestamp().timestamp(), 1_614_265_330);
    assert_eq!(event.event_type(), "connection.deleted");
    assert_eq!(event.connection_id(), Some("c1"));
    assert_eq!(event.integration_name(), Some("sandbox"));
    assert_eq!(event.integration_type(), Some("general"));
    assert_eq!(event.customer_id(), Some("cu1"));
    assert!(event.previous_attributes().is_none());
    assert!(!event.is_truncated() && event.data_url().is_none());
    assert!(matches!(event.data(), EventData::ConnectionDeleted(_)));
}

#[test]
fn what_stands_around_the_data_may_be_missing_or_of_another_kind() {
    for (around, connection, extra) in [
        ("", None, &[][..]),
        (
            r#""connection_id": null, "previous_attributes": null, "data_url": null, "data_truncated": null,"#,
            None,
            &[],
        ),
        (
            r#""connection_id": 7, "integration_name": [1], "customer_id": {}, "data_truncated": "no","#,
            Some("7"),
            &["customer_id", "data_truncated", "integration_name"],
        ),
    ] {
        let body = format!(r#"{{{around} "event_type": "order.created"}}"#);
        let event = received(&body);
        assert_eq!(event.connection_id(), connection);
        assert_eq!(
            (event.integration_name(), event.customer_id()),
            (None, None)
        );
        let mut kept: Vec<&String> = event.extra().keys().collect();
        kept.sort();
        assert_eq!(kept, extra);
        let EventData::Unknown(unknown) = event.data() else {
            panic!("{event:?}");
        };
        assert_eq!(unknown.json(), "null");
        assert!(unknown.problem().is_some());
    }
}

#[test]
fn data_that_cannot_be_read_says_which_record_it_is_and_which_field() {
    let body = r#"{"event_type": "connection.created", "data": {"id": 7, "access_token": [1]}}"#;
    let event = received(body);
    let EventData::Unknown(unknown) = event.data() else {
        panic!("{event:?}");
    };
    assert_eq!(unknown.id().as_deref(), Some("7"));
    assert_eq!(unknown.field(), Some("access_token"));
    assert_eq!(event.deviations().list, []);
}

/// What deviates, as text.
fn deviations(event: &Event) -> Vec<String> {
    let found = event.deviations().list.iter();
    found.map(ToString::to_string).collect()
}

#[test]
fn bytes_that_are_no_json_are_replaced_and_reported() {
    let sent = b"\xef\xbb\xbf{\"event_type\": \"order.created\", \"connection_id\": \"c\xff\", \"later\": {\"a\": \"\\ud83d\"},
        \"data\": {\"id\": \"\\ude00\", \"total_price\": NaN, \"order_number\": 1042}}";
    let event = received_as("msg_1", sent);
    assert_eq!(event.body(), sent);
    assert_eq!(event.connection_id(), Some("c\u{fffd}"));
    assert_eq!(event.extra()["later"]["a"], "\u{fffd}");
    let EventData::OrderCreated(order) = event.data() else {
        panic!("{event:?}");
    };
    assert_eq!((order.id.as_str(), order.total_price), ("\u{fffd}", None));
    assert_eq!(order.order_number.as_deref(), Some("1042"));
    let mut found = deviations(&event);
    found.sort();
    assert_eq!(
        found,
        [
            ": byte order mark in place of JSON",
            "connection_id: bytes that are not UTF-8 in place of string",
            "data.id: lone surrogate in place of string",
            "data.order_number: integer in place of string",
            "data.total_price: NaN in place of number",
            "later.a: lone surrogate in place of string",
        ]
        .map(str::to_owned)
    );
}

#[test]
fn what_is_too_deep_to_be_read_costs_no_more_than_itself() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let body = format!(
        r#"{{"event_type": "connection.deleted", "connection_id": "c1", "later": {deep},
            "data": {{"deleted_date": "2026-01-02T03:04:05Z"}}}}"#
    );
    let event = received(&body);
    assert!(matches!(event.data(), EventData::ConnectionDeleted(_)));
    assert_eq!(event.extra()["later"], deep.as_str());

    let body = format!(
        r#"{{"event_type": "order.created", "connection_id": "c1", "data": {{"id": "1", "new": {deep}}}}}"#
    );
    let event = received(&body);
    assert_eq!(event.connection_id(), Some("c1"));
    let EventData::Unknown(unknown) = event.data() else {
        panic!("{event:?}");
    };
    assert_eq!(unknown.json(), format!(r#"{{"id": "1", "new": {deep}}}"#));
    assert!(unknown.problem().unwrap().contains("128 levels deep"));
}

#[test]
fn what_deviates_is_reported_with_the_type_of_the_event() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&reported);
    let webhook =
        Webhook::new(SECRET)
            .unwrap()
            .clock(now)
            .on_deviation(move |event_type, deviation| {
                to.lock().unwrap().push(format!("{event_type} {deviation}"));
            });
    let body = r#"{"event_type": "order.created", "customer_id": 7, "data": {"id": 1}}"#;
    let headers = testing::sign(SECRET, "msg_1", now(), body).unwrap();
    let event = webhook.verify(&headers, body).unwrap();
    let expected = ["customer_id", "data.id"];
    let expected = expected.map(|path| format!("{path}: integer in place of string"));
    assert_eq!(deviations(&event), expected);
    let expected = expected.map(|deviation| format!("order.created {deviation}"));
    assert_eq!(*reported.lock().unwrap(), expected);
}

#[test]
fn an_event_that_was_stored_is_the_same_event() {
    let odd = b"{\"event_type\": \"order.created\", \"data\": {\"id\": \"\xff\"}}";
    let bodies: [&[u8]; 6] = [
        EVENT.as_bytes(),
        br#"{"event_type": "order.updated", "previous_attributes": {"a.0.b": 1.10}, "data": {"id": 1}, "new": 1.10}"#,
        br#"{"event_type": "spaceship.launched", "data": {"price": 1.10}}"#,
        br#"{"event_type": "order.created", "data_truncated": true, "data_url": "https://x", "data": {"id": "1"}}"#,
        b"{",
        odd,
    ];
    for body in bodies {
        let event = received_as("msg_1", body);
        let text = serde_json::to_string(&event).unwrap();
        let read: Event = serde_json::from_str(&text).unwrap();
        assert_eq!((&read, read.body()), (&event, body));
        let value = serde_json::to_value(&event).unwrap();
        assert_eq!(serde_json::from_value::<Event>(value).unwrap(), event);
        assert!(!text.contains("whsec"), "{text}");
    }
    let stored =
        r#"{"id": "msg_1", "timestamp": "2021-02-25T15:02:10Z", "body": "{}", "added_later": 1}"#;
    let event: Event = serde_json::from_str(stored).unwrap();
    assert_eq!((event.id(), event.body()), ("msg_1", &b"{}"[..]));
    for not_stored in [
        r#"{"id": "msg_1"}"#,
        "[]",
        r#"{"id": "a", "timestamp": "2021-02-25T15:02:10Z", "body": 7}"#,
    ] {
        assert!(
            serde_json::from_str::<Event>(not_stored).is_err(),
            "{not_stored}"
        );
    }
}

#[test]
fn an_event_tells_what_changed() {
    let event = |previous: &str| {
        received(&format!(
            r#"{{"event_type": "order.updated", "data": {{"id": "1", "status": "open",
                "line_items": [{{"sku": "a", "is_picked": true}}, {{"sku": "b", "is_picked": true}}]}}{previous}}}"#
        ))
    };
    for previous in [
        r#", "previous_attributes": {"line_items.1.is_picked": false}"#,
        r#", "previous_attributes": {"id": "1", "status": "open",
            "line_items": [{"sku": "a", "is_picked": true}, {"sku": "b", "is_picked": false}]}"#,
    ] {
        let event = event(previous);
        for path in [
            "line_items.*.is_picked",
            "line_items[1].is_picked",
            "line_items",
        ] {
            assert!(event.changed(path), "{path} {previous}");
        }
        for path in [
            "line_items.0.is_picked",
            "line_items.*.sku",
            "status",
            "new",
        ] {
            assert!(!event.changed(path), "{path} {previous}");
        }
    }
    assert!(!event("").changed("status"));
    let truncated = r#"{"event_type": "order.updated", "data_truncated": true, "data": {"id": "1"},
        "previous_attributes": {"status": "open"}}"#;
    assert!(received(truncated).changed("status"));
}

#[tokio::test]
async fn an_event_that_comes_twice_is_told_by_its_id() {
    let seen = Deduplicator::new();
    let first = seen.begin(received_as("msg_1", EVENT).id()).await.unwrap();
    let Delivery::New(handling) = first else {
        panic!("{first:?}");
    };
    let other = seen.begin(received_as("msg_2", EVENT).id()).await.unwrap();
    assert!(matches!(other, Delivery::New(_)));
    let again = received_as("msg_1", EVENT);
    let delivery = seen.begin(again.id()).await.unwrap();
    assert!(matches!(delivery, Delivery::InProgress), "{delivery:?}");
    handling.finish().await.unwrap();
    let delivery = seen.begin(again.id()).await.unwrap();
    assert!(matches!(delivery, Delivery::Done), "{delivery:?}");
}

/// A client of a server on loopback, without retries.
fn client(server: &Server) -> Client {
    Client::builder()
        .api_key("the-key")
        .base_url(server.base_url())
        .retry(RetryPolicy::off())
        .build()
        .unwrap()
}

fn truncated(data_url: &str) -> Event {
    let body = format!(
        r#"{{"event_type": "connection.deleted", "data_truncated": true, "data_url": "{data_url}",
            "data": {{"id": "o1"}}}}"#
    );
    received(&body)
}

#[tokio::test]
async fn an_event_that_was_too_large_to_send_is_fetched_with_the_key_and_read_without() {
    let base: Arc<Mutex<String>> = Arc::default();
    let at = Arc::clone(&base);
    let server = Server::start_with(move |request| {
        let base = at.lock().unwrap();
        Act::Respond(HttpResponse::json(match request.target.as_str() {
            "/events/1?part=2" => format!(r#"{{"download_url": "{base}/download"}}"#),
            _ => EVENT.to_owned(),
        }))
    })
    .await;
    *base.lock().unwrap() = server.base_url();

    let event = truncated(&format!("{}/events/1?part=2", server.base_url()));
    assert!(event.is_truncated());
    let EventData::Truncated(data) = event.data() else {
        panic!("{event:?}");
    };
    assert_eq!(data.id(), Some("o1"));

    let client = client(&server).connection("the-token");
    let whole = event.fetch(&client).await.unwrap();
    assert!(matches!(whole.data(), EventData::ConnectionDeleted(_)));
    assert_eq!(
        (whole.id(), whole.timestamp()),
        (event.id(), event.timestamp())
    );
    assert_eq!(whole.connection_id(), Some("c1"));

    let requests = server.requests();
    let [ask, get] = &requests[..] else {
        panic!("{requests:?}");
    };
    assert_eq!(
        (ask.method.as_str(), ask.target.as_str()),
        ("GET", "/events/1?part=2")
    );
    assert_eq!(ask.header("x-trackstar-api-key"), ["the-key"]);
    assert!(ask.header("x-trackstar-access-token").is_empty());
    assert_eq!(get.target, "/download");
    assert!(!format!("{get:?}").contains("the-key"));
}

#[tokio::test]
async fn the_key_is_sent_to_no_other_host() {
    let elsewhere = Server::start(HttpResponse::json("{}")).await;
    let server = Server::start(HttpResponse::json("{}")).await;
    let client = client(&server);
    let port = server.base_url().rsplit(':').next().unwrap().to_owned();
    for url in [
        elsewhere.base_url(),
        format!("http://localhost:{port}/"),
        format!("http://user@127.0.0.1:{port}/"),
        "https://trackstarhq.com.example.com/".to_owned(),
        "http://production.trackstarhq.com/".to_owned(),
        "/events/1".to_owned(),
        String::new(),
    ] {
        let error = truncated(&url).fetch(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url}: {error}");
        assert!(error.to_string().contains("data_url"), "{error}");
    }
    let error = received(EVENT).fetch(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(elsewhere.requests().is_empty() && server.requests().is_empty());
}

#[tokio::test]
async fn a_fetch_follows_no_redirect_and_reads_within_bounds() {
    let elsewhere = Server::start(HttpResponse::json("{}")).await;
    let to = elsewhere.base_url();
    for (answer, kind) in [
        (
            HttpResponse::json("").status(302).header("location", &to),
            ErrorKind::Status,
        ),
        (
            HttpResponse::json(format!(r#"{{"download_url": "{to}/download"}}"#)),
            ErrorKind::InvalidRequest,
        ),
        (HttpResponse::json("{}"), ErrorKind::UnexpectedShape),
        (HttpResponse::json("<html>"), ErrorKind::NotJson),
        (HttpResponse::error(403, "no"), ErrorKind::Forbidden),
        (HttpResponse::json(vec![b' '; 2_000]), ErrorKind::TooLarge),
    ] {
        let server = Server::start(answer).await;
        let client = Client::builder()
            .api_key("the-key")
            .base_url(server.base_url())
            .max_response_bytes(1_000)
            .retry(RetryPolicy::off())
            .build()
            .unwrap();
        let event = truncated(&format!("{}/events/1", server.base_url()));
        let error = event.fetch(&client).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(server.requests().len(), 1);
    }
    assert!(elsewhere.requests().is_empty());
}

/// Counts what it is asked and what it is told.
#[derive(Default)]
struct Counts {
    asked: AtomicUsize,
    told: AtomicUsize,
}

impl Limiter for Counts {
    fn admit<'a>(&'a self, _: &'a LimitKey, _: LimitClass) -> Admission<'a> {
        self.asked.fetch_add(1, SeqCst);
        Box::pin(async { Ok(()) })
    }

    fn learn(&self, _: &LimitKey, _: LimitClass, _: &LimitReport) {
        self.told.fetch_add(1, SeqCst);
    }
}

#[tokio::test]
async fn a_download_without_the_key_neither_counts_nor_says_anything_about_the_limits() {
    let base: Arc<Mutex<String>> = Arc::default();
    let at = Arc::clone(&base);
    let server = Server::start_with(move |request| {
        let base = at.lock().unwrap();
        Act::Respond(match request.target.as_str() {
            "/events/1" => HttpResponse::json(format!(r#"{{"download_url": "{base}/download"}}"#)),
            _ => HttpResponse::error(429, "busy").header("retry-after", "60"),
        })
    })
    .await;
    *base.lock().unwrap() = server.base_url();
    let counts = Arc::new(Counts::default());
    let builder = Client::builder()
        .api_key("the-key")
        .base_url(server.base_url());
    let builder = builder.retry(RetryPolicy::off()).limiter(counts.clone());
    let event = truncated(&format!("{}/events/1", server.base_url()));
    let error = event.fetch(&builder.build().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(server.requests().len(), 2);
    assert_eq!(
        (counts.asked.load(SeqCst), counts.told.load(SeqCst)),
        (1, 1)
    );
}
