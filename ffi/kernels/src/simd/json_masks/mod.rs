//! Where the bytes that matter to JSON's structure stand in each 64 bytes of input, one bit per
//! byte. What the bits mean together (strings, values) is the selector's business.
//!
//! Every level gives the same masks; the tests compare them on random bytes.

mod index;
mod scalar;
mod strings;
#[cfg(target_arch = "x86_64")]
mod x86;

use super::level::Name;

pub use super::level::Level;
pub use index::{Indexed, SLACK};
pub use strings::Strings;

/// Bytes that one [`Masks`] describes.
pub const BLOCK_BYTES: usize = 64;

/// Bit `i` of a mask is set where byte `i` of the block is of the kind named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masks {
    pub quote: u64,
    pub backslash: u64,
    /// Braces, brackets, commas and colons.
    pub operator: u64,
    /// Bytes below 0x20.
    pub control: u64,
    pub line_feed: u64,
}

impl Level {
    /// Describes `bytes`, which are `out.len()` whole blocks.
    pub fn json_masks(self, bytes: &[u8], out: &mut [Masks]) {
        let (blocks, rest) = bytes.as_chunks::<BLOCK_BYTES>();
        assert!(rest.is_empty() && blocks.len() == out.len(), "one mask per whole block");
        match self.0 {
            Name::Scalar => scalar::find(blocks, out),
            // SAFETY: SSE2 belongs to x86-64 itself.
            #[cfg(target_arch = "x86_64")]
            Name::Sse2 => unsafe { x86::find_sse2(blocks, out) },
            // SAFETY: `Level::all`, the only maker of this value, saw AVX2 on this processor.
            #[cfg(target_arch = "x86_64")]
            Name::Avx2 => unsafe { x86::find_avx2(blocks, out) },
            // SAFETY: `Level::all`, the only maker of this value, saw AVX-512F and BW here.
            #[cfg(target_arch = "x86_64")]
            Name::Avx512 => unsafe { x86::find_avx512(blocks, out) },
        }
    }

    /// Writes where operators outside of strings stand in `bytes`, which are whole blocks; `lines`
    /// counts line feeds as operators. There is room for as many places as bytes and [`SLACK`].
    pub fn json_index(
        self,
        bytes: &[u8],
        lines: bool,
        strings: &mut Strings,
        places: &mut [u32],
    ) -> Indexed {
        let (blocks, rest) = bytes.as_chunks::<BLOCK_BYTES>();
        assert!(rest.is_empty() && places.len() >= bytes.len() + SLACK, "whole blocks and room");
        match self.0 {
            Name::Scalar => {
                let (masks, prefix) = (scalar::masks_of, strings::prefix_xor);
                index::index(blocks, lines, strings, places, masks, prefix, index::flatten)
            }
            // SAFETY: SSE2 belongs to x86-64 itself.
            #[cfg(target_arch = "x86_64")]
            Name::Sse2 => unsafe { x86::index_sse2(blocks, lines, strings, places) },
            // SAFETY: `Level::all`, the only maker of this value, saw all of the level here.
            #[cfg(target_arch = "x86_64")]
            Name::Avx2 => unsafe { x86::index_avx2(blocks, lines, strings, places) },
            // SAFETY: `Level::all`, the only maker of this value, saw the rest of AVX-512 here.
            #[cfg(target_arch = "x86_64")]
            Name::Avx512 if std::arch::is_x86_feature_detected!("avx512vbmi2") => unsafe {
                x86::index_vbmi2(blocks, lines, strings, places)
            },
            // SAFETY: `Level::all`, the only maker of this value, saw all of the level here.
            #[cfg(target_arch = "x86_64")]
            Name::Avx512 => unsafe { x86::index_avx512(blocks, lines, strings, places) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, byte by byte.
    fn expected(block: &[u8]) -> Masks {
        let mask = |is: fn(u8) -> bool| {
            let bit = |(at, &byte): (usize, &u8)| u64::from(is(byte)) << at;
            block.iter().enumerate().map(bit).sum()
        };
        Masks {
            quote: mask(|byte| byte == b'"'),
            backslash: mask(|byte| byte == b'\\'),
            operator: mask(|byte| b"{}[],:".contains(&byte)),
            control: mask(|byte| byte < 0x20),
            line_feed: mask(|byte| byte == b'\n'),
        }
    }

    fn check(bytes: &[u8]) {
        let wanted: Vec<Masks> = bytes.chunks(BLOCK_BYTES).map(expected).collect();
        for level in Level::all() {
            let mut found = vec![Masks::default(); wanted.len()];
            level.json_masks(bytes, &mut found);
            assert_eq!(found, wanted, "{}", level.name());
        }
    }

    #[test]
    fn every_level_finds_the_same_masks_on_random_bytes() {
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        };
        for _ in 0..400 {
            let any: Vec<u8> = (0..BLOCK_BYTES * 5).map(|_| next()).collect();
            check(&any);
            // Neighbours of the wanted bytes and their twins with the top bit set.
            let near =
                b"\"\\{}[],:\n\r\0\x1f\x20\x21+-;^|~Z\x0b\xa2\xdb\xdd\xfb\xfd\x8a\x80\x7f\xff";
            let dense: Vec<u8> =
                (0..BLOCK_BYTES * 3).map(|_| near[usize::from(next()) % near.len()]).collect();
            check(&dense);
        }
    }

    /// Run by hand: `cargo test --release json_masks -- --ignored --nocapture`.
    #[test]
    #[ignore = "a measurement"]
    fn speed_of_masks() {
        let text = br#"{"id":1,"day":"2024-02-03","price":12.5,"note":"n7"},"#.repeat(600);
        let text = &text[..text.len() / BLOCK_BYTES * BLOCK_BYTES];
        let mut out = vec![Masks::default(); text.len() / BLOCK_BYTES];
        for level in Level::all() {
            let best = (0..200)
                .map(|_| {
                    let begin = std::time::Instant::now();
                    level.json_masks(text, &mut out);
                    std::hint::black_box(&out);
                    begin.elapsed().as_secs_f64()
                })
                .fold(f64::INFINITY, f64::min);
            println!("{} {:.1} GB/s", level.name(), text.len() as f64 / best / 1e9);
        }
    }

    #[test]
    fn every_level_describes_every_byte_at_each_place() {
        for wanted in 0..=255 {
            for place in [0, 7, 8, 31, 32, 63] {
                let mut block = [b'x'; BLOCK_BYTES];
                block[place] = wanted;
                check(&block);
            }
        }
    }
}
