//! References into a schema, a path or a shared response: what they lead to becomes a component of its own.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::input::{Pointer, Provenance, for_each_target};

/// Members of the way to a schema that do not tell it from others.
const SILENT: [&str; 9] = [
    "application/json",
    "components",
    "content",
    "paths",
    "properties",
    "requestBody",
    "responses",
    "schema",
    "schemas",
];

/// Makes components of all schemas that are referred to where they stand, and returns where each of them was.
pub fn lift(document: &mut Value) -> Provenance {
    let mut places = BTreeSet::new();
    for_each_target(document, |target| {
        places.extend(Pointer::of_reference(target).filter(is_within));
    });
    let mut provenance = Provenance::default();
    // The innermost first: the others hold them.
    let mut places: Vec<Pointer> = places.into_iter().collect();
    places.sort_by_key(|place| std::cmp::Reverse(place.keys().count()));
    for place in places {
        let Some(schema) = document.pointer_mut(place.as_str()) else {
            continue;
        };
        let is_alias = schema.get("$ref").is_some_and(Value::is_string);
        let target = match (is_alias, schema["$ref"].as_str()) {
            // What it leads to is meant.
            (true, Some(target)) => target.to_owned(),
            _ => {
                let schema = schema.take();
                let name = name(&place, document);
                let target = Pointer::schema(&name).reference();
                if let Some(old) = document.pointer_mut(place.as_str()) {
                    *old = json!({"$ref": target});
                }
                document["components"]["schemas"][&name] = schema;
                provenance.add(&name, &place);
                target
            }
        };
        let place = place.reference();
        for_each_target(document, |other| {
            if *other == place {
                other.clone_from(&target);
            }
        });
    }
    provenance
}

/// Whether a schema is here that is no component, and no definition of one.
fn is_within(at: &Pointer) -> bool {
    let keys: Vec<String> = at.keys().collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    match keys[..] {
        ["components", "schemas", _, ref below @ ..] => {
            let is_definition = below
                .chunks(2)
                .all(|pair| pair.len() == 2 && pair[0] == "$defs");
            !below.is_empty() && !is_definition
        }
        ["components" | "paths" | "webhooks", ..] => keys.len() > 3 && keys.contains(&"schema"),
        // Schemas beside what OpenAPI knows: `#/definitions/Order`.
        _ => !keys.is_empty(),
    }
}

/// A free name, made of the place.
fn name(at: &Pointer, document: &Value) -> String {
    let keys = at.keys().filter(|key| !SILENT.contains(&key.as_str()));
    let mut name = keys
        .collect::<Vec<_>>()
        .join(".")
        .replace(['/', '{', '}'], "_");
    while Pointer::schema(&name).get(document).is_some() {
        name.push_str(".value");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(place: &str) -> Value {
        json!({"$ref": format!("#{place}")})
    }

    #[test]
    fn what_is_referred_to_where_it_stands_becomes_a_component() {
        let content = |schema: Value| json!({"content": {"application/json": {"schema": schema}}});
        let in_path = "/paths/~1x~1{id}/get/responses/200/content/application~1json/schema";
        let in_response = "/components/responses/Shared/content/application~1json/schema";
        let mut document = json!({
            "paths": {"/x/{id}": {"get": {"responses": {"200": content(json!({"type": "string"}))}}}},
            "components": {
                "responses": {"Shared": content(reference("/components/schemas/A"))},
                "schemas": {
                    "A": {"properties": {
                        "b": {"items": {"properties": {"c": {"type": "integer"}}}},
                        "d": reference("/components/schemas/A/$defs/D"),
                    }, "$defs": {"D": {}}},
                    "B": {"properties": {
                        "inner": reference("/components/schemas/A/properties/b/items/properties/c"),
                        "list": reference("/components/schemas/A/properties/b"),
                        "path": reference(in_path),
                        "shared": reference(in_response),
                    }},
                },
            },
        });
        let provenance = lift(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["B"]["properties"],
            json!({
                "inner": reference("/components/schemas/A.b.items.c"),
                "list": reference("/components/schemas/A.b"),
                "path": reference("/components/schemas/_x__id_.get.200"),
                "shared": reference("/components/schemas/A"),
            })
        );
        assert_eq!(schemas["A.b.items.c"], json!({"type": "integer"}));
        assert_eq!(
            schemas["A.b"],
            json!({"items": {"properties": {"c": reference("/components/schemas/A.b.items.c")}}})
        );
        assert_eq!(
            schemas["A"]["properties"]["b"],
            reference("/components/schemas/A.b")
        );
        assert_eq!(
            schemas["A"]["properties"]["d"],
            reference("/components/schemas/A/$defs/D")
        );
        let place = Pointer::parse("/components/schemas/A.b.items.c/type");
        let origin = "/components/schemas/A/properties/b/items/properties/c/type";
        assert_eq!(provenance.of(&place), Pointer::parse(origin));
    }

    #[test]
    fn a_reference_to_itself_is_left_to_be_refused() {
        let place = "/components/schemas/A/properties/b";
        let mut document =
            json!({"components": {"schemas": {"A": {"properties": {"b": reference(place)}}}}});
        lift(&mut document);
        assert_eq!(document.pointer(place), Some(&reference(place)));
    }
}
