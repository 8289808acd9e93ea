//! Records read and set past all rules. Nothing comes back for a collection that the document does not have.

use serde_json::Value;

use super::document::id_field;
use super::respond::Api;
use super::store::{ListOrder, id_of};

pub(super) fn all(api: &Api, collection: &str) -> Option<Vec<Value>> {
    api.document.collections.get(collection)?;
    let mut store = api.store();
    let keys = store.keys(&api.document, collection, ListOrder::Id);
    Some(
        keys.iter()
            .filter_map(|(_, id)| store.get(&api.document, collection, id))
            .collect(),
    )
}

pub(super) fn ids(api: &Api, collection: &str) -> Option<Vec<String>> {
    api.document.collections.get(collection)?;
    let keys = api.store().keys(&api.document, collection, ListOrder::Id);
    Some(keys.into_iter().map(|(_, id)| id).collect())
}

pub(super) fn get(api: &Api, collection: &str, id: &str) -> Option<Value> {
    api.document.collections.get(collection)?;
    api.store().get(&api.document, collection, id)
}

/// Gives the id: the record's own, or one that is free.
pub(super) fn put(api: &Api, collection: &str, mut record: Value) -> Option<String> {
    let schema = api.document.collections.get(collection)?;
    let mut store = api.store();
    let id = match id_of(schema, &record) {
        Some(id) => id,
        None => {
            let id = store.free_id(&api.document, collection);
            record
                .as_object_mut()?
                .insert(id_field(schema).to_owned(), Value::from(id.clone()));
            id
        }
    };
    store.put(&api.document, collection, &id, &record);
    Some(id)
}

/// Sets some fields of a record. Gives the record.
pub(super) fn change(api: &Api, collection: &str, id: &str, fields: &Value) -> Option<Value> {
    let mut record = get(api, collection, id)?;
    let members = record.as_object_mut()?;
    members.extend(
        fields
            .as_object()?
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    api.store().put(&api.document, collection, id, &record);
    Some(record)
}

/// Whether there was such a record.
pub(super) fn remove(api: &Api, collection: &str, id: &str) -> bool {
    api.document.collections.contains_key(collection)
        && api.store().remove(&api.document, collection, id)
}
