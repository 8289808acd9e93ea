//! Pages of records.

use serde_json::{Value, json};

use super::document::Document;
use super::filter::Query;
use super::refusal::Refusal;
use super::store::{ListOrder, Store};

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

pub(super) fn page(
    document: &Document,
    store: &mut Store,
    collection: &str,
    query: &Query,
    (order, tokens): (ListOrder, PageTokens),
) -> Result<Value, Refusal> {
    let invalid = || Refusal::invalid("query", "page_token", "Not a valid page token.");
    let keys = store.keys(document, collection, order);
    let start = match &query.page_token {
        None => 0,
        Some(token) => {
            let (kind, place) = token.split_once('.').ok_or_else(invalid)?;
            match kind {
                "after" => {
                    let after = place.split_once('.').ok_or_else(invalid)?;
                    keys.partition_point(|(key, id)| (key.as_str(), id.as_str()) <= after)
                }
                "offset" => place.parse().map_err(|_| invalid())?,
                _ => return Err(invalid()),
            }
        }
    };
    let mut data = Vec::new();
    let mut last = start;
    let mut next_token = None;
    for (index, (key, id)) in keys.iter().enumerate().skip(start) {
        let Some(record) = store.get(document, collection, id) else {
            continue;
        };
        if !query
            .filters
            .iter()
            .all(|filter| filter.matches(id, &record))
        {
            continue;
        }
        if data.len() == query.limit {
            let (key, id) = keys.get(last).unwrap_or(&(key.clone(), id.clone())).clone();
            next_token = Some(match tokens {
                PageTokens::Keyset => format!("after.{key}.{id}"),
                PageTokens::Offset => format!("offset.{}", last + 1),
            });
            break;
        }
        last = index;
        data.push(record);
    }
    Ok(json!({"total_count": data.len(), "data": data, "next_token": next_token}))
}
