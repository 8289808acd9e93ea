//! The requests that a mock matches.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;

use super::mocked::Mocked;
use crate::client::credentials::{KEY_HEADER, TOKEN_HEADER};
use crate::request::encoding::{self, Wire};
use crate::request::filter::{self, Filter};
use crate::request::idempotency;

/// The requests of one operation that a mock matches: by method and path, and by whatever is added here.
///
/// Each parameter of the operation has a method, with the name and type of the client's own setter. Each
/// method adds a condition. `O` is the operation's builder in [`operations`](crate::operations).
pub struct When<O> {
    http: httpmock::When,
    path: &'static str,
    of: PhantomData<fn() -> O>,
}

#[allow(
    private_bounds,
    reason = "there is a mock for the client's own builders only"
)]
impl<O: Mocked> When<O> {
    pub(crate) fn new(when: httpmock::When) -> Self {
        let path = O::OPERATION.path;
        let mut when = when.method(O::OPERATION.method.as_str());
        when = if path.contains('{') {
            when.path_matches(pattern(path, None).as_str())
        } else {
            when.path(path)
        };
        for other in O::OTHER_PATHS {
            when = when.path_not(*other);
        }
        Self {
            http: when,
            path,
            of: PhantomData,
        }
    }
}

#[allow(
    dead_code,
    reason = "which of them are used depends on the operations that are compiled"
)]
impl<O> When<O> {
    /// Requires this API key.
    pub fn api_key(self, key: impl AsRef<str>) -> Self {
        self.header(KEY_HEADER.as_str(), key.as_ref())
    }

    /// Requires this access token of a connection.
    pub fn access_token(self, token: impl AsRef<str>) -> Self {
        self.header(TOKEN_HEADER.as_str(), token.as_ref())
    }

    /// Requires this idempotency key. Set the same key on the request: one that the client generates is not
    /// known beforehand.
    pub fn idempotency_key(self, key: impl AsRef<str>) -> Self {
        self.header(idempotency::KEY_HEADER.as_str(), key.as_ref())
    }

    /// Sets whatever else `httpmock` can match by.
    pub fn http(self, ask: impl FnOnce(httpmock::When) -> httpmock::When) -> Self {
        self.with(ask)
    }

    pub(crate) fn path(self, name: &'static str, value: &impl Wire) -> Self {
        // No path is empty, so this matches nothing: no request has a value that a segment cannot hold.
        let pattern = encoding::segment(&value.write()).map_or_else(
            || "^$".to_owned(),
            |segment| pattern(self.path, Some((name, &segment))),
        );
        self.with(|when| when.path_matches(pattern.as_str()))
    }

    pub(crate) fn query(self, name: &'static str, value: &impl Wire) -> Self {
        let value = value.write();
        self.with(|when| when.query_param(name, value))
    }

    pub(crate) fn query_list<W: Wire>(
        self,
        name: &'static str,
        values: impl Iterator<Item = W>,
    ) -> Self {
        self.query_joined(name, ",", values)
    }

    pub(crate) fn query_joined<W: Wire>(
        self,
        name: &'static str,
        separator: &str,
        values: impl Iterator<Item = W>,
    ) -> Self {
        let values: Vec<String> = values.map(|value| value.write()).collect();
        self.query(name, &values.join(separator))
    }

    pub(crate) fn filter<T>(
        self,
        field: &'static str,
        operators: &'static str,
        filter: Filter<T>,
    ) -> Self {
        match filter::parameters(field, operators, filter) {
            Ok(parameters) => parameters.into_iter().fold(self, |when, (name, value)| {
                when.with(|when| when.query_param(name, value))
            }),
            Err(_) => self.never(),
        }
    }

    pub(crate) fn query_each<W: Wire>(
        self,
        name: &'static str,
        values: impl Iterator<Item = W>,
    ) -> Self {
        values.fold(self, |when, value| when.query(name, &value))
    }

    pub(crate) fn without(self, name: &'static str) -> Self {
        self.with(|when| when.query_param_missing(name))
    }

    pub(crate) fn whole_body<B: Serialize>(self, body: &B) -> Self {
        match serde_json::to_value(body) {
            Ok(body) => self.with(|when| when.json_body(body)),
            Err(_) => self.never(),
        }
    }

    pub(crate) fn part_of_body<B: Serialize>(self, body: &B) -> Self {
        match serde_json::to_value(body) {
            Ok(body) => self.with(|when| when.json_body_includes(body.to_string())),
            Err(_) => self.never(),
        }
    }

    /// Matches nothing: the client refuses to send such a request.
    fn never(self) -> Self {
        self.with(|when| when.is_true(|_| false))
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.with(|when| when.header(name, value))
    }

    fn with(self, ask: impl FnOnce(httpmock::When) -> httpmock::When) -> Self {
        Self {
            http: ask(self.http),
            ..self
        }
    }
}

/// Shows the path alone: the conditions may hold a key.
impl<O> fmt::Debug for When<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("When")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// The regular expression of a path. Its placeholders match any segment, except the one that is given.
fn pattern(path: &str, given: Option<(&str, &str)>) -> String {
    let mut pattern = String::from("^");
    for segment in path.split('/').skip(1) {
        pattern.push('/');
        let placeholder = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match (placeholder, given) {
            (None, _) => pattern.push_str(&literally(segment)),
            (Some(name), Some((given, value))) if name == given => {
                pattern.push_str(&literally(value));
            }
            (Some(_), _) => pattern.push_str("[^/]+"),
        }
    }
    pattern.push('$');
    pattern
}

/// Escapes every character that has a meaning in a regular expression.
fn literally(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_punctuation() {
            literal.push('\\');
        }
        literal.push(letter);
    }
    literal
}
