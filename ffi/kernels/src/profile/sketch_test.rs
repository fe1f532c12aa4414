//! Sketched columns: when they begin, how near they are, and what stays exact.

use super::column::Column;
use super::column_test::{Field, blocks};
use super::figures::{FRACTIONS, Figures, Value};
use super::hll::STANDARD_ERROR;
use super::kll::RANK_ERROR;
use super::testing::{Json, Random, profile};
use crate::block::Kind;
use crate::control::Unwatched;

/// The figures of fields whose column becomes a sketch after `after` blocks, and exact ones.
fn both(fields: &[Field], after: usize) -> (Figures, Figures) {
    let of = |after: usize| {
        let mut column = Column::new(0);
        for (index, block) in blocks(fields).iter().enumerate() {
            column.push(block, 0, &Unwatched).unwrap();
            column.end_block();
            if index + 1 == after {
                column.make_sketch(&Unwatched).unwrap();
            }
        }
        column.finish(fields.len() as u64, &Unwatched).unwrap()
    };
    (of(after), of(usize::MAX))
}

fn bare(rows: u64, mut text: impl FnMut(&mut Random, u64) -> String) -> Vec<Field> {
    let mut random = Random::new(rows ^ 5);
    (0..rows).map(|row| (Kind::Bare, text(&mut random, row))).collect()
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= 1e-12 * b.abs())
}

/// What stays exact is equal, and distinct is near.
fn check(name: &str, sketched: &Figures, exact: &Figures) {
    assert_eq!(sketched.ty, exact.ty, "{name}");
    let counts = |f: &Figures| (f.count, f.nulls, f.nans, f.lengths);
    assert_eq!(counts(sketched), counts(exact), "{name}");
    assert_eq!((&sketched.min, &sketched.max), (&exact.min, &exact.max), "{name}");
    assert_eq!(sketched.mean.is_some(), exact.mean.is_some(), "{name}");
    if exact.mean.is_some() {
        assert!(near(sketched.mean, exact.mean), "{name}: mean");
        assert!(near(sketched.std, exact.std), "{name}: std");
    }
    let error = sketched.distinct as f64 / exact.distinct as f64 - 1.0;
    assert!(error.abs() < 4.0 * STANDARD_ERROR, "{name}: distinct is off by {error}");
    assert!(!sketched.distinct_exact && !sketched.top_exact, "{name}");
}

/// The rank of each quantile among the sorted numbers is near its fraction.
fn check_ranks(name: &str, sketched: &Figures, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    for (fraction, quantile) in FRACTIONS.into_iter().zip(&sketched.quantiles) {
        let value = match quantile {
            Some(Value::Float(value)) => *value,
            Some(Value::Timestamp(micros)) => *micros as f64,
            Some(Value::Date(days)) => f64::from(*days),
            other => panic!("{name}: {other:?}"),
        };
        let n = values.len() as f64;
        let low = values.partition_point(|&other| other < value) as f64 / n;
        let high = values.partition_point(|&other| other <= value) as f64 / n;
        let inside = low - RANK_ERROR <= fraction && fraction <= high + RANK_ERROR;
        assert!(inside, "{name}: {fraction} lies at {low} to {high}");
    }
}

#[test]
fn numbers_stay_near_whatever_phase_the_sketch_began_in() {
    type Make = fn(&mut Random, u64) -> String;
    let cases: [(&str, Make); 4] = [
        ("ints", |random, _| (random.below(1 << 40) as i64 - (1 << 39)).to_string()),
        ("decimals", |random, _| format!("{}.{:02}", random.below(5000), random.below(100))),
        ("few", |random, _| random.below(1000).to_string()),
        ("mixed spelling", |random, row| match row % 5 {
            0 => "-0".to_owned(),
            1 => format!("{}e2", random.below(3000)),
            2 => format!("{}00", 1 + random.below(3000)),
            _ => format!("-{}.{}", random.below(100_000), random.below(10)),
        }),
    ];
    for (name, make) in cases {
        let fields = bare(200_000, make);
        let values = || fields.iter().map(|field| field.1.parse().unwrap()).collect();
        for after in [1, 3] {
            let (sketched, exact) = both(&fields, after);
            check(name, &sketched, &exact);
            check_ranks(name, &sketched, values());
        }
    }
}

#[test]
fn nan_and_infinities_go_their_own_ways() {
    let fields = bare(200_000, |random, row| match row % 100 {
        3 => "nan".to_owned(),
        4 if row > 150_000 => "inf".to_owned(),
        _ => random.below(100_000).to_string(),
    });
    let (sketched, exact) = both(&fields, 1);
    assert_eq!((sketched.nans, exact.nans), (2000, 2000));
    assert_eq!(sketched.max, Some(Value::Float(f64::INFINITY)));
    assert_eq!((sketched.mean, sketched.std), (None, None));
    check("nan", &sketched, &exact);
}

#[test]
fn big_integers_keep_their_exact_sum() {
    let fields = bare(200_000, |random, _| (random.next() as i64).to_string());
    let (sketched, exact) = both(&fields, 2);
    assert_eq!(sketched.ty.name(), "i64");
    assert_eq!(sketched.mean, exact.mean);
    check("snowflakes", &sketched, &exact);
}

