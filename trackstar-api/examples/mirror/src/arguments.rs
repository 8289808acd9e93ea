//! What the program is told.

use clap::Parser;

/// Copies orders, products and inventory into SQLite or Postgres, and keeps the copy fresh.
///
/// The API key is read from TRACKSTAR_API_KEY. Without one, an emulator is copied.
#[derive(Parser)]
pub struct Arguments {
    /// Where to: a file, or postgres://user@host/database.
    #[arg(long, default_value = "mirror.db")]
    pub to: String,
    /// Goes on: looks for changes again after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    pub watch: Option<u64>,
    /// Reads everything once more, to find what is gone.
    #[arg(long)]
    pub sweep: bool,
    /// How many records a page has.
    #[arg(long)]
    pub page_size: Option<u32>,
    /// The connections, each with a name of your own and its access token: acme=token,other=token.
    #[arg(long, env = "TRACKSTAR_CONNECTIONS", hide_env_values = true)]
    connections: Option<String>,
}

/// A connection that is copied.
pub struct Connection {
    pub name: String,
    pub token: String,
}

impl Arguments {
    pub fn has_key(&self) -> bool {
        std::env::var_os("TRACKSTAR_API_KEY").is_some()
    }

    pub fn connections(&self) -> Result<Vec<Connection>, String> {
        let all = self.connections.as_deref().unwrap_or_default();
        let connections: Option<Vec<Connection>> = all
            .split(',')
            .map(|pair| {
                let (name, token) = pair.trim().split_once('=')?;
                Some(Connection {
                    name: name.to_owned(),
                    token: token.to_owned(),
                })
            })
            .collect();
        connections.ok_or_else(|| {
            "which connections? Set TRACKSTAR_CONNECTIONS to name=token,name=token".to_owned()
        })
    }
}
