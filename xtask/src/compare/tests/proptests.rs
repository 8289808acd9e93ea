//! What holds for any two documents.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::*;
use super::{changes, code, content, name};
use crate::input::Profile;

fn schema() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": "string", "format": "date-time"})),
        Just(json!({"type": "integer", "minimum": 1})),
        Just(json!({"type": "number", "format": "decimal"})),
        Just(json!({"type": "string", "nullable": true, "description": "d"})),
        Just(json!({"type": "array", "items": {"type": "string"}})),
        "[ABC]".prop_map(|of| name(&of)),
        "[ABC]".prop_map(|of| json!({"type": "array", "items": name(&of), "maxItems": 2})),
    ];
    (plain, any::<bool>()).prop_map(|(mut schema, is_deprecated)| {
        if is_deprecated && schema.get("$ref").is_none() {
            schema["deprecated"] = true.into();
        }
        schema
    })
}

fn component() -> impl Strategy<Value = Value> {
    let fields = btree_map("(order|line|sku|order_id|type)", schema(), 0..5);
    let structs = (fields, any::<bool>()).prop_map(|(fields, is_required)| {
        let names: Vec<&String> = fields.keys().collect();
        let required = if is_required { json!(names) } else { json!([]) };
        json!({"type": "object", "properties": fields, "required": required})
    });
    let enums = vec("[a-c]", 1..4).prop_map(|mut values| {
        values.sort();
        values.dedup();
        json!({"type": "string", "enum": values})
    });
    prop_oneof![3 => structs, 1 => enums]
}

fn operation() -> impl Strategy<Value = Value> {
    let parameters = btree_map("(limit|page|page_size)", (schema(), any::<bool>()), 0..3);
    let parts = (
        parameters,
        "[ABC]",
        proptest::option::of("[ABC]"),
        any::<bool>(),
    );
    parts.prop_map(|(parameters, response, body, has_token)| {
        let parameters: Vec<Value> = parameters
            .into_iter()
            .map(|(name, (schema, is_required))| {
                json!({"name": name, "in": "query", "required": is_required, "schema": schema})
            })
            .collect();
        let mut operation = json!({
            "parameters": parameters,
            "responses": {"200": content(name(&response))},
            "security": [if has_token { json!({"access_token": []}) } else { json!({}) }],
        });
        if let Some(body) = body {
            operation["requestBody"] = content(name(&body));
        }
        operation
    })
}

/// A lowered document, whose schemas are called A, B and C, or with other letters at their ends.
fn any_document() -> impl Strategy<Value = Value> {
    let schemas = vec(component(), 3);
    let operations = btree_map("/(wms/)?(orders|order_lines|lines)", operation(), 0..4);
    let endings = prop::sample::select(vec!["", "One", "Two"]);
    (schemas, operations, endings).prop_map(|(schemas, operations, ending)| {
        let mut paths = Map::new();
        for (path, mut operation) in operations {
            operation["operationId"] = format!("do{}_{ending}", path.replace('/', "_"))
                .to_lowercase()
                .into();
            paths.insert(path, json!({"post": operation}));
        }
        let names = ["A", "B", "C"].into_iter();
        let schemas: Map<String, Value> = names
            .zip(schemas)
            .map(|(name, schema)| (name.to_owned(), schema))
            .collect();
        let text = json!({"paths": paths, "components": {"schemas": schemas}}).to_string();
        // Renames of a type go through all that refers to it.
        let text = text.replace("schemas/A\"", &format!("schemas/A{ending}\""));
        let text = text.replace("\"A\":", &format!("\"A{ending}\":"));
        serde_json::from_str(&text).unwrap()
    })
}

type Sides = (
    Option<Subject>,
    Option<Subject>,
    Option<Aspect>,
    Option<String>,
    Option<String>,
);

fn sides(change: Change) -> Sides {
    (
        change.old,
        change.new,
        change.aspect,
        change.before,
        change.after,
    )
}

/// The names of what is public, as they stand in the code.
fn public_names(code: &str) -> BTreeSet<String> {
    let names = code.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("pub ")?;
        let end = rest.find(['(', ':', '{', '<', ';']).unwrap_or(rest.len());
        Some(rest[..end].trim().to_owned())
    });
    names.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_document_does_not_differ_from_itself(document in any_document()) {
        prop_assert_eq!(changes(&document, &document), []);
    }

    #[test]
    fn the_code_decides_what_is_breaking(old in any_document(), new in any_document()) {
        let profile = Profile::of_this_repository();
        let [old, new] = [old, new].map(|it| profile.lowered(&it.to_string()).unwrap());
        let [before, after] = [code(&old), code(&new)];
        let found = diff(
            &Snapshot::of(&old, &before).unwrap(),
            &Snapshot::of(&new, &after).unwrap(),
        );
        let is_breaking = found.iter().any(|change| change.class == Class::Breaking);
        let names = [public_names(&before), public_names(&after)];
        prop_assert!(is_breaking || names[0].is_subset(&names[1]), "{found:?}");

        // The same code with another document.
        let same = diff(
            &Snapshot::of(&old, &before).unwrap(),
            &Snapshot::of(&new, &before).unwrap(),
        );
        prop_assert!(same.iter().all(|change| change.class >= Class::Behaviour), "{same:?}");
    }

    #[test]
    fn the_way_back_is_the_way_there_reversed(old in any_document(), new in any_document()) {
        let mut there: Vec<Sides> = changes(&old, &new).into_iter().map(sides).collect();
        let back = changes(&new, &old).into_iter().map(sides);
        let mut back: Vec<Sides> = back
            .map(|(old, new, aspect, before, after)| (new, old, aspect, after, before))
            .collect();
        there.sort();
        back.sort();
        prop_assert_eq!(there, back);
    }
}
