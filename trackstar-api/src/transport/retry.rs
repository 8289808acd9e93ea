//! Which failures are worth a retry, and after which delay.

use std::time::Duration;

use reqwest::StatusCode;

use crate::error::{Error, ErrorKind};
use crate::operation::Operation;

/// The longest `retry-after` that is obeyed.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

/// The delay before the next attempt: what the server asks for, or a random time up to `longest`, so that
/// requests which failed together are not retried together. `None` gives up.
pub(super) fn delay(error: &Error, longest: Duration, random: f64) -> Option<Duration> {
    match error.retry_after() {
        Some(delay) if delay > MAX_RETRY_AFTER => None,
        Some(delay) => Some(delay),
        None => Some(longest.mul_f64(random)),
    }
}

/// Whether a retry may help, and cannot do harm.
pub(super) fn is_worthwhile(error: &Error, operation: &Operation) -> bool {
    let status = error.status().filter(|status| !status.is_success());
    match status.as_ref().map(StatusCode::as_u16) {
        Some(429) => true,
        Some(408 | 500 | 502..=504) => operation.is_safe(),
        Some(409) => operation.takes_key(),
        Some(_) => false,
        None => match error.kind() {
            ErrorKind::Connect => true,
            ErrorKind::Timeout => {
                operation.is_safe() || operation.takes_key() || error.was_never_sent()
            }
            ErrorKind::Interrupted => operation.is_safe() || operation.takes_key(),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use tokio::net::TcpListener;

    use super::*;
    use crate::Client;
    use crate::error::Cause;
    use crate::operation::Token;
    use crate::request::Request;

    static PASSTHROUGH: Operation = Operation {
        id: "passthrough",
        method: Method::POST,
        path: "/passthrough",
        token: Token::Unused,
        is_passthrough: true,
    };

    #[test]
    fn a_passthrough_is_retried_after_429_and_no_other_status() {
        for status in [400, 401, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504] {
            let code = StatusCode::from_u16(status).unwrap();
            let error = Error::new(&PASSTHROUGH, Cause::Status).with_status(code, None);
            assert_eq!(
                is_worthwhile(&error, &PASSTHROUGH),
                status == 429,
                "{status}"
            );
        }
    }

    #[tokio::test]
    async fn a_passthrough_has_no_key_and_is_retried_if_it_was_never_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = Client::builder()
            .api_key("key")
            .base_url(url)
            .build()
            .unwrap();
        let mut request = Request::new(&client, &PASSTHROUGH);
        request.mint_key();
        let http = request.to_http().unwrap();
        assert!(!http.headers().contains_key("idempotency-key"));

        let hangs_up = tokio::spawn(async move { listener.accept().await.map(drop) });
        let broken = request.attempt(http, None).await.err().unwrap();
        assert_eq!(broken.kind(), ErrorKind::Interrupted);
        assert!(
            !is_worthwhile(&broken, &PASSTHROUGH),
            "it may have been sent"
        );

        hangs_up.await.unwrap().unwrap();
        let refused = request
            .attempt(request.to_http().unwrap(), None)
            .await
            .err()
            .unwrap();
        assert_eq!(refused.kind(), ErrorKind::Connect);
        assert!(is_worthwhile(&refused, &PASSTHROUGH), "nobody was there");
    }
}
