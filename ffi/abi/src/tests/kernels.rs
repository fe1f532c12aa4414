//! The reader and the profiler through their exports.

use super::*;

/// Configs cut short and filled with noise must end in a status.
#[test]
fn open_survives_any_config() {
    let whole = config(&[("format", "csv"), ("delimiter", ","), ("header", "1")]);
    let mut noise = 0x2545_f491_u32;
    for round in 0..2000 {
        let mut bytes = whole.clone();
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let at = noise as usize % bytes.len();
        bytes[at] = (noise >> 24) as u8;
        bytes.truncate(bytes.len() - round % 7);
        for open in [fp_reader_open, fp_profile_open] {
            let status = unsafe { open(bytes.as_ptr(), bytes.len() as u32) };
            if status > 0 {
                assert_eq!(fp_handle_close(status as u32), 0);
            } else {
                assert_eq!(status, BAD_ARGUMENT);
            }
        }
    }
}

#[test]
fn error_rows_are_taken_once_and_in_order() {
    let handle = open_reader(&[
        ("format", "csv"),
        ("dialect", "1"),
        ("recovers", "1"),
        ("on_error", "collect"),
        ("mode", "build"),
    ]);
    assert_eq!(push(handle, b"a,b\n1,2\n3\n\"4\"x,5\n", 1), MORE);
    assert_eq!(fp_reader_errors(handle), 0);
    let errors = text(handle);
    assert!(errors.starts_with("[{\"row\":1,\"fault\":{\"code\":\"RAGGED_ROW\",\"line\":3"));
    assert!(errors.contains("TEXT_AFTER_QUOTE"));
    assert_eq!(fp_reader_errors(handle), 0);
    assert_eq!(text(handle), "[]");
    assert_eq!(push(handle, b"", 1), 0);
    assert_eq!(fp_handle_close(handle), 0);
}

#[test]
fn open_refuses_dialects_that_make_no_sense() {
    for (key, value) in [
        ("quote", ","),
        ("escape", "ab"),
        ("comment", "\n"),
        ("names", ""),
        ("trim", "2"),
        ("on_error", "skip"),
        ("max_errors", "-1"),
        ("decimal", "x"),
    ] {
        let config = config(&[("format", "csv"), ("dialect", "1"), (key, value)]);
        let status = unsafe { fp_reader_open(config.as_ptr(), config.len() as u32) };
        assert_eq!(status, BAD_ARGUMENT, "{key}");
    }
}

#[test]
fn open_refuses_null_with_a_length() {
    assert_eq!(unsafe { fp_reader_open(null(), 4) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_profile_open(null(), 4) }, BAD_ARGUMENT);
}

fn open_reader(entries: &[(&str, &str)]) -> u32 {
    let config = config(entries);
    opened(unsafe { fp_reader_open(config.as_ptr(), config.len() as u32) })
}

fn open_profiler(entries: &[(&str, &str)]) -> u32 {
    let config = config(entries);
    opened(unsafe { fp_profile_open(config.as_ptr(), config.len() as u32) })
}

fn push(handle: u32, bytes: &[u8], last: u32) -> i32 {
    unsafe { fp_reader_push(handle, bytes.as_ptr(), bytes.len() as f64, last, null(), 0) }
}

fn copy(handle: u32, column: u32, part: u32, out: &mut [u8]) -> i32 {
    unsafe { fp_reader_copy(handle, column, part, out.as_mut_ptr(), out.len() as f64) }
}

const BUILD: &[(&str, &str)] = &[("format", "csv"), ("mode", "build")];

#[test]
fn a_table_is_copied_out_part_by_part() {
    let handle = open_reader(BUILD);
    assert_eq!(push(handle, b"n,text\n7,ab\n,c\n", 1), MORE);
    let schema = text(handle);
    assert!(schema.starts_with("{\"rows\":2,\"columns\":[{\"name\":\"n\",\"type\":\"i32\""));
    let mut data = [9; 8];
    assert_eq!(copy(handle, 0, 0, &mut data), 0);
    assert_eq!(data, [7, 0, 0, 0, 0, 0, 0, 0]);
    let mut texts = [0; 3];
    assert_eq!(copy(handle, 1, 0, &mut texts), 0);
    assert_eq!(&texts, b"abc");
    assert_eq!(fp_reader_next(handle), 0);
    assert_eq!(copy(handle, 0, 0, &mut data), BAD_ARGUMENT);
    assert_eq!(push(handle, b"", 1), 0);
    assert_eq!(push(handle, b"more", 1), BAD_ARGUMENT);
    assert!(text(handle).contains("after the last"));
    assert_eq!(fp_handle_close(handle), 0);
}

