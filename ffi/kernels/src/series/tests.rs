//! Kernel tests. The expected rows are worked out here, with a map and 128-bit sums.

use std::collections::BTreeMap;

use super::*;
use crate::control::Unwatched;

/// The table of UTC.
fn utc() -> Vec<u8> {
    entries(&[[f64::NEG_INFINITY, 0.0, f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0]])
}

fn entries(list: &[[f64; 5]]) -> Vec<u8> {
    list.iter().flatten().flat_map(|number| number.to_ne_bytes()).collect()
}

fn bytes_of<const N: usize, T: Copy>(values: &[T], to: impl Fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(|&value| to(value)).collect()
}

type Row = (i64, u32, i64, i64);

/// Runs a request over i64 changes and reads the rows, or the outcome and the start to blame.
fn run(request: &Request<'_>) -> Result<Result<Vec<Row>, (f64, i64)>, Error> {
    let rows = request.changes.len() / 8;
    let mut out = vec![0; output_bytes(rows, !request.ranks.is_empty()).unwrap()];
    timeline(request, &mut out, &Unwatched)?;
    let number = |at| i64::from_ne_bytes(eight(&out[HEADER_BYTES..], at));
    let found = f64::from_ne_bytes(eight(&out, 0)) as usize;
    let outcome = f64::from_ne_bytes(eight(&out, 1));
    if outcome != 0.0 {
        return Ok(Err((outcome, number(0))));
    }
    let rank = |at| {
        if request.ranks.is_empty() {
            0
        } else {
            u32::from_ne_bytes(four(&out[HEADER_BYTES + rows * 24..], at))
        }
    };
    let row = |at| (number(at), rank(at), number(rows + at), number(2 * rows + at));
    Ok(Ok((0..found).map(row).collect()))
}

fn request<'a>(times: &'a [u8], changes: &'a [u8], zone: &'a [u8]) -> Request<'a> {
    Request {
        times,
        in_days: false,
        changes,
        change_type: ChangeType::I64,
        validity: &[],
        ranks: &[],
        groups: 1,
        by: By::Time,
        zone,
    }
}

fn expected(times: &[i64], ranks: &[u32], changes: &[i64]) -> Vec<Row> {
    let mut sums = BTreeMap::<(i64, u32), i128>::new();
    for (row, &time) in times.iter().enumerate() {
        let rank = ranks.get(row).copied().unwrap_or(0);
        *sums.entry((time, rank)).or_default() += i128::from(changes[row]);
    }
    let mut totals = BTreeMap::<u32, i128>::new();
    let row = |((time, rank), sum): ((i64, u32), i128)| {
        let total = totals.entry(rank).or_default();
        *total += sum;
        (time, rank, sum as i64, *total as i64)
    };
    sums.into_iter().map(row).collect()
}

/// Numbers of a linear congruential generator.
fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

#[test]
fn any_spread_of_times_gives_the_rows_of_a_map() {
    let zone = utc();
    // Few keys, 32-bit keys, 64-bit keys; none that 64 bits hold with their types.
    for (spread, groups) in [
        (50, 1),
        (50, 7),
        (3_000_000_000, 1),
        (3_000_000_000, 5),
        (1 << 55, 1),
        (1 << 55, 3),
        (1 << 62, 9),
    ] {
        let mut next = numbers(spread ^ groups);
        let length = 5000;
        let times: Vec<i64> = (0..length)
            .map(|_| {
                (next(1 << 31) as i64 * (spread >> 31).max(1) as i64 + next(spread) as i64)
                    - (1 << 40)
            })
            .collect();
        let changes: Vec<i64> = (0..length).map(|_| next(2001) as i64 - 1000).collect();
        let ranks: Vec<u32> = (0..length).map(|_| next(groups) as u32).collect();
        let ranks = if groups == 1 { Vec::new() } else { ranks };
        let (time_bytes, change_bytes) =
            (bytes_of(&times, i64::to_ne_bytes), bytes_of(&changes, i64::to_ne_bytes));
        let rank_bytes = bytes_of(&ranks, u32::to_ne_bytes);
        let asked = Request {
            ranks: &rank_bytes,
            groups: groups as u32,
            ..request(&time_bytes, &change_bytes, &zone)
        };
        let found = run(&asked).unwrap().unwrap();
        assert_eq!(found, expected(&times, &ranks, &changes), "{spread} {groups}");
    }
}

