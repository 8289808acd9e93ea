//! How long a request may take, over real sockets.

use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use trackstar_api::{Client, ClientBuilder, ErrorKind, RetryPolicy};
use trackstar_tests::server::{Act, HttpResponse, Server};

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(60);
/// What no test should come near, on a machine that is busy with others.
const FAR: Duration = Duration::from_secs(20);

fn builder(url: String) -> ClientBuilder {
    Client::builder().api_key("key").base_url(url)
}

#[tokio::test]
async fn a_request_ends_at_its_limit_whatever_its_attempts_do() {
    let server = Server::start_with(|_| Act::Hang).await;
    let client = builder(server.base_url()).total_timeout(SHORT).build();
    let client = client.unwrap().connection("token");
    let started = Instant::now();
    let read = client.get_wms_order("o1").send().await.unwrap_err();
    let write = client.cancel_wms_order("o1").send().await.unwrap_err();
    assert!(started.elapsed() >= 2 * SHORT && started.elapsed() < FAR);
    for error in [&read, &write] {
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.attempts(), 1);
        assert!(
            error
                .to_string()
                .contains("the total timeout of 200ms passed"),
            "{error}"
        );
    }
    assert!(!read.may_have_taken_effect());
    assert!(write.may_have_taken_effect(), "it was on its way");
}

#[tokio::test]
async fn a_delay_that_would_exceed_the_time_limit_is_not_begun() {
    let busy = HttpResponse::error(503, "busy").header("retry-after", "30");
    let server = Server::start(busy).await;
    let client = builder(server.base_url()).total_timeout(FAR).build();
    let started = Instant::now();
    let error = client.unwrap().list_magic_links().send().await.unwrap_err();
    assert!(started.elapsed() < FAR);
    assert_eq!(error.message(), Some("busy"), "what is known is reported");
    assert_eq!(error.attempts(), 1);
}

#[tokio::test]
async fn each_request_can_have_its_own_limits() {
    let server = Server::start_with(|_| Act::Hang).await;
    let client = builder(server.base_url())
        .attempt_timeout(LONG)
        .total_timeout(LONG)
        .retry(RetryPolicy::off());
    let client = client.build().unwrap();
    let started = Instant::now();
    for (error, says) in [
        (
            client.list_magic_links().total_timeout(SHORT).send().await,
            "the total timeout of 200ms passed",
        ),
        (
            client
                .list_magic_links()
                .attempt_timeout(SHORT)
                .send()
                .await,
            "the attempt timed out",
        ),
    ] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains(says), "{error}");
    }
    assert!(started.elapsed() < FAR);
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_is_given_up_and_nothing_was_sent() {
    // Accepts, and never responds to the TLS handshake.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = builder(url).connect_timeout(SHORT).attempt_timeout(LONG);
    let client = client.retry(RetryPolicy::off()).build().unwrap();
    let started = Instant::now();
    let error = client.connection("token").cancel_wms_order("o1");
    let error = error.send().await.unwrap_err();
    assert!(started.elapsed() < FAR);
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn dropping_a_request_closes_its_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = builder(url).build().unwrap();
    let sending = tokio::spawn(async move { client.list_magic_links().send().await });
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = [0; 4096];
    assert!(socket.read(&mut request).await.unwrap() > 0);
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    let end = tokio::time::timeout(FAR, socket.read(&mut request)).await;
    assert_eq!(end.unwrap().unwrap_or(0), 0, "the other side is closed");
    let again = tokio::time::timeout(Duration::from_millis(700), listener.accept()).await;
    assert!(again.is_err(), "nobody goes on with it");
}
