//! Random and damaged JSON against serde_json: what is accepted, what minifying keeps, and what
//! selecting finds.
//!
//! - `BYTE_ORDER_MARK`: serde_json refuses the mark that is dropped here; it gets the rest.
//! - `STRUCTURE_ONLY`: selecting checks the structure of what it skips and the values it gives,
//!   so it may take a document that serde_json refuses for the inside of a value beside the path.
//! - `DUPLICATES`: selecting refuses a name on its path that stands twice; serde_json takes the
//!   last. Such documents are only checked, not selected from.

use serde_json::Value;

use super::Rules;
use super::checker_test::check;
use super::select_test::{expected, path, select};
use crate::fault::Error;
use crate::fuzz::{Property, Random, fuzz};

const TELLING: &[u8] = b"\"\\{}[]:,0123456789.eE+-tfnu \x00\x1f\x7f\x80\xC3\xE2\xED\xF0\xFF\r\n\t";
const BLANKS: &[&str] = &["", "", "", "", " ", "\n", "\r\n", "\t "];
const NAMES: &[&str] = &["a", "b", "0", "1", "", "\\u0061", "é", "a b", "\\n"];
const SCALARS: &[&str] = &[
    "0",
    "-0",
    "7",
    "1.50",
    "-1e-7",
    "1E+300",
    "1e999",
    "12345678901234567890123",
    "true",
    "false",
    "null",
    "\"\"",
    "\"a\"",
    "\"\\u00e9\\n\\/\\\\\\\"\"",
    "\"é😀\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"[{,:\"",
    "\"a text that is longer than a block of the scanner, which is of 64 bytes\"",
];

/// A random value.
pub fn push_value(random: &mut Random, depth: usize, out: &mut String) {
    let kind = random.below(if depth > 5 { 2 } else { 6 });
    if kind < 2 {
        return out.push_str(random.pick(SCALARS));
    }
    let (open, close) = if kind < 4 { ('[', ']') } else { ('{', '}') };
    out.push(open);
    out.push_str(random.pick(BLANKS));
    for index in 0..random.below(5) {
        if index > 0 {
            out.push(',');
            out.push_str(random.pick(BLANKS));
        }
        if kind >= 4 {
            out.push('"');
            out.push_str(random.pick(NAMES));
            out.push('"');
            out.push_str(random.pick(BLANKS));
            out.push(':');
            out.push_str(random.pick(BLANKS));
        }
        push_value(random, depth + 1, out);
        out.push_str(random.pick(BLANKS));
    }
    out.push(close);
}

fn document(random: &mut Random) -> Vec<u8> {
    let mut text = random.pick(BLANKS).to_owned();
    push_value(random, 0, &mut text);
    text.push_str(random.pick(BLANKS));
    let mut bytes = text.into_bytes();
    if random.once_in(2) {
        random.damage(&mut bytes, TELLING);
    }
    if random.once_in(20) {
        bytes.splice(0..0, *b"\xef\xbb\xbf");
    }
    bytes
}

/// The document without white space between tokens, by the simplest means: it is JSON.
fn without_blanks(text: &[u8]) -> Vec<u8> {
    let (mut in_text, mut is_escaped) = (false, false);
    let is_kept = |&byte: &u8| {
        let was_text = in_text;
        if byte == b'"' && !is_escaped {
            in_text = !in_text;
        }
        is_escaped = in_text && byte == b'\\' && !is_escaped;
        was_text || !b" \t\r\n".contains(&byte)
    };
    text.iter().copied().filter(is_kept).collect()
}

fn parsed(input: &[u8]) -> Option<Value> {
    // BYTE_ORDER_MARK.
    serde_json::from_slice(input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input)).ok()
}

fn check_document(input: &[u8], chunk: &usize) -> Result<(), String> {
    let rules = Rules { max_depth: 100, lone_surrogates: false, lines: false };
    let chunks: Vec<&[u8]> = input.chunks(*chunk).collect();
    let found = check(&chunks, rules);
    let expected = parsed(input);
    match (found, expected) {
        (Ok(small), Some(_)) => {
            let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
            let expected = without_blanks(text);
            if small == expected {
                return Ok(());
            }
            Err(format!("minified to {}", small.escape_ascii()))
        }
        (Err(Error::Fault(fault)), None) => {
            let is_inside = fault.byte_offset <= input.len() as u64;
            if is_inside { Ok(()) } else { Err(format!("a fault behind the end: {fault:?}")) }
        }
        (Err(error), expected) => Err(format!("refused, {error:?}: {expected:?}")),
        (Ok(_), None) => Err("accepted".to_owned()),
    }
}

#[test]
fn fuzz_json_validate_and_minify() {
    fuzz(&Property {
        name: "json validate and minify, serde_json",
        make: |random| (document(random), 1 + random.below(90)),
        check: check_document,
    });
}

const PATHS: &[&str] = &["", "/a", "/b/a", "/a/0", "/0", "/*", "/a/*", "/*/b", "/1/*/a", "/a/b/0"];

/// Whether the name of a member stands twice in an object, which a tree does not show.
fn has_duplicates(input: &[u8], value: &Value) -> bool {
    fn members(value: &Value) -> usize {
        match value {
            Value::Object(map) => map.len() + map.values().map(members).sum::<usize>(),
            Value::Array(items) => items.iter().map(members).sum(),
            _ => 0,
        }
    }
    // Colons outside texts, one for each member as written.
    let (mut in_text, mut is_escaped, mut colons) = (false, false, 0);
    for &byte in input {
        if byte == b'"' && !is_escaped {
            in_text = !in_text;
        }
        is_escaped = in_text && byte == b'\\' && !is_escaped;
        colons += usize::from(byte == b':' && !in_text);
    }
    colons != members(value)
}

fn check_select(input: &[u8], (pointer, chunk): &(&str, usize)) -> Result<(), String> {
    let chunks: Vec<&[u8]> = input.chunks(*chunk).collect();
    let found = select(&chunks, &[pointer], false);
    let Some(value) = parsed(input) else {
        // STRUCTURE_ONLY: what is given is JSON all the same.
        let Ok(text) = found else { return Ok(()) };
        let bad = text.lines().find(|line| serde_json::from_str::<Value>(line).is_err());
        return bad.map_or(Ok(()), |line| Err(format!("gave {line}")));
    };
    if has_duplicates(input, &value) {
        return Ok(());
    }
    let text = found.map_err(|error| format!("refused: {error:?}"))?;
    let values = text.lines().map(serde_json::from_str::<Value>);
    let ours: Vec<Value> = values.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    let theirs = expected(&value, &path(pointer).steps);
    if ours.iter().collect::<Vec<_>>() == theirs {
        Ok(())
    } else {
        Err(format!("selected {text}, expected {theirs:?}"))
    }
}

#[test]
fn fuzz_json_select() {
    fuzz(&Property {
        name: "json select, serde_json",
        make: |random| (document(random), (random.pick(PATHS), 1 + random.below(90))),
        check: check_select,
    });
}
