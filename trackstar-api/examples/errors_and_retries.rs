//! One error of each kind that a reader meets.

mod support;

use std::time::Duration;
use trackstar_api::{Client, Error, ErrorKind};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = support::Api::start().await?;
    let connection = api.connection()?;

    if let Err(error) = connection.get_wms_order("there-is-no-such-order").await {
        show(&error);
    }
    if let Err(error) = connection.list_wms_orders().limit(5_000).await {
        show(&error);
    }
    // Nobody listens there: it is tried three times.
    let nobody = Client::builder()
        .api_key("any")
        .base_url("http://127.0.0.1:9");
    let nobody = nobody.total_timeout(Duration::from_secs(5)).build()?;
    if let Err(error) = nobody.list_connections().await {
        show(&error);
    }
    Ok(())
}

fn show(error: &Error) {
    println!("{error}");
    match error.kind() {
        ErrorKind::NotFound => println!("  there is nothing called {:?}", error.missing_id()),
        ErrorKind::Validation | ErrorKind::InvalidRequest => {
            for field in error.fields() {
                println!("  {}: {}", field.field(), field.message());
            }
        }
        _ => println!("  after {} attempts", error.attempts()),
    }
}
