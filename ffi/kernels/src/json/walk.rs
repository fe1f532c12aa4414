//! The way through one document along the paths. What lies beside them is passed by its structure:
//! strings are closed, brackets match, and each is followed by a comma or the bracket that closes
//! what it is in. What is selected is checked in full.

use super::cursor::Cursor;
use super::path::{self, Path};
use super::shape::{first_text, last_text};
use super::value::{self, unescape};
use super::{Rules, reason};
use crate::fault::{Code, Error, Fault};

/// A fault in places of the text; the selector adds lines.
pub type Step<T> = Result<T, Box<Stop>>;

/// Why the walk ended.
#[derive(Debug)]
pub struct Stop {
    pub at: usize,
    pub error: Error,
}

/// A container on the way, and the paths that go on inside it.
struct Frame {
    is_object: bool,
    /// Its bracket.
    start: usize,
    /// Where the paths that end with it begin on their list.
    ends: usize,
    /// Where its paths begin on the list of active ones.
    active: usize,
    index: u64,
    /// A bit for each key that one of them may want (`key_bit`).
    wanted: u64,
}

/// The bit of a key among 64: most keys that nobody wants are passed by one look.
#[inline(always)]
fn key_bit(length: usize, first: u8) -> u64 {
    1 << ((length.wrapping_mul(7) ^ usize::from(first)) & 63)
}

/// A path that goes on inside the container, and what its step is told by at once.
#[derive(Clone, Copy)]
struct Active {
    path: u32,
    /// The length and the first byte of the key; a length that no key has for a step without one.
    length: u32,
    first: u8,
    every: bool,
    is_found: bool,
}

impl Active {
    fn of(path: u32, step: &path::Step) -> Active {
        let name = step.name.as_deref();
        Active {
            path,
            length: name.map_or(u32::MAX, |name| name.len() as u32),
            first: name.and_then(|name| name.first().copied()).unwrap_or_default(),
            every: step.every,
            is_found: false,
        }
    }

    /// The bits of the keys that it may want.
    fn bits(&self) -> u64 {
        if self.every { u64::MAX } else { key_bit(self.length as usize, self.first) }
    }
}

/// The state of the walk; its lists are used again for the next document.
pub struct Walk {
    rules: Rules,
    paths: Vec<Path>,
    frames: Vec<Frame>,
    active: Vec<Active>,
    /// Paths that end with an open container, the innermost last.
    ends: Vec<u32>,
    /// Paths that the next value is on.
    reached: Vec<u32>,
    /// Open brackets of a value that is passed.
    brackets: Vec<u8>,
    /// What each path has found.
    pub found: Vec<Vec<(usize, usize)>>,
}

