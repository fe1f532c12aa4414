//! Reading in pieces on several threads gives what one thread gives, faults included.

use super::*;

/// A small generator of random numbers (xorshift).
pub(super) struct Random(pub u64);

impl Random {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    pub(super) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const CELLS: [&str; 18] = [
    "1",
    "-7",
    "2.5",
    "x",
    "",
    "\"\"",
    "\"a,b\"",
    "\"line\nfeed\"",
    "\"q\"\"q\"",
    "2024-02-29",
    "true",
    "9007199254740993",
    "Oslo",
    "Lima",
    "Oslo",
    "Lima",
    "\u{e9}",
    "\"\n\"",
];
const HOSTILE: [&str; 8] = ["\"", "a\"b", "\"a\"b", "\r", "\0", ",", "\n\n", "\"open"];
const RECORDS: [&str; 8] = [
    "{\"a\":1,\"b\":\"x\"}",
    "{\"a\":2}",
    "{\"b\":\"y\",\"a\":3}",
    "{\"a\":null,\"b\":\"x\"}",
    "",
    "{\"a\":4,\"b\":\"a\\nb\"}",
    "{\"a\":5,\"b\":\"x\"}",
    "{\"a\":6,\"b\":\"y\"}",
];
const BROKEN: [&str; 5] = ["{\"a\":1", "[1]", "{\"c\":1}", "{\"a\":\"t\"}", "{\"a\":1e999}"];

pub(super) fn csv(random: &mut Random, hostile: bool) -> String {
    let mut text = String::from("a,b,c\n");
    for _ in 0..random.below(60) {
        for column in 0..3 {
            let is_odd = hostile && random.below(90) == 0;
            text += random.pick(if is_odd { &HOSTILE } else { &CELLS });
            text += if column < 2 { "," } else { random.pick(&["\n", "\n", "\r\n"]) };
        }
    }
    text
}

pub(super) fn ndjson(random: &mut Random, hostile: bool) -> String {
    let mut text = String::new();
    for _ in 0..random.below(60) {
        let is_odd = hostile && random.below(30) == 0;
        text += random.pick(if is_odd { &BROKEN } else { &RECORDS });
        text += "\n";
    }
    text
}

/// The same entries for one thread, and for pieces of so many bytes on so many threads.
fn check(entries: &[(&str, &str)], text: &str, piece: usize, threads: &str, chunk: usize) {
    for mode in ["build", "infer"] {
        let one = [entries, &[("mode", mode), ("threads", "1")]].concat();
        let size = piece.to_string();
        let many =
            [entries, &[("mode", mode), ("threads", threads), ("piece_bytes", &size)]].concat();
        let expected = run(&one, text.as_bytes(), usize::MAX >> 1);
        let found = run(&many, text.as_bytes(), chunk);
        assert_eq!(found, expected, "{mode}, pieces of {piece}, pushes of {chunk}: {text:?}");
    }
}

#[test]
fn pieces_of_any_size_give_one_result() {
    let mut random = Random(0x5EED);
    for round in 0..120 {
        let hostile = round % 2 == 1;
        let sample = (1 + random.below(5)).to_string();
        let types = random.pick(&["auto", "text"]);
        let (format, text) = match round % 4 {
            0 | 1 => (CSV, csv(&mut random, hostile)),
            _ => (NDJSON, ndjson(&mut random, hostile)),
        };
        let entries = [format, ("sample_rows", &sample), ("types", types)];
        for piece in [1, 2, 3, 7, 20, 1 + random.below(400)] {
            let chunk = [1, 5, 64, usize::MAX >> 1][random.below(4)];
            check(&entries, &text, piece, "3", chunk);
        }
    }
}

#[test]
fn pieces_keep_the_forms_of_texts() {
    let mut random = Random(77);
    // Few texts, texts that stop paying at the probe, texts that stop paying by their number.
    for (rows, distinct) in [(20_000, 30), (20_000, 9_000), (140_000, 70_000)] {
        let mut text = String::from("k,v\n");
        for row in 0..rows {
            let value = if random.below(9) == 0 { 0 } else { random.below(distinct) };
            text += &format!(
                "{},{}\n",
                row % 7,
                if value == 0 { String::new() } else { format!("t{value}") }
            );
        }
        let cases = [("100", 5000), ("20000", 60_000), ("1", 1 << 20)];
        for (sample, piece) in &cases[if rows > 100_000 { 2 } else { 0 }..] {
            check(&[CSV, ("sample_rows", sample)], &text, *piece, "2", usize::MAX >> 1);
        }
    }
}

#[test]
fn a_file_is_read_as_its_bytes_are() {
    let path = std::env::temp_dir().join(format!("fastpath-pieces-{}.csv", std::process::id()));
    let mut text = String::from("a,b\n");
    for row in 0..5000 {
        text += &format!("{row},\"x{}\ny\"\n", row % 9);
    }
    for broken in ["", "1,2,3\n", "\"open"] {
        std::fs::write(&path, [&text, broken].concat()).unwrap();
        for (piece, mode) in [("0", "build"), ("1000", "build"), ("0", "infer"), ("1000", "infer")]
        {
            let entries = [CSV, ("mode", mode), ("sample_rows", "10"), ("piece_bytes", piece)];
            let mut reader = Reader::open(&config(&entries)).unwrap();
            let mut found = Outcome { batches: Vec::new(), error: None };
            let mut step = reader.push_file(File::open(&path).unwrap(), &Unwatched);
            while let Ok(Step::More) = step {
                found.batches.push(take(&reader));
                step = reader.push(b"", true, &Unwatched);
            }
            found.error = step.err();
            let expected = run(&entries, [&text, broken].concat().as_bytes(), usize::MAX >> 1);
            assert_eq!(found, expected);
        }
    }
    std::fs::remove_file(path).unwrap();
}
