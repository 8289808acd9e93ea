//! The names of operations and schemas, by rules: they do not depend on who describes the API.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde_json::{Map, Value};

use super::identifiers::{can_be_in_name, is_identifier, rust_field, rust_name};
use super::inflect::singular;
use super::schemas::is_same;
use crate::input::{Names, Profile};
use crate::input::{
    Pointer, Problem, Problems, Provenance, for_each_operation, for_each_target, members_mut,
};

/// Names a schema or an operation, in place of the rules.
pub const RUST_NAME: &str = "x-rust-name";

/// Names every operation and every component schema, and records where each schema was.
pub fn rename(
    document: &mut Value,
    profile: &Profile,
    provenance: &mut Provenance,
) -> Result<(), Problem> {
    let mut problems = Problems::default();
    rename_operations(document, &profile.names, &mut problems);
    *provenance = rename_schemas(document, profile, &mut problems);
    problems.result()
}

fn rename_operations(document: &mut Value, rules: &Names, problems: &mut Problems) {
    let mut taken: BTreeMap<String, Pointer> = BTreeMap::new();
    let Ok(()) = for_each_operation(document, |path, method, at, operation| {
        let own = operation.get(RUST_NAME);
        let own = own.and_then(|own| problems.keep(given(own, rust_field, &at.child(RUST_NAME))));
        let name = own.unwrap_or_else(|| operation_name(method, path, rules));
        if let Some(other) = taken.get(&name) {
            problems.add(clash(&name, other, at));
        }
        taken.insert(name.clone(), at.clone());
        operation["operationId"] = name.into();
        if let Some(members) = operation.as_object_mut() {
            members.remove(RUST_NAME);
        }
        Ok::<(), Infallible>(())
    });
}

/// The name of an operation: what is done, then where, in the words of the path.
fn operation_name(method: &str, path: &str, rules: &Names) -> String {
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let is_item = segments.last().is_some_and(|last| last.starts_with('{'));
    let mut words: Vec<&str> = segments
        .iter()
        .copied()
        .filter(|segment| !segment.starts_with('{'))
        .filter(|segment| !rules.silent_words.iter().any(|word| word == segment))
        .collect();
    if words.is_empty() {
        words.push("root");
    }
    let last = words.last().copied().unwrap_or_default();

    if let Some([first, rest @ ..]) = rules.verbs.get(last).map(Vec::as_slice)
        && method != "get"
    {
        words.pop();
        return join(first, &words, true, rest, rules);
    }
    let is_one = is_item || method != "get";
    let verb = match (method, is_item) {
        ("get", false) => "list",
        ("get", true) => "get",
        ("post", _) => "create",
        ("put" | "patch", _) => "update",
        (other, _) => other,
    };
    join(verb, &words, is_one, &[], rules)
}

/// Every word but the last is in the singular; the last is if asked.
fn join(verb: &str, words: &[&str], is_last_one: bool, rest: &[String], rules: &Names) -> String {
    let count = words.len();
    let words = words.iter().enumerate().map(|(index, word)| {
        if is_last_one || index + 1 < count {
            singular(word, &rules.uncounted_words)
        } else {
            (*word).to_owned()
        }
    });
    let all: Vec<String> = std::iter::once(verb.to_owned())
        .chain(words)
        .chain(rest.iter().cloned())
        .collect();
    let name = all.join("_").to_lowercase();
    let words = name.split(|c: char| !can_be_in_name(c) || c == '_');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("_")
}

fn rename_schemas(document: &mut Value, profile: &Profile, problems: &mut Problems) -> Provenance {
    let at = Pointer::schemas();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut taken: BTreeMap<String, (Pointer, Value)> = BTreeMap::new();
    for (name, schema) in members_mut(document.pointer_mut("/components/schemas")) {
        let place = at.child(name);
        let own = schema.get(RUST_NAME);
        let own = own.and_then(|own| problems.keep(given(own, rust_name, &place.child(RUST_NAME))));
        let new = own.unwrap_or_else(|| schema_name(name, profile));
        if let Some(keywords) = schema.as_object_mut() {
            keywords.remove(RUST_NAME);
        }
        names.insert(place.reference(), new.clone());
        match taken.get_mut(&new) {
            Some((_, known)) if is_same(known, schema) => describe(known, schema),
            Some((other, _)) => problems.add(clash(&new, other, &place)),
            None => {
                taken.insert(new, (place, schema.clone()));
            }
        }
    }
    let mut provenance = Provenance::default();
    let mut schemas = Map::new();
    for (name, (place, schema)) in taken {
        provenance.add(&name, &place);
        schemas.insert(name, schema);
    }
    if let Some(Value::Object(old)) = document.pointer_mut("/components/schemas") {
        *old = schemas;
    }
    for_each_target(document, |target| {
        if let Some(new) = names.get(target) {
            *target = Pointer::schema(new).reference();
        }
    });
    provenance
}

