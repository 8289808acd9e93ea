//! Changes of the documents that do not reach the client, each with the correction that keeps it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::Document;
use super::overlay;
use super::pointer::Pointer;
use super::problem::Problem;

/// One change of the merged documents that the client does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// Where it is in the merged documents.
    pub at: Pointer,
    /// What they said there, and what they say now.
    pub sides: [Option<Value>; 2],
    /// The correction that keeps it; none if the client has no use for it.
    pub kept_by: Option<Keeper>,
}

/// A correction that keeps a change from the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeper {
    /// Its place in the overlay.
    pub index: usize,
    /// Its reason.
    pub reason: String,
    /// What the client reads there instead.
    pub instead: Option<Value>,
}

/// What a document says, by place. The items of a list of texts, whose order seldom matters, are members.
type Leaves = BTreeMap<(Pointer, Option<String>), Value>;

/// What documents changed, without corrections.
pub fn changed(before: &Value, after: &Value) -> Vec<Unseen> {
    let changes = places(before, after).into_iter();
    changes.map(|(_, change)| change).collect()
}

/// What changed, with the places that [`leaves`] gives them.
fn places(before: &Value, after: &Value) -> Vec<((Pointer, Option<String>), Unseen)> {
    let (old, new) = (leaves(before), leaves(after));
    let places: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changed = places
        .into_iter()
        .filter(|place| old.get(place) != new.get(place));
    let changes = changed.map(|place| {
        let change = Unseen {
            at: place.0.clone(),
            sides: [old.get(place).cloned(), new.get(place).cloned()],
            kept_by: None,
        };
        (place.clone(), change)
    });
    changes.collect()
}

/// What documents changed, and which of it the overlay keeps. Those that nothing keeps come without a keeper.
pub fn differences(
    overlay: &Document,
    before: &Value,
    after: &Value,
) -> Result<Vec<Unseen>, Problem> {
    let (places, mut found): (Vec<_>, Vec<Unseen>) = places(before, after).into_iter().unzip();
    if found.is_empty() {
        return Ok(found);
    }
    let mut sides = [before.clone(), after.clone()];
    for (index, reason) in overlay::reasons(overlay).enumerate() {
        for side in &mut sides {
            overlay::apply_one(overlay, index, side)?;
        }
        let [left, right] = &sides;
        for (change, place) in found.iter_mut().zip(&places) {
            let [left, right] = [left, right].map(|side| at(side, place));
            if left != right {
                change.kept_by = None;
            } else if change.kept_by.is_none() {
                change.kept_by = Some(Keeper {
                    index,
                    reason: reason.to_owned(),
                    instead: None,
                });
            }
        }
    }
    for (change, place) in found.iter_mut().zip(&places) {
        if let Some(keeper) = &mut change.kept_by {
            keeper.instead = at(&sides[1], place);
        }
    }
    Ok(found)
}

fn leaves(document: &Value) -> Leaves {
    let mut leaves = Leaves::new();
    let mut queue = vec![(document, Pointer::default())];
    while let Some((value, at)) = queue.pop() {
        match value {
            Value::Object(members) if !members.is_empty() => {
                queue.extend(members.iter().map(|(key, value)| (value, at.child(key))));
            }
            Value::Array(items) if is_set(items) => {
                for item in items.iter().filter_map(Value::as_str) {
                    leaves.insert((at.clone(), Some(item.to_owned())), item.into());
                }
            }
            Value::Array(items) if !items.is_empty() => {
                let items = items.iter().enumerate();
                queue.extend(items.map(|(index, value)| (value, at.child(index))));
            }
            value => drop(leaves.insert((at, None), value.clone())),
        }
    }
    leaves
}

/// The same as [`leaves`] finds at a place.
fn at(document: &Value, (place, item): &(Pointer, Option<String>)) -> Option<Value> {
    let value = place.get(document)?;
    match item {
        None => Some(value.clone()),
        Some(item) => {
            let is_there = value.as_array()?.iter().any(|other| other == item);
            is_there.then(|| item.as_str().into())
        }
    }
}

fn is_set(items: &[Value]) -> bool {
    !items.is_empty() && items.iter().all(Value::is_string)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn overlay(actions: Value) -> Document {
        let value =
            json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions});
        Document::new("openapi/overlay.yaml", value)
    }

    #[test]
    fn a_change_that_a_correction_keeps_is_found_under_it() {
        let overlay = overlay(json!([
            {"target": "$.a", "description": "first", "update": {"d": 2}},
            {"target": "$.a", "description": "second", "update": {"required": ["id"], "type": "string"}},
        ]));
        let before = json!({"a": {"required": ["id", "x"], "type": "string", "n": 1}});
        let after = json!({"a": {"required": ["x"], "type": ["string", "null"], "n": 2}});
        let found = differences(&overlay, &before, &after).unwrap();
        let kept: Vec<(&str, Option<usize>)> = found
            .iter()
            .map(|change| {
                let keeper = change.kept_by.as_ref();
                (change.at.as_str(), keeper.map(|keeper| keeper.index))
            })
            .collect();
        assert_eq!(
            kept,
            [
                ("/a/n", None),
                ("/a/required", Some(1)),
                ("/a/type", Some(1)),
                ("/a/type", Some(1)),
                ("/a/type", Some(1)),
            ]
        );
        assert_eq!(found[1].sides, [Some(json!("id")), None]);
        assert_eq!(found[1].kept_by.as_ref().unwrap().reason, "second");
    }

    #[test]
    fn another_order_of_members_is_no_change() {
        let overlay = overlay(json!([]));
        let before = json!({"a": {"required": ["id", "x"]}});
        let after = json!({"a": {"required": ["x", "id"]}});
        assert_eq!(differences(&overlay, &before, &after).unwrap(), []);
    }
}
