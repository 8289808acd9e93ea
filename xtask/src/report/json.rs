//! Changes as JSON, for other programs. The shape is stable: members may be added, and `format` counts up
//! when one changes its meaning.
//!
//! ```json
//! {
//!   "format": 1,
//!   "version": {"current": "0.1.0", "next": "0.2.0"},
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
//!   }]
//! }
//! ```
//!
//! `change` is `added`, `removed`, `renamed` or `changed`; only what is changed has an `aspect`. What is new
//! has no old names, what is gone has no new ones. `next` is null where no new version is due.

use serde::Serialize;

use super::version::Suggestion;
use crate::compare::{Aspect, Change, Class, Kind, Subject};
use crate::input::problem::Problem;

#[derive(Serialize)]
struct Report<'a> {
    format: u32,
    version: Version,
    counts: Counts,
    changes: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Version {
    current: String,
    next: Option<String>,
}

#[derive(Serialize)]
struct Counts {
    breaking: usize,
    additive: usize,
    behaviour: usize,
    text: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    class: Class,
    change: &'static str,
    kind: Option<Kind>,
    of: Option<&'a str>,
    name: Option<&'a str>,
    old_of: Option<&'a str>,
    old_name: Option<&'a str>,
    aspect: Option<&'a Aspect>,
    before: Option<&'a str>,
    after: Option<&'a str>,
    reached_by: &'a [String],
}

/// The whole text, with a line end.
pub fn json(changes: &[Change], suggestion: &Suggestion) -> Result<String, Problem> {
    let count = |class| {
        changes
            .iter()
            .filter(|change| change.class == class)
            .count()
    };
    let report = Report {
        format: 1,
        version: Version {
            current: suggestion.current.to_string(),
            next: suggestion.next.as_ref().map(ToString::to_string),
        },
        counts: Counts {
            breaking: count(Class::Breaking),
            additive: count(Class::Additive),
            behaviour: count(Class::Behaviour),
            text: count(Class::Text),
        },
        changes: changes.iter().map(row).collect(),
    };
    let text = serde_json::to_string_pretty(&report).map_err(|cause| {
        Problem::new(format!("the changes cannot be written as JSON: {cause}")).caused_by(cause)
    })?;
    Ok(text + "\n")
}

fn row(change: &Change) -> Row<'_> {
    let (old, new) = (change.old.as_ref(), change.new.as_ref());
    Row {
        class: change.class,
        change: change.verb(),
        kind: change.subject().map(Subject::kind),
        of: new.map(Subject::owner),
        name: new.map(Subject::name),
        old_of: old.map(Subject::owner),
        old_name: old.map(Subject::name),
        aspect: change.aspect.as_ref(),
        before: change.before.as_deref(),
        after: change.after.as_deref(),
        reached_by: &change.reached_by,
    }
}
