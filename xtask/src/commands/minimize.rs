//! Finds the smallest part of a document that the generator fails at.
//!
//! An error of the generator rarely names the place in the document. So each operation is tried alone, then
//! each schema that it reaches, then each property of that schema.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::generate::{Error, PROFILE, generate, reach};
use crate::input::{Pointer, members, operations};

/// The smallest part that fails by itself, and what the generator says of it. Nothing if the parts only fail
/// together.
pub fn minimize(document: &Value) -> Option<(Pointer, Error)> {
    let Some((at, operation, error)) = first_operation(document) else {
        // The schema may be one that only events reach.
        let names = members(document.pointer("/components/schemas"));
        return first_schema(document, names.map(|(name, _)| name.clone()).collect());
    };
    if let Some((index, error)) = first_parameter(document, &operation) {
        return Some((at.child("parameters").child(index), error));
    }
    let names = reached(document, &operation).into_iter().collect();
    first_schema(document, names).or(Some((at, error)))
}

/// The innermost schema that fails alone, or the property that makes it fail.
fn first_schema(document: &Value, mut names: Vec<String>) -> Option<(Pointer, Error)> {
    // A schema that refers to one that fails does so too: the innermost comes first.
    names.sort_by_cached_key(|name| reached(document, &reference(name)).len());
    names.iter().find_map(|name| {
        let error = fails(&of_schema(document, name, None))?;
        let at = Pointer::schema(name);
        let schema = at.get(document)?;
        let property = members(schema.get("properties")).find_map(|(property, _)| {
            let error = fails(&of_schema(document, name, Some(property)))?;
            Some((at.child("properties").child(property), error))
        });
        Some(property.unwrap_or((at, error)))
    })
}

/// The first operation that fails alone.
fn first_operation(document: &Value) -> Option<(Pointer, Value, Error)> {
    let root = Pointer::default().child("paths");
    operations(document, "paths").find_map(|(path, method, operation)| {
        let paths = json!({path: {method: operation}});
        let error = fails(&with_schemas(document, &paths, &[]))?;
        Some((root.child(path).child(method), operation.clone(), error))
    })
}

/// The first parameter that fails alone. In the path it would have to be in the path's text as well, so all
/// are tried in the query.
fn first_parameter(document: &Value, operation: &Value) -> Option<(usize, Error)> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let mut parameters = parameters.into_iter().flatten().enumerate();
    parameters.find_map(|(index, parameter)| {
        let mut parameter = parameter.clone();
        parameter["in"] = "query".into();
        let paths = json!({"/probe": {"get": {
            "operationId": operation["operationId"],
            "parameters": [parameter],
            "responses": {"200": {"description": "", "content": {
                "application/json": {"schema": {"type": "string"}},
            }}},
        }}});
        Some((index, fails(&with_schemas(document, &paths, &[]))?))
    })
}

fn fails(document: &Value) -> Option<Error> {
    generate(&document.to_string()).err()
}

/// A document of one operation that sends and receives one schema, or one property of it.
fn of_schema(document: &Value, name: &str, property: Option<&String>) -> Value {
    let content = json!({"application/json": {"schema": reference(name)}});
    let paths = json!({"/probe": {"post": {
        "operationId": "create_probe",
        "requestBody": {"content": content, "required": true},
        "responses": {"200": {"description": "", "content": content}},
    }}});
    let Some(property) = property else {
        return with_schemas(document, &paths, &[]);
    };
    let schema = Pointer::schema(name).get(document);
    let mut schema = schema.cloned().unwrap_or_default();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| name == property);
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name == property);
    }
    with_schemas(document, &paths, &[(name, schema)])
}

/// A document of these paths and the schemas that they reach, some of them replaced.
fn with_schemas(document: &Value, paths: &Value, replaced: &[(&str, Value)]) -> Value {
    let mut schemas: Map<String, Value> = reached(document, paths)
        .into_iter()
        .filter_map(|name| {
            let schema = Pointer::schema(&name).get(document)?;
            Some((name, schema.clone()))
        })
        .collect();
    for (name, schema) in replaced {
        schemas.insert((*name).to_owned(), schema.clone());
    }
    let components = json!({"schemas": schemas});
    json!({
        "openapi": "3.0.3", "paths": paths, "components": components, PROFILE: document.get(PROFILE),
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": Pointer::schema(name).reference()})
}

fn reached(document: &Value, value: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    reach(document, value, &mut names);
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Profile;

    /// A document of two operations, the second of which reaches `Inner` through `Outer`.
    fn document(inner: Value) -> Value {
        let response = |name: &str| {
            json!({"200": {"description": "", "content": {
                "application/json": {"schema": reference(name)},
            }}})
        };
        let mut document = json!({
            "openapi": "3.0.3",
            "paths": {
                "/good": {"get": {"operationId": "list_good", "responses": response("Good")}},
                "/bad": {"get": {"operationId": "list_bad", "responses": response("Outer")}},
            },
            "components": {"schemas": {
                "Good": {"type": "object", "properties": {"a": {"type": "string"}}},
                "Outer": {"type": "object", "properties": {"a": {"type": "string"}, "inner": reference("Inner")}},
                "Inner": inner,
            }},
        });
        Profile::of_this_repository().put(&mut document).unwrap();
        document
    }

    #[test]
    fn the_innermost_property_that_fails_alone_is_named() {
        let bad = json!({"type": "object", "properties": {
            "fine": {"type": "string"},
            "bad": {"type": "no such type"},
        }});
        let (at, _) = minimize(&document(bad)).unwrap();
        assert_eq!(at.as_str(), "/components/schemas/Inner/properties/bad");
    }

    #[test]
    fn a_schema_that_no_operation_reaches_is_found_as_well() {
        let mut document = document(json!({"type": "no such type"}));
        if let Some(paths) = document["paths"].as_object_mut() {
            paths.remove("/bad");
        }
        let (at, _) = minimize(&document).unwrap();
        assert_eq!(at.as_str(), "/components/schemas/Inner");
    }

    #[test]
    fn a_document_that_is_fine_has_no_such_part() {
        assert!(minimize(&document(json!({"type": "string"}))).is_none());
    }
}
