//! The sums of a task tracker by week and by project: one pass in row order. Every sum begins at
//! 0 and takes its terms in the order of the rows.

use std::collections::HashMap;

use crate::control::Control;
use crate::fault::Error;

use super::numbers::{Bits, Numbers};
use super::week_cells::Cells;

/// Hours of a task that count at most.
const HOURS_MAX: f64 = 8.0;
const HOUR_SECONDS: f64 = 3600.0;
/// Rows made ready at once, and looked at between two polls of the control.
const BLOCK: usize = 1024;
/// Weeks within a range of this have a slot each; others are looked up.
const RANGE_MAX: i64 = 1 << 16;

/// Numbers of a week in the result.
pub const WEEK_FIELDS: usize = 7;
/// Numbers of a cell in the result.
pub const CELL_FIELDS: usize = 4;

/// Tasks in columns of the same length.
pub struct Tasks<'a> {
    /// A whole number for the week of each task.
    pub weeks: &'a [[u8; 4]],
    pub week_valid: Bits<'a>,
    /// Weeks are codes from 0 below this; None: any number may stand there.
    pub week_codes: Option<usize>,
    /// Seconds.
    pub durations: Numbers<'a>,
    pub scores: Numbers<'a>,
    /// A code for the project of each task.
    pub projects: &'a [[u8; 4]],
    pub project_valid: Bits<'a>,
    /// Codes of projects are below this.
    pub project_codes: usize,
}

/// Why a row cannot be counted; the numbers are those of the boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    WeekMissing = 1,
    DurationMissing = 2,
    DurationInvalid = 3,
    ScoreInvalid = 4,
    WeekCode = 5,
    ProjectCode = 6,
}

/// Sums by week, and by week and project.
#[derive(Default, Debug, PartialEq)]
pub struct WeekSums {
    /// The first row that cannot be counted; the sums are empty then.
    pub fault: Option<(usize, Fault)>,
    /// The week's number, tasks, seconds, tasks with a score, the sum of the scores, of the hours
    /// that weigh them, and of both multiplied.
    pub weeks: Vec<[f64; WEEK_FIELDS]>,
    /// The week's number, project, tasks, seconds.
    pub cells: Vec<[f64; CELL_FIELDS]>,
}

/// Places for the sums of weeks.
enum Slots {
    /// The week less the base is the slot.
    Range { base: i32, count: usize },
    /// Slots by week, and weeks by slot.
    Known(HashMap<i32, usize>, Vec<i32>),
}

impl Slots {
    fn new(tasks: &Tasks) -> Result<Slots, Error> {
        if let Some(count) = tasks.week_codes {
            return Ok(Slots::Range { base: 0, count });
        }
        let (mut least, mut most) = (i32::MAX, i32::MIN);
        let weeks = || tasks.weeks.iter().map(|&bytes| i32::from_le_bytes(bytes));
        if tasks.week_valid.all() {
            weeks().for_each(|week| (least, most) = (least.min(week), most.max(week)));
        } else {
            weeks()
                .enumerate()
                .filter(|(row, _)| tasks.week_valid.has(*row))
                .for_each(|(_, week)| (least, most) = (least.min(week), most.max(week)));
        }
        let range = i64::from(most) - i64::from(least);
        if range < RANGE_MAX {
            return Ok(Slots::Range { base: least, count: (range + 1).max(0) as usize });
        }
        let (mut slots, mut known) = (HashMap::new(), Vec::new());
        for (row, week) in weeks().enumerate() {
            if tasks.week_valid.has(row) && !slots.contains_key(&week) {
                slots.try_reserve(1)?;
                known.try_reserve(1)?;
                slots.insert(week, known.len());
                known.push(week);
            }
        }
        Ok(Slots::Known(slots, known))
    }

    fn count(&self) -> usize {
        match self {
            Slots::Range { count, .. } => *count,
            Slots::Known(_, weeks) => weeks.len(),
        }
    }

    /// The slot of a week that occurs; None for a code that is none.
    #[inline(always)]
    fn of(&self, week: i32) -> Option<usize> {
        match self {
            Slots::Range { base, count } => {
                let slot = week.wrapping_sub(*base) as u32 as usize;
                (slot < *count).then_some(slot)
            }
            Slots::Known(slots, _) => slots.get(&week).copied(),
        }
    }

    fn week(&self, slot: usize) -> f64 {
        match self {
            Slots::Range { base, .. } => f64::from(*base) + slot as f64,
            Slots::Known(_, weeks) => f64::from(weeks[slot]),
        }
    }
}

