//! The options of a profile, and how a config names them.

use std::thread;

use crate::config::Config;
use crate::csv::{CsvOptions, CsvScanner};
use crate::fault::Error;
use crate::hash::Algorithm;
use crate::ndjson::{self, NdjsonScanner};
use crate::scan::Scanner;

/// Logical bytes that exact columns may take.
const MEMORY_DEFAULT: u64 = 256_000_000;
/// More threads than this only wait for each other.
const THREADS_MAX: u64 = 64;

/// How to profile.
pub struct Options {
    pub scanner: Box<dyn Scanner>,
    pub memory: u64,
    pub digests: Vec<Algorithm>,
    pub threads: usize,
}

impl Options {
    /// Reads `format`, `delimiter`, `header`, `memory`, `digests`, `threads` and the options of
    /// NDJSON.
    ///
    /// # Errors
    /// `BadArgument` for a value that an option cannot have.
    pub fn from_config(config: &Config) -> Result<Options, Error> {
        let mut digests = Vec::new();
        for name in config.text("digests", "")?.split(',').filter(|name| !name.is_empty()) {
            let algorithm = Algorithm::from_name(name);
            let algorithm = algorithm.ok_or(Error::BadArgument("digest is unknown"))?;
            if !digests.contains(&algorithm) {
                digests.push(algorithm);
            }
        }
        let threads = match config.number("threads", 0)? {
            0 => thread::available_parallelism().map_or(1, usize::from),
            count => count.min(THREADS_MAX) as usize,
        };
        Ok(Options {
            scanner: scanner(config)?,
            memory: config.number("memory", MEMORY_DEFAULT)?,
            digests,
            threads,
        })
    }
}

fn scanner(config: &Config) -> Result<Box<dyn Scanner>, Error> {
    match config.text("format", "csv")? {
        "csv" => {
            let &[delimiter] = config.bytes("delimiter").unwrap_or(b",") else {
                return Err(Error::BadArgument("delimiter is not one byte"));
            };
            let header = config.number("header", 1)? != 0;
            Ok(Box::new(CsvScanner::new(CsvOptions { delimiter, header })?))
        }
        "ndjson" => {
            let options = ndjson::Options::from_config(config)?;
            Ok(Box::new(NdjsonScanner::new(options, &[])))
        }
        _ => Err(Error::BadArgument("format is neither csv nor ndjson")),
    }
}
