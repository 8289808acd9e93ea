//! The classes of changes, checked against the compiler.
//!
//! Each row is a small document before and after, and a program written against the client of the one
//! before. All rows together make two clients. The program of a row must compile with the second one exactly
//! if the change is not breaking; and `cargo xtask diff` must say the class that the row expects. A change that
//! breaks programs when they run, by what the macros of the client write, is marked as such.

mod bodies;
mod build;
mod documents;
mod fields;
mod operations;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

/// The most severe one first.
const CLASSES: [&str; 4] = ["breaking", "additive", "behaviour", "text"];

/// A change, and a program that it meets. In documents and programs `xx` and `Xx` stand for the row.
struct Row {
    /// What changes.
    name: &'static str,
    class: &'static str,
    old: Value,
    new: Value,
    /// What the program does with a `client`, and a `server` for mocks.
    user: &'static str,
    /// Whether it breaks only when it runs.
    compiles: bool,
}

fn row(name: &'static str, class: &'static str, [old, new]: [Value; 2], user: &'static str) -> Row {
    Row {
        name,
        class,
        old,
        new,
        user,
        compiles: class != "breaking",
    }
}

/// The change and the way back, each with a program written against its own old side.
fn both(
    name: &'static str,
    classes: [&'static str; 2],
    [old, new]: [Value; 2],
    users: [&'static str; 2],
) -> [Row; 2] {
    let back = row(name, classes[1], [new.clone(), old.clone()], users[1]);
    [row(name, classes[0], [old, new], users[0]), back]
}

/// The word that stands for a row in names.
fn word(index: usize) -> String {
    format!("q{index}")
}

fn filled_in(text: &str, index: usize) -> String {
    let word = word(index);
    text.replace("Xx", &word.to_uppercase())
        .replace("xx", &word)
}

/// `list_xx_links` responds with `XxLink`.
fn reads(link: Value) -> Value {
    json!({
        "paths": {"/xx-links": {"get": responding("XxLink")}},
        "components": {"schemas": {"XxLink": link}},
    })
}

/// `create_xx_link` takes `XxLinkInput`.
fn writes(input: Value) -> Value {
    let mut post = responding("XxLink");
    post["requestBody"] = content("XxLinkInput");
    json!({
        "paths": {"/xx-links": {"post": post}},
        "components": {"schemas": {"XxLink": record(json!({"name": text()})), "XxLinkInput": input}},
    })
}

/// `list_xx_links` takes parameters.
fn takes(parameters: Value) -> Value {
    let mut document = reads(record(json!({"name": text()})));
    document["paths"]["/xx-links"]["get"]["parameters"] = parameters;
    document
}

fn responding(name: &str) -> Value {
    let mut response = content(name);
    response["description"] = "Done.".into();
    json!({"responses": {"200": response}})
}

fn content(name: &str) -> Value {
    json!({"content": {"application/json": {"schema": refers(name)}}})
}

fn refers(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn text() -> Value {
    json!({"type": "string"})
}

/// A map in which everything is optional.
fn record(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

/// A map in which everything is required.
fn full(properties: Value) -> Value {
    let names: Vec<String> = properties.as_object().unwrap().keys().cloned().collect();
    json!({"type": "object", "properties": properties, "required": names})
}

/// A document with one place replaced.
fn with(mut document: Value, place: &str, value: Value) -> Value {
    let (holder, key) = place.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/");
    document.pointer_mut(holder).unwrap()[key] = value;
    document
}

/// All rows as one document.
fn document<'a>(parts: impl Iterator<Item = &'a Value>) -> Value {
    let mut holders: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (index, part) in parts.enumerate() {
        let part: Value = serde_json::from_str(&filled_in(&part.to_string(), index)).unwrap();
        let schemas = part.pointer("/components/schemas");
        for (holder, members) in [
            ("paths", part.get("paths")),
            ("webhooks", part.get("webhooks")),
            ("schemas", schemas),
        ] {
            let members = members
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            holders.entry(holder).or_default().extend(members);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "security": [{"api_key": []}],
        "paths": holders["paths"],
        "webhooks": holders["webhooks"],
        "components": {
            "schemas": holders["schemas"],
            "securitySchemes": {
                "api_key": {"type": "apiKey", "in": "header", "name": "x-trackstar-api-key"},
                "access_token": {"type": "apiKey", "in": "header", "name": "x-trackstar-access-token"},
            },
        },
    })
}

/// The most severe class of the changes that are of a row.
fn class_of(changes: &[Value], index: usize) -> String {
    let word = word(index);
    let is_of_row = |change: &&Value| {
        ["of", "old_of"].iter().any(|key| {
            let name = change[*key].as_str().unwrap_or_default().to_lowercase();
            let is_more = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
            name.split_once(&word)
                .is_some_and(|(_, rest)| !is_more(rest))
        })
    };
    let classes: BTreeSet<&str> = changes
        .iter()
        .filter(is_of_row)
        .map(|change| change["class"].as_str().unwrap())
        .collect();
    let most_severe = CLASSES.into_iter().find(|class| classes.contains(class));
    most_severe.unwrap_or("nothing").to_owned()
}

#[test]
fn each_class_says_what_the_compiler_says() {
    let rows: Vec<Row> = [
        fields::rows(),
        bodies::rows(),
        operations::rows(),
        written::rows(),
        documents::rows(),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(
        CLASSES
            .iter()
            .all(|class| rows.iter().any(|row| row.class == *class))
    );

    let clients = build::Clients::new(
        &document(rows.iter().map(|row| &row.old)),
        &document(rows.iter().map(|row| &row.new)),
    );
    let changes = clients.changes();
    let mut wrong = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let found = class_of(&changes, index);
        if found != row.class {
            wrong.push(format!(
                "{}: is {}, the differ says {found}",
                row.name, row.class
            ));
        }
    }

    let programs: Vec<(String, String)> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| (word(index), filled_in(row.user, index)))
        .collect();
    let [failing_before, failing_after] = clients.failing(&programs);
    for (index, row) in rows.iter().enumerate() {
        let word = word(index);
        if let Some(error) = failing_before.get(&word) {
            wrong.push(format!(
                "{}: its program is wrong from the start: {error}",
                row.name
            ));
        }
        match (!row.compiles, failing_after.get(&word)) {
            (true, None) => wrong.push(format!("{}: is breaking, but compiles", row.name)),
            (false, Some(error)) => {
                wrong.push(format!("{}: is {}, but: {error}", row.name, row.class));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} changes", rows.len());
}
