//! Which window is read next, and how long it is.
//!
//! What has to be read is exact: `open` shrinks by a window when all of its records have been given, and by nothing
//! else. How it is cut into windows is a guess from the records that came so far. A wrong guess costs requests, but
//! no record.

use super::window::{Window, without};

/// How many pages a window should hold: few if several windows are read at once, so that they end together.
const PAGES_ALONE: usize = 32;
const PAGES_BESIDE_OTHERS: usize = 8;
/// A window that more pages have been read of is not split any more: they would be read again.
const MAX_PAGES_READ_AGAIN: usize = 4;
/// The most by which windows get longer and shorter at once.
const MAX_GROWTH: i64 = 8;
const MAX_SHRINKAGE: i64 = 4;
/// How many times as long as what is known of a window, whose start is not, it is taken for.
const UNKNOWN: i64 = 4;

/// The windows of one round.
#[derive(Debug)]
pub(super) struct Plan {
    /// What has not been read whole: in order, apart from each other.
    open: Vec<Window>,
    /// The windows that are being read. All are within `open`.
    taken: Vec<Taken>,
    /// The length of the next window in seconds, if anything is known.
    length: Option<i64>,
    /// Whether that follows from how many records there were in how long a time.
    is_measured: bool,
    /// When the oldest record changed, as far as is known.
    oldest: Option<i64>,
    /// How many records a window should hold.
    target: usize,
    /// The records of the windows that were read whole, and their lengths.
    read: (u64, i64),
}

/// A window that is being read, and how many pages it is likely to have.
#[derive(Debug)]
struct Taken {
    window: Window,
    expected: Option<i64>,
}

/// The times at which the records of a page changed, in the order of the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample(Vec<i64>);

impl FromIterator<i64> for Sample {
    fn from_iter<I: IntoIterator<Item = i64>>(times: I) -> Self {
        Self(times.into_iter().collect())
    }
}

/// Where the records that a page does not show are likely to be.
enum Rest {
    /// The page is in order of time.
    After,
    /// The page is in reverse order of time, and ends here.
    Before(i64),
    /// Where those of the page are.
    Alike,
}

impl Sample {
    fn rest(&self) -> Rest {
        match (self.0.first(), self.0.last()) {
            (Some(first), Some(last)) if first < last && self.0.is_sorted() => Rest::After,
            (Some(first), Some(last)) if first > last && self.0.is_sorted_by(|a, b| a >= b) => {
                Rest::Before(*last)
            }
            _ => Rest::Alike,
        }
    }

    fn oldest(&self) -> Option<i64> {
        self.0.iter().min().copied()
    }

    fn length(&self) -> i64 {
        let oldest = self.oldest().unwrap_or_default();
        let newest = self.0.iter().max().copied().unwrap_or_default();
        newest.saturating_sub(oldest).saturating_add(1)
    }
}

impl Plan {
    pub(super) fn new(open: Vec<Window>) -> Self {
        Self {
            open,
            taken: Vec::new(),
            length: None,
            is_measured: false,
            oldest: None,
            target: usize::MAX,
            read: (0, 0),
        }
    }

    /// What has not been read whole.
    pub(super) fn open(&self) -> &[Window] {
        &self.open
    }

    /// Learns from the first page that is not the last one of its window.
    pub(super) fn learn(&mut self, sample: &Sample, at_once: usize) {
        let pages = match at_once {
            ..=1 => PAGES_ALONE,
            _ => PAGES_BESIDE_OTHERS,
        };
        // A quarter of a page less than whole pages: one more page would hardly hold anything.
        let page = sample.0.len().max(1);
        self.target = pages.saturating_mul(page) - page / 4;
        self.oldest = self.oldest.into_iter().chain(sample.oldest()).min();
        if self.length.is_none() {
            self.measure(sample, pages, at_once);
        }
    }

    /// Takes the length of windows from a page: from how close its records are, or, if it is in no order, from how
    /// long a time it shows.
    fn measure(&mut self, sample: &Sample, pages: usize, at_once: usize) {
        self.is_measured = !matches!(sample.rest(), Rest::Alike);
        let length = match self.is_measured {
            true => sample.length().saturating_mul(whole(pages)),
            false => sample.length() / whole(3 * at_once),
        };
        self.length = Some(length.max(1));
    }

