//! The exports of statistics: lengths, nulls and bitmaps that lie.

use super::*;

/// Arguments of `fp_stats_moments` over three numbers with weights.
struct Call {
    kind: u32,
    len: f64,
    validity_len: f64,
    weight_kind: u32,
    weights_len: f64,
    floats_len: u32,
    integers_len: u32,
}

const NUMBERS: [f64; 3] = [1.0, 5.0, 3.0];

fn good() -> Call {
    Call {
        kind: 3,
        len: 24.0,
        validity_len: 1.0,
        weight_kind: 3,
        weights_len: 24.0,
        floats_len: 112,
        integers_len: 32,
    }
}

impl Call {
    fn run(&self) -> (i32, [f64; 14]) {
        let (mut floats, mut integers) = ([0.0; 14], [0_i64; 4]);
        let bits = [0b101_u8];
        let numbers = NUMBERS.as_ptr().cast::<u8>();
        let status = unsafe {
            fp_stats_moments(
                self.kind,
                numbers,
                self.len,
                bits.as_ptr(),
                self.validity_len,
                self.weight_kind,
                numbers,
                self.weights_len,
                null(),
                0.0,
                null(),
                0,
                floats.as_mut_ptr().cast(),
                self.floats_len,
                integers.as_mut_ptr().cast(),
                self.integers_len,
            )
        };
        (status, floats)
    }
}

#[test]
fn moments_leave_nulls_out() {
    let (status, floats) = good().run();
    assert_eq!(status, 0);
    // Count, range, sum, mean; no weight at fault, weights, products.
    assert_eq!([floats[0], floats[4], floats[5], floats[6], floats[7]], [2.0, 1.0, 3.0, 4.0, 2.0]);
    assert_eq!(floats[11..], [-1.0, 4.0, 10.0]);
    let (status, floats) = Call { weight_kind: 0, weights_len: 0.0, ..good() }.run();
    assert_eq!((status, floats[12]), (0, 0.0));
}

#[test]
fn moments_refuse_arguments_that_do_not_fit() {
    let bad = [
        Call { kind: 0, ..good() },
        Call { kind: 4, ..good() },
        Call { len: 23.0, ..good() },
        Call { len: -8.0, ..good() },
        Call { len: f64::NAN, ..good() },
        Call { validity_len: 0.0, ..good() },
        Call { weight_kind: 4, ..good() },
        Call { weights_len: 16.0, ..good() },
        Call { floats_len: 104, ..good() },
        Call { integers_len: 24, ..good() },
    ];
    for (index, call) in bad.iter().enumerate() {
        assert_eq!(call.run().0, BAD_ARGUMENT, "{index}");
    }
}

/// Picks ranks of the numbers into as many values.
fn select(ranks: &[f64], ranks_len: u32, out_len: u32) -> (i32, Vec<f64>) {
    let mut out = vec![0.0; ranks.len()];
    let status = unsafe {
        fp_stats_select(
            3,
            NUMBERS.as_ptr().cast(),
            24.0,
            null(),
            0.0,
            ranks.as_ptr().cast(),
            ranks_len,
            null(),
            0,
            out.as_mut_ptr().cast(),
            out_len,
        )
    };
    (status, out)
}

#[test]
fn select_takes_ranks_in_order_alone() {
    assert_eq!(select(&[0.0, 1.0, 2.0], 24, 24), (0, vec![1.0, 3.0, 5.0]));
    assert_eq!(select(&[], 0, 0), (0, vec![]));
    for ranks in [[1.0, 0.0], [0.0, 3.0], [1.0, 1.0], [0.0, 1e300], [f64::NAN, -1.0]] {
        assert_eq!(select(&ranks, 16, 16).0, BAD_ARGUMENT, "{ranks:?}");
    }
    assert_eq!(select(&[0.0, 1.0], 15, 16).0, BAD_ARGUMENT);
    assert_eq!(select(&[0.0, 1.0], 16, 8).0, BAD_ARGUMENT);
}

/// Arguments of `fp_stats_week` over two tasks of a week.
struct Week {
    rows: f64,
    week_codes: i32,
    durations_are_f64: u32,
    project_codes: u32,
    head_len: u32,
    weeks_len: f64,
    cells_len: f64,
}

