//! The events that arrive by webhook: a row for each type of event. The macro `events!` of the client makes an enum
//! of them.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{ItemMod, parse_quote};

use super::Error;
use super::documentation::page_of_event;
use super::facts::{Event, Facts};
use super::markdown::doc_lines;
use super::syntax::documentation;
use super::variants::pascal_case;

/// Variants that the macro adds.
const RESERVED: [&str; 2] = ["Truncated", "Unknown"];

/// The module `events` of the client.
pub fn rewrite(facts: &Facts) -> Result<ItemMod, Error> {
    let mut names = BTreeMap::new();
    let mut rows: Vec<TokenStream> = Vec::new();
    for (wire, event) in &facts.events {
        let name = pascal_case(wire);
        let other = names.insert(name.clone(), wire);
        if other.is_some() || RESERVED.contains(&name.as_str()) {
            let other = other.map_or("another variant", String::as_str);
            return Err(Error::unexpected(
                format!("event {wire}"),
                format!("would have the name `{name}`, which {other} already has"),
            ));
        }
        rows.push(row(&name, wire, event, facts));
    }
    Ok(parse_quote! {
        /// What comes in by webhook.
        #[cfg(feature = "webhooks")]
        pub mod events {
            #[allow(unused_imports)]
            use super::types::*;
            use crate::webhooks::events;
            events! { #(#rows)* }
        }
    })
}

/// The variant, its name on the wire, what it means, its data, and the features that it needs.
fn row(name: &str, wire: &str, event: &Event, facts: &Facts) -> TokenStream {
    let name = format_ident!("{name}");
    let data = format_ident!("{}", event.data);
    let mut doc = match &event.summary {
        Some(summary) => format!("{}: `{wire}`.", summary.trim().trim_end_matches('.')),
        None => format!("`{wire}`."),
    };
    let further = [event.description.clone(), page_of_event(event, facts)];
    for paragraph in further.into_iter().flatten() {
        doc = format!("{doc}\n\n{}", paragraph.trim());
    }
    let doc = documentation(&doc_lines(&doc).collect::<Vec<_>>());
    let areas = event.areas.iter();
    let areas = (!event.areas.is_empty()).then(|| quote!([#(#areas),*]));
    quote!(#name #wire #doc #data #areas;)
}
