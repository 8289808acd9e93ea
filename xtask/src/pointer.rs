//! JSON pointers (RFC 6901): where in a document something is.

use std::fmt;

/// A place in a document. The root is the empty pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The place of a member or an item below this one.
    #[must_use]
    pub fn child(&self, key: impl fmt::Display) -> Self {
        let mut text = format!("{}/{key}", self.0);
        let start = self.0.len() + 1;
        if text[start..].contains(['~', '/']) {
            let key = text[start..].replace('~', "~0").replace('/', "~1");
            text.replace_range(start.., &key);
        }
        Self(text)
    }

    /// From its text.
    #[cfg(test)]
    pub fn parse(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Its text, as `serde_json::Value::pointer` takes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The keys on the way, unescaped.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        let keys = self.0.split('/').skip(1);
        keys.map(|key| key.replace("~1", "/").replace("~0", "~"))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}
