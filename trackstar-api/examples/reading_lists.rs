//! Filters, pages, and going on after an error.

mod support;

use futures_util::TryStreamExt as _;
use trackstar_api::types::OrderStatus;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = support::Api::start().await?;
    let connection = api.connection()?;

    let mut orders = connection
        .list_wms_orders()
        .status(OrderStatus::Open)
        .stream();
    let mut open = 0;
    while orders.try_next().await?.is_some() {
        open += 1;
    }
    println!("{open} orders are open");

    // Stop after the first page, and go on with its token, as another process would.
    let first = connection.list_wms_orders().limit(5).await?;
    println!("{} of {:?} orders", first.data.len(), first.total_count);
    let Some(token) = first.into_inner().next_token else {
        return Ok(());
    };
    let mut pages = connection
        .list_wms_orders()
        .limit(5)
        .page_token(token)
        .pages();
    while let Some(page) = pages.try_next().await? {
        println!("{} more", page.data.len());
    }
    Ok(())
}
