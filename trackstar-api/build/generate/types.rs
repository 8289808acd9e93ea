//! The data types: tolerant when read, easy to fill in when written.
//!
//! From progenitor's `types` module this keeps the structs and what belongs to them, and replaces
//! - its builders, which are most of its code: a type that a request body reaches gets plain setters;
//! - its closed enums: each gets a variant for the values that the API will add;
//! - its `null` handling: where a value may be left out, `null` is the same as leaving it out.

use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Field, Fields, File, Ident, Item, ItemMod, ItemStruct, Path, Type, parse_quote,
};

use super::Error;
use super::facts::Facts;
use super::syntax::{
    argument_of, doc_lines, documentation, is_named, last_name, module, self_name,
};

/// Names that the generated code takes from the prelude.
const PRELUDE: [&str; 6] = ["Box", "Default", "Option", "Result", "String", "Vec"];

/// The module `types` of the client.
pub fn rewrite(output: &File, facts: &Facts) -> Result<ItemMod, Error> {
    let mut items: Vec<Item> = Vec::new();
    for item in module(output, "types")? {
        match item {
            Item::Struct(item) => structure(item, facts, &mut items)?,
            Item::Enum(item) => match facts.enums.get(&item.ident.to_string()) {
                Some(values) => {
                    let description = described(&item.attrs, &item.ident);
                    items.extend(open_enum(&item.ident, &description, values));
                }
                None => items.push(Item::Enum(item.clone())),
            },
            Item::Impl(item) if belongs(item, facts) => items.push(Item::Impl(item.clone())),
            Item::Impl(_) | Item::Mod(_) | Item::Use(_) => {}
            other => {
                return Err(Error::unexpected(
                    "module `types`",
                    format!(
                        "progenitor wrote an item that no pass knows: {}",
                        quote!(#other)
                    ),
                ));
            }
        }
    }
    for item in &mut items {
        ShortPaths.visit_item_mut(item);
    }
    Ok(parse_quote! {
        /// The data types of the API.
        pub mod types {
            #[allow(unused_imports)]
            use crate::{decode, open_enum::open_enum};
            #(#items)*
        }
    })
}

/// Whether an `impl` block stays: not the builders, nor what the open enums write themselves.
fn belongs(item: &syn::ItemImpl, facts: &Facts) -> bool {
    let is_enum = self_name(item).is_some_and(|name| facts.enums.contains_key(&name.to_string()));
    let makes_builder = item.items.iter().any(
        |member| matches!(member, syn::ImplItem::Fn(function) if function.sig.ident == "builder"),
    );
    !is_enum && !makes_builder
}

fn structure(item: &ItemStruct, facts: &Facts, items: &mut Vec<Item>) -> Result<(), Error> {
    let name = item.ident.to_string();
    if PRELUDE.contains(&name.as_str()) {
        return Err(Error::unexpected(
            name,
            "hides a name of Rust's prelude: give the schema an `x-rust-name` in openapi/overlay.yaml",
        ));
    }
    let mut item = item.clone();
    let is_written = facts.written.contains(&name);
    let is_answer = facts.answers.contains(&name);
    let described: Vec<Attribute> = doc_lines(&described(&item.attrs, &item.ident)).collect();
    let default = derives_default(&item.attrs).then(|| quote!(Default,));
    item.attrs
        .retain(|attribute| attribute.path().is_ident("serde"));
    let ident = &item.ident;
    for field in &mut item.fields {
        tolerant_field(ident, field, is_answer);
    }
    let non_exhaustive: Option<Attribute> =
        matches!(item.fields, Fields::Named(_)).then(|| parse_quote!(#[non_exhaustive]));
    items.push(parse_quote! {
        #(#described)*
        #[derive(Clone, Debug, PartialEq, #default ::serde::Deserialize, ::serde::Serialize)]
        #non_exhaustive
        #item
    });
    if let (true, Fields::Named(_)) = (is_written, &item.fields) {
        items.push(setters(&item, default.is_some()));
    }
    Ok(())
}

/// Makes a field take `null` and absence for the same thing, wherever it can be left out.
fn tolerant_field(owner: &Ident, field: &mut Field, is_answer: bool) {
    let text = documentation(&field.attrs);
    let renamed = serde_value(&field.attrs, "rename");
    let is_optional = argument_of(&field.ty, "Option").is_some();
    let is_collection = ["Vec", "Map", "BTreeMap"]
        .iter()
        .any(|name| is_named(&field.ty, name));
    let is_required = !serde_flag(&field.attrs, "default");

    let rename = renamed.as_ref().map(|name| quote!(rename = #name,));
    let flatten = serde_flag(&field.attrs, "flatten").then(|| quote!(flatten,));
    let rule = if is_optional {
        quote!(default, skip_serializing_if = "Option::is_none")
    } else if flatten.is_some() {
        quote!()
    } else if is_collection && is_answer && is_required {
        // The list that an operation was asked for: an answer without it is a wrong answer.
        quote!(deserialize_with = "decode::null_as_default")
    } else if is_collection {
        let is_empty = format!("{}::is_empty", collection_path(&field.ty));
        quote!(default, deserialize_with = "decode::null_as_default", skip_serializing_if = #is_empty)
    } else {
        quote!()
    };
    let serde: Option<Attribute> = (rename.is_some() || flatten.is_some() || !rule.is_empty())
        .then(|| parse_quote!(#[serde(#rename #flatten #rule)]));
    let name = renamed
        .or_else(|| field.ident.as_ref().map(Ident::to_string))
        .unwrap_or_default();
    let text = text.unwrap_or_else(|| format!("`{name}` of [`{owner}`]."));
    field.attrs = match field.ident {
        Some(_) => doc_lines(&text).chain(serde).collect(),
        None => Vec::new(),
    };
}

/// The collection as an expression path, without its arguments.
fn collection_path(ty: &Type) -> String {
    match last_name(ty).map(Ident::to_string).as_deref() {
        Some("Map") => "::serde_json::Map".to_owned(),
        Some("BTreeMap") => "::std::collections::BTreeMap".to_owned(),
        _ => "Vec".to_owned(),
    }
}

/// An enum of strings that stays readable when the API adds a value.
fn open_enum(ident: &Ident, description: &str, values: &[String]) -> [Item; 2] {
    let docs = doc_lines(description);
    let variants = variant_names(values);
    let variant_docs = values.iter().map(|value| format!(" `{value}`"));
    [
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #ident {
                #( #[doc = #variant_docs] #variants, )*
                /// A value that this version of the client does not know, as the API wrote it.
                Unknown(String),
            }
        },
        parse_quote! {
            open_enum!(#ident { #( #variants = #values, )* });
        },
    ]
}

/// A variant for each value. Values that would share a name (they differ by case or punctuation only)
/// are told apart by a number, in the order of the document.
fn variant_names(values: &[String]) -> Vec<Ident> {
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

fn pascal_case(value: &str) -> String {
    let mut name = String::new();
    for word in value.split(|c: char| !c.is_alphanumeric()) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_numeric() => format!("N{name}"),
        Some(_) if name == "Self" => "SelfValue".to_owned(),
        Some(_) => name,
    }
}

/// `new` for what must be there, and a setter for everything.
fn setters(item: &ItemStruct, has_default: bool) -> Item {
    let ident = &item.ident;
    let (mut arguments, mut given, mut functions) = (Vec::new(), Vec::new(), Vec::new());
    for field in &item.fields {
        let Some(name) = &field.ident else { continue };
        let (parameter, value) = setter_parts(&field.ty);
        let docs = field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"));
        if argument_of(&field.ty, "Option").is_some() {
            given.push(quote!(#name: None));
            functions.push(quote! {
                #(#docs)*
                #[must_use]
                pub fn #name(mut self, value: #parameter) -> Self {
                    self.#name = Some(#value);
                    self
                }
            });
        } else if is_set_later(field) {
            given.push(quote!(#name: Default::default()));
            functions.push(quote! {
                #(#docs)*
                #[must_use]
                pub fn #name(mut self, value: #parameter) -> Self {
                    self.#name = #value;
                    self
                }
            });
        } else {
            let value = quote!({ let value = #name; #value });
            arguments.push(quote!(#name: #parameter));
            given.push(quote!(#name: #value));
        }
    }
    let new = (!arguments.is_empty() || !has_default).then(|| {
        quote! {
            /// With everything that the API always asks for.
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#given),* }
            }
        }
    });
    parse_quote! {
        impl #ident { #new #(#functions)* }
    }
}

/// Whether a field that is no `Option` has an empty value that stands for absence.
fn is_set_later(field: &Field) -> bool {
    serde_flag(&field.attrs, "default") || serde_flag(&field.attrs, "flatten")
}

/// How a setter takes a value of a type, and how it turns `value` into the type.
pub fn setter_parts(ty: &Type) -> (proc_macro2::TokenStream, proc_macro2::TokenStream) {
    if let Some(inner) = argument_of(ty, "Option") {
        return setter_parts(inner);
    }
    if let Some(inner) = argument_of(ty, "Vec") {
        return (
            quote!(impl IntoIterator<Item = impl Into<#inner>>),
            quote!(value.into_iter().map(Into::into).collect()),
        );
    }
    let is_plain = ["bool", "f64", "i64", "u64", "i32", "DateTime", "NaiveDate"]
        .iter()
        .any(|name| is_named(ty, name));
    if is_plain {
        (quote!(#ty), quote!(value))
    } else {
        (quote!(impl Into<#ty>), quote!(value.into()))
    }
}

fn derives_default(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("derive") && quote!(#attribute).to_string().contains("Default")
    })
}

/// The description that the document gives; progenitor writes the bare name where there is none.
fn described(attributes: &[Attribute], ident: &Ident) -> String {
    documentation(attributes)
        .filter(|text| *text != format!("`{ident}`"))
        .unwrap_or_else(|| format!("`{ident}`, as the API's documentation names it."))
}

fn serde_value(attributes: &[Attribute], key: &str) -> Option<String> {
    let mut found = None;
    for_each_serde(attributes, |meta| {
        if meta.path.is_ident(key) {
            found = Some(meta.value()?.parse::<syn::LitStr>()?.value());
        } else if meta.input.peek(syn::Token![=]) {
            meta.value()?.parse::<syn::Expr>()?;
        }
        Ok(())
    });
    found
}

fn serde_flag(attributes: &[Attribute], key: &str) -> bool {
    let mut found = false;
    for_each_serde(attributes, |meta| {
        found |= meta.path.is_ident(key);
        if meta.input.peek(syn::Token![=]) {
            meta.value()?.parse::<syn::Expr>()?;
        }
        Ok(())
    });
    found
}

fn for_each_serde(
    attributes: &[Attribute],
    mut visit: impl FnMut(syn::meta::ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes {
        if attribute.path().is_ident("serde") {
            // Only what progenitor wrote comes here; what does not parse would not compile either.
            let _ = attribute.parse_nested_meta(&mut visit);
        }
    }
}

/// `::std::option::Option<T>` becomes `Option<T>`: the file is read by people.
pub struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let is_std = path
            .segments
            .first()
            .is_some_and(|first| first.ident == "std");
        let is_prelude = path
            .segments
            .last()
            .is_some_and(|last| PRELUDE.iter().any(|name| last.ident == name));
        if is_std && is_prelude && path.segments.len() == 3 {
            path.leading_colon = None;
            path.segments = path.segments.iter().skip(2).cloned().collect();
        }
        let is_utc = path.segments.first().is_some_and(|s| s.ident == "chrono")
            && path.segments.last().is_some_and(|s| s.ident == "Utc");
        if is_utc {
            *path = parse_quote!(::chrono::Utc);
        }
    }
}
