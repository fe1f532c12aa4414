//! Numbers, dates and times as digits: eight at once in the bytes of a word, without branches and
//! without a copy whose length depends on the value.

use super::room::Slot;
use crate::values::MICROS_PER_DAY;

const EIGHT_DIGITS: u64 = 100_000_000;
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight digits of a number below 10^8, the first in the lowest byte, as 0 to 9 (Khuong 2017).
#[inline]
fn eight(value: u32) -> u64 {
    let halves = u64::from(value / 10_000) | u64::from(value % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - 10 * tens) << 8
}

/// All pairs of digits.
const PAIRS: [[u8; 2]; 100] = pairs();

const fn pairs() -> [[u8; 2]; 100] {
    let mut table = [[0; 2]; 100];
    let mut value = 0;
    while value < 100 {
        table[value] = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        value += 1;
    }
    table
}

/// The two digits of a number below 100.
#[inline]
fn two(value: u32) -> [u8; 2] {
    PAIRS[value as usize]
}

#[inline]
fn put<const N: usize>(slot: &mut Slot, at: usize, bytes: [u8; N]) {
    if let Some(place) = slot.get_mut(at..at + N) {
        place.copy_from_slice(&bytes);
    }
}

/// Writes a whole number at `at` and gives where it ends.
#[inline]
pub fn unsigned(slot: &mut Slot, at: usize, value: u64) -> usize {
    if value < 10_000 {
        let value = value as u32;
        let ([a, b], [c, d]) = (two(value / 100), two(value % 100));
        let skipped = u32::from(value < 1000) + u32::from(value < 100) + u32::from(value < 10);
        put(slot, at, (u32::from_le_bytes([a, b, c, d]) >> (8 * skipped)).to_le_bytes());
        return at + 4 - skipped as usize;
    }
    if value >= EIGHT_DIGITS {
        return long(slot, at, value);
    }
    let digits = eight(value as u32);
    // The last digit prints even if it is a zero.
    let skipped = (digits | 1 << 56).trailing_zeros() & !7;
    put(slot, at, ((digits | ZEROS) >> skipped).to_le_bytes());
    at + 8 - skipped as usize / 8
}

#[inline(never)]
fn long(slot: &mut Slot, at: usize, value: u64) -> usize {
    let at = unsigned(slot, at, value / EIGHT_DIGITS);
    put(slot, at, (eight((value % EIGHT_DIGITS) as u32) | ZEROS).to_le_bytes());
    at + 8
}

/// Writes an integer and gives where it ends.
#[inline]
pub fn signed(slot: &mut Slot, at: usize, value: i64) -> usize {
    // The minus is overwritten where there is none.
    put(slot, at, *b"-");
    unsigned(slot, at + usize::from(value < 0), value.unsigned_abs())
}

/// Writes units of 10^-scale with exactly `scale` digits behind the point and gives where it ends.
#[inline]
pub fn fixed(slot: &mut Slot, at: usize, units: i64, scale: u8) -> usize {
    if scale == 0 {
        return signed(slot, at, units);
    }
    let power = 10u64.pow(u32::from(scale));
    let size = units.unsigned_abs();
    put(slot, at, *b"-");
    let at = unsigned(slot, at + usize::from(units < 0), size / power);
    // A one in front keeps the zeros that the fraction begins with; the dot takes its place.
    let end = unsigned(slot, at, size % power + power);
    put(slot, at, *b".");
    end
}

/// Writes milliseconds as a duration of ISO 8601, hours the largest unit, and gives where it ends.
#[inline]
pub fn duration(slot: &mut Slot, at: usize, millis: i64) -> usize {
    let size = millis.unsigned_abs();
    let (seconds, rest) = (size / 1000, (size % 1000) as u32);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    put(slot, at, *b"-");
    let at = at + usize::from(millis < 0);
    put(slot, at, *b"PT");
    let mut at = at + 2;
    for (value, unit) in [(hours, b'H'), (minutes, b'M')] {
        if value > 0 {
            at = unsigned(slot, at, value);
            put(slot, at, [unit]);
            at += 1;
        }
    }
    if seconds == 0 && rest == 0 && size > 0 {
        return at;
    }
    let at = unsigned(slot, at, seconds);
    let at = fraction(slot, at, rest * 1000);
    put(slot, at, *b"S");
    at + 1
}

