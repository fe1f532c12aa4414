//! Prints how long the digests of a file take in the kernels alone. `hash_speed FILE [ROUNDS]`.

use fastpath_kernels::control::Unwatched;
use fastpath_kernels::hash::{Algorithm, Spec, hash_path};
use std::time::Instant;

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("usage: hash_speed FILE [ROUNDS]");
    let rounds: usize = args.next().map_or(7, |text| text.parse().expect("rounds"));
    for algorithm in [Algorithm::Sha256, Algorithm::Blake3] {
        for threads in [1, 2] {
            let mut best = f64::INFINITY;
            for _ in 0..rounds {
                let start = Instant::now();
                hash_path(&Spec::plain(algorithm), &path, threads, &Unwatched).expect("a digest");
                best = best.min(start.elapsed().as_secs_f64());
            }
            println!("{} {threads} thread(s): {:.0} ms", algorithm.name(), best * 1e3);
        }
    }
}
