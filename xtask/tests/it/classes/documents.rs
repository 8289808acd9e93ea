//! Changes that only documents say: the generated code is the same.

use serde_json::json;

use super::{Row, both, reads, record, refers, row, text, with, writes};

const GET: &str = "/paths/~1xx-links/get";
const CALL: &str = "client.list_xx_links().send().await?;";

pub fn rows() -> Vec<Row> {
    let one = || reads(record(json!({"name": text()})));
    let body = || writes(record(json!({"name": text()})));
    let set = "client.create_xx_link(XxLinkInput::default().name(\"a\")).send().await?;";
    let merge_patch = json!({"content": {
        "application/merge-patch+json": {"schema": refers("XxLinkInput")},
    }});
    let pairs = [
        (
            "an extension that nothing reads",
            "text",
            [
                one(),
                with(
                    one(),
                    "/components/schemas/XxLink/x-note",
                    json!("Read me."),
                ),
            ],
            CALL,
        ),
        (
            "a body is sent as another media type",
            "behaviour",
            [
                body(),
                with(body(), "/paths/~1xx-links/post/requestBody", merge_patch),
            ],
            set,
        ),
        (
            "a body forbids other fields",
            "behaviour",
            [
                body(),
                with(
                    body(),
                    "/components/schemas/XxLinkInput/additionalProperties",
                    json!(false),
                ),
            ],
            set,
        ),
        (
            "an operation has a server of its own",
            "behaviour",
            [
                one(),
                with(
                    one(),
                    &format!("{GET}/servers"),
                    json!([{"url": "https://h.example"}]),
                ),
            ],
            CALL,
        ),
    ];
    let rows = pairs.into_iter();
    rows.flat_map(|(name, class, sides, user)| both(name, [class, class], sides, [user, user]))
        .chain([row(
            "a path has a server of its own",
            "behaviour",
            [
                one(),
                with(
                    one(),
                    "/paths/~1xx-links/servers",
                    json!([{"url": "https://h.example"}]),
                ),
            ],
            CALL,
        )])
        .collect()
}
