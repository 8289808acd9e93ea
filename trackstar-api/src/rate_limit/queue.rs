//! The queue of requests that wait for a window to open: first come, first served.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker, ready};

use tokio::time::{Instant, sleep_until};

use super::report::LimitReport;
use super::window::Window;

/// How many queued requests check, while one window passes, whether it is open.
const CHECKS_PER_SPAN: u32 = 100;

/// A window, and the requests that wait for it.
///
/// No task serves the queue, and no future locks it while it waits: a future that is not polled, like that of
/// a page which is fetched ahead, must not block those behind it. Any future that is polled admits all
/// requests that may be sent, in their order; which of them the runtime polls first is up to the runtime. The
/// first in the queue sleeps until the window opens. Each of the others sleeps a little longer than the one
/// before it, in case none of those before it is polled.
pub(super) struct Queue {
    state: Mutex<State>,
}

struct State {
    window: Window,
    next_ticket: u64,
    waiting: BTreeMap<u64, Waker>,
    /// Those that were admitted and do not know it yet, with the time from which they count in the window.
    admitted: BTreeMap<u64, Instant>,
}

/// The permit to send a request, or its ticket in the queue while it waits for one. Given back when dropped.
pub(super) struct Permit<'a> {
    queue: &'a Queue,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    New,
    Queued(u64),
    Acquired(Instant),
}

impl Queue {
    pub(super) fn new(window: Window) -> Self {
        Self {
            state: Mutex::new(State {
                window,
                next_ticket: 0,
                waiting: BTreeMap::new(),
                admitted: BTreeMap::new(),
            }),
        }
    }

    /// Waits for a permit.
    pub(super) async fn acquire(&self) -> Permit<'_> {
        let mut permit = Permit {
            queue: self,
            stage: Stage::New,
        };
        if permit.acquire_at_once() {
            return permit;
        }
        let mut alarm = pin!(sleep_until(Instant::now()));
        poll_fn(|context| {
            while let Err(until) = permit.try_acquire(context.waker()) {
                if alarm.deadline() != until {
                    alarm.as_mut().reset(until);
                }
                ready!(alarm.as_mut().poll(context));
            }
            Poll::Ready(())
        })
        .await;
        permit
    }

    /// Learns from a response.
    pub(super) fn learn(&self, report: &LimitReport) {
        let now = Instant::now();
        let mut state = self.state();
        let opening = state.window.opening(now);
        state.window.learn(now, report);
        if state.window.opening(now) < opening {
            let first = state.first();
            drop(state);
            wake(first);
        }
    }

    /// Whether nothing is queued, and nothing would delay a request.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        state.waiting.is_empty() && state.window.is_idle(Instant::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The first in the queue, to be told that it is the first, or that the window opens earlier.
    fn first(&self) -> Option<Waker> {
        self.waiting.values().next().cloned()
    }

    /// Admits all requests that may be sent. They must be woken after the lock is released, and so must the
    /// new first in the queue.
    fn advance(&mut self, now: Instant) -> Vec<Waker> {
        let mut woken = Vec::new();
        while self.window.opening(now) <= now {
            let Some((ticket, waker)) = self.waiting.pop_first() else {
                return woken;
            };
            self.window.send(now);
            self.admitted.insert(ticket, now);
            woken.push(waker);
        }
        if !woken.is_empty() {
            woken.extend(self.first());
        }
        woken
    }

    /// When the holder of a ticket checks whether the window is open: the first as soon as it opens, each
    /// other a little later than the one before it.
    fn alarm(&self, ticket: u64, now: Instant) -> Instant {
        let first = self.waiting.keys().next().unwrap_or(&ticket);
        let ahead = u32::try_from(ticket.saturating_sub(*first)).unwrap_or(u32::MAX);
        self.window.opening(now) + self.window.span() / CHECKS_PER_SPAN * ahead
    }

    /// Whether a ticket was admitted, so that its holder may send now.
    fn is_admitted(&mut self, ticket: u64, now: Instant) -> bool {
        // It counts from now on. If it is so late that others were sent instead, it is first in the queue.
        self.admitted
            .remove(&ticket)
            .is_some_and(|admitted| self.window.postpone(admitted, now))
    }
}

impl Permit<'_> {
    /// Counts the request as sent now, for good.
    pub(super) fn sent(mut self) {
        if let Stage::Acquired(at) = std::mem::replace(&mut self.stage, Stage::New) {
            self.queue.state().window.postpone(at, Instant::now());
        }
    }

    /// Acquires the permit if nothing is queued and the window is open.
    fn acquire_at_once(&mut self) -> bool {
        let now = Instant::now();
        let mut state = self.queue.state();
        let is_open = state.waiting.is_empty() && state.window.opening(now) <= now;
        if is_open {
            state.window.send(now);
            self.stage = Stage::Acquired(now);
        }
        is_open
    }

    /// Acquires the permit if it was admitted, otherwise queues. The error is when to try again.
    fn try_acquire(&mut self, waker: &Waker) -> Result<(), Instant> {
        let now = Instant::now();
        let mut state = self.queue.state();
        let ticket = match self.stage {
            Stage::Acquired(_) => return Ok(()),
            Stage::Queued(ticket) => ticket,
            Stage::New => {
                state.next_ticket += 1;
                state.next_ticket
            }
        };
        self.stage = Stage::Queued(ticket);
        let mut woken = Vec::new();
        let mut old_waker = None;
        let mut is_admitted = state.is_admitted(ticket, now);
        if !is_admitted {
            old_waker = state.waiting.insert(ticket, waker.clone());
            woken = state.advance(now);
            is_admitted = state.is_admitted(ticket, now);
        }
        let result = if is_admitted {
            self.stage = Stage::Acquired(now);
            Ok(())
        } else {
            Err(state.alarm(ticket, now))
        };
        // A waker may run foreign code, even when it is dropped.
        drop(state);
        drop(old_waker);
        wake(woken);
        result
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Stage::New = self.stage {
            return;
        }
        let mut state = self.queue.state();
        let mut own = None;
        match self.stage {
            Stage::New => {}
            Stage::Queued(ticket) => {
                own = state.waiting.remove(&ticket);
                if let Some(admitted) = state.admitted.remove(&ticket) {
                    state.window.give_back(admitted);
                }
            }
            Stage::Acquired(at) => state.window.give_back(at),
        }
        let first = state.first();
        drop(state);
        drop(own);
        wake(first);
    }
}

