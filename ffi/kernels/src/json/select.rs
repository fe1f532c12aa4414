//! Copies the values at paths out of documents: a line of output for each value of one path, or an
//! object for each document of several.

use super::Rules;
use super::checker::Sink;
use super::cursor::{Cursor, Room};
use super::path::Path;
use super::shape::{Shape, Values};
use super::walk::{Stop, Walk};
use crate::control::Control;
use crate::fault::Error;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Selects from an input that comes in chunks: whole lines at a time, or the one document at its
/// end.
pub struct Selector {
    rules: Rules,
    walk: Walk,
    shape: Shape,
    labels: Vec<Label>,
    room: Room,
    /// The document or line that is not whole yet.
    carry: Vec<u8>,
    /// Bytes and lines before the carry.
    offset: u64,
    line: u64,
    is_begun: bool,
}

impl Selector {
    pub fn new(rules: Rules, paths: Vec<Path>) -> Selector {
        Selector {
            rules,
            shape: Shape::new(rules, &paths),
            labels: paths.iter().map(|path| Label::of(&path.label)).collect(),
            walk: Walk::new(rules, paths),
            room: Room::new(),
            carry: Vec::new(),
            offset: 0,
            line: 1,
            is_begun: false,
        }
    }

    /// Takes a chunk; what is selected goes behind `out`.
    pub fn push(
        &mut self,
        chunk: &[u8],
        last: bool,
        control: &dyn Control,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        if last && self.carry.is_empty() {
            return self.read(chunk, control, out);
        }
        let whole = if last {
            chunk.len()
        } else if self.rules.lines {
            memchr::memrchr(b'\n', chunk).map_or(0, |place| place + 1)
        } else {
            0
        };
        let (front, rest) = chunk.split_at(whole);
        if whole == 0 && !last {
            return self.carry.text(rest);
        }
        if self.carry.is_empty() {
            self.read(front, control, out)?;
        } else {
            // The line that was cut is read alone: the others need not be copied.
            let first = if last || !self.rules.lines {
                front.len()
            } else {
                memchr::memchr(b'\n', front).map_or(front.len(), |place| place + 1)
            };
            let mut carry = std::mem::take(&mut self.carry);
            carry.text(&front[..first])?;
            self.read(&carry, control, out)?;
            carry.clear();
            self.carry = carry;
            self.read(&front[first..], control, out)?;
        }
        self.carry.text(rest)
    }

    /// Reads whole lines, or the whole document.
    fn read(&mut self, b: &[u8], control: &dyn Control, out: &mut Vec<u8>) -> Result<(), Error> {
        if b.is_empty() && (self.rules.lines || self.is_begun) {
            return Ok(());
        }
        let begin = if !self.is_begun && b.starts_with(BOM) { BOM.len() } else { 0 };
        self.is_begun = true;
        let text = &b[begin..];
        let mut cursor = Cursor::new(text, self.rules.lines, &mut self.room);
        let mut at = 0;
        let mut documents = 0;
        let origin = Origin { offset: self.offset, line: self.line, begin };
        loop {
            let labels = &self.labels[..];
            let run = self
                .shape
                .records(&mut cursor, at, |values| write_values(labels, values, text, out))?;
            documents += run.records;
            at = run.behind;
            if run.records > 0 && at >= text.len() {
                break;
            }
            let line_start = at;
            let (next, has_value) = match self.walk.document(&mut cursor, at) {
                Ok(found) => found,
                Err(stop) => return Err(origin.fault(b, documents, line_start, self.rules, *stop)),
            };
            if has_value {
                write(&self.walk, text, out)?;
                self.shape.learn(&text[at..next - 1], self.walk.paths());
            }
            at = next;
            documents += 1;
            if at >= text.len() {
                break;
            }
            if control.cancelled() {
                return Err(Error::Cancelled);
            }
        }
        self.offset += b.len() as u64;
        self.line += documents;
        Ok(())
    }
}

/// Where a text begins in the input.
struct Origin {
    offset: u64,
    line: u64,
    /// Bytes of a byte order mark before it.
    begin: usize,
}

