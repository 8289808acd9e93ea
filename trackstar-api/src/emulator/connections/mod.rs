//! Connections: each has its access token, its schedules and its own records.

pub(crate) mod connection;
pub(crate) mod integrations;
pub(crate) mod links;
pub(crate) mod schedule;
pub(crate) mod syncs;

use std::collections::{BTreeMap, HashMap, HashSet};

use connection::Connection;

use crate::emulator::rules::refusal::Refusal;

/// All connections of the organisation.
pub(crate) struct Connections {
    all: BTreeMap<String, Connection>,
    /// Ids of connections by their access tokens.
    tokens: HashMap<String, String>,
    /// Tokens of connections that were deleted.
    deleted: HashSet<String>,
    /// The connection that there is from the beginning.
    first: String,
    /// Whether a token that nobody was given is one of the first connection.
    takes_any: bool,
}

impl Connections {
    /// With a first connection, which also has all tokens that nobody was given, if it is to.
    pub(crate) fn new(first: Connection, takes_any: bool) -> Self {
        let mut connections = Self {
            all: BTreeMap::new(),
            tokens: HashMap::new(),
            deleted: HashSet::new(),
            first: first.id.clone(),
            takes_any,
        };
        connections.add(first);
        connections
    }

    pub(crate) fn add(&mut self, connection: Connection) {
        self.tokens
            .insert(connection.token.clone(), connection.id.clone());
        self.all.insert(connection.id.clone(), connection);
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Connection> {
        self.all.values()
    }

    pub(crate) fn all_mut(&mut self) -> impl Iterator<Item = &mut Connection> {
        self.all.values_mut()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Connection> {
        self.all.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Connection> {
        self.all.get_mut(id)
    }

    /// The connection that there is from the beginning, unless it was deleted.
    pub(crate) fn first(&mut self) -> Option<&mut Connection> {
        self.all.get_mut(&self.first)
    }

    /// The id of the connection that has this token.
    pub(crate) fn id_of(&self, token: &str) -> Result<String, Refusal> {
        let given = self.tokens.get(token);
        let any = (self.takes_any && !token.is_empty() && !self.deleted.contains(token))
            .then_some(&self.first);
        let id = given.or(any).filter(|id| self.all.contains_key(*id));
        id.cloned()
            .ok_or_else(|| Refusal::new(401, "Invalid access token"))
    }

    /// The token is worthless from then on. The first connection stays if others of its tokens may be in use.
    pub(crate) fn delete(&mut self, token: &str, id: &str) {
        self.deleted.insert(token.to_owned());
        self.tokens.remove(token);
        if id != self.first || !self.takes_any {
            self.all.remove(id);
        }
    }
}
