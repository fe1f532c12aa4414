//! Statistics against the vectors that `tools/vectors/stats.py` makes with numpy, plain Python and
//! DuckDB, and what callers may get wrong.

use serde_json::Value;

use super::*;
use crate::control::{Control, Unwatched};
use crate::fault::Error;

const SUMMARIES: &str = include_str!("../../../../tests/vectors/stats_summary.ndjson");
const WEEKS: &str = include_str!("../../../../tests/vectors/stats_week.ndjson");

/// A control that says stop at once.
struct Stopped;

impl Control for Stopped {
    fn cancelled(&self) -> bool {
        true
    }

    fn progress(&self, _: u64) {}
}

fn cases(vectors: &str) -> impl Iterator<Item = Value> {
    vectors.lines().map(|line| serde_json::from_str(line).expect("a case"))
}

/// Kind, bytes and bitmap of a case's values; nulls leave noise behind.
fn column_of(case: &Value) -> (u32, Vec<u8>, Vec<u8>) {
    let values = case["values"].as_array().expect("values");
    let mut bits = vec![0; values.len().div_ceil(8)];
    let mut data = Vec::new();
    let kind = match case["type"].as_str() {
        Some("i32") => 1,
        Some("i64") => 2,
        _ => 3,
    };
    for (row, value) in values.iter().enumerate() {
        if !value.is_null() {
            bits[row / 8] |= 1 << (row % 8);
        }
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match kind {
            1 => data.extend(text.parse().unwrap_or(i32::MIN).to_le_bytes()),
            2 => data.extend(text.parse().unwrap_or(i64::MAX).to_le_bytes()),
            _ => data.extend(text.parse().unwrap_or(f64::NAN).to_le_bytes()),
        }
    }
    (kind, data, bits)
}

/// Whether two numbers are the same up to a share of a scale.
fn close(found: f64, expected: f64, share: f64) -> bool {
    (found - expected).abs() <= share
}

#[test]
fn moments_are_those_of_exact_fractions() {
    let mut count = 0;
    for case in cases(SUMMARIES) {
        let name = case["name"].as_str().expect("a name");
        let (kind, data, bits) = column_of(&case);
        let numbers = Numbers::new(kind, &data, Some(&bits)).expect("a column");
        let found = moments(&numbers, &Unwatched).expect("moments");
        let expected = &case["expected"];
        assert_eq!(found.count, expected["count"].as_u64().expect("a count"), "{name}");
        let magnitude = case["magnitude"].as_f64().expect("a magnitude");
        if kind == 3 {
            let sum = expected["sum"].as_f64().expect("a sum");
            assert!(close(found.sum, sum, magnitude * 4e-15), "{name}: {}", found.sum);
        } else {
            assert_eq!(found.exact_sum.to_string(), expected["sum"].as_str().unwrap(), "{name}");
        }
        if let Some(mean) = expected["mean"].as_f64() {
            let share = magnitude / found.count as f64 * 4e-15;
            assert!(close(found.mean, mean, share), "{name}: {}", found.mean);
        }
        if let Some(variance) = expected["variancePopulation"].as_f64() {
            let population = found.powers[0] / found.count as f64;
            assert!(close(population, variance, variance * 2e-14), "{name}: {population}");
        }
        count += 1;
    }
    assert!(count > 40);
}

#[test]
fn selected_ranks_are_those_of_a_sort() {
    for case in cases(SUMMARIES) {
        let (kind, data, bits) = column_of(&case);
        let numbers = Numbers::new(kind, &data, Some(&bits)).expect("a column");
        let values = case["values"].as_array().expect("values").iter();
        let mut sorted: Vec<f64> = values
            .filter_map(|value| value.as_str().map_or_else(|| value.as_f64(), |t| t.parse().ok()))
            .collect();
        sorted.sort_by(f64::total_cmp);
        let ranks: Vec<usize> = (0..sorted.len()).step_by(sorted.len() / 5 + 1).collect();
        let mut picked = vec![0.0; ranks.len()];
        select(&numbers, &ranks, &Unwatched, |at, value| picked[at] = value).expect("values");
        let expected: Vec<f64> = ranks.iter().map(|&rank| sorted[rank]).collect();
        assert_eq!(picked, expected, "{}", case["name"]);
    }
}

