//! The operations: methods of the client, builders with their setters, mocks.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprMethodCall, FieldValue, ImplItem, Item, ItemImpl, Lit, TraitItem};

use super::super::operation::{REQUIRED, SUCCESS};
use super::super::public_api::is_public;
use super::super::subject::{Aspect, Kind, MOCK_OF_PAGES, Subject};
use super::rows::{Matchers, Mocks};
use super::{Reader, features, tokens};

/// Reads the methods of the client.
pub fn methods(reader: &mut Reader, item: &ItemImpl) {
    for member in &item.items {
        let ImplItem::Fn(function) = member else {
            continue;
        };
        let signature = &function.sig;
        if !is_public(&function.vis) {
            continue;
        }
        let id = signature.ident.to_string();
        let subject = Subject::whole(Kind::Operation, &id);
        if let syn::ReturnType::Type(_, builder) = &signature.output {
            reader.builders.insert(tokens::rust(builder), id.clone());
        }
        reader.add(&subject, Aspect::Features, features(&item.attrs));
        if function
            .attrs
            .iter()
            .any(|it| it.path().is_ident("deprecated"))
        {
            reader.add(&subject, Aspect::Deprecated, "yes");
        }
        let calls = Calls::of(&function.block);
        let (bodies, arguments): (Vec<_>, Vec<_>) = tokens::arguments(signature)
            .into_iter()
            .partition(|(name, _)| name == "body");
        for ((_, ty), call) in arguments.iter().zip(calls.writing()) {
            let subject = parameter(reader, &id, call, ty);
            reader.add(&subject, Aspect::Presence, REQUIRED);
        }
        let names: Vec<&str> = calls.writing().map(|call| call.text.as_str()).collect();
        reader.add(&subject, Aspect::Arguments, names.join(", "));
        if let Some((_, ty)) = bodies.first() {
            let subject = Subject::part(Kind::Body, &id, "body");
            reader.add(&subject, Aspect::Type, ty);
            let media_type = calls.0.iter().find(|call| call.name == "media_type");
            let media_type = media_type.map_or("application/json", |call| &call.text);
            let aspect = Aspect::Conduct("media type".to_owned());
            reader.add(&subject, aspect, media_type);
        }
    }
}

/// Reads what the runtime knows of each operation.
pub fn table(reader: &mut Reader, items: &[Item]) {
    for item in items {
        let Item::Static(row) = item else { continue };
        let Expr::Struct(row) = row.expr.as_ref() else {
            continue;
        };
        let find = |name: &str| {
            let is_it =
                |field: &&FieldValue| matches!(&field.member, syn::Member::Named(it) if it == name);
            row.fields.iter().find(is_it).map(|field| &field.expr)
        };
        let text = |name| find(name).and_then(literal).unwrap_or_default();
        let subject = Subject::whole(Kind::Operation, text("id"));
        let method = match find("method") {
            Some(Expr::Path(method)) => tokens::last(&method.path),
            _ => String::new(),
        };
        let route = format!("{method} {}", text("path"));
        reader.add(&subject, Aspect::Route, route);
        if find("is_passthrough").is_some_and(is_true) {
            let aspect = Aspect::Conduct("passthrough".to_owned());
            reader.add(&subject, aspect, "yes");
        }
    }
}

/// Reads the builders of requests.
pub fn builders(reader: &mut Reader, items: &[Item]) {
    for item in items {
        match item {
            Item::Impl(item) if item.trait_.is_none() => builder(reader, item),
            // The options of each request and `await`, but for the key of a write.
            Item::Struct(_) | Item::Use(_) => {}
            Item::Macro(item) if item.mac.path.is_ident("into_future") => {}
            other => reader.other("builder::", other),
        }
    }
}

fn builder(reader: &mut Reader, item: &ItemImpl) {
    let builder = tokens::rust(&item.self_ty);
    let id = reader.builders.get(&builder).cloned().unwrap_or(builder);
    let subject = Subject::whole(Kind::Operation, &id);
    for member in &item.items {
        match member {
            ImplItem::Fn(function) if is_public(&function.vis) => {
                let signature = &function.sig;
                let calls = Calls::of(&function.block);
                let written = calls.writing().next();
                match (signature.ident.to_string().as_str(), written) {
                    ("send", _) => {
                        let subject = Subject::part(Kind::Response, &id, SUCCESS);
                        reader.add(&subject, Aspect::Type, response(&signature.output));
                    }
                    // With `pages`, of the same records.
                    ("stream", _) => {}
                    ("pages", _) => reader.add(&subject, Aspect::pages(), "yes"),
                    (name, Some(call)) => {
                        let arguments = tokens::arguments(signature);
                        let ty = arguments.first().map_or("", |(_, ty)| ty.as_str());
                        let parameter = parameter(reader, &id, call, ty);
                        reader.add(&parameter, Aspect::Presence, "optional");
                        reader.add(&parameter, Aspect::Name, name);
                    }
                    _ => reader.function(&subject, signature),
                }
            }
            ImplItem::Macro(options) if !options.mac.tokens.is_empty() => {
                reader.offer(&subject, "an idempotency key");
            }
            _ => {}
        }
    }
}

