//! The offsets of a time zone, as `src/series/_zone.ts` puts them into a table, and clocks made of
//! them that count hours or days.

use super::eight;
use crate::fault::Error;

/// Numbers of an entry: from, offset, head end, head start, and one for times without a zone,
/// which come here as UTC.
const ENTRY: usize = 5;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;
/// No offset is larger.
const OFFSET_MAX: f64 = 200_000.0;
/// No second of the years 0001 to 9999 is larger.
const SECOND_MAX: f64 = 1e12;
/// Equal parts of a clock's time, each of which knows the entry that it begins with; no more than
/// there are rows.
const SLOTS_MAX: u64 = 4096;

#[derive(Clone, Copy)]
struct Entry {
    from: i64,
    offset: i64,
    head_end: i64,
    head_start: i64,
}

impl Entry {
    /// The start of the hour that a second belongs to.
    fn hour_start(&self, second: i64) -> i64 {
        if second < self.head_end {
            return self.head_start;
        }
        (second + self.offset).div_euclid(HOUR) * HOUR - self.offset
    }

    /// The day that the clock shows.
    fn day(&self, second: i64) -> i64 {
        (second + self.offset).div_euclid(DAY)
    }
}

/// The offsets of a zone, in order of time.
pub struct Zone {
    entries: Vec<Entry>,
}

impl Zone {
    /// Reads a table.
    ///
    /// # Errors
    /// `BadArgument` where it is none, `OutOfMemory`.
    pub fn read(bytes: &[u8]) -> Result<Zone, Error> {
        let wrong = Error::BadArgument("the table of the zone is none");
        if bytes.is_empty() || !bytes.len().is_multiple_of(ENTRY * 8) {
            return Err(wrong);
        }
        let mut entries = Vec::<Entry>::new();
        entries.try_reserve_exact(bytes.len() / (ENTRY * 8))?;
        for entry in bytes.chunks_exact(ENTRY * 8) {
            let number = |at| f64::from_ne_bytes(eight(entry, at));
            let second = |at| match number(at) {
                f64::NEG_INFINITY => Some(-(SECOND_MAX as i64)),
                value if value.abs() <= SECOND_MAX => Some(value as i64),
                _ => None,
            };
            let offset = number(1);
            let (Some(from), Some(head_end), Some(head_start)) = (second(0), second(2), second(3))
            else {
                return Err(wrong);
            };
            let ascends = entries.last().is_none_or(|last| last.from < from);
            if offset.is_nan() || offset.abs() > OFFSET_MAX || !ascends {
                return Err(wrong);
            }
            entries.push(Entry { from, offset: offset as i64, head_end, head_start });
        }
        Ok(Zone { entries })
    }

    /// The entries that hold somewhere between two seconds.
    fn between(&self, first: i64, last: i64) -> &[Entry] {
        let place = |second| self.entries.partition_point(|entry| entry.from <= second);
        let start = place(first).saturating_sub(1);
        &self.entries[start..place(last).max(start + 1)]
    }
}

/// Counts the hours or days of a clock from the earliest on, at a division a time.
pub struct Clock {
    spans: Vec<Span>,
    /// The span with which each slot begins; a slot is `1 << shift` microseconds.
    slots: Vec<u32>,
    shift: u32,
    first: i64,
    /// The earliest and latest start: seconds for hours, days for days.
    least: i64,
    most: i64,
    unit: u64,
    /// What one whole period counts.
    step: u64,
    monotone: bool,
}

/// Where one offset holds.
#[derive(Clone, Copy)]
struct Span {
    /// Microseconds before which it does not hold; no time asked for is before the first.
    from: i64,
    /// Microseconds of a period's start before all its times, and the count there.
    origin: i64,
    base: u64,
    /// The end of a first, broken hour and its count.
    head_end: i64,
    head: u64,
}

impl Clock {
    /// A clock that counts hours, for times between two (microseconds).
    ///
    /// # Errors
    /// `BadArgument` for times outside of all calendars, `OutOfMemory`.
    pub fn hours(zone: &Zone, first: i64, last: i64, rows: usize) -> Result<Clock, Error> {
        let (first_second, last_second) = seconds(first, last)?;
        let entries = zone.between(first_second, last_second);
        // Hours of most zones begin at whole half hours from each other.
        let part = -entries[0].offset;
        let is_half = |second: i64| (second - part) % (HOUR / 2) == 0;
        let are_halves = entries.iter().all(|entry| {
            is_half(-entry.offset) && (entry.head_end <= entry.from || is_half(entry.head_start))
        });
        let unit = if are_halves { HOUR / 2 } else { 1 };
        let mut clock = Clock::over(entries, first, last, |entry, at| entry.hour_start(at))?;
        clock.unit = unit as u64;
        clock.step = (HOUR / unit) as u64;
        for entry in entries {
            let offset = entry.offset;
            let origin = (first_second + offset).div_euclid(HOUR) * HOUR - offset;
            clock.spans.push(Span {
                from: entry.from * MICROS,
                origin: origin * MICROS,
                base: ((origin - clock.least) / unit) as u64,
                head_end: entry.head_end * MICROS,
                head: ((entry.head_start - clock.least) / unit) as u64,
            });
        }
        clock.divide(last, rows)?;
        Ok(clock)
    }

