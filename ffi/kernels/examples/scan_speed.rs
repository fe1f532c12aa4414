//! Prints how fast the CSV scanner splits and how long one field takes to classify.
//!
//! Run: cargo run --release --example scan_speed
//! The data is made here (seeded): 8 columns, about 74 bytes a row, 15 % of the fields quoted.
//! Figures are the best of several rounds, since other work on the machine only ever adds time.

use std::hint::black_box;
use std::time::Instant;

use fastpath_kernels::block::Block;
use fastpath_kernels::csv::{CsvOptions, CsvScanner};
use fastpath_kernels::scan::{Scan, Scanner};
use fastpath_kernels::simd::csv_masks::{Level, Masks};
use fastpath_kernels::values::{classify, shape};

const ROUNDS: usize = 15;
const CHUNK: usize = 1 << 20;

struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % limit
    }
}

/// Fields of each kind, the texts that real files hold most.
fn fields(random: &mut Random) -> [Vec<Vec<u8>>; 6] {
    let mut make = |text: &mut dyn FnMut(&mut Random) -> String| {
        (0..4096).map(|_| text(random).into_bytes()).collect::<Vec<_>>()
    };
    [
        make(&mut |r| r.below(10u64.pow(1 + r.0 as u32 % 7)).to_string()),
        make(&mut |r| format!("{}.{:02}", r.below(10000), r.below(100))),
        make(&mut |r| format!("-{}.{}", r.below(180), 100000 + r.below(899999))),
        make(&mut |r| {
            format!("20{:02}-{:02}-{:02}", r.below(30), 1 + r.below(12), 1 + r.below(28))
        }),
        make(&mut |r| {
            format!("2024-01-{:02}T{:02}:{:02}:00Z", 1 + r.below(28), r.below(24), r.below(60))
        }),
        make(&mut |r| format!("item {}", r.below(100000))),
    ]
}

fn table(random: &mut Random, rows: usize) -> Vec<u8> {
    let mut out = b"id,price,place,day,name,kind,count,ratio\n".to_vec();
    let kinds = fields(random);
    for _ in 0..rows {
        for column in [0, 1, 2, 3, 5, 5, 0, 1] {
            let text = &kinds[column][random.below(4096) as usize];
            if random.below(100) < 15 {
                out.push(b'"');
                out.extend_from_slice(text);
                out.push(b'"');
            } else {
                out.extend_from_slice(text);
            }
            out.push(b',');
        }
        out.pop();
        out.push(b'\n');
    }
    out
}

fn scan(data: &[u8]) -> usize {
    let mut scanner = CsvScanner::new(CsvOptions::default()).expect("a plain delimiter");
    let mut block = Block::default();
    let mut rows = 0;
    let count = data.chunks(CHUNK).count();
    for (index, mut chunk) in data.chunks(CHUNK).enumerate() {
        loop {
            let step = scanner.scan(&mut chunk, index + 1 == count, 65_536, &mut block);
            rows += block.rows;
            black_box(&block);
            match step {
                Ok(Scan::Ready) => {}
                Ok(Scan::Hungry) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    rows
}

/// Seconds of the fastest round.
fn best(mut work: impl FnMut()) -> f64 {
    let seconds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    });
    seconds.fold(f64::INFINITY, f64::min)
}

fn main() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let rows = 400_000;
    let data = table(&mut random, rows);
    let bytes_per_row = data.len() as f64 / rows as f64;
    let seconds = best(|| assert_eq!(scan(&data), rows));
    println!(
        "scan    {:.2} GB/s  ({bytes_per_row:.1} bytes a row)",
        data.len() as f64 / seconds / 1e9
    );

    let whole = &data[..CHUNK];
    let mut masks = vec![Masks::default(); CHUNK / 64];
    for level in Level::all() {
        let seconds = best(|| level.csv_masks(black_box(whole), b',', &mut masks));
        println!("masks   {:.2} GB/s  {}", CHUNK as f64 / seconds / 1e9, level.name());
    }

    let names = ["int", "decimal", "negative", "date", "timestamp", "text"];
    for (name, texts) in names.iter().zip(fields(&mut random)) {
        let count = (texts.len() * 16) as f64;
        let repeat = |work: &dyn Fn(&[u8])| {
            best(|| (0..16).for_each(|_| texts.iter().for_each(|text| work(text)))) / count * 1e9
        };
        let classified = repeat(&|text| {
            black_box(classify(black_box(text)));
        });
        let shaped = repeat(&|text| {
            let class = classify(black_box(text));
            black_box(shape(text, &class));
        });
        println!("classify {name:<10} {classified:.1} ns a field, with shape {shaped:.1} ns");
    }
}
