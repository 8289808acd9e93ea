//! Guides: one subject each, to be read in a few minutes. All of their code is compiled.
//!
//! | guide | answers |
//! | --- | --- |
//! | [`linking_a_customer`] | How do I get an access token, and a new one when it stops working? |
//! | [`reading_lists`] | How do I filter, page, go on after an error, and read what changed? |
//! | [`writing_safely`] | How do I write without making an order twice, and what do I do when in doubt? |
//! | [`errors_and_retries`] | What went wrong, what has been tried, and what is worth another try? |
//! | [`rate_limits`] | How many requests can I send, from one machine and from many? |
//! | `webhooks` (feature `webhooks`) | How do I receive events, once each, and what about missed ones? |
//! | [`keeping_a_copy`] | How do I keep a copy of a connection's records, and lose none? |
//! | `testing` (features `mock` and `webhooks`) | How do I test what I build on the client? |
//! | `sandbox_and_emulator` (feature `emulator`) | How do I work without an account, or without real data? |
//! | [`proxies_and_tls`] | How do I get through a proxy, and which TLS library do I take? |
//! | [`tracing`] | How do I see what the client does? |
//! | [`custom_fields_and_passthrough`] | What about fields and operations that the model leaves out? |
//!
//! Each has a program of the same name in `examples/`, which runs against the emulator if no key is set.

pub mod custom_fields_and_passthrough;
pub mod errors_and_retries;
pub mod keeping_a_copy;
pub mod linking_a_customer;
pub mod proxies_and_tls;
pub mod rate_limits;
pub mod reading_lists;
#[cfg(feature = "emulator")]
pub mod sandbox_and_emulator;
#[cfg(all(feature = "mock", feature = "webhooks"))]
pub mod testing;
pub mod tracing;
#[cfg(feature = "webhooks")]
pub mod webhooks;
pub mod writing_safely;