impl Walk {
    pub fn new(rules: Rules, paths: Vec<Path>) -> Walk {
        let found = vec![Vec::new(); paths.len()];
        Walk {
            rules,
            paths,
            frames: Vec::new(),
            active: Vec::new(),
            ends: Vec::new(),
            reached: Vec::new(),
            brackets: Vec::new(),
            found,
        }
    }

    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// Reads the document that begins at `from`. Gives the place behind it, and whether it had a
    /// value: a blank line has none.
    pub fn document(&mut self, cursor: &mut Cursor, from: usize) -> Step<(usize, bool)> {
        self.begin();
        let mut from = from;
        let mut place = cursor.next();
        let is_blank_line = self.rules.lines && first_text(cursor.b, from, place) == place;
        if is_blank_line && (place == cursor.b.len() || cursor.byte(place) == b'\n') {
            return Ok((place + 1, false));
        }
        'value: loop {
            // A value stands between `from` and the operator at `place`, or begins there.
            let mut behind = place;
            if first_text(cursor.b, from, place) < place {
                self.scalar(cursor, from, place)?;
            } else if let Some(end) = self.container(cursor, place)? {
                behind = end;
                place = cursor.next();
            } else {
                let is_object = cursor.b[place] == b'{';
                let start = place;
                place = cursor.next();
                let is_empty = cursor.byte(place) == closing(is_object)
                    && first_text(cursor.b, start + 1, place) == place;
                if !is_empty {
                    (from, place) = self.child(cursor, is_object, start + 1, place)?;
                    continue;
                }
                behind = self.leave(cursor, place)?;
                place = cursor.next();
            }
            // Commas and closing brackets up to the next value or the document's end.
            loop {
                let Some(frame) = self.frames.last() else {
                    return self.end(cursor, behind, place);
                };
                let is_object = frame.is_object;
                let first = first_text(cursor.b, behind, place);
                let byte = cursor.byte(place);
                if first < place || (byte != b',' && byte != closing(is_object)) {
                    return Err(unexpected(cursor, self.rules, first, follower(is_object)));
                }
                if byte == b',' {
                    let next = cursor.next();
                    (from, place) = self.child(cursor, is_object, place + 1, next)?;
                    continue 'value;
                }
                behind = self.leave(cursor, place)?;
                place = cursor.next();
            }
        }
    }

    fn begin(&mut self) {
        self.found.iter_mut().for_each(Vec::clear);
        self.frames.clear();
        self.active.clear();
        self.ends.clear();
        self.reached.clear();
        self.reached.extend(0..self.paths.len() as u32);
    }

    /// Behind the document's value nothing may follow.
    fn end(&self, cursor: &Cursor, behind: usize, place: usize) -> Step<(usize, bool)> {
        let first = first_text(cursor.b, behind, place);
        let is_end = place == cursor.b.len() && !cursor.ends_in_string();
        if first < place || !(is_end || (self.rules.lines && cursor.byte(place) == b'\n')) {
            return Err(trailing(cursor, first));
        }
        Ok((place + 1, true))
    }

    /// Goes to the next value of a container; gives where it begins and the operator behind.
    #[inline(always)]
    fn child(
        &mut self,
        cursor: &mut Cursor,
        is_object: bool,
        from: usize,
        place: usize,
    ) -> Step<(usize, usize)> {
        if !is_object {
            self.reach_item();
            return Ok((from, place));
        }
        let quote = first_text(cursor.b, from, place);
        if quote == place || cursor.b[quote] != b'"' {
            return Err(unexpected(cursor, self.rules, quote, reason::KEY));
        }
        if cursor.byte(place) != b':' {
            return Err(unexpected(cursor, self.rules, place, reason::COLON));
        }
        let end = last_text(cursor.b, quote, place);
        if end < quote + 2 || cursor.b[end - 1] != b'"' {
            return Err(stop(end - 1, reason::COLON));
        }
        self.reach_key(cursor, quote, end)?;
        Ok((place + 1, cursor.next()))
    }

    /// Finds the paths that the next item of the innermost array is on.
    fn reach_item(&mut self) {
        self.reached.clear();
        let depth = self.frames.len() - 1;
        let frame = &mut self.frames[depth];
        let index = frame.index;
        frame.index += 1;
        for active in &self.active[frame.active..] {
            let step = &self.paths[active.path as usize].steps[depth];
            if step.every || step.index == Some(index) {
                self.reached.push(active.path);
            }
        }
    }

    /// Finds the paths that the member is on whose key, quotes included, is `quote..end`.
    #[inline(always)]
    fn reach_key(&mut self, cursor: &Cursor, quote: usize, end: usize) -> Step<()> {
        self.reached.clear();
        let raw = &cursor.b[quote + 1..end - 1];
        if quote < cursor.escapes_until && raw.contains(&b'\\') {
            return self.reach_escaped_key(cursor, quote, end);
        }
        self.reach(quote, raw, false)
    }

    #[cold]
    fn reach_escaped_key(&mut self, cursor: &Cursor, quote: usize, end: usize) -> Step<()> {
        check(cursor.b, quote, end, self.rules)?;
        let key = unescape(&cursor.b[quote + 1..end - 1]);
        self.reach(quote, &key, true)
    }

    #[inline(always)]
    fn reach(&mut self, quote: usize, key: &[u8], is_decoded: bool) -> Step<()> {
        let first = key.first().copied().unwrap_or_default();
        let depth = self.frames.len() - 1;
        let frame = &self.frames[depth];
        if frame.wanted & key_bit(key.len(), first) == 0 {
            return Ok(());
        }
        let from = frame.active;
        for active in &mut self.active[from..] {
            if !active.every {
                // Most keys differ in their length or first byte.
                if active.length as usize != key.len() || active.first != first {
                    continue;
                }
                let step = &self.paths[active.path as usize].steps[depth];
                let is_same = step.name.as_deref() == Some(key);
                // A text that looks like a key with a bare quote inside is none.
                if !is_same || !(step.is_plain || is_decoded) {
                    continue;
                }
                if active.is_found {
                    return Err(twice(quote, key));
                }
                active.is_found = true;
            }
            self.reached.push(active.path);
        }
        Ok(())
    }

    /// A word, a number or a string.
    #[inline(always)]
    fn scalar(&mut self, cursor: &Cursor, from: usize, place: usize) -> Step<()> {
        if place == cursor.end && (cursor.why.is_some() || cursor.ends_in_string()) {
            return Err(unexpected(cursor, self.rules, place, reason::VALUE));
        }
        if self.reached.is_empty() { Ok(()) } else { self.select(cursor.b, from, place) }
    }

    fn select(&mut self, b: &[u8], from: usize, place: usize) -> Step<()> {
        let depth = self.frames.len();
        let first = first_text(b, from, place);
        let mut end = 0;
        for index in 0..self.reached.len() {
            let path = self.reached[index];
            if self.paths[path as usize].steps.len() == depth {
                if end == 0 {
                    end = last_text(b, first, place);
                    check(b, first, end, self.rules)?;
                }
                self.note(path, first, end)?;
            }
        }
        Ok(())
    }

    /// The container that begins at `start`: passed, and its end given, or entered.
    fn container(&mut self, cursor: &mut Cursor, start: usize) -> Step<Option<usize>> {
        let byte = cursor.byte(start);
        if byte != b'{' && byte != b'[' {
            return Err(unexpected(cursor, self.rules, start, reason::VALUE));
        }
        let depth = self.frames.len();
        if depth >= self.rules.max_depth {
            return Err(too_deep(start, self.rules));
        }
        if self.reached.is_empty() {
            return self.pass(cursor, start).map(Some);
        }
        let (active, ends) = (self.active.len(), self.ends.len());
        for &path in &self.reached {
            if let Some(step) = self.paths[path as usize].steps.get(depth) {
                self.active.push(Active::of(path, step));
            } else {
                self.ends.push(path);
            }
        }
        if self.active.len() > active {
            let wanted = self.active[active..].iter().fold(0, |bits, active| bits | active.bits());
            let is_object = byte == b'{';
            let frame = Frame { is_object, start, ends, active, index: 0, wanted };
            self.frames.push(frame);
            return Ok(None);
        }
        let end = self.pass(cursor, start)?;
        self.note_ends(cursor.b, ends, start, end)?;
        Ok(Some(end))
    }

    /// Passes a container by its brackets; gives the place behind it.
    fn pass(&mut self, cursor: &mut Cursor, start: usize) -> Step<usize> {
        self.brackets.clear();
        self.brackets.push(cursor.b[start]);
        loop {
            let place = cursor.next();
            let byte = cursor.byte(place);
            match byte {
                b',' | b':' => {}
                b'{' | b'[' => {
                    if self.frames.len() + self.brackets.len() >= self.rules.max_depth {
                        return Err(too_deep(place, self.rules));
                    }
                    self.brackets.push(byte);
                }
                _ => {
                    let is_object = self.brackets.last() == Some(&b'{');
                    if byte != closing(is_object) {
                        let why = follower(is_object);
                        return Err(unexpected(cursor, self.rules, place, why));
                    }
                    self.brackets.pop();
                    if self.brackets.is_empty() {
                        return Ok(place + 1);
                    }
                }
            }
        }
    }

    /// The container that closes at `place` is done.
    fn leave(&mut self, cursor: &Cursor, place: usize) -> Step<usize> {
        if let Some(frame) = self.frames.pop() {
            self.active.truncate(frame.active);
            self.note_ends(cursor.b, frame.ends, frame.start, place + 1)?;
        }
        Ok(place + 1)
    }

    /// The container is what the paths from `ends` on end with.
    fn note_ends(&mut self, b: &[u8], ends: usize, start: usize, end: usize) -> Step<()> {
        if self.ends.len() == ends {
            return Ok(());
        }
        check(b, start, end, self.rules)?;
        for index in ends..self.ends.len() {
            self.note(self.ends[index], start, end)?;
        }
        self.ends.truncate(ends);
        Ok(())
    }

    fn note(&mut self, path: u32, from: usize, to: usize) -> Step<()> {
        let found = &mut self.found[path as usize];
        if found.try_reserve(1).is_err() {
            return Err(Box::new(Stop { at: from, error: Error::OutOfMemory }));
        }
        found.push((from, to));
        Ok(())
    }
}

