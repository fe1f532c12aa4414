//! Digests of files. BLAKE3 hashes disjoint ranges on several threads; SHA-256 has to go from
//! front to back and does so on one. A pipe is read by a thread of its own, so that a wait for its
//! writer can be cancelled. No mmap: a file that shrinks would kill the process.
//!
//! A thread that reads a regular file ahead for SHA-256 was measured and left out: handing blocks
//! from core to core cost more than the copy it hid (1 GiB, SHA-NI: 775 ms against 670 ms).

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::blake3_tree::{self, Source, THREADS_MAX};
use super::place::{Kind, Opened, Place};
use super::{Algorithm, Digest, Hasher, Spec};
use crate::control::Control;
use crate::fault::Error;
use crate::steady::CHANGED;

/// Bytes per read of a thread, and between two looks at the control: small enough to stay in the
/// second-level cache (64 KiB is 3 % slower, 1 MiB no faster).
const READ_BYTES: usize = 256 << 10;

/// Bytes per block that is read ahead from a pipe; a Linux pipe holds 64 KiB.
const AHEAD_BYTES: usize = 64 << 10;

/// Blocks read ahead at most.
const AHEAD_BLOCKS: usize = 4;

/// Files below this many bytes are read by the calling thread alone.
const PARALLEL_BYTES_MIN: u64 = 1 << 20;

/// How long a wait for the reading thread may keep the control unseen.
const WAIT: Duration = Duration::from_millis(5);

/// The digest of the file at a path; `threads` 0 means as many as there are cores. A pipe is read
/// to its end.
pub fn hash_path(
    spec: &Spec,
    path: &str,
    threads: usize,
    control: &dyn Control,
) -> Result<Digest, Error> {
    hash_file(spec, &Opened::new(File::open(path)?, Place::Given(path))?, threads, control)
}

/// The digest of a whole file. A regular file that changes while it is read, or that does not
/// stand at its place any more, is an error: its digest would be of bytes that never stood in the
/// file together, or that nobody finds there.
pub(super) fn hash_file(
    spec: &Spec,
    opened: &Opened<'_>,
    threads: usize,
    control: &dyn Control,
) -> Result<Digest, Error> {
    let threads = if threads == 0 { blake3_tree::cores() } else { threads };
    let threads = threads.min(THREADS_MAX);
    let Opened { file, facts, .. } = opened;
    if facts.kind != Kind::File {
        return hash_ahead(spec, file, control);
    }
    let is_parallel =
        spec.algorithm == Algorithm::Blake3 && threads > 1 && facts.size >= PARALLEL_BYTES_MIN;
    let digest =
        if is_parallel { hash_ranges(spec, file, facts.size, threads, control)? } else { None };
    let digest = match digest {
        Some(digest) => digest,
        None if is_parallel && !opened.is_unchanged() => return Err(changed()),
        None => hash_alone(spec, file, opened.limit(), control)?,
    };
    if opened.is_unchanged() { Ok(digest) } else { Err(changed()) }
}

fn changed() -> Error {
    Error::Io(CHANGED.to_owned())
}

pub(super) fn buffer(bytes: usize) -> Result<Vec<u8>, Error> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(bytes)?;
    buffer.resize(bytes, 0);
    Ok(buffer)
}

