//! The canonical form of RFC 8785: no white space, members sorted by the UTF-16 code units of their
//! keys, numbers and strings as ECMAScript prints them. The text is walked twice: once to sort the
//! members of each object, once to print. Nothing is held but places; depth costs no calls.

use std::cmp::Ordering;

use super::Rules;
use super::checker::{Checker, Nowhere, Sink};
use super::token::is_blank;
use super::value::unescape;
use crate::control::Control;
use crate::fault::{Code, Error, Fault};
use crate::values::es_f64;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Bytes that are checked, and values that are walked over, between two looks at the control.
const PACE_BYTES: usize = 1 << 20;
const PACE_VALUES: u32 = 1 << 12;

/// Significant digits that every 64-bit float keeps.
const EXACT_DIGITS: usize = 15;

/// Characters of a number that a fault quotes at most.
const QUOTED_CHARS_MAX: usize = 80;

/// A member of an object.
struct Member {
    /// The place of its key's opening quote.
    at: usize,
    /// Its key's text, in the document or among the keys that had escapes.
    from: usize,
    to: usize,
    is_unescaped: bool,
    /// Where its value begins.
    value: usize,
}

/// An object: its members' places on the list of all, in their order, and its closing brace.
struct Object {
    at: usize,
    members: (usize, usize),
    end: usize,
}

/// A container that is open on the first walk.
struct Open {
    /// Its number among the objects; none for an array.
    object: Option<usize>,
    /// Its members so far.
    members: Vec<Member>,
}

/// What the first walk finds.
#[derive(Default)]
struct Index {
    /// In the order of their places.
    objects: Vec<Object>,
    members: Vec<Member>,
    /// Texts of keys that had escapes.
    keys: Vec<u8>,
    /// The first fault, and its place.
    fault: Option<(usize, Code, String)>,
}

/// Writes the canonical form of a document.
///
/// # Errors
/// It is no JSON; a key stands twice; a number is beyond a 64-bit float; no memory.
pub fn print<S: Sink>(
    document: &[u8],
    rules: Rules,
    control: &dyn Control,
    sink: &mut S,
) -> Result<(), Error> {
    let mut checker = Checker::new(Rules { lone_surrogates: false, lines: false, ..rules });
    for piece in document.chunks(PACE_BYTES) {
        checker.push(piece, &mut Nowhere)?;
        look(control)?;
    }
    checker.finish()?;
    // What is checked needs no second look: the grammar is known to hold.
    let index = Index::of(document, control)?;
    if let Some((at, code, value)) = index.fault {
        return Err(fault(document, at, code, value));
    }
    Printer { b: document, index: &index, sink, frames: Vec::new(), near: 0, text: String::new() }
        .run(control)
}

fn look(control: &dyn Control) -> Result<(), Error> {
    if control.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}

fn fault(b: &[u8], at: usize, code: Code, value: String) -> Error {
    let line_start = memchr::memrchr(b'\n', &b[..at]).map_or(0, |place| place + 1);
    let name = if code == Code::DuplicateKey { "key" } else { "value" };
    Error::Fault(Fault {
        code,
        line: memchr::memchr_iter(b'\n', &b[..at]).count() as u64 + 1,
        column: (at - line_start) as u64 + 1,
        byte_offset: at as u64,
        args: vec![(name, value)],
    })
}

/// Behind white space, commas and colons.
#[inline(always)]
fn next_token(b: &[u8], mut at: usize) -> usize {
    while at < b.len() && (is_blank(b[at]) || b[at] == b',' || b[at] == b':') {
        at += 1;
    }
    at
}

