//! What each mode delivers, and when.

use super::*;
use crate::control::Control;

#[test]
fn sample_delivers_batches_of_exact_length() {
    let rows: String = (0..10).map(|row| format!("{row}\n")).collect();
    let text = format!("n\n{rows}");
    for sample_rows in ["1", "3", "4", "10", "1000"] {
        let entries = [CSV, ("batch_rows", "4"), ("sample_rows", sample_rows)];
        let outcome = read(&entries, &text);
        assert_eq!((outcome.rows(), &outcome.error), (vec![4, 4, 2], &None));
        assert_eq!(outcome.batches[2].columns[0], [json!(8), json!(9)]);
    }
    let outcome = run(&[CSV, ("batch_rows", "5")], text.as_bytes(), 1000);
    assert_eq!(outcome.rows(), [5, 5]);
    assert_eq!(outcome.batches[1].schema["final"], true);
}

#[test]
fn sample_delivers_the_schema_of_an_input_without_rows() {
    let outcome = read(&[CSV], "a,b\n");
    assert_eq!(outcome.table().types(), ["a:utf8", "b:utf8"]);
    assert_eq!(outcome.rows(), [0]);
    for format in [CSV, NDJSON] {
        for mode in ["sample", "build", "infer"] {
            let outcome = read(&[format, ("mode", mode)], "");
            assert_eq!(outcome.table().types(), [""; 0]);
        }
    }
}

#[test]
fn sample_types_by_its_rows_alone() {
    let text = "a,b\n1,\n2.5,\n3,x\n";
    let outcome = read(&[CSV, ("sample_rows", "2")], text);
    assert_eq!(outcome.table().types(), ["a:f64", "b:utf8"]);
    let outcome = read(&[CSV, ("sample_rows", "1")], text);
    assert_eq!(outcome.fault().code, Code::TypeMismatch);
}

#[test]
fn infer_delivers_the_schema_of_all_rows() {
    let text = "{\"a\":1,\"s\":\"x\"}\n{\"b\":2.5}\n{\"a\":99999999999}\n";
    let outcome = read(&[NDJSON, ("mode", "infer"), ("sample_rows", "1")], text);
    let schema = &outcome.table().schema;
    assert_eq!(outcome.table().types(), ["a:i64", "s:utf8", "b:f64"]);
    assert_eq!((&schema["rows"], &schema["columns"][2]["nulls"]), (&json!(3), &json!(2)));
}

#[test]
fn build_makes_one_batch_with_declared_types() {
    let schema = "a\0i64\0b\0f64\0";
    let entries = [CSV, ("mode", "build"), ("batch_rows", "2"), ("schema", schema)];
    let outcome = read(&entries, "a,b,c\n1,2,x\n3,4,y\n5,6,z\n");
    assert_eq!(outcome.table().types(), ["a:i64", "b:f64", "c:utf8"]);
    assert_eq!(outcome.rows(), [3]);
}

#[test]
fn declared_types_beat_what_the_values_look_like() {
    let schema = "t\0timestamp\0z\0timestamp_utc\0d\0date\0s\0utf8\0f\0f64\0i\0i64\0b\0bool\0";
    let text = "b,i,f,s,d,z,t\ntrue,1,1,007,1970-01-02,1970-01-01T00:00Z,1970-01-02\n";
    for mode in ["sample", "build"] {
        let outcome = read(&[CSV, ("schema", schema), ("mode", mode)], text);
        let table = outcome.table();
        assert_eq!(
            table.types(),
            ["b:bool", "i:i64", "f:f64", "s:utf8", "d:date", "z:timestamp_utc", "t:timestamp"]
        );
        assert_eq!(table.columns[3], [json!("007")]);
        assert_eq!(table.columns[6], [json!(86_400_000_000i64)]);
    }
}

#[test]
fn declared_columns_of_ndjson_come_first_and_parse_strings_of_time() {
    let schema = "absent\0i32\0day\0date\0at\0timestamp_utc\0n\0utf8\0";
    let text =
        "{\"x\":true,\"n\":1.50,\"at\":\"1970-01-01T00:00:01Z\",\"day\":\"1970-01-02\"}\n{}\n";
    for mode in ["sample", "build"] {
        let outcome = read(&[NDJSON, ("schema", schema), ("mode", mode)], text);
        let table = outcome.table();
        let types = ["absent:i32", "day:date", "at:timestamp_utc", "n:utf8", "x:bool"];
        assert_eq!(table.types(), types);
        let first: Vec<&Value> = table.columns.iter().map(|column| &column[0]).collect();
        assert_eq!(
            first,
            [&Value::Null, &json!(1), &json!(1_000_000), &json!("1.50"), &json!(true)]
        );
    }
}

#[test]
fn open_rejects_unknown_options() {
    for entries in [
        &[("format", "xml")][..],
        &[],
        &[CSV, ("mode", "x")],
        &[CSV, ("types", "x")],
        &[CSV, ("header", "2")],
        &[CSV, ("delimiter", ",,")],
        &[CSV, ("delimiter", "\"")],
        &[CSV, ("schema", "a\0i16\0")],
        &[CSV, ("schema", "a\0")],
        &[NDJSON, ("integers", "x")],
    ] {
        let refused = Reader::open(&config(entries)).err();
        assert!(matches!(refused, Some(Error::BadArgument(_))), "{entries:?}");
    }
}

#[test]
fn push_refuses_what_breaks_its_contract() {
    let mut reader = Reader::open(&config(&[CSV])).unwrap();
    reader.push(b"a\n1\n", true, &Unwatched).unwrap();
    assert!(matches!(reader.push(b"2\n", true, &Unwatched), Err(Error::BadArgument(_))));
}

#[test]
fn csv_must_have_the_declared_columns() {
    for mode in ["sample", "build"] {
        let entries = [CSV, ("schema", "a\0i32\0z\0i32\0"), ("mode", mode)];
        let outcome = read(&entries, "a,b\n1,2\n");
        let expected = Error::BadArgument("a declared column is not in the header");
        assert_eq!(outcome.error, Some(expected));
    }
}

#[test]
fn push_stops_when_cancelled_and_tells_its_progress() {
    use std::sync::atomic::{AtomicU64, Ordering};
    #[derive(Default)]
    struct Watch(AtomicU64, bool);
    impl Control for Watch {
        fn cancelled(&self) -> bool {
            self.1
        }
        fn progress(&self, bytes_done: u64) {
            self.0.store(bytes_done, Ordering::Relaxed);
        }
    }
    for mode in ["sample", "build", "infer"] {
        let watch = Watch::default();
        let mut reader = Reader::open(&config(&[CSV, ("mode", mode)])).unwrap();
        assert_eq!(reader.push(b"a\n1\n2\n", true, &watch), Ok(Step::More));
        assert_eq!(watch.0.load(Ordering::Relaxed), 6);
        let stopped = Watch(AtomicU64::new(0), true);
        let mut reader = Reader::open(&config(&[CSV, ("mode", mode)])).unwrap();
        assert_eq!(reader.push(b"a\n1\n", true, &stopped), Err(Error::Cancelled));
        assert_eq!(reader.push(b"", true, &Unwatched), Err(Error::Cancelled));
    }
}
