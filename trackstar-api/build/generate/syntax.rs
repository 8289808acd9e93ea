//! Finds items in progenitor's output.

use syn::{Attribute, File, GenericArgument, Ident, Item, ItemMod, PathArguments, Type};

use super::Error;

/// The items of a module at the top of the output.
pub fn module<'a>(file: &'a File, name: &str) -> Result<&'a [Item], Error> {
    let found = file.items.iter().find_map(|item| match item {
        Item::Mod(ItemMod {
            ident,
            content: Some((_, items)),
            ..
        }) if ident == name => Some(items.as_slice()),
        _ => None,
    });
    found.ok_or_else(|| Error::unexpected("progenitor's output", format!("has no module `{name}`")))
}

/// The type that an `impl` block is for, if it is a plain name.
pub fn self_name(item: &syn::ItemImpl) -> Option<&Ident> {
    match item.self_ty.as_ref() {
        Type::Path(path) => Some(&path.path.segments.last()?.ident),
        _ => None,
    }
}

/// `T` of `Name<T, ..>`.
pub fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    if last.ident != name {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// Whether the type is `Name` or `Name<..>`, wherever it lives.
pub fn is_named(ty: &Type, name: &str) -> bool {
    last_name(ty).is_some_and(|ident| ident == name)
}

/// The last name of a path type.
pub fn last_name(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => Some(&path.path.segments.last()?.ident),
        _ => None,
    }
}

/// The text of the documentation attributes, trimmed; nothing if there is none.
pub fn documentation(attributes: &[Attribute]) -> Option<String> {
    let lines = attributes.iter().filter_map(|attribute| {
        let syn::Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) if pair.path.is_ident("doc") => Some(text.value()),
            _ => None,
        }
    });
    let text = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The description that the document gives; progenitor writes the bare name where there is none.
pub fn described(attributes: &[Attribute], ident: &Ident) -> String {
    documentation(attributes)
        .filter(|text| *text != format!("`{ident}`"))
        .unwrap_or_else(|| format!("`{ident}`, as the API's documentation names it."))
}
