//! Every code and reason of NDJSON with its position, as a reader byte by byte would notice it.

use super::*;

/// Reads `text` and expects `rows` whole records and then a fault at `offset`.
fn expect(options: Options, text: &[u8], rows: usize, code: Code, offset: u64) -> Fault {
    let outcome = read_with(options, text);
    let shown = String::from_utf8_lossy(text);
    let fault = outcome.fault.unwrap_or_else(|| panic!("no fault in {shown}"));
    assert_eq!(
        (fault.code, fault.byte_offset, outcome.rows.len()),
        (code, offset, rows),
        "{shown}"
    );
    let before = &text[..offset as usize];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    assert_eq!((fault.line, fault.column), (line, offset - start as u64 + 1), "{shown}");
    fault
}

fn expect_json(text: &str, offset: u64, reason: &str) {
    let text = format!("{{\"ok\":1}}\n{text}");
    let fault = expect(Options::default(), text.as_bytes(), 1, Code::InvalidJson, offset + 9);
    assert_eq!(fault.args, [("reason", reason.to_owned())], "{text}");
}

#[test]
fn scan_rejects_what_is_no_json_with_reason_and_place() {
    for (text, offset, reason) in [
        ("?", 0, "expected a value"),
        ("}", 0, "expected a value"),
        ("{", 1, "unexpected end of line"),
        ("{\n", 1, "unexpected end of line"),
        ("{a", 1, "expected a key"),
        ("{,", 1, "expected a key"),
        ("{\"a\":1,}", 7, "expected a key"),
        ("{\"a\":1,", 7, "unexpected end of line"),
        ("{\"a\"", 4, "unexpected end of line"),
        ("{\"a\" 1}", 5, "expected ':'"),
        ("{\"a\":", 5, "unexpected end of line"),
        ("{\"a\":}", 5, "expected a value"),
        ("{\"a\":+1}", 5, "expected a value"),
        ("{\"a\":.5}", 5, "expected a value"),
        ("{\"a\":NaN}", 5, "expected a value"),
        ("{\"a\":1 2}", 7, "expected ',' or '}'"),
        ("{\"a\":1]", 6, "expected ',' or '}'"),
        ("{\"a\":1\n", 6, "unexpected end of line"),
        ("{\"a\":1x}", 6, "expected ',' or '}'"),
        ("{\"a\":[1 2]}", 8, "expected ',' or ']'"),
        ("{\"a\":[1}", 7, "expected ',' or ']'"),
        ("{\"a\":[1,]}", 8, "expected a value"),
        ("{\"a\":[,1]}", 6, "expected a value"),
        ("{\"a\":[", 6, "unexpected end of line"),
        ("{\"a\":{\"b\"}}", 9, "expected ':'"),
        ("{\"a\":{\"b\":1]}", 11, "expected ',' or '}'"),
        ("{\"a\":{1:1}}", 6, "expected a key"),
        ("{\"a\":{\"b\":1,}}", 12, "expected a key"),
        ("{\"a\":1} x", 8, "text after the value"),
        ("{\"a\":1}{\"a\":1}", 7, "text after the value"),
        ("{}\0", 2, "text after the value"),
    ] {
        expect_json(text, offset, reason);
    }
}

#[test]
fn scan_rejects_broken_tokens_with_reason_and_place() {
    for (text, offset, reason) in [
        ("{\"a\":-}", 6, "invalid number"),
        ("{\"a\":-\n", 6, "invalid number"),
        ("{\"a\":01}", 6, "invalid number"),
        ("{\"a\":-00}", 7, "invalid number"),
        ("{\"a\":1.}", 7, "invalid number"),
        ("{\"a\":1.e5}", 7, "invalid number"),
        ("{\"a\":1e}", 7, "invalid number"),
        ("{\"a\":1e+}", 8, "invalid number"),
        ("{\"a\":[1e-", 9, "invalid number"),
        ("{\"a\":1.5.3}", 8, "expected ',' or '}'"),
        ("{\"a\":trve}", 7, "invalid literal"),
        ("{\"a\":True}", 5, "expected a value"),
        ("{\"a\":nul", 8, "invalid literal"),
        ("{\"a\":[falsey]}", 11, "expected ',' or ']'"),
        ("{\"a\":\"\\x\"}", 7, "invalid escape"),
        ("{\"a\":\"\\u12G4\"}", 10, "invalid escape"),
        ("{\"a\":\"\\u\"}", 8, "invalid escape"),
        ("{\"\\q\":1}", 3, "invalid escape"),
        ("{\"a\":\"\t\"}", 6, "control character in string"),
        ("{\"a\":\"x\r\n", 7, "control character in string"),
        ("{\"a\":[\"\0\"]}", 7, "control character in string"),
        ("{\"a\":\"x", 7, "unterminated string"),
        ("{\"a\":\"x\n\"}", 7, "unterminated string"),
        ("{\"a\":\"x\\", 8, "unterminated string"),
        ("{\"a\":\"x\\u00", 11, "unterminated string"),
        ("{\"a", 3, "unterminated string"),
    ] {
        expect_json(text, offset, reason);
    }
}

#[test]
fn scan_rejects_lines_that_are_no_objects() {
    for (text, found) in [
        ("[1]", "array"),
        ("\"x\"", "string"),
        ("-1", "number"),
        ("7", "number"),
        ("true", "boolean"),
        ("false", "boolean"),
        ("null", "null"),
    ] {
        let text = format!("{{}}\n {text}\n");
        let fault = expect(Options::default(), text.as_bytes(), 1, Code::NotAnObject, 4);
        assert_eq!(fault.args, [("found", found.to_owned())]);
    }
}

