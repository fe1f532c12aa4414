//! NDJSON's rules, faults and positions; expected values are counted by hand.

use super::*;
use crate::block::{Block, Kind};
use crate::config::Config;
use crate::fault::{Code, Error, Fault};
use crate::scan::{Scan, Scanner};

mod differential;
mod faults;
mod fuzz;
mod paths;
mod speed;

/// A field as the tests compare it.
pub(super) type Field = (Kind, String);

/// Everything that comes out of a text: names, rows, and the fault at the end if there is one.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    pub names: Vec<String>,
    pub rows: Vec<Vec<Field>>,
    pub fault: Option<Fault>,
}

/// Appends the rows of a block and checks its form.
fn take_rows(block: &Block, names: usize, rows: &mut Vec<Vec<Field>>) {
    assert_eq!(block.columns.len(), names);
    for row in 0..block.rows {
        let fields = block.columns.iter().map(|column| {
            assert_eq!(column.len(), block.rows);
            let text = String::from_utf8(block.text(column[row]).to_vec()).unwrap();
            (column[row].kind(), text)
        });
        rows.push(fields.collect());
    }
}

/// Feeds `bytes` in chunks and collects what comes out.
pub(super) fn run(
    mut scanner: NdjsonScanner,
    bytes: &[u8],
    chunk: usize,
    rows_max: usize,
) -> Outcome {
    let mut rows = Vec::new();
    let mut block = Block::default();
    let mut fault = None;
    let chunks = bytes.len().div_ceil(chunk).max(1);
    'feeding: for index in 0..chunks {
        let end = bytes.len().min((index + 1) * chunk);
        let mut input = &bytes[index * chunk..end];
        loop {
            let step = scanner.scan(&mut input, index + 1 == chunks, rows_max, &mut block);
            let names = scanner.names().len();
            take_rows(&block, names, &mut rows);
            match step {
                Ok(Scan::Ready) => {}
                Ok(Scan::Hungry) => break,
                Err(Error::Fault(found)) => {
                    fault = Some(found);
                    break 'feeding;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    // A column that begins in a later block is null in the rows before.
    let names = scanner.names().to_vec();
    for row in &mut rows {
        row.resize(names.len(), (Kind::Null, String::new()));
    }
    Outcome { names, rows, fault }
}

pub(super) fn options(entries: &[(&str, &str)]) -> Options {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        bytes.push(key.len() as u8);
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    Options::from_config(&Config::parse(&bytes).unwrap()).unwrap()
}

/// The outcome of a text, which must not depend on chunks or batches.
pub(super) fn read_with(options: Options, bytes: &[u8]) -> Outcome {
    let whole = run(NdjsonScanner::new(options, &[]), bytes, usize::MAX >> 1, usize::MAX);
    for chunk in 1..=bytes.len().min(24) {
        let scanner = NdjsonScanner::new(options, &[]);
        assert_eq!(run(scanner, bytes, chunk, usize::MAX), whole, "chunks of {chunk}");
        let scanner = NdjsonScanner::new(options, &[]);
        assert_eq!(run(scanner, bytes, chunk, 1), whole, "chunks of {chunk}, row by row");
    }
    whole
}

pub(super) fn read(text: &str) -> Outcome {
    read_with(Options::default(), text.as_bytes())
}

fn field(kind: Kind, text: &str) -> Field {
    (kind, text.to_owned())
}

#[test]
fn scan_makes_columns_in_order_of_first_appearance() {
    let outcome = read("{\"b\":1,\"a\":\"x\"}\n{\"a\":true,\"c\":null}\n{\"b\":-2.5e1}\n");
    assert_eq!(outcome.names, ["b", "a", "c"]);
    let null = || field(Kind::Null, "");
    assert_eq!(
        outcome.rows,
        [
            vec![field(Kind::Number, "1"), field(Kind::String, "x"), null()],
            vec![null(), field(Kind::Literal, "true"), null()],
            vec![field(Kind::Number, "-2.5e1"), null(), null()],
        ]
    );
    assert_eq!(outcome.fault, None);
}

#[test]
fn scan_keeps_columns_that_were_named_before() {
    let names = ["x\"y".to_owned(), "b".to_owned()];
    let scanner = NdjsonScanner::new(Options::default(), &names);
    let outcome = run(scanner, b"{\"a\":1,\"b\":2,\"x\\\"y\":3}", 7, 10);
    assert_eq!(outcome.names, ["x\"y", "b", "a"]);
    let texts: Vec<&str> = outcome.rows[0].iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["3", "2", "1"]);
}

#[test]
fn scan_finds_keys_in_any_order_and_of_any_length() {
    let long = "k".repeat(16) + "tail";
    let other = "k".repeat(16) + "tale";
    let text =
        format!("{{\"{long}\":1,\"{other}\":2,\"\":3}}\n{{\"{other}\":4,\"\":5,\"{long}\":6}}\n");
    let outcome = read(&text);
    assert_eq!(outcome.names, [long.as_str(), other.as_str(), ""]);
    let texts: Vec<&str> = outcome.rows[1].iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["6", "4", "5"]);
}

#[test]
fn scan_keeps_nested_values_as_raw_text() {
    let raw = "[1, {\"a\\u0062\":[]} ,\t\"]}\\\"\",{} , [[true,null]],-0.5e-3]";
    let outcome = read(&format!("{{\"n\" : {raw} }}\r\n{{\"n\":{{}}}}"));
    assert_eq!(outcome.rows[0][0], field(Kind::Nested, raw));
    assert_eq!(outcome.rows[1][0], field(Kind::Nested, "{}"));
}

#[test]
fn scan_unescapes_strings_and_keys() {
    let outcome = read("{\"\\u0061\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00é😀\"}\n");
    assert_eq!(outcome.names, ["a"]);
    assert_eq!(outcome.rows[0][0], field(Kind::String, "\"\\/\u{8}\u{c}\n\r\té😀é😀"));
}

#[test]
fn scan_knows_where_an_unescaped_text_came_from() {
    let mut scanner = NdjsonScanner::new(Options::default(), &[]);
    let mut block = Block::default();
    let mut input = &b"{\"a\":\"\\n\",\"b\":\"plain\",\"c\":\"\\t\"}\n"[..];
    scanner.scan(&mut input, true, 10, &mut block).unwrap();
    let starts: Vec<usize> =
        block.columns.iter().map(|column| block.source_start(column[0])).collect();
    assert_eq!(starts, [5, 14, 26]);
}

#[test]
fn scan_tells_where_new_keys_stand() {
    let mut scanner = NdjsonScanner::new(Options::default(), &[]);
    let mut block = Block::default();
    let mut input = &b"{\"a\":1}\n{\"a\":2,\"b\":3}\n{\"c\":?"[..];
    assert!(scanner.scan(&mut input, true, 10, &mut block).is_err());
    let keys: Vec<(usize, usize, usize)> =
        block.new_keys.iter().map(|key| (key.column, key.row, key.at)).collect();
    assert_eq!(keys, [(0, 0, 1), (1, 1, 15), (2, 2, 23)]);
    assert_eq!(block.rows, 2);
}

#[test]
fn scan_skips_blank_lines_and_accepts_any_white_space() {
    let outcome = read("\u{FEFF}\n \t\r\n\t{ \"a\" :\r1 , \"b\"\t:2 } \r\n\r\n{ }\n\n");
    assert_eq!(outcome.names, ["a", "b"]);
    assert_eq!(outcome.rows.len(), 2);
    assert_eq!(outcome.rows[1], [field(Kind::Null, ""), field(Kind::Null, "")]);
    assert_eq!(read("").rows.len(), 0);
    assert_eq!(read("\u{FEFF}").fault, None);
}

#[test]
fn scan_lets_the_last_of_duplicate_keys_win() {
    let outcome = read("{\"a\":1,\"b\":2,\"a\":\"z\"}\n{\"a\":3,\"a\":null}\n");
    assert_eq!(outcome.rows[0], [field(Kind::String, "z"), field(Kind::Number, "2")]);
    assert_eq!(outcome.rows[1][0], field(Kind::Null, ""));
}

#[test]
fn scan_keeps_large_numbers_as_text_when_asked() {
    let options = options(&[("integers", "text"), ("overflow", "text")]);
    let text =
        b"{\"a\":9223372036854775808,\"b\":-1e999}\n{\"a\":-9223372036854775808,\"b\":1e308}";
    let outcome = read_with(options, text);
    let kinds: Vec<Kind> = outcome.rows.iter().flatten().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [Kind::String, Kind::String, Kind::Number, Kind::Number]);
    assert_eq!(outcome.rows[0][0].1, "9223372036854775808");
    assert_eq!(outcome.rows[0][1].1, "-1e999");
}

