//! A column of the block at hand, and how its values print.

use super::digits;
use super::room::{byte, put, short};
use super::text::TextForm;
use crate::fault::Error;
use crate::values::{MICROS_PER_DAY, SCALE_MAX, es_f64};

/// What a column holds; the numbers are those of `src/write/_native.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bool,
    I32,
    I64,
    F64,
    Date,
    Timestamp { zoned: bool },
    Text,
    Decimal { scale: u8 },
    Duration,
}

/// The boundary's number of a decimal without fraction; the scale is added.
const DECIMAL_ID: u8 = 32;
const DECIMAL_ID_MAX: u8 = DECIMAL_ID + SCALE_MAX;

impl Kind {
    /// The type of a number of the boundary.
    pub fn from_id(id: u8) -> Option<Kind> {
        match id {
            1 => Some(Kind::Bool),
            2 => Some(Kind::I32),
            3 => Some(Kind::I64),
            4 => Some(Kind::F64),
            5 => Some(Kind::Date),
            6 => Some(Kind::Timestamp { zoned: false }),
            7 => Some(Kind::Text),
            8 => Some(Kind::Timestamp { zoned: true }),
            16 => Some(Kind::Duration),
            DECIMAL_ID..=DECIMAL_ID_MAX => Some(Kind::Decimal { scale: id - DECIMAL_ID }),
            _ => None,
        }
    }

    /// Whether the values are numbers, which `nonNumeric` leaves without quotes.
    pub fn is_number(self) -> bool {
        matches!(self, Kind::I32 | Kind::I64 | Kind::F64 | Kind::Decimal { .. })
    }

    /// Whether the text of a value that is no text itself can hold a byte.
    pub fn may_hold(self, byte: u8) -> bool {
        let letters: &[u8] = match self {
            Kind::Bool => b"truefals",
            Kind::I32 | Kind::I64 | Kind::Date => b"-0123456789",
            Kind::F64 => b"-+.e0123456789NaInfity",
            Kind::Timestamp { .. } => b"-:.TZ0123456789",
            Kind::Text => b"",
            Kind::Decimal { .. } => b"-.0123456789",
            Kind::Duration => b"-PTHMS.0123456789",
        };
        letters.contains(&byte)
    }
}

/// Which fields of a CSV are quoted besides those that need it; never a null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    Minimal,
    All,
    NonNumeric,
}

/// The values of a block.
enum Cells {
    Bits(Vec<u8>),
    Ints(Vec<i32>),
    Longs(Vec<i64>),
    Floats(Vec<f64>),
    Texts { data: Vec<u8>, offsets: Vec<i32> },
    Codes(Vec<i32>),
}

/// The first and the last day of the calendar, 0001-01-01 and 9999-12-31.
const DAYS: (i32, i32) = (-719_162, 2_932_896);
/// Their first and last microsecond.
const MICROS: (i64, i64) =
    (DAYS.0 as i64 * MICROS_PER_DAY, (DAYS.1 as i64 + 1) * MICROS_PER_DAY - 1);

/// Bytes that a short text is copied with, whatever its length.
const PADDING: usize = 16;

/// Texts of a dictionary as they print, one after the other, then `PADDING` zeros.
#[derive(Default)]
struct Printed {
    bytes: Vec<u8>,
    /// Where each text ends; a zero comes first.
    ends: Vec<usize>,
}

/// A column.
pub struct Column {
    kind: Kind,
    key: Vec<u8>,
    /// Whether every value is put in quotes; those of texts are printed with them.
    is_quoted: bool,
    rows: usize,
    /// A bit a row; empty where no value is null.
    validity: Vec<u8>,
    cells: Cells,
    dictionary: Option<Printed>,
}

const SHORT: Error = Error::BadArgument("a column's buffer is too short");
const BEYOND: Error = Error::BadArgument("a day is outside the years 0001 to 9999");
const ASTRAY: Error = Error::BadArgument("offsets or codes leave their buffer");

