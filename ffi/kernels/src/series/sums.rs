//! Sums of the rows that merge, and running totals. Changes are added in the order of their rows,
//! from 0; totals in the order of the result, from 0.

use super::keys::{Keys, distance};
use super::sort::{Item, sort};
use super::{BLOCK, By, ChangeType, Outcome, Request, eight, four, poll, zeros};
use crate::control::Control;
use crate::fault::Error;

/// Keys below this get a sum each, without any sorting.
const DENSE_MIN: u64 = 65_536;

/// A change: how it is read, added and written.
trait Change: Copy + Default {
    /// What changes are added up in.
    type Sum: Copy + Default;
    fn read(bytes: &[u8], row: usize) -> Self;
    fn add(sum: Self::Sum, change: Self) -> Self::Sum;
    fn join(sum: Self::Sum, other: Self::Sum) -> Self::Sum;
    /// The bytes of the output, unless 64 bits do not hold the sum.
    fn write(sum: Self::Sum) -> Option<[u8; 8]>;
}

macro_rules! integer_change {
    ($type:ty, $sum:ty, $bytes:ident) => {
        impl Change for $type {
            type Sum = $sum;

            #[inline(always)]
            fn read(bytes: &[u8], row: usize) -> $type {
                <$type>::from_ne_bytes($bytes(bytes, row))
            }

            #[inline(always)]
            fn add(sum: $sum, change: $type) -> $sum {
                sum + <$sum>::from(change)
            }

            #[inline(always)]
            fn join(sum: $sum, other: $sum) -> $sum {
                sum + other
            }

            #[inline(always)]
            fn write(sum: $sum) -> Option<[u8; 8]> {
                i64::try_from(sum).ok().map(i64::to_ne_bytes)
            }
        }
    };
}

// Fewer than 2^32 rows: sums of i32 fit 64 bits, sums of i64 fit 128.
integer_change!(i32, i64, four);
integer_change!(i64, i128, eight);

impl Change for f64 {
    type Sum = f64;

    #[inline(always)]
    fn read(bytes: &[u8], row: usize) -> f64 {
        f64::from_ne_bytes(eight(bytes, row))
    }

    #[inline(always)]
    fn add(sum: f64, change: f64) -> f64 {
        sum + change
    }

    #[inline(always)]
    fn join(sum: f64, other: f64) -> f64 {
        sum + other
    }

    /// Which bits a NaN has is the processor's choice: take one for all.
    #[inline(always)]
    fn write(sum: f64) -> Option<[u8; 8]> {
        Some(if sum.is_nan() { f64::NAN.to_ne_bytes() } else { sum.to_ne_bytes() })
    }
}

/// The output's arrays.
pub struct Sink<'a> {
    starts: &'a mut [u8],
    changes: &'a mut [u8],
    totals: &'a mut [u8],
    ranks: &'a mut [u8],
    rows: usize,
}

impl<'a> Sink<'a> {
    /// Divides a body with room for `rows` rows.
    pub fn new(body: &'a mut [u8], rows: usize, has_ranks: bool) -> Sink<'a> {
        let (starts, body) = body.split_at_mut(rows * 8);
        let (changes, body) = body.split_at_mut(rows * 8);
        let (totals, body) = body.split_at_mut(rows * 8);
        let (ranks, _) = body.split_at_mut(if has_ranks { rows * 4 } else { 0 });
        Sink { starts, changes, totals, ranks, rows: 0 }
    }

    /// Rows written so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn push(&mut self, start: i64, rank: u32, change: [u8; 8], total: [u8; 8]) {
        let at = self.rows * 8;
        self.starts[at..at + 8].copy_from_slice(&start.to_ne_bytes());
        self.changes[at..at + 8].copy_from_slice(&change);
        self.totals[at..at + 8].copy_from_slice(&total);
        if !self.ranks.is_empty() {
            let at = self.rows * 4;
            self.ranks[at..at + 4].copy_from_slice(&rank.to_ne_bytes());
        }
        self.rows += 1;
    }

    fn blame(&mut self, start: i64) {
        self.starts[..8].copy_from_slice(&start.to_ne_bytes());
        self.rows = 0;
    }
}

/// Adds up all rows.
///
/// # Errors
/// `BadArgument` for a place of a type that is none, `OutOfMemory`, `Cancelled`.
pub fn sum(
    request: &Request<'_>,
    rows: usize,
    keys: Keys,
    sink: &mut Sink<'_>,
    control: &dyn Control,
) -> Result<Outcome, Error> {
    match request.change_type {
        ChangeType::I32 => Work::<i32>::new(request, rows, keys, control)?.run(sink),
        ChangeType::I64 => Work::<i64>::new(request, rows, keys, control)?.run(sink),
        ChangeType::F64 => Work::<f64>::new(request, rows, keys, control)?.run(sink),
    }
}

struct Work<'a, C: Change> {
    request: &'a Request<'a>,
    rows: usize,
    keys: Keys,
    control: &'a dyn Control,
    /// Running totals of the types.
    totals: Vec<C::Sum>,
}

