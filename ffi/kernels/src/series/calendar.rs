//! The first days of weeks, months, quarters and years, in days since 1970-01-01.

use super::By;

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