#[test]
fn ranks_that_are_none_are_refused() {
    let data = [1.0_f64, 2.0, f64::NAN].map(f64::to_le_bytes);
    let numbers = Numbers::new(3, data.as_flattened(), None).expect("a column");
    let fails = |ranks: &[usize]| select(&numbers, ranks, &Unwatched, |_, _| {}).is_err();
    // NaN has no rank.
    for ranks in [&[2][..], &[1, 0], &[0, 0], &[usize::MAX]] {
        assert!(fails(ranks), "{ranks:?}");
    }
    assert!(!fails(&[]) && !fails(&[0, 1]));
}

#[test]
fn columns_that_do_not_fit_are_none() {
    assert!(Numbers::new(0, &[], None).is_none());
    assert!(Numbers::new(4, &[], None).is_none());
    assert!(Numbers::new(1, &[0; 5], None).is_none());
    assert!(Numbers::new(3, &[0; 8], Some(&[])).is_none());
    assert_eq!(Numbers::new(2, &[0; 16], Some(&[1])).map(|column| column.rows()), Some(2));
}

#[test]
fn weights_that_are_none_are_named() {
    let numbers = [1.0_f64, 2.0].map(f64::to_le_bytes);
    let numbers = Numbers::new(3, numbers.as_flattened(), None).expect("a column");
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let weights = [0.5, bad].map(f64::to_le_bytes);
        let weights = Numbers::new(3, weights.as_flattened(), None).expect("a column");
        let found = weighted(&numbers, &weights, &Unwatched).expect("sums");
        assert_eq!(found.fault_row, Some(1));
    }
}

/// The columns of tasks as they cross the boundary.
struct Columns {
    weeks: Vec<[u8; 4]>,
    durations: Vec<[u8; 8]>,
    scores: Vec<[u8; 8]>,
    scored: Vec<u8>,
    projects: Vec<[u8; 4]>,
    named: Vec<u8>,
    project_codes: usize,
}

impl Columns {
    fn tasks(&self) -> Tasks<'_> {
        let rows = self.weeks.len();
        let reals = |data, bits| Numbers::new(3, data, bits).expect("a column");
        Tasks {
            weeks: &self.weeks,
            week_valid: Bits::default(),
            week_codes: None,
            durations: reals(self.durations.as_flattened(), None),
            scores: reals(self.scores.as_flattened(), Some(&self.scored)),
            projects: &self.projects,
            project_valid: Bits::new(Some(&self.named), rows).expect("a bitmap"),
            project_codes: self.project_codes,
        }
    }
}

/// The columns of a case whose weeks are numbers, and the names of its projects.
fn tasks_of(case: &Value) -> Option<(Columns, Vec<String>)> {
    let column = |name: &str| case["columns"][name].as_array().expect("a column");
    let weeks = column("week").iter().map(|week| Some((week.as_i64()? as i32).to_le_bytes()));
    let rows = column("week").len();
    let bitmap = |is_set: &dyn Fn(usize) -> bool| {
        let mut bits = vec![0; rows.div_ceil(8)];
        (0..rows).filter(|&row| is_set(row)).for_each(|row| bits[row / 8] |= 1 << (row % 8));
        bits
    };
    let reals = |name| {
        let values = column(name).iter();
        values.map(|value| value.as_f64().unwrap_or(f64::NAN).to_le_bytes()).collect()
    };
    let (scores, projects) = (column("score"), column("project"));
    // An empty project is none; what stands at a null is not looked at.
    let name = |row: usize| projects[row].as_str().filter(|name| !name.is_empty());
    let mut names: Vec<String> = (0..rows).filter_map(name).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    let code = |row| {
        let known = name(row).map(|name| names.binary_search_by(|one| one.as_str().cmp(name)));
        known.map_or(u32::MAX, |found| found.expect("a name") as u32).to_le_bytes()
    };
    let columns = Columns {
        weeks: weeks.collect::<Option<_>>()?,
        durations: reals("duration"),
        scores: reals("score"),
        scored: bitmap(&|row| !scores[row].is_null()),
        projects: (0..rows).map(code).collect(),
        named: bitmap(&|row| name(row).is_some()),
        project_codes: names.len(),
    };
    Some((columns, names))
}

