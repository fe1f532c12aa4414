//! Durations: milliseconds from texts and back. The grammar stands in `docs/durations.md`;
//! `src/duration/` holds the same in TypeScript, and words every error.

mod format;
mod grammar;
mod parse;
mod share;
mod units;

#[cfg(test)]
mod tests;

pub use format::{Style, format_lines, lines_size};
pub use parse::{Column, Outcome, parse_column, parse_text};

/// The largest duration either way: JavaScript's safe integers.
pub const MS_MAX: i64 = 9_007_199_254_740_991;

/// What becomes of a text that is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    Throw,
    Null,
    Zero,
}

/// Which texts are durations.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub lenient: bool,
    pub tracker: bool,
    /// Two fields are hours and minutes.
    pub hour_clock: bool,
    /// Days and weeks are allowed; a day has 24 hours.
    pub days: bool,
    /// Milliseconds of a bare number.
    pub unit_ms: u64,
    pub on_error: OnError,
}

impl Rules {
    /// What is read without any option.
    pub const STRICT: Rules = Rules {
        lenient: false,
        tracker: false,
        hour_clock: false,
        days: false,
        unit_ms: 1000,
        on_error: OnError::Throw,
    };

    /// The rules of the boundary's numbers.
    pub fn from_flags(flags: u32, unit_ms: u32) -> Option<Rules> {
        let on_error = match flags & 3 {
            0 => OnError::Throw,
            1 => OnError::Null,
            2 => OnError::Zero,
            _ => return None,
        };
        if flags >= 64 || !matches!(unit_ms, 1 | 1000 | 60_000 | 3_600_000) {
            return None;
        }
        Some(Rules {
            lenient: flags & 4 != 0,
            tracker: flags & 8 != 0,
            hour_clock: flags & 16 != 0,
            days: flags & 32 != 0,
            unit_ms: u64::from(unit_ms),
            on_error,
        })
    }
}