fn wake(wakers: impl IntoIterator<Item = Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

#[cfg(test)]
mod tests {
    const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

    use std::sync::Arc;
    use std::time::Duration;

    use tokio::task::JoinHandle;
    use tokio::time::{advance, sleep, timeout};

    use super::*;

    fn reads() -> Arc<Queue> {
        Arc::new(Queue::new(Window::new(10, SECOND)))
    }

    /// Acquires `count` permits, one after the other in the queue, and gives the milliseconds that each
    /// waited.
    fn acquire(queue: &Arc<Queue>, count: usize) -> Vec<JoinHandle<u128>> {
        let acquire = |_| {
            let queue = Arc::clone(queue);
            tokio::spawn(async move {
                let start = Instant::now();
                queue.acquire().await.sent();
                start.elapsed().as_millis()
            })
        };
        (0..count).map(acquire).collect()
    }

    async fn waits(acquired: Vec<JoinHandle<u128>>) -> Vec<u128> {
        let mut waits = Vec::new();
        for acquired in acquired {
            waits.push(acquired.await.unwrap());
        }
        waits
    }

    #[tokio::test(start_paused = true)]
    async fn ten_reads_go_at_once_and_the_eleventh_when_the_first_is_a_second_old() {
        let queue = reads();
        let waits = waits(acquire(&queue, 25)).await;
        assert_eq!(waits[..10], [0; 10]);
        assert!(
            waits[10..20].iter().all(|wait| (1000..1060).contains(wait)),
            "{waits:?}"
        );
        assert!(
            waits[20..].iter().all(|wait| (2000..2120).contains(wait)),
            "{waits:?}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn fifty_writes_go_at_once() {
        let queue = Arc::new(Queue::new(Window::new(50, SECOND)));
        let waits = waits(acquire(&queue, 60)).await;
        assert_eq!(waits[..50], [0; 50]);
        assert!(waits[50..].iter().all(|wait| *wait >= 1000), "{waits:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_sent_in_the_order_in_which_they_were_queued() {
        let queue = reads();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in 0..100 {
            let (queue, order) = (Arc::clone(&queue), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                queue.acquire().await.sent();
                order.lock().unwrap().push(number);
            }));
            sleep(Duration::from_millis(number % 7)).await;
        }
        for task in tasks {
            task.await.unwrap();
        }
        let order = order.lock().unwrap();
        assert!(order.is_sorted(), "{order:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_leave_the_queue_let_those_behind_them_advance() {
        let queue = reads();
        waits(acquire(&queue, 10)).await;
        let leave = acquire(&queue, 10);
        let stay = acquire(&queue, 10);
        sleep(Duration::from_millis(500)).await;
        // Not from the back: the first in the queue, which keeps the time, must be among those dropped.
        for left in leave {
            left.abort();
        }
        for wait in waits(stay).await {
            assert!((1000..1060).contains(&wait), "{wait}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_dropped_when_it_is_admitted_gives_its_permit_back() {
        let queue = reads();
        let mut permits = Vec::new();
        for _ in 0..10 {
            permits.push(queue.acquire().await);
        }
        let mut next = pin!(queue.acquire());
        assert!(timeout(Duration::from_millis(1), &mut next).await.is_err());
        drop(permits.pop());
        // Admitted now, and dropped before it notices.
        let last = acquire(&queue, 1);
        sleep(Duration::from_millis(1)).await;
        next.set(queue.acquire());
        for wait in waits(last).await {
            assert!(wait <= 2, "{wait}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn futures_that_are_not_polled_block_no_others() {
        let queue = reads();
        waits(acquire(&queue, 10)).await;
        let mut frozen: Vec<_> = (0..15).map(|_| Box::pin(queue.acquire())).collect();
        for future in &mut frozen {
            assert!(timeout(Duration::from_millis(1), future).await.is_err());
        }
        for wait in waits(acquire(&queue, 20)).await {
            assert!(wait < 4_400, "{wait}");
        }
        // Those that are polled again are admitted, but not in addition to what was sent meanwhile.
        let start = Instant::now();
        for future in frozen {
            future.await.sent();
        }
        assert!(start.elapsed() >= Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_counts_from_when_it_is_sent() {
        let queue = reads();
        let permit = queue.acquire().await;
        waits(acquire(&queue, 9)).await;
        advance(Duration::from_millis(900)).await;
        permit.sent();
        let waits = waits(acquire(&queue, 10)).await;
        assert!(waits[8] < 200, "nine are a second old soon");
        assert!(waits[9] >= 1000, "the tenth was sent just now");
    }
}
