//! From the bytes of a response to its type.

use serde::de::DeserializeOwned;

use crate::error::Mismatch;

/// Decodes a whole body.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Mismatch> {
    // For an operation that gives nothing, no body is the same as `null`.
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

/// Decodes once more to locate the error: tracking the path would slow down every good response.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_body_is_the_response_of_an_operation_that_gives_nothing_and_of_no_other() {
        assert!(json::<()>(b"").is_ok());
        assert!(json::<()>(b"null").is_ok());
        assert!(matches!(json::<String>(b""), Err(Mismatch::NotJson(_))));
    }
}
