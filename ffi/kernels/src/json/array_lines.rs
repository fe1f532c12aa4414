//! A JSON array of records as lines of records: what the reader of NDJSON takes. Brackets, commas
//! and line ends change places with spaces, byte for byte, so that every byte keeps its offset.
//! The twin of `src/json/_array_lines.ts`.

use crate::fault::{Code, Fault};
use crate::simd::json_masks::{BLOCK_BYTES, Level, Masks, Strings};

/// Blocks that are looked at together.
const BLOCKS: usize = 64;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// What may come next outside of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The array's bracket.
    Array,
    /// The first record, or the end.
    First,
    Record,
    Inside,
    Comma,
    End,
}

/// A fault of the array, and where it is in the bytes that were pushed.
pub struct Broken {
    pub at: usize,
    pub fault: Box<Fault>,
}

/// Turns an array into lines, chunk by chunk.
pub struct ArrayLines {
    level: Level,
    masks: Box<[Masks; BLOCKS]>,
    state: State,
    depth: usize,
    strings: Strings,
    /// Bytes before the next, and the physical line it stands in.
    offset: u64,
    line: u64,
    line_start: u64,
}

impl Default for ArrayLines {
    fn default() -> ArrayLines {
        ArrayLines {
            level: Level::best(),
            masks: Box::new([Masks::default(); BLOCKS]),
            state: State::Array,
            depth: 0,
            strings: Strings::default(),
            offset: 0,
            line: 1,
            line_start: 0,
        }
    }
}

impl ArrayLines {
    /// Changes a chunk in place.
    ///
    /// # Errors
    /// The bytes are no array of values between commas. What is before the fault is changed; what
    /// is inside the values is the reader's matter.
    pub fn push(&mut self, bytes: &mut [u8]) -> Result<(), Broken> {
        let mut at = 0;
        while bytes.len() - at >= BLOCK_BYTES {
            let blocks = ((bytes.len() - at) / BLOCK_BYTES).min(BLOCKS);
            let window = &mut bytes[at..at + blocks * BLOCK_BYTES];
            self.level.json_masks(window, &mut self.masks[..blocks]);
            for (index, block) in window.chunks_exact_mut(BLOCK_BYTES).enumerate() {
                let masks = self.masks[index];
                let inside = self.strings.inside(&masks);
                let begin = at + index * BLOCK_BYTES;
                self.block(block, &masks, inside).map_err(|stop| stop.behind(begin))?;
            }
            at += blocks * BLOCK_BYTES;
        }
        let rest = &mut bytes[at..];
        if rest.is_empty() {
            return Ok(());
        }
        // Spaces behind the end change nothing.
        let mut padded = [b' '; BLOCK_BYTES];
        padded[..rest.len()].copy_from_slice(rest);
        let mut masks = [Masks::default()];
        self.level.json_masks(&padded, &mut masks);
        let inside = self.strings.inside_front(&masks[0], rest.len());
        self.block(rest, &masks[0], inside).map_err(|stop| stop.behind(at))
    }

    /// The fault of an array that has no end.
    ///
    /// # Errors
    /// It has none.
    pub fn finish(&mut self) -> Result<(), Broken> {
        let why = match self.state {
            State::End => return Ok(()),
            State::Array => "expected an array of records, found the end",
            _ => "the array is never closed",
        };
        Err(self.broken(0, why))
    }

    /// Changes a block, or the front of one.
    #[inline(always)]
    fn block(&mut self, block: &mut [u8], masks: &Masks, inside: u64) -> Result<(), Broken> {
        let operators = (masks.operator | masks.line_feed) & !inside;
        let mut at = 0;
        while at < block.len() {
            at = if self.state == State::Inside {
                self.inside(block, operators & (u64::MAX << at))
            } else {
                self.outside(block, at)
            }
            .map_err(|stop: (usize, &'static str)| {
                self.count_lines(masks.line_feed & !(u64::MAX << stop.0));
                self.broken(stop.0, stop.1)
            })?;
        }
        self.count_lines(masks.line_feed);
        self.offset += block.len() as u64;
        Ok(())
    }

    #[inline(always)]
    fn count_lines(&mut self, line_feeds: u64) {
        if line_feeds != 0 {
            self.line += u64::from(line_feeds.count_ones());
            self.line_start = self.offset + 64 - u64::from(line_feeds.leading_zeros());
        }
    }

    #[cold]
    fn broken(&self, at: usize, why: &'static str) -> Broken {
        let byte_offset = self.offset + at as u64;
        let fault = Fault {
            code: Code::InvalidJson,
            line: self.line,
            column: byte_offset - self.line_start + 1,
            byte_offset,
            args: vec![("reason", why.to_owned())],
        };
        Broken { at, fault: Box::new(fault) }
    }

