//! Thirty reads, as fast as the limit allows: ten in any one second.

mod support;

use std::time::Instant;

use futures_util::{StreamExt as _, TryStreamExt as _};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = support::Api::start().await?;
    let connection = api.connection()?;

    let started = Instant::now();
    let reads = (0..30).map(|_| connection.list_wms_warehouses().limit(1).into_future());
    let reads = futures_util::stream::iter(reads).buffered(30);
    let pages: Vec<_> = reads.try_collect().await?;
    println!("{} reads in {:?}", pages.len(), started.elapsed());
    Ok(())
}
