//! The client sends and reads JSON: of the media types of a body or a response, only that is kept.

use serde_json::{Map, Value, json};

use crate::input::{Diagnostics, Pointer};

const JSON: &str = "application/json";

/// Keeps the JSON of a `content`, as `application/json`, and sets other media types aside, counted as
/// `other`. Returns whether there was JSON; if not, nothing is changed.
pub fn keep_json(
    content: &mut Map<String, Value>,
    other: &str,
    at: &Pointer,
    diagnostics: &mut Diagnostics,
) -> bool {
    let best = content.keys().filter_map(|kind| Some((rank(kind)?, kind)));
    let Some((_, kind)) = best.min().map(|(rank, kind)| (rank, kind.clone())) else {
        return false;
    };
    let mut json = content.remove(&kind).unwrap_or_default();
    for other_kind in content.keys() {
        diagnostics.add(other, &at.child(other_kind));
    }
    if rank(&kind) > Some(0) {
        diagnostics.add("media type read as `application/json`", &at.child(&kind));
    }
    if let Some(members) = json.as_object_mut() {
        if members.remove("encoding").is_some() {
            diagnostics.add("`encoding` of a body", &at.child(&kind).child("encoding"));
        }
        // Without a schema it may be anything.
        members.entry("schema").or_insert(json!({}));
    }
    *content = Map::from_iter([(JSON.to_owned(), json)]);
    true
}

/// The member of a body with the media type that is sent, if it is not plain JSON.
pub const SENT_AS: &str = "x-media-type";

/// The media type that a body of this content is sent with, if the document names one other than plain JSON.
pub fn sent_as(content: &Map<String, Value>) -> Option<String> {
    let best = content.keys().filter_map(|kind| Some((rank(kind)?, kind)));
    let (rank, kind) = best.min()?;
    matches!(rank, 1..=3).then(|| kind.clone())
}

/// How plainly a media type is JSON: the lowest rank is the plainest.
fn rank(kind: &str) -> Option<usize> {
    let bare = kind.split(';').next().unwrap_or_default().trim();
    match bare.to_ascii_lowercase().as_str() {
        _ if kind == JSON => Some(0),
        JSON => Some(1),
        bare if bare.ends_with("+json") && bare != "application/problem+json" => Some(2),
        "application/problem+json" => Some(3),
        "application/*" => Some(4),
        "*/*" => Some(5),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_json_is_kept_and_the_rest_is_counted() {
        for (kinds, kept, count) in [
            (&["application/json"][..], "application/json", 0),
            (
                &["text/csv", "application/json", "*/*"],
                "application/json",
                2,
            ),
            (
                &["application/json; charset=utf-8"],
                "application/json; charset=utf-8",
                1,
            ),
            (
                &["application/vnd.api+json", "*/*"],
                "application/vnd.api+json",
                2,
            ),
            (&["*/*"], "*/*", 1),
        ] {
            let content = kinds.iter().map(|kind| {
                let schema = json!({"schema": {"title": kind}, "encoding": {}});
                ((*kind).to_owned(), schema)
            });
            let (mut content, mut diagnostics) = (content.collect(), Diagnostics::default());
            assert!(keep_json(
                &mut content,
                "other",
                &Pointer::default(),
                &mut diagnostics
            ));
            assert_eq!(
                Value::Object(content),
                json!({"application/json": {"schema": {"title": kept}}})
            );
            assert_eq!(diagnostics.count(), count + 1, "{kinds:?}");
        }
        let mut content = Map::from_iter([("text/csv".to_owned(), json!({}))]);
        assert!(!keep_json(
            &mut content,
            "",
            &Pointer::default(),
            &mut Diagnostics::default()
        ));
        assert_eq!(content.len(), 1);
    }

    #[test]
    fn json_without_a_schema_may_be_anything() {
        let mut content = Map::from_iter([(JSON.to_owned(), json!({}))]);
        keep_json(
            &mut content,
            "",
            &Pointer::default(),
            &mut Diagnostics::default(),
        );
        assert_eq!(content[JSON], json!({"schema": {}}));
    }
}
