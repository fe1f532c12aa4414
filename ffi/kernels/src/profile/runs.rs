//! The values of a column in order, equal ones together: sorted keys of a list merged with sorted
//! keys of distinct texts and their counts.

use crate::control::Control;
use crate::fault::Error;
use crate::values::{Class, classify};

use super::keys::Domain;
use super::list::List;
use super::sort::{Poll, sort_by};
use super::texts::Texts;

/// Sorted values, and the NaN apart.
pub struct Runs {
    keys: Vec<u64>,
    /// Keys and counts, without two of one key.
    counted: Vec<(u64, u64)>,
    /// Values, NaN left out.
    pub count: u64,
    pub nans: u64,
}

impl Runs {
    /// Sorts the values of a column whose texts all belong to `domain`.
    ///
    /// # Errors
    /// `Cancelled` or `OutOfMemory`.
    pub fn of(
        texts: &mut Texts,
        list: Option<List>,
        domain: Domain,
        control: &dyn Control,
    ) -> Result<Runs, Error> {
        let mut runs = Runs { keys: Vec::new(), counted: Vec::new(), count: 0, nans: 0 };
        // The slots go first: keys and counts take their place.
        texts.drop_slots();
        runs.counted.try_reserve_exact(texts.len())?;
        let mut poll = Poll::new(control);
        for (text, count) in texts.iter() {
            let class = classify(text);
            match domain.key(&class) {
                Some(key) => runs.counted.push((key, count)),
                None if matches!(class, Class::Float(_)) => runs.nans += count,
                None => {}
            }
            poll.tick()?;
        }
        sort_by(&mut runs.counted, |run| run.0, control)?;
        runs.counted.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += if same { next.1 } else { 0 };
            same
        });
        if let Some(list) = list {
            runs.keys = list.into_keys(domain, control)?;
        }
        runs.count = runs.keys.len() as u64 + runs.counted.iter().map(|run| run.1).sum::<u64>();
        Ok(runs)
    }

    /// Calls `visit` with every distinct key, ascending, and its count.
    ///
    /// # Errors
    /// `Cancelled`, or what `visit` returns.
    #[inline]
    pub fn visit(
        &self,
        control: &dyn Control,
        mut visit: impl FnMut(u64, u64) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut poll = Poll::new(control);
        let mut counted = self.counted.iter().copied().peekable();
        let mut at = 0;
        while at < self.keys.len() {
            let key = self.keys[at];
            while let Some(run) = counted.next_if(|run| run.0 < key) {
                visit(run.0, run.1)?;
            }
            let from = at;
            while at < self.keys.len() && self.keys[at] == key {
                at += 1;
            }
            let also = counted.next_if(|run| run.0 == key).map_or(0, |run| run.1);
            visit(key, (at - from) as u64 + also)?;
            poll.tick()?;
        }
        for run in counted {
            visit(run.0, run.1)?;
            poll.tick()?;
        }
        Ok(())
    }
}
