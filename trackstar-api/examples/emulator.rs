//! Serves a Trackstar API on loopback until it is interrupted: work without an account.
//!
//! ```sh
//! cargo run --example emulator --features emulator -- --records 100000 --faults all:0.01
//! ```

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use trackstar_api::emulator::{Emulator, EmulatorBuilder, ListOrder, PageTokens, Webhooks};

const HELP: &str = "\
A Trackstar API on loopback.

  --port N           where to listen (8080)
  --seed N           what the records follow from (0)
  --records N        how many records each collection has (100)
  --faults LIST      what goes wrong and how often: all:0.01, or gateway-after:0.02,cut-body:0.01,seed:7
  --latency MS       how long each request takes (0)
  --order WHAT       what lists are sorted by: id, created or updated (id)
  --page-tokens KIND keyset or offset (keyset)
  --api-key KEY      the only API key that is accepted (any)
  --access-token T   the only access token that is accepted (any)
  --webhooks URL     where to send events (nowhere)
  --secret WHSEC     what events are signed with
  --no-rate-limits   do not count requests";

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = serve().await else {
        return ExitCode::SUCCESS;
    };
    eprint!("{error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprint!(": {error}");
        cause = error.source();
    }
    eprintln!();
    ExitCode::FAILURE
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        println!("{HELP}");
        return Ok(());
    }
    let emulator = builder(arguments)?.start().await?;
    let base_url = emulator.base_url();
    println!("A Trackstar API listens. To work with it:\n");
    println!("  export TRACKSTAR_BASE_URL={base_url} TRACKSTAR_API_KEY=key");
    println!(
        "  curl '{base_url}/wms/orders?limit=1' -H 'x-trackstar-api-key: key' -H 'x-trackstar-access-token: token'\n"
    );
    println!(
        "Records past all rules: {base_url}/_emulator/wms/orders. More: --help. Ctrl-C ends it."
    );
    std::future::pending::<()>().await;
    Ok(())
}

fn builder(arguments: Vec<String>) -> Result<EmulatorBuilder, Box<dyn Error>> {
    let mut builder = Emulator::builder().port(8080).records(100);
    let mut url = None;
    let mut secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
    let mut arguments = arguments.into_iter();
    while let Some(name) = arguments.next() {
        if name == "--no-rate-limits" {
            builder = builder.rate_limits(false);
            continue;
        }
        let value = arguments
            .next()
            .ok_or(format!("{name} has no value: see --help"))?;
        builder = match (name.as_str(), value.as_str()) {
            ("--port", _) => builder.port(value.parse()?),
            ("--seed", _) => builder.seed(value.parse()?),
            ("--records", _) => builder.records(value.parse()?),
            ("--faults", _) => builder.faults(value.parse()?),
            ("--latency", _) => builder.latency(Duration::from_millis(value.parse()?)),
            ("--order", "id") => builder.order(ListOrder::Id),
            ("--order", "created") => builder.order(ListOrder::Created),
            ("--order", "updated") => builder.order(ListOrder::Updated),
            ("--page-tokens", "keyset") => builder.page_tokens(PageTokens::Keyset),
            ("--page-tokens", "offset") => builder.page_tokens(PageTokens::Offset),
            ("--api-key", _) => builder.api_key(value),
            ("--access-token", _) => builder.access_token(value),
            ("--webhooks", _) => {
                url = Some(value);
                builder
            }
            ("--secret", _) => {
                secret = value;
                builder
            }
            _ => return Err(format!("{name} {value} is not known: see --help").into()),
        };
    }
    Ok(match url {
        Some(url) => {
            println!("Events are signed with {secret}");
            builder.webhooks(Webhooks::new(url, secret))
        }
        None => builder,
    })
}