/// Keeps the first description of schemas that are otherwise equal.
fn describe(known: &mut Value, schema: &Value) {
    let text = schema.get("description").cloned();
    if let (Some(keywords), Some(text)) = (known.as_object_mut(), text) {
        keywords.entry("description").or_insert(text);
    }
}

/// A name from the overlay, if it is a valid name in Rust.
pub fn given(own: &Value, rule: impl Fn(&str) -> String, at: &Pointer) -> Result<String, Problem> {
    match own.as_str() {
        Some(own) if rule(own) == own && is_identifier(own) => Ok(own.to_owned()),
        own => Err(Problem::new(format!(
            "`{RUST_NAME}` is {}, which is not a name for this in Rust",
            own.map_or("not a text".to_owned(), |own| format!("{own:?}"))
        ))
        .at(at)
        .remedy(match own.map(rule) {
            Some(name) if is_identifier(&name) => format!("call it `{name}`"),
            _ => "give it another name".to_owned(),
        })),
    }
}

/// The Rust name of a schema, without what vendors append. The rule keeps its own results.
fn schema_name(name: &str, profile: &Profile) -> String {
    let mut name = without_endings(name, profile);
    // `a-schema` → `ASchema` → `A`: each step makes the name shorter, or is the last.
    for _ in 0..8 {
        let again = without_endings(&name, profile);
        if again == name {
            break;
        }
        name = again;
    }
    name
}

/// The name of a schema that had none, made of its place. An ending that vendors append is part of the name
/// here: `Value` after it keeps it from being removed.
pub fn name_by_place(place: &str, profile: &Profile) -> String {
    let mut name = rust_name(place);
    if schema_name(&name, profile) != name {
        name = schema_name(&format!("{name}Value"), profile);
    }
    name
}

fn without_endings(name: &str, profile: &Profile) -> String {
    let mut name = name;
    let endings = &profile.names.schema_endings;
    while let Some(stem) = endings
        .iter()
        .find_map(|ending| name.strip_suffix(ending.as_str()))
    {
        if stem.is_empty() {
            break;
        }
        name = stem;
    }
    rust_name(&with_spaced_area(name, &profile.client.areas))
}

/// `CreateerpSalesOrder` → `Create_erp_SalesOrder`: vendors insert the name of an area without a capital.
fn with_spaced_area(name: &str, areas: &[String]) -> String {
    for area in areas {
        for (start, _) in name.match_indices(area.as_str()) {
            let (before, after) = (&name[..start], &name[start + area.len()..]);
            let is_between = before.ends_with(|c: char| c.is_ascii_lowercase())
                && after.starts_with(|c: char| c.is_ascii_uppercase());
            if is_between {
                return format!("{before}_{area}_{after}");
            }
        }
    }
    name.to_owned()
}

