//! Prints how fast one thread prints columns as CSV, type by type: the writer alone, without the
//! way from and to JavaScript. `write_speed [ROUNDS]`.

use fastpath_kernels::config::Config;
use fastpath_kernels::writer::Writer;
use std::time::Instant;

const ROWS: usize = 4096;

fn main() {
    let rounds = std::env::args().nth(1).map_or(2000, |text| text.parse().expect("rounds"));
    let mut state = 88_172_645_463_325_252_u64;
    let numbers: Vec<u64> = (0..ROWS)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        })
        .collect();
    let ints = |of: &dyn Fn(u64) -> i32| -> Vec<u8> {
        numbers.iter().flat_map(|&number| of(number).to_le_bytes()).collect()
    };
    let longs = |of: &dyn Fn(u64) -> i64| -> Vec<u8> {
        numbers.iter().flat_map(|&number| of(number).to_le_bytes()).collect()
    };
    let floats = |of: &dyn Fn(u64) -> f64| -> Vec<u8> {
        numbers.iter().flat_map(|&number| of(number).to_le_bytes()).collect()
    };
    let day = |number: u64| 17_000 + (number % 2000) as i32;
    let second = |number: u64| i64::from(day(number)) * 86_400 + (number >> 32) as i64 % 86_400;
    let columns = [
        ("i32, 1 to 4 digits", 2, ints(&|number| (number % 8000) as i32)),
        ("i64, 1 to 19 digits", 3, longs(&|number| number as i64 >> (number % 60))),
        ("f64, 2 decimals", 4, floats(&|number| (number % 150_000) as f64 / 100.0)),
        ("f64, 17 digits", 4, floats(&|number| number as f64 / 1e19)),
        ("date", 5, ints(&day)),
        ("timestamp", 6, longs(&|number| second(number) * 1_000_000)),
        ("timestamp, ms", 8, longs(&|n| second(n) * 1_000_000 + (n % 1000) as i64 * 1000)),
    ];
    for column in &columns {
        show(column.0, std::slice::from_ref(column), rounds);
    }
    let [int, _, decimal, _, date, timestamp, _] = columns;
    show(
        "eight of them",
        &[int.clone(), decimal, date, timestamp, int.clone(), int.clone(), int.clone(), int],
        rounds,
    );
}

/// A name, the number of a type, and its values.
type Column = (&'static str, u8, Vec<u8>);

fn show(name: &str, columns: &[Column], rounds: usize) {
    let types: Vec<u8> = columns.iter().map(|column| column.1).collect();
    let config = Config::parse(&config(&[("form", b"csv"), ("types", &types)])).expect("config");
    let mut writer = Writer::open(&config).expect("options");
    let mut out = vec![0; 32 * ROWS * columns.len()];
    let mut best = f64::INFINITY;
    let mut bytes = 0;
    for _ in 0..rounds {
        for (index, column) in columns.iter().enumerate() {
            writer.column(index as u32, ROWS, &column.2, &[], &[]).expect("a column");
        }
        let start = Instant::now();
        let printed = writer.print(false, &mut out).expect("rows");
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(printed.rows, ROWS);
        bytes = printed.bytes;
    }
    let nanos = best * 1e9 / (ROWS * columns.len()) as f64;
    println!("{name:20} {nanos:5.1} ns a value, {:5.0} MB/s", bytes as f64 / best / 1e6);
}

fn config(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in entries {
        out.push(key.len() as u8);
        out.extend(key.as_bytes());
        out.extend((value.len() as u32).to_le_bytes());
        out.extend(*value);
    }
    out
}
