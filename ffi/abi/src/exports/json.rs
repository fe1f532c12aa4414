//! JSON as bytes: checking, minifying and selecting.

use fastpath_kernels::config::Config;
use fastpath_kernels::json::JsonStream;

use super::KernelResult;
use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel, Slot};
use crate::support::memory::{input, output};
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

/// Opens a stream that checks, minifies or selects, as a config says; the result is its handle.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_json_open(config: *const u8, len: u32) -> i32 {
    guard(|| {
        let config = Config::parse(unsafe { input(config, f64::from(len)) }?)?;
        handles::open(Kernel::Json(Box::new(JsonStream::open(&config)?)))
    })
}

/// Gives the next bytes to a stream of JSON. `last` is 1 when nothing follows `data`. After a
/// fault the output before it waits all the same; the handle is then of no more use.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_json_push(
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
        handles::with(handle, |slot: &mut Slot| {
            slot.clear_text();
            with_json(slot, |json| {
                probe(data);
                json.push(data, last != 0, &control)
            })
        })
    })
}

/// The number of bytes that wait to be taken; below zero for a handle that is none.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub extern "C" fn fp_json_waiting(handle: u32) -> f64 {
    let mut waiting = -1.0;
    guard(|| {
        handles::with(handle, |slot| {
            if let Kernel::Json(json) = &slot.kernel {
                waiting = json.waiting() as f64;
            }
            Ok(OK)
        })
    });
    waiting
}

/// Moves the waiting bytes to the front of `out`, which has room for them.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_json_take(handle: u32, out: *mut u8, len: f64) -> i32 {
    guard(|| {
        let out = unsafe { output(out, len) }?;
        // The text of a fault stays: it is read after the output before it.
        handles::with(handle, |slot: &mut Slot| {
            let Kernel::Json(json) = &mut slot.kernel else {
                return Err(Failure::BadHandle);
            };
            json.take(out)?;
            Ok(OK)
        })
    })
}

fn with_json(
    slot: &mut Slot,
    body: impl FnOnce(&mut JsonStream) -> KernelResult<()>,
) -> Result<i32, Failure> {
    let Kernel::Json(json) = &mut slot.kernel else {
        return Err(Failure::BadHandle);
    };
    let result = body(json);
    result.map_err(|error| slot.fail(error))?;
    Ok(OK)
}
