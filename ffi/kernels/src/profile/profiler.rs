//! The pass over an input. In one step chunk k is split into fields and digested, chunk k + 1 is
//! read, and the columns take the fields of chunk k - 1, all side by side.

use std::fs::File;
use std::io::{ErrorKind, Read};

use crate::block::Block;
use crate::config::Config;
use crate::control::Control;
use crate::fault::Error;
use crate::hash::{Algorithm, Digest, Hasher};
use crate::scan::{Scan, Scanner};
use crate::steady::SteadyFile;

use super::columns::{CHECK_ROWS, Columns, Filled, timed};
use super::jobs::Job;
use super::options::Options;
use super::report::{Totals, render};

/// Bytes of a chunk: a step of some milliseconds, so that starting threads for it costs little.
pub(super) const CHUNK_BYTES: usize = 2 << 20;

/// A profile under way.
pub struct Profiler {
    scan: ScanStage,
    digests: Vec<DigestStage>,
    columns: Columns,
    bytes_done: u64,
    read_nanos: u64,
    /// Blocks that the columns have not taken.
    ready: Vec<Filled>,
    /// Pushed bytes that do not make a chunk yet.
    pending: Vec<u8>,
    state: State,
}

enum State {
    Running,
    /// The result as JSON.
    Done(String),
    Failed(Error),
}

struct ScanStage {
    scanner: Box<dyn Scanner>,
    /// Rows that have been split so far.
    rows: u64,
    spare: Vec<Block>,
    nanos: u64,
}

struct DigestStage {
    algorithm: Algorithm,
    hasher: Hasher,
    nanos: u64,
}

impl ScanStage {
    /// Splits a chunk into blocks.
    fn run(
        &mut self,
        mut chunk: &[u8],
        last: bool,
        fresh: &mut Vec<Filled>,
        control: &dyn Control,
    ) -> Result<(), Error> {
        loop {
            let mut block = self.spare.pop().unwrap_or_default();
            let rows_max = (CHECK_ROWS - self.rows % CHECK_ROWS) as usize;
            let scan = self.scanner.scan(&mut chunk, last, rows_max, &mut block)?;
            self.rows += block.rows as u64;
            if block.rows > 0 {
                fresh.push(Filled { block, end: self.rows });
            } else {
                self.spare.push(block);
            }
            if scan == Scan::Hungry {
                return Ok(());
            }
            if control.cancelled() {
                return Err(Error::Cancelled);
            }
        }
    }
}

