//! Every operation over real HTTP: method, path, credentials, every parameter, the body, and the response.
//!
//! The tests themselves are written by `build.rs` from the lowered document, one for each operation.

use chrono::{DateTime, Utc};
use reqwest::Url;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use trackstar_api::{Client, Error, Response, filter, types};
use trackstar_tests::server::{HttpResponse, Request, Server};

const KEY: &str = "key-of-the-organisation";
const TOKEN: &str = "token-of-a-connection";

#[allow(deprecated, reason = "what is retired has to work still")]
mod operation {
    use super::*;

    include!(concat!(env!("OUT_DIR"), "/operations.rs"));
}

/// The request that has to go over the wire, and the response to it.
struct Expected {
    method: &'static str,
    path: &'static str,
    takes_token: bool,
    query: &'static [(&'static str, &'static str)],
    body: Option<&'static str>,
    response: &'static str,
    /// What the client reads from the response.
    held: &'static str,
}

impl Expected {
    async fn check<T: Serialize>(
        &self,
        request: impl AsyncFnOnce(Client) -> Result<Response<T>, Error>,
    ) {
        let server = Server::start(HttpResponse::json(self.response)).await;
        let client = Client::builder().api_key(KEY).base_url(server.base_url());
        let client = client.build().unwrap().connection(TOKEN);

        let result = request(client).await;
        // Checks first what was sent: that is the usual reason if the request failed.
        let requests = server.requests();
        if let [request] = requests.as_slice() {
            self.check_request(request, &server);
        } else if result.is_ok() {
            panic!("{} requests were sent", requests.len());
        }
        let response = result
            .unwrap_or_else(|error| panic!("{error}"))
            .into_inner();
        assert_eq!(serde_json::to_value(response).unwrap(), json(self.held));
    }

    fn check_request(&self, request: &Request, server: &Server) {
        assert_eq!(request.method, self.method);
        let path = request.target.split('?').next();
        assert_eq!(path, Some(self.path));

        let url = format!("{}{}", server.base_url(), request.target);
        let url: Url = url.parse().unwrap();
        let pairs = url.query_pairs();
        let mut sent: Vec<(String, String)> = pairs.into_owned().collect();
        let mut expected: Vec<_> = self
            .query
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        sent.sort();
        expected.sort();
        assert_eq!(sent, expected);

        self.check_headers(request);
        match self.body {
            Some(body) => assert_eq!(
                json(std::str::from_utf8(&request.body).unwrap()),
                json(body)
            ),
            None => assert!(request.body.is_empty(), "a body was sent: {request:?}"),
        }
    }

    fn check_headers(&self, request: &Request) {
        let token = self.takes_token.then_some(TOKEN);
        // Asked for on every write, whether it has a body or not.
        let content = (self.method != "GET").then_some("application/json");
        for (name, value) in [
            ("x-trackstar-api-key", Some(KEY)),
            ("x-trackstar-access-token", token),
            ("accept", Some("application/json")),
            ("content-type", content),
            ("api-version", None),
            ("transfer-encoding", None),
        ] {
            let expected: Vec<&str> = value.into_iter().collect();
            assert_eq!(request.header(name), expected, "{name}");
        }
    }
}

#[test]
fn every_operation_of_the_document_has_its_test() {
    let document = include_str!("../../../trackstar-api/openapi-3.0.json");
    let tests = include_str!(concat!(env!("OUT_DIR"), "/operations.rs"));
    let ids: Vec<&str> = document
        .split("\"operationId\":")
        .skip(1)
        .map(|rest| rest.split('"').nth(1).unwrap())
        .collect();
    assert!(ids.len() > 100, "{} operations", ids.len());
    for id in &ids {
        let test = format!("#[tokio::test]\nasync fn {id}() {{\n");
        assert_eq!(tests.matches(&test).count(), 1, "{id}");
        let request = format!("        client\n            .{id}(");
        assert_eq!(tests.matches(&request).count(), 1, "{id}");
    }
    assert_eq!(tests.matches("#[tokio::test]").count(), ids.len());
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn decoded<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}
