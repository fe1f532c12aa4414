//! The profiler of CSV and NDJSON.

use std::fs::File;

use fastpath_kernels::config::Config;
use fastpath_kernels::profile::Profiler;

use super::path_of;
use super::{KernelResult, with_kernel};
use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel};
use crate::support::memory::input;
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

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

fn with_profiler(
    handle: u32,
    body: impl FnOnce(&mut Profiler) -> KernelResult<()>,
) -> Result<i32, Failure> {
    fn pick(kernel: &mut Kernel) -> Option<&mut Profiler> {
        match kernel {
            Kernel::Profile(profiler) => Some(profiler),
            _ => None,
        }
    }
    with_kernel(handle, pick, |profiler| body(profiler).map(|()| OK))
}
