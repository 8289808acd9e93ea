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
/// The most by which the length of windows changes at once.
const MAX_STEP: i64 = 4;

/// The windows of one round.
#[derive(Debug)]
pub(super) struct Plan {
    /// What has not been read whole: in order, apart from each other.
    open: Vec<Window>,
    /// The windows that are being read. All are within `open`.
    taken: Vec<Window>,
    /// The length of the next window in seconds, if anything is known.
    length: Option<i64>,
    /// When the oldest record changed, as far as is known.
    oldest: Option<i64>,
    /// How many records a window should hold.
    target: usize,
    /// The records of the windows that were read whole, and their lengths.
    read: (u64, i64),
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
    /// The page is in order of time, and ends here.
    After(i64),
    /// The page is in reverse order of time, and ends here.
    Before(i64),
    /// Where those of the page are.
    Alike,
}

impl Sample {
    fn rest(&self) -> Rest {
        match (self.0.first(), self.0.last()) {
            (Some(first), Some(last)) if first < last && self.0.is_sorted() => Rest::After(*last),
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
        let length = match sample.rest() {
            Rest::Alike => sample.length() / whole(3 * at_once),
            Rest::After(_) | Rest::Before(_) => sample.length().saturating_mul(whole(pages)),
        };
        self.length.get_or_insert(length.max(1));
    }

    /// Takes the oldest window that nobody reads, if there is one. The windows get shorter towards the end, so that
    /// those that are read at once end together.
    pub(super) fn take(&mut self, at_once: usize) -> Option<Window> {
        let free = self.free();
        let first = *free.first()?;
        let left = free.iter().map(|window| self.length_of(*window));
        let share = left.fold(0, i64::saturating_add) / whole(at_once);
        let length = self.length.unwrap_or(i64::MAX);
        let length = length
            .min(share.max(length / whole(PAGES_BESIDE_OTHERS)))
            .max(1);
        let end = self.start_of(first).saturating_add(length);
        let is_crumb = first.to.saturating_sub(end) < length / 2;
        let window = match is_crumb {
            true => first,
            false => Window {
                to: end.min(first.to),
                ..first
            },
        };
        self.taken.push(window);
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
            .fold(open, |free, taken| without(&free, *taken))
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
        self.taken.retain(|taken| *taken != window);
        self.open = without(&self.open, window);
        self.read.0 = self.read.0.saturating_add(records as u64);
        self.read.1 = self.read.1.saturating_add(self.length_of(window));
        if let Some(length) = self.fitting(window, records) {
            self.length = Some(length);
        }
    }

    /// Splits a window of which this page came, if that can be done, so that the parts are read at once. The parts
    /// are taken instead of it.
    pub(super) fn split(
        &mut self,
        window: Window,
        pages: usize,
        sample: &Sample,
        parts: usize,
    ) -> Vec<Window> {
        let is_worthwhile = pages <= MAX_PAGES_READ_AGAIN && parts > 1;
        if !is_worthwhile || self.is_nearly_read(window, pages) {
            return Vec::new();
        }
        self.oldest = self.oldest.into_iter().chain(sample.oldest()).min();
        let cuts = self.cuts(window, sample, whole(parts));
        let windows = window.cut_at(&cuts);
        if windows.len() < 2 {
            return Vec::new();
        }
        self.taken.retain(|taken| *taken != window);
        self.taken.extend(&windows);
        windows
    }

    /// Whether no more of a window is likely to be left than would be read again, judged by those that have been read.
    fn is_nearly_read(&self, window: Window, pages: usize) -> bool {
        let Some(length) = self.length.filter(|_| self.read.0 > 0) else {
            return false;
        };
        let expected = whole(PAGES_BESIDE_OTHERS).saturating_mul(self.length_of(window)) / length;
        let read = whole(pages);
        (read..=read.saturating_mul(2).saturating_add(2)).contains(&expected)
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

    /// The times at which a window is cut into so many parts.
    fn cuts(&self, window: Window, sample: &Sample, parts: i64) -> Vec<i64> {
        let evenly = |from: i64, to: i64| -> Vec<i64> {
            let length = to.saturating_sub(from);
            let cut = |part| from.saturating_add((length / parts).max(1).saturating_mul(part));
            (1..parts).map(cut).collect()
        };
        match sample.rest() {
            Rest::After(time) => evenly(time, window.to),
            Rest::Before(time) => {
                let known = window.to.saturating_sub(time).max(60);
                let start = time.saturating_sub(known.saturating_mul(MAX_STEP));
                evenly(window.from.unwrap_or(start), time)
            }
            Rest::Alike => {
                let mut times = sample.0.clone();
                times.sort_unstable();
                let (first, last) = (times.first().copied(), times.last().copied());
                if first == last {
                    // As far as the page shows, all is within one second.
                    return first
                        .into_iter()
                        .flat_map(|time| [time, time.saturating_add(1)])
                        .collect();
                }
                let cut = |part| {
                    let index = times.len() * part / usize::try_from(parts).unwrap_or(1);
                    times.get(index).copied()
                };
                (1..).map_while(|part| cut(part)).collect()
            }
        }
    }

    /// The length that a window with as many records as wanted would have had.
    fn fitting(&self, window: Window, records: usize) -> Option<i64> {
        let length = self.length_of(window);
        let longest = length.saturating_mul(MAX_STEP);
        let shortest = length / MAX_STEP;
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
