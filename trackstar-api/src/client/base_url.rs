//! The address of the API, and which addresses a key may be sent to.

use reqwest::Url;

use crate::error::UnusableBaseUrl;

/// Where the API is: <https://docs.trackstarhq.com>.
pub(crate) const PRODUCTION: &str = "https://production.trackstarhq.com";

/// The address that paths are appended to: absolute, without a query, and safe for credentials.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    pub(crate) fn parse(text: &str, allow_plain_http: bool) -> Result<Self, UnusableBaseUrl> {
        let mut url =
            Url::parse(text.trim()).map_err(|e| UnusableBaseUrl::Syntax(e.to_string()))?;
        match url.scheme() {
            "https" => {}
            "http" if allow_plain_http || is_loopback(&url) => {}
            "http" => return Err(UnusableBaseUrl::PlainHttp),
            other => return Err(UnusableBaseUrl::Scheme(other.to_owned())),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UnusableBaseUrl::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(UnusableBaseUrl::Query);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The address of a path, which is percent-encoded and starts with a slash.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        match self.0.path().trim_end_matches('/') {
            "" => url.set_path(path),
            prefix => url.set_path(&format!("{prefix}{path}")),
        }
        url
    }

    /// Whether an address has the same scheme, host and port, and no user name or password.
    #[cfg(feature = "webhooks")]
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        let has_user = !url.username().is_empty() || url.password().is_some();
        self.0.origin() == url.origin() && !has_user
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_allowed_for_loopback_hosts_and_on_demand() {
        for (text, allowed, asked) in [
            ("https://production.trackstarhq.com", true, true),
            ("http://production.trackstarhq.com", false, true),
            ("http://localhost:8080", true, true),
            ("http://127.8.0.1", true, true),
            ("http://[::1]:1", true, true),
            ("http://localhost.example.com", false, true),
            ("http://10.0.0.1", false, true),
            ("ftp://localhost", false, false),
        ] {
            assert_eq!(BaseUrl::parse(text, false).is_ok(), allowed, "{text}");
            assert_eq!(BaseUrl::parse(text, true).is_ok(), asked, "{text}");
        }
    }

    #[test]
    fn an_unusable_address_is_refused_with_a_remedy() {
        for (text, says) in [
            ("", "not an absolute URL"),
            ("production.trackstarhq.com", "not an absolute URL"),
            ("https://user:pass@production.trackstarhq.com", "password"),
            ("https://production.trackstarhq.com/?a=b", "query"),
        ] {
            let error = BaseUrl::parse(text, false).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
            assert!(!error.contains("user:pass"), "{error}");
        }
    }

    #[test]
    fn a_path_prefix_is_kept() {
        for (base, joined) in [
            ("https://h.example/proxy", "https://h.example/proxy/a%2Fb"),
            ("https://h.example/proxy/", "https://h.example/proxy/a%2Fb"),
            ("https://h.example", "https://h.example/a%2Fb"),
            ("https://h.example/", "https://h.example/a%2Fb"),
        ] {
            let base = BaseUrl::parse(base, false).unwrap();
            assert_eq!(base.join("/a%2Fb").as_str(), joined);
        }
    }
}
