//! Building a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::base_url::{self, BaseUrl};
use super::credentials::Credential;
use super::{Client, RetryPolicy, Shared};
use crate::error::{Cause, Error, InvalidConfiguration};
use crate::rate_limit::{Limiter, LocalLimiter};

const KEY_VARIABLE: &str = "TRACKSTAR_API_KEY";
const BASE_URL_VARIABLE: &str = "TRACKSTAR_BASE_URL";

/// Sets up a [`Client`]. Only the API key is needed.
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    api_key: Option<Credential>,
    base_url: Option<String>,
    allow_plain_http: bool,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    total_timeout: Option<Duration>,
    user_agent: Option<String>,
    max_response_bytes: usize,
    retry: RetryPolicy,
    rate_limiting: bool,
    limiter: Option<Arc<dyn Limiter>>,
    http: Option<reqwest::Client>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            api_key: None,
            base_url: None,
            allow_plain_http: false,
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(60),
            total_timeout: None,
            user_agent: None,
            max_response_bytes: 64 << 20,
            retry: RetryPolicy::default(),
            rate_limiting: true,
            limiter: None,
            http: None,
        }
    }
}

impl ClientBuilder {
    /// Takes key and address from `TRACKSTAR_API_KEY` and `TRACKSTAR_BASE_URL`, as far as they are set
    /// and nothing else was said here before.
    pub fn with_env(mut self) -> Self {
        let variable = |name| std::env::var(name).ok();
        self.api_key = self
            .api_key
            .or_else(|| variable(KEY_VARIABLE).map(Credential::new));
        self.base_url = self.base_url.or_else(|| variable(BASE_URL_VARIABLE));
        self
    }

    /// The organisation's API key, from the Trackstar dashboard.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(Credential::new(key.into()));
        self
    }

    /// Where the API is. Default: `https://production.trackstarhq.com`. A path is kept as a prefix.
    ///
    /// Plain http is refused except for loopback hosts: see [`ClientBuilder::allow_plain_http`].
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Lets the base URL be plain http for any host, so that the key travels unencrypted. Default: no.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// How long a TCP and TLS connection may take. Default: 10 seconds.
    ///
    /// Has no effect on a client of your own ([`ClientBuilder::http_client`]).
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long one attempt may take, from connecting to the last byte read. Default: 60 seconds. Each
    /// call can say otherwise.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// How long a call may take in all, with every attempt and all that is waited before and between them.
    /// Default: as long as its attempts take. Each call can say otherwise; a page of a list is a call.
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = Some(limit);
        self
    }

    /// Names your program in the `user-agent` header, before the name of this crate: `my-app/1.2`.
    ///
    /// Has no effect on a client of your own ([`ClientBuilder::http_client`]).
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// The largest answer that is read, in bytes. Default: 64 MiB; a page of 1,000 orders is a few.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// How often calls are repeated. Default: twice, see [`RetryPolicy`]. Each call can say otherwise.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Whether calls wait where the API would refuse them as too many. Default: yes.
    ///
    /// With one access token no more than ten GETs and fifty writes are sent in any one second, and one GET
    /// of `/integrations/…` in any one minute. Calls without a token count against the API key in the same
    /// way. Those that have to wait are sent in the order in which they came, as soon as they may. All clones
    /// of a client count together, and so do all clients that [`Client::connection`] makes of it.
    pub fn rate_limiting(mut self, enable: bool) -> Self {
        self.rate_limiting = enable;
        self
    }

    /// Lets calls wait for a limiter of your own: for access tokens that several machines, or several
    /// clients, share. Default: a [`LocalLimiter`] for each client that is built.
    ///
    /// It is not asked if [limits are off](ClientBuilder::rate_limiting).
    pub fn limiter(mut self, limiter: Arc<dyn Limiter>) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Sends through a `reqwest` client of your own: proxies, certificates, a shared pool.
    ///
    /// Build it with `redirect::Policy::none()`: when `reqwest` follows a redirect to another host, it
    /// takes the API key along. The client that is built here follows none.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with what is wrong and how to mend
    /// it.
    pub fn build(self) -> Result<Client, Error> {
        self.try_build()
            .map_err(|why| Error::before_sending(None, Cause::Configuration(why)))
    }

    fn try_build(self) -> Result<Client, InvalidConfiguration> {
        let key = self.api_key.ok_or(InvalidConfiguration::NoKey)?;
        key.header().map_err(InvalidConfiguration::Key)?;
        let base_url = self.base_url.as_deref().unwrap_or(base_url::PRODUCTION);
        let base_url = BaseUrl::parse(base_url, self.allow_plain_http)
            .map_err(InvalidConfiguration::BaseUrl)?;
        let http = match self.http {
            Some(client) => client,
            None => reqwest::Client::builder()
                .connect_timeout(self.connect_timeout)
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(user_agent(self.user_agent.as_deref())?)
                .build()
                .map_err(InvalidConfiguration::Http)?,
        };
        let limiter = self.limiter.or_else(|| Some(Arc::new(LocalLimiter::new())));
        Ok(Client::new(Shared {
            http,
            base_url,
            key,
            attempt_timeout: self.attempt_timeout,
            total_timeout: self.total_timeout,
            max_response_bytes: self.max_response_bytes,
            retry: self.retry,
            limiter: limiter.filter(|_| self.rate_limiting),
        }))
    }
}

fn user_agent(program: Option<&str>) -> Result<reqwest::header::HeaderValue, InvalidConfiguration> {
    const OURS: &str = concat!("trackstar-api/", env!("CARGO_PKG_VERSION"));
    match program {
        Some(program) => format!("{program} {OURS}").parse(),
        None => OURS.parse(),
    }
    .map_err(|_| InvalidConfiguration::UserAgent)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("has_api_key", &self.api_key.is_some())
            .field("allow_plain_http", &self.allow_plain_http)
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("total_timeout", &self.total_timeout)
            .field("user_agent", &self.user_agent)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("retry", &self.retry)
            .field("rate_limiting", &self.rate_limiting)
            .finish_non_exhaustive()
    }
}