impl Column {
    /// A column without rows.
    pub fn new(kind: Kind, key: &[u8], quoting: Quoting) -> Column {
        let cells = match kind {
            Kind::Bool => Cells::Bits(Vec::new()),
            Kind::I32 | Kind::Date => Cells::Ints(Vec::new()),
            Kind::I64 | Kind::Timestamp { .. } | Kind::Decimal { .. } | Kind::Duration => {
                Cells::Longs(Vec::new())
            }
            Kind::F64 => Cells::Floats(Vec::new()),
            Kind::Text => Cells::Codes(Vec::new()),
        };
        let (key, validity) = (key.to_vec(), Vec::new());
        let is_quoted = match quoting {
            Quoting::Minimal => false,
            Quoting::All => kind != Kind::Text,
            Quoting::NonNumeric => kind != Kind::Text && !kind.is_number(),
        };
        Column { kind, key, is_quoted, rows: 0, validity, cells, dictionary: None }
    }

    /// Whether a value can hold the delimiter of a CSV without being quoted for it as a text.
    pub fn may_hold(&self, delimiter: u8) -> bool {
        self.kind.may_hold(delimiter)
    }

    /// Whether every value is put in quotes and is no text.
    pub fn is_quoted(&self) -> bool {
        self.is_quoted
    }

    /// What stands before a value in JSON.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// Rows of the block.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Whether a row has a value.
    #[inline]
    pub fn is_valid(&self, row: usize) -> bool {
        self.validity.is_empty() || bit(&self.validity, row)
    }

    /// Takes the texts of a dictionary and prints each once.
    pub fn set_dictionary(
        &mut self,
        data: &[u8],
        offsets: &[u8],
        form: &TextForm,
    ) -> Result<(), Error> {
        if self.kind != Kind::Text {
            return Err(Error::BadArgument("only texts have a dictionary"));
        }
        let mut starts = Vec::new();
        fill_i32(&mut starts, offsets, offsets.len() / 4)?;
        check_offsets(&starts, data.len())?;
        let mut printed = Printed::default();
        reserve(&mut printed.ends, starts.len())?;
        printed.ends.push(0);
        let mut scratch = Vec::new();
        for pair in starts.windows(2) {
            let text = &data[pair[0] as usize..pair[1] as usize];
            // Six bytes are the longest escape of one; then quotes and an apostrophe.
            resize(&mut scratch, 6 * text.len() + 32)?;
            let length = form.print(&mut scratch, 0, text).ok_or(SHORT)?;
            printed.bytes.try_reserve(length).map_err(|_| Error::OutOfMemory)?;
            printed.bytes.extend_from_slice(&scratch[..length]);
            printed.ends.push(printed.bytes.len());
        }
        let length = printed.bytes.len();
        resize(&mut printed.bytes, length + PADDING)?;
        self.dictionary = Some(printed);
        Ok(())
    }

    /// Takes the values of a block. Texts without offsets are codes of the dictionary.
    pub fn fill(
        &mut self,
        rows: usize,
        data: &[u8],
        validity: &[u8],
        offsets: &[u8],
    ) -> Result<(), Error> {
        self.rows = 0;
        self.validity.clear();
        if !validity.is_empty() {
            let bytes = validity.get(..rows.div_ceil(8)).ok_or(SHORT)?;
            reserve(&mut self.validity, bytes.len())?;
            self.validity.extend_from_slice(bytes);
        }
        if self.kind == Kind::Text {
            self.fill_texts(rows, data, offsets)?;
        } else if !offsets.is_empty() {
            return Err(Error::BadArgument("only texts have offsets"));
        } else {
            match &mut self.cells {
                Cells::Bits(bits) => {
                    let bytes = data.get(..rows.div_ceil(8)).ok_or(SHORT)?;
                    bits.clear();
                    reserve(bits, bytes.len())?;
                    bits.extend_from_slice(bytes);
                }
                Cells::Ints(values) => {
                    fill_i32(values, data, rows)?;
                    if self.kind == Kind::Date && !are_within(values, DAYS, &self.validity) {
                        return Err(BEYOND);
                    }
                }
                Cells::Longs(values) => {
                    fill(values, data, rows, |bytes| i64::from_le_bytes(*bytes))?;
                    let is_time = matches!(self.kind, Kind::Timestamp { .. });
                    if is_time && !are_within(values, MICROS, &self.validity) {
                        return Err(BEYOND);
                    }
                }
                Cells::Floats(values) => {
                    fill(values, data, rows, |bytes| f64::from_le_bytes(*bytes))?;
                }
                Cells::Texts { .. } | Cells::Codes(_) => {}
            }
        }
        self.rows = rows;
        Ok(())
    }

