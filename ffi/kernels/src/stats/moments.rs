//! Sums of a column and of the powers of the distances from its mean.

use crate::control::Control;
use crate::fault::Error;
use crate::values::{Sum, divided_once};

use super::STEP;
use super::numbers::{Bits, Numbers, Values};

/// Values whose lanes are folded at once.
const BLOCK: usize = 128;

/// What the values of a column add up to.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// Numbers, NaN left out, infinities included.
    pub count: u64,
    pub nans: u64,
    /// How many are infinite, upwards and downwards.
    pub infinities: (u64, u64),
    pub min: f64,
    pub max: f64,
    /// The sum of f64.
    pub sum: f64,
    /// The exact sum of integers.
    pub exact_sum: i128,
    /// The exact range of i64.
    pub exact_range: (i64, i64),
    pub mean: f64,
    /// Sums of the second, third and fourth powers of the distances from the mean.
    pub powers: [f64; 3],
}

/// What the weighted values of a column add up to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted {
    /// The first row with a weight that is none.
    pub fault_row: Option<usize>,
    pub weights: f64,
    pub products: f64,
}

/// The numbers of a column in row order, without nulls and NaN.
pub fn gather(numbers: &Numbers, control: &dyn Control) -> Result<(Vec<f64>, u64), Error> {
    let rows = numbers.rows();
    let mut values = Vec::new();
    values.try_reserve_exact(rows)?;
    let mut nans = 0;
    for from in (0..rows).step_by(STEP) {
        stop_if_cancelled(control)?;
        let to = rows.min(from + STEP);
        match numbers.values {
            Values::I32(data) => keep(&data[from..to], from, numbers.valid, &mut values, |bytes| {
                f64::from(i32::from_le_bytes(bytes))
            }),
            Values::I64(data) => keep(&data[from..to], from, numbers.valid, &mut values, |bytes| {
                i64::from_le_bytes(bytes) as f64
            }),
            Values::F64(data) => {
                let before = values.len();
                keep(&data[from..to], from, numbers.valid, &mut values, |bytes| {
                    f64::from_le_bytes(bytes) + 0.0
                });
                nans += drop_nans(&mut values, before);
            }
        }
    }
    Ok((values, nans))
}

/// Appends the values of the rows from `row` on that are not null.
#[inline(always)]
fn keep<const N: usize>(
    data: &[[u8; N]],
    row: usize,
    valid: Bits,
    values: &mut Vec<f64>,
    read: impl Fn([u8; N]) -> f64,
) {
    if valid.all() {
        values.extend(data.iter().map(|&bytes| read(bytes)));
        return;
    }
    let kept = data.iter().enumerate().filter(|(at, _)| valid.has(row + at));
    values.extend(kept.map(|(_, &bytes)| read(bytes)));
}

/// Drops every NaN from `from` on and counts them.
fn drop_nans(values: &mut Vec<f64>, from: usize) -> u64 {
    if !values[from..].iter().fold(false, |any, value| any | value.is_nan()) {
        return 0;
    }
    let mut kept = from;
    for at in from..values.len() {
        let value = values[at];
        values[kept] = value;
        kept += usize::from(!value.is_nan());
    }
    let nans = values.len() - kept;
    values.truncate(kept);
    nans as u64
}

/// The sums of a column.
pub fn moments(numbers: &Numbers, control: &dyn Control) -> Result<Moments, Error> {
    let (values, nans) = gather(numbers, control)?;
    let count = values.len() as u64;
    let (min, max) = range(&values);
    let mut found = Moments {
        count,
        nans,
        infinities: (0, 0),
        min,
        max,
        sum: 0.0,
        exact_sum: 0,
        exact_range: (0, 0),
        mean: f64::NAN,
        powers: [f64::NAN; 3],
    };
    if count == 0 {
        return Ok(found);
    }
    if min.is_infinite() || max.is_infinite() {
        let of = |wanted: f64| values.iter().filter(|&&value| value == wanted).count() as u64;
        found.infinities = (of(f64::INFINITY), of(f64::NEG_INFINITY));
        return Ok(found);
    }
    if let Values::F64(_) = numbers.values {
        found.sum = sum_of(&values, control)?;
        found.mean = if min == max { min } else { found.sum / count as f64 };
    } else {
        found.exact_sum = exact_sum(numbers);
        found.mean = divided_once(found.exact_sum, count);
    }
    if let Values::I64(_) = numbers.values {
        found.exact_range = exact_range(numbers);
    }
    found.powers = powers_of(&values, found.mean, control)?;
    Ok(found)
}

fn stop_if_cancelled(control: &dyn Control) -> Result<(), Error> {
    if control.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}

