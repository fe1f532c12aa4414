//! What the tests of files and of file sets share: a control that meddles with a file under way.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::control::Control;

/// Does something once a number of bytes is read.
pub(super) struct Meddler<F: Fn() + Sync> {
    at: u64,
    done: AtomicBool,
    act: F,
}

impl<F: Fn() + Sync> Meddler<F> {
    pub(super) fn new(at: u64, act: F) -> Meddler<F> {
        Meddler { at, done: AtomicBool::new(false), act }
    }
}

impl<F: Fn() + Sync> Control for Meddler<F> {
    fn cancelled(&self) -> bool {
        false
    }

    fn progress(&self, bytes_done: u64) {
        if bytes_done >= self.at && !self.done.swap(true, Ordering::Relaxed) {
            (self.act)();
        }
    }
}
