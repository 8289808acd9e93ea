//! Building a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::base_url::{self, BaseUrl};
use super::credentials::Credential;
use super::deviations::{DeviationReporter, OnDeviation};
use super::{Client, RetryPolicy, Shared};
use crate::error::{Cause, Error, InvalidConfiguration};
use crate::model::deviation::Deviation;
use crate::rate_limit::{Limiter, LocalLimiter};

const KEY_VARIABLE: &str = "TRACKSTAR_API_KEY";
const BASE_URL_VARIABLE: &str = "TRACKSTAR_BASE_URL";

/// Builds a [`Client`]. Only the API key is required.
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
    on_deviation: Option<OnDeviation>,
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
            on_deviation: None,
            http: None,
        }
    }
}

impl ClientBuilder {
    /// Reads the API key and the base URL from `TRACKSTAR_API_KEY` and `TRACKSTAR_BASE_URL`, unless they
    /// were set on this builder before.
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

    /// The address of the API. Default: `https://production.trackstarhq.com`. A path is kept as a prefix.
    ///
    /// Plain http is only accepted for loopback hosts: see [`ClientBuilder::allow_plain_http`].
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Accepts plain http for any host, so that the API key is sent unencrypted. Default: no.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// How long connecting may take, with TCP and TLS. Default: 10 seconds.
    ///
    /// Has no effect on your own HTTP client ([`ClientBuilder::http_client`]).
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the response. Default: 60
    /// seconds. Each request can override it.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// How long a request may take in total, with all attempts, delays, and the time in the queue of the
    /// limiter. Default: no limit. Each request can override it; each page of a list is a request.
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = Some(limit);
        self
    }

    /// Names your program in the `user-agent` header, before the name of this crate: `my-app/1.2`.
    ///
    /// Has no effect on your own HTTP client ([`ClientBuilder::http_client`]).
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// The largest response that is read, in bytes. Default: 64 MiB; a page of 1,000 orders takes a few MiB.
    pub fn max_response_bytes(mut self, limit: usize) -> Self {
        self.max_response_bytes = limit;
        self
    }

    /// How often failed requests are retried. Default: twice, see [`RetryPolicy`]. Each request can override
    /// it.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Whether the client keeps the API's rate limits. Default: yes.
    ///
    /// For each access token it sends at most ten GETs and fifty writes in any one second, and one GET of
    /// `/integrations/…` in any one minute. Requests without a token count against the API key in the same
    /// way. Requests over the limit are queued, first come, first served. A client shares its count with its
    /// clones and with the clients that [`Client::connection`] makes from it.
    pub fn rate_limiting(mut self, enable: bool) -> Self {
        self.rate_limiting = enable;
        self
    }

    /// Uses your own limiter, for access tokens that several machines or several clients share. Default: a
    /// [`LocalLimiter`] for each client that is built.
    ///
    /// It is not used if [rate limiting is off](ClientBuilder::rate_limiting).
    pub fn limiter(mut self, limiter: Arc<dyn Limiter>) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// Uses your own `reqwest` client, for proxies, certificates or a shared pool.
    ///
    /// Build it with `redirect::Policy::none()`: when `reqwest` follows a redirect to another host, it
    /// sends the API key there. The default client does not follow redirects.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Calls a function for each value of a response that is not what the API's documentation says, with the
    /// name of the operation. It runs while the response is decoded, so it should be quick.
    ///
    /// Each is an event of `tracing` as well: a warning the first time, and then one for debugging.
    pub fn on_deviation(
        mut self,
        report: impl Fn(&str, &Deviation) + Send + Sync + 'static,
    ) -> Self {
        self.on_deviation = Some(Arc::new(report));
        self
    }

    /// Builds the client. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with what is wrong and how to
    /// fix it.
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
            deviations: DeviationReporter::new(self.on_deviation),
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
