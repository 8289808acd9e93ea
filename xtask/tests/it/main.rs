//! `cargo xtask` as a maintainer runs it.

#![allow(clippy::unwrap_used, reason = "fixtures of tests may unwrap")]

mod classes;
mod copy;
mod diff;
mod edits;
mod foreign;
mod published;
mod regen;
mod repository;
mod revisions;
mod stopped;
mod upstream;
mod vendor;
mod verify;
mod webhooks;
mod workflow;
