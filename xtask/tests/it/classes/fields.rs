//! Changes of what a response holds.

use serde_json::{Value, json};

use super::{Row, content, full, reads, record, refers, responding, row, text, with};

const LINK: &str = "/components/schemas/XxLink";
const READ: &str = "let link = client.list_xx_links().send().await?;";

/// A record with one field, before and after.
fn field(old: Value, new: Value) -> [Value; 2] {
    [old, new].map(|field| reads(record(json!({"name": field}))))
}

fn list() -> Value {
    json!({"type": "array", "items": text()})
}

fn kind(values: Value) -> Value {
    let mut document = reads(record(json!({"kind": refers("XxKind")})));
    document["components"]["schemas"]["XxKind"] = json!({"type": "string", "enum": values});
    document
}

pub fn rows() -> Vec<Row> {
    let mut rows = of_records();
    rows.extend(of_types());
    rows
}

fn of_records() -> Vec<Row> {
    let name = "let name: Option<String> = client.list_xx_links().send().await?.name.clone();";
    let all = "let XxLink { name, .. } = client.list_xx_links().send().await?.into_inner(); \
               let _: Option<String> = name;";
    let one = || reads(record(json!({"name": text()})));
    let two = || reads(record(json!({"name": text(), "url": text()})));
    vec![
        row("a response gets a field", "additive", [one(), two()], all),
        row(
            "a response loses a field",
            "breaking",
            [two(), one()],
            "let _ = &client.list_xx_links().send().await?.url;",
        ),
        row(
            "a response gets a required field",
            "additive",
            [
                reads(full(json!({"name": text()}))),
                reads(full(json!({"name": text(), "url": text()}))),
            ],
            "let _: String = client.list_xx_links().send().await?.name.clone();",
        ),
        row(
            "a response that could be empty no longer can",
            "breaking",
            [
                one(),
                with(two(), &format!("{LINK}/required"), json!(["url"])),
            ],
            "let _ = XxLink::default();",
        ),
        row(
            "a field becomes optional",
            "breaking",
            [reads(full(json!({"name": text()}))), one()],
            "let _: &String = &client.list_xx_links().send().await?.name;",
        ),
        row(
            "a field becomes required",
            "breaking",
            [one(), reads(full(json!({"name": text()})))],
            name,
        ),
        row(
            "a required field may be null",
            "breaking",
            [
                reads(full(json!({"name": text()}))),
                reads(full(json!({"name": {"type": ["string", "null"]}}))),
            ],
            "let _: &String = &client.list_xx_links().send().await?.name;",
        ),
        row(
            "an optional field may be null",
            "behaviour",
            field(text(), json!({"type": ["string", "null"]})),
            name,
        ),
        row(
            "a list becomes optional",
            "behaviour",
            [
                reads(full(json!({"name": list(), "url": text()}))),
                with(
                    reads(full(json!({"name": list(), "url": text()}))),
                    &format!("{LINK}/required"),
                    json!(["url"]),
                ),
            ],
            "let _: &Vec<String> = &client.list_xx_links().send().await?.name;",
        ),
        row(
            "a field changes its type",
            "breaking",
            field(text(), json!({"type": "integer"})),
            name,
        ),
        row(
            "a text becomes a list",
            "breaking",
            field(text(), list()),
            name,
        ),
        row(
            "a text becomes a time",
            "breaking",
            field(text(), json!({"type": "string", "format": "date-time"})),
            name,
        ),
        row(
            "a number gets fewer bits",
            "behaviour",
            field(
                json!({"type": "integer"}),
                json!({"type": "integer", "format": "int32"}),
            ),
            "let _: Option<i64> = client.list_xx_links().send().await?.name;",
        ),
        row(
            "a text gets a format that is not a type",
            "behaviour",
            field(text(), json!({"type": "string", "format": "email"})),
            name,
        ),
        row(
            "a text gets a longest length",
            "behaviour",
            field(text(), json!({"type": "string", "maxLength": 9})),
            name,
        ),
        row(
            "a text gets a pattern",
            "behaviour",
            field(text(), json!({"type": "string", "pattern": "^a"})),
            name,
        ),
        row(
            "a field gets a default",
            "behaviour",
            field(text(), json!({"type": "string", "default": "a"})),
            name,
        ),
        row(
            "a field will be retired",
            "behaviour",
            field(text(), json!({"type": "string", "deprecated": true})),
            name,
        ),
        row(
            "a field is described",
            "text",
            field(
                text(),
                json!({"type": "string", "description": "A name.", "example": "a"}),
            ),
            name,
        ),
        row(
            "a field gets another name",
            "breaking",
            [
                reads(record(json!({"first_name": text()}))),
                reads(record(json!({"last_name": text()}))),
            ],
            "let _ = &client.list_xx_links().send().await?.first_name;",
        ),
        row(
            "a field gets a name that is the same in Rust",
            "behaviour",
            [
                reads(record(json!({"linkName": text()}))),
                reads(record(json!({"link_name": text()}))),
            ],
            "let _ = &client.list_xx_links().send().await?.link_name;",
        ),
        row(
            "a response is open to other fields",
            "behaviour",
            [
                one(),
                with(one(), &format!("{LINK}/additionalProperties"), json!(true)),
            ],
            all,
        ),
        row(
            "a response is no longer open to other fields",
            "behaviour",
            [
                with(one(), &format!("{LINK}/additionalProperties"), json!(true)),
                one(),
            ],
            "let _ = &client.list_xx_links().send().await?.extra;",
        ),
    ]
}

