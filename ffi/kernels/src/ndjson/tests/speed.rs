//! How fast records become spans. Run with
//! `cargo test --release -p fastpath-kernels ndjson::tests::speed -- --ignored --nocapture`.

use std::time::Instant;

use super::*;

/// 8 fields, about 127 bytes a record.
fn records(count: usize) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..count {
        text.push_str(&format!(
            "{{\"id\":{},\"user\":\"user{:05}\",\"price\":{}.{:02},\"day\":\"2024-{:02}-{:02}\",\
             \"ok\":{},\"city\":\"{}\",\"count\":{},\"note\":\"row of {} items\"}}\n",
            row,
            row * 7919 % 100_000,
            row % 1000,
            row % 100,
            row % 12 + 1,
            row % 28 + 1,
            row % 3 == 0,
            ["Berlin", "Paris", "New York", "Tokyo"][row % 4],
            row * 31 % 5000,
            row % 17,
        ));
    }
    text.into_bytes()
}

#[test]
#[ignore = "a measurement, not a check"]
fn speed_of_scan() {
    let bytes = records(500_000);
    let mut block = Block::default();
    let mut best = f64::INFINITY;
    for _ in 0..9 {
        let mut scanner = NdjsonScanner::new(Options::default(), &[]);
        let start = Instant::now();
        let mut input = &bytes[..];
        let mut rows = 0;
        while !input.is_empty() {
            scanner.scan(&mut input, true, usize::MAX, &mut block).unwrap();
            rows += block.rows;
        }
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(rows, 500_000);
    }
    let length = bytes.len() as f64;
    println!("{:.0} bytes a record, {:.0} MB/s", length / 5e5, length / best / 1e6);
}
