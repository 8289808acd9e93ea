//! `cargo xtask drift`: from a log of deviations to proposals for `openapi/overlay.yaml`.
//!
//! The client reports each value of a response that is not what the documents say, as an event of `tracing`.
//! This reads such a log, in the text or the JSON of `tracing-subscriber`, and proposes a correction for each
//! field. It changes nothing: whether the documents or the server are wrong is for a maintainer to decide.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use crate::input::{Problem, members, operations};
use crate::repository::workspace::Workspace;

/// The log to read.
#[derive(Debug, Args)]
pub struct Options {
    /// A log of the client's events, as text or as lines of JSON
    #[arg(value_name = "FILE")]
    log: PathBuf,
}

/// The names of an event's fields, in the order in which the client writes them.
const FIELDS: [&str; 5] = ["operation", "path", "documented", "found", "outcome"];

/// One deviation of a log, without what became of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Deviation {
    operation: String,
    path: String,
    documented: String,
    found: String,
}

/// Prints the proposals.
pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Problem> {
    let log = std::fs::read_to_string(&options.log)
        .map_err(|cause| Problem::io(&options.log, "read", cause))?;
    let committed = workspace.committed()?;
    let parse = |text: &str, file: &str| {
        serde_json::from_str::<Value>(text).map_err(|cause| {
            Problem::new(format!("this is not JSON: {cause}"))
                .in_file(file)
                .remedy("run `cargo xtask regen`, which writes it")
        })
    };
    let lowered = parse(&committed.lowered, "trackstar-api/openapi-3.0.json")?;
    let merged = parse(&committed.merged, "openapi/merged.lock")?;
    print!("{}", proposals(&log, &lowered, &merged));
    Ok(())
}

/// The proposals for all deviations of a log, those that were seen most often first.
fn proposals(log: &str, lowered: &Value, merged: &Value) -> String {
    let mut counts: BTreeMap<Deviation, usize> = BTreeMap::new();
    for deviation in log.lines().filter_map(read) {
        *counts.entry(deviation).or_default() += 1;
    }
    let mut counts: Vec<(Deviation, usize)> = counts.into_iter().collect();
    counts.sort_by(|(a, one), (b, other)| other.cmp(one).then_with(|| a.cmp(b)));
    let mut text = String::new();
    for (deviation, count) in &counts {
        let Deviation {
            operation,
            path,
            documented,
            found,
        } = deviation;
        let _ = writeln!(
            text,
            "# {count} times in {operation}: {path} is {found}, documented as {documented}"
        );
        match place(deviation, lowered, merged) {
            Some(place) => text.push_str(&action(&place, found)),
            None => text.push_str("# No schema of openapi/ describes it.\n"),
        }
    }
    if counts.is_empty() {
        text.push_str("# The log has no event of a value that deviates.\n");
    }
    text
}

/// Reads an event from a line of a log, if it is one of a deviation.
fn read(line: &str) -> Option<Deviation> {
    let fields: BTreeMap<&str, String> = match serde_json::from_str::<Value>(line) {
        Ok(json) => {
            let event = json.get("fields").unwrap_or(&json);
            let field = |name| Some((name, event.get(name)?.as_str()?.to_owned()));
            FIELDS.into_iter().filter_map(field).collect()
        }
        Err(_) => FIELDS
            .iter()
            .filter_map(|name| in_text(line, name))
            .collect(),
    };
    let field = |name: &str| fields.get(name).cloned();
    Some(Deviation {
        operation: field("operation")?,
        path: field("path")?,
        documented: field("documented")?,
        found: field("found")?,
    })
}

/// `path="data[].sku"` of a line of text: the value ends where the next field begins.
fn in_text(line: &str, name: &'static str) -> Option<(&'static str, String)> {
    let (_, rest) = line.split_once(&format!(" {name}="))?;
    let ends = FIELDS
        .iter()
        .filter_map(|next| rest.find(&format!(" {next}=")));
    let value = &rest[..ends.min().unwrap_or(rest.len())];
    let quoted = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    // `"None"` is what was found, not a value in quotes.
    let value = if name == "found" {
        value
    } else {
        quoted.unwrap_or(value)
    };
    Some((name, value.trim().to_owned()))
}

