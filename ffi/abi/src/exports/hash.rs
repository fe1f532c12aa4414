//! Digests: of bytes in memory, streaming, of files and of sets of files.

use fastpath_kernels::config::Config;
use fastpath_kernels::fault::Error;
use fastpath_kernels::hash::set::{FileSet, SetOptions};
use fastpath_kernels::hash::{self, Algorithm, Hasher, Spec};

use super::{path_of, with_kernel};
use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel};
use crate::support::memory::{input, output, put, put_f64};
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

/// The usual digest of bytes in memory. Algorithm 1 is SHA-256, 2 BLAKE3, 3 SHA-512, 4 BLAKE2b,
/// 5 BLAKE2s, 6 XXH3.
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
        let out = unsafe { output(out, f64::from(out_len)) }?;
        let algorithm = algorithm_of(algorithm)?;
        let out = digest_room(out, algorithm.default_length())?;
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

/// Opens a streaming hash with a length, a key or a context, as a config says.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_open_with(config: *const u8, len: u32) -> i32 {
    guard(|| {
        let spec = spec_of(unsafe { input(config, f64::from(len)) }?)?;
        handles::open(Kernel::Hash(Box::new(Hasher::with(&spec))))
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
        let out = unsafe { output(out, f64::from(out_len)) }?;
        handles::with(handle, |slot| {
            let Kernel::Hash(hasher) = &slot.kernel else {
                return Err(Failure::BadHandle);
            };
            let out = digest_room(out, hasher.digest_length())?;
            let Kernel::Hash(hasher) = std::mem::replace(&mut slot.kernel, Kernel::Spent) else {
                return Err(Failure::BadHandle);
            };
            put(&hasher.finish(), out)
        })?;
        handles::close(handle)?;
        Ok(OK)
    })
}

/// The digest of a file, as a config says, read by `threads` threads. After `IO`, `out` holds the system's words
/// as UTF-8, cut to its length and ended by a zero where there is room.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_file(
    config: *const u8,
    config_len: u32,
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
        let spec = spec_of(unsafe { input(config, f64::from(config_len)) }?)?;
        let out = digest_room(unsafe { output(out, f64::from(out_len)) }?, spec.length())?;
        let control = unsafe { Cells::at(control, control_len) }?;
        let digest = hash::hash_path(&spec, path, threads as usize, &control);
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

/// Opens a set of files, as a config says; nothing is read yet. The result is its handle.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_set_open(config: *const u8, len: f64) -> i32 {
    guard(|| {
        let config = unsafe { input(config, len) }?;
        let options = SetOptions::of_config(&Config::parse(config)?)?;
        handles::open(Kernel::Set(Box::new((options, FileSet::default()))))
    })
}

/// Finds and hashes the files of a set. `sizes` then holds, as f64: the entries, and the bytes of
/// their paths, digests, records and lines (see `fp_hash_set_take`).
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_set_run(
    handle: u32,
    control: *const i32,
    control_len: u32,
    sizes: *mut u8,
    sizes_len: u32,
) -> i32 {
    guard(|| {
        let control = unsafe { Cells::at(control, control_len) }?;
        let sizes = unsafe { output(sizes, f64::from(sizes_len)) }?;
        with_set(handle, |(options, set)| {
            probe(options.roots.first().map_or(&[], |root| root.as_bytes()));
            *set = FileSet::run(options, &control)?;
            let lengths = [0, 1, 2, 3].map(|part| set.part_length(part) as f64);
            let [paths, digests, records, lines] = lengths;
            put_f64(&[set.len() as f64, paths, digests, records, lines], sizes)
                .map_err(|_| Error::BadArgument("no room for the sizes"))?;
            Ok(OK)
        })
    })
}

/// Copies a part of what came of a set: 0 the paths, each ended by a NUL; 1 the digests; 2 the
/// records; 3 the lines of a manifest.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_hash_set_take(
    handle: u32,
    part: u32,
    out: *mut u8,
    out_len: f64,
) -> i32 {
    guard(|| {
        let out = unsafe { output(out, out_len) }?;
        with_set(handle, |(_, set)| {
            let has_room = part < 4 && out.len() == set.part_length(part);
            if !has_room {
                return Err(Error::BadArgument("no such part, or another length"));
            }
            set.put_part(part, out);
            Ok(OK)
        })
    })
}

fn with_set(
    handle: u32,
    body: impl FnOnce(&mut (SetOptions, FileSet)) -> Result<i32, Error>,
) -> Result<i32, Failure> {
    with_kernel(handle, set_of, body)
}

fn set_of(kernel: &mut Kernel) -> Option<&mut (SetOptions, FileSet)> {
    if let Kernel::Set(set) = kernel { Some(set) } else { None }
}

fn spec_of(config: &[u8]) -> Result<Spec, Failure> {
    Ok(Spec::of_config(&Config::parse(config)?)?)
}

fn algorithm_of(number: u32) -> Result<Algorithm, Failure> {
    Algorithm::from_id(number).ok_or(Failure::BadArgument)
}

/// `out` itself, if a digest fits into it.
fn digest_room(out: &mut [u8], length: usize) -> Result<&mut [u8], Failure> {
    if out.len() < length { Err(Failure::BadArgument) } else { Ok(out) }
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