#[test]
fn week_sums_are_those_of_python() {
    let mut count = 0;
    for case in cases(WEEKS) {
        let Some((columns, names)) = tasks_of(&case) else { continue };
        let found = week_sums(&columns.tasks(), &Unwatched).expect("sums");
        assert_eq!(found.fault, None);
        let expected = case["expected"].as_array().expect("weeks");
        assert_eq!(found.weeks.len(), expected.len());
        for week in expected {
            let key = week["week"].as_f64().expect("a week");
            let [_, tasks, seconds, scored, scores, hours, both] =
                *found.weeks.iter().find(|sums| sums[0] == key).expect("the week");
            assert_eq!(Some(tasks), week["totalTasks"].as_f64());
            assert_eq!(Some(seconds), week["totalSeconds"].as_f64());
            let mean = (scored > 0.0).then(|| scores / scored);
            assert_eq!(mean, week["meanScore"].as_f64());
            let productivity = if hours == 0.0 { 0.0 } else { both / hours * 20.0 };
            assert_eq!(Some(productivity), week["productivity"].as_f64());
            for project in week["projects"].as_array().expect("projects") {
                let name = project["name"].as_str().expect("a name");
                let code = names.iter().position(|one| one == name).expect("a code") as f64;
                let cell = found.cells.iter().find(|cell| cell[..2] == [key, code]);
                let sums = [&project["count"], &project["seconds"]].map(Value::as_f64);
                assert_eq!(cell.map(|cell| [Some(cell[2]), Some(cell[3])]), Some(sums), "{name}");
            }
        }
        count += 1;
    }
    assert!(count > 5);
}

fn one_task() -> Columns {
    Columns {
        weeks: vec![[1, 0, 0, 0]; 700],
        durations: vec![1_f64.to_le_bytes(); 700],
        scores: vec![1_f64.to_le_bytes(); 700],
        scored: vec![255; 88],
        projects: vec![[0; 4]; 700],
        named: vec![255; 88],
        project_codes: 1,
    }
}

#[test]
fn the_first_row_that_cannot_be_counted_is_named() {
    let set = |change: &dyn Fn(&mut Columns, usize)| {
        let mut columns = one_task();
        // The first fault stands behind the first block, a second one behind it.
        change(&mut columns, 333);
        change(&mut columns, 600);
        week_sums(&columns.tasks(), &Unwatched).expect("a fault").fault
    };
    for bad in [-1.0, -5e-324, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let duration = |columns: &mut Columns, row| columns.durations[row] = bad.to_le_bytes();
        assert_eq!(set(&duration), Some((333, Fault::DurationInvalid)), "{bad}");
    }
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let score = |columns: &mut Columns, row| columns.scores[row] = bad.to_le_bytes();
        assert_eq!(set(&score), Some((333, Fault::ScoreInvalid)), "{bad}");
        let hidden = |columns: &mut Columns, row: usize| {
            columns.scores[row] = bad.to_le_bytes();
            columns.scored[row / 8] = 0;
        };
        assert_eq!(set(&hidden), None, "{bad}");
    }
    for bad in [1_i32, -1, i32::MIN] {
        let project = |columns: &mut Columns, row| columns.projects[row] = bad.to_le_bytes();
        assert_eq!(set(&project), Some((333, Fault::ProjectCode)), "{bad}");
    }
    let zero = |columns: &mut Columns, row| columns.durations[row] = (-0.0_f64).to_le_bytes();
    assert_eq!(set(&zero), None);
}

#[test]
fn codes_and_nulls_of_weeks_are_looked_at() {
    let columns = one_task();
    let codes = |week_codes| {
        let tasks = Tasks { week_codes: Some(week_codes), ..columns.tasks() };
        week_sums(&tasks, &Unwatched).expect("sums").fault
    };
    assert_eq!(codes(1), Some((0, Fault::WeekCode)));
    assert_eq!(codes(0), Some((0, Fault::WeekCode)));
    assert_eq!(codes(2), None);
    let bits = [[255; 80], [254; 80]].concat();
    let null = Bits::new(Some(&bits), 700).expect("a bitmap");
    let tasks = Tasks { week_valid: null, ..columns.tasks() };
    let found = week_sums(&tasks, &Unwatched).expect("sums");
    assert_eq!(found.fault, Some((640, Fault::WeekMissing)));
    let short = Tasks { projects: &columns.projects[..5], ..columns.tasks() };
    assert!(matches!(week_sums(&short, &Unwatched), Err(Error::BadArgument(_))));
}

#[test]
fn work_stops_when_asked_to() {
    let columns = one_task();
    assert!(matches!(week_sums(&columns.tasks(), &Stopped), Err(Error::Cancelled)));
    let numbers = Numbers::new(3, columns.durations.as_flattened(), None).expect("a column");
    assert!(matches!(moments(&numbers, &Stopped), Err(Error::Cancelled)));
    let selected = select(&numbers, &[0], &Stopped, |_, _| {});
    assert!(matches!(selected, Err(Error::Cancelled)));
}