    /// Passes the operators of a record; gives the place behind its end, or the block's.
    #[inline(always)]
    fn inside(
        &mut self,
        block: &mut [u8],
        mut operators: u64,
    ) -> Result<usize, (usize, &'static str)> {
        while operators != 0 {
            let at = operators.trailing_zeros() as usize;
            operators &= operators - 1;
            match block[at] {
                b'{' | b'[' => self.depth += 1,
                byte @ (b'}' | b']') => {
                    // A scalar has no end of its own: the array's ends it.
                    if self.depth == 0 {
                        block[at] = self.end(byte).map_err(|why| (at, why))?;
                        return Ok(at + 1);
                    }
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.state = State::Comma;
                        return Ok(at + 1);
                    }
                }
                b'\n' => block[at] = b' ',
                b',' if self.depth == 0 => {
                    block[at] = self.comma();
                    return Ok(at + 1);
                }
                _ => {}
            }
        }
        Ok(block.len())
    }

    /// Passes bytes outside of records; gives the place of the next record's first byte, which is
    /// looked at again as one inside it, or the block's end.
    #[inline(always)]
    fn outside(&mut self, block: &mut [u8], mut at: usize) -> Result<usize, (usize, &'static str)> {
        while at < block.len() {
            let byte = block[at];
            let changed = self.between(byte, at).map_err(|why| (at, why))?;
            if self.state == State::Inside {
                return Ok(at);
            }
            block[at] = changed;
            at += 1;
        }
        Ok(at)
    }

    /// What becomes of a byte outside of records.
    #[inline(always)]
    fn between(&mut self, byte: u8, at: usize) -> Result<u8, &'static str> {
        match byte {
            // Line ends between records would count as lines of their own.
            b'\n' | b'\r' => return Ok(b' '),
            b' ' | b'\t' => return Ok(byte),
            _ => {}
        }
        match self.state {
            State::Comma if byte == b',' => Ok(self.comma()),
            State::Comma if byte == b']' => self.end(byte),
            State::Comma => Err("expected a comma or the end of the array"),
            State::First if byte == b']' => self.end(byte),
            State::First | State::Record => {
                if byte == b',' || byte == b']' {
                    return Err("expected a record");
                }
                self.state = State::Inside;
                Ok(byte)
            }
            State::Array if byte == b'[' => {
                self.state = State::First;
                Ok(b' ')
            }
            State::Array if BOM.get(self.offset as usize + at) == Some(&byte) => Ok(byte),
            State::Array => Err("expected an array of records; a record a line is NDJSON"),
            State::End | State::Inside => Err("text follows the array"),
        }
    }

    /// The line that ends a record stands where its comma was.
    fn comma(&mut self) -> u8 {
        self.state = State::Record;
        b'\n'
    }

    fn end(&mut self, byte: u8) -> Result<u8, &'static str> {
        if byte != b']' {
            return Err("a brace is closed, none is open");
        }
        self.state = State::End;
        Ok(b'\n')
    }
}

impl Broken {
    fn behind(mut self, bytes: usize) -> Broken {
        self.at += bytes;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a text, and where and why it is broken.
    fn lines(text: &[u8], size: usize) -> (String, Option<(u64, u64, u64, String)>) {
        let mut lines = ArrayLines::default();
        let mut all = Vec::new();
        let mut broken = None;
        for chunk in text.chunks(size) {
            let mut bytes = chunk.to_vec();
            let outcome = lines.push(&mut bytes);
            bytes.truncate(outcome.as_ref().err().map_or(bytes.len(), |broken| broken.at));
            all.extend_from_slice(&bytes);
            broken = outcome.err();
            if broken.is_some() {
                break;
            }
        }
        let broken = broken.or_else(|| lines.finish().err()).map(|broken| {
            let Fault { line, column, byte_offset, args, .. } = *broken.fault;
            (line, column, byte_offset, args[0].1.clone())
        });
        (String::from_utf8(all).unwrap(), broken)
    }

    #[test]
    fn arrays_become_lines_whatever_the_chunks() {
        let cases: [(&str, &str); 5] = [
            ("[]", " \n"),
            ("\u{feff}[ ]\n", "\u{feff}  \n "),
            ("[{\"a\":1},{\"b\":[1,\n{}]}]", " {\"a\":1}\n{\"b\":[1, {}]}\n"),
            ("\n[1 ,\r\n\"],[{\\\"\\\\\" , null]", "  1 \n  \"],[{\\\"\\\\\" \n null\n"),
            ("[{\"a\":\"\n\"}]", " {\"a\":\"\n\"}\n"),
        ];
        for (text, wanted) in cases {
            let long = format!("{}{text}", " ".repeat(150));
            for size in [1, 2, 3, 5, 63, 64, 65, 1000] {
                assert_eq!(lines(text.as_bytes(), size), (wanted.to_owned(), None), "{text}");
                if !text.starts_with('\u{feff}') {
                    let (changed, broken) = lines(long.as_bytes(), size);
                    assert_eq!((changed.trim_start(), broken), (wanted.trim_start(), None));
                }
            }
        }
    }

    #[test]
    fn what_is_no_array_is_refused_where_it_is() {
        let cases: [(&str, u64, u64, u64, &str); 8] = [
            ("", 1, 1, 0, "expected an array of records, found the end"),
            ("{}", 1, 1, 0, "expected an array of records; a record a line is NDJSON"),
            ("[1,\n,", 2, 1, 4, "expected a record"),
            ("[1,]", 1, 4, 3, "expected a record"),
            ("[{}\n\n {}]", 3, 2, 6, "expected a comma or the end of the array"),
            ("[1}", 1, 3, 2, "a brace is closed, none is open"),
            ("[\"\n\"] x", 2, 4, 6, "text follows the array"),
            ("[\n[", 2, 2, 3, "the array is never closed"),
        ];
        for (text, line, column, offset, why) in cases {
            for size in [1, 2, 64] {
                let (_, broken) = lines(text.as_bytes(), size);
                assert_eq!(broken, Some((line, column, offset, why.to_owned())), "{text}");
            }
        }
    }
}
