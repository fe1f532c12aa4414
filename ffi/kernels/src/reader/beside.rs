//! Scanning beside building: one thread finds the records of a table's NDJSON while another makes
//! columns of those found before. The result is the one that a single thread makes.

use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use crate::block::Block;
use crate::control::Control;
use crate::fault::Error;
use crate::scan::Scan;

use super::options::Mode;
use super::{Pass, Phase, Reader, Step};

/// Below this a second thread does not pay.
const BYTES_MIN: usize = 4 << 20;
/// Blocks that wait for the builder at most.
const WAITING_MAX: usize = 2;

/// A scanned block, how its scan ended, and the bytes of input it took.
type Scanned = (Block, Result<Scan, Error>, usize);

impl Reader {
    /// Whether the rest of the input is worth a second thread. CSV is scanned so fast that it
    /// keeps to one.
    pub(super) fn may_scan_beside(&self, input: &[u8]) -> bool {
        self.phase == Phase::Building
            && self.options.mode == Mode::Table
            && self.pass != Pass::Inferring
            && !self.options.is_csv()
            && self.queue.is_empty()
            && self.late.is_none()
            && !self.is_ended
            && input.len() >= BYTES_MIN
            && thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
    }

    /// Builds all blocks of the rest of the input, up to its end, a fault, or a value that asks
    /// for another pass.
    pub(super) fn build_beside(
        &mut self,
        input: &mut &[u8],
        control: &dyn Control,
    ) -> Result<Option<Step>, Error> {
        let mut scanner = std::mem::replace(&mut self.scanner, self.options.scanner()?);
        let mut rest = *input;
        let (full, scanned) = sync_channel::<Scanned>(WAITING_MAX);
        let (empty, used) = channel::<Block>();
        let result = thread::scope(|scope| {
            let scanner = &mut scanner;
            scope.spawn(move || {
                loop {
                    let mut block = used.try_recv().unwrap_or_default();
                    let left = rest.len();
                    let scan = scanner.scan(&mut rest, true, usize::MAX, &mut block);
                    let is_last = !matches!(scan, Ok(Scan::Ready));
                    // A builder that stops closes the channel.
                    if full.send((block, scan, left - rest.len())).is_err() || is_last {
                        return;
                    }
                }
            });
            for (block, scan, taken) in scanned {
                if control.cancelled() {
                    return Err(Error::Cancelled);
                }
                self.block = block;
                self.take_scan(scan)?;
                self.check_new_keys();
                let block = std::mem::take(&mut self.block);
                self.append(&block)?;
                self.bytes_done += taken as u64;
                control.progress(self.bytes_done);
                if self.pass == Pass::Inferring || self.late.is_some() || self.is_ended {
                    break;
                }
                // The scanner may have ended already.
                let _ = empty.send(block);
            }
            Ok(())
        });
        self.scanner = scanner;
        *input = &[];
        result.map(|()| (self.pass == Pass::Inferring).then_some(Step::Done))
    }
}
