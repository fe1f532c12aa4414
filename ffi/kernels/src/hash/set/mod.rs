//! Digests of many files in one call: roots are walked, the files sorted by name, small ones read
//! whole and hashed many at a time, large ones streamed. What cannot be read is named, the rest
//! goes on; a digest is given only for bytes that stood in the file together.

mod large;
mod lines;
mod reason;
mod small;
#[cfg(test)]
mod tests;
mod walk;

use std::fs::{File, OpenOptions};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::blake3_tree::{THREADS_MAX, cores};
use super::spec::Spec;
use crate::config::Config;
use crate::control::Control;
use crate::fault::Error;
use large::Large;
use reason::Reason;
use walk::{Found, Kind};

/// Bytes of a record of [`FileSet::records`].
pub const RECORD_BYTES: usize = 16;

/// Files that a thread should have at least: starting one costs some 50 µs.
const FILES_PER_THREAD: usize = 16;

/// What to hash and how.
pub struct SetOptions {
    pub spec: Spec,
    /// Files, and folders where `walks`.
    pub roots: Vec<String>,
    /// Whether folders are walked; otherwise they are failures.
    pub walks: bool,
    /// Whether links found in a walk are hashed by their target's text; otherwise left out.
    pub links: bool,
    /// Whether pipes, devices and sockets are left out; otherwise they are failures.
    pub skips_special: bool,
    /// Threads; 0 means as many as there are cores.
    pub threads: usize,
    /// Files open at once, at most.
    pub max_open: usize,
}

impl SetOptions {
    /// Reads the options of the boundary; `roots` are separated by NUL.
    pub fn of_config(config: &Config) -> Result<SetOptions, Error> {
        let roots = config.text("roots", "")?;
        Ok(SetOptions {
            spec: Spec::of_config(config)?,
            roots: roots.split('\0').filter(|root| !root.is_empty()).map(str::to_owned).collect(),
            walks: config.number("walk", 0)? != 0,
            links: config.number("links", 0)? != 0,
            skips_special: config.number("skipSpecial", 0)? != 0,
            threads: config.number("threads", 0)?.min(THREADS_MAX as u64) as usize,
            max_open: config.number("maxOpen", 64)?.clamp(1, 1 << 16) as usize,
        })
    }
}

/// What came of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Hashed { size: u64, executable: bool },
    Failed(Reason),
}

/// A file set after its run: the entries in the order of their names' bytes.
#[derive(Default)]
pub struct FileSet {
    found: Vec<Found>,
    outcomes: Vec<Outcome>,
    /// One after the other; zeros for what failed.
    digests: Vec<u8>,
    length: usize,
}

impl FileSet {
    /// How many entries a run would have; nothing is read but folders.
    pub fn count(options: &SetOptions, control: &dyn Control) -> Result<usize, Error> {
        Ok(walk::walk(options, options.threads.max(1), control)?.len())
    }

    /// Walks and hashes.
    pub fn run(options: &SetOptions, control: &dyn Control) -> Result<FileSet, Error> {
        let threads = if options.threads == 0 { cores() } else { options.threads };
        let threads = threads.clamp(1, THREADS_MAX).min(options.max_open);
        let found = walk::walk(options, threads, control)?;
        let work = Work::new(options, &found, threads, control);
        let done = work.run()?;
        let length = options.spec.length;
        let mut outcomes = Vec::new();
        outcomes.try_reserve_exact(found.len())?;
        outcomes.resize(found.len(), Outcome::Failed(Reason::Changed));
        let bytes = found.len().checked_mul(length).ok_or(Error::OutOfMemory)?;
        let mut digests = Vec::new();
        digests.try_reserve_exact(bytes)?;
        digests.resize(bytes, 0);
        for Done { index, outcome, at } in done.items {
            outcomes[index] = outcome;
            if matches!(outcome, Outcome::Hashed { .. }) {
                digests[index * length..][..length].copy_from_slice(&done.digests[at..][..length]);
            }
        }
        Ok(FileSet { found, outcomes, digests, length })
    }

    /// Entries, failures included.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The digests of all entries, one after the other; zeros for what failed.
    pub fn digests(&self) -> &[u8] {
        &self.digests
    }

    /// Bytes of a part: 0 the paths, 1 the digests, 2 the records, 3 the lines.
    pub fn part_length(&self, part: u32) -> usize {
        match part {
            0 => self.found.iter().map(|found| found.path.len() + 1).sum(),
            1 => self.digests.len(),
            2 => self.len() * RECORD_BYTES,
            _ => {
                let hex = 2 * self.length;
                self.hashed().map(|(_, found)| lines::line_length(hex, &found.path)).sum()
            }
        }
    }

    /// Writes a part into `out`, which is as long as it.
    pub fn put_part(&self, part: u32, out: &mut [u8]) {
        let mut out = Out(out);
        match part {
            0 => {
                for found in &self.found {
                    out.put(found.path.as_bytes());
                    out.put(&[0]);
                }
            }
            1 => out.put(&self.digests),
            2 => self.put_records(&mut out),
            _ => {
                for (at, found) in self.hashed() {
                    let digest = &self.digests[at * self.length..][..self.length];
                    lines::put_line(&mut out, digest, &found.path);
                }
            }
        }
    }

