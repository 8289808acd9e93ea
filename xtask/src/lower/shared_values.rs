//! Enums that share a name have the values that any of them lists.

use std::collections::BTreeMap;

use serde_json::Value;

use super::names::RUST_NAME;

/// Gives every enum with an `x-rust-name` the values of all enums of that name, in the order of the document.
pub fn unite(document: &mut Value) {
    let mut values = Lists::new();
    collect(document, &mut values);
    values.retain(|_, lists| lists.1);
    if !values.is_empty() {
        put(document, &values);
    }
}

/// Values by name, and whether the lists of the name differ.
type Lists = BTreeMap<String, (Vec<Value>, bool)>;

fn collect(value: &Value, lists: &mut Lists) {
    if let Some((name, values)) = named(value) {
        match lists.get_mut(name) {
            None => drop(lists.insert(name.to_owned(), (values.clone(), false))),
            Some((known, differ)) => {
                *differ |= known != values;
                let new = values.iter().filter(|value| !known.contains(value));
                let new: Vec<Value> = new.cloned().collect();
                known.extend(new);
            }
        }
    }
    match value {
        Value::Object(members) => members.values().for_each(|member| collect(member, lists)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, lists)),
        _ => {}
    }
}

fn put(value: &mut Value, lists: &Lists) {
    let all = named(value).and_then(|(name, _)| lists.get(name));
    if let Some((all, _)) = all {
        value["enum"] = all.clone().into();
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| put(member, lists)),
        Value::Array(items) => items.iter_mut().for_each(|item| put(item, lists)),
        _ => {}
    }
}

/// The name and the values of an enum that has a name.
fn named(value: &Value) -> Option<(&str, &Vec<Value>)> {
    let name = value.get(RUST_NAME)?.as_str()?;
    Some((name, value.get("enum")?.as_array()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn enums_of_one_name_have_all_values_of_any() {
        let of = |values: Value| json!({"type": "string", "x-rust-name": "Kind", "enum": values});
        let other = json!({"x-rust-name": "Unit", "enum": ["kg"]});
        let mut document = json!([of(json!(["a", "b"])), {"x": of(json!(["c", "a"]))}, other]);
        unite(&mut document);
        let all = of(json!(["a", "b", "c"]));
        assert_eq!(document, json!([all, {"x": all}, other]));
    }
}
