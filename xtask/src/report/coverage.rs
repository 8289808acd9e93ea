//! The table at the end of `openapi/README.md`: how much of each area is known, and from where.

use std::fmt::Write as _;

use serde_json::Value;

use crate::input;
use crate::input::{Document, Problem, members};

const START: &str = "<!-- coverage: written by `cargo xtask regen` -->";
const END: &str = "<!-- end of coverage -->";

/// Where a description comes from, by its `x-source`. One without that is verbatim.
const SOURCES: [(&str, &str); 4] = [
    ("", "verbatim"),
    ("document", "from the vendor's document"),
    ("guide", "from guides"),
    ("path", "by path only"),
];

/// How many operations, schemas or events come from each source.
type Counts = [usize; SOURCES.len()];

fn add(counts: &mut Counts, described: &Value) {
    let source = described.get("x-source").and_then(Value::as_str);
    let source = source.unwrap_or_default();
    if let Some(index) = SOURCES.iter().position(|(name, _)| *name == source) {
        counts[index] += 1;
    }
}

/// The README with a fresh table.
pub fn update(readme: &str, documents: &[Document]) -> Result<String, Problem> {
    let parts = readme
        .split_once(START)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return Err(Problem::new("there is no place for the coverage table")
            .in_file("openapi/README.md")
            .remedy(format!("add the lines `{START}` and `{END}` at its end")));
    };
    Ok(format!("{before}{START}\n{}{END}{after}", table(documents)))
}

fn table(documents: &[Document]) -> String {
    let mut text = String::from("\n| document | operations | schemas | events |");
    for (_, source) in SOURCES {
        let _ = write!(text, " {source} |");
    }
    text.push_str("\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    let mut total = <[Counts; 3]>::default();
    for document in documents {
        let counts = count(&document.value);
        for (sum, count) in total.iter_mut().flatten().zip(counts.iter().flatten()) {
            *sum += count;
        }
        let name = document.name.rsplit('/').next().unwrap_or(&document.name);
        row(&mut text, &format!("`{name}`"), counts);
    }
    row(&mut text, "all", total);
    text.push_str("\nThe last four columns count operations / schemas / events.\n");
    text
}

fn row(text: &mut String, name: &str, counts: [Counts; 3]) {
    let [operations, schemas, events] = counts.map(|counts| counts.iter().sum::<usize>());
    let _ = write!(text, "| {name} | {operations} | {schemas} | {events} |");
    for index in 0..SOURCES.len() {
        let [operations, schemas, events] = counts.map(|counts| counts[index]);
        let _ = write!(text, " {operations} / {schemas} / {events} |");
    }
    text.push('\n');
}

/// Operations, schemas, events.
fn count(document: &Value) -> [Counts; 3] {
    let mut counts = <[Counts; 3]>::default();
    let [operations, schemas, events] = &mut counts;
    for (holder, counts) in [("paths", operations), ("webhooks", events)] {
        for (_, _, operation) in input::operations(document, holder) {
            add(counts, operation);
        }
    }
    for (_, schema) in members(document.pointer("/components/schemas")) {
        add(schemas, schema);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_counts_by_source_and_leaves_the_rest_alone() {
        let text = "openapi: 3.1.0\n\
            paths: {/a: {get: {x-source: guide}, put: {}}}\n\
            webhooks: {e: {post: {x-source: path}}}\n\
            components: {schemas: {A: {x-source: document}, B: {x-source: document}}}\n";
        let document = Document::parse(text, "openapi/a.yaml").unwrap();
        let readme = format!("before\n{START}\nold\n{END}\nafter\n");
        let updated = update(&readme, &[document]).unwrap();
        assert!(updated.starts_with("before\n") && updated.ends_with("\nafter\n"));
        assert!(!updated.contains("old"));
        let row = "| `a.yaml` | 2 | 2 | 1 | 1 / 0 / 0 | 0 / 2 / 0 | 1 / 0 / 0 | 0 / 0 / 1 |";
        assert!(updated.contains(row), "{updated}");
    }

    #[test]
    fn a_readme_without_a_place_for_it_is_refused() {
        let problem = update("nothing", &[]).unwrap_err().to_string();
        assert!(problem.starts_with("openapi/README.md: "), "{problem}");
    }
}
