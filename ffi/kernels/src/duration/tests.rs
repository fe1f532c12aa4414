//! Durations against `tests/vectors/durations.tsv`, which `tools/vectors/durations.py` makes with
//! Python, and the borders of columns and threads.

use super::parse::parse_text;
use super::*;
use crate::fault::Error;

const VECTORS: &str = include_str!("../../../../tests/vectors/durations.tsv");

const STRICT: Rules = Rules {
    lenient: false,
    tracker: false,
    hour_clock: false,
    days: false,
    unit_ms: 1000,
    on_error: OnError::Throw,
};

fn vectors(mode: &str) -> Vec<(String, &'static str)> {
    let found: Vec<_> = VECTORS
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let is_mode = cells.next()? == mode;
            let text = cells.next()?.replace("\\t", "\t");
            is_mode.then_some((text, cells.next()?))
        })
        .collect();
    assert!(found.len() > 100, "{mode}");
    found
}

#[test]
fn texts_give_what_python_computes() {
    let modes = [
        ("clock", STRICT),
        ("hour-clock", Rules { hour_clock: true, ..STRICT }),
        ("units", STRICT),
        ("lenient", Rules { lenient: true, days: true, ..STRICT }),
    ];
    for (mode, rules) in modes {
        for (text, expected) in vectors(mode) {
            let expected = expected.parse().ok();
            assert_eq!(parse_text(text.as_bytes(), &rules), expected, "{mode} {text:?}");
        }
    }
    let tracker = Rules { tracker: true, ..STRICT };
    for (text, expected) in vectors("tracker") {
        let found = parse_text(text.as_bytes(), &tracker).unwrap_or(0);
        assert_eq!(found.to_string(), expected, "{text:?}");
    }
}

#[test]
fn numbers_print_as_python_prints_them() {
    for (mode, style) in [
        ("format-clock", Style::Clock),
        ("format-iso", Style::Iso),
        ("format-compact", Style::Compact),
    ] {
        for (ms, expected) in vectors(mode) {
            let ms: i64 = ms.parse().unwrap();
            assert_eq!(lines(&[ms], &[], style), format!("{expected}\n"));
            assert_eq!(parse_text(expected.as_bytes(), &STRICT), Some(ms), "{expected}");
        }
    }
}

