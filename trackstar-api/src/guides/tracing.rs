//! Tracing: what the client did, and how long it waited.
//!
//! The client reports through [`tracing`](https://docs.rs/tracing). Install any subscriber; without one it costs next to
//! nothing.
//!
//! ```no_run
//! // tracing-subscriber = "0.3"
//! tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).init();
//! ```
//!
//! # Spans and events
//!
//! | name | level | what |
//! | --- | --- | --- |
//! | span `trackstar request` | info | one request: operation, status, attempts, waiting time, duration, request id |
//! | span `trackstar attempt` | info | each attempt within it |
//! | event | warn | each retry with its reason and delay; each deviation once, and at `debug` afterwards |
//!
//! Their target is `trackstar_api`. Field names are those of OpenTelemetry's conventions for HTTP clients
//! (`http.request.method`, `http.response.status_code`, `server.address`, …), so that `tracing-opentelemetry` makes proper
//! client spans of them.
//!
//! None of them holds a key, a token, a query value or a body. A connection is shown as a hash of its token: the same
//! connection has the same hash within a process.
//!
//! # Passing the trace on
//!
//! [`ClientBuilder::on_request`](crate::ClientBuilder::on_request) adds headers to each attempt, within its span:
//!
//! ```no_run
//! use trackstar_api::Client;
//! use trackstar_api::reexports::http::HeaderValue;
//!
//! # fn run() -> Result<(), trackstar_api::Error> {
//! # fn current_trace() -> String { String::new() }
//! let client = Client::builder()
//!     .with_env()
//!     .on_request(|headers| {
//!         if let Ok(value) = HeaderValue::from_str(&current_trace()) {
//!             headers.insert("traceparent", value);
//!         }
//!     })
//!     .build()?;
//! # let _ = client;
//! # Ok(())
//! # }
//! ```
//!
//! # Deviations
//!
//! A value that is not what the document says is a warning once, and a call each time:
//!
//! ```no_run
//! use trackstar_api::Client;
//!
//! # fn run() -> Result<(), trackstar_api::Error> {
//! let client = Client::builder()
//!     .with_env()
//!     .on_deviation(|operation, deviation| eprintln!("{operation}: {deviation}"))
//!     .build()?;
//! # let _ = client;
//! # Ok(())
//! # }
//! ```
//!
//! Keep such a log: `cargo xtask drift log.txt` proposes corrections of the documents from it.
//!
//! # Questions that spans answer
//!
//! - *Why was it slow?* The span of a request has its waiting time apart from its duration: time in the queue of the rate
//!   limiter, and before retries.
//! - *Was it retried?* Its attempts; the events within say why.
//! - *What do I tell the vendor?* The request id, which errors show as well.
//!
//! Run it: `cargo run --example tracing`.
