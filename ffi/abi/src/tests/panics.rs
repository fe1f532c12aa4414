//! The build with the panic probe: what a panic in a kernel does to a call and to a handle.

use super::*;

const MAGIC: &[u8] = b"fastpath-panic-probe! and more";
const PANIC: i32 = Failure::Panic as i32;

#[test]
fn a_stateless_call_gives_a_status_and_the_next_one_works() {
    let mut out = [0; 32];
    let (magic, length) = (MAGIC.as_ptr(), MAGIC.len() as f64);
    assert_eq!(unsafe { fp_hash_digest(SHA256, magic, length, out.as_mut_ptr(), 32) }, PANIC);
    let status = unsafe { fp_hash_digest(SHA256, b"abc".as_ptr(), 3.0, out.as_mut_ptr(), 32) };
    assert_eq!((status, out), (0, ABC));
}

#[test]
fn a_handle_is_poisoned_and_can_be_closed() {
    let handle = opened(fp_hash_open(SHA256));
    let (magic, length) = (MAGIC.as_ptr(), MAGIC.len() as f64);
    assert_eq!(unsafe { fp_hash_update(handle, magic, length) }, PANIC);
    assert_eq!(unsafe { fp_hash_update(handle, b"abc".as_ptr(), 3.0) }, BAD_HANDLE);
    assert_eq!(unsafe { fp_handle_text(handle, null_mut(), 0) }, BAD_HANDLE);
    assert_eq!(fp_handle_close(handle), 0);
    assert_eq!(fp_handle_close(handle), BAD_HANDLE);
}

#[test]
fn a_reader_and_a_profiler_are_poisoned_too() {
    let config = config(&[("format", "csv"), ("mode", "build")]);
    let (at, size) = (config.as_ptr(), config.len() as u32);
    let (magic, length) = (MAGIC.as_ptr(), MAGIC.len() as f64);
    let reader = opened(unsafe { fp_reader_open(at, size) });
    let profiler = opened(unsafe { fp_profile_open(at, size) });
    for expected in [PANIC, BAD_HANDLE] {
        assert_eq!(unsafe { fp_reader_push(reader, magic, length, 1, null(), 0) }, expected);
        assert_eq!(unsafe { fp_profile_push(profiler, magic, length, 1, null(), 0) }, expected);
    }
    assert_eq!((fp_handle_close(reader), fp_handle_close(profiler)), (0, 0));
}

#[test]
fn a_writer_is_poisoned_too() {
    let config = config(&[("form", "csv"), ("types", "\u{7}")]);
    let writer = opened(unsafe { fp_writer_open(config.as_ptr(), config.len() as u32) });
    let (magic, length) = (MAGIC.as_ptr(), MAGIC.len() as f64);
    for expected in [PANIC, BAD_HANDLE] {
        let status = unsafe { fp_writer_column(writer, 0, 0, magic, length, null(), 0, null(), 0) };
        assert_eq!(status, expected);
    }
    assert_eq!(fp_handle_close(writer), 0);
}

#[test]
fn a_duration_call_gives_a_status() {
    let (magic, length) = (MAGIC.as_ptr(), MAGIC.len() as f64);
    let offsets = 0_i32.to_le_bytes();
    let mut report = [0; 8];
    let status = unsafe {
        fp_duration_parse(
            magic,
            length,
            offsets.as_ptr(),
            4.0,
            null(),
            0.0,
            0,
            1000,
            null_mut(),
            0.0,
            null_mut(),
            0.0,
            report.as_mut_ptr(),
            8,
        )
    };
    assert_eq!(status, PANIC);
    let size = unsafe { fp_duration_format_size(magic, length, null(), 0.0, 0) };
    assert_eq!(size, f64::from(PANIC));
}

#[test]
fn a_call_of_statistics_gives_a_status() {
    let (magic, length) = (MAGIC.as_ptr(), MAGIC.len() as f64);
    let mut floats = [0; 112];
    let mut integers = [0; 32];
    let status = unsafe {
        fp_stats_moments(
            3,
            magic,
            length,
            null(),
            0.0,
            0,
            null(),
            0.0,
            null(),
            0.0,
            null(),
            0,
            floats.as_mut_ptr(),
            112,
            integers.as_mut_ptr(),
            32,
        )
    };
    assert_eq!(status, PANIC);
}
