//! What is generated for an operation does not depend on the operations beside it.

use std::collections::BTreeSet;

use quote::ToTokens;
use serde_json::{Value, json};
use syn::{Item, Stmt};

use super::compiled::{fields, name, others, parameters, with_field, with_parameter};
use super::{output, responses};

/// The generated code in its smallest parts: methods, types, rows of tables.
fn parts(document: &Value) -> BTreeSet<String> {
    let code = match output(document.clone()) {
        Ok(output) => output.code,
        Err(problem) => panic!("{problem}:\n{document:#}"),
    };
    let mut parts = BTreeSet::new();
    let mut queue = syn::parse_file(&code).unwrap().items;
    while let Some(item) = queue.pop() {
        match item {
            Item::Mod(item) => queue.extend(item.content.into_iter().flat_map(|(_, items)| items)),
            Item::Impl(item) => {
                let of = item.self_ty.to_token_stream();
                let text = |member: &syn::ImplItem| format!("{of}: {}", member.to_token_stream());
                parts.extend(item.items.iter().map(text));
            }
            Item::Trait(item) => parts.extend(item.items.iter().map(text)),
            // The list of all types: a line for each.
            Item::Fn(item) => {
                let blocks = item.block.stmts.into_iter();
                let lines = blocks.flat_map(|block| match block {
                    Stmt::Expr(syn::Expr::Block(block), _) => block.block.stmts,
                    line => vec![line],
                });
                parts.extend(lines.map(|line| text(&line)));
            }
            Item::Use(_) => {}
            item => drop(parts.insert(text(&item))),
        }
    }
    parts
}

fn text(part: &impl ToTokens) -> String {
    part.to_token_stream().to_string()
}

/// The document with another operation, which comes before or after all others.
fn beside(document: &Value, path: &str, schema: Value) -> Value {
    let mut document = document.clone();
    document["paths"][path] = json!({"get": {"responses": responses(schema)}});
    document
}

#[test]
fn an_operation_beside_others_leaves_all_of_theirs_as_it_is() {
    let mut documents: Vec<Value> = Vec::new();
    for schema in fields() {
        documents.push(with_field(documents.len(), &schema, &others()));
    }
    for parameter in parameters() {
        documents.push(with_parameter(documents.len(), &parameter));
    }
    let own = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let mut compared = 0;
    for document in &documents {
        let before = parts(document);
        let mut schemas = vec![own.clone()];
        // What holds the same types, and whatever else is described.
        let known = document["components"]["schemas"].as_object().unwrap();
        if !known.is_empty() {
            let fields = known
                .keys()
                .map(|known| (known.to_lowercase(), name(known)));
            let fields: serde_json::Map<String, Value> = fields.collect();
            schemas.push(json!({"type": "object", "properties": fields}));
        }
        for (path, schema) in ["/a-first", "/zz-last"]
            .into_iter()
            .flat_map(|path| schemas.iter().map(move |schema| (path, schema)))
        {
            let after = parts(&beside(document, path, schema.clone()));
            let gone: Vec<&String> = before.difference(&after).collect();
            assert!(gone.is_empty(), "{path} changes {gone:#?}\nof {document:#}");
            assert!(before.len() < after.len());
            compared += before.len();
        }
    }
    println!("{compared} parts");
}
