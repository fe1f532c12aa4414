//! Statistics over columns: the figures of numbers, and the week statistics of tasks.

use fastpath_kernels::stats::{
    self, Bits, CELL_FIELDS, Moments, Numbers, Tasks, WEEK_FIELDS, Weighted,
};

use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::memory::{input, optional, output, put, put_f64, whole};
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

/// The sums of a column of numbers. Kind 1 is i32, 2 is i64, 3 is f64; without a validity bitmap
/// nothing is null; weights of kind 0 are none. `floats` receives 14 f64: count without NaN, NaN,
/// infinities up and down, least, greatest, sum of f64, mean, three sums of powers, the row of a
/// weight at fault or -1, sums of weights and of products. `integers` receives four i64: the
/// exact sum in 128 bits, least, greatest.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_stats_moments(
    kind: u32,
    data: *const u8,
    len: f64,
    validity: *const u8,
    validity_len: f64,
    weight_kind: u32,
    weights: *const u8,
    weights_len: f64,
    weight_validity: *const u8,
    weight_validity_len: f64,
    control: *const i32,
    control_len: u32,
    floats: *mut u8,
    floats_len: u32,
    integers: *mut u8,
    integers_len: u32,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let validity = unsafe { optional(validity, validity_len) }?;
        let weights = unsafe { input(weights, weights_len) }?;
        let weight_validity = unsafe { optional(weight_validity, weight_validity_len) }?;
        let control = unsafe { Cells::at(control, control_len) }?;
        let floats = unsafe { output(floats, f64::from(floats_len)) }?;
        let integers = unsafe { output(integers, f64::from(integers_len)) }?;
        probe(data);
        let numbers = Numbers::new(kind, data, validity).ok_or(Failure::BadArgument)?;
        let found = stats::moments(&numbers, &control)?;
        let weighted = if weight_kind == 0 {
            Weighted { fault_row: None, weights: 0.0, products: 0.0 }
        } else {
            let weights = Numbers::new(weight_kind, weights, weight_validity);
            let weights = weights.filter(|weights| weights.rows() == numbers.rows());
            stats::weighted(&numbers, &weights.ok_or(Failure::BadArgument)?, &control)?
        };
        put_f64(&floats_of(&found, &weighted), floats)?;
        let (least, greatest) = found.exact_range;
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&found.exact_sum.to_le_bytes());
        bytes[16..24].copy_from_slice(&least.to_le_bytes());
        bytes[24..].copy_from_slice(&greatest.to_le_bytes());
        put(&bytes, integers)?;
        Ok(OK)
    })
}

/// The values of ranks (f64 from 0, ascending, each once) among the numbers of a column that are
/// neither null nor NaN; `out` receives an f64 for each.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_stats_select(
    kind: u32,
    data: *const u8,
    len: f64,
    validity: *const u8,
    validity_len: f64,
    ranks: *const u8,
    ranks_len: u32,
    control: *const i32,
    control_len: u32,
    out: *mut u8,
    out_len: u32,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let validity = unsafe { optional(validity, validity_len) }?;
        let ranks = whole::<8>(unsafe { input(ranks, f64::from(ranks_len)) }?)?;
        let control = unsafe { Cells::at(control, control_len) }?;
        let out = unsafe { output(out, f64::from(out_len)) }?;
        probe(data);
        let numbers = Numbers::new(kind, data, validity).ok_or(Failure::BadArgument)?;
        if out.len() != ranks.len() * 8 {
            return Err(Failure::BadArgument);
        }
        let mut wanted = Vec::new();
        wanted.try_reserve_exact(ranks.len()).map_err(|_| Failure::OutOfMemory)?;
        // A rank that is no rank becomes one that is refused, or that was asked for twice.
        wanted.extend(ranks.iter().map(|&bytes| f64::from_le_bytes(bytes) as usize));
        let put = |at: usize, value: f64| out[at * 8..][..8].copy_from_slice(&value.to_le_bytes());
        stats::select(&numbers, &wanted, &control, put)?;
        Ok(OK)
    })
}

