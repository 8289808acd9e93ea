//! Prints the spans of a request, of its attempts, and of a failure.

mod support;

use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_span_events(FmtSpan::CLOSE)
        .init();
    let api = support::Api::start().await?;
    let connection = api.connection()?;
    connection.list_wms_orders().limit(1).await?;
    if let Err(error) = connection.get_wms_order("there-is-no-such-order").await {
        println!("request id {:?}", error.request_id());
    }
    Ok(())
}
