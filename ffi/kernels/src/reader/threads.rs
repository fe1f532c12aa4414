//! Work shared out to threads.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// A lock, whoever panicked while holding it: the panic itself comes out of the scope.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn unlocked<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What `work` makes of each input, in order; the next thread that is free takes the next input.
pub(super) fn on_threads<I: Send, O: Send>(
    threads: usize,
    inputs: Vec<I>,
    work: impl Fn(I) -> O + Sync,
) -> Vec<O> {
    let count = inputs.len();
    if threads < 2 || count < 2 {
        return inputs.into_iter().map(work).collect();
    }
    let queue = Mutex::new(inputs.into_iter().enumerate());
    let done = Mutex::new(Vec::with_capacity(count));
    let run = || {
        loop {
            let next = lock(&queue).next();
            let Some((index, input)) = next else { return };
            let output = work(input);
            lock(&done).push((index, output));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(count) {
            // Without another thread the work is done by those there are.
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
    let mut done = unlocked(done);
    done.sort_by_key(|&(index, _)| index);
    done.into_iter().map(|(_, output)| output).collect()
}
