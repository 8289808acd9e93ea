//! Retries, over real sockets: which requests are retried, and when.

use std::time::{Duration, Instant};

use trackstar_api::{Client, Error, ErrorKind, RetryPolicy};
use trackstar_tests::server::{Act, HttpResponse, Server};

fn client(server: &Server) -> Client {
    let quick = RetryPolicy::default().initial_delay(Duration::from_millis(2));
    let builder = Client::builder().api_key("key").base_url(server.base_url());
    let builder = builder
        .retry(quick)
        .attempt_timeout(Duration::from_millis(500))
        .rate_limiting(false);
    builder.build().unwrap().connection("token")
}

fn written() -> Act {
    Act::Respond(HttpResponse::json(r#"{"id": "o1"}"#))
}

fn read() -> Act {
    Act::Respond(HttpResponse::json(r#"{"data": {"id": "o1"}}"#))
}

fn error(status: u16) -> Act {
    Act::Respond(HttpResponse::error(status, "no"))
}

async fn get(client: &Client) -> Result<(), Error> {
    client.get_wms_order("o1").send().await.map(drop)
}

async fn write(client: &Client) -> Result<(), Error> {
    client.cancel_wms_order("o1").send().await.map(drop)
}

#[tokio::test]
async fn which_errors_are_retried_depends_on_the_request() {
    let broken = |response: &str| Act::CutShort(HttpResponse::json(response));
    for (what, act, read_again, written_again) in [
        ("closed", Act::HangUp, true, true),
        (
            "cut short",
            broken(r#"{"id": "o1", "data": {"id": "o1"}}"#),
            true,
            true,
        ),
        ("hangs", Act::Hang, true, true),
        ("400", error(400), false, false),
        ("401", error(401), false, false),
        ("404", error(404), false, false),
        ("408", error(408), true, false),
        ("409", error(409), false, true),
        ("422", error(422), false, false),
        ("429", error(429), true, true),
        ("500", error(500), true, false),
        ("501", error(501), false, false),
        ("502", error(502), true, false),
        ("503", error(503), true, false),
        ("504", error(504), true, false),
        ("520", error(520), true, false),
        ("529", error(529), true, false),
        ("530", error(530), false, false),
        (
            "not JSON",
            Act::Respond(HttpResponse::json("<html>")),
            false,
            false,
        ),
    ] {
        let server = Server::script([act.clone(), read()]).await;
        assert_eq!(
            get(&client(&server)).await.is_ok(),
            read_again,
            "read: {what}"
        );
        assert_eq!(
            server.requests().len(),
            1 + usize::from(read_again),
            "read: {what}"
        );

        let server = Server::script([act.clone(), written()]).await;
        assert_eq!(
            write(&client(&server)).await.is_ok(),
            written_again,
            "write: {what}"
        );
        assert_eq!(
            server.requests().len(),
            1 + usize::from(written_again),
            "write: {what}"
        );
    }
}

#[tokio::test]
async fn the_error_is_that_of_the_last_attempt_with_their_number() {
    let server = Server::script([error(503), error(500), error(502)]).await;
    let failed = get(&client(&server)).await.unwrap_err();
    assert_eq!(failed.status().unwrap(), 502);
    assert_eq!(failed.attempts(), 3);
    assert!(failed.to_string().ends_with("; 3 attempts"), "{failed}");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn retries_can_be_set_for_a_client_and_for_a_request() {
    let server = Server::script([error(503)]).await;
    let request = client(&server).get_wms_order("o1");
    let failed = request
        .clone()
        .retry(RetryPolicy::off())
        .send()
        .await
        .unwrap_err();
    assert_eq!((failed.attempts(), server.requests().len()), (1, 1));
    let five = RetryPolicy::default()
        .max_retries(5)
        .initial_delay(Duration::ZERO);
    let failed = request.retry(five).send().await.unwrap_err();
    assert_eq!((failed.attempts(), server.requests().len()), (6, 7));
}

#[tokio::test]
async fn a_retry_after_is_obeyed_and_one_that_is_too_long_ends_the_request() {
    let wait = |seconds: &str| {
        Act::Respond(HttpResponse::error(429, "slow down").header("Retry-After", seconds))
    };
    let server = Server::script([wait("1"), read()]).await;
    let started = Instant::now();
    get(&client(&server)).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));

    let server = Server::script([wait("61"), read()]).await;
    let failed = get(&client(&server)).await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::RateLimited);
    assert_eq!(failed.retry_after(), Some(Duration::from_secs(61)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn every_attempt_of_a_write_carries_the_same_key_and_every_write_its_own() {
    let server = Server::script([Act::HangUp, written()]).await;
    let client = client(&server);
    let request = client.cancel_wms_order("o1");
    request.clone().send().await.unwrap();
    request.send().await.unwrap();
    client
        .cancel_wms_order("o1")
        .idempotency_key("mine")
        .send()
        .await
        .unwrap();
    let keys: Vec<String> = server
        .requests()
        .iter()
        .map(|request| request.header("idempotency-key").join("|"))
        .collect();
    assert_eq!(keys[0].len(), 36, "a UUID");
    assert_eq!(keys[0], keys[1], "two attempts of one write");
    assert_ne!(
        keys[1], keys[2],
        "a request that was cloned is another write"
    );
    assert_eq!(keys[3], "mine");
}

#[tokio::test]
async fn a_read_carries_no_key_and_a_bad_one_is_refused() {
    let server = Server::script([Act::Respond(HttpResponse::json(
        r#"{"data": {"id": "o1"}}"#,
    ))])
    .await;
    let client = client(&server);
    get(&client).await.unwrap();
    for request in server.requests() {
        assert!(request.header("idempotency-key").is_empty());
    }
    let long = "k".repeat(256);
    for key in ["", "a b", "ä", &long] {
        let failed = client
            .cancel_wms_order("o1")
            .idempotency_key(key)
            .send()
            .await
            .unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::InvalidRequest);
        assert!(failed.to_string().contains("1 to 255 visible"), "{failed}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_replayed_response_says_so() {
    let replayed = HttpResponse::json(r#"{"id": "o1"}"#).header("Idempotent-Replayed", "true");
    let server = Server::script([Act::Respond(replayed), written()]).await;
    let request = client(&server).cancel_wms_order("o1");
    assert!(request.clone().send().await.unwrap().was_replayed());
    assert!(!request.send().await.unwrap().was_replayed());
}
