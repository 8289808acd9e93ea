//! Every inline map with properties, enum and union gets a component of its own.
//!
//! The generator would name inline ones itself, and merge two that get the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::all_of::VARIANT;
use super::inflect::singular;
use super::names::{self, RUST_NAME, given};
use super::schemas::{for_each_child, for_each_operation_schema, is_same};
use crate::generate::{is_union, reach};
use crate::input::{
    Pointer, Problem, Problems, Profile, Provenance, for_each_operation, members, operations,
};
use crate::lower::identifiers::{pascal_case, rust_name};

/// Hoists the inline schemas of all components and operations. Those must have their final names.
pub fn hoist(
    document: &mut Value,
    profile: &Profile,
    provenance: &mut Provenance,
) -> Result<(), Problem> {
    let mut hoisted = Hoisted {
        schemas: take_schemas(document),
        profile,
        provenance,
        problems: Problems::default(),
    };
    let root = Pointer::schemas();
    let names: Vec<String> = hoisted.schemas.keys().cloned().collect();
    for name in names {
        let mut schema = hoisted
            .schemas
            .get_mut(&name)
            .map(Value::take)
            .unwrap_or_default();
        hoisted.below(&mut schema, &name, &root.child(&name));
        hoisted.schemas.insert(name, schema);
    }
    document["components"]["schemas"] = Value::Object(hoisted.schemas);
    let (received, nothing) = (received(document), BTreeSet::new());
    hoisted.schemas = take_schemas(document);
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let id = pascal_case(id);
        let parameters = parameter_names(operation);
        let received = received.get(at).unwrap_or(&nothing);
        for_each_operation_schema(operation, at, &mut |schema, at| {
            let keys: Vec<String> = at.keys().collect();
            match keys.get(3).map(String::as_str) {
                Some("parameters") => {
                    let index = keys.get(4).and_then(|index| index.parse::<usize>().ok());
                    let name = index.and_then(|index| parameters.get(index));
                    let name = pascal_case(name.map_or("parameter", String::as_str));
                    hoisted.parameter(schema, &id, &name, received, at)
                }
                Some("requestBody") => hoisted.one(schema, &format!("{id}Body"), at),
                _ => hoisted.one(schema, &format!("{id}Answer"), at),
            }
            Ok::<(), Infallible>(())
        })
    });
    document["components"]["schemas"] = Value::Object(hoisted.schemas);
    hoisted.problems.result()
}

fn take_schemas(document: &mut Value) -> Map<String, Value> {
    match document.pointer_mut("/components/schemas").map(Value::take) {
        Some(Value::Object(schemas)) => schemas,
        _ => Map::new(),
    }
}

/// The components that the responses of each operation reach, for operations with a parameter that lists
/// its values: they may be the values of a field of the response.
fn received(document: &Value) -> BTreeMap<Pointer, BTreeSet<String>> {
    let operations = operations(document, "paths");
    let with_values = operations.filter(|(_, _, operation)| parameters_have_values(operation));
    let reached = with_values.map(|(path, method, operation)| {
        let mut names = BTreeSet::new();
        reach(document, &operation["responses"], &mut names);
        (
            Pointer::default().child("paths").child(path).child(method),
            names,
        )
    });
    reached.collect()
}

/// Whether a parameter lists its values, so that they may be those of a field.
fn parameters_have_values(operation: &Value) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let mut schemas = parameters
        .into_iter()
        .flatten()
        .filter_map(|p| p.get("schema"));
    schemas.any(|schema| {
        schema
            .get("enum")
            .or(schema.pointer("/items/enum"))
            .is_some()
    })
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

struct Hoisted<'a> {
    schemas: Map<String, Value>,
    profile: &'a Profile,
    provenance: &'a mut Provenance,
    problems: Problems,
}

