//! The timeline through its export.

use super::*;

/// The table of UTC: one entry that holds always.
const UTC: [f64; 5] = [f64::NEG_INFINITY, 0.0, f64::NEG_INFINITY, f64::NEG_INFINITY, 0.0];

struct Call {
    times: Vec<i64>,
    changes: Vec<i64>,
    ranks: Vec<u32>,
    zone: Vec<f64>,
    out: Vec<u64>,
}

impl Call {
    fn new() -> Call {
        Call {
            times: vec![7_000_000, 3_000_000, 7_000_000],
            changes: vec![1, 2, 3],
            ranks: Vec::new(),
            zone: UTC.to_vec(),
            out: vec![0; 2 + 3 * 3],
        }
    }

    /// Calls with the lengths as they are, the control's cells and what `by` says.
    fn run(&mut self, by: u32, change_type: u32, control: &[i32]) -> i32 {
        let ranks = if self.ranks.is_empty() { null() } else { self.ranks.as_ptr().cast() };
        let cells = if control.is_empty() { null() } else { control.as_ptr() };
        unsafe {
            fp_series_timeline(
                self.times.as_ptr().cast(),
                self.times.len() as f64 * 8.0,
                0,
                self.changes.as_ptr().cast(),
                self.changes.len() as f64 * 8.0,
                change_type,
                null(),
                0.0,
                ranks,
                self.ranks.len() as f64 * 4.0,
                1 + self.ranks.iter().copied().max().unwrap_or(0),
                by,
                self.zone.as_ptr().cast(),
                self.zone.len() as f64 * 8.0,
                cells,
                control.len() as u32,
                self.out.as_mut_ptr().cast(),
                self.out.len() as f64 * 8.0,
            )
        }
    }
}

#[test]
fn a_timeline_stands_in_the_output() {
    let mut call = Call::new();
    assert_eq!(call.run(0, 1, &[]), 0);
    let rows = 2.0_f64.to_bits();
    assert_eq!(call.out, [rows, 0, 3_000_000, 7_000_000, 0, 2, 4, 0, 2, 6, 0]);
}

#[test]
fn a_timeline_refuses_what_does_not_fit() {
    let refused = |change: &dyn Fn(&mut Call), by, change_type| {
        let mut call = Call::new();
        change(&mut call);
        assert_eq!(call.run(by, change_type, &[]), BAD_ARGUMENT);
    };
    refused(&|_| {}, 7, 1);
    refused(&|_| {}, u32::MAX, 1);
    refused(&|_| {}, 0, 3);
    refused(&|_| {}, 0, 0);
    refused(&|call| call.changes.truncate(call.changes.len() - 1), 0, 1);
    refused(&|call| call.times.truncate(call.times.len() - 1), 0, 1);
    refused(&|call| call.out.truncate(call.out.len() - 1), 0, 1);
    refused(&|call| call.zone.truncate(call.zone.len() - 1), 0, 1);
    refused(&|call| call.zone.clear(), 0, 1);
    refused(&|call| call.ranks = vec![0], 0, 1);
    refused(&|call| call.ranks = vec![0, 1, 0], 0, 1);
}

#[test]
fn a_timeline_refuses_null_with_a_length() {
    let mut out = [0_u8; 40];
    let time = 0_i64.to_ne_bytes();
    let zone: Vec<u8> = UTC.iter().flat_map(|number| number.to_ne_bytes()).collect();
    let call = |times, changes, zone, out| unsafe {
        fp_series_timeline(
            times,
            8.0,
            0,
            changes,
            8.0,
            1,
            null(),
            0.0,
            null(),
            0.0,
            1,
            0,
            zone,
            40.0,
            null(),
            0,
            out,
            40.0,
        )
    };
    let (data, table, room) = (time.as_ptr(), zone.as_ptr(), out.as_mut_ptr());
    assert_eq!(call(data, data, table, room), 0);
    assert_eq!(call(null(), data, table, room), BAD_ARGUMENT);
    assert_eq!(call(data, null(), table, room), BAD_ARGUMENT);
    assert_eq!(call(data, data, null(), room), BAD_ARGUMENT);
    assert_eq!(call(data, data, table, null_mut()), BAD_ARGUMENT);
}

#[test]
fn a_set_flag_stops_a_timeline() {
    let mut call = Call::new();
    assert_eq!(call.run(0, 1, &[1, 0, 0, 0]), Failure::Cancelled as i32);
    assert_eq!(call.run(0, 1, &[0, 0, 0, 0]), 0);
    assert_eq!(call.run(0, 1, &[0, 0, 0]), BAD_ARGUMENT);
}

/// Times, offsets and sums of any bits end in a status.
#[test]
fn noise_ends_in_a_status() {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
        state ^ state >> 29
    };
    for _ in 0..2000 {
        let mut call = Call::new();
        call.times.fill_with(|| next() as i64 >> (next() % 64));
        call.changes.fill_with(|| next() as i64);
        call.zone = (0..10).map(|_| f64::from_bits(next())).collect();
        if next() % 2 == 0 {
            call.zone = (0..10)
                .map(|at| (next() % (1 << 36)) as f64 / (1 + at % 5 * 99_999) as f64)
                .collect();
        }
        let status = call.run((next() % 7) as u32, 1 + (next() % 2) as u32, &[]);
        assert!(status == 0 || status == BAD_ARGUMENT, "{status}");
    }
}
