//! Mean and squared deviations: compensated sums, and blocks of them merged in row order.

use crate::values::Sum;

/// Count, mean and sum of squared deviations of a stream of numbers.
#[derive(Default)]
pub struct Moments {
    pub count: f64,
    pub mean: f64,
    pub m2: f64,
    /// The numbers of the current block, in row order.
    block: Vec<f64>,
}

impl Moments {
    /// Continues from known figures.
    pub fn seeded(count: u64, mean: f64, m2: f64) -> Moments {
        Moments { count: count as f64, mean, m2, block: Vec::new() }
    }

    /// Adds a number (not NaN) to the block; a block never has more than 65,536.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.block.push(value);
    }

    /// Merges the block into the figures (Chan, Golub and LeVeque 1979).
    pub fn end_block(&mut self) {
        if self.block.is_empty() {
            return;
        }
        let nb = self.block.len() as f64;
        let mut sum = Sum::default();
        self.block.iter().for_each(|&value| sum.add(value));
        let mean = sum.total() / nb;
        let mut squares = Sum::default();
        self.block.iter().for_each(|&value| squares.add((value - mean) * (value - mean)));
        self.block.clear();
        let d = mean - self.mean;
        let count = self.count + nb;
        self.mean += d * nb / count;
        self.m2 += squares.total() + d * d * (self.count * nb / count);
        self.count = count;
    }
}

/// The standard deviation of a sample; None below two values or where it is not finite.
pub fn deviation(m2: f64, count: u64) -> Option<f64> {
    if count < 2 {
        return None;
    }
    let std = (m2 / (count - 1) as f64).sqrt();
    std.is_finite().then_some(std)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_blocks_are_those_of_the_whole() {
        // 1..=6 in blocks of two, none and four: mean 3.5, squared deviations 17.5.
        let mut moments = Moments::default();
        [1.0, 2.0].into_iter().for_each(|value| moments.add(value));
        moments.end_block();
        moments.end_block();
        [3.0, 4.0, 5.0, 6.0].into_iter().for_each(|value| moments.add(value));
        moments.end_block();
        assert_eq!((moments.count, moments.mean, moments.m2), (6.0, 3.5, 17.5));
        assert_eq!(deviation(17.5, 6), Some(3.5f64.sqrt()));
        assert_eq!(deviation(0.0, 1), None);
        assert_eq!(deviation(f64::INFINITY, 3), None);
    }
}
