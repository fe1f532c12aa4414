//! Timelines: rows of (time, change, type) merged by time or period, in order, with running
//! totals. `docs/series.md` says what both engines compute and in which order.

mod calendar;
mod keys;
mod sort;
mod sums;
#[cfg(test)]
mod tests;
mod zone;

use crate::control::Control;
use crate::fault::Error;

/// Bytes before the rows of the output: the number of rows and the outcome, each an f64.
pub const HEADER_BYTES: usize = 16;

/// Rows worked on between two looks at the control: well below a millisecond.
const BLOCK: usize = 1 << 16;

/// The period that rows are merged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Time,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl By {
    /// The period of a number of the boundary.
    pub fn from_id(id: u32) -> Option<By> {
        let all = [By::Time, By::Hour, By::Day, By::Week, By::Month, By::Quarter, By::Year];
        all.get(id as usize).copied()
    }
}

/// How the changes are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeType {
    I32,
    I64,
    F64,
}

impl ChangeType {
    /// The type of a number of the boundary.
    pub fn from_id(id: u32) -> Option<ChangeType> {
        [ChangeType::I32, ChangeType::I64, ChangeType::F64].get(id as usize).copied()
    }

    fn bytes(self) -> usize {
        if self == ChangeType::I32 { 4 } else { 8 }
    }
}

/// What is asked. Buffers are in the machine's byte order and need no alignment.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// i32 days where `in_days`, else i64 microseconds of UTC.
    pub times: &'a [u8],
    pub in_days: bool,
    pub changes: &'a [u8],
    pub change_type: ChangeType,
    /// One bit a row, set where the change is not null; empty without nulls.
    pub validity: &'a [u8],
    /// u32 places of the types; empty without types.
    pub ranks: &'a [u8],
    /// How many types there are; 1 without types.
    pub groups: u32,
    pub by: By,
    /// Entries of five f64, as `src/series/_zone.ts` makes them.
    pub zone: &'a [u8],
}

/// How it ended, besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All rows are there.
    Done = 0,
    /// The change of a row does not fit 64 bits.
    ChangeTooLarge = 1,
    /// The total of a row does not fit 64 bits.
    TotalTooLarge = 2,
    /// There may be more rows than the output has room for.
    NeedsRoom = 3,
}

/// Bytes of an output with room for `rows` rows: starts (i64), changes, totals (8 bytes each) and
/// the places of types (u32), one array behind the other.
pub fn output_bytes(rows: usize, has_ranks: bool) -> Option<usize> {
    rows.checked_mul(row_bytes(has_ranks))?.checked_add(HEADER_BYTES)
}

fn row_bytes(has_ranks: bool) -> usize {
    if has_ranks { 28 } else { 24 }
}

/// Makes a timeline. `out` has [`output_bytes`] of any number of rows. Where there may be more than
/// that, nothing is done yet: the outcome is `NeedsRoom` and the number of rows what is needed.
/// After a sum that is too large the first start is that of the row to blame.
///
/// # Errors
/// `BadArgument` where buffers do not fit each other, `OutOfMemory`, `Cancelled`.
pub fn timeline(request: &Request<'_>, out: &mut [u8], control: &dyn Control) -> Result<(), Error> {
    let rows = rows_of(request)?;
    let has_ranks = !request.ranks.is_empty();
    let room = out.len().saturating_sub(HEADER_BYTES) / row_bytes(has_ranks);
    if output_bytes(room, has_ranks) != Some(out.len()) {
        return Err(Error::BadArgument("the output has the wrong size"));
    }
    let (header, body) = out.split_at_mut(HEADER_BYTES);
    let mut sink = sums::Sink::new(body, room, has_ranks);
    let keys = keys::Keys::new(request, rows, control)?;
    let needed = keys.end.map_or(rows as u64, |end| end.min(rows as u64));
    let (found, outcome) = if needed > room as u64 {
        (needed, Outcome::NeedsRoom)
    } else {
        let outcome = sums::sum(request, rows, keys, &mut sink, control)?;
        (sink.rows() as u64, outcome)
    };
    header[..8].copy_from_slice(&(found as f64).to_ne_bytes());
    header[8..].copy_from_slice(&f64::from(outcome as u8).to_ne_bytes());
    Ok(())
}

fn rows_of(request: &Request<'_>) -> Result<usize, Error> {
    let width = if request.in_days { 4 } else { 8 };
    let rows = request.times.len() / width;
    let fits = request.times.len() == rows * width
        && u32::try_from(rows).is_ok()
        && request.changes.len() == rows * request.change_type.bytes()
        && (request.validity.is_empty() || request.validity.len() >= rows.div_ceil(8))
        && (request.ranks.is_empty() || request.ranks.len() == rows * 4)
        && request.groups > 0
        && (!request.ranks.is_empty() || request.groups == 1 || rows == 0)
        && !(request.in_days && request.by == By::Hour);
    if fits { Ok(rows) } else { Err(Error::BadArgument("the columns do not fit each other")) }
}

fn poll(control: &dyn Control) -> Result<(), Error> {
    if control.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}

/// A vector of zeros whose size the input decides.
fn zeros<T: Clone + Default>(length: usize) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    all.try_reserve_exact(length)?;
    all.resize(length, T::default());
    Ok(all)
}

/// The four bytes of row `row`.
#[inline(always)]
fn four(bytes: &[u8], row: usize) -> [u8; 4] {
    bytes[row * 4..row * 4 + 4].try_into().unwrap_or_default()
}

/// The eight bytes of row `row`.
#[inline(always)]
fn eight(bytes: &[u8], row: usize) -> [u8; 8] {
    bytes[row * 8..row * 8 + 8].try_into().unwrap_or_default()
}
