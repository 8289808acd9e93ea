//! Structs that read what the API sends, and write what it accepts.

use quote::quote;
use syn::{Attribute, Field, Fields, Ident, Item, ItemStruct, Type, parse_quote};

use super::Error;
use super::facts::TypeFacts;
use super::serde_attributes::{flag, value};
use super::setters;
use super::short_paths::PRELUDE;
use super::syntax::{argument_of, doc_lines, documentation, is_named, last_name};
use super::types::{cfg, described};

/// The field for what the document does not describe.
const EXTRA: &str = "extra";

/// Whether nothing of the type is described, so that progenitor makes a map of it.
pub fn is_only_open(facts: &TypeFacts) -> bool {
    facts.is_open && facts.has_no_fields
}

/// The struct as the client has it, and what belongs to it.
pub fn rewrite(item: &ItemStruct, facts: &TypeFacts) -> Result<Vec<Item>, Error> {
    let name = item.ident.to_string();
    if PRELUDE.contains(&name.as_str()) {
        return Err(Error::unexpected(
            name,
            "hides a name of Rust's prelude: give the schema an `x-rust-name` in openapi/overlay.yaml",
        ));
    }
    let docs: Vec<Attribute> = doc_lines(&described(&item.attrs, &item.ident)).collect();
    let mut item = item.clone();
    if is_only_open(facts) {
        item.fields = Fields::Named(parse_quote!({}));
        item.semi_token = None;
        item.attrs.clear();
    }
    let cfg = cfg(&facts.features());
    let ident = item.ident.clone();
    if let Fields::Named(fields) = &mut item.fields {
        for field in &mut fields.named {
            rewrite_field(&ident, field, facts);
        }
        if facts.is_written || facts.is_open {
            add_extra(&name, fields, facts)?;
        }
    }
    let can_be_empty = item.fields.iter().all(|field| {
        argument_of(&field.ty, "Option").is_some()
            || flag(&field.attrs, "flatten")
            || flag(&field.attrs, "default")
    });
    let default =
        (can_be_empty && matches!(item.fields, Fields::Named(_))).then(|| quote!(Default,));
    let non_exhaustive: Option<Attribute> =
        matches!(item.fields, Fields::Named(_)).then(|| parse_quote!(#[non_exhaustive]));
    item.attrs
        .retain(|attribute| attribute.path().is_ident("serde"));
    let mut items = vec![parse_quote! {
        #(#docs)*
        #cfg
        #[derive(Clone, Debug, PartialEq, #default ::serde::Deserialize, ::serde::Serialize)]
        #non_exhaustive
        #item
    }];
    if facts.is_written {
        items.extend(setters::setters(&item, cfg.as_ref(), default.is_some()));
    }
    if facts.is_page {
        let of = item
            .fields
            .iter()
            .find(|field| field.ident.as_ref().is_some_and(|n| n == "data"));
        if let Some(of) = of.and_then(|field| argument_of(&field.ty, "Vec")) {
            items.push(parse_quote!(#cfg page!(#ident of #of);));
        }
    }
    Ok(items)
}

/// A place for fields that only one integration knows, or that nobody has described yet.
fn add_extra(owner: &str, fields: &mut syn::FieldsNamed, facts: &TypeFacts) -> Result<(), Error> {
    if fields
        .named
        .iter()
        .any(|field| field.ident.as_ref().is_some_and(|name| name == EXTRA))
    {
        return Err(Error::unexpected(
            owner,
            format!(
                "has a field `{EXTRA}`, the name of the place for fields that are not described"
            ),
        ));
    }
    let doc = if facts.is_written {
        " Fields that only some integrations know, by name."
    } else {
        " What the API's documentation does not describe, by name."
    };
    fields.named.push(parse_quote! {
        #[doc = #doc]
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>
    });
    Ok(())
}

/// Makes a field take `null` and absence for the same thing, wherever it can be left out.
fn rewrite_field(owner: &Ident, field: &mut Field, facts: &TypeFacts) {
    let text = documentation(&field.attrs);
    let renamed = value(&field.attrs, "rename");
    let name = renamed
        .clone()
        .or_else(|| field.ident.as_ref().map(Ident::to_string))
        .unwrap_or_default();
    // typify leaves the default of an optional `Option` to serde.
    let is_optional = ["default", "skip_serializing_if"];
    let is_required = !is_optional.iter().any(|key| flag(&field.attrs, key));
    let is_money = facts.money.contains(&name);
    field.ty = field_type(&field.ty, facts, is_required, is_money);

    let rename = renamed.map(|name| quote!(rename = #name,));
    let rule = serde_rule(&field.ty, facts, is_required, is_money);
    let serde: Option<Attribute> =
        (rename.is_some() || !rule.is_empty()).then(|| parse_quote!(#[serde(#rename #rule)]));
    let text = text.unwrap_or_else(|| format!("`{name}` of [`{owner}`]."));
    let docs: Vec<Attribute> = doc_lines(&text).collect();
    field.attrs = docs.into_iter().chain(serde).collect();
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

fn serde_rule(
    ty: &Type,
    facts: &TypeFacts,
    is_required: bool,
    is_money: bool,
) -> proc_macro2::TokenStream {
    let is_written_time =
        facts.is_written && is_named(argument_of(ty, "Option").unwrap_or(ty), "DateTime");
    if argument_of(ty, "Option").is_some() {
        let with = match (is_money, is_written_time) {
            (true, _) => Some(quote!(with = "money::optional",)),
            (_, true) => Some(quote!(serialize_with = "wire::optional_time",)),
            _ => None,
        };
        return quote!(default, #with skip_serializing_if = "Option::is_none");
    }
    if is_money {
        return quote!(with = "money::required");
    }
    if is_written_time {
        return quote!(serialize_with = "wire::time");
    }
    if is_collection(ty) && facts.is_answer && is_required {
        // The list that an operation was asked for: an answer without it is a wrong answer.
        return quote!(deserialize_with = "decode::null_as_default");
    }
    if is_collection(ty) && !facts.is_written {
        let is_empty = format!("{}::is_empty", collection_path(ty));
        return quote!(default, deserialize_with = "decode::null_as_default", skip_serializing_if = #is_empty);
    }
    quote!()
}

fn is_collection(ty: &Type) -> bool {
    ["Vec", "Map", "BTreeMap"]
        .iter()
        .any(|name| is_named(ty, name))
}

/// The collection as an expression path, without its arguments.
fn collection_path(ty: &Type) -> &'static str {
    match last_name(ty).map(Ident::to_string).as_deref() {
        Some("Map") => "::serde_json::Map",
        Some("BTreeMap") => "::std::collections::BTreeMap",
        _ => "Vec",
    }
}
