//! The first days of weeks, months, quarters and years, in days since 1970-01-01.

use super::By;
use crate::fault::Error;

/// The first day of the period that a day belongs to. Weeks begin on Monday (ISO 8601).
#[inline]
pub fn period_start(by: By, day: i64) -> i64 {
    match by {
        By::Time | By::Hour | By::Day => day,
        // 1970-01-01 was a Thursday, three days after a Monday.
        By::Week => day - (day + 3).rem_euclid(7),
        By::Month => first_of_month(month_of(day)),
        By::Quarter => first_of_month(month_of(day).div_euclid(3) * 3),
        By::Year => first_of_month(month_of(day).div_euclid(12) * 12),
    }
}

/// Days whose starts are worked out beforehand, at most: of some 3000 years.
const TABLE_DAYS: u64 = 1 << 20;

/// Starts of the periods of days between two, as distances from the first of them.
pub struct Periods {
    by: By,
    first: i64,
    least: i64,
    most: i64,
    /// By day; empty where so few rows are asked for that each start is worked out by itself.
    offsets: Vec<u32>,
}

impl Periods {
    /// For the days between two.
    ///
    /// # Errors
    /// `BadArgument` for days outside of all calendars, `OutOfMemory`.
    pub fn new(by: By, first: i64, last: i64, rows: usize) -> Result<Periods, Error> {
        if first.unsigned_abs() > 1 << 40 || last.unsigned_abs() > 1 << 40 {
            return Err(Error::BadArgument("a day is outside of all calendars"));
        }
        let least = period_start(by, first);
        let days = last.abs_diff(first) + 1;
        let mut offsets = Vec::new();
        if days <= TABLE_DAYS && days <= rows as u64 {
            offsets.try_reserve_exact(days as usize)?;
            offsets.extend((first..=last).map(|day| (period_start(by, day) - least) as u32));
        }
        Ok(Periods { by, first, least, most: period_start(by, last), offsets })
    }

    /// The start of the first day's period.
    pub fn least(&self) -> i64 {
        self.least
    }

    /// The start of the last day's period.
    pub fn most(&self) -> i64 {
        self.most
    }

    /// How many days the start of a day's period lies behind the first one.
    #[inline(always)]
    pub fn offset(&self, day: i64) -> u64 {
        match self.offsets.get(day.wrapping_sub(self.first) as usize) {
            Some(&offset) => u64::from(offset),
            None => self.work_out(day),
        }
    }

    fn work_out(&self, day: i64) -> u64 {
        // Days that the table was not made for give any number.
        let day = day.clamp(-(1 << 40), 1 << 40);
        (period_start(self.by, day) - self.least) as u64
    }
}

/// Months since the year 0.
fn month_of(day: i64) -> i64 {
    // Years begin in March inside, so that the leap day comes last.
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let leaps = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    (year_of_era + era * 400) * 12 + (5 * day_of_year + 2) / 153 + 2
}

fn first_of_month(month: i64) -> i64 {
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let shifted = if month <= 2 { year - 1 } else { year };
    let month_of_year = if month <= 2 { month + 9 } else { month - 3 };
    let leaps = shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400);
    365 * shifted + leaps + (153 * month_of_year + 2) / 5 - 719_468
}
