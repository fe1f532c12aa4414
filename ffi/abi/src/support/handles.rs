//! What lives between two calls: hashers, readers, writers and profilers behind numbers.
//!
//! One call at a time uses a handle (others get `Busy`), a panic poisons it (later calls get
//! `BadHandle`), closing forgets it. All state is behind locks: Deno's Workers share this image.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use fastpath_kernels::fault::Error;
use fastpath_kernels::hash::Hasher;
use fastpath_kernels::hash::set::{FileSet, SetOptions};
use fastpath_kernels::json::JsonStream;
use fastpath_kernels::profile::Profiler;
use fastpath_kernels::reader::Reader;
use fastpath_kernels::schema::Scan;
use fastpath_kernels::writer::Writer;

use super::status::Failure;

/// Handles that may be open at once; beyond it somebody forgets to close.
const HANDLES_MAX: usize = 1 << 16;

/// The kernel behind a handle.
pub enum Kernel {
    Hash(Box<Hasher>),
    /// A set of files: what to do, and what came of it once it has run.
    Set(Box<(SetOptions, FileSet)>),
    Json(Box<JsonStream>),
    Reader(Box<Reader>),
    Profile(Box<Profiler>),
    Writer(Box<Writer>),
    Schema(Box<Scan>),
    /// A hasher that has given its digest; the handle is about to close.
    Spent,
}

/// A kernel, and the text that waits to be read by `fp_handle_text`.
pub struct Slot {
    pub kernel: Kernel,
    text: Option<String>,
}

impl Slot {
    /// The waiting text: the last fault's details, else what the kernel says of its state.
    pub fn text(&mut self) -> &str {
        let kernel = &self.kernel;
        self.text.get_or_insert_with(|| match kernel {
            Kernel::Hash(_)
            | Kernel::Set(_)
            | Kernel::Json(_)
            | Kernel::Writer(_)
            | Kernel::Schema(_)
            | Kernel::Spent => String::new(),
            Kernel::Reader(reader) => reader.text(),
            Kernel::Profile(profiler) => profiler.text(),
        })
    }

    /// Forgets the waiting text, because the kernel is about to change.
    pub fn clear_text(&mut self) {
        self.text = None;
    }

    /// Keeps a text that was asked for as the waiting one.
    pub fn keep_text(&mut self, text: String) {
        self.text = Some(text);
    }

    /// Keeps the details of an error as the waiting text and gives its status.
    pub fn fail(&mut self, error: Error) -> Failure {
        let failure = Failure::from(&error);
        self.text = match error {
            Error::Fault(fault) => Some(fault.to_json()),
            Error::Io(words) => Some(words),
            Error::BadArgument(reason) => Some(reason.to_owned()),
            Error::Cancelled | Error::OutOfMemory => None,
        };
        failure
    }
}

#[derive(Default)]
struct Registry {
    slots: HashMap<u32, Arc<Mutex<Slot>>>,
    last: u32,
}

static REGISTRY: Mutex<Option<Registry>> = Mutex::new(None);

/// The registry. It is never left half changed, so a poisoned lock is as good as another.
fn registry() -> MutexGuard<'static, Option<Registry>> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives a kernel a handle: a number above 0.
pub fn open(kernel: Kernel) -> Result<i32, Failure> {
    let mut guard = registry();
    let registry = guard.get_or_insert_default();
    if registry.slots.len() >= HANDLES_MAX || registry.slots.try_reserve(1).is_err() {
        return Err(Failure::OutOfMemory);
    }
    let mut handle = registry.last;
    loop {
        handle = if handle >= i32::MAX as u32 { 1 } else { handle + 1 };
        if !registry.slots.contains_key(&handle) {
            break;
        }
    }
    registry.last = handle;
    registry.slots.insert(handle, Arc::new(Mutex::new(Slot { kernel, text: None })));
    Ok(handle as i32)
}

/// Runs `body` on a handle that nobody else uses at the moment.
pub fn with<T>(
    handle: u32,
    body: impl FnOnce(&mut Slot) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let slot = find(handle)?;
    let mut slot = lock(&slot)?;
    body(&mut slot)
}

/// Takes a handle out; a call that is still using it keeps it alive until it returns.
pub fn close(handle: u32) -> Result<(), Failure> {
    let taken = registry().as_mut().and_then(|registry| registry.slots.remove(&handle));
    // The kernel is dropped here, after the registry's lock is released.
    taken.map(drop).ok_or(Failure::BadHandle)
}

fn find(handle: u32) -> Result<Arc<Mutex<Slot>>, Failure> {
    let guard = registry();
    let slots = guard.as_ref().map(|registry| &registry.slots);
    slots.and_then(|slots| slots.get(&handle)).cloned().ok_or(Failure::BadHandle)
}

fn lock(slot: &Mutex<Slot>) -> Result<MutexGuard<'_, Slot>, Failure> {
    slot.try_lock().map_err(|error| match error {
        TryLockError::Poisoned(_) => Failure::BadHandle,
        TryLockError::WouldBlock => Failure::Busy,
    })
}