fn clash(name: &str, other: &Pointer, at: &Pointer) -> Problem {
    Problem::new(format!(
        "this would be called `{name}`, as {other} already is"
    ))
    .at(at)
    .remedy(format!(
        "give one of the two a `{RUST_NAME}` in openapi/overlay.yaml"
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operations_are_named_by_method_and_path() {
        let rules = Profile::of_this_repository().names;
        for (call, name) in [
            ("get /wms/orders", "list_wms_orders"),
            ("get /wms/orders/{order_id}", "get_wms_order"),
            ("post /wms/orders", "create_wms_order"),
            ("put /wms/orders/{order_id}", "update_wms_order"),
            ("patch /connections", "update_connection"),
            ("delete /magic-links/{magic_link_id}", "delete_magic_link"),
            ("put /wms/orders/{order_id}/cancel", "cancel_wms_order"),
            (
                "put /wms/inbound-shipments/{id}/receive",
                "receive_wms_inbound_shipment",
            ),
            (
                "put /wms/orders/{order_id}/trackstar-tags",
                "set_wms_order_tags",
            ),
            ("get /wms/orders/{order_id}/packs", "list_wms_order_packs"),
            (
                "post /wms/orders/{order_id}/shipments",
                "create_wms_order_shipment",
            ),
            ("get /wms/labor-activities/{id}", "get_wms_labor_activity"),
            ("get /wms/inventory", "list_wms_inventory"),
            ("put /wms/inventory/{id}/adjust", "adjust_wms_inventory"),
            (
                "put /cart/products/{id}/adjust-inventory",
                "adjust_cart_product_inventory",
            ),
            (
                "get /wms/warehouses/{id}/locations/{location_id}",
                "get_wms_warehouse_location",
            ),
            ("post /link/exchange", "exchange_link"),
            ("post /connections/sync", "sync_connection"),
            ("get /magic-links", "list_magic_links"),
            (
                "put /cart/products/batch-adjust-inventory",
                "batch_adjust_cart_product_inventory",
            ),
            (
                "put /sandbox/simulate/orders/{order_id}/fulfill",
                "fulfill_sandbox_order",
            ),
        ] {
            let (method, path) = call.split_once(' ').unwrap();
            assert_eq!(operation_name(method, path, &rules), name, "{call}");
        }
    }

    #[test]
    fn schemas_lose_what_vendors_append() {
        let profile = Profile::of_this_repository();
        for (name, short) in [
            ("OrderSchema", "Order"),
            ("CreateOrderSchema--Base_Schema--", "CreateOrder"),
            ("wmsCreateOrderResponse", "WmsCreateOrderResponse"),
            (
                "WmsOrdersShipment.CreatedWebhookSchema",
                "WmsOrdersShipmentCreatedWebhook",
            ),
            ("DeleteMagic_LinkResponse", "DeleteMagicLinkResponse"),
            ("CreateerpSalesOrderInputSchema", "CreateErpSalesOrderInput"),
            ("Schema", "Schema"),
            ("3PL", "N3pl"),
            ("APIUpdate1", "ApiUpdate1"),
        ] {
            assert_eq!(schema_name(name, &profile), short, "{name}");
        }
    }

    #[test]
    fn a_name_by_the_rules_stays_the_same() {
        let profile = Profile::of_this_repository();
        for text in [
            "a-schema",
            "OrderSchema--Base_Schema--",
            "CreateerpOrdererpItem",
            "x-y-z",
            "Box",
        ] {
            for name in [schema_name(text, &profile), name_by_place(text, &profile)] {
                assert_eq!(schema_name(&name, &profile), name, "{text}");
            }
        }
        assert_eq!(name_by_place("OrderSchema", &profile), "OrderSchemaValue");
    }

    #[test]
    fn schemas_that_are_alike_may_share_a_name() {
        let tags = json!({"properties": {"tags": {"type": "array"}}, "x-rust-name": "Tags"});
        let mut document = json!({"components": {"schemas": {
            "OrderTags": tags, "ReturnTags": tags,
            "Both": {"anyOf": [{"$ref": "#/components/schemas/ReturnTags"}]},
        }}});
        rename(
            &mut document,
            &Profile::of_this_repository(),
            &mut Provenance::default(),
        )
        .unwrap();
        let schemas = &document["components"]["schemas"];
        assert_eq!(
            schemas["Both"]["anyOf"][0]["$ref"],
            "#/components/schemas/Tags"
        );
        assert_eq!(schemas.as_object().unwrap().len(), 2);
    }

    #[test]
    fn a_clash_is_refused_with_both_places_unless_one_is_renamed() {
        let list = json!({"type": "array", "items": {}});
        let mut document =
            json!({"components": {"schemas": {"Order": {}, "OrderSchema": list.clone()}}});
        let problem = rename(
            &mut document.clone(),
            &Profile::of_this_repository(),
            &mut Provenance::default(),
        )
        .unwrap_err()
        .to_string();
        for place in [
            "/components/schemas/Order ",
            "/components/schemas/OrderSchema",
        ] {
            assert!(problem.contains(place), "{problem}");
        }
        document["components"]["schemas"]["Order"][RUST_NAME] = "ShortOrder".into();
        rename(
            &mut document,
            &Profile::of_this_repository(),
            &mut Provenance::default(),
        )
        .unwrap();
        assert_eq!(
            document["components"]["schemas"],
            json!({"ShortOrder": {}, "Order": list})
        );
    }
}
