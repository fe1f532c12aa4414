//! Random and damaged lines against serde_json, line by line.
//!
//! - `BLANK_LINES`: lines of white space are skipped; serde_json would want a value there.
//! - `OBJECTS`: a line that is another value is refused here.
//! - `LARGE_NUMBERS`: serde_json keeps every number as it is written; so does the reader when it
//!   is asked to (`integers` and `overflow` as text), and then they are strings.

use serde_json::Value;

use super::differential::{lenient, same};
use super::*;
use crate::fuzz::{Property, Random, fuzz};
use crate::json::fuzz_test::push_value;

const TELLING: &[u8] = b"\"\\{}[]:,01.eE+-tfnu \x00\x1f\x80\xC3\xED\xF0\xFF\r\n\t";

fn lines(random: &mut Random) -> Vec<u8> {
    let mut text = if random.once_in(20) { "\u{feff}".to_owned() } else { String::new() };
    for _ in 0..random.below(6) {
        text.push_str("{\"a\":");
        let mut value = String::new();
        push_value(random, 3, &mut value);
        text.push_str(&value.replace(['\n', '\r'], " "));
        for _ in 0..random.below(3) {
            let mut value = String::new();
            push_value(random, 4, &mut value);
            let name = random.pick(&["b", "a", "\\u0062", "long name of a column", "é"]);
            text.push_str(&format!(", \"{name}\" :{}", value.replace(['\n', '\r'], " ")));
        }
        text.push('}');
        text.push_str(random.pick(&["\n", "\n", "\n", "\r\n", " \n", "\n\n", "\n \t\r\n"]));
    }
    if random.once_in(4) {
        text.pop();
    }
    let mut bytes = text.into_bytes();
    if random.once_in(2) {
        random.damage(&mut bytes, TELLING);
    }
    bytes
}

/// Whether a number is beyond 64 bits or a float's range.
fn is_large(text: &str) -> bool {
    let is_whole = !text.contains(['.', 'e', 'E']);
    let is_wide = is_whole && text.parse::<i64>().is_err();
    is_wide || text.parse::<f64>().is_ok_and(f64::is_infinite)
}

fn check(input: &[u8], &(chunk, rows_max): &(usize, usize)) -> Result<(), String> {
    let ours = run(NdjsonScanner::new(lenient(), &[]), input, chunk, rows_max);
    let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let mut rows = ours.rows.iter();
    for (index, line) in text.split(|&byte| byte == b'\n').enumerate() {
        // BLANK_LINES.
        if line.iter().all(|byte| b" \t\r".contains(byte)) {
            continue;
        }
        let value = serde_json::from_slice::<Value>(line).ok();
        // OBJECTS.
        let Some(members) = value.as_ref().and_then(Value::as_object) else {
            let place = ours.fault.as_ref().map(|fault| fault.line);
            if place != Some(index as u64 + 1) || rows.next().is_some() {
                return Err(format!("line {} is refused: {:?}", index + 1, ours.fault));
            }
            return Ok(());
        };
        let Some(row) = rows.next() else {
            return Err(format!("no row for line {}: {:?}", index + 1, ours.fault));
        };
        for name in members.keys() {
            if !ours.names.contains(name) {
                return Err(format!("no column {name}"));
            }
        }
        for (name, field) in ours.names.iter().zip(row) {
            let theirs = members.get(name);
            let is_number = matches!(theirs, Some(Value::Number(_)));
            // LARGE_NUMBERS.
            let is_large = is_number && field.0 == Kind::String && is_large(&field.1);
            let as_number = (Kind::Number, field.1.clone());
            if !same(if is_large { &as_number } else { field }, theirs) {
                return Err(format!("{name} in line {}: {field:?}", index + 1));
            }
        }
    }
    match (&ours.fault, rows.next()) {
        (None, None) => Ok(()),
        (fault, row) => Err(format!("nothing is wrong: {fault:?}; a row too many: {row:?}")),
    }
}

#[test]
fn fuzz_ndjson_read() {
    fuzz(&Property {
        name: "ndjson read, serde_json",
        make: |random| {
            let chunk = [1 + random.below(90), usize::MAX >> 1][random.below(2)];
            (lines(random), (chunk, [1 + random.below(3), usize::MAX][random.below(2)]))
        },
        check,
    });
}
