//! The columns of the batch that is being built, and what is said of it once it is whole.

use std::fmt::Write;

use crate::block::{Block, Span};
use crate::fault::{Code, Error, Fault};
use crate::json_text;
use crate::values::Type;

use super::column::Column;
use super::joined::Joined;
use super::kind::Kind;
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
    /// The columns with their parts behind them, where the batch was read in pieces.
    joined: Vec<Joined>,
    pub rows: usize,
    /// How numbers are written, where not as `1234.5`.
    pub numbers: Option<NumberStyle>,
}

impl Batch {
    /// Columns of these types; those that nobody wants are passed over.
    pub fn new(
        names: Vec<String>,
        types: &[Kind],
        nulls_are_empty: bool,
        rows_max: usize,
        is_skipped: impl Fn(&str) -> bool,
    ) -> Batch {
        let columns = types.iter().zip(&names).map(|(&kind, name)| match is_skipped(name) {
            true => Column::skipped(),
            false => Column::new(kind, nulls_are_empty, rows_max),
        });
        let columns = columns.collect();
        Batch { names, columns, joined: Vec::new(), rows: 0, numbers: None }
    }

    /// Columns of a piece, whose names the batch has.
    pub fn of(columns: Vec<Column>) -> Batch {
        Batch { names: Vec::new(), columns, joined: Vec::new(), rows: 0, numbers: None }
    }

    /// An empty batch of the same columns: whole batches of at most `rows_max` rows, or the next
    /// part of a table where that is 0.
    pub fn fork(&self, rows_max: usize) -> Batch {
        let columns = self.columns.iter().map(|column| column.fork_for(rows_max)).collect();
        Batch { names: self.names.clone(), numbers: self.numbers, ..Batch::of(columns) }
    }

    /// Puts the columns of `parts` behind those of the batch, whose rows are counted already, and
    /// decides how texts are stored.
    pub fn join(&mut self, parts: Vec<Batch>, threads: usize) -> Result<(), Error> {
        let mut columns: Vec<Vec<Column>> =
            self.columns.drain(..).map(|column| vec![column]).collect();
        for part in parts {
            for (column, more) in columns.iter_mut().zip(part.columns) {
                column.push(more);
            }
        }
        let joined = columns.into_iter().map(|parts| Joined::of(parts, threads));
        self.joined = joined.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Copies a part of a column into `out`, which has its exact size.
    pub fn copy(&self, index: usize, part: u32, out: &mut [u8]) -> Result<(), Error> {
        if let Some(column) = self.joined.get(index) {
            return column.copy(part, out);
        }
        match self.columns.get(index) {
            Some(column) => column.copy(part, out),
            None => Err(Error::BadArgument("the batch has no such column")),
        }
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
        self.append_rows(block, (0, block.rows), &[])
    }

    /// The same for the rows `from` to `to` (exclusive), with nulls in the `nulled` columns, which
    /// are of types that have misfits.
    pub fn append_rows(
        &mut self,
        block: &Block,
        (from, to): (usize, usize),
        nulled: &[usize],
    ) -> Result<Option<Misfit>, Error> {
        let numbers = self.numbers;
        let mut first: Option<Misfit> = None;
        for (index, column) in self.columns.iter_mut().enumerate() {
            if column.takes_anything() {
                continue;
            }
            let Some(spans) = block.columns.get(index).filter(|_| !nulled.contains(&index)) else {
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
        self.joined.clear();
        self.columns.iter_mut().for_each(Column::clear);
    }

    /// The schema of the batch as JSON.
    pub fn schema(&self, is_final: bool) -> String {
        if !self.joined.is_empty() {
            let columns = self.names.iter().zip(&self.joined);
            let described = columns.map(|(name, column)| column.described(name));
            return schema(self.rows, is_final, described);
        }
        let columns = self.names.iter().zip(&self.columns);
        schema(
            self.rows,
            is_final,
            columns.map(|(name, column)| Described {
                name,
                kind: column.kind,
                is_skipped: column.is_skipped(),
                nulls: column.nulls(),
                dictionary: column.dictionary(),
                items: column.items_described(),
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
    pub fn fault(&self, block: &Block, name: &str, kind: Kind) -> Fault {
        let (line, column, byte_offset) = block.locate(block.source_start(self.span));
        let text = String::from_utf8_lossy(block.text(self.span));
        let value: String = text.chars().take(QUOTED_CHARS_MAX).collect();
        let kind = kind.declared_name();
        let args = vec![("column", name.to_owned()), ("type", kind), ("value", value)];
        Fault { code: Code::TypeMismatch, line, column, byte_offset, args }
    }
}

/// Cuts a block before the first record with a key beyond the `known` columns and gives the fault
/// of that key.
pub(super) fn new_column(block: &mut Block, known: usize, names: &[String]) -> Option<Error> {
    let &key = block.new_keys.iter().find(|key| key.column >= known)?;
    let (line, column, byte_offset) = block.locate(key.at);
    let args = vec![("column", names[key.column].clone())];
    let fault = Fault { code: Code::NewColumn, line, column, byte_offset, args };
    block.rows = key.row;
    Some(Error::Fault(fault))
}

/// What a schema says of a column.
pub(super) struct Described<'a> {
    pub name: &'a str,
    pub kind: Kind,
    /// Whether nobody wants it.
    pub is_skipped: bool,
    pub nulls: usize,
    /// Length and bytes of the dictionary.
    pub dictionary: Option<(usize, usize)>,
    /// What the items of lists are.
    pub items: Option<ItemsDescribed>,
    /// Bytes of the column's data.
    pub bytes: usize,
}

/// What a schema says of the items of lists.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ItemsDescribed {
    pub length: usize,
    pub nulls: usize,
    /// Bytes of their data.
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
        let Kind { item, is_list } = column.kind;
        let zoned = item == Type::Timestamp { zoned: true };
        let (kind, nulls) = (if is_list { "list" } else { item.name() }, column.nulls);
        let is_zoned = zoned && !is_list;
        let _ = write!(out, ",\"type\":\"{kind}\",\"zoned\":{is_zoned},\"nulls\":{nulls}");
        let scale = match item {
            Type::Decimal { scale } => format!(",\"scale\":{scale}"),
            _ => String::new(),
        };
        if let Some(ItemsDescribed { length, nulls, bytes }) = column.items {
            let _ = write!(
                out,
                ",\"item\":{{\"type\":\"{}\",\"zoned\":{zoned}{scale},\"length\":{length},\
                 \"nulls\":{nulls},\"bytes\":{bytes}}}",
                item.name()
            );
        } else {
            out.push_str(&scale);
        }
        let _ = match column.dictionary {
            Some((length, bytes)) => {
                write!(out, ",\"dictionary\":{{\"length\":{length},\"bytes\":{bytes}}}")
            }
            None => write!(out, ",\"dictionary\":null"),
        };
        let _ = write!(out, ",\"bytes\":{}", column.bytes);
        out.push_str(if column.is_skipped { ",\"skipped\":true}" } else { "}" });
    }
    let _ = write!(out, "],\"final\":{is_final},\"fault\":null}}");
    out
}
