//! A test for each type of answer: all that the API may leave out, add or set to null.

use std::collections::BTreeSet;

use super::document::Document;
use super::example::{Variant, example};

/// What the server sends, and what the client holds then: null and absence are the same, and what is
/// added is kept. Where collections are empty or null nothing is said of
/// the latter: to have none and to have an empty one is the same to a reader.
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
    let names: BTreeSet<&str> = document
        .operations()
        .map(|operation| operation.answer())
        .collect();
    names.iter().map(|name| test(document, name)).collect()
}

fn test(document: &Document, name: &str) -> String {
    let cases = cases(document, name);
    format!(
        "
#[test]
fn {}() {{
    check::<types::{name}>(&[
{cases}    ]);
}}
",
        snake_case(name)
    )
}

/// A row for each variant: what it is, what is sent, and what the client holds then.
pub fn cases(document: &Document, name: &str) -> String {
    let rows = VARIANTS.iter().map(|(what, sent, held)| {
        let json = |variant| example(document, name, variant).to_string();
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
