//! Columns to bytes: rows as CSV or as JSON objects (semantics 23 to 25). Names, and what stands
//! before the first and after the last row, are the caller's; so is the memory of the output.

mod cells;
mod room;
mod text;

#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::fault::Error;
use cells::{Column, Kind};
use room::{Full, Room};
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
    /// Rows of the block at hand; every column must have as many.
    rows: usize,
    /// Rows of the block that have been printed.
    next: usize,
}

const UNKNOWN: Error = Error::BadArgument("the writer has no such column");

impl Writer {
    /// A writer of columns whose types (and keys, for JSON) the config names.
    pub fn open(config: &Config) -> Result<Writer, Error> {
        let form = form_of(config)?;
        let text = match form {
            Form::Csv { delimiter, .. } => {
                TextForm::csv(delimiter, config.number("formulas", 0)? != 0)
            }
            Form::Lines | Form::Array => TextForm::Json,
        };
        let types = config.bytes("types").unwrap_or_default();
        let mut keys = config.bytes("keys").unwrap_or_default();
        let mut columns = Vec::new();
        columns.try_reserve_exact(types.len()).map_err(|_| Error::OutOfMemory)?;
        for &id in types {
            let kind = Kind::from_id(id).ok_or(Error::BadArgument("unknown type"))?;
            let key = if matches!(form, Form::Csv { .. }) { &[] } else { take_key(&mut keys)? };
            columns.push(Column::new(kind, key));
        }
        if columns.is_empty() {
            return Err(Error::BadArgument("rows without columns"));
        }
        Ok(Writer { form, text, columns, rows: 0, next: 0 })
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
        }
        Ok(())
    }

    /// Prints rows of the block while they fit into `out`. `has_rows` says whether any row of the
    /// output stands before them.
    pub fn print(&mut self, has_rows: bool, out: &mut [u8]) -> Result<Printed, Error> {
        if self.columns.iter().any(|column| column.rows() != self.rows) {
            return Err(Error::BadArgument("columns of one block have the same rows"));
        }
        let mut room = Room::new(out);
        let first = self.next;
        let mut end = 0;
        while self.next < self.rows {
            let printed = match self.form {
                Form::Csv { delimiter, crlf } => self.csv_row(&mut room, delimiter, crlf),
                Form::Lines => self.json_row(&mut room, b"{", b"}\n"),
                Form::Array if has_rows || self.next > first => {
                    self.json_row(&mut room, b",\n{", b"}")
                }
                Form::Array => self.json_row(&mut room, b"\n{", b"}"),
            };
            match printed {
                Ok(()) => end = room.length(),
                Err(Full) => break,
            }
            self.next += 1;
        }
        Ok(Printed { rows: self.next - first, bytes: end })
    }

    #[inline]
    fn csv_row(&self, room: &mut Room, delimiter: u8, crlf: bool) -> Result<(), Full> {
        let row = self.next;
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                room.byte(delimiter)?;
            }
            if column.is_valid(row) {
                column.print_csv(row, room, &self.text)?;
            }
        }
        if crlf { room.put(b"\r\n") } else { room.byte(b'\n') }
    }

    #[inline]
    fn json_row(&self, room: &mut Room, begin: &[u8], end: &[u8]) -> Result<(), Full> {
        let row = self.next;
        room.put(begin)?;
        for column in &self.columns {
            room.put(column.key())?;
            if column.is_valid(row) {
                column.print_json(row, room, &self.text)?;
            } else {
                room.put(b"null")?;
            }
        }
        room.put(end)
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
