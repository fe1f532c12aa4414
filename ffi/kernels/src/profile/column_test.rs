//! Exact columns against a reference that keeps everything and sorts it.

use std::collections::BTreeMap;

use super::column::Column;
use super::figures::{FRACTIONS, Figures, Value};
use super::keys::Domain;
use super::testing::Random;
use crate::block::{Block, Kind, Span};
use crate::control::Unwatched;
use crate::values::{Class, Flags, classify, type_of};

/// A field: its kind and text.
pub type Field = (Kind, String);

/// Fields as blocks of at most 65,536 rows.
pub fn blocks(fields: &[Field]) -> Vec<Block> {
    let block_of = |fields: &[Field]| {
        let mut block = Block { rows: fields.len(), columns: vec![Vec::new()], ..Block::default() };
        for (kind, text) in fields {
            block.columns[0].push(Span::new(*kind, block.bytes.len(), text.len()));
            block.bytes.extend_from_slice(text.as_bytes());
        }
        block
    };
    fields.chunks(65_536).map(block_of).collect()
}

fn exact(fields: &[Field]) -> Figures {
    let mut column = Column::new(0);
    for block in blocks(fields) {
        column.push(&block, 0, &Unwatched).unwrap();
        column.end_block();
    }
    column.finish(fields.len() as u64, &Unwatched).unwrap()
}

/// The figures from the definitions, over everything at once.
fn reference(fields: &[Field]) -> Figures {
    let mut flags = Flags::default();
    let has_text =
        |field: &&Field| field.0 != Kind::Null && !(field.0 == Kind::Quoted && field.1.is_empty());
    let texts: Vec<&Field> = fields.iter().filter(has_text).collect();
    for (kind, text) in &texts {
        let is_text = matches!(kind, Kind::String | Kind::Nested);
        flags.add(&if is_text { Class::Text } else { classify(text.as_bytes()) });
    }
    let ty = type_of(flags);
    let Some(domain) = Domain::of(ty) else { return text_reference(fields) };
    let classes: Vec<Class> = texts.iter().map(|field| classify(field.1.as_bytes())).collect();
    let mut keys: Vec<u64> = classes.iter().filter_map(|class| domain.key(class)).collect();
    keys.sort();
    let mut figures = Figures::new(ty, texts.len() as u64, (fields.len() - texts.len()) as u64);
    figures.nans = (classes.len() - keys.len()) as u64;
    let mut counts = BTreeMap::new();
    keys.iter().for_each(|key| *counts.entry(*key).or_insert(0u64) += 1);
    figures.distinct = counts.len() as u64 + u64::from(figures.nans > 0);
    figures.min = keys.first().map(|&key| domain.value(key));
    figures.max = keys.last().map(|&key| domain.value(key));
    let mut top: Vec<(u64, u64)> = counts.into_iter().collect();
    top.sort_by_key(|run| (std::cmp::Reverse(run.1), run.0));
    top.truncate(5);
    figures.top = top.into_iter().map(|(key, count)| (domain.value(key), count)).collect();
    let n = keys.len();
    let times = matches!(domain, Domain::Days | Domain::Micros);
    for (index, fraction) in FRACTIONS.into_iter().enumerate().filter(|_| n > 0) {
        let place = (n - 1) as f64 * fraction;
        let (a, b) = (keys[place as usize], keys[(place as usize + 1).min(n - 1)]);
        figures.quantiles[index] = Some(if times {
            domain.value(a)
        } else {
            let (a, b) = (domain.number(a), domain.number(b));
            Value::Float(if a == b { a } else { a + place.fract() * (b - a) })
        });
    }
    if !times && n > 0 {
        let mean = keys.iter().map(|&key| domain.number(key)).sum::<f64>() / n as f64;
        let m2: f64 = keys.iter().map(|&key| (domain.number(key) - mean).powi(2)).sum();
        figures.mean = Some(mean);
        figures.std = (n > 1).then(|| (m2 / (n - 1) as f64).sqrt());
    }
    figures
}

