//! The vectors of tests/vectors, made by Python's standard library, against this engine.

use super::*;

const VALUES: &str = include_str!("../../../../tests/vectors/values.tsv");
const PRINTS: &str = include_str!("../../../../tests/vectors/prints.tsv");

fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// Class and value as the vectors spell them.
fn spelled(class: &Class) -> (&'static str, String) {
    match *class {
        Class::Text => ("text", String::new()),
        Class::Bool(value) => ("bool", value.to_string()),
        Class::Int(value) => ("int", value.to_string()),
        Class::Float(value) => ("float", format!("{:016x}", value.to_bits())),
        Class::Date(days) => ("date", days.to_string()),
        Class::Timestamp { micros, zoned: false } => ("timestamp", micros.to_string()),
        Class::Timestamp { micros, zoned: true } => ("timestamp_utc", micros.to_string()),
    }
}

#[test]
fn classify_and_shape_agree_with_pythons_vectors() {
    let mut count = 0;
    for line in VALUES.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [hex, kind, value, expected_shape] = cells[..] else { panic!("bad line {line:?}") };
        let text = from_hex(hex);
        let class = classify(&text);
        let shown = String::from_utf8_lossy(&text);
        assert_eq!(spelled(&class), (kind, value.to_owned()), "{shown:?}");
        assert_eq!(shape(&text, &class).to_string(), expected_shape, "shape of {shown:?}");
        count += 1;
    }
    assert!(count > 1000, "only {count} vectors");
}

#[test]
fn strict_parsers_agree_with_classify_on_every_vector() {
    for line in VALUES.lines() {
        let text = from_hex(line.split('\t').next().unwrap());
        let class = classify(&text);
        let int = if let Class::Int(value) = class { Some(value) } else { None };
        let float = match class {
            Class::Float(value) => Some(value.to_bits()),
            Class::Int(value) if value.unsigned_abs() <= 1 << 53 => Some((value as f64).to_bits()),
            _ => None,
        };
        let date = if let Class::Date(days) = class { Some(days) } else { None };
        let local = match class {
            Class::Timestamp { micros, zoned: false } => Some(micros),
            Class::Date(days) => Some(i64::from(days) * MICROS_PER_DAY),
            _ => None,
        };
        let utc = match class {
            Class::Timestamp { micros, zoned: true } => Some(micros),
            _ => None,
        };
        let boolean = if let Class::Bool(value) = class { Some(value) } else { None };
        assert_eq!(parse_i64(&text), int);
        assert_eq!(
            parse_i32_of(&text, text.len()),
            int.and_then(|value| i32::try_from(value).ok())
        );
        assert_eq!(parse_f64(&text).map(f64::to_bits), float);
        assert_eq!(parse_date(&text), date);
        assert_eq!(parse_timestamp(&text, false), local);
        assert_eq!(parse_timestamp(&text, true), utc);
        assert_eq!(parse_bool(&text), boolean);
    }
}

#[test]
fn formatters_agree_with_pythons_vectors() {
    for line in PRINTS.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [kind, value, expected] = cells[..] else { panic!("bad line {line:?}") };
        let mut out = String::new();
        match kind {
            "float" => {
                es_f64(&mut out, f64::from_bits(u64::from_str_radix(value, 16).unwrap()));
            }
            "date" => format_date(&mut out, value.parse().unwrap()),
            _ => format_timestamp(&mut out, value.parse().unwrap(), kind == "timestamp_utc"),
        }
        assert_eq!(out, expected, "{kind} {value}");
    }
}
