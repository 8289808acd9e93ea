//! Changes of what is written.

use serde_json::json;

use super::{Row, full, record, row, text, with, writes};

pub fn rows() -> Vec<Row> {
    let open = || writes(record(json!({"name": text()})));
    let strict = || writes(full(json!({"name": text()})));
    let set = "client.create_xx_link(XxLinkInput::default().name(\"a\")).send().await?;";
    let new = "client.create_xx_link(XxLinkInput::new(\"a\")).send().await?;";
    let required = "/components/schemas/XxLinkInput/required";
    vec![
        row(
            "a body gets an optional field",
            "additive",
            [
                open(),
                writes(record(json!({"name": text(), "url": text()}))),
            ],
            set,
        ),
        row(
            "a strict body gets an optional field",
            "additive",
            [
                strict(),
                with(
                    writes(full(json!({"name": text(), "url": text()}))),
                    required,
                    json!(["name"]),
                ),
            ],
            new,
        ),
        row(
            "a body loses a field",
            "breaking",
            [
                writes(record(json!({"name": text(), "url": text()}))),
                writes(record(json!({"url": text()}))),
            ],
            set,
        ),
        row(
            "a strict body gets a required field",
            "breaking",
            [
                strict(),
                writes(full(json!({"name": text(), "url": text()}))),
            ],
            new,
        ),
        row(
            "an open body gets a required field",
            "breaking",
            [
                open(),
                with(
                    writes(full(json!({"name": text(), "url": text()}))),
                    required,
                    json!(["url"]),
                ),
            ],
            set,
        ),
        row(
            "a field of a body becomes required",
            "breaking",
            [open(), strict()],
            set,
        ),
        row(
            "a field of a body becomes optional",
            "breaking",
            [strict(), open()],
            new,
        ),
        row(
            "a field of a body gets a bound",
            "behaviour",
            [
                open(),
                writes(record(json!({"name": {"type": "string", "minLength": 1}}))),
            ],
            set,
        ),
        row(
            "a field of a body gets a default",
            "behaviour",
            [
                open(),
                writes(record(json!({"name": {"type": "string", "default": "a"}}))),
            ],
            set,
        ),
        row(
            "a field of a body changes its type",
            "breaking",
            [open(), writes(record(json!({"name": {"type": "boolean"}})))],
            set,
        ),
    ]
}
