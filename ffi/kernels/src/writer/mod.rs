//! Columns to bytes: rows as CSV or as JSON objects (semantics 23 to 25). Names, and what stands
//! before the first and after the last row, are the caller's; so is the memory of the output.

mod beside;
mod cells;
mod digits;
mod room;
mod text;

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::config::Config;
use crate::fault::Error;
use beside::Beside;
use cells::{Column, Kind, Quoting};
use room::{byte, put};
use text::TextForm;

/// What stands between fields and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Csv { delimiter: u8, crlf: bool },
    Lines,
    Array,
}

/// How far a call of `print` came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Whole rows that were printed.
    pub rows: usize,
    /// Bytes that they took.
    pub bytes: usize,
}

/// Prints blocks of rows: hand over each column of a block, then print until its rows are done.
pub struct Writer {
    form: Form,
    text: TextForm,
    columns: Vec<Column>,
    /// Whether a value that is no text is quoted, or can hold the delimiter: hardly ever.
    is_guarded: bool,
    /// Rows of the block at hand; every column must have as many.
    rows: usize,
    /// Rows of the block that have been printed.
    next: usize,
    /// Several threads that print a block.
    beside: Beside,
}

const UNKNOWN: Error = Error::BadArgument("the writer has no such column");

impl Writer {
    /// A writer of columns whose types (and keys, for JSON) the config names.
    pub fn open(config: &Config) -> Result<Writer, Error> {
        let form = form_of(config)?;
        let quoting = quoting_of(config)?;
        let text = match form {
            Form::Csv { delimiter, .. } => TextForm::Csv {
                delimiter,
                escapes: config.number("formulas", 0)? != 0,
                quotes: quoting != Quoting::Minimal,
            },
            Form::Lines | Form::Array => TextForm::Json,
        };
        let types = config.bytes("types").unwrap_or_default();
        let mut keys = config.bytes("keys").unwrap_or_default();
        let mut columns = Vec::new();
        columns.try_reserve_exact(types.len()).map_err(|_| Error::OutOfMemory)?;
        for &id in types {
            let kind = Kind::from_id(id).ok_or(Error::BadArgument("unknown type"))?;
            let key = if matches!(form, Form::Csv { .. }) { &[] } else { take_key(&mut keys)? };
            columns.push(Column::new(kind, key, quoting));
        }
        if columns.is_empty() {
            return Err(Error::BadArgument("rows without columns"));
        }
        let is_guarded = match form {
            Form::Csv { delimiter, .. } => {
                columns.iter().any(|one| one.is_quoted() || one.may_hold(delimiter))
            }
            Form::Lines | Form::Array => false,
        };
        let beside = Beside::new(config)?;
        Ok(Writer { form, text, columns, is_guarded, rows: 0, next: 0, beside })
    }

    /// Takes the texts that the codes of a column stand for.
    pub fn dictionary(&mut self, index: u32, data: &[u8], offsets: &[u8]) -> Result<(), Error> {
        let column = self.columns.get_mut(index as usize).ok_or(UNKNOWN)?;
        column.set_dictionary(data, offsets, &self.text)
    }

    /// Takes a column of the next block. The first column says how many rows the block has.
    pub fn column(
        &mut self,
        index: u32,
        rows: usize,
        data: &[u8],
        validity: &[u8],
        offsets: &[u8],
    ) -> Result<(), Error> {
        let column = self.columns.get_mut(index as usize).ok_or(UNKNOWN)?;
        column.fill(rows, data, validity, offsets)?;
        if index == 0 {
            self.rows = rows;
            self.next = 0;
            self.beside.clear();
        }
        Ok(())
    }

    /// Prints rows of the block while they fit into `out`; of a block that several threads print,
    /// pieces of some 128 KiB. `has_rows` says whether any row of the output stands before them.
    pub fn print(&mut self, has_rows: bool, out: &mut [u8]) -> Result<Printed, Error> {
        if self.columns.iter().any(|column| column.rows() != self.rows) {
            return Err(Error::BadArgument("columns of one block have the same rows"));
        }
        let rows = self.next..self.rows;
        let printed = if let Some(printed) = self.beside.hand_out(out) {
            printed
        } else if self.beside.pays(rows.len()) {
            self.print_beside(rows, has_rows, out)?
        } else {
            self.print_rows(rows, has_rows, out)
        };
        self.next += printed.rows;
        Ok(printed)
    }

