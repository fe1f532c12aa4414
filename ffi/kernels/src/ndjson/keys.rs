//! Which column a key means. Records of one file mostly repeat their keys in one order, so the
//! key that followed last time is compared first; only a surprise is looked up.

use std::collections::{HashMap, TryReserveError};

use crate::json_text;

/// A column's key as it was first written, quotes included.
struct Written {
    /// The first 16 bytes, and a mask of those that exist.
    head: u128,
    mask: u128,
    text: Box<[u8]>,
}

impl Written {
    fn new(text: &[u8]) -> Written {
        let mut head = [0; 16];
        let mut mask = [0; 16];
        for (index, &byte) in text.iter().take(16).enumerate() {
            head[index] = byte;
            mask[index] = 0xFF;
        }
        Written {
            head: u128::from_le_bytes(head),
            mask: u128::from_le_bytes(mask),
            text: text.into(),
        }
    }

    /// Whether this key stands at `at`; `b` has 16 bytes from there.
    #[inline(always)]
    fn is_at(&self, b: &[u8], at: usize) -> bool {
        let mut head = [0; 16];
        head.copy_from_slice(&b[at..at + 16]);
        u128::from_le_bytes(head) & self.mask == self.head
            && (self.text.len() <= 16 || b[at + 16..].starts_with(&self.text[16..]))
    }
}

/// Stands for "no column" where one is expected.
pub(super) const NONE: usize = usize::MAX;

/// The columns by key, in order of first appearance.
#[derive(Default)]
pub(super) struct Keys {
    pub names: Vec<String>,
    by_key: HashMap<Box<[u8]>, usize>,
    written: Vec<Written>,
    /// The column that followed column `c` last time is `next[c + 1]`; `next[0]` begins a record.
    next: Vec<usize>,
}

impl Keys {
    /// Columns known before the first record.
    pub fn with_names(names: &[String]) -> Keys {
        let mut keys = Keys { next: vec![NONE], ..Keys::default() };
        for name in names {
            if !keys.by_key.contains_key(name.as_bytes()) {
                let mut written = String::new();
                json_text::push_string(&mut written, name);
                keys.add(name.as_bytes(), written.as_bytes());
            }
        }
        keys
    }

    /// The column whose key stands at `at`, if it is the one that was expected after `previous`
    /// (or the one after that), and the byte behind its closing quote.
    #[inline(always)]
    pub fn expected(&self, b: &[u8], at: usize, previous: usize) -> Option<(usize, usize)> {
        let mut column = previous;
        for _ in 0..2 {
            column = self.next[column.wrapping_add(1)];
            let written = self.written.get(column)?;
            if written.is_at(b, at) {
                return Some((column, at + written.text.len()));
            }
        }
        None
    }

    /// The column of a key's text, new or not (`true` = new); `raw` is the key as written.
    ///
    /// # Errors
    /// No memory for one more column.
    pub fn find(
        &mut self,
        text: &[u8],
        raw: &[u8],
        previous: usize,
    ) -> Result<(usize, bool), TryReserveError> {
        let (column, is_new) = match self.by_key.get(text) {
            Some(&column) => (column, false),
            None => {
                self.by_key.try_reserve(1)?;
                self.names.try_reserve(1)?;
                self.written.try_reserve(1)?;
                self.next.try_reserve(1)?;
                (self.add(text, raw), true)
            }
        };
        self.next[previous.wrapping_add(1)] = column;
        Ok((column, is_new))
    }

    fn add(&mut self, text: &[u8], raw: &[u8]) -> usize {
        let column = self.names.len();
        // The scanner checks the encoding of every byte before it reads a record.
        self.names.push(String::from_utf8_lossy(text).into_owned());
        self.by_key.insert(text.into(), column);
        self.written.push(Written::new(raw));
        self.next.push(NONE);
        column
    }
}
