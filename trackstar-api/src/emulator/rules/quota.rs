//! Rate limits: how many requests a token may send in any one second or minute.

use std::collections::{HashMap, VecDeque};

use chrono::{DateTime, Utc};

/// How many requests are left, as the headers report it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quota {
    pub(crate) limit: usize,
    pub(crate) remaining: usize,
    /// When the next request is admitted, in seconds since 1970.
    pub(crate) reset: i64,
    /// In how many seconds that is, if this request was not admitted.
    pub(crate) retry_after: Option<i64>,
}

/// Counts the requests of each token.
#[derive(Default)]
pub(crate) struct Counters {
    /// When requests were admitted, in milliseconds since 1970.
    admitted: HashMap<(String, &'static str), VecDeque<i64>>,
}

impl Counters {
    pub(crate) fn count(
        &mut self,
        token: &str,
        is_write: bool,
        path: &str,
        now: DateTime<Utc>,
    ) -> Quota {
        let is_integrations = !is_write && path.starts_with("/integrations/");
        let (class, limit, seconds) = match (is_integrations, is_write) {
            (true, _) => ("integrations", 1, 60),
            (false, false) => ("read", 10, 1),
            (false, true) => ("write", 50, 1),
        };
        let (now, window) = (now.timestamp_millis(), seconds * 1000);
        let admitted = self.admitted.entry((token.to_owned(), class)).or_default();
        // A clock that was set back forgets what is in its future.
        admitted.retain(|time| (now - window + 1..=now).contains(time));
        let is_admitted = admitted.len() < limit;
        if is_admitted {
            admitted.push_back(now);
        }
        let opens = admitted.front().map_or(now, |first| first + window);
        Quota {
            limit,
            remaining: limit - admitted.len(),
            reset: seconds_up(opens),
            retry_after: (!is_admitted).then(|| seconds_up(opens - now).max(1)),
        }
    }
}

fn seconds_up(milliseconds: i64) -> i64 {
    milliseconds.saturating_add(999).div_euclid(1000)
}
