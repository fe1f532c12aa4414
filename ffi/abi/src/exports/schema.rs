//! Files of a SQL schema: one call reads and checks many, others hand over what was found.

use fastpath_kernels::json_text;
use fastpath_kernels::schema::{Scan, ScannedFile, Status};

use crate::support::control::Cells;
use crate::support::guard::guard;
use crate::support::handles::{self, Kernel};
use crate::support::memory::{input, output, put, put_text};
use crate::support::probe::probe;
use crate::support::status::{Failure, OK};

/// Bytes of the facts of one file.
const FACT_BYTES: usize = 80;

/// Reads and checks the files of `paths` (UTF-8, each ended by a zero); the result is a handle.
/// `threads` 0 means as many as there are cores.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen(non_blocking))]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_schema_scan(
    paths: *const u8,
    len: f64,
    threads: u32,
    control: *const i32,
    control_len: u32,
) -> i32 {
    guard(|| {
        let paths = unsafe { input(paths, len) }?;
        let control = unsafe { Cells::at(control, control_len) }?;
        probe(paths);
        let paths = std::str::from_utf8(paths).map_err(|_| Failure::BadArgument)?;
        let paths: Vec<&str> = paths.split_terminator('\0').collect();
        let scan = Scan::run(&paths, threads as usize, &control)?;
        handles::open(Kernel::Schema(Box::new(scan)))
    })
}

/// Copies the facts of all files: 80 bytes each. Status (0 read, 1 unreadable, 2 changed) and
/// number of the fault (0 none) as u32; size, byte of the fault, of the first CRLF, of the first
/// command of psql as f64, -1 for none; whether a byte order mark is there as u32, u32 unused;
/// 32 bytes of SHA-256.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_schema_facts(handle: u32, out: *mut u8, out_len: f64) -> i32 {
    guard(|| {
        let out = unsafe { output(out, out_len) }?;
        with_scan(handle, |scan| {
            let (rooms, rest) = out.as_chunks_mut::<FACT_BYTES>();
            if rooms.len() != scan.files.len() || !rest.is_empty() {
                return Err(Failure::BadArgument);
            }
            rooms.iter_mut().zip(&scan.files).for_each(|(room, file)| *room = facts(file));
            Ok(OK)
        })
    })
}

/// Copies the bytes of all files, one behind the other.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_schema_bytes(handle: u32, out: *mut u8, out_len: f64) -> i32 {
    guard(|| {
        let out = unsafe { output(out, out_len) }?;
        with_scan(handle, |scan| {
            if out.len() != scan.total() {
                return Err(Failure::BadArgument);
            }
            let mut at = 0;
            for file in &scan.files {
                put(&file.bytes, &mut out[at..])?;
                at += file.bytes.len();
            }
            Ok(OK)
        })
    })
}

/// Copies a JSON text if it fits and gives its length: `includes`, numbers of a file and the
/// bytes of its line and its path, five by five; `words`, why files are unreadable, by number.
#[cfg_attr(feature = "bindgen", deno_bindgen::deno_bindgen)]
#[cfg_attr(not(feature = "bindgen"), unsafe(no_mangle))]
pub unsafe extern "C" fn fp_schema_text(handle: u32, out: *mut u8, cap: u32) -> i32 {
    guard(|| {
        let out = unsafe { output(out, f64::from(cap)) }?;
        with_scan(handle, |scan| put_text(&text(scan), out))
    })
}

fn with_scan(
    handle: u32,
    body: impl FnOnce(&Scan) -> Result<i32, Failure>,
) -> Result<i32, Failure> {
    handles::with(handle, |slot| match &slot.kernel {
        Kernel::Schema(scan) => body(scan),
        _ => Err(Failure::BadHandle),
    })
}

fn facts(file: &ScannedFile) -> [u8; FACT_BYTES] {
    let mut facts = [0; FACT_BYTES];
    let place = |at: Option<usize>| at.map_or(-1.0, |at| at as f64).to_le_bytes();
    let status: u32 = match file.status {
        Status::Read => 0,
        Status::Unreadable(_) => 1,
        Status::Changed => 2,
    };
    let (fault, fault_at) = file.fault.map_or((0, None), |(number, at)| (number, Some(at)));
    facts[..4].copy_from_slice(&status.to_le_bytes());
    facts[4..8].copy_from_slice(&fault.to_le_bytes());
    facts[8..16].copy_from_slice(&(file.bytes.len() as f64).to_le_bytes());
    facts[16..24].copy_from_slice(&place(fault_at));
    facts[24..32].copy_from_slice(&place(file.crlf));
    facts[32..40].copy_from_slice(&place(file.meta));
    facts[40..44].copy_from_slice(&u32::from(file.has_bom).to_le_bytes());
    facts[48..].copy_from_slice(&file.digest);
    facts
}

fn text(scan: &Scan) -> String {
    let mut includes = Vec::new();
    let mut words = Vec::new();
    for (index, file) in scan.files.iter().enumerate() {
        for line in &file.includes {
            let (start, end) = (line.start, line.end);
            let numbers = format!("{index},{start},{end},{},{}", line.path_start, line.path_end);
            includes.push(numbers);
        }
        if let Status::Unreadable(reason) = &file.status {
            let mut entry = format!("\"{index}\":");
            json_text::push_string(&mut entry, reason);
            words.push(entry);
        }
    }
    format!("{{\"includes\":[{}],\"words\":{{{}}}}}", includes.join(","), words.join(","))
}
