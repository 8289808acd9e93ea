//! Responses that report an error, in the form that the API has for it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::emulator::document::check::Problem;

/// A response with an error: its status and its body.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: Value,
    /// The methods that the path has, where the status is 405.
    pub(crate) allow: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: u16, message: &str) -> Self {
        Self {
            status,
            body: json!({"error": message, "origin": "trackstar"}),
            allow: None,
        }
    }

    pub(crate) fn not_found(id: &str) -> Self {
        let mut refusal = Self::new(404, "Not found");
        refusal.body["id"] = json!(id);
        refusal
    }

    /// An error of the connected system.
    pub(crate) fn of_integration(status: u16, message: &str) -> Self {
        let mut refusal = Self::new(status, message);
        refusal.body["origin"] = json!("integration");
        refusal
    }

    pub(crate) fn not_implemented(action: &str) -> Self {
        let message = format!("Endpoint {action} is not implemented for sandbox");
        Self::of_integration(501, &message)
    }

    pub(crate) fn other_method(allowed: &[&str]) -> Self {
        let allow = Some(allowed.join(", "));
        Self {
            allow,
            ..Self::new(405, "Method not allowed")
        }
    }

    /// 422: where (`query`, `json`), which field, what is wrong with it.
    pub(crate) fn invalid(location: &str, field: &str, message: &str) -> Self {
        Self::all_invalid(location, vec![(field.to_owned(), message.to_owned())])
    }

    pub(crate) fn all_invalid(location: &str, problems: Vec<Problem>) -> Self {
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for (field, message) in problems {
            fields.entry(field).or_default().push(message);
        }
        let mut refusal = Self::new(422, "Unprocessable Entity");
        refusal.body["detail"] = json!({location: fields});
        refusal
    }
}
