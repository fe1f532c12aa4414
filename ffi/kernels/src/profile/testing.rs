//! What the profiler's tests share: a seeded generator and controls that stop.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::config::Config;
use crate::control::Control;

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// Says stop after some number of looks, and remembers the bytes done.
pub struct StopAfter {
    looks_left: AtomicU64,
    pub bytes_done: AtomicU64,
}

impl StopAfter {
    pub fn looks(count: u64) -> StopAfter {
        StopAfter { looks_left: AtomicU64::new(count), bytes_done: AtomicU64::new(0) }
    }
}

impl Control for StopAfter {
    fn cancelled(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        self.looks_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_err()
    }

    fn progress(&self, bytes_done: u64) {
        self.bytes_done.store(bytes_done, Ordering::Relaxed);
    }
}

/// A config with these entries.
pub fn config(entries: &[(&str, &str)]) -> Config {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        bytes.push(key.len() as u8);
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    Config::parse(&bytes).unwrap()
}
