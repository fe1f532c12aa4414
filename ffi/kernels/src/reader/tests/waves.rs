//! Reading ahead in waves gives what one thread gives: every batch, every error row, every fault.

use super::pieces::Random;
use super::*;

const CELLS: [&str; 16] = [
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
    "'o\n'",
    "Oslo",
    " Lima ",
    "\u{e9}",
    "a\\,b",
];
const HOSTILE: [&str; 14] = [
    "\"", "6\" pipe", "\"a\"b", "\r", "\0", ",", "\n\n", "\"open", "\\", "\n#\"", "\"\n", "\",\"",
    "'", "1,2,3,4",
];

/// Records of three columns, some of them odd.
fn records(random: &mut Random, oddity: usize) -> String {
    let mut text = String::from("a,b,c\n");
    let numbers = random.below(3) == 0;
    for row in 0..random.below(70) {
        for column in 0..3 {
            let is_odd = oddity > 0 && random.below(oddity) == 0;
            text += match (is_odd, numbers && column == 0) {
                (true, _) => random.pick(&HOSTILE),
                (false, true) => ["1", "2", "30"][row % 3],
                (false, false) => random.pick(&CELLS),
            };
            text += if column < 2 { "," } else { random.pick(&["\n", "\n", "\n", "\r\n"]) };
        }
        if random.below(20) == 0 {
            text += random.pick(&["# \"note\n", "\n", "#\n"]);
        }
    }
    text
}

/// All that a reader says, error rows with the batch before which they came.
fn outcome(entries: &[(&str, &str)], input: &[u8], chunk: usize) -> (Outcome, Vec<String>) {
    let mut reader = Reader::open(&config(entries)).unwrap();
    let (mut batches, mut errors) = (Vec::new(), Vec::new());
    let mut chunks: Vec<&[u8]> = input.chunks(chunk).collect();
    chunks.push(b"");
    let count = chunks.len();
    for (index, mut data) in chunks.into_iter().enumerate() {
        loop {
            let step = reader.push(data, index + 1 == count, &Unwatched);
            let found: Vec<Value> = serde_json::from_str(&reader.take_errors()).unwrap();
            errors.extend(found.iter().map(|error| format!("{} {error}", batches.len())));
            match step {
                Ok(Step::Done) => break,
                Ok(Step::More) => {
                    let mut batch = take(&reader);
                    batch.schema["final"] = Value::Null;
                    batches.push(batch);
                }
                Err(error) => return (Outcome { batches, error: Some(error) }, errors),
            }
            data = b"";
        }
    }
    (Outcome { batches, error: None }, errors)
}

#[test]
fn dialects_in_waves_of_any_size_give_one_result() {
    let mut random = Random(0x0DD5);
    for round in 0..1500 {
        let oddity = [0, 40, 8][random.below(3)];
        let text = records(&mut random, oddity);
        let sizes = [1 + random.below(5), 1 + random.below(9)].map(|size| size.to_string());
        let limit = ["1", "3", "1000"][random.below(3)];
        let mut entries = vec![
            CSV,
            ("dialect", "1"),
            ("mode", ["sample", "build", "infer"][round % 3]),
            ("sample_rows", &sizes[0]),
            ("batch_rows", &sizes[1]),
            ("max_errors", limit),
            ("types", ["auto", "auto", "auto", "text"][random.below(4)]),
        ];
        let (lenient, handling) = (random.below(2) == 0, random.below(3));
        if lenient {
            entries.push(("lenient", "1"));
        }
        if handling > 0 {
            entries.push(("recovers", "1"));
        }
        if lenient || handling > 0 {
            entries.push(("on_error", ["throw", "collect", "null"][handling]));
        }
        for (key, value) in [
            ("escape", "\\"),
            ("comment", "#"),
            ("quote", "'"),
            ("quote", ""),
            ("trim", "1"),
            ("skip_rows", "1"),
            ("null_tokens", "x\0"),
            ("header", "0"),
        ] {
            if random.below(5) == 0 && !entries.iter().any(|&(known, _)| known == key) {
                entries.push((key, value));
            }
        }
        let one = [&entries[..], &[("threads", "1")]].concat();
        let chunks = [1 + random.below(200), usize::MAX >> 1];
        let chunk = chunks[random.below(2)];
        let expected = outcome(&one, text.as_bytes(), chunk);
        for piece in [1, 2, 3, 7, 20, 1 + random.below(400)] {
            let size = piece.to_string();
            let threads = ["2", "3", "4"][random.below(3)];
            let many = [&entries[..], &[("threads", threads), ("piece_bytes", &size)]].concat();
            let found = outcome(&many, text.as_bytes(), chunk);
            assert_eq!(found, expected, "pieces of {piece}, pushes of {chunk}: {many:?} {text:?}");
        }
    }
}

#[test]
fn batches_in_waves_of_any_size_are_the_same() {
    let mut random = Random(0xBA7C);
    for round in 0..600 {
        let hostile = round % 2 == 1;
        let (format, text) = match round % 4 {
            0 | 1 => (CSV, pieces::csv(&mut random, hostile)),
            _ => (NDJSON, pieces::ndjson(&mut random, hostile)),
        };
        let sizes = [1 + random.below(5), 1 + random.below(9)].map(|size| size.to_string());
        let entries = [format, ("sample_rows", &sizes[0]), ("batch_rows", &sizes[1])];
        let chunk = [1 + random.below(100), usize::MAX >> 1][random.below(2)];
        let expected =
            outcome(&[&entries[..], &[("threads", "1")]].concat(), text.as_bytes(), chunk);
        for piece in [1, 2, 5, 16, 1 + random.below(300)] {
            let size = piece.to_string();
            let many = [&entries[..], &[("threads", "3"), ("piece_bytes", &size)]].concat();
            let found = outcome(&many, text.as_bytes(), chunk);
            assert_eq!(found, expected, "pieces of {piece}, pushes of {chunk}: {text:?}");
        }
    }
}

#[test]
fn large_batches_keep_the_forms_of_texts() {
    let mut random = Random(78);
    for distinct in [30, 9_000, 70_000] {
        let mut text = String::from("k,v\n");
        for row in 0..120_000 {
            text += &format!("{},t{}\n", row % 7, random.below(distinct));
        }
        let entries = [CSV, ("sample_rows", "100"), ("batch_rows", "32768")];
        let expected =
            outcome(&[&entries[..], &[("threads", "1")]].concat(), text.as_bytes(), 1 << 30);
        for (lenient, chunk) in [("0", 1 << 30), ("1", 1 << 30), ("1", 1_100_000)] {
            let dialect = [("dialect", "1"), ("lenient", lenient), ("threads", "2")];
            let found = outcome(&[&entries[..], &dialect].concat(), text.as_bytes(), chunk);
            assert_eq!(found, expected);
        }
    }
}
