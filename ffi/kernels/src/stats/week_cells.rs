//! Tasks and seconds by pair of week and project.

use std::collections::HashMap;

use crate::fault::Error;

/// With no more pairs than this, each has a cell; others are looked up.
const CELLS_MAX: usize = 1 << 20;

/// Tasks and seconds.
pub type Cell = [f64; 2];

/// The cells of the pairs.
pub struct Cells {
    projects: usize,
    cells: Vec<Cell>,
    /// The index of a pair's cell, where not each has one.
    indexes: Option<HashMap<u64, usize>>,
}

impl Cells {
    /// Room for every pair, or for none where they are too many.
    pub fn new(slots: usize, projects: usize) -> Result<Cells, Error> {
        let pairs = slots.checked_mul(projects).filter(|&pairs| pairs <= CELLS_MAX);
        let mut cells = Vec::new();
        if let Some(pairs) = pairs {
            cells.try_reserve_exact(pairs)?;
            cells.resize(pairs, [0.0; 2]);
        }
        let indexes = if pairs.is_some() { None } else { Some(HashMap::new()) };
        Ok(Cells { projects, cells, indexes })
    }

    /// Counts a task.
    pub fn add(&mut self, slot: usize, project: usize, seconds: f64) -> Result<(), Error> {
        let index = match &mut self.indexes {
            None => slot * self.projects + project,
            Some(indexes) => {
                let pair = slot as u64 * self.projects as u64 + project as u64;
                indexes.try_reserve(1)?;
                *indexes.entry(pair).or_insert(self.cells.len())
            }
        };
        if index == self.cells.len() {
            self.cells.try_reserve(1)?;
            self.cells.push([0.0; 2]);
        }
        self.cells[index][0] += 1.0;
        self.cells[index][1] += seconds;
        Ok(())
    }

    /// Slot, project and sums of every pair that occurs.
    pub fn occurring(&self) -> Result<Vec<(usize, usize, Cell)>, Error> {
        let used = self.cells.iter().filter(|cell| cell[0] > 0.0).count();
        let mut found = Vec::new();
        found.try_reserve_exact(used)?;
        match &self.indexes {
            None => {
                let pairs = self.cells.iter().enumerate().filter(|(_, cell)| cell[0] > 0.0);
                found.extend(
                    pairs.map(|(pair, &cell)| (pair / self.projects, pair % self.projects, cell)),
                );
            }
            Some(indexes) => {
                let projects = self.projects as u64;
                found.extend(indexes.iter().map(|(&pair, &index)| {
                    ((pair / projects) as usize, (pair % projects) as usize, self.cells[index])
                }));
            }
        }
        Ok(found)
    }
}
