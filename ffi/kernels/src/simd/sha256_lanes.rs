//! SHA-256 of many messages at once: each lane of a vector, or each of two interleaved streams,
//! works on a message of its own. One message depends on itself from round to round; many do not.
//!
//! A [`Lanes`] is a form that this CPU has; [`Lanes::compress_all`] keeps its lanes filled.

use super::sha256::{Block, Compressor, State};
#[cfg(target_arch = "x86_64")]
use super::{sha256_avx2_lanes, sha256_avx512_lanes, sha256_ni};

/// The most lanes of any form.
pub(super) const LANES_MAX: usize = 16;

/// The working words of all lanes: row `i` holds word `i` of each, so that a vector is a row.
#[repr(C, align(64))]
pub(super) struct LaneStates(pub(super) [[u32; LANES_MAX]; 8]);

impl LaneStates {
    fn set(&mut self, lane: usize, state: &State) {
        for (row, word) in self.0.iter_mut().zip(state) {
            row[lane] = *word;
        }
    }

    pub(super) fn get(&self, lane: usize) -> State {
        std::array::from_fn(|word| self.0[word][lane])
    }
}

/// Blocks to be taken into a state, in order; none are left when it is done.
pub struct Job<'a> {
    pub state: State,
    pub blocks: &'a [Block],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    One,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    ShaNi,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// A form that this CPU can run: the only way to get one is to ask which the CPU supports, so
/// holding one is the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes {
    form: Form,
    single: Compressor,
}

impl Lanes {
    /// The fastest form that this CPU supports.
    pub fn best() -> Lanes {
        // Detection is cached, so asking anew costs a few loads.
        *Lanes::all().last().unwrap_or(&Lanes::one())
    }

    fn one() -> Lanes {
        Lanes { form: Form::One, single: Compressor::best() }
    }

    /// Every form that this CPU supports, the fastest last.
    pub fn all() -> Vec<Lanes> {
        #[allow(unused_mut)]
        let mut forms = vec![Lanes::one()];
        #[cfg(target_arch = "x86_64")]
        {
            let single = Compressor::best();
            if sha256_avx2_lanes::supported() {
                forms.push(Lanes { form: Form::Avx2, single });
            }
            if sha256_ni::supported() {
                forms.push(Lanes { form: Form::ShaNi, single });
            }
            if sha256_avx512_lanes::supported() {
                forms.push(Lanes { form: Form::Avx512, single });
            }
        }
        forms
    }