#[test]
fn times_stay_near_when_dates_turn_into_timestamps() {
    let fields = bare(300_000, |random, row| {
        let day = format!("20{:02}-03-{:02}", random.below(90), 1 + random.below(28));
        if row < 200_000 { day } else { format!("{day}T{:02}:30", random.below(24)) }
    });
    let micros =
        |text: &str| crate::values::parse_timestamp(text.as_bytes(), false).unwrap() as f64;
    for after in [1, 4] {
        let (sketched, exact) = both(&fields, after);
        check("times", &sketched, &exact);
        let values = fields.iter().map(|field| micros(&field.1)).collect();
        check_ranks("times", &sketched, values);
    }
    let dates = bare(150_000, |random, _| {
        format!("{}-03-{:02}", 1000 + random.below(9000), 1 + random.below(28))
    });
    let (sketched, exact) = both(&dates, 1);
    check("dates", &sketched, &exact);
    let days = |field: &Field| micros(&field.1) / 86_400e6;
    check_ranks("dates", &sketched, dates.iter().map(days).collect());
}

#[test]
fn a_type_that_falls_in_a_sketch_leaves_texts() {
    type Make = fn(&mut Random) -> String;
    let makes: [Make; 3] = [
        |random| random.below(1 << 40).to_string(),
        |random| format!("2024-03-{:02}T10:{:02}", 1 + random.below(28), random.below(60)),
        |random| format!("{}.5", random.below(200_000)),
    ];
    for make in makes {
        let fields = bare(250_000, |random, row| match row {
            200_000 => "été".to_owned(),
            _ => make(random),
        });
        let (sketched, exact) = both(&fields, 2);
        assert_eq!(sketched.ty.name(), "utf8");
        check("late text", &sketched, &exact);
    }
}

#[test]
fn top_finds_what_is_frequent_and_never_counts_too_much() {
    let fields = bare(200_000, |random, _| match random.below(10) {
        0..=2 => "often".to_owned(),
        3 => "also".to_owned(),
        _ => format!("rare {}", random.below(1 << 40)),
    });
    for after in [1, 3] {
        let (sketched, exact) = both(&fields, after);
        for index in 0..2 {
            assert_eq!(sketched.top[index].0, exact.top[index].0);
            assert!(sketched.top[index].1 <= exact.top[index].1);
            assert!(sketched.top[index].1 * 10 > exact.top[index].1 * 9);
        }
    }
    // The texts of one value are added up.
    let fields = bare(100_000, |_, row| ["1", "1.0", "1e0", "2"][row as usize % 4].to_owned());
    let (sketched, _) = both(&fields, 1);
    assert_eq!(sketched.top, [(Value::Float(1.0), 75_000), (Value::Float(2.0), 25_000)]);
    assert_eq!(sketched.distinct, 2);
}

#[test]
fn top_leaves_out_texts_too_long_to_be_kept() {
    let fields = bare(70_000, |_, row| match row % 4 {
        0 => "short".to_owned(),
        1 => "x".repeat(1024),
        _ => "x".repeat(1025),
    });
    let (sketched, exact) = both(&fields, 1);
    assert_eq!(sketched.top.len(), 2);
    assert!(sketched.top[0] == exact.top[1]);
    assert_eq!((sketched.distinct, sketched.lengths), (3, Some((5, 1025))));
}

#[test]
fn quoted_empty_fields_and_bools_are_counted_in_a_sketch() {
    let fields: Vec<Field> = (0..140_000)
        .map(|row| match row % 4 {
            0 => (Kind::Quoted, String::new()),
            _ => (Kind::Bare, format!("t{row}")),
        })
        .collect();
    let (sketched, exact) = both(&fields, 1);
    check("empty texts", &sketched, &exact);
    assert_eq!(sketched.top[0], (Value::Text(Vec::new()), 35_000));
    assert_eq!((sketched.lengths.unwrap().0, sketched.nulls), (0, 0));
    let bools = bare(140_000, |_, row| ["true", "False", "TRUE"][row as usize % 3].to_owned());
    let (sketched, exact) = both(&bools, 1);
    assert_eq!((sketched.trues, sketched.falses), (exact.trues, exact.falses));
    assert_eq!((sketched.distinct, sketched.distinct_exact), (2, true));
    assert_eq!(sketched.top, exact.top);
}

/// Which columns of a profile are sketched.
fn sketched(data: &str, memory: u64) -> Vec<bool> {
    let memory = memory.to_string();
    let result = profile(data.as_bytes(), data.len(), &[("memory", &memory)]).unwrap();
    let columns = Json::parse(&result).get("columns");
    columns.items().iter().map(|column| !column.get("distinctExact").is_true()).collect()
}

#[test]
fn the_largest_column_goes_first_and_only_after_whole_blocks() {
    let rows = |count: u64| {
        let row = |row: u64| format!("{},t{:09},{:05}.5,x\n", 1_000_000 + row, row, row % 30_000);
        "id,text,price,same\n".to_owned() + &(0..count).map(row).collect::<String>()
    };
    // After 65,536 rows: ids 8 each in a list; texts 16 + 10 each; prices are text (a leading
    // zero), 16 + 7 for each of 30,000; "x" 16 + 1.
    let (ids, texts, prices) = (65_536 * 8, 65_536 * 26, 30_000 * 23);
    let all = ids + texts + prices + 17;
    let whole = rows(65_536);
    assert_eq!(sketched(&whole, all), [false, false, false, false]);
    assert_eq!(sketched(&whole, all - 1), [false, true, false, false]);
    assert_eq!(sketched(&whole, ids + prices + 17), [false, true, false, false]);
    assert_eq!(sketched(&whole, ids + prices), [false, true, true, false]);
    assert_eq!(sketched(&whole, 17), [true, true, true, false]);
    assert_eq!(sketched(&whole, 16), [true, true, true, true]);
    // A block that is not full is not looked at.
    assert_eq!(sketched(&rows(65_535), 0), [false; 4]);
    assert_eq!(sketched(&rows(131_071), all), [false; 4]);
    assert_eq!(sketched(&rows(131_072), all), [false, true, false, false]);
}
