//! The client: where the API is, the credentials, and the connection pool.

mod base_url;
mod builder;
pub(crate) mod credentials;
pub(crate) mod deviations;
mod retry_policy;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::error::{Error, InvalidRequest};
use crate::operation::{Operation, Token};
use crate::rate_limit::{LimitKey, Limiter};
use base_url::BaseUrl;
use credentials::{Credential, KEY_HEADER, TOKEN_HEADER};
use deviations::DeviationReporter;

pub use builder::ClientBuilder;
pub use rejected::CredentialKind;
pub use retry_policy::RetryPolicy;

/// A client of the Trackstar API. Each operation of the API is a method.
///
/// It holds the organisation's API key and a pool of connections. Clones are cheap and share both, so one
/// client is enough for a whole program. For the data of one warehouse, shop, carrier or ERP, make a client
/// for that connection with [`Client::connection`].
///
/// ```no_run
/// # async fn run() -> Result<(), trackstar_api::Error> {
/// let client = trackstar_api::Client::from_env()?;
/// for link in &client.list_magic_links().send().await?.magic_links {
///     println!("{:?} until {:?}", link.url, link.expires_at);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    token: Option<Arc<Credential>>,
}

/// Adds headers to an attempt.
pub(crate) type OnRequest = dyn Fn(&mut HeaderMap) + Send + Sync;

/// What all clones share.
pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: BaseUrl,
    pub(crate) key: Credential,
    pub(crate) on_request: Option<Arc<OnRequest>>,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Option<Duration>,
    pub(crate) max_response_bytes: usize,
    pub(crate) retry: RetryPolicy,
    /// None if rate limiting is off.
    pub(crate) limiter: Option<Arc<dyn Limiter>>,
    pub(crate) deviations: DeviationReporter,
}

/// # Clients
impl Client {
    /// A client from the environment: with the API key in `TRACKSTAR_API_KEY`, and the base URL in
    /// `TRACKSTAR_BASE_URL` if it is set (otherwise `https://production.trackstarhq.com`).
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the key is missing or not a valid
    /// header value, or if the key may not be sent to the address.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().with_env().build()
    }

    /// A builder, for all settings of a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client for one connection, for the operations that need an access token.
    ///
    /// The token of a connection comes from exchanging its auth code. The new client shares the pool and the
    /// settings of this one. A text that cannot be a token makes every request fail.
    #[must_use]
    pub fn connection(&self, access_token: impl Into<String>) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            token: Some(Arc::new(Credential::new(&access_token.into()))),
        }
    }

    pub(crate) fn new(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
            token: None,
        }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Adds the credentials of an operation to its headers.
    pub(crate) fn authorize(
        &self,
        operation: &Operation,
        headers: &mut HeaderMap,
    ) -> Result<(), InvalidRequest> {
        let key = self.shared.key.header();
        headers.insert(
            KEY_HEADER,
            key.map_err(|why| InvalidRequest::Credential("API key", why))?,
        );
        match (&self.token, operation.token) {
            (_, Token::Unused) | (None, Token::Optional) => Ok(()),
            (None, Token::Required) => Err(InvalidRequest::NoAccessToken),
            (Some(token), Token::Optional | Token::Required) => {
                let token = token.header();
                headers.insert(
                    TOKEN_HEADER,
                    token.map_err(|why| InvalidRequest::Credential("access token", why))?,
                );
                Ok(())
            }
        }
    }

    /// A hash of the access token that an operation's requests carry, if they do.
    pub(crate) fn connection_key(&self, operation: &Operation) -> Option<&LimitKey> {
        let token = self.token.as_deref();
        let token = token.filter(|_| operation.token != Token::Unused);
        token.map(Credential::limit_key)
    }

    /// What an operation's requests are counted by: its access token, or the API key if it has none.
    pub(crate) fn limit_key(&self, operation: &Operation) -> &LimitKey {
        let token = self.connection_key(operation);
        token.unwrap_or(self.shared.key.limit_key())
    }

    /// Whether a path leads to where its text says: [`BaseUrl::keeps_segments`].
    pub(crate) fn keeps_segments(&self, path: &str) -> bool {
        self.shared.base_url.keeps_segments(path)
    }

    /// Whether an address belongs to the server of this client.
    #[cfg(feature = "webhooks")]
    pub(crate) fn is_at(&self, url: &reqwest::Url) -> bool {
        self.shared.base_url.is_origin_of(url)
    }

    /// `text` without the credentials, which a server may repeat.
    pub(crate) fn redact(&self, text: &str) -> String {
        let text = self.shared.key.redact(text);
        match &self.token {
            Some(token) => token.redact(&text).into_owned(),
            None => text.into_owned(),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.shared.base_url.to_string())
            .field("has_access_token", &self.token.is_some())
            .field("attempt_timeout", &self.shared.attempt_timeout)
            .field("total_timeout", &self.shared.total_timeout)
            .finish_non_exhaustive()
    }
}

// Last, as its method is on the page of `Client`.
mod rejected;
