//! Several documents become one. The same name with another meaning is an error that names both places.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::input::document::{Document, check_version};
use crate::input::operations::is_method;
use crate::input::pointer::Pointer;
use crate::input::problem::Problem;
use crate::input::references::{for_each_reference, for_each_target};

/// The documents as one, and where each part came from.
#[derive(Debug)]
pub struct Merged {
    /// One document, with local references only.
    pub value: Value,
    /// Which file an operation, a webhook or a component came from.
    files: BTreeMap<Pointer, String>,
}

impl Merged {
    /// Adds the file to problems that know their place only.
    pub fn locate(&self, problem: Problem) -> Problem {
        problem.in_file_of(|place| {
            let keys: Vec<String> = place.keys().collect();
            let prefixes = (1..=keys.len())
                .rev()
                .map(|length| Pointer::at(&keys[..length]));
            let mut files = prefixes.filter_map(|prefix| self.files.get(&prefix));
            let file = files.next().cloned();
            file.unwrap_or_else(|| "openapi/ (merged)".to_owned())
        })
    }
}

/// Merges documents in the order of their names. General parts (`info`, `externalDocs`) come from the first
/// document that has them; a name must mean the same in all documents.
pub fn merge(mut documents: Vec<Document>) -> Result<Merged, Problem> {
    documents.sort_by(|a, b| a.name.cmp(&b.name));
    // So that the first error does not depend on the order either.
    for document in &mut documents {
        document.value.sort_all_objects();
    }
    check_references(&documents)?;
    let mut merged = Merged {
        value: json!({"openapi": "3.1.0"}),
        files: BTreeMap::new(),
    };
    let are_all_3_0 = documents.iter().all(|document| {
        check_version(&document.value).is_ok_and(|version| version.starts_with("3.0."))
    });
    if are_all_3_0 && !documents.is_empty() {
        merged.value["openapi"] = "3.0.3".into();
    }
    let names: Vec<String> = documents.iter().map(|d| d.name.clone()).collect();
    for mut document in documents {
        check_version(&document.value).map_err(|problem| problem.in_file(&document.name))?;
        localize(&mut document.value, &names);
        push_down_security(&mut document.value);
        add(&mut merged, document)?;
    }
    Ok(merged)
}

fn add(merged: &mut Merged, document: Document) -> Result<(), Problem> {
    let Document { name, value } = document;
    let root = Pointer::default();
    for (key, member) in into_map(value, &name, &root)? {
        let at = root.child(&key);
        match key.as_str() {
            "openapi" | "info" | "externalDocs" | "jsonSchemaDialect" => {
                object(&mut merged.value, &root)?
                    .entry(key)
                    .or_insert(member);
            }
            "security" => {} // Already in the operations.
            "servers" => servers(merged, &name, &at, member)?,
            "tags" => {
                let tags = object(&mut merged.value, &root)?
                    .entry(key)
                    .or_insert(json!([]));
                if let (Value::Array(tags), Value::Array(new)) = (tags, member) {
                    let new: Vec<Value> =
                        new.into_iter().filter(|tag| !tags.contains(tag)).collect();
                    tags.extend(new);
                }
            }
            "paths" | "webhooks" | "components" => {
                for (name_or_kind, members) in into_map(member, &name, &at)? {
                    let at = at.child(name_or_kind);
                    entry(&mut merged.value, &at)?;
                    for (key, member) in into_map(members, &name, &at)? {
                        add_one(merged, &name, &at.child(key), member)?;
                    }
                }
            }
            _ => add_one(merged, &name, &at, member)?,
        }
    }
    Ok(())
}

/// The servers of all documents have the same addresses; their descriptions may differ.
fn servers(merged: &mut Merged, file: &str, at: &Pointer, servers: Value) -> Result<(), Problem> {
    let addresses = |servers: &Value| {
        let servers = servers.as_array().into_iter().flatten();
        servers
            .map(|server| server.get("url").cloned())
            .collect::<Vec<_>>()
    };
    match merged.value.get("servers") {
        Some(present) if addresses(present) == addresses(&servers) => Ok(()),
        _ => add_one(merged, file, at, servers),
    }
}

/// Puts `value` at a place that is free or has the same value.
fn add_one(merged: &mut Merged, file: &str, at: &Pointer, value: Value) -> Result<(), Problem> {
    match at.get(&merged.value) {
        None => {
            *entry(&mut merged.value, at)? = value;
            merged.files.insert(at.clone(), file.to_owned());
            Ok(())
        }
        Some(present) if *present == value => Ok(()),
        Some(_) => {
            let other = merged.files.get(at).cloned().unwrap_or_default();
            Err(Problem::new(format!(
                "`{}` means something else in {other} at the same place",
                at.keys().last().unwrap_or_default()
            ))
            .in_file(file)
            .at(at)
            .remedy(
                "make both the same, rename one, or keep one and refer to it from the other file",
            ))
        }
    }
}

/// The value at a place. Missing maps on the way are created.
fn entry<'a>(value: &'a mut Value, at: &Pointer) -> Result<&'a mut Value, Problem> {
    at.keys().try_fold(value, |value, key| {
        let members = object(value, at)?;
        Ok(members.entry(key).or_insert_with(|| json!({})))
    })
}

fn object<'a>(value: &'a mut Value, at: &Pointer) -> Result<&'a mut Map<String, Value>, Problem> {
    value.as_object_mut().ok_or_else(|| not_a_map(at))
}

