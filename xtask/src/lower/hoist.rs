//! Every inline map with properties, enum and union gets a component of its own.
//!
//! Left inline, the generator names them by itself, and merges two that get the same name.

use serde_json::{Map, Value, json};

use super::schemas::{for_each_child, for_each_operation_schema};
use crate::names::{RUST_NAME, rust_name, singular};
use crate::operations::for_each_operation;
use crate::pointer::Pointer;
use crate::problem::Problem;

/// Hoists the inline schemas of all components and operations, which have their final names.
pub fn hoist(document: &mut Value) -> Result<(), Problem> {
    let taken = document.pointer_mut("/components/schemas").map(Value::take);
    let mut hoisted = Hoisted {
        schemas: match taken {
            Some(Value::Object(schemas)) => schemas,
            _ => Map::new(),
        },
    };
    let root = Pointer::default().child("components").child("schemas");
    let names: Vec<String> = hoisted.schemas.keys().cloned().collect();
    for name in names {
        let mut schema = hoisted
            .schemas
            .get_mut(&name)
            .map(Value::take)
            .unwrap_or_default();
        hoisted.below(&mut schema, &name, &root.child(&name))?;
        hoisted.schemas.insert(name, schema);
    }
    for_each_operation(document, |_, _, at, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let id = rust_name(id);
        let parameters = parameter_names(operation);
        for_each_operation_schema(operation, at, &mut |schema, at| {
            let keys: Vec<String> = at.keys().collect();
            let part = match keys.get(3).map(String::as_str) {
                Some("parameters") => {
                    let index = keys.get(4).and_then(|index| index.parse::<usize>().ok());
                    let name = index.and_then(|index| parameters.get(index));
                    rust_name(name.map_or("parameter", String::as_str))
                }
                Some("requestBody") => "Body".to_owned(),
                _ => "Answer".to_owned(),
            };
            hoisted.one(schema, &format!("{id}{part}"), at)
        })
    })?;
    document["components"]["schemas"] = Value::Object(hoisted.schemas);
    Ok(())
}

/// Names of the parameters without their operators: the values of `status[in]` are those of `status`.
fn parameter_names(operation: &Value) -> Vec<String> {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let names = parameters.into_iter().flatten().map(|parameter| {
        let name = parameter
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        name.split('[').next().unwrap_or_default().to_owned()
    });
    names.collect()
}

struct Hoisted {
    schemas: Map<String, Value>,
}

impl Hoisted {
    /// Hoists what is below a schema that has a name.
    fn below(&mut self, schema: &mut Value, owner: &str, at: &Pointer) -> Result<(), Problem> {
        let base = at.keys().count();
        for_each_child(schema, at, &mut |child, at| {
            let keys: Vec<String> = at.keys().skip(base).collect();
            let name = match keys[0].as_str() {
                "properties" => format!("{owner}{}", rust_name(&keys[1])),
                "items" => format!("{}Item", singular(owner)),
                "additionalProperties" => format!("{owner}Value"),
                "allOf" => format!("{owner}Part{}", keys[1]),
                _ => format!("{owner}Variant{}", keys.get(1).map_or("", String::as_str)),
            };
            self.one(child, &name, at)
        })
    }

    /// Gives an inline schema the name, if it is of a kind that needs one; if not, goes on below it.
    fn one(&mut self, schema: &mut Value, name: &str, at: &Pointer) -> Result<(), Problem> {
        let name = match schema.get(RUST_NAME).and_then(Value::as_str) {
            Some(own) => own.to_owned(),
            None => name.to_owned(),
        };
        self.below(schema, &name, at)?;
        if !needs_name(schema) {
            return Ok(());
        }
        let mut component = schema.take();
        let around = words_of_use(&mut component);
        match self.schemas.get(&name) {
            None => {
                self.schemas.insert(name.clone(), component);
            }
            Some(known) if is_same(known, &component) => {}
            Some(_) => {
                return Err(Problem::new(format!(
                    "this would be called `{name}`, which means something else already"
                ))
                .at(at)
                .remedy(format!("give it a `{RUST_NAME}` in openapi/overlay.yaml")));
            }
        }
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        *schema = if around.is_empty() {
            reference
        } else {
            let mut around = around;
            around.insert("allOf".to_owned(), json!([reference]));
            Value::Object(around)
        };
        Ok(())
    }
}

