//! An example of every operation. It is compiled with the documentation's tests.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Type};

use super::value::Values;
use crate::generate::operation_facts::{Envelope, Operation, Token};
use crate::generate::parameters::ParameterKind;
use crate::generate::syntax::{argument_of, is_named, last_name};

/// How an operation is called.
pub struct Call<'a> {
    pub id: &'a str,
    pub operation: &'a Operation,
    /// What the method takes: names and types.
    pub arguments: Vec<(String, Type)>,
    pub body: Option<&'a Type>,
    /// The setters: names, kinds and types, those of an item if it is a list.
    pub setters: Vec<(&'a Ident, &'a ParameterKind, &'a Type)>,
    /// The content of the response.
    pub content: &'a Type,
}

/// The lines of the example. Nothing if a value for an argument cannot be made up.
pub fn example(call: &Call, values: &Values) -> Option<Vec<String>> {
    let mut types = BTreeSet::new();
    let mut arguments: Vec<TokenStream> = Vec::new();
    let mut statements: Vec<TokenStream> = Vec::new();
    for (name, ty) in &call.arguments {
        let mut example = values.of(name, ty)?;
        arguments.push(example.value);
        types.append(&mut example.types);
    }
    if let Some(ty) = call.body {
        let mut example = values.of("body", ty)?;
        let value = example.value;
        types.append(&mut example.types);
        statements.push(quote!(let body = #value;));
        arguments.push(quote!(body));
    }
    let client = match call.operation.token {
        Token::Required => quote!(client.connection("the-access-token")),
        Token::Optional | Token::Unused => quote!(client),
    };
    let id = format_ident!("{}", call.id);
    let mut request = quote!(#client.#id(#(#arguments),*));
    if let Some((setter, mut needed)) = narrowed(call, values) {
        request = quote!(#request.#setter);
        types.append(&mut needed);
    }
    statements.push(used(call, values, &request));
    let types = types.iter().map(|name| format_ident!("{name}"));
    let types: Vec<Ident> = types.collect();
    let streams = call.operation.is_paged.then(|| {
        quote!(
            use futures_util::TryStreamExt as _;
        )
    });
    let types = match &types[..] {
        [] => None,
        [only] => Some(quote!(use trackstar_api::types::#only;)),
        all => Some(quote!(use trackstar_api::types::{#(#all),*};)),
    };
    let mut lines = vec!["```no_run".to_owned()];
    let uses = lines_of(&quote!(#streams #types))?;
    if !uses.is_empty() {
        lines.extend(uses);
        lines.push(String::new());
    }
    let signature =
        "# async fn run(client: trackstar_api::Client) -> Result<(), trackstar_api::Error> {";
    lines.push(signature.to_owned());
    lines.extend(lines_of(&quote!(#(#statements)*))?);
    lines.extend(["# Ok(())", "# }", "```"].map(str::to_owned));
    Some(lines)
}

/// The setter that an example of a list shows: of a filter, if it has any.
fn narrowed(call: &Call, values: &Values) -> Option<(TokenStream, BTreeSet<String>)> {
    if call.operation.method != "GET" {
        return None;
    }
    let is_filter = |kind: &ParameterKind| matches!(kind, ParameterKind::Filter(_));
    let mut setters: Vec<_> = call.setters.iter().collect();
    setters.sort_by_key(|(name, kind, _)| (!is_filter(kind), values.rank(&name.to_string())));
    let (name, kind, ty) = setters.first()?;
    let example = values.of(&name.to_string(), ty)?;
    let value = match kind {
        ParameterKind::Filter(operators) => {
            let takes = |operator: &str| operators.iter().any(|it| it == operator);
            let value = example.value;
            if is_named(ty, "DateTime") && takes("gte") {
                quote!(chrono::Utc::now() - chrono::TimeDelta::days(1)..)
            } else if takes("=") {
                value
            } else if takes("contains") && is_named(ty, "String") {
                quote!(trackstar_api::filter::contains(#value))
            } else {
                return None;
            }
        }
        ParameterKind::One | ParameterKind::Header => example.value,
        _ => {
            let value = example.value;
            quote!([#value])
        }
    };
    Some((quote!(#name(#value)), example.types))
}

/// What is done with the response.
fn used(call: &Call, values: &Values, request: &TokenStream) -> TokenStream {
    let content = call.content;
    let (envelope, is_paged) = (call.operation.response.envelope, call.operation.is_paged);
    let record = match envelope {
        Envelope::Page | Envelope::Record => variable(content),
        Envelope::Write | Envelope::None => format_ident!("response"),
    };
    let shown = shown(&record, content, values);
    match envelope {
        Envelope::Page if is_paged => quote! {
            let mut records = #request.stream();
            while let Some(#record) = records.try_next().await? { #shown }
        },
        Envelope::Page => quote! {
            let page = #request.await?;
            for #record in &page.data { #shown }
        },
        Envelope::Write => quote! {
            let response = #request.await?;
            println!("{:?}, not used: {:?}", response.id, response.unused_fields);
        },
        Envelope::Record | Envelope::None if shown.is_empty() => quote!(#request.await?;),
        Envelope::Record | Envelope::None => quote!(let #record = #request.await?; #shown),
    }
}

/// `order` for an `Order`.
fn variable(ty: &Type) -> Ident {
    let mut name = String::new();
    for letter in last_name(ty)
        .map(Ident::to_string)
        .unwrap_or_default()
        .chars()
    {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    let is_plain = ["value", "map", "string"].contains(&name.as_str());
    match syn::parse_str::<Ident>(&name) {
        Ok(name) if !is_plain => name,
        _ => format_ident!("record"),
    }
}

/// Prints the id of a record and what is most notable of it, or whatever it is. What opens something is not
/// printed.
fn shown(record: &Ident, ty: &Type, values: &Values) -> TokenStream {
    if matches!(ty, Type::Tuple(_)) {
        return TokenStream::new();
    }
    if is_named(ty, "Value") {
        return quote!(println!("{}", *#record););
    }
    let fields = values.fields(ty);
    let mut notable = fields.iter().filter(|(name, ty)| {
        let ty = argument_of(ty, "Option").unwrap_or(ty);
        *name != "id" && !values.is_secret(name) && !is_named(ty, "DateTime")
    });
    let has_id = fields
        .iter()
        .any(|(name, ty)| *name == "id" && is_named(ty, "String"));
    match (notable.next(), fields.first()) {
        (Some((name, _)), _) => {
            let name = format_ident!("{name}");
            match has_id {
                true => quote!(println!("{}: {:?}", #record.id, #record.#name);),
                false => quote!(println!("{:?}", #record.#name);),
            }
        }
        (None, Some((secret, _))) => {
            let name = format_ident!("{secret}");
            quote!(let #name = &#record.#name;)
        }
        (None, None) => quote!(println!("{:?}", #record);),
    }
}

/// The lines of statements, as rustfmt would break them.
fn lines_of(statements: &TokenStream) -> Option<Vec<String>> {
    let file: syn::File = syn::parse2(quote!(async fn run() { #statements })).ok()?;
    let text = prettyplease::unparse(&file);
    let lines: Vec<&str> = text.lines().collect();
    let inner = lines
        .get(1..lines.len().saturating_sub(1))
        .unwrap_or_default();
    Some(
        inner
            .iter()
            .map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned())
            .collect(),
    )
}
