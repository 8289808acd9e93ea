//! Changes of operations, their parameters and their responses.

use serde_json::{Value, json};

use super::{
    Row, content, full, reads, record, refers, responding, row, takes, text, with, writes,
};

const GET: &str = "/paths/~1xx-links/get";
const CALL: &str = "client.list_xx_links().send().await?;";

fn parameter(name: &str, is_required: bool, schema: Value) -> Value {
    json!({"in": "query", "name": name, "required": is_required, "schema": schema})
}

fn status(is_required: bool, schema: Value) -> Value {
    takes(json!([parameter("status", is_required, schema)]))
}

fn one() -> Value {
    takes(json!([]))
}

pub fn rows() -> Vec<Row> {
    let mut rows = of_operations();
    rows.extend(of_parameters());
    rows
}

fn of_operations() -> Vec<Row> {
    let post = || {
        let mut document = one();
        let mut post = responding("XxLink");
        post["x-rust-name"] = "make_xx".into();
        document["paths"]["/xx-links"]["post"] = post;
        document
    };
    let with_body = || {
        with(
            post(),
            "/paths/~1xx-links/post/requestBody",
            content("XxLink"),
        )
    };
    let moved = |path: &str| {
        let mut document = one();
        let item = document["paths"]["/xx-links"].take();
        document["paths"] = json!({path: item});
        document
    };
    let called = |path: &str| {
        with(
            moved(path),
            &format!("/paths/{}/get/x-rust-name", path.replace('/', "~1")),
            json!("list_xx_links"),
        )
    };
    let item = |method: &str, name: &str| {
        let mut operation = responding("XxLink");
        operation["parameters"] =
            json!([{"in": "path", "name": name, "required": true, "schema": text()}]);
        let path = format!("/xx-links/{{{name}}}");
        with(one(), "/paths", json!({path: {method: operation}}))
    };
    let update = "client.update_xx_link(\"a\").send().await?;";
    let page = |parameters: Value| {
        let schema = full(json!({
            "data": {"type": "array", "items": refers("XxLink")},
            "next_token": {"type": ["string", "null"]},
        }));
        let document = with(
            takes(parameters),
            &format!("{GET}/responses"),
            responding("XxPage")["responses"].clone(),
        );
        with(document, "/components/schemas/XxPage", schema)
    };
    let token = || parameter("page_token", false, text());
    vec![
        row("an operation is new", "additive", [one(), post()], CALL),
        row(
            "an operation goes",
            "breaking",
            [post(), one()],
            "client.make_xx().send().await?;",
        ),
        row(
            "an operation moves and gets another name",
            "breaking",
            [one(), moved("/all-xx-links")],
            CALL,
        ),
        row(
            "an operation moves and keeps its name",
            "behaviour",
            [called("/a/xx-links"), called("/b/xx-links")],
            CALL,
        ),
        row(
            "an operation goes into an area that is a feature",
            "breaking",
            [called("/xx-links"), called("/wms/xx-links")],
            CALL,
        ),
        row(
            "an operation has another method",
            "behaviour",
            [item("put", "link_id"), item("patch", "link_id")],
            update,
        ),
        row(
            "an argument in the path has another name, which is that of the mock's condition",
            "breaking",
            [item("put", "link_id"), item("put", "id")],
            "server.update_xx_link(|when, _| { when.link_id(\"a\"); });",
        ),
        row(
            "an operation will be retired",
            "behaviour",
            [
                one(),
                with(one(), &format!("{GET}/deprecated"), json!(true)),
            ],
            CALL,
        ),
        row(
            "an operation is described",
            "text",
            [
                one(),
                with(one(), &format!("{GET}/summary"), json!("All of them")),
            ],
            CALL,
        ),
        row(
            "an operation needs a token",
            "behaviour",
            [
                one(),
                with(
                    one(),
                    &format!("{GET}/security"),
                    json!([{"api_key": [], "access_token": []}]),
                ),
            ],
            CALL,
        ),
        row(
            "an operation gets a body",
            "breaking",
            [post(), with_body()],
            "client.make_xx().send().await?;",
        ),
        row(
            "an operation loses its body",
            "breaking",
            [with_body(), post()],
            "client.make_xx(XxLink::default()).send().await?;",
        ),
        row(
            "a body has another type",
            "breaking",
            [
                with(
                    writes(record(json!({"url": text()}))),
                    "/paths/~1xx-links/post/requestBody",
                    content("XxLink"),
                ),
                writes(record(json!({"url": text()}))),
            ],
            "client.create_xx_link(XxLink::default()).send().await?;",
        ),
        row(
            "a write takes no key any more",
            "breaking",
            [
                post(),
                with(post(), "/paths/~1xx-links/post/x-passthrough", json!(true)),
            ],
            "client.make_xx().idempotency_key(\"a\").send().await?;",
        ),
        row(
            "a response has another type",
            "breaking",
            [
                one(),
                with(
                    with(one(), GET, responding("XxOther")),
                    "/components/schemas/XxOther",
                    record(json!({"url": text()})),
                ),
            ],
            "let _ = &client.list_xx_links().send().await?.name;",
        ),
        row(
            "a response has another status",
            "behaviour",
            [
                one(),
                with(
                    one(),
                    &format!("{GET}/responses"),
                    json!({"201": responding("XxLink")["responses"]["200"]}),
                ),
            ],
            CALL,
        ),
        row(
            "an error is documented",
            "behaviour",
            [
                one(),
                with(
                    one(),
                    &format!("{GET}/responses/409"),
                    json!({"description": "No."}),
                ),
            ],
            CALL,
        ),
        row(
            "a list comes in pages",
            "additive",
            [page(json!([])), page(json!([token()]))],
            CALL,
        ),
        row(
            "a list no longer comes in pages",
            "breaking",
            [page(json!([token()])), page(json!([]))],
            "let _ = client.list_xx_links().pages();",
        ),
        row(
            "nothing but words of a response",
            "text",
            [
                one(),
                with(
                    one(),
                    &format!("{GET}/responses/200/description"),
                    json!("All."),
                ),
            ],
            CALL,
        ),
        row(
            "a response is a page of another record",
            "breaking",
            [
                page(json!([token()])),
                with(
                    page(json!([token()])),
                    "/components/schemas/XxPage/properties/data/items",
                    text(),
                ),
            ],
            "let page = client.list_xx_links().send().await?; let _ = &page.data[0].name;",
        ),
        row(
            "what nothing reaches comes",
            "nothing",
            [
                reads(record(json!({"name": text()}))),
                with(
                    reads(record(json!({"name": text()}))),
                    "/components/schemas/XxUnused",
                    record(json!({"a": text()})),
                ),
            ],
            CALL,
        ),
    ]
}

