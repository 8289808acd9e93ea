//! `Debug` of types that hold secrets: a response that is logged shows no credential.

use quote::quote;
use syn::{Attribute, FieldsNamed, Ident, Item, parse_quote};

use super::facts::TypeFacts;

/// An `impl Debug` that shows no secret, if the fields hold one.
pub fn debug(
    ident: &Ident,
    fields: &FieldsNamed,
    facts: &TypeFacts,
    cfg: Option<&Attribute>,
) -> Option<Item> {
    let is_secret = |name: &Ident| facts.secret_fields.iter().any(|secret| name == secret);
    let names: Vec<&Ident> = fields
        .named
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect();
    if !names.iter().any(|name| is_secret(name)) {
        return None;
    }
    let shown = names.iter().map(|name| {
        let text = name.to_string();
        if is_secret(name) {
            quote!(.field(#text, &"[redacted]"))
        } else {
            quote!(.field(#text, &self.#name))
        }
    });
    let text = ident.to_string();
    Some(parse_quote! {
        #cfg
        impl ::std::fmt::Debug for #ident {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> ::std::result::Result<(), ::std::fmt::Error> {
                f.debug_struct(#text) #(#shown)* .finish()
            }
        }
    })
}
