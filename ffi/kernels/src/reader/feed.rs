//! An input cut into pieces of whole records, in order, for as many readers as there are.

use std::io::{ErrorKind, Read};

use crate::fault::Error;
use crate::scan::{Cut, Left, Place};
use crate::steady::SteadyFile;

/// A piece that finds no end of a record grows to twice its size, up to here.
const PIECE_BYTES_MAX: usize = i32::MAX as usize;

/// Where the bytes come from.
pub(super) enum Source<'a> {
    /// Bytes in memory; what follows them comes with another push, unless they are the last.
    Bytes(&'a [u8]),
    /// A file, from where it stands to its end.
    File(&'a mut SteadyFile),
}

/// A piece of whole records.
pub(super) struct Piece {
    /// Its number, from 0.
    pub number: usize,
    /// Where it begins.
    pub place: Place,
}

/// Gives out the pieces.
pub(super) struct Feed<'a> {
    source: Source<'a>,
    /// Nothing follows the source's bytes.
    last: bool,
    cut: Cut,
    /// Bytes of a piece, about.
    target: usize,
    /// The front of a record whose end has not come, and where it begins.
    pub left: Left,
    number: usize,
    is_over: bool,
    /// What ends the input behind all pieces.
    pub fault: Option<Error>,
}

impl<'a> Feed<'a> {
    pub fn new(source: Source<'a>, last: bool, cut: Cut, target: usize, left: Left) -> Feed<'a> {
        Feed { source, last, cut, target, left, number: 0, is_over: false, fault: None }
    }

    /// Puts the next piece into `buffer`; `None` where there is none, or none yet.
    ///
    /// # Errors
    /// The file's, or no memory.
    pub fn next(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Piece>, Error> {
        buffer.clear();
        if self.is_over {
            return Ok(None);
        }
        std::mem::swap(buffer, &mut self.left.bytes);
        let mut wanted = self.target;
        loop {
            let before = buffer.len();
            let is_end = self.fill(buffer, wanted)? | self.make_lines(buffer, before);
            if is_end && self.last {
                self.finish_lines();
            }
            let end = last_record_end(buffer, self.cut);
            let is_huge = buffer.len() > PIECE_BYTES_MAX;
            if is_end || is_huge {
                self.is_over = is_end;
                return self.finish(buffer, end, is_huge);
            }
            if end > 0 {
                self.left.bytes.try_reserve(buffer.len() - end)?;
                self.left.bytes.extend_from_slice(&buffer[end..]);
                buffer.truncate(end);
                return Ok(Some(self.piece(buffer)));
            }
            wanted = buffer.len();
        }
    }

    /// The last bytes: a piece if nothing follows them, else what ends there.
    fn finish(
        &mut self,
        buffer: &mut Vec<u8>,
        end: usize,
        is_huge: bool,
    ) -> Result<Option<Piece>, Error> {
        let is_whole = self.last || is_huge || self.fault.is_some();
        let end = if is_whole { buffer.len() } else { end };
        self.left.bytes.extend_from_slice(&buffer[end..]);
        buffer.truncate(end);
        if end == 0 && !is_whole {
            return Ok(None);
        }
        Ok(Some(self.piece(buffer)))
    }

    fn piece(&mut self, bytes: &[u8]) -> Piece {
        let piece = Piece { number: self.number, place: self.left.place };
        self.number += 1;
        let place = &mut self.left.place;
        place.offset += bytes.len() as u64;
        place.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
        place.line_start = place.offset;
        piece
    }

    /// Makes lines of what was added behind `before`; true where the input ends by a fault.
    fn make_lines(&mut self, buffer: &mut Vec<u8>, before: usize) -> bool {
        let Some(lines) = &mut self.left.lines else { return false };
        let Err(broken) = lines.push(&mut buffer[before..]) else { return false };
        buffer.truncate(before + broken.at);
        self.fault = Some(Error::Fault(*broken.fault));
        true
    }

    /// Nothing follows what was made lines.
    fn finish_lines(&mut self) {
        let Some(lines) = &mut self.left.lines else { return };
        if self.fault.is_none()
            && let Err(broken) = lines.finish()
        {
            self.fault = Some(Error::Fault(*broken.fault));
        }
    }

    /// Adds up to `wanted` bytes; true at the source's end.
    fn fill(&mut self, buffer: &mut Vec<u8>, wanted: usize) -> Result<bool, Error> {
        match &mut self.source {
            Source::Bytes(rest) => {
                let (head, tail) = rest.split_at(wanted.min(rest.len()));
                buffer.try_reserve(head.len())?;
                buffer.extend_from_slice(head);
                *rest = tail;
                Ok(tail.is_empty())
            }
            Source::File(file) => {
                let before = buffer.len();
                buffer.try_reserve(wanted)?;
                buffer.resize(before + wanted, 0);
                let mut length = before;
                while length < before + wanted {
                    match file.read(&mut buffer[length..]) {
                        Ok(0) => break,
                        Ok(count) => length += count,
                        Err(error) if error.kind() == ErrorKind::Interrupted => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                let is_end = length < before + wanted;
                buffer.truncate(length);
                Ok(is_end)
            }
        }
    }
}

/// The index behind the last record that ends in `bytes`, which begin with a record; 0 if none
/// does.
fn last_record_end(bytes: &[u8], cut: Cut) -> usize {
    let Cut::OutsideQuotes(quote) = cut else {
        return memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
    };
    let mut is_inside = memchr::memchr_iter(quote, bytes).count() % 2 == 1;
    for at in memchr::memrchr2_iter(quote, b'\n', bytes) {
        if bytes[at] == quote {
            is_inside = !is_inside;
        } else if !is_inside {
            return at + 1;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Place = Place { offset: 0, line: 1, line_start: 0 };

    /// All pieces of `pushes`, with their places.
    fn pieces(pushes: &[&[u8]], cut: Cut, target: usize) -> Vec<(u64, u64, Vec<u8>)> {
        let mut found = Vec::new();
        let mut state = Left::of(Vec::new(), START);
        for (index, push) in pushes.iter().enumerate() {
            let last = index + 1 == pushes.len();
            let mut feed = Feed::new(Source::Bytes(push), last, cut, target, state);
            let mut buffer = Vec::new();
            while let Some(piece) = feed.next(&mut buffer).unwrap() {
                found.push((piece.place.offset, piece.place.line, buffer.clone()));
            }
            state = feed.left;
        }
        found
    }

    #[test]
    fn pieces_end_with_records_whatever_the_sizes() {
        let text = b"a,b\n\"x\ny\",2\n\"\"\"\n\",3\nlast,4";
        for target in 1..=text.len() + 1 {
            for split in 0..=text.len() {
                let (one, other) = text.split_at(split);
                let pieces = pieces(&[one, other], Cut::OutsideQuotes(b'"'), target);
                let all: Vec<u8> = pieces.iter().flat_map(|piece| piece.2.clone()).collect();
                assert_eq!(all, text);
                for (offset, line, bytes) in &pieces[..pieces.len() - 1] {
                    let quotes = bytes.iter().filter(|&&byte| byte == b'"').count();
                    let before = &text[..*offset as usize];
                    let lines = before.iter().filter(|&&byte| byte == b'\n').count();
                    assert!(bytes.is_empty() || bytes.ends_with(b"\n") && quotes % 2 == 0);
                    assert_eq!(*line, 1 + lines as u64);
                }
            }
        }
    }

    #[test]
    fn lines_are_cut_at_every_line_feed() {
        let pieces = pieces(&[b"1\n\"\n3"], Cut::LineFeed, 2);
        let texts: Vec<&[u8]> = pieces.iter().map(|piece| &piece.2[..]).collect();
        assert_eq!(texts, [&b"1\n"[..], b"\"\n", b"3"]);
    }
}
