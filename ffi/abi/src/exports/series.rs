//! Timelines of columns.

use fastpath_kernels::series;

use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::memory::{input, output};
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

/// Makes a timeline of columns; `fastpath_kernels::series` says what stands in the buffers.
/// Times are i64 microseconds, or i32 days where `in_days` is 1.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn fp_series_timeline(
    times: *const u8,
    times_len: f64,
    in_days: u32,
    changes: *const u8,
    changes_len: f64,
    change_type: u32,
    validity: *const u8,
    validity_len: f64,
    ranks: *const u8,
    ranks_len: f64,
    groups: u32,
    by: u32,
    zone: *const u8,
    zone_len: f64,
    control: *const i32,
    control_len: u32,
    out: *mut u8,
    out_len: f64,
) -> i32 {
    guard(|| {
        let request = series::Request {
            times: unsafe { input(times, times_len) }?,
            in_days: in_days != 0,
            changes: unsafe { input(changes, changes_len) }?,
            change_type: series::ChangeType::from_id(change_type).ok_or(Failure::BadArgument)?,
            validity: unsafe { input(validity, validity_len) }?,
            ranks: unsafe { input(ranks, ranks_len) }?,
            groups,
            by: series::By::from_id(by).ok_or(Failure::BadArgument)?,
            zone: unsafe { input(zone, zone_len) }?,
        };
        let control = unsafe { Cells::at(control, control_len) }?;
        let out = unsafe { output(out, out_len) }?;
        probe(request.changes);
        series::timeline(&request, out, &control)?;
        Ok(OK)
    })
}
