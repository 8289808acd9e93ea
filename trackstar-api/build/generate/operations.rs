//! The operations: a method of the client each, and a builder for its parameters.
//!
//! From progenitor's builders this takes the names and types of the parameters. The bodies are not kept:
//! a builder here only fills in a `Call`, and one function of the runtime sends every call. That is
//! what lets a call be repeated, paged and traced alike, and it is a fifth of the code.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{File, Ident, Item, Type, parse_quote};

use super::Error;
use super::documentation::documentation;
use super::facts::{Areas, Facts, Operation, QueryParameter, Token};
use super::markdown::doc_lines;
use super::mocks::{self, Mock};
use super::setters::setter_parts;
use super::short_paths::ShortPaths;
use super::syntax::argument_of;
use super::types::cfg;
use super::written::{Written, builders};

/// Methods that every builder may have, and the names that a method uses itself: a parameter of such a
/// name gets an underscore behind it, as one that is a keyword does.
const RESERVED: [&str; 9] = [
    "attempt_timeout",
    "body",
    "call",
    "call_timeout",
    "idempotency_key",
    "pages",
    "retry",
    "send",
    "stream",
];

/// `impl Client`, the table of operations, and the module `builder`.
pub fn rewrite(output: &File, facts: &Facts) -> Result<TokenStream, Error> {
    let written = builders(output)?;
    let (mut constants, mut builders) = (Vec::new(), Vec::new());
    let mut all = Vec::new();
    let mut methods: BTreeMap<Option<&str>, Vec<TokenStream>> = BTreeMap::new();
    for (id, operation) in &facts.operations {
        let progenitor = written.get(id).ok_or_else(|| {
            Error::unexpected(id, "progenitor wrote no builder for this operation")
        })?;
        let parts = Parts::new(id, operation, progenitor)?;
        methods
            .entry(operation.area.as_deref())
            .or_default()
            .push(parts.method());
        constants.push(parts.constant());
        builders.push(parts.builder());
        all.push(parts);
    }
    let mocks: Vec<Mock> = all.iter().map(Parts::mock).collect();
    let mut mocks: Item = syn::parse2(mocks::module(&mocks, facts))?;
    ShortPaths.visit_item_mut(&mut mocks);
    let methods = methods.into_iter().map(|(area, methods)| {
        let cfg = cfg(&area.map(str::to_owned).into_iter().collect::<Areas>());
        let mut block: Item = parse_quote! { #cfg impl crate::Client { #(#methods)* } };
        ShortPaths.visit_item_mut(&mut block);
        block
    });
    let mut builders: Item = parse_quote! {
        /// A builder for each operation: set its optional parameters, then send it.
        pub mod builder {
            #[allow(unused_imports)]
            use super::{operation, types};
            #[allow(unused_imports)]
            use crate::call::Call;
            #(#builders)*
        }
    };
    ShortPaths.visit_item_mut(&mut builders);
    Ok(quote! {
        #(#methods)*
        /// What the runtime knows of each operation.
        pub(crate) mod operation {
            #[allow(unused_imports)]
            use crate::operation::{Operation, Token};
            #[allow(unused_imports)]
            use reqwest::Method;
            #(#constants)*
        }
        #builders
        #mocks
    })
}

/// Everything that is written for one operation.
struct Parts<'a> {
    id: &'a str,
    operation: &'a Operation,
    builder: Ident,
    constant: Ident,
    /// Required arguments of the method: name, type, and how it goes into the call.
    arguments: Vec<Argument>,
    /// The path's parameters, and all of the query: wire name, Rust name, type.
    path: Vec<(&'a str, Ident, &'a Type)>,
    query: Vec<(&'a str, Ident, &'a Type, &'a QueryParameter)>,
    body: Option<TokenStream>,
    answer: Type,
}

struct Argument {
    name: Ident,
    ty: TokenStream,
    filled_in: TokenStream,
}

impl<'a> Parts<'a> {
    fn new(id: &'a str, operation: &'a Operation, written: &Written<'a>) -> Result<Self, Error> {
        let type_of = |name: &str| {
            written.parameters.get(name).copied().ok_or_else(|| {
                Error::unexpected(id, format!("progenitor wrote no parameter `{name}`"))
            })
        };
        if written.path.len() != operation.path_parameters.len() {
            return Err(Error::unexpected(
                id,
                format!(
                    "progenitor fills in other parameters of the path: {:?}",
                    written.path
                ),
            ));
        }
        let (mut arguments, mut path, mut query) = (Vec::new(), Vec::new(), Vec::new());
        for (wire, name) in operation.path_parameters.iter().zip(&written.path) {
            let written = type_of(name)?;
            let (ty, value) = setter_parts(written);
            let name = parameter_name(name);
            path.push((wire.as_str(), name.clone(), written));
            let filled_in = quote!({ let value = #name; call.path(#wire, &#value); });
            arguments.push(Argument {
                name,
                ty,
                filled_in,
            });
        }
        for (wire, parameter) in &operation.query_parameters {
            let name = written.query.get(wire).ok_or_else(|| {
                Error::unexpected(id, format!("progenitor never sends the parameter `{wire}`"))
            })?;
            let ty = type_of(name)?;
            let name = parameter_name(name);
            query.push((wire.as_str(), name.clone(), ty, parameter));
            if parameter.is_required {
                let (argument, value) = setter_parts(ty);
                let set = query_statement(wire, parameter, ty, &value);
                let filled_in = quote!({ let value = #name; #set });
                arguments.push(Argument {
                    name,
                    ty: argument,
                    filled_in,
                });
            }
        }
        let mut body = None;
        if operation.has_body {
            let ty = argument_body(type_of("body")?);
            body = Some(ty.clone());
            arguments.push(Argument {
                name: format_ident!("body"),
                ty: quote!(impl Into<#ty>),
                filled_in: quote!(call.json::<#ty>(&body.into());),
            });
        }
        Ok(Self {
            id,
            operation,
            builder: format_ident!("{}", pascal_case(id)),
            constant: format_ident!("{}", id.to_uppercase()),
            arguments,
            path,
            query,
            body,
            answer: written.answer.clone(),
        })
    }

    /// The method of the client.
    fn method(&self) -> TokenStream {
        let (builder, constant) = (&self.builder, &self.constant);
        let name = format_ident!("{}", self.id);
        let docs = doc_lines(&documentation(self.operation));
        let deprecated = self.operation.is_deprecated.then(|| quote!(#[deprecated]));
        let parameters = self.arguments.iter().map(|argument| {
            let (name, ty) = (&argument.name, &argument.ty);
            quote!(#name: #ty)
        });
        let call = quote!(crate::call::Call::new(self, &operation::#constant));
        let body = if self.arguments.is_empty() {
            quote!(builder::#builder { call: #call })
        } else {
            let filled_in = self.arguments.iter().map(|argument| &argument.filled_in);
            quote! {
                let mut call = #call;
                #(#filled_in)*
                builder::#builder { call }
            }
        };
        quote! {
            #(#docs)*
            #deprecated
            #[inline]
            pub fn #name(&self, #(#parameters),*) -> builder::#builder { #body }
        }
    }

    /// The row of the table of operations.
    fn constant(&self) -> TokenStream {
        let (constant, id, path) = (&self.constant, self.id, &self.operation.path);
        let method = format_ident!("{}", self.operation.method);
        let token = match self.operation.token {
            Token::Unused => quote!(Unused),
            Token::Optional => quote!(Optional),
            Token::Required => quote!(Required),
        };
        let (cfg, is_passthrough) = (self.cfg(), self.operation.is_passthrough);
        quote! {
            #cfg
            pub(crate) static #constant: Operation = Operation {
                id: #id,
                method: Method::#method,
                path: #path,
                token: Token::#token,
                is_passthrough: #is_passthrough,
            };
        }
    }

    fn cfg(&self) -> Option<syn::Attribute> {
        cfg(&self.operation.area.clone().into_iter().collect())
    }

    /// What a mock knows of it.
    fn mock(&self) -> Mock<'_> {
        Mock {
            id: self.id,
            cfg: self.cfg(),
            builder: &self.builder,
            constant: &self.constant,
            path: self.path.clone(),
            query: self.query.clone(),
            body: self.body.clone(),
            answer: &self.answer,
            is_paged: self.operation.is_paged,
        }
    }

    /// How all pages are read, where the operation answers page by page.
    fn paging(&self) -> Option<TokenStream> {
        let answer = &self.answer;
        self.operation.is_paged.then(|| {
            quote! {
                /// The records of all pages, one by one. Nothing is sent before the stream is polled.
                #[inline]
                pub fn stream(self) -> crate::Items<#answer> {
                    crate::Items::new(self.call)
                }
                /// All pages, one by one. Nothing is sent before the stream is polled.
                #[inline]
                pub fn pages(self) -> crate::Pages<#answer> {
                    crate::Pages::new(self.call)
                }
            }
        })
    }

    fn builder(&self) -> TokenStream {
        let (builder, answer, cfg, paging) =
            (&self.builder, &self.answer, self.cfg(), self.paging());
        let mut setters = Vec::new();
        for (wire, name, ty, parameter) in &self.query {
            if parameter.is_required {
                continue;
            }
            let text = parameter
                .description
                .clone()
                .filter(|text| !text.is_empty());
            let docs: Vec<_> =
                doc_lines(&text.unwrap_or_else(|| format!("Sets `{wire}`."))).collect();
            let (argument, value) = setter_parts(ty);
            let set = query_statement(wire, parameter, ty, &value);
            setters.push(quote! {
                #(#docs)*
                #[inline]
                pub fn #name(mut self, value: #argument) -> Self {
                    let call = &mut self.call;
                    #set
                    self
                }
            });
        }
        let of_a_write = self.operation.takes_key().then(|| quote!(of a write));
        let doc = format!(
            " The parameters of [`Client::{0}`](crate::Client::{0}).",
            self.id
        );
        let sends = format!(
            " Sends `{} {}`.",
            self.operation.method, self.operation.path
        );
        quote! {
            #[doc = #doc]
            #cfg
            #[derive(Clone, Debug)]
            #[must_use = "nothing is sent before `send` is awaited"]
            pub struct #builder {
                pub(super) call: Box<Call>,
            }
            #cfg
            impl #builder {
                #(#setters)*
                crate::call_settings::call_settings!(#of_a_write);
                #paging
                #[doc = #sends]
                ///
                /// # Errors
                /// See [`ErrorKind`](crate::ErrorKind) for everything that can go wrong.
                pub async fn send(self) -> Result<crate::Response<#answer>, crate::Error> {
                    self.call.send().await
                }
            }
        }
    }
}

/// The statement that puts `value` into the call.
fn query_statement(
    wire: &str,
    parameter: &QueryParameter,
    ty: &Type,
    value: &TokenStream,
) -> TokenStream {
    match argument_of(ty, "Vec") {
        Some(item) if parameter.is_comma_separated => quote! {
            call.query_list(#wire, value.into_iter().map(Into::<#item>::into));
        },
        Some(item) => quote! {
            call.query_each(#wire, value.into_iter().map(Into::<#item>::into));
        },
        None => quote!(call.query(#wire, &#value);),
    }
}

/// The type of a body: progenitor keeps bodies as its own builder of the type.
fn argument_body(ty: &Type) -> TokenStream {
    let Type::Path(path) = ty else {
        return quote!(#ty);
    };
    let segments = path
        .path
        .segments
        .iter()
        .filter(|segment| segment.ident != "builder");
    let leading = path.path.leading_colon;
    quote!(#leading #(#segments)::*)
}

fn pascal_case(id: &str) -> String {
    id.split('_')
        .map(|word| match word.split_at_checked(1) {
            Some((first, rest)) => first.to_uppercase() + rest,
            None => String::new(),
        })
        .collect()
}

fn parameter_name(name: &str) -> Ident {
    if RESERVED.contains(&name) {
        format_ident!("{name}_")
    } else {
        format_ident!("{name}")
    }
}
