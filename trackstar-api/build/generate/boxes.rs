//! Boxes where a type holds itself.
//!
//! progenitor breaks each cycle of types at the edge that it meets last, which depends on what else is in the
//! document. Here a field is in a box exactly if what it holds leads back to the type that has the field, so
//! that a type stays the same whatever comes or goes beside it.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{Item, Type, parse_quote};

use super::syntax::{argument_of, last_name};

/// The types that a type holds by value, by name.
type Held = BTreeMap<String, BTreeSet<String>>;

/// Moves the boxes of progenitor's types to where they belong.
pub fn place(items: &mut [Item]) {
    let mut held = Held::new();
    for (owner, ty) in fields(items) {
        Unboxed.visit_type_mut(ty);
        held.entry(owner).or_default().extend(held_by(ty));
    }
    for (owner, ty) in fields(items) {
        if held_by(ty).is_some_and(|target| leads_to(&held, &target, &owner)) {
            box_innermost(ty);
        }
    }
}

/// The types of all fields of structs, each with the name of its struct.
fn fields(items: &mut [Item]) -> impl Iterator<Item = (String, &mut Type)> {
    items.iter_mut().flat_map(|item| {
        let item = match item {
            Item::Struct(item) => Some(item),
            _ => None,
        };
        item.into_iter().flat_map(|item| {
            let owner = item.ident.to_string();
            let fields = item.fields.iter_mut();
            fields.map(move |field| (owner.clone(), &mut field.ty))
        })
    })
}

/// The name of the type that a value of this type has in itself. A list or a map has its items elsewhere.
fn held_by(ty: &Type) -> Option<String> {
    match argument_of(ty, "Option") {
        Some(inner) => held_by(inner),
        None => last_name(ty).map(ToString::to_string),
    }
}

fn leads_to(held: &Held, from: &str, to: &str) -> bool {
    let (mut queue, mut seen) = (vec![from], BTreeSet::new());
    while let Some(name) = queue.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            queue.extend(held.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

fn box_innermost(ty: &mut Type) {
    *ty = match argument_of(ty, "Option").cloned() {
        Some(mut inner) => {
            box_innermost(&mut inner);
            parse_quote!(::std::option::Option<#inner>)
        }
        None => parse_quote!(::std::boxed::Box<#ty>),
    };
}

/// Replaces `Box<T>` by `T`.
struct Unboxed;

impl VisitMut for Unboxed {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        while let Some(inner) = argument_of(ty, "Box").cloned() {
            *ty = inner;
        }
        visit_type_mut(self, ty);
    }
}