fn bytes_of(values: &[i64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn lines(values: &[i64], validity: &[u8], style: Style) -> String {
    let values = bytes_of(values);
    let size = lines_size(&values, validity, style).unwrap().unwrap();
    let mut out = vec![0; size];
    format_lines(&values, validity, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_byte_that_is_no_clock_leaves_the_fast_way() {
    for place in 0..8 {
        for byte in 0..=255 {
            let mut text = *b"01:23:45";
            text[place] = byte;
            let is_colon = place == 2 || place == 5;
            let most = if place == 3 || place == 6 { b'5' } else { b'9' };
            let fits = if is_colon { byte == b':' } else { (b'0'..=most).contains(&byte) };
            // A sign in front, minutes of five digits, seconds with a fraction.
            let is_other = match place {
                0 => byte == b'-' || byte == b'+',
                2 => byte.is_ascii_digit(),
                5 => byte == b'.',
                _ => false,
            };
            assert_eq!(parse_text(&text, &STRICT).is_some(), fits || is_other, "{place} {byte}");
        }
    }
}

struct Texts {
    data: Vec<u8>,
    offsets: Vec<u8>,
}

impl Texts {
    fn of(texts: &[&str]) -> Texts {
        let mut offsets = 0_i32.to_le_bytes().to_vec();
        let mut data = Vec::new();
        for text in texts {
            data.extend_from_slice(text.as_bytes());
            offsets.extend_from_slice(&(data.len() as i32).to_le_bytes());
        }
        Texts { data, offsets }
    }

    fn column<'a>(&'a self, validity: &'a [u8]) -> Column<'a> {
        Column { data: &self.data, offsets: &self.offsets, validity }
    }

    fn parse(&self, validity: &[u8], rules: &Rules) -> (Outcome, Vec<i64>, Vec<u8>) {
        let rows = self.offsets.len() / 4 - 1;
        let (mut values, mut bits) = (vec![0; rows * 8], vec![0; rows.div_ceil(8)]);
        let outcome = parse_column(self.column(validity), rules, &mut values, &mut bits).unwrap();
        let (values, _) = values.as_chunks::<8>();
        (outcome, values.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect(), bits)
    }
}

#[test]
fn a_column_keeps_nulls_and_names_the_first_refused_row() {
    let texts = Texts::of(&["1:00", "", "?", "5", "x", "6", "7", "8", "9", "-1"]);
    let validity = [0b1111_1101, 0b1111_1111];
    let quiet = Rules { on_error: OnError::Null, ..STRICT };
    let (outcome, values, bits) = texts.parse(&validity, &quiet);
    assert_eq!(outcome, Outcome { nulls: 3, refused: Some(2) });
    assert_eq!(values, [60_000, 0, 0, 5000, 0, 6000, 7000, 8000, 9000, -1000]);
    assert_eq!(bits, [0b1110_1001, 0b11]);
    let zero = Rules { on_error: OnError::Zero, ..STRICT };
    let (outcome, _, bits) = texts.parse(&validity, &zero);
    assert_eq!((outcome.nulls, bits), (1, vec![0b1111_1101, 0b11]));
    let (outcome, ..) = texts.parse(&validity, &STRICT);
    assert_eq!(outcome.refused, Some(2));
    assert_eq!(Texts::of(&[]).parse(&[], &STRICT).0, Outcome::default());
}

#[test]
fn lengths_and_offsets_that_do_not_fit_are_refused() {
    let texts = Texts::of(&["1:00", "5"]);
    let refused = |column: Column, values: usize, bits: usize| {
        let (mut values, mut bits) = (vec![0; values], vec![0; bits]);
        let found = parse_column(column, &STRICT, &mut values, &mut bits);
        assert!(matches!(found, Err(Error::BadArgument(_))), "{found:?}");
    };
    for (values, bits) in [(8, 1), (24, 1), (15, 1), (16, 0), (16, 2)] {
        refused(texts.column(&[]), values, bits);
    }
    for middle in [-1, 6, i32::MAX, i32::MIN] {
        let mut broken = Texts::of(&["1:00", "5"]);
        broken.offsets[4..8].copy_from_slice(&middle.to_le_bytes());
        refused(broken.column(&[]), 16, 1);
    }
    let values = bytes_of(&[1, 2]);
    assert!(lines_size(&values[1..], &[], Style::Clock).is_err());
    assert!(lines_size(&bytes_of(&[0; 9]), &[1], Style::Clock).is_err());
    for room in [0, 23, 25] {
        assert!(format_lines(&values, &[], Style::Clock, &mut vec![0; room]).is_err(), "{room}");
    }
    for unsafe_value in [MS_MAX + 1, -MS_MAX - 1, i64::MIN, i64::MAX] {
        assert_eq!(lines_size(&bytes_of(&[unsafe_value]), &[], Style::Iso), Ok(None));
    }
}

#[test]
fn rules_come_from_known_numbers_alone() {
    for (flags, unit_ms) in [(3, 1000), (64, 1000), (u32::MAX, 1000), (0, 0), (0, 2)] {
        assert!(Rules::from_flags(flags, unit_ms).is_none());
    }
    let rules = Rules::from_flags(1 | 4 | 8 | 16 | 32, 60_000).unwrap();
    assert!(rules.lenient && rules.tracker && rules.hour_clock && rules.days);
    assert_eq!((rules.on_error, rules.unit_ms), (OnError::Null, 60_000));
}

#[test]
fn threads_give_the_bits_of_one() {
    let rows = 1_000_000 + 129;
    let texts: Vec<_> = (0..rows).map(|row| ["01:30:00", "?", "PT5S"][row % 3]).collect();
    let quiet = Rules { on_error: OnError::Null, ..STRICT };
    let (outcome, values, bits) = Texts::of(&texts).parse(&[], &quiet);
    assert_eq!(outcome, Outcome { nulls: rows / 3, refused: Some(1) });
    for (row, value) in values.iter().enumerate() {
        let is_null = row % 3 == 1;
        assert_eq!(bits[row / 8] >> (row % 8) & 1 == 0, is_null, "{row}");
        assert_eq!(*value, [5_400_000, 0, 5000][row % 3], "{row}");
    }
    let printed = lines(&values, &bits, Style::Clock);
    let expected = ["01:30:00", "null", "00:00:05"];
    assert!(printed.lines().enumerate().all(|(row, line)| line == expected[row % 3]));
    assert_eq!(printed.lines().count(), rows);
}
