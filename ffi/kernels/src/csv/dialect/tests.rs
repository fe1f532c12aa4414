//! The scanner against the strict one, against itself in every split, and case by case.

use super::super::CsvOptions;
use super::super::testing::{Feed, Outcome, collect};
use super::{DialectScanner, Rules};
use crate::block::Block;
use crate::config::Config;
use crate::fault::Error;
use crate::scan::{Scan, Scanner};

/// What a scanner says, and its error rows: code, offset, rows before.
pub(crate) fn run(
    rules: &Rules,
    input: &[u8],
    chunk: usize,
    rows_max: usize,
) -> (Outcome, Vec<String>) {
    let mut scanner = DialectScanner::new(rules.clone()).unwrap();
    let (mut outcome, mut errors) = (Outcome::default(), Vec::new());
    let mut block = Block::default();
    let mut chunks: Vec<&[u8]> = input.chunks(chunk).collect();
    chunks.push(&[]);
    let count = chunks.len();
    'input: for (index, mut chunk) in chunks.into_iter().enumerate() {
        loop {
            let step = scanner.scan(&mut chunk, index + 1 == count, rows_max, &mut block);
            assert!(block.rows <= rows_max);
            let before = outcome.rows.len();
            collect(&block, &mut outcome);
            errors.extend(block.errors.iter().map(|error| {
                let fault = &error.fault;
                format!("{:?} @{} row {}", fault.code, fault.byte_offset, before + error.row)
            }));
            match step {
                Ok(Scan::Ready) => {}
                Ok(Scan::Hungry) => break,
                Err(Error::Fault(fault)) => {
                    let place = (fault.code, fault.line, fault.column, fault.byte_offset);
                    outcome.fault = Some(place);
                    break 'input;
                }
                Err(error) => panic!("{error:?}"),
            }
        }
        assert!(chunk.is_empty(), "a hungry scanner has taken all");
    }
    outcome.names = scanner.names().to_vec();
    (outcome, errors)
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }

    fn input(&mut self) -> Vec<u8> {
        let pieces: &[&[u8]] = &[
            b",",
            b",",
            b"\n",
            b"\n",
            b"\r\n",
            b"\r",
            b"\"",
            b"\"\"",
            b"\"x\"",
            b"a",
            b"1",
            b"\0",
            b"\xff",
            b"\xc3",
            b" ",
            b"\\",
            b"#",
            b"NA",
            b"\"y\n,\"",
            b"\xc3\xa9",
            b"\xf0\x9f\x98\x80",
            b"\xef\xbb\xbf",
        ];
        let kinds: Vec<usize> = (0..7).map(|_| self.below(pieces.len())).collect();
        (0..self.below(40)).flat_map(|_| pieces[kinds[self.below(7)]].to_vec()).collect()
    }
}

#[test]
fn strict_rules_say_what_the_strict_scanner_says() {
    let mut random = Random(0x9e37_79b9);
    for _ in 0..4000 {
        let input = random.input();
        let header = random.below(2) == 0;
        let rules = Rules { header, ..Rules::default() };
        let options = CsvOptions { delimiter: b',', header };
        let expected = Feed { options, ..Feed::default() }.run(&input);
        for chunk in [1, 3, 64] {
            let (outcome, errors) = run(&rules, &input, chunk, 1 + random.below(5));
            assert_eq!(outcome, expected, "{:?}", String::from_utf8_lossy(&input));
            assert!(errors.is_empty());
        }
    }
}

#[test]
fn every_dialect_says_the_same_in_every_split() {
    let mut random = Random(0x1234_5678);
    for _ in 0..4000 {
        let input = random.input();
        let rules = Rules {
            quote: [Some(b'"'), Some(b'a'), None][random.below(3)],
            escape: [None, Some(b'\\')][random.below(2)],
            comment: [None, Some(b'#')][random.below(2)],
            header: random.below(2) == 0,
            names: [None, Some(vec!["x".to_owned()])][random.below(2)].clone(),
            skip_rows: random.below(3) as u64,
            trim: random.below(2) == 0,
            null_tokens: vec![b"NA".to_vec(), b"1".to_vec()],
            lenient: random.below(2) == 0,
            recovers: random.below(2) == 0,
            max_errors: [2, 1000][random.below(2)],
            field_bytes_max: [6, 1 << 20][random.below(2)],
            ..Rules::default()
        };
        let expected = run(&rules, &input, 1 << 20, usize::MAX);
        for chunk in [1, 2, 5, 17] {
            let found = run(&rules, &input, chunk, 1 + random.below(4));
            assert_eq!(found, expected, "{rules:?} {:?}", String::from_utf8_lossy(&input));
        }
    }
}

#[test]
fn lenient_keeps_what_strict_refuses() {
    let rules = Rules { lenient: true, ..Rules::default() };
    let input = b"a,b\n\"x\"y,1\n2\n3,4,5\n6\"7,\0\n\"8\n9";
    let (outcome, errors) = run(&rules, input, 4, 2);
    assert_eq!(
        outcome.texts(),
        [["\"xy\"", "1"], ["2", "~"], ["3", "4"], ["6\"7", "\0"], ["\"8\n9\"", "~"]]
    );
    assert_eq!(
        errors,
        [
            "TextAfterQuote @7 row 0",
            "RaggedRow @11 row 1",
            "RaggedRow @13 row 2",
            "QuoteInBareField @20 row 3",
            "UnterminatedQuote @25 row 4",
        ]
    );
    assert_eq!(outcome.fault, None);
}

#[test]
fn a_long_record_takes_linear_time() {
    let mut input = b"a\n\"".to_vec();
    input.resize(24 << 20, b'x');
    let rules = Rules { lenient: true, ..Rules::default() };
    let (outcome, errors) = run(&rules, &input, 1 << 16, usize::MAX);
    assert_eq!((outcome.rows.len(), errors.len()), (1, 1));
    assert_eq!(outcome.rows[0][0].1.len(), input.len() - 3);
}

#[test]
fn rules_refuse_bytes_with_two_meanings() {
    for rules in [
        Rules { quote: Some(b','), ..Rules::default() },
        Rules { escape: Some(b'"'), ..Rules::default() },
        Rules { comment: Some(b'\n'), ..Rules::default() },
        Rules { delimiter: 0xC3, ..Rules::default() },
        Rules { names: Some(Vec::new()), ..Rules::default() },
    ] {
        assert!(DialectScanner::new(rules).is_err());
    }
}

#[test]
fn rules_are_read_from_a_config() {
    let mut bytes = Vec::new();
    for (key, value) in [
        ("quote", ""),
        ("escape", "\\"),
        ("names", "x\0y\0"),
        ("null_tokens", "NA\0"),
        ("skip_rows", "3"),
        ("lenient", "1"),
    ] {
        bytes.push(key.len() as u8);
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    let rules = Rules::from_config(&Config::parse(&bytes).unwrap()).unwrap();
    assert_eq!((rules.quote, rules.escape), (None, Some(b'\\')));
    assert_eq!(rules.names, Some(vec!["x".to_owned(), "y".to_owned()]));
    assert_eq!(rules.null_tokens, [b"NA".to_vec()]);
    assert_eq!((rules.skip_rows, rules.lenient, rules.recovers), (3, true, false));
}
