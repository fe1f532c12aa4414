//! The hash exports: stateless, streaming and of files.

use std::sync::atomic::{AtomicI32, Ordering};

use super::*;

#[test]
fn digest_gives_known_answers() {
    let mut out = [0; 40];
    let status = unsafe { fp_hash_digest(SHA256, b"abc".as_ptr(), 3.0, out.as_mut_ptr(), 40) };
    assert_eq!(status, 0);
    assert_eq!((&out[..32], &out[32..]), (&ABC[..], &[0; 8][..]));
}

#[test]
fn digest_refuses_lengths_and_algorithms_that_are_none() {
    let mut out = [0; 32];
    for length in [-1.0, 0.5, f64::NAN, f64::INFINITY, 1e300] {
        let status =
            unsafe { fp_hash_digest(SHA256, b"abc".as_ptr(), length, out.as_mut_ptr(), 32) };
        assert_eq!(status, BAD_ARGUMENT, "{length}");
    }
    for algorithm in [0, 7, u32::MAX] {
        let status =
            unsafe { fp_hash_digest(algorithm, b"abc".as_ptr(), 3.0, out.as_mut_ptr(), 32) };
        assert_eq!(status, BAD_ARGUMENT, "{algorithm}");
        assert_eq!(fp_hash_open(algorithm), BAD_ARGUMENT);
    }
}

#[test]
fn digest_refuses_an_output_without_room() {
    let mut out = [0; 31];
    let data = b"abc".as_ptr();
    assert_eq!(unsafe { fp_hash_digest(SHA256, data, 3.0, out.as_mut_ptr(), 31) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_hash_digest(SHA256, data, 3.0, null_mut(), 32) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_hash_digest(SHA256, data, 3.0, null_mut(), 0) }, BAD_ARGUMENT);
}

#[test]
fn streaming_gives_the_stateless_answer_and_closes_the_handle() {
    let handle = opened(fp_hash_open(SHA256));
    for byte in b"abc" {
        assert_eq!(unsafe { fp_hash_update(handle, byte, 1.0) }, 0);
    }
    assert_eq!(unsafe { fp_hash_update(handle, null(), 0.0) }, 0);
    let mut out = [0; 32];
    assert_eq!(unsafe { fp_hash_finish(handle, out.as_mut_ptr(), 31) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_hash_finish(handle, out.as_mut_ptr(), 32) }, 0);
    assert_eq!(out, ABC);
    assert_eq!(unsafe { fp_hash_finish(handle, out.as_mut_ptr(), 32) }, BAD_HANDLE);
    assert_eq!(unsafe { fp_hash_update(handle, b"x".as_ptr(), 1.0) }, BAD_HANDLE);
    assert_eq!(fp_handle_close(handle), BAD_HANDLE);
}

fn hash_file(path: &[u8], control: &[AtomicI32], out: &mut [u8]) -> i32 {
    let cells = if control.is_empty() { null() } else { control.as_ptr().cast::<i32>() };
    let (count, room) = (control.len() as u32, out.len() as u32);
    let (path, length) = (path.as_ptr(), path.len() as u32);
    let out = out.as_mut_ptr();
    // No config is SHA-256.
    unsafe { fp_hash_file(null(), 0, path, length, 2, cells, count, out, room) }
}

/// A control block whose stop flag is `stop`.
fn cells(stop: i32) -> [AtomicI32; 4] {
    [stop, 0, 0, 0].map(AtomicI32::new)
}

#[test]
fn file_gives_the_stateless_answer_and_the_progress() {
    let content: Vec<u8> = (0..3_000_000_u32).map(|at| (at * 7 + at / 251) as u8).collect();
    let file = Scratch::new("hash-file", &content);
    let mut expected = [0; 32];
    let length = content.len() as f64;
    unsafe { fp_hash_digest(SHA256, content.as_ptr(), length, expected.as_mut_ptr(), 32) };
    let control = cells(0);
    let mut out = [0; 32];
    assert_eq!(hash_file(file.bytes(), &control, &mut out), 0);
    assert_eq!(out, expected);
    assert_eq!(control[2].load(Ordering::Relaxed), 3_000_000);
}

#[test]
fn file_stops_when_the_flag_is_set() {
    let file = Scratch::new("hash-stop", &[7; 100_000]);
    assert_eq!(hash_file(file.bytes(), &cells(1), &mut [0; 32]), Failure::Cancelled as i32);
}

#[test]
fn file_that_is_absent_gives_the_words_of_the_system() {
    let mut out = [255; 200];
    let status = hash_file(b"/nonexistent/file", &[], &mut out);
    assert_eq!(status, Failure::Io as i32);
    let end = out.iter().position(|&byte| byte == 0).unwrap();
    assert!(std::str::from_utf8(&out[..end]).unwrap().contains("os error 2"));
    assert_eq!(hash_file(b"/nonexistent/file", &[], &mut [0; 32]), Failure::Io as i32);
}

