//! Decoding a page of 1,000 orders, against structs with serde's derive.
//!
//! Both sides decode the same bytes with `serde_json::from_slice`, as a request does with its response, and
//! drop the result.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that cannot run has to stop"
)]

mod support;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::pairs::Pair;
use support::{baseline, pairs, texts};
use trackstar_api::types::Order;
use trackstar_api::{Page, deviation};

fn page_of_1000_orders(c: &mut Criterion) {
    let page = texts::page_of_orders(1000, Some("next"));
    let page = page.as_bytes();
    let mut group = c.benchmark_group("decode a page of 1,000 orders");
    group.throughput(Throughput::Bytes(page.len() as u64));
    let baseline = || serde_json::from_slice::<baseline::OrdersPage>(page).expect("it is a page");
    let ours = || serde_json::from_slice::<Page<Order>>(page).expect("it is a page");
    group.bench_function("hand-written structs", |b| b.iter(baseline));
    group.bench_function("trackstar-api", |b| b.iter(ours));
    group.finish();
    pairs::compare(
        &Pair {
            what: "decode a page of 1,000 orders",
            rounds: 200,
            runs: 1,
        },
        || drop(black_box(baseline())),
        || drop(black_box(ours())),
    );
}

/// Against a good page: it may take four times as long.
fn page_of_1000_orders_that_deviate(_: &mut Criterion) {
    let good = texts::page_of_orders(1000, None);
    let deviating = texts::deviating_page_of_orders(1000);
    let read = |page: &str| {
        let read = || serde_json::from_str::<Page<Order>>(page).expect("it is a page");
        deviation::collect(read)
    };
    let (_, found) = read(&deviating);
    assert!(found.list.len() >= 6_000, "{} deviations", found.list.len());
    pairs::compare(
        &Pair {
            what: "decode a page of 1,000 orders that deviate, against a good one",
            rounds: 100,
            runs: 1,
        },
        || drop(black_box(read(&good))),
        || drop(black_box(read(&deviating))),
    );
}

criterion_group!(
    benches,
    page_of_1000_orders,
    page_of_1000_orders_that_deviate
);
criterion_main!(benches);
