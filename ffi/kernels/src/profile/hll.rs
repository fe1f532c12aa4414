//! HyperLogLog: the number of distinct hashes in 16,384 bytes, standard error 0.8125 %.
//!
//! The estimate is Ertl's (2017, arXiv 1702.01284, algorithm 6): without bias at every size and
//! made of + - * / and square roots only, so both engines get the same bits.

use super::lanes::Lanes;

const INDEX_BITS: u32 = 14;
const REGISTERS: usize = 1 << INDEX_BITS;
/// Bits of the hash behind the index.
const RANK_BITS: usize = 50;
/// 1 / (2 ln 2).
const ALPHA: f64 = 0.721_347_520_444_481_7;

/// The relative standard error of an estimate: 1.04 / sqrt(16384).
pub const STANDARD_ERROR: f64 = 0.008_125;

/// The registers.
pub struct Hll {
    ranks: Vec<u8>,
}

impl Hll {
    /// An empty set.
    pub fn new() -> Hll {
        Hll { ranks: vec![0; REGISTERS] }
    }

    /// Adds a hash.
    #[inline]
    pub fn add(&mut self, (a, b): Lanes) {
        let low = u64::from(a << INDEX_BITS) << 32 | u64::from(b) << INDEX_BITS;
        let rank = 1 + low.leading_zeros().min(RANK_BITS as u32) as u8;
        let register = &mut self.ranks[(a >> (32 - INDEX_BITS)) as usize & (REGISTERS - 1)];
        *register = (*register).max(rank);
    }

    /// The number of distinct hashes, at least 1 and at most `count`; 0 without any value.
    pub fn distinct(&self, count: u64) -> u64 {
        if count == 0 {
            return 0;
        }
        let rounded = (self.estimate() + 0.5).floor();
        (rounded as u64).clamp(1, count)
    }

    fn estimate(&self) -> f64 {
        let mut histogram = [0u32; RANK_BITS + 2];
        for &rank in &self.ranks {
            histogram[usize::from(rank)] += 1;
        }
        let m = REGISTERS as f64;
        let mut z = m * tau(1.0 - f64::from(histogram[RANK_BITS + 1]) / m);
        for rank in (1..=RANK_BITS).rev() {
            z = 0.5 * (z + f64::from(histogram[rank]));
        }
        z += m * sigma(f64::from(histogram[0]) / m);
        ALPHA * m * m / z
    }
}

/// Sum of x^(2^k) 2^(k-1): the registers that are still zero.
fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let mut y = 1.0;
    let mut z = x;
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

/// The same from the other end: the registers that are full.
fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let mut y = 1.0;
    let mut z = 1.0 - x;
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= ((1.0 - x) * (1.0 - x)) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::hash;
    use super::*;

    #[test]
    fn add_ranks_the_leading_zeros_behind_the_index() {
        let mut hll = Hll::new();
        hll.add((0, 0));
        assert_eq!(hll.ranks[0], 51);
        hll.add((1 << 18, 1));
        assert_eq!(hll.ranks[1], 50);
        hll.add((2 << 18 | 1 << 17, 0));
        assert_eq!(hll.ranks[2], 1);
        hll.add((3 << 18 | 1, 0));
        assert_eq!(hll.ranks[3], 18);
        hll.add((3 << 18 | 1 << 17, 0));
        assert_eq!(hll.ranks[3], 18, "a register never falls");
    }

    #[test]
    fn distinct_stays_within_four_standard_errors() {
        for (from, distinct) in [(0u64, 1u64), (7, 10), (1000, 1000), (5, 100_000), (9, 400_000)] {
            let mut hll = Hll::new();
            for value in from..from + distinct {
                hll.add(hash(value.to_string().as_bytes()));
            }
            let error = hll.distinct(u64::MAX) as f64 / distinct as f64 - 1.0;
            assert!(error.abs() < 4.0 * STANDARD_ERROR, "{distinct}: {error}");
        }
    }

    #[test]
    fn distinct_is_capped_by_the_count() {
        let mut hll = Hll::new();
        assert_eq!(hll.distinct(0), 0);
        for value in 0..5000u32 {
            hll.add(hash(&value.to_le_bytes()));
        }
        assert_eq!(hll.distinct(3), 3);
    }
}
