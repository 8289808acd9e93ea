//! From the bytes of an answer to its type.

use std::marker::PhantomData;

use serde::de::{self, DeserializeOwned, Deserializer};

/// Why bytes are not the answer that an operation gives.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mismatch {
    #[error("not JSON: {0}")]
    NotJson(#[source] serde_json::Error),
    #[error("{path}: {cause}")]
    Shape {
        /// Where in the JSON: `magic_links[0].expires_at`.
        path: String,
        #[source]
        cause: serde_json::Error,
    },
}

/// Decodes a whole answer.
pub(crate) fn answer<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Mismatch> {
    // An operation that answers nothing: no body is the same as `null`.
    if bytes.is_empty()
        && let Ok(nothing) = serde_json::from_slice(b"null")
    {
        return Ok(nothing);
    }
    serde_json::from_slice(bytes).or_else(|error| {
        if error.is_data() {
            locate(bytes, error)
        } else {
            Err(Mismatch::NotJson(error))
        }
    })
}

/// Decodes once more to find the place: keeping track of it would slow down every good answer.
#[cold]
fn locate<T: DeserializeOwned>(bytes: &[u8], first: serde_json::Error) -> Result<T, Mismatch> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Ok(_) => Err(Mismatch::NotJson(first)),
        Err(error) => Err(Mismatch::Shape {
            path: error.path().to_string(),
            cause: error.into_inner(),
        }),
    }
}

/// For open enums: a text, without a copy where the text is a known one.
pub(crate) fn text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<String> + for<'a> From<&'a str>,
{
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: From<String> + for<'a> From<&'a str>> de::Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T, E> {
        Ok(value.into())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<T, E> {
        Ok(value.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_body_is_the_answer_of_an_operation_that_answers_nothing_and_of_no_other() {
        assert!(answer::<()>(b"").is_ok());
        assert!(answer::<()>(b"null").is_ok());
        assert!(matches!(answer::<String>(b""), Err(Mismatch::NotJson(_))));
    }
}
