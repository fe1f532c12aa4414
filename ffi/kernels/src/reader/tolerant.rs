//! Building where faulty rows do not end the reading: error rows go out in the order of the input,
//! row by row, and a value that does not fit is left out or becomes null.

use std::fmt::Write;

use crate::block::{Block, Kind, Span};
use crate::config::Config;
use crate::fault::{Error, Fault};

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
    max_errors: u64,
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

/// What became of faulty rows so far.
#[derive(Debug, Default)]
pub(super) struct Tolerated {
    /// Where the block at the front of the queue is built to: rows, and error rows.
    row: usize,
    error: usize,
    /// Error rows so far.
    count: u64,
    /// Rows of earlier batches.
    rows_before: u64,
    /// Error rows that nobody took yet, each with the rows before it.
    waiting: Vec<(u64, Fault)>,
}

impl Reader {
    /// Takes the error rows so far as a JSON array; each has the number of rows before it.
    pub fn take_errors(&mut self) -> String {
        let mut out = String::from("[");
        for (index, (row, fault)) in self.tolerated.waiting.drain(..).enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let _ = write!(out, "{comma}{{\"row\":{row},\"fault\":{}}}", fault.to_json());
        }
        out.push(']');
        out
    }

    /// Builds a block up to the end of the batch.
    pub(super) fn build_tolerant(
        &mut self,
        mut block: Block,
        policy: Policy,
    ) -> Result<Option<Step>, Error> {
        let batch_rows = self.options.batch_rows;
        let rows_max = if batch_rows == 0 { usize::MAX } else { batch_rows };
        if let Some(fault) = self.append_tolerant(&mut block, policy, rows_max)? {
            self.late = Some(fault.into());
            self.queue.clear();
            self.tolerated.row = block.rows;
            self.tolerated.error = block.errors.len();
        }
        let Tolerated { row, error, .. } = self.tolerated;
        if row == block.rows && error == block.errors.len() {
            (self.tolerated.row, self.tolerated.error) = (0, 0);
            self.block = block;
        } else {
            self.queue.push_front(block);
        }
        if self.batch.rows < rows_max {
            return Ok(None);
        }
        self.tolerated.rows_before += self.batch.rows as u64;
        self.deliver().map(Some)
    }

    /// Appends rows until the batch has `rows_max` or the block is used up; returns the fault that
    /// ends the reading.
    fn append_tolerant(
        &mut self,
        block: &mut Block,
        policy: Policy,
        rows_max: usize,
    ) -> Result<Option<Fault>, Error> {
        while self.batch.rows < rows_max {
            let next = block.errors.get(self.tolerated.error);
            let stop = next.map_or(block.rows, |error| error.row);
            let row = self.tolerated.row;
            if row >= stop {
                let Some(error) = next else { return Ok(None) };
                let fault = error.fault.clone();
                self.tolerated.error += 1;
                if let Some(excess) = self.report(fault, policy)? {
                    return Ok(Some(excess));
                }
                continue;
            }
            let to = stop.min(row.saturating_add(rows_max - self.batch.rows));
            let misfit = self.batch.append_rows(block, row, to)?;
            let Some(misfit) = misfit else {
                self.tolerated.row = to;
                continue;
            };
            self.tolerated.row = misfit.row;
            let column = misfit.column;
            let fault = misfit.fault(block, &self.batch.names[column], self.types[column]);
            if policy.on_misfit == OnMisfit::Throw {
                return Ok(Some(fault));
            }
            if let Some(excess) = self.report(fault, policy)? {
                return Ok(Some(excess));
            }
            if policy.on_misfit == OnMisfit::Null {
                block.columns[column][misfit.row] = Span::new(Kind::Null, 0, 0);
            } else {
                self.tolerated.row += 1;
            }
        }
        Ok(None)
    }

    fn report(&mut self, fault: Fault, policy: Policy) -> Result<Option<Fault>, Error> {
        if self.tolerated.count == policy.max_errors {
            return Ok(Some(fault.too_many(policy.max_errors)));
        }
        self.tolerated.count += 1;
        self.tolerated.waiting.try_reserve(1)?;
        let rows = self.tolerated.rows_before + self.batch.rows as u64;
        self.tolerated.waiting.push((rows, fault));
        Ok(None)
    }
}