fn text_reference(fields: &[Field]) -> Figures {
    let texts: Vec<&str> =
        fields.iter().filter(|field| field.0 != Kind::Null).map(|field| field.1.as_str()).collect();
    let nulls = (fields.len() - texts.len()) as u64;
    let mut figures = Figures::new(type_of(Flags::default()), texts.len() as u64, nulls);
    let mut counts: BTreeMap<&[u8], u64> = BTreeMap::new();
    texts.iter().for_each(|text| *counts.entry(text.as_bytes()).or_default() += 1);
    figures.distinct = counts.len() as u64;
    let text = |text: &[u8]| Value::Text(text.to_vec());
    figures.min = counts.keys().next().map(|key| text(key));
    figures.max = counts.keys().next_back().map(|key| text(key));
    let mut top: Vec<(&[u8], u64)> = counts.into_iter().collect();
    top.sort_by_key(|run| (std::cmp::Reverse(run.1), run.0));
    top.truncate(5);
    figures.top = top.into_iter().map(|(key, count)| (text(key), count)).collect();
    let lengths = || texts.iter().map(|text| text.chars().count() as u64);
    figures.lengths = lengths().min().zip(lengths().max());
    figures
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1e-9),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Exact figures and those of the reference agree; gives them back.
fn check(name: &str, fields: &[Field]) -> Figures {
    let found = exact(fields);
    let expected = reference(fields);
    assert_eq!(found.ty, expected.ty, "{name}");
    let counts = |f: &Figures| (f.count, f.nulls, f.nans, f.distinct, f.lengths);
    assert_eq!(counts(&found), counts(&expected), "{name}");
    assert_eq!((&found.min, &found.max), (&expected.min, &expected.max), "{name}");
    assert_eq!(found.quantiles, expected.quantiles, "{name}");
    assert_eq!(found.top, expected.top, "{name}");
    let (mean, std) = (close(found.mean, expected.mean), close(found.std, expected.std));
    assert!(mean && std, "{name}: {:?} {:?}", found.mean, found.std);
    assert!(found.distinct_exact && found.quantiles_exact && found.top_exact);
    found
}

/// Bare fields made by `text`, one in fifty null.
fn bare(rows: u64, mut text: impl FnMut(&mut Random, u64) -> String) -> Vec<Field> {
    let mut random = Random::new(rows ^ 77);
    (0..rows)
        .map(|row| match text(&mut random, row) {
            text if row % 50 == 7 || text.is_empty() => (Kind::Null, String::new()),
            text => (Kind::Bare, text),
        })
        .collect()
}

#[test]
fn numbers_agree_with_the_reference() {
    check("few ints", &bare(30_000, |random, _| random.below(50).to_string()));
    check("many ints", &bare(250_000, |random, _| (random.below(1 << 33) as i64 - 99).to_string()));
    check("ints often repeated", &bare(150_000, |random, _| random.below(30_000).to_string()));
    check(
        "snowflakes",
        &bare(100_000, |_, row| (1_700_000_000_000_000_000 + row * 4_194_304).to_string()),
    );
    check(
        "decimals",
        &bare(200_000, |random, _| {
            format!("{}.{:02}", random.below(9000) as i64 - 4500, random.below(100))
        }),
    );
    check(
        "seventeen digits",
        &bare(60_000, |random, _| format!("{:?}", random.next() as f64 / u64::MAX as f64)),
    );
    check(
        "every way to write a float",
        &bare(120_000, |random, _| match random.below(8) {
            0 => "nan".to_owned(),
            1 => "-0".to_owned(),
            2 => "-0.0".to_owned(),
            3 => format!("{}e3", random.below(100_000)),
            4 => format!("{}.", random.below(100_000)),
            5 => random.below(100_000).to_string(),
            _ => format!("{}.{:03}", random.below(100_000), random.below(1000)),
        }),
    );
    // A list of 64-bit integers that turn out to be small is one of floats after all.
    check(
        "ints then a float",
        &bare(90_000, |_, row| match row {
            80_000 => "0.5".to_owned(),
            _ => (row * 104_729).to_string(),
        }),
    );
}

#[test]
fn a_type_that_falls_late_gives_back_every_text() {
    let late = |row: u64, text: String| if row == 200_001 { "n/a".to_owned() } else { text };
    check("ints then text", &bare(210_000, |random, row| late(row, random.next().to_string())));
    check(
        "decimals then text",
        &bare(210_000, |random, row| {
            let decimals = random.below(5) as usize;
            let text = format!("{:.decimals$}", random.below(3_000_000) as f64 / 100.0);
            late(row, if row % 3 == 0 { format!("-{text}") } else { text })
        }),
    );
    check(
        "floats then text",
        &bare(210_000, |random, row| late(row, format!("{:?}", random.next() as f64 / 1e18))),
    );
    check(
        "big ints and a float",
        &bare(210_000, |random, row| match row {
            200_001 => "1.5".to_owned(),
            _ => (random.next() >> 1).to_string(),
        }),
    );
    check("times then text", &bare(210_000, |random, row| late(row, time(random))));
}

/// A local timestamp or date, written in one of many ways.
fn time(random: &mut Random) -> String {
    let date = format!(
        "{}-{:02}-{:02}",
        1600 + random.below(700),
        1 + random.below(12),
        1 + random.below(28)
    );
    let minute = format!("{:02}:{:02}", random.below(24), random.below(60));
    let separator = if random.below(2) == 0 { 'T' } else { ' ' };
    match random.below(4) {
        0 => date,
        1 => format!("{date}{separator}{minute}"),
        2 => format!("{date}{separator}{minute}:{:02}", random.below(60)),
        _ => {
            let digits = 1 + random.below(6) as usize;
            let fraction = random.below(10u64.pow(digits as u32));
            format!("{date}{separator}{minute}:{:02}.{fraction:0digits$}", random.below(60))
        }
    }
}