fn of_types() -> Vec<Row> {
    let one = || reads(record(json!({"name": text()})));
    let matched = "match client.list_xx_links().send().await?.kind.clone() { \
                   Some(XxKind::A) => {} Some(XxKind::B) => {} _ => {} }";
    let renamed = with(one(), "/paths/~1xx-links/get", responding("XxOtherLink"));
    let mut renamed = with(
        renamed,
        "/components/schemas/XxOtherLink",
        record(json!({"name": text()})),
    );
    renamed["components"]["schemas"]
        .as_object_mut()
        .unwrap()
        .remove("XxLink");
    let written = |link: Value| {
        let mut post = responding("XxLink");
        post["requestBody"] = content("XxLink");
        with(reads(link), "/paths/~1xx-links/post", post)
    };
    let lists = || record(json!({"name": list()}));
    let event = |fields: Value| {
        let webhooks = json!({"xx.created": {"post": {"requestBody": content("XxEvent")}}});
        let document = with(one(), "/webhooks", webhooks);
        let envelope = record(json!({"data": record(fields)}));
        with(document, "/components/schemas/XxEvent", envelope)
    };
    vec![
        row(
            "an enum gets a value",
            "additive",
            [kind(json!(["a", "b"])), kind(json!(["a", "b", "c"]))],
            matched,
        ),
        row(
            "an enum loses a value",
            "breaking",
            [kind(json!(["a", "b"])), kind(json!(["a"]))],
            matched,
        ),
        row(
            "a type gets another name",
            "breaking",
            [one(), renamed],
            "let _: XxLink = client.list_xx_links().send().await?.into_inner();",
        ),
        row(
            "what is read is written as well",
            "additive",
            [one(), written(record(json!({"name": text()})))],
            "let _: Option<String> = client.list_xx_links().send().await?.name.clone();",
        ),
        row(
            "what is written is only read",
            "breaking",
            [written(record(json!({"name": text()}))), one()],
            "let _ = XxLink::default().name(\"a\");",
        ),
        row(
            "a list that is read is written as well",
            "breaking",
            [reads(lists()), written(lists())],
            "let _: &Vec<String> = &client.list_xx_links().send().await?.name;",
        ),
        row(
            "an event is new",
            "additive",
            [one(), event(json!({"name": text()}))],
            READ,
        ),
        row(
            "an event holds more",
            "additive",
            [
                event(json!({"name": text()})),
                event(json!({"name": text(), "url": text()})),
            ],
            READ,
        ),
    ]
}