    /// A record an entry, little-endian: what came of it (u8; see `reason`), whether it is
    /// executable (u8), two zeros, the system's number of an error (u32), bytes (f64).
    fn put_records(&self, out: &mut Out<'_>) {
        for (found, outcome) in self.found.iter().zip(&self.outcomes) {
            let (state, executable, number, size) = match *outcome {
                Outcome::Hashed { size, executable } => {
                    (u8::from(found.kind == Kind::Link), executable, 0, size as f64)
                }
                Outcome::Failed(reason) => (reason.state(), false, reason.number(), 0.0),
            };
            out.put(&[state, u8::from(executable), 0, 0]);
            out.put(&number.to_le_bytes());
            out.put(&size.to_le_bytes());
        }
    }

    /// What has a digest, with its index.
    fn hashed(&self) -> impl Iterator<Item = (usize, &Found)> {
        let outcomes = self.outcomes.iter();
        let entries = self.found.iter().zip(outcomes).enumerate();
        entries.filter_map(|(at, (found, outcome))| {
            matches!(outcome, Outcome::Hashed { .. }).then_some((at, found))
        })
    }
}

/// Room that is written from front to back.
pub(super) struct Out<'a>(&'a mut [u8]);

impl<'a> Out<'a> {
    fn put(&mut self, bytes: &[u8]) {
        self.take(bytes.len()).copy_from_slice(bytes);
    }

    /// The next bytes, to be written by the caller.
    fn take(&mut self, length: usize) -> &'a mut [u8] {
        let (front, rest) = std::mem::take(&mut self.0).split_at_mut(length);
        self.0 = rest;
        front
    }
}

/// What one thread has done.
#[derive(Default)]
pub(super) struct Results {
    items: Vec<Done>,
    digests: Vec<u8>,
}

struct Done {
    index: usize,
    outcome: Outcome,
    /// Where the digest begins.
    at: usize,
}

impl Results {
    fn hashed(&mut self, index: usize, size: u64, executable: bool, digest: &[u8]) {
        let outcome = Outcome::Hashed { size, executable };
        self.items.push(Done { index, outcome, at: self.digests.len() });
        self.digests.extend_from_slice(digest);
    }

    fn failed(&mut self, index: usize, reason: Reason) {
        self.items.push(Done { index, outcome: Outcome::Failed(reason), at: 0 });
    }

    fn append(&mut self, other: Results) {
        let shift = self.digests.len();
        self.digests.extend_from_slice(&other.digests);
        self.items.extend(other.items.into_iter().map(|done| Done { at: done.at + shift, ..done }));
    }
}

/// What the threads share.
pub(super) struct Work<'a> {
    spec: &'a Spec,
    found: &'a [Found],
    threads: usize,
    max_open: usize,
    control: &'a dyn Control,
    /// The first file that no thread has taken.
    next: AtomicUsize,
    /// Files too large to be read whole, for the second part.
    large: Mutex<Vec<Large>>,
    tally: Mutex<Tally>,
}

#[derive(Default)]
struct Tally {
    bytes: u64,
    files: u64,
}

impl<'a> Work<'a> {
    fn new(
        options: &'a SetOptions,
        found: &'a [Found],
        threads: usize,
        control: &'a dyn Control,
    ) -> Work<'a> {
        Work {
            spec: &options.spec,
            found,
            threads,
            max_open: options.max_open,
            control,
            next: AtomicUsize::new(0),
            large: Mutex::default(),
            tally: Mutex::default(),
        }
    }

    fn run(&self) -> Result<Results, Error> {
        self.control.files_total(self.found.len() as u64);
        let mut results = Results::default();
        let helpers = self.threads.min(self.found.len().div_ceil(FILES_PER_THREAD)).max(1) - 1;
        in_threads(helpers, &mut results, || small::work(self))?;
        let mut large = std::mem::take(&mut *lock(&self.large));
        if large.is_empty() {
            return Ok(results);
        }
        // The largest first, so that none is left alone at the end.
        large.sort_unstable_by_key(|file| (std::cmp::Reverse(file.size), file.index));
        let large = large::alone(self, large, &mut results)?;
        self.next.store(0, Ordering::Relaxed);
        let helpers = self.threads.min(large.len()).max(1) - 1;
        in_threads(helpers, &mut results, || large::work(self, &large))?;
        Ok(results)
    }

    /// Counts work that is done, and tells it.
    fn tell(&self, bytes: u64, files: u64) {
        let mut tally = lock(&self.tally);
        tally.bytes += bytes;
        tally.files += files;
        self.control.progress(tally.bytes);
        self.control.files(tally.files);
    }

    fn check(&self) -> Result<(), Error> {
        if self.control.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Opens a file to read it. A link that was found in a walk is never followed, and opening
    /// does not wait for the writer of a pipe.
    fn open(&self, index: usize) -> Result<File, Reason> {
        let found = &self.found[index];
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            let follow = if found.kind == Kind::Given { 0 } else { libc::O_NOFOLLOW };
            options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | follow);
        }
        options.open(&found.path).map_err(|error| Reason::of(&error))
    }
}

/// A lock whose holder panicked holds counts and lists that are whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work` here and on helpers, and collects what they did.
fn in_threads(
    helpers: usize,
    results: &mut Results,
    work: impl Fn() -> Result<Results, Error> + Sync,
) -> Result<(), Error> {
    thread::scope(|scope| {
        // Where the system refuses a thread, the others do its share.
        let started: Vec<_> = (0..helpers)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, &work).ok())
            .collect();
        let mut parts = vec![work()];
        for helper in started {
            parts.push(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        for part in parts {
            results.append(part?);
        }
        Ok(())
    })
}
