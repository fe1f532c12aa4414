//! Which fault a reader reports, where, and what it delivers before.

use super::*;

fn expect(outcome: &Outcome, code: Code, line: u64, column: u64, offset: u64, args: &[&str]) {
    let fault = outcome.fault();
    assert_eq!((fault.code, fault.line, fault.column), (code, line, column));
    assert_eq!(fault.byte_offset, offset);
    let values: Vec<&str> = fault.args.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(values, args);
}

#[test]
fn misfits_are_named_with_their_place() {
    let sample = [CSV, ("sample_rows", "1"), ("batch_rows", "3")];
    let outcome = read(&sample, "a,b\n1,2\n3,\"4\"\n5,\"x \"\"y\"\"\"\n");
    expect(&outcome, Code::TypeMismatch, 4, 3, 16, &["b", "i32", "x \"y\""]);
    assert_eq!(outcome.rows(), [2]);
    assert_eq!(outcome.batches[0].columns, [[json!(1), json!(3)], [json!(2), json!(4)]]);
    let text = format!("a,b\n1,2\n{},\n", "é".repeat(50));
    let outcome = read(&sample, &text);
    let forty = "é".repeat(40);
    expect(&outcome, Code::TypeMismatch, 3, 1, 8, &["a", "i32", &forty]);
}

#[test]
fn every_type_refuses_what_it_cannot_hold() {
    for (kind, fitting, misfits) in [
        ("bool", "TRUE", &["0", "yes", "2024-01-01"][..]),
        ("i32", "-2147483648", &["2147483648", "1.0", "-0", "01", "x"]),
        ("i64", "2147483648", &["9223372036854775808", "1e3", "true"]),
        ("f64", "9007199254740992", &["9007199254740993", "1e999", "01.5", "x"]),
        ("date", "2024-02-29", &["2023-02-29", "2024-01-01T00:00", "1"]),
        ("timestamp", "2024-01-01", &["2024-01-01T00:00Z", "10:00", "0"]),
        ("timestamp_utc", "2024-01-01T00:00+02:00", &["2024-01-01T00:00", "2024-01-01"]),
        ("decimal(2)", "92233720368547758.07", &["92233720368547758.08", "1.001", "1e-3", "nan"]),
        ("decimal(0)", "-9223372036854775808", &["0.5", "9223372036854775808", "01", "+1", "."]),
        ("decimal(18)", "-9.223372036854775808", &["9.3", "10", "1e-19", "1:30"]),
        ("duration", "PT1H30M", &["1d", "P1D", "PT0.0001S", "1:60", "90x", "1h30"]),
    ] {
        let schema = format!("a\0{kind}\0");
        let entries = [CSV, ("schema", schema.as_str())];
        for misfit in misfits {
            let outcome = read(&entries, &format!("a\n{fitting}\n{misfit}\n"));
            let offset = 3 + fitting.len() as u64;
            expect(&outcome, Code::TypeMismatch, 3, 1, offset, &["a", kind, misfit]);
            assert_eq!(outcome.rows(), [1]);
        }
    }
}

#[test]
fn json_has_decimals_in_numbers_and_strings_but_durations_in_strings_alone() {
    let read_as = |kind: &str, value: &str| {
        let schema = format!("a\0{kind}\0");
        read(&[NDJSON, ("schema", schema.as_str())], &format!("{{\"a\":{value}}}\n"))
    };
    for (kind, value, expected) in [
        ("decimal(2)", "1.50", 150),
        ("decimal(2)", "\"1.5\"", 150),
        ("decimal(2)", "1e1", 1000),
        ("duration", "\"1:30\"", 90_000),
        ("duration", "\"90\"", 90_000),
    ] {
        assert_eq!(read_as(kind, value).table().columns, [[json!(expected)]], "{kind} {value}");
    }
    for (kind, value, shown) in [
        ("decimal(2)", "\"\"", ""),
        ("decimal(2)", "true", "true"),
        ("decimal(2)", "[1]", "[1]"),
        ("duration", "90", "90"),
        ("duration", "\"\"", ""),
    ] {
        let outcome = read_as(kind, value);
        expect(&outcome, Code::TypeMismatch, 1, 6, 5, &["a", kind, shown]);
    }
}

#[test]
fn large_integers_fit_a_float_of_the_caller_if_written_as_one() {
    let schema = "a\0f64\0";
    let csv = [CSV, ("schema", schema), ("large_floats", "a\0")];
    let columns = [vec![json!("1e17"), json!("-1.5e20"), json!("0.5")]];
    let outcome = read(&csv, "a\n100000000000000000\n\"-150000000000000000000\"\n0.5\n");
    assert_eq!(outcome.table().columns, columns);
    let lines = "{\"a\":100000000000000000}\n{\"a\":-150000000000000000000}\n{\"a\":0.5}\n";
    for integers in ["error", "text"] {
        let ndjson = [NDJSON, ("schema", schema), ("large_floats", "a\0"), ("integers", integers)];
        assert_eq!(read(&ndjson, lines).table().columns, columns);
    }
    let ndjson = [NDJSON, ("schema", schema), ("large_floats", "a\0")];
    // Any other spelling of an integer stays what it is.
    let outcome = read(&csv, "a\n100000000000000001\n");
    expect(&outcome, Code::TypeMismatch, 2, 1, 2, &["a", "f64", "100000000000000001"]);
    let outcome = read(&ndjson, "{\"a\":100000000000000001}\n");
    expect(&outcome, Code::TypeMismatch, 1, 6, 5, &["a", "f64", "100000000000000001"]);
    let outcome = read(&ndjson, "{\"a\":150000000000000000001}\n");
    expect(&outcome, Code::IntegerTooLarge, 1, 6, 5, &["150000000000000000001"]);
    let outcome = read(&ndjson, "{\"b\":150000000000000000000}\n");
    expect(&outcome, Code::IntegerTooLarge, 1, 6, 5, &["150000000000000000000"]);
    // So does every one in a column whose type was found.
    let outcome = read(&[CSV, ("schema", schema)], "a\n100000000000000000\n");
    expect(&outcome, Code::TypeMismatch, 2, 1, 2, &["a", "f64", "100000000000000000"]);
}

