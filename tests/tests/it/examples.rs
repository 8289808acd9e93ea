//! `example()` of every data type: it can be sent and read, and says what the documents say.

use std::collections::BTreeSet;

use serde_json::Value;
use trackstar_api::types;

/// A type: its name, its example as JSON, and that JSON read and written once more.
struct Row {
    name: &'static str,
    written: fn() -> Value,
    read: fn(Value) -> Value,
}

macro_rules! row {
    ($name:ident) => {
        Row {
            name: stringify!($name),
            written: || serde_json::to_value(types::$name::example()).unwrap(),
            read: |json| {
                let read: types::$name = serde_json::from_value(json).unwrap();
                assert_eq!(read, types::$name::example());
                serde_json::to_value(read).unwrap()
            },
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/examples.rs"));

#[test]
fn every_example_is_read_as_it_was_written_and_is_the_same_each_time() {
    assert!(TYPES.len() > 100, "{} types", TYPES.len());
    for row in TYPES {
        let json = (row.written)();
        assert_eq!((row.read)(json.clone()), json, "{}", row.name);
    }
}

#[test]
fn every_field_of_every_record_is_set_but_the_token_of_a_next_page() {
    let document: Value =
        serde_json::from_str(include_str!("../../../trackstar-api/openapi-3.0.json")).unwrap();
    for row in TYPES {
        let schema = &document["components"]["schemas"][row.name];
        let Some(fields) = schema["properties"].as_object() else {
            continue;
        };
        let json = (row.written)();
        let expected: BTreeSet<&str> = fields.keys().map(String::as_str).collect();
        let found = json.as_object().unwrap().keys().map(String::as_str);
        let mut found: BTreeSet<&str> = found.collect();
        if fields.contains_key("data") && fields.contains_key("next_token") {
            assert!(!found.contains("next_token"), "{}", row.name);
            found.insert("next_token");
        }
        assert_eq!(found, expected, "{}", row.name);
    }
}

#[test]
fn what_a_document_gives_as_an_example_is_in_the_example() {
    assert!(GIVEN.len() > 3, "{} examples", GIVEN.len());
    for (name, field, given) in GIVEN {
        let row = TYPES.iter().find(|row| row.name == *name).unwrap();
        let given: Value = serde_json::from_str(given).unwrap();
        assert_eq!((row.written)()[field], given, "{name}.{field}");
    }
}

#[test]
fn an_example_is_changed_field_by_field() {
    let mut links = types::MagicLinksResponse::example();
    assert_eq!(links.magic_links.len(), 1);
    links.magic_links[0].customer_id = None;
    let json = serde_json::to_value(&links).unwrap();
    assert!(json["magic_links"][0].get("customer_id").is_none());
    assert!(json["magic_links"][0].get("url").is_some());
}
