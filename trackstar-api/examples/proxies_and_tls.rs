//! A client with a proxy, timeouts and a name of its own: `proxies_and_tls http://proxy.example:3128`.

mod support;

use std::time::Duration;

use trackstar_api::Client;
use trackstar_api::reexports::reqwest;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Client::builder()
        .api_key(std::env::var("TRACKSTAR_API_KEY").unwrap_or("any".to_owned()))
        .user_agent("my-app/1.2")
        .connect_timeout(Duration::from_secs(3))
        .configure_http(|http| http.pool_max_idle_per_host(4));
    if let Some(proxy) = std::env::args().nth(1) {
        builder = builder.proxy(reqwest::Proxy::https(proxy)?);
    }
    println!("{:?}", builder.build()?);

    // Plain http is for loopback hosts only.
    let refused = Client::builder()
        .api_key("any")
        .base_url("http://api.example");
    if let Err(error) = refused.build() {
        println!("{error}");
    }

    let api = support::Api::start().await?;
    println!(
        "{} connections",
        api.client.list_connections().await?.data.len()
    );
    Ok(())
}
