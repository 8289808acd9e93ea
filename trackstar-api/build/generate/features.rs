//! The features under which an item is compiled.

use syn::{Attribute, parse_quote};

use super::facts::{Areas, TypeFacts};

/// The feature with which events are compiled.
const WEBHOOKS: &str = "webhooks";

/// The condition under which a type is compiled: what only events reach is free for those who take none.
pub fn condition(facts: &TypeFacts) -> Option<Attribute> {
    if facts.is_common {
        return None;
    }
    let areas = &facts.areas;
    if facts.is_in_common_event {
        return Some(match areas.is_empty() {
            true => parse_quote!(#[cfg(feature = #WEBHOOKS)]),
            false => {
                let areas = areas.iter();
                parse_quote!(#[cfg(any(#(feature = #areas,)* feature = #WEBHOOKS))])
            }
        });
    }
    let further: Vec<_> = facts.event_areas.difference(areas).collect();
    let of_events: syn::Meta = match &further[..] {
        [] => return cfg(areas),
        [area] => parse_quote!(all(feature = #WEBHOOKS, feature = #area)),
        all => parse_quote!(all(feature = #WEBHOOKS, any(#(feature = #all),*))),
    };
    let areas = areas.iter();
    Some(match areas.len() {
        0 => parse_quote!(#[cfg(#of_events)]),
        _ => parse_quote!(#[cfg(any(#(feature = #areas,)* #of_events))]),
    })
}

/// The condition under which an item of these areas is compiled.
pub fn cfg(areas: &Areas) -> Option<Attribute> {
    let mut features = areas.iter();
    let first = features.next()?;
    if areas.len() == 1 {
        return Some(parse_quote!(#[cfg(feature = #first)]));
    }
    Some(parse_quote!(#[cfg(any(feature = #first #(, feature = #features)*))]))
}
