//! Receives events: verifies them, ignores repeats, and prints the rest.
//!
//! ```sh
//! export WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
//! cargo run --package trackstar-tests --example webhook_server
//! ```
//!
//! In another terminal, use curl and openssl in place of Svix (the key of the signature is the secret
//! after `whsec_`, decoded from base64):
//!
//! ```sh
//! key=$(printf %s MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | base64 -d | od -An -tx1 | tr -d ' \n')
//! body='{"event_type":"connection.deleted","connection_id":"c1","data":{"deleted_date":"2026-01-02T03:04:05Z"}}'
//! id=msg_1 time=$(date +%s)
//! signature=$(printf %s "$id.$time.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
//! curl -i http://127.0.0.1:3000/events -H 'content-type: application/json' -d "$body" \
//!     -H "svix-id: $id" -H "svix-timestamp: $time" -H "svix-signature: v1,$signature"
//! ```
//!
//! The first time it prints the event and responds with 204, the second time it only responds. While an event is
//! still being handled, it responds to the same event with 503, so that Svix sends it again later. To another
//! body it responds with 400, and prints the reason to standard error.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use trackstar_api::webhooks::{Deduplicator, Delivery, Event, EventData, Webhook};

struct Endpoint {
    webhook: Webhook,
    seen: Deduplicator,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("WEBHOOK_SECRET")
        .map_err(|_| "WEBHOOK_SECRET is not set: copy it from the endpoint's page, whsec_…")?;
    let endpoint = Endpoint {
        webhook: Webhook::new(secret)?,
        seen: Deduplicator::new(),
    };
    let app = Router::new()
        .route("/events", post(receive))
        .with_state(Arc::new(endpoint));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}/events", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

/// The body comes as `Bytes`: taken as `Json` it would be read, and its signature lost.
async fn receive(
    State(endpoint): State<Arc<Endpoint>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let event = match endpoint.webhook.verify(&headers, &body) {
        Ok(event) => event,
        Err(error) => {
            eprintln!("refused: {error}");
            return StatusCode::BAD_REQUEST;
        }
    };
    let handling = match endpoint.seen.begin(event.id()).await {
        Ok(Delivery::New(handling)) => handling,
        Ok(Delivery::Done) => return StatusCode::NO_CONTENT,
        // The first delivery may still fail. A 2xx now would tell Svix not to send the event again.
        Ok(Delivery::InProgress) => return StatusCode::SERVICE_UNAVAILABLE,
        Err(error) => {
            eprintln!("{}: {error}", event.id());
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    };
    if let Err(error) = handle(&event) {
        // `handling` is dropped unfinished, so the event is new when Svix sends it again.
        eprintln!("{} failed: {error}", event.id());
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    match handling.finish().await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            eprintln!("{}: {error}", event.id());
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

fn handle(event: &Event) -> std::io::Result<()> {
    use std::io::Write as _;

    let mut out = std::io::stdout();
    let from = event.connection_id().unwrap_or("-");
    write!(out, "{} {} from {from}: ", event.id(), event.event_type())?;
    match event.data() {
        EventData::ConnectionDeleted(data) => writeln!(out, "deleted at {:?}", data.deleted_date),
        EventData::Truncated(data) => writeln!(out, "{:?}, to be fetched", data.id()),
        EventData::Unknown(data) => writeln!(out, "{}", data.json()),
        known => writeln!(out, "{known:?}"),
    }
}
