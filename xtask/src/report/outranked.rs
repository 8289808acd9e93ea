//! Which descriptions gave way to what the vendor published, and what only descriptions have.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::input::Pointer;
use crate::input::merge::Outranked;

/// As a terminal shows them.
pub fn text(outranked: &Outranked) -> String {
    written(outranked, ["", "  "])
}

/// As a part of a pull request's text.
pub fn markdown(outranked: &Outranked) -> String {
    written(outranked, ["\n### ", "- "])
}

fn written(outranked: &Outranked, [heading, line]: [&str; 2]) -> String {
    let mut text = String::new();
    for (title, files) in [
        (
            "Superseded by what the vendor published (names and words are still taken from it):",
            &outranked.superseded,
        ),
        (
            "Only described, and in no document of the vendor:",
            &outranked.only_described,
        ),
    ] {
        if files.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{heading}{title}");
        for (file, places) in files {
            for (kind, names) in by_kind(places) {
                let (count, names) = (names.len(), names.join(", "));
                let _ = writeln!(text, "{line}{file}: {count} {kind}: {names}");
            }
        }
    }
    text
}

fn by_kind(places: &[Pointer]) -> BTreeMap<&'static str, Vec<String>> {
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for place in places {
        let keys: Vec<String> = place.keys().collect();
        let (kind, name) = match &keys[..] {
            [holder, path, method] if holder == "paths" => {
                ("operations", format!("{} {path}", method.to_uppercase()))
            }
            [holder, event, _] if holder == "webhooks" => ("events", event.clone()),
            [.., name] => ("schemas", name.clone()),
            [] => continue,
        };
        kinds.entry(kind).or_default().push(name);
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gave_way_and_what_is_only_described_is_listed_by_file_and_kind() {
        let places = |texts: &[&str]| texts.iter().map(|text| Pointer::parse(text)).collect();
        let file = "openapi/wms.yaml".to_owned();
        let outranked = Outranked {
            superseded: [(
                file.clone(),
                places(&["/components/schemas/A", "/paths/~1a~1{id}/put"]),
            )]
            .into(),
            only_described: [(file, places(&["/webhooks/a.created/post"]))].into(),
        };
        assert_eq!(
            text(&outranked),
            "Superseded by what the vendor published (names and words are still taken from it):\n\
             \x20 openapi/wms.yaml: 1 operations: PUT /a/{id}\n\
             \x20 openapi/wms.yaml: 1 schemas: A\n\
             Only described, and in no document of the vendor:\n\
             \x20 openapi/wms.yaml: 1 events: a.created\n"
        );
        assert_eq!(text(&Outranked::default()), "");
    }
}
