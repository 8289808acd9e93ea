//! The facts of the document as a whole, of events, and of operations that are written by hand.

use serde_json::Value;

use super::schema::{WORDS, is_extension, plain};
use super::snapshot::{Facts, Snapshot};
use super::subject::{Aspect, Kind, Subject};
use crate::generate::PROFILE;
use crate::input::{Pointer, members, operations};
use crate::lower::WEBHOOKS;
use crate::lower::compared_only::BY_HAND;

/// Members of a document that are reported in other ways.
const KNOWN: [&str; 6] = [
    "components",
    "openapi",
    "paths",
    "security",
    BY_HAND,
    WEBHOOKS,
];

/// The facts of the document as a whole.
pub fn facts(document: &Value) -> Facts {
    let mut facts = Facts::new();
    let schemes = document.pointer("/components/securitySchemes");
    let schemes = schemes.map(|schemes| ("securitySchemes", schemes));
    let others = members(Some(document)).map(|(key, value)| (key.as_str(), value));
    for (key, value) in others.chain(schemes) {
        match key {
            key if KNOWN.contains(&key) => {}
            "info" | "tags" | "externalDocs" => leaves(&mut facts, value, key, &Aspect::Text),
            // The client has the address and the names of the headers by hand; what a profile does to the
            // generated code shows there.
            "servers" | "securitySchemes" | PROFILE => leaves(&mut facts, value, key, &|place| {
                let is_text = |name| name == "description" || is_extension(name);
                if place.split('/').skip(1).any(is_text) || is_documentation(&place) {
                    Aspect::Text(place)
                } else {
                    Aspect::Conduct(place)
                }
            }),
            key if is_extension(key) => leaves(&mut facts, value, key, &Aspect::Text),
            key => leaves(&mut facts, value, key, &Aspect::Unknown),
        }
    }
    facts
}

/// Adds what the document says of events, and operations written by hand.
pub fn add(snapshot: &mut Snapshot, document: &Value) {
    for (event, webhook) in members(document.get(WEBHOOKS)) {
        snapshot.reached_by(&format!("webhook {event}"), webhook, document);
        let mut facts = Facts::new();
        if webhook.get("deprecated") == Some(&Value::Bool(true)) {
            facts.insert(Aspect::Deprecated, "yes".to_owned());
        }
        for word in ["summary", "description", "externalDocs"] {
            if let Some(value) = webhook.get(word) {
                facts.insert(Aspect::Text(word.to_owned()), plain(value));
            }
        }
        snapshot.explain(&Subject::whole(Kind::Webhook, event), facts);
    }
    for (path, method, operation) in operations(document, BY_HAND) {
        let mut facts = Facts::new();
        leaves(&mut facts, operation, "", &|place| {
            let (_, last) = place.rsplit_once('/').unwrap_or_default();
            let first = place.split('/').nth(1).unwrap_or_default();
            if WORDS.contains(&last)
                || ["summary", "x-rust-name"].contains(&last)
                || ["externalDocs", "tags"].contains(&first)
            {
                Aspect::Text(place)
            } else {
                Aspect::Unknown(place)
            }
        });
        let name = format!("{} {path}", method.to_uppercase());
        snapshot.insert(Subject::whole(Kind::HandWritten, name), facts);
    }
}

/// Whether a place is in a part of the profile that only documentation is made of.
fn is_documentation(place: &str) -> bool {
    let part = place
        .strip_prefix(PROFILE)
        .and_then(|place| place.split('/').nth(1));
    part.is_some_and(|part| ["errors", "examples", "headings"].contains(&part))
}

/// Adds every value below `value` that is not a map, by its place.
fn leaves(facts: &mut Facts, value: &Value, at: &str, aspect: &dyn Fn(String) -> Aspect) {
    let mut queue = vec![(value, Pointer::default())];
    while let Some((value, place)) = queue.pop() {
        match value {
            Value::Object(members) if !members.is_empty() => {
                queue.extend(members.iter().map(|(key, value)| (value, place.child(key))));
            }
            Value::Array(items) if !items.is_empty() => {
                let items = items.iter().enumerate();
                queue.extend(items.map(|(index, item)| (item, place.child(index))));
            }
            _ => {
                facts.insert(aspect(format!("{at}{}", place.as_str())), plain(value));
            }
        }
    }
}
