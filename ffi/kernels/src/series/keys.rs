//! From each row's time and type to one whole number, in whose order rows go and by which they
//! merge.

use super::calendar::period_start;
use super::zone::Zone;
use super::{BLOCK, By, Request, eight, four, poll, zeros};
use crate::control::Control;
use crate::fault::Error;

/// Days of a table of period starts; more are worked out one by one.
const TABLE_DAYS: i64 = 1 << 16;

/// The starts of all rows, and how keys are made of them.
pub struct Keys {
    /// Days, seconds (hours) or microseconds.
    pub starts: Vec<i64>,
    pub least: i64,
    /// All starts are `least` and a multiple of it.
    pub unit: Unit,
    /// One more than the largest key; `None` where 64 bits do not hold it.
    pub end: Option<u64>,
}

/// Works out the starts.
///
/// # Errors
/// `BadArgument` for a table that is none, `OutOfMemory`, `Cancelled`.
pub fn make(request: &Request<'_>, rows: usize, control: &dyn Control) -> Result<Keys, Error> {
    let mut starts = zeros::<i64>(rows)?;
    let mut zone = Zone::read(request.zone)?;
    let mut days = DayTable::new(request.by);
    let (mut least, mut most) = (i64::MAX, i64::MIN);
    for (index, block) in starts.chunks_mut(BLOCK).enumerate() {
        poll(control)?;
        let first = index * BLOCK;
        if request.in_days {
            let times = &request.times[first * 4..(first + block.len()) * 4];
            for (row, start) in block.iter_mut().enumerate() {
                *start = days.start(i64::from(i32::from_ne_bytes(four(times, row))));
            }
        } else {
            let times = &request.times[first * 8..(first + block.len()) * 8];
            let micros = |row| i64::from_ne_bytes(eight(times, row));
            for (row, start) in block.iter_mut().enumerate() {
                *start = match request.by {
                    By::Time => micros(row),
                    By::Hour => zone.hour_start(micros(row).div_euclid(1_000_000)),
                    _ => days.start(zone.day(micros(row).div_euclid(1_000_000))),
                };
            }
        }
        for &start in block.iter() {
            least = least.min(start);
            most = most.max(start);
        }
    }
    if rows == 0 {
        (least, most) = (0, 0);
    }
    let units: &[Unit] = match request.by {
        By::Hour => &[Unit::HalfHour],
        By::Time if !request.in_days => &[Unit::Million, Unit::Thousand],
        _ => &[],
    };
    let divides = |unit: Unit| {
        starts.iter().all(|&start| {
            let distance = distance(least, start);
            unit.divide(distance) * unit as u64 == distance
        })
    };
    let unit = units.iter().copied().find(|&unit| divides(unit)).unwrap_or(Unit::One);
    let span = u128::from(unit.divide(distance(least, most))) + 1;
    let end = u64::try_from(span * u128::from(request.groups)).ok();
    Ok(Keys { starts, least, unit, end })
}

/// What distances may be multiples of. The compiler knows each, which makes dividing cheap.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    One = 1,
    Thousand = 1000,
    /// Hours of most zones begin at whole half hours from each other, in seconds.
    HalfHour = 1800,
    Million = 1_000_000,
}

impl Unit {
    /// How often it goes into a distance.
    #[inline(always)]
    pub fn divide(self, distance: u64) -> u64 {
        match self {
            Unit::One => distance,
            Unit::Thousand => distance / 1000,
            Unit::HalfHour => distance / 1800,
            Unit::Million => distance / 1_000_000,
        }
    }
}

/// How far a start lies behind the least; right for any two numbers of 64 bits.
#[inline(always)]
pub fn distance(least: i64, start: i64) -> u64 {
    start.wrapping_sub(least) as u64
}

/// Period starts of the days around the first one asked for.
struct DayTable {
    by: By,
    first: i64,
    starts: Vec<i32>,
}

impl DayTable {
    fn new(by: By) -> DayTable {
        DayTable { by, first: 0, starts: Vec::new() }
    }

    #[inline(always)]
    fn start(&mut self, day: i64) -> i64 {
        if matches!(self.by, By::Time | By::Hour | By::Day) {
            return day;
        }
        match usize::try_from(day - self.first).ok().and_then(|at| self.starts.get(at)) {
            Some(&start) => i64::from(start),
            None => self.work_out(day),
        }
    }

    #[cold]
    fn work_out(&mut self, day: i64) -> i64 {
        let is_plain = day.abs() < 4_000_000;
        if self.starts.is_empty()
            && is_plain
            && self.starts.try_reserve_exact(TABLE_DAYS as usize).is_ok()
        {
            self.first = day - TABLE_DAYS / 2;
            let days = self.first..self.first + TABLE_DAYS;
            // Within 2^22 days of 1970 all starts fit 32 bits.
            self.starts.extend(days.map(|day| period_start(self.by, day) as i32));
        }
        period_start(self.by, day)
    }
}
