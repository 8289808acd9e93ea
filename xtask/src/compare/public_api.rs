//! The public API of code: the items that a program can name, their signatures and types.
//!
//! Documents are compared by facts; this compares the code itself. It finds what the facts do not
//! show: changes of the generator, and kinds of changes without a rule.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Field, Fields, File, FnArg, ImplItem, ImplItemFn, Item, ReturnType, TraitItemFn,
    Variant, Visibility,
};

use crate::input::Problem;

/// The public items, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicApi(BTreeSet<String>);

/// What is gone and what is new. What changed is both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicApiChange {
    /// Lines that are no longer there: programs may no longer compile.
    pub gone: Vec<String>,
    /// Lines that were not there.
    pub new: Vec<String>,
}

impl PublicApi {
    /// Reads generated code. `areas` are the features that it is sliced by.
    pub fn of(code: &str, areas: &[String]) -> Result<Self, Problem> {
        let file = parsed(code)?;
        let mut api = Self::default();
        api.items(&file.items, "", areas);
        Ok(api)
    }

    /// What changed from this one to another.
    pub fn change(&self, to: &Self) -> PublicApiChange {
        PublicApiChange {
            gone: self.0.difference(&to.0).cloned().collect(),
            new: to.0.difference(&self.0).cloned().collect(),
        }
    }

    fn items(&mut self, items: &[Item], at: &str, areas: &[String]) {
        for item in items {
            match item {
                Item::Mod(item) if is_public(&item.vis) => {
                    let items = item.content.as_ref().map(|(_, items)| items.as_slice());
                    let at = format!("{at}{}::", item.ident);
                    self.items(items.unwrap_or_default(), &at, areas);
                }
                Item::Struct(item) => {
                    let name = format!("{at}{}", item.ident);
                    self.whole(&name, &item.attrs, areas);
                    self.fields(&name, &item.fields);
                }
                Item::Enum(item) => {
                    let name = format!("{at}{}", item.ident);
                    self.whole(&name, &item.attrs, areas);
                    for variant in &item.variants {
                        let fields = variant.fields.to_token_stream();
                        self.0.insert(format!("{name}::{} {fields}", variant.ident));
                    }
                }
                Item::Impl(item) => {
                    let name = item.self_ty.to_token_stream();
                    if let Some((of, _)) = &item.trait_ {
                        // By the last segment of its name, as a derived trait.
                        let of = of.segments.last().map(ToTokens::to_token_stream);
                        let of = of.unwrap_or_default();
                        self.0.insert(format!("{at}{name} is {of}"));
                        continue;
                    }
                    for member in &item.items {
                        let ImplItem::Fn(function) = member else {
                            continue;
                        };
                        if is_public(&function.vis) {
                            self.0
                                .insert(format!("{at}{name}::{}", signature(&function.sig)));
                        }
                    }
                }
                // Other macros write the same for every type.
                Item::Macro(item) if item.mac.path.is_ident("page") => {
                    self.0.insert(format!("{at}{} is Page", item.mac.tokens));
                }
                _ => {}
            }
        }
    }

    /// Adds a type, the features that it needs, and the traits that are derived for it.
    fn whole(&mut self, name: &str, attributes: &[Attribute], areas: &[String]) {
        let cfg = attributes
            .iter()
            .find(|attribute| attribute.path().is_ident("cfg"));
        let cfg = cfg.map(|attribute| attribute.meta.to_token_stream().to_string());
        for area in areas {
            if cfg
                .as_ref()
                .is_none_or(|cfg| cfg.contains(&format!("{area:?}")))
            {
                self.0.insert(format!("{name} with {area}"));
            }
        }
        if cfg.is_none() {
            self.0.insert(format!("{name} with no feature"));
        }
        for attribute in attributes.iter().filter(|a| a.path().is_ident("derive")) {
            // A derive that is not a list of names adds nothing.
            let _ = attribute.parse_nested_meta(|derived| {
                self.0
                    .insert(format!("{name} is {}", derived.path.to_token_stream()));
                Ok(())
            });
        }
    }

    fn fields(&mut self, name: &str, fields: &Fields) {
        for (index, field) in fields.iter().enumerate().filter(|(_, f)| is_public(&f.vis)) {
            let of = field
                .ident
                .as_ref()
                .map_or(index.to_string(), ToString::to_string);
            self.0
                .insert(format!("{name}.{of}: {}", field.ty.to_token_stream()));
        }
    }
}

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

fn parsed(code: &str) -> Result<File, Problem> {
    syn::parse_file(code).map_err(|cause| {
        Problem::new(format!("the code is not Rust: {cause}"))
            .remedy("run `cargo xtask regen`, or fix the passes in trackstar-api/build")
            .caused_by(cause)
    })
}

impl PublicApiChange {
    /// Whether nothing is gone or new.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// A function without the names of its arguments, which callers do not use.
fn signature(of: &syn::Signature) -> String {
    let arguments = of.inputs.iter().map(|argument| match argument {
        // `mut` does not concern callers.
        FnArg::Receiver(receiver) => {
            let receiver = receiver.to_token_stream().to_string();
            receiver
                .strip_prefix("mut ")
                .unwrap_or(&receiver)
                .to_owned()
        }
        FnArg::Typed(typed) => typed.ty.to_token_stream().to_string(),
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let output = match &of.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, ty) => format!(" -> {}", ty.to_token_stream()),
    };
    let sort = of.asyncness.map_or("", |_| "async ");
    format!("{sort}{}({arguments}){output}", of.ident)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(code: &str) -> PublicApi {
        PublicApi::of(code, &["wms".to_owned()]).unwrap()
    }

    #[test]
    fn only_what_a_program_can_name_is_compared() {
        let old = api(
            "pub mod types { /// A\n #[derive(Clone, Default)] pub struct A { pub id: String, hidden: u8 } \
             impl A { pub fn id(mut self, value: String) -> Self { self } fn own(&self) {} } } \
             pub(crate) mod operation { pub struct B; }",
        );
        let same = api(
            "pub mod types { /// Another\n #[derive(Default, Clone)] pub struct A { pub id: String } \
             impl A { pub fn id(mut self, other: String) -> Self { loop {} } } }",
        );
        assert!(old.change(&same).is_empty());
    }

    #[test]
    fn what_is_derived_and_what_is_written_is_the_same_to_a_program() {
        let derived = api("pub mod types { #[derive(Debug)] pub struct A; }");
        let written = api("pub mod types { pub struct A; impl ::std::fmt::Debug for A { } }");
        assert!(derived.change(&written).is_empty());
    }

    #[test]
    fn what_is_gone_and_what_is_new_is_separate() {
        let old = api(
            "pub mod types { #[cfg(feature = \"wms\")] #[derive(Clone, Default)] pub struct A { pub id: String } }",
        );
        let new = api(
            "pub mod types { #[derive(Clone)] pub struct A { pub id: Option<String>, pub b: u8 } }",
        );
        let change = old.change(&new);
        assert_eq!(change.gone, ["types::A is Default", "types::A.id: String"]);
        assert!(change.new.contains(&"types::A.b: u8".to_owned()));
        assert!(change.new.contains(&"types::A with no feature".to_owned()));
    }
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
