//! What plays no part in a client goes, and is counted.

use serde_json::Value;

use crate::notes::Notes;
use crate::operations::{for_each_operation, members, members_mut};
use crate::pointer::Pointer;

/// Marks an operation that the client has by hand, since the generator cannot write it.
const BY_HAND: &str = "x-by-hand";

/// Removes operations written by hand, callbacks, links, headers of answers, and what 3.1 says
/// of a document as a whole.
pub fn set_aside(document: &mut Value, notes: &mut Notes) {
    let root = Pointer::default();
    remove(
        document,
        "jsonSchemaDialect",
        &root,
        Some("schema dialect"),
        notes,
    );
    if let Some(info) = document.get_mut("info") {
        let at = root.child("info");
        remove(info, "summary", &at, Some("summary of the document"), notes);
    }
    let components = root.child("components");
    if let Some(holder) = document.get_mut("components") {
        for kind in ["callbacks", "examples", "headers", "links"] {
            remove_all(
                holder,
                kind,
                &components,
                &format!("component of {kind}"),
                notes,
            );
        }
    }
    by_hand(document, notes);
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        remove_all(operation, "callbacks", at, "callback", notes);
        remove(
            operation,
            "servers",
            at,
            Some("server of one operation"),
            notes,
        );
        for (status, answer) in members_mut(operation.get_mut("responses")) {
            let at = at.child("responses").child(status);
            remove_all(answer, "headers", &at, "header of an answer", notes);
            remove_all(answer, "links", &at, "link of an answer", notes);
        }
        Ok::<(), std::convert::Infallible>(())
    });
}

fn by_hand(document: &mut Value, notes: &mut Notes) {
    let root = Pointer::default().child("paths");
    for (path, item) in members_mut(document.get_mut("paths")) {
        let at = root.child(path);
        remove(item, "servers", &at, Some("server of one path"), notes);
        if let Some(operations) = item.as_object_mut() {
            operations.retain(|method, operation| {
                let is_by_hand = operation.get(BY_HAND).is_some();
                if is_by_hand {
                    notes.add("operation written by hand", &root.child(path).child(method));
                }
                !is_by_hand
            });
        }
    }
}

/// Removes a map, and counts its members.
fn remove_all(holder: &mut Value, key: &str, at: &Pointer, kind: &str, notes: &mut Notes) {
    for (name, _) in members(holder.get(key)) {
        notes.add(kind, &at.child(key).child(name));
    }
    remove(holder, key, at, None, notes);
}

fn remove(holder: &mut Value, key: &str, at: &Pointer, kind: Option<&str>, notes: &mut Notes) {
    let removed = holder
        .as_object_mut()
        .and_then(|members| members.remove(key));
    if let (Some(_), Some(kind)) = (removed, kind) {
        notes.add(kind, &at.child(key));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_set_aside_is_counted() {
        let mut document = json!({
            "info": {"title": "t", "summary": "s"},
            "paths": {"/x": {
                "get": {
                    "callbacks": {"done": {}},
                    "responses": {"200": {"headers": {"a": {}, "b": {}}, "links": {}, "description": "d"}},
                },
                "put": {"x-by-hand": true},
            }},
        });
        let mut notes = Notes::default();
        set_aside(&mut document, &mut notes);
        assert_eq!(
            document,
            json!({
                "info": {"title": "t"},
                "paths": {"/x": {"get": {"responses": {"200": {"description": "d"}}}}},
            })
        );
        let lines: Vec<String> = notes.lines().collect();
        assert_eq!(
            lines,
            [
                "1 callback: /paths/~1x/get/callbacks/done",
                "2 header of an answer, the first at /paths/~1x/get/responses/200/headers/a",
                "1 operation written by hand: /paths/~1x/put",
                "1 summary of the document: /info/summary",
            ]
        );
    }
}