    /// A clock that counts days, for times between two (microseconds).
    ///
    /// # Errors
    /// `BadArgument` for times outside of all calendars, `OutOfMemory`.
    pub fn days(zone: &Zone, first: i64, last: i64, rows: usize) -> Result<Clock, Error> {
        let (first_second, last_second) = seconds(first, last)?;
        let entries = zone.between(first_second, last_second);
        let mut clock = Clock::over(entries, first, last, |entry, at| entry.day(at))?;
        for entry in entries {
            let day = entry.day(first_second);
            clock.spans.push(Span {
                from: entry.from * MICROS,
                origin: (day * DAY - entry.offset) * MICROS,
                base: (day - clock.least) as u64,
                head_end: i64::MIN,
                head: 0,
            });
        }
        clock.divide(last, rows)?;
        Ok(clock)
    }

    /// The earliest and latest start. Within an entry starts ascend; where the clock goes back
    /// over midnight they need not from one entry to the next.
    fn over(
        entries: &[Entry],
        first: i64,
        last: i64,
        start: impl Fn(&Entry, i64) -> i64,
    ) -> Result<Clock, Error> {
        let (first_second, last_second) = seconds(first, last)?;
        let (mut least, mut most, mut monotone) = (i64::MAX, i64::MIN, true);
        for (at, entry) in entries.iter().enumerate() {
            let begin = start(entry, entry.from.max(first_second));
            let until = entries.get(at + 1).map_or(last_second, |next| next.from - 1);
            let end = start(entry, until.min(last_second));
            monotone &= most <= begin && begin <= end;
            least = least.min(begin).min(end);
            most = most.max(begin).max(end);
        }
        let mut spans = Vec::new();
        spans.try_reserve_exact(entries.len())?;
        let (slots, shift, unit, step) = (Vec::new(), 0, 1, 1);
        Ok(Clock { spans, slots, shift, first, least, most, unit, step, monotone })
    }

    /// Makes the slots: finding the span of a time is then a look and, nearly always, no step.
    fn divide(&mut self, last: i64, rows: usize) -> Result<(), Error> {
        let width = last.wrapping_sub(self.first) as u64;
        let most = if self.spans.len() == 1 { 1 } else { SLOTS_MAX.min(rows as u64).max(1) };
        while width >> self.shift >= most {
            self.shift += 1;
        }
        let count = (width >> self.shift) as usize + 1;
        self.slots.try_reserve_exact(count)?;
        let mut span = 0;
        for slot in 0..count {
            let begin = self.first + ((slot as u64) << self.shift) as i64;
            while self.spans.get(span + 1).is_some_and(|next| next.from <= begin) {
                span += 1;
            }
            self.slots.push(span as u32);
        }
        Ok(())
    }

    /// How many steps of the unit a time's start lies behind the least. `PERIOD` is the length of
    /// an hour or a day, in seconds, as the clock was made. Times that the clock was not made for
    /// (JavaScript may change them meanwhile) give any number.
    #[inline(always)]
    pub fn place<const PERIOD: u64>(&self, micros: i64) -> u64 {
        let slot = (micros.wrapping_sub(self.first) as u64 >> self.shift) as usize;
        let mut at = self.slots.get(slot).map_or(0, |&span| span as usize);
        while self.spans.get(at + 1).is_some_and(|next| next.from <= micros) {
            at += 1;
        }
        let span = &self.spans[at];
        if micros < span.head_end {
            return span.head;
        }
        let periods = micros.wrapping_sub(span.origin) as u64 / (PERIOD * MICROS as u64);
        span.base.wrapping_add(periods.wrapping_mul(self.step))
    }

    pub fn least(&self) -> i64 {
        self.least
    }

    pub fn most(&self) -> i64 {
        self.most
    }

    /// Seconds or days that one count stands for.
    pub fn unit(&self) -> u64 {
        self.unit
    }

    /// Whether later times never have earlier starts.
    pub fn is_monotone(&self) -> bool {
        self.monotone
    }
}

fn seconds(first: i64, last: i64) -> Result<(i64, i64), Error> {
    let is_time = |micros: i64| micros.unsigned_abs() <= SECOND_MAX as u64 * MICROS as u64;
    if !is_time(first) || !is_time(last) {
        return Err(Error::BadArgument("a time is outside of all calendars"));
    }
    Ok((first.div_euclid(MICROS), last.div_euclid(MICROS)))
}
