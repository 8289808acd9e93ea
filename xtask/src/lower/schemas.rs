//! Visits the schemas of a document in which everything else is inline.

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use crate::input::{Pointer, Problem, Problems, for_each_operation, members_mut};

/// What to do with a schema. The schemas below it are visited after it, as it leaves them.
pub type Visit<'a> = dyn FnMut(&mut Value, &Pointer) -> Result<(), Problem> + 'a;

/// Visits every schema of the document, the outermost first. One with a problem may be anything from there on, so
/// that the others are visited as well.
pub fn for_each_schema(document: &mut Value, visit: &mut Visit<'_>) -> Result<(), Problem> {
    let mut problems = Problems::default();
    for_each_outermost(document, &mut |schema, at| {
        within(schema, at, visit, &mut problems);
    });
    problems.result()
}

/// Visits the schemas of the document that are in no other one.
pub fn for_each_outermost(document: &mut Value, visit: &mut dyn FnMut(&mut Value, &Pointer)) {
    let at = Pointer::schemas();
    for (name, schema) in members_mut(document.pointer_mut("/components/schemas")) {
        visit(schema, &at.child(name));
    }
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        for_each_operation_schema(operation, at, &mut |schema, at| {
            visit(schema, at);
            Ok::<(), Infallible>(())
        })
    });
}

/// Visits the outermost schemas of an operation: parameters, body, responses.
pub fn for_each_operation_schema<E>(
    operation: &mut Value,
    at: &Pointer,
    visit: &mut impl FnMut(&mut Value, &Pointer) -> Result<(), E>,
) -> Result<(), E> {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for (index, parameter) in parameters.into_iter().flatten().enumerate() {
        if let Some(schema) = parameter.get_mut("schema") {
            visit(schema, &at.child("parameters").child(index).child("schema"))?;
        }
    }
    if let Some(body) = operation.get_mut("requestBody") {
        for_each_content_schema(body, &at.child("requestBody"), visit)?;
    }
    for (status, response) in members_mut(operation.get_mut("responses")) {
        for_each_content_schema(response, &at.child("responses").child(status), visit)?;
    }
    Ok(())
}

fn for_each_content_schema<E>(
    holder: &mut Value,
    at: &Pointer,
    visit: &mut impl FnMut(&mut Value, &Pointer) -> Result<(), E>,
) -> Result<(), E> {
    for (kind, content) in members_mut(holder.get_mut("content")) {
        if let Some(schema) = content.get_mut("schema") {
            visit(schema, &at.child("content").child(kind).child("schema"))?;
        }
    }
    Ok(())
}

/// Visits `schema`, then the schemas below it.
fn within(schema: &mut Value, at: &Pointer, visit: &mut Visit<'_>, problems: &mut Problems) {
    let is_fine = problems.keep(visit(schema, at)).is_some();
    let Ok(()) = for_each_child(schema, at, &mut |child: &mut Value, at: &Pointer| {
        within(child, at, visit, problems);
        Ok::<(), Infallible>(())
    });
    if !is_fine {
        *schema = json!({});
    }
}

/// Visits the schemas directly below `schema`.
pub fn for_each_child<E>(
    schema: &mut Value,
    at: &Pointer,
    visit: &mut (impl FnMut(&mut Value, &Pointer) -> Result<(), E> + ?Sized),
) -> Result<(), E> {
    for (keyword, value) in schema.as_object_mut().into_iter().flat_map(Map::iter_mut) {
        let at = at.child(keyword);
        match (keyword.as_str(), value) {
            ("items" | "not", value) => visit(value, &at)?,
            ("additionalProperties", value @ Value::Object(_)) => visit(value, &at)?,
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    visit(property, &at.child(name))?;
                }
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                for (index, branch) in branches.iter_mut().enumerate() {
                    visit(branch, &at.child(index))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether two schemas take the same values, apart from their descriptions.
pub fn is_same(one: &Value, other: &Value) -> bool {
    bare(one) == bare(other)
}

/// Whether `additionalProperties` allows anything, as its absence does.
fn is_open(additional: &Value) -> bool {
    match additional {
        Value::Bool(is_open) => *is_open,
        Value::Object(schema) => schema.is_empty(),
        _ => false,
    }
}

/// A schema without its descriptions.
fn bare(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(keywords) = schema.as_object_mut() {
        keywords.retain(|key, _| {
            !["description", "title", "example", "x-source"].contains(&key.as_str())
        });
        keywords.retain(|key, value| key != "additionalProperties" || !is_open(value));
        if let Some(Value::Array(required)) = keywords.get_mut("required") {
            required.sort_by_key(Value::to_string);
        }
    }
    let Ok(()) = for_each_child(
        &mut schema,
        &Pointer::default(),
        &mut |child: &mut Value, _: &Pointer| {
            *child = bare(child);
            Ok::<(), std::convert::Infallible>(())
        },
    );
    schema
}
