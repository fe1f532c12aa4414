//! Milliseconds to lines of text: sized first, then written.

use super::MS_MAX;
use super::share::{rows_per_thread, run_all};
use crate::fault::Error;

/// How a duration is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `HH:MM:SS[.f]`
    Clock,
    /// `PTnHnMnS`
    Iso,
    /// `nhnmns`
    Compact,
}

impl Style {
    /// The style of a number of the boundary.
    pub fn from_id(id: u32) -> Option<Style> {
        [Style::Clock, Style::Iso, Style::Compact].get(id as usize).copied()
    }
}

/// The line of a null.
const NULL_LINE: &[u8] = b"null\n";

/// No line is longer: `-PT2501999792H59M59.999S` and its end.
const LINE_MAX: usize = 32;

/// A line of a clock below 100 hours without a fraction.
const CLOCK_BYTES: usize = 9;

/// Milliseconds of 100 hours.
const WIDE_MS: u64 = 360_000_000;

/// The numbers 0 to 99 in two digits.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut value = 0;
    while value < 100 {
        pairs[value] = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        value += 1;
    }
    pairs
};

/// Values to print: 8 bytes each, and a bitmap that is empty where none is null.
#[derive(Clone, Copy)]
struct Rows<'a> {
    values: &'a [[u8; 8]],
    validity: &'a [u8],
}

impl<'a> Rows<'a> {
    fn of(values: &'a [u8], validity: &'a [u8]) -> Result<Rows<'a>, Error> {
        let (values, rest) = values.as_chunks::<8>();
        let bitmap_fits = validity.is_empty() || validity.len() >= values.len().div_ceil(8);
        if !rest.is_empty() || !bitmap_fits {
            return Err(Error::BadArgument("lengths of durations"));
        }
        Ok(Rows { values, validity })
    }

    /// The rows in parts, one for each thread.
    fn parts(self) -> Vec<Rows<'a>> {
        let share = rows_per_thread(self.values.len());
        let part = |(index, values): (usize, &'a [[u8; 8]])| {
            let bits = self.validity.get(index * share / 8..).unwrap_or_default();
            Rows { values, validity: bits }
        };
        self.values.chunks(share).enumerate().map(part).collect()
    }

    fn get(self, row: usize) -> Option<i64> {
        let is_null = !self.validity.is_empty() && self.validity[row / 8] >> (row % 8) & 1 == 0;
        (!is_null).then(|| i64::from_le_bytes(self.values[row]))
    }

    /// Bytes of the lines, or None if a value is no safe integer.
    fn size(self, style: Style) -> Option<usize> {
        let mut size = 0;
        for row in 0..self.values.len() {
            size += match self.get(row) {
                None => NULL_LINE.len(),
                Some(ms) if style == Style::Clock && is_plain(ms) => CLOCK_BYTES,
                Some(ms) if ms.unsigned_abs() > MS_MAX as u64 => return None,
                Some(ms) => Line::of(ms, style).length,
            };
        }
        Some(size)
    }

    /// Writes the lines; None if they do not fit exactly.
    fn write(self, style: Style, mut out: &mut [u8]) -> Option<()> {
        for row in 0..self.values.len() {
            let length = match self.get(row) {
                None => put(NULL_LINE, out)?,
                Some(ms) if style == Style::Clock && is_plain(ms) => {
                    *out.first_chunk_mut()? = plain_clock(ms as u32);
                    CLOCK_BYTES
                }
                Some(ms) => {
                    let line = Line::of(ms, style);
                    put(&line.bytes[..line.length], out)?
                }
            };
            out = &mut out[length..];
        }
        out.is_empty().then_some(())
    }
}

fn put(line: &[u8], out: &mut [u8]) -> Option<usize> {
    out.get_mut(..line.len())?.copy_from_slice(line);
    Some(line.len())
}

/// Whether a clock has two digits of hours and nothing else of note.
#[inline]
fn is_plain(ms: i64) -> bool {
    (ms as u64) < WIDE_MS && (ms as u32).is_multiple_of(1000)
}

