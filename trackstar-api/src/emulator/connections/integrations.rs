//! What an integration can do, and which writes it takes: in closed schemas.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::emulator::document::Document;
use crate::emulator::document::operation::{Effect, Operation};
use crate::emulator::document::schema::{Schema, reference};

const SCHEMAS: &str = "#/components/schemas/";
const DEFINITIONS: &str = "#/definitions/";

/// The integration of this name in an area.
pub(crate) fn info(document: &Document, area: &str, name: &str) -> Value {
    let lists = lists(document, area).map(|operation| {
        let object = operation
            .record
            .and_then(|record| document.schemas.object_of(record));
        let fields = object.into_iter().flat_map(|object| &object.properties);
        let fields: Map<_, _> = fields
            .map(|property| (property.name.clone(), json!(true)))
            .collect();
        json!({"action": operation.action, "url": url(operation), "implemented_fields": fields})
    });
    let writes = writes(document, area).map(|operation| {
        let body = operation.body.as_ref().and_then(|body| document.schemas.object_of(body.of));
        let fields = |is_required: bool| -> Vec<&str> {
            let fields = body.into_iter().flat_map(|object| &object.properties);
            let fields = fields.filter(|property| property.is_required == is_required && !property.is_deprecated);
            fields.map(|property| property.name.as_str()).collect()
        };
        json!({
            "action": operation.action, "url": url(operation),
            "required_base_schema_fields": fields(true), "optional_base_schema_fields": fields(false),
            "integration_specific_fields": {"type": "object", "properties": {}, "required_fields": []},
        })
    });
    let actions = lists_and_writes(document, area).map(|operation| &operation.action);
    json!({
        "integration_name": name, "display_name": name, "install_method": "input",
        "description": "An integration of the emulator.", "logo_url": "https://example.com/logo.png",
        "list_operations": lists.collect::<Vec<_>>(), "write_operations": writes.collect::<Vec<_>>(),
        "available_actions": actions.collect::<BTreeSet<_>>(),
    })
}

/// An OpenAPI document of the writes of an area.
pub(crate) fn write_info(document: &Document, area: &str) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    for operation in writes(document, area) {
        let method = operation.method.to_lowercase();
        let path = paths
            .entry(operation.path.clone())
            .or_insert_with(|| json!({}));
        path[&method] = json!({
            "operationId": operation.action, "responses": {"200": {"description": "Written."}},
        });
        if let Some(name) = operation
            .body
            .as_ref()
            .and_then(|body| body.name.as_deref())
        {
            collect(document, name, SCHEMAS, &mut schemas);
            let schema = json!({"$ref": format!("{SCHEMAS}{name}")});
            path[&method]["requestBody"] =
                json!({"content": {"application/json": {"schema": schema}}});
        }
    }
    json!({
        "openapi": "3.1.0", "info": {"title": "Writes", "version": "1"}, "paths": paths,
        "components": {"schemas": schemas},
    })
}

/// A JSON Schema of the body that creates (POST) or updates (PUT) records of a collection.
pub(crate) fn meta(document: &Document, collection: &str, method: &str) -> Value {
    let mut writes = document.operations.iter().filter(|operation| {
        let path = operation.path.trim_start_matches('/');
        let is_update = matches!(&operation.effect, Effect::Change(change) if change == "update");
        operation.method == method
            && path.starts_with(collection)
            && (operation.effect == Effect::Create || is_update)
    });
    let mut definitions = Map::new();
    let name = writes
        .find_map(|operation| operation.body.as_ref()?.name.as_deref())
        .unwrap_or_default();
    collect(document, name, DEFINITIONS, &mut definitions);
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#", "$ref": format!("{DEFINITIONS}{name}"),
        "definitions": definitions, "has_connection_specific_fields": false,
    })
}

fn lists<'a>(document: &'a Document, area: &'a str) -> impl Iterator<Item = &'a Operation> {
    lists_and_writes(document, area).filter(|operation| !operation.is_write())
}

fn writes<'a>(document: &'a Document, area: &'a str) -> impl Iterator<Item = &'a Operation> {
    lists_and_writes(document, area).filter(|operation| operation.is_write())
}

fn lists_and_writes<'a>(
    document: &'a Document,
    area: &'a str,
) -> impl Iterator<Item = &'a Operation> {
    let of_area = document
        .operations
        .iter()
        .filter(move |operation| operation.area() == area);
    of_area.filter(|operation| match operation.is_write() {
        true => operation.needs_token,
        false => operation.lists_records(),
    })
}

fn url(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// A schema and all that it refers to, closed: what they do not list is not supported. `within` is where they stand.
fn collect(document: &Document, name: &str, within: &str, found: &mut Map<String, Value>) {
    let schema = &document.components[name];
    if schema.is_null() || found.contains_key(name) {
        return;
    }
    let mut names = Vec::new();
    found.insert(name.to_owned(), closed(schema, within, &mut names));
    for name in names {
        collect(document, &name, within, found);
    }
}

fn closed(schema: &Value, within: &str, names: &mut Vec<String>) -> Value {
    if let Some(name) = reference(schema) {
        names.push(name.to_owned());
        return json!({"$ref": format!("{within}{name}")});
    }
    match schema {
        Value::Object(members) => {
            let is_object = schema["type"] == "object" && schema["properties"].is_object();
            let known = members
                .iter()
                .filter(|(name, _)| !name.starts_with("x-") && *name != "nullable");
            let mut closed: Map<_, _> = known
                .map(|(name, member)| (name.clone(), self::closed(member, within, names)))
                .collect();
            if is_object {
                closed.insert("additionalProperties".to_owned(), json!(false));
                closed.entry("required").or_insert_with(|| json!([]));
            }
            Value::Object(closed)
        }
        Value::Array(items) => items
            .iter()
            .map(|item| closed(item, within, names))
            .collect(),
        other => other.clone(),
    }
}

/// The types of integrations that there are.
pub(crate) fn types(document: &Document) -> Vec<String> {
    let operation = document.operation("list_integrations");
    let parameter = operation.and_then(|operation| operation.parameters.get("integration_type"));
    match parameter.map(|parameter| document.schemas.get(parameter.of)) {
        Some(Schema::Enum(types)) => types.clone(),
        _ => Vec::new(),
    }
}
