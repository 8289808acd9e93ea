//! The body of an answer, chunk by chunk.

use bytes::{Bytes, BytesMut};

/// How much memory is set aside for bytes that are only announced.
const MOST_RESERVED: usize = 8 << 20;

/// What has arrived of a body. One chunk is kept as it came, since most answers are no more than that; only
/// more of them are copied, to be in one piece.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    only: Bytes,
    joined: BytesMut,
}

impl Chunks {
    pub(crate) fn len(&self) -> usize {
        self.only.len() + self.joined.len()
    }

    /// Adds a chunk, after which `announced` bytes are to come.
    pub(crate) fn push(&mut self, chunk: Bytes, announced: Option<u64>) {
        if self.len() == 0 {
            self.only = chunk;
            return;
        }
        if self.joined.is_empty() {
            let announced = announced.and_then(|bytes| usize::try_from(bytes).ok());
            let announced = announced.unwrap_or(0).min(MOST_RESERVED);
            self.joined
                .reserve(self.only.len() + chunk.len() + announced);
            self.joined
                .extend_from_slice(&std::mem::take(&mut self.only));
        }
        self.joined.extend_from_slice(&chunk);
    }

    /// All of it in one piece.
    pub(crate) fn join(self) -> Bytes {
        if self.joined.is_empty() {
            self.only
        } else {
            self.joined.freeze()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_in_their_order() {
        for parts in [
            &[][..],
            &["a"],
            &["", "ab"],
            &["ab", "", "c"],
            &["ab", "c", "de"],
        ] {
            let mut chunks = Chunks::default();
            for part in parts {
                chunks.push(Bytes::from_static(part.as_bytes()), Some(1));
            }
            assert_eq!(chunks.len(), parts.concat().len());
            assert_eq!(chunks.join(), parts.concat());
        }
    }

    #[test]
    fn what_a_server_announces_is_not_believed_without_bounds() {
        let mut chunks = Chunks::default();
        for part in ["a", "b"] {
            chunks.push(Bytes::from(part), Some(u64::MAX));
        }
        assert!(chunks.joined.capacity() < 2 * MOST_RESERVED);
    }

    #[test]
    fn a_single_chunk_is_not_copied() {
        let chunk = Bytes::from_static(b"abc");
        let mut chunks = Chunks::default();
        chunks.push(chunk.clone(), Some(100));
        assert_eq!(chunks.join().as_ptr(), chunk.as_ptr());
    }
}
