//! JSON pointers (RFC 6901): where in a document something is.

use std::fmt;

use serde_json::Value;

/// A place in a document. The root is the empty pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// Where the component schemas are.
    pub fn schemas() -> Self {
        Self("/components/schemas".to_owned())
    }

    /// Where the component schema of a name is.
    pub fn schema(name: impl fmt::Display) -> Self {
        Self::schemas().child(name)
    }

    /// A place below this one, by the text of a pointer from here, without its first slash.
    #[must_use]
    pub fn below(&self, text: &str) -> Self {
        Self(format!("{}/{text}", self.0))
    }

    /// What a reference within its document refers to.
    pub fn of_reference(target: &str) -> Option<Self> {
        target.strip_prefix('#').map(|place| Self(place.to_owned()))
    }

    /// The text of a reference to this place.
    pub fn reference(&self) -> String {
        format!("#{}", self.0)
    }

    /// The place at the end of several keys.
    pub fn at(keys: &[String]) -> Self {
        keys.iter().fold(Self::default(), |at, key| at.child(key))
    }

    /// The name of the component schema that is here.
    pub fn schema_name(&self) -> Option<String> {
        let name = self.0.strip_prefix("/components/schemas/")?;
        (!name.contains('/')).then(|| unescaped(name))
    }

    /// This place, if what is at `now` were at `before`.
    pub fn rebased(&self, now: &Self, before: &Self) -> Self {
        let below = self.0.strip_prefix(&now.0).unwrap_or_default();
        Self(format!("{}{below}", before.0))
    }

    /// What a document has here.
    pub fn get<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        document.pointer(&self.0)
    }

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
        keys.map(unescaped)
    }
}

fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}
