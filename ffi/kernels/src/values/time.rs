//! Dates and timestamps from text (semantics 6), in the proleptic Gregorian calendar.

use super::Class;

pub const MICROS_PER_DAY: i64 = 86_400_000_000;
const MICROS_PER_MINUTE: i64 = 60_000_000;
/// 0001-01-01T00:00 and the last microsecond of 9999.
const MICROS_MIN: i64 = -719_162 * MICROS_PER_DAY;
const MICROS_MAX: i64 = 2_932_897 * MICROS_PER_DAY - 1;

/// Classifies a text of at least ten bytes.
#[inline]
pub(super) fn classify(text: &[u8]) -> Class {
    let Some(days) = date(text) else { return Class::Text };
    if text.len() == 10 {
        return Class::Date(days);
    }
    match timestamp(days, text) {
        Some((micros, zoned)) => Class::Timestamp { micros, zoned },
        None => Class::Text,
    }
}

/// Days since 1970-01-01 of a date.
#[inline]
pub fn parse_date(text: &[u8]) -> Option<i32> {
    if text.len() == 10 { date(text) } else { None }
}

/// Microseconds for a timestamp column: with a zone only texts that name one, without a zone
/// those that name none, and dates as their midnight.
#[inline]
pub fn parse_timestamp(text: &[u8], zoned: bool) -> Option<i64> {
    if text.len() < 10 {
        return None;
    }
    let days = date(text)?;
    if text.len() == 10 {
        return if zoned { None } else { Some(i64::from(days) * MICROS_PER_DAY) };
    }
    let (micros, has_zone) = timestamp(days, text)?;
    if has_zone == zoned { Some(micros) } else { None }
}

/// The date in the first ten bytes.
#[inline(always)]
fn date(text: &[u8]) -> Option<i32> {
    let bytes = text.first_chunk::<10>()?;
    let digit = |at: usize| u32::from(bytes[at].wrapping_sub(b'0'));
    let mut valid = bytes[4] == b'-' && bytes[7] == b'-';
    for at in [0, 1, 2, 3, 5, 6, 8, 9] {
        valid &= digit(at) <= 9;
    }
    if !valid {
        return None;
    }
    let year = digit(0) * 1000 + digit(1) * 100 + digit(2) * 10 + digit(3);
    let month = digit(5) * 10 + digit(6);
    let day = digit(8) * 10 + digit(9);
    if year == 0 || month == 0 || month > 12 || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    Some(days_from_civil(year, month, day))
}

#[inline(always)]
fn days_in_month(year: u32, month: u32) -> u32 {
    if month == 2 {
        // A century is a leap year only if 400 divides it; 25 stands for 100 once 4 divides.
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(25) || year.is_multiple_of(16));
        return 28 + u32::from(leap);
    }
    // 30 or 31 in alternation, which turns around in August.
    30 | (month ^ (month >> 3))
}

/// Years begin in March here, so that the leap day is the last day of a year.
#[inline(always)]
fn days_from_civil(year: u32, month: u32, day: u32) -> i32 {
    let late = u32::from(month <= 2);
    let year = year - late;
    let month = month + 12 * late - 3;
    let before = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    before as i32 - 719_469
}

/// Microseconds and whether there is a zone, from the bytes after the date.
#[inline]
fn timestamp(days: i32, text: &[u8]) -> Option<(i64, bool)> {
    let time = &text[10..];
    if time.len() < 6 || (time[0] != b'T' && time[0] != b' ') {
        return None;
    }
    let minutes = clock(&time[1..6])?;
    let mut micros = i64::from(days) * MICROS_PER_DAY + i64::from(minutes) * MICROS_PER_MINUTE;
    let mut rest = &time[6..];
    if rest.first() == Some(&b':') {
        micros += i64::from(two(rest.get(1..3)?, 59)?) * 1_000_000;
        rest = &rest[3..];
        if rest.first() == Some(&b'.') {
            let (fraction, digits) = fraction(&rest[1..])?;
            micros += fraction;
            rest = &rest[1 + digits..];
        }
    }
    match rest {
        [] => return Some((micros, false)),
        b"Z" => return Some((micros, true)),
        [sign @ (b'+' | b'-'), offset @ ..] if offset.len() == 5 => {
            let offset = i64::from(clock(offset)?) * MICROS_PER_MINUTE;
            micros -= if *sign == b'+' { offset } else { -offset };
        }
        _ => return None,
    }
    // An offset can push the first and last day out of the calendar.
    if (MICROS_MIN..=MICROS_MAX).contains(&micros) { Some((micros, true)) } else { None }
}

/// Minutes of `HH:MM`.
#[inline(always)]
fn clock(text: &[u8]) -> Option<u32> {
    if text[2] != b':' {
        return None;
    }
    Some(two(&text[0..2], 23)? * 60 + two(&text[3..5], 59)?)
}

#[inline(always)]
fn two(text: &[u8], max: u32) -> Option<u32> {
    let (tens, ones) = (text[0].wrapping_sub(b'0'), text[1].wrapping_sub(b'0'));
    let value = u32::from(tens) * 10 + u32::from(ones);
    if tens <= 9 && ones <= 9 && value <= max { Some(value) } else { None }
}

/// Microseconds of one to six digits, and how many there are.
#[inline(always)]
fn fraction(text: &[u8]) -> Option<(i64, usize)> {
    let mut value = 0;
    let mut digits = 0;
    while digits < text.len() && text[digits].is_ascii_digit() {
        if digits == 6 {
            return None;
        }
        value = value * 10 + i64::from(text[digits] - b'0');
        digits += 1;
    }
    const SCALES: [i64; 7] = [0, 100_000, 10_000, 1_000, 100, 10, 1];
    if digits == 0 { None } else { Some((value * SCALES[digits], digits)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_date_knows_every_day_of_the_calendar_in_order() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut expected = -719_162;
        for year in 1..=9999 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for month in 1..=12 {
                let last = lengths[month - 1] + i32::from(leap && month == 2);
                for day in 1..=last {
                    let text = format!("{year:04}-{month:02}-{day:02}");
                    assert_eq!(parse_date(text.as_bytes()), Some(expected), "{text}");
                    expected += 1;
                }
                let text = format!("{year:04}-{month:02}-{:02}", last + 1);
                assert_eq!(parse_date(text.as_bytes()), None, "{text}");
            }
        }
        assert_eq!(expected, 2_932_897);
    }

    #[test]
    fn parse_timestamp_wants_the_zone_of_its_column() {
        assert_eq!(parse_timestamp(b"1970-01-01T00:00:01", false), Some(1_000_000));
        assert_eq!(parse_timestamp(b"1970-01-01T00:00:01", true), None);
        assert_eq!(parse_timestamp(b"1970-01-01T00:00:01Z", true), Some(1_000_000));
        assert_eq!(parse_timestamp(b"1970-01-01T00:00:01Z", false), None);
        assert_eq!(parse_timestamp(b"1970-01-02", false), Some(MICROS_PER_DAY));
        assert_eq!(parse_timestamp(b"1970-01-02", true), None);
        assert_eq!(parse_timestamp(b"1970", false), None);
    }

    #[test]
    fn classify_is_safe_on_every_cut_of_a_timestamp() {
        let text = b"2024-02-29 23:59:59.123456+23:59";
        for end in 10..text.len() {
            let whole = matches!(end, 16 | 19 | 21..=26);
            let class = classify(&text[..end]);
            let is_time = matches!(class, Class::Timestamp { .. });
            assert_eq!(is_time, whole, "cut at {end}");
        }
        assert!(matches!(classify(text), Class::Timestamp { zoned: true, .. }));
    }
}
