//! What the limiter costs a request whose token is one of many: the same requests with rate limiting and without.
//!
//! Little of what the limiter knows of a hundred thousand tokens is in the caches of the processor, and what is there
//! is displaced by sending the request, so that this is measured with whole requests.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that cannot run has to stop"
)]

mod support;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use support::pairs::{self, Pair};
use support::{ours, runtime, server, texts};
use trackstar_api::Client;

const TOKENS: usize = 100_000;

/// The connections in a random order, over and over.
fn connections(base_url: &str, is_limited: bool) -> impl FnMut() -> Client {
    let builder = ours::builder(base_url).rate_limiting(is_limited);
    let organisation = builder.build().expect("the settings are valid");
    let mut random = fastrand::Rng::with_seed(7);
    let mut connections: Vec<Client> = (0..TOKENS)
        .map(|number| organisation.connection(format!("{}-{number}", texts::TOKEN)))
        .collect();
    random.shuffle(&mut connections);
    let mut next = 0;
    move || {
        next = (next + 1) % connections.len();
        connections[next].clone()
    }
}

fn one_of_many_tokens(c: &mut Criterion) {
    let runtime = runtime();
    let order = server::json(&texts::one_order());
    let base_url = server::start(move |_| order.clone());
    let base_url = base_url.expect("loopback has a free port");
    let get = async |client: Client| client.get_wms_order("o1").send().await.expect("an order");

    let mut free = connections(&base_url, false);
    let mut limited = connections(&base_url, true);
    let mut group = c.benchmark_group("get an order with one of 100,000 tokens");
    group.bench_function("without the limiter", |b| {
        b.iter(|| black_box(runtime.block_on(get(free()))));
    });
    group.bench_function("with the limiter", |b| {
        b.iter(|| black_box(runtime.block_on(get(limited()))));
    });
    group.finish();
    pairs::compare(
        &Pair {
            what: "get an order with one of 100,000 tokens, without and with the limiter",
            rounds: 2_000,
            runs: 50,
        },
        || drop(black_box(runtime.block_on(get(free())))),
        || drop(black_box(runtime.block_on(get(limited())))),
    );
}

criterion_group!(benches, one_of_many_tokens);
criterion_main!(benches);
