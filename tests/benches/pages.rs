//! A walk over 100 pages, with the next page fetched while this one is used, against plain loops.
//!
//! The server takes 2 ms for each page, and the caller uses it for 2 ms, like a program that writes it to
//! a database. A loop that asks, uses and asks again takes both times for each page; `pages()` takes the
//! longer one. The third walk is the loop by bare `reqwest`.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that cannot run has to stop"
)]

mod support;

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::TryStreamExt as _;
use support::baseline::{Bare, OrdersPage};
use support::{ours, runtime, server, texts};

const PAGES: usize = 100;
const ORDERS: usize = 50;
/// What the server takes for a page, and its reader.
const DELAY: Duration = Duration::from_millis(2);

fn walk_of_100_pages(c: &mut Criterion) {
    let runtime = runtime();
    let pages: Vec<Vec<u8>> = (1..=PAGES)
        .map(|page| {
            let next = (page < PAGES).then(|| page.to_string());
            server::json(&texts::page_of_orders(ORDERS, next.as_deref()))
        })
        .collect();
    let base_url = server::start(move |target| {
        std::thread::sleep(DELAY);
        let token = target.split_once("page_token=").map(|(_, token)| token);
        let page = token.and_then(|token| token.parse().ok()).unwrap_or(0);
        pages.get(page).cloned().unwrap_or_default()
    });
    let base_url = base_url.expect("loopback has a free port");
    let client = ours::client(&base_url);
    let bare = Bare::of_connection(&base_url);

    let mut group = c.benchmark_group("walk over 100 pages");
    group.throughput(Throughput::Elements((PAGES * ORDERS) as u64));
    group.sample_size(10);
    group.bench_function("a loop with bare reqwest", |b| {
        b.to_async(&runtime).iter(|| async {
            let mut path = "/wms/orders".to_owned();
            let mut orders = 0;
            loop {
                let page: OrdersPage = bare.get(&path).await.expect("a page");
                orders += used(page.data.len()).await;
                let Some(token) = page.next_token else { break };
                path = format!("/wms/orders?page_token={token}");
            }
            assert_eq!(orders, PAGES * ORDERS);
        });
    });
    group.bench_function("a loop with trackstar-api", |b| {
        b.to_async(&runtime).iter(|| async {
            let mut request = client.list_wms_orders();
            let mut orders = 0;
            loop {
                let page = request.send().await.expect("a page");
                orders += used(page.data.len()).await;
                let Some(token) = &page.next_token else { break };
                request = client.list_wms_orders().page_token(token);
            }
            assert_eq!(orders, PAGES * ORDERS);
        });
    });
    group.bench_function("pages of trackstar-api", |b| {
        b.to_async(&runtime).iter(|| async {
            let mut pages = client.list_wms_orders().pages();
            let mut orders = 0;
            while let Some(page) = pages.try_next().await.expect("a page") {
                orders += used(page.data.len()).await;
            }
            assert_eq!(orders, PAGES * ORDERS);
        });
    });
    group.finish();
}

/// Uses a page.
async fn used(orders: usize) -> usize {
    tokio::time::sleep(DELAY).await;
    orders
}

criterion_group!(benches, walk_of_100_pages);
criterion_main!(benches);
