//! The mocks: for each operation what a mock server can ask of a call, by the names, types and wire
//! formats that its builder has. The code behind the rows is in `src/mock`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut as _;
use syn::{Ident, Type};

use super::facts::{Facts, QueryParameter};
use super::setters::setter_parts;
use super::short_paths::ShortPaths;
use super::syntax::argument_of;

/// What every mock can be asked beside the parameters: one that is called so gets an underscore behind it.
const RESERVED: [&str; 6] = [
    "access_token",
    "api_key",
    "body",
    "body_includes",
    "http",
    "idempotency_key",
];

/// One operation, as its mock knows it.
pub struct Mock<'a> {
    pub id: &'a str,
    pub cfg: Option<syn::Attribute>,
    pub builder: &'a Ident,
    pub constant: &'a Ident,
    /// In the order of the path: wire name, Rust name, type.
    pub path: Vec<(&'a str, Ident, &'a Type)>,
    /// Wire name, Rust name, type.
    pub query: Vec<(&'a str, Ident, &'a Type, &'a QueryParameter)>,
    pub body: Option<TokenStream>,
    pub answer: &'a Type,
    pub is_paged: bool,
}

/// The module `mocks`.
pub fn module(mocks: &[Mock], facts: &Facts) -> TokenStream {
    let (mut matchers, mut methods) = (Vec::new(), Vec::new());
    for mock in mocks {
        matchers.push(mock.matchers(facts));
        let (cfg, builder, answer) = (&mock.cfg, mock.builder, mock.answer);
        let id = format_ident!("{}", mock.id);
        let pages = mock.is_paged.then(|| format_ident!("{}_pages", mock.id));
        methods.push(quote!(#cfg mocks!(#id #pages #builder => #answer);));
    }
    quote! {
        /// A mock for each operation.
        #[cfg(feature = "mock")]
        pub(crate) mod mocks {
            #[allow(unused_imports)]
            use super::{builder, operation, types};
            use crate::mock::{matchers, mocks};
            #(#matchers)*
            /// A mock for each operation, on a [`MockServer`](httpmock::MockServer).
            ///
            /// Each method is called as the operation is. It takes a closure that says what a call must
            /// hold ([`When`](crate::mock::When); whatever it does not speak of may be anything) and what
            /// is answered ([`Then`](crate::mock::Then)), and gives the mock, to ask how often it was
            /// called. Methods on `_pages` make the pages of a list from all its records.
            pub trait MockServerExt: crate::mock::HasServer {
                crate::mock::by_hand!();
                #(#methods)*
            }
            impl MockServerExt for ::httpmock::MockServer {}
        }
    }
}

impl Mock<'_> {
    fn matchers(&self, facts: &Facts) -> TokenStream {
        let mut rows = Vec::new();
        for (wire, name, ty) in &self.path {
            rows.push(self.row(wire, name, "path", ty));
        }
        for (wire, name, ty, parameter) in &self.query {
            let item = argument_of(ty, "Vec");
            let kind = match item {
                Some(_) if parameter.is_comma_separated => "list",
                Some(_) => "each",
                // As the setter takes it.
                None if setter_parts(ty).1.to_string() == "value" => "plain",
                None => "into",
            };
            rows.push(self.row(wire, name, kind, item.unwrap_or(ty)));
        }
        if let Some(ty) = &self.body {
            rows.push(quote!(body "" body(#ty)));
        }
        let others = self.other_paths(facts);
        let others = (!others.is_empty()).then(|| quote!(but #(#others)*));
        let (cfg, builder, constant) = (&self.cfg, self.builder, self.constant);
        quote! {
            #cfg
            matchers!(#builder #constant #others { #(#rows),* });
        }
    }

    fn row(&self, wire: &str, name: &Ident, kind: &str, ty: &Type) -> TokenStream {
        let is_reserved = RESERVED.iter().any(|reserved| name == reserved);
        let name = format_ident!("{name}{}", if is_reserved { "_" } else { "" });
        let kind = format_ident!("{kind}");
        let mut ty = ty.clone();
        ShortPaths.visit_type_mut(&mut ty);
        quote!(#name #wire #kind(#ty))
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

/// Whether a path with placeholders takes in a path without any.
fn takes_in(template: &str, path: &str) -> bool {
    template.split('/').count() == path.split('/').count()
        && template
            .split('/')
            .zip(path.split('/'))
            .all(|(expected, segment)| expected == segment || expected.starts_with('{'))
}
