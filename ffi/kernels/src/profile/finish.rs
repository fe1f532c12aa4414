//! Exact figures from what a column kept: its distinct texts and its list.

use crate::control::Control;
use crate::fault::Error;
use crate::values::{Class, Flags, Sum, Type, classify, divided_once, type_of};

use super::figures::{FRACTIONS, Figures, TextRange, Top, Value, owned};
use super::keys::{Domain, to_int};
use super::list::List;
use super::moments::deviation;
use super::runs::Runs;
use super::sort::Poll;
use super::texts::Texts;

/// Everything a column kept.
#[derive(Default)]
pub struct Kept {
    pub flags: Flags,
    pub nulls: u64,
    /// Quoted fields without a text: the text "" in utf8, else nulls.
    pub quoted_empty: u64,
    pub texts: Texts,
    pub list: Option<List>,
}

impl Kept {
    /// The figures.
    ///
    /// # Errors
    /// `Cancelled` or `OutOfMemory`.
    pub fn finish(mut self, control: &dyn Control) -> Result<Figures, Error> {
        let ty = type_of(self.flags);
        match (ty, Domain::of(ty)) {
            (_, Some(domain)) => {
                let nulls = self.nulls + self.quoted_empty;
                let runs = Runs::of(&mut self.texts, self.list, domain, control)?;
                drop(self.texts);
                of_runs(&runs, ty, domain, nulls, control)
            }
            (Type::Bool, _) => {
                let (trues, falses) = count_bools(&self.texts);
                Ok(Figures::of_bools(trues, falses, self.nulls + self.quoted_empty))
            }
            _ => self.of_texts(control),
        }
    }

    fn of_texts(mut self, control: &dyn Control) -> Result<Figures, Error> {
        let mut figures = Figures::new(Type::Utf8, 0, self.nulls);
        let mut range = TextRange::default();
        let mut top: Top<Vec<u8>> = Top::default();
        let mut add = |text: &[u8], count: u64| -> Result<(), Error> {
            figures.count += count;
            figures.distinct += 1;
            range.add(text)?;
            top.offer(count, text, || owned(text))
        };
        if self.quoted_empty > 0 {
            add(b"", self.quoted_empty)?;
        }
        let mut poll = Poll::new(control);
        for (text, count) in self.texts.iter() {
            add(text, count)?;
            poll.tick()?;
        }
        if let Some(list) = &mut self.list {
            list.visit_texts(control, add)?;
        }
        figures.top = top.into_values(Value::Text);
        range.finish(&mut figures);
        Ok(figures)
    }
}

/// How many values are true and false.
pub fn count_bools(texts: &Texts) -> (u64, u64) {
    let mut counts = (0, 0);
    for (text, count) in texts.iter() {
        match classify(text) {
            Class::Bool(true) => counts.0 += count,
            Class::Bool(false) => counts.1 += count,
            _ => {}
        }
    }
    counts
}

/// Finds the keys at given ranks (ascending) while runs go by.
struct Ranks {
    ranks: [u64; FRACTIONS.len()],
    keys: [u64; FRACTIONS.len()],
    found: usize,
}

impl Ranks {
    fn new(ranks: [u64; FRACTIONS.len()]) -> Ranks {
        Ranks { ranks, keys: [0; FRACTIONS.len()], found: 0 }
    }

    /// A run of `key` reaches up to rank `end`, exclusive.
    #[inline(always)]
    fn pass(&mut self, key: u64, end: u64) {
        while self.found < FRACTIONS.len() && self.ranks[self.found] < end {
            self.keys[self.found] = key;
            self.found += 1;
        }
    }
}

fn of_runs(
    runs: &Runs,
    ty: Type,
    domain: Domain,
    nulls: u64,
    control: &dyn Control,
) -> Result<Figures, Error> {
    let n = runs.count;
    let mut figures = Figures::new(ty, n + runs.nans, nulls);
    figures.nans = runs.nans;
    figures.distinct = u64::from(runs.nans > 0);
    if n == 0 {
        return Ok(figures);
    }
    let places = FRACTIONS.map(|fraction| (n - 1) as f64 * fraction);
    let mut low = Ranks::new(places.map(|place| place.floor() as u64));
    let mut high = Ranks::new(places.map(|place| (place.floor() as u64 + 1).min(n - 1)));
    let mut top: Top<u64> = Top::default();
    let (mut first, mut last, mut passed) = (None, 0, 0);
    let mut sum = Sum::default();
    let mut whole_sum = 0i128;
    runs.visit(control, |key, count| {
        first = first.or(Some(key));
        last = key;
        passed += count;
        figures.distinct += 1;
        top.offer(count, &key, || Ok(key))?;
        low.pass(key, passed);
        high.pass(key, passed);
        match domain {
            Domain::Int => whole_sum += i128::from(to_int(key)) * i128::from(count),
            Domain::Float => sum.add(domain.number(key) * count as f64),
            Domain::Days | Domain::Micros => {}
        }
        Ok(())
    })?;
    figures.min = first.map(|key| domain.value(key));
    figures.max = Some(domain.value(last));
    figures.top = top.into_values(|key| domain.value(key));
    if matches!(domain, Domain::Days | Domain::Micros) {
        figures.quantiles = low.keys.map(|key| Some(domain.value(key)));
        return Ok(figures);
    }
    for (index, place) in places.into_iter().enumerate() {
        let (a, b) = (domain.number(low.keys[index]), domain.number(high.keys[index]));
        figures.quantiles[index] = number(interpolate(a, b, place - place.floor()));
    }
    let mean =
        if domain == Domain::Int { divided_once(whole_sum, n) } else { sum.total() / n as f64 };
    let m2 = squares(runs, domain, mean, control)?;
    figures.mean = mean.is_finite().then_some(mean);
    figures.std = deviation(m2, n);
    Ok(figures)
}

/// Type 7: between two neighbours. Equal ones are not mixed: 0 times infinity is not a number.
fn interpolate(a: f64, b: f64, part: f64) -> f64 {
    if a == b || part == 0.0 { a } else { a + part * (b - a) }
}

/// A quantile of numbers, or None where it is not finite.
pub fn number(value: f64) -> Option<Value> {
    value.is_finite().then_some(Value::Float(value))
}

/// The sum of squared deviations from `mean`.
///
/// # Errors
/// `Cancelled`.
pub fn squares(
    runs: &Runs,
    domain: Domain,
    mean: f64,
    control: &dyn Control,
) -> Result<f64, Error> {
    let mut sum = Sum::default();
    runs.visit(control, |key, count| {
        let d = domain.number(key) - mean;
        sum.add(count as f64 * (d * d));
        Ok(())
    })?;
    Ok(sum.total())
}
