//! Prints how fast one thread reads a CSV or NDJSON file to typed columns: the reader alone,
//! without the way to JavaScript. `read_speed FILE [ROUNDS]`.

use fastpath_kernels::config::Config;
use fastpath_kernels::control::Unwatched;
use fastpath_kernels::reader::Reader;
use std::time::Instant;

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("usage: read_speed FILE [ROUNDS]");
    let rounds: usize = args.next().map_or(10, |text| text.parse().expect("rounds"));
    let bytes = std::fs::read(&path).expect("the file can be read");
    let format = if path.ends_with("json") { "ndjson" } else { "csv" };
    let config = Config::parse(&config(&[("format", format), ("mode", "build"), ("threads", "1")]))
        .expect("config");
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let start = Instant::now();
        let mut reader = Reader::open(&config).expect("options");
        reader.push(&bytes, true, &Unwatched).expect("well formed input");
        best = best.min(start.elapsed().as_secs_f64());
        assert!(reader.text().contains("\"rows\":"));
    }
    println!("{:.0} MB/s", bytes.len() as f64 / best / 1e6);
}

fn config(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in entries {
        out.push(key.len() as u8);
        out.extend(key.as_bytes());
        out.extend((value.len() as u32).to_le_bytes());
        out.extend(value.as_bytes());
    }
    out
}
