//! Readers end to end: bytes in, Arrow buffers out, decoded again by other means.

use serde_json::{Value, json};

use super::*;
use crate::control::Unwatched;
use crate::fault::{Code, Fault};

mod arrays;
mod faults;
mod lists;
mod modes;
mod pieces;
mod speed;
mod waves;

/// A batch as the tests compare it: its schema, and each column's values.
#[derive(Clone, Debug, PartialEq)]
struct Taken {
    schema: Value,
    columns: Vec<Vec<Value>>,
}

impl Taken {
    /// Names and types, as `name:type`; a zoned timestamp is `timestamp_utc`.
    fn types(&self) -> Vec<String> {
        let columns = self.schema["columns"].as_array().unwrap().iter();
        columns
            .map(|column| {
                let zone = if column["zoned"] == true { "_utc" } else { "" };
                let text = |key: &str| column[key].as_str().unwrap();
                match column["item"]["type"].as_str() {
                    Some(item) => format!("{}:list<{item}>", text("name")),
                    None => format!("{}:{}{zone}", text("name"), text("type")),
                }
            })
            .collect()
    }
}

#[derive(Debug, PartialEq)]
struct Outcome {
    batches: Vec<Taken>,
    error: Option<Error>,
}

impl Outcome {
    fn fault(&self) -> &Fault {
        match &self.error {
            Some(Error::Fault(fault)) => fault,
            other => panic!("no fault: {other:?}"),
        }
    }

    /// The only batch.
    fn table(&self) -> &Taken {
        assert_eq!((&self.error, self.batches.len()), (&None, 1));
        &self.batches[0]
    }

    fn rows(&self) -> Vec<usize> {
        self.batches.iter().map(|batch| batch.schema["rows"].as_u64().unwrap() as usize).collect()
    }
}

fn config(entries: &[(&str, &str)]) -> Config {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        bytes.push(key.len() as u8);
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    Config::parse(&bytes).unwrap()
}

fn part(reader: &Reader, column: usize, part: u32, length: usize) -> Vec<u8> {
    let mut out = vec![0xAA; length];
    reader.copy(column as u32, part, &mut out).unwrap();
    out
}

fn numbers<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> {
    bytes.as_chunks::<N>().0.iter().copied()
}

fn texts(offsets: &[u8], bytes: &[u8]) -> Vec<Value> {
    let offsets: Vec<usize> =
        numbers(offsets).map(|four| i32::from_le_bytes(four) as usize).collect();
    let ranges = offsets.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
    ranges.map(|text| json!(std::str::from_utf8(text).unwrap())).collect()
}

/// Decodes a column by its schema.
fn decode(reader: &Reader, index: usize, column: &Value, rows: usize) -> Vec<Value> {
    if column["type"] == "list" {
        return lists::decode(reader, index, column, rows);
    }
    let bytes = column["bytes"].as_u64().unwrap() as usize;
    let data = part(reader, index, 0, bytes);
    let mut values: Vec<Value> = match column["type"].as_str().unwrap() {
        "bool" => (0..rows).map(|row| json!(data[row / 8] >> (row % 8) & 1 == 1)).collect(),
        "i32" | "date" => numbers(&data).map(|four| json!(i32::from_le_bytes(four))).collect(),
        "i64" | "timestamp" | "decimal" | "duration" => {
            numbers(&data).map(|eight| json!(i64::from_le_bytes(eight))).collect()
        }
        // As text, so that -0, NaN and infinities are told apart.
        "f64" => {
            numbers(&data).map(|eight| json!(format!("{:?}", f64::from_le_bytes(eight)))).collect()
        }
        _ if column["dictionary"].is_null() => {
            texts(&part(reader, index, 2, (rows + 1) * 4), &data)
        }
        _ => {
            let size = |key: &str| column["dictionary"][key].as_u64().unwrap() as usize;
            let offsets = part(reader, index, 3, (size("length") + 1) * 4);
            let texts = texts(&offsets, &part(reader, index, 4, size("bytes")));
            let codes = numbers(&data).map(|four| i32::from_le_bytes(four) as usize);
            codes.map(|code| texts.get(code).cloned().unwrap_or_default()).collect()
        }
    };
    assert_eq!(values.len(), rows);
    let validity = part(reader, index, 1, rows.div_ceil(8));
    let mut nulls = 0;
    for (row, value) in values.iter_mut().enumerate() {
        if validity[row / 8] >> (row % 8) & 1 == 0 {
            let is_neutral = [json!(0), json!(false), json!("0.0")].contains(value);
            assert!(is_neutral || value.is_string(), "null row {row} holds {value}");
            *value = Value::Null;
            nulls += 1;
        }
    }
    assert_eq!(column["nulls"], nulls);
    values
}

fn take(reader: &Reader) -> Taken {
    let schema: Value = serde_json::from_str(&reader.text()).unwrap();
    let rows = schema["rows"].as_u64().unwrap() as usize;
    let columns = schema["columns"].as_array().unwrap().iter().enumerate();
    let columns = if reader.options.mode == Mode::Infer {
        Vec::new()
    } else {
        columns.map(|(index, column)| decode(reader, index, column, rows)).collect()
    };
    Taken { schema, columns }
}

/// Feeds `input` in chunks of this size and takes every batch.
fn run(entries: &[(&str, &str)], input: &[u8], chunk: usize) -> Outcome {
    let mut reader = Reader::open(&config(entries)).unwrap();
    let mut batches = Vec::new();
    let chunks = input.len().div_ceil(chunk).max(1);
    for index in 0..chunks {
        let end = input.len().min((index + 1) * chunk);
        let mut data = &input[index * chunk..end];
        loop {
            match reader.push(data, index + 1 == chunks, &Unwatched) {
                Ok(Step::Done) => break,
                Ok(Step::More) => batches.push(take(&reader)),
                Err(error) => return Outcome { batches, error: Some(error) },
            }
            data = b"";
        }
    }
    Outcome { batches, error: None }
}

/// The outcome, which must not depend on the chunks (`final` may be known only later).
fn read(entries: &[(&str, &str)], input: &str) -> Outcome {
    let mut whole = run(entries, input.as_bytes(), usize::MAX >> 1);
    let forget = |outcome: &mut Outcome| {
        for batch in &mut outcome.batches {
            batch.schema["final"] = Value::Null;
        }
    };
    for chunk in 1..input.len().min(20) {
        let mut pieces = run(entries, input.as_bytes(), chunk);
        forget(&mut pieces);
        forget(&mut whole);
        assert_eq!(pieces, whole, "chunks of {chunk}");
    }
    whole
}

const CSV: (&str, &str) = ("format", "csv");
const NDJSON: (&str, &str) = ("format", "ndjson");
const BUILD: (&str, &str) = ("mode", "build");
