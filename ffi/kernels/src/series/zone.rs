//! The offsets of a time zone, as `src/series/_zone.ts` puts them into a table.

use super::eight;
use crate::fault::Error;

/// Numbers of an entry: from, offset, head end, head start, and one for times without a zone,
/// which come here as UTC.
const ENTRY: usize = 5;
const HOUR: i64 = 3600;
/// No offset is larger.
const OFFSET_MAX: f64 = 200_000.0;
/// No second of the years 0001 to 9999 is larger.
const SECOND_MAX: f64 = 1e12;

#[derive(Clone, Copy)]
struct Entry {
    from: i64,
    offset: i64,
    head_end: i64,
    head_start: i64,
}

/// The offsets of a zone, in order of time.
pub struct Zone {
    entries: Vec<Entry>,
    /// The entry of the last look.
    at: usize,
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
        let mut entries = Vec::new();
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
            if offset.is_nan() || offset.abs() > OFFSET_MAX {
                return Err(wrong);
            }
            entries.push(Entry { from, offset: offset as i64, head_end, head_start });
        }
        Ok(Zone { entries, at: 0 })
    }

    #[inline(always)]
    fn entry(&mut self, second: i64) -> Entry {
        let entry = self.entries[self.at];
        let is_before = self.entries.get(self.at + 1).is_none_or(|next| second < next.from);
        if entry.from <= second && is_before { entry } else { self.find(second) }
    }

    fn find(&mut self, second: i64) -> Entry {
        let after = self.entries.partition_point(|entry| entry.from <= second);
        self.at = after.saturating_sub(1);
        self.entries[self.at]
    }

    /// The start of the hour that a second belongs to.
    #[inline(always)]
    pub fn hour_start(&mut self, second: i64) -> i64 {
        let entry = self.entry(second);
        if second < entry.head_end {
            return entry.head_start;
        }
        (second + entry.offset).div_euclid(HOUR) * HOUR - entry.offset
    }

    /// The day that the clock shows.
    #[inline(always)]
    pub fn day(&mut self, second: i64) -> i64 {
        let entry = self.entry(second);
        (second + entry.offset).div_euclid(86_400)
    }
}
