//! The writer through its exports.

use super::*;

const CSV: &[(&str, &str)] = &[("form", "csv"), ("types", "\u{2}\u{7}")];

fn open_writer(entries: &[(&str, &str)]) -> u32 {
    let config = config(entries);
    opened(unsafe { fp_writer_open(config.as_ptr(), config.len() as u32) })
}

fn column(handle: u32, index: u32, rows: u32, data: &[u8], offsets: &[u8]) -> i32 {
    let (length, offsets_length) = (data.len() as f64, offsets.len() as u32);
    let (data, offsets) = (data.as_ptr(), offsets.as_ptr());
    unsafe {
        fp_writer_column(handle, index, rows, data, length, null(), 0, offsets, offsets_length)
    }
}

/// Prints into `out`; the status, the rows and their bytes.
fn print(handle: u32, out: &mut [u8]) -> (i32, u32, u32) {
    let mut report = [0_u32; 2];
    let (at, length) = (out.as_mut_ptr(), out.len() as u32);
    let status =
        unsafe { fp_writer_print(handle, 0, at, length, report.as_mut_ptr().cast::<u8>(), 8) };
    (status, report[0], report[1])
}

#[test]
fn rows_are_printed_until_the_room_is_full() {
    let handle = open_writer(CSV);
    assert_eq!(column(handle, 0, 2, &[7, 0, 0, 0, 255, 255, 255, 255], &[]), 0);
    assert_eq!(column(handle, 1, 2, b"a,b", &[0, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0]), 0);
    let mut out = [0; 9];
    assert_eq!(print(handle, &mut out), (0, 1, 8));
    assert_eq!(&out[..8], b"7,\"a,b\"\n");
    assert_eq!(print(handle, &mut out[..5]), (0, 0, 0));
    assert_eq!(print(handle, &mut []), (0, 0, 0));
    assert_eq!(print(handle, &mut out), (0, 1, 6));
    assert_eq!(&out[..6], b"-1,\"\"\n");
    assert_eq!(print(handle, &mut out), (0, 0, 0));
    assert_eq!(fp_handle_close(handle), 0);
    assert_eq!(print(handle, &mut out).0, BAD_HANDLE);
}

#[test]
fn null_and_short_buffers_are_refused() {
    assert_eq!(unsafe { fp_writer_open(null(), 4) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_writer_open(null(), 0) }, BAD_ARGUMENT);
    let handle = open_writer(CSV);
    let some = [0_u8; 16];
    let at = some.as_ptr();
    let call = |data, length, validity, offsets| unsafe {
        fp_writer_column(handle, 0, 2, data, length, validity, 4, offsets, 4)
    };
    assert_eq!(call(null(), 8.0, at, at), BAD_ARGUMENT);
    assert_eq!(call(at, f64::NAN, at, at), BAD_ARGUMENT);
    assert_eq!(call(at, 8.0, null(), at), BAD_ARGUMENT);
    assert_eq!(call(at, 8.0, at, null()), BAD_ARGUMENT);
    assert_eq!(column(handle, 0, 3, &some[..8], &[]), BAD_ARGUMENT);
    assert_eq!(column(handle, 2, 1, &some, &[]), BAD_ARGUMENT);
    assert_eq!(column(handle, 0, u32::MAX, &some, &[]), BAD_ARGUMENT);
    let dictionary = |data, length, offsets, offsets_length| unsafe {
        fp_writer_dictionary(handle, 1, data, length, offsets, offsets_length)
    };
    assert_eq!(dictionary(null(), 4.0, at, 8.0), BAD_ARGUMENT);
    assert_eq!(dictionary(at, 4.0, null(), 8.0), BAD_ARGUMENT);
    assert_eq!(dictionary(at, 4.0, at, 0.0), BAD_ARGUMENT);
    assert_eq!(dictionary(at, 4.0, at, 0.5), BAD_ARGUMENT);
    let mut out = [0; 8];
    let print = |out, length, report, report_length| unsafe {
        fp_writer_print(handle, 0, out, length, report, report_length)
    };
    let to = out.as_mut_ptr();
    assert_eq!(print(null_mut(), 8, to, 8), BAD_ARGUMENT);
    assert_eq!(print(to, 0, null_mut(), 8), BAD_ARGUMENT);
    for length in [0, 4, 7, 12] {
        assert_eq!(print(null_mut(), 0, [0; 16].as_mut_ptr(), length), BAD_ARGUMENT, "{length}");
    }
    assert_eq!(fp_handle_close(handle), 0);
}

#[test]
fn other_handles_are_no_writers() {
    let hasher = opened(fp_hash_open(SHA256));
    assert_eq!(column(hasher, 0, 0, &[], &[]), BAD_HANDLE);
    assert_eq!(print(hasher, &mut [0; 8]).0, BAD_HANDLE);
    let status = unsafe { fp_writer_dictionary(hasher, 0, null(), 0.0, null(), 0.0) };
    assert_eq!(status, BAD_HANDLE);
    assert_eq!(fp_handle_close(hasher), 0);
    let writer = open_writer(CSV);
    assert_eq!(unsafe { fp_hash_update(writer, null(), 0.0) }, BAD_HANDLE);
    assert_eq!(unsafe { fp_handle_text(writer, null_mut(), 0) }, 0);
    assert_eq!(fp_handle_close(writer), 0);
}

/// Columns and prints filled with noise must end in a status and in memory of their own.
#[test]
fn noise_ends_in_a_status() {
    let mut noise = 0x2545_f491_u32;
    let mut next = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise >> 24
    };
    let handle = open_writer(&[("form", "csv"), ("types", "\u{1}\u{3}\u{4}\u{5}\u{7}\u{8}")]);
    for _ in 0..3000 {
        let data: Vec<u8> = (0..96).map(|_| next() as u8 % 5).collect();
        let rows = next() % 9;
        for index in 0..6 {
            let texts = index == 4 && next() % 2 == 0;
            let offsets = if texts { &data[..(next() as usize % 96)] } else { &[] };
            column(handle, index, rows, &data[next() as usize % 30..], offsets);
            let part = &data[..(next() as usize % 8 * 4)];
            let (at, length) = (part.as_ptr(), part.len() as f64);
            unsafe { fp_writer_dictionary(handle, index, data.as_ptr(), 96.0, at, length) };
        }
        let mut out = [0; 300];
        let length = next() as usize;
        let (status, _, bytes) = print(handle, &mut out[..length]);
        assert!(status == 0 || status == BAD_ARGUMENT);
        assert!(bytes as usize <= length);
    }
    assert_eq!(fp_handle_close(handle), 0);
}
