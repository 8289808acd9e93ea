//! What progenitor wrote for each operation: the names and types of its parameters, and its answer.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};
use syn::{Expr, Fields, File, Ident, ImplItem, Item, Type};

use super::Error;
use super::syntax::{argument_of, module, self_name};

/// What progenitor wrote for one operation.
pub struct Written<'a> {
    /// Type of each parameter, by its Rust name; optional ones without their `Option`.
    pub parameters: BTreeMap<String, &'a Type>,
    /// Rust names of the path parameters, in the order of the path.
    pub path: Vec<String>,
    /// Rust names of the query parameters, by wire name.
    pub query: BTreeMap<String, String>,
    /// What a successful answer holds.
    pub answer: Type,
}

/// progenitor's builders by operation id.
pub fn builders(output: &File) -> Result<BTreeMap<String, Written<'_>>, Error> {
    let items = module(output, "builder")?;
    let mut found = BTreeMap::new();
    for item in items {
        let Item::Impl(block) = item else { continue };
        let Some(name) = self_name(block) else {
            continue;
        };
        let send = block.items.iter().find_map(|member| match member {
            ImplItem::Fn(function) if function.sig.ident == "send" => Some(function),
            _ => None,
        });
        let (Some(send), Some(fields)) = (send, fields_of(items, name)) else {
            continue;
        };
        let mut wire = WireNames::default();
        wire.visit_impl_item_fn(send);
        let id = wire
            .operation
            .ok_or_else(|| Error::unexpected(name.to_string(), "sends no operation id"))?;
        let parameters = fields.iter().filter_map(|field| {
            let given = argument_of(&field.ty, "Result")?;
            let given = argument_of(given, "Option").unwrap_or(given);
            Some((field.ident.as_ref()?.to_string(), given))
        });
        let written = Written {
            parameters: parameters.collect(),
            path: wire.path,
            query: wire.query,
            answer: answer_of(send).ok_or_else(|| {
                Error::unexpected(&id, "answers with something other than a JSON value")
            })?,
        };
        found.insert(id, written);
    }
    Ok(found)
}

fn fields_of<'a>(items: &'a [Item], name: &Ident) -> Option<&'a Fields> {
    items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == *name => Some(&item.fields),
        _ => None,
    })
}

/// `T` of `-> Result<ResponseValue<T>, ..>`.
fn answer_of(send: &syn::ImplItemFn) -> Option<Type> {
    let syn::ReturnType::Type(_, ty) = &send.sig.output else {
        return None;
    };
    argument_of(argument_of(ty, "Result")?, "ResponseValue").cloned()
}

/// Reads the names that a `send` function puts on the wire.
#[derive(Default)]
struct WireNames {
    operation: Option<String>,
    path: Vec<String>,
    query: BTreeMap<String, String>,
}

impl<'ast> Visit<'ast> for WireNames {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let is_parameter = matches!(call.func.as_ref(), Expr::Path(path)
            if path.path.segments.iter().any(|segment| segment.ident == "QueryParam"));
        let arguments: Vec<&Expr> = call.args.iter().collect();
        if let (true, [Expr::Lit(name), Expr::Reference(value)]) = (is_parameter, &arguments[..])
            && let (syn::Lit::Str(name), Expr::Path(value)) = (&name.lit, value.expr.as_ref())
        {
            let ident = value.path.get_ident().map(Ident::to_string);
            self.query.insert(name.value(), ident.unwrap_or_default());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        // The path is put together by `format!`, whose arguments syn does not look into.
        type Arguments = syn::punctuated::Punctuated<Expr, syn::Token![,]>;
        if let Ok(arguments) = call.parse_body_with(Arguments::parse_terminated) {
            for argument in &arguments {
                self.path.extend(encoded(argument));
            }
        }
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        if let (syn::Member::Named(name), Expr::Lit(value)) = (&field.member, &field.expr)
            && let (true, syn::Lit::Str(id)) = (name == "operation_id", &value.lit)
        {
            self.operation = Some(id.value());
        }
        visit::visit_field_value(self, field);
    }
}

/// `order_id` of `encode_path(&order_id.to_string())`.
fn encoded(argument: &Expr) -> Option<String> {
    let Expr::Call(call) = argument else {
        return None;
    };
    let Expr::Path(function) = call.func.as_ref() else {
        return None;
    };
    let (true, Expr::Reference(text)) = (function.path.is_ident("encode_path"), call.args.first()?)
    else {
        return None;
    };
    match text.expr.as_ref() {
        Expr::MethodCall(to_string) => match to_string.receiver.as_ref() {
            Expr::Path(value) => value.path.get_ident().map(Ident::to_string),
            _ => None,
        },
        _ => None,
    }
}
