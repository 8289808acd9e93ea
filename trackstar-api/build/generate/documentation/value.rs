//! Values for the examples, as the caller of a setter writes them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Fields, FnArg, ImplItem, Item, ItemMod, Type};

use crate::generate::facts::Facts;
use crate::generate::setters::EXTRA;
use crate::generate::syntax::{argument_of, is_named, last_name, self_name};

/// How deep an example goes into a body.
const MAX_DEPTH: usize = 3;
/// How many fields of a body an example sets.
const MAX_FIELDS: usize = 3;

/// The types of the client, and what callers pass to make one.
pub struct Values<'a> {
    facts: &'a Facts,
    /// Of an enum, its first variant and the type that this holds.
    variants: BTreeMap<String, (String, Option<Type>)>,
    /// Whether a struct has a default.
    structs: BTreeMap<String, bool>,
    /// The fields of a struct, in their order.
    fields: BTreeMap<String, Vec<Argument>>,
    /// `new` and the setters, with the types of their arguments.
    functions: BTreeMap<String, Vec<(String, Vec<Argument>)>>,
}

/// The name of an argument, and its type.
type Argument = (String, Type);

/// One value, and the types that it needs.
pub struct Example {
    pub value: TokenStream,
    pub types: BTreeSet<String>,
}

impl<'a> Values<'a> {
    /// Reads the module of types.
    pub fn read(types: &ItemMod, facts: &'a Facts) -> Self {
        let mut all = Self {
            facts,
            variants: BTreeMap::new(),
            structs: BTreeMap::new(),
            fields: BTreeMap::new(),
            functions: BTreeMap::new(),
        };
        for item in types.content.iter().flat_map(|(_, items)| items) {
            match item {
                Item::Enum(item) => {
                    let first = item.variants.first().map(|first| {
                        let held = first.fields.iter().next().map(|field| field.ty.clone());
                        (first.ident.to_string(), held)
                    });
                    let first = first.map(|first| (item.ident.to_string(), first));
                    all.variants.extend(first);
                }
                Item::Struct(item) => {
                    if let Fields::Unnamed(fields) = &item.fields {
                        let held = fields.unnamed.first().map(|field| field.ty.clone());
                        let name = item.ident.to_string();
                        all.variants.insert(name, (String::new(), held));
                        continue;
                    }
                    let derives = item.attrs.iter().filter(|it| it.path().is_ident("derive"));
                    let has_default = derives
                        .map(|derive| quote!(#derive).to_string())
                        .any(|derive| derive.contains("Default"));
                    all.structs.insert(item.ident.to_string(), has_default);
                    let fields = item.fields.iter().filter_map(|field| {
                        let name = field.ident.as_ref().filter(|name| *name != EXTRA)?;
                        Some((name.to_string(), field.ty.clone()))
                    });
                    all.fields.insert(item.ident.to_string(), fields.collect());
                }
                Item::Impl(item) if item.trait_.is_none() => {
                    let name = self_name(item).map(ToString::to_string);
                    let is_retired = |it: &syn::Attribute| it.path().is_ident("deprecated");
                    let functions = item.items.iter().filter_map(|member| match member {
                        ImplItem::Fn(function) if !function.attrs.iter().any(is_retired) => {
                            Some(&function.sig)
                        }
                        _ => None,
                    });
                    let functions = functions.map(|sig| {
                        let arguments = sig.inputs.iter().filter_map(|argument| match argument {
                            FnArg::Typed(argument) => {
                                let pattern = &argument.pat;
                                let name = quote!(#pattern).to_string();
                                Some((name, (*argument.ty).clone()))
                            }
                            FnArg::Receiver(_) => None,
                        });
                        (sig.ident.to_string(), arguments.collect())
                    });
                    let of = all.functions.entry(name.unwrap_or_default()).or_default();
                    of.extend(functions);
                }
                _ => {}
            }
        }
        all
    }

    /// The fields of a struct, the notable ones first.
    pub fn fields(&self, ty: &Type) -> Vec<(&str, &Type)> {
        let name = last_name(ty).map(ToString::to_string).unwrap_or_default();
        let fields = self.fields.get(&name).into_iter().flatten();
        let mut fields: Vec<_> = fields.map(|(name, ty)| (name.as_str(), ty)).collect();
        fields.sort_by_key(|(name, _)| self.rank(name));
        fields
    }

    /// Whether a field of this name opens something.
    pub fn is_secret(&self, name: &str) -> bool {
        let mut secrets = self.facts.profile.secret_fields.iter();
        secrets.any(|secret| secret == name)
    }

    /// A value of a type, for what has this name. Nothing if none can be made up.
    pub fn of(&self, name: &str, ty: &Type) -> Option<Example> {
        let mut types = BTreeSet::new();
        let value = self.value(name, ty, (None, 0), &mut types)?;
        Some(Example { value, types })
    }

    /// How notable a field is: the profile lists them in their order.
    pub fn rank(&self, name: &str) -> usize {
        let notable = &self.facts.profile.examples;
        let found = notable.iter().position(|example| example.field == name);
        found.unwrap_or(notable.len())
    }

    fn value(
        &self,
        name: &str,
        ty: &Type,
        (owner, depth): (Option<&str>, usize),
        types: &mut BTreeSet<String>,
    ) -> Option<TokenStream> {
        // `impl Into<T>` and `impl IntoIterator<Item = impl Into<T>>`.
        if let Type::ImplTrait(bounds) = ty {
            let bound = bounds.bounds.first()?;
            let bound: Type = syn::parse2(quote!(#bound)).ok()?;
            if let Some(inner) = argument_of(&bound, "Into") {
                return match is_named(inner, "Value") {
                    true => Some(self.text(name, owner)),
                    false => self.value(name, inner, (owner, depth), types),
                };
            }
            let item = item_of(&bound)?;
            let value = self.value(name, &item, (owner, depth), types)?;
            return Some(quote!([#value]));
        }
        if let Some(inner) = argument_of(ty, "Vec") {
            let value = self.value(name, inner, (owner, depth), types)?;
            return Some(quote!(vec![#value]));
        }
        for wrapper in ["Option", "Box"] {
            if let Some(inner) = argument_of(ty, wrapper) {
                let value = self.value(name, inner, (owner, depth), types)?;
                let function = match wrapper {
                    "Box" => quote!(Box::new),
                    _ => quote!(Some),
                };
                return Some(quote!(#function(#value)));
            }
        }
        let ident = last_name(ty)?.to_string();
        let number = || self.known(name, owner).filter(Value::is_number);
        Some(match ident.as_str() {
            "String" => self.text(name, owner),
            "bool" => quote!(true),
            "u32" | "i32" | "u64" | "i64" => {
                let number = number().and_then(|value| value.as_i64()).unwrap_or(1);
                number.to_string().parse().ok()?
            }
            "f64" => {
                let number = number().and_then(|value| value.as_f64()).unwrap_or(1.5);
                format!("{number:?}").parse().ok()?
            }
            "Money" | "Decimal" => quote!(trackstar_api::Decimal::new(1999, 2)),
            "DateTime" if name.starts_with("start") => {
                quote!(chrono::Utc::now() - chrono::TimeDelta::days(1))
            }
            "DateTime" => quote!(chrono::Utc::now()),
            "NaiveDate" => quote!(chrono::Utc::now().date_naive()),
            "Map" => quote!(serde_json::Map::new()),
            "BTreeMap" => quote!(std::collections::BTreeMap::new()),
            "Value" => {
                let text = self.text(name, owner);
                quote!(serde_json::json!(#text))
            }
            _ => self.named(&ident, depth, types)?,
        })
    }

    /// A value of one of the client's types.
    fn named(
        &self,
        ident: &str,
        depth: usize,
        types: &mut BTreeSet<String>,
    ) -> Option<TokenStream> {
        if depth > MAX_DEPTH {
            return None;
        }
        let ty = format_ident!("{ident}");
        types.insert(ident.to_owned());
        if let Some((variant, held)) = self.variants.get(ident) {
            let path = match variant.as_str() {
                "" => quote!(#ty),
                variant => {
                    let variant = format_ident!("{variant}");
                    quote!(#ty::#variant)
                }
            };
            let Some(held) = held else { return Some(path) };
            let value = self.value(variant, held, (None, depth + 1), types)?;
            // What a variant holds is taken as it is.
            return Some(match is_named(held, "String") {
                true => quote!(#path(#value.to_owned())),
                false => quote!(#path(#value)),
            });
        }
        let has_default = *self.structs.get(ident)?;
        let functions = self.functions.get(ident).map_or(&[][..], Vec::as_slice);
        let new = functions.iter().find(|(name, _)| name == "new");
        let mut value = match new.filter(|_| !has_default) {
            Some((_, arguments)) => {
                let values = arguments
                    .iter()
                    .map(|(name, ty)| self.value(name, ty, (Some(ident), depth + 1), types));
                let values: Vec<TokenStream> = values.collect::<Option<_>>()?;
                quote!(#ty::new(#(#values),*))
            }
            None if has_default => quote!(#ty::default()),
            None => return None,
        };
        let is_setter = |name: &String| name != "new" && name != EXTRA;
        let mut setters: Vec<_> = functions
            .iter()
            .filter(|(name, arguments)| is_setter(name) && arguments.len() == 1)
            .collect();
        setters.sort_by_key(|(name, _)| self.rank(name));
        let mut count = 0;
        for (name, arguments) in setters {
            let mut needed = BTreeSet::new();
            let argument = arguments
                .first()
                .and_then(|(_, ty)| self.value(name, ty, (Some(ident), depth + 1), &mut needed));
            // An empty map shows nothing.
            let says_nothing = |it: &TokenStream| it.to_string().ends_with("Map :: new ()");
            let Some(argument) = argument.filter(|it| !says_nothing(it)) else {
                continue;
            };
            let setter = format_ident!("{name}");
            value = quote!(#value.#setter(#argument));
            types.append(&mut needed);
            count += 1;
            if count == MAX_FIELDS.saturating_sub(depth).max(1) {
                break;
            }
        }
        if count == 0 && has_default && functions.iter().any(|(name, _)| name == EXTRA) {
            value = quote!(#value.extra("name", "value"));
        }
        Some(value)
    }

    /// What the document, or else the profile, gives as an example of a field.
    fn known(&self, name: &str, owner: Option<&str>) -> Option<Value> {
        let owner = owner.and_then(|owner| self.facts.types.get(owner));
        let of_document = owner.and_then(|facts| facts.examples.get(name));
        let mut notable = self.facts.profile.examples.iter();
        let of_profile = || {
            notable
                .find(|example| example.field == name)?
                .value
                .as_ref()
        };
        of_document.or_else(of_profile).cloned()
    }

    fn text(&self, name: &str, owner: Option<&str>) -> TokenStream {
        let known = self.known(name, owner);
        let text = match known.as_ref().and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => name.to_lowercase().replace('_', "-"),
        };
        quote!(#text)
    }
}

/// `T` of `IntoIterator<Item = T>`.
fn item_of(bound: &Type) -> Option<Type> {
    let Type::Path(path) = bound else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::AssocType(item) => Some(item.ty.clone()),
        _ => None,
    })
}