#[test]
fn types_beyond_64_bits_of_keys_are_compared() {
    let zone = utc();
    let times = [i64::MAX, i64::MIN, 0, i64::MAX, i64::MIN];
    let (changes, ranks) = ([1, 2, 3, 4, 5], [2, 1, 0, 2, 0]);
    let (time_bytes, change_bytes) =
        (bytes_of(&times, i64::to_ne_bytes), bytes_of(&changes, i64::to_ne_bytes));
    let rank_bytes = bytes_of(&ranks, u32::to_ne_bytes);
    let asked =
        Request { ranks: &rank_bytes, groups: 3, ..request(&time_bytes, &change_bytes, &zone) };
    assert_eq!(run(&asked).unwrap().unwrap(), expected(&times, &ranks, &changes));
}

#[test]
fn nulls_count_as_zero_and_keep_their_row() {
    let zone = utc();
    let (times, changes) =
        (bytes_of(&[5_i64, 3, 5], i64::to_ne_bytes), bytes_of(&[7_i64, 9, 1], i64::to_ne_bytes));
    let asked = Request { validity: &[0b101], ..request(&times, &changes, &zone) };
    assert_eq!(run(&asked).unwrap().unwrap(), [(3, 0, 0, 0), (5, 0, 8, 8)]);
}

#[test]
fn a_sum_beyond_64_bits_names_its_start() {
    let zone = utc();
    let times = bytes_of(&[9_i64, 9, 4], i64::to_ne_bytes);
    let changes = bytes_of(&[i64::MAX, 1, 0], i64::to_ne_bytes);
    assert_eq!(run(&request(&times, &changes, &zone)).unwrap(), Err((1.0, 9)));
    let changes = bytes_of(&[i64::MAX, 0, 1], i64::to_ne_bytes);
    assert_eq!(run(&request(&times, &changes, &zone)).unwrap(), Err((2.0, 9)));
    // What leaves 64 bits on the way and comes back is a sum like any other.
    let changes = bytes_of(&[i64::MAX, 1, -1], i64::to_ne_bytes);
    assert_eq!(run(&request(&times, &changes, &zone)).unwrap(), Err((1.0, 9)));
    let times = bytes_of(&[9_i64, 9, 9], i64::to_ne_bytes);
    let found = run(&request(&times, &changes, &zone)).unwrap().unwrap();
    assert_eq!(found, [(9, 0, i64::MAX, i64::MAX)]);
}

#[test]
fn periods_begin_on_the_days_that_the_calendar_says() {
    // Days of 2024-02-29 (a Thursday), 2023-12-31, 1969-12-31 and 0001-01-01.
    let days = [19_782, 19_722, -1, -719_162];
    let starts = |by| days.map(|day| calendar::period_start(by, day));
    assert_eq!(starts(By::Day), days);
    assert_eq!(starts(By::Week), [19_779, 19_716, -3, -719_162]);
    assert_eq!(starts(By::Month), [19_754, 19_692, -31, -719_162]);
    assert_eq!(starts(By::Quarter), [19_723, 19_631, -92, -719_162]);
    assert_eq!(starts(By::Year), [19_723, 19_358, -365, -719_162]);
}

#[test]
fn what_does_not_fit_is_refused() {
    let zone = utc();
    let eight_bytes = 1_i64.to_ne_bytes();
    let good = request(&eight_bytes, &eight_bytes, &zone);
    assert!(run(&good).is_ok());
    let short = [0; 7];
    let nan = entries(&[[0.0, f64::NAN, 0.0, 0.0, 0.0]]);
    let far = entries(&[[1e300, 0.0, 0.0, 0.0, 0.0]]);
    for bad in [
        Request { times: &short, ..good },
        Request { times: &[], ..good },
        Request { changes: &short, ..good },
        Request { change_type: ChangeType::I32, ..good },
        Request { ranks: &short[..3], groups: 2, ..good },
        Request { ranks: &[2, 0, 0, 0], groups: 2, ..good },
        Request { groups: 0, ..good },
        Request { groups: 2, ..good },
        Request { in_days: true, ..good },
        Request { zone: &[], ..good },
        Request { zone: &zone[..39], ..good },
        Request { zone: &nan, ..good },
        Request { zone: &far, ..good },
    ] {
        let mut out = vec![0; HEADER_BYTES + if bad.ranks.is_empty() { 24 } else { 28 }];
        let found = timeline(&bad, &mut out, &Unwatched);
        assert!(matches!(found, Err(Error::BadArgument(_))), "{bad:?}");
    }
    for size in [0, HEADER_BYTES - 1, HEADER_BYTES + 23, HEADER_BYTES + 25] {
        let found = timeline(&good, &mut vec![0; size], &Unwatched);
        assert!(matches!(found, Err(Error::BadArgument(_))), "{size}");
    }
}

