//! Reading the body of a response within bounds.

use bytes::{Bytes, BytesMut};

/// How much memory is reserved for bytes that the server only announces.
const MAX_RESERVED: u64 = 8 << 20;

/// What was read of a body, and how the reading ended.
pub(super) struct Body {
    pub(super) bytes: Bytes,
    pub(super) end: End,
}

pub(super) enum End {
    /// The body ended.
    Complete,
    /// The body goes on beyond the limit.
    Truncated,
    /// The connection broke.
    Broken(reqwest::Error),
}

/// Reads at most `limit` bytes.
pub(super) async fn read(response: &mut reqwest::Response, limit: usize) -> Body {
    let mut bytes = Bytes::new();
    let end = loop {
        let room = limit - bytes.len();
        match response.chunk().await {
            Ok(Some(chunk)) if chunk.len() > room => {
                bytes = append(bytes, chunk.slice(..room), None);
                break End::Truncated;
            }
            Ok(Some(chunk)) => bytes = append(bytes, chunk, response.content_length()),
            Ok(None) => break End::Complete,
            Err(error) => break End::Broken(error),
        }
    };
    Body { bytes, end }
}

/// Appends a chunk, after which the server announces so many more bytes. The first chunk is kept as it
/// arrived: most responses have only one, and it is not copied.
fn append(bytes: Bytes, chunk: Bytes, announced: Option<u64>) -> Bytes {
    if bytes.is_empty() {
        return chunk;
    }
    let announced = announced.unwrap_or(0).min(MAX_RESERVED);
    let announced = usize::try_from(announced).unwrap_or(0);
    let mut joined = BytesMut::from(bytes);
    joined.reserve(chunk.len() + announced);
    joined.extend_from_slice(&chunk);
    joined.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_in_their_order() {
        for chunks in [
            &[][..],
            &["a"],
            &["", "ab"],
            &["ab", "", "c"],
            &["ab", "c", "de"],
        ] {
            let joined = chunks.iter().fold(Bytes::new(), |bytes, chunk| {
                append(bytes, Bytes::from_static(chunk.as_bytes()), Some(1))
            });
            assert_eq!(joined, chunks.concat());
        }
    }

    #[test]
    fn an_announced_length_reserves_memory_only_within_bounds() {
        let joined = append(Bytes::from("a"), Bytes::from("b"), Some(u64::MAX));
        assert!((BytesMut::from(joined).capacity() as u64) < 2 * MAX_RESERVED);
    }

    #[test]
    fn a_single_chunk_is_not_copied() {
        let chunk = Bytes::from_static(b"abc");
        let body = append(Bytes::new(), chunk.clone(), Some(100));
        assert_eq!(body.as_ptr(), chunk.as_ptr());
    }
}