    /// Takes the oldest window that nobody reads, if there is one. The windows get shorter towards the end, so that
    /// those that are read at once end together.
    pub(super) fn take(&mut self, at_once: usize) -> Option<Window> {
        let free = self.free();
        let first = *free.first()?;
        let left = free.iter().map(|window| self.length_of(*window));
        let share = left.fold(0, i64::saturating_add) / whole(at_once);
        let length = self.length.unwrap_or(share);
        let shortest = length / whole(PAGES_BESIDE_OTHERS);
        let length = length.min(share.max(shortest)).max(1);
        let end = self.start_of(first).saturating_add(length);
        let is_crumb = first.to.saturating_sub(end) < length / 2;
        let window = match is_crumb {
            true => first,
            false => Window {
                to: end.min(first.to),
                ..first
            },
        };
        let expected = self.length.filter(|_| self.is_measured);
        let pages = whole(PAGES_BESIDE_OTHERS).saturating_mul(self.length_of(window));
        let expected = expected.map(|length| pages / length.max(1));
        self.taken.push(Taken { window, expected });
        Some(window)
    }

    /// Whether there is nothing to be taken.
    pub(super) fn is_all_taken(&self) -> bool {
        self.free().is_empty()
    }

    fn free(&self) -> Vec<Window> {
        let open = self.open.clone();
        self.taken
            .iter()
            .fold(open, |free, taken| without(&free, taken.window))
    }

    /// A window holds at least so many records, and more.
    pub(super) fn grows(&mut self, window: Window, records: usize) {
        if records > self.target {
            let fitting = self.fitting(window, records);
            self.length = self.length.into_iter().chain(fitting).min();
        }
    }

    /// All records of a window have been given. Windows get longer where they hold little, and shorter where they
    /// hold much.
    pub(super) fn finish(&mut self, window: Window, records: usize) {
        self.taken.retain(|taken| taken.window != window);
        self.open = without(&self.open, window);
        self.read.0 = self.read.0.saturating_add(records as u64);
        self.read.1 = self.read.1.saturating_add(self.length_of(window));
        if let Some(length) = self.fitting(window, records) {
            self.length = Some(length);
            self.is_measured |= records > 0;
        }
    }

    /// Gives a window back of which this page came, so that shorter ones are taken of it. Whether that is worthwhile.
    pub(super) fn split(
        &mut self,
        window: Window,
        pages: usize,
        sample: &Sample,
        at_once: usize,
    ) -> bool {
        if pages > MAX_PAGES_READ_AGAIN || self.is_nearly_read(window, pages) {
            return false;
        }
        if let (None, Rest::Before(time)) = (window.from, sample.rest()) {
            // Nobody knows how far back it goes.
            let known = window.to.saturating_sub(time).max(60);
            let start = time.saturating_sub(known.saturating_mul(UNKNOWN));
            self.oldest = self.oldest.into_iter().chain([start]).min();
        }
        let longest = self.length_of(window) / whole(at_once.max(2));
        if longest == 0 {
            return false;
        }
        self.measure(sample, PAGES_BESIDE_OTHERS, at_once);
        self.length = self.length.map(|length| length.min(longest));
        self.taken.retain(|taken| taken.window != window);
        true
    }

    /// Whether hardly more of a window is likely to be left than would be read again.
    fn is_nearly_read(&self, window: Window, pages: usize) -> bool {
        let mut taken = self.taken.iter();
        let expected = taken
            .find(|taken| taken.window == window)
            .and_then(|taken| taken.expected);
        let left = expected.map(|expected| expected.saturating_sub(whole(pages)));
        left.is_some_and(|left| (0..=whole(pages).saturating_add(2)).contains(&left))
    }

    /// How many records there are in all, as far as those of the windows that have been read tell.
    pub(super) fn estimate(&self, given: u64) -> Option<u64> {
        let left = self.open.iter().map(|window| self.length_of(*window));
        let left = left.fold(0, i64::saturating_add);
        if left == 0 {
            return Some(given);
        }
        let (records, length) = self.read;
        let length = u128::try_from(length).ok().filter(|length| *length > 0)?;
        let left = u128::try_from(left).unwrap_or_default();
        let left = u128::from(records) * left / length;
        Some(given.saturating_add(u64::try_from(left).unwrap_or(u64::MAX)))
    }

    /// The length that a window with as many records as wanted would have had.
    fn fitting(&self, window: Window, records: usize) -> Option<i64> {
        let length = self.length_of(window);
        let longest = length.saturating_mul(MAX_GROWTH);
        let shortest = length / MAX_SHRINKAGE;
        let fitting = i128::from(length) * self.target as i128 / records.max(1) as i128;
        let fitting = i64::try_from(fitting).unwrap_or(i64::MAX);
        (length > 0).then(|| fitting.clamp(shortest, longest).max(1))
    }

    /// Where the records of a window start, as far as is known.
    fn start_of(&self, window: Window) -> i64 {
        let oldest = self.oldest.unwrap_or(window.to);
        window.from.unwrap_or(oldest.min(window.to))
    }

    fn length_of(&self, window: Window) -> i64 {
        window.to.saturating_sub(self.start_of(window))
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).max(1)
}

#[cfg(test)]
mod tests;
