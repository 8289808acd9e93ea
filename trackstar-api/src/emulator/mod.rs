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
//! let warehouses = client.list_wms_warehouses().send().await?;
//! assert_eq!(warehouses.data.len(), 100);
//! # Ok(())
//! # }
//! ```
//!
//! Records are read and set past all rules with [`Emulator::put`], [`Emulator::change`] and [`Emulator::record`], or
//! over HTTP below `/_emulator/`: `PUT /_emulator/wms/orders`, `PATCH` and `GET /_emulator/wms/orders/{id}`.

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