/// Writes a dot and up to six digits without the zeros at their end; nothing for 0.
#[inline]
fn fraction(slot: &mut Slot, at: usize, millionths: u32) -> usize {
    if millionths == 0 {
        return at;
    }
    let ([a, b], [c, d]) = (two(millionths / 10_000), two(millionths / 100 % 100));
    let [e, f] = two(millionths % 100);
    put(slot, at, [b'.', a, b, c, d, e, f]);
    let zeros = (u64::from_le_bytes([a, b, c, d, e, f, b'0', b'0']) ^ ZEROS).leading_zeros();
    at + 9 - zeros as usize / 8
}

/// Writes a float that has at most six decimals and 15 digits in all as ECMAScript does, and gives
/// its length; 0 for any other. No other decimal of so many digits reads as the same number, so
/// there is no shortest text to search for.
#[inline]
pub fn decimal(slot: &mut Slot, value: f64) -> usize {
    const MILLION: f64 = 1e6;
    // From here on floats are whole numbers: adding it rounds, and leaves the sum's bits below.
    const WHOLES: u64 = 1 << 52;
    const ROUNDER: f64 = WHOLES as f64;
    let size = value.abs();
    if !(1.0 / MILLION..1e9).contains(&size) {
        return whole(slot, value);
    }
    let rounded = size * MILLION + ROUNDER;
    if (rounded - ROUNDER) / MILLION != size {
        return 0;
    }
    let millionths = rounded.to_bits() & (WHOLES - 1);
    put(slot, 0, *b"-");
    let at = unsigned(slot, usize::from(value < 0.0), millionths / 1_000_000);
    fraction(slot, at, (millionths % 1_000_000) as u32)
}

/// The same for what is large or next to 0: whole numbers but 0, whose sign matters.
#[inline(never)]
fn whole(slot: &mut Slot, value: f64) -> usize {
    let whole = value as i64;
    let is_whole = value.abs() < 1e15 && whole as f64 == value && whole != 0;
    if is_whole { signed(slot, 0, whole) } else { 0 }
}

/// Year, month and day by multiplications (Neri and Schneider, Euclidean affine functions, 2022);
/// right for the years 0001 to 9999, some day for others. Years begin in March inside.
#[inline]
fn civil(days: i32) -> (u32, u32, u32) {
    let shifted = days.wrapping_add(719_468) as u32;
    let quarters = shifted.wrapping_mul(4) | 3;
    let (century, in_century) = (quarters / 146_097, (quarters % 146_097) | 3);
    let product = u64::from(in_century) * 2_939_745;
    let in_year = product as u32 / 2_939_745 / 4;
    let packed = in_year * 2_141 + 197_913;
    let is_next = in_year >= 306;
    let year = 100 * century + (product >> 32) as u32 + u32::from(is_next);
    let month = packed >> 16;
    (year, if is_next { month - 12 } else { month }, (packed & 0xffff) / 2_141 + 1)
}

/// Writes a date at `at` and gives where it ends.
#[inline]
pub fn date(slot: &mut Slot, at: usize, days: i32) -> usize {
    let (year, month, day) = civil(days);
    let ([a, b], [c, d]) = (two(year / 100 % 100), two(year % 100));
    let ([e, f], [g, h]) = (two(month), two(day));
    put(slot, at, [a, b, c, d, b'-', e, f, b'-', g, h]);
    at + 10
}

