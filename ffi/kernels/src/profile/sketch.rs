//! A column that outgrew the memory: bounded state for every figure, one pass, deterministic.

use crate::control::Control;
use crate::fault::Error;
use crate::values::{Class, Flags, MICROS_PER_DAY, Sum, Type, classify, divided_once, type_of};

use super::figures::{FRACTIONS, Figures, TextRange, Top, Value, owned};
use super::finish::{Kept, count_bools, number, squares};
use super::hll::Hll;
use super::keys::{Domain, of_float, to_float, to_int};
use super::kll::Kll;
use super::lanes::{hash, hash_value};
use super::moments::{Moments, deviation};
use super::runs::Runs;
use super::sort::Poll;
use super::space_saving::{COUNTERS, SpaceSaving};

/// Longer texts are not counted among the frequent ones: 256 of them could take any memory.
const FREQUENT_BYTES_MAX: usize = 1024;

/// The sketches of a column.
pub struct Sketch {
    hll: Hll,
    frequent: SpaceSaving,
    range: TextRange,
    /// Gone once the type can no longer be a number or a time.
    values: Option<Values>,
    trues: u64,
    falses: u64,
    /// The type is utf8 and stays it: classes no longer matter.
    settled: bool,
}

/// What only numbers and times need. Times are microseconds.
struct Values {
    hll: Hll,
    /// Keys of f64, also for integers and times: a column may become f64 later.
    kll: Kll,
    moments: Moments,
    whole_sum: i128,
    nans: u64,
    floats: (f64, f64),
    /// Least and greatest integer or time.
    wholes: (i64, i64),
}

impl Values {
    fn new() -> Values {
        Values {
            hll: Hll::new(),
            kll: Kll::new(),
            moments: Moments::default(),
            whole_sum: 0,
            nans: 0,
            floats: (f64::INFINITY, f64::NEG_INFINITY),
            wholes: (i64::MAX, i64::MIN),
        }
    }

    #[inline(always)]
    fn add(&mut self, class: &Class) {
        match *class {
            Class::Int(value) => {
                self.whole_sum += i128::from(value);
                self.add_whole(value);
                self.moments.add(value as f64);
            }
            Class::Float(value) if value.is_nan() => {
                self.nans += 1;
                self.hll.add(hash_value(value));
            }
            Class::Float(value) => {
                self.add_number(value);
                self.moments.add(value);
            }
            Class::Date(days) => self.add_whole(i64::from(days) * MICROS_PER_DAY),
            Class::Timestamp { micros, .. } => self.add_whole(micros),
            Class::Bool(_) | Class::Text => {}
        }
    }

    #[inline(always)]
    fn add_whole(&mut self, value: i64) {
        self.wholes = (self.wholes.0.min(value), self.wholes.1.max(value));
        self.add_number(value as f64);
    }

    #[inline(always)]
    fn add_number(&mut self, value: f64) {
        self.floats = (self.floats.0.min(value), self.floats.1.max(value));
        self.hll.add(hash_value(value));
        self.kll.add(of_float(value));
    }

    /// Values known exactly so far.
    fn seed(&mut self, runs: &Runs, domain: Domain, control: &dyn Control) -> Result<(), Error> {
        let mut poll = Poll::new(control);
        let mut sum = Sum::default();
        runs.visit(control, |key, count| {
            let value = domain.number(key);
            if domain != Domain::Float {
                let whole = to_int(key);
                self.wholes = (self.wholes.0.min(whole), self.wholes.1.max(whole));
                self.whole_sum += i128::from(whole) * i128::from(count);
            }
            self.floats = (self.floats.0.min(value), self.floats.1.max(value));
            self.hll.add(hash_value(value));
            sum.add(value * count as f64);
            for _ in 0..count {
                self.kll.add(of_float(value));
                poll.tick()?;
            }
            Ok(())
        })?;
        self.nans = runs.nans;
        if runs.nans > 0 {
            self.hll.add(hash_value(f64::NAN));
        }
        if domain != Domain::Micros && runs.count > 0 {
            let mean = sum.total() / runs.count as f64;
            let m2 = squares(runs, domain, mean, control)?;
            self.moments = Moments::seeded(runs.count, mean, m2);
        }
        Ok(())
    }
}

