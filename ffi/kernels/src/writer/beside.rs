//! Printing a block on several threads: each takes the next piece of rows and prints it into
//! memory of its own. Pieces go to the output in order, copied by whoever finds that their turn
//! has come, so that nobody waits; those that the output has no room for are kept for the next
//! call. The bytes are those that one thread prints.

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use super::{Printed, Writer};
use crate::config::Config;
use crate::fault::Error;

/// Rows from which a second thread pays.
pub const ROWS_MIN: usize = 8192;

/// More would wait for the caller, who hands the columns over alone.
const THREADS_MAX: usize = 8;

/// Bytes of a piece, about: it stays in the processor's cache until it is copied, and two fit
/// into a chunk of a stream.
const PIECE_BYTES: usize = 1 << 17;

/// Rows of a piece, whatever they take.
const PIECE_ROWS: Range<usize> = 64..4097;

/// Bytes of a row that there is room for at first.
const ROW_BYTES: usize = 64;

/// Rows that are printed and not handed out: their number and the bytes in front of the memory.
struct Piece {
    printed: Printed,
    memory: Vec<u8>,
}

/// What printing on several threads keeps from call to call.
#[derive(Default)]
pub struct Beside {
    /// The threads wanted; 0 is as many as there are cores.
    wanted: usize,
    /// Pieces of the block that are due, in order.
    ahead: VecDeque<Piece>,
    /// Memory to print into.
    spare: Vec<Vec<u8>>,
    /// Bytes of a row, by the last block; 0 while there was none.
    row_bytes: usize,
}

/// What the threads share while a block is printed.
struct Order<'a> {
    /// Pieces that are printed and not placed, by their numbers.
    done: Vec<Option<Piece>>,
    /// The piece whose turn it is.
    due: usize,
    /// The rest of the output.
    out: &'a mut [u8],
    placed: Printed,
    /// Whether a due piece found no room: those behind it are kept.
    is_full: bool,
    spare: Vec<Vec<u8>>,
    failed: Option<Error>,
}

/// A lock, whoever panicked while holding it: the panic itself comes out of the scope.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

impl Beside {
    /// What a config says: `threads`, 0 for as many as there are cores.
    pub fn new(config: &Config) -> Result<Beside, Error> {
        let wanted = config.number("threads", 1)? as usize;
        Ok(Beside { wanted, ..Beside::default() })
    }

    /// Whether a block of so many rows is printed on several threads. Asking the system for its
    /// cores takes longer than printing a small one.
    pub fn pays(&self, rows: usize) -> bool {
        rows >= ROWS_MIN && self.threads() > 1
    }

    fn threads(&self) -> usize {
        let threads = if self.wanted == 0 { cores() } else { self.wanted };
        threads.min(THREADS_MAX)
    }

    /// Forgets what is left of a block.
    pub fn clear(&mut self) {
        self.spare.extend(self.ahead.drain(..).map(|piece| piece.memory));
    }

    /// Hands out pieces printed before while they fit; `None` where there are none.
    pub fn hand_out(&mut self, out: &mut [u8]) -> Option<Printed> {
        self.ahead.front()?;
        let mut printed = Printed::default();
        while let Some(Piece { printed: part, memory }) = self.ahead.front() {
            let end = printed.bytes + part.bytes;
            let Some(place) = out.get_mut(printed.bytes..end) else { break };
            place.copy_from_slice(&memory[..part.bytes]);
            printed = Printed { rows: printed.rows + part.rows, bytes: end };
            self.spare.extend(self.ahead.pop_front().map(|piece| piece.memory));
        }
        Some(printed)
    }
}

