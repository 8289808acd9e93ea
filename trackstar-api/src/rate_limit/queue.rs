//! The line of those who wait for a window to open: first come, first served.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker, ready};

use tokio::time::{Instant, sleep_until};

use super::class::LimitClass;
use super::report::LimitReport;
use super::window::Window;

/// How many of those in line look, while a window passes, whether it is open.
const LOOKS_PER_SPAN: u32 = 100;

/// A window, and those who wait for it.
///
/// No task serves the line, and nobody holds it while waiting: a future that nobody polls, like that of a
/// page which is fetched ahead, must not stop those behind it. Whoever is polled calls all whose turn has
/// come, in their order; who goes first of those called in the same moment is up to the runtime. The first
/// in line sleeps until the window opens; the others sleep a little longer, each after the one before, in
/// case that nobody before them is polled.
pub(super) struct Queue {
    state: Mutex<State>,
}

struct State {
    window: Window,
    next_ticket: u64,
    waiting: BTreeMap<u64, Waker>,
    /// Those whose turn it is, counted in the window from when they were called. They have not noticed yet.
    called: BTreeMap<u64, Instant>,
}

/// A place in a line, or in the window behind it. Given back when it is dropped.
pub(super) struct Permit<'a> {
    line: &'a Queue,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    Outside,
    Waiting(u64),
    Admitted(Instant),
}

impl Queue {
    pub(super) fn new(class: LimitClass) -> Self {
        Self {
            state: Mutex::new(State {
                window: Window::new(class),
                next_ticket: 0,
                waiting: BTreeMap::new(),
                called: BTreeMap::new(),
            }),
        }
    }

    /// Waits for its turn.
    pub(super) async fn enter(&self) -> Permit<'_> {
        let mut place = Permit {
            line: self,
            stage: Stage::Outside,
        };
        if place.enter_at_once() {
            return place;
        }
        let mut alarm = pin!(sleep_until(Instant::now()));
        poll_fn(|context| {
            while let Err(until) = place.try_enter(context.waker()) {
                if alarm.deadline() != until {
                    alarm.as_mut().reset(until);
                }
                ready!(alarm.as_mut().poll(context));
            }
            Poll::Ready(())
        })
        .await;
        place
    }

    /// Learns from the answer to a call.
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

    /// Whether nobody waits, and nothing would delay a call.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        state.waiting.is_empty() && state.window.is_idle(Instant::now())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The first in line: it has to learn that it is the first, or that the window opens earlier.
    fn first(&self) -> Option<Waker> {
        self.waiting.values().next().cloned()
    }

    /// Calls all whose turn has come. They are to be woken when the lock is released, and whoever is the
    /// first in line then.
    fn advance(&mut self, now: Instant) -> Vec<Waker> {
        let mut woken = Vec::new();
        while self.window.opening(now) <= now {
            let Some((ticket, waker)) = self.waiting.pop_first() else {
                return woken;
            };
            self.window.send(now);
            self.called.insert(ticket, now);
            woken.push(waker);
        }
        if !woken.is_empty() {
            woken.extend(self.first());
        }
        woken
    }

    /// When the holder of a ticket looks whether the window is open: the first in line at once, each other
    /// a little later than the one before. So somebody looks every now and then, however long the line.
    fn alarm(&self, ticket: u64, now: Instant) -> Instant {
        let first = self.waiting.keys().next().unwrap_or(&ticket);
        let ahead = u32::try_from(ticket.saturating_sub(*first)).unwrap_or(u32::MAX);
        self.window.opening(now) + self.window.span() / LOOKS_PER_SPAN * ahead
    }

    /// Whether a ticket has been called, so that its holder may send now.
    fn is_called(&mut self, ticket: u64, now: Instant) -> bool {
        // It counts from now on. If it comes so late that others took its turn, it is the first in line.
        self.called
            .remove(&ticket)
            .is_some_and(|called| self.window.postpone(called, now))
    }
}

