//! The README, which is the front page of the crate as well, the guides, and the programs that go with them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The names of the Rust files in a folder, without the ending.
fn names_in(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names = names.filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned()));
    let mut names: Vec<String> = names.filter(|name| name != "mod").collect();
    names.sort();
    names
}

#[test]
fn every_guide_is_short_and_listed_in_the_readme_and_among_the_guides() {
    let (readme, list) = (read("README.md"), read("trackstar-api/src/guides/mod.rs"));
    let guides = names_in("trackstar-api/src/guides");
    assert!(guides.len() > 10, "{guides:?}");
    for guide in guides {
        let text = read(&format!("trackstar-api/src/guides/{guide}.rs"));
        assert!(text.lines().count() < 150, "{guide}");
        assert!(text.contains("//! ```"), "{guide} has no code");
        assert!(
            !text.contains("```ignore"),
            "{guide} has code that is not compiled"
        );
        assert!(list.contains(&format!("`{guide}`")), "{guide}");
        assert!(readme.contains(&format!("/guides/{guide}/")), "{guide}");
    }
}

#[test]
fn every_example_is_listed_in_the_readme() {
    let readme = read("README.md");
    for example in names_in("trackstar-api/examples") {
        let ends = ["`", " "].map(|end| format!("{example}{end}"));
        let is_listed = ends.iter().any(|end| {
            [format!("`{end}"), format!("--example {end}")]
                .iter()
                .any(|text| readme.contains(text))
        });
        assert!(is_listed, "{example}");
    }
}

#[test]
fn every_guide_names_a_program_that_is_there() {
    let examples = names_in("trackstar-api/examples");
    for guide in names_in("trackstar-api/src/guides") {
        let text = read(&format!("trackstar-api/src/guides/{guide}.rs"));
        let mut named = text.split("--example ").skip(1).peekable();
        assert!(named.peek().is_some(), "{guide}");
        for rest in named {
            let name = rest.split([' ', '`']).next().unwrap().to_owned();
            assert!(examples.contains(&name), "{guide}: {name}");
        }
    }
}

/// Relative links lead nowhere from one of the two places that the text is read in.
#[test]
fn the_readme_has_links_that_hold_on_the_front_page_of_the_crate_too() {
    let readme = read("README.md");
    assert_eq!(readme, read("trackstar-api/README.md"));
    assert!(readme.matches("](").count() > 0);
    for rest in readme.split("](").skip(1) {
        assert!(
            rest.starts_with("https://"),
            "{}",
            &rest[..40.min(rest.len())]
        );
    }
    for (name, rest) in readme
        .split("\n[")
        .skip(1)
        .filter_map(|rest| rest.split_once("]: "))
    {
        assert!(
            rest.starts_with("https://docs.rs/trackstar-api/latest/trackstar_api/"),
            "{name}"
        );
        assert!(readme.matches(&format!("][{name}]")).count() > 0, "{name}");
    }
}

#[test]
fn the_readme_counts_where_operations_and_events_come_from() {
    let document: Value = serde_json::from_str(&read("trackstar-api/openapi-3.0.json")).unwrap();
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut count = |value: &Value, column: usize| {
        let source = value["x-source"].as_str().unwrap_or("verbatim").to_owned();
        counts.entry(source).or_default()[column] += 1;
    };
    for part in ["paths", "x-by-hand"] {
        for item in document[part].as_object().unwrap().values() {
            for operation in item.as_object().unwrap().values() {
                count(operation, 0);
            }
        }
    }
    for event in document["x-webhooks"].as_object().unwrap().values() {
        count(event, 1);
    }
    let readme = read("README.md");
    for (source, kind) in [
        ("verbatim", "verbatim"),
        ("document", "described from the vendor's document"),
        ("guide", "described from guides"),
        ("path", "known by path only"),
    ] {
        let [operations, events] = counts.remove(source).unwrap_or_default();
        let row = format!("| {kind} | {operations} | {events} |");
        assert!(
            readme.contains(&row),
            "the README should have the row {row}"
        );
    }
    assert!(counts.is_empty(), "{counts:?}");
}
