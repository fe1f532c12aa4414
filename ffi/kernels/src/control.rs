//! How a caller watches and stops a long kernel, without the kernel knowing about shared memory.

/// Seen by a kernel at least once per block of work (well below 50 ms apart).
pub trait Control: Sync {
    /// True once the caller wants the kernel to stop; the kernel then returns `Error::Cancelled`.
    fn cancelled(&self) -> bool;
    /// Tells the caller how many bytes of the input are done.
    fn progress(&self, bytes_done: u64);
    /// Tells the caller how many files of a set there are.
    fn files_total(&self, _files: u64) {}
    /// Tells the caller how many files of a set are done.
    fn files(&self, _files_done: u64) {}
}

/// A control that never cancels and listens to nothing.
pub struct Unwatched;

impl Control for Unwatched {
    fn cancelled(&self) -> bool {
        false
    }
    fn progress(&self, _bytes_done: u64) {}
}
