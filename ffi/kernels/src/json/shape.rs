//! The shape of lines: most records of a file have the same keys in the same order. Where one does,
//! its keys are compared with those of the record before and nothing else is looked at; whatever
//! differs is the walk's business, so that a shape never decides what is right or found.

use super::Rules;
use super::cursor::Cursor;
use super::path::Path;
use super::token::is_blank;
use super::value;
use crate::fault::Error;

/// Bytes of a key, colon included, that are compared as two numbers.
const WORD: usize = 16;

/// Shapes that may be learned before one has proved useful, and hits that allow another.
const CREDIT: u32 = 8;
const HITS_PER_CREDIT: u64 = 64;

/// A member of the records.
struct Member {
    /// What stands between the operator before it and its value: white space, key and colon.
    text: Box<[u8]>,
    length: usize,
    /// The front of the text as numbers, and the bits of them that hold it.
    words: [u64; 2],
    masks: [u64; 2],
    /// The path that ends with it.
    path: Option<u32>,
    /// The comma or brace behind its value.
    follower: u8,
}

/// The members of the last records, and how well they served.
pub struct Shape {
    /// Every path is one plain key.
    is_usable: bool,
    rules: Rules,
    members: Vec<Member>,
    /// Which member each path has, if any.
    members_of: Box<[Option<u32>]>,
    values: Box<Values>,
    credit: u32,
    hits: u64,
    /// Records since the last that had the shape.
    misses: u32,
    brackets: Vec<u8>,
}

/// The records that had the shape, one behind the other.
#[derive(Default)]
pub struct Run {
    /// Their number.
    pub records: u64,
    /// Where the next one begins.
    pub behind: usize,
}

/// What a record has for each path: where its value begins and ends; both 0 for none.
pub type Values = [(usize, usize)];

impl Shape {
    pub fn new(rules: Rules, paths: &[Path]) -> Shape {
        let is_plain = |path: &Path| match &path.steps[..] {
            [step] => step.name.is_some() && step.is_plain && !step.every,
            _ => false,
        };
        let is_twice = |path: &Path| paths.iter().filter(|other| *other == path).count() > 1;
        Shape {
            is_usable: rules.lines && paths.iter().all(|path| is_plain(path) && !is_twice(path)),
            rules,
            members: Vec::new(),
            members_of: vec![None; paths.len()].into(),
            values: vec![(0, 0); paths.len()].into(),
            credit: CREDIT,
            hits: 0,
            misses: 0,
            brackets: Vec::new(),
        }
    }

    /// Reads records of the shape as long as there are, the first of which begins at `from`, and
    /// as far as the cursor knows the operators; the cursor stands behind them. `take` is given
    /// the values of each.
    #[inline(always)]
    pub fn records(
        &mut self,
        cursor: &mut Cursor,
        from: usize,
        mut take: impl FnMut(&Values) -> Result<(), Error>,
    ) -> Result<Run, Error> {
        let mut run = Run { records: 0, behind: from };
        if self.members.is_empty() {
            return Ok(run);
        }
        let mut taken = 0;
        let (base, places) = cursor.window();
        let mut places = places;
        while let Some((count, behind)) = self
            .plain_record(cursor.b, base, places, run.behind)
            .or_else(|| self.record(cursor.b, base, places, run.behind))
        {
            take(&self.values)?;
            places = &places[count..];
            taken += count;
            run.records += 1;
            run.behind = behind;
        }
        if taken == 0 {
            return Ok(run);
        }
        cursor.skip(taken);
        self.misses = 0;
        self.hits += run.records;
        if self.hits >= HITS_PER_CREDIT {
            self.hits = 0;
            self.credit = (self.credit + 1).min(CREDIT);
        }
        Ok(run)
    }

