//! The operations: a method of the client each, and a builder for its parameters.
//!
//! A builder only fills in a `Request`, and one function of the runtime sends every request. That is what
//! lets a request be repeated, paged and traced alike.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Ident, Item, ItemMod, Type, parse_quote};

use super::Error;
use super::documentation::{self, Values};
use super::facts::{Areas, Facts};
use super::features::cfg;
use super::listed;
use super::markdown::doc_lines;
use super::mocks::{self, Mock, MockParameter};
use super::operation_facts::{Envelope, Operation, Token};
use super::parameters::{Parameter, ParameterKind};
use super::rust_types::{bounds, rust_type};
use super::setters::setter_parts;
use super::short_paths::ShortPaths;

/// Methods that every builder may have, and the names that a method uses itself: a parameter of such a
/// name gets an underscore behind it.
const RESERVED: [&str; 11] = [
    "attempt_timeout",
    "body",
    "idempotency_key",
    "into_future",
    "pages",
    "request",
    "retry",
    "send",
    "stream",
    "total_timeout",
    "value",
];

/// `impl Client`, the table of operations, and the module `builder`.
pub fn rewrite(facts: &Facts, types: &ItemMod) -> Result<TokenStream, Error> {
    let values = Values::read(types, facts);
    let (mut constants, mut builders) = (Vec::new(), Vec::new());
    let mut all = Vec::new();
    let mut methods: BTreeMap<Option<&str>, Vec<TokenStream>> = BTreeMap::new();
    for (id, operation) in &facts.operations {
        let parts = Parts::new(id, operation);
        methods
            .entry(operation.area.as_deref())
            .or_default()
            .push(parts.method(facts, &values));
        constants.push(parts.constant());
        builders.push(parts.builder(facts, &values));
        all.push(parts);
    }
    let mocks: Vec<Mock> = all.iter().map(Parts::mock).collect();
    let mut mocks: Item = syn::parse2(mocks::module(&mocks, facts))?;
    ShortPaths.visit_item_mut(&mut mocks);
    let methods = methods.into_iter().map(|(area, methods)| {
        let heading = format!(" # {}", documentation::heading(area, facts));
        let cfg = cfg(&area.map(str::to_owned).into_iter().collect::<Areas>());
        let mut block: Item =
            parse_quote! { #[doc = #heading] #cfg impl crate::Client { #(#methods)* } };
        ShortPaths.visit_item_mut(&mut block);
        block
    });
    let index = doc_lines(&documentation::index(facts));
    let mut builders: Item = parse_quote! {
        #(#index)*
        pub mod builder {
            #[allow(unused_imports)]
            use super::{operation, types};
            #[allow(unused_imports)]
            use crate::{
                Items, Page, Pages, Response, WriteResponse, filter::Filter,
                request::{Request, options::{into_future, request_options}},
            };
            pub use crate::by_hand::*;
            #(#builders)*
        }
    };
    ShortPaths.visit_item_mut(&mut builders);
    let listed = listed::rewrite(facts);
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
        #(#listed)*
        #mocks
    })
}

/// Everything that is written for one operation.
struct Parts<'a> {
    id: &'a str,
    operation: &'a Operation,
    builder: Ident,
    constant: Ident,
    path: Vec<Setter<'a>>,
    query: Vec<Setter<'a>>,
    body: Option<Type>,
    /// The content of the response, and all of it.
    content: Type,
    response: Type,
}

/// A parameter, with its name and its type in Rust: that of an item if it is a list.
struct Setter<'a> {
    parameter: &'a Parameter,
    name: Ident,
    ty: Type,
}

