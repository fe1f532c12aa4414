//! Sums that lose nothing on the way: compensated sums of f64 and the mean of an exact sum.

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
}
