//! The values of every type, in both formats; expected values are derived by hand.

use super::*;

fn column(text: &str) -> (String, Vec<Value>) {
    let outcome = read(&[CSV, BUILD], &format!("c,x\n{}\n", text.replace(' ', ",\n") + ","));
    let table = outcome.table();
    (table.types()[0].clone(), table.columns[0].clone())
}

#[test]
fn read_builds_integers() {
    let (kind, values) = column("1 -2147483648  2147483647");
    assert_eq!(kind, "c:i32");
    assert_eq!(values, [json!(1), json!(i32::MIN), Value::Null, json!(i32::MAX)]);
    let (kind, values) = column("1 -9223372036854775808 9223372036854775807");
    assert_eq!(kind, "c:i64");
    assert_eq!(values, [json!(1), json!(i64::MIN), json!(i64::MAX)]);
}

#[test]
fn read_builds_floats() {
    let (kind, values) = column("1 0.5 -0 1e3 NaN -inf  9007199254740992");
    assert_eq!(kind, "c:f64");
    let expected = ["1.0", "0.5", "-0.0", "1000.0", "NaN", "-inf"].map(|text| json!(text));
    assert_eq!(values[..6], expected);
    assert_eq!(values[6..], [Value::Null, json!("9007199254740992.0")]);
    assert_eq!(column("0.5 9007199254740993").0, "c:utf8");
}

#[test]
fn read_builds_bools() {
    let (kind, values) = column("true FALSE  True");
    assert_eq!(kind, "c:bool");
    assert_eq!(values, [json!(true), json!(false), Value::Null, json!(true)]);
}

#[test]
fn read_builds_dates_and_timestamps() {
    // 2000-03-01 is 11,017 days after 1970-01-01 (30 years, 7 leap days, 31 + 29 days).
    let (kind, values) = column("2000-03-01 1969-12-31");
    assert_eq!((kind.as_str(), values), ("c:date", vec![json!(11_017), json!(-1)]));
    let (kind, values) = column("1970-01-02 1970-01-01T00:00:01.5");
    assert_eq!(kind, "c:timestamp");
    assert_eq!(values, [json!(86_400_000_000i64), json!(1_500_000)]);
    let (kind, values) = column("1970-01-01T01:00+01:00 1970-01-01T00:00Z");
    assert_eq!((kind.as_str(), values), ("c:timestamp_utc", vec![json!(0), json!(0)]));
    assert_eq!(column("1970-01-02 1970-01-01T00:00Z").0, "c:utf8");
}

#[test]
fn read_takes_quoted_fields_by_their_text() {
    let table = read(&[CSV, BUILD], "a,b,c\n\"1\",\"\",\"\"\n\"\",x,\n3,\"q\"\"q\",\n");
    let table = table.table();
    assert_eq!(table.types(), ["a:i32", "b:utf8", "c:utf8"]);
    assert_eq!(table.columns[0], [json!(1), Value::Null, json!(3)]);
    assert_eq!(table.columns[1], [json!(""), json!("x"), json!("q\"q")]);
    assert_eq!(table.columns[2], [json!(""), Value::Null, Value::Null]);
}

#[test]
fn read_makes_every_field_text_when_asked() {
    for mode in ["sample", "build"] {
        let entries = [CSV, ("mode", mode), ("types", "text")];
        let outcome = read(&entries, "a,b\n1,\n,\"\"\ntrue,x\n");
        let table = outcome.table();
        assert_eq!(table.types(), ["a:utf8", "b:utf8"]);
        assert_eq!(table.columns[0], [json!("1"), json!(""), json!("true")]);
        assert_eq!(table.columns[1], [json!(""), json!(""), json!("x")]);
        assert_eq!(table.schema["columns"][0]["nulls"], 0);
    }
}

#[test]
fn read_types_json_by_kind_and_text() {
    let text = "{\"i\":1,\"f\":1.0,\"s\":\"2024-01-01\",\"b\":true,\"n\":[1, 2],\"m\":1}\n\
                {\"i\":null,\"f\":2,\"s\":\"\",\"m\":\"x\"}\n\
                {\"i\":-5,\"f\":-0,\"late\":\"\\u00e9\",\"m\":1.50}\n";
    let outcome = read(&[NDJSON, BUILD], text);
    let table = outcome.table();
    assert_eq!(
        table.types(),
        ["i:i32", "f:f64", "s:utf8", "b:bool", "n:utf8", "m:utf8", "late:utf8"]
    );
    assert_eq!(table.columns[0], [json!(1), Value::Null, json!(-5)]);
    assert_eq!(table.columns[1], [json!("1.0"), json!("2.0"), json!("-0.0")]);
    assert_eq!(table.columns[2], [json!("2024-01-01"), json!(""), Value::Null]);
    assert_eq!(table.columns[3], [json!(true), Value::Null, Value::Null]);
    assert_eq!(table.columns[4], [json!("[1, 2]"), Value::Null, Value::Null]);
    assert_eq!(table.columns[5], [json!("1"), json!("x"), json!("1.50")]);
    assert_eq!(table.columns[6], [Value::Null, Value::Null, json!("é")]);
}

