//! What the documentation of the client says of every operation, read from the code that it stands in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// One operation of the lowered document.
struct Operation {
    /// The name of the client's method.
    id: String,
    method: String,
    path: String,
    value: Value,
}

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(path)).unwrap()
}

fn lowered() -> Value {
    serde_json::from_str(&read("trackstar-api/openapi-3.0.json")).unwrap()
}

/// All operations: the generated ones, and those that are written by hand.
fn operations(document: &Value) -> Vec<Operation> {
    let mut all = Vec::new();
    for (part, name) in [("paths", "operationId"), ("x-by-hand", "x-rust-name")] {
        for (path, item) in document[part].as_object().into_iter().flatten() {
            for (method, value) in item.as_object().unwrap() {
                all.push(Operation {
                    id: value[name].as_str().unwrap().to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    value: value.clone(),
                });
            }
        }
    }
    all
}

/// The code of the operations.
fn code() -> String {
    read("trackstar-api/src/generated.rs") + &read("trackstar-api/src/by_hand/attach_file.rs")
}

/// The documentation, and the attributes, of the item that starts like this; its lines in one text.
fn documentation(code: &str, start: &str) -> String {
    let lines: Vec<&str> = code.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| line.starts_with(start));
    let at = at.unwrap_or_else(|| panic!("`{start}` is missing"));
    let before = lines[..at].iter().rev();
    let before =
        before.take_while(|line| line.starts_with("///") || !line.ends_with(['{', '}', ';']));
    let mut text: Vec<&str> = before
        .map(|line| line.trim_start_matches("///").trim())
        .collect();
    text.reverse();
    text.join("\n")
}

fn pascal_case(id: &str) -> String {
    let words = id.split('_');
    words
        .map(|word| word[..1].to_uppercase() + &word[1..])
        .collect()
}

#[test]
fn every_operation_has_an_example_its_request_its_credentials_its_errors_and_a_link() {
    let (document, code) = (lowered(), code());
    let all = operations(&document);
    assert!(all.len() > 50, "{}", all.len());
    for operation in &all {
        let Operation {
            id,
            method,
            path,
            value,
        } = operation;
        let text = documentation(&code, &format!("pub fn {id}("));
        let (example, errors) = text.split_once("# Errors").expect(id);
        let (said, example) = example.split_once("```no_run").expect(id);
        assert!(example.contains(&format!(".{id}(")), "{id}: {example}");
        assert!(
            said.contains(&format!("`{method} {path}`.")),
            "{id}: {said}"
        );
        let needs_token = value["security"].to_string().contains("access_token");
        assert!(said.contains("Needs the API key"), "{id}: {said}");
        assert_eq!(
            said.contains("the access token of a connection"),
            needs_token,
            "{id}"
        );
        assert!(said.contains("](https://"), "{id}: {said}");
        for status in value["x-errors"].as_array().into_iter().flatten() {
            let status = status.as_str().unwrap();
            assert!(
                errors.contains(&format!("- {status}, [`")),
                "{id}: {errors}"
            );
        }
        let is_write =
            needs_token && method != "GET" && !value["security"].to_string().contains("},{");
        assert_eq!(
            errors.contains("- 403, [`Forbidden`]"),
            is_write,
            "{id}: {errors}"
        );
        assert!(errors.contains("`ErrorKind`"), "{id}: {errors}");
        assert!(errors.contains("alias("), "{id}: {errors}");
        assert!(errors.contains(&format!("\"{path}\"")), "{id}: {errors}");
    }
}

#[test]
fn the_method_and_the_builder_of_an_operation_say_all_that_the_document_does() {
    let (document, code) = (lowered(), code());
    // A body may have the name of a builder.
    let (_, builders) = code.split_once("pub mod builder {").unwrap();
    for Operation { id, value, .. } in &operations(&document) {
        let is_by_hand = value["x-by-hand"] == true;
        let method = documentation(&code, &format!("pub fn {id}("));
        let builder = documentation(builders, &format!("pub struct {} {{", pascal_case(id)));
        // As text: a bracket of the document is written so that it opens no link.
        let plain = |text: &str| text.replace(['\\', '<', '>', '\n', ' '], "");
        for part in ["summary", "description"] {
            let said = plain(value[part].as_str().unwrap_or_default());
            for text in [&method, &builder] {
                assert!(is_by_hand || plain(text).contains(&said), "{id}: {text}");
            }
        }
        assert!(builder.contains(&format!("[`Client::{id}`]")), "{builder}");
    }
}

