//! The program is killed again and again while it copies what changes meanwhile. In the end the copy equals what
//! there is, in SQLite and in Postgres.

use std::collections::BTreeMap;
use std::error::Error;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::time::sleep;
use trackstar_api::emulator::Emulator;
use trackstar_api::reexports::chrono::Utc;

const KILLS: usize = 50;
/// Each table with its collection.
const KINDS: [(&str, &str); 3] = [
    ("orders", "wms/orders"),
    ("products", "wms/products"),
    ("inventory", "wms/inventory"),
];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The copies of each kind of record by id, as JSON.
type Copies = BTreeMap<&'static str, BTreeMap<String, Value>>;

async fn emulator() -> Result<Emulator> {
    let emulator = Emulator::builder().records(300).rate_limits(false);
    Ok(emulator.latency(Duration::from_millis(3)).start().await?)
}

fn mirror(emulator: &Emulator, to: &str, last: bool) -> Result<Child> {
    let mut mirror = Command::new(env!("CARGO_BIN_EXE_mirror"));
    mirror.args(["--to", to, "--page-size", "20"]);
    match last {
        true => mirror.arg("--sweep"),
        false => mirror.args(["--watch", "1"]),
    };
    mirror
        .env("TRACKSTAR_API_KEY", "key")
        .env("TRACKSTAR_BASE_URL", emulator.base_url());
    mirror
        .env("TRACKSTAR_CONNECTIONS", "acme=token")
        .stdout(Stdio::null());
    Ok(mirror.spawn()?)
}

/// Some record changes.
fn change(emulator: &Emulator, rng: &mut Rng) -> Result<()> {
    let (_, collection) = KINDS[rng.usize(..KINDS.len())];
    let ids = emulator.ids(collection)?;
    let Some(id) = rng.choice(&ids) else {
        return Ok(());
    };
    let time = Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let fields = json!({"trackstar_updated_date": time, "name": format!("name {}", rng.u32(..))});
    emulator.change(collection, id, &fields)?;
    Ok(())
}

/// Kills the program at random moments.
async fn torture(emulator: &Emulator, to: &str) -> Result<()> {
    let mut rng = Rng::with_seed(1);
    for _ in 0..KILLS {
        let mut child = mirror(emulator, to, false)?;
        for _ in 0..rng.u32(1..12) {
            sleep(Duration::from_millis(rng.u64(1..40))).await;
            change(emulator, &mut rng)?;
        }
        child.kill()?;
        child.wait()?;
    }
    Ok(())
}

/// Lets the last run come to an end.
async fn finish(emulator: &Emulator, to: &str) -> Result<()> {
    // The second in which the last record changed is over.
    sleep(Duration::from_millis(1_100)).await;
    let mut last = mirror(emulator, to, true)?;
    let status = tokio::task::block_in_place(|| last.wait())?;
    assert!(status.success(), "{status}");
    Ok(())
}

fn there_is(emulator: &Emulator) -> Result<Copies> {
    let mut all = Copies::new();
    for (table, collection) in KINDS {
        let mut records = BTreeMap::new();
        for id in emulator.ids(collection)? {
            records.insert(id.clone(), json_of(&emulator.record(collection, &id)?));
        }
        all.insert(table, records);
    }
    Ok(all)
}

/// What tells versions of a record apart.
fn json_of(record: &Value) -> Value {
    json!([
        record["id"],
        record["name"],
        record["trackstar_updated_date"]
    ])
}

fn compare(emulator: &Emulator, copied: &Copies) -> Result<()> {
    for (table, there) in there_is(emulator)? {
        let copied = &copied[table];
        let differs = |id: &&String| copied.get(*id) != there.get(*id);
        let ids = copied.keys().chain(there.keys()).filter(differs);
        let wrong: Vec<_> = ids
            .map(|id| (copied.get(id), there.get(id)))
            .take(3)
            .collect();
        assert!(wrong.is_empty(), "{table}: {wrong:?}");
    }
    Ok(())
}

fn read(text: &str) -> Result<(String, Value)> {
    let json: Value = serde_json::from_str(text)?;
    Ok((
        json["id"].as_str().unwrap_or_default().to_owned(),
        json_of(&json),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_in_sqlite_survives_being_killed() -> Result<()> {
    let emulator = emulator().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("mirror.db");
    let file = file.to_str().ok_or("the folder is no text")?;
    torture(&emulator, file).await?;
    let sqlite = rusqlite::Connection::open(file)?;
    let count: i64 = sqlite.query_row("SELECT count(*) FROM orders", [], |row| row.get(0))?;
    assert!(
        count > 0,
        "every run was killed before it had stored anything"
    );
    finish(&emulator, file).await?;
    let mut copied = Copies::new();
    for (table, _) in KINDS {
        let mut statement = sqlite.prepare(&format!("SELECT json FROM {table}"))?;
        let texts = statement.query_map([], |row| row.get::<_, String>(0))?;
        let records = texts.map(|text| read(&text?)).collect::<Result<_>>()?;
        copied.insert(table, records);
    }
    compare(&emulator, &copied)
}

/// Needs a server: `MIRROR_POSTGRES` is its address.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_in_postgres_survives_being_killed() -> Result<()> {
    let Ok(address) = std::env::var("MIRROR_POSTGRES") else {
        println!(
            "skipped: set MIRROR_POSTGRES to the address of an empty database, postgres://user@host/name"
        );
        return Ok(());
    };
    let emulator = emulator().await?;
    torture(&emulator, &address).await?;
    finish(&emulator, &address).await?;
    let (postgres, connection) = tokio_postgres::connect(&address, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    let mut copied = Copies::new();
    for (table, _) in KINDS {
        let rows = postgres
            .query(&format!("SELECT CAST(json AS TEXT) FROM {table}"), &[])
            .await?;
        let records = rows
            .iter()
            .map(|row| read(row.get(0)))
            .collect::<Result<_>>()?;
        copied.insert(table, records);
    }
    compare(&emulator, &copied)
}
