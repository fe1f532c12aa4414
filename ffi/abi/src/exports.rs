//! Everything the library exports, in one file: `ffi/bindgen` includes it to write
//! `ffi/symbols.ts`. Arguments are pointers, u32, i32 and f64 (a length that may pass 4 GiB);
//! results are statuses (see `support::status`) or plain numbers.
//!
//! The safety contract is the same for all: each pointer is null or valid for the length that
//! follows it until the call returns, an `out` pointer overlaps no other argument, a `control`
//! pointer is null or points to cells that everybody uses atomically. JavaScript checks lengths
//! before it calls; what can be checked again without trusting it is checked again here.
#![allow(clippy::missing_safety_doc)]

use std::fs::File;

use fastpath_kernels::config::Config;
use fastpath_kernels::fault::Error;
use fastpath_kernels::hash::{self, Algorithm, DIGEST_BYTES, Hasher};
use fastpath_kernels::profile::Profiler;
use fastpath_kernels::reader::{Reader, Step};
use fastpath_kernels::stats::{self, Bits, CELL_FIELDS, Numbers, Tasks, WEEK_FIELDS};

use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel, Slot};
use crate::support::info;
use crate::support::memory::{input, optional, output, put, put_f64, put_text, whole};
use crate::support::probe::probe;
use crate::support::status::{Failure, MORE, OK};
use crate::support::symbols_hash::SYMBOLS_HASH;

/// Raised when the meaning of an export changes while its signature stays.
const ABI_VERSION: u32 = 1;

/// The version of this interface.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub extern "C" fn fp_abi_version() -> u32 {
    ABI_VERSION
}

/// The hash of the symbol table that this library was built with.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub extern "C" fn fp_symbols_hash() -> u32 {
    SYMBOLS_HASH
}

/// Copies a JSON text about the library (version, CPU features) if it fits; gives its length.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_info(out: *mut u8, cap: u32) -> i32 {
    guard(|| {
        let out = unsafe { output(out, f64::from(cap)) }?;
        put_text(&info::json(), out)
    })
}

/// The digest of bytes in memory. Algorithm 1 is SHA-256, 2 is BLAKE3.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_digest(
    algorithm: u32,
    data: *const u8,
    len: f64,
    out: *mut u8,
    out_len: u32,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let out = digest_room(unsafe { output(out, f64::from(out_len)) }?)?;
        let algorithm = algorithm_of(algorithm)?;
        probe(data);
        put(&hash::digest(algorithm, data), out)?;
        Ok(OK)
    })
}

/// Opens a streaming hash; the result is its handle.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub extern "C" fn fp_hash_open(algorithm: u32) -> i32 {
    guard(|| {
        let hasher = Hasher::new(algorithm_of(algorithm)?);
        handles::open(Kernel::Hash(Box::new(hasher)))
    })
}

/// Adds bytes to a streaming hash.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_update(handle: u32, data: *const u8, len: f64) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        handles::with(handle, |slot| {
            let Kernel::Hash(hasher) = &mut slot.kernel else {
                return Err(Failure::BadHandle);
            };
            probe(data);
            hasher.update(data);
            Ok(OK)
        })
    })
}

/// Gives the digest of a streaming hash and closes its handle.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_finish(handle: u32, out: *mut u8, out_len: u32) -> i32 {
    guard(|| {
        let out = digest_room(unsafe { output(out, f64::from(out_len)) }?)?;
        handles::with(handle, |slot| {
            if !matches!(slot.kernel, Kernel::Hash(_)) {
                return Err(Failure::BadHandle);
            }
            let Kernel::Hash(hasher) = std::mem::replace(&mut slot.kernel, Kernel::Spent) else {
                return Err(Failure::BadHandle);
            };
            put(&hasher.finish(), out)
        })?;
        handles::close(handle)?;
        Ok(OK)
    })
}

/// The digest of a file, read by `threads` threads. After `IO`, `out` holds the system's words
/// as UTF-8, cut to its length and ended by a zero where there is room.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_file(
    algorithm: u32,
    path: *const u8,
    path_len: u32,
    threads: u32,
    control: *const i32,
    control_len: u32,
    out: *mut u8,
    out_len: u32,
) -> i32 {
    guard(|| {
        let path = path_of(unsafe { input(path, f64::from(path_len)) }?)?;
        let out = digest_room(unsafe { output(out, f64::from(out_len)) }?)?;
        let control = unsafe { Cells::at(control, control_len) }?;
        let algorithm = algorithm_of(algorithm)?;
        let digest = File::open(path)
            .map_err(Into::into)
            .and_then(|file| hash::hash_file(algorithm, &file, threads as usize, &control));
        let digest = digest.map_err(|error| {
            if let Error::Io(words) = &error {
                put_words(words, out);
            }
            Failure::from(error)
        })?;
        put(&digest, out)?;
        Ok(OK)
    })
}

/// Opens a reader (CSV or NDJSON to Arrow buffers) with a config; the result is its handle.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_reader_open(config: *const u8, len: u32) -> i32 {
    guard(|| {
        let config = Config::parse(unsafe { input(config, f64::from(len)) }?)?;
        handles::open(Kernel::Reader(Box::new(Reader::open(&config)?)))
    })
}

/// Feeds a reader. `MORE` says that a batch is ready: take it, drop it with `fp_reader_next`, then
/// push again with no data. `last` is 1 when nothing follows `data`.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_reader_push(
    handle: u32,
    data: *const u8,
    len: f64,
    last: u32,
    control: *const i32,
    control_len: u32,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let control = unsafe { Cells::at(control, control_len) }?;
        with_reader(handle, |reader| {
            probe(data);
            let step = reader.push(data, last != 0, &control)?;
            Ok(if matches!(step, Step::More) { MORE } else { OK })
        })
    })
}

