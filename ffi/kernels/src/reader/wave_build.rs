//! Building the blocks of a wave: a table in parts of some blocks each, batches one by one, all at
//! once. Where a batch begins is known as long as no row is left out; where one was, the rest of
//! the wave goes block by block.

use std::mem;

use crate::block::Block;
use crate::control::Control;
use crate::fault::{Error, Fault};

use super::batch::Batch;
use super::infer::Inference;
use super::threads::on_threads;
use super::tolerant::{Built, ErrorRows, append_tolerant};
use super::{Reader, Step};

/// Bytes of a table's part, at least.
const TABLE_PART_BYTES: usize = 1 << 22;

/// A batch that is built before it is asked for.
pub(super) struct Ahead {
    batch: Batch,
    /// The error rows in it.
    errors: Vec<(u64, Fault)>,
    /// Nothing more fits into it.
    is_full: bool,
}

/// A place between two rows of the wave's blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct At {
    block: usize,
    built: Built,
}

impl At {
    const START: At = At { block: 0, built: Built { row: 0, error: 0 } };
}

/// What one thread builds: from a place on until the batch is full, or up to a block.
struct Task {
    batch: Batch,
    from: At,
    end: usize,
    errors: ErrorRows,
}

/// What became of it.
struct Outcome {
    batch: Batch,
    from: At,
    to: At,
    errors: ErrorRows,
    fault: Option<Fault>,
    is_full: bool,
}

impl Reader {
    /// Looks at the types in all blocks. What fault stands behind them ends the search.
    pub(super) fn learn_wave(&mut self, blocks: Vec<Block>) -> Result<(), Error> {
        let mut names = self.scanner.names().to_vec();
        let share = blocks.len().div_ceil(4 * self.options.threads()).max(1);
        let shares: Vec<&[Block]> = blocks.chunks(share).collect();
        let seen = on_threads(self.options.threads(), shares, |blocks| {
            let mut inference = Inference::default();
            for block in blocks {
                inference.observe(block, self.scanner.names(), block.rows, &self.options);
            }
            inference
        });
        // Without a row there are columns all the same.
        for more in [Inference::default()].iter().chain(&seen) {
            self.inference.join(&mut names, self.scanner.names(), more);
        }
        self.waves.recycle(blocks);
        if self.late.is_some() { self.decide(names) } else { Ok(()) }
    }

    /// Builds all blocks of a wave.
    pub(super) fn build_wave(
        &mut self,
        blocks: Vec<Block>,
        control: &dyn Control,
    ) -> Result<(), Error> {
        if blocks.is_empty() {
            return Ok(());
        }
        let is_table = self.options.batch_rows == 0;
        if is_table {
            self.close_part();
        }
        let starts = if is_table { self.part_starts(&blocks) } else { self.starts(&blocks) };
        let count = self.tolerated.errors.count;
        let mut tasks = Vec::with_capacity(starts.len());
        for (index, &from) in starts.iter().enumerate() {
            let batch = match index {
                0 if !is_table => mem::take(&mut self.batch),
                _ => self.empty_batch(),
            };
            let end = match starts.get(index + 1) {
                Some(next) if is_table => next.block,
                _ => blocks.len(),
            };
            tasks.push(Task {
                batch,
                from,
                end,
                errors: ErrorRows { count, ..Default::default() },
            });
        }
        let done = on_threads(self.options.threads(), tasks, |task| {
            self.build_task(task, &blocks, control)
        });
        if !is_table {
            self.batch = self.empty_batch();
        }
        let at = self.take_outcomes(done, count, is_table)?;
        match at {
            // What is left goes block by block; a fault behind the blocks waits for that.
            Some(at) if at.block < blocks.len() => {
                self.tolerated.built = at.built;
                self.queue.extend(blocks.into_iter().skip(at.block));
            }
            _ => self.waves.recycle(blocks),
        }
        Ok(())
    }

    /// Takes what the tasks built, up to the first one that did not begin where the one before it
    /// ended; returns where that is, or none if a fault ends the reading.
    fn take_outcomes(
        &mut self,
        done: Vec<Result<Outcome, Error>>,
        count_before: u64,
        is_table: bool,
    ) -> Result<Option<At>, Error> {
        let max_errors = self.options.policy.map_or(0, |policy| policy.max_errors);
        let mut at = At::START;
        for outcome in done {
            let outcome = outcome?;
            let own = outcome.errors.count - count_before;
            let errors = &mut self.tolerated.errors;
            // What a task says of too many error rows holds if it knew of all those before it.
            let is_sure = errors.count == count_before
                || (outcome.errors.count < max_errors && errors.count + own <= max_errors);
            if outcome.from != at || !is_sure {
                break;
            }
            at = outcome.to;
            errors.count += own;
            let rows_before = errors.rows_before;
            let rows = outcome.batch.rows;
            let found = outcome.errors.waiting.into_iter();
            let found = found.map(|(row, fault)| (rows_before + row, fault));
            if is_table {
                errors.waiting.extend(found);
                self.waves.parts.push(outcome.batch);
            } else {
                let (errors, batch, is_full) = (found.collect(), outcome.batch, outcome.is_full);
                self.waves.ready.push_back(Ahead { batch, errors, is_full });
            }
            if is_table || outcome.is_full {
                self.tolerated.errors.rows_before += rows as u64;
            }
            if let Some(fault) = outcome.fault {
                self.late = Some(fault.into());
                return Ok(None);
            }
        }
        Ok(Some(at))
    }

