//! From the bytes of a CSV or NDJSON input to typed columns in Arrow's layout, batch by batch.
//!
//! A reader samples the first rows, decides a type per column (declared types are not inferred)
//! and builds strictly: a later value that does not fit is a fault. As a `table` it has the whole
//! input and reads again with the types of all rows instead. Where several fields of a batch do
//! not fit, the first one in the input is named. A `NEW_COLUMN` is noticed while its record is
//! read, so before a misfit in the same record.
//!
//! Declared columns must be in a CSV header; in NDJSON they come first, in the declared order,
//! whether a record has them or not. A JSON string is parsed where a date or a timestamp is
//! declared; in any other column than utf8 it does not fit.

mod batch;
mod beside;
mod bits;
mod column;
mod dictionary;
mod infer;
mod numbers;
mod options;
mod steps;
mod text;
mod tolerant;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::block::Block;
use crate::config::Config;
use crate::control::Control;
use crate::fault::Error;
use crate::scan::Scanner;
use crate::values::Type;

use batch::{Batch, Described};
use infer::Inference;
use options::{Mode, Options};
use tolerant::Tolerated;

/// How a push ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The input is used up; after the last of it: everything is delivered.
    Done,
    /// A batch is ready. Take it, then push again with no bytes.
    More,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Sampling,
    Building,
    Ended,
}

/// How often the input of a table was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// Not yet to the end; the types are those of the sample.
    Sampled,
    /// The types are being inferred from all rows.
    Inferring,
    /// The types are those of all rows.
    Whole,
}

/// Reads one input, of which it is fed any pieces.
pub struct Reader {
    options: Options,
    scanner: Box<dyn Scanner>,
    phase: Phase,
    inference: Inference,
    /// Scanned blocks that wait to be built.
    queue: VecDeque<Block>,
    /// The block to scan into next.
    block: Block,
    types: Vec<Type>,
    /// Columns of a table in whose sample there was no value.
    unseen: Vec<usize>,
    batch: Batch,
    batches: usize,
    is_ready: bool,
    /// A fault that is due once the rows before it are out.
    late: Option<Error>,
    /// What ended the reader for good.
    failed: Option<Error>,
    /// Bytes that were pushed but not scanned, from `pending_start` on.
    pending: Vec<u8>,
    pending_start: usize,
    last: bool,
    is_ended: bool,
    bytes_done: u64,
    pass: Pass,
    /// A column of a table began after the sample.
    must_widen: bool,
    /// What became of faulty rows.
    tolerated: Tolerated,
}

impl Reader {
    /// A reader with the options of a config.
    ///
    /// # Errors
    /// An unknown option value.
    pub fn open(config: &Config) -> Result<Reader, Error> {
        let options = Options::from_config(config)?;
        Ok(Reader {
            scanner: options.scanner()?,
            options,
            phase: Phase::Sampling,
            inference: Inference::default(),
            queue: VecDeque::new(),
            block: Block::default(),
            types: Vec::new(),
            unseen: Vec::new(),
            batch: Batch::default(),
            batches: 0,
            is_ready: false,
            late: None,
            failed: None,
            pending: Vec::new(),
            pending_start: 0,
            last: false,
            is_ended: false,
            bytes_done: 0,
            must_widen: false,
            pass: Pass::Sampled,
            tolerated: Tolerated::default(),
        })
    }

    /// Feeds the next bytes; `last` says that nothing follows them. A batch that is still ready
    /// is dropped.
    ///
    /// # Errors
    /// A fault of the input, once all rows before it are delivered; every later push repeats it.
    pub fn push(&mut self, data: &[u8], last: bool, control: &dyn Control) -> Result<Step, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if self.last && !data.is_empty() {
            return Err(Error::BadArgument("bytes were pushed after the last ones"));
        }
        self.next();
        let is_first = !self.last;
        self.last |= last;
        let result = match self.options.mode {
            Mode::Table if !self.last => {
                Err(Error::BadArgument("a table takes the whole input in one push"))
            }
            Mode::Table if is_first => self.table(data, control),
            _ => self.push_piece(data, control),
        };
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    /// Scans what is pending and then `data`; keeps what is left when a batch is ready.
    fn push_piece(&mut self, data: &[u8], control: &dyn Control) -> Result<Step, Error> {
        if self.pending.is_empty() {
            let mut input = data;
            let step = self.advance(&mut input, control)?;
            self.pending.try_reserve(input.len())?;
            self.pending.extend_from_slice(input);
            return Ok(step);
        }
        let mut pending = std::mem::take(&mut self.pending);
        if !data.is_empty() {
            pending.drain(..self.pending_start);
            self.pending_start = 0;
            pending.try_reserve(data.len())?;
            pending.extend_from_slice(data);
        }
        let mut input = &pending[self.pending_start..];
        let step = self.advance(&mut input, control)?;
        self.pending_start = pending.len() - input.len();
        if input.is_empty() {
            pending.clear();
            self.pending_start = 0;
        }
        self.pending = pending;
        Ok(step)
    }

    /// The schema of the ready batch as JSON; empty if none is ready.
    pub fn text(&self) -> String {
        if !self.is_ready {
            return String::new();
        }
        let is_final = self.is_ended && self.queue.is_empty() && self.late.is_none();
        if self.options.mode != Mode::Infer {
            return self.batch.schema(is_final);
        }
        let columns = self.batch.names.iter().zip(&self.types).zip(&self.inference.columns);
        batch::schema(
            self.inference.rows,
            is_final,
            columns.map(|((name, &kind), seen)| Described {
                name,
                kind,
                nulls: if self.options.all_text { 0 } else { seen.nulls_as(kind) },
                dictionary: None,
                bytes: 0,
            }),
        )
    }

    /// Copies a part of a column of the ready batch into `out`, which has the part's exact size.
    ///
    /// Parts: 0 data (values, codes or text bytes), 1 validity, 2 offsets, 3 dictionary offsets,
    /// 4 dictionary bytes.
    ///
    /// # Errors
    /// No such batch, column or part, or an output of another size.
    pub fn copy(&self, column: u32, part: u32, out: &mut [u8]) -> Result<(), Error> {
        if !self.is_ready {
            return Err(Error::BadArgument("no batch is ready"));
        }
        match self.batch.columns.get(column as usize) {
            Some(column) => column.copy(part, out),
            None => Err(Error::BadArgument("the batch has no such column")),
        }
    }

    /// Drops the ready batch, if there is one.
    pub fn next(&mut self) {
        if self.is_ready {
            self.batch.clear();
            self.is_ready = false;
        }
    }
}
