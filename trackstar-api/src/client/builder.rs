//! Building a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;

use super::base_url::{self, BaseUrl};
use super::credentials::{Credential, trimmed};
use super::deviations::{DeviationReporter, OnDeviation};
use super::{Client, OnRequest, RetryPolicy, Shared};
use crate::error::{Cause, Error, InvalidConfiguration};
use crate::model::deviation::Deviation;
use crate::rate_limit::{Limiter, LocalLimiter};

const KEY_VARIABLE: &str = "TRACKSTAR_API_KEY";
const BASE_URL_VARIABLE: &str = "TRACKSTAR_BASE_URL";

/// How often a connection of HTTP/2 is checked, and how long it may take to respond: a quarter of an attempt, but no
/// more often than each second, which a server could take for an attack.
const MIN_KEEP_ALIVE: Duration = Duration::from_secs(1);
const MAX_KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Changes the builder of the HTTP client.
type ConfigureHttp = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;

/// Builds a [`Client`]. Only the API key is required.
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    /// With the environment variable that it was read from; so is the base URL.
    api_key: Option<(Credential, Option<&'static str>)>,
    base_url: Option<(String, Option<&'static str>)>,
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
    configure_http: Vec<Arc<ConfigureHttp>>,
    on_request: Option<Arc<OnRequest>>,
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
            configure_http: Vec::new(),
            on_request: None,
        }
    }
}

impl ClientBuilder {
    /// Reads the API key and the base URL from `TRACKSTAR_API_KEY` and `TRACKSTAR_BASE_URL`, unless they
    /// were set on this builder before. An empty `TRACKSTAR_BASE_URL` is the same as none.
    pub fn with_env(mut self) -> Self {
        // What is not Unicode is no valid key and no valid address either, and is refused as such.
        let variable = |name| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        if self.api_key.is_none() {
            let key = variable(KEY_VARIABLE);
            self.api_key = key.map(|key| (Credential::new(&key), Some(KEY_VARIABLE)));
        }
        if self.base_url.is_none() {
            let url = variable(BASE_URL_VARIABLE).filter(|url| !trimmed(url).is_empty());
            self.base_url = url.map(|url| (url, Some(BASE_URL_VARIABLE)));
        }
        self
    }

    /// The organisation's API key, from the Trackstar dashboard. Spaces, line breaks, quotes and a byte order
    /// mark around it are dropped.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some((Credential::new(&key.into()), None));
        self
    }

    /// The address of the API. Default: `https://production.trackstarhq.com`. A path is kept as a prefix.
    ///
    /// Plain http is only accepted for loopback hosts: see [`ClientBuilder::allow_plain_http`].
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some((url.into(), None));
        self
    }

    /// Accepts plain http for any host, so that the API key is sent unencrypted. Default: no.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// How long connecting may take, with TCP and TLS. Default: 10 seconds.
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

    /// Sends requests through a proxy. Can be called several times: the first proxy that matches is used.
    ///
    /// Default: the proxies of the system, which on Linux are the environment variables `HTTPS_PROXY`,
    /// `ALL_PROXY` and `NO_PROXY`. Without TLS, a proxy would see the API key: with a base URL of plain http,
    /// or on a loopback host, no proxy is used, neither this one nor the system's.
    ///
    /// ```
    /// use trackstar_api::{Client, reexports::reqwest::Proxy};
    ///
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::builder().with_env().proxy(Proxy::https("http://proxy.example:3128")?).build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    pub fn proxy(self, proxy: reqwest::Proxy) -> Self {
        self.configure_http(move |http| http.proxy(proxy.clone()))
    }

    /// Trusts a certificate authority of your own, besides those of the system: that of a company proxy that
    /// opens TLS connections, for example.
    ///
    /// ```
    /// use trackstar_api::{Client, reexports::reqwest::Certificate};
    ///
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let certificate = Certificate::from_pem(&std::fs::read("company-ca.pem")?)?;
    /// let client = Client::builder().with_env().add_root_certificate(certificate).build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(
        feature = "native-tls",
        feature = "rustls",
        feature = "rustls-no-provider"
    ))]
    pub fn add_root_certificate(self, certificate: reqwest::Certificate) -> Self {
        self.configure_http(move |http| http.tls_certs_merge([certificate.clone()]))
    }

    /// Changes other settings of the HTTP client, such as a client certificate or the size of its pool. Can be called
    /// several times: each function gets what the calls before it have set.
    ///
    /// Redirects are never followed, whatever is set here, because the API key would be sent along; and a proxy
    /// that is set here is subject to the rule of [`ClientBuilder::proxy`].
    ///
    /// ```
    /// # fn run() -> Result<(), trackstar_api::Error> {
    /// let client = trackstar_api::Client::builder()
    ///     .with_env()
    ///     .configure_http(|http| http.pool_max_idle_per_host(4))
    ///     .build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    pub fn configure_http(
        mut self,
        change: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure_http.push(Arc::new(change));
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

    /// Adds headers to each attempt, called in the `tracing` span of that attempt: `traceparent`, for example, or
    /// what a gateway of yours asks for. They do not replace headers that the client sets itself, and are not
    /// sent where the API key is not.
    ///
    /// ```
    /// # fn run() -> Result<(), trackstar_api::Error> {
    /// use trackstar_api::reexports::http::HeaderValue;
    ///
    /// let client = trackstar_api::Client::builder()
    ///     .with_env()
    ///     .on_request(|headers| {
    ///         headers.insert("x-gateway", HeaderValue::from_static("eu"));
    ///     })
    ///     .build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_request(mut self, add: impl Fn(&mut HeaderMap) + Send + Sync + 'static) -> Self {
        self.on_request = Some(Arc::new(add));
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
        let (key, variable) = self.api_key.ok_or(InvalidConfiguration::NoKey)?;
        key.header()
            .map_err(|why| InvalidConfiguration::Key { why, variable })?;
        let base_url = self.base_url.as_ref();
        let (base_url, variable) = base_url
            .map_or((base_url::PRODUCTION, None), |(url, variable)| {
                (url, *variable)
            });
        let base_url = BaseUrl::parse(trimmed(base_url), self.allow_plain_http)
            .map_err(|why| InvalidConfiguration::BaseUrl { why, variable })?;
        // A connection that no longer responds is closed before an attempt on it times out, so that the retries
        // have another one.
        let keep_alive = (self.attempt_timeout / 4).clamp(MIN_KEEP_ALIVE, MAX_KEEP_ALIVE);
        let mut http = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .http2_keep_alive_interval(keep_alive)
            .http2_keep_alive_timeout(keep_alive)
            // Otherwise one that is silent from the start is not checked.
            .http2_keep_alive_while_idle(true)
            .user_agent(user_agent(self.user_agent.as_deref())?);
        for change in self.configure_http {
            http = change(http);
        }
        if !base_url.allows_proxies() {
            http = http.no_proxy();
        }
        // The HTTP client would panic.
        #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(InvalidConfiguration::NoCryptography);
        }
        let http = http
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(InvalidConfiguration::Http)?;
        let limiter = self.limiter.or_else(|| Some(Arc::new(LocalLimiter::new())));
        Ok(Client::new(Shared {
            http,
            base_url,
            key,
            on_request: self.on_request,
            connect_timeout: self.connect_timeout,
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

#[cfg(all(test, feature = "rustls-no-provider", not(feature = "rustls")))]
mod tests {
    use super::*;

    #[test]
    fn without_cryptography_no_client_is_built_and_the_error_says_why() {
        let error = Client::builder().api_key("key").build().unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        assert!(error.to_string().contains("install_default"), "{error}");
    }
}
