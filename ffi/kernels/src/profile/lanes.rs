//! The hash of the sketches: two 32-bit lanes, so that TypeScript computes the same without
//! 64-bit arithmetic. Not for hash tables (see `texts`) and not for digests.

/// Both lanes of a hash.
pub type Lanes = (u32, u32);

const SEED: Lanes = (0x9E37_79B9, 0x85EB_CA6B);

/// The finaliser of MurmurHash3 (32 bits): every input bit reaches every output bit.
#[inline(always)]
pub fn fmix32(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x85EB_CA6B);
    x ^= x >> 13;
    x = x.wrapping_mul(0xC2B2_AE35);
    x ^ x >> 16
}

#[inline(always)]
fn mix((a, b): Lanes, word: u32) -> Lanes {
    (
        (a ^ word.wrapping_mul(0xCC9E_2D51))
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xE654_6B64),
        (b ^ word.wrapping_mul(0x1B87_3593))
            .rotate_left(15)
            .wrapping_mul(9)
            .wrapping_add(0x561C_CD1B),
    )
}

#[inline(always)]
fn finish((mut a, mut b): Lanes, length: u32) -> Lanes {
    a ^= length;
    b ^= length;
    a = a.wrapping_add(b);
    b = b.wrapping_add(a);
    a = fmix32(a);
    b = fmix32(b);
    a = a.wrapping_add(b);
    b = b.wrapping_add(a);
    (a, b)
}

/// The hash of a text.
#[inline]
pub fn hash(bytes: &[u8]) -> Lanes {
    let mut lanes = SEED;
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        lanes = mix(lanes, u32::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        let mut last = [0; 4];
        last[..rest.len()].copy_from_slice(rest);
        lanes = mix(lanes, u32::from_le_bytes(last));
    }
    finish(lanes, bytes.len() as u32)
}

/// The hash of a value: of the eight little-endian bytes of its canonical f64.
#[inline]
pub fn hash_value(value: f64) -> Lanes {
    // -0 and +0 are one value, and so are all NaN.
    let bits = if value.is_nan() { 0x7FF8_0000_0000_0000 } else { (value + 0.0).to_bits() };
    let lanes = mix(mix(SEED, bits as u32), (bits >> 32) as u32);
    finish(lanes, 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fmix32_gives_the_published_values() {
        // MurmurHash3_x86_32 of the empty input is fmix32(seed): the reference vectors of its
        // author's SMHasher for seeds 0, 1 and 0xFFFFFFFF.
        assert_eq!(fmix32(0), 0);
        assert_eq!(fmix32(1), 0x514E_28B7);
        assert_eq!(fmix32(0xFFFF_FFFF), 0x81F1_6F39);
    }

    #[test]
    fn hash_value_is_the_hash_of_the_canonical_bytes() {
        for value in [0.0, 1.5, -2.25e300, f64::INFINITY] {
            assert_eq!(hash_value(value), hash(&value.to_bits().to_le_bytes()));
        }
        assert_eq!(hash_value(-0.0), hash(&[0; 8]));
        assert_eq!(hash_value(-f64::NAN), hash(&0x7FF8_0000_0000_0000u64.to_le_bytes()));
    }

    #[test]
    fn hash_tells_a_text_from_itself_with_zeros_behind() {
        assert_ne!(hash(b"ab"), hash(b"ab\0"));
        assert_ne!(hash(b""), hash(b"\0\0\0\0"));
    }
}
