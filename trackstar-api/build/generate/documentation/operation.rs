//! What an operation does.

use super::page::page;
use super::sentence;
use crate::generate::facts::Facts;
use crate::generate::operation_facts::{Operation, Token};

/// Summary and description of the document, the request line, the credentials, and where to read on.
pub fn operation(operation: &Operation, facts: &Facts) -> String {
    let Operation {
        method,
        path,
        summary,
        description,
        token,
        ..
    } = operation;
    let credentials = match token {
        Token::Unused => "Needs the API key.",
        Token::Optional => {
            "Needs the API key; says more with the access token of a connection \
             ([`Client::connection`](crate::Client::connection))."
        }
        Token::Required => {
            "Needs the API key and the access token of a connection \
             ([`Client::connection`](crate::Client::connection))."
        }
    };
    let mut paragraphs: Vec<String> = Vec::new();
    if let Some(summary) = summary {
        paragraphs.push(sentence(summary));
    }
    if let Some(description) = description {
        let said = summary.as_deref().map(sentence);
        if said.as_deref() != Some(sentence(description).as_str()) {
            paragraphs.push(sentence(description));
        }
    }
    paragraphs.push(format!("`{method} {path}`. {credentials}"));
    paragraphs.extend(page(operation, facts));
    paragraphs.join("\n\n")
}
