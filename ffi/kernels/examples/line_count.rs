//! Prints how many 10^9 bytes a second one thread counts lines with memchr: the measure of a
//! machine's memory that `bench/versus` names beside a parser's figure.

use std::time::Instant;

fn main() {
    let path = std::env::args().nth(1).expect("usage: line_count FILE");
    let bytes = std::fs::read(path).expect("the file can be read");
    let mut best = f64::INFINITY;
    let mut lines = 0;
    for _ in 0..20 {
        let start = Instant::now();
        lines = memchr::memchr_iter(b'\n', &bytes).count();
        best = best.min(start.elapsed().as_secs_f64());
    }
    assert_eq!(lines, bytes.iter().filter(|&&byte| byte == b'\n').count());
    println!("{:.2}", bytes.len() as f64 / best / 1e9);
}
