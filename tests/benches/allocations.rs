//! Counts the allocations of one small request and of a page of 1,000 orders, beside the baselines of the
//! benchmarks `requests` and `decode`.
//!
//! Everything on the caller's thread counts, and that thread also serves the connection: both figures include
//! what `reqwest` and `hyper` allocate. The server runs on another thread. The benchmark fails if the client
//! allocates more than is allowed below.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that cannot run has to stop"
)]

mod support;

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use support::baseline::{Bare, MagicLinks, OneOrder, OrdersPage};
use support::{ours, runtime, server, texts};
use trackstar_api::Page;
use trackstar_api::types::Order;

fn main() {
    let runtime = runtime();
    let (links, order) = (texts::magic_links(), texts::one_order());
    let (links, order) = (server::json(&links), server::json(&order));
    let base_url = server::start(move |target| match target {
        "/magic-links" => links.clone(),
        _ => order.clone(),
    });
    let base_url = base_url.expect("loopback has a free port");
    let client = ours::client(&base_url);

    println!("{:32} {:>24} {:>24}", "", "baseline", "trackstar-api");
    let bare = Bare::new(&base_url);
    compare(
        "list two magic links",
        || {
            drop(
                runtime
                    .block_on(bare.get::<MagicLinks>("/magic-links"))
                    .expect("links"),
            )
        },
        || {
            drop(
                runtime
                    .block_on(client.list_magic_links().send())
                    .expect("links"),
            )
        },
        8,
    );
    let bare = Bare::of_connection(&base_url);
    let id = black_box("64f1c0de");
    compare(
        "get one order",
        || {
            drop(
                runtime
                    .block_on(bare.get::<OneOrder>(&format!("/wms/orders/{id}")))
                    .expect("an order"),
            )
        },
        || {
            drop(
                runtime
                    .block_on(client.get_wms_order(id).send())
                    .expect("an order"),
            )
        },
        16,
    );
    let page = texts::page_of_orders(1000, Some("next"));
    compare(
        "decode a page of 1,000 orders",
        || {
            drop(black_box(
                serde_json::from_str::<OrdersPage>(&page).expect("a page"),
            ))
        },
        || {
            drop(black_box(
                serde_json::from_str::<Page<Order>>(&page).expect("a page"),
            ))
        },
        0,
    );
}

/// Counts both sides once they are warm. The client may allocate so often `more` than the baseline.
fn compare(what: &str, baseline: impl Fn(), ours: impl Fn(), more: u64) {
    let count = |side: &dyn Fn()| {
        for _ in 0..3 {
            side();
        }
        measure(side)
    };
    let (baseline, ours) = (count(&baseline), count(&ours));
    let shown =
        |info: &AllocationInfo| format!("{} ({} bytes)", info.count_total, info.bytes_total);
    println!("{what:32} {:>24} {:>24}", shown(&baseline), shown(&ours));
    let allowed = baseline.count_total + more;
    assert!(
        ours.count_total <= allowed,
        "{what}: {} allocations, {allowed} are allowed",
        ours.count_total
    );
}
