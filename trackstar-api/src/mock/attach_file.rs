//! The mock of attaching a file, an operation that is written by hand.

use super::operation::matchers;

mod builder {
    pub use crate::by_hand::attach_file::AttachWmsOrderFile;
}

mod operation {
    pub(crate) use crate::by_hand::attach_file::ATTACH_WMS_ORDER_FILE;
}

matchers!(AttachWmsOrderFile ATTACH_WMS_ORDER_FILE { order_id "order_id" path(String) });
