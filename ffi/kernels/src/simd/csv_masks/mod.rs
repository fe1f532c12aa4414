//! Where the bytes that matter to CSV stand in each 64 bytes of input, one bit per byte.
//! What the bits mean together (quotes, records) is the CSV scanner's business.
//!
//! Every level gives the same masks; the tests compare them on random bytes.

mod scalar;
#[cfg(target_arch = "x86_64")]
mod x86;

use super::level::Name;

pub use super::level::Level;

/// Bytes that one [`Masks`] describes.
pub const BLOCK_BYTES: usize = 64;

/// Bit `i` of a mask is set where byte `i` of the block is the byte named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masks {
    pub quote: u64,
    pub delimiter: u64,
    pub line_feed: u64,
    pub carriage_return: u64,
    pub nul: u64,
}

impl Level {
    /// Describes `bytes`, which are `out.len()` whole blocks.
    pub fn csv_masks(self, bytes: &[u8], delimiter: u8, out: &mut [Masks]) {
        let (blocks, rest) = bytes.as_chunks::<BLOCK_BYTES>();
        assert!(rest.is_empty() && blocks.len() == out.len(), "one mask per whole block");
        match self.0 {
            Name::Scalar => scalar::find(blocks, delimiter, out),
            // SAFETY: SSE2 belongs to x86-64 itself.
            #[cfg(target_arch = "x86_64")]
            Name::Sse2 => unsafe { x86::find_sse2(blocks, delimiter, out) },
            // SAFETY: `Level::all`, the only maker of this value, saw AVX2 on this processor.
            #[cfg(target_arch = "x86_64")]
            Name::Avx2 => unsafe { x86::find_avx2(blocks, delimiter, out) },
            // SAFETY: `Level::all`, the only maker of this value, saw AVX-512F and BW here.
            #[cfg(target_arch = "x86_64")]
            Name::Avx512 => unsafe { x86::find_avx512(blocks, delimiter, out) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, byte by byte.
    fn expected(block: &[u8], delimiter: u8) -> Masks {
        let mask = |wanted: u8| {
            let bit = |(at, &byte): (usize, &u8)| u64::from(byte == wanted) << at;
            block.iter().enumerate().map(bit).sum()
        };
        Masks {
            quote: mask(b'"'),
            delimiter: mask(delimiter),
            line_feed: mask(b'\n'),
            carriage_return: mask(b'\r'),
            nul: mask(0),
        }
    }

    fn check(bytes: &[u8], delimiter: u8) {
        let wanted: Vec<Masks> =
            bytes.chunks(BLOCK_BYTES).map(|block| expected(block, delimiter)).collect();
        for level in Level::all() {
            let mut found = vec![Masks::default(); wanted.len()];
            level.csv_masks(bytes, delimiter, &mut found);
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
        for round in 0..400 {
            let any: Vec<u8> = (0..BLOCK_BYTES * 5).map(|_| next()).collect();
            check(&any, next());
            // Neighbours of the wanted bytes and their twins with the top bit set.
            let near = b"\",\n\r\0!#-+\x0b\x0c\x0e\x01\xa2\xac\x8a\x8d\x80\x7f\xff";
            let dense: Vec<u8> =
                (0..BLOCK_BYTES * 3).map(|_| near[usize::from(next()) % near.len()]).collect();
            check(&dense, if round % 2 == 0 { b',' } else { b'\t' });
        }
    }

    #[test]
    fn every_level_finds_each_byte_at_each_place() {
        for wanted in *b"\",\n\r\0;" {
            for place in 0..BLOCK_BYTES {
                let mut block = [b'x'; BLOCK_BYTES];
                block[place] = wanted;
                check(&block, b';');
            }
        }
    }
}