/// Fills the buffer as far as the file reaches; a short count means the end.
pub(super) fn read_full(mut file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Reads and hashes in turns.
fn hash_alone(
    spec: &Spec,
    file: &File,
    limit: u64,
    control: &dyn Control,
) -> Result<Digest, Error> {
    let mut hasher = Hasher::with(spec);
    let mut buffer = buffer(READ_BYTES)?;
    let mut done = 0;
    loop {
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        let read = read_full(file, &mut buffer)?;
        hasher.update(&buffer[..read]);
        done += read as u64;
        if done > limit {
            return Err(changed());
        }
        control.progress(done);
        if read < buffer.len() {
            return Ok(hasher.finish());
        }
    }
}

/// Hashes here while another thread reads. The other thread is not waited for: when the caller
/// cancels it may hang in a read from a pipe, and ends by itself when that read returns.
fn hash_ahead(spec: &Spec, file: &File, control: &dyn Control) -> Result<Digest, Error> {
    let file = file.try_clone()?;
    let (full_in, full_out) = sync_channel(AHEAD_BLOCKS);
    let (empty_in, empty_out) = sync_channel(AHEAD_BLOCKS);
    for _ in 0..AHEAD_BLOCKS {
        // The channel holds as many, so this never waits; its other end is still here.
        let _ = empty_in.send(buffer(AHEAD_BYTES)?);
    }
    thread::Builder::new().spawn(move || read_ahead(&file, &empty_out, &full_in))?;
    let mut hasher = Hasher::with(spec);
    let mut done = 0;
    loop {
        let (block, read) = next_block(&full_out, control)?;
        hash_block(&mut hasher, &block[..read], control)?;
        done += read as u64;
        control.progress(done);
        if read == 0 {
            return Ok(hasher.finish());
        }
        // Nobody reads any more once the end or an error is on its way: nothing to do then.
        let _ = empty_in.try_send(block);
    }
}

/// Hashes a block with looks at the control between: a scalar SHA-256 on a busy machine is slow.
fn hash_block(hasher: &mut Hasher, block: &[u8], control: &dyn Control) -> Result<(), Error> {
    for piece in block.chunks(READ_BYTES) {
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        hasher.update(piece);
    }
    Ok(())
}

type Block = Vec<u8>;

/// The reading thread: fills empty blocks until the end, an error, or until nobody listens.
/// A pipe's block is handed over as soon as it holds anything, so that slow writers show.
fn read_ahead(
    mut file: &File,
    empty: &Receiver<Block>,
    full: &SyncSender<io::Result<(Block, usize)>>,
) {
    while let Ok(mut block) = empty.recv() {
        let read = loop {
            match file.read(&mut block) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        let ended = !matches!(read, Ok(count) if count > 0);
        if full.send(read.map(|count| (block, count))).is_err() || ended {
            return;
        }
    }
}

fn next_block(
    full: &Receiver<io::Result<(Block, usize)>>,
    control: &dyn Control,
) -> Result<(Block, usize), Error> {
    loop {
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        match full.recv_timeout(WAIT) {
            Ok(result) => return Ok(result?),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::Io("the reading thread ended early".to_owned()));
            }
        }
    }
}

/// A regular file's ranges for the threads of [`blake3_tree`].
struct Ranges<'a> {
    file: &'a File,
    control: &'a dyn Control,
    /// Bytes hashed by all threads; locked while it is told, so that it never runs backwards.
    done: Mutex<u64>,
    /// Whether the file has fewer bytes than it says.
    is_short: AtomicBool,
}

/// None if the file has fewer bytes than it says; it is then to be read once more.
fn hash_ranges(
    spec: &Spec,
    file: &File,
    length: u64,
    threads: usize,
    control: &dyn Control,
) -> Result<Option<Digest>, Error> {
    let is_short = AtomicBool::new(false);
    let ranges = Ranges { file, control, done: Mutex::new(0), is_short };
    let digest = blake3_tree::digest_source(spec, &ranges, length, threads);
    if !ranges.is_short.into_inner() {
        return digest.map(Some);
    }
    let mut file = file;
    file.rewind()?;
    Ok(None)
}

impl Source for Ranges<'_> {
    fn feed(
        &self,
        offset: u64,
        length: u64,
        scratch: &mut Vec<u8>,
        hasher: &mut blake3::Hasher,
    ) -> Result<(), Error> {
        if scratch.is_empty() {
            *scratch = buffer(READ_BYTES)?;
        }
        let end = offset + length;
        let mut at = offset;
        while at < end {
            if self.control.cancelled() {
                return Err(Error::Cancelled);
            }
            let wanted = scratch.len().min((end - at).try_into().unwrap_or(usize::MAX));
            let read = read_at(self.file, &mut scratch[..wanted], at)?;
            if read == 0 {
                self.is_short.store(true, Ordering::Relaxed);
                return Err(changed());
            }
            hasher.update(&scratch[..read]);
            at += read as u64;
            let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            *done += read as u64;
            self.control.progress(*done);
        }
        Ok(())
    }
}

/// Reads at a position without moving the file's own.
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        #[cfg(unix)]
        let result = std::os::unix::fs::FileExt::read_at(file, buffer, offset);
        #[cfg(windows)]
        let result = std::os::windows::fs::FileExt::seek_read(file, buffer, offset);
        match result {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
