//! Second stage of the CSV scanner: the ends of fields become spans, column by column.

use std::collections::TryReserveError;

use crate::block::{Block, FIELD_BYTES_MAX, Kind, Span};

/// A record: where it begins in the block's bytes and where each of its fields ends.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub start: usize,
    pub ends: &'a [u32],
}

impl Record<'_> {
    /// Begin and end of field `index` as written, quotes included.
    pub fn field(&self, bytes: &[u8], index: usize) -> (usize, usize) {
        let start = if index == 0 { self.start } else { self.ends[index - 1] as usize + 1 };
        let end = self.ends[index] as usize;
        let is_last = index + 1 == self.ends.len();
        (start, if is_last { before_return(bytes, start, end) } else { end })
    }

    /// True for a line without a byte.
    pub fn is_blank(&self, bytes: &[u8]) -> bool {
        let (start, end) = self.field(bytes, 0);
        self.ends.len() == 1 && start == end
    }

    /// The first field that is too large, if any.
    pub fn too_large(&self, bytes: &[u8], limit: usize) -> Option<usize> {
        let mut starts = (0..self.ends.len()).map(|index| self.field(bytes, index));
        starts.find(|(start, end)| end - start > limit).map(|(start, _)| start)
    }
}

/// How many of the first `records` are plain: of `width` fields, which begin at index `first` of
/// `ends`, and with an end before `limit`, where a doubled quote or the last byte is.
pub(super) fn plain_run(
    records: &[u32],
    ends: &[u32],
    first: usize,
    width: usize,
    limit: usize,
) -> usize {
    let mut last = first + width - 1;
    let mut is_plain = |&record: &u32| {
        let fits = record as usize == last && (ends[last] as usize) < limit;
        last += width;
        fits
    };
    records.iter().take_while(|record| is_plain(record)).count()
}

/// Appends plain records, the first of which begins at `start`; `ends` are those of all their
/// fields. `bytes` hold a byte at every field's start, so the last record of an input without a
/// line end goes through [`push_escaped`].
pub(super) fn push_plain(columns: &mut [Vec<Span>], bytes: &[u8], start: usize, ends: &[u32]) {
    let width = columns.len();
    let Some((first, others)) = columns.split_first_mut() else { return };
    let rows = ends.chunks_exact(width);
    let mut start = start;
    first.extend(rows.clone().map(|row| {
        let next = row[width - 1] as usize;
        let end = if width == 1 { before_return(bytes, start, next) } else { row[0] as usize };
        let span = plain(bytes, start, end);
        start = next + 1;
        span
    }));
    let Some((last, middle)) = others.split_last_mut() else { return };
    for (column, index) in middle.iter_mut().zip(1..) {
        column.extend(
            rows.clone().map(|row| plain(bytes, row[index - 1] as usize + 1, row[index] as usize)),
        );
    }
    last.extend(rows.map(|row| {
        let start = row[width - 2] as usize + 1;
        plain(bytes, start, before_return(bytes, start, row[width - 1] as usize))
    }));
}

/// The end of a record's last field: outside quotes a carriage return stands before a line feed
/// only.
#[inline(always)]
fn before_return(bytes: &[u8], start: usize, end: usize) -> usize {
    end - usize::from(end > start && bytes[end - 1] == b'\r')
}

/// The span of a field without doubled quotes, computed without a branch.
#[inline(always)]
fn plain(bytes: &[u8], start: usize, end: usize) -> Span {
    let length = (end - start) as u32;
    // At the start of an empty field stands its separator, never a quote.
    let quote = u32::from(bytes[start] == b'"');
    let kind = u32::from(length != 0) + quote;
    Span { start: start as u32 + quote, meta: (length - 2 * quote) << 4 | kind }
}

/// Appends any record; texts of fields with doubled quotes go to `block.extra`.
pub(super) fn push_escaped(block: &mut Block, record: Record) -> Result<(), TryReserveError> {
    let Block { bytes, extra, columns, sources, .. } = block;
    for (index, column) in columns.iter_mut().enumerate() {
        let (start, end) = record.field(bytes, index);
        let text = &bytes[start..end];
        let span = if text.is_empty() {
            Span::new(Kind::Null, start, 0)
        } else if text[0] != b'"' {
            Span::new(Kind::Bare, start, text.len())
        } else {
            let inner = &text[1..text.len() - 1];
            if memchr::memchr(b'"', inner).is_none() {
                Span::new(Kind::Quoted, start + 1, inner.len())
            } else {
                let place = extra.len();
                extra.try_reserve(inner.len())?;
                unescape(inner, extra);
                sources.try_reserve(1)?;
                sources.push((place as u32, start as u32));
                Span::in_extra(Kind::Quoted, place, extra.len() - place)
            }
        };
        column.push(span);
    }
    Ok(())
}

/// Appends the text between quotes with each doubled quote as one.
pub(super) fn unescape(mut inner: &[u8], out: &mut Vec<u8>) {
    while let Some(quote) = memchr::memchr(b'"', inner) {
        out.extend_from_slice(&inner[..=quote]);
        inner = &inner[quote + 2..];
    }
    out.extend_from_slice(inner);
}

/// Gives the block `width` empty columns with room for `rows` spans each.
pub(super) fn prepare(block: &mut Block, width: usize, rows: usize) -> Result<(), TryReserveError> {
    block.columns.truncate(width);
    block.columns.try_reserve(width - block.columns.len())?;
    block.columns.resize_with(width, Vec::new);
    for column in &mut block.columns {
        column.clear();
        column.try_reserve(rows)?;
    }
    Ok(())
}

/// The default limit of a field as written.
pub(super) const LIMIT: usize = FIELD_BYTES_MAX;
