//! Our corrections of the documents: an OpenAPI Overlay 1.0 document.

use enumset::EnumSet;
use roas_overlay::apply::Apply;
use roas_overlay::v1_0::Overlay;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::input::diagnostics::Diagnostics;
use crate::input::document::Document;
use crate::input::operations::members;
use crate::input::pointer::Pointer;
use crate::input::problem::Problem;

/// Marks an action that is there for documents which may come, and may match nothing today.
const WHEN_PRESENT: &str = "x-when-present";

/// What the action found at its target when it was written.
const FOUND: &str = "x-found";
/// Names that are filled in for braces, a row for each application.
const EACH: &str = "x-each";

/// What an action that matches nothing means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// A correction that has become needless, or a slip: an error.
    Refused,
    /// The overlay was written for other documents: the report lists the action.
    Reported,
}

/// Applies the overlay to the merged document.
pub fn apply(
    overlay: &Document,
    target: &mut Value,
    unmatched: Unmatched,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    check_actions(&overlay.value, unmatched).map_err(|problem| problem.in_file(&overlay.name))?;
    let actions = overlay.value.get("actions").and_then(Value::as_array);
    if actions.is_none_or(Vec::is_empty) {
        // Whether the rest of it is an overlay.
        parsed(overlay, &[])?;
    }
    for (index, action) in actions.into_iter().flatten().enumerate() {
        apply_action(overlay, (index, action), target, unmatched, diagnostics)?;
    }
    Ok(())
}

/// Applies one action, if its target is there.
pub fn apply_one(overlay: &Document, index: usize, target: &mut Value) -> Result<(), Problem> {
    let Some(action) = overlay.value.pointer(at(index).as_str()) else {
        return Ok(());
    };
    let (action, unmatched) = ((index, action), Unmatched::Reported);
    apply_action(
        overlay,
        action,
        target,
        unmatched,
        &mut Diagnostics::default(),
    )
}

fn at(index: usize) -> Pointer {
    Pointer::default().child("actions").child(index)
}

fn apply_action(
    overlay: &Document,
    (index, action): (usize, &Value),
    target: &mut Value,
    unmatched: Unmatched,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let may_miss = action.get(WHEN_PRESENT) == Some(&Value::Bool(true));
    let each = each(action);
    for (problem, place) in each
        .iter()
        .filter_map(|action| found_otherwise(action, target))
    {
        if unmatched == Unmatched::Refused {
            return Err(problem.in_file(&overlay.name).at(&at(index).child(FOUND)));
        }
        diagnostics.add("overlay action that found something else", &place);
    }
    let report = parsed(overlay, &each)?
        .apply(target, EnumSet::empty())
        .map_err(|cause| {
            Problem::new(format!("the action cannot be applied: {cause}"))
                .in_file(&overlay.name)
                .at(&at(index))
                .remedy("fix its target (RFC 9535) or its update")
                .caused_by(cause)
        })?;
    for action in report.actions.iter().filter(|action| action.matched == 0) {
        if may_miss {
            continue;
        }
        if unmatched == Unmatched::Refused {
            return Err(Problem::new(format!("the target `{}` matches nothing", action.target))
                .in_file(&overlay.name)
                .at(&at(index).child("target"))
                .remedy(
                    "remove the action if the vendor has fixed the document, or fix the target; mark \
                     it `x-when-present: true` if it is for documents that may come",
                ));
        }
        diagnostics.add("overlay action without a match", &at(index).child("target"));
    }
    Ok(())
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

/// The actions that an action stands for: one for each of its `x-each`, with the names in braces filled in.
fn each(action: &Value) -> Vec<Value> {
    let Some(rows) = action.get(EACH).and_then(Value::as_array) else {
        return vec![action.clone()];
    };
    let filled = rows.iter().map(|row| {
        let mut filled = action.clone();
        for key in ["target", "update", FOUND] {
            if let Some(member) = filled.get_mut(key) {
                fill_in(member, row);
            }
        }
        filled
    });
    filled.collect()
}

fn fill_in(value: &mut Value, row: &Value) {
    match value {
        Value::String(text) => {
            for (name, value) in members(Some(row)) {
                let value = value.as_str().unwrap_or_default();
                *text = text.replace(&format!("{{{name}}}"), value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, row)),
        Value::Object(members) => members.values_mut().for_each(|member| fill_in(member, row)),
        _ => {}
    }
}

/// Where the document says something else than the action says that it found.
fn found_otherwise(action: &Value, document: &Value) -> Option<(Problem, Pointer)> {
    let found = action.get(FOUND)?;
    let target = action.get("target")?.as_str()?;
    // A path that is none is reported when the action is applied.
    let path = JsonPath::parse(target).ok()?;
    for node in path.query_located(document).iter() {
        let place = Pointer::of_reference(&format!("#{}", node.location().to_json_pointer()))?;
        if let Some((place, expected, actual)) = difference(found, Some(node.node()), place) {
            let actual = actual.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let problem = Problem::new(format!(
                "the action was written for {expected} at {place}, and the documents say {actual}"
            ))
            .remedy(
                "see what the vendor means now: remove the action, or change its update and its `x-found`",
            );
            return Some((problem, place));
        }
    }
    None
}

/// The first place below which a value is not what was found. Members that were not noted do not count.
fn difference<'a>(
    found: &'a Value,
    value: Option<&'a Value>,
    at: Pointer,
) -> Option<(Pointer, &'a Value, Option<&'a Value>)> {
    match (found, value) {
        (Value::Object(found), Some(Value::Object(value))) => found
            .iter()
            .find_map(|(key, found)| difference(found, value.get(key), at.child(key))),
        (Value::Null, None) => None,
        (found, Some(value)) if found == value => None,
        _ => Some((at, found, value)),
    }
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
        let is_ours = unmatched == Unmatched::Refused;
        if is_ours && action.get(FOUND).is_none() && action.get("update").is_some_and(narrows) {
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
            Unmatched::Refused,
            &mut Diagnostics::default(),
        )
        .unwrap();
        assert_eq!(target, json!({"a": {"d": 2}, "list": [{"name": "y"}]}));
    }

    #[test]
    fn an_action_that_matches_nothing_is_refused_or_reported() {
        let overlay = overlay(json!([
            {"target": "$.no", "description": "why", "remove": true},
        ]));
        let mut diagnostics = Diagnostics::default();
        let refused = apply(
            &overlay,
            &mut json!({}),
            Unmatched::Refused,
            &mut diagnostics,
        );
        let problem = refused.unwrap_err().to_string();
        assert!(
            problem.starts_with("openapi/overlay.yaml at /actions/0/target"),
            "{problem}"
        );
        apply(
            &overlay,
            &mut json!({}),
            Unmatched::Reported,
            &mut diagnostics,
        )
        .unwrap();
        assert_eq!(diagnostics.lines().count(), 1);

        let mut may_miss = overlay;
        may_miss.value["actions"][0][WHEN_PRESENT] = true.into();
        apply(
            &may_miss,
            &mut json!({}),
            Unmatched::Refused,
            &mut diagnostics,
        )
        .unwrap();
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
                Unmatched::Refused,
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
        apply(&overlay, &mut target, Unmatched::Refused, diagnostics).unwrap();
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
                Unmatched::Refused,
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
            let applied = apply(&overlay, &mut json!({}), Unmatched::Refused, diagnostics);
            let problem = applied.unwrap_err().to_string();
            assert!(problem.contains("x-found"), "{problem}");
        }
    }
}
