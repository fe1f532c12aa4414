//! The writer against texts worked by hand from semantics 23 to 25.

use super::*;

fn config(entries: &[(&str, &[u8])]) -> Config {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        bytes.push(key.len() as u8);
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
        bytes.extend_from_slice(value);
    }
    Config::parse(&bytes).unwrap()
}

fn ints(values: &[i32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn longs(values: &[i64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn floats(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Texts as data and offsets.
fn texts(values: &[&str]) -> (Vec<u8>, Vec<u8>) {
    let mut offsets = vec![0];
    for text in values {
        offsets.push(offsets[offsets.len() - 1] + text.len() as i32);
    }
    (values.concat().into_bytes(), ints(&offsets))
}

fn key(name: &str, index: usize) -> Vec<u8> {
    let text = format!("{}\"{name}\":", if index == 0 { "" } else { "," });
    [&(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

fn printed(writer: &mut Writer, has_rows: bool) -> String {
    let mut out = vec![0; 4096];
    let Printed { bytes, .. } = writer.print(has_rows, &mut out).unwrap();
    String::from_utf8(out[..bytes].to_vec()).unwrap()
}

fn csv(entries: &[(&str, &[u8])], types: &[u8]) -> Writer {
    let all = [&[("form", &b"csv"[..]), ("types", types)], entries].concat();
    Writer::open(&config(&all)).unwrap()
}

#[test]
fn decimals_print_as_numbers_and_durations_as_texts() {
    let units = longs(&[-5, 1250]);
    let spans = longs(&[5_400_000, -1500]);
    let fill = |writer: &mut Writer| {
        writer.column(0, 2, &units, &[], &[]).unwrap();
        writer.column(1, 2, &spans, &[], &[]).unwrap();
    };
    let mut writer = csv(&[("quoting", b"nonNumeric")], &[34, 16]);
    fill(&mut writer);
    assert_eq!(printed(&mut writer, false), "-0.05,\"PT1H30M\"\n12.50,\"-PT1.5S\"\n");
    let mut writer = csv(&[("delimiter", b".")], &[34, 16]);
    fill(&mut writer);
    assert_eq!(printed(&mut writer, false), "\"-0.05\".PT1H30M\n\"12.50\".\"-PT1.5S\"\n");
    let keys = [key("p", 0), key("s", 1)].concat();
    let entries = [("form", &b"ndjson"[..]), ("types", &[34, 16]), ("keys", &keys)];
    let mut writer = Writer::open(&config(&entries)).unwrap();
    fill(&mut writer);
    let lines = "{\"p\":-0.05,\"s\":\"PT1H30M\"}\n{\"p\":12.50,\"s\":\"-PT1.5S\"}\n";
    assert_eq!(printed(&mut writer, false), lines);
    for unknown in [0, 31, 51, 255] {
        let entries = [("form", &b"csv"[..]), ("types", &[unknown])];
        assert!(Writer::open(&config(&entries)).is_err(), "{unknown}");
    }
}

#[test]
fn csv_prints_every_type_and_leaves_nulls_empty() {
    let mut writer = csv(&[], &[1, 2, 3, 4, 5, 8]);
    writer.column(0, 2, &[0b01], &[], &[]).unwrap();
    writer.column(1, 2, &ints(&[i32::MIN, 7]), &[0b01], &[]).unwrap();
    writer.column(2, 2, &longs(&[i64::MIN, i64::MAX]), &[], &[]).unwrap();
    writer.column(3, 2, &floats(&[-0.0, 0.1]), &[], &[]).unwrap();
    writer.column(4, 2, &ints(&[-719_162, 2_932_896]), &[], &[]).unwrap();
    writer.column(5, 2, &longs(&[-1, 10_500_000]), &[], &[]).unwrap();
    let expected = "true,-2147483648,-9223372036854775808,-0,0001-01-01,\
         1969-12-31T23:59:59.999999Z\n\
         false,,9223372036854775807,0.1,9999-12-31,1970-01-01T00:00:10.5Z\n";
    assert_eq!(printed(&mut writer, false), expected);
}

#[test]
fn csv_quotes_what_a_reader_needs() {
    let values = ["", "a", "a,b", "a;b", "q\"", "l\n", "\r", "\u{feff}x", "é"];
    let (data, offsets) = texts(&values);
    let mut writer = csv(&[("delimiter", b";"), ("crlf", b"1")], &[7]);
    writer.column(0, values.len(), &data, &[], &offsets).unwrap();
    let expected = "\"\"\r\na\r\na,b\r\n\"a;b\"\r\n\"q\"\"\"\r\n\"l\n\"\r\n\"\r\"\r\n\
         \"\u{feff}x\"\r\né\r\n";
    assert_eq!(printed(&mut writer, false), expected);
}

#[test]
fn csv_quotes_values_that_hold_the_delimiter() {
    let cells = [&b"true"[..], b"-5", b"-15", b"1.5", b"2024-01-01", b"1970-01-01T00:00:01Z"];
    for delimiter in b" -1.e:TZ'" {
        let mut writer = csv(&[("delimiter", &[*delimiter])], &[1, 2, 3, 4, 5, 8]);
        writer.column(0, 1, &[1], &[], &[]).unwrap();
        writer.column(1, 1, &ints(&[-5]), &[], &[]).unwrap();
        writer.column(2, 1, &longs(&[-15]), &[], &[]).unwrap();
        writer.column(3, 1, &floats(&[1.5]), &[], &[]).unwrap();
        writer.column(4, 1, &ints(&[19_723]), &[], &[]).unwrap();
        writer.column(5, 1, &longs(&[1_000_000]), &[], &[]).unwrap();
        let mut expected = Vec::new();
        for cell in cells {
            let quote: &[u8] = if cell.contains(delimiter) { b"\"" } else { b"" };
            expected.extend_from_slice(&[quote, cell, quote, &[*delimiter]].concat());
        }
        *expected.last_mut().unwrap() = b'\n';
        // Whatever the room, a row is printed whole or not at all.
        for room in 0..expected.len() {
            let mut out = vec![0; room];
            assert_eq!(writer.print(false, &mut out).unwrap(), Printed::default());
        }
        assert_eq!(printed(&mut writer, false).into_bytes(), expected);
    }
}

/// A writer of every type over two rows of which the second is null.
fn quoting(entries: &[(&str, &[u8])]) -> String {
    let mut writer = csv(entries, &[1, 2, 3, 4, 5, 8, 7]);
    let (data, offsets) = texts(&["=a\"b", ""]);
    writer.column(0, 2, &[1], &[1], &[]).unwrap();
    writer.column(1, 2, &ints(&[-5, 0]), &[1], &[]).unwrap();
    writer.column(2, 2, &longs(&[-15, 0]), &[1], &[]).unwrap();
    writer.column(3, 2, &floats(&[1.5, 0.0]), &[1], &[]).unwrap();
    writer.column(4, 2, &ints(&[19_723, 0]), &[1], &[]).unwrap();
    writer.column(5, 2, &longs(&[1_000_000, 0]), &[1], &[]).unwrap();
    writer.column(6, 2, &data, &[], &offsets).unwrap();
    let text = printed(&mut writer, false);
    // Whatever the room, rows are printed whole or not at all.
    for room in 0..text.len() {
        writer.column(0, 2, &[1], &[1], &[]).unwrap();
        let mut out = vec![0; room];
        let Printed { rows, bytes } = writer.print(false, &mut out).unwrap();
        assert_eq!(out[..bytes], text.as_bytes()[..bytes]);
        assert_eq!(text[..bytes].matches('\n').count(), rows);
    }
    text
}

#[test]
fn csv_quotes_all_or_all_but_numbers_where_asked() {
    assert_eq!(
        quoting(&[("quoting", b"all"), ("formulas", b"1")]),
        "\"true\",\"-5\",\"-15\",\"1.5\",\"2024-01-01\",\"1970-01-01T00:00:01Z\",\
         \"'=a\"\"b\"\n,,,,,,\"\"\n"
    );
    assert_eq!(
        quoting(&[("quoting", b"nonNumeric")]),
        "\"true\",-5,-15,1.5,\"2024-01-01\",\"1970-01-01T00:00:01Z\",\"=a\"\"b\"\n\
         ,,,,,,\"\"\n"
    );
    assert_eq!(
        quoting(&[("quoting", b"nonNumeric"), ("delimiter", b"5")]),
        "\"true\"5\"-5\"5\"-15\"5\"1.5\"5\"2024-01-01\"5\"1970-01-01T00:00:01Z\"5\"=a\"\"b\"\n\
         555555\"\"\n"
    );
}

#[test]
fn a_quoting_that_is_none_is_refused() {
    let entries: &[(&str, &[u8])] = &[("form", b"csv"), ("types", &[2]), ("quoting", b"some")];
    assert!(Writer::open(&config(entries)).is_err());
}

#[test]
fn csv_escapes_formulas_where_asked() {
    let values = ["=1", "+1", "-1", "@a", "\ta", "\ra", "a=", "=a,\"b"];
    let (data, offsets) = texts(&values);
    let mut writer = csv(&[("formulas", b"1")], &[7, 2]);
    writer.dictionary(0, &data, &offsets).unwrap();
    let codes: Vec<i32> = (0..8).collect();
    writer.column(0, 8, &ints(&codes), &[], &[]).unwrap();
    writer.column(1, 8, &ints(&[-1; 8]), &[], &[]).unwrap();
    let expected = "'=1,-1\n'+1,-1\n'-1,-1\n'@a,-1\n'\ta,-1\n\"'\ra\",-1\na=,-1\n\
         \"'=a,\"\"b\",-1\n";
    assert_eq!(printed(&mut writer, false), expected);
}

#[test]
fn json_prints_rows_as_lines_or_in_an_array() {
    let values = ["a\"\\\u{1}\n\u{7f}", ""];
    let (data, offsets) = texts(&values);
    let keys = [key("t", 0), key("f", 1), key("d", 2)].concat();
    for (form, has_rows, lead, between, end) in [
        (&b"ndjson"[..], false, "", "\n", "\n"),
        (b"json", false, "\n", ",\n", ""),
        (b"json", true, ",\n", ",\n", ""),
    ] {
        let entries = [("form", form), ("types", &[7, 4, 5]), ("keys", &keys)];
        let mut writer = Writer::open(&config(&entries)).unwrap();
        writer.column(0, 2, &data, &[0b11], &offsets).unwrap();
        writer.column(1, 2, &floats(&[f64::NAN, 1e21]), &[], &[]).unwrap();
        writer.column(2, 2, &ints(&[0, 0]), &[0b01], &[]).unwrap();
        let first =
            r#"{"t":"a\"\\\u0001\n"#.to_owned() + "\u{7f}\",\"f\":null,\"d\":\"1970-01-01\"}";
        let second = r#"{"t":"","f":1e+21,"d":null}"#;
        let expected = format!("{lead}{first}{between}{second}{end}");
        assert_eq!(printed(&mut writer, has_rows), expected);
    }
}

#[test]
fn print_stops_before_the_row_that_does_not_fit_and_goes_on() {
    let (data, offsets) = texts(&["aaaa", "bb", "cccccc", ""]);
    let mut writer = csv(&[], &[7, 4]);
    writer.column(0, 4, &data, &[], &offsets).unwrap();
    writer.column(1, 4, &floats(&[1.5, -2.25, 1e300, 0.000001]), &[], &[]).unwrap();
    let expected = "aaaa,1.5\nbb,-2.25\ncccccc,1e+300\n\"\",0.000001\n";
    for length in 14..expected.len() + 20 {
        writer.column(0, 4, &data, &[], &offsets).unwrap();
        let mut text = String::new();
        while text.len() < expected.len() {
            let mut out = vec![b'?'; length];
            let Printed { rows, bytes } = writer.print(false, &mut out).unwrap();
            assert!(rows > 0, "room of {length}");
            text.push_str(std::str::from_utf8(&out[..bytes]).unwrap());
        }
        assert_eq!(text, expected);
        assert_eq!(writer.print(false, &mut [0; 64]).unwrap(), Printed::default());
    }
    writer.column(0, 4, &data, &[], &offsets).unwrap();
    assert_eq!(writer.print(false, &mut [0; 8]).unwrap(), Printed::default());
}

#[test]
fn floats_of_few_decimals_print_as_those_that_are_searched() {
    let mut state = 88172645463325252u64;
    let mut values = vec![1e9, 1e15, 1e-6, 9e-7, 999_999_999.999_999, 0.1 + 0.2, 2.0_f64.powi(53)];
    for _ in 0..20_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let scale = 10f64.powi((state % 9) as i32);
        values.push((state >> 24) as f64 / scale);
        values.push(-((state >> 40) as f64) / scale);
        values.push(f64::from_bits(state));
    }
    let mut expected = String::new();
    for &value in &values {
        crate::values::es_f64(&mut expected, value);
        expected.push('\n');
    }
    let mut writer = csv(&[], &[4]);
    writer.column(0, values.len(), &floats(&values), &[], &[]).unwrap();
    let mut out = vec![0; 32 * values.len()];
    let Printed { rows, bytes } = writer.print(false, &mut out).unwrap();
    assert_eq!(rows, values.len());
    assert!(out[..bytes] == *expected.as_bytes());
}

#[test]
fn hostile_columns_are_refused() {
    let (data, offsets) = texts(&["ab", "c"]);
    let mut writer = csv(&[], &[7, 2]);
    assert!(writer.column(2, 1, &[], &[], &[]).is_err(), "no such column");
    assert!(writer.column(1, 2, &ints(&[1]), &[], &[]).is_err(), "short data");
    assert!(writer.column(1, 9, &ints(&[1; 9]), &[1], &[]).is_err(), "short validity");
    assert!(writer.column(1, 1, &ints(&[1]), &[], &ints(&[0, 1])).is_err(), "offsets of numbers");
    assert!(writer.column(1, usize::MAX, &[], &[], &[]).is_err(), "rows beyond all");
    assert!(writer.column(0, 2, &ints(&[0, 0]), &[], &[]).is_err(), "codes without dictionary");
    assert!(writer.column(0, 3, &data, &[], &offsets).is_err(), "short offsets");
    assert!(writer.column(0, 2, &data, &[], &ints(&[0, 2, 4])).is_err(), "offsets leave the data");
    assert!(writer.column(0, 2, &data, &[], &ints(&[0, 3, 2])).is_err(), "offsets run backwards");
    assert!(writer.dictionary(0, &data, &ints(&[0, 4])).is_err(), "dictionary leaves the data");
    assert!(writer.dictionary(0, &data, &[]).is_err(), "dictionary without offsets");
    assert!(writer.dictionary(1, &data, &offsets).is_err(), "dictionary of numbers");
    writer.dictionary(0, &data, &offsets).unwrap();
    assert!(writer.column(0, 2, &ints(&[0, 2]), &[], &[]).is_err(), "unknown code");
    assert!(writer.column(0, 2, &ints(&[0, -1]), &[], &[]).is_err(), "negative code");
    writer.column(0, 2, &ints(&[0, -1]), &[0b01], &[]).unwrap();
    assert!(writer.print(false, &mut [0; 64]).is_err(), "columns of different rows");
    writer.column(1, 2, &ints(&[1, 2]), &[], &[]).unwrap();
    assert_eq!(printed(&mut writer, false), "ab,1\n,2\n");
}

#[test]
fn days_and_moments_beyond_the_calendar_are_refused_unless_null() {
    const DAY: i64 = 86_400_000_000;
    let (first, last) = (-719_162, 2_932_896);
    let mut writer = csv(&[], &[5, 6]);
    let mut days = |values: &[i32], validity: &[u8]| {
        writer.column(0, values.len(), &ints(values), validity, &[])
    };
    assert!(days(&[first, last], &[]).is_ok());
    for bad in [first - 1, last + 1, i32::MIN, i32::MAX] {
        assert!(days(&[0, bad], &[]).is_err(), "{bad}");
        assert!(days(&[0, bad], &[0b11]).is_err(), "{bad}");
        assert!(days(&[0, bad], &[0b01]).is_ok(), "{bad}");
    }
    let (first, last) = (i64::from(first) * DAY, i64::from(last + 1) * DAY - 1);
    let mut moments = |values: &[i64], validity: &[u8]| {
        writer.column(1, values.len(), &longs(values), validity, &[])
    };
    assert!(moments(&[first, last], &[]).is_ok());
    for bad in [first - 1, last + 1, i64::MIN, i64::MAX] {
        assert!(moments(&[0, bad], &[]).is_err(), "{bad}");
        assert!(moments(&[0, bad], &[0b11]).is_err(), "{bad}");
        assert!(moments(&[0, bad], &[0b01]).is_ok(), "{bad}");
    }
}

#[test]
fn configs_that_mean_nothing_are_refused() {
    let bad: [&[(&str, &[u8])]; 7] = [
        &[],
        &[("form", b"csv")],
        &[("form", b"xml"), ("types", &[1])],
        &[("form", b"csv"), ("types", &[9])],
        &[("form", b"csv"), ("types", &[1]), ("delimiter", b"ab")],
        &[("form", b"csv"), ("types", &[1]), ("delimiter", &[200])],
        &[("form", b"json"), ("types", &[1]), ("keys", &[9, 0, 0, 0, b'x'])],
    ];
    for entries in bad {
        assert!(Writer::open(&config(entries)).is_err());
    }
}

#[test]
fn every_day_of_the_calendar_prints_as_a_date() {
    let mut writer = csv(&[], &[5]);
    let mut expected = String::new();
    for from in (-719_162..2_932_897).step_by(65_536) {
        let days: Vec<i32> = (from..(from + 65_536).min(2_932_897)).collect();
        expected.clear();
        for &day in &days {
            crate::values::format_date(&mut expected, day);
            expected.push('\n');
        }
        writer.column(0, days.len(), &ints(&days), &[], &[]).unwrap();
        let mut out = vec![0; 11 * days.len()];
        writer.print(false, &mut out).unwrap();
        assert!(out == expected.as_bytes(), "from {from}");
    }
}

#[test]
fn texts_are_looked_through_to_their_last_byte() {
    for length in 1..40 {
        for at in 0..length {
            for odd in [b'"', b'\n', b'\r', b';', b'\\', 0, 31] {
                let mut text = vec![b'a'; length];
                text[at] = odd;
                let text = String::from_utf8(text).unwrap();
                let (data, offsets) = texts(&[&text]);
                let mut writer = csv(&[("delimiter", b";")], &[7]);
                writer.column(0, 1, &data, &[], &offsets).unwrap();
                let is_quoted = b"\"\n\r;".contains(&odd);
                let doubled = text.replace('"', "\"\"");
                let expected = if is_quoted { format!("\"{doubled}\"\n") } else { text + "\n" };
                assert_eq!(printed(&mut writer, false), expected);
                let key = key("k", 0);
                let entries = [("form", &b"ndjson"[..]), ("types", &[7]), ("keys", &key)];
                let mut writer = Writer::open(&config(&entries)).unwrap();
                writer.column(0, 1, &data, &[], &offsets).unwrap();
                let line = printed(&mut writer, false);
                let value: serde_json::Value = serde_json::from_str(&line).unwrap();
                assert_eq!(value["k"].as_str().unwrap().as_bytes(), data);
            }
        }
    }
}

#[test]
fn several_threads_print_what_one_prints() {
    let rows = 3 * beside::ROWS_MIN + 5;
    let numbers: Vec<i32> = (0..rows as i32).map(|row| row * 7919 % 1_000_003).collect();
    let words: Vec<String> =
        numbers.iter().map(|number| "x,".repeat((number % 50) as usize)).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (data, offsets) = texts(&words);
    let keys = [key("n", 0), key("t", 1)].concat();
    for form in [&b"csv"[..], b"ndjson", b"json"] {
        let print = |threads: &[u8], size: usize| {
            let entries =
                [("form", form), ("types", &[2, 7]), ("keys", &keys), ("threads", threads)];
            let mut writer = Writer::open(&config(&entries)).unwrap();
            let mut out = vec![0; size];
            let mut all = Vec::new();
            // What is left of a block goes when another begins.
            for _ in 0..2 {
                writer.column(0, rows, &ints(&numbers), &[], &[]).unwrap();
                writer.column(1, rows, &data, &[], &offsets).unwrap();
                writer.print(true, &mut out).unwrap();
            }
            writer.column(0, rows, &ints(&numbers), &[], &[]).unwrap();
            writer.column(1, rows, &data, &[], &offsets).unwrap();
            let mut done = 0;
            while done < rows {
                let printed = writer.print(done > 0, &mut out).unwrap();
                if printed.rows == 0 {
                    assert!(out.len() < 1 << 18, "a piece fits into a chunk");
                    out.resize(out.len() * 3 / 2, 0);
                }
                all.extend_from_slice(&out[..printed.bytes]);
                done += printed.rows;
            }
            all
        };
        let expected = print(b"1", 8 << 20);
        for (threads, size) in [(b"2", 8 << 20), (b"3", 1 << 20), (b"9", 300_000), (b"0", 2_000)] {
            assert!(print(threads, size) == expected);
        }
    }
}
