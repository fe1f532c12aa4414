//! Reading one table on several threads: each takes the next piece of whole records and makes
//! columns of it; the pieces' columns stand behind each other in the order of the input. The
//! result is the one that a single thread makes, faults included: a piece begins where the one
//! before it ends if that one has no fault, and the first piece with a fault decides.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use crate::block::Block;
use crate::control::Control;
use crate::fault::Error;
use crate::scan::{Cut, Left, Scan};

use super::Reader;
use super::batch::{Batch, new_column};
use super::feed::{Feed, Piece, Source};
use super::infer::Inference;
use super::threads::{lock, unlocked};

/// Bytes of a piece where nothing else is said: enough that starting one costs nothing.
const PIECE_BYTES: usize = 8 << 20;
/// No thread gets less of a push.
const SHARE_BYTES_MIN: usize = 1 << 19;
/// Below this a push is not worth a second thread.
pub(super) const BYTES_MIN: usize = 1 << 20;

/// What has been read in pieces.
pub(super) struct Parallel {
    /// The columns of the pieces, in order.
    pub parts: Vec<Batch>,
    left: Left,
}

/// What has been seen in pieces of an input whose types are sought.
pub(super) struct Learned {
    pub names: Vec<String>,
    left: Left,
}

/// Names and types that were seen in a piece.
type Seen = (Vec<String>, Inference);

/// What reading a piece gives: its result, and the fault that ended it.
type Read<T> = Result<(T, Option<Error>), Error>;

/// What came of a piece: its result, and the fault that is due behind its rows.
struct Outcome<T> {
    number: usize,
    result: T,
    late: Option<Error>,
}

/// How the source ended: the bytes so far, and the fault behind all its pieces.
struct End {
    bytes_done: u64,
    fault: Option<Error>,
}

/// What the threads share.
struct Work<'a, T> {
    feed: Mutex<Feed<'a>>,
    done: Mutex<Vec<Outcome<T>>>,
    /// No piece from this number on is wanted.
    end: AtomicUsize,
    bytes_done: AtomicU64,
    /// What ends the reading at once.
    failed: Mutex<Option<Error>>,
}

const UNCUT: Error = Error::BadArgument("the input cannot be cut");

impl Reader {
    /// Whether so many bytes more are to be read in pieces: all rows make one batch whose types
    /// are decided, or only types are sought, and the scanner's input may be cut. Once begun, all
    /// the rest is read so.
    pub(super) fn reads_in_pieces(&self, bytes: usize) -> bool {
        if !self.is_building_table() && !self.is_learning() {
            return false;
        }
        let is_under_way = self.parallel.is_some() || self.learned.is_some();
        let is_large = bytes >= BYTES_MIN || self.options.piece_bytes > 0;
        // Asking the system for its cores takes longer than reading a small input.
        is_under_way
            || (is_large
                && self.options.policy.is_none()
                && self.scanner.cut().is_some_and(Cut::is_sure)
                && self.options.threads() > 1)
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
        if self.is_learning() {
            self.learn(source, control)?;
        } else {
            self.build_pieces(source, control)?;
        }
        self.is_ended |= self.last;
        Ok(())
    }

    fn build_pieces(&mut self, source: Source, control: &dyn Control) -> Result<(), Error> {
        let Parallel { mut parts, left } = match self.parallel.take() {
            Some(parallel) => parallel,
            None => Parallel { parts: Vec::new(), left: self.scanner.hand_over() },
        };
        let build = |piece: &Piece, bytes: &[u8], block: &mut Block| {
            self.build_piece(piece, bytes, block, control)
        };
        let (done, left, end) = self.run_pieces(source, left, build, control)?;
        self.bytes_done = end.bytes_done;
        self.late = end.fault;
        for Outcome { result, late, .. } in done {
            self.batch.rows += result.rows;
            parts.push(result);
            if late.is_some() {
                self.late = late;
                break;
            }
        }
        self.parallel = Some(Parallel { parts, left });
        Ok(())
    }

    /// Joins what the pieces say of the types.
    fn learn(&mut self, source: Source, control: &dyn Control) -> Result<(), Error> {
        let Learned { mut names, left } = match self.learned.take() {
            Some(learned) => learned,
            None => {
                let left = self.scanner.hand_over();
                Learned { names: self.scanner.names().to_vec(), left }
            }
        };
        let look = |piece: &Piece, bytes: &[u8], block: &mut Block| {
            self.look_at_piece(piece, bytes, block, control)
        };
        let (done, left, end) = self.run_pieces(source, left, look, control)?;
        self.bytes_done = end.bytes_done;
        self.late = end.fault;
        for Outcome { result: (seen_names, inference), late, .. } in done {
            self.inference.join(&mut names, &seen_names, &inference);
            if late.is_some() {
                self.late = late;
                break;
            }
        }
        if self.last || self.late.is_some() {
            return self.decide(names);
        }
        self.learned = Some(Learned { names, left });
        Ok(())
    }

