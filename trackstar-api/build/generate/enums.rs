//! Enums of strings stay readable when the API adds a value.

use syn::{Item, ItemEnum, parse_quote};

use super::facts::TypeFacts;
use super::features::condition;
use super::markdown::doc_lines;
use super::syntax::described;
use super::unions;
use super::variants::variant_names;

/// The enum as the client has it: open if it is one of strings, or a union.
pub fn rewrite(item: &ItemEnum, facts: &TypeFacts) -> Vec<Item> {
    let cfg = condition(facts);
    let docs = doc_lines(&described(&item.attrs, &item.ident));
    let Some(values) = &facts.values else {
        return unions::items(&item.ident, &facts.branches, docs, cfg.as_ref());
    };
    let ident = &item.ident;
    let variants = variant_names(values);
    let variant_docs = values.iter().map(|value| format!(" `{value}`"));
    vec![
        parse_quote! {
            #(#docs)*
            #cfg
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #ident {
                #( #[doc = #variant_docs] #variants, )*
                /// A value that this version of the client does not know, as the API wrote it.
                Unknown(crate::UnknownValue),
            }
        },
        parse_quote! {
            #cfg
            open_enum!(#ident { #( #variants = #values, )* });
        },
    ]
}
