//! Panics end here: none may cross the boundary, because unwinding into Deno ends the process.

use std::panic::{self, AssertUnwindSafe};

use super::status::Failure;

#[cfg(not(test))]
static SILENCE: std::sync::Once = std::sync::Once::new();

/// Runs the body of an export and gives its status.
///
/// `AssertUnwindSafe` is right because what a panic can leave half done is the state behind a
/// handle, and that handle's lock is poisoned by the same panic (see `handles`).
pub fn guard(body: impl FnOnce() -> Result<i32, Failure>) -> i32 {
    // The library has its own copy of the standard library, so this silences no panic of Deno's.
    // Tests keep the hook: it prints their failed assertions.
    #[cfg(not(test))]
    SILENCE.call_once(|| panic::set_hook(Box::new(|_| {})));
    match panic::catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(status)) => status,
        Ok(Err(failure)) => failure as i32,
        Err(payload) => {
            // The drop of a payload may panic too; what that leaves behind is forgotten.
            let drop_payload = AssertUnwindSafe(|| drop(payload));
            panic::catch_unwind(drop_payload).unwrap_or_else(std::mem::forget);
            Failure::Panic as i32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guard_gives_the_status_of_a_body_that_returns() {
        assert_eq!(guard(|| Ok(7)), 7);
        assert_eq!(guard(|| Err(Failure::Io)), -7);
    }

    #[test]
    fn guard_turns_a_panic_into_a_status() {
        assert_eq!(guard(|| panic!("kernel")), -2);
        assert_eq!(guard(|| std::panic::panic_any(3)), -2);
    }
}
