//! Sums of the rows that merge, and running totals. Changes are added in the order of their rows,
//! from 0; totals in the order of the result, from 0.

use super::keys::Keys;
use super::sort::{Item, sort};
use super::{BLOCK, ChangeType, Outcome, Request, eight, four, poll, zeros};
use crate::control::Control;
use crate::fault::Error;

/// Keys below this, or below the number of rows, get a sum each, without any sorting.
const DENSE_MIN: u64 = 256;

/// Keys made at once: they stay in the first cache.
const KEYS: usize = 1024;

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
    room: usize,
}

impl<'a> Sink<'a> {
    /// Divides a body with room for so many rows.
    pub fn new(body: &'a mut [u8], room: usize, has_ranks: bool) -> Sink<'a> {
        let (starts, body) = body.split_at_mut(room * 8);
        let (changes, body) = body.split_at_mut(room * 8);
        let (totals, body) = body.split_at_mut(room * 8);
        let (ranks, _) = body.split_at_mut(if has_ranks { room * 4 } else { 0 });
        Sink { starts, changes, totals, ranks, rows: 0, room }
    }

    /// Rows written so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    fn is_full(&self) -> bool {
        self.rows == self.room
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
    keys: Keys<'_>,
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
    keys: Keys<'a>,
    control: &'a dyn Control,
    /// Running totals of the types.
    totals: Vec<C::Sum>,
}

impl<'a, C: Change> Work<'a, C> {
    fn new(
        request: &'a Request<'a>,
        rows: usize,
        keys: Keys<'a>,
        control: &'a dyn Control,
    ) -> Result<Self, Error> {
        let groups = if rows == 0 { 1 } else { request.groups as usize };
        Ok(Work { request, rows, keys, control, totals: zeros(groups)? })
    }

    fn run(mut self, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        match self.keys.end {
            _ if self.keys.sorted => self.ascending(sink),
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

    /// Gives every row and its key to `take`, in order.
    #[inline(always)]
    fn each_key(&self, mut take: impl FnMut(usize, u64) -> Result<(), Error>) -> Result<(), Error> {
        let mut keys = [0; KEYS];
        for first in (0..self.rows).step_by(KEYS) {
            if first % BLOCK == 0 {
                poll(self.control)?;
            }
            let keys = &mut keys[..KEYS.min(self.rows - first)];
            self.keys.fill(first, keys)?;
            for (row, &key) in keys.iter().enumerate() {
                take(first + row, key)?;
            }
        }
        Ok(())
    }

    /// Writes a row of the result.
    #[inline(always)]
    fn push(
        &mut self,
        start: i64,
        rank: u32,
        sum: C::Sum,
        sink: &mut Sink<'_>,
    ) -> Result<Outcome, Error> {
        if sink.is_full() {
            return Err(Error::BadArgument("the output has too little room"));
        }
        let total = C::join(self.totals[rank as usize], sum);
        self.totals[rank as usize] = total;
        let outcome = match (C::write(sum), C::write(total)) {
            (Some(change), Some(total)) => {
                sink.push(start, rank, change, total);
                return Ok(Outcome::Done);
            }
            (None, _) => Outcome::ChangeTooLarge,
            (_, None) => Outcome::TotalTooLarge,
        };
        sink.blame(start);
        Ok(outcome)
    }

    /// Rows that come in order: each run of equal keys is a row of the result.
    fn ascending(&mut self, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        if self.rows == 0 {
            return Ok(Outcome::Done);
        }
        let mut keys = [0; KEYS];
        self.keys.fill(0, &mut keys[..1])?;
        let (mut current, mut sum) = (keys[0], C::Sum::default());
        for first in (0..self.rows).step_by(KEYS) {
            if first % BLOCK == 0 {
                poll(self.control)?;
            }
            let keys = &mut keys[..KEYS.min(self.rows - first)];
            self.keys.fill(first, keys)?;
            for (row, &key) in keys.iter().enumerate() {
                if key != current {
                    let outcome = self.push(self.keys.start(current), 0, sum, sink)?;
                    if outcome != Outcome::Done {
                        return Ok(outcome);
                    }
                    (current, sum) = (key, C::Sum::default());
                }
                sum = C::add(sum, self.change(first + row));
            }
        }
        self.push(self.keys.start(current), 0, sum, sink)
    }

    /// A sum per key that occurs or might occur.
    fn dense(&mut self, end: u64, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        let mut sums = zeros::<(C::Sum, bool)>(end as usize)?;
        self.each_key(|row, key| {
            // JavaScript may change the times meanwhile.
            let place = sums.get_mut(key as usize);
            let (sum, seen) = place.ok_or(Error::BadArgument("the times have changed"))?;
            *sum = C::add(*sum, self.change(row));
            *seen = true;
            Ok(())
        })?;
        for (key, (sum, seen)) in sums.into_iter().enumerate() {
            if !seen {
                continue;
            }
            let (start, rank) = self.keys.meaning(key as u64);
            let outcome = self.push(start, rank, sum, sink)?;
            if outcome != Outcome::Done {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Done)
    }

    fn sorted<T: Item>(&mut self, end: u64, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        let mut items = Vec::<T>::new();
        items.try_reserve_exact(self.rows)?;
        self.each_key(|row, key| {
            items.push(T::new(key, row as u32));
            Ok(())
        })?;
        let items = sort(items, end, self.control)?;
        for (index, run) in items.chunk_by(|one, next| one.key() == next.key()).enumerate() {
            if index % BLOCK == 0 {
                poll(self.control)?;
            }
            let mut sum = C::Sum::default();
            for item in run {
                sum = C::add(sum, self.change(item.row()));
            }
            let (start, rank) = self.keys.meaning(run[0].key());
            let outcome = self.push(start, rank, sum, sink)?;
            if outcome != Outcome::Done {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Done)
    }

    /// Times so far apart, and so many types, that no number of 64 bits holds both.
    fn compared(&mut self, sink: &mut Sink<'_>) -> Result<Outcome, Error> {
        let mut items = Vec::<(u64, u32, u32)>::new();
        items.try_reserve_exact(self.rows)?;
        for row in 0..self.rows {
            let mut offset = [0];
            self.keys.fill_offsets(row, &mut offset);
            items.push((offset[0], self.keys.rank(row)?, row as u32));
        }
        items.sort_unstable();
        poll(self.control)?;
        for run in items.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
            let sum = run
                .iter()
                .fold(C::Sum::default(), |sum, item| C::add(sum, self.change(item.2 as usize)));
            let (start, rank) = (self.keys.start(run[0].0), run[0].1);
            let outcome = self.push(start, rank, sum, sink)?;
            if outcome != Outcome::Done {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Done)
    }
}
