//! Our corrections of the documents: an OpenAPI Overlay 1.0 document.

mod found;
mod rows;

use enumset::EnumSet;
use roas_overlay::apply::Apply;
use roas_overlay::v1_0::Overlay;
use serde_json::Value;

use crate::input::diagnostics::Diagnostics;
use crate::input::document::Document;
use crate::input::operations::members;
use crate::input::pointer::Pointer;
use crate::input::problem::{Problem, Problems};
use found::{FOUND, found_otherwise, is_said, target_of};
use rows::{EACH, rows};

/// Marks an action that is there for documents which may come, and may match nothing today.
const WHEN_PRESENT: &str = "x-when-present";

/// What an action that matches nothing means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// A correction that has become needless, or a slip: it has to go.
    Needless,
    /// The overlay was written for other documents: the report lists the action.
    Reported,
}

/// An action, or a row of one, that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needless {
    /// Where it is in the overlay.
    pub at: Pointer,
    /// What it is for.
    pub target: String,
    /// Whether its target is there, and says already what the action says.
    pub is_said: bool,
}

/// Applies the overlay to the merged document. Gives the actions that change nothing.
pub fn apply(
    overlay: &Document,
    target: &mut Value,
    unmatched: Unmatched,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Needless>, Problem> {
    check_actions(&overlay.value, unmatched).map_err(|problem| problem.in_file(&overlay.name))?;
    let actions = overlay.value.get("actions").and_then(Value::as_array);
    if actions.is_none_or(Vec::is_empty) {
        // Whether the rest of it is an overlay.
        parsed(overlay, &[])?;
    }
    let actions: Vec<(usize, &Value)> = actions.into_iter().flatten().enumerate().collect();
    let (mut needless, mut problems) = (Vec::new(), Problems::default());
    let mut rest = &actions[..];
    while !rest.is_empty() {
        // Each application copies the document, so several actions are applied at once: up to one that has to see
        // what the others leave.
        let is_end = |pair: &[(usize, &Value)]| {
            let has = |index: usize, key| pair.get(index).is_some_and(|it| it.1.get(key).is_some());
            has(0, "remove") || has(1, FOUND)
        };
        let end = rest.windows(2).position(is_end);
        let (batch, behind) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        rest = behind;
        match apply_actions(overlay, batch, target, unmatched, diagnostics) {
            Ok(found) => needless.extend(found),
            // One by one, so that the others are applied.
            Err(_) => {
                for action in batch.chunks(1) {
                    let found = apply_actions(overlay, action, target, unmatched, diagnostics);
                    needless.extend(problems.keep(found).into_iter().flatten());
                }
            }
        }
    }
    problems.result().map(|()| needless)
}

/// Applies one action, if its target is there.
pub fn apply_one(overlay: &Document, index: usize, target: &mut Value) -> Result<(), Problem> {
    let Some(action) = overlay.value.pointer(at(index).as_str()) else {
        return Ok(());
    };
    let diagnostics = &mut Diagnostics::default();
    let action = [(index, action)];
    apply_actions(overlay, &action, target, Unmatched::Reported, diagnostics).map(drop)
}

fn at(index: usize) -> Pointer {
    Pointer::default().child("actions").child(index)
}

fn apply_actions(
    overlay: &Document,
    actions: &[(usize, &Value)],
    target: &mut Value,
    unmatched: Unmatched,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<Needless>, Problem> {
    let is_ours = unmatched == Unmatched::Needless;
    let mut needless = Vec::new();
    // Each row with its place and its action, and whether it may match nothing.
    let (mut places, mut filled) = (Vec::new(), Vec::new());
    for (index, action) in actions {
        let may_miss = action.get(WHEN_PRESENT) == Some(&Value::Bool(true));
        let rows = rows(action, &["target", "update", FOUND]);
        for (row, filled_in) in rows.into_iter().enumerate() {
            let place = match action.get(EACH) {
                Some(_) => at(*index).child(EACH).child(row),
                None => at(*index),
            };
            if is_ours && !may_miss && is_said(&filled_in, target) {
                needless.push((filled.len(), true));
            } else if let Some((problem, found_at)) = found_otherwise(&filled_in, target) {
                if is_ours {
                    return Err(problem.in_file(&overlay.name).at(&at(*index).child(FOUND)));
                }
                diagnostics.add("overlay action that found something else", &found_at);
            }
            places.push((place, *index, may_miss));
            filled.push(filled_in);
        }
    }
    let report = parsed(overlay, &filled)?
        .apply(target, EnumSet::empty())
        .map_err(|cause| {
            let index = places.get(cause.action_index).map_or(0, |place| place.1);
            Problem::new(format!("the action cannot be applied: {cause}"))
                .in_file(&overlay.name)
                .at(&at(index))
                .remedy("fix its target (RFC 9535) or its update")
                .caused_by(cause)
        })?;
    for (number, applied) in report.actions.iter().enumerate() {
        let Some((_, index, false)) = places.get(number).filter(|_| applied.matched == 0) else {
            continue;
        };
        match is_ours {
            true => needless.push((number, false)),
            false => diagnostics.add(
                "overlay action without a match",
                &at(*index).child("target"),
            ),
        }
    }
    let needless = needless.into_iter().filter_map(|(number, is_said)| {
        Some(Needless {
            at: places.get(number)?.0.clone(),
            target: target_of(filled.get(number)?),
            is_said,
        })
    });
    Ok(needless.collect())
}

/// An overlay of these actions.
fn parsed(overlay: &Document, actions: &[Value]) -> Result<Overlay, Problem> {
    let mut members = overlay.value.clone();
    if let Some(members) = members.as_object_mut() {
        members.insert("actions".to_owned(), Value::Array(actions.to_vec()));
    }
    serde_json::from_value(members).map_err(|cause| {
        Problem::new(format!("this is not an Overlay 1.0 document: {cause}"))
            .in_file(&overlay.name)
            .remedy("see the OpenAPI Overlay Specification 1.0 for its form")
            .caused_by(cause)
    })
}

/// The reason of each action.
pub fn reasons(overlay: &Document) -> impl Iterator<Item = &str> {
    let actions = overlay.value.get("actions").and_then(Value::as_array);
    actions.into_iter().flatten().map(|action| {
        action
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
    })
}

/// Every correction says why it is there, and what it found where it makes something required or changes a type.
fn check_actions(overlay: &Value, unmatched: Unmatched) -> Result<(), Problem> {
    let actions = overlay.get("actions").and_then(Value::as_array);
    for (index, action) in actions.into_iter().flatten().enumerate() {
        let reason = action.get("description").and_then(Value::as_str);
        if reason.is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Problem::new("the action gives no reason")
                .at(&at(index))
                .remedy("say in its `description` what the API really does"));
        }
        // The overlay of an older revision may not have known this rule.
        if unmatched == Unmatched::Needless
            && action.get(FOUND).is_none()
            && action.get("update").is_some_and(narrows)
        {
            return Err(Problem::new(
                "the action makes something required or changes a type, and does not say what it found",
            )
            .at(&at(index))
            .remedy("write in its `x-found` what the documents say at its target"));
        }
    }
    Ok(())
}

