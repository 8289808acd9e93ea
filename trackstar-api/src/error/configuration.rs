//! Why no client can be built.

/// Why [`ClientBuilder::build`](crate::ClientBuilder::build) failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InvalidConfiguration {
    #[error("there is no API key: set TRACKSTAR_API_KEY, or call `ClientBuilder::api_key`")]
    NoKey,
    #[error("the API key {why}{}", from(*variable))]
    Key {
        why: UnusableCredential,
        /// The environment variable that it was read from.
        variable: Option<&'static str>,
    },
    #[error("the base URL {why}{}", from(*variable))]
    BaseUrl {
        why: UnusableBaseUrl,
        variable: Option<&'static str>,
    },
    #[error("the user agent is not a valid header value: use visible ASCII characters")]
    UserAgent,
    #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
    #[error(
        "rustls has no cryptography: call `install_default` of a provider first, such as \
         `rustls::crypto::ring::default_provider()`, or enable the feature `rustls`"
    )]
    NoCryptography,
    #[error("the HTTP client cannot be set up: {0}")]
    Http(reqwest::Error),
}

fn from(variable: Option<&str>) -> String {
    variable.map_or_else(String::new, |name| format!(" (from {name})"))
}

/// Why a text cannot be a credential. Its message never repeats the text.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum UnusableCredential {
    #[error("is empty")]
    Empty,
    #[error(
        "contains characters that an HTTP header cannot carry: look for a line break or a quote that was copied along"
    )]
    NoHeaderValue,
}

/// Why a text cannot be a base URL. Its message never repeats the text, which may contain a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusableBaseUrl {
    #[error("is not an absolute URL ({0}): write it like https://production.trackstarhq.com")]
    Syntax(String),
    #[error("has the scheme `{0}`: use https, or http with a loopback host")]
    Scheme(String),
    #[error(
        "would send the API key over plain http: use https, or set `allow_plain_http(true)` if you trust the network"
    )]
    PlainHttp,
    #[error("contains a user name or a password: remove them, the API only accepts its key")]
    UserInfo,
    #[error("has a query or a fragment: remove it")]
    Query,
}