    fn fill_texts(&mut self, rows: usize, data: &[u8], offsets: &[u8]) -> Result<(), Error> {
        if offsets.is_empty() {
            let Some(dictionary) = &self.dictionary else { return Err(ASTRAY) };
            if !matches!(self.cells, Cells::Codes(_)) {
                self.cells = Cells::Codes(Vec::new());
            }
            let Cells::Codes(codes) = &mut self.cells else { return Ok(()) };
            fill_i32(codes, data, rows)?;
            let last = dictionary.ends.len() as i64 - 2;
            let last = i32::try_from(last).unwrap_or(i32::MAX);
            let is_good = are_within(codes, (0, last), &self.validity);
            return if is_good { Ok(()) } else { Err(ASTRAY) };
        }
        if !matches!(self.cells, Cells::Texts { .. }) {
            self.cells = Cells::Texts { data: Vec::new(), offsets: Vec::new() };
        }
        let Cells::Texts { data: bytes, offsets: starts } = &mut self.cells else { return Ok(()) };
        fill_i32(starts, offsets, rows + 1)?;
        // The data begin with the block's first text.
        let base = starts.first().copied().unwrap_or(0);
        for start in starts.iter_mut() {
            *start = start.wrapping_sub(base);
        }
        check_offsets(starts, data.len())?;
        bytes.clear();
        reserve(bytes, data.len())?;
        bytes.extend_from_slice(data);
        Ok(())
    }

    /// Prints the value of a row that is not null.
    #[inline]
    pub fn print_csv(
        &self,
        row: usize,
        out: &mut [u8],
        at: usize,
        form: &TextForm,
    ) -> Option<usize> {
        match &self.cells {
            Cells::Bits(bits) => put(out, at, if bit(bits, row) { b"true" } else { b"false" }),
            Cells::Ints(values) => {
                let value = values[row];
                match self.kind {
                    Kind::Date => short(out, at, |slot| digits::date(slot, 0, value)),
                    _ => short(out, at, |slot| digits::signed(slot, 0, value.into())),
                }
            }
            Cells::Longs(values) => {
                let value = values[row];
                match self.kind {
                    Kind::Timestamp { zoned } => {
                        short(out, at, |slot| digits::timestamp(slot, 0, value, zoned))
                    }
                    Kind::Decimal { scale } => {
                        short(out, at, |slot| digits::fixed(slot, 0, value, scale))
                    }
                    Kind::Duration => short(out, at, |slot| digits::duration(slot, 0, value)),
                    _ => short(out, at, |slot| digits::signed(slot, 0, value)),
                }
            }
            Cells::Floats(values) => float(values[row], out, at),
            Cells::Texts { data, offsets } => {
                form.print(out, at, &data[offsets[row] as usize..offsets[row + 1] as usize])
            }
            Cells::Codes(codes) => match &self.dictionary {
                Some(dictionary) => dictionary.print(codes[row] as usize, out, at),
                None => Some(at),
            },
        }
    }

