//! The requests of this process that wait for Redis: one queue for each token, served by a task.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::redis::Script;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use super::connection::{Redis, RedisConnection, Unavailable};
use crate::rate_limit::Limit;

static ADMIT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("admit.lua")));

/// Which part of a limit is asked for at once: a machine with many requests leaves the rest to the others.
const SHARE: usize = 10;

/// A permit of Redis to send a request now.
pub(super) struct Grant {
    /// The time of Redis that it was granted for.
    slot: String,
    since: Instant,
}

/// A request that waits.
struct Waiting {
    permit: oneshot::Sender<Result<Grant, Unavailable>>,
    /// A grant that it did not use.
    unused: Option<Grant>,
}

/// The queues, by the keys of their lists in Redis. There is one as long as a task serves it.
#[derive(Default)]
pub(super) struct Queues(Mutex<HashMap<String, VecDeque<Waiting>>>);

impl Grant {
    /// Whether so much time has passed that others may have been sent in its place.
    pub(super) fn is_late(&self, limit: &Limit) -> bool {
        self.since.elapsed() > limit.slack() / 2
    }
}

impl Queues {
    /// Waits for a grant, and gives back one that was not used. First come, first served: the order is that of the
    /// first polls.
    pub(super) async fn wait<C: RedisConnection>(
        self: &Arc<Self>,
        redis: &Redis<C>,
        key: &str,
        limit: &Limit,
        mut unused: Option<Grant>,
    ) -> Result<Grant, Unavailable> {
        loop {
            let (permit, granted) = oneshot::channel();
            self.enter(redis, key, limit, Waiting { permit, unused });
            unused = match granted.await {
                Ok(Ok(grant)) if grant.is_late(limit) => Some(grant),
                Ok(granted) => return granted,
                // The runtime that served the queue has ended.
                Err(_) => None,
            };
        }
    }

    /// Puts a request into the queue, and has the queue served.
    fn enter<C: RedisConnection>(
        self: &Arc<Self>,
        redis: &Redis<C>,
        key: &str,
        limit: &Limit,
        waiting: Waiting,
    ) {
        let mut queues = self.lock();
        if let Some(queue) = queues.get_mut(key) {
            match waiting.unused.is_some() {
                true => queue.push_front(waiting),
                false => queue.push_back(waiting),
            }
            return;
        }
        queues.insert(key.to_owned(), [waiting].into());
        drop(queues);
        let server = Server {
            queues: Arc::clone(self),
            redis: redis.clone(),
            key: key.to_owned(),
            limit: *limit,
            is_done: false,
        };
        tokio::spawn(server.serve());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Waiting>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves a queue until it is empty. While it waits for Redis, and for the time that Redis grants, no request in the queue
/// has to be polled.
struct Server<C> {
    queues: Arc<Queues>,
    redis: Redis<C>,
    key: String,
    limit: Limit,
    /// Whether the queue was empty, and is gone.
    is_done: bool,
}

impl<C: RedisConnection> Server<C> {
    async fn serve(mut self) {
        let mut unused = Vec::new();
        loop {
            let wanted = self.wanted(&mut unused);
            if self.is_done {
                return;
            }
            match self.ask(wanted, &unused).await {
                Ok((granted, delay, slot)) => {
                    unused.clear();
                    sleep(Duration::from_micros(delay)).await;
                    for _ in 0..granted {
                        let since = Instant::now();
                        let slot = slot.clone();
                        unused.extend(self.hand_on(Grant { slot, since }));
                    }
                }
                Err(why) => {
                    unused.clear();
                    // Nobody waits for a Redis that others have found unavailable.
                    let queue = self.queues.lock().get_mut(&self.key).map(std::mem::take);
                    for waiting in queue.into_iter().flatten() {
                        let _ = waiting.permit.send(Err(why.clone()));
                    }
                }
            }
        }
    }

    /// How many requests are asked for. If there are none and nothing is given back, the queue ends.
    fn wanted(&mut self, unused: &mut Vec<String>) -> usize {
        let mut queues = self.queues.lock();
        let queue = queues.entry(self.key.clone()).or_default();
        for waiting in queue.iter_mut() {
            unused.extend(waiting.unused.take().map(|grant| grant.slot));
        }
        queue.retain(|waiting| !waiting.permit.is_closed());
        let wanted = queue.len().min(self.limit.max_requests().div_ceil(SHARE));
        if wanted == 0 && unused.is_empty() {
            queues.remove(&self.key);
            self.is_done = true;
        }
        wanted
    }

    async fn ask(
        &self,
        wanted: usize,
        unused: &[String],
    ) -> Result<(usize, u64, String), Unavailable> {
        let (most, span) = (self.limit.max_requests(), self.limit.span().as_micros());
        let mut arguments = vec![wanted.to_string(), most.to_string(), span.to_string()];
        arguments.extend_from_slice(unused);
        self.redis.run(&ADMIT, &self.key, arguments).await
    }

    /// Gives a grant to the first who still waits; if there is nobody, it stays unused.
    fn hand_on(&self, mut grant: Grant) -> Option<String> {
        loop {
            let first = self.queues.lock().get_mut(&self.key)?.pop_front();
            let Some(first) = first else {
                return Some(grant.slot);
            };
            match first.permit.send(Ok(grant)) {
                Err(Ok(back)) => grant = back,
                _ => return None,
            }
        }
    }
}

/// If the runtime of the task ends, those who still wait start another one.
impl<C> Drop for Server<C> {
    fn drop(&mut self) {
        let queue = match self.is_done {
            true => None,
            false => self.queues.lock().remove(&self.key),
        };
        drop(queue);
    }
}
