//! Files that are streamed. SHA-256 and BLAKE2b read several at once and hash them side by side;
//! under BLAKE3 a file that outweighs the others takes all threads; every other is one thread's.

use std::sync::atomic::{AtomicU64, Ordering};

use super::reason::Reason;
use super::{Results, Work};
use crate::control::Control;
use crate::fault::Error;
use crate::hash::file::{self, buffer, read_full};
use crate::hash::hasher::blake2b_params;
use crate::hash::place::Opened;
use crate::hash::sha256;
use crate::hash::spec::{Algorithm, Spec};
use crate::simd::sha256::{BLOCK_BYTES, INITIAL_STATE, State};
use crate::simd::sha256_lanes::{Job, Lanes};

/// Bytes read at once of each of several files: sixteen of them stay in the second-level cache.
const STREAM_BYTES: usize = 64 << 10;

/// From here on all threads may work on one file under BLAKE3: below, starting them costs more
/// than there is to gain.
const ALONE_BYTES_MIN: u64 = 1 << 20;

/// A file for this part.
pub(super) struct Large {
    pub(super) index: usize,
    pub(super) size: u64,
}

/// Hashes the files that take all threads, one after the other; gives the others.
pub(super) fn alone(work: &Work<'_>, large: Vec<Large>) -> Result<Vec<Large>, Error> {
    if work.spec.algorithm != Algorithm::Blake3 || work.threads < 2 {
        return Ok(large);
    }
    // A file that is more than half of a thread's share would be waited for by the others.
    let share = large.iter().map(|file| file.size).sum::<u64>() / (2 * work.threads as u64);
    let (alone, others): (Vec<_>, Vec<_>) =
        large.into_iter().partition(|file| file.size >= ALONE_BYTES_MIN && file.size > share);
    let mut results = Results::new(work);
    for file in alone {
        hash_one(work, file.index, work.threads, &mut results)?;
    }
    Ok(others)
}

/// One thread's share: takes files until none is left.
pub(super) fn work(work: &Work<'_>, large: &[Large]) -> Result<(), Error> {
    let mut results = Results::new(work);
    let lanes = match work.spec.algorithm {
        Algorithm::Sha256 => Lanes::best().width(),
        Algorithm::Blake2b => blake2b_simd::many::degree(),
        _ => 0,
    };
    if lanes == 0 {
        while let Some(file) = large.get(work.next.fetch_add(1, Ordering::Relaxed)) {
            hash_one(work, file.index, 1, &mut results)?;
        }
        return Ok(());
    }
    let width = lanes.min(large.len().div_ceil(work.threads)).min(work.max_open / work.threads);
    Streams { work, large, width: width.max(1), open: Vec::new(), spare: Vec::new(), results }.run()
}

/// Hashes a file by itself on `threads` threads.
fn hash_one(
    work: &Work<'_>,
    index: usize,
    threads: usize,
    results: &mut Results<'_>,
) -> Result<(), Error> {
    let told = Told { work, bytes: AtomicU64::new(0) };
    let opened = match work.open(index) {
        Ok(opened) => opened,
        Err(reason) => {
            results.failed(index, reason);
            work.tell(0, 1);
            return Ok(());
        }
    };
    match file::hash_file(work.spec, &opened, threads, &told) {
        Ok(digest) => {
            let size = told.bytes.load(Ordering::Relaxed);
            results.hashed(index, size, opened.facts.is_executable, &digest);
        }
        Err(Error::Io(words)) => results.failed(index, Reason::of_words(&words)),
        Err(error) => return Err(error),
    }
    work.tell(0, 1);
    Ok(())
}

/// A control that adds the progress of one file to that of all.
struct Told<'a> {
    work: &'a Work<'a>,
    bytes: AtomicU64,
}

impl Control for Told<'_> {
    fn cancelled(&self) -> bool {
        self.work.control.cancelled()
    }

    fn progress(&self, bytes_done: u64) {
        let before = self.bytes.swap(bytes_done, Ordering::Relaxed);
        self.work.tell(bytes_done.saturating_sub(before), 0);
    }
}

/// A file under way.
struct Stream<'a> {
    index: usize,
    opened: Opened<'a>,
    state: Chain,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are to be hashed.
    filled: usize,
    done: u64,
    ended: bool,
}

/// What is between two blocks of a message.
enum Chain {
    Sha256(State),
    Blake2b(Box<blake2b_simd::State>),
}

