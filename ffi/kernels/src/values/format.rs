//! How values print (semantics 24 and 25): floats as ECMAScript does, dates and timestamps.

use std::fmt::Write;

use super::time::MICROS_PER_DAY;

/// Appends an f64 as ECMAScript's `String(value)`, except that -0 prints `-0`.
pub fn es_f64(out: &mut String, value: f64) {
    if !value.is_finite() || value == 0.0 {
        out.push_str(match value {
            value if value.is_nan() => "NaN",
            f64::INFINITY => "Infinity",
            f64::NEG_INFINITY => "-Infinity",
            value if value.is_sign_negative() => "-0",
            _ => "0",
        });
        return;
    }
    let mut text = Short::default();
    let _ = write!(text, "{:e}", value.abs());
    let (digits, exponent) = text.split();
    let even = even_of_two(value.abs(), digits, exponent);
    let digits = even.as_ref().map_or(digits, Short::text);
    if value < 0.0 {
        out.push('-');
    }
    lay_out(out, digits, exponent);
}

/// The even one of two shortest texts that are equally near, where the digits at hand are the odd
/// one: Rust takes the larger, ECMA-262 the even. With p digits after the dot, a value is halfway
/// between two such texts where 2^(p+1) times it is an odd integer.
fn even_of_two(value: f64, digits: &str, exponent: i32) -> Option<Short> {
    let odd: u64 = digits.parse().ok().filter(|digits| digits % 2 == 1)?;
    let places = digits.len() as i32 - 1 - exponent;
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, power) = match bits >> 52 {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased as i32 - 1075),
    };
    let zeros = mantissa.trailing_zeros();
    if places < 1 || power + zeros as i32 != -(places + 1) {
        return None;
    }
    // The value times 2 * 10^places, exactly.
    let halves = 5u128.checked_pow(places as u32)?.checked_mul(u128::from(mantissa >> zeros))?;
    let even = match halves {
        halves if halves + 1 == 2 * u128::from(odd) => odd - 1,
        halves if halves == 2 * u128::from(odd) + 1 => odd + 1,
        _ => return None,
    };
    let mut text = Short::default();
    write!(text, "{even}e{}", -places).ok()?;
    // Below a power of two the next float is nearer: the other text may be none of this one's.
    if text.text().parse() != Ok(value) || even.ilog10() != odd.ilog10() {
        return None;
    }
    text = Short::default();
    write!(text, "{even}").ok()?;
    Some(text)
}

/// A text of at most 24 bytes (17 digits, dot, exponent), without the heap.
#[derive(Default)]
struct Short {
    bytes: [u8; 32],
    length: usize,
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let room = self.bytes.get_mut(self.length..self.length + text.len());
        room.ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

impl Short {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or("0")
    }

    /// The digits of `d.ddde±x` without the dot, and x.
    fn split(&mut self) -> (&str, i32) {
        let text = self.text();
        let at = text.find('e').unwrap_or(text.len());
        let exponent = text.get(at + 1..).and_then(|text| text.parse().ok()).unwrap_or(0);
        if at == 1 {
            return (std::str::from_utf8(&self.bytes[..1]).unwrap_or("0"), exponent);
        }
        self.bytes.copy_within(2..at, 1);
        (std::str::from_utf8(&self.bytes[..at - 1]).unwrap_or("0"), exponent)
    }
}

/// ECMA-262 Number::toString, steps 6 to 11, with n = exponent + 1 and k digits.
fn lay_out(out: &mut String, digits: &str, exponent: i32) {
    let k = digits.len() as i32;
    let n = exponent + 1;
    let zeros = |out: &mut String, count: i32| (0..count).for_each(|_| out.push('0'));
    if k <= n && n <= 21 {
        out.push_str(digits);
        zeros(out, n - k);
    } else if 0 < n && n <= 21 {
        out.push_str(&digits[..n as usize]);
        out.push('.');
        out.push_str(&digits[n as usize..]);
    } else if -6 < n && n <= 0 {
        out.push_str("0.");
        zeros(out, -n);
        out.push_str(digits);
    } else {
        out.push_str(&digits[..1]);
        if k > 1 {
            out.push('.');
            out.push_str(&digits[1..]);
        }
        let _ = write!(out, "e{exponent:+}");
    }
}

/// Appends `YYYY-MM-DD`.
pub fn format_date(out: &mut String, days: i32) {
    let (year, month, day) = civil_from_days(days);
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
}

/// Appends `YYYY-MM-DDTHH:MM:SS[.ffffff][Z]`, trailing zeros of the fraction dropped.
pub fn format_timestamp(out: &mut String, micros: i64, zoned: bool) {
    format_date(out, micros.div_euclid(MICROS_PER_DAY) as i32);
    let in_day = micros.rem_euclid(MICROS_PER_DAY);
    let seconds = in_day / 1_000_000;
    let _ = write!(out, "T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = in_day % 1_000_000;
    if fraction != 0 {
        let _ = write!(out, ".{fraction:06}");
        while out.ends_with('0') {
            out.pop();
        }
    }
    if zoned {
        out.push('Z');
    }
}

/// Year, month and day. Years begin in March inside, so that the leap day comes last.
fn civil_from_days(days: i32) -> (i64, i64, i64) {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let leaps = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let year = year_of_era + era * 400 + i64::from(month >= 10);
    (year, if month < 10 { month + 3 } else { month - 9 }, day)
}

#[cfg(test)]
mod tests {
    use super::super::{parse_date, parse_f64};
    use super::*;

    fn es(value: f64) -> String {
        let mut out = String::new();
        es_f64(&mut out, value);
        out
    }

    #[test]
    fn es_f64_switches_to_an_exponent_where_ecmascript_does() {
        // Expected texts: ECMA-262, Number::toString, worked by hand.
        assert_eq!(es(1e21), "1e+21");
        assert_eq!(es(123456789012345680000.0), "123456789012345680000");
        assert_eq!(es(0.000001), "0.000001");
        assert_eq!(es(1.5e-7), "1.5e-7");
        assert_eq!(es(-5e-324), "-5e-324");
        assert_eq!(es(-0.0), "-0");
        assert_eq!(es(1.7976931348623157e308), "1.7976931348623157e+308");
    }

    #[test]
    fn es_f64_gives_back_the_same_bits() {
        let mut state = 88172645463325252u64;
        for _ in 0..100_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let value = f64::from_bits(state);
            if value.is_finite() && value.fract() != 0.0 {
                assert_eq!(parse_f64(es(value).as_bytes()).map(f64::to_bits), Some(state));
            }
        }
    }

    #[test]
    fn format_date_and_parse_date_are_inverse_over_the_calendar() {
        let mut out = String::new();
        for days in -719_162..2_932_897 {
            out.clear();
            format_date(&mut out, days);
            assert_eq!(parse_date(out.as_bytes()), Some(days));
        }
    }

    #[test]
    fn format_timestamp_drops_trailing_zeros_of_the_fraction() {
        let mut out = String::new();
        format_timestamp(&mut out, -1, true);
        out.push(' ');
        format_timestamp(&mut out, 1_500_000, false);
        out.push(' ');
        format_timestamp(&mut out, 0, false);
        assert_eq!(out, "1969-12-31T23:59:59.999999Z 1970-01-01T00:00:01.5 1970-01-01T00:00:00");
    }
}
