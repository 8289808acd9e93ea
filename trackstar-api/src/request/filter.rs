//! Conditions on a field of a list, for the setters of filters.
//!
//! Each field that a list can be filtered by has one setter. It takes a value, a range of times, or a condition
//! that one of these functions makes. Called twice, the setter adds a condition.
//!
//! ```no_run
//! # #[cfg(feature = "wms")]
//! # async fn run(client: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! use trackstar_api::filter::{contains, gte, lt, one_of};
//! use trackstar_api::types::OrderStatus;
//!
//! # let (start, end) = (chrono::Utc::now(), chrono::Utc::now());
//! let orders = client
//!     .list_wms_orders()
//!     .status(one_of([OrderStatus::Open, OrderStatus::Processing]))
//!     .order_number(contains("2026"))
//!     .created_date(start..end)
//!     .updated_date(gte(start))
//!     .updated_date(lt(end));
//! # let _ = orders.await?;
//! # Ok(())
//! # }
//! ```
//!
//! The documentation of a setter lists the conditions that the API accepts for its field. The client refuses
//! any other before it sends anything, and lists the accepted ones. Times are written in whole seconds, the
//! only form that the API accepts. See the [vendor's documentation](https://docs.trackstarhq.com).

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

use chrono::{DateTime, Utc};

use super::encoding::Wire;
use super::{MAX_LIST, Request};
use crate::error::InvalidRequest;

