//! Tests over real HTTP on loopback and of the repository itself, a module for each subject.
//!
//! One binary, since each costs a link of everything. `limits` needs the machine for itself, and `tracing` a
//! process: they stand beside this folder.

mod builds;
mod certificates;
#[cfg(changes_of_orders)]
mod changes;
mod checkouts;
mod configuration;
mod credentials;
mod deviations;
mod documentation;
mod doubt;
mod emulator;
mod environment;
mod errors;
mod events;
mod examples;
mod faults;
mod filters;
mod guides;
mod http2;
mod limiter;
mod magic_links;
mod mock_responses;
mod mocks;
mod operations;
mod pages;
mod proxies;
mod raw;
mod received_events;
mod repository;
mod responses;
mod retries;
mod schemas;
mod secrets;
mod spans;
#[cfg(get_connection_on_demand_sync)]
mod sync_jobs;
mod time_limits;
mod values;
mod webhooks;
mod writes;