/// Copies a part of a column of the ready batch; `len` is that part's exact size in bytes.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_reader_copy(
    handle: u32,
    column: u32,
    part: u32,
    out: *mut u8,
    len: f64,
) -> i32 {
    guard(|| {
        let out = unsafe { output(out, len) }?;
        handles::with(handle, |slot| {
            let Kernel::Reader(reader) = &mut slot.kernel else {
                return Err(Failure::BadHandle);
            };
            reader.copy(column, part, out)?;
            Ok(OK)
        })
    })
}

/// Drops the ready batch of a reader.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub extern "C" fn fp_reader_next(handle: u32) -> i32 {
    guard(|| {
        with_reader(handle, |reader| {
            reader.next();
            Ok(OK)
        })
    })
}

/// Opens a profiler with a config; the result is its handle.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_profile_open(config: *const u8, len: u32) -> i32 {
    guard(|| {
        let config = Config::parse(unsafe { input(config, f64::from(len)) }?)?;
        handles::open(Kernel::Profile(Box::new(Profiler::open(&config)?)))
    })
}

/// Feeds a profiler; after the push with `last` the handle's text is the result.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_profile_push(
    handle: u32,
    data: *const u8,
    len: f64,
    last: u32,
    control: *const i32,
    control_len: u32,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let control = unsafe { Cells::at(control, control_len) }?;
        with_profiler(handle, |profiler| {
            probe(data);
            profiler.push(data, last != 0, &control)
        })
    })
}

/// Profiles a whole file; afterwards the handle's text is the result.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_profile_file(
    handle: u32,
    path: *const u8,
    path_len: u32,
    control: *const i32,
    control_len: u32,
) -> i32 {
    guard(|| {
        let path = path_of(unsafe { input(path, f64::from(path_len)) }?)?;
        let control = unsafe { Cells::at(control, control_len) }?;
        with_profiler(handle, |profiler| profiler.run_file(File::open(path)?, &control))
    })
}

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
            stats::Weighted { fault_row: None, weights: 0.0, products: 0.0 }
        } else {
            let weights = Numbers::new(weight_kind, weights, weight_validity);
            let weights = weights.filter(|weights| weights.rows() == numbers.rows());
            stats::weighted(&numbers, &weights.ok_or(Failure::BadArgument)?, &control)?
        };
        let [s2, s3, s4] = found.powers;
        let fault_row = weighted.fault_row.map_or(-1.0, |row| row as f64);
        let (up, down) = found.infinities;
        put_f64(
            &[
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
                fault_row,
                weighted.weights,
                weighted.products,
            ],
            floats,
        )?;
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
        let head = unsafe { output(head, 32.0) }?;
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

/// Copies a handle's text (a fault, the schema of a batch, a profile; JSON in UTF-8) if it fits;
/// gives its length either way.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_handle_text(handle: u32, out: *mut u8, cap: u32) -> i32 {
    guard(|| {
        let out = unsafe { output(out, f64::from(cap)) }?;
        handles::with(handle, |slot| put_text(slot.text(), out))
    })
}

/// Closes a handle of any kind. A call that is still using it ends as if it were open.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub extern "C" fn fp_handle_close(handle: u32) -> i32 {
    guard(|| handles::close(handle).map(|()| OK))
}

fn algorithm_of(number: u32) -> Result<Algorithm, Failure> {
    Algorithm::from_id(number).ok_or(Failure::BadArgument)
}

/// A bitmap of `length` bytes, or none where the pointer is null.
///
/// # Safety
/// As for `input`.
unsafe fn bitmap<'a>(at: *const u8, length: f64) -> Result<Option<&'a [u8]>, Failure> {
    unsafe { optional(at, if at.is_null() { 0.0 } else { length }) }
}

fn path_of(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes).map_err(|_| Failure::BadArgument)
}

/// `out` itself, if a digest fits into it.
fn digest_room(out: &mut [u8]) -> Result<&mut [u8], Failure> {
    if out.len() < DIGEST_BYTES { Err(Failure::BadArgument) } else { Ok(out) }
}

/// The front of `words` that fits into `out`, then a zero.
fn put_words(words: &str, out: &mut [u8]) {
    let fits = |&end: &usize| end <= out.len() && words.is_char_boundary(end);
    let length = (0..=words.len()).rev().find(fits).unwrap_or(0);
    out[..length].copy_from_slice(&words.as_bytes()[..length]);
    if let Some(end) = out.get_mut(length) {
        *end = 0;
    }
}

type KernelResult<T> = Result<T, Error>;

fn with_reader(
    handle: u32,
    body: impl FnOnce(&mut Reader) -> KernelResult<i32>,
) -> Result<i32, Failure> {
    handles::with(handle, |slot: &mut Slot| {
        slot.clear_text();
        let Kernel::Reader(reader) = &mut slot.kernel else {
            return Err(Failure::BadHandle);
        };
        let result = body(reader);
        result.map_err(|error| slot.fail(error))
    })
}

fn with_profiler(
    handle: u32,
    body: impl FnOnce(&mut Profiler) -> KernelResult<()>,
) -> Result<i32, Failure> {
    handles::with(handle, |slot: &mut Slot| {
        slot.clear_text();
        let Kernel::Profile(profiler) = &mut slot.kernel else {
            return Err(Failure::BadHandle);
        };
        let result = body(profiler);
        result.map_err(|error| slot.fail(error))?;
        Ok(OK)
    })
}
