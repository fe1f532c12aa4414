//! Mean and squared deviations: compensated sums, and blocks of them merged in row order.

/// Neumaier's compensated sum: the error of each addition is carried along.
#[derive(Clone, Copy, Default)]
pub struct Sum {
    sum: f64,
    carry: f64,
}

impl Sum {
    /// Adds one term.
    #[inline]
    pub fn add(&mut self, x: f64) {
        let total = self.sum + x;
        if self.sum.abs() >= x.abs() {
            self.carry += (self.sum - total) + x;
        } else {
            self.carry += (x - total) + self.sum;
        }
        self.sum = total;
    }

    /// The sum of all terms.
    pub fn total(self) -> f64 {
        self.sum + self.carry
    }
}

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

/// A quotient of integers, rounded once to the nearest f64. Both are exact in f64 up to 2^53;
/// beyond, 64 bits behind the point and a sticky bit decide the rounding.
pub fn divided_once(sum: i128, count: u64) -> f64 {
    const EXACT: u128 = 1 << 53;
    let magnitude = sum.unsigned_abs();
    if magnitude <= EXACT {
        return sum as f64 / count as f64;
    }
    let count = u128::from(count);
    // The sum of `count` numbers of 64 bits: the whole part has at most 64 bits, and the
    // remainder, below a count of rows, leaves room for 64 more.
    let (whole, rest) = (magnitude / count, magnitude % count);
    let (fraction, rest) = ((rest << 64) / count, (rest << 64) % count);
    let scaled = whole << 64 | fraction | u128::from(rest != 0);
    let quotient = scaled as f64 * 0.5f64.powi(64);
    if sum < 0 { -quotient } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_keeps_what_plain_addition_loses() {
        let mut sum = Sum::default();
        for x in [1.0, 1e100, 1.0, -1e100] {
            sum.add(x);
        }
        assert_eq!(sum.total(), 2.0);
    }

    #[test]
    fn divided_once_rounds_once() {
        // Python: float(Fraction(a, b)).
        assert_eq!(divided_once(9_007_199_254_740_993, 3), 3_002_399_751_580_331.0);
        assert_eq!(divided_once(-9_007_199_254_740_993, 2), -4_503_599_627_370_496.5);
        assert_eq!(divided_once(i128::from(i64::MAX) * 7, 7), 9_223_372_036_854_775_807.0);
        assert_eq!(divided_once(27_670_116_110_564_327_421, 7), 3_952_873_730_080_618_203.0);
        assert_eq!(divided_once(-7, 2), -3.5);
    }

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
