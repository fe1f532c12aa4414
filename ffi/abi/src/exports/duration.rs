//! Durations: columns of texts to milliseconds and back.

use fastpath_kernels::duration::{self, Rules, Style};

use crate::support::guard::guard;
use crate::support::memory::{input, output};
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

/// What sizing says where a value cannot be printed; no status has this number.
const UNSAFE_DURATION: f64 = -100.0;

/// Parses a column of texts (Arrow: bytes, 32-bit offsets, a bitmap or nothing) into milliseconds
/// of 8 bytes and a bitmap. `report` gets two u32: the nulls, and the first row that was refused or
/// 0xffffffff. `BAD_ARGUMENT` also where an offset leaves the bytes. `flags`: on error 0 throw,
/// 1 null, 2 zero; 4 lenient, 8 tracker, 16 two fields are hours and minutes, 32 days.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_duration_parse(
    data: *const u8,
    len: f64,
    offsets: *const u8,
    offsets_len: f64,
    validity: *const u8,
    validity_len: f64,
    flags: u32,
    unit_ms: u32,
    values: *mut u8,
    values_len: f64,
    bits: *mut u8,
    bits_len: f64,
    report: *mut u8,
    report_len: u32,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let offsets = unsafe { input(offsets, offsets_len) }?;
        let validity = unsafe { input(validity, validity_len) }?;
        let values = unsafe { output(values, values_len) }?;
        let bits = unsafe { output(bits, bits_len) }?;
        let report = unsafe { output(report, f64::from(report_len)) }?;
        let report: &mut [u8; 8] = report.try_into().map_err(|_| Failure::BadArgument)?;
        let rules = Rules::from_flags(flags, unit_ms).ok_or(Failure::BadArgument)?;
        probe(data);
        let column = duration::Column { data, offsets, validity };
        let outcome = duration::parse_column(column, &rules, values, bits)?;
        let refused = outcome.refused.map_or(u32::MAX, |row| row as u32);
        report[..4].copy_from_slice(&(outcome.nulls as u32).to_le_bytes());
        report[4..].copy_from_slice(&refused.to_le_bytes());
        Ok(OK)
    })
}

/// Bytes of the lines of durations (8 bytes each, a bitmap or nothing), a status, or -100 where a
/// value is no safe integer. Style 0 is the clock, 1 ISO 8601, 2 compact.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_duration_format_size(
    values: *const u8,
    values_len: f64,
    validity: *const u8,
    validity_len: f64,
    style: u32,
) -> f64 {
    let mut size = UNSAFE_DURATION;
    let status = guard(|| {
        let values = unsafe { input(values, values_len) }?;
        let validity = unsafe { input(validity, validity_len) }?;
        let style = Style::from_id(style).ok_or(Failure::BadArgument)?;
        probe(values);
        if let Some(bytes) = duration::lines_size(values, validity, style)? {
            size = bytes as f64;
        }
        Ok(OK)
    });
    if status == OK { size } else { f64::from(status) }
}

/// Writes the lines of durations into `out`, which has the size that the call above gave.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_duration_format(
    values: *const u8,
    values_len: f64,
    validity: *const u8,
    validity_len: f64,
    style: u32,
    out: *mut u8,
    out_len: f64,
) -> i32 {
    guard(|| {
        let values = unsafe { input(values, values_len) }?;
        let validity = unsafe { input(validity, validity_len) }?;
        let out = unsafe { output(out, out_len) }?;
        let style = Style::from_id(style).ok_or(Failure::BadArgument)?;
        duration::format_lines(values, validity, style, out)?;
        Ok(OK)
    })
}
