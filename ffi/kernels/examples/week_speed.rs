//! Time of the week sums over a million rows: `cargo run --release --example week_speed`.

use std::time::Instant;

use fastpath_kernels::control::Unwatched;
use fastpath_kernels::stats::{Bits, Numbers, Tasks, week_sums};

const ROWS: usize = 1_000_000;

fn main() {
    let mut state = 1_u32;
    let mut below = |limit: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        ((u64::from(state) * u64::from(limit)) >> 32) as i32
    };
    let mut column = |limit: u32| -> Vec<[u8; 4]> {
        (0..ROWS).map(|_| (1 + below(limit)).to_le_bytes()).collect()
    };
    let (weeks, durations, scores, projects) = (column(52), column(40_000), column(5), column(39));
    let bits: Vec<u8> = column(256).iter().zip(column(256)).map(|(a, b)| a[0] | b[0]).collect();
    let validity = Some(&bits[..]);
    let tasks = Tasks {
        weeks: &weeks,
        week_valid: Bits::default(),
        week_codes: None,
        durations: Numbers::new(1, durations.as_flattened(), None).expect("whole"),
        scores: Numbers::new(1, scores.as_flattened(), validity).expect("whole"),
        projects: &projects,
        project_valid: Bits::new(validity, ROWS).expect("long enough"),
        project_codes: 40,
    };
    let mut best = f64::INFINITY;
    for _ in 0..30 {
        let start = Instant::now();
        let sums = week_sums(&tasks, &Unwatched).expect("no fault");
        best = best.min(start.elapsed().as_secs_f64());
        assert_eq!(sums.weeks.len(), 52);
    }
    println!("{:.2} ns a row", best * 1e9 / ROWS as f64);
}
