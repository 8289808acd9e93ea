//! What a document marks `x-internal` is not public: it is left out of the client and counted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::input::{Diagnostics, Pointer, is_method, members, members_mut};

const MARK: &str = "x-internal";
/// The marked schemas themselves, by the places of references to them.
type Marked = BTreeSet<String>;

/// Leaves out marked operations, events, parameters, responses, fields and schemas, and whatever is of such a schema.
pub fn leave_out(document: &mut Value, diagnostics: &mut Diagnostics) {
    let marked = marked(document, diagnostics);
    for holder in ["paths", "webhooks"] {
        let root = Pointer::default().child(holder);
        for (path, item) in members_mut(document.get_mut(holder)) {
            let at = root.child(path);
            let is_whole_marked = is_marked(item);
            if let Some(members) = item.as_object_mut() {
                members.retain(|method, operation| {
                    let is_out = is_method(method) && (is_whole_marked || is_marked(operation));
                    if is_out {
                        let what = if holder == "paths" {
                            "operation"
                        } else {
                            "event"
                        };
                        let what = format!("{what} marked `x-internal`");
                        diagnostics.add(what, &at.child(method));
                    }
                    !is_out
                });
            }
            walk(item, &at, &marked, diagnostics);
        }
    }
    let at = Pointer::default().child("components");
    for (kind, group) in members_mut(document.get_mut("components")) {
        let at = at.child(kind);
        for (name, component) in members_mut(Some(group)) {
            walk(component, &at.child(name), &marked, diagnostics);
        }
    }
}

/// The components that are marked: schemas, and parameters and responses that are referred to.
fn marked(document: &mut Value, diagnostics: &mut Diagnostics) -> Marked {
    let mut marked = Marked::new();
    let root = Pointer::default().child("components");
    for kind in ["parameters", "responses", "schemas"] {
        let at = root.child(kind);
        for (name, _) in members(at.get(document)).filter(|(_, it)| is_marked(it)) {
            let at = at.child(name);
            if kind == "schemas" {
                diagnostics.add("schema marked `x-internal`", &at);
            }
            marked.insert(at.reference());
        }
    }
    // A second name of a marked schema is one as well.
    loop {
        let before = marked.len();
        let schemas = members(document.pointer("/components/schemas"));
        let aliases = schemas.filter(|(_, schema)| is_out(schema, &marked));
        let aliases: Vec<String> = aliases
            .map(|(name, _)| Pointer::schema(name).reference())
            .collect();
        marked.extend(aliases);
        if marked.len() == before {
            return marked;
        }
    }
}

fn is_marked(value: &Value) -> bool {
    !matches!(
        value.get(MARK),
        None | Some(Value::Null | Value::Bool(false))
    )
}

/// Whether a value is marked, or is of what is: by a reference, as a list or map of it, or as a union of nothing else.
fn is_out(value: &Value, marked: &Marked) -> bool {
    let target = value.get("$ref").and_then(Value::as_str);
    let is_below = |key| value.get(key).is_some_and(|below| is_out(below, marked));
    let unions = ["allOf", "anyOf", "oneOf"]
        .into_iter()
        .filter_map(|key| value.get(key)?.as_array());
    let mut unions = unions.filter(|branches| !branches.is_empty());
    is_marked(value)
        || target.is_some_and(|target| marked.contains(target))
        || ["items", "additionalProperties", "schema"]
            .into_iter()
            .any(is_below)
        || unions.any(|branches| branches.iter().all(|branch| is_out(branch, marked)))
}

