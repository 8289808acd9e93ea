//! The client that is measured.

use trackstar_api::{Client, RetryPolicy};

use super::texts::{KEY, TOKEN};

/// A client of a server on loopback, as an application would build it, for all benchmarks.
pub fn client(base_url: &str) -> Client {
    let client = Client::builder()
        .api_key(KEY)
        .base_url(base_url)
        // The API accepts ten requests in a second; a benchmark sends as many as it can.
        .rate_limiting(false)
        // A failed request would be measured as a slow one.
        .retry(RetryPolicy::off())
        .build();
    client.expect("the settings are valid").connection(TOKEN)
}
