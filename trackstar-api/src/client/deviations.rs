//! Reporting of values that are not what the document says.

use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{debug, warn};

use crate::model::deviation::{Deviation, Deviations};

/// What a caller wants to do with a deviation of an operation, or of a type of event.
pub(crate) type OnDeviation = Arc<dyn Fn(&str, &Deviation) + Send + Sync>;

/// How many different deviations are remembered.
const MAX_REMEMBERED: usize = 10_000;

/// Reports deviations, and remembers those that have been reported.
#[derive(Default)]
pub(crate) struct DeviationReporter {
    on_deviation: Option<OnDeviation>,
    reported: Mutex<HashSet<u64>>,
}

impl DeviationReporter {
    pub(crate) fn new(on_deviation: Option<OnDeviation>) -> Self {
        Self {
            on_deviation,
            reported: Mutex::default(),
        }
    }

    /// Reports what deviates in a response of an operation: once as a warning, then for debugging.
    #[cold]
    pub(crate) fn report(&self, operation: &str, found: &Deviations) {
        for deviation in &found.list {
            if let Some(report) = &self.on_deviation {
                report(operation, deviation);
            }
            let (path, documented) = (deviation.path(), deviation.documented());
            let (found, outcome) = (deviation.found(), deviation.outcome());
            if self.is_new(operation, deviation) {
                warn!(operation, path, documented, %found, ?outcome, "a value deviates from the document");
            } else {
                debug!(operation, path, documented, %found, ?outcome, "a value deviates from the document");
            }
        }
        if found.more > 0 {
            warn!(
                operation,
                more = found.more,
                "more values deviate from the document"
            );
        }
    }

    fn is_new(&self, operation: &str, deviation: &Deviation) -> bool {
        let mut hasher = DefaultHasher::new();
        (operation, deviation).hash(&mut hasher);
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        reported.len() < MAX_REMEMBERED && reported.insert(hasher.finish())
    }
}

impl fmt::Debug for DeviationReporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviationReporter").finish_non_exhaustive()
    }
}