    /// Gives the source's pieces to all threads.
    fn run_pieces<T: Send>(
        &self,
        source: Source,
        left: Left,
        read: impl Fn(&Piece, &[u8], &mut Block) -> Read<T> + Sync,
        control: &dyn Control,
    ) -> Result<(Vec<Outcome<T>>, Left, End), Error> {
        let cut = self.scanner.cut().ok_or(UNCUT)?;
        // What is left over was counted when it came.
        let bytes_done = left.place.offset;
        let target = match (self.options.piece_bytes, &source) {
            // All threads get some of what is there.
            (0, Source::Bytes(bytes)) => {
                let share = bytes.len().div_ceil(2 * self.options.threads());
                share.clamp(SHARE_BYTES_MIN, PIECE_BYTES)
            }
            (0, Source::File(_)) => PIECE_BYTES,
            (bytes, _) => bytes,
        };
        let work = Work {
            feed: Mutex::new(Feed::new(source, self.last, cut, target, left)),
            done: Mutex::new(Vec::new()),
            end: AtomicUsize::new(usize::MAX),
            bytes_done: AtomicU64::new(bytes_done),
            failed: Mutex::new(None),
        };
        let take = || {
            if let Err(error) = take_pieces(&work, &read, control) {
                work.end.store(0, Ordering::Relaxed);
                lock(&work.failed).get_or_insert(error);
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.options.threads() {
                // Without another thread the work is done by those there are.
                let _ = thread::Builder::new().spawn_scoped(scope, take);
            }
            take();
        });
        if let Some(error) = unlocked(work.failed) {
            return Err(error);
        }
        let feed = unlocked(work.feed);
        let mut done = unlocked(work.done);
        done.sort_by_key(|outcome| outcome.number);
        let bytes_done = feed.left.place.offset + feed.left.bytes.len() as u64;
        Ok((done, feed.left, End { bytes_done, fault: feed.fault }))
    }

    /// Makes columns of a piece.
    fn build_piece(
        &self,
        piece: &Piece,
        bytes: &[u8],
        block: &mut Block,
        control: &dyn Control,
    ) -> Read<Batch> {
        let columns = self.batch.columns.iter().map(|column| column.fork());
        let mut batch = Batch::of(columns.collect());
        batch.numbers = self.batch.numbers;
        // Where columns are chosen, nobody wants a new one.
        let known = if self.options.is_projected() { usize::MAX } else { self.batch.names.len() };
        let mut is_first = true;
        let late = self.each_block(piece, bytes, block, control, |block, names, fault| {
            let fault = new_column(block, known, names).or(fault);
            if is_first && block.rows > 0 {
                let blocks = bytes.len() as f64 / block.bytes.len().max(1) as f64;
                batch.expect_rows((blocks * block.rows as f64 * 1.02) as usize + 64);
                is_first = false;
            }
            let Some(misfit) = batch.append(block)? else { return Ok(fault) };
            let name = &self.batch.names[misfit.column];
            Ok(Some(misfit.fault(block, name, self.types[misfit.column]).into()))
        })?;
        Ok((batch, late))
    }

    /// Looks at the types of a piece.
    fn look_at_piece(
        &self,
        piece: &Piece,
        bytes: &[u8],
        block: &mut Block,
        control: &dyn Control,
    ) -> Read<Seen> {
        let mut inference = Inference::default();
        let mut names = Vec::new();
        let late = self.each_block(piece, bytes, block, control, |block, known, fault| {
            let broken = block.new_keys.iter().filter(|key| key.row >= block.rows).count();
            let known = &known[..known.len() - broken];
            inference.observe(block, known, block.rows, &self.options);
            names.extend_from_slice(&known[names.len()..]);
            Ok(fault)
        })?;
        Ok(((names, inference), late))
    }

    /// Scans a piece block by block, up to its end or a fault, which is returned.
    fn each_block(
        &self,
        piece: &Piece,
        bytes: &[u8],
        block: &mut Block,
        control: &dyn Control,
        mut take: impl FnMut(&mut Block, &[String], Option<Error>) -> Result<Option<Error>, Error>,
    ) -> Result<Option<Error>, Error> {
        let mut scanner = self.scanner.fork(piece.place).ok_or(UNCUT)?;
        let mut input = bytes;
        loop {
            if control.cancelled() {
                return Err(Error::Cancelled);
            }
            let scan = scanner.scan(&mut input, true, usize::MAX, block);
            let is_over = !matches!(scan, Ok(Scan::Ready));
            let fault = match scan {
                Ok(_) => None,
                Err(Error::Fault(fault)) => Some(Error::Fault(fault)),
                Err(other) => return Err(other),
            };
            let late = take(block, scanner.names(), fault)?;
            if is_over || late.is_some() {
                return Ok(late);
            }
        }
    }
}

/// Takes pieces until there are none.
fn take_pieces<T>(
    work: &Work<T>,
    read: &impl Fn(&Piece, &[u8], &mut Block) -> Read<T>,
    control: &dyn Control,
) -> Result<(), Error> {
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
        let (result, late) = read(&piece, &bytes, &mut block)?;
        if late.is_some() {
            work.end.fetch_min(piece.number + 1, Ordering::Relaxed);
        }
        lock(&work.done).push(Outcome { number: piece.number, result, late });
        let length = bytes.len() as u64;
        control.progress(work.bytes_done.fetch_add(length, Ordering::Relaxed) + length);
    }
}
