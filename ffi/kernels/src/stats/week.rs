//! The sums of a task tracker by week and by project: one pass in row order. Every sum begins at
//! 0 and takes its terms in the order of the rows.

use std::collections::HashMap;
use std::ops::Range;

use crate::control::Control;
use crate::fault::Error;

use super::numbers::{Bits, Numbers, Values};
use super::week_cells::Cells;

/// Hours of a task that count at most.
const HOURS_MAX: f64 = 8.0;
const HOUR_SECONDS: f64 = 3600.0;
/// Rows made ready at once, and looked at between two polls of the control.
const BLOCK: usize = 256;
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

/// Two sums that are added to at once: tasks and seconds, scored tasks and scores, hours and scores
/// times hours.
pub type Pair = [f64; 2];

/// What a slot has gathered, in the order above; filled up to a power of two.
type Slot = [Pair; 4];

/// A block of rows, made ready without a branch on what stands in a row: what is null adds 0,
/// which leaves every bit of a sum as it is.
struct Block {
    slots: [u32; BLOCK],
    /// Codes of projects; one more than there are for none.
    projects: [u32; BLOCK],
    tasks: [Pair; BLOCK],
    scored: [Pair; BLOCK],
    weighed: [Pair; BLOCK],
    seconds: [f64; BLOCK],
    scores: [f64; BLOCK],
    /// All bits of a row set where it is not null.
    mask: [u32; BLOCK],
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
    sums.resize(slots.count(), [[0.0; 2]; 4]);
    let mut cells = Cells::new(slots.count(), tasks.project_codes)?;
    let mut block = Box::new(Block {
        slots: [0; BLOCK],
        projects: [0; BLOCK],
        tasks: [[0.0; 2]; BLOCK],
        scored: [[0.0; 2]; BLOCK],
        weighed: [[0.0; 2]; BLOCK],
        seconds: [0.0; BLOCK],
        scores: [0.0; BLOCK],
        mask: [0; BLOCK],
    });
    for from in (0..rows).step_by(BLOCK) {
        if control.cancelled() {
            return Err(Error::Cancelled);
        }
        let rows = from..rows.min(from + BLOCK);
        if !block.fill(tasks, &slots, rows.clone()) {
            let fault = rows.into_iter().find_map(|row| Some((row, fault_of(tasks, &slots, row)?)));
            return Ok(WeekSums { fault, ..WeekSums::default() });
        }
        block.add(rows.len(), &mut sums, &mut cells)?;
    }
    collect(&slots, &sums, &cells)
}

impl Block {
    /// Makes rows ready; false if one of them cannot be counted. Short loops without branches:
    /// they become vector code.
    fn fill(&mut self, tasks: &Tasks, slots: &Slots, rows: Range<usize>) -> bool {
        let used = rows.len();
        let Block { slots: of, projects, tasks: all, scored, weighed, seconds, scores, mask } =
            self;
        let mut good = put_slots(&tasks.weeks[rows.clone()], slots, &mut of[..used]);
        good &= tasks.week_valid.all_in(rows.clone());
        tasks.project_valid.masks(rows.start, mask);
        let codes = &tasks.projects[rows.clone()];
        good &= put_projects(codes, &mask[..used], tasks.project_codes as u32, projects);
        tasks.scores.valid.masks(rows.start, mask);
        let mask = &mask[..used];
        put_reals(&tasks.durations, rows.clone(), &mut seconds[..used]);
        good &= are_seconds(&seconds[..used]);
        good &= tasks.durations.valid.all_in(rows.clone());
        put_reals(&tasks.scores, rows, &mut scores[..used]);
        good &= are_finite(&scores[..used], mask);
        weigh(&seconds[..used], &scores[..used], mask, all, scored, weighed);
        good
    }

    fn add(&self, used: usize, sums: &mut [Slot], cells: &mut Cells) -> Result<(), Error> {
        let terms = self.tasks[..used].iter().zip(&self.scored).zip(&self.weighed);
        for (&slot, ((tasks, scored), weighed)) in self.slots.iter().zip(terms) {
            let sum = &mut sums[slot as usize];
            add_pair(&mut sum[0], tasks);
            add_pair(&mut sum[1], scored);
            add_pair(&mut sum[2], weighed);
        }
        cells.add(&self.slots[..used], &self.projects[..used], &self.tasks[..used])
    }
}

#[inline(always)]
pub fn add_pair(sums: &mut Pair, terms: &Pair) {
    sums[0] += terms[0];
    sums[1] += terms[1];
}

/// Writes the slots of weeks; false if one has none.
fn put_slots(weeks: &[[u8; 4]], slots: &Slots, out: &mut [u32]) -> bool {
    let mut bad = 0;
    match slots {
        Slots::Range { base, count } => {
            // A count is at most 2^32, where no slot is too large.
            let last = (*count as u32).wrapping_sub(1);
            for (slot, &bytes) in out.iter_mut().zip(weeks) {
                *slot = i32::from_le_bytes(bytes).wrapping_sub(*base) as u32;
                bad |= u32::from(*slot > last);
            }
            bad |= u32::from(*count == 0);
        }
        Slots::Known(..) => {
            for (slot, &bytes) in out.iter_mut().zip(weeks) {
                let found = slots.of(i32::from_le_bytes(bytes));
                bad |= u32::from(found.is_none());
                *slot = found.unwrap_or(0) as u32;
            }
        }
    }
    bad == 0
}

