//! Every operation of the document: called without the client, and its response validated; and called through the client.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use trackstar_api::emulator::Emulator;
use trackstar_api::{Client, Error, types};

use super::{call, client, unlimited};

const DOCUMENT: &str = include_str!("../../../../trackstar-api/openapi-3.0.json");

include!(concat!(env!("OUT_DIR"), "/emulated.rs"));

fn decoded<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

/// Schemas as JSON Schema has them: null is a type of its own there.
fn without_nullable(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut members = members.clone();
            let is_nullable = members.get("nullable") == Some(&Value::Bool(true));
            for member in members.values_mut() {
                *member = without_nullable(member);
            }
            match is_nullable {
                true => json!({"anyOf": [members, {"type": "null"}]}),
                false => Value::Object(members),
            }
        }
        Value::Array(items) => items.iter().map(without_nullable).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn every_operation_responds_as_the_document_says() {
    let emulator = unlimited().sync(Duration::from_secs(600));
    let emulator = emulator.start().await.unwrap();
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    // One schema for all responses, by method and path.
    let components = without_nullable(&document["components"]);
    let mut schema = json!({"components": components, "properties": {}});
    let mut bodies = json!({});
    let paths = document["paths"].as_object().unwrap().iter();
    let mut operations: Vec<_> = paths
        .flat_map(|(path, of_path)| {
            let of_path = of_path.as_object().unwrap().iter();
            of_path.map(move |(method, operation)| (path, method.to_uppercase(), operation))
        })
        .collect();
    // What is deleted would be missed by the others, a connection by all of them.
    operations.sort_by_key(|(path, method, _)| (method == "DELETE", *path == "/connections"));
    let fixture = Fixture::new(&emulator).await;
    let mut problems = Vec::new();
    for (path, method, operation) in &operations {
        let filled = fixture.filled(path);
        let path = format!("{method} {path}");
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let needs_method = parameters.filter(|one| one["name"] == "method").count() > 0;
        let query = if needs_method { "?method=POST" } else { "" };
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = fixture.body(&document, body);
        let sent = call(&emulator, method, &format!("{filled}{query}"), body).await;
        if sent.status != 200 {
            problems.push(format!("{path}: {} {}", sent.status, sent.body));
            continue;
        }
        let content = &operation["responses"]["200"]["content"]["application/json"];
        schema["properties"][&path] = content["schema"].clone();
        bodies[&path] = sent.body;
    }
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    let validator = options.build(&schema).unwrap();
    problems.extend(validator.iter_errors(&bodies).map(|error| {
        let place = error.instance_path().to_string();
        format!("{place}: {error:.300}")
    }));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[tokio::test]
async fn every_operation_is_called_through_the_client() {
    // Their bodies refer to what there is not: a code, a function, a product.
    const REFUSED: [&str; 3] = [
        "batch_adjust_cart_product_inventory",
        "create_connection_on_demand_sync",
        "exchange_link",
    ];
    let emulator = unlimited().start().await.unwrap();
    let fixture = Fixture::new(&emulator).await;
    let client = client(&emulator);
    let results = calls(&client, |path, name| fixture.id(path, name)).await;
    assert!(!results.is_empty());
    for (operation, result) in results {
        let status = result.as_ref().err().and_then(Error::status);
        let is_refused = status.is_some_and(|status| matches!(status.as_u16(), 400 | 404));
        let is_expected = result.is_ok() || REFUSED.contains(&operation) && is_refused;
        assert!(is_expected, "{operation}: {result:?}");
    }
}

#[tokio::test]
async fn a_file_is_attached_to_an_order() {
    let emulator = unlimited().start().await.unwrap();
    let order = client(&emulator).attach_wms_order_file("order-000001");
    order.bytes("a.txt", "a").send().await.unwrap();
    let missing = client(&emulator).attach_wms_order_file("none");
    let error = missing.bytes("a.txt", "a").send().await.unwrap_err();
    assert_eq!(error.missing_id(), Some("none"));
}

/// What the requests refer to.
struct Fixture<'a> {
    emulator: &'a Emulator,
    code: String,
    job: String,
}

impl<'a> Fixture<'a> {
    async fn new(emulator: &'a Emulator) -> Self {
        let link = call(emulator, "POST", "/link/token", json!({})).await.body;
        let link = link["link_token"].as_str().unwrap();
        let body = json!({"function_name": "get_orders", "start_time": TIME, "end_time": TIME});
        let job = call(emulator, "POST", "/connections/on-demand-syncs", body)
            .await
            .body;
        Self {
            emulator,
            code: emulator.finish_link(link, "wms", "sandbox").unwrap(),
            job: job["id"].as_str().unwrap_or("none").to_owned(),
        }
    }

    /// The path with a value for each parameter.
    fn filled(&self, path: &str) -> String {
        let segments = path.split('/').map(|segment| {
            let name = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            name.map_or_else(|| segment.to_owned(), |name| self.id(path, name))
        });
        segments.collect::<Vec<_>>().join("/")
    }

    fn id(&self, path: &str, name: &str) -> String {
        let known = match name {
            "integration_type" => "wms",
            "integration_name" => "sandbox",
            "function_name" => "get_orders",
            "connection_id" => "connection-000000",
            "sync_job_id" => &self.job,
            "kit_id" => "product-000001",
            "location_id" if path.starts_with("/wms") => "location-000001",
            _ => "",
        };
        if !known.is_empty() {
            return known.to_owned();
        }
        if path.starts_with("/wms/warehouses/{warehouse_id}/locations") {
            let location = self
                .emulator
                .record("wms/warehouses/locations", "location-000001");
            return location.unwrap()["warehouse_id"]
                .as_str()
                .unwrap()
                .to_owned();
        }
        let before = path.split('{').next().unwrap().trim_matches('/');
        let simulated = before.strip_prefix("sandbox/simulate/");
        let collection = simulated.map_or(before.to_owned(), |noun| format!("wms/{noun}"));
        self.emulator.ids(&collection).unwrap().swap_remove(1)
    }

    /// A body with what is required, and with what most writes take.
    fn body(&self, document: &Value, schema: &Value) -> Value {
        let Some(name) = schema["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next())
        else {
            return Value::Null;
        };
        let schema = &document["components"]["schemas"][name];
        let mut body = json!({"trackstar_tags": ["a"], "line_items": []});
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            body[name] = match name {
                "auth_code" => json!(self.code),
                "function_name" => json!("get_orders"),
                "paused" => json!(true),
                "method" => json!("GET"),
                _ if name.ends_with("_time") => json!(TIME),
                _ => json!("some"),
            };
        }
        body
    }
}

const TIME: &str = "2026-01-02T03:04:05Z";
