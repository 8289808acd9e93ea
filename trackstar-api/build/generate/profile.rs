//! What the passes need to know about the vendor: the part of `openapi/profile.yaml` that the lowered document
//! holds as `x-profile`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Error;

/// The member of the lowered document.
pub const PROFILE: &str = "x-profile";

/// What is known of the vendor.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The first words of paths that are features of the crate.
    pub areas: Vec<String>,
    /// The names of the security schemes.
    pub credentials: Credentials,
    /// The headers that the credentials are sent in.
    pub headers: Credentials,
    /// The names of fields around records.
    pub envelope: Envelope,
    /// The names of query parameters that the client sets itself.
    pub parameters: Parameters,
    /// What fields are filtered by.
    pub filters: Filters,
    /// Names of fields whose values open something.
    pub secret_fields: Vec<String>,
    /// What the documentation calls the areas.
    #[serde(default)]
    pub headings: BTreeMap<String, String>,
    /// The fields that are shown first, in examples and among filters.
    #[serde(default)]
    pub examples: Vec<Example>,
    /// Which operations fail with a status, beside those whose description lists it.
    #[serde(default)]
    pub errors: BTreeMap<String, ErrorsOf>,
}

/// A field that says much about a record.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Its name.
    pub field: String,
    /// A value of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// Which operations fail with a status.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ErrorsOf {
    /// Those that need the access token of a connection.
    Connections,
    /// Writes that need the access token of a connection.
    Writes,
}

/// A name for each of the two credentials: of its security scheme, or of its header.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// That of the key of the organisation.
    pub api_key: String,
    /// That of the token of one connection.
    pub access_token: String,
}

/// The names of fields around records.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The record, or the list of them.
    pub data: String,
    /// The token of the page after this one.
    pub next_token: String,
    /// How many records all pages have.
    pub total_count: String,
    /// The id of the record that was written.
    pub id: String,
    /// The fields of a body that the integration did not use.
    pub unused_fields: String,
}

/// The names of query parameters that the client sets itself.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The token of the requested page.
    pub page_token: String,
    /// The ids of the requested records.
    pub ids: String,
}

/// What fields are filtered by.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Filters {
    /// The operator of a filter that names none: `sku` is `sku[eq]`.
    pub plain: String,
    /// All operators.
    pub operators: Vec<String>,
}

impl Profile {
    /// Reads it from a lowered document.
    pub fn read(document: &Value) -> Result<Self, Error> {
        let failed = |problem: String| {
            let remedy = "`cargo xtask regen` writes it from openapi/profile.yaml";
            Error::unexpected(
                format!("`{PROFILE}` of the lowered document"),
                format!("{problem}; {remedy}"),
            )
        };
        let profile = document
            .get(PROFILE)
            .ok_or_else(|| failed("is missing".to_owned()))?;
        Self::deserialize(profile).map_err(|cause| failed(format!("cannot be read: {cause}")))
    }

    /// The area of this name, if there is one.
    pub fn area(&self, word: &str) -> Option<&String> {
        self.areas.iter().find(|area| *area == word)
    }
}
