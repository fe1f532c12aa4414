//! A scanner that passes over the rows that do not meet the conditions, so that nobody behind it
//! sees them: not the types, not the columns, not the limit. Faults of form are those of all rows.

use std::mem;

use crate::block::{Block, NewKey, RowFault, Span};
use crate::fault::{Code, Error, Fault};
use crate::scan::{Cut, Left, Place, Scan, Scanner};

use super::condition::Condition;
use super::numbers::NumberStyle;

/// Names that a fault lists at most, and one more where there are more.
const NAMES_MAX: usize = 51;

/// Rows that are scanned and wait to be delivered.
struct Rest {
    block: Block,
    end: Result<Scan, Error>,
    /// The first row and the first error row that wait.
    row: usize,
    error: usize,
}

/// Delivers the rows of another scanner that meet all conditions.
pub(super) struct FilterScanner {
    inner: Box<dyn Scanner>,
    conditions: Vec<Condition>,
    numbers: Option<NumberStyle>,
    /// All columns are known after the header, as in CSV.
    has_header: bool,
    /// The inner column of each condition, if there is one yet.
    places: Vec<Option<usize>>,
    /// Inner names in which the conditions' columns were sought.
    sought: usize,
    /// Names of columns that a delivered row has; not used with a header.
    names: Vec<String>,
    /// Their inner columns, in order.
    order: Vec<usize>,
    /// Inner columns that no delivered row has yet.
    dormant: Vec<usize>,
    /// Inner columns that are in one of the lists.
    sorted: usize,
    kept: Vec<u32>,
    rest: Option<Rest>,
}

impl FilterScanner {
    /// A scanner at the start of its input; the names that `inner` knows are there whether a row
    /// has them or not.
    pub fn new(
        inner: Box<dyn Scanner>,
        conditions: Vec<Condition>,
        numbers: Option<NumberStyle>,
        has_header: bool,
    ) -> FilterScanner {
        let names = if has_header { Vec::new() } else { inner.names().to_vec() };
        FilterScanner {
            places: vec![None; conditions.len()],
            sought: 0,
            order: (0..names.len()).collect(),
            dormant: Vec::new(),
            sorted: names.len(),
            names,
            inner,
            conditions,
            numbers,
            has_header,
            kept: Vec::new(),
            rest: None,
        }
    }

    /// Finds the conditions' columns among the names that are new.
    fn seek_columns(&mut self) -> Result<(), Error> {
        let names = self.inner.names();
        if names.len() == self.sought {
            return Ok(());
        }
        for (place, condition) in self.places.iter_mut().zip(&self.conditions) {
            if place.is_some() {
                continue;
            }
            let found = names[self.sought..].iter().position(|name| *name == condition.column);
            if found.is_none() && self.has_header {
                let known: Vec<&str> = names.iter().take(NAMES_MAX).map(String::as_str).collect();
                let args =
                    vec![("column", condition.column.clone()), ("columns", known.join("\0"))];
                let code = Code::UnknownColumn;
                return Err(Fault { code, line: 1, column: 1, byte_offset: 0, args }.into());
            }
            *place = found.map(|at| at + self.sought);
        }
        self.sought = names.len();
        Ok(())
    }

    /// Takes the rows out of the block that do not meet the conditions.
    fn filter(&mut self, block: &mut Block) -> Result<(), Error> {
        let kept = &mut self.kept;
        kept.clear();
        kept.try_reserve(block.rows)?;
        kept.extend(0..block.rows as u32);
        for (condition, &place) in self.conditions.iter().zip(&self.places) {
            condition.keep(block, place, self.numbers, kept);
        }
        if kept.len() == block.rows {
            return Ok(());
        }
        for column in &mut block.columns {
            if column.is_empty() {
                continue;
            }
            for (to, &from) in kept.iter().enumerate() {
                column[to] = column[from as usize];
            }
            column.truncate(kept.len());
        }
        block.rows = kept.len();
        for error in &mut block.errors {
            error.row = kept.partition_point(|&row| (row as usize) < error.row);
        }
        Ok(())
    }

    /// Scans a piece whatever the number of rows: few of them may be kept. What is too much
    /// waits.
    fn scan_inner(
        &mut self,
        input: &mut &[u8],
        last: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        let end = self.inner.scan(input, last, usize::MAX, block);
        if !matches!(end, Ok(_) | Err(Error::Fault(_))) {
            return end;
        }
        if let Err(unknown) = self.seek_columns() {
            block.clear();
            return Err(unknown);
        }
        self.filter(block)?;
        let rows = block.rows;
        let has_late = end.is_err() || block.errors.last().is_some_and(|error| error.row >= rows);
        if rows > rows_max || (rows == rows_max && has_late) {
            let block_rest = mem::take(block);
            let rest = Rest { block: block_rest, end, row: 0, error: 0 };
            return self.deliver(rest, rows_max, block);
        }
        end
    }

    /// Delivers what waits, up to `rows_max` rows.
    fn deliver(
        &mut self,
        mut rest: Rest,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        let held = &rest.block;
        let from = rest.row;
        let to = held.rows.min(from.saturating_add(rows_max));
        // With a full block whatever follows its last row waits on.
        let is_all = to - from < rows_max;
        *block = held.copy_rows(from, to, !self.has_header)?;
        let errors = held.errors[rest.error..].iter();
        let errors: Vec<RowFault> = errors
            .take_while(|error| is_all || error.row < to)
            .map(|error| RowFault { row: error.row - from, fault: error.fault.clone() })
            .collect();
        rest.error += errors.len();
        block.errors = errors;
        rest.row = to;
        if is_all {
            return rest.end;
        }
        self.rest = Some(rest);
        Ok(Scan::Ready)
    }

