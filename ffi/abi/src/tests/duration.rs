//! The duration exports: lengths, nulls and offsets that lie.

use super::*;

/// Arguments of `fp_duration_parse` over two rows, `1:00` and `5`.
struct Call {
    data: &'static [u8],
    data_len: f64,
    offsets: Vec<i32>,
    offsets_len: f64,
    flags: u32,
    unit_ms: u32,
    values_len: f64,
    bits_len: f64,
    report_len: u32,
}

fn good() -> Call {
    Call {
        data: b"1:005",
        data_len: 5.0,
        offsets: vec![0, 4, 5],
        offsets_len: 12.0,
        flags: 0,
        unit_ms: 1000,
        values_len: 16.0,
        bits_len: 1.0,
        report_len: 8,
    }
}

impl Call {
    fn run(&self) -> (i32, [i64; 2], [u8; 1], [u32; 2]) {
        let (mut values, mut bits, mut report) = ([0; 2], [0; 1], [0; 2]);
        let status = unsafe {
            fp_duration_parse(
                self.data.as_ptr(),
                self.data_len,
                self.offsets.as_ptr().cast(),
                self.offsets_len,
                null(),
                0.0,
                self.flags,
                self.unit_ms,
                values.as_mut_ptr().cast(),
                self.values_len,
                bits.as_mut_ptr(),
                self.bits_len,
                report.as_mut_ptr().cast(),
                self.report_len,
            )
        };
        (status, values, bits, report)
    }
}

#[test]
fn parse_gives_values_bits_and_the_report() {
    assert_eq!(good().run(), (0, [60_000, 5000], [3], [0, u32::MAX]));
    let refused = Call { offsets: vec![0, 2, 5], flags: 1, ..good() };
    assert_eq!(refused.run(), (0, [0, 5000], [2], [1, 0]));
}

#[test]
fn parse_refuses_arguments_that_do_not_fit() {
    let bad = [
        Call { data_len: -1.0, ..good() },
        Call { data_len: f64::NAN, ..good() },
        Call { data_len: 4.0, ..good() },
        Call { offsets_len: 8.0, ..good() },
        Call { offsets: vec![0, -1, 5], ..good() },
        Call { offsets: vec![4, 0, 5], ..good() },
        Call { offsets: vec![0, 4, i32::MAX], ..good() },
        Call { flags: 3, ..good() },
        Call { flags: 64, ..good() },
        Call { unit_ms: 7, ..good() },
        Call { values_len: 8.0, ..good() },
        Call { values_len: 15.0, ..good() },
        Call { bits_len: 0.0, ..good() },
        Call { report_len: 4, ..good() },
    ];
    for (index, call) in bad.iter().enumerate() {
        assert_eq!(call.run().0, BAD_ARGUMENT, "{index}");
    }
}

#[test]
fn null_stands_for_nothing_alone() {
    let call = |data_len, offsets_len, values_len| unsafe {
        fp_duration_parse(
            null(),
            data_len,
            null(),
            offsets_len,
            null(),
            0.0,
            0,
            1000,
            null_mut(),
            values_len,
            null_mut(),
            0.0,
            null_mut(),
            8,
        )
    };
    for (data, offsets, values) in [(5.0, 0.0, 0.0), (0.0, 4.0, 0.0), (0.0, 0.0, 8.0)] {
        assert_eq!(call(data, offsets, values), BAD_ARGUMENT);
    }
    assert_eq!(unsafe { fp_duration_format_size(null(), 0.0, null(), 0.0, 0) }, 0.0);
    assert_eq!(
        unsafe { fp_duration_format_size(null(), 8.0, null(), 0.0, 0) },
        f64::from(BAD_ARGUMENT)
    );
    assert_eq!(unsafe { fp_duration_format(null(), 0.0, null(), 0.0, 0, null_mut(), 0.0) }, 0);
}

fn size(values: &[i64], style: u32) -> f64 {
    let length = (values.len() * 8) as f64;
    unsafe { fp_duration_format_size(values.as_ptr().cast(), length, null(), 0.0, style) }
}

fn format(values: &[i64], style: u32, out: &mut [u8]) -> i32 {
    let (length, room) = ((values.len() * 8) as f64, out.len() as f64);
    let values = values.as_ptr().cast();
    unsafe { fp_duration_format(values, length, null(), 0.0, style, out.as_mut_ptr(), room) }
}

#[test]
fn format_is_sized_first_and_fits_exactly() {
    let values = [5000, -5_400_000];
    assert_eq!(size(&values, 1), 14.0);
    let mut out = [0; 14];
    assert_eq!(format(&values, 1, &mut out), 0);
    assert_eq!(&out, b"PT5S\n-PT1H30M\n");
}

#[test]
fn format_refuses_what_does_not_fit() {
    let values = [5000];
    for room in [0, 8, 10, 100] {
        assert_eq!(format(&values, 0, &mut vec![0; room]), BAD_ARGUMENT, "{room}");
    }
    assert_eq!(size(&values, 3), f64::from(BAD_ARGUMENT));
    assert_eq!(format(&values, 3, &mut [0; 9]), BAD_ARGUMENT);
    assert_eq!(size(&[i64::MIN], 0), -100.0);
    let odd = unsafe { fp_duration_format_size(values.as_ptr().cast(), 7.0, null(), 0.0, 0) };
    assert_eq!(odd, f64::from(BAD_ARGUMENT));
}
