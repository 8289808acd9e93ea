//! Both sides in turn, many times: what else the machine does slows both alike.

use std::time::{Duration, Instant};

/// What is compared, and how often.
pub struct Pair {
    pub what: &'static str,
    pub rounds: usize,
    /// How often each side is run before it is the other's turn. What takes microseconds is run often
    /// enough to find its own code in the caches, as it does in a program that has one side only.
    pub runs: u32,
}

/// Prints the medians of both sides, and that of how they compare. Does nothing where benchmarks are only
/// tried.
pub fn compare(pair: &Pair, mut baseline: impl FnMut(), mut ours: impl FnMut()) {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut times: Vec<_> = (0..pair.rounds)
        .map(|_| (timed(pair.runs, &mut baseline), timed(pair.runs, &mut ours)))
        .collect();
    // The first ones find nothing warm.
    times.drain(..pair.rounds / 10);
    let ratios = times
        .iter()
        .map(|(baseline, ours)| ours.as_secs_f64() / baseline.as_secs_f64());
    let ratio = median(ratios.collect(), f64::total_cmp);
    let (baseline, ours): (Vec<Duration>, Vec<Duration>) = times.into_iter().unzip();
    let (baseline, ours) = (median(baseline, Ord::cmp), median(ours, Ord::cmp));
    let what = pair.what;
    println!(
        "{what}, in turn: baseline {baseline:.2?}, trackstar-api {ours:.2?}, {ratio:.3} times"
    );
}

/// How long one of the runs takes.
fn timed(runs: u32, side: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..runs {
        side();
    }
    start.elapsed() / runs
}

fn median<T: Copy + Default>(
    mut values: Vec<T>,
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
) -> T {
    values.sort_unstable_by(order);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
