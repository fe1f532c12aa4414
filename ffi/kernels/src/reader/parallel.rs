//! Reading one table on several threads: each takes the next piece of whole records and makes
//! columns of it; the pieces' columns stand behind each other in the order of the input. The
//! result is the one that a single thread makes, faults included: a piece begins where the one
//! before it ends if that one has no fault, and the first piece with a fault decides.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::block::Block;
use crate::control::Control;
use crate::fault::Error;
use crate::scan::{Place, Scan};

use super::Reader;
use super::batch::{Batch, new_column};
use super::feed::{Feed, Piece, Source};

/// Bytes of a piece where nothing else is said: enough that starting one costs nothing.
const PIECE_BYTES: usize = 8 << 20;
/// Below this a push is not worth a second thread.
const BYTES_MIN: usize = 1 << 20;

/// What has been read on several threads.
pub(super) struct Parallel {
    /// The columns of the pieces, in order.
    pub parts: Vec<Batch>,
    /// The front of a record whose end has not come, and where it begins.
    left: (Vec<u8>, Place),
}

/// What came of a piece.
struct Outcome {
    number: usize,
    batch: Batch,
    /// The fault that is due behind its rows.
    late: Option<Error>,
}

/// What the threads share.
struct Work<'a> {
    feed: Mutex<Feed<'a>>,
    done: Mutex<Vec<Outcome>>,
    /// No piece from this number on is wanted.
    end: AtomicUsize,
    bytes_done: AtomicU64,
    /// What ends the reading at once.
    failed: Mutex<Option<Error>>,
}

/// A lock, whoever panicked while holding it: the panic itself comes out of the scope.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Reader {
    /// Whether the rest of the input is to be read in pieces from now on: all rows make one
    /// batch, its types are decided, and the scanner's input may be cut.
    pub(super) fn may_read_in_pieces(&self, bytes: usize) -> bool {
        self.is_building_table()
            && self.options.threads() > 1
            && (bytes >= BYTES_MIN || self.options.piece_bytes > 0)
            && self.scanner.cut().is_some()
    }

    /// Reads what the source has, in pieces. What is no whole record yet is kept.
    ///
    /// # Errors
    /// What stops the reading at once; a fault of the input is kept until its rows are out.
    pub(super) fn read_pieces(
        &mut self,
        source: Source,
        control: &dyn Control,
    ) -> Result<(), Error> {
        let Some(cut) = self.scanner.cut() else {
            return Err(Error::BadArgument("the input cannot be cut"));
        };
        let Parallel { mut parts, left } = match self.parallel.take() {
            Some(parallel) => parallel,
            None => Parallel { parts: Vec::new(), left: self.scanner.hand_over() },
        };
        let target = match self.options.piece_bytes {
            0 => PIECE_BYTES,
            bytes => bytes,
        };
        let work = Work {
            feed: Mutex::new(Feed::new(source, self.last, cut, target, left)),
            done: Mutex::new(Vec::new()),
            end: AtomicUsize::new(usize::MAX),
            bytes_done: AtomicU64::new(self.bytes_done),
            failed: Mutex::new(None),
        };
        thread::scope(|scope| {
            for _ in 1..self.options.threads() {
                // Without another thread the work is done by those there are.
                let _ = thread::Builder::new().spawn_scoped(scope, || self.work(&work, control));
            }
            self.work(&work, control);
        });
        if let Some(error) = lock(&work.failed).take() {
            return Err(error);
        }
        let feed = work.feed.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.bytes_done = work.bytes_done.into_inner();
        let mut done = work.done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|outcome| outcome.number);
        for Outcome { batch, late, .. } in done {
            self.batch.rows += batch.rows;
            parts.push(batch);
            if late.is_some() {
                self.late = late;
                break;
            }
        }
        self.parallel = Some(Parallel { parts, left: (feed.carry, feed.place) });
        self.is_ended |= self.last;
        Ok(())
    }

    /// Takes pieces until there are none.
    fn work(&self, work: &Work, control: &dyn Control) {
        if let Err(error) = self.take_pieces(work, control) {
            work.end.store(0, Ordering::Relaxed);
            lock(&work.failed).get_or_insert(error);
        }
    }

    fn take_pieces(&self, work: &Work, control: &dyn Control) -> Result<(), Error> {
        let mut bytes = Vec::new();
        let mut block = Block::default();
        loop {
            if control.cancelled() {
                return Err(Error::Cancelled);
            }
            let next = lock(&work.feed).next(&mut bytes)?;
            let Some(piece) = next else { return Ok(()) };
            if piece.number >= work.end.load(Ordering::Relaxed) {
                return Ok(());
            }
            let outcome = self.read_piece(&piece, &bytes, &mut block, control)?;
            if outcome.late.is_some() {
                work.end.fetch_min(piece.number + 1, Ordering::Relaxed);
            }
            lock(&work.done).push(outcome);
            let length = bytes.len() as u64;
            let done = work.bytes_done.fetch_add(length, Ordering::Relaxed) + length;
            control.progress(done);
        }
    }

    fn read_piece(
        &self,
        piece: &Piece,
        bytes: &[u8],
        block: &mut Block,
        control: &dyn Control,
    ) -> Result<Outcome, Error> {
        let Some(mut scanner) = self.scanner.fork(piece.place) else {
            return Err(Error::BadArgument("the input cannot be cut"));
        };
        let columns = self.batch.columns.iter().map(|column| column.fork());
        let mut batch = Batch::of(columns.collect());
        let mut input = bytes;
        let mut late = None;
        let mut is_first = true;
        while late.is_none() {
            if control.cancelled() {
                return Err(Error::Cancelled);
            }
            let scan = scanner.scan(&mut input, true, usize::MAX, block);
            let is_over = !matches!(scan, Ok(Scan::Ready));
            match scan {
                Ok(_) => {}
                Err(Error::Fault(fault)) => late = Some(Error::Fault(fault)),
                Err(other) => return Err(other),
            }
            if let Some(fault) = new_column(block, self.batch.names.len(), scanner.names()) {
                late = Some(fault);
            }
            if is_first && block.rows > 0 {
                let rows = bytes.len() as f64 / block.bytes.len().max(1) as f64;
                batch.expect_rows((rows * block.rows as f64 * 1.02) as usize + 64);
                is_first = false;
            }
            if let Some(misfit) = batch.append(block)? {
                let name = &self.batch.names[misfit.column];
                late = Some(misfit.fault(block, name, self.types[misfit.column]).into());
            }
            if is_over {
                break;
            }
        }
        Ok(Outcome { number: piece.number, batch, late })
    }
}