fn into_map(value: Value, file: &str, at: &Pointer) -> Result<Map<String, Value>, Problem> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(not_a_map(at).in_file(file)),
    }
}

fn not_a_map(at: &Pointer) -> Problem {
    Problem::new("this is not a map")
        .at(at)
        .remedy("write it as the OpenAPI specification has it")
}

/// Checks that every reference has a target, in its own document or in another one.
fn check_references(documents: &[Document]) -> Result<(), Problem> {
    for document in documents {
        let mut value = document.value.clone();
        for_each_reference(&mut value, &Pointer::default(), &mut |target, at| {
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let holder = match file {
                "" => Some(document),
                file => documents
                    .iter()
                    .find(|other| file_name(&other.name) == file),
            };
            let is_there = holder.is_some_and(|d| d.value.pointer(place).is_some());
            if is_there {
                return Ok(());
            }
            let missing = match holder {
                Some(holder) => format!("{} has nothing at `{place}`", holder.name),
                None => format!("there is no document `{file}` beside it"),
            };
            Err(
                Problem::new(format!("the reference `{target}` leads nowhere: {missing}"))
                    .in_file(&document.name)
                    .at(at)
                    .remedy("fix the reference, or define what it means"),
            )
        })?;
    }
    Ok(())
}

/// `shared.yaml#/components/...` becomes `#/components/...`.
fn localize(value: &mut Value, names: &[String]) {
    for_each_target(value, |target| {
        if let Some((file, place)) = target.split_once('#')
            && names.iter().any(|name| file_name(name) == file)
        {
            *target = format!("#{place}");
        }
    });
}

fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Copies a document's `security` into its own operations: it is no default for other documents.
fn push_down_security(document: &mut Value) {
    let Some(default) = document.get("security").cloned() else {
        return;
    };
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let (true, Some(operation)) = (is_method(method), operation.as_object_mut()) {
                operation.entry("security").or_insert(default.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(name: &str, text: &str) -> Document {
        let text = format!("openapi: 3.1.0\n{text}");
        Document::parse(&text, &format!("openapi/{name}")).unwrap()
    }

    #[test]
    fn documents_become_one_and_references_become_local() {
        let merged = merge(vec![
            document("b.yaml", "components: {schemas: {B: {type: string}}}"),
            document(
                "a.yaml",
                "paths: {/x: {get: {summary: A}}}\n\
                 components: {schemas: {A: {items: {$ref: 'b.yaml#/components/schemas/B'}}}}",
            ),
        ])
        .unwrap();
        assert_eq!(
            merged.value["components"]["schemas"],
            json!({"A": {"items": {"$ref": "#/components/schemas/B"}}, "B": {"type": "string"}})
        );
        assert_eq!(merged.value["paths"]["/x"]["get"]["summary"], "A");
    }

    #[test]
    fn the_same_meaning_twice_is_one() {
        let both = "components: {schemas: {A: {type: string}}}";
        assert!(merge(vec![document("a.yaml", both), document("b.yaml", both)]).is_ok());
    }

    #[test]
    fn two_meanings_of_a_name_are_refused_with_both_places() {
        let problem = merge(vec![
            document("a.yaml", "components: {schemas: {A: {type: string}}}"),
            document("b.yaml", "components: {schemas: {A: {type: integer}}}"),
        ])
        .unwrap_err()
        .to_string();
        assert!(problem.contains("openapi/a.yaml"), "{problem}");
        assert!(
            problem.contains("openapi/b.yaml at /components/schemas/A"),
            "{problem}"
        );
    }

    #[test]
    fn a_dangling_reference_is_refused_with_its_place() {
        for target in ["#/components/schemas/No", "no.yaml#/x", "b.yaml#/x"] {
            let problem = merge(vec![
                document(
                    "a.yaml",
                    &format!("components: {{schemas: {{A: {{$ref: '{target}'}}}}}}"),
                ),
                document("b.yaml", "info: {}"),
            ])
            .unwrap_err()
            .to_string();
            assert!(
                problem.contains("openapi/a.yaml at /components/schemas/A"),
                "{problem}"
            );
            assert!(problem.contains(target), "{problem}");
        }
    }

    #[test]
    fn the_default_security_of_a_document_is_that_of_its_operations_only() {
        let merged = merge(vec![
            document(
                "a.yaml",
                "security: [{k: []}]\npaths: {/a: {get: {}, put: {security: []}}}",
            ),
            document("b.yaml", "paths: {/b: {get: {}}}"),
        ])
        .unwrap();
        assert_eq!(
            merged.value["paths"]["/a"]["get"]["security"],
            json!([{"k": []}])
        );
        assert_eq!(merged.value["paths"]["/a"]["put"]["security"], json!([]));
        assert_eq!(merged.value["paths"]["/b"]["get"].get("security"), None);
        assert_eq!(merged.value.get("security"), None);
    }

    #[test]
    fn a_problem_is_traced_back_to_its_file() {
        let merged = merge(vec![
            document("a.yaml", "paths: {/a: {get: {}}}"),
            document("b.yaml", "components: {schemas: {B: {type: [string]}}}"),
        ])
        .unwrap();
        for (place, file) in [
            ("/paths/~1a/get/responses", "openapi/a.yaml"),
            ("/components/schemas/B/type", "openapi/b.yaml"),
        ] {
            let problem = merged.locate(Problem::new("no").at(&Pointer::parse(place)));
            assert!(
                problem
                    .to_string()
                    .starts_with(&format!("{file} at {place}"))
            );
        }
    }
}