/// The target of an overlay action for the field, in the names of the documents, and its type there.
fn place(deviation: &Deviation, lowered: &Value, merged: &Value) -> Option<(String, Value)> {
    let mut found = operations(lowered, "paths");
    let (path, method, _) = found.find(|(_, _, operation)| {
        operation.get("operationId").and_then(Value::as_str) == Some(&deviation.operation)
    })?;
    let operation = merged.get("paths")?.get(path)?.get(method)?;
    let (status, response) =
        members(operation.get("responses")).find(|(status, _)| status.starts_with('2'))?;
    let mut schema = response.pointer("/content/application~1json/schema")?;
    let mut target = format!(
        "$.paths['{path}'].{method}.responses['{status}'].content['application/json'].schema"
    );
    let parts = deviation.path.replace("[]", ".[]");
    for part in parts.split('.').filter(|part| !part.is_empty()) {
        (schema, target) = resolved(schema, target, merged)?;
        let (child, step) = match part {
            "[]" => (schema.get("items")?, ".items".to_owned()),
            "*" => (
                schema.get("additionalProperties")?,
                ".additionalProperties".to_owned(),
            ),
            name => (
                schema.get("properties")?.get(name)?,
                format!(".properties['{name}']"),
            ),
        };
        (schema, target) = (child, target + &step);
    }
    (schema, target) = resolved(schema, target, merged)?;
    Some((target, schema.get("type").cloned().unwrap_or_default()))
}

/// The schema that a reference leads to, alone or wrapped, and the target that leads there.
fn resolved<'a>(
    mut schema: &'a Value,
    mut target: String,
    merged: &'a Value,
) -> Option<(&'a Value, String)> {
    // A chain of references that never ends is no schema.
    for _ in 0..32 {
        let wrapped = schema.get("allOf").and_then(|branches| branches.get(0));
        let holder = wrapped
            .filter(|it| it.get("$ref").is_some())
            .unwrap_or(schema);
        let Some(reference) = holder.get("$ref").and_then(Value::as_str) else {
            return Some((schema, target));
        };
        let name = reference.strip_prefix("#/components/schemas/")?;
        schema = merged.pointer("/components/schemas")?.get(name)?;
        target = format!("$.components.schemas['{name}']");
    }
    None
}

/// An overlay action that says what was found.
fn action((target, documented): &(String, Value), found: &str) -> String {
    let kind = match found {
        found if found.contains("string") || found.starts_with("date") || found == "\"None\"" => {
            "string"
        }
        "empty array" => "array",
        "NaN" => "number",
        found => found,
    };
    format!(
        "- target: {target}\n  description: The API sends {found} here.\n  x-found:\n    type: \
         {documented}\n  update:\n    type: {kind}\n"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LOG: &str = r#"2026-01-01T00:00:00Z  WARN trackstar_api::client: a value deviates from the document operation="list_orders" path="data[].total" documented="number" found=string outcome=Converted
{"level":"DEBUG","fields":{"operation":"list_orders","path":"data[].total","documented":"number","found":"string","outcome":"Converted"}}
an unrelated line
2026-01-01T00:00:00Z  WARN trackstar_api::client: a value deviates from the document operation="list_orders" path="data[].lines[].at" documented="date-time" found=date-time without offset outcome=Converted
2026-01-01T00:00:00Z  WARN trackstar_api::client: a value deviates from the document operation="order.created" path="total" documented="number" found="None" outcome=Absent
"#;

    fn printed(log: &str) -> String {
        let lowered = json!({"paths": {"/orders": {"get": {"operationId": "list_orders"}}}});
        let schema = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let merged = json!({
            "paths": {"/orders": {"get": {"responses": {"200": {"content": {
                "application/json": {"schema": schema("Orders")},
            }}}}}},
            "components": {"schemas": {
                "Orders": {"properties": {"data": {"type": "array", "items": schema("OrderSchema")}}},
                "OrderSchema": {"properties": {
                    "total": {"type": "number"},
                    "lines": {"type": "array", "items": {"allOf": [schema("Line")]}},
                }},
                "Line": {"properties": {"at": {"type": "string", "format": "date-time"}}},
            }},
        });
        proposals(log, &lowered, &merged)
    }

    #[test]
    fn each_field_is_proposed_once_in_the_names_of_the_documents() {
        assert_eq!(
            printed(LOG),
            "# 2 times in list_orders: data[].total is string, documented as number\n\
             - target: $.components.schemas['OrderSchema'].properties['total']\n  description: The API \
             sends string here.\n  x-found:\n    type: \"number\"\n  update:\n    type: string\n\
             # 1 times in list_orders: data[].lines[].at is date-time without offset, documented as \
             date-time\n\
             - target: $.components.schemas['Line'].properties['at']\n  description: The API sends \
             date-time without offset here.\n  x-found:\n    type: \"string\"\n  update:\n    type: \
             string\n\
             # 1 times in order.created: total is \"None\", documented as number\n\
             # No schema of openapi/ describes it.\n"
        );
    }

    #[test]
    fn a_log_without_deviations_says_so() {
        let text = printed("a line\n{\"fields\": {\"message\": \"m\"}}\n");
        assert_eq!(text, "# The log has no event of a value that deviates.\n");
    }

    #[test]
    fn what_is_proposed_is_an_overlay() {
        let text = format!(
            "overlay: 1.0.0\ninfo: {{title: t, version: 1.0.0}}\nactions:\n{}",
            printed(LOG)
        );
        let overlay: Value = yaml_serde::from_str(&text).unwrap();
        assert_eq!(overlay["actions"].as_array().unwrap().len(), 2);
    }
}
