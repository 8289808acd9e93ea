//! The mocks: for each operation the conditions by which a mock matches requests, with the names, types and
//! wire formats of its builder. The code behind the rows is in `src/mock`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut as _;
use syn::{Ident, Type};

use super::facts::Facts;
use super::operation_facts::Envelope;
use super::parameters::ParameterKind;
use super::setters::setter_parts;
use super::short_paths::ShortPaths;

/// The methods of every mock beside those of its parameters. A parameter of such a name gets an underscore appended.
const RESERVED: [&str; 19] = [
    "access_token",
    "api_key",
    "body",
    "body_includes",
    "filter",
    "header",
    "http",
    "idempotency_key",
    "never",
    "new",
    "part_of_body",
    "path",
    "query",
    "query_each",
    "query_joined",
    "query_list",
    "whole_body",
    "with",
    "without",
];

/// One operation, as its mock knows it.
pub struct Mock<'a> {
    pub id: &'a str,
    pub cfg: Option<syn::Attribute>,
    pub builder: &'a Ident,
    pub constant: &'a Ident,
    /// In the order of the path.
    pub path: Vec<MockParameter>,
    pub query: Vec<MockParameter>,
    pub body: Option<&'a Type>,
    pub envelope: Envelope,
    /// The content of the response.
    pub content: &'a Type,
    pub is_paged: bool,
}

/// One parameter, as a mock knows it.
pub struct MockParameter {
    pub wire: String,
    pub name: Ident,
    pub kind: ParameterKind,
    /// Of an item if it is a list.
    pub ty: Type,
}

/// The module `mocks`.
pub fn module(mocks: &[Mock], facts: &Facts) -> TokenStream {
    let (mut matchers, mut methods) = (Vec::new(), Vec::new());
    for mock in mocks {
        matchers.push(mock.matchers(facts));
        let (cfg, builder, content) = (&mock.cfg, mock.builder, mock.content);
        let id = format_ident!("{}", mock.id);
        let pages = mock.is_paged.then(|| format_ident!("{}_pages", mock.id));
        let response = match mock.envelope {
            Envelope::None | Envelope::Record => quote!(#content),
            Envelope::Page => quote!(crate::Page<#content>),
            Envelope::Write => quote!(crate::WriteResponse<#content>),
        };
        let of_pages = mock.is_paged.then(|| quote!(, of #content));
        methods.push(quote!(#cfg mocks!(#id #pages #builder => #response #of_pages);));
    }
    quote! {
        /// A mock for each operation.
        #[cfg(feature = "mock")]
        pub(crate) mod mocks {
            #[allow(unused_imports)]
            use super::{builder, operation, types};
            use crate::mock::operation::{matchers, mocks};
            #(#matchers)*
            /// A mock for each operation, on a [`MockServer`](httpmock::MockServer).
            ///
            /// Each method has the name of its operation. It takes a closure that sets the conditions on a
            /// request ([`When`](crate::mock::When)) and the response ([`Then`](crate::mock::Then)), and returns
            /// the mock, which counts its requests. A method that ends in `_pages` serves the pages of a list
            /// from all its records.
            pub trait MockServerExt: crate::mock::mocked::HasServer {
                crate::mock::operation::by_hand!();
                #(#methods)*
            }
            impl MockServerExt for ::httpmock::MockServer {}
        }
    }
}

impl Mock<'_> {
    fn matchers(&self, facts: &Facts) -> TokenStream {
        let mut rows = Vec::new();
        for parameter in &self.path {
            rows.push(row(parameter, "path"));
        }
        for parameter in &self.query {
            let kind = match parameter.kind {
                ParameterKind::Filter(_) => "filter",
                ParameterKind::List | ParameterKind::Ids => "list",
                ParameterKind::Joined(_) => "joined",
                ParameterKind::Each => "each",
                ParameterKind::Header => "header",
                // As the setter takes it.
                ParameterKind::One if setter_parts(&parameter.ty).1.to_string() == "value" => {
                    "plain"
                }
                ParameterKind::One => "into",
            };
            rows.push(row(parameter, kind));
        }
        if let Some(ty) = &self.body {
            rows.push(quote!(body "" body(#ty)));
        }
        let others = self.other_paths(facts);
        let others = (!others.is_empty()).then(|| quote!(but #(#others)*));
        let (cfg, builder, constant) = (&self.cfg, self.builder, self.constant);
        let record = (self.envelope == Envelope::Record).then(|| quote!(record));
        quote! {
            #cfg
            matchers!(#builder #constant #record #others { #(#rows),* });
        }
    }

    /// Paths of other operations that the placeholders of this one would take in.
    fn other_paths<'f>(&self, facts: &'f Facts) -> Vec<&'f str> {
        let Some(this) = facts.operations.get(self.id) else {
            return Vec::new();
        };
        let mut found: Vec<&str> = facts
            .operations
            .values()
            .filter(|other| other.method == this.method && other.path_parameters.is_empty())
            .map(|other| other.path.as_str())
            .filter(|path| *path != this.path && takes_in(&this.path, path))
            .collect();
        found.sort_unstable();
        found
    }
}

fn row(parameter: &MockParameter, kind: &str) -> TokenStream {
    let MockParameter { wire, name, .. } = parameter;
    let is_reserved = RESERVED.iter().any(|reserved| name == reserved);
    let name = format_ident!("{name}{}", if is_reserved { "_" } else { "" });
    let kind = format_ident!("{kind}");
    let operators = match &parameter.kind {
        ParameterKind::Filter(operators) => {
            let operators = operators.join(" ");
            Some(quote!(#operators,))
        }
        ParameterKind::Joined(separator) => Some(quote!(#separator,)),
        _ => None,
    };
    let mut ty = parameter.ty.clone();
    ShortPaths.visit_type_mut(&mut ty);
    quote!(#name #wire #kind(#operators #ty))
}

/// Whether a path with placeholders takes in a path without any.
fn takes_in(template: &str, path: &str) -> bool {
    template.split('/').count() == path.split('/').count()
        && template
            .split('/')
            .zip(path.split('/'))
            .all(|(expected, segment)| expected == segment || expected.starts_with('{'))
}
