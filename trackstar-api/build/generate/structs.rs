//! Structs that read what the API sends, and write what it accepts.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Attribute, Field, Fields, Ident, Item, ItemStruct, Type, parse_quote};

use super::Error;
use super::facts::TypeFacts;
use super::features::condition;
use super::markdown::doc_lines;
use super::secrets;
use super::serde_attributes::{flag, value};
use super::setters::{self, EXTRA};
use super::short_paths::PRELUDE;
use super::syntax::{argument_of, described, documentation, is_named};

/// Whether nothing of the type is described, so that progenitor makes a map of it.
pub fn is_only_open(facts: &TypeFacts) -> bool {
    facts.is_open && facts.has_no_fields
}

/// The struct as the client has it, and what belongs to it.
pub fn rewrite(item: &ItemStruct, facts: &TypeFacts) -> Result<Vec<Item>, Error> {
    let name = item.ident.to_string();
    if PRELUDE.contains(&name.as_str()) {
        return Err(Error::unexpected(name, "hides a name of Rust's prelude"));
    }
    let docs: Vec<Attribute> = doc_lines(&described(&item.attrs, &item.ident)).collect();
    let mut item = item.clone();
    if is_only_open(facts) {
        item.fields = Fields::Named(parse_quote!({}));
        item.semi_token = None;
        item.attrs.clear();
    }
    let cfg = condition(facts);
    let ident = item.ident.clone();
    let Fields::Named(fields) = &mut item.fields else {
        // A name for a type that needs none: progenitor's own serde attributes do.
        item.attrs
            .retain(|attribute| attribute.path().is_ident("serde"));
        let types = item.fields.iter().map(|field| &field.ty);
        let named = parse_quote!(#cfg named!(#ident(#(#types),*)););
        return Ok(vec![
            parse_quote! {
                #(#docs)*
                #cfg
                #[derive(Clone, Debug, PartialEq, ::serde::Deserialize, ::serde::Serialize)]
                #item
            },
            named,
        ]);
    };
    let swappable = swappable(fields, facts);
    let mut rows: Vec<TokenStream> = Vec::new();
    let mut taken: Vec<Ident> = Vec::new();
    for field in &mut fields.named {
        let wire = wire_name(field);
        field.ident = field.ident.as_ref().map(|name| field_name(name, &taken));
        taken.extend(field.ident.clone());
        let is_only_written =
            facts.is_written && facts.write_only.contains(&wire) && is_required(field);
        let is_set = swappable.contains(&wire) || is_only_written;
        rows.push(rewrite_field(&ident, field, &wire, is_set, facts));
    }
    let can_be_empty = fields
        .named
        .iter()
        .all(|field| argument_of(&field.ty, "Option").is_some() || is_collection(&field.ty));
    let extra = add_extra(fields, facts);
    let debug = secrets::debug(&ident, fields, facts, cfg.as_ref());
    let derived_debug = debug.is_none().then(|| quote!(Debug,));
    let default = can_be_empty.then(|| quote!(, Default));
    item.attrs.clear();
    let mut items = vec![
        parse_quote! {
            #(#docs)*
            #cfg
            #[derive(Clone, #derived_debug PartialEq #default)]
            #[non_exhaustive]
            #item
        },
        parse_quote!(#cfg record!(#ident { #(#rows),* } #extra);),
    ];
    items.extend(debug);
    if facts.is_written {
        items.extend(setters::setters(&item, facts, cfg.as_ref(), can_be_empty));
    }
    if facts.is_resource && has_id(&item) {
        items.push(record_impl(&item, cfg.as_ref()));
    }
    Ok(items)
}

/// Fields that have to be there when they are written, and of which another one has the type: as arguments they
/// could be swapped unnoticed, so each is set by its name.
fn swappable(fields: &syn::FieldsNamed, facts: &TypeFacts) -> Vec<String> {
    let required: Vec<(String, String)> = fields
        .named
        .iter()
        .filter(|field| facts.is_written && is_required(field))
        .map(|field| {
            let ty = &field.ty;
            (wire_name(field), quote!(#ty).to_string())
        })
        .collect();
    let has_twin = |(name, ty): &&(String, String)| {
        let mut others = required.iter().filter(|(other, _)| other != name);
        others.any(|(_, other)| other == ty)
    };
    let swappable = required.iter().filter(has_twin);
    swappable.map(|(name, _)| name.clone()).collect()
}

/// Whether the document requires a field. typify leaves the default of an optional `Option` to serde.
fn is_required(field: &Field) -> bool {
    let is_optional = ["default", "skip_serializing_if"];
    !is_optional.iter().any(|key| flag(&field.attrs, key))
}

/// Whether the struct has an `id` that is a text.
fn has_id(item: &ItemStruct) -> bool {
    let is_id = |field: &Field| field.ident.as_ref().is_some_and(|name| name == "id");
    item.fields
        .iter()
        .any(|field| is_id(field) && is_named(&field.ty, "String"))
}

/// What all records have in common, as far as this one has it.
fn record_impl(item: &ItemStruct, cfg: Option<&Attribute>) -> Item {
    const DATES: [&str; 4] = [
        "created_date",
        "updated_date",
        "trackstar_created_date",
        "trackstar_updated_date",
    ];
    let ident = &item.ident;
    let is_date = |field: &&Field| {
        let ty = argument_of(&field.ty, "Option").unwrap_or(&field.ty);
        let is_named_so = |name: &Ident| DATES.iter().any(|date| name == date);
        field.ident.as_ref().is_some_and(is_named_so) && is_named(ty, "DateTime")
    };
    let dates = item.fields.iter().filter(is_date).map(|it| &it.ident);
    parse_quote!(#cfg common_fields!(#ident { #(#dates),* });)
}

/// The name of a field in JSON.
fn wire_name(field: &Field) -> String {
    let plain = field.ident.as_ref().map(Ident::to_string);
    value(&field.attrs, "rename").unwrap_or(plain.unwrap_or_default())
}

/// The name of a field in Rust. One that is also a method of the type, or the field for everything else, gets an
/// underscore appended; two that differ only by case or punctuation are distinguished by a number.
fn field_name(name: &Ident, taken: &[Ident]) -> Ident {
    let is_reserved = name == EXTRA || name == "new";
    let plain = format_ident!("{name}{}", if is_reserved { "_" } else { "" });
    let mut name = plain.clone();
    let mut number = 2;
    while taken.contains(&name) {
        name = format_ident!("{plain}_{number}");
        number += 1;
    }
    name
}

/// A place for fields that only one integration knows, or that nobody has described yet; gives its name.
fn add_extra(fields: &mut syn::FieldsNamed, facts: &TypeFacts) -> Ident {
    let doc = if facts.is_written {
        " Fields that only some integrations know, by name."
    } else {
        " What the API's documentation does not describe, and what cannot be understood, by name."
    };
    let name = format_ident!("{EXTRA}");
    fields.named.push(parse_quote! {
        #[doc = #doc]
        pub #name: crate::Extra
    });
    name
}

/// Makes a field take `null` and absence for the same thing, wherever it can be left out; gives its row in
/// `record!`: its name in Rust, its name in JSON, its kind, and the document's example.
/// One that has to be set by its name, since it could be taken for another, may be left out until it is written.
fn rewrite_field(
    owner: &Ident,
    field: &mut Field,
    name: &str,
    is_set: bool,
    facts: &TypeFacts,
) -> TokenStream {
    let ident = field.ident.clone();
    let is_required = is_required(field);
    let is_money = facts.money.contains(name);
    field.ty = field_type(&field.ty, facts, is_required, is_money);
    let mut kind = kind(&field.ty, facts, is_required, is_money).to_owned();
    if is_set {
        let inner = &field.ty;
        field.ty = parse_quote!(Option<#inner>);
        kind = match kind.as_str() {
            "time" => "needed_time".to_owned(),
            "money" => "needed_money".to_owned(),
            _ => "needed".to_owned(),
        };
    }
    let kind = format_ident!("{kind}");
    field.attrs = match documentation(&field.attrs) {
        Some(text) => doc_lines(&text).collect(),
        None => {
            let text = format!(" `{name}` of [`{owner}`].");
            vec![parse_quote!(#[doc = #text])]
        }
    };
    // A note: an attribute would warn everyone who reads a whole record.
    if facts.deprecated.contains(name) {
        field
            .attrs
            .insert(0, parse_quote!(#[doc = " **Deprecated.**"]));
    }
    let example = facts.examples.get(name).and_then(literal);
    let example = example.map(|literal| quote!(= #literal));
    quote!(#ident #name #kind #example)
}

/// A JSON value as Rust, if it is a text, a number, a truth value, or a list of them.
fn literal(value: &Value) -> Option<TokenStream> {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let items: Vec<TokenStream> = items.iter().map(literal).collect::<Option<_>>()?;
            Some(quote!([#(#items),*]))
        }
        // Rust takes a whole number without a type for an `i32`.
        Value::Number(number) if !is_i32(number) && !number.is_f64() => {
            let kind = if number.is_u64() { "u64" } else { "i64" };
            format!("{number}{kind}").parse().ok()
        }
        Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string().parse().ok(),
        _ => None,
    }
}

fn is_i32(number: &serde_json::Number) -> bool {
    number
        .as_i64()
        .is_some_and(|number| i32::try_from(number).is_ok())
}

/// A list that may be left out is an empty one when read. When written, an empty list says something, so
/// that it is not the same as none.
fn field_type(ty: &Type, facts: &TypeFacts, is_required: bool, is_money: bool) -> Type {
    let inner = argument_of(ty, "Option").unwrap_or(ty);
    let is_optional = argument_of(ty, "Option").is_some();
    if is_money {
        return if is_optional {
            parse_quote!(Option<crate::Money>)
        } else {
            parse_quote!(crate::Money)
        };
    }
    match (is_collection(inner), facts.is_written) {
        (true, true) if is_optional || !is_required => parse_quote!(Option<#inner>),
        (true, false) => inner.clone(),
        _ => ty.clone(),
    }
}

/// The kind of a field: a module of `src/model/fields.rs`.
fn kind(ty: &Type, facts: &TypeFacts, is_required: bool, is_money: bool) -> &'static str {
    let inner = argument_of(ty, "Option");
    let is_optional = inner.is_some();
    let is_time = is_named(inner.unwrap_or(ty), "DateTime");
    if inner.is_some_and(is_collection) {
        return "optional_list";
    }
    match (is_money, is_time && facts.is_written, is_optional) {
        (true, _, true) => "optional_money",
        (true, _, false) => "money",
        (_, true, true) => "optional_time",
        (_, true, false) => "time",
        (_, _, true) => "optional",
        _ if !is_collection(ty) || facts.is_written => "required",
        // The content of a response: one without it is an error.
        _ if facts.is_response && is_required => "required_list",
        _ => "list",
    }
}

fn is_collection(ty: &Type) -> bool {
    ["Vec", "Map", "BTreeMap"]
        .iter()
        .any(|name| is_named(ty, name))
}
