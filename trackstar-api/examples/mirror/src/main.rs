//! Copies orders, products and inventory of several connections into SQLite or Postgres, and keeps the copy fresh.
//!
//! `cargo run --manifest-path trackstar-api/examples/mirror/Cargo.toml -- --watch 10`
//!
//! Interrupt it whenever you like: the next run continues. Without an API key it copies what an emulator has.

mod arguments;
mod database;
mod kinds;
mod store;

use std::error::Error;
use std::time::Duration;

use clap::Parser as _;
use futures_util::StreamExt as _;
use futures_util::stream::{BoxStream, SelectAll};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use trackstar_api::Client;
use trackstar_api::changes::changes_of;
use trackstar_api::emulator::Emulator;
use trackstar_api::types::{Inventory, Order, Product};

use arguments::{Arguments, Connection};
use kinds::{Kind, Rows};
use store::Store;

/// What is copied next of a connection: its name, the table, and the rows.
type Next = (String, &'static str, Result<Rows, trackstar_api::Error>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let (client, connections, _emulator) = connect(&arguments).await?;
    let mut store = Store::open(&arguments.to).await?;
    store.create::<Order>().await?;
    store.create::<Product>().await?;
    store.create::<Inventory>().await?;

    let bars = MultiProgress::new();
    let mut all: SelectAll<BoxStream<'static, Next>> = SelectAll::new();
    all.push(copied::<Order>(&client, &connections, &arguments, &mut store, &bars).await?);
    all.push(copied::<Product>(&client, &connections, &arguments, &mut store, &bars).await?);
    all.push(copied::<Inventory>(&client, &connections, &arguments, &mut store, &bars).await?);
    let mut failed = 0;
    while let Some((connection, table, rows)) = all.next().await {
        match rows {
            Ok(rows) => store.write(&connection, table, rows).await?,
            Err(error) => {
                // The others go on.
                failed += 1;
                bars.println(format!("{connection} {table}: {error}"))?;
            }
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} of the copies are not complete: run it again").into()),
    }
}

/// The API, or an emulator in its place if there is no key.
async fn connect(
    arguments: &Arguments,
) -> Result<(Client, Vec<Connection>, Option<Emulator>), Box<dyn Error>> {
    if arguments.has_key() {
        return Ok((Client::from_env()?, arguments.connections()?, None));
    }
    println!("TRACKSTAR_API_KEY is not set: this copies what an emulator has");
    let emulator = Emulator::builder().records(2_000).start().await?;
    let client = Client::builder()
        .api_key("any")
        .base_url(emulator.base_url())
        .build()?;
    let connection = Connection {
        name: "emulator".to_owned(),
        token: "any".to_owned(),
    };
    Ok((client, vec![connection], Some(emulator)))
}

/// What changes in one kind of record of all connections, each from where its copy has come to.
async fn copied<R: Kind>(
    client: &Client,
    connections: &[Connection],
    arguments: &Arguments,
    store: &mut Store,
    bars: &MultiProgress,
) -> Result<BoxStream<'static, Next>, Box<dyn Error>> {
    let mut all = Vec::new();
    for Connection { name, token } in connections {
        let checkpoint = store.checkpoint(name, R::TABLE).await?;
        let mut changes = client.connection(token).changes::<R>(checkpoint);
        if let Some(records) = arguments.page_size {
            changes = changes.page_size(records);
        }
        if let Some(seconds) = arguments.watch {
            changes = changes.every(Duration::from_secs(seconds));
        }
        if arguments.sweep {
            changes = changes.sweep(store.known(name, R::TABLE).await?);
        }
        show(bars, format!("{name} {}", R::TABLE), changes.progress());
        all.push((name.clone(), changes));
    }
    let all = changes_of(all).map(|(name, batch)| (name, R::TABLE, batch.map(kinds::rows)));
    Ok(all.boxed())
}

/// Shows the progress of a copy as a bar.
fn show(bars: &MultiProgress, name: String, mut progress: trackstar_api::changes::ProgressStream) {
    let bar = bars.add(ProgressBar::no_length().with_message(name));
    if let Ok(style) = ProgressStyle::with_template("{msg:30} {bar:30} {pos:>8} of {len} {prefix}")
    {
        bar.set_style(style);
    }
    tokio::spawn(async move {
        while let Some(progress) = progress.next().await {
            if let Some(estimated) = progress.estimated {
                bar.set_length(estimated);
            }
            bar.set_position(progress.done);
            bar.set_prefix(format!("{:.0} a second", progress.rate));
        }
        bar.abandon();
    });
}
