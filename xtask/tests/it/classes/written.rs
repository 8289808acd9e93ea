//! Changes of what the macros of the client write: filters, mocks, unions, events, names on the wire.

use serde_json::{Value, json};

use super::{Row, both, content, full, reads, record, refers, responding, takes, text, with};

const GET: &str = "/paths/~1xx-links/get";
const CALL: &str = "client.list_xx_links().send().await?;";
const PLAIN: &str = "client.list_xx_links().sku(\"a\").send().await?;";

pub fn rows() -> Vec<Row> {
    let rows = [
        of_filters(),
        of_mocks(),
        of_unions(),
        of_names(),
        of_events(),
    ];
    rows.into_iter().flatten().collect()
}

/// A change that the compiler does not see.
fn silent(row: Row) -> Row {
    Row {
        compiles: true,
        ..row
    }
}

fn filtered(names: &[&str]) -> Value {
    let parameter = |name: &&str| json!({"in": "query", "name": name, "schema": text()});
    takes(names.iter().map(parameter).collect())
}

fn of_filters() -> Vec<Row> {
    let greater = "client.list_xx_links().sku(gte(\"a\")).send().await?;";
    let one = || filtered(&["sku", "sku[gte]"]);
    let two = || filtered(&["sku", "sku[gte]", "sku[lte]"]);
    let [gained, lost] = both(
        "a filter takes another operator",
        ["additive", "breaking"],
        [one(), two()],
        [
            greater,
            "client.list_xx_links().sku(lte(\"a\")).send().await?;",
        ],
    );
    let mut rows = vec![gained, silent(lost)];
    rows.extend(both(
        "a parameter becomes a filter",
        ["breaking", "breaking"],
        [filtered(&["sku"]), one()],
        ["client.list_xx_links().sku('a').send().await?;", greater],
    ));
    rows.extend(both(
        "a filter comes",
        ["additive", "breaking"],
        [takes(json!([])), two()],
        [CALL, greater],
    ));
    rows.extend(both(
        "an operator is described",
        ["text", "text"],
        [
            one(),
            with(
                one(),
                &format!("{GET}/parameters/1/description"),
                json!("At least this."),
            ),
        ],
        [greater, greater],
    ));
    rows.extend(both(
        "an operator gets a bound",
        ["behaviour", "behaviour"],
        [
            one(),
            with(
                one(),
                &format!("{GET}/parameters/1/schema/maxLength"),
                json!(9),
            ),
        ],
        [greater, PLAIN],
    ));
    rows
}

fn of_mocks() -> Vec<Row> {
    let asked = |name: &str| {
        takes(json!([{"in": "query", "name": name, "required": true, "schema": text()}]))
    };
    let page = |is_paged: bool| {
        let token = json!({"in": "query", "name": "page_token", "schema": text()});
        let document = takes(if is_paged { json!([token]) } else { json!([]) });
        let mut operation = document.pointer(GET).unwrap().clone();
        operation["responses"] = responding("XxPage")["responses"].clone();
        let schema = full(json!({
            "data": {"type": "array", "items": refers("XxLink")},
            "next_token": {"type": ["string", "null"]},
        }));
        let document = with(document, GET, operation);
        with(document, "/components/schemas/XxPage", schema)
    };
    let mut rows: Vec<Row> = both(
        "a required parameter has another name",
        ["breaking", "breaking"],
        [asked("sku"), asked("code")],
        [
            "server.list_xx_links(|when, _| { when.sku(\"a\"); });",
            "server.list_xx_links(|when, _| { when.code(\"a\"); });",
        ],
    )
    .into();
    rows.extend(both(
        "the pages of a list can be mocked",
        ["additive", "breaking"],
        [page(false), page(true)],
        [
            "server.list_xx_links(|_, _| {});",
            "server.list_xx_links_pages(|_| {}, Vec::new(), 1);",
        ],
    ));
    rows.extend(both(
        "a parameter that a mock can ask for comes",
        ["additive", "breaking"],
        [takes(json!([])), filtered(&["sku"])],
        [
            "server.list_xx_links(|_, _| {});",
            "server.list_xx_links(|when, _| { when.sku(\"a\"); });",
        ],
    ));
    rows
}

/// A record whose field is one of these types, each with a required field of its own.
fn union(names: &[&str]) -> Value {
    let branches: Vec<Value> = names
        .iter()
        .map(|name| refers(&format!("XxLink{name}")))
        .collect();
    let mut document = reads(record(json!({"kind": {"oneOf": branches}})));
    for name in names {
        // Types of the same shape in two rows would be taken for one that got another name.
        let field = format!("xx_{}", name.to_lowercase());
        document["components"]["schemas"][format!("XxLink{name}")] = full(json!({field: text()}));
    }
    document
}