#[test]
fn a_page_of_the_vendors_documentation_belongs_to_one_operation_and_unknown_pages_are_said_to_be() {
    let (document, code) = (lowered(), code());
    let mut pages: BTreeMap<String, &str> = BTreeMap::new();
    let all = operations(&document);
    for Operation { id, value, .. } in &all {
        let text = documentation(&code, &format!("pub fn {id}("));
        match value.pointer("/externalDocs/url").and_then(Value::as_str) {
            Some(page) => {
                let link = format!("[The vendor's documentation]({page})");
                assert!(text.contains(&link), "{id}: {text}");
                let other = pages.insert(page.to_owned(), id);
                assert_eq!(other, None, "{id}: {page}");
            }
            None => assert!(text.contains("No page of its own is known"), "{id}: {text}"),
        }
        if value["x-source"] == "path" {
            assert!(text.contains("Known by path only"), "{id}: {text}");
        }
    }
    assert_eq!((all.len(), pages.len()), (146, 87));
    let events = document["x-webhooks"].as_object().unwrap().values();
    let events: BTreeSet<&str> = events
        .filter_map(|event| event.pointer("/externalDocs/url")?.as_str())
        .collect();
    assert_eq!(events.len(), 43);
    for page in events {
        assert_eq!(code.matches(&format!("({page})")).count(), 1, "{page}");
    }
}

#[test]
fn the_index_has_a_row_for_every_operation() {
    let document = lowered();
    let index = documentation(&code(), "pub mod builder {");
    for Operation {
        id, method, path, ..
    } in &operations(&document)
    {
        let link = format!("| [`{id}`](../struct.Client.html#method.{id}) |");
        let request = format!(": `{method} {path}`.");
        let rows = index.lines().filter(|row| row.starts_with(&link));
        let rows: Vec<&str> = rows.filter(|row| row.contains(&request)).collect();
        assert_eq!(rows.len(), 1, "{id}: {rows:?}");
    }
}

#[test]
fn a_parameter_names_its_limits_and_its_default() {
    let (document, code) = (lowered(), code());
    let mut count = 0;
    for Operation { id, value, .. } in &operations(&document) {
        let builder = code.split_once(&format!("impl {} {{", pascal_case(id)));
        let builder = builder.and_then(|(_, rest)| Some(rest.split_once("\n    }\n")?.0));
        for parameter in value["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            let name = parameter["name"].as_str().unwrap();
            if schema["default"].is_null() || parameter["in"] != "query" || name.contains('[') {
                continue;
            }
            count += 1;
            let text = documentation(builder.expect(id), &format!("pub fn {name}("));
            assert!(
                text.contains(&format!("Default: {}.", schema["default"])),
                "{id}: {text}"
            );
            if let (Some(least), Some(most)) =
                (schema["minimum"].as_i64(), schema["maximum"].as_i64())
            {
                assert!(
                    text.contains(&format!("From {least} to {most}.")),
                    "{id}: {text}"
                );
            }
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn how_a_request_is_sent_comes_before_what_it_asks_for() {
    let code = code();
    for (builder, first) in [
        (
            "ListWmsOrders",
            "send stream pages status trackstar_updated_date",
        ),
        ("ListConnections", "send stream pages page_token"),
        ("GetWmsOrder", "send"),
    ] {
        let (_, rest) = code.split_once(&format!("impl {builder} {{")).unwrap();
        let (block, _) = rest.split_once("\n    }\n").unwrap();
        let functions = block.lines().filter_map(|line| {
            let line = line.trim().trim_start_matches("pub async fn ");
            let line = line.trim_start_matches("pub fn ");
            Some(line.split_once('(')?.0.to_owned())
                .filter(|name| block.contains(&format!("pub fn {name}(")) || name == "send")
        });
        let functions: Vec<String> = functions.collect();
        let found = functions.join(" ");
        assert!(found.starts_with(first), "{builder}: {found}");
    }
}

#[test]
fn a_retired_field_is_marked() {
    let (document, code) = (lowered(), code());
    let mut count = 0;
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let Some((_, rest)) = code.split_once(&format!("pub struct {name} {{")) else {
            continue;
        };
        let (fields, _) = rest.split_once("\n    }\n").unwrap();
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            if schema["deprecated"] == true {
                let text = documentation(fields, &format!("pub {field}: "));
                assert!(text.contains("**Deprecated.**"), "{name}.{field}: {text}");
                count += 1;
            }
        }
    }
    assert!(count > 20, "{count}");
    // Who sets one is warned.
    let (_, setters) = code.split_once("impl CreateOrder {").unwrap();
    assert!(documentation(setters, "pub fn channel(").contains("#[deprecated]"));
}