    /// Prints some rows of the block while they fit.
    fn print_rows(&self, rows: Range<usize>, has_rows: bool, out: &mut [u8]) -> Printed {
        match self.form {
            Form::Csv { delimiter, crlf } if self.is_guarded => {
                print_while(rows, out, |row, out, at| {
                    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
                    self.guarded_row(row, out, at, delimiter, end)
                })
            }
            Form::Csv { delimiter, crlf: false } => {
                print_while(rows, out, |row, out, at| self.csv_row(row, out, at, delimiter, b"\n"))
            }
            Form::Csv { delimiter, crlf: true } => print_while(rows, out, |row, out, at| {
                self.csv_row(row, out, at, delimiter, b"\r\n")
            }),
            Form::Lines => {
                print_while(rows, out, |row, out, at| self.json_row(row, out, at, b"{", b"}\n"))
            }
            Form::Array => {
                let first = if has_rows { usize::MAX } else { rows.start };
                print_while(rows, out, |row, out, at| {
                    let begin: &[u8] = if row == first { b"\n{" } else { b",\n{" };
                    self.json_row(row, out, at, begin, b"}")
                })
            }
        }
    }

    #[inline(always)]
    fn csv_row(
        &self,
        row: usize,
        out: &mut [u8],
        mut at: usize,
        delimiter: u8,
        end: &[u8],
    ) -> Option<usize> {
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                at = byte(out, at, delimiter)?;
            }
            if column.is_valid(row) {
                at = column.print_csv(row, out, at, &self.text)?;
            }
        }
        put(out, at, end)
    }

    /// `csv_row` with quotes around what is no text and is always quoted or holds the delimiter.
    #[inline(never)]
    fn guarded_row(
        &self,
        row: usize,
        out: &mut [u8],
        mut at: usize,
        delimiter: u8,
        end: &[u8],
    ) -> Option<usize> {
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                at = byte(out, at, delimiter)?;
            }
            if !column.is_valid(row) {
                continue;
            }
            if column.is_quoted() {
                at = byte(out, at, b'"')?;
                at = column.print_csv(row, out, at, &self.text)?;
                at = byte(out, at, b'"')?;
            } else {
                let start = at;
                at = column.print_csv(row, out, at, &self.text)?;
                if column.may_hold(delimiter) && out[start..at].contains(&delimiter) {
                    at = put(out, at, b"\"\"")?;
                    out.copy_within(start..at - 2, start + 1);
                    out[start] = b'"';
                }
            }
        }
        put(out, at, end)
    }

    #[inline(always)]
    fn json_row(
        &self,
        row: usize,
        out: &mut [u8],
        at: usize,
        begin: &[u8],
        end: &[u8],
    ) -> Option<usize> {
        let mut at = put(out, at, begin)?;
        for column in &self.columns {
            at = put(out, at, column.key())?;
            at = if column.is_valid(row) {
                column.print_json(row, out, at, &self.text)?
            } else {
                put(out, at, b"null")?
            };
        }
        put(out, at, end)
    }
}

/// Prints rows while they fit.
#[inline]
fn print_while(
    rows: Range<usize>,
    out: &mut [u8],
    print: impl Fn(usize, &mut [u8], usize) -> Option<usize>,
) -> Printed {
    let mut printed = Printed::default();
    for row in rows {
        let Some(end) = print(row, out, printed.bytes) else { break };
        printed = Printed { rows: printed.rows + 1, bytes: end };
    }
    printed
}

fn quoting_of(config: &Config) -> Result<Quoting, Error> {
    match config.text("quoting", "minimal")? {
        "minimal" => Ok(Quoting::Minimal),
        "all" => Ok(Quoting::All),
        "nonNumeric" => Ok(Quoting::NonNumeric),
        _ => Err(Error::BadArgument("unknown quoting")),
    }
}

fn form_of(config: &Config) -> Result<Form, Error> {
    match config.text("form", "")? {
        "csv" => {
            let delimiter = match config.bytes("delimiter") {
                None => b',',
                Some(&[byte]) if byte.is_ascii() => byte,
                Some(_) => return Err(Error::BadArgument("delimiter is no ASCII character")),
            };
            Ok(Form::Csv { delimiter, crlf: config.number("crlf", 0)? != 0 })
        }
        "ndjson" => Ok(Form::Lines),
        "json" => Ok(Form::Array),
        _ => Err(Error::BadArgument("unknown form")),
    }
}

/// Takes a key from the front: its length in four bytes, then its bytes.
fn take_key<'a>(keys: &mut &'a [u8]) -> Result<&'a [u8], Error> {
    const CUT: Error = Error::BadArgument("keys are cut short");
    let (length, rest) = keys.split_first_chunk::<4>().ok_or(CUT)?;
    let (key, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(CUT)?;
    *keys = rest;
    Ok(key)
}
