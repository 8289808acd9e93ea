//! Serves a Trackstar API on loopback until it is interrupted: `--port`, `--seed` and `--records` set it up.

use trackstar_api::emulator::Emulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut builder = Emulator::builder().port(8080).records(100);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(format!("{name} has no value"))?;
        builder = match name.as_str() {
            "--port" => builder.port(value.parse()?),
            "--seed" => builder.seed(value.parse()?),
            "--records" => builder.records(value.parse()?),
            _ => {
                return Err(
                    format!("{name} is not known: --port, --seed and --records are").into(),
                );
            }
        };
    }
    let emulator = builder.start().await?;
    println!("TRACKSTAR_BASE_URL={}", emulator.base_url());
    println!("Any API key and any access token are accepted.");
    std::future::pending::<()>().await;
    Ok(())
}
