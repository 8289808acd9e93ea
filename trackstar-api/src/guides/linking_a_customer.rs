//! Linking a customer: from your button to an access token.
//!
//! The API key is your organisation's. The data of a warehouse, shop, carrier or ERP needs the access token of its
//! *connection* as well, which your customer makes once. There are two ways to it: a dialog in your own front end, or a
//! link that you send.
//!
//! # The dialog
//!
//! 1. Your back end asks for a link token, and hands it to your front end:
//!
//! ```no_run
//! use trackstar_api::types::LinkTokenInput;
//!
//! # async fn run(client: trackstar_api::Client) -> Result<String, trackstar_api::Error> {
//! let body = LinkTokenInput::default().customer_id("customer-7"); // your own id of the customer
//! let link_token = client.create_link_token(body).await?.into_inner().link_token;
//! # Ok(link_token)
//! # }
//! ```
//!
//! 2. The front end opens the dialog with the vendor's React component (`npm install @trackstar/react-trackstar-link`):
//!
//! ```jsx
//! import { TrackstarConnectButton } from "@trackstar/react-trackstar-link";
//!
//! <TrackstarConnectButton
//!   getLinkToken={async () => (await fetch("/link-token", { method: "POST" })).text()}
//!   onSuccess={(authCode) => fetch("/store-token", { method: "POST", body: authCode })}
//! >
//!   Connect your warehouse
//! </TrackstarConnectButton>
//! ```
//!
//!    Its props `integrationAllowList`, `integrationBlockList` and `integrationsWithEndpoints` (`["get_returns"]`) choose
//!    what is offered. The API key never goes to the front end.
//!
//! 3. Your back end exchanges the auth code. It works once:
//!
//! ```no_run
//! use trackstar_api::types::ExchangeInput;
//!
//! # async fn run(client: trackstar_api::Client, auth_code: String) -> Result<(), trackstar_api::Error> {
//! # fn store(connection_id: &str, access_token: &str) {}
//! let body = ExchangeInput::new(auth_code).customer_id("customer-7");
//! let exchanged = client.exchange_link(body).await?;
//! store(&exchanged.connection_id, &exchanged.access_token);
//! println!("{} can {:?}", exchanged.integration_name, exchanged.available_actions);
//! # Ok(())
//! # }
//! ```
//!
//! # A link to send
//!
//! A magic link opens the same dialog without a front end of yours. Give its `url` to the customer:
//!
//! ```no_run
//! use trackstar_api::types::MagicLinkInput;
//!
//! # async fn run(client: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! let body = MagicLinkInput::default().customer_id("customer-7").link_duration(7); // days
//! let created = client.create_magic_link(body).await?;
//! println!("{:?}", created.magic_link.url);
//! # Ok(())
//! # }
//! ```
//!
//! You receive the access token of a connection made by a magic link with the event `connection.created`: see the guide on
//! webhooks.
//!
//! # Storing tokens
//!
//! - An access token does not expire, and opens all data of the connection. Store it encrypted, with the connection's id
//!   and your customer's id. `Debug` of the client and of all types leaves it out; do not log it yourself.
//! - Make one [`Client`](crate::Client) for the program, and one per connection from it: `client.connection(token)` shares
//!   the pool and the rate limiter.
//! - The initial synchronisation takes minutes to hours. Until it has ended for a kind of record, a list is empty and no
//!   error: wait for the event `connection.historical-sync-completed`, or read the connection's `historical_sync_completed`.
//!
//! # Installing again
//!
//! A customer who changes a password, or whose token was revoked, installs the same connection again. Pass its id:
//!
//! ```no_run
//! use trackstar_api::types::LinkTokenInput;
//! use trackstar_api::CredentialKind;
//!
//! # async fn run(client: trackstar_api::Client, connection: trackstar_api::Client) -> Result<(), trackstar_api::Error> {
//! if let Err(error) = connection.list_wms_warehouses().await
//!     && connection.rejected_credential(&error).await? == Some(CredentialKind::AccessToken)
//! {
//!     let body = LinkTokenInput::default().connection_id("the-connection-id");
//!     let link_token = client.create_link_token(body).await?.into_inner().link_token;
//!     // Open the dialog with it, and exchange the auth code as before.
//!     # let _ = link_token;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The connection keeps its id and its records. To remove one, call
//! [`delete_connection`](crate::Client::delete_connection) with its token.
//!
//! Run it: `cargo run --example linking_a_customer`.
