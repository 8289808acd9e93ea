//! Unions of what needs none: enums become one, scalars of one type that type, unions within unions their types.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::schemas::{for_each_schema, is_same};
use crate::input::{Diagnostics, Pointer, Problem, members};

const UNIONS: [&str; 2] = ["anyOf", "oneOf"];
/// Keywords of a union that are about its types.
const OF_TYPES: [&str; 5] = ["anyOf", "discriminator", "enum", "oneOf", "type"];

/// Simplifies the unions of the document. Each has one keyword and no fields beside it by now.
pub fn simplify(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<(), Problem> {
    let schemas = document.pointer("/components/schemas").cloned();
    let schemas = schemas.unwrap_or_default();
    for_each_schema(document, &mut |schema, at| {
        let Some(union) = UNIONS.into_iter().find(|key| schema.get(*key).is_some()) else {
            return Ok(());
        };
        let mut seen: BTreeSet<String> = at.schema_name().into_iter().collect();
        let mut types = Vec::new();
        flatten(&schema[union], &schemas, &mut seen, &mut types);
        let kind = schema
            .get("type")
            .and_then(Value::as_str)
            .map(str::to_owned);
        let Some(keywords) = schema.as_object_mut() else {
            return Ok(());
        };
        if let [only] = &types[..] {
            keywords.retain(|key, _| !OF_TYPES.contains(&key.as_str()));
            match only.get("$ref") {
                Some(_) if keywords.is_empty() => *schema = only.clone(),
                Some(_) => drop(keywords.insert("allOf".to_owned(), json!([only]))),
                None => {
                    for (key, value) in members(Some(only)) {
                        keywords.entry(key).or_insert(value.clone());
                    }
                }
            }
            diagnostics.add("union that is one type to the client", at);
            return Ok(());
        }
        match Simpler::of(&types, &schemas, kind.as_deref()) {
            Simpler::Schema(simpler) => {
                keywords.retain(|key, _| !OF_TYPES.contains(&key.as_str()));
                keywords.extend(simpler);
                diagnostics.add("union that is one type to the client", at);
            }
            Simpler::Scalars(kinds) => {
                keywords.retain(|key, _| !OF_TYPES.contains(&key.as_str()));
                let kinds: Vec<Value> = kinds.iter().map(|kind| json!({"type": kind})).collect();
                keywords.insert("anyOf".to_owned(), kinds.into());
                diagnostics.add("scalar of several types, which is kept as it comes", at);
            }
            Simpler::No => {
                keywords.remove("type");
                keywords.insert(union.to_owned(), types.into());
            }
        }
        Ok(())
    })
}

/// The types of a union, those of unions within it among them, each once.
fn flatten(union: &Value, schemas: &Value, seen: &mut BTreeSet<String>, types: &mut Vec<Value>) {
    for branch in union.as_array().into_iter().flatten() {
        let name = target(branch);
        let meant = resolved(branch, schemas);
        match UNIONS.into_iter().find_map(|key| meant.get(key)) {
            Some(inner) => {
                if name.is_none_or(|name| seen.insert(name)) {
                    flatten(inner, schemas, seen, types);
                }
            }
            None if types.iter().any(|known| is_same(known, branch)) => {}
            None => types.push(branch.clone()),
        }
    }
}

fn target(schema: &Value) -> Option<String> {
    let only = schema.get("allOf").and_then(Value::as_array);
    let schema = match only.map(Vec::as_slice) {
        Some([only]) => only,
        _ => schema,
    };
    let target = schema.get("$ref")?.as_str()?;
    Pointer::of_reference(target)?.schema_name()
}

/// The schema that references lead to.
fn resolved<'a>(schema: &'a Value, schemas: &'a Value) -> &'a Value {
    let mut meant = schema;
    let mut seen = BTreeSet::new();
    while let Some(name) = target(meant) {
        match schemas.get(&name) {
            Some(next) if seen.insert(name) => meant = next,
            _ => break,
        }
    }
    meant
}

enum Simpler {
    /// One schema says the same.
    Schema(Map<String, Value>),
    /// Scalars of these types.
    Scalars(Vec<String>),
    /// It is a union.
    No,
}

impl Simpler {
    fn of(types: &[Value], schemas: &Value, kind: Option<&str>) -> Self {
        let meant: Vec<&Value> = types.iter().map(|it| resolved(it, schemas)).collect();
        if meant.iter().any(|schema| is_any(schema)) && kind.is_none() {
            return Self::Schema(Map::new());
        }
        let mut kinds: Vec<String> = Vec::new();
        for schema in &meant {
            let own = schema.get("type").and_then(Value::as_str).or(kind);
            match own {
                Some(own @ ("string" | "integer" | "number" | "boolean")) => {
                    if !kinds.iter().any(|known| known == own) {
                        kinds.push(own.to_owned());
                    }
                }
                _ => return Self::No,
            }
        }
        if kinds.iter().any(|kind| kind == "number") {
            kinds.retain(|kind| kind != "integer");
        }
        let [only] = &kinds[..] else {
            return Self::Scalars(kinds);
        };
        let mut simpler = Map::from_iter([("type".to_owned(), Value::from(only.as_str()))]);
        let listed = meant
            .iter()
            .filter_map(|schema| schema.get("enum")?.as_array());
        let mut values: Vec<Value> = Vec::new();
        for value in listed.flatten() {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        // An enum takes other texts as well.
        let are_enums = meant.iter().all(|schema| schema.get("enum").is_some());
        if !values.is_empty() && (are_enums || only == "string") {
            simpler.insert("enum".to_owned(), values.into());
        }
        Self::Schema(simpler)
    }
}

/// Whether every value fits.
fn is_any(schema: &Value) -> bool {
    const SHAPES: [&str; 6] = ["$ref", "allOf", "enum", "items", "properties", "type"];
    SHAPES.iter().all(|key| schema.get(*key).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_union_of_what_needs_none_is_one_type() {
        let text = json!({"type": "string"});
        let time = json!({"type": "string", "format": "date-time"});
        let listed = |value: &str| json!({"type": "string", "enum": [value]});
        let (whole, number) = (json!({"type": "integer"}), json!({"type": "number"}));
        let map = json!({"type": "object", "properties": {"a": text}});
        for (types, simple) in [
            (vec![text.clone(), time], text.clone()),
            (
                vec![listed("a"), listed("b")],
                json!({"type": "string", "enum": ["a", "b"]}),
            ),
            (vec![listed("a"), text.clone()], listed("a")),
            (vec![whole.clone(), number.clone()], number),
            (
                vec![listed("a"), whole.clone()],
                json!({"anyOf": [text, whole]}),
            ),
            (
                vec![json!({"oneOf": [map, whole]}), map.clone()],
                json!({"anyOf": [map, whole]}),
            ),
            (vec![map.clone(), json!({})], json!({})),
            (vec![map.clone(), map.clone()], map.clone()),
        ] {
            let mut document = json!({"components": {"schemas": {"T": {"anyOf": types}}}});
            simplify(&mut document, &mut Diagnostics::default()).unwrap();
            assert_eq!(document["components"]["schemas"]["T"], simple);
        }
    }
}
