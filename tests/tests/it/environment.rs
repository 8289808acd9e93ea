//! `Client::from_env`, in processes of its own: the environment belongs to a whole process.

use std::process::Command;

use trackstar_api::{Client, ErrorKind};

/// Runs the test `inner` of this module with an environment, and gives its output.
fn with_environment(variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "environment::inner",
        "--nocapture",
        "--test-threads=1",
    ]);
    command
        .env_remove("TRACKSTAR_API_KEY")
        .env_remove("TRACKSTAR_BASE_URL");
    command
        .env("TRACKSTAR_TEST_INNER", "1")
        .envs(variables.iter().copied());
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

/// Says what `from_env` made of the environment; only when another test runs it.
#[test]
fn inner() {
    if std::env::var_os("TRACKSTAR_TEST_INNER").is_none() {
        return;
    }
    match Client::from_env() {
        Ok(client) => println!("<{client:?}>"),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            println!("<{error}>");
        }
    }
}

#[test]
fn the_key_and_the_address_come_from_the_environment() {
    for (variables, says) in [
        (&[][..], "there is no API key: set TRACKSTAR_API_KEY"),
        (&[("TRACKSTAR_API_KEY", "")][..], "the API key is empty"),
        (
            &[("TRACKSTAR_API_KEY", "k")],
            "https://production.trackstarhq.com",
        ),
        (
            &[("TRACKSTAR_API_KEY", "k"), ("TRACKSTAR_BASE_URL", " ")],
            "https://production.trackstarhq.com",
        ),
        (
            &[("TRACKSTAR_API_KEY", "\u{feff}\"k\"\r\n")],
            "https://production.trackstarhq.com",
        ),
        (
            &[
                ("TRACKSTAR_API_KEY", "'k'"),
                ("TRACKSTAR_BASE_URL", " \"http://localhost:8\"\r\n"),
            ],
            "http://localhost:8",
        ),
        (
            &[("TRACKSTAR_API_KEY", "k"), ("TRACKSTAR_BASE_URL", "\"\"")],
            "https://production.trackstarhq.com",
        ),
        (
            &[("TRACKSTAR_API_KEY", "a b")],
            "a quote that was copied along (from TRACKSTAR_API_KEY)",
        ),
        (
            &[
                ("TRACKSTAR_API_KEY", "k"),
                ("TRACKSTAR_BASE_URL", "ftp://x"),
            ],
            "or http with a loopback host (from TRACKSTAR_BASE_URL)",
        ),
        (
            &[
                ("TRACKSTAR_API_KEY", "k"),
                ("TRACKSTAR_BASE_URL", "http://localhost:7"),
            ],
            "http://localhost:7",
        ),
        (
            &[
                ("TRACKSTAR_API_KEY", "k"),
                ("TRACKSTAR_BASE_URL", "nonsense"),
            ],
            "the base URL is not an absolute URL",
        ),
    ] {
        let output = with_environment(variables);
        assert!(output.contains(says), "{variables:?}: {output}");
    }
}
