//! Values of responses that are not what the document says.
//!
//! While values are read, deviations are pushed to a collector of the thread, if there is one. The code that
//! finds a deviation does not know its path: each record and list around it adds its part of the path
//! on the way out. So a response without deviations costs nothing, since no path is kept for it.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

/// How many deviations are collected at once. Any more are only counted.
const MAX_COLLECTED: usize = 10_000;

/// A value that is not what the document says: its path, and how it was handled. It does not hold the value.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Deviation {
    /// The innermost part comes first.
    path: Vec<Cow<'static, str>>,
    documented: &'static str,
    found: Found,
    outcome: Outcome,
}

/// How a value that is not what the document says was handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Its meaning is plain: it was converted.
    Converted,
    /// It means nothing: the field is absent or empty.
    Absent,
    /// It cannot be understood: the field is absent or empty, and `extra` has the value as it was sent.
    Kept,
    /// It was left out of its list or map.
    Dropped,
    /// Bytes that are not JSON were replaced.
    Replaced,
}

/// The type of the value that was sent, in more detail than JSON's own types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Found {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction.
    Integer,
    /// Any other number.
    Number,
    /// A text.
    Text,
    /// `""`.
    EmptyText,
    /// `"None"`.
    NoneText,
    /// A date without a time.
    Date,
    /// A time without an offset.
    LocalTime,
    /// A time whose form is not that of RFC 3339.
    OddTime,
    /// A list.
    List,
    /// `[]`.
    EmptyList,
    /// A map.
    Map,
    /// `NaN` or an infinite number.
    NotANumber,
    /// One half of a surrogate pair.
    LoneSurrogate,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A byte order mark.
    ByteOrderMark,
}

impl Found {
    /// As it is written in a report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Text => "string",
            Self::EmptyText => "empty string",
            Self::NoneText => "\"None\"",
            Self::Date => "date",
            Self::LocalTime => "date-time without offset",
            Self::OddTime => "date-time of another form",
            Self::List => "array",
            Self::EmptyList => "empty array",
            Self::Map => "object",
            Self::NotANumber => "NaN",
            Self::LoneSurrogate => "lone surrogate",
            Self::NotUtf8 => "bytes that are not UTF-8",
            Self::ByteOrderMark => "byte order mark",
        }
    }

    /// The type of a value.
    pub(crate) fn of(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(text) if text.is_empty() => Self::EmptyText,
            Value::String(_) => Self::Text,
            Value::Array(items) if items.is_empty() => Self::EmptyList,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Map,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Deviation {
    /// The field: `data[].line_items[].sku`. It has no values and no indexes.
    pub fn path(&self) -> String {
        let mut text = String::new();
        for part in self.path.iter().rev() {
            if !text.is_empty() && part != ITEM {
                text.push('.');
            }
            text.push_str(part);
        }
        text
    }

    /// The type that the document gives the field, in its own words: `integer`, `date-time`.
    pub fn documented(&self) -> &'static str {
        self.documented
    }

    /// What was sent.
    pub fn found(&self) -> Found {
        self.found
    }

    /// How it was handled.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }
}

impl fmt::Debug for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deviation")
            .field("path", &self.path())
            .field("documented", &self.documented)
            .field("found", &self.found)
            .field("outcome", &self.outcome)
            .finish()
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        write!(f, "{path}: {} in place of {}", self.found, self.documented)
    }
}

/// The deviations that were collected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deviations {
    /// In the order in which they were found.
    pub list: Vec<Deviation>,
    /// How many more were found.
    pub more: usize,
}

/// The part of a path for the items of a list.
pub(crate) const ITEM: &str = "[]";
/// The part of a path for the members of a map.
pub(crate) const MEMBER: &str = "*";

