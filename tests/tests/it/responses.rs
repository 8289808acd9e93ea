//! Every type of response, with all that the API may leave out, add or set to null.
//!
//! The tests themselves are written by `build.rs` from the lowered document, one for each type.

use serde::Serialize;
use serde::de::DeserializeOwned;
use trackstar_api::{Page, WriteResponse, types};
use trackstar_tests::comparison;

mod response {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/responses.rs"));
}

/// What deviates, what the server sends, and what the client reads, if that is to be compared.
type Case = (&'static str, &'static str, Option<&'static str>);

/// Decodes all cases before it fails, so that one run shows all that is wrong with a type.
fn check<T: DeserializeOwned + Serialize>(cases: &[Case]) {
    let problems: Vec<String> = cases
        .iter()
        .filter_map(|case @ (what, ..)| Some(format!("{what}: {}", problem::<T>(case)?)))
        .collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn problem<T: DeserializeOwned + Serialize>((_, sent, held): &Case) -> Option<String> {
    let response: T = match serde_json::from_str(sent) {
        Ok(response) => response,
        Err(error) => return Some(format!("{error}: {}", around(sent, error.column()))),
    };
    comparison::problem(serde_json::to_value(response).unwrap(), sent, *held)
}

/// The text before a column.
fn around(text: &str, column: usize) -> &str {
    &text[column.saturating_sub(80)..column.min(text.len())]
}
