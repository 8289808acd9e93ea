//! One small request on loopback, against bare `reqwest` and `serde_json`.
//!
//! Both sides send a GET over a connection that is kept open, with the same credentials and timeouts, read
//! the whole response and decode it. The client does more: it checks whether the request may be sent, bounds
//! the response, can retry the request, and keeps the headers.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that cannot run has to stop"
)]

mod support;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use support::baseline::{Bare, MagicLinks, OneOrder};
use support::pairs::Pair;
use support::{ours, pairs, runtime, server, texts};

fn small_requests(c: &mut Criterion) {
    let runtime = runtime();
    let (links, order) = (texts::magic_links(), texts::one_order());
    let (links, order) = (server::json(&links), server::json(&order));
    let base_url = server::start(move |target| match target {
        "/magic-links" => links.clone(),
        _ => order.clone(),
    });
    let base_url = base_url.expect("loopback has a free port");
    let client = ours::client(&base_url);

    let bare = Bare::new(&base_url);
    let baseline = async || bare.get::<MagicLinks>("/magic-links").await.expect("links");
    let ours = async || client.list_magic_links().send().await.expect("links");
    let mut group = c.benchmark_group("list two magic links");
    group.bench_function("bare reqwest", |b| b.to_async(&runtime).iter(baseline));
    group.bench_function("trackstar-api", |b| b.to_async(&runtime).iter(ours));
    group.finish();
    pairs::compare(
        &Pair {
            what: "list two magic links",
            rounds: 200,
            runs: 50,
        },
        || drop(black_box(runtime.block_on(baseline()))),
        || drop(black_box(runtime.block_on(ours()))),
    );

    let bare = Bare::of_connection(&base_url);
    let id = black_box("64f1c0de");
    let baseline = async || {
        let path = format!("/wms/orders/{id}");
        bare.get::<OneOrder>(&path).await.expect("an order")
    };
    let ours = async || client.get_wms_order(id).send().await.expect("an order");
    let mut group = c.benchmark_group("get one order");
    group.bench_function("bare reqwest", |b| b.to_async(&runtime).iter(baseline));
    group.bench_function("trackstar-api", |b| b.to_async(&runtime).iter(ours));
    group.finish();
    pairs::compare(
        &Pair {
            what: "get one order",
            rounds: 200,
            runs: 50,
        },
        || drop(black_box(runtime.block_on(baseline()))),
        || drop(black_box(runtime.block_on(ours()))),
    );
}

criterion_group!(benches, small_requests);
criterion_main!(benches);
