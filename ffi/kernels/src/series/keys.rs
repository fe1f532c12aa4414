//! From each row's time and type to one whole number, in whose order rows go and by which they
//! merge. A first look at the times tells how far apart they are; keys are then made where they
//! are needed, a division a row, and never kept.

use super::calendar::Periods;
use super::zone::{Clock, Zone};
use super::{BLOCK, By, Request, eight, four, poll};
use crate::control::Control;
use crate::fault::Error;

/// Seconds of a day and an hour.
const DAY: u64 = 86_400;
const HOUR: u64 = 3600;
const MILLION: u64 = 1_000_000;

/// How keys are made of the rows of a request.
pub struct Keys<'a> {
    request: &'a Request<'a>,
    plan: Plan,
    /// The start that offset 0 stands for: days, seconds (hours) or microseconds.
    least: i64,
    /// What one step of an offset stands for.
    unit: u64,
    /// One more than the largest key; `None` where 64 bits do not hold it.
    pub end: Option<u64>,
    /// Whether the keys ascend as the rows come.
    pub sorted: bool,
}

/// From a time to the offset of its start.
enum Plan {
    /// Microseconds, of which all are a multiple of the unit away from each other.
    Micros,
    /// Days that are their own starts.
    Days,
    /// Days, and the starts of their periods.
    Periods(Periods),
    /// Microseconds to hours of a clock.
    Hours(Clock),
    /// Microseconds to days of a clock, and from these to starts of periods.
    ClockDays(Clock, Option<Periods>),
}

/// What a first look at the times tells.
struct Seen {
    least: i64,
    most: i64,
    ascend: bool,
}

impl<'a> Keys<'a> {
    /// Looks at the times.
    ///
    /// # Errors
    /// `BadArgument` for times and tables that are none, `OutOfMemory`, `Cancelled`.
    pub fn new(
        request: &'a Request<'a>,
        rows: usize,
        control: &dyn Control,
    ) -> Result<Keys<'a>, Error> {
        let zone = Zone::read(request.zone)?;
        let seen = look(request, control)?;
        let (mut sorted, mut unit) = (seen.ascend, 1);
        let (plan, least, most) = match (request.by, request.in_days) {
            (By::Time, false) => {
                unit = unit_of(request, control)?;
                (Plan::Micros, seen.least, seen.most)
            }
            (By::Time | By::Day, true) => (Plan::Days, seen.least, seen.most),
            (by, true) => {
                let periods = Periods::new(by, seen.least, seen.most, rows)?;
                let (least, most) = (periods.least(), periods.most());
                (Plan::Periods(periods), least, most)
            }
            (By::Hour, false) => {
                let clock = Clock::hours(&zone, seen.least, seen.most, rows)?;
                unit = clock.unit();
                let (least, most) = (clock.least(), clock.most());
                (Plan::Hours(clock), least, most)
            }
            (by, false) => {
                let clock = Clock::days(&zone, seen.least, seen.most, rows)?;
                sorted &= clock.is_monotone();
                let (mut least, mut most) = (clock.least(), clock.most());
                let periods = match by {
                    By::Day => None,
                    _ => Some(Periods::new(by, least, most, rows)?),
                };
                if let Some(periods) = &periods {
                    (least, most) = (periods.least(), periods.most());
                }
                (Plan::ClockDays(clock, periods), least, most)
            }
        };
        let span = u128::from(distance(least, most) / unit) + 1;
        let end = u64::try_from(span * u128::from(request.groups)).ok();
        sorted &= request.ranks.is_empty();
        Ok(Keys { request, plan, least, unit, end, sorted })
    }

    /// The keys of the rows from `first` on.
    ///
    /// # Errors
    /// `BadArgument` for a place of a type that is none.
    #[inline]
    pub fn fill(&self, first: usize, keys: &mut [u64]) -> Result<(), Error> {
        self.fill_offsets(first, keys);
        if self.request.ranks.is_empty() {
            return Ok(());
        }
        let groups = self.request.groups;
        for (row, key) in keys.iter_mut().enumerate() {
            let rank = u64::from(self.rank(first + row)?);
            *key = key.wrapping_mul(u64::from(groups)).wrapping_add(rank);
        }
        Ok(())
    }

    /// The offsets of the starts of the rows from `first` on.
    pub fn fill_offsets(&self, first: usize, out: &mut [u64]) {
        let width = if self.request.in_days { 4 } else { 8 };
        let times = &self.request.times[first * width..(first + out.len()) * width];
        let least = self.least;
        match &self.plan {
            Plan::Micros => match self.unit {
                MILLION => each_micros(out, times, |time| distance(least, time) / MILLION),
                1000 => each_micros(out, times, |time| distance(least, time) / 1000),
                _ => each_micros(out, times, |time| distance(least, time)),
            },
            Plan::Days => each_day(out, times, |day| distance(least, day)),
            Plan::Periods(periods) => each_day(out, times, |day| periods.offset(day)),
            Plan::Hours(clock) => each_micros(out, times, |time| clock.place::<HOUR>(time)),
            Plan::ClockDays(clock, None) => {
                each_micros(out, times, |time| clock.place::<DAY>(time));
            }
            Plan::ClockDays(clock, Some(periods)) => {
                let first = clock.least();
                each_micros(out, times, |time| {
                    periods.offset(first.wrapping_add(clock.place::<DAY>(time) as i64))
                });
            }
        }
    }

    /// The place of a row's type. JavaScript may change it meanwhile, so it is checked here.
    #[inline(always)]
    pub fn rank(&self, row: usize) -> Result<u32, Error> {
        if self.request.ranks.is_empty() {
            return Ok(0);
        }
        let rank = u32::from_ne_bytes(four(self.request.ranks, row));
        if rank < self.request.groups {
            return Ok(rank);
        }
        Err(Error::BadArgument("the place of a type is none"))
    }

    /// The start and the place of the type that a key stands for.
    #[inline(always)]
    pub fn meaning(&self, key: u64) -> (i64, u32) {
        let groups = u64::from(self.request.groups);
        let (offset, rank) = if groups == 1 { (key, 0) } else { (key / groups, key % groups) };
        (self.start(offset), rank as u32)
    }

    /// The start (days or microseconds) of an offset.
    #[inline(always)]
    pub fn start(&self, offset: u64) -> i64 {
        let start = self.least.wrapping_add(offset.wrapping_mul(self.unit) as i64);
        let is_hour = matches!(self.plan, Plan::Hours(_));
        if is_hour { start.wrapping_mul(MILLION as i64) } else { start }
    }
}

