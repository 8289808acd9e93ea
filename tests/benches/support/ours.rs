//! The client that is measured.

use trackstar_api::{Client, ClientBuilder, RetryPolicy};

use super::texts::{KEY, TOKEN};

/// The settings of all clients.
pub fn builder(base_url: &str) -> ClientBuilder {
    let builder = Client::builder().api_key(KEY).base_url(base_url);
    // A failed request would be measured as a slow one.
    builder.retry(RetryPolicy::off())
}

/// A client of a server on loopback, as an application would build it, for most benchmarks.
pub fn client(base_url: &str) -> Client {
    // The API accepts ten requests in a second; a benchmark sends as many as it can.
    let client = builder(base_url).rate_limiting(false).build();
    client.expect("the settings are valid").connection(TOKEN)
}
