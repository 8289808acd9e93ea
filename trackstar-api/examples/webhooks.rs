//! Verifies events, tells a repeat, and refuses what is not signed.

use std::time::SystemTime;

use trackstar_api::reexports::http::HeaderMap;
use trackstar_api::webhooks::{Deduplicator, Delivery, EventData, Headers, Webhook, testing};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (webhook, seen) = (Webhook::new(SECRET)?, Deduplicator::new());
    let body = r#"{"event_type": "order.created", "data": {"id": "o1", "status": "open"}}"#;
    let signed = testing::sign(SECRET, "msg_1", SystemTime::now(), body)?;
    for attempt in ["first", "repeated"] {
        let status = receive(&webhook, &seen, &signed, body.as_bytes()).await;
        println!("{attempt}: {status}");
    }
    let unsigned = HeaderMap::new();
    let status = receive(&webhook, &seen, &unsigned, body.as_bytes()).await;
    println!("not signed: {status}");
    Ok(())
}

/// Gives the status to respond with.
async fn receive(
    webhook: &Webhook,
    seen: &Deduplicator,
    headers: &impl Headers,
    body: &[u8],
) -> u16 {
    let Ok(event) = webhook.verify(headers, body) else {
        return 400;
    };
    let handling = match seen.begin(event.id()).await {
        Ok(Delivery::New(handling)) => handling,
        Ok(Delivery::Done) => return 204,
        Ok(Delivery::InProgress) | Err(_) => return 503,
    };
    match event.data() {
        EventData::OrderCreated(order) => println!("order {} is {:?}", order.id, order.status),
        other => println!("{other:?}"),
    }
    match handling.finish().await {
        Ok(()) => 204,
        Err(_) => 500,
    }
}
