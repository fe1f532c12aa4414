//! What a reader is told to do.

use std::collections::{HashMap, HashSet};
use std::thread;

use crate::config::Config;
use crate::csv::dialect::{DialectScanner, Rules};
use crate::csv::{CsvOptions, CsvScanner};
use crate::fault::Error;
use crate::json::ArrayScanner;
use crate::ndjson::{self, NdjsonScanner, Paths};
use crate::scan::Scanner;
use crate::values::Type;

use super::condition::Condition;
use super::filter::FilterScanner;
use super::kind::Kind;
use super::numbers::NumberStyle;
use super::tolerant::Policy;

/// Rows by which types are decided where nothing else is said (semantics 9).
const SAMPLE_ROWS: u64 = 65_536;
/// Rows of a batch where nothing else is said.
const BATCH_ROWS: u64 = 65_536;
/// More threads than this are never started, whatever is asked for.
const THREADS_MAX: usize = 256;

/// What is made of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Batches, typed by a sample of the first rows.
    Sample,
    /// No values, only the types of all rows.
    Infer,
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Csv(CsvOptions),
    Ndjson(ndjson::Options, IsArray),
}

/// Whether the records stand in one array, not a line each.
type IsArray = bool;

/// The decoded config of a reader.
#[derive(Clone, Debug)]
pub(super) struct Options {
    format: Format,
    pub mode: Mode,
    /// Types that are given, not inferred, in the order of their columns.
    pub declared: Vec<(String, Kind)>,
    by_name: HashMap<String, Kind>,
    /// Columns that the caller declared f64. An earlier pass declares the types it found, too;
    /// integers beyond 2^53 fit only those of the caller.
    pub large_floats: HashSet<String>,
    /// The columns to read; none means all. All others are passed over.
    pub wanted: Vec<String>,
    wanted_names: HashSet<String>,
    /// Every field is text, no field is null (semantics 8).
    pub all_text: bool,
    /// Rows of every batch but the last; 0 = all rows in one.
    pub batch_rows: usize,
    pub sample_rows: usize,
    /// Threads that may read a table; 0 = as many as there are cores.
    threads: usize,
    /// Bytes of a thread's piece; 0 = what suits.
    pub piece_bytes: usize,
    /// Whether arrays of single values are lists; NDJSON only.
    pub finds_lists: bool,
    /// What is read by path; NDJSON only.
    paths: Paths,
    /// All of a CSV dialect, where the strict scanner does not do.
    dialect: Option<Rules>,
    /// What becomes of faulty rows, where they do not end the reading.
    pub policy: Option<Policy>,
    /// What the rows must meet, all of it.
    conditions: Vec<Condition>,
    /// How numbers are written, where not as `1234.5`.
    pub numbers: Option<NumberStyle>,
}

impl Options {
    /// # Errors
    /// An option with a value that is none of its own.
    pub fn from_config(config: &Config) -> Result<Options, Error> {
        let format = match config.text("format", "")? {
            "csv" => Format::Csv(CsvOptions {
                delimiter: match config.bytes("delimiter") {
                    None => b',',
                    Some(&[byte]) => byte,
                    Some(_) => return Err(Error::BadArgument("delimiter is not one byte")),
                },
                header: match config.number("header", 1)? {
                    0 => false,
                    1 => true,
                    _ => return Err(Error::BadArgument("header is neither 0 nor 1")),
                },
            }),
            "ndjson" => {
                let is_array = config.number("array", 0)? != 0;
                Format::Ndjson(ndjson::Options::from_config(config)?, is_array)
            }
            _ => return Err(Error::BadArgument("format is neither csv nor ndjson")),
        };
        // `build` is `sample` with every row in one batch.
        let (mode, is_one_batch) = match config.text("mode", "sample")? {
            "sample" => (Mode::Sample, false),
            "build" => (Mode::Sample, true),
            "infer" => (Mode::Infer, true),
            _ => return Err(Error::BadArgument("mode is not known")),
        };
        let batch_rows = if is_one_batch { 0 } else { rows(config, "batch_rows", BATCH_ROWS)? };
        let all_text = match config.text("types", "auto")? {
            "auto" => false,
            "text" => matches!(format, Format::Csv(_)),
            _ => return Err(Error::BadArgument("types is neither auto nor text")),
        };
        let declared = declared(config.bytes("schema").unwrap_or(b""))?;
        let wanted: Vec<String> = names(config.bytes("columns").unwrap_or(b""))?;
        Ok(Options {
            format,
            mode,
            by_name: declared.iter().cloned().collect(),
            large_floats: names(config.bytes("large_floats").unwrap_or(b""))?.into_iter().collect(),
            wanted_names: wanted.iter().cloned().collect(),
            wanted,
            declared,
            all_text,
            batch_rows,
            sample_rows: rows(config, "sample_rows", SAMPLE_ROWS)?.max(1),
            threads: rows(config, "threads", 0)?,
            piece_bytes: rows(config, "piece_bytes", 0)?,
            finds_lists: config.number("lists", 0)? != 0,
            paths: Paths::from_config(config)?,
            dialect: match config.number("dialect", 0)? {
                0 => None,
                _ => Some(Rules::from_config(config)?),
            },
            policy: Policy::from_config(config)?,
            conditions: Condition::all_of(config)?,
            numbers: NumberStyle::from_config(config)?,
        })
    }

