//! Link tokens and the codes that a connect dialog gives for them. Both expire, and work once.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::schedule::later;

const TOKEN_MINUTES: i64 = 30;
const CODE_MINUTES: i64 = 10;

/// What a connection is to be made of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) customer_id: Option<String>,
    /// An existing connection to install anew.
    pub(crate) connection_id: Option<String>,
    pub(crate) integration_type: String,
    pub(crate) integration_name: String,
    /// What to disable, and what to enable, for the new connection.
    pub(crate) disabled: Vec<String>,
    pub(crate) enabled: Vec<String>,
}

#[derive(Default)]
pub(crate) struct Links {
    tokens: HashMap<String, (DateTime<Utc>, Wish)>,
    codes: HashMap<String, (DateTime<Utc>, Wish)>,
}

impl Links {
    pub(crate) fn add_token(&mut self, token: String, wish: Wish, now: DateTime<Utc>) {
        self.tokens
            .insert(token, (later(now, TimeDelta::minutes(TOKEN_MINUTES)), wish));
    }

    /// Ends the dialog of a token: its code can be exchanged.
    pub(crate) fn finish(
        &mut self,
        token: &str,
        code: String,
        now: DateTime<Utc>,
    ) -> Option<&mut Wish> {
        let wish = take(&mut self.tokens, token, now)?;
        let expires = later(now, TimeDelta::minutes(CODE_MINUTES));
        let (_, wish) = self.codes.entry(code).or_insert((expires, wish));
        Some(wish)
    }

    pub(crate) fn exchange(&mut self, code: &str, now: DateTime<Utc>) -> Option<Wish> {
        take(&mut self.codes, code, now)
    }
}

fn take(
    all: &mut HashMap<String, (DateTime<Utc>, Wish)>,
    key: &str,
    now: DateTime<Utc>,
) -> Option<Wish> {
    let (expires, wish) = all.remove(key)?;
    (now < expires).then_some(wish)
}
