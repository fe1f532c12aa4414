//! The faults of semantics 20 and 21: code, position, order. Positions are counted by hand.

use super::testing::Feed;
use super::{CsvOptions, CsvScanner};
use crate::block::Block;
use crate::fault::{Code, Error};
use crate::scan::Scanner;

/// Code, line, column and offset, and how many rows come before.
fn fault(input: &[u8]) -> (Code, u64, u64, u64, usize) {
    let outcome = Feed::default().run(input);
    let (code, line, column, offset) = outcome.fault.expect("a fault");
    (code, line, column, offset, outcome.rows.len())
}

#[test]
fn scan_rejects_a_ragged_row_at_its_start() {
    assert_eq!(fault(b"a,b\n1,2\n3\n4,5\n"), (Code::RaggedRow, 3, 1, 8, 1));
    assert_eq!(fault(b"a,b\n1,2,3\n"), (Code::RaggedRow, 2, 1, 4, 0));
    assert_eq!(fault(b"a,b\n1,2\n3"), (Code::RaggedRow, 3, 1, 8, 1));
    // Physical lines count, also those inside quotes; a line with a space is not blank.
    assert_eq!(fault(b"a,b\n\"x\ny\",2\n \n"), (Code::RaggedRow, 4, 1, 12, 1));
    assert_eq!(fault(b"a\n1\n2,3\n"), (Code::RaggedRow, 3, 1, 4, 1));
    // A quoted empty field is no blank line.
    assert_eq!(fault(b"a,b\n\"\"\n"), (Code::RaggedRow, 2, 1, 4, 0));
}

#[test]
fn scan_says_how_many_fields_a_ragged_row_has() {
    let mut scanner = CsvScanner::new(CsvOptions::default()).unwrap();
    let mut input: &[u8] = b"a,b\n1,2\n1,2,3\n";
    let mut block = Block::default();
    let Err(Error::Fault(fault)) = scanner.scan(&mut input, true, 100, &mut block) else {
        panic!("no fault");
    };
    assert_eq!(fault.args, [("expected", "2".to_owned()), ("found", "3".to_owned())]);
    assert_eq!(block.rows, 1, "the complete records before the fault are delivered");
    // The scanner stays where it is.
    let again = scanner.scan(&mut &b"1,2\n"[..], true, 100, &mut block);
    assert_eq!(again, Err(Error::Fault(fault)));
    assert_eq!(block.rows, 0);
}

#[test]
fn scan_rejects_text_after_a_closing_quote() {
    assert_eq!(fault(b"a,b\n1,\"x\"y\n"), (Code::TextAfterQuote, 2, 6, 9, 0));
    assert_eq!(fault(b"a,b\n\"x\" ,2\n"), (Code::TextAfterQuote, 2, 4, 7, 0));
    assert_eq!(fault(b"\"a\"b\n"), (Code::TextAfterQuote, 1, 4, 3, 0));
    assert_eq!(fault(b"a,b\n\"\"x,2\n"), (Code::TextAfterQuote, 2, 3, 6, 0));
}

#[test]
fn scan_rejects_a_quote_in_an_unquoted_field() {
    assert_eq!(fault(b"a,b\n1,x\"y\n"), (Code::QuoteInBareField, 2, 4, 7, 0));
    assert_eq!(fault(b"a,b\n 1,\"2\"\n3, \"4\"\n"), (Code::QuoteInBareField, 3, 4, 14, 1));
    assert_eq!(fault(b"a\"\"\n"), (Code::QuoteInBareField, 1, 2, 1, 0));
}

#[test]
fn scan_rejects_an_unterminated_quote_at_its_opening() {
    assert_eq!(fault(b"a,b\n1,2\n3,\"x\n\n"), (Code::UnterminatedQuote, 3, 3, 10, 1));
    assert_eq!(fault(b"a,b\n1,\"x\"\"\n"), (Code::UnterminatedQuote, 2, 3, 6, 0));
    assert_eq!(fault(b"\""), (Code::UnterminatedQuote, 1, 1, 0, 0));
    assert_eq!(fault(b"\xef\xbb\xbf\""), (Code::UnterminatedQuote, 1, 4, 3, 0));
}

