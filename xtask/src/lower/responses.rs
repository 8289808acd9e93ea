//! An operation has one success response, and all errors are of one type, `ApiError`.

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::media;
use super::schemas::is_same;
use crate::input::{Diagnostics, Pointer, Problem, Problems, for_each_operation, members};

/// The component that all error responses become.
pub const ERROR_SCHEMA: &str = "ApiError";
const JSON_SCHEMA: &str = "/content/application~1json/schema";

/// Keeps one success response per operation, and unites the fields of all error responses.
pub fn unify(document: &mut Value, diagnostics: &mut Diagnostics) -> Result<(), Problem> {
    let schemas = document
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    let (mut union, mut problems) = (Union::default(), Problems::default());
    let Ok(()) = for_each_operation(document, |_, _, at, operation| {
        let at = at.child("responses");
        let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            problems.add(
                Problem::new("the operation has no responses")
                    .at(&at)
                    .remedy("describe its responses in openapi/overlay.yaml"),
            );
            return Ok::<(), Infallible>(());
        };
        let mut kept = Map::new();
        for (status, mut response) in std::mem::take(responses) {
            let at = at.child(&status);
            let is_success = status.starts_with('2');
            problems.keep(only_json(&mut response, is_success, &at, diagnostics));
            if is_success {
                problems.keep(one_success(&kept, &response, &at));
                if kept.is_empty() {
                    kept.insert(status, response);
                } else {
                    diagnostics.add("further success with the same response", &at);
                }
            } else if status.starts_with("x-") {
                diagnostics.add("extension among the responses", &at);
            } else if let Some(schema) = response.pointer(JSON_SCHEMA) {
                union.add(schema, &schemas, &at, diagnostics);
            } else if status.starts_with(['1', '3']) {
                diagnostics.add("redirect or interim response", &at);
            }
        }
        if kept.is_empty() {
            problems.add(
                Problem::new("the operation has no response of success")
                    .at(&at)
                    .remedy("say in openapi/overlay.yaml what its 2xx response holds"),
            );
        }
        let schema = json!({"$ref": Pointer::schema(ERROR_SCHEMA).reference()});
        for (status, who) in [
            ("4XX", "The call was refused."),
            ("5XX", "The server failed."),
        ] {
            let content = json!({"application/json": {"schema": schema}});
            kept.insert(
                status.to_owned(),
                json!({"description": who, "content": content}),
            );
        }
        *responses = kept;
        Ok(())
    });
    problems.keep(union.put(document));
    problems.result()
}

