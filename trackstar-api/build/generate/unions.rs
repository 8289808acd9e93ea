//! Unions: their types, and what tells these apart.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use std::collections::BTreeSet;
use syn::visit_mut::{VisitMut, visit_path_mut};
use syn::{Attribute, Ident, Item, Type, parse_quote};

use super::document::{entries, named, reach, reference, schema, string_enum, text, texts};
use super::facts::{Branch, Facts};
use super::rust_types::rust_type;
use super::variants::variant_names;

/// Whether a schema is a union that the client has a type of its own for. Scalars of several types have none:
/// they are JSON values, which keep what came.
pub fn is_union(schema: &Value) -> bool {
    branches(schema).any(|branch| {
        let kind = branch.get("type").and_then(Value::as_str);
        !matches!(kind, Some("string" | "integer" | "number" | "boolean"))
            || string_enum(branch).is_some()
    })
}

/// The types of a union.
fn branches(schema: &Value) -> impl Iterator<Item = &Value> {
    let unions = ["anyOf", "oneOf"].into_iter();
    unions
        .filter_map(|key| schema.get(key)?.as_array())
        .flatten()
}

impl Facts {
    /// What distinguishes the types of unions.
    pub fn add_branches(&mut self, document: &Value) {
        let names: Vec<String> = self.types.keys().cloned().collect();
        for name in names {
            let schema = schema(document, &name);
            if !is_union(schema) {
                continue;
            }
            for branch in branches(schema).filter_map(reference) {
                if let Some(facts) = self.types.get_mut(branch) {
                    facts.is_branch = true;
                }
            }
            if let Some(facts) = self.types.get_mut(&name) {
                facts.branches = Branch::all(document, &name, schema);
            }
        }
    }
}

impl Branch {
    fn all(document: &Value, union: &str, schema: &Value) -> Vec<Self> {
        let plain: Vec<String> = branches(schema)
            .map(|branch| variant_name(branch, union))
            .collect();
        let names = variant_names(&plain).into_iter();
        let discriminator = Discriminator::of(schema);
        names
            .zip(branches(schema))
            .map(|(name, branch)| {
                let mut reached = BTreeSet::new();
                reach(document, branch, &mut reached);
                let mut of = Self::of(document, branch);
                of.name = name.to_string();
                of.is_boxed = reached.contains(union);
                discriminator.mark(&mut of, branch);
                of
            })
            .collect()
    }

    fn of(document: &Value, branch: &Value) -> Self {
        let of = named(branch).map_or(branch, |name| schema(document, name));
        let tag = |field: &Value| {
            let field = named(field).map_or(field, |name| schema(document, name));
            // `1` and `true` are tags by their texts.
            let values = field.get("enum")?.as_array()?.iter();
            let text = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            Some(values.map(text).collect::<Vec<String>>())
        };
        let required = texts(of.get("required"));
        let fields = entries(of.get("properties")).map(|(name, _)| name);
        Self {
            name: String::new(),
            schema: branch.clone(),
            is_boxed: false,
            others: fields
                .filter(|name| !required.contains(name))
                .cloned()
                .collect(),
            required,
            tags: entries(of.get("properties"))
                .filter_map(|(name, field)| Some((name.clone(), tag(field)?)))
                .filter(|(_, values)| values.len() == 1)
                .collect(),
        }
    }
}

/// The field by which the document tells the types apart, and the values that it maps.
struct Discriminator {
    field: String,
    /// Each value with the name of the schema that it stands for.
    mapping: Vec<(String, String)>,
}

impl Discriminator {
    fn of(schema: &Value) -> Self {
        let discriminator = schema.get("discriminator").unwrap_or(&Value::Null);
        let mapping = entries(discriminator.get("mapping"));
        Self {
            field: text(discriminator, "propertyName").unwrap_or_default(),
            mapping: mapping
                .filter_map(|(value, target)| {
                    let name = target.as_str()?.rsplit('/').next()?;
                    Some((value.clone(), name.to_owned()))
                })
                .collect(),
        }
    }