fn walk(value: &mut Value, at: &Pointer, marked: &Marked, diagnostics: &mut Diagnostics) {
    if let Value::Array(items) = value {
        for (index, item) in items.iter_mut().enumerate() {
            walk(item, &at.child(index), marked, diagnostics);
        }
        return;
    }
    let Some(holder) = value.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(fields)) = holder.get_mut("properties") {
        let mut gone = Vec::new();
        fields.retain(|name, field| {
            let is_out = is_out(field, marked);
            if is_out {
                let at = at.child("properties").child(name);
                diagnostics.add("field marked `x-internal`", &at);
                gone.push(name.clone());
            }
            !is_out
        });
        if let Some(Value::Array(required)) = holder.get_mut("required") {
            required.retain(|name| !gone.iter().any(|gone| name == gone));
        }
    }
    if let Some(Value::Array(parameters)) = holder.get_mut("parameters") {
        let mut index = 0;
        parameters.retain(|parameter| {
            // A path needs all of its parameters.
            let is_in_path = parameter.get("in").is_some_and(|place| place == "path");
            let is_out = !is_in_path && is_out(parameter, marked);
            if is_out {
                let at = at.child("parameters").child(index);
                diagnostics.add("parameter marked `x-internal`", &at);
            }
            index += 1;
            !is_out
        });
    }
    if let Some(Value::Object(responses)) = holder.get_mut("responses") {
        responses.retain(|status, response| {
            let target = response.get("$ref").and_then(Value::as_str);
            let is_out = is_marked(response) || target.is_some_and(|it| marked.contains(it));
            if is_out {
                let at = at.child("responses").child(status);
                diagnostics.add("response marked `x-internal`", &at);
            }
            !is_out
        });
    }
    for union in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = holder.get_mut(union) {
            let mut index = 0;
            branches.retain(|branch| {
                let is_out = is_out(branch, marked);
                if is_out {
                    diagnostics.add("branch marked `x-internal`", &at.child(union).child(index));
                }
                index += 1;
                !is_out
            });
        }
    }
    // A body or a response of such a schema is any JSON.
    if let Some(schema) = holder
        .get_mut("schema")
        .filter(|schema| is_out(schema, marked))
    {
        diagnostics.add(
            "body marked `x-internal`, which may be anything",
            &at.child("schema"),
        );
        *schema = json!({});
    }
    for (key, member) in holder.iter_mut() {
        let at = at.child(key);
        match key.as_str() {
            // What is in these has names, not keywords.
            "$defs" | "content" | "properties" | "responses" => {
                for (name, member) in members_mut(Some(member)) {
                    walk(member, &at.child(name), marked, diagnostics);
                }
            }
            "const" | "default" | "enum" | "example" | "examples" => {}
            key if key.starts_with("x-") => {}
            _ => walk(member, &at, marked, diagnostics),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(mut document: Value) -> (Value, Vec<String>) {
        let mut diagnostics = Diagnostics::default();
        leave_out(&mut document, &mut diagnostics);
        (document, diagnostics.lines().collect())
    }

    fn reference(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    #[test]
    fn operations_parameters_responses_and_events_are_left_out() {
        let (document, lines) = left(json!({
            "paths": {
                "/a/{id}": {
                    "get": {
                        "parameters": [
                            {"in": "path", "name": "id", "x-internal": true},
                            {"in": "query", "name": "debug", "x-internal": true},
                            {"in": "query", "name": "q", "x-internal": false},
                            {"$ref": "#/components/parameters/Trace"},
                        ],
                        "responses": {"200": {"description": "ok"}, "418": {"x-internal": true}},
                    },
                    "put": {"x-internal": true},
                },
                "/b": {"x-internal": true, "get": {}, "post": {}},
            },
            "webhooks": {"a.created": {"post": {"x-internal": true}}},
            "components": {"parameters": {"Trace": {"in": "header", "name": "t", "x-internal": true}}},
        }));
        assert_eq!(
            document["paths"],
            json!({
                "/a/{id}": {"get": {
                    "parameters": [
                        {"in": "path", "name": "id", "x-internal": true},
                        {"in": "query", "name": "q", "x-internal": false},
                    ],
                    "responses": {"200": {"description": "ok"}},
                }},
                "/b": {"x-internal": true},
            })
        );
        assert_eq!(document["webhooks"], json!({"a.created": {}}));
        assert_eq!(
            lines,
            [
                "1 event marked `x-internal`: /webhooks/a.created/post",
                "3 operation marked `x-internal`, the first at /paths/~1a~1{id}/put",
                "2 parameter marked `x-internal`, the first at /paths/~1a~1{id}/get/parameters/1",
                "1 response marked `x-internal`: /paths/~1a~1{id}/get/responses/418",
            ]
        );
    }

    #[test]
    fn fields_that_are_marked_or_of_a_marked_schema_are_left_out() {
        let (document, lines) = left(json!({
            "paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": {"schema": reference("Trail")}}}}}}},
            "components": {"schemas": {
                "Order": {
                    "required": ["id", "note", "default"],
                    "properties": {
                        "id": {"type": "string"},
                        "note": {"type": "string", "x-internal": true},
                        "trail": reference("Trail"),
                        "trails": {"type": "array", "items": reference("Alias")},
                        "by_name": {"additionalProperties": {"anyOf": [reference("Trail"), reference("Alias")]}},
                        "default": {"properties": {"deep": reference("Trail"), "x": {}}},
                        "either": {"oneOf": [reference("Trail"), {"type": "string"}]},
                    },
                },
                "Trail": {"type": "object", "x-internal": true},
                "Alias": reference("Trail"),
            }},
        }));
        assert_eq!(
            document["components"]["schemas"]["Order"],
            json!({
                "required": ["id", "default"],
                "properties": {
                    "id": {"type": "string"},
                    "default": {"properties": {"x": {}}},
                    "either": {"oneOf": [{"type": "string"}]},
                },
            })
        );
        let schema = "/paths/~1a/get/responses/200/content/application~1json/schema";
        assert_eq!(document.pointer(schema), Some(&json!({})));
        let counts: Vec<&str> = lines
            .iter()
            .map(|line| line.split('`').next().unwrap())
            .collect();
        assert_eq!(
            counts,
            [
                "1 body marked ",
                "1 branch marked ",
                "5 field marked ",
                "1 schema marked "
            ]
        );
    }

    #[test]
    fn a_document_without_marks_stays_as_it_is() {
        let document = json!({"components": {"schemas": {"A": {"properties": {"x-internal": {"type": "string"}}}}}});
        assert_eq!(left(document.clone()), (document, Vec::new()));
    }
}