thread_local! {
    static COLLECTOR: RefCell<Option<Deviations>> = const { RefCell::new(None) };
    /// How many the collector has. It is read for each list and record.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

/// Collects the deviations that are found while `read` runs on this thread.
pub fn collect<T>(read: impl FnOnce() -> T) -> (T, Deviations) {
    /// Puts the outer collector back, even if `read` panics.
    struct Outer(Option<Option<Deviations>>);

    impl Outer {
        fn restore(&mut self) -> Deviations {
            let Some(outer) = self.0.take() else {
                return Deviations::default();
            };
            COUNT.set(outer.as_ref().map_or(0, |outer| outer.list.len()));
            COLLECTOR.replace(outer).unwrap_or_default()
        }
    }

    impl Drop for Outer {
        fn drop(&mut self) {
            self.restore();
        }
    }

    let mut outer = Outer(Some(COLLECTOR.replace(Some(Deviations::default()))));
    COUNT.set(0);
    let value = read();
    (value, outer.restore())
}

/// How many have been collected so far.
#[inline]
pub(crate) fn count() -> usize {
    COUNT.get()
}

/// Reports a deviation of the value at the path.
#[cold]
pub(crate) fn report(
    path: Option<&'static str>,
    documented: &'static str,
    found: Found,
    outcome: Outcome,
) {
    with_collector(|all| {
        if all.list.len() == MAX_COLLECTED {
            all.more += 1;
            return;
        }
        all.list.push(Deviation {
            path: path.map(Cow::Borrowed).into_iter().collect(),
            documented,
            found,
            outcome,
        });
    });
}

/// Reports what was replaced in the bytes. The path starts with the outermost part.
#[cold]
pub(crate) fn report_replaced(path: &[Cow<'static, str>], found: Found) {
    let documented = match found {
        Found::NotANumber => "number",
        Found::ByteOrderMark => "JSON",
        _ => "string",
    };
    report(None, documented, found, Outcome::Replaced);
    with_collector(|all| {
        if let (Some(last), 0) = (all.list.last_mut(), all.more) {
            last.path = path.iter().rev().cloned().collect();
        }
    });
}

/// Adds `part` to the paths of all that was collected since the count was `before`.
#[cold]
pub(crate) fn within(before: usize, part: &'static str) {
    with_collector(|all| {
        for deviation in all.list.iter_mut().skip(before) {
            deviation.path.push(Cow::Borrowed(part));
        }
    });
}

/// Adds what was collected elsewhere.
pub(crate) fn add(found: Deviations) {
    with_collector(|all| {
        all.list.extend(found.list);
        all.more += found.more + all.list.len().saturating_sub(MAX_COLLECTED);
        all.list.truncate(MAX_COLLECTED);
    });
}

/// Forgets what was collected since the count was `before`, because the value is read again.
#[cold]
pub(crate) fn forget(before: usize) {
    with_collector(|all| {
        all.list.truncate(before);
        all.more = 0;
    });
}

fn with_collector(change: impl FnOnce(&mut Deviations)) {
    COLLECTOR.with_borrow_mut(|collector| {
        if let Some(all) = collector {
            change(all);
            COUNT.set(all.list.len());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_grows_on_the_way_out() {
        let ((), found) = collect(|| {
            report(Some("sku"), "string", Found::Integer, Outcome::Converted);
            within(0, ITEM);
            within(0, "line_items");
            report(Some("id"), "string", Found::Integer, Outcome::Converted);
            within(0, ITEM);
            within(0, "data");
        });
        let paths: Vec<String> = found.list.iter().map(Deviation::path).collect();
        assert_eq!(paths, ["data[].line_items[].sku", "data[].id"]);
        assert_eq!(
            found.list[0].to_string(),
            "data[].line_items[].sku: integer in place of string"
        );
    }

    #[test]
    fn an_outer_collector_has_only_its_own() {
        let one = || report(Some("a"), "string", Found::Map, Outcome::Kept);
        let (inner, outer) = collect(|| {
            one();
            let inner = collect(|| (one(), one())).1;
            assert_eq!(count(), 1);
            inner
        });
        assert_eq!((inner.list.len(), outer.list.len()), (2, 1));
        assert_eq!(count(), 0);
    }

    #[test]
    fn what_exceeds_the_bound_is_counted() {
        let one = || report(Some("a"), "string", Found::Map, Outcome::Kept);
        let ((), found) = collect(|| (0..MAX_COLLECTED + 3).for_each(|_| one()));
        assert_eq!((found.list.len(), found.more), (MAX_COLLECTED, 3));
    }

    #[test]
    fn a_panic_leaves_no_collector_behind() {
        let panicked = std::panic::catch_unwind(|| collect(|| panic!("as a test")));
        assert!(panicked.is_err());
        report(Some("a"), "string", Found::Map, Outcome::Kept);
        assert_eq!(count(), 0);
    }
}
