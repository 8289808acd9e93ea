//! Connections, links and integrations: what is about the organisation.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::emulator::connections::connection::Connection;
use crate::emulator::connections::integrations;
use crate::emulator::connections::links::Wish;
use crate::emulator::connections::schedule::later;
use crate::emulator::events::Event;
use crate::emulator::records::generate::stamp;
use crate::emulator::records::store::Store;
use crate::emulator::rules::refusal::Refusal;

use super::effects::wrapped;
use super::respond::Call;
use super::{Api, State};

const MAGIC_LINKS: &str = "magic-links";

type Result<T = Value> = std::result::Result<T, Refusal>;

impl Api {
    /// What an operation does that is not about the records of a connection. None for all others.
    pub(super) fn administer(&self, state: &mut State, call: &Call) -> Option<Result> {
        let value = |name: &str| {
            call.values
                .iter()
                .find(|(other, _)| other == name)
                .map_or("", |(_, value)| value)
        };
        Some(match call.operation.id.as_str() {
            "list_connections" => self.list_connections(state, call),
            "get_connection" => self.get_connection(state, call),
            "update_connection" => self.update_connection(state, call),
            "delete_connection" => self.delete_connection(state, call),
            "create_link_token" => {
                let token = state.new_id("link");
                state
                    .links
                    .add_token(token.clone(), wish(&call.body), self.now());
                Ok(json!({"link_token": token}))
            }
            "exchange_link" => self.exchange_link(state, call),
            "list_magic_links" => {
                let links = state.organisation.list(MAGIC_LINKS, None);
                let links: Vec<Value> = links.map(|link| self.with_url(link.record())).collect();
                Ok(wrapped(call.operation, Value::Array(links)))
            }
            "get_magic_link" => {
                let found = state.organisation.get(MAGIC_LINKS, call.id());
                let found = found.ok_or_else(|| Refusal::not_found(call.id()));
                found.map(|link| wrapped(call.operation, self.with_url(link)))
            }
            "create_magic_link" => self.create_magic_link(state, call),
            "delete_magic_link" => match state.organisation.remove(MAGIC_LINKS, call.id()) {
                true => Ok(json!({"id": call.id(), "object": "magic_link", "deleted": true})),
                false => Err(Refusal::not_found(call.id())),
            },
            "generate_sandbox" => self.generate_sandbox(state, call),
            "list_integrations"
            | "list_integrations_of_type"
            | "get_integration"
            | "get_integration_of_type" => {
                let name = Some(value("integration_name")).filter(|name| !name.is_empty());
                let info = integrations::info(
                    &self.document,
                    value("integration_type"),
                    name.unwrap_or("sandbox"),
                );
                Ok(json!({"data": [info]}))
            }
            "get_integration_write_info" => Ok(integrations::write_info(
                &self.document,
                value("integration_type"),
            )),
            id if id.ends_with("_meta") => {
                let method = call
                    .query
                    .values
                    .get("method")
                    .map_or("POST", String::as_str);
                let path = call.operation.path.trim_start_matches('/');
                let collection = path.split("/meta").next().unwrap_or_default();
                Ok(integrations::meta(&self.document, collection, method))
            }
            _ => return self.sync(state, call),
        })
    }

    fn list_connections(&self, state: &State, call: &Call) -> Result {
        let now = self.now();
        let after = call.query.page_token.as_deref().unwrap_or_default();
        if !after.is_empty() && state.connections.get(after).is_none() {
            return Err(Refusal::invalid(
                "query",
                "page_token",
                "Not a valid page token.",
            ));
        }
        let mut all = state
            .connections
            .all()
            .filter(|connection| connection.id.as_str() > after)
            .peekable();
        let mut data = Vec::new();
        let mut last = None;
        while let Some(connection) = all.next_if(|_| data.len() < call.query.limit) {
            data.push(connection.to_json(&self.document, now));
            last = Some(&connection.id);
        }
        let next_token = last.filter(|_| all.peek().is_some());
        Ok(json!({"total_count": data.len(), "data": data, "next_token": next_token}))
    }

    fn get_connection(&self, state: &State, call: &Call) -> Result {
        let found = state
            .connections
            .get(call.id())
            .ok_or_else(|| Refusal::not_found(call.id()))?;
        let connection = found.to_json(&self.document, self.now());
        match call.operation.is_many {
            true => Ok(json!({"data": [connection], "next_token": null, "total_count": 1})),
            false => Ok(wrapped(call.operation, connection)),
        }
    }

    fn update_connection(&self, state: &mut State, call: &Call) -> Result {
        let connection = connection(state, call)?;
        if let Some(customer) = call.body.get("customer_id") {
            connection.customer_id = customer.as_str().map(str::to_owned);
        }
        if let Some(disabled) = call.body["webhooks_disabled"].as_bool() {
            connection.webhooks_disabled = disabled;
        }
        Ok(json!({"id": connection.id, "object": "connection", "updated": true}))
    }

    fn delete_connection(&self, state: &mut State, call: &Call) -> Result {
        let now = self.now();
        let connection = connection(state, call)?;
        let id = connection.id.clone();
        let event = Event::new("connection.deleted", json!({"deleted_date": stamp(now)}));
        self.send(connection, event);
        state.connections.delete(call.token, &id);
        Ok(json!({"id": id, "object": "connection", "deleted": true}))
    }

