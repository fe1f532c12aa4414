//! The structure of a text: its operators outside of strings, found 16 KiB at a time.

use crate::simd::json_masks::{BLOCK_BYTES, Level, SLACK, Strings};

use super::reason;

/// Blocks that are looked at together: their places stay in a near cache.
const BLOCKS: usize = 256;
const WINDOW_BYTES: usize = BLOCKS * BLOCK_BYTES;
/// A power of two, so that an index needs no check.
const PLACES: usize = (WINDOW_BYTES + SLACK).next_power_of_two();

/// The room of a cursor; used again for the next text.
pub struct Room {
    level: Level,
    places: Box<[u32; PLACES]>,
}

impl Room {
    pub fn new() -> Room {
        Room { level: Level::best(), places: Box::new([0; PLACES]) }
    }
}

/// Goes from operator to operator. What is wrong inside or outside of strings ends the text: a
/// control character inside, a backslash outside.
pub struct Cursor<'a> {
    pub b: &'a [u8],
    room: &'a mut Room,
    /// Line feeds outside of strings count as operators.
    lines: bool,
    /// The first place of the window.
    base: usize,
    /// The next of the window's places, and their number.
    next: usize,
    count: usize,
    /// Where the next window begins.
    ahead: usize,
    strings: Strings,
    /// Behind the last block so far that has a backslash.
    pub escapes_until: usize,
    /// Where the text ends, and why so early.
    pub end: usize,
    pub why: Option<&'static str>,
}

impl<'a> Cursor<'a> {
    pub fn new(b: &'a [u8], lines: bool, room: &'a mut Room) -> Cursor<'a> {
        Cursor {
            b,
            room,
            lines,
            base: 0,
            next: 0,
            count: 0,
            ahead: 0,
            strings: Strings::default(),
            escapes_until: 0,
            end: b.len(),
            why: None,
        }
    }

    /// The place of the next operator, or the end of the text.
    #[inline(always)]
    pub fn next(&mut self) -> usize {
        if self.next == self.count && !self.refill() {
            return self.end;
        }
        let place = self.room.places[self.next & (PLACES - 1)];
        self.next += 1;
        self.base + place as usize
    }

    /// The operators that are known and not taken: places behind the first of the two.
    #[inline(always)]
    pub fn window(&self) -> (usize, &[u32]) {
        (self.base, &self.room.places[self.next..self.count])
    }

    /// Takes so many of them.
    #[inline(always)]
    pub fn skip(&mut self, count: usize) {
        self.next += count;
    }

    /// The byte at a place that `next` gave; 0 at the end.
    #[inline(always)]
    pub fn byte(&self, place: usize) -> u8 {
        if place < self.end { self.b[place] } else { 0 }
    }

    /// The text ends inside a string.
    pub fn ends_in_string(&self) -> bool {
        self.why.is_none() && self.strings.is_open()
    }

    /// Finds the operators of the next windows until there are some; false at the end.
    #[inline(never)]
    fn refill(&mut self) -> bool {
        while self.ahead < self.end {
            self.base = self.ahead;
            self.next = 0;
            self.count = 0;
            let rest = &self.b[self.ahead..];
            if rest.len() >= WINDOW_BYTES {
                self.index(&rest[..WINDOW_BYTES]);
            } else {
                self.last_window(rest);
            }
            self.ahead += WINDOW_BYTES;
            if self.count > 0 {
                return true;
            }
        }
        false
    }

    /// Spaces behind the end change nothing.
    #[cold]
    fn last_window(&mut self, rest: &[u8]) {
        let blocks = rest.len().div_ceil(BLOCK_BYTES);
        let mut padded = [b' '; WINDOW_BYTES];
        padded[..rest.len()].copy_from_slice(rest);
        self.index(&padded[..blocks * BLOCK_BYTES]);
    }

    fn index(&mut self, blocks: &[u8]) {
        let Room { level, places } = &mut *self.room;
        let found = level.json_index(blocks, self.lines, &mut self.strings, &mut places[..]);
        self.count = found.count;
        if found.escapes_until > 0 {
            self.escapes_until = self.base + found.escapes_until;
        }
        if let Some(place) = found.wrong {
            self.stop(place);
        }
    }

    #[cold]
    fn stop(&mut self, place: usize) {
        self.end = self.base + place;
        self.why = Some(match self.b[self.end] {
            b'\\' => reason::BACKSLASH,
            b'\n' if self.lines => reason::STRING_END,
            _ => reason::CONTROL,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every level finds.
    fn places(text: &[u8], lines: bool) -> (Vec<usize>, usize) {
        let mut levels = Level::all().into_iter().map(|level| places_by(level, text, lines));
        let found = levels.next().unwrap();
        levels.for_each(|other| assert_eq!(other, found));
        found
    }

    fn places_by(level: Level, text: &[u8], lines: bool) -> (Vec<usize>, usize) {
        let mut room = Room { level, ..Room::new() };
        let mut cursor = Cursor::new(text, lines, &mut room);
        let mut found = Vec::new();
        loop {
            let place = cursor.next();
            if place >= cursor.end {
                return (found, cursor.end);
            }
            found.push(place);
        }
    }

    /// The same byte by byte.
    fn expected(text: &[u8], lines: bool) -> (Vec<usize>, usize) {
        let mut found = Vec::new();
        let mut at = 0;
        let mut inside = false;
        while at < text.len() {
            let byte = text[at];
            match byte {
                b'"' => inside = !inside,
                b'\\' if inside => {
                    at += usize::from(text.get(at + 1).is_some_and(|&byte| byte >= 0x20));
                }
                b'\\' => return (found, at),
                0..0x20 if inside => return (found, at),
                b'\n' if lines => found.push(at),
                b'{' | b'}' | b'[' | b']' | b',' | b':' if !inside => found.push(at),
                _ => {}
            }
            at += 1;
        }
        (found, at)
    }

    #[test]
    fn cursor_finds_what_a_loop_finds() {
        let mut state = 0x1234_5678_9abc_def1u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as usize
        };
        for round in 0..2000 {
            let quiet = next() % 60;
            let length = next() % if round % 10 == 0 { 9000 } else { 300 };
            let text: Vec<u8> = (0..length)
                .map(|_| match next() % (quiet + 12) {
                    0 | 1 => b'"',
                    2 if next() % 2 == 0 => b'\\',
                    3 => b"{}[]:,"[next() % 6],
                    4 => b"\n\t \x01"[next() % if quiet > 50 { 4 } else { 3 }],
                    5 => b',',
                    _ => b'x',
                })
                .collect();
            for lines in [false, true] {
                assert_eq!(places(&text, lines), expected(&text, lines), "{round}");
            }
        }
        let runs: Vec<u8> = (0..200)
            .flat_map(|length| {
                let mut text = vec![b'"'];
                text.extend(std::iter::repeat_n(b'\\', length * 2));
                text.extend_from_slice(b"\",");
                text
            })
            .collect();
        assert_eq!(places(&runs, false), expected(&runs, false));
        assert_eq!(places(&runs, false).0.len(), 200);
    }
}
