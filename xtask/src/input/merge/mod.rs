//! Several documents become one. What the vendor published outranks what is described, and the later of two that the
//! vendor published outranks the other, operation by operation and component by component. Among documents of one rank
//! the same name with another meaning is an error that names both places.

mod alike;
mod local;
mod outrank;
mod words;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::input::document::{Document, check_version};
use crate::input::pointer::Pointer;
use crate::input::problem::{Problem, Problems};
pub use outrank::Outranked;

/// The documents as one, and where each part came from.
#[derive(Debug)]
pub struct Merged {
    /// One document, with local references only.
    pub value: Value,
    /// The names of the documents, in order.
    pub names: Vec<String>,
    /// What gave way.
    pub outranked: Outranked,
    /// Which file an operation, a webhook or a component came from.
    files: BTreeMap<Pointer, String>,
    /// Where in its file something was that has another place now.
    moved: BTreeMap<Pointer, Pointer>,
}

impl Merged {
    /// Adds the file to problems that know their place only, and gives the place in it.
    pub fn locate(&self, problem: Problem) -> Problem {
        let problem = problem.in_file_of(|place| match nearest(&self.files, place) {
            Some((_, file)) => file.clone(),
            None => "openapi/ (merged)".to_owned(),
        });
        problem.moved(|place| match nearest(&self.moved, place) {
            Some((now, before)) => place.rebased(now, before),
            None => place.clone(),
        })
    }

    /// The parts and the file that each came from.
    pub fn files(&self) -> impl Iterator<Item = (&Pointer, &str)> {
        self.files.iter().map(|(at, file)| (at, file.as_str()))
    }
}

/// What is known of a place, or of the nearest one above it.
fn nearest<'a, T>(known: &'a BTreeMap<Pointer, T>, at: &Pointer) -> Option<(&'a Pointer, &'a T)> {
    let keys: Vec<String> = at.keys().collect();
    let prefixes = (1..=keys.len()).rev();
    let mut prefixes = prefixes.map(|length| Pointer::at(&keys[..length]));
    prefixes.find_map(|prefix| known.get_key_value(&prefix))
}

/// Merges documents that have no problem.
#[cfg(test)]
pub fn merge(documents: Vec<Document>) -> Result<Merged, Problem> {
    let mut problems = Problems::default();
    let merged = merge_past(documents, &mut problems)?;
    problems.result().map(|()| merged)
}

/// Merges documents, each rank in the order of names. General parts (`info`, `externalDocs`) come from the first
/// document of the highest rank that has them. What has a problem is left out.
pub fn merge_past(
    mut documents: Vec<Document>,
    problems: &mut Problems,
) -> Result<Merged, Problem> {
    documents.sort_by(|a, b| a.name.cmp(&b.name));
    // So that the first error does not depend on the order either.
    for document in &mut documents {
        document.value.sort_all_objects();
    }
    local::check_references(&mut documents, problems);
    let mut are_all_3_0 = !documents.is_empty();
    for document in &documents {
        let version =
            check_version(&document.value).map_err(|problem| problem.in_file(&document.name))?;
        are_all_3_0 &= version.starts_with("3.0.");
    }
    local::localize(&mut documents);
    let names = documents.iter().map(|document| document.name.clone());
    let names = names.collect();
    let mut ranks: BTreeMap<Option<(String, usize)>, Vec<Document>> = BTreeMap::new();
    for document in documents {
        ranks
            .entry(document.taken.clone())
            .or_default()
            .push(document);
    }
    let mut merged = Merged::empty();
    let described = ranks.get(&None).into_iter().flatten();
    let described = described.map(|document| document.name.clone()).collect();
    for documents in ranks.into_values() {
        let mut rank = Merged::empty();
        for mut document in documents {
            rank.moved.extend(local::push_down(&mut document.value));
            let added = add(&mut rank, document, problems);
            problems.keep(added);
        }
        merged.give_way_to(rank)?;
    }
    merged.list_only_described(&described);
    merged.names = names;
    merged.value["openapi"] = if are_all_3_0 { "3.0.3" } else { "3.1.0" }.into();
    Ok(merged)
}

impl Merged {
    fn empty() -> Self {
        Self {
            value: json!({}),
            names: Vec::new(),
            outranked: Outranked::default(),
            files: BTreeMap::new(),
            moved: BTreeMap::new(),
        }
    }
}

fn add(merged: &mut Merged, document: Document, problems: &mut Problems) -> Result<(), Problem> {
    let Document { name, value, .. } = document;
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
            "servers" => drop(problems.keep(servers(merged, &name, &at, member))),
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
                let held = problems.keep(into_map(member, &name, &at));
                for (name_or_kind, members) in held.into_iter().flatten() {
                    let at = at.child(name_or_kind);
                    entry(&mut merged.value, &at)?;
                    let members = problems.keep(into_map(members, &name, &at));
                    for (key, member) in members.into_iter().flatten() {
                        problems.keep(add_one(merged, &name, &at.child(key), member));
                    }
                }
            }
            _ => drop(problems.keep(add_one(merged, &name, &at, member))),
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

#[cfg(test)]
mod tests;
