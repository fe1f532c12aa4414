//! Digests: of bytes in memory, streaming, and of files.

use std::fs::File;

use fastpath_kernels::fault::Error;
use fastpath_kernels::hash::{self, Algorithm, DIGEST_BYTES, Hasher};

use super::path_of;
use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel};
use crate::support::memory::{input, output, put};
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

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

fn algorithm_of(number: u32) -> Result<Algorithm, Failure> {
    Algorithm::from_id(number).ok_or(Failure::BadArgument)
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