impl Hoisted<'_> {
    /// The values of a filter are those of the field that it filters by: `status` of the orders listed.
    fn parameter(
        &mut self,
        schema: &mut Value,
        id: &str,
        name: &str,
        received: &BTreeSet<String>,
        at: &Pointer,
    ) {
        if let Some(items) = schema.get_mut("items") {
            return self.parameter(items, id, name, received, &at.child("items"));
        }
        let values = schema
            .get("enum")
            .filter(|_| schema.get(RUST_NAME).is_none());
        let field = values.and_then(|values| {
            received.iter().find(|other| {
                other.ends_with(name)
                    && self.schemas.get(*other).and_then(|s| s.get("enum")) == Some(values)
            })
        });
        match field {
            Some(field) => *schema = json!({"$ref": Pointer::schema(field).reference()}),
            None => self.one(schema, &format!("{id}{name}"), at),
        }
    }

    /// Hoists what is below a schema that has a name.
    fn below(&mut self, schema: &mut Value, owner: &str, at: &Pointer) {
        let base = at.keys().count();
        let variants = variant_names(schema);
        let Ok(()) = for_each_child(schema, at, &mut |child: &mut Value, at: &Pointer| {
            let keys: Vec<String> = at.keys().skip(base).collect();
            let name = match keys[0].as_str() {
                "properties" => format!("{owner}{}", pascal_case(&keys[1])),
                "items" => format!(
                    "{}Item",
                    singular(owner, &self.profile.names.uncounted_words)
                ),
                "additionalProperties" => format!("{owner}Value"),
                "allOf" => format!("{owner}Part{}", keys[1]),
                _ => {
                    let index = keys.get(1).map_or("", String::as_str);
                    let known = index.parse().ok().and_then(|it: usize| variants.get(it));
                    match known.and_then(Option::as_ref) {
                        Some(variant) => format!("{owner}{variant}"),
                        None => format!("{owner}Variant{index}"),
                    }
                }
            };
            if let Some(keywords) = child.as_object_mut() {
                keywords.remove(VARIANT);
            }
            self.one(child, &name, at);
            Ok::<(), Infallible>(())
        });
    }

    /// Makes an inline schema a component of this name, if it needs one, after those below it.
    fn one(&mut self, schema: &mut Value, name: &str, at: &Pointer) {
        let own = schema.get(RUST_NAME);
        let given = own.map(|own| given(own, rust_name, &at.child(RUST_NAME)));
        let own = given.and_then(|name| self.problems.keep(name));
        let name = own.unwrap_or_else(|| names::name_by_place(name, self.profile));
        self.below(schema, &name, at);
        if !needs_name(schema) {
            return;
        }
        let mut component = schema.take();
        let around = words_of_use(&mut component);
        match self.schemas.get(&name) {
            None => {
                self.schemas.insert(name.clone(), component);
                self.provenance.add(&name, at);
            }
            Some(known) if is_same(known, &component) => {}
            Some(_) => self.problems.add(
                Problem::new(format!(
                    "this would be called `{name}`, which means something else already"
                ))
                .at(at)
                .remedy(format!("give it a `{RUST_NAME}` in openapi/overlay.yaml")),
            ),
        }
        let reference = json!({"$ref": Pointer::schema(name).reference()});
        *schema = if around.is_empty() {
            reference
        } else {
            let mut around = around;
            around.insert("allOf".to_owned(), json!([reference]));
            Value::Object(around)
        };
    }
}

/// The names of the types of a union, after what tells them apart: their names before fields were added to them,
/// their titles, their tags, or what they require. Types that this does not tell apart have none.
fn variant_names(schema: &Value) -> Vec<Option<String>> {
    let unions = ["anyOf", "oneOf"]
        .iter()
        .filter_map(|key| schema.get(*key)?.as_array());
    let own = |branch: &Value| -> Option<String> {
        let text = |key: &str| branch.get(key)?.as_str();
        let mut fields = members(branch.get("properties")).map(|(_, field)| field);
        let tag = || {
            fields.find_map(|field| match field.get("enum")?.as_array()?.as_slice() {
                [only] => only.as_str(),
                _ => None,
            })
        };
        let required = || branch.get("required")?.as_array()?.first()?.as_str();
        let name = text(VARIANT)
            .or_else(|| text("title"))
            .or_else(tag)
            .or_else(required)?;
        Some(pascal_case(name))
    };
    let names: Vec<Option<String>> = unions.flatten().map(own).collect();
    let is_unique =
        |name: &Option<String>| names.iter().filter(|other| *other == name).count() == 1;
    names
        .iter()
        .map(|name| name.clone().filter(|_| is_unique(name)))
        .collect()
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
        || is_union(schema)
        || branches("allOf") > 1
}

/// Takes out the keywords that describe this use of a schema rather than its values.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hoisted(schemas: Value) -> Result<Value, Problem> {
        let mut document = json!({"components": {"schemas": schemas}});
        hoist(
            &mut document,
            &Profile::default(),
            &mut Provenance::default(),
        )?;
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
    fn a_filter_has_the_type_of_the_field_that_it_filters_by() {
        let values = json!({"type": "string", "enum": ["open"]});
        let filter =
            |name: &str, schema: Value| json!({"in": "query", "name": name, "schema": schema});
        let mut document = json!({
            "paths": {"/orders": {"get": {
                "operationId": "list_orders",
                "parameters": [
                    filter("status[in]", json!({"type": "array", "items": values})),
                    filter("status", values.clone()),
                    filter("mode", values.clone()),
                ],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}},
            }}},
            "components": {"schemas": {
                "Order": {"properties": {"status": values}},
                "Another": {"properties": {"status": values}},
            }},
        });
        hoist(
            &mut document,
            &Profile::default(),
            &mut Provenance::default(),
        )
        .unwrap();
        let schema =
            |index: usize| &document["paths"]["/orders"]["get"]["parameters"][index]["schema"];
        let status = json!({"$ref": "#/components/schemas/OrderStatus"});
        assert_eq!(schema(0)["items"], status);
        assert_eq!(*schema(1), status);
        assert_eq!(schema(2)["$ref"], "#/components/schemas/ListOrdersMode");
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
