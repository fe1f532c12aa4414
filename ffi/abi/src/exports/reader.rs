//! The reader: CSV or NDJSON to Arrow buffers.

use std::fs::File;

use fastpath_kernels::config::Config;
use fastpath_kernels::reader::{Reader, Step};

use super::path_of;
use super::{KernelResult, with_kernel};
use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel};
use crate::support::memory::{input, output, passed};
use crate::support::probe::probe;
use crate::support::status::{Failure, MORE, OK};

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
            // What is read from memory as a whole is no stream.
            if last == 0 {
                passed(data.len());
            }
            Ok(if matches!(step, Step::More) { MORE } else { OK })
        })
    })
}

/// Feeds a reader that makes one batch of all rows with a whole file; then as after the last push.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_reader_file(
    handle: u32,
    path: *const u8,
    path_len: u32,
    control: *const i32,
    control_len: u32,
) -> i32 {
    guard(|| {
        let path = path_of(unsafe { input(path, f64::from(path_len)) }?)?;
        let control = unsafe { Cells::at(control, control_len) }?;
        with_reader(handle, |reader| {
            let step = reader.push_file(File::open(path)?, &control)?;
            Ok(if matches!(step, Step::More) { MORE } else { OK })
        })
    })
}

/// Copies a part of a column of the ready batch; `len` is that part's exact size in bytes.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
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

/// Takes the error rows of a reader so far: a JSON array that waits as the handle's text.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub extern "C" fn fp_reader_errors(handle: u32) -> i32 {
    guard(|| {
        handles::with(handle, |slot| {
            let Kernel::Reader(reader) = &mut slot.kernel else {
                return Err(Failure::BadHandle);
            };
            let text = reader.take_errors();
            slot.keep_text(text);
            Ok(OK)
        })
    })
}

fn with_reader(
    handle: u32,
    body: impl FnOnce(&mut Reader) -> KernelResult<i32>,
) -> Result<i32, Failure> {
    fn pick(kernel: &mut Kernel) -> Option<&mut Reader> {
        match kernel {
            Kernel::Reader(reader) => Some(reader),
            _ => None,
        }
    }
    with_kernel(handle, pick, body)
}
