//! The same write twice, and what the API makes of it. With a key set, it creates an order!

mod support;

use trackstar_api::types::{CreateOrder, CreateOrderLineItems};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = support::Api::start().await?;
    let connection = api.connection()?;

    let order = CreateOrder::default()
        .order_number("1042")
        .line_items([CreateOrderLineItems::default().sku("A-1").quantity(2)]);
    let first = connection.create_wms_order(order.clone()).await?;
    println!(
        "created {:?}, not used: {:?}",
        first.id, first.unused_fields
    );

    // As after a crash: the same key is the same write.
    let again = connection
        .create_wms_order(order)
        .idempotency_key(first.idempotency_key());
    let again = again.await?;
    println!("again {:?}, replayed: {}", again.id, again.was_replayed());

    // Refused before it is sent, with the name of the field.
    let empty = CreateOrder::default().order_number("");
    if let Err(error) = connection.create_wms_order(empty).await {
        println!("{error}");
    }
    Ok(())
}
