//! Reads files on several threads; each is digested and checked by the thread that read it.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use memchr::{memchr, memchr_iter};

use super::lexer::{SqlFault, SqlParts, scan_sql};
use super::marks::Include;
use crate::control::Control;
use crate::fault::Error;
use crate::hash::{self, Algorithm, Digest};

/// Files below this many are read by the calling thread: a thread takes longer to start.
const PARALLEL_FILES_MIN: usize = 24;

/// Threads at most; more only wait for the same disk.
const THREADS_MAX: usize = 16;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// How the reading of a file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    Read,
    /// The reason in a few words.
    Unreadable(String),
    /// It changed while it was read.
    Changed,
}

/// A fault of a text: its number at the boundary and its byte.
pub type TextFault = (u32, usize);

/// A file that was read, or was not.
#[derive(Debug)]
pub struct ScannedFile {
    pub status: Status,
    pub bytes: Vec<u8>,
    pub digest: Digest,
    pub fault: Option<TextFault>,
    pub has_bom: bool,
    pub crlf: Option<usize>,
    pub meta: Option<usize>,
    pub includes: Vec<Include>,
}

/// The files of one call, in the order of their paths.
#[derive(Debug)]
pub struct Scan {
    pub files: Vec<ScannedFile>,
}

impl Scan {
    /// Reads and checks files; `threads` 0 means as many as there are cores.
    pub fn run(paths: &[&str], threads: usize, control: &dyn Control) -> Result<Scan, Error> {
        let mut slots = Vec::new();
        slots.try_reserve_exact(paths.len())?;
        slots.resize_with(paths.len(), || None);
        let slots = Mutex::new(slots);
        let next = AtomicUsize::new(0);
        let is_full = AtomicBool::new(false);
        let work = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(path) = paths.get(index) else { return };
                if control.cancelled() || is_full.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(file) = scan_file(path) else {
                    is_full.store(true, Ordering::Relaxed);
                    return;
                };
                let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
                slots[index] = Some(file);
                drop(slots);
                control.progress(index as u64 + 1);
            }
        };
        let threads = threads_for(paths.len(), threads);
        thread::scope(|scope| {
            for _ in 1..threads {
                // Without another thread this one does it all.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        let slots = slots.into_inner().unwrap_or_else(PoisonError::into_inner);
        let files: Option<Vec<ScannedFile>> = slots.into_iter().collect();
        files.map(|files| Scan { files }).ok_or(Error::OutOfMemory)
    }

    /// Bytes of all files together.
    pub fn total(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }
}

fn threads_for(files: usize, wanted: usize) -> usize {
    if files < PARALLEL_FILES_MIN {
        return 1;
    }
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = if wanted == 0 { cores() } else { wanted };
    threads.min(THREADS_MAX)
}

fn scan_file(path: &str) -> Result<ScannedFile, Error> {
    let (status, bytes) = match hash::read_whole(path) {
        Ok(Some(bytes)) => (Status::Read, bytes),
        Ok(None) => (Status::Changed, Vec::new()),
        Err(error) if error.kind() == ErrorKind::OutOfMemory => return Err(Error::OutOfMemory),
        Err(error) => (Status::Unreadable(words_of(&error)), Vec::new()),
    };
    Ok(check(status, bytes))
}

/// The words of `src/files.ts`.
fn words_of(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::IsADirectory => "it is a directory".to_owned(),
        _ => error.to_string(),
    }
}

fn check(status: Status, bytes: Vec<u8>) -> ScannedFile {
    let digest = hash::digest(Algorithm::Sha256, &bytes);
    let has_bom = bytes.starts_with(BOM);
    let skipped = if has_bom { BOM.len() } else { 0 };
    let text = &bytes[skipped..];
    let mut parts = SqlParts::default();
    let fault = encoding_fault(text)
        .or_else(|| scan_sql(text, &mut parts).err().map(number_of))
        .map(|(number, at)| (number, at + skipped));
    for include in &mut parts.includes {
        include.start += skipped;
        include.end += skipped;
        include.path_start += skipped;
        include.path_end += skipped;
    }
    let crlf = memchr_iter(b'\r', &bytes).find(|at| bytes.get(at + 1) == Some(&b'\n'));
    ScannedFile {
        meta: parts.meta.map(|at| at + skipped),
        includes: parts.includes,
        status,
        digest,
        fault,
        has_bom,
        crlf,
        bytes,
    }
}

/// Numbers of the boundary; `src/schema/_scan_native.ts` has the same.
fn number_of(fault: SqlFault) -> TextFault {
    match fault {
        SqlFault::Quote(at) => (3, at),
        SqlFault::Identifier(at) => (4, at),
        SqlFault::Comment(at) => (5, at),
        SqlFault::DollarQuote(at) => (6, at),
        SqlFault::CopyData(at) => (7, at),
        SqlFault::Parenthesis(at) => (8, at),
        SqlFault::Body(at) => (9, at),
        SqlFault::If(at) => (10, at),
    }
}

fn encoding_fault(text: &[u8]) -> Option<TextFault> {
    let nul = memchr(0, text);
    let bad = simdutf8::compat::from_utf8(text).err().map(|error| error.valid_up_to());
    match (bad, nul) {
        (Some(bad), nul) if nul.is_none_or(|nul| bad < nul) => Some((1, bad)),
        (_, nul) => nul.map(|nul| (2, nul)),
    }
}
