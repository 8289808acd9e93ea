//! The facts that generated code shows: what a program can name, and what the macros write for it.
//!
//! The code decides what a change does to programs; documents only explain it. What no reader here knows is a
//! fact as well, so that its loss is seen.

mod operations;
mod rows;
mod tokens;
mod types;

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::{Attribute, Item, ItemMod};

use super::public_api::{is_public, parsed};
use super::snapshot::Facts;
use super::subject::{Aspect, Kind, Subject};
use crate::input::Problem;

/// Reads generated code.
pub fn facts(code: &str) -> Result<BTreeMap<Subject, Facts>, Problem> {
    let file = parsed(code)?;
    let mut reader = Reader::default();
    // The methods of the client say which builder is of which operation.
    let (methods, rest): (Vec<&Item>, Vec<&Item>) = file
        .items
        .iter()
        .partition(|item| matches!(item, Item::Impl(_)));
    for item in methods.into_iter().chain(rest) {
        reader.item("", item);
    }
    Ok(reader.subjects)
}

#[derive(Default)]
struct Reader {
    subjects: BTreeMap<Subject, Facts>,
    /// Operations by their builders.
    builders: BTreeMap<String, String>,
}

impl Reader {
    fn add(&mut self, subject: &Subject, aspect: Aspect, value: impl Into<String>) {
        let facts = self.subjects.entry(subject.clone()).or_default();
        facts.insert(aspect, value.into());
    }

    /// Adds that something is there.
    fn offer(&mut self, subject: &Subject, what: impl Into<String>) {
        self.add(subject, Aspect::Offer(what.into()), "yes");
    }

    fn item(&mut self, at: &str, item: &Item) {
        match item {
            Item::Impl(item) if at.is_empty() && tokens::rust(&item.self_ty) == "Client" => {
                operations::methods(self, item);
            }
            Item::Mod(item) => self.module(at, item),
            item => self.other(at, item),
        }
    }

    fn module(&mut self, at: &str, module: &ItemMod) {
        let items = module.content.as_ref().map(|(_, items)| items.as_slice());
        let items = items.unwrap_or_default();
        let name = module.ident.to_string();
        match (at, name.as_str()) {
            ("", "types") => types::read(self, items),
            ("", "operation") => operations::table(self, items),
            ("", "builder") => operations::builders(self, items),
            ("", "mocks") => operations::mocks(self, items),
            ("", "events") => types::events(self, items),
            _ if is_public(&module.vis) => {
                for item in items {
                    self.item(&format!("{at}{name}::"), item);
                }
            }
            _ => {}
        }
    }

    /// Adds a public item of another kind as a whole.
    fn other(&mut self, at: &str, item: &Item) {
        let (visibility, name) = match item {
            Item::Const(item) => (Some(&item.vis), item.ident.to_string()),
            Item::Enum(item) => (Some(&item.vis), item.ident.to_string()),
            Item::Fn(item) => (Some(&item.vis), item.sig.ident.to_string()),
            Item::Static(item) => (Some(&item.vis), item.ident.to_string()),
            Item::Struct(item) => (Some(&item.vis), item.ident.to_string()),
            Item::Trait(item) => (Some(&item.vis), item.ident.to_string()),
            Item::Type(item) => (Some(&item.vis), item.ident.to_string()),
            Item::Impl(item) => (None, format!("impl {}", tokens::rust(&item.self_ty))),
            Item::Macro(item) => {
                let of = item.mac.tokens.clone().into_iter().next();
                let of = of.map(|first| first.to_string()).unwrap_or_default();
                (None, format!("{}!({of})", tokens::last(&item.mac.path)))
            }
            _ => return,
        };
        if visibility.is_some_and(|visibility| !is_public(visibility)) {
            return;
        }
        let subject = Subject::whole(Kind::Item, format!("{at}{name}"));
        self.add(&subject, Aspect::Type, tokens::without_docs(item));
    }

    /// Adds a public function of a type or a builder that is not one of its setters.
    fn function(&mut self, of: &Subject, signature: &syn::Signature) {
        let what = Aspect::Offer(format!("fn {}", signature.ident));
        self.add(of, what, tokens::signature(signature));
    }
}

/// The features that an item is compiled with.
fn features(attributes: &[Attribute]) -> String {
    let condition = attributes.iter().find(|it| it.path().is_ident("cfg"));
    let condition = condition.and_then(|it| it.parse_args::<syn::Meta>().ok());
    condition.map_or_else(|| "always".to_owned(), |it| condition_of(&it, ", "))
}

/// `any(feature = "wms", all(feature = "webhooks", feature = "cart"))` → `wms, webhooks with cart`
fn condition_of(condition: &syn::Meta, separator: &str) -> String {
    match condition {
        syn::Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) => text.value(),
            other => other.to_token_stream().to_string(),
        },
        syn::Meta::List(list) => {
            let inner = list.parse_args_with(
                syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated,
            );
            let word = if list.path.is_ident("all") {
                " with "
            } else {
                separator
            };
            let parts = inner.into_iter().flatten();
            let parts = parts.map(|part| condition_of(&part, " or "));
            parts.collect::<Vec<_>>().join(word)
        }
        syn::Meta::Path(path) => tokens::last(path),
    }
}
