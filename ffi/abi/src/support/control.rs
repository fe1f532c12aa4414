//! The caller's control block: 32-bit cells of a `SharedArrayBuffer`, four or five of them. Cell 0
//! says stop, cells 2 and 3 receive the count of bytes done (low and high half), cell 1 that of
//! files done, cell 4 the number of files.

use std::sync::atomic::{AtomicI32, Ordering};

use fastpath_kernels::control::Control;

use super::status::Failure;

const CELLS: usize = 4;

/// A control block, or none: then nobody stops the kernel and nobody listens.
pub struct Cells<'a>(Option<&'a [AtomicI32]>);

impl Cells<'_> {
    /// The control block at `cells`, which is null or `count` (at least four) aligned cells.
    ///
    /// # Safety
    /// Unless null, `cells` is valid for reads and writes of `count` cells until the export
    /// returns, and everybody else uses them atomically.
    pub unsafe fn at<'a>(cells: *const i32, count: u32) -> Result<Cells<'a>, Failure> {
        if cells.is_null() {
            return if count == 0 { Ok(Cells(None)) } else { Err(Failure::BadArgument) };
        }
        if (count as usize) < CELLS || !cells.cast::<AtomicI32>().is_aligned() {
            return Err(Failure::BadArgument);
        }
        // SAFETY: not null, aligned, `count` cells long; AtomicI32 has the layout of i32.
        let cells = unsafe { std::slice::from_raw_parts(cells.cast(), count as usize) };
        Ok(Cells(Some(cells)))
    }
}

impl Control for Cells<'_> {
    fn cancelled(&self) -> bool {
        self.0.is_some_and(|cells| cells[0].load(Ordering::Relaxed) != 0)
    }

    /// The halves are written high first, so that a reader sees a step back at most once in 4 GiB.
    fn progress(&self, bytes_done: u64) {
        if let Some(cells) = self.0 {
            cells[3].store((bytes_done >> 32) as i32, Ordering::Relaxed);
            cells[2].store(bytes_done as i32, Ordering::Relaxed);
        }
    }

    fn files_total(&self, files: u64) {
        if let Some(total) = self.0.and_then(|cells| cells.get(4)) {
            total.store(files as i32, Ordering::Relaxed);
        }
    }

    fn files(&self, files_done: u64) {
        if let Some(cells) = self.0 {
            cells[1].store(files_done as i32, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_carry_the_stop_flag_and_the_progress() {
        let cells = [0, 0, 0, 0];
        let control = unsafe { Cells::at(cells.as_ptr(), 4) }.unwrap();
        assert!(!control.cancelled());
        control.progress(5 << 32 | 7);
        let shared = control.0.unwrap();
        assert_eq!(shared[2].load(Ordering::Relaxed), 7);
        assert_eq!(shared[3].load(Ordering::Relaxed), 5);
        shared[0].store(1, Ordering::Relaxed);
        assert!(control.cancelled());
    }

    #[test]
    fn cells_carry_files_and_their_number_where_there_is_a_fifth() {
        for count in [4, 5] {
            let cells = [0; 5];
            let control = unsafe { Cells::at(cells.as_ptr(), count) }.unwrap();
            control.files_total(9);
            control.files(3);
            let shared = control.0.unwrap();
            assert_eq!(shared[1].load(Ordering::Relaxed), 3);
            let total = shared.get(4).map(|cell| cell.load(Ordering::Relaxed));
            assert_eq!(total, (count == 5).then_some(9));
        }
    }

    #[test]
    fn cells_refuse_a_short_and_an_unaligned_block() {
        let cells = [0; 8];
        let base = cells.as_ptr();
        assert!(unsafe { Cells::at(base, 3) }.is_err());
        assert!(unsafe { Cells::at(base.byte_add(1), 4) }.is_err());
        assert!(unsafe { Cells::at(std::ptr::null(), 4) }.is_err());
        assert!(!unsafe { Cells::at(std::ptr::null(), 0) }.unwrap().cancelled());
    }
}
