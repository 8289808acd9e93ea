//! From OpenAPI 3.1 (or 3.0) to the 3.0.3 that the generator reads, without a change of meaning.
//!
//! Each rule has a file. A rule refuses what it cannot express, by name and place. It sets aside and counts
//! what plays no part in a client.

mod aliases;
mod all_of;
pub mod compared_only;
mod definitions;
mod envelopes;
mod events;
mod hoist;
mod identifiers;
mod inflect;
mod inline;
mod internal;
mod keywords;
mod maps;
mod media;
mod names;
mod nullability;
mod operations;
mod plain;
mod prune;
mod responses;
mod schemas;
mod security;
mod set_aside;
mod shape;
mod shared_values;
mod targets;
mod unions;
mod variants;

pub use events::AFTER as WEBHOOKS;
use serde_json::{Map, Value};

use crate::input::{Diagnostics, Problem, Problems, Profile, Provenance};

/// The stack of the rules, which go as deep as schemas lead to each other. Only the part that is used takes memory.
const STACK_BYTES: usize = 256 << 20;

/// Lowers a merged document. `provenance` records where schemas with new names were.
pub fn lower(
    document: Value,
    profile: &Profile,
    diagnostics: &mut Diagnostics,
    provenance: &mut Provenance,
) -> Result<Value, Problem> {
    let rules = || apply_rules(document, profile, diagnostics, provenance);
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        match thread.spawn_scoped(scope, rules) {
            Ok(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(cause) => Err(Problem::new(format!("no thread can be started: {cause}"))),
        }
    })
}

fn apply_rules(
    mut document: Value,
    profile: &Profile,
    diagnostics: &mut Diagnostics,
    provenance: &mut Provenance,
) -> Result<Value, Problem> {
    // So that the order of the input affects neither the document nor the report.
    document.sort_all_objects();
    // Each rule leaves what it refuses in a shape that the others can read, so that all problems are found.
    let mut problems = Problems::default();
    internal::leave_out(&mut document, diagnostics);
    problems.keep(shape::check(&mut document, diagnostics));
    problems.keep(security::check(&mut document, &profile.client, diagnostics));
    let lifted = targets::lift(&mut document);
    shared_values::unite(&mut document);
    events::reduce(&mut document, diagnostics);
    set_aside::set_aside(&mut document, diagnostics);
    problems.keep(inline::inline(&mut document, diagnostics));
    problems.keep(definitions::lift(&mut document));
    let filters = &profile.client.filters;
    problems.keep(maps::write_out(&mut document, filters, diagnostics));
    let base = &profile.names.base_variant;
    problems.keep(variants::keep_base(&mut document, base, diagnostics));
    // Most schemas are variants that nothing reaches any more. This saves the rules below from reading them.
    prune::prune(&mut document, diagnostics);
    problems.keep(schemas::for_each_schema(
        &mut document,
        &mut |schema, at| {
            let mut problems = Problems::default();
            if let Some(keywords) = schema.as_object_mut() {
                problems.keep(shape::check_keywords(keywords, at));
            }
            problems.keep(nullability::lower(schema, at));
            problems.keep(keywords::lower(schema, at, diagnostics));
            problems.result()
        },
    ));
    problems.keep(all_of::write_out(&mut document, diagnostics));
    problems.keep(unions::simplify(&mut document, diagnostics));
    problems.keep(aliases::resolve(&mut document));
    plain::inline(&mut document);
    // A second name that may be null is one now that its uses may be null, and types of a union may be the same.
    problems.keep(aliases::resolve(&mut document));
    let counted = &mut Diagnostics::default();
    problems.keep(unions::simplify(&mut document, counted));
    problems.keep(operations::check(
        &mut document,
        &profile.client.headers,
        diagnostics,
    ));
    problems.keep(responses::unify(&mut document, diagnostics));
    prune::prune(&mut document, diagnostics);
    problems.keep(names::rename(&mut document, profile, provenance));
    let hoisted = hoist::hoist(&mut document, profile, provenance);
    problems.keep(hoisted.map_err(|problem| problem.moved(|at| provenance.of(at))));
    envelopes::mark(&mut document, &profile.client.envelope, diagnostics);
    events::finish(&mut document);
    problems.keep(profile.put(&mut document));
    let result = problems.result();
    result.map_err(|problem| problem.moved(|at| lifted.of(at)))?;
    Ok(in_order(document))
}

