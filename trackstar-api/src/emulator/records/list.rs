//! Pages of records.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::emulator::rules::refusal::Refusal;

use super::filter::{Filter, Query};
use super::store::{Key, Listed, Store};

/// What a page token says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageTokens {
    /// The last record of the page before: records that are added or removed move none of the others.
    #[default]
    Keyset,
    /// How many records came before: one that is removed meanwhile makes the next page skip one.
    Offset,
}

/// Where a page begins.
enum Start {
    Beginning,
    After(Key),
    Offset(usize),
}

pub(crate) fn page(
    store: &Store,
    collection: &str,
    query: &Query,
    filters: &[&Filter],
    tokens: PageTokens,
) -> Result<Value, Refusal> {
    let (after, skipped) = match start(query.page_token.as_deref())? {
        Start::Beginning => (None, 0),
        Start::After(key) => (Some(key), 0),
        Start::Offset(skipped) => (None, skipped),
    };
    let matches = |listed: &Listed| {
        filters.iter().all(|filter| match filter.field.as_str() {
            "id" => filter.values.contains(&listed.key.1),
            field => filter.matches(&listed.field(field)),
        })
    };
    let mut found = store
        .list(collection, after.as_ref())
        .filter(matches)
        .skip(skipped);
    let mut data = Vec::new();
    let mut last = None;
    for listed in found.by_ref().take(query.limit) {
        last = Some(listed.key.clone());
        data.push(listed.record());
    }
    let next_token = match (found.next(), last) {
        (Some(_), Some((text, id))) => Some(match tokens {
            PageTokens::Keyset => json!([text, id]),
            PageTokens::Offset => json!(skipped + data.len()),
        }),
        _ => None,
    };
    let next_token = next_token.map(|token| URL_SAFE_NO_PAD.encode(token.to_string()));
    let mut page = json!({"total_count": data.len(), "next_token": next_token});
    // Moved, not copied.
    page["data"] = Value::Array(data);
    Ok(page)
}

fn start(token: Option<&str>) -> Result<Start, Refusal> {
    let invalid = || Refusal::invalid("query", "page_token", "Not a valid page token.");
    let Some(token) = token else {
        return Ok(Start::Beginning);
    };
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
    let token: Value = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
    if let Some(skipped) = token.as_u64() {
        return Ok(Start::Offset(
            usize::try_from(skipped).unwrap_or(usize::MAX),
        ));
    }
    match (token[0].as_str(), token[1].as_str()) {
        (Some(text), Some(id)) => Ok(Start::After((text.to_owned(), id.to_owned()))),
        _ => Err(invalid()),
    }
}
