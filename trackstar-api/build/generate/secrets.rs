//! `Debug` of types that hold secrets: whoever logs an answer must not log a credential.

use quote::quote;
use syn::{Attribute, FieldsNamed, Ident, Item, parse_quote};

/// Names of fields whose values open something.
const SECRETS: [&str; 9] = [
    "access_token",
    "api_key",
    "auth_code",
    "client_secret",
    "credentials",
    "link_token",
    "password",
    "refresh_token",
    "secret",
];

/// An `impl Debug` that shows no secret, if the fields hold one.
pub fn debug(ident: &Ident, fields: &FieldsNamed, cfg: Option<&Attribute>) -> Option<Item> {
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

fn is_secret(name: &Ident) -> bool {
    SECRETS.iter().any(|secret| name == secret)
}