impl<'a> Parts<'a> {
    fn new(id: &'a str, operation: &'a Operation) -> Self {
        let mut taken: Vec<String> = RESERVED.map(str::to_owned).into();
        let mut setters = |parameters: &'a [Parameter]| -> Vec<Setter<'a>> {
            let named = parameters.iter().map(|parameter| Setter {
                parameter,
                name: free_name(&parameter.name, &mut taken),
                ty: rust_type(&parameter.schema),
            });
            named.collect()
        };
        let (path, query) = (
            setters(&operation.path_parameters),
            setters(&operation.query_parameters),
        );
        let content = rust_type(&operation.response.schema);
        let response = match operation.response.envelope {
            Envelope::Page => parse_quote!(Page<#content>),
            Envelope::Write => parse_quote!(WriteResponse<#content>),
            Envelope::None | Envelope::Record => content.clone(),
        };
        Self {
            id,
            operation,
            builder: format_ident!("{}", pascal_case(id)),
            constant: format_ident!("{}", id.to_uppercase()),
            path,
            query,
            body: operation.body.as_ref().map(rust_type),
            content,
            response,
        }
    }

    /// The method of the client: what the operation needs are its arguments.
    fn method(&self, facts: &Facts, values: &Values) -> TokenStream {
        let (builder, constant) = (&self.builder, &self.constant);
        let name = format_ident!("{}", self.id);
        let docs = doc_lines(&documentation::operation(self.operation, facts));
        let errors = doc_lines(&documentation::errors(self.operation, facts));
        let aliases = documentation::aliases(self.id, self.operation, facts);
        let deprecated = self.operation.is_deprecated.then(|| quote!(#[deprecated]));
        let (mut arguments, mut statements) = (Vec::new(), Vec::new());
        for Setter {
            parameter,
            name,
            ty,
        } in &self.path
        {
            let (argument, value) = setter_parts(ty);
            let wire = &parameter.wire;
            arguments.push(quote!(#name: #argument));
            statements.push(quote!({ let value = #name; request.path(#wire, &#value); }));
        }
        for setter in self.query.iter().filter(|it| it.parameter.is_required) {
            let name = &setter.name;
            let (argument, statement) = setter.parts(&quote!(request));
            arguments.push(quote!(#name: #argument));
            statements.push(quote!({ let value = #name; #statement }));
        }
        let example = documentation::example(&self.call(&arguments), values);
        let example = example.into_iter().flatten().map(|line| format!(" {line}"));
        if let Some(ty) = &self.body {
            arguments.push(quote!(body: impl Into<#ty>));
            statements.push(quote!(request.json::<#ty>(&body.into());));
            let sent_as = self.operation.media_type.as_ref();
            statements.extend(sent_as.map(|kind| quote!(request.media_type(#kind);)));
        }
        let request = quote!(crate::request::Request::new(self, &operation::#constant));
        let body = if statements.is_empty() {
            quote!(builder::#builder { request: #request })
        } else {
            quote! {
                let mut request = #request;
                #(#statements)*
                builder::#builder { request }
            }
        };
        quote! {
            #(#docs)*
            ///
            #(#[doc = #example])*
            ///
            /// # Errors
            #(#errors)*
            #[doc(alias(#(#aliases),*))]
            #deprecated
            #[inline]
            pub fn #name(&self, #(#arguments),*) -> builder::#builder { #body }
        }
    }

    /// How it is called, with these arguments beside its body.
    fn call(&self, arguments: &[TokenStream]) -> documentation::Call<'_> {
        let argument = |argument: &TokenStream| {
            let argument: syn::PatType = parse_quote!(#argument);
            let name = argument.pat.to_token_stream().to_string();
            (name, *argument.ty)
        };
        let optional = self.query.iter().filter(|it| !it.parameter.is_required);
        documentation::Call {
            id: self.id,
            operation: self.operation,
            arguments: arguments.iter().map(argument).collect(),
            body: self.body.as_ref(),
            setters: optional
                .map(|it| (&it.name, &it.parameter.kind, &it.ty))
                .collect(),
            content: &self.content,
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
        let parameter = |setter: &Setter<'_>| MockParameter {
            wire: setter.parameter.wire.clone(),
            name: setter.name.clone(),
            kind: setter.parameter.kind.clone(),
            ty: setter.ty.clone(),
        };
        Mock {
            id: self.id,
            cfg: self.cfg(),
            builder: &self.builder,
            constant: &self.constant,
            path: self.path.iter().map(parameter).collect(),
            query: self.query.iter().map(parameter).collect(),
            body: self.body.as_ref(),
            envelope: self.operation.response.envelope,
            content: &self.content,
            is_paged: self.operation.is_paged,
        }
    }

    /// How the request is sent, and its pages are read where it has any.
    fn sending(&self, facts: &Facts) -> TokenStream {
        let (content, response) = (&self.content, &self.response);
        let send = match self.operation.response.envelope {
            Envelope::Record => quote!(send_record),
            Envelope::Page => quote!(send_page),
            Envelope::Write => quote!(send_write),
            Envelope::None => quote!(send),
        };
        let paging = self.operation.is_paged.then(|| {
            quote! {
                /// The records of all pages, one by one. Nothing is sent before the stream is polled.
                #[inline]
                pub fn stream(self) -> Items<#content> {
                    Items::new(self.request)
                }
                /// All pages, one by one. Nothing is sent before the stream is polled.
                #[inline]
                pub fn pages(self) -> Pages<#content> {
                    Pages::new(self.request)
                }
            }
        });
        let sends = format!(
            " Sends `{} {}`. Awaiting the builder does the same.",
            self.operation.method, self.operation.path
        );
        let errors = doc_lines(&documentation::errors(self.operation, facts));
        quote! {
            #[doc = #sends]
            ///
            /// # Errors
            #(#errors)*
            pub async fn send(self) -> Result<Response<#response>, crate::Error> {
                self.request.#send().await
            }
            #paging
        }
    }

    /// The builder: first how it is sent, then the setters, the notable ones before the others.
    fn builder(&self, facts: &Facts, values: &Values) -> TokenStream {
        let (builder, response, cfg) = (&self.builder, &self.response, self.cfg());
        let optional = self.query.iter().filter(|it| !it.parameter.is_required);
        let mut optional: Vec<_> = optional.collect();
        optional.sort_by_key(|it| values.rank(&it.parameter.name));
        let setters = optional.into_iter().map(|setter| {
            let docs = doc_lines(&documentation::parameter(setter.parameter));
            let (argument, statement) = setter.parts(&quote!(self.request));
            let name = &setter.name;
            let value = match setter.parameter.kind {
                ParameterKind::Filter(_) => quote!(filter),
                _ => quote!(value),
            };
            quote! {
                #(#docs)*
                #[inline]
                pub fn #name(mut self, #value: #argument) -> Self {
                    #statement
                    self
                }
            }
        });
        let of_a_write = self.operation.takes_key().then(|| quote!(of a write));
        let docs = doc_lines(&documentation::operation(self.operation, facts));
        let made_by = format!(
            " Made by [`Client::{0}`](crate::Client::{0}), where there is an example.",
            self.id
        );
        let sending = self.sending(facts);
        quote! {
            #(#docs)*
            ///
            #[doc = #made_by]
            #cfg
            #[derive(Clone, Debug)]
            #[must_use = "nothing is sent before it is awaited"]
            pub struct #builder {
                pub(super) request: Box<Request>,
            }
            #cfg
            impl #builder {
                #sending
                #(#setters)*
                request_options!(#of_a_write);
            }
            #cfg
            into_future!(#builder => #response);
        }
    }
}

impl Setter<'_> {
    /// The type that a setter takes, and the statement that puts `value`, or `filter`, into the request.
    fn parts(&self, request: &TokenStream) -> (TokenStream, TokenStream) {
        let (wire, ty) = (&self.parameter.wire, &self.ty);
        let list = quote!(impl IntoIterator<Item = impl Into<#ty>>);
        let values = quote!(value.into_iter().map(Into::<#ty>::into));
        match &self.parameter.kind {
            ParameterKind::Filter(operators) => {
                let operators = operators.join(" ");
                (
                    quote!(impl Into<Filter<#ty>>),
                    quote!(#request.filter(#wire, #operators, filter.into());),
                )
            }
            ParameterKind::List => (list, quote!(#request.query_list(#wire, #values);)),
            ParameterKind::Joined(separator) => (
                list,
                quote!(#request.query_joined(#wire, #separator, #values);),
            ),
            ParameterKind::Each => (list, quote!(#request.query_each(#wire, #values);)),
            ParameterKind::Ids => (list, quote!(#request.ids(#wire, #values);)),
            ParameterKind::One => {
                let (argument, value) = setter_parts(ty);
                let check = bounds(&self.parameter.schema).map(|(least, greatest)| {
                    quote!(#request.check_bounds(#wire, i64::from(value), #least..=#greatest);)
                });
                (argument, quote!(#check #request.query(#wire, &#value);))
            }
            ParameterKind::Header => {
                let (argument, value) = setter_parts(ty);
                (argument, quote!(#request.header(#wire, &#value);))
            }
        }
    }
}

/// The name, with underscores behind it for as long as it is taken; takes it.
fn free_name(name: &str, taken: &mut Vec<String>) -> Ident {
    let mut name = name.to_owned();
    while taken.contains(&name) {
        name.push('_');
    }
    taken.push(name.clone());
    format_ident!("{name}")
}

fn pascal_case(id: &str) -> String {
    id.split('_')
        .map(|word| match word.split_at_checked(1) {
            Some((first, rest)) => first.to_uppercase() + rest,
            None => String::new(),
        })
        .collect()
}
