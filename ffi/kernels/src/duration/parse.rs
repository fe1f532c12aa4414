//! A column of texts to a column of milliseconds.

use super::grammar::{self, LENGTH_MAX};
use super::share::{rows_per_thread, run_all};
use super::units::{HOUR_MS, MINUTE_MS, SECOND_MS};
use super::{OnError, Rules};
use crate::fault::Error;

/// No character has more bytes, so longer texts are too long in any case.
const UTF8_BYTES_MAX: usize = 3 * LENGTH_MAX;

/// Longest text of the short way; its lead has at most nine digits.
const SHORT_MAX: usize = 15;

/// A column of texts in Arrow's layout: `offsets` are little-endian 32-bit integers, one more than
/// there are rows, and `validity` is empty where no row is null.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    pub data: &'a [u8],
    pub offsets: &'a [u8],
    pub validity: &'a [u8],
}

/// What came of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows of the result that are null.
    pub nulls: usize,
    /// The first row that was refused; with [`OnError::Throw`] nothing behind it counts.
    pub refused: Option<usize>,
}

/// Parses each row into `values` (8 bytes each) and sets its bit in `validity`.
pub fn parse_column(
    column: Column,
    rules: &Rules,
    values: &mut [u8],
    validity: &mut [u8],
) -> Result<Outcome, Error> {
    let (values, rest) = values.as_chunks_mut::<8>();
    let rows = values.len();
    let lengths_fit = rest.is_empty()
        && column.offsets.len() == (rows + 1) * 4
        && validity.len() == rows.div_ceil(8)
        && (column.validity.is_empty() || column.validity.len() >= rows.div_ceil(8));
    if !lengths_fit {
        return Err(Error::BadArgument("lengths of a duration column"));
    }
    let share = rows_per_thread(rows);
    let jobs: Vec<_> = values
        .chunks_mut(share)
        .zip(validity.chunks_mut(share.div_ceil(8)))
        .enumerate()
        .map(|(index, (values, validity))| (index * share, values, validity))
        .collect();
    let outcomes =
        run_all(jobs, |(first, values, bits)| parse_rows(column, rules, first, values, bits));
    let mut whole = Outcome::default();
    for outcome in outcomes {
        let outcome = outcome?;
        whole.nulls += outcome.nulls;
        whole.refused = whole.refused.or(outcome.refused);
        if whole.refused.is_some() && rules.on_error == OnError::Throw {
            break;
        }
    }
    Ok(whole)
}

/// The rows from `first` on, as many as there are values.
fn parse_rows(
    column: Column,
    rules: &Rules,
    first: usize,
    values: &mut [[u8; 8]],
    bits: &mut [u8],
) -> Result<Outcome, Error> {
    let Column { data, offsets, validity } = column;
    let (offsets, _) = offsets[first * 4..(first + values.len() + 1) * 4].as_chunks::<4>();
    let mut outcome = Outcome::default();
    for (group, (values, bits)) in values.chunks_mut(8).zip(bits).enumerate() {
        let row = group * 8;
        let present = if validity.is_empty() { 0xff } else { validity[(first + row) / 8] };
        let mut valid = 0;
        for (index, value) in values.iter_mut().enumerate() {
            let mut ms = None;
            if present & (1 << index) != 0 {
                let start = i32::from_le_bytes(offsets[row + index]) as usize;
                let end = i32::from_le_bytes(offsets[row + index + 1]) as usize;
                let text = data
                    .get(start..end)
                    .ok_or(Error::BadArgument("offsets of a duration column"))?;
                ms = parse_text(text, rules);
                if ms.is_none() {
                    outcome.refused.get_or_insert(first + row + index);
                    match rules.on_error {
                        OnError::Throw => return Ok(outcome),
                        OnError::Zero => ms = Some(0),
                        OnError::Null => {}
                    }
                }
            }
            *value = ms.unwrap_or(0).to_le_bytes();
            match ms {
                Some(_) => valid |= 1 << index,
                None => outcome.nulls += 1,
            }
        }
        *bits = valid;
    }
    Ok(outcome)
}

/// The milliseconds of a text in UTF-8, or None if it is no duration.
#[inline]
pub fn parse_text(text: &[u8], rules: &Rules) -> Option<i64> {
    if let Ok(eight) = text.try_into()
        && let Some(ms) = eight_characters(u64::from_le_bytes(eight))
    {
        return Some(ms as i64);
    }
    short(text, rules).map(|ms| ms as i64).or_else(|| long(text, rules))
}

/// `HH:MM:SS`, eight bytes at once. After the xor every byte is the digit's value, or 0 for a
/// colon; adding the second constant carries into the upper half of a byte that is too large.
#[inline]
fn eight_characters(text: u64) -> Option<u64> {
    let digits = text ^ u64::from_le_bytes(*b"00:00:00");
    let limits = u64::from_le_bytes([6, 6, 15, 10, 6, 15, 10, 6]);
    if (digits | (digits.wrapping_add(limits))) & 0xf0f0_f0f0_f0f0_f0f0 != 0 {
        return None;
    }
    let at = |place: u32| digits >> (8 * place) & 15;
    let hours = at(0) * 10 + at(1);
    let minutes = at(3) * 10 + at(4);
    let seconds = at(6) * 10 + at(7);
    Some(((hours * 60 + minutes) * 60 + seconds) * SECOND_MS)
}

/// The forms of most texts, which every set of rules reads alike: a whole number, `M:SS` and
/// `H:MM:SS` with fields below 60.
fn short(text: &[u8], rules: &Rules) -> Option<u64> {
    if text.is_empty() || text.len() > SHORT_MAX {
        return None;
    }
    let (lead, lead_ms, rest) = match text {
        [lead @ .., b':', m1, m2, b':', s1, s2] if !lead.is_empty() => {
            (lead, HOUR_MS, pair(*m1, *m2)? * 60 + pair(*s1, *s2)?)
        }
        [lead @ .., b':', s1, s2] if !lead.is_empty() && !rules.hour_clock => {
            (lead, MINUTE_MS, pair(*s1, *s2)?)
        }
        _ => (text, rules.unit_ms, 0),
    };
    if lead.len() > 9 {
        return None;
    }
    let mut value = 0;
    for byte in lead {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value * lead_ms + rest * SECOND_MS)
}

/// The value of two digits below 60.
fn pair(tens: u8, ones: u8) -> Option<u64> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 6 && ones < 10).then(|| u64::from(tens * 10 + ones))
}

/// All other forms; what is not ASCII is laid out as JavaScript sees it.
#[cold]
fn long(text: &[u8], rules: &Rules) -> Option<i64> {
    if text.is_ascii() {
        return grammar::parse(text, rules);
    }
    if text.len() > UTF8_BYTES_MAX {
        return None;
    }
    let units: Vec<u16> = String::from_utf8_lossy(text).encode_utf16().collect();
    grammar::parse(&units, rules)
}