#[test]
fn file_refuses_a_path_and_a_control_that_are_none() {
    let mut out = [0; 32];
    assert_eq!(hash_file(b"\xff\xfe", &[], &mut out), BAD_ARGUMENT);
    assert_eq!(hash_file(b"/dev/null", &cells(0)[..3], &mut out), BAD_ARGUMENT);
    let status = hash_file(b"/nul\0byte", &[], &mut out);
    assert!(status == Failure::Io as i32 || status == BAD_ARGUMENT);
}

/// A config of texts: for each a length and the key, a length and the value.
fn config(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, value) in entries {
        out.push(key.len() as u8);
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(&(value.len() as u32).to_le_bytes());
        out.extend_from_slice(value);
    }
    out
}

fn open_with(entries: &[(&str, &[u8])]) -> i32 {
    let config = config(entries);
    unsafe { fp_hash_open_with(config.as_ptr(), config.len() as u32) }
}

#[test]
fn open_with_takes_a_length_and_a_key() {
    // RFC 7693 has BLAKE2b-512 of "abc"; its first bytes.
    let handle = opened(open_with(&[("algorithm", b"blake2b")]));
    assert_eq!(unsafe { fp_hash_update(handle, b"abc".as_ptr(), 3.0) }, 0);
    let mut out = [0; 64];
    assert_eq!(unsafe { fp_hash_finish(handle, out.as_mut_ptr(), 63) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_hash_finish(handle, out.as_mut_ptr(), 64) }, 0);
    assert_eq!(out[..4], [0xba, 0x80, 0xa5, 0x3f]);
    let handle = opened(open_with(&[("algorithm", b"blake2s"), ("length", b"4"), ("key", b"k")]));
    assert_eq!(unsafe { fp_hash_finish(handle, out.as_mut_ptr(), 4) }, 0);
}

#[test]
fn open_with_refuses_what_an_algorithm_does_not_take() {
    for entries in [
        &[("algorithm", &b"md5"[..])][..],
        &[("algorithm", b"sha256"), ("length", b"16")],
        &[("algorithm", b"sha512"), ("key", b"k")],
        &[("algorithm", b"blake3"), ("key", b"k")],
        &[("algorithm", b"blake2b"), ("length", b"0")],
        &[("algorithm", b"blake2b"), ("length", b"-1")],
        &[("algorithm", b"blake2b"), ("context", b"c")],
        &[("algorithm", b"blake3"), ("context", b"\xff")],
        &[("algorithm", b"xxh3"), ("length", b"99999999999999999999")],
    ] {
        assert_eq!(open_with(entries), BAD_ARGUMENT, "{entries:?}");
    }
    assert_eq!(unsafe { fp_hash_open_with(null(), 4) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_hash_open_with(b"\x09".as_ptr(), 1) }, BAD_ARGUMENT);
}

#[test]
fn a_set_gives_its_parts_in_their_lengths() {
    let file = Scratch::new("hash-set", b"abc");
    let config = config(&[("algorithm", b"sha256"), ("roots", file.bytes()), ("walk", b"1")]);
    let handle = opened(unsafe { fp_hash_set_open(config.as_ptr(), config.len() as f64) });
    let mut sizes = [0; 40];
    let control = cells(0);
    let cells = control.as_ptr().cast::<i32>();
    let run = |sizes: &mut [u8]| unsafe {
        fp_hash_set_run(handle, cells, 4, sizes.as_mut_ptr(), sizes.len() as u32)
    };
    assert_eq!(run(&mut sizes[..39]), BAD_ARGUMENT);
    assert_eq!(run(&mut sizes), 0);
    let numbers: Vec<f64> =
        sizes.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect();
    let path = file.bytes().len() as f64;
    assert_eq!(numbers, [1.0, path + 1.0, 32.0, 16.0, 64.0 + 2.0 + path + 1.0]);
    assert_eq!(control[1].load(Ordering::Relaxed), 1);
    assert_eq!(control[2].load(Ordering::Relaxed), 3);
    let mut out = [0; 32];
    let take = |part, out: &mut [u8]| unsafe {
        fp_hash_set_take(handle, part, out.as_mut_ptr(), out.len() as f64)
    };
    assert_eq!(take(1, &mut out), 0);
    assert_eq!(out, ABC);
    assert_eq!(take(1, &mut out[..31]), BAD_ARGUMENT);
    assert_eq!(take(4, &mut out), BAD_ARGUMENT);
    control[0].store(1, Ordering::Relaxed);
    assert_eq!(run(&mut sizes), Failure::Cancelled as i32);
    assert_eq!(fp_handle_close(handle), 0);
    assert_eq!(take(1, &mut out), BAD_HANDLE);
}

#[test]
fn a_set_refuses_a_handle_of_another_kind() {
    let hash = opened(fp_hash_open(SHA256));
    let mut sizes = [0; 40];
    let status = unsafe { fp_hash_set_run(hash, null(), 0, sizes.as_mut_ptr(), 40) };
    assert_eq!(status, BAD_HANDLE);
    assert_eq!(fp_handle_close(hash), 0);
    assert_eq!(unsafe { fp_hash_set_open(null(), 3.0) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_hash_set_open(b"\xff".as_ptr(), 1.0) }, BAD_ARGUMENT);
}