impl<'a, C: Change> Work<'a, C> {
    fn new(
        request: &'a Request<'a>,
        rows: usize,
        keys: Keys,
        control: &'a dyn Control,
    ) -> Result<Self, Error> {
        let groups = if rows == 0 { 1 } else { request.groups as usize };
        Ok(Work { request, rows, keys, control, totals: zeros(groups)? })
    }

    fn run(mut self, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        match self.keys.end {
            Some(end) if end <= DENSE_MIN.max(self.rows as u64) => self.dense(end, sink),
            Some(end) if end <= 1 << 32 => self.sorted::<u64>(end, sink),
            Some(end) => self.sorted::<(u64, u32)>(end, sink),
            None => self.compared(sink),
        }
    }

    #[inline(always)]
    fn change(&self, row: usize) -> C {
        let validity = self.request.validity;
        if !validity.is_empty() && validity[row / 8] & 1 << (row % 8) == 0 {
            return C::default();
        }
        C::read(self.request.changes, row)
    }

    /// The place of a row's type. JavaScript may change it meanwhile, so it is checked here.
    #[inline(always)]
    fn rank(&self, row: usize) -> Result<u32, Error> {
        if self.request.ranks.is_empty() {
            return Ok(0);
        }
        let rank = u32::from_ne_bytes(four(self.request.ranks, row));
        if rank < self.request.groups {
            return Ok(rank);
        }
        Err(Error::BadArgument("the place of a type is none"))
    }

    #[inline(always)]
    fn key(&self, row: usize) -> Result<u64, Error> {
        let key = self.keys.unit.divide(distance(self.keys.least, self.keys.starts[row]));
        if self.request.ranks.is_empty() {
            return Ok(key);
        }
        Ok(key * u64::from(self.request.groups) + u64::from(self.rank(row)?))
    }

    /// The start and the place of the type that a key stands for.
    #[inline(always)]
    fn meaning(&self, key: u64) -> (i64, u32) {
        let groups = u64::from(self.request.groups);
        let (offset, rank) = if groups == 1 { (key, 0) } else { (key / groups, key % groups) };
        let distance = offset.wrapping_mul(self.keys.unit as u64) as i64;
        (self.keys.least.wrapping_add(distance), rank as u32)
    }

    /// Writes a row of the result.
    #[inline(always)]
    fn push(&mut self, start: i64, rank: u32, sum: C::Sum, sink: &mut Sink<'_>) -> Outcome {
        let total = C::join(self.totals[rank as usize], sum);
        self.totals[rank as usize] = total;
        let start = if self.request.by == By::Hour { start.wrapping_mul(1_000_000) } else { start };
        let outcome = match (C::write(sum), C::write(total)) {
            (Some(change), Some(total)) => {
                sink.push(start, rank, change, total);
                return Outcome::Done;
            }
            (None, _) => Outcome::ChangeTooLarge,
            (_, None) => Outcome::TotalTooLarge,
        };
        sink.blame(start);
        outcome
    }

    /// A sum per key that occurs or might occur.
    fn dense(&mut self, end: u64, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        let mut sums = zeros::<C::Sum>(end as usize)?;
        let mut seen = zeros::<bool>(end as usize)?;
        for first in (0..self.rows).step_by(BLOCK) {
            poll(self.control)?;
            for row in first..self.rows.min(first + BLOCK) {
                let key = self.key(row)? as usize;
                sums[key] = C::add(sums[key], self.change(row));
                seen[key] = true;
            }
        }
        for (key, sum) in sums.into_iter().enumerate() {
            if !seen[key] {
                continue;
            }
            let (start, rank) = self.meaning(key as u64);
            let outcome = self.push(start, rank, sum, sink);
            if outcome != Outcome::Done {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Done)
    }

    fn sorted<T: Item>(&mut self, end: u64, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        let mut items = Vec::<T>::new();
        items.try_reserve_exact(self.rows)?;
        for row in 0..self.rows {
            items.push(T::new(self.key(row)?, row as u32));
        }
        let items = sort(items, end, self.control)?;
        for (index, run) in items.chunk_by(|one, next| one.key() == next.key()).enumerate() {
            if index % BLOCK == 0 {
                poll(self.control)?;
            }
            let mut sum = C::Sum::default();
            for item in run {
                sum = C::add(sum, self.change(item.row()));
            }
            let (start, rank) = self.meaning(run[0].key());
            let outcome = self.push(start, rank, sum, sink);
            if outcome != Outcome::Done {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Done)
    }

    /// Times so far apart, and so many types, that no number of 64 bits holds both.
    fn compared(&mut self, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        let mut items = Vec::<(i64, u32, u32)>::new();
        items.try_reserve_exact(self.rows)?;
        for row in 0..self.rows {
            items.push((self.keys.starts[row], self.rank(row)?, row as u32));
        }
        items.sort_unstable();
        poll(self.control)?;
        for run in items.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
            let sum = run
                .iter()
                .fold(C::Sum::default(), |sum, item| C::add(sum, self.change(item.2 as usize)));
            let outcome = self.push(run[0].0, run[0].1, sum, sink);
            if outcome != Outcome::Done {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Done)
    }
}
