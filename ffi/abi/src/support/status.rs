//! The statuses that exports return; `ffi/status.ts` holds the same numbers.

use fastpath_kernels::fault::Error;

/// All went well.
pub const OK: i32 = 0;
/// A batch is ready: take it, then push again with no data.
pub const MORE: i32 = 1;

/// Why a call did not do its work. The number is the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Failure {
    /// The input breaks a rule of its format; the handle's text has the details.
    Fault = -1,
    /// A kernel panicked; a handle it worked on is of no more use.
    Panic = -2,
    /// The handle is unknown, closed, of another kind, or a kernel panicked on it.
    BadHandle = -3,
    /// The caller broke the contract of the export.
    BadArgument = -4,
    /// The caller's control said stop.
    Cancelled = -5,
    /// A buffer could not be reserved.
    OutOfMemory = -6,
    /// The operating system refused; the handle's text (or `out`) has its words.
    Io = -7,
    /// Another call is using the handle.
    Busy = -8,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Failure {
        match error {
            Error::Fault(_) => Failure::Fault,
            Error::Cancelled => Failure::Cancelled,
            Error::Io(_) => Failure::Io,
            Error::OutOfMemory => Failure::OutOfMemory,
            Error::BadArgument(_) => Failure::BadArgument,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::from(&error)
    }
}
