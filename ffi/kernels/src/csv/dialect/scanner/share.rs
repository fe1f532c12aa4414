//! What the scanner is to a reader: blocks one after the other, and forks that go on where a record
//! begins or seems to begin.

use std::mem;

use super::DialectScanner;
use crate::block::Block;
use crate::csv::dialect::Rules;
use crate::fault::Error;
use crate::scan::{Cut, Left, Place, Scan, Scanner};

impl Scanner for DialectScanner {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn scan(
        &mut self,
        input: &mut &[u8],
        last: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        block.clear();
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = self.fill(input, last, rows_max.max(1), block);
        if let Err(error) = &result {
            self.failed = Some(error.clone());
        }
        result
    }

    fn cut(&self) -> Option<Cut> {
        let is_open = self.named && self.started && self.skip == 0 && self.owed == 0;
        if !is_open || self.failed.is_some() {
            return None;
        }
        let Rules { quote, escape, comment, delimiter, .. } = self.rules;
        let is_strict = !self.rules.lenient && !self.rules.recovers;
        Some(match quote {
            None if escape.is_none() => Cut::LineFeed,
            Some(quote) if is_strict && escape.is_none() && comment.is_none() => {
                Cut::OutsideQuotes(quote)
            }
            // NUL stands for no quote: it never looks like one that opens or closes a field.
            _ => Cut::Likely { quote: quote.unwrap_or(0), escape, delimiter },
        })
    }

    fn hand_over(&mut self) -> Left {
        let place = self.held().1;
        Left::of(mem::take(&mut self.tail), place)
    }

    fn held(&self) -> (&[u8], Place) {
        (&self.tail, Place { offset: self.base, line: self.line, line_start: self.line_start })
    }

    fn errors(&self) -> u64 {
        self.errors
    }

    fn add_errors(&mut self, more: u64) -> bool {
        // A scanner that met one too many stands at the limit already.
        if more > self.rules.max_errors - self.errors {
            return false;
        }
        self.errors += more;
        true
    }

    fn fork(&self, place: Place) -> Option<Box<dyn Scanner>> {
        let fork = DialectScanner::new(self.rules.clone()).ok()?;
        Some(Box::new(DialectScanner {
            names: self.names.clone(),
            named: true,
            skip: 0,
            started: true,
            base: place.offset,
            line: place.line,
            line_start: place.line_start,
            errors: self.errors,
            record_bytes: self.record_bytes,
            ..fork
        }))
    }
}
