//! Proxies and redirects: where the API key goes, and where it does not.

use std::process::Command;

use trackstar_api::reexports::reqwest::{Proxy, redirect};
use trackstar_api::{Client, ErrorKind, RetryPolicy};
use trackstar_tests::server::{HttpResponse, Server};

const KEY: &str = "s3cr3t-key-of-tests";

/// Lists magic links at the address in the environment, if another test runs this.
#[tokio::test]
async fn inner() {
    let Ok(url) = std::env::var("TRACKSTAR_TEST_AT") else {
        return;
    };
    let client = Client::builder().api_key(KEY).base_url(url);
    let client = client.allow_plain_http(true).retry(RetryPolicy::off());
    match client.build().unwrap().list_magic_links().send().await {
        Ok(_) => println!("<listed>"),
        Err(error) => println!("<{error}>"),
    }
}

/// The output of `inner` in a process whose proxy is a server, for everything but one host.
async fn list_behind(proxy: &Server, but: &str, url: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "proxies::inner", "--nocapture"]);
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(variable, proxy.base_url());
        command.env(variable.to_lowercase(), proxy.base_url());
    }
    command.env("NO_PROXY", but).env("no_proxy", but);
    command.env("TRACKSTAR_TEST_AT", url);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    String::from_utf8(output.await.unwrap().stdout).unwrap()
}

fn links() -> HttpResponse {
    HttpResponse::json(r#"{"magic_links": []}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_system_sees_no_key_that_is_sent_in_clear() {
    let (proxy, server) = (Server::start(links()).await, Server::start(links()).await);
    let output = list_behind(&proxy, "", &server.base_url()).await;
    assert!(output.contains("<listed>"), "{output}");
    assert_eq!(server.requests().len(), 1);

    // Not on this machine, and nobody is there.
    let output = list_behind(&proxy, "", "http://trackstar.invalid").await;
    assert!(output.contains("no connection to the server"), "{output}");
    assert!(proxy.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_system_is_asked_for_a_tunnel_to_an_https_host() {
    let proxy = Server::start(HttpResponse::error(403, "no")).await;
    let output = list_behind(&proxy, "other.invalid", "https://trackstar.invalid").await;
    assert!(output.contains("list_magic_links failed"), "{output}");
    let asked = &proxy.requests()[0];
    assert_eq!(asked.method, "CONNECT");
    assert_eq!(asked.target, "trackstar.invalid:443");
    assert!(!format!("{asked:?}").contains(KEY));

    for but in ["trackstar.invalid", ".invalid", "*"] {
        let output = list_behind(&proxy, but, "https://trackstar.invalid").await;
        assert!(output.contains("no connection to the server"), "{output}");
        assert_eq!(proxy.requests().len(), 1, "not for {but}");
    }
}

#[tokio::test]
async fn a_proxy_of_the_clients_own_is_used_for_https_and_not_on_this_machine() {
    let (proxy, server) = (
        Server::start(HttpResponse::error(403, "no")).await,
        Server::start(links()).await,
    );
    for (url, is_listed, uses) in [
        (server.base_url(), true, 0),
        ("https://trackstar.invalid".to_owned(), false, 1),
    ] {
        let builder = Client::builder().api_key(KEY).base_url(url);
        let builder = builder.retry(RetryPolicy::off());
        let client = builder.proxy(Proxy::all(proxy.base_url()).unwrap());
        let listed = client.build().unwrap().list_magic_links().send().await;
        assert_eq!(listed.is_ok(), is_listed);
        assert_eq!(proxy.requests().len(), uses);
    }
}

#[tokio::test]
async fn no_setting_of_the_http_client_lets_it_follow_a_redirect() {
    let elsewhere = Server::start(links()).await;
    let moved = links().status(307);
    let server = Server::start(moved.header("location", &elsewhere.base_url())).await;
    let builder = Client::builder().api_key(KEY).base_url(server.base_url());
    let client = builder.configure_http(|http| http.redirect(redirect::Policy::limited(9)));
    let listed = client.build().unwrap().list_magic_links().send().await;
    assert_eq!(listed.unwrap_err().kind(), ErrorKind::Status);
    assert!(elsewhere.requests().is_empty());
}
