//! From an auth code to the first record; without one, a sandbox connection stands in.

mod support;

use trackstar_api::types::{ExchangeInput, LinkTokenInput};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = support::Api::start().await?;

    // What your front end opens the dialog with. It is a secret: this only shows that there is one.
    let body = LinkTokenInput::default().customer_id("customer-7");
    let created = api.client.create_link_token(body).await?;
    println!("a link token of {} characters", created.link_token.len());

    // What your front end sends when the dialog is done: `linking_a_customer AUTH_CODE`.
    let exchanged = match std::env::args().nth(1) {
        Some(auth_code) => {
            api.client
                .exchange_link(ExchangeInput::new(auth_code))
                .await?
        }
        None => api.client.generate_sandbox("wms").await?,
    };
    println!("connection {}", exchanged.connection_id);

    let connection = api.client.connection(exchanged.access_token.as_str());
    let warehouses = connection.list_wms_warehouses().limit(3).await?;
    for warehouse in &warehouses.data {
        println!("warehouse {} {:?}", warehouse.id, warehouse.name);
    }
    Ok(())
}
