//! SQLite in a file, or Postgres. Both are given the same SQL, and values as texts.

use std::error::Error;

use rusqlite::params_from_iter;
use tokio::task::block_in_place;
use tokio_postgres::NoTls;
use tokio_postgres::types::ToSql;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Values, as texts.
pub type Row = Vec<Option<String>>;

pub enum Database {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

impl Database {
    /// Opens a file, or connects to `postgres://…`.
    pub async fn open(to: &str) -> Result<Self> {
        if !to.starts_with("postgres") {
            let sqlite = rusqlite::Connection::open(to)?;
            // Commits are as durable as with the journal that is the default, and several times faster.
            sqlite.pragma_update(None, "journal_mode", "WAL")?;
            return Ok(Self::Sqlite(sqlite));
        }
        // On the same machine. Elsewhere, take a connector with TLS: see the crate `postgres-native-tls`.
        let (postgres, connection) = tokio_postgres::connect(to, NoTls).await?;
        tokio::spawn(connection);
        Ok(Self::Postgres(postgres))
    }

    /// Executes all statements, each with its values, or none.
    pub async fn transaction(&mut self, statements: Vec<(String, Row)>) -> Result<()> {
        match self {
            Self::Sqlite(sqlite) => block_in_place(|| {
                let transaction = sqlite.transaction()?;
                for (sql, row) in &statements {
                    // SQLite has its JSON in texts.
                    let sql = sql.replace("AS JSON)", "AS TEXT)");
                    transaction
                        .prepare_cached(&sql)?
                        .execute(params_from_iter(row))?;
                }
                Ok(transaction.commit()?)
            }),
            Self::Postgres(postgres) => {
                let transaction = postgres.transaction().await?;
                let mut prepared = None;
                for (sql, row) in &statements {
                    let statement = match prepared.take() {
                        Some((before, statement)) if before == sql => statement,
                        _ => transaction.prepare(sql).await?,
                    };
                    let row: Vec<&(dyn ToSql + Sync)> = row
                        .iter()
                        .map(|value| value as &(dyn ToSql + Sync))
                        .collect();
                    transaction.execute(&statement, &row).await?;
                    prepared = Some((sql, statement));
                }
                Ok(transaction.commit().await?)
            }
        }
    }

    /// The rows that a query finds, all of them texts.
    pub async fn query(&mut self, sql: &str, values: &[&str]) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite(sqlite) => block_in_place(|| {
                let mut statement = sqlite.prepare(sql)?;
                let count = statement.column_count();
                let read =
                    |row: &rusqlite::Row<'_>| (0..count).map(|index| row.get(index)).collect();
                let rows = statement.query_map(params_from_iter(values), read)?;
                Ok(rows.collect::<rusqlite::Result<_>>()?)
            }),
            Self::Postgres(postgres) => {
                let values: Vec<&(dyn ToSql + Sync)> = values
                    .iter()
                    .map(|value| value as &(dyn ToSql + Sync))
                    .collect();
                let rows = postgres.query(sql, &values).await?;
                let read = |row: &tokio_postgres::Row| {
                    (0..row.len()).map(|index| row.get(index)).collect()
                };
                Ok(rows.iter().map(read).collect())
            }
        }
    }
}
