//! What is known of the vendor beyond the documents: `openapi/profile.yaml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::document::Document;
use super::problem::Problem;
use crate::generate;

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the generator must know too. The lowered document has a copy.
    pub client: generate::Profile,
    /// By which rules operations and schemas are named.
    pub names: Names,
}

/// By which rules operations and schemas are named.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Last words of paths that say what is done: each with the first word of the method's name, and the
    /// last one if there is one.
    pub verbs: BTreeMap<String, Vec<String>>,
    /// Words of paths that say nothing beside the others.
    pub silent_words: Vec<String>,
    /// Words that are the same for one and for many.
    pub uncounted_words: Vec<String>,
    /// What is appended to the names of schemas without a meaning.
    pub schema_endings: Vec<String>,
    /// How the name of a body's variant ends that holds what all integrations have in common.
    pub base_variant: String,
}

impl Profile {
    /// Reads the file.
    pub fn read(document: &Document) -> Result<Self, Problem> {
        Self::deserialize(&document.value).map_err(|cause| {
            Problem::new(format!("this is not a profile: {cause}"))
                .in_file(&document.name)
                .remedy("see openapi/profile.yaml for its form")
                .caused_by(cause)
        })
    }

    /// What is known of an unknown vendor: the client needs headers to send its credentials in, and nothing else.
    pub fn neutral() -> Self {
        let mut neutral = Self::default();
        neutral.client.headers.api_key = "x-api-key".to_owned();
        neutral.client.headers.access_token = "x-access-token".to_owned();
        neutral
    }

    /// Puts what the generator must know into a lowered document.
    pub fn put(&self, lowered: &mut Value) -> Result<(), Problem> {
        lowered[generate::PROFILE] = serde_json::to_value(&self.client).map_err(|cause| {
            Problem::new(format!("the profile cannot be written as JSON: {cause}")).caused_by(cause)
        })?;
        Ok(())
    }

    /// A lowered document from its text, which may be empty. One that has no profile, or one of an older form, gets
    /// this one.
    pub fn lowered(&self, text: &str) -> Result<Value, Problem> {
        let mut document: Value = serde_json::from_str(text).unwrap_or_default();
        if generate::Profile::read(&document).is_err() {
            self.put(&mut document)?;
        }
        Ok(document)
    }

    /// That of this repository.
    #[cfg(test)]
    pub fn of_this_repository() -> Self {
        let text = include_str!("../../../openapi/profile.yaml");
        Self::read(&Document::parse(text, "openapi/profile.yaml").unwrap()).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_that_lacks_something_is_refused_by_its_name() {
        let document = Document::parse("client: {areas: []}\nnames: {}\n", "p.yaml").unwrap();
        let problem = Profile::read(&document).unwrap_err().to_string();
        assert!(problem.starts_with("p.yaml: "), "{problem}");
        assert!(problem.contains("missing field `credentials`"), "{problem}");
    }

    #[test]
    fn the_generator_reads_what_the_lowered_document_got() {
        let profile = Profile::of_this_repository();
        let mut lowered = Value::Object(Default::default());
        let missing = generate::Profile::read(&lowered).unwrap_err().to_string();
        assert!(
            missing.contains("`x-profile`") && missing.contains("cargo xtask regen"),
            "{missing}"
        );
        profile.put(&mut lowered).unwrap();
        assert_eq!(generate::Profile::read(&lowered).unwrap(), profile.client);
    }
}
