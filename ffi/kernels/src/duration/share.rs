//! How the rows of a large column are shared among threads.

use std::num::NonZero;
use std::thread;

/// From here on a column is worth threads.
const THREAD_ROWS: usize = 1_000_000;

/// More threads than this wait for memory.
const THREADS_MAX: usize = 16;

/// How many rows each thread takes: a multiple of 64, so that none shares a byte of a bitmap.
pub fn rows_per_thread(rows: usize) -> usize {
    if rows < THREAD_ROWS {
        return rows.max(1);
    }
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX);
    rows.div_ceil(cores).next_multiple_of(64)
}

/// Does every job, each in a thread of its own but the last, and gives the results in order. Where
/// the system refuses a thread, the job is done here.
pub fn run_all<J, R>(jobs: Vec<J>, work: impl Fn(J) -> R + Sync) -> Vec<R>
where
    J: Send,
    R: Send,
{
    let work = &work;
    let mut jobs = jobs.into_iter().map(|job| std::sync::Mutex::new(Some(job))).collect::<Vec<_>>();
    let Some(last) = jobs.pop() else { return Vec::new() };
    let take = |job: &std::sync::Mutex<Option<J>>| {
        let job = job.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        work(job.expect("a job is done once"))
    };
    thread::scope(|scope| {
        let started: Vec<_> = jobs
            .iter()
            .map(|job| {
                thread::Builder::new().spawn_scoped(scope, move || take(job)).map_err(|_| job)
            })
            .collect();
        let of_last = take(&last);
        let mut results: Vec<R> = started
            .into_iter()
            .map(|thread| match thread {
                Ok(handle) => {
                    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                }
                Err(job) => take(job),
            })
            .collect();
        results.push(of_last);
        results
    })
}
