//! A client for the examples: of the real API if `TRACKSTAR_API_KEY` is set, otherwise of the emulator.

use std::error::Error;

use trackstar_api::Client;
use trackstar_api::emulator::Emulator;

/// The emulator lives as long as this.
pub struct Api {
    pub client: Client,
    emulator: Option<Emulator>,
}

impl Api {
    /// Starts the emulator if there is no key.
    pub async fn start() -> Result<Self, Box<dyn Error>> {
        if std::env::var_os("TRACKSTAR_API_KEY").is_some() {
            let client = Client::from_env()?;
            let emulator = None;
            return Ok(Self { client, emulator });
        }
        println!("TRACKSTAR_API_KEY is not set: using the emulator");
        let emulator = Emulator::builder().start().await?;
        let builder = Client::builder().api_key("any");
        let client = builder.base_url(emulator.base_url()).build()?;
        let emulator = Some(emulator);
        Ok(Self { client, emulator })
    }

    /// The client of a connection: the one of `TRACKSTAR_ACCESS_TOKEN`, or of the emulator.
    #[allow(dead_code, reason = "not every example reads from a connection")]
    pub fn connection(&self) -> Result<Client, Box<dyn Error>> {
        let token = match std::env::var("TRACKSTAR_ACCESS_TOKEN") {
            Ok(token) => token,
            Err(_) if self.emulator.is_some() => "any".to_owned(),
            Err(_) => return Err("set TRACKSTAR_ACCESS_TOKEN to the token of a connection".into()),
        };
        Ok(self.client.connection(token))
    }
}
