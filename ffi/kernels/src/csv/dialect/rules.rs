//! What a dialect is.

use crate::block::FIELD_BYTES_MAX;
use crate::config::Config;
use crate::fault::Error;

/// A CSV dialect, and what becomes of its faults.
#[derive(Clone, Debug)]
pub struct Rules {
    /// One ASCII byte between fields.
    pub delimiter: u8,
    /// The byte around quoted fields.
    pub quote: Option<u8>,
    /// The byte that takes the meaning of the next one; a quote is doubled where there is none.
    pub escape: Option<u8>,
    /// The byte that begins a line to skip.
    pub comment: Option<u8>,
    /// The first record is a header.
    pub header: bool,
    /// Names that are given, not read.
    pub names: Option<Vec<String>>,
    /// Physical lines before everything else.
    pub skip_rows: u64,
    /// Spaces and tabs around a field go away.
    pub trim: bool,
    /// Unquoted fields, as written, that are null.
    pub null_tokens: Vec<Vec<u8>>,
    /// Faults of form are repaired.
    pub lenient: bool,
    /// A faulty row is left out instead of ending the reading.
    pub recovers: bool,
    /// Error rows at most.
    pub max_errors: u64,
    /// The longest field as written; less than the default only in tests.
    pub field_bytes_max: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            delimiter: b',',
            quote: Some(b'"'),
            escape: None,
            comment: None,
            header: true,
            names: None,
            skip_rows: 0,
            trim: false,
            null_tokens: Vec::new(),
            lenient: false,
            recovers: false,
            max_errors: 1000,
            field_bytes_max: FIELD_BYTES_MAX,
        }
    }
}

impl Rules {
    /// The rules of a reader's config.
    ///
    /// # Errors
    /// A value that is none of its option's.
    pub fn from_config(config: &Config) -> Result<Rules, Error> {
        let delimiter = byte(config, "delimiter", Some(b','))?;
        let rules = Rules {
            delimiter: delimiter.ok_or(Error::BadArgument("delimiter is not one byte"))?,
            quote: byte(config, "quote", Some(b'"'))?,
            escape: byte(config, "escape", None)?,
            comment: byte(config, "comment", None)?,
            header: flag(config, "header", true)?,
            names: match config.bytes("names") {
                None => None,
                Some(bytes) => {
                    let parts = bytes.split(|&byte| byte == 0).map(<[u8]>::to_vec);
                    let mut names = parts.map(String::from_utf8).collect::<Result<Vec<_>, _>>();
                    if let Ok(names) = &mut names {
                        names.pop();
                    }
                    Some(names.map_err(|_| Error::BadArgument("name is not UTF-8"))?)
                }
            },
            skip_rows: config.number("skip_rows", 0)?,
            trim: flag(config, "trim", false)?,
            null_tokens: {
                let bytes = config.bytes("null_tokens").unwrap_or(b"");
                let mut tokens: Vec<Vec<u8>> =
                    bytes.split(|&byte| byte == 0).map(<[u8]>::to_vec).collect();
                tokens.pop();
                tokens
            },
            lenient: flag(config, "lenient", false)?,
            recovers: flag(config, "recovers", false)?,
            max_errors: config.number("max_errors", 1000)?,
            field_bytes_max: FIELD_BYTES_MAX,
        };
        rules.check()?;
        Ok(rules)
    }

    /// # Errors
    /// A byte with two meanings, or one that cannot have any.
    pub fn check(&self) -> Result<(), Error> {
        let bytes = [Some(self.delimiter), self.quote, self.escape, self.comment];
        for (index, byte) in bytes.iter().enumerate() {
            let Some(byte) = byte else { continue };
            if !byte.is_ascii() || b"\r\n\0".contains(byte) {
                return Err(Error::BadArgument(
                    "a character of the dialect must be one ASCII byte and not CR, LF or NUL",
                ));
            }
            if bytes[..index].contains(&Some(*byte)) {
                return Err(Error::BadArgument("a character of the dialect has two meanings"));
            }
        }
        if self.names.as_ref().is_some_and(Vec::is_empty) {
            return Err(Error::BadArgument("names are given, but none"));
        }
        Ok(())
    }
}

/// A single byte; an empty value is none.
fn byte(config: &Config, key: &str, default: Option<u8>) -> Result<Option<u8>, Error> {
    match config.bytes(key) {
        None => Ok(default),
        Some([]) => Ok(None),
        Some(&[byte]) => Ok(Some(byte)),
        Some(_) => Err(Error::BadArgument("a character of the dialect is not one byte")),
    }
}

fn flag(config: &Config, key: &str, default: bool) -> Result<bool, Error> {
    match config.number(key, u64::from(default))? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::BadArgument("a flag of the dialect is neither 0 nor 1")),
    }
}