/// The members at the top in the order that people expect, all others by name.
fn in_order(mut document: Value) -> Value {
    const FIRST: [&str; 5] = ["openapi", "info", "externalDocs", "servers", "tags"];
    document["openapi"] = "3.0.3".into();
    document.sort_all_objects();
    let Value::Object(mut members) = document else {
        return document;
    };
    let mut ordered: Map<String, Value> = FIRST
        .iter()
        .filter_map(|key| members.remove_entry(*key))
        .collect();
    ordered.append(&mut members);
    Value::Object(ordered)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn profile() -> Profile {
        Profile::of_this_repository()
    }

    /// Lowers one schema, which an operation responds with.
    fn lowered(schema: Value) -> Result<Value, Problem> {
        let document = document_of(json!({"Thing": schema}));
        let lowered = lower(
            document,
            &profile(),
            &mut Diagnostics::default(),
            &mut Provenance::default(),
        )?;
        // What needs no type of its own stands in the response.
        let response = &lowered["paths"]["/things"]["get"]["responses"]["200"];
        let schema = &response["content"]["application/json"]["schema"];
        if !schema.to_string().contains("$ref") {
            return Ok(schema.clone());
        }
        let mut named = lowered["components"]["schemas"]["Thing"].clone();
        // A component is never null itself: its uses are.
        if let Some(nullable) = schema.get("nullable") {
            named["nullable"] = nullable.clone();
        }
        Ok(named)
    }

    fn document_of(schemas: Value) -> Value {
        json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/things": {"get": {"responses": {"200": {
                "description": "ok",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
            }}}}},
            "components": {"schemas": schemas},
        })
    }

    #[test]
    fn each_rule_keeps_the_meaning_of_a_schema() {
        for (rule, before, after) in [
            (
                "a type array with null",
                json!({"type": ["string", "null"], "description": "d"}),
                json!({"type": "string", "nullable": true, "description": "d"}),
            ),
            (
                "a type array with one type",
                json!({"type": ["string"]}),
                json!({"type": "string"}),
            ),
            (
                "a type array with several types",
                json!({"type": ["string", "integer", "null"], "format": "x"}),
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": true, "format": "x"}),
            ),
            (
                "anyOf with null",
                json!({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}], "description": "d"}),
                json!({"type": "integer", "minimum": 1, "nullable": true, "description": "d"}),
            ),
            (
                "a union of one, nested",
                json!({"anyOf": [{"oneOf": [{"type": ["integer", "null"]}]}]}),
                json!({"type": "integer", "nullable": true}),
            ),
            (
                "an enum with null",
                json!({"type": ["string", "null"], "enum": ["a", null]}),
                json!({"type": "string", "enum": ["a"], "nullable": true}),
            ),
            (
                "const",
                json!({"const": "a"}),
                json!({"type": "string", "enum": ["a"]}),
            ),
            (
                "examples",
                json!({"type": "string", "examples": ["a", "b"]}),
                json!({"type": "string", "example": "a"}),
            ),
            (
                "numeric bounds",
                json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 9}),
                json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true, "maximum": 9, "exclusiveMaximum": true}),
            ),
            (
                "the stricter of two bounds",
                json!({"type": "integer", "minimum": 5, "exclusiveMinimum": 0}),
                json!({"type": "integer", "minimum": 5}),
            ),
            (
                "bounds that are 3.0 already",
                json!({"type": "integer", "minimum": 5, "exclusiveMinimum": true}),
                json!({"type": "integer", "minimum": 5, "exclusiveMinimum": true}),
            ),
            (
                "a list of anything",
                json!({"type": "array"}),
                json!({"type": "array", "items": {}}),
            ),
            (
                "content encodings",
                json!({"type": "string", "contentEncoding": "base64"}),
                json!({"type": "string", "format": "byte"}),
            ),
            (
                "schemas that are true",
                json!({"type": "array", "items": true}),
                json!({"type": "array", "items": {}}),
            ),
        ] {
            assert_eq!(lowered(before).unwrap(), after, "{rule}");
        }
    }

    #[test]
    fn what_cannot_be_expressed_is_refused_by_name_and_place() {
        for (keyword, schema) in [
            (
                "patternProperties",
                json!({"type": "object", "patternProperties": {"a": {}}}),
            ),
            ("prefixItems", json!({"type": "array", "prefixItems": [{}]})),
            ("if", json!({"if": {"type": "string"}})),
            ("$dynamicRef", json!({"$dynamicRef": "#x"})),
            ("madeUp", json!({"madeUp": 1})),
            ("false", json!({"properties": {"a": false}})),
            ("null", json!({"type": "null"})),
            ("null", json!({"const": null})),
        ] {
            let problem = lowered(schema).unwrap_err().to_string();
            assert!(problem.contains(keyword), "{keyword}: {problem}");
            assert!(
                problem.contains("at /components/schemas/Thing"),
                "{problem}"
            );
            assert!(problem.contains("what to do"), "{problem}");
        }
    }

    #[test]
    fn the_order_of_the_input_leaves_no_trace() {
        let one = document_of(json!({
            "Thing": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}, "b": {"type": "string"}}},
            "A": {"type": "string", "enum": ["x"]},
        }));
        let other = document_of(json!({
            "A": {"enum": ["x"], "type": "string"},
            "Thing": {"properties": {"b": {"type": "string"}, "a": {"$ref": "#/components/schemas/A"}}, "type": "object"},
        }));
        let text = |document| {
            serde_json::to_string(
                &lower(
                    document,
                    &profile(),
                    &mut Diagnostics::default(),
                    &mut Provenance::default(),
                )
                .unwrap(),
            )
            .unwrap()
        };
        assert_eq!(text(one), text(other));
    }

    #[test]
    fn a_lowered_document_is_lowered_already() {
        let document = document_of(json!({"Thing": {
            "type": ["object", "null"],
            "properties": {
                "kind": {"type": "string", "enum": ["a", "b"]},
                "inner": {"type": "object", "properties": {"x": {"const": 1}}},
            },
        }}));
        let once = lower(
            document,
            &profile(),
            &mut Diagnostics::default(),
            &mut Provenance::default(),
        )
        .unwrap();
        let twice = lower(
            once.clone(),
            &profile(),
            &mut Diagnostics::default(),
            &mut Provenance::default(),
        )
        .unwrap();
        assert_eq!(once, twice);
    }
}
