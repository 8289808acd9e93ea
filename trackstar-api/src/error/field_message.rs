//! What the API says about one field of a request.

use std::fmt;

/// What the API says about one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldMessage {
    location: String,
    field: String,
    message: String,
}

impl FieldMessage {
    pub(crate) fn new(location: &str, field: &str, message: String) -> Self {
        Self {
            location: location.to_owned(),
            field: field.to_owned(),
            message,
        }
    }

    /// Where the field is: `json` (the body), `query`, `path`, ...
    pub fn location(&self) -> &str {
        &self.location
    }

    /// The field; nested fields are joined by dots: `line_items.0.sku`. Empty for the whole location.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with it.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for FieldMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => write!(f, "{}: {}", self.location, self.message),
            field => write!(f, "{} `{field}`: {}", self.location, self.message),
        }
    }
}
