//! Lists the organisation's magic links as a table.
//!
//! With `TRACKSTAR_API_KEY` set it sends its request to the real API. Otherwise it starts an emulator of it on loopback,
//! and runs the same code against that.

use trackstar_api::Client;
use trackstar_api::emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::var_os("TRACKSTAR_API_KEY").is_some() {
        return print_magic_links(&Client::from_env()?).await;
    }
    println!("TRACKSTAR_API_KEY is not set: using an emulator of the API on loopback");
    let emulator = Emulator::builder().records(5).start().await?;
    let client = Client::builder()
        .api_key("example")
        .base_url(emulator.base_url())
        .build()?;
    print_magic_links(&client).await
}

async fn print_magic_links(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
    let response = client.list_magic_links().await?;
    println!("{:<10} {:<14} {:<22} URL", "TYPE", "CUSTOMER", "EXPIRES");
    for link in &response.magic_links {
        println!(
            "{:<10} {:<14} {:<22} {}",
            link.integration_type.as_ref().map_or("-", |of| of.as_str()),
            link.customer_id.as_deref().unwrap_or("-"),
            link.expires_at.map_or_else(String::new, |until| until
                .format("%Y-%m-%d %H:%M UTC")
                .to_string()),
            link.url.as_deref().unwrap_or("-"),
        );
    }
    println!("{} in all", response.magic_links.len());
    Ok(())
}
