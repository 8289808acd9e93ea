//! Every operation's mock: it matches what the client sends, and nothing else.
//!
//! The tests themselves are written by `build.rs` from the lowered document, one for each operation.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use futures_util::{Stream, TryStreamExt as _};
use httpmock::MockServer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use trackstar_api::mock::{MockServerExt as _, When};
use trackstar_api::{
    Client, Error, ErrorKind, Page, Response, RetryPolicy, WriteResponse, filter, types,
};

const KEY: &str = "key-of-the-organisation";
const TOKEN: &str = "token-of-a-connection";

#[allow(deprecated, reason = "what is retired has to work still")]
mod operation {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/mocks.rs"));
}

/// A server of mocks, and the client that sends requests to them.
struct Check {
    server: MockServer,
    client: Client,
    takes_token: bool,
}

impl Check {
    async fn start(takes_token: bool) -> Self {
        let server = MockServer::start_async().await;
        let client = Client::builder()
            .api_key(KEY)
            .base_url(server.base_url())
            .rate_limiting(false)
            .retry(RetryPolicy::off());
        let client = client.build().unwrap().connection(TOKEN);
        Self {
            server,
            client,
            takes_token,
        }
    }

    fn client(&self) -> Client {
        self.client.clone()
    }

    fn credentials<O>(&self, when: When<O>) -> When<O> {
        let when = when.api_key(KEY);
        match self.takes_token {
            true => when.access_token(TOKEN),
            false => when,
        }
    }

    /// The mock responds to the request, and the client reads what the mock was given.
    async fn hits<T: Debug + PartialEq>(
        &self,
        response: &T,
        request: impl AsyncFnOnce(Client) -> Result<Response<T>, Error>,
    ) {
        let received = request(self.client()).await;
        let received = received.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(&*received, response);
    }

    /// A request that differs in one value from what the mock asks for finds no mock.
    async fn misses<T: Debug>(
        &self,
        what: &str,
        request: impl AsyncFnOnce(Client) -> Result<Response<T>, Error>,
    ) {
        match request(self.client()).await {
            Ok(_) => panic!("{what} makes no difference"),
            // The server's own response if no mock matches.
            Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{what}: {error}"),
        }
    }
}

async fn walked<T>(items: impl Stream<Item = Result<T, Error>>) -> Vec<T> {
    items.try_collect().await.unwrap()
}

/// The same body with one field more.
fn changed<T: Serialize + DeserializeOwned>(body: T) -> T {
    let mut json = serde_json::to_value(body).unwrap();
    json["field_of_one_integration"] = json!("changed");
    serde_json::from_value(json).unwrap()
}

#[test]
fn every_operation_and_every_list_of_the_document_has_its_test() {
    let document = include_str!("../../../trackstar-api/openapi-3.0.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let tests = include_str!(concat!(env!("OUT_DIR"), "/mocks.rs"));
    let (mut operations, mut lists) = (0, 0);
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            let test = |name: &str| tests.contains(&format!("\nasync fn {name}() {{\n"));
            assert!(test(id), "{id}");
            operations += 1;
            lists += usize::from(test(&format!("{id}_pages")));
        }
    }
    assert!(operations > 100 && lists > 20, "{operations}, {lists}");
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
