//! What holds for every document, on random documents.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::generate::generate;
use crate::input::merge::merge;
use crate::input::{Diagnostics, Document, Pointer, Problem, Profile, Provenance, for_each_target};
use crate::lower::lower;

const NAMES: [&str; 8] = [
    "Order",
    "order",
    "Box",
    "3PL",
    "a b",
    "OrderSchema",
    "",
    "注",
];

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        select(vec![
            json!({}),
            json!(true),
            json!({"type": "string"}),
            json!({"type": ["integer", "null"]}),
            json!({"type": "string", "enum": ["a", "A", "", null]}),
            json!({"const": 5}),
            json!({"type": "number", "exclusiveMinimum": 0}),
            json!({"type": "array"}),
            json!({"$defs": {"Inner": {"type": "string"}}}),
            json!({"type": "object", "additionalProperties": false}),
            json!({"description": "*/ ```"}),
            json!({"enum": [1, "a"]}),
            json!(null),
        ]),
        select(NAMES.to_vec())
            .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")})),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            (
                select(vec!["anyOf", "oneOf", "allOf"]),
                vec(inner.clone(), 0..3)
            )
                .prop_map(|(union, branches)| json!({union: branches})),
            inner
                .clone()
                .prop_map(|items| json!({"type": "array", "items": items})),
            inner
                .clone()
                .prop_map(|values| json!({"additionalProperties": values})),
            btree_map(select(NAMES.to_vec()), inner, 0..4)
                .prop_map(|properties| json!({"type": "object", "properties": properties})),
        ]
    })
}

fn document() -> impl Strategy<Value = Value> {
    let schemas = btree_map(select(NAMES.to_vec()), schema(), 1..5);
    let paths = vec![
        "/orders",
        "/orders/{id}",
        "/box",
        "/a b",
        "/",
        "/wms/orders/{id}/cancel",
    ];
    let method = select(vec!["get", "post", "put", "delete", "x-note"]);
    let operation = (schema(), schema(), schema()).prop_map(|(query, body, response)| {
        json!({
            "parameters": [
                {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}},
                {"in": "query", "name": "type", "schema": query},
            ],
            "requestBody": {"content": {"application/json": {"schema": body}}},
            "responses": {"200": {"description": "", "content": {"*/*": {"schema": response}}}},
        })
    });
    let paths = btree_map((select(paths), method), operation, 1..4);
    (paths, schemas).prop_map(|(operations, schemas)| {
        let mut paths = json!({});
        for ((path, method), mut operation) in operations {
            if !path.contains("{id}")
                && let Some(parameters) = operation["parameters"].as_array_mut()
            {
                parameters.remove(0);
            }
            paths[path][method] = operation;
        }
        json!({
            "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
            "paths": paths, "components": {"schemas": schemas},
        })
    })
}

/// So many documents, always the same ones, each with a number before its paths.
pub(super) fn sample(count: usize) -> Vec<Value> {
    let mut runner = TestRunner::deterministic();
    let documents = (0..count).map(|number| {
        let mut document = document().new_tree(&mut runner).unwrap().current();
        let paths = document["paths"].as_object_mut().map(std::mem::take);
        let paths = paths.into_iter().flatten();
        let numbered = paths.map(|(path, item)| (format!("/p{number}{path}"), item));
        document["paths"] = Value::Object(numbered.collect());
        let schemas = document["components"]["schemas"].as_object().into_iter();
        let known: Vec<String> = schemas
            .flatten()
            .map(|(name, _)| Pointer::schema(name).reference())
            .collect();
        for_each_target(&mut document, |target| {
            // Most would lead nowhere.
            if !known.contains(target) {
                target.clone_from(&known[0]);
            }
        });
        document
    });
    documents.collect()
}

fn lowered(value: Value) -> Result<Value, Problem> {
    let name = "random.json".to_owned();
    let merged = merge(vec![Document::new(name, value)])?;
    lower(
        merged.value,
        &Profile::of_this_repository(),
        &mut Diagnostics::default(),
        &mut Provenance::default(),
    )
}

fn reversed(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(reversed).collect(),
        Value::Object(members) => {
            let members = members.into_iter().rev();
            Value::Object(
                members
                    .map(|(key, member)| (key, reversed(member)))
                    .collect::<Map<_, _>>(),
            )
        }
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn whatever_a_document_holds_it_is_lowered_or_refused_with_a_place(document in document()) {
        if let Err(problem) = lowered(document) {
            prop_assert!(problem.has_pointers(), "{}", problem);
            prop_assert!(problem.to_string().contains("what to do"), "{}", problem);
        }
    }

    #[test]
    fn what_is_lowered_stays_as_it_is_when_lowered_again(document in document()) {
        if let Ok(once) = lowered(document) {
            prop_assert_eq!(lowered(once.clone()).unwrap(), once);
        }
    }

    #[test]
    fn the_order_of_a_document_leaves_no_trace(document in document()) {
        let text = |document| lowered(document).map(|lowered| lowered.to_string()).map_err(|p| p.to_string());
        prop_assert_eq!(text(reversed(document.clone())), text(document));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn whatever_is_lowered_is_generated(document in document()) {
        if let Ok(lowered) = lowered(document) {
            let code = generate(&lowered.to_string());
            prop_assert!(code.is_ok(), "{}: {lowered:#}", code.unwrap_err());
        }
    }
}
