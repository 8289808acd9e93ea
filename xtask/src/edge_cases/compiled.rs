//! What is accepted compiles with all features: the clients of all documents, and of a sample of random ones, stand
//! side by side in one crate.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::proptests::sample;
use super::{document, output, responses};
use crate::commands::verify;

/// How many random documents are tried; many of them are refused.
const RANDOM: usize = 300;

/// A document of this number, which reads and writes a `Thing` and has this schema as a field of it.
pub(super) fn with_field(number: usize, schema: &Value, others: &Value) -> Value {
    let mut schemas = others.clone();
    schemas["Thing"] = json!({
        "type": "object",
        "properties": {"field": schema, "needed": schema, "name": {"type": "string"}},
        "required": ["needed"],
    });
    let thing = json!({"$ref": "#/components/schemas/Thing"});
    let body = json!({"required": true, "content": {"application/json": {"schema": thing}}});
    let path = format!("/c{number}-things");
    document(
        json!({path: {
            "get": {"responses": responses(thing.clone())},
            "post": {"requestBody": body, "responses": responses(thing)},
        }}),
        schemas,
    )
}

/// A document of this number with an operation that has this parameter.
pub(super) fn with_parameter(number: usize, parameter: &Value) -> Value {
    let id = match parameter["in"].as_str() {
        Some("path") => format!("/{{{}}}", parameter["name"].as_str().unwrap_or_default()),
        _ => String::new(),
    };
    let path = format!("/c{number}-things{id}");
    let response = responses(json!({"type": "object", "properties": {"a": {"type": "string"}}}));
    let operation = json!({"parameters": [parameter], "responses": response});
    document(json!({path: {"get": operation}}), json!({}))
}

pub(super) fn name(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn text() -> Value {
    json!({"type": "string"})
}

/// Schemas of fields.
pub(super) fn fields() -> Vec<Value> {
    let mut fields: Vec<Value> = [
        "date",
        "date-time",
        "time",
        "uuid",
        "ipv4",
        "ipv6",
        "byte",
        "binary",
        "uri",
        "duration",
        "made-up",
    ]
    .map(|format| json!({"type": "string", "format": format}))
    .into();
    fields.extend(
        ["int8", "uint8", "int32", "int64", "uint32", "uint64"]
            .map(|format| json!({"type": "integer", "format": format, "minimum": 1})),
    );
    fields.extend(["float", "double"].map(|format| json!({"type": "number", "format": format})));
    fields.extend([
        json!({"type": "array", "items": {"type": "array", "items": {"type": "string", "format": "date"}}}),
        json!({"type": "integer", "enum": [3, 5]}),
        json!({"type": "number", "enum": [0.25, 4]}),
        json!({"type": "string", "enum": ["on hold", "Err", "Ok", "Self", "fn", "_", "", "unknown"]}),
        json!({"type": "string", "format": "date", "enum": ["2020-01-01"]}),
        json!({"type": ["boolean", "integer", "null"]}),
        json!({"type": ["object", "string"], "properties": {"a": text()}}),
        json!({"type": "array", "items": text(), "properties": {"a": text()}}),
        json!({"type": "object", "properties": {}, "additionalProperties": false}),
        json!({"type": "object", "additionalProperties": false}),
        json!({"type": "string", "example": 40_022_701_955_u64}),
        json!({"oneOf": [
            {"type": "object", "required": ["v"], "properties": {"v": {"const": 1}}},
            {"type": "object", "required": ["v"], "properties": {"v": {"const": 2}, "w": text()}},
        ]}),
        json!({"type": "array", "items": name("Second")}),
        name("Grown"),
        json!({"anyOf": [text(), {"type": "array", "items": text()}]}),
        json!({"anyOf": [name("Colour"), text()]}),
        json!({"anyOf": [name("Colour"), {"type": "boolean"}]}),
        json!({"anyOf": [name("Colour"), name("Car")]}),
        json!({"oneOf": [{"const": "x", "title": "X"}, {"const": "y"}]}),
        json!({"oneOf": [name("Car"), name("Boat")], "discriminator": {"propertyName": "kind"}}),
        json!({"oneOf": [name("Car"), {"type": "null"}]}),
        json!({"oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": text()}},
            {"type": "object", "required": ["b"], "properties": {"b": name("Node")}},
        ]}),
        json!({"allOf": [name("Car"), {"description": "d"}]}),
        json!({"allOf": [name("Car"), {"type": ["object", "null"]}]}),
        json!({"allOf": [name("Car"), name("Boat")]}),
        json!({"allOf": [name("Short"), {"maxLength": 3}]}),
        json!({"type": "object", "properties": {"z": text()}, "anyOf": [name("Car"), name("Boat")]}),
        json!({"allOf": []}),
        name("Colour"),
        name("Short"),
        name("Names"),
        name("Tree"),
        name("Nothing"),
        name("Node"),
        name("D"),
        name("Reading"),
        json!({"type": "string", "writeOnly": true}),
        json!({"type": "string", "readOnly": true}),
    ]);
    fields
}

