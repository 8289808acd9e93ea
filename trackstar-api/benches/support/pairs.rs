//! Both sides in turn, many times: what else the machine does slows both alike.

use std::time::{Duration, Instant};

/// Prints the medians of both sides, and how they compare. Does nothing where benchmarks are only tried.
pub fn compare(what: &str, rounds: usize, mut baseline: impl FnMut(), mut ours: impl FnMut()) {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut times: Vec<_> = (0..rounds)
        .map(|_| (timed(&mut baseline), timed(&mut ours)))
        .collect();
    // The first ones find nothing warm.
    times.drain(..rounds / 10);
    let (mut baseline, mut ours): (Vec<Duration>, Vec<Duration>) = times.into_iter().unzip();
    let (baseline, ours) = (median(&mut baseline), median(&mut ours));
    let ratio = ours.as_secs_f64() / baseline.as_secs_f64();
    println!(
        "{what}, in turn: baseline {baseline:.2?}, trackstar-api {ours:.2?}, {ratio:.3} times"
    );
}

fn timed(side: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    side();
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
