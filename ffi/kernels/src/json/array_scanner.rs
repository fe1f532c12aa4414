//! Scans a JSON array of records as the lines that it becomes.

use crate::block::Block;
use crate::fault::Error;
use crate::scan::{Cut, Left, PIECE_BYTES, Place, Scan, Scanner};

use super::array_lines::{ArrayLines, Broken};

/// A scanner of lines over an array. A fault of the array comes behind those of the records before
/// it: the text ends there.
pub struct ArrayScanner {
    lines: Option<ArrayLines>,
    inner: Box<dyn Scanner>,
    /// Lines that wait to be scanned, from `start` on.
    text: Vec<u8>,
    start: usize,
    /// What ends the array.
    fault: Option<Error>,
}

impl ArrayScanner {
    /// Over a scanner of NDJSON.
    pub fn new(inner: Box<dyn Scanner>) -> ArrayScanner {
        let lines = Some(ArrayLines::default());
        ArrayScanner { lines, inner, text: Vec::new(), start: 0, fault: None }
    }

    /// Makes lines of the next piece of the input.
    fn fill(&mut self, input: &mut &[u8], rows_max: usize) -> Result<(), Error> {
        let piece = rows_max.saturating_mul(1024).clamp(4096, PIECE_BYTES);
        let (head, rest) = input.split_at(piece.min(input.len()));
        self.text.clear();
        self.start = 0;
        self.text.try_reserve(head.len())?;
        self.text.extend_from_slice(head);
        *input = rest;
        let lines = self.lines.get_or_insert_default();
        if let Err(Broken { at, fault }) = lines.push(&mut self.text) {
            self.text.truncate(at);
            self.fault = Some(Error::Fault(*fault));
        }
        Ok(())
    }
}

impl Scanner for ArrayScanner {
    fn names(&self) -> &[String] {
        self.inner.names()
    }

    fn scan(
        &mut self,
        input: &mut &[u8],
        last: bool,
        rows_max: usize,
        block: &mut Block,
    ) -> Result<Scan, Error> {
        if self.start == self.text.len() && self.fault.is_none() {
            self.fill(input, rows_max)?;
        }
        let is_end = last && input.is_empty();
        if is_end && self.fault.is_none() {
            let broken = self.lines.get_or_insert_default().finish().err();
            self.fault = broken.map(|broken| Error::Fault(*broken.fault));
        }
        let mut rest = &self.text[self.start..];
        let is_last = is_end || self.fault.is_some();
        let scan = self.inner.scan(&mut rest, is_last, rows_max, block)?;
        self.start = self.text.len() - rest.len();
        if scan == Scan::Ready {
            return Ok(scan);
        }
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None if input.is_empty() => Ok(Scan::Hungry),
            None => Ok(Scan::Ready),
        }
    }

    fn cut(&self) -> Option<Cut> {
        // Behind a fault there is nothing to cut.
        if self.fault.is_none() { self.inner.cut() } else { None }
    }

    fn hand_over(&mut self) -> Left {
        let mut left = self.inner.hand_over();
        left.bytes.extend_from_slice(&self.text[self.start..]);
        self.text = Vec::new();
        self.start = 0;
        left.lines = self.lines.take();
        left
    }

    fn fork(&self, place: Place) -> Option<Box<dyn Scanner>> {
        // Pieces are lines already.
        self.inner.fork(place)
    }
}
