//! A column of lists: where each begins, and a column of the items of all.

use crate::block::{Block, Kind as FieldKind, Span};
use crate::fault::Error;
use crate::ndjson::{Item, Items};
use crate::values::{Type, parse_large_f64};

use super::bits::Bits;
use super::column::Column;
use super::kind::Kind;

/// The lists of a batch's column.
pub(super) struct Lists {
    pub offsets: Vec<i32>,
    pub items: Column,
    takes_large: bool,
    /// The items of the rows that are appended, as fields of one column.
    block: Block,
    spans: Vec<Span>,
}

impl Lists {
    pub fn new(item: Type) -> Lists {
        Lists {
            offsets: vec![0],
            items: Column::items(item),
            takes_large: false,
            block: Block::default(),
            spans: Vec::new(),
        }
    }

    pub fn fork(&self) -> Lists {
        let Kind { item, .. } = self.items.kind;
        let mut fork = Lists::new(item);
        if self.takes_large {
            fork.take_large();
        }
        fork
    }

    pub fn take_large(&mut self) {
        self.takes_large = true;
        self.items.take_large();
    }

    /// Appends one list per span and returns the first span that is none of these lists.
    pub fn append(
        &mut self,
        block: &Block,
        spans: &[Span],
        validity: &mut Bits,
    ) -> Result<Option<usize>, Error> {
        self.offsets.try_reserve(spans.len())?;
        validity.try_reserve(spans.len())?;
        self.block.clear();
        self.spans.clear();
        let begin = self.offsets.len() - 1;
        let first = self.items.rows;
        let mut misfit = None;
        for (row, &span) in spans.iter().enumerate() {
            if !self.take(block, span)? {
                misfit = Some(row);
                break;
            }
            let end = i32::try_from(first + self.spans.len()).map_err(|_| Error::OutOfMemory)?;
            self.offsets.push(end);
        }
        // The items of a list that does not fit were taken in part.
        self.spans.truncate(self.end() - first);
        if let Some(item) = self.items.append(&self.block, &self.spans)? {
            let ends = &self.offsets[begin + 1..];
            let row = ends.partition_point(|&end| end as usize <= first + item);
            misfit = Some(row);
            self.truncate(begin + row);
        }
        for chunk in spans[..misfit.unwrap_or(spans.len())].chunks(64) {
            let mut valid = 0;
            for (row, span) in chunk.iter().enumerate() {
                valid |= u64::from(span.kind() != FieldKind::Null) << row;
            }
            validity.push(valid, chunk.len());
        }
        Ok(misfit)
    }

    /// Items so far.
    fn end(&self) -> usize {
        self.offsets.last().map_or(0, |&end| end as usize)
    }

    /// Takes the items of a field; false where it is no list of single values.
    fn take(&mut self, block: &Block, span: Span) -> Result<bool, Error> {
        if span.kind() == FieldKind::Null {
            return Ok(true);
        }
        let text = block.text(span);
        if span.kind() != FieldKind::Nested || text[0] != b'[' {
            return Ok(false);
        }
        let base = self.block.bytes.len();
        self.block.bytes.try_reserve(text.len())?;
        self.block.bytes.extend_from_slice(text);
        for item in Items::of(text) {
            self.spans.try_reserve(1)?;
            let span = match item {
                Item::Nested => return Ok(false),
                Item::Null => Span::default(),
                Item::Escaped(start, end) => {
                    let extra = &mut self.block.extra;
                    let to = extra.len();
                    extra.try_reserve(end - start)?;
                    crate::ndjson::unescape(&text[start..end], extra);
                    Span::in_extra(FieldKind::String, to, extra.len() - to)
                }
                Item::Plain(kind, start, end) => {
                    let is_text = kind == FieldKind::Number && self.is_text(&text[start..end]);
                    let kind = if is_text { FieldKind::String } else { kind };
                    Span::new(kind, base + start, end - start)
                }
            };
            self.spans.push(span);
        }
        Ok(true)
    }

    /// Whether a number has no type; the scanner has allowed it as a text.
    fn is_text(&self, number: &[u8]) -> bool {
        crate::ndjson::is_large(number) && !(self.takes_large && parse_large_f64(number).is_some())
    }

    pub fn append_nulls(&mut self, rows: usize) -> Result<(), Error> {
        self.offsets.try_reserve(rows)?;
        let end = self.end() as i32;
        self.offsets.resize(self.offsets.len() + rows, end);
        Ok(())
    }

    /// Forgets the rows from `rows` on.
    pub fn truncate(&mut self, rows: usize) {
        self.offsets.truncate(rows + 1);
        self.items.truncate(self.end());
    }

    pub fn clear(&mut self) {
        self.offsets.truncate(1);
        self.items.clear();
    }
}
