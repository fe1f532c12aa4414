//! What the scanner's tests share: a runner that feeds chunks, and a reader that goes byte by
//! byte as the rules are written, to compare with.

use super::{CsvOptions, CsvScanner};
use crate::block::{Block, Kind, Span};
use crate::fault::{Code, Error};
use crate::scan::{Scan, Scanner};
use crate::simd::csv_masks::Level;

/// A field: its kind, its text, and offset, line and column of its first byte (not of nulls).
pub type Field = (Kind, Vec<u8>, Option<(u64, u64, u64)>);

/// All that a scanner says about an input.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub names: Vec<String>,
    pub rows: Vec<Vec<Field>>,
    /// Code, line, column, offset.
    pub fault: Option<(Code, u64, u64, u64)>,
}

impl Outcome {
    /// The texts of all rows, null as `~`, quoted texts in quotes.
    pub fn texts(&self) -> Vec<Vec<String>> {
        let show = |(kind, text, _): &Field| match kind {
            Kind::Null => "~".to_owned(),
            Kind::Quoted => format!("\"{}\"", String::from_utf8_lossy(text)),
            _ => String::from_utf8_lossy(text).into_owned(),
        };
        self.rows.iter().map(|row| row.iter().map(show).collect()).collect()
    }
}

/// How to feed a scanner.
#[derive(Clone, Copy)]
pub struct Feed {
    pub options: CsvOptions,
    pub level: Level,
    pub limit: usize,
    pub rows_max: usize,
    /// Bytes of a chunk.
    pub chunk: usize,
    /// The end is told with an empty chunk of its own.
    pub separate_end: bool,
}

impl Default for Feed {
    fn default() -> Self {
        Feed {
            options: CsvOptions::default(),
            level: Level::best(),
            limit: super::rows::LIMIT,
            rows_max: usize::MAX,
            chunk: usize::MAX,
            separate_end: false,
        }
    }
}

impl Feed {
    pub fn without_header() -> Feed {
        let options = CsvOptions { header: false, ..CsvOptions::default() };
        Feed { options, ..Feed::default() }
    }

    /// Runs a scanner over the input.
    pub fn run(&self, input: &[u8]) -> Outcome {
        let mut scanner = CsvScanner::with(self.options, self.level, self.limit).unwrap();
        let mut outcome = Outcome::default();
        let mut block = Block::default();
        let mut chunks: Vec<&[u8]> = input.chunks(self.chunk.max(1)).collect();
        if chunks.is_empty() || self.separate_end {
            chunks.push(&[]);
        }
        let count = chunks.len();
        'input: for (index, mut chunk) in chunks.into_iter().enumerate() {
            loop {
                let step = scanner.scan(&mut chunk, index + 1 == count, self.rows_max, &mut block);
                assert!(block.rows <= self.rows_max);
                collect(&block, &mut outcome);
                match step {
                    Ok(Scan::Ready) => {}
                    Ok(Scan::Hungry) => break,
                    Err(Error::Fault(fault)) => {
                        let place = (fault.code, fault.line, fault.column, fault.byte_offset);
                        outcome.fault = Some(place);
                        break 'input;
                    }
                    Err(error) => panic!("{error:?}"),
                }
            }
            assert!(chunk.is_empty(), "a hungry scanner has taken all");
        }
        outcome.names = scanner.names().to_vec();
        outcome
    }
}

pub fn collect(block: &Block, outcome: &mut Outcome) {
    for column in &block.columns {
        assert_eq!(column.len(), block.rows, "every column has a span per row");
    }
    for row in 0..block.rows {
        let field = |column: &Vec<Span>| {
            let span = column[row];
            let place =
                block.locate(if span.kind() == Kind::Null { 0 } else { block.source_start(span) });
            let known = span.kind() != Kind::Null;
            (span.kind(), block.text(span).to_vec(), known.then_some((place.2, place.0, place.1)))
        };
        outcome.rows.push(block.columns.iter().map(field).collect());
    }
}

