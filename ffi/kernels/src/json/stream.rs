//! What the boundary holds: a checker, a minifier or a selector, and the output that waits.

use super::checker::{Checker, Nowhere};
use super::select::Selector;
use super::{Rules, path};
use crate::config::Config;
use crate::control::Control;
use crate::fault::Error;

enum Work {
    Validate(Box<Checker>),
    Minify(Box<Checker>),
    Select(Box<Selector>),
}

/// Works on JSON that comes in chunks.
pub struct JsonStream {
    work: Work,
    out: Vec<u8>,
}

impl JsonStream {
    /// Opens the work that a config names: `work` is `validate`, `minify` or `select`.
    ///
    /// # Errors
    /// A value that is none of an option's words.
    pub fn open(config: &Config) -> Result<JsonStream, Error> {
        let rules = Rules::parse(config)?;
        let work = match config.text("work", "validate")? {
            "validate" => Work::Validate(Box::new(Checker::new(rules))),
            "minify" => Work::Minify(Box::new(Checker::new(rules))),
            "select" => Work::Select(Box::new(Selector::new(rules, path::parse(config)?))),
            _ => return Err(Error::BadArgument("work must be validate, minify or select")),
        };
        Ok(JsonStream { work, out: Vec::new() })
    }

    /// Takes a chunk; `last` says that nothing follows.
    ///
    /// # Errors
    /// The text breaks a rule; what stands before it waits all the same.
    pub fn push(&mut self, chunk: &[u8], last: bool, control: &dyn Control) -> Result<(), Error> {
        let checked = match &mut self.work {
            Work::Select(selector) => {
                return selector.push(chunk, last, control, &mut self.out);
            }
            Work::Validate(checker) => checker.push(chunk, &mut Nowhere).map(|()| checker),
            Work::Minify(checker) => checker.push(chunk, &mut self.out).map(|()| checker),
        };
        let checker = checked?;
        if last { checker.finish() } else { Ok(()) }
    }

    /// The bytes that wait to be taken.
    pub fn waiting(&self) -> usize {
        self.out.len()
    }

    /// Moves the waiting bytes to `out`, which has their length.
    ///
    /// # Errors
    /// It has another.
    pub fn take(&mut self, out: &mut [u8]) -> Result<(), Error> {
        if out.len() != self.out.len() {
            return Err(Error::BadArgument("the room is not what waits"));
        }
        out.copy_from_slice(&self.out);
        self.out.clear();
        Ok(())
    }
}
