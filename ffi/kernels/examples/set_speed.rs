//! The speed of a set of files, and of the walk alone:
//! `cargo run --release --example set_speed FOLDER [ALGORITHM]`.

use std::time::Instant;

use fastpath_kernels::control::Unwatched;
use fastpath_kernels::hash::set::{FileSet, SetOptions};
use fastpath_kernels::hash::{Algorithm, Spec};

fn main() {
    let mut args = std::env::args().skip(1);
    let root = args.next().expect("a folder");
    let name = args.next().unwrap_or("sha256".to_owned());
    let algorithm = Algorithm::from_name(&name).expect("an algorithm");
    for threads in [1, 2] {
        let options = SetOptions {
            spec: Spec::plain(algorithm),
            roots: vec![root.clone()],
            chosen: Vec::new(),
            walks: true,
            links: false,
            skips_special: false,
            threads,
            max_open: 64,
        };
        let (mut walked, mut hashed, mut lined) = (f64::INFINITY, f64::INFINITY, f64::INFINITY);
        for _ in 0..9 {
            let start = Instant::now();
            let count = FileSet::count(&options, &Unwatched).expect("a walk");
            walked = walked.min(start.elapsed().as_secs_f64());
            let start = Instant::now();
            let set = FileSet::run(&options, &Unwatched).expect("digests");
            hashed = hashed.min(start.elapsed().as_secs_f64());
            let start = Instant::now();
            let mut out = vec![0; set.part_length(3)];
            set.put_part(3, &mut out);
            lined = lined.min(start.elapsed().as_secs_f64());
            assert_eq!(count, set.len());
        }
        let [walked, hashed, lined] = [walked, hashed, lined].map(|seconds| seconds * 1e3);
        println!(
            "{threads} thread(s): walk {walked:.1} ms, all {hashed:.1} ms, lines {lined:.1} ms"
        );
    }
}
