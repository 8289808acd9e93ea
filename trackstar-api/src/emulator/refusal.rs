//! Responses that report an error, in the form that the API has for it.

use serde_json::{Value, json};

/// A response with an error: its status and its body.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Refusal {
    pub(super) fn new(status: u16, message: &str) -> Self {
        Self {
            status,
            body: json!({"error": message, "origin": "trackstar"}),
        }
    }

    pub(super) fn not_found(id: &str) -> Self {
        Self {
            status: 404,
            body: json!({"error": "Not found", "origin": "trackstar", "id": id}),
        }
    }

    /// 422: where (`query`, `json`), which field, what is wrong with it.
    pub(super) fn invalid(location: &str, field: &str, message: &str) -> Self {
        let detail = json!({location: {field: [message]}});
        let body =
            json!({"error": "Unprocessable Entity", "origin": "trackstar", "detail": detail});
        Self { status: 422, body }
    }
}