fn each_micros(out: &mut [u64], times: &[u8], offset: impl Fn(i64) -> u64) {
    for (to, time) in out.iter_mut().zip(times.as_chunks::<8>().0) {
        *to = offset(i64::from_ne_bytes(*time));
    }
}

fn each_day(out: &mut [u64], times: &[u8], offset: impl Fn(i64) -> u64) {
    for (to, day) in out.iter_mut().zip(times.as_chunks::<4>().0) {
        *to = offset(i64::from(i32::from_ne_bytes(*day)));
    }
}

/// How far a start lies behind the least; right for any two numbers of 64 bits.
#[inline(always)]
fn distance(least: i64, start: i64) -> u64 {
    start.wrapping_sub(least) as u64
}

fn look(request: &Request<'_>, control: &dyn Control) -> Result<Seen, Error> {
    if request.times.is_empty() {
        return Ok(Seen { least: 0, most: 0, ascend: true });
    }
    let mut seen = Seen { least: i64::MAX, most: i64::MIN, ascend: true };
    let mut previous = i64::MIN;
    let mut see = |time: i64| {
        seen.least = seen.least.min(time);
        seen.most = seen.most.max(time);
        seen.ascend &= previous <= time;
        previous = time;
    };
    let width = if request.in_days { 4 } else { 8 };
    for block in request.times.chunks(BLOCK * width) {
        poll(control)?;
        if request.in_days {
            block.as_chunks::<4>().0.iter().for_each(|&day| see(i32::from_ne_bytes(day).into()));
        } else {
            block.as_chunks::<8>().0.iter().for_each(|&time| see(i64::from_ne_bytes(time)));
        }
    }
    Ok(seen)
}

/// Whole seconds, whole milliseconds or microseconds: what all times are apart by.
fn unit_of(request: &Request<'_>, control: &dyn Control) -> Result<u64, Error> {
    if request.times.is_empty() {
        return Ok(1);
    }
    let first = i64::from_ne_bytes(eight(request.times, 0)).rem_euclid(MILLION as i64);
    let mut unit = MILLION;
    for block in request.times.chunks(BLOCK * 8) {
        poll(control)?;
        let (times, _) = block.as_chunks::<8>();
        let rest = |&time| i64::from_ne_bytes(time).rem_euclid(MILLION as i64);
        // What all seconds have in common, all milliseconds have too.
        if unit == MILLION && !times.iter().all(|time| rest(time) == first) {
            unit = 1000;
        }
        if unit == 1000 && !times.iter().all(|time| (rest(time) - first) % 1000 == 0) {
            return Ok(1);
        }
    }
    Ok(unit)
}
