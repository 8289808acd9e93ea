//! Connections that fail: over real sockets, against a scripted listener.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use trackstar_api::{Client, Error, ErrorKind, RetryPolicy};

const KEY: &str = "key-for-tests";

/// Accepts connections, reads a request on each, and then runs a function.
async fn server_that<F: Future<Output = ()> + Send>(
    act: impl Fn(TcpStream) -> F + Send + Sync + Copy + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = socket.read(&mut [0; 4096]).await;
                act(socket).await;
            });
        }
    });
    address
}

/// Reads a request on each connection, writes `response`, and then hangs or hangs up.
async fn server(response: &'static [u8], hangs: bool) -> SocketAddr {
    server_that(move |mut socket| async move {
        let _ = socket.write_all(response).await;
        if hangs {
            std::future::pending::<()>().await;
        }
    })
    .await
}

async fn request(address: SocketAddr) -> Error {
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
    let response = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nx-request-id: req-9\r\n\r\n{\"magic_links\": [";
    let error = request(server(response, false).await).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.request_id(), Some("req-9"));
    assert!(
        error.to_string().starts_with(
            "list_magic_links failed with 200 OK: the connection broke before the whole response arrived: "
        ),
        "{error}"
    );
}

#[tokio::test]
async fn an_error_response_that_is_cut_short_is_still_that_error() {
    let response = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 1000\r\n\r\n<html>";
    let error = request(server(response, false).await).await;
    assert_eq!(error.kind(), ErrorKind::Server);
    assert_eq!(error.body_start(), Some("<html>"));
}

#[tokio::test]
async fn a_connection_closed_before_the_response_is_interrupted() {
    let error = request(server(b"", false).await).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn what_is_not_http_is_interrupted() {
    let error = request(server(b"\x16\x03\x01 garbage\r\n\r\n", false).await).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[tokio::test]
async fn a_refused_connection_is_reported_with_its_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = request(address).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    let line = error.to_string();
    assert!(
        line.starts_with("list_magic_links failed: no connection to the server: "),
        "{line}"
    );
    assert!(line.to_lowercase().contains("refused"), "{line}");
}

#[tokio::test]
async fn a_server_that_never_responds_or_never_ends_runs_into_the_time_limit() {
    for response in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"] {
        let address = server(response, true).await;
        let started = Instant::now();
        let error = request(address).await;
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(
            error.to_string().contains("the attempt timed out"),
            "{error}"
        );
        assert!(started.elapsed() >= Duration::from_millis(300));
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

/// Closes a connection so that the other side sees a reset, not an end.
fn reset(socket: &TcpStream) {
    socket.set_zero_linger().unwrap();
}

#[tokio::test]
async fn a_connection_that_is_reset_before_or_within_the_response_is_interrupted() {
    let before = server_that(|socket| async move { reset(&socket) }).await;
    let error = request(before).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert_eq!(error.status(), None);

    let within = server_that(|mut socket| async move {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"magic_links\": [";
        let _ = socket.write_all(head).await;
        // Time for the head to be read: a reset takes along what is still on its way.
        tokio::time::sleep(Duration::from_millis(100)).await;
        reset(&socket);
    })
    .await;
    let error = request(within).await;
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert_eq!(error.status().unwrap(), 200);
}

/// Responds one byte at a time.
async fn dribble(mut socket: TcpStream, delay: Duration) {
    let body = r#"{"magic_links": []}"#;
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    for byte in response.bytes() {
        if socket.write_all(&[byte]).await.is_err() {
            return;
        }
        tokio::time::sleep(delay).await;
    }
}

#[tokio::test]
async fn a_response_that_comes_byte_by_byte_is_read_for_as_long_as_an_attempt_may_take() {
    let address = server_that(|socket| dribble(socket, Duration::from_millis(1))).await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("http://{address}"));
    let response = client.build().unwrap().list_magic_links().send().await;
    assert!(response.unwrap().magic_links.is_empty());

    // No byte is late, but all of them together are.
    let address = server_that(|socket| dribble(socket, Duration::from_millis(20))).await;
    let error = request(address).await;
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn a_response_without_an_end_is_read_up_to_the_limit() {
    static SENT: AtomicUsize = AtomicUsize::new(0);
    let address = server_that(|mut socket| async move {
        const BLOCK: &[u8] = &[b' '; 64 << 10];
        let head = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
        let _ = socket.write_all(head).await;
        while SENT.load(SeqCst) < 100 << 20 && socket.write_all(BLOCK).await.is_ok() {
            SENT.fetch_add(BLOCK.len(), SeqCst);
        }
    })
    .await;
    let client = Client::builder()
        .api_key(KEY)
        .base_url(format!("http://{address}"))
        .max_response_bytes(1 << 20);
    let error = client.build().unwrap().list_magic_links().send().await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::TooLarge);
    let sent = SENT.load(SeqCst);
    // What is beyond the limit waited in the buffers of the network.
    assert!(sent < 50 << 20, "{sent} bytes were taken");
}
