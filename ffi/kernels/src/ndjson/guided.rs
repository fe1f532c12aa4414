//! Values on the way of paths: a path's own value becomes a field of its column, all else is
//! checked as nested values are. Open brackets stand on a list, so depth costs no calls.

use super::paths::Paths;
use super::record::Records;
use super::stop::{Cause, Step, Stop};
use super::token::{skip_blank, string_end, unescape};
use crate::block::{Kind, Span};
use crate::json::reason;

/// How reading goes on.
enum Next {
    /// With the value that begins here.
    Value(usize),
    /// Behind the value that ends here.
    Behind(usize),
}

/// An open bracket on the way of paths.
struct Frame {
    is_object: bool,
    /// Its place.
    start: usize,
    /// The paths that go through it: those from `first` to `last` (exclusive) of `active`.
    first: usize,
    last: usize,
    /// The item that comes next in a list.
    index: u64,
}

/// What a scanner knows of its paths and of the record that is read.
#[derive(Default)]
pub(super) struct Guide {
    pub paths: Paths,
    /// The column of each path.
    columns: Vec<usize>,
    /// For each column whether its name stands for a path.
    is_path: Vec<bool>,
    /// For each top-level key the paths that begin with it, by its column.
    roots: Vec<Vec<usize>>,
    /// For each top-level key the row behind the last one that had it.
    seen: Vec<usize>,
    /// For each path how many of its steps were taken in this record.
    taken: Vec<usize>,
    /// The paths through each open bracket and the value in hand, one behind the other.
    active: Vec<usize>,
    frames: Vec<Frame>,
    /// The text of a key that was written with escapes.
    key: Vec<u8>,
}

impl Guide {
    /// For a scanner that knows `names` beforehand, those of the paths among them.
    pub fn new(paths: Paths, names: &[String]) -> Guide {
        let column = |wanted: &String| names.iter().position(|name| name == wanted);
        let columns = paths.names.iter().filter_map(column).collect();
        let taken = vec![0; paths.count()];
        Guide { columns, taken, paths, ..Guide::default() }
    }

    /// Begins a block; rows are counted from 0 again.
    pub fn begin(&mut self) {
        self.seen.fill(0);
        self.frames.clear();
    }

    /// Whether there are paths.
    pub fn is_needed(&self) -> bool {
        self.paths.count() > 0
    }

    /// Brackets that are open besides the record's own.
    pub fn depth(&self) -> usize {
        self.frames.len()
    }

    /// Begins a record.
    pub fn begin_record(&mut self) {
        self.taken.fill(0);
    }

    /// Learns the keys that are new.
    fn know(&mut self, names: &[String]) {
        for (column, name) in names.iter().enumerate().skip(self.roots.len()) {
            let key = name.as_bytes();
            let begins = |&path: &usize| self.paths.goes_to_key(path, 0, key);
            self.roots.push((0..self.paths.count()).filter(begins).collect());
            self.is_path.push(self.columns.contains(&column));
            self.seen.push(0);
        }
    }
}

