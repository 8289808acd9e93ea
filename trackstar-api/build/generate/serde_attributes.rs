//! Reading the `serde` attributes that progenitor writes.

use syn::Attribute;

/// The text that a key is set to.
pub fn value(attributes: &[Attribute], key: &str) -> Option<String> {
    let mut found = None;
    for_each(attributes, |meta| {
        if meta.path.is_ident(key) && meta.input.peek(syn::Token![=]) {
            found = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            return Ok(());
        }
        skip(&meta)
    });
    found
}

/// Whether a key is there, with or without a value.
pub fn flag(attributes: &[Attribute], key: &str) -> bool {
    let mut found = false;
    for_each(attributes, |meta| {
        found |= meta.path.is_ident(key);
        skip(&meta)
    });
    found
}

fn skip(meta: &syn::meta::ParseNestedMeta<'_>) -> syn::Result<()> {
    if meta.input.peek(syn::Token![=]) {
        meta.value()?.parse::<syn::Expr>()?;
    }
    Ok(())
}

fn for_each(
    attributes: &[Attribute],
    mut visit: impl FnMut(syn::meta::ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes {
        if attribute.path().is_ident("serde") {
            // Only what progenitor wrote comes here; what does not parse would not compile either.
            let _ = attribute.parse_nested_meta(&mut visit);
        }
    }
}