    /// The same as `record` where there are no containers and no white space before values. Where
    /// members are follows from the operators alone, so that none waits for the one before it.
    #[inline(always)]
    fn plain_record(
        &mut self,
        b: &[u8],
        base: usize,
        places: &[u32],
        from: usize,
    ) -> Option<(usize, usize)> {
        let count = 2 * self.members.len() + 2;
        let (&open, rest) = places.get(..count)?.split_first()?;
        let (&line_end, rest) = rest.split_last()?;
        let line_end = base + line_end as usize;
        // With the bytes behind it that the last loads may reach.
        let line = b.get(from..line_end + WORD)?;
        let shift = from.checked_sub(base)?;
        if shift != open as usize || line[0] != b'{' {
            return None;
        }
        let mut at = 1;
        for (member, &[_, end]) in self.members.iter().zip(rest.as_chunks::<2>().0) {
            let value = at + member.length;
            let end = (end as usize).wrapping_sub(shift);
            // A value that begins with its end is a container, or none.
            if member.differs(line.get(at..)?.first_chunk::<WORD>()?)
                || *line.get(end)? != member.follower
                || value >= end
                || line[value] <= b' '
                || (member.length > WORD && line.get(at..value)? != &member.text[..])
            {
                return None;
            }
            at = end + 1;
        }
        if b[line_end] != b'\n' || from + at != line_end {
            return None;
        }
        for (range, member) in self.values.iter_mut().zip(&self.members_of) {
            let Some(index) = *member else { continue };
            let &[colon, end] = rest.as_chunks::<2>().0.get(index as usize)?;
            let first = base + colon as usize + 1;
            let to = last_text(b, first, base + end as usize);
            value::check(b, first, to, self.rules).ok()?;
            *range = (first, to);
        }
        Some((count, line_end + 1))
    }

    /// Goes through the members of a record; gives the operators that were taken and the next
    /// line's place.
    #[inline(never)]
    fn record(
        &mut self,
        b: &[u8],
        base: usize,
        places: &[u32],
        from: usize,
    ) -> Option<(usize, usize)> {
        let open = base + *places.first()? as usize;
        if open != from || b[open] != b'{' {
            return None;
        }
        let mut index = 1;
        let mut at = open + 1;
        for member in &self.members {
            // Behind an operator, the member's text ends with the next one: its own colon.
            if !member.stands_at(b, at) {
                return None;
            }
            let mut first = at + member.text.len();
            let mut end = base + *places.get(index + 1)? as usize;
            index += 2;
            if first == end || b[first] <= b' ' {
                first = first_text(b, first, end);
            }
            if first == end {
                // A container, or nothing.
                if member.path.is_some() {
                    return None;
                }
                index += skip(b, base, &places[index - 1..], self.rules, &mut self.brackets)?;
                end = base + places[index - 1] as usize;
                let close = base + places[index - 2] as usize;
                if first_text(b, close + 1, end) != end {
                    return None;
                }
            } else if let Some(path) = member.path {
                let to = last_text(b, first, end);
                value::check(b, first, to, self.rules).ok()?;
                self.values[path as usize] = (first, to);
            }
            if b[end] != member.follower {
                return None;
            }
            at = end + 1;
        }
        let line_end = base + *places.get(index)? as usize;
        if b[line_end] != b'\n' || (at != line_end && first_text(b, at, line_end) != line_end) {
            return None;
        }
        Some((index + 1, line_end + 1))
    }

    /// Takes the shape of the record `line`, which the walk has found right, where the shape so far
    /// did not serve. (The last record of a window is the walk's in any case.)
    #[inline(always)]
    pub fn learn(&mut self, line: &[u8], paths: &[Path]) {
        self.misses += 1;
        let is_wanted = self.members.is_empty() || self.misses > 1;
        if self.is_usable && is_wanted && self.credit > 0 {
            self.credit -= 1;
            self.take(line, paths);
        }
    }

    #[cold]
    fn take(&mut self, line: &[u8], paths: &[Path]) {
        self.members.clear();
        self.values.fill((0, 0));
        let mut scan = Scan { line, at: 0 };
        if scan.members(&mut self.members, paths).is_none() {
            self.members.clear();
        }
        self.members_of.fill(None);
        for (index, member) in self.members.iter().enumerate() {
            if let Some(path) = member.path {
                self.members_of[path as usize] = Some(index as u32);
            }
        }
    }
}

