//! What only a description has stays beside what the vendor published: descriptions, examples, pages, tags, and that
//! something is retired.

use serde_json::Value;

use crate::input::operations::members_mut;
use crate::input::pointer::Pointer;

/// What is not part of the meaning.
const WORDS: [&str; 6] = [
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "summary",
];
/// How deep schemas within schemas are followed.
const DEPTH: usize = 32;

/// Gives an operation or a component the words that only `described` has. `whole` is the document of that.
pub fn keep(published: &mut Value, described: &Value, whole: &Value) {
    fill(published, described, whole, DEPTH);
}

fn fill(published: &mut Value, described: &Value, whole: &Value, depth: usize) {
    let Some(theirs) = published.as_object_mut() else {
        return;
    };
    // What is referred to has words of its own, and may have others here.
    if theirs.contains_key("$ref") || depth == 0 {
        let words = described
            .get("description")
            .filter(|_| described.get("$ref").is_some());
        if let Some(words) = words {
            theirs.entry("description").or_insert(words.clone());
        }
        return;
    }
    let described = meant(described, whole);
    let is_same_type = theirs.get("type") == described.get("type");
    for key in WORDS {
        let is_missing = theirs.get(key).is_none_or(|word| word == "");
        let fits = is_same_type || !key.starts_with("example");
        if let (true, true, Some(word)) = (is_missing, fits, described.get(key)) {
            theirs.insert(key.to_owned(), word.clone());
        }
    }
    if let Some(ours) = described.get("tags").and_then(Value::as_array) {
        let tags = theirs
            .entry("tags")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Some(tags) = tags.as_array_mut() {
            let new: Vec<Value> = ours
                .iter()
                .filter(|tag| !tags.contains(tag))
                .cloned()
                .collect();
            tags.extend(new);
        }
    }
    for key in ["items", "additionalProperties", "requestBody", "schema"] {
        if let (Some(theirs), Some(ours)) = (theirs.get_mut(key), described.get(key)) {
            fill(theirs, ours, whole, depth - 1);
        }
    }
    for key in ["properties", "content", "responses"] {
        for (name, theirs) in members_mut(theirs.get_mut(key)) {
            if let Some(ours) = described.get(key).and_then(|ours| ours.get(name)) {
                fill(theirs, ours, whole, depth - 1);
            }
        }
    }
    let ours = described.get("parameters").and_then(Value::as_array);
    let theirs = theirs.get_mut("parameters").and_then(Value::as_array_mut);
    for theirs in theirs.into_iter().flatten() {
        let is_same = |ours: &&Value| {
            ["name", "in"]
                .iter()
                .all(|key| theirs.get(key).is_some() && ours.get(key) == theirs.get(key))
        };
        let mut ours = ours.into_iter().flatten().map(|ours| meant(ours, whole));
        if let Some(ours) = ours.find(is_same) {
            fill(theirs, ours, whole, depth - 1);
        }
    }
}

/// What a chain of references ends at.
pub fn meant<'a>(value: &'a Value, whole: &'a Value) -> &'a Value {
    let mut meant = value;
    for _ in 0..16 {
        let target = meant.get("$ref").and_then(Value::as_str);
        let Some(next) = target.and_then(Pointer::of_reference) else {
            break;
        };
        match next.get(whole) {
            Some(next) => meant = next,
            None => break,
        }
    }
    meant
}
