//! What is wrong with the input: which file, where in it, what, and what to do.

use std::fmt;
use std::path::Path;

use crate::pointer::Pointer;

/// An input that no client can be made from, or a file that cannot be read or written.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    file: Option<String>,
    place: Option<String>,
    pointer: Option<Pointer>,
    what: String,
    remedy: Option<String>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Problem {
    /// Something is not as expected.
    pub fn new(what: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            file: None,
            place: None,
            pointer: None,
            what: what.into(),
            remedy: None,
            cause: None,
        }))
    }

    /// A file cannot be read or written.
    pub fn io(path: &Path, doing: &str, cause: std::io::Error) -> Self {
        Self::new(format!("cannot be {doing}: {cause}"))
            .in_file(path.display().to_string())
            .caused_by(cause)
    }

    /// Which file. The first one said stays.
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.0.file.get_or_insert(file.into());
        self
    }

    /// Where in the file, as a JSON pointer.
    pub fn at(mut self, pointer: &Pointer) -> Self {
        self.0.place = Some(pointer.to_string());
        self.0.pointer = Some(pointer.clone());
        self
    }

    /// Where in the file, in another way: a line and a column.
    pub fn at_place(mut self, place: impl Into<String>) -> Self {
        self.0.place = Some(place.into());
        self
    }

    /// What to do about it.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = Some(remedy.into());
        self
    }

    /// What lies behind it.
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The JSON pointer, if the place is one.
    pub fn pointer(&self) -> Option<&Pointer> {
        self.0.pointer.as_ref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = &self.0;
        match (&parts.file, &parts.place) {
            (Some(file), Some(place)) => write!(f, "{file} at {place}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            (None, Some(place)) => write!(f, "at {place}: ")?,
            (None, None) => {}
        }
        f.write_str(&parts.what)?;
        if let Some(remedy) = &parts.remedy {
            write!(f, "\n  what to do: {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let cause = self.0.cause.as_deref()?;
        Some(cause)
    }
}
