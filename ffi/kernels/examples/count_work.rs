//! Runs one kernel over the same data a number of times, on one thread, so that `valgrind` can
//! count its instructions: the count of two rounds less that of one is a round without the start
//! of the process. `count_work KERNEL ROUNDS`; without arguments it names the kernels.

use fastpath_kernels::config::Config;
use fastpath_kernels::control::Unwatched;
use fastpath_kernels::duration::{Column, Rules, Style, format_lines, lines_size, parse_column};
use fastpath_kernels::hash::{Algorithm, digest};
use fastpath_kernels::profile::Profiler;
use fastpath_kernels::reader::Reader;
use fastpath_kernels::series::{self, By, ChangeType, Request, timeline};
use fastpath_kernels::stats::{Bits, Numbers, Tasks, moments, select, week_sums};
use fastpath_kernels::writer::Writer;
use std::fmt::Write as _;
use std::hint::black_box;

/// Rows of the data: about 100 kB, below every kernel's limit for a second thread.
const ROWS: usize = 2000;

/// A kernel's name, and what makes its data and gives a round of work over them.
type Kernel = (&'static str, fn() -> Box<dyn Fn()>);

const KERNELS: [Kernel; 12] = [
    ("csv.read", || read("csv", csv())),
    ("csv.write", || write("csv")),
    ("duration.format", duration_format),
    ("duration.parse", duration_parse),
    ("hash.blake3", || hash(Algorithm::Blake3)),
    ("hash.sha256", || hash(Algorithm::Sha256)),
    ("ndjson.read", || read("ndjson", ndjson())),
    ("ndjson.write", || write("ndjson")),
    ("profile", profile),
    ("series.timeline", series_timeline),
    ("stats.summary", stats_summary),
    ("stats.week", stats_week),
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
fn config(entries: &[(&str, &[u8])]) -> Config {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        bytes.push(key.len() as u8);
        bytes.extend(key.as_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(*value);
    }
    Config::parse(&bytes).expect("a config")
}

fn read(format: &'static str, bytes: Vec<u8>) -> Box<dyn Fn()> {
    let config = config(&[("format", format.as_bytes()), ("mode", b"build"), ("threads", b"1")]);
    Box::new(move || {
        let mut reader = Reader::open(&config).expect("options");
        reader.push(&bytes, true, &Unwatched).expect("well formed input");
        black_box(reader.text());
    })
}

fn profile() -> Box<dyn Fn()> {
    let bytes = csv();
    let config = config(&[("format", b"csv"), ("threads", b"1")]);
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

/// Little-endian bytes of a number for each row.
fn column<const N: usize>(value: impl Fn(usize) -> [u8; N]) -> Vec<u8> {
    (0..ROWS).flat_map(value).collect()
}

/// A column each of i32, f64, utf8, date and timestamp.
fn write(form: &'static str) -> Box<dyn Fn()> {
    let numbers = column(|index| (index as i32).to_le_bytes());
    let prices = column(|index| (row(index).1 as f64 / 100.0).to_le_bytes());
    let mut text = String::new();
    let mut offsets = 0_i32.to_le_bytes().to_vec();
    for index in 0..ROWS {
        write!(text, "a, \"{}\"", row(index).2).expect("memory");
        offsets.extend((text.len() as i32).to_le_bytes());
    }
    let days = column(|index| (row(index).0 as i32).to_le_bytes());
    let times = column(|index| (row(index).1 as i64 * 1_234_567_891).to_le_bytes());
    let mut keys = Vec::new();
    for key in ["\"id\":", ",\"price\":", ",\"note\":", ",\"day\":", ",\"time\":"] {
        keys.extend((key.len() as u32).to_le_bytes());
        keys.extend(key.as_bytes());
    }
    let types = [2, 4, 7, 5, 8];
    let entries = [("form", form.as_bytes()), ("types", &types[..]), ("keys", &keys[..])];
    let config = config(if form == "csv" { &entries[..2] } else { &entries });
    Box::new(move || {
        let mut writer = Writer::open(&config).expect("options");
        let mut take = |index, data: &[u8], offsets: &[u8]| {
            writer.column(index, ROWS, data, &[], offsets).expect("a column");
        };
        take(0, &numbers, &[]);
        take(1, &prices, &[]);
        take(2, text.as_bytes(), &offsets);
        take(3, &days, &[]);
        take(4, &times, &[]);
        let mut out = vec![0; ROWS * 200];
        assert_eq!(writer.print(false, &mut out).expect("rows").rows, ROWS);
        black_box(out);
    })
}

fn series_timeline() -> Box<dyn Fn()> {
    let times = column(|index| (row(index).0 as i64 * 60_000_000).to_ne_bytes());
    let changes = column(|index| (row(index).1 as i32 - 50_000).to_ne_bytes());
    // One entry of `src/series/_zone.ts`: UTC, from the start of all times on.
    let start = f64::NEG_INFINITY;
    let zone: Vec<u8> =
        [start, 0.0, start, start, start].iter().flat_map(|value| value.to_ne_bytes()).collect();
    Box::new(move || {
        let request = Request {
            times: &times,
            in_days: false,
            changes: &changes,
            change_type: ChangeType::I32,
            validity: &[],
            ranks: &[],
            groups: 1,
            by: By::Day,
            zone: &zone,
        };
        let mut out = vec![0; series::output_bytes(ROWS, false).expect("a size")];
        timeline(&request, &mut out, &Unwatched).expect("a timeline");
        black_box(out);
    })
}

fn stats_summary() -> Box<dyn Fn()> {
    let data = column(|index| (row(index).1 as f64 / 100.0).to_le_bytes());
    Box::new(move || {
        let numbers = Numbers::new(3, &data, None).expect("numbers");
        black_box(moments(&numbers, &Unwatched).expect("figures"));
        let ranks = [ROWS / 4, ROWS / 2, ROWS / 4 * 3];
        select(&numbers, &ranks, &Unwatched, |_, value| {
            black_box(value);
        })
        .expect("ranks");
    })
}

fn stats_week() -> Box<dyn Fn()> {
    let weeks: Vec<[u8; 4]> =
        (0..ROWS).map(|index| (row(index).0 as i32 % 52).to_le_bytes()).collect();
    let projects: Vec<[u8; 4]> =
        (0..ROWS).map(|index| (row(index).1 as i32 % 9).to_le_bytes()).collect();
    let durations = column(|index| (row(index).0 as i32).to_le_bytes());
    let scores = column(|index| (1 + row(index).1 as i32 % 5).to_le_bytes());
    Box::new(move || {
        let tasks = Tasks {
            weeks: &weeks,
            week_valid: Bits::default(),
            week_codes: None,
            durations: Numbers::new(1, &durations, None).expect("durations"),
            scores: Numbers::new(1, &scores, None).expect("scores"),
            projects: &projects,
            project_valid: Bits::default(),
            project_codes: 9,
        };
        let sums = week_sums(&tasks, &Unwatched).expect("sums");
        assert!(sums.fault.is_none());
        black_box(sums.weeks.len());
    })
}
