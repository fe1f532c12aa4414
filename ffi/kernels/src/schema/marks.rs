//! The marks of SQL: what a byte may begin, and where a string, a tag, data or a directive that
//! begins at a byte ends. The twin of `src/schema/_lexer_marks.ts`.

use memchr::{memchr, memchr2};

/// A line `-- @include PATH`: its bytes with the line end, and those of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Include {
    pub start: usize,
    pub end: usize,
    pub path_start: usize,
    pub path_end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Plain,
    Space,
    Quote,
    Double,
    Dollar,
    Minus,
    Slash,
    Backslash,
    Semicolon,
    Open,
    Close,
    Letter,
}

static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Plain; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | 0x09..=0x0d => Class::Space,
            b'\'' => Class::Quote,
            b'"' => Class::Double,
            b'$' => Class::Dollar,
            b'-' => Class::Minus,
            b'/' => Class::Slash,
            b'\\' => Class::Backslash,
            b';' => Class::Semicolon,
            b'(' => Class::Open,
            b')' => Class::Close,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xff => Class::Letter,
            _ => Class::Plain,
        };
        byte += 1;
    }
    table
}

pub fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

pub fn in_word(byte: u8) -> bool {
    byte == b'$' || byte.is_ascii_digit() || class(byte) == Class::Letter
}

/// Behind the last byte of the word that begins here.
pub fn end_of_word(bytes: &[u8], from: usize) -> usize {
    let rest = &bytes[from..];
    from + rest.iter().position(|&byte| !in_word(byte)).unwrap_or(rest.len())
}

/// Behind a comment that may hold others.
pub fn end_of_block(bytes: &[u8], opens: usize) -> Option<usize> {
    let mut at = opens;
    let mut depth = 0;
    loop {
        at += memchr2(b'/', b'*', &bytes[at..])?;
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => depth += 1,
            (b'*', Some(b'/')) => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Behind the quote that closes, where a doubled one stands for itself.
pub fn end_of_doubled(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr(quote, bytes.get(at..)?)?;
        if bytes.get(found + 1) != Some(&quote) {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// The same where a backslash takes the byte behind it along.
pub fn end_of_escaped(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr2(b'\\', b'\'', bytes.get(at..)?)?;
        let is_end = bytes[found] == b'\'' && bytes.get(found + 1) != Some(&b'\'');
        if is_end {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

/// Whether only spaces stand between, and with a line end among them.
pub fn are_spaces_with_line(between: &[u8]) -> bool {
    are_spaces(between) && between.iter().any(|&byte| byte == b'\n' || byte == b'\r')
}

/// Looked at from behind: what stands in front may be much.
pub fn are_spaces(between: &[u8]) -> bool {
    between.iter().rev().all(|&byte| class(byte) == Class::Space)
}

/// Behind the second dollar of `$tag$`.
pub fn end_of_tag(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    if class(*bytes.get(at)?) == Class::Letter {
        while bytes.get(at).is_some_and(|&byte| byte != b'$' && in_word(byte)) {
            at += 1;
        }
    }
    (bytes.get(at) == Some(&b'$')).then_some(at + 1)
}

/// Behind the line `\.` that ends the data of a copy.
pub fn end_of_copy_data(bytes: &[u8], from: usize) -> Option<usize> {
    let mut line = from + memchr(b'\n', &bytes[from..])? + 1;
    loop {
        let next = memchr(b'\n', &bytes[line..]);
        let end = next.map_or(bytes.len(), |found| line + found);
        let text = &bytes[line..end];
        if text.strip_suffix(b"\r").unwrap_or(text) == b"\\." {
            return Some(line + 2);
        }
        line = end + 1;
        next?;
    }
}

/// A line comment that is a directive and has its line for itself.
pub fn include_at(bytes: &[u8], start: usize, end: usize) -> Option<Include> {
    let is_blank = |byte: &u8| *byte == b' ' || *byte == b'\t';
    let text = bytes[start + 2..end].trim_prefix_blanks();
    let path = text.strip_prefix(b"@include")?;
    if path.first().is_some_and(|byte| !is_blank(byte)) {
        return None;
    }
    let before = bytes[..start].iter().rposition(|byte| !is_blank(byte));
    if before.is_some_and(|at| bytes[at] != b'\n') {
        return None;
    }
    let path_start = end - path.trim_prefix_blanks().len();
    let solid = bytes[path_start..end].iter().rposition(|byte| !is_blank(byte));
    let mut after = end;
    after += usize::from(bytes.get(after) == Some(&b'\r'));
    after += usize::from(bytes.get(after) == Some(&b'\n'));
    Some(Include {
        start: before.map_or(0, |at| at + 1),
        end: after,
        path_start,
        path_end: solid.map_or(path_start, |at| path_start + at + 1),
    })
}

trait Blanks {
    fn trim_prefix_blanks(&self) -> &[u8];
}

impl Blanks for [u8] {
    fn trim_prefix_blanks(&self) -> &[u8] {
        let solid = self.iter().position(|&byte| byte != b' ' && byte != b'\t');
        &self[solid.unwrap_or(self.len())..]
    }
}
