//! The profiler from outside: bytes in, JSON out.

use std::fs::File;
use std::sync::atomic::Ordering;

use super::Profiler;
use super::profiler::CHUNK_BYTES;
use super::testing::{Json, Random, StopAfter, config, profile};
use crate::control::Unwatched;
use crate::fault::{Code, Error};

/// Equal, but for figures that the oracle computes with exact fractions.
fn assert_agrees(found: &Json, expected: &Json, place: &str) {
    match (found, expected) {
        (Json::Object(_), Json::Object(members)) => {
            for (key, value) in members {
                assert_agrees(&found.get(key), value, &format!("{place}.{key}"));
            }
            let Json::Object(all) = found else { return };
            let extra = all.iter().find(|member| !members.iter().any(|other| other.0 == member.0));
            assert!(extra.is_none(), "{place} has {extra:?} too");
        }
        (Json::Array(found), Json::Array(expected)) => {
            assert_eq!(found.len(), expected.len(), "{place}");
            for (index, pair) in found.iter().zip(expected).enumerate() {
                assert_agrees(pair.0, pair.1, &format!("{place}[{index}]"));
            }
        }
        (Json::Word(a), Json::Word(b)) if a.parse::<f64>().is_ok() && b != "null" => {
            let (a, b) = (found.number(), expected.number());
            let rounded = place.ends_with(".mean") || place.ends_with(".std");
            let near = rounded && (a - b).abs() <= 1e-13 * b.abs();
            assert!(a == b || near, "{place}: {a} is not {b}");
        }
        _ => assert_eq!(found, expected, "{place}"),
    }
}

#[test]
fn profile_agrees_with_the_figures_of_pythons_standard_library() {
    let cases = [
        (
            "kinds",
            &include_bytes!("../../../../tests/vectors/profile/kinds.csv")[..],
            include_str!("../../../../tests/vectors/profile/kinds.json"),
        ),
        (
            "mixed",
            include_bytes!("../../../../tests/vectors/profile/mixed.csv"),
            include_str!("../../../../tests/vectors/profile/mixed.json"),
        ),
        (
            "many",
            include_bytes!("../../../../tests/vectors/profile/many.csv"),
            include_str!("../../../../tests/vectors/profile/many.json"),
        ),
    ];
    for (name, data, expected) in cases {
        for threads in ["1", "2"] {
            let options = [("digests", "sha256"), ("threads", threads)];
            let found = profile(data, 4096, &options).unwrap();
            assert_agrees(&Json::parse(&found), &Json::parse(expected), name);
        }
    }
}

/// Rows of every phase: ids (list), texts (map), decimals, few colours, times.
fn sample(rows: u64) -> Vec<u8> {
    let mut random = Random::new(23);
    let mut out = String::from("id,text,price,color,time,late\n");
    for row in 0..rows {
        let color = ["red", "green", "\"\"", ""][random.below(4) as usize];
        let late = if row < rows - 2 { row.to_string() } else { "none".to_owned() };
        out += &format!(
            "{},\"t {}, é\",{}.{:02},{color},2024-01-{:02}T10:{:02}:{:02},{late}\n",
            random.below(1 << 40),
            random.below(50_000),
            random.below(90_000),
            random.below(100),
            1 + random.below(28),
            random.below(60),
            random.below(60),
        );
    }
    out.into_bytes()
}

#[test]
fn profile_does_not_depend_on_chunks_or_threads() {
    let data = sample(67_000);
    for memory in ["2000000", "0"] {
        let of = |piece, threads| {
            let digests = "sha256,blake3";
            let options = [("memory", memory), ("threads", threads), ("digests", digests)];
            profile(&data, piece, &options).unwrap()
        };
        let whole = of(data.len(), "1");
        for (piece, threads) in [(data.len(), "2"), (100_003, "3"), (2_500_000, "2"), (65_536, "1")]
        {
            assert!(of(piece, threads) == whole, "pieces of {piece}, {threads} threads");
        }
    }
    let small = &data[..300_000];
    let small = &small[..small.iter().rposition(|&byte| byte == b'\n').unwrap()];
    let options = [("threads", "2")];
    assert_eq!(profile(small, 1, &options), profile(small, small.len(), &options));
}

#[test]
fn run_file_gives_what_push_gives() {
    let data = sample(90_000);
    let path = std::env::temp_dir().join(format!("fastpath-profile-{}.csv", std::process::id()));
    std::fs::write(&path, &data).unwrap();
    let options = [("memory", "3000000"), ("threads", "2"), ("digests", "sha256")];
    let mut profiler = Profiler::open(&config(&options)).unwrap();
    let control = StopAfter::looks(u64::MAX);
    profiler.run_file(File::open(&path).unwrap(), &control).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(profiler.text() == profile(&data, 1000, &options).unwrap());
    assert_eq!(control.bytes_done.load(Ordering::Relaxed), data.len() as u64);
}

