//! A component that needs no type of its own stands at each place that refers to it. A component that may be
//! null makes its uses optional.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::responses::ERROR_SCHEMA;
use super::schemas::{for_each_child, for_each_operation_schema};
use crate::generate::is_union;
use crate::input::{Pointer, for_each_operation, members_mut};

/// Puts the schemas of scalars, lists and maps in the place of references to them.
pub fn inline(document: &mut Value) {
    let mut plain = BTreeMap::new();
    let mut nullable = BTreeSet::new();
    for (name, schema) in members_mut(document.pointer_mut("/components/schemas")) {
        if name != ERROR_SCHEMA && is_plain(schema) {
            plain.insert(name.clone(), schema.clone());
        } else if let Some(keywords) = schema.as_object_mut()
            && keywords.get("$ref").is_none()
            && keywords.remove("nullable") == Some(Value::Bool(true))
        {
            nullable.insert(name.clone());
        }
    }
    let uses = Uses { plain, nullable };
    for (name, schema) in members_mut(document.pointer_mut("/components/schemas")) {
        uses.visit(schema, &mut vec![name.clone()]);
    }
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        for_each_operation_schema(operation, at, &mut |schema, _| {
            uses.visit(schema, &mut Vec::new());
            Ok::<(), Infallible>(())
        })
    });
}

/// Whether the client has no type of its own for a schema.
fn is_plain(schema: &Value) -> bool {
    let has = |key: &str| schema.get(key).is_some();
    let has_fields = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|fields| !fields.is_empty());
    let is_enum = has("enum") && schema.get("type").is_some_and(|kind| kind == "string");
    // A map that is open in so many words is a type that keeps what is in it.
    let is_open = schema.get("additionalProperties") == Some(&Value::Bool(true));
    !has("$ref") && !has("allOf") && !has_fields && !is_enum && !is_union(schema) && !is_open
}

struct Uses {
    plain: BTreeMap<String, Value>,
    nullable: BTreeSet<String>,
}

impl Uses {
    fn visit(&self, schema: &mut Value, within: &mut Vec<String>) {
        if let Some((name, words)) = reference(schema) {
            if let Some(plain) = self.plain.get(&name) {
                // What holds itself is anything, from there on.
                let meant = match within.contains(&name) {
                    true => json!({}),
                    false => plain.clone(),
                };
                *schema = with_words(meant, words);
                within.push(name);
                self.below(schema, within);
                within.pop();
            } else if self.nullable.contains(&name) {
                let mut around = words;
                around.insert("nullable".to_owned(), true.into());
                let reference = json!({"$ref": Pointer::schema(name).reference()});
                around.insert("allOf".to_owned(), json!([reference]));
                *schema = Value::Object(around);
            }
            return;
        }
        self.below(schema, within);
    }

    fn below(&self, schema: &mut Value, within: &mut Vec<String>) {
        let Ok(()) = for_each_child(
            schema,
            &Pointer::default(),
            &mut |child: &mut Value, _: &Pointer| {
                self.visit(child, within);
                Ok::<(), Infallible>(())
            },
        );
    }
}

/// The name that a schema refers to, and the words around the reference.
pub fn reference(schema: &Value) -> Option<(String, Map<String, Value>)> {
    let mut words = schema.as_object()?.clone();
    let holder = match words.remove("allOf") {
        Some(Value::Array(parts)) => match &parts[..] {
            [only] => only.clone(),
            _ => return None,
        },
        _ => schema.clone(),
    };
    words.remove("$ref");
    let target = holder.get("$ref")?.as_str()?;
    Some((Pointer::of_reference(target)?.schema_name()?, words))
}

fn with_words(mut schema: Value, words: Map<String, Value>) -> Value {
    if let Some(keywords) = schema.as_object_mut() {
        keywords.extend(words);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_no_type_stands_where_it_is_used() {
        let name = |name: &str| json!({"$ref": Pointer::schema(name).reference()});
        let mut document = json!({"components": {"schemas": {
            "T": {"properties": {
                "ids": name("Ids"),
                "tree": name("Tree"),
                "other": name("Other"),
                "id": {"allOf": [name("Id")], "description": "d"},
            }},
            "Ids": {"type": "array", "items": name("Id")},
            "Id": {"type": "string", "nullable": true},
            "Tree": {"type": "object", "additionalProperties": name("Tree")},
            "Other": {"nullable": true, "properties": {"a": {}}},
        }}});
        inline(&mut document);
        let schemas = &document["components"]["schemas"];
        let id = json!({"type": "string", "nullable": true});
        assert_eq!(
            schemas["T"]["properties"],
            json!({
                "ids": {"type": "array", "items": id},
                "tree": {"type": "object", "additionalProperties": {}},
                "other": {"allOf": [name("Other")], "nullable": true},
                "id": {"type": "string", "nullable": true, "description": "d"},
            })
        );
        assert_eq!(schemas["Other"], json!({"properties": {"a": {}}}));
    }
}
