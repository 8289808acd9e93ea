//! Spans of time that are read on their own.

use serde::{Deserialize, Serialize};

/// From a second to before another, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(Option<i64>, i64)", into = "(Option<i64>, i64)")]
pub(super) struct Window {
    /// None: since ever.
    pub(super) from: Option<i64>,
    pub(super) to: i64,
}

impl From<(Option<i64>, i64)> for Window {
    fn from((from, to): (Option<i64>, i64)) -> Self {
        Self { from, to }
    }
}

impl From<Window> for (Option<i64>, i64) {
    fn from(window: Window) -> Self {
        (window.from, window.to)
    }
}

impl Window {
    pub(super) fn start(self) -> i64 {
        self.from.unwrap_or(i64::MIN)
    }

    pub(super) fn is_empty(self) -> bool {
        self.start() >= self.to
    }
}

/// What is left of windows, which are in order and apart, without another one.
pub(super) fn without(windows: &[Window], taken: Window) -> Vec<Window> {
    let mut left = Vec::with_capacity(windows.len() + 1);
    for window in windows {
        let before = Window {
            to: window.to.min(taken.start()),
            ..*window
        };
        let after = Window {
            from: window.from.max(Some(taken.to)),
            ..*window
        };
        left.extend([before, after].into_iter().filter(|part| !part.is_empty()));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: Option<i64>, to: i64) -> Window {
        Window { from, to }
    }

    #[test]
    fn what_is_taken_is_left_out_and_nothing_else() {
        let all = [window(None, 10), window(Some(20), 30)];
        for (taken, left) in [
            (window(None, 5), vec![window(Some(5), 10), all[1]]),
            (
                window(Some(3), 5),
                vec![window(None, 3), window(Some(5), 10), all[1]],
            ),
            (window(Some(20), 30), vec![all[0]]),
            (window(None, 25), vec![window(Some(25), 30)]),
            (window(Some(10), 20), all.to_vec()),
            (window(None, 30), vec![]),
        ] {
            assert_eq!(without(&all, taken), left, "{taken:?}");
        }
    }
}
