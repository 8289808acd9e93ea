//! The data types: tolerant when read, easy to fill in when written.
//!
//! From progenitor's `types` module this keeps the structs and what belongs to them, and replaces
//! - its builders, which are most of its code: a type that a request body reaches gets plain setters;
//! - its closed enums: each gets a variant for the values that the API will add;
//! - its `null` handling: where a value may be left out, `null` is the same as leaving it out.

use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{File, Ident, Item, ItemMod, parse_quote};

use super::Error;
use super::boxes;
use super::enums;
use super::facts::{Facts, TypeFacts};
use super::features::condition;
use super::short_paths::ShortPaths;
use super::structs;
use super::syntax::{module, self_name};

/// The module `types` of the client.
pub fn rewrite(output: &File, facts: &Facts) -> Result<ItemMod, Error> {
    let mut items: Vec<Item> = Vec::new();
    let mut written_by_progenitor = module(output, "types")?.to_vec();
    boxes::place(&mut written_by_progenitor);
    for item in &written_by_progenitor {
        let mut written = match item {
            Item::Struct(item) => structs::rewrite(item, facts_of(&item.ident, facts)?)?,
            Item::Enum(item) => enums::rewrite(item, facts_of(&item.ident, facts)?),
            Item::Impl(item) => match self_name(item) {
                Some(name) if belongs(item, facts) => {
                    let cfg = condition(facts_of(name, facts)?);
                    vec![parse_quote!(#cfg #item)]
                }
                _ => Vec::new(),
            },
            Item::Mod(_) | Item::Use(_) => Vec::new(),
            other => {
                return Err(Error::unexpected(
                    "module `types`",
                    format!(
                        "progenitor wrote an item that no pass knows: {}",
                        quote!(#other)
                    ),
                ));
            }
        };
        items.append(&mut written);
    }
    for item in &mut items {
        ShortPaths.visit_item_mut(item);
    }
    Ok(parse_quote! {
        /// The data types of the API.
        pub mod types {
            #[allow(unused_imports)]
            use crate::{
                model::{
                    common_fields::common_fields, open_enum::open_enum, plain::named, record::record,
                    union::union_of,
                },
            };
            #(#items)*
        }
    })
}

fn facts_of<'a>(name: &Ident, facts: &'a Facts) -> Result<&'a TypeFacts, Error> {
    facts
        .types
        .get(&name.to_string())
        .ok_or_else(|| Error::unexpected(name.to_string(), "the document has no such schema"))
}

/// Whether an `impl` block stays: not the builders, nor what the open enums and open maps write themselves.
fn belongs(item: &syn::ItemImpl, facts: &Facts) -> bool {
    let is_rewritten = |name: &Ident| {
        let facts = facts.types.get(&name.to_string());
        facts.is_none_or(|facts| {
            facts.values.is_some() || !facts.branches.is_empty() || structs::is_only_open(facts)
        })
    };
    let makes_builder = item.items.iter().any(
        |member| matches!(member, syn::ImplItem::Fn(function) if function.sig.ident == "builder"),
    );
    !makes_builder && !self_name(item).is_some_and(is_rewritten)
}
