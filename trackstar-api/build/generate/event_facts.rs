//! What the passes must know of events.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Error;
use super::document::{entries, reach, reference, text};
use super::facts::{Areas, Event, Facts, TypeFacts};
use super::operation_facts::page;

impl Facts {
    /// Reads all facts from a lowered document.
    pub fn read(document: &Value) -> Result<Self, Error> {
        let mut facts = Self::of_operations(document)?;
        facts.add_events(document)?;
        facts.add_branches(document);
        Ok(facts)
    }

    /// Reads what comes in by webhook, after all operations have been read.
    fn add_events(&mut self, document: &Value) -> Result<(), Error> {
        for (name, value) in entries(document.get("x-webhooks")) {
            self.add_event(document, name, value)?;
        }
        Ok(())
    }

    fn add_event(&mut self, document: &Value, name: &str, value: &Value) -> Result<(), Error> {
        let data = value.get("data").and_then(reference).ok_or_else(|| {
            Error::unexpected(format!("event {name}"), "its data has no named schema")
        })?;
        let areas = self.areas_of_event(name, value, data);
        let mut reached = BTreeSet::new();
        reach(document, value, &mut reached);
        for name in reached {
            let facts = self.type_facts(document, name);
            facts.event_areas.extend(areas.iter().cloned());
            facts.is_in_common_event |= areas.is_empty();
        }
        if let Some(facts) = self.types.get_mut(data) {
            facts.is_record = true;
        }
        let event = Event {
            areas,
            data: data.to_owned(),
            summary: text(value, "summary"),
            description: text(value, "description"),
            page: page(value),
        };
        self.events.insert(name.to_owned(), event);
        Ok(())
    }

    /// What its tags or its name say (`cart-order.created`), or else where its data is otherwise used.
    fn areas_of_event(&self, name: &str, value: &Value, data: &str) -> Areas {
        let tags: Vec<&str> = value
            .get("tags")
            .and_then(Value::as_array)
            .map(|tags| tags.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let said = tags.into_iter().chain(name.split(['-', '.']).next());
        if let Some(area) = said.filter_map(|word| self.profile.area(word)).next() {
            return [area.clone()].into();
        }
        let types = self.types.get(data);
        types.map(TypeFacts::features).unwrap_or_default()
    }
}
