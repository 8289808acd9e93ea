//! Which credential a 401 is about, and which limits a request without one keeps.

use trackstar_api::{Client, CredentialKind, RetryPolicy};
use trackstar_tests::server::{Act, HttpResponse, Server};

/// An API that knows one key and one token.
async fn api() -> Server {
    Server::start_with(|request| {
        let token = request.header("x-trackstar-access-token");
        let is_good = request.header("x-trackstar-api-key") == ["good"]
            && (token.is_empty() || token == ["good"]);
        Act::Respond(match is_good {
            true => HttpResponse::json(r#"{"data": []}"#),
            false => HttpResponse::error(401, "Unauthorized"),
        })
    })
    .await
}

fn client(server: &Server, key: &str) -> Client {
    let builder = Client::builder().api_key(key).base_url(server.base_url());
    builder.retry(RetryPolicy::off()).build().unwrap()
}

#[tokio::test]
async fn the_credential_that_a_401_is_about_can_be_asked_for() {
    let server = api().await;
    for (key, token, rejected) in [
        ("bad", "good", CredentialKind::ApiKey),
        ("bad", "bad", CredentialKind::ApiKey),
        ("good", "bad", CredentialKind::AccessToken),
    ] {
        let client = client(&server, key).connection(token);
        let error = client.get_wms_order("o1").send().await.unwrap_err();
        let found = client.rejected_credential(&error).await.unwrap();
        assert_eq!(found, Some(rejected), "{key} {token}");
    }
    // Without a token there is nothing to ask.
    let client = client(&server, "bad");
    let error = client.list_magic_links().send().await.unwrap_err();
    let asked = server.requests().len();
    let found = client.rejected_credential(&error).await.unwrap();
    assert_eq!(found, Some(CredentialKind::ApiKey));
    assert_eq!(server.requests().len(), asked);
}

#[tokio::test]
async fn another_error_is_about_no_credential() {
    let body = r#"{"error": "no", "origin": "integration"}"#;
    for answer in [
        HttpResponse::error(403, "no"),
        HttpResponse::json(body).status(401),
    ] {
        let server = Server::start(answer).await;
        let client = client(&server, "good").connection("good");
        let error = client.get_wms_order("o1").send().await.unwrap_err();
        let found = client.rejected_credential(&error).await.unwrap();
        assert_eq!(found, None, "{error}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_check_that_fails_says_so() {
    let mut asked = 0;
    let server = Server::start_with(move |_| {
        asked += 1;
        match asked {
            1 => Act::Respond(HttpResponse::error(401, "no")),
            2 => Act::HangUp,
            _ => Act::Respond(HttpResponse::error(503, "no")),
        }
    })
    .await;
    let client = client(&server, "good").connection("good");
    let error = client.get_wms_order("o1").send().await.unwrap_err();
    for _ in 0..2 {
        let check = client.rejected_credential(&error).await.unwrap_err();
        assert_eq!(check.operation(), Some("check API key"));
    }
}
