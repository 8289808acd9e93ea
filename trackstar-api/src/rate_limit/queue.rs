//! The queue of requests that wait for a window to open: first come, first served.

use std::collections::BTreeMap;
use std::task::Waker;

use tokio::time::Instant;

use super::window::{Limit, Window};

/// How many queued requests check, while one window passes, whether it is open.
const CHECKS_PER_SPAN: u32 = 100;

/// A window, and the requests that wait for it.
///
/// No task serves the queue: a future that is not polled, like that of a page which is fetched ahead, must not
/// block those behind it. Any future that is polled admits all requests that may be sent, in their order; which of
/// them the runtime polls first is up to the runtime. The first in the queue sleeps until the window opens. Each of
/// the others sleeps a little longer than the one before it, in case none of those before it is polled.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) window: Window,
    next_ticket: u64,
    waiting: BTreeMap<u64, Waker>,
    /// Those that were admitted and do not know it yet, with the time from which they count in the window.
    admitted: BTreeMap<u64, Instant>,
}

impl Queue {
    /// Counts a request as sent now, if nothing is queued and the window is open.
    pub(super) fn try_send(&mut self, limit: &Limit, now: Instant) -> bool {
        let is_open = self.waiting.is_empty() && self.window.opening(limit, now) <= now;
        if is_open {
            self.window.send(limit, now);
        }
        is_open
    }

    pub(super) fn new_ticket(&mut self) -> u64 {
        self.next_ticket += 1;
        self.next_ticket
    }

    /// Whether a ticket was admitted, so that its holder may send now. Otherwise it is in the queue, and the error
    /// is when to try again. The wakers must be woken, or dropped, after the lock is released: they run foreign code.
    pub(super) fn try_admit(
        &mut self,
        ticket: u64,
        waker: &Waker,
        limit: &Limit,
        now: Instant,
    ) -> (Result<(), Instant>, Vec<Waker>) {
        let mut woken = Vec::new();
        let mut is_admitted = self.is_admitted(ticket, limit, now);
        if !is_admitted {
            let old = self.waiting.insert(ticket, waker.clone());
            woken = self.advance(limit, now);
            // Woken once more, it finds nothing new.
            woken.extend(old.filter(|old| !old.will_wake(waker)));
            is_admitted = self.is_admitted(ticket, limit, now);
        }
        let result = match is_admitted {
            true => Ok(()),
            false => Err(self.alarm(ticket, limit, now)),
        };
        (result, woken)
    }

    /// Takes a ticket out, with its waker and that of the first in the queue.
    pub(super) fn leave(&mut self, ticket: u64) -> [Option<Waker>; 2] {
        let own = self.waiting.remove(&ticket);
        if let Some(admitted) = self.admitted.remove(&ticket) {
            self.window.give_back(admitted);
        }
        [own, self.first()]
    }

    /// The first in the queue, to be told that it is the first, or that the window opens earlier.
    pub(super) fn first(&self) -> Option<Waker> {
        self.waiting.values().next().cloned()
    }

    /// Whether nothing is queued, and nothing would delay a request.
    pub(super) fn is_idle(&self, limit: &Limit, now: Instant) -> bool {
        self.waiting.is_empty() && self.admitted.is_empty() && self.window.is_idle(limit, now)
    }

    /// Admits all requests that may be sent. They must be woken, and so must the new first in the queue.
    fn advance(&mut self, limit: &Limit, now: Instant) -> Vec<Waker> {
        let mut woken = Vec::new();
        while self.window.opening(limit, now) <= now {
            let Some((ticket, waker)) = self.waiting.pop_first() else {
                return woken;
            };
            self.window.send(limit, now);
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
    fn alarm(&self, ticket: u64, limit: &Limit, now: Instant) -> Instant {
        let first = self.waiting.keys().next().unwrap_or(&ticket);
        let ahead = u32::try_from(ticket.saturating_sub(*first)).unwrap_or(u32::MAX);
        let step = limit.span() / CHECKS_PER_SPAN;
        self.window.opening(limit, now) + step.saturating_mul(ahead)
    }

    fn is_admitted(&mut self, ticket: u64, limit: &Limit, now: Instant) -> bool {
        // It counts from now on. If it is so late that others were sent instead, it is first in the queue.
        self.admitted
            .remove(&ticket)
            .is_some_and(|admitted| self.window.postpone(limit, admitted, now))
    }
}
