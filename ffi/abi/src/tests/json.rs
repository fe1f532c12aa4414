//! The JSON exports: streams that check, minify and select.

use super::*;

fn open(entries: &[(&str, &str)]) -> i32 {
    let config = config(entries);
    unsafe { fp_json_open(config.as_ptr(), config.len() as u32) }
}

fn push(handle: u32, data: &[u8], last: u32) -> i32 {
    unsafe { fp_json_push(handle, data.as_ptr(), data.len() as f64, last, null(), 0) }
}

fn take(handle: u32) -> Vec<u8> {
    let mut out = vec![0; fp_json_waiting(handle) as usize];
    assert_eq!(unsafe { fp_json_take(handle, out.as_mut_ptr(), out.len() as f64) }, 0);
    out
}

/// One path with the steps `a` and every.
const PATHS: &str =
    "\u{1}\0\0\0\u{5}\0\0\0\"/a\":\u{2}\0\0\0\u{1}\u{1}\0\0\0a\0\0\0\0\u{4}\0\0\0\0\0\0\0\0";

#[test]
fn json_minifies_byte_by_byte_and_gives_what_stands_before_a_fault() {
    let handle = opened(open(&[("work", "minify")]));
    for byte in b" [ 1 , \"a b\" ] " {
        assert_eq!(push(handle, &[*byte], 0), 0);
    }
    assert_eq!(push(handle, b"", 1), 0);
    assert_eq!(take(handle), b"[1,\"a b\"]");
    assert_eq!(fp_handle_close(handle), 0);
    let handle = opened(open(&[("work", "minify")]));
    assert_eq!(push(handle, b"[1, }", 1), Failure::Fault as i32);
    assert_eq!(take(handle), b"[1,");
    assert!(text(handle).contains("\"byteOffset\":4"));
    assert_eq!(fp_handle_close(handle), 0);
}

#[test]
fn json_selects_by_paths() {
    let handle = opened(open(&[("work", "select"), ("lines", "1"), ("paths", PATHS)]));
    assert_eq!(push(handle, b"{\"a\":[1,{}]}\n{\"a\":", 0), 0);
    assert_eq!(take(handle), b"1\n{}\n");
    assert_eq!(push(handle, b"{\"b\":null}}", 1), 0);
    assert_eq!(take(handle), b"null\n");
    assert_eq!(fp_handle_close(handle), 0);
}

#[test]
fn json_refuses_configs_handles_and_buffers_that_are_none() {
    assert_eq!(open(&[("work", "dance")]), BAD_ARGUMENT);
    assert_eq!(open(&[("max_depth", "0")]), BAD_ARGUMENT);
    assert_eq!(open(&[("max_depth", "9999999999")]), BAD_ARGUMENT);
    assert_eq!(open(&[("work", "select")]), BAD_ARGUMENT);
    for end in 0..PATHS.len() {
        assert_eq!(open(&[("work", "select"), ("paths", &PATHS[..end])]), BAD_ARGUMENT, "{end}");
    }
    assert_eq!(unsafe { fp_json_open(null(), 7) }, BAD_ARGUMENT);
    assert_eq!(push(u32::MAX, b"1", 1), BAD_HANDLE);
    assert_eq!(fp_json_waiting(u32::MAX), -1.0);
    let handle = opened(open(&[("work", "minify")]));
    assert_eq!(push(handle, b"12", 1), 0);
    assert_eq!(unsafe { fp_json_push(handle, null(), 3.0, 1, null(), 0) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_json_push(handle, null(), -1.0, 1, null(), 0) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_json_push(handle, null(), 0.0, 0, null(), 4) }, BAD_ARGUMENT);
    let mut out = [0; 2];
    assert_eq!(unsafe { fp_json_take(handle, out.as_mut_ptr(), 1.0) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_json_take(handle, null_mut(), 2.0) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_json_take(handle, out.as_mut_ptr(), 2.0) }, 0);
    assert_eq!(&out, b"12");
    assert_eq!(fp_handle_close(handle), 0);
    let hash = opened(fp_hash_open(SHA256));
    assert_eq!(push(hash, b"1", 1), BAD_HANDLE);
    assert_eq!(unsafe { fp_json_take(hash, out.as_mut_ptr(), 0.0) }, BAD_HANDLE);
    assert_eq!(fp_handle_close(hash), 0);
}
