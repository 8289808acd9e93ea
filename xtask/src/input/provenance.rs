//! Where schemas with new names were in the documents.

use std::collections::BTreeMap;

use crate::input::pointer::Pointer;

/// The places of schemas before they were renamed or hoisted, by their new names.
#[derive(Debug, Default)]
pub struct Provenance(BTreeMap<String, Pointer>);

impl Provenance {
    /// The original place of a place below a renamed schema. Other places stay.
    pub fn of(&self, at: &Pointer) -> Pointer {
        let keys: Vec<String> = at.keys().collect();
        match &keys[..] {
            [components, schemas, name, below @ ..]
                if components == "components" && schemas == "schemas" =>
            {
                let origin = self.0.get(name).cloned();
                let start = origin.unwrap_or_else(|| Pointer::at(&keys[..3]));
                below.iter().fold(start, |at, key| at.child(key))
            }
            _ => at.clone(),
        }
    }

    /// Records the place of a schema that has this name from now on.
    pub fn add(&mut self, name: &str, at: &Pointer) {
        let place = self.of(at);
        self.0.entry(name.to_owned()).or_insert(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_renamed_or_hoisted_schema_is_given_as_it_was() {
        let place = Pointer::parse;
        let mut provenance = Provenance::default();
        provenance.add("Order", &place("/components/schemas/OrderSchema"));
        provenance.add(
            "OrderStatus",
            &place("/components/schemas/Order/properties/status"),
        );
        for (now, before) in [
            (
                "/components/schemas/Order/items",
                "/components/schemas/OrderSchema/items",
            ),
            (
                "/components/schemas/OrderStatus/enum",
                "/components/schemas/OrderSchema/properties/status/enum",
            ),
            ("/components/schemas/Other", "/components/schemas/Other"),
            ("/paths/~1x/get", "/paths/~1x/get"),
        ] {
            assert_eq!(provenance.of(&place(now)), place(before));
        }
    }
}