    /// Prints the value of a row that is not null: what JSON has no form for is a string or null.
    #[inline]
    pub fn print_json(
        &self,
        row: usize,
        out: &mut [u8],
        at: usize,
        form: &TextForm,
    ) -> Option<usize> {
        match (&self.cells, self.kind) {
            (Cells::Floats(values), _) if !values[row].is_finite() => put(out, at, b"null"),
            (_, Kind::Date | Kind::Timestamp { .. } | Kind::Duration) => {
                let at = byte(out, at, b'"')?;
                let at = self.print_csv(row, out, at, form)?;
                byte(out, at, b'"')
            }
            _ => self.print_csv(row, out, at, form),
        }
    }
}

impl Printed {
    #[inline]
    fn print(&self, code: usize, out: &mut [u8], at: usize) -> Option<usize> {
        let (start, end) = (self.ends[code], self.ends[code + 1]);
        match self.bytes.get(start..).and_then(<[u8]>::first_chunk::<PADDING>) {
            Some(text) if end - start <= PADDING => short(out, at, |slot| {
                slot[..PADDING].copy_from_slice(text);
                end - start
            }),
            _ => put(out, at, &self.bytes[start..end]),
        }
    }
}

#[inline]
fn bit(bits: &[u8], row: usize) -> bool {
    bits[row / 8] >> (row % 8) & 1 != 0
}

/// Prints a float as ECMAScript does.
#[inline]
fn float(value: f64, out: &mut [u8], at: usize) -> Option<usize> {
    let end = short(out, at, |slot| digits::decimal(slot, value))?;
    if end > at { Some(end) } else { long_float(value, out, at) }
}

#[inline(never)]
fn long_float(value: f64, out: &mut [u8], at: usize) -> Option<usize> {
    let mut text = String::new();
    es_f64(&mut text, value);
    put(out, at, text.as_bytes())
}

fn reserve<T>(values: &mut Vec<T>, count: usize) -> Result<(), Error> {
    values.try_reserve(count).map_err(|_| Error::OutOfMemory)
}

fn resize(bytes: &mut Vec<u8>, length: usize) -> Result<(), Error> {
    if bytes.len() < length {
        reserve(bytes, length - bytes.len())?;
        bytes.resize(length, 0);
    }
    Ok(())
}

fn fill_i32(values: &mut Vec<i32>, data: &[u8], count: usize) -> Result<(), Error> {
    fill(values, data, count, |bytes| i32::from_le_bytes(*bytes))
}

/// Whether all values but the nulls', which are not defined, are from the one to the other: one
/// pass without a branch, for a column is hardly ever wrong.
fn are_within<T: Copy + PartialOrd>(values: &[T], (first, last): (T, T), validity: &[u8]) -> bool {
    let is_within = |value: T| (value >= first) & (value <= last);
    values.iter().fold(true, |all, &value| all & is_within(value))
        || values
            .iter()
            .enumerate()
            .all(|(row, &value)| is_within(value) || !validity.is_empty() && !bit(validity, row))
}

/// Copies the first `count` values of `N` bytes.
fn fill<T, const N: usize>(
    values: &mut Vec<T>,
    data: &[u8],
    count: usize,
    read: impl Fn(&[u8; N]) -> T,
) -> Result<(), Error> {
    let bytes = count.checked_mul(N).and_then(|length| data.get(..length)).ok_or(SHORT)?;
    values.clear();
    reserve(values, count)?;
    values.extend(bytes.as_chunks::<N>().0.iter().map(read));
    Ok(())
}

/// Offsets begin within the data, do not run backwards and end within the data.
fn check_offsets(offsets: &[i32], length: usize) -> Result<(), Error> {
    let (Some(&first), Some(&last)) = (offsets.first(), offsets.last()) else {
        return Err(ASTRAY);
    };
    let ends_within = usize::try_from(last).is_ok_and(|last| last <= length);
    let pairs = offsets.iter().zip(&offsets[1..]);
    let is_sorted = pairs.fold(true, |all, (start, end)| all & (start <= end));
    let is_good = first >= 0 && ends_within && is_sorted;
    if is_good { Ok(()) } else { Err(ASTRAY) }
}