fn range(values: &[f64]) -> (f64, f64) {
    // Four lanes, so that the comparisons need not wait for each other.
    let mut least = [f64::INFINITY; 4];
    let mut most = [f64::NEG_INFINITY; 4];
    let (fours, rest) = values.as_chunks::<4>();
    for four in fours {
        for lane in 0..4 {
            least[lane] = if four[lane] < least[lane] { four[lane] } else { least[lane] };
            most[lane] = if four[lane] > most[lane] { four[lane] } else { most[lane] };
        }
    }
    let all = |lanes: [f64; 4]| lanes.into_iter().chain(rest.iter().copied());
    (all(least).fold(f64::INFINITY, f64::min), all(most).fold(f64::NEG_INFINITY, f64::max))
}

/// Four lanes a block, the blocks' sums compensated.
fn sum_of(values: &[f64], control: &dyn Control) -> Result<f64, Error> {
    let mut total = Sum::default();
    for step in values.chunks(STEP) {
        stop_if_cancelled(control)?;
        step.chunks(BLOCK).for_each(|block| total.add(block_sum(block)));
    }
    Ok(total.total())
}

/// The sum of a block: number k goes to lane k mod 4.
#[inline(always)]
fn block_sum(block: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (fours, rest) = block.as_chunks::<4>();
    for four in fours {
        for lane in 0..4 {
            lanes[lane] += four[lane];
        }
    }
    for (lane, value) in rest.iter().enumerate() {
        lanes[lane] += value;
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

fn exact_sum(numbers: &Numbers) -> i128 {
    let valid = numbers.valid;
    match numbers.values {
        Values::I32(data) => {
            let all = data.iter().enumerate().filter(|(row, _)| valid.has(*row));
            // 2^32 rows of 2^31 fit into 64 bits.
            i128::from(all.map(|(_, &bytes)| i64::from(i32::from_le_bytes(bytes))).sum::<i64>())
        }
        Values::I64(data) => {
            let all = data.iter().enumerate().filter(|(row, _)| valid.has(*row));
            all.map(|(_, &bytes)| i128::from(i64::from_le_bytes(bytes))).sum()
        }
        Values::F64(_) => 0,
    }
}

fn exact_range(numbers: &Numbers) -> (i64, i64) {
    let Values::I64(data) = numbers.values else { return (0, 0) };
    let kept = data.iter().enumerate().filter(|(row, _)| numbers.valid.has(*row));
    kept.map(|(_, &bytes)| i64::from_le_bytes(bytes))
        .fold((i64::MAX, i64::MIN), |(least, most), value| (least.min(value), most.max(value)))
}

fn powers_of(values: &[f64], mean: f64, control: &dyn Control) -> Result<[f64; 3], Error> {
    let mut totals = [Sum::default(); 3];
    for step in values.chunks(STEP) {
        stop_if_cancelled(control)?;
        for block in step.chunks(BLOCK) {
            let sums = block_powers(block, mean);
            totals.iter_mut().zip(sums).for_each(|(total, sum)| total.add(sum));
        }
    }
    Ok(totals.map(Sum::total))
}

/// The sums of d², d³ and d⁴ of a block, each in four lanes.
#[inline(always)]
fn block_powers(block: &[f64], mean: f64) -> [f64; 3] {
    let mut lanes = [[0.0; 4]; 3];
    let (fours, rest) = block.as_chunks::<4>();
    let mut add = |lane: usize, value: f64| {
        let d = value - mean;
        let square = d * d;
        lanes[0][lane] += square;
        lanes[1][lane] += d * square;
        lanes[2][lane] += square * square;
    };
    for four in fours {
        (0..4).for_each(|lane| add(lane, four[lane]));
    }
    rest.iter().enumerate().for_each(|(lane, &value)| add(lane, value));
    lanes.map(|lane| (lane[0] + lane[1]) + (lane[2] + lane[3]))
}

/// The sums over the rows that have both a number and a weight.
pub fn weighted(
    numbers: &Numbers,
    weights: &Numbers,
    control: &dyn Control,
) -> Result<Weighted, Error> {
    let (mut total, mut products) = (Sum::default(), Sum::default());
    let (mut some, mut made) = ([0.0; BLOCK], [0.0; BLOCK]);
    let mut used = 0;
    for row in 0..numbers.rows() {
        if row % STEP == 0 {
            stop_if_cancelled(control)?;
        }
        if !weights.valid.has(row) {
            continue;
        }
        let weight = weights.real(row);
        if !(0.0..f64::INFINITY).contains(&weight) {
            return Ok(Weighted { fault_row: Some(row), weights: 0.0, products: 0.0 });
        }
        let value = numbers.real(row);
        if !numbers.valid.has(row) || value.is_nan() {
            continue;
        }
        (some[used], made[used]) = (weight, weight * value);
        used += 1;
        if used == BLOCK {
            total.add(block_sum(&some));
            products.add(block_sum(&made));
            used = 0;
        }
    }
    if used > 0 {
        total.add(block_sum(&some[..used]));
        products.add(block_sum(&made[..used]));
    }
    Ok(Weighted { fault_row: None, weights: total.total(), products: products.total() })
}
