//! Connections that fail: over real sockets, against a listener that does as it is told.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use trackstar_api::{Client, Error, ErrorKind, RetryPolicy};

const KEY: &str = "key-for-tests";

/// Accepts connections; on each reads a request, writes `answer`, and then hangs or hangs up.
async fn server(answer: &'static [u8], hangs: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = socket.read(&mut [0; 4096]).await;
                let _ = socket.write_all(answer).await;
                if hangs {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    address
}

async fn call(address: SocketAddr) -> Error {
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("http://{address}"))
        .attempt_timeout(Duration::from_millis(300))
        .retry(RetryPolicy::off())
        .build()
        .unwrap();
    client.list_magic_links().send().await.unwrap_err()
}

#[tokio::test]
async fn a_body_that_is_cut_short_is_interrupted() {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nx-request-id: req-9\r\n\r\n{\"magic_links\": [";
    let error = call(server(answer, false).await).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.request_id(), Some("req-9"));
    assert!(
        error.to_string().starts_with(
            "list_magic_links failed with 200 OK: the connection broke before the whole answer was there: "
        ),
        "{error}"
    );
}

#[tokio::test]
async fn an_error_answer_that_is_cut_short_is_that_error_still() {
    let answer = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 1000\r\n\r\n<html>";
    let error = call(server(answer, false).await).await;
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.body_start(), Some("<html>"));
}

#[tokio::test]
async fn a_connection_closed_before_the_answer_is_interrupted() {
    let error = call(server(b"", false).await).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn what_is_not_http_is_interrupted() {
    let error = call(server(b"\x16\x03\x01 garbage\r\n\r\n", false).await).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[tokio::test]
async fn a_refused_connection_is_told_with_its_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = call(address).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    let line = error.to_string();
    assert!(
        line.starts_with("list_magic_links failed: no connection to the server: "),
        "{line}"
    );
    assert!(line.to_lowercase().contains("refused"), "{line}");
}

#[tokio::test]
async fn a_server_that_never_answers_or_never_ends_runs_into_the_time_limit() {
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"] {
        let address = server(answer, true).await;
        let started = Instant::now();
        let error = call(address).await;
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(
            error.to_string().contains("the time limit passed"),
            "{error}"
        );
        assert!(started.elapsed() >= Duration::from_millis(300));
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}
