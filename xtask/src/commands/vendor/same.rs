//! Which document in `openapi/` is the one that is taken.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::input::{Document, Problem, operations};
use crate::repository::vendored::Row;
use crate::repository::workspace::{Workspace, is_document};

/// A document in `openapi/`.
pub struct Present {
    /// Its file's name.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Its content.
    pub document: Document,
}

/// The documents in `openapi/`, even if one of them cannot be read: it may be what is replaced.
pub fn present(workspace: &Workspace) -> Result<Vec<Present>, Problem> {
    let folder = workspace.openapi();
    let failed = |cause| Problem::io(&folder, "read", cause);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Some(file) = entry.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        if is_document(&file) {
            let text = std::fs::read_to_string(entry.path()).map_err(failed)?;
            let document = Document::parse(&text, &file)
                .unwrap_or_else(|_| Document::new(file.clone(), Value::Null));
            found.push(Present {
                file,
                text,
                document,
            });
        }
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(found)
}

/// What to call a document for which no name is given: like the one that is plainly the same, or by its source if
/// there is none of that name.
pub fn name(
    document: &Value,
    source: &str,
    own: &str,
    present: &[Present],
    published: &[Row<'_>],
) -> Result<String, Problem> {
    let by_address = published.iter().find(|row| is_address_of(row, source));
    if let Some(row) = by_address {
        return Ok(stem(row.file).to_owned());
    }
    let theirs = present
        .iter()
        .filter(|present| published.iter().any(|row| row.file == present.file));
    let mut alike = theirs.filter(|present| are_alike(&present.document.value, document));
    match (alike.next(), alike.next()) {
        (Some(only), None) => return Ok(stem(&only.file).to_owned()),
        (None, _) if !present.iter().any(|present| stem(&present.file) == own) => {
            return Ok(own.to_owned());
        }
        _ => {}
    }
    Err(Problem::new(format!(
        "openapi/ has a document `{own}` that is not plainly the same one"
    ))
    .in_file(source)
    .remedy("say with `--as NAME` which document it is to replace, or what to call it"))
}

/// A file's name without its ending.
pub fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

fn is_address_of(row: &Row<'_>, source: &str) -> bool {
    source.contains("://")
        && [format!("<{source}>"), format!("({source})")]
            .iter()
            .any(|text| row.source.contains(text))
}

/// Whether two documents have the same title, and most of their operations and events.
fn are_alike(one: &Value, other: &Value) -> bool {
    let title = |document: &Value| document.pointer("/info/title").cloned();
    let (these, those) = (parts(one), parts(other));
    let shared = these.intersection(&those).count();
    title(one) == title(other) && shared > 0 && shared * 2 >= these.len().max(those.len())
}

fn parts(document: &Value) -> BTreeSet<(&String, &String)> {
    let all = ["paths", "webhooks"]
        .into_iter()
        .flat_map(|holder| operations(document, holder));
    all.map(|(path, method, _)| (path, method)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(title: &str, paths: &[&str]) -> Value {
        let paths: Vec<String> = paths
            .iter()
            .map(|path| format!("{path}: {{get: {{}}}}"))
            .collect();
        let text = format!(
            "openapi: 3.1.0\ninfo: {{title: {title}}}\npaths: {{{}}}\n",
            paths.join(", ")
        );
        Document::parse(&text, "x").unwrap().value
    }

    fn named(source: &str, own: &str, new: &Value) -> Result<String, String> {
        let present = [
            ("links.yaml", document("T", &["/links"])),
            ("orders.yaml", document("T", &["/orders", "/a"])),
        ];
        let present = present.map(|(file, value)| Present {
            file: file.to_owned(),
            text: String::new(),
            document: Document::new(file, value),
        });
        let links = Row {
            file: "links.yaml",
            source: "<https://h.example/links>",
            date: "2026",
        };
        name(new, source, own, &present, &[links]).map_err(|problem| problem.to_string())
    }

    #[test]
    fn a_document_without_a_name_replaces_only_what_is_plainly_the_same() {
        let links = document("T", &["/links", "/more"]);
        assert_eq!(named("get-links.md", "get-links", &links).unwrap(), "links");
        let other = document("T", &["/other"]);
        assert_eq!(
            named("https://h.example/links", "x", &other).unwrap(),
            "links"
        );
        assert_eq!(named("new.md", "new", &other).unwrap(), "new");
        let title = document("Another", &["/links"]);
        // One that we described is never the same.
        let described = document("T", &["/orders", "/a"]);
        for (own, document) in [("links", &other), ("links", &title), ("orders", &described)] {
            let problem = named("page.md", own, document).unwrap_err();
            assert!(
                problem.contains("not plainly the same") && problem.contains("--as NAME"),
                "{problem}"
            );
        }
    }
}
