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
use fastpath_kernels::series;

use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel, Slot};
use crate::support::info;
use crate::support::memory::{input, output, put, put_text};
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