#[test]
fn profile_gives_nothing_after_a_fault_and_the_same_fault_again() {
    let mut data = sample(1000);
    data.extend_from_slice(b"1,2\n");
    let options = config(&[("threads", "2")]);
    let mut profiler = Profiler::open(&options).unwrap();
    let first = profiler.push(&data, true, &Unwatched).unwrap_err();
    let Error::Fault(fault) = &first else { panic!("{first:?}") };
    assert_eq!((fault.code, fault.line), (Code::RaggedRow, 1002));
    assert_eq!(profiler.text(), "");
    assert_eq!(profiler.push(b"", true, &Unwatched), Err(first));
}

#[test]
fn profile_stops_when_told_at_any_look() {
    let data = sample(66_000);
    let options = config(&[("threads", "2"), ("memory", "1000000")]);
    let mut looks = 0;
    loop {
        let mut profiler = Profiler::open(&options).unwrap();
        match profiler.push(&data, true, &StopAfter::looks(looks)) {
            Ok(()) => break,
            Err(error) => assert_eq!(error, Error::Cancelled),
        }
        assert_eq!(profiler.text(), "");
        looks = 2 * looks + 1;
    }
    assert!(looks > 20, "looked only {looks} times");
}

#[test]
fn push_refuses_more_after_the_end() {
    let mut profiler = Profiler::open(&config(&[])).unwrap();
    profiler.push(b"a\n1\n", true, &Unwatched).unwrap();
    assert!(matches!(profiler.push(b"", true, &Unwatched), Err(Error::BadArgument(_))));
}

#[test]
fn open_refuses_options_it_does_not_know() {
    for entry in [
        ("format", "xml"),
        ("digests", "md5"),
        ("delimiter", ""),
        ("memory", "much"),
        ("threads", "-1"),
    ] {
        assert!(
            matches!(Profiler::open(&config(&[entry])), Err(Error::BadArgument(_))),
            "{entry:?}"
        );
    }
}

#[test]
fn profile_of_no_rows_has_the_columns_of_the_header() {
    let of = |data: &str| profile(data.as_bytes(), 100, &[]).unwrap();
    assert_eq!(of(""), r#"{"rows":0,"bytes":0,"digests":{},"columns":[]}"#);
    let column = r#"{"name":"a","type":"utf8","zoned":false,"count":0,"nulls":0,"distinct":0,"#;
    let rest = r#""distinctExact":true,"min":null,"max":null,"top":[],"topExact":true,"#;
    let end = r#""lengthMin":null,"lengthMax":null}"#;
    let expected =
        format!(r#"{{"rows":0,"bytes":2,"digests":{{}},"columns":[{column}{rest}{end}]}}"#);
    assert_eq!(of("a\n"), expected);
}

#[test]
fn profile_of_ndjson_counts_rows_before_a_key_as_nulls() {
    let mut data = String::new();
    for row in 0..70_000 {
        data += &format!("{{\"a\":{row},\"s\":\"{}\"}}\n", row % 100);
    }
    data += "{\"a\":null,\"b\":1.0,\"s\":7,\"n\":[1,2],\"t\":true}\n{\"b\":1e0,\"s\":\"\"}\n";
    let result = profile(data.as_bytes(), 99_999, &[("format", "ndjson")]).unwrap();
    let result = Json::parse(&result);
    let found: Vec<String> = result
        .get("columns")
        .items()
        .iter()
        .map(|column| {
            let of = |key| match column.get(key) {
                Json::Word(text) | Json::Text(text) => text,
                other => panic!("{other:?}"),
            };
            format!("{} {} {} {}", of("name"), of("type"), of("nulls"), of("distinct"))
        })
        .collect();
    // Strings are text whatever they spell; "7" and 7 are one text; [1,2] is its own text.
    let expected =
        ["a i32 2 70000", "s utf8 0 101", "b f64 70000 1", "n utf8 70001 1", "t bool 70001 1"];
    assert_eq!(found, expected);
}

#[test]
fn many_narrow_columns_and_many_short_rows_fill_several_chunks() {
    let width = 300;
    let header: Vec<String> = (0..width).map(|at| format!("c{at}")).collect();
    let mut data = header.join(",") + "\n";
    for row in 0..4000 {
        let fields: Vec<String> = (0..width).map(|at| (row * at % 97).to_string()).collect();
        data += &(fields.join(",") + "\n");
    }
    assert!(data.len() > CHUNK_BYTES);
    let wide = profile(data.as_bytes(), data.len(), &[("threads", "3")]).unwrap();
    let wide = Json::parse(&wide);
    for (at, column) in wide.get("columns").items().iter().enumerate() {
        let expected = if at % 97 == 0 { 1.0 } else { 97.0 };
        assert_eq!(column.get("distinct").number(), expected, "column {at}");
    }
    let narrow = "1\n".repeat(1_100_000);
    let result = profile(narrow.as_bytes(), narrow.len(), &[("header", "0"), ("memory", "0")]);
    let result = Json::parse(&result.unwrap());
    assert_eq!(result.get("rows").number(), 1.1e6);
    let column = result.get("columns").items()[0].clone();
    assert_eq!(column.get("mean").number(), 1.0);
    assert_eq!(column.get("std").number(), 0.0);
    assert_eq!(column.get("top"), Json::parse("[[1,1100000]]"));
    assert!(!column.get("topExact").is_true());
}