/// Whether an update makes something required, or gives a schema another type.
fn narrows(update: &Value) -> bool {
    members(Some(update)).any(|(key, value)| match (key.as_str(), value) {
        ("required", Value::Array(_) | Value::Bool(true)) => true,
        ("type", Value::String(_) | Value::Array(_)) | ("$ref", _) => true,
        ("enum" | "securitySchemes" | "example" | "default", _) => false,
        (_, value) => narrows(value),
    })
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
    fn corrections_are_applied_in_order() {
        let mut target = json!({"a": {"b": {"c": 1}}, "list": [{"name": "x"}, {"name": "y"}]});
        let overlay = overlay(json!([
            {"target": "$.a", "description": "why", "update": {"d": 2}},
            {"target": "$.a.b", "description": "why", "remove": true},
            {"target": "$.list[?@.name == 'x']", "description": "why", "remove": true},
        ]));
        apply(
            &overlay,
            &mut target,
            Unmatched::Needless,
            &mut Diagnostics::default(),
        )
        .unwrap();
        assert_eq!(target, json!({"a": {"d": 2}, "list": [{"name": "y"}]}));
    }

    fn needless(action: &Value, target: &Value) -> Vec<(String, bool)> {
        let overlay = overlay(json!([action]));
        let (mut target, diagnostics) = (target.clone(), &mut Diagnostics::default());
        let found = apply(&overlay, &mut target, Unmatched::Needless, diagnostics).unwrap();
        found
            .into_iter()
            .map(|it| (it.at.to_string(), it.is_said))
            .collect()
    }

    #[test]
    fn an_action_that_changes_nothing_is_found() {
        let mut action =
            json!({"target": "$.a", "description": "why", "update": {"b": {"list": [1]}}});
        let here = || "/actions/0".to_owned();
        for (target, expected) in [
            (json!({}), vec![(here(), false)]),
            (
                json!({"a": {"b": {"list": [2, 1], "more": 1}}}),
                vec![(here(), true)],
            ),
            (json!({"a": {"b": {"list": [2]}}}), vec![]),
            (json!({"a": {}}), vec![]),
        ] {
            assert_eq!(needless(&action, &target), expected, "{target}");
        }
        // What it found is now what it says.
        action["x-found"] = json!({"b": null});
        let said = json!({"a": {"b": {"list": [1]}}});
        assert_eq!(needless(&action, &said), [(here(), true)]);
        action["x-when-present"] = true.into();
        assert_eq!(needless(&action, &json!({})), []);

        let rows = json!({"target": "$['{n}']", "description": "why", "x-each": [{"n": "a"}, {"n": "b"}], "remove": true});
        let gone = needless(&rows, &json!({"a": {}}));
        assert_eq!(gone, [("/actions/0/x-each/1".to_owned(), false)]);
    }

    #[test]
    fn an_action_for_other_documents_is_counted_if_it_matches_nothing() {
        let action = json!({"target": "$.no", "description": "why", "remove": true});
        let diagnostics = &mut Diagnostics::default();
        let overlay = overlay(json!([action]));
        let found = apply(&overlay, &mut json!({}), Unmatched::Reported, diagnostics).unwrap();
        assert_eq!((found, diagnostics.lines().count()), (vec![], 1));
    }

    #[test]
    fn an_action_without_a_reason_or_with_a_broken_target_is_refused() {
        for (action, says) in [
            (json!({"target": "$.a", "remove": true}), "gives no reason"),
            (
                json!({"target": "$[", "description": "why", "remove": true}),
                "cannot be applied",
            ),
        ] {
            let problem = apply(
                &overlay(json!([action])),
                &mut json!({}),
                Unmatched::Needless,
                &mut Diagnostics::default(),
            );
            let problem = problem.unwrap_err().to_string();
            assert!(
                problem.contains("/actions/0") && problem.contains(says),
                "{problem}"
            );
        }
    }

    #[test]
    fn an_action_for_each_row_is_one_action() {
        let overlay = overlay(json!([{
            "target": "$['{name}']", "description": "why", "x-each": [{"name": "a", "to": "x"}, {"name": "b", "to": "y"}],
            "update": {"n": "to {to}"},
        }]));
        let mut target = json!({"a": {}, "b": {}, "c": {}});
        let diagnostics = &mut Diagnostics::default();
        apply(&overlay, &mut target, Unmatched::Needless, diagnostics).unwrap();
        assert_eq!(
            target,
            json!({"a": {"n": "to x"}, "b": {"n": "to y"}, "c": {}})
        );
    }

    #[test]
    fn an_action_that_finds_something_else_is_refused_by_name() {
        let overlay = overlay(json!([{
            "target": "$.a", "description": "why", "x-found": {"url": {"type": "string"}, "required": null},
            "update": {"required": ["url"]},
        }]));
        let diagnostics = &mut Diagnostics::default();
        let applied = |target: Value, diagnostics: &mut Diagnostics| {
            apply(
                &overlay,
                &mut target.clone(),
                Unmatched::Needless,
                diagnostics,
            )
        };
        let as_found = json!({"a": {"url": {"type": "string", "description": "d"}}});
        applied(as_found, diagnostics).unwrap();
        let problem = applied(
            json!({"a": {"url": {"type": ["string", "null"]}}}),
            diagnostics,
        );
        let problem = problem.unwrap_err().to_string();
        assert!(
            problem.starts_with("openapi/overlay.yaml at /actions/0/x-found: "),
            "{problem}"
        );
        assert!(problem.contains("\"string\" at /a/url/type"), "{problem}");
        assert!(problem.contains("[\"string\",\"null\"]"), "{problem}");
    }

    #[test]
    fn what_makes_something_required_must_say_what_it_found() {
        for update in [
            json!({"required": ["a"]}),
            json!({"properties": {"a": {"type": "string"}}}),
        ] {
            let overlay = overlay(json!([{"target": "$", "description": "why", "update": update}]));
            let diagnostics = &mut Diagnostics::default();
            let applied = apply(&overlay, &mut json!({}), Unmatched::Needless, diagnostics);
            let problem = applied.unwrap_err().to_string();
            assert!(problem.contains("x-found"), "{problem}");
        }
    }
}
