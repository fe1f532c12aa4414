//! Options on their way from TypeScript to a kernel: a flat list of named byte strings.
//!
//! Form: for each entry u8 key length, key (ASCII), u32 little-endian value length, value.

use crate::fault::Error;

/// Named options; a later entry of the same name replaces an earlier one.
#[derive(Clone, Debug, Default)]
pub struct Config {
    entries: Vec<(String, Vec<u8>)>,
}

impl Config {
    /// Decodes the form above.
    pub fn parse(mut bytes: &[u8]) -> Result<Config, Error> {
        let mut entries = Vec::new();
        while let Some((&key_length, rest)) = bytes.split_first() {
            let (key, rest) = take(rest, usize::from(key_length))?;
            let (length, rest) = take(rest, 4)?;
            let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
            let (value, rest) = take(rest, length as usize)?;
            let key = std::str::from_utf8(key)
                .map_err(|_| Error::BadArgument("config key is not UTF-8"))?;
            entries.push((key.to_owned(), value.to_vec()));
            bytes = rest;
        }
        Ok(Config { entries })
    }

    /// The raw value of an option, or None.
    pub fn bytes(&self, key: &str) -> Option<&[u8]> {
        let entry = self.entries.iter().rev().find(|(name, _)| name == key)?;
        Some(&entry.1)
    }

    /// The value as text, or `default` where the option is absent.
    pub fn text<'a>(&'a self, key: &str, default: &'a str) -> Result<&'a str, Error> {
        match self.bytes(key) {
            None => Ok(default),
            Some(value) => std::str::from_utf8(value)
                .map_err(|_| Error::BadArgument("config value is not UTF-8")),
        }
    }

    /// The value as a whole number, or `default` where the option is absent.
    pub fn number(&self, key: &str, default: u64) -> Result<u64, Error> {
        match self.bytes(key) {
            None => Ok(default),
            Some(_) => self
                .text(key, "")?
                .parse()
                .map_err(|_| Error::BadArgument("config value is not a whole number")),
        }
    }
}

fn take(bytes: &[u8], length: usize) -> Result<(&[u8], &[u8]), Error> {
    bytes.split_at_checked(length).ok_or(Error::BadArgument("config is cut short"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_reads_entries_and_the_last_one_wins() {
        let bytes = b"\x01a\x01\x00\x00\x00x\x02no\x02\x00\x00\x0042\x01a\x00\x00\x00\x00";
        let config = Config::parse(bytes).unwrap();
        assert_eq!(config.bytes("a"), Some(&b""[..]));
        assert_eq!(config.number("no", 7).unwrap(), 42);
        assert_eq!(config.number("absent", 7).unwrap(), 7);
        assert_eq!(config.text("absent", "d").unwrap(), "d");
    }

    #[test]
    fn parse_rejects_a_config_cut_anywhere() {
        let bytes = b"\x01a\x01\x00\x00\x00x";
        for end in 1..bytes.len() {
            assert!(Config::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
    }
}