/// Fills `chunk` from the file; it stays shorter than a chunk only at the end.
fn read_chunk(file: &mut SteadyFile, chunk: &mut Vec<u8>) -> Result<(), Error> {
    chunk.resize(CHUNK_BYTES, 0);
    let mut length = 0;
    while length < CHUNK_BYTES {
        match file.read(&mut chunk[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    chunk.truncate(length);
    Ok(())
}

impl Profiler {
    /// A profiler of nothing yet.
    ///
    /// # Errors
    /// `BadArgument` for an option's value.
    pub fn open(config: &Config) -> Result<Profiler, Error> {
        let Options { scanner, memory, digests, threads } = Options::from_config(config)?;
        let digest =
            |algorithm| DigestStage { algorithm, hasher: Hasher::new(algorithm), nanos: 0 };
        Ok(Profiler {
            scan: ScanStage { scanner, rows: 0, spare: Vec::new(), nanos: 0 },
            digests: digests.into_iter().map(digest).collect(),
            columns: Columns::new(memory, threads),
            bytes_done: 0,
            read_nanos: 0,
            ready: Vec::new(),
            pending: Vec::new(),
            state: State::Running,
        })
    }

    /// Takes the next bytes of the input; `last` says that they are the end.
    ///
    /// # Errors
    /// The input's fault or whatever else stopped the pass; no call helps after that.
    pub fn push(&mut self, data: &[u8], last: bool, control: &dyn Control) -> Result<(), Error> {
        self.guarded(|profiler| profiler.take(data, last, control))
    }

    /// Profiles a whole file from where it stands. Plain reads: a file that is cut meanwhile is
    /// an error, not a dead process.
    ///
    /// # Errors
    /// As [`Profiler::push`].
    pub fn run_file(&mut self, file: File, control: &dyn Control) -> Result<(), Error> {
        self.guarded(|profiler| {
            let mut file = SteadyFile::new(file)?;
            let mut chunk = Vec::new();
            let mut next = Vec::new();
            chunk.try_reserve_exact(CHUNK_BYTES)?;
            next.try_reserve_exact(CHUNK_BYTES)?;
            read_chunk(&mut file, &mut chunk)?;
            while !chunk.is_empty() {
                profiler.step(&chunk, false, Some((&mut file, &mut next)), control)?;
                std::mem::swap(&mut chunk, &mut next);
            }
            profiler.take(&[], true, control)
        })
    }

    /// The result as JSON; empty before the end and after a failure.
    pub fn text(&self) -> String {
        match &self.state {
            State::Done(text) => text.clone(),
            State::Running | State::Failed(_) => String::new(),
        }
    }

    /// Keeps the first failure and frees what is of no more use.
    fn guarded(
        &mut self,
        work: impl FnOnce(&mut Profiler) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match &self.state {
            State::Running => {}
            State::Done(_) => return Err(Error::BadArgument("profile is finished")),
            State::Failed(error) => return Err(error.clone()),
        }
        let result = work(self);
        if let Err(error) = &result {
            self.state = State::Failed(error.clone());
            self.columns = Columns::new(0, 1);
            self.ready = Vec::new();
        }
        result
    }

    fn take(&mut self, mut data: &[u8], last: bool, control: &dyn Control) -> Result<(), Error> {
        while self.pending.len() + data.len() >= CHUNK_BYTES {
            let (head, rest) = data.split_at(CHUNK_BYTES - self.pending.len());
            data = rest;
            if self.pending.is_empty() {
                self.step(head, false, None, control)?;
                continue;
            }
            self.pending.extend_from_slice(head);
            let mut chunk = std::mem::take(&mut self.pending);
            self.step(&chunk, false, None, control)?;
            chunk.clear();
            self.pending = chunk;
        }
        if !data.is_empty() {
            // Doubles up to a chunk: a small input takes little.
            self.pending.try_reserve(data.len())?;
            self.pending.extend_from_slice(data);
        }
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        if last { self.finish(control) } else { Ok(()) }
    }

    fn step(
        &mut self,
        chunk: &[u8],
        last: bool,
        next: Option<(&mut SteadyFile, &mut Vec<u8>)>,
        control: &dyn Control,
    ) -> Result<(), Error> {
        let blocks = std::mem::take(&mut self.ready);
        let fresh = &mut self.ready;
        let scan = &mut self.scan;
        let mut jobs = vec![Job::new(scan.nanos, || {
            let mut nanos = 0;
            let result = timed(&mut nanos, || scan.run(chunk, last, fresh, control));
            scan.nanos = nanos;
            result
        })];
        for DigestStage { hasher, nanos, .. } in &mut self.digests {
            jobs.push(Job::new(*nanos, move || {
                timed(nanos, || hasher.update(chunk));
                Ok(())
            }));
        }
        if let Some((file, buffer)) = next {
            let nanos = &mut self.read_nanos;
            jobs.push(Job::new(*nanos, move || timed(nanos, || read_chunk(file, buffer))));
        }
        self.columns.take(&blocks, jobs, control)?;
        self.scan.spare.extend(blocks.into_iter().map(|filled| filled.block));
        self.bytes_done += chunk.len() as u64;
        control.progress(self.bytes_done);
        Ok(())
    }

    fn finish(&mut self, control: &dyn Control) -> Result<(), Error> {
        let chunk = std::mem::take(&mut self.pending);
        self.step(&chunk, true, None, control)?;
        let blocks = std::mem::take(&mut self.ready);
        self.columns.take(&blocks, Vec::new(), control)?;
        // Their memory is better used by the sorts.
        drop((chunk, blocks));
        self.scan.spare = Vec::new();
        let names = self.scan.scanner.names();
        let figures = self.columns.finish(names.len(), control)?;
        let digests = self.digests.drain(..).map(|stage| (stage.algorithm, stage.hasher.finish()));
        let digests: Vec<(Algorithm, Digest)> = digests.collect();
        let totals = Totals { rows: self.columns.rows, bytes: self.bytes_done, digests: &digests };
        self.state = State::Done(render(&totals, names, &figures));
        Ok(())
    }
}