/// `Page<Order>` of `Result<Response<Page<Order>>, Error>`.
fn response(output: &syn::ReturnType) -> String {
    let text = match output {
        syn::ReturnType::Type(_, ty) => tokens::rust(ty),
        syn::ReturnType::Default => "()".to_owned(),
    };
    let inner = text
        .strip_prefix("Result<Response<")
        .and_then(|rest| rest.strip_suffix(">, Error>"));
    inner.unwrap_or(&text).to_owned()
}

/// Reads the mocks.
pub fn mocks(reader: &mut Reader, items: &[Item]) {
    for item in items {
        match item {
            Item::Macro(item) if item.mac.path.is_ident("matchers") => {
                let Ok(row) = item.mac.parse_body::<Matchers>() else {
                    reader.other("mocks::", &Item::Macro(item.clone()));
                    continue;
                };
                let id = reader.builders.get(&row.builder.to_string()).cloned();
                for [name, wire] in row.conditions {
                    let id = id.as_deref().unwrap_or_default();
                    // The condition on a body goes with the body.
                    if !wire.is_empty() {
                        let subject = Subject::part(Kind::Parameter, id, wire);
                        reader.add(&subject, Aspect::Mock, name);
                    }
                }
            }
            Item::Trait(item) => {
                for member in &item.items {
                    mock(reader, member);
                }
            }
            _ => {}
        }
    }
}

fn mock(reader: &mut Reader, member: &TraitItem) {
    let TraitItem::Macro(row) = member else {
        return;
    };
    // The mocks of what is written by hand have no arguments.
    let Ok(Mocks { names }) = row.mac.parse_body::<Mocks>() else {
        return;
    };
    if let [id, methods @ .., _] = &names[..] {
        let subject = Subject::whole(Kind::Operation, id);
        reader.offer(&subject, "a mock");
        if !methods.is_empty() {
            reader.offer(&subject, MOCK_OF_PAGES);
        }
    }
}

/// Adds a parameter by the call that puts it into the request.
fn parameter(reader: &mut Reader, id: &str, call: &Call, ty: &str) -> Subject {
    let subject = Subject::part(Kind::Parameter, id, &call.text);
    reader.add(&subject, Aspect::Type, ty);
    let place = match call.name.as_str() {
        place @ ("path" | "header") => place,
        _ => "query",
    };
    reader.add(&subject, Aspect::Place, place);
    let further = call.further.as_deref().unwrap_or_default();
    let separator = match call.name.as_str() {
        "query_list" | "ids" => "joined by commas".to_owned(),
        "query_each" => "repeated".to_owned(),
        "query_joined" => format!("joined by {further:?}"),
        "filter" => {
            let operators = further.split(' ').map(|name| match name {
                "=" => "plain",
                name => name,
            });
            let operators: BTreeSet<&str> = operators.collect();
            let operators = operators.into_iter().collect::<Vec<_>>().join(", ");
            reader.add(&subject, Aspect::Operators, operators);
            return subject;
        }
        _ => return subject,
    };
    reader.add(&subject, Aspect::Separator, separator);
    subject
}

/// A call of a method that begins with a text.
struct Call {
    name: String,
    /// The text, and another one behind it.
    text: String,
    further: Option<String>,
}

#[derive(Default)]
struct Calls(Vec<Call>);

impl Calls {
    fn of(block: &Block) -> Self {
        let mut calls = Self::default();
        calls.visit_block(block);
        calls
    }

    /// Those that write a parameter into a request.
    fn writing(&self) -> impl Iterator<Item = &Call> {
        let writes = |call: &&Call| {
            let plain = ["path", "header", "query", "filter", "ids"];
            plain.contains(&call.name.as_str()) || call.name.starts_with("query_")
        };
        self.0.iter().filter(writes)
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let mut texts = call.args.iter().filter_map(literal);
        if let Some(text) = texts.next() {
            self.0.push(Call {
                name: call.method.to_string(),
                text,
                further: texts.next(),
            });
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(syn::ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

fn is_true(value: &Expr) -> bool {
    matches!(value, Expr::Lit(syn::ExprLit { lit: Lit::Bool(is), .. }) if is.value)
}
