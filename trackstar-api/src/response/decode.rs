//! From the bytes of a response to its type.

use serde::de::DeserializeOwned;

use crate::model::json::{Mismatch, read};

/// Decodes a whole body.
pub(crate) fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Mismatch> {
    // For an operation that gives nothing, no body is the same as `null`.
    if bytes.is_empty()
        && let Ok(nothing) = serde_json::from_slice(b"null")
    {
        return Ok(nothing);
    }
    read(bytes)
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
