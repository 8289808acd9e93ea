//! What is wrong with the input: the file, the place in it, the problem, and what to do. A run goes on past a
//! problem where it can, so that it reports all of them.

use std::collections::HashMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::input::pointer::Pointer;

/// An input that no client can be generated from, or a file that cannot be read or written. May stand for several
/// that were found in one run.
#[derive(Debug)]
pub struct Problem(Vec<Parts>);

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
        Self(vec![Parts {
            file: None,
            place: None,
            pointer: None,
            what: what.into(),
            remedy: None,
            cause: None,
        }])
    }

    /// A file cannot be read or written.
    pub fn io(path: &Path, doing: &str, cause: std::io::Error) -> Self {
        Self::new(format!("cannot be {doing}: {cause}"))
            .in_file(path.display().to_string())
            .caused_by(cause)
    }

    /// Sets the file, unless one is set.
    pub fn in_file(self, file: impl Into<String>) -> Self {
        let file = file.into();
        self.each(|parts| parts.file = parts.file.take().or_else(|| Some(file.clone())))
    }

    /// Sets the file by the place, unless one is set. What has no place stays without a file.
    pub fn in_file_of(self, file: impl Fn(&Pointer) -> String) -> Self {
        self.each(|parts| {
            if let (None, Some(pointer)) = (&parts.file, &parts.pointer) {
                parts.file = Some(file(pointer));
            }
        })
    }

    /// Sets the place in the file, as a JSON pointer.
    pub fn at(self, pointer: &Pointer) -> Self {
        self.each(|parts| parts.set_pointer(pointer.clone()))
    }

    /// The same problem where `place` says that its place was.
    pub fn moved(self, place: impl Fn(&Pointer) -> Pointer) -> Self {
        self.each(|parts| {
            if let Some(pointer) = parts.pointer.as_ref().map(&place) {
                parts.set_pointer(pointer);
            }
        })
    }

    /// Sets the place in the file in another way: as a line and a column.
    pub fn at_place(self, place: impl Into<String>) -> Self {
        let place = place.into();
        self.each(|parts| parts.place = Some(place.clone()))
    }

    /// Sets what to do about it.
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        let remedy = remedy.into();
        self.each(|parts| parts.remedy = Some(remedy.clone()))
    }

    /// Sets the cause.
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        if let [only] = &mut self.0[..] {
            only.cause = Some(cause.into());
        }
        self
    }

    /// Whether the place of each problem is known as a JSON pointer.
    #[cfg(test)]
    pub fn has_pointers(&self) -> bool {
        self.0.iter().all(|parts| parts.pointer.is_some())
    }

    /// How many causes there are. The same cause at several places counts once.
    pub fn count(&self) -> usize {
        self.causes().len()
    }

    /// The parts by cause, in the order in which they were found.
    fn causes(&self) -> Vec<Vec<&Parts>> {
        let mut causes: Vec<Vec<&Parts>> = Vec::new();
        let mut known = HashMap::new();
        for parts in &self.0 {
            let index = *known
                .entry((&parts.what, &parts.remedy))
                .or_insert(causes.len());
            match causes.get_mut(index) {
                None => causes.push(vec![parts]),
                Some(same) if !same.iter().any(|other| other.is_at(parts)) => same.push(parts),
                Some(_) => {}
            }
        }
        causes
    }

    fn each(mut self, change: impl Fn(&mut Parts)) -> Self {
        self.0.iter_mut().for_each(change);
        self
    }
}

impl Parts {
    fn set_pointer(&mut self, pointer: Pointer) {
        self.place = Some(pointer.to_string());
        self.pointer = Some(pointer);
    }

    fn is_at(&self, other: &Self) -> bool {
        self.place == other.place && self.file == other.file
    }

    /// The file and the place in it.
    fn at(&self) -> String {
        match (&self.file, &self.place) {
            (Some(file), Some(place)) => format!("{file} at {place}"),
            (Some(file), None) => file.clone(),
            (None, Some(place)) => format!("at {place}"),
            (None, None) => String::new(),
        }
    }
}

/// The problems of a run that goes on past them.
#[derive(Debug, Default)]
pub struct Problems(Vec<Parts>);

impl Problems {
    /// Keeps the problem of a result.
    pub fn keep<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Problem(parts)) => {
                self.0.extend(parts);
                None
            }
        }
    }

    /// Keeps a problem.
    pub fn add(&mut self, Problem(parts): Problem) {
        self.0.extend(parts);
    }

    /// All of them as one.
    pub fn result(self) -> Result<(), Problem> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(Problem(self.0)),
        }
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

/// Each cause once, with all of its places.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, places) in self.causes().iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let [first, others @ ..] = &places[..] else {
                continue;
            };
            let at = first.at();
            let colon = if at.is_empty() { "" } else { ": " };
            write!(f, "{at}{colon}{}", first.what)?;
            for other in others {
                write!(f, "\n  also {}", other.at())?;
            }
            if let Some(remedy) = &first.remedy {
                write!(f, "\n  what to do: {remedy}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problem {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let cause = self.0.first()?.cause.as_deref()?;
        Some(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_problems_are_one_and_the_same_cause_is_said_once_with_its_places() {
        let at = |place: &str| Pointer::parse(place);
        let mut problems = Problems::default();
        for (what, place) in [("no", "/a"), ("other", "/b"), ("no", "/c"), ("no", "/a")] {
            let problem = Problem::new(what).at(&at(place)).remedy("do it");
            assert!(problems.keep::<()>(Err(problem)).is_none());
        }
        let problem = problems.result().unwrap_err().in_file("x.yaml");
        assert_eq!(problem.count(), 2);
        assert_eq!(
            problem.to_string(),
            "x.yaml at /a: no\n  also x.yaml at /c\n  what to do: do it\n\
             x.yaml at /b: other\n  what to do: do it"
        );
        assert!(Problems::default().result().is_ok());
    }

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