/// The line of a clock below 100 hours without a fraction.
#[inline]
fn plain_clock(ms: u32) -> [u8; CLOCK_BYTES] {
    let seconds = ms / 1000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let [h, m, s] = [hours, minutes, seconds % 60].map(|part| PAIRS[part as usize]);
    [h[0], h[1], b':', m[0], m[1], b':', s[0], s[1], b'\n']
}

/// The exact size of the lines of `values`, or None if a value is no safe integer.
pub fn lines_size(values: &[u8], validity: &[u8], style: Style) -> Result<Option<usize>, Error> {
    let sizes = run_all(Rows::of(values, validity)?.parts(), |part| part.size(style));
    Ok(sizes.into_iter().sum())
}

/// Writes the lines of `values` into `out`, which has their exact size.
pub fn format_lines(
    values: &[u8],
    validity: &[u8],
    style: Style,
    out: &mut [u8],
) -> Result<(), Error> {
    const MISFIT: Error = Error::BadArgument("size of the lines");
    let parts = Rows::of(values, validity)?.parts();
    if let [part] = parts[..] {
        return part.write(style, out).ok_or(MISFIT);
    }
    let sizes = run_all(parts.clone(), |part| part.size(style));
    let mut jobs = Vec::with_capacity(parts.len());
    let mut rest = out;
    for (part, size) in parts.into_iter().zip(sizes) {
        let (front, back) = rest.split_at_mut_checked(size.ok_or(MISFIT)?).ok_or(MISFIT)?;
        jobs.push((part, front));
        rest = back;
    }
    let written = run_all(jobs, |(part, out)| part.write(style, out));
    let fits = rest.is_empty() && written.iter().all(Option::is_some);
    if fits { Ok(()) } else { Err(MISFIT) }
}

/// One line under construction.
struct Line {
    bytes: [u8; LINE_MAX],
    length: usize,
}

impl Line {
    fn of(ms: i64, style: Style) -> Line {
        let mut line = Line { bytes: [0; LINE_MAX], length: 0 };
        let total = ms.unsigned_abs();
        let (seconds, millis) = (total / 1000, total % 1000);
        let (minutes, hours) = (seconds / 60 % 60, seconds / 3600);
        if ms < 0 {
            line.push(b'-');
        }
        match style {
            Style::Clock => line.clock(hours, minutes, seconds % 60, millis),
            Style::Iso => {
                line.push(b'P');
                line.push(b'T');
                line.parts(*b"HMS", hours, minutes, seconds % 60, millis);
            }
            Style::Compact => line.parts(*b"hms", hours, minutes, seconds % 60, millis),
        }
        line.push(b'\n');
        line
    }

    fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn pair(&mut self, value: u64) {
        let [tens, ones] = PAIRS[value as usize];
        self.push(tens);
        self.push(ones);
    }

    fn number(&mut self, value: u64) {
        if value >= 10 {
            self.number(value / 10);
        }
        self.push(b'0' + (value % 10) as u8);
    }

    fn clock(&mut self, hours: u64, minutes: u64, seconds: u64, millis: u64) {
        if hours < 100 {
            self.pair(hours)
        } else {
            self.number(hours)
        }
        self.push(b':');
        self.pair(minutes);
        self.push(b':');
        self.pair(seconds);
        self.fraction(millis);
    }

    /// The parts that are not zero, each with its letter; seconds where all are.
    fn parts(&mut self, names: [u8; 3], hours: u64, minutes: u64, seconds: u64, millis: u64) {
        for (value, name) in [(hours, names[0]), (minutes, names[1])] {
            if value > 0 {
                self.number(value);
                self.push(name);
            }
        }
        if seconds + millis > 0 || hours + minutes == 0 {
            self.number(seconds);
            self.fraction(millis);
            self.push(names[2]);
        }
    }

    /// A point and the digits of milliseconds that matter, or nothing.
    fn fraction(&mut self, millis: u64) {
        if millis == 0 {
            return;
        }
        self.push(b'.');
        self.push(b'0' + (millis / 100) as u8);
        if !millis.is_multiple_of(100) {
            self.push(b'0' + (millis / 10 % 10) as u8);
        }
        if !millis.is_multiple_of(10) {
            self.push(b'0' + (millis % 10) as u8);
        }
    }
}
