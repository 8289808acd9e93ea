//! The page of the vendor's documentation.

use crate::generate::facts::{Event, Facts};
use crate::generate::operation_facts::Operation;

/// A link to the operation's page; where none is known, to that of an operation on the same things, or to the
/// first one.
pub fn page(operation: &Operation, facts: &Facts) -> Option<String> {
    if let Some(page) = &operation.page {
        return Some(format!("[The vendor's documentation]({page})"));
    }
    let unknown = "No page of its own is known";
    let siblings = facts.operations.values().filter(|other| {
        other.page.is_some() && !other.tags.is_empty() && other.tags == operation.tags
    });
    let shared = |other: &Operation| {
        let segments = other.path.split('/').zip(operation.path.split('/'));
        segments.take_while(|(one, other)| one == other).count()
    };
    // Of those that share as much of the path, the shortest: the list.
    let nearest = siblings.max_by_key(|it| (shared(it), usize::MAX - it.path.len()));
    if let Some((other, page)) = nearest.and_then(|it| Some((it, it.page.as_ref()?))) {
        let (method, path) = (&other.method, &other.path);
        return Some(format!(
            "{unknown}; the nearest is [that of `{method} {path}`]({page})."
        ));
    }
    let page = facts.page.as_ref()?;
    Some(format!(
        "{unknown}; the first one is [the vendor's documentation]({page})."
    ))
}

/// A link to the page of an event.
pub fn page_of_event(event: &Event, facts: &Facts) -> Option<String> {
    if let Some(page) = &event.page {
        return Some(format!("[The vendor's documentation]({page})"));
    }
    let page = facts.page.as_ref()?;
    Some(format!(
        "No page of its own is known; the first one is [the vendor's documentation]({page})."
    ))
}