#[test]
fn an_output_without_room_says_what_is_needed() {
    let zone = utc();
    let times = bytes_of(&[0_i64, 7_000_000, 0, 3_000_000], i64::to_ne_bytes);
    let asked = |by| Request { by, ..request(&times, &times, &zone) };
    for (by, needed) in [(By::Time, 4.0), (By::Hour, 1.0)] {
        for room in 0..needed as usize {
            let mut out = vec![0; output_bytes(room, false).unwrap()];
            timeline(&asked(by), &mut out, &Unwatched).unwrap();
            let header = [0, 1].map(|at| f64::from_ne_bytes(eight(&out, at)));
            assert_eq!(header, [needed, 3.0], "{by:?} {room}");
        }
    }
}

/// A clock that goes forward and back by an hour, back over midnight, and by half an hour.
#[test]
fn hours_and_days_are_those_of_the_clock() {
    let day = 86_400.0;
    let zone = entries(&[
        [f64::NEG_INFINITY, 3600.0, f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0],
        [day, 7200.0, day, day, 0.0],
        // At 00:01 of the clock an hour back: 23:01 of the day before, an hour of its own.
        [2.0 * day - 7140.0, 3600.0, 2.0 * day - 3600.0, 2.0 * day - 7140.0, 0.0],
        // At 05:00 half an hour back: the clock shows the hour 04 for 90 minutes.
        [4.0 * day + 14_400.0, 1800.0, 4.0 * day + 16_200.0, 4.0 * day + 10_800.0, 0.0],
    ]);
    // Seconds, their hours and their days by that clock.
    let cases = [
        (0, 0, 0),
        (day as i64 - 1, day as i64 - 3600, 1),
        (day as i64, day as i64, 1),
        (2 * day as i64 - 7201, 2 * day as i64 - 10_800, 1),
        (2 * day as i64 - 7141, 2 * day as i64 - 7200, 2),
        (2 * day as i64 - 7140, 2 * day as i64 - 7140, 1),
        (2 * day as i64 - 3601, 2 * day as i64 - 7140, 1),
        (2 * day as i64 - 3600, 2 * day as i64 - 3600, 2),
        (4 * day as i64 + 14_399, 4 * day as i64 + 10_800, 4),
        (4 * day as i64 + 14_400, 4 * day as i64 + 10_800, 4),
        (4 * day as i64 + 16_200, 4 * day as i64 + 16_200, 4),
    ];
    let changes: Vec<i64> = (1..=cases.len() as i64).collect();
    let change_bytes = bytes_of(&changes, i64::to_ne_bytes);
    for reversed in [false, true] {
        let mut seconds = cases.map(|case| case.0);
        let (mut hours, mut days) = (cases.map(|case| case.1 * 1_000_000), cases.map(|c| c.2));
        if reversed {
            seconds.reverse();
            hours.reverse();
            days.reverse();
        }
        let times = bytes_of(&seconds.map(|second| second * 1_000_000), i64::to_ne_bytes);
        for (by, starts) in [(By::Hour, hours), (By::Day, days)] {
            let asked = Request { by, ..request(&times, &change_bytes, &zone) };
            let found = run(&asked).unwrap().unwrap();
            assert_eq!(found, expected(&starts, &[], &changes), "{by:?} {reversed}");
        }
    }
}

struct Stopped;

impl Control for Stopped {
    fn cancelled(&self) -> bool {
        true
    }
    fn progress(&self, _bytes_done: u64) {}
}

#[test]
fn a_control_stops_it() {
    let zone = utc();
    let eight_bytes = 1_i64.to_ne_bytes();
    let asked = request(&eight_bytes, &eight_bytes, &zone);
    let mut out = vec![0; HEADER_BYTES + 24];
    assert_eq!(timeline(&asked, &mut out, &Stopped), Err(Error::Cancelled));
}