/// The sums of a task tracker by week and project, over columns of `rows` rows: weeks and projects
/// as i32, durations and scores as f64 or, where their flag is 0, i32; a null bitmap says that
/// nothing is null. Weeks are codes below `week_codes`, or any numbers where that is -1. `head`
/// receives four f64: weeks and cells found, the row at fault, and what is wrong with it or 0.
/// The sums are written only where both have room: seven f64 a week, four a cell (see
/// `stats::WeekSums`).
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_stats_week(
    rows: f64,
    weeks: *const u8,
    week_validity: *const u8,
    week_codes: i32,
    durations_are_f64: u32,
    durations: *const u8,
    duration_validity: *const u8,
    scores_are_f64: u32,
    scores: *const u8,
    score_validity: *const u8,
    projects: *const u8,
    project_validity: *const u8,
    project_codes: u32,
    control: *const i32,
    control_len: u32,
    head: *mut u8,
    head_len: u32,
    out_weeks: *mut u8,
    out_weeks_len: f64,
    out_cells: *mut u8,
    out_cells_len: f64,
) -> i32 {
    guard(|| {
        let weeks = unsafe { input(weeks, rows * 4.0) }?;
        let projects = unsafe { input(projects, rows * 4.0) }?;
        let [durations_kind, scores_kind] =
            [durations_are_f64, scores_are_f64].map(|flag| if flag == 0 { 1 } else { 3 });
        let width = |kind| if kind == 1 { 4.0 } else { 8.0 };
        let durations = unsafe { input(durations, rows * width(durations_kind)) }?;
        let scores = unsafe { input(scores, rows * width(scores_kind)) }?;
        let bits = (rows / 8.0).ceil();
        let bits_at = |at| unsafe { bitmap(at, bits) };
        let control = unsafe { Cells::at(control, control_len) }?;
        let head = unsafe { output(head, f64::from(head_len)) }?;
        let out_weeks = unsafe { output(out_weeks, out_weeks_len) }?;
        let out_cells = unsafe { output(out_cells, out_cells_len) }?;
        probe(weeks);
        let rows = weeks.len() / 4;
        let valid = |bytes| Bits::new(bytes, rows).ok_or(Failure::BadArgument);
        let numbers = |kind, data, bytes| Numbers::new(kind, data, bytes);
        let tasks = Tasks {
            weeks: whole(weeks)?,
            week_valid: valid(bits_at(week_validity)?)?,
            week_codes: usize::try_from(week_codes).ok(),
            durations: numbers(durations_kind, durations, bits_at(duration_validity)?)
                .ok_or(Failure::BadArgument)?,
            scores: numbers(scores_kind, scores, bits_at(score_validity)?)
                .ok_or(Failure::BadArgument)?,
            projects: whole(projects)?,
            project_valid: valid(bits_at(project_validity)?)?,
            project_codes: project_codes as usize,
        };
        let found = stats::week_sums(&tasks, &control)?;
        let (row, kind) = found.fault.map_or((0, 0), |(row, kind)| (row, kind as u32));
        let (weeks, cells) = (found.weeks.as_flattened(), found.cells.as_flattened());
        let counts = [weeks.len() / WEEK_FIELDS, cells.len() / CELL_FIELDS];
        put_f64(&[counts[0] as f64, counts[1] as f64, row as f64, f64::from(kind)], head)?;
        if weeks.len() * 8 <= out_weeks.len() && cells.len() * 8 <= out_cells.len() {
            put_f64(weeks, out_weeks)?;
            put_f64(cells, out_cells)?;
        }
        Ok(OK)
    })
}

/// The floats of `fp_stats_moments` in their order.
fn floats_of(found: &Moments, weighted: &Weighted) -> [f64; 14] {
    let [s2, s3, s4] = found.powers;
    let (up, down) = found.infinities;
    [
        found.count as f64,
        found.nans as f64,
        up as f64,
        down as f64,
        found.min,
        found.max,
        found.sum,
        found.mean,
        s2,
        s3,
        s4,
        weighted.fault_row.map_or(-1.0, |row| row as f64),
        weighted.weights,
        weighted.products,
    ]
}

/// A bitmap of `length` bytes, or none where the pointer is null.
///
/// # Safety
/// As for `input`.
unsafe fn bitmap<'a>(at: *const u8, length: f64) -> Result<Option<&'a [u8]>, Failure> {
    unsafe { optional(at, if at.is_null() { 0.0 } else { length }) }
}