/// Sets aside media types beside JSON, and those of errors, whose text the runtime keeps. A success response
/// without JSON is refused.
fn only_json(
    response: &mut Value,
    is_success: bool,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> Result<(), Problem> {
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    let at = at.child("content");
    if content.is_empty()
        || media::keep_json(content, "response in another media type", &at, diagnostics)
    {
        return Ok(());
    }
    if is_success {
        let kinds = content.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(Problem::new(format!(
            "a response of `{kinds}` cannot be generated, expected application/json"
        ))
        .at(&at)
        .remedy(
            "mark the operation `x-by-hand: true` in openapi/overlay.yaml, and write it by hand",
        ));
    }
    for kind in std::mem::take(content).keys() {
        diagnostics.add("error response in another media type", &at.child(kind));
    }
    Ok(())
}

fn one_success(kept: &Map<String, Value>, response: &Value, at: &Pointer) -> Result<(), Problem> {
    let Some((status, first)) = kept.iter().next() else {
        return Ok(());
    };
    if first.pointer(JSON_SCHEMA) == response.pointer(JSON_SCHEMA) {
        return Ok(());
    }
    Err(Problem::new(format!(
        "a second kind of success, beside {status}, cannot be generated"
    ))
    .at(at)
    .remedy("remove one in openapi/overlay.yaml, or describe both by one schema"))
}

/// The fields of all error responses.
#[derive(Default)]
struct Union {
    properties: Map<String, Value>,
    /// The fields that all of them require.
    required: Option<Vec<String>>,
    /// Component schemas that have been added.
    seen: Vec<String>,
}

impl Union {
    fn add(
        &mut self,
        schema: &Value,
        schemas: &Value,
        at: &Pointer,
        diagnostics: &mut Diagnostics,
    ) {
        let target = schema.get("$ref").and_then(Value::as_str);
        let Some(name) = target.and_then(|target| Pointer::of_reference(target)?.schema_name())
        else {
            return self.unite(schema, at, diagnostics);
        };
        if self.seen.contains(&name) {
            return;
        }
        let (at, schema) = (Pointer::schema(&name), schemas.get(&name));
        self.seen.push(name);
        if let Some(schema) = schema {
            self.unite(schema, &at, diagnostics);
        }
    }

    /// Adds the fields of one error response. The client reads errors as JSON: what has no single meaning is
    /// anything.
    fn unite(&mut self, schema: &Value, at: &Pointer, diagnostics: &mut Diagnostics) {
        if schema.get("properties").is_none() {
            return diagnostics.add("error response that is no map of fields, kept as JSON", at);
        }
        for (name, property) in members(schema.get("properties")) {
            match self.properties.get_mut(name) {
                None => drop(self.properties.insert(name.clone(), property.clone())),
                Some(known) if is_same(known, property) => {}
                Some(known) => {
                    *known = json!({});
                    let place = at.child("properties").child(name);
                    diagnostics.add("field of errors that means several things", &place);
                }
            }
        }
        let listed = schema.get("required").and_then(Value::as_array);
        let listed: Vec<&str> = listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        match &mut self.required {
            None => self.required = Some(listed.into_iter().map(str::to_owned).collect()),
            Some(required) => required.retain(|name| listed.contains(&name.as_str())),
        }
    }

    fn put(self, document: &mut Value) -> Result<(), Problem> {
        let at = Pointer::schema(ERROR_SCHEMA);
        if document.pointer(at.as_str()).is_some() && !self.seen.iter().any(|n| n == ERROR_SCHEMA) {
            return Err(
                Problem::new("this name is that of the union of all error responses")
                    .at(&at)
                    .remedy(
                        "give the schema another name in openapi/overlay.yaml, by `x-rust-name`",
                    ),
            );
        }
        let mut schema = json!({
            "type": "object",
            "description": "What an operation answers when it fails.",
            "properties": self.properties,
        });
        if let Some(mut required) = self.required.filter(|required| !required.is_empty()) {
            required.sort();
            schema["required"] = json!(required);
        }
        document["components"]["schemas"][ERROR_SCHEMA] = schema;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unified(responses: Value, schemas: Value) -> Result<Value, String> {
        let mut document = json!({
            "paths": {"/x": {"get": {"responses": responses}}},
            "components": {"schemas": schemas},
        });
        unify(&mut document, &mut Diagnostics::default()).map_err(|problem| problem.to_string())?;
        Ok(document)
    }

    fn response(schema: Value) -> Value {
        json!({"description": "d", "content": {"application/json": {"schema": schema}}})
    }

    #[test]
    fn all_errors_become_one() {
        let document = unified(
            json!({
                "200": response(json!({"type": "string"})),
                "404": response(json!({"$ref": "#/components/schemas/Missing"})),
                "422": response(json!({"properties": {"error": {"type": "string"}, "detail": {}}, "required": ["error"]})),
                "default": {"description": "no body"},
            }),
            json!({"Missing": {
                "properties": {"error": {"type": "string", "description": "words"}, "id": {"type": "string"}},
                "required": ["error", "id"],
            }}),
        )
        .unwrap();
        let error = &document["components"]["schemas"]["ApiError"];
        assert_eq!(error["required"], json!(["error"]));
        let names: Vec<&String> = members(error.get("properties"))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["error", "id", "detail"]);
        let responses = &document["paths"]["/x"]["get"]["responses"];
        let statuses: Vec<&String> = members(Some(responses)).map(|(status, _)| status).collect();
        assert_eq!(statuses, ["200", "4XX", "5XX"]);
    }

    #[test]
    fn errors_of_any_shape_are_kept_as_json() {
        let text = json!({"properties": {"error": {"type": "string"}, "id": {}}});
        let number = json!({"properties": {"error": {"type": "integer"}}});
        let document = unified(
            json!({
                "200": response(json!({})), "400": response(text), "404": response(number),
                "422": response(json!({"type": "array"})), "500": response(json!({})),
            }),
            json!({}),
        )
        .unwrap();
        let error = &document["components"]["schemas"]["ApiError"];
        assert_eq!(error["properties"], json!({"error": {}, "id": {}}));
    }

    #[test]
    fn what_has_no_single_meaning_is_refused() {
        for (responses, says) in [
            (json!({}), "no response of success"),
            (
                json!({"default": response(json!({}))}),
                "no response of success",
            ),
            (
                json!({"200": response(json!({"type": "string"})), "201": response(json!({"type": "integer"}))}),
                "second kind of success",
            ),
            (json!({"200": {"content": {"text/csv": {}}}}), "`text/csv`"),
        ] {
            let problem = unified(responses, json!({})).unwrap_err();
            assert!(problem.contains(says), "{problem}");
        }
    }
}