#[test]
fn scan_rejects_numbers_without_a_type() {
    let long = format!("{{\"a\":{}}}", "9".repeat(50));
    for (text, code, value) in [
        ("{\"a\":9223372036854775808}", Code::IntegerTooLarge, "9223372036854775808"),
        ("{\"a\":-9223372036854775809}", Code::IntegerTooLarge, "-9223372036854775809"),
        (long.as_str(), Code::IntegerTooLarge, &"9".repeat(40)),
        ("{\"a\":1e309}", Code::NumberTooLarge, "1e309"),
        ("{\"a\":-1.8E+308}", Code::NumberTooLarge, "-1.8E+308"),
    ] {
        let fault = expect(Options::default(), text.as_bytes(), 0, code, 5);
        assert_eq!(fault.args, [("value", value.to_owned())]);
    }
    for text in ["9223372036854775807", "-9223372036854775808", "1.7e308", "1e-999", "0e999"] {
        assert_eq!(read(&format!("{{\"a\":{text}}}")).fault, None, "{text}");
    }
}

#[test]
fn scan_rejects_lone_surrogates() {
    for (text, offset) in [
        (r#"{"a":"\ud800"}"#, 6),
        (r#"{"a":"x\udc00"}"#, 7),
        (r#"{"a":"\ud800\ud800"}"#, 6),
        (r#"{"a":"\ud800\u12G4"}"#, 6),
        (r#"{"a":["\uDFFF"]}"#, 7),
        (r#"{"\ud800":1}"#, 2),
        (r#"{"a":"\ud800"#, 6),
    ] {
        expect(Options::default(), text.as_bytes(), 0, Code::LoneSurrogate, offset);
    }
}

#[test]
fn scan_limits_the_depth() {
    let three = options(&[("max_depth", "3")]);
    assert_eq!(read_with(three, b"{\"a\":[{\"b\":1},[]]}").fault, None);
    let fault = expect(three, b"{\"a\":[{\"b\":[1]}]}", 0, Code::DepthExceeded, 11);
    assert_eq!(fault.args, [("limit", "3".to_owned())]);
    expect(options(&[("max_depth", "0")]), b"{}", 0, Code::DepthExceeded, 0);
    let deep = |brackets| format!("{{\"a\":{}{}}}", "[".repeat(brackets), "]".repeat(brackets));
    assert_eq!(read(&deep(1023)).fault, None);
    expect(Options::default(), deep(1024).as_bytes(), 0, Code::DepthExceeded, 5 + 1023);
}

#[test]
fn scan_rejects_duplicate_keys_when_asked() {
    let strict = options(&[("duplicates", "error")]);
    let text = b"{\"a\":1,\"b\":2}\n{\"b\":1,\"a\":2,\"\\u0062\":3}";
    let fault = expect(strict, text, 1, Code::DuplicateKey, 27);
    assert_eq!(fault.args, [("key", "b".to_owned())]);
    assert_eq!(read_with(strict, b"{\"a\":{\"x\":1,\"x\":2}}").fault, None);
}

#[test]
fn scan_rejects_blank_lines_when_asked() {
    let strict = options(&[("blank_lines", "error")]);
    expect(strict, b"{}\n \r\n{}\n", 1, Code::BlankLine, 3);
    expect(strict, b"{}\n ", 1, Code::BlankLine, 3);
    assert_eq!(read_with(strict, b"{}\n").fault, None);
}

#[test]
fn scan_rejects_bytes_that_are_no_utf8() {
    for (text, rows, offset) in [
        (&b"{\"a\":\"x\xFF\"}"[..], 0, 7),
        (b"{\"a\":\"\xE2\x82\"}", 0, 6),
        (b"{\"a\":\"\xED\xA0\x80\"}", 0, 6),
        (b"{}\n{}\xC0", 1, 5),
        (b"{}\n  \xC0", 1, 5),
        (b"{}\n\xC0", 1, 3),
        (b"\xEF\xBB", 0, 0),
        (b"\xEF\xBBx", 0, 0),
        (b"{\"a\":123\xFF", 0, 8),
        (b"{\"a\":1.\xFF", 0, 7),
    ] {
        expect(Options::default(), text, rows, Code::InvalidUtf8, offset);
    }
}

#[test]
fn scan_reports_the_fault_that_is_noticed_first() {
    let by_default = Options::default();
    expect(by_default, b"{\"a\":?,\"b\":\"\xFF\"}", 0, Code::InvalidJson, 5);
    expect(by_default, b"{}\n{\"a\":\"\xFF\"}\n?", 1, Code::InvalidUtf8, 9);
    expect(by_default, b"{\"a\":99999999999999999999 \xFF", 0, Code::IntegerTooLarge, 5);
    expect(by_default, b"{\"a\":99999999999999999999\xFF", 0, Code::InvalidUtf8, 25);
}

#[test]
fn scan_limits_the_length_of_a_line() {
    let scanner = || NdjsonScanner::new(Options::default(), &[]).with_line_limit(9);
    for chunk in 1..30 {
        let outcome = run(scanner(), b"{\"a\":123}", chunk, 10);
        assert_eq!((outcome.fault, outcome.rows.len()), (None, 1));
        let fault = run(scanner(), b"{\"a\":1234}", chunk, 10).fault.unwrap();
        assert_eq!((fault.code, fault.byte_offset), (Code::FieldTooLarge, 0));
        assert_eq!(fault.args, [("limit", "9".to_owned())]);
        let fault = run(scanner(), b"{\"a\":?         }", chunk, 10).fault.unwrap();
        assert_eq!((fault.code, fault.byte_offset), (Code::InvalidJson, 5));
    }
}

#[test]
fn scan_counts_a_byte_order_mark_as_bytes() {
    expect(Options::default(), b"\xEF\xBB\xBF{\"a\":?}", 0, Code::InvalidJson, 8);
}
