//! What a document says of itself as a whole or of a path as a whole stays with its own operations, and its references
//! become local.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde_json::{Map, Value, json};

use crate::input::document::Document;
use crate::input::operations::{is_method, members, members_mut};
use crate::input::pointer::Pointer;
use crate::input::problem::{Problem, Problems};
use crate::input::references::{for_each_reference, for_each_target};

/// Checks that every reference has a target, in its own document or in another one. One without is replaced by what
/// has no further problem: a schema of anything, and nothing elsewhere.
pub fn check_references(documents: &mut [Document], problems: &mut Problems) {
    let mut dangling = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let mut value = document.value.clone();
        let Ok(()) = for_each_reference(&mut value, &Pointer::default(), &mut |target, at| {
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let holder = match file {
                "" => Some(document),
                file => documents.iter().find(|other| is_called(other, file)),
            };
            let missing = match holder {
                Some(holder) if holder.value.pointer(place).is_some() => return Ok(()),
                Some(holder) => format!("{} has nothing at `{place}`", holder.name),
                None => format!("there is no document `{file}` beside it"),
            };
            problems.add(
                Problem::new(format!("the reference `{target}` leads nowhere: {missing}"))
                    .in_file(&document.name)
                    .at(at)
                    .remedy("fix the reference, or define what it means"),
            );
            dangling.push((index, at.clone()));
            Ok::<(), Infallible>(())
        });
    }
    for (index, at) in dangling {
        let document = documents.get_mut(index).map(|document| &mut document.value);
        if let Some(place) = document.and_then(|value| value.pointer_mut(at.as_str())) {
            let keys: Vec<String> = at.keys().collect();
            let is_schema = match &keys[..] {
                [.., last] if last == "requestBody" => false,
                [.., holder, _] => !["parameters", "paths", "responses"].contains(&holder.as_str()),
                _ => true,
            };
            *place = if is_schema { json!({}) } else { Value::Null };
        }
    }
}

/// `shared.yaml#/components/...` becomes `#/components/...`.
pub fn localize(documents: &mut [Document]) {
    let names: Vec<String> = documents.iter().map(file_name).collect();
    for document in documents {
        for_each_target(&mut document.value, |target| {
            if let Some((file, place)) = target.split_once('#')
                && names.iter().any(|name| name == of_reference(file))
            {
                *target = format!("#{place}");
            }
        });
    }
}

fn is_called(document: &Document, file: &str) -> bool {
    file_name(document) == of_reference(file)
}

fn file_name(document: &Document) -> String {
    let name = document.name.rsplit('/').next();
    name.unwrap_or_default().to_owned()
}

/// `./shared.yaml` is `shared.yaml`.
fn of_reference(file: &str) -> &str {
    let mut file = file;
    while let Some(rest) = file.strip_prefix("./") {
        file = rest;
    }
    file
}

/// Copies a document's `security` into its own operations, and what a path says of all its operations into each of
/// them: it is no default for the operations of other documents. Gives where moved parameters were.
pub fn push_down(document: &mut Value) -> BTreeMap<Pointer, Pointer> {
    let security = document.get("security").cloned();
    let mut moved = BTreeMap::new();
    let mut paths = document.get("paths").cloned().unwrap_or_default();
    for (path, item) in members_mut(Some(&mut paths)) {
        let at = Pointer::default().child("paths").child(path);
        if let Some(item) = item.as_object_mut() {
            shared(item, document, &at, &mut moved);
            for (_, operation) in item.iter_mut().filter(|(method, _)| is_method(method)) {
                if let (Some(security), Some(operation)) = (&security, operation.as_object_mut()) {
                    operation.entry("security").or_insert(security.clone());
                }
            }
        }
    }
    if let Some(place) = document.get_mut("paths") {
        *place = paths;
    }
    moved
}

fn shared(
    item: &mut Map<String, Value>,
    document: &Value,
    at: &Pointer,
    moved: &mut BTreeMap<Pointer, Pointer>,
) {
    // A reference to a path item is resolved later, with all that it says.
    let has_operations = item.keys().any(|key| is_method(key));
    if item.contains_key("$ref") || !has_operations {
        return;
    }
    let words = ["summary", "description", "servers"].map(|key| (key, item.remove(key)));
    let is_list = item.get("parameters").is_some_and(Value::is_array);
    let parameters = is_list.then(|| item.remove("parameters")).flatten();
    let parameters = parameters.as_ref().and_then(Value::as_array);
    let operations = item.iter_mut().filter(|(method, _)| is_method(method));
    for (method, operation) in operations {
        let Some(operation) = operation.as_object_mut() else {
            continue;
        };
        for (key, word) in &words {
            if let Some(word) = word {
                operation.entry(*key).or_insert(word.clone());
            }
        }
        let Some(parameters) = parameters.filter(|list| !list.is_empty()) else {
            continue;
        };
        let own = operation.entry("parameters").or_insert(json!([]));
        let Some(own) = own.as_array_mut() else {
            continue;
        };
        let taken: Vec<_> = own
            .iter()
            .map(|own| name_and_place(own, document))
            .collect();
        for (index, parameter) in parameters.iter().enumerate() {
            if !taken.contains(&name_and_place(parameter, document)) {
                let now = at.child(method).child("parameters").child(own.len());
                moved.insert(now, at.child("parameters").child(index));
                own.push(parameter.clone());
            }
        }
    }
}

/// What tells parameters apart. One that is referred to in another document is told by its reference.
fn name_and_place(parameter: &Value, document: &Value) -> [Value; 2] {
    let mut meant = parameter;
    for _ in 0..16 {
        let target = meant.get("$ref").and_then(Value::as_str);
        match target.and_then(Pointer::of_reference) {
            Some(place) => match place.get(document) {
                Some(next) => meant = next,
                None => break,
            },
            None => break,
        }
    }
    match meant.get("$ref") {
        Some(target) => [target.clone(), Value::Null],
        None => ["name", "in"].map(|key| meant.get(key).cloned().unwrap_or_default()),
    }
}

/// The names of the placeholders of a path, in order.
pub fn placeholders(path: &str) -> Vec<&str> {
    let names = path.split('{').skip(1);
    names
        .filter_map(|rest| Some(rest.split_once('}')?.0))
        .collect()
}

/// A path without the names of its placeholders: what tells paths apart.
pub fn blank(path: &str) -> String {
    let mut parts = path.split('{');
    let mut blank = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        blank.push_str("{}");
        blank.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    blank
}

/// Operations and events: the member that holds them, their path or name, and their method.
pub fn operations(
    document: &Value,
) -> impl Iterator<Item = (&'static str, &String, &String, &Value)> {
    ["paths", "webhooks"].into_iter().flat_map(move |holder| {
        members(document.get(holder)).flat_map(move |(path, item)| {
            let operations = members(Some(item)).filter(|(method, _)| is_method(method));
            operations.map(move |(method, operation)| (holder, path, method, operation))
        })
    })
}
