//! Handles of any kind: unknown, closed, foreign, busy, forgotten.

use super::*;

#[test]
fn unknown_handles_are_refused_by_every_export() {
    let mut out = [0; 64];
    for handle in [0, 999_999_999, u32::MAX] {
        let statuses = unsafe {
            [
                fp_hash_update(handle, b"x".as_ptr(), 1.0),
                fp_hash_finish(handle, out.as_mut_ptr(), 32),
                fp_reader_push(handle, b"x".as_ptr(), 1.0, 1, null(), 0),
                fp_reader_copy(handle, 0, 0, out.as_mut_ptr(), 64.0),
                fp_reader_next(handle),
                fp_reader_errors(handle),
                fp_profile_push(handle, b"x".as_ptr(), 1.0, 1, null(), 0),
                fp_profile_file(handle, b"/dev/null".as_ptr(), 9, null(), 0),
                fp_handle_text(handle, out.as_mut_ptr(), 64),
                fp_handle_close(handle),
            ]
        };
        assert_eq!(statuses, [BAD_HANDLE; 10], "handle {handle}");
    }
}

#[test]
fn a_handle_of_another_kind_is_refused_and_stays_usable() {
    let handle = opened(fp_hash_open(BLAKE3));
    let statuses = unsafe {
        [
            fp_reader_push(handle, null(), 0.0, 1, null(), 0),
            fp_reader_copy(handle, 0, 0, null_mut(), 0.0),
            fp_reader_next(handle),
            fp_profile_push(handle, null(), 0.0, 1, null(), 0),
        ]
    };
    assert_eq!(statuses, [BAD_HANDLE; 4]);
    let mut out = [0; 32];
    assert_eq!(unsafe { fp_hash_finish(handle, out.as_mut_ptr(), 32) }, 0);
    assert_eq!(out, EMPTY);
}

#[test]
fn handles_are_distinct_and_close_once() {
    let handles: Vec<_> = (0..1000).map(|_| opened(fp_hash_open(SHA256))).collect();
    let mut sorted = handles.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), handles.len());
    assert!(text(handles[0]).is_empty());
    for &handle in &handles {
        assert_eq!(fp_handle_close(handle), 0);
        assert_eq!(fp_handle_close(handle), BAD_HANDLE);
    }
}

#[test]
fn a_handle_in_use_is_busy_and_may_be_closed() {
    const BUSY: i32 = Failure::Busy as i32;
    let handle = opened(fp_hash_open(SHA256));
    let data = vec![1; 1 << 20];
    std::thread::scope(|scope| {
        let updates = scope.spawn(|| {
            loop {
                let status = unsafe { fp_hash_update(handle, data.as_ptr(), data.len() as f64) };
                if status != 0 && status != BUSY {
                    return status;
                }
            }
        });
        let start = std::time::Instant::now();
        while unsafe { fp_handle_text(handle, null_mut(), 0) } != BUSY {
            assert!(start.elapsed().as_secs() < 60, "the handle was never busy");
            std::thread::yield_now();
        }
        assert_eq!(fp_handle_close(handle), 0);
        assert_eq!(updates.join().unwrap(), BAD_HANDLE);
    });
}

#[test]
fn threads_share_the_registry() {
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..200 {
                    let handle = opened(fp_hash_open(SHA256));
                    assert_eq!(unsafe { fp_hash_update(handle, b"abc".as_ptr(), 3.0) }, 0);
                    let mut out = [0; 32];
                    assert_eq!(unsafe { fp_hash_finish(handle, out.as_mut_ptr(), 32) }, 0);
                    assert_eq!(out, ABC);
                }
            });
        }
    });
}
