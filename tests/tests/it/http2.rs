//! Connections of HTTP/2, which many requests share: what becomes of them when one goes silent or ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use axum::http::Response;
use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use trackstar_api::{Client, ErrorKind, Method};

/// How long an attempt may take: twice as long as a silent connection stays open.
const ATTEMPT: Duration = Duration::from_secs(4);

type Http2 = Connection<TcpStream, Bytes>;

/// A server on loopback that has a function for its connections, which are numbered. It counts them.
async fn server<F: Future<Output = Result<(), h2::Error>> + Send>(
    serve: impl Fn(usize, Http2) -> F + Send + Sync + Copy + 'static,
) -> (Client, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let number = counter.fetch_add(1, SeqCst);
            tokio::spawn(async move { serve(number, h2::server::handshake(socket).await?).await });
        }
    });
    let builder = Client::builder().api_key("key").base_url(url);
    let builder = builder.attempt_timeout(ATTEMPT);
    let client = builder.configure_http(|http| http.http2_prior_knowledge());
    (client.build().unwrap(), connections)
}

fn respond(mut response: SendResponse<Bytes>) -> Result<(), h2::Error> {
    let body = Bytes::from_static(br#"{"magic_links": []}"#);
    response
        .send_response(Response::new(()), false)?
        .send_data(body, true)
}

#[tokio::test]
async fn a_connection_that_goes_silent_is_closed_and_a_retry_has_another_one() {
    let (client, connections) = server(async |number, mut connection: Http2| {
        while let Some(request) = connection.accept().await {
            respond(request?.1)?;
            if number == 0 {
                // The response goes out, and nothing else.
                let _ = timeout(Duration::from_millis(50), connection.accept()).await;
                std::future::pending::<()>().await;
            }
        }
        Ok(())
    })
    .await;
    client.list_magic_links().send().await.unwrap();
    tokio::time::sleep(Duration::from_millis(60)).await;

    let started = Instant::now();
    client.list_magic_links().send().await.unwrap();
    assert!(started.elapsed() < ATTEMPT, "no attempt has timed out");
    assert_eq!(connections.load(SeqCst), 2);
}

#[tokio::test]
async fn a_passthrough_on_a_silent_connection_is_in_doubt_and_not_sent_again() {
    let (client, connections) = server(async |_, connection: Http2| {
        let _open = connection;
        std::future::pending().await
    })
    .await;
    let passthrough = client.request(Method::POST, "/wms/passthrough");
    let error = passthrough.json(&json!({})).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(error.to_string().contains("no longer responds"), "{error}");
    assert!(error.may_have_taken_effect());
    assert_eq!((error.attempts(), connections.load(SeqCst)), (1, 1));
}

#[tokio::test]
async fn a_passthrough_that_the_server_has_not_begun_is_sent_again() {
    // Each connection ends after its first request, or refuses it.
    let ends = async |_, mut connection: Http2| {
        while let Some(request) = connection.accept().await {
            respond(request?.1)?;
            connection.graceful_shutdown();
        }
        Ok(())
    };
    let refuses = async |_, mut connection: Http2| {
        let mut is_first = true;
        while let Some(request) = connection.accept().await {
            let (_, mut response) = request?;
            match std::mem::take(&mut is_first) {
                true => response.send_reset(h2::Reason::REFUSED_STREAM),
                false => respond(response)?,
            }
        }
        Ok(())
    };
    let (ending, connections) = server(ends).await;
    let (refusing, _) = server(refuses).await;
    for (what, client) in [("ends", ending), ("refuses", refusing)] {
        for number in 0..20 {
            let passthrough = client.request(Method::POST, "/wms/passthrough");
            let result = passthrough.json(&json!({"number": number})).await;
            assert!(result.is_ok(), "{what}, {number}: {result:?}");
        }
    }
    assert!(connections.load(SeqCst) > 10);
}