#[test]
fn the_first_misfit_in_the_input_is_named() {
    let schema = "a\0i32\0b\0i32\0s\0utf8\0";
    let csv = [CSV, ("schema", schema)];
    let outcome = read(&csv, "s,b,a\nu,1,1\nv,x,y\nw,2,z\n");
    expect(&outcome, Code::TypeMismatch, 3, 3, 14, &["b", "i32", "x"]);
    assert_eq!(outcome.batches[0].columns[0], [json!("u")]);
    let ndjson = [NDJSON, ("schema", schema)];
    let outcome = read(&ndjson, "{\"b\":\"\\n\",\"a\":true}\n");
    expect(&outcome, Code::TypeMismatch, 1, 6, 5, &["b", "i32", "\n"]);
    assert_eq!(outcome.rows(), [0; 0]);
}

#[test]
fn a_fault_comes_after_the_rows_before_it() {
    for mode in ["sample", "build", "infer"] {
        for sample_rows in ["1", "3", "100"] {
            let entries = [CSV, ("mode", mode), ("sample_rows", sample_rows), ("batch_rows", "2")];
            let outcome = read(&entries, "a,b\n1,2\n3,4\n5,6\n7\n");
            expect(&outcome, Code::RaggedRow, 5, 1, 16, &["2", "1"]);
            let rows: &[usize] = match mode {
                "sample" => &[2, 1],
                "infer" => &[3],
                _ => &[],
            };
            assert_eq!(outcome.rows(), rows, "{mode}");
        }
    }
}

#[test]
fn a_fault_is_repeated() {
    let mut reader = Reader::open(&config(&[NDJSON])).unwrap();
    let fault = reader.push(b"?", true, &Unwatched).unwrap_err();
    assert_eq!(reader.push(b"", true, &Unwatched), Err(fault));
}

#[test]
fn a_misfit_comes_before_a_later_fault_of_the_format() {
    for mode in ["sample", "build"] {
        let entries = [CSV, ("schema", "a\0i32\0"), ("mode", mode)];
        let outcome = read(&entries, "a,b\n1,2\nx,4\n5\n");
        expect(&outcome, Code::TypeMismatch, 3, 1, 8, &["a", "i32", "x"]);
    }
}

#[test]
fn a_key_after_the_sample_is_a_fault_in_batches() {
    let entries = [NDJSON, ("sample_rows", "1"), ("batch_rows", "10")];
    let outcome = read(&entries, "{\"a\":1}\n{\"a\":2}\n{\"a\":3,\"new\":4}\n{\"a\":\"x\"}\n");
    expect(&outcome, Code::NewColumn, 3, 8, 23, &["new"]);
    assert_eq!(outcome.rows(), [2]);
    assert_eq!(outcome.batches[0].types(), ["a:i32"]);
    // A misfit in an earlier record goes first, one in the same record does not.
    let outcome = read(&entries, "{\"a\":1}\n{\"a\":\"x\"}\n{\"new\":4}\n");
    expect(&outcome, Code::TypeMismatch, 2, 6, 13, &["a", "i32", "x"]);
    let outcome = read(&entries, "{\"a\":1}\n{\"a\":\"x\",\"new\":4}\n");
    expect(&outcome, Code::NewColumn, 2, 10, 17, &["new"]);
    // A key of a broken record is noticed before what breaks it.
    let outcome = read(&entries, "{\"a\":1}\n{\"new\":?}\n");
    expect(&outcome, Code::NewColumn, 2, 2, 9, &["new"]);
    let outcome = read(&entries, "{\"a\":1}\n{\"a\":?,\"new\":1}\n");
    expect(&outcome, Code::InvalidJson, 2, 6, 13, &["expected a value"]);
}

#[test]
fn a_broken_record_adds_no_column_to_the_rows_before_it() {
    let outcome = read(&[NDJSON], "{\"a\":1}\n{\"b\":2,\"c\":?}\n");
    expect(&outcome, Code::InvalidJson, 2, 12, 19, &["expected a value"]);
    assert_eq!(outcome.batches[0].types(), ["a:i32"]);
}

#[test]
fn json_strings_fit_no_numbers() {
    let entries = [NDJSON, ("schema", "n\0i32\0")];
    let outcome = read(&entries, "{\"n\":1}\n{\"n\":\"1\"}\n");
    expect(&outcome, Code::TypeMismatch, 2, 6, 13, &["n", "i32", "1"]);
    let outcome = read(&[NDJSON, ("schema", "n\0date\0")], "{\"n\":\"\"}\n");
    expect(&outcome, Code::TypeMismatch, 1, 6, 5, &["n", "date", ""]);
}