#[test]
fn copy_refuses_every_size_but_the_exact_one() {
    let handle = open_reader(BUILD);
    assert_eq!(push(handle, b"n\n1\n2\n", 1), MORE);
    for size in [0, 1, 7, 9, 4096] {
        assert_eq!(copy(handle, 0, 0, &mut vec![0; size]), BAD_ARGUMENT, "{size} bytes");
    }
    let mut exact = [0; 8];
    for (column, part) in [(1, 0), (u32::MAX, 0), (0, 5), (0, u32::MAX)] {
        assert_eq!(copy(handle, column, part, &mut exact), BAD_ARGUMENT);
    }
    assert_eq!(fp_handle_close(handle), 0);
}

#[test]
fn a_fault_leaves_its_details_as_the_text_and_comes_again() {
    let handle = open_reader(BUILD);
    let mut status = push(handle, b"a,b\n1,2\n3\n", 1);
    while status == MORE {
        status = push(handle, b"", 1);
    }
    for _ in 0..2 {
        assert_eq!(status, Failure::Fault as i32);
        assert!(text(handle).starts_with("{\"code\":\"RAGGED_ROW\",\"line\":3,\"column\":1,"));
        status = push(handle, b"", 1);
    }
    assert_eq!(fp_handle_close(handle), 0);
}

#[test]
fn a_set_flag_stops_a_reader_and_a_profiler() {
    let bytes = b"a,b\n1,2\n".repeat(100_000);
    let stop = [1, 0, 0, 0];
    let (data, length) = (bytes.as_ptr(), bytes.len() as f64);
    let reader = open_reader(BUILD);
    let profiler = open_profiler(&[("format", "csv")]);
    let cancelled = Failure::Cancelled as i32;
    assert_eq!(unsafe { fp_reader_push(reader, data, length, 1, stop.as_ptr(), 4) }, cancelled);
    let status = unsafe { fp_profile_push(profiler, data, length, 1, stop.as_ptr(), 4) };
    assert_eq!(status, cancelled);
    assert_eq!((fp_handle_close(reader), fp_handle_close(profiler)), (0, 0));
}

#[test]
fn a_profile_of_bytes_is_that_of_the_file() {
    let bytes = b"a,b\n1,x\n2,\n,y\n".as_slice();
    let pushed = open_profiler(&[("format", "csv")]);
    for (at, byte) in bytes.iter().enumerate() {
        let last = u32::from(at + 1 == bytes.len());
        assert_eq!(unsafe { fp_profile_push(pushed, byte, 1.0, last, null(), 0) }, 0);
    }
    let file = Scratch::new("profile", bytes);
    let whole = open_profiler(&[("format", "csv")]);
    let (path, length) = (file.bytes().as_ptr(), file.bytes().len() as u32);
    assert_eq!(unsafe { fp_profile_file(whole, path, length, null(), 0) }, 0);
    let result = text(pushed);
    assert!(result.starts_with("{\"rows\":3,\"bytes\":14,"));
    assert_eq!(result, text(whole));
    assert_eq!((fp_handle_close(pushed), fp_handle_close(whole)), (0, 0));
}

#[test]
fn a_profile_of_an_absent_file_gives_the_words_of_the_system() {
    let handle = open_profiler(&[("format", "csv")]);
    let path = b"/nonexistent/file";
    let status = unsafe { fp_profile_file(handle, path.as_ptr(), path.len() as u32, null(), 0) };
    assert_eq!(status, Failure::Io as i32);
    assert!(text(handle).contains("os error 2"));
    assert_eq!(fp_handle_close(handle), 0);
}

/// Bytes that both formats find hard, in an order that a seed decides.
fn noise(seed: u32, length: usize) -> Vec<u8> {
    const HARD: &[u8] = b",,,\n\n\r\"\"'{}[]:\\u0d8e+-.12345eEnaitrufls \t\0\xff\xc3\xa9\xe2\x82";
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize
    };
    (0..length).map(|_| HARD[next() % HARD.len()]).collect()
}

#[test]
fn noise_in_any_pieces_ends_in_a_status() {
    for seed in 0..300 {
        let bytes = noise(seed, 1 + seed as usize * 7 % 900);
        let format = if seed % 2 == 0 { "csv" } else { "ndjson" };
        let reader = open_reader(&[("format", format), ("mode", "sample")]);
        let profiler = open_profiler(&[("format", format)]);
        let mut pieces = bytes.chunks(1 + seed as usize % 61).peekable();
        while let Some(piece) = pieces.next() {
            let last = u32::from(pieces.peek().is_none());
            let mut status = push(reader, piece, last);
            while status == MORE {
                assert!(!text(reader).is_empty());
                status = push(reader, b"", last);
            }
            assert!((-8..=0).contains(&status) && status != Failure::Panic as i32, "{seed}");
            let (data, length) = (piece.as_ptr(), piece.len() as f64);
            let status = unsafe { fp_profile_push(profiler, data, length, last, null(), 0) };
            assert!((-8..=0).contains(&status) && status != Failure::Panic as i32, "{seed}");
        }
        assert_eq!((fp_handle_close(reader), fp_handle_close(profiler)), (0, 0));
    }
}
