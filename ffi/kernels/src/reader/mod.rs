//! From the bytes of a CSV or NDJSON input to typed columns in Arrow's layout, batch by batch.
//!
//! A reader samples the first rows, decides a type per column (declared types are not inferred)
//! and builds strictly: a later value that does not fit is a fault. Where several fields of a batch do
//! not fit, the first one in the input is named. A `NEW_COLUMN` is noticed while its record is
//! read, so before a misfit in the same record.
//!
//! Declared columns must be in a CSV header; in NDJSON they come first, in the declared order,
//! whether a record has them or not. A JSON string is parsed where a date or a timestamp is
//! declared; in any other column than utf8 it does not fit.

mod batch;
mod bits;
mod borders;
mod column;
mod condition;
mod dictionary;
mod feed;
mod filter;
mod infer;
mod joined;
mod kind;
mod list;
mod numbers;
mod options;
mod parallel;
mod steps;
mod text;
mod threads;
mod tolerant;
mod wave;
mod wave_build;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;

use crate::block::Block;
use crate::config::Config;
use crate::control::Control;
use crate::fault::Error;
use crate::scan::Scanner;
use crate::steady::SteadyFile;

use batch::{Batch, Described, ItemsDescribed};
use feed::Source;
use infer::Inference;
use kind::Kind;
use options::{Mode, Options};
use parallel::{Learned, Parallel};
use tolerant::Tolerated;
use wave::{WAVE_BYTES, Waves};

/// How a push ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The input is used up; after the last of it: everything is delivered.
    Done,
    /// A batch is ready. Take it, then push again with no bytes.
    More,
}

/// Bytes of a file that are read at once while its types are not decided.
const FILE_CHUNK_BYTES: usize = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Sampling,
    Building,
    Ended,
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
    types: Vec<Kind>,
    batch: Batch,
    /// A batch like all others, without rows.
    template: Batch,
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
    /// What has been read in pieces; from then on all is.
    parallel: Option<Parallel>,
    /// The same, while types are sought.
    learned: Option<Learned>,
    /// What is read ahead.
    waves: Waves,
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
            batch: Batch::default(),
            template: Batch::default(),
            batches: 0,
            is_ready: false,
            late: None,
            failed: None,
            pending: Vec::new(),
            pending_start: 0,
            last: false,
            is_ended: false,
            bytes_done: 0,
            parallel: None,
            learned: None,
            waves: Waves::default(),
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
        self.last |= last;
        let result = self.push_piece(data, control);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    /// Reads a file from where it stands to its end, as pushes of its bytes would.
    ///
    /// # Errors
    /// As [`Reader::push`], and the file's, which must not change meanwhile.
    pub fn push_file(&mut self, file: File, control: &dyn Control) -> Result<Step, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let mut file = SteadyFile::new(file)?;
        let result = self.read_file(&mut file, control);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    fn read_file(&mut self, file: &mut SteadyFile, control: &dyn Control) -> Result<Step, Error> {
        if self.options.batch_rows > 0 {
            return Err(Error::BadArgument("a file is read as one batch"));
        }
        let mut chunk = Vec::new();
        loop {
            if self.reads_in_pieces(usize::MAX) {
                self.last = true;
                self.read_pieces(Source::File(file), control)?;
                return self.push_piece(&[], control);
            }
            let wanted =
                if self.reads_in_waves(WAVE_BYTES) { WAVE_BYTES } else { FILE_CHUNK_BYTES };
            chunk.clear();
            chunk.try_reserve(wanted)?;
            let length = file.take(wanted as u64).read_to_end(&mut chunk)?;
            self.last = length == 0;
            let step = self.push_piece(&chunk[..length], control)?;
            if self.last || step == Step::More {
                return Ok(step);
            }
        }
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
        let is_over = self.queue.is_empty() && self.waves.ready.is_empty();
        let is_final = self.is_ended && is_over && self.late.is_none();
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
                is_skipped: self.options.is_skipped(name),
                nulls: if self.options.all_text { 0 } else { seen.nulls_as(kind) },
                dictionary: None,
                items: kind.is_list.then(ItemsDescribed::default),
                bytes: 0,
            }),
        )
    }

    /// Copies a part of a column of the ready batch into `out`, which has the part's exact size.
    ///
    /// Parts: 0 data (values, codes or text bytes), 1 validity, 2 offsets, 3 dictionary offsets,
    /// 4 dictionary bytes; of the items of lists 5 data, 6 validity, 7 offsets.
    ///
    /// # Errors
    /// No such batch, column or part, or an output of another size.
    pub fn copy(&self, column: u32, part: u32, out: &mut [u8]) -> Result<(), Error> {
        if !self.is_ready {
            return Err(Error::BadArgument("no batch is ready"));
        }
        self.batch.copy(column as usize, part, out)
    }

    /// Drops the ready batch, if there is one.
    pub fn next(&mut self) {
        if self.is_ready {
            self.batch.clear();
            self.is_ready = false;
        }
    }
}