impl Origin {
    /// The error of a stop, with its position in the input.
    fn fault(
        &self,
        b: &[u8],
        documents: u64,
        line_start: usize,
        rules: Rules,
        stop: Stop,
    ) -> Error {
        let mut error = stop.error;
        if let Error::Fault(fault) = &mut error {
            let at = stop.at + self.begin;
            let (line, start) = if rules.lines {
                let start = if documents == 0 { 0 } else { line_start + self.begin };
                (self.line + documents, start)
            } else {
                let start = memchr::memrchr(b'\n', &b[..at]).map_or(0, |place| place + 1);
                (self.line + memchr::memchr_iter(b'\n', &b[..at]).count() as u64, start)
            };
            fault.line = line;
            fault.column = (at - start) as u64 + 1;
            fault.byte_offset = self.offset + at as u64;
        }
        error
    }
}

/// What a document has, as lines. Room is reserved first: nothing below can fail.
fn write(walk: &Walk, text: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let mut room = 3;
    for (path, found) in walk.paths().iter().zip(&walk.found) {
        room += path.label.len() + 3;
        room += found.iter().map(|&(from, to)| to - from + 1).sum::<usize>();
    }
    out.try_reserve(room)?;
    if let [found] = &walk.found[..] {
        for &(from, to) in found {
            write_value(&text[from..to], out);
            out.push(b'\n');
        }
        return Ok(());
    }
    let mut separator = b'{';
    for (path, found) in walk.paths().iter().zip(&walk.found) {
        if found.is_empty() && !path.is_many {
            continue;
        }
        out.push(separator);
        separator = b',';
        out.extend_from_slice(&path.label);
        if path.is_many {
            out.push(b'[');
        }
        for (index, &(from, to)) in found.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_value(&text[from..to], out);
        }
        if path.is_many {
            out.push(b']');
        }
    }
    out.extend_from_slice(if separator == b'{' { b"{}\n" } else { b"}\n" });
    Ok(())
}

/// Bytes that are copied at once: most texts are shorter, and what is too much is cut off.
const COPY: usize = 16;

/// A path's key, with what goes before it in an object.
struct Label {
    text: Vec<u8>,
    length: usize,
}

impl Label {
    fn of(label: &[u8]) -> Label {
        let mut text = [b"{", label].concat();
        let length = text.len();
        text.resize(length.next_multiple_of(COPY), b' ');
        Label { text, length }
    }
}

/// What a record of the usual shape has: its values are no containers. The same as `write`.
#[inline(always)]
fn write_values(
    labels: &[Label],
    values: &Values,
    text: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let mut room = 3 + COPY;
    for (label, &(from, to)) in labels.iter().zip(values) {
        room += label.length + to - from + 1;
    }
    if out.capacity() - out.len() < room {
        out.try_reserve(room)?;
    }
    if let &[(from, to)] = values {
        if to > 0 {
            put(text, from, to, out);
            out.push(b'\n');
        }
        return Ok(());
    }
    let mut is_first = true;
    for (label, &(from, to)) in labels.iter().zip(values) {
        if to == 0 {
            continue;
        }
        let begin = out.len();
        put(&label.text, 0, label.length, out);
        if !is_first {
            out[begin] = b',';
        }
        is_first = false;
        put(text, from, to, out);
    }
    if is_first {
        out.push(b'{');
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}

/// Appends `text[from..to]`, for which there is room, and for `COPY` bytes more.
#[inline(always)]
fn put(text: &[u8], from: usize, to: usize, out: &mut Vec<u8>) {
    let length = to - from;
    match text.get(from..).and_then(|rest| rest.first_chunk::<COPY>()) {
        Some(bytes) if length <= COPY => {
            let before = out.len();
            out.extend_from_slice(bytes);
            out.truncate(before + length);
        }
        _ => out.extend_from_slice(&text[from..to]),
    }
}

/// A value as it is, without its line ends: they can only stand between tokens.
fn write_value(value: &[u8], out: &mut Vec<u8>) {
    let is_container = matches!(value[0], b'{' | b'[');
    if !is_container || memchr::memchr2(b'\n', b'\r', value).is_none() {
        return out.extend_from_slice(value);
    }
    for part in value.split(|&byte| byte == b'\n' || byte == b'\r') {
        out.extend_from_slice(part);
    }
}
