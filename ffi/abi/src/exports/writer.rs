//! The writer: columns to the rows of CSV or JSON.

use fastpath_kernels::config::Config;
use fastpath_kernels::writer::Writer;

use super::{KernelResult, with_kernel};
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel};
use crate::support::memory::{input, output};
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

/// Opens a writer (columns to the rows of CSV or JSON) with a config; the result is its handle.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_writer_open(config: *const u8, len: u32) -> i32 {
    guard(|| {
        let config = Config::parse(unsafe { input(config, f64::from(len)) }?)?;
        handles::open(Kernel::Writer(Box::new(Writer::open(&config)?)))
    })
}

/// Gives a writer the texts that the codes of a column stand for, with their offsets (i32).
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_writer_dictionary(
    handle: u32,
    column: u32,
    data: *const u8,
    len: f64,
    offsets: *const u8,
    offsets_len: f64,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let offsets = unsafe { input(offsets, offsets_len) }?;
        with_writer(handle, |writer| writer.dictionary(column, data, offsets))
    })
}

/// Gives a writer a column of the next block; column 0 begins the block. `offsets` is null for
/// all but plain texts, `validity` where no value is null.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_writer_column(
    handle: u32,
    column: u32,
    rows: u32,
    data: *const u8,
    len: f64,
    validity: *const u8,
    validity_len: u32,
    offsets: *const u8,
    offsets_len: u32,
) -> i32 {
    guard(|| {
        let data = unsafe { input(data, len) }?;
        let validity = unsafe { input(validity, f64::from(validity_len)) }?;
        let offsets = unsafe { input(offsets, f64::from(offsets_len)) }?;
        with_writer(handle, |writer| {
            probe(data);
            writer.column(column, rows as usize, data, validity, offsets)
        })
    })
}

/// Prints rows of the block of a writer, as many as fit into `out`. `report` gets two numbers of
/// four bytes: those rows and their bytes. `has_rows` is 1 where rows stand before them.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_writer_print(
    handle: u32,
    has_rows: u32,
    out: *mut u8,
    out_len: u32,
    report: *mut u8,
    report_len: u32,
) -> i32 {
    guard(|| {
        let out = unsafe { output(out, f64::from(out_len)) }?;
        let report = unsafe { output(report, f64::from(report_len)) }?;
        let [rows, bytes] = report.as_chunks_mut::<4>().0 else {
            return Err(Failure::BadArgument);
        };
        with_writer(handle, |writer| {
            let printed = writer.print(has_rows != 0, out)?;
            *rows = (printed.rows as u32).to_le_bytes();
            *bytes = (printed.bytes as u32).to_le_bytes();
            Ok(())
        })
    })
}

fn with_writer(
    handle: u32,
    body: impl FnOnce(&mut Writer) -> KernelResult<()>,
) -> Result<i32, Failure> {
    fn pick(kernel: &mut Kernel) -> Option<&mut Writer> {
        match kernel {
            Kernel::Writer(writer) => Some(writer),
            _ => None,
        }
    }
    with_kernel(handle, pick, |writer| body(writer).map(|()| OK))
}
