//! Reading a lowered document.

use std::collections::BTreeSet;

use serde_json::Value;

/// The members of a map; none of anything else.
pub fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// A member that is a text.
pub fn text(value: &Value, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.to_owned())
}

/// Whether a member is `true`.
pub fn flag(value: &Value, key: &str) -> bool {
    value.get(key) == Some(&Value::Bool(true))
}

/// The schema of a name.
pub fn schema<'a>(document: &'a Value, name: &str) -> &'a Value {
    let schemas = document.pointer("/components/schemas");
    schemas
        .and_then(|schemas| schemas.get(name))
        .unwrap_or(&Value::Null)
}

/// The schema name of a reference.
pub fn reference(value: &Value) -> Option<&str> {
    value
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// The schema name of a reference, alone or wrapped in `allOf` to have a description of its own.
pub fn named(schema: &Value) -> Option<&str> {
    let branches = schema.get("allOf").and_then(Value::as_array);
    match branches.map(Vec::as_slice) {
        Some([only]) => reference(only),
        _ => reference(schema),
    }
}

/// Adds the names of all schemas that `value` refers to, directly or through others.
pub fn reach(document: &Value, value: &Value, names: &mut BTreeSet<String>) {
    let mut queue = vec![value];
    while let Some(value) = queue.pop() {
        if let Some(name) = reference(value)
            && names.insert(name.to_owned())
        {
            queue.push(schema(document, name));
        }
        match value {
            Value::Array(items) => queue.extend(items),
            Value::Object(members) => queue.extend(members.values()),
            _ => {}
        }
    }
}

/// The wire values, if the schema is an enum of strings.
pub fn string_enum(schema: &Value) -> Option<Vec<String>> {
    let values = schema.get("enum")?.as_array()?;
    values
        .iter()
        .map(|value| value.as_str().map(str::to_owned))
        .collect()
}

/// The texts of a list.
pub fn texts(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    let texts = items.filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