impl Member {
    fn of(text: &[u8], key: &[u8], paths: &[Path]) -> Member {
        let length = text.len().min(WORD);
        let mut front = [0; WORD];
        front[..length].copy_from_slice(&text[..length]);
        let mut mask = [0; WORD];
        mask[..length].fill(0xff);
        let path = paths.iter().position(|path| path.steps[0].name.as_deref() == Some(key));
        Member {
            text: text.into(),
            length: text.len(),
            words: words(&front),
            masks: words(&mask),
            path: path.map(|index| index as u32),
            follower: b',',
        }
    }

    /// Whether bytes are not the front of the text.
    #[inline(always)]
    fn differs(&self, front: &[u8; WORD]) -> bool {
        let [low, high] = words(front);
        (((low ^ self.words[0]) & self.masks[0]) | ((high ^ self.words[1]) & self.masks[1])) != 0
    }

    #[inline(always)]
    fn stands_at(&self, b: &[u8], at: usize) -> bool {
        b.get(at..at + self.text.len()) == Some(&self.text)
    }
}

#[inline(always)]
fn words(bytes: &[u8; WORD]) -> [u64; 2] {
    let (low, high) = bytes.split_at(WORD / 2);
    [low, high].map(|half| u64::from_le_bytes(half.try_into().unwrap_or_default()))
}

/// Passes the container that the first of the places opens; gives the number of operators up to the
/// one behind it.
fn skip(
    b: &[u8],
    base: usize,
    places: &[u32],
    rules: Rules,
    brackets: &mut Vec<u8>,
) -> Option<usize> {
    brackets.clear();
    for (index, &place) in places.iter().enumerate() {
        match b[base + place as usize] {
            byte @ (b'{' | b'[') => {
                // The record's own is open too.
                if brackets.len() + 1 >= rules.max_depth {
                    return None;
                }
                brackets.push(byte);
            }
            byte @ (b'}' | b']') => {
                // The two bytes of a kind stand two apart.
                if brackets.pop()? + 2 != byte {
                    return None;
                }
                if brackets.is_empty() {
                    return (index + 1 < places.len()).then_some(index + 1);
                }
            }
            b',' | b':' if !brackets.is_empty() => {}
            _ => return None,
        }
    }
    None
}

/// Looks at a record once, byte by byte.
struct Scan<'a> {
    line: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn members(&mut self, members: &mut Vec<Member>, paths: &[Path]) -> Option<()> {
        self.take(b'{')?;
        loop {
            let from = self.at;
            while is_blank(*self.line.get(self.at)?) {
                self.at += 1;
            }
            let quote = self.at;
            self.string()?;
            let key = &self.line[quote + 1..self.at - 1];
            self.take(b':')?;
            if key.contains(&b'\\') {
                return None;
            }
            members.push(Member::of(&self.line[from..self.at], key, paths));
            if self.value()? == b'}' {
                members.last_mut()?.follower = b'}';
                return Some(());
            }
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.at += 1;
        (*self.line.get(self.at - 1)? == byte).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        while *self.line.get(self.at)? != b'"' {
            self.at += if self.line[self.at] == b'\\' { 2 } else { 1 };
        }
        self.take(b'"')
    }

    /// Passes a value and the comma or brace behind it, which it gives.
    fn value(&mut self) -> Option<u8> {
        let mut depth = 0;
        loop {
            match *self.line.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                byte @ (b',' | b'}') if depth == 0 => {
                    self.at += 1;
                    return Some(byte);
                }
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// The first byte from `at` that is no white space, or `end`.
#[inline(always)]
pub fn first_text(b: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && is_blank(b[at]) {
        at += 1;
    }
    at
}

/// Behind the last byte before `end` that is no white space; `from` has some text.
#[inline(always)]
pub fn last_text(b: &[u8], from: usize, mut end: usize) -> usize {
    while end > from && is_blank(b[end - 1]) {
        end -= 1;
    }
    end
}
