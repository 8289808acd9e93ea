//! Which items of code are public, and how many.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Field, File, ImplItemFn, Item, TraitItemFn, Variant, Visibility};

use crate::input::Problem;

/// How many public items of each kind a file has. Each `pub` counts, except in inline modules that are not
/// public and in tests. A private file counts too, since its items may be re-exported.
pub fn count_items(code: &str) -> Result<BTreeMap<&'static str, usize>, Problem> {
    let file = parsed(code)?;
    let mut counter = Counter::default();
    counter.visit_file(&file);
    Ok(counter.0)
}

#[derive(Default)]
struct Counter(BTreeMap<&'static str, usize>);

impl Counter {
    fn add(&mut self, kind: &'static str, count: usize) {
        *self.0.entry(kind).or_default() += count;
    }
}

impl<'ast> Visit<'ast> for Counter {
    fn visit_item(&mut self, item: &'ast Item) {
        let (kind, attributes, visibility) = match item {
            Item::Const(item) => ("constants", &item.attrs, &item.vis),
            Item::Enum(item) => ("enums", &item.attrs, &item.vis),
            Item::Fn(item) => ("functions", &item.attrs, &item.vis),
            Item::Mod(item) => ("modules", &item.attrs, &item.vis),
            Item::Static(item) => ("constants", &item.attrs, &item.vis),
            Item::Struct(item) => ("structs", &item.attrs, &item.vis),
            Item::Trait(item) => ("traits", &item.attrs, &item.vis),
            Item::Type(item) => ("type aliases", &item.attrs, &item.vis),
            Item::Impl(item) if item.trait_.is_none() => return visit::visit_item_impl(self, item),
            _ => return,
        };
        if is_public(visibility) && !attributes.iter().any(is_for_tests) {
            self.add(kind, 1);
            visit::visit_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast Field) {
        self.add("fields", usize::from(is_public(&field.vis)));
    }

    fn visit_variant(&mut self, _: &'ast Variant) {
        self.add("variants", 1);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        let is_counted = is_public(&function.vis) && !function.attrs.iter().any(is_for_tests);
        self.add("methods", usize::from(is_counted));
    }

    fn visit_trait_item_fn(&mut self, _: &'ast TraitItemFn) {
        self.add("methods", 1);
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.meta.to_token_stream().to_string() == "cfg (test)"
}

/// Generated code, or a file of the client.
pub fn parsed(code: &str) -> Result<File, Problem> {
    syn::parse_file(code).map_err(|cause| {
        Problem::new(format!("the code is not Rust: {cause}"))
            .remedy("run `cargo xtask regen`, or fix the passes in trackstar-api/build")
            .caused_by(cause)
    })
}

/// Whether an item is `pub`.
pub fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_items_are_counted_by_kind() {
        let counts = count_items(
            "pub struct A { pub id: String, hidden: u8 } impl A { pub fn id(&self) {} fn own(&self) {} } \
             pub enum E { X, Y } pub mod types { pub const N: u8 = 0; } mod private { pub struct P; } \
             impl Clone for A { fn clone(&self) -> A { loop {} } } #[cfg(test)] pub fn only_in_tests() {}",
        );
        let expected = [
            ("constants", 1),
            ("enums", 1),
            ("fields", 1),
            ("methods", 1),
            ("modules", 1),
            ("structs", 1),
            ("variants", 2),
        ];
        let mut counts = counts.unwrap();
        counts.retain(|_, count| *count > 0);
        assert_eq!(counts, BTreeMap::from(expected));
    }
}
