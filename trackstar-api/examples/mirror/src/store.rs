//! The copy. The records of a batch and its checkpoint are stored in one transaction, so that they fit each other
//! whenever the program is stopped. A record never replaces a later version of itself.

use trackstar_api::changes::Checkpoint;
use trackstar_api::reexports::chrono::{DateTime, Utc};

use crate::database::{Database, Result, Row};
use crate::kinds::{Kind, Rows};

/// Tables of records have these columns first.
const COMMON: [(&str, &str); 4] = [
    ("connection", "TEXT"),
    ("id", "TEXT"),
    ("changed", "TEXT"),
    ("json", "JSON"),
];

pub struct Store(Database);

impl Store {
    /// Opens the copy, which is new if there is none.
    pub async fn open(to: &str) -> Result<Self> {
        let mut store = Self(Database::open(to).await?);
        let checkpoints = "CREATE TABLE IF NOT EXISTS checkpoints \
             (connection TEXT, kind TEXT, checkpoint TEXT, PRIMARY KEY (connection, kind))";
        // What cannot be read is kept for those who look into it.
        let unreadable = "CREATE TABLE IF NOT EXISTS unreadable \
             (connection TEXT, kind TEXT, problem TEXT, json TEXT)";
        let create = [checkpoints, unreadable].map(|sql| (sql.to_owned(), Row::new()));
        store.0.transaction(create.into()).await?;
        Ok(store)
    }

    /// Creates the table of a kind of record, if there is none.
    pub async fn create<R: Kind>(&mut self) -> Result<()> {
        let columns = COMMON.iter().chain(R::COLUMNS);
        let columns: Vec<String> = columns
            .map(|(name, kind)| format!("{name} {kind}"))
            .collect();
        let sql = format!(
            "CREATE TABLE IF NOT EXISTS {} ({}, PRIMARY KEY (connection, id))",
            R::TABLE,
            columns.join(", ")
        );
        self.0.transaction(vec![(sql, Row::new())]).await
    }

    /// Where the copy of a kind of record of a connection has come to.
    pub async fn checkpoint(
        &mut self,
        connection: &str,
        table: &str,
    ) -> Result<Option<Checkpoint>> {
        let sql = "SELECT checkpoint FROM checkpoints WHERE connection = $1 AND kind = $2";
        let rows = self.0.query(sql, &[connection, table]).await?;
        let text = rows.into_iter().flatten().flatten().next();
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// The id of each record of the copy, and when it changed.
    pub async fn known(
        &mut self,
        connection: &str,
        table: &str,
    ) -> Result<Vec<(String, Option<DateTime<Utc>>)>> {
        let sql = format!("SELECT id, changed FROM {table} WHERE connection = $1");
        let rows = self.0.query(&sql, &[connection]).await?;
        let known = rows.into_iter().filter_map(|row| {
            let mut values = row.into_iter();
            let (id, changed) = (values.next()??, values.next()?);
            Some((id, changed.and_then(|text| text.parse().ok())))
        });
        Ok(known.collect())
    }

    /// Stores what a batch brings.
    pub async fn write(&mut self, connection: &str, table: &str, rows: Rows) -> Result<()> {
        let own = || Some(connection.to_owned());
        let (write, delete) = (write(table, rows.columns), delete(table));
        let mut statements = Vec::new();
        for mut row in rows.records {
            row.insert(0, own());
            statements.push((write.clone(), row));
        }
        for id in rows.deleted {
            statements.push((delete.clone(), vec![own(), Some(id)]));
        }
        for (problem, json) in rows.unreadable {
            let sql = "INSERT INTO unreadable VALUES ($1, $2, $3, $4)";
            let row = vec![own(), Some(table.to_owned()), Some(problem), Some(json)];
            statements.push((sql.to_owned(), row));
        }
        let sql = "INSERT INTO checkpoints VALUES ($1, $2, $3) \
             ON CONFLICT (connection, kind) DO UPDATE SET checkpoint = excluded.checkpoint";
        let row = vec![own(), Some(table.to_owned()), Some(rows.checkpoint)];
        statements.push((sql.to_owned(), row));
        self.0.transaction(statements).await
    }
}

/// Writes a record, unless the one in its place changed later.
fn write(table: &str, columns: &[(&str, &str)]) -> String {
    let columns: Vec<_> = COMMON.iter().chain(columns).collect();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let values = (1..).zip(&columns);
    // All values come as texts.
    let values =
        values.map(|(number, (_, kind))| format!("CAST(CAST(${number} AS TEXT) AS {kind})"));
    let set = names
        .iter()
        .skip(2)
        .map(|name| format!("{name} = excluded.{name}"));
    format!(
        "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT (connection, id) DO UPDATE SET {} \
         WHERE {table}.changed IS NULL OR excluded.changed IS NULL OR excluded.changed >= {table}.changed",
        names.join(", "),
        values.collect::<Vec<_>>().join(", "),
        set.collect::<Vec<_>>().join(", "),
    )
}

fn delete(table: &str) -> String {
    format!("DELETE FROM {table} WHERE connection = $1 AND id = $2")
}
