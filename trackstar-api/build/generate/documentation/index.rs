//! The index of all operations.

use std::collections::BTreeMap;

use crate::generate::facts::Facts;
use crate::generate::operation_facts::Operation;

/// The key under which the profile names what belongs to no area.
const COMMON: &str = "common";

/// What the documentation calls an area.
pub fn heading(area: Option<&str>, facts: &Facts) -> String {
    let known = facts.profile.headings.get(area.unwrap_or(COMMON));
    match (known, area) {
        (Some(heading), _) => heading.clone(),
        (None, Some(area)) => area.to_owned(),
        (None, None) => "Common".to_owned(),
    }
}

/// A table of the operations of each area. Its links are addresses, which no feature breaks.
pub fn index(facts: &Facts) -> String {
    let mut areas: BTreeMap<Option<&str>, Vec<(&String, &Operation)>> = BTreeMap::new();
    let all = facts.operations.iter().chain(&facts.by_hand);
    for (id, operation) in all {
        let of = areas.entry(operation.area.as_deref()).or_default();
        of.push((id, operation));
    }
    let mut tables = vec![
        "All operations, and a builder for each.\n\nA method of [`Client`](crate::Client) returns the \
         builder: set its optional parameters, then await it. Nothing is sent before."
            .to_owned(),
    ];
    for (area, mut operations) in areas {
        operations.sort_by_key(|(_, operation)| &operation.path);
        let heading = heading(area, facts);
        let feature = match area {
            Some(area) => format!(" (feature `{area}`)"),
            None => String::new(),
        };
        let rows = operations.iter().map(|(id, operation)| {
            let (method, path) = (&operation.method, &operation.path);
            let summary = operation.summary.as_deref().unwrap_or_default();
            let summary = summary.trim_end_matches('.').replace('|', "\\|").replace('\n', " ");
            let retired = if operation.is_deprecated { " Deprecated." } else { "" };
            format!(
                "\n| [`{id}`](../struct.Client.html#method.{id}) | {summary}: `{method} {path}`.{retired} |"
            )
        });
        let rows: String = rows.collect();
        tables.push(format!(
            "## {heading}{feature}\n\n| method | what it does, and its request |\n| --- | --- |{rows}"
        ));
    }
    tables.join("\n\n")
}
