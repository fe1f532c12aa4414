//! Reading ahead on several threads where records cannot be told apart beforehand, or where rows
//! make batches: a wave of the input is cut where records seem to end, its parts are scanned all
//! at once, and what was scanned is built all at once. A part counts only if the one before it
//! ended exactly where it began, with nothing left over; else it is scanned again from there. So
//! the result is the one of a single thread, faults and error rows included.

use std::collections::VecDeque;
use std::mem;
use std::sync::Mutex;

use crate::block::Block;
use crate::control::Control;
use crate::fault::Error;
use crate::scan::{Cut, Scan, Scanner};

use super::batch::{Batch, new_column};
use super::borders::borders;
use super::options::Mode;
use super::parallel::BYTES_MIN;
use super::threads::{lock, on_threads};
use super::wave_build::Ahead;
use super::{Phase, Reader};

/// Bytes of a wave.
pub(super) const WAVE_BYTES: usize = 1 << 24;
/// Bytes of a part, at least and at most.
const PART_BYTES_MIN: usize = 1 << 18;
const PART_BYTES_MAX: usize = 1 << 20;
/// Parts of a wave at most, whatever size is asked for: each has a scanner of its own.
const PARTS_MAX: usize = 1 << 12;
/// Where more than half of the borders were none, so many waves are scanned by one thread.
const RESTING_WAVES: usize = 8;

/// What reading in waves keeps.
#[derive(Default)]
pub(super) struct Waves {
    /// Batches that are built but not delivered, in order.
    pub ready: VecDeque<Ahead>,
    /// Parts of the table that is being built; what follows them stands in the reader's batch.
    pub parts: Vec<Batch>,
    /// Blocks whose memory waits to be used again.
    spare: Mutex<Vec<Block>>,
    /// Batches that were delivered, empty again.
    pub batches: Vec<Batch>,
    /// Waves that are to be scanned by one thread.
    resting: usize,
}

impl Waves {
    /// Keeps the memory of blocks that are done.
    pub fn recycle(&self, blocks: impl IntoIterator<Item = Block>) {
        lock(&self.spare).extend(blocks);
    }
}

/// What a scanner made of a part, and how it ended.
struct Part {
    scanner: Box<dyn Scanner>,
    blocks: Vec<Block>,
    end: Result<(), Error>,
}

impl Reader {
    /// Whether so many bytes more are to be read as a wave.
    pub(super) fn reads_in_waves(&self, bytes: usize) -> bool {
        let is_goal = match self.phase {
            Phase::Sampling => self.is_learning() && self.options.is_csv(),
            Phase::Building => self.options.mode == Mode::Sample,
            Phase::Ended => false,
        };
        let is_idle = self.queue.is_empty() && self.waves.ready.is_empty() && !self.is_ready;
        let is_large = bytes >= BYTES_MIN || (self.options.piece_bytes > 0 && bytes > 0);
        is_goal
            && self.options.has_plain_records()
            && is_large
            && is_idle
            && self.late.is_none()
            && !self.is_ended
            && self.scanner.cut().is_some()
            && self.options.threads() > 1
    }

    /// Reads a wave of the input: afterwards its batches are ready, or its parts stand behind the
    /// table's, or its types are known.
    pub(super) fn read_wave(
        &mut self,
        input: &mut &[u8],
        control: &dyn Control,
    ) -> Result<(), Error> {
        let (data, rest) = input.split_at(input.len().min(WAVE_BYTES));
        let blocks = self.scan_wave(data, control)?;
        *input = rest;
        match self.phase {
            Phase::Sampling => self.learn_wave(blocks),
            _ => self.build_wave(blocks, control),
        }
    }