/// A table of one utf8 column with these texts; an empty one is null.
fn text_column(texts: &[String]) -> Taken {
    let outcome = run(
        &[CSV, BUILD],
        format!("t,x\n{}", texts.join(",\n") + ",\n").as_bytes(),
        usize::MAX >> 1,
    );
    let table = outcome.table().clone();
    for (value, text) in table.columns[0].iter().zip(texts) {
        let expected = if text.is_empty() { Value::Null } else { json!(text) };
        assert_eq!(*value, expected);
    }
    table
}

fn repeated(rows: usize, distinct: usize) -> Vec<String> {
    (0..rows).map(|row| format!("text {}", row % distinct)).collect()
}

#[test]
fn read_encodes_texts_where_at_most_half_are_distinct() {
    let dictionary = |table: Taken| table.schema["columns"][0]["dictionary"].clone();
    let eight = json!({"length": 8, "bytes": 8 * 6});
    assert_eq!(dictionary(text_column(&repeated(16, 8))), eight);
    assert_eq!(dictionary(text_column(&repeated(16, 9))), Value::Null);
    assert_eq!(dictionary(text_column(&repeated(15, 1))), Value::Null);
    let mut with_nulls = repeated(16, 8);
    with_nulls.insert(3, String::new());
    assert_eq!(dictionary(text_column(&with_nulls)), eight);
    with_nulls[0].clear();
    assert_eq!(dictionary(text_column(&with_nulls)), Value::Null);
}

#[test]
fn read_counts_distinct_texts_up_to_their_limit() {
    let rows: Vec<String> = (0..131_074).map(|row| format!("{}x", row / 2)).collect();
    let table = text_column(&rows[..131_072]);
    assert_eq!(table.schema["columns"][0]["dictionary"]["length"], 65_536);
    assert_eq!(text_column(&rows).schema["columns"][0]["dictionary"], Value::Null);
}

#[test]
fn read_gives_each_batch_its_own_dictionary() {
    let mut text = "t\n".to_owned();
    for batch in ["a", "b"] {
        (0..32).for_each(|row| text.push_str(&format!("{batch}{}\n", row % 2)));
    }
    (0..32).for_each(|row| text.push_str(&format!("c{row}\n")));
    (0..32).for_each(|_| text.push_str("b\n"));
    let outcome = read(&[CSV, ("batch_rows", "32")], &text);
    let lengths: Vec<&Value> = outcome
        .batches
        .iter()
        .map(|batch| &batch.schema["columns"][0]["dictionary"]["length"])
        .collect();
    assert_eq!(lengths, [&json!(2), &json!(2), &Value::Null, &json!(1)]);
    assert_eq!(outcome.batches[1].columns[0][1], json!("b1"));
    assert_eq!(outcome.batches[2].columns[0][31], json!("c31"));
}

#[test]
fn read_keeps_bits_apart_over_many_rows_and_blocks() {
    let mut text = "i,b,t\n".to_owned();
    for row in 0..1000 {
        let number = if row % 3 == 0 { String::new() } else { row.to_string() };
        text.push_str(&format!("{number},{},{}\n", row % 7 == 0, "x".repeat(row % 5)));
    }
    for batch_rows in ["0", "1", "63", "64", "65", "999", "1000"] {
        let outcome = run(&[CSV, ("batch_rows", batch_rows)], text.as_bytes(), 700);
        let mut row = 0;
        for batch in &outcome.batches {
            for index in 0..batch.columns[0].len() {
                let number = if row % 3 == 0 { Value::Null } else { json!(row) };
                let word = "x".repeat(row % 5);
                let word = if word.is_empty() { Value::Null } else { json!(word) };
                assert_eq!(batch.columns[0][index], number);
                assert_eq!(batch.columns[1][index], json!(row % 7 == 0));
                assert_eq!(batch.columns[2][index], word);
                row += 1;
            }
        }
        assert_eq!(row, 1000);
    }
}

#[test]
fn copy_refuses_what_the_batch_does_not_have() {
    let mut reader = Reader::open(&config(&[CSV])).unwrap();
    assert!(reader.copy(0, 0, &mut []).is_err());
    assert_eq!(reader.push(b"a\n1\n", true, &Unwatched), Ok(Step::More));
    assert_eq!(reader.copy(0, 0, &mut [0; 4]), Ok(()));
    for (column, part, length) in [(1, 0, 4), (0, 0, 3), (0, 0, 5), (0, 2, 8), (0, 9, 0)] {
        let refused = reader.copy(column, part, &mut vec![0; length]);
        assert!(matches!(refused, Err(Error::BadArgument(_))));
    }
    reader.next();
    assert!(reader.copy(0, 0, &mut [0; 4]).is_err());
    assert_eq!(reader.text(), "");
}
