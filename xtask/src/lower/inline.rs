//! References to parameters, bodies, responses and path items are replaced by what they refer to, and what a
//! path describes for all its operations is copied into each. After this, only schemas are referred to.

use std::collections::BTreeSet;
use std::convert::Infallible;

use serde_json::{Value, json};

use crate::input::{
    Diagnostics, Pointer, Problem, Problems, for_each_operation, for_each_target, is_method,
    members, members_mut,
};

/// The groups of components that are inlined.
const INLINED: [&str; 4] = ["parameters", "pathItems", "requestBodies", "responses"];

/// Inlines everything but schemas.
pub fn inline(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<(), Problem> {
    note_unused(document, diagnostics);
    let whole = document.clone();
    let mut problems = Problems::default();
    // What cannot be resolved is left out, and so are the problems that would follow from it.
    let mut resolve = |value: &mut Value, at: &Pointer, diagnostics: &mut Diagnostics| {
        let is_resolved = problems
            .keep(resolve(value, &whole, at, diagnostics))
            .is_some();
        if !is_resolved {
            *value = Value::Null;
        }
    };
    let paths = Pointer::default().child("paths");
    for (path, item) in members_mut(document.get_mut("paths")) {
        resolve(item, &paths.child(path), diagnostics);
        push_down(item);
    }
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        if let Some(parameters) = parameters {
            for (index, parameter) in parameters.iter_mut().enumerate() {
                let at = at.child("parameters").child(index);
                resolve(parameter, &at, diagnostics);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            resolve(body, &at.child("requestBody"), diagnostics);
        }
        for (status, response) in members_mut(operation.get_mut("responses")) {
            resolve(response, &at.child("responses").child(status), diagnostics);
        }
        without_repeated_parameters(operation, at, diagnostics);
        Ok::<(), Infallible>(())
    });
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.retain(|kind, _| !INLINED.contains(&kind.as_str()));
    }
    problems.result()
}

/// Reports the components that nothing refers to: they are not inlined anywhere.
fn note_unused(document: &mut Value, diagnostics: &mut Diagnostics) {
    let mut used = BTreeSet::new();
    for_each_target(document, |target| {
        used.extend(Pointer::of_reference(target));
    });
    let at = Pointer::default().child("components");
    for kind in INLINED {
        let group = at.child(kind).get(document);
        for (name, _) in members(group) {
            let at = at.child(kind).child(name);
            if !used.contains(&at) {
                diagnostics.add("component that nothing refers to", &at);
            }
        }
    }
}

fn resolve(
    value: &mut Value,
    whole: &Value,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    loop {
        let Some(target) = value.get("$ref").and_then(Value::as_str) else {
            return Ok(());
        };
        if !seen.insert(target.to_owned()) {
            return Err(Problem::new("the references form a circle")
                .at(at)
                .remedy("define what they mean at one place"));
        }
        let place = Pointer::of_reference(target);
        let Some(meant) = place.and_then(|place| place.get(whole)) else {
            return Err(
                Problem::new(format!("the reference `{target}` leads nowhere"))
                    .at(at)
                    .remedy("fix the reference, or define what it means"),
            );
        };
        let mut meant = meant.clone();
        let Some(meant_members) = meant.as_object_mut() else {
            return Err(
                Problem::new(format!("the reference `{target}` is not to a map"))
                    .at(at)
                    .remedy("fix the reference, or define what it means"),
            );
        };
        for (key, own) in members(Some(value)) {
            match key.as_str() {
                "$ref" => {}
                // 3.1 lets a reference have descriptions of its own.
                "summary" | "description" => {
                    meant_members.insert(key.clone(), own.clone());
                }
                _ => diagnostics.add(
                    "member beside a reference, which counts for nothing",
                    &at.child(key),
                ),
            }
        }
        *value = meant;
    }
}

/// Copies what a path item says about all its operations into each of them.
fn push_down(item: &mut Value) {
    let Some(members) = item.as_object_mut() else {
        return;
    };
    let shared = members.remove("parameters").unwrap_or(json!([]));
    let words = ["summary", "description"].map(|key| (key, members.remove(key)));
    for (method, operation) in members.iter_mut() {
        let (true, Some(operation)) = (is_method(method), operation.as_object_mut()) else {
            continue;
        };
        for (key, text) in &words {
            if let Some(text) = text {
                operation.entry(*key).or_insert(text.clone());
            }
        }
        if let Some(shared) = shared.as_array().filter(|shared| !shared.is_empty()) {
            let own = operation.entry("parameters").or_insert(json!([]));
            if let Some(own) = own.as_array_mut() {
                // A parameter of the operation itself comes later, and replaces one of the same name.
                own.splice(0..0, shared.iter().cloned());
            }
        }
    }
}

/// Keeps only the last one of parameters with the same name and place.
fn without_repeated_parameters(operation: &mut Value, at: &Pointer, diagnostics: &mut Diagnostics) {
    let Some(parameters) = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut)
    else {
        return;
    };
    let key = |parameter: &Value| {
        let text = |key| {
            parameter
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        (text("in").to_owned(), text("name").to_owned())
    };
    let keys: Vec<_> = parameters.iter().map(key).collect();
    let mut index = 0;
    parameters.retain(|_| {
        let is_last = !keys[index + 1..].contains(&keys[index]);
        if !is_last {
            let at = at.child("parameters").child(index);
            diagnostics.add("parameter that a later one of the same name replaces", &at);
        }
        index += 1;
        is_last
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_schemas_is_inline_afterwards() {
        let mut document = json!({
            "paths": {"/x/{id}": {
                "parameters": [
                    {"in": "path", "name": "id", "description": "shared"},
                    {"$ref": "#/components/parameters/Limit"},
                ],
                "get": {
                    "parameters": [{"in": "path", "name": "id", "description": "own"}],
                    "requestBody": {"$ref": "#/components/requestBodies/B"},
                    "responses": {"200": {"$ref": "#/components/responses/R", "description": "mine"}},
                },
            }},
            "components": {
                "parameters": {"Limit": {"$ref": "#/components/parameters/L"}, "L": {"in": "query", "name": "limit"}},
                "requestBodies": {"B": {"content": {}}},
                "responses": {"R": {"description": "theirs"}},
                "schemas": {"S": {}},
            },
        });
        inline(&mut document, &mut Diagnostics::default()).unwrap();
        assert_eq!(
            document,
            json!({
                "paths": {"/x/{id}": {"get": {
                    "parameters": [
                        {"in": "query", "name": "limit"},
                        {"in": "path", "name": "id", "description": "own"},
                    ],
                    "requestBody": {"content": {}},
                    "responses": {"200": {"description": "mine"}},
                }}},
                "components": {"schemas": {"S": {}}},
            })
        );
    }

    #[test]
    fn a_circle_of_references_is_refused() {
        let mut document = json!({
            "paths": {"/x": {"get": {"parameters": [{"$ref": "#/components/parameters/A"}]}}},
            "components": {"parameters": {"A": {"$ref": "#/components/parameters/A"}}},
        });
        let problem = inline(&mut document, &mut Diagnostics::default())
            .unwrap_err()
            .to_string();
        assert!(
            problem.contains("circle") && problem.contains("/parameters/0"),
            "{problem}"
        );
    }
}
