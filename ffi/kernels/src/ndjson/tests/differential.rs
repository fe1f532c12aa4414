//! Seeded random records, whole and damaged, against serde_json.

use serde_json::Value;

use super::*;

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// xorshift64*, so that a failure repeats.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % below
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.next(words.len())]
    }
}

const STRINGS: &[&str] = &[
    "",
    "a",
    "abcdefg",
    "abcdefgh",
    "longer than sixteen bytes",
    "é",
    "😀 and more text here",
    "\\n",
    "\\u00e9",
    "\\ud83d\\ude00",
    "tab\\tquote\\\"",
    "\\\\",
    "x\\/y",
    "\u{7f}",
];
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "7",
    "-12",
    "123456789",
    "9223372036854775807",
    "1.5",
    "-0.001",
    "1e5",
    "2E-3",
    "1.25e+10",
    "12345678901.123456789",
];
const SPACES: &[&str] = &["", "", "", " ", "\t", "\r", "  "];

fn push_string(random: &mut Random, out: &mut String) {
    out.push('"');
    out.push_str(random.pick(STRINGS));
    out.push('"');
}

fn push_value(random: &mut Random, depth: usize, out: &mut String) {
    match random.next(if depth < 4 { 8 } else { 6 }) {
        0 => out.push_str("null"),
        1 => out.push_str(random.pick(&["true", "false"])),
        2 | 3 => out.push_str(random.pick(NUMBERS)),
        4 | 5 => push_string(random, out),
        6 => {
            out.push('[');
            for index in 0..random.next(4) {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(random.pick(SPACES));
                push_value(random, depth + 1, out);
                out.push_str(random.pick(SPACES));
            }
            out.push(']');
        }
        _ => push_object(random, depth + 1, out),
    }
}

fn push_object(random: &mut Random, depth: usize, out: &mut String) {
    out.push('{');
    for index in 0..random.next(5) {
        out.push_str(if index > 0 { "," } else { "" });
        out.push_str(random.pick(SPACES));
        push_string(random, out);
        out.push_str(random.pick(SPACES));
        out.push(':');
        out.push_str(random.pick(SPACES));
        push_value(random, depth, out);
        out.push_str(random.pick(SPACES));
    }
    out.push('}');
}

/// Whether a value of ours is the one that serde_json read.
pub(super) fn same(ours: &Field, theirs: Option<&Value>) -> bool {
    match (ours.0, theirs) {
        (Kind::Null, None | Some(Value::Null)) => true,
        (Kind::Number, Some(Value::Number(number))) => {
            ours.1.parse::<f64>() == number.to_string().parse::<f64>()
        }
        (Kind::String, Some(Value::String(text))) => ours.1 == *text,
        (Kind::Literal, Some(Value::Bool(value))) => ours.1 == value.to_string(),
        (Kind::Nested, Some(value)) => {
            let ours: Value = serde_json::from_str(&ours.1).unwrap();
            (value.is_array() || value.is_object()) && ours == *value
        }
        _ => false,
    }
}

pub(super) fn lenient() -> Options {
    options(&[("integers", "text"), ("overflow", "text")])
}

#[test]
fn scan_agrees_with_serde_json_on_random_records() {
    let mut random = Random(SEED);
    for _ in 0..4000 {
        let mut text = String::new();
        push_object(&mut random, 0, &mut text);
        let theirs: Value = serde_json::from_str(&text).unwrap();
        let ours = run(NdjsonScanner::new(lenient(), &[]), text.as_bytes(), 1 << 20, 10);
        assert_eq!(ours.fault, None, "{text}");
        let theirs = theirs.as_object().unwrap();
        let mut names: Vec<&str> = theirs.keys().map(String::as_str).collect();
        let mut ours_names: Vec<&str> = ours.names.iter().map(String::as_str).collect();
        names.sort_unstable();
        ours_names.sort_unstable();
        assert_eq!(ours_names, names, "{text}");
        for (name, field) in ours.names.iter().zip(&ours.rows[0]) {
            assert!(same(field, theirs.get(name)), "{name} of {text}: {field:?}");
        }
    }
}

#[test]
fn scan_accepts_and_rejects_damaged_records_as_serde_json_does() {
    const DAMAGE: &[u8] = b"\"\\{}[]:,0123456789.eE+-tfn u\x00\x1f\x7f\x80\xC3\xE2\xF0\xFF\r\t";
    let mut random = Random(SEED ^ 1);
    let (mut accepted, mut rejected) = (0, 0);
    for _ in 0..30_000 {
        let mut text = String::new();
        push_object(&mut random, 0, &mut text);
        let mut bytes = text.into_bytes();
        for _ in 0..1 + random.next(2) {
            let at = random.next(bytes.len());
            let byte = DAMAGE[random.next(DAMAGE.len())];
            match random.next(4) {
                0 => bytes.insert(at, byte),
                1 if bytes.len() > 1 => drop(bytes.remove(at)),
                2 => bytes.truncate(at.max(1)),
                _ => bytes[at] = byte,
            }
        }
        if bytes.iter().all(|byte| b" \t\r".contains(byte)) {
            continue;
        }
        let theirs = serde_json::from_slice::<Value>(&bytes);
        let is_object = theirs.is_ok_and(|value| value.is_object());
        let ours = run(NdjsonScanner::new(lenient(), &[]), &bytes, 1 << 20, 10);
        let shown = String::from_utf8_lossy(&bytes);
        assert_eq!(ours.fault.is_none(), is_object, "{shown}: {:?}", ours.fault);
        *(if is_object { &mut accepted } else { &mut rejected }) += 1;
    }
    assert!(accepted > 1000 && rejected > 10_000, "{accepted} accepted, {rejected} rejected");
}

#[test]
fn scan_does_not_depend_on_chunks_for_damaged_files() {
    let mut random = Random(SEED ^ 2);
    for _ in 0..150 {
        let mut text = String::new();
        for _ in 0..1 + random.next(5) {
            push_object(&mut random, 2, &mut text);
            text.push_str(random.pick(&["\n", "\r\n", "\n\n", " \n"]));
        }
        let mut bytes = text.into_bytes();
        let at = random.next(bytes.len());
        bytes[at] ^= 1 << random.next(8);
        read_with(lenient(), &bytes);
    }
}
