//! Copies of lists that change while they are read, by processes that die.
//!
//! Each history follows from its number: what there is at first, what happens at each point at which the reading
//! waits, at which of them the process dies, and before or after it has stored what it has. In the end nothing
//! happens any more, and one whole reading has to make the copy equal.

use std::future::poll_fn;
use std::ops::Range;
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use fastrand::Rng;
use futures_util::Stream as _;
use tokio::task::JoinSet;
use trackstar_api::changes::Changes;
use trackstar_api::emulator::{Emulator, ListOrder, PageTokens};
use trackstar_api::types::Order;
use trackstar_api::{Client, Error};

use super::copy::{Copy, numbers_of};
use super::{Clock, ORDERS, client, order};

/// How many histories are tried, from the first one. `TRACKSTAR_HISTORIES=12345..12346` tries others.
const HISTORIES: Range<u64> = 0..10_000;
/// The kind of a history follows from its number.
const KINDS: [(ListOrder, PageTokens); 6] = [
    (ListOrder::Id, PageTokens::Keyset),
    (ListOrder::Created, PageTokens::Keyset),
    (ListOrder::Updated, PageTokens::Keyset),
    (ListOrder::Id, PageTokens::Offset),
    (ListOrder::Created, PageTokens::Offset),
    (ListOrder::Updated, PageTokens::Offset),
];

/// A list, and what happens to it.
struct World {
    emulator: Emulator,
    client: Client,
    clock: Clock,
    kind: (ListOrder, PageTokens),
    rng: Rng,
    changes: u64,
    /// Whether what has happened can only be found by a sweep.
    needs_sweep: bool,
}

impl World {
    async fn new(kind: (ListOrder, PageTokens)) -> Self {
        let clock = Clock::new();
        let emulator = clock.emulator().order(kind.0).page_tokens(kind.1);
        let emulator = emulator.start().await.unwrap();
        let client = client(&emulator);
        Self {
            emulator,
            client,
            clock,
            kind,
            rng: Rng::new(),
            changes: 0,
            needs_sweep: false,
        }
    }

    /// Begins a history with records that changed in the last ten minutes, some of them in the same second.
    fn begin(&mut self, number: u64) {
        self.rng = Rng::with_seed(number);
        self.needs_sweep = false;
        for id in self.emulator.ids(ORDERS).unwrap() {
            self.emulator.remove(ORDERS, &id).unwrap();
        }
        self.clock.advance(3_600);
        let burst = self.rng.i64(0..600);
        for _ in 0..self.rng.usize(0..9) {
            let ago = if self.rng.bool() {
                burst
            } else {
                self.rng.i64(0..600)
            };
            self.put(self.clock.now() - ago);
        }
    }

    fn put(&mut self, second: i64) {
        self.changes += 1;
        let id = format!("o{:02}", self.rng.u8(0..16));
        self.emulator
            .put(ORDERS, order(&id, second, self.changes))
            .unwrap();
    }

    /// A record changes, appears or vanishes, or only time passes.
    fn happen(&mut self) {
        match self.rng.u8(0..8) {
            0..4 => {}
            4 => self.clock.advance(1),
            5 | 6 => {
                self.put(self.clock.now());
                // Where a page begins is counted: it is another record now.
                self.needs_sweep |= self.kind.1 == PageTokens::Offset;
            }
            _ => {
                let ids = self.emulator.ids(ORDERS).unwrap();
                if let Some(id) = self.rng.choice(&ids) {
                    self.emulator.remove(ORDERS, id).unwrap();
                    self.needs_sweep = true;
                }
            }
        }
    }

    /// A stream as its user would begin it after the last one has died.
    fn changes(&mut self, copy: &Copy) -> Changes<Order> {
        let changes = self.client.changes::<Order>(copy.checkpoint());
        let changes = changes
            .page_size(self.rng.u32(2..6))
            .windows(self.rng.usize(1..5));
        match self.rng.u8(0..4) {
            0 => changes.sweep(copy.known()),
            _ => changes,
        }
    }

    /// Reads until the process dies, at the latest when it has waited so often.
    async fn run(&mut self, copy: &mut Copy, waits: usize) {
        let mut changes = pin!(self.changes(copy));
        let mut left = waits;
        while left > 0 {
            let batch = poll_fn(|cx| {
                self.happen();
                left -= 1;
                match changes.as_mut().poll_next(cx) {
                    Poll::Ready(batch) => Poll::Ready(batch),
                    Poll::Pending if left == 0 => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                }
            });
            match batch.await.transpose().unwrap() {
                // It dies with what it has, or before it has stored it.
                Some(batch) if left > 0 || self.rng.bool() => copy.store(batch),
                _ => return,
            }
        }
    }

    /// Reads to the end, while nothing happens.
    async fn finish(&self, copy: &mut Copy, changes: Changes<Order>) -> Result<(), Error> {
        let mut changes = pin!(changes);
        while let Some(batch) = poll_fn(|cx| changes.as_mut().poll_next(cx)).await {
            copy.store(batch?);
        }
        Ok(())
    }

    /// Gives what is wrong with the copy in the end.
    async fn history(&mut self, number: u64) -> Option<String> {
        self.begin(number);
        let mut copy = Copy::default();
        for _ in 0..self.rng.usize(1..3) {
            let waits = self.rng.usize(1..18);
            self.run(&mut copy, waits).await;
            self.happen();
        }
        if self.emulator.ids(ORDERS).unwrap().is_empty() {
            // An empty list is not believed.
            self.put(self.clock.now());
        }
        self.clock.advance(1);
        let changes = self.changes(&copy);
        self.finish(&mut copy, changes).await.unwrap();
        if self.needs_sweep {
            let changes = self.client.changes::<Order>(copy.checkpoint());
            let known = copy.known();
            self.finish(&mut copy, changes.sweep(known)).await.unwrap();
        }
        let (copied, there) = (copy.numbers(), numbers_of(&self.emulator));
        let kind = self.kind;
        (copied != there)
            .then(|| format!("history {number}, {kind:?}: {copied:?} is no copy of {there:?}"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_end_the_copy_equals_what_there_is() {
    let numbers = std::env::var("TRACKSTAR_HISTORIES").map_or(HISTORIES, |range| {
        let (first, end) = range.split_once("..").unwrap();
        first.parse().unwrap()..end.parse().unwrap()
    });
    let began = Instant::now();
    let mut worlds = JoinSet::new();
    for (index, kind) in (0..).zip(KINDS) {
        let is_own = move |number: &u64| number % KINDS.len() as u64 == index;
        let numbers = numbers.clone().filter(is_own);
        worlds.spawn(async move {
            let mut world = World::new(kind).await;
            let mut problems = Vec::new();
            for number in numbers {
                problems.extend(world.history(number).await);
            }
            problems
        });
    }
    let problems: Vec<String> = worlds.join_all().await.concat();
    println!(
        "{} histories in {:.0?}",
        numbers.clone().count(),
        began.elapsed()
    );
    let shown: Vec<_> = problems.iter().take(3).collect();
    assert!(
        problems.is_empty(),
        "{} of {numbers:?}: {shown:#?}",
        problems.len()
    );
}
