//! The address of the API, and which addresses a key may be sent to.

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::error::UnusableBaseUrl;
use crate::request::encoding::leads_elsewhere;

/// Where the API is: <https://docs.trackstarhq.com>.
pub(crate) const PRODUCTION: &str = "https://production.trackstarhq.com";

/// The address that paths are appended to: absolute, without a query, and safe for credentials.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    pub(crate) fn parse(text: &str, allow_plain_http: bool) -> Result<Self, UnusableBaseUrl> {
        let mut url = Url::parse(text).map_err(|e| UnusableBaseUrl::Syntax(e.to_string()))?;
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

    /// Whether a path has the same segments once it is a part of an address.
    ///
    /// Reading an address drops tabs and line breaks, takes a backslash for a slash, and follows `..` even if it
    /// is written `%2e%2e`: such a path leads out of the base URL. So does `..%2f` for a server that decodes a path
    /// before it reads it.
    pub(crate) fn keeps_segments(&self, path: &str) -> bool {
        let Some(path) = path.strip_prefix('/') else {
            return false;
        };
        let below = self.join(&format!("/{path}"));
        let prefix = self.0.path().trim_end_matches('/');
        let read = below.path().strip_prefix(prefix);
        let Some(read) = read.and_then(|path| path.strip_prefix('/')) else {
            return false;
        };
        let decoded = |segment| percent_decode_str(segment).collect::<Vec<u8>>();
        let mut segments = path.split('/').map(decoded);
        read.split('/').map(decoded).eq(segments.clone())
            && !segments.any(|segment| leads_elsewhere(&String::from_utf8_lossy(&segment)))
    }

    /// Whether a proxy on the way does not see the credentials. What is on this machine needs none.
    pub(crate) fn allows_proxies(&self) -> bool {
        self.0.scheme() == "https" && !is_loopback(&self.0)
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
    fn a_path_that_leads_elsewhere_once_it_is_read_is_found() {
        for base in ["https://h.example", "https://h.example/proxy/"] {
            let base = BaseUrl::parse(base, false).unwrap();
            for (path, is_kept) in [
                ("/", true),
                ("/wms/orders", true),
                ("/wms/orders/", true),
                ("/wms//orders", true),
                ("/a b/ä/%20/%2F/%25", true),
                ("/a..b/...", true),
                ("wms", false),
                ("", false),
                ("/../x", false),
                ("/wms/..", false),
                ("/wms/./x", false),
                ("/wms/.", false),
                ("/%2e%2e/x", false),
                ("/.%2E/x", false),
                ("/a/%2e/x", false),
                ("/a\\..\\x", false),
                ("/a\\b", false),
                ("/.\t./x", false),
                ("/a\nb", false),
                ("/a\r", false),
                ("/..%2fx", false),
                ("/a%2F%2e%2E", false),
                ("/a/.%5Cx", false),
                ("/a%2Fb", true),
            ] {
                assert_eq!(base.keeps_segments(path), is_kept, "{path:?}");
            }
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
