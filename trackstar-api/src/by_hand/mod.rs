//! Operations that the generator cannot write. They are public in `operations`, beside the generated ones.

#[cfg(feature = "wms")]
pub(crate) mod attach_file;
#[cfg(get_connection_on_demand_sync)]
mod on_demand_sync;
mod raw;

#[cfg(feature = "wms")]
pub use attach_file::AttachWmsOrderFile;
#[cfg(get_connection_on_demand_sync)]
pub use on_demand_sync::WaitForOnDemandSync;
pub use raw::RawRequest;
