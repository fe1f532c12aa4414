//! The columns of the batch that is being built, and what is said of it once it is whole.

use std::fmt::Write;

use crate::block::{Block, Kind, Span};
use crate::fault::{Code, Error, Fault};
use crate::json_text;
use crate::values::Type;

use super::column::Column;
use super::numbers::NumberStyle;

/// Characters of a value that a fault quotes at most.
const QUOTED_CHARS_MAX: usize = 40;

/// A field that its column's type cannot hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Misfit {
    pub column: usize,
    pub row: usize,
    span: Span,
}

/// Typed columns of equal length.
#[derive(Default)]
pub(super) struct Batch {
    pub names: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: usize,
    /// How numbers are written, where not as `1234.5`.
    pub numbers: Option<NumberStyle>,
}

impl Batch {
    pub fn new(
        names: Vec<String>,
        types: &[Type],
        nulls_are_empty: bool,
        rows_max: usize,
    ) -> Batch {
        let columns = types.iter().map(|&kind| Column::new(kind, nulls_are_empty, rows_max));
        Batch { names, columns: columns.collect(), rows: 0, numbers: None }
    }

    /// Makes f64 columns take integers beyond 2^53 that are written as an f64 prints, where the
    /// caller declared them.
    pub fn take_large(&mut self, is_declared: impl Fn(&str) -> bool) {
        let columns = self.columns.iter_mut().zip(&self.names);
        columns.filter(|(_, name)| is_declared(name)).for_each(|(column, _)| column.take_large());
    }

    /// Asks for room for `rows` rows in all.
    pub fn expect_rows(&mut self, rows: usize) {
        self.columns.iter_mut().for_each(|column| column.expect_rows(rows));
    }

    /// Appends the rows of a block up to the first one with a misfit, which is returned.
    ///
    /// Columns that can have one go first, so that texts never need to be taken back.
    pub fn append(&mut self, block: &Block) -> Result<Option<Misfit>, Error> {
        self.append_rows(block, 0, block.rows)
    }

    /// The same for the rows `from` to `to` (exclusive).
    pub fn append_rows(
        &mut self,
        block: &Block,
        from: usize,
        to: usize,
    ) -> Result<Option<Misfit>, Error> {
        let numbers = self.numbers;
        let mut first: Option<Misfit> = None;
        for (index, column) in self.columns.iter_mut().enumerate() {
            if column.takes_anything() {
                continue;
            }
            let Some(spans) = block.columns.get(index) else {
                column.append_nulls(to - from)?;
                continue;
            };
            let spans = &spans[from..to];
            let row = match numbers {
                Some(style) if column.kind.is_number() => {
                    let (view, styled) = style.view(block, spans);
                    column.append(&view, &styled)?
                }
                _ => column.append(block, spans)?,
            };
            let Some(row) = row else { continue };
            let found = Misfit { column: index, row: from + row, span: spans[row] };
            if first.is_none_or(|first| found.is_before(first, block)) {
                first = Some(found);
            }
        }
        let rows = first.map_or(to, |misfit| misfit.row) - from;
        for (index, column) in self.columns.iter_mut().enumerate() {
            match block.columns.get(index) {
                _ if !column.takes_anything() => column.truncate(self.rows + rows),
                Some(spans) => drop(column.append(block, &spans[from..from + rows])?),
                None => column.append_nulls(rows)?,
            }
        }
        self.rows += rows;
        Ok(first)
    }

    /// Decides how texts are stored, once the batch is whole.
    pub fn finish(&mut self) -> Result<(), Error> {
        self.columns.iter_mut().try_for_each(Column::finish)
    }

    /// Forgets the rows, keeps the memory.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.columns.iter_mut().for_each(Column::clear);
    }

    /// The schema of the batch as JSON.
    pub fn schema(&self, is_final: bool) -> String {
        let columns = self.names.iter().zip(&self.columns);
        schema(
            self.rows,
            is_final,
            columns.map(|(name, column)| Described {
                name,
                kind: column.kind,
                nulls: column.nulls(),
                dictionary: column.dictionary(),
                bytes: column.data_bytes(),
            }),
        )
    }
}

impl Misfit {
    /// Whether a reader that goes byte by byte meets this field before the other.
    fn is_before(&self, other: Misfit, block: &Block) -> bool {
        let place = |misfit: &Misfit| (misfit.row, block.source_start(misfit.span));
        place(self) < place(&other)
    }

    /// The fault that names the field.
    pub fn fault(&self, block: &Block, name: &str, kind: Type) -> Fault {
        let (line, column, byte_offset) = block.locate(block.source_start(self.span));
        let text = String::from_utf8_lossy(block.text(self.span));
        let value: String = text.chars().take(QUOTED_CHARS_MAX).collect();
        let kind = kind.declared_name().to_owned();
        let args = vec![("column", name.to_owned()), ("type", kind), ("value", value)];
        Fault { code: Code::TypeMismatch, line, column, byte_offset, args }
    }
}

/// Whether any of the fields gives a column a type.
pub(super) fn has_value(spans: &[Span]) -> bool {
    spans.iter().any(|span| match span.kind() {
        Kind::Null => false,
        Kind::Quoted => !span.is_empty(),
        _ => true,
    })
}

/// What a schema says of a column.
pub(super) struct Described<'a> {
    pub name: &'a str,
    pub kind: Type,
    pub nulls: usize,
    /// Length and bytes of the dictionary.
    pub dictionary: Option<(usize, usize)>,
    /// Bytes of the column's data.
    pub bytes: usize,
}

/// The schema of a batch as JSON.
pub(super) fn schema<'a>(
    rows: usize,
    is_final: bool,
    columns: impl Iterator<Item = Described<'a>>,
) -> String {
    let mut out = format!("{{\"rows\":{rows},\"columns\":[");
    for (index, column) in columns.enumerate() {
        out.push_str(if index > 0 { ",{\"name\":" } else { "{\"name\":" });
        json_text::push_string(&mut out, column.name);
        let zoned = column.kind == Type::Timestamp { zoned: true };
        let (kind, nulls) = (column.kind.name(), column.nulls);
        let _ = write!(out, ",\"type\":\"{kind}\",\"zoned\":{zoned},\"nulls\":{nulls}");
        let _ = match column.dictionary {
            Some((length, bytes)) => {
                write!(out, ",\"dictionary\":{{\"length\":{length},\"bytes\":{bytes}}}")
            }
            None => write!(out, ",\"dictionary\":null"),
        };
        let _ = write!(out, ",\"bytes\":{}}}", column.bytes);
    }
    let _ = write!(out, "],\"final\":{is_final},\"fault\":null}}");
    out
}
