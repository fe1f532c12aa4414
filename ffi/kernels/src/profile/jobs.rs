//! Runs a handful of jobs on a few threads, the longest ones first.

use std::sync::Mutex;
use std::thread;

use crate::control::Control;
use crate::fault::Error;

/// Something to do once, on any thread.
pub struct Job<'a> {
    /// How long it may take, in any unit that all jobs of a run share.
    pub cost: u64,
    work: Box<dyn FnOnce() -> Result<(), Error> + Send + 'a>,
}

impl<'a> Job<'a> {
    /// A job and the guess of its cost.
    pub fn new(cost: u64, work: impl FnOnce() -> Result<(), Error> + Send + 'a) -> Job<'a> {
        Job { cost, work: Box::new(work) }
    }
}

/// Runs all jobs on at most `threads` threads, the caller's among them.
///
/// # Errors
/// That of the job that failed first in time; jobs that have not begun then are dropped.
/// `Cancelled` if the control says so between two jobs.
pub fn run(mut jobs: Vec<Job>, threads: usize, control: &dyn Control) -> Result<(), Error> {
    jobs.sort_by_key(|job| job.cost);
    let helpers = threads.min(jobs.len()).saturating_sub(1);
    let jobs = Mutex::new(jobs);
    let first_error = Mutex::new(None);
    let lock = || jobs.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let work = || {
        loop {
            let Some(job) = lock().pop() else { return };
            let done = if control.cancelled() { Err(Error::Cancelled) } else { (job.work)() };
            if let Err(error) = done {
                lock().clear();
                let mut first = first_error.lock().unwrap_or_else(|held| held.into_inner());
                first.get_or_insert(error);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..helpers {
            // Without another thread the work is done by those there are. A panic in one comes
            // out of the scope.
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    match first_error.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::super::testing::StopAfter;
    use super::*;
    use crate::control::Unwatched;

    #[test]
    fn run_does_every_job_once_on_any_number_of_threads() {
        for threads in [1, 2, 9] {
            let sum = AtomicU64::new(0);
            let sum = &sum;
            let jobs = (0..100).map(|number| {
                Job::new(number, move || {
                    sum.fetch_add(number, Ordering::Relaxed);
                    Ok(())
                })
            });
            run(jobs.collect(), threads, &Unwatched).unwrap();
            assert_eq!(sum.load(Ordering::Relaxed), 4950);
        }
    }

    #[test]
    fn run_gives_the_error_of_a_job_and_drops_the_rest() {
        let jobs = vec![
            Job::new(1, || panic!("must not run")),
            Job::new(2, || Err(Error::BadArgument("no"))),
        ];
        assert_eq!(run(jobs, 1, &Unwatched), Err(Error::BadArgument("no")));
        let jobs = vec![Job::new(1, || panic!("must not run"))];
        assert_eq!(run(jobs, 1, &StopAfter::looks(0)), Err(Error::Cancelled));
    }
}