fn of_parameters() -> Vec<Row> {
    let list = json!({"type": "array", "items": text()});
    let joined = |explode: bool| {
        let mut parameter = parameter("status", false, list.clone());
        parameter["explode"] = explode.into();
        takes(json!([parameter]))
    };
    let two = |is_required: bool| {
        takes(json!([
            parameter("name", true, text()),
            parameter("status", is_required, text())
        ]))
    };
    let set = "client.list_xx_links().status(\"a\").send().await?;";
    vec![
        row(
            "an optional parameter is new",
            "additive",
            [one(), status(false, text())],
            CALL,
        ),
        row(
            "a required parameter is new",
            "breaking",
            [one(), status(true, text())],
            CALL,
        ),
        row(
            "an optional parameter goes",
            "breaking",
            [status(false, text()), one()],
            set,
        ),
        row(
            "a required parameter goes",
            "breaking",
            [status(true, text()), one()],
            "client.list_xx_links(\"a\").send().await?;",
        ),
        row(
            "an optional parameter becomes required",
            "breaking",
            [two(false), two(true)],
            "client.list_xx_links(\"a\").send().await?;",
        ),
        row(
            "a required parameter becomes optional",
            "breaking",
            [two(true), two(false)],
            "client.list_xx_links(\"a\", \"b\").send().await?;",
        ),
        row(
            "a parameter changes its type",
            "breaking",
            [
                status(false, text()),
                status(false, json!({"type": "integer"})),
            ],
            set,
        ),
        row(
            "a parameter gets a bound and a default",
            "behaviour",
            [
                status(false, json!({"type": "integer"})),
                status(
                    false,
                    json!({"type": "integer", "maximum": 100, "default": 10}),
                ),
            ],
            "client.list_xx_links().status(1).send().await?;",
        ),
        row(
            "a list is written in another way",
            "behaviour",
            [joined(true), joined(false)],
            "client.list_xx_links().status([\"a\"]).send().await?;",
        ),
        row(
            "a parameter gets another name",
            "breaking",
            [
                takes(json!([parameter("order_status", false, text())])),
                takes(json!([parameter("link_status", false, text())])),
            ],
            "client.list_xx_links().order_status(\"a\").send().await?;",
        ),
        row(
            "a parameter is described",
            "text",
            [
                status(false, text()),
                status(false, json!({"type": "string", "description": "Which."})),
            ],
            set,
        ),
    ]
}