/// Line, column and offset of a byte, counted from the input's start.
pub fn place(input: &[u8], at: usize) -> (u64, u64, u64) {
    let before = &input[..at];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    (line, (at - line_start) as u64 + 1, at as u64)
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// The rules, byte by byte. Names of columns are left to the tests of the header.
pub struct Reference<'a> {
    input: &'a [u8],
    header: bool,
    width: Option<usize>,
    record_start: usize,
    record: Vec<Field>,
    blanks: usize,
    outcome: Outcome,
}

impl<'a> Reference<'a> {
    pub fn run(input: &'a [u8], options: CsvOptions) -> Outcome {
        let start = if input.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut reference = Reference {
            input,
            header: options.header,
            width: None,
            record_start: start,
            record: Vec::new(),
            blanks: 0,
            outcome: Outcome::default(),
        };
        if let Err((code, at)) = reference.read(start, options.delimiter) {
            let (line, column, offset) = place(input, at);
            reference.outcome.fault = Some((code, line, column, offset));
        }
        reference.outcome
    }

    fn read(&mut self, start: usize, delimiter: u8) -> Result<(), (Code, usize)> {
        let ill_formed = std::str::from_utf8(self.input).err().map(|error| error.valid_up_to());
        let mut state = State::Start;
        let mut field_start = start;
        let mut text = Vec::new();
        for at in start..self.input.len() {
            let byte = self.input[at];
            if ill_formed == Some(at) {
                return Err((Code::InvalidUtf8, at));
            }
            if byte == 0 {
                return Err((Code::NulByte, at));
            }
            if byte == b'"' {
                state = match state {
                    State::Start => State::Quoted,
                    State::Quoted => State::Closed,
                    State::Closed => {
                        text.push(b'"');
                        State::Quoted
                    }
                    State::Bare => return Err((Code::QuoteInBareField, at)),
                };
            } else if state == State::Quoted {
                text.push(byte);
            } else if byte == delimiter || byte == b'\n' {
                self.end_field(state, field_start, std::mem::take(&mut text));
                if byte == b'\n' {
                    self.end_record(at + 1)?;
                }
                state = State::Start;
                field_start = at + 1;
            } else if byte == b'\r' {
                if self.input.get(at + 1) != Some(&b'\n') {
                    return Err((Code::BareCr, at));
                }
            } else if state == State::Closed {
                return Err((Code::TextAfterQuote, at));
            } else {
                text.push(byte);
                state = State::Bare;
            }
        }
        if state == State::Quoted {
            return Err((Code::UnterminatedQuote, field_start));
        }
        if self.record_start < self.input.len() {
            self.end_field(state, field_start, text);
            self.end_record(self.input.len())?;
        }
        if self.width.is_none() && !self.header {
            self.outcome.rows = vec![vec![(Kind::Null, Vec::new(), None)]; self.blanks];
        }
        Ok(())
    }

    fn end_field(&mut self, state: State, start: usize, text: Vec<u8>) {
        let (line, column, offset) = place(self.input, start);
        let known = Some((offset, line, column));
        self.record.push(match state {
            State::Start => (Kind::Null, text, None),
            State::Bare => (Kind::Bare, text, known),
            _ => (Kind::Quoted, text, known),
        });
    }

    fn end_record(&mut self, next: usize) -> Result<(), (Code, usize)> {
        let record = std::mem::take(&mut self.record);
        let start = std::mem::replace(&mut self.record_start, next);
        let is_blank = record.len() == 1 && record[0].0 == Kind::Null;
        let Some(width) = self.width else {
            if is_blank {
                self.blanks += 1;
                return Ok(());
            }
            self.width = Some(record.len());
            if self.header {
                return Ok(());
            }
            if record.len() == 1 {
                self.outcome.rows = vec![vec![(Kind::Null, Vec::new(), None)]; self.blanks];
            }
            self.outcome.rows.push(record);
            return Ok(());
        };
        if is_blank && width > 1 {
            return Ok(());
        }
        if record.len() != width {
            return Err((Code::RaggedRow, start));
        }
        self.outcome.rows.push(record);
        Ok(())
    }
}
