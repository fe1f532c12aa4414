//! Building where faulty rows do not end the reading: error rows go out in the order of the input,
//! row by row, and a value that does not fit is left out or becomes null.

use std::fmt::Write;

use super::kind::Kind;
use crate::block::{Block, RowFault};
use crate::config::Config;
use crate::fault::{Error, Fault};

use super::batch::Batch;
use super::{Reader, Step};

/// What becomes of a value that does not fit its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OnMisfit {
    /// It ends the reading.
    Throw,
    /// Its row is left out.
    Collect,
    /// It is null.
    Null,
}

/// What becomes of faulty rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    on_misfit: OnMisfit,
    /// Error rows at most.
    pub max_errors: u64,
}

impl Policy {
    /// The policy of a reader's config; none where a fault ends the reading.
    pub fn from_config(config: &Config) -> Result<Option<Policy>, Error> {
        let on_misfit = match config.text("on_error", "")? {
            "" => return Ok(None),
            "throw" => OnMisfit::Throw,
            "collect" => OnMisfit::Collect,
            "null" => OnMisfit::Null,
            _ => return Err(Error::BadArgument("on_error is not known")),
        };
        Ok(Some(Policy { on_misfit, max_errors: config.number("max_errors", 1000)? }))
    }
}

/// How far a block is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Built {
    pub row: usize,
    /// Error rows that are done.
    pub error: usize,
}

impl Built {
    /// Whether nothing of the block is left; its error rows count where there is a policy.
    pub fn is_all(self, block: &Block, policy: Option<Policy>) -> bool {
        self.row == block.rows && (policy.is_none() || self.error == block.errors.len())
    }
}

/// Error rows in the order of the input, each with the rows before it.
#[derive(Debug, Default)]
pub(super) struct ErrorRows {
    /// How many there were so far, taken ones included.
    pub count: u64,
    /// Rows of earlier batches.
    pub rows_before: u64,
    /// Those that nobody took yet.
    pub waiting: Vec<(u64, Fault)>,
}

impl ErrorRows {
    /// Notes an error row behind `rows` rows of the batch; the fault that ends the reading if it
    /// is one too many.
    fn note(&mut self, fault: Fault, rows: usize, policy: Policy) -> Result<Option<Fault>, Error> {
        if self.count == policy.max_errors {
            return Ok(Some(fault.too_many(policy.max_errors)));
        }
        self.count += 1;
        self.waiting.try_reserve(1)?;
        self.waiting.push((self.rows_before + rows as u64, fault));
        Ok(None)
    }
}

/// What became of faulty rows so far.
#[derive(Debug, Default)]
pub(super) struct Tolerated {
    /// How far the block at the front of the queue is built.
    pub built: Built,
    pub errors: ErrorRows,
}

/// Appends rows of a block until the batch has `rows_max` or the block is used up; returns the
/// fault that ends the reading.
pub(super) fn append_tolerant(
    batch: &mut Batch,
    block: &Block,
    built: &mut Built,
    errors: &mut ErrorRows,
    (policy, types): (Policy, &[Kind]),
    rows_max: usize,
) -> Result<Option<Fault>, Error> {
    // Columns that are null in the row at hand, because their values did not fit.
    let mut nulled = Vec::new();
    while batch.rows < rows_max {
        let next = block.errors.get(built.error);
        let stop = next.map_or(block.rows, |error: &RowFault| error.row);
        let row = built.row;
        if row >= stop {
            let Some(error) = next else { return Ok(None) };
            built.error += 1;
            if let Some(excess) = errors.note(error.fault.clone(), batch.rows, policy)? {
                return Ok(Some(excess));
            }
            continue;
        }
        let to = match nulled.is_empty() {
            true => stop.min(row.saturating_add(rows_max - batch.rows)),
            false => row + 1,
        };
        let Some(misfit) = batch.append_rows(block, (row, to), &nulled)? else {
            built.row = to;
            nulled.clear();
            continue;
        };
        built.row = misfit.row;
        let column = misfit.column;
        let fault = misfit.fault(block, &batch.names[column], types[column]);
        if policy.on_misfit == OnMisfit::Throw {
            return Ok(Some(fault));
        }
        if let Some(excess) = errors.note(fault, batch.rows, policy)? {
            return Ok(Some(excess));
        }
        if policy.on_misfit == OnMisfit::Null {
            nulled.push(column);
        } else {
            built.row += 1;
        }
    }
    Ok(None)
}

impl Reader {
    /// Takes the error rows so far as a JSON array; each has the number of rows before it.
    pub fn take_errors(&mut self) -> String {
        let mut out = String::from("[");
        for (index, (row, fault)) in self.tolerated.errors.waiting.drain(..).enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(out, "{comma}{{\"row\":{row},\"fault\":{}}}", fault.to_json());
        }
        out.push(']');
        out
    }

    /// Builds a block up to the end of the batch.
    pub(super) fn build_tolerant(
        &mut self,
        block: Block,
        policy: Policy,
    ) -> Result<Option<Step>, Error> {
        let batch_rows = self.options.batch_rows;
        let rows_max = if batch_rows == 0 { usize::MAX } else { batch_rows };
        let Tolerated { built, errors } = &mut self.tolerated;
        let rules = (policy, &self.types[..]);
        let end = append_tolerant(&mut self.batch, &block, built, errors, rules, rows_max)?;
        let is_over = end.is_some();
        if let Some(fault) = end {
            self.late = Some(fault.into());
            self.queue.clear();
        }
        if is_over || built.is_all(&block, Some(policy)) {
            *built = Built::default();
            self.block = block;
        } else {
            self.queue.push_front(block);
        }
        if self.batch.rows < rows_max {
            return Ok(None);
        }
        self.tolerated.errors.rows_before += self.batch.rows as u64;
        self.deliver().map(Some)
    }
}
