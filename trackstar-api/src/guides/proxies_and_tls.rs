//! Proxies, certificates, and what the client refuses.
//!
//! # Proxies
//!
//! The proxies of the system are used: `HTTPS_PROXY`, `NO_PROXY`, and the settings of macOS and Windows. Only https
//! requests to other hosts go through them. A proxy of your own:
//!
//! ```no_run
//! use trackstar_api::Client;
//! use trackstar_api::reexports::reqwest;
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let proxy = reqwest::Proxy::https("http://proxy.example:3128")?.basic_auth("user", "password");
//! let client = Client::builder().with_env().proxy(proxy).build()?;
//! # let _ = client;
//! # Ok(())
//! # }
//! ```
//!
//! The proxy sees the host and no more: the request is encrypted to the API.
//!
//! # Certificates
//!
//! A proxy that inspects TLS has a certificate authority of its own. Trust it beside those of the system:
//!
//! ```no_run
//! use trackstar_api::Client;
//! use trackstar_api::reexports::reqwest;
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let certificate = reqwest::Certificate::from_pem(&std::fs::read("company-ca.pem")?)?;
//! let client = Client::builder().with_env().add_root_certificate(certificate).build()?;
//! # let _ = client;
//! # Ok(())
//! # }
//! ```
//!
//! Which library does TLS is a feature of the crate:
//!
//! | feature | TLS by | choose it if |
//! | --- | --- | --- |
//! | `rustls` (default) | rustls with `aws-lc` | you have a C compiler, and no other wish |
//! | `rustls-no-provider` | rustls, with the cryptography that your program installs | you need FIPS or `ring` |
//! | `native-tls` | OpenSSL, SChannel or Secure Transport | the platform's policies must apply |
//!
//! With the last two, switch off the default features: `default-features = false`.
//!
//! # Other settings
//!
//! `configure_http` reaches everything else that `reqwest` can do:
//!
//! ```no_run
//! use std::time::Duration;
//! use trackstar_api::Client;
//!
//! # fn run() -> Result<(), trackstar_api::Error> {
//! let client = Client::builder()
//!     .with_env()
//!     .user_agent("my-app/1.2")
//!     .connect_timeout(Duration::from_secs(3))
//!     .configure_http(|http| http.pool_max_idle_per_host(4))
//!     .build()?;
//! # let _ = client;
//! # Ok(())
//! # }
//! ```
//!
//! # What is refused
//!
//! - **Plain http.** The key goes to https, and to loopback hosts. `allow_plain_http(true)` is for a gateway within your
//!   own network that encrypts onwards.
//! - **Redirects.** They would carry the key to another host; they are an error instead.
//! - **Keys with odd characters.** Spaces, line breaks and quotes that were copied along are removed; what still cannot be
//!   a header is [`ErrorKind::Configuration`](crate::ErrorKind::Configuration).
//! - **Browsers.** Everyone who opens the page would get the API key, so there is no build for WebAssembly in a browser.
//!
//! Run it: `cargo run --example proxies_and_tls`.