impl Sketch {
    /// Goes on where the exact state ends.
    ///
    /// # Errors
    /// `Cancelled` or `OutOfMemory`.
    pub fn of(mut kept: Kept, control: &dyn Control) -> Result<Sketch, Error> {
        let mut sketch = Sketch {
            hll: Hll::new(),
            frequent: SpaceSaving::new(),
            range: TextRange::default(),
            values: Some(Values::new()),
            trues: 0,
            falses: 0,
            settled: false,
        };
        sketch.seed_texts(&mut kept, control)?;
        sketch.settle(kept.flags);
        let ty = type_of(kept.flags);
        if ty == Type::Bool {
            (sketch.trues, sketch.falses) = count_bools(&kept.texts);
        }
        if let (Some(domain), Some(values)) = (Domain::of(ty), &mut sketch.values) {
            // A date column may become one of timestamps.
            let domain = if domain == Domain::Days { Domain::Micros } else { domain };
            let runs = Runs::of(&mut kept.texts, kept.list, domain, control)?;
            drop(kept.texts);
            values.seed(&runs, domain, control)?;
        }
        Ok(sketch)
    }

    fn seed_texts(&mut self, kept: &mut Kept, control: &dyn Control) -> Result<(), Error> {
        let mut most: Top<Vec<u8>> = Top::new(COUNTERS);
        let mut add = |text: &[u8], count: u64| -> Result<(), Error> {
            self.hll.add(hash(text));
            self.range.add(text)?;
            if count >= 2 && text.len() <= FREQUENT_BYTES_MAX {
                most.offer(count, text, || owned(text))?;
            }
            Ok(())
        };
        let mut poll = Poll::new(control);
        for (text, count) in kept.texts.iter() {
            add(text, count)?;
            poll.tick()?;
        }
        if let Some(list) = &mut kept.list {
            list.visit_texts(control, add)?;
        }
        let texts = most.entries().iter();
        self.frequent.seed(texts.map(|(count, text)| (text.as_slice(), hash(text), *count)));
        Ok(())
    }

    /// True if the class of a text no longer matters.
    #[inline(always)]
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Drops what the type that these flags give can no longer need.
    #[cold]
    pub fn settle(&mut self, flags: Flags) {
        let ty = type_of(flags);
        if flags != Flags::default() && Domain::of(ty).is_none() {
            self.values = None;
            self.settled = ty == Type::Utf8;
        }
    }

    /// Adds a text of this class. Flags have been settled before.
    ///
    /// # Errors
    /// `OutOfMemory`.
    #[inline(always)]
    pub fn add(&mut self, text: &[u8], class: &Class) -> Result<(), Error> {
        let lanes = hash(text);
        self.hll.add(lanes);
        if text.len() <= FREQUENT_BYTES_MAX {
            self.frequent.add(text, lanes);
        }
        self.range.add(text)?;
        if let Some(values) = &mut self.values {
            values.add(class);
        } else if let Class::Bool(value) = *class {
            self.trues += u64::from(value);
            self.falses += u64::from(!value);
        }
        Ok(())
    }

    /// A block of 65,536 rows, or the input, is at its end.
    pub fn end_block(&mut self) {
        if let Some(values) = &mut self.values {
            values.moments.end_block();
        }
    }

