//! References to parameters, bodies, answers and path items are replaced by what they mean, and what
//! a path says for all its operations is said in each. After this, only schemas are referred to.

use serde_json::{Value, json};

use crate::operations::{for_each_operation, is_method, members_mut};
use crate::pointer::Pointer;
use crate::problem::Problem;

/// How long a chain of references may be.
const MAX_CHAIN: usize = 16;

/// Inlines everything but schemas.
pub fn inline(document: &mut Value) -> Result<(), Problem> {
    let whole = document.clone();
    let paths = Pointer::default().child("paths");
    for (path, item) in members_mut(document.get_mut("paths")) {
        resolve(item, &whole, &paths.child(path))?;
        push_down(item);
    }
    for_each_operation(document, |_, _, at, operation| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            resolve(parameter, &whole, &at.child("parameters").child(index))?;
        }
        if let Some(body) = operation.get_mut("requestBody") {
            resolve(body, &whole, &at.child("requestBody"))?;
        }
        for (status, answer) in members_mut(operation.get_mut("responses")) {
            resolve(answer, &whole, &at.child("responses").child(status))?;
        }
        without_repeated_parameters(operation);
        Ok(())
    })?;
    if let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    {
        components.retain(|kind, _| {
            !["parameters", "pathItems", "requestBodies", "responses"].contains(&kind.as_str())
        });
    }
    Ok(())
}

fn resolve(value: &mut Value, whole: &Value, at: &Pointer) -> Result<(), Problem> {
    for _ in 0..MAX_CHAIN {
        let Some(target) = value.get("$ref").and_then(Value::as_str) else {
            return Ok(());
        };
        let place = target.strip_prefix('#').unwrap_or(target);
        let Some(meant) = whole.pointer(place) else {
            return Err(
                Problem::new(format!("the reference `{target}` leads nowhere"))
                    .at(at)
                    .remedy("mend the reference, or define what it means"),
            );
        };
        let mut meant = meant.clone();
        // 3.1 lets a reference bring its own words along.
        for key in ["summary", "description"] {
            if let Some(own) = value.get(key) {
                meant[key] = own.clone();
            }
        }
        *value = meant;
    }
    Err(Problem::new("the references form a circle")
        .at(at)
        .remedy("define what they mean at one place"))
}

/// What a path item says of all its operations.
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
                // An operation's own parameter of the same name comes later, and wins.
                own.splice(0..0, shared.iter().cloned());
            }
        }
    }
}

/// Of parameters with the same name and place the last one counts.
fn without_repeated_parameters(operation: &mut Value) {
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
        inline(&mut document).unwrap();
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
        let problem = inline(&mut document).unwrap_err().to_string();
        assert!(
            problem.contains("circle") && problem.contains("/parameters/0"),
            "{problem}"
        );
    }
}
