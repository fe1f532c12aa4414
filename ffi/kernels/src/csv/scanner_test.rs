//! The rules of semantics 19 and 22 on inputs that keep them. Expected rows are worked by hand.

use super::testing::{Feed, Outcome};
use super::{CsvOptions, CsvScanner};
use crate::block::Block;
use crate::fault::Error;
use crate::scan::{Scan, Scanner};

fn read(input: &str) -> Outcome {
    let outcome = Feed::default().run(input.as_bytes());
    assert_eq!(outcome.fault, None, "{input:?}");
    outcome
}

fn read_bare(input: &str) -> Outcome {
    let outcome = Feed::without_header().run(input.as_bytes());
    assert_eq!(outcome.fault, None, "{input:?}");
    outcome
}

#[test]
fn scan_takes_lf_crlf_and_a_mix_and_a_last_line_without_an_end() {
    for input in ["a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r\n1,2\n3,4", "a,b\n1,2\r\n3,4"]
    {
        let outcome = read(input);
        assert_eq!(outcome.names, ["a", "b"]);
        assert_eq!(outcome.texts(), [["1", "2"], ["3", "4"]], "{input:?}");
    }
}

#[test]
fn scan_tells_an_empty_field_from_an_empty_text() {
    let outcome = read("a,b,c\n,\"\",x\n\"\",,\n");
    assert_eq!(outcome.texts(), [["~", "\"\"", "x"], ["\"\"", "~", "~"]]);
    // The last record without a line end, its last field empty.
    assert_eq!(read("a,b\n1,").texts(), [["1", "~"]]);
    assert_eq!(read("a,b\n1,\"\"").texts(), [["1", "\"\""]]);
}

#[test]
fn scan_keeps_delimiters_line_ends_and_quotes_inside_quotes() {
    let outcome = read("a,b\n\"x,y\",\"1\r\n2\n3\r4\"\n\"\"\"q\"\"\",\"a\"\"b\"\r\n");
    assert_eq!(outcome.texts(), [["\"x,y\"", "\"1\r\n2\n3\r4\""], ["\"\"q\"\"", "\"a\"b\""]]);
}

#[test]
fn scan_keeps_spaces_and_takes_any_plain_delimiter() {
    assert_eq!(read("a, b\n 1 ,\t2\n").texts(), [[" 1 ", "\t2"]]);
    for delimiter in *b"\t;| x" {
        let input = "a,b\n1,\"2,3\"\n".replace(',', &char::from(delimiter).to_string());
        let options = CsvOptions { delimiter, header: true };
        let outcome = Feed { options, ..Feed::default() }.run(input.as_bytes());
        assert_eq!(outcome.fault, None);
        assert_eq!(outcome.texts(), [["1".to_owned(), format!("\"2{}3\"", char::from(delimiter))]]);
    }
}

#[test]
fn new_refuses_a_delimiter_that_cannot_be_one() {
    for delimiter in *b"\"\r\n\0\x80\xff" {
        let scanner = CsvScanner::new(CsvOptions { delimiter, header: true });
        assert!(matches!(scanner, Err(Error::BadArgument(_))), "{delimiter}");
    }
}

#[test]
fn scan_skips_blank_lines_of_several_columns_and_reads_null_in_one() {
    assert_eq!(read("a,b\n\n1,2\n\r\n\n3,4\n\n").texts(), [["1", "2"], ["3", "4"]]);
    assert_eq!(read("a\n\n1\n\r\n2\n\n").texts(), [["~"], ["1"], ["~"], ["2"], ["~"]]);
    assert_eq!(read("a\n\"\"\n").texts(), [["\"\""]]);
}

#[test]
fn scan_skips_blank_lines_before_the_header() {
    let outcome = read("\n\r\n\na,b\n1,2\n");
    assert_eq!(outcome.names, ["a", "b"]);
    assert_eq!(outcome.texts(), [["1", "2"]]);
    assert_eq!(read("\n\na\n1\n").texts(), [["1"]]);
}

#[test]
fn scan_without_a_header_numbers_the_columns() {
    let outcome = read_bare("1,2\n3,4\n");
    assert_eq!(outcome.names, ["column1", "column2"]);
    assert_eq!(outcome.texts(), [["1", "2"], ["3", "4"]]);
    assert_eq!(read_bare("\n\n1,2\n").texts(), [["1", "2"]]);
    assert_eq!(read_bare("\n\r\n1\n").texts(), [["~"], ["~"], ["1"]]);
    assert_eq!(read_bare("\n\n").texts(), [["~"], ["~"]]);
}

#[test]
fn scan_of_an_empty_input_has_no_columns() {
    for input in ["", "\u{feff}", "\n", "\r\n\n"] {
        assert_eq!(read(input), Outcome::default(), "{input:?}");
    }
    assert_eq!(read_bare(""), Outcome::default());
    assert_eq!(read("a,b").names, ["a", "b"]);
    assert!(read("a,b\n").rows.is_empty());
}