/// The conditions on one field, whose values are of type `T`.
///
/// It is made from a value, a range of times, or the functions of [this module](self).
#[derive(Clone)]
pub struct Filter<T> {
    conditions: Vec<(&'static str, Operand)>,
    of: PhantomData<fn() -> T>,
}

/// One condition with values of type `V`, as the functions of [this module](self) make it.
#[derive(Clone, Debug)]
#[must_use = "a condition filters nothing until it is passed to a setter"]
pub struct Condition<V> {
    operator: &'static str,
    values: Values<V>,
}

/// A condition on a part of a text. It can be set on a field of any type.
#[derive(Clone, Debug)]
#[must_use = "a condition filters nothing until it is passed to a setter"]
pub struct TextCondition {
    operator: &'static str,
    text: String,
}

#[derive(Clone, Debug)]
enum Values<V> {
    One(V),
    List(Vec<V>),
}

/// A value in its wire format.
#[derive(Clone)]
enum Operand {
    One(String),
    List(Vec<String>),
}

/// The operator of a value without one.
const BARE: &str = "=";
const EQ: &str = "eq";

/// Equal to this value.
pub fn eq<V>(value: V) -> Condition<V> {
    one(EQ, value)
}

/// Different from this value.
pub fn not<V>(value: V) -> Condition<V> {
    one("neq", value)
}

/// Greater than this value; of a time, after it.
pub fn gt<V>(value: V) -> Condition<V> {
    one("gt", value)
}

/// Greater than or equal to this value; of a time, at or after it.
pub fn gte<V>(value: V) -> Condition<V> {
    one("gte", value)
}

/// Less than this value; of a time, before it.
pub fn lt<V>(value: V) -> Condition<V> {
    one("lt", value)
}

/// Less than or equal to this value; of a time, at or before it.
pub fn lte<V>(value: V) -> Condition<V> {
    one("lte", value)
}

/// Equal to one of these values, at most 100.
pub fn one_of<V>(values: impl IntoIterator<Item = V>) -> Condition<V> {
    list("in", values)
}

/// Different from all of these values, at most 100.
pub fn none_of<V>(values: impl IntoIterator<Item = V>) -> Condition<V> {
    list("nin", values)
}

/// Equal to this text, ignoring case.
pub fn eq_ignoring_case<V>(value: V) -> Condition<V> {
    one("eq-insensitive", value)
}

/// Equal to one of these texts, at most 100, ignoring case.
pub fn one_of_ignoring_case<V>(values: impl IntoIterator<Item = V>) -> Condition<V> {
    list("in-insensitive", values)
}

/// Contains this text. Of tags: has this tag.
pub fn contains(text: impl Into<String>) -> TextCondition {
    part("contains", text)
}

/// Does not contain this text. Of tags: does not have this tag.
pub fn not_contains(text: impl Into<String>) -> TextCondition {
    part("not_contains", text)
}

/// Contains this text, ignoring case.
pub fn contains_ignoring_case(text: impl Into<String>) -> TextCondition {
    part("contains-insensitive", text)
}

fn one<V>(operator: &'static str, value: V) -> Condition<V> {
    Condition {
        operator,
        values: Values::One(value),
    }
}

fn list<V>(operator: &'static str, values: impl IntoIterator<Item = V>) -> Condition<V> {
    Condition {
        operator,
        values: Values::List(values.into_iter().collect()),
    }
}

fn part(operator: &'static str, text: impl Into<String>) -> TextCondition {
    TextCondition {
        operator,
        text: text.into(),
    }
}

impl<T> Filter<T> {
    fn new(conditions: Vec<(&'static str, Operand)>) -> Self {
        Self {
            conditions,
            of: PhantomData,
        }
    }
}

impl<T: Wire> From<T> for Filter<T> {
    fn from(value: T) -> Self {
        Self::new(vec![(BARE, Operand::One(value.write()))])
    }
}

impl From<&str> for Filter<String> {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<&String> for Filter<String> {
    fn from(value: &String) -> Self {
        value.clone().into()
    }
}

impl<V: Into<T>, T: Wire> From<Condition<V>> for Filter<T> {
    fn from(condition: Condition<V>) -> Self {
        let write = |value: V| value.into().write();
        let operand = match condition.values {
            Values::One(value) => Operand::One(write(value)),
            Values::List(values) => Operand::List(values.into_iter().map(write).collect()),
        };
        Self::new(vec![(condition.operator, operand)])
    }
}

impl<T: Wire> From<TextCondition> for Filter<T> {
    fn from(condition: TextCondition) -> Self {
        Self::new(vec![(condition.operator, Operand::One(condition.text))])
    }
}

type Time = DateTime<Utc>;

/// Converts ranges to conditions.
macro_rules! range {
    ($($range:ty: $($end:ident $operator:literal),*;)*) => {
        $(impl From<$range> for Filter<Time> {
            fn from(range: $range) -> Self {
                Self::new(vec![$(($operator, Operand::One(range_end!(range $end).write()))),*])
            }
        })*
    };
}

/// An end of a range; those of an inclusive one are behind methods.
macro_rules! range_end {
    ($range:ident first) => {
        $range.start()
    };
    ($range:ident last) => {
        $range.end()
    };
    ($range:ident $end:ident) => {
        $range.$end
    };
}

range! {
    Range<Time>: start "gte", end "lt";
    RangeFrom<Time>: start "gte";
    RangeTo<Time>: end "lt";
    RangeInclusive<Time>: first "gte", last "lte";
    RangeToInclusive<Time>: end "lte";
}

/// Shows no values: they may be personal data.
impl<T> fmt::Debug for Filter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operators = self.conditions.iter().map(|(operator, _)| operator);
        f.debug_list().entries(operators).finish()
    }
}

/// The query parameters of a filter: their names and values in the wire format.
pub(crate) fn parameters<T>(
    field: &'static str,
    operators: &'static str,
    filter: Filter<T>,
) -> Result<Vec<(String, String)>, InvalidRequest> {
    let takes = |operator: &str| operators.split(' ').any(|known| known == operator);
    let mut parameters = Vec::with_capacity(filter.conditions.len());
    for (operator, operand) in filter.conditions {
        // A value alone and `eq` mean the same: a field accepts one of them, or both.
        let operator = match operator {
            BARE if !takes(BARE) => EQ,
            EQ if !takes(EQ) => BARE,
            operator => operator,
        };
        let name = match operator {
            BARE => field.to_owned(),
            operator => format!("{field}[{operator}]"),
        };
        if !takes(operator) {
            return Err(InvalidRequest::Operator {
                name,
                takes: operators,
            });
        }
        let value = match operand {
            Operand::One(value) => value,
            Operand::List(values) => joined(&name, values)?,
        };
        parameters.push((name, value));
    }
    Ok(parameters)
}

/// A list as one value.
pub(crate) fn joined(name: &str, values: Vec<String>) -> Result<String, InvalidRequest> {
    let name = || name.to_owned();
    check_values(&values, &name)?;
    if values.len() > MAX_LIST {
        return Err(InvalidRequest::LongList {
            name: name(),
            count: values.len(),
            max: MAX_LIST,
        });
    }
    Ok(values.join(","))
}

fn check_values(values: &[String], name: &impl Fn() -> String) -> Result<(), InvalidRequest> {
    if values.is_empty() {
        return Err(InvalidRequest::EmptyList(name()));
    }
    if values.iter().any(String::is_empty) {
        return Err(InvalidRequest::EmptyValue(name()));
    }
    if values.iter().any(|value| value.contains(',')) {
        return Err(InvalidRequest::Comma(name()));
    }
    Ok(())
}

#[allow(
    dead_code,
    reason = "which of them are used depends on the operations that are compiled"
)]
impl Request {
    /// Adds conditions on a field that accepts these operators.
    pub(crate) fn filter<T>(
        &mut self,
        field: &'static str,
        operators: &'static str,
        filter: Filter<T>,
    ) {
        match parameters(field, operators, filter) {
            Ok(parameters) => {
                for (name, value) in parameters {
                    self.set_query(name.into(), value);
                }
            }
            Err(why) => self.refuse(why),
        }
    }

    /// Sets a query parameter to a list, separated by commas.
    pub(crate) fn query_list<W: Wire>(
        &mut self,
        name: &'static str,
        values: impl Iterator<Item = W>,
    ) {
        match joined(name, values.map(|value| value.write()).collect()) {
            Ok(value) => self.set_query(name.into(), value),
            Err(why) => self.refuse(why),
        }
    }

    /// Sets the ids to look up. If there are more than one request may have, several are sent.
    pub(crate) fn ids<W: Wire>(&mut self, name: &'static str, ids: impl Iterator<Item = W>) {
        let ids: Vec<String> = ids.map(|id| id.write()).collect();
        match check_values(&ids, &|| name.to_owned()) {
            Ok(()) => self.set_ids(name, ids),
            Err(why) => self.refuse(why),
        }
    }

    /// Refuses a number outside the document's bounds.
    pub(crate) fn check_bounds(
        &mut self,
        name: &'static str,
        value: i64,
        bounds: RangeInclusive<i64>,
    ) {
        if !bounds.contains(&value) {
            self.refuse(InvalidRequest::OutOfBounds {
                name,
                value,
                bounds,
            });
        }
    }
}

#[cfg(test)]
mod tests;
