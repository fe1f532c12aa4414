//! The result never depends on how the input is cut, on the instructions used, or on the size of
//! a block; and it is what a reader that goes byte by byte says.

use super::CsvOptions;
use super::testing::{Feed, Outcome, Reference};
use crate::simd::csv_masks::Level;

/// Inputs made to be wrong at a cut.
const HOSTILE: [&[u8]; 30] = [
    b"",
    b"\n\n\n",
    b"\xef\xbb\xbf",
    b"\xef\xbb",
    b"\xef\xbb\xbfa,b\n1,2",
    b"a,b\r\n1,\"x\r\ny\"\r\n\"\",\"\"\"\"\r\n3,4",
    b"a,b\n\"q\"\"q\",\"\"\"\"\"\"\n\"\n\n\n\",2\n",
    b"\n\r\n\na\n1\n\n2\n",
    b"\n\n1\n2\n",
    b"\n\n1,2\n\n3,4\n",
    "é,€\n😀,\"é\"\n".as_bytes(),
    b"a,b\n1,2\n1\n3,4\n",
    b"a,b\n1,2\n1,2,3\n3,4\n",
    b"a,b\n1,2\n\"x\"y,2\n",
    b"a,b\n1,2\nx\"y,2\n",
    b"a,b\n1,2\n3,\"abc\n\n",
    b"a,b\n1,2\n3,4\r5,6\n",
    b"a,b\n1,2\n3,4\r",
    b"a,b\n1,2\n3,\"4\"\r",
    b"a,b\n1,2\n3,\"4\r",
    b"a,b\n1,2\n3,\0\n",
    b"a,b\n1,2\n3,\"\0\"\n",
    b"a,b\n1,2\n3,\xff\n",
    b"a,b\n1,2\n3,4\xe2\x82",
    b"a,b\n1,2\n3,4\xe2\x82,\n",
    b"a,b\n1,2\n\"3\"\xe2\x28,\n",
    b"a,b\n1,2\n\"3\"\xe2\x82\xac,\n",
    b"a,b\n1,2\n3,4\r\xe2\x28\n",
    b"a,b\n1,2\n3,4\r\0\n",
    b"a,b\n1,2\n\"3\"\0,4\n",
];

/// Compares all but names with the reference, names with the whole input's.
fn check(input: &[u8], feed: Feed, expected: &Outcome) {
    let found = feed.run(input);
    let shown = || {
        let Feed { level, rows_max, chunk, separate_end, .. } = feed;
        let input = String::from_utf8_lossy(input);
        format!("{input:?} {level:?} rows {rows_max} chunk {chunk} end {separate_end}")
    };
    assert_eq!(found.rows, expected.rows, "{}", shown());
    assert_eq!(found.fault, expected.fault, "{}", shown());
    assert_eq!(found.names, expected.names, "{}", shown());
}

fn expected(input: &[u8], options: CsvOptions) -> Outcome {
    let whole = Feed { options, ..Feed::default() }.run(input);
    Outcome { names: whole.names, ..Reference::run(input, options) }
}

#[test]
fn scan_gives_the_same_for_every_cut_level_and_size_of_block() {
    for input in HOSTILE {
        for header in [true, false] {
            let options = CsvOptions { header, ..CsvOptions::default() };
            let expected = expected(input, options);
            for level in Level::all() {
                for rows_max in [1, 2, usize::MAX] {
                    for chunk in 1..=input.len().max(1) {
                        for separate_end in [false, true] {
                            let feed = Feed {
                                options,
                                level,
                                rows_max,
                                chunk,
                                separate_end,
                                ..Feed::default()
                            };
                            check(input, feed, &expected);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn scan_agrees_with_the_reference_on_random_bytes_of_csv() {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    let pieces: [&[u8]; 16] = [
        b",",
        b",",
        b",",
        b"\n",
        b"\n",
        b"\r\n",
        b"\"",
        b"\"\"",
        b"\",\"",
        b"a",
        b"bc",
        b"1.5",
        "é".as_bytes(),
        b"\r",
        b"\0",
        b"\xff",
    ];
    let levels = Level::all();
    for round in 0..6000 {
        // The last pieces break most inputs, so most rounds leave them out.
        let kinds = if round % 8 == 0 { 16 } else { 13 };
        let input: Vec<u8> =
            (0..next(120)).flat_map(|_| pieces[next(kinds)].iter().copied()).collect();
        let options = CsvOptions { header: round % 3 != 0, delimiter: b',' };
        let expected = expected(&input, options);
        for level in &levels {
            let feed = Feed {
                options,
                level: *level,
                rows_max: [1, 3, usize::MAX][next(3)],
                chunk: 1 + next(input.len() + 2),
                separate_end: next(2) == 0,
                ..Feed::default()
            };
            check(&input, feed, &expected);
        }
    }
}

#[test]
fn scan_agrees_with_the_reference_on_random_tables() {
    let mut state = 0x1234_5678_9abc_def1u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    for round in 0..300 {
        let width = 1 + next(5);
        let mut input = Vec::new();
        for _ in 0..next(60) {
            for column in 0..width {
                if column > 0 {
                    input.push(b'\t');
                }
                match next(6) {
                    0 => input.extend_from_slice(b"\"say \"\"no\"\"\n\""),
                    1 => input.extend_from_slice(b"\"\t\r\n\""),
                    2 => {}
                    3 => input.extend_from_slice(&vec![b'x'; next(150)]),
                    _ => input.extend_from_slice(b"12.5"),
                }
            }
            input.extend_from_slice(if next(2) == 0 { b"\n" } else { b"\r\n" });
        }
        if round % 3 == 0 && !input.is_empty() {
            let at = next(input.len());
            input[at] = b"\"\r\0\xff\t\n"[next(6)];
        }
        let options = CsvOptions { header: round % 2 == 0, delimiter: b'\t' };
        let expected = expected(&input, options);
        for level in Level::all() {
            for chunk in [1, 7, 63, 64, 65, 1 + next(1000), usize::MAX] {
                let rows_max = [1, 5, usize::MAX][next(3)];
                let feed = Feed { options, level, rows_max, chunk, ..Feed::default() };
                check(&input, feed, &expected);
            }
        }
    }
}
