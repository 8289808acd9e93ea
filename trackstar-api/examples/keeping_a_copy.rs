//! Copies all orders, and then what has changed, from the checkpoint that was stored with them.

mod support;

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use trackstar_api::Client;
use trackstar_api::changes::Checkpoint;
use trackstar_api::types::Order;

/// What a database would hold. Both are written in one transaction there.
#[derive(Default)]
struct Copy {
    orders: BTreeMap<String, Order>,
    checkpoint: Option<Checkpoint>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = support::Api::start().await?;
    let connection = api.connection()?;
    let mut copy = Copy::default();
    for run in ["first", "second"] {
        let received = refresh(&connection, &mut copy).await?;
        println!(
            "{run} run: {received} records came, the copy has {}",
            copy.orders.len()
        );
    }
    Ok(())
}

/// Brings the copy up to date; gives how many records came.
async fn refresh(connection: &Client, copy: &mut Copy) -> Result<usize, trackstar_api::Error> {
    let mut changes = connection.changes::<Order>(copy.checkpoint.clone());
    let mut received = 0;
    while let Some(batch) = changes.try_next().await? {
        received += batch.records.len();
        for order in batch.records {
            let known = copy.orders.get(&order.id);
            // A later one that is there already stays.
            if known.is_none_or(|it| it.trackstar_updated_date <= order.trackstar_updated_date) {
                copy.orders.insert(order.id.clone(), order);
            }
        }
        copy.checkpoint = Some(batch.checkpoint);
    }
    Ok(received)
}