fn closing(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}

fn follower(is_object: bool) -> &'static str {
    if is_object { reason::MEMBER_END } else { reason::ITEM_END }
}

/// Checks the value `from..to` in full.
fn check(b: &[u8], from: usize, to: usize, rules: Rules) -> Step<()> {
    value::check(b, from, to, rules).map_err(|(at, error)| Box::new(Stop { at, error }))
}

fn fault(code: Code, args: Vec<(&'static str, String)>) -> Error {
    Error::Fault(Fault { code, line: 0, column: 0, byte_offset: 0, args })
}

#[cold]
fn stop(at: usize, why: &'static str) -> Box<Stop> {
    Box::new(Stop { at, error: fault(Code::InvalidJson, vec![("reason", why.to_owned())]) })
}

#[cold]
fn too_deep(at: usize, rules: Rules) -> Box<Stop> {
    let limit = vec![("limit", rules.max_depth.to_string())];
    Box::new(Stop { at, error: fault(Code::DepthExceeded, limit) })
}

#[cold]
fn twice(at: usize, key: &[u8]) -> Box<Stop> {
    let key = String::from_utf8_lossy(key).into_owned();
    Box::new(Stop { at, error: fault(Code::DuplicateKey, vec![("key", key)]) })
}

/// At `at` something else was expected; the end of the text has its own reasons.
#[cold]
fn unexpected(cursor: &Cursor, rules: Rules, at: usize, why: &'static str) -> Box<Stop> {
    if at < cursor.end {
        let is_line_end = rules.lines && cursor.b[at] == b'\n';
        return stop(at, if is_line_end { reason::LINE_END } else { why });
    }
    let otherwise = if cursor.ends_in_string() { reason::STRING_END } else { reason::INPUT_END };
    stop(cursor.end, cursor.why.unwrap_or(otherwise))
}

/// Something follows the document's value.
#[cold]
fn trailing(cursor: &Cursor, at: usize) -> Box<Stop> {
    if at < cursor.end {
        stop(at, reason::TRAILING)
    } else {
        stop(at, cursor.why.unwrap_or(reason::STRING_END))
    }
}
