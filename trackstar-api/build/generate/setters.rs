//! Filling in what is written: `new` for what must be there, and a setter for everything else.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Item, ItemStruct, Type, parse_quote};

use super::facts::TypeFacts;
use super::syntax::{argument_of, is_named};

/// The field for what the document does not describe.
pub const EXTRA: &str = "extra";

/// The `impl` block with `new` and the setters.
pub fn setters(
    item: &ItemStruct,
    facts: &TypeFacts,
    cfg: Option<&Attribute>,
    has_default: bool,
) -> Option<Item> {
    if !matches!(item.fields, syn::Fields::Named(_)) {
        return None;
    }
    let ident = &item.ident;
    let (mut arguments, mut given, mut functions) = (Vec::new(), Vec::new(), Vec::new());
    for field in &item.fields {
        let Some(name) = &field.ident else { continue };
        let (parameter, value) = setter_parts(&field.ty);
        let docs = field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"));
        if name == EXTRA {
            given.push(quote!(#name: Default::default()));
            functions.push(quote! {
                /// Adds a field that only some integrations know.
                #[inline]
                #[must_use]
                pub fn extra(mut self, name: impl Into<String>, value: impl Into<::serde_json::Value>) -> Self {
                    self.extra.insert(name.into(), value.into());
                    self
                }
            });
        } else if argument_of(&field.ty, "Option").is_some() {
            given.push(quote!(#name: None));
            let is_deprecated = facts.deprecated.iter().any(|wire| name == wire.as_str());
            let deprecated = is_deprecated.then(|| quote!(#[deprecated]));
            functions.push(quote! {
                #(#docs)*
                #deprecated
                #[inline]
                #[must_use]
                pub fn #name(mut self, value: #parameter) -> Self {
                    self.#name = Some(#value);
                    self
                }
            });
        } else {
            // An enum is taken as such: a text would be taken for another argument.
            let (parameter, value) = match is_text_or_plain(&field.ty) {
                true => (parameter, value),
                false => {
                    let ty = &field.ty;
                    (quote!(#ty), quote!(value))
                }
            };
            let position = facts.required.iter().position(|wire| name == wire.as_str());
            arguments.push((position, quote!(#name: #parameter)));
            given.push(if value.to_string() == "value" {
                quote!(#name)
            } else {
                let value = rename_value(&value, name);
                quote!(#name: #value)
            });
        }
    }
    // The order of the document; those with another name in Rust come last.
    arguments.sort_by_key(|(position, _)| position.unwrap_or(usize::MAX));
    let arguments = arguments.iter().map(|(_, argument)| argument);
    let new = (!has_default).then(|| {
        quote! {
            /// With everything that the API always asks for.
            #[inline]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#given),* }
            }
        }
    });
    Some(parse_quote! {
        #cfg
        impl #ident { #new #(#functions)* }
    })
}

/// How a setter takes a value of a type, and how it turns `value` into the type.
pub fn setter_parts(ty: &Type) -> (TokenStream, TokenStream) {
    if let Some(inner) = argument_of(ty, "Option") {
        return setter_parts(inner);
    }
    if let Some(inner) = argument_of(ty, "Vec") {
        return (
            quote!(impl IntoIterator<Item = impl Into<#inner>>),
            quote!(value.into_iter().map(Into::into).collect()),
        );
    }
    let is_plain = [
        "bool",
        "f64",
        "i64",
        "u32",
        "u64",
        "i32",
        "DateTime",
        "NaiveDate",
        "Money",
    ]
    .iter()
    .any(|name| is_named(ty, name));
    if is_plain {
        (quote!(#ty), quote!(value))
    } else {
        (quote!(impl Into<#ty>), quote!(value.into()))
    }
}

/// Whether an argument of the type can be taken for no other: what is no text, or only a text, or a list.
fn is_text_or_plain(ty: &Type) -> bool {
    is_named(ty, "String")
        || argument_of(ty, "Vec").is_some()
        || setter_parts(ty).1.to_string() == "value"
}

/// The same expression for a parameter of another name.
fn rename_value(value: &TokenStream, name: &syn::Ident) -> TokenStream {
    value
        .clone()
        .into_iter()
        .map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) if ident == "value" => {
                proc_macro2::TokenTree::Ident(name.clone())
            }
            other => other,
        })
        .collect()
}