    fn build_task(
        &self,
        task: Task,
        blocks: &[Block],
        control: &dyn Control,
    ) -> Result<Outcome, Error> {
        let Task { mut batch, from, end, mut errors } = task;
        let batch_rows = self.options.batch_rows;
        let rows_max = if batch_rows == 0 { usize::MAX } else { batch_rows };
        if batch_rows == 0 {
            batch.expect_rows(blocks[from.block..end].iter().map(|block| block.rows).sum());
        }
        let mut to = from;
        let mut fault = None;
        while to.block < end && batch.rows < rows_max && fault.is_none() {
            if control.cancelled() {
                return Err(Error::Cancelled);
            }
            let block = &blocks[to.block];
            fault = match self.options.policy {
                Some(policy) => {
                    let rules = (policy, &self.types[..]);
                    let built = &mut to.built;
                    append_tolerant(&mut batch, block, built, &mut errors, rules, rows_max)?
                }
                None => self.append_strict(&mut batch, block, &mut to.built, rows_max)?,
            };
            to = self.pass_block(to, block);
        }
        let is_full = batch.rows == rows_max;
        if is_full {
            batch.finish()?;
        }
        Ok(Outcome { batch, from, to, errors, fault, is_full })
    }

    /// Appends rows of a block until the batch has `rows_max`; a misfit ends the reading.
    fn append_strict(
        &self,
        batch: &mut Batch,
        block: &Block,
        built: &mut Built,
        rows_max: usize,
    ) -> Result<Option<Fault>, Error> {
        let to = block.rows.min(built.row.saturating_add(rows_max - batch.rows));
        let misfit = batch.append_rows(block, (built.row, to), &[])?;
        built.row = to;
        Ok(misfit.map(|misfit| {
            misfit.fault(block, &batch.names[misfit.column], self.types[misfit.column])
        }))
    }

    /// The same place, or the next block's begin where nothing is left of the block.
    fn pass_block(&self, at: At, block: &Block) -> At {
        match at.built.is_all(block, self.options.policy) {
            true => At { block: at.block + 1, ..At::START },
            false => at,
        }
    }

    /// A batch for rows to come, in the memory of one that is done if there is any.
    fn empty_batch(&mut self) -> Batch {
        let spare = self.waves.batches.pop();
        spare.unwrap_or_else(|| self.template.fork(self.options.batch_rows))
    }

    /// Where the batches begin if no row is left out; the first one is the open one's rest.
    fn starts(&self, blocks: &[Block]) -> Vec<At> {
        let mut starts = vec![At::START];
        let batch_rows = self.options.batch_rows;
        let mut room = batch_rows - self.batch.rows;
        for (index, block) in blocks.iter().enumerate() {
            let mut row = 0;
            while room <= block.rows - row {
                row += room;
                room = batch_rows;
                let error = match self.options.policy {
                    Some(_) => block.errors.partition_point(|error| error.row < row),
                    None => 0,
                };
                let at = At { block: index, built: Built { row, error } };
                starts.push(self.pass_block(at, block));
            }
            room -= block.rows - row;
        }
        if starts.last().is_some_and(|last| last.block == blocks.len()) {
            starts.pop();
        }
        starts
    }

    /// Where the parts of a table begin.
    fn part_starts(&self, blocks: &[Block]) -> Vec<At> {
        let least = if self.options.piece_bytes > 0 { 1 } else { TABLE_PART_BYTES };
        let mut starts = Vec::new();
        let mut bytes = usize::MAX;
        for (index, block) in blocks.iter().enumerate() {
            if bytes >= least {
                starts.push(At { block: index, ..At::START });
                bytes = 0;
            }
            bytes += block.bytes.len();
        }
        starts
    }

    /// Puts the rows of the open part of a table behind the others.
    pub(super) fn close_part(&mut self) {
        let rows = self.batch.rows;
        if rows == 0 && !self.waves.parts.is_empty() {
            return;
        }
        let next = self.batch.fork(0);
        self.waves.parts.push(mem::replace(&mut self.batch, next));
        self.tolerated.errors.rows_before += rows as u64;
    }

    /// Joins the parts of a table.
    pub(super) fn join_wave_parts(&mut self) -> Result<(), Error> {
        self.close_part();
        let mut parts = mem::take(&mut self.waves.parts).into_iter();
        if let Some(first) = parts.next() {
            self.batch = first;
        }
        let parts: Vec<Batch> = parts.collect();
        self.batch.rows += parts.iter().map(|part| part.rows).sum::<usize>();
        self.batch.join(parts, self.options.threads())
    }

    /// Makes a batch that is built the reader's own: it is delivered if it is full, else what
    /// follows is built into it.
    pub(super) fn take_ahead(&mut self, ahead: Ahead) -> Option<Step> {
        self.waves.batches.push(mem::replace(&mut self.batch, ahead.batch));
        self.tolerated.errors.waiting.extend(ahead.errors);
        if !ahead.is_full {
            return None;
        }
        self.is_ready = true;
        self.batches += 1;
        Some(Step::More)
    }
}
