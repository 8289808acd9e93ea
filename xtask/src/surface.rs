//! What a program can name of generated code: public items, their signatures and types.
//!
//! Documents are compared by facts; this compares the code itself. It finds what the facts do not tell:
//! changes of the generator, and kinds of changes that nobody has thought of.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::{Attribute, Fields, FnArg, ImplItem, Item, ReturnType, Visibility};

use crate::generate::AREAS;
use crate::problem::Problem;

/// The public items, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surface(BTreeSet<String>);

/// What is gone and what is new. What changed is both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurfaceChange {
    /// Lines that are no longer there: programs may no longer compile.
    pub gone: Vec<String>,
    /// Lines that were not there.
    pub new: Vec<String>,
}

impl Surface {
    /// Reads generated code.
    pub fn of(code: &str) -> Result<Self, Problem> {
        let file = syn::parse_file(code).map_err(|cause| {
            Problem::new(format!("the generated code is no Rust: {cause}"))
                .remedy("run `cargo xtask regen`, or mend the passes in trackstar-api/build")
                .caused_by(cause)
        })?;
        let mut surface = Self::default();
        surface.items(&file.items, "");
        Ok(surface)
    }

    /// What changed from this one to another.
    pub fn change(&self, to: &Self) -> SurfaceChange {
        SurfaceChange {
            gone: self.0.difference(&to.0).cloned().collect(),
            new: to.0.difference(&self.0).cloned().collect(),
        }
    }

    fn items(&mut self, items: &[Item], at: &str) {
        for item in items {
            match item {
                Item::Mod(item) if is_public(&item.vis) => {
                    let items = item.content.as_ref().map(|(_, items)| items.as_slice());
                    self.items(items.unwrap_or_default(), &format!("{at}{}::", item.ident));
                }
                Item::Struct(item) => {
                    let name = format!("{at}{}", item.ident);
                    self.whole(&name, &item.attrs);
                    self.fields(&name, &item.fields);
                }
                Item::Enum(item) => {
                    let name = format!("{at}{}", item.ident);
                    self.whole(&name, &item.attrs);
                    for variant in &item.variants {
                        let fields = variant.fields.to_token_stream();
                        self.0.insert(format!("{name}::{} {fields}", variant.ident));
                    }
                }
                Item::Impl(item) => {
                    let name = item.self_ty.to_token_stream();
                    if let Some((of, _)) = &item.trait_ {
                        // By its last name, as where it is derived.
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
                // What its other macros write is the same for every type.
                Item::Macro(item) if item.mac.path.is_ident("page") => {
                    self.0.insert(format!("{at}{} is Page", item.mac.tokens));
                }
                _ => {}
            }
        }
    }

    /// That something is there, with which features, and what is derived for it.
    fn whole(&mut self, name: &str, attributes: &[Attribute]) {
        let cfg = attributes
            .iter()
            .find(|attribute| attribute.path().is_ident("cfg"));
        let cfg = cfg.map(|attribute| attribute.meta.to_token_stream().to_string());
        for area in AREAS {
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
            // What cannot be read as a list of names is a name of its own.
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

impl SurfaceChange {
    /// Whether nothing is gone or new.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// A function without the names of its arguments, which callers do not say.
fn signature(of: &syn::Signature) -> String {
    let arguments = of.inputs.iter().map(|argument| match argument {
        // Whether it is changed inside is nothing to its callers.
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

    fn surface(code: &str) -> Surface {
        Surface::of(code).unwrap()
    }

    #[test]
    fn only_what_a_program_can_name_is_compared() {
        let old = surface(
            "pub mod types { /// A\n #[derive(Clone, Default)] pub struct A { pub id: String, hidden: u8 } \
             impl A { pub fn id(mut self, value: String) -> Self { self } fn own(&self) {} } } \
             pub(crate) mod operation { pub struct B; }",
        );
        let same = surface(
            "pub mod types { /// Another\n #[derive(Default, Clone)] pub struct A { pub id: String } \
             impl A { pub fn id(mut self, other: String) -> Self { loop {} } } }",
        );
        assert!(old.change(&same).is_empty());
    }

    #[test]
    fn what_is_derived_and_what_is_written_is_the_same_to_a_program() {
        let derived = surface("pub mod types { #[derive(Debug)] pub struct A; }");
        let written = surface("pub mod types { pub struct A; impl ::std::fmt::Debug for A { } }");
        assert!(derived.change(&written).is_empty());
    }

    #[test]
    fn what_is_gone_and_what_is_new_is_told_apart() {
        let old = surface(
            "pub mod types { #[cfg(feature = \"wms\")] #[derive(Clone, Default)] pub struct A { pub id: String } }",
        );
        let new = surface(
            "pub mod types { #[derive(Clone)] pub struct A { pub id: Option<String>, pub b: u8 } }",
        );
        let change = old.change(&new);
        assert_eq!(change.gone, ["types::A is Default", "types::A.id: String"]);
        assert!(change.new.contains(&"types::A.b: u8".to_owned()));
        assert!(change.new.contains(&"types::A with no feature".to_owned()));
    }
}
