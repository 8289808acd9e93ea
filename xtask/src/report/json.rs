//! Changes as JSON, for other programs. The shape is stable: members may be added, and `format` counts up
//! when one changes its meaning.
//!
//! ```json
//! {
//!   "format": 1,
//!   "version": {"current": "0.1.0", "next": "0.2.0", "since": "v0.1.0"},
//!   "counts": {"breaking": 1, "additive": 0, "behaviour": 0, "text": 0},
//!   "changes": [{
//!     "class": "breaking",
//!     "change": "changed",
//!     "kind": "field",
//!     "of": "Order",
//!     "name": "status",
//!     "old_of": "Order",
//!     "old_name": "status",
//!     "aspect": "type",
//!     "before": "String",
//!     "after": "Option<String>",
//!     "reached_by": ["get_wms_order", "list_wms_orders"]
//!   }],
//!   "unseen": [],
//!   "needless": [],
//!   "superseded": {},
//!   "only_described": {}
//! }
//! ```
//!
//! `change` is `added`, `removed`, `renamed` or `changed`; only what is changed has an `aspect`. What is new
//! has no old names, what is gone has no new ones. `next` is null where no new version is due; `since` is the
//! release that it is counted from, null if that is the old side. `unseen` lists the changes of the documents
//! that do not reach the client (`at`, `before`, `after`), with the index and the `reason` of the overlay
//! `action` that keeps each, and what the client reads `instead`; `diff` names no actions.
//! `needless` lists the corrections that change nothing (`at`, `target`, `is_said`), `superseded` the operations and
//! schemas that gave way to what the vendor published, and `only_described` those that no document of the vendor has,
//! both as pointers by file; in a report of `diff` they are empty.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::version::Suggestion;
use crate::compare::{Change, Class, Subject};
use crate::input::merge::Outranked;
use crate::input::overlay::Needless;
use crate::input::unseen::Unseen;
use crate::input::{Pointer, Problem};

/// The whole text, with a line end.
pub fn json(
    changes: &[Change],
    unseen: &[Unseen],
    suggestion: &Suggestion,
    needless: &[Needless],
    outranked: &Outranked,
) -> Result<String, Problem> {
    let counts: Map<String, Value> = Class::ALL
        .into_iter()
        .map(|class| {
            let count = changes
                .iter()
                .filter(|change| change.class == class)
                .count();
            (class.word().to_owned(), count.into())
        })
        .collect();
    let report = json!({
        "format": 1,
        "version": {
            "current": suggestion.current.to_string(),
            "next": suggestion.next.as_ref().map(ToString::to_string),
            "since": suggestion.since,
        },
        "counts": counts,
        "changes": changes.iter().map(row).collect::<Vec<_>>(),
        "unseen": unseen.iter().map(unseen_row).collect::<Vec<_>>(),
        "needless": needless.iter().map(needless_row).collect::<Vec<_>>(),
        "superseded": places(&outranked.superseded),
        "only_described": places(&outranked.only_described),
    });
    let text = serde_json::to_string_pretty(&report).map_err(|cause| {
        Problem::new(format!("the changes cannot be written as JSON: {cause}")).caused_by(cause)
    })?;
    Ok(text + "\n")
}

fn needless_row(action: &Needless) -> Value {
    json!({"at": action.at.as_str(), "target": action.target, "is_said": action.is_said})
}

/// Pointers by file.
fn places(files: &BTreeMap<String, Vec<Pointer>>) -> Map<String, Value> {
    let files = files.iter().map(|(file, places)| {
        let places: Vec<&str> = places.iter().map(Pointer::as_str).collect();
        (file.clone(), places.into())
    });
    files.collect()
}

fn unseen_row(change: &Unseen) -> Value {
    let [before, after] = &change.sides;
    let keeper = change.kept_by.as_ref();
    json!({
        "at": change.at.as_str(),
        "before": before,
        "after": after,
        "action": keeper.map(|keeper| keeper.index),
        "reason": keeper.map(|keeper| &keeper.reason),
        "instead": keeper.map(|keeper| &keeper.instead),
    })
}

fn row(change: &Change) -> Value {
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    json!({
        "class": change.class,
        "change": change.verb(),
        "kind": change.subject().map(Subject::kind),
        "of": new.map(Subject::owner),
        "name": new.map(Subject::name),
        "old_of": old.map(Subject::owner),
        "old_name": old.map(Subject::name),
        "aspect": change.aspect,
        "before": change.before,
        "after": change.after,
        "reached_by": change.reached_by,
    })
}
