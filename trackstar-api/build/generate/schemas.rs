//! The list of all types, for their JSON schemas.

use std::collections::BTreeMap;

use quote::quote;
use syn::{Attribute, Ident, Item, ItemMod, parse_quote};

use super::Error;
use super::facts::Facts;
use super::features::condition;

/// The function that goes through all types of the module.
pub fn all(types: &ItemMod, facts: &Facts) -> Result<Item, Error> {
    let mut blocks: BTreeMap<String, (Option<Attribute>, Vec<&Ident>)> = BTreeMap::new();
    let items = types.content.iter().flat_map(|(_, items)| items);
    for item in items {
        let (Item::Struct(syn::ItemStruct { ident, .. }) | Item::Enum(syn::ItemEnum { ident, .. })) =
            item
        else {
            continue;
        };
        let facts = facts.types.get(&ident.to_string()).ok_or_else(|| {
            Error::unexpected(ident.to_string(), "the document has no such schema")
        })?;
        let cfg = condition(facts);
        let block = blocks.entry(quote!(#cfg).to_string()).or_default();
        block.0 = cfg;
        block.1.push(ident);
    }
    let blocks = blocks.values().map(|(cfg, types)| {
        let names = types.iter().map(ToString::to_string);
        quote! {
            #cfg
            {
                #(all.add::<types::#types>(#names);)*
            }
        }
    });
    Ok(parse_quote! {
        /// Adds the schema of every type.
        #[cfg(feature = "schemars")]
        #[allow(unused_variables, reason = "an API may have no types")]
        pub(crate) fn add_schemas(all: &mut crate::model::schema::All) {
            #(#blocks)*
        }
    })
}
