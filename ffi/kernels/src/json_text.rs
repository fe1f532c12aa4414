//! The little JSON that kernels write: short results and faults on their way to TypeScript.

use std::fmt::Write;

/// Appends `text` as a JSON string. Input is UTF-8, so only `"`, `\` and controls are escaped.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends an f64 as a JSON number that parses back to the same bits; not finite: null.
pub fn push_f64(out: &mut String, value: f64) {
    if value.is_finite() {
        let _ = write!(out, "{value:?}");
    } else {
        out.push_str("null");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn push_string_escapes_quotes_backslashes_and_controls() {
        let mut out = String::new();
        push_string(&mut out, "a\"b\\c\n\u{1}é😀");
        assert_eq!(out, "\"a\\\"b\\\\c\\u000a\\u0001é😀\"");
    }

    #[test]
    fn push_f64_round_trips_and_keeps_the_sign_of_zero() {
        let mut out = String::new();
        push_f64(&mut out, -0.0);
        out.push(' ');
        push_f64(&mut out, 1e300);
        out.push(' ');
        push_f64(&mut out, f64::NAN);
        assert_eq!(out, "-0.0 1e300 null");
    }
}