impl Chain {
    fn new(spec: &Spec) -> Chain {
        match spec.algorithm {
            Algorithm::Blake2b => Chain::Blake2b(Box::new(blake2b_params(spec).to_state())),
            _ => Chain::Sha256(INITIAL_STATE),
        }
    }
}

/// Several files under way side by side.
struct Streams<'a> {
    work: &'a Work<'a>,
    large: &'a [Large],
    width: usize,
    open: Vec<Stream<'a>>,
    /// Buffers of files that are done.
    spare: Vec<Vec<u8>>,
    results: Results<'a>,
}

impl<'a> Streams<'a> {
    fn run(mut self) -> Result<(), Error> {
        loop {
            self.work.check()?;
            while self.open.len() < self.width {
                let next = self.work.next.fetch_add(1, Ordering::Relaxed);
                let Some(file) = self.large.get(next) else { break };
                match self.begin(file.index)? {
                    Ok(stream) => self.open.push(stream),
                    Err(reason) => self.fail(file.index, reason),
                }
            }
            if self.open.is_empty() {
                return Ok(());
            }
            self.read();
            self.hash();
            self.end();
        }
    }

    fn begin(&mut self, index: usize) -> Result<Result<Stream<'a>, Reason>, Error> {
        let opened = match self.work.open(index) {
            Ok(opened) => opened,
            Err(reason) => return Ok(Err(reason)),
        };
        let buffer = match self.spare.pop() {
            Some(buffer) => buffer,
            // Room for the padding behind the last bytes.
            None => buffer(STREAM_BYTES + 2 * BLOCK_BYTES)?,
        };
        let state = Chain::new(self.work.spec);
        Ok(Ok(Stream { index, opened, state, buffer, filled: 0, done: 0, ended: false }))
    }

    fn fail(&mut self, index: usize, reason: Reason) {
        self.results.failed(index, reason);
        self.work.tell(0, 1);
    }

    /// Fills every buffer; files that cannot be read go.
    fn read(&mut self) {
        let mut bytes = 0;
        let mut at = 0;
        while let Some(stream) = self.open.get_mut(at) {
            let failed = match read_full(&stream.opened.file, &mut stream.buffer[..STREAM_BYTES]) {
                Err(error) => Some(Reason::of(&error)),
                Ok(read) => {
                    stream.done += read as u64;
                    stream.filled = read;
                    stream.ended = read < STREAM_BYTES;
                    bytes += read as u64;
                    (stream.done > stream.opened.limit()).then_some(Reason::Changed)
                }
            };
            match failed {
                None => at += 1,
                Some(reason) => {
                    let stream = self.open.swap_remove(at);
                    self.fail(stream.index, reason);
                }
            }
        }
        self.work.tell(bytes, 0);
    }

    /// Takes the buffers into the states.
    fn hash(&mut self) {
        let mut jobs = Vec::with_capacity(self.open.len());
        let mut pairs = Vec::new();
        for stream in &mut self.open {
            let Stream { state, buffer, filled, done, ended, .. } = stream;
            match state {
                Chain::Blake2b(state) => pairs.push((&mut **state, &buffer[..*filled])),
                Chain::Sha256(state) => {
                    let end = if *ended { sha256::pad(buffer, *filled, *done) } else { *filled };
                    let (blocks, _) = buffer[..end].as_chunks::<BLOCK_BYTES>();
                    jobs.push((Job { state: *state, blocks }, state));
                }
            }
        }
        if !pairs.is_empty() {
            blake2b_simd::many::update_many(pairs);
        }
        // Longest first: those at their end leave the lanes together.
        jobs.sort_by_key(|(job, _)| std::cmp::Reverse(job.blocks.len()));
        let (mut jobs, states): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
        Lanes::best().compress_all(&mut jobs);
        for (job, state) in jobs.into_iter().zip(states) {
            *state = job.state;
        }
    }

    /// Gives the digests of files that are at their end.
    fn end(&mut self) {
        let mut at = 0;
        while let Some(stream) = self.open.get(at) {
            if !stream.ended {
                at += 1;
                continue;
            }
            let Stream { index, opened, state, buffer, done, .. } = self.open.swap_remove(at);
            self.spare.push(buffer);
            if !opened.is_unchanged() {
                self.fail(index, Reason::Changed);
                continue;
            }
            let executable = opened.facts.is_executable;
            match state {
                Chain::Sha256(state) => {
                    self.results.hashed(index, done, executable, &sha256::digest_of(&state));
                }
                Chain::Blake2b(state) => {
                    self.results.hashed(index, done, executable, state.finalize().as_bytes());
                }
            }
            self.work.tell(0, 1);
        }
    }
}
