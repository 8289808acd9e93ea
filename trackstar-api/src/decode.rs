//! From the bytes of an answer to its type.

use serde::de::DeserializeOwned;

pub(crate) use crate::model::json::Mismatch;
use crate::model::json::read;

/// Decodes a whole answer.
pub(crate) fn answer<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Mismatch> {
    // An operation that answers nothing: no body is the same as `null`.
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
    fn no_body_is_the_answer_of_an_operation_that_answers_nothing_and_of_no_other() {
        assert!(answer::<()>(b"").is_ok());
        assert!(answer::<()>(b"null").is_ok());
        assert!(matches!(answer::<String>(b""), Err(Mismatch::NotJson(_))));
    }
}
