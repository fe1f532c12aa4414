//! Printing a block on several threads: each prints a share of the rows, the caller's own straight
//! into the output, the others into memory that is kept from block to block.

use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::thread;

use super::{Printed, Writer};
use crate::config::Config;
use crate::fault::Error;

/// Rows from which a second thread pays.
pub const ROWS_MIN: usize = 8192;

/// More would wait for the copy of what they print.
const THREADS_MAX: usize = 4;

/// Bytes of a row that a thread has room for at first.
const ROW_BYTES: usize = 64;

/// The threads that a config allows: `threads`, or as many as there are cores.
pub fn threads(config: &Config) -> Result<usize, Error> {
    static CORES: OnceLock<usize> = OnceLock::new();
    let wanted = config.number("threads", 1)? as usize;
    let cores = || *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
    Ok(if wanted == 0 { cores() } else { wanted }.min(THREADS_MAX))
}

impl Writer {
    /// Prints rows on several threads; the result is that of a single one, though with less room
    /// it may be fewer rows than fit.
    pub(super) fn print_beside(
        &mut self,
        rows: Range<usize>,
        has_rows: bool,
        out: &mut [u8],
    ) -> Printed {
        let mut memory = std::mem::take(&mut self.beside);
        memory.resize_with(self.threads - 1, Vec::new);
        let share = rows.len().div_ceil(self.threads);
        let own = rows.start..rows.start + share;
        let starts = (own.end..rows.end).step_by(share);
        let writer = &*self;
        let (mut printed, others) = thread::scope(|scope| {
            let helpers: Vec<_> = memory
                .iter_mut()
                .zip(starts)
                .map_while(|(bytes, start)| {
                    let share = start..rows.end.min(start + share);
                    // Without another thread the next call prints these rows.
                    let work = move || writer.print_whole(share, bytes);
                    thread::Builder::new().spawn_scoped(scope, work).ok()
                })
                .collect();
            let printed = writer.print_rows(own.clone(), has_rows, out);
            let others: Vec<_> = helpers
                .into_iter()
                .map(|helper| helper.join().unwrap_or_else(|panic| resume_unwind(panic)))
                .collect();
            (printed, others)
        });
        if printed.rows == own.len() {
            for (bytes, other) in memory.iter().zip(others) {
                let Some(other) = other else { break };
                let end = printed.bytes + other.bytes;
                let Some(place) = out.get_mut(printed.bytes..end) else { break };
                place.copy_from_slice(&bytes[..other.bytes]);
                printed = Printed { rows: printed.rows + other.rows, bytes: end };
            }
        }
        self.beside = memory;
        printed
    }

    /// Prints rows that stand behind others into memory that grows as needed; `None` where it
    /// cannot.
    fn print_whole(&self, rows: Range<usize>, memory: &mut Vec<u8>) -> Option<Printed> {
        grow(memory, ROW_BYTES * rows.len())?;
        let mut all = Printed::default();
        loop {
            let rest = rows.start + all.rows..rows.end;
            let part = self.print_rows(rest, true, &mut memory[all.bytes..]);
            all = Printed { rows: all.rows + part.rows, bytes: all.bytes + part.bytes };
            if all.rows == rows.len() {
                return Some(all);
            }
            grow(memory, 2 * memory.len())?;
        }
    }
}

fn grow(memory: &mut Vec<u8>, length: usize) -> Option<()> {
    if memory.len() < length {
        memory.try_reserve_exact(length - memory.len()).ok()?;
        memory.resize(length, 0);
    }
    Some(())
}
