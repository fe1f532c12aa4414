//! Statistics over columns: the sums and order statistics of a column of numbers, and the sums of
//! a task tracker by week and project. Names, quotients and order are TypeScript's business.
//!
//! Order of operations: `docs/statistics.md`. TypeScript does the same to the bit.

mod moments;
mod numbers;
mod select;
mod week;
mod week_cells;

#[cfg(test)]
mod tests;

pub use moments::{Moments, Weighted, moments, weighted};
pub use numbers::{Bits, Numbers};
pub use select::select;
pub use week::{CELL_FIELDS, Fault, Tasks, WEEK_FIELDS, WeekSums, week_sums};

/// Rows handled between two looks at the control.
const STEP: usize = 1 << 18;