    /// Puts the columns into the order in which the delivered rows have them; those that none of
    /// them has stand behind them, unnamed.
    fn wake(&mut self, block: &mut Block) -> Result<(), Error> {
        let count = self.inner.names().len();
        self.dormant.try_reserve(count - self.sorted)?;
        self.dormant.extend(self.sorted..count);
        self.sorted = count;
        block.columns.resize_with(count, Vec::new);
        block.new_keys.clear();
        if !self.dormant.is_empty() {
            self.wake_columns(block);
        }
        let order = || self.order.iter().chain(&self.dormant);
        if order().enumerate().all(|(index, &column)| index == column) {
            return Ok(());
        }
        let mut columns = mem::take(&mut block.columns);
        block.columns = order().map(|&column| mem::take(&mut columns[column])).collect();
        Ok(())
    }

    /// Names the keys that a row has for the first time, in order.
    fn wake_columns(&mut self, block: &mut Block) {
        let mut found: Vec<(usize, usize, usize)> = Vec::new();
        for &column in &self.dormant {
            let spans = &block.columns[column];
            // Only a key that a record does not have has no place.
            let row = spans.iter().take(block.rows).position(|&span| span != Span::default());
            let Some(row) = row else { continue };
            let at = key_before(&block.bytes, block.source_start(spans[row]));
            found.push((at, column, row));
        }
        found.sort_unstable();
        for (at, column, row) in found {
            self.dormant.retain(|&other| other != column);
            block.new_keys.push(NewKey { column: self.order.len(), row, at });
            self.order.push(column);
            self.names.push(self.inner.names()[column].clone());
        }
    }
}

/// The opening quote of the key whose value begins at `value`.
fn key_before(bytes: &[u8], value: usize) -> usize {
    let skip_blanks = |end: usize| {
        let blanks = bytes[..end].iter().rev().take_while(|&&byte| byte <= b' ').count();
        end - blanks
    };
    // Behind the colon, then behind the closing quote.
    let colon = skip_blanks(value).saturating_sub(1);
    let mut end = skip_blanks(colon).saturating_sub(1);
    // In a key a quote has an odd number of backslashes before it.
    while let Some(at) = memchr::memrchr(b'"', &bytes[..end]) {
        let slashes = bytes[..at].iter().rev().take_while(|&&byte| byte == b'\\').count();
        if slashes % 2 == 0 {
            return at;
        }
        end = at;
    }
    0
}

impl Scanner for FilterScanner {
    fn names(&self) -> &[String] {
        if self.has_header { self.inner.names() } else { &self.names }
    }

    fn scan(
        &mut self,
        input: &mut &[u8],
        last: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        let rows_max = rows_max.max(1);
        let end = match self.rest.take() {
            Some(rest) => self.deliver(rest, rows_max, block),
            None => self.scan_inner(input, last, rows_max, block),
        };
        if !self.has_header && matches!(end, Ok(_) | Err(Error::Fault(_))) {
            self.wake(block)?;
        }
        end
    }

    fn cut(&self) -> Option<Cut> {
        if self.rest.is_some() { None } else { self.inner.cut() }
    }

    fn hand_over(&mut self) -> Left {
        self.inner.hand_over()
    }

    fn held(&self) -> (&[u8], Place) {
        self.inner.held()
    }

    fn errors(&self) -> u64 {
        self.inner.errors()
    }

    fn add_errors(&mut self, more: u64) -> bool {
        self.inner.add_errors(more)
    }

    fn fork(&self, place: Place) -> Option<Box<dyn Scanner>> {
        Some(Box::new(FilterScanner {
            inner: self.inner.fork(place)?,
            conditions: self.conditions.clone(),
            places: self.places.clone(),
            names: self.names.clone(),
            order: self.order.clone(),
            dormant: self.dormant.clone(),
            kept: Vec::new(),
            rest: None,
            ..*self
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::{CsvOptions, CsvScanner};

    #[test]
    fn the_key_of_a_value_is_found_behind_escapes_and_blanks() {
        for (text, value, key) in [
            (r#"{"a":1}"#, 5, 1),
            (r#"{"x":"{\"a\":1","b" : 2}"#, 22, 16),
            (r#"{"q\"\\":[1]}"#, 9, 1),
            (r#"{"":null}"#, 4, 1),
        ] {
            assert_eq!(key_before(text.as_bytes(), value), key, "{text}");
        }
    }

    #[test]
    fn rows_wait_when_there_are_more_than_wanted_and_keep_their_places() {
        let text = b"a,b\n1,x\n2,\"y\"\"\ny\"\n1,\"z\"\"\"\n1,w\n1,v\n";
        let mut config = b"\x05where\x0e\0\0\0a\0=\0integer\x001\0".to_vec();
        config[6] = (config.len() - 10) as u8;
        let config = crate::config::Config::parse(&config).unwrap();
        let conditions = Condition::all_of(&config).unwrap();
        let scanner = CsvScanner::new(CsvOptions::default()).unwrap();
        let mut scanner = FilterScanner::new(Box::new(scanner), conditions, None, true);
        let mut input = &text[..];
        let mut block = Block::default();
        let mut found = Vec::new();
        loop {
            let end = scanner.scan(&mut input, true, 1, &mut block).unwrap();
            for row in 0..block.rows {
                let span = block.columns[1][row];
                let text = String::from_utf8(block.text(span).to_vec()).unwrap();
                found.push((text, block.locate(block.source_start(span))));
            }
            if end == Scan::Hungry {
                break;
            }
        }
        let expected =
            [("x", (2, 3, 6)), ("z\"", (5, 3, 20)), ("w", (6, 3, 28)), ("v", (7, 3, 32))];
        assert_eq!(found, expected.map(|(text, place)| (text.to_owned(), place)));
    }
}