/// What a slot has gathered: tasks, seconds, and for those with a score their number, scores,
/// hours, and scores times hours; filled up to a power of two.
type Slot = [f64; 8];

/// The numbers of a block of rows, ready to be added.
struct Block {
    seconds: [f64; BLOCK],
    /// 1, score, hours and both multiplied; zeros without a score.
    scored: [[f64; 4]; BLOCK],
}

/// Sums up tasks by week and by project.
pub fn week_sums(tasks: &Tasks, control: &dyn Control) -> Result<WeekSums, Error> {
    let rows = tasks.weeks.len();
    let fits = tasks.projects.len() == rows
        && tasks.durations.rows() == rows
        && tasks.scores.rows() == rows;
    if !fits {
        return Err(Error::BadArgument("rows"));
    }
    let slots = Slots::new(tasks)?;
    let mut sums: Vec<Slot> = Vec::new();
    sums.try_reserve_exact(slots.count())?;
    sums.resize(slots.count(), [0.0; 8]);
    let mut cells = Cells::new(slots.count(), tasks.project_codes)?;
    let mut block = Box::new(Block { seconds: [0.0; BLOCK], scored: [[0.0; 4]; BLOCK] });
    for from in (0..rows).step_by(BLOCK) {
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        let to = rows.min(from + BLOCK);
        prepare(tasks, from, to, &mut block);
        let fault = add_block(tasks, &slots, &mut sums, &mut cells, &block, from..to)?;
        if fault.is_some() {
            return Ok(WeekSums { fault, ..WeekSums::default() });
        }
    }
    collect(&slots, &sums, &cells)
}

/// Computes what does not depend on the week: no row waits for another.
fn prepare(tasks: &Tasks, from: usize, to: usize, block: &mut Block) {
    let Block { seconds, scored } = block;
    for (at, row) in (from..to).enumerate() {
        let duration = tasks.durations.real(row);
        seconds[at] = duration;
        let score = tasks.scores.real(row);
        let hours = duration / HOUR_SECONDS;
        let weight = if hours < HOURS_MAX { hours } else { HOURS_MAX };
        let terms = [1.0, score, weight, score * weight];
        scored[at] = if tasks.scores.valid.has(row) { terms } else { [0.0; 4] };
    }
}

fn add_block(
    tasks: &Tasks,
    slots: &Slots,
    sums: &mut [Slot],
    cells: &mut Cells,
    block: &Block,
    rows: std::ops::Range<usize>,
) -> Result<Option<(usize, Fault)>, Error> {
    for (at, row) in rows.enumerate() {
        let fault = |kind| Ok(Some((row, kind)));
        if !tasks.week_valid.has(row) {
            return fault(Fault::WeekMissing);
        }
        let Some(slot) = slots.of(i32::from_le_bytes(tasks.weeks[row])) else {
            return fault(Fault::WeekCode);
        };
        if !tasks.durations.valid.has(row) {
            return fault(Fault::DurationMissing);
        }
        let seconds = block.seconds[at];
        if !(0.0..f64::INFINITY).contains(&seconds) {
            return fault(Fault::DurationInvalid);
        }
        let terms = block.scored[at];
        if !terms[1].is_finite() {
            return fault(Fault::ScoreInvalid);
        }
        let sum = &mut sums[slot];
        let all = [1.0, seconds, terms[0], terms[1], terms[2], terms[3]];
        sum.iter_mut().zip(all).for_each(|(sum, term)| *sum += term);
        if tasks.project_valid.has(row) {
            let project = i32::from_le_bytes(tasks.projects[row]) as u32 as usize;
            if project >= tasks.project_codes {
                return fault(Fault::ProjectCode);
            }
            cells.add(slot, project, seconds)?;
        }
    }
    Ok(None)
}

/// The weeks and pairs that occur.
fn collect(slots: &Slots, sums: &[Slot], cells: &Cells) -> Result<WeekSums, Error> {
    let mut found = WeekSums::default();
    found.weeks.try_reserve_exact(sums.iter().filter(|sum| sum[0] > 0.0).count())?;
    let used = sums.iter().enumerate().filter(|(_, sum)| sum[0] > 0.0);
    found.weeks.extend(used.map(|(slot, &[tasks, seconds, scored, scores, hours, both, ..])| {
        [slots.week(slot), tasks, seconds, scored, scores, hours, both]
    }));
    let pairs = cells.occurring()?;
    found.cells.try_reserve_exact(pairs.len())?;
    found.cells.extend(pairs.into_iter().map(|(slot, project, [tasks, seconds])| {
        [slots.week(slot), project as f64, tasks, seconds]
    }));
    Ok(found)
}