#[test]
fn scan_leaves_numbers_inside_nested_values_alone() {
    let outcome = read("{\"a\":[9223372036854775808,1e999]}\n");
    assert_eq!(outcome.fault, None);
}

#[test]
fn scan_replaces_lone_surrogates_when_asked() {
    let options = options(&[("surrogates", "replace")]);
    let text = br#"{"a":"\ud800x\udc00\ud83d\ud83d\ude00","n":["\ud800"]}"#;
    let outcome = read_with(options, text);
    assert_eq!(outcome.rows[0][0].1, "\u{FFFD}x\u{FFFD}\u{FFFD}😀");
    assert_eq!(outcome.rows[0][1].1, r#"["\ud800"]"#);
}

#[test]
fn scan_gives_short_blocks_to_files_with_very_many_keys() {
    let mut text = String::new();
    for key in 0..6000 {
        text.push_str(&format!("{{\"k{key}\":{key}}}\n"));
    }
    let mut scanner = NdjsonScanner::new(Options::default(), &[]);
    let mut block = Block::default();
    let mut input = text.as_bytes();
    let mut rows = 0;
    while !input.is_empty() {
        scanner.scan(&mut input, true, usize::MAX, &mut block).unwrap();
        assert!(block.rows * block.columns.len() <= 1 << 24);
        rows += block.rows;
    }
    assert_eq!((rows, scanner.names().len()), (6000, 6000));
}

#[test]
fn from_config_rejects_unknown_words() {
    let bytes = b"\x0aduplicates\x05\x00\x00\x00first";
    assert!(Options::from_config(&Config::parse(bytes).unwrap()).is_err());
}
