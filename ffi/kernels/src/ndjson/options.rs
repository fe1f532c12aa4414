//! The options of NDJSON, and how a config names them.

use crate::config::Config;
use crate::fault::Error;

/// What to do where RFC 8259 leaves the choice, or where a value has no exact form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Brackets that may be open at once, the record's own included.
    pub max_depth: usize,
    /// A repeated key is an error; else its last value wins.
    pub duplicates_are_errors: bool,
    /// A surrogate without its partner becomes U+FFFD; else it is an error.
    pub replace_lone_surrogates: bool,
    /// An integer beyond 64 bits is kept as text; else it is an error.
    pub large_integers_are_text: bool,
    /// A number beyond f64 is kept as text; else it is an error.
    pub overflow_is_text: bool,
    /// A blank line is an error; else it is skipped.
    pub blank_lines_are_errors: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            max_depth: 1024,
            duplicates_are_errors: false,
            replace_lone_surrogates: false,
            large_integers_are_text: false,
            overflow_is_text: false,
            blank_lines_are_errors: false,
        }
    }
}

impl Options {
    /// Reads `max_depth`, `duplicates`, `surrogates`, `integers`, `overflow` and `blank_lines`.
    ///
    /// # Errors
    /// A value that is none of an option's words.
    pub fn from_config(config: &Config) -> Result<Options, Error> {
        let is = |key, first, second| -> Result<bool, Error> {
            match config.text(key, first)? {
                word if word == first => Ok(false),
                word if word == second => Ok(true),
                _ => Err(Error::BadArgument("NDJSON option has an unknown value")),
            }
        };
        let max_depth = config.number("max_depth", Options::default().max_depth as u64)?;
        Ok(Options {
            max_depth: usize::try_from(max_depth).unwrap_or(usize::MAX),
            duplicates_are_errors: is("duplicates", "last", "error")?,
            replace_lone_surrogates: is("surrogates", "error", "replace")?,
            large_integers_are_text: is("integers", "error", "text")?,
            overflow_is_text: is("overflow", "error", "text")?,
            blank_lines_are_errors: is("blank_lines", "skip", "error")?,
        })
    }
}