/// Writes a timestamp at `at` and gives where it ends.
#[inline]
pub fn timestamp(slot: &mut Slot, at: usize, micros: i64, zoned: bool) -> usize {
    let at = date(slot, at, micros.div_euclid(MICROS_PER_DAY) as i32);
    let in_day = micros.rem_euclid(MICROS_PER_DAY);
    let seconds = (in_day / 1_000_000) as u32;
    let ([a, b], [c, d]) = (two(seconds / 3600), two(seconds / 60 % 60));
    let [e, f] = two(seconds % 60);
    put(slot, at, [b'T', a, b, b':', c, d, b':', e, f]);
    let at = fraction(slot, at + 9, (in_day % 1_000_000) as u32);
    put(slot, at, *b"Z");
    at + usize::from(zoned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{es_f64, format_date, format_decimal, format_timestamp};

    fn text(fill: impl Fn(&mut Slot) -> usize) -> String {
        let mut slot = [b'?'; 32];
        let length = fill(&mut slot);
        String::from_utf8(slot[..length].to_vec()).unwrap()
    }

    /// Values at the borders of digit counts, and some between them.
    fn sizes() -> impl Iterator<Item = u64> {
        (0..20).flat_map(|digits| {
            let power = 10u64.pow(digits);
            [power - 1, power, power + 1, power.wrapping_mul(7), power / 3]
        })
    }

    #[test]
    fn integers_print_as_rust_prints_them() {
        for value in sizes().chain([u64::MAX]).chain(0..20_000) {
            assert_eq!(text(|slot| unsigned(slot, 0, value)), value.to_string());
            let value = value as i64;
            assert_eq!(text(|slot| signed(slot, 0, value)), value.to_string());
            let value = value.wrapping_neg();
            assert_eq!(text(|slot| signed(slot, 0, value)), value.to_string());
        }
    }

    #[test]
    fn units_print_every_digit_of_their_scale() {
        for scale in 0..=18 {
            for value in sizes().chain([1 << 63, u64::MAX]).chain((0..20_000).step_by(11)) {
                for units in [value as i64, (value as i64).wrapping_neg()] {
                    let found = text(|slot| fixed(slot, 0, units, scale));
                    assert_eq!(found, format_decimal(units, scale));
                }
            }
        }
    }

    #[test]
    fn decimals_print_as_the_shortest_text() {
        for size in sizes().chain((0..20_000).step_by(9)) {
            for places in 0..8 {
                let value = size as f64 / 10f64.powi(places);
                for value in [value, -value] {
                    let mut expected = String::new();
                    es_f64(&mut expected, value);
                    let found = text(|slot| decimal(slot, value));
                    if places > 6 || value.abs() >= 1e9 {
                        assert!(found.is_empty() || found == expected, "{found} {expected}");
                    } else {
                        let is_odd = value == 0.0;
                        assert_eq!(found, if is_odd { String::new() } else { expected });
                    }
                }
            }
        }
        let mut slot = [0; 32];
        for value in [0.0, -0.0, f64::NAN, f64::INFINITY, 1e-7, 0.1234567, 1e15, 5e-324] {
            assert_eq!(decimal(&mut slot, value), 0, "{value}");
        }
    }

    #[test]
    fn durations_print_as_lines_of_durations_do() {
        use crate::duration::{MS_MAX, Style, format_lines, lines_size};
        let parts = [0, 1, 10, 120, 999, 1000, 59_999, 60_000, 61_001, 3_599_000, 3_600_000];
        for size in parts.into_iter().chain(sizes()).chain([MS_MAX as u64]) {
            for millis in
                [size as i64, (size as i64).wrapping_neg(), (size as i64).wrapping_mul(60_000)]
            {
                let bytes = millis.to_le_bytes();
                let Some(length) = lines_size(&bytes, &[], Style::Iso).unwrap() else { continue };
                let mut line = vec![0; length];
                format_lines(&bytes, &[], Style::Iso, &mut line).unwrap();
                let found = text(|slot| duration(slot, 0, millis)) + "\n";
                assert_eq!(found.as_bytes(), line);
            }
        }
    }

    #[test]
    fn dates_and_timestamps_print_as_over_the_calendar() {
        let mut expected = String::new();
        for days in (-719_162..2_932_897).step_by(29).chain([2_932_896]) {
            expected.clear();
            format_date(&mut expected, days);
            assert_eq!(text(|slot| date(slot, 0, days)), expected);
            let micros =
                i64::from(days) * MICROS_PER_DAY + i64::from(days) * 23_549 % MICROS_PER_DAY;
            if micros < -719_162 * MICROS_PER_DAY {
                continue;
            }
            expected.clear();
            format_timestamp(&mut expected, micros, days % 2 == 0);
            assert_eq!(text(|slot| timestamp(slot, 0, micros, days % 2 == 0)), expected);
        }
    }

    #[test]
    fn times_of_a_day_print_every_second_and_every_length_of_fraction() {
        let mut expected = String::new();
        for second in (0..86_400).step_by(7) {
            let fraction = [0, 1, 10, 120, 123_000, 500_000][second as usize % 6];
            let micros = second * 1_000_000 + fraction;
            expected.clear();
            format_timestamp(&mut expected, micros, false);
            assert_eq!(text(|slot| timestamp(slot, 0, micros, false)), expected);
        }
    }
}