/// Schemas that the fields refer to.
pub(super) fn others() -> Value {
    json!({
        "Car": {"type": "object", "properties": {"kind": text(), "doors": {"type": "integer"}}, "required": ["kind"]},
        "Boat": {"type": "object", "properties": {"kind": text(), "masts": {"type": "integer"}}},
        "Colour": {"type": "string", "enum": ["red"], "nullable": true, "title": "Colour"},
        "Short": {"type": ["string", "null"], "maxLength": 5},
        "Names": {"type": "array", "items": name("Short")},
        "Tree": {"type": "object", "additionalProperties": name("Tree")},
        "Nothing": {"anyOf": [name("Nothing"), {"type": "null"}]},
        "Node": {"type": "object", "properties": {"next": name("Node"), "one": {"anyOf": [name("Node"), name("D")]}}},
        "Second": {"allOf": [name("Car")], "x-note": "n", "nullable": true},
        "Grown": {"type": "object", "properties": {
            "more": {"allOf": [name("Grown"), {"type": "object", "properties": {"a": text()}}]},
        }},
        "D": {"type": "object", "oneOf": [name("Reading"), name("Car")], "properties": {"d": text()}},
        "Reading": {"allOf": [name("D"), {"type": "object", "properties": {"r": text()}}]},
    })
}

/// Parameters of operations.
pub(super) fn parameters() -> Vec<Value> {
    let query = |name: &str, schema: Value| json!({"in": "query", "name": name, "schema": schema});
    let mut parameters: Vec<Value> = ["path", "query", "filter", "with", "send", "header", "self"]
        .map(|name| query(name, text()))
        .into();
    for schema in [
        json!({"type": "boolean"}),
        json!({"type": "number", "minimum": 0, "maximum": 1}),
        json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 50}),
        json!({"type": "string", "format": "date"}),
        json!({"type": "string", "format": "uuid"}),
        json!({"type": "string", "enum": ["a b"]}),
        json!({"type": ["integer", "string"]}),
    ] {
        parameters.push(query("value", schema.clone()));
        parameters.push(query("list", json!({"type": "array", "items": schema})));
        parameters.push(json!({"in": "path", "name": "id", "required": true, "schema": schema}));
    }
    for (name, is_required) in [("X-Mode", false), ("If-Match", true), ("body", false)] {
        let schema = json!({"type": "integer"});
        parameters
            .push(json!({"in": "header", "name": name, "required": is_required, "schema": schema}));
    }
    for style in ["spaceDelimited", "pipeDelimited", "form"] {
        let mut list = query("list", json!({"type": "array", "items": text()}));
        list["style"] = style.into();
        parameters.push(list);
    }
    parameters
}

#[test]
fn the_clients_of_all_edge_cases_compile_with_all_features() {
    let mut documents: Vec<Value> = Vec::new();
    for schema in fields() {
        documents.push(with_field(documents.len(), &schema, &others()));
    }
    for parameter in parameters() {
        documents.push(with_parameter(documents.len(), &parameter));
    }
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let copy = tempfile::TempDir::new().unwrap();
    let copy = copy.path();
    verify::copy_client(&repository, copy).unwrap();
    let source = copy.join("trackstar-api/src");
    let mut library = std::fs::read_to_string(source.join("lib.rs")).unwrap();
    let mut clients = Vec::new();
    for document in documents {
        match output(document.clone()) {
            Ok(output) => clients.push(output.code),
            Err(problem) => panic!("{problem}:\n{document:#}"),
        }
    }
    let random = sample(RANDOM).into_iter().map(output);
    let of_random: Vec<String> = random.filter_map(|it| Some(it.ok()?.code)).collect();
    assert!(
        of_random.len() > RANDOM / 10,
        "{} of {RANDOM}",
        of_random.len()
    );
    clients.extend(of_random);
    for (index, code) in clients.into_iter().enumerate() {
        std::fs::write(source.join(format!("case_{index}.rs")), code).unwrap();
        library += &format!("#[allow(dead_code)]\nmod case_{index};\n");
    }
    std::fs::write(source.join("lib.rs"), library).unwrap();
    let check = Command::new(env!("CARGO"))
        .args([
            "check",
            "--offline",
            "--quiet",
            "--lib",
            "--package",
            "trackstar-api",
        ])
        .args([
            "--no-default-features",
            "--features",
            "rustls,mock,schemars,webhooks",
        ])
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", repository.join("target/edge-cases"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .unwrap();
    let problems = String::from_utf8_lossy(&check.stderr);
    assert!(check.status.success(), "{problems}");
}
