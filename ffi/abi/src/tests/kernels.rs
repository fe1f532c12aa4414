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
fn open_refuses_null_with_a_length() {
    assert_eq!(unsafe { fp_reader_open(null(), 4) }, BAD_ARGUMENT);
    assert_eq!(unsafe { fp_profile_open(null(), 4) }, BAD_ARGUMENT);
}
