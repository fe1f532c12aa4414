//! Runs one kernel over the same data a number of times, on one thread, so that `valgrind` can
//! count its instructions: the count of two rounds less that of one is a round without the start
//! of the process. `count_work KERNEL ROUNDS`; without arguments it names the kernels.

use fastpath_kernels::config::Config;
use fastpath_kernels::control::Unwatched;
use fastpath_kernels::duration::{Column, Rules, Style, format_lines, lines_size, parse_column};
use fastpath_kernels::hash::{Algorithm, digest};
use fastpath_kernels::profile::Profiler;
use fastpath_kernels::reader::Reader;
use std::fmt::Write;
use std::hint::black_box;

/// Rows of the data: about 100 kB, below every kernel's limit for a second thread.
const ROWS: usize = 2000;

/// A kernel's name, and what makes its data and gives a round of work over them.
type Kernel = (&'static str, fn() -> Box<dyn Fn()>);

const KERNELS: [Kernel; 7] = [
    ("csv.read", || read("csv", csv())),
    ("duration.format", duration_format),
    ("duration.parse", duration_parse),
    ("hash.blake3", || hash(Algorithm::Blake3)),
    ("hash.sha256", || hash(Algorithm::Sha256)),
    ("ndjson.read", || read("ndjson", ndjson())),
    ("profile", profile),
];

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_default();
    let Some((_, prepare)) = KERNELS.iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = KERNELS.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: count_work KERNEL ROUNDS; kernels are {}", names.join(", "));
        std::process::exit(2);
    };
    let rounds: usize = args.next().map_or(1, |text| text.parse().expect("rounds"));
    let round = prepare();
    for _ in 0..rounds {
        round();
    }
}

/// The values of a row, the same in every run: a Weyl sequence over the golden ratio.
fn row(index: usize) -> (usize, usize, &'static str) {
    let mixed = (index as u32).wrapping_mul(0x9e37_79b9) as usize;
    (mixed % 86_400, mixed % 100_000, ["Oslo", "Bergen", "Troms\u{f8}", ""][mixed >> 30])
}

fn csv() -> Vec<u8> {
    let mut text = String::from("id,day,price,city,flag,note\n");
    for index in 0..ROWS {
        let (second, cents, city) = row(index);
        let day = 1 + second % 28;
        let (whole, part, flag) = (cents / 100, cents % 100, cents % 3 == 0);
        writeln!(
            text,
            "{index},2024-03-{day:02},{whole}.{part:02},{city},{flag},\"a, \"\"b\"\" {second}\""
        )
        .expect("memory");
    }
    text.into_bytes()
}

fn ndjson() -> Vec<u8> {
    let mut text = String::new();
    for index in 0..ROWS {
        let (second, cents, city) = row(index);
        let (whole, part, flag) = (cents / 100, cents % 100, cents % 3 == 0);
        writeln!(
            text,
            "{{\"id\":{index},\"price\":{whole}.{part:02},\"city\":\"{city}\",\"flag\":{flag},\
             \"note\":\"say \\\"{second}\\\"\"}}"
        )
        .expect("memory");
    }
    text.into_bytes()
}

/// The options of a kernel in the boundary's form.
fn config(entries: &[(&str, &str)]) -> Config {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        bytes.push(key.len() as u8);
        bytes.extend(key.as_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(value.as_bytes());
    }
    Config::parse(&bytes).expect("a config")
}

fn read(format: &'static str, bytes: Vec<u8>) -> Box<dyn Fn()> {
    let config = config(&[("format", format), ("mode", "table"), ("threads", "1")]);
    Box::new(move || {
        let mut reader = Reader::open(&config).expect("options");
        reader.push(&bytes, true, &Unwatched).expect("well formed input");
        black_box(reader.text());
    })
}

fn profile() -> Box<dyn Fn()> {
    let bytes = csv();
    let config = config(&[("format", "csv"), ("threads", "1")]);
    Box::new(move || {
        let mut profiler = Profiler::open(&config).expect("options");
        profiler.push(&bytes, true, &Unwatched).expect("well formed input");
        black_box(profiler.text());
    })
}

fn hash(algorithm: Algorithm) -> Box<dyn Fn()> {
    let bytes = csv();
    Box::new(move || {
        black_box(digest(algorithm, black_box(&bytes)));
    })
}

fn duration_parse() -> Box<dyn Fn()> {
    let (mut data, mut offsets) = (String::new(), 0_u32.to_le_bytes().to_vec());
    for index in 0..ROWS {
        let (second, _, _) = row(index);
        let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
        match index % 20 {
            0 => write!(data, "PT{hours}H{minutes}M{seconds}.5S"),
            1 => write!(data, "-{hours}h{minutes}m{seconds}s"),
            _ => write!(data, "{hours:02}:{minutes:02}:{seconds:02}"),
        }
        .expect("memory");
        offsets.extend((data.len() as u32).to_le_bytes());
    }
    let rules = Rules::from_flags(0, 1000).expect("the default rules");
    Box::new(move || {
        let (mut values, mut validity) = (vec![0; ROWS * 8], vec![0; ROWS.div_ceil(8)]);
        let column = Column { data: data.as_bytes(), offsets: &offsets, validity: &[] };
        let outcome = parse_column(column, &rules, &mut values, &mut validity).expect("a column");
        assert_eq!(outcome.refused, None);
        black_box(values);
    })
}

fn duration_format() -> Box<dyn Fn()> {
    let values: Vec<u8> =
        (0..ROWS).flat_map(|index| (row(index).0 as i64 * 1000).to_le_bytes()).collect();
    Box::new(move || {
        let size = lines_size(&values, &[], Style::Clock).expect("values");
        let mut out = vec![0; size.expect("safe integers")];
        format_lines(&values, &[], Style::Clock, &mut out).expect("lines");
        black_box(out);
    })
}
