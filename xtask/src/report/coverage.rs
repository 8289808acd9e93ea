//! The table at the end of `openapi/README.md`: how much of each area is known, and from where.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::input::merge::Merged;
use crate::input::{Problem, is_method};

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

/// The README with a fresh table of what stands in each document. `said` is what they say together.
pub fn update(readme: &str, merged: &Merged, said: &Value) -> Result<String, Problem> {
    let parts = readme
        .split_once(START)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return Err(Problem::new("there is no place for the coverage table")
            .in_file("openapi/README.md")
            .remedy(format!("add the lines `{START}` and `{END}` at its end")));
    };
    let table = table(merged, said);
    Ok(format!("{before}{START}\n{table}{END}{after}"))
}

fn table(merged: &Merged, said: &Value) -> String {
    let mut text = String::from("\n| document | operations | schemas | events |");
    for (_, source) in SOURCES {
        let _ = write!(text, " {source} |");
    }
    text.push_str("\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
    let mut all = BTreeMap::<&str, [Counts; 3]>::new();
    for (at, file) in merged.files() {
        let counts = all.entry(file).or_default();
        let keys: Vec<String> = at.keys().collect();
        let kind = match &keys[..] {
            [holder, _, method] if holder == "paths" && is_method(method) => 0,
            [components, schemas, _] if components == "components" && schemas == "schemas" => 1,
            [holder, _, method] if holder == "webhooks" && is_method(method) => 2,
            _ => continue,
        };
        add(&mut counts[kind], at.get(said).unwrap_or(&Value::Null));
    }
    let mut total = <[Counts; 3]>::default();
    for name in &merged.names {
        let counts = all.get(name.as_str()).copied().unwrap_or_default();
        for (sum, count) in total.iter_mut().flatten().zip(counts.iter().flatten()) {
            *sum += count;
        }
        let name = name.rsplit('/').next().unwrap_or(name);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Document;
    use crate::input::merge::merge;

    #[test]
    fn the_table_counts_by_source_and_leaves_the_rest_alone() {
        let text = "openapi: 3.1.0\n\
            paths: {/a: {get: {x-source: guide}, put: {}}}\n\
            webhooks: {e: {post: {x-source: path}}}\n\
            components: {schemas: {A: {x-source: document}, B: {x-source: document}}}\n";
        let merged = merge(vec![Document::parse(text, "openapi/a.yaml").unwrap()]).unwrap();
        let readme = format!("before\n{START}\nold\n{END}\nafter\n");
        let updated = update(&readme, &merged, &merged.value).unwrap();
        assert!(updated.starts_with("before\n") && updated.ends_with("\nafter\n"));
        assert!(!updated.contains("old"));
        let row = "| `a.yaml` | 2 | 2 | 1 | 1 / 0 / 0 | 0 / 2 / 0 | 1 / 0 / 0 | 0 / 0 / 1 |";
        assert!(updated.contains(row), "{updated}");
    }

    #[test]
    fn a_readme_without_a_place_for_it_is_refused() {
        let merged = merge(Vec::new()).unwrap();
        let problem = update("nothing", &merged, &merged.value);
        let problem = problem.unwrap_err().to_string();
        assert!(problem.starts_with("openapi/README.md: "), "{problem}");
    }
}
