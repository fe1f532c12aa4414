//! SHA-256's compression function in three forms, and the choice between them at run time:
//! plain Rust, AVX2 with BMI2, and the CPU's own SHA instructions. Padding, buffering and the
//! digest's bytes are the business of `hash::sha256`.

#[cfg(target_arch = "x86_64")]
use super::{sha256_avx2, sha256_ni};

/// Bytes of one block.
pub const BLOCK_BYTES: usize = 64;

/// One block of a message.
pub type Block = [u8; BLOCK_BYTES];

/// The eight working words between blocks.
pub type State = [u32; 8];

/// The state before the first block (FIPS 180-4, 5.3.3).
pub const INITIAL_STATE: State = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/// The round constants (FIPS 180-4, 4.2.2).
#[rustfmt::skip]
pub(super) const ROUND_CONSTANTS: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    ShaNi,
}

/// A form of the compression function that this CPU can run: the only way to get one is to ask
/// which the CPU supports, so holding one is the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compressor(Form);

impl Compressor {
    /// The fastest form that this CPU supports.
    pub fn best() -> Compressor {
        #[cfg(target_arch = "x86_64")]
        {
            if sha256_ni::supported() {
                return Compressor(Form::ShaNi);
            }
            if sha256_avx2::supported() {
                return Compressor(Form::Avx2);
            }
        }
        Compressor(Form::Scalar)
    }

    /// Every form that this CPU supports, plain Rust first.
    pub fn all() -> Vec<Compressor> {
        #[allow(unused_mut)]
        let mut forms = vec![Compressor(Form::Scalar)];
        #[cfg(target_arch = "x86_64")]
        {
            if sha256_avx2::supported() {
                forms.push(Compressor(Form::Avx2));
            }
            if sha256_ni::supported() {
                forms.push(Compressor(Form::ShaNi));
            }
        }
        forms
    }

    /// The form's name, as reports print it.
    pub fn name(self) -> &'static str {
        match self.0 {
            Form::Scalar => "scalar",
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Form::ShaNi => "sha-ni",
        }
    }

    /// Takes the blocks into the state, in order.
    pub fn compress(self, state: &mut State, blocks: &[Block]) {
        match self.0 {
            Form::Scalar => compress_scalar(state, blocks),
            // Soundness: this value exists only where `supported()` was true.
            #[cfg(target_arch = "x86_64")]
            Form::Avx2 => unsafe { sha256_avx2::compress(state, blocks) },
            #[cfg(target_arch = "x86_64")]
            Form::ShaNi => unsafe { sha256_ni::compress(state, blocks) },
        }
    }
}

/// The twin of the other two in plain Rust, and what they are tested against.
fn compress_scalar(state: &mut State, blocks: &[Block]) {
    for block in blocks {
        let mut schedule = [0u32; 64];
        for (word, bytes) in schedule.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        for t in 16..64 {
            let (early, late) = (schedule[t - 15], schedule[t - 2]);
            let s0 = early.rotate_right(7) ^ early.rotate_right(18) ^ (early >> 3);
            let s1 = late.rotate_right(17) ^ late.rotate_right(19) ^ (late >> 10);
            schedule[t] =
                schedule[t - 16].wrapping_add(s0).wrapping_add(schedule[t - 7]).wrapping_add(s1);
        }
        let mut v = *state;
        for (word, constant) in schedule.iter().zip(ROUND_CONSTANTS) {
            v = round(v, word.wrapping_add(constant));
        }
        for (word, value) in state.iter_mut().zip(v) {
            *word = word.wrapping_add(value);
        }
    }
}

/// One round over the working words a to h; `wk` is the schedule's word plus the constant.
#[inline(always)]
fn round([a, b, c, d, e, f, g, h]: State, wk: u32) -> State {
    let sum1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
    let choice = (e & f) ^ (!e & g);
    let t1 = h.wrapping_add(wk).wrapping_add(sum1).wrapping_add(choice);
    let sum0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
    let majority = (a & b) ^ (a & c) ^ (b & c);
    [t1.wrapping_add(sum0).wrapping_add(majority), a, b, c, d.wrapping_add(t1), e, f, g]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4's one-block example: "abc", padded by hand.
    #[test]
    fn every_form_compresses_the_one_block_example() {
        let mut block = [0u8; BLOCK_BYTES];
        block[..4].copy_from_slice(b"abc\x80");
        block[63] = 24;
        for form in Compressor::all() {
            let mut state = INITIAL_STATE;
            form.compress(&mut state, &[block]);
            let expected = [
                0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223, 0xb00361a3, 0x96177a9c, 0xb410ff61,
                0xf20015ad,
            ];
            assert_eq!(state, expected, "{}", form.name());
        }
    }

    #[test]
    fn every_form_equals_the_scalar_one_on_any_number_of_blocks() {
        let mut seed = 0x9e37_79b9_7f4a_7c15u64;
        let blocks: Vec<Block> = (0..37)
            .map(|_| {
                std::array::from_fn(|_| {
                    seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1);
                    (seed >> 56) as u8
                })
            })
            .collect();
        for count in 0..blocks.len() {
            let mut expected = INITIAL_STATE;
            compress_scalar(&mut expected, &blocks[..count]);
            for form in Compressor::all() {
                let mut state = INITIAL_STATE;
                form.compress(&mut state, &blocks[..count]);
                assert_eq!(state, expected, "{} over {count} blocks", form.name());
            }
        }
    }

    #[test]
    fn best_is_the_last_of_all() {
        assert_eq!(Some(&Compressor::best()), Compressor::all().last());
    }
}
