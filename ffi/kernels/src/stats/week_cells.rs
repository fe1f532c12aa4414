//! Tasks and seconds by pair of week and project.

use std::collections::HashMap;

use crate::fault::Error;

use super::week::{Pair, add_pair};

/// With no more pairs than this, each has a cell; others are looked up.
const CELLS_MAX: usize = 1 << 20;

/// Tasks and seconds.
pub type Cell = Pair;

/// The cells of the pairs. A project that is none has a column of its own, the last.
pub struct Cells {
    /// Projects, and one for none.
    columns: usize,
    cells: Vec<Cell>,
    /// The index of a pair's cell, where not each has one.
    indexes: Option<HashMap<u64, usize>>,
}

impl Cells {
    /// Room for every pair, or for none where they are too many.
    pub fn new(slots: usize, projects: usize) -> Result<Cells, Error> {
        let columns = projects + 1;
        let pairs = slots.checked_mul(columns).filter(|&pairs| pairs <= CELLS_MAX);
        let mut cells = Vec::new();
        if let Some(pairs) = pairs {
            cells.try_reserve_exact(pairs)?;
            cells.resize(pairs, [0.0; 2]);
        }
        let indexes = if pairs.is_some() { None } else { Some(HashMap::new()) };
        Ok(Cells { columns, cells, indexes })
    }

    /// Counts tasks: of each its slot, its project, and 1 and its seconds.
    pub fn add(&mut self, slots: &[u32], projects: &[u32], terms: &[Cell]) -> Result<(), Error> {
        let Cells { columns, cells, indexes } = self;
        let tasks = slots.iter().zip(projects).zip(terms);
        let Some(indexes) = indexes else {
            for ((&slot, &project), terms) in tasks {
                let cell = &mut cells[slot as usize * *columns + project as usize];
                add_pair(cell, terms);
            }
            return Ok(());
        };
        for ((&slot, &project), terms) in tasks {
            indexes.try_reserve(1)?;
            cells.try_reserve(1)?;
            let pair = u64::from(slot) * *columns as u64 + u64::from(project);
            let index = *indexes.entry(pair).or_insert(cells.len());
            if index == cells.len() {
                cells.push([0.0; 2]);
            }
            add_pair(&mut cells[index], terms);
        }
        Ok(())
    }

    /// Slot, project and sums of every pair that occurs and has a project.
    pub fn occurring(&self) -> Result<Vec<(usize, usize, Cell)>, Error> {
        let used = self.cells.iter().filter(|cell| cell[0] > 0.0).count();
        let mut found = Vec::new();
        found.try_reserve_exact(used)?;
        let columns = self.columns;
        match &self.indexes {
            None => {
                let pairs = self.cells.iter().enumerate().filter(|(_, cell)| cell[0] > 0.0);
                found.extend(pairs.map(|(pair, &cell)| (pair / columns, pair % columns, cell)));
            }
            Some(indexes) => {
                let split = |pair: u64| (pair / columns as u64, pair % columns as u64);
                found.extend(indexes.iter().map(|(&pair, &index)| {
                    let (slot, project) = split(pair);
                    (slot as usize, project as usize, self.cells[index])
                }));
            }
        }
        found.retain(|&(_, project, _)| project + 1 < columns);
        Ok(found)
    }
}