#[test]
fn scan_drops_a_byte_order_mark_at_the_start_only() {
    assert_eq!(read("\u{feff}a,b\n1,2\n").names, ["a", "b"]);
    assert_eq!(read("\u{feff}\"a\",b\n1,2\n").names, ["a", "b"]);
    let outcome = read("a,\u{feff}b\n\u{feff}1,2\n");
    assert_eq!(outcome.names, ["a", "\u{feff}b"]);
    assert_eq!(outcome.texts(), [["\u{feff}1", "2"]]);
}

#[test]
fn scan_unquotes_names_and_makes_them_unique() {
    let outcome = read("\"a,b\",\"say \"\"x\"\"\",,\"\",a,a\r\n");
    assert_eq!(outcome.names, ["a,b", "say \"x\"", "column3", "column4", "a", "a_2"]);
}

#[test]
fn scan_counts_rows_exactly_and_gives_the_rest_back() {
    let data: String = (0..1000).map(|row| format!("{row},x\n")).collect();
    let mut scanner = CsvScanner::new(CsvOptions { delimiter: b',', header: false }).unwrap();
    let mut block = Block::default();
    let mut input = data.as_bytes();
    let mut seen = 0;
    while !input.is_empty() {
        let step = scanner.scan(&mut input, true, 7, &mut block).unwrap();
        assert!(block.rows == 7 || input.is_empty());
        let first = block.text(block.columns[0][0]);
        assert_eq!(first, seen.to_string().as_bytes());
        seen += block.rows;
        assert_eq!(step == Scan::Hungry, seen == 1000);
    }
    assert_eq!(seen, 1000);
}

#[test]
fn scan_splits_a_hundred_thousand_columns() {
    let width = 100_000;
    let header: Vec<String> = (0..width).map(|column| format!("c{column}")).collect();
    let row: Vec<String> = (0..width).map(|column| column.to_string()).collect();
    let input = format!("{}\n{}\n{}\n", header.join(","), row.join(","), row.join(","));
    for chunk in [65_536, usize::MAX] {
        let mut scanner = CsvScanner::new(CsvOptions::default()).unwrap();
        let mut block = Block::default();
        let mut rows = 0;
        for mut chunk in input.as_bytes().chunks(chunk) {
            while scanner.scan(&mut chunk, false, 10, &mut block).unwrap() == Scan::Ready {
                rows += block.rows;
            }
            rows += block.rows;
            if block.rows > 0 {
                let last = block.columns[width - 1][block.rows - 1];
                assert_eq!(block.text(last), row[width - 1].as_bytes());
            }
        }
        assert_eq!((rows, scanner.names().len()), (2, width));
    }
}

#[test]
fn scan_is_linear_in_the_length_of_one_field() {
    // Four megabytes in chunks of 512 bytes: a scan from the field's start for each chunk would
    // take minutes.
    let mut input = b"a,b\n1,\"".to_vec();
    input.extend(std::iter::repeat_n(b"x\n", 2_000_000).flatten());
    input.extend_from_slice(b"\"\n2,y\n");
    let outcome = Feed { chunk: 512, ..Feed::default() }.run(&input);
    assert_eq!(outcome.fault, None);
    assert_eq!(outcome.rows[0][1].1.len(), 4_000_000);
    // The second row's position counts the lines inside the quotes.
    assert_eq!(outcome.rows[1][0].2, Some((4_000_009, 2_000_003, 1)));
}

#[test]
fn scan_reuses_a_block_of_another_width() {
    let mut block = Block::default();
    for (input, width) in [("a,b,c\n1,2,3\n", 3), ("a\n1\n", 1), ("a,b\n1,2\n", 2)] {
        let mut scanner = CsvScanner::new(CsvOptions::default()).unwrap();
        scanner.scan(&mut input.as_bytes(), true, 10, &mut block).unwrap();
        assert_eq!((block.rows, block.columns.len()), (1, width));
    }
}

#[test]
fn scan_makes_one_block_of_a_record_of_many_pieces() {
    let width = 50_000;
    let record = vec!["1"; width].join(",");
    let data = format!("{record}\n{record}\n{record}\n");
    for rows_max in [1, 2, usize::MAX] {
        let mut scanner = CsvScanner::new(CsvOptions::default()).unwrap();
        let mut block = Block::default();
        let mut input = data.as_bytes();
        let mut rows = 0;
        while !input.is_empty() {
            scanner.scan(&mut input, true, rows_max, &mut block).unwrap();
            assert!(block.rows > 0, "a block without a row has a place for every column");
            rows += block.rows;
        }
        assert_eq!(rows, 2);
        // Before a record ends there is no such place.
        let mut scanner = CsvScanner::new(CsvOptions::default()).unwrap();
        let mut block = Block::default();
        let mut input = &data.as_bytes()[..2 * record.len()];
        assert_eq!(scanner.scan(&mut input, false, rows_max, &mut block), Ok(Scan::Hungry));
        assert!(block.rows == 0 && block.columns.is_empty() && input.is_empty());
    }
}
