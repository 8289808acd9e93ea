//! A test for each type of event: what its data may hold, and the variant that it becomes.

use super::document::Document;
use super::responses::cases;

/// The source of all tests.
pub fn tests(document: &Document) -> String {
    document
        .events()
        .map(|(event, data)| {
            let cases = cases(document, data, |data| data);
            let variant = variant(event);
            let test = event.replace(['.', '-'], "_");
            format!(
                "
#[test]
fn {test}() {{
    let data = |data: EventData| match data {{
        EventData::{variant}(data) => Ok(serde_json::to_value::<Box<types::{data}>>(data).unwrap()),
        other => Err(other),
    }};
    check({event:?}, data, &[
{cases}    ]);
}}
"
            )
        })
        .collect()
}

/// `cart-order.created` is `CartOrderCreated`.
fn variant(event: &str) -> String {
    let words = event.split(|letter: char| !letter.is_ascii_alphanumeric());
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    words.filter(|word| !word.is_empty()).map(capital).collect()
}
