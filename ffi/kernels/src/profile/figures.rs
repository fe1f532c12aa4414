//! The figures of a column, whatever they were computed from.

use std::borrow::Borrow;

use crate::fault::Error;
use crate::values::Type;

/// Fractions of the quantiles.
pub const FRACTIONS: [f64; 5] = [0.25, 0.5, 0.75, 0.95, 0.99];

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00.
    Timestamp(i64),
    Text(Vec<u8>),
}

/// What is known of a column at the end. A figure that does not apply to the type is left as it
/// began and not printed.
#[derive(Debug)]
pub struct Figures {
    pub ty: Type,
    /// Values that are not null, NaN included.
    pub count: u64,
    pub nulls: u64,
    pub nans: u64,
    pub distinct: u64,
    pub distinct_exact: bool,
    pub min: Option<Value>,
    pub max: Option<Value>,
    pub mean: Option<f64>,
    pub std: Option<f64>,
    pub quantiles: [Option<Value>; FRACTIONS.len()],
    pub quantiles_exact: bool,
    pub top: Vec<(Value, u64)>,
    pub top_exact: bool,
    pub trues: u64,
    pub falses: u64,
    /// The shortest and the longest text, in code points.
    pub lengths: Option<(u64, u64)>,
}

impl Figures {
    /// Exact figures of a column without a value.
    pub fn new(ty: Type, count: u64, nulls: u64) -> Figures {
        Figures {
            ty,
            count,
            nulls,
            nans: 0,
            distinct: 0,
            distinct_exact: true,
            min: None,
            max: None,
            mean: None,
            std: None,
            quantiles: [const { None }; FRACTIONS.len()],
            quantiles_exact: true,
            top: Vec::new(),
            top_exact: true,
            trues: 0,
            falses: 0,
            lengths: None,
        }
    }

    /// The figures of a bool column, which its two counts are enough for.
    pub fn of_bools(trues: u64, falses: u64, nulls: u64) -> Figures {
        let mut counts = [(false, falses), (true, trues)];
        let mut figures = Figures::new(Type::Bool, trues + falses, nulls);
        for (value, _) in counts.into_iter().filter(|pair| pair.1 > 0) {
            figures.distinct += 1;
            figures.min = figures.min.or(Some(Value::Bool(value)));
            figures.max = Some(Value::Bool(value));
        }
        // A stable sort: false stays before true in a tie.
        counts.sort_by_key(|pair| std::cmp::Reverse(pair.1));
        let top = counts.into_iter().filter(|pair| pair.1 > 0);
        figures.top = top.map(|(value, count)| (Value::Bool(value), count)).collect();
        figures.trues = trues;
        figures.falses = falses;
        figures
    }
}

/// Most frequent values that are shown.
const TOP_MAX: usize = 5;

/// The values with the highest counts, ties by value ascending.
pub struct Top<K> {
    size: usize,
    entries: Vec<(u64, K)>,
}

impl<K> Default for Top<K> {
    fn default() -> Self {
        Top::new(TOP_MAX)
    }
}

impl<K> Top<K> {
    /// Keeps at most `size` values.
    pub fn new(size: usize) -> Top<K> {
        Top { size, entries: Vec::with_capacity(size + 1) }
    }

    /// Counts and values, the highest count first.
    pub fn entries(&self) -> &[(u64, K)] {
        &self.entries
    }
}

impl<K: Ord> Top<K> {
    /// Takes a value if it belongs to the top; `own` makes it only then.
    #[inline]
    pub fn offer<Q: Ord + ?Sized>(
        &mut self,
        count: u64,
        value: &Q,
        own: impl FnOnce() -> Result<K, Error>,
    ) -> Result<(), Error>
    where
        K: Borrow<Q>,
    {
        let before =
            |entry: &(u64, K)| entry.0 > count || (entry.0 == count && entry.1.borrow() < value);
        if self.entries.len() == self.size && self.entries.last().is_some_and(before) {
            return Ok(());
        }
        let at = self.entries.partition_point(before);
        self.entries.insert(at, (count, own()?));
        self.entries.truncate(self.size);
        Ok(())
    }

