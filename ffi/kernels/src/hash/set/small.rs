//! Files that are read whole: one thread reads a batch of them into one buffer, then hashes the
//! batch at once. SHA-256 and BLAKE2b work on many messages side by side.

use std::io::{ErrorKind, Read};
use std::sync::atomic::Ordering;

use super::large::Large;
use super::reason::Reason;
use super::walk::Kind;
use super::{Results, Work, lock};
use crate::fault::Error;
use crate::hash::file::buffer;
use crate::hash::hasher::blake2b_params;
use crate::hash::place::Opened;
use crate::hash::spec::Algorithm;
use crate::hash::{digest_with, sha256};
use crate::simd::sha256::BLOCK_BYTES;
use crate::simd::sha256_lanes::Lanes;

/// Bytes of a batch, paddings included: it stays in the second-level cache.
const BATCH_BYTES: usize = 256 << 10;

/// Files above this many bytes are streamed.
const SMALL_BYTES_MAX: usize = 64 << 10;

/// A file in the batch.
struct Message {
    index: usize,
    at: usize,
    length: usize,
    executable: bool,
}

struct Batch<'a> {
    work: &'a Work<'a>,
    bytes: Vec<u8>,
    filled: usize,
    messages: Vec<Message>,
    results: Results<'a>,
    lanes: Lanes,
}

/// One thread's share: takes files until none is left.
pub(super) fn work(work: &Work<'_>) -> Result<(), Error> {
    let mut batch = Batch {
        work,
        // A single small file needs no large buffer.
        bytes: buffer(if work.tree.found.len() == 1 {
            SMALL_BYTES_MAX + 256
        } else {
            BATCH_BYTES
        })?,
        filled: 0,
        messages: Vec::new(),
        results: Results::new(work),
        lanes: Lanes::best(),
    };
    loop {
        let index = work.next.fetch_add(1, Ordering::Relaxed);
        let Some(found) = work.tree.found.get(index) else { break };
        if index.is_multiple_of(16) {
            work.check()?;
        }
        let taken = match found.kind {
            Kind::Failed(reason) => Err(reason),
            Kind::Link => {
                work.tree.link_target(found).and_then(|target| batch.take_link(index, &target))
            }
            Kind::Given | Kind::File => batch.take_file(index),
        };
        if let Err(reason) = taken {
            batch.results.failed(index, reason);
            work.tell(0, 1);
        }
    }
    batch.hash();
    Ok(())
}

impl Batch<'_> {
    fn take_link(&mut self, index: usize, target: &[u8]) -> Result<(), Reason> {
        if target.len() > SMALL_BYTES_MAX {
            return Err(Reason::NameTooLong);
        }
        let at = self.room(target.len());
        self.bytes[at..at + target.len()].copy_from_slice(target);
        self.push(Message { index, at, length: target.len(), executable: false });
        Ok(())
    }

    fn take_file(&mut self, index: usize) -> Result<(), Reason> {
        let opened = self.work.open(index)?;
        let Opened { file, facts, .. } = &opened;
        let mut file = file;
        if facts.size > SMALL_BYTES_MAX as u64 {
            return self.leave(index, facts.size);
        }
        let length = facts.size as usize;
        let at = self.room(length);
        // One byte more than the file should have: a read that stops before it was the last one.
        let room = &mut self.bytes[at..=at + length];
        let mut read = 0;
        while read < length.max(1) {
            match file.read(&mut room[read..]) {
                Ok(0) => break,
                Ok(count) => read += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Reason::of(&error)),
            }
        }
        if length == 0 && read > 0 {
            // Files that the system makes up say 0 bytes and have more.
            return self.leave(index, 0);
        }
        if read > length || !opened.is_unchanged() {
            return Err(Reason::Changed);
        }
        self.push(Message { index, at, length: read, executable: facts.is_executable });
        Ok(())
    }

    /// Leaves a file to the second part.
    fn leave(&self, index: usize, size: u64) -> Result<(), Reason> {
        lock(&self.work.large).push(Large { index, size });
        Ok(())
    }

    /// Where a message of this length may begin, with its padding behind it.
    fn room(&mut self, length: usize) -> usize {
        if self.filled + sha256::padded(length) + BLOCK_BYTES > self.bytes.len() {
            self.hash();
        }
        self.filled
    }

    fn push(&mut self, message: Message) {
        self.filled = message.at + sha256::padded(message.length);
        self.messages.push(message);
    }

    /// Hashes the batch and begins another one.
    fn hash(&mut self) {
        if self.messages.is_empty() {
            return;
        }
        let spec = self.work.spec;
        // Messages of like lengths side by side, the longest first.
        self.messages.sort_by_key(|message| std::cmp::Reverse(message.length));
        let messages = &self.messages;
        let results = &mut self.results;
        let mut give = |message: &Message, digest: &[u8]| {
            results.hashed(message.index, message.length as u64, message.executable, digest);
        };
        match spec.algorithm {
            Algorithm::Sha256 => {
                let spans: Vec<_> = messages.iter().map(|m| (m.at, m.length)).collect();
                let digests = sha256::digest_all(self.lanes, &mut self.bytes, &spans);
                messages.iter().zip(&digests).for_each(|(message, digest)| give(message, digest));
            }
            Algorithm::Blake2b => {
                let params = blake2b_params(spec);
                let bytes = |m: &Message| &self.bytes[m.at..m.at + m.length];
                let mut jobs: Vec<_> = messages
                    .iter()
                    .map(|m| blake2b_simd::many::HashManyJob::new(&params, bytes(m)))
                    .collect();
                blake2b_simd::many::hash_many(jobs.iter_mut());
                for (message, job) in messages.iter().zip(&jobs) {
                    give(message, job.to_hash().as_bytes());
                }
            }
            _ => {
                for message in messages {
                    let bytes = &self.bytes[message.at..message.at + message.length];
                    give(message, &digest_with(spec, bytes));
                }
            }
        }
        let bytes = messages.iter().map(|message| message.length as u64).sum();
        self.work.tell(bytes, messages.len() as u64);
        self.messages.clear();
        self.filled = 0;
    }
}
