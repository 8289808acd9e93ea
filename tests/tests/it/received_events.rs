//! What an event says beside its data, and fetching those that were too large to send.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use trackstar_api::webhooks::{Deduplicator, Delivery, Event, EventData, Webhook, testing};
use trackstar_api::{Client, ErrorKind, RetryPolicy};
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

fn received_as(id: &str, body: &str) -> Event {
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
    for around in [
        "",
        r#""connection_id": null, "previous_attributes": null, "data_url": null, "data_truncated": null,"#,
        r#""connection_id": 7, "integration_name": [], "customer_id": {}, "data_truncated": "no","#,
    ] {
        let body = format!(r#"{{{around} "event_type": "order.created"}}"#);
        let event = received(&body);
        assert_eq!(event.connection_id(), None);
        let EventData::Unknown(unknown) = event.data() else {
            panic!("{event:?}");
        };
        assert_eq!(unknown.json(), "null");
        assert!(unknown.problem().is_some());
    }
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
            HttpResponse {
                status: 302,
                ..HttpResponse::json("")
            }
            .header("location", &to),
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
