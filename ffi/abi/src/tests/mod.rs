//! Calls of the exports with good and hostile arguments, as JavaScript would make them. They run
//! under AddressSanitizer or valgrind too (`deno task test:memory`).

mod duration;
mod handles;
mod hash;
mod json;
mod kernels;
#[cfg(feature = "panic-probe")]
mod panics;
mod series;
mod stats;
mod writer;

use std::ptr::{null, null_mut};

use crate::exports::duration::*;
use crate::exports::hash::*;
use crate::exports::json::*;
use crate::exports::profile::*;
use crate::exports::reader::*;
use crate::exports::series::*;
use crate::exports::stats::*;
use crate::exports::writer::*;
use crate::exports::*;
use crate::support::status::{Failure, MORE};

const BAD_ARGUMENT: i32 = Failure::BadArgument as i32;
const BAD_HANDLE: i32 = Failure::BadHandle as i32;

const SHA256: u32 = 1;
const BLAKE3: u32 = 2;

/// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
const ABC: [u8; 32] = hex(b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
/// BLAKE3 of nothing (the algorithm's own test vectors).
const EMPTY: [u8; 32] = hex(b"af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");

/// Bytes of 64 hexadecimal digits in lower case.
const fn hex(digits: &[u8; 64]) -> [u8; 32] {
    const fn value(digit: u8) -> u8 {
        if digit <= b'9' { digit - b'0' } else { digit - b'a' + 10 }
    }
    let mut out = [0; 32];
    let mut at = 0;
    while at < 32 {
        out[at] = value(digits[2 * at]) << 4 | value(digits[2 * at + 1]);
        at += 1;
    }
    out
}

/// A handle from an export that must succeed.
fn opened(status: i32) -> u32 {
    assert!(status > 0, "status {status}");
    status as u32
}

/// The handle's text, sized first.
fn text(handle: u32) -> String {
    let needed = unsafe { fp_handle_text(handle, null_mut(), 0) };
    assert!(needed >= 0, "status {needed}");
    let mut out = vec![0; needed as usize];
    assert_eq!(unsafe { fp_handle_text(handle, out.as_mut_ptr(), needed as u32) }, needed);
    String::from_utf8(out).unwrap()
}

/// A config in the form that `ffi/call.ts` writes.
fn config(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in entries {
        out.push(key.len() as u8);
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(&(value.len() as u32).to_le_bytes());
        out.extend_from_slice(value.as_bytes());
    }
    out
}

/// A file with this content, removed when dropped.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str, content: &[u8]) -> Scratch {
        let path = std::env::temp_dir().join(format!("fastpath-{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        Scratch(path)
    }

    fn bytes(&self) -> &[u8] {
        self.0.to_str().unwrap().as_bytes()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn versions_are_those_of_the_table() {
    assert_eq!(fp_abi_version(), 1);
    assert_eq!(fp_symbols_hash(), crate::support::symbols_hash::SYMBOLS_HASH);
}

#[test]
fn info_is_sized_first_and_copied_when_it_fits() {
    let needed = unsafe { fp_info(null_mut(), 0) };
    let mut out = vec![0; needed as usize];
    assert_eq!(unsafe { fp_info(out.as_mut_ptr(), needed as u32 - 1) }, needed);
    assert!(out.iter().all(|&byte| byte == 0));
    assert_eq!(unsafe { fp_info(out.as_mut_ptr(), needed as u32) }, needed);
    assert!(out.starts_with(b"{\"version\":\"") && out.ends_with(b"]}"));
    assert_eq!(unsafe { fp_info(null_mut(), 7) }, BAD_ARGUMENT);
}

#[test]
fn digest_takes_null_for_no_bytes_alone() {
    let mut out = [0; 32];
    let status = unsafe { fp_hash_digest(BLAKE3, null(), 0.0, out.as_mut_ptr(), 32) };
    assert_eq!((status, out), (0, EMPTY));
    let status = unsafe { fp_hash_digest(BLAKE3, null(), 1000.0, out.as_mut_ptr(), 32) };
    assert_eq!(status, BAD_ARGUMENT);
}