    /// Adds the values of a type as its tags. They count for more than what else it is known by.
    fn mark(&self, branch: &mut Branch, schema: &Value) {
        let Some(name) = named(schema).filter(|_| !self.field.is_empty()) else {
            return;
        };
        let of_this = self.mapping.iter().filter(|(_, target)| target == name);
        let values: Vec<String> = of_this.map(|(value, _)| value.clone()).collect();
        if !values.is_empty() {
            branch.tags.retain(|(field, _)| *field != self.field);
            branch.tags.insert(0, (self.field.clone(), values));
        }
    }
}

/// A variant is named as its type is, less the name of the union, or by the kind of its value.
fn variant_name(branch: &Value, union: &str) -> String {
    let own = |name: &str| {
        let rest = name.strip_prefix(union).unwrap_or(name);
        let is_name = rest.starts_with(|first: char| first.is_ascii_uppercase());
        if is_name { rest } else { name }.to_owned()
    };
    if let Some(name) = named(branch) {
        return own(name);
    }
    match text(branch, "type").as_deref() {
        Some("string") => "Text",
        Some("integer") => "Integer",
        Some("number") => "Number",
        Some("boolean") => "Boolean",
        Some("array") => "List",
        Some("object") => "Map",
        _ => "Any",
    }
    .to_owned()
}

/// The union as the client has it, with a variant for what is of none of its types.
pub fn items(
    ident: &Ident,
    branches: &[Branch],
    docs: impl Iterator<Item = Attribute>,
    cfg: Option<&Attribute>,
) -> Vec<Item> {
    let (mut variants, mut rows, mut conversions) = (Vec::new(), Vec::new(), Vec::new());
    let types: Vec<Type> = branches.iter().map(Branch::rust_type).collect();
    for (branch, ty) in branches.iter().zip(&types) {
        let name = format_ident!("{}", branch.name);
        let doc = format!(" `{name}`");
        let held: Type = match branch.is_boxed {
            true => parse_quote!(Box<#ty>),
            false => ty.clone(),
        };
        variants.push(quote!(#[doc = #doc] #name(#held)));
        let known_by = known_by(branch);
        rows.push(quote!(#name(#held) #known_by));
        let is_only = types.iter().filter(|other| *other == ty).count() == 1;
        if is_only && !is_any(ty) {
            let value = match branch.is_boxed {
                true => quote!(Box::new(value)),
                false => quote!(value),
            };
            conversions.push(parse_quote! {
                #cfg
                impl ::std::convert::From<#ty> for #ident {
                    fn from(value: #ty) -> Self {
                        Self::#name(#value)
                    }
                }
            });
        }
    }
    let mut items: Vec<Item> = vec![
        parse_quote! {
            #(#docs)*
            #cfg
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #ident {
                #(#variants,)*
                /// A value that is of none of these types, as the API wrote it.
                Unknown(::serde_json::Value),
            }
        },
        parse_quote!(#cfg union_of!(#ident { #(#rows),* });),
    ];
    items.extend(conversions);
    items
}

impl Branch {
    /// The type of its value, from the module of types.
    fn rust_type(&self) -> Type {
        let mut ty = rust_type(&self.schema);
        FromTypes.visit_type_mut(&mut ty);
        ty
    }
}

fn is_any(ty: &Type) -> bool {
    quote!(#ty).to_string().ends_with(":: Value")
}

/// What tells a type of a union from the others, as `union_of!` takes it.
fn known_by(branch: &Branch) -> TokenStream {
    let required = &branch.required;
    let tags = branch
        .tags
        .iter()
        .map(|(name, values)| quote!(#name: #(#values)|*));
    let others = &branch.others;
    let others = (!others.is_empty()).then(|| quote!([#(#others),*]));
    quote!([#(#required),*] { #(#tags),* } #others)
}

/// The module of types names its types without saying where they are.
struct FromTypes;

impl VisitMut for FromTypes {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.leading_colon.is_none()
            && path.segments.len() == 2
            && path.segments[0].ident == "types"
        {
            path.segments = path.segments.iter().skip(1).cloned().collect();
        }
        visit_path_mut(self, path);
    }
}
