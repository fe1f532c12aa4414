//! What the profiler's tests share: a seeded generator and controls that stop.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::config::Config;
use crate::control::{Control, Unwatched};
use crate::fault::Error;

use super::Profiler;

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// Says stop after some number of looks, and remembers the bytes done.
pub struct StopAfter {
    looks_left: AtomicU64,
    pub bytes_done: AtomicU64,
}

impl StopAfter {
    pub fn looks(count: u64) -> StopAfter {
        StopAfter { looks_left: AtomicU64::new(count), bytes_done: AtomicU64::new(0) }
    }
}

impl Control for StopAfter {
    fn cancelled(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        self.looks_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_err()
    }

    fn progress(&self, bytes_done: u64) {
        self.bytes_done.store(bytes_done, Ordering::Relaxed);
    }
}

/// A config with these entries.
pub fn config(entries: &[(&str, &str)]) -> Config {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        bytes.push(key.len() as u8);
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(&(value.len() as u32).to_le_bytes());
        bytes.extend_from_slice(value.as_bytes());
    }
    Config::parse(&bytes).unwrap()
}

/// The result of profiling `data`, given in pieces of `piece` bytes.
pub fn profile(data: &[u8], piece: usize, entries: &[(&str, &str)]) -> Result<String, Error> {
    let mut profiler = Profiler::open(&config(entries))?;
    for bytes in data.chunks(piece) {
        profiler.push(bytes, false, &Unwatched)?;
    }
    profiler.push(b"", true, &Unwatched)?;
    Ok(profiler.text())
}

/// A JSON value; numbers as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// A number, true, false or null.
    Word(String),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one value; panics on anything that is not JSON.
    pub fn parse(text: &str) -> Json {
        let mut rest = text;
        let value = Json::value(&mut rest);
        assert_eq!(rest.trim(), "");
        value
    }

    /// The member of an object; null where it is absent.
    pub fn get(&self, key: &str) -> Json {
        let Json::Object(members) = self else { panic!("no object: {self:?}") };
        let found = members.iter().find(|member| member.0 == key);
        found.map_or(Json::Word("null".into()), |member| member.1.clone())
    }

    /// The items of an array.
    pub fn items(&self) -> &[Json] {
        let Json::Array(items) = self else { panic!("no array: {self:?}") };
        items
    }

    /// The number.
    pub fn number(&self) -> f64 {
        let Json::Word(word) = self else { panic!("no number: {self:?}") };
        word.parse().unwrap()
    }

    /// True for the word `true`.
    pub fn is_true(&self) -> bool {
        *self == Json::Word("true".into())
    }

    fn value(rest: &mut &str) -> Json {
        *rest = rest.trim_start();
        match rest.as_bytes()[0] {
            b'{' => Json::Object(Json::members(rest, '}', |rest| {
                let Json::Text(key) = Json::value(rest) else { panic!("no key") };
                *rest = rest.trim_start().strip_prefix(':').unwrap();
                (key, Json::value(rest))
            })),
            b'[' => Json::Array(Json::members(rest, ']', Json::value)),
            b'"' => Json::string(rest),
            _ => {
                let end = rest.find([',', ']', '}', '\n']).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                *rest = after;
                Json::Word(word.trim().to_owned())
            }
        }
    }

    fn members<T>(rest: &mut &str, close: char, one: impl Fn(&mut &str) -> T) -> Vec<T> {
        let mut all = Vec::new();
        *rest = rest[1..].trim_start();
        while !rest.starts_with(close) {
            all.push(one(rest));
            *rest = rest.trim_start();
            *rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        }
        *rest = &rest[1..];
        all
    }

    fn string(rest: &mut &str) -> Json {
        let mut text = String::new();
        let mut chars = rest[1..].chars();
        loop {
            match chars.next().unwrap() {
                '"' => break,
                '\\' => match chars.next().unwrap() {
                    'n' => text.push('\n'),
                    'u' => {
                        let hex: String = chars.by_ref().take(4).collect();
                        let code = u32::from_str_radix(&hex, 16).unwrap();
                        text.push(char::from_u32(code).unwrap());
                    }
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
        *rest = chars.as_str();
        Json::Text(text)
    }
}