impl Writer {
    /// Prints rows on several threads and hands out what fits.
    pub(super) fn print_beside(
        &mut self,
        rows: Range<usize>,
        has_rows: bool,
        out: &mut [u8],
    ) -> Result<Printed, Error> {
        let threads = self.beside.threads();
        let share = self.share(&rows)?;
        let count = rows.len().div_ceil(share);
        let mut done = Vec::new();
        done.try_reserve_exact(count).map_err(|_| Error::OutOfMemory)?;
        done.resize_with(count, || None);
        let order = Mutex::new(Order {
            done,
            due: 0,
            out,
            placed: Printed::default(),
            is_full: false,
            spare: std::mem::take(&mut self.beside.spare),
            failed: None,
        });
        let next = AtomicUsize::new(0);
        let writer = &*self;
        let work = || {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count || !writer.print_piece(&rows, share, number, has_rows, &order) {
                    return;
                }
            }
        };
        thread::scope(|scope| {
            // Without another thread the others print its rows.
            let helpers: Vec<_> = (1..threads.min(count))
                .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
                .collect();
            work();
            for helper in helpers {
                helper.join().unwrap_or_else(|panic| resume_unwind(panic));
            }
        });
        let order = order.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Order { done, placed, spare, failed, .. } = order;
        self.beside.spare = spare;
        if let Some(error) = failed {
            return Err(error);
        }
        self.beside.ahead.extend(done.into_iter().flatten());
        let left = self.beside.ahead.iter().map(|piece| piece.printed.bytes).sum::<usize>();
        self.beside.row_bytes = (placed.bytes + left).div_ceil(rows.len().max(1)).max(1);
        Ok(placed)
    }

    /// Rows of a piece; before the first block some are printed to know what rows take.
    fn share(&mut self, rows: &Range<usize>) -> Result<usize, Error> {
        if self.beside.row_bytes == 0 {
            let mut memory = self.beside.spare.pop().unwrap_or_default();
            let some = rows.start..rows.end.min(rows.start + PIECE_ROWS.start);
            let count = some.len().max(1);
            let printed = self.print_whole(some, true, &mut memory).ok_or(Error::OutOfMemory)?;
            self.beside.row_bytes = printed.bytes.div_ceil(count).max(1);
            self.beside.spare.push(memory);
        }
        let wanted = PIECE_BYTES / self.beside.row_bytes;
        Ok(wanted.clamp(PIECE_ROWS.start, PIECE_ROWS.end - 1))
    }

    /// Prints a piece and places what is due; false where the work is to end.
    fn print_piece(
        &self,
        rows: &Range<usize>,
        share: usize,
        number: usize,
        has_rows: bool,
        order: &Mutex<Order>,
    ) -> bool {
        let start = rows.start + number * share;
        let piece = start..rows.end.min(start + share);
        let mut memory = lock(order).spare.pop().unwrap_or_default();
        let printed = self.print_whole(piece, has_rows || number > 0, &mut memory);
        let mut shared = lock(order);
        let Some(printed) = printed else {
            shared.failed = Some(Error::OutOfMemory);
            return false;
        };
        shared.done[number] = Some(Piece { printed, memory });
        loop {
            let Some((piece, place)) = shared.take_due() else { return shared.failed.is_none() };
            drop(shared);
            place.copy_from_slice(&piece.memory[..piece.printed.bytes]);
            shared = lock(order);
            shared.spare.push(piece.memory);
        }
    }

    /// Prints rows into memory that grows as needed; `None` where it cannot.
    fn print_whole(
        &self,
        rows: Range<usize>,
        has_rows: bool,
        memory: &mut Vec<u8>,
    ) -> Option<Printed> {
        grow(memory, ROW_BYTES * rows.len())?;
        let mut all = Printed::default();
        loop {
            let rest = rows.start + all.rows..rows.end;
            let part = self.print_rows(rest, has_rows || all.rows > 0, &mut memory[all.bytes..]);
            all = Printed { rows: all.rows + part.rows, bytes: all.bytes + part.bytes };
            if all.rows == rows.len() {
                return Some(all);
            }
            grow(memory, 2 * memory.len())?;
        }
    }
}

impl<'a> Order<'a> {
    /// The piece whose turn it is, if it is printed and fits, and its place.
    fn take_due(&mut self) -> Option<(Piece, &'a mut [u8])> {
        let slot = self.done.get_mut(self.due)?;
        let Printed { rows, bytes } = slot.as_ref()?.printed;
        if self.is_full || bytes > self.out.len() {
            self.is_full = true;
            return None;
        }
        let piece = slot.take()?;
        let (place, rest) = std::mem::take(&mut self.out).split_at_mut(bytes);
        self.out = rest;
        self.due += 1;
        self.placed = Printed { rows: self.placed.rows + rows, bytes: self.placed.bytes + bytes };
        Some((piece, place))
    }
}

fn grow(memory: &mut Vec<u8>, length: usize) -> Option<()> {
    if memory.len() < length {
        memory.try_reserve_exact(length - memory.len()).ok()?;
        memory.resize(length, 0);
    }
    Some(())
}
