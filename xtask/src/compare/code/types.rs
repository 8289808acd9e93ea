//! The data types and the events.

use std::collections::BTreeMap;

use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, ItemStruct};

use super::super::public_api::is_public;
use super::super::subject::{Aspect, Kind, Subject};
use super::rows::{Events, Record, Union, Values};
use super::{Reader, features, tokens};

/// The field for everything that the document does not describe.
const EXTRA: &str = "extra";

/// What the macros say of types, by type.
#[derive(Default)]
struct Rows {
    records: BTreeMap<String, Vec<[String; 3]>>,
    enums: BTreeMap<String, Vec<[String; 2]>>,
    unions: BTreeMap<String, Vec<[String; 2]>>,
}

/// Reads the module of types.
pub fn read(reader: &mut Reader, items: &[Item]) {
    let mut rows = Rows::default();
    for item in items {
        if let Item::Macro(item) = item {
            let name = tokens::last(&item.mac.path);
            let body = &item.mac;
            match name.as_str() {
                "record" => {
                    if let Ok(row) = body.parse_body::<Record>() {
                        rows.records.insert(row.name.to_string(), row.fields);
                        continue;
                    }
                }
                "open_enum" => {
                    if let Ok(row) = body.parse_body::<Values>() {
                        rows.enums.insert(row.name.to_string(), row.values);
                        continue;
                    }
                }
                "union_of" => {
                    if let Ok(row) = body.parse_body::<Union>() {
                        rows.unions.insert(row.name.to_string(), row.variants);
                        continue;
                    }
                }
                // The type shows it.
                "named" => continue,
                "common_fields" => {
                    common_fields(reader, item);
                    continue;
                }
                _ => {}
            }
            reader.other("types::", &Item::Macro(item.clone()));
        }
    }
    for item in items {
        match item {
            Item::Struct(item) if is_public(&item.vis) => structure(reader, item, &rows),
            Item::Enum(item) if is_public(&item.vis) => {
                let subject = Subject::whole(Kind::Type, item.ident.to_string());
                whole(reader, &subject, &item.attrs);
                enumeration(reader, &subject, item, &rows);
            }
            Item::Macro(_) | Item::Impl(_) => {}
            other => reader.other("types::", other),
        }
    }
    for item in items {
        if let Item::Impl(item) = item {
            implementation(reader, item, &rows);
        }
    }
}

/// Reads the module of events.
pub fn events(reader: &mut Reader, items: &[Item]) {
    for item in items {
        let rows = match item {
            Item::Macro(item) => item.mac.parse_body::<Events>().ok(),
            _ => None,
        };
        let Some(Events(rows)) = rows else {
            reader.other("events::", item);
            continue;
        };
        for row in rows {
            let subject = Subject::whole(Kind::Webhook, row.wire);
            reader.add(&subject, Aspect::Variant, row.variant);
            reader.add(&subject, Aspect::Type, row.data);
            if !row.features.is_empty() {
                let with = row
                    .features
                    .iter()
                    .map(|area| format!("webhooks with {area}"));
                let with = with.collect::<Vec<_>>().join(", ");
                reader.add(&subject, Aspect::Features, with);
            }
        }
    }
}

fn common_fields(reader: &mut Reader, item: &syn::ItemMacro) {
    let text = item.mac.tokens.to_string();
    let (name, dates) = text.split_once('{').unwrap_or((&text, ""));
    let subject = Subject::whole(Kind::Type, name.trim());
    reader.offer(&subject, "Record");
    let dates = dates.trim_end_matches('}').replace(" ,", ",");
    let aspect = Aspect::Conduct("dates of a Record".to_owned());
    reader.add(&subject, aspect, dates.trim());
}

/// Adds the features that a type needs, and the traits that are derived for it.
fn whole(reader: &mut Reader, subject: &Subject, attributes: &[Attribute]) {
    reader.add(subject, Aspect::Features, features(attributes));
    for attribute in attributes.iter().filter(|a| a.path().is_ident("derive")) {
        // A derive that is not a list of names adds nothing.
        let _ = attribute.parse_nested_meta(|derived| {
            reader.offer(subject, tokens::last(&derived.path));
            Ok(())
        });
    }
}