fn tasks() -> Week {
    Week {
        rows: 2.0,
        week_codes: -1,
        durations_are_f64: 0,
        project_codes: 1,
        head_len: 32,
        weeks_len: 56.0,
        cells_len: 32.0,
    }
}

impl Week {
    fn run(&self) -> (i32, [f64; 4], [f64; 7], [f64; 4]) {
        let (weeks, durations, scores, projects) = ([7, 7], [3600, 60], [5, i32::MIN], [0, -1]);
        let first = [0b01_u8];
        let at = |values: &[i32; 2]| values.as_ptr().cast::<u8>();
        let (mut head, mut out_weeks, mut out_cells) = ([0.0; 4], [0.0; 7], [0.0; 4]);
        let status = unsafe {
            fp_stats_week(
                self.rows,
                at(&weeks),
                null(),
                self.week_codes,
                self.durations_are_f64,
                at(&durations),
                null(),
                0,
                at(&scores),
                first.as_ptr(),
                at(&projects),
                first.as_ptr(),
                self.project_codes,
                null(),
                0,
                head.as_mut_ptr().cast(),
                self.head_len,
                out_weeks.as_mut_ptr().cast(),
                self.weeks_len,
                out_cells.as_mut_ptr().cast(),
                self.cells_len,
            )
        };
        (status, head, out_weeks, out_cells)
    }
}

#[test]
fn weeks_are_written_where_there_is_room() {
    let (status, head, weeks, cells) = tasks().run();
    assert_eq!((status, head), (0, [1.0, 1.0, 0.0, 0.0]));
    assert_eq!(weeks, [7.0, 2.0, 3660.0, 1.0, 5.0, 1.0, 5.0]);
    assert_eq!(cells, [7.0, 0.0, 1.0, 3600.0]);
    for short in [Week { weeks_len: 48.0, ..tasks() }, Week { cells_len: 0.0, ..tasks() }] {
        let (status, head, weeks, cells) = short.run();
        assert_eq!((status, head), (0, [1.0, 1.0, 0.0, 0.0]));
        assert_eq!((weeks, cells), ([0.0; 7], [0.0; 4]));
    }
}

#[test]
fn weeks_name_the_row_at_fault() {
    let (status, head, ..) = Week { week_codes: 7, ..tasks() }.run();
    assert_eq!((status, head), (0, [0.0, 0.0, 0.0, 5.0]));
    let (status, head, ..) = Week { project_codes: 0, ..tasks() }.run();
    assert_eq!((status, head), (0, [0.0, 0.0, 0.0, 6.0]));
    let (status, head, ..) = Week { rows: 0.0, ..tasks() }.run();
    assert_eq!((status, head), (0, [0.0; 4]));
}

#[test]
fn weeks_refuse_lengths_that_are_none() {
    let bad = [
        Week { rows: -1.0, ..tasks() },
        Week { rows: 0.3, ..tasks() },
        Week { rows: f64::NAN, ..tasks() },
        Week { rows: 1e300, ..tasks() },
        Week { head_len: 24, ..tasks() },
        Week { weeks_len: -56.0, ..tasks() },
        Week { cells_len: 0.5, ..tasks() },
    ];
    for (index, call) in bad.iter().enumerate() {
        assert_eq!(call.run().0, BAD_ARGUMENT, "{index}");
    }
}

#[test]
fn statistics_take_null_for_nothing_alone() {
    let (mut floats, mut integers) = ([0.0_f64; 14], [0_i64; 4]);
    let (floats, integers) = (floats.as_mut_ptr().cast::<u8>(), integers.as_mut_ptr().cast::<u8>());
    let moments = |len, weights_len, floats, integers| unsafe {
        fp_stats_moments(
            3,
            null(),
            len,
            null(),
            0.0,
            3,
            null(),
            weights_len,
            null(),
            0.0,
            null(),
            0,
            floats,
            112,
            integers,
            32,
        )
    };
    assert_eq!(moments(0.0, 0.0, floats, integers), 0);
    assert_eq!(moments(8.0, 0.0, floats, integers), BAD_ARGUMENT);
    assert_eq!(moments(0.0, 8.0, floats, integers), BAD_ARGUMENT);
    assert_eq!(moments(0.0, 0.0, null_mut(), integers), BAD_ARGUMENT);
    assert_eq!(moments(0.0, 0.0, floats, null_mut()), BAD_ARGUMENT);
}
