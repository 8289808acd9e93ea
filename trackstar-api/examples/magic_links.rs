//! Lists the organisation's magic links as a table.
//!
//! With `TRACKSTAR_API_KEY` set it sends its request to the real API. Otherwise it starts a server on loopback that serves
//! the examples of the vendor's document, and runs the same code against it.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Map, Value, json};
use trackstar_api::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::var_os("TRACKSTAR_API_KEY").is_some() {
        return print_magic_links(&Client::from_env()?).await;
    }
    println!(
        "TRACKSTAR_API_KEY is not set: using a server on loopback, with the document's examples"
    );
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let base_url = format!("http://{}", listener.local_addr()?);
    let body = json!({"magic_links": [example("MagicLink")?]}).to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            stream.and_then(|stream| serve(stream, &body))?;
        }
        io::Result::Ok(())
    });
    let client = Client::builder()
        .api_key("example")
        .base_url(base_url)
        .build()?;
    print_magic_links(&client).await
}

async fn print_magic_links(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
    let response = client.list_magic_links().await?;
    println!("{:<10} {:<14} {:<22} URL", "TYPE", "CUSTOMER", "EXPIRES");
    for link in &response.magic_links {
        println!(
            "{:<10} {:<14} {:<22} {}",
            link.integration_type.as_ref().map_or("-", |of| of.as_str()),
            link.customer_id.as_deref().unwrap_or("-"),
            link.expires_at.map_or_else(String::new, |until| until
                .format("%Y-%m-%d %H:%M UTC")
                .to_string()),
            link.url.as_deref().unwrap_or("-"),
        );
    }
    println!("{} in all", response.magic_links.len());
    Ok(())
}

/// Responds to one request: with the magic links if that is what it asks for.
fn serve(mut stream: TcpStream, body: &str) -> io::Result<()> {
    let head: Vec<String> = BufReader::new(&stream)
        .lines()
        .take_while(|line| line.as_ref().is_ok_and(|line| !line.is_empty()))
        .collect::<Result<_, _>>()?;
    let asks = |line: &str| head.iter().any(|other| other == line);
    let (status, body) = if !asks("GET /magic-links HTTP/1.1") {
        ("404 Not Found", "")
    } else if !asks("x-trackstar-api-key: example") {
        ("401 Unauthorized", "")
    } else {
        ("200 OK", body)
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// A record made of the examples that the document gives for its fields.
fn example(schema: &str) -> Result<Value, Box<dyn std::error::Error>> {
    let document: Value = serde_json::from_str(include_str!("../openapi-3.0.json"))?;
    let fields = document
        .pointer(&format!("/components/schemas/{schema}/properties"))
        .and_then(Value::as_object)
        .ok_or("the document has no such schema")?;
    let examples = fields
        .iter()
        .filter_map(|(name, field)| Some((name.clone(), field.get("example")?.clone())));
    Ok(Value::Object(examples.collect::<Map<_, _>>()))
}