fn structure(reader: &mut Reader, item: &ItemStruct, rows: &Rows) {
    let name = item.ident.to_string();
    let subject = Subject::whole(Kind::Type, &name);
    whole(reader, &subject, &item.attrs);
    let Fields::Named(fields) = &item.fields else {
        let types = item.fields.iter().map(|field| tokens::rust(&field.ty));
        reader.add(&subject, Aspect::Type, types.collect::<Vec<_>>().join(", "));
        return;
    };
    reader.add(&subject, Aspect::Type, "struct");
    let rows = rows.records.get(&name).map(Vec::as_slice);
    for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
        let rust = field.ident.as_ref().map(ToString::to_string);
        let rust = rust.unwrap_or_default();
        let ty = tokens::rust(&field.ty);
        if rust == EXTRA {
            reader.add(&subject, Aspect::Offer(EXTRA.to_owned()), ty);
            continue;
        }
        let row = rows.unwrap_or_default().iter().find(|row| row[0] == rust);
        let subject = Subject::part(Kind::Field, &name, wire(row, &rust));
        reader.add(&subject, Aspect::Type, ty);
        reader.add(&subject, Aspect::Name, rust);
        if let Some([_, _, kind]) = row {
            reader.add(&subject, Aspect::Reading, kind.replace('_', " "));
        }
    }
}

/// The name of a field on the wire; where no row says it, its name in Rust.
fn wire<'a>(row: Option<&'a [String; 3]>, rust: &'a str) -> &'a str {
    row.map_or(rust, |[_, wire, _]| wire)
}

fn enumeration(reader: &mut Reader, subject: &Subject, item: &syn::ItemEnum, rows: &Rows) {
    let name = subject.owner();
    let values = rows.enums.get(name);
    let union = rows.unions.get(name);
    let kind = match (values, union) {
        (Some(_), _) => "open enum",
        (None, Some(_)) => "union",
        (None, None) => "enum",
    };
    reader.add(subject, Aspect::Type, kind);
    for variant in &item.variants {
        let rust = variant.ident.to_string();
        let value = values.and_then(|all| all.iter().find(|[name, _]| *name == rust));
        if let Some([_, value]) = value {
            let subject = Subject::part(Kind::Value, name, value);
            reader.add(&subject, Aspect::Variant, rust);
            continue;
        }
        let held = variant.fields.iter().map(|field| tokens::rust(&field.ty));
        let held = held.collect::<Vec<_>>().join(", ");
        let known_by = union.and_then(|all| all.iter().find(|[name, _]| *name == rust));
        let subject = Subject::part(Kind::Variant, name, rust);
        reader.add(&subject, Aspect::Type, held);
        if let Some([_, known_by]) = known_by {
            reader.add(&subject, Aspect::Reading, known_by);
        }
    }
}

fn implementation(reader: &mut Reader, item: &ItemImpl, rows: &Rows) {
    let name = tokens::rust(&item.self_ty);
    let subject = Subject::whole(Kind::Type, &name);
    if let Some((of, _)) = &item.trait_ {
        // By the last segment of its name, as a derived trait.
        reader.offer(&subject, tokens::last(of));
        return;
    }
    let fields = rows.records.get(&name).map(Vec::as_slice);
    for member in &item.items {
        let ImplItem::Fn(function) = member else {
            continue;
        };
        if !is_public(&function.vis) {
            continue;
        }
        let signature = &function.sig;
        let rust = signature.ident.to_string();
        let row = fields.unwrap_or_default().iter().find(|row| row[0] == rust);
        let arguments = tokens::arguments(signature);
        match (rust.as_str(), row, &arguments[..]) {
            ("new", ..) => {
                let each = arguments.iter().map(|(name, ty)| format!("{name}: {ty}"));
                reader.add(&subject, Aspect::New, each.collect::<Vec<_>>().join(", "));
            }
            (EXTRA, ..) => reader.add(&subject, Aspect::Setters, "yes"),
            (_, Some(row), [(_, ty)]) => {
                let field = Subject::part(Kind::Field, &name, &row[1]);
                reader.add(&field, Aspect::Setter, ty);
            }
            _ => reader.function(&subject, signature),
        }
    }
}
