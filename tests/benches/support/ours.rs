//! The client that is measured.

use trackstar_api::{Client, RetryPolicy};

use super::texts::{KEY, TOKEN};

/// A client of a server on loopback, as a user would build it. All benchmarks take theirs from here.
pub fn client(base_url: &str) -> Client {
    let client = Client::builder()
        .api_key(KEY)
        .base_url(base_url)
        // Ten calls in a second are all that the API takes; here as many are made as can be.
        .limits(false)
        // A failed call would be measured as a slow one.
        .retry(RetryPolicy::off())
        .build();
    client.expect("the settings are valid").connection(TOKEN)
}
