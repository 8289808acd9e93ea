//! The errors of an operation that callers may want to handle.

use crate::generate::facts::Facts;
use crate::generate::operation_facts::{Operation, Token};
use crate::generate::profile::ErrorsOf;

/// What a status means, by the kind of error that the client makes of it.
const MEANINGS: [(&str, &str, &str); 6] = [
    (
        "400",
        "BadRequest",
        "the request contradicts an earlier one, or asks for what is not enabled",
    ),
    (
        "403",
        "Forbidden",
        "the function is disabled for the organisation or the connection",
    ),
    (
        "404",
        "NotFound",
        "nothing has this id or name; [`Error::missing_id`](crate::Error::missing_id) is what was not found",
    ),
    ("409", "Conflict", "the same write is still in progress"),
    (
        "422",
        "Validation",
        "a parameter or a field was refused; [`Error::fields`](crate::Error::fields) says which one, and why",
    ),
    (
        "501",
        "NotImplemented",
        "the integration of the connection does not offer the operation",
    ),
];

/// The errors that the document lists or the profile knows, as a list.
pub fn errors(operation: &Operation, facts: &Facts) -> String {
    let is_of = |of: ErrorsOf| match of {
        ErrorsOf::Connections => operation.token == Token::Required,
        ErrorsOf::Writes => operation.token == Token::Required && operation.method != "GET",
    };
    let known = facts.profile.errors.iter();
    let known = known
        .filter(|(_, of)| is_of(**of))
        .map(|(status, _)| status);
    let mut all: Vec<&String> = operation.errors.iter().chain(known).collect();
    all.sort_unstable();
    all.dedup();
    let described = all.iter().filter_map(|status| {
        let (_, kind, meaning) = MEANINGS.iter().find(|(known, ..)| known == status)?;
        Some(format!(
            "- {status}, [`{kind}`](crate::ErrorKind::{kind}): {meaning}.\n"
        ))
    });
    let described: String = described.collect();
    let rest = "[`ErrorKind`](crate::ErrorKind) lists what else can go wrong.";
    match described.as_str() {
        "" => rest.to_owned(),
        _ => format!("{described}\n{rest}"),
    }
}
