//! Under which other names an operation is found.

use crate::generate::facts::Facts;
use crate::generate::operation_facts::Operation;

/// The vendor's name for what the operation does, that of its page, and the path.
///
/// Theirs is what `available_actions` of a connection lists: `get_orders` for `list_wms_orders`.
pub fn aliases(id: &str, operation: &Operation, facts: &Facts) -> Vec<String> {
    let mut words: Vec<&str> = id.split('_').collect();
    if let Some(first) = words.first_mut().filter(|first| **first == "list") {
        *first = "get";
    }
    if words.len() > 2 && words.get(1).copied() == operation.area.as_deref() {
        words.remove(1);
    }
    let mut all = vec![words.join("_")];
    if let Some(name) = page_name(operation)
        && name.contains('-')
        && of_one_operation(name, facts)
    {
        all.push(name.replace('-', "_"));
    }
    all.push(operation.path.clone());
    all.dedup();
    all.retain(|alias| {
        alias != id && !alias.contains(['"', '\'']) && !alias.contains(char::is_whitespace)
    });
    all
}

/// The last word of the address of the operation's page.
fn page_name(operation: &Operation) -> Option<&str> {
    operation.page.as_deref()?.rsplit('/').next()
}

fn of_one_operation(name: &str, facts: &Facts) -> bool {
    let of = |it: &&Operation| page_name(it) == Some(name);
    facts.operations.values().filter(of).count() == 1
}
