//! Runs of a property over seeded random inputs: 10,000 each in a plain test, millions by
//! `deno task fuzz`, which sets the number and the seed.
//!
//! A case has a random sequence of its own, made of the seed and its number, so that one case
//! can be run again alone. An input that fails is made as small as it gets before it is shown.

use std::fmt::Debug;
use std::io::{IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

const RUNS: u64 = 10_000;
const SEED: u64 = 1;

/// splitmix64 (Steele, Lea and Flood 2014): any seed is a good one.
pub struct Random(u64);

impl Random {
    /// The sequence of a case.
    pub fn of(seed: u64, case: u64) -> Random {
        let mut random = Random(seed.wrapping_mul(0xA24B_AED4_963E_E407) ^ case.rotate_left(32));
        random.0 = random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `limit - 1`.
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    /// True once in `parts` times.
    pub fn once_in(&mut self, parts: usize) -> bool {
        self.below(parts) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, values: &[&'a T]) -> &'a T {
        values[self.below(values.len())]
    }

    /// Overwrites, drops, doubles or inserts a few bytes, or cuts the end off.
    pub fn damage(&mut self, bytes: &mut Vec<u8>, telling: &[u8]) {
        for _ in 0..1 + self.below(3) {
            let at = self.below(bytes.len() + 1);
            let byte = telling[self.below(telling.len())];
            let end = (at + 1 + self.below(6)).min(bytes.len());
            match self.below(6) {
                0 | 1 => bytes.insert(at, byte),
                2 if at < end => drop(bytes.drain(at..end)),
                3 if at < end => bytes.extend_from_within(at..end),
                4 if self.once_in(3) => bytes.truncate(at),
                _ if at < bytes.len() => bytes[at] = byte,
                _ => {}
            }
        }
    }
}

/// A property: how a case is made, and what must hold of it.
pub struct Property<'a, O> {
    pub name: &'a str,
    pub make: fn(&mut Random) -> (Vec<u8>, O),
    pub check: fn(&[u8], &O) -> Result<(), String>,
}

/// A number that the task sets.
fn setting(name: &str, default: u64) -> u64 {
    let Ok(text) = std::env::var(name) else { return default };
    text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number: it is {text}"))
}

/// What is wrong with a case, a panic included.
fn fault_of<O>(property: &Property<O>, input: &[u8], options: &O) -> Option<String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| (property.check)(input, options)));
    match outcome {
        Ok(outcome) => outcome.err(),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Some(format!("panicked: {}", text.unwrap_or_default()))
        }
    }
}

/// A smaller input that fails too: pieces are left out for as long as it does.
fn shrunk<O>(property: &Property<O>, input: &[u8], options: &O) -> Vec<u8> {
    let mut best = input.to_vec();
    loop {
        let before = best.len();
        for size in (1..=before).rev() {
            let mut at = 0;
            while at + size <= best.len() {
                let smaller = [&best[..at], &best[at + size..]].concat();
                if fault_of(property, &smaller, options).is_some() {
                    best = smaller;
                } else {
                    at += 1;
                }
            }
        }
        if best.len() == before {
            return best;
        }
    }
}

fn report<O: Debug>(property: &Property<O>, seed: u64, case: u64, input: &[u8], options: &O) -> ! {
    // Panics of the attempts are not worth a line each.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let small = shrunk(property, input, options);
    let fault = fault_of(property, &small, options).unwrap_or_default();
    std::panic::set_hook(hook);
    panic!(
        "{}: seed {seed}, case {case}\n  input   b\"{}\"\n  options {options:?}\n  {fault}\n  \
         again   FASTPATH_FUZZ_SEED={seed} FASTPATH_FUZZ_FROM={case} FASTPATH_FUZZ_RUNS=1",
        property.name,
        small.escape_ascii(),
    );
}

/// Runs a property over as many cases as the environment says.
pub fn fuzz<O: Debug>(property: &Property<O>) {
    let runs = setting("FASTPATH_FUZZ_RUNS", RUNS);
    let seed = setting("FASTPATH_FUZZ_SEED", SEED);
    let from = setting("FASTPATH_FUZZ_FROM", 0);
    let is_shown = std::io::stderr().is_terminal() && runs > RUNS;
    let start = Instant::now();
    for case in from..from + runs {
        let (input, options) = (property.make)(&mut Random::of(seed, case));
        if fault_of(property, &input, &options).is_some() {
            report(property, seed, case, &input, &options);
        }
        if is_shown && (case - from).is_multiple_of(4096) {
            let mut out = std::io::stderr();
            let seconds = start.elapsed().as_secs();
            let _ = write!(out, "\r{}: {} of {runs}, {seconds} s ", property.name, case - from);
        }
    }
    if is_shown {
        eprintln!();
    }
}

#[test]
fn a_failing_input_is_made_small() {
    let property = Property {
        name: "no x before y",
        make: |random| (vec![b'x'; random.below(9)], ()),
        check: |input, ()| {
            let x = input.iter().position(|&byte| byte == b'x');
            let y = input.iter().rposition(|&byte| byte == b'y');
            if x.is_some() && y > x { Err("x before y".to_owned()) } else { Ok(()) }
        },
    };
    assert_eq!(shrunk(&property, b"aaxbbbbxcccyddd", &()), b"xy");
    assert_eq!(fault_of(&property, b"yx", &()), None);
    let panics = Property { check: |_, ()| panic!("here"), ..property };
    assert_eq!(fault_of(&panics, b"", &()).unwrap(), "panicked: here");
}

#[test]
fn a_case_does_not_depend_on_the_cases_before() {
    let texts = |case| {
        let mut random = Random::of(7, case);
        (0..9).map(|_| random.below(1000)).collect::<Vec<_>>()
    };
    assert_eq!(texts(3), texts(3));
    assert_ne!(texts(3), texts(4));
    assert!(texts(3).iter().all(|&number| number < 1000));
}
