//! The keywords of one schema: those of 3.1 become those of 3.0, unknown ones are refused.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::input::{Diagnostics, Pointer, Problem, Problems};

/// Keywords of a 3.0 schema.
const KNOWN: [&str; 36] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "xml",
];

/// Keywords that do not describe the values, or only narrow what no type depends on.
const SILENT: [&str; 11] = [
    "$comment",
    "$id",
    "$schema",
    "contains",
    "contentSchema",
    "dependentRequired",
    "maxContains",
    "minContains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords that may stand beside a reference without changing what is valid.
const WORDS: [&str; 9] = [
    "default",
    "deprecated",
    "description",
    "example",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
];

/// Lowers one schema; those below it are not looked at.
pub fn lower(
    schema: &mut Value,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    match schema {
        Value::Bool(true) => {
            *schema = json!({});
            return Ok(());
        }
        Value::Bool(false) => {
            return Err(refused("`false`, which no value fits,", at)
                .remedy("remove the field in openapi/overlay.yaml"));
        }
        _ => {}
    }
    let Some(keywords) = schema.as_object_mut() else {
        return Err(Problem::new("this is not a schema: a schema is a map")
            .at(at)
            .remedy("write it as a map of keywords"));
    };
    let mut problems = Problems::default();
    problems.keep(constant(keywords, at));
    examples(keywords, at, diagnostics);
    bound(keywords, "minimum", "exclusiveMinimum", f64::gt);
    bound(keywords, "maximum", "exclusiveMaximum", f64::lt);
    content(keywords, at, diagnostics);
    problems.keep(values(keywords, at, diagnostics));
    of_other_types(keywords, at, diagnostics);
    mapping(keywords, at, diagnostics);
    closed(keywords);
    for keyword in SILENT {
        if keywords.remove(keyword).is_some() {
            diagnostics.add(format!("keyword `{keyword}`"), &at.child(keyword));
        }
    }
    if keywords.get("type").is_some_and(|name| name == "array") {
        keywords.entry("items").or_insert(json!({}));
    }
    if let Some(Value::Array(required)) = keywords.get_mut("required") {
        // Their order stays: it is that of the arguments of the client.
        let mut seen = BTreeSet::new();
        required.retain(|name| seen.insert(name.to_string()));
    }
    known(keywords, at, &mut problems);
    reference(keywords);
    problems.result()
}

/// A map with fields that allows no others in the words of 3.1 does so in those of 3.0.
fn closed(keywords: &mut Map<String, Value>) {
    let has = |keyword: &str| keywords.contains_key(keyword);
    let is_map = has("properties") || has("allOf");
    let is_other = has("additionalProperties") || has("anyOf") || has("oneOf");
    if is_map && !is_other && keywords.get("unevaluatedProperties") == Some(&Value::Bool(false)) {
        keywords.remove("unevaluatedProperties");
        keywords.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
}

/// Keywords that say something about another type than the schema's say nothing.
fn of_other_types(keywords: &mut Map<String, Value>, at: &Pointer, diagnostics: &mut Diagnostics) {
    let Some(kind) = keywords
        .get("type")
        .and_then(Value::as_str)
        .map(str::to_owned)
    else {
        return;
    };
    let others: &[&str] = match kind.as_str() {
        "object" => &["items"],
        "array" => &["properties", "required", "additionalProperties"],
        _ => &["items", "properties", "required", "additionalProperties"],
    };
    for keyword in others {
        if keywords.remove(*keyword).is_some() {
            diagnostics.add("keyword of another type", &at.child(keyword));
        }
    }
}

/// Maps each value of a discriminator to the reference of a type of its union. A type that the document maps no
/// value to is mapped by its name.
fn mapping(keywords: &mut Map<String, Value>, at: &Pointer, diagnostics: &mut Diagnostics) {
    let types = ["anyOf", "oneOf"]
        .iter()
        .filter_map(|key| keywords.get(*key)?.as_array());
    let types: Vec<String> = types
        .flatten()
        .filter_map(|branch| Some(branch.get("$ref")?.as_str()?.to_owned()))
        .collect();
    let Some(Value::Object(discriminator)) = keywords.get_mut("discriminator") else {
        return;
    };
    let at = at.child("discriminator").child("mapping");
    let mut mapping = Map::new();
    if let Some(Value::Object(given)) = discriminator.remove("mapping") {
        for (value, target) in given {
            let target = target.as_str().unwrap_or_default();
            let by_name = Pointer::schema(target).reference();
            match types
                .iter()
                .find(|known| *known == target || **known == by_name)
            {
                Some(known) => drop(mapping.insert(value, known.clone().into())),
                None => diagnostics.add(
                    "value of a discriminator that maps to no type",
                    &at.child(value),
                ),
            }
        }
    }
    for target in types {
        let is_mapped = mapping.values().any(|known| *known == *target);
        let name = Pointer::of_reference(&target).and_then(|place| place.schema_name());
        if let Some(name) = name.filter(|_| !is_mapped) {
            mapping.entry(name).or_insert(target.into());
        }
    }
    if !mapping.is_empty() {
        discriminator.insert("mapping".to_owned(), mapping.into());
    }
}

/// `const` is an enum of one.
fn constant(keywords: &mut Map<String, Value>, at: &Pointer) -> Result<(), Problem> {
    let Some(value) = keywords.remove("const") else {
        return Ok(());
    };
    let Some(name) = type_of(&value) else {
        return Err(refused(
            "a `const` that is null, a list or a map",
            &at.child("const"),
        )
        .remedy("say in openapi/overlay.yaml what the API sends"));
    };
    keywords.entry("type").or_insert(name.into());
    keywords.insert("enum".to_owned(), json!([value]));
    Ok(())
}

/// 3.0 has one example. An empty text shows nothing.
fn examples(keywords: &mut Map<String, Value>, at: &Pointer, diagnostics: &mut Diagnostics) {
    if keywords.get("example").is_some_and(|example| example == "") {
        keywords.remove("example");
        diagnostics.add("example that is an empty text", &at.child("example"));
    }
    let mut examples = match keywords.remove("examples") {
        Some(Value::Array(examples)) => examples.into_iter(),
        Some(_) => return diagnostics.add("`examples` that are not a list", &at.child("examples")),
        None => return,
    };
    if let Some(first) = examples.next() {
        keywords.entry("example").or_insert(first);
    }
    for _ in examples {
        diagnostics.add("further example", &at.child("examples"));
    }
}

/// An exclusive bound becomes a flag on the inclusive one. If there are two bounds, the stricter one stays.
fn bound(
    keywords: &mut Map<String, Value>,
    inclusive: &str,
    exclusive: &str,
    is_stricter: fn(&f64, &f64) -> bool,
) {
    let Some(limit) = keywords.get(exclusive).and_then(Value::as_f64) else {
        return;
    };
    let Some(value) = keywords.remove(exclusive) else {
        return;
    };
    let other = keywords.get(inclusive).and_then(Value::as_f64);
    if other.is_none_or(|other| !is_stricter(&other, &limit)) {
        keywords.insert(inclusive.to_owned(), value);
        keywords.insert(exclusive.to_owned(), true.into());
    }
}

/// Base64 and binary content are formats in 3.0. It cannot express other encodings.
fn content(keywords: &mut Map<String, Value>, at: &Pointer, diagnostics: &mut Diagnostics) {
    let encoding = keywords.remove("contentEncoding");
    let kind = keywords.remove("contentMediaType");
    let format = match (&encoding, &kind) {
        (Some(encoding), _) if encoding == "base64" => Some("byte"),
        (None, Some(kind)) if kind == "application/octet-stream" => Some("binary"),
        _ => None,
    };
    match format {
        Some(format) => drop(keywords.entry("format").or_insert(format.into())),
        None if encoding.is_some() => {
            diagnostics.add("content encoding", &at.child("contentEncoding"));
        }
        None if kind.is_some() => {
            diagnostics.add("content media type", &at.child("contentMediaType"))
        }
        None => {}
    }
}

/// Keeps each value of an enum once. All must be of one type.
fn values(
    keywords: &mut Map<String, Value>,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let at = at.child("enum");
    let values = match keywords.get_mut("enum") {
        None => return Ok(()),
        Some(Value::Array(values)) if !values.is_empty() => values,
        Some(_) => {
            return Err(refused("an `enum` that is not a list of values", &at)
                .remedy("say in openapi/overlay.yaml which values there are"));
        }
    };
    let mut known: Vec<Value> = Vec::with_capacity(values.len());
    for (index, value) in std::mem::take(values).into_iter().enumerate() {
        if known.contains(&value) {
            diagnostics.add("value of an enum that stands there twice", &at.child(index));
        } else {
            known.push(value);
        }
    }
    let is_fraction = known.iter().any(|value| type_of(value) == Some("number"));
    // A whole number is a number as well.
    let type_of = |value: &Value| match type_of(value) {
        Some("integer") if is_fraction => Some("number"),
        kind => kind,
    };
    let name = type_of(&known[0]);
    if let Some(index) = known.iter().position(|value| type_of(value) != name) {
        return Err(
            refused("an `enum` of values of several types", &at.child(index))
                .remedy("say in openapi/overlay.yaml what the API sends"),
        );
    }
    let Some(name) = name else {
        return Err(refused("an `enum` of null, lists or maps", &at)
            .remedy("say in openapi/overlay.yaml what the API sends"));
    };
    *values = known;
    let has_type = keywords.get("type").is_some_and(Value::is_string);
    if !has_type && !keywords.contains_key("anyOf") {
        keywords.insert("type".to_owned(), name.into());
    }
    Ok(())
}

/// The type of a value of an enum, if it can be one.
fn type_of(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn known(keywords: &Map<String, Value>, at: &Pointer, problems: &mut Problems) {
    let unknown = keywords
        .keys()
        .filter(|keyword| !KNOWN.contains(&keyword.as_str()) && !keyword.starts_with("x-"));
    for keyword in unknown {
        problems.add(
            refused(&format!("the keyword `{keyword}`"), &at.child(keyword)).remedy(
                "say in openapi/overlay.yaml what the API sends, or write a lowering rule for it",
            ),
        );
    }
}

/// In 3.0 a reference has no siblings: keywords beside it become keywords of an `allOf` around it.
fn reference(keywords: &mut Map<String, Value>) {
    if keywords.len() < 2 || !keywords.get("$ref").is_some_and(Value::is_string) {
        return;
    }
    let Some(target) = keywords.remove("$ref") else {
        return;
    };
    let (around, beside): (Map<_, _>, Map<_, _>) = std::mem::take(keywords)
        .into_iter()
        .partition(|(key, _)| WORDS.contains(&key.as_str()) || key.starts_with("x-"));
    *keywords = around;
    let mut parts = vec![json!({"$ref": target})];
    if !beside.is_empty() {
        parts.push(Value::Object(beside));
    }
    keywords.insert("allOf".to_owned(), Value::Array(parts));
}

fn refused(what: &str, at: &Pointer) -> Problem {
    Problem::new(format!("{what} cannot be expressed in OpenAPI 3.0")).at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(mut schema: Value) -> Value {
        lower(
            &mut schema,
            &Pointer::default(),
            &mut Diagnostics::default(),
        )
        .unwrap();
        schema
    }

    #[test]
    fn what_stands_beside_a_reference_goes_around_it() {
        assert_eq!(
            lowered(json!({"$ref": "#/a", "description": "d", "nullable": true})),
            json!({"allOf": [{"$ref": "#/a"}], "description": "d", "nullable": true})
        );
        assert_eq!(
            lowered(json!({"$ref": "#/a", "properties": {"x": {}}})),
            json!({"allOf": [{"$ref": "#/a"}, {"properties": {"x": {}}}]})
        );
        assert_eq!(lowered(json!({"$ref": "#/a"})), json!({"$ref": "#/a"}));
    }

    #[test]
    fn a_property_named_ref_stays_a_property() {
        let schema = json!({"type": "object", "properties": {"$ref": {"type": "string"}}});
        assert_eq!(lowered(schema.clone()), schema);
    }

    #[test]
    fn silent_keywords_are_counted() {
        let mut diagnostics = Diagnostics::default();
        let mut schema = json!({"$comment": "c", "unevaluatedProperties": false, "example": "", "examples": [1, 2]});
        lower(&mut schema, &Pointer::default(), &mut diagnostics).unwrap();
        assert_eq!(schema, json!({"example": 1}));
        assert_eq!(diagnostics.lines().count(), 4);
    }
}
