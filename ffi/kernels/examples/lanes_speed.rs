//! The speed of every form of SHA-256 over many messages of one and of mixed lengths:
//! `cargo run --release --example lanes_speed`.

use std::hint::black_box;
use std::time::Instant;

use fastpath_kernels::simd::sha256::{BLOCK_BYTES, Block, INITIAL_STATE};
use fastpath_kernels::simd::sha256_lanes::{Job, Lanes};

fn main() {
    let data: Vec<Block> = vec![[7; BLOCK_BYTES]; 1 << 14];
    for (name, least, span) in [("64 blocks", 64, 1), ("16 to 80 blocks", 16, 64)] {
        for lanes in Lanes::all() {
            let mut best = f64::INFINITY;
            let mut bytes = 0;
            for _ in 0..30 {
                let mut lengths: Vec<usize> =
                    (0..88).map(|at: usize| least + at * 37 % span).collect();
                lengths.sort_unstable();
                bytes = lengths.iter().sum::<usize>() * BLOCK_BYTES;
                let mut at = 0;
                let mut jobs: Vec<_> = lengths
                    .into_iter()
                    .map(|length| {
                        at += length;
                        Job { state: INITIAL_STATE, blocks: &data[at - length..at] }
                    })
                    .collect();
                let start = Instant::now();
                lanes.compress_all(black_box(&mut jobs));
                best = best.min(start.elapsed().as_secs_f64());
            }
            println!("{name}, {}: {:.2} GB/s", lanes.name(), bytes as f64 / best / 1e9);
        }
    }
}