    /// Threads that may read a table.
    pub fn threads(&self) -> usize {
        match self.threads {
            0 => thread::available_parallelism().map_or(1, |cores| cores.get()),
            threads => threads.min(THREADS_MAX),
        }
    }

    pub fn is_csv(&self) -> bool {
        matches!(self.format, Format::Csv(_))
    }

    /// A scanner at the start of the input. The columns of NDJSON that are declared, wanted or read by
    /// path come first, in any case.
    ///
    /// # Errors
    /// A delimiter that cannot be one.
    pub fn scanner(&self) -> Result<Box<dyn Scanner>, Error> {
        let scanner = self.scanner_of_all()?;
        if !self.is_filtered() {
            return Ok(scanner);
        }
        let conditions = self.conditions.clone();
        Ok(Box::new(FilterScanner::new(scanner, conditions, self.numbers, self.is_csv())))
    }

    /// Whether rows are passed over that do not meet conditions.
    pub fn is_filtered(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// Whether the records are the input's own lines, and each shows by itself which columns it
    /// has: then what follows a record can be read before what stands before it.
    pub fn has_plain_records(&self) -> bool {
        match self.format {
            Format::Csv(_) => true,
            Format::Ndjson(_, is_array) => !is_array && !self.is_filtered(),
        }
    }

    /// The scanner of all rows.
    fn scanner_of_all(&self) -> Result<Box<dyn Scanner>, Error> {
        if let Some(rules) = &self.dialect {
            return Ok(Box::new(DialectScanner::new(rules.clone())?));
        }
        Ok(match self.format {
            Format::Csv(options) => Box::new(CsvScanner::new(options)?),
            Format::Ndjson(options, is_array) => {
                let declared = self.declared.iter().map(|(name, _)| name);
                let by_path = &self.paths.names;
                let names: Vec<String> =
                    declared.chain(&self.wanted).chain(by_path).cloned().collect();
                let is_float = |name: &str| self.large_floats.contains(name);
                let scanner = Box::new(
                    NdjsonScanner::new(options, &names)
                        .with_floats(is_float)
                        .with_lists(self.finds_lists, |name| {
                            self.by_name.get(name).is_some_and(|kind| kind.is_list)
                        })
                        .with_paths(&self.paths),
                );
                if is_array { Box::new(ArrayScanner::new(scanner)) } else { scanner }
            }
        })
    }

    /// Whether only some columns are read, all of them known by name beforehand.
    pub fn is_projected(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// Whether a column is passed over.
    pub fn is_skipped(&self, name: &str) -> bool {
        self.is_projected() && !self.wanted_names.contains(name)
    }

    /// The declared type of a column.
    pub fn declared_type(&self, name: &str) -> Option<Kind> {
        self.by_name.get(name).copied()
    }
}

fn rows(config: &Config, key: &str, default: u64) -> Result<usize, Error> {
    Ok(usize::try_from(config.number(key, default)?).unwrap_or(usize::MAX))
}

/// Names: `name\0`, joined.
fn names(bytes: &[u8]) -> Result<Vec<String>, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::BadArgument("name is not UTF-8"))?;
    Ok(text.split_terminator('\0').map(str::to_owned).collect())
}

/// Declared types: `name\0type\0`, joined.
fn declared(bytes: &[u8]) -> Result<Vec<(String, Kind)>, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::BadArgument("schema is not UTF-8"))?;
    let mut columns = Vec::new();
    let mut parts = text.split_terminator('\0');
    while let Some(name) = parts.next() {
        let text = parts.next();
        let of_list = text.and_then(|text| text.strip_prefix("list<")?.strip_suffix('>'));
        let Some(item) = of_list.or(text).and_then(Type::declared) else {
            return Err(Error::BadArgument("schema names an unknown type"));
        };
        let kind = if of_list.is_some() { Kind::list(item) } else { Kind::one(item) };
        columns.push((name.to_owned(), kind));
    }
    Ok(columns)
}
