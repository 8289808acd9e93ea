//! The permit to send a request, and waiting for it.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Poll, Waker, ready};

use tokio::time::{Instant, sleep_until};

use super::class::LimitClass;
use super::key::LimitKey;
use super::queue::Queue;
use super::queues::Queues;
use super::window::Limit;

/// The permit to send a request, or its ticket in the queue while it waits for one. Given back when dropped.
pub(super) struct Permit<'a> {
    queues: &'a Queues,
    key: &'a LimitKey,
    class: LimitClass,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    New,
    Queued(u64),
    Acquired(Instant),
}

impl<'a> Permit<'a> {
    /// The permit, if nothing is queued and the window is open.
    pub(super) fn at_once(
        queues: &'a Queues,
        key: &'a LimitKey,
        class: LimitClass,
    ) -> Option<Self> {
        let now = Instant::now();
        let is_open = queues.with(key, class, now, |queue, limit| queue.try_send(limit, now));
        is_open.then(|| Self {
            queues,
            key,
            class,
            stage: Stage::Acquired(now),
        })
    }

    /// Waits for the permit.
    pub(super) async fn queued(queues: &'a Queues, key: &'a LimitKey, class: LimitClass) -> Self {
        let mut permit = Self {
            queues,
            key,
            class,
            stage: Stage::New,
        };
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

    /// Acquires the permit if it was admitted, otherwise queues. The error is when to try again.
    fn try_acquire(&mut self, waker: &Waker) -> Result<(), Instant> {
        let now = Instant::now();
        let stage = &mut self.stage;
        let (result, woken) = self.queues.with(self.key, self.class, now, |queue, limit| {
            let ticket = match *stage {
                Stage::Queued(ticket) => ticket,
                _ => queue.new_ticket(),
            };
            *stage = Stage::Queued(ticket);
            queue.try_admit(ticket, waker, limit, now)
        });
        wake(woken);
        if result.is_ok() {
            self.stage = Stage::Acquired(now);
        }
        result
    }

    /// The request is sent now: it counts from when the permit was acquired, which was just now.
    pub(super) fn sent(self) {
        std::mem::forget(self);
    }

    /// The request is sent now, some time after the permit was acquired: it counts from now.
    pub(super) fn sent_late(mut self) {
        if let Stage::Acquired(at) = std::mem::replace(&mut self.stage, Stage::New) {
            let now = Instant::now();
            let count = |queue: &mut Queue, limit: &Limit| {
                if !queue.window.postpone(limit, at, now) {
                    queue.window.send(limit, now);
                }
            };
            self.queues.with(self.key, self.class, now, count);
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let stage = self.stage;
        if let Stage::New = stage {
            return;
        }
        let leave = |queue: &mut Queue, _: &Limit| match stage {
            Stage::Queued(ticket) => queue.leave(ticket),
            Stage::Acquired(at) => {
                queue.window.give_back(at);
                [None, queue.first()]
            }
            Stage::New => [None, None],
        };
        let [own, first] = self
            .queues
            .with(self.key, self.class, Instant::now(), leave);
        drop(own);
        wake(first);
    }
}

fn wake(wakers: impl IntoIterator<Item = Waker>) {
    wakers.into_iter().for_each(Waker::wake);
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, LazyLock, Mutex};
    use std::time::Duration;

    use tokio::task::JoinHandle;
    use tokio::time::{advance, sleep, timeout};

    use super::*;

    static KEY: LazyLock<LimitKey> = LazyLock::new(|| LimitKey::of("key"));

    async fn permit(queues: &Queues, class: LimitClass) -> Permit<'_> {
        match Permit::at_once(queues, &KEY, class) {
            Some(permit) => permit,
            None => Permit::queued(queues, &KEY, class).await,
        }
    }

    async fn read(queues: &Queues) -> Permit<'_> {
        permit(queues, LimitClass::Reads).await
    }

    fn reads() -> Arc<Queues> {
        Arc::default()
    }

    /// Acquires `count` permits, one after the other in the queue, and gives the milliseconds that each
    /// waited.
    fn acquire(queue: &Arc<Queues>, count: usize) -> Vec<JoinHandle<u128>> {
        let acquire = |_| {
            let queue = Arc::clone(queue);
            tokio::spawn(async move {
                let start = Instant::now();
                read(&queue).await.sent();
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
        let queue = reads();
        let start = Instant::now();
        for number in 0..60 {
            permit(&queue, LimitClass::Writes).await.sent();
            let is_due = start.elapsed() >= Duration::from_secs(1);
            assert_eq!(is_due, number >= 50, "{number}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_sent_in_the_order_in_which_they_were_queued() {
        let queue = reads();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in 0..100 {
            let (queue, order) = (Arc::clone(&queue), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                read(&queue).await.sent();
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
            permits.push(read(&queue).await);
        }
        let mut next = pin!(read(&queue));
        assert!(timeout(Duration::from_millis(1), &mut next).await.is_err());
        drop(permits.pop());
        // Admitted now, and dropped before it notices.
        let last = acquire(&queue, 1);
        sleep(Duration::from_millis(1)).await;
        next.set(read(&queue));
        for wait in waits(last).await {
            assert!(wait <= 2, "{wait}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn futures_that_are_not_polled_block_no_others() {
        let queue = reads();
        waits(acquire(&queue, 10)).await;
        let mut frozen: Vec<_> = (0..15).map(|_| Box::pin(read(&queue))).collect();
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
        let permit = read(&queue).await;
        waits(acquire(&queue, 9)).await;
        advance(Duration::from_millis(900)).await;
        permit.sent_late();
        let waits = waits(acquire(&queue, 10)).await;
        assert!(waits[8] < 200, "nine are a second old soon");
        assert!(waits[9] >= 1000, "the tenth was sent just now");
    }
}
