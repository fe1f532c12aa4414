//! How fast a profile is: `cargo test --release -- --ignored bench_profile --nocapture`.
//! `FASTPATH_BENCH_FILE` names a CSV to use instead of the generated one.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::Profiler;
use super::testing::{Random, config};
use crate::control::Unwatched;

const BYTES: u64 = 200_000_000;

/// Rows like those of a flight log: integers, decimals, dates, timestamps, repeated texts, quoted
/// texts with commas and line breaks, nulls.
fn generate(path: &Path) {
    let mut random = Random::new(42);
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut written = 0;
    let header = "flight,carrier,origin,date,departed,delay,fare,remark\n";
    out.write_all(header.as_bytes()).unwrap();
    let mut row = Vec::new();
    let mut number = 0u64;
    while written < BYTES {
        number += 1;
        row.clear();
        let day = random.below(365);
        let (month, day) = (1 + day / 31, 1 + day % 28);
        let minute = random.below(1440);
        write!(row, "{number},{},", ["AA", "DL", "UA", "WN"][random.below(4) as usize]).unwrap();
        write!(row, "{},2024-{month:02}-{day:02},", 100 + random.below(300)).unwrap();
        write!(row, "2024-{month:02}-{day:02}T{:02}:{:02}:", minute / 60, minute % 60).unwrap();
        write!(row, "{:02},", random.below(60)).unwrap();
        if random.below(20) > 0 {
            write!(row, "{}", random.below(500) as i64 - 60).unwrap();
        }
        write!(row, ",{}.{:02},", random.below(2000), random.below(100)).unwrap();
        match random.below(10) {
            0 => row.extend_from_slice(b"\"late, crew\"\n"),
            1 => row.extend_from_slice(b"\"line one\nline \"\"two\"\"\"\n"),
            2..=5 => row.extend_from_slice(b"on time\n"),
            _ => row.extend_from_slice(b"\n"),
        }
        out.write_all(&row).unwrap();
        written += row.len() as u64;
    }
    out.flush().unwrap();
}

#[test]
#[ignore = "measures; run it alone and in a release build"]
fn bench_profile() {
    let given = std::env::var_os("FASTPATH_BENCH_FILE").map(PathBuf::from);
    let path = given.clone().unwrap_or_else(|| std::env::temp_dir().join("fastpath-bench.csv"));
    if given.is_none() {
        generate(&path);
    }
    let bytes = path.metadata().unwrap().len();
    for (threads, digests) in [("1", ""), ("1", "sha256"), ("2", ""), ("2", "sha256")] {
        let mut best = f64::INFINITY;
        for _ in 0..3 {
            let options = config(&[("threads", threads), ("digests", digests)]);
            let mut profiler = Profiler::open(&options).unwrap();
            let begin = Instant::now();
            profiler.run_file(File::open(&path).unwrap(), &Unwatched).unwrap();
            best = best.min(begin.elapsed().as_secs_f64());
            assert!(profiler.text().contains("\"rows\":"));
        }
        let rate = bytes as f64 / best / 1e6;
        println!("threads {threads} digests {digests:>6}: {best:.3} s, {rate:.0} MB/s");
    }
    if given.is_none() {
        std::fs::remove_file(&path).unwrap();
    }
}
