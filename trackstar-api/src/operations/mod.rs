//! A builder for each operation: set its optional parameters, then send it.

#[cfg(feature = "wms")]
pub(crate) mod attach_file;
#[cfg(get_connection_on_demand_sync)]
mod on_demand_sync;
mod raw;

pub use crate::generated::builder::*;
#[cfg(feature = "wms")]
pub use attach_file::AttachWmsOrderFile;
#[cfg(get_connection_on_demand_sync)]
pub use on_demand_sync::WaitForOnDemandSync;
pub use raw::RawRequest;
