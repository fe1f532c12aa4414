//! What the boundary holds: a checker, a minifier, a selector or a document whose canonical form is
//! wanted, and the output that waits.

use super::canonical;
use super::checker::{Checker, Nowhere, Sink};
use super::select::Selector;
use super::{Rules, path};
use crate::config::Config;
use crate::control::Control;
use crate::fault::Error;
use crate::hash::{Algorithm, Hasher};

enum Work {
    Validate(Box<Checker>),
    Minify(Box<Checker>),
    Select(Box<Selector>),
    Canonical(Document),
}

/// A document that is held as a whole, and the digest that is wanted of its form, if not the form.
struct Document {
    rules: Rules,
    text: Vec<u8>,
    digest: Option<Algorithm>,
}

impl Document {
    fn print(&self, text: &[u8], control: &dyn Control, out: &mut Vec<u8>) -> Result<(), Error> {
        let Some(algorithm) = self.digest else {
            return canonical::print(text, self.rules, control, out);
        };
        let mut hashed = Hashed { hasher: Hasher::new(algorithm), buffer: Vec::new() };
        hashed.buffer.try_reserve_exact(HASHED_BYTES)?;
        canonical::print(text, self.rules, control, &mut hashed)?;
        hashed.hasher.update(&hashed.buffer);
        out.text(&hashed.hasher.finish())
    }
}

/// Bytes that are hashed at once.
const HASHED_BYTES: usize = 1 << 16;

/// Hashes what it is given; nothing is kept.
struct Hashed {
    hasher: Hasher,
    buffer: Vec<u8>,
}

impl Sink for Hashed {
    #[inline(always)]
    fn text(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.buffer.len() + bytes.len() > HASHED_BYTES {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
            if bytes.len() > HASHED_BYTES {
                self.hasher.update(bytes);
                return Ok(());
            }
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }
}

/// Works on JSON that comes in chunks.
pub struct JsonStream {
    work: Work,
    out: Vec<u8>,
}

impl JsonStream {
    /// Opens the work that a config names: `work` is `validate`, `minify`, `select`, `canonical`, or
    /// `digest` with an `algorithm`.
    ///
    /// # Errors
    /// A value that is none of an option's words.
    pub fn open(config: &Config) -> Result<JsonStream, Error> {
        let rules = Rules::parse(config)?;
        let work = match config.text("work", "validate")? {
            "validate" => Work::Validate(Box::new(Checker::new(rules))),
            "minify" => Work::Minify(Box::new(Checker::new(rules))),
            "select" => Work::Select(Box::new(Selector::new(rules, path::parse(config)?))),
            "canonical" => Work::Canonical(Document { rules, text: Vec::new(), digest: None }),
            "digest" => {
                let algorithm = Algorithm::from_name(config.text("algorithm", "sha256")?)
                    .ok_or(Error::BadArgument("algorithm must be sha256 or blake3"))?;
                Work::Canonical(Document { rules, text: Vec::new(), digest: Some(algorithm) })
            }
            _ => return Err(Error::BadArgument("work is not known")),
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
            Work::Canonical(document) if last && document.text.is_empty() => {
                return document.print(chunk, control, &mut self.out);
            }
            Work::Canonical(document) => {
                document.text.text(chunk)?;
                if !last {
                    return Ok(());
                }
                return document.print(&document.text, control, &mut self.out);
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

    /// Moves the waiting bytes to the front of `out`.
    ///
    /// # Errors
    /// It is too short.
    pub fn take(&mut self, out: &mut [u8]) -> Result<(), Error> {
        let Some(front) = out.get_mut(..self.out.len()) else {
            return Err(Error::BadArgument("the room is less than what waits"));
        };
        front.copy_from_slice(&self.out);
        self.out.clear();
        Ok(())
    }
}