fn of_unions() -> Vec<Row> {
    let read = "let _ = client.list_xx_links().send().await?.kind.clone();";
    let mut rows: Vec<Row> = both(
        "a union gets a type",
        ["additive", "breaking"],
        [union(&["Near", "Far"]), union(&["Near", "Far", "Odd"])],
        [read, "let _ = XxLinkKind::XxLinkOdd;"],
    )
    .into();
    let known = "/components/schemas/XxLinkNear/required";
    let either = "match client.list_xx_links().send().await?.kind.clone() { \
                  Some(XxLinkKind::XxLinkNear(_)) => {} _ => {} }";
    let near = || union(&["Near", "Far"]);
    let other = full(json!({"xx_near": text(), "more": text()}));
    let other = with(near(), "/components/schemas/XxLinkNear", other);
    rows.extend(both(
        "a type of a union is known by another field",
        ["breaking", "breaking"],
        [
            with(other.clone(), known, json!(["xx_near"])),
            with(other, known, json!(["more"])),
        ],
        [
            "if let Some(XxLinkKind::XxLinkNear(near)) = client.list_xx_links().send().await?.kind.clone() \
             { let _: String = near.xx_near; }",
            "if let Some(XxLinkKind::XxLinkNear(near)) = client.list_xx_links().send().await?.kind.clone() \
             { let _: String = near.more; }",
        ],
    ));
    let constant = |values: [&str; 2]| {
        let mut document = near();
        for (name, value) in ["Near", "Far"].into_iter().zip(values) {
            document["components"]["schemas"][format!("XxLink{name}")]["properties"]["tag"] =
                json!({"type": "string", "enum": [value]});
        }
        document
    };
    // Of a tag with one value each, the value is a variant as well.
    rows.extend(both(
        "a type of a union is known by another value",
        ["breaking", "breaking"],
        [constant(["a", "b"]), constant(["c", "b"])],
        ["let _ = XxLinkNearTag::A;", "let _ = XxLinkNearTag::C;"],
    ));
    rows.extend(both(
        "a struct becomes a union",
        ["breaking", "breaking"],
        [
            reads(record(json!({"kind": record(json!({"near": text()}))}))),
            near(),
        ],
        ["let _ = XxLinkKind::default();", either],
    ));
    rows
}

fn of_names() -> Vec<Row> {
    let with_fields = |names: &[&str]| {
        let fields = names.iter().map(|name| ((*name).to_owned(), text()));
        reads(record(fields.collect()))
    };
    let named = "let _: Option<String> = client.list_xx_links().send().await?.host_name.clone();";
    let second =
        "let _: Option<String> = client.list_xx_links().send().await?.host_name_2.clone();";
    let [comes, goes] = both(
        "a field takes the name of another one",
        ["breaking", "breaking"],
        [
            with_fields(&["hostName"]),
            with_fields(&["host-name", "hostName"]),
        ],
        [named, second],
    );
    let mut rows = vec![silent(comes), goes];
    let resource = |id: Value| {
        let mut document = reads(record(json!({"name": text(), "id": id})));
        document["components"]["schemas"]["XxPage"] = full(
            json!({"data": {"type": "array", "items": refers("XxLink")}, "next_token": text()}),
        );
        with(
            document,
            &format!("{GET}/responses"),
            responding("XxPage")["responses"].clone(),
        )
    };
    let required = "/components/schemas/XxLink/required";
    let generic = "fn id<R: Record>(of: R) -> String { of.id().to_owned() } \
                   for link in client.list_xx_links().send().await?.into_inner().data { id(link); }";
    rows.extend(both(
        "a record has no id any more",
        ["breaking", "breaking"],
        [
            with(resource(text()), required, json!(["id"])),
            resource(text()),
        ],
        [generic, "let _ = XxLink::default();"],
    ));
    let bounded = |least: Option<i64>| {
        let mut schema = json!({"type": "integer", "maximum": 100});
        if let Some(least) = least {
            schema["minimum"] = least.into();
        }
        takes(json!([{"in": "query", "name": "limit", "schema": schema}]))
    };
    rows.extend(both(
        "a number that is never negative has another type",
        ["breaking", "breaking"],
        [bounded(None), bounded(Some(1))],
        [
            "client.list_xx_links().limit(5_i64).send().await?;",
            "client.list_xx_links().limit(5_u32).send().await?;",
        ],
    ));
    let node = |has_more: bool| {
        let mut document = reads(record(json!({"root": refers("XxNode")})));
        document["components"]["schemas"]["XxNode"] = record(json!({"next": refers("XxNode")}));
        if has_more {
            document["paths"]["/xx-answers"] = json!({"get": responding("XxAnswer")});
            document["components"]["schemas"]["XxAnswer"] =
                record(json!({"root": refers("XxNode")}));
        }
        document
    };
    rows.extend(both(
        "another operation reaches a type that holds itself",
        ["additive", "breaking"],
        [node(false), node(true)],
        [
            "let node = client.list_xx_links().send().await?.root.clone(); \
             let _: Option<Box<XxNode>> = node.unwrap_or_default().next;",
            "client.list_xx_answers().send().await?;",
        ],
    ));
    rows
}

fn of_events() -> Vec<Row> {
    let event = |fields: Option<Value>| {
        let mut webhooks = json!({"xx.created": {"post": {"requestBody": content("XxEvent")}}});
        if fields.is_none() {
            webhooks = json!({});
        }
        let document = with(
            reads(record(json!({"name": text()}))),
            "/webhooks",
            webhooks,
        );
        let envelope = record(json!({"data": record(fields.unwrap_or_default())}));
        with(document, "/components/schemas/XxEvent", envelope)
    };
    let named = || Some(json!({"name": text()}));
    let matched = "fn read(data: webhooks::EventData) { \
                   if let webhooks::EventData::XxCreated(data) = data { let _ = data; } }";
    let mut rows: Vec<Row> = both(
        "an event comes",
        ["additive", "breaking"],
        [event(None), event(named())],
        [CALL, matched],
    )
    .into();
    rows.extend(both(
        "an event holds more",
        ["additive", "breaking"],
        [
            event(named()),
            event(Some(json!({"name": text(), "url": text()}))),
        ],
        [
            matched,
            "fn read(data: webhooks::EventData) { \
             if let webhooks::EventData::XxCreated(data) = data { let _ = data.url; } }",
        ],
    ));
    rows
}