/// Writes the codes of projects, `none` where the mask is not set; false if one is too large.
fn put_projects(codes: &[[u8; 4]], mask: &[u32], none: u32, out: &mut [u32]) -> bool {
    let mut bad = 0;
    for ((out, &bytes), &mask) in out.iter_mut().zip(codes).zip(mask) {
        let code = u32::from_le_bytes(bytes);
        bad |= u32::from(code >= none) & mask;
        *out = (code & mask) | (none & !mask);
    }
    bad == 0
}

/// The upper half of the bits of the infinity; what lies below is finite and not negative.
const INFINITY_HIGH: u32 = 0x7FF0_0000;

fn high(value: f64) -> u32 {
    (value.to_bits() >> 32) as u32
}

/// Whether numbers, none of which is -0, are finite and not negative.
fn are_seconds(values: &[f64]) -> bool {
    values.iter().fold(0, |bad, &value| bad | u32::from(high(value) >= INFINITY_HIGH)) == 0
}

/// Whether the numbers with a mask are finite.
fn are_finite(values: &[f64], mask: &[u32]) -> bool {
    let bad = |&value: &f64| u32::from(high(value) << 1 >= INFINITY_HIGH << 1);
    values.iter().zip(mask).fold(0, |all, (value, mask)| all | (bad(value) & mask)) == 0
}

/// Writes what a row adds to each pair of sums.
fn weigh(
    seconds: &[f64],
    scores: &[f64],
    mask: &[u32],
    tasks: &mut [Pair],
    scored: &mut [Pair],
    weighed: &mut [Pair],
) {
    let inputs = seconds.iter().zip(scores).zip(mask);
    let outputs = tasks.iter_mut().zip(scored).zip(weighed);
    for (((&seconds, &score), &mask), ((tasks, scored), weighed)) in inputs.zip(outputs) {
        let mask = i64::from(mask as i32) as u64;
        let masked = |value: f64| f64::from_bits(value.to_bits() & mask);
        let score = masked(score);
        let hours = seconds / HOUR_SECONDS;
        let weight = masked(if hours < HOURS_MAX { hours } else { HOURS_MAX });
        *tasks = [1.0, seconds];
        *scored = [masked(1.0), score];
        *weighed = [weight, score * weight];
    }
}

/// Copies numbers to `out`.
fn put_reals(numbers: &Numbers, rows: Range<usize>, out: &mut [f64]) {
    match numbers.values {
        Values::I32(data) => {
            let read = data[rows].iter().map(|&bytes| f64::from(i32::from_le_bytes(bytes)));
            out.iter_mut().zip(read).for_each(|(out, value)| *out = value);
        }
        Values::I64(data) => {
            let read = data[rows].iter().map(|&bytes| i64::from_le_bytes(bytes) as f64);
            out.iter_mut().zip(read).for_each(|(out, value)| *out = value);
        }
        Values::F64(data) => {
            let read = data[rows].iter().map(|&bytes| f64::from_le_bytes(bytes) + 0.0);
            out.iter_mut().zip(read).for_each(|(out, value)| *out = value);
        }
    }
}

/// What is wrong with a row, if anything is.
fn fault_of(tasks: &Tasks, slots: &Slots, row: usize) -> Option<Fault> {
    if !tasks.week_valid.has(row) {
        return Some(Fault::WeekMissing);
    }
    if slots.of(i32::from_le_bytes(tasks.weeks[row])).is_none() {
        return Some(Fault::WeekCode);
    }
    if !tasks.durations.valid.has(row) {
        return Some(Fault::DurationMissing);
    }
    if !(0.0..f64::INFINITY).contains(&tasks.durations.real(row)) {
        return Some(Fault::DurationInvalid);
    }
    if tasks.scores.valid.has(row) && !tasks.scores.real(row).is_finite() {
        return Some(Fault::ScoreInvalid);
    }
    let project = u32::from_le_bytes(tasks.projects[row]) as usize;
    let is_code = project < tasks.project_codes || !tasks.project_valid.has(row);
    if is_code { None } else { Some(Fault::ProjectCode) }
}

/// The weeks and pairs that occur.
fn collect(slots: &Slots, sums: &[Slot], cells: &Cells) -> Result<WeekSums, Error> {
    let mut found = WeekSums::default();
    found.weeks.try_reserve_exact(sums.iter().filter(|sum| sum[0][0] > 0.0).count())?;
    let used = sums.iter().enumerate().filter(|(_, sum)| sum[0][0] > 0.0);
    found.weeks.extend(used.map(
        |(slot, &[[tasks, seconds], [scored, scores], [hours, both], _])| {
            [slots.week(slot), tasks, seconds, scored, scores, hours, both]
        },
    ));
    let pairs = cells.occurring()?;
    found.cells.try_reserve_exact(pairs.len())?;
    found.cells.extend(pairs.into_iter().map(|(slot, project, [tasks, seconds])| {
        [slots.week(slot), project as f64, tasks, seconds]
    }));
    Ok(found)
}
