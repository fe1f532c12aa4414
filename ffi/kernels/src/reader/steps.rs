//! How a reader gets on: sample, decide the types, build batch after batch.

use std::collections::HashSet;

use crate::block::Block;
use crate::control::Control;
use crate::fault::{Code, Error};
use crate::scan::Scan;

use super::batch::{Batch, new_column};
use super::feed::Source;
use super::options::Mode;
use super::parallel::Parallel;
use super::{Phase, Reader, Step};

/// What a scan led to.
#[derive(PartialEq)]
enum Scanned {
    /// Nothing more without more input.
    Nothing,
    /// A block, the end of the input, or a fault behind the block's rows.
    Something,
}

impl Reader {
    /// Takes steps until a batch is ready, the input is used up, or a fault is due.
    pub(super) fn advance(
        &mut self,
        input: &mut &[u8],
        control: &dyn Control,
    ) -> Result<Step, Error> {
        loop {
            if control.cancelled() {
                return Err(Error::Cancelled);
            }
            if self.reads_in_pieces(input.len()) {
                self.read_pieces(Source::Bytes(input), control)?;
                *input = &[];
                if !self.last && self.late.is_none() {
                    return Ok(Step::Done);
                }
            }
            let left = input.len();
            if self.reads_in_waves(left) {
                self.read_wave(input, control)?;
            }
            let step = match self.phase {
                Phase::Sampling => self.sample(input)?,
                Phase::Building => self.build(input)?,
                Phase::Ended => Some(Step::Done),
            };
            self.bytes_done += (left - input.len()) as u64;
            control.progress(self.bytes_done);
            if let Some(step) = step {
                return Ok(step);
            }
        }
    }

    /// Whether all rows make one batch whose types are decided, and nothing waits.
    pub(super) fn is_building_table(&self) -> bool {
        self.phase == Phase::Building
            && self.options.mode == Mode::Sample
            && self.options.batch_rows == 0
            && self.queue.is_empty()
            && self.late.is_none()
            && !self.is_ended
    }

    /// Whether only types are sought, and not found yet.
    pub(super) fn is_learning(&self) -> bool {
        self.phase == Phase::Sampling
            && self.options.mode == Mode::Infer
            && self.late.is_none()
            && !self.is_ended
    }

    /// Scans one more block into `self.block`. A fault waits until the rows before it are out.
    fn scan(&mut self, input: &mut &[u8], rows_max: usize) -> Result<Scanned, Error> {
        let scan = self.scanner.scan(input, self.last, rows_max, &mut self.block);
        self.take_scan(scan)
    }

    /// Notes how the scan of `self.block` ended.
    fn take_scan(&mut self, scan: Result<Scan, Error>) -> Result<Scanned, Error> {
        match scan {
            Ok(Scan::Ready) => {}
            Ok(Scan::Hungry) if self.last => self.is_ended = true,
            Ok(Scan::Hungry) if self.block.rows == 0 && self.block.errors.is_empty() => {
                return Ok(Scanned::Nothing);
            }
            Ok(Scan::Hungry) => {}
            Err(Error::Fault(fault)) if fault.code != Code::UnknownColumn => {
                self.late = Some(Error::Fault(fault));
            }
            Err(other) => return Err(other),
        }
        Ok(Scanned::Something)
    }

    /// Columns of whole records: a broken one may have named more.
    fn columns_known(&self) -> usize {
        let block = &self.block;
        let broken = block.new_keys.iter().filter(|key| key.row >= block.rows).count();
        self.scanner.names().len() - broken
    }

    /// Looks at one block of the sample and keeps it; decides the types at its end.
    fn sample(&mut self, input: &mut &[u8]) -> Result<Option<Step>, Error> {
        let options = &self.options;
        let is_inferring = options.mode == Mode::Infer;
        let sample_left =
            if is_inferring { usize::MAX } else { options.sample_rows - self.inference.rows };
        // Kept blocks must not reach across the end of a batch.
        let batch_left = match options.batch_rows {
            0 => usize::MAX,
            rows => rows - self.inference.rows % rows,
        };
        if self.scan(input, sample_left.min(batch_left))? == Scanned::Nothing {
            return Ok(Some(Step::Done));
        }
        let known = self.columns_known();
        let names = &self.scanner.names()[..known];
        self.inference.observe(&self.block, names, self.block.rows, &self.options);
        let is_complete = self.is_ended
            || self.late.is_some()
            || (!is_inferring
                && (self.inference.rows >= self.options.sample_rows || self.needs_no_sample()));
        if !is_inferring {
            self.keep_block()?;
        }
        if is_complete {
            self.decide(self.scanner.names()[..known].to_vec())?;
            self.expect_rows(input.len());
        }
        Ok(None)
    }

    /// Puts a block of the sample into the queue.
    fn keep_block(&mut self) -> Result<(), Error> {
        if self.block.rows == 0 && self.block.errors.is_empty() {
            return Ok(());
        }
        let mut block = std::mem::take(&mut self.block);
        if self.options.is_filtered() {
            // A few rows must not hold on to all the bytes around them.
            let mut copy = block.copy_rows(0, block.rows, false)?;
            copy.errors = std::mem::take(&mut block.errors);
            self.block = block;
            if copy.rows == 0 && copy.errors.is_empty() {
                return Ok(());
            }
            block = copy;
        }
        self.queue.push_back(block);
        Ok(())
    }

