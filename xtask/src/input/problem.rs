//! What is wrong with the input: the file, the place in it, the problem, and what to do.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::input::pointer::Pointer;

/// An input that no client can be generated from, or a file that cannot be read or written.
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
    /// A problem of which only the description is known.
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

    /// Sets the file, unless one is set.
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.0.file.get_or_insert(file.into());
        self
    }

    /// Sets the place in the file, as a JSON pointer.
    pub fn at(mut self, pointer: &Pointer) -> Self {
        self.0.place = Some(pointer.to_string());
        self.0.pointer = Some(pointer.clone());
        self
    }

    /// The same problem where `place` says that its place was.
    pub fn moved(self, place: impl Fn(&Pointer) -> Pointer) -> Self {
        match self.pointer().map(place) {
            Some(pointer) => self.at(&pointer),
            None => self,
        }
    }

    /// Sets the place in the file in another way: as a line and a column.
    pub fn at_place(mut self, place: impl Into<String>) -> Self {
        self.0.place = Some(place.into());
        self
    }

    /// Sets what to do about it.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = Some(remedy.into());
        self
    }

    /// Sets the cause.
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// The JSON pointer, if the place is one.
    pub fn pointer(&self) -> Option<&Pointer> {
        self.0.pointer.as_ref()
    }
}

/// Runs a command. A panic in it or in a library is returned as a problem, without a backtrace.
pub fn from_panics<T>(run: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    let message: Arc<Mutex<String>> = Arc::default();
    let from_hook = Arc::clone(&message);
    std::panic::set_hook(Box::new(move |panic| {
        if let Ok(mut message) = from_hook.lock() {
            *message = panic.to_string();
        }
    }));
    let result = std::panic::catch_unwind(AssertUnwindSafe(run));
    drop(std::panic::take_hook());
    result.unwrap_or_else(|_| {
        let message = message.lock().map(|text| text.clone()).unwrap_or_default();
        Err(Problem::new(format!("this is a bug of `cargo xtask` itself: {message}"))
            .remedy("fix it in xtask/src, with the document that shows it as a test; no file was written halfway"))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_problem_that_names_its_place() {
        let text = [String::from("nothing")];
        let index = text.len();
        let result: Result<(), Problem> = from_panics(|| {
            drop(text[index].clone());
            Ok(())
        });
        let problem = result.unwrap_err().to_string();
        for says in ["a bug of `cargo xtask`", "problem.rs:", "what to do"] {
            assert!(problem.contains(says), "{problem}");
        }
    }
}
