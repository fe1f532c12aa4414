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

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::blake3_tree::{THREADS_MAX, cores};
use super::place::{self, Opened, Place};
use super::spec::Spec;
use crate::config::Config;
use crate::control::Control;
use crate::fault::Error;
use large::Large;
use reason::Reason;
use walk::{Found, Kind, Tree};

/// Bytes of a record of [`FileSet::records`].
pub const RECORD_BYTES: usize = 16;

/// Bytes of all digests of a set, at most.
const DIGESTS_BYTES_MAX: usize = 1 << 30;

/// Bytes of digests that a thread keeps to itself.
const KEPT_BYTES: usize = 1 << 20;

/// Files that a thread should have at least: starting one costs some 50 µs.
const FILES_PER_THREAD: usize = 16;

/// What to hash and how.
pub struct SetOptions {
    pub spec: Spec,
    /// Files, and folders where `walks`.
    pub roots: Vec<String>,
    /// Files that were chosen in folders: each folder, then what was chosen below it.
    pub chosen: Vec<Vec<String>>,
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
    /// Reads the options of the boundary; `roots` are separated by NUL, and so is what is
    /// `chosen`, with a NUL more between the folders.
    pub fn of_config(config: &Config) -> Result<SetOptions, Error> {
        let paths = |text: &str| -> Vec<String> {
            text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect()
        };
        let chosen = config.text("chosen", "")?.split("\0\0").map(paths);
        Ok(SetOptions {
            spec: Spec::of_config(config)?,
            roots: paths(config.text("roots", "")?),
            chosen: chosen.filter(|group| !group.is_empty()).collect(),
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
    board: Board,
}

/// What came of the files.
#[derive(Default)]
struct Board {
    outcomes: Vec<Outcome>,
    /// One after the other; zeros for what failed.
    digests: Vec<u8>,
    length: usize,
}

impl Board {
    fn new(files: usize, length: usize) -> Result<Board, Error> {
        let bytes = files.checked_mul(length).filter(|&bytes| bytes <= DIGESTS_BYTES_MAX);
        let digests = super::file::buffer(bytes.ok_or(Error::OutOfMemory)?)?;
        let mut outcomes = Vec::new();
        outcomes.try_reserve_exact(files)?;
        outcomes.resize(files, Outcome::Failed(Reason::Changed));
        Ok(Board { outcomes, digests, length })
    }
}

impl FileSet {
    /// How many entries a run would have; nothing is read but folders.
    pub fn count(options: &SetOptions, control: &dyn Control) -> Result<usize, Error> {
        Ok(walk::walk(options, options.threads.max(1), control)?.found.len())
    }

    /// Walks and hashes.
    pub fn run(options: &SetOptions, control: &dyn Control) -> Result<FileSet, Error> {
        let threads = if options.threads == 0 { cores() } else { options.threads };
        let threads = threads.clamp(1, THREADS_MAX).min(options.max_open);
        let tree = walk::walk(options, threads, control)?;
        let board = Board::new(tree.found.len(), options.spec.length)?;
        let board = Work::new(options, &tree, board, threads, control).run()?;
        Ok(FileSet { found: tree.found, board })
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
        &self.board.digests
    }

    /// Bytes of a part: 0 the paths, 1 the digests, 2 the records, 3 the lines.
    pub fn part_length(&self, part: u32) -> usize {
        match part {
            0 => self.found.iter().map(|found| found.path.len() + 1).sum(),
            1 => self.board.digests.len(),
            2 => self.len() * RECORD_BYTES,
            _ => {
                let hex = 2 * self.board.length;
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
            1 => out.put(&self.board.digests),
            2 => self.put_records(&mut out),
            _ => {
                for (at, found) in self.hashed() {
                    let Board { digests, length, .. } = &self.board;
                    lines::put_line(&mut out, &digests[at * length..][..*length], &found.path);
                }
            }
        }
    }

    /// A record an entry, little-endian: what came of it (u8; see `reason`), whether it is
    /// executable (u8), two zeros, the system's number of an error (u32), bytes (f64).
    fn put_records(&self, out: &mut Out<'_>) {
        for (found, outcome) in self.found.iter().zip(&self.board.outcomes) {
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
        let outcomes = self.board.outcomes.iter();
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

/// What one thread has done and not yet handed over.
pub(super) struct Results<'a> {
    board: &'a Mutex<Board>,
    items: Vec<(usize, Outcome)>,
    /// Those of the items that have one, one after the other.
    digests: Vec<u8>,
}

impl<'a> Results<'a> {
    fn new(work: &'a Work<'_>) -> Results<'a> {
        Results { board: &work.board, items: Vec::new(), digests: Vec::new() }
    }

    fn hashed(&mut self, index: usize, size: u64, executable: bool, digest: &[u8]) {
        self.items.push((index, Outcome::Hashed { size, executable }));
        self.digests.extend_from_slice(digest);
        if self.digests.len() >= KEPT_BYTES {
            self.hand_over();
        }
    }

    fn failed(&mut self, index: usize, reason: Reason) {
        self.items.push((index, Outcome::Failed(reason)));
    }

    fn hand_over(&mut self) {
        let mut board = lock(self.board);
        let Board { outcomes, digests, length } = &mut *board;
        let mut at = 0;
        for (index, outcome) in self.items.drain(..) {
            outcomes[index] = outcome;
            if matches!(outcome, Outcome::Hashed { .. }) {
                let digest = &self.digests[at..][..*length];
                digests[index * *length..][..*length].copy_from_slice(digest);
                at += *length;
            }
        }
        self.digests.clear();
    }
}

impl Drop for Results<'_> {
    fn drop(&mut self) {
        self.hand_over();
    }
}

/// What the threads share.
pub(super) struct Work<'a> {
    spec: &'a Spec,
    tree: &'a Tree,
    board: Mutex<Board>,
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
        tree: &'a Tree,
        board: Board,
        threads: usize,
        control: &'a dyn Control,
    ) -> Work<'a> {
        Work {
            spec: &options.spec,
            tree,
            board: Mutex::new(board),
            threads,
            max_open: options.max_open,
            control,
            next: AtomicUsize::new(0),
            large: Mutex::default(),
            tally: Mutex::default(),
        }
    }

    fn run(self) -> Result<Board, Error> {
        let files = self.tree.found.len();
        self.control.files_total(files as u64);
        let helpers = self.threads.min(files.div_ceil(FILES_PER_THREAD)).max(1) - 1;
        in_threads(helpers, || small::work(&self))?;
        let mut large = std::mem::take(&mut *lock(&self.large));
        // The largest first, so that none is left alone at the end.
        large.sort_unstable_by_key(|file| (std::cmp::Reverse(file.size), file.index));
        if !large.is_empty() {
            let large = large::alone(&self, large)?;
            self.next.store(0, Ordering::Relaxed);
            let helpers = self.threads.min(large.len()).max(1) - 1;
            in_threads(helpers, || large::work(&self, &large))?;
        }
        Ok(self.board.into_inner().unwrap_or_else(PoisonError::into_inner))
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

    /// Opens a regular file; everything else is a failure.
    fn open(&self, index: usize) -> Result<Opened<'_>, Reason> {
        let found = &self.tree.found[index];
        let opened = if found.kind == Kind::Given {
            Place::Given(&found.path).open().map_err(|error| Reason::of(&error))?
        } else {
            let (root, path) = self.tree.below(found);
            Place::Below(root, path).open().map_err(|error| Reason::of_found(&error))?
        };
        match opened.facts.kind {
            place::Kind::File => Ok(opened),
            place::Kind::Folder => Err(Reason::Directory),
            _ => Err(Reason::Special),
        }
    }
}

/// A lock whose holder panicked holds counts and lists that are whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work` here and on helpers.
fn in_threads(helpers: usize, work: impl Fn() -> Result<(), Error> + Sync) -> Result<(), Error> {
    thread::scope(|scope| {
        // Where the system refuses a thread, the others do its share.
        let started: Vec<_> = (0..helpers)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, &work).ok())
            .collect();
        let mut ended = vec![work()];
        for helper in started {
            ended.push(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        ended.into_iter().collect()
    })
}
