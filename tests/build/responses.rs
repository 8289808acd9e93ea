//! A test for each type of response: whatever the API may leave out, add or set to null.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Document, Response};
use super::example::{Variant, example};

/// What the server sends, and what the client reads: null and absence are the same, and added members are kept.
/// Where collections are empty or null, the test does not compare the result: no collection and an empty one
/// are the same to a reader.
pub const VARIANTS: [(&str, Variant, Option<Variant>); 10] = [
    ("every field set", Variant::AllSet, Some(Variant::AllSet)),
    (
        "nullable fields null",
        Variant::NullableNull,
        Some(Variant::NullableAbsent),
    ),
    (
        "nullable fields absent",
        Variant::NullableAbsent,
        Some(Variant::NullableAbsent),
    ),
    (
        "optional fields absent",
        Variant::OptionalAbsent,
        Some(Variant::OptionalAbsent),
    ),
    (
        "nullable and optional fields null",
        Variant::NullableAndOptionalNull,
        Some(Variant::NullableAndOptionalAbsent),
    ),
    (
        "nullable and optional fields absent",
        Variant::NullableAndOptionalAbsent,
        Some(Variant::NullableAndOptionalAbsent),
    ),
    ("lists and maps empty", Variant::CollectionsEmpty, None),
    ("lists and maps null", Variant::CollectionsNull, None),
    (
        "enums with an unknown value",
        Variant::EnumsUnknown,
        Some(Variant::EnumsUnknown),
    ),
    (
        "a member added to every record",
        Variant::MembersAdded,
        Some(Variant::MembersAdded),
    ),
];

/// The source of all tests.
pub fn tests(document: &Document) -> String {
    let operations = document.operations();
    let responses = operations.map(|operation| operation.response(document));
    let by_name: BTreeMap<&str, Response<'_>> = responses.map(|it| (it.name, it)).collect();
    by_name.values().map(|it| test(document, it)).collect()
}

fn test(document: &Document, response: &Response<'_>) -> String {
    let cases = cases(document, response.name, |sent| response.held(sent));
    format!(
        "
#[test]
fn {}() {{
    check::<{}>(&[
{cases}    ]);
}}
",
        snake_case(response.name),
        response.rust_type()
    )
}

/// A row for each variant: what it is, what is sent, and what the client holds then.
/// `part` is what of it is read.
pub fn cases(document: &Document, name: &str, part: impl Fn(Value) -> Value) -> String {
    let rows = VARIANTS.iter().map(|(what, sent, held)| {
        let json = |variant| part(example(document, name, variant)).to_string();
        let sent = json(*sent);
        let held = held.map(json);
        format!("        ({what:?}, {sent:?}, {held:?}),\n")
    });
    rows.collect()
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
