//! The unit words of durations, the same table as in `src/values/_duration_units.ts`.

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Milliseconds of one; 1 for the units below a millisecond.
    pub ms: u64,
    /// Digits by which a number of these is moved to milliseconds.
    pub shift: usize,
    /// Whether strict texts may use it.
    pub strict: bool,
}

pub const HOUR_MS: u64 = 3_600_000;
pub const MINUTE_MS: u64 = 60_000;
pub const SECOND_MS: u64 = 1000;
pub const DAY_MS: u64 = 24 * HOUR_MS;

/// The longest word.
pub const WORD_MAX: usize = 12;

impl Unit {
    /// The unit of a word in lower case.
    pub fn of(word: &[u8]) -> Option<Unit> {
        let (ms, shift) = match word {
            b"w" | b"wk" | b"wks" | b"week" | b"weeks" => (7 * DAY_MS, 0),
            b"d" | b"day" | b"days" => (DAY_MS, 0),
            b"h" | b"hr" | b"hrs" | b"hour" | b"hours" => (HOUR_MS, 0),
            b"m" | b"min" | b"mins" | b"minute" | b"minutes" => (MINUTE_MS, 0),
            b"s" | b"sec" | b"secs" | b"second" | b"seconds" => (SECOND_MS, 0),
            b"ms" | b"msec" | b"msecs" | b"milli" | b"millis" | b"millisecond"
            | b"milliseconds" => (1, 0),
            b"us" | b"usec" | b"usecs" | b"micro" | b"micros" | b"microsecond"
            | b"microseconds" => (1, 3),
            b"ns" | b"nsec" | b"nsecs" | b"nano" | b"nanos" | b"nanosecond" | b"nanoseconds" => {
                (1, 6)
            }
            _ => return None,
        };
        let strict = matches!(word, b"w" | b"d" | b"h" | b"m" | b"s" | b"ms" | b"us" | b"ns");
        Some(Unit { ms, shift, strict })
    }

    /// Whether it is days or weeks, which need the option `days`.
    pub fn is_days(self) -> bool {
        self.ms >= DAY_MS
    }
}