    /// The figures. `values` counts fields that are neither null nor quoted and empty.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn finish(
        mut self,
        flags: Flags,
        values: u64,
        nulls: u64,
        quoted_empty: u64,
    ) -> Result<Figures, Error> {
        self.end_block();
        let ty = type_of(flags);
        let mut figures = match (ty, Domain::of(ty), self.values.take()) {
            (Type::Bool, ..) => {
                return Ok(Figures::of_bools(self.trues, self.falses, nulls + quoted_empty));
            }
            (_, Some(domain), Some(held)) => {
                let mut figures = Figures::new(ty, values, nulls + quoted_empty);
                let hll = match domain {
                    Domain::Int | Domain::Days => &self.hll,
                    Domain::Float | Domain::Micros => &held.hll,
                };
                figures.distinct = hll.distinct(values);
                figures.top = self.top_values(domain)?;
                held.finish(domain, &mut figures)?;
                figures.quantiles_exact = false;
                figures
            }
            _ => self.finish_texts(values, nulls, quoted_empty)?,
        };
        figures.distinct_exact = false;
        figures.top_exact = false;
        Ok(figures)
    }

    fn finish_texts(
        mut self,
        values: u64,
        nulls: u64,
        quoted_empty: u64,
    ) -> Result<Figures, Error> {
        let mut figures = Figures::new(Type::Utf8, values + quoted_empty, nulls);
        let mut top: Top<Vec<u8>> = Top::default();
        if quoted_empty > 0 {
            self.hll.add(hash(b""));
            self.range.add(b"")?;
            top.offer(quoted_empty, &b""[..], || Ok(Vec::new()))?;
        }
        for (text, low) in self.frequent.iter().filter(|pair| pair.1 > 0) {
            top.offer(low, text, || owned(text))?;
        }
        figures.distinct = self.hll.distinct(figures.count);
        figures.top = top.into_values(Value::Text);
        self.range.finish(&mut figures);
        Ok(figures)
    }

    /// Lower bounds of values: those of the texts that spell one are added up.
    fn top_values(&self, domain: Domain) -> Result<Vec<(Value, u64)>, Error> {
        let mut bounds: Vec<(u64, u64)> = self
            .frequent
            .iter()
            .filter_map(|(text, low)| Some((domain.key(&classify(text))?, low)))
            .collect();
        bounds.sort_unstable();
        let mut top: Top<u64> = Top::default();
        for group in bounds.chunk_by(|a, b| a.0 == b.0) {
            let low = group.iter().map(|bound| bound.1).sum();
            if low > 0 {
                top.offer(low, &group[0].0, || Ok(group[0].0))?;
            }
        }
        Ok(top.into_values(|key| domain.value(key)))
    }
}

impl Values {
    fn finish(&self, domain: Domain, figures: &mut Figures) -> Result<(), Error> {
        let count = self.kll.count();
        figures.nans = self.nans;
        if count == 0 {
            return Ok(());
        }
        let whole = |value: i64| match domain {
            Domain::Days => Value::Date((value / MICROS_PER_DAY) as i32),
            Domain::Micros => Value::Timestamp(value),
            Domain::Int | Domain::Float => Value::Int(value),
        };
        let (min, max) = if domain == Domain::Float {
            // Adding +0 turns -0 into it.
            (Value::Float(self.floats.0 + 0.0), Value::Float(self.floats.1 + 0.0))
        } else {
            (whole(self.wholes.0), whole(self.wholes.1))
        };
        (figures.min, figures.max) = (Some(min), Some(max));
        if let Some(keys) = self.kll.quantiles(FRACTIONS)? {
            figures.quantiles = keys.map(|key| {
                let value = to_float(key);
                match domain {
                    Domain::Int | Domain::Float => {
                        number(value.clamp(self.floats.0, self.floats.1))
                    }
                    // Beyond 2^53 the f64 of a time may lie outside of what occurred.
                    _ => Some(whole((value as i64).clamp(self.wholes.0, self.wholes.1))),
                }
            });
        }
        if matches!(domain, Domain::Int | Domain::Float) {
            let mean = if domain == Domain::Int {
                divided_once(self.whole_sum, count)
            } else {
                self.moments.mean
            };
            figures.mean = mean.is_finite().then_some(mean);
            figures.std = deviation(self.moments.m2, count);
        }
        Ok(())
    }
}
