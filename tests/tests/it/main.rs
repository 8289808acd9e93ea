//! Tests over real HTTP on loopback and of the repository itself, a module for each subject.
//!
//! One binary, since each costs a link of everything. `limits` needs the machine for itself, and `tracing` a
//! process: they stand beside this folder.

mod answers;
mod builds;
mod checkouts;
mod configuration;
mod deviations;
mod emulator;
mod environment;
mod errors;
mod events;
mod examples;
mod faults;
mod filters;
mod limiter;
mod magic_links;
mod mock_answers;
mod mocks;
mod operations;
mod pages;
mod raw;
mod received_events;
mod repository;
mod retries;
mod schemas;
#[cfg(get_connection_on_demand_sync)]
mod sync_jobs;
mod time_limits;
mod values;
mod webhooks;
mod writes;
