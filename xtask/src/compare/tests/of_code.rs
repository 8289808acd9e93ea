//! What the code shows, whatever the document says.

use serde_json::json;

use super::super::*;
use super::{code, document};
use crate::input::Profile;

#[test]
fn what_only_the_code_loses_is_seen() {
    let document = document(json!({"Link": {"properties": {"id": {"type": "string"}}}}));
    let document = Profile::of_this_repository()
        .lowered(&document.to_string())
        .unwrap();
    let written = code(&document);
    let before = Snapshot::of(&document, &written).unwrap();
    for (from, to, says) in [
        (
            "pub async fn send",
            "async fn send",
            "- operation list_links: response success",
        ),
        ("pub id:", "id:", "- type Link: field id"),
        ("PartialEq", "Eq", "~ type Link: no longer has PartialEq"),
        (
            "\"/links\"",
            "\"/x\"",
            "~ operation list_links: route: GET /links → GET /x",
        ),
        (
            "optional",
            "needed",
            "~ type Link: field id: read as: optional → needed",
        ),
        (
            "mocks!(list_links",
            "mocks!(other",
            "~ operation list_links: no longer has a mock",
        ),
    ] {
        assert!(written.contains(from), "{from}");
        let after = Snapshot::of(&document, &written.replace(from, to)).unwrap();
        let found = diff(&before, &after);
        let is_said = |change: &Change| change.to_string().starts_with(says);
        assert!(found.iter().any(is_said), "{from}: {found:?}");
    }
    let with = |item: &str| Snapshot::of(&document, &format!("{written}{item}")).unwrap();
    for item in [
        "pub fn f() {}",
        "new_macro!(Link);",
        "pub mod m { pub const N: u8 = 0; }",
    ] {
        let [there, back] = [diff(&before, &with(item)), diff(&with(item), &before)];
        assert_eq!(
            there.first().map(|it| it.class),
            Some(Class::Additive),
            "{item}"
        );
        assert_eq!(
            back.first().map(|it| it.class),
            Some(Class::Breaking),
            "{item}"
        );
    }
}
