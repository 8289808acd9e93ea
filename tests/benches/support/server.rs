//! A server that costs as little as possible, so that the client is what is measured.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// Starts an HTTP/1.1 server on loopback and gives its address, `http://127.0.0.1:40123`. It keeps its
/// connections open, and lives as long as the process.
///
/// `respond` gives the whole response to a request's target, `/wms/orders?limit=10`.
pub fn start(respond: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let respond = Arc::new(respond);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let respond = Arc::clone(&respond);
            thread::spawn(move || serve(stream, &*respond));
        }
    });
    Ok(format!("http://{address}"))
}

/// A success with a JSON body, ready for the wire.
pub fn json(body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: 6f1c\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Responds to the requests of a connection, which have no bodies, until the client closes it.
fn serve(stream: TcpStream, respond: &dyn Fn(&str) -> Vec<u8>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    let mut target = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if let Some(rest) = line.strip_prefix("GET ") {
            target.clear();
            target.extend(rest.split(' ').next());
        } else if line == "\r\n" {
            reader.get_mut().write_all(&respond(&target))?;
        }
    }
}