    /// The form's name, as reports print it.
    pub fn name(self) -> &'static str {
        match self.form {
            Form::One => "one",
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => "avx2 x8",
            #[cfg(target_arch = "x86_64")]
            Form::ShaNi => "sha-ni x2",
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => "avx512 x16",
        }
    }

    /// How many messages it works on at once.
    pub fn width(self) -> usize {
        match self.form {
            Form::One => 1,
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => 8,
            #[cfg(target_arch = "x86_64")]
            Form::ShaNi => 2,
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => 16,
        }
    }

    /// With fewer messages than this left, one after the other is faster.
    fn width_min(self) -> usize {
        #[cfg(target_arch = "x86_64")]
        let has_ni = self.single.name() == "sha-ni";
        match self.form {
            Form::One => usize::MAX,
            #[cfg(target_arch = "x86_64")]
            Form::ShaNi => 2,
            // One stream of SHA instructions is faster than eight lanes and as fast as eleven of
            // sixteen.
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => {
                if has_ni {
                    8
                } else {
                    3
                }
            }
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => {
                if has_ni {
                    10
                } else {
                    4
                }
            }
        }
    }

    /// Takes each job's blocks into its state. Jobs of like lengths side by side keep the lanes
    /// full; a lane that is done takes the next job.
    pub fn compress_all(self, jobs: &mut [Job<'_>]) {
        if jobs.len() >= self.width_min() {
            self.compress_lanes(jobs, self.width());
        }
        if let Some(narrow) = self.narrow() {
            return narrow.compress_all(jobs);
        }
        for job in jobs {
            self.single.compress(&mut job.state, job.blocks);
            job.blocks = &[];
        }
    }

    /// The form for what is left when too few messages are left for this one.
    fn narrow(self) -> Option<Lanes> {
        #[cfg(target_arch = "x86_64")]
        if self.form == Form::Avx512 && self.single.name() == "sha-ni" {
            return Some(Lanes { form: Form::ShaNi, single: self.single });
        }
        None
    }

    /// Works in lanes while enough of them are busy. Jobs keep the blocks that are left.
    fn compress_lanes(self, jobs: &mut [Job<'_>], width: usize) {
        let mut states = LaneStates([[0; LANES_MAX]; 8]);
        // Which job a lane works on, and what of it is left.
        let mut at = [usize::MAX; LANES_MAX];
        let mut left: [&[Block]; LANES_MAX] = [&[]; LANES_MAX];
        let mut next = 0;
        loop {
            let mut busy = 0;
            for lane in 0..width {
                while left[lane].is_empty() {
                    if let Some(job) = jobs.get_mut(at[lane]) {
                        (job.state, job.blocks) = (states.get(lane), &[]);
                        at[lane] = usize::MAX;
                    }
                    let Some(job) = jobs.get(next) else { break };
                    (at[lane], left[lane]) = (next, job.blocks);
                    states.set(lane, &job.state);
                    next += 1;
                }
                busy += usize::from(!left[lane].is_empty());
            }
            if busy < self.width_min().min(width) {
                break;
            }
            let step = left[..width].iter().filter(|blocks| !blocks.is_empty()).map(|b| b.len());
            let step = step.min().unwrap_or(0);
            // An idle lane works along on another's blocks; nobody looks at what it makes.
            let spare = left.iter().copied().find(|blocks| !blocks.is_empty()).unwrap_or(&[]);
            let mut blocks: [&[Block]; LANES_MAX] = [&spare[..step]; LANES_MAX];
            for lane in 0..width {
                if let Some((front, rest)) = left[lane].split_at_checked(step) {
                    (blocks[lane], left[lane]) = (front, rest);
                }
            }
            self.compress(&mut states, &blocks, step);
        }
        for lane in 0..width {
            if let Some(job) = jobs.get_mut(at[lane]) {
                (job.state, job.blocks) = (states.get(lane), left[lane]);
            }
        }
    }

    /// Takes `step` blocks of each lane into its state; every lane has that many.
    fn compress(self, states: &mut LaneStates, blocks: &[&[Block]; LANES_MAX], step: usize) {
        assert!(blocks.iter().all(|lane| lane.len() >= step));
        match self.form {
            // One message at a time never comes here; elsewhere there is nothing else.
            Form::One => _ = states,
            // Soundness: this value exists only where `supported()` was true, and every lane has
            // `step` blocks.
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => unsafe { sha256_avx2_lanes::compress(states, blocks, step) },
            #[cfg(target_arch = "x86_64")]
            Form::Avx512 => unsafe { sha256_avx512_lanes::compress(states, blocks, step) },
            #[cfg(target_arch = "x86_64")]
            Form::ShaNi => {
                let mut pair = [states.get(0), states.get(1)];
                unsafe {
                    sha256_ni::compress_pair(&mut pair, &blocks[0][..step], &blocks[1][..step])
                };
                states.set(0, &pair[0]);
                states.set(1, &pair[1]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sha256::{BLOCK_BYTES, INITIAL_STATE};
    use super::*;

    fn blocks(count: usize, mut seed: u64) -> Vec<Block> {
        let mut byte = || {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1);
            (seed >> 56) as u8
        };
        (0..count).map(|_| std::array::from_fn(|_| byte())).collect()
    }

    fn expected(blocks: &[Block]) -> State {
        let mut state = INITIAL_STATE;
        // Plain Rust comes first.
        Compressor::all()[0].compress(&mut state, blocks);
        state
    }

    fn assert_all(lengths: &[usize]) {
        let messages: Vec<_> =
            lengths.iter().enumerate().map(|(at, &count)| blocks(count, at as u64)).collect();
        for lanes in Lanes::all() {
            let mut jobs: Vec<_> = messages
                .iter()
                .map(|blocks| Job { state: INITIAL_STATE, blocks: blocks.as_slice() })
                .collect();
            lanes.compress_all(&mut jobs);
            for (job, message) in jobs.iter().zip(&messages) {
                assert_eq!(job.state, expected(message), "{} over {lengths:?}", lanes.name());
            }
        }
    }

    #[test]
    fn every_form_equals_the_scalar_one_on_any_number_of_messages() {
        for count in 0..40 {
            assert_all(&vec![3; count]);
            assert_all(&(0..count).collect::<Vec<_>>());
            assert_all(&(0..count).rev().map(|at| at * at % 17).collect::<Vec<_>>());
        }
    }

    #[test]
    fn every_form_goes_on_from_any_state() {
        let message = blocks(24, 5);
        for lanes in Lanes::all() {
            let mut jobs: Vec<_> = (0..20)
                .map(|cut| Job { state: expected(&message[..cut]), blocks: &message[cut..] })
                .collect();
            lanes.compress_all(&mut jobs);
            for job in &jobs {
                assert_eq!(job.state, expected(&message), "{}", lanes.name());
            }
        }
    }

    #[test]
    fn best_is_the_last_of_all() {
        assert_eq!(Some(&Lanes::best()), Lanes::all().last());
        assert_eq!(BLOCK_BYTES, size_of::<Block>());
    }
}