    /// A CSV file whose columns all have a declared type.
    fn needs_no_sample(&self) -> bool {
        let options = &self.options;
        let is_declared = |name: &String| options.declared_type(name).is_some();
        let names = self.scanner.names();
        options.is_csv() && !names.is_empty() && (options.all_text || names.iter().all(is_declared))
    }

    /// Fixes the columns and their types.
    pub(super) fn decide(&mut self, names: Vec<String>) -> Result<(), Error> {
        let options = &self.options;
        if options.is_csv() && !names.is_empty() {
            let known: HashSet<&String> = names.iter().collect();
            if !options.declared.iter().all(|(name, _)| known.contains(name)) {
                return Err(Error::BadArgument("a declared column is not in the header"));
            }
            if !options.wanted.iter().all(|name| known.contains(name)) {
                return Err(Error::BadArgument("a wanted column is not in the header"));
            }
        }
        let types = self.inference.types(&names, options);
        self.types = types;
        self.phase = Phase::Building;
        if options.mode == Mode::Infer {
            // Names and types are all that is said.
            self.batch.names = names;
            return Ok(());
        }
        let batch_rows = options.batch_rows;
        self.batch = Batch::new(names, &self.types, options.all_text, batch_rows, |name| {
            options.is_skipped(name)
        });
        self.batch.take_large(|name| options.large_floats.contains(name));
        self.batch.numbers = options.numbers;
        self.template = self.batch.fork(batch_rows);
        Ok(())
    }

    /// Asks for room for a table's rows, if the `bytes_left` go on like the sample.
    fn expect_rows(&mut self, bytes_left: usize) {
        let bytes: usize = self.queue.iter().map(|block| block.bytes.len()).sum();
        let rows = self.inference.rows;
        // Rows between those that are kept have left no bytes to count by.
        if self.options.batch_rows == 0 && rows > 0 && !self.options.is_filtered() {
            let more = bytes_left as f64 / bytes.max(1) as f64 * rows as f64;
            // A row has a byte at least.
            self.batch.expect_rows(rows + ((more * 1.02) as usize).min(bytes_left));
        }
    }

    /// Builds one block, or scans the next one, or ends.
    fn build(&mut self, input: &mut &[u8]) -> Result<Option<Step>, Error> {
        let batch_rows = self.options.batch_rows;
        if let Some(ahead) = self.waves.ready.pop_front() {
            return Ok(self.take_ahead(ahead));
        }
        if let Some(block) = self.queue.pop_front() {
            if let Some(policy) = self.options.policy {
                return self.build_tolerant(block, policy);
            }
            self.append(&block)?;
            self.block = block;
            let is_full = batch_rows > 0 && self.batch.rows == batch_rows;
            return if is_full { self.deliver().map(Some) } else { Ok(None) };
        }
        if let Some(fault) = self.late.take() {
            // Rows (or their types) go out before the fault, unless all rows make one batch.
            let has_news = match self.options.mode {
                Mode::Infer => self.batches == 0,
                _ => batch_rows > 0 && self.batch.rows > 0,
            };
            if !has_news {
                return Err(fault);
            }
            self.late = Some(fault);
            return self.deliver().map(Some);
        }
        if self.is_ended {
            self.phase = Phase::Ended;
            let has_news = self.batch.rows > 0 || self.batches == 0;
            return if has_news { self.deliver().map(Some) } else { Ok(Some(Step::Done)) };
        }
        let rows_max = if batch_rows == 0 { usize::MAX } else { batch_rows - self.batch.rows };
        if self.scan(input, rows_max)? == Scanned::Nothing {
            return Ok(Some(Step::Done));
        }
        self.check_new_keys();
        let block = std::mem::take(&mut self.block);
        self.queue.push_back(block);
        Ok(None)
    }

    /// A key that the sample did not have is a fault.
    fn check_new_keys(&mut self) {
        if self.options.is_projected() {
            return;
        }
        let known = self.batch.names.len();
        if let Some(fault) = new_column(&mut self.block, known, self.scanner.names()) {
            self.late = Some(fault);
        }
    }

    /// Appends a block to the batch; a misfit becomes the next fault.
    fn append(&mut self, block: &Block) -> Result<(), Error> {
        let Some(misfit) = self.batch.append(block)? else { return Ok(()) };
        let name = &self.batch.names[misfit.column];
        self.late = Some(misfit.fault(block, name, self.types[misfit.column]).into());
        self.queue.clear();
        Ok(())
    }

    pub(super) fn deliver(&mut self) -> Result<Step, Error> {
        match self.parallel.take() {
            Some(Parallel { parts, .. }) => self.batch.join(parts, self.options.threads())?,
            None if !self.waves.parts.is_empty() => self.join_wave_parts()?,
            None => self.batch.finish()?,
        }
        self.is_ready = true;
        self.batches += 1;
        Ok(Step::More)
    }
}
