//! The key that requests of a credential are counted under.

use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest as _, Sha256};

/// Whose requests are counted: it stands for the access token of a request, or for the API key if the
/// request has no token.
///
/// It is the start of a SHA-256 of the credential, the same on every machine and in every version of this
/// crate. The credential cannot be derived from it, so it may be stored and logged. Its text is 32
/// hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LimitKey([u8; 16]);

impl LimitKey {
    pub(crate) fn of(credential: &str) -> Self {
        // Prefixed with its purpose, so that it differs from any other hash of the same credential.
        let hash = Sha256::new()
            .chain_update("trackstar-api limit key\0")
            .chain_update(credential)
            .finalize();
        let mut start = [0; 16];
        for (to, from) in start.iter_mut().zip(hash) {
            *to = from;
        }
        Self(start)
    }
}

/// By a half, which is as random as the whole: a limiter looks keys up with each request.
impl Hash for LimitKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        state.write_u64(u64::from_ne_bytes([a, b, c, d, e, f, g, h]));
    }
}

impl fmt::Display for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LimitKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_everywhere_and_does_not_reveal_the_credential() {
        let key = LimitKey::of("very-secret");
        // printf 'trackstar-api limit key\0very-secret' | sha256sum | cut -c-32
        assert_eq!(key.to_string(), "162fc33c3750a4567728991a96b0c135");
        assert_ne!(key, LimitKey::of("another"));
        assert!(!format!("{key:?}").contains("secret"));
    }
}