fn needs_name(schema: &Value) -> bool {
    let has = |keyword: &str| schema.get(keyword).is_some();
    let branches = |keyword: &str| {
        schema
            .get(keyword)
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    let has_properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|properties| !properties.is_empty());
    has("enum") && schema.get("type").is_some_and(|name| name == "string")
        || has_properties
        || has("anyOf")
        || has("oneOf")
        || branches("allOf") > 1
}

/// Takes out what is said of this use of a schema, rather than of its values.
fn words_of_use(schema: &mut Value) -> Map<String, Value> {
    const OF_USE: [&str; 7] = [
        "default",
        "deprecated",
        "description",
        "example",
        "nullable",
        "readOnly",
        "writeOnly",
    ];
    let Some(keywords) = schema.as_object_mut() else {
        return Map::new();
    };
    let description = keywords.get("description").cloned();
    let (of_use, of_values): (Map<_, _>, Map<_, _>) = std::mem::take(keywords)
        .into_iter()
        .partition(|(key, _)| OF_USE.contains(&key.as_str()));
    *keywords = of_values;
    if let Some(description) = description {
        keywords.insert("description".to_owned(), description);
    }
    of_use
}

/// Whether two schemas take the same values.
fn is_same(one: &Value, other: &Value) -> bool {
    let bare = |schema: &Value| {
        let mut schema = schema.clone();
        if let Some(keywords) = schema.as_object_mut() {
            keywords.retain(|key, _| !["description", "title"].contains(&key.as_str()));
        }
        schema
    };
    bare(one) == bare(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hoisted(schemas: Value) -> Result<Value, Problem> {
        let mut document = json!({"components": {"schemas": schemas}});
        hoist(&mut document)?;
        Ok(document["components"]["schemas"].take())
    }

    #[test]
    fn inline_schemas_get_names_by_their_place() {
        let schemas = hoisted(json!({"Order": {"properties": {
            "status": {"type": "string", "enum": ["open"], "description": "How far.", "nullable": true},
            "line_items": {"type": "array", "items": {"properties": {"unit": {"type": "string", "enum": ["kg"]}}}},
            "by_place": {"additionalProperties": {"properties": {"n": {"type": "integer"}}}},
        }}}))
        .unwrap();
        assert_eq!(
            schemas,
            json!({
                "Order": {"properties": {
                    "status": {
                        "allOf": [{"$ref": "#/components/schemas/OrderStatus"}],
                        "description": "How far.", "nullable": true,
                    },
                    "line_items": {"type": "array", "items": {"$ref": "#/components/schemas/OrderLineItemItem"}},
                    "by_place": {"additionalProperties": {"$ref": "#/components/schemas/OrderByPlaceValue"}},
                }},
                "OrderStatus": {"type": "string", "enum": ["open"], "description": "How far."},
                "OrderLineItemItem": {"properties": {"unit": {"$ref": "#/components/schemas/OrderLineItemItemUnit"}}},
                "OrderLineItemItemUnit": {"type": "string", "enum": ["kg"]},
                "OrderByPlaceValue": {"properties": {"n": {"type": "integer"}}},
            })
        );
    }

    #[test]
    fn the_same_name_for_the_same_values_is_shared() {
        let unit = json!({"type": "string", "enum": ["kg"], "x-rust-name": "Unit"});
        let schemas = hoisted(json!({
            "A": {"properties": {"unit": unit}}, "B": {"properties": {"unit": unit}},
        }))
        .unwrap();
        let reference = json!({"$ref": "#/components/schemas/Unit"});
        assert_eq!(schemas["A"]["properties"]["unit"], reference);
        assert_eq!(schemas["B"]["properties"]["unit"], reference);
    }

    #[test]
    fn the_same_name_for_other_values_is_refused() {
        let problem = hoisted(json!({
            "A": {"properties": {"unit": {"type": "string", "enum": ["kg"]}}},
            "AUnit": {"type": "string", "enum": ["lb"]},
        }))
        .unwrap_err()
        .to_string();
        assert!(problem.contains("`AUnit`"), "{problem}");
        assert!(
            problem.contains("at /components/schemas/A/properties/unit"),
            "{problem}"
        );
    }
}
