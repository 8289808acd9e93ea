//! Servers whose certificates the system does not trust: what the error says, and how they are trusted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer};
use trackstar_api::reexports::reqwest::Certificate;
use trackstar_api::{Client, ErrorKind, RetryPolicy};

/// A certificate authority that only this process knows.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            certificate: Certificate::from_der(certificate.der()).unwrap(),
            issuer: Issuer::new(params, key),
        }
    }

    /// A server on loopback whose certificate this authority has issued. It counts its connections.
    async fn server(&self, params: CertificateParams) -> (String, Arc<AtomicUsize>) {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider);
        let config = config.with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], key);
        let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                counter.fetch_add(1, SeqCst);
                if let Ok(mut stream) = acceptor.accept(socket).await {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let body = r#"{"magic_links": []}"#;
                    let head = "HTTP/1.1 200 OK\r\ncontent-length: 19\r\nconnection: close\r\n\r\n";
                    let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        (url, connections)
    }
}

/// What a server on this machine needs.
fn params() -> CertificateParams {
    CertificateParams::new(["127.0.0.1".to_owned()]).unwrap()
}

#[tokio::test]
async fn an_unknown_authority_is_not_asked_again_and_the_error_says_how_to_trust_it() {
    let authority = Authority::new();
    let (url, connections) = authority.server(params()).await;
    let quick = RetryPolicy::default().initial_delay(Duration::from_millis(1));
    let builder = Client::builder().api_key("key").base_url(&url).retry(quick);
    let client = builder.clone().build().unwrap();
    let error = client.list_magic_links().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!((error.attempts(), connections.load(SeqCst)), (1, 1));
    let line = error.to_string();
    assert!(line.contains(url.trim_start_matches("https://")), "{line}");
    assert!(
        line.contains("`ClientBuilder::add_root_certificate`"),
        "{line}"
    );

    let client = builder.add_root_certificate(authority.certificate).build();
    client.unwrap().list_magic_links().send().await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_is_no_good_is_not_asked_for_again_and_to_trust_its_authority_is_no_remedy()
 {
    let mut expired = params();
    expired.not_after = date_time_ymd(2001, 2, 3);
    let elsewhere = CertificateParams::new(["trackstar.invalid".to_owned()]).unwrap();
    for (params, says) in [(expired, "expired"), (elsewhere, "not valid for")] {
        let authority = Authority::new();
        let (url, connections) = authority.server(params).await;
        let builder = Client::builder().api_key("key").base_url(url);
        let client = builder.add_root_certificate(authority.certificate).build();
        let error = client.unwrap().list_magic_links().send().await.unwrap_err();
        let line = error.to_string();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert_eq!((error.attempts(), connections.load(SeqCst)), (1, 1));
        assert!(line.contains(says), "{line}");
        assert!(!line.contains("add_root_certificate"), "{line}");
    }
}
