//! Lists the organisation's magic links as a table.
//!
//! With `TRACKSTAR_API_KEY` set it asks the real API. Without, it starts a server on loopback that
//! answers from the examples in the vendor's document, and runs the same code against that.

use httpmock::MockServer;
use serde_json::{Map, Value, json};
use trackstar_api::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::var_os("TRACKSTAR_API_KEY").is_some() {
        return print_magic_links(&Client::from_env()?).await;
    }
    println!(
        "TRACKSTAR_API_KEY is not set: asking a server on loopback, with the document's examples"
    );
    let server = MockServer::start_async().await;
    let answer = json!({"magic_links": [example("MagicLink")?]});
    server
        .mock_async(|when, then| {
            when.method("GET")
                .path("/magic-links")
                .header("x-trackstar-api-key", "example");
            then.status(200).json_body(answer);
        })
        .await;
    let client = Client::builder()
        .api_key("example")
        .base_url(server.base_url())
        .build()?;
    print_magic_links(&client).await
}

async fn print_magic_links(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
    let answer = client.list_magic_links().send().await?;
    println!("{:<10} {:<14} {:<22} URL", "TYPE", "CUSTOMER", "EXPIRES");
    for link in &answer.magic_links {
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
    println!("{} in all", answer.magic_links.len());
    Ok(())
}

/// A record made of the examples that the document gives for its fields.
fn example(schema: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let document: Value = serde_json::from_str(include_str!("../openapi-3.0.json"))?;
    let fields = document
        .pointer(&format!("/components/schemas/{schema}/properties"))
        .and_then(Value::as_object)
        .ok_or("the document has no such schema")?;
    let examples = fields
        .iter()
        .filter_map(|(name, field)| Some((name.clone(), field.get("example")?.clone())));
    Ok(Value::Object(examples.collect::<Map<_, _>>()))
}
