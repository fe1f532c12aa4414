//! KLL: quantiles of a stream with a rank error of 0.28 % (99 %), k = 1024.
//!
//! Level h holds items that each stand for 2^h values; a full level is sorted and every other
//! item moves up. Whether the odd or the even ones do is decided by the number of the item, so
//! that the result is the same on every run and in both engines.

use crate::fault::Error;

use super::lanes::fmix32;

const K: f64 = 1024.0;
const SHRINK: f64 = 0.666_666_666_666_666_6;
const CAPACITY_MIN: f64 = 8.0;

/// The rank error, as DataSketches states it for this k: 2.296 / 1024^0.9723.
pub const RANK_ERROR: f64 = 0.0028;

/// The sketch. Items are order keys (see `keys`): compared as u64 they are in value order.
pub struct Kll {
    levels: Vec<Vec<u64>>,
    capacities: Vec<usize>,
    count: u64,
}

impl Kll {
    /// A sketch of nothing.
    pub fn new() -> Kll {
        let mut kll = Kll { levels: Vec::new(), capacities: Vec::new(), count: 0 };
        kll.add_level();
        kll
    }

    /// Adds one value.
    #[inline]
    pub fn add(&mut self, key: u64) {
        self.count += 1;
        self.levels[0].push(key);
        if self.levels[0].len() >= self.capacities[0] {
            self.compress();
        }
    }

    /// Values added.
    pub fn count(&self) -> u64 {
        self.count
    }

    fn add_level(&mut self) {
        self.levels.push(Vec::new());
        let mut exact = K;
        self.capacities.clear();
        for _ in 0..self.levels.len() {
            self.capacities.push(exact.ceil().max(CAPACITY_MIN) as usize);
            exact *= SHRINK;
        }
        self.capacities.reverse();
    }

    /// Empties full levels from the lowest up until none is full.
    fn compress(&mut self) {
        let mut level = 0;
        while level < self.levels.len() {
            if self.levels[level].len() < self.capacities[level] {
                level += 1;
                continue;
            }
            if level + 1 == self.levels.len() {
                // A new level makes all those below it smaller: look at each of them again.
                self.add_level();
                self.promote(level);
                level = 0;
            } else {
                self.promote(level);
                level += 1;
            }
        }
    }

    fn promote(&mut self, level: usize) {
        let (low, high) = self.levels.split_at_mut(level + 1);
        let items = &mut low[level];
        items.sort_unstable();
        let largest = if items.len() % 2 == 1 { items.pop() } else { None };
        let coin = fmix32((self.count as u32).wrapping_mul(0x9E37_79B1) ^ level as u32) & 1;
        high[0].extend(items.iter().skip(coin as usize).step_by(2));
        items.clear();
        items.extend(largest);
    }

    /// The keys at the given fractions (ascending), or None when nothing was added.
    ///
    /// # Errors
    /// `OutOfMemory` if the items cannot be laid out in order.
    pub fn quantiles<const N: usize>(
        &self,
        fractions: [f64; N],
    ) -> Result<Option<[u64; N]>, Error> {
        if self.count == 0 {
            return Ok(None);
        }
        let mut items = Vec::new();
        items.try_reserve(self.levels.iter().map(Vec::len).sum())?;
        for (level, keys) in self.levels.iter().enumerate() {
            items.extend(keys.iter().map(|&key| (key, 1u64 << level)));
        }
        items.sort_unstable();
        let last = items.last().map_or(0, |item| item.0);
        Ok(Some(fractions.map(|fraction| {
            let target = ((self.count - 1) as f64 * fraction).floor() as u64;
            let mut weight = 0;
            let found = items.iter().find(|item| {
                weight += item.1;
                weight > target
            });
            found.map_or(last, |item| item.0)
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRACTIONS: [f64; 5] = [0.25, 0.5, 0.75, 0.95, 0.99];

    #[test]
    fn add_level_shrinks_lower_levels_by_two_thirds() {
        let mut kll = Kll::new();
        assert_eq!(kll.capacities, [1024]);
        for _ in 1..15 {
            kll.add_level();
        }
        // ceil(1024 * (2/3)^i), at least 8, worked with Python's fractions.
        let expected = [8, 8, 12, 18, 27, 40, 60, 90, 135, 203, 304, 456, 683, 1024];
        assert_eq!(kll.capacities[1..], expected);
    }

    #[test]
    fn quantiles_are_exact_before_the_first_compression() {
        let mut kll = Kll::new();
        assert_eq!(kll.quantiles(FRACTIONS).unwrap(), None);
        for key in (0..1000).rev() {
            kll.add(key);
        }
        assert_eq!(kll.quantiles(FRACTIONS).unwrap(), Some([249, 499, 749, 949, 989]));
    }

    #[test]
    fn quantiles_stay_within_the_rank_error_whatever_the_order() {
        const N: u64 = 300_000;
        let orders: [fn(u64) -> u64; 3] = [|i| i, |i| N - 1 - i, |i| i * 7_919 % N];
        for order in orders {
            let mut kll = Kll::new();
            for i in 0..N {
                kll.add(order(i));
            }
            assert_eq!(kll.count(), N);
            let found = kll.quantiles(FRACTIONS).unwrap().unwrap();
            for (fraction, key) in FRACTIONS.into_iter().zip(found) {
                let error = key as f64 / N as f64 - fraction;
                assert!(error.abs() < RANK_ERROR, "{fraction}: {error}");
            }
        }
    }

    #[test]
    fn weights_of_all_items_sum_to_the_count() {
        let mut kll = Kll::new();
        for i in 0..123_457u64 {
            kll.add(i);
        }
        let weight: u64 =
            kll.levels.iter().enumerate().map(|(level, keys)| (keys.len() as u64) << level).sum();
        assert_eq!(weight, 123_457);
        let full = kll.levels.iter().zip(&kll.capacities).any(|(keys, &room)| keys.len() >= room);
        assert!(!full);
    }
}
