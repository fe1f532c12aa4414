//! How fast bytes become typed columns. Run with
//! `cargo test --release -p fastpath-kernels reader::tests::speed -- --ignored --nocapture`.

use std::time::Instant;

use super::*;

/// One row of eight columns: id, integer, decimal, date, timestamp, two repeated texts and a
/// quoted one; about 74 bytes in CSV.
fn csv(rows: usize) -> String {
    let mut text = "id,amount,price,day,at,city,status,note\n".to_owned();
    for row in 0..rows {
        text.push_str(&format!(
            "{},{},{}.{:02},2024-{:02}-{:02},2024-01-{:02}T{:02}:{:02}:00,{},{},\"n, {}\"\n",
            1_000_000 + row,
            row * 7919 % 100_000,
            row * 31 % 1000,
            row % 100,
            row % 12 + 1,
            row % 28 + 1,
            row % 31 + 1,
            row % 24,
            row % 60,
            ["Berlin", "Paris", "New York", "Tokyo", "Rome"][row * 7919 % 5],
            ["open", "paid", "late"][row * 31 % 3],
            row * 13 % 997,
        ));
    }
    text
}

fn ndjson(rows: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(&format!(
            "{{\"id\":{row},\"user\":\"user{:05}\",\"price\":{}.{:02},\"day\":\"2024-{:02}-{:02}\",\
             \"ok\":{},\"city\":\"{}\",\"count\":{},\"note\":\"row of {} items\"}}\n",
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
    text
}

fn measure(format: (&str, &str), mode: &str, text: &str, rows: usize) {
    let mut best = f64::INFINITY;
    for _ in 0..7 {
        let mut reader = Reader::open(&config(&[format, ("mode", mode)])).unwrap();
        let start = Instant::now();
        let mut found = 0;
        let mut data = text.as_bytes();
        while reader.push(data, true, &Unwatched).unwrap() == Step::More {
            found += if mode == "infer" { reader.inference.rows } else { reader.batch.rows };
            data = b"";
        }
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(found, rows);
    }
    let length = text.len() as f64;
    println!(
        "{} {mode}: {:.0} bytes a row, {:.0} MB/s",
        format.1,
        length / rows as f64,
        length / best / 1e6
    );
}

#[test]
#[ignore = "a measurement, not a check"]
fn speed_of_push() {
    let rows = 500_000;
    let (csv, ndjson) = (csv(rows), ndjson(rows));
    for mode in ["build", "sample", "infer"] {
        measure(CSV, mode, &csv, rows);
        measure(NDJSON, mode, &ndjson, rows);
    }
}
