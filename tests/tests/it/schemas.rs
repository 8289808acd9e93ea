//! The JSON schema of every data type says what the client reads, and what it writes.

use std::collections::BTreeMap;

use jsonschema::Validator;
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use trackstar_api::{Page, WriteResponse, deviation, json_schema, types};

/// A type: its example as JSON, whether it reads a JSON value without a deviation, and the schema of what it writes.
struct Row {
    name: &'static str,
    example: fn() -> Value,
    reads: fn(Value) -> bool,
    written: fn() -> Schema,
}

macro_rules! row {
    ($name:ident) => {
        Row {
            name: stringify!($name),
            example: || serde_json::to_value(types::$name::example()).unwrap(),
            reads: reads::<types::$name>,
            written: written::<types::$name>,
        }
    };
}

/// Whether the JSON is read as what the document says. More than that is read, and reported.
fn reads<T: DeserializeOwned>(json: Value) -> bool {
    let (record, found) = deviation::collect(|| serde_json::from_value::<T>(json));
    record.is_ok() && found.list.is_empty()
}

fn written<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}

include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

fn validator(schema: &Schema) -> Validator {
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(schema.as_value()).unwrap()
}

fn problem(validator: &Validator, json: &Value) -> Option<String> {
    let errors = validator.iter_errors(json);
    let errors: Vec<String> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    (!errors.is_empty()).then(|| errors.join("\n"))
}

/// Every place in a value: in a list only the first, since the others are alike.
fn places(json: &Value, path: &str, found: &mut Vec<String>) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                let path = format!("{path}/{name}");
                places(value, &path, found);
                found.push(path);
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                let path = format!("{path}/0");
                places(first, &path, found);
                found.push(path);
            }
        }
        _ => {}
    }
}

#[test]
fn every_type_has_a_schema_by_its_name() {
    let all = json_schema::all();
    assert!(TYPES.len() > 100, "{} types", TYPES.len());
    let names: Vec<&str> = TYPES.iter().map(|row| row.name).collect();
    let without: Vec<_> = names
        .iter()
        .filter(|name| !all.contains_key(*name))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn the_schema_of_an_envelope_takes_what_is_read_of_it() {
    let page = schemars::schema_for!(Page<types::Order>);
    let write = schemars::schema_for!(WriteResponse<types::Order>);
    let order = types::Order::example();
    let pages = [
        serde_json::to_value(Page::new(vec![order.clone()])).unwrap(),
        json!({"data": null, "next_token": null}),
    ];
    for sent in pages {
        assert_eq!(problem(&validator(&page), &sent), None);
    }
    assert!(problem(&validator(&page), &json!({"data": [{"id": 7}]})).is_some());
    let written = serde_json::to_value(WriteResponse::new("7", Some(order))).unwrap();
    assert_eq!(problem(&validator(&write), &written), None);
    assert!(problem(&validator(&write), &json!({"id": 7})).is_some());
}

#[test]
fn every_response_that_the_client_reads_is_valid() {
    let all = json_schema::all();
    assert!(
        RESPONSES.len() > 50,
        "{} types of responses",
        RESPONSES.len()
    );
    for (name, responses) in RESPONSES {
        let validator = validator(&all[name]);
        for (what, response) in *responses {
            let response: Value = serde_json::from_str(response).unwrap();
            if let Some(problem) = problem(&validator, &response) {
                panic!("{name}, {what}:\n{problem}");
            }
        }
    }
}

#[test]
fn a_schema_takes_what_the_client_reads_without_a_deviation_and_refuses_the_rest() {
    let all = json_schema::all();
    let (mut taken, mut refused) = (0, 0);
    for row in TYPES {
        let validator = validator(&all[row.name]);
        let example = (row.example)();
        assert_eq!(problem(&validator, &example), None, "{}", row.name);
        let mut paths = Vec::new();
        places(&example, "", &mut paths);
        for path in &paths {
            for other in [
                json!(null),
                json!("text"),
                json!(7),
                json!(1.5),
                json!({}),
                json!([]),
            ] {
                let mut changed = example.clone();
                *changed.pointer_mut(path).unwrap() = other.clone();
                let reads = (row.reads)(changed.clone());
                let is_valid = validator.is_valid(&changed);
                assert_eq!(is_valid, reads, "{} with {other} at {path}", row.name);
                *(if reads { &mut taken } else { &mut refused }) += 1;
            }
            let (holder, name) = path.rsplit_once('/').unwrap();
            let mut without = example.clone();
            if let Some(Value::Object(members)) = without.pointer_mut(holder) {
                members.remove(&name.replace("~1", "/").replace("~0", "~"));
                let reads = (row.reads)(without.clone());
                let is_valid = validator.is_valid(&without);
                assert_eq!(is_valid, reads, "{} without {path}", row.name);
            }
        }
    }
    assert!(taken > 1_000 && refused > 1_000, "{taken} and {refused}");
}

#[test]
fn what_is_written_is_valid_and_never_null() {
    for row in TYPES {
        let validator = validator(&(row.written)());
        let example = (row.example)();
        assert_eq!(problem(&validator, &example), None, "{}", row.name);
    }
    let row = TYPES.iter().find(|row| row.name == "CreateOrder").unwrap();
    let mut order = (row.example)();
    order["order_number"] = Value::Null;
    assert!(!validator(&(row.written)()).is_valid(&order));
    assert!((row.reads)(order));
}

#[test]
fn schemas_say_what_the_documents_say() {
    let all: BTreeMap<_, _> = json_schema::all();
    let order = &all["Order"];
    let said = |path: &str| order.pointer(path).cloned().unwrap_or_default();
    assert!(
        said("/properties/status/description").is_string(),
        "{order:?}"
    );
    // Open: the known values, and any other text.
    let known = said("/$defs/OrderStatus/anyOf/0/enum");
    assert!(
        known.as_array().unwrap().contains(&json!("open")),
        "{known}"
    );
    assert_eq!(said("/$defs/OrderStatus/anyOf/1/type"), "string");
    assert_eq!(said("/properties/created_date/format"), "date-time");
    assert_eq!(
        said("/properties/total_price/type"),
        json!(["number", "null"])
    );
    assert_eq!(
        said("/$schema"),
        "https://json-schema.org/draft/2020-12/schema"
    );
}
