//! All columns: gives them the rows in parallel, and keeps the rule of memory.

use std::time::Instant;

use crate::block::Block;
use crate::control::Control;
use crate::fault::Error;

use super::column::Column;
use super::figures::Figures;
use super::jobs::{Job, run};

/// The rule of memory looks after every so many rows.
pub const CHECK_ROWS: u64 = 65_536;
/// Columns are put together into at most this many jobs.
const COLUMN_JOBS_MAX: usize = 64;

/// A block with rows in it, never across a multiple of [`CHECK_ROWS`].
pub struct Filled {
    pub block: Block,
    /// Rows of the input up to and with this block.
    pub end: u64,
}

impl Filled {
    fn ends_check(&self) -> bool {
        self.end.is_multiple_of(CHECK_ROWS)
    }
}

/// The columns of an input.
pub struct Columns {
    columns: Vec<Column>,
    /// Rows taken so far.
    pub rows: u64,
    memory: u64,
    threads: usize,
}

/// Runs `work` and notes how long it took.
pub fn timed<T>(nanos: &mut u64, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let result = work();
    *nanos = begin.elapsed().as_nanos() as u64;
    result
}

impl Columns {
    /// No columns yet.
    pub fn new(memory: u64, threads: usize) -> Columns {
        Columns { columns: Vec::new(), rows: 0, memory, threads }
    }

    /// Takes the rows of `blocks`, and runs the jobs in `beside` next to that.
    ///
    /// # Errors
    /// What a job fails with.
    pub fn take(
        &mut self,
        mut blocks: &[Filled],
        mut beside: Vec<Job>,
        control: &dyn Control,
    ) -> Result<(), Error> {
        loop {
            let (group, rest) = blocks.split_at(self.group_length(blocks));
            let width = group.last().map_or(0, |filled| filled.block.columns.len());
            while self.columns.len() < width {
                self.columns.push(Column::new(self.rows));
            }
            let per_job = self.columns.len().div_ceil(COLUMN_JOBS_MAX).max(1);
            let mut jobs = std::mem::take(&mut beside);
            if !group.is_empty() {
                for (index, columns) in self.columns.chunks_mut(per_job).enumerate() {
                    let cost = columns.iter().map(|column| column.nanos).sum();
                    let first = index * per_job;
                    jobs.push(Job::new(cost, move || push_all(columns, first, group, control)));
                }
            }
            run(jobs, self.threads, control)?;
            if let Some(filled) = group.last() {
                self.rows = filled.end;
                if filled.ends_check() {
                    self.keep_to_memory(control)?;
                }
            }
            blocks = rest;
            if blocks.is_empty() {
                return Ok(());
            }
        }
    }

    /// How many blocks the columns may take before the rule of memory could choose one of them.
    fn group_length(&self, blocks: &[Filled]) -> usize {
        let mut most: u64 = self.columns.iter().map(Column::logical_bytes).sum();
        for (index, filled) in blocks.iter().enumerate() {
            let Block { bytes, extra, columns, rows, .. } = &filled.block;
            // A field adds at most its text and 16; to turn texts into a list adds nothing.
            most += (bytes.len() + extra.len() + 16 * rows * columns.len()) as u64;
            if filled.ends_check() && most > self.memory {
                return index + 1;
            }
        }
        blocks.len()
    }

    /// Turns the largest columns into sketches until the rest fits the memory.
    fn keep_to_memory(&mut self, control: &dyn Control) -> Result<(), Error> {
        let sizes: Vec<u64> = self.columns.iter().map(Column::logical_bytes).collect();
        let mut total: u64 = sizes.iter().sum();
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by_key(|&index| std::cmp::Reverse(sizes[index]));
        let mut chosen = vec![false; sizes.len()];
        for index in order {
            if total <= self.memory {
                break;
            }
            total -= sizes[index];
            chosen[index] = true;
        }
        let jobs = self.columns.iter_mut().zip(sizes).zip(chosen);
        let jobs = jobs
            .filter(|(_, chosen)| *chosen)
            .map(|((column, size), _)| Job::new(size, move || column.make_sketch(control)));
        run(jobs.collect(), self.threads, control)
    }

    /// The figures of `width` columns. Leaves nothing behind.
    ///
    /// # Errors
    /// `Cancelled` or `OutOfMemory`.
    pub fn finish(&mut self, width: usize, control: &dyn Control) -> Result<Vec<Figures>, Error> {
        while self.columns.len() < width {
            self.columns.push(Column::new(self.rows));
        }
        let mut figures: Vec<Option<Figures>> = self.columns.iter().map(|_| None).collect();
        let rows = self.rows;
        let jobs = self.columns.iter_mut().zip(&mut figures).map(|(column, slot)| {
            Job::new(column.logical_bytes(), move || {
                *slot = Some(column.finish(rows, control)?);
                Ok(())
            })
        });
        run(jobs.collect(), self.threads, control)?;
        Ok(figures.into_iter().flatten().collect())
    }
}

/// Gives some columns, the first of which is number `first`, the rows of `blocks`.
fn push_all(
    columns: &mut [Column],
    first: usize,
    blocks: &[Filled],
    control: &dyn Control,
) -> Result<(), Error> {
    for (index, column) in columns.iter_mut().enumerate() {
        let mut nanos = 0;
        timed(&mut nanos, || -> Result<(), Error> {
            for filled in blocks {
                column.push(&filled.block, first + index, control)?;
                if filled.ends_check() {
                    column.end_block();
                }
            }
            Ok(())
        })?;
        column.nanos = nanos;
    }
    Ok(())
}
