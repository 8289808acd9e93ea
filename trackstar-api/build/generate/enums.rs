//! Enums of strings stay readable when the API adds a value.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item, ItemEnum, parse_quote};

use super::facts::{Branch, TypeFacts};
use super::features::condition;
use super::markdown::doc_lines;
use super::syntax::described;

/// The enum as the client has it: open if it is one of strings, as progenitor wrote it if it is a union.
pub fn rewrite(item: &ItemEnum, facts: &TypeFacts) -> Vec<Item> {
    let cfg = condition(facts);
    let docs = doc_lines(&described(&item.attrs, &item.ident));
    let Some(values) = &facts.values else {
        let mut union = item.clone();
        union.attrs = Vec::new();
        for variant in &mut union.variants {
            let text = format!(" `{}`", variant.ident);
            variant.attrs.insert(0, parse_quote!(#[doc = #text]));
        }
        let ident = &union.ident;
        let known_by = facts.branches.iter().map(known_by);
        let known_by = known_by.chain(std::iter::repeat(quote!([] {})));
        let branches = union
            .variants
            .iter()
            .zip(known_by)
            .map(|(variant, known_by)| {
                let (name, fields) = (&variant.ident, &variant.fields);
                quote!(#name #fields #known_by)
            });
        let branches = parse_quote!(#cfg union_of!(#ident { #(#branches),* }););
        union.variants.push(parse_quote! {
            /// A value that is of none of these types, as the API wrote it.
            Unknown(::serde_json::Value)
        });
        return vec![
            parse_quote! {
                #(#docs)*
                #cfg
                #[derive(Clone, Debug, PartialEq)]
                #[non_exhaustive]
                #union
            },
            branches,
        ];
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

/// What distinguishes a type of a union from the others, as `union_of!` takes it.
fn known_by(branch: &Branch) -> TokenStream {
    let required = &branch.required;
    let (names, tags): (Vec<_>, Vec<_>) = branch.tags.iter().cloned().unzip();
    quote!([#(#required),*] { #(#names: #tags),* })
}

/// A variant for each value. Values that would share a name (they differ by case or punctuation only)
/// are distinguished by a number, in the order of the document.
pub fn variant_names(values: &[String]) -> Vec<Ident> {
    let mut names: Vec<String> = Vec::with_capacity(values.len());
    for value in values {
        let plain = pascal_case(value);
        let mut name = plain.clone();
        let mut number = 2;
        while name == "Unknown" || names.contains(&name) {
            name = format!("{plain}{number}");
            number += 1;
        }
        names.push(name);
    }
    names.iter().map(|name| format_ident!("{name}")).collect()
}

/// `in-transit` → `InTransit`, `GET` → `Get`.
pub fn pascal_case(value: &str) -> String {
    let mut name = String::new();
    for word in value.split(|c: char| c == '_' || !can_be_in_name(c)) {
        let is_shouted = !word.chars().any(char::is_lowercase);
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        let rest = letters.as_str();
        name.push_str(&if is_shouted {
            rest.to_lowercase()
        } else {
            rest.to_owned()
        });
    }
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if !can_be_in_name_first(first) => format!("N{name}"),
        Some(_) if name == "Self" => "SelfValue".to_owned(),
        Some(_) => name,
    }
}

/// Whether Rust takes the character in a name, after its first. Not every letter or digit is one to Rust: `½`.
fn can_be_in_name(c: char) -> bool {
    syn::parse_str::<Ident>(&format!("xx{c}")).is_ok()
}

fn can_be_in_name_first(c: char) -> bool {
    syn::parse_str::<Ident>(&format!("{c}xx")).is_ok()
}