impl Permit<'_> {
    /// Counts the call as sent now, for good.
    pub(super) fn sent(mut self) {
        if let Stage::Admitted(at) = std::mem::replace(&mut self.stage, Stage::Outside) {
            self.line.state().window.postpone(at, Instant::now());
        }
    }

    /// Enters if that is possible without waiting.
    fn enter_at_once(&mut self) -> bool {
        let now = Instant::now();
        let mut state = self.line.state();
        let is_open = state.waiting.is_empty() && state.window.opening(now) <= now;
        if is_open {
            state.window.send(now);
            self.stage = Stage::Admitted(now);
        }
        is_open
    }

    /// Enters if it is its turn, otherwise lines up. The error is when to try again.
    fn try_enter(&mut self, waker: &Waker) -> Result<(), Instant> {
        let now = Instant::now();
        let mut state = self.line.state();
        let ticket = match self.stage {
            Stage::Admitted(_) => return Ok(()),
            Stage::Waiting(ticket) => ticket,
            Stage::Outside => {
                state.next_ticket += 1;
                state.next_ticket
            }
        };
        self.stage = Stage::Waiting(ticket);
        let mut woken = Vec::new();
        let mut old_waker = None;
        let mut is_called = state.is_called(ticket, now);
        if !is_called {
            old_waker = state.waiting.insert(ticket, waker.clone());
            woken = state.advance(now);
            is_called = state.is_called(ticket, now);
        }
        let result = if is_called {
            self.stage = Stage::Admitted(now);
            Ok(())
        } else {
            Err(state.alarm(ticket, now))
        };
        // A waker may run code of others, even when it is dropped.
        drop(state);
        drop(old_waker);
        wake(woken);
        result
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Stage::Outside = self.stage {
            return;
        }
        let mut state = self.line.state();
        let mut own = None;
        match self.stage {
            Stage::Outside => {}
            Stage::Waiting(ticket) => {
                own = state.waiting.remove(&ticket);
                if let Some(called) = state.called.remove(&ticket) {
                    state.window.give_back(called);
                }
            }
            Stage::Admitted(at) => state.window.give_back(at),
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
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::task::JoinHandle;
    use tokio::time::{advance, sleep, timeout};

    use super::*;

    fn reads() -> Arc<Queue> {
        Arc::new(Queue::new(LimitClass::Reads))
    }

    /// Enters as often as `count` says, one after the other in the line, and gives the milliseconds that
    /// each waited.
    fn enter(line: &Arc<Queue>, count: usize) -> Vec<JoinHandle<u128>> {
        let enter = |_| {
            let line = Arc::clone(line);
            tokio::spawn(async move {
                let start = Instant::now();
                line.enter().await.sent();
                start.elapsed().as_millis()
            })
        };
        (0..count).map(enter).collect()
    }

    async fn waits(entered: Vec<JoinHandle<u128>>) -> Vec<u128> {
        let mut waits = Vec::new();
        for entered in entered {
            waits.push(entered.await.unwrap());
        }
        waits
    }

    #[tokio::test(start_paused = true)]
    async fn ten_reads_go_at_once_and_the_eleventh_when_the_first_is_a_second_old() {
        let line = reads();
        let waits = waits(enter(&line, 25)).await;
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
        let line = Arc::new(Queue::new(LimitClass::Writes));
        let waits = waits(enter(&line, 60)).await;
        assert_eq!(waits[..50], [0; 50]);
        assert!(waits[50..].iter().all(|wait| *wait >= 1000), "{waits:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn they_enter_in_the_order_in_which_they_came() {
        let line = reads();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in 0..100 {
            let (line, order) = (Arc::clone(&line), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                line.enter().await.sent();
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
    async fn those_who_leave_the_line_give_their_place_to_those_behind_them() {
        let line = reads();
        waits(enter(&line, 10)).await;
        let leave = enter(&line, 10);
        let stay = enter(&line, 10);
        sleep(Duration::from_millis(500)).await;
        // Not from the back: whoever is first in line when it is dropped is the one who keeps the time.
        for left in leave {
            left.abort();
        }
        for wait in waits(stay).await {
            assert!((1000..1060).contains(&wait), "{wait}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_dropped_when_its_turn_has_come_gives_it_back() {
        let line = reads();
        let mut admitted = Vec::new();
        for _ in 0..10 {
            admitted.push(line.enter().await);
        }
        let mut next = pin!(line.enter());
        assert!(timeout(Duration::from_millis(1), &mut next).await.is_err());
        drop(admitted.pop());
        // Called now, and dropped before it notices.
        let last = enter(&line, 1);
        sleep(Duration::from_millis(1)).await;
        next.set(line.enter());
        for wait in waits(last).await {
            assert!(wait <= 2, "{wait}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn futures_that_nobody_polls_keep_nobody_waiting() {
        let line = reads();
        waits(enter(&line, 10)).await;
        let mut frozen: Vec<_> = (0..15).map(|_| Box::pin(line.enter())).collect();
        for future in &mut frozen {
            assert!(timeout(Duration::from_millis(1), future).await.is_err());
        }
        for wait in waits(enter(&line, 20)).await {
            assert!(wait < 4_400, "{wait}");
        }
        // Those who are polled again enter, but not on top of what was sent meanwhile.
        let start = Instant::now();
        for future in frozen {
            future.await.sent();
        }
        assert!(start.elapsed() >= Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_counts_from_when_it_is_sent() {
        let line = reads();
        let place = line.enter().await;
        waits(enter(&line, 9)).await;
        advance(Duration::from_millis(900)).await;
        place.sent();
        let waits = waits(enter(&line, 10)).await;
        assert!(waits[8] < 200, "nine are a second old soon");
        assert!(waits[9] >= 1000, "the tenth was sent just now");
    }
}
