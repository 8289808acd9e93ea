//! The queues of all credentials.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::class::LimitClass;
use super::key::LimitKey;
use super::queue::Queue;
use super::window::Limit;

/// How often unused credentials are forgotten, if none are added. One that was not used for that long is new: its
/// connections are closed soon, too.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// How many queues there may be before unused ones are forgotten earlier.
const MIN_QUEUES: usize = 256;

/// The queues of all credentials, and the limits that they keep.
#[derive(Default)]
pub(super) struct Queues {
    pub(super) limits: Limits,
    table: Mutex<Table>,
}

pub(super) struct Limits {
    reads: Limit,
    writes: Limit,
    integrations: Limit,
}

/// In one piece, behind one lock: of a hundred thousand credentials few are in the caches of the processor, so
/// what a request costs is how many places in memory it looks at.
struct Table {
    queues: HashMap<(LimitKey, LimitClass), Queue>,
    swept: Instant,
    /// How many there may be before the idle ones are forgotten.
    max: usize,
}

impl Queues {
    /// Calls a function with the queue of a credential, under the lock.
    pub(super) fn with<R>(
        &self,
        key: &LimitKey,
        class: LimitClass,
        now: Instant,
        act: impl FnOnce(&mut Queue, &Limit) -> R,
    ) -> R {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.forget_idle(&self.limits, now);
        let queue = table.queues.entry((*key, class)).or_default();
        act(queue, self.limits.of(class))
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.table.lock().unwrap().queues.len()
    }
}

impl Limits {
    pub(super) fn of(&self, class: LimitClass) -> &Limit {
        match class {
            LimitClass::Reads => &self.reads,
            LimitClass::Writes => &self.writes,
            LimitClass::Integrations => &self.integrations,
        }
    }

    pub(super) fn of_mut(&mut self, class: LimitClass) -> &mut Limit {
        match class {
            LimitClass::Reads => &mut self.reads,
            LimitClass::Writes => &mut self.writes,
            LimitClass::Integrations => &mut self.integrations,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let limit = |class: LimitClass| Limit::new(class.max_requests(), class.window());
        Self {
            reads: limit(LimitClass::Reads),
            writes: limit(LimitClass::Writes),
            integrations: limit(LimitClass::Integrations),
        }
    }
}

impl Default for Table {
    fn default() -> Self {
        Self {
            queues: HashMap::new(),
            swept: Instant::now(),
            max: MIN_QUEUES,
        }
    }
}

impl Table {
    /// Forgets unused credentials: from time to time, so that it costs little, and whenever the number of
    /// queues has doubled, so that memory is bounded by twice the credentials in use.
    fn forget_idle(&mut self, limits: &Limits, now: Instant) {
        if self.queues.len() < self.max && now.duration_since(self.swept) < SWEEP_EVERY {
            return;
        }
        self.queues
            .retain(|(_, class), queue| !queue.is_idle(limits.of(*class), now));
        self.max = MIN_QUEUES.max(2 * self.queues.len());
        self.queues.shrink_to(self.max);
        self.swept = now;
    }
}
