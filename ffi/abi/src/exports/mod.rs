//! Everything the library exports, a file an area: `ffi/bindgen` includes them to write
//! `ffi/symbols.ts`. Arguments are pointers, u32, i32 and f64 (a length that may pass 4 GiB);
//! results are statuses (see `support::status`) or plain numbers.
//!
//! The safety contract is the same for all: each pointer is null or valid for the length that
//! follows it until the call returns, an `out` pointer overlaps no other argument, a `control`
//! pointer is null or points to cells that everybody uses atomically. JavaScript checks lengths
//! before it calls; what can be checked again without trusting it is checked again here.
#![allow(clippy::missing_safety_doc)]

pub mod duration;
pub mod hash;
pub mod json;
pub mod profile;
pub mod reader;
pub mod schema;
pub mod series;
pub mod stats;
pub mod writer;

use fastpath_kernels::fault::Error;

use crate::support::guard::guard;
use crate::support::handles::{self, Kernel, Slot};
use crate::support::info;
use crate::support::memory::{output, put_text};
use crate::support::status::{Failure, OK};
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

fn path_of(bytes: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(bytes).map_err(|_| Failure::BadArgument)
}

type KernelResult<T> = Result<T, Error>;

/// Works on the kernel behind a handle, which `pick` takes out of its slot; the text of the call
/// before goes. A fault becomes the handle's text.
fn with_kernel<K>(
    handle: u32,
    pick: fn(&mut Kernel) -> Option<&mut K>,
    body: impl FnOnce(&mut K) -> KernelResult<i32>,
) -> Result<i32, Failure> {
    handles::with(handle, |slot: &mut Slot| {
        slot.clear_text();
        let kernel = pick(&mut slot.kernel).ok_or(Failure::BadHandle)?;
        let result = body(kernel);
        result.map_err(|error| slot.fail(error))
    })
}