#[test]
fn scan_rejects_invalid_utf8_anywhere() {
    assert_eq!(fault(b"a,b\n1,\xff\n"), (Code::InvalidUtf8, 2, 3, 6, 0));
    assert_eq!(fault(b"a\xff,b\n1,2\n"), (Code::InvalidUtf8, 1, 2, 1, 0));
    assert_eq!(fault(b"a,b\n1,\"\xc3\x28\"\n"), (Code::InvalidUtf8, 2, 4, 7, 0));
    assert_eq!(fault(b"a,b\n1,\xe2\x82"), (Code::InvalidUtf8, 2, 3, 6, 0));
    assert_eq!(fault(b"a,b\n1,2\n\xed\xa0\x80,\n"), (Code::InvalidUtf8, 3, 1, 8, 1));
    assert_eq!(fault(b"\xef\xbb"), (Code::InvalidUtf8, 1, 1, 0, 0));
}

#[test]
fn scan_rejects_nul_and_a_bare_carriage_return() {
    assert_eq!(fault(b"a,b\n1,\0\n"), (Code::NulByte, 2, 3, 6, 0));
    assert_eq!(fault(b"a,b\n1,\"\0\"\n"), (Code::NulByte, 2, 4, 7, 0));
    assert_eq!(fault(b"a,b\n1\r2\n"), (Code::BareCr, 2, 2, 5, 0));
    assert_eq!(fault(b"a,b\n1,2\r"), (Code::BareCr, 2, 4, 7, 0));
    assert_eq!(fault(b"a,b\r1,2\r"), (Code::BareCr, 1, 4, 3, 0));
    assert_eq!(fault(b"a,b\n1,\"2\"\r\r\n"), (Code::BareCr, 2, 6, 9, 0));
}

#[test]
fn scan_reports_what_a_reader_going_byte_by_byte_notices_first() {
    // A short row ends before the bad byte; a long one is noticed behind it.
    assert_eq!(fault(b"a,b\n1\n\xff,2\n").0, Code::RaggedRow);
    assert_eq!(fault(b"a,b\n1,\xff,2\n").0, Code::InvalidUtf8);
    assert_eq!(fault(b"a,b\n1,2,\"x\"y\n").0, Code::TextAfterQuote);
    // An open quote is noticed at the end only.
    assert_eq!(fault(b"a,b\n1,\"2\n\0").0, Code::NulByte);
    // At one byte: UTF-8, then NUL, then quoting; a carriage return is noticed where it stands.
    assert_eq!(fault(b"a,b\n1,\"x\"\xff\n").0, Code::InvalidUtf8);
    assert_eq!(fault(b"a,b\n1,\"x\"\0\n").0, Code::NulByte);
    assert_eq!(fault(b"a,b\n1,2\r\xff\n").0, Code::BareCr);
    assert_eq!(fault(b"a,b\n1,2\r\0\n").0, Code::BareCr);
    assert_eq!(fault(b"a,b\n1,2\r\"x\"\n").0, Code::BareCr);
}

#[test]
fn scan_rejects_a_field_beyond_the_limit_wherever_the_input_is_cut() {
    let limit = 8;
    for (input, expected) in [
        (&b"a,b\n12345678,\"123456\"\r\n"[..], None),
        (b"a,b\n1,12345678\r\n", None),
        (b"a,b\n1,123456789\r\n", Some((Code::FieldTooLarge, 2, 3, 6))),
        (b"a,b\n1,123456789", Some((Code::FieldTooLarge, 2, 3, 6))),
        (b"a,b\n1,\"1234567\"\n", Some((Code::FieldTooLarge, 2, 3, 6))),
        (b"a,b\n1,\"1234567890", Some((Code::FieldTooLarge, 2, 3, 6))),
        (b"a,123456789\n1,2\n", Some((Code::FieldTooLarge, 1, 3, 2))),
        // Noticed before the record's end and before a bad byte behind it, not one within it.
        (b"a,b\n123456789\n", Some((Code::FieldTooLarge, 2, 1, 4))),
        (b"a,b\n1,123456789\0\n", Some((Code::FieldTooLarge, 2, 3, 6))),
        (b"a,b\n1,123456789\xff\n", Some((Code::FieldTooLarge, 2, 3, 6))),
        (b"a,b\n1,12345678\0\n", Some((Code::NulByte, 2, 11, 14))),
        (b"a,b\n1,1234\x00678901\n", Some((Code::NulByte, 2, 7, 10))),
    ] {
        for chunk in 1..=input.len() {
            let outcome = Feed { limit, chunk, ..Feed::default() }.run(input);
            let shown = String::from_utf8_lossy(input);
            assert_eq!(outcome.fault, expected, "{shown:?} in chunks of {chunk}");
        }
    }
}
