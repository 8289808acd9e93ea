//! Rust as people write it, from tokens.

use quote::ToTokens;
use syn::visit_mut::{VisitMut, visit_path_mut};
use syn::{Attribute, FnArg, Item, Path, ReturnType, Signature, Type};

/// A type, with the last names of paths: `Option<DateTime<Utc>>`.
pub fn rust(ty: &Type) -> String {
    let mut ty = ty.clone();
    LastNames.visit_type_mut(&mut ty);
    closed_up(&ty.to_token_stream().to_string())
}

/// A path by its last name: `From<Order>`.
pub fn last(path: &Path) -> String {
    let mut path = path.clone();
    LastNames.visit_path_mut(&mut path);
    closed_up(&path.to_token_stream().to_string())
}

struct LastNames;

impl VisitMut for LastNames {
    fn visit_path_mut(&mut self, path: &mut Path) {
        path.leading_colon = None;
        if let Some(last) = path.segments.pop() {
            path.segments = std::iter::once(last).collect();
        }
        visit_path_mut(self, path);
    }
}

/// Without the spaces that Rust needs nowhere.
fn closed_up(text: &str) -> String {
    let closing = [
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        (",>", ">"),
        (" :: ", "::"),
    ];
    let closed = closing
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    closed.replace("& ", "&")
}

/// `(String, i64) -> Self`: without the names of the arguments, which callers do not use.
pub fn signature(of: &Signature) -> String {
    let arguments = of.inputs.iter().map(|argument| match argument {
        // `mut` does not concern callers.
        FnArg::Receiver(receiver) => closed_up(&receiver.to_token_stream().to_string())
            .trim_start_matches("mut ")
            .to_owned(),
        FnArg::Typed(typed) => rust(&typed.ty),
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    match &of.output {
        ReturnType::Default => format!("({arguments})"),
        ReturnType::Type(_, ty) => format!("({arguments}) -> {}", rust(ty)),
    }
}

/// The types of the arguments, each with its name, without `self`.
pub fn arguments(of: &Signature) -> Vec<(String, String)> {
    let typed = of.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(typed) => Some((typed.pat.to_token_stream().to_string(), rust(&typed.ty))),
        FnArg::Receiver(_) => None,
    });
    typed.collect()
}

/// An item as text, without its documentation.
pub fn without_docs(item: &Item) -> String {
    let mut item = item.clone();
    WithoutDocs.visit_item_mut(&mut item);
    closed_up(&item.into_token_stream().to_string())
}

struct WithoutDocs;

impl VisitMut for WithoutDocs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
}