#[test]
fn times_agree_with_the_reference() {
    check(
        "dates",
        &bare(30_000, |random, _| {
            format!("{}-02-{:02}", 1000 + random.below(9000), 1 + random.below(28))
        }),
    );
    check("local times", &bare(150_000, |random, _| time(random)));
    // More zones than a list has shapes for: the rest stay texts.
    let zoned = check(
        "zoned times",
        &bare(150_000, |random, _| {
            let offset = random.below(24 * 60);
            let sign = if random.below(2) == 0 { '+' } else { '-' };
            format!(
                "2024-03-{:02}T{:02}:{:02}{sign}{:02}:{:02}",
                1 + random.below(28),
                random.below(24),
                random.below(60),
                offset / 60,
                offset % 60
            )
        }),
    );
    assert_eq!(zoned.ty.name(), "timestamp");
}

#[test]
fn texts_and_bools_agree_with_the_reference() {
    check("unique texts", &bare(100_000, |random, row| format!("text {row} {}", random.below(9))));
    check("few texts", &bare(100_000, |random, _| format!("färbe{}", random.below(40))));
    let bools = bare(1000, |random, _| ["true", "FALSE", "false"][random.below(3) as usize].into());
    let found = exact(&bools);
    let trues = bools.iter().filter(|field| field.1 == "true").count() as u64;
    let nulls = bools.iter().filter(|field| field.0 == Kind::Null).count() as u64;
    assert_eq!((found.trues, found.falses), (trues, 1000 - trues - nulls));
}

#[test]
fn quoted_empty_fields_are_texts_in_utf8_and_nulls_elsewhere() {
    let fields = |text: &str| -> Vec<Field> {
        let empty = (Kind::Quoted, String::new());
        vec![empty.clone(), (Kind::Quoted, text.to_owned()), empty]
    };
    let number = check("number", &fields("5"));
    assert_eq!((number.count, number.nulls), (1, 2));
    let text = check("text", &fields("x"));
    assert_eq!((text.count, text.nulls, text.distinct), (3, 0, 2));
    assert_eq!(text.top[0], (Value::Text(Vec::new()), 2));
}

#[test]
fn json_strings_are_texts_whatever_they_spell() {
    let mut fields = bare(60_000, |random, _| random.below(1 << 30).to_string());
    for (index, field) in fields.iter_mut().enumerate().filter(|pair| pair.1.0 != Kind::Null) {
        field.0 = if index % 2 == 0 { Kind::String } else { Kind::Number };
    }
    fields.push((Kind::String, "7".to_owned()));
    fields.push((Kind::Number, "7".to_owned()));
    fields.push((Kind::String, String::new()));
    let found = check("strings and numbers", &fields);
    assert_eq!(found.ty.name(), "utf8");
    assert_eq!(found.lengths.unwrap().0, 0);
}

#[test]
fn a_column_becomes_a_list_only_where_that_is_smaller() {
    let bytes = |fields: &[Field]| {
        let mut column = Column::new(0);
        blocks(fields).iter().for_each(|block| column.push(block, 0, &Unwatched).unwrap());
        column.logical_bytes()
    };
    let ints = |rows: u64, distinct: u64| -> Vec<Field> {
        (0..rows).map(|row| (Kind::Bare, (10_000 + row % distinct).to_string())).collect()
    };
    // Up to the checkpoint 16 + 5 a text, one beyond it 8 a value.
    assert_eq!(bytes(&ints(16_384, 16_384)), 16_384 * 21);
    assert_eq!(bytes(&ints(16_385, 16_385)), 16_385 * 8);
    // 16,385 distinct values were seen 2.6 times each (21 / 8) or more: they stay texts.
    let mut often = ints(3 * 16_384, 16_384);
    often.push((Kind::Bare, "99999".to_owned()));
    assert_eq!(bytes(&often), 16_385 * 21);
    let mut seldom = ints(2 * 16_384, 16_384);
    seldom.push((Kind::Bare, "99999".to_owned()));
    assert_eq!(bytes(&seldom), (2 * 16_384 + 1) * 8);
    // Half of the texts are no majority, one more is.
    let texts = (0..8_193).map(|row| (Kind::Bare, format!("t{row:04}")));
    let mut half: Vec<Field> = texts.collect();
    half.extend(ints(8_192, 8_192));
    assert_eq!(bytes(&half), 16_385 * 21);
    half[0].1 = "99999".to_owned();
    assert_eq!(bytes(&half), 8_193 * 8 + 8_192 * 21);
}
