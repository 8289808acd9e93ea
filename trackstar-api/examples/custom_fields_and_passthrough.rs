//! What the common model leaves out: fields of one integration, tags of your own, operations by path.
//! With a key set, it creates an order!

mod support;

use trackstar_api::Method;
use trackstar_api::filter::contains;
use trackstar_api::types::{CreateOrder, TrackstarTags};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = support::Api::start().await?;
    let connection = api.connection()?;

    let order = CreateOrder::default()
        .order_number("1042")
        .extra("gift_message", "For you");
    let created = connection.create_wms_order(order).await?;
    println!(
        "created {:?}, not used: {:?}",
        created.id, created.unused_fields
    );

    if let Some(id) = created.id.as_deref() {
        let tags = TrackstarTags::default().trackstar_tags(["priority"]);
        connection.set_wms_order_tags(id, tags).await?;
        let tagged = connection
            .list_wms_orders()
            .trackstar_tags(contains("priority"))
            .await?;
        println!("{} tagged orders", tagged.data.len());
    }

    let response = connection
        .request(Method::GET, "/wms/orders")
        .query("limit", "1")
        .await?;
    println!("by path: {} bytes of JSON", response.to_string().len());
    Ok(())
}