impl Records<'_> {
    /// Whether a top-level key stands in the record already; notes that it does.
    pub(super) fn is_repeated(&mut self, column: usize) -> bool {
        self.guide.know(&self.keys.names);
        let is_repeated = self.guide.seen[column] > self.rows;
        self.guide.seen[column] = self.rows + 1;
        is_repeated
    }

    /// Reads the value of a top-level key, which may lie on the way of paths; returns where it
    /// ends.
    #[inline(never)]
    pub(super) fn guided(&mut self, at: usize, column: usize) -> Step<usize> {
        self.guide.active.clear();
        for index in 0..self.guide.roots[column].len() {
            self.enter(self.guide.roots[column][index], 1);
        }
        // The name of a path stands for that path alone.
        let is_own = !self.guide.is_path[column];
        let goes_further = self.goes_further(at);
        if is_own && !goes_further {
            let (span, end) = self.value(at, column)?;
            self.put(column, span);
            if self.guide.active.is_empty() {
                return Ok(end);
            }
        }
        let end = self.walk(at)?;
        if is_own && goes_further {
            self.put(column, Span::new(Kind::Nested, at, end - at));
        }
        Ok(end)
    }

    /// A path has taken so many steps. What it found in this record is forgotten: the last one of
    /// equal keys wins.
    fn enter(&mut self, path: usize, steps: usize) {
        self.guide.taken[path] = steps;
        self.guide.active.push(path);
        self.columns[self.guide.columns[path]].truncate(self.rows);
    }

    /// The first of the active paths that go through the value in hand.
    fn first(&self) -> usize {
        self.guide.frames.last().map_or(0, |frame| frame.last)
    }

    /// Whether a bracket at `at` holds what one of the paths goes to.
    fn goes_further(&self, at: usize) -> bool {
        let taken = self.guide.frames.len() + 1;
        let is_longer = |&path: &usize| self.guide.paths.steps(path) > taken;
        matches!(self.b[at], b'{' | b'[') && self.guide.active[self.first()..].iter().any(is_longer)
    }

    /// Reads the value at `at`, through which the active paths go.
    fn walk(&mut self, at: usize) -> Step<usize> {
        self.guide.frames.clear();
        let mut next = Next::Value(at);
        loop {
            next = match next {
                Next::Value(at) if self.goes_further(at) => self.open(at)?,
                Next::Value(at) => Next::Behind(self.leaf(at)?),
                Next::Behind(end) if self.guide.frames.is_empty() => return Ok(end),
                Next::Behind(end) => self.behind(end)?,
            }
        }
    }

    /// A value that no path goes further into: the field of those that end here.
    fn leaf(&mut self, at: usize) -> Step<usize> {
        let taken = self.guide.frames.len() + 1;
        let mut end = None;
        for index in self.first()..self.guide.active.len() {
            let path = self.guide.active[index];
            if self.guide.paths.steps(path) == taken {
                let column = self.guide.columns[path];
                let (span, behind) = self.value(at, column)?;
                self.put(column, span);
                end = Some(behind);
            }
        }
        end.map_or_else(|| self.nested(at), Ok)
    }

    fn open(&mut self, at: usize) -> Step<Next> {
        // The record's own bracket is open besides these.
        if self.guide.frames.len() + 1 >= self.options.max_depth {
            return Err(Stop::new(at, Cause::DepthExceeded));
        }
        let (first, last) = (self.first(), self.guide.active.len());
        let is_object = self.b[at] == b'{';
        self.guide.frames.push(Frame { is_object, start: at, first, last, index: 0 });
        let next = skip_blank(self.b, at + 1);
        // A closing bracket is two above the opening one, in both pairs.
        if self.b[next] == self.b[at] + 2 {
            return Ok(self.close(next));
        }
        self.enter_next(next, is_object)
    }

    /// What follows a value inside a bracket.
    fn behind(&mut self, end: usize) -> Step<Next> {
        let Some(&Frame { is_object, last, .. }) = self.guide.frames.last() else {
            return Ok(Next::Behind(end));
        };
        self.guide.active.truncate(last);
        let at = skip_blank(self.b, end);
        match (self.b[at], is_object) {
            (b',', _) => self.enter_next(skip_blank(self.b, at + 1), is_object),
            (b'}', true) | (b']', false) => Ok(self.close(at)),
            (_, true) => Err(Stop::expected(self.b, at, reason::MEMBER_END)),
            (_, false) => Err(Stop::expected(self.b, at, reason::ITEM_END)),
        }
    }

    /// Closes a bracket: its text is the field of the paths that end there.
    fn close(&mut self, at: usize) -> Next {
        if let Some(Frame { start, first, last, .. }) = self.guide.frames.pop() {
            let taken = self.guide.frames.len() + 1;
            for index in first..last {
                let path = self.guide.active[index];
                if self.guide.paths.steps(path) == taken {
                    let span = Span::new(Kind::Nested, start, at + 1 - start);
                    self.put(self.guide.columns[path], span);
                }
            }
        }
        Next::Behind(at + 1)
    }

    /// The next member (whose key is at `at`) or item: its value, and the paths through it.
    fn enter_next(&mut self, at: usize, is_object: bool) -> Step<Next> {
        if is_object {
            return self.enter_member(at);
        }
        let taken = self.guide.frames.len();
        if let Some(frame) = self.guide.frames.last_mut() {
            let item = frame.index;
            frame.index += 1;
            for index in frame.first..frame.last {
                let path = self.guide.active[index];
                if self.guide.paths.goes_to_item(path, taken, item) {
                    self.enter(path, taken + 1);
                }
            }
        }
        Ok(Next::Value(at))
    }

    fn enter_member(&mut self, at: usize) -> Step<Next> {
        let b = self.b;
        if b[at] != b'"' {
            return Err(Stop::expected(b, at, reason::KEY));
        }
        let (quote, has_escapes) = string_end(b, at + 1, self.options.replace_lone_surrogates)?;
        let mut own = std::mem::take(&mut self.guide.key);
        let key = if has_escapes {
            own.clear();
            unescape(&b[at + 1..quote], &mut own);
            &own[..]
        } else {
            &b[at + 1..quote]
        };
        let entered = self.enter_key(at, quote, key);
        self.guide.key = own;
        entered?;
        let colon = skip_blank(b, quote + 1);
        if b[colon] != b':' {
            return Err(Stop::expected(b, colon, reason::COLON));
        }
        Ok(Next::Value(skip_blank(b, colon + 1)))
    }

    fn enter_key(&mut self, at: usize, quote: usize, key: &[u8]) -> Step<()> {
        let taken = self.guide.frames.len();
        let Some(&Frame { first, last, .. }) = self.guide.frames.last() else { return Ok(()) };
        for index in first..last {
            let path = self.guide.active[index];
            if !self.guide.paths.goes_to_key(path, taken, key) {
                continue;
            }
            if self.options.duplicates_are_errors && self.guide.taken[path] > taken {
                let cause = Cause::DuplicateKey(String::from_utf8_lossy(key).into_owned());
                return Err(Box::new(Stop { at, noticed: quote, cause }));
            }
            self.enter(path, taken + 1);
        }
        Ok(())
    }
}
