//! Where bytes that several scanners share are cut: behind line feeds that end records, surely or
//! likely.

use super::threads::on_threads;
use crate::scan::{Cut, Place};

/// Quotes that are looked at behind a line feed, to tell whether it stands inside quotes.
const QUOTES_MAX: usize = 8;
/// How far they are looked for.
const LOOK_BYTES: usize = 1 << 14;
/// Counting fewer bytes takes less time than another thread takes to begin.
const THREAD_BYTES_MIN: usize = 4 << 20;
/// Line feeds that are tried before one is taken as it is.
const TRIES_MAX: usize = 16;

/// The begins of the parts of `data`, each with the place of its first byte; the first one begins
/// with `data`, behind the bytes that are `held` from their place on. A part has about `target`
/// bytes.
pub(super) fn borders(
    data: &[u8],
    (held, place): (&[u8], Place),
    cut: Cut,
    target: usize,
    threads: usize,
) -> Vec<(usize, Place)> {
    let quote = match cut {
        Cut::OutsideQuotes(quote) => Some(quote),
        _ => None,
    };
    // First what is in every part, on all threads; then each border by itself.
    let parts: Vec<&[u8]> = data.chunks(target.max(1)).collect();
    let threads = threads.min(data.len() / THREAD_BYTES_MIN);
    let sums = on_threads(threads, parts, |part| {
        let count = |byte| memchr::memchr_iter(byte, part).count();
        (count(b'\n') as u64, quote.map_or(0, count))
    });
    let offset = place.offset + held.len() as u64;
    let mut line = place.line + memchr::memchr_iter(b'\n', held).count() as u64;
    let mut quotes = quote.map_or(0, |quote| memchr::memchr_iter(quote, held).count());
    let mut found = vec![(0, place)];
    let mut last = 0;
    for (index, (lines, more_quotes)) in sums.into_iter().enumerate() {
        let from = index * target.max(1);
        if from > last {
            let next = match cut {
                Cut::LineFeed => after_line(data, from),
                Cut::OutsideQuotes(quote) => after_record(data, from, quote, quotes % 2 == 1),
                Cut::Likely { quote, escape, delimiter } => {
                    Likely { quote, escape, delimiter }.after_record(data, from)
                }
            };
            let Some(next) = next.filter(|&next| next < data.len()) else { break };
            let begin = offset + next as u64;
            let between = memchr::memchr_iter(b'\n', &data[from..next]).count() as u64;
            found.push((next, Place { offset: begin, line: line + between, line_start: begin }));
            last = next;
        }
        line += lines;
        quotes += more_quotes;
    }
    found
}

/// Behind the first line feed from `from` on.
fn after_line(data: &[u8], from: usize) -> Option<usize> {
    memchr::memchr(b'\n', &data[from..]).map(|at| from + at + 1)
}

/// Behind the first line feed outside quotes.
fn after_record(data: &[u8], from: usize, quote: u8, mut is_inside: bool) -> Option<usize> {
    for at in memchr::memchr2_iter(quote, b'\n', &data[from..]) {
        if data[from + at] == quote {
            is_inside = !is_inside;
        } else if !is_inside {
            return Some(from + at + 1);
        }
    }
    None
}

/// Finds line feeds that look like ends of records.
struct Likely {
    quote: u8,
    escape: Option<u8>,
    delimiter: u8,
}

impl Likely {
    fn after_record(&self, data: &[u8], from: usize) -> Option<usize> {
        let mut next = after_line(data, from)?;
        for _ in 1..TRIES_MAX {
            let Some(close) = self.closing_quote(data, next) else { return Some(next) };
            match after_line(data, close) {
                Some(later) => next = later,
                None => return Some(next),
            }
        }
        Some(next)
    }

    /// The quote that closes the field in which a line seems to begin; none if it seems to begin
    /// with a record. A quote behind a delimiter or a line end opens a field, one before such a
    /// byte closes it; what could be both turns the answer of the next one round.
    fn closing_quote(&self, data: &[u8], begin: usize) -> Option<usize> {
        let end = data.len().min(begin + LOOK_BYTES);
        let (mut at, mut is_turned) = (begin, false);
        let mut first = None;
        for _ in 0..QUOTES_MAX {
            at += memchr::memchr(self.quote, &data[at..end])?;
            let before = if at == begin { b'\n' } else { data[at - 1] };
            let run = data[at..end].iter().take_while(|&&byte| byte == self.quote).count();
            let start = at;
            at += run;
            // Doubled quotes are text, or an empty field.
            if run % 2 == 0 || Some(before) == self.escape {
                continue;
            }
            let opens = self.ends_field(before);
            let closes = data.get(at).is_none_or(|&after| self.ends_field(after));
            match (opens, closes) {
                (true, true) => {
                    first.get_or_insert(start);
                    is_turned = !is_turned;
                }
                (false, false) => {}
                _ => return if closes == is_turned { None } else { first.or(Some(start)) },
            }
        }
        None
    }

    fn ends_field(&self, byte: u8) -> bool {
        byte == self.delimiter || matches!(byte, b'\n' | b'\r')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Place = Place { offset: 0, line: 1, line_start: 0 };

    fn offsets(data: &[u8], cut: Cut, target: usize) -> Vec<usize> {
        let found = borders(data, (b"", START), cut, target, 2);
        for (at, place) in &found {
            let lines = data[..*at].iter().filter(|&&byte| byte == b'\n').count() as u64;
            assert_eq!((place.offset, place.line), (*at as u64, lines + 1));
        }
        found.into_iter().map(|(at, _)| at).collect()
    }

    #[test]
    fn sure_borders_are_behind_records() {
        let data = b"a,\"x\ny\"\n1,2\n\"\n\n\"\n3";
        assert_eq!(offsets(data, Cut::OutsideQuotes(b'"'), 1), [0, 8, 12, 17]);
        assert_eq!(offsets(data, Cut::LineFeed, 1), [0, 5, 8, 12, 14, 17]);
        assert_eq!(offsets(data, Cut::OutsideQuotes(b'"'), 13), [0, 17]);
        let held = borders(b"x\"\n1\n", (b"\"\n", START), Cut::OutsideQuotes(b'"'), 1, 1);
        assert_eq!(held[1], (3, Place { offset: 5, line: 3, line_start: 5 }));
    }

    #[test]
    fn likely_borders_pass_over_line_feeds_inside_quotes() {
        let cut = Cut::Likely { quote: b'"', escape: Some(b'\\'), delimiter: b',' };
        assert_eq!(offsets(b"1,\"a\nb\",\"\"\n2,3\n4,5", cut, 3), [0, 11, 15]);
        // A stray quote in text does not count.
        assert_eq!(offsets(b"6\" pipe\n1,\"x\"\n2,3", cut, 1), [0, 8, 14]);
        assert_eq!(offsets(b"\"a\n\\\"b\",1\n2\n", cut, 1), [0, 10]);
        // Where nothing is told a line feed is taken as it is.
        assert_eq!(offsets(b"\"\n\n\"\n1\n", cut, 1)[0], 0);
    }
}