    /// Scans a wave into blocks. A fault behind them is noted.
    fn scan_wave(&mut self, data: &[u8], control: &dyn Control) -> Result<Vec<Block>, Error> {
        let Some(cut) = self.scanner.cut() else { return Err(Error::BadArgument("no cut")) };
        let threads = self.options.threads();
        let target = match self.options.piece_bytes {
            0 => (data.len() / (4 * threads)).clamp(PART_BYTES_MIN, PART_BYTES_MAX),
            bytes => bytes.max(data.len() / PARTS_MAX),
        };
        let is_resting = self.waves.resting > 0 && !cut.is_sure();
        self.waves.resting = self.waves.resting.saturating_sub(1);
        let begins = match is_resting {
            true => vec![(0, self.scanner.held().1)],
            false => borders(data, self.scanner.held(), cut, target, threads),
        };
        let mut parts = Vec::with_capacity(begins.len());
        for (index, &(begin, place)) in begins.iter().enumerate() {
            let end = begins.get(index + 1).map_or(data.len(), |&(next, _)| next);
            let fork = self.scanner.fork(place).ok_or(Error::BadArgument("no fork"))?;
            parts.push((fork, &data[begin..end]));
        }
        let Some(first) = parts.first_mut() else { return Ok(Vec::new()) };
        // The first part goes on where the scanner stands; its fork keeps the scanner's place.
        mem::swap(&mut first.0, &mut self.scanner);
        let errors_before = first.0.errors();
        let bytes: Vec<&[u8]> = parts.iter().map(|(_, bytes)| *bytes).collect();
        let scanned =
            on_threads(threads, parts, |(scanner, bytes)| self.scan_part(scanner, bytes, control));
        self.join_parts(scanned, &bytes, errors_before, cut, control)
    }

    /// Puts the blocks of the parts behind each other, as far as each part began where the one
    /// before it ended; the others are scanned again.
    fn join_parts(
        &mut self,
        scanned: Vec<Part>,
        bytes: &[&[u8]],
        errors_before: u64,
        cut: Cut,
        control: &dyn Control,
    ) -> Result<Vec<Block>, Error> {
        let mut blocks = Vec::new();
        let (count, mut misses) = (scanned.len(), 0);
        for (index, mut part) in scanned.into_iter().enumerate() {
            if index > 0 {
                let more = self.scanner.errors() - errors_before;
                let fits = self.scanner.held().0.is_empty() && part.scanner.add_errors(more);
                if !fits {
                    self.waves.recycle(mem::take(&mut part.blocks));
                    mem::swap(&mut part.scanner, &mut self.scanner);
                    part = self.scan_part(part.scanner, bytes[index], control);
                    misses += 1;
                }
            }
            self.scanner = part.scanner;
            blocks.append(&mut part.blocks);
            match part.end {
                Ok(()) => {}
                Err(Error::Fault(fault)) => {
                    self.late = Some(Error::Fault(fault));
                    break;
                }
                Err(other) => return Err(other),
            }
        }
        if !cut.is_sure() && count > 2 && misses * 2 > count {
            self.waves.resting = RESTING_WAVES;
        }
        Ok(blocks)
    }

    /// Scans a part up to its end or a fault.
    fn scan_part(
        &self,
        mut scanner: Box<dyn Scanner>,
        bytes: &[u8],
        control: &dyn Control,
    ) -> Part {
        let is_free = self.phase == Phase::Sampling || self.options.is_projected();
        let known = if is_free { usize::MAX } else { self.batch.names.len() };
        let mut input = bytes;
        let mut blocks = Vec::new();
        let end = loop {
            if control.cancelled() {
                break Err(Error::Cancelled);
            }
            let mut block = lock(&self.waves.spare).pop().unwrap_or_default();
            let scan = scanner.scan(&mut input, false, usize::MAX, &mut block);
            let new = new_column(&mut block, known, scanner.names());
            if block.rows > 0 || !block.errors.is_empty() {
                blocks.push(block);
            } else {
                self.waves.recycle([block]);
            }
            match (new, scan) {
                (Some(fault), _) => break Err(fault),
                (None, Err(error)) => break Err(error),
                (None, Ok(Scan::Hungry)) => break Ok(()),
                (None, Ok(Scan::Ready)) => {}
            }
        };
        Part { scanner, blocks, end }
    }
}
