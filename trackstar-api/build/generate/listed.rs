//! Records that can be read by when they changed: a row for each, with the operation that lists it and the events
//! that carry it. The client's macro `listed!` makes a trait of them.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::document::named;
use super::facts::Facts;
use super::features::cfg;
use super::operation_facts::{Envelope, Operation, Token};
use super::parameters::ParameterKind;
use super::rust_types::rust_type;

/// The time that moves whenever the vendor's copy of a record changes, and how it has to be filtered by.
const CHANGED: (&str, [&str; 2]) = ("trackstar_updated_date", ["gte", "lt"]);

/// One row for each record. Of several lists of a record, the one with the shortest path is its own.
pub fn rewrite(facts: &Facts) -> Vec<TokenStream> {
    let mut lists: BTreeMap<&str, (&str, &Operation)> = BTreeMap::new();
    for (id, operation) in &facts.operations {
        let Some(name) = listed(operation, facts) else {
            continue;
        };
        let list = lists.entry(name).or_insert((id, operation));
        if operation.path.len() < list.1.path.len() {
            *list = (id, operation);
        }
    }
    let rows = lists.into_iter().map(|(name, (id, operation))| {
        let cfg = cfg(&operation.area.clone().into_iter().collect());
        let events = facts.events.iter().filter(|(_, event)| event.data == name);
        let events = events.map(|(wire, _)| wire);
        let record = rust_type(&operation.response.schema);
        let list = format_ident!("{}", id.to_uppercase());
        quote!(#cfg crate::changes::listed!(#record, operation::#list, [#(#events),*]);)
    });
    rows.collect()
}

/// The name of the record that an operation lists in full, by when each changed.
fn listed<'a>(operation: &'a Operation, facts: &Facts) -> Option<&'a str> {
    let name = named(&operation.response.schema)?;
    let record = facts.types.get(name)?;
    let (field, operators) = CHANGED;
    let is_filtered = operation.query_parameters.iter().any(|parameter| {
        let has = |operator: &&str| match &parameter.kind {
            ParameterKind::Filter(known) => known.iter().any(|name| name == operator),
            _ => false,
        };
        parameter.wire == field && operators.iter().all(has)
    });
    let has_ids = operation.query_parameters.iter();
    let has_ids = has_ids
        .map(|it| &it.kind)
        .any(|it| *it == ParameterKind::Ids);
    let is_list = operation.response.envelope == Envelope::Page
        && operation.is_paged
        && operation.path_parameters.is_empty()
        && operation.token == Token::Required;
    (is_list && is_filtered && has_ids && record.is_resource && record.has_id).then_some(name)
}
