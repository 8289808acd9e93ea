//! Our corrections of the documents: an OpenAPI Overlay 1.0 document.

use enumset::EnumSet;
use roas_overlay::apply::Apply;
use roas_overlay::v1_0::Overlay;
use serde_json::Value;

use crate::input::diagnostics::Diagnostics;
use crate::input::document::Document;
use crate::input::pointer::Pointer;
use crate::input::problem::Problem;

/// Marks an action that is there for documents which may come, and may match nothing today.
const WHEN_PRESENT: &str = "x-when-present";

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
    let at = |index: usize| Pointer::default().child("actions").child(index);
    let located = |problem: Problem| problem.in_file(&overlay.name);
    check_reasons(&overlay.value).map_err(located)?;
    let actions: Overlay = serde_json::from_value(overlay.value.clone()).map_err(|cause| {
        Problem::new(format!("this is not an Overlay 1.0 document: {cause}"))
            .in_file(&overlay.name)
            .remedy("see the OpenAPI Overlay Specification 1.0 for its form")
            .caused_by(cause)
    })?;
    let report = actions.apply(target, EnumSet::empty()).map_err(|cause| {
        Problem::new(format!("the action cannot be applied: {cause}"))
            .in_file(&overlay.name)
            .at(&at(cause.action_index))
            .remedy("fix its target (RFC 9535) or its update")
            .caused_by(cause)
    })?;
    for action in report.actions.iter().filter(|action| action.matched == 0) {
        let may_miss = overlay
            .value
            .pointer(at(action.index).child(WHEN_PRESENT).as_str())
            .is_some_and(|flag| flag == true);
        if may_miss {
            continue;
        }
        if unmatched == Unmatched::Refused {
            return Err(Problem::new(format!("the target `{}` matches nothing", action.target))
                .in_file(&overlay.name)
                .at(&at(action.index).child("target"))
                .remedy(
                    "remove the action if the vendor has fixed the document, or fix the target; mark \
                     it `x-when-present: true` if it is for documents that may come",
                ));
        }
        diagnostics.add(
            "overlay action without a match",
            &at(action.index).child("target"),
        );
    }
    Ok(())
}

/// Applies one action, if its target is there.
pub fn apply_one(overlay: &Document, index: usize, target: &mut Value) -> Result<(), Problem> {
    let mut one = overlay.value.clone();
    if let Some(Value::Array(actions)) = one.get_mut("actions") {
        let action = (index < actions.len()).then(|| actions.swap_remove(index));
        *actions = action.into_iter().collect();
    }
    let one = Document {
        name: overlay.name.clone(),
        value: one,
    };
    apply(
        &one,
        target,
        Unmatched::Reported,
        &mut Diagnostics::default(),
    )
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

/// Every correction says why it is there.
fn check_reasons(overlay: &Value) -> Result<(), Problem> {
    let actions = overlay.get("actions").and_then(Value::as_array);
    for (index, action) in actions.into_iter().flatten().enumerate() {
        let reason = action.get("description").and_then(Value::as_str);
        if reason.is_none_or(|reason| reason.trim().is_empty()) {
            return Err(Problem::new("the action gives no reason")
                .at(&Pointer::default().child("actions").child(index))
                .remedy("say in its `description` what the API really does"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn overlay(actions: Value) -> Document {
        let value =
            json!({"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": actions});
        Document {
            name: "openapi/overlay.yaml".to_owned(),
            value,
        }
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
}