/// Behind the string that begins at a quote, and whether it has escapes.
#[inline(always)]
fn string_end(b: &[u8], quote: usize) -> (usize, bool) {
    let mut at = quote + 1;
    let mut has_escapes = false;
    loop {
        at = super::token::plain_end(b, at);
        match b[at] {
            b'"' => return (at + 1, has_escapes),
            b'\\' => {
                has_escapes = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
}

/// Behind the number or word that begins at `at`.
#[inline(always)]
fn scalar_end(b: &[u8], mut at: usize) -> usize {
    while at < b.len() && !is_blank(b[at]) && !matches!(b[at], b',' | b']' | b'}') {
        at += 1;
    }
    at
}

impl Index {
    fn of(b: &[u8], control: &dyn Control) -> Result<Index, Error> {
        let mut index = Index::default();
        let mut open: Vec<Open> = Vec::new();
        let mut at = if b.starts_with(BOM) { BOM.len() } else { 0 };
        let mut is_key = false;
        let mut values = 0;
        loop {
            at = next_token(b, at);
            let Some(&byte) = b.get(at) else { return Ok(index) };
            values += 1;
            if values % PACE_VALUES == 0 {
                look(control)?;
            }
            match byte {
                b'{' | b'[' => {
                    open.try_reserve(1)?;
                    let object = (byte == b'{').then_some(index.objects.len());
                    if object.is_some() {
                        index.objects.try_reserve(1)?;
                        index.objects.push(Object { at, members: (0, 0), end: 0 });
                    }
                    open.push(Open { object, members: Vec::new() });
                    is_key = object.is_some();
                    at += 1;
                    continue;
                }
                b'}' | b']' => {
                    if let Some(Open { object: Some(number), members }) = open.pop() {
                        index.close(b, number, members, at)?;
                    }
                    at += 1;
                }
                b'"' => {
                    let (end, has_escapes) = string_end(b, at);
                    let container = open.last_mut();
                    if let (true, Some(container)) = (is_key, container) {
                        let member = index.member(b, at, end, has_escapes)?;
                        container.members.try_reserve(1)?;
                        container.members.push(member);
                        is_key = false;
                        at = end;
                        continue;
                    }
                    at = end;
                }
                _ => {
                    let end = scalar_end(b, at);
                    index.check_number(&b[at..end], at);
                    at = end;
                }
            }
            // A value is done: in an object a key follows.
            is_key = open.last().is_some_and(|open| open.object.is_some());
        }
    }

    fn member(
        &mut self,
        b: &[u8],
        at: usize,
        end: usize,
        has_escapes: bool,
    ) -> Result<Member, Error> {
        let value = next_token(b, end);
        if !has_escapes {
            return Ok(Member { at, from: at + 1, to: end - 1, is_unescaped: false, value });
        }
        let key = unescape(&b[at + 1..end - 1]);
        let from = self.keys.len();
        self.keys.try_reserve(key.len())?;
        self.keys.extend_from_slice(&key);
        Ok(Member { at, from, to: self.keys.len(), is_unescaped: true, value })
    }

    fn key<'a>(&'a self, b: &'a [u8], member: &Member) -> &'a [u8] {
        if member.is_unescaped {
            &self.keys[member.from..member.to]
        } else {
            &b[member.from..member.to]
        }
    }

    /// Sorts the members of an object that ends; looks for keys that stand twice.
    fn close(
        &mut self,
        b: &[u8],
        number: usize,
        mut members: Vec<Member>,
        end: usize,
    ) -> Result<(), Error> {
        let is_before =
            |one: &Member, other: &Member| by_code_units(self.key(b, one), self.key(b, other));
        if !members.is_sorted_by(|one, other| is_before(one, other) == Ordering::Less) {
            members
                .sort_unstable_by(|one, other| is_before(one, other).then(one.at.cmp(&other.at)));
            // Of equal keys the second in the text is the first fault.
            let twice = members.windows(2).filter(|pair| is_before(&pair[0], &pair[1]).is_eq());
            if let Some(pair) = twice.min_by_key(|pair| pair[1].at) {
                let key = String::from_utf8_lossy(self.key(b, &pair[1])).into_owned();
                let at = pair[1].at;
                self.blame(at, Code::DuplicateKey, key);
            }
        }
        let from = self.members.len();
        self.members.try_reserve(members.len())?;
        self.members.append(&mut members);
        let object = &mut self.objects[number];
        object.members = (from, self.members.len());
        object.end = end;
        Ok(())
    }

    fn blame(&mut self, at: usize, code: Code, value: String) {
        if self.fault.as_ref().is_none_or(|(known, ..)| at < *known) {
            self.fault = Some((at, code, value));
        }
    }

    /// Only many digits or an exponent lead beyond a 64-bit float.
    #[inline(always)]
    fn check_number(&mut self, text: &[u8], at: usize) {
        if text.len() > 300 || text.iter().any(|byte| byte | 0x20 == b'e') {
            self.check_large(text, at);
        }
    }

    #[cold]
    fn check_large(&mut self, text: &[u8], at: usize) {
        let is_word = text[0].is_ascii_alphabetic();
        if !is_word && !float(text).is_finite() {
            let quoted = &text[..text.len().min(QUOTED_CHARS_MAX)];
            self.blame(at, Code::NumberTooLarge, String::from_utf8_lossy(quoted).into_owned());
        }
    }

    /// The object that begins at `at`; `near` is where it may be.
    fn object(&self, at: usize, near: usize) -> usize {
        let is_near = self.objects.get(near).is_some_and(|object| object.at == at);
        if is_near { near } else { self.objects.partition_point(|object| object.at < at) }
    }
}

/// Compares texts in UTF-8 by their UTF-16 code units: surrogates stand before U+E000.
fn by_code_units(one: &[u8], other: &[u8]) -> Ordering {
    let lift = |byte: u8| if byte == 0xee || byte == 0xef { byte + 0x10 } else { byte };
    match one.iter().zip(other).find(|(a, b)| a != b) {
        Some((&a, &b)) => lift(a).cmp(&lift(b)),
        None => one.len().cmp(&other.len()),
    }
}

/// The value of a number whose grammar holds.
fn float(text: &[u8]) -> f64 {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::INFINITY)
}

/// Whether a number prints as it is written: no exponent, few digits, no zeros at the end of a
/// fraction and few at its beginning. Words do, too.
#[inline(always)]
fn is_canonical(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    if digits.len() > EXACT_DIGITS {
        return false;
    }
    match digits.iter().position(|byte| !byte.is_ascii_digit()) {
        None => text.len() == digits.len() || digits != b"0",
        Some(0) => true,
        Some(dot) => {
            let fraction = &digits[dot + 1..];
            digits[dot] == b'.'
                && fraction.iter().all(u8::is_ascii_digit)
                && fraction.last() != Some(&b'0')
                && !(digits[0] == b'0' && fraction.starts_with(b"00000"))
        }
    }
}

/// A container that is being printed.
enum Frame {
    /// It goes on at a place; whether an item stands before it.
    Array { at: usize, is_first: bool },
    /// Its number, and the next of its members.
    Object { number: usize, next: usize },
}

struct Printer<'a, S> {
    b: &'a [u8],
    index: &'a Index,
    sink: &'a mut S,
    frames: Vec<Frame>,
    /// Where the next object is looked for.
    near: usize,
    text: String,
}

impl<S: Sink> Printer<'_, S> {
    fn run(&mut self, control: &dyn Control) -> Result<(), Error> {
        let begin = if self.b.starts_with(BOM) { BOM.len() } else { 0 };
        let mut next = Some(next_token(self.b, begin));
        let mut values = 0u32;
        while let Some(at) = next {
            values = values.wrapping_add(1);
            if values.is_multiple_of(PACE_VALUES) {
                look(control)?;
            }
            let behind = self.value(at)?;
            next = self.follow(behind)?;
        }
        Ok(())
    }

    /// Prints a scalar and gives the place behind it, or opens a container.
    #[inline(always)]
    fn value(&mut self, at: usize) -> Result<Option<usize>, Error> {
        match self.b[at] {
            b'{' => {
                let number = self.index.object(at, self.near);
                self.near = number + 1;
                self.frames.try_reserve(1)?;
                self.frames.push(Frame::Object { number, next: 0 });
                self.sink.text(b"{")?;
                Ok(None)
            }
            b'[' => {
                self.frames.try_reserve(1)?;
                self.frames.push(Frame::Array { at: at + 1, is_first: true });
                self.sink.text(b"[")?;
                Ok(None)
            }
            b'"' => {
                let (end, has_escapes) = string_end(self.b, at);
                self.string(&self.b[at..end], has_escapes)?;
                Ok(Some(end))
            }
            _ => {
                let end = scalar_end(self.b, at);
                self.number(&self.b[at..end])?;
                Ok(Some(end))
            }
        }
    }

    /// Goes on in the innermost container: gives where its next value begins. `behind` is the place
    /// behind the value that was printed, if one was.
    fn follow(&mut self, mut behind: Option<usize>) -> Result<Option<usize>, Error> {
        loop {
            let Some(frame) = self.frames.last_mut() else { return Ok(None) };
            match frame {
                Frame::Array { at, is_first } => {
                    *at = next_token(self.b, behind.unwrap_or(*at));
                    if self.b[*at] != b']' {
                        let value = *at;
                        if !std::mem::replace(is_first, false) {
                            self.sink.text(b",")?;
                        }
                        return Ok(Some(value));
                    }
                    behind = Some(*at + 1);
                    self.sink.text(b"]")?;
                }
                Frame::Object { number, next } => {
                    let index = self.index;
                    let object = &index.objects[*number];
                    let (from, to) = object.members;
                    if from + *next < to {
                        let member = &index.members[from + *next];
                        let separator: &[u8] = if *next == 0 { b"" } else { b"," };
                        *next += 1;
                        self.sink.text(separator)?;
                        let (end, has_escapes) = string_end(self.b, member.at);
                        self.string(&self.b[member.at..end], has_escapes)?;
                        self.sink.text(b":")?;
                        return Ok(Some(member.value));
                    }
                    behind = Some(object.end + 1);
                    self.sink.text(b"}")?;
                }
            }
            self.frames.pop();
        }
    }

    /// A string with its quotes; without escapes it is canonical as it stands.
    #[inline(always)]
    fn string(&mut self, raw: &[u8], has_escapes: bool) -> Result<(), Error> {
        if has_escapes { self.escaped(&raw[1..raw.len() - 1]) } else { self.sink.text(raw) }
    }

    #[cold]
    fn escaped(&mut self, raw: &[u8]) -> Result<(), Error> {
        let text = unescape(raw);
        let mut out = Vec::new();
        out.try_reserve(text.len() + 2)?;
        out.push(b'"');
        for &byte in &text {
            match byte {
                b'"' => out.extend_from_slice(b"\\\""),
                b'\\' => out.extend_from_slice(b"\\\\"),
                8 => out.extend_from_slice(b"\\b"),
                9 => out.extend_from_slice(b"\\t"),
                10 => out.extend_from_slice(b"\\n"),
                12 => out.extend_from_slice(b"\\f"),
                13 => out.extend_from_slice(b"\\r"),
                0..0x20 => {
                    const DIGITS: &[u8; 16] = b"0123456789abcdef";
                    out.extend_from_slice(b"\\u00");
                    out.push(DIGITS[usize::from(byte >> 4)]);
                    out.push(DIGITS[usize::from(byte & 15)]);
                }
                _ => out.push(byte),
            }
        }
        out.push(b'"');
        self.sink.text(&out)
    }

    #[inline(always)]
    fn number(&mut self, text: &[u8]) -> Result<(), Error> {
        if is_canonical(text) { self.sink.text(text) } else { self.float(text) }
    }

    fn float(&mut self, text: &[u8]) -> Result<(), Error> {
        let value = float(text);
        self.text.clear();
        if value == 0.0 {
            self.text.push('0');
        } else {
            es_f64(&mut self.text, value);
        }
        self.sink.text(self.text.as_bytes())
    }
}
