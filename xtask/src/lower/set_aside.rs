//! Parts that play no role in a client are removed and counted.

use serde_json::Value;

use super::compared_only::BY_HAND;
use crate::input::{Diagnostics, Pointer, for_each_operation, members, members_mut};

/// Removes operations written by hand, callbacks, links, headers of responses, and what 3.1 says
/// of a document as a whole.
pub fn set_aside(document: &mut Value, diagnostics: &mut Diagnostics) {
    let root = Pointer::default();
    remove(
        document,
        "jsonSchemaDialect",
        &root,
        Some("schema dialect"),
        diagnostics,
    );
    if let Some(info) = document.get_mut("info") {
        let at = root.child("info");
        remove(
            info,
            "summary",
            &at,
            Some("summary of the document"),
            diagnostics,
        );
    }
    let components = root.child("components");
    if let Some(holder) = document.get_mut("components") {
        for kind in ["callbacks", "examples", "headers", "links"] {
            remove_all(
                holder,
                kind,
                &components,
                &format!("component of {kind}"),
                diagnostics,
            );
        }
    }
    for (name, response) in members_mut(document.pointer_mut("/components/responses")) {
        let at = components.child("responses").child(name);
        remove_all(
            response,
            "headers",
            &at,
            "header of a response",
            diagnostics,
        );
        remove_all(response, "links", &at, "link of a response", diagnostics);
    }
    by_hand(document, diagnostics);
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        remove_all(operation, "callbacks", at, "callback", diagnostics);
        remove(
            operation,
            "servers",
            at,
            Some("server of one operation"),
            diagnostics,
        );
        for (status, response) in members_mut(operation.get_mut("responses")) {
            let at = at.child("responses").child(status);
            remove_all(
                response,
                "headers",
                &at,
                "header of a response",
                diagnostics,
            );
            remove_all(response, "links", &at, "link of a response", diagnostics);
        }
        Ok::<(), std::convert::Infallible>(())
    });
}

fn by_hand(document: &mut Value, diagnostics: &mut Diagnostics) {
    let root = Pointer::default().child("paths");
    for (path, item) in members_mut(document.get_mut("paths")) {
        let at = root.child(path);
        remove(
            item,
            "servers",
            &at,
            Some("server of one path"),
            diagnostics,
        );
        if let Some(operations) = item.as_object_mut() {
            operations.retain(|method, operation| {
                let is_by_hand = operation.get(BY_HAND).is_some();
                if is_by_hand {
                    diagnostics.add("operation written by hand", &root.child(path).child(method));
                }
                !is_by_hand
            });
        }
    }
}

/// Removes a map, and counts its members.
fn remove_all(
    holder: &mut Value,
    key: &str,
    at: &Pointer,
    kind: &str,
    diagnostics: &mut Diagnostics,
) {
    for (name, _) in members(holder.get(key)) {
        diagnostics.add(kind, &at.child(key).child(name));
    }
    remove(holder, key, at, None, diagnostics);
}

fn remove(
    holder: &mut Value,
    key: &str,
    at: &Pointer,
    kind: Option<&str>,
    diagnostics: &mut Diagnostics,
) {
    let removed = holder
        .as_object_mut()
        .and_then(|members| members.remove(key));
    if let (Some(_), Some(kind)) = (removed, kind) {
        diagnostics.add(kind, &at.child(key));
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
        let mut diagnostics = Diagnostics::default();
        set_aside(&mut document, &mut diagnostics);
        assert_eq!(
            document,
            json!({
                "info": {"title": "t"},
                "paths": {"/x": {"get": {"responses": {"200": {"description": "d"}}}}},
            })
        );
        let lines: Vec<String> = diagnostics.lines().collect();
        assert_eq!(
            lines,
            [
                "1 callback: /paths/~1x/get/callbacks/done",
                "2 header of a response, the first at /paths/~1x/get/responses/200/headers/a",
                "1 operation written by hand: /paths/~1x/put",
                "1 summary of the document: /info/summary",
            ]
        );
    }
}
