//! What changed between two snapshots of the API.

use std::collections::BTreeSet;
use std::fmt;

use crate::snapshot::{Snapshot, Subject};

/// One change of an operation or a type, or of a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added(String, String),
    /// It is gone.
    Removed(String, String),
    /// It means something else: before, after.
    Changed(String, String, String),
}

/// All changes from one snapshot to another, in the order of their names.
pub fn diff(old: &Snapshot, new: &Snapshot) -> Vec<Change> {
    let mut changes = Vec::new();
    for name in keys(old.subjects.keys(), new.subjects.keys()) {
        let (old, new) = (old.subjects.get(name), new.subjects.get(name));
        compare(
            &mut changes,
            name,
            old.map(|s| &s.whole),
            new.map(|s| &s.whole),
        );
        if let (Some(old), Some(new)) = (old, new) {
            parts(&mut changes, name, old, new);
        }
    }
    changes
}

fn parts(changes: &mut Vec<Change>, name: &str, old: &Subject, new: &Subject) {
    for part in keys(old.parts.keys(), new.parts.keys()) {
        let name = format!("{name}: {part}");
        compare(changes, &name, old.parts.get(part), new.parts.get(part));
    }
}

fn compare(changes: &mut Vec<Change>, name: &str, old: Option<&String>, new: Option<&String>) {
    let name = name.to_owned();
    match (old.cloned(), new.cloned()) {
        (None, Some(new)) => changes.push(Change::Added(name, new)),
        (Some(old), None) => changes.push(Change::Removed(name, old)),
        (Some(old), Some(new)) if old != new => changes.push(Change::Changed(name, old, new)),
        _ => {}
    }
}

fn keys<'a>(
    old: impl Iterator<Item = &'a String>,
    new: impl Iterator<Item = &'a String>,
) -> BTreeSet<&'a String> {
    old.chain(new).collect()
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(name, what) => write!(f, "+ {name} ({what})"),
            Self::Removed(name, what) => write!(f, "- {name} ({what})"),
            Self::Changed(name, old, new) => write!(f, "~ {name}: {old} → {new}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changes(old: serde_json::Value, new: serde_json::Value) -> Vec<String> {
        let snapshot = |schemas| Snapshot::of(&json!({"components": {"schemas": schemas}}));
        let changes = diff(&snapshot(old), &snapshot(new));
        changes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn added_removed_and_changed_parts_are_told_apart() {
        let link = json!({"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string"}, "name": {"type": "string"}}});
        let newer = json!({"type": "object", "properties": {
            "id": {"type": "string", "nullable": true}, "url": {"type": "string"}}});
        assert_eq!(
            changes(
                json!({"Link": link}),
                json!({"Link": newer, "Kind": {"type": "string", "enum": ["a"]}})
            ),
            [
                "+ type Kind (open enum)",
                "~ type Link: field id: string, required → string, may be null, optional",
                "- type Link: field name (string, optional)",
                "+ type Link: field url (string, optional)",
            ]
        );
    }

    #[test]
    fn nothing_changed_is_no_change() {
        let schemas = json!({"A": {"type": "array", "items": {"$ref": "#/components/schemas/B"}}});
        assert!(changes(schemas.clone(), schemas).is_empty());
    }
}
