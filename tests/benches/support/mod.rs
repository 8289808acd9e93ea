//! What the benchmarks share.
#![allow(dead_code, reason = "each benchmark uses a part of it")]

pub mod baseline;
pub mod ours;
pub mod pairs;
pub mod server;
pub mod texts;

use tokio::runtime::{Builder, Runtime};

/// A runtime on the thread of the benchmark alone, so that neither side is moved between threads.
pub fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be built")
}