    fn exchange_link(&self, state: &mut State, call: &Call) -> Result {
        let code = call.body["auth_code"].as_str().unwrap_or_default();
        let wish = state.links.exchange(code, self.now());
        let mut wish =
            wish.ok_or_else(|| Refusal::new(400, "The auth code is unknown, used or expired"))?;
        if let Some(customer) = call.body["customer_id"].as_str() {
            wish.customer_id = Some(customer.to_owned());
        }
        let id = self.install(state, wish)?;
        let connection = state
            .connections
            .get(&id)
            .ok_or_else(|| Refusal::not_found(&id))?;
        Ok(connection.exchanged(&self.document))
    }

    /// Makes a connection, or installs one anew: it keeps its token and its records.
    fn install(&self, state: &mut State, wish: Wish) -> Result<String> {
        let now = self.now();
        if let Some(id) = wish.connection_id {
            return match state.connections.get_mut(&id) {
                Some(connection) => {
                    connection.customer_id = wish.customer_id.or(connection.customer_id.take());
                    Ok(id)
                }
                None => Err(Refusal::not_found(&id)),
            };
        }
        let (id, token) = (state.new_id("connection"), state.new_id("token"));
        let seed = state.rng.u64(..);
        let store = Store::new(
            self.document.clone(),
            seed,
            self.settings.records,
            self.settings.order,
        );
        let integration = (
            wish.integration_type.as_str(),
            wish.integration_name.as_str(),
        );
        let times = (now, self.settings.sync_times);
        let mut connection = Connection::new(
            (id.clone(), token),
            integration,
            &self.document,
            store,
            times,
        );
        connection.customer_id = wish.customer_id;
        for action in wish
            .disabled
            .iter()
            .filter(|action| !wish.enabled.contains(action))
        {
            connection.disable(action, true, now);
        }
        let data = json!({"created_date": stamp(now), "access_token": connection.token});
        self.send(&connection, Event::new("connection.created", data));
        state.connections.add(connection);
        Ok(id)
    }

    fn create_magic_link(&self, state: &mut State, call: &Call) -> Result {
        let id = state.organisation.free_id(MAGIC_LINKS);
        let days = call.body["link_duration"].as_i64().unwrap_or(7);
        if days < 1 {
            return Err(Refusal::invalid(
                "json",
                "link_duration",
                "Must be at least 1.",
            ));
        }
        let expires = later(
            self.now(),
            TimeDelta::try_days(days).unwrap_or(TimeDelta::MAX),
        );
        let mut link = json!({
            "id": id, "expires_at": stamp(expires), "integration_type": "wms", "integration_allow_list": [],
            "integration_block_list": [], "integrations_with_endpoints": [], "customer_id": null, "url": "",
        });
        for (name, value) in call
            .body
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| *name != "link_duration")
        {
            link[name] = value.clone();
        }
        state.organisation.put(MAGIC_LINKS, &id, &link);
        Ok(wrapped(call.operation, self.with_url(link)))
    }

    /// The link as the API shows it: what was asked of its connection stays here. A person who opens its address has
    /// installed what it is for.
    fn with_url(&self, mut link: Value) -> Value {
        let url = format!(
            "{}/_emulator/link/{}",
            self.base_url,
            link["id"].as_str().unwrap_or_default()
        );
        let record = self
            .document
            .collections
            .get(MAGIC_LINKS)
            .map(|known| known.record);
        if let (Some(members), Some(record)) = (link.as_object_mut(), record) {
            members.insert("url".to_owned(), Value::from(url));
            members.retain(|name, _| self.document.schemas.property(record, name).is_some());
        }
        link
    }

    /// Does what an end customer does in the connect dialog of a link token or a magic link. A link token gives a
    /// code to exchange; a magic link makes the connection at once.
    pub(crate) fn finish_link(
        &self,
        token: &str,
        integration_type: &str,
        integration_name: &str,
    ) -> Result {
        let now = self.now();
        let mut state = self.state();
        let code = state.new_id("code");
        if let Some(wish) = state.links.finish(token, code.clone(), now) {
            wish.integration_type = integration_type.to_owned();
            wish.integration_name = integration_name.to_owned();
            return Ok(json!({"auth_code": code}));
        }
        let link = state
            .organisation
            .get(MAGIC_LINKS, token)
            .ok_or_else(|| Refusal::not_found(token))?;
        if link["expires_at"]
            .as_str()
            .is_none_or(|expires| expires <= stamp(now).as_str())
        {
            return Err(Refusal::new(410, "The link has expired"));
        }
        let of_link = link["integration_type"]
            .as_str()
            .unwrap_or(integration_type)
            .to_owned();
        let wish = Wish {
            integration_type: of_link,
            integration_name: integration_name.to_owned(),
            ..wish(&link)
        };
        let id = self.install(&mut state, wish)?;
        Ok(json!({"connection_id": id}))
    }

    /// The access token of a connection, or of the one that there is from the beginning.
    pub(crate) fn token_of(&self, connection: Option<&str>) -> Option<String> {
        let mut state = self.state();
        let found = match connection {
            Some(id) => state.connections.get(id),
            None => state.connections.first().map(|first| &*first),
        };
        found.map(|connection| connection.token.clone())
    }
}

/// The connection that a request is about.
pub(super) fn connection<'a>(state: &'a mut State, call: &Call) -> Result<&'a mut Connection> {
    let id = call.connection.as_deref().unwrap_or_default();
    state
        .connections
        .get_mut(id)
        .ok_or_else(|| Refusal::not_found(id))
}

fn wish(body: &Value) -> Wish {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    Wish {
        customer_id: text("customer_id"),
        connection_id: text("connection_id"),
        disabled: texts(&body["disabled_functions"]),
        enabled: texts(&body["enabled_functions"]),
        ..Wish::default()
    }
}

pub(super) fn texts(list: &Value) -> Vec<String> {
    let texts = list
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
