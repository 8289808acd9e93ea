//! Mocks of a list and of an error, as a test would use them.

use httpmock::MockServer;
use trackstar_api::mock::MockServerExt as _;
use trackstar_api::types::{Order, OrderStatus};
use trackstar_api::{Client, Error, ErrorKind, Page, RetryPolicy};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let server = MockServer::start_async().await;
    let mut order = Order::example();
    order.status = Some(OrderStatus::Open);
    let page = Page::new(vec![order]);
    let list = server.list_wms_orders(|when, then| {
        when.status(OrderStatus::Open);
        then.ok(&page);
    });
    server.get_wms_order(|when, then| {
        when.order_id("gone");
        then.not_found("gone");
    });

    let client = Client::builder().api_key("any").base_url(server.base_url());
    let client = client.retry(RetryPolicy::off()).build()?.connection("any");
    println!("{} open orders", count_open(&client).await?);
    list.assert();
    match client.get_wms_order("gone").await {
        Err(error) if error.kind() == ErrorKind::NotFound => println!("{error}"),
        other => println!("unexpected: {other:?}"),
    }
    Ok(())
}

/// What is tested.
async fn count_open(connection: &Client) -> Result<usize, Error> {
    let orders = connection.list_wms_orders().status(OrderStatus::Open);
    Ok(orders.await?.data.len())
}