    /// The top, the highest count first.
    pub fn into_values(self, value_of: impl Fn(K) -> Value) -> Vec<(Value, u64)> {
        self.entries.into_iter().map(|(count, key)| (value_of(key), count)).collect()
    }
}

/// Least and greatest text by bytes, and the shortest and longest length in code points.
#[derive(Default)]
pub struct TextRange {
    texts: Option<(Vec<u8>, Vec<u8>)>,
    lengths: (u64, u64),
}

impl TextRange {
    /// Takes one text into account.
    #[inline]
    pub fn add(&mut self, text: &[u8]) -> Result<(), Error> {
        let length = code_points(text);
        let Some((min, max)) = &mut self.texts else {
            self.texts = Some((owned(text)?, owned(text)?));
            self.lengths = (length, length);
            return Ok(());
        };
        if text < min.as_slice() {
            replace(min, text)?;
        } else if text > max.as_slice() {
            replace(max, text)?;
        }
        self.lengths = (self.lengths.0.min(length), self.lengths.1.max(length));
        Ok(())
    }

    /// Writes what it knows into the figures.
    pub fn finish(self, figures: &mut Figures) {
        if let Some((min, max)) = self.texts {
            figures.min = Some(Value::Text(min));
            figures.max = Some(Value::Text(max));
            figures.lengths = Some(self.lengths);
        }
    }
}

/// A copy of a text, which may be very long.
///
/// # Errors
/// `OutOfMemory`.
pub fn owned(text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut copy = Vec::new();
    replace(&mut copy, text)?;
    Ok(copy)
}

/// Another text in the same memory: values that rise make a new maximum in every row.
fn replace(held: &mut Vec<u8>, text: &[u8]) -> Result<(), Error> {
    held.clear();
    held.try_reserve_exact(text.len())?;
    held.extend_from_slice(text);
    Ok(())
}

/// Unicode code points of a UTF-8 text: bytes that do not continue one.
#[inline(always)]
fn code_points(text: &[u8]) -> u64 {
    text.iter().map(|&byte| u64::from(byte as i8 >= -0x40)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_orders_by_count_then_by_value() {
        let mut top: Top<Vec<u8>> = Top::default();
        for (text, count) in [("e", 1), ("d", 2), ("c", 1), ("b", 1), ("a", 1), ("f", 9), ("g", 1)]
        {
            top.offer(count, text.as_bytes(), || Ok(text.into())).unwrap();
        }
        let texts: Vec<Value> =
            top.into_values(Value::Text).into_iter().map(|pair| pair.0).collect();
        assert_eq!(texts, ["f", "d", "a", "b", "c"].map(|text| Value::Text(text.into())));
    }

    #[test]
    fn text_range_compares_bytes_and_measures_code_points() {
        let mut range = TextRange::default();
        // U+FF5E sorts below U+1F600 by bytes, above it by UTF-16 units.
        for text in ["\u{1F600}", "\u{FF5E}ab", "z"] {
            range.add(text.as_bytes()).unwrap();
        }
        let mut figures = Figures::new(Type::Utf8, 3, 0);
        range.finish(&mut figures);
        assert_eq!(figures.min, Some(Value::Text(b"z".to_vec())));
        assert_eq!(figures.max, Some(Value::Text("\u{1F600}".into())));
        assert_eq!(figures.lengths, Some((1, 3)));
    }

    #[test]
    fn of_bools_has_min_max_and_top_of_what_occurs() {
        let figures = Figures::of_bools(3, 0, 1);
        assert_eq!((figures.distinct, figures.count, figures.nulls), (1, 3, 1));
        assert_eq!((figures.min, figures.max), (Some(Value::Bool(true)), Some(Value::Bool(true))));
        let figures = Figures::of_bools(2, 2, 0);
        assert_eq!(figures.top, [(Value::Bool(false), 2), (Value::Bool(true), 2)]);
    }
}
