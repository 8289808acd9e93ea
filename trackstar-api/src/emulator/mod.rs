//! A Trackstar API on loopback: work without an account.
//!
//! It keeps records and has the vendor's rules: credentials, filters, pages, rate limits, idempotency keys. Its
//! operations are those of the document that the client is generated from, and its records follow from a seed.
//!
//! ```
//! use trackstar_api::Client;
//! use trackstar_api::emulator::Emulator;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::builder().seed(7).records(100).start().await?;
//! let client = Client::builder()
//!     .api_key("any")
//!     .base_url(emulator.base_url())
//!     .build()?
//!     .connection("any");
//! # #[cfg(feature = "wms")] {
//! let warehouses = client.list_wms_warehouses().send().await?;
//! assert_eq!(warehouses.data.len(), 100);
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # What it does
//!
//! - **Records** of every kind, any number, which refer to each other. [`Emulator::put`], [`Emulator::change`] and
//!   [`Emulator::remove`] do what happens in a connected system; so does HTTP below `/_emulator/`:
//!   `PUT /_emulator/wms/orders`, `PATCH`, `GET` and `DELETE /_emulator/wms/orders/{id}`.
//! - **Lists** with all filters of the document, in a [`ListOrder`] and with [`PageTokens`] of your choice: the vendor
//!   documents neither.
//! - **Writes**, which are validated, and whose idempotency keys are kept for a day.
//! - **Connections**: link tokens, magic links ([`Emulator::finish_link`], [`Emulator::open_magic_link`], or the address
//!   of the link), sandboxes, schedules, forced and on-demand syncs. A new connection reads as empty until its first
//!   sync has ended. There is one connection from the beginning, which has all tokens that no other one has.
//! - **[`Webhooks`]**, signed, sent again, doubled, out of order, truncated.
//! - **[`Faults`]**, by seed and rate.
//!
//! Its clock can be set with [`EmulatorBuilder::clock`], so that a day passes in a test.
//!
//! # What it does not
//!
//! Any connection has all areas of the API. Carrier files are not limited to those of the last day where no time is
//! asked for. Operations whose responses the vendor has not published respond with what the document says of them.

mod api;
mod builder;
mod connection_records;
mod connections;
mod document;
mod error;
mod events;
mod faults;
mod own_paths;
mod records;
mod rules;
mod running;
mod server;

pub use builder::EmulatorBuilder;
pub use connection_records::ConnectionRecords;
pub use error::EmulatorError;
pub use events::Webhooks;
pub use faults::{Fault, Faults, InvalidFaults};
pub use records::list::PageTokens;
pub use records::store::ListOrder;
pub use running::Emulator;

impl Emulator {
    /// Sets up an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }
}
